//! What we hold about a subject, and why.

use std::fmt;

use crate::license::{Expression, Outcome};
use crate::subject::Subject;

/// A licence that we hold to apply to a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// About what.
    pub subject: Subject,
    /// On what ground.
    pub basis: Basis,
    /// The licence; `None` where the statement was read and names none (a family word, an unknown text).
    pub expression: Option<Expression>,
    /// How certain the statement is.
    pub outcome: Outcome,
    /// Where several licences fit: all of them, likeliest first.
    pub candidates: Vec<String>,
    /// Whether a text stands behind it, or only a label.
    pub grade: Grade,
    /// Never empty.
    pub because: Vec<Reason>,
}

/// On what ground a fact is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// The author says so in a field.
    Declared,
    /// A text, header or notice was found.
    Observed,
    /// Somebody who read the files says so in the policy.
    Curated,
    /// We put declared and observed together, or follow the curation.
    Concluded,
    /// It comes down from an ancestor.
    Inherited,
}

impl Basis {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Observed => "observed",
            Self::Curated => "curated",
            Self::Concluded => "concluded",
            Self::Inherited => "inherited",
        }
    }
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How strong the ground is. A label without a text is weaker than a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// A licence text or complete notice.
    Text,
    /// An SPDX tag or header.
    Tag,
    /// A label in a card or in metadata.
    Label,
    /// A sentence in prose or a link.
    Prose,
}

impl Grade {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Tag => "tag",
            Self::Label => "label",
            Self::Prose => "prose",
        }
    }
}

/// What a fact or a finding rests on. Following reasons always ends at bytes in a file, at a gap, or at a source
/// that was searched in vain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Index in [`crate::scan::Scan::evidence`].
    Evidence(usize),
    /// Index in [`crate::scan::Scan::gaps`].
    Gap(usize),
    /// Index in [`crate::scan::Scan::facts`].
    Fact(usize),
    /// Index in [`crate::scan::Scan::sources`]: it was searched and holds nothing.
    Searched(usize),
}
