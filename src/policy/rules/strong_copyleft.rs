//! `strong-copyleft`: a licence asks that the whole work be passed on under its own terms.

use license_db::Category;

use super::{Rule, by_category};
use crate::finding::{Finding, FindingKind};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "strong-copyleft",
        summary: "A licence asks that the whole work be passed on under its own terms.",
        docs: "## What it means

Who distributes a work that contains the subject must pass on the whole work under the same licence, usually
with source code.

## Why it matters

A product that carries such a model or its code to customers may have to be published under that licence.

## How it is detected

The effective licence has a binding licence of the category `strong-copyleft`, and `facts.distribution` says
that copies leave the house, or is not stated.

## How to fix it

State `facts.distribution` if no copies leave the house. Otherwise comply with the licence, choose another
model, or obtain other terms.
",
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    by_category(judgement, &RULE.kind, &[Category::StrongCopyleft], findings, |_| {
        (
            "asks that the whole work be passed on under its terms".to_owned(),
            "Comply with its terms on distribution, choose another model, or obtain other terms.".to_owned(),
        )
    });
}
