//! Where exactly a reference stands in a text, and every place where the two differ.

use std::ops::Range;

use license_db::diff::{self, Hunk};
use license_db::tokens::{Tokens, YEAR};

use super::constants::{ANCHOR, ANCHOR_PLACES, CHAIN_REACH, GAP_DIFFERENCES, HEAD, LEADERS, RUNS};

/// A reference laid against a passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Alignment {
    /// Words of the text from the first to the last that agree with the reference.
    pub(super) passage: Range<usize>,
    /// The differences, in order: words of the reference that are missing, words of the text that were added.
    pub(super) hunks: Vec<Hunk>,
    /// Words that agree.
    pub(super) matched: usize,
}

impl Alignment {
    /// The same with a difference for every word that agrees by its class alone. A year at the head of a text is one of a
    /// version.
    pub(super) fn with_hidden(&self, reference: &Tokens, text: &Tokens) -> Self {
        let mut hunks: Vec<Hunk> = Vec::new();
        let (mut ours, mut theirs) = (0, self.passage.start);
        let end = Hunk { missing: reference.len()..reference.len(), added: self.passage.end..self.passage.end };
        for hunk in self.hunks.iter().chain(std::iter::once(&end)) {
            for (word, at) in (ours..hunk.missing.start).zip(theirs..hunk.added.start) {
                let is_year = word < HEAD && text.classes.get(at) == Some(&YEAR);
                if reference.hashes.get(word) != text.hashes.get(at) && !is_year {
                    hunks.push(Hunk { missing: word..word + 1, added: at..at + 1 });
                }
            }
            hunks.push(hunk.clone());
            (ours, theirs) = (hunk.missing.end, hunk.added.end);
        }
        hunks.pop();
        let hidden = hunks.len() - self.hunks.len();
        Self { passage: self.passage.clone(), matched: self.matched - hidden, hunks }
    }
}

/// Words that agree in a row: positions in text and reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Run {
    text: usize,
    reference: usize,
    length: usize,
}

