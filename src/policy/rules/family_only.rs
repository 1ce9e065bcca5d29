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
        summary: "A label names several licences, or none.",
        docs: "## What it means

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
",
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
