//! What `licentia lint` says: for people with the place and the words that stand there, on one line each for editors, and
//! as JSON.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::escape::inert_within;
use super::layout::{Paragraph, Snippet, gutter, opened, place, plural};
use super::style::{Detail, Style};
use super::wire;
use crate::finding::Level;
use crate::gap::Gap;
use crate::lint::Remark;
use crate::scan::{Source, Versions};

/// Columns of a message on one line.
const LINE_LIMIT: usize = 2000;

/// What was looked at, and what became of it.
#[derive(Clone, Debug)]
pub struct Linted {
    /// The tree first, then what it was made from, as the scan has them.
    pub sources: Vec<Source>,
    /// What is left to look at.
    pub remarks: Vec<Remark>,
    /// What was put right: name, and what was done.
    pub fixed: Vec<(&'static str, String)>,
    /// What could not be read of it, or of what it was made from.
    pub unseen: Vec<Gap>,
    /// Why a fix could not be written, where that is so: what is left to look at is then what it was before.
    pub unfinished: Option<String>,
}

impl Linted {
    /// 1 where something is left to do, else 4 where something could not be read, else 0; 4 where a fix could not be
    /// written.
    pub fn exit_code(&self) -> u8 {
        if self.unfinished.is_some() {
            4
        } else if self.remarks.iter().any(Remark::is_minded) {
            1
        } else if self.unseen.is_empty() {
            0
        } else {
            4
        }
    }

    /// What the target is called where it is spoken of.
    fn name(&self) -> &str {
        self.sources.first().map_or("", Source::name)
    }
}

/// 1 wins over 4.
pub fn exit_code(all: &[Linted]) -> u8 {
    let codes: Vec<u8> = all.iter().map(Linted::exit_code).collect();
    if codes.contains(&1) { 1 } else { codes.into_iter().max().unwrap_or(0) }
}

/// For people.
///
/// # Errors
/// Those of `out`.
pub fn write_text(all: &[Linted], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for linted in all {
        let is_shown = |remark: &&Remark| remark.is_minded() || style.detail != Detail::Brief;
        for remark in linted.remarks.iter().filter(is_shown) {
            write_remark(linted, remark, style, out)?;
            writeln!(out)?;
        }
        for gap in &linted.unseen {
            let label = format!("not read: {}: ", place(&linted.sources, &gap.at));
            let text_style = anstyle::Style::new();
            let label_style = style.palette.doubtful;
            Paragraph { label: &label, label_style, indent: 4, text: &gap.detail, text_style }.write(style, out)?;
        }
        for (name, does) in &linted.fixed {
            let label = format!("fixed[{name}]: ");
            let text_style = anstyle::Style::new();
            let label_style = style.palette.good;
            Paragraph { label: &label, label_style, indent: 4, text: does, text_style }.write(style, out)?;
        }
        let palette = &style.palette;
        let (color, words) = summary(linted, style);
        let name = inert_within(linted.name(), 200);
        writeln!(out, "{}{name}{:#}: {color}{words}{color:#}", palette.emphasis, palette.emphasis)?;
    }
    Ok(())
}

/// `2 things to mend (1 with --fix), 1 note`
fn summary(linted: &Linted, style: &Style) -> (anstyle::Style, String) {
    let minded = linted.remarks.iter().filter(|remark| remark.is_minded()).count();
    let notes = linted.remarks.len() - minded;
    let fixable = linted.remarks.iter().filter(|remark| remark.fix.is_some()).count();
    let mut words = match minded {
        0 if linted.unseen.is_empty() => "nothing to mend".to_owned(),
        0 => "nothing to mend in what could be read".to_owned(),
        _ => format!("{minded} {} to mend", plural(minded, "thing", "things")),
    };
    if notes > 0 {
        let _ = write!(words, ", {notes} {}", plural(notes, "note", "notes"));
    }
    if fixable > 0 {
        let _ = write!(words, "; --fix does {fixable} of them");
    }
    let is_blind = linted.remarks.iter().any(|remark| remark.name == "base-not-inspected");
    if is_blind {
        words.push_str("; a base was not looked at");
    }
    if linted.unfinished.is_some() {
        words.push_str("; a fix was not written");
    }
    let palette = &style.palette;
    let color = match (minded, linted.unseen.is_empty() && linted.unfinished.is_none()) {
        (0, true) => palette.good,
        (0, false) => palette.doubtful,
        _ => palette.bad,
    };
    (color, words)
}

fn write_remark(linted: &Linted, remark: &Remark, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let palette = &style.palette;
    let label = format!("{}[{}]: ", remark.level, remark.name);
    let label_style = palette.level(remark.level);
    let text_style = palette.emphasis;
    Paragraph { label: &label, label_style, indent: 4, text: &remark.message, text_style }.write(style, out)?;
    let gutter = gutter(std::iter::once(&remark.at));
    let sources = linted.sources.as_slice();
    if remark.at.source == 0 {
        Snippet { sources, location: &remark.at, quote: &remark.quote, gutter }.write(label_style, style, out)?;
    }
    let note = |label: &str, text: &str, out: &mut dyn Write| {
        let label = format!("{:gutter$} = {label}: ", "");
        let indent = label.len();
        let text_style = anstyle::Style::new();
        Paragraph { label: &label, label_style: palette.frame, indent, text, text_style }.write(style, out)
    };
    note("help", &remark.help, out)?;
    if let Some(fix) = &remark.fix {
        note("fix", &format!("--fix will {}", fix.does), out)?;
    }
    if remark.is_finding {
        note("more", &format!("licentia explain {}", remark.name), out)?;
    }
    Ok(())
}

/// One line each: `README.md:2:10: warning[license-id-spelling] …`.
///
/// # Errors
/// Those of `out`.
pub fn write_lines(all: &[Linted], out: &mut dyn Write) -> io::Result<()> {
    for linted in all {
        for remark in &linted.remarks {
            let at = crate::location::Location { key: None, ..remark.at.clone() };
            let at = place(&linted.sources, &at);
            let fix = if remark.fix.is_some() { " [fix]" } else { "" };
            let message = inert_within(&remark.message, LINE_LIMIT);
            writeln!(out, "{at}: {}[{}]{fix} {message}", remark.level, remark.name)?;
        }
        for gap in &linted.unseen {
            let at = place(&linted.sources, &gap.at);
            writeln!(out, "{at}: not-read[{}] {}", gap.kind, inert_within(&gap.detail, LINE_LIMIT))?;
        }
    }
    Ok(())
}

#[derive(Serialize, JsonSchema)]
#[schemars(title = "licentia lint")]
struct Document<'a> {
    /// Name and version of this form.
    schema: Schema,
    /// Version of licentia.
    tool: &'a str,
    /// Version of the database.
    database: &'a str,
    summary: Summary,
    /// In the order in which they were named.
    targets: Vec<Row<'a>>,
}

