//! `hosting-restricted`: a licence keeps a service over a network to itself.

use license_db::TermKind;

use super::{Rule, by_condition};
use crate::finding::{Finding, FindingKind};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "hosting-restricted",
        formerly: &[],
        topic: crate::finding::Topic::Terms,
        levels: &[crate::finding::Level::Error],
        summary: "A licence keeps a service over a network to itself.",
        docs: r#"## What it means

A licence forbids to serve third parties with the model over a network, or leaves that to another licence, and
`facts.distribution` holds `saas` or is not stated.

## Why it matters

A hosted product is the most usual way to use a model commercially, and the one that such a licence sells.

## How it is detected

The licence has the term `hosting` with the value `forbidden` or `needs-license`. That a text counts a service as passing
on is no finding of this kind: then the duties of passing on apply.

## How to fix it

State `facts.distribution` if it is not stated. Otherwise ask for the licence, or choose another model.

## How to accept it

With a licence of your own from the licensor, name the contract.

{waiver: Hosting licence signed with the licensor on 2 May 2026}

## Example

The policy says `distribution = ["saas"]`, and a card names the Falcon 180B licence, which sells hosting apart.

```text
error[hosting-restricted]: weights of model: LicenseRef-licentia-falcon-180b-1.0 leaves a service
    over a network to another licence (sections 9.1, 9.3); facts.distribution says saas (stated in
    README.md)
  --> model/README.md:3:15 (license_name)
   |
 3 | falcon 180b license
   | ^^^^^^^^^^^^^^^^^^^
   = because: weights declared LicenseRef-licentia-falcon-180b-1.0 (exact, label), from
              model/README.md:3:15 (license_name)
   = policy: licentia.toml:2:16 (facts.distribution = ["saas"])
   = help: Ask the licensor for a licence to host, or choose another model.
   = more: licentia explain hosting-restricted
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    let is_it = |kind| matches!(kind, TermKind::Hosting);
    by_condition(judgement, &RULE.kind, is_it, findings, HELP);
}

const HELP: &str = "Ask the licensor for a licence to host, or choose another model.";
