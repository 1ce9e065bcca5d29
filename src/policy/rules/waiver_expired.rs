//! `waiver-expired`: a waiver has ended.

use super::Rule;
use crate::finding::{Finding, FindingKind, Verdict};
use crate::policy::judgement::Judgement;
use crate::policy::message::quoted;
use crate::policy::waivers::Term;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "waiver-expired",
        formerly: &[],
        topic: crate::finding::Topic::Policy,
        levels: &[crate::finding::Level::Error],
        summary: "A waiver has ended.",
        docs: r#"## What it means

The last day of a `[[waive]]` lies in the past. What it accepted counts again.

## Why it matters

A waiver buys time for something that was to happen: a contract, a replacement, a decision.

## How it is detected

`expires` is earlier than today (`--today` says which day that is).

## How to fix it

Remove the waiver if the finding is gone; otherwise have it decided again, with a new end.

## How to accept it

It cannot be waived: a waiver has an end, and somebody decides again.

## Example

The waiver ended on 24 November, and today is the 25th.

```text
error[waiver-expired]: the waiver of non-commercial for "model" ended 1 days ago
   = policy: licentia.toml:6:11 (waive.expires = 2026-11-24)
   = policy: licentia.toml:1:1 (waive = [[waive]])
   = help: Remove it, or have it decided again with a new `expires`.
   = more: licentia explain waiver-expired
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    let Some(today) = judgement.occasion.today else { return };
    for waiver in judgement.policy.waivers() {
        let Term::Expired(days) = waiver.term(judgement.policy.gate(), today) else { continue };
        let name = format!("the waiver of {} for {}", waiver.finding.value, quoted(waiver.target.value.name.as_str()));
        let message = format!("{name} ended {days} days ago");
        let places = waiver.expires.iter().map(|held| held.at.clone()).chain([waiver.at.clone()]).collect();
        let words = (message, "Remove it, or have it decided again with a new `expires`.".to_owned());
        findings.push(Judgement::finding_in_policy(&RULE.kind, Verdict::Deny, places, words));
    }
}
