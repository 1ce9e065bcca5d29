//! What rules look at: each subject with its facts, the licences that bind it, and the ways back to the evidence.

use std::collections::{BTreeMap, BTreeSet};

use super::choices::{self, Choice};
use super::message::{escaped, listed};
use super::ruling::{Ground, Judge, Ruling};
use super::settings::{Inheritance, Settings};
use super::{Occasion, Policy, Seen, expression};
use crate::fact::{Basis, Fact, Grade, Reason};
use crate::finding::{Finding, FindingKind, Level, PolicyPlace, Verdict};
use crate::gap::Gap;
use crate::license::{Atom, Expression, Outcome};
use crate::location::Location;
use crate::resolve::{covers, gaps_in_the_way};
use crate::scan::{Judged, Source};
use crate::subject::{Role, Subject};

/// Everything that rules look at.
pub(crate) struct Judgement<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) seen: &'a Seen<'a>,
    pub(crate) occasion: &'a Occasion<'a>,
    /// One for each subject, in order.
    pub(crate) cases: Vec<Case<'a>>,
    /// The position of each subject's case.
    positions: BTreeMap<&'a Subject, usize>,
}

/// What counts for one subject, before it is judged.
pub(crate) struct Prepared<'a> {
    /// Settings with the scopes that mean it.
    pub(crate) settings: &'a Settings,
    /// The scopes, by their position in the policy, the weakest first.
    pub(crate) scopes: Vec<usize>,
    /// The licence that counts: with what flows down as the policy says, and the stated choices made.
    pub(crate) effective: Option<Expression>,
    /// What flows down to a subject of which no licence is known: it binds whatever its own turns out to be.
    inherited: Option<Expression>,
    /// The choices that were made.
    pub(crate) choices: Vec<&'a Choice>,
}

impl<'a> Prepared<'a> {
    pub(crate) fn new(
        policy: &'a Policy,
        settings: &'a Settings,
        scopes: Vec<usize>,
        judged: &Judged,
        facts: &[Fact],
    ) -> Self {
        let bare = match settings.lineage() {
            Inheritance::Inherit => judged.effective.as_ref(),
            Inheritance::Review | Inheritance::Ignore => judged.concluded.as_ref(),
        };
        let (effective, made) = match bare.map(|bare| choices::chosen(bare, &policy.choices)) {
            Some((chosen, made)) => (Some(chosen), made),
            None => (None, Vec::new()),
        };
        let binds = effective.is_none() && settings.lineage() == Inheritance::Inherit;
        let inherited = inherited(judged, facts).filter(|_| binds);
        let inherited = inherited.map(|bare| choices::chosen(&bare, &policy.choices).0);
        Self { settings, scopes, effective, inherited, choices: made }
    }
}

/// What the ancestors of a subject conclude, all together; unknown where one of them is.
fn inherited(judged: &Judged, facts: &[Fact]) -> Option<Expression> {
    let facts = judged.because.iter().filter_map(|reason| match reason {
        Reason::Fact(index) => facts.get(*index).filter(|fact| fact.basis == Basis::Inherited),
        _ => None,
    });
    let unknown = || Expression::license(crate::license::UNEXPLAINED);
    let bare: Vec<Expression> = facts.map(|fact| fact.expression.clone().unwrap_or_else(unknown)).collect();
    (!bare.is_empty()).then(|| Expression::all_of(bare))
}

/// One subject before the judge.
pub(crate) struct Case<'a> {
    judged: &'a Judged,
    pub(crate) prepared: &'a Prepared<'a>,
    pub(crate) settings: &'a Settings,
    pub(crate) judge: Judge<'a>,
    /// Facts about it, with their indices.
    pub(crate) facts: Vec<(usize, &'a Fact)>,
    /// Licences that bind once the best branches are chosen.
    pub(crate) bound: Vec<Bound<'a>>,
    /// Branches that were not taken, with their verdicts.
    pub(crate) rejected: Vec<(String, Verdict)>,
    verdict: Verdict,
    /// Gaps behind which its licence may stand.
    unseen: Vec<usize>,
    /// Whether a text, a tag or a label of the same source names a licence.
    has_stronger: bool,
}

