//! `incompatible-merge`: a model was made from several whose terms cannot be kept together.

use super::Rule;
use crate::evidence::Claim;
use crate::fact::{Basis, Fact, Reason};
use crate::finding::{Finding, FindingKind, Verdict};
use crate::license::Atom;
use crate::lineage::Relation;
use crate::policy::compatible::conflict;
use crate::policy::judgement::{Case, Judgement};
use crate::policy::message::escaped;
use crate::policy::settings::Inheritance;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "incompatible-merge",
        formerly: &[],
        topic: crate::finding::Topic::Lineage,
        levels: &[crate::finding::Level::Warning, crate::finding::Level::Note],
        summary: "A model was made from several whose terms cannot be kept together.",
        docs: r#"## What it means

The model has several parents, and the licences of two of them exclude each other: each wants the whole to be under
itself, or one forbids the restrictions that the other makes.

## Why it matters

All of them bind. Where they cannot all be kept, nobody may pass the model on, whatever its label says. Inside the house
it may still be used as the strictest of them allows.

## How it is detected

The terms of two inspected ancestors, neither of which was made from the other, are compared by what the database holds:
share-alike against another share-alike, share-alike against restrictions, two words that must both stand first in a
name, two agreements of which one keeps the whole from business. Parts of a pipeline stay works of their own and are
left out. That nothing is found does not say that the terms fit together.

## How to fix it

Choose parents whose terms fit, or ask one of the licensors for other terms.

## How to accept it

{nothing-passed-on}

{waiver: Org grants us its part under Apache-2.0 as well; contract of 2 May 2026}

## Example

A merge of a model under CC-BY-SA-4.0 and one under CC-BY-NC-SA-4.0, for research.

```text
warning[incompatible-merge]: weights of acme/mix: made from org/one, which is CC-BY-SA-4.0, and from
    org/two, which is CC-BY-NC-SA-4.0: each wants the whole to be under itself
  --> org/one/README.md:2:10 (license)
   |
 2 | cc-by-sa-4.0
   | ^^^^^^^^^^^^
  --> org/two/README.md:2:10 (license)
   |
 2 | cc-by-nc-sa-4.0
   | ^^^^^^^^^^^^^^^
   = note: + 2 more places
   = because: weights inherited CC-BY-SA-4.0 (exact, label), from org/one/README.md:2:10 (license)
   = because: weights inherited CC-BY-NC-SA-4.0 (exact, label), from org/two/README.md:2:10
              (license)
   = policy: licentia.toml:4:16 (facts.distribution = ["weights"])
   = help: Do not pass it on before somebody has read both licences; choose parents whose terms fit.
   = more: licentia explain incompatible-merge
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for case in judgement.cases.iter().filter(|case| case.settings.lineage() > Inheritance::Ignore) {
        let inherited: Vec<(usize, &Fact)> = case.on(Basis::Inherited).collect();
        let mut told = Vec::new();
        for (position, first) in inherited.iter().enumerate() {
            for second in inherited.iter().skip(position + 1) {
                if !are_joined(judgement, first.1, second.1) {
                    continue;
                }
                for (one, other, why) in conflicts(first.1, second.1) {
                    let pair = (one.min(other), one.max(other));
                    if !told.contains(&pair) {
                        told.push(pair);
                        findings.push(finding(judgement, case, (first, one), (second, other), &why));
                    }
                }
            }
        }
    }
}

fn finding(
    judgement: &Judgement<'_>,
    case: &Case<'_>,
    (first, one): (&(usize, &Fact), &Atom),
    (second, other): (&(usize, &Fact), &Atom),
    why: &str,
) -> Finding {
    let facts = &case.settings.facts;
    let verdict = if facts.offers() { Verdict::Review } else { Verdict::Allow };
    let name = |fact: &Fact| origin(judgement, fact).map_or_else(|| "?".to_owned(), |source| name(judgement, source));
    let mut message =
        format!("made from {}, which is {one}, and from {}, which is {other}: {why}", name(first.1), name(second.1));
    if verdict == Verdict::Allow {
        message.push_str("; a note, because facts.distribution says that nothing is passed on");
    }
    let help = "Do not pass it on before somebody has read both licences; choose parents whose terms fit.".to_owned();
    let because = vec![Reason::Fact(first.0), Reason::Fact(second.0)];
    let mut finding = judgement.finding(&RULE.kind, case, verdict, because, (message, help));
    // One place of each comes first.
    let places = [first.0, second.0].map(|index| judgement.locations(&[Reason::Fact(index)]));
    let firsts: Vec<_> = places.iter().filter_map(|places| places.first().cloned()).collect();
    finding.locations.retain(|place| !firsts.contains(place));
    finding.locations.splice(0..0, firsts);
    finding.by(facts.distribution.iter().map(|held| held.at.clone()))
}

/// Whether two ancestors come together in one work: neither was made from the other, and none is a mere part.
fn are_joined(judgement: &Judgement<'_>, first: &Fact, second: &Fact) -> bool {
    let (Some(one), Some(other)) = (origin(judgement, first), origin(judgement, second)) else { return false };
    let lineage = judgement.seen.lineage;
    let is_part = |fact: &Fact| {
        fact.because.iter().any(|reason| match reason {
            Reason::Evidence(index) => judgement.seen.evidence.get(*index).is_some_and(|evidence| {
                let apart = [Relation::Component, Relation::RemoteCode];
                matches!(&evidence.claim, Claim::Parent { relation, .. } if apart.contains(relation))
            }),
            _ => false,
        })
    };
    one != other
        && !lineage.leads_to(one, other)
        && !lineage.leads_to(other, one)
        && !is_part(first)
        && !is_part(second)
}

fn conflicts<'a>(first: &'a Fact, second: &'a Fact) -> Vec<(&'a Atom, &'a Atom, String)> {
    let atoms = |fact: &'a Fact| fact.expression.as_ref().map(binding).unwrap_or_default();
    let mut found = Vec::new();
    for one in atoms(first) {
        for other in atoms(second) {
            found.extend(conflict(one, other).map(|why| (one, other, why)));
        }
    }
    found
}

/// The licences that bind whatever is chosen: a choice may have a branch that fits.
fn binding(expression: &crate::license::Expression) -> Vec<&Atom> {
    use crate::license::Expression;
    match expression {
        Expression::License(atom) => vec![atom],
        Expression::And(operands) => operands.iter().flat_map(binding).collect(),
        Expression::Or(_) => Vec::new(),
    }
}

/// The source that an inherited licence comes from.
fn origin(judgement: &Judgement<'_>, inherited: &Fact) -> Option<usize> {
    inherited.because.iter().find_map(|reason| match reason {
        Reason::Fact(index) => judgement.seen.facts.get(*index).map(|fact| fact.subject.source),
        _ => None,
    })
}

fn name(judgement: &Judgement<'_>, source: usize) -> String {
    judgement.seen.sources.get(source).map_or_else(|| "?".to_owned(), |source| escaped(source.name()))
}
