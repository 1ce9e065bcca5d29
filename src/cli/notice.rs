//! `licentia notice`: what must be shown and passed on with models.

use std::collections::BTreeSet;

use licentia::scan::{Scan, Source};

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
    for name in &unknown {
        terminal.note(&format!("{name}: no licence was identified, so what it asks to be passed on is not known"));
    }
    let is_incomplete = scan.is_incomplete() || run.is_incomplete || !unknown.is_empty();
    let status = if is_incomplete { INCOMPLETE } else { 0 };
    Ok(finish(&scan, input, "notice", status, terminal))
}

/// Works of which a part has no licence that anybody knows: their notice is not whole.
fn unknown(scan: &Scan) -> BTreeSet<&str> {
    let without = scan.judged.iter().filter(|judged| judged.concluded.is_none());
    without.filter_map(|judged| scan.sources.get(judged.subject.source)).map(Source::name).collect()
}
