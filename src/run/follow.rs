//! The only loop: what a scanned tree was made from is opened and scanned too, generation by generation, until there is
//! nothing new or a bound is met. A bound that is met is a gap.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::{Claim, Evidence};
use crate::extract::{self, Extraction, Step};
use crate::gap::{Gap, GapKind};
use crate::lineage::{NodeKind, Relation};
use crate::location::Location;
use crate::resolve::lineage::{Reference, form, is_same, normalise};
use crate::scan::{RepositoryKind, Source};
use crate::source::hub_id::HubId;
use crate::source::{SourceTree, side_by_side};

/// Trees that are read side by side: so many wait for a server at the same time, and so many are held in memory.
const AT_ONCE: usize = 8;

/// Repositories that were left out and are named one by one.
const MOST_GAPS: usize = 20;

/// How ancestors are opened.
pub struct Follow<'a> {
    /// Opens a repository; `None` where it cannot be looked at here and nobody is to blame (`--offline`). One that
    /// cannot be read is a tree with a gap.
    pub open: &'a (dyn Fn(&HubId) -> Option<Box<dyn SourceTree>> + Sync),
    /// Whether the terms of datasets bind, so that one that cannot be read leaves the answer incomplete.
    pub datasets_bind: bool,
    /// When to stop.
    pub limits: Limits,
}

/// When following ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Generations above the targets.
    pub depth: usize,
    /// Repositories beside the targets.
    pub repositories: usize,
}

impl Default for Limits {
    /// The longest family seen on the Hub has nine generations; a merge of merges has some fifty ancestors.
    fn default() -> Self {
        Self { depth: 20, repositories: 300 }
    }
}

/// Reads the targets, in their order, then what they were made from, by name.
pub(super) fn extract(
    trees: &[Box<dyn SourceTree>],
    follow: Option<&Follow<'_>>,
    progress: &(dyn Fn(Step) + Sync),
) -> Vec<Extraction> {
    let mut read = read_all(trees, progress);
    let targets = read.len();
    let Some(follow) = follow else { return read };
    let mut family = Family { follow, read: &mut read, asked: BTreeSet::new(), opened: 0 };
    let mut first = 0;
    for generation in 0.. {
        let wanted = family.wanted(first);
        first = family.read.len();
        if wanted.is_empty() {
            break;
        }
        family.open(&wanted, generation, progress);
    }
    let mut followed = read.split_off(targets);
    followed.sort_by(|a, b| key(&a.source).cmp(&key(&b.source)));
    read.extend(followed);
    for (index, extraction) in read.iter_mut().enumerate() {
        renumber(extraction, index);
    }
    read
}

fn key(source: &Source) -> (&str, RepositoryKind, Option<&str>) {
    (source.name(), source.repository_kind, source.revision.as_deref())
}

fn renumber(extraction: &mut Extraction, source: usize) {
    extraction.evidence.iter_mut().for_each(|evidence| evidence.at.source = source);
    extraction.gaps.iter_mut().for_each(|gap| gap.at.source = source);
    extraction.digests.iter_mut().for_each(|digest| digest.source = source);
}

/// Reads trees in their order; what is far away is fetched for several at once.
fn read_all(trees: &[Box<dyn SourceTree>], progress: &(dyn Fn(Step) + Sync)) -> Vec<Extraction> {
    let mut read = Vec::new();
    for some in trees.chunks(AT_ONCE) {
        side_by_side(some, AT_ONCE, |tree| extract::fetch(tree.as_ref()));
        for tree in some {
            let extraction = extract::run(tree.as_ref(), read.len(), progress);
            tree.done(&extraction.gaps);
            read.push(extraction);
        }
    }
    read
}

struct Family<'a, 'f> {
    follow: &'a Follow<'f>,
    read: &'a mut Vec<Extraction>,
    /// References that were opened or given up, so that nothing is asked for twice.
    asked: BTreeSet<(RepositoryKind, String, Option<String>)>,
    opened: usize,
}

/// A repository that somebody was made from.
struct Wanted {
    id: HubId,
    reference: Reference,
    /// Where it is named, the first place that does.
    at: Location,
    /// Whether nothing but a hint names it: a path that some tool wrote into the settings of a model.
    is_hint: bool,
}

