//! `no-derivatives`: a licence forbids passing on changed versions.

use license_db::Category;

use super::{Rule, by_category};
use crate::finding::{Finding, FindingKind};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "no-derivatives",
        summary: "A licence forbids passing on changed versions.",
        docs: "## What it means

Changed versions (fine-tunes, quantised weights, merges) may not be passed on, and some licences forbid making
them.

## Why it matters

Quantising or fine-tuning is a change, and serving the result may already count as passing it on.

## How it is detected

The effective licence has a binding licence of the category `no-derivatives`. It is denied where
`facts.modifies = true`.

## How to fix it

Use the model unchanged and state `facts.modifies = false`, choose another model, or obtain permission.
",
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    by_category(judgement, &RULE.kind, &[Category::NoDerivatives], findings, |_| {
        (
            "forbids passing on changed versions".to_owned(),
            "Use it unchanged, choose another model, or obtain permission for changes.".to_owned(),
        )
    });
}
