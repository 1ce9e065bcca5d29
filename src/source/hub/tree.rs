//! A repository of the Hub as a tree of files: listed at one commit, read by ranges, remembered for the next time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::fault::{Fault, FaultKind};
use super::transport::{Meter, Request};
use super::{Hub, allowance, answer};
use crate::gap::{Gap, GapKind};
use crate::location::Location;
use crate::scan::{HubState, Source, SourceKind};
use crate::source::hub_id::HubId;
use crate::source::hub_store::{Key, Pack, Store};
use crate::source::{Entry, Obstacle, SourceTree, Wanted, directory_left_out, quoted, side_by_side};

/// Requests that a repository may cost at most, whatever is in it.
const MOST_REQUESTS: u64 = 300;
/// Bytes that a repository may cost at most.
const MOST_BYTES: u64 = 64 << 20;

/// A repository at a commit.
pub(super) struct HubTree {
    source: Source,
    /// The repository under its own name.
    id: HubId,
    entries: Vec<Entry>,
    /// Runs parallel to `entries`: what reading it costs, in requests; 0 for what the Hub answered about the repository.
    costs: Vec<u64>,
    gaps: Vec<Gap>,
    commit: String,
    /// What the Hub answered about the repository, as a file; empty where that states nothing.
    about: Vec<u8>,
    /// Requests that it took to list it, the first time.
    spent: u64,
    reach: Reach,
    meter: Meter,
    state: Mutex<State>,
}

/// Where bytes that are not kept come from.
pub(super) enum Reach {
    /// From the Hub.
    Online(Arc<Hub>),
    /// From nowhere: only what was kept is there.
    Offline,
}

struct State {
    pack: Pack,
    is_changed: bool,
    /// Files that could not be read, by index.
    faults: BTreeMap<usize, Fault>,
    closed: BTreeMap<usize, String>,
    /// Why nothing more of it will be given.
    refused: Option<Fault>,
}

/// What is known of a repository before its files are read.
pub(super) struct Opened {
    pub(super) id: HubId,
    pub(super) target: String,
    pub(super) commit: String,
    pub(super) state: HubState,
    pub(super) pack: Pack,
    /// Whether the pack holds what the store does not.
    pub(super) is_new: bool,
    pub(super) gaps: Vec<Gap>,
}

impl HubTree {
    pub(super) fn meter() -> Meter {
        Meter::new(MOST_REQUESTS, MOST_BYTES)
    }

