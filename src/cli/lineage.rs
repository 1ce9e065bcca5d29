//! `licentia lineage`: what models were made from, drawn.

use super::Status;
use super::args::Check;
use super::check::{Run, check_outputs, finish};
use super::failure::INCOMPLETE;
use super::terminal::Terminal;

/// Scans, judges and draws. The exit status says whether all of it was seen, not what the policy makes of it.
pub(super) fn lineage(arguments: &Check, terminal: &Terminal) -> Status {
    let input = &arguments.input;
    check_outputs(&input.outputs)?;
    let run = Run::prepare_for(arguments, &input.targets, terminal)?;
    let scan = run.scan(terminal)?;
    let status = if scan.is_incomplete() { INCOMPLETE } else { 0 };
    Ok(finish(&scan, input, "tree", status, terminal))
}
