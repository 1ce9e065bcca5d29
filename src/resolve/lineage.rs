//! What a model was made from: claims about parents and datasets become a graph.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::{Claim, Evidence};
use crate::lineage::{Edge, EdgeRelation, Lineage, Node, NodeKind, Relation};
use crate::scan::{RepositoryKind, Source};

/// The graph that the claims in `evidence` draw over `sources`. Node *n* is source *n*; named ancestors follow.
///
/// A reference to the source itself (`_name_or_path` repeats it) is no edge. The same step stated twice is one edge;
/// a step without a stated relation joins one that states it.
pub fn run(sources: &[Source], evidence: &[Evidence]) -> Lineage {
    let steps = steps(sources, evidence);
    let mut nodes: Vec<Node> = sources.iter().enumerate().map(|(index, source)| source_node(index, source)).collect();

    let named: BTreeSet<&Reference> =
        steps.iter().filter(|step| step.inspected.is_none()).map(|step| &step.parent).collect();
    let named: Vec<&Reference> = named.into_iter().collect();
    let first = nodes.len();
    nodes.extend(named.iter().map(|reference| Node {
        reference: reference.name.clone(),
        kind: reference.kind,
        source: None,
        is_seen: false,
        revision: reference.revision.clone(),
    }));

    let mut edges: BTreeMap<(usize, usize, EdgeRelation), BTreeSet<usize>> = BTreeMap::new();
    for step in &steps {
        let parent =
            step.inspected.or_else(|| named.binary_search(&&step.parent).ok().map(|position| first + position));
        let Some(parent) = parent else { continue };
        if parent != step.child {
            edges.entry((step.child, parent, step.relation)).or_default().insert(step.evidence);
        }
    }
    Lineage { nodes, edges: join_unstated(edges) }
}

/// A model that another was made from, over any number of steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ancestor {
    /// Index in [`Lineage::nodes`].
    pub node: usize,
    /// Indices of the evidence of the steps that lead there.
    pub because: Vec<usize>,
    /// Whether every way there has a model that was trained on another's outputs: nothing of the ancestor itself is in
    /// the child then, and only what its licence says of outputs can bind.
    pub is_by_outputs: bool,
}

/// Every ancestor model of a node, by number, with the evidence of the steps to it. The node itself is none, also in a
/// circle. Training data are not ancestors.
pub fn ancestors(lineage: &Lineage, node: usize) -> Vec<Ancestor> {
    ancestors_by(lineage, node, |_| true)
}

/// The same where only some of the first steps count.
pub fn ancestors_by(lineage: &Lineage, node: usize, is_first_step: impl Fn(&Edge) -> bool) -> Vec<Ancestor> {
    let outputs = EdgeRelation::Model(Relation::Distilled);
    let mut reached: BTreeMap<usize, (BTreeSet<usize>, bool)> = BTreeMap::new();
    let mut waiting = vec![(node, BTreeSet::new(), false)];
    let mut later = Vec::new();
    let mut seen = BTreeSet::from([node]);
    // What is reached without a step by outputs comes first: it binds in full, however else it is reached.
    while let Some((child, path, is_by_outputs)) = waiting.pop().or_else(|| later.pop()) {
        if is_by_outputs && reached.get(&child).is_some_and(|(_, is_by_outputs)| !is_by_outputs) {
            continue;
        }
        for edge in lineage.edges.iter().filter(|edge| edge.child == child && edge.parent != node) {
            let is_model = matches!(edge.relation, EdgeRelation::Model(_));
            if !is_model || (child == node && !is_first_step(edge)) {
                continue;
            }
            let mut because: BTreeSet<usize> = path.clone();
            because.extend(&edge.because);
            if edge.relation == outputs && !is_by_outputs {
                later.push((edge.parent, because, true));
                continue;
            }
            let known = reached.entry(edge.parent).or_insert_with(|| (BTreeSet::new(), is_by_outputs));
            known.0.extend(&because);
            if seen.insert(edge.parent) {
                waiting.push((edge.parent, because, is_by_outputs));
            }
        }
        if is_by_outputs && child != node {
            let known = reached.entry(child).or_insert_with(|| (BTreeSet::new(), true));
            known.0.extend(&path);
            seen.insert(child);
        }
    }
    let ancestor = |(node, (because, is_by_outputs)): (usize, (BTreeSet<usize>, bool))| Ancestor {
        node,
        because: because.into_iter().collect(),
        is_by_outputs,
    };
    reached.into_iter().map(ancestor).collect()
}

