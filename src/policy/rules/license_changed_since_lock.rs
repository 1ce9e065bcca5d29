//! `license-changed-since-lock`: a licence is another one than the lock says.

use super::Rule;
use crate::finding::{Finding, FindingKind, Verdict};
use crate::location::Location;
use crate::policy::judgement::Judgement;
use crate::policy::message::escaped;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "license-changed-since-lock",
        formerly: &[],
        topic: crate::finding::Topic::Policy,
        levels: &[crate::finding::Level::Error],
        summary: "A licence is another one than the lock says.",
        docs: r"## What it means

The lock holds what was concluded about a model, and the bytes of its licence files, when somebody last agreed to them.
One of these is different now.

## Why it matters

Model repositories change without notice. A model that was permissive when it was chosen may not be when it is shipped.

## How it is detected

For each model of the run that is in `licentia.lock`, the concluded licence of each subject and the SHA-256 of each file
that speaks of licences are compared. That a revision moved and the licence did not is no finding.

## How to fix it

Look at what changed. If it may be used as it is, run `licentia lock` and commit the file; otherwise stay with the locked
revision.

## How to accept it

It should not be: agree to the new licence with `licentia lock`, or stay with the old revision.

## Example

The lock was written when the model was under the MIT licence; it is under Apache-2.0 now.

```text
error[license-changed-since-lock]: model: LICENSE has other bytes than when the lock was written
  --> model/LICENSE
   = policy: licentia.lock (lock = schema 1)
   = help: Look at what changed; agree to it with `licentia lock`, or stay with the locked revision.
   = more: licentia explain license-changed-since-lock
```
",
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    let Some(lock) = judgement.occasion.lock else { return };
    for change in lock.changes(judgement.seen, &judgement.concluded()) {
        let message = format!("{}: {}", escaped(&change.target), change.words);
        let help =
            "Look at what changed; agree to it with `licentia lock`, or stay with the locked revision.".to_owned();
        let mut finding = Judgement::finding_in_policy(&RULE.kind, Verdict::Deny, vec![lock.place()], (message, help));
        finding.locations = vec![Location::file(change.source, change.path)];
        findings.push(finding);
    }
}
