//! What a difference means: nothing, something, or a change of the terms.

use std::ops::Range;

use license_db::diff::Hunk;
use license_db::format::SequenceKind;
use license_db::index::{Sequence, SlotView};
use license_db::tokens::{self, BLOCK, IN_URL, Tokens, YEAR};
use license_db::vocabulary::Force;

use super::align::Alignment;
use super::constants::{COPYRIGHT, HEAD, LABEL, TITLE, VARIABLE};

/// What a difference does to the terms. The order is from harmless to grave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// A holder, a year, a title, an address, layout, a letter lost in scanning: the same licence.
    Benign,
    /// Words of no force of their own.
    Other,
    /// Words of force, or numbers.
    Operative,
}

/// A reference laid against a text, its differences weighed.
#[derive(Clone, Debug)]
pub(super) struct Weighed {
    pub(super) alignment: Alignment,
    /// One for each hunk.
    pub(super) weights: Vec<Weight>,
    /// Words of the reference that agree or whose absence means nothing.
    pub(super) explained: usize,
    /// Words of the text that the reference does not explain.
    pub(super) inserted: usize,
}

impl Weighed {
    /// Explained words of the reference, in thousandths.
    pub(super) fn coverage(&self, reference: usize) -> u32 {
        thousandths(self.explained, reference)
    }

    /// Explained words among all words of the passage, in thousandths.
    pub(super) fn precision(&self) -> u32 {
        thousandths(self.explained, self.explained + self.inserted)
    }

    /// The gravest difference.
    pub(super) fn gravest(&self) -> Weight {
        self.weights.iter().copied().max().unwrap_or(Weight::Benign)
    }
}

pub(super) fn thousandths(part: usize, whole: usize) -> u32 {
    let share = (part as u64 * 1000).checked_div(whole as u64).unwrap_or(0);
    u32::try_from(share.min(1000)).unwrap_or(1000)
}

/// Weighs every difference. `words` are the reference's own words, where its text is at hand.
pub(super) fn weigh(
    alignment: Alignment,
    sequence: &Sequence<'_>,
    text: &str,
    tokens: &Tokens,
    words: Option<&ReferenceWords>,
) -> Weighed {
    let slots: Vec<SlotView<'_>> = sequence.slots().collect();
    let weights: Vec<Weight> =
        alignment.hunks.iter().map(|hunk| weigh_hunk(hunk, sequence, &slots, text, tokens, words)).collect();
    let benign = |weight: &Weight| *weight == Weight::Benign;
    let pairs = || alignment.hunks.iter().zip(&weights);
    let absent: usize = pairs().filter(|(_, weight)| benign(weight)).map(|(hunk, _)| hunk.missing.len()).sum();
    let inserted = pairs().filter(|(_, weight)| !benign(weight)).map(|(hunk, _)| hunk.added.len()).sum();
    Weighed { explained: alignment.matched + absent, inserted, weights, alignment }
}

