//! The matcher: which licences a text states, how certainly, and where.
//!
//! Words ([`license_db::tokens`]) give seeds, seeds give votes, votes give candidates; each candidate is aligned with the
//! text, and every difference is weighed. What no reference explains is looked at last: a licence file whose operative
//! words are not all explained is never called by a clean name.

mod align;
mod compose;
mod constants;
mod references;
mod residue;
mod seeds;
mod stated;
mod verdict;

use std::ops::Range;

use license_db::format::SequenceKind;
use license_db::index::{Index, Sequence, SequenceId};
use license_db::tokens::{self, Tokens};

use crate::evidence::TextKind;
use crate::license::{Classification, Expression, Match, MatchKind, Outcome};
use crate::location::Location;
use compose::Passage;
use constants::{CLEAN, EXCEPTION_REACH, FRAGMENT, MATCHES, MODIFIED, NOTICE, SHORT_NOTICE, VOTING_WINDOW};
use verdict::{ReferenceWords, Weighed, Weight};

/// What a text says about licences. `kind` tells how much of it must be explained for a clean answer.
pub fn classify(text: &str, kind: TextKind) -> Classification {
    let Some(index) = license_db::index() else {
        return Classification::of_label(Outcome::Unknown, None, Vec::new());
    };
    let tokens = tokens::tokenize(text);
    let mut scan =
        Scanning { text, tokens: &tokens, index, covered: vec![false; tokens.len()], lines: Lines::of(text) };
    let mut passages = scan.whole().unwrap_or_else(|| scan.texts());
    let mut hidden = scan.covered.clone();
    for stated in stated::find(&index, &tokens, &scan.covered) {
        hidden.get_mut(stated.words.clone()).into_iter().for_each(|words| words.fill(true));
        if matches!(stated.kind, SequenceKind::NoStatement | SequenceKind::Nameless) {
            continue;
        }
        for at in stated.words.clone() {
            scan.cover(at);
        }
        passages.extend(scan.stated_passage(&stated));
    }
    for reference in references::find(text, &tokens, &hidden) {
        for at in reference.words.clone() {
            scan.cover(at);
        }
        passages.push(scan.reference_passage(reference));
    }
    let residue = residue::find(text, &tokens, &scan.covered, kind, !passages.is_empty());
    let residue = residue.into_iter().map(|words| scan.residue_match(&words)).collect();
    compose::compose(passages, residue, EXCEPTION_REACH, |before, after| references_or(text, &tokens, before, after))
}

/// Whether a text holds a licence, not only its name or a notice.
pub fn quotes_license(text: &str) -> bool {
    classify(text, TextKind::Header).matches.iter().any(|found| found.kind == MatchKind::Text)
}

/// The same with labels that were read elsewhere in the file (front matter, a metadata field), each with its place.
///
/// A label counts as a passage of its lines; it stands in place of what the matcher reads there.
pub fn with_labels(text: &str, kind: TextKind, labels: &[(Classification, Location)]) -> Classification {
    let mut found = classify(text, kind);
    let is_placeholder = |label: &Classification| label.outcome == Outcome::Unknown && label.expression.is_none();
    let stated: Vec<&(Classification, Location)> = labels.iter().filter(|(label, _)| !is_placeholder(label)).collect();
    let lines_of = |place: &Location| place.span.map_or((1, 1), |span| (span.start_line, span.end_line));
    found.matches.retain(|one| {
        !labels.iter().any(|(_, place)| lines_of(place).0 <= one.lines.0 && one.lines.1 <= lines_of(place).1)
    });
    let lines = Lines::of(text);
    for (label, place) in &stated {
        let expression = label
            .expression
            .clone()
            .unwrap_or_else(|| Expression::any_of(label.candidates.iter().map(|id| Expression::license(id.as_str()))));
        let (first, last) = lines_of(place);
        found.matches.push(Match {
            expression,
            kind: MatchKind::Tag,
            outcome: label.outcome,
            lines: (first, last),
            bytes: (lines.offset_of(first), lines.offset_of(last + 1)),
            coverage: 1000,
            similarity: 1000,
            added: Vec::new(),
            missing_words: 0,
        });
    }
    // A placeholder (`other`) with a name beside it is explained by the name; alone it is a statement nobody can read.
    let has_unread = stated.is_empty() && labels.iter().any(|(label, _)| is_placeholder(label));
    compose::recompose(found, has_unread)
}

