//! `declared-differs-from-text`: the label says one licence and the text another.

use license_db::Kind;

use super::Rule;
use crate::fact::{Basis, Fact, Reason};
use crate::finding::{Finding, FindingKind, Verdict};
use crate::license::{Atom, Expression, UNEXPLAINED};
use crate::policy::judgement::{Case, Judgement};
use crate::policy::message::listed;
use crate::policy::ruling::original;
use crate::resolve::covers;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "declared-differs-from-text",
        formerly: &[],
        topic: crate::finding::Topic::Identity,
        levels: &[crate::finding::Level::Error, crate::finding::Level::Warning],
        summary: "The label says one licence and the text another.",
        docs: "## What it means

A field declares one licence and a text, header or section in the same place states another. Both are held to
bind until somebody finds out.

## Why it matters

One of the two is wrong. The wrong one is usually the label, and usually the looser.

## How it is detected

An exact declared licence shares nothing with what the texts state, or the texts state a licence that no label
accounts for. A family word counts as every licence that it may mean. It fails where one side is not allowed,
and is a warning where both are.

## How to fix it

Ask the author which is right, and say it with a curation. Until then both sets of terms bind.

## How to accept it

A curation is better: it says which of the two is right, and the other no longer counts. A waiver fits where both
licences are allowed and their duties are met anyway. Where one of them forbids the use, the waiver would hide the
ban: ask the author first.

{waiver: The author confirmed in discussion 12 that LICENSE is right; its terms are met}

## Example

A card says `license: apache-2.0`, and LICENSE holds the text of CC-BY-NC-4.0.

```text
error[declared-differs-from-text]: weights of model: README.md declares Apache-2.0, but LICENSE says
    CC-BY-NC-4.0
  --> model/LICENSE:1:1
   |
 1 | Creative Commons Attribution-NonCommercial 4.0 International
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |  Creative Commons Corporation (“Creative Commons”) is not a law firm and does not provide lega
  --> model/README.md:2:10 (license)
   |
 2 | apache-2.0
   | ^^^^^^^^^^
   = because: weights observed CC-BY-NC-4.0 (exact, text), from model/LICENSE:1:1
   = because: weights declared Apache-2.0 (exact, label), from model/README.md:2:10 (license)
   = help: Ask the author which is right and say it with a curation; until then both bind.
   = more: licentia explain declared-differs-from-text
```
",
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for case in &judgement.cases {
        let declared: Vec<Side<'_>> = case.on(Basis::Declared).map(Side::of).filter(Side::names_some).collect();
        let observed: Vec<Side<'_>> = case.on(Basis::Observed).map(Side::of).filter(Side::names_some).collect();
        // A curation is the answer to the contradiction.
        let is_curated = case.on(Basis::Curated).next().is_some();
        if is_curated || declared.is_empty() || observed.is_empty() {
            continue;
        }
        let is_stranger = |side: &&Side<'_>, others: &[Side<'_>]| {
            !side.atoms.iter().any(|atom| others.iter().any(|other| other.shares(atom)))
        };
        let is_unaccounted =
            |side: &&Side<'_>| side.atoms.iter().any(|atom| !declared.iter().any(|other| other.shares(atom)));
        let strangers: Vec<&Side<'_>> = declared.iter().filter(|side| is_stranger(side, &observed)).collect();
        let unaccounted: Vec<&Side<'_>> = observed.iter().filter(is_unaccounted).collect();
        if strangers.is_empty() && unaccounted.is_empty() {
            continue;
        }
        let labels: Vec<&Side<'_>> = if strangers.is_empty() { declared.iter().collect() } else { strangers };
        let texts: Vec<&Side<'_>> = if unaccounted.is_empty() { observed.iter().collect() } else { unaccounted };
        let because: Vec<Reason> = texts.iter().chain(&labels).map(|side| Reason::Fact(side.index)).collect();
        let message = format!("{}, but {}", said(judgement, &labels, "declares"), said(judgement, &texts, "says"));
        let help = "Ask the author which is right and say it with a curation; until then both bind.".to_owned();
        findings.push(judgement.finding(&RULE.kind, case, verdict(case, &labels, &texts), because, (message, help)));
    }
}

/// The two sides disagree on whether it may be used: then the disagreement decides, and fails. Otherwise a person
/// should look.
fn verdict(case: &Case<'_>, labels: &[&Side<'_>], texts: &[&Side<'_>]) -> Verdict {
    let worst = |sides: &[&Side<'_>]| sides.iter().map(|side| case.of_fact(side.fact)).max().unwrap_or(Verdict::Allow);
    let (label, text) = (worst(labels), worst(texts));
    if label == text { Verdict::Review } else { label.max(text).max(Verdict::Review) }
}

/// What one fact names.
struct Side<'a> {
    index: usize,
    fact: &'a Fact,
    atoms: Vec<Atom>,
}

impl<'a> Side<'a> {
    fn of((index, fact): (usize, &'a Fact)) -> Self {
        let atoms = match &fact.expression {
            Some(expression) => expression.atoms().into_iter().filter(|atom| names_one(atom)).map(original).collect(),
            None if fact.basis == Basis::Declared => fact.candidates.iter().filter_map(|id| atom_of(id)).collect(),
            None => Vec::new(),
        };
        Self { index, fact, atoms }
    }

    fn names_some(&self) -> bool {
        !self.atoms.is_empty()
    }

    fn shares(&self, atom: &Atom) -> bool {
        self.atoms.iter().any(|own| covers(own, atom) || covers(atom, own))
    }
}

/// A use policy belongs to a licence and contradicts none; what nothing explains names none.
fn names_one(atom: &Atom) -> bool {
    let is_use_policy = license_db::license(&atom.license).is_some_and(|license| license.kind == Kind::UsePolicy);
    atom.license != UNEXPLAINED && !is_use_policy
}

fn atom_of(id: &str) -> Option<Atom> {
    match Expression::parse(id) {
        Ok(Expression::License(atom)) => Some(atom),
        _ => None,
    }
}

fn said(judgement: &Judgement<'_>, sides: &[&Side<'_>], verb: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for side in sides {
        let licenses = match &side.fact.expression {
            Some(expression) => expression.to_string(),
            None => format!("one of {}", listed(&side.fact.candidates)),
        };
        words.push(format!("{} {verb} {licenses}", judgement.places(&[Reason::Fact(side.index)])));
    }
    listed(&words)
}
