//! The index of reference texts, read in place: opening it is arithmetic.
//!
//! Little-endian. A header (magic, number of sections, offset and length of each), then the sections: sequences, classes
//! of their words, buckets of the seed table, its entries, lists of sequences, a filter in front of it, expressions,
//! slots, the words of force that slots allow, block hashes, required words, whole-text hashes, anchors of what is found
//! word for word, filters in front of anchors and of hashes of short references, words that are no slips.

pub mod build;

use crate::format::{LOOSE, SequenceKind};
use crate::tokens::sequence_hash;
use build::{ANCHOR_ROW, BUCKET_BITS, FILTER_BITS, HASH_ROW, MAGIC, ROW, SECTIONS, SHORT, SLOT_ROW, small_filter_bit};

/// A searchable set of reference texts.
#[derive(Clone, Copy, Debug)]
pub struct Index<'a> {
    sections: [&'a [u8]; SECTIONS],
    count: usize,
}

/// Position of a sequence in an [`Index`].
pub type SequenceId = u16;

/// One reference text in the index.
#[derive(Clone, Copy, Debug)]
pub struct Sequence<'a> {
    /// Its position.
    pub id: SequenceId,
    /// What it is.
    pub kind: SequenceKind,
    /// SPDX expression.
    pub expression: &'a str,
    /// `sequence_hash` of its words.
    pub hash: u64,
    /// Class of each word.
    pub classes: &'a [u8],
    /// Sum of the weights of its seeds.
    pub weight: u32,
    /// Whether these words do not always mean the licence.
    pub is_loose: bool,
    blocks: &'a [u8],
    slots: &'a [u8],
    allowed: &'a [u8],
    required: &'a [u8],
}

/// Words of a reference that may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotView<'a> {
    /// First word.
    pub start: usize,
    /// Number of words.
    pub length: usize,
    /// Whether it may be missing as a whole or in parts.
    pub is_optional: bool,
    /// Classes of the words of force that a replacement may contain.
    pub allowed: &'a [u8],
}

/// A reference that has exactly the words asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole<'a> {
    /// The sequence that is searched for with these words.
    pub sequence: SequenceId,
    /// What this reference is.
    pub kind: SequenceKind,
    /// SPDX expression.
    pub expression: &'a str,
}

impl<'a> Index<'a> {
    /// Opens an index that [`build::build`] made.
    ///
    /// `None` where the bytes are no index of this version.
    pub fn open(bytes: &'a [u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(MAGIC)?;
        if u32_at(rest, 0)? as usize != SECTIONS {
            return None;
        }
        let mut sections: [&[u8]; SECTIONS] = [&[]; SECTIONS];
        for (position, section) in sections.iter_mut().enumerate() {
            let offset = u32_at(rest, 4 + position * 8)? as usize;
            let length = u32_at(rest, 8 + position * 8)? as usize;
            *section = bytes.get(offset..offset.checked_add(length)?)?;
        }
        let count = sections.first()?.len().checked_div(ROW)?.checked_sub(1)?;
        Some(Self { sections, count })
    }

