//! The answer sheet as a page of Markdown: one licence, one page, every line with the place where it was read.

use std::io::{self, Write};

use super::answers::Reply;
use super::text::DISCLAIMER;
use super::{Comparison, Explanation, FamilySheet, Sheet, finding, key};
use crate::report::escape::inert;

pub(super) fn write(explanation: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    if let Some(sheet) = &explanation.key {
        return key::write_markdown(sheet, out);
    }
    match explanation.findings.as_slice() {
        [sheet] => return out.write_all(sheet.page().as_bytes()),
        [] => {}
        sheets => return finding::list_markdown(sheets, out),
    }
    if let Some(family) = &explanation.family {
        write_family(family, out)?;
    }
    match (&explanation.comparison, explanation.licenses.as_slice()) {
        (Some(comparison), [one, other]) => write_comparison(comparison, [one, other], out)?,
        (_, sheets) => sheets.iter().try_for_each(|sheet| write_sheet(sheet, out))?,
    }
    writeln!(out, "{DISCLAIMER}")
}

/// Words in a cell: inert, and with nothing that Markdown would obey.
fn cell(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in inert(text).chars() {
        if matches!(character, '|' | '<' | '[' | '*' | '`' | '\\') {
            safe.push('\\');
        }
        safe.push(character);
    }
    safe
}

fn write_sheet(sheet: &Sheet, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}\n\n| | |\n|---|---|", cell(&sheet.name))?;
    writeln!(out, "| identifier | `{}` |", inert(&sheet.id))?;
    writeln!(out, "| kind | {} |", sheet.kind)?;
    if !sheet.categories.is_empty() {
        writeln!(out, "| categories | {} |", sheet.categories.join(", "))?;
    }
    if let Some(correction) = sheet.correction {
        writeln!(out, "| because | {} |", cell(correction))?;
    }
    for mark in &sheet.marks {
        writeln!(out, "| known | {} |", cell(mark))?;
    }
    let read = sheet.reviewed.as_deref().unwrap_or("by nobody for this entry: unverified");
    if !sheet.is_reading() {
        writeln!(out, "| read | {read} |")?;
    }
    for text in &sheet.texts {
        writeln!(out, "| text | {} |", cell(text))?;
    }
    for answer in sheet.answers.iter().filter(|answer| answer.reply != Reply::Nothing || !answer.lines.is_empty()) {
        writeln!(out, "\n## {}\n", answer.question.words())?;
        if !answer.reply.words().is_empty() {
            writeln!(out, "**{}**\n", answer.reply.words())?;
        }
        if answer.lines.is_empty() {
            continue;
        }
        writeln!(out, "| | what | where it was read | read on |\n|---|---|---|---|")?;
        for line in &answer.lines {
            let term = line.term.and_then(|index| sheet.terms.get(index));
            let place = term.map_or_else(String::new, |term| match &term.location {
                Some(location) => format!("{location}, {}", term.source),
                None => term.source.clone(),
            });
            let day = match term {
                Some(term) => term.reviewed.as_deref().unwrap_or("unverified"),
                None => "",
            };
            writeln!(out, "| {} | {} | {} | {day} |", line.stance.words(), cell(&line.words), cell(&place))?;
            if let Some(quote) = term.and_then(|term| term.quote.as_deref()) {
                writeln!(out, "| | “{}” | | |", cell(quote))?;
            }
        }
    }
    writeln!(out)
}

fn write_family(family: &FamilySheet, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}\n\nNames no single licence: {}.\n", cell(family.word), cell(family.because))?;
    if family.members.is_empty() {
        return writeln!(out, "It is a placeholder: the licence must be read from the text.\n");
    }
    writeln!(out, "| it may mean | title | dated | sell | host | publish | train |\n|---|---|---|---|---|---|---|")?;
    for member in &family.members {
        writeln!(
            out,
            "| `{}` | {} | {} | {} | {} | {} | {} |",
            member.id,
            cell(member.name),
            member.released.as_deref().unwrap_or_default(),
            member.sell.words(),
            member.host.words(),
            member.publish.words(),
            member.train.words()
        )?;
    }
    match family.hub_default {
        Some(id) => writeln!(out, "\nOn the Hub it means `{id}`.\n"),
        None => writeln!(out),
    }
}

fn write_comparison(comparison: &Comparison, sheets: [&Sheet; 2], out: &mut dyn Write) -> io::Result<()> {
    let [one, other] = sheets;
    writeln!(out, "# {} against {}\n", cell(&one.id), cell(&other.id))?;
    writeln!(out, "| | {} | {} |\n|---|---|---|", cell(&one.name), cell(&other.name))?;
    for difference in &comparison.replies {
        let [left, right] = difference.replies.map(Reply::words);
        writeln!(out, "| {} | {left} | {right} |", difference.question.words())?;
    }
    for difference in &comparison.terms {
        let side = |terms: &[super::compare::Side]| {
            let words = terms.iter().map(|term| {
                let hearsay = if term.is_verified { "" } else { "; unverified" };
                format!("{} ({}{hearsay})", cell(&term.words), cell(&term.source))
            });
            words.collect::<Vec<_>>().join("<br>")
        };
        let [left, right] = &difference.terms;
        writeln!(out, "| `{}` | {} | {} |", difference.kind, side(left), side(right))?;
    }
    if comparison.terms.is_empty() {
        writeln!(out, "| | no recorded term differs | |")?;
    }
    let same: Vec<String> = comparison.same.iter().map(|kind| format!("`{kind}`")).collect();
    if same.is_empty() { writeln!(out) } else { writeln!(out, "\nThe same in both: {}.\n", same.join(", ")) }
}
