//! The rows of a scan, in the order of their lists: what `json` writes as one document and `ndjson` line by line.

use std::collections::{BTreeMap, BTreeSet};

use super::classify::Meaning;
use super::explain;
use super::rows::{
    ClaimRow, Counts, Database, DecisionRow, DutyRow, EdgeRow, EvidenceRow, FactRow, FindingRow, GapRow, GroundRow,
    HubRow, LevelWord, LicenseDecisionRow, NodeRow, Policy, PolicyPlaceRow, RejectedRow, RelationWord, RoleWord, Scope,
    Source, SubjectRow, Summary, TextWord, Tool, VerdictWord,
};
use super::wire::{Place, id};
use crate::evidence::{Claim, Evidence};
use crate::fact::Reason;
use crate::finding::{Level, PolicyPlace, Verdict};
use crate::license::Expression;
use crate::location::Location;
use crate::scan::{Decision, DecisionGround, Judged, LicenseDecision, RepositoryKind, Scan};
use crate::subject::Subject;

/// The program that writes.
pub(super) fn tool(scan: &Scan) -> Tool<'_> {
    Tool { name: "licentia", version: &scan.versions.tool }
}

/// The facts about licences that the answer rests on.
pub(super) fn database(scan: &Scan) -> Database<'_> {
    Database { version: &scan.versions.database, spdx_list: &scan.versions.spdx_list }
}

/// The policy; `None` for a scan that judges nothing.
pub(super) fn policy(scan: &Scan) -> Option<Policy<'_>> {
    scan.policy.as_ref().map(|policy| Policy {
        name: &policy.name,
        file: policy.file.as_deref(),
        layers: &policy.layers,
        fail_on: scan.fail_on.map(LevelWord::from),
    })
}

/// The answer in short.
pub(super) fn summary(scan: &Scan, subjects: &Subjects<'_>) -> Summary {
    let of_level = |level| scan.findings.iter().filter(|finding| finding.is_open() && finding.level == level).count();
    Summary {
        verdict: scan.verdict().map(VerdictWord::from),
        exit_code: scan.exit_code(),
        incomplete: scan.is_incomplete(),
        counts: Counts {
            sources: scan.sources.len(),
            files: scan.sources.iter().map(|source| source.files).sum(),
            subjects: subjects.all.len(),
            evidence: scan.evidence.len(),
            gaps: scan.gaps.len(),
            facts: scan.facts.len(),
            errors: of_level(Level::Error),
            warnings: of_level(Level::Warning),
            notes: of_level(Level::Note),
            waived: scan.findings.iter().filter(|finding| finding.waived.is_some()).count(),
            existing: scan.findings.iter().filter(|finding| finding.is_existing).count(),
        },
    }
}

/// What was scanned.
pub(super) fn sources(scan: &Scan) -> impl Iterator<Item = Source<'_>> {
    scan.sources.iter().enumerate().map(|(index, source)| Source {
        id: id("src", index),
        target: &source.target,
        within: source.within.as_deref(),
        named_in: &source.named_in,
        kind: source.kind.into(),
        repository: source.repository.as_deref(),
        repository_kind: source.repository_kind.into(),
        revision: source.revision.as_deref(),
        hub: source.hub.as_ref().map(|hub| HubRow {
            renamed_from: hub.renamed_from.as_deref(),
            asked_revision: hub.asked_revision.as_deref(),
            gated: hub.is_gated,
            private: hub.is_private,
        }),
        followed: source.is_followed,
        files: source.files,
        bytes_read: source.bytes_read,
        skipped: &source.skipped,
    })
}

/// Every subject of the scan with its position: those that were put together first, then any other that a fact or a
/// finding names, so that every reference has a row to point at.
pub(super) struct Subjects<'a> {
    all: Vec<&'a Subject>,
    /// The first position of each.
    positions: BTreeMap<&'a Subject, usize>,
}

impl<'a> Subjects<'a> {
    /// Those of a scan.
    pub(super) fn of(scan: &'a Scan) -> Self {
        let mut all: Vec<&Subject> = scan.judged.iter().map(|judged| &judged.subject).collect();
        let judged: BTreeSet<&Subject> = all.iter().copied().collect();
        let named = scan.facts.iter().map(|fact| &fact.subject);
        let named = named.chain(scan.findings.iter().filter_map(|finding| finding.subject.as_ref()));
        let others: BTreeSet<&Subject> = named.filter(|subject| !judged.contains(subject)).collect();
        all.extend(others);
        let mut positions = BTreeMap::new();
        for (index, subject) in all.iter().enumerate() {
            positions.entry(*subject).or_insert(index);
        }
        Self { all, positions }
    }