/// A licence that binds a subject.
pub(crate) struct Bound<'a> {
    pub(crate) atom: &'a Atom,
    pub(crate) ruling: Ruling,
    /// Facts that state it, the strongest first. Never empty.
    pub(crate) because: Vec<Reason>,
    /// Whether it comes from an ancestor only.
    pub(crate) is_inherited: bool,
    /// Whether nothing but prose names it, and that beside a licence that is stated better or as one of several: it may
    /// be about another file, or be another version.
    pub(crate) is_doubtful: bool,
}

impl<'a> Judgement<'a> {
    /// `prepared` runs parallel to `judged`.
    pub(crate) fn new(
        policy: &'a Policy,
        occasion: &'a Occasion<'a>,
        seen: &'a Seen<'a>,
        judged: &'a [Judged],
        prepared: &'a [Prepared<'a>],
    ) -> Self {
        let facts = Facts::of(seen);
        let cases = judged.iter().zip(prepared);
        let cases: Vec<Case<'_>> =
            cases.filter_map(|(judged, prepared)| Case::new(policy, seen, &facts, judged, prepared)).collect();
        let positions = cases.iter().enumerate().map(|(position, case)| (case.subject(), position)).collect();
        Self { policy, seen, occasion, cases, positions }
    }

    /// The case of the subject that a finding is about.
    pub(crate) fn case_of(&self, finding: &Finding) -> Option<&Case<'a>> {
        self.cases.get(*self.positions.get(finding.subject.as_ref()?)?)
    }

    /// Where reasons end, each place once, in the order of the reasons.
    pub(crate) fn locations(&self, because: &[Reason]) -> Vec<Location> {
        let mut found = Vec::new();
        let mut waiting: Vec<Reason> = because.iter().rev().copied().collect();
        let mut followed = BTreeSet::new();
        while let Some(reason) = waiting.pop() {
            if !followed.insert(reason) {
                continue;
            }
            let place = match reason {
                Reason::Evidence(index) => self.seen.evidence.get(index).map(|evidence| evidence.at.clone()),
                Reason::Gap(index) => self.seen.gaps.get(index).map(|gap| gap.at.clone()),
                Reason::Searched(source) => Some(Location::file(source, "")),
                Reason::Fact(index) => {
                    waiting.extend(self.weakest_first(index));
                    None
                }
            };
            found.extend(place.filter(|place| !found.contains(place)));
        }
        found
    }

    /// The reasons of a fact, those with the weakest ground first.
    fn weakest_first(&self, fact: usize) -> Vec<Reason> {
        let grade = |reason: &Reason| match reason {
            Reason::Fact(index) => self.seen.facts.get(*index).map(|fact| fact.grade),
            _ => None,
        };
        let mut reasons = self.seen.facts.get(fact).map(|fact| fact.because.clone()).unwrap_or_default();
        // A reason that is no fact is where the search ends: after the facts that stand beside it.
        reasons.reverse();
        reasons.sort_by_key(|reason| grade(reason).map_or((0, None), |grade| (1, Some(std::cmp::Reverse(grade)))));
        reasons
    }

    /// The evidence in which reasons end, ascending.
    pub(crate) fn evidence_of(&self, because: &[Reason]) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut waiting = because.to_vec();
        let mut followed = BTreeSet::new();
        while let Some(reason) = waiting.pop() {
            match reason {
                Reason::Evidence(index) => {
                    found.insert(index);
                }
                Reason::Fact(index) if followed.insert(index) => {
                    waiting.extend(self.seen.facts.get(index).iter().flat_map(|fact| fact.because.iter().copied()));
                }
                Reason::Fact(_) | Reason::Gap(_) | Reason::Searched(_) => {}
            }
        }
        found
    }

    /// A subject in words: `weights of org/name`, `component third_party/x of ./model`.
    pub(crate) fn name(&self, subject: &Subject) -> String {
        let source = self.seen.sources.get(subject.source).map_or("?", |source| source.target.as_str());
        let path = if subject.path.is_empty() { String::new() } else { format!(" {}", escaped(&subject.path)) };
        format!("{}{path} of {}", subject.role, escaped(source))
    }

    /// Where a licence is stated, in words: the files, or the ancestor that it comes from.
    pub(crate) fn stated_in(&self, bound: &Bound<'_>) -> String {
        let places = self.places(&bound.because);
        if bound.is_inherited { format!("inherited from {places}") } else { format!("stated in {places}") }
    }

    /// The files in which reasons end, in words.
    pub(crate) fn places(&self, because: &[Reason]) -> String {
        let mut names: Vec<String> = Vec::new();
        for place in self.locations(because) {
            let path = if place.path.is_empty() { "the whole tree".to_owned() } else { escaped(&place.path) };
            let source = self.seen.sources.get(place.source).map(|source| escaped(&source.target));
            let is_only_source = self.seen.sources.len() < 2;
            let name = if is_only_source { path } else { format!("{path} of {}", source.unwrap_or_default()) };
            if !names.contains(&name) {
                names.push(name);
            }
        }
        listed(&names)
    }

    /// A finding about a subject, at the level of its verdict.
    pub(crate) fn finding(
        &self,
        kind: &FindingKind,
        case: &Case<'_>,
        verdict: Verdict,
        because: Vec<Reason>,
        words: (String, String),
    ) -> Finding {
        let because = if because.is_empty() { vec![Reason::Fact(case.concluded_at())] } else { because };
        Finding {
            name: kind.name,
            level: verdict.level(),
            verdict,
            subject: Some(case.subject().clone()),
            message: format!("{}: {}", self.name(case.subject()), words.0),
            locations: self.locations(&because),
            because,
            help: words.1,
            license: None,
            policy: Vec::new(),
            waived: None,
            is_existing: false,
        }
    }

    /// The subjects with what is concluded about them.
    pub(crate) fn concluded(&self) -> Vec<(&'a Subject, Option<&'a Expression>)> {
        self.cases.iter().map(|case| (case.subject(), case.judged.concluded.as_ref())).collect()
    }

    /// The case of what a source is there for: its parameters, its data, its code.
    pub(crate) fn main_of(&self, source: usize) -> Option<&Case<'a>> {
        let at_root = |case: &&Case<'_>| case.subject().source == source && case.subject().path.is_empty();
        self.cases.iter().filter(at_root).find(|case| case.subject().role != Role::Documentation)
    }

    /// The source that a finding is about: that of its subject, or of its first place.
    pub(crate) fn source_of(&self, finding: &Finding) -> Option<&'a Source> {
        let subject = finding.subject.as_ref().map(|subject| subject.source);
        self.seen.sources.get(subject.or_else(|| finding.locations.first().map(|place| place.source))?)
    }

    /// A finding about the policy itself, at the places of the policy that it is about.
    pub(crate) fn finding_in_policy(
        kind: &FindingKind,
        verdict: Verdict,
        policy: Vec<PolicyPlace>,
        words: (String, String),
    ) -> Finding {
        Finding {
            name: kind.name,
            level: verdict.level(),
            verdict,
            subject: None,
            message: words.0,
            locations: Vec::new(),
            because: Vec::new(),
            help: words.1,
            license: None,
            policy,
            waived: None,
            is_existing: false,
        }
    }
}

