//! What a bill of materials lists: models, datasets and the parts of their repositories, with what is declared and
//! concluded of each, and the licences that have no SPDX identifier.
//!
//! The formats (SPDX, CycloneDX, model cards, notices) only write it. Strings stand as they come: each format makes
//! them harmless for itself.

use std::collections::BTreeSet;

use crate::evidence::{Claim, TextKind};
use crate::fact::{Basis, Fact, Reason};
use crate::license::{Classification, Expression, MODIFIED_PREFIX, Match, UNEXPLAINED};
use crate::lineage::{EdgeRelation, NodeKind};
use crate::location::Location;
use crate::scan::{Judged, RepositoryKind, Scan, Source};
use crate::source::hub_id::HubId;
use crate::source::uri;
use crate::subject::{Role, Subject};

/// Everything that a scan knows of, in a total order.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    /// One for each node of [`crate::lineage::Lineage`], in its order, then what lies inside of them.
    pub(super) all: Vec<Part<'a>>,
    /// From what was made to what it was made from; positions in `all`. Sorted.
    pub(super) ties: Vec<Tie>,
    /// Licences without an SPDX identifier that any part is under, sorted by identifier.
    pub(super) references: Vec<Reference<'a>>,
}

/// A model, a dataset, or something in a repository that has a licence of its own.
#[derive(Debug)]
pub(super) struct Part<'a> {
    /// Letters, digits, hyphens; unique in the scan: `model-1`, `code-4`.
    pub(super) id: String,
    /// `org/name`, the path that the user named, `org/name/src`.
    pub(super) name: String,
    /// What it is.
    pub(super) kind: PartKind,
    /// Where it was opened.
    pub(super) source: Option<&'a Source>,
    /// What is held about it; `None` for what was only named.
    pub(super) judged: Option<&'a Judged>,
    /// Position of the part that it lies in.
    pub(super) inside: Option<usize>,
    /// Commit or tag.
    pub(super) revision: Option<&'a str>,
    /// `pkg:huggingface/org/name@commit`, for a model of the Hub.
    pub(super) purl: Option<String>,
    /// Its page on the Hub.
    pub(super) address: Option<String>,
    /// Whether the user named it.
    pub(super) is_target: bool,
    /// What its authors say: its fields, and where these name no licence the texts that they put into it.
    pub(super) declared: Stated<'a>,
    /// What binds who uses it: what was concluded, with what flows down from ancestors.
    pub(super) concluded: Stated<'a>,
}

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PartKind {
    /// A model that works on its own.
    Model,
    /// A model that only works on top of another.
    Adapter,
    /// A dataset.
    Dataset,
    /// A Space: an application.
    Space,
    /// A reference that leads nowhere from here.
    Unresolved,
    /// Source code in a repository.
    Code,
    /// A tokenizer with a licence of its own.
    Tokenizer,
    /// A directory with a licence of its own.
    Component,
    /// Documentation.
    Documentation,
}

impl PartKind {
    /// The word in identifiers and for people.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Adapter => "adapter",
            Self::Dataset => "dataset",
            Self::Space => "space",
            Self::Unresolved => "unresolved",
            Self::Code => "code",
            Self::Tokenizer => "tokenizer",
            Self::Component => "component",
            Self::Documentation => "documentation",
        }
    }
}

/// A licence, or why there is none to name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stated<'a> {
    /// It is this.
    Expression(&'a Expression),
    /// All was looked at and nothing says anything: `NONE` of SPDX.
    Nothing,
    /// It was not looked at, not whole, or what is said names no licence: `NOASSERTION` of SPDX.
    Unknown,
}

impl<'a> Stated<'a> {
    /// The licence, where there is one.
    pub(super) fn expression(self) -> Option<&'a Expression> {
        match self {
            Self::Expression(expression) => Some(expression),
            Self::Nothing | Self::Unknown => None,
        }
    }

    /// As SPDX writes it.
    pub(super) fn spdx(self) -> String {
        match self {
            Self::Expression(expression) => expression.to_string(),
            Self::Nothing => "NONE".to_owned(),
            Self::Unknown => "NOASSERTION".to_owned(),
        }
    }
}

