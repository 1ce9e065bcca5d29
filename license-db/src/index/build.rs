//! Building the index of reference texts: a pure function of the references, the same bytes on every machine.
//!
//! The build script includes this file; the layout is documented in [`super`].

use std::collections::BTreeMap;

use crate::format::{LOOSE, SequenceKind, Slot};

/// Words in a seed.
pub const SEED: usize = 5;
/// Of this many seeds in a row the one with the least hash is kept (S. Schleimer, D. Wilkerson, A. Aiken, *Winnowing*,
/// SIGMOD 2003): every shared run of `SEED + WINDOW - 1` words contains a kept one.
pub const WINDOW: usize = 4;
/// Buckets of the seed table, as a power of two.
pub const BUCKET_BITS: u32 = 18;
/// Bits of the filter in front of it, as a power of two.
pub const FILTER_BITS: u32 = 22;
/// First bytes of an index.
pub const MAGIC: &[u8; 8] = b"LICIDX\0\x02";
/// Bytes of a row of the table of sequences.
pub const ROW: usize = 36;
/// Bytes of a row of the table of slots.
pub const SLOT_ROW: usize = 16;
/// Bytes of a row of the table of whole-text hashes.
pub const HASH_ROW: usize = 16;

/// The sections, in the order of the header.
pub const SECTIONS: usize = 16;

/// A reference text, ready for the index.
#[derive(Clone, Debug)]
pub struct Reference {
    /// What it is.
    pub kind: SequenceKind,
    /// SPDX expression.
    pub expression: String,
    /// `sequence_hash` of its words.
    pub hash: u64,
    /// Class of each word.
    pub classes: Vec<u8>,
    /// `block_hashes`, where kept.
    pub blocks: Vec<u32>,
    /// Words that may differ.
    pub slots: Vec<Slot>,
    /// Words that a match must have (start, length).
    pub required: Vec<(u32, u32)>,
    /// Whether these words do not always mean the licence.
    pub is_loose: bool,
}

/// Longest reference, in words, that is found word for word by its hash alone.
pub const SHORT: usize = 3;
/// Words of an anchor: the rarest run of this many words in a reference says where it may stand.
pub const ANCHOR: usize = 4;
/// Longest reference, in words, that is found by an anchor. A longer one is found by its seeds.
pub const ANCHORED: usize = 48;
/// Bits of the filters in front of anchors and of hashes of short references, as a power of two.
pub const SMALL_FILTER_BITS: u32 = 20;
/// Bytes of a row of the table of anchors.
pub const ANCHOR_ROW: usize = 8;
/// Fewest words of a notice, or of a text without a name, that is looked for with words changed.
pub const SEEDED: usize = 12;

/// The anchor that starts at a word; `None` where fewer words are left.
pub fn anchor(classes: &[u8], at: usize) -> Option<u32> {
    let bytes: [u8; ANCHOR] = classes.get(at..at + ANCHOR)?.try_into().ok()?;
    Some(u32::from_le_bytes(bytes))
}

