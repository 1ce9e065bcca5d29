//! The answer of `licentia classify`: what a text means, as one JSON object a line, as one document, or for people.
//!
//! The shape is a contract (DESIGN §6, `schemas/classify-1.schema.json`).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use license_db::terms::CommercialUse;
use schemars::JsonSchema;
use serde::Serialize;

use super::commerce::commercial_use;
use super::escape::{inert, inert_within, prefix, width};
use super::layout::{Paragraph, plural};
use super::style::Style;
use super::wire::{self, words};
use crate::license::{Change, Classification, Expression, MODIFIED_PREFIX, Match, MatchKind, Outcome, UNEXPLAINED};

/// The JSON Schema of one line, as it stands in `schemas/classify-1.schema.json`.
pub fn schema() -> serde_json::Value {
    wire::schema_of::<Line<'_>>()
}

/// How much is told of the differences between a text and the licence that it resembles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Differences {
    /// Which lines have words added, and how many words are missing.
    #[default]
    Counted,
    /// The words of both sides as well.
    Shown,
}

/// Writes one line of JSON for a file.
pub fn write_line(
    path: &str,
    classification: &Classification,
    differences: Differences,
    out: &mut dyn Write,
) -> io::Result<()> {
    wire::write_line(&line(path, classification, differences), out)
}

/// Writes all files as one JSON array.
pub fn write_document(
    files: &[(String, Classification)],
    differences: Differences,
    out: &mut dyn Write,
) -> io::Result<()> {
    let lines: Vec<_> = files.iter().map(|(path, classification)| line(path, classification, differences)).collect();
    wire::write_document(&lines, out)
}

/// Writes a file's answer for people: `path: MIT (exact)`, its passages below, and perhaps where they differ.
pub fn write_text(
    path: &str,
    classification: &Classification,
    differences: Differences,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let palette = &style.palette;
    let label = format!("{}: ", inert(path));
    let text = match (&classification.expression, classification.candidates.as_slice()) {
        (Some(expression), _) => format!("{expression} ({})", classification.outcome),
        (None, []) if classification.outcome == Outcome::None => "no licence statement (none)".to_owned(),
        (None, []) => format!("no identified licence ({})", classification.outcome),
        (None, candidates) => format!("perhaps {} ({})", candidates.join(", "), classification.outcome),
    };
    let text_style = match classification.outcome {
        Outcome::Exact => palette.good,
        Outcome::Unknown | Outcome::Modified => palette.bad,
        Outcome::None | Outcome::OneOf | Outcome::Approximate => palette.doubtful,
    };
    Paragraph { label: &label, label_style: palette.emphasis, indent: 4, text: &text, text_style }.write(style, out)?;
    let plain = anstyle::Style::new();
    for found in &classification.matches {
        let text = passage(found);
        Paragraph { label: "  ", label_style: plain, indent: 6, text: &text, text_style: plain }.write(style, out)?;
    }
    for note in &classification.notes {
        let label_style = palette.note;
        Paragraph { label: "  note: ", label_style, indent: 8, text: note, text_style: plain }.write(style, out)?;
    }
    if differences == Differences::Shown {
        for found in classification.matches.iter().filter(|found| !found.changes.is_empty()) {
            write_changes(found, style, out)?;
        }
    }
    Ok(())
}

/// Writes where a passage differs from its reference: what the text has more is marked `+`, what it lacks `-`. Where a
/// reference is known by its fingerprint alone, missing words are counted.
fn write_changes(found: &Match, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let palette = &style.palette;
    let text = heading(found);
    Paragraph { label: "  ", label_style: palette.frame, indent: 4, text: &text, text_style: palette.emphasis }
        .write(style, out)?;
    for change in &found.changes {
        let (missing, added) =
            if change.is_operative { (palette.bad, palette.bad) } else { (palette.doubtful, palette.good) };
        if change.missing_words > 0 {
            let words = match &change.missing {
                Some(words) => quoted(words),
                None => format!("{} (known by fingerprint only)", counted(change.missing_words, "word", "words")),
            };
            write_side(change.lines, '-', &words, missing, style, out)?;
        }
        if !change.added.is_empty() {
            write_side(change.lines, '+', &quoted(&change.added), added, style, out)?;
        }
    }
    Ok(())
}

