//! `waiver-expires-soon`: a waiver ends soon.

use super::Rule;
use crate::finding::{Finding, FindingKind, Verdict};
use crate::policy::judgement::Judgement;
use crate::policy::message::quoted;
use crate::policy::waivers::Term;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "waiver-expires-soon",
        formerly: &[],
        topic: crate::finding::Topic::Policy,
        levels: &[crate::finding::Level::Warning],
        summary: "A waiver ends soon.",
        docs: r#"## What it means

A `[[waive]]` still holds and ends within `gate.waiver-warning-days` (30 unless the policy says otherwise).

## Why it matters

On the day after its end the gate closes. Whoever answers for it needs time.

## How it is detected

The days between today and `expires`.

## How to fix it

Do what the waiver was waiting for, or have it decided again.

## How to accept it

Whoever wants to hear of it later sets the number of days.

```toml
[gate]
waiver-warning-days = 7
```

## Example

The waiver ends on 9 December, and today is 25 November.

```text
warning[waiver-expires-soon]: the waiver of non-commercial for "model" ends in 14 days
   = policy: licentia.toml:6:11 (waive.expires = 2026-12-09)
   = policy: licentia.toml:1:1 (waive = [[waive]])
   = help: Do what it was waiting for, or have it decided again.
   = more: licentia explain waiver-expires-soon
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    let Some(today) = judgement.occasion.today else { return };
    for waiver in judgement.policy.waivers() {
        let Term::EndsSoon(days) = waiver.term(judgement.policy.gate(), today) else { continue };
        let name = format!("the waiver of {} for {}", waiver.finding.value, quoted(waiver.target.value.name.as_str()));
        let message = format!("{name} ends in {days} days");
        let warned = judgement.policy.gate().waiver_warning_days.as_ref().map(|held| held.at.clone());
        let places =
            waiver.expires.iter().map(|held| held.at.clone()).chain([waiver.at.clone()]).chain(warned).collect();
        let words = (message, "Do what it was waiting for, or have it decided again.".to_owned());
        findings.push(Judgement::finding_in_policy(&RULE.kind, Verdict::Review, places, words));
    }
}