/// A reference in the one form in which references are compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// `org/name`; for [`NodeKind::Unresolved`] the words as they were written.
    pub name: String,
    /// What it leads to.
    pub kind: NodeKind,
    /// Commit, tag or branch, where the reference itself states one.
    pub revision: Option<String>,
}

/// Reads a reference as cards and configurations write it: `org/name`, a Hub URL, `hf://`, a path into a Hub or
/// ModelScope cache. `None` for words that refer to nothing (empty, `null`). `expected` is what it leads to unless
/// it says otherwise.
pub fn normalise(written: &str, expected: NodeKind) -> Option<Reference> {
    let words = written.trim().trim_matches(['"', '\'', '`']).trim();
    if words.is_empty() || matches!(words.to_ascii_lowercase().as_str(), "null" | "none" | "~" | "nan") {
        return None;
    }
    let unresolved = || Reference { name: words.to_owned(), kind: NodeKind::Unresolved, revision: None };
    if let Some(reference) = of_cache_path(words) {
        return Some(reference);
    }
    let Some((rest, is_url)) = strip_hub(words) else {
        return Some(unresolved());
    };
    let rest = rest.split(['?', '#']).next().unwrap_or(rest).trim_matches('/');
    let (kind, rest) = match rest.split_once('/') {
        Some(("datasets", rest)) => (NodeKind::Dataset, rest),
        Some(("spaces" | "collections" | "papers" | "docs" | "blog", _)) if is_url => {
            return Some(unresolved());
        }
        Some(("models", rest)) if is_url => (expected, rest),
        _ => (expected, rest),
    };
    let parts: Vec<&str> = rest.split('/').collect();
    let at_revision = |part: &str| match part.split_once('@') {
        Some((name, revision)) if !revision.is_empty() => (name.to_owned(), Some(revision.to_owned())),
        _ => (part.to_owned(), None),
    };
    let reference = match parts.as_slice() {
        [name] => {
            let (name, revision) = at_revision(name);
            is_component(&name).then_some(Reference { name, kind, revision })
        }
        [organisation, name] => {
            let (name, revision) = at_revision(name);
            (is_component(organisation) && is_component(&name)).then(|| Reference {
                name: format!("{organisation}/{name}"),
                kind,
                revision,
            })
        }
        [organisation, name, "tree" | "blob" | "resolve" | "raw" | "commit", revision, ..] if is_url => {
            (is_component(organisation) && is_component(name)).then(|| Reference {
                name: format!("{organisation}/{name}"),
                kind,
                revision: Some((*revision).to_owned()),
            })
        }
        [organisation, name, ..] if is_url && is_component(organisation) => {
            let (name, revision) = at_revision(name);
            is_component(&name).then(|| Reference { name: format!("{organisation}/{name}"), kind, revision })
        }
        _ => None,
    };
    Some(reference.unwrap_or_else(unresolved))
}

/// One step that somebody states.
struct Step {
    child: usize,
    parent: Reference,
    /// The node of the parent, where it was scanned.
    inspected: Option<usize>,
    relation: EdgeRelation,
    evidence: usize,
}

