//! What stands word for word: names, tags, links, short notices, and words that only look like one of these.

use std::ops::Range;

use license_db::format::SequenceKind;
use license_db::tokens::{IN_URL, Tokens};

use super::constants::SHORT_NAME;
use super::library::{Library, ReferenceId};

/// A reference that stands in the text word for word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stated {
    pub(super) words: Range<usize>,
    pub(super) id: ReferenceId,
    pub(super) kind: SequenceKind,
}

/// Every reference that stands in the text word for word, the longest first; they overlap.
pub(super) fn all(library: &Library<'_>, text: &str, tokens: &Tokens) -> Vec<Stated> {
    let mut found = Vec::new();
    let mut here = Vec::new();
    for (shelf, index) in library.shelves() {
        for at in 0..tokens.len() {
            here.clear();
            index.stated_at(&tokens.classes, &tokens.hashes, at, &mut here);
            for &(start, sequence) in &here {
                if let Some(reference) = index.sequence(sequence) {
                    let words = start..start + reference.classes.len();
                    if is_in_address(text, tokens, words.end) || is_torn(text, tokens, &words) {
                        continue;
                    }
                    found.push(Stated { words, id: ReferenceId { shelf, sequence }, kind: reference.kind });
                }
            }
        }
    }
    found.sort_by_key(|one| (std::cmp::Reverse(one.words.len()), one.words.start, one.id));
    found
}

/// Whether an address goes on at a word: its beginning is another address (`…/LICENSE` of `…/LICENSE-2.0`).
fn is_in_address(text: &str, tokens: &Tokens, at: usize) -> bool {
    let is_address = |at: usize| tokens.flags.get(at).is_some_and(|flags| flags & IN_URL != 0);
    let Some(before) = at.checked_sub(1).filter(|&before| is_address(before) && is_address(at)) else { return false };
    let (Some(&end), Some(&start)) = (tokens.ends.get(before), tokens.starts.get(at)) else { return false };
    text.get(end as usize..start as usize).is_some_and(|between| !between.contains(char::is_whitespace))
}

/// Whether a name of two or three words runs over the end of a line: then they are the end of one thing and the beginning of
/// another, unless a colon says that something follows.
fn is_torn(text: &str, tokens: &Tokens, words: &Range<usize>) -> bool {
    words.len() <= SHORT_NAME
        && words.clone().skip(1).any(|at| {
            let (Some(&end), Some(&start)) = (tokens.ends.get(at - 1), tokens.starts.get(at)) else { return false };
            let between = text.get(end as usize..start as usize).unwrap_or_default();
            between.contains('\n') && !between.contains(':') && between.contains([')', ']', '|', '"'])
        })
}

/// Those in free words, in order and without overlaps: of two that overlap, the longer one says what is meant, whatever
/// it is.
pub(super) fn apart(all: &[Stated], covered: &[bool]) -> Vec<Stated> {
    let mut taken = covered.to_vec();
    let mut found: Vec<Stated> = Vec::new();
    for one in all {
        let Some(words) = taken.get_mut(one.words.clone()) else { continue };
        if words.iter().all(|taken| !*taken) {
            words.fill(true);
            found.push(one.clone());
        }
    }
    found.sort_by_key(|one| one.words.start);
    found
}
