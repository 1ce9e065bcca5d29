//! The server as tests hold it.

use crate::fault::Fault;
use crate::hub::{Account, Collection, Hub};
use crate::locked;
use crate::log::Log;
use crate::repository::Repository;
use crate::request::Origin;
use crate::server::Server;

/// A running Hub with its storage, each on a port of its own. Dropping it ends all connections and threads.
///
/// Repositories are called `org/name`, `datasets/org/name` and `spaces/org/name`. Everything can change while clients
/// are connected.
#[derive(Debug)]
pub struct StandIn {
    server: Server,
}

impl StandIn {
    /// Starts with nothing in it.
    ///
    /// # Panics
    ///
    /// Where the loopback interface has no two free ports.
    pub fn start() -> Self {
        Self { server: Server::start().expect("the loopback interface has free ports") }
    }

    /// What `HF_ENDPOINT` must be: `http://127.0.0.1:port`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.server.hub)
    }

    /// Where large files are: `http://127.0.0.1:port`, with another port.
    pub fn cdn(&self) -> String {
        format!("http://{}", self.server.cdn)
    }

    /// Redirects to the storage under another host name, such as `localhost`, so that hosts differ as well as ports.
    pub fn spell_cdn_host(&self, host: &str) {
        let port = self.server.cdn.port();
        self.hub(|hub| hub.cdn = format!("http://{host}:{port}"));
    }

    /// Adds a repository, or replaces that of the same name.
    pub fn add(&self, repository: Repository) {
        self.hub(|hub| hub.repositories.insert(repository.name(), repository.commit()));
    }

    /// Changes a repository; new files make a new commit, and the old commits stay.
    ///
    /// # Panics
    ///
    /// Where there is none of this name.
    pub fn change(&self, name: &str, change: impl FnOnce(Repository) -> Repository) {
        // Outside the lock: the change may ask this stand-in.
        let before = self.hub(|hub| hub.repositories.get(name).cloned());
        let before = before.unwrap_or_else(|| panic!("the stand-in has no repository {name}"));
        self.add(change(before));
    }

    /// Removes a repository.
    pub fn remove(&self, name: &str) {
        self.hub(|hub| hub.repositories.remove(name));
    }

    /// The commit of a branch, tag or `refs/…`: 40 hexadecimal digits.
    ///
    /// # Panics
    ///
    /// Where there is no such repository or revision.
    pub fn commit_of(&self, name: &str, revision: &str) -> String {
        let commit = self.hub(|hub| hub.repositories.get(name).and_then(|repository| repository.commit_of(revision)));
        commit.unwrap_or_else(|| panic!("the stand-in has no repository {name} with a revision {revision}"))
    }

    /// From now on the old name redirects to the new one (307, relative). Nothing is moved.
    pub fn rename(&self, old: &str, new: &str) {
        self.hub(|hub| hub.renames.insert(old.to_owned(), new.to_owned()));
    }

    /// Accepts a token, which opens these private and gated repositories. All other tokens are refused.
    pub fn token(&self, token: &str, access: &[&str]) {
        let access = access.iter().map(|name| (*name).to_owned()).collect();
        let account = Account { user: "tester".to_owned(), access };
        self.hub(|hub| hub.accounts.insert(token.to_owned(), account));
    }

    /// Adds a collection; its slug is `owner/title-0123456789abcdef01234567`.
    pub fn collection(&self, slug: &str, title: &str, names: &[&str]) {
        let items = names.iter().map(|name| (*name).to_owned()).collect();
        let collection = Collection { title: title.to_owned(), items };
        self.hub(|hub| hub.collections.insert(slug.to_owned(), collection));
    }

    /// Entries of a tree, and repositories of a list, in one answer; 1000 at first.
    pub fn page_size(&self, entries: usize) {
        self.hub(|hub| hub.page = entries.max(1));
    }

    /// Answers all ranges with 200 and the whole file.
    pub fn ignore_ranges(&self, ignores: bool) {
        self.hub(|hub| hub.ignores_ranges = ignores);
    }

    /// Redirects small files to `/api/resolve-cache/…` of the same origin, as the Hub does since 2025.
    pub fn resolve_cache(&self, redirects: bool) {
        self.hub(|hub| hub.resolve_cache = redirects);
    }

    /// Announces Xet (`X-Xet-Hash`) for large files. There is no such storage here: plain HTTP must still do.
    pub fn announce_xet(&self, announces: bool) {
        self.hub(|hub| hub.xet = announces);
    }

    /// Adds a fault; those that were there stay.
    pub fn fault(&self, fault: Fault) {
        self.server.shared.faults.add(fault);
    }

    /// Removes all faults.
    pub fn heal(&self) {
        self.server.shared.faults.clear();
    }

    /// All requests so far.
    pub fn log(&self) -> Log {
        self.server.shared.journal.copy()
    }

    /// The requests that came after so many: `let before = stand_in.log().requests();` and this tells those since.
    pub fn log_since(&self, requests: usize) -> Log {
        let mut log = self.log();
        log.exchanges.drain(..requests.min(log.exchanges.len()));
        log
    }

    /// Fails unless no `Authorization` header ever reached the storage.
    ///
    /// # Panics
    ///
    /// With the requests that carried one.
    #[track_caller]
    pub fn assert_token_stayed_home(&self) {
        let leaked = self.log().at(Origin::Cdn).only(|exchange| exchange.authorization().is_some());
        assert!(leaked.exchanges.is_empty(), "a token reached the storage:\n{}", leaked.summary());
    }

    fn hub<T>(&self, action: impl FnOnce(&mut Hub) -> T) -> T {
        action(&mut locked(&self.server.shared.hub))
    }
}