/// The bit of a key in a small filter.
pub fn small_filter_bit(key: u64) -> usize {
    let mixed = (key ^ (key >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - SMALL_FILTER_BITS);
    usize::try_from(mixed).unwrap_or(0)
}

/// Whether a reference is looked for with words changed.
fn is_seeded(reference: &Reference) -> bool {
    match reference.kind {
        SequenceKind::Reference | SequenceKind::Tag | SequenceKind::NoStatement => false,
        SequenceKind::Notice | SequenceKind::Nameless => reference.classes.len() >= SEEDED,
        SequenceKind::Canonical | SequenceKind::Variant | SequenceKind::Exception | SequenceKind::UsePolicy => true,
    }
}

/// Whether a reference is looked for word for word.
fn is_anchored(reference: &Reference) -> bool {
    !matches!(reference.kind, SequenceKind::Canonical | SequenceKind::Exception | SequenceKind::UsePolicy)
        && (ANCHOR..=ANCHORED).contains(&reference.classes.len())
}

/// The seed that starts at a word: a hash of [`SEED`] classes; `None` where fewer are left.
pub fn seed(classes: &[u8], at: usize) -> Option<u32> {
    let window = classes.get(at..at + SEED)?;
    let key = window.iter().fold(0_u64, |key, &class| key << 8 | u64::from(class));
    let mixed = (key ^ (key >> 23)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    u32::try_from((mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 32).ok()
}

/// The seeds of a reference that go into the index: the winnowed ones, each once, sorted. A text too short for a window
/// keeps its only seeds.
pub fn winnow(classes: &[u8]) -> Vec<u32> {
    let all: Vec<u32> = (0..classes.len()).map_while(|at| seed(classes, at)).collect();
    let mut kept: Vec<u32> = if all.len() < WINDOW {
        all
    } else {
        all.windows(WINDOW).filter_map(|window| window.iter().min().copied()).collect()
    };
    kept.sort_unstable();
    kept.dedup();
    kept
}

/// What a seed counts that stands in `texts` references: the rarer, the more. Integer, so that sums are the same
/// everywhere.
pub fn weight(texts: usize) -> u32 {
    1024 / (1 + texts.max(1).ilog2())
}

/// The index of the references. Of references with the same words the first is searched for; the others are only
/// found in the table of whole-text hashes. `dictionary` holds hashes of words that are no slips, sorted.
pub fn build(references: &[Reference], dictionary: &[u32]) -> Vec<u8> {
    let mut expressions: Vec<&str> = references.iter().map(|reference| reference.expression.as_str()).collect();
    expressions.sort_unstable();
    expressions.dedup();
    let expression_of =
        |reference: &Reference| number(expressions.binary_search(&reference.expression.as_str()).unwrap_or_default());

    let mut first_with: BTreeMap<u64, usize> = BTreeMap::new();
    let mut searched: Vec<&Reference> = Vec::new();
    let mut hash_rows: Vec<(u64, u32, u8, u32)> = Vec::new();
    for reference in references {
        let sequence = *first_with.entry(reference.hash).or_insert_with(|| {
            searched.push(reference);
            searched.len() - 1
        });
        hash_rows.push((reference.hash, number(sequence), reference.kind as u8, expression_of(reference)));
    }
    hash_rows.sort_unstable();
    hash_rows.dedup();

    let mut postings: BTreeMap<u32, Vec<u16>> = BTreeMap::new();
    for (sequence, reference) in searched.iter().enumerate().filter(|(_, reference)| is_seeded(reference)) {
        for seed in winnow(&reference.classes) {
            postings.entry(seed).or_default().push(u16::try_from(sequence).unwrap_or(u16::MAX));
        }
    }
    let mut weights = vec![0_u32; searched.len()];
    for texts in postings.values() {
        for &sequence in texts {
            if let Some(sum) = weights.get_mut(usize::from(sequence)) {
                *sum += weight(texts.len());
            }
        }
    }

    let mut sections: [Vec<u8>; SECTIONS] = Default::default();
    let [
        rows,
        classes,
        buckets,
        entries,
        lists,
        filter,
        names,
        slots,
        allowed,
        blocks,
        required,
        hashes,
        anchors,
        anchor_filter,
        short_filter,
        words,
    ] = &mut sections;
    for (reference, weight) in searched.iter().zip(&weights) {
        put_row(
            rows,
            reference,
            *weight,
            expression_of(reference),
            [classes.len(), slots.len() / SLOT_ROW, blocks.len() / 4, required.len() / 8],
        );
        classes.extend_from_slice(&reference.classes);
        for slot in &reference.slots {
            put(slots, slot.start);
            put(slots, slot.length);
            put(slots, number(allowed.len()));
            put(slots, number(slot.allowed.len()) << 1 | u32::from(slot.is_optional));
            allowed.extend_from_slice(&slot.allowed);
        }
        for &block in &reference.blocks {
            put(blocks, block);
        }
        for &(start, length) in &reference.required {
            put(required, start);
            put(required, length);
        }
    }
    // A last row, so that every list of a sequence ends where the next one's begins.
    let end = Reference {
        kind: SequenceKind::Canonical,
        expression: String::new(),
        hash: 0,
        classes: Vec::new(),
        blocks: Vec::new(),
        slots: Vec::new(),
        required: Vec::new(),
        is_loose: false,
    };
    put_row(rows, &end, 0, 0, [classes.len(), slots.len() / SLOT_ROW, blocks.len() / 4, required.len() / 8]);
    put_names(names, &expressions);

    put_seeds(&postings, buckets, entries, lists, filter);
    put_anchors(anchors, anchor_filter, &searched);
    *short_filter = vec![0; 1 << (SMALL_FILTER_BITS - 3)];
    for reference in searched.iter().filter(|reference| reference.classes.len() <= SHORT) {
        set(short_filter, small_filter_bit(reference.hash));
    }
    for &word in dictionary {
        put(words, word);
    }
    put_hashes(hashes, hash_rows);
    assemble(&sections)
}

/// The table of whole-text hashes, sorted.
fn put_hashes(hashes: &mut Vec<u8>, rows: Vec<(u64, u32, u8, u32)>) {
    for (hash, sequence, kind, expression) in rows {
        hashes.extend_from_slice(&hash.to_le_bytes());
        put(hashes, sequence);
        put(hashes, expression << 8 | u32::from(kind));
    }
}

/// The table of seeds: buckets, their entries, the lists of sequences that these point to, and the filter in front.
fn put_seeds(
    postings: &BTreeMap<u32, Vec<u16>>,
    buckets: &mut Vec<u8>,
    entries: &mut Vec<u8>,
    lists: &mut Vec<u8>,
    filter: &mut Vec<u8>,
) {
    *filter = vec![0; 1 << (FILTER_BITS - 3)];
    let mut bucket = 0;
    for (&seed, texts) in postings {
        while bucket <= seed >> (32 - BUCKET_BITS) {
            put(buckets, number(entries.len() / 8));
            bucket += 1;
        }
        put(entries, seed);
        put(entries, number(lists.len() / 2));
        for &sequence in texts {
            lists.extend_from_slice(&sequence.to_le_bytes());
        }
        set(filter, (seed & ((1 << FILTER_BITS) - 1)) as usize);
    }
    while bucket <= 1 << BUCKET_BITS {
        put(buckets, number(entries.len() / 8));
        bucket += 1;
    }
    put(entries, u32::MAX);
    put(entries, number(lists.len() / 2));
}

/// The anchor of every anchored reference: its rarest run of words, the first of equals.
fn put_anchors(anchors: &mut Vec<u8>, filter: &mut Vec<u8>, searched: &[&Reference]) {
    let anchored = || searched.iter().enumerate().filter(|(_, reference)| is_anchored(reference));
    let mut texts: BTreeMap<u32, u32> = BTreeMap::new();
    for (_, reference) in anchored() {
        for at in 0..reference.classes.len() {
            if let Some(key) = anchor(&reference.classes, at) {
                *texts.entry(key).or_default() += 1;
            }
        }
    }
    let mut rows: Vec<(u32, u16, u16)> = Vec::new();
    for (sequence, reference) in anchored() {
        let keys = (0..reference.classes.len()).filter_map(|at| Some((anchor(&reference.classes, at)?, at)));
        let rarest = keys.min_by_key(|(key, at)| (texts.get(key).copied().unwrap_or(0), *at));
        if let Some((key, at)) = rarest {
            let narrow = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
            rows.push((key, narrow(sequence), narrow(at)));
        }
    }
    rows.sort_unstable();
    *filter = vec![0; 1 << (SMALL_FILTER_BITS - 3)];
    for (key, sequence, at) in rows {
        set(filter, small_filter_bit(u64::from(key)));
        put(anchors, key);
        anchors.extend_from_slice(&sequence.to_le_bytes());
        anchors.extend_from_slice(&at.to_le_bytes());
    }
}

fn set(filter: &mut [u8], bit: usize) {
    if let Some(byte) = filter.get_mut(bit / 8) {
        *byte |= 1 << (bit % 8);
    }
}

fn put_row(rows: &mut Vec<u8>, reference: &Reference, weight: u32, expression: u32, starts: [usize; 4]) {
    let [classes, slots, blocks, required] = starts.map(number);
    put(rows, classes);
    put(rows, number(reference.classes.len()));
    rows.extend_from_slice(&reference.hash.to_le_bytes());
    let loose = if reference.is_loose { u32::from(LOOSE) } else { 0 };
    put(rows, expression << 8 | loose | reference.kind as u32);
    put(rows, weight);
    put(rows, slots);
    put(rows, blocks);
    put(rows, required);
}

fn put_names(out: &mut Vec<u8>, names: &[&str]) {
    put(out, number(names.len()));
    let mut end = 0;
    for name in names {
        end += name.len();
        put(out, number(end));
    }
    for name in names {
        out.extend_from_slice(name.as_bytes());
    }
}

fn assemble(sections: &[Vec<u8>; SECTIONS]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    put(&mut out, number(SECTIONS));
    let mut offset = out.len() + SECTIONS * 8;
    for section in sections {
        put(&mut out, number(offset));
        put(&mut out, number(section.len()));
        offset += section.len();
    }
    for section in sections {
        out.extend_from_slice(section);
    }
    out
}

fn put(out: &mut Vec<u8>, number: u32) {
    out.extend_from_slice(&number.to_le_bytes());
}

/// The index stays far below 4 GiB; a number that does not fit would be caught by the test that reads it back.
fn number(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
