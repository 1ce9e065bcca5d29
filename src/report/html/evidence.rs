//! The table of what places say, what that was taken for, and how well it fits.

use super::finding::place;
use super::words::Shown;
use crate::evidence::{Claim, Evidence};
use crate::license::{Classification, Outcome};
use crate::report::inventory::claim_words;
use crate::scan::Scan;

/// Rows of one card.
const ROWS_SHOWN: usize = 200;

/// One place.
pub(super) struct EvidenceRow {
    pub(super) place: Shown,
    pub(super) says: Shown,
    /// The words themselves, where what it says does not hold them already.
    pub(super) quote: Vec<Shown>,
    pub(super) classified: Shown,
    /// How certain that is.
    pub(super) outcome: &'static str,
    pub(super) score: String,
    /// What a reader should know about the classification.
    pub(super) notes: Vec<Shown>,
}

/// Everything that places of a source say, and how many rows are left out.
pub(super) fn rows(scan: &Scan, source: usize) -> (Vec<EvidenceRow>, usize) {
    let all = scan.evidence.iter().enumerate().filter(|(_, evidence)| evidence.at.source == source);
    let count = all.clone().count();
    let rows = all.take(ROWS_SHOWN).map(|(index, evidence)| row(scan, index, evidence, source));
    (rows.collect(), count.saturating_sub(ROWS_SHOWN))
}

fn row(scan: &Scan, index: usize, evidence: &Evidence, source: usize) -> EvidenceRow {
    let found = scan.classifications.get(index).and_then(Option::as_ref);
    let quote = match &evidence.claim {
        Claim::Text { .. } => Shown::quote(&evidence.quote),
        _ => Vec::new(),
    };
    EvidenceRow {
        place: place(scan, &evidence.at, Some(source)),
        says: Shown::of(&claim_words(evidence)),
        quote,
        classified: found.map_or_else(|| Shown::of("no licence statement"), classified),
        outcome: found.map_or("", |found| outcome(found.outcome)),
        score: found.map_or_else(String::new, score),
        notes: found.map(|found| found.notes.iter().map(|note| Shown::of(note)).collect()).unwrap_or_default(),
    }
}

fn classified(found: &Classification) -> Shown {
    match (&found.expression, found.candidates.as_slice()) {
        (Some(expression), _) => Shown::of(&expression.to_string()),
        (None, []) => Shown::of("no licence"),
        (None, candidates) => Shown::of(&format!("one of {}", candidates.join(", "))),
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::None => "no statement",
        Outcome::Exact => "exact",
        Outcome::OneOf => "several fit",
        Outcome::Approximate => "like it, not it",
        Outcome::Modified => "with changed words",
        Outcome::Unknown => "not identified",
    }
}

/// The worst agreement of its passages with what they were compared with, in per cent; a label has none.
fn score(found: &Classification) -> String {
    let similarity = found.matches.iter().map(|one| one.similarity).min();
    similarity.map_or_else(|| "label".to_owned(), |thousandths| format!("{}.{} %", thousandths / 10, thousandths % 10))
}
