//! `licentia notice`: what must be shown and passed on with models.

use std::collections::BTreeSet;

use licentia::license::{Expression, UNEXPLAINED};
use licentia::lineage::NodeKind;
use licentia::scan::Scan;

use super::Status;
use super::args::Check;
use super::check::{Run, check_outputs, finish};
use super::failure::INCOMPLETE;
use super::terminal::Terminal;

/// Scans under the policy, whose curations and choices count, and writes the attributions. The exit status says whether
/// all of it was seen and known, not what the policy makes of it.
pub(super) fn notice(arguments: &Check, terminal: &Terminal) -> Status {
    let input = &arguments.input;
    check_outputs(&input.outputs)?;
    let run = Run::prepare_for(arguments, &input.targets, terminal)?;
    let scan = run.scan(terminal)?;
    let unknown = unknown(&scan);
    let incomplete = scan.incomplete_sources();
    // Of the others the report says what was not seen.
    for name in unknown.iter().filter(|index| !incomplete.contains(index)).filter_map(|&index| scan.sources.get(index))
    {
        let name = name.name();
        terminal
            .note(&format!("{name}: not every licence was identified, so what else is to be passed on is not known"));
    }
    let has_unopened = scan.lineage.unseen_models().next().is_some();
    let is_incomplete = scan.is_incomplete() || has_unopened || !unknown.is_empty();
    let status = if is_incomplete { INCOMPLETE } else { 0 };
    Ok(finish(&scan, input, "notice", status, terminal))
}

/// Sources of which a part has terms that nobody knows: their notice is not whole. A dataset that a model was trained on
/// is passed on with nothing.
fn unknown(scan: &Scan) -> BTreeSet<usize> {
    let is_data = |index: usize| {
        scan.lineage.nodes.iter().any(|node| node.source == Some(index) && node.kind == NodeKind::Dataset)
    };
    let is_passed_on =
        |index: &usize| scan.sources.get(*index).is_some_and(|source| !source.is_followed) || !is_data(*index);
    let is_explained = |found: &Expression| !found.atoms().iter().any(|atom| atom.license == UNEXPLAINED);
    let without = scan.judged.iter().filter(|judged| !judged.concluded.as_ref().is_some_and(is_explained));
    without.map(|judged| judged.subject.source).filter(is_passed_on).collect()
}
