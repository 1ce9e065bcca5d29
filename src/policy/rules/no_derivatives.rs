//! `no-derivatives`: a licence forbids passing on changed versions.

use license_db::Category;

use super::{Rule, by_category};
use crate::finding::{Finding, FindingKind};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "no-derivatives",
        formerly: &[],
        topic: crate::finding::Topic::Terms,
        levels: &[crate::finding::Level::Error, crate::finding::Level::Warning],
        summary: "A licence forbids passing on changed versions.",
        docs: r"## What it means

Changed versions (fine-tunes, quantised weights, merges) may not be passed on, and some licences forbid making
them.

## Why it matters

Quantising or fine-tuning is a change, and serving the result may already count as passing it on.

## How it is detected

The effective licence has a binding licence of the category `no-derivatives`. Where `facts.modifies = false`, a person
should look; where it is `true` or not stated, it is denied.

## How to fix it

Use the model unchanged and state `facts.modifies = false`, choose another model, or obtain permission.

## How to accept it

Where the model is used as it is, the policy may say so; a person still has to look once.

```toml
[facts]
modifies = false
```

Fine-tuning, merging and quantising are changes. Without permission for them there is nothing to accept.

{waiver: Used unchanged, checked by hash at each release}

## Example

A repository is under CC-BY-ND-4.0, and the policy does not say whether anything is changed.

```text
error[no-derivatives]: weights of model: CC-BY-ND-4.0 forbids passing on changed versions (stated in
    LICENSE and README.md); facts.modifies is not stated, so its strictest answer counts
  --> model/LICENSE:1:1
   |
 1 | Creative Commons Attribution-NoDerivatives 4.0 International
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |  Creative Commons Corporation (“Creative Commons”) is not a law firm and does not provide lega
  --> model/README.md:2:10 (license)
   |
 2 | cc-by-nd-4.0
   | ^^^^^^^^^^^^
   = because: weights observed CC-BY-ND-4.0 (exact, text), from model/LICENSE:1:1
   = because: weights declared CC-BY-ND-4.0 (exact, label), from model/README.md:2:10 (license)
   = help: State facts.modifies in the policy if it is not the strictest answer. Use it unchanged,
           choose another model, or obtain permission for changes.
   = more: licentia explain no-derivatives
```
",
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    by_category(judgement, &RULE.kind, &[Category::NoDerivatives], findings, |_| {
        (
            "forbids passing on changed versions".to_owned(),
            "Use it unchanged, choose another model, or obtain permission for changes.".to_owned(),
        )
    });
}
