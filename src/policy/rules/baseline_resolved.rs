//! `baseline-resolved`: the baseline holds a finding that is no longer there.

use super::Rule;
use crate::finding::{Finding, FindingKind, PolicyPlace, Verdict};
use crate::policy::judgement::Judgement;
use crate::policy::message::{escaped, quoted};

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "baseline-resolved",
        formerly: &[],
        topic: crate::finding::Topic::Policy,
        levels: &[crate::finding::Level::Note],
        summary: "The baseline holds a finding that is no longer there.",
        docs: r#"## What it means

A finding of the baseline did not come up, although its target was scanned to the end.

## Why it matters

An entry that is left in the baseline hides the same finding when it comes back.

## How it is detected

Entries of the baseline for the scanned targets are compared with what was found. Of a target that could not be seen
whole nothing is said.

## How to fix it

Run `licentia baseline prune`.

## How to accept it

It is a note and fails nothing.

## Example

A model under CC-BY-NC-4.0 stands in the baseline; it was replaced by one under the MIT licence.

```text
note[baseline-resolved]: non-commercial of "model" is in the baseline and no longer there
   = policy: baseline.json (baseline = licentia.baseline/1)
   = help: Run `licentia baseline prune`.
   = more: licentia explain baseline-resolved
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    let Some(baseline) = judgement.occasion.baseline else { return };
    let resolved = baseline.resolved(judgement.seen, findings);
    let places: Vec<PolicyPlace> = vec![baseline.place()];
    for entry in resolved {
        let message =
            format!("{} of {} is in the baseline and no longer there", escaped(&entry.name), quoted(&entry.target));
        let words = (message, "Run `licentia baseline prune`.".to_owned());
        findings.push(Judgement::finding_in_policy(&RULE.kind, Verdict::Allow, places.clone(), words));
    }
}