    pub(super) fn new(opened: Opened, reach: Reach, meter: Meter) -> Self {
        let Opened { id, target, commit, state, pack, is_new, mut gaps } = opened;
        let mut source = Source::new(target, SourceKind::Hub);
        source.repository = Some(id.name.clone());
        source.repository_kind = id.kind;
        source.revision = Some(commit.clone());
        source.hub = Some(state);
        let mut files: Vec<(Entry, u64)> = Vec::new();
        for file in pack.listing() {
            match directory_left_out(&file.path) {
                Some(line) => source.skipped.push(line),
                None => files.push((Entry { path: file.path.clone(), size: file.size }, 1 + u64::from(file.is_lfs))),
            }
        }
        source.files = files.len() as u64;
        if files.is_empty() && gaps.is_empty() {
            let detail = format!("{} holds no file at {}: look at {}", id.name, short(&commit), id.address());
            gaps.push(Gap { at: Location::file(0, ""), kind: GapKind::Empty, detail });
        }
        let lists_itself = super::listing::about(pack.api(), false).is_ok_and(|about| about.files.is_some());
        let spent = if lists_itself { 1 } else { 2 };
        let about = answer::of(pack.api());
        if !about.is_empty() {
            files.push((Entry { path: answer::path(&id).to_owned(), size: about.len() as u64 }, 0));
        }
        files.sort();
        source.skipped.sort();
        source.skipped.dedup();
        let (entries, costs) = files.into_iter().unzip();
        let state = State { pack, is_changed: is_new, faults: BTreeMap::new(), closed: BTreeMap::new(), refused: None };
        Self { source, id, entries, costs, gaps, commit, about, spent, reach, meter, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes of a file, kept ones first.
    fn bytes(&self, index: usize, offset: u64, length: u64) -> Result<Vec<u8>, Fault> {
        let Some(entry) = self.entries.get(index) else { return Ok(Vec::new()) };
        let length = length.min(entry.size.saturating_sub(offset));
        if length == 0 {
            return Ok(Vec::new());
        }
        {
            let state = self.state();
            if let Some(bytes) = state.pack.bytes(&entry.path, offset, length) {
                return Ok(bytes);
            }
            let refused = state.faults.get(&index).or(state.refused.as_ref());
            if let Some(fault) = refused {
                return Err(fault.clone());
            }
        }
        let got = match &self.reach {
            Reach::Offline => {
                Err(Fault::new(FaultKind::NoFile, "it was not read before, and offline nothing is fetched"))
            }
            Reach::Online(hub) => self.get(hub, entry, offset, length),
        };
        let mut state = self.state();
        match got {
            Ok(bytes) => {
                state.is_changed |= state.pack.add(&entry.path, offset, &bytes);
                Ok(bytes)
            }
            Err(fault) => {
                if is_about_everything(fault.kind) {
                    state.refused.get_or_insert_with(|| fault.clone());
                }
                state.faults.insert(index, fault.clone());
                Err(fault)
            }
        }
    }

    fn get(&self, hub: &Hub, entry: &Entry, offset: u64, length: u64) -> Result<Vec<u8>, Fault> {
        let is_whole = offset == 0 && length >= entry.size;
        let path = super::resolve_path(&self.id, &self.commit, &entry.path);
        let request = Request { path: &path, range: (!is_whole).then_some((offset, length)), most: length };
        let answer = hub.transport.get(&request, &self.meter)?;
        if let Some(commit) = answer.header("x-repo-commit").filter(|commit| !commit.eq_ignore_ascii_case(&self.commit))
        {
            let words = format!("answered with another commit ({})", super::fault::shortened(commit));
            return Err(Fault::malformed(words));
        }
        if answer.body.len() as u64 != length {
            let what = if is_whole { "the file" } else { "that part of the file" };
            let words = format!("sent {} bytes where {what} has {length}", answer.body.len());
            return Err(Fault::malformed(words));
        }
        Ok(answer.body)
    }

    /// The subject of a message about a file.
    fn named(&self, entry: &Entry) -> String {
        format!("{} of {}", quoted(&entry.path), self.id.name)
    }

    fn obstacle(&self, entry: &Entry, fault: &Fault) -> Obstacle {
        if matches!(self.reach, Reach::Offline) {
            let detail = format!("{} was not read before: check again without --offline", self.named(entry));
            return Obstacle::new(GapKind::NotFetched, detail);
        }
        fault.obstacle(&self.named(entry), &self.id.address())
    }

    /// What the Hub answered about the repository: all of it where the card cannot be read, else nothing that the card
    /// says itself.
    fn about(&self) -> Vec<u8> {
        let state = self.state();
        let card = self.entries.iter().find(|entry| entry.path == "README.md");
        let is_read = card.is_some_and(|card| card.size == 0 || state.pack.bytes(&card.path, 0, card.size).is_some());
        if is_read { answer::blank(self.about.len()) } else { self.about.clone() }
    }
}

impl SourceTree for HubTree {
    fn describe(&self) -> Source {
        self.source.clone()
    }

    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    fn read(&self, index: usize, offset: u64, length: u64) -> Result<Vec<u8>, Obstacle> {
        let Some(entry) = self.entries.get(index) else { return Ok(Vec::new()) };
        if self.costs.get(index) == Some(&0) {
            let about = self.about();
            let start = usize::try_from(offset).unwrap_or(usize::MAX).min(about.len());
            let end = start.saturating_add(usize::try_from(length).unwrap_or(usize::MAX)).min(about.len());
            return Ok(about.get(start..end).unwrap_or_default().to_vec());
        }
        self.bytes(index, offset, length).map_err(|fault| self.obstacle(entry, &fault))
    }

    fn fetch(&self, wanted: &[Wanted]) {
        let wanted: Vec<Wanted> =
            wanted.iter().filter(|want| self.costs.get(want.index).is_some_and(|cost| *cost > 0)).copied().collect();
        // The same decision whether it was kept or not: what a first look cost counts.
        let spent = self.spent;
        let closed =
            allowance::closed(&self.entries, &wanted, spent, |index| self.costs.get(index).copied().unwrap_or(1));
        let mut jobs: Vec<Wanted> = wanted.into_iter().filter(|want| !closed.contains_key(&want.index)).collect();
        self.state().closed = closed;
        let Reach::Online(hub) = &self.reach else { return };
        // Whether a gate is open shows the first file; only then are the others asked for.
        let is_gated = self.source.hub.as_ref().is_some_and(|hub| hub.is_gated);
        jobs.sort_by_key(|want| (want.rank, want.index));
        let alone = usize::from(is_gated).min(jobs.len());
        let (first, rest) = jobs.split_at(alone);
        for want in first {
            let _ = self.bytes(want.index, 0, want.length);
        }
        // A fault is kept and told when the file is read.
        side_by_side(rest, hub.at_once, |want| self.bytes(want.index, 0, want.length).is_ok());
    }

    fn closed(&self, index: usize) -> Option<String> {
        self.state().closed.get(&index).cloned()
    }

    fn is_far(&self) -> bool {
        true
    }

    fn done(&self, gaps: &[Gap]) {
        let Reach::Online(hub) = &self.reach else { return };
        let mut state = self.state();
        for gap in gaps.iter().filter(|gap| matches!(gap.kind, GapKind::Malformed | GapKind::Truncated)) {
            state.is_changed |= state.pack.forget(&gap.at.path);
        }
        if std::mem::take(&mut state.is_changed) {
            hub.keep(&self.id, &self.commit, &state.pack);
        }
    }
}

/// Whether a fault of one file is one of all of them.
fn is_about_everything(kind: FaultKind) -> bool {
    matches!(
        kind,
        FaultKind::Gated | FaultKind::Hidden | FaultKind::Forbidden | FaultKind::BadToken | FaultKind::Disabled
    )
}

fn short(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}

/// Opens what was kept of a repository, without a network; `None` where nothing was.
pub(super) fn kept(store: &Store, endpoint: &str, id: &HubId, target: &str, now: u64) -> Option<HubTree> {
    let asked = crate::source::hub_store::Ref::new(endpoint, id)?;
    let key = match store.recall(&asked, now) {
        Some(remembered) => remembered.key,
        None => Key::new(endpoint, id, id.revision.as_deref()?)?,
    };
    let pack = store.load(&key, now)?;
    let known = HubId { kind: id.kind, name: key.name().to_owned(), revision: None };
    let about = super::listing::about(pack.api(), false).ok();
    let state = super::state_of(id, &known, about.as_ref());
    let gaps = if pack.is_complete() { Vec::new() } else { vec![super::not_all_listed(&known)] };
    let commit = key.commit().to_owned();
    let opened = Opened { id: known, target: target.to_owned(), commit, state, pack, is_new: false, gaps };
    Some(HubTree::new(opened, Reach::Offline, HubTree::meter()))
}
