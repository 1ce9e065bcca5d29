//! `weak-copyleft`: a licence asks that changes to the licensed part be passed on under its own terms.

use license_db::Category;

use super::{Rule, by_category};
use crate::finding::{Finding, FindingKind};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "weak-copyleft",
        formerly: &[],
        topic: crate::finding::Topic::Terms,
        levels: &[crate::finding::Level::Warning],
        summary: "A licence asks that changes to the licensed part be passed on under its own terms.",
        docs: "## What it means

The licensed files or library stay under their licence when they are passed on, changed or not. The rest of
the work does not.

## Why it matters

Changed files must be published to whoever receives them, and some licences ask that users can replace the
part.

## How it is detected

The effective licence has a binding licence of the category `weak-copyleft`.

## How to fix it

Let a person check how the part is distributed, then allow the licence in the policy, or replace the part.

## How to accept it

{allow: MPL-2.0}

{waiver: Used unchanged; its files are offered to customers together with the product}

## Example

A repository is under MPL-2.0.

```text
warning[weak-copyleft]: weights of model: MPL-2.0 asks that changes to the licensed part be passed
    on under its terms (stated in LICENSE and README.md)
  --> model/LICENSE:1:1
   |
 1 | Mozilla Public License Version 2.0
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   | ==================================
   | 1. Definitions
   | ... (3 more lines)
  --> model/README.md:2:10 (license)
   |
 2 | mpl-2.0
   | ^^^^^^^
   = because: weights observed MPL-2.0 (exact, text), from model/LICENSE:1:1
   = because: weights declared MPL-2.0 (exact, label), from model/README.md:2:10 (license)
   = help: Check how the part is distributed and changed, then allow the licence in the policy or
           replace the part.
   = more: licentia explain weak-copyleft
```
",
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    by_category(judgement, &RULE.kind, &[Category::WeakCopyleft], findings, |_| {
        (
            "asks that changes to the licensed part be passed on under its terms".to_owned(),
            "Check how the part is distributed and changed, then allow the licence in the policy or replace the part."
                .to_owned(),
        )
    });
}
