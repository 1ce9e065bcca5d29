//! Walks a report and holds it against the findings of its scan.

use std::collections::BTreeMap;

use licentia::finding::{Finding, Level};
use licentia::report::Format;
use serde_json::Value;

use crate::worlds::World;

/// How a format is held against the findings.
enum Walk {
    /// It lists rows by name: the names, as often as they stand there.
    Names(fn(&str) -> Vec<String>, fn(&Finding) -> bool),
    /// It is read by people: name and message stand in it, once its own escaping is undone.
    Words(fn(&str) -> String, fn(&Finding) -> bool),
    /// It counts findings by name.
    Counts,
    /// It is about something else; the reason.
    Other(&'static str),
}

fn walk(format: &str) -> Walk {
    let all: fn(&Finding) -> bool = |_| true;
    let open: fn(&Finding) -> bool = |finding| finding.waived.is_none();
    match format {
        "json" => Walk::Names(|text| names_at(&json(text), "/findings", "/name"), all),
        "ndjson" => Walk::Names(
            |text| {
                let rows = text.lines().map(json).filter(|row| row.pointer("/type") == Some(&Value::from("finding")));
                rows.filter_map(|row| word(row.pointer("/name"))).collect()
            },
            all,
        ),
        "sarif" => Walk::Names(|text| names_at(&json(text), "/runs/0/results", "/ruleId"), all),
        "gitlab" => Walk::Names(
            |text| {
                let names = names_at(&json(text), "", "/check_name");
                // A gap is an issue there as well.
                names.into_iter().filter(|name| licentia::policy::finding_kind(name).is_some()).collect()
            },
            open,
        ),
        "csv" => Walk::Names(cells, all),
        "text" | "full" | "concise" | "grouped" => Walk::Words(squeezed, all),
        "github" => Walk::Words(
            |text| squeezed(&uncommanded(text)),
            |finding| finding.waived.is_none() && finding.level > Level::Note,
        ),
        "github-summary" | "markdown" => Walk::Words(|text| squeezed(&unmarked(text)), open),
        "html" => Walk::Words(|text| squeezed(&untagged(text)), all),
        "junit" => Walk::Words(|text| squeezed(&untagged(text)), all),
        "azure" => Walk::Words(squeezed, |finding| finding.waived.is_none() && finding.level > Level::Note),
        "spdx" | "spdx3" | "cyclonedx" | "cyclonedx-1.7" => {
            Walk::Words(|text| squeezed(&strings(&json(text)).join("\n")), all)
        }
        "summary" => Walk::Counts,
        "sagemaker-model-card" => Walk::Other("one card for each target, with bounded fields"),
        "notice" | "bundle" => Walk::Other("what must go with the work, whatever the policy minds"),
        "dot" | "mermaid" | "svg" | "tree" => {
            Walk::Other("a picture of the lineage; src/report/lineage tests what it shows")
        }
        unknown => panic!("{unknown}: say here how its findings are found"),
    }
}

/// Whether the report says the findings of the scan, neither more nor less.
pub(crate) fn same_findings(format: &Format, text: &str, world: &World) {
    let place = format!("{} of {}", format.name, world.name);
    let findings = &world.scan.findings;
    // GitHub shows ten of a level; the rest is counted, which src/report/github.rs tests.
    if format.name == "github" && is_beyond_annotations(findings) && text.contains(" not shown: ") {
        return;
    }
    match walk(format.name) {
        Walk::Names(names, holds) => {
            let expected =
                counted(findings.iter().filter(|finding| holds(finding)).map(|finding| finding.name.to_owned()));
            assert_eq!(counted(names(text).into_iter()), expected, "{place}");
        }
        Walk::Words(plain, holds) => {
            let plain = plain(text);
            let is_hostile = world.name.starts_with("hostile");
            for finding in findings.iter().filter(|finding| holds(finding)) {
                assert!(plain.contains(finding.name), "{place}: {} is not there", finding.name);
                // Hostile words are shown in another spelling; that the finding is there is enough.
                let message = squeezed(&finding.message);
                let is_there = is_hostile || message.chars().count() > 300 || plain.contains(&message);
                assert!(is_there, "{place}: {} does not say: {message}\n{plain}", finding.name);
            }
            let told = licentia::policy::finding_kinds().filter(|kind| plain.contains(&format!("[{}]", kind.name)));
            for kind in told {
                // A gap is told as that finding where no finding is about it.
                let is_gap = kind.name == "not-seen" && world.scan.is_incomplete();
                assert!(
                    is_gap || findings.iter().any(|finding| finding.name == kind.name),
                    "{place}: {} is invented",
                    kind.name
                );
            }
        }
        Walk::Counts => {
            let plain = squeezed(text);
            for (name, count) in counted(findings.iter().map(|finding| finding.name.to_owned())) {
                // New and old ones, and those that somebody accepted, have a row each; the number follows the words.
                let rows = plain.split(' ').enumerate().filter(|(_, word)| *word == name);
                let number =
                    |(at, _): (usize, &str)| plain.split(' ').skip(at).find_map(|word| word.parse::<usize>().ok());
                let found: usize = rows.filter_map(number).sum();
                assert_eq!(found, count, "{place}: {name}\n{plain}");
            }
        }
        Walk::Other(reason) => assert!(!reason.is_empty()),
    }
}

/// Whether there are more findings of a level than GitHub shows annotations for a step, one of which may be about gaps.
fn is_beyond_annotations(findings: &[Finding]) -> bool {
    [Level::Note, Level::Warning, Level::Error]
        .iter()
        .any(|level| findings.iter().filter(|finding| finding.level == *level && finding.waived.is_none()).count() > 8)
}

fn counted(names: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    names.fold(BTreeMap::new(), |mut counts, name| {
        *counts.entry(name).or_default() += 1;
        counts
    })
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("no JSON: {error}"))
}

