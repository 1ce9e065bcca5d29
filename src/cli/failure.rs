//! Why a command cannot run: a message, the fix, and the exit status (DESIGN §5).

use licentia::error::{Error, ErrorKind};

/// Wrong usage.
pub(super) const USAGE: u8 = 2;
/// Policy, baseline or lock file invalid.
pub(super) const POLICY: u8 = 3;
/// Something could not be read, written or judged.
pub(super) const INCOMPLETE: u8 = 4;

/// The lock is missing or stale, and `--locked` was asked for.
pub(super) const LOCKED: u8 = 5;

/// Why a command cannot run.
#[derive(Debug)]
pub(super) struct Failure {
    /// The exit status.
    pub(super) status: u8,
    /// Subject first: lower case, without full stop.
    pub(super) message: String,
    /// What to do; empty where the message says it.
    pub(super) help: String,
}

impl Failure {
    pub(super) fn new(status: u8, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { status, message: message.into(), help: help.into() }
    }

    pub(super) fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(USAGE, message, help)
    }
}

impl From<Failure> for Vec<Failure> {
    fn from(failure: Failure) -> Self {
        vec![failure]
    }
}

/// An error of the library: one failure for each line of its message.
pub(super) fn failures(error: &Error) -> Vec<Failure> {
    let status = match error.kind {
        ErrorKind::Usage => USAGE,
        ErrorKind::Policy => POLICY,
        // A kind that is not known here means that something could not be done.
        _ => INCOMPLETE,
    };
    error.message.lines().map(|line| Failure::new(status, line, "")).collect()
}