/// The facts of a scan by subject: a thousand subjects are no reason to look through all facts a thousand times.
struct Facts<'a> {
    by_subject: BTreeMap<&'a Subject, Vec<(usize, &'a Fact)>>,
    /// Sources that name a licence in a text, a tag or a label.
    stronger: BTreeSet<usize>,
}

impl<'a> Facts<'a> {
    fn of(seen: &'a Seen<'a>) -> Self {
        let mut by_subject: BTreeMap<&Subject, Vec<(usize, &Fact)>> = BTreeMap::new();
        let mut stronger = BTreeSet::new();
        for (index, fact) in seen.facts.iter().enumerate() {
            by_subject.entry(&fact.subject).or_default().push((index, fact));
            if is_stronger(fact) {
                stronger.insert(fact.subject.source);
            }
        }
        Self { by_subject, stronger }
    }
}

impl<'a> Case<'a> {
    fn new(
        policy: &'a Policy,
        seen: &Seen<'a>,
        all: &Facts<'a>,
        judged: &'a Judged,
        prepared: &'a Prepared<'a>,
    ) -> Option<Self> {
        let settings = prepared.settings;
        let source: &'a Source = seen.sources.get(judged.subject.source)?;
        let facts = all.by_subject.get(&judged.subject).cloned().unwrap_or_default();
        let mut judge = Judge::new(policy, settings, source);
        if judged.subject.role == Role::Documentation {
            // A NOTICE is full of words that are no licence; it grants nothing, so an unknown one is for a person.
            judge.unknown = judge.unknown.min(Verdict::Review);
        }
        let has_stronger = all.stronger.contains(&judged.subject.source);
        let of = |atom: &'a Atom| Bound::new(atom, &judge, &facts, has_stronger);
        let (bound, rejected, verdict) = match prepared.effective.as_ref().or(prepared.inherited.as_ref()) {
            Some(effective) => {
                let rulings: BTreeMap<&Atom, Verdict> =
                    effective.atoms().into_iter().map(|atom| (atom, of(atom).ruling.verdict)).collect();
                let decide = |atom: &Atom| rulings.get(atom).copied().unwrap_or_else(|| judge.ruling(atom).verdict);
                let decision = expression::decide(effective, &decide, settings.preferred());
                let rejected = decision.rejected.iter().map(|branch| (branch.expression.to_string(), branch.verdict));
                let rejected = rejected.collect();
                (decision.binding.into_iter().map(of).collect(), rejected, Some(decision.verdict))
            }
            None => (Vec::new(), Vec::new(), None),
        };
        let mut case = Self {
            judged,
            prepared,
            settings,
            judge,
            facts,
            bound,
            rejected,
            verdict: Verdict::Unknown,
            unseen: Vec::new(),
            has_stronger,
        };
        case.unseen = case.gaps_in_the_way(seen);
        let own = match &prepared.effective {
            Some(_) => Verdict::Allow,
            None if case.is_unseen() => settings.unknown().max(Verdict::Unknown),
            None => case.concluded().map_or(settings.none(), |fact| case.of_fact(fact)),
        };
        case.verdict = own.max(verdict.unwrap_or(Verdict::Allow));
        Some(case)
    }