/// One step of the lineage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Tie {
    /// Position of what was made.
    pub(super) child: usize,
    /// Position of what it was made from.
    pub(super) parent: usize,
    /// How.
    pub(super) relation: EdgeRelation,
}

/// A licence without an SPDX identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference<'a> {
    /// `LicenseRef-…`
    pub(super) id: String,
    /// Its title, where the database has it; else the identifier.
    pub(super) name: &'a str,
    /// Addresses of its text.
    pub(super) addresses: Vec<&'a str>,
    /// Its text as it was found in what was scanned, where it stands there alone. Of changed words and of terms that
    /// nothing explains only where every part under the identifier is so because of that one text.
    pub(super) text: Option<&'a str>,
    /// Every text that was found to be it or to hold it, each once: first files that are nothing else. Licences with
    /// words changed and terms that nothing explains are as many as there are texts.
    pub(super) passages: Vec<Passage<'a>>,
}

/// A text of a licence, as it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Passage<'a> {
    /// Where.
    pub(super) at: &'a Location,
    /// The words.
    pub(super) text: &'a str,
}

impl<'a> Parts<'a> {
    /// Everything that a scan knows of.
    pub(super) fn of(scan: &'a Scan) -> Self {
        let mut all: Vec<Part<'a>> = scan.lineage.nodes.iter().map(|node| of_node(scan, node)).collect();
        for judged in &scan.judged {
            let of_source = |node: &crate::lineage::Node| node.source == Some(judged.subject.source);
            let Some(whole) = scan.lineage.nodes.iter().position(of_source) else { continue };
            let is_main = all.get(whole).and_then(|part| part.judged).is_some_and(|main| std::ptr::eq(main, judged));
            let Some(outer) = all.get(whole).filter(|_| !is_main) else { continue };
            let part = inside(scan, judged, outer, whole);
            all.push(part);
        }
        for (position, part) in all.iter_mut().enumerate() {
            part.id = format!("{}-{}", part.kind.as_str(), position + 1);
        }
        let ties = scan.lineage.edges.iter().map(|edge| Tie {
            child: edge.child,
            parent: edge.parent,
            relation: edge.relation,
        });
        let ties = ties.collect::<BTreeSet<_>>().into_iter().collect();
        let references = references(scan, &all);
        Self { all, ties, references }
    }
}

fn of_node<'a>(scan: &'a Scan, node: &'a crate::lineage::Node) -> Part<'a> {
    let source = node.source.and_then(|source| scan.sources.get(source));
    let judged = scan.main_of(node);
    let revision = source.and_then(|source| source.revision.as_deref()).or(node.revision.as_deref());
    let repository = match source {
        Some(source) => source.repository.as_deref(),
        None => (node.kind != NodeKind::Unresolved).then_some(node.reference.as_str()),
    };
    let kind = match (node.kind, source.map(|source| source.repository_kind)) {
        (NodeKind::Dataset, _) | (_, Some(RepositoryKind::Dataset)) => PartKind::Dataset,
        (_, Some(RepositoryKind::Space)) => PartKind::Space,
        (NodeKind::Unresolved, _) => PartKind::Unresolved,
        (NodeKind::Model, _) if judged.is_some_and(|judged| judged.subject.role == Role::Adapter) => PartKind::Adapter,
        (NodeKind::Model, _) => PartKind::Model,
    };
    let hub_id = repository.and_then(HubId::of_words).map(|id| HubId { kind: repository_kind(kind), ..id });
    let of_whole = |view: fn(&Judged) -> Option<&Expression>| stated(scan, node.inspected(), judged, view);
    Part {
        id: String::new(),
        name: source.map_or(node.reference.as_str(), Source::name).to_owned(),
        kind,
        source,
        judged,
        inside: None,
        revision,
        purl: hub_id.as_ref().and_then(|id| purl(id, revision)),
        address: hub_id.as_ref().map(|id| HubId { revision: None, ..id.clone() }.address()),
        is_target: source.is_some_and(|source| !source.is_followed),
        declared: declared(scan, of_whole(said), judged),
        concluded: match of_whole(binding) {
            Stated::Nothing if has_parents(scan, node) => Stated::Unknown,
            stated => stated,
        },
    }
}

