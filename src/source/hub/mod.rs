//! Repositories of the Hugging Face Hub, over the network: cards, licence texts and the heads of weights, never the
//! weights.
//!
//! The endpoints are those that `huggingface_hub` uses: `/api/models/{id}/revision/{rev}?blobs=true`,
//! `/api/models/{id}/tree/{commit}`, `/{id}/resolve/{commit}/{path}`; datasets and spaces likewise. Everything is read at
//! the commit that the first answer names. The token goes to the endpoint's own origin and never further.
//!
//! Requests block, and run side by side on a few threads of their own; the stages that compute see finished bytes.

use std::sync::Arc;

use self::fault::Fault;
use self::listing::{About, Listed};
pub use self::settings::{Proxies, Settings, Token};
use self::transport::{Meter, Request, Transport};
use self::tree::{HubTree, Opened, Reach};
use super::absent::AbsentTree;
use super::hub_id::HubId;
use super::hub_store::{self, Key, Pack, Ref, Store};
use super::{Obstacle, SourceTree, quoted, uri};
use crate::error::Error;
use crate::gap::{Gap, GapKind};
use crate::location::Location;
use crate::scan::{HubState, RepositoryKind, SourceKind};

mod allowance;
mod answer;
mod fault;
mod listing;
mod lists;
mod settings;
mod transport;
mod tree;

/// Longest answer of the API. A listing with lengths of a thousand files has some 300 KB.
const MOST_OF_AN_ANSWER: u64 = 16 << 20;
/// Pages of a listing that are asked for.
const MOST_PAGES: usize = 100;

/// A Hub, and what is kept of it.
pub struct Hub {
    transport: Transport,
    /// As the store names it.
    endpoint: String,
    store: Option<Store>,
    /// Requests that one repository has under way at most.
    at_once: usize,
    /// Seconds since 1970, for the store.
    now: u64,
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hub").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl Hub {
    /// A Hub that is reached as `settings` say and remembers in `store`. Nothing is sent yet. `now` is in seconds since
    /// 1970.
    ///
    /// # Errors
    /// Of the kind [`crate::error::ErrorKind::Target`], where the endpoint, a proxy or a certificate is none.
    pub fn new(settings: &Settings, store: Option<Store>, now: u64) -> Result<Arc<Self>, Error> {
        let transport = Transport::new(settings)?;
        Ok(Arc::new(Self {
            transport,
            endpoint: settings.endpoint.clone(),
            store,
            at_once: settings.at_once.max(1),
            now,
        }))
    }

    /// Opens a repository; `target` is what the user wrote. What cannot be opened is a tree without files and with a gap,
    /// so that other targets are judged all the same.
    pub fn open(self: &Arc<Self>, id: &HubId, target: &str) -> Box<dyn SourceTree> {
        let meter = HubTree::meter();
        match self.look_up(id, target, &meter) {
            Ok(opened) => Box::new(HubTree::new(opened, Reach::Online(Arc::clone(self)), meter)),
            Err(fault) => Box::new(absent(id, target, fault.obstacle(&named(id), &id.address()))),
        }
    }

    /// Requests that were sent so far, redirects among them, and bytes that came.
    pub fn traffic(&self) -> (u64, u64) {
        self.transport.traffic()
    }

