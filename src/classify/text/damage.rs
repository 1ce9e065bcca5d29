//! Damaged words laid against the words that they were. Texts are aligned by the classes of their words, and a damaged word
//! has another one: several in a row leave nothing to hold on to, at the ends of a text least of all, and one may agree with
//! a neighbour by chance. Where the reference's own words are at hand, such a stretch is laid anew, letter by letter.

use std::ops::Range;

use license_db::diff::{self, Hunk};
use license_db::tokens::Tokens;

use super::align::Alignment;
use super::constants::GAP_DIFFERENCES;
use super::library::{ReferenceWords, word_at};
use super::slips;

/// Words in a row that may agree by chance between two differences.
const CHANCE: usize = 3;
/// Words of a stretch that is laid anew.
const LONGEST: usize = 64;
/// Words beyond the end of a passage, more than are missing there, in which a damaged end may stand.
const SLACK: usize = 2;

/// A word that equals every word which it may be with letters damaged.
#[derive(Debug)]
struct Word {
    letters: String,
    hash: u32,
}

impl PartialEq for Word {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash || slips::is_near(&self.letters, &other.letters)
    }
}

/// The same alignment with stretches of differences laid anew where words are damaged. `reach` are the words of the text to
/// which it may extend at its ends.
pub(super) fn realigned(
    found: &Alignment,
    text: &str,
    tokens: &Tokens,
    words: &ReferenceWords<'_>,
    reach: &Range<usize>,
) -> Alignment {
    let size = words.tokens.len();
    let mut passage = found.passage.clone();
    let mut hunks: Vec<Hunk> = Vec::with_capacity(found.hunks.len());
    let by_chance = |before: &Hunk, after: &Hunk| after.missing.start - before.missing.end <= CHANCE;
    for row in found.hunks.chunk_by(by_chance) {
        let (Some(first), Some(last)) = (row.first(), row.last()) else { continue };
        let missing = first.missing.start..last.missing.end;
        let mut added = first.added.start..last.added.end;
        let room = missing.len().checked_sub(added.len()).filter(|lacking| *lacking > 0).map(|lacking| lacking + SLACK);
        let (is_head, is_tail) = (room.is_some() && missing.start == 0, room.is_some() && missing.end == size);
        if is_head {
            added.start = added.start.saturating_sub(room.unwrap_or(0)).max(reach.start).min(added.start);
        }
        if is_tail {
            added.end = (added.end + room.unwrap_or(0)).min(reach.end).max(added.end);
        }
        let is_plain = row.len() == 1 && (missing.len() == 1 || added.len() == 1) && !is_head && !is_tail;
        let sides = (!is_plain).then(|| sides(&missing, &added, text, tokens, words)).flatten();
        let Some(mut anew) = sides.and_then(|(ours, theirs)| laid(&ours, &theirs, is_head || is_tail)) else {
            hunks.extend_from_slice(row);
            continue;
        };
        for (hunk, _) in &mut anew {
            hunk.missing = hunk.missing.start + missing.start..hunk.missing.end + missing.start;
            hunk.added = hunk.added.start + added.start..hunk.added.end + added.start;
        }
        // Words beyond the first and the last that the reference has are no part of the passage.
        if is_head {
            passage.start = added.start;
            let stranger = anew.first_mut().filter(|(hunk, is_damage)| hunk.added.start == added.start && !is_damage);
            if let Some((hunk, _)) = stranger {
                passage.start = hunk.added.end;
                hunk.added.start = hunk.added.end;
            }
        }
        if is_tail {
            passage.end = added.end;
            let stranger = anew.last_mut().filter(|(hunk, is_damage)| hunk.added.end == added.end && !is_damage);
            if let Some((hunk, _)) = stranger {
                passage.end = hunk.added.start;
                hunk.added.end = hunk.added.start;
            }
        }
        let anew = anew.into_iter().map(|(hunk, _)| hunk);
        hunks.extend(anew.filter(|hunk| !hunk.missing.is_empty() || !hunk.added.is_empty()));
    }
    let missing: usize = hunks.iter().map(|hunk| hunk.missing.len()).sum();
    Alignment { passage, matched: size.saturating_sub(missing), hunks }
}

