//! What can be said for everything and again for a scope: facts, licences, levels.

use std::collections::{BTreeMap, BTreeSet};

use license_db::{Category, Term, TermKind};

use super::facts::Facts;
use super::held::{Held, over};
use crate::finding::{Level, Verdict};
use crate::subject::Role;

/// Facts, licences and levels, each with its place. What is not said is left to what lies below.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// `[facts]`.
    pub facts: Facts,
    /// `licenses.allow`, `review` and `deny` by licence: printed atoms.
    pub entries: BTreeMap<String, Held<Verdict>>,
    /// The same by category.
    pub categories: BTreeMap<Category, Held<Verdict>>,
    /// The same by term.
    pub terms: BTreeMap<TermName, Held<Verdict>>,
    /// `licenses.unknown`: for a text that was read and not identified.
    pub unknown: Option<Held<Verdict>>,
    /// `licenses.none`: where no licence was found at all.
    pub none: Option<Held<Verdict>>,
    /// `licenses.tag-only`: for a label without a text.
    pub tag_only: Option<Held<Verdict>>,
    /// `licenses.datasets`: what the terms of a training dataset mean for the model.
    pub datasets: Option<Held<Inheritance>>,
    /// `licenses.lineage`: what the terms of the models it was made from mean for it.
    pub lineage: Option<Held<Inheritance>>,
    /// `licenses.roles`: what decides; other subjects are reported only.
    pub roles: Option<Held<BTreeSet<Role>>>,
    /// `licenses.prefer`: which of equally good licences of a choice is taken, by printed atom, the best first.
    pub prefer: Option<Held<Vec<String>>>,
    /// `[levels]`: the level of a finding by its name; `None` switches it off.
    pub levels: BTreeMap<String, Held<Option<Level>>>,
}

/// A kind of term, perhaps with one value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TermName {
    /// The kind.
    pub kind: TermKind,
    /// One of its values; any where `None`.
    pub value: Option<String>,
}

/// What the terms of an ancestor mean for what was made from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Inheritance {
    /// Nothing.
    Ignore,
    /// A person must look where they are stricter.
    Review,
    /// They bind.
    Inherit,
}

impl Inheritance {
    /// Every one, from the mildest.
    pub const ALL: [Self; 3] = [Self::Ignore, Self::Review, Self::Inherit];

    /// The word used in policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ignore => "ignore",
            Self::Review => "review",
            Self::Inherit => "inherit",
        }
    }
}

impl TermName {
    /// Whether a term is meant.
    pub fn matches(&self, term: &Term) -> bool {
        let value = |wanted: &String| term.value.split(", ").any(|value| value == wanted);
        term.kind == self.kind && self.value.as_ref().is_none_or(value)
    }
}

impl std::fmt::Display for TermName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "term:{}", self.kind)?;
        self.value.iter().try_for_each(|value| write!(f, "={value}"))
    }
}

impl Settings {
    /// Puts settings on top of these: what they say counts, entry by entry.
    pub(crate) fn overlay(&mut self, top: Self) {
        self.facts.overlay(top.facts);
        self.entries.extend(top.entries);
        self.categories.extend(top.categories);
        self.terms.extend(top.terms);
        over(top.unknown, &mut self.unknown);
        over(top.none, &mut self.none);
        over(top.tag_only, &mut self.tag_only);
        over(top.datasets, &mut self.datasets);
        over(top.lineage, &mut self.lineage);
        over(top.roles, &mut self.roles);
        over(top.prefer, &mut self.prefer);
        self.levels.extend(top.levels);
    }

    /// What counts for a text that was read and not identified.
    pub fn unknown(&self) -> Verdict {
        self.unknown.as_ref().map_or(Verdict::Unknown, |held| held.value)
    }

    /// What counts where no licence was found at all.
    pub fn none(&self) -> Verdict {
        self.none.as_ref().map_or(Verdict::Deny, |held| held.value)
    }

    /// What counts for a label without a text.
    pub fn tag_only(&self) -> Verdict {
        self.tag_only.as_ref().map_or(Verdict::Review, |held| held.value)
    }

    /// What the terms of a training dataset mean for the model.
    pub fn datasets(&self) -> Inheritance {
        self.datasets.as_ref().map_or(Inheritance::Review, |held| held.value)
    }

    /// What the terms of the models it was made from mean for it.
    pub fn lineage(&self) -> Inheritance {
        self.lineage.as_ref().map_or(Inheritance::Inherit, |held| held.value)
    }

    /// Whether subjects of a role decide.
    pub fn decides(&self, role: Role) -> bool {
        self.roles.as_ref().is_none_or(|held| held.value.contains(&role))
    }

    /// The preferred licences of a choice, the best first.
    pub fn preferred(&self) -> &[String] {
        self.prefer.as_ref().map_or(&[], |held| &held.value)
    }
}
