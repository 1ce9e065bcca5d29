//! What stands word for word: names, tags, links, short notices, and words that only look like one of these.

use std::ops::Range;

use license_db::format::SequenceKind;
use license_db::tokens::Tokens;

use super::library::{Library, ReferenceId};

/// A reference that stands in the text word for word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stated {
    pub(super) words: Range<usize>,
    pub(super) id: ReferenceId,
    pub(super) kind: SequenceKind,
}

/// Every reference that stands in the text word for word, the longest first; they overlap.
pub(super) fn all(library: &Library<'_>, tokens: &Tokens) -> Vec<Stated> {
    let mut found = Vec::new();
    let mut here = Vec::new();
    for (shelf, index) in library.shelves() {
        for at in 0..tokens.len() {
            here.clear();
            index.stated_at(&tokens.classes, &tokens.hashes, at, &mut here);
            for &(start, sequence) in &here {
                if let Some(reference) = index.sequence(sequence) {
                    let words = start..start + reference.classes.len();
                    found.push(Stated { words, id: ReferenceId { shelf, sequence }, kind: reference.kind });
                }
            }
        }
    }
    found.sort_by_key(|one| (std::cmp::Reverse(one.words.len()), one.words.start, one.id));
    found
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
