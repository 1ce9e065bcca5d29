//! What a difference means: nothing, something, or a change of the terms.
//!
//! The burden of proof lies with the difference: it is harmless only where a rule here says why.

use std::ops::Range;

use license_db::diff::Hunk;
use license_db::format::SequenceKind;
use license_db::index::{Sequence, SlotView};
use license_db::tokens::{self, BLOCK, IN_URL, Tokens, YEAR};
use license_db::vocabulary::Force;

use super::align::Alignment;
use super::constants::{HEAD, TITLE, VARIABLE};
use super::force;
use super::layout;
use super::library::{Library, ReferenceWords};
use super::names;
use super::reflow;
use super::slips;

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
    /// Whether every difference that means something may be one more slip of many: the text is damaged, not changed.
    pub(super) is_damaged: bool,
    /// Words of the reference in these differences, and words of the text.
    slipped: (usize, usize),
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

    /// Coverage, in so many words of the reference, and precision, where the slips of a damaged text are what they may be.
    /// They say which reference is the likeliest, not how certain it is.
    pub(super) fn likelihood(&self, reference: usize) -> (u32, u32) {
        let (ours, theirs) = self.slipped;
        let explained = self.explained + ours;
        (thousandths(explained, reference), thousandths(explained, explained + self.inserted - theirs))
    }

    /// The gravest difference.
    pub(super) fn gravest(&self) -> Weight {
        self.weights.iter().copied().max().unwrap_or(Weight::Benign)
    }

    /// The differences that mean something.
    pub(super) fn changes(&self) -> impl Iterator<Item = (&Hunk, Weight)> {
        self.alignment.hunks.iter().zip(self.weights.iter().copied()).filter(|(_, weight)| *weight != Weight::Benign)
    }
}

pub(super) fn thousandths(part: usize, whole: usize) -> u32 {
    let share = (part as u64 * 1000).checked_div(whole as u64).unwrap_or(0);
    u32::try_from(share.min(1000)).unwrap_or(1000)
}

/// The text that is weighed, and what it is compared with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scales<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a Tokens,
    pub(super) library: &'a Library<'a>,
}

