//! The machine-readable report, `licentia.report/1`: everything that was seen, held and minded, each with an id.
//!
//! The shape is a contract (DESIGN §6, `schemas/report-1.schema.json`): keys are added, never renamed or removed, under
//! the same number. Ids are positions counted from 1: sources `src1`, subjects `s1`, evidence `e1`, gaps `g1`, facts
//! `f1`, lineage nodes `n1`; every `because` names ids of the same report.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::style::Style;
use super::classify::{Meaning, OutcomeWord};
use super::wire::{self, Place, id, words};
use super::Format;
use crate::evidence::{Claim, Evidence, TextKind};
use crate::fact::{Basis, Grade, Reason};
use crate::finding::{Level, Verdict};
use crate::gap::GapKind;
use crate::license::Expression;
use crate::lineage::{EdgeRelation, NodeKind, Relation};
use crate::location::Location;
use crate::scan::{Judged, RepositoryKind, Scan, SourceKind};
use crate::subject::{Role, Subject};

/// `-o json`.
pub(super) const FORMAT: Format = Format {
    name: "json",
    summary: "everything, machine-readable: licentia.report/1",
    extension: "json",
    is_for_people: false,
    write,
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

/// A licentia report.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "licentia.report/1")]
struct Report<'a> {
    /// Name and version of this contract: `licentia.report/1`.
    schema: &'static str,
    /// The program that wrote this.
    tool: Tool<'a>,
    /// The facts about licences that the answer rests on.
    database: Database<'a>,
    /// The policy; null for a scan that judges nothing.
    policy: Option<Policy<'a>>,
    /// The answer in short.
    summary: Summary,
    /// What was scanned.
    sources: Vec<Source<'a>>,
    /// What licences apply to, and what holds for each.
    subjects: Vec<SubjectRow>,
    /// What places say.
    evidence: Vec<EvidenceRow<'a>>,
    /// What could not be seen.
    gaps: Vec<GapRow<'a>>,
    /// What is held about subjects.
    facts: Vec<FactRow<'a>>,
    /// What was made from what.
    lineage: Lineage<'a>,
    /// What the policy minds.
    findings: Vec<FindingRow<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Tool<'a> {
    /// Always `licentia`.
    name: &'static str,
    version: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Database<'a> {
    /// Version and digest of the database.
    version: &'a str,
    /// Version of the SPDX licence list.
    spdx_list: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Policy<'a> {
    name: &'a str,
    /// Path of the policy file; null for a preset.
    file: Option<&'a str>,
    /// The lowest level that fails; null where nothing does.
    fail_on: Option<LevelWord>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Summary {
    /// The worst verdict; null where nothing was judged.
    verdict: Option<VerdictWord>,
    /// The exit status of the program.
    exit_code: u8,
    /// Whether something could not be seen, so that a pass cannot be trusted.
    incomplete: bool,
    counts: Counts,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Counts {
    sources: usize,
    files: u64,
    subjects: usize,
    evidence: usize,
    gaps: usize,
    facts: usize,
    /// Findings of level error that nobody accepted.
    errors: usize,
    /// Findings of level warning that nobody accepted.
    warnings: usize,
    /// Findings of level note that nobody accepted.
    notes: usize,
    /// Findings that somebody accepted.
    waived: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Source<'a> {
    id: String,
    /// As the user named it.
    target: &'a str,
    kind: SourceWord,
    /// `org/name`, where the tree says so.
    repository: Option<&'a str>,
    repository_kind: RepositoryWord,
    /// Commit, where the tree says so.
    revision: Option<&'a str>,
    /// Files seen.
    files: u64,
    /// Bytes read of them.
    bytes_read: u64,
    /// Directories left out on purpose.
    skipped: &'a [String],
}

#[derive(Debug, Serialize, JsonSchema)]
struct SubjectRow {
    id: String,
    /// What the repository holds.
    kind: RepositoryWord,
    role: RoleWord,
    /// Id of the source.
    source: String,
    revision: Option<String>,
    /// Directory in the source; empty for the root.
    path: String,
    /// SPDX expression of what fields declare.
    declared: Option<String>,
    /// SPDX expression of what texts, headers and notices say.
    observed: Option<String>,
    /// SPDX expression of what follows from both.
    concluded: Option<String>,
    /// SPDX expression with what flows down from ancestors.
    effective: Option<String>,
    /// Null in a scan that judges nothing.
    verdict: Option<VerdictWord>,
    /// Ids of evidence, gaps, facts and sources.
    because: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct EvidenceRow<'a> {
    id: String,
    location: Place<'a>,
    scope: Scope<'a>,
    claim: ClaimRow<'a>,
    /// The words themselves, cut where they are long.
    quote: &'a str,
    /// The extractor that read it.
    by: &'static str,
    /// What the statement means; null where it is no licence statement.
    classification: Option<Meaning<'a>>,
}

/// What the statement says it is about.
#[derive(Debug, Serialize, JsonSchema)]
struct Scope<'a> {
    role: Option<RoleWord>,
    directory: &'a str,
    file: Option<&'a str>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ClaimRow<'a> {
    #[schemars(extend("enum" = ["license", "license-name", "license-link", "expression", "text", "parent", "dataset", "eu-disallowed", "gated"]))]
    kind: &'static str,
    /// The word, name, link, expression or reference as written; for a text the SHA-256 of its bytes.
    value: Option<&'a str>,
    /// For a text: what kind of passage it is.
    text_kind: Option<TextWord>,
    /// For a parent: how the child was made from it.
    relation: Option<RelationWord>,
    /// For a parent: the commit or tag, where stated.
    revision: Option<&'a str>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct GapRow<'a> {
    id: String,
    kind: GapWord,
    location: Place<'a>,
    /// What happened, the limit or error, and what to do.
    detail: &'a str,
    /// Whether the scan is incomplete because of it.
    makes_incomplete: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
struct FactRow<'a> {
    id: String,
    /// Id of the subject.
    subject: String,
    basis: BasisWord,
    /// SPDX expression; null where the statement names no single licence.
    expression: Option<String>,
    outcome: OutcomeWord,
    /// Where several licences fit: all of them, likeliest first.
    candidates: &'a [String],
    grade: GradeWord,
    /// Ids of evidence, gaps, facts and sources.
    because: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Lineage<'a> {
    nodes: Vec<NodeRow<'a>>,
    edges: Vec<EdgeRow>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct NodeRow<'a> {
    id: String,
    reference: &'a str,
    kind: NodeWord,
    /// Id of the source, where it was scanned.
    source: Option<String>,
    revision: Option<&'a str>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct EdgeRow {
    /// Id of a node.
    child: String,
    /// Id of a node.
    parent: String,
    relation: EdgeWord,
    /// Ids of evidence.
    because: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct FindingRow<'a> {
    /// The word that names it everywhere; `licentia explain` takes it.
    name: &'static str,
    level: LevelWord,
    verdict: VerdictWord,
    /// Id of the subject; null for a finding about the whole scan.
    subject: Option<String>,
    message: &'a str,
    /// Where to look, most telling first.
    locations: Vec<Place<'a>>,
    /// Ids of evidence, gaps, facts and sources.
    because: Vec<String>,
    help: &'a str,
    /// The reason somebody gave for accepting it; null where nobody did.
    waived: Option<&'a str>,
}

words!(VerdictWord = Verdict { Allow, Review, Unknown, Deny });
words!(LevelWord = Level { Note, Warning, Error });
words!(SourceWord = SourceKind { Directory, File, HubCache, Memory });
words!(RepositoryWord = RepositoryKind { Model, Dataset, Space });
words!(RoleWord = Role { Weights, Adapter, Data, Code, Tokenizer, Component, Documentation });
words!(TextWord = TextKind { LicenseFile, Notice, UsePolicy, GatedPrompt, CardSection, CardStatement, Header, Field });
words!(RelationWord = Relation {
    Finetune, Adapter, Quantized, Merge, Distilled, Component, RemoteCode, Unstated
});
words!(GapWord = GapKind {
    Unreadable, Malformed, Truncated, NotFetched, Unsupported, OutsideRoot, Empty, NotInspected
});
words!(BasisWord = Basis { Declared, Observed, Concluded, Inherited });
words!(GradeWord = Grade { Text, Tag, Label, Prose });

/// What stands at a node.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
enum NodeWord {
    Model,
    Dataset,
    Unresolved,
}

/// How a child was made from its parent.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline, extend("enum" = ["finetune", "adapter", "quantized", "merge", "distilled", "component", "remote-code", "unstated", "trained-on"]))]
struct EdgeWord(&'static str);

impl From<NodeKind> for NodeWord {
    fn from(kind: NodeKind) -> Self {
        match kind {
            NodeKind::Model => Self::Model,
            NodeKind::Dataset => Self::Dataset,
            NodeKind::Unresolved => Self::Unresolved,
        }
    }
}

impl From<EdgeRelation> for EdgeWord {
    fn from(relation: EdgeRelation) -> Self {
        Self(relation.as_str())
    }
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
    let of_level =
        |level| scan.findings.iter().filter(|finding| finding.waived.is_none() && finding.level == level).count();
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
        },
    }
}

fn sources(scan: &Scan) -> Vec<Source<'_>> {
    let rows = scan.sources.iter().enumerate().map(|(index, source)| Source {
        id: id("src", index),
        target: &source.target,
        kind: source.kind.into(),
        repository: source.repository.as_deref(),
        repository_kind: source.repository_kind.into(),
        revision: source.revision.as_deref(),
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
            ClaimRow { text_kind: Some((*kind).into()), ..plain("text", Some(text.as_str())) }
        }
        Claim::Parent { reference, relation, revision } => ClaimRow {
            relation: Some((*relation).into()),
            revision: revision.as_deref(),
            ..plain("parent", Some(reference))
        },
        Claim::Dataset(reference) => plain("dataset", Some(reference)),
        Claim::EuDisallowed => plain("eu-disallowed", None),
        Claim::Gated => plain("gated", None),
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
        waived: finding.waived.as_deref(),
    });
    rows.collect()
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
        let top: Vec<&str> =
            text.lines().filter_map(|line| line.strip_prefix("  \"")).filter_map(|line| line.split('"').next()).collect();
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