fn steps(sources: &[Source], evidence: &[Evidence]) -> Vec<Step> {
    let mut steps = Vec::new();
    for (index, evidence) in evidence.iter().enumerate() {
        let (written, expected, relation, stated) = match &evidence.claim {
            Claim::Parent { reference, relation, revision } => {
                (reference, NodeKind::Model, EdgeRelation::Model(*relation), revision.clone())
            }
            Claim::Dataset(reference) => (reference, NodeKind::Dataset, EdgeRelation::TrainedOn, None),
            _ => continue,
        };
        let child = evidence.at.source;
        let Some(mut parent) = normalise(written, expected).filter(|_| child < sources.len()) else {
            continue;
        };
        let relation = match (relation, parent.kind) {
            // A dataset named as a parent is training data, whatever the field is called.
            (EdgeRelation::Model(_), NodeKind::Dataset) => EdgeRelation::TrainedOn,
            (relation, _) => relation,
        };
        if parent.kind != NodeKind::Unresolved {
            parent.revision = stated.filter(|revision| !revision.trim().is_empty()).or(parent.revision);
        }
        let inspected = sources.iter().position(|source| is_same(source, &parent));
        if inspected != Some(child) && !names_itself(sources.get(child), &parent) {
            steps.push(Step { child, parent, inspected, relation, evidence: index });
        }
    }
    adopt_revisions(&mut steps);
    steps
}

/// Whether a reference names the source that it stands in, in whatever revision.
fn names_itself(source: Option<&Source>, reference: &Reference) -> bool {
    source.is_some_and(|source| is_named(source, reference))
}

/// Whether a reference names a source, by its name or by the one that the Hub has moved to it.
fn is_named(source: &Source, reference: &Reference) -> bool {
    let kind = match source.repository_kind {
        RepositoryKind::Dataset => NodeKind::Dataset,
        RepositoryKind::Model | RepositoryKind::Space => NodeKind::Model,
    };
    let name = source.repository.as_deref().unwrap_or(&source.target);
    match reference.kind {
        NodeKind::Unresolved => name == reference.name,
        other => {
            let is_name = |known: &str| known.eq_ignore_ascii_case(&reference.name);
            let others = source.hub.iter().filter_map(|hub| hub.renamed_from.as_ref()).chain(&source.aliases);
            other == kind && (is_name(name) || others.map(String::as_str).any(is_name))
        }
    }
}

/// Whether a reference leads to a scanned source. Another commit of the same repository is another model, and so is
/// another branch or tag where the Hub was asked for it. What the user named at a revision stands for the repository.
pub(crate) fn is_same(source: &Source, reference: &Reference) -> bool {
    let is_commit = |revision: &str| revision.len() >= 7 && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
    let asked = source.hub.as_ref().map(|hub| hub.asked_revision.as_deref().unwrap_or("main"));
    let agrees = match (&source.revision, &reference.revision) {
        (Some(scanned), Some(stated)) if is_commit(stated) => {
            scanned.to_ascii_lowercase().starts_with(&stated.to_ascii_lowercase())
        }
        (_, Some(stated)) => asked.is_none_or(|asked| asked == stated || (is_commit(asked) && !source.is_followed)),
        (_, None) => asked.is_none_or(|asked| asked == "main" || !source.is_followed),
    };
    let wanted = form(&reference.name, reference.revision.as_deref());
    let is_alias = || source.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(&wanted));
    (agrees && is_named(source, reference)) || is_alias()
}

/// A name and a revision as [`Source::aliases`] holds them.
pub(crate) fn form(name: &str, revision: Option<&str>) -> String {
    revision.map_or_else(|| name.to_owned(), |revision| format!("{name}@{revision}"))
}

/// A reference without a revision means the one revision that another claim states.
fn adopt_revisions(steps: &mut [Step]) {
    let mut stated: BTreeMap<(NodeKind, String), BTreeSet<String>> = BTreeMap::new();
    let mut spelling: BTreeMap<(NodeKind, String), String> = BTreeMap::new();
    let key = |parent: &Reference| (parent.kind, parent.name.to_ascii_lowercase());
    for step in steps.iter() {
        stated.entry(key(&step.parent)).or_default().extend(step.parent.revision.clone());
        let first = spelling.entry(key(&step.parent)).or_insert_with(|| step.parent.name.clone());
        if step.parent.kind != NodeKind::Unresolved && step.parent.name < *first {
            first.clone_from(&step.parent.name);
        }
    }
    for step in steps.iter_mut().filter(|step| step.parent.kind != NodeKind::Unresolved) {
        let key = key(&step.parent);
        if let (None, Some(revisions)) = (&step.parent.revision, stated.get(&key)) {
            step.parent.revision = revisions.first().filter(|_| revisions.len() == 1).cloned();
        }
        // The Hub compares names without regard to case: one spelling for one repository.
        if let Some(name) = spelling.get(&key) {
            step.parent.name.clone_from(name);
        }
    }
}

