//! Which references may be in a text, and about where: regions of seeds, and votes of the seeds in a region.

use std::ops::Range;

use license_db::index::{Index, SequenceId, build};

use super::constants::{CANDIDATE_FLOOR, CANDIDATES, REGION_GAP, REGION_SEEDS, SHORT_CANDIDATES};

/// The seeds of a text that some reference has: position and seed.
pub(super) fn hits(index: &Index<'_>, classes: &[u8]) -> Vec<(usize, u32)> {
    let seeds = (0..classes.len()).map_while(|at| build::seed(classes, at).map(|seed| (at, seed)));
    seeds.filter(|&(_, seed)| !index.postings(seed).is_empty()).collect()
}

/// Clusters of hits inside `within`: from the first word of the first seed to the last word of the last.
pub(super) fn regions(hits: &[(usize, u32)], within: Range<usize>) -> Vec<Range<usize>> {
    let mut regions: Vec<(Range<usize>, usize)> = Vec::new();
    for &(at, _) in in_range(hits, &within) {
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

fn in_range<'a>(hits: &'a [(usize, u32)], range: &Range<usize>) -> &'a [(usize, u32)] {
    let first = hits.partition_point(|(at, _)| *at < range.start);
    let behind = hits.partition_point(|(at, _)| *at < range.end);
    hits.get(first..behind.max(first)).unwrap_or_default()
}

/// Votes, kept between regions so that the table is allocated once.
#[derive(Default)]
pub(super) struct Ballot {
    votes: Vec<u32>,
    touched: Vec<SequenceId>,
    seen: Vec<u32>,
}

impl Ballot {
    /// The references most likely to be in the region, best first. A total order: votes, then position in the index.
    pub(super) fn candidates(
        &mut self,
        index: &Index<'_>,
        hits: &[(usize, u32)],
        region: &Range<usize>,
    ) -> Vec<SequenceId> {
        self.votes.resize(index.len(), 0);
        self.seen.clear();
        self.seen.extend(in_range(hits, region).iter().map(|(_, seed)| *seed));
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
            if containment >= CANDIDATE_FLOOR {
                ranked.push((count * containment * containment, containment, sequence));
            }
        }
        self.touched.clear();
        ranked.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.2.cmp(&b.2)));
        let mut chosen: Vec<SequenceId> = ranked.iter().take(CANDIDATES).map(|(_, _, sequence)| *sequence).collect();
        let contained = ranked.iter().skip(CANDIDATES).filter(|(_, containment, _)| *containment >= 900);
        chosen.extend(contained.take(SHORT_CANDIDATES).map(|(_, _, sequence)| *sequence));
        chosen
    }
}
