//! `-o tree`: the family for a terminal. Every member is drawn once, what it was made from below it.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::family::{Family, Member, State, Tie};
use super::{EXPRESSION_LIMIT, NAME_LIMIT, mark};
use crate::finding::Verdict;
use crate::lineage::NodeKind;
use crate::report::escape::{inert_ends, inert_within, width};
use crate::report::layout::{Paragraph, plural};
use crate::report::style::{Detail, Lines, Style};
use crate::report::{Format, text};
use crate::scan::Scan;

/// `-o tree`.
pub(crate) const FORMAT: Format = Format {
    name: "tree",
    summary: "for people: what each target was made from, with licence and verdict",
    extension: "txt",
    is_for_people: true,
    write,
    files: None,
};

/// Parents of one member shown in normal detail.
const PARENTS_SHOWN: usize = 40;
/// Columns between the cells of a line.
const BETWEEN: usize = 2;

fn write(scan: &Scan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let family = Family::of(scan);
    let mut drawing = Drawing::new(&family, style);
    for &root in &family.roots {
        drawing.root(root, "");
    }
    drawing.write(out)?;
    let plain = anstyle::Style::new();
    if !family.members.is_empty() {
        writeln!(out)?;
        let legend = drawing.legend();
        let label = format!("{}{}", family.sentence(), if legend.is_empty() { "" } else { ": " });
        Paragraph { label: &label, label_style: plain, indent: 4, text: &legend, text_style: plain }
            .write(style, out)?;
    }
    let sentence = text::closing_sentence(scan);
    let label_style = scan.verdict().map_or(style.palette.note, |verdict| style.palette.verdict(verdict));
    let label = scan.verdict().map_or(String::new(), |verdict| format!("{verdict}: "));
    Paragraph { label: &label, label_style, indent: 0, text: &sentence, text_style: plain }.write(style, out)
}

/// The part of the tree that begins at a source, indented.
pub(crate) fn write_branch(
    family: &Family,
    source: usize,
    indent: usize,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut drawing = Drawing::new(family, style);
    drawing.root(source, &" ".repeat(indent));
    drawing.write(out)
}

/// Words of one colour, already inert.
struct Piece {
    text: String,
    paint: anstyle::Style,
}

impl Piece {
    fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), paint: anstyle::Style::new() }
    }
}

/// A line of the drawing: what stands before its first and before every further line, and its cells.
struct Row {
    first: String,
    next: String,
    /// Relation and name; licence; verdict and what else is to be said.
    cells: [Vec<Piece>; 3],
}

fn cell_width(cell: &[Piece]) -> usize {
    cell.iter().map(|piece| width(&piece.text)).sum::<usize>() + cell.len().saturating_sub(1)
}

struct Drawing<'a> {
    family: &'a Family,
    style: &'a Style,
    rows: Vec<Row>,
    drawn: BTreeSet<usize>,
    verdicts: BTreeSet<Verdict>,
    has_data: bool,
    has_repetitions: bool,
}

impl<'a> Drawing<'a> {
    fn new(family: &'a Family, style: &'a Style) -> Self {
        Self {
            family,
            style,
            rows: Vec::new(),
            drawn: BTreeSet::new(),
            verdicts: BTreeSet::new(),
            has_data: false,
            has_repetitions: false,
        }
    }

    /// Draws a member and all that it was made from.
    fn root(&mut self, root: usize, indent: &str) {
        let family = self.family;
        let shown = if self.style.detail == Detail::Full { usize::MAX } else { PARENTS_SHOWN };
        let mut waiting =
            vec![Waiting::Member { member: root, tie: None, first: indent.to_owned(), next: indent.to_owned() }];
        while let Some(item) = waiting.pop() {
            let (member, tie, first, next) = match item {
                Waiting::Member { member, tie, first, next } => (member, tie, first, next),
                Waiting::More(row) => {
                    self.rows.push(row);
                    continue;
                }
            };
            let Some(held) = family.members.get(member) else { continue };
            let is_circle = tie.is_some_and(|tie| tie.is_circle);
            let is_new = !is_circle && self.drawn.insert(member);
            let ties = if is_new { family.ties_of(member) } else { &[] };
            let below = if ties.is_empty() { next.clone() } else { format!("{next}{}", self.line(Guide::Past)) };
            self.member(held, tie, is_new, first, below);
            let hidden = ties.len().saturating_sub(shown);
            if hidden > 0 {
                let more = format!("{hidden} more {} (-v shows all)", plural(hidden, "parent", "parents"));
                waiting.push(Waiting::More(Row {
                    first: format!("{next}{}", self.line(Guide::Last)),
                    next: format!("{next}   "),
                    cells: [vec![Piece::plain(more)], Vec::new(), Vec::new()],
                }));
            }
            for (position, tie) in ties.iter().enumerate().take(shown).rev() {
                let is_last = hidden == 0 && position + 1 == ties.len();
                let (to, past) = match (tie.is_data(), is_last) {
                    (false, false) => (Guide::Branch, Guide::Past),
                    (false, true) => (Guide::Last, Guide::Nothing),
                    (true, false) => (Guide::DataBranch, Guide::Past),
                    (true, true) => (Guide::DataLast, Guide::Nothing),
                };
                waiting.push(Waiting::Member {
                    member: tie.parent,
                    tie: Some(tie),
                    first: format!("{next}{}", self.line(to)),
                    next: format!("{next}{}", self.line(past)),
                });
            }
        }
    }

