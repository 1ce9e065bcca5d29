//! The machine-readable report, `licentia.report/1`: everything that was seen, held and minded, each with an id.
//!
//! The shape is a contract (DESIGN §6, `schemas/report-1.schema.json`): keys are added, never renamed or removed, under
//! the same number. Ids are positions counted from 1: sources `src1`, subjects `s1`, evidence `e1`, gaps `g1`, facts
//! `f1`, lineage nodes `n1`; every `because` names ids of the same report.

use std::io::{self, Write};

use super::Format;
use super::classify::Meaning;
use super::explain;
use super::rows::{
    ClaimRow, Counts, Database, DecisionRow, DutyRow, EdgeRow, EvidenceRow, FactRow, FindingRow, GapRow, GroundRow,
    HubRow, LevelWord, LicenseDecisionRow, Lineage, NodeRow, Policy, PolicyPlaceRow, RejectedRow, RelationWord, Report,
    RoleWord, Scope, Source, SubjectRow, Summary, TextWord, Tool, VerdictWord,
};
use super::style::Style;
use super::wire::{self, Place, id};
use crate::evidence::{Claim, Evidence};
use crate::fact::Reason;
use crate::finding::{Level, PolicyPlace, Verdict};
use crate::license::Expression;
use crate::location::Location;
use crate::scan::{Decision, DecisionGround, Judged, LicenseDecision, RepositoryKind, Scan};
use crate::subject::Subject;

/// `-o json`.
pub(super) const FORMAT: Format = Format {
    name: "json",
    summary: "everything, machine-readable: licentia.report/1",
    extension: "json",
    is_for_people: false,
    write,
    files: None,
};

/// Name and version of the contract.
pub const SCHEMA: &str = "licentia.report/1";

/// The JSON Schema of this report, as it stands in `schemas/report-1.schema.json`.
pub fn schema() -> serde_json::Value {
    wire::schema_of::<Report<'_>>()
}

fn write(scan: &Scan, _: &Style, out: &mut dyn Write) -> io::Result<()> {
    wire::write_document(&report(scan), out)
}

fn report(scan: &Scan) -> Report<'_> {
    let subjects = Subjects::of(scan);
    Report {
        schema: SCHEMA,
        tool: Tool { name: "licentia", version: &scan.versions.tool },
        database: Database { version: &scan.versions.database, spdx_list: &scan.versions.spdx_list },
        policy: scan.policy.as_ref().map(|policy| Policy {
            name: &policy.name,
            file: policy.file.as_deref(),
            layers: &policy.layers,
            fail_on: scan.fail_on.map(LevelWord::from),
        }),
        summary: summary(scan, &subjects),
        sources: sources(scan),
        subjects: subjects.rows(scan),
        evidence: scan.evidence.iter().enumerate().map(|(index, found)| evidence(scan, index, found)).collect(),
        gaps: gaps(scan),
        facts: facts(scan, &subjects),
        lineage: lineage(scan),
        findings: findings(scan, &subjects),
    }
}

fn summary(scan: &Scan, subjects: &Subjects<'_>) -> Summary {
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

fn sources(scan: &Scan) -> Vec<Source<'_>> {
    let rows = scan.sources.iter().enumerate().map(|(index, source)| Source {
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
    });
    rows.collect()
}

/// Every subject of the scan with its position: those that were put together first, then any other that a fact or a
/// finding names, so that every reference has a row to point at.
struct Subjects<'a> {
    all: Vec<&'a Subject>,
}

impl<'a> Subjects<'a> {
    fn of(scan: &'a Scan) -> Self {
        let mut all: Vec<&Subject> = scan.judged.iter().map(|judged| &judged.subject).collect();
        let named = scan.facts.iter().map(|fact| &fact.subject);
        let named = named.chain(scan.findings.iter().filter_map(|finding| finding.subject.as_ref()));
        let others: std::collections::BTreeSet<&Subject> = named.filter(|subject| !all.contains(subject)).collect();
        all.extend(others);
        Self { all }
    }

    fn id(&self, subject: &Subject) -> String {
        id("s", self.all.iter().position(|known| *known == subject).unwrap_or(self.all.len()))
    }

    fn rows(&self, scan: &Scan) -> Vec<SubjectRow> {
        let rows = self.all.iter().enumerate().map(|(index, subject)| {
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
        });
        rows.collect()
    }
}

fn evidence<'a>(scan: &'a Scan, index: usize, evidence: &'a Evidence) -> EvidenceRow<'a> {
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

fn gaps(scan: &Scan) -> Vec<GapRow<'_>> {
    let rows = scan.gaps.iter().enumerate().map(|(index, gap)| GapRow {
        id: id("g", index),
        kind: gap.kind.into(),
        location: Place::of(&gap.at),
        detail: &gap.detail,
        makes_incomplete: gap.kind.makes_incomplete(),
    });
    rows.collect()
}

fn facts<'a>(scan: &'a Scan, subjects: &Subjects<'_>) -> Vec<FactRow<'a>> {
    let rows = scan.facts.iter().enumerate().map(|(index, fact)| FactRow {
        id: id("f", index),
        subject: subjects.id(&fact.subject),
        basis: fact.basis.into(),
        expression: fact.expression.as_ref().map(Expression::to_string),
        outcome: fact.outcome.into(),
        candidates: &fact.candidates,
        grade: fact.grade.into(),
        because: because(&fact.because),
    });
    rows.collect()
}

