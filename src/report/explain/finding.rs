//! What is written about a kind of finding, and the list of them all.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::text::row;
use crate::finding::{FindingKind, Section, Topic};
use crate::report::escape::inert;
use crate::report::layout::Paragraph;
use crate::report::style::Style;

/// A kind of finding of the policy. Its sections are Markdown.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FindingSheet {
    /// The word that names it everywhere.
    name: &'static str,
    /// Names that it had.
    formerly: &'static [&'static str],
    /// What it is about: identity, terms, duties, lineage, policy, scan.
    topic: &'static str,
    /// The levels that it may have, the usual one first.
    levels: Vec<&'static str>,
    /// One line.
    summary: &'static str,
    /// What was seen, in other words.
    what_it_means: String,
    /// Why it matters for commercial use.
    why_it_matters: String,
    /// What must be seen, and where it stays silent.
    how_it_is_detected: String,
    /// What to do.
    how_to_fix_it: String,
    /// The waiver or the key of the policy that accepts it, and when not to.
    how_to_accept_it: String,
    /// The finding as the report for people prints it in a small case.
    example: String,
    /// The address of this page, or null.
    url: Option<String>,
    #[serde(skip)]
    kind: &'static FindingKind,
}

impl FindingSheet {
    /// The sheet of a kind of finding.
    pub fn of(kind: &'static FindingKind) -> Self {
        Self {
            name: kind.name,
            formerly: kind.formerly,
            topic: kind.topic.as_str(),
            levels: kind.levels.iter().map(|level| level.as_str()).collect(),
            summary: kind.summary,
            what_it_means: kind.section(Section::Meaning),
            why_it_matters: kind.section(Section::Importance),
            how_it_is_detected: kind.section(Section::Detection),
            how_to_fix_it: kind.section(Section::Remedy),
            how_to_accept_it: kind.section(Section::Acceptance),
            example: kind.section(Section::Example),
            url: kind.url(),
            kind,
        }
    }

    /// The whole page in Markdown, as it stands in `docs/findings/`.
    pub(super) fn page(&self) -> String {
        self.kind.page()
    }
}

/// One finding: its whole page.
pub(super) fn write_text(sheet: &FindingSheet, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let emphasis = style.palette.emphasis;
    let label = format!("{}: ", sheet.name);
    let plain = anstyle::Style::new();
    Paragraph { label: &label, label_style: emphasis, indent: 2, text: sheet.summary, text_style: plain }
        .write(style, out)?;
    let mut about = vec![sheet.kind.topic.heading().to_owned(), format!("level {}", sheet.levels.join(" or "))];
    about.extend(sheet.formerly.iter().map(|name| format!("formerly {name}")));
    row("  ", &about.join("; "), style, out)?;
    for section in Section::ALL {
        writeln!(out, "\n{emphasis}{}{emphasis:#}", section.heading())?;
        write_markdown(&sheet.kind.section(section), style, out)?;
    }
    match &sheet.url {
        Some(url) => writeln!(out, "\n{url}"),
        None => Ok(()),
    }
}

/// The Markdown of the docs: paragraphs are wrapped anew, what is fenced stands as it is.
fn write_markdown(markdown: &str, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut paragraph = String::new();
    let mut is_fenced = false;
    for line in markdown.lines() {
        let is_fence = line.starts_with("```");
        if !is_fence && !is_fenced && !line.is_empty() {
            paragraph.push_str(if paragraph.is_empty() { "" } else { " " });
            paragraph.push_str(line);
            continue;
        }
        flush(&mut paragraph, style, out)?;
        match (is_fence, line) {
            (true, _) => is_fenced = !is_fenced,
            (false, "") => writeln!(out)?,
            (false, line) => writeln!(out, "    {}", inert(line))?,
        }
    }
    flush(&mut paragraph, style, out)
}

fn flush(paragraph: &mut String, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if !paragraph.is_empty() {
        row("  ", paragraph, style, out)?;
        paragraph.clear();
    }
    Ok(())
}

/// Every finding, one line each, under what it is about.
pub(super) fn list_text(sheets: &[FindingSheet], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let emphasis = style.palette.emphasis;
    let width = sheets.iter().map(|sheet| sheet.name.len()).max().unwrap_or(0);
    writeln!(out, "Findings (licentia explain NAME tells more):")?;
    for (topic, sheets) in by_topic(sheets) {
        writeln!(out, "\n{emphasis}{}{emphasis:#}", topic.heading())?;
        for sheet in sheets {
            row(&format!("  {:width$}  ", sheet.name), sheet.summary, style, out)?;
        }
    }
    Ok(())
}

/// The same as it stands in `docs/findings/README.md`, with a link to the page of each.
pub(super) fn list_markdown(sheets: &[FindingSheet], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# Findings\n\nWhat the policy minds, by what it is about. Each name leads to its page.")?;
    for (topic, sheets) in by_topic(sheets) {
        writeln!(out, "\n## {}\n\n| finding | level | what it says |\n|---|---|---|", topic.heading())?;
        for sheet in sheets {
            let FindingSheet { name, summary, .. } = sheet;
            writeln!(out, "| [`{name}`]({name}.md) | {} | {summary} |", sheet.kind.levels_in_words())?;
        }
    }
    Ok(())
}

/// The sheets under each topic that has some, in the order in which they came.
fn by_topic(sheets: &[FindingSheet]) -> impl Iterator<Item = (Topic, Vec<&FindingSheet>)> {
    let of = move |topic| (topic, sheets.iter().filter(|sheet| sheet.kind.topic == topic).collect::<Vec<_>>());
    Topic::ALL.into_iter().map(of).filter(|(_, sheets)| !sheets.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_wrapped_and_what_is_fenced_is_not() {
        let markdown =
            "One two three four\nfive six.\n\n```toml\n[facts]\n\nuse = \"research\"   # or another long word\n```";
        let mut out = Vec::new();
        write_markdown(markdown, &Style { width: 30, ..Style::default() }, &mut out).expect("memory takes everything");
        let expected =
            "  One two three four five six.\n\n    [facts]\n\n    use = \"research\"   # or another long word\n";
        assert_eq!(String::from_utf8(out).expect("UTF-8"), expected);
    }
}
