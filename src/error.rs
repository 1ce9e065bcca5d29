//! Why a scan cannot run at all. What merely could not be seen is a [`crate::gap::Gap`].

use std::fmt;

/// The scan cannot run.
#[derive(Debug)]
#[non_exhaustive]
pub struct Error {
    /// What kind of trouble, which decides the exit status.
    pub kind: ErrorKind,
    /// What was being done, and the fix: lower case, without full stop.
    pub message: String,
}

/// What kind of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The command line, or a target that can mean two things.
    Usage,
    /// A policy file that cannot be obeyed.
    Policy,
    /// A target that cannot be opened.
    Target,
}

impl Error {
    /// An error of that kind.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