/// Where each run of [`ANCHOR`] words stands in a text: made once, asked for every reference.
#[derive(Debug)]
pub(super) struct Places {
    /// First place of a key, by hash; `NONE` where there is none.
    heads: Vec<u32>,
    /// Next place with the same hash, by place.
    next: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Places {
    pub(super) fn of(text: &[u8]) -> Self {
        let size = (text.len() * 2).next_power_of_two().max(64);
        let mut heads = vec![NONE; size];
        let mut next = vec![NONE; text.len()];
        // Backwards, so that the places of a key come in order.
        for at in (0..text.len()).rev() {
            let Some(key) = anchor(text, at) else { continue };
            let Some(head) = heads.get_mut(slot(key, size)) else { continue };
            if let (Some(next), Ok(place)) = (next.get_mut(at), u32::try_from(at)) {
                *next = std::mem::replace(head, place);
            }
        }
        Self { heads, next }
    }

    /// Places from `within` that may hold the key, in order.
    fn at(&self, key: u32, within: &Range<usize>) -> impl Iterator<Item = usize> {
        let mut place = self.heads.get(slot(key, self.heads.len())).copied().unwrap_or(NONE);
        let within = within.clone();
        std::iter::from_fn(move || {
            while place != NONE {
                let at = place as usize;
                place = self.next.get(at).copied().unwrap_or(NONE);
                if at >= within.end {
                    return None;
                }
                if at >= within.start {
                    return Some(at);
                }
            }
            None
        })
    }
}

fn slot(key: u32, size: usize) -> usize {
    let mixed = u64::from(key).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    usize::try_from(mixed).unwrap_or(0) & (size - 1)
}

/// Finds the best place for the reference inside `within`; `None` where not even an anchor agrees.
pub(super) fn align(reference: &[u8], text: &[u8], places: &Places, within: &Range<usize>) -> Option<Alignment> {
    let runs = runs(reference, text, places, within);
    let chain = chain(&runs);
    let (first, last) = (*chain.first()?, *chain.last()?);

    let mut hunks = Vec::new();
    let head_start = within.start.max(first.text.saturating_sub(first.reference + 4));
    let head = edge(&reference[..first.reference], &text[head_start..first.text], true);
    let start = head_start + head.trimmed;
    hunks.extend(shifted(head.hunks, 0, head_start));
    for pair in chain.windows(2) {
        let (Some(before), Some(after)) = (pair.first(), pair.get(1)) else { continue };
        let missing = before.reference + before.length..after.reference;
        let added = before.text + before.length..after.text;
        hunks.extend(gap(reference, text, missing, added));
    }
    let (reference_end, text_end) = (last.reference + last.length, last.text + last.length);
    let tail_end = within.end.min(text_end + (reference.len() - reference_end) + 4);
    let tail = edge(&reference[reference_end..], &text[text_end..tail_end], false);
    let end = tail_end - tail.trimmed;
    hunks.extend(shifted(tail.hunks, reference_end, text_end));

    let mut hunks = joined(hunks);
    let start = start + slid(&mut hunks, text, start);
    let missing: usize = hunks.iter().map(|hunk| hunk.missing.len()).sum();
    Some(Alignment { passage: start..end, matched: reference.len() - missing, hunks })
}

/// All maximal runs that begin with an anchor, longest kept, sorted by place in the text.
fn runs(reference: &[u8], text: &[u8], places: &Places, within: &Range<usize>) -> Vec<Run> {
    // Behind this position of the reference a diagonal has not been followed yet.
    let mut followed = vec![0_u32; reference.len() + within.len() + 1];
    let mut runs = Vec::new();
    for place in 0..reference.len() {
        let Some(key) = anchor(reference, place) else { break };
        let mut seen = 0;
        for at in places.at(key, within) {
            let diagonal = at - within.start + reference.len() - place;
            let Some(followed) = followed.get_mut(diagonal).filter(|followed| **followed as usize <= place) else {
                continue;
            };
            if anchor(text, at) != Some(key) || at + ANCHOR > within.end {
                continue;
            }
            seen += 1;
            if seen > ANCHOR_PLACES {
                break;
            }
            let limit = within.end - at;
            let length =
                reference.iter().skip(place).zip(text.iter().skip(at).take(limit)).take_while(|(a, b)| a == b).count();
            *followed = u32::try_from(place + length).unwrap_or(u32::MAX);
            runs.push(Run { text: at, reference: place, length });
        }
    }
    runs.sort_unstable();
    if runs.len() > RUNS {
        runs.sort_unstable_by_key(|run| (std::cmp::Reverse(run.length), *run));
        runs.truncate(RUNS);
        runs.sort_unstable();
    }
    runs
}

fn anchor(words: &[u8], at: usize) -> Option<u32> {
    words.get(at..at + ANCHOR)?.try_into().ok().map(u32::from_le_bytes)
}

/// The chain of runs with the most agreeing words, less what the jumps between them cost. Both coordinates rise.
fn chain(runs: &[Run]) -> Vec<Run> {
    let mut best: Vec<(i64, Option<usize>)> = Vec::with_capacity(runs.len());
    let mut winner: Option<usize> = None;
    // The best chains so far end in these runs: beyond the reach of a run they are still worth going on from.
    let mut leaders: Vec<usize> = Vec::new();
    for (position, run) in runs.iter().enumerate() {
        let length = to_i64(run.length) * 4;
        let mut here = (length, None);
        let near = position.saturating_sub(CHAIN_REACH)..position;
        for before in near.clone().rev().chain(leaders.iter().copied().filter(|leader| !near.contains(leader))) {
            let (Some(previous), Some((score, _))) = (runs.get(before), best.get(before)) else { continue };
            let Some(cost) = jump(previous, run) else { continue };
            let total = score + length - cost;
            if total > here.0 {
                here = (total, Some(before));
            }
        }
        best.push(here);
        let score = |at: &usize| best.get(*at).map_or(0, |(score, _)| *score);
        let place = leaders.partition_point(|leader| score(leader) >= here.0);
        if place < LEADERS {
            leaders.insert(place, position);
            leaders.truncate(LEADERS);
        }
        if winner.and_then(|winner| best.get(winner)).is_none_or(|(score, _)| here.0 > *score) {
            winner = Some(position);
        }
    }
    let mut chain: Vec<Run> = Vec::new();
    while let Some(position) = winner {
        if let Some(run) = runs.get(position) {
            chain.push(trimmed(*run, chain.last()));
        }
        winner = best.get(position).and_then(|(_, before)| *before);
    }
    chain.reverse();
    chain.retain(|run| run.length > 0);
    chain
}

/// What it costs to go from one run to the next, in quarters of a word; `None` where it is no step forward.
fn jump(from: &Run, to: &Run) -> Option<i64> {
    if to.text <= from.text || to.reference <= from.reference {
        return None;
    }
    let text = to_i64(to.text) - to_i64(from.text + from.length);
    let reference = to_i64(to.reference) - to_i64(from.reference + from.length);
    let overlap = -text.min(reference).min(0);
    if overlap >= to_i64(to.length.min(from.length)) {
        return None;
    }
    let shift = (text - reference).abs();
    Some(overlap * 4 + 2 + shift.min(400) * 4 / 5 + text.max(0).min(reference.max(0)) / 4)
}

/// A run cut so that it does not reach into the one behind it.
fn trimmed(run: Run, behind: Option<&Run>) -> Run {
    let Some(behind) = behind else { return run };
    let overlap = (run.text + run.length)
        .saturating_sub(behind.text)
        .max((run.reference + run.length).saturating_sub(behind.reference));
    Run { length: run.length.saturating_sub(overlap), ..run }
}

fn gap(reference: &[u8], text: &[u8], missing: Range<usize>, added: Range<usize>) -> Vec<Hunk> {
    if missing.is_empty() && added.is_empty() {
        return Vec::new();
    }
    match diff::hunks(&reference[missing.clone()], &text[added.clone()], GAP_DIFFERENCES) {
        Some(hunks) => shifted(hunks, missing.start, added.start),
        None => vec![Hunk { missing, added }],
    }
}

struct Edge {
    hunks: Vec<Hunk>,
    /// Words of the text outside the passage, because nothing of the reference stands beyond them.
    trimmed: usize,
}

/// Lays what is left of the reference at one end against the words there.
fn edge(reference: &[u8], text: &[u8], is_head: bool) -> Edge {
    let all_missing = Edge {
        hunks: vec![Hunk { missing: 0..reference.len(), added: if is_head { text.len()..text.len() } else { 0..0 } }],
        trimmed: text.len(),
    };
    if reference.is_empty() {
        return Edge { hunks: Vec::new(), trimmed: text.len() };
    }
    let Some(mut hunks) = diff::hunks(reference, text, GAP_DIFFERENCES) else { return all_missing };
    let missing: usize = hunks.iter().map(|hunk| hunk.missing.len()).sum();
    if missing * 2 > reference.len() {
        return all_missing;
    }
    let mut trimmed = 0;
    if is_head {
        if let Some(first) = hunks.first_mut().filter(|hunk| hunk.added.start == 0) {
            trimmed = first.added.len();
            first.added.start = first.added.end;
        }
    } else if let Some(last) = hunks.last_mut().filter(|hunk| hunk.added.end == text.len()) {
        trimmed = last.added.len();
        last.added.end = last.added.start;
    }
    hunks.retain(|hunk| !hunk.missing.is_empty() || !hunk.added.is_empty());
    Edge { hunks, trimmed }
}

fn shifted(hunks: Vec<Hunk>, reference: usize, text: usize) -> Vec<Hunk> {
    hunks
        .into_iter()
        .map(|hunk| Hunk {
            missing: hunk.missing.start + reference..hunk.missing.end + reference,
            added: hunk.added.start + text..hunk.added.end + text,
        })
        .collect()
}

/// Words added right behind the beginning that repeat it are moved before it: of two titles the nearer one is the text's.
/// Answers how many words the passage begins later.
fn slid(hunks: &mut Vec<Hunk>, text: &[u8], start: usize) -> usize {
    let Some(first) = hunks.first().filter(|hunk| hunk.missing.is_empty()) else { return 0 };
    let (before, added) = (text.get(start..first.added.start), text.get(first.added.clone()));
    if !before.zip(added).is_some_and(|(before, added)| !before.is_empty() && added.ends_with(before)) {
        return 0;
    }
    let moved = first.added.len();
    hunks.remove(0);
    moved
}

/// Differences with at most one agreeing word between them are one difference: the word agrees by chance.
fn joined(hunks: Vec<Hunk>) -> Vec<Hunk> {
    let mut joined: Vec<Hunk> = Vec::new();
    for hunk in hunks {
        match joined.last_mut() {
            Some(last)
                if hunk.missing.start - last.missing.end <= 1
                    && hunk.added.start - last.added.end <= 1
                    && !(last.missing.is_empty() && hunk.missing.is_empty())
                    && !(last.added.is_empty() && hunk.added.is_empty()) =>
            {
                last.missing.end = hunk.missing.end;
                last.added.end = hunk.added.end;
            }
            _ => joined.push(hunk),
        }
    }
    joined
}

fn to_i64(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aligned(reference: &[u8], text: &[u8]) -> Alignment {
        align(reference, text, &Places::of(text), &(0..text.len())).expect("they share words")
    }

    #[test]
    fn a_text_aligns_with_itself_without_a_difference() {
        let found = aligned(b"abcdefghij", b"abcdefghij");
        assert_eq!(found, Alignment { passage: 0..10, hunks: vec![], matched: 10 });
    }

    #[test]
    fn what_stands_around_the_passage_is_left_outside() {
        let found = aligned(b"abcdefghij", b"xyzabcdefghijuvw");
        assert_eq!(found.passage, 3..13);
        assert!(found.hunks.is_empty());
    }

    #[test]
    fn an_inserted_and_a_missing_word_are_found_where_they_are() {
        let found = aligned(b"abcdefghij", b"abcdeXfghij");
        assert_eq!(found.hunks, [Hunk { missing: 5..5, added: 5..6 }]);
        let found = aligned(b"abcdefghij", b"abcdfghij");
        assert_eq!(found.hunks, [Hunk { missing: 4..5, added: 4..4 }]);
        assert_eq!(found.matched, 9);
    }

    #[test]
    fn a_missing_first_and_last_word_is_a_difference() {
        let found = aligned(b"abcdefghij", b"bcdefghi");
        assert_eq!(found.hunks, [Hunk { missing: 0..1, added: 0..0 }, Hunk { missing: 9..10, added: 8..8 }]);
    }

    #[test]
    fn of_two_titles_the_nearer_one_is_the_texts() {
        let found = aligned(b"abcdefghij", b"abXabcdefghij");
        assert!(found.hunks.is_empty());
        assert_eq!(found.passage, 3..13);
    }
}
