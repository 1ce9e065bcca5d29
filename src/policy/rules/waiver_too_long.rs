//! `waiver-too-long`: a waiver would hold for longer than the policy permits.

use super::Rule;
use crate::finding::{Finding, FindingKind, Verdict};
use crate::policy::judgement::Judgement;
use crate::policy::message::quoted;
use crate::policy::waivers::Term;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "waiver-too-long",
        formerly: &[],
        topic: crate::finding::Topic::Policy,
        levels: &[crate::finding::Level::Error],
        summary: "A waiver would hold for longer than the policy permits.",
        docs: r#"## What it means

The days of a `[[waive]]` are more than `gate.max-waiver-days` (365 unless the policy says otherwise). It does not
count.

## Why it matters

What never ends is never looked at again.

## How it is detected

The days from `created`, or from today where it is not stated, to `expires`.

## How to fix it

Choose an earlier end.

## How to accept it

Where waivers may hold for longer, the policy says so; a policy that this one extends may lock the key.

```toml
[gate]
max-waiver-days = 730
```

## Example

A waiver would hold for three years, and the policy says nothing of so long a time.

```text
error[waiver-too-long]: the waiver of non-commercial for "model" would hold for 1096 days, which is
    longer than gate.max-waiver-days permits
   = policy: licentia.toml:6:11 (waive.expires = 2029-11-25)
   = policy: licentia.toml:1:1 (waive = [[waive]])
   = help: Choose an earlier `expires`.
   = more: licentia explain waiver-too-long
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    let Some(today) = judgement.occasion.today else { return };
    for waiver in judgement.policy.waivers() {
        let Term::TooLong(days) = waiver.term(judgement.policy.gate(), today) else { continue };
        let name = format!("the waiver of {} for {}", waiver.finding.value, quoted(waiver.target.value.name.as_str()));
        let message = format!("{name} would hold for {days} days, which is longer than gate.max-waiver-days permits");
        let most = judgement.policy.gate().max_waiver_days.as_ref().map(|held| held.at.clone());
        let places = waiver.expires.iter().map(|held| held.at.clone()).chain([waiver.at.clone()]).chain(most).collect();
        let words = (message, "Choose an earlier `expires`.".to_owned());
        findings.push(Judgement::finding_in_policy(&RULE.kind, Verdict::Deny, places, words));
    }
}
