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
        summary: "A licence text has words added, removed or replaced.",
        docs: "## What it means

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
",
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
