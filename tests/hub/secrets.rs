//! The token goes to the Hub's own origin and nowhere else.

use hub_stand_in::{Content, Fault, Gate, Origin, Repository};

use crate::world::{World, card, gguf, plain, ran};

const TOKEN: &str = "hf_aVerySecretTokenOfTheTests";

fn worlds() -> World {
    let head = gguf(&[("general.license", "mit")], 10);
    let weights = Repository::model("acme/large").file("README.md", card("license: mit"));
    let gated = Repository::model("acme/gated").file("README.md", card("license: mit")).gated(Gate::Manual);
    let world =
        World::new([plain("acme/plain"), weights.lfs("large.gguf", Content::large(head, 9_000_000_000)), gated]);
    world.hub.token(TOKEN, &["acme/gated"]);
    world
}

#[test]
fn the_token_reaches_the_hub_and_never_the_store_of_large_files() {
    let world = worlds();
    for arguments in [
        &["check", "acme/large", "-v", "-o", "json"][..],
        &["check", "acme/gated", "-v"],
        &["scan", "acme/plain", "-v", "-v", "-o", "json=report.json"],
        &["why", "acme/large"],
    ] {
        let ran = ran(&world.command(arguments).env("HF_TOKEN", TOKEN).output().expect("the program starts"));
        assert!(!ran.out.contains(TOKEN) && !ran.error.contains(TOKEN), "{arguments:?}");
    }
    let log = world.hub.log();
    assert!(log.at(Origin::Hub).saw(TOKEN), "the Hub knows who asks");
    assert!(log.at(Origin::Cdn).requests() > 0 && !log.at(Origin::Cdn).saw(TOKEN), "{}", log.summary());
    world.hub.assert_token_stayed_home();
    assert!(!world.everything().contains(TOKEN), "no report and no cache holds it");
}

#[test]
fn a_gate_opens_for_a_token_that_was_let_in_and_for_no_other() {
    let world = worlds();
    let (status, report) = world.check(&["acme/gated"]);
    assert_eq!(status, 4, "{report:#}");
    let known = world.command(&["check", "acme/gated", "-o", "json"]).env("HF_TOKEN", TOKEN).output();
    let known = ran(&known.expect("the program starts"));
    assert_eq!(known.status, 0, "{}", known.out);
    let wrong = world.command(&["check", "acme/gated", "-o", "json"]).env("HF_TOKEN", "hf_wrong").output();
    let wrong = ran(&wrong.expect("the program starts"));
    assert_eq!(wrong.status, 4, "{}", wrong.out);
    assert!(!wrong.out.contains("hf_wrong") && !wrong.error.contains("hf_wrong"));
}

#[test]
fn a_redirect_to_another_origin_gets_no_token_whatever_was_asked_for() {
    for part in ["/api/models/", "README.md", "LICENSE"] {
        let world = worlds();
        let elsewhere = format!("{}/stolen", world.hub.cdn());
        world.hub.fault(Fault::on(part).at(Origin::Hub).redirect_to(307, &elsewhere));
        let ran = world.command(&["check", "acme/plain"]).env("HF_TOKEN", TOKEN).output().expect("the program starts");
        assert_eq!(ran.status.code(), Some(4), "{part}");
        assert!(!world.hub.log().at(Origin::Cdn).saw(TOKEN), "{part}");
    }
}

#[test]
fn a_token_file_is_read_as_the_hub_client_writes_it() {
    let world = worlds();
    world.write(".cache/huggingface/token", &format!("{TOKEN}\n"));
    let (status, report) = world.check(&["acme/gated"]);
    assert_eq!(status, 0, "{report:#}");
}
