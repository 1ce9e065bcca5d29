//! What models were made from: patterns as they occur on the Hub, and a family of many generations.
//!
//! `docs/patterns.md` is written from the table in `tests/patterns/`, for those who judge the answers rather than the
//! code. After a change on purpose `SNAPSHOTS=overwrite cargo test --test patterns` writes it anew.

#![expect(clippy::disallowed_methods, reason = "the page is a file of this repository")]

#[path = "patterns/family.rs"]
mod family;
#[path = "patterns/table.rs"]
mod table;
#[path = "patterns/worlds.rs"]
mod worlds;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use licentia::classify::text::Matcher;
use licentia::gap::GapKind;
use licentia::policy::{Occasion, Policy};
use licentia::scan::{HubState, RepositoryKind, Scan};
use licentia::source::memory::MemoryTree;
use licentia::source::{Obstacle, SourceTree};
use table::patterns;
use worlds::{Kind, Pattern, Repository};

/// The commit of every repository.
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

#[test]
fn every_pattern_gets_its_answer() {
    let mut problems = Vec::new();
    for pattern in patterns() {
        let scan = scan(&pattern);
        let verdict = scan.verdict().map_or("none", |verdict| verdict.as_str());
        let found = (verdict, scan.exit_code(), effective(&scan), names(&scan));
        let expected = (
            pattern.verdict,
            pattern.exit_code,
            pattern.effective.to_owned(),
            pattern.findings.iter().copied().collect(),
        );
        if found != expected {
            let said: String =
                scan.findings.iter().fold(String::new(), |said, finding| format!("{said}\n    {}", finding.message));
            let what = pattern.what;
            problems.push(format!("{} {what}:\n  expected {expected:?}\n  found    {found:?}{said}", pattern.number));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn every_number_is_there() {
    let numbers: BTreeSet<u8> = patterns().iter().map(|pattern| pattern.number).collect();
    assert_eq!(numbers, (1..=26).collect());
}

#[test]
fn no_answer_hangs_on_the_order_of_the_repositories() {
    for mut pattern in patterns() {
        let first = scan(&pattern);
        pattern.repositories.reverse();
        let again = scan(&pattern);
        let seen = |scan: &Scan| (scan.verdict(), scan.exit_code(), effective(scan), names(scan));
        assert_eq!(seen(&first), seen(&again), "{}", pattern.what);
    }
}

#[test]
fn what_was_followed_is_not_judged() {
    for pattern in patterns() {
        let scan = scan(&pattern);
        for judged in &scan.judged {
            let is_followed = scan.sources[judged.subject.source].is_followed;
            assert_eq!(judged.verdict.is_none(), is_followed, "{}", pattern.what);
        }
    }
}

#[test]
fn what_could_not_be_seen_counts_for_what_was_made_from_it_and_for_no_other_target() {
    let absent = MemoryTree::new("absent", Vec::<(String, String)>::new());
    let mit = Repository::model("acme/fine", "license: mit").licensed("MIT");
    let open = Repository::model("acme/open", "license: mit\nbase_model: acme/closed").licensed("MIT");
    let closed = Repository::bare("acme/closed").licensed("MIT").gated();
    let trees: Vec<Box<dyn SourceTree>> = vec![
        Box::new(absent),
        Box::new(tree(&mit, mit.name)),
        Box::new(tree(&open, open.name)),
        Box::new(tree(&closed, open.name)),
    ];
    let scan = licentia::run::check_with(Matcher::default(), &trees, &Policy::default(), &Occasion::default(), &|_| ());
    let position = |name: &str| scan.sources.iter().position(|source| source.target == name).expect("a source");
    let names = |target: &str| {
        let about = scan.findings.iter().filter(|finding| scan.concerns(finding, position(target)));
        about.map(|finding| finding.name).collect::<BTreeSet<_>>()
    };
    assert_eq!(names("absent"), BTreeSet::from(["not-seen"]));
    assert_eq!(names("acme/fine"), BTreeSet::new());
    assert_eq!(names("acme/open"), BTreeSet::from(["base-not-inspected", "gated-text-unread"]));
}

#[test]
fn the_page_says_what_the_table_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/patterns.md");
    let page = page();
    if env::var_os("SNAPSHOTS").is_some_and(|word| word == "overwrite") {
        fs::write(&path, &page).expect("the repository can be written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, page, "SNAPSHOTS=overwrite cargo test --test patterns");
}

fn page() -> String {
    let mut page = "# Patterns of models that were made from others\n\n\
        What a company with the default policy is told about one repository (the target), whose bases and data were read \
        as well.\nThe same table is run as a test: `tests/patterns/`. Commercial use, everything else not stated, unless \
        facts are given.\n\n| # | pattern | verdict | exit | effective licence | findings |\n|---|---|---|---|---|---|\n"
        .to_owned();
    for pattern in patterns() {
        let effective = if pattern.effective.is_empty() { "not known" } else { pattern.effective };
        let findings: Vec<String> = pattern.findings.iter().map(|name| format!("`{name}`")).collect();
        let findings = if findings.is_empty() { "none".to_owned() } else { findings.join(", ") };
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {effective} | {findings} |",
            pattern.number, pattern.what, pattern.verdict, pattern.exit_code
        );
    }
    page
}

fn scan(pattern: &Pattern) -> Scan {
    let policy = Policy::from_toml(pattern.policy, "licentia.toml").expect("a valid policy");
    let trees: Vec<Box<dyn SourceTree>> =
        pattern.repositories.iter().map(|repository| Box::new(tree(repository, pattern.target)) as _).collect();
    licentia::run::check_with(Matcher::default(), &trees, &policy, &Occasion::default(), &|_| ())
}

/// The repository as the Hub gives it to somebody who was not let in anywhere.
fn tree(repository: &Repository, target: &str) -> MemoryTree {
    let kind = match repository.kind {
        Kind::Model => RepositoryKind::Model,
        Kind::Dataset => RepositoryKind::Dataset,
    };
    let is_asked = repository.name == target || repository.renamed_from == Some(target);
    let hub = HubState {
        renamed_from: repository.renamed_from.map(str::to_owned),
        // The target is pinned; what it was made from is asked for as it is named.
        asked_revision: is_asked.then(|| COMMIT.to_owned()),
        is_gated: repository.is_gated,
        is_private: false,
    };
    let named = if is_asked { target } else { repository.name };
    let mut tree =
        MemoryTree::new(named, repository.files.clone()).of_repository(kind, repository.name, Some(COMMIT)).of_hub(hub);
    for (path, _) in repository.files.iter().filter(|(path, _)| repository.is_gated && *path != "README.md") {
        let detail = format!("{path} is given only to those who were let in (403): ask for access");
        tree = tree.with_obstacle(path, &Obstacle::new(GapKind::Refused, detail));
    }
    if is_asked { tree } else { tree.followed() }
}

fn effective(scan: &Scan) -> String {
    let asked = scan.judged.iter().find(|judged| judged.verdict.is_some() && judged.subject.path.is_empty());
    asked.and_then(|judged| judged.effective.as_ref()).map(ToString::to_string).unwrap_or_default()
}

fn names(scan: &Scan) -> BTreeSet<&'static str> {
    scan.findings.iter().map(|finding| finding.name).collect()
}
