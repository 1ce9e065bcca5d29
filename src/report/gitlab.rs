//! `-o gitlab`: a Code Quality report, which GitLab shows in a merge request.
//!
//! An array of issues with the keys that GitLab reads (documentation of "Code Quality", *Implement a custom tool*), UTF-8
//! without a byte order mark. It knows no place but a file of the repository and no way to say that an issue was accepted,
//! so accepted findings stand in the other reports only.

use std::io::{self, Write};

use serde::Serialize;

use super::Format;
use super::issues::{Issue, State, issues};
use super::style::Style;
use super::wire::write_document;
use crate::finding::Level;
use crate::scan::Scan;

/// `-o gitlab`.
pub(super) const FORMAT: Format = Format {
    name: "gitlab",
    summary: "Code Quality report for merge requests on GitLab",
    extension: "json",
    is_for_people: false,
    write,
    files: None,
};

#[derive(Debug, Serialize)]
struct Row<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: &'a str,
    severity: &'static str,
    location: Place,
}

#[derive(Debug, Serialize)]
struct Place {
    path: String,
    lines: Lines,
}

#[derive(Debug, Serialize)]
struct Lines {
    begin: u32,
}

fn write(scan: &Scan, _style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let issues = issues(scan);
    let shown = issues.iter().filter(|issue| issue.state != State::Accepted);
    let rows: Vec<Row<'_>> = shown.map(|issue| row(scan, issue)).collect();
    write_document(&rows, out)
}

fn row<'a>(scan: &Scan, issue: &'a Issue<'_>) -> Row<'a> {
    let mut words = vec![issue.message()];
    words.extend(issue.excuse());
    words.extend(issue.elsewhere(scan).map(|place| format!("Place: {place}.")));
    words.push(issue.help());
    words.retain(|words| !words.is_empty());
    Row {
        description: words.join(" "),
        check_name: issue.finding.name,
        fingerprint: &issue.key,
        severity: severity(issue),
        location: Place { path: issue.anchor.name_below(), lines: Lines { begin: issue.anchor.span.start_line } },
    }
}

/// What closes the gate blocks; what was not seen is as bad as an error, since nobody knows what it would have said.
fn severity(issue: &Issue<'_>) -> &'static str {
    match (issue.state, issue.finding.level) {
        (State::Open, _) if issue.fails => "blocker",
        (State::Open, level) if issue.is_unseen || level == Level::Error => "critical",
        (State::Open, Level::Warning) => "major",
        (State::Existing, Level::Error | Level::Warning) => "minor",
        _ => "info",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn written(scan: &Scan) -> (String, serde_json::Value) {
        let mut out = Vec::new();
        write(scan, &Style::default(), &mut out).expect("memory takes everything");
        let text = String::from_utf8(out).expect("JSON is UTF-8");
        let value = serde_json::from_str(&text).expect("it is JSON");
        let schema = include_str!("../../schemas/gitlab-code-quality.schema.json");
        let schema = serde_json::from_str(schema).expect("the schema is JSON");
        if let Err(error) = jsonschema::validator_for(&schema).expect("it is a schema").validate(&value) {
            panic!("{error} at {}", error.instance_path());
        }
        (text, value)
    }

    #[test]
    fn each_issue_has_the_keys_that_gitlab_reads() {
        let (text, rows) = written(&sample::scan());
        assert!(text.starts_with('['), "no byte order mark: {text}");
        let first = &rows[0];
        assert_eq!(first["check_name"], "non-commercial");
        assert_eq!(first["severity"], "blocker");
        assert_eq!(first["location"]["path"], "seg-net/README.md");
        assert_eq!(first["location"]["lines"]["begin"], 4);
        assert_eq!(first["fingerprint"].as_str().map(str::len), Some(64));
        let description = first["description"].as_str().expect("words");
        assert!(description.starts_with("the weights of ./seg-net are under CC-BY-NC-4.0"), "{description}");
        assert!(description.ends_with("or ask the vendor for a licence."), "{description}");
        assert_eq!(rows[1]["check_name"], "not-seen");
        assert_eq!(rows[1]["severity"], "critical");
        assert_eq!(rows[2]["severity"], "major");
    }

    #[test]
    fn what_was_accepted_is_left_out_and_what_exists_is_minor() {
        let mut scan = sample::scan();
        scan.gaps.clear();
        scan.findings[0].is_existing = true;
        scan.findings[1].waived = Some("bought".to_owned());
        let (_, rows) = written(&scan);
        assert_eq!(rows.as_array().map(Vec::len), Some(1));
        assert_eq!(
            (rows[0]["check_name"].as_str(), rows[0]["severity"].as_str()),
            (Some("base-not-inspected"), Some("minor"))
        );
        scan.findings.clear();
        assert_eq!(written(&scan).0, "[]\n");
    }

    #[test]
    fn a_scan_that_judges_nothing_still_says_what_it_did_not_see() {
        let (_, rows) = written(&sample::unjudged());
        assert_eq!(rows.as_array().map(Vec::len), Some(1));
        assert_eq!(rows[0]["location"]["path"], "seg-net/model.bin");
    }

    #[test]
    fn paths_never_leave_the_repository() {
        let mut scan = sample::scan();
        for target in ["../../seg-net", "/srv/seg-net"] {
            scan.sources[0].target = target.to_owned();
            let (_, rows) = written(&scan);
            for row in rows.as_array().expect("an array") {
                let path = row["location"]["path"].as_str().expect("a path");
                assert!(!path.starts_with('/') && !path.starts_with('.') && !path.contains(".."), "{path}");
            }
        }
    }

    #[test]
    fn hostile_words_stay_words() {
        let (text, _) = written(&sample::hostile());
        assert!(
            !text.chars().any(|character| character != '\n' && crate::report::escape::is_obeyed(character)),
            "{text}"
        );
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
        assert!(!text.contains("##["), "{text}");
    }
}
