//! `conditional-terms`: a licence permits commercial use under conditions that the policy cannot answer.

use license_db::{Category, TermKind};

use super::{Rule, by_category, terms_in_words};
use crate::finding::{Finding, FindingKind};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "conditional-terms",
        summary: "A licence permits commercial use under conditions that the policy cannot answer.",
        docs: "## What it means

Commercial use is permitted below a threshold (users, revenue, team size), after a registration, in some
territories or with duties that grow with size.

## Why it matters

Whether the permission holds depends on facts about the organisation, and it can end when the organisation
grows.

## How it is detected

The effective licence has a binding licence of the category `conditional`. The message lists each condition
with the place in the licence where it was read.

## How to fix it

Compare each condition with the organisation. If all hold, allow the licence in the policy by its identifier,
and look again when they change.
",
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    by_category(judgement, &RULE.kind, &[Category::Conditional], findings, |bound| {
        let terms = terms_in_words(bound, is_condition);
        let asks = if terms.is_empty() {
            "permits commercial use under conditions that nobody has recorded".to_owned()
        } else {
            format!("permits commercial use under conditions: {terms}")
        };
        (asks, "Compare each condition with your organisation; if all hold, allow the licence in the policy by its identifier.".to_owned())
    });
}

/// Terms that decide whether the permission holds and that no fact of the policy answers.
fn is_condition(kind: TermKind) -> bool {
    matches!(
        kind,
        TermKind::OtherThreshold | TermKind::Registration | TermKind::SeparateLicense | TermKind::CommercialUse
    )
}
