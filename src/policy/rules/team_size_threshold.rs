//! `team-size-threshold`: more people than a licence permits, or their number is not stated.

use license_db::TermKind;

use super::{Rule, by_condition};
use crate::finding::{Finding, FindingKind};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "team-size-threshold",
        formerly: &[],
        topic: crate::finding::Topic::Terms,
        levels: &[crate::finding::Level::Error],
        summary: "More people than a licence permits, or their number is not stated.",
        docs: r"## What it means

A licence permits use only to organisations of up to a number of people. `facts.team_size` is above it, or is not
stated.

## Why it matters

Above the number there is no permission.

## How it is detected

The licence has the term `team-size`, which counts people, employed or under contract.

## How to fix it

State `facts.team_size` if it is not stated. Above the number, ask for another licence or choose another model.

## How to accept it

With a licence of your own from the licensor, name the contract.

{waiver: Enterprise licence signed with the licensor on 2 May 2026}

## Example

The policy says `team_size = 12`; the licence permits ten people.

```text
error[team-size-threshold]: weights of model: LicenseRef-licentia-dreamlike-1 permits this only up
    to 10 people (report, not verified in the text); facts.team_size says 12 people (stated in
    README.md)
  --> model/README.md:2:10 (license)
   |
 2 | LicenseRef-licentia-dreamlike-1
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   = because: weights declared LicenseRef-licentia-dreamlike-1 (exact, label), from
              model/README.md:2:10 (license)
   = policy: licentia.toml:4:13 (facts.team_size = 12)
   = help: Ask the licensor for a licence, or choose another model.
   = more: licentia explain team-size-threshold
```
",
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    let is_it = |kind| matches!(kind, TermKind::TeamSize);
    by_condition(judgement, &RULE.kind, is_it, findings, HELP);
}

const HELP: &str = "Ask the licensor for a licence, or choose another model.";
