//! `-o github-summary`: a page of Markdown for `$GITHUB_STEP_SUMMARY`.
//!
//! The service takes 1 MiB from a step and shows nothing of a longer page, so each table has its room, and what does not
//! fit is counted.

use std::cmp::Reverse;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::Format;
use super::escape::inert_within;
use super::issues::{Issue, State, issues, more};
use super::layout::{place, plural};
use super::markdown_escape::cell;
use super::style::{Detail, Style};
use super::text::{closing_sentence, names_behind, subject_words, verdict_of};
use crate::finding::{Level, Verdict};
use crate::policy::finding_kind;
use crate::scan::Scan;

/// `-o github-summary`.
pub(super) const FORMAT: Format = Format {
    name: "github-summary",
    summary: "Markdown for the summary of a step of GitHub Actions, below its 1 MiB",
    extension: "md",
    is_for_people: false,
    write,
    files: None,
};

/// Bytes of the page up to the end of each table. The step may write other things into its summary too.
const MODELS_END: usize = 250_000;
const FINDINGS_END: usize = 650_000;
const UNSEEN_END: usize = 800_000;
const ACCEPTED_END: usize = 900_000;
/// Rows of a table; nobody reads more, and the page becomes slow.
const ROWS: usize = 500;
/// Columns of words in a cell before they are cut.
const CELL_LIMIT: usize = 600;
/// Licences named in the row of a model.
const SUBJECTS_NAMED: usize = 6;

fn write(scan: &Scan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut page = String::new();
    let incomplete = if scan.is_incomplete() { ", incomplete" } else { "" };
    let _ = writeln!(page, "## licentia: {}{incomplete}\n", sign(scan.verdict(), scan.is_incomplete()));
    let _ = writeln!(page, "{}\n", words(&closing_sentence(scan), 4 * CELL_LIMIT));
    models(scan, &mut page);
    let issues = issues(scan);
    let is_shown = |issue: &&Issue<'_>| {
        issue.state != State::Accepted && (style.detail > Detail::Brief || issue.finding.level > Level::Note)
    };
    findings(scan, &issues.iter().filter(is_shown).collect::<Vec<_>>(), &mut page);
    unseen(scan, &mut page);
    accepted(&issues.iter().filter(|issue| issue.state == State::Accepted).collect::<Vec<_>>(), &mut page);
    out.write_all(page.as_bytes())
}

/// A verdict in a sign and a word.
fn sign(verdict: Option<Verdict>, is_incomplete: bool) -> &'static str {
    match verdict {
        // What was not seen may say something else.
        Some(Verdict::Allow) if is_incomplete => "⚠️ allow",
        Some(Verdict::Allow) => "✅ allow",
        Some(Verdict::Review) => "⚠️ review",
        Some(Verdict::Unknown) => "❓ unknown",
        Some(Verdict::Deny) => "❌ deny",
        None => "➖ not judged",
    }
}

fn models(scan: &Scan, page: &mut String) {
    let incomplete = scan.incomplete_sources();
    // The table is cut where it is long.
    let mut targets: Vec<_> = scan.targets().map(|(index, source)| (index, source, verdict_of(scan, index))).collect();
    targets.sort_by_key(|(index, _, verdict)| (Reverse(*verdict), !incomplete.contains(index)));
    let rows: Vec<String> = targets
        .into_iter()
        .map(|(index, source, verdict)| {
            let mut reasons: Vec<String> = verdict
                .map_or(Vec::new(), |verdict| names_behind(scan, index, verdict))
                .into_iter()
                .map(linked)
                .collect();
            let is_incomplete = incomplete.contains(&index);
            if is_incomplete {
                reasons.push("incomplete".to_owned());
            }
            let target = words(&source.target, CELL_LIMIT);
            format!(
                "| {} | {target} | {} | {} |\n",
                sign(verdict, is_incomplete),
                licences(scan, index),
                reasons.join(", ")
            )
        })
        .collect();
    let head = "| verdict | model | licence | because |\n|---|---|---|---|\n";
    table("", head, &rows, ("model", "models"), MODELS_END, page);
}

