//! `curated-license`: the licence is what a curation says.

use super::Rule;
use crate::fact::{Basis, Reason};
use crate::finding::{Finding, FindingKind, Verdict};
use crate::policy::judgement::Judgement;
use crate::policy::message::escaped;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "curated-license",
        formerly: &[],
        topic: crate::finding::Topic::Identity,
        levels: &[crate::finding::Level::Note],
        summary: "The licence is what a curation says.",
        docs: r#"## What it means

A `[[curate]]` of the policy says what the licence of a subject is, and the files that it rests on are as they were.

## Why it matters

The verdict rests on what somebody read and decided, and not on what the files say by themselves. Whoever relies on the
report should know.

## How it is detected

The subject has a fact of the basis `curated`.

## How to fix it

Nothing is broken. Remove the curation when the author states the licence.

## How to accept it

It is a note and fails nothing.

## Example

A file gives a permission in words of its own; somebody asked the authors and wrote the answer into the policy.

```text
note[curated-license]: weights of model: taken for Apache-2.0 by a curation: their letter of 3 March
    2026 says Apache-2.0
  --> model/LICENSE.md:1:1
   |
 1 | You may use the model as you like, in the manner that we agreed with you by letter.
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   = because: weights curated Apache-2.0 (exact, text), from model/LICENSE.md:1:1
   = policy: licentia.toml:3:11 (curate.license = "Apache-2.0")
   = policy: licentia.toml:1:1 (curate = [[curate]])
   = help: Remove the curation when the author states the licence.
   = more: licentia explain curated-license
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for case in &judgement.cases {
        for (index, fact) in case.on(Basis::Curated) {
            let curation = judgement.policy.curations().iter().find(|curation| {
                judgement.seen.sources.get(case.subject().source).is_some_and(|source| curation.is_about(source))
                    && Some(&curation.license.value) == fact.expression.as_ref()
            });
            let Some(curation) = curation else { continue };
            let message = format!("taken for {} by a curation: {}", curation.license.value, escaped(&curation.reason));
            let words = (message, "Remove the curation when the author states the licence.".to_owned());
            let because = vec![Reason::Fact(index)];
            let finding = judgement.finding(&RULE.kind, case, Verdict::Allow, because, words);
            findings.push(finding.by([curation.license.at.clone(), curation.at.clone()]));
        }
    }
}
