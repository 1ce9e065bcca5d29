//! The answer sheet for people at a terminal.

use std::io::{self, Write};

use super::answers::{Answer, Line, Question, Reply, Stance};
use super::{Comparison, Explanation, FamilySheet, Sheet, StatedTerm, finding, key};
use crate::report::escape::{inert, width};
use crate::report::layout::Paragraph;
use crate::report::style::Style;

/// Columns of the word in front of a line: `must not`.
const STANCE: usize = 8;
/// Said at the end of everything about licences.
pub(super) const DISCLAIMER: &str = "These are facts about texts, not legal advice.";

pub(super) fn write(explanation: &Explanation, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if let Some(sheet) = &explanation.key {
        return key::write_text(sheet, style, out);
    }
    match explanation.findings.as_slice() {
        [sheet] => return finding::write_text(sheet, style, out),
        [] => {}
        sheets => return finding::list_text(sheets, style, out),
    }
    if let Some(family) = &explanation.family {
        write_family(family, style, out)?;
        if !explanation.licenses.is_empty() {
            writeln!(out)?;
        }
    }
    match (&explanation.comparison, explanation.licenses.as_slice()) {
        (Some(comparison), [one, other]) => write_comparison(comparison, [one, other], style, out)?,
        (_, sheets) => sheets.iter().try_for_each(|sheet| write_sheet(sheet, style, out))?,
    }
    writeln!(out, "\n{DISCLAIMER}")
}

/// Label and words, wrapped below the words.
pub(super) fn row(label: &str, text: &str, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let plain = anstyle::Style::new();
    let paragraph = Paragraph { label, label_style: plain, indent: width(label), text, text_style: plain };
    paragraph.write(style, out)
}

fn write_sheet(sheet: &Sheet, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let emphasis = style.palette.emphasis;
    writeln!(out, "{emphasis}{}{emphasis:#}: {}", inert(&sheet.id), inert(&sheet.name))?;
    let mut about = vec![sheet.kind.to_owned()];
    about.extend((!sheet.categories.is_empty()).then(|| sheet.categories.join(", ")));
    about.extend(sheet.marks.iter().cloned());
    row("  ", &about.join("; "), style, out)?;
    if let Some(correction) = sheet.correction {
        row("  category: ", correction, style, out)?;
    }
    let read =
        sheet.reviewed.as_ref().map_or("by nobody for this entry: unverified".to_owned(), |day| format!("on {day}"));
    if !sheet.is_reading() {
        row("  read ", &read, style, out)?;
    }
    for text in &sheet.texts {
        row("  text: ", text, style, out)?;
    }
    for answer in &sheet.answers {
        write_answer(answer, &sheet.terms, style, out)?;
    }
    Ok(())
}

fn write_answer(answer: &Answer, terms: &[StatedTerm], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    // A list that is empty is worth a line only where its emptiness tells something.
    if answer.reply == Reply::Nothing && matches!(answer.question, Question::Else | Question::Open) {
        return Ok(());
    }
    let (emphasis, color) = (style.palette.emphasis, color(answer.reply, style));
    write!(out, "\n{emphasis}{}{emphasis:#}", answer.question.words())?;
    match answer.reply.words() {
        "" => writeln!(out)?,
        words => writeln!(out, " {color}{words}{color:#}")?,
    }
    answer.lines.iter().try_for_each(|line| write_line(line, terms, style, out))
}

fn write_line(line: &Line, terms: &[StatedTerm], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let term = line.term.and_then(|index| terms.get(index));
    let label = format!("  {:STANCE$}  ", line.stance.words());
    let label_style = match line.stance {
        Stance::May => style.palette.good,
        Stance::MustNot => style.palette.bad,
        Stance::Must | Stance::If => style.palette.doubtful,
        Stance::Note => style.palette.note,
    };
    let text = match term.map(read_in) {
        Some(place) => format!("{} [{place}]", line.words),
        None => line.words.clone(),
    };
    let plain = anstyle::Style::new();
    let indent = label.len();
    Paragraph { label: &label, label_style, indent, text: &text, text_style: plain }.write(style, out)?;
    match term.and_then(|term| term.quote.as_deref()) {
        Some(quote) => {
            let label = format!("{:indent$}> ", "");
            Paragraph { label: &label, label_style: style.palette.frame, indent, text: quote, text_style: plain }
                .write(style, out)
        }
        None => Ok(()),
    }
}

