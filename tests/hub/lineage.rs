//! What a model was made from, followed to the roots.

use hub_stand_in::{Fault, Gate, Repository};
use serde_json::Value;

use crate::world::{World, card, text_of};

/// What happens to a Hub.
type Damage = fn(&World);

fn names(report: &Value) -> Vec<&str> {
    report["findings"].as_array().expect("a list").iter().filter_map(|finding| finding["name"].as_str()).collect()
}

fn model(name: &str, front_matter: &str) -> Repository {
    Repository::model(name).file("README.md", card(front_matter))
}

#[test]
fn a_permissive_tag_over_a_restricted_ancestor_is_no_yes() {
    let world = World::new([
        model("acme/leaf", "license: mit\nbase_model: acme/middle").file("LICENSE", text_of("MIT")),
        model("acme/middle", "license: mit\nbase_model: acme/root").file("LICENSE", text_of("MIT")),
        model("acme/root", "license: cc-by-nc-4.0"),
    ]);
    let (status, report) = world.check(&["acme/leaf"]);
    assert_eq!(status, 1, "{report:#}");
    assert!(names(&report).contains(&"looser-than-base"), "{report:#}");
    assert_eq!(report["subjects"][0]["effective"], "CC-BY-NC-4.0 AND MIT");
    let followed: Vec<_> = report["sources"].as_array().expect("a list").iter().map(|row| &row["followed"]).collect();
    assert_eq!(followed, [false, true, true]);
}

#[test]
fn a_local_directory_leads_to_its_base_on_the_hub() {
    let world = World::new([model("acme/root", "license: cc-by-nc-4.0")]);
    world.write("model/README.md", &card("license: mit\nbase_model: acme/root"));
    world.write("model/LICENSE", &text_of("MIT"));
    let (status, report) = world.check(&["./model"]);
    assert_eq!(status, 1, "{report:#}");
    let before = world.hub.log().requests();
    world.run(&["cache", "clean"]);
    let (status, report) = world.check(&["./model", "--offline"]);
    assert!(names(&report).contains(&"base-not-inspected"), "{status} {report:#}");
    assert_eq!(world.hub.log_since(before).requests(), 0, "offline nothing is sent");
}

#[test]
fn a_family_in_six_generations_with_a_merge_and_a_circle_costs_each_member_once() {
    // Thirty models: five in each of six generations; each names the one above it, the leaf merges two lines, and the
    // roots of two lines name each other.
    let name = |line: usize, generation: usize| format!("acme/line{line}-{generation}");
    let mut repositories = Vec::new();
    for line in 0..5 {
        for generation in 0..6 {
            let parents = match (line, generation) {
                (0, 0) => vec![name(0, 1), name(1, 1)],
                (0, 5) => vec![name(1, 5)],
                (1, 5) => vec![name(0, 5)],
                (_, 5) => Vec::new(),
                (line, generation) => vec![name(line, generation + 1)],
            };
            let license = match (line, generation) {
                (1, 3) => "cc-by-nc-4.0",
                (2, 5) => "gpl-3.0",
                _ => "apache-2.0",
            };
            let base = match parents.join(", ") {
                none if none.is_empty() => none,
                parents => format!("\nbase_model: [{parents}]"),
            };
            repositories.push(model(&name(line, generation), &format!("license: {license}{base}")));
        }
    }
    let world = World::new(repositories);
    let targets: Vec<String> = (0..5).map(|line| name(line, 0)).collect();
    let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
    let (status, report) = world.check(&targets);
    assert_eq!(status, 1, "{report:#}");
    assert_eq!(report["sources"].as_array().expect("a list").len(), 30);
    for exchange in &world.hub.log().exchanges {
        let same = world.hub.log().only(|other| other.target == exchange.target).requests();
        assert_eq!(same, 1, "{} was asked for {same} times", exchange.target);
    }
    let effective = |target: &str| {
        let sources = report["sources"].as_array().expect("a list");
        let source = sources.iter().find(|source| source["repository"] == target).expect("it was scanned");
        let subjects = report["subjects"].as_array().expect("a list");
        let subject = subjects.iter().find(|subject| subject["source"] == source["id"]).expect("a subject");
        subject["effective"].as_str().unwrap_or("-").to_owned()
    };
    assert_eq!(effective("acme/line0-0"), "Apache-2.0 AND CC-BY-NC-4.0");
    assert_eq!(effective("acme/line0-1"), "Apache-2.0");
    assert_eq!(effective("acme/line1-0"), "Apache-2.0 AND CC-BY-NC-4.0");
    assert_eq!(effective("acme/line1-4"), "Apache-2.0");
    assert_eq!(effective("acme/line2-0"), "Apache-2.0 AND GPL-3.0-only");
    assert_eq!(effective("acme/line3-0"), "Apache-2.0");
}