    fn line(&self, guide: Guide) -> &'static str {
        let (drawn, plain) = match guide {
            Guide::Branch => ("├─ ", "|- "),
            Guide::Last => ("└─ ", "`- "),
            Guide::DataBranch => ("├┄ ", "|. "),
            Guide::DataLast => ("└┄ ", "`. "),
            Guide::Past => ("│  ", "|  "),
            Guide::Nothing => ("   ", "   "),
        };
        if self.style.lines == Lines::Drawn { drawn } else { plain }
    }

    fn member(&mut self, member: &Member, tie: Option<&Tie>, is_new: bool, first: String, next: String) {
        let palette = &self.style.palette;
        let mut name = Vec::new();
        if let Some(tie) = tie {
            self.has_data |= tie.is_data();
            name.push(Piece { text: inert_within(&tie.words(), NAME_LIMIT), paint: palette.frame });
        }
        let mut title = inert_ends(&member.name, NAME_LIMIT);
        if let Some(revision) = &member.revision {
            title = format!("{title}@{}", inert_within(revision, 20));
        }
        let paint = if member.is_target { palette.emphasis } else { anstyle::Style::new() };
        name.push(Piece { text: title, paint });
        if let Some(place) = member.place.as_ref().filter(|_| is_new) {
            name.push(Piece::plain(format!("in {}", inert_ends(place, NAME_LIMIT))));
        }
        let license = member.license.as_ref().filter(|_| is_new);
        let license = license.map(|license| Piece::plain(inert_within(license, EXPRESSION_LIMIT)));
        let notes = self.notes(member, tie, is_new);
        self.rows.push(Row { first, next: next.clone(), cells: [name, license.into_iter().collect(), notes] });
        if let Some(effective) = member.effective.as_ref().filter(|_| is_new) {
            let words = vec![
                Piece { text: "effective:".to_owned(), paint: palette.frame },
                Piece::plain(inert_within(effective, EXPRESSION_LIMIT)),
            ];
            self.rows.push(Row { first: next.clone(), next, cells: [words, Vec::new(), Vec::new()] });
        }
    }

    /// The verdict, what was not seen, and what the policy minds about the step.
    fn notes(&mut self, member: &Member, tie: Option<&Tie>, is_new: bool) -> Vec<Piece> {
        let palette = &self.style.palette;
        let mut notes = Vec::new();
        if is_new {
            if let Some(verdict) = member.verdict {
                self.verdicts.insert(verdict);
                let text = format!("{} {verdict}", mark(verdict, self.style.lines));
                notes.push(Piece { text, paint: palette.verdict(verdict) });
                if !member.findings.is_empty() {
                    notes.push(Piece::plain(format!("({})", member.findings.join(", "))));
                }
            }
            if let Some(words) = member.state.words() {
                let paint = if member.state == State::NotInspected { palette.note } else { palette.doubtful };
                notes.push(Piece { text: words.to_owned(), paint });
            }
            if let Some(former) = &member.former {
                notes.push(Piece::plain(format!("formerly {}", inert_ends(former, NAME_LIMIT))));
            }
        }
        let Some(tie) = tie else { return notes };
        if tie.is_circle {
            notes.push(Piece { text: "(circle)".to_owned(), paint: palette.doubtful });
        } else if !is_new {
            self.has_repetitions = true;
            notes.push(Piece::plain("(above)"));
        }
        if member.kind == NodeKind::Dataset && !tie.is_data() {
            notes.push(Piece::plain("dataset"));
        }
        for &(level, name) in &tie.findings {
            notes.push(Piece { text: format!("[{name}]"), paint: palette.level(level) });
        }
        notes
    }

    /// What the marks mean that were drawn.
    fn legend(&self) -> String {
        let lines = self.style.lines;
        let mut parts: Vec<String> =
            self.verdicts.iter().map(|&verdict| format!("{} {verdict}", mark(verdict, lines))).collect();
        if self.drawn.len() > self.family.roots.len() {
            parts.push("a line leads to what it was made from".to_owned());
        }
        if self.has_data {
            parts.push("a dotted one to training data".to_owned());
        }
        if self.has_repetitions {
            parts.push("(above) is drawn further up".to_owned());
        }
        parts.join(", ")
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let most = |part: usize| self.style.width * part / 10;
        let widest =
            |widths: &mut dyn Iterator<Item = usize>, limit: usize| widths.filter(|&width| width <= limit).max();
        let lined = || self.rows.iter().filter(|row| !row.cells[1].is_empty() || !row.cells[2].is_empty());
        let mut names = lined().map(|row| width(&row.first) + cell_width(&row.cells[0]));
        let mut licenses = lined().map(|row| cell_width(&row.cells[1]));
        let second = widest(&mut names, most(6)).unwrap_or(0) + BETWEEN;
        let third = second + widest(&mut licenses, most(3)).map_or(0, |widest| widest + BETWEEN);
        for row in &self.rows {
            self.row(row, [0, second, third], out)?;
        }
        Ok(())
    }

    /// A line whose cells begin at these columns, or further right; broken at spaces where it is too long.
    fn row(&self, row: &Row, columns: [usize; 3], out: &mut dyn Write) -> io::Result<()> {
        let frame = self.style.palette.frame;
        let guide = |text: &str, out: &mut dyn Write| {
            let lines = text.trim_end();
            let spaces = text.len() - lines.len();
            if lines.is_empty() { write!(out, "{text}") } else { write!(out, "{frame}{lines}{frame:#}{:spaces$}", "") }
        };
        guide(&row.first, out)?;
        let mut used = width(&row.first);
        let mut is_at_start = true;
        for (cell, column) in row.cells.iter().zip(columns) {
            let mut gap = if is_at_start { 0 } else { column.saturating_sub(used).max(BETWEEN) };
            for piece in cell {
                let paint = piece.paint;
                // A colour begins and ends with each word, so that a broken line does not colour the guide.
                for word in piece.text.split(' ').filter(|word| !word.is_empty()) {
                    if !is_at_start && used + gap + width(word) > self.style.width {
                        writeln!(out)?;
                        guide(&format!("{}    ", row.next), out)?;
                        (used, gap) = (width(&row.next) + 4, 0);
                    }
                    write!(out, "{:gap$}{paint}{word}{paint:#}", "")?;
                    used += gap + width(word);
                    (gap, is_at_start) = (1, false);
                }
            }
        }
        writeln!(out)
    }
}