impl Family<'_, '_> {
    /// What the trees from `first` on were made from and nobody has looked at yet, by name.
    fn wanted(&mut self, first: usize) -> Vec<Wanted> {
        let mut wanted: BTreeMap<(RepositoryKind, String, Option<String>), Wanted> = BTreeMap::new();
        let sources: Vec<&Source> = self.read.iter().map(|extraction| &extraction.source).collect();
        for extraction in self.read.iter().skip(first) {
            for evidence in &extraction.evidence {
                let Some((id, reference)) = parent(evidence) else { continue };
                let key = (id.kind, id.name.to_ascii_lowercase(), id.revision.clone());
                if self.asked.contains(&key) || sources.iter().any(|source| is_same(source, &reference)) {
                    continue;
                }
                // Remote code is named on purpose; the path that some tool wrote down is not.
                let is_code = matches!(evidence.claim, Claim::Parent { relation: Relation::RemoteCode, .. });
                let is_hint = evidence.by == "hf-config" && !is_code;
                let at = evidence.at.clone();
                let known = wanted.entry(key).or_insert_with(|| Wanted { id, reference, at, is_hint });
                known.is_hint &= is_hint;
            }
        }
        self.asked.extend(wanted.keys().cloned());
        wanted.into_values().collect()
    }

    fn open(&mut self, wanted: &[Wanted], generation: usize, progress: &(dyn Fn(Step) + Sync)) {
        let limits = self.follow.limits;
        let left = if generation < limits.depth { limits.repositories.saturating_sub(self.opened) } else { 0 };
        let (now, never) = wanted.split_at(left.min(wanted.len()));
        for (number, wanted) in never.iter().enumerate().take(MOST_GAPS) {
            let more = if number + 1 == MOST_GAPS { never.len() - MOST_GAPS } else { 0 };
            let others = if more > 0 { format!(" ({more} more like it)") } else { String::new() };
            let detail = format!(
                "{} and what it was made from were not looked at{others}: {} generations and {} repositories are followed; check it by itself",
                wanted.id.name, limits.depth, limits.repositories
            );
            self.gap(&wanted.at, GapKind::Truncated, detail);
        }
        for some in now.chunks(AT_ONCE) {
            let trees = side_by_side(some, AT_ONCE, |wanted| {
                let tree = (self.follow.open)(&wanted.id);
                tree.inspect(|tree| extract::fetch(tree.as_ref()))
            });
            for (wanted, tree) in some.iter().zip(trees) {
                if let Some(tree) = tree {
                    self.take(wanted, tree.as_ref(), progress);
                }
            }
        }
    }

    fn take(&mut self, wanted: &Wanted, tree: &dyn SourceTree, progress: &(dyn Fn(Step) + Sync)) {
        let described = tree.describe();
        let is_absent = tree.entries().is_empty() && described.revision.is_none();
        // A name that a tool wrote down may be a directory on somebody's machine; that there is no such repository
        // then says nothing.
        let is_gone = tree.gaps().iter().all(|gap| gap.kind == GapKind::NotFetched);
        if is_absent && wanted.is_hint && is_gone {
            return;
        }
        let is_data = wanted.reference.kind == NodeKind::Dataset;
        if is_absent && is_data && !self.follow.datasets_bind {
            for gap in tree.gaps() {
                self.gap(&wanted.at, GapKind::NotInspected, gap.detail.clone());
            }
            return;
        }
        // Two names of one repository, or two references of which one names the commit.
        if let Some(known) = self.read.iter_mut().find(|known| is_one(&known.source, &described)) {
            known.source.aliases.push(form(&wanted.id.name, wanted.id.revision.as_deref()));
            known.source.aliases.sort();
            known.source.aliases.dedup();
            return;
        }
        self.opened += 1;
        let mut extraction = extract::run(tree, self.read.len(), progress);
        tree.done(&extraction.gaps);
        extraction.source.is_followed = true;
        self.read.push(extraction);
    }

    fn gap(&mut self, at: &Location, kind: GapKind, detail: String) {
        if let Some(extraction) = self.read.get_mut(at.source) {
            extraction.gaps.push(Gap { at: at.clone(), kind, detail });
        }
    }
}

/// Whether both are the same state of the same repository.
fn is_one(known: &Source, other: &Source) -> bool {
    let is_named = match (&known.repository, &other.repository) {
        (Some(known), Some(other)) => known.eq_ignore_ascii_case(other),
        _ => false,
    };
    is_named && known.repository_kind == other.repository_kind && known.revision == other.revision
}

