//! Laying out paragraphs and quoted source lines: ASCII drawing, wrapped at a width.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::escape::{inert, inert_within, prefix, width};
use super::style::Style;
use crate::location::{Location, Span};
use crate::scan::{Source, SourceKind};

/// Characters of a message that a report for people shows; the machine-readable formats hold all of it.
const MESSAGE_LIMIT: usize = 2000;
/// Fewest columns that text is wrapped to, however narrow the terminal.
const NARROWEST: usize = 24;
/// Lines of a quote that are shown.
const QUOTED_LINES: usize = 3;

/// Words behind a label, wrapped, with the following lines indented to `indent` columns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paragraph<'a> {
    /// What stands before the words, already inert.
    pub(crate) label: &'a str,
    /// Its colour.
    pub(crate) label_style: anstyle::Style,
    /// Columns by which every further line is indented.
    pub(crate) indent: usize,
    /// The words, as they come.
    pub(crate) text: &'a str,
    /// Their colour.
    pub(crate) text_style: anstyle::Style,
}

impl Paragraph<'_> {
    /// Writes the paragraph and ends its last line.
    pub(crate) fn write(&self, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        let (label, paint) = (self.label_style, self.text_style);
        let safe = inert_within(self.text, MESSAGE_LIMIT);
        let used = width(self.label);
        let lines = if used + width(&safe).min(NARROWEST) > style.width && used > self.indent {
            writeln!(out, "{label}{}{label:#}", self.label.trim_end())?;
            write!(out, "{:indent$}", "", indent = self.indent)?;
            wrap(&safe, style.width, self.indent, self.indent)
        } else {
            write!(out, "{label}{}{label:#}", self.label)?;
            wrap(&safe, style.width, used, self.indent)
        };
        for (position, line) in lines.iter().enumerate() {
            if position > 0 {
                write!(out, "\n{:indent$}", "", indent = self.indent)?;
            }
            write!(out, "{paint}{line}{paint:#}")?;
        }
        writeln!(out)
    }
}

/// Breaks inert text at spaces so that no line is longer than `columns`, where words allow; the first line begins
/// behind `used` columns, every further one behind `indent`. Words are never broken: paths stay whole.
pub(crate) fn wrap(text: &str, columns: usize, used: usize, indent: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut room = columns.saturating_sub(used).max(NARROWEST);
    let mut taken = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let wide = width(word);
        if !line.is_empty() && taken + 1 + wide > room {
            lines.push(std::mem::take(&mut line));
            room = columns.saturating_sub(indent).max(NARROWEST);
            taken = 0;
        }
        if !line.is_empty() {
            line.push(' ');
            taken += 1;
        }
        line.push_str(word);
        taken += wide;
    }
    lines.push(line);
    lines
}

/// A place as people and editors read it: `target/path:line:column (key)`.
pub(crate) fn place(sources: &[Source], location: &Location) -> String {
    let mut written = inert(&opened(sources.get(location.source), &location.path));
    if let Some(span) = location.span {
        let _ = write!(written, ":{}:{}", span.start_line, span.start_column);
    }
    if let Some(key) = &location.key {
        let _ = write!(written, " ({})", inert_within(key, 60));
    }
    written
}

/// The path that opens a file of a source from where the user stands.
pub(super) fn opened(source: Option<&Source>, path: &str) -> String {
    let Some(source) = source else { return path.to_owned() };
    match (source.target.as_str(), path) {
        (target, "") => target.to_owned(),
        ("." | "./", path) => path.to_owned(),
        (target, _) if source.kind == SourceKind::File => target.to_owned(),
        // What the Hub answered stands under the path that it was asked for.
        (target, path) if target.ends_with('/') || path.starts_with('/') => format!("{target}{path}"),
        (target, path) => format!("{target}/{path}"),
    }
}