    fn look_up(&self, id: &HubId, target: &str, meter: &Meter) -> Result<Opened, Fault> {
        let path = match &id.revision {
            Some(revision) => format!("{}/revision/{}?blobs=true", api_path(id), uri::component(revision)),
            None => format!("{}?blobs=true", api_path(id)),
        };
        let answer = self.transport.get(&Request { path: &path, range: None, most: MOST_OF_AN_ANSWER }, meter)?;
        let about = listing::about(&answer.body, says_html(&answer))?;
        if about.is_disabled {
            return Err(Fault::new(fault::FaultKind::Disabled, "the answer says so"));
        }
        let asked = id.revision.as_deref().filter(|revision| listing::is_commit(&revision.to_ascii_lowercase()));
        if asked.is_some_and(|asked| !asked.eq_ignore_ascii_case(&about.commit)) {
            return Err(Fault::malformed(format!("answered with the commit {} instead", about.commit)));
        }
        let name = about.name.clone().unwrap_or_else(|| id.name.clone());
        let known = HubId { kind: id.kind, name, revision: None };
        let state = state_of(id, &known, Some(&about));
        let commit = about.commit.clone();
        let key = Key::new(&self.endpoint, &known, &commit);
        if let (Some(store), Some(key), Some(asked)) = (&self.store, &key, Ref::new(&self.endpoint, id)) {
            // What cannot be kept costs a request the next time, and nothing else.
            let _ = store.remember(&asked, key, self.now);
        }
        let kept = self.store.as_ref().zip(key.as_ref()).and_then(|(store, key)| store.load(key, self.now));
        let (pack, gaps, is_new) = if let Some(pack) = kept.filter(Pack::is_complete) {
            // The answer is the newest: a gate may have been opened or closed since.
            (pack.with_api(answer.body), Vec::new(), false)
        } else {
            let (pack, gaps) = self.list(&known, about, answer.body, meter)?;
            (pack, gaps, true)
        };
        Ok(Opened { id: known, target: target.to_owned(), commit, state, pack, is_new, gaps })
    }

    fn list(&self, id: &HubId, about: About, api: Vec<u8>, meter: &Meter) -> Result<(Pack, Vec<Gap>), Fault> {
        let (listed, is_complete) = match about.files {
            Some(files) => (files, true),
            None => self.pages(id, &about.commit, meter)?,
        };
        let (files, mut gaps) = listing::sorted(listed);
        if !is_complete {
            gaps.push(not_all_listed(id));
        }
        let kept = |file: Listed| hub_store::Listed { path: file.path, size: file.size, is_lfs: file.is_large };
        let pack = Pack::new(api, files.into_iter().map(kept).collect(), is_complete && gaps.is_empty());
        let pack = pack.ok_or_else(|| Fault::malformed("listed what cannot be held"))?;
        Ok((pack, gaps))
    }

    fn pages(&self, id: &HubId, commit: &str, meter: &Meter) -> Result<(Vec<Listed>, bool), Fault> {
        let mut path = format!("{}/tree/{commit}?recursive=true&expand=false", api_path(id));
        let mut listed = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..MOST_PAGES {
            let answer = self.transport.get(&Request { path: &path, range: None, most: MOST_OF_AN_ANSWER }, meter)?;
            listed.extend(listing::page(&answer.body, says_html(&answer))?);
            match listing::next_page(answer.header("link"), self.transport.endpoint())? {
                None => return Ok((listed, true)),
                Some(_) if listed.len() > listing::MOST_FILES => break,
                Some(next) if !seen.insert(next.clone()) => {
                    return Err(Fault::malformed("lists its pages in a circle"));
                }
                Some(next) => path = next,
            }
        }
        Ok((listed, false))
    }

    /// Keeps what was read of a commit. That it cannot be written is no error of a scan.
    fn keep(&self, id: &HubId, commit: &str, pack: &Pack) {
        if let (Some(store), Some(key)) = (&self.store, Key::new(&self.endpoint, id, commit)) {
            let _ = store.save(&key, pack, self.now);
            let _ = store.tidy(self.now);
        }
    }
}

/// The content of a URL, at most `most` bytes; no token goes there. For policies, which are known by their hash.
///
/// # Errors
/// A clause without a subject, where there is no content.
pub fn document(settings: &Settings, url: &str, most: u64) -> Result<Vec<u8>, String> {
    let split = url.find("://").and_then(|scheme| url.get(scheme + 3..)?.find('/').map(|path| scheme + 3 + path));
    let (origin, path) = url.split_at(split.unwrap_or(url.len()));
    let settings = Settings { endpoint: origin.to_owned(), token: None, ..settings.clone() };
    let transport = Transport::new(&settings).map_err(|_| "is no address".to_owned())?;
    let path = if path.is_empty() { "/" } else { path };
    let meter = Meter::new(20, most.saturating_mul(4));
    let answer = transport.get(&Request { path, range: None, most }, &meter);
    answer.map(|answer| answer.body).map_err(|fault| format!("was not fetched: the server {}", fault.words))
}

