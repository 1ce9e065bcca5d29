//! The record of a whole run: all that a report sees, and nothing it could not have been told.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::{Evidence, Texts};
use crate::fact::Fact;
use crate::fact::Reason;
use crate::finding::{Finding, Level, PolicyPlace, Verdict};
use crate::gap::Gap;
use crate::license::{Classification, Expression};
use crate::lineage::Lineage;
use crate::subject::{Role, Subject};

/// Everything that was seen, held and minded, in a total order.
#[derive(Clone, Debug)]
pub struct Scan {
    /// Versions that the answer depends on.
    pub versions: Versions,
    /// What was scanned, in the order in which the targets were named, then by reference.
    pub sources: Vec<Source>,
    /// Sorted by location, then claim.
    pub evidence: Vec<Evidence>,
    /// The passages that evidence points at.
    pub texts: Texts,
    /// Files that say something about licences and were read whole, sorted.
    pub digests: Vec<Digest>,
    /// One for each piece of evidence, in the same order; `None` where it is no licence statement.
    pub classifications: Vec<Option<Classification>>,
    /// Sorted by location.
    pub gaps: Vec<Gap>,
    /// Sorted by subject, basis, reason.
    pub facts: Vec<Fact>,
    /// What was made from what.
    pub lineage: Lineage,
    /// Sorted by subject.
    pub judged: Vec<Judged>,
    /// Sorted by level (worst last), subject, name.
    pub findings: Vec<Finding>,
    /// The name of the policy and where it came from; `None` for `licentia scan`, which judges nothing.
    pub policy: Option<PolicyName>,
    /// The lowest level that makes the gate close; `None` where nothing does.
    pub fail_on: Option<Level>,
}

/// What a file held when it was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest {
    /// Index of the source in [`Scan::sources`].
    pub source: usize,
    /// Its path from the root of the source.
    pub path: String,
    /// The SHA-256 of its bytes, hexadecimal in small letters.
    pub sha256: String,
}

/// Versions that the answer depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versions {
    /// Of licentia.
    pub tool: String,
    /// Of the SPDX licence list.
    pub spdx_list: String,
    /// Of the database, with a digest of its content.
    pub database: String,
}

/// The policy that was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyName {
    /// `commercial`, or the file's own `name`.
    pub name: String,
    /// Path of the user's own file; `None` for a preset.
    pub file: Option<String>,
    /// Every file that it was read from, the lowest first.
    pub layers: Vec<String>,
}

/// One scanned tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// As the user named it.
    pub target: String,
    /// Its path from the root of the project, slash-separated, where it lies below: what the policy calls it, wherever
    /// the user stands.
    pub within: Option<String>,
    /// The lines that name it, where the user did not: `train.py:12:20`, `licentia.toml:3:11`.
    pub named_in: Vec<String>,
    /// What kind of tree.
    pub kind: SourceKind,
    /// `org/name`, where the tree says so (a Hub cache directory, a `.cache` of `huggingface_hub`).
    pub repository: Option<String>,
    /// Model or dataset, where known.
    pub repository_kind: RepositoryKind,
    /// Commit, where the tree says so.
    pub revision: Option<String>,
    /// Further names that led to it in this run, sorted.
    pub aliases: Vec<String>,
    /// What the Hub says of the repository, where it was asked.
    pub hub: Option<HubState>,
    /// Whether it was opened only because something that the user named was made from it. What is followed lends its
    /// terms and is not judged for itself.
    pub is_followed: bool,
    /// Files seen.
    pub files: u64,
    /// Bytes read of them.
    pub bytes_read: u64,
    /// Directories that were left out on purpose (`.git`, lock folders), sorted.
    pub skipped: Vec<String>,
}

impl Source {
    /// A model of which nothing is known yet but what the user calls it.
    pub fn new(target: impl Into<String>, kind: SourceKind) -> Self {
        Self {
            target: target.into(),
            within: None,
            named_in: Vec::new(),
            kind,
            repository: None,
            repository_kind: RepositoryKind::Model,
            revision: None,
            aliases: Vec::new(),
            hub: None,
            is_followed: false,
            files: 0,
            bytes_read: 0,
            skipped: Vec::new(),
        }
    }

    /// What it is called where it is spoken of: its name on the Hub, else what the user wrote.
    pub fn name(&self) -> &str {
        self.repository.as_deref().unwrap_or(&self.target)
    }
}

/// What the Hub says of a repository beside its files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HubState {
    /// The name that was asked for, where the Hub has moved the repository to another.
    pub renamed_from: Option<String>,
    /// The branch, tag or commit that was asked for; `None` where nobody named one.
    pub asked_revision: Option<String>,
    /// Whether its files are only given to those who asked for them and were let in.
    pub is_gated: bool,
    /// Whether only its owner and whom they invite may see it.
    pub is_private: bool,
}

/// What kind of tree a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceKind {
    /// A directory.
    Directory,
    /// A single file.
    File,
    /// A snapshot in a Hugging Face cache.
    HubCache,
    /// A repository of the Hugging Face Hub, or what was kept of one that was read before.
    Hub,
    /// Files in memory.
    Memory,
}

impl SourceKind {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Directory => "directory",
            Self::File => "file",
            Self::HubCache => "hub-cache",
            Self::Hub => "hub",
            Self::Memory => "memory",
        }
    }
}

/// What a repository holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RepositoryKind {
    /// A model, also when nothing says so.
    Model,
    /// A dataset.
    Dataset,
    /// A space.
    Space,
}

impl RepositoryKind {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Dataset => "dataset",
            Self::Space => "space",
        }
    }
}

