//! Judging: what an organisation allows, applied to what is held about each subject.
//!
//! [`Policy`] is what `licentia.toml`, what it extends and `--set` say on top of a [`Preset`]; [`evaluate`] runs every
//! rule in `rules` and sets the verdicts.

use std::collections::BTreeMap;

use crate::evidence::Evidence;
use crate::fact::Fact;
use crate::finding::{Finding, FindingKind, Level};
use crate::gap::Gap;
use crate::license::Classification;
use crate::lineage::Lineage;
use crate::scan::{Digest, Judged, Source};

pub mod baseline;
pub mod choices;
pub(crate) mod compatible;
mod conditions;
pub mod curations;
pub mod custom;
pub mod draft;
mod duty;
pub mod effective;
pub mod expression;
pub mod facts;
pub mod file;
pub mod gate;
pub mod held;
mod judgement;
pub mod layers;
pub mod lock;
mod message;
pub mod presets;
mod rules;
mod ruling;
pub mod scope;
pub mod settings;
pub mod territory;
pub mod trial;
mod verdict;
pub mod waivers;

pub use facts::{Distribution, Facts, Use};
pub use file::{Form, Key, PolicyFile};
pub use gate::FailOn;
pub use jiff::civil::Date;
pub(crate) use message::nearest;
pub use message::quoted;
pub use presets::Preset;

use baseline::Baseline;
use choices::Choice;
use curations::Curation;
use custom::CustomRule;
use gate::Gate;
use held::Held;
use judgement::{Judgement, Prepared};
use lock::Lock;
use scope::Scope;
use settings::Settings;
use trial::Trial;
use waivers::Waiver;

/// What an organisation allows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    /// The file's own name for it.
    name: Option<Held<String>>,
    /// The files that it was read from, the lowest first.
    files: Vec<String>,
    preset: Option<Held<Preset>>,
    models: Vec<Held<String>>,
    settings: Settings,
    scopes: Vec<Scope>,
    /// Settings of the command line: above every scope.
    top: Settings,
    choices: Vec<Choice>,
    curations: Vec<Curation>,
    waivers: Vec<Waiver>,
    rules: Vec<CustomRule>,
    gate: Gate,
    trials: Vec<Trial>,
    locked: Vec<Held<String>>,
}

impl Policy {
    /// A policy that comes with licentia.
    pub fn preset(preset: Preset) -> Self {
        let at = held::of_preset(preset.as_str(), "preset", format!("\"{}\"", preset.as_str()));
        Self { preset: Some(Held::new(preset, at)), ..Self::default() }
    }

    /// What it is called in reports.
    pub fn name(&self) -> &str {
        self.name.as_ref().map_or(self.base().as_str(), |held| &held.value)
    }

    /// The user's own file; `None` for a preset.
    pub fn file(&self) -> Option<&str> {
        self.files.last().map(String::as_str)
    }

    /// Every file that it was read from, the lowest first.
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// The preset that it stands on.
    pub fn base(&self) -> Preset {
        self.preset.as_ref().map(|held| held.value).unwrap_or_default()
    }

    /// The models that it names: paths from the file that names them, and Hub IDs.
    pub fn models(&self) -> &[Held<String>] {
        &self.models
    }

    /// Its tests.
    pub fn trials(&self) -> &[Trial] {
        &self.trials
    }

    /// Its waivers.
    pub fn waivers(&self) -> &[Waiver] {
        &self.waivers
    }

    /// Its curations.
    pub fn curations(&self) -> &[Curation] {
        &self.curations
    }

    /// Its gate.
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// What it says for everything outside a scope, the settings of the command line among it.
    pub fn settings(&self) -> Settings {
        let mut settings = self.ground();
        settings.overlay(self.top.clone());
        settings
    }

    /// Whether the terms of datasets bind anything, in whatever scope.
    pub fn has_binding_datasets(&self) -> bool {
        let scopes = self.scopes.iter().map(|scope| scope.settings.datasets());
        scopes.chain([self.settings().datasets()]).any(|datasets| datasets == settings::Inheritance::Inherit)
    }

    /// The settings of the file, on the facts of the preset.
    fn ground(&self) -> Settings {
        let mut settings = Settings { facts: self.base().facts(), ..Settings::default() };
        settings.overlay(self.settings.clone());
        settings
    }

    /// The lowest level that closes the gate; `None` where nothing does.
    pub fn fail_on(&self) -> Option<Level> {
        match self.gate.fail_on.as_ref().map(|held| held.value) {
            Some(FailOn::Level(level)) => Some(level),
            Some(FailOn::Never) => None,
            None => self.base().fail_on(),
        }
    }

    /// Closes the gate at another level (`--fail-on`).
    pub fn set_fail_on(&mut self, fail_on: FailOn) {
        let at = crate::finding::PolicyPlace {
            file: "--fail-on".to_owned(),
            span: None,
            key: "gate.fail-on".to_owned(),
            value: fail_on.as_str().to_owned(),
        };
        self.gate.fail_on = Some(Held::new(fail_on, at));
    }
}

/// What a scan saw and holds, for judging.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// See [`crate::scan::Scan::sources`].
    pub sources: &'a [Source],
    /// See [`crate::scan::Scan::evidence`].
    pub evidence: &'a [Evidence],
    /// See [`crate::scan::Scan::classifications`].
    pub classifications: &'a [Option<Classification>],
    /// See [`crate::scan::Scan::gaps`].
    pub gaps: &'a [Gap],
    /// See [`crate::scan::Scan::facts`].
    pub facts: &'a [Fact],
    /// See [`crate::scan::Scan::lineage`].
    pub lineage: &'a Lineage,
    /// See [`crate::scan::Scan::digests`].
    pub digests: &'a [Digest],
}

