//! What is kept of which repository: names of packs and of refs, and the file that each of them stands in.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::scan::RepositoryKind;
use crate::source::hub_id::HubId;

/// Longest endpoint. An address that somebody typed has no more.
const LONGEST_ENDPOINT: usize = 512;

/// One commit of one repository: what a pack is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    endpoint: String,
    kind: RepositoryKind,
    name: String,
    commit: String,
}

impl Key {
    /// The commit of the repository that `id` names; its revision is not looked at. `None` where the commit is no hash
    /// of Git in full, the name is none of the Hub, or the endpoint is no address of a service: it must begin with
    /// `https://` or `http://`, and one with credentials, a query or a fragment is refused, so that none is ever stored.
    pub fn new(endpoint: &str, id: &HubId, commit: &str) -> Option<Self> {
        let commit = commit.to_ascii_lowercase();
        let is_commit = matches!(commit.len(), 40 | 64) && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        let repository = HubId::of_words(&id.name)?;
        let is_good = is_commit && repository.revision.is_none();
        is_good.then_some(())?;
        Some(Self { endpoint: normal(endpoint)?, kind: id.kind, name: repository.name, commit })
    }

    /// The service, as in `https://huggingface.co`: without a slash at its end.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Model, dataset or space.
    pub fn kind(&self) -> RepositoryKind {
        self.kind
    }

    /// `org/name`, in the case in which it was asked for or stored.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The hash of Git, in lower case.
    pub fn commit(&self) -> &str {
        &self.commit
    }

    /// Whether both mean the same: the Hub finds names in any case.
    pub fn means(&self, other: &Self) -> bool {
        self.name.eq_ignore_ascii_case(&other.name)
            && (self.kind, &self.endpoint, &self.commit) == (other.kind, &other.endpoint, &other.commit)
    }

    /// The name of its file, without an extension.
    pub(super) fn file_stem(&self) -> String {
        stem("pack", &self.endpoint, self.kind, &self.name, &self.commit)
    }

    pub(super) fn identity(&self) -> Identity {
        Identity {
            endpoint: self.endpoint.clone(),
            kind: self.kind.as_str().to_owned(),
            name: self.name.clone(),
            commit: self.commit.clone(),
        }
    }
}

/// A name as somebody asked for it: a repository, and a branch, a tag or a commit of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ref {
    endpoint: String,
    kind: RepositoryKind,
    name: String,
    revision: String,
}

impl Ref {
    /// What `id` names there; without a revision it is `main`. `None` as in [`Key::new`], and where the revision is none.
    pub fn new(endpoint: &str, id: &HubId) -> Option<Self> {
        let revision = id.revision.as_deref().unwrap_or("main");
        let checked = HubId::of_words(&format!("{}@{revision}", id.name))?;
        let is_good = checked.name == id.name && checked.revision.as_deref() == Some(revision);
        is_good.then_some(())?;
        Some(Self { endpoint: normal(endpoint)?, kind: id.kind, name: checked.name, revision: revision.to_owned() })
    }

    /// The name that was asked for.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The key of that commit in the repository of that name: the Hub may have given it another one.
    pub(super) fn key(&self, name: &str, commit: &str) -> Option<Key> {
        Key::new(&self.endpoint, &HubId { kind: self.kind, name: name.to_owned(), revision: None }, commit)
    }

    /// Whether that commit can be what this name leads to.
    pub(super) fn may_lead_to(&self, key: &Key) -> bool {
        self.endpoint == key.endpoint && self.kind == key.kind
    }

    /// Whether both mean the same.
    pub(super) fn means(&self, other: &Self) -> bool {
        self.name.eq_ignore_ascii_case(&other.name)
            && (self.kind, &self.endpoint, &self.revision) == (other.kind, &other.endpoint, &other.revision)
    }

    pub(super) fn file_stem(&self) -> String {
        stem("ref", &self.endpoint, self.kind, &self.name, &self.revision)
    }

    pub(super) fn record(&self, key: &Key, confirmed: u64) -> RefRecord {
        RefRecord {
            endpoint: self.endpoint.clone(),
            kind: self.kind.as_str().to_owned(),
            asked: self.name.clone(),
            revision: self.revision.clone(),
            name: key.name.clone(),
            commit: key.commit.clone(),
            confirmed,
        }
    }
}

/// A key as the index of a pack states it. Other fields of the index are passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identity {
    endpoint: String,
    kind: String,
    name: String,
    commit: String,
}

impl Identity {
    /// The key, where this is one as it was written.
    pub(super) fn key(self) -> Option<Key> {
        let id = HubId { kind: kind(&self.kind)?, name: self.name.clone(), revision: None };
        Key::new(&self.endpoint, &id, &self.commit).filter(|key| key.identity() == self)
    }
}

/// A ref and where it leads, as its file states them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RefRecord {
    endpoint: String,
    kind: String,
    asked: String,
    revision: String,
    name: String,
    commit: String,
    pub(super) confirmed: u64,
}

