//! What was not seen: gaps, what was named and not opened, files that stayed closed.

use std::collections::BTreeSet;

use super::words::Shown;
use crate::gap::GapKind;
use crate::report::text::gaps_by_weight;
use crate::report::{family, layout};
use crate::scan::Scan;

/// Lines of each list that are shown.
const LINES_SHOWN: usize = 500;

/// What was not seen.
pub(super) struct Unseen {
    pub(super) gaps: Vec<GapView>,
    pub(super) more_gaps: usize,
    /// Names of what something was made from and nobody opened.
    pub(super) parents: Vec<Shown>,
    pub(super) more_parents: usize,
    /// Files that were listed and not opened, with the reason.
    pub(super) closed: Vec<Shown>,
    pub(super) more_closed: usize,
}

/// One gap.
pub(super) struct GapView {
    pub(super) kind: &'static str,
    pub(super) meaning: &'static str,
    pub(super) place: Shown,
    pub(super) detail: Shown,
    /// Whether a pass cannot be trusted because of it.
    pub(super) counts: bool,
}

impl Unseen {
    pub(super) fn of(scan: &Scan) -> Self {
        let gaps = gaps_by_weight(scan).into_iter().take(LINES_SHOWN).map(|gap| GapView {
            kind: gap.kind.as_str(),
            meaning: meaning(gap.kind),
            place: Shown::of(&layout::place(&scan.sources, &gap.at)),
            detail: Shown::of(&gap.detail),
            counts: gap.kind.makes_incomplete(),
        });
        let parents: BTreeSet<usize> = scan.lineage.edges.iter().map(|edge| edge.parent).collect();
        let nodes = parents.iter().filter_map(|&parent| scan.lineage.nodes.get(parent));
        let parents: Vec<Shown> =
            nodes.filter(|node| node.inspected().is_none()).map(|node| Shown::name(&node.reference)).collect();
        let closed: Vec<Shown> = scan
            .sources
            .iter()
            .flat_map(|source| family::closed(source).map(move |line| format!("{}: {line}", source.name())))
            .map(|line| Shown::of(&line))
            .collect();
        let more = |all: &[Shown]| all.len().saturating_sub(LINES_SHOWN);
        Self {
            gaps: gaps.collect(),
            more_gaps: scan.gaps.len().saturating_sub(LINES_SHOWN),
            more_parents: more(&parents),
            more_closed: more(&closed),
            parents: parents.into_iter().take(LINES_SHOWN).collect(),
            closed: closed.into_iter().take(LINES_SHOWN).collect(),
        }
    }

    /// How many things that is.
    pub(super) fn count(&self) -> usize {
        let shown = self.gaps.len() + self.parents.len() + self.closed.len();
        shown + self.more_gaps + self.more_parents + self.more_closed
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.gaps.is_empty() && self.parents.is_empty() && self.closed.is_empty()
    }
}

fn meaning(kind: GapKind) -> &'static str {
    match kind {
        GapKind::Unreadable => "the computer did not let it be read",
        GapKind::Malformed => "it does not follow its own format",
        GapKind::Truncated => "it is longer than what is read",
        GapKind::NotFetched => "a pointer stands where the content should be",
        GapKind::Unsupported => "it is in a form that is not read",
        GapKind::OutsideRoot => "a link leads out of what was to be scanned",
        GapKind::Empty => "there was nothing to scan",
        GapKind::NotInspected => "it was named and not opened",
        GapKind::Refused => "it is given only to those who were let in",
        GapKind::Unreachable => "the server did not answer",
    }
}
