//! `tag-only`: a label states a licence and no text of it is there.

use std::fmt::Write;

use super::Rule;
use crate::fact::{Basis, Grade, Reason};
use crate::finding::{Finding, FindingKind, Verdict};
use crate::license::{Atom, Expression, UNEXPLAINED};
use crate::policy::duty::license_copy;
use crate::policy::judgement::{Case, Judgement};
use crate::policy::message::listed;
use crate::policy::ruling::original;
use crate::resolve::{covers, receives_terms};
use crate::subject::Role;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "tag-only",
        formerly: &[],
        topic: crate::finding::Topic::Identity,
        levels: &[crate::finding::Level::Warning, crate::finding::Level::Error],
        summary: "A label states a licence and no text of it is there.",
        docs: r#"## What it means

A field names the licence, but the repository holds no text of it.

## Why it matters

A label is weaker than a text: it is often copied from a template, and many licences ask that their text goes
with the work.

## How it is detected

No statement about the subject with a licence text behind it covers the concluded licence; of a choice, one
branch is enough. Where copies leave the house and the licence asks that its text goes with each, the message says
where it asks.

## How to fix it

Ask the author to add the licence text. If labels are good enough for you, set `licenses.tag-only = "allow"`;
what a licence asks of those who pass it on is then reported as `license-text-missing`.

## How to accept it

Where labels are good enough for the organisation, the policy may say so for all models.

```toml
[licenses]
tag-only = "allow"
```

{waiver: The author confirmed the label on 2 May 2026 and will add the text}

## Example

A card says `license: apache-2.0`, and that is all.

```text
warning[tag-only]: weights of model: README.md states Apache-2.0, and no text of it is there; a copy
    must go with it: Apache-2.0 (section 4.a)
  --> model/README.md:2:10 (license)
   |
 2 | apache-2.0
   | ^^^^^^^^^^
   = because: weights declared Apache-2.0 (exact, label), from model/README.md:2:10 (license)
   = help: Ask the author to add the licence text, or set licenses.tag-only if a label is good
           enough. Whoever passes it on adds the whole text as a file named LICENSE.
   = more: licentia explain tag-only
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for case in judgement.cases.iter().filter(|case| asks_for_text(case.subject().role)) {
        let verdict = case.settings.tag_only();
        // Whoever curates has read the files, and says so in the policy.
        if verdict == Verdict::Allow || case.on(Basis::Curated).next().is_some() {
            continue;
        }
        let Some(concluded) = case.concluded().and_then(|fact| fact.expression.as_ref()) else {
            continue;
        };
        let texts: Vec<Atom> = case
            .facts
            .iter()
            .filter(|(_, fact)| fact.basis < Basis::Concluded && fact.grade == Grade::Text)
            .filter_map(|(_, fact)| fact.expression.as_ref())
            .flat_map(Expression::atoms)
            .map(original)
            .collect();
        let operands = match concluded {
            Expression::And(operands) => operands.as_slice(),
            single => std::slice::from_ref(single),
        };
        let has_text = |operand: &Expression| {
            operand.atoms().into_iter().any(|atom| {
                atom.license == UNEXPLAINED
                    || texts.iter().any(|text| covers(&original(atom), text) || covers(text, &original(atom)))
            })
        };
        let bare: Vec<&Expression> = operands.iter().filter(|operand| !has_text(operand)).collect();
        if bare.is_empty() {
            continue;
        }
        let states = |fact: &crate::fact::Fact| {
            let stated = fact.expression.as_ref().map(Expression::atoms).unwrap_or_default();
            bare.iter().any(|operand| operand.atoms().iter().any(|atom| stated.contains(atom)))
        };
        let because: Vec<Reason> = case
            .facts
            .iter()
            .filter(|(_, fact)| fact.basis < Basis::Concluded && states(fact))
            .map(|(index, _)| Reason::Fact(*index))
            .collect();
        let names: Vec<String> = bare.iter().map(ToString::to_string).collect();
        let mut message =
            format!("{} states {}, and no text of it is there", judgement.places(&because), listed(&names));
        let mut help =
            "Ask the author to add the licence text, or set licenses.tag-only if a label is good enough.".to_owned();
        let asking = asking(case, &bare);
        if !asking.is_empty() {
            let _ = write!(message, "; a copy must go with it: {}", listed(&asking));
            help.push_str(" Whoever passes it on adds the whole text as a file named LICENSE.");
        }
        let finding = judgement.finding(&RULE.kind, case, verdict, because, (message, help));
        findings.push(finding.by(case.settings.tag_only.iter().map(|held| held.at.clone())));
    }
}

/// The licences without a text that ask for one with every copy, with the place that says so.
fn asking(case: &Case<'_>, bare: &[&Expression]) -> Vec<String> {
    if !receives_terms(case.subject()) || case.verdict() == Verdict::Deny || !case.settings.facts.distributes_copies() {
        return Vec::new();
    }
    let mut atoms: Vec<&Atom> = bare.iter().flat_map(|operand| operand.atoms()).collect();
    atoms.retain(|atom| case.bound.iter().any(|bound| bound.atom == *atom));
    let asks = |atom: &Atom| license_copy(atom).map(|term| format!("{atom} ({})", term.source));
    atoms.into_iter().filter_map(asks).collect()
}

/// What is there to be used; of vendored parts and notices only what they say is judged.
fn asks_for_text(role: Role) -> bool {
    !matches!(role, Role::Component | Role::Documentation)
}