fn source_node(index: usize, source: &Source) -> Node {
    Node {
        reference: source.repository.clone().unwrap_or_else(|| source.target.clone()),
        kind: match source.repository_kind {
            RepositoryKind::Dataset => NodeKind::Dataset,
            RepositoryKind::Model | RepositoryKind::Space => NodeKind::Model,
        },
        source: Some(index),
        is_seen: true,
        revision: source.revision.clone(),
    }
}

fn join_unstated(mut edges: BTreeMap<(usize, usize, EdgeRelation), BTreeSet<usize>>) -> Vec<Edge> {
    let unstated = EdgeRelation::Model(Relation::Unstated);
    let pairs: BTreeSet<(usize, usize)> = edges.keys().map(|(child, parent, _)| (*child, *parent)).collect();
    for (child, parent) in pairs {
        let stated = edges
            .range((child, parent, EdgeRelation::Model(Relation::Finetune))..(child, parent, unstated))
            .map(|(key, _)| *key)
            .next();
        if let Some(stated) = stated
            && let Some(because) = edges.remove(&(child, parent, unstated))
        {
            edges.entry(stated).or_default().extend(because);
        }
    }
    edges
        .into_iter()
        .map(|((child, parent, relation), because)| Edge {
            child,
            parent,
            relation,
            because: because.into_iter().collect(),
        })
        .collect()
}

/// What follows the name of the Hub, and whether it stood in a URL. `None` for what cannot be a Hub reference.
fn strip_hub(words: &str) -> Option<(&str, bool)> {
    let lower = words.to_ascii_lowercase();
    let after = |prefix: &str| lower.starts_with(prefix).then(|| words.get(prefix.len()..)).flatten();
    for scheme in ["https://", "http://", ""] {
        for host in ["huggingface.co/", "www.huggingface.co/", "hf.co/"] {
            if let Some(rest) = after(&format!("{scheme}{host}")) {
                return Some((rest, true));
            }
        }
    }
    if let Some(rest) = after("hf://") {
        return Some((rest, true));
    }
    if let Some(rest) = after("hf:") {
        return Some((rest, false));
    }
    let is_path = words.contains("://") || words.contains('\\') || words.starts_with(['/', '.', '~', '$']);
    (!is_path && !words.ends_with('/')).then_some((words, false))
}

/// `…/models--org--name/snapshots/<commit>` of `huggingface_hub`, `…/modelscope/hub/models/org/name` of ModelScope.
fn of_cache_path(words: &str) -> Option<Reference> {
    let parts: Vec<&str> = words.split(['/', '\\']).filter(|part| !part.is_empty()).collect();
    for (position, part) in parts.iter().enumerate() {
        let (kind, folded) = match (part.strip_prefix("models--"), part.strip_prefix("datasets--")) {
            (Some(folded), _) => (NodeKind::Model, folded),
            (None, Some(folded)) => (NodeKind::Dataset, folded),
            (None, None) => continue,
        };
        let name = folded.replacen("--", "/", 1);
        if !name.split('/').all(is_component) {
            continue;
        }
        let revision = (parts.get(position + 1) == Some(&"snapshots")).then(|| parts.get(position + 2)).flatten();
        return Some(Reference { name, kind, revision: revision.map(|&revision| revision.to_owned()) });
    }
    let hub = parts.windows(2).position(|pair| pair == ["modelscope", "hub"])?;
    let rest: Vec<&str> = parts.iter().skip(hub + 2).copied().collect();
    let (kind, rest) = match rest.as_slice() {
        ["datasets", rest @ ..] => (NodeKind::Dataset, rest),
        ["models", rest @ ..] | rest => (NodeKind::Model, rest),
    };
    let [organisation, name, ..] = rest else {
        return None;
    };
    let name = name.replace("___", ".");
    (is_component(organisation) && is_component(&name)).then(|| Reference {
        name: format!("{organisation}/{name}"),
        kind,
        revision: None,
    })
}

