//! `revenue-threshold`: more revenue than a licence permits, or it is not stated.

use license_db::TermKind;

use super::{Rule, by_condition};
use crate::finding::{Finding, FindingKind};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "revenue-threshold",
        formerly: &[],
        topic: crate::finding::Topic::Terms,
        levels: &[crate::finding::Level::Error, crate::finding::Level::Warning],
        summary: "More revenue than a licence permits, or it is not stated.",
        docs: r"## What it means

A licence permits commercial use only up to an amount of revenue. `facts.annual_revenue` or `facts.monthly_revenue` is
above it, or is not stated in the currency of the licence.

## Why it matters

Above the amount commercial use needs another licence, usually one that is paid for.

## How it is detected

The licence has the term `annual-revenue` or `monthly-revenue`. Amounts are compared in the currency of the licence; no
rate of exchange is assumed. At the amount itself the permission holds.

## How to fix it

State the revenue if it is not stated, in the currency that the message names. Above the amount, buy the licence or choose
another model.

## How to accept it

With a licence of your own from the licensor, name the contract. An entry in `licenses.allow` does not accept it: what an
organisation says about its revenue counts against what it says about a licence.

{waiver: Enterprise licence signed with the licensor on 2 May 2026}

## Example

The policy states two million dollars of revenue in a year; the licence permits one.

```text
error[revenue-threshold]: weights of model: LicenseRef-scancode-stability-ai-community-2024 permits
    this only up to 1,000,000 USD of revenue in a year of the group (section III);
    facts.annual_revenue says 2,000,000 USD (stated in README.md)
  --> model/README.md:3:15 (license_name)
   |
 3 | stability ai community license
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   = because: weights declared LicenseRef-scancode-stability-ai-community-2024 (exact, label), from
              model/README.md:3:15 (license_name)
   = policy: licentia.toml:4:18 (facts.annual_revenue = 2_000_000)
   = help: Buy a licence from the licensor, or choose another model.
   = more: licentia explain revenue-threshold
```
",
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    let is_it = |kind| matches!(kind, TermKind::AnnualRevenue | TermKind::MonthlyRevenue);
    by_condition(judgement, &RULE.kind, is_it, findings, HELP);
}

const HELP: &str = "Buy a licence from the licensor, or choose another model.";