/// `lines 1-21 against MIT: 2 differences, 1 in words that permit, forbid, price or condition`
fn heading(found: &Match) -> String {
    let (first, last) = found.lines;
    let name = found.expression.to_string();
    if name == UNEXPLAINED {
        return format!("lines {first}-{last}, which no known licence explains");
    }
    let reference = inert_within(name.strip_prefix(MODIFIED_PREFIX).unwrap_or(&name), 200);
    let differences = counted(length(&found.changes), "difference", "differences");
    let operative = match found.changes.iter().filter(|change| change.is_operative).count() {
        0 => String::new(),
        count if count == found.changes.len() => ", in words that permit, forbid, price or condition".to_owned(),
        count => format!(", {count} in words that permit, forbid, price or condition"),
    };
    format!("lines {first}-{last} against {reference}: {differences}{operative}")
}

fn length(changes: &[Change]) -> u32 {
    u32::try_from(changes.len()).unwrap_or(u32::MAX)
}

fn counted(count: u32, one: &'static str, many: &'static str) -> String {
    format!("{count} {}", plural(usize::try_from(count).unwrap_or(usize::MAX), one, many))
}

fn write_side(
    (first, last): (u32, u32),
    sign: char,
    words: &str,
    color: anstyle::Style,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let place = if first == last { format!("{first}") } else { format!("{first}-{last}") };
    let label = format!("  {place:>9} {sign} ");
    Paragraph { label: &label, label_style: color, indent: 14, text: words, text_style: color }.write(style, out)
}

/// Columns of a quote that people are shown; the JSON holds more.
const LONGEST_QUOTE: usize = 2000;

/// Words of a text on one line, inert, with `…` where they are cut.
fn quoted(words: &str) -> String {
    let spaced = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let safe = inert(&spaced);
    // A change that reaches the limit of what is kept, to a character, was cut there.
    let is_whole = words.len() + 4 <= Change::LONGEST;
    if is_whole && width(&safe) <= LONGEST_QUOTE {
        return safe;
    }
    format!("{} …", prefix(&safe, LONGEST_QUOTE - 2).trim_end())
}

/// `lines 1-21: text of MIT (exact), 100.0 % of its words, 99.1 % alike, words added in lines 3-4`
fn passage(found: &Match) -> String {
    let (first, last) = found.lines;
    let expression = inert_within(&found.expression.to_string(), 200);
    let (kind, outcome) = (found.kind.as_str(), found.outcome);
    let (coverage, similarity) = (percent(found.coverage), percent(found.similarity));
    let mut words = format!(
        "lines {first}-{last}: {kind} of {expression} ({outcome}), {coverage} of its words, {similarity} alike"
    );
    if !found.added.is_empty() {
        let ranges: Vec<String> = found.added.iter().map(|(first, last)| format!("{first}-{last}")).collect();
        let _ = write!(words, ", words added in lines {}", ranges.join(", "));
    }
    if found.missing_words > 0 {
        let _ = write!(words, ", {} missing", counted(found.missing_words, "word", "words"));
    }
    words
}

fn percent(thousandths: u16) -> String {
    format!("{}.{} %", thousandths / 10, thousandths % 10)
}

/// What one file says about licences.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "licentia classify")]
struct Line<'a> {
    /// As it was given; `-` for standard input.
    path: &'a str,
    #[serde(flatten)]
    meaning: Meaning<'a>,
    terms: Terms<'a>,
}

