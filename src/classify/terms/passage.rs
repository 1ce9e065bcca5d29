//! Words in a row, with the set of those that occur: most patterns are passed over by a look at the set.

use std::ops::{Deref, Range};

use super::words::Word;

/// Letters by which a word is known as one that begins in some way; beginnings in patterns have as many or more.
pub(super) const BEGINNING: usize = 3;

/// Which words occur in a row, by their hashes. It may hold more than occur, and never fewer.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    words: [u64; 16],
    beginnings: [u64; 8],
}

/// Words that stand in no text by themselves: a sentence behind the words that govern it.
#[derive(Clone, Debug)]
pub(super) struct Passage<'d> {
    words: Vec<Word<'d>>,
    seen: Seen,
}

/// Words in a row, of a passage.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run<'w, 'd> {
    words: &'w [Word<'d>],
    pub(super) seen: &'w Seen,
}

impl Seen {
    fn add(&mut self, word: &Word<'_>) {
        self.words[(word.hash >> 6) as usize % 16] |= 1 << (word.hash & 63);
        self.beginnings[(word.beginning >> 6) as usize % 8] |= 1 << (word.beginning & 63);
    }

    #[inline]
    pub(super) fn may_have(&self, hash: u32) -> bool {
        self.words[(hash >> 6) as usize % 16] >> (hash & 63) & 1 == 1
    }

    #[inline]
    pub(super) fn may_begin(&self, beginning: u32) -> bool {
        self.beginnings[(beginning >> 6) as usize % 8] >> (beginning & 63) & 1 == 1
    }
}

impl<'d> Passage<'d> {
    pub(super) fn of(words: impl IntoIterator<Item = Word<'d>>) -> Self {
        let words: Vec<Word<'d>> = words.into_iter().collect();
        let mut seen = Seen::default();
        for word in &words {
            seen.add(word);
        }
        Self { words, seen }
    }

    pub(super) fn run(&self) -> Run<'_, 'd> {
        Run { words: &self.words, seen: &self.seen }
    }
}

impl Run<'_, '_> {
    /// The words at these positions, as far as there are any.
    pub(super) fn part(self, range: Range<usize>) -> Self {
        let end = range.end.min(self.words.len());
        Self { words: self.words.get(range.start.min(end)..end).unwrap_or_default(), seen: self.seen }
    }

    pub(super) fn from(self, start: usize) -> Self {
        self.part(start..self.words.len())
    }
}

impl<'d> Deref for Run<'_, 'd> {
    type Target = [Word<'d>];

    #[inline]
    fn deref(&self) -> &Self::Target {
        self.words
    }
}

/// A hash of a word, whose every bit depends on all letters.
pub(super) const fn hash(bytes: &[u8], start: usize, end: usize) -> u32 {
    let mut hash: u32 = 0x811c_9dc5;
    let mut at = start;
    while at < end {
        hash = (hash ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    hash ^= hash >> 16;
    hash = hash.wrapping_mul(0x85eb_ca6b);
    hash ^ hash >> 13
}

/// The mark of a word, or of how it begins: one of 64, so that a few words are told from most others at once.
pub(super) const fn mark(key: u32, is_beginning: bool) -> u64 {
    1 << (if is_beginning { key >> 20 } else { key >> 26 } & 63)
}

/// A hash of the first letters of a word; of the whole word where it is shorter.
pub(super) const fn beginning(bytes: &[u8], start: usize, end: usize) -> u32 {
    hash(bytes, start, if end - start < BEGINNING { end } else { start + BEGINNING })
}
