//! Finding passages: seeds make regions, votes make candidates, the best candidate that can be laid against the text
//! explains its words, and the search goes on in what is left.

use std::collections::BTreeSet;
use std::ops::Range;

use license_db::FamilyKind;
use license_db::diff::Hunk;
use license_db::format::SequenceKind;
use license_db::index::Sequence;
use license_db::tokens::{self, IN_URL, LINE_START, Tokens};

use super::align::{self, Places};
use super::compose::Passage;
use super::constants::{INSERTION, LIST, LIST_GAP, LISTED_NAME, MARGIN, MATCHES, NAMELESS, TITLE, VOTING_WINDOW};
use super::damage;
use super::library::{Library, ReferenceId, ReferenceWords};
use super::lines::Lines;
use super::seeds::{self, Ballot, Hits};
use super::stated::{self, Stated};
use super::verdict;
use super::weigh::{Scales, Weighed, Weight};
use super::{compose, references};
use crate::license::{Change, Expression, Match, MatchKind, Outcome, UNEXPLAINED};

/// A text while its passages are found.
pub(super) struct Search<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a Tokens,
    pub(super) library: &'a Library<'a>,
    places: Places,
    shelves: Vec<Hits>,
    /// Words that a passage explains.
    pub(super) covered: Vec<bool>,
    /// Words among them that name the licence whose text stands in the file: they explain nothing around them.
    pub(super) named: Vec<bool>,
    lines: Lines<'a>,
}

/// A reference that was found, before its words are covered.
pub(super) struct Found {
    pub(super) id: ReferenceId,
    pub(super) weighed: Weighed,
    pub(super) score: u128,
    /// Other references that explain a part of a text as well.
    pub(super) rivals: Vec<ReferenceId>,
}

impl<'a> Search<'a> {
    pub(super) fn new(text: &'a str, tokens: &'a Tokens, library: &'a Library<'a>) -> Self {
        Self {
            text,
            tokens,
            library,
            places: Places::of(&tokens.classes),
            shelves: library.shelves().map(|(_, index)| Hits::of(index, &tokens.classes)).collect(),
            covered: vec![false; tokens.len()],
            named: vec![false; tokens.len()],
            lines: Lines::of(text),
        }
    }

    /// Everything that the text states about licences, in order.
    pub(super) fn passages(&mut self) -> Vec<Passage> {
        if let Some(whole) = self.whole() {
            return whole;
        }
        let stated = stated::all(self.library, self.text, self.tokens);
        let mut passages = self.texts(&stated);
        for reference in references::spdx_tags(self.text, self.tokens) {
            let tag = self.reference_passage(reference);
            if !passages.iter().any(|text| is_quoted(&tag, text)) {
                fill(&mut self.covered, &tag.words, true);
                passages.push(tag);
            }
        }
        self.cover_titles(&passages);
        self.cover_names(&passages, &stated);
        let mut hidden = self.covered.clone();
        for one in stated::apart(&stated, &self.covered) {
            // What names no licence by these words may name one by others.
            if one.kind != SequenceKind::Nameless {
                fill(&mut hidden, &one.words, true);
            }
            if !is_statement(one.kind) {
                continue;
            }
            fill(&mut self.covered, &one.words, true);
            passages.extend(self.stated_passage(&one));
        }
        for reference in references::find(self.text, self.tokens, &hidden) {
            fill(&mut self.covered, &reference.words, true);
            passages.push(self.reference_passage(reference));
        }
        // What an address says beside a licence that stands there is no news; what else it says is.
        for reference in references::links(self.text, self.tokens) {
            let passage = self.reference_passage(reference);
            if passages.iter().all(|other| other.found.expression != passage.found.expression) {
                passages.push(passage);
            }
        }
        passages.retain(|passage| {
            passage.found.kind == MatchKind::Text || !references::is_of_another(self.text, self.tokens, &passage.words)
        });
        passages.sort_by_key(|passage| (passage.words.start, passage.words.end));
        without_titles(&mut passages);
        without_lists(passages, self.tokens)
    }