#[derive(Serialize, JsonSchema)]
enum Schema {
    #[serde(rename = "licentia.lint/1")]
    One,
}

#[derive(Serialize, JsonSchema)]
struct Summary {
    /// 1 something is left to do, 4 something could not be read or a fix not be written, 0 neither.
    exit_code: u8,
    /// Errors and warnings.
    minded: usize,
    /// Notes, which leave nothing to do.
    notes: usize,
    /// Remarks that `--fix` would take away.
    fixable: usize,
    /// What was put right in this run.
    fixed: usize,
}

#[derive(Serialize, JsonSchema)]
struct Row<'a> {
    /// As the user named it.
    target: &'a str,
    /// `org/name`, where that is known.
    repository: Option<&'a str>,
    remarks: Vec<RemarkRow<'a>>,
    fixed: Vec<FixedRow<'a>>,
    /// What could not be read: nothing is known of it.
    unseen: Vec<UnseenRow<'a>>,
    /// Why a fix could not be written; null where none failed.
    unfinished: Option<&'a str>,
}

wire::words!(LevelWord = Level { Note, Warning, Error });

#[derive(Serialize, JsonSchema)]
struct RemarkRow<'a> {
    /// Kebab-case; that of a finding where `is_finding`.
    name: &'a str,
    level: LevelWord,
    message: &'a str,
    /// Path from the root of the target; empty for the target itself.
    path: &'a str,
    /// First line, from 1; null where it is about a whole file.
    start_line: Option<u32>,
    /// Column of the first character, from 1.
    start_column: Option<u32>,
    /// Last line.
    end_line: Option<u32>,
    /// Column behind the last character.
    end_column: Option<u32>,
    /// Key of the front matter.
    key: Option<&'a str>,
    /// What to do.
    help: &'a str,
    /// What `--fix` would do; null where a person must.
    fix: Option<&'a str>,
    /// Whether `licentia explain` knows the name, and a check reports it too.
    is_finding: bool,
}