/// What binds whoever uses it may come from there, where nothing is said here.
fn has_parents(scan: &Scan, node: &crate::lineage::Node) -> bool {
    let is_model = |relation: EdgeRelation| matches!(relation, EdgeRelation::Model(_));
    let mut steps = scan.lineage.edges.iter().filter(|edge| is_model(edge.relation));
    steps.any(|edge| scan.lineage.nodes.get(edge.child).is_some_and(|child| std::ptr::eq(child, node)))
}

fn inside<'a>(scan: &'a Scan, judged: &'a Judged, outer: &Part<'a>, whole: usize) -> Part<'a> {
    let Subject { source, role, path } = &judged.subject;
    let kind = match role {
        Role::Weights => PartKind::Model,
        Role::Adapter => PartKind::Adapter,
        Role::Data => PartKind::Dataset,
        Role::Code => PartKind::Code,
        Role::Tokenizer => PartKind::Tokenizer,
        Role::Component => PartKind::Component,
        Role::Documentation => PartKind::Documentation,
    };
    let name = match path.as_str() {
        "" => format!("{} ({role})", outer.name),
        path => format!("{}/{path} ({role})", outer.name.trim_end_matches('/')),
    };
    Part {
        id: String::new(),
        name,
        kind,
        source: outer.source,
        judged: Some(judged),
        inside: Some(whole),
        revision: outer.revision,
        purl: None,
        address: None,
        is_target: outer.is_target,
        declared: declared(scan, stated(scan, Some(*source), Some(judged), said), Some(judged)),
        concluded: stated(scan, Some(*source), Some(judged), binding),
    }
}

/// What its authors say of it: not known as a whole where one of their statements names no single licence, and nothing
/// else says which it means.
fn declared<'a>(scan: &Scan, stated: Stated<'a>, judged: Option<&Judged>) -> Stated<'a> {
    let of_it = |fact: &&Fact| judged.is_some_and(|judged| fact.subject == judged.subject);
    let is_doubtful = |fact: &Fact| fact.basis == Basis::Declared && fact.expression.is_none();
    let concluded = judged.and_then(|judged| judged.concluded.as_ref());
    let is_settled = concluded.is_some_and(|found| !found.atoms().iter().any(|atom| atom.license == UNEXPLAINED));
    if !is_settled && scan.facts.iter().filter(of_it).any(is_doubtful) { Stated::Unknown } else { stated }
}

/// What its authors say of it.
fn said(judged: &Judged) -> Option<&Expression> {
    judged.declared.as_ref().or(judged.observed.as_ref())
}

/// What binds who uses it.
fn binding(judged: &Judged) -> Option<&Expression> {
    judged.effective.as_ref().or(judged.concluded.as_ref())
}

fn repository_kind(kind: PartKind) -> RepositoryKind {
    match kind {
        PartKind::Dataset => RepositoryKind::Dataset,
        PartKind::Space => RepositoryKind::Space,
        _ => RepositoryKind::Model,
    }
}

fn stated<'a>(
    scan: &Scan,
    seen: Option<usize>,
    judged: Option<&'a Judged>,
    view: fn(&Judged) -> Option<&Expression>,
) -> Stated<'a> {
    if let Some(expression) = judged.and_then(view) {
        return Stated::Expression(expression);
    }
    let Some(source) = seen else { return Stated::Unknown };
    let is_whole = !scan.gaps.iter().any(|gap| gap.at.source == source && gap.kind.makes_incomplete());
    let is_silent = !scan.evidence.iter().any(|found| found.at.source == source && found.claim.is_about_licenses());
    if is_whole && is_silent { Stated::Nothing } else { Stated::Unknown }
}

