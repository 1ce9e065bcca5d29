//! `use-restrictions`: a licence or use policy excludes fields of use.

use license_db::{Category, TermKind};

use super::{Rule, by_category, terms_in_words};
use crate::finding::{Finding, FindingKind};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "use-restrictions",
        summary: "A licence or use policy excludes fields of use.",
        docs: "## What it means

The subject may be used commercially, but not for everything: a list of excluded uses, in the licence or in an
acceptable-use policy, binds whoever uses it.

## Why it matters

The list is part of the permission. Most such licences also ask to pass the list on to users and recipients.

## How it is detected

The effective licence has a binding licence of the category `use-restricted`, or a use policy stands beside
it.

## How to fix it

Read the list and compare it with the use. If the use is inside, allow the licence in the policy by its
identifier and pass on what it asks to pass on.
",
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    let categories = [Category::UseRestricted, Category::UsePolicy];
    by_category(judgement, &RULE.kind, &categories, findings, |bound| {
        let is_it = |kind| matches!(kind, TermKind::UseRestrictions | TermKind::FlowDown);
        let terms = terms_in_words(bound, is_it);
        let asks = if terms.is_empty() {
            "excludes fields of use".to_owned()
        } else {
            format!("excludes fields of use: {terms}")
        };
        (
            asks,
            "Compare the excluded uses with yours; if none applies, allow the licence in the policy by its identifier."
                .to_owned(),
        )
    });
}
