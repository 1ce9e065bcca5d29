//! Runs the specifications in `tests/specs/`: one Markdown page for each kind of finding, readable without Rust.
//!
//! A page has a scenario under each second-level heading, made of fenced blocks:
//!
//! - `file PATH [in TARGET]`: a file of the tree; the block is its content. A target written as `org/name` is a
//!   repository of that name, and one written as `datasets/org/name` that of a dataset.
//! - `text-of ID PATH [in TARGET]`: a file that holds the SPDX text of a licence, year and holder filled in. A line `OLD => NEW` of the block
//!   changes words in it; any other line stands below it.
//! - `hub [in TARGET]`: the target came from the Hub; lines `asked REVISION`, `commit REVISION`, `renamed-from NAME`,
//!   `gated`, `refused PATH`, and `followed` for what was opened because something was made from it.
//! - `toml policy`: the policy; without it `commercial` applies.
//! - `today`: the day, 2026-11-25 unless it is said.
//! - `whole`: everything was scanned that the policy speaks of.
//! - `lock` and `baseline`: those written after the scenario above; the block is empty.
//! - `findings`: every finding, one a line: `NAME LEVEL PATH[:LINE] ROLE: WORDS`, where the words are part of the
//!   message and the role is `-` for a finding about the whole scan. Without the block, there must be none.
//! - `verdict`: `VERDICT exit CODE`.

#![expect(clippy::disallowed_methods, reason = "the pages are files of this repository")]

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs};

use licentia::classify::text::Matcher;
use licentia::finding::{Finding, Section, Verdict};
use licentia::gap::GapKind;
use licentia::policy::baseline::Baseline;
use licentia::policy::lock::Lock;
use licentia::policy::{self, Occasion, Policy};
use licentia::report;
use licentia::scan::{HubState, RepositoryKind, Scan};
use licentia::source::memory::MemoryTree;
use licentia::source::{Obstacle, SourceTree};

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
        let fires = |scenario: &Scenario| scenario.lines_of(name).next().is_some();
        let scenarios = scenarios(page);
        assert!(scenarios.iter().any(fires), "{name}: no scenario fires");
        assert!(!scenarios.iter().all(fires), "{name}: no scenario is quiet");
    }
}

#[test]
fn every_level_in_the_pages_is_one_that_the_finding_states_and_its_first_is_the_usual_one() {
    let scenarios: Vec<Scenario> = pages().values().flat_map(|page| scenarios(page)).collect();
    for kind in policy::finding_kinds() {
        let stated: Vec<&str> = kind.levels.iter().map(|level| level.as_str()).collect();
        let level = |line: &str| line.split(' ').nth(1).map(str::to_owned);
        let seen = scenarios.iter().flat_map(|scenario| scenario.lines_of(kind.name)).filter_map(level);
        for level in seen {
            assert!(stated.contains(&level.as_str()), "{}: {level} is not in its levels", kind.name);
        }
        let (_, printed) = example(kind.name);
        assert!(printed.starts_with(&format!("{}[", stated[0])), "{}: {printed}", kind.name);
    }
}

/// The example in the docs of a rule is what the report prints for the first scenario of its page that fires.
/// `SNAPSHOTS=overwrite cargo test --test specs` writes it into the rule anew.
#[test]
fn every_example_is_what_the_report_prints() {
    let is_overwritten = env::var_os("SNAPSHOTS").is_some_and(|word| word == "overwrite");
    let mut stale = Vec::new();
    for kind in policy::finding_kinds() {
        let (heading, printed) = example(kind.name);
        let shown = kind.section(Section::Example);
        if shown.ends_with(&format!("```text\n{printed}```")) {
            continue;
        }
        if is_overwritten {
            overwrite_example(kind.name, &printed);
        } else {
            stale.push(format!("{}, \"{heading}\" prints:\n{printed}but its example says:\n{shown}\n", kind.name));
        }
    }
    assert!(stale.is_empty(), "\n{}SNAPSHOTS=overwrite cargo test --test specs", stale.join("\n"));
}

