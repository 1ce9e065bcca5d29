//! What a policy makes of one licence: an explicit entry, else the worst of its categories, its terms and its
//! conditions.

use license_db::terms::CommercialUse;
use license_db::{Category, Kind, License, Term, TermKind};

use super::conditions::{self, Asked, Condition};
use super::held::Held;
use super::settings::{Settings, TermName};
use super::{Policy, expression, presets, scope};
use crate::fact::Fact;
use crate::finding::{PolicyPlace, Verdict};
use crate::license::{Atom, Expression, MODIFIED_PREFIX, Outcome, UNEXPLAINED};
use crate::scan::Source;

/// Verdicts on licences under a policy, for one subject.
#[derive(Clone, Debug)]
pub(crate) struct Judge<'a> {
    pub(crate) settings: &'a Settings,
    preset: presets::Preset,
    /// Where a file of the user names the preset.
    preset_at: Option<&'a PolicyPlace>,
    /// What the model may be called.
    names: Vec<&'a str>,
    /// What counts for what was read and not identified.
    pub(crate) unknown: Verdict,
}

/// The verdict on one licence, with every ground for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ruling {
    pub(crate) verdict: Verdict,
    /// Never empty.
    pub(crate) grounds: Vec<Ground>,
}

/// One ground of a ruling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ground {
    pub(crate) kind: GroundKind,
    pub(crate) verdict: Verdict,
    /// The policy key of a fact that would decide it and is not stated.
    pub(crate) missing: Option<&'static str>,
    /// What the policy says that makes it so.
    pub(crate) places: Vec<PolicyPlace>,
    /// For a condition: what the licence says, and what the policy says against it.
    pub(crate) words: String,
}

/// Why a licence is judged as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GroundKind {
    /// The policy names the licence.
    Entry,
    /// It belongs to a category.
    Category(Category),
    /// The policy names one of its terms.
    Term(TermKind),
    /// A condition that facts answer.
    Condition(TermKind),
    /// Its category would allow it, and nobody has read its text.
    Unverified,
    /// The database says nothing about it.
    Unlisted,
    /// What stands behind WITH is not in the SPDX list.
    UnknownAddition,
    /// A known text with words changed.
    Modified,
    /// Licence language that nothing explains.
    Unexplained,
}

impl<'a> Judge<'a> {
    pub(crate) fn new(policy: &'a Policy, settings: &'a Settings, source: &'a Source) -> Self {
        let mut names = scope::names(source);
        names.extend(settings_family(source));
        let preset_at = policy.preset.as_ref().map(|held| &held.at).filter(|at| at.key == "preset");
        let preset_at = preset_at.filter(|at| !is_of_preset(at));
        Self { settings, preset: policy.base(), preset_at, names, unknown: settings.unknown() }
    }

    /// The verdict on one licence.
    pub(crate) fn ruling(&self, atom: &Atom) -> Ruling {
        let mut ruling = self.untraced(atom);
        // What a preset says is followed to the line that names the preset.
        for ground in &mut ruling.grounds {
            if ground.places.iter().any(is_of_preset) {
                let named = self.preset_at.filter(|at| !ground.places.contains(at)).cloned();
                ground.places.extend(named);
            }
        }
        ruling
    }

    fn untraced(&self, atom: &Atom) -> Ruling {
        if let Some(held) = self.settings.entries.get(&atom.to_string()) {
            return self.entry(atom, held);
        }
        match expression::versions(atom) {
            Some(versions) => {
                let best = versions.iter().map(|version| self.single(version)).min_by_key(|ruling| ruling.verdict);
                best.unwrap_or_else(|| self.single(atom))
            }
            None => self.single(atom),
        }
    }

    /// The verdict on an expression.
    pub(crate) fn verdict(&self, expression: &Expression) -> Verdict {
        expression::verdict(expression, &|atom| self.ruling(atom).verdict)
    }

