//! What a model was made from.

use std::collections::BTreeSet;
use std::fmt;

/// How a child was made from its parent. The words are the Hub's `base_model_relation`, with those that other
/// formats state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// Trained further.
    Finetune,
    /// Weights that only work on top of the parent.
    Adapter,
    /// The same weights in fewer bits.
    Quantized,
    /// Several models combined.
    Merge,
    /// Trained on the parent's outputs.
    Distilled,
    /// One part of a pipeline: a VAE, a text encoder.
    Component,
    /// Code that is loaded from another repository (`auto_map`).
    RemoteCode,
    /// The source names a parent and not the relation.
    Unstated,
}

impl Relation {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Finetune => "finetune",
            Self::Adapter => "adapter",
            Self::Quantized => "quantized",
            Self::Merge => "merge",
            Self::Distilled => "distilled",
            Self::Component => "component",
            Self::RemoteCode => "remote-code",
            Self::Unstated => "unstated",
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The graph of models that a scan knows of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lineage {
    /// The scanned sources first, in their order, then every named ancestor by reference.
    pub nodes: Vec<Node>,
    /// From child to parent.
    pub edges: Vec<Edge>,
}

impl Lineage {
    /// What a model was made from and trained on, over any number of steps.
    pub fn ancestors(&self, child: usize) -> BTreeSet<usize> {
        let mut waiting = vec![child];
        let mut seen = BTreeSet::new();
        while let Some(node) = waiting.pop() {
            let parents = self.edges.iter().filter(|edge| edge.child == node).map(|edge| edge.parent);
            waiting.extend(parents.filter(|&parent| seen.insert(parent)));
        }
        seen
    }

    /// The models that something was made from and of which no licence could be looked for: what binds of them is not
    /// known.
    pub fn unseen_models(&self) -> impl Iterator<Item = &Node> {
        let parents: BTreeSet<usize> = self.edges.iter().map(|edge| edge.parent).collect();
        let nodes = parents.into_iter().filter_map(|parent| self.nodes.get(parent));
        nodes.filter(|node| node.is_unseen_model())
    }

    /// Whether a model was made from another or trained on a dataset, over any number of steps.
    pub fn leads_to(&self, child: usize, ancestor: usize) -> bool {
        self.ancestors(child).contains(&ancestor)
    }
}

/// A model or dataset in the graph.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    /// `org/name`, or the path as it was written.
    pub reference: String,
    /// What the reference is.
    pub kind: NodeKind,
    /// Index of the source, where it was opened.
    pub source: Option<usize>,
    /// Whether its licence could be looked for: not where nothing could be opened, nor where all that might state a
    /// licence could not be read.
    pub is_seen: bool,
    /// Commit or tag, where stated.
    pub revision: Option<String>,
}

impl Node {
    /// Whether it is no dataset, and no licence of it could be looked for: what may come down from it is not known.
    pub fn is_unseen_model(&self) -> bool {
        self.kind != NodeKind::Dataset && self.inspected().is_none()
    }

    /// The source, where its licence could be looked for: what is known of it counts. Elsewhere its terms are unknown.
    pub fn inspected(&self) -> Option<usize> {
        self.source.filter(|_| self.is_seen)
    }
}

/// What stands at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeKind {
    /// A model repository.
    Model,
    /// A dataset repository.
    Dataset,
    /// A reference that leads nowhere from here: a path of somebody's machine, a bucket.
    Unresolved,
}

/// One step from a child to what it was made from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// Index of the child in [`Lineage::nodes`].
    pub child: usize,
    /// Index of the parent in [`Lineage::nodes`].
    pub parent: usize,
    /// How.
    pub relation: EdgeRelation,
    /// Indices of the evidence that says so, in [`crate::scan::Scan::evidence`].
    pub because: Vec<usize>,
}

/// The kind of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeRelation {
    /// A model made from a model.
    Model(Relation),
    /// A model trained on a dataset.
    TrainedOn,
}

impl EdgeRelation {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Model(relation) => relation.as_str(),
            Self::TrainedOn => "trained-on",
        }
    }
}
