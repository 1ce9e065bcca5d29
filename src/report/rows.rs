//! The rows of `licentia.report/1`: the types that its schema is generated from.

use schemars::JsonSchema;
use serde::Serialize;

use super::classify::{Meaning, OutcomeWord};
use super::wire::{Place, words};
use crate::evidence::TextKind;
use crate::fact::{Basis, Grade};
use crate::finding::{Level, Verdict};
use crate::gap::GapKind;
use crate::lineage::{EdgeRelation, NodeKind, Relation};
use crate::scan::{RepositoryKind, SourceKind};
use crate::subject::Role;

/// A licentia report.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "licentia.report/1")]
pub(super) struct Report<'a> {
    /// Name and version of this contract: `licentia.report/1`.
    pub(super) schema: &'static str,
    /// The program that wrote this.
    pub(super) tool: Tool<'a>,
    /// The facts about licences that the answer rests on.
    pub(super) database: Database<'a>,
    /// The policy; null for a scan that judges nothing.
    pub(super) policy: Option<Policy<'a>>,
    /// The answer in short.
    pub(super) summary: Summary,
    /// What was scanned.
    pub(super) sources: Vec<Source<'a>>,
    /// What licences apply to, and what holds for each.
    pub(super) subjects: Vec<SubjectRow>,
    /// What places say.
    pub(super) evidence: Vec<EvidenceRow<'a>>,
    /// What could not be seen.
    pub(super) gaps: Vec<GapRow<'a>>,
    /// What is held about subjects.
    pub(super) facts: Vec<FactRow<'a>>,
    /// What was made from what.
    pub(super) lineage: Lineage<'a>,
    /// What the policy minds.
    pub(super) findings: Vec<FindingRow<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Tool<'a> {
    /// Always `licentia`.
    pub(super) name: &'static str,
    pub(super) version: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Database<'a> {
    /// Version and digest of the database.
    pub(super) version: &'a str,
    /// Version of the SPDX licence list.
    pub(super) spdx_list: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Policy<'a> {
    pub(super) name: &'a str,
    /// Path of the policy file; null for a preset.
    pub(super) file: Option<&'a str>,
    /// Every file that it was read from, the lowest first.
    pub(super) layers: &'a [String],
    /// The lowest level that fails; null where nothing does.
    pub(super) fail_on: Option<LevelWord>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Summary {
    /// The worst verdict; null where nothing was judged.
    pub(super) verdict: Option<VerdictWord>,
    /// The exit status of the program.
    pub(super) exit_code: u8,
    /// Whether something could not be seen, so that a pass cannot be trusted.
    pub(super) incomplete: bool,
    pub(super) counts: Counts,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Counts {
    pub(super) sources: usize,
    pub(super) files: u64,
    pub(super) subjects: usize,
    pub(super) evidence: usize,
    pub(super) gaps: usize,
    pub(super) facts: usize,
    /// Findings of level error that nobody accepted.
    pub(super) errors: usize,
    /// Findings of level warning that nobody accepted.
    pub(super) warnings: usize,
    /// Findings of level note that nobody accepted.
    pub(super) notes: usize,
    /// Findings that somebody accepted.
    pub(super) waived: usize,
    /// Findings that the baseline holds, of any level.
    pub(super) existing: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Source<'a> {
    pub(super) id: String,
    /// As the user named it.
    pub(super) target: &'a str,
    /// Its path from the root of the project, where it lies below.
    pub(super) within: Option<&'a str>,
    /// The lines that name it, where the user did not.
    pub(super) named_in: &'a [String],
    pub(super) kind: SourceWord,
    /// `org/name`, where the tree says so.
    pub(super) repository: Option<&'a str>,
    pub(super) repository_kind: RepositoryWord,
    /// Commit, where the tree says so.
    pub(super) revision: Option<&'a str>,
    /// What the Hub says of the repository, where it was asked.
    pub(super) hub: Option<HubRow<'a>>,
    /// Whether it was opened only because something that was named was made from it.
    pub(super) followed: bool,
    /// Files seen.
    pub(super) files: u64,
    /// Bytes read of them.
    pub(super) bytes_read: u64,
    /// Directories left out on purpose.
    pub(super) skipped: &'a [String],
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct HubRow<'a> {
    /// The name that was asked for, where the Hub has moved the repository to another.
    pub(super) renamed_from: Option<&'a str>,
    /// The branch, tag or commit that was asked for.
    pub(super) asked_revision: Option<&'a str>,
    /// Whether its files are only given to those who were let in.
    pub(super) gated: bool,
    pub(super) private: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SubjectRow {
    pub(super) id: String,
    /// What the repository holds.
    pub(super) kind: RepositoryWord,
    pub(super) role: RoleWord,
    /// Id of the source.
    pub(super) source: String,
    pub(super) revision: Option<String>,
    /// Directory in the source; empty for the root.
    pub(super) path: String,
    /// SPDX expression of what fields declare.
    pub(super) declared: Option<String>,
    /// SPDX expression of what texts, headers and notices say.
    pub(super) observed: Option<String>,
    /// SPDX expression of what follows from both.
    pub(super) concluded: Option<String>,
    /// SPDX expression with what flows down from ancestors.
    pub(super) effective: Option<String>,
    /// Null in a scan that judges nothing.
    pub(super) verdict: Option<VerdictWord>,
    /// How the verdict came about; null in a scan that judges nothing.
    pub(super) decision: Option<DecisionRow>,
    /// Ids of evidence, gaps, facts and sources.
    pub(super) because: Vec<String>,
}

/// How a verdict came about.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DecisionRow {
    /// Scopes of the policy that mean the subject, the weakest first.
    pub(super) scopes: Vec<PolicyPlaceRow>,
    /// Choices of the policy that were made.
    pub(super) choices: Vec<PolicyPlaceRow>,
    /// Licences that bind.
    pub(super) licenses: Vec<LicenseDecisionRow>,
    /// Branches of choices that were not taken.
    pub(super) rejected: Vec<RejectedRow>,
}

/// The verdict on one licence that binds.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LicenseDecisionRow {
    /// SPDX identifier, with its exception.
    pub(super) license: String,
    /// The worst of the grounds.
    pub(super) verdict: VerdictWord,
    /// Why.
    pub(super) grounds: Vec<GroundRow>,
    /// What it asks of those who pass it on or show it.
    pub(super) duties: Vec<DutyRow>,
    /// Ids of facts.
    pub(super) because: Vec<String>,
}

