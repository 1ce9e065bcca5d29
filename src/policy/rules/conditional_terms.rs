//! `conditional-terms`: a licence permits commercial use under conditions that the policy cannot answer.

use license_db::{Category, TermKind};

use super::{Rule, by_category, terms_in_words};
use crate::finding::{Finding, FindingKind};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "conditional-terms",
        formerly: &[],
        topic: crate::finding::Topic::Terms,
        levels: &[crate::finding::Level::Warning],
        summary: "A licence permits commercial use under conditions that the policy cannot answer.",
        docs: r"## What it means

Commercial use is permitted after a registration, below a number of devices, or under another condition that no
fact of the policy answers. Users, revenue, people and territories have findings of their own.

## Why it matters

Whether the permission holds depends on facts about the organisation, and it can end when the organisation
grows.

## How it is detected

The effective licence has a binding licence of the category `conditional`, and not every condition that is
recorded of it is one that facts answer. The message lists what is left, with the place where it was read.

## How to fix it

Compare each condition with the organisation. If all hold, allow the licence in the policy by its identifier,
and look again when they change.

## How to accept it

Accept it after each condition in the message was compared with the organisation, and compare again when the
organisation grows. Where a condition does not hold there is no permission, and nothing to accept.

{allow: LicenseRef-scancode-stability-ai-community-2024}

{waiver: Registered with the licensor on 2 May 2026}

## Example

A card names a licence that asks for a registration; the revenue is stated and below its limit.

```text
warning[conditional-terms]: weights of model: LicenseRef-scancode-stability-ai-community-2024
    permits commercial use under conditions: commercial-use conditional (section III); registration
    commercial (section III); separate-license true (section III) (stated in README.md)
  --> model/README.md:3:15 (license_name)
   |
 3 | stability ai community license
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   = because: weights declared LicenseRef-scancode-stability-ai-community-2024 (exact, label), from
              model/README.md:3:15 (license_name)
   = help: Compare each condition with your organisation; if all hold, allow the licence in the
           policy by its identifier.
   = more: licentia explain conditional-terms
```
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
