//! `modified-license`: a licence text has words added, removed or replaced.

use super::{Rule, bound_on};
use crate::fact::Reason;
use crate::finding::{Finding, FindingKind};
use crate::license::MODIFIED_PREFIX;
use crate::policy::judgement::Judgement;
use crate::policy::message::listed;
use crate::policy::ruling::GroundKind;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "modified-license",
        formerly: &[],
        topic: crate::finding::Topic::Identity,
        levels: &[crate::finding::Level::Error, crate::finding::Level::Warning],
        summary: "A licence text has words added, removed or replaced.",
        docs: r#"## What it means

A text is a known licence except for some words. It is reported as modified and never as the licence that it
resembles.

## Why it matters

One added sentence can forbid commercial use; a well-known title above it makes it easy to miss.

## How it is detected

The text matcher finds a known text with words changed beyond what is benign (holder, year, title, layout).
The verdict is unknown at best, and denied where the original is denied.

## How to fix it

Read the changed lines. If the change is harmless, say what the text is with a curation; otherwise treat it as
a licence of its own.

## How to accept it

A changed text cannot be allowed by an identifier, because the next change would pass with it. A curation says what
this text is. A waiver fits where somebody has read every changed line, and it names them.

{waiver: Line 6 was changed to name the company; read on 2 May 2026, nothing is taken back}

## Example

Into the text of the MIT licence somebody put "for private use"; the card still says `license: mit`.

```text
error[modified-license]: weights of model: LICENSE reads like MIT, but its words are changed; added
    in lines 5
  --> model/LICENSE:1:1
   |
 1 | MIT License
   | ^^^^^^^^^^^
   | Copyright (c) 2026 The Authors
   | Permission is hereby granted, free of charge for private use, to any person obtaining a copy...
   | ... (1 more line)
   = because: weights observed LicenseRef-licentia-modified-MIT (modified, text), from
              model/LICENSE:1:1
   = help: Read the changed lines; say with a curation what the text is, or choose another model.
   = more: licentia explain modified-license
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for case in &judgement.cases {
        for (bound, ground) in bound_on(case, |kind| kind == GroundKind::Modified) {
            let original = bound.atom.license.strip_prefix(MODIFIED_PREFIX).unwrap_or(&bound.atom.license);
            let message = format!(
                "{} reads like {original}, but its words are changed{}",
                judgement.places(&bound.because),
                changes(judgement, &bound.because)
            );
            let help =
                "Read the changed lines; say with a curation what the text is, or choose another model.".to_owned();
            let finding = judgement.finding(&RULE.kind, case, ground.verdict, bound.because.clone(), (message, help));
            findings.push(finding.about(bound.atom).by(ground.places));
        }
    }
}

/// Which lines were added and how many words are missing, as far as the matcher can tell.
fn changes(judgement: &Judgement<'_>, because: &[Reason]) -> String {
    let mut lines = Vec::new();
    let mut missing = 0_u32;
    for evidence in judgement.evidence_of(because) {
        let matches = judgement.seen.classifications.get(evidence).and_then(Option::as_ref);
        for found in matches.iter().flat_map(|classification| &classification.matches) {
            lines.extend(
                found.added.iter().map(
                    |(first, last)| {
                        if first == last { first.to_string() } else { format!("{first}-{last}") }
                    },
                ),
            );
            missing = missing.saturating_add(found.missing_words);
        }
    }
    let added = if lines.is_empty() { String::new() } else { format!("; added in lines {}", listed(&lines)) };
    let missing = if missing == 0 { String::new() } else { format!("; {missing} words are missing") };
    format!("{added}{missing}")
}
