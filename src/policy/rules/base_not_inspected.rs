//! `base-not-inspected`: a model was made from another that was not inspected.

use super::Rule;
use crate::fact::Reason;
use crate::finding::{Finding, FindingKind, Verdict};
use crate::lineage::{Edge, EdgeRelation, NodeKind};
use crate::policy::Seen;
use crate::policy::judgement::{Case, Judgement};
use crate::policy::message::{escaped, quoted};
use crate::policy::settings::Inheritance;
use crate::resolve::lineage::ancestors;
use crate::resolve::{gaps_in_the_way, receives_terms};

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "base-not-inspected",
        formerly: &[],
        topic: crate::finding::Topic::Lineage,
        levels: &[crate::finding::Level::Warning],
        summary: "A model was made from another that was not inspected.",
        docs: r#"## What it means

The repository names a base model, an adapter target, a merge input or a part that this run did not look at.

## Why it matters

Its terms bind the derivative, and nobody has compared them with what the derivative claims.

## How it is detected

A parent in the lineage, direct or through inspected ancestors, is no scanned source: it was not given, not
reachable, or is a path on somebody else's machine. Or it was opened and nothing could be read that states its
licence: then the obstacle is among the reasons, and the run is incomplete. Licences are not guessed from names.

## How to fix it

Scan the base in the same run (name it as a further target), or look at its licence and waive the finding with
the reason.

## How to accept it

Scanning the base is better: a waiver says nothing about its terms. Where it cannot be scanned, somebody reads its
licence, and the waiver says what was read and of which revision, because the licence of a base can change.

{waiver: org/base at revision 4f1c2d9 is under Apache-2.0; its LICENSE was read on 2 May 2026}

## Example

A card says `license: mit` and `base_model: org/base`; the text of the MIT licence is there, the base is not.

```text
warning[base-not-inspected]: weights of model: made from "org/base" (unstated), which was not
    inspected: its terms are not known
  --> model/README.md:3:13 (base_model)
   |
 3 | org/base
   | ^^^^^^^^
   = because: model/README.md:3:13 (base_model) names the parent `org/base` (unstated)
   = help: Scan the base as a further target, or check its licence and waive this finding with the
           reason.
   = more: licentia explain base-not-inspected
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    let lineage = judgement.seen.lineage;
    let counts = |case: &&Case<'_>| receives_terms(case.subject()) && case.settings.lineage() > Inheritance::Ignore;
    for case in judgement.cases.iter().filter(counts) {
        for ancestor in ancestors(lineage, case.subject().source) {
            let node = ancestor.node;
            let Some(base) = lineage.nodes.get(node).filter(|base| base.inspected().is_none()) else {
                continue;
            };
            let (relation, child) = step(judgement, node, case.subject().source);
            let what = match (base.source, base.kind) {
                (Some(_), _) => "of which nothing could be seen that states its licence",
                (None, NodeKind::Unresolved) => "which leads nowhere from here",
                (None, NodeKind::Model | NodeKind::Dataset) => "which was not inspected",
            };
            let through = match child {
                Some(child) if child != case.subject().source => {
                    let source = judgement.seen.sources.get(child);
                    format!(" through {}", escaped(source.map_or("?", |source| source.target.as_str())))
                }
                _ => String::new(),
            };
            let message =
                format!("made from {}{through} ({relation}), {what}: its terms are not known", quoted(&base.reference));
            let help = if base.source.is_some() {
                "Make the base readable as the gap says, or check its licence and waive this finding with the reason."
            } else {
                "Scan the base as a further target, or check its licence and waive this finding with the reason."
            };
            let help = help.to_owned();
            let mut because: Vec<Reason> = ancestor.because.into_iter().map(Reason::Evidence).collect();
            let Seen { sources, gaps, .. } = *judgement.seen;
            let in_the_way = base.source.map(|source| gaps_in_the_way(source, sources, gaps)).unwrap_or_default();
            because.extend(in_the_way.into_iter().map(Reason::Gap));
            findings.push(judgement.finding(&RULE.kind, case, Verdict::Review, because, (message, help)));
        }
    }
}

/// How a node was used, and by which source on the way to this one: itself, else the first of those that it was made
/// from.
fn step(judgement: &Judgement<'_>, node: usize, of: usize) -> (&'static str, Option<usize>) {
    let lineage = judgement.seen.lineage;
    let family = lineage.ancestors(of);
    let is_step = |edge: &&Edge| edge.parent == node && matches!(edge.relation, EdgeRelation::Model(_));
    let steps = || lineage.edges.iter().filter(is_step);
    match steps().find(|edge| edge.child == of).or_else(|| steps().find(|edge| family.contains(&edge.child))) {
        Some(edge) => (edge.relation.as_str(), lineage.nodes.get(edge.child).and_then(|child| child.source)),
        None => ("unstated", None),
    }
}
