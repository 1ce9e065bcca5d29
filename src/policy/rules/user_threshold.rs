//! `user-threshold`: more active users than a licence permits, or their number is not stated.

use license_db::TermKind;

use super::{Rule, by_condition};
use crate::finding::{Finding, FindingKind};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "user-threshold",
        formerly: &[],
        topic: crate::finding::Topic::Terms,
        levels: &[crate::finding::Level::Error, crate::finding::Level::Warning],
        summary: "More active users than a licence permits, or their number is not stated.",
        docs: r"## What it means

A licence permits use only up to a number of active users, or asks above it that its name be shown. `facts.mau` (or
`facts.dau`, or `facts.mau_at_release`) is above it, or is not stated.

## Why it matters

Above the number the permission ends, or another licence must be asked for, and the licensor may refuse it.

## How it is detected

The licence has the term `monthly-users` or `daily-users`. Where the licence counts the users on the day on which the
model was released, `facts.mau_at_release` answers by model, licence or day; where it says nothing, `facts.mau` stands in.
At the number itself the permission holds. Whose users count (the group, the licensee, the product) stands in the
message; `facts.mau` is the number of the whole group, which is never too small.

## How to fix it

State `facts.mau` if it is not stated. Above the number, ask the licensor for a licence, or choose another model.

## How to accept it

With a licence of your own from the licensor, name the contract. An entry in `licenses.allow` does not accept it where
`facts.mau` says that there are too many.

{waiver: Licence for our number of users signed with the licensor on 2 May 2026}

## Example

The policy says `mau = 900_000_000`, and a card says `license: llama3.1`.

```text
error[user-threshold]: weights of model: LicenseRef-scancode-llama-3.1-license-2024 permits this
    only up to 700,000,000 users a month of the group, counted when the model was released (section
    2); facts.mau says 900,000,000 users a month, which stands in for their number at the release
    (stated in README.md)
  --> model/README.md:2:10 (license)
   |
 2 | llama3.1
   | ^^^^^^^^
   = because: weights declared LicenseRef-scancode-llama-3.1-license-2024 (exact, label), from
              model/README.md:2:10 (license)
   = policy: licentia.toml:4:7 (facts.mau = 900_000_000)
   = help: Ask the licensor for a licence, or choose another model.
   = more: licentia explain user-threshold
```
",
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    let is_it = |kind| matches!(kind, TermKind::MonthlyUsers | TermKind::DailyUsers);
    by_condition(judgement, &RULE.kind, is_it, findings, HELP);
}

const HELP: &str = "Ask the licensor for a licence, or choose another model.";