    /// Covers the lines above a licence text that are its title: they name no further licence.
    fn cover_titles(&mut self, passages: &[Passage]) {
        for passage in passages.iter().filter(|passage| passage.found.kind == MatchKind::Text) {
            let reach = passage.words.start.saturating_sub(TITLE)..passage.words.start;
            let begins_line =
                |at: &usize| *at == 0 || self.tokens.flags.get(*at).is_some_and(|flags| flags & LINE_START != 0);
            let mut starts: Vec<usize> = reach.clone().filter(begins_line).collect();
            starts.push(reach.end);
            for line in starts.windows(2).filter_map(|pair| Some(*pair.first()?..*pair.get(1)?)) {
                let is_title = matches!(license_db::by_name(self.written(&line)), Some(license_db::Alias::License(license))
                    if passage.candidates.iter().any(|id| id == license.id));
                if is_title {
                    fill(&mut self.covered, &line, true);
                }
            }
        }
    }

    /// Covers the name and the identifier of every licence whose text stands here, wherever they stand: they name no further
    /// licence, though the name of another may be a part of them.
    fn cover_names(&mut self, passages: &[Passage], stated: &[Stated]) {
        let texts = passages.iter().filter(|passage| passage.found.kind == MatchKind::Text);
        let ids: BTreeSet<&str> = texts.flat_map(|passage| &passage.candidates).map(String::as_str).collect();
        for license in ids.into_iter().filter_map(license_db::license) {
            for name in [license.name, license.id].map(|name| tokens::tokenize(name).hashes) {
                if name.is_empty() {
                    continue;
                }
                let places = self.tokens.hashes.windows(name.len()).enumerate();
                let starts: Vec<usize> = places.filter(|(_, words)| *words == name).map(|(at, _)| at).collect();
                for words in starts.into_iter().map(|start| start..start + name.len()) {
                    // What is said at greater length than a name says more than a name.
                    let is_longer = |one: &Stated| {
                        one.words.len() > words.len() && one.words.start < words.end && words.start < one.words.end
                    };
                    let is_free = words.clone().all(|at| self.covered.get(at) == Some(&false));
                    if stated.iter().any(is_longer) {
                        continue;
                    }
                    fill(&mut self.covered, &words, true);
                    if is_free {
                        fill(&mut self.named, &words, true);
                    }
                }
            }
        }
    }

