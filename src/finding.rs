//! What the policy minds.

use std::fmt;

use crate::fact::Reason;
use crate::location::{Location, Span};
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
    /// Empty only for a finding about the policy, whose places stand in `policy`.
    pub because: Vec<Reason>,
    /// What to do.
    pub help: String,
    /// The licence that it is about, where it is about one: a printed atom.
    pub license: Option<String>,
    /// What the policy says that leads to it, the most telling first.
    pub policy: Vec<PolicyPlace>,
    /// Set where somebody accepted it: by whom, until when and why.
    pub waived: Option<String>,
    /// Whether the baseline holds it: shown, and no reason to fail.
    pub is_existing: bool,
}

impl Finding {
    /// The same about one licence.
    #[must_use]
    pub(crate) fn about(mut self, license: &crate::license::Atom) -> Self {
        self.license = Some(license.to_string());
        self
    }

    /// The same with what the policy says that leads to it.
    #[must_use]
    pub(crate) fn by(mut self, places: impl IntoIterator<Item = PolicyPlace>) -> Self {
        for place in places {
            if !self.policy.contains(&place) {
                self.policy.push(place);
            }
        }
        self
    }

    /// Whether it counts for the exit status.
    pub fn is_open(&self) -> bool {
        self.waived.is_none() && !self.is_existing
    }
}

/// A key of the policy with its value, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyPlace {
    /// The file, as the user may open it; `preset commercial`; `--set`.
    pub file: String,
    /// Lines and columns in the file; `None` where it is none.
    pub span: Option<Span>,
    /// The key: `licenses.deny`, `facts.mau`, `waive`.
    pub key: String,
    /// The value or the entry, as TOML.
    pub value: String,
}

impl fmt::Display for PolicyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(span) = self.span {
            write!(f, ":{}:{}", span.start_line, span.start_column)?;
        }
        write!(f, " ({} = {})", self.key, self.value)
    }
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
