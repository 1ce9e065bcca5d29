//! `output-training-restricted`: a licence restricts the training of models on its outputs.

use license_db::TermKind;

use super::{Rule, by_condition};
use crate::finding::{Finding, FindingKind};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "output-training-restricted",
        formerly: &[],
        topic: crate::finding::Topic::Terms,
        levels: &[crate::finding::Level::Warning, crate::finding::Level::Error],
        summary: "A licence restricts the training of models on its outputs.",
        docs: r"## What it means

A licence forbids to train other models on what this one produces, or lets it only under a name that tells of it, and
`facts.trains_on_outputs` says that outputs train models, or is not stated.

## Why it matters

Synthetic data and distillation carry the restriction into every model that is trained on them.

## How it is detected

The licence has the term `output-training`. Which models it means (any other, other language models, competing ones)
stands in the message. Where the fact is not stated a person should look; where outputs do train models, it fails.

## How to fix it

State `facts.trains_on_outputs`. If outputs train models, choose another model for it, or ask the licensor.

## How to accept it

Where no outputs train a model, the policy may say so once for all models.

```toml
[facts]
trains_on_outputs = false
```

Where the trained models are of no kind that the licence means, say so.

{waiver: The outputs train a classifier of images; the licence means language models only}

## Example

A card says `license: llama2`, and the policy does not say whether outputs train other models.

```text
warning[output-training-restricted]: weights of model: LicenseRef-scancode-llama-2-license-2023
    forbids to train other language models on its outputs (section 1.b.v) (stated in README.md);
    facts.trains_on_outputs is not stated, so a person should look
  --> model/README.md:2:10 (license)
   |
 2 | llama2
   | ^^^^^^
   = because: weights declared LicenseRef-scancode-llama-2-license-2023 (exact, label), from
              model/README.md:2:10 (license)
   = help: State facts.trains_on_outputs in the policy. Choose another model to make training data,
           or ask the licensor.
   = more: licentia explain output-training-restricted
```
",
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    let is_it = |kind| matches!(kind, TermKind::OutputTraining);
    by_condition(judgement, &RULE.kind, is_it, findings, HELP);
}

const HELP: &str = "Choose another model to make training data, or ask the licensor.";
