//! What stands word for word: names, tags, links, short notices, and words that only look like one of these.

use std::ops::Range;

use license_db::format::SequenceKind;
use license_db::index::{Index, SequenceId};
use license_db::tokens::Tokens;

/// A reference that stands in the text word for word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stated {
    pub(super) words: Range<usize>,
    pub(super) sequence: SequenceId,
    pub(super) kind: SequenceKind,
}

/// Every such reference in the words that are not covered, in order and without overlaps: of two that overlap, the
/// longer one says what is meant, whatever it is.
pub(super) fn find(index: &Index<'_>, tokens: &Tokens, covered: &[bool]) -> Vec<Stated> {
    let mut all: Vec<(usize, SequenceId)> = Vec::new();
    for at in 0..tokens.len() {
        index.stated_at(&tokens.classes, &tokens.hashes, at, &mut all);
    }
    let mut found: Vec<Stated> = all
        .into_iter()
        .filter_map(|(start, id)| {
            let sequence = index.sequence(id)?;
            let words = start..start + sequence.classes.len();
            let is_free = covered.get(words.clone())?.iter().all(|covered| !covered);
            is_free.then_some(Stated { words, sequence: id, kind: sequence.kind })
        })
        .collect();
    found.sort_by_key(|one| (std::cmp::Reverse(one.words.len()), one.words.start, one.sequence));
    let mut taken = vec![false; tokens.len()];
    found.retain(|one| {
        let Some(words) = taken.get_mut(one.words.clone()) else { return false };
        let is_free = words.iter().all(|taken| !*taken);
        if is_free {
            words.fill(true);
        }
        is_free
    });
    found.sort_by_key(|one| one.words.start);
    found
}