/// Words that may stand between two licences of a choice.
const EMPTY: [&str; 16] = [
    "or", "the", "license", "either", "at", "your", "option", "of", "terms", "under", "version", "a", "an", "http",
    "https", "www",
];

/// Whether nothing but "or" and words without content stands between two passages of one sentence.
fn references_or(text: &str, tokens: &Tokens, before: &Range<usize>, after: &Range<usize>) -> bool {
    let end = before.end.checked_sub(1).and_then(|last| tokens.ends.get(last));
    let (Some(&start), Some(&end)) = (end, tokens.starts.get(after.start)) else { return false };
    let Some(between) = text.get(start as usize..end as usize).filter(|between| between.len() < 120) else {
        return false;
    };
    let words: Vec<String> =
        between.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    words.iter().any(|word| word == "or")
        && words.iter().all(|word| EMPTY.contains(&word.as_str()))
        && !between.contains("\n\n")
}

struct Scanning<'a> {
    text: &'a str,
    tokens: &'a Tokens,
    index: Index<'static>,
    /// Words that a passage explains.
    covered: Vec<bool>,
    lines: Lines,
}

/// A reference that was found, before its words are covered.
struct Found {
    sequence: SequenceId,
    weighed: Weighed,
    score: u128,
}

impl Scanning<'_> {
    /// The answer for a text that is a reference word for word.
    fn whole(&mut self) -> Option<Vec<Passage>> {
        let hash = tokens::sequence_hash(&self.tokens.hashes);
        let found: Vec<_> = self
            .index
            .whole(hash)
            .filter(|whole| matches!(whole.kind, SequenceKind::Canonical | SequenceKind::UsePolicy))
            .collect();
        let first = found.first()?;
        let words = 0..self.tokens.len();
        self.covered.fill(true);
        let mut names: Vec<String> = found.iter().map(|whole| whole.expression.to_owned()).collect();
        names.dedup();
        let outcome = if names.len() > 1 { Outcome::OneOf } else { Outcome::Exact };
        let found = self.passage_match(&words, first.expression, MatchKind::Text, outcome, 1000, 1000);
        Some(vec![Passage { words, found, candidates: names, is_exception: false }])
    }

    /// Every licence text, notice and exception in it.
    fn texts(&mut self) -> Vec<Passage> {
        let hits = seeds::hits(&self.index, &self.tokens.classes);
        let mut ballot = seeds::Ballot::default();
        let mut work = seeds::regions(&hits, 0..self.tokens.len());
        work.reverse();
        let mut found: Vec<Found> = Vec::new();
        while let Some(region) = work.pop() {
            if found.len() >= MATCHES {
                break;
            }
            let window = region.start..region.end.min(region.start + VOTING_WINDOW);
            let candidates = ballot.candidates(&self.index, &hits, &window);
            let Some(best) = self.best(&candidates, &region, &window) else {
                if window.end < region.end {
                    let rest = window.start + VOTING_WINDOW / 2..region.end;
                    push_regions(&mut work, &hits, rest);
                }
                continue;
            };
            let passage = best.weighed.alignment.passage.clone();
            self.cover_found(&best);
            push_regions(&mut work, &hits, passage.end..region.end);
            // A long insertion may be a licence of its own.
            for hunk in best.weighed.alignment.hunks.iter().rev().filter(|hunk| hunk.added.len() > 24) {
                push_regions(&mut work, &hits, hunk.added.clone());
            }
            push_regions(&mut work, &hits, region.start..passage.start);
            found.push(best);
        }
        found.sort_by_key(|found| (found.weighed.alignment.passage.start, found.sequence));
        found
            .iter()
            .filter(|found| self.index.sequence(found.sequence).is_some_and(|one| one.kind != SequenceKind::Nameless))
            .filter_map(|found| self.text_passage(found))
            .collect()
    }

    fn best(&self, candidates: &[SequenceId], region: &Range<usize>, window: &Range<usize>) -> Option<Found> {
        let mut best: Option<Found> = None;
        for &sequence in candidates {
            let Some(reference) = self.index.sequence(sequence) else { continue };
            let reach = region.start.saturating_sub(24)
                ..region.end.min(window.end + reference.classes.len()).saturating_add(24).min(self.tokens.len());
            let reach = self.free_around(region, &reach);
            let Some(alignment) = align::align(reference.classes, &self.tokens.classes, &reach) else { continue };
            let words = if reference.kind == SequenceKind::Canonical && alignment.matched * 2 > reference.classes.len()
            {
                ReferenceWords::of(&reference)
            } else {
                None
            };
            let weighed = verdict::weigh(alignment, &reference, self.text, self.tokens, words.as_ref());
            if !is_acceptable(&reference, &weighed) {
                continue;
            }
            let score = score(&reference, &weighed);
            if best.as_ref().is_none_or(|best| {
                (score, std::cmp::Reverse(sequence)) > (best.score, std::cmp::Reverse(best.sequence))
            }) {
                best = Some(Found { sequence, weighed, score });
            }
        }
        best
    }

    /// The part of `reach` around `region` that no passage covers.
    fn free_around(&self, region: &Range<usize>, reach: &Range<usize>) -> Range<usize> {
        let is_covered = |at: &usize| self.covered.get(*at) == Some(&true);
        let start = (reach.start..region.start).rev().find(is_covered).map_or(reach.start, |at| at + 1);
        let end = (region.end..reach.end).find(is_covered).unwrap_or(reach.end);
        start..end
    }

    fn cover(&mut self, at: usize) {
        if let Some(covered) = self.covered.get_mut(at) {
            *covered = true;
        }
    }

    /// Covers a passage, but for what was added to it and means something.
    fn cover_found(&mut self, found: &Found) {
        for at in found.weighed.alignment.passage.clone() {
            self.cover(at);
        }
        for (hunk, weight) in found.weighed.alignment.hunks.iter().zip(&found.weighed.weights) {
            if *weight != Weight::Benign && hunk.added.len() > 24 {
                for at in hunk.added.clone() {
                    if let Some(covered) = self.covered.get_mut(at) {
                        *covered = false;
                    }
                }
            }
        }
    }

    fn text_passage(&self, found: &Found) -> Option<Passage> {
        let reference = self.index.sequence(found.sequence)?;
        let Found { weighed, .. } = found;
        let words = weighed.alignment.passage.clone();
        // An insertion that turned out to be a licence of its own is no change of this one.
        let is_explained = |range: &Range<usize>| {
            !range.is_empty()
                && range.len() > 24
                && range.clone().filter(|&at| self.covered.get(at) == Some(&true)).count() * 10 >= range.len() * 9
        };
        let differences: Vec<_> = weighed
            .alignment
            .hunks
            .iter()
            .zip(&weighed.weights)
            .filter(|(hunk, weight)| {
                **weight != Weight::Benign && !(is_explained(&hunk.added) && hunk.missing.is_empty())
            })
            .collect();
        let coverage = weighed.coverage(reference.classes.len());
        let outcome = self.outcome(&reference, weighed, differences.is_empty(), coverage);
        let kind = if reference.kind == SequenceKind::Notice { MatchKind::Notice } else { MatchKind::Text };
        let mut passage_match = self.passage_match(
            &words,
            reference.expression,
            kind,
            outcome,
            coverage,
            coverage.min(weighed.precision()),
        );
        passage_match.added = differences
            .iter()
            .filter(|(hunk, _)| !hunk.added.is_empty())
            .map(|(hunk, _)| self.line_range(&hunk.added))
            .collect();
        passage_match.added.dedup();
        passage_match.missing_words =
            u32::try_from(differences.iter().map(|(hunk, _)| hunk.missing.len()).sum::<usize>()).unwrap_or(u32::MAX);
        if outcome == Outcome::Modified {
            passage_match.expression = compose::modified(reference.expression);
        }
        let mut candidates = vec![reference.expression.to_owned()];
        candidates.extend(self.twins(&reference));
        let outcome = if candidates.len() > 1 && outcome == Outcome::Exact { Outcome::OneOf } else { outcome };
        passage_match.outcome = outcome;
        Some(Passage {
            words,
            found: passage_match,
            candidates,
            is_exception: reference.kind == SequenceKind::Exception,
        })
    }

    /// Other licences with the same canonical words.
    fn twins(&self, reference: &Sequence<'_>) -> Vec<String> {
        let same = self
            .index
            .whole(reference.hash)
            .filter(|whole| whole.kind == SequenceKind::Canonical && reference.kind == SequenceKind::Canonical);
        let mut names: Vec<String> =
            same.map(|whole| whole.expression.to_owned()).filter(|name| name != reference.expression).collect();
        names.dedup();
        names
    }

    fn outcome(&self, reference: &Sequence<'_>, weighed: &Weighed, is_clean: bool, coverage: u32) -> Outcome {
        let only_missing = weighed
            .alignment
            .hunks
            .iter()
            .zip(&weighed.weights)
            .all(|(hunk, weight)| *weight == Weight::Benign || hunk.added.is_empty());
        match reference.kind {
            SequenceKind::Canonical | SequenceKind::Exception | SequenceKind::UsePolicy => {
                if is_clean && coverage >= CLEAN {
                    let words = ReferenceWords::of(reference);
                    return if verdict::hidden_change(&weighed.alignment, reference, self.tokens, words.as_ref())
                        .is_none()
                    {
                        Outcome::Exact
                    } else {
                        Outcome::Modified
                    };
                }
                if coverage < MODIFIED || (only_missing && coverage < CLEAN && is_cut(weighed, reference)) {
                    Outcome::Approximate
                } else {
                    Outcome::Modified
                }
            }
            SequenceKind::Notice if is_clean && coverage >= CLEAN => Outcome::Exact,
            _ => Outcome::Approximate,
        }
    }

    fn stated_passage(&self, stated: &stated::Stated) -> Option<Passage> {
        let sequence = self.index.sequence(stated.sequence)?;
        let kind = match stated.kind {
            SequenceKind::Tag => MatchKind::Tag,
            SequenceKind::Reference => MatchKind::Reference,
            SequenceKind::Notice => MatchKind::Notice,
            _ => MatchKind::Text,
        };
        let is_loose = sequence.is_loose || kind == MatchKind::Text;
        let outcome = if is_loose { Outcome::Approximate } else { Outcome::Exact };
        let found = self.passage_match(&stated.words, sequence.expression, kind, outcome, 1000, 1000);
        let candidates = vec![sequence.expression.to_owned()];
        Some(Passage { words: stated.words.clone(), found, candidates, is_exception: false })
    }

    fn reference_passage(&self, reference: references::Reference) -> Passage {
        let references::Reference { words, kind, outcome, expression, candidates } = reference;
        let expression = expression
            .unwrap_or_else(|| Expression::any_of(candidates.iter().map(|id| Expression::license(id.as_str()))));
        let mut found = self.passage_match(&words, "", kind, outcome, 1000, 1000);
        found.expression = expression;
        Passage { words, found, candidates, is_exception: false }
    }

    fn residue_match(&self, words: &Range<usize>) -> Match {
        let mut found = self.passage_match(words, crate::license::UNEXPLAINED, MatchKind::Text, Outcome::Unknown, 0, 0);
        found.added = vec![found.lines];
        found
    }

    fn passage_match(
        &self,
        words: &Range<usize>,
        expression: &str,
        kind: MatchKind,
        outcome: Outcome,
        coverage: u32,
        similarity: u32,
    ) -> Match {
        let start = self.tokens.starts.get(words.start).map_or(0, |&start| start as usize);
        let end =
            words.end.checked_sub(1).and_then(|last| self.tokens.ends.get(last)).map_or(start, |&end| end as usize);
        let narrow = |number: u32| u16::try_from(number).unwrap_or(1000);
        Match {
            expression: Expression::parse(expression).unwrap_or_else(|_| Expression::license(expression)),
            kind,
            outcome,
            lines: self.line_range(words),
            bytes: (start, end),
            coverage: narrow(coverage),
            similarity: narrow(similarity),
            added: Vec::new(),
            missing_words: 0,
        }
    }

    fn line_range(&self, words: &Range<usize>) -> (u32, u32) {
        let line = |at: usize| self.tokens.starts.get(at).map_or(1, |&start| self.lines.of_offset(start as usize));
        (line(words.start), line(words.end.saturating_sub(1).max(words.start)))
    }
}

