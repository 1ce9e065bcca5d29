//! `research-only`: a licence permits research, evaluation or education only.

use license_db::Category;

use super::{Rule, by_category};
use crate::finding::{Finding, FindingKind};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "research-only",
        formerly: &[],
        topic: crate::finding::Topic::Terms,
        levels: &[crate::finding::Level::Error, crate::finding::Level::Note],
        summary: "A licence permits research, evaluation or education only.",
        docs: r#"## What it means

A licence that binds the subject permits use for research, evaluation or education, and nothing else.

## Why it matters

Production use is outside the permission, even when it earns nothing.

## How it is detected

The effective licence has a binding licence of the category `research-only`. Under `facts.use = "research"`
the finding is a note.

## How to fix it

Choose another model, obtain a licence for production, or state `facts.use = "research"` if that is what it
is.

## How to accept it

Accept it where the licensor gave a licence for production, and name that licence. A product that earns nothing yet
is no research.

{waiver: Production licence of 2 May 2026 from the licensor, contract 2026-15}

Where the use really is research, the policy says so for all models, and the finding is a note.

```toml
[facts]
use = "research"
```

## Example

A card names a licence that permits research only.

```text
error[research-only]: weights of model: LicenseRef-licentia-mistral-research-0.1 permits research
    only (stated in README.md)
  --> model/README.md:3:15 (license_name)
   |
 3 | mrl-0.1
   | ^^^^^^^
   = because: weights declared LicenseRef-licentia-mistral-research-0.1 (exact, label), from
              model/README.md:3:15 (license_name)
   = policy: preset commercial (facts.use = "commercial")
   = help: Choose another model, or obtain a licence for production use and waive this finding with
           a reference to it.
   = more: licentia explain research-only
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    by_category(judgement, &RULE.kind, &[Category::ResearchOnly], findings, |_| {
        ("permits research only".to_owned(), "Choose another model, or obtain a licence for production use and waive this finding with a reference to it.".to_owned())
    });
}
