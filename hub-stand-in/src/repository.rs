//! A repository: files in commits, references to commits, and who may see them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::card;
use crate::content::Content;
use crate::git_object::name_of;

/// What a repository holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `org/name`
    Model,
    /// `datasets/org/name`
    Dataset,
    /// `spaces/org/name`
    Space,
}

impl Kind {
    /// As in `/api/models`.
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::Model => "models",
            Self::Dataset => "datasets",
            Self::Space => "spaces",
        }
    }

    pub(crate) fn singular(self) -> &'static str {
        self.plural().trim_end_matches('s')
    }

    /// What stands before the name outside the API.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Model => "",
            Self::Dataset => "datasets/",
            Self::Space => "spaces/",
        }
    }

    pub(crate) fn of_plural(word: &str) -> Option<Self> {
        [Self::Model, Self::Dataset, Self::Space].into_iter().find(|kind| kind.plural() == word)
    }
}

/// Who lets people in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Everybody who accepts the conditions.
    Auto,
    /// A person decides.
    Manual,
}

/// A file in a commit.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) content: Content,
    /// The git object: the content, or the pointer to it.
    pub(crate) object: String,
    /// Of a file in large file storage.
    pub(crate) pointer: Option<Pointer>,
}

/// Where large file storage has the content.
#[derive(Clone, Debug)]
pub(crate) struct Pointer {
    pub(crate) sha256: String,
    /// Bytes of the pointer itself.
    pub(crate) size: u64,
}

impl File {
    fn plain(content: Content) -> Self {
        Self { object: content.git_object_id(), content, pointer: None }
    }

    fn large(content: Content) -> Self {
        let sha256 = content.sha256();
        let size = content.size();
        let pointer =
            Content::from(format!("version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n"));
        Self { object: pointer.git_object_id(), pointer: Some(Pointer { sha256, size: pointer.size() }), content }
    }
}

/// A commit: all files of a moment.
#[derive(Clone, Debug)]
pub(crate) struct Commit {
    /// 40 hexadecimal digits.
    pub(crate) id: String,
    pub(crate) files: BTreeMap<String, File>,
    /// Listed, and not there.
    pub(crate) phantoms: Vec<String>,
}

/// A repository in the making, and as it stands on the server.
///
/// ```
/// use hub_stand_in::{Content, Repository};
///
/// let model = Repository::model("acme/rocket")
///     .file("README.md", "---\nlicense: mit\n---\n# Rocket\n")
///     .lfs("model.safetensors", Content::large(b"head".as_slice(), 40_000_000_000))
///     .tag("v1")
///     .file("README.md", "---\nlicense: apache-2.0\n---\n# Rocket\n");
/// assert_ne!(model.commit_of("main"), model.commit_of("v1"));
/// ```
#[derive(Clone, Debug)]
pub struct Repository {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    files: BTreeMap<String, File>,
    phantoms: Vec<String>,
    commits: Vec<Commit>,
    /// So many of the commits are never replaced.
    kept: usize,
    /// `refs/heads/…`, `refs/tags/…`, `refs/pr/…`, each with the place of its commit.
    references: BTreeMap<String, usize>,
    pub(crate) gate: Option<Gate>,
    pub(crate) private: bool,
    pub(crate) disabled: bool,
    /// Given in place of that in the README.
    card: Option<Value>,
    /// Set or replaced in the answer of the API.
    pub(crate) fields: BTreeMap<String, Value>,
    /// Missing from the answer of the API.
    pub(crate) without: BTreeSet<String>,
}

impl Repository {
    /// A model: `org/name`, or `name` for one of the few old ones without an organisation.
    pub fn model(id: &str) -> Self {
        Self::new(Kind::Model, id)
    }

    /// A dataset, which all else calls `datasets/org/name`.
    pub fn dataset(id: &str) -> Self {
        Self::new(Kind::Dataset, id)
    }

    /// A space, which all else calls `spaces/org/name`.
    pub fn space(id: &str) -> Self {
        Self::new(Kind::Space, id)
    }

    fn new(kind: Kind, id: &str) -> Self {
        Self {
            kind,
            id: id.to_owned(),
            files: BTreeMap::new(),
            phantoms: Vec::new(),
            commits: Vec::new(),
            kept: 0,
            references: BTreeMap::new(),
            gate: None,
            private: false,
            disabled: false,
            card: None,
            fields: BTreeMap::new(),
            without: BTreeSet::new(),
        }
        .recorded()
    }