#[derive(Serialize, JsonSchema)]
struct FixedRow<'a> {
    name: &'a str,
    /// What was done, in the imperative.
    did: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct UnseenRow<'a> {
    path: Cow<'a, str>,
    kind: &'a str,
    detail: &'a str,
}

/// One JSON document.
///
/// # Errors
/// Those of `out`.
pub fn write_json(all: &[Linted], versions: &Versions, out: &mut dyn Write) -> io::Result<()> {
    let remarks = || all.iter().flat_map(|linted| &linted.remarks);
    let minded = remarks().filter(|remark| remark.is_minded()).count();
    let document = Document {
        schema: Schema::One,
        tool: &versions.tool,
        database: &versions.database,
        summary: Summary {
            exit_code: exit_code(all),
            minded,
            notes: remarks().count() - minded,
            fixable: remarks().filter(|remark| remark.fix.is_some()).count(),
            fixed: all.iter().map(|linted| linted.fixed.len()).sum(),
        },
        targets: all.iter().map(row).collect(),
    };
    wire::write_document(&document, out)
}

fn row(linted: &Linted) -> Row<'_> {
    Row {
        target: linted.sources.first().map_or("", |source| source.target.as_str()),
        repository: linted.sources.first().and_then(|source| source.repository.as_deref()),
        remarks: linted.remarks.iter().map(remark_row).collect(),
        fixed: linted.fixed.iter().map(|(name, did)| FixedRow { name, did }).collect(),
        unseen: linted
            .unseen
            .iter()
            .map(|gap| UnseenRow { path: seen_from(linted, gap), kind: gap.kind.as_str(), detail: &gap.detail })
            .collect(),
        unfinished: linted.unfinished.as_deref(),
    }
}

/// Path from the root of the target; that of a base stands behind the name of its repository.
fn seen_from<'a>(linted: &'a Linted, gap: &'a Gap) -> Cow<'a, str> {
    match gap.at.source {
        0 => Cow::Borrowed(&gap.at.path),
        source => Cow::Owned(opened(linted.sources.get(source), &gap.at.path)),
    }
}

fn remark_row(remark: &Remark) -> RemarkRow<'_> {
    let span = remark.at.span;
    RemarkRow {
        name: remark.name,
        level: remark.level.into(),
        message: &remark.message,
        path: &remark.at.path,
        start_line: span.map(|span| span.start_line),
        start_column: span.map(|span| span.start_column),
        end_line: span.map(|span| span.end_line),
        end_column: span.map(|span| span.end_column),
        key: remark.at.key.as_deref(),
        help: &remark.help,
        fix: remark.fix.as_ref().map(|fix| fix.does.as_str()),
        is_finding: remark.is_finding,
    }
}