/// <https://github.com/package-url/purl-spec/blob/main/types-doc/huggingface-definition.md>: for models; the version is
/// the commit. Datasets and Spaces have no type.
fn purl(id: &HubId, revision: Option<&str>) -> Option<String> {
    if id.kind != RepositoryKind::Model {
        return None;
    }
    let name: Vec<String> = id.name.split('/').map(uri::component).collect();
    let version = revision.map(|revision| format!("@{}", uri::component(&revision.to_lowercase()))).unwrap_or_default();
    Some(format!("pkg:huggingface/{}{version}", name.join("/")))
}

fn references<'a>(scan: &'a Scan, parts: &[Part<'a>]) -> Vec<Reference<'a>> {
    let stated = parts.iter().flat_map(|part| [part.declared, part.concluded]);
    let atoms = stated.filter_map(Stated::expression).flat_map(Expression::atoms);
    let ids: BTreeSet<&'a str> =
        atoms.map(|atom| atom.license.as_str()).filter(|id| id.starts_with("LicenseRef-")).collect();
    ids.into_iter().map(|id| reference(scan, id, parts)).collect()
}

/// Whether an identifier stands for changed words or for terms that nothing explains: those of one work are not those of
/// another.
pub(super) fn is_own_words(id: &str) -> bool {
    id == UNEXPLAINED || id.starts_with(MODIFIED_PREFIX)
}

fn reference<'a>(scan: &'a Scan, id: &'a str, parts: &[Part<'a>]) -> Reference<'a> {
    let known = license_db::license(id);
    let found = passages(scan, id);
    let mut passages: Vec<Passage<'a>> = Vec::new();
    for (_, passage) in &found {
        if !passages.iter().any(|known| known.text == passage.text) {
            passages.push(*passage);
        }
    }
    let stands_for_all = |passage: &Passage<'_>| {
        let is_under = |part: &&Part<'_>| {
            let mut stated = [part.declared, part.concluded].into_iter().filter_map(Stated::expression);
            stated.any(|expression| expression.atoms().iter().any(|atom| atom.license == id))
        };
        let is_at = |reason: &Reason| match reason {
            Reason::Evidence(index) => scan.evidence.get(*index).is_some_and(|found| found.at == *passage.at),
            _ => false,
        };
        let is_here = |part: &Part<'_>| {
            let facts =
                scan.facts.iter().filter(|fact| part.judged.is_some_and(|judged| fact.subject == judged.subject));
            facts.flat_map(|fact| &fact.because).any(is_at)
        };
        passages.len() == 1 && parts.iter().filter(is_under).all(is_here)
    };
    let text = found.first().filter(|(purity, _)| *purity < Purity::Among).map(|(_, passage)| passage);
    let text = text.filter(|passage| !is_own_words(id) || stands_for_all(passage)).map(|passage| passage.text);
    Reference {
        id: id.to_owned(),
        name: known.map_or(id, |license| license.name),
        addresses: known.map(|license| license.texts.iter().map(|text| text.url).collect()).unwrap_or_default(),
        text,
        passages,
    }
}

/// How much else stands in a passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Purity {
    /// A file that is this licence.
    File,
    /// A passage that is this licence.
    Passage,
    /// A text in which it stands among others.
    Among,
}