    pub(crate) fn subject(&self) -> &'a Subject {
        &self.judged.subject
    }

    /// The verdict on a fact that names no single licence. What only prose says, beside a licence that is stated in
    /// full, is for a person to read: it may be about another file.
    pub(crate) fn of_fact(&self, fact: &Fact) -> Verdict {
        let verdict = self.judge.fact(fact);
        if self.has_stronger && fact.grade == Grade::Prose { verdict.min(Verdict::Unknown) } else { verdict }
    }

    /// Whether the policy lets terms of ancestors bind it less than they would.
    pub(crate) fn leaves_ancestors_out(&self) -> bool {
        self.settings.lineage() != Inheritance::Inherit && self.judged.concluded != self.judged.effective
    }

    /// The effective licence.
    pub(crate) fn effective(&self) -> Option<&'a Expression> {
        self.prepared.effective.as_ref()
    }

    /// The verdict of the licence alone, without what the rules find.
    pub(crate) fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Whether no licence was found and one may stand where nobody could look.
    pub(crate) fn is_unseen(&self) -> bool {
        !self.unseen.is_empty()
    }

    /// The concluded fact.
    pub(crate) fn concluded(&self) -> Option<&'a Fact> {
        self.facts.iter().find(|(_, fact)| fact.basis == Basis::Concluded).map(|(_, fact)| *fact)
    }

    /// The index of the concluded fact.
    pub(crate) fn concluded_at(&self) -> usize {
        self.facts.iter().find(|(_, fact)| fact.basis == Basis::Concluded).map_or(0, |(index, _)| *index)
    }

    /// The facts of a basis.
    pub(crate) fn on(&self, basis: Basis) -> impl Iterator<Item = (usize, &'a Fact)> {
        self.facts.iter().filter(move |(_, fact)| fact.basis == basis).copied()
    }

    /// What the conclusion rests on and could not be pinned down.
    pub(crate) fn open_facts(&self) -> Vec<(usize, &'a Fact)> {
        let Some(concluded) = self.concluded() else {
            return Vec::new();
        };
        let rests_on = |index: usize| concluded.because.contains(&Reason::Fact(index));
        let is_open = |fact: &Fact| match &fact.expression {
            None => true,
            Some(expression) => expression.atoms().iter().any(|atom| atom.license == crate::license::UNEXPLAINED),
        };
        self.facts
            .iter()
            .filter(|(index, fact)| fact.basis < Basis::Concluded && is_open(fact) && rests_on(*index))
            .copied()
            .collect()
    }

    /// Gaps where a licence could have stood, if none was found.
    fn gaps_in_the_way(&self, seen: &Seen<'_>) -> Vec<usize> {
        let found_nothing =
            self.concluded().is_none_or(|fact| fact.expression.is_none() && fact.outcome == Outcome::None);
        if found_nothing { gaps_in_the_way(self.subject().source, seen.sources, seen.gaps) } else { Vec::new() }
    }
}