    /// Adds or replaces a file that the Hub serves itself. It belongs to the next commit.
    #[must_use]
    pub fn file(mut self, path: &str, content: impl Into<Content>) -> Self {
        self.files.insert(path.to_owned(), File::plain(content.into()));
        self.moved()
    }

    /// Adds or replaces a file in large file storage, to which the Hub redirects.
    #[must_use]
    pub fn lfs(mut self, path: &str, content: impl Into<Content>) -> Self {
        self.files.insert(path.to_owned(), File::large(content.into()));
        self.moved()
    }

    /// Removes a file.
    #[must_use]
    pub fn without_file(mut self, path: &str) -> Self {
        self.files.remove(path);
        self.moved()
    }

    /// Lists a name that cannot be fetched: `../../x`, `/etc/passwd`, one that is there twice.
    #[must_use]
    pub fn listed(mut self, path: &str) -> Self {
        self.phantoms.push(path.to_owned());
        self.moved()
    }

    /// `main` is always at the files that were given last. A commit that nothing has named is replaced, so that
    /// building a repository file by file does not leave one for each.
    fn moved(mut self) -> Self {
        let last = self.commits.len() - 1;
        let named = self.references.iter().any(|(name, place)| *place == last && name != MAIN);
        if !named && self.kept <= last {
            self.commits.pop();
        }
        self.recorded()
    }

    fn recorded(mut self) -> Self {
        let files: Vec<_> = self.files.iter().map(|(path, file)| (path, &file.object)).collect();
        let parent = self.commits.last().map_or("", |commit| commit.id.as_str());
        let place = self.commits.len();
        let id = name_of(&format!("commit {} {parent} {place} {files:?} {:?}", self.name(), self.phantoms));
        self.commits.push(Commit { id, files: self.files.clone(), phantoms: self.phantoms.clone() });
        self.references.insert(MAIN.to_owned(), place);
        self
    }

    /// Keeps the state so far as a commit of its own; what follows makes the next one.
    #[must_use]
    pub fn commit(mut self) -> Self {
        self.kept = self.commits.len();
        self
    }

    /// Keeps the state so far under a tag.
    #[must_use]
    pub fn tag(self, name: &str) -> Self {
        self.named(format!("refs/tags/{name}"))
    }

    /// Keeps the state so far under a branch.
    #[must_use]
    pub fn branch(self, name: &str) -> Self {
        self.named(format!("refs/heads/{name}"))
    }

    fn named(mut self, reference: String) -> Self {
        if let Some(place) = self.references.get(MAIN) {
            self.references.insert(reference, *place);
        }
        self
    }

    /// A pull request (`refs/pr/1`) that makes these changes to the state so far, which stays as it is.
    #[must_use]
    pub fn pull_request(self, number: u32, change: impl FnOnce(Self) -> Self) -> Self {
        let reference = format!("refs/pr/{number}");
        let (files, phantoms) = (self.files.clone(), self.phantoms.clone());
        let main = self.references.get(MAIN).copied();
        // The name keeps the commit of main from being replaced by what the change makes.
        let mut proposed = change(self.named(reference.clone())).named(reference);
        proposed.references.extend(main.map(|place| (MAIN.to_owned(), place)));
        Self { files, phantoms, ..proposed }
    }

    /// Files are refused to those who have not been let in; what the API tells is not.
    #[must_use]
    pub fn gated(mut self, gate: Gate) -> Self {
        self.gate = Some(gate);
        self
    }

    /// Unknown to everybody without access.
    #[must_use]
    pub fn private(mut self) -> Self {
        self.private = true;
        self
    }

