//! Runs the specifications in `tests/specs/`: one Markdown page for each kind of finding, readable without Rust.
//!
//! A page has a scenario under each second-level heading, made of fenced blocks:
//!
//! - `file PATH [in TARGET]`: a file of the tree; the block is its content. A target written as `org/name` is a
//!   repository of that name.
//! - `text-of ID PATH [in TARGET]`: a file that holds the SPDX text of a licence, year and holder filled in. A line `OLD => NEW` of the block
//!   changes words in it; any other line stands below it.
//! - `toml policy`: the policy; without it `commercial` applies.
//! - `findings`: every finding, one a line: `NAME LEVEL PATH[:LINE] ROLE: WORDS`, where the words are part of the
//!   message and the role is `-` for a finding about the whole scan. Without the block, there must be none.
//! - `verdict`: `VERDICT exit CODE`.

#![expect(clippy::disallowed_methods, reason = "the pages are files of this repository")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use licentia::finding::{Finding, Verdict};
use licentia::policy::{self, Policy};
use licentia::scan::{RepositoryKind, Scan};
use licentia::source::SourceTree;
use licentia::source::memory::MemoryTree;

/// The tree that a file belongs to unless it says otherwise.
const TARGET: &str = "model";

#[test]
fn every_page_holds() {
    let mut problems = Vec::new();
    for (name, page) in pages() {
        for scenario in scenarios(&page) {
            problems.extend(
                scenario
                    .check()
                    .into_iter()
                    .map(|problem| format!("tests/specs/{name}.md, \"{}\": {problem}", scenario.heading)),
            );
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn every_finding_has_a_page_with_a_scenario_that_fires_and_one_that_is_quiet() {
    let pages = pages();
    let kinds: Vec<&str> = policy::finding_kinds().map(|kind| kind.name).collect();
    let names: Vec<&str> = pages.keys().map(String::as_str).collect();
    assert_eq!(names, kinds);
    for (name, page) in &pages {
        assert!(page.starts_with(&format!("# {name}\n")), "{name}: the title is not the finding");
        let fires =
            |scenario: &Scenario| scenario.findings.iter().any(|line| line.split(' ').next() == Some(name.as_str()));
        let scenarios = scenarios(page);
        assert!(scenarios.iter().any(fires), "{name}: no scenario fires");
        assert!(!scenarios.iter().all(fires), "{name}: no scenario is quiet");
    }
}

#[test]
fn a_condition_on_commercial_use_below_a_known_text_is_not_overlooked() {
    let text = license_db::license("MIT").and_then(license_db::License::text).expect("an SPDX text");
    let text = format!("{text}\nCommercial use of the Software requires a written agreement with the authors.\n");
    let tree: Box<dyn SourceTree> = Box::new(MemoryTree::new(TARGET, [("LICENSE", text)]));
    let scan = licentia::run::check(&[tree], &Policy::default(), &|_| ());
    assert!(scan.verdict() > Some(Verdict::Allow));
}

#[derive(Default)]
struct Scenario {
    heading: String,
    /// Target, path, content.
    files: Vec<(String, String, String)>,
    policy: Option<String>,
    findings: Vec<String>,
    verdict: Option<String>,
}

impl Scenario {
    fn check(&self) -> Vec<String> {
        let policy = match &self.policy {
            Some(text) => Policy::from_toml(text, "licentia.toml").expect("a valid policy"),
            None => Policy::default(),
        };
        let mut trees: BTreeMap<&str, Vec<(String, Vec<u8>)>> = BTreeMap::new();
        for (target, path, content) in &self.files {
            trees.entry(target).or_default().push((path.clone(), content.clone().into_bytes()));
        }
        if trees.is_empty() {
            trees.insert(TARGET, Vec::new());
        }
        let trees: Vec<Box<dyn SourceTree>> =
            trees.into_iter().map(|(target, files)| Box::new(tree(target, files)) as Box<dyn SourceTree>).collect();
        self.compare(&licentia::run::check(&trees, &policy, &|_| ()))
    }

    fn compare(&self, scan: &Scan) -> Vec<String> {
        let mut problems = Vec::new();
        let mut left: Vec<&Finding> = scan.findings.iter().collect();
        for expected in &self.findings {
            match left.iter().position(|finding| is_expected(finding, expected)) {
                Some(position) => {
                    left.remove(position);
                }
                None => problems.push(format!("missing: {expected}")),
            }
        }
        problems.extend(left.into_iter().map(|finding| format!("unexpected: {}", in_words(finding))));
        if let Some(expected) = &self.verdict {
            let verdict = scan.verdict().map_or("none", |verdict| verdict.as_str());
            let found = format!("{verdict} exit {}", scan.exit_code());
            if found != *expected {
                problems.push(format!("verdict: expected {expected}, found {found}"));
            }
        }
        problems
    }
}

/// The text with the year and the holder that its template leaves open.
fn filled(text: &str) -> String {
    let line = |line: &str| {
        if line.trim_start().starts_with("Copyright (c) <year>") {
            "Copyright (c) 2026 The Authors".to_owned()
        } else {
            line.to_owned()
        }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n") + "\n"
}

/// A target that is written as `org/name` is a repository of that name, any other a plain directory.
fn tree(target: &str, files: Vec<(String, Vec<u8>)>) -> MemoryTree {
    let tree = MemoryTree::new(target, files);
    if target.contains('/') { tree.of_repository(RepositoryKind::Model, target, None) } else { tree }
}

fn is_expected(finding: &Finding, expected: &str) -> bool {
    let (head, words) = expected.split_once(": ").unwrap_or((expected, ""));
    let found = head_of(finding);
    // A line may be left out where it does not matter.
    let without_line = |head: &str| -> String {
        head.split(' ').map(|word| word.split(':').next().unwrap_or(word)).collect::<Vec<_>>().join(" ")
    };
    (head == found || head == without_line(&found)) && finding.message.contains(words)
}

fn head_of(finding: &Finding) -> String {
    let place = finding.locations.first().map_or_else(String::new, |place| {
        let path = if place.path.is_empty() { "." } else { place.path.as_str() };
        place.span.map_or_else(|| path.to_owned(), |span| format!("{path}:{}", span.start_line))
    });
    let role = finding.subject.as_ref().map_or("-", |subject| subject.role.as_str());
    format!("{} {} {place} {role}", finding.name, finding.level)
}

fn in_words(finding: &Finding) -> String {
    format!("{}: {}", head_of(finding), finding.message)
}

fn pages() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/specs");
    let files = fs::read_dir(folder).expect("the folder of specifications");
    files
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("a readable page"))
        })
        .collect()
}

