//! Judges every row of `tests/expressions/table.md`, a page that is readable without Rust, as a check would: the
//! expression stands in a file of a model, and the whole scan is run under the policy.
//!
//! The page has the policies, each a `toml` block under a heading with its name, and tables of three kinds, known by the
//! heads of their columns.
#![expect(clippy::disallowed_methods, reason = "the page is a file of this repository")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use licentia::finding::Verdict;
use licentia::license::Expression;
use licentia::policy::expression::{choose, is_choice};
use licentia::policy::{Policy, Preset};
use licentia::run;
use licentia::scan::{Judged, Scan};
use licentia::source::SourceTree;
use licentia::source::memory::MemoryTree;
use licentia::subject::Role;

/// Columns of the tables.
const JUDGED: [&str; 6] = ["licence", "stated in", "policy", "verdict", "binds", "why it is here"];
const CHOSEN: [&str; 5] = ["licence", "of what is offered", "is taken", "leaves", "why it is here"];
const PREFERRED: [&str; 5] = ["licence", "policy", "prefers", "binds", "not taken"];

/// What stands where there is nothing.
const NOTHING: &str = "–";

/// Threads in which other tools got it wrong, or were asked to get it right.
const THREADS: [&str; 33] = [
    "anchore/grant #101",
    "anchore/grant #500",
    "anchore/grant #504",
    "apollo router #3176",
    "cargo-about #199",
    "cargo-deny #55",
    "cargo-deny #602",
    "cargo-deny #784",
    "cargo-deny #786",
    "dependency-review #263",
    "dependency-review #670",
    "dependency-review #672",
    "dependency-review #692",
    "dependency-review #742",
    "dependency-review #792",
    "dependency-review #897",
    "dependency-review #927",
    "dependency-review #939",
    "doubleopen/dos #594",
    "FINOS #76",
    "ORT #6812",
    "ORT #8082",
    "ORT #10867",
    "osv-scanner #1299",
    "scancode.io",
    "trivy #8270",
    "trivy #9045",
    "trivy #9379",
    "trivy #9491",
    "trivy #9581",
    "trivy #9610",
    "trivy #10138",
    "trivy #11253",
];

