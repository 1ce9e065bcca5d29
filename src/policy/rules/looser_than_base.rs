//! `looser-than-base`: a model claims looser terms than the model that it was made from.

use super::Rule;
use crate::fact::{Basis, Fact, Reason};
use crate::finding::{Finding, FindingKind, Verdict};
use crate::location::Location;
use crate::policy::judgement::{Case, Judgement};
use crate::policy::message::{escaped, listed};
use crate::policy::settings::Inheritance;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "looser-than-base",
        formerly: &[],
        topic: crate::finding::Topic::Lineage,
        levels: &[crate::finding::Level::Error, crate::finding::Level::Warning],
        summary: "A model claims looser terms than the model that it was made from.",
        docs: "## What it means

The licence stated for a model has a better verdict than that of an ancestor that was inspected in the same
run.

## Why it matters

Nobody can give more rights than they have: the terms of the base bind its derivatives whatever their label
says.

## How it is detected

The verdict of the concluded licence is better than that of an ancestor (base, adapter target, merge input)
that was scanned too. A stricter licence on a derivative is fine.

## How to fix it

Treat the ancestor's terms as binding, and ask the author to correct the label. If the ancestor's licence
permits relicensing, waive the finding with the reason.

## How to accept it

Accept it only where whoever owns the base has permitted the looser terms, and say where. The label of the
derivative is no such permission, however often it is repeated.

{waiver: Org owns both models and announced the derivative under Apache-2.0 on 2 May 2026}

## Example

A quantised copy calls itself Apache-2.0; its base, scanned in the same run, is CC-BY-NC-4.0.

```text
error[looser-than-base]: weights of model: Apache-2.0 is looser than its base org/base, which is
    CC-BY-NC-4.0
  --> model/README.md:2:10 (license)
   |
 2 | apache-2.0
   | ^^^^^^^^^^
  --> org/base/LICENSE:1:1
   |
 1 | Creative Commons Attribution-NonCommercial 4.0 International
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |  Creative Commons Corporation (“Creative Commons”) is not a law firm and does not provide lega
   = note: + 3 more places
   = because: weights inherited CC-BY-NC-4.0 (exact, text), from org/base/README.md:2:10 (license)
   = because: weights concluded Apache-2.0 (exact, text), from model/README.md:2:10 (license)
   = help: Treat the terms of the base as binding; ask the author to correct the label.
   = more: licentia explain looser-than-base
```
",
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for case in &judgement.cases {
        let Some(own) = case.concluded() else {
            continue;
        };
        for (index, inherited) in case.on(Basis::Inherited) {
            let Some(verdict) = verdict(case, inherited) else { continue };
            let because = vec![Reason::Fact(index), Reason::Fact(case.concluded_at())];
            let message = format!(
                "{} is looser than its base {}, which is {}",
                stated(own),
                ancestor(judgement, inherited),
                stated(inherited)
            );
            let help = "Treat the terms of the base as binding; ask the author to correct the label.".to_owned();
            let mut finding = judgement.finding(&RULE.kind, case, verdict, because, (message, help));
            finding.locations = both_places(judgement, case, index);
            findings.push(finding.by(case.settings.lineage.iter().map(|held| held.at.clone())));
        }
    }
}

/// What the policy makes of an ancestor's licence, where that is worse than what it makes of the model's own.
pub(super) fn verdict(case: &Case<'_>, inherited: &Fact) -> Option<Verdict> {
    let verdict = match case.settings.lineage() {
        Inheritance::Inherit => case.judge.fact(inherited),
        Inheritance::Review => case.judge.fact(inherited).min(Verdict::Review),
        Inheritance::Ignore => return None,
    };
    // What claims nothing claims nothing looser.
    let own = case.concluded().filter(|own| own.expression.is_some())?;
    (!case.is_unseen() && verdict > case.judge.fact(own)).then_some(verdict)
}

/// Where the model says what it says, then where its base does, then the rest.
fn both_places(judgement: &Judgement<'_>, case: &Case<'_>, inherited: usize) -> Vec<Location> {
    let labels: Vec<Reason> = case.on(Basis::Declared).map(|(index, _)| Reason::Fact(index)).collect();
    let own = judgement.locations(&[labels, vec![Reason::Fact(case.concluded_at())]].concat());
    let base = judgement.locations(&[Reason::Fact(inherited)]);
    let firsts = own.first().into_iter().chain(base.first());
    let mut places: Vec<Location> = Vec::new();
    for place in firsts.chain(&base).chain(&own) {
        if !places.contains(place) {
            places.push(place.clone());
        }
    }
    places
}

/// The licence of a fact in words.
fn stated(fact: &Fact) -> String {
    match &fact.expression {
        Some(expression) => expression.to_string(),
        None if fact.candidates.is_empty() => "without a known licence".to_owned(),
        None => format!("one of {}", listed(&fact.candidates)),
    }
}

/// The name of the ancestor that a fact comes from.
fn ancestor(judgement: &Judgement<'_>, inherited: &Fact) -> String {
    let subject = inherited.because.iter().find_map(|reason| match reason {
        Reason::Fact(index) => judgement.seen.facts.get(*index).map(|fact| &fact.subject),
        _ => None,
    });
    let source = subject.and_then(|subject| judgement.seen.sources.get(subject.source));
    source.map_or_else(|| "model".to_owned(), |source| escaped(source.repository.as_deref().unwrap_or(&source.target)))
}
