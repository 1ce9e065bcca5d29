//! `family-only`: a label names several licences, or none.

use super::Rule;
use crate::fact::{Basis, Reason};
use crate::finding::{Finding, FindingKind, Verdict};
use crate::policy::judgement::Judgement;
use crate::policy::message::{escaped, listed, quoted};

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "family-only",
        formerly: &[],
        topic: crate::finding::Topic::Identity,
        levels: &[crate::finding::Level::Error, crate::finding::Level::Warning],
        summary: "A label names several licences, or none.",
        docs: r#"## What it means

A field says `gpl`, `cc`, `openrail`, `gemma` or `other`: a word that several licences share, or that names
none.

## Why it matters

The versions differ in what they permit; guessing the best of them would be a false yes.

## How it is detected

A declared value is classified as one of several licences or as unknown, and no text, name or link beside it
says which.

## How to fix it

Ask the author for the exact licence (an SPDX identifier, or `license_name` and `license_link`), or say it
with a curation.

## How to accept it

A curation is better: it says which licence the author means. A waiver leaves that open, so it fits only where
every licence that the word may mean permits the use, and all their duties are met. A placeholder such as `other`
should not be waived: it names nothing that could be accepted.

{waiver: Every version of the BSD licence that the word may mean is allowed here; notices are kept}

## Example

A card says `license: bsd`, and no text is there.

```text
error[family-only]: weights of model: README.md declares "bsd", which may mean 0BSD, BSD-1-Clause,
    BSD-2-Clause, BSD-3-Clause, BSD-3-Clause-Clear and BSD-4-Clause
  --> model/README.md:2:10 (license)
   |
 2 | bsd
   | ^^^
   = because: weights declared one of 0BSD, BSD-1-Clause, BSD-2-Clause, BSD-3-Clause,
              BSD-3-Clause-Clear, BSD-4-Clause (one-of, label), from model/README.md:2:10 (license)
   = help: Ask the author for the exact licence, or say with a curation which one it is.
   = more: licentia explain family-only
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for case in &judgement.cases {
        let open = case.open_facts();
        if open.iter().any(|(_, fact)| fact.basis == Basis::Observed) {
            continue;
        }
        for (index, fact) in open {
            let because = vec![Reason::Fact(index)];
            let said = said(judgement, &because);
            let candidates: Vec<String> = fact.candidates.iter().map(|candidate| escaped(candidate)).collect();
            let means = if candidates.is_empty() {
                "which names no licence".to_owned()
            } else {
                format!("which may mean {}", listed(&candidates))
            };
            let message = format!("{} declares {said}, {means}", judgement.places(&because));
            let help = "Ask the author for the exact licence, or say with a curation which one it is.".to_owned();
            let verdict = case.judge.fact(fact);
            let finding = judgement.finding(&RULE.kind, case, verdict, because, (message, help));
            findings.push(finding.by(case.settings.unknown.iter().map(|held| held.at.clone())));
        }
    }
    findings.retain(|finding| finding.name != RULE.kind.name || finding.verdict > Verdict::Allow);
}

/// The words of the fields.
fn said(judgement: &Judgement<'_>, because: &[Reason]) -> String {
    let mut words: Vec<String> = judgement
        .evidence_of(because)
        .into_iter()
        .filter_map(|index| judgement.seen.evidence.get(index))
        .map(|evidence| quoted(evidence.quote.trim()))
        .collect();
    words.dedup();
    listed(&words)
}