/// The texts that are a licence or hold it, the purest first, then in the order of their places.
fn passages<'a>(scan: &'a Scan, id: &str) -> Vec<(Purity, Passage<'a>)> {
    let names = |expression: &Expression| expression.atoms().iter().any(|atom| atom.license == id);
    // Changed and unexplained terms are the text that they stand in; of a licence a name, a link or a notice is none.
    let is_text = |found: &Classification| {
        is_own_words(id) || found.matches.iter().any(|found| found.is_whole_text() && names(&found.expression))
    };
    let is_it = |expression: &Expression| expression.atoms().len() == 1 && names(expression);
    let mut found = Vec::new();
    for (evidence, classification) in scan.evidence.iter().zip(&scan.classifications) {
        let Claim::Text { text, kind } = &evidence.claim else { continue };
        let (Some(text), Some(classification)) = (scan.texts.get(text), classification) else { continue };
        let expression = classification.expression.as_ref().filter(|expression| names(expression));
        let Some(expression) = expression.filter(|_| is_text(classification)) else { continue };
        let at = &evidence.at;
        if is_it(expression) {
            let is_whole = matches!(kind, TextKind::LicenseFile | TextKind::GatedPrompt);
            found.push((if is_whole { Purity::File } else { Purity::Passage }, Passage { at, text }));
            continue;
        }
        let is_own = |found: &&Match| found.is_whole_text() && is_it(&found.expression);
        let own = classification.matches.iter().filter(is_own);
        let own: Vec<&str> = own.filter_map(|found| text.get(found.bytes.0..found.bytes.1)).collect();
        if own.is_empty() {
            found.push((Purity::Among, Passage { at, text }));
        }
        found.extend(own.into_iter().map(|text| (Purity::Passage, Passage { at, text })));
    }
    found.sort_by_key(|(purity, _)| *purity);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::license::MatchKind;
    use crate::report::sample;

    #[test]
    fn every_node_and_every_further_subject_is_a_part() {
        let scan = sample::scan();
        let parts = Parts::of(&scan);
        let names: Vec<(&str, &str)> = parts.all.iter().map(|part| (part.id.as_str(), part.name.as_str())).collect();
        let expected =
            [("model-1", "vendor/seg-net"), ("model-2", "vendor/base"), ("code-3", "vendor/seg-net/src (code)")];
        assert_eq!(names, expected);
        assert_eq!(parts.all[2].inside, Some(0));
        assert_eq!(parts.all[0].purl.as_deref(), Some("pkg:huggingface/vendor/seg-net"));
        assert_eq!(parts.all[0].address.as_deref(), Some("https://huggingface.co/vendor/seg-net"));
        assert_eq!(parts.ties.len(), 1);
    }

    #[test]
    fn none_is_said_only_of_what_was_seen_whole() {
        let mut scan = sample::scan();
        assert_eq!(Parts::of(&scan).all[0].declared.spdx(), "CC-BY-NC-4.0");
        assert_eq!(Parts::of(&scan).all[1].declared, Stated::Unknown, "it was not opened");
        scan.judged[0].declared = None;
        assert_eq!(
            Parts::of(&scan).all[0].declared,
            Stated::Unknown,
            "a file could not be read, a card says something"
        );
        scan.gaps.clear();
        scan.evidence.clear();
        scan.classifications.clear();
        assert_eq!(Parts::of(&scan).all[0].declared, Stated::Nothing);
        scan.judged[0].concluded = None;
        scan.judged[0].effective = None;
        assert_eq!(Parts::of(&scan).all[0].concluded, Stated::Unknown, "its base was not looked at");
        scan.lineage.edges.clear();
        assert_eq!(Parts::of(&scan).all[0].concluded, Stated::Nothing);
    }

    #[test]
    fn a_text_speaks_where_no_field_does() {
        let mut scan = sample::scan();
        scan.judged[1].declared = None;
        scan.judged[1].observed = Some(Expression::license("ISC"));
        assert_eq!(Parts::of(&scan).all[2].declared.spdx(), "ISC");
    }

    #[test]
    fn a_licence_that_stands_among_others_is_quoted_by_its_passage() {
        let mut scan = sample::scan();
        let own = Expression::license("LicenseRef-licentia-house");
        let both = Expression::all_of([own.clone(), Expression::license("ISC")]);
        scan.judged[1].concluded = Some(own.clone());
        scan.judged[1].effective = None;
        scan.classifications[2] = Some(sample::text_of(&both));
        let found = |scan: &Scan| {
            let parts = Parts::of(scan);
            let [reference] = parts.references.as_slice() else { panic!("one reference") };
            let passages: Vec<String> = reference.passages.iter().map(|found| found.text.to_owned()).collect();
            (reference.text.map(str::to_owned), passages)
        };
        let whole = "MIT License\n\nCopyright (c) 2026 A. Author\n".to_owned();
        assert_eq!(found(&scan), (None, vec![whole.clone()]), "which words are its own is not known");
        if let Some(classification) = &mut scan.classifications[2] {
            classification.matches[0].expression = own;
            classification.matches[0].bytes = (0, 11);
        }
        assert_eq!(found(&scan), (Some("MIT License".to_owned()), vec!["MIT License".to_owned()]));
    }

    #[test]
    fn a_file_that_names_a_licence_is_not_its_text() {
        let mut scan = sample::scan();
        let own = Expression::license("LicenseRef-licentia-house");
        scan.judged[1].concluded = Some(own.clone());
        scan.judged[1].effective = None;
        scan.classifications[2] = Some(sample::text_of(&own));
        for kind in [MatchKind::Notice, MatchKind::Tag, MatchKind::Reference] {
            scan.classifications[2].as_mut().expect("it was set").matches[0].kind = kind;
            let parts = Parts::of(&scan);
            assert_eq!((parts.references[0].text, parts.references[0].passages.len()), (None, 0), "{kind:?}");
        }
    }

    #[test]
    fn changed_words_of_one_work_are_not_given_out_as_those_of_another() {
        let mut scan = sample::scan();
        let changed = Expression::license(format!("{MODIFIED_PREFIX}mit"));
        scan.judged[1].concluded = Some(changed.clone());
        scan.judged[1].effective = None;
        scan.classifications[2] = Some(sample::text_of(&changed));
        assert!(Parts::of(&scan).references[0].text.is_some(), "the one work holds the one text");
        let mut other = scan.judged[0].clone();
        other.subject.source = 1;
        other.declared = Some(changed);
        scan.judged.push(other);
        scan.sources.push(Source::new("./other", scan.sources[0].kind));
        scan.lineage.nodes[1].source = Some(1);
        let parts = Parts::of(&scan);
        assert_eq!((parts.references[0].text, parts.references[0].passages.len()), (None, 1));
    }

    #[test]
    fn a_statement_that_names_no_single_licence_leaves_what_is_declared_unknown() {
        let mut scan = sample::scan();
        let mut doubtful = scan.facts[0].clone();
        doubtful.expression = None;
        doubtful.candidates = vec!["GPL-2.0-only".to_owned(), "GPL-3.0-only".to_owned()];
        scan.facts.push(doubtful);
        assert_eq!(Parts::of(&scan).all[0].declared.spdx(), "CC-BY-NC-4.0", "something beside it says what it means");
        scan.judged[0].concluded = None;
        let parts = Parts::of(&scan);
        assert_eq!(parts.all[0].declared, Stated::Unknown, "`cc-by-nc-4.0` is half of what its authors say");
        assert_eq!(parts.all[0].concluded.spdx(), "CC-BY-NC-4.0");
    }

    #[test]
    fn a_licence_of_its_own_comes_with_its_text() {
        let mut scan = sample::scan();
        let own = Expression::license("LicenseRef-licentia-house");
        scan.judged[1].concluded = Some(own.clone());
        scan.judged[1].effective = Some(own.clone());
        scan.classifications[2] = Some(sample::text_of(&own));
        let parts = Parts::of(&scan);
        let found: Vec<_> = parts.references.iter().map(|found| (found.id.as_str(), found.text)).collect();
        assert_eq!(found, [("LicenseRef-licentia-house", Some("MIT License\n\nCopyright (c) 2026 A. Author\n"))]);
    }

    #[test]
    fn a_purl_names_the_commit_and_is_for_models_alone() {
        let id = HubId::of_words("Org/Name").expect("a name");
        assert_eq!(purl(&id, Some("ABC")).as_deref(), Some("pkg:huggingface/Org/Name@abc"));
        assert_eq!(purl(&id, Some("refs/pr/1")).as_deref(), Some("pkg:huggingface/Org/Name@refs%2Fpr%2F1"));
        assert_eq!(purl(&HubId { kind: RepositoryKind::Dataset, ..id }, None), None);
    }
}