impl RefRecord {
    /// The ref and the key, where this is a record as it was written.
    pub(super) fn resolved(&self) -> Option<(Ref, Key)> {
        let id = HubId { kind: kind(&self.kind)?, name: self.asked.clone(), revision: Some(self.revision.clone()) };
        let asked = Ref::new(&self.endpoint, &id)?;
        let key = asked.key(&self.name, &self.commit)?;
        (asked.record(&key, self.confirmed) == *self).then_some((asked, key))
    }
}

fn kind(word: &str) -> Option<RepositoryKind> {
    use RepositoryKind::{Dataset, Model, Space};
    [Model, Dataset, Space].into_iter().find(|kind| kind.as_str() == word)
}

/// The endpoint without slashes at its end.
fn normal(endpoint: &str) -> Option<String> {
    let endpoint = endpoint.trim_end_matches('/');
    let address = endpoint.strip_prefix("https://").or_else(|| endpoint.strip_prefix("http://"))?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/[]%".contains(&byte);
    let is_good = !address.is_empty() && endpoint.len() <= LONGEST_ENDPOINT && address.bytes().all(is_plain);
    is_good.then(|| endpoint.to_owned())
}

/// A name that every file system can hold, the same for a repository in any case, and of one length whatever it stands
/// for. No part can hold the byte between them.
fn stem(what: &str, endpoint: &str, kind: RepositoryKind, name: &str, state: &str) -> String {
    let parts = [what, endpoint, kind.as_str(), &name.to_ascii_lowercase(), state];
    hexadecimal(&Sha256::digest(parts.join("\0")))
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    fn id(words: &str) -> HubId {
        HubId::of_words(words).expect("a name")
    }

    fn key(endpoint: &str, words: &str, commit: &str) -> Option<Key> {
        Key::new(endpoint, &id(words), commit)
    }

    #[test]
    fn an_endpoint_that_could_hold_a_secret_is_refused() {
        for endpoint in ["https://huggingface.co", "http://127.0.0.1:8080/", "https://hub.acme.example/hf/api"] {
            assert!(key(endpoint, "a/b", COMMIT).is_some(), "{endpoint}");
        }
        for endpoint in [
            "https://me:hf_secret@huggingface.co",
            "https://hf_secret@huggingface.co",
            "https://huggingface.co?token=hf_secret",
            "https://huggingface.co#hf_secret",
            "huggingface.co",
            "file:///etc",
            "https://",
            "https://a\nb",
            "",
        ] {
            assert_eq!(key(endpoint, "a/b", COMMIT), None, "{endpoint:?}");
        }
    }

    #[test]
    fn a_commit_is_a_whole_hash_and_a_name_one_of_the_hub() {
        for commit in ["main", "", "0123456", &COMMIT[1..], "g123456789abcdef0123456789abcdef01234567", "../x"] {
            assert_eq!(key("https://huggingface.co", "a/b", commit), None, "{commit}");
        }
        for name in ["../b", "a/b/c", "a\\b", "a/b@main", "CON:", ""] {
            let id = HubId { name: name.to_owned(), ..id("a/b") };
            assert_eq!(Key::new("https://huggingface.co", &id, COMMIT), None, "{name}");
            assert_eq!(Ref::new("https://huggingface.co", &id), None, "{name}");
        }
    }

    #[test]
    fn one_repository_in_any_case_has_one_file_and_everything_else_another() {
        let stem = |endpoint: &str, words: &str, commit: &str| key(endpoint, words, commit).expect("good").file_stem();
        let first = stem("https://huggingface.co", "Acme/Tiny", COMMIT);
        assert_eq!(first.len(), 64);
        assert!(first.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase()));
        assert_eq!(stem("https://huggingface.co/", "acme/tiny", &COMMIT.to_ascii_uppercase()), first);
        let dataset =
            Key { kind: RepositoryKind::Dataset, ..key("https://huggingface.co", "acme/tiny", COMMIT).unwrap() };
        let others = [
            stem("https://hf-mirror.example", "acme/tiny", COMMIT),
            stem("https://huggingface.co", "acme/tin", COMMIT),
            stem("https://huggingface.co", "acme/tiny", &COMMIT.replace('0', "1")),
            dataset.file_stem(),
            Ref::new("https://huggingface.co", &id(&format!("acme/tiny@{COMMIT}"))).expect("good").file_stem(),
        ];
        assert!(!others.contains(&first));
    }

    #[test]
    fn a_ref_tells_revisions_apart_also_by_case_and_means_main_without_one() {
        let of = |words: &str| Ref::new("https://huggingface.co", &id(words)).expect("good");
        assert_eq!(of("a/b"), of("a/b@main"));
        assert!(of("a/b").means(&of("A/B")) && of("a/b").file_stem() == of("A/B").file_stem());
        assert!(!of("a/b@v1").means(&of("a/b@V1")) && of("a/b@v1").file_stem() != of("a/b@V1").file_stem());
    }
}
