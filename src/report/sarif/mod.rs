//! `-o sarif`: SARIF 2.1.0 (errata 01), as GitHub code scanning and other viewers take it.
//!
//! GitHub refuses a whole file for one result without a place, shows only the first place, knows a result again by
//! `primaryLocationLineHash` alone, and reads neither notifications nor the state against a baseline. So every result has
//! one place in the checkout where there is one, and what was not seen is a result too. No `security-severity` is set: it
//! would make a critical vulnerability of the note on a licence.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::Format;
use super::anchor::Anchor;
use super::escape::inert_within;
use super::issues::{Issue, State, incomplete_gaps, issues, more};
use super::layout::{place, plural};
use super::style::{Detail, Style};
use super::text::{closing_sentence, subject_words};
use super::wire::write_document;
use crate::finding::{Finding, FindingKind, Level, Verdict};
use crate::gap::Gap;
use crate::location::Location;
use crate::policy::finding_kind;
use crate::scan::Scan;
use crate::source::uri;

mod rows;

use rows::{
    ArtifactLocation, AutomationDetails, Base, Configuration, Driver, DriverProperties, Fingerprints, Found,
    FoundProperties, Help, Invocation, Log, Message, Notification, Outcome, PhysicalLocation, Place, Reference, Rule,
    RuleProperties, Run, Suppression, Tool,
};

/// `-o sarif`.
pub(super) const FORMAT: Format = Format {
    name: "sarif",
    summary: "SARIF 2.1.0 for code scanning: warnings and errors, notes with -v",
    extension: "sarif",
    is_for_people: false,
    write,
    files: None,
};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// The name of the directory that the user stands in, which in a build is the root of the checkout.
const ROOT: &str = "%SRCROOT%";
/// Results in a file that GitHub takes.
const MOST_RESULTS: usize = 25_000;
/// Results that GitHub shows of them, by severity.
const SHOWN_RESULTS: usize = 5_000;
/// Further places of a result; GitHub shows no more.
const MOST_PLACES: usize = 100;
/// Notifications about gaps.
const MOST_GAPS: usize = 1_000;
/// Columns of words that come from a scanned tree before they are cut.
const WORDS_LIMIT: usize = 2000;

fn write(scan: &Scan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    write_document(&log(scan, style), out)
}

fn log(scan: &Scan, style: &Style) -> Log {
    let mut issues = issues(scan);
    let all = issues.len();
    issues.retain(|issue| style.detail == Detail::Full || issue.finding.level > Level::Note || issue.is_unseen);
    let notes = all - issues.len();
    let cut = issues.len().saturating_sub(MOST_RESULTS);
    issues.truncate(MOST_RESULTS);
    let names: BTreeSet<&'static str> = issues.iter().map(|issue| issue.finding.name).collect();
    let names: Vec<&'static str> = names.into_iter().collect();
    let mut notifications = Vec::new();
    notifications.extend(left_out(notes, cut, issues.len()));
    notifications.extend(gaps(scan));
    let is_compared = issues.iter().any(|issue| issue.state == State::Existing);
    let is_suppressing = issues.iter().any(|issue| issue.state == State::Accepted);
    let result = |issue: &Issue<'_>| Found {
        baseline_state: is_compared.then(|| baseline_state(issue)),
        suppressions: is_suppressing.then(|| suppressions(issue)),
        ..found(scan, issue, &names)
    };
    let run = Run {
        tool: Tool { driver: driver(scan, &names) },
        automation_details: AutomationDetails { id: automation(scan) },
        original_uri_base_ids: BTreeMap::from([(
            ROOT,
            Base { description: message("The directory that licentia was started in.") },
        )]),
        column_kind: "unicodeCodePoints",
        invocations: [Invocation {
            execution_successful: !scan.is_incomplete(),
            exit_code: scan.exit_code(),
            end_time_utc: style.dated.map(|_| style.created()),
            tool_execution_notifications: notifications,
            properties: Outcome {
                verdict: scan.verdict().map(Verdict::as_str),
                incomplete: scan.is_incomplete(),
                meaning: closing_sentence(scan),
            },
        }],
        results: issues.iter().map(result).collect(),
    };
    Log { schema: SCHEMA, version: "2.1.0", runs: [run] }
}

