//! A text in which mentions are looked for, and where its words stand in the file.

use std::ops::Range;

use crate::location::Span;

/// Longest line that is quoted whole, in bytes; a longer one is machine-made and only the name is quoted.
const QUOTED_LINE: usize = 300;

/// A text with its lines.
#[derive(Debug)]
pub(super) struct Page<'a> {
    pub(super) text: &'a str,
    /// Offsets at which lines begin.
    lines: Vec<usize>,
    /// Where the parts of the text stand in the file, where that is not the text itself: offset in the text, place.
    parts: Vec<(usize, Span)>,
}

impl<'a> Page<'a> {
    /// A text that is the file.
    pub(super) fn new(text: &'a str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self { text, lines: std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect(), parts: Vec::new() }
    }

    /// A text put together of parts of a file (the cell of a notebook), in order.
    pub(super) fn of_parts(text: &'a str, parts: Vec<(usize, Span)>) -> Self {
        Self { parts, ..Self::new(text) }
    }

    /// Where the parts of the text stand.
    pub(super) fn parts(&self) -> &[(usize, Span)] {
        &self.parts
    }

    /// The words of a range; empty outside of the text.
    pub(super) fn words(&self, range: &Range<usize>) -> &'a str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// Where a range stands in the file.
    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        let part = self.parts.partition_point(|(start, _)| *start <= range.start).checked_sub(1);
        if let Some((_, span)) = part.and_then(|part| self.parts.get(part)) {
            return *span;
        }
        let (start_line, start_column) = self.place(range.start);
        let (end_line, end_column) = self.place(range.end);
        Span { start_line, start_column, end_line, end_column }
    }

    /// The line on which a range begins, or its words where the line is too long to quote.
    pub(super) fn quote(&self, range: &Range<usize>) -> String {
        let line = self.text.get(self.line_start(range.start)..).and_then(|rest| rest.lines().next());
        let quote = line.filter(|line| line.len() <= QUOTED_LINE).unwrap_or_else(|| self.words(range));
        crate::extract::cut(quote, QUOTED_LINE).to_owned()
    }

    fn line_start(&self, offset: usize) -> usize {
        let line = self.lines.partition_point(|&line| line <= offset);
        line.checked_sub(1).and_then(|line| self.lines.get(line)).copied().unwrap_or(0)
    }

    fn place(&self, offset: usize) -> (u32, u32) {
        let line = self.lines.partition_point(|&line| line <= offset);
        let before = self.text.get(self.line_start(offset)..offset).unwrap_or_default();
        (to_u32(line).max(1), to_u32(before.chars().count()) + 1)
    }
}

fn to_u32(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_lines_and_columns_and_the_line_that_holds_it() {
        let page = Page::new("é = 1\nm = 'a/b'\n");
        let at = page.text.find("a/b").expect("it is there");
        let range = at..at + 3;
        assert_eq!(page.span(&range), Span::of_bytes(page.text, at, at + 3));
        assert_eq!((page.quote(&range), page.words(&range)), ("m = 'a/b'".to_owned(), "a/b"));
        assert_eq!(page.words(&(at..999)), "");
    }

    #[test]
    fn of_a_very_long_line_only_the_name_is_quoted() {
        let text = format!("{}a/b", " ".repeat(400));
        assert_eq!(Page::new(&text).quote(&(400..403)), "a/b");
    }
}
