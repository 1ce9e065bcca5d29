//! Where something stands: a path in a source, and a place in that file.

/// A place in a scanned source, precise enough to open the file and see it.
///
/// Ordered by source, path, lines and key, which is the order of every report.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// Index of the source in [`crate::scan::Scan::sources`].
    pub source: usize,
    /// Slash-separated path from the root of the source; empty for the source itself.
    pub path: String,
    /// Lines and columns, where the file has lines.
    pub span: Option<Span>,
    /// The key that holds the statement: `license`, `general.license`, `extra_gated_prompt`.
    pub key: Option<String>,
}

impl Location {
    /// The whole of a file.
    pub fn file(source: usize, path: impl Into<String>) -> Self {
        Self { source, path: path.into(), span: None, key: None }
    }
}

/// Lines and columns of a statement. All four count from 1; columns count characters; `end` is the last line
/// and the column behind the last character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First line.
    pub start_line: u32,
    /// Column of the first character.
    pub start_column: u32,
    /// Last line.
    pub end_line: u32,
    /// Column behind the last character.
    pub end_column: u32,
}

impl Span {
    /// The span of bytes `start..end` of `text`. Offsets are clamped to the text and to character boundaries.
    pub fn of_bytes(text: &str, start: usize, end: usize) -> Self {
        let start = floor_boundary(text, start);
        let end = floor_boundary(text, end).max(start);
        let (start_line, start_column) = line_and_column(text, start);
        let (end_line, end_column) = line_and_column(text, end);
        Self { start_line, start_column, end_line, end_column }
    }

    /// The same span in a file of which the text is a part that begins at `line` (1 for the file's first line).
    #[must_use]
    pub fn shifted_to(self, line: u32) -> Self {
        let by = line.saturating_sub(1);
        Self { start_line: self.start_line.saturating_add(by), end_line: self.end_line.saturating_add(by), ..self }
    }
}

fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

fn line_and_column(text: &str, offset: usize) -> (u32, u32) {
    let before = &text[..offset];
    let line = before.bytes().filter(|&byte| byte == b'\n').count();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before[line_start..].chars().count();
    (to_u32(line) + 1, to_u32(column) + 1)
}

fn to_u32(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_counts_lines_and_columns_from_one() {
        let span = Span::of_bytes("ab\nlicense: mit\n", 12, 15);
        assert_eq!(span, Span { start_line: 2, start_column: 10, end_line: 2, end_column: 13 });
    }

    #[test]
    fn columns_count_characters_not_bytes() {
        let text = "é: mit";
        let start = text.find("mit").expect("it is there");
        assert_eq!(Span::of_bytes(text, start, start + 3).start_column, 4);
    }

    #[test]
    fn offsets_beyond_the_text_or_inside_a_character_do_not_panic() {
        let span = Span::of_bytes("é", 1, 99);
        assert_eq!((span.start_line, span.start_column, span.end_column), (1, 1, 2));
    }
}