    /// The verdict on what is concluded or inherited. Where no licence could be pinned down, it is never better than
    /// the best of the candidates.
    pub(crate) fn fact(&self, fact: &Fact) -> Verdict {
        match (&fact.expression, fact.outcome) {
            (Some(expression), _) => self.verdict(expression),
            (None, Outcome::None) => self.settings.none(),
            (None, _) => {
                let of = |candidate: &String| self.verdict(&Expression::license(candidate));
                let best = fact.candidates.iter().map(of).min().unwrap_or(Verdict::Allow);
                self.unknown.max(best)
            }
        }
    }

    /// The verdict on a category by itself, and the fact that would have to be stated for another one.
    pub(crate) fn category(&self, category: Category) -> presets::CategoryRuling {
        match self.settings.categories.get(&category) {
            Some(held) => presets::CategoryRuling::stated(held.value, vec![held.at.clone()]),
            None => presets::rule(self.preset, &self.settings.facts, category),
        }
    }

    fn single(&self, atom: &Atom) -> Ruling {
        // An entry for the licence with its exception beats one for the licence alone.
        if let Some(held) = self.settings.entries.get(&atom.to_string()) {
            return self.entry(atom, held);
        }
        if atom.license == UNEXPLAINED {
            return Ruling::of(GroundKind::Unexplained, self.unknown, self.unknown_places());
        }
        if let Some(original) = atom.license.strip_prefix(MODIFIED_PREFIX) {
            let original = self.ruling(&Atom { license: original.to_owned(), ..atom.clone() });
            // Nobody knows what the change does: never better than unknown, and no change makes a denied text good.
            let verdict = self.unknown.max(Verdict::Review).max(original.verdict);
            return Ruling::of(GroundKind::Modified, verdict, self.unknown_places());
        }
        let mut ruling = match (self.settings.entries.get(&atom.license), license_db::license(&atom.license)) {
            (Some(held), _) => self.entry(atom, held),
            (None, Some(license)) => self.of_license(license),
            (None, None) => Ruling::of(GroundKind::Unlisted, self.unknown, self.unknown_places()),
        };
        if atom.addition.as_deref().is_some_and(|addition| !is_exception(addition)) {
            ruling.push(Ground::new(GroundKind::UnknownAddition, Verdict::Review, Vec::new()));
        }
        ruling
    }

    fn unknown_places(&self) -> Vec<PolicyPlace> {
        self.settings.unknown.iter().map(|held| held.at.clone()).collect()
    }

    /// An entry answers for everything but a condition that the facts break: what an organisation says about itself
    /// counts against what it says about a licence.
    fn entry(&self, atom: &Atom, held: &Held<Verdict>) -> Ruling {
        let mut ruling = Ruling::of(GroundKind::Entry, held.value, vec![held.at.clone()]);
        if let Some(license) = license_db::license(&atom.license) {
            for condition in self.conditions(license) {
                let mut ground = Ground::of(condition);
                if ground.missing.is_some() {
                    ground.verdict = Verdict::Allow;
                    ground.places.push(held.at.clone());
                }
                ruling.push(ground);
            }
        }
        ruling
    }

    fn of_license(&self, license: &'static License) -> Ruling {
        let categories = categories(license);
        if categories.is_empty() {
            return Ruling::of(GroundKind::Unlisted, self.unknown, self.unknown_places());
        }
        let mut ruling = Ruling { verdict: Verdict::Allow, grounds: Vec::new() };
        for category in categories {
            let mut found = self.category(category);
            let is_preset = !self.settings.categories.contains_key(&category);
            if category == Category::Conditional && is_preset && is_answered_by_facts(license) {
                found.verdict = Verdict::Allow;
            }
            let kind = GroundKind::Category(category);
            ruling.push(Ground { missing: found.missing, ..Ground::new(kind, found.verdict, found.places) });
        }
        let conditions = self.conditions(license);
        for condition in conditions {
            ruling.push(Ground::of(condition));
        }
        for (name, held) in &self.settings.terms {
            if license.terms.iter().any(|term| name.matches(term)) {
                ruling.push(Ground::new(GroundKind::Term(name.kind), held.value, vec![held.at.clone()]));
            }
        }
        if ruling.verdict == Verdict::Allow && !license.is_spdx() && license.reviewed.is_none() {
            ruling.push(Ground::new(GroundKind::Unverified, Verdict::Review, Vec::new()));
        }
        ruling
    }

