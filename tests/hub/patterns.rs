//! The patterns of `tests/patterns/` once more: served by a Hub, asked about by name, with the same answers.

#[path = "../patterns/table.rs"]
mod table;
#[path = "../patterns/worlds.rs"]
mod worlds;

use std::collections::BTreeSet;

use hub_stand_in::{Content, Gate, Origin, StandIn};
use serde_json::Value;

use self::table::patterns;
use self::worlds::{Kind, Pattern, Repository};
use crate::world::{Ran, World};

/// The note on every repository that is asked about without a commit. The worlds in memory name one.
const UNPINNED: &str = "unpinned-revision";

/// A pattern that the network makes different. The reports of these differ offline, too: in what was not seen, never in
/// the answer.
struct Difference {
    what: &'static str,
    /// Findings that the table does not have.
    adds: &'static [&'static str],
}

/// All of them. `unpinned-revision` comes to every pattern, see [`UNPINNED`].
const DIFFERENCES: [Difference; 3] = [
    // In memory nobody looks for a base that is not there. The Hub is asked, and that it has none, or hides it, is
    // something that was not seen. Offline nobody is asked: that a repository is missing is not remembered, because
    // tomorrow it may be there.
    Difference { what: "the label says MIT, the text GPL-3.0, and the origin is gone", adds: &["not-seen"] },
    // Online a file was refused, in the words of the Hub. Offline nobody asks, and another token may be let in: all that
    // is known is that it was not read, which is `not-seen`.
    Difference { what: "a gated model of which the card alone is given", adds: &[] },
    Difference { what: "an open model whose base is gated, card and all", adds: &[] },
];

/// What large file storage holds.
const LARGE: [&str; 2] = [".gguf", ".safetensors"];
/// Bytes of a file in it: nobody reads that far.
const LARGE_BYTES: u64 = 4_000_000_000;

/// Verdict, exit status, effective licence and names of findings.
type Answer = (String, i32, String, BTreeSet<String>);

#[test]
fn every_pattern_that_the_hub_serves_gets_the_answer_of_the_table() {
    every_pattern_holds(|_| ());
}

#[test]
fn every_difference_is_one_of_a_pattern() {
    let patterns = patterns();
    let unknown = DIFFERENCES.iter().find(|difference| patterns.iter().all(|pattern| pattern.what != difference.what));
    assert!(unknown.is_none(), "{:?}", unknown.map(|difference| difference.what));
}

#[test]
fn a_hub_that_ignores_ranges_changes_no_answer() {
    every_pattern_holds(|hub| hub.ignore_ranges(true));
}

#[test]
fn a_hub_that_redirects_small_files_changes_no_answer() {
    every_pattern_holds(|hub| hub.resolve_cache(true));
}