/// `weights CC-BY-NC-4.0; code in src/ MIT`
fn licences(scan: &Scan, index: usize) -> String {
    let held: Vec<_> = scan.judged.iter().filter(|judged| judged.subject.source == index).collect();
    let mut parts: Vec<String> = held
        .iter()
        .take(SUBJECTS_NAMED)
        .map(|judged| match &judged.effective {
            Some(expression) => format!("{} {expression}", subject_words(&judged.subject)),
            None => format!("{} without an identified licence", subject_words(&judged.subject)),
        })
        .map(|part| words(&part, CELL_LIMIT / 2))
        .collect();
    if held.len() > SUBJECTS_NAMED {
        parts.push(more(held.len() - SUBJECTS_NAMED, "subject", "subjects"));
    }
    parts.join("; ")
}

fn findings(scan: &Scan, issues: &[&Issue<'_>], page: &mut String) {
    let row = |issue: &&Issue<'_>| {
        let level = match (issue.state, issue.finding.level) {
            (State::Open, Level::Error) => "❌ error",
            (State::Open, Level::Warning) => "⚠️ warning",
            (State::Open, Level::Note) => "ℹ️ note",
            (_, Level::Error) => "existing error",
            (_, Level::Warning) => "existing warning",
            (_, Level::Note) => "existing note",
        };
        let place = issue.finding.locations.first().map_or_else(
            || format!("{}:{}", issue.anchor.path, issue.anchor.span.start_line),
            |location| place(&scan.sources, location),
        );
        let name = linked(issue.finding.name);
        let (message, help) = (words(&issue.message(), CELL_LIMIT), words(&issue.help(), CELL_LIMIT));
        format!("| {level} | {name} | {message} | {} | {help} |\n", words(&place, CELL_LIMIT))
    };
    let rows: Vec<String> = issues.iter().take(ROWS.saturating_add(1)).map(row).collect();
    let rows = Rows { written: &rows, all: issues.len() };
    let head = "| level | finding | what | where | what to do |\n|---|---|---|---|---|\n";
    rows.table("### Findings\n\n", head, ("finding", "findings"), FINDINGS_END, page);
}

fn unseen(scan: &Scan, page: &mut String) {
    let mut gaps: Vec<_> = scan.gaps.iter().collect();
    gaps.sort_by_key(|gap| !gap.kind.makes_incomplete());
    let rows: Vec<String> = gaps
        .iter()
        .take(ROWS.saturating_add(1))
        .map(|gap| {
            let (at, detail) = (words(&place(&scan.sources, &gap.at), CELL_LIMIT), words(&gap.detail, CELL_LIMIT));
            let weight = if gap.kind.makes_incomplete() { "❌" } else { "ℹ️" };
            format!("| {weight} {} | {at} | {detail} |\n", gap.kind)
        })
        .collect();
    let head = "| kind | where | what happened |\n|---|---|---|\n";
    let rows = Rows { written: &rows, all: gaps.len() };
    rows.table("### Not seen\n\n", head, ("gap", "gaps"), UNSEEN_END, page);
}

fn accepted(issues: &[&Issue<'_>], page: &mut String) {
    let row = |issue: &&Issue<'_>| {
        let (name, message) = (linked(issue.finding.name), words(&issue.message(), CELL_LIMIT));
        format!("| {name} | {message} | {} |\n", words(issue.finding.waived.as_deref().unwrap_or_default(), CELL_LIMIT))
    };
    let rows: Vec<String> = issues.iter().take(ROWS.saturating_add(1)).map(row).collect();
    let rows = Rows { written: &rows, all: issues.len() };
    let head = "| finding | what | accepted because |\n|---|---|---|\n";
    rows.table("### Accepted\n\n", head, ("accepted finding", "accepted findings"), ACCEPTED_END, page);
}

/// The first rows of a table, and how many there are in all.
struct Rows<'a> {
    written: &'a [String],
    all: usize,
}

fn table(title: &str, head: &str, rows: &[String], counted: (&str, &str), end: usize, page: &mut String) {
    Rows { written: rows, all: rows.len() }.table(title, head, counted, end, page);
}

impl Rows<'_> {
    /// Writes as many rows as there is room for before `end`, and counts the rest.
    fn table(&self, title: &str, head: &str, (one, many): (&str, &str), end: usize, page: &mut String) {
        if self.all == 0 {
            return;
        }
        let _ = write!(page, "{title}{head}");
        let mut shown = 0;
        for row in self.written.iter().take(ROWS) {
            if page.len().saturating_add(row.len()) > end {
                break;
            }
            page.push_str(row);
            shown += 1;
        }
        page.push('\n');
        if shown < self.all {
            let left_out = self.all - shown;
            let verb = plural(left_out, "is", "are");
            let _ = writeln!(page, "{} {verb} not shown here; -o json lists all.\n", more(left_out, one, many));
        }
    }
}