#[test]
fn an_ancestor_that_cannot_be_read_is_never_a_pass() {
    let faults: [(&str, Damage); 4] = [
        ("missing", |world| world.hub.remove("acme/root")),
        ("failing", |world| world.hub.fault(Fault::on("acme/root").status(503))),
        ("no JSON", |world| world.hub.fault(Fault::on("api/models/acme/root").html("text/html"))),
        ("silent", |world| world.hub.fault(Fault::on("acme/root").reset())),
    ];
    for (what, break_it) in faults {
        let world = World::new([
            model("acme/leaf", "license: mit\nbase_model: acme/root").file("LICENSE", text_of("MIT")),
            model("acme/root", "license: mit"),
        ]);
        break_it(&world);
        let (status, report) = world.check(&["acme/leaf"]);
        assert_eq!(status, 4, "{what}: {report:#}");
        assert!(report["gaps"].to_string().contains("acme/root"), "{what}: {report:#}");
    }
}

#[test]
fn a_gated_base_is_known_from_what_the_hub_says_of_it() {
    let world = World::new([
        model("acme/leaf", "license: apache-2.0\nbase_model: meta-llama/Llama-2-7b-hf"),
        model("meta-llama/Llama-2-7b-hf", "license: llama2").gated(Gate::Manual),
    ]);
    let (status, report) = world.check(&["acme/leaf"]);
    assert!(status == 1 || status == 4, "{status} {report:#}");
    let nodes = report["lineage"]["nodes"].to_string();
    assert!(nodes.contains("llama-2"), "{nodes}");
}

#[test]
fn a_dataset_is_opened_and_reported_apart() {
    let world = World::new([
        model("acme/leaf", "license: mit\ndatasets:\n- acme/corpus").file("LICENSE", text_of("MIT")),
        Repository::dataset("acme/corpus").file("README.md", card("license: cc-by-nc-4.0")),
    ]);
    let (status, report) = world.check(&["acme/leaf"]);
    assert_eq!(status, 0, "{report:#}");
    assert!(names(&report).contains(&"dataset-restricts"), "{report:#}");
    let (status, _) = world.check(&["acme/leaf", "--set", "licenses.datasets=inherit"]);
    assert_eq!(status, 1);
}

#[test]
fn an_alias_of_a_member_is_the_same_member() {
    let world = World::new([
        model("acme/leaf", "license: mit\nbase_model: [acme/old, acme/new]").file("LICENSE", text_of("MIT")),
        model("acme/new", "license: mit").file("LICENSE", text_of("MIT")),
    ]);
    world.hub.rename("acme/old", "acme/new");
    let (status, report) = world.check(&["acme/leaf"]);
    assert_eq!(report["sources"].as_array().expect("a list").len(), 2, "{report:#}");
    assert!(!names(&report).contains(&"base-not-inspected"), "{report:#}");
    assert_eq!(status, 0, "{report:#}");
}

#[test]
fn two_states_of_one_base_bind_those_that_were_made_from_each() {
    let old = model("acme/base", "license: mit").file("LICENSE", text_of("MIT")).tag("v1");
    let adapter = r#"{"base_model_name_or_path": "acme/base", "revision": "v1"}"#;
    let world = World::new([
        old,
        model("acme/early", "license: mit").file("LICENSE", text_of("MIT")).file("adapter_config.json", adapter),
        model("acme/late", "license: mit\nbase_model: acme/base").file("LICENSE", text_of("MIT")),
    ]);
    world.hub.change("acme/base", |base| {
        base.commit().file("README.md", card("license: cc-by-nc-4.0")).without_file("LICENSE")
    });
    for order in [["acme/early", "acme/late"], ["acme/late", "acme/early"]] {
        let (status, report) = world.check(&order);
        assert_eq!(status, 1, "{report:#}");
        let sources = report["sources"].as_array().expect("a list");
        let effective = |name: &str| {
            let source = sources.iter().find(|source| source["repository"] == name).expect("it was scanned");
            let subjects = report["subjects"].as_array().expect("a list");
            let subject = subjects.iter().find(|subject| subject["source"] == source["id"]).expect("a subject");
            subject["effective"].as_str().unwrap_or("-").to_owned()
        };
        assert_eq!(effective("acme/early"), "MIT", "{report:#}");
        assert_eq!(effective("acme/late"), "CC-BY-NC-4.0 AND MIT", "{report:#}");
        assert_eq!(sources.len(), 4, "{report:#}");
    }
}
