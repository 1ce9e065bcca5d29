//! Where a licence may stand that nobody could look at.

use std::collections::BTreeSet;

use crate::gap::{Gap, GapKind};
use crate::scan::Source;

/// Words in the names of files that may hold a licence.
const TELLING: [&str; 10] =
    ["agreement", "conditions", "copying", "eula", "licen", "notice", "policy", "readme", "restriction", "terms"];

/// Gaps of a source behind which its licence may stand, where none was found: the whole tree, a file with such a name,
/// or any place of a tree in which nothing could be seen. Indices, ascending.
pub fn gaps_in_the_way(source: usize, sources: &[Source], gaps: &[Gap]) -> Vec<usize> {
    let could_hide = |gap: &Gap| {
        let name = gap.at.path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        gap.kind == GapKind::Empty || name.is_empty() || TELLING.iter().any(|word| name.contains(word))
    };
    let here = || gaps.iter().enumerate().filter(|(_, gap)| gap.at.source == source && gap.kind.makes_incomplete());
    let absent: BTreeSet<&str> =
        here().filter(|(_, gap)| is_absent(gap.kind)).map(|(_, gap)| gap.at.path.as_str()).collect();
    let files = sources.get(source).map_or(0, |source| source.files);
    let saw_nothing = absent.len() as u64 >= files;
    here().filter(|(_, gap)| saw_nothing || could_hide(gap)).map(|(index, _)| index).collect()
}

/// Whether nothing of a file could be read.
fn is_absent(kind: GapKind) -> bool {
    matches!(kind, GapKind::NotFetched | GapKind::Unreadable | GapKind::Refused | GapKind::Unreachable)
}
