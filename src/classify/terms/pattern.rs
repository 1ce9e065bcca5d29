//! Patterns over words, written so that a lexicon can be read aloud.
//!
//! A pattern is words with a space between. Each place holds alternatives (`may|shall`), a beginning of a word
//! (`commerc*`), an optional word (`any?`), any word (`_`), or a gap (`..` up to eight words, `..3` up to three).
//! Gaps are bounded, so matching takes time linear in the words.

use std::ops::Range;

use super::words::Word;

const GAP: usize = 8;

/// The first place, not before `from`, where a pattern matches.
pub(super) fn find(words: &[Word<'_>], from: usize, pattern: &str) -> Option<Range<usize>> {
    find_before(words, from, words.len(), pattern)
}

/// The same, where the match begins before `end`.
fn find_before(words: &[Word<'_>], from: usize, end: usize, pattern: &str) -> Option<Range<usize>> {
    let letters = first_letters(pattern);
    let starts = words.get(..end)?.iter().enumerate().skip(from).filter(|(_, word)| letter(word.low) & letters != 0);
    starts.map(|(start, _)| start).find_map(|start| ends_at(words, start, pattern).map(|end| start..end))
}

/// The letters with which a match may begin: most words are passed over by one look.
fn first_letters(pattern: &str) -> u32 {
    let place = pattern.split(' ').next().unwrap_or_default();
    if place.starts_with("..") || place == "_" || place.ends_with('?') {
        return u32::MAX;
    }
    place.split('|').fold(0, |letters, word| letters | letter(word))
}

fn letter(word: &str) -> u32 {
    match word.bytes().next() {
        Some(byte @ b'a'..=b'z') => 1 << (byte - b'a'),
        _ => 1 << 31,
    }
}

/// Whether a pattern matches anywhere.
pub(super) fn has(words: &[Word<'_>], pattern: &str) -> bool {
    find(words, 0, pattern).is_some()
}

/// Whether one of several patterns matches anywhere.
pub(super) fn has_any(words: &[Word<'_>], patterns: &[&str]) -> bool {
    patterns.iter().any(|pattern| has(words, pattern))
}

/// The earliest place where one of several patterns matches.
pub(super) fn find_any(words: &[Word<'_>], from: usize, patterns: &[&str]) -> Option<Range<usize>> {
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
pub(super) fn ends_at(words: &[Word<'_>], start: usize, pattern: &str) -> Option<usize> {
    let Some((place, rest)) = split(pattern) else { return Some(start) };
    if let Some(reach) = place.strip_prefix("..") {
        let reach = reach.parse().unwrap_or(GAP);
        return (start..=start.saturating_add(reach).min(words.len())).find_map(|next| ends_at(words, next, rest));
    }
    let (place, is_optional) = place.strip_suffix('?').map_or((place, false), |place| (place, true));
    let fits = words.get(start).is_some_and(|word| fits(word.low, place));
    if fits && let Some(end) = ends_at(words, start + 1, rest) {
        return Some(end);
    }
    if is_optional { ends_at(words, start, rest) } else { None }
}

fn split(pattern: &str) -> Option<(&str, &str)> {
    let pattern = pattern.trim_start();
    if pattern.is_empty() {
        return None;
    }
    Some(pattern.split_once(' ').unwrap_or((pattern, "")))
}

fn fits(word: &str, place: &str) -> bool {
    place == "_"
        || place.split('|').any(|one| match one.strip_suffix('*') {
            Some(beginning) => word.starts_with(beginning),
            None => word == one,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::terms::words::Words;

    fn matches(text: &str, pattern: &str) -> bool {
        let mut words = Words::default();
        words.add(text, 0..text.len());
        let words: Vec<Word<'_>> = words.of(0..words.len()).collect();
        has(&words, pattern)
    }

    #[test]
    fn places_hold_alternatives_beginnings_options_and_gaps() {
        assert!(matches("You may not use it for any Commercial purpose", "may|shall not .. commerc* purpose*"));
        assert!(matches("for commercial use", "for any? commercial use"));
        assert!(matches("for any commercial use", "for any? commercial use"));
        assert!(!matches("for some commercial use", "for any? commercial use"));
        assert!(!matches("a b c d e", "a ..2 e"));
        assert!(matches("a b c d", "a ..2 d"));
        assert!(matches("a b", "_ b"));
    }
}