    /// Number of sequences.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The sequence at a position.
    pub fn sequence(&self, id: SequenceId) -> Option<Sequence<'a>> {
        let position = usize::from(id);
        if position >= self.count {
            return None;
        }
        let [rows, classes, _, _, _, _, _, slots, allowed, blocks, required, ..] = self.sections;
        let row = rows.get(position * ROW..(position + 1) * ROW)?;
        let next = rows.get((position + 1) * ROW..(position + 2) * ROW)?;
        let field = |offset| u32_at(row, offset).map(|number| number as usize);
        let range = |offset: usize, size: usize| {
            Some(u32_at(row, offset)? as usize * size..u32_at(next, offset)? as usize * size)
        };
        let start = field(0)?;
        Some(Sequence {
            id,
            classes: classes.get(start..start + field(4)?)?,
            hash: u64_at(row, 8)?,
            kind: SequenceKind::from_number(*row.get(16)? & !LOOSE)?,
            is_loose: *row.get(16)? & LOOSE != 0,
            expression: self.expression(u32_at(row, 16)? >> 8)?,
            weight: u32_at(row, 20)?,
            slots: slots.get(range(24, SLOT_ROW)?)?,
            blocks: blocks.get(range(28, 4)?)?,
            required: required.get(range(32, 8)?)?,
            allowed,
        })
    }

    /// Sum of the weights of a sequence's seeds, without reading the rest of it.
    pub fn weight(&self, id: SequenceId) -> Option<u32> {
        u32_at(self.sections[0], usize::from(id) * ROW + 20)
    }

    /// A number that all sequences of one expression share.
    pub fn license(&self, id: SequenceId) -> Option<u32> {
        u32_at(self.sections[0], usize::from(id) * ROW + 16).map(|packed| packed >> 8)
    }

    /// Whether a sequence is the first of its expression: the licensor's own text, where there is one.
    pub fn is_first(&self, id: SequenceId) -> bool {
        let kind = self.sections[0].get(usize::from(id) * ROW + 16).map(|number| number & !LOOSE);
        kind == Some(SequenceKind::Canonical as u8)
            && (id == 0 || !(0..id).rev().take(3).any(|before| self.license(before) == self.license(id)))
    }

    fn expression(&self, number: u32) -> Option<&'a str> {
        let names = self.sections[6];
        let count = u32_at(names, 0)? as usize;
        let end_of = |number: usize| u32_at(names, number * 4).map(|end| end as usize);
        let number = number as usize;
        let start = if number == 0 { 0 } else { end_of(number)? };
        let end = end_of(number + 1)?;
        let base = 4 + count * 4;
        std::str::from_utf8(names.get(base + start..base + end)?).ok()
    }

    /// The sequences that contain a seed; empty where none does.
    pub fn postings(&self, seed: u32) -> Postings<'a> {
        self.find(seed).unwrap_or(Postings { bytes: &[] })
    }

    fn find(&self, seed: u32) -> Option<Postings<'a>> {
        let [_, _, buckets, entries, lists, filter, ..] = self.sections;
        let bit = seed & ((1 << FILTER_BITS) - 1);
        if filter.get(bit as usize / 8)? & (1 << (bit % 8)) == 0 {
            return None;
        }
        let bucket = (seed >> (32 - BUCKET_BITS)) as usize;
        let (first, behind) = (u32_at(buckets, bucket * 4)? as usize, u32_at(buckets, bucket * 4 + 4)? as usize);
        for entry in first..behind {
            if u32_at(entries, entry * 8)? == seed {
                let (start, end) =
                    (u32_at(entries, entry * 8 + 4)? as usize, u32_at(entries, entry * 8 + 12)? as usize);
                return lists.get(start * 2..end * 2).map(|bytes| Postings { bytes });
            }
        }
        None
    }

    /// The references that stand word for word around the word at `at`, each with its first word: those that have their
    /// anchor there, and the short ones that begin there.
    pub fn stated_at(&self, classes: &[u8], hashes: &[u32], at: usize, found: &mut Vec<(usize, SequenceId)>) {
        let [.., anchors, anchor_filter, short_filter, _] = self.sections;
        for length in 1..=SHORT {
            let Some(words) = hashes.get(at..at + length) else { break };
            let hash = sequence_hash(words);
            if has_bit(short_filter, small_filter_bit(hash)) {
                let same = self.whole(hash).map(|whole| whole.sequence).find(|&id| {
                    self.sequence(id).is_some_and(|sequence| Some(sequence.classes) == classes.get(at..at + length))
                });
                found.extend(same.map(|sequence| (at, sequence)));
            }
        }
        let Some(key) = build::anchor(classes, at) else { return };
        if !has_bit(anchor_filter, small_filter_bit(u64::from(key))) {
            return;
        }
        let rows = anchors.len() / ANCHOR_ROW;
        let first = partition_point(rows, |row| u32_at(anchors, row * ANCHOR_ROW).is_some_and(|other| other < key));
        for row in first..rows {
            if u32_at(anchors, row * ANCHOR_ROW) != Some(key) {
                break;
            }
            let Some(packed) = u32_at(anchors, row * ANCHOR_ROW + 4) else { break };
            let [low, high, offset_low, offset_high] = packed.to_le_bytes();
            let id = u16::from_le_bytes([low, high]);
            let offset = usize::from(u16::from_le_bytes([offset_low, offset_high]));
            let Some((start, sequence)) = at.checked_sub(offset).zip(self.sequence(id)) else { continue };
            let words = start..start + sequence.classes.len();
            if classes.get(words.clone()) == Some(sequence.classes)
                && hashes.get(words).is_some_and(|words| sequence_hash(words) == sequence.hash)
            {
                found.push((start, id));
            }
        }
    }

    /// Whether a word is one that licences are written with.
    pub fn is_word(&self, hash: u32) -> bool {
        let [.., words] = self.sections;
        let count = words.len() / 4;
        let first = partition_point(count, |row| u32_at(words, row * 4).is_some_and(|other| other < hash));
        first < count && u32_at(words, first * 4) == Some(hash)
    }

    /// Every reference with exactly the words of that hash.
    pub fn whole(&self, hash: u64) -> impl Iterator<Item = Whole<'a>> {
        let index = *self;
        let hashes = self.sections[11];
        let count = hashes.len() / HASH_ROW;
        let key = move |row: usize| u64_at(hashes, row * HASH_ROW);
        let first = partition_point(count, |row| key(row).is_some_and(|found| found < hash));
        (first..count).take_while(move |&row| key(row) == Some(hash)).filter_map(move |row| {
            let at = row * HASH_ROW;
            Some(Whole {
                sequence: u16::try_from(u32_at(hashes, at + 8)?).ok()?,
                kind: SequenceKind::from_number(*hashes.get(at + 12)?)?,
                expression: index.expression(u32_at(hashes, at + 12)? >> 8)?,
            })
        })
    }
}

