//! What the organisation says about itself (`[facts]`): the answers to the questions that licences ask.
//!
//! What is not stated is unknown and never guessed: it counts as its strictest answer, and the finding names the key.

use std::collections::{BTreeMap, BTreeSet};

use globset::GlobMatcher;
use jiff::civil::Date;

use super::held::{Held, over};
use super::territory::Territory;
use crate::finding::PolicyPlace;

/// What the organisation says about itself, each with its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// `use`.
    pub usage: Option<Held<Use>>,
    /// `modifies`: whether the model or its code is changed.
    pub modifies: Option<Held<bool>>,
    /// `distribution`: how others come to it. Never an empty set.
    pub distribution: Option<Held<BTreeSet<Distribution>>>,
    /// `mau`: active users a month, of the whole group.
    pub monthly_users: Option<Held<u64>>,
    /// `dau`: active users a day, of the whole group.
    pub daily_users: Option<Held<u64>>,
    /// `mau_at_release`: active users a month when a model was released.
    pub users_at_release: Option<Held<AtRelease>>,
    /// `annual_revenue`, in whole units by currency.
    pub annual_revenue: Option<Held<Money>>,
    /// `monthly_revenue`, in whole units by currency.
    pub monthly_revenue: Option<Held<Money>>,
    /// `team_size`: people, employed or under contract.
    pub team_size: Option<Held<u64>>,
    /// `domicile`: where the organisation has its principal place of business.
    pub domicile: Option<Held<Territory>>,
    /// `territories`: where it is used or offered. Never an empty set.
    pub territories: Option<Held<BTreeSet<Territory>>>,
    /// `trains_on_outputs`: whether outputs train other models.
    pub trains_on_outputs: Option<Held<bool>>,
    /// `as_of`: the day on which these facts were true.
    pub as_of: Option<Held<Date>>,
    /// `max_age_days`: after how many days they must be looked at again.
    pub max_age_days: Option<Held<u64>>,
}

/// An amount of money in whole units, by ISO 4217 currency in capitals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Money(pub BTreeMap<String, u64>);

/// Active users a month when models were released.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AtRelease {
    /// For every release that nothing else answers.
    pub always: Option<u64>,
    /// By model (`org/name`, with `*`) or licence identifier, in the order of the file.
    pub by_name: Vec<(Pattern, u64)>,
    /// From that day on, until the next one.
    pub by_day: BTreeMap<Date, u64>,
}

/// A name in which `*` stands for anything but `/`, and `**` for anything.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    glob: GlobMatcher,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

impl Pattern {
    /// Reads a pattern. Case counts not: the Hub's names differ by more than case.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(text: &str) -> Result<Self, String> {
        let glob = globset::GlobBuilder::new(text)
            .literal_separator(true)
            .case_insensitive(true)
            .backslash_escape(true)
            .build()
            .map_err(|error| error.kind().to_string())?;
        Ok(Self { text: text.to_owned(), glob: glob.compile_matcher() })
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a name is meant.
    pub fn matches(&self, name: &str) -> bool {
        self.glob.is_match(name)
    }

    /// How exactly it says what it means: characters that are no wildcard.
    pub fn precision(&self) -> usize {
        self.text.chars().filter(|character| !"*?[]{}!".contains(*character)).count()
    }
}

impl AtRelease {
    /// Users at the release of one of `names`, on `day` where it is known.
    pub fn answer(&self, names: &[&str], day: Option<Date>) -> Option<u64> {
        let meant = self.by_name.iter().filter(|(pattern, _)| names.iter().any(|name| pattern.matches(name)));
        if let Some((_, users)) = meant.max_by_key(|(pattern, _)| pattern.precision()) {
            return Some(*users);
        }
        let dated = day.and_then(|day| self.by_day.range(..=day).next_back().map(|(_, users)| *users));
        dated.or(self.always)
    }
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
    /// Puts facts on top of these: what they state counts.
    pub(crate) fn overlay(&mut self, top: Self) {
        over(top.usage, &mut self.usage);
        over(top.modifies, &mut self.modifies);
        over(top.distribution, &mut self.distribution);
        over(top.monthly_users, &mut self.monthly_users);
        over(top.daily_users, &mut self.daily_users);
        over(top.users_at_release, &mut self.users_at_release);
        over(top.annual_revenue, &mut self.annual_revenue);
        over(top.monthly_revenue, &mut self.monthly_revenue);
        over(top.team_size, &mut self.team_size);
        over(top.domicile, &mut self.domicile);
        over(top.territories, &mut self.territories);
        over(top.trains_on_outputs, &mut self.trains_on_outputs);
        over(top.as_of, &mut self.as_of);
        over(top.max_age_days, &mut self.max_age_days);
    }

