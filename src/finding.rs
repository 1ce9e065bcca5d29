//! What the policy minds.

use std::fmt;

use crate::fact::Reason;
use crate::location::Location;
use crate::subject::Subject;

/// Something the policy minds, with its reason and its remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The word that names it everywhere: policy, waivers, SARIF, docs.
    pub name: &'static str,
    /// What it does to the exit status.
    pub level: Level,
    /// What it means for use.
    pub verdict: Verdict,
    /// About what; `None` for a finding about the whole scan.
    pub subject: Option<Subject>,
    /// Subject first, then the two things that disagree.
    pub message: String,
    /// Where to look, most telling first.
    pub locations: Vec<Location>,
    /// Never empty.
    pub because: Vec<Reason>,
    /// What to do.
    pub help: String,
    /// Set where somebody accepted it.
    pub waived: Option<String>,
}

/// May it be used? A total order: the worse is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Yes, as far as the policy goes.
    Allow,
    /// A person must look.
    Review,
    /// It was read and could not be identified.
    Unknown,
    /// No.
    Deny,
}

impl Verdict {
    /// The word used in reports and policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Review => "review",
            Self::Unknown => "unknown",
            Self::Deny => "deny",
        }
    }

    /// The level a finding of this verdict has, unless the policy says otherwise (DESIGN §7).
    pub fn level(self) -> Level {
        match self {
            Self::Allow => Level::Note,
            Self::Review => Level::Warning,
            Self::Unknown | Self::Deny => Level::Error,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a finding does to the exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing.
    Note,
    /// A person should look.
    Warning,
    /// The gate closes.
    Error,
}

impl Level {
    /// The word used in reports and policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a finding is: the static half, of which `explain`, the docs and the reports are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FindingKind {
    /// Kebab-case; the name of the rule's file and of its spec.
    pub name: &'static str,
    /// One line.
    pub summary: &'static str,
    /// Markdown with the sections *What it means*, *Why it matters*, *How it is detected*, *How to fix it*.
    pub docs: &'static str,
}