    /// The conditions of a licence. What the policy says of a term by name counts in place of a fact that is not
    /// stated.
    fn conditions(&self, license: &'static License) -> Vec<Condition> {
        let asked = Asked { facts: &self.settings.facts, names: &self.names };
        let mut found = conditions::of(license, &asked);
        for condition in &mut found {
            let is_named = |(name, _): &(&TermName, &Held<Verdict>)| name.matches(condition.term);
            let named = self.settings.terms.iter().filter(is_named).map(|(_, held)| held).max_by_key(|held| held.value);
            if let Some(held) = named.filter(|_| condition.missing.is_some()) {
                condition.verdict = held.value;
                condition.places = vec![held.at.clone()];
                condition.missing = None;
            }
        }
        found
    }
}

fn is_of_preset(place: &PolicyPlace) -> bool {
    place.span.is_none() && place.file.starts_with("preset ")
}

/// The repository's name without its owner, so that facts can speak of a model whoever copied it.
fn settings_family(source: &Source) -> Option<&str> {
    source.repository.as_deref().and_then(|name| name.split_once('/')).map(|(_, name)| name)
}

/// Whether facts answer every condition that a conditional licence states.
fn is_answered_by_facts(license: &License) -> bool {
    let mut terms = license.terms.iter();
    terms.clone().any(conditions::is_decidable) && !terms.any(conditions::is_undecidable)
}

impl Ruling {
    fn of(kind: GroundKind, verdict: Verdict, places: Vec<PolicyPlace>) -> Self {
        Self { verdict, grounds: vec![Ground::new(kind, verdict, places)] }
    }

    /// Makes nothing of it worse than `most`, but for what the policy says of the licence by name.
    pub(crate) fn cap(&mut self, most: Verdict) {
        for ground in self.grounds.iter_mut().filter(|ground| ground.kind != GroundKind::Entry) {
            ground.verdict = ground.verdict.min(most);
        }
        self.verdict = self.grounds.iter().map(|ground| ground.verdict).max().unwrap_or(self.verdict);
    }

    fn push(&mut self, ground: Ground) {
        self.verdict = self.verdict.max(ground.verdict);
        self.grounds.push(ground);
    }
}

impl Ground {
    fn new(kind: GroundKind, verdict: Verdict, places: Vec<PolicyPlace>) -> Self {
        Self { kind, verdict, missing: None, places, words: String::new() }
    }

    fn of(condition: Condition) -> Self {
        Self {
            kind: GroundKind::Condition(condition.term.kind),
            verdict: condition.verdict,
            missing: condition.missing,
            places: condition.places,
            words: condition.words,
        }
    }
}

/// The categories of a licence, with what its terms add: an entry whose terms forbid commercial use is
/// non-commercial whatever its list says.
fn categories(license: &License) -> Vec<Category> {
    let mut categories = license.categories.to_vec();
    let commercial_use = license.terms.iter().find(|term| term.kind == TermKind::CommercialUse);
    let says = |wanted: &[Category]| license.categories.iter().any(|category| wanted.contains(category));
    match commercial_use.and_then(Term::permission) {
        Some(CommercialUse::No) if !says(&[Category::NonCommercial, Category::ResearchOnly]) => {
            categories.push(Category::NonCommercial);
        }
        Some(CommercialUse::Conditional) if categories.iter().all(|category| *category == Category::Permissive) => {
            categories.push(Category::Conditional);
        }
        _ => {}
    }
    if license.kind == Kind::UsePolicy && !categories.contains(&Category::UsePolicy) {
        categories.push(Category::UsePolicy);
    }
    categories
}

/// The licence that a changed text was: that it is changed has a finding of its own, so elsewhere it counts as that.
pub(crate) fn original(atom: &Atom) -> Atom {
    let license = atom.license.strip_prefix(MODIFIED_PREFIX).unwrap_or(&atom.license).to_owned();
    Atom { license, ..atom.clone() }
}

