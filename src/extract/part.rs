//! What is gathered on the way from one file to all of them.

use super::Out;
use crate::evidence::{Evidence, Texts};
use crate::gap::Gap;
use crate::location::Location;
use crate::scan::Digest;
use crate::source::{Entry, Obstacle};

/// What one file says.
#[derive(Default)]
pub(super) struct Part {
    pub(super) evidence: Vec<Evidence>,
    pub(super) gaps: Vec<Gap>,
    pub(super) texts: Texts,
    pub(super) digests: Vec<Digest>,
    pub(super) skipped: Vec<String>,
    pub(super) bytes_read: u64,
}

impl Part {
    pub(super) fn absorb(&mut self, other: Self) {
        self.evidence.extend(other.evidence);
        self.gaps.extend(other.gaps);
        self.texts.absorb(other.texts);
        self.digests.extend(other.digests);
        self.skipped.extend(other.skipped);
        self.bytes_read = self.bytes_read.saturating_add(other.bytes_read);
    }

    pub(super) fn take(&mut self, out: Out) {
        self.evidence.extend(out.evidence);
        self.gaps.extend(out.gaps);
        self.texts.absorb(out.texts);
    }

    pub(super) fn gap(&mut self, entry: &Entry, obstacle: Obstacle) {
        let at = Location::file(0, entry.path.as_str());
        self.gaps.push(Gap { at, kind: obstacle.kind, detail: obstacle.detail });
    }
}
