//! `waiver-unused`: a waiver accepts nothing.

use super::Rule;
use crate::finding::{Finding, FindingKind, Verdict};
use crate::policy::judgement::Judgement;
use crate::policy::message::quoted;
use crate::policy::waivers::Waiver;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "waiver-unused",
        formerly: &[],
        topic: crate::finding::Topic::Policy,
        levels: &[crate::finding::Level::Warning],
        summary: "A waiver accepts nothing.",
        docs: r#"## What it means

A `[[waive]]` holds, and nothing that was found is what it accepts.

## Why it matters

A waiver that outlives its reason accepts the same finding when it comes back for another one.

## How it is detected

Its target was scanned, or everything was that the policy names, and no finding of that name, about that licence, was
there.

## How to fix it

Remove it. If the finding goes by another name or licence now, look at it anew.

## How to accept it

A waiver that is kept for a finding that comes and goes is a note at best.

```toml
[levels]
waiver-unused = "note"
```

## Example

The policy accepts `non-commercial` for a model that is under the MIT licence now.

```text
warning[waiver-unused]: the waiver of non-commercial for "model" accepts nothing: no such finding is
    there
   = policy: licentia.toml:1:1 (waive = [[waive]])
   = help: Remove it.
   = more: licentia explain waiver-unused
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    let policy = judgement.policy;
    let unused: Vec<&Waiver> = policy
        .waivers()
        .iter()
        .filter(|waiver| judgement.occasion.today.is_some_and(|today| waiver.term(policy.gate(), today).counts()))
        .filter(|waiver| judgement.occasion.is_whole || is_scanned(judgement, waiver))
        .filter(|waiver| !findings.iter().any(|finding| waiver.is_about(finding, judgement.source_of(finding))))
        .collect();
    for waiver in unused {
        let what = waiver.license.as_ref().map_or_else(String::new, |held| format!(" about {}", held.value));
        let message = format!(
            "the waiver of {}{what} for {} accepts nothing: no such finding is there",
            waiver.finding.value,
            quoted(waiver.target.value.name.as_str())
        );
        let words = (message, "Remove it.".to_owned());
        findings.push(Judgement::finding_in_policy(&RULE.kind, Verdict::Review, vec![waiver.at.clone()], words));
    }
}

fn is_scanned(judgement: &Judgement<'_>, waiver: &Waiver) -> bool {
    judgement.seen.sources.iter().any(|source| waiver.target.value.matches(source))
}