/// The name of a finding, with its page.
fn linked(name: &str) -> String {
    let url = finding_kind(name).and_then(crate::finding::FindingKind::url);
    url.map_or_else(|| cell(name), |url| format!("[{}]({url})", cell(name)))
}

fn words(text: &str, limit: usize) -> String {
    cell(&inert_within(text, limit))
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::*;
    use crate::gap::{Gap, GapKind};
    use crate::location::Location;
    use crate::report::sample;

    fn written(scan: &Scan, detail: Detail) -> String {
        sample::written(|out| write(scan, &Style { detail, ..Style::default() }, out))
    }

    /// Rows of tables, and addresses that are linked.
    fn read(text: &str) -> (usize, Vec<String>) {
        let mut rows = 0;
        let mut links = Vec::new();
        for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
            match event {
                Event::Start(Tag::TableRow) => rows += 1,
                Event::Start(Tag::Link { dest_url, .. }) => links.push(dest_url.to_string()),
                Event::Html(_) | Event::InlineHtml(_) | Event::Code(_) | Event::Start(Tag::Image { .. }) => {
                    panic!("{event:?} in {text}")
                }
                _ => {}
            }
        }
        (rows, links)
    }

    #[test]
    fn the_verdict_stands_first_and_everything_in_a_table() {
        let text = written(&sample::scan(), Detail::Normal);
        assert!(
            text.starts_with("## licentia: ❌ deny, incomplete\n\npolicy commercial (preset) does not allow"),
            "{text}"
        );
        assert!(
            text.contains("| ❌ deny | ./seg-net | weights CC-BY-NC-4.0; code in src/ MIT | [non-commercial](https://"),
            "{text}"
        );
        assert!(text.contains("\n### Findings\n\n| level |"), "{text}");
        assert!(text.contains("| ./seg-net/README.md:4:10 (license) | use a model"), "{text}");
        assert!(text.contains("\n### Not seen\n\n"), "{text}");
        assert!(!text.contains("### Accepted"), "{text}");
        assert_eq!(read(&text).0, 1 + 3 + 1);
    }

    #[test]
    fn what_was_accepted_stands_apart_with_its_reason() {
        let mut scan = sample::scan();
        scan.findings[1].waived = Some("contract 17 | signed".to_owned());
        let text = written(&scan, Detail::Normal);
        let (_, accepted) = text.split_once("### Accepted").expect("a table of its own");
        assert!(accepted.contains("| contract 17 &#124; signed |"), "{text}");
    }

    #[test]
    fn a_scan_that_judges_nothing_says_so() {
        let text = written(&sample::unjudged(), Detail::Normal);
        assert!(text.starts_with("## licentia: ➖ not judged, incomplete\n\nthis scan lists"), "{text}");
    }

    #[test]
    fn hostile_words_stay_words_and_are_never_linked() {
        let text = written(&sample::hostile(), Detail::Full);
        let (rows, links) = read(&text);
        assert_eq!(rows, 1 + 3 + 1, "{text}");
        assert!(links.iter().all(|link| link.starts_with(env!("CARGO_PKG_REPOSITORY"))), "{links:?}");
        assert!(!text.contains("<script") && !text.contains('\u{1b}'), "{text}");
    }

    #[test]
    fn it_stays_below_what_the_service_takes_and_counts_the_rest() {
        let mut scan = sample::scan();
        let mut finding = scan.findings[1].clone();
        finding.message = "|<`".repeat(1 << 18);
        finding.help = "@a ".repeat(1 << 18);
        scan.findings = std::iter::repeat_n(finding, 2_000).collect();
        let gap = Gap { at: Location::file(0, "|".repeat(4_000)), kind: GapKind::Malformed, detail: "|".repeat(9_000) };
        scan.gaps = std::iter::repeat_n(gap, 2_000).collect();
        let text = written(&scan, Detail::Full);
        assert!(text.len() < 1_000_000, "{}", text.len());
        assert!(text.contains("### Not seen") && text.contains(" more findings are not shown here"), "{}", text.len());
        assert!(text.contains(" more gaps are not shown here"));
    }
}