impl Scales<'_> {
    /// Weighs every difference. `words` are the reference's own words, where its text is at hand.
    pub(super) fn weigh(
        &self,
        alignment: Alignment,
        sequence: &Sequence<'_>,
        words: Option<&ReferenceWords<'_>>,
    ) -> Weighed {
        let slots: Vec<SlotView<'_>> = sequence.slots().collect();
        let mut weights: Vec<Weight> =
            alignment.hunks.iter().map(|hunk| self.weigh_hunk(hunk, sequence, &slots, words)).collect();
        if let Some(words) = words {
            reflow::settle(&mut weights, &alignment.hunks, self.text, self.tokens, words);
        }
        let benign = |weight: &Weight| *weight == Weight::Benign;
        let pairs = || alignment.hunks.iter().zip(&weights);
        let absent: usize = pairs().filter(|(_, weight)| benign(weight)).map(|(hunk, _)| hunk.missing.len()).sum();
        let inserted = pairs().filter(|(_, weight)| !benign(weight)).map(|(hunk, _)| hunk.added.len()).sum();
        let is_damaged = words.is_some_and(|words| self.is_damaged(&alignment, &weights, words));
        let slips = || pairs().filter(|(_, weight)| is_damaged && !benign(weight)).map(|(hunk, _)| hunk);
        let slipped = (slips().map(|hunk| hunk.missing.len()).sum(), slips().map(|hunk| hunk.added.len()).sum());
        Weighed { explained: alignment.matched + absent, inserted, is_damaged, slipped, weights, alignment }
    }

    /// Whether the text is full of slips, so that one that makes another word is a slip as well. Slips that make no word must
    /// be as many as the others.
    fn is_damaged(&self, alignment: &Alignment, weights: &[Weight], words: &ReferenceWords<'_>) -> bool {
        let (mut proven, mut possible) = (0, 0);
        for (hunk, weight) in alignment.hunks.iter().zip(weights) {
            let is_benign = *weight == Weight::Benign;
            let is_slip = slips::may_be_slips(hunk, self.text, self.tokens, words);
            if is_slip {
                let (slips, others) = slips::counted(hunk, self.text, self.tokens, words, self.library);
                proven += slips;
                possible += if is_benign { 0 } else { others };
            } else if !is_benign && reflow::may_be_damaged(hunk, self.text, self.tokens, words) {
                possible += 1;
            } else if !is_benign {
                return false;
            }
        }
        let has_other = weights.iter().any(|weight| *weight != Weight::Benign);
        has_other && proven >= possible
    }

    fn weigh_hunk(
        &self,
        hunk: &Hunk,
        sequence: &Sequence<'_>,
        slots: &[SlotView<'_>],
        words: Option<&ReferenceWords<'_>>,
    ) -> Weight {
        let missing = sequence.classes.get(hunk.missing.clone()).unwrap_or_default();
        // A notice has no title, and its address says which version is meant.
        let is_text = !matches!(sequence.kind, SequenceKind::Notice | SequenceKind::Nameless);
        if is_date(hunk, missing, self.tokens)
            || layout::is_layout(hunk, self.text, self.tokens, words, is_text)
            || slips::is_rejoined(hunk, self.text, self.tokens, missing, words, self.library)
            || words.is_some_and(|words| slips::are_slips(hunk, self.text, self.tokens, words, self.library))
        {
            return Weight::Benign;
        }
        let is_placeholder = is_text && words.is_some_and(|words| names::is_placeholder(words, &hunk.missing));
        let in_slots = is_text
            && hunk
                .missing
                .clone()
                .all(|word| slots.iter().any(|slot| (slot.start..slot.start + slot.length).contains(&word)));
        let is_title = is_text
            && hunk.missing.start == 0
            && hunk.missing.end <= TITLE
            && hunk.added.is_empty()
            && !has_force(missing, Force::Operative);
        let is_article =
            missing.len() == 1 && hunk.added.is_empty() && ARTICLES.iter().any(|&word| missing == class_of(word));
        let absence = if in_slots || is_placeholder || is_title || is_article {
            Weight::Benign
        } else {
            gravity_of_classes(missing)
        };
        let presence = if (is_text && self.fits_variable(hunk, slots))
            || (is_placeholder && names::are_names(self.text, self.tokens, &hunk.added, |_| false))
            || self.is_harmless(hunk)
        {
            Weight::Benign
        } else {
            self.gravity(&hunk.added)
        };
        absence.max(presence)
    }

    /// Whether the added words may stand for a variable that the difference lies in or touches.
    fn fits_variable(&self, hunk: &Hunk, slots: &[SlotView<'_>]) -> bool {
        // A variable may foresee a word of force among others; by itself, beside all that stands there, it is no name.
        let added = self.tokens.classes.get(hunk.added.clone()).unwrap_or_default();
        let adds_force = hunk.missing.is_empty() && added.iter().any(|&class| tokens::force(class) == Force::Operative);
        if hunk.added.len() > VARIABLE + hunk.missing.len() || adds_force {
            return false;
        }
        slots.iter().any(|slot| {
            let touches = slot.start <= hunk.missing.end && hunk.missing.start <= slot.start + slot.length;
            let is_foreseen = |at: usize| self.tokens.classes.get(at).is_some_and(|class| slot.allowed.contains(class));
            !slot.is_optional && touches && names::are_names(self.text, self.tokens, &hunk.added, is_foreseen)
        })
    }

    /// Added words that mean nothing: an address, an article, a copyright statement.
    fn is_harmless(&self, hunk: &Hunk) -> bool {
        let added = &hunk.added;
        let flags = self.tokens.flags.get(added.clone()).unwrap_or_default();
        let hashes = self.tokens.hashes.get(added.clone()).unwrap_or_default();
        if flags.iter().all(|flags| flags & IN_URL != 0) {
            return true;
        }
        hunk.missing.is_empty()
            && (matches!(hashes, [hash] if ARTICLES.iter().any(|word| tokens::word_hash(word.as_bytes()) == *hash))
                || names::is_copyright(self.text, self.tokens, added))
    }

    fn gravity(&self, words: &Range<usize>) -> Weight {
        let classes = self.tokens.classes.get(words.clone()).unwrap_or_default();
        let hashes = self.tokens.hashes.get(words.clone()).unwrap_or_default();
        if words.is_empty() {
            Weight::Benign
        } else if force::has_any(hashes) {
            Weight::Operative
        } else {
            gravity_of_classes(classes)
        }
    }
}

/// Words that come and go between printings of the same text.
const ARTICLES: [&str; 3] = ["the", "a", "an"];

fn class_of(word: &str) -> Vec<u8> {
    tokens::tokenize(word).classes
}

/// A version's date at the head of a text: "Release Date: August 3, 2023".
fn is_date(hunk: &Hunk, missing: &[u8], tokens: &Tokens) -> bool {
    if hunk.missing.end > HEAD || hunk.missing.len() > 4 || hunk.added.len() > 4 {
        return false;
    }
    let is_month = |hash: u32| MONTHS.iter().any(|month| tokens::word_hash(month.as_bytes()) == hash);
    // "may" is a month where a year stands beside it, and a permission elsewhere.
    let may = tokens::word_hash(b"may");
    let dated = |at: usize| {
        tokens
            .classes
            .get(at)
            .zip(tokens.hashes.get(at))
            .is_some_and(|(&class, &hash)| tokens::is_number(class) || class == YEAR || is_month(hash))
    };
    // A month or a year must stand among the words or right beside them; "2 users" is no date.
    let near = hunk.added.start.saturating_sub(2)..hunk.added.end + 2;
    let is_anchor = |at: usize| {
        tokens.classes.get(at) == Some(&YEAR)
            || tokens.hashes.get(at).is_some_and(|&hash| is_month(hash) && hash != may)
    };
    let months: Vec<u8> = MONTHS.iter().flat_map(|month| tokens::tokenize(month).classes).collect();
    let was_dated = |class: &u8| tokens::is_number(*class) || *class == YEAR || months.contains(class);
    near.clone().any(is_anchor) && hunk.added.clone().all(dated) && missing.iter().all(was_dated)
}

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

fn has_force(classes: &[u8], force: Force) -> bool {
    classes.iter().any(|&class| tokens::force(class) == force)
}

fn gravity_of_classes(classes: &[u8]) -> Weight {
    let is_grave = |&class: &u8| tokens::force(class) != Force::None || tokens::is_number(class);
    if classes.is_empty() {
        Weight::Benign
    } else if classes.iter().any(is_grave) {
        Weight::Operative
    } else {
        Weight::Other
    }
}

/// Whether words of the text agree with the reference by class and are other words: a change that hides behind a class,
/// seen by the hash of a block.
pub(super) fn hides_change(alignment: &Alignment, sequence: &Sequence<'_>, tokens: &Tokens) -> bool {
    let mut reference_at = 0;
    let mut text_at = alignment.passage.start;
    let mut stretches: Vec<(Range<usize>, usize)> = Vec::new();
    for hunk in &alignment.hunks {
        stretches.push((reference_at..hunk.missing.start, text_at));
        (reference_at, text_at) = (hunk.missing.end, hunk.added.end);
    }
    stretches.push((reference_at..sequence.classes.len(), text_at));
    stretches.into_iter().any(|(stretch, text_start)| {
        let first_block = stretch.start.div_ceil(BLOCK);
        let blocks = sequence.blocks().enumerate().skip(first_block);
        let mut inside = blocks.take_while(|(block, _)| (block + 1) * BLOCK <= stretch.end);
        inside.any(|(block, expected)| {
            let text = text_start + (block * BLOCK - stretch.start);
            tokens.hashes.get(text..text + BLOCK).map(tokens::block_hash) != Some(expected)
        })
    })
}
