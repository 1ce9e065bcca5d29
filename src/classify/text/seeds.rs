//! Which references may be in a text, and about where: regions of seeds, and votes of the seeds in a region.

use std::ops::Range;

use license_db::index::{Index, SequenceId, build};

use super::constants::{
    ALIKE, CANDIDATE_FLOOR, CANDIDATES, CONTAINED, CUT_CANDIDATES, CUT_FLOOR, RANKS, REGION_GAP, REGION_SEEDS,
    SHORT_CANDIDATES,
};

/// The seeds of a text that some reference of an index has: position and seed.
#[derive(Debug)]
pub(super) struct Hits {
    hits: Vec<(usize, u32)>,
}

impl Hits {
    pub(super) fn of(index: &Index<'_>, classes: &[u8]) -> Self {
        let seeds = (0..classes.len()).map_while(|at| build::seed(classes, at).map(|seed| (at, seed)));
        Self { hits: seeds.filter(|&(_, seed)| !index.postings(seed).is_empty()).collect() }
    }

    /// The hits that begin in a range.
    pub(super) fn within(&self, range: &Range<usize>) -> &[(usize, u32)] {
        let first = self.hits.partition_point(|(at, _)| *at < range.start);
        let behind = self.hits.partition_point(|(at, _)| *at < range.end);
        self.hits.get(first..behind.max(first)).unwrap_or_default()
    }
}

/// Clusters of hits inside `within`: from the first word of the first seed to the last word of the last.
pub(super) fn regions(shelves: &[Hits], within: &Range<usize>) -> Vec<Range<usize>> {
    let mut places: Vec<usize> = shelves.iter().flat_map(|hits| hits.within(within)).map(|(at, _)| *at).collect();
    if shelves.len() > 1 {
        places.sort_unstable();
    }
    let mut regions: Vec<(Range<usize>, usize)> = Vec::new();
    for at in places {
        let end = (at + build::SEED).min(within.end);
        match regions.last_mut() {
            Some((region, count)) if at < region.end + REGION_GAP => {
                region.end = end;
                *count += 1;
            }
            _ => regions.push((at..end, 1)),
        }
    }
    regions.into_iter().filter(|(_, count)| *count >= REGION_SEEDS).map(|(region, _)| region).collect()
}

/// Votes, kept between regions so that the table is allocated once.
#[derive(Debug, Default)]
pub(super) struct Ballot {
    votes: Vec<u32>,
    touched: Vec<SequenceId>,
    seen: Vec<u32>,
}

impl Ballot {
    /// The references most likely to be in the region, best first. A total order: votes, then position in the index.
    /// `may_be_cut` says that a reference may stand there in part, because the text ends or begins there.
    pub(super) fn candidates(
        &mut self,
        index: &Index<'_>,
        hits: &Hits,
        region: &Range<usize>,
        may_be_cut: bool,
    ) -> Vec<SequenceId> {
        self.votes.resize(index.len(), 0);
        self.seen.clear();
        self.seen.extend(hits.within(region).iter().map(|(_, seed)| *seed));
        self.seen.sort_unstable();
        self.seen.dedup();
        for &seed in &self.seen {
            let postings = index.postings(seed);
            let weight = build::weight(postings.len());
            for sequence in postings.iter() {
                if let Some(votes) = self.votes.get_mut(usize::from(sequence)) {
                    if *votes == 0 {
                        self.touched.push(sequence);
                    }
                    *votes += weight;
                }
            }
        }
        let mut ranked: Vec<(u64, u64, SequenceId)> = Vec::new();
        for &sequence in &self.touched {
            let Some(votes) = self.votes.get_mut(usize::from(sequence)) else { continue };
            let count = u64::from(std::mem::take(votes));
            let Some(whole) = index.weight(sequence) else { continue };
            let containment = count * 1000 / u64::from(whole.max(1));
            if containment >= if may_be_cut { CUT_FLOOR } else { CANDIDATE_FLOOR } {
                ranked.push((count * containment * containment, containment, sequence));
            }
        }
        self.touched.clear();
        ranked.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.2.cmp(&b.2)));
        let mut chosen = most_likely(index, &ranked);
        let contained: Vec<SequenceId> = ranked
            .iter()
            .filter(|(_, containment, sequence)| *containment >= CONTAINED && !chosen.contains(sequence))
            .map(|(_, _, sequence)| *sequence)
            .take(SHORT_CANDIDATES)
            .collect();
        chosen.extend(contained);
        if may_be_cut {
            ranked.sort_unstable_by(|a, b| (b.0 / (b.1 * b.1)).cmp(&(a.0 / (a.1 * a.1))).then(a.2.cmp(&b.2)));
            let more: Vec<SequenceId> = ranked
                .iter()
                .map(|(_, _, sequence)| *sequence)
                .filter(|sequence| !chosen.contains(sequence))
                .take(CUT_CANDIDATES)
                .collect();
            chosen.extend(more);
        }
        chosen
    }
}

/// The first references of the ranking, a few of each licence, and the licensor's own text of each of these licences where
/// it is not far behind: a licence that is printed in a hundred forms must not crowd out the one with its blanks.
fn most_likely(index: &Index<'_>, ranked: &[(u64, u64, SequenceId)]) -> Vec<SequenceId> {
    let mut chosen: Vec<SequenceId> = Vec::new();
    let mut licenses: Vec<(u32, usize)> = Vec::new();
    for &(_, _, sequence) in ranked {
        let Some(license) = index.license(sequence) else { continue };
        let known = licenses.iter().position(|(other, _)| *other == license);
        let at = known.unwrap_or(licenses.len());
        if known.is_none() {
            if chosen.len() >= CANDIDATES {
                break;
            }
            licenses.push((license, 0));
        }
        let Some((_, count)) = licenses.get_mut(at) else { break };
        if *count < ALIKE && chosen.len() < CANDIDATES {
            *count += 1;
            chosen.push(sequence);
        }
    }
    let is_known = |sequence: SequenceId| {
        index.license(sequence).is_some_and(|license| licenses.iter().any(|(other, _)| *other == license))
    };
    let own: Vec<SequenceId> = ranked
        .iter()
        .take(RANKS)
        .map(|(_, _, sequence)| *sequence)
        .filter(|&sequence| index.is_first(sequence) && is_known(sequence) && !chosen.contains(&sequence))
        .collect();
    chosen.extend(own);
    chosen
}