/// The repository that a claim names as what something was made from.
fn parent(evidence: &Evidence) -> Option<(HubId, Reference)> {
    let (written, expected, revision) = match &evidence.claim {
        Claim::Parent { reference, revision, .. } => (reference, NodeKind::Model, revision.as_deref()),
        Claim::Dataset(reference) => (reference, NodeKind::Dataset, None),
        _ => return None,
    };
    let mut reference = normalise(written, expected)?;
    let kind = match reference.kind {
        NodeKind::Model => RepositoryKind::Model,
        NodeKind::Dataset => RepositoryKind::Dataset,
        NodeKind::Unresolved => return None,
    };
    let id = HubId::of_words(&reference.name).filter(|id| id.revision.is_none())?;
    let stated = revision.map(str::trim).filter(|revision| !revision.is_empty());
    let id = HubId { kind, ..id }.at(stated.or(reference.revision.as_deref()));
    reference.revision.clone_from(&id.revision);
    Some((id, reference))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::scan::SourceKind;
    use crate::source::Obstacle;
    use crate::source::absent::AbsentTree;
    use crate::source::memory::MemoryTree;

    /// A world of cards by name, and who was asked for.
    struct World {
        cards: BTreeMap<&'static str, String>,
        asked: Mutex<Vec<String>>,
    }

    impl World {
        fn new(cards: &[(&'static str, &str)]) -> Self {
            let cards = cards.iter().map(|(name, card)| (*name, format!("---\n{card}\n---\n"))).collect();
            Self { cards, asked: Mutex::new(Vec::new()) }
        }

        fn open(&self, id: &HubId) -> Box<dyn SourceTree> {
            self.asked.lock().expect("nobody panicked").push(id.to_string());
            if let Some(card) = self.cards.get(id.name.as_str()) {
                let tree = MemoryTree::new(&id.name, [("README.md", card.clone())]);
                Box::new(tree.of_repository(id.kind, &id.name, Some("c0")))
            } else {
                let obstacle = Obstacle::new(GapKind::Refused, format!("{} is not there", id.name));
                Box::new(AbsentTree::new(&id.name, SourceKind::Hub, obstacle).of(id))
            }
        }

        fn scan(&self, target: &str, limits: Limits) -> crate::scan::Scan {
            let id = HubId::of_words(target).expect("a name");
            let trees = vec![self.open(&id)];
            let open = |id: &HubId| Some(self.open(id));
            let follow = Follow { open: &open, datasets_bind: false, limits };
            crate::run::scan_following(crate::classify::text::Matcher::default(), &trees, Some(&follow), &|_| ())
        }

        fn asked(&self) -> Vec<String> {
            let mut asked = self.asked.lock().expect("nobody panicked").clone();
            asked.sort();
            asked
        }
    }

    fn names(scan: &crate::scan::Scan) -> Vec<&str> {
        scan.sources.iter().map(Source::name).collect()
    }

    #[test]
    fn a_family_is_opened_to_its_roots_and_nobody_is_asked_twice() {
        let world = World::new(&[
            ("acme/leaf", "license: mit\nbase_model: [acme/left, acme/right]"),
            ("acme/left", "license: mit\nbase_model: acme/root"),
            ("acme/right", "license: mit\nbase_model: acme/root"),
            ("acme/root", "license: cc-by-nc-4.0\nbase_model: acme/leaf"),
        ]);
        let scan = world.scan("acme/leaf", Limits::default());
        assert_eq!(names(&scan), ["acme/leaf", "acme/left", "acme/right", "acme/root"]);
        assert_eq!(world.asked(), ["hf:acme/leaf", "hf:acme/left", "hf:acme/right", "hf:acme/root"]);
        assert_eq!(scan.sources.iter().map(|source| source.is_followed).collect::<Vec<_>>(), [false, true, true, true]);
        let effective = scan.judged.first().and_then(|judged| judged.effective.as_ref()).expect("a licence");
        assert!(effective.to_string().contains("CC-BY-NC-4.0"), "{effective}");
    }

    #[test]
    fn a_parent_that_is_not_there_leaves_the_answer_incomplete() {
        let world = World::new(&[("acme/leaf", "license: mit\nbase_model: acme/gone")]);
        let scan = world.scan("acme/leaf", Limits::default());
        assert!(scan.is_incomplete());
        assert!(scan.gaps.iter().any(|gap| gap.detail.contains("acme/gone")), "{:?}", scan.gaps);
    }

    #[test]
    fn a_dataset_that_is_not_there_is_said_and_does_not_close_the_gate() {
        let world = World::new(&[("acme/leaf", "license: mit\ndatasets: [acme/lost]")]);
        let scan = world.scan("acme/leaf", Limits::default());
        assert!(!scan.is_incomplete());
        let gap = scan.gaps.first().expect("a gap");
        assert_eq!((gap.kind, gap.at.path.as_str()), (GapKind::NotInspected, "README.md"));
    }

    #[test]
    fn a_bound_that_is_met_is_a_gap_where_the_parent_is_named() {
        let world = World::new(&[
            ("acme/a", "license: mit\nbase_model: acme/b"),
            ("acme/b", "license: mit\nbase_model: acme/c"),
            ("acme/c", "license: mit"),
        ]);
        for limits in [Limits { depth: 1, repositories: 9 }, Limits { depth: 9, repositories: 1 }] {
            let scan = world.scan("acme/a", limits);
            assert_eq!(names(&scan), ["acme/a", "acme/b"]);
            let gap = scan.gaps.iter().find(|gap| gap.kind == GapKind::Truncated).expect("a gap");
            assert!(gap.detail.starts_with("acme/c ") && gap.at.source == 1, "{gap:?}");
        }
    }
}
