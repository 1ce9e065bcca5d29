//! What could not be seen. A gap is a value that reaches the report: silence is never a pass.

use std::fmt;

use crate::location::Location;

/// Something that was there, or should have been, and was not read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// Where.
    pub at: Location,
    /// What kind of obstacle.
    pub kind: GapKind,
    /// What happened, in words for the user: subject first, then the limit or the error, then what to do.
    pub detail: String,
}

/// The obstacle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapKind {
    /// The operating system refused: permissions, I/O error.
    Unreadable,
    /// The bytes do not follow their format.
    Malformed,
    /// The file goes on behind what the bounds allow to be read.
    Truncated,
    /// A pointer (Git LFS, Xet, DVC) stands where the content should be.
    NotFetched,
    /// The content is in a form that is not read (a scanned PDF, a pickle).
    Unsupported,
    /// A link that leaves the scanned root, or runs in circles.
    OutsideRoot,
    /// There was nothing to scan.
    Empty,
    /// A parent or dataset that was named and not opened.
    NotInspected,
    /// A server gives it only to those whom it knows or has let in: a gated or private repository.
    Refused,
    /// A server could not be reached, failed, or answered what cannot be read.
    Unreachable,
}

impl GapKind {
    /// Every kind, in order.
    pub const ALL: [Self; 10] = [
        Self::Unreadable,
        Self::Malformed,
        Self::Truncated,
        Self::NotFetched,
        Self::Unsupported,
        Self::OutsideRoot,
        Self::Empty,
        Self::NotInspected,
        Self::Refused,
        Self::Unreachable,
    ];

    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Malformed => "malformed",
            Self::Truncated => "truncated",
            Self::NotFetched => "not-fetched",
            Self::Unsupported => "unsupported",
            Self::OutsideRoot => "outside-root",
            Self::Empty => "empty",
            Self::NotInspected => "not-inspected",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
        }
    }

    /// Whether the scan is incomplete because of it (exit status 4). A parent that was not inspected is judged by
    /// its own finding instead.
    pub fn makes_incomplete(self) -> bool {
        !matches!(self, Self::NotInspected)
    }
}

impl fmt::Display for GapKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
