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

/// Where the words of a decoded text stand in the file that they were decoded from.
///
/// A text that is the file itself has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The file has lines (RTF, JSON): every byte of the text comes from bytes of the file.
    Bytes(Pieces),
    /// The file has pages and no lines (PDF): the offset in the text at which each page begins that has words, and
    /// the number of the page, from 1. Sorted.
    Pages(Vec<(usize, u32)>),
}

impl Origin {
    /// Bytes that tell two origins apart.
    pub(crate) fn write_to(&self, mut write: impl FnMut(&[u8])) {
        match self {
            Self::Bytes(pieces) => {
                for piece in &pieces.pieces {
                    for number in [piece.text, piece.file, piece.length] {
                        write(&number.to_le_bytes());
                    }
                }
            }
            Self::Pages(pages) => {
                for (offset, page) in pages {
                    write(&offset.to_le_bytes());
                    write(&page.to_le_bytes());
                }
            }
        }
    }
}

/// A text in pieces, each with its place in the file, in the order of both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pieces {
    pieces: Vec<Piece>,
    /// Offsets at which the lines of the file begin.
    lines: Vec<usize>,
}

/// A run of the text that stands in the file as it is, or what one escape stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    /// Where it begins in the text.
    text: usize,
    /// Where it begins in the file.
    file: usize,
    /// Bytes of an escape in the file; 0 for a run that stands there as it is.
    length: usize,
}

impl Pieces {
    /// An empty map for a file with these bytes.
    pub fn new(file: &[u8]) -> Self {
        let ends = file.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        Self { pieces: Vec::new(), lines: std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect() }
    }

    /// From offset `text` on, the text is the file from offset `file` on.
    pub fn run(&mut self, text: usize, file: usize) {
        let goes_on = |last: &Piece| last.length == 0 && text - last.text.min(text) == file - last.file.min(file);
        if !self.pieces.last().is_some_and(goes_on) {
            self.pieces.push(Piece { text, file, length: 0 });
        }
    }

    /// From offset `text` on, the text is what `length` bytes from offset `file` on stand for.
    pub fn escape(&mut self, text: usize, file: usize, length: usize) {
        self.pieces.push(Piece { text, file, length });
    }

    /// The bytes of the file that bytes of the text come from.
    pub fn in_file(&self, start: usize, end: usize) -> (usize, usize) {
        let place = |offset: usize| {
            let at = self.pieces.partition_point(|piece| piece.text <= offset).checked_sub(1)?;
            let piece = self.pieces.get(at)?;
            Some(match piece.length {
                0 => (piece.file + (offset - piece.text), 1),
                length => (piece.file, length),
            })
        };
        let first = place(start).map_or(0, |(file, _)| file);
        let last = place(end.saturating_sub(1).max(start)).map_or(first, |(file, length)| file + length);
        (first, if end > start { last } else { first })
    }

    /// First and last line of the file, from 1, on which these bytes of the text stand.
    pub fn lines_in_file(&self, start: usize, end: usize) -> (u32, u32) {
        let (start, end) = self.in_file(start, end);
        let line = |offset: usize| to_u32(self.lines.partition_point(|&line| line <= offset)).max(1);
        (line(start), line(end.saturating_sub(1).max(start)))
    }

    /// The span in the file of bytes of the text. `file` are the bytes of which the map was made.
    pub fn span(&self, file: &[u8], start: usize, end: usize) -> Span {
        let (start, end) = self.in_file(start, end);
        let place = |offset: usize| {
            let line = self.lines.partition_point(|&line| line <= offset);
            let begin = line.checked_sub(1).and_then(|line| self.lines.get(line)).copied().unwrap_or(0);
            // Bytes that go on in a character are no column.
            let before = file.get(begin..offset).unwrap_or_default();
            let columns = before.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
            (to_u32(line).max(1), to_u32(columns) + 1)
        };
        let ((start_line, start_column), (end_line, end_column)) = (place(start), place(end));
        Span { start_line, start_column, end_line, end_column }
    }

    /// Where in the text a line of the file begins, or what comes next where nothing of the line is text.
    pub fn offset_of_line(&self, line: u32) -> usize {
        let wanted = usize::try_from(line.saturating_sub(1)).ok().and_then(|line| self.lines.get(line)).copied();
        let Some(wanted) = wanted else { return usize::MAX };
        let at = self.pieces.partition_point(|piece| piece.file < wanted);
        let next = self.pieces.get(at).map_or(usize::MAX, |piece| piece.text);
        let before = at.checked_sub(1).and_then(|at| self.pieces.get(at)).filter(|piece| piece.length == 0);
        before.map_or(next, |piece| (piece.text + (wanted - piece.file)).min(next))
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
    fn a_decoded_text_knows_its_bytes_and_lines_in_the_file() {
        // Three lines; the text of the second is two lines, by an escape.
        let file = b"x\nab\\ncd\ny";
        let mut pieces = Pieces::new(file);
        pieces.run(0, 2);
        pieces.run(1, 3);
        pieces.escape(2, 4, 2);
        pieces.run(3, 6);
        assert_eq!(pieces.pieces.len(), 3, "a run that goes on is one piece");
        assert_eq!(pieces.in_file(0, 2), (2, 4));
        assert_eq!(pieces.in_file(1, 3), (3, 6), "an escape is taken whole");
        assert_eq!(pieces.in_file(3, 5), (6, 8));
        assert_eq!(pieces.in_file(2, 2), (4, 4));
        assert_eq!(pieces.lines_in_file(0, 5), (2, 2));
        assert_eq!(pieces.offset_of_line(1), 0);
        assert_eq!(pieces.offset_of_line(2), 0);
        assert_eq!(pieces.offset_of_line(3), 6);
        assert_eq!(pieces.offset_of_line(9), usize::MAX);
        assert_eq!(Pieces::default().in_file(3, 9), (0, 0));
    }

    #[test]
    fn offsets_beyond_the_text_or_inside_a_character_do_not_panic() {
        let span = Span::of_bytes("é", 1, 99);
        assert_eq!((span.start_line, span.start_column, span.end_column), (1, 1, 2));
    }
}
