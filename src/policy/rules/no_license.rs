//! `no-license`: nothing says under which licence a subject may be used.

use super::Rule;
use crate::fact::{Basis, Reason};
use crate::finding::{Finding, FindingKind, Verdict};
use crate::license::Outcome;
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "no-license",
        formerly: &[],
        topic: crate::finding::Topic::Identity,
        levels: &[crate::finding::Level::Error, crate::finding::Level::Warning],
        summary: "Nothing says under which licence a subject may be used.",
        docs: r#"## What it means

No field, text, header or notice states a licence. A use policy alone, or a file that names no licence, is no
permission.

## Why it matters

Without a licence nothing is permitted: publishing is not licensing.

## How it is detected

All of the tree was searched and no statement was found. Where a file that could state it was not read, `not-seen`
is reported instead.

## How to fix it

Ask the author to state a licence, or choose another model. If you know the licence, say so with a curation.

## How to accept it

It should not be waived: without a licence nothing is permitted, and so there is nothing to accept. A licence that
the author gave elsewhere, in a letter or in another file, is said with a curation.

An organisation that only takes stock may let a person look instead.

```toml
[licenses]
none = "review"
```

## Example

A card praises a model and names no licence, and no other file does.

```text
error[no-license]: weights of model: no licence is stated: no field, text, header or notice names
    one
  --> model
   = because: model was searched in vain (1 file)
   = help: Ask the author to state a licence, choose another model, or say with a curation what it
           is.
   = more: licentia explain no-license
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for case in judgement.cases.iter().filter(|case| !case.is_unseen()) {
        let Some(fact) = case.concluded() else {
            continue;
        };
        if fact.expression.is_some() || fact.outcome != Outcome::None {
            continue;
        }
        let observed: Vec<Reason> = case.on(Basis::Observed).map(|(index, _)| Reason::Fact(index)).collect();
        let message = if observed.is_empty() {
            "no licence is stated: no field, text, header or notice names one".to_owned()
        } else {
            format!("{} grants nothing by itself, and nothing else states a licence", judgement.places(&observed))
        };
        let help =
            "Ask the author to state a licence, choose another model, or say with a curation what it is.".to_owned();
        let because = if observed.is_empty() { fact.because.clone() } else { observed };
        let finding = judgement.finding(&RULE.kind, case, case.settings.none(), because, (message, help));
        findings.push(finding.by(case.settings.none.iter().map(|held| held.at.clone())));
    }
    findings.retain(|finding| finding.name != RULE.kind.name || finding.verdict > Verdict::Allow);
}