    /// The answer for a text that is a reference word for word.
    fn whole(&mut self) -> Option<Vec<Passage>> {
        let hash = tokens::sequence_hash(&self.tokens.hashes);
        let found: Vec<_> = self
            .library
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

    /// Every licence text, notice and exception that is found by its seeds.
    fn texts(&mut self, stated: &[Stated]) -> Vec<Passage> {
        let mut ballots: Vec<Ballot> = self.shelves.iter().map(|_| Ballot::default()).collect();
        let mut work = seeds::regions(&self.shelves, &(0..self.tokens.len()));
        work.reverse();
        let mut found: Vec<Found> = Vec::new();
        let mut unread: Vec<Passage> = Vec::new();
        while let Some(region) = work.pop() {
            if found.len() >= MATCHES {
                // What is not looked at must not pass for what says nothing.
                let found = self.passage_match(&region, UNEXPLAINED, MatchKind::Text, Outcome::Unknown, 0, 0);
                unread.push(Passage { words: region, found, candidates: Vec::new(), is_exception: false });
                continue;
            }
            let window = region.start..region.end.min(region.start + VOTING_WINDOW);
            let candidates = self.candidates(&mut ballots, &window);
            let Some(best) = self.best(&candidates, &region, &window) else {
                if window.end < region.end {
                    self.push_regions(&mut work, window.start + VOTING_WINDOW / 2..region.end);
                }
                continue;
            };
            let passage = best.weighed.alignment.passage.clone();
            let before = region.start..passage.start.clamp(region.start, region.end);
            let behind = passage.end.clamp(region.start, region.end)..region.end;
            let is_said_better = self.is_said_better(&best, stated);
            if is_said_better && (before == region || behind == region) {
                continue; // It lies outside the region: what stands in it word for word is found later.
            }
            self.push_regions(&mut work, behind);
            if !is_said_better {
                self.cover_found(&best);
                // A long insertion may be a licence of its own.
                for hunk in best.weighed.alignment.hunks.iter().rev().filter(|hunk| hunk.added.len() > INSERTION) {
                    self.push_regions(&mut work, hunk.added.clone());
                }
                found.push(best);
            }
            self.push_regions(&mut work, before);
        }
        found.sort_by_key(|found| (found.weighed.alignment.passage.start, found.id));
        let passages = found.iter().filter_map(|found| self.text_passage(found)).chain(unread).collect();
        // Licence language without a name explains nothing: whoever reads the file must read it.
        for found in &found {
            if self.kind(found.id) == Some(SequenceKind::Nameless) {
                fill(&mut self.covered, &found.weighed.alignment.passage, false);
            }
        }
        passages
    }

    fn kind(&self, id: ReferenceId) -> Option<SequenceKind> {
        self.library.reference(id).map(|reference| reference.kind)
    }

    /// Whether a notice that fits loosely has most of its words in a statement that fits word for word.
    fn is_said_better(&self, found: &Found, stated: &[Stated]) -> bool {
        let Some(reference) = self.library.reference(found.id) else { return false };
        let is_short = matches!(reference.kind, SequenceKind::Notice | SequenceKind::Nameless);
        if !is_short || found.weighed.alignment.hunks.is_empty() {
            return false;
        }
        let passage = &found.weighed.alignment.passage;
        let inside = stated::apart(stated, &self.covered)
            .iter()
            .filter(|one| passage.start <= one.words.start && one.words.end <= passage.end && is_statement(one.kind))
            .map(|one| one.words.len())
            .max();
        inside.unwrap_or(0) * 4 >= found.weighed.alignment.matched * 3
    }

    fn candidates(&self, ballots: &mut [Ballot], window: &Range<usize>) -> Vec<ReferenceId> {
        let may_be_cut = (verdict::begins_open(self.text) && window.start <= MARGIN)
            || (verdict::ends_open(self.text) && window.end + MARGIN >= self.tokens.len());
        let shelves = self.library.shelves().zip(&self.shelves).zip(ballots);
        shelves
            .flat_map(|(((shelf, index), hits), ballot)| {
                let chosen = ballot.candidates(index, hits, window, may_be_cut);
                chosen.into_iter().map(move |sequence| ReferenceId { shelf, sequence })
            })
            .collect()
    }

    fn best(&self, candidates: &[ReferenceId], region: &Range<usize>, window: &Range<usize>) -> Option<Found> {
        let scales = Scales { text: self.text, tokens: self.tokens, library: self.library };
        let mut best: Option<Found> = None;
        let mut parts: Vec<(u128, ReferenceId)> = Vec::new();
        for &id in candidates {
            let Some(reference) = self.library.reference(id) else { continue };
            let reach = region.start.saturating_sub(MARGIN)
                ..region.end.min(window.end + reference.classes.len()).saturating_add(MARGIN).min(self.tokens.len());
            let reach = self.free_around(region, &reach);
            let aligned = align::align(reference.classes, &self.tokens.classes, &self.places, &reach);
            let Some(alignment) = aligned else { continue };
            let is_likely = alignment.matched * 2 > reference.classes.len() && !alignment.hunks.is_empty();
            let words = is_likely.then(|| self.library.words(&reference)).flatten();
            let alignment = match &words {
                Some(words) => damage::realigned(&alignment, self.text, self.tokens, words, &reach),
                None => alignment,
            };
            let weighed = scales.weigh(alignment, &reference, words.as_ref());
            let cut_off = verdict::cut_off(&reference, &weighed, self.text, self.tokens);
            if !verdict::is_acceptable(&reference, &weighed, self.tokens, cut_off) {
                continue;
            }
            let score = verdict::score(&reference, &weighed, cut_off);
            if cut_off > 0 {
                parts.push((score, id));
            }
            let wins = best
                .as_ref()
                .is_none_or(|best| (score, std::cmp::Reverse(id)) > (best.score, std::cmp::Reverse(best.id)));
            if wins {
                best = Some(Found { id, weighed, score, rivals: Vec::new() });
            }
        }
        // Where only the beginning or the end of a text is there, others may begin or end alike.
        let mut best = best?;
        if parts.iter().any(|(_, id)| *id == best.id) {
            parts.retain(|(score, id)| *id != best.id && score.saturating_mul(100) >= best.score.saturating_mul(95));
            parts.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
            best.rivals = parts.into_iter().map(|(_, id)| id).collect();
        }
        Some(best)
    }

    /// The part of `reach` around `region` that no passage covers.
    fn free_around(&self, region: &Range<usize>, reach: &Range<usize>) -> Range<usize> {
        let is_covered = |at: &usize| self.covered.get(*at) == Some(&true);
        let start = (reach.start..region.start).rev().find(is_covered).map_or(reach.start, |at| at + 1);
        let end = (region.end..reach.end).find(is_covered).unwrap_or(reach.end);
        start..end
    }

    fn push_regions(&self, work: &mut Vec<Range<usize>>, within: Range<usize>) {
        if !within.is_empty() {
            let mut regions = seeds::regions(&self.shelves, &within);
            regions.reverse();
            work.extend(regions);
        }
    }

    /// Covers a passage, but for what was added to it and means something.
    fn cover_found(&mut self, found: &Found) {
        fill(&mut self.covered, &found.weighed.alignment.passage, true);
        for (hunk, weight) in found.weighed.alignment.hunks.iter().zip(&found.weighed.weights) {
            if *weight != Weight::Benign && hunk.added.len() > INSERTION {
                fill(&mut self.covered, &hunk.added, false);
            }
        }
    }

    pub(super) fn text_passage(&self, found: &Found) -> Option<Passage> {
        let reference = self.library.reference(found.id)?;
        let own_words = self.library.words(&reference);
        let weighed = &self.with_hidden(found, &reference, own_words.as_ref());
        let found_rivals = &found.rivals;
        let words = weighed.alignment.passage.clone();
        let coverage = weighed.coverage(reference.classes.len());
        if reference.kind == SequenceKind::Nameless {
            let is_long = weighed.alignment.matched >= NAMELESS;
            return is_long.then(|| {
                let found =
                    self.passage_match(&words, UNEXPLAINED, MatchKind::Text, Outcome::Unknown, coverage, coverage);
                Passage { words, found, candidates: Vec::new(), is_exception: false }
            });
        }
        // An insertion that turned out to be a licence of its own is no change of this one.
        let is_explained = |range: &Range<usize>| {
            range.len() > INSERTION
                && range.clone().filter(|&at| self.covered.get(at) == Some(&true)).count() * 10 >= range.len() * 9
        };
        let changes: Vec<_> =
            weighed.changes().filter(|(hunk, _)| !(is_explained(&hunk.added) && hunk.missing.is_empty())).collect();
        let cut_off = verdict::cut_off(&reference, weighed, self.text, self.tokens);
        let outcome =
            verdict::outcome(&reference, weighed, changes.is_empty(), cut_off, self.tokens, own_words.is_some());
        let kind = if reference.kind == SequenceKind::Notice { MatchKind::Notice } else { MatchKind::Text };
        let similarity = coverage.min(weighed.precision());
        let mut found = self.passage_match(&words, reference.expression, kind, outcome, coverage, similarity);
        found.added = changes
            .iter()
            .filter(|(hunk, _)| !hunk.added.is_empty())
            .map(|(hunk, _)| self.line_range(&hunk.added))
            .collect();
        found.added.dedup();
        found.missing_words =
            u32::try_from(changes.iter().map(|(hunk, _)| hunk.missing.len()).sum::<usize>()).unwrap_or(u32::MAX);
        found.changes = changes.iter().map(|(hunk, weight)| self.change(hunk, *weight, own_words.as_ref())).collect();
        if outcome == Outcome::Modified {
            found.expression = compose::modified(reference.expression);
        }
        let mut candidates = vec![reference.expression.to_owned()];
        candidates.extend(self.twins(&reference));
        if outcome == Outcome::Approximate {
            let rivals = found_rivals.iter().filter_map(|&id| self.library.reference(id));
            for name in rivals.map(|rival| rival.expression.to_owned()) {
                if !candidates.contains(&name) {
                    candidates.push(name);
                }
            }
        }
        if reference.expression.contains(UNEXPLAINED) {
            found.outcome = Outcome::Unknown;
        }
        let is_any_version = verdict::is_any_version(reference.expression, self.written(&words));
        if outcome == Outcome::Exact && (candidates.len() > 1 || (kind == MatchKind::Notice && is_any_version)) {
            found.outcome = Outcome::OneOf;
        }
        Some(Passage { words, found, candidates, is_exception: reference.kind == SequenceKind::Exception })
    }

    /// What was found, with the differences that hide behind a class where the reference's own words are at hand.
    fn with_hidden(&self, found: &Found, reference: &Sequence<'_>, words: Option<&ReferenceWords<'_>>) -> Weighed {
        let scales = Scales { text: self.text, tokens: self.tokens, library: self.library };
        let Some(own) = words else { return found.weighed.clone() };
        let shown = found.weighed.alignment.with_hidden(&own.tokens, self.tokens);
        let reach = self.free_around(&shown.passage, &(0..self.tokens.len()));
        let alignment = damage::realigned(&shown, self.text, self.tokens, own, &reach);
        scales.weigh(alignment, reference, words)
    }

    fn change(&self, hunk: &Hunk, weight: Weight, words: Option<&ReferenceWords<'_>>) -> Change {
        let place = |at: Option<&u32>| at.map_or(self.text.len(), |&at| at as usize);
        let start = place(self.tokens.starts.get(hunk.added.start));
        let last = hunk.added.end.checked_sub(1).filter(|_| !hunk.added.is_empty());
        let end = last.map_or(start, |last| place(self.tokens.ends.get(last)));
        Change {
            bytes: (start, end),
            lines: (self.lines.of_offset(start), self.lines.of_offset(end.saturating_sub(1).max(start))),
            added: cut(self.text.get(start..end).unwrap_or_default()),
            missing: words.and_then(|words| words.missing(hunk)).map(cut),
            missing_words: u32::try_from(hunk.missing.len()).unwrap_or(u32::MAX),
            is_operative: weight == Weight::Operative,
        }
    }

    /// Other licences with the same canonical words.
    fn twins(&self, reference: &Sequence<'_>) -> Vec<String> {
        let same = self
            .library
            .whole(reference.hash)
            .filter(|whole| whole.kind == SequenceKind::Canonical && reference.kind == SequenceKind::Canonical);
        let mut names: Vec<String> =
            same.map(|whole| whole.expression.to_owned()).filter(|name| name != reference.expression).collect();
        names.dedup();
        names
    }

    fn stated_passage(&self, stated: &Stated) -> Option<Passage> {
        let sequence = self.library.reference(stated.id)?;
        let kind = match stated.kind {
            SequenceKind::Tag => MatchKind::Tag,
            SequenceKind::Reference => MatchKind::Reference,
            SequenceKind::Notice => MatchKind::Notice,
            _ => MatchKind::Text,
        };
        let written = self.written(&stated.words);
        let expression = sequence.expression;
        let named = license_db::by_name(written);
        let is_named = matches!(named, Some(license_db::Alias::License(license)) if license.id == expression);
        let is_certain = kind != MatchKind::Text && (!sequence.is_loose || is_named);
        let (outcome, candidates) = match named {
            // A word for several licences, whatever others take it for.
            Some(license_db::Alias::Family(family)) if family.kind != FamilyKind::Placeholder => {
                let others = family.members.iter().filter(|member| **member != expression).copied();
                (Outcome::OneOf, std::iter::once(expression).chain(others).map(str::to_owned).collect())
            }
            _ if expression.contains(UNEXPLAINED) => (Outcome::Unknown, Vec::new()),
            _ if verdict::is_any_version(expression, written) => (Outcome::OneOf, vec![expression.to_owned()]),
            _ if is_certain => (Outcome::Exact, vec![expression.to_owned()]),
            _ => (Outcome::Approximate, vec![expression.to_owned()]),
        };
        let found = self.passage_match(&stated.words, expression, kind, outcome, 1000, 1000);
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

    /// Unexplained words as a match.
    pub(super) fn residue_match(&self, words: &Range<usize>) -> Match {
        let mut found = self.passage_match(words, UNEXPLAINED, MatchKind::Text, Outcome::Unknown, 0, 0);
        found.added = vec![found.lines];
        found.changes = vec![Change {
            bytes: found.bytes,
            lines: found.lines,
            added: cut(self.text.get(found.bytes.0..found.bytes.1).unwrap_or_default()),
            missing: None,
            missing_words: 0,
            is_operative: true,
        }];
        found
    }

    fn written(&self, words: &Range<usize>) -> &'a str {
        let start = self.tokens.starts.get(words.start).copied().unwrap_or(0) as usize;
        let end = words.end.checked_sub(1).and_then(|last| self.tokens.ends.get(last)).copied().unwrap_or(0) as usize;
        self.text.get(start..end).unwrap_or_default()
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
            changes: Vec::new(),
        }
    }