    /// What it is used for.
    pub fn uses(&self) -> Option<Use> {
        self.usage.as_ref().map(|held| held.value)
    }

    /// Whether it is changed, where stated.
    pub fn changes(&self) -> Option<bool> {
        self.modifies.as_ref().map(|held| held.value)
    }

    /// The ways in which others come to it, where stated.
    pub fn ways(&self) -> Option<&BTreeSet<Distribution>> {
        self.distribution.as_ref().map(|held| &held.value)
    }

    /// Whether anybody outside gets copies or is served over a network: the strictest answer where nothing is stated.
    pub(crate) fn offers(&self) -> bool {
        self.distributes_copies() || self.serves()
    }

    /// Whether third parties are served over a network: the strictest answer where nothing is stated.
    pub(crate) fn serves(&self) -> bool {
        self.ways().is_none_or(|ways| ways.contains(&Distribution::Saas))
    }

    /// Whether copies leave the house: the strictest answer where nothing is stated.
    pub(crate) fn distributes_copies(&self) -> bool {
        let carries = |way: &Distribution| matches!(way, Distribution::OnDevice | Distribution::Weights);
        self.ways().is_none_or(|ways| ways.iter().any(carries))
    }

    /// Whether nobody outside comes to it in any way, and the policy says so.
    pub(crate) fn keeps_inside(&self) -> bool {
        self.ways().is_some_and(|ways| ways.iter().all(|way| *way == Distribution::None))
    }

    /// The places of what it is used for, how it is distributed and whether it is changed, as far as they are stated.
    pub(crate) fn places(&self, wanted: &[&str]) -> Vec<PolicyPlace> {
        let all = [
            ("facts.use", self.usage.as_ref().map(|held| &held.at)),
            ("facts.modifies", self.modifies.as_ref().map(|held| &held.at)),
            ("facts.distribution", self.distribution.as_ref().map(|held| &held.at)),
        ];
        all.into_iter().filter(|(key, _)| wanted.contains(key)).filter_map(|(_, at)| at.cloned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::new(text).expect("a pattern")
    }

    #[test]
    fn a_star_stays_inside_a_name_and_case_does_not_count() {
        assert!(pattern("acme/*").matches("ACME/model") && !pattern("acme/*").matches("acme/a/b"));
        assert!(pattern("research/**").matches("research/a/b") && !pattern("research/**").matches("product/a"));
        assert!(Pattern::new("[").is_err());
    }

    #[test]
    fn users_at_a_release_are_those_of_the_model_else_of_the_day_else_of_all() {
        let at = AtRelease {
            always: Some(1),
            by_name: vec![(pattern("meta-llama/*"), 2), (pattern("meta-llama/Llama-3.1-8B"), 3)],
            by_day: BTreeMap::from([(Date::constant(2024, 7, 1), 4), (Date::constant(2025, 1, 1), 5)]),
        };
        let day = |year, month| Some(Date::constant(year, month, 15));
        assert_eq!(at.answer(&["meta-llama/Llama-3.1-8B"], None), Some(3));
        assert_eq!(at.answer(&["meta-llama/Llama-3.1-70B"], day(2024, 8)), Some(2));
        assert_eq!(at.answer(&["x/y"], day(2024, 8)), Some(4));
        assert_eq!(at.answer(&["x/y"], day(2026, 8)), Some(5));
        assert_eq!(at.answer(&["x/y"], day(2023, 8)), Some(1));
        assert_eq!(at.answer(&["x/y"], None), Some(1));
        assert_eq!(AtRelease { always: None, ..at }.answer(&["x/y"], day(2023, 8)), None);
    }
}
