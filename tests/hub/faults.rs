//! Whatever goes wrong on the way: a message that names what was not seen, never a pass, never a hang.

#![expect(clippy::disallowed_methods, reason = "that nothing hangs is measured")]

use std::time::{Duration, Instant};

use hub_stand_in::{Chunks, Fault, Origin, Repository};

use crate::world::{World, card, gguf, plain};

/// A model of which every part is worth something: a card, a licence, settings, a header.
fn whole() -> Repository {
    let head = gguf(&[("general.license", "apache-2.0")], 2000);
    plain("acme/whole").lfs("whole.gguf", hub_stand_in::Content::large(head, 3_000_000_000))
}

/// What is done to an answer.
type Bend = fn(Fault) -> Fault;

/// A check under faults: exit 4, something in the report that names the repository, within the time.
fn fails(what: &str, faults: impl IntoIterator<Item = Fault>) {
    let world = World::new([whole()]);
    for fault in faults {
        world.hub.fault(fault);
    }
    let begun = Instant::now();
    let (status, report) = world.check(&["acme/whole"]);
    assert_eq!(status, 4, "{what}: {report:#}");
    assert_ne!(report["summary"]["verdict"], "allow", "{what}");
    let gaps = report["gaps"].as_array().expect("a list");
    assert!(!gaps.is_empty(), "{what}: {report:#}");
    for gap in gaps {
        let is_named = gap["detail"].to_string().contains("acme/whole") || gap["location"]["path"] != "";
        assert!(is_named, "{what}: {gap:#}");
    }
    assert!(begun.elapsed() < Duration::from_secs(40), "{what} took {:?}", begun.elapsed());
    world.hub.heal();
    let (status, _) = world.check(&["acme/whole"]);
    assert_eq!(status, 0, "{what}: nothing of the fault is kept");
}

/// The answer about the repository, the card, and the content of the large file.
const PLACES: [(&str, Origin); 3] = [("/api/models/", Origin::Hub), ("README.md", Origin::Hub), ("", Origin::Cdn)];

fn everywhere(what: &str, bend: impl Fn(Fault) -> Fault) {
    for (part, origin) in PLACES {
        fails(&format!("{what} at {part:?}"), [bend(Fault::on(part).at(origin))]);
    }
}

#[test]
fn every_status_that_says_no() {
    for status in [400, 403, 404, 408, 410, 418, 451, 500, 502, 503, 504] {
        everywhere(&status.to_string(), |fault| fault.status(status));
    }
}

#[test]
fn connections_that_break() {
    everywhere("a reset before the answer", Fault::reset);
    everywhere("an end before the answer", Fault::close);
    everywhere("a reset in the body", |fault| fault.reset_after(20));
    everywhere("an end in the body", |fault| fault.close_after(20));
    everywhere("unfinished chunks", |fault| fault.chunked(Chunks::Unfinished));
    everywhere("broken chunks", |fault| fault.chunked(Chunks::BrokenSize));
}

#[test]
fn servers_that_say_nothing_or_slowly() {
    everywhere("silence", |fault| fault.stall(Duration::from_secs(90)));
    everywhere("a slow drip", |fault| fault.drip(1, Duration::from_millis(300)));
}

#[test]
fn lengths_that_lie() {
    everywhere("a length that is too long", |fault| fault.length_off_by(50));
    fails("a card that is shorter than listed", [Fault::on("README.md").truncated(10)]);
    fails("a card that is longer than listed", [Fault::on("README.md").body(vec![b'x'; 5000])]);
    fails("an empty card", [Fault::on("README.md").empty()]);
    fails("another part of the file", [Fault::anywhere().at(Origin::Cdn).range_shifted(7)]);
    fails("a range that is none", [Fault::anywhere().at(Origin::Cdn).content_range("bytes */9")]);
}

#[test]
fn answers_that_are_none() {
    fails("half a JSON", [Fault::on("/api/models/").truncated(40)]);
    fails("a web page", [Fault::on("/api/models/").html("text/html")]);
    fails("a web page that says it is JSON", [Fault::on("/api/models/").html("application/json")]);
    fails("no UTF-8", [Fault::on("/api/models/").invalid_utf8(10)]);
    fails("deep JSON", [Fault::on("/api/models/").nested_json(100_000)]);
    fails("an empty answer", [Fault::on("/api/models/").empty()]);
    fails("no commit", [Fault::on("/api/models/").json_field("sha", serde_json::json!(null))]);
    fails("a commit that is none", [Fault::on("/api/models/").json_field("sha", serde_json::json!("main"))]);
    everywhere("garbage", Fault::garbage);
    everywhere("a packed answer", Fault::gzip_label);
    fails("a web page for a card", [Fault::on("README.md").html("text/html")]);
}

#[test]
fn redirects_that_lead_nowhere() {
    everywhere("a circle", Fault::redirect_loop);
    everywhere("no place", Fault::redirect_nowhere);
    everywhere("a file", |fault| fault.redirect_to(302, "file:///etc/passwd"));
    everywhere("a port where nobody listens", |fault| fault.redirect_to(302, "http://127.0.0.1:1/x"));
}

#[test]
fn bodies_without_end() {
    everywhere("zeros without end", Fault::endless);
    everywhere("huge headers", |fault| fault.large_headers(200, 8000));
}

#[test]
fn a_server_that_asks_to_wait_longer_than_anyone_would_is_not_waited_for() {
    everywhere("an hour", |fault| fault.rate_limited(3600));
}

#[test]
fn what_goes_away_by_itself_is_tried_again() {
    let bends: [(&str, Bend); 5] = [
        ("503", |fault| fault.status(503)),
        ("429", |fault| fault.rate_limited(1)),
        ("408", |fault| fault.status(408)),
        ("a reset", Fault::reset),
        ("a reset in the body", |fault| fault.reset_after(20)),
    ];
    for (what, bend) in bends {
        for (part, origin) in PLACES {
            let world = World::new([whole()]);
            world.hub.fault(bend(Fault::on(part).at(origin).times(1)));
            let (status, report) = world.check(&["acme/whole"]);
            assert_eq!(status, 0, "{what} at {part:?}: {report:#}");
        }
    }
}

#[test]
fn a_disabled_and_a_private_repository_are_told_from_a_missing_one() {
    let world = World::new([
        Repository::model("acme/disabled").file("README.md", card("license: mit")).disabled(),
        Repository::model("acme/private").file("README.md", card("license: mit")).private(),
    ]);
    for (name, says) in [
        ("acme/disabled", "disabled"),
        ("acme/private", "does not exist on the Hub or is private"),
        ("acme/missing", "does not exist on the Hub or is private"),
    ] {
        let (status, report) = world.check(&[name]);
        assert_eq!(status, 4, "{name}: {report:#}");
        assert!(report["gaps"].to_string().contains(says), "{name}: {report:#}");
    }
}

#[test]
fn nobody_answers_at_all() {
    let world = World::new([]);
    let ran = crate::world::ran(
        &world.command(&["check", "acme/whole"]).env("HF_ENDPOINT", "http://127.0.0.1:1").output().expect("it starts"),
    );
    assert_eq!(ran.status, 4, "{}", ran.out);
    assert!(ran.out.contains("could not be reached"), "{}", ran.out);
}
