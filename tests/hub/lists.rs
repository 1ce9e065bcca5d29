//! Several at once: lists in arguments, in files, in the policy, and lists that the Hub keeps.

use hub_stand_in::{Fault, Gate, Repository};
use serde_json::Value;

use crate::world::{World, card, plain};

fn world() -> World {
    let restricted = Repository::model("acme/restricted").file("README.md", card("license: cc-by-nc-4.0"));
    let gated = Repository::model("acme/gated").file("README.md", card("license: mit")).gated(Gate::Auto);
    World::new([plain("acme/plain"), restricted, gated, plain("other/plain")])
}

fn targets(report: &Value) -> Vec<&str> {
    let sources = report["sources"].as_array().expect("a list");
    sources.iter().filter_map(|source| source["target"].as_str()).collect()
}

#[test]
fn one_that_fails_never_hides_another() {
    let world = world();
    let (status, report) = world.check(&["acme/missing", "acme/restricted", "acme/gated", "acme/plain"]);
    assert_eq!(status, 1, "the policy says no to one, and that wins: {report:#}");
    assert_eq!(targets(&report), ["acme/missing", "acme/restricted", "acme/gated", "acme/plain"]);
    let names: Vec<_> = report["findings"].as_array().expect("a list").iter().map(|finding| &finding["name"]).collect();
    assert!(names.contains(&&Value::from("non-commercial")), "{names:?}");
    assert!(report["gaps"].to_string().contains("acme/missing") && report["gaps"].to_string().contains("acme/gated"));
}

#[test]
fn targets_come_from_a_file_too() {
    let world = world();
    world.write("models.txt", "# ours\nacme/plain\n\nother/plain\n");
    let (status, report) = world.check(&["--targets-from", "models.txt"]);
    assert_eq!((status, targets(&report)), (0, vec!["acme/plain", "other/plain"]), "{report:#}");
    let (status, report) = world.check(&["other/plain", "--targets-from", "models.txt"]);
    assert_eq!(status, 0, "{report:#}");
}

#[test]
fn the_models_of_the_policy_are_looked_up() {
    let world = world();
    world.write("licentia.toml", "models = [\"acme/plain\", \"hf:acme/restricted\"]\n");
    let (status, report) = world.check(&[]);
    assert_eq!((status, targets(&report)), (1, vec!["acme/plain", "hf:acme/restricted"]), "{report:#}");
}

#[test]
fn an_author_and_a_collection_are_all_that_belongs_to_them() {
    let world = world();
    world.hub.page_size(1);
    let (_, report) = world.check(&["hf:acme/*"]);
    assert_eq!(targets(&report), ["hf:acme/gated", "hf:acme/plain", "hf:acme/restricted"]);
    world.hub.collection("acme/best-0123456789abcdef01234567", "Best", &["acme/plain", "other/plain"]);
    let (status, report) = world.check(&["https://huggingface.co/collections/acme/best-0123456789abcdef01234567"]);
    assert_eq!((status, targets(&report)), (0, vec!["hf:acme/plain", "hf:other/plain"]), "{report:#}");
}

#[test]
fn a_list_that_breaks_off_is_a_gap_and_no_part_passes_for_the_whole() {
    let world = world();
    world.hub.page_size(1);
    world.hub.fault(Fault::on("cursor=").status(500));
    let (status, report) = world.check(&["hf:acme/*", "other/plain"]);
    assert_eq!(status, 4, "{report:#}");
    assert_eq!(targets(&report), ["hf:acme/*", "other/plain"]);
}