#[test]
fn every_licence_is_judged_as_the_page_says() {
    let page = Page::read();
    let rows: Vec<_> = page.rows(&JUDGED).collect();
    assert!(rows.len() >= 150, "{} rows", rows.len());
    let mut problems = Vec::new();
    for row in rows {
        let [licence, place, policy, verdict, binds, _] = row.cells() else { panic!("line {}: six cells", row.line) };
        let policy = page.policy(policy);
        let scan = scan(licence, place, &policy);
        let judged = judged(&scan, place);
        let effective = judged.effective.as_ref();
        let found = (
            judged.verdict.map_or(NOTHING, Verdict::as_str).to_owned(),
            effective.map_or_else(|| NOTHING.to_owned(), |effective| binding(&policy, effective, &[])),
        );
        if found != (verdict.clone(), binds.clone()) {
            problems.push(format!("line {}: `{licence}`: {} by {}", row.line, found.0, found.1));
        }
        // An expression means the same whoever reads it.
        if let (Ok(expression), Some(effective)) = (Expression::parse(licence), effective)
            && expression == *effective
            && policy.decide(&expression, &[]).verdict.as_str() != found.0
        {
            problems.push(format!("line {}: the scan says {}, the expression alone another", row.line, found.0));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn every_stated_choice_leaves_what_the_page_says() {
    let expression = |text: &str| Expression::parse(text).expect("an expression");
    let page = Page::read();
    let mut problems = Vec::new();
    for row in page.rows(&CHOSEN) {
        let [licence, from, pick, leaves, _] = row.cells() else { panic!("line {}: five cells", row.line) };
        let (whole, from, pick) = (expression(licence), expression(from), expression(pick));
        let found = match choose(&whole, &from, &pick) {
            Some(after) => after.to_string(),
            None if is_choice(&from, &pick) => "not offered".to_owned(),
            None => "no choice".to_owned(),
        };
        if found != *leaves {
            problems.push(format!("line {}: `{licence}`: {found}", row.line));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn every_preference_takes_the_branch_that_the_page_says() {
    let page = Page::read();
    let mut problems = Vec::new();
    for row in page.rows(&PREFERRED) {
        let [licence, policy, prefers, binds, left] = row.cells() else { panic!("line {}: five cells", row.line) };
        let expression = Expression::parse(licence).expect("an expression");
        let prefer: Vec<String> = prefers.split(", ").filter(|atom| *atom != NOTHING).map(str::to_owned).collect();
        let policy = page.policy(policy);
        let rejected = policy.decide(&expression, &prefer).rejected;
        let rejected: Vec<String> =
            rejected.iter().map(|branch| format!("{} ({})", branch.expression, branch.verdict)).collect();
        let rejected = if rejected.is_empty() { NOTHING.to_owned() } else { rejected.join(", ") };
        let found = (binding(&policy, &expression, &prefer), rejected);
        if found != (binds.clone(), left.clone()) {
            problems.push(format!("line {}: `{licence}`: {}; not taken: {}", row.line, found.0, found.1));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn every_thread_has_a_row() {
    let page = Page::read();
    let notes = |columns: &'static [&'static str]| page.rows(columns).map(|row| row.cells[row.cells.len() - 1].clone());
    let notes: Vec<String> = notes(&JUDGED).chain(notes(&CHOSEN)).collect();
    // `trivy #10138, #8270` is two threads.
    let cited: BTreeSet<String> = notes.iter().flat_map(|note| threads(note)).collect();
    let missing: Vec<_> = THREADS.into_iter().filter(|thread| !cited.contains(*thread)).collect();
    assert!(missing.is_empty(), "no row for {missing:?}");
}

#[test]
fn no_row_stands_twice_and_every_policy_is_used() {
    let page = Page::read();
    let mut seen = BTreeSet::new();
    for row in &page.rows {
        let (_, question) = row.cells.split_last().expect("a row has cells");
        assert!(seen.insert(question), "line {}: stands above already", row.line);
    }
    let used: BTreeSet<&String> = page.rows.iter().flat_map(|row| &row.cells).collect();
    for name in page.policies.keys() {
        assert!(used.contains(name), "no row asks the policy {name}");
    }
}

/// The threads that a note cites: `trivy #1 and #2: …` is `trivy #1` and `trivy #2`.
fn threads(note: &str) -> Vec<String> {
    let Some((cited, _)) = note.split_once(':') else { return vec![note.to_owned()] };
    let mut tool = String::new();
    let mut all = vec![cited.to_owned()];
    for part in cited.split([',', ';']).flat_map(|part| part.split(" and ")) {
        let part = part.trim();
        if !part.starts_with('#') {
            part.split(" #").next().unwrap_or(part).clone_into(&mut tool);
        }
        all.push(if part.starts_with('#') { format!("{tool} {part}") } else { part.to_owned() });
    }
    all
}

/// A model that states this licence at this place and says nothing else.
fn scan(licence: &str, place: &str, policy: &Policy) -> Scan {
    let quoted = serde_json::to_string(licence).expect("text can be quoted");
    let (path, content) = match place {
        "card" => ("README.md", format!("---\nlicense: {quoted}\n---\n\n# Model\n")),
        "npm" => ("package.json", format!("{{\"name\": \"model\", \"license\": {quoted}}}\n")),
        "python" => ("pyproject.toml", format!("[project]\nname = \"model\"\nlicense = {quoted}\n")),
        "cargo" => ("Cargo.toml", format!("[package]\nname = \"model\"\nlicense = {quoted}\n")),
        // Put together, lest this file state something about itself.
        "source" => ("model.py", format!("# {}-License-Identifier: {licence}\n", "SPDX")),
        other => panic!("no such place: {other}"),
    };
    let tree: Box<dyn SourceTree> = Box::new(MemoryTree::new("model", [(path, content)]));
    run::check(&[tree], policy, &|_| ())
}

/// What a card speaks of is the weights, what a manifest speaks of the code.
fn judged<'s>(scan: &'s Scan, place: &str) -> &'s Judged {
    let role = if place == "card" { Role::Weights } else { Role::Code };
    let mut of_role = scan.judged.iter().filter(|judged| judged.subject.role == role);
    let (judged, further) = (of_role.next(), of_role.next());
    assert_eq!((scan.gaps.len(), further), (0, None), "one subject, and all of it is seen");
    judged.expect("what is stated has a subject")
}

/// The licences that bind, as they are printed.
fn binding(policy: &Policy, expression: &Expression, prefer: &[String]) -> String {
    let binding = policy.decide(expression, prefer).binding;
    binding.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

struct Row {
    line: usize,
    columns: Vec<String>,
    cells: Vec<String>,
}

impl Row {
    fn cells(&self) -> &[String] {
        &self.cells
    }
}

#[derive(Default)]
struct Page {
    policies: BTreeMap<String, String>,
    rows: Vec<Row>,
}

impl Page {
    fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expressions/table.md");
        let text = fs::read_to_string(path).expect("the page can be read");
        let mut page = Self::default();
        let mut heading = String::new();
        let mut columns: Vec<String> = Vec::new();
        let mut is_policy = false;
        for (number, line) in text.lines().enumerate() {
            if let Some(fence) = line.strip_prefix("```") {
                is_policy = fence == "toml";
            } else if is_policy {
                let policy = page.policies.entry(heading.clone()).or_default();
                policy.push_str(line);
                policy.push('\n');
            } else if let Some(title) = line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#'))
            {
                title.trim_matches('`').clone_into(&mut heading);
            } else if let Some(cells) = line.strip_prefix('|').and_then(|line| line.strip_suffix('|')) {
                let cells: Vec<String> =
                    cells.split('|').map(|cell| cell.trim().trim_matches('`').to_owned()).collect();
                if columns.is_empty() {
                    columns = cells;
                } else if !cells[0].starts_with("--") {
                    page.rows.push(Row { line: number + 1, columns: columns.clone(), cells });
                }
            } else {
                columns.clear();
            }
        }
        page
    }

    fn rows<'p>(&'p self, columns: &'p [&'p str]) -> impl Iterator<Item = &'p Row> {
        self.rows.iter().filter(move |row| row.columns == columns)
    }

    /// The policy of that name. What is asked here is the licence, so a label does as well as a text.
    fn policy(&self, name: &str) -> Policy {
        let mut policy = match (self.policies.get(name), Preset::from_word(name)) {
            (Some(text), _) => Policy::from_toml(text, name).expect("a valid policy"),
            (None, Some(preset)) => Policy::preset(preset),
            (None, None) => panic!("no such policy: {name}"),
        };
        policy.apply_set("licenses.tag-only=allow").expect("a valid setting");
        policy
    }
}
