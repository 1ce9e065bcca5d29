//! What the core loop will read first, for trees that lie far away.

use super::pointer::POINTER_LIMIT;
use super::reading::READ_LIMIT;
use super::{EXTRACTORS, Interest};
use crate::source::{SourceTree, Wanted};

/// Tells a tree what [`run`](super::run) will read of it first.
pub fn fetch(tree: &dyn SourceTree) {
    let wanted = tree.entries().iter().enumerate().filter_map(|(index, entry)| {
        if entry.is_policy() {
            return None;
        }
        let asked = EXTRACTORS.iter().map(|extractor| (extractor.rank(entry), extractor.interest(entry)));
        let asked: Vec<_> = asked.filter(|(_, interest)| *interest != Interest::Nothing).collect();
        let rank = asked.iter().map(|(rank, _)| *rank).min()?;
        let length = asked.iter().map(|(_, interest)| interest.at_once()).max()?.min(READ_LIMIT);
        Some(Wanted { index, length: length.max(POINTER_LIMIT).min(entry.size), rank })
    });
    let wanted: Vec<Wanted> = wanted.collect();
    tree.fetch(&wanted);
}