/// What a statement means.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Meaning<'a> {
    /// SPDX expression; null where no single one can be given.
    expression: Option<String>,
    /// Identifiers that fit, likeliest first, where no expression can be given, or the licence that was modified.
    candidates: &'a [String],
    outcome: OutcomeWord,
    /// The passages, in the order of their lines.
    matches: Vec<Passage<'a>>,
    /// What a reader should know.
    notes: &'a [String],
}

/// A passage that states a licence.
#[derive(Debug, Serialize, JsonSchema)]
struct Passage<'a> {
    expression: String,
    kind: MatchWord,
    outcome: OutcomeWord,
    /// First line, from 1.
    start_line: u32,
    /// Last line.
    end_line: u32,
    /// Words of the reference that were found, in thousandths.
    coverage: u16,
    /// Agreement of passage and reference both ways, in thousandths.
    similarity: u16,
    /// Lines with words that the reference does not have: first and last of each range.
    added: &'a [(u32, u32)],
    /// Words of the reference that are missing.
    missing_words: u32,
    /// Every difference that means something, in the order of the text; only where it was asked for (`--diff`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<Difference<'a>>")]
    changes: Option<Vec<Difference<'a>>>,
}

/// A place where a passage differs from its reference.
#[derive(Debug, Serialize, JsonSchema)]
struct Difference<'a> {
    /// First line, from 1; where words are missing and none stand in their place, the line where they would stand.
    start_line: u32,
    /// Last line.
    end_line: u32,
    /// What the text has more, as it is printed, cut at 4096 bytes; empty where words are only missing.
    added: &'a str,
    /// What the reference has here and the text has not, cut at 4096 bytes; null where it has nothing, or where the
    /// reference is known by its fingerprint alone.
    missing: Option<&'a str>,
    /// How many words are missing here.
    missing_words: u32,
    /// Whether words are touched that permit, forbid, price or condition.
    is_operative: bool,
}

impl<'a> Difference<'a> {
    fn of(change: &'a Change) -> Self {
        Self {
            start_line: change.lines.0,
            end_line: change.lines.1,
            added: &change.added,
            missing: change.missing.as_deref(),
            missing_words: change.missing_words,
            is_operative: change.is_operative,
        }
    }
}

/// What the licences ask: by the database, and by the clauses of a text that it cannot know.
#[derive(Debug, Serialize, JsonSchema)]
struct Terms<'a> {
    commercial_use: CommerceWord,
    /// Clauses of the text, in its order; null where they were not read: of a text of the SPDX list, and of what is no
    /// licence text.
    clauses: Option<Vec<Clause<'a>>>,
    /// Lines of sentences about purposes, users or places that no rule understood.
    unread: Vec<(u32, u32)>,
}

/// What a clause states, in the words of the vocabulary of terms.
#[derive(Debug, Serialize, JsonSchema)]
struct Clause<'a> {
    kind: &'static str,
    /// Several joined by `, `; empty for a threshold.
    value: &'a str,
    /// The number of a threshold, in persons or whole units of the currency.
    limit: Option<u64>,
    /// `measured`, `scope`, `currency`, `binds`, `when`, `trigger`.
    details: BTreeMap<&'static str, &'static str>,
    start_line: u32,
    end_line: u32,
    /// The words, of a long clause the first.
    quote: &'a str,
}

impl<'a> Terms<'a> {
    fn of(classification: &'a Classification) -> Self {
        let read = classification.terms.as_deref();
        let clause = |one: &'a crate::clause::Clause| Clause {
            kind: one.kind.as_str(),
            value: &one.value,
            limit: one.limit,
            details: one.details.iter().copied().collect(),
            start_line: one.place.lines.0,
            end_line: one.place.lines.1,
            quote: &one.place.quote,
        };
        Self {
            commercial_use: commercial_use(classification).into(),
            clauses: read.map(|read| read.clauses.iter().map(clause).collect()),
            unread: read.map(|read| read.unread.iter().map(|place| place.lines).collect()).unwrap_or_default(),
        }
    }
}