/// `LICENSE:12:1, section 2`, and whether nobody read it there.
fn read_in(term: &StatedTerm) -> String {
    let mut place = term.location.as_ref().map_or_else(String::new, |location| format!("{location}, "));
    place.push_str(&term.source);
    if !term.is_read() {
        place.push_str("; not verified in the text");
    }
    place
}

fn color(reply: Reply, style: &Style) -> anstyle::Style {
    match reply {
        Reply::Yes => style.palette.good,
        Reply::Conditional | Reply::Unstated => style.palette.doubtful,
        Reply::Unverified | Reply::No => style.palette.bad,
        Reply::Listed | Reply::Nothing => style.palette.note,
    }
}

fn write_family(family: &FamilySheet, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let emphasis = style.palette.emphasis;
    writeln!(out, "{emphasis}{}{emphasis:#}: names no single licence", family.word)?;
    row("  ", family.because, style, out)?;
    if family.members.is_empty() {
        writeln!(out, "\nIt is a placeholder: the licence must be read from the text.")?;
        return Ok(());
    }
    writeln!(out, "\nIt may mean (licentia explain ID tells more):")?;
    for member in &family.members {
        let dated = member.released.as_ref().map_or_else(String::new, |day| format!(" ({day})"));
        writeln!(out, "\n  {emphasis}{}{emphasis:#}", member.id)?;
        row("    ", &format!("{}{dated}", member.name), style, out)?;
        let replies =
            [("sell", member.sell), ("host", member.host), ("publish", member.publish), ("train", member.train)];
        write!(out, "    ")?;
        for (position, (what, reply)) in replies.into_iter().enumerate() {
            let (color, comma) = (color(reply, style), if position == 0 { "" } else { "; " });
            write!(out, "{comma}{what}: {color}{}{color:#}", reply.words())?;
        }
        writeln!(out)?;
    }
    match family.hub_default {
        Some(id) => writeln!(out, "\nOn the Hub it means {id}:"),
        None => Ok(()),
    }
}

fn write_comparison(
    comparison: &Comparison,
    sheets: [&Sheet; 2],
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let emphasis = style.palette.emphasis;
    for (letter, sheet) in ["A", "B"].into_iter().zip(sheets) {
        row(&format!("{letter}  "), &format!("{}: {}", sheet.id, sheet.name), style, out)?;
    }
    if comparison.terms.is_empty() {
        writeln!(out, "\nNo recorded term differs.")?;
    } else {
        for difference in &comparison.replies {
            writeln!(out, "\n{emphasis}{}{emphasis:#}", difference.question.words())?;
            for (letter, reply) in ["A", "B"].into_iter().zip(difference.replies) {
                let color = color(reply, style);
                let words = if reply == Reply::Listed { "something recorded" } else { reply.words() };
                writeln!(out, "  {letter}  {color}{words}{color:#}")?;
            }
        }
        for difference in &comparison.terms {
            writeln!(out, "\n{emphasis}{}{emphasis:#}", difference.kind)?;
            for (letter, side) in ["A", "B"].into_iter().zip(&difference.terms) {
                let label = format!("  {letter}  ");
                if side.is_empty() {
                    writeln!(out, "{label}nothing, or nothing else")?;
                }
                for term in side {
                    let hearsay = if term.is_verified { "" } else { "; not verified in the text" };
                    row(&label, &format!("{} [{}{hearsay}]", term.words, term.source), style, out)?;
                }
            }
        }
    }
    if !comparison.same.is_empty() {
        writeln!(out)?;
        row("The same in both: ", &comparison.same.join(", "), style, out)?;
    }
    Ok(())
}