/// What is held about one subject, put together, and what the policy makes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// About what.
    pub subject: Subject,
    /// All that fields declare, joined by AND; `None` where nothing is declared or it names no licence.
    pub declared: Option<Expression>,
    /// All that texts, headers and notices say, joined by AND.
    pub observed: Option<Expression>,
    /// What we conclude from both.
    pub concluded: Option<Expression>,
    /// With what flows down from ancestors.
    pub effective: Option<Expression>,
    /// `None` in a scan that judges nothing, and for what was only followed ([`Source::is_followed`]).
    pub verdict: Option<Verdict>,
    /// What the policy makes of its licence, also where the answer is not about it; `None` in a scan that judges nothing.
    pub standing: Option<Verdict>,
    /// How the verdict came about; `None` where there is none.
    pub decision: Option<Decision>,
    /// Never empty.
    pub because: Vec<Reason>,
}

/// How the verdict on a subject came about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// What the policy says about which licence counts, by its places: choices that were made, terms of ancestors that
    /// do not bind, a preference among equally good branches.
    pub choices: Vec<PolicyPlace>,
    /// Scopes of the policy that mean the subject, by their places.
    pub scopes: Vec<PolicyPlace>,
    /// The licences that bind, in printing order.
    pub licenses: Vec<LicenseDecision>,
    /// Branches of choices that were not taken, with their verdicts.
    pub rejected: Vec<(String, Verdict)>,
}

/// The verdict on one licence that binds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenseDecision {
    /// The licence: a printed atom.
    pub license: String,
    /// The verdict, the worst of the grounds.
    pub verdict: Verdict,
    /// Why. Never empty.
    pub grounds: Vec<DecisionGround>,
    /// Facts that state it.
    pub because: Vec<Reason>,
    /// What it asks of those who pass it on or show it, by its terms.
    pub duties: Vec<&'static license_db::Term>,
}

/// One ground of a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionGround {
    /// A clause: `is of the category non-commercial`.
    pub words: String,
    /// What it makes of the licence.
    pub verdict: Verdict,
    /// The key of the fact that would decide it and is not stated.
    pub missing: Option<&'static str>,
    /// What the policy says that makes it so.
    pub policy: Vec<PolicyPlace>,
}

impl Scan {
    /// The worst verdict over all subjects and findings; `None` where nothing was judged. A waived finding does not count.
    pub fn verdict(&self) -> Option<Verdict> {
        let subjects = self.judged.iter().filter_map(|judged| judged.verdict);
        let findings = self.findings.iter().filter(|finding| finding.waived.is_none());
        let findings = findings.filter(|_| self.policy.is_some()).map(|finding| finding.verdict);
        subjects.chain(findings).max()
    }

    /// What is held about the main subject of a node: the weights of a model, the data of a dataset.
    pub fn main_of(&self, node: &crate::lineage::Node) -> Option<&Judged> {
        let source = node.source?;
        let is_main = |role: Role| match self.sources.get(source).map(|source| source.repository_kind) {
            Some(RepositoryKind::Dataset) => role == Role::Data,
            Some(RepositoryKind::Space) => role == Role::Code,
            _ => matches!(role, Role::Weights | Role::Adapter),
        };
        let of_source = |judged: &&Judged| judged.subject.source == source && judged.subject.path.is_empty();
        self.judged.iter().filter(of_source).find(|judged| is_main(judged.subject.role))
    }

    /// Whether a finding counts for a source: it is about it, or has a place in it or in what it was made from; or it is
    /// about no source at all.
    pub fn concerns(&self, finding: &Finding, source: usize) -> bool {
        if let Some(subject) = &finding.subject {
            return subject.source == source;
        }
        let mut places = finding.locations.iter().map(|place| place.source).peekable();
        places.peek().is_none() || places.any(|place| place == source || self.lineage.leads_to(source, place))
    }

    /// What the user named, with its position in [`Self::sources`].
    pub fn targets(&self) -> impl Iterator<Item = (usize, &Source)> {
        self.sources.iter().enumerate().filter(|(_, source)| !source.is_followed)
    }

    /// Positions of the sources of which, or of whose ancestors, something could not be seen, so that a pass of theirs
    /// cannot be trusted.
    pub fn incomplete_sources(&self) -> BTreeSet<usize> {
        let mut children: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for edge in &self.lineage.edges {
            children.entry(edge.parent).or_default().push(edge.child);
        }
        let gaps = self.gaps.iter().filter(|gap| gap.kind.makes_incomplete());
        // The nodes of the lineage begin with the sources, in their order.
        let mut waiting: Vec<usize> = gaps.map(|gap| gap.at.source).collect();
        let mut found = BTreeSet::new();
        while let Some(source) = waiting.pop() {
            if found.insert(source) {
                waiting.extend(children.get(&source).into_iter().flatten());
            }
        }
        found
    }

    /// Whether something could not be seen, so that a pass cannot be trusted.
    pub fn is_incomplete(&self) -> bool {
        self.gaps.iter().any(|gap| gap.kind.makes_incomplete())
    }

    /// Whether the gate closes because of a finding: it counts, has a failing level, and says more than "not seen".
    pub fn fails(&self, finding: &Finding) -> bool {
        // What rests on gaps alone says "not seen", not "no".
        let rests_on_gaps = finding.because.iter().all(|reason| matches!(reason, Reason::Gap(_)));
        let counts = finding.is_open() && (finding.because.is_empty() || !rests_on_gaps);
        counts && self.fail_on.is_some_and(|fail_on| finding.level >= fail_on)
    }

    /// The exit status (DESIGN §5): 1 where the policy says no, 4 where something was not seen, else 0. 1 wins over 4.
    pub fn exit_code(&self) -> u8 {
        let fails = self.findings.iter().any(|finding| self.fails(finding));
        match (fails, self.is_incomplete()) {
            (true, _) => 1,
            (false, true) => 4,
            (false, false) => 0,
        }
    }
}
