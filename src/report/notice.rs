//! `-o notice`: the attributions of what a model is passed on with, as one plain text document that can be shipped.
//!
//! Every text that was found stands whole and once, between lines that say which it is and how many lines it has; a line
//! of a text that would look like such a line begins with `- `, as in messages of OpenPGP (RFC 9580, section 7.2). Marks
//! that a terminal would obey are written as `\u{…}`, and it is said where that changed a text; `-o bundle` has the bytes.

use std::io::{self, Write};

use super::Format;
use super::attribution::{Attribution, FoundText, MissingText, Work, titled};
use super::closing::seen_words;
use super::escape::{inert, inert_within};
use super::layout::{Paragraph, place, plural};
use super::style::Style;
use super::text::subject_words;
use crate::evidence::TextKind;
use crate::license::{Expression, UNEXPLAINED};
use crate::scan::Scan;

/// `-o notice`.
pub(super) const FORMAT: Format = Format {
    name: "notice",
    summary: "attributions to ship: copyright lines, notices, licence texts as they were found",
    extension: "txt",
    is_for_people: true,
    write,
    files: None,
};

/// Columns of a name or an expression.
const NAME_LIMIT: usize = 400;
/// What begins the lines between which texts stand.
const FENCE: &str = "----- ";

fn write(scan: &Scan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let found = Attribution::of(scan);
    writeln!(out, "NOTICES AND LICENCES\n")?;
    let words = "Under which licences the following models and datasets are, whose copyright lines, notices and licence \
        texts were found with them, and which texts were not found. What stands between the lines that begin with \
        dashes is quoted as it was found.";
    paragraph("", 0, words, style, out)?;
    for (position, work) in found.works.iter().enumerate() {
        writeln!(out, "\n{}", "=".repeat(72))?;
        let revision = work.source.revision.as_deref().map_or(String::new(), |revision| format!(" at {revision}"));
        paragraph(&format!("{}. ", position + 1), 3, &format!("{}{revision}", work.name), style, out)?;
        about(&found, work, style, out)?;
    }
    for (position, text) in found.texts.iter().enumerate() {
        quoted(scan, &found, position, text, style, out)?;
    }
    for (position, text) in standard(&found) {
        writeln!(out)?;
        let words = format!(
            "The text of {} was not found with {}. The standard text of the SPDX licence list {} follows; its holder \
             and years are not filled in.",
            text.name(),
            names(&found, &text.works),
            scan.versions.spdx_list
        );
        paragraph("", 0, &words, style, out)?;
        fenced(position, text.id, text.standard.unwrap_or_default(), out)?;
    }
    writeln!(out, "\n{}", "=".repeat(72))?;
    unseen(scan, &found, style, out)
}

/// What is known of one work.
fn about(found: &Attribution<'_>, work: &Work<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let followed = if work.source.is_followed { ", which others of these were made from" } else { "" };
    paragraph("   ", 6, &format!("{}{followed}", work.kind), style, out)?;
    if let Some(address) = &work.address {
        paragraph("   ", 6, address, style, out)?;
    }
    for (judged, expression) in &work.licences {
        let licence = expression.map_or_else(|| "no licence was identified".to_owned(), titled);
        paragraph(&format!("   {}: ", subject_words(&judged.subject)), 6, &licence, style, out)?;
    }
    if work.licences.is_empty() {
        paragraph("   ", 6, "nothing was found that a licence could apply to", style, out)?;
    }
    for line in &work.copyrights {
        paragraph("   copyright line found: ", 6, line, style, out)?;
    }
    for (license, words, source) in &work.displays {
        paragraph(&format!("   {license} asks to "), 6, &format!("{words} ({source})"), style, out)?;
    }
    let of_kind = |is_notice: bool| {
        let texts = work
            .texts
            .iter()
            .filter(|&&text| found.texts.get(text).is_some_and(|text| (text.kind == TextKind::Notice) == is_notice));
        texts.map(|text| (text + 1).to_string()).collect::<Vec<_>>().join(", ")
    };
    for (label, numbers) in [("   notices below: ", of_kind(true)), ("   texts below: ", of_kind(false))] {
        if !numbers.is_empty() {
            paragraph(label, 6, &numbers, style, out)?;
        }
    }
    for &position in &work.missing {
        let Some(missing) = found.missing.get(position) else { continue };
        paragraph("   not found: ", 6, &not_found(found, missing), style, out)?;
    }
    Ok(())
}

/// `the text of MIT License (MIT); …`
fn not_found(found: &Attribution<'_>, missing: &MissingText<'_>) -> String {
    let number = standard(found).find(|(_, text)| std::ptr::eq(*text, missing)).map(|(number, _)| number);
    let instead = match (missing.elsewhere, number) {
        (Some(text), _) => format!("; a text of that licence was found with another work: {}", text + 1),
        (None, Some(number)) => format!("; the standard text stands below: {number}"),
        (None, None) => "; it must be added".to_owned(),
    };
    let addresses = match missing.addresses.as_slice() {
        [] => ", and no address of it is known".to_owned(),
        addresses => format!(", which stands at {}", addresses.join(", ")),
    };
    let id = if missing.license.is_some() { format!(" ({})", missing.id) } else { String::new() };
    format!("the text of {}{id}{addresses}{instead}", missing.name())
}