/// The JSON Schema of the document.
pub fn schema() -> serde_json::Value {
    wire::schema_of::<Document<'_>>()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::gap::GapKind;
    use crate::location::{Location, Span};
    use crate::report::escape::is_obeyed;
    use crate::scan::SourceKind;

    fn linted(words: &str) -> Linted {
        let at = Location {
            source: 0,
            path: words.to_owned(),
            span: Some(Span { start_line: 2, start_column: 1, end_line: 2, end_column: 4 }),
            key: Some(words.to_owned()),
        };
        let remark = Remark {
            name: "license-id-unknown",
            level: Level::Warning,
            message: words.to_owned(),
            at: at.clone(),
            quote: words.to_owned(),
            help: words.to_owned(),
            fix: None,
            is_finding: false,
        };
        Linted {
            sources: vec![Source::new(words, SourceKind::Directory)],
            remarks: vec![remark.clone(), Remark { level: Level::Note, ..remark }],
            fixed: vec![("license-id-spelling", words.to_owned())],
            unseen: vec![Gap { at, kind: GapKind::Unreadable, detail: words.to_owned() }],
            unfinished: None,
        }
    }

    fn versions() -> Versions {
        Versions { tool: "1".to_owned(), spdx_list: "2".to_owned(), database: "3".to_owned() }
    }

    fn written(all: &[Linted]) -> [String; 3] {
        let (mut text, mut lines, mut json) = (Vec::new(), Vec::new(), Vec::new());
        write_text(all, &Style::default(), &mut text).expect("memory takes everything");
        write_lines(all, &mut lines).expect("memory takes everything");
        write_json(all, &versions(), &mut json).expect("memory takes everything");
        [text, lines, json].map(|bytes| String::from_utf8(bytes).expect("text"))
    }

    #[test]
    fn what_is_left_to_do_wins_over_what_could_not_be_read_and_notes_leave_nothing() {
        let whole = linted("x");
        let read = Linted { unseen: Vec::new(), ..whole.clone() };
        let noted = Linted { remarks: read.remarks[1..].to_vec(), ..read.clone() };
        let blind = Linted { remarks: Vec::new(), ..whole.clone() };
        assert_eq!([&whole, &read, &noted, &blind].map(Linted::exit_code), [1, 1, 0, 4]);
        assert_eq!((exit_code(&[blind.clone(), read]), exit_code(&[noted, blind]), exit_code(&[])), (1, 4, 0));
        let unfinished = Linted { unfinished: Some("x".to_owned()), ..whole.clone() };
        assert_eq!((unfinished.exit_code(), exit_code(&[unfinished, whole])), (4, 1));
    }

    #[test]
    fn a_fix_that_could_not_be_written_is_said_in_the_summary_and_in_the_document() {
        let whole = linted("x");
        let unfinished = Linted {
            remarks: Vec::new(),
            unseen: Vec::new(),
            unfinished: Some("README.md was not changed: full".to_owned()),
            ..whole
        };
        let [text, _, json] = written(&[unfinished]);
        assert!(text.ends_with("x: nothing to mend; a fix was not written\n"), "{text}");
        assert!(json.contains("\"unfinished\": \"README.md was not changed: full\""), "{json}");
        assert!(written(&[linted("x")])[2].contains("\"unfinished\": null"));
    }

    #[test]
    fn what_a_base_did_not_show_is_said_of_its_repository() {
        let mut of_base = linted("x");
        of_base.sources.push(Source::new("hf:acme/base", SourceKind::Hub));
        of_base.remarks.clear();
        for gap in &mut of_base.unseen {
            gap.at = Location::file(1, "LICENSE");
        }
        let [text, lines, json] = written(&[of_base]);
        assert!(text.contains("not read: hf:acme/base/LICENSE: x"), "{text}");
        assert!(lines.starts_with("hf:acme/base/LICENSE: not-read[unreadable]"), "{lines}");
        assert!(json.contains("\"path\": \"hf:acme/base/LICENSE\""), "{json}");
    }

    #[test]
    fn people_are_told_what_is_left_and_without_notes_where_they_ask_for_less() {
        let [text, lines, _] = written(&[linted("x")]);
        assert!(text.ends_with("x: 1 thing to mend, 1 note\n"), "{text}");
        assert!(text.contains("note[license-id-unknown]") && text.contains("not read: x/x:2:1 (x): x"), "{text}");
        assert_eq!(lines.lines().next(), Some("x/x:2:1: warning[license-id-unknown] x"));
        let mut brief = Vec::new();
        let style = Style { detail: Detail::Brief, ..Style::default() };
        write_text(&[linted("x")], &style, &mut brief).expect("memory takes everything");
        assert!(!String::from_utf8_lossy(&brief).contains("note[license-id-unknown]"));
    }

    proptest! {
        #[test]
        fn no_words_steer_a_terminal_and_the_document_stays_valid(words in any::<String>()) {
            let forms = written(&[linted(&words)]);
            for form in &forms {
                prop_assert!(!form.chars().any(|character| character != '\n' && is_obeyed(character)));
            }
            let read: serde_json::Value = serde_json::from_str(&forms[2]).expect("JSON");
            prop_assert_eq!(read["targets"][0]["remarks"][0]["message"].as_str(), Some(words.as_str()));
            prop_assert!(jsonschema::is_valid(&schema(), &read));
        }
    }
}