    fn line_range(&self, words: &Range<usize>) -> (u32, u32) {
        let line = |at: usize| self.tokens.starts.get(at).map_or(1, |&start| self.lines.of_offset(start as usize));
        (line(words.start), line(words.end.saturating_sub(1).max(words.start)))
    }
}

/// Whether a tag is a part of a licence text: a licence that says how it is to be stated quotes one.
fn is_quoted(tag: &Passage, text: &Passage) -> bool {
    let (start, end) = tag.found.bytes;
    let is_change = |change: &Change| change.bytes.0 < end && start < change.bytes.1;
    text.found.kind == MatchKind::Text
        && text.words.start <= tag.words.start
        && tag.words.end <= text.words.end
        && !text.found.changes.iter().any(is_change)
}

/// Whether what was found word for word states a licence.
fn is_statement(kind: SequenceKind) -> bool {
    !matches!(kind, SequenceKind::NoStatement | SequenceKind::Nameless)
}

fn cut(text: &str) -> String {
    let mut end = text.len().min(Change::LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}

fn fill(words: &mut [bool], range: &Range<usize>, value: bool) {
    if let Some(words) = words.get_mut(range.clone()) {
        words.fill(value);
    }
}

/// Drops names right above a licence text that are the beginning of its name: "HPND" above the text of HPND-Pbmplus.
fn without_titles(passages: &mut Vec<Passage>) {
    let is_title = |name: &Passage, text: &Passage| {
        let (short, long) = (name.found.expression.to_string(), text.candidates.first().map_or("", String::as_str));
        let stem = short.trim_end_matches("-only").trim_end_matches("-or-later");
        name.found.kind == MatchKind::Reference
            && text.found.kind == MatchKind::Text
            && text.words.start <= name.words.end + TITLE
            && long.strip_prefix(stem).is_some_and(|rest| rest.starts_with('-'))
            && short != long
    };
    let drop: Vec<bool> = passages
        .iter()
        .enumerate()
        .map(|(at, name)| passages.get(at + 1..).unwrap_or_default().iter().take(2).any(|text| is_title(name, text)))
        .collect();
    let mut drop = drop.into_iter();
    passages.retain(|_| !drop.next().unwrap_or(false));
}

/// Drops names that stand in a list of names: a table of identifiers states no licence.
///
/// A link is no name: a row of badges says which licences there are.
fn without_lists(passages: Vec<Passage>, tokens: &Tokens) -> Vec<Passage> {
    let is_name = |passage: &Passage| {
        matches!(passage.found.kind, MatchKind::Reference | MatchKind::Tag)
            && passage.words.len() <= LISTED_NAME
            && !tokens.flags.get(passage.words.clone()).unwrap_or_default().iter().any(|flags| flags & IN_URL != 0)
    };
    let mut kept: Vec<Passage> = Vec::new();
    let mut run: Vec<Passage> = Vec::new();
    let settle = |run: &mut Vec<Passage>, kept: &mut Vec<Passage>| {
        let mut names: Vec<&Expression> = run.iter().map(|passage| &passage.found.expression).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() < LIST {
            kept.append(run);
        }
        run.clear();
    };
    for passage in passages {
        let follows = run.last().is_some_and(|last| passage.words.start <= last.words.end + LIST_GAP);
        if is_name(&passage) {
            if !follows {
                settle(&mut run, &mut kept);
            }
            run.push(passage);
        } else {
            settle(&mut run, &mut kept);
            kept.push(passage);
        }
    }
    settle(&mut run, &mut kept);
    kept
}
