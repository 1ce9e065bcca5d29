//! Patterns over words, written so that a lexicon can be read aloud.
//!
//! A pattern is words with a space between. Each place holds alternatives (`may|shall`), a beginning of a word
//! (`commerc*`), an optional word (`any?`), any word (`_`), or a gap (`..` up to eight words, `..3` up to three).
//! Gaps are bounded, so matching takes time linear in the words.
//!
//! `pattern!` takes a pattern apart while the program is built: nothing is left to do when it starts, and what is no
//! pattern does not build. A sentence knows which words it has (`Seen`), so that most patterns are passed over without a
//! look at its words.

use std::ops::Range;

use super::passage::{BEGINNING, Run, Seen, beginning, hash, mark};
use super::words::Word;

const GAP: usize = 8;

/// A pattern, taken apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pattern {
    pub(super) text: &'static str,
    pub(super) places: &'static [Place],
    pub(super) known: &'static [Known],
}

/// One place of a pattern.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    form: Form,
    /// Its words among those of the pattern; none where any word fits.
    first: u16,
    end: u16,
    /// The marks of its words: no other word fits.
    marks: u64,
}

#[derive(Clone, Copy, Debug)]
enum Form {
    Word,
    Optional,
    /// Up to so many words.
    Gap(u16),
}

/// A word of a pattern, or the beginning of one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// The hash of a word, or the `beginning` of a beginning.
    key: u32,
    /// Its place in the text of the pattern.
    start: u16,
    length: u8,
    is_beginning: bool,
}

/// The pattern that a text stands for.
macro_rules! pattern {
    ($text:expr) => {{
        const TEXT: &str = $text;
        const SIZE: (usize, usize) = $crate::classify::terms::pattern::size(TEXT);
        const KNOWN: [$crate::classify::terms::pattern::Known; SIZE.1] = $crate::classify::terms::pattern::known(TEXT);
        const PLACES: [$crate::classify::terms::pattern::Place; SIZE.0] =
            $crate::classify::terms::pattern::places(TEXT, &KNOWN);
        const PATTERN: &$crate::classify::terms::pattern::Pattern =
            &$crate::classify::terms::pattern::Pattern { text: TEXT, places: &PLACES, known: &KNOWN };
        PATTERN
    }};
}

/// Several patterns.
macro_rules! patterns {
    ($($text:expr),* $(,)?) => {{
        const PATTERNS: &[$crate::classify::terms::pattern::Pattern] =
            &[$(*$crate::classify::terms::pattern::pattern!($text)),*];
        PATTERNS
    }};
}

pub(super) use {pattern, patterns};

/// The first place, not before `from`, where a pattern matches.
pub(super) fn find(words: Run<'_, '_>, from: usize, pattern: &Pattern) -> Option<Range<usize>> {
    find_before(words, from, words.len(), pattern)
}

/// The same, where the match begins before `end`.
fn find_before(words: Run<'_, '_>, from: usize, end: usize, pattern: &Pattern) -> Option<Range<usize>> {
    if from >= end || !pattern.may_occur(words.seen) {
        return None;
    }
    (from..end).find_map(|start| ends_at(words, start, pattern).map(|end| start..end))
}

/// Whether a pattern matches anywhere.
pub(super) fn has(words: Run<'_, '_>, pattern: &Pattern) -> bool {
    find(words, 0, pattern).is_some()
}

/// Whether one of several patterns matches anywhere.
pub(super) fn has_any(words: Run<'_, '_>, patterns: &[Pattern]) -> bool {
    patterns.iter().any(|pattern| has(words, pattern))
}

/// The earliest place where one of several patterns matches.
pub(super) fn find_any(words: Run<'_, '_>, from: usize, patterns: &[Pattern]) -> Option<Range<usize>> {
    let mut best: Option<Range<usize>> = None;
    for pattern in patterns {
        let end = best.as_ref().map_or(words.len(), |best| best.start);
        if let Some(found) = find_before(words, from, end, pattern) {
            best = Some(found);
        }
    }
    best
}