    fn id(&self, subject: &Subject) -> String {
        id("s", self.positions.get(subject).copied().unwrap_or(self.all.len()))
    }

    /// What licences apply to, and what holds for each.
    pub(super) fn rows(&self, scan: &Scan) -> impl Iterator<Item = SubjectRow> {
        self.all.iter().enumerate().map(move |(index, subject)| {
            let source = scan.sources.get(subject.source);
            let judged = scan.judged.get(index);
            let expression = |view: fn(&Judged) -> &Option<Expression>| {
                judged.and_then(|judged| view(judged).as_ref()).map(Expression::to_string)
            };
            SubjectRow {
                id: id("s", index),
                kind: source.map_or(RepositoryKind::Model, |source| source.repository_kind).into(),
                role: subject.role.into(),
                source: id("src", subject.source),
                revision: source.and_then(|source| source.revision.clone()),
                path: subject.path.clone(),
                declared: expression(|judged| &judged.declared),
                observed: expression(|judged| &judged.observed),
                concluded: expression(|judged| &judged.concluded),
                effective: expression(|judged| &judged.effective),
                verdict: judged.and_then(|judged| judged.verdict).map(VerdictWord::from),
                decision: judged.and_then(|judged| judged.decision.as_ref()).map(decision),
                because: judged.map_or_else(Vec::new, |judged| because(&judged.because)),
            }
        })
    }
}

/// What places say.
pub(super) fn evidence(scan: &Scan) -> impl Iterator<Item = EvidenceRow<'_>> {
    scan.evidence.iter().enumerate().map(move |(index, found)| one_evidence(scan, index, found))
}

fn one_evidence<'a>(scan: &'a Scan, index: usize, evidence: &'a Evidence) -> EvidenceRow<'a> {
    let classification = scan.classifications.get(index).and_then(Option::as_ref);
    EvidenceRow {
        id: id("e", index),
        location: Place::of(&evidence.at),
        scope: Scope {
            role: evidence.scope.role.map(RoleWord::from),
            directory: &evidence.scope.directory,
            file: evidence.scope.file.as_deref(),
        },
        claim: claim(&evidence.claim),
        quote: &evidence.quote,
        by: evidence.by,
        classification: classification.map(Meaning::of),
    }
}

fn claim(claim: &Claim) -> ClaimRow<'_> {
    let plain = |kind, value| ClaimRow { kind, value, text_kind: None, relation: None, revision: None };
    match claim {
        Claim::License(word) => plain("license", Some(word)),
        Claim::LicenseName(name) => plain("license-name", Some(name)),
        Claim::LicenseLink(link) => plain("license-link", Some(link)),
        Claim::Expression(expression) => plain("expression", Some(expression)),
        Claim::Text { text, kind } => {
            ClaimRow { text_kind: Some(TextWord::from(*kind)), ..plain("text", Some(text.as_str())) }
        }
        Claim::Parent { reference, relation, revision } => ClaimRow {
            relation: Some(RelationWord::from(*relation)),
            revision: revision.as_deref(),
            ..plain("parent", Some(reference))
        },
        Claim::Dataset(reference) => plain("dataset", Some(reference)),
        Claim::EuDisallowed => plain("eu-disallowed", None),
        Claim::Gated => plain("gated", None),
        Claim::Display(words) => plain("display", Some(words)),
        Claim::PolicyLink(link) => plain("policy-link", Some(link)),
        Claim::Copyright(line) => plain("copyright", Some(line)),
        Claim::Change(words) => plain("change", Some(words)),
    }
}

/// What could not be seen.
pub(super) fn gaps(scan: &Scan) -> impl Iterator<Item = GapRow<'_>> {
    scan.gaps.iter().enumerate().map(|(index, gap)| GapRow {
        id: id("g", index),
        kind: gap.kind.into(),
        location: Place::of(&gap.at),
        detail: &gap.detail,
        makes_incomplete: gap.kind.makes_incomplete(),
    })
}