/// A place and, where there is one, the words that stand there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Snippet<'a> {
    /// The sources of the scan.
    pub(crate) sources: &'a [Source],
    /// Where.
    pub(crate) location: &'a Location,
    /// The words as evidence quotes them; empty where nothing was quoted.
    pub(crate) quote: &'a str,
    /// Columns for line numbers, the same for all snippets of a finding.
    pub(crate) gutter: usize,
}

impl Snippet<'_> {
    /// Writes `--> place` and the quoted lines with carets below.
    pub(crate) fn write(&self, caret: anstyle::Style, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        let (frame, gutter) = (style.palette.frame, self.gutter);
        writeln!(out, "{:gutter$}{frame}-->{frame:#} {}", "", place(self.sources, self.location))?;
        let lines: Vec<&str> = self.quote.lines().filter(|line| !line.trim().is_empty()).collect();
        if lines.is_empty() {
            return Ok(());
        }
        let room = style.width.saturating_sub(gutter + 3).max(NARROWEST);
        writeln!(out, "{:gutter$} {frame}|{frame:#}", "")?;
        let number = self.location.span.map(|span| span.start_line);
        let (before, marked) = carets(self.quote, lines.first().copied().unwrap_or_default(), self.location.span);
        for (position, line) in lines.iter().take(QUOTED_LINES).enumerate() {
            let number = match (number, position) {
                (Some(number), 0) => number.to_string(),
                _ => String::new(),
            };
            let shown = shown(line, room);
            writeln!(out, "{frame}{number:>gutter$} |{frame:#} {shown}")?;
            if position == 0 {
                let (skip, length) = caret_columns(line, before, marked, room);
                writeln!(out, "{:gutter$} {frame}|{frame:#} {:skip$}{caret}{}{caret:#}", "", "", "^".repeat(length))?;
            }
        }
        if lines.len() > QUOTED_LINES {
            let more = lines.len() - QUOTED_LINES;
            writeln!(out, "{:gutter$} {frame}|{frame:#} ... ({more} more {})", "", plural(more, "line", "lines"))?;
        }
        Ok(())
    }
}

/// A quoted line as it is shown: tabs become one space, which keeps columns true; the rest is made inert.
fn shown(line: &str, room: usize) -> String {
    inert_within(&line.replace('\t', " "), room)
}

/// Characters before and below the carets, in characters of the quoted line. A quote is either the value itself, all
/// of which is marked, or the line that holds it, in which the span says where it stands.
fn carets(quote: &str, line: &str, span: Option<Span>) -> (usize, usize) {
    let characters = line.chars().count();
    let whole = (0, characters);
    let Some(span) = span else { return whole };
    let before = usize::try_from(span.start_column.saturating_sub(1)).unwrap_or(usize::MAX);
    let ends_on_line = span.end_line == span.start_line;
    let marked = usize::try_from(span.end_column.saturating_sub(span.start_column)).unwrap_or(usize::MAX);
    let holds_the_span = ends_on_line && marked > 0 && before.saturating_add(marked) <= characters;
    if quote.lines().count() == 1 && holds_the_span && marked < characters { (before, marked) } else { whole }
}

/// Columns to skip and to mark below the line as it is shown.
fn caret_columns(line: &str, before: usize, marked: usize, room: usize) -> (usize, usize) {
    let line = line.replace('\t', " ");
    let head: String = line.chars().take(before).collect();
    let upto: String = line.chars().take(before.saturating_add(marked)).collect();
    let skip = width(&inert(&head)).min(room.saturating_sub(1));
    let whole = inert(&upto);
    let end = width(prefix(&whole, room));
    (skip, end.saturating_sub(skip).max(1))
}

/// Columns needed for the line numbers of these places.
pub(crate) fn gutter<'a>(locations: impl Iterator<Item = &'a Location>) -> usize {
    let largest = locations.filter_map(|location| location.span).map(|span| span.start_line).max();
    largest.map_or(2, |line| line.to_string().len().max(2))
}

