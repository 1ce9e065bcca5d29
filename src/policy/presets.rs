//! The policies that come with licentia, and what they make of each category of licence.
//!
//! A fact that nobody states counts as its strictest answer, and the ruling names it, so that the finding can ask.

use std::collections::BTreeSet;

use license_db::Category;

use super::facts::{Distribution, Facts, Use};
use super::held::{Held, of_preset};
use crate::finding::{Level, PolicyPlace, Verdict};

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
        let usage = Held::new(usage, of_preset(self.as_str(), "facts.use", format!("\"{}\"", usage.as_str())));
        let distribution = distribution.map(|ways| {
            let words: Vec<String> = ways.iter().map(|way| format!("\"{}\"", way.as_str())).collect();
            Held::new(ways, of_preset(self.as_str(), "facts.distribution", format!("[{}]", words.join(", "))))
        });
        Facts { usage: Some(usage), distribution, ..Facts::default() }
    }

    /// The lowest level that closes the gate.
    pub fn fail_on(self) -> Option<Level> {
        (self != Self::Audit).then_some(Level::Error)
    }
}

/// What a preset makes of a category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryRuling {
    /// The verdict.
    pub verdict: Verdict,
    /// The fact that would decide it and is not stated, as a policy key.
    pub missing: Option<&'static str>,
    /// What the policy says that makes it so.
    pub places: Vec<PolicyPlace>,
}

impl CategoryRuling {
    pub(crate) fn stated(verdict: Verdict, places: Vec<PolicyPlace>) -> Self {
        Self { verdict, missing: None, places }
    }
}

/// What these facts make of a category under that preset.
pub fn rule(preset: Preset, facts: &Facts, category: Category) -> CategoryRuling {
    let is_commercial = !matches!(facts.uses(), Some(Use::Research | Use::Personal));
    let is_research = facts.uses() == Some(Use::Research);
    let plain = |verdict| CategoryRuling::stated(verdict, Vec::new());
    let by = |verdict, keys: &[&str]| CategoryRuling::stated(verdict, facts.places(keys));
    let unless =
        |verdict, missing: Option<&'static str>, keys: &[&str]| CategoryRuling { missing, ..by(verdict, keys) };
    let unstated_distribution = facts.ways().is_none().then_some("facts.distribution");
    let unstated_changes = facts.changes().is_none().then_some("facts.modifies");
    let (usage, changes, ways): (&[&str], &[&str], &[&str]) =
        (&["facts.use"], &["facts.modifies"], &["facts.distribution"]);
    match category {
        Category::Permissive | Category::PublicDomain | Category::DataPermissive => plain(Verdict::Allow),
        Category::StrongCopyleft if facts.distributes_copies() => unless(Verdict::Deny, unstated_distribution, ways),
        Category::StrongCopyleft if facts.keeps_inside() => by(Verdict::Allow, ways),
        Category::StrongCopyleft => by(Verdict::Review, ways),
        Category::NetworkCopyleft if preset == Preset::Distribution => {
            let mut places = facts.places(changes);
            places.push(of_preset(preset.as_str(), "preset", format!("\"{}\"", preset.as_str())));
            CategoryRuling::stated(Verdict::Deny, places)
        }
        Category::NetworkCopyleft | Category::NoDerivatives if facts.changes() != Some(false) => {
            unless(Verdict::Deny, unstated_changes, changes)
        }
        Category::NetworkCopyleft if facts.keeps_inside() => {
            by(Verdict::Allow, &["facts.modifies", "facts.distribution"])
        }
        Category::NetworkCopyleft | Category::NoDerivatives => by(Verdict::Review, changes),
        Category::NonCommercial => by(if is_commercial { Verdict::Deny } else { Verdict::Allow }, usage),
        Category::ResearchOnly => by(if is_research { Verdict::Allow } else { Verdict::Deny }, usage),
        Category::SourceAvailable if is_research => by(Verdict::Review, usage),
        Category::SourceAvailable | Category::Proprietary => plain(Verdict::Deny),
        Category::WeakCopyleft
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

    fn held<T>(value: T) -> Held<T> {
        Held::new(value, of_preset("test", "facts", ""))
    }

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
        assert_eq!((found.verdict, found.missing), (Verdict::Deny, Some("facts.distribution")));
        let found = rule(Preset::Commercial, &facts, Category::NetworkCopyleft);
        assert_eq!((found.verdict, found.missing), (Verdict::Deny, Some("facts.modifies")));
    }

    #[test]
    fn stating_a_fact_never_makes_a_verdict_worse_than_leaving_it_out() {
        for category in Category::ALL {
            let unstated = commercial(category);
            for way in Distribution::ALL {
                let facts = Facts { distribution: Some(held(BTreeSet::from([way]))), ..Preset::Commercial.facts() };
                assert!(rule(Preset::Commercial, &facts, category).verdict <= unstated, "{category} {way:?}");
            }
            for answer in [false, true] {
                let facts = Facts { modifies: Some(held(answer)), ..Preset::Commercial.facts() };
                assert!(rule(Preset::Commercial, &facts, category).verdict <= unstated, "{category} {answer}");
            }
        }
    }

    #[test]
    fn non_commercial_is_denied_to_a_business_in_every_preset() {
        for preset in Preset::ALL {
            for usage in [Use::Commercial, Use::Internal] {
                let facts = Facts { usage: Some(held(usage)), ..preset.facts() };
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
        let home = Facts { usage: Some(held(Use::Personal)), ..facts };
        assert_eq!(rule(Preset::Research, &home, Category::ResearchOnly).verdict, Verdict::Deny);
    }
}
