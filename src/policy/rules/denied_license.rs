//! `denied-license`: the policy names this licence, or its kind, for denial or review.

use license_db::Category;

use super::{Rule, bound_on};
use crate::finding::{Finding, FindingKind, Verdict};
use crate::policy::judgement::Judgement;
use crate::policy::ruling::GroundKind;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "denied-license",
        formerly: &[],
        topic: crate::finding::Topic::Policy,
        levels: &[crate::finding::Level::Error, crate::finding::Level::Warning],
        summary: "The policy names this licence, or its kind, for denial or review.",
        docs: r#"## What it means

An entry in `licenses.deny` or `licenses.review` names the licence itself, or a category that would otherwise
be allowed.

## Why it matters

Somebody decided this for the organisation; it holds whatever the licence says.

## How it is detected

A binding licence of the effective licence stands in `licenses.deny` or `licenses.review`, or belongs to a
category there that has no finding of its own.

## How to fix it

Choose another model, or ask whoever keeps the policy.

## How to accept it

Somebody decided this for the whole organisation. Ask them to change the entry, or to accept one model against it;
the waiver then names their decision.

{waiver: Accepted for this model only by the licence board, minute 14 of 2026}

## Example

The policy has `deny = ["MIT"]`, and the repository is under the MIT licence.

```text
error[denied-license]: weights of model: MIT is not allowed: the policy lists it under deny (stated
    in LICENSE and README.md)
  --> model/LICENSE:1:1
   |
 1 | MIT License
   | ^^^^^^^^^^^
   | Copyright (c) 2026 The Authors
   | Permission is hereby granted, free of charge, to any person obtaining a copy of this softwar...
   | ... (1 more line)
  --> model/README.md:2:10 (license)
   |
 2 | mit
   | ^^^
   = because: weights observed MIT (exact, text), from model/LICENSE:1:1
   = because: weights declared MIT (exact, label), from model/README.md:2:10 (license)
   = policy: licentia.toml:2:9 (licenses.deny = "MIT")
   = help: Choose another model, or ask whoever keeps the policy.
   = more: licentia explain denied-license
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for case in &judgement.cases {
        let is_named = |kind| match kind {
            GroundKind::Entry | GroundKind::Term(_) => true,
            GroundKind::Category(category) => {
                matches!(category, Category::Permissive | Category::PublicDomain | Category::DataPermissive)
            }
            _ => false,
        };
        for (bound, ground) in bound_on(case, is_named) {
            if ground.verdict == Verdict::Allow {
                continue;
            }
            let names = match ground.kind {
                GroundKind::Category(category) => format!("category:{category}"),
                GroundKind::Term(kind) => format!("term:{kind}"),
                _ => "it".to_owned(),
            };
            let message = format!(
                "{} is not allowed: the policy lists {names} under {} ({})",
                bound.atom,
                ground.verdict,
                judgement.stated_in(bound)
            );
            let help = "Choose another model, or ask whoever keeps the policy.".to_owned();
            let finding = judgement.finding(&RULE.kind, case, ground.verdict, bound.because.clone(), (message, help));
            findings.push(finding.about(bound.atom).by(ground.places));
        }
    }
}
