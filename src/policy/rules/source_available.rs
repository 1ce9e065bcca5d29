//! `source-available`: a licence shows the source and restricts its use.

use license_db::Category;

use super::{Rule, by_category};
use crate::finding::{Finding, FindingKind};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "source-available",
        formerly: &[],
        topic: crate::finding::Topic::Terms,
        levels: &[crate::finding::Level::Error, crate::finding::Level::Warning],
        summary: "A licence shows the source and restricts its use.",
        docs: "## What it means

The work can be read and often used, but production use, hosting or competing use needs another licence.

## Why it matters

It looks like open source and is not: the permission may end where business begins.

## How it is detected

The effective licence has a binding licence of the category `source-available`.

## How to fix it

Read what the licence excludes (production, hosting, competition). If the use is inside it, allow the licence
in the policy by its identifier.

## How to accept it

{allow: Elastic-2.0}

These licences often forbid offering the work as a service. Where only one product is known to stay clear of that,
a waiver for its model is safer than an entry.

{waiver: Used inside the company only, nothing is hosted for others; reviewed on 2 May 2026}

## Example

A repository is under Elastic-2.0.

```text
error[source-available]: weights of model: Elastic-2.0 restricts use although its source can be seen
    (stated in LICENSE and README.md)
  --> model/LICENSE:1:1
   |
 1 | Elastic License 2.0
   | ^^^^^^^^^^^^^^^^^^^
   | URL: https://www.elastic.co/licensing/elastic-license
   | Acceptance
   | ... (1 more line)
  --> model/README.md:3:15 (license_name)
   |
 3 | Elastic-2.0
   | ^^^^^^^^^^^
   = because: weights observed Elastic-2.0 (exact, text), from model/LICENSE:1:1
   = because: weights declared Elastic-2.0 (exact, label), from model/README.md:3:15 (license_name)
   = help: Read what it excludes; allow it in the policy by its identifier if the use is inside, or
           choose another model.
   = more: licentia explain source-available
```
",
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    by_category(judgement, &RULE.kind, &[Category::SourceAvailable], findings, |_| {
        ("restricts use although its source can be seen".to_owned(), "Read what it excludes; allow it in the policy by its identifier if the use is inside, or choose another model.".to_owned())
    });
}