/// The words of both sides; `None` where one has none or too many, or where both have the same letters, cut into words
/// differently.
fn sides(
    missing: &Range<usize>,
    added: &Range<usize>,
    text: &str,
    tokens: &Tokens,
    words: &ReferenceWords<'_>,
) -> Option<(Vec<Word>, Vec<Word>)> {
    if missing.is_empty() || added.is_empty() || missing.len().max(added.len()) > LONGEST {
        return None;
    }
    let word = |letters: &str, hash: u32| Word { letters: letters.to_lowercase(), hash };
    let ours: Option<Vec<Word>> =
        missing.clone().map(|at| Some(word(words.word(at)?, *words.tokens.hashes.get(at)?))).collect();
    let theirs: Option<Vec<Word>> =
        added.clone().map(|at| Some(word(word_at(text, tokens, at)?, *tokens.hashes.get(at)?))).collect();
    let letters = |words: &[Word]| words.iter().map(|word| word.letters.as_str()).collect::<String>();
    ours.zip(theirs).filter(|(ours, theirs)| letters(ours) != letters(theirs))
}

/// The differences of two stretches. Words in a row with damaged forms of them, or with one word between that agrees, are one
/// difference, which is marked; `None` where no word is damaged. At an end, where no word behind it holds the rest in place, half of the words must be there.
fn laid(ours: &[Word], theirs: &[Word], is_end: bool) -> Option<Vec<(Hunk, bool)>> {
    let found = diff::hunks(ours, theirs, GAP_DIFFERENCES)?;
    let missing: usize = found.iter().map(|hunk| hunk.missing.len()).sum();
    if is_end && missing * 2 > ours.len() {
        return None;
    }
    let end = Hunk { missing: ours.len()..ours.len(), added: theirs.len()..theirs.len() };
    let mut hunks: Vec<(Hunk, bool)> = Vec::new();
    let (mut our_place, mut their_place) = (0, 0);
    for hunk in found.into_iter().chain(std::iter::once(end)) {
        for (our, their) in (our_place..hunk.missing.start).zip(their_place..hunk.added.start) {
            if ours.get(our).map(|word| word.hash) != theirs.get(their).map(|word| word.hash) {
                match hunks.last_mut().filter(|(last, is_damage)| *is_damage && our - last.missing.end <= 1) {
                    Some((row, _)) => (row.missing.end, row.added.end) = (our + 1, their + 1),
                    None => hunks.push((Hunk { missing: our..our + 1, added: their..their + 1 }, true)),
                }
            }
        }
        (our_place, their_place) = (hunk.missing.end, hunk.added.end);
        hunks.push((hunk, false));
    }
    hunks.pop();
    hunks.iter().any(|(_, is_damage)| *is_damage).then_some(hunks)
}

#[cfg(test)]
mod tests {
    use license_db::tokens::tokenize;

    use super::*;

    /// Lays a text against a reference as one difference from `skipped` words on, and says which words it pairs.
    fn pairs(reference: &'static str, text: &str, passage: Range<usize>) -> (Range<usize>, Vec<(String, String)>) {
        let words = ReferenceWords::of(reference);
        let tokens = tokenize(text);
        let hunks = vec![Hunk { missing: 0..words.tokens.len(), added: passage.clone() }];
        let found = realigned(&Alignment { passage, hunks, matched: 0 }, text, &tokens, &words, &(0..tokens.len()));
        let written = |hunk: &Hunk| {
            let theirs: Vec<&str> = hunk.added.clone().filter_map(|at| word_at(text, &tokens, at)).collect();
            (words.missing(hunk).unwrap_or_default().to_owned(), theirs.join(" "))
        };
        (found.passage, found.hunks.iter().map(written).collect())
    }

    fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(ours, theirs)| ((*ours).to_owned(), (*theirs).to_owned())).collect()
    }

    #[test]
    fn damaged_words_stand_each_for_its_own() {
        let reference = "provided by the holders in good faith and at no cost";
        let (_, found) = pairs(reference, "providcd by the holders in good falth and at no cost", 0..11);
        assert_eq!(found, owned(&[("provided", "providcd"), ("faith", "falth")]));
    }

    #[test]
    fn a_damaged_end_is_a_part_of_the_passage_and_what_stands_beyond_it_is_not() {
        let (passage, found) = pairs("binary and source code form", "b1nary and source codde fonm Thanks to all", 0..0);
        assert_eq!(passage, 0..5);
        assert_eq!(found, owned(&[("binary", "b1nary"), ("code form", "codde fonm")]));
    }

    #[test]
    fn words_that_are_others_stay_one_difference() {
        let (_, found) = pairs("for any purpose", "by schools alone", 0..3);
        assert_eq!(found, owned(&[("for any purpose", "by schools alone")]));
    }

    #[test]
    fn words_cut_differently_stay_one_difference() {
        let (_, found) = pairs("any sublicensees of it", "any sub licensees of it", 0..5);
        assert_eq!(found, owned(&[("any sublicensees of it", "any sub licensees of it")]));
    }
}
