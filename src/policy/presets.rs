//! The policies that come with licentia, and what they make of each category of licence.
//!
//! A fact that nobody states counts as its strictest answer, and the ruling names it, so that the finding can ask.

use std::collections::BTreeSet;

use license_db::Category;

use crate::finding::{Level, Verdict};

/// A policy that comes with licentia.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Preset {
    /// Commercial use; how it is distributed must be stated or counts as the worst.
    #[default]
    Commercial,
    /// Commercial use in a product that carries the weights to others.
    Distribution,
    /// Research that leaves the house as papers only.
    Research,
    /// Judges like `commercial` and never closes the gate.
    Audit,
}

impl Preset {
    /// Every preset.
    pub const ALL: [Self; 4] = [Self::Commercial, Self::Distribution, Self::Research, Self::Audit];

    /// The word used in policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Commercial => "commercial",
            Self::Distribution => "distribution",
            Self::Research => "research",
            Self::Audit => "audit",
        }
    }

    /// The preset of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.as_str() == word)
    }

    /// The facts that it stands for, where the policy states none of its own.
    pub fn facts(self) -> Facts {
        let (usage, distribution) = match self {
            Self::Commercial | Self::Audit => (Use::Commercial, None),
            Self::Distribution => (Use::Commercial, Some(BTreeSet::from([Distribution::Weights]))),
            Self::Research => (Use::Research, Some(BTreeSet::from([Distribution::None]))),
        };
        Facts { usage: Some(usage), distribution, modifies: None }
    }

    /// The lowest level that closes the gate.
    pub fn fail_on(self) -> Option<Level> {
        (self != Self::Audit).then_some(Level::Error)
    }
}

/// What the organisation says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// `use`.
    pub usage: Option<Use>,
    /// Whether the model or its code is changed.
    pub modifies: Option<bool>,
    /// How others come to it. Never an empty set.
    pub distribution: Option<BTreeSet<Distribution>>,
}

/// What it is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Use {
    /// For money, or in a business that makes some.
    Commercial,
    /// In a business, for nobody outside it. Commercial as far as licences go.
    Internal,
    /// Research, evaluation, education.
    Research,
    /// At home.
    Personal,
}

impl Use {
    /// Every use.
    pub const ALL: [Self; 4] = [Self::Commercial, Self::Internal, Self::Research, Self::Personal];

    /// The word used in policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Commercial => "commercial",
            Self::Internal => "internal",
            Self::Research => "research",
            Self::Personal => "personal",
        }
    }
}

/// How others come to the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Distribution {
    /// Not at all.
    None,
    /// Over a network.
    Saas,
    /// In a device or an application.
    OnDevice,
    /// As files.
    Weights,
    /// Only what it produces.
    OutputsOnly,
}

impl Distribution {
    /// Every way.
    pub const ALL: [Self; 5] = [Self::None, Self::Saas, Self::OnDevice, Self::Weights, Self::OutputsOnly];

    /// The word used in policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Saas => "saas",
            Self::OnDevice => "on-device",
            Self::Weights => "weights",
            Self::OutputsOnly => "outputs-only",
        }
    }
}

impl Facts {
    /// Whether anybody outside gets copies or is served over a network: the strictest answer where nothing is stated.
    pub(crate) fn offers(&self) -> bool {
        self.distributes_copies() || self.distribution.iter().flatten().any(|way| *way == Distribution::Saas)
    }

    /// Whether copies leave the house: the strictest answer where nothing is stated.
    pub(crate) fn distributes_copies(&self) -> bool {
        let carries = |way: &Distribution| matches!(way, Distribution::OnDevice | Distribution::Weights);
        self.distribution.as_ref().is_none_or(|ways| ways.iter().any(carries))
    }
}

/// What a preset makes of a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CategoryRuling {
    /// The verdict.
    pub verdict: Verdict,
    /// The fact that would decide it and is not stated, as a policy key.
    pub missing: Option<&'static str>,
}