/// One half of `org/name` as the Hub allows it: letters, digits, `_`, `-`, `.`; at most 96 of them.
fn is_component(part: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    (1..=96).contains(&part.len())
        && part.bytes().all(is_allowed)
        && part.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::resolve::tests::{parent_claim, source_of, statement};

    fn model(written: &str) -> (String, NodeKind, Option<String>) {
        let reference = normalise(written, NodeKind::Model).expect("it refers to something");
        (reference.name, reference.kind, reference.revision)
    }

    #[test]
    fn every_spelling_of_a_repository_is_one_reference() {
        for written in [
            "org/name",
            " org/name ",
            "https://huggingface.co/org/name",
            "https://huggingface.co/org/name/",
            "http://www.huggingface.co/org/name?library=x#top",
            "huggingface.co/org/name",
            "https://hf.co/org/name",
            "hf://org/name",
            "hf:org/name",
            "/home/user/.cache/huggingface/hub/models--org--name",
        ] {
            assert_eq!(model(written), ("org/name".to_owned(), NodeKind::Model, None), "{written}");
        }
    }

    #[test]
    fn revisions_are_recovered_from_urls_cache_paths_and_at_signs() {
        for written in [
            "https://huggingface.co/org/name/tree/abc1234",
            "https://huggingface.co/org/name/blob/abc1234/README.md",
            "hf://org/name@abc1234/config.json",
            "/data/hub/models--org--name/snapshots/abc1234",
            "org/name@abc1234",
        ] {
            assert_eq!(
                model(written),
                ("org/name".to_owned(), NodeKind::Model, Some("abc1234".to_owned())),
                "{written}"
            );
        }
    }

    #[test]
    fn datasets_are_datasets_with_and_without_the_prefix() {
        let dataset = |written| normalise(written, NodeKind::Dataset).map(|reference| (reference.name, reference.kind));
        for written in ["org/data", "https://huggingface.co/datasets/org/data", "https://huggingface.co/org/data"] {
            assert_eq!(dataset(written), Some(("org/data".to_owned(), NodeKind::Dataset)), "{written}");
        }
        assert_eq!(model("datasets/org/data").1, NodeKind::Dataset);
    }

    #[test]
    fn a_modelscope_cache_path_gives_its_dots_back() {
        let written = "/home/me/.cache/modelscope/hub/models/Qwen/Qwen2___5-7B";
        assert_eq!(model(written).0, "Qwen/Qwen2.5-7B");
    }

    #[test]
    fn what_leads_nowhere_from_here_is_kept_as_written() {
        for written in
            ["./out", "../base", "/kaggle/input/llama", "s3://bucket/x", "C:\\models\\x", "a/b/c", "org/na me"]
        {
            assert_eq!(model(written), (written.to_owned(), NodeKind::Unresolved, None), "{written}");
        }
        assert_eq!(normalise("null", NodeKind::Model), None);
        assert_eq!(normalise("  ", NodeKind::Model), None);
    }

    #[test]
    fn a_model_that_names_itself_has_no_parent() {
        let sources = [source_of("org/child")];
        let evidence = [parent_claim(0, "Org/Child", Relation::Unstated)];
        assert_eq!(run(&sources, &evidence).edges, []);
    }

    #[test]
    fn a_step_stated_twice_is_one_edge_with_two_reasons() {
        let sources = [source_of("org/child"), source_of("org/base")];
        let evidence = [
            parent_claim(0, "org/base", Relation::Unstated),
            parent_claim(0, "https://huggingface.co/org/base", Relation::Adapter),
        ];
        let lineage = run(&sources, &evidence);
        let relation = EdgeRelation::Model(Relation::Adapter);
        assert_eq!(lineage.edges, [Edge { child: 0, parent: 1, relation, because: vec![0, 1] }]);
    }

    #[test]
    fn a_circle_ends_and_does_not_make_a_model_its_own_ancestor() {
        let sources = [source_of("a/a"), source_of("b/b")];
        let evidence = [parent_claim(0, "b/b", Relation::Merge), parent_claim(1, "a/a", Relation::Merge)];
        let lineage = run(&sources, &evidence);
        let ancestor = |node, because| Ancestor { node, because: vec![because], is_by_outputs: false };
        assert_eq!(ancestors(&lineage, 0), [ancestor(1, 0)]);
        assert_eq!(ancestors(&lineage, 1), [ancestor(0, 1)]);
    }

    #[test]
    fn what_is_reached_by_outputs_alone_is_told_from_what_is_reached_in_full() {
        let sources = ["a/child", "b/teacher", "c/base", "d/root"].map(source_of);
        let evidence = [
            parent_claim(0, "b/teacher", Relation::Distilled),
            parent_claim(0, "c/base", Relation::Finetune),
            parent_claim(1, "c/base", Relation::Finetune),
            parent_claim(1, "d/root", Relation::Finetune),
        ];
        let found: Vec<(usize, bool)> = ancestors(&run(&sources, &evidence), 0)
            .into_iter()
            .map(|ancestor| (ancestor.node, ancestor.is_by_outputs))
            .collect();
        assert_eq!(found, [(1, true), (2, false), (3, true)]);
    }

    #[test]
    fn another_state_that_somebody_else_was_made_from_is_another_model() {
        let at = |revision: Option<&str>, commit: &str| {
            let hub = crate::scan::HubState {
                asked_revision: revision.map(str::to_owned),
                ..crate::scan::HubState::default()
            };
            let base = source_of("org/base");
            Source { hub: Some(hub), is_followed: true, revision: Some(commit.to_owned()), ..base }
        };
        let (old, now) = (at(Some("v1"), &"0".repeat(40)), at(None, &"f".repeat(40)));
        let reference = |revision: Option<&str>| Reference {
            name: "org/base".to_owned(),
            kind: NodeKind::Model,
            revision: revision.map(str::to_owned),
        };
        for (revision, is_old, is_now) in
            [(None, false, true), (Some("main"), false, true), (Some("v1"), true, false), (Some("v2"), false, false)]
        {
            let found = (is_same(&old, &reference(revision)), is_same(&now, &reference(revision)));
            assert_eq!(found, (is_old, is_now), "{revision:?}");
        }
        let alias = Source { aliases: vec!["org/base@v2".to_owned()], ..now };
        assert!(is_same(&alias, &reference(Some("v2"))));
    }

    #[test]
    fn a_repository_that_was_moved_is_found_by_its_former_name() {
        let mut base = source_of("google/base");
        let hub = crate::scan::HubState { renamed_from: Some("base".to_owned()), ..crate::scan::HubState::default() };
        base.hub = Some(hub);
        let sources = [source_of("org/child"), base];
        let lineage = run(&sources, &[parent_claim(0, "base", Relation::Finetune)]);
        assert_eq!((lineage.nodes.len(), lineage.edges[0].parent), (2, 1));
    }

    #[test]
    fn another_commit_of_a_scanned_repository_was_not_inspected() {
        let mut base = source_of("org/base");
        base.revision = Some("a".repeat(40));
        let sources = [source_of("org/child"), base];
        let evidence = [statement(
            0,
            "README.md",
            Claim::Parent {
                reference: "org/base".to_owned(),
                relation: Relation::Finetune,
                revision: Some("b".repeat(40)),
            },
        )];
        let lineage = run(&sources, &evidence);
        assert_eq!(lineage.nodes.len(), 3);
        assert_eq!(lineage.nodes[2].source, None);
    }

    proptest! {
        #[test]
        fn arbitrary_references_never_panic(written in ".{0,200}") {
            let _ = normalise(&written, NodeKind::Model);
            let _ = normalise(&written, NodeKind::Dataset);
        }

        #[test]
        fn normalising_twice_changes_nothing(written in "[a-zA-Z0-9_.:/@-]{1,60}") {
            if let Some(first) = normalise(&written, NodeKind::Model)
                && first.kind == NodeKind::Model
            {
                let again = normalise(&first.name, NodeKind::Model);
                prop_assert_eq!(again.map(|reference| reference.name), Some(first.name));
            }
        }
    }
}
