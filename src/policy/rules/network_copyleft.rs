//! `network-copyleft`: a licence asks for its own terms as soon as users reach the work over a network.

use license_db::Category;

use super::{Rule, by_category};
use crate::finding::{Finding, FindingKind};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "network-copyleft",
        summary: "A licence asks for its own terms as soon as users reach the work over a network.",
        docs: "## What it means

Whoever lets others use a changed version over a network must offer them its source under the same licence.
Some licences of this category bind unchanged versions too.

## Why it matters

A hosted service is enough: nothing needs to be shipped to anyone.

## How it is detected

The effective licence has a binding licence of the category `network-copyleft`. The policy fails it unless
`facts.modifies = false` is stated.

## How to fix it

State `facts.modifies = false` if the model and its code are used unchanged, and let a person check the
licence. Otherwise choose another model or obtain other terms.
",
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    by_category(judgement, &RULE.kind, &[Category::NetworkCopyleft], findings, |_| {
        (
            "asks for its own terms when users reach a changed version over a network".to_owned(),
            "Choose another model, obtain other terms, or offer the source as it asks.".to_owned(),
        )
    });
}