/// Standard texts that stand in, with their numbers behind those of the texts that were found.
fn standard<'a, 'b>(found: &'b Attribution<'a>) -> impl Iterator<Item = (usize, &'b MissingText<'a>)> {
    let stands_in = |text: &&MissingText<'_>| text.elsewhere.is_none() && text.standard.is_some();
    found.missing.iter().filter(stands_in).enumerate().map(|(index, text)| (found.texts.len() + index + 1, text))
}

fn names(found: &Attribution<'_>, works: &[usize]) -> String {
    let names = works.iter().filter_map(|&work| found.works.get(work)).map(|work| work.name);
    names.collect::<Vec<_>>().join(", ")
}

/// A text that was found, with who has it.
fn quoted(
    scan: &Scan,
    found: &Attribution<'_>,
    position: usize,
    text: &FoundText<'_>,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out)?;
    let what = match (text.kind, text.expression) {
        (TextKind::Notice, _) => "A notice".to_owned(),
        (TextKind::UsePolicy, Some(expression)) => format!("A use policy, {}", titled(expression)),
        (TextKind::UsePolicy, None) => "A use policy".to_owned(),
        (_, Some(expression)) if !is_unexplained(expression) => titled(expression),
        (_, _) => "A licence file that was not identified".to_owned(),
    };
    let places: Vec<String> = text.places.iter().map(|at| place(&scan.sources, at)).collect();
    let words = format!("{what}. Found with {}, as {}.", names(found, &text.works), places.join(", "));
    paragraph("", 0, &words, style, out)?;
    if text.is_cut {
        paragraph("", 0, "The file goes on behind what was read: take the rest from the file itself.", style, out)?;
    }
    let is_changed =
        shown(text.content).trim_end_matches('\n') != text.content.replace("\r\n", "\n").trim_end_matches('\n');
    if is_changed {
        paragraph("", 0, "Marks in it that cannot be seen are written out here.", style, out)?;
    }
    let id = match (text.kind, text.expression) {
        (TextKind::Notice, _) => "notice".to_owned(),
        (_, Some(expression)) if !is_unexplained(expression) => expression.to_string(),
        (_, _) => "unidentified".to_owned(),
    };
    fenced(position + 1, &id, text.content, out)
}

fn is_unexplained(expression: &Expression) -> bool {
    matches!(expression.atoms().as_slice(), [atom] if atom.license == UNEXPLAINED)
}

fn fenced(number: usize, id: &str, content: &str, out: &mut dyn Write) -> io::Result<()> {
    let content = shown(content);
    let lines = content.lines().count();
    let id = inert_within(id, NAME_LIMIT);
    writeln!(out, "{FENCE}BEGIN {number}: {id}, {lines} {}", plural(lines, "line", "lines"))?;
    for line in content.lines() {
        let escape = if is_like_fence(line) { "- " } else { "" };
        writeln!(out, "{escape}{line}")?;
    }
    writeln!(out, "{FENCE}END {number}")
}

/// Whether a line of a text could be taken for one that begins or ends a text, or for one that was told apart from those
/// by the `- ` before it.
fn is_like_fence(line: &str) -> bool {
    let mut rest = line;
    while let Some(inner) = rest.strip_prefix("- ") {
        rest = inner;
    }
    rest.starts_with(FENCE)
}