fn lineage(scan: &Scan) -> Lineage<'_> {
    let nodes = scan.lineage.nodes.iter().enumerate().map(|(index, node)| NodeRow {
        id: id("n", index),
        reference: &node.reference,
        kind: node.kind.into(),
        source: node.source.map(|source| id("src", source)),
        revision: node.revision.as_deref(),
        license: scan.main_of(node).and_then(|judged| judged.concluded.as_ref()).map(Expression::to_string),
        verdict: scan.main_of(node).and_then(|judged| judged.standing).map(VerdictWord::from),
    });
    let edges = scan.lineage.edges.iter().map(|edge| EdgeRow {
        child: id("n", edge.child),
        parent: id("n", edge.parent),
        relation: edge.relation.into(),
        because: edge.because.iter().map(|&index| id("e", index)).collect(),
    });
    Lineage { nodes: nodes.collect(), edges: edges.collect() }
}

fn findings<'a>(scan: &'a Scan, subjects: &Subjects<'_>) -> Vec<FindingRow<'a>> {
    let rows = scan.findings.iter().map(|finding| FindingRow {
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
    });
    rows.collect()
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::report::escape::is_obeyed;
    use crate::report::sample;

    fn written(scan: &Scan) -> String {
        let mut out = Vec::new();
        write(scan, &Style::default(), &mut out).expect("memory takes everything");
        String::from_utf8(out).expect("JSON is UTF-8")
    }

    fn read(scan: &Scan) -> Value {
        serde_json::from_str(&written(scan)).expect("valid JSON")
    }

    #[test]
    fn the_keys_of_the_contract_stand_in_their_order() {
        let text = written(&sample::scan());
        let top: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("  \""))
            .filter_map(|line| line.split('"').next())
            .collect();
        let contract = [
            "schema", "tool", "database", "policy", "summary", "sources", "subjects", "evidence", "gaps", "facts",
            "lineage", "findings",
        ];
        assert_eq!(top, contract);
        assert!(text.ends_with("}\n") && text.starts_with("{\n  \"schema\": \"licentia.report/1\",\n"));
    }

    #[test]
    fn every_report_follows_the_schema() {
        let schema = jsonschema::validator_for(&schema()).expect("a schema");
        let mut nothing = sample::unjudged();
        nothing.sources.clear();
        nothing.judged.clear();
        for scan in [sample::scan(), sample::unjudged(), sample::hostile(), nothing] {
            let report = read(&scan);
            let errors: Vec<String> = schema.iter_errors(&report).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{errors:#?}");
        }
    }

    #[test]
    fn the_summary_says_what_the_exit_status_says() {
        let report = read(&sample::scan());
        assert_eq!(report["summary"]["verdict"], "deny");
        assert_eq!(report["summary"]["exit_code"], 1);
        assert_eq!(report["summary"]["incomplete"], true);
        assert_eq!(read(&sample::unjudged())["summary"]["verdict"], Value::Null);
    }

    #[test]
    fn every_because_names_an_id_of_the_same_report() {
        let report = read(&sample::scan());
        let mut ids = BTreeSet::new();
        let mut named = BTreeSet::new();
        collect(&report, &mut ids, &mut named);
        assert!(named.contains("f1") && named.contains("e3"), "{named:?}");
        assert!(named.is_subset(&ids), "{named:?} in {ids:?}");
    }

    fn collect(value: &Value, ids: &mut BTreeSet<String>, named: &mut BTreeSet<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| collect(item, ids, named)),
            Value::Object(fields) => {
                for (key, field) in fields {
                    match (key.as_str(), field) {
                        ("id", Value::String(id)) => {
                            ids.insert(id.clone());
                        }
                        ("because", Value::Array(items)) => {
                            named.extend(items.iter().filter_map(Value::as_str).map(str::to_owned));
                        }
                        ("source" | "subject" | "child" | "parent", Value::String(id)) => {
                            named.insert(id.clone());
                        }
                        _ => collect(field, ids, named),
                    }
                }
            }
            _ => {}
        }
    }

    #[test]
    fn a_subject_that_only_a_finding_names_gets_a_row() {
        let mut scan = sample::scan();
        scan.judged.clear();
        let report = read(&scan);
        assert_eq!(report["subjects"].as_array().map(Vec::len), Some(2));
        assert_eq!(report["findings"][0]["subject"], "s1");
        assert_eq!(report["subjects"][0]["effective"], Value::Null);
    }

    #[test]
    fn no_word_of_a_model_acts_through_the_report() {
        let text = written(&sample::hostile());
        assert!(!text.chars().any(|character| character != '\n' && is_obeyed(character)), "{text}");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
        assert!(!text.contains("##["), "{text}");
    }

    #[test]
    fn the_same_scan_gives_the_same_bytes() {
        let first = written(&sample::scan());
        assert!((0..20).all(|_| written(&sample::scan()) == first));
    }
}
