//! `network-copyleft`: a licence asks for its own terms as soon as users reach the work over a network.

use license_db::Category;

use super::{Rule, by_category};
use crate::finding::{Finding, FindingKind};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "network-copyleft",
        formerly: &[],
        topic: crate::finding::Topic::Terms,
        levels: &[crate::finding::Level::Error, crate::finding::Level::Warning, crate::finding::Level::Note],
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

## How to accept it

Where the model and its code are used unchanged, the policy may say so; the finding is then a warning, because some
of these licences bind unchanged versions too.

```toml
[facts]
modifies = false
```

{waiver: The source of our changed version is offered to every user at https://example.org/source}

## Example

A repository is under AGPL-3.0-only, and the policy does not say whether anything is changed.

```text
error[network-copyleft]: weights of model: AGPL-3.0-only asks for its own terms when users reach a
    changed version over a network (stated in LICENSE and README.md); facts.modifies is not stated,
    so its strictest answer counts
  --> model/LICENSE:1:1
   |
 1 | GNU AFFERO GENERAL PUBLIC LICENSE
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   | Version 3, 19 November 2007
   | Copyright (C) 2007 Free Software Foundation, Inc. <http://fsf.org/>
   | ... (1 more line)
  --> model/README.md:2:10 (license)
   |
 2 | agpl-3.0
   | ^^^^^^^^
   = because: weights observed AGPL-3.0-only (exact, text), from model/LICENSE:1:1
   = because: weights declared AGPL-3.0-only (exact, label), from model/README.md:2:10 (license)
   = help: State facts.modifies in the policy if it is not the strictest answer. Choose another
           model, obtain other terms, or offer the source as it asks.
   = more: licentia explain network-copyleft
```
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