fn word(value: Option<&Value>) -> Option<String> {
    value?.as_str().map(str::to_owned)
}

fn names_at(document: &Value, rows: &str, name: &str) -> Vec<String> {
    let rows = document.pointer(rows).and_then(Value::as_array).unwrap_or_else(|| panic!("no list at {rows}"));
    rows.iter().filter_map(|row| word(row.pointer(name))).collect()
}

/// Every string of a document.
fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        Value::Object(fields) => {
            fields.iter().flat_map(|(key, value)| std::iter::once(key.clone()).chain(strings(value))).collect()
        }
        _ => Vec::new(),
    }
}

/// The column `finding` of a table.
fn cells(text: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let headers = reader.headers().expect("a first row").clone();
    let column = headers.iter().position(|header| header == "finding").expect("a column for the name");
    let rows = reader.records().map(|row| row.expect("a row as long as the first"));
    rows.filter_map(|row| row.get(column).filter(|name| !name.is_empty()).map(str::to_owned)).collect()
}

/// One space where there is any; frames and gutters count as such.
fn squeezed(text: &str) -> String {
    let plain: String = text.chars().map(|character| if character == '│' { ' ' } else { character }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Workflow commands without their escapes.
fn uncommanded(text: &str) -> String {
    text.replace("%0A", "\n").replace("%0D", "\r").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
}

/// Markdown without backslashes before punctuation, and without entities.
fn unmarked(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let is_escape = character == '\\' && rest.peek().is_some_and(char::is_ascii_punctuation);
        if !is_escape {
            plain.push(character);
        } else if let Some(next) = rest.next() {
            plain.push(next);
        }
    }
    unentitied(&plain)
}

/// Markup without tags and entities; what stands in attributes stays.
fn untagged(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' | '>' => plain.push(' '),
            character => plain.push(character),
        }
    }
    unentitied(&plain)
}

fn unentitied(text: &str) -> String {
    let named = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&#34;", "\""),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#64;", "@"),
        ("&#124;", "|"),
        ("&amp;", "&"),
        ("&#38;", "&"),
    ];
    named.iter().fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}