fn push_regions(work: &mut Vec<Range<usize>>, hits: &[(usize, u32)], within: Range<usize>) {
    if within.is_empty() {
        return;
    }
    let mut regions = seeds::regions(hits, within);
    regions.reverse();
    work.extend(regions);
}

/// Whether a long piece of the reference is missing at one end: a part of a text, not a changed one.
fn is_cut(weighed: &Weighed, reference: &Sequence<'_>) -> bool {
    weighed
        .alignment
        .hunks
        .iter()
        .any(|hunk| (hunk.missing.start == 0 || hunk.missing.end == reference.classes.len()) && hunk.missing.len() > 16)
}

/// Whether a reference may stand for a passage at all.
fn is_acceptable(reference: &Sequence<'_>, weighed: &Weighed) -> bool {
    let coverage = weighed.coverage(reference.classes.len());
    if reference.kind != SequenceKind::Notice {
        return coverage >= FRAGMENT && weighed.precision() >= FRAGMENT;
    }
    let hunks = &weighed.alignment.hunks;
    let has = |start: usize, length: usize| {
        !hunks.iter().any(|hunk| hunk.missing.start < start + length && start < hunk.missing.end)
    };
    if !reference.required().all(|(start, length)| has(start, length)) {
        return false;
    }
    if reference.classes.len() < SHORT_NOTICE {
        coverage == 1000 && weighed.gravest() == Weight::Benign
    } else {
        coverage >= NOTICE && weighed.precision() >= NOTICE
    }
}