impl<'a> Seen<'a> {
    /// What a finished scan saw.
    pub fn of(scan: &'a crate::scan::Scan) -> Self {
        Self {
            sources: &scan.sources,
            evidence: &scan.evidence,
            classifications: &scan.classifications,
            gaps: &scan.gaps,
            facts: &scan.facts,
            lineage: &scan.lineage,
            digests: &scan.digests,
        }
    }
}

/// What is known of a target beside what the user called it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetName {
    /// See [`Source::within`].
    pub within: Option<String>,
    /// See [`Source::named_in`].
    pub named_in: Vec<String>,
}

/// On what occasion it is judged.
#[derive(Clone, Copy, Debug, Default)]
pub struct Occasion<'a> {
    /// The day. Without it no waiver holds that has an end.
    pub today: Option<Date>,
    /// Whether everything was scanned that the policy speaks of, so that what matches nothing is unused.
    pub is_whole: bool,
    /// What more is known of each target, in their order; may be shorter than they are.
    pub targets: &'a [TargetName],
    /// Old findings that are shown and do not fail.
    pub baseline: Option<&'a Baseline>,
    /// What was concluded when somebody last agreed to it.
    pub lock: Option<&'a Lock>,
}

/// Judges every subject: sets its verdict and answers what the policy minds, sorted by level (worst last), subject,
/// name, message, place.
///
/// A subject's verdict is that of its effective licence joined with those of the findings about it; accepted findings do
/// not count. No subject is worse than allowed without a finding that says why.
pub fn evaluate(policy: &Policy, occasion: &Occasion<'_>, seen: &Seen<'_>, judged: &mut [Judged]) -> Vec<Finding> {
    let chosen: Vec<Vec<usize>> = judged
        .iter()
        .map(|judged| match seen.sources.get(judged.subject.source) {
            Some(source) => policy.scopes_of(source, &judged.subject),
            None => Vec::new(),
        })
        .collect();
    // A policy has few scopes, and most subjects lie in none.
    let mut settings: BTreeMap<&[usize], Settings> = BTreeMap::new();
    for scopes in &chosen {
        settings.entry(scopes).or_insert_with(|| policy.settings_in(scopes));
    }
    let prepared: Vec<Prepared<'_>> = judged
        .iter()
        .zip(&chosen)
        .filter_map(|(judged, scopes)| {
            let settings = settings.get(scopes.as_slice())?;
            Some(Prepared::new(policy, settings, scopes.clone(), judged, seen.facts))
        })
        .collect();
    let (mut findings, outcomes) = {
        let judgement = Judgement::new(policy, occasion, seen, judged, &prepared);
        let mut findings = Vec::new();
        for rule in rules::RULES {
            (rule.check)(&judgement, &mut findings);
        }
        rules::gather(&mut findings);
        verdict::complete(&judgement, &mut findings);
        // What was followed lends its terms to what was named, and is not asked about itself.
        findings.retain(|finding| !finding.subject.as_ref().is_some_and(|subject| is_followed(seen.sources, subject)));
        verdict::set_levels(&judgement, &mut findings);
        verdict::report_only(&judgement, &mut findings);
        waivers::apply(&judgement, &mut findings);
        if let Some(baseline) = occasion.baseline {
            baseline.apply(seen, &mut findings);
        }
        for rule in rules::AFTER {
            (rule.check)(&judgement, &mut findings);
        }
        let by_subject = verdict::by_subject(&findings);
        let own = |case: &judgement::Case<'_>| by_subject.get(case.subject()).map_or(&[][..], Vec::as_slice);
        let outcomes: Vec<_> = judgement.cases.iter().map(|case| verdict::outcome(policy, case, own(case))).collect();
        (findings, outcomes)
    };
    for ((judged, prepared), (verdict, decision)) in judged.iter_mut().zip(&prepared).zip(outcomes) {
        let is_asked = !is_followed(seen.sources, &judged.subject);
        judged.standing = Some(verdict);
        judged.verdict = is_asked.then_some(verdict);
        judged.decision = is_asked.then_some(decision);
        judged.effective.clone_from(&prepared.effective);
    }
    sort(&mut findings);
    findings
}

/// Whether a subject belongs to a source that nobody named.
fn is_followed(sources: &[Source], subject: &crate::subject::Subject) -> bool {
    sources.get(subject.source).is_some_and(|source| source.is_followed)
}

/// Puts findings in their order: by level (worst last), subject, name, message, place.
pub(crate) fn sort(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.level, finding.subject.clone(), finding.name);
        key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message)).then_with(|| a.locations.cmp(&b.locations))
    });
    findings.dedup();
}

/// Every kind of finding, by name.
pub fn finding_kinds() -> impl Iterator<Item = &'static FindingKind> {
    let mut kinds: Vec<&FindingKind> = rules::RULES.iter().chain(rules::AFTER).map(|rule| &rule.kind).collect();
    kinds.sort_by_key(|kind| kind.name);
    kinds.into_iter()
}

/// The kind of finding of that name, or that once had it.
pub fn finding_kind(name: &str) -> Option<&'static FindingKind> {
    let named = finding_kinds().find(|kind| kind.name == name);
    named.or_else(|| finding_kinds().find(|kind| kind.formerly.contains(&name)))
}

#[cfg(test)]
mod tests;