/// What is still to be drawn.
enum Waiting<'a> {
    Member { member: usize, tie: Option<&'a Tie>, first: String, next: String },
    More(Row),
}

/// A piece of the lines in front of a member.
#[derive(Clone, Copy)]
enum Guide {
    Branch,
    Last,
    DataBranch,
    DataLast,
    Past,
    Nothing,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::escape::{inert, is_obeyed};
    use crate::report::lineage::sample;
    use crate::report::style::Palette;

    fn written(scan: &Scan, style: &Style) -> String {
        crate::report::sample::written(|out| write(scan, style, out))
    }

    fn tree(scan: &Scan, style: &Style) -> String {
        let all = written(scan, style);
        all.split("\n\n").next().unwrap_or_default().to_owned()
    }

    #[test]
    fn each_step_has_relation_licence_and_verdict() {
        let expected = "\
acme/chat-7b-lora in ./lora      Apache-2.0                ✗ deny (looser-than-base)
│  effective: Apache-2.0 AND LicenseRef-scancode-llama-2
├─ adapter of acme/chat-7b       Apache-2.0                ✓ allow
│  └─ finetune of meta/llama-2@0123456  LicenseRef-scancode-llama-2  ! review [looser-than-base]
├─ with component vae/: vendor/vae  gated
└┄ trained on acme/corpus        CC-BY-NC-4.0              ✗ deny";
        let found = tree(&sample::small(), &Style::default());
        assert_eq!(squeezed(&found), squeezed(expected), "{found}");
    }