fn is_exception(id: &str) -> bool {
    license_db::license(id).is_some_and(|license| license.kind == Kind::Exception)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Preset;

    fn verdict_under(policy: &Policy, expression: &str) -> Verdict {
        verdict_of(policy, &Expression::parse(expression).expect("an expression"))
    }

    fn verdict_of(policy: &Policy, expression: &Expression) -> Verdict {
        let source = crate::resolve::tests::source_of("org/name");
        let settings = policy.settings();
        Judge::new(policy, &settings, &source).verdict(expression)
    }

    fn verdict(expression: &str) -> Verdict {
        verdict_under(&Policy::preset(Preset::Commercial), expression)
    }

    #[test]
    fn commercial_judges_well_known_licences() {
        assert_eq!(verdict("MIT"), Verdict::Allow);
        assert_eq!(verdict("MPL-2.0"), Verdict::Review);
        assert_eq!(verdict("GPL-3.0-only"), Verdict::Deny);
        assert_eq!(verdict("AGPL-3.0-only"), Verdict::Deny);
        assert_eq!(verdict("CC-BY-NC-4.0"), Verdict::Deny);
        assert_eq!(verdict("CC-BY-ND-4.0"), Verdict::Deny);
        assert_eq!(verdict("BUSL-1.1"), Verdict::Deny);
        assert_eq!(verdict("LicenseRef-acme-own"), Verdict::Unknown);
        assert_eq!(verdict("GPL-3.0-only OR MIT"), Verdict::Allow);
    }

    #[test]
    fn a_changed_text_is_unknown_at_best() {
        assert_eq!(verdict("LicenseRef-licentia-modified-MIT"), Verdict::Unknown);
        assert_eq!(verdict("LicenseRef-licentia-modified-CC-BY-NC-4.0"), Verdict::Deny);
        assert_eq!(verdict(UNEXPLAINED), Verdict::Unknown);
    }

    #[test]
    fn an_unlisted_addition_is_never_better_than_its_base() {
        assert_eq!(verdict("MIT WITH AdditionRef-no-selling"), Verdict::Review);
        assert_eq!(verdict("GPL-3.0-only WITH AdditionRef-nice"), Verdict::Deny);
        assert_eq!(verdict("Apache-2.0 WITH LLVM-exception"), Verdict::Allow);
    }

    #[test]
    fn an_entry_beats_a_category_and_a_pair_beats_its_licence() {
        let mut policy = Policy::preset(Preset::Commercial);
        policy.apply_set("licenses.allow=GPL-3.0-only").expect("a valid key");
        policy.apply_set("licenses.deny=category:permissive,GPL-2.0-only WITH Classpath-exception-2.0").expect("valid");
        assert_eq!(verdict_under(&policy, "GPL-3.0-only"), Verdict::Allow);
        assert_eq!(verdict_under(&policy, "GPL-2.0-or-later"), Verdict::Allow);
        assert_eq!(verdict_under(&policy, "MIT"), Verdict::Deny);
        assert_eq!(verdict_under(&policy, "GPL-2.0-only WITH Classpath-exception-2.0"), Verdict::Deny);
        assert_eq!(verdict_under(&policy, "GPL-3.0-only WITH AdditionRef-no-selling"), Verdict::Review);
    }

    #[test]
    fn nothing_that_nobody_has_read_is_allowed_by_its_category() {
        let judge_policy = Policy::preset(Preset::Commercial);
        for license in license_db::licenses().iter().filter(|license| !license.is_spdx() && license.reviewed.is_none())
        {
            let found = verdict_of(&judge_policy, &Expression::license(license.id));
            assert!(found > Verdict::Allow, "{}", license.id);
        }
    }

    #[test]
    fn no_licence_that_forbids_commercial_use_is_better_than_denied_under_commercial() {
        let judge_policy = Policy::preset(Preset::Commercial);
        for license in license_db::licenses() {
            let forbids = license.has(Category::NonCommercial)
                || license.has(Category::ResearchOnly)
                || license.terms.iter().any(|term| term.kind == TermKind::CommercialUse && term.value == "no");
            if forbids && license.kind == Kind::License {
                let found = verdict_of(&judge_policy, &Expression::license(license.id));
                assert_eq!(found, Verdict::Deny, "{}", license.id);
            }
        }
    }
}