words!(CommerceWord = CommercialUse { Yes, Conditional, Unstated, No });
words!(OutcomeWord = Outcome { None, Exact, OneOf, Approximate, Modified, Unknown });
words!(MatchWord = MatchKind { Text, Notice, Tag, Reference });

impl<'a> Meaning<'a> {
    pub(crate) fn of(classification: &'a Classification) -> Self {
        Self::with(classification, Differences::Counted)
    }

    fn with(classification: &'a Classification, differences: Differences) -> Self {
        let is_shown = differences == Differences::Shown;
        let passages = classification.matches.iter().map(|found| Passage {
            expression: found.expression.to_string(),
            kind: found.kind.into(),
            outcome: found.outcome.into(),
            start_line: found.lines.0,
            end_line: found.lines.1,
            coverage: found.coverage,
            similarity: found.similarity,
            added: &found.added,
            missing_words: found.missing_words,
            changes: is_shown.then(|| found.changes.iter().map(Difference::of).collect()),
        });
        Self {
            expression: classification.expression.as_ref().map(Expression::to_string),
            candidates: &classification.candidates,
            outcome: classification.outcome.into(),
            matches: passages.collect(),
            notes: &classification.notes,
        }
    }
}

fn line<'a>(path: &'a str, classification: &'a Classification, differences: Differences) -> Line<'a> {
    let terms = Terms::of(classification);
    Line { path, meaning: Meaning::with(classification, differences), terms }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Palette;

    fn modified() -> Classification {
        let found = Match {
            expression: Expression::license("LicenseRef-licentia-modified-MIT"),
            kind: MatchKind::Text,
            outcome: Outcome::Modified,
            lines: (1, 24),
            bytes: (0, 1100),
            coverage: 1000,
            similarity: 931,
            added: vec![(22, 24)],
            missing_words: 1,
            changes: Vec::new(),
        };
        Classification {
            outcome: Outcome::Modified,
            expression: Some(found.expression.clone()),
            candidates: vec!["MIT".to_owned()],
            matches: vec![found],
            notes: vec!["words stand behind the licence text".to_owned()],
            terms: None,
        }
    }

    fn text(classification: &Classification) -> String {
        let mut out = Vec::new();
        write_text("a/LICENSE", classification, Differences::Counted, &Style::default(), &mut out)
            .expect("memory takes everything");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn a_line_has_the_keys_of_the_contract() {
        let mut out = Vec::new();
        write_line("a/LICENSE", &modified(), Differences::Counted, &mut out).expect("memory takes everything");
        let expected = concat!(
            r#"{"path": "a/LICENSE", "expression": "LicenseRef-licentia-modified-MIT", "candidates": ["MIT"], "#,
            r#""outcome": "modified", "matches": [{"expression": "LicenseRef-licentia-modified-MIT", "kind": "text", "#,
            r#""outcome": "modified", "start_line": 1, "end_line": 24, "coverage": 1000, "similarity": 931, "#,
            r#""added": [[22, 24]], "missing_words": 1}], "notes": ["words stand behind the licence text"], "#,
            r#""terms": {"commercial_use": "unstated", "clauses": null, "unread": []}}"#,
            "\n"
        );
        assert_eq!(String::from_utf8(out).expect("UTF-8"), expected);
    }

    #[test]
    fn people_read_the_answer_first_and_its_passages_below() {
        assert_eq!(
            text(&modified()),
            "a/LICENSE: LicenseRef-licentia-modified-MIT (modified)\n  lines 1-24: text of \
             LicenseRef-licentia-modified-MIT (modified), 100.0 % of its words, 93.1 %\n      alike, words added in \
             lines 22-24, 1 word missing\n  note: words stand behind the licence text\n"
        );
        let none = Classification::of_label(Outcome::None, None, Vec::new());
        assert_eq!(text(&none), "a/LICENSE: no licence statement (none)\n");
        let family = Classification::of_label(Outcome::OneOf, None, vec!["A".to_owned(), "B".to_owned()]);
        assert_eq!(text(&family), "a/LICENSE: perhaps A, B (one-of)\n");
    }

    /// A text with a term added, one replaced and one that only a fingerprint knows.
    fn changed() -> Classification {
        let change = |lines: (u32, u32), added: &str, missing: Option<&str>, missing_words: u32| Change {
            bytes: (0, 0),
            lines,
            added: added.to_owned(),
            missing: missing.map(str::to_owned),
            missing_words,
            is_operative: added.contains("forbidden"),
        };
        let mut found = modified();
        found.matches[0].changes = vec![
            change((3, 3), "weather\u{1b}[2J", Some("the\n   Software"), 2),
            change((9, 9), "", None, 1),
            change((22, 24), "selling   it\nis forbidden", None, 0),
        ];
        found
    }

    fn shown(classification: &Classification, palette: Palette) -> String {
        let mut out = Vec::new();
        let style = Style { palette, ..Style::default() };
        write_text("LICENSE", classification, Differences::Shown, &style, &mut out).expect("memory takes everything");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn both_sides_of_a_difference_are_shown_inert_and_what_only_a_fingerprint_knows_is_counted() {
        let text = shown(&changed(), Palette::PLAIN);
        let (_, differences) = text.split_once("licence text\n").expect("the note stands above");
        assert_eq!(
            differences,
            "  lines 1-24 against MIT: 3 differences, 1 in words that permit, forbid, price or condition\n          \
             3 - the Software\n          3 + weather\\u{1b}[2J\n          9 - 1 word (known by fingerprint only)\n      \
             22-24 + selling it is forbidden\n"
        );
        assert!(!self::text(&changed()).contains("against"));
    }

    #[test]
    fn the_two_sides_have_colours_where_colours_are_wanted() {
        let text = shown(&changed(), Palette::COLORED);
        let palette = Palette::COLORED;
        for (words, color) in [
            ("the Software", palette.doubtful),
            ("weather\\u{1b}[2J", palette.good),
            ("selling it is forbidden", palette.bad),
        ] {
            assert!(text.contains(&format!("{color}{words}{color:#}")), "{text:?}");
        }
    }

    #[test]
    fn a_long_quote_is_cut_and_says_so() {
        assert_eq!(quoted("one\n  two"), "one two");
        let long = quoted(&"word ".repeat(500));
        assert!(long.ends_with(" …") && width(&long) <= LONGEST_QUOTE, "{long}");
        // What the matcher has cut is no whole quote, however few columns it takes.
        assert!(quoted(&format!("one{}two", " ".repeat(Change::LONGEST - 6))).ends_with("one two …"));
    }

    #[test]
    fn words_that_nothing_explains_have_nothing_to_differ_from() {
        let mut found = changed();
        found.matches[0].expression = Expression::license(UNEXPLAINED);
        assert!(shown(&found, Palette::PLAIN).contains("  lines 1-24, which no known licence explains\n"));
    }

    #[test]
    fn a_line_holds_the_differences_where_they_are_wanted() {
        let mut out = Vec::new();
        write_line("LICENSE", &changed(), Differences::Shown, &mut out).expect("memory takes everything");
        let line: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
        let schema = jsonschema::validator_for(&schema()).expect("a schema");
        assert!(schema.is_valid(&line), "{line}");
        let changes = line["matches"][0]["changes"].as_array().expect("a list");
        assert_eq!(changes.len(), 3);
        assert_eq!(
            changes[0],
            serde_json::json!({
                "start_line": 3, "end_line": 3, "added": "weather\u{1b}[2J", "missing": "the\n   Software",
                "missing_words": 2, "is_operative": false
            })
        );
        assert_eq!(changes[1]["missing"], serde_json::Value::Null);
    }
}
