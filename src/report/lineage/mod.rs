//! The family of a model, drawn: what each target was made from, with licence and verdict at every step. A tree for
//! the terminal, and the same graph in the languages of Graphviz and Mermaid and as a picture.
//!
//! `family` says what is drawn; the formats only write it. Every string of a scan is made inert first and then
//! escaped for the grammar that it stands in.

mod dot;
mod family;
mod layers;
mod measure;
mod mermaid;
mod outline;
#[cfg(test)]
pub(super) mod sample;
mod svg;
mod tree;

pub(super) use dot::FORMAT as DOT;
pub(super) use family::Family;
pub(super) use mermaid::FORMAT as MERMAID;
pub(super) use outline::Entry;
pub(super) use svg::{Embedded, FORMAT as SVG, STYLE};
pub(super) use tree::FORMAT as TREE;
pub(super) use tree::write_branch;

use super::style::Lines;
use crate::finding::Verdict;
use crate::lineage::{EdgeRelation, Relation};

/// Members that a picture shows; the tree and the JSON report hold all.
const MOST_DRAWN: usize = 400;
/// Columns of a name before its middle is left out.
const NAME_LIMIT: usize = 100;
/// Columns of an expression before it is cut.
const EXPRESSION_LIMIT: usize = 200;

/// The words between a child and its parent: `adapter of`.
pub(super) fn relation_words(relation: EdgeRelation) -> &'static str {
    match relation {
        EdgeRelation::Model(Relation::Finetune) => "finetune of",
        EdgeRelation::Model(Relation::Adapter) => "adapter of",
        EdgeRelation::Model(Relation::Quantized) => "quantized from",
        EdgeRelation::Model(Relation::Merge) => "merge of",
        EdgeRelation::Model(Relation::Distilled) => "distilled from",
        EdgeRelation::Model(Relation::Component) => "with component",
        EdgeRelation::Model(Relation::RemoteCode) => "with code of",
        EdgeRelation::Model(Relation::Unstated) => "made from",
        EdgeRelation::TrainedOn => "trained on",
    }
}

/// The mark that stands before the word of a verdict.
pub(super) fn mark(verdict: Verdict, lines: Lines) -> &'static str {
    match (verdict, lines) {
        (Verdict::Allow, Lines::Drawn) => "✓",
        (Verdict::Allow, Lines::Plain) => "+",
        (Verdict::Review, _) => "!",
        (Verdict::Unknown, _) => "?",
        (Verdict::Deny, Lines::Drawn) => "✗",
        (Verdict::Deny, Lines::Plain) => "x",
    }
}

/// The colour of a verdict on paper, and of what has none; each is legible on white and on black.
fn ink(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Allow) => "#2da44e",
        Some(Verdict::Review) => "#bf8700",
        Some(Verdict::Unknown) => "#d2691e",
        Some(Verdict::Deny) => "#dc3d43",
        None => "#7d8590",
    }
}