fn driver(scan: &Scan, names: &[&'static str]) -> Driver {
    let versions = &scan.versions;
    Driver {
        name: "licentia",
        version: versions.tool.clone(),
        semantic_version: versions.tool.clone(),
        information_uri: env!("CARGO_PKG_REPOSITORY"),
        rules: names.iter().copied().map(rule).collect(),
        properties: DriverProperties { database: versions.database.clone(), spdx_list: versions.spdx_list.clone() },
    }
}

/// Only the rules that fired: their help makes up most of a file.
fn rule(name: &'static str) -> Rule {
    let kind = finding_kind(name);
    let level = kind.and_then(|kind| kind.levels.first().copied()).unwrap_or(Level::Warning);
    let or_name = |text: Option<String>| text.filter(|text| !text.is_empty()).unwrap_or_else(|| name.to_owned());
    Rule {
        id: name,
        name: name_in_one_word(name),
        deprecated_ids: kind.map_or(&[], |kind| kind.formerly),
        short_description: message(&or_name(kind.map(|kind| kind.summary.to_owned()))),
        full_description: message(&or_name(kind.map(FindingKind::full_description))),
        help: Help {
            text: or_name(kind.map(FindingKind::help_text)),
            markdown: or_name(kind.map(FindingKind::help_markdown)),
        },
        help_uri: kind.and_then(FindingKind::url),
        default_configuration: Configuration { level: level.as_str() },
        properties: RuleProperties {
            precision: "high",
            severity: if level == Level::Note { "recommendation" } else { level.as_str() },
            tags: ["license", kind.map_or("policy", |kind| kind.topic.as_str())],
        },
    }
}

/// `NonCommercial`: the name that people may read, which must not be the id.
fn name_in_one_word(name: &str) -> String {
    let words = name.split('-').filter_map(|word| {
        let mut letters = word.chars();
        letters.next().map(|first| format!("{}{}", first.to_ascii_uppercase(), letters.as_str()))
    });
    words.collect()
}

fn found(scan: &Scan, issue: &Issue<'_>, names: &[&'static str]) -> Found {
    let finding = &issue.finding;
    let target = finding.subject.as_ref().and_then(|subject| scan.sources.get(subject.source));
    Found {
        rule_id: finding.name,
        rule_index: names.binary_search(&finding.name).unwrap_or_default(),
        level: finding.level.as_str(),
        message: message(&plain(&words(scan, issue))),
        locations: [shown(&issue.anchor)],
        related_locations: related(scan, issue),
        partial_fingerprints: Fingerprints { primary_location_line_hash: issue.key.clone() },
        baseline_state: None,
        suppressions: None,
        properties: FoundProperties {
            verdict: finding.verdict.as_str(),
            license: finding.license.clone(),
            subject: finding.subject.as_ref().map(subject_words),
            target: target.map(|source| source.name().to_owned()),
        },
    }
}

/// Sentences, of which the first stands alone: it is all that a list of results shows.
fn words(scan: &Scan, issue: &Issue<'_>) -> String {
    let place = issue.elsewhere(scan).map(|place| format!("It is about {place}."));
    let sentences = [Some(issue.message()), issue.excuse(), place, Some(issue.help())];
    let sentences: Vec<String> = sentences.into_iter().flatten().filter(|sentence| !sentence.is_empty()).collect();
    sentences.join(" ")
}

/// Inert words as the text of a message: braces are doubled (3.11.5), and what would be a link (3.11.6) is none.
fn plain(words: &str) -> String {
    words.replace("](", "] (").replace('{', "{{").replace('}', "}}")
}

fn message(text: &str) -> Message {
    Message { text: text.to_owned() }
}