/// Reads an answer of the Hub in every way in which one is read: the files that it lists, and the path of the next page.
/// For those who try what a server may send.
#[doc(hidden)]
pub fn understood(body: &[u8], link: &str) -> (Vec<String>, Option<String>) {
    let about = listing::about(body, false).ok().and_then(|about| about.files).unwrap_or_default();
    let listed = listing::page(body, false).unwrap_or_default();
    let (files, _) = listing::sorted(about.into_iter().chain(listed).collect());
    let _ = answer::of(body);
    let next = listing::next_page(Some(link), "https://huggingface.co").unwrap_or_default();
    (files.into_iter().map(|file| file.path).collect(), next)
}

/// Opens what was kept of a repository of the Hub at `endpoint`, without a network. `None` where nothing was. `now` is in
/// seconds since 1970.
pub fn open_kept(store: &Store, endpoint: &str, id: &HubId, target: &str, now: u64) -> Option<Box<dyn SourceTree>> {
    tree::kept(store, endpoint, id, target, now).map(|tree| Box::new(tree) as Box<dyn SourceTree>)
}

/// A tree for what cannot be opened, with what was asked for.
fn absent(id: &HubId, target: &str, obstacle: Obstacle) -> AbsentTree {
    AbsentTree::new(target, SourceKind::Hub, obstacle).of(id)
}

fn state_of(asked: &HubId, known: &HubId, about: Option<&About>) -> HubState {
    HubState {
        // The Hub finds a name in any case; only another name is a move.
        renamed_from: (!asked.name.eq_ignore_ascii_case(&known.name)).then(|| asked.name.clone()),
        asked_revision: asked.revision.clone(),
        is_gated: about.is_some_and(|about| about.is_gated),
        is_private: about.is_some_and(|about| about.is_private),
    }
}

fn not_all_listed(id: &HubId) -> Gap {
    let detail = format!("{} has more files than are listed here: look at {}", id.name, id.address());
    Gap { at: Location::file(0, ""), kind: GapKind::Truncated, detail }
}

/// What a message calls a repository.
fn named(id: &HubId) -> String {
    let kind = match id.kind {
        RepositoryKind::Model => "",
        RepositoryKind::Dataset => "the dataset ",
        RepositoryKind::Space => "the space ",
    };
    let revision = id.revision.as_ref().map_or(String::new(), |revision| format!("@{revision}"));
    format!("{kind}{}{revision}", quoted(&id.name))
}

fn says_html(answer: &transport::Answer) -> bool {
    answer.header("content-type").is_some_and(|kind| kind.contains("html"))
}

fn api_path(id: &HubId) -> String {
    let kind = match id.kind {
        RepositoryKind::Model => "models",
        RepositoryKind::Dataset => "datasets",
        RepositoryKind::Space => "spaces",
    };
    format!("/api/{kind}/{}", uri::path(&id.name))
}

fn resolve_path(id: &HubId, commit: &str, path: &str) -> String {
    let kind = match id.kind {
        RepositoryKind::Model => "",
        RepositoryKind::Dataset => "/datasets",
        RepositoryKind::Space => "/spaces",
    };
    format!("{kind}/{}/resolve/{commit}/{}", uri::path(&id.name), uri::path(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_the_hub() {
        let id = HubId::of_link("hf:datasets/acme/tiny@refs/pr/1").expect("a name");
        assert_eq!(api_path(&id), "/api/datasets/acme/tiny");
        assert_eq!(resolve_path(&id, "c0", "a b/ü?#.md"), "/datasets/acme/tiny/resolve/c0/a%20b/%C3%BC%3F%23.md");
    }

    #[test]
    fn another_case_is_the_same_name_and_another_name_is_a_move() {
        let asked = |words: &str| HubId::of_words(words).expect("a name");
        let known = asked("Acme/Tiny");
        assert_eq!(state_of(&asked("acme/tiny"), &known, None).renamed_from, None);
        assert_eq!(state_of(&asked("tiny"), &known, None).renamed_from.as_deref(), Some("tiny"));
    }
}
