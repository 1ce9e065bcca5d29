//! Copyright lines that are wrapped elsewhere than in the reference. Such a line is left out of the words where it stands on
//! a line of its own, so that one that was broken or joined leaves words behind on one side.

use std::ops::Range;

use license_db::diff::Hunk;
use license_db::tokens::{self, Tokens};

use super::library::ReferenceWords;
use super::slips;
use super::weigh::Weight;

/// Differences in a row that one copyright statement can leave behind.
const ROW: usize = 4;
/// Bytes of a text in which the words are compared; a statement of holders is shorter.
const LONGEST: usize = 4000;

/// Calls differences benign where the words of both sides are the same as soon as no copyright line is left out.
pub(super) fn settle(weights: &mut [Weight], hunks: &[Hunk], text: &str, tokens: &Tokens, words: &ReferenceWords<'_>) {
    for first in 0..hunks.len() {
        for last in first..hunks.len().min(first + ROW) {
            let (Some(row), Some(weights)) = (hunks.get(first..=last), weights.get_mut(first..=last)) else { return };
            let is_settled = weights.iter().all(|weight| *weight == Weight::Benign);
            if is_settled || !has_same_words(row, text, tokens, words) {
                continue;
            }
            weights.fill(Weight::Benign);
            break;
        }
    }
}

/// Whether the words from the first difference to the last are the same on both sides, with every copyright line.
fn has_same_words(row: &[Hunk], text: &str, tokens: &Tokens, words: &ReferenceWords<'_>) -> bool {
    written(row, text, tokens, words)
        .is_some_and(|(ours, theirs)| tokens::tokenize_whole(ours).hashes == tokens::tokenize_whole(theirs).hashes)
}

/// Whether a difference may be damage to letters among what is left out of the words: a copyright line, or `http`, which
/// was taken for words because of it. What is written on both sides is then the same, word by word, but for a few letters.
pub(super) fn may_be_damaged(hunk: &Hunk, text: &str, tokens: &Tokens, words: &ReferenceWords<'_>) -> bool {
    let sides = between(words.text, &words.tokens, &hunk.missing).zip(between(text, tokens, &hunk.added));
    sides.is_some_and(|(ours, theirs)| {
        let (ours, theirs) = (all_words(ours), all_words(theirs));
        ours.len() == theirs.len() && slips::are_near(&ours, &theirs)
    })
}

fn all_words(text: &str) -> Vec<&str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

/// What both sides have from the first difference to the last, where one of them left a copyright line out.
fn written<'a>(row: &[Hunk], text: &'a str, tokens: &Tokens, words: &ReferenceWords<'a>) -> Option<(&'a str, &'a str)> {
    let (first, last) = (row.first()?, row.last()?);
    let missing = first.missing.start..last.missing.end;
    let added = first.added.start..last.added.end;
    if !leaves_out(tokens, &added) && !leaves_out(&words.tokens, &missing) {
        return None;
    }
    between(words.text, &words.tokens, &missing).zip(between(text, tokens, &added))
}

/// Whether a copyright line was left out among words.
fn leaves_out(tokens: &Tokens, words: &Range<usize>) -> bool {
    tokens.left_out.iter().any(|&at| usize::try_from(at).is_ok_and(|at| words.start <= at && at <= words.end))
}

/// What is written between the word before a range and the word behind it.
fn between<'a>(text: &'a str, tokens: &Tokens, words: &Range<usize>) -> Option<&'a str> {
    let start = match words.start.checked_sub(1) {
        Some(before) => *tokens.ends.get(before)? as usize,
        None => 0,
    };
    let end = tokens.starts.get(words.end).map_or(text.len(), |&start| start as usize);
    text.get(start..end).filter(|between| between.len() <= LONGEST)
}