/// What these facts make of a category under that preset.
pub fn rule(preset: Preset, facts: &Facts, category: Category) -> CategoryRuling {
    let is_commercial = !matches!(facts.usage, Some(Use::Research | Use::Personal));
    let is_research = facts.usage == Some(Use::Research);
    let plain = |verdict| CategoryRuling { verdict, missing: None };
    let without = |verdict, missing: Option<&'static str>| CategoryRuling { verdict, missing };
    let unstated_distribution = facts.distribution.is_none().then_some("facts.distribution");
    let unstated_changes = facts.modifies.is_none().then_some("facts.modifies");
    match category {
        Category::Permissive | Category::PublicDomain | Category::DataPermissive => plain(Verdict::Allow),
        Category::StrongCopyleft if facts.distributes_copies() => without(Verdict::Deny, unstated_distribution),
        Category::NetworkCopyleft if preset == Preset::Distribution || facts.modifies != Some(false) => {
            without(Verdict::Deny, unstated_changes.filter(|_| preset != Preset::Distribution))
        }
        Category::NonCommercial => plain(if is_commercial { Verdict::Deny } else { Verdict::Allow }),
        Category::ResearchOnly => plain(if is_research { Verdict::Allow } else { Verdict::Deny }),
        Category::NoDerivatives if facts.modifies == Some(true) => plain(Verdict::Deny),
        Category::NoDerivatives => without(Verdict::Review, unstated_changes),
        Category::SourceAvailable if is_research => plain(Verdict::Review),
        Category::SourceAvailable | Category::Proprietary => plain(Verdict::Deny),
        Category::WeakCopyleft
        | Category::StrongCopyleft
        | Category::NetworkCopyleft
        | Category::Conditional
        | Category::UseRestricted
        | Category::UsePolicy
        | Category::DataCopyleft
        | Category::DataRestricted => plain(Verdict::Review),
        Category::Other => plain(Verdict::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commercial(category: Category) -> Verdict {
        rule(Preset::Commercial, &Preset::Commercial.facts(), category).verdict
    }

    #[test]
    fn commercial_allows_only_what_asks_for_nothing_but_notices() {
        let allowed: Vec<_> =
            Category::ALL.into_iter().filter(|category| commercial(*category) == Verdict::Allow).collect();
        assert_eq!(allowed, [Category::Permissive, Category::PublicDomain, Category::DataPermissive]);
    }

    #[test]
    fn a_fact_that_is_not_stated_counts_as_its_strictest_answer_and_is_named() {
        let facts = Preset::Commercial.facts();
        let found = rule(Preset::Commercial, &facts, Category::StrongCopyleft);
        assert_eq!(found, CategoryRuling { verdict: Verdict::Deny, missing: Some("facts.distribution") });
        let found = rule(Preset::Commercial, &facts, Category::NetworkCopyleft);
        assert_eq!(found, CategoryRuling { verdict: Verdict::Deny, missing: Some("facts.modifies") });
    }

    #[test]
    fn stating_a_fact_never_makes_a_verdict_worse_than_leaving_it_out_except_for_changes_that_are_made() {
        for category in Category::ALL {
            let unstated = commercial(category);
            for way in Distribution::ALL {
                let facts = Facts { distribution: Some(BTreeSet::from([way])), ..Preset::Commercial.facts() };
                assert!(rule(Preset::Commercial, &facts, category).verdict <= unstated, "{category} {way:?}");
            }
            let facts = Facts { modifies: Some(false), ..Preset::Commercial.facts() };
            assert!(rule(Preset::Commercial, &facts, category).verdict <= unstated, "{category}");
        }
    }

    #[test]
    fn non_commercial_is_denied_to_a_business_in_every_preset() {
        for preset in Preset::ALL {
            for usage in [Use::Commercial, Use::Internal] {
                let facts = Facts { usage: Some(usage), ..preset.facts() };
                assert_eq!(rule(preset, &facts, Category::NonCommercial).verdict, Verdict::Deny);
                assert_eq!(rule(preset, &facts, Category::ResearchOnly).verdict, Verdict::Deny);
            }
        }
    }

    #[test]
    fn research_allows_what_forbids_business_and_at_home_is_no_research() {
        let facts = Preset::Research.facts();
        assert_eq!(rule(Preset::Research, &facts, Category::NonCommercial).verdict, Verdict::Allow);
        assert_eq!(rule(Preset::Research, &facts, Category::ResearchOnly).verdict, Verdict::Allow);
        let home = Facts { usage: Some(Use::Personal), ..facts };
        assert_eq!(rule(Preset::Research, &home, Category::ResearchOnly).verdict, Verdict::Deny);
    }
}
