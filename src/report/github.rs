//! `-o github`: annotations for a run of GitHub Actions, as workflow commands.
//!
//! `::error file=…,line=…::message` as "Workflow commands" of the GitHub Actions documentation defines it. Of each kind
//! the service shows ten in a step and drops the rest without a word, so the worst are written and the last one says how
//! many there are.

use std::io::{self, Write};

use super::Format;
use super::anchor::Anchor;
use super::escape::inert_within;
use super::issues::{Issue, State, incomplete_gaps, issues, more, unseen_in_words};
use super::style::{Detail, Style};
use super::text::closing_sentence;
use crate::finding::Level;
use crate::scan::Scan;

/// `-o github`.
pub(super) const FORMAT: Format = Format {
    name: "github",
    summary: "annotations for GitHub Actions, the worst ten of each kind",
    extension: "txt",
    is_for_people: false,
    write,
    files: None,
};

/// Annotations of one kind that the service shows in one step.
const SHOWN: usize = 10;
/// Characters of a message; the runner cuts at 4096.
const LONGEST: usize = 4000;
/// Gaps that the annotation of an incomplete scan quotes.
const GAPS_QUOTED: usize = 5;
/// Columns of a gap in that annotation.
const GAP_LIMIT: usize = 400;

/// The kinds of annotations, the worst first, with the words for one and for many.
const KINDS: [(Level, &str, &str, &str); 3] = [
    (Level::Error, "error", "error", "errors"),
    (Level::Warning, "warning", "warning", "warnings"),
    (Level::Note, "notice", "notice", "notices"),
];

fn write(scan: &Scan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let issues = issues(scan);
    let shown: Vec<&Issue<'_>> = issues.iter().filter(|issue| issue.state != State::Accepted).collect();
    for (level, command, one, many) in KINDS {
        if level == Level::Note && style.detail == Detail::Brief {
            continue;
        }
        let incomplete = incomplete(scan).filter(|_| level == incomplete_level(scan));
        let of_level = shown.iter().filter(|issue| level_of(issue) == level).map(|issue| annotation(scan, issue));
        let all: Vec<Annotation> = incomplete.into_iter().chain(of_level).collect();
        let room = if all.len() > SHOWN { SHOWN - 1 } else { SHOWN };
        for annotation in all.iter().take(room) {
            annotation.write(command, out)?;
        }
        if all.len() > SHOWN {
            rest(all.len() - room, one, many).write(command, out)?;
        }
    }
    let verdict = scan.verdict().map_or(String::new(), |verdict| format!("{verdict}: "));
    writeln!(out, "{verdict}{}", closing_sentence(scan))
}

/// What does not count is a notice.
fn level_of(issue: &Issue<'_>) -> Level {
    if issue.state == State::Open { issue.finding.level } else { Level::Note }
}

/// A workflow command.
struct Annotation {
    /// Where, if that is a file of the checkout.
    anchor: Option<Anchor>,
    title: String,
    lines: Vec<String>,
}

impl Annotation {
    fn write(&self, command: &str, out: &mut dyn Write) -> io::Result<()> {
        let mut properties = Vec::new();
        if let Some(anchor) = &self.anchor {
            let span = anchor.span;
            properties.push(format!("file={}", property(&anchor.path)));
            properties.push(format!("line={}", span.start_line));
            // Columns of several lines are refused.
            if span.start_line == span.end_line {
                properties.push(format!("col={}", span.start_column));
            }
            properties.push(format!("endLine={}", span.end_line));
            if span.start_line == span.end_line {
                properties.push(format!("endColumn={}", span.end_column));
            }
        }
        properties.push(format!("title={}", property(&self.title)));
        let words: String = self.lines.join("\n").chars().take(LONGEST).collect();
        writeln!(out, "::{command} {}::{}", properties.join(","), data(&words))
    }
}

fn annotation(scan: &Scan, issue: &Issue<'_>) -> Annotation {
    Annotation {
        anchor: Some(issue.anchor.clone()).filter(Anchor::is_in_checkout),
        title: format!("licentia: {}", issue.finding.name),
        lines: issue.lines(scan),
    }
}

/// That the scan is incomplete; `None` where it is not.
fn incomplete(scan: &Scan) -> Option<Annotation> {
    let kinds = unseen_in_words(scan);
    let (_, first) = incomplete_gaps(scan).next()?;
    let mut lines = vec![format!("Not everything was seen ({kinds}), so a pass cannot be trusted.")];
    lines.extend(incomplete_gaps(scan).take(GAPS_QUOTED).map(|(_, gap)| inert_within(&gap.detail, GAP_LIMIT)));
    let unquoted = incomplete_gaps(scan).count().saturating_sub(GAPS_QUOTED);
    if unquoted > 0 {
        lines.push(format!("{}: -o github-summary and -o json list them.", more(unquoted, "gap", "gaps")));
    }
    let anchor = Anchor::of_location(scan, &first.at).filter(Anchor::is_in_checkout);
    Some(Annotation { anchor, title: "licentia: incomplete".to_owned(), lines })
}

/// An error where it is the reason that the step fails.
fn incomplete_level(scan: &Scan) -> Level {
    if scan.exit_code() == 4 { Level::Error } else { Level::Warning }
}

fn rest(count: usize, one: &str, many: &str) -> Annotation {
    let words = format!(
        "{} not shown: GitHub shows {SHOWN} of a kind in a step. -o github-summary and -o json list them.",
        more(count, one, many)
    );
    Annotation { anchor: None, title: "licentia: more".to_owned(), lines: vec![words] }
}

