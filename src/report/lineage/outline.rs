//! The family as a list within lists, for whoever cannot see the picture.

use std::collections::BTreeSet;

use super::EXPRESSION_LIMIT;
use super::family::{Family, Tie};
use crate::finding::Verdict;
use crate::report::escape::{inert_ends, inert_within};

/// Lists within each other. What lies deeper stands at the deepest level, in its order: readers of pages give up on
/// hundreds of levels.
const DEEPEST: usize = 24;
/// Columns of a name before its middle is left out.
const NAME_LIMIT: usize = 160;

/// A line of the list. Words are inert and not yet escaped for any grammar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Lists around it, from 0.
    pub(crate) depth: usize,
    /// How what stands above it was made from it: `adapter of`; empty for a first one.
    pub(crate) relation: String,
    /// With the revision, where known.
    pub(crate) name: String,
    /// `None` where it was not looked at, or stands above already.
    pub(crate) license: Option<String>,
    pub(crate) verdict: Option<Verdict>,
    /// What else is to be said: `not inspected`, `above`, names of findings.
    pub(crate) notes: Vec<String>,
}

impl Family {
    /// The first `limit` lines of the list, and how many there are altogether. Every member stands once with what it was
    /// made from below it; where it is met again it is named only.
    pub(crate) fn outline(&self, limit: usize) -> (Vec<Entry>, usize) {
        let mut entries = Vec::new();
        let mut count = 0;
        let mut told = BTreeSet::new();
        for &root in &self.roots {
            let mut waiting: Vec<(usize, usize, Option<&Tie>)> = vec![(0, root, None)];
            while let Some((depth, member, tie)) = waiting.pop() {
                let is_new = !tie.is_some_and(|tie| tie.is_circle) && told.insert(member);
                if count < limit {
                    entries.extend(self.entry(depth.min(DEEPEST), member, tie, is_new));
                }
                count += 1;
                if is_new {
                    waiting.extend(self.ties_of(member).iter().rev().map(|tie| (depth + 1, tie.parent, Some(tie))));
                }
            }
        }
        (entries, count)
    }

    fn entry(&self, depth: usize, member: usize, tie: Option<&Tie>, is_new: bool) -> Option<Entry> {
        let member = self.members.get(member)?;
        let mut name = inert_ends(&member.name, NAME_LIMIT);
        if let Some(revision) = &member.revision {
            name = format!("{name}@{}", inert_within(revision, 20));
        }
        let mut notes = Vec::new();
        match tie {
            Some(tie) if tie.is_circle => notes.push("a circle: it stands above".to_owned()),
            _ if !is_new => notes.push("stands above".to_owned()),
            _ => notes.extend(member.state.words().map(str::to_owned)),
        }
        let at_step = tie.map(Tie::finding_names).unwrap_or_default();
        notes.extend(at_step.into_iter().map(str::to_owned));
        Some(Entry {
            depth,
            relation: tie.map(|tie| inert_within(&tie.words(), NAME_LIMIT)).unwrap_or_default(),
            name,
            license: member.license.as_ref().filter(|_| is_new).map(|words| inert_within(words, EXPRESSION_LIMIT)),
            verdict: member.verdict.filter(|_| is_new),
            notes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::lineage::sample;

    #[test]
    fn every_member_stands_once_below_what_was_made_from_it() {
        let (entries, count) = Family::of(&sample::small()).outline(100);
        let lines: Vec<String> =
            entries.iter().map(|entry| format!("{} {} {}", entry.depth, entry.relation, entry.name)).collect();
        let expected = [
            "0  acme/chat-7b-lora",
            "1 adapter of acme/chat-7b",
            "2 finetune of meta/llama-2@0123456",
            "1 with component vae/: vendor/vae",
            "1 trained on acme/corpus",
        ];
        assert_eq!(lines, expected);
        assert_eq!(count, expected.len());
        assert_eq!(entries[2].notes, ["looser-than-base"]);
        assert_eq!(entries[3].notes, ["gated"]);
    }

    #[test]
    fn a_long_list_is_cut_and_counted_and_never_deeper_than_pages_bear() {
        let (entries, count) = Family::of(&sample::deep(600)).outline(500);
        assert_eq!((entries.len(), count), (500, 600));
        assert_eq!(entries.iter().map(|entry| entry.depth).max(), Some(DEEPEST));
    }

    #[test]
    fn the_large_family_is_told_whole() {
        let family = Family::of(&sample::large());
        let (entries, _) = family.outline(10_000);
        let told: BTreeSet<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(told.len(), family.members.len());
    }
}
