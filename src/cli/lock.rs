//! `licentia lock`: what somebody agrees to, kept beside the policy.

use licentia::policy::lock::Lock;

use super::Status;
use super::args::Check;
use super::check::Run;
use super::failure::{Failure, INCOMPLETE};
use super::occasion;
use super::terminal::Terminal;

/// Scans, and writes the lock. Models that were not scanned stay as they are.
pub(super) fn lock(arguments: &Check, terminal: &Terminal) -> Status {
    let mut run = Run::prepare(arguments, terminal)?;
    let known = run.files.lock.take();
    let scan = run.scan(terminal)?;
    if scan.is_incomplete() {
        let message = "the scan is incomplete, so a lock would agree to what nobody has seen";
        let help = "see what is missing with `licentia check`, and make it readable";
        return Err(Failure::new(INCOMPLETE, message, help).into());
    }
    let path = &run.files.lock_path;
    let lock = Lock::of_scan(&scan, &path.display().to_string(), known.as_ref());
    occasion::write(path, &lock.to_toml())?;
    terminal.note(&format!("{} models locked in {}; commit it", lock.len(), path.display()));
    Ok(0)
}