/// The heading of the first scenario of a page that fires, and the finding as the report for people prints it.
fn example(name: &str) -> (String, String) {
    let page = pages().remove(name).expect("a page");
    let fires = |scenario: &Scenario| scenario.lines_of(name).next().is_some();
    let scenario = scenarios(&page).into_iter().find(fires).expect("a scenario that fires");
    let mut bytes = Vec::new();
    let text = report::format("text").expect("a format");
    (text.write)(&scenario.scan(), &report::Style::default(), &mut bytes).expect("memory takes everything");
    let printed = String::from_utf8(bytes).expect("reports are UTF-8");
    // An accepted or old finding of that name is not the one that is shown.
    let levels = ["note", "warning", "error"];
    let is_it = |block: &&str| levels.iter().any(|level| block.starts_with(&format!("{level}[{name}]: ")));
    let block = printed.split("\n\n").find(is_it).expect("the report prints what was found");
    (scenario.heading, format!("{}\n", block.trim_end()))
}

fn overwrite_example(name: &str, printed: &str) {
    let path = format!("src/policy/rules/{}.rs", name.replace('-', "_"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = fs::read_to_string(&path).expect("the file of a rule is named after it");
    let (before, rest) = text.split_once("\n## Example\n").expect("the docs have an example");
    let (lead, rest) = rest.split_once("```text\n").expect("the example stands in a block of text");
    let (_, after) = rest.split_once("```\n").expect("the block is closed");
    // A quotation mark would end an ordinary string.
    assert!(!printed.contains(['"', '\\']) || before.contains("docs: r#\""), "{name}: write docs as r#\"...\"#");
    let text = format!("{before}\n## Example\n{lead}```text\n{printed}```\n{after}");
    fs::write(&path, text).expect("the repository can be written");
}

#[test]
fn a_condition_on_commercial_use_below_a_known_text_is_not_overlooked() {
    let text = license_db::license("MIT").and_then(license_db::License::text).expect("an SPDX text");
    let text = format!("{text}\nCommercial use of the Software requires a written agreement with the authors.\n");
    let tree: Box<dyn SourceTree> = Box::new(MemoryTree::new(TARGET, [("LICENSE", text)]));
    let scan = licentia::run::check(&[tree], &Policy::default(), &|_| ());
    assert!(scan.verdict() > Some(Verdict::Allow));
}

#[derive(Clone, Default)]
struct Scenario {
    heading: String,
    /// Target, path, content.
    files: Vec<(String, String, String)>,
    /// Target, lines.
    hubs: Vec<(String, String)>,
    policy: Option<String>,
    today: Option<String>,
    is_whole: bool,
    /// The lock and the baseline of the scenario above are there.
    has_lock: bool,
    has_baseline: bool,
    before: Option<Box<Scenario>>,
    findings: Vec<String>,
    verdict: Option<String>,
}

impl Scenario {
    fn check(&self) -> Vec<String> {
        self.compare(&self.scan())
    }

    fn scan(&self) -> Scan {
        let policy = match &self.policy {
            Some(text) => Policy::from_toml(text, "licentia.toml").expect("a valid policy"),
            None => Policy::default(),
        };
        let mut trees: BTreeMap<&str, Vec<(String, Vec<u8>)>> = BTreeMap::new();
        for (target, path, content) in &self.files {
            trees.entry(target).or_default().push((path.clone(), content.clone().into_bytes()));
        }
        for (target, _) in &self.hubs {
            trees.entry(target).or_default();
        }
        if trees.is_empty() {
            trees.insert(TARGET, Vec::new());
        }
        let tree = |(target, files): (&str, Vec<(String, Vec<u8>)>)| {
            let hub = self.hubs.iter().find(|(named, _)| named == target);
            let mut tree = tree(target, files);
            if let Some((_, lines)) = hub {
                tree = of_hub(tree, target, lines);
            }
            Box::new(tree) as Box<dyn SourceTree>
        };
        let trees: Vec<Box<dyn SourceTree>> = trees.into_iter().map(tree).collect();
        let before = self.before.as_ref().map(|before| before.scan());
        let (mut lock, mut baseline) = (None, None);
        if let Some(before) = &before {
            // What is written is what is read.
            let text = Lock::of_scan(before, "licentia.lock", None).to_toml();
            lock = Some(Lock::parse(&text, "licentia.lock").expect("a lock")).filter(|_| self.has_lock);
            let text = Baseline::of_scan(before, "baseline.json").to_json();
            baseline = Some(Baseline::parse(&text, "baseline.json").expect("a baseline")).filter(|_| self.has_baseline);
        }
        let occasion = Occasion {
            today: Some(self.today.as_deref().unwrap_or("2026-11-25").parse().expect("a day")),
            is_whole: self.is_whole,
            targets: &[],
            baseline: baseline.as_ref(),
            lock: lock.as_ref(),
        };
        licentia::run::check_with(Matcher::default(), &trees, &policy, &occasion, &|_| ())
    }

    /// The findings of that name.
    fn lines_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.findings.iter().map(String::as_str).filter(move |line| line.split(' ').next() == Some(name))
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

/// A target that is written as `org/name` or `datasets/org/name` is a repository of that name, any other a plain
/// directory.
fn tree(target: &str, files: Vec<(String, Vec<u8>)>) -> MemoryTree {
    let tree = MemoryTree::new(target, files);
    match target.strip_prefix("datasets/") {
        Some(name) => tree.of_repository(RepositoryKind::Dataset, name, None),
        None if target.contains('/') => tree.of_repository(RepositoryKind::Model, target, None),
        None => tree,
    }
}

/// The tree as the Hub gives it.
fn of_hub(tree: MemoryTree, target: &str, lines: &str) -> MemoryTree {
    let mut hub = HubState::default();
    let mut tree = tree;
    let name = target.strip_prefix("datasets/").unwrap_or(target);
    let kind = if name == target { RepositoryKind::Model } else { RepositoryKind::Dataset };
    for line in lines.lines() {
        match line.split_once(' ').unwrap_or((line, "")) {
            ("asked", revision) => hub.asked_revision = Some(revision.to_owned()),
            ("commit", revision) => tree = tree.of_repository(kind, name, Some(revision)),
            ("renamed-from", name) => hub.renamed_from = Some(name.to_owned()),
            ("gated", _) => hub.is_gated = true,
            ("followed", _) => tree = tree.followed(),
            ("refused", path) => {
                let detail = format!("{path} is given only to those who were let in (403)");
                tree = tree.with_obstacle(path, &Obstacle { kind: GapKind::Refused, detail });
            }
            other => panic!("no such line: {other:?}"),
        }
    }
    tree.of_hub(hub)
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
    let in_policy = || {
        let place = finding.policy.first();
        place.map_or_else(String::new, |place| match place.span {
            Some(span) => format!("{}:{}", place.file, span.start_line),
            None => place.file.clone(),
        })
    };
    let place = finding.locations.first().map_or_else(in_policy, |place| {
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
    for position in 1..scenarios.len() {
        if scenarios[position].has_lock || scenarios[position].has_baseline {
            let before = Scenario { before: None, ..scenarios[position - 1].clone() };
            scenarios[position].before = Some(Box::new(before));
        }
    }
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
            ["hub"] => self.hubs.push((target.to_owned(), content)),
            ["toml", "policy"] => self.policy = Some(content),
            ["today"] => self.today = Some(content.trim().to_owned()),
            ["whole"] => self.is_whole = true,
            ["lock"] => self.has_lock = true,
            ["baseline"] => self.has_baseline = true,
            ["findings"] => self.findings = content.lines().map(str::to_owned).collect(),
            ["verdict"] => self.verdict = Some(content.trim().to_owned()),
            other => panic!("no such block: {other:?}"),
        }
    }
}
