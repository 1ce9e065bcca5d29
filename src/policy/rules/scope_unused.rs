//! `scope-unused`: a scope of the policy means nothing that was scanned.

use super::Rule;
use crate::finding::{Finding, FindingKind, Verdict};
use crate::policy::judgement::Judgement;
use crate::policy::message::{listed, quoted};
use crate::scan::Source;
use crate::subject::Subject;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "scope-unused",
        formerly: &[],
        topic: crate::finding::Topic::Policy,
        levels: &[crate::finding::Level::Warning],
        summary: "A scope of the policy means nothing that was scanned.",
        docs: r#"## What it means

A `[[scope]]` matches none of the subjects of a run that looked at everything the policy names.

## Why it matters

A path or a name that was mistyped or moved leaves the stricter or milder rules unapplied, and nobody notices.

## How it is detected

The run had no targets of its own, and the patterns of the scope match no target, path or model.

## How to fix it

Correct the pattern, or remove the scope.

## How to accept it

Where a scope is kept for models that are not always there, make it a note.

```toml
[levels]
scope-unused = "note"
```

## Example

The policy has a scope for `modle/**`, and the model lies in `model`.

```text
warning[scope-unused]: the scope of "modle/**" means nothing that was scanned
   = policy: licentia.toml:1:1 (scope = [[scope]])
   = help: Correct the pattern, or remove the scope.
   = more: licentia explain scope-unused
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    if !judgement.occasion.is_whole {
        return;
    }
    let subjects: Vec<(&Source, &Subject)> = judgement
        .cases
        .iter()
        .filter_map(|case| Some((judgement.seen.sources.get(case.subject().source)?, case.subject())))
        .collect();
    for scope in judgement.policy.idle_scopes(&subjects) {
        let patterns = scope.model.iter().chain(&scope.path).map(|held| quoted(held.value.as_str()));
        let message = format!("the scope of {} means nothing that was scanned", listed(&patterns.collect::<Vec<_>>()));
        let words = (message, "Correct the pattern, or remove the scope.".to_owned());
        findings.push(Judgement::finding_in_policy(&RULE.kind, Verdict::Review, vec![scope.at.clone()], words));
    }
}
