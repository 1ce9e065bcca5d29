//! `unidentified-text`: a text speaks about rights and is no licence that we know.

use super::Rule;
use crate::fact::{Basis, Fact, Reason};
use crate::finding::{Finding, FindingKind, Verdict};
use crate::license::Outcome;
use crate::policy::judgement::Judgement;
use crate::policy::message::{escaped, listed, quoted};

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "unidentified-text",
        formerly: &[],
        topic: crate::finding::Topic::Identity,
        levels: &[crate::finding::Level::Error, crate::finding::Level::Warning],
        summary: "A text speaks about rights and is no licence that we know.",
        docs: r#"## What it means

A licence file, section, prompt or header was read and could not be identified, or only in part.

## Why it matters

What it permits is unknown, and it may add conditions to the licence that the label names.

## How it is detected

A text has the outcome `unknown`, `approximate` or `one-of`, and no other statement says which of its
candidates is meant.

## How to fix it

Read the text. Say with a curation what it is, or ask for it to be added to the database.

## How to accept it

A curation is better: it says what the text is, bound to its bytes. A waiver fits where somebody has read the text
and it adds no terms. Do not loosen `licenses.unknown` for one text: every text that nobody has read would pass
with it.

{waiver: Read on 2 May 2026: the file thanks contributors and states no terms}

## Example

LICENSE holds two sentences in the author's own words.

```text
error[unidentified-text]: weights of model: LICENSE speaks about rights in words that no known
    licence explains; it begins "Chess Model Licence\n\nYou may use these weights for teaching
    chess. You may not s…"
  --> model/LICENSE:1:1
   |
 1 | Chess Model Licence
   | ^^^^^^^^^^^^^^^^^^^
   | You may use these weights for teaching chess. You may not sell them or any copy of them.
   = because: weights observed LicenseRef-licentia-unexplained-terms (unknown, text), from
              model/LICENSE:1:1
   = help: Read the text; say with a curation what it is, or choose another model.
   = more: licentia explain unidentified-text
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for case in &judgement.cases {
        for (index, fact) in case.open_facts() {
            if fact.basis != Basis::Observed {
                continue;
            }
            let candidates: Vec<String> = fact.candidates.iter().map(|candidate| escaped(candidate)).collect();
            let like = match fact.outcome {
                Outcome::OneOf if !candidates.is_empty() => {
                    format!("fits {} alike", listed(&candidates))
                }
                _ if !candidates.is_empty() => {
                    format!("is no complete licence; it is most like {}", listed(&candidates))
                }
                _ => "speaks about rights in words that no known licence explains".to_owned(),
            };
            let because = vec![Reason::Fact(index)];
            let message = format!("{} {like}{}", judgement.places(&because), words(judgement, fact));
            let help = "Read the text; say with a curation what it is, or choose another model.".to_owned();
            let verdict = if fact.expression.is_none() { case.of_fact(fact) } else { case.judge.unknown };
            if verdict > Verdict::Allow {
                let finding = judgement.finding(&RULE.kind, case, verdict, because, (message, help));
                findings.push(finding.by(case.settings.unknown.iter().map(|held| held.at.clone())));
            }
        }
    }
}

/// The first words of a passage.
fn words(judgement: &Judgement<'_>, fact: &Fact) -> String {
    let quote = judgement.evidence_of(&fact.because).into_iter().find_map(|index| judgement.seen.evidence.get(index));
    match quote.map(|evidence| evidence.quote.trim()).filter(|quote| !quote.is_empty()) {
        Some(quote) => format!("; it begins {}", quoted(quote)),
        None => String::new(),
    }
}