fn baseline_state(issue: &Issue<'_>) -> &'static str {
    if issue.state == State::Existing { "unchanged" } else { "new" }
}

fn suppressions(issue: &Issue<'_>) -> Vec<Suppression> {
    let reason = issue.finding.waived.as_deref();
    let suppression =
        |reason| Suppression { kind: "external", status: "accepted", justification: inert_within(reason, WORDS_LIMIT) };
    reason.map(suppression).into_iter().collect()
}

/// `location` of an anchor.
fn shown(anchor: &Anchor) -> Place {
    let is_below = anchor.is_in_checkout();
    let is_absolute = anchor.is_here && anchor.path.starts_with('/');
    let uri = match (is_below, is_absolute) {
        (true, _) => uri::path(&anchor.path),
        (false, true) => format!("file://{}", uri::path(&anchor.path)),
        // A URI has no place for what lies above its base; the message says where it is.
        (false, false) => uri::path(&anchor.name_below()),
    };
    let artifact_location = ArtifactLocation { uri, uri_base_id: is_below.then_some(ROOT) };
    let physical_location = PhysicalLocation { artifact_location, region: anchor.span.into() };
    Place { id: None, message: None, physical_location }
}

/// Further places of a finding, then what the policy says, each with words.
fn related(scan: &Scan, issue: &Issue<'_>) -> Vec<Place> {
    let finding: &Finding = &issue.finding;
    let of_location = |location: &Location| {
        let anchor = Anchor::of_location(scan, location)?;
        Some((anchor, place(&scan.sources, location)))
    };
    let of_policy = finding.policy.iter().filter_map(|place| {
        let words = format!("The policy says {} = {}", place.key, place.value);
        Some((Anchor::of_policy(place)?, inert_within(&words, WORDS_LIMIT)))
    });
    let places = finding.locations.iter().filter_map(of_location).chain(of_policy);
    let others = places.filter(|(anchor, _)| *anchor != issue.anchor).take(MOST_PLACES);
    let numbered = others.zip(1..).map(|((anchor, words), id)| Place {
        id: Some(id),
        message: Some(message(&plain(&words))),
        ..shown(&anchor)
    });
    numbered.collect()
}

/// What is not among the results, in words.
fn left_out(notes: usize, cut: usize, results: usize) -> Vec<Notification> {
    let mut sentences = Vec::new();
    if notes > 0 {
        let verb = plural(notes, "note is", "notes are");
        sentences.push(("note", format!("{notes} {verb} not in this file. -v writes them too.")));
    }
    if cut > 0 {
        let verb = plural(cut, "result was", "results were");
        let cut = format!("{cut} of the least severe {verb} left out: GitHub takes {MOST_RESULTS} in a file.");
        sentences.push(("warning", format!("{cut} -o json holds all.")));
    }
    if results > SHOWN_RESULTS {
        let shown = format!("GitHub shows {SHOWN_RESULTS} of these {results} results, the most severe first.");
        sentences.push(("note", shown));
    }
    let notification = |(level, text): (_, String)| Notification {
        level,
        message: message(&text),
        descriptor: None,
        locations: Vec::new(),
    };
    sentences.into_iter().map(notification).collect()
}

/// What was not seen: first what makes the scan incomplete.
fn gaps(scan: &Scan) -> Vec<Notification> {
    let others = scan.gaps.iter().filter(|gap| !gap.kind.makes_incomplete());
    let all = incomplete_gaps(scan).map(|(_, gap)| gap).chain(others);
    let notification = |gap: &Gap| Notification {
        level: if gap.kind.makes_incomplete() { "error" } else { "note" },
        message: message(&plain(&inert_within(&gap.detail, WORDS_LIMIT))),
        descriptor: Some(Reference { id: gap.kind.as_str() }),
        locations: Anchor::of_location(scan, &gap.at).map(|anchor| shown(&anchor)).into_iter().collect(),
    };
    let mut notifications: Vec<Notification> = all.take(MOST_GAPS).map(notification).collect();
    let rest = scan.gaps.len().saturating_sub(MOST_GAPS);
    if rest > 0 {
        let level = if scan.is_incomplete() { "error" } else { "note" };
        let words = format!("{} not listed here. -o json holds all.", more(rest, "gap is", "gaps are"));
        notifications.push(Notification { level, message: message(&words), descriptor: None, locations: Vec::new() });
    }
    notifications
}

/// `licentia/commercial/`: a category of its own for each policy, so that one run does not close what another found.
fn automation(scan: &Scan) -> String {
    let name = scan.policy.as_ref().map_or("scan", |policy| policy.name.as_str());
    let is_kept = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
    let name: String = name.chars().take(100).map(|letter| if is_kept(letter) { letter } else { '-' }).collect();
    format!("licentia/{name}/")
}

#[cfg(test)]
mod tests;
