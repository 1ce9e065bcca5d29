//! What a check costs, counted where it is paid: redirects are requests, and bytes are those of bodies.

use hub_stand_in::{Content, Repository};
use serde_json::Value;

use crate::world::{World, card, gguf, plain, safetensors, text_of};

/// What a check cost, its exit status and its report.
fn cost(world: &World, arguments: &[&str]) -> (usize, u64, i32, Value) {
    let before = world.hub.log().requests();
    let (status, report) = world.check(arguments);
    let log = world.hub.log_since(before);
    (log.requests(), log.body_bytes(), status, report)
}

#[test]
fn a_plain_model_costs_four_requests_and_a_second_check_one() {
    let world = World::new([plain("acme/plain")]);
    let (requests, bytes, status, report) = cost(&world, &["acme/plain"]);
    assert_eq!((status, report["summary"]["verdict"].as_str()), (0, Some("allow")), "{report:#}");
    assert!(requests <= 4 && bytes <= 200_000, "{requests} requests, {bytes} bytes: {}", world.hub.log().summary());

    let (requests, _, status, again) = cost(&world, &["acme/plain"]);
    assert_eq!((requests, status), (1, 0), "{}", world.hub.log().summary());
    assert_eq!(again, report, "the same bytes, the same report");

    let (requests, _, status, offline) = cost(&world, &["acme/plain", "--offline"]);
    assert_eq!((requests, status), (0, 0));
    assert_eq!(offline, report);
}

#[test]
fn what_is_not_opened_is_named_with_the_reason() {
    let world = World::new([plain("acme/plain")]);
    let (_, report) = world.check(&["acme/plain"]);
    let skipped = report["sources"][0]["skipped"].to_string();
    assert!(skipped.contains("model.safetensors (not opened: "), "{skipped}");
}

#[test]
fn forty_gigabytes_of_gguf_cost_four_megabytes() {
    let quants = ["Q2_K", "Q3_K_M", "Q4_0", "Q4_K_M", "Q5_K_M", "Q6_K", "Q8_0", "F16"];
    let mut repository = Repository::model("acme/many-GGUF")
        .file("README.md", card("license: apache-2.0\nbase_model_relation: quantized"))
        .file("LICENSE", text_of("Apache-2.0"));
    for quant in quants {
        let head = gguf(&[("general.architecture", "llama"), ("general.license", "apache-2.0")], 120_000);
        repository = repository.lfs(&format!("many.{quant}.gguf"), Content::large(head, 5_000_000_000));
    }
    let world = World::new([repository]);
    let (requests, bytes, status, report) = cost(&world, &["acme/many-GGUF"]);
    assert_eq!(status, 0, "{report:#}");
    assert!(bytes < 4_000_000, "{bytes} bytes in {requests} requests");
    let named = report["evidence"].to_string();
    for quant in quants {
        assert!(named.contains(&format!("many.{quant}.gguf")), "the header of {quant} was read");
    }
}

#[test]
fn a_hundred_shards_cost_twelve_requests() {
    let mut repository = Repository::model("acme/sharded")
        .file("README.md", card("license: apache-2.0"))
        .file("LICENSE", text_of("Apache-2.0"))
        .file("config.json", "{\"model_type\": \"llama\"}\n")
        .file("generation_config.json", "{}\n");
    let mut weights = serde_json::Map::new();
    for shard in 1..=100 {
        let name = format!("model-{shard:05}-of-00100.safetensors");
        weights.insert(format!("layer.{shard}.weight"), Value::from(name.as_str()));
        let head = safetensors(r#"{"format":"pt"}"#);
        repository = repository.lfs(&name, Content::large(head, 4_900_000_000));
    }
    let index = serde_json::json!({ "metadata": { "total_size": 1 }, "weight_map": weights });
    let world = World::new([repository.file("model.safetensors.index.json", index.to_string())]);
    let (requests, bytes, status, report) = cost(&world, &["acme/sharded"]);
    assert_eq!(status, 0, "{report:#}");
    assert!(requests <= 12 && bytes < 2_000_000, "{requests} requests, {bytes} bytes");
    let opened = world.hub.log().of("model-000").requests();
    assert!(opened > 0, "one shard is opened");
    let skipped = report["sources"][0]["skipped"].as_array().expect("a list").len();
    assert_eq!(skipped, 99, "the rest is named");
}

#[test]
fn a_server_that_ignores_ranges_costs_no_more_than_what_was_asked_for() {
    let head = gguf(&[("general.license", "cc-by-nc-4.0")], 10);
    let repository = Repository::model("acme/loud").file("README.md", card("license: mit"));
    let world = World::new([repository.lfs("loud.gguf", Content::large(head, 40_000_000_000))]);
    world.hub.ignore_ranges(true);
    let (_, bytes, status, report) = cost(&world, &["acme/loud"]);
    assert_eq!(status, 1, "{report:#}");
    assert!(report["evidence"].to_string().contains("cc-by-nc-4.0"));
    // What is on its way when the connection is closed counts here.
    assert!(bytes < 20_000_000, "{bytes} bytes");
}

#[test]
fn a_listing_in_pages_is_read_to_its_end() {
    let mut repository = Repository::model("acme/pages").file("README.md", card("license: mit"));
    for number in 0..40 {
        repository = repository.file(&format!("notes/{number:02}.txt"), "x");
    }
    let world = World::new([repository.file("z/LICENSE", text_of("CC-BY-NC-4.0"))]);
    world.hub.page_size(7);
    // An answer without lengths makes the listing necessary.
    world.hub.fault(hub_stand_in::Fault::on("blobs=true").json(|answer| {
        for sibling in answer["siblings"].as_array_mut().into_iter().flatten() {
            let path = sibling["rfilename"].clone();
            *sibling = serde_json::json!({ "rfilename": path });
        }
    }));
    let (_, report) = world.check(&["acme/pages"]);
    assert_eq!(report["sources"][0]["files"], 42, "{report:#}");
    assert!(report["evidence"].to_string().contains("z/LICENSE"), "the last page counts");
    assert!(world.hub.log().of("/tree/").requests() >= 6);
}

#[test]
fn the_cache_of_the_program_can_be_listed_and_emptied() {
    let world = World::new([plain("acme/plain")]);
    world.check(&["acme/plain"]);
    let listed = world.run(&["cache", "list"]);
    assert!(listed.out.contains("acme/plain@"), "{}", listed.out);
    assert_eq!(world.run(&["cache", "clean"]).status, 0);
    let (status, report) = world.check(&["acme/plain", "--offline"]);
    assert_eq!(status, 4, "{report:#}");
}