/// What is held about subjects.
pub(super) fn facts<'a>(scan: &'a Scan, subjects: &Subjects<'_>) -> impl Iterator<Item = FactRow<'a>> {
    scan.facts.iter().enumerate().map(move |(index, fact)| FactRow {
        id: id("f", index),
        subject: subjects.id(&fact.subject),
        basis: fact.basis.into(),
        expression: fact.expression.as_ref().map(Expression::to_string),
        outcome: fact.outcome.into(),
        candidates: &fact.candidates,
        grade: fact.grade.into(),
        because: because(&fact.because),
    })
}

/// The members of the family.
pub(super) fn nodes(scan: &Scan) -> impl Iterator<Item = NodeRow<'_>> {
    scan.lineage.nodes.iter().enumerate().map(move |(index, node)| NodeRow {
        id: id("n", index),
        reference: &node.reference,
        kind: node.kind.into(),
        source: node.source.map(|source| id("src", source)),
        revision: node.revision.as_deref(),
        license: scan.main_of(node).and_then(|judged| judged.concluded.as_ref()).map(Expression::to_string),
        verdict: scan.main_of(node).and_then(|judged| judged.standing).map(VerdictWord::from),
    })
}

/// What was made from what.
pub(super) fn edges(scan: &Scan) -> impl Iterator<Item = EdgeRow> {
    scan.lineage.edges.iter().map(|edge| EdgeRow {
        child: id("n", edge.child),
        parent: id("n", edge.parent),
        relation: edge.relation.into(),
        because: edge.because.iter().map(|&index| id("e", index)).collect(),
    })
}

/// What the policy minds.
pub(super) fn findings<'a>(scan: &'a Scan, subjects: &Subjects<'_>) -> impl Iterator<Item = FindingRow<'a>> {
    scan.findings.iter().map(move |finding| FindingRow {
        name: finding.name,
        level: finding.level.into(),
        verdict: finding.verdict.into(),
        subject: finding.subject.as_ref().map(|subject| subjects.id(subject)),
        message: &finding.message,
        locations: finding.locations.iter().map(|location: &Location| Place::of(location)).collect(),
        because: because(&finding.because),
        help: &finding.help,
        license: finding.license.as_deref(),
        policy: finding.policy.iter().map(policy_place).collect(),
        waived: finding.waived.as_deref(),
        existing: finding.is_existing,
    })
}

fn decision(decision: &Decision) -> DecisionRow {
    let places = |places: &[PolicyPlace]| places.iter().map(policy_place).collect();
    let ground = |ground: &DecisionGround| GroundRow {
        words: ground.words.clone(),
        verdict: ground.verdict.into(),
        missing: ground.missing,
        policy: places(&ground.policy),
    };
    let license = |license: &LicenseDecision| LicenseDecisionRow {
        license: license.license.clone(),
        verdict: license.verdict.into(),
        grounds: license.grounds.iter().map(ground).collect(),
        duties: license.duties.iter().map(|term| duty(term)).collect(),
        because: because(&license.because),
    };
    let rejected = |(expression, verdict): &(String, Verdict)| RejectedRow {
        expression: expression.clone(),
        verdict: (*verdict).into(),
    };
    DecisionRow {
        scopes: places(&decision.scopes),
        choices: places(&decision.choices),
        licenses: decision.licenses.iter().map(license).collect(),
        rejected: decision.rejected.iter().map(rejected).collect(),
    }
}

fn duty(term: &'static license_db::Term) -> DutyRow {
    DutyRow { term: term.kind.as_str(), words: explain::term_in_words(term), source: term.source }
}

fn policy_place(place: &PolicyPlace) -> PolicyPlaceRow {
    PolicyPlaceRow {
        file: place.file.clone(),
        start_line: place.span.map(|span| span.start_line),
        start_column: place.span.map(|span| span.start_column),
        key: place.key.clone(),
        value: place.value.clone(),
    }
}

fn because(reasons: &[Reason]) -> Vec<String> {
    let ids = reasons.iter().map(|reason| match *reason {
        Reason::Evidence(index) => id("e", index),
        Reason::Gap(index) => id("g", index),
        Reason::Fact(index) => id("f", index),
        Reason::Searched(index) => id("src", index),
    });
    ids.collect()
}