/// Where a pattern that begins at `start` ends.
pub(super) fn ends_at(words: Run<'_, '_>, start: usize, pattern: &Pattern) -> Option<usize> {
    pattern.ends_at(&words, start, pattern.places)
}

/// Whether a word fits the first place of a pattern.
pub(super) fn fits(word: &Word<'_>, pattern: &Pattern) -> bool {
    pattern.places.first().is_some_and(|place| pattern.fits(word, *place))
}

impl Pattern {
    /// Whether each place that must be filled can be filled by some word.
    fn may_occur(&self, seen: &Seen) -> bool {
        self.places.iter().all(|place| {
            !matches!(place.form, Form::Word)
                || place.first == place.end
                || self.words_of(*place).iter().any(|known| known.may_be_in(seen))
        })
    }

    fn words_of(&self, place: Place) -> &'static [Known] {
        self.known.get(usize::from(place.first)..usize::from(place.end)).unwrap_or_default()
    }

    fn ends_at(&self, words: &[Word<'_>], start: usize, places: &[Place]) -> Option<usize> {
        let Some((place, rest)) = places.split_first() else { return Some(start) };
        if let Form::Gap(reach) = place.form {
            let last = start.saturating_add(usize::from(reach)).min(words.len());
            return (start..=last).find_map(|next| self.ends_at(words, next, rest));
        }
        if words.get(start).is_some_and(|word| self.fits(word, *place))
            && let Some(end) = self.ends_at(words, start + 1, rest)
        {
            return Some(end);
        }
        if matches!(place.form, Form::Optional) { self.ends_at(words, start, rest) } else { None }
    }

    fn fits(&self, word: &Word<'_>, place: Place) -> bool {
        word.marks & place.marks != 0
            && (place.first == place.end || self.words_of(place).iter().any(|known| known.fits(word, self.text)))
    }
}

impl Known {
    fn may_be_in(self, seen: &Seen) -> bool {
        if self.is_beginning { seen.may_begin(self.key) } else { seen.may_have(self.key) }
    }

    fn fits(self, word: &Word<'_>, text: &str) -> bool {
        let key = if self.is_beginning { word.beginning } else { word.hash };
        key == self.key && {
            let start = usize::from(self.start);
            let known = text.as_bytes().get(start..start + usize::from(self.length)).unwrap_or_default();
            if self.is_beginning { word.low.as_bytes().starts_with(known) } else { word.low.as_bytes() == known }
        }
    }
}

/// How many places and words a pattern has.
pub(super) const fn size(text: &str) -> (usize, usize) {
    let bytes = text.as_bytes();
    let (mut places, mut known, mut at) = (0, 0, 0);
    while at < bytes.len() {
        let end = next(bytes, at, bytes.len(), b' ');
        places += 1;
        known += alternatives(bytes, at, end);
        at = end + 1;
    }
    assert!(places > 0 && bytes.len() < 65_536, "a pattern has some places, and not too many");
    (places, known)
}

/// The places of a pattern.
#[expect(clippy::cast_possible_truncation, reason = "a pattern has fewer words than bytes, and those are counted")]
pub(super) const fn places<const SIZE: usize>(text: &str, words: &[Known]) -> [Place; SIZE] {
    let bytes = text.as_bytes();
    let mut places = [Place { form: Form::Word, first: 0, end: 0, marks: u64::MAX }; SIZE];
    let (mut place, mut known, mut at) = (0, 0, 0);
    while place < SIZE {
        let end = next(bytes, at, bytes.len(), b' ');
        let first = known;
        known += alternatives(bytes, at, end);
        let mut marks = if known == first { u64::MAX } else { 0 };
        let mut one = first;
        while one < known {
            marks |= mark(words[one].key, words[one].is_beginning);
            one += 1;
        }
        let form = if is_gap(bytes, at) {
            Form::Gap(reach(bytes, at + 2, end) as u16)
        } else if bytes[end - 1] == b'?' {
            Form::Optional
        } else {
            Form::Word
        };
        places[place] = Place { form, first: first as u16, end: known as u16, marks };
        place += 1;
        at = end + 1;
    }
    places
}

