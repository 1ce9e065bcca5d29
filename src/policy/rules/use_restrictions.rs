//! `use-restrictions`: a licence or use policy excludes fields of use.

use license_db::{Category, TermKind};

use super::{Rule, by_category, terms_in_words};
use crate::finding::{Finding, FindingKind};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "use-restrictions",
        formerly: &[],
        topic: crate::finding::Topic::Terms,
        levels: &[crate::finding::Level::Warning],
        summary: "A licence or use policy excludes fields of use.",
        docs: "## What it means

The subject may be used commercially, but not for everything: a list of excluded uses, in the licence or in an
acceptable-use policy, binds whoever uses it.

## Why it matters

The list is part of the permission. Most such licences also ask to pass the list on to users and recipients.

## How it is detected

The effective licence has a binding licence of the category `use-restricted`, or a use policy stands beside
it.

## How to fix it

Read the list and compare it with the use. If the use is inside, allow the licence in the policy by its
identifier and pass on what it asks to pass on.

## How to accept it

Accept it after each use on the list was compared with the organisation's own.

{allow: LicenseRef-scancode-bigscience-open-rail-m}

{waiver: Used for spelling correction only, which is on no list of the policy; reviewed on 2 May 2026}

## Example

A repository is under the JSON licence, which asks to do no evil.

```text
warning[use-restrictions]: weights of model: JSON excludes fields of use (stated in LICENSE and
    README.md)
  --> model/LICENSE:1:1
   |
 1 | JSON License
   | ^^^^^^^^^^^^
   | Copyright (c) 2002 JSON.org
   | Permission is hereby granted, free of charge, to any person obtaining a copy of this softwar...
  --> model/README.md:3:15 (license_name)
   |
 3 | JSON License
   | ^^^^^^^^^^^^
   = because: weights observed JSON (exact, text), from model/LICENSE:1:1
   = because: weights declared JSON (exact, label), from model/README.md:3:15 (license_name)
   = help: Compare the excluded uses with yours; if none applies, allow the licence in the policy by
           its identifier.
   = more: licentia explain use-restrictions
```
",
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    let categories = [Category::UseRestricted, Category::UsePolicy];
    by_category(judgement, &RULE.kind, &categories, findings, |bound| {
        let is_it = |kind| matches!(kind, TermKind::UseRestrictions | TermKind::FlowDown);
        let terms = terms_in_words(bound, is_it);
        let asks = if terms.is_empty() {
            "excludes fields of use".to_owned()
        } else {
            format!("excludes fields of use: {terms}")
        };
        (
            asks,
            "Compare the excluded uses with yours; if none applies, allow the licence in the policy by its identifier."
                .to_owned(),
        )
    });
}