/// The word for one, or for any other number.
pub(crate) fn plural<'a>(count: usize, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(target: &str, kind: SourceKind) -> Source {
        Source { files: 1, bytes_read: 1, ..Source::new(target, kind) }
    }

    fn snippet(quote: &str, span: impl Into<Option<Span>>, width: usize) -> String {
        let location =
            Location { source: 0, path: "README.md".to_owned(), span: span.into(), key: Some("license".to_owned()) };
        let style = Style { width, ..Style::default() };
        let mut out = Vec::new();
        let sources = [source("./m", SourceKind::Directory)];
        let snippet = Snippet { sources: &sources, location: &location, quote, gutter: 2 };
        snippet.write(anstyle::Style::new(), &style, &mut out).expect("memory takes everything");
        String::from_utf8(out).expect("reports are UTF-8")
    }

    fn at(line: u32, start: u32, end: u32) -> Span {
        Span { start_line: line, start_column: start, end_line: line, end_column: end }
    }

    #[test]
    fn a_quoted_value_is_marked_as_a_whole() {
        assert_eq!(
            snippet("cc-by-nc-4.0", at(4, 10, 22), 80),
            "  --> ./m/README.md:4:10 (license)\n   |\n 4 | cc-by-nc-4.0\n   | ^^^^^^^^^^^^\n"
        );
    }

    #[test]
    fn in_a_quoted_line_the_value_is_marked() {
        assert_eq!(
            snippet("license: mit", at(4, 10, 13), 80),
            "  --> ./m/README.md:4:10 (license)\n   |\n 4 | license: mit\n   |          ^^^\n"
        );
    }

    #[test]
    fn a_quote_from_a_binary_file_has_no_line_number() {
        assert_eq!(snippet("mit", None, 80), "  --> ./m/README.md (license)\n   |\n   | mit\n   | ^^^\n");
    }

    #[test]
    fn carets_stay_below_what_they_mark_when_characters_are_escaped_or_wide() {
        assert_eq!(
            snippet("\u{1b}[2Jmit", at(1, 1, 8), 80),
            "  --> ./m/README.md:1:1 (license)\n   |\n 1 | \\u{1b}[2Jmit\n   | ^^^^^^^^^^^^\n"
        );
        assert_eq!(
            snippet("许可: mit", at(1, 5, 8), 80),
            "  --> ./m/README.md:1:5 (license)\n   |\n 1 | 许可: mit\n   |       ^^^\n"
        );
    }

    #[test]
    fn a_long_line_is_cut_and_the_carets_with_it() {
        let long = "x".repeat(500);
        let written = snippet(&long, at(1, 1, 501), 40);
        assert!(written.lines().all(|line| width(line) <= 40), "{written}");
        assert!(written.contains("..."), "{written}");
    }

    #[test]
    fn more_lines_than_are_shown_are_counted() {
        let written = snippet("a\nb\n\nc\nd\ne\n", at(1, 1, 2), 80);
        assert!(written.ends_with("   | ... (2 more lines)\n"), "{written}");
    }

    #[test]
    fn text_wraps_at_spaces_and_never_inside_a_word() {
        assert_eq!(wrap("one two three", 24, 20, 2), ["one two three"]);
        assert_eq!(wrap(&"word ".repeat(8), 30, 6, 2), ["word word word word word", "word word word"]);
        let path = "a/".repeat(60);
        assert_eq!(wrap(&format!("see {path} there"), 40, 0, 2), ["see", &path, "there"]);
        assert_eq!(wrap("", 40, 0, 2), [""]);
    }

    #[test]
    fn a_path_is_joined_to_its_target_as_an_editor_would_open_it() {
        let directory = |target, path| opened(Some(&source(target, SourceKind::Directory)), path);
        assert_eq!(directory(".", "README.md"), "README.md");
        assert_eq!(directory("./m/", "a/b"), "./m/a/b");
        assert_eq!(directory("m", "a"), "m/a");
        assert_eq!(directory("m", ""), "m");
        assert_eq!(opened(Some(&source("dir/model.gguf", SourceKind::File)), "model.gguf"), "dir/model.gguf");
    }
}
