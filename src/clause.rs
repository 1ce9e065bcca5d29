//! Terms as a reader found them in a text: what its clauses say, each with its place.
//!
//! The words of kinds and values are those of the closed vocabulary in `license-db/README.md`.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use license_db::Copyleft;

/// What a text says about commercial use. The order is that of strictness, so the stricter of two is the greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommercialUse {
    /// Explicitly allowed: for any purpose, for commercial purposes, or by a grant that includes selling or sublicensing.
    Yes,
    /// Neither allowed nor forbidden.
    #[default]
    Unstated,
    /// Allowed to some, or under conditions beyond attribution.
    Conditional,
    /// Forbidden, or only with a licence that nobody is owed.
    No,
}

impl CommercialUse {
    /// The word of the vocabulary.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Unstated => "unstated",
            Self::Conditional => "conditional",
            Self::No => "no",
        }
    }
}

impl fmt::Display for CommercialUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A kind of use for which a text may decide apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UseKind {
    /// Inside an organisation.
    Internal,
    /// As part of a product that others receive.
    Product,
    /// Behind an interface that others reach over a network.
    HostedService,
    /// Research that earns nothing.
    Research,
    /// Use of what the model puts out.
    OutputUse,
}

impl UseKind {
    /// A word for reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Product => "product",
            Self::HostedService => "hosted-service",
            Self::Research => "research",
            Self::OutputUse => "output-use",
        }
    }
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Stretch {
    /// Byte offsets in the text.
    pub bytes: Range<usize>,
    /// First and last line, from 1.
    pub lines: (u32, u32),
}

/// One term, as a clause of a text states it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Clause {
    /// `commercial-use`, `monthly-users`, `excluded-territory`, …
    pub kind: &'static str,
    /// The value in words of the vocabulary; several joined by `, `. Empty for a threshold.
    pub value: String,
    /// The number of a threshold, in persons or whole units of the currency.
    pub limit: Option<u64>,
    /// Further fields: `measured`, `scope`, `currency`, `binds`, `when`.
    pub details: Vec<(&'static str, &'static str)>,
    /// Where it stands.
    pub place: Stretch,
}

impl Clause {
    /// A further field.
    pub fn detail(&self, name: &str) -> Option<&'static str> {
        self.details.iter().find(|(found, _)| *found == name).map(|(_, value)| *value)
    }
}

/// All that a reader found in one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The answer for the whole text.
    pub commercial_use: CommercialUse,
    /// Answers for kinds of use, where the text gives them.
    pub by_use: BTreeMap<UseKind, CommercialUse>,
    /// What makes recipients pass on the same terms.
    pub copyleft: Copyleft,
    /// The terms, in the order of the text.
    pub clauses: Vec<Clause>,
    /// Sentences that speak of purposes, users or places with words of force, and that no rule understood.
    pub unread: Vec<Stretch>,
    /// The text was longer than what is read; the rest may say anything.
    pub is_cut: bool,
}

impl Terms {
    /// The clauses of a kind, in the order of the text.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Clause> {
        self.clauses.iter().filter(move |clause| clause.kind == kind)
    }
}
