//! A tree that was named and is not here: nothing in it, and a gap that says so. One that is missing must not keep the
//! others from being judged, and never passes in silence.

use super::hub_id::HubId;
use super::{Entry, Obstacle, SourceTree, quoted};
use crate::gap::{Gap, GapKind};
use crate::location::Location;
use crate::scan::{Source, SourceKind};

/// What was named and cannot be opened.
#[derive(Debug)]
pub struct AbsentTree {
    source: Source,
    gaps: Vec<Gap>,
}

impl AbsentTree {
    /// A repository that is not in the cache. `why` says what was found instead: subject first, lower case.
    pub fn of_repository(target: &str, id: &HubId, why: &str) -> Self {
        let detail = format!("{why}: run `{}` and scan again, or without --offline", id.download_command());
        Self::new(target, SourceKind::HubCache, Obstacle::new(GapKind::NotFetched, detail)).of(id)
    }

    /// The same tree, known to stand for that repository.
    #[must_use]
    pub fn of(mut self, id: &HubId) -> Self {
        self.source.repository = Some(id.name.clone());
        self.source.repository_kind = id.kind;
        self
    }

    /// Anything else that could not be opened, for a reason of its own.
    pub fn new(target: &str, kind: SourceKind, obstacle: Obstacle) -> Self {
        let gap = Gap { at: Location::file(0, ""), kind: obstacle.kind, detail: obstacle.detail };
        Self::with(target, kind, vec![gap])
    }

    /// What is named in several places and can be opened at none of them.
    pub fn with(target: &str, kind: SourceKind, gaps: Vec<Gap>) -> Self {
        Self { source: Source::new(target, kind), gaps }
    }
}

impl SourceTree for AbsentTree {
    fn describe(&self) -> Source {
        self.source.clone()
    }

    fn entries(&self) -> &[Entry] {
        &[]
    }

    fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    fn read(&self, _: usize, _: u64, _: u64) -> Result<Vec<u8>, Obstacle> {
        Err(Obstacle::new(GapKind::NotFetched, format!("{} is not here", quoted(&self.source.target))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_here_is_a_gap_with_the_command_that_fetches_it() {
        let id = HubId::of_words("org/name@v1").expect("a name");
        let tree = AbsentTree::of_repository("org/name@v1", &id, "org/name is not in the cache");
        assert!(tree.entries().is_empty() && tree.read(0, 0, 1).is_err());
        assert_eq!(tree.describe().repository.as_deref(), Some("org/name"));
        let gap = tree.gaps().first().expect("a gap");
        assert!(gap.kind == GapKind::NotFetched && gap.kind.makes_incomplete());
        assert_eq!(
            gap.detail,
            "org/name is not in the cache: run `hf download org/name --revision v1` and scan again, or without --offline"
        );
    }
}