/// The words of a pattern.
#[expect(clippy::cast_possible_truncation, reason = "the length of a pattern was asserted, that of a word is here")]
pub(super) const fn known<const SIZE: usize>(text: &str) -> [Known; SIZE] {
    let bytes = text.as_bytes();
    let mut all = [Known { key: 0, start: 0, length: 0, is_beginning: false }; SIZE];
    let (mut one, mut at) = (0, 0);
    while at < bytes.len() {
        let place_end = next(bytes, at, bytes.len(), b' ');
        let mut left = alternatives(bytes, at, place_end);
        let words_end = words_end(bytes, place_end);
        while left > 0 {
            let end = next(bytes, at, words_end, b'|');
            let is_beginning = bytes[end - 1] == b'*';
            let length = if is_beginning { end - 1 - at } else { end - at };
            assert!(length > 0 && length < 256, "an alternative is a word");
            assert!(!is_beginning || length >= BEGINNING, "a beginning is too short");
            let key = if is_beginning { beginning(bytes, at, at + length) } else { hash(bytes, at, at + length) };
            all[one] = Known { key, start: at as u16, length: length as u8, is_beginning };
            one += 1;
            left -= 1;
            at = end + 1;
        }
        at = place_end + 1;
    }
    all
}

/// How many alternatives a place has; none where any word fits.
const fn alternatives(bytes: &[u8], start: usize, end: usize) -> usize {
    assert!(start < end, "one space stands between two places");
    let end = words_end(bytes, end);
    if is_gap(bytes, start) || (bytes[start] == b'_' && end == start + 1) {
        return 0;
    }
    let (mut count, mut at) = (1, start);
    while at < end {
        if bytes[at] == b'|' {
            count += 1;
        }
        at += 1;
    }
    count
}

/// Where the words of a place end: before the mark that makes it optional.
const fn words_end(bytes: &[u8], end: usize) -> usize {
    if bytes[end - 1] == b'?' { end - 1 } else { end }
}

const fn is_gap(bytes: &[u8], start: usize) -> bool {
    start + 1 < bytes.len() && bytes[start] == b'.' && bytes[start + 1] == b'.'
}

/// How many words a gap may have.
const fn reach(bytes: &[u8], start: usize, end: usize) -> usize {
    if start == end {
        return GAP;
    }
    let (mut reach, mut at) = (0, start);
    while at < end {
        assert!(bytes[at].is_ascii_digit() && reach < 1000, "a gap is two points and a small number");
        reach = reach * 10 + (bytes[at] - b'0') as usize;
        at += 1;
    }
    reach
}

const fn next(bytes: &[u8], from: usize, end: usize, mark: u8) -> usize {
    let mut at = from;
    while at < end && bytes[at] != mark {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::terms::passage::Passage;
    use crate::classify::terms::words::Words;

    fn matches(text: &str, pattern: &Pattern) -> bool {
        let mut words = Words::default();
        words.add(text, 0..text.len());
        has(Passage::of(words.of(0..words.len())).run(), pattern)
    }

    #[test]
    fn places_hold_alternatives_beginnings_options_and_gaps() {
        let ban = pattern!("may|shall not .. commerc* purpose*");
        assert!(matches("You may not use it for any Commercial purpose", ban));
        assert!(matches("for commercial use", pattern!("for any? commercial use")));
        assert!(matches("for any commercial use", pattern!("for any? commercial use")));
        assert!(!matches("for some commercial use", pattern!("for any? commercial use")));
        assert!(!matches("a b c d e", pattern!("a ..2 e")));
        assert!(matches("a b c d", pattern!("a ..2 d")));
        assert!(matches("a b", pattern!("_ b")));
        assert!(matches("a c", pattern!("a _? b|x? c")));
        assert!(!matches("a b", pattern!("a _|x")));
    }

    #[test]
    fn only_whole_words_and_whole_beginnings_fit() {
        assert!(!matches("commerce", pattern!("commerc")));
        assert!(!matches("comm", pattern!("commerc*")));
        assert!(!matches("comic", pattern!("commerc*")));
        assert!(matches("commerc", pattern!("commerc*")));
    }
}