impl<'a> Bound<'a> {
    /// `has_stronger` tells that the source states a licence in full or by a label. A licence that only prose names
    /// beside it ("the large model is under …") may be about another file: that is for a person to tell, and never
    /// allowed, but no denial.
    fn new(atom: &'a Atom, judge: &Judge<'_>, facts: &[(usize, &Fact)], has_stronger: bool) -> Self {
        let states = |fact: &Fact| match &fact.expression {
            Some(expression) => expression.atoms().into_iter().any(|found| covers(atom, found) || covers(found, atom)),
            None => atom.license == crate::license::UNEXPLAINED && fact.outcome != Outcome::None,
        };
        let on = |basis: Basis| {
            facts
                .iter()
                .filter(move |(_, fact)| fact.basis == basis && states(fact))
                .map(|(index, _)| Reason::Fact(*index))
        };
        let mut because: Vec<Reason> =
            on(Basis::Curated).chain(on(Basis::Observed)).chain(on(Basis::Declared)).collect();
        let is_inherited = because.is_empty();
        if is_inherited {
            because.extend(on(Basis::Inherited));
        }
        if because.is_empty() {
            because.extend(
                facts.iter().filter(|(_, fact)| fact.basis >= Basis::Concluded).map(|(index, _)| Reason::Fact(*index)),
            );
        }
        let grade = |reason: &Reason| match reason {
            Reason::Fact(index) => facts.iter().find(|(position, _)| position == index).map(|(_, fact)| fact.grade),
            _ => None,
        };
        let is_prose = !is_inherited && because.iter().all(|reason| grade(reason) == Some(Grade::Prose));
        let is_hearsay = has_stronger && is_prose;
        let is_exact = |reason: &Reason| {
            let fact = facts.iter().find(|(index, _)| *reason == Reason::Fact(*index));
            fact.is_some_and(|(_, fact)| fact.outcome == Outcome::Exact)
        };
        let is_doubtful = is_hearsay || (is_prose && !because.iter().any(is_exact));
        let mut ruling = judge.ruling(atom);
        if is_hearsay {
            ruling.cap(Verdict::Unknown);
        }
        Self { atom, ruling, because, is_inherited, is_doubtful }
    }

    /// The grounds of its ruling that a rule is about.
    pub(crate) fn grounds(&self) -> &[Ground] {
        &self.ruling.grounds
    }

    /// What the database holds about the licence.
    pub(crate) fn license(&self) -> Option<&'static license_db::License> {
        license_db::license(&self.atom.license)
    }
}

/// Whether a fact names a licence on better ground than prose.
fn is_stronger(fact: &Fact) -> bool {
    fact.basis < Basis::Concluded
        && fact.grade < Grade::Prose
        && fact.expression.is_some()
        && fact.outcome == Outcome::Exact
}

/// A finding about a gap: it never fails the gate by itself, because the exit status for it is another.
pub(crate) fn gap_finding(kind: &FindingKind, index: usize, gap: &Gap, words: (String, String)) -> Finding {
    Finding {
        name: kind.name,
        level: Level::Warning,
        verdict: Verdict::Unknown,
        subject: None,
        message: words.0,
        locations: vec![gap.at.clone()],
        because: vec![Reason::Gap(index)],
        help: words.1,
        license: None,
        policy: Vec::new(),
        waived: None,
        is_existing: false,
    }
}
