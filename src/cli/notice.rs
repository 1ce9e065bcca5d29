//! `licentia notice`: what must be shown and passed on with models.

use super::Status;
use super::args::Check;
use super::check::{Run, check_outputs, finish};
use super::failure::INCOMPLETE;
use super::terminal::Terminal;

/// Scans under the policy, whose curations and choices count, and writes the attributions. The exit status says whether
/// all of it was seen, not what the policy makes of it.
pub(super) fn notice(arguments: &Check, terminal: &Terminal) -> Status {
    let input = &arguments.input;
    check_outputs(&input.outputs)?;
    let run = Run::prepare_for(arguments, &input.targets, terminal)?;
    let scan = run.scan(terminal)?;
    let status = if scan.is_incomplete() || run.is_incomplete { INCOMPLETE } else { 0 };
    Ok(finish(&scan, input, "notice", status, terminal))
}
