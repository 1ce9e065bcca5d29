//! What is judged, and when: everything that a scan saw, the day, and what was agreed to before.

use jiff::civil::Date;

use super::baseline::Baseline;
use super::lock::Lock;
use crate::evidence::Evidence;
use crate::fact::Fact;
use crate::gap::Gap;
use crate::license::Classification;
use crate::lineage::Lineage;
use crate::scan::{Digest, Source};

/// What a scan saw and holds, for judging.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// See [`crate::scan::Scan::sources`].
    pub sources: &'a [Source],
    /// See [`crate::scan::Scan::evidence`].
    pub evidence: &'a [Evidence],
    /// See [`crate::scan::Scan::classifications`].
    pub classifications: &'a [Option<Classification>],
    /// See [`crate::scan::Scan::gaps`].
    pub gaps: &'a [Gap],
    /// See [`crate::scan::Scan::facts`].
    pub facts: &'a [Fact],
    /// See [`crate::scan::Scan::lineage`].
    pub lineage: &'a Lineage,
    /// See [`crate::scan::Scan::digests`].
    pub digests: &'a [Digest],
}

impl<'a> Seen<'a> {
    /// What a finished scan saw.
    pub fn of(scan: &'a crate::scan::Scan) -> Self {
        Self {
            sources: &scan.sources,
            evidence: &scan.evidence,
            classifications: &scan.classifications,
            gaps: &scan.gaps,
            facts: &scan.facts,
            lineage: &scan.lineage,
            digests: &scan.digests,
        }
    }
}

/// On what occasion it is judged.
#[derive(Clone, Copy, Debug, Default)]
pub struct Occasion<'a> {
    /// The day. Without it no waiver holds that has an end.
    pub today: Option<Date>,
    /// Whether everything was scanned that the policy speaks of, so that what matches nothing is unused.
    pub is_whole: bool,
    /// Old findings that are shown and do not fail.
    pub baseline: Option<&'a Baseline>,
    /// What was concluded when somebody last agreed to it.
    pub lock: Option<&'a Lock>,
}