fn scenarios(page: &str) -> Vec<Scenario> {
    let mut scenarios: Vec<Scenario> = Vec::new();
    let mut block: Option<(String, String)> = None;
    for line in page.lines() {
        match (&mut block, line.strip_prefix("```")) {
            (None, Some(kind)) => block = Some((kind.trim().to_owned(), String::new())),
            (Some(_), Some(_)) => {
                let (kind, content) = block.take().expect("it is open");
                scenarios.last_mut().expect("a block stands in a scenario").take(&kind, content);
            }
            (Some((_, content)), None) => {
                content.push_str(line);
                content.push('\n');
            }
            (None, None) => {
                if let Some(heading) = line.strip_prefix("## ") {
                    scenarios.push(Scenario { heading: heading.to_owned(), ..Scenario::default() });
                }
            }
        }
    }
    assert!(block.is_none(), "a block is not closed");
    scenarios
}

impl Scenario {
    fn take(&mut self, kind: &str, content: String) {
        let (kind, target) = kind.split_once(" in ").unwrap_or((kind, TARGET));
        let words: Vec<&str> = kind.split(' ').collect();
        match words.as_slice() {
            ["file", path] => self.files.push((target.to_owned(), (*path).to_owned(), content)),
            ["text-of", id, path] => {
                let text = license_db::license(id).and_then(license_db::License::text).expect("an SPDX text");
                let mut text = filled(text);
                for line in content.lines() {
                    if let Some((old, new)) = line.split_once(" => ") {
                        assert!(text.contains(old), "{id} does not say {old:?}");
                        text = text.replacen(old, new, 1);
                    } else {
                        text = format!("{text}\n{line}\n");
                    }
                }
                self.files.push((target.to_owned(), (*path).to_owned(), text));
            }
            ["toml", "policy"] => self.policy = Some(content),
            ["findings"] => self.findings = content.lines().map(str::to_owned).collect(),
            ["verdict"] => self.verdict = Some(content.trim().to_owned()),
            other => panic!("no such block: {other:?}"),
        }
    }
}