    /// Taken down: all requests are refused.
    #[must_use]
    pub fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }

    /// The card as the API shows it, in place of the front matter of the README. Tags follow from it.
    #[must_use]
    pub fn card(mut self, card: Value) -> Self {
        self.card = Some(card);
        self
    }

    /// Sets or replaces a field of the answer of the API: `gguf`, `siblings`, `sha`, one that nobody knows.
    #[must_use]
    pub fn field(mut self, name: &str, value: Value) -> Self {
        self.fields.insert(name.to_owned(), value);
        self
    }

    /// Leaves a field out of the answer of the API.
    #[must_use]
    pub fn without_field(mut self, name: &str) -> Self {
        self.without.insert(name.to_owned());
        self
    }

    /// The commit of a branch, tag, `refs/…` or commit id; 40 hexadecimal digits.
    pub fn commit_of(&self, revision: &str) -> Option<String> {
        self.at(revision).map(|commit| commit.id.clone())
    }

    /// The files of a revision with their content, by path; empty where there is no such revision.
    pub fn files(&self, revision: &str) -> Vec<(&str, &Content)> {
        let files = self.at(revision).map(|commit| &commit.files).into_iter().flatten();
        files.map(|(path, file)| (path.as_str(), &file.content)).collect()
    }

    /// What all else calls it: `org/name`, `datasets/org/name`.
    pub fn name(&self) -> String {
        format!("{}{}", self.kind.prefix(), self.id)
    }

    pub(crate) fn at(&self, revision: &str) -> Option<&Commit> {
        let names = [format!("refs/heads/{revision}"), format!("refs/tags/{revision}"), revision.to_owned()];
        let place = names.iter().find_map(|name| self.references.get(name));
        match place {
            Some(place) => self.commits.get(*place),
            None => self.commits.iter().find(|commit| commit.id == revision),
        }
    }

    /// Place in the history, from which dates are made.
    pub(crate) fn place_of(&self, commit: &Commit) -> usize {
        self.commits.iter().position(|other| other.id == commit.id).unwrap_or_default()
    }

    pub(crate) fn references(&self) -> impl Iterator<Item = (&str, &str)> {
        let named = self.references.iter();
        named.filter_map(|(name, place)| Some((name.as_str(), self.commits.get(*place)?.id.as_str())))
    }

    pub(crate) fn card_at(&self, commit: &Commit) -> Option<Value> {
        let read = || {
            let readme = commit.files.get("README.md")?;
            card::front_matter(&String::from_utf8_lossy(&readme.content.bytes()))
        };
        self.card.clone().or_else(read)
    }

    /// The large file with this digest, in any commit.
    pub(crate) fn stored(&self, sha256: &str) -> Option<&File> {
        let files = self.commits.iter().flat_map(|commit| commit.files.values());
        files.into_iter().find(|file| file.pointer.as_ref().is_some_and(|pointer| pointer.sha256 == sha256))
    }

    /// Before the slash; nothing for the old ones.
    pub(crate) fn author(&self) -> Option<&str> {
        self.id.split_once('/').map(|(author, _)| author)
    }
}

const MAIN: &str = "refs/heads/main";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn building_file_by_file_leaves_one_commit_and_naming_one_keeps_it() {
        let model = Repository::model("a/b").file("x", "1").file("y", "2");
        assert_eq!(model.commits.len(), 1);
        let model = model.tag("v1").file("x", "3").file("y", "4").branch("dev").file("z", "5");
        assert_eq!(model.commits.len(), 3);
        let files = |revision: &str| model.at(revision).expect("a commit").files.keys().cloned().collect::<String>();
        assert_eq!([files("v1"), files("dev"), files("main")], ["xy", "xy", "xyz"]);
    }

    #[test]
    fn a_commit_that_was_kept_is_found_after_the_next() {
        let model = Repository::model("a/b").file("x", "1").commit();
        let first = model.commit_of("main").expect("there is a main");
        let model = model.file("x", "2").file("x", "3");
        assert_eq!(model.commits.len(), 2);
        assert_eq!(model.commit_of(&first), Some(first.clone()));
        assert_ne!(model.commit_of("main"), Some(first));
    }

    #[test]
    fn a_pull_request_leaves_main_as_it_is() {
        let model = Repository::model("a/b").file("x", "1");
        let before = model.commit_of("main");
        let model = model.pull_request(7, |changed| changed.file("x", "2").file("y", "3"));
        assert_eq!(model.commit_of("main"), before);
        assert_ne!(model.commit_of("refs/pr/7"), before);
        assert_eq!(model.at("refs/pr/7").expect("a commit").files.len(), 2);
        let main = model.file("z", "4");
        assert_eq!(main.at("main").expect("a commit").files.keys().cloned().collect::<String>(), "xz");
    }

    #[test]
    fn a_commit_is_40_digits_and_the_same_every_time() {
        let model = || Repository::model("a/b").file("x", "1");
        let commit = model().commit_of("main").expect("there is a main");
        assert_eq!(commit.len(), 40);
        assert_eq!(Some(&commit), model().commit_of("main").as_ref());
        assert_eq!(model().commit_of(&commit), Some(commit.clone()));
        assert_ne!(Some(commit), Repository::dataset("a/b").file("x", "1").commit_of("main"));
    }
}