/// Words behind a command (`escapeData` of the runner).
fn data(words: &str) -> String {
    words.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property (`escapeProperty` of the runner).
fn property(words: &str) -> String {
    data(words).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::sample;

    fn written(scan: &Scan, detail: Detail) -> String {
        sample::written(|out| write(scan, &Style { detail, ..Style::default() }, out))
    }

    fn count(text: &str, command: &str) -> usize {
        text.lines().filter(|line| line.starts_with(&format!("::{command} "))).count()
    }

    #[test]
    fn each_issue_is_a_command_and_a_sentence_closes() {
        let expected = "\
::error file=seg-net/README.md,line=4,col=10,endLine=4,endColumn=22,title=licentia%3A non-commercial::the weights of ./seg-net are under CC-BY-NC-4.0, which forbids commercial use, and facts.use is `commercial`.%0Ahelp: use a model that may be used commercially, or ask the vendor for a licence.%0Amore: licentia explain non-commercial
::warning file=seg-net/model.bin,line=1,col=1,endLine=1,endColumn=2,title=licentia%3A incomplete::Not everything was seen (1 unreadable), so a pass cannot be trusted.%0Amodel.bin cannot be read: permission denied; run as a user who may read it
::warning file=seg-net/model.bin,line=1,col=1,endLine=1,endColumn=2,title=licentia%3A not-seen::./seg-net/model.bin: model.bin cannot be read: permission denied; run as a user who may read it (unreadable).%0Ahelp: Make it readable as the message says, and scan again.%0Amore: licentia explain not-seen
::warning file=seg-net/README.md,line=5,col=13,endLine=5,endColumn=28,title=licentia%3A base-not-inspected::the weights of ./seg-net come from vendor/base, which was not inspected.%0Ahelp: scan a copy of vendor/base together with ./seg-net%0Amore: licentia explain base-not-inspected
deny: policy commercial (preset) does not allow this as it stands; 4 files were looked at, not seen: 1 unreadable, 1 named parent; this is a policy result, not legal advice.
";
        let expected = expected.replace("together with ./seg-net%0A", "together with ./seg-net.%0A");
        assert_eq!(written(&sample::scan(), Detail::Normal), expected);
    }

    #[test]
    fn an_incomplete_scan_that_would_pass_is_an_error() {
        let mut scan = sample::scan();
        scan.findings.clear();
        let text = written(&scan, Detail::Normal);
        assert!(text.starts_with("::error file=seg-net/model.bin,"), "{text}");
        assert!(text.contains("title=licentia%3A incomplete::Not everything was seen"), "{text}");
        assert_eq!(count(&written(&sample::unjudged(), Detail::Normal), "error"), 1);
    }

    #[test]
    fn of_each_kind_ten_are_shown_and_the_last_says_how_many_more() {
        let mut scan = sample::scan();
        let (warning, error) = (scan.findings[0].clone(), scan.findings[1].clone());
        scan.findings.extend(std::iter::repeat_n(error, 11));
        scan.findings.extend(std::iter::repeat_n(warning, 7));
        let text = written(&scan, Detail::Normal);
        assert_eq!((count(&text, "error"), count(&text, "warning")), (10, 10));
        let last = text.lines().rfind(|line| line.starts_with("::error ")).unwrap_or_default();
        assert_eq!(
            last,
            "::error title=licentia%3A more::3 more errors not shown: GitHub shows 10 of a kind in a step. -o github-summary and -o json list them."
        );
        assert!(!text.contains("more warnings"), "ten are shown whole: {text}");
    }

    #[test]
    fn what_was_accepted_is_not_shown_and_what_exists_is_a_notice() {
        let mut scan = sample::scan();
        scan.gaps.clear();
        scan.findings[0].waived = Some("fine".to_owned());
        scan.findings[1].is_existing = true;
        let text = written(&scan, Detail::Normal);
        assert_eq!((count(&text, "error"), count(&text, "warning"), count(&text, "notice")), (0, 0, 1));
        assert!(text.contains("%0AIt is in the baseline, so it does not fail.%0A"), "{text}");
        assert_eq!(count(&written(&scan, Detail::Brief), "notice"), 0);
    }

    #[test]
    fn a_place_outside_of_the_checkout_is_said_in_words() {
        let mut scan = sample::scan();
        scan.sources[0].target = "/srv/seg-net".to_owned();
        let text = written(&scan, Detail::Normal);
        assert!(!text.contains("file="), "{text}");
        assert!(text.contains("%0Aplace: /srv/seg-net/README.md:4:10 (license)%0A"), "{text}");
    }

    #[test]
    fn hostile_words_make_no_command() {
        let text = written(&sample::hostile(), Detail::Full);
        assert_eq!(text.lines().filter(|line| line.starts_with("::")).count(), 4, "{text}");
        assert!(
            text.lines().all(|line| !line.trim_start().starts_with("::error::") && !line.contains("##[")),
            "{text}"
        );
        assert!(
            !text.chars().any(|character| character != '\n' && crate::report::escape::is_obeyed(character)),
            "{text}"
        );
    }

    proptest! {
        #[test]
        fn no_word_ends_a_property_or_a_line(words in any::<String>()) {
            prop_assert!(!property(&words).contains([':', ',', '\r', '\n']));
            let back = property(&words).replace("%2C", ",").replace("%3A", ":").replace("%0A", "\n").replace("%0D", "\r");
            prop_assert_eq!(back.replace("%25", "%"), words);
        }

        #[test]
        fn every_line_but_the_last_is_a_command(words in any::<String>()) {
            let mut scan = sample::scan();
            scan.findings[1].message.clone_from(&words);
            scan.findings[1].locations[0].path.clone_from(&words);
            scan.sources[0].target.clone_from(&words);
            let text = written(&scan, Detail::Normal);
            prop_assert_eq!(text.lines().count(), 5);
            prop_assert!(text.lines().take(4).all(|line| line.starts_with("::error ") || line.starts_with("::warning ")));
        }
    }
}