#[test]
fn offline_every_pattern_gets_the_same_report_to_the_byte_or_at_least_the_same_answer() {
    let mut problems = Vec::new();
    for pattern in patterns() {
        let world = serve(&pattern);
        let online = check(&world, &pattern, &[]);
        let before = world.hub.log().requests();
        let offline = check(&world, &pattern, &["--offline"]);
        let what = format!("{} {}", pattern.number, pattern.what);
        assert_eq!(world.hub.log_since(before).requests(), 0, "{what}: offline nothing is sent");
        let is_same = (offline.status, &offline.out) == (online.status, &online.out);
        if is_same == difference(&pattern).is_some() {
            let first = online.out.lines().zip(offline.out.lines()).find(|(online, offline)| online != offline);
            problems.push(format!("{what}: {} and {}, {first:?}", online.status, offline.status));
        }
        let [online, offline] = [online, offline].map(|ran| answer(ran.status, &ran.json()));
        if (&online.0, online.1, &online.2) != (&offline.0, offline.1, &offline.2) {
            problems.push(format!("{what}:\n  online  {online:?}\n  offline {offline:?}"));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// Asks about all patterns before it fails.
fn every_pattern_holds(bend: impl Fn(&StandIn)) {
    let mut problems = Vec::new();
    for pattern in patterns() {
        let world = serve(&pattern);
        bend(&world.hub);
        let ran = check(&world, &pattern, &[]);
        let report = ran.json();
        let (expected, found) = (expected(&pattern), answer(ran.status, &report));
        let what = format!("{} {}", pattern.number, pattern.what);
        if found != expected {
            problems.push(format!("{what}:\n  expected {expected:?}\n  found    {found:?}{}", said(&report)));
        }
        // A header is worth its request to the storage, and it is there that it was read.
        let mut files = pattern.repositories.iter().flat_map(|repository| &repository.files);
        let has_large = files.any(|(path, _)| is_large(path));
        let stored = world.hub.log().at(Origin::Cdn).requests();
        if has_large != (stored > 0) {
            problems.push(format!("{what}: {stored} requests to the storage:\n{}", world.hub.log().summary()));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

fn serve(pattern: &Pattern) -> World {
    let world = World::new(pattern.repositories.iter().map(served));
    for repository in &pattern.repositories {
        if let Some(before) = repository.renamed_from {
            world.hub.rename(before, repository.name);
        }
    }
    world
}

fn served(repository: &Repository) -> hub_stand_in::Repository {
    let mut served = match repository.kind {
        Kind::Model => hub_stand_in::Repository::model(repository.name),
        Kind::Dataset => hub_stand_in::Repository::dataset(repository.name),
    };
    for (path, content) in &repository.files {
        served = if is_large(path) {
            served.lfs(path, Content::large(content.as_bytes(), LARGE_BYTES))
        } else {
            served.file(path, content.as_str())
        };
    }
    if repository.is_gated { served.gated(Gate::Manual) } else { served }
}

fn is_large(path: &str) -> bool {
    LARGE.iter().any(|ending| path.ends_with(ending))
}

fn check(world: &World, pattern: &Pattern, more: &[&str]) -> Ran {
    // Without an owner a name has to say that it is one of the Hub's.
    let target =
        if pattern.target.contains('/') { pattern.target.to_owned() } else { format!("hf:{}", pattern.target) };
    let settings = settings(pattern.policy);
    let mut arguments = vec!["check", &target, "-o", "json"];
    arguments.extend(settings.iter().flat_map(|setting| ["--set", setting]));
    arguments.extend(more);
    world.run(&arguments)
}

/// The facts of a policy as `facts.mau=1000`.
fn settings(policy: &str) -> Vec<String> {
    let policy: toml::Table = policy.parse().expect("TOML");
    assert!(policy.keys().all(|key| key == "facts"), "only facts are given on the command line: {policy}");
    let facts = policy.get("facts").and_then(toml::Value::as_table).into_iter().flatten();
    let word = |value: &toml::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    facts
        .map(|(key, value)| {
            let words = value.as_array().map_or_else(|| vec![word(value)], |list| list.iter().map(word).collect());
            format!("facts.{key}={}", words.join(","))
        })
        .collect()
}

fn difference(pattern: &Pattern) -> Option<&'static Difference> {
    DIFFERENCES.iter().find(|difference| difference.what == pattern.what)
}

fn expected(pattern: &Pattern) -> Answer {
    let mut findings: BTreeSet<String> = pattern.findings.iter().map(|name| (*name).to_owned()).collect();
    findings.insert(UNPINNED.to_owned());
    findings
        .extend(difference(pattern).into_iter().flat_map(|difference| difference.adds).map(|name| (*name).to_owned()));
    (pattern.verdict.to_owned(), pattern.exit_code.into(), pattern.effective.to_owned(), findings)
}

fn answer(status: i32, report: &Value) -> Answer {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let rows = |key: &str| report[key].as_array().cloned().unwrap_or_default();
    let subjects = rows("subjects");
    let asked = subjects.iter().find(|subject| !subject["verdict"].is_null() && subject["path"] == "");
    let effective = asked.map(|subject| word(&subject["effective"])).unwrap_or_default();
    let names = rows("findings").iter().map(|finding| word(&finding["name"])).collect();
    (word(&report["summary"]["verdict"]), status, effective, names)
}

/// What the report says, line by line.
fn said(report: &Value) -> String {
    let rows = |key: &str| report[key].as_array().cloned().unwrap_or_default();
    let findings =
        rows("findings").into_iter().map(|finding| format!("\n    {}: {}", finding["name"], finding["message"]));
    let gaps = rows("gaps").into_iter().map(|gap| format!("\n    gap: {} {}", gap["location"]["path"], gap["detail"]));
    findings.chain(gaps).collect()
}