/// How well a reference explains the text: many words, nearly all of its own, nothing in between. A difference that
/// means nothing still counts half, so that of two near twins the one without differences wins; a canonical text whose
/// differences mean nothing is preferred to another form of it.
fn score(reference: &Sequence<'_>, weighed: &Weighed) -> u128 {
    let coverage = weighed.coverage(reference.classes.len());
    let precision = u128::from(weighed.precision());
    let is_clean = weighed.gravest() == Weight::Benign && coverage >= CLEAN;
    let bonus = match reference.kind {
        SequenceKind::Variant => 100,
        _ if is_clean => 125,
        _ => 102,
    };
    let words = (weighed.explained + weighed.alignment.matched) as u128;
    words * u128::from(coverage).pow(4) * precision.pow(2) * bonus
}

/// Line numbers of byte offsets.
struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    fn of(text: &str) -> Self {
        let starts = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1))
            .collect();
        Self { starts }
    }

    /// Offset at which a line begins, or the end of the text.
    fn offset_of(&self, line: u32) -> usize {
        let end = self.starts.last().copied().unwrap_or(0);
        (line as usize).checked_sub(1).and_then(|line| self.starts.get(line)).copied().unwrap_or(end)
    }

    fn of_offset(&self, offset: usize) -> u32 {
        u32::try_from(self.starts.partition_point(|&start| start <= offset)).unwrap_or(u32::MAX)
    }
}
