//! `-o azure`: logging commands of Azure Pipelines, one for each issue.
//!
//! `##vso[task.logissue …]` as "Logging commands" of the Azure Pipelines documentation defines it: properties end with `;`
//! and the command with `]`, a line break ends the message, and `%` is written as `%AZP25`. The service knows errors and
//! warnings; what is a note, or does not count, is a plain line of the log.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::Format;
use super::issues::{Issue, State, issues, unseen_in_words};
use super::style::{Detail, Style};
use super::text::closing_sentence;
use crate::finding::Level;
use crate::scan::Scan;

/// `-o azure`.
pub(super) const FORMAT: Format = Format {
    name: "azure",
    summary: "errors and warnings for the log and the summary of Azure Pipelines",
    extension: "txt",
    is_for_people: false,
    write,
    files: None,
};

fn write(scan: &Scan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let unseen = unseen_in_words(scan);
    if !unseen.is_empty() {
        let kind = if scan.exit_code() == 4 { "error" } else { "warning" };
        let words = format!("Not everything was seen ({unseen}), so a pass cannot be trusted.");
        writeln!(out, "##vso[task.logissue type={kind};code=incomplete]{}", message(&words))?;
    }
    for issue in issues(scan) {
        issue_line(scan, &issue, style, out)?;
    }
    let verdict = scan.verdict().map_or(String::new(), |verdict| format!("{verdict}: "));
    writeln!(out, "{verdict}{}", closing_sentence(scan))
}

fn issue_line(scan: &Scan, issue: &Issue<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let words = issue.lines(scan).join(" ");
    let name = issue.finding.name;
    let kind = match (issue.state, issue.finding.level) {
        (State::Open, Level::Error) => "error",
        (State::Open, Level::Warning) => "warning",
        (State::Accepted, _) => return Ok(()),
        (_, level) if style.detail > Detail::Brief => {
            let state = if issue.state == State::Existing { "existing " } else { "" };
            return writeln!(out, "{state}{level}[{name}]: {words}");
        }
        _ => return Ok(()),
    };
    let anchor = &issue.anchor;
    let mut properties = format!("type={kind};code={}", property(name));
    if anchor.is_in_checkout() {
        let (line, column) = (anchor.span.start_line, anchor.span.start_column);
        let path = property(&anchor.path);
        let _ = write!(properties, ";sourcepath={path};linenumber={line};columnnumber={column}");
    }
    writeln!(out, "##vso[task.logissue {properties}]{}", message(&words))
}

/// Words behind a command.
fn message(words: &str) -> String {
    words.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(words: &str) -> String {
    message(words).replace(']', "%5D").replace(';', "%3B")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::sample;

    fn written(scan: &Scan, detail: Detail) -> String {
        sample::written(|out| write(scan, &Style { detail, ..Style::default() }, out))
    }

    #[test]
    fn each_issue_is_a_command_on_one_line() {
        let text = written(&sample::scan(), Detail::Normal);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            "##vso[task.logissue type=warning;code=incomplete]Not everything was seen (1 unreadable), so a pass cannot be trusted."
        );
        let start = "##vso[task.logissue type=error;code=non-commercial;sourcepath=seg-net/README.md;linenumber=4;columnnumber=10]the weights of";
        assert!(lines[1].starts_with(start), "{text}");
        assert!(lines[4].starts_with("deny: policy commercial (preset) does not allow"), "{text}");
        assert_eq!(lines.len(), 5);
    }

    #[test]
    fn what_does_not_count_is_no_command() {
        let mut scan = sample::scan();
        scan.gaps.clear();
        scan.findings[0].is_existing = true;
        scan.findings[1].waived = Some("bought".to_owned());
        let text = written(&scan, Detail::Normal);
        assert!(text.starts_with("existing warning[base-not-inspected]: "), "{text}");
        assert!(!text.contains("##vso") && !text.contains("non-commercial"), "{text}");
        assert_eq!(written(&scan, Detail::Brief).lines().count(), 1);
    }

    #[test]
    fn hostile_words_make_no_command() {
        let text = written(&sample::hostile(), Detail::Full);
        assert!(
            text.lines().all(|line| line.matches("##vso[").count() == usize::from(line.starts_with("##vso["))),
            "{text}"
        );
        assert!(!text.contains("##[") && !text.contains('\u{1b}'), "{text}");
    }

    proptest! {
        #[test]
        fn no_word_ends_a_property_or_a_line(words in any::<String>()) {
            prop_assert!(!property(&words).contains([']', ';', '\r', '\n']));
            let back = property(&words).replace("%3B", ";").replace("%5D", "]").replace("%0A", "\n").replace("%0D", "\r");
            prop_assert_eq!(back.replace("%AZP25", "%"), words);
        }
    }
}
