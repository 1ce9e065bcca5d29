//! Line numbers of byte offsets.

use std::cell::OnceCell;

/// Where the lines of a text begin.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    text: &'a str,
    /// Found when the first line is asked for: most files of a tree state nothing, and nobody asks.
    starts: OnceCell<Vec<usize>>,
}

impl<'a> Lines<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, starts: OnceCell::new() }
    }

    fn starts(&self) -> &[usize] {
        self.starts.get_or_init(|| {
            let breaks = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
            std::iter::once(0).chain(breaks).collect()
        })
    }

    /// Offset at which a line (from 1) begins, or the end of the last one.
    pub(super) fn offset_of(&self, line: u32) -> usize {
        let end = self.starts().last().copied().unwrap_or(0);
        (line as usize).checked_sub(1).and_then(|line| self.starts().get(line)).copied().unwrap_or(end)
    }

    /// The line, from 1, that holds an offset.
    pub(super) fn of_offset(&self, offset: usize) -> u32 {
        u32::try_from(self.starts().partition_point(|&start| start <= offset)).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_count_from_one_and_end_with_their_break() {
        let lines = Lines::of("a\nbc\n");
        assert_eq!([0, 1, 2, 4, 5].map(|offset| lines.of_offset(offset)), [1, 1, 2, 2, 3]);
        assert_eq!([1, 2, 3, 9].map(|line| lines.offset_of(line)), [0, 2, 5, 5]);
    }
}