    /// Without the spaces that only align.
    fn squeezed(text: &str) -> String {
        text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n").collect()
    }

    #[test]
    fn licences_and_verdicts_stand_in_columns() {
        let found = tree(&sample::large(), &Style { width: 120, ..Style::default() });
        let columns: BTreeSet<usize> = found
            .lines()
            .filter_map(|line| {
                let before = line.split_once("✓ allow").map(|(before, _)| width(before));
                before.filter(|_| !line.contains("  in "))
            })
            .collect();
        assert_eq!(columns.len(), 1, "{found}");
    }

    #[test]
    fn a_family_of_six_generations_is_drawn_with_every_member_once() {
        let scan = sample::large();
        let found = tree(&scan, &Style::default());
        for node in &scan.lineage.nodes {
            let lines = found.lines().filter(|line| line.split(' ').any(|word| word == node.reference));
            let drawn = lines.filter(|line| !line.contains("(above)") && !line.contains("(circle)")).count();
            assert_eq!(drawn, 1, "{}\n{found}", node.reference);
        }
        assert_eq!(found.matches("(circle)").count(), 1, "{found}");
        assert_eq!(found.matches("merge of").count(), 4, "{found}");
        assert!(found.contains("(above)"), "{found}");
        assert_eq!(found, tree(&scan, &Style::default()));
    }

    #[test]
    fn what_was_not_seen_says_so_and_has_no_verdict() {
        let found = tree(&sample::large(), &Style::default());
        for words in ["not inspected", "nowhere from here"] {
            let line = found.lines().find(|line| line.contains(words)).expect("drawn");
            assert!(!line.contains("allow") && !line.contains("deny"), "{line}");
        }
    }

    #[test]
    fn without_line_drawing_characters_it_is_ascii() {
        let style = Style { lines: Lines::Plain, ..Style::default() };
        let found = written(&sample::large(), &style);
        assert!(found.is_ascii(), "{found}");
        assert!(found.contains("\n|- ") && found.contains("`. trained on"), "{found}");
    }

    #[test]
    fn a_narrow_terminal_breaks_lines_and_keeps_the_guides() {
        let found = tree(&sample::small(), &Style { width: 40, ..Style::default() });
        assert!(found.lines().skip(1).all(|line| line.starts_with(['│', '├', '└', ' '])), "{found}");
        assert!(found.lines().all(|line| width(line) <= 64), "{found}");
    }

    #[test]
    fn colours_wrap_words_and_never_a_guide() {
        let style = Style { palette: Palette::COLORED, width: 50, ..Style::default() };
        let found = written(&sample::small(), &style);
        for line in found.lines() {
            assert_eq!(line.matches("\u{1b}[0m").count() * 2, line.matches('\u{1b}').count() - doubled(line), "{line}");
        }
    }

    /// Starts of styles that take two sequences: bold and a colour.
    fn doubled(line: &str) -> usize {
        line.matches("\u{1b}[1m\u{1b}[3").count()
    }

    #[test]
    fn many_parents_are_cut_and_said_and_shown_in_full_detail() {
        let scan = sample::wide(100);
        let found = tree(&scan, &Style::default());
        assert!(found.ends_with("└─ 60 more parents (-v shows all)"), "{found}");
        assert_eq!(tree(&scan, &Style { detail: Detail::Full, ..Style::default() }).lines().count(), 101);
    }

    #[test]
    fn a_deep_family_does_not_exhaust_the_stack() {
        let found = tree(&sample::deep(3000), &Style::default());
        assert_eq!(found.lines().filter(|line| line.contains("finetune")).count(), 2999);
    }

    #[test]
    fn nothing_that_a_terminal_would_obey_comes_through() {
        let found = written(&crate::report::sample::hostile(), &Style::default());
        assert!(!found.chars().any(|character| character != '\n' && is_obeyed(character)), "{found}");
        assert!(!found.lines().any(|line| line.starts_with("::")), "{found}");
    }

    #[test]
    fn a_branch_is_indented() {
        let scan = sample::small();
        let mut out = Vec::new();
        write_branch(&Family::of(&scan), 0, 4, &Style::default(), &mut out).expect("memory takes everything");
        let found = inert(&String::from_utf8(out).expect("UTF-8").replace('\n', ""));
        assert!(found.starts_with("    acme/chat-7b-lora") && found.contains("    ├─ adapter of"), "{found}");
    }
}
