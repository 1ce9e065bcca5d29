//! `-o concise`: one line for each finding and each gap, as compilers write them, so that editors and `grep` find the
//! place; the worst last, then one line that says what it all means.
//!
//! A line is `path:line:column: level[name] message`. The path is the one that opens the file from where the user stands;
//! a file without lines is opened at its beginning, `1:1`. What somebody accepted, or the baseline holds, says so before
//! its level.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::closing::closing_sentence;
use super::escape::inert_within;
use super::layout::{opened, plural};
use super::style::{Detail, Style};
use super::text::{standing, verdict_of, weight};
use super::{Format, text};
use crate::finding::{Finding, Level, Verdict};
use crate::location::{Location, Span};
use crate::scan::{Judged, Scan};

/// `-o concise`.
pub(super) const FORMAT: Format = Format {
    name: "concise",
    summary: "for people and editors: one line for each finding, path:line:column first",
    extension: "txt",
    is_for_people: true,
    write,
    files: None,
};

/// Columns of a path; the deepest that file systems open have about four thousand.
const PATH_LIMIT: usize = 4096;
/// Columns of a message.
const MESSAGE_LIMIT: usize = 2000;

fn write(scan: &Scan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if scan.policy.is_none() {
        subjects(scan, style, out)?;
    }
    for gap in &scan.gaps {
        let label = format!("gap[{}]", gap.kind);
        line(&place(scan, &gap.at), (&label, style.palette.doubtful), &gap.detail, style, out)?;
    }
    let is_shown =
        |finding: &&Finding| style.detail != Detail::Brief || (finding.level > Level::Note && finding.waived.is_none());
    let mut findings: Vec<&Finding> = scan.findings.iter().filter(is_shown).collect();
    // A stable sort keeps the order of the scan inside.
    findings.sort_by_key(|finding| weight(finding));
    for finding in findings {
        let label = format!("{}{}[{}]", standing(finding), finding.level, finding.name);
        let paint = style.palette.level(finding.level);
        line(&place_of(scan, finding), (&label, paint), &finding.message, style, out)?;
    }
    let paint = scan.verdict().map_or(style.palette.note, |verdict| style.palette.verdict(verdict));
    let verdict = scan.verdict().map_or(String::new(), |verdict| format!("{verdict}: "));
    writeln!(out, "{paint}{verdict}{paint:#}{}; {}", counts(scan), closing_sentence(scan))
}

fn line(
    place: &str,
    (label, paint): (&str, anstyle::Style),
    message: &str,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let bold = style.palette.emphasis;
    writeln!(out, "{bold}{place}:{bold:#} {paint}{label}{paint:#} {}", inert_within(message, MESSAGE_LIMIT))
}

/// Where nothing is judged: what is held about each subject.
fn subjects(scan: &Scan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let is_named = |judged: &&Judged| scan.sources.get(judged.subject.source).is_some_and(|source| !source.is_followed);
    for judged in scan.judged.iter().filter(is_named) {
        let location = Location::file(judged.subject.source, judged.subject.path.clone());
        let held = text::held_licence(judged);
        line(&place(scan, &location), ("licence", style.palette.note), &held, style, out)?;
    }
    Ok(())
}

/// The first place of a finding; without one, the line of the policy that leads to it, else what was scanned.
fn place_of(scan: &Scan, finding: &Finding) -> String {
    if let Some(location) = finding.locations.first() {
        return place(scan, location);
    }
    if let Some(said) = finding.policy.iter().find(|said| said.span.is_some()) {
        return at(&said.file, said.span);
    }
    let source = finding.subject.as_ref().map_or(0, |subject| subject.source);
    place(scan, &Location::file(source, ""))
}

fn place(scan: &Scan, location: &Location) -> String {
    at(&opened(scan.sources.get(location.source), &location.path), location.span)
}

fn at(path: &str, span: Option<Span>) -> String {
    let (line, column) = span.map_or((1, 1), |span| (span.start_line, span.start_column));
    let path = inert_within(path, PATH_LIMIT);
    format!("{}:{line}:{column}", if path.is_empty() { "." } else { &path })
}

