//! `licentia why`: how a verdict came about.

#![expect(clippy::disallowed_methods, reason = "a word that is a path is no finding")]

use std::path::Path;

use licentia::policy;
use licentia::report::why as chain;

use super::Status;
use super::args::Check;
use super::check::Run;
use super::failure::{Failure, INCOMPLETE};
use super::terminal::Terminal;

/// Scans, judges and shows the chain. The last word may be a finding.
pub(super) fn why(arguments: &Check, terminal: &Terminal) -> Status {
    let targets = &arguments.input.targets;
    let finding = targets.last().filter(|word| !Path::new(word).exists());
    let finding = finding.and_then(|word| policy::finding_kind(word)).map(|kind| kind.name);
    let left = targets.len() - usize::from(finding.is_some());
    let run = Run::prepare_for(arguments, targets.get(..left).unwrap_or_default(), terminal)?;
    let scan = run.scan(terminal)?;
    if let Some(name) = finding.filter(|name| !chain::has(&scan, name)) {
        let message = format!("{name} was not found here");
        let help = "leave it out to see every reason; `licentia explain` says what it is";
        return Err(Failure::usage(message, help).into());
    }
    let mut bytes = Vec::new();
    chain::write(&scan, finding, &terminal.style(), &mut bytes)
        .map_err(|error| Failure::new(INCOMPLETE, format!("the chain cannot be written: {error}"), ""))?;
    terminal.print(&bytes)?;
    Ok(if scan.is_incomplete() { INCOMPLETE } else { 0 })
}