impl<'a> Sequence<'a> {
    /// Block hashes; empty where none are kept.
    pub fn blocks(&self) -> impl ExactSizeIterator<Item = u32> + 'a {
        self.blocks.chunks_exact(4).map(|bytes| u32_at(bytes, 0).unwrap_or_default())
    }

    /// Words that may differ.
    pub fn slots(&self) -> impl Iterator<Item = SlotView<'a>> {
        let allowed = self.allowed;
        self.slots.chunks_exact(SLOT_ROW).filter_map(move |row| {
            let (first, packed) = (u32_at(row, 8)? as usize, u32_at(row, 12)?);
            Some(SlotView {
                start: u32_at(row, 0)? as usize,
                length: u32_at(row, 4)? as usize,
                is_optional: packed & 1 == 1,
                allowed: allowed.get(first..first + (packed >> 1) as usize)?,
            })
        })
    }

    /// Words that a match must have: (first, number).
    pub fn required(&self) -> impl Iterator<Item = (usize, usize)> + 'a {
        self.required.chunks_exact(8).filter_map(|row| Some((u32_at(row, 0)? as usize, u32_at(row, 4)? as usize)))
    }
}

/// The sequences that contain a seed, in order.
#[derive(Clone, Copy, Debug)]
pub struct Postings<'a> {
    bytes: &'a [u8],
}

impl Postings<'_> {
    /// How many.
    pub fn len(&self) -> usize {
        self.bytes.len() / 2
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = SequenceId> {
        self.bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
    }
}

/// The first row of a sorted table for which `is_before` does not hold.
fn partition_point(rows: usize, is_before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, rows);
    while low < high {
        let middle = low + (high - low) / 2;
        if is_before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

fn has_bit(filter: &[u8], bit: usize) -> bool {
    filter.get(bit / 8).is_some_and(|byte| byte & (1 << (bit % 8)) != 0)
}

fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    bytes.get(offset..offset + 4)?.try_into().ok().map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], offset: usize) -> Option<u64> {
    bytes.get(offset..offset + 8)?.try_into().ok().map(u64::from_le_bytes)
}
