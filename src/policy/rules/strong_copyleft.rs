//! `strong-copyleft`: a licence asks that the whole work be passed on under its own terms.

use license_db::Category;

use super::{Rule, by_category};
use crate::finding::{Finding, FindingKind};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "strong-copyleft",
        formerly: &[],
        topic: crate::finding::Topic::Terms,
        levels: &[crate::finding::Level::Error, crate::finding::Level::Warning, crate::finding::Level::Note],
        summary: "A licence asks that the whole work be passed on under its own terms.",
        docs: r#"## What it means

Who distributes a work that contains the subject must pass on the whole work under the same licence, usually
with source code.

## Why it matters

A product that carries such a model or its code to customers may have to be published under that licence.

## How it is detected

The effective licence has a binding licence of the category `strong-copyleft`, and `facts.distribution` says
that copies leave the house, or is not stated. Where others come to it over a network only, a person should look; where
it says `none`, a note tells which fact makes it so.

## How to fix it

State `facts.distribution` if no copies leave the house. Otherwise comply with the licence, choose another
model, or obtain other terms.

## How to accept it

Where no copy leaves the organisation, the policy may say how others come to the model; the finding is then a
warning, and a note where nobody outside comes to it at all.

```toml
[facts]
distribution = ["saas"]   # or outputs-only: a warning; none: a note
```

{waiver: The whole product is published under GPL-3.0 at https://example.org/source}

## Example

A repository is under GPL-3.0-only, and the policy does not say whether copies are passed on.

```text
error[strong-copyleft]: weights of model: GPL-3.0-only asks that the whole work be passed on under
    its terms (stated in LICENSE and README.md); facts.distribution is not stated, so its strictest
    answer counts
  --> model/LICENSE:1:1
   |
 1 | GNU GENERAL PUBLIC LICENSE
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^
   | Version 3, 29 June 2007
   | Copyright © 2007 Free Software Foundation, Inc. <https://fsf.org/>
   | ... (1 more line)
  --> model/README.md:2:10 (license)
   |
 2 | gpl-3.0
   | ^^^^^^^
   = because: weights observed GPL-3.0-only (exact, text), from model/LICENSE:1:1
   = because: weights declared GPL-3.0-only (exact, label), from model/README.md:2:10 (license)
   = help: State facts.distribution in the policy if it is not the strictest answer. Comply with its
           terms on distribution, choose another model, or obtain other terms.
   = more: licentia explain strong-copyleft
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    by_category(judgement, &RULE.kind, &[Category::StrongCopyleft], findings, |_| {
        (
            "asks that the whole work be passed on under its terms".to_owned(),
            "Comply with its terms on distribution, choose another model, or obtain other terms.".to_owned(),
        )
    });
}