/// `1 error, 1 warning, 1 gap, 2 accepted`
fn counts(scan: &Scan) -> String {
    let of_level = |level| scan.findings.iter().filter(|finding| finding.is_open() && finding.level == level).count();
    let accepted = scan.findings.iter().filter(|finding| finding.waived.is_some()).count();
    let existing = scan.findings.iter().filter(|finding| finding.waived.is_none() && finding.is_existing).count();
    let count = |number: usize, one, many| (number > 0).then(|| format!("{number} {}", plural(number, one, many)));
    let counts = [
        count(of_level(Level::Error), "error", "errors"),
        count(of_level(Level::Warning), "warning", "warnings"),
        count(of_level(Level::Note), "note", "notes"),
        count(scan.gaps.len(), "gap", "gaps"),
        count(accepted, "accepted", "accepted"),
        count(existing, "existing", "existing"),
    ];
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    let incomplete = scan.incomplete_sources();
    let number = scan.targets().count();
    let allowed = scan.targets().filter(|(index, _)| verdict_of(scan, *index) == Some(Verdict::Allow));
    let (partly, clean): (Vec<_>, Vec<_>) = allowed.partition(|(index, _)| incomplete.contains(index));
    let mut allowed = String::new();
    if scan.policy.is_some() {
        let _ = write!(allowed, ", {} of them allowed", clean.len());
    }
    if !partly.is_empty() {
        let _ = write!(allowed, ", {} allowed as far as seen", partly.len());
    }
    let counts = if counts.is_empty() { "no findings".to_owned() } else { counts.join(", ") };
    format!("{counts} in {number} {}{allowed}", plural(number, "target", "targets"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::escape::is_obeyed;
    use crate::report::sample;
    use crate::report::style::Palette;

    fn written(scan: &Scan, style: &Style) -> String {
        sample::written(|out| write(scan, style, out))
    }

    #[test]
    fn one_line_a_finding_and_one_that_says_what_it_means() {
        let expected = "\
./seg-net/model.bin:1:1: gap[unreadable] model.bin cannot be read: permission denied; run as a user who may read it
./seg-net/README.md:5:13: warning[base-not-inspected] the weights of ./seg-net come from vendor/base, which was not inspected
./seg-net/README.md:4:10: error[non-commercial] the weights of ./seg-net are under CC-BY-NC-4.0, which forbids commercial use, and facts.use is `commercial`
deny: 1 error, 1 warning, 1 gap in 1 target, 0 of them allowed; policy commercial (preset) does not allow this as it stands; 4 files were looked at, not seen: 1 unreadable, 1 named parent; this is a policy result, not legal advice.
";
        assert_eq!(written(&sample::scan(), &Style::default()), expected);
    }

    #[test]
    fn what_was_accepted_comes_first_and_says_so() {
        let mut scan = sample::scan();
        scan.findings[1].waived = Some("bought".to_owned());
        scan.findings[0].is_existing = true;
        let text = written(&scan, &Style::default());
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[1].contains(": accepted error[non-commercial] "), "{text}");
        assert!(lines[2].contains(": existing warning[base-not-inspected] "), "{text}");
        assert!(lines[3].contains(" 1 gap, 1 accepted, 1 existing in 1 target"), "{text}");
        let brief = written(&scan, &Style { detail: Detail::Brief, ..Style::default() });
        assert!(!brief.contains("non-commercial]") && brief.contains("gap[unreadable]"), "{brief}");
    }

    #[test]
    fn a_scan_that_judges_nothing_lists_licences() {
        let text = written(&sample::unjudged(), &Style::default());
        assert!(
            text.starts_with("./seg-net:1:1: licence weights CC-BY-NC-4.0\n./seg-net/src:1:1: licence code"),
            "{text}"
        );
        assert!(
            text.lines().last().is_some_and(|line| line.starts_with("1 gap in 1 target; this scan lists")),
            "{text}"
        );
    }

    #[test]
    fn a_finding_without_a_place_stands_at_the_policy_or_at_what_was_scanned() {
        let mut scan = sample::scan();
        scan.findings.remove(0);
        scan.findings[0].locations.clear();
        assert!(written(&scan, &Style::default()).contains("\n./seg-net:1:1: error[non-commercial] "));
        let place = Span { start_line: 3, start_column: 8, end_line: 3, end_column: 9 };
        scan.findings[0].policy = vec![crate::finding::PolicyPlace {
            file: "licentia.toml".to_owned(),
            span: Some(place),
            key: "facts.use".to_owned(),
            value: String::new(),
        }];
        assert!(written(&scan, &Style::default()).contains("\nlicentia.toml:3:8: error[non-commercial] "));
        scan.sources.clear();
        scan.findings[0].policy.clear();
        assert!(written(&scan, &Style::default()).contains("\n.:1:1: error[non-commercial] "));
    }

    #[test]
    fn no_word_of_a_model_acts_through_the_report_or_breaks_its_lines() {
        for detail in [Detail::Brief, Detail::Normal, Detail::Full] {
            let mut scan = sample::hostile();
            let judging = written(&scan, &Style { detail, ..Style::default() });
            assert_eq!(judging.lines().count(), 4, "{judging}");
            scan.policy = None;
            let listing = written(&scan, &Style { detail, ..Style::default() });
            for text in [judging, listing] {
                assert!(!text.chars().any(|character| character != '\n' && is_obeyed(character)), "{text}");
                assert!(!text.lines().any(|line| line.starts_with("::")) && !text.contains("##["), "{text}");
            }
        }
    }

    #[test]
    fn colour_adds_nothing_but_colour() {
        let colored = written(&sample::scan(), &Style { palette: Palette::COLORED, ..Style::default() });
        assert!(colored.contains("\u{1b}[1m\u{1b}[31merror[non-commercial]\u{1b}[0m the weights"), "{colored}");
    }
}
