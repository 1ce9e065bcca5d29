//! `output-training-restricted`: a licence restricts the training of models on its outputs.

use license_db::TermKind;
use license_db::terms::OutputTraining;

use super::{Rule, by_condition};
use crate::evidence::Claim;
use crate::fact::{Basis, Fact, Reason};
use crate::finding::{Finding, FindingKind, Verdict};
use crate::license::{Atom, Expression};
use crate::lineage::Relation;
use crate::policy::judgement::{Case, Judgement};
use crate::policy::settings::Inheritance;

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
A model that says that it was distilled from another whose licence forbids that is for a person to look at too, whatever
the facts say: its author may have had no right to make it.

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
    for case in judgement.cases.iter().filter(|case| case.settings.lineage() > Inheritance::Ignore) {
        for (index, fact) in case.on(Basis::Inherited).filter(|(_, fact)| is_by_outputs(judgement, fact)) {
            for atom in fact.expression.as_ref().map(Expression::atoms).unwrap_or_default() {
                findings.extend(made_of_outputs(judgement, case, index, atom));
            }
        }
    }
}

/// A model that was trained on the outputs of another whose licence forbids it.
fn made_of_outputs(judgement: &Judgement<'_>, case: &Case<'_>, inherited: usize, atom: &Atom) -> Option<Finding> {
    let is_forbidden =
        |word: OutputTraining| !matches!(word, OutputTraining::Allowed | OutputTraining::ForbiddenUnlessNamed);
    let terms = license_db::license(&atom.license)?.terms.iter();
    let (term, word) =
        terms.filter_map(|term| Some((term, term.output_training()?))).find(|(_, word)| is_forbidden(*word))?;
    let said = word.says().trim_end_matches('.').to_lowercase();
    let message =
        format!("trained on the outputs of a model under {atom}, which says of that ({}): {said}", term.source);
    let help = "Ask the author whether the licensor has agreed, or choose another model.".to_owned();
    let because = vec![Reason::Fact(inherited)];
    Some(judgement.finding(&RULE.kind, case, Verdict::Review, because, (message, help)).about(atom))
}

/// Whether one of the steps to an ancestor was a training on outputs.
fn is_by_outputs(judgement: &Judgement<'_>, fact: &Fact) -> bool {
    let is_step = |reason: &Reason| match reason {
        Reason::Evidence(index) => judgement
            .seen
            .evidence
            .get(*index)
            .is_some_and(|evidence| matches!(evidence.claim, Claim::Parent { relation: Relation::Distilled, .. })),
        _ => false,
    };
    fact.because.iter().any(is_step)
}

const HELP: &str = "Choose another model to make training data, or ask the licensor.";