/// A text with its lines, tabs and form feeds, and everything else that would be obeyed written out.
fn shown(content: &str) -> String {
    let line = |line: &str| {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let pieces = line.split_inclusive(['\t', '\u{c}']).map(|piece| match piece.char_indices().next_back() {
            Some((end, last @ ('\t' | '\u{c}'))) => {
                let mut safe = inert(piece.get(..end).unwrap_or_default());
                safe.push(last);
                safe
            }
            _ => inert(piece),
        });
        pieces.collect::<String>()
    };
    content.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// What was not seen, and of what it was made.
fn unseen(scan: &Scan, found: &Attribution<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for gap in &scan.gaps {
        let words = format!("{}: {}", place(&scan.sources, &gap.at), gap.detail);
        paragraph(&format!("not seen ({}): ", gap.kind), 4, &words, style, out)?;
    }
    for name in &found.unopened {
        let words = format!("{name} was named and not opened; what it asks to be shown is not in this document");
        paragraph("not seen (parent): ", 4, &words, style, out)?;
    }
    let versions = &scan.versions;
    let words = format!(
        "Made by licentia {} with its database {} and the SPDX licence list {}. {}. It is no legal advice.",
        versions.tool,
        versions.database,
        versions.spdx_list,
        seen_words(scan)
    );
    paragraph("", 0, &words, style, out)
}

fn paragraph(label: &str, indent: usize, text: &str, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let label_style = anstyle::Style::new();
    Paragraph { label, label_style, indent, text, text_style: label_style }.write(style, out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::evidence::Claim;
    use crate::report::attribution::tests::with_notice;
    use crate::report::escape::is_obeyed;
    use crate::report::sample;

    fn written(scan: &Scan) -> String {
        sample::written(|out| write(scan, &Style::default(), out))
    }

    /// The texts between their lines, with what escapes them undone.
    fn read_back(document: &str) -> Vec<String> {
        let mut texts = Vec::new();
        let mut open: Option<String> = None;
        for line in document.lines() {
            match (&mut open, line.strip_prefix(FENCE)) {
                (None, Some(rest)) if rest.starts_with("BEGIN ") => open = Some(String::new()),
                (Some(_), Some(rest)) if rest.starts_with("END ") => texts.extend(open.take()),
                (Some(text), _) => {
                    let is_escaped = line.strip_prefix("- ").filter(|rest| is_like_fence(rest));
                    text.push_str(is_escaped.unwrap_or(line));
                    text.push('\n');
                }
                (None, _) => {}
            }
        }
        assert!(open.is_none(), "every text ends");
        texts
    }

    #[test]
    fn the_document_says_who_has_what_and_what_is_missing() {
        let text = written(&with_notice());
        let (start, _) = text.split_once("\n\nMIT License (MIT). ").expect("texts follow");
        let expected = "\
NOTICES AND LICENCES

Under which licences the following models and datasets are, whose copyright lines, notices and
licence texts were found with them, and which texts were not found. What stands between the lines
that begin with dashes is quoted as it was found.

========================================================================
1. vendor/seg-net
   model
   https://huggingface.co/vendor/seg-net
   weights: Creative Commons Attribution Non Commercial 4.0 International (CC-BY-NC-4.0)
   code in src/: MIT License (MIT)
   copyright line found: Copyright 2026 Vendor
   notices below: 2
   texts below: 1
   not found: the text of Creative Commons Attribution Non Commercial 4.0 International
      (CC-BY-NC-4.0), which stands at https://spdx.org/licenses/CC-BY-NC-4.0.html; the standard text
      stands below: 3";
        assert_eq!(start, expected);
        assert!(text.contains("----- BEGIN 3: CC-BY-NC-4.0, "), "{text}");
        assert!(text.contains("not seen (unreadable): ./seg-net/model.bin: "), "{text}");
        assert!(text.contains("not seen (parent): vendor/base was named and not opened"), "{text}");
        assert!(text.ends_with("1 named parent. It is no legal advice.\n"), "{text}");
    }

    #[test]
    fn a_notice_file_stands_whole_and_once() {
        let text = written(&with_notice());
        let notice = "Segmenter\nCopyright 2026 Vendor\n\n\tThis product includes parts of Other.\n";
        assert_eq!(text.matches(notice).count(), 1, "{text}");
        assert!(text.contains("as ./seg-net/NOTICE, ./seg-net/docs/notice."), "{text}");
        assert_eq!(read_back(&text)[1], notice);
    }

    #[test]
    fn nothing_is_invented_where_no_text_is_known() {
        let mut scan = sample::scan();
        for judged in &mut scan.judged {
            judged.concluded = Some(Expression::license("LicenseRef-house"));
        }
        let text = written(&scan);
        let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let said = "not found: the text of LicenseRef-house, and no address of it is known; it must be added";
        assert!(joined.contains(said), "{text}");
        assert_eq!(read_back(&text).len(), 1, "the licence of the code, which is no licence of the work any more");
        scan.judged.clear();
        assert!(written(&scan).contains("nothing was found that a licence could apply to"));
    }

    #[test]
    fn no_word_of_a_model_acts_through_the_document() {
        let text = written(&sample::hostile());
        assert!(!text.chars().any(|character| !matches!(character, '\n' | '\t' | '\u{c}') && is_obeyed(character)));
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::")) && !text.contains("##["), "{text}");
    }

    proptest! {
        #[test]
        fn no_text_ends_before_its_end_or_acts(
            content in prop_oneof!["(?s).{0,60}", "(-----| |- |\n|BEGIN|END 2|::error::|\t|\r\n|\u{1b}|x){1,20}"],
        ) {
            let mut scan = with_notice();
            let text = scan.texts.insert(format!("x{content}"));
            scan.evidence[3].claim = Claim::Text { text, kind: TextKind::Notice };
            let document = written(&scan);
            let texts = read_back(&document);
            let wanted = shown(&format!("x{content}"));
            prop_assert!(texts.iter().any(|text| text.trim_end_matches('\n') == wanted.trim_end_matches('\n')));
            let acts = |line: &str| line.trim_start().starts_with("::") || line.contains("##[");
            prop_assert!(!document.lines().any(acts));
            let is_seen = |character: char| matches!(character, '\n' | '\t' | '\u{c}') || !is_obeyed(character);
            prop_assert!(document.chars().all(is_seen));
        }
    }
}