fn weigh_hunk(
    hunk: &Hunk,
    sequence: &Sequence<'_>,
    slots: &[SlotView<'_>],
    text: &str,
    tokens: &Tokens,
    words: Option<&ReferenceWords>,
) -> Weight {
    let missing = sequence.classes.get(hunk.missing.clone()).unwrap_or_default();
    let added = tokens.classes.get(hunk.added.clone()).unwrap_or_default();
    if is_date(hunk, missing, tokens) {
        return Weight::Benign;
    }
    let in_slots = hunk
        .missing
        .clone()
        .all(|word| slots.iter().any(|slot| (slot.start..slot.start + slot.length).contains(&word)));
    let is_title = hunk.missing.start == 0
        && hunk.missing.end <= TITLE
        && added.is_empty()
        && !has_force(missing, Force::Operative);
    let is_article =
        missing.len() == 1 && added.is_empty() && ARTICLES.iter().any(|word| tokens::tokenize(word).classes == missing);
    let absence = if in_slots || is_title || is_article { Weight::Benign } else { gravity(missing) };
    let may_stand = in_slots && fits_variable(hunk, slots, tokens);
    let presence = if may_stand || is_harmless(hunk.added.clone(), missing.is_empty(), tokens) {
        Weight::Benign
    } else {
        gravity(added)
    };
    let weight = absence.max(presence);
    if weight == Weight::Other && words.is_some_and(|words| words.is_noise(hunk, text, tokens)) {
        return Weight::Benign;
    }
    weight
}

/// Whether the added words may stand for a variable that the difference lies in or touches.
fn fits_variable(hunk: &Hunk, slots: &[SlotView<'_>], tokens: &Tokens) -> bool {
    if hunk.added.len() > VARIABLE + hunk.missing.len() {
        return false;
    }
    slots.iter().any(|slot| {
        let touches = slot.start <= hunk.missing.end && hunk.missing.start <= slot.start + slot.length;
        let allows = |at: usize| {
            let (Some(class), Some(flags)) = (tokens.classes.get(at), tokens.flags.get(at)) else { return false };
            flags & IN_URL != 0 || tokens::force(*class) != Force::Operative || slot.allowed.contains(class)
        };
        !slot.is_optional && touches && hunk.added.clone().all(allows)
    })
}

/// A version's date at the head of a text: "Release Date: August 3, 2023".
fn is_date(hunk: &Hunk, missing: &[u8], tokens: &Tokens) -> bool {
    if hunk.missing.end > HEAD || hunk.missing.len() > 4 || hunk.added.len() > 4 {
        return false;
    }
    let is_dated = |class: u8, hash: u32| {
        tokens::is_number(class)
            || class == YEAR
            || MONTHS.iter().any(|month| tokens::word_hash(month.as_bytes()) == hash)
    };
    let dated = |at: usize| {
        tokens.classes.get(at).zip(tokens.hashes.get(at)).is_some_and(|(&class, &hash)| is_dated(class, hash))
    };
    // A month or a year must stand among the words or right beside them; "2 users" is no date.
    let near = hunk.added.start.saturating_sub(2)..hunk.added.end + 2;
    let is_anchor = |at: usize| {
        tokens.classes.get(at) == Some(&YEAR)
            || tokens
                .hashes
                .get(at)
                .is_some_and(|hash| MONTHS.iter().any(|month| tokens::word_hash(month.as_bytes()) == *hash))
    };
    let months: Vec<u8> = MONTHS.iter().flat_map(|month| tokens::tokenize(month).classes).collect();
    let was_dated = |class: &u8| tokens::is_number(*class) || *class == YEAR || months.contains(class);
    near.clone().any(is_anchor) && hunk.added.clone().all(dated) && missing.iter().all(was_dated)
}

/// Words that come and go between printings of the same text.
const ARTICLES: [&str; 6] = ["the", "a", "an", "that", "of", "all"];

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Added words that mean nothing: an address, a copyright statement, a label.
fn is_harmless(added: Range<usize>, is_insertion: bool, tokens: &Tokens) -> bool {
    let classes = tokens.classes.get(added.clone()).unwrap_or_default();
    let flags = tokens.flags.get(added.clone()).unwrap_or_default();
    let hashes = tokens.hashes.get(added).unwrap_or_default();
    if flags.iter().all(|flags| flags & IN_URL != 0) {
        return true;
    }
    is_insertion
        && ((hashes.len() == 1
            && hashes.iter().all(|hash| ARTICLES.iter().any(|word| tokens::word_hash(word.as_bytes()) == *hash)))
            || is_copyright(classes, hashes)
            || (classes.len() <= LABEL
                && classes
                    .iter()
                    .all(|&class| tokens::force(class) == Force::None && (!tokens::is_number(class) || class <= 15))))
}

/// "Copyright (c) 2024 Holder. All rights reserved." and nothing that carries force.
pub(super) fn is_copyright(classes: &[u8], hashes: &[u32]) -> bool {
    let copyright = tokens::word_hash(b"copyright");
    let opens = hashes.iter().take(3).any(|&hash| hash == copyright);
    let has_year = classes.iter().take(8).any(|&class| class == YEAR);
    (opens || has_year) && classes.len() <= COPYRIGHT && !has_force(classes, Force::Operative)
}

fn has_force(classes: &[u8], force: Force) -> bool {
    classes.iter().any(|&class| tokens::force(class) == force)
}

fn gravity(classes: &[u8]) -> Weight {
    let is_grave = |&class: &u8| tokens::force(class) != Force::None || tokens::is_number(class);
    if classes.iter().any(is_grave) { Weight::Operative } else { Weight::Other }
}

/// Words of the text that agree with the reference by class and are other words: a change that hides behind a class.
/// Answers the first such stretch.
pub(super) fn hidden_change(
    alignment: &Alignment,
    sequence: &Sequence<'_>,
    tokens: &Tokens,
    words: Option<&ReferenceWords>,
) -> Option<Range<usize>> {
    let mut reference_at = 0;
    let mut text_at = alignment.passage.start;
    let mut stretches: Vec<(Range<usize>, usize)> = Vec::new();
    for hunk in &alignment.hunks {
        stretches.push((reference_at..hunk.missing.start, text_at));
        (reference_at, text_at) = (hunk.missing.end, hunk.added.end);
    }
    stretches.push((reference_at..sequence.classes.len(), text_at));
    for (stretch, text_start) in stretches {
        if let Some(words) = words {
            for (reference, text) in stretch.clone().zip(text_start..) {
                let (ours, theirs) = (words.tokens.hashes.get(reference), tokens.hashes.get(text));
                let is_year = reference < HEAD && tokens.classes.get(text) == Some(&YEAR);
                if ours != theirs && !is_year {
                    return Some(text..text + 1);
                }
            }
            continue;
        }
        let first_block = stretch.start.div_ceil(BLOCK);
        for (block, expected) in sequence.blocks().enumerate().skip(first_block) {
            let end = (block + 1) * BLOCK;
            if end > stretch.end {
                break;
            }
            let text = text_start + (block * BLOCK - stretch.start);
            let found = tokens.hashes.get(text..text + BLOCK).map(tokens::block_hash);
            if found != Some(expected) {
                return Some(text..text + BLOCK);
            }
        }
    }
    None
}

/// The words of a reference whose text is at hand (SPDX's).
pub(super) struct ReferenceWords {
    text: &'static str,
    tokens: Tokens,
}

impl ReferenceWords {
    /// The words of a canonical SPDX text; `None` for any other reference.
    pub(super) fn of(sequence: &Sequence<'_>) -> Option<Self> {
        if !matches!(sequence.kind, SequenceKind::Canonical | SequenceKind::Exception) {
            return None;
        }
        let text = license_db::license(sequence.expression)?.text()?;
        let tokens = tokens::tokenize(text);
        (tokens::sequence_hash(&tokens.hashes) == sequence.hash).then_some(Self { text, tokens })
    }

    /// Whether a difference is a letter or two lost in scanning or typing, in words of no force.
    fn is_noise(&self, hunk: &Hunk, text: &str, tokens: &Tokens) -> bool {
        const MOST_WORDS: usize = 3;
        if hunk.missing.len() != hunk.added.len() || hunk.missing.len() > MOST_WORDS {
            return false;
        }
        hunk.missing.clone().zip(hunk.added.clone()).all(|(reference, word)| {
            let (Some(ours), Some(theirs)) = (word_at(self.text, &self.tokens, reference), word_at(text, tokens, word))
            else {
                return false;
            };
            distance(&ours, &theirs) <= 1 + ours.chars().count() / 7 && ours.chars().count() > 2
        })
    }
}

fn word_at(text: &str, tokens: &Tokens, position: usize) -> Option<String> {
    let (start, end) = (*tokens.starts.get(position)? as usize, *tokens.ends.get(position)? as usize);
    text.get(start..end).map(str::to_lowercase)
}

/// Letters to change, add or drop (V. Levenshtein, 1966).
fn distance(first: &str, second: &str) -> usize {
    let second: Vec<char> = second.chars().collect();
    let mut row: Vec<usize> = (0..=second.len()).collect();
    for (line, ours) in first.chars().enumerate() {
        let mut corner = line;
        if let Some(start) = row.first_mut() {
            *start = line + 1;
        }
        for (column, theirs) in second.iter().enumerate() {
            let (left, above) = (row.get(column).copied().unwrap_or(0), row.get(column + 1).copied().unwrap_or(0));
            let here = if ours == *theirs { corner } else { 1 + left.min(above).min(corner) };
            corner = above;
            if let Some(cell) = row.get_mut(column + 1) {
                *cell = here;
            }
        }
    }
    row.last().copied().unwrap_or(0)
}
