//! Slips of a scanner or a hand: a letter lost, a word cut in two at the end of a line. They change no term.

use license_db::diff::Hunk;
use license_db::tokens::{self, Tokens};
use license_db::vocabulary::Force;

use super::force;
use super::library::{Library, ReferenceWords, word_at};

/// Words that may be damaged in a row.
const MOST_WORDS: usize = 3;
/// Shortest word, in letters, in which one letter may be wrong.
const SHORTEST: usize = 3;

/// Whether the difference is damage to letters of words without force: as many words on both sides, each alike, and none
/// of the words in the text is another word that licences are written with.
pub(super) fn are_slips(
    hunk: &Hunk,
    text: &str,
    tokens: &Tokens,
    words: &ReferenceWords<'_>,
    library: &Library<'_>,
) -> bool {
    let count = hunk.missing.len();
    if count != hunk.added.len() || count == 0 || count > MOST_WORDS {
        return false;
    }
    hunk.missing.clone().zip(hunk.added.clone()).all(|(reference, at)| {
        is_same(reference, at, tokens, words) || is_slip(reference, at, text, tokens, words, library)
    })
}

/// Words of a difference that are damaged and make no other word, and words that may be damaged but make one.
pub(super) fn counted(
    hunk: &Hunk,
    text: &str,
    tokens: &Tokens,
    words: &ReferenceWords<'_>,
    library: &Library<'_>,
) -> (usize, usize) {
    if hunk.missing.len() != hunk.added.len() {
        return (0, 1);
    }
    let changed =
        || hunk.missing.clone().zip(hunk.added.clone()).filter(|&(ours, at)| !is_same(ours, at, tokens, words));
    let slips = changed().filter(|&(ours, at)| is_slip(ours, at, text, tokens, words, library)).count();
    (slips, changed().count() - slips)
}

fn is_same(reference: usize, at: usize, tokens: &Tokens, words: &ReferenceWords<'_>) -> bool {
    words.tokens.hashes.get(reference).is_some_and(|hash| tokens.hashes.get(at) == Some(hash))
}

/// Whether a word is damage to one of the reference that has no force, and no other word that licences are written with.
fn is_slip(
    reference: usize,
    at: usize,
    text: &str,
    tokens: &Tokens,
    words: &ReferenceWords<'_>,
    library: &Library<'_>,
) -> bool {
    let (Some(ours), Some(theirs)) = (words.word(reference), word_at(text, tokens, at)) else { return false };
    let Some(&hash) = tokens.hashes.get(at) else { return false };
    let has_force = words.tokens.classes.get(reference).is_some_and(|&class| tokens::force(class) != Force::None);
    let (ours, theirs) = (ours.to_lowercase(), theirs.to_lowercase());
    let letters = ours.chars().count();
    letters >= SHORTEST
        && !has_force
        && !force::has_any(&[hash])
        && !library.is_word(hash)
        && !theirs.chars().all(|letter| letter.is_ascii_digit())
        && !ours.chars().all(|letter| letter.is_ascii_digit())
        && distance(&ours, &theirs) <= 1 + letters / 7
}

/// Words of one difference in a text that is damaged all over.
const MOST_DAMAGED: usize = 16;
/// Words of one whose words were cut differently.
const MOST_CUT: usize = 6;

/// Whether the difference may be damage to letters, whatever the words mean: the same letters but for a few, and no number
/// in place of another.
pub(super) fn may_be_slips(hunk: &Hunk, text: &str, tokens: &Tokens, words: &ReferenceWords<'_>) -> bool {
    let most = if hunk.missing.len() == hunk.added.len() { MOST_DAMAGED } else { MOST_CUT };
    if hunk.missing.is_empty() || hunk.added.is_empty() || hunk.missing.len().max(hunk.added.len()) > most {
        return false;
    }
    let ours: Option<Vec<&str>> = hunk.missing.clone().map(|at| words.word(at)).collect();
    let theirs: Option<Vec<&str>> = hunk.added.clone().map(|at| word_at(text, tokens, at)).collect();
    ours.zip(theirs).is_some_and(|(ours, theirs)| are_near(&ours, &theirs))
}

/// Whether words are the same but for a few letters of each, or the same letters but for a few where they are cut
/// differently; and no number stands in place of another.
pub(super) fn are_near(ours: &[&str], theirs: &[&str]) -> bool {
    let lower = |words: &[&str]| words.iter().map(|word| word.to_lowercase()).collect::<Vec<_>>();
    let (ours, theirs) = (lower(ours), lower(theirs));
    let is_number = |word: &&String| word.bytes().all(|byte| byte.is_ascii_digit());
    if !ours.iter().filter(is_number).eq(theirs.iter().filter(is_number)) {
        return false;
    }
    if ours.len() == theirs.len() {
        return ours.iter().zip(&theirs).all(|(ours, theirs)| is_near(ours, theirs));
    }
    is_near(&ours.concat(), &theirs.concat())
}

/// Whether a word, in lower case, is another but for a few letters. A number is no other number.
pub(super) fn is_near(ours: &str, theirs: &str) -> bool {
    if ours == theirs {
        return true;
    }
    let (letters, others) = (ours.chars().count(), theirs.chars().count());
    let most = 1 + letters / 7;
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    letters >= SHORTEST
        && letters.abs_diff(others) <= most
        && !(is_number(ours) && is_number(theirs))
        && distance(ours, theirs) <= most
}

/// Whether both sides have the same letters, cut into words differently: `sub-licensees`, `non-\ninfringement`.
pub(super) fn is_rejoined(
    hunk: &Hunk,
    text: &str,
    tokens: &Tokens,
    missing: &[u8],
    words: Option<&ReferenceWords<'_>>,
    library: &Library<'_>,
) -> bool {
    if hunk.added.is_empty() || missing.is_empty() || hunk.added.len() > MOST_WORDS || missing.len() > MOST_WORDS {
        return false;
    }
    let pieces: Option<Vec<&str>> = hunk.added.clone().map(|at| word_at(text, tokens, at)).collect();
    let Some(joined) = pieces.map(|pieces| pieces.concat().to_lowercase()) else { return false };
    if let Some(words) = words {
        let ours: Option<Vec<&str>> = hunk.missing.clone().map(|at| words.word(at)).collect();
        return ours.is_some_and(|ours| ours.concat().to_lowercase() == joined);
    }
    // The reference's words are not at hand: the joined word must be a known one with the class of the missing one.
    let whole = tokens::tokenize(&joined);
    missing.len() == 1
        && hunk.added.len() == 2
        && whole.classes == missing
        && whole.hashes.first().is_some_and(|&hash| library.is_word(hash))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_letters() {
        for (first, second, letters) in [("", "", 0), ("a", "", 1), ("merchant", "rnerchant", 2), ("form", "from", 2)] {
            assert_eq!(distance(first, second), letters, "{first} {second}");
        }
    }

    #[test]
    fn words_are_near_when_a_letter_or_a_cut_differs_and_no_number_does() {
        for (ours, theirs) in [("the software", "thc softwarc"), ("sublicense", "sub license"), ("HIS OR", "HlS OR")] {
            let words = |text: &'static str| text.split(' ').collect::<Vec<_>>();
            assert!(are_near(&words(ours), &words(theirs)), "{ours} {theirs}");
        }
        for (ours, theirs) in
            [("version 2", "version 3"), ("may use", "may not use"), ("any purpose", "academic purpose")]
        {
            let words = |text: &'static str| text.split(' ').collect::<Vec<_>>();
            assert!(!are_near(&words(ours), &words(theirs)), "{ours} {theirs}");
        }
    }
}
