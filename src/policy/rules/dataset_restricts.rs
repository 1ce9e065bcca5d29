//! `dataset-restricts`: the terms of a training dataset are stricter than those of the model.

use std::collections::BTreeSet;

use super::Rule;
use crate::fact::Reason;
use crate::finding::{Finding, FindingKind, Verdict};
use crate::lineage::{EdgeRelation, Node};
use crate::policy::judgement::{Case, Judgement};
use crate::policy::message::escaped;
use crate::policy::settings::Inheritance;
use crate::resolve::lineage::ancestors;
use crate::resolve::receives_terms;
use crate::subject::Role;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "dataset-restricts",
        formerly: &[],
        topic: crate::finding::Topic::Lineage,
        levels: &[crate::finding::Level::Warning, crate::finding::Level::Error],
        summary: "The terms of a training dataset are stricter than those of the model.",
        docs: r#"## What it means

A model was trained on a dataset that was scanned too, and the policy makes less of the dataset's licence than of the
model's.

## Why it matters

Whether the terms of training data reach the model is disputed. An organisation decides with `licenses.datasets`: they are
ignored, a person looks, or they bind.

## How it is detected

The model, or one that it was made from, names the dataset, the dataset was read in the same run, and the verdict on its
licence is worse than that on the model's. A dataset of which nothing could be seen is a gap.

## How to fix it

Read the dataset's licence. Decide with `licenses.datasets`, or choose another model.

## How to accept it

Accept it where the terms of the dataset do not reach the model, and say who looked.

{waiver: Counsel read the terms of the dataset on 2 May 2026; they do not reach trained models}

An organisation that has decided so for every dataset may say it once.

```toml
[licenses]
datasets = "ignore"
```

## Example

A model is under Apache-2.0; the dataset that it names, scanned in the same run, is under CC-BY-NC-4.0.

```text
warning[dataset-restricts]: weights of model: trained on org/corpus, which is CC-BY-NC-4.0 and
    stricter than the model
  --> datasets/org/corpus/LICENSE:1:1
   |
 1 | Creative Commons Attribution-NonCommercial 4.0 International
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |  Creative Commons Corporation (“Creative Commons”) is not a law firm and does not provide lega
  --> datasets/org/corpus/README.md:2:10 (license)
   |
 2 | cc-by-nc-4.0
   | ^^^^^^^^^^^^
   = note: + 1 more place
   = because: data concluded CC-BY-NC-4.0 (exact, text), from datasets/org/corpus/README.md:2:10
              (license)
   = because: model/README.md:4:3 (datasets) names the dataset `org/corpus`
   = help: Read the licence of the data; decide with licenses.datasets, or choose another model.
   = more: licentia explain dataset-restricts
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    let lineage = judgement.seen.lineage;
    for case in judgement.cases.iter().filter(|case| receives_terms(case.subject())) {
        let own = case.subject().source;
        let bases = ancestors(lineage, own).into_iter().map(|base| (base.node, base.because));
        let mut told = BTreeSet::new();
        for (trained, steps) in std::iter::once((own, Vec::new())).chain(bases) {
            let on =
                lineage.edges.iter().filter(|edge| edge.relation == EdgeRelation::TrainedOn && edge.child == trained);
            for edge in on {
                let Some(source) = lineage.nodes.get(edge.parent).and_then(Node::inspected) else { continue };
                // A base that a dataset is known of already tells nothing new.
                if !told.insert(source) {
                    continue;
                }
                let through = lineage.nodes.get(trained).filter(|_| trained != own).map(|node| node.reference.as_str());
                let steps = [edge.because.as_slice(), &steps].concat();
                for data in judgement.cases.iter().filter(|data| is_data_of(data, source)) {
                    findings.extend(restricted(judgement, case, data, through, &steps));
                }
            }
        }
    }
}

fn is_data_of(case: &Case<'_>, source: usize) -> bool {
    let subject = case.subject();
    subject.source == source && subject.path.is_empty() && subject.role == Role::Data
}

fn restricted(
    judgement: &Judgement<'_>,
    case: &Case<'_>,
    data: &Case<'_>,
    through: Option<&str>,
    steps: &[usize],
) -> Option<Finding> {
    // The dataset as the model's own scope judges it: the facts are those of whoever uses the model.
    let fact = data.concluded()?;
    let of_data = case.judge.fact(fact);
    if of_data <= case.verdict() {
        return None;
    }
    let verdict = match case.settings.datasets() {
        Inheritance::Ignore => return None,
        Inheritance::Review => Verdict::Review,
        Inheritance::Inherit => of_data,
    };
    let license = fact.expression.as_ref().map_or_else(|| "without a known licence".to_owned(), ToString::to_string);
    let source = judgement.seen.sources.get(data.subject().source);
    let name = source.map_or("?", |source| source.repository.as_deref().unwrap_or(&source.target));
    let trained = through.map_or_else(|| "trained".to_owned(), |base| format!("made from {}, trained", escaped(base)));
    let message = format!("{trained} on {}, which is {license} and stricter than the model", escaped(name));
    let help = "Read the licence of the data; decide with licenses.datasets, or choose another model.".to_owned();
    let mut because = vec![Reason::Fact(data.concluded_at())];
    because.extend(steps.iter().map(|index| Reason::Evidence(*index)));
    let finding = judgement.finding(&RULE.kind, case, verdict, because, (message, help));
    Some(finding.by(case.settings.datasets.iter().map(|held| held.at.clone())))
}
