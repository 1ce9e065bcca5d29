//! `facts-stale`: the facts of the organisation are old.

use super::Rule;
use crate::finding::{Finding, FindingKind, Verdict};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "facts-stale",
        formerly: &[],
        topic: crate::finding::Topic::Policy,
        levels: &[crate::finding::Level::Warning],
        summary: "The facts of the organisation are old.",
        docs: r"## What it means

`facts.as_of` lies longer ago than `facts.max_age_days`, or lies in the future.

## Why it matters

Users, revenue and countries change, and a licence that permitted the use last year may not today.

## How it is detected

Today is compared with `facts.as_of`. Without `facts.max_age_days` nothing is too old.

## How to fix it

Look at the facts, correct them, and write the day.

## How to accept it

Where the facts change seldom, the policy may let them grow older.

```toml
[facts]
max_age_days = 365
```

## Example

The facts are of 1 January, may be 180 days old, and today is 25 November.

```text
warning[facts-stale]: the facts are of 2026-01-01, 328 days ago
   = policy: licentia.toml:2:9 (facts.as_of = 2026-01-01)
   = policy: licentia.toml:3:16 (facts.max_age_days = 180)
   = help: Look at [facts] again, and write the day into facts.as_of.
   = more: licentia explain facts-stale
```
",
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    let facts = judgement.policy.settings().facts;
    let (Some(today), Some(as_of)) = (judgement.occasion.today, &facts.as_of) else { return };
    let age = i64::from((today - as_of.value).get_days());
    let most = facts.max_age_days.as_ref();
    let message = if age < 0 {
        format!("the facts are of {}, which is yet to come", as_of.value)
    } else if most.is_some_and(|held| age.unsigned_abs() > held.value) {
        format!("the facts are of {}, {age} days ago", as_of.value)
    } else {
        return;
    };
    let places = std::iter::once(as_of.at.clone()).chain(most.map(|held| held.at.clone())).collect();
    let words = (message, "Look at [facts] again, and write the day into facts.as_of.".to_owned());
    findings.push(Judgement::finding_in_policy(&RULE.kind, Verdict::Review, places, words));
}