/// One ground of a verdict.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct GroundRow {
    /// A clause.
    pub(super) words: String,
    /// What it makes of the licence.
    pub(super) verdict: VerdictWord,
    /// The key of the fact that would decide it and is not stated.
    pub(super) missing: Option<&'static str>,
    /// What the policy says that makes it so.
    pub(super) policy: Vec<PolicyPlaceRow>,
}

/// A branch that was not taken.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RejectedRow {
    /// SPDX expression.
    pub(super) expression: String,
    /// What the policy makes of it.
    pub(super) verdict: VerdictWord,
}

/// A duty of a licence.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DutyRow {
    /// The kind of term: `notice-file`, `display`.
    pub(super) term: &'static str,
    /// In words.
    pub(super) words: String,
    /// Where it was read in the licence.
    pub(super) source: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct EvidenceRow<'a> {
    pub(super) id: String,
    pub(super) location: Place<'a>,
    pub(super) scope: Scope<'a>,
    pub(super) claim: ClaimRow<'a>,
    /// The words themselves, cut where they are long.
    pub(super) quote: &'a str,
    /// The extractor that read it.
    pub(super) by: &'static str,
    /// What the statement means; null where it is no licence statement.
    pub(super) classification: Option<Meaning<'a>>,
}

/// What the statement says it is about.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Scope<'a> {
    pub(super) role: Option<RoleWord>,
    pub(super) directory: &'a str,
    pub(super) file: Option<&'a str>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ClaimRow<'a> {
    #[schemars(extend("enum" = ["license", "license-name", "license-link", "expression", "text", "parent", "dataset", "eu-disallowed", "gated", "display", "policy-link", "copyright", "change"]))]
    pub(super) kind: &'static str,
    /// The word, name, link, expression or reference as written, the words shown; for a text the SHA-256 of its bytes.
    pub(super) value: Option<&'a str>,
    /// For a text: what kind of passage it is.
    pub(super) text_kind: Option<TextWord>,
    /// For a parent: how the child was made from it.
    pub(super) relation: Option<RelationWord>,
    /// For a parent: the commit or tag, where stated.
    pub(super) revision: Option<&'a str>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct GapRow<'a> {
    pub(super) id: String,
    pub(super) kind: GapWord,
    pub(super) location: Place<'a>,
    /// What happened, the limit or error, and what to do.
    pub(super) detail: &'a str,
    /// Whether the scan is incomplete because of it.
    pub(super) makes_incomplete: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FactRow<'a> {
    pub(super) id: String,
    /// Id of the subject.
    pub(super) subject: String,
    pub(super) basis: BasisWord,
    /// SPDX expression; null where the statement names no single licence.
    pub(super) expression: Option<String>,
    pub(super) outcome: OutcomeWord,
    /// Where several licences fit: all of them, likeliest first.
    pub(super) candidates: &'a [String],
    pub(super) grade: GradeWord,
    /// Ids of evidence, gaps, facts and sources.
    pub(super) because: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Lineage<'a> {
    pub(super) nodes: Vec<NodeRow<'a>>,
    pub(super) edges: Vec<EdgeRow>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct NodeRow<'a> {
    pub(super) id: String,
    pub(super) reference: &'a str,
    pub(super) kind: NodeWord,
    /// Id of the source, where it was scanned.
    pub(super) source: Option<String>,
    pub(super) revision: Option<&'a str>,
    /// The licence that was concluded for what the repository is there for; null where none is known.
    pub(super) license: Option<String>,
    /// What the policy makes of it.
    pub(super) verdict: Option<VerdictWord>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct EdgeRow {
    /// Id of a node.
    pub(super) child: String,
    /// Id of a node.
    pub(super) parent: String,
    pub(super) relation: EdgeWord,
    /// Ids of evidence.
    pub(super) because: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FindingRow<'a> {
    /// The word that names it everywhere; `licentia explain` takes it.
    pub(super) name: &'static str,
    pub(super) level: LevelWord,
    pub(super) verdict: VerdictWord,
    /// Id of the subject; null for a finding about the whole scan.
    pub(super) subject: Option<String>,
    pub(super) message: &'a str,
    /// Where to look, most telling first.
    pub(super) locations: Vec<Place<'a>>,
    /// Ids of evidence, gaps, facts and sources.
    pub(super) because: Vec<String>,
    pub(super) help: &'a str,
    /// The licence that it is about, where it is about one.
    pub(super) license: Option<&'a str>,
    /// What the policy says that leads to it, the most telling first.
    pub(super) policy: Vec<PolicyPlaceRow>,
    /// Why, by whom and until when it is accepted; null where nobody accepted it.
    pub(super) waived: Option<&'a str>,
    /// Whether the baseline holds it: shown, and no reason to fail.
    pub(super) existing: bool,
}

/// A key of the policy with its value, and where it stands.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PolicyPlaceRow {
    /// The file, as the user may open it; `preset commercial`; `--set`.
    pub(super) file: String,
    /// First line, from 1; null where it stands in no file.
    pub(super) start_line: Option<u32>,
    /// Column of the first character, from 1.
    pub(super) start_column: Option<u32>,
    /// The key.
    pub(super) key: String,
    /// The value, as TOML.
    pub(super) value: String,
}

words!(VerdictWord = Verdict { Allow, Review, Unknown, Deny });
words!(LevelWord = Level { Note, Warning, Error });
words!(SourceWord = SourceKind { Directory, File, HubCache, Hub, Memory });
words!(RepositoryWord = RepositoryKind { Model, Dataset, Space });
words!(RoleWord = Role { Weights, Adapter, Data, Code, Tokenizer, Component, Documentation });
words!(TextWord = TextKind { LicenseFile, Notice, UsePolicy, GatedPrompt, CardSection, CardStatement, Header, Field });
words!(RelationWord = Relation { Finetune, Adapter, Quantized, Merge, Distilled, Component, RemoteCode, Unstated });
words!(
    GapWord = GapKind {
        Unreadable,
        Malformed,
        Truncated,
        NotFetched,
        Unsupported,
        OutsideRoot,
        Empty,
        NotInspected,
        Refused,
        Unreachable
    }
);
words!(BasisWord = Basis { Declared, Observed, Curated, Concluded, Inherited });
words!(GradeWord = Grade { Text, Tag, Label, Prose });

/// What stands at a node.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub(super) enum NodeWord {
    Model,
    Dataset,
    Unresolved,
}

/// How a child was made from its parent.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline, extend("enum" = ["finetune", "adapter", "quantized", "merge", "distilled", "component", "remote-code", "unstated", "trained-on"]))]
pub(super) struct EdgeWord(&'static str);

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
