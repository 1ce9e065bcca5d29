//! Which state of a repository is meant, and what became of it since.

use hub_stand_in::{Content, Repository};

use crate::world::{World, card, plain, text_of};

#[test]
fn a_name_is_pinned_to_the_commit_that_the_hub_answers() {
    let world = World::new([plain("acme/plain").tag("v1")]);
    let first = world.hub.commit_of("acme/plain", "main");
    world.hub.change("acme/plain", |repository| {
        repository.commit().file("README.md", card("license: cc-by-nc-4.0")).without_file("LICENSE")
    });
    let second = world.hub.commit_of("acme/plain", "main");
    assert_ne!(first, second);
    let of = |target: &str| {
        let (status, report) = world.check(&[target]);
        (status, report["sources"][0]["revision"].as_str().expect("a commit").to_owned())
    };
    assert_eq!(of("acme/plain"), (1, second.clone()));
    assert_eq!(of("acme/plain@main"), (1, second));
    assert_eq!(of("acme/plain@v1"), (0, first.clone()));
    assert_eq!(of(&format!("acme/plain@{first}")), (0, first));
    let (status, report) = world.check(&["acme/plain@v9"]);
    assert_eq!(status, 4, "{report:#}");
    assert!(report["gaps"].to_string().contains("at that revision"), "{report:#}");
}

#[test]
fn a_renamed_repository_is_followed_and_its_own_name_recorded() {
    let world = World::new([plain("acme/new")]);
    world.hub.rename("acme/old", "acme/new");
    let (status, report) = world.check(&["acme/old"]);
    assert_eq!(status, 0, "{report:#}");
    let source = &report["sources"][0];
    assert_eq!((&source["repository"], &source["hub"]["renamed_from"]), (&"acme/new".into(), &"acme/old".into()));
    let (status, offline) = world.check(&["acme/old", "--offline"]);
    assert_eq!((status, &offline["sources"][0]["repository"]), (0, &"acme/new".into()));
}

#[test]
fn a_licence_that_changed_since_the_lock_is_a_finding() {
    let world = World::new([plain("acme/plain")]);
    world.write("licentia.toml", "models = [\"acme/plain\"]\n");
    assert_eq!(world.run(&["lock"]).status, 0);
    assert_eq!(world.run(&["check", "--locked"]).status, 0);
    world.hub.change("acme/plain", |repository| {
        repository.commit().file("README.md", card("license: mit")).file("LICENSE", text_of("MIT"))
    });
    let (_, report) = world.check(&[]);
    assert!(report["findings"].to_string().contains("license-changed-since-lock"), "{report:#}");
    assert_eq!(world.run(&["check", "--locked"]).status, 5);
}

#[test]
fn datasets_and_spaces_are_repositories_too() {
    let world = World::new([
        Repository::dataset("acme/corpus").file("README.md", card("license: cc-by-nc-4.0")),
        Repository::space("acme/demo").file("README.md", card("title: Demo\nsdk: gradio\nlicense: mit")),
    ]);
    let (status, report) = world.check(&["hf:datasets/acme/corpus", "hf:spaces/acme/demo"]);
    assert_eq!(status, 1, "{report:#}");
    let roles: Vec<_> = report["subjects"].as_array().expect("a list").iter().map(|row| &row["role"]).collect();
    assert_eq!(roles, ["data", "code"]);
}

#[test]
fn odd_answers_are_read_with_tolerance() {
    let odd = |name: &str, value: serde_json::Value| plain("acme/odd").field(name, value);
    for repository in [
        odd("cardData", serde_json::json!(null)),
        odd("cardData", serde_json::json!({"license": ["apache-2.0"], "model-index": {"a": 1}})),
        odd("cardData", serde_json::json!("text")),
        odd("gated", serde_json::json!(null)),
        odd("newField", serde_json::json!({"a": [1, 2, {"b": null}]})),
        odd("tags", serde_json::json!([1, null, "license:apache-2.0"])),
    ] {
        let world = World::new([repository]);
        let (status, report) = world.check(&["acme/odd"]);
        assert_eq!((status, &report["subjects"][0]["concluded"]), (0, &"Apache-2.0".into()), "{report:#}");
    }
}

#[test]
fn paths_that_leave_the_repository_are_never_asked_for() {
    let world = World::new([plain("acme/odd").listed("../../etc/passwd").listed("/etc/LICENSE")]);
    let (status, report) = world.check(&["acme/odd"]);
    assert_eq!(status, 4, "{report:#}");
    assert!(report["gaps"].to_string().contains("no path in a repository"), "{report:#}");
    assert!(!world.hub.log().saw("passwd") && world.hub.log().of("etc").requests() == 0);
}

#[test]
fn a_header_in_large_files_counts_beside_the_card() {
    let head = crate::world::gguf(&[("general.license", "cc-by-nc-4.0")], 10);
    let repository = plain("acme/mixed").lfs("mixed.gguf", Content::large(head, 7_000_000_000));
    let world = World::new([repository]);
    let (status, report) = world.check(&["acme/mixed"]);
    assert_eq!(status, 1, "{report:#}");
}
