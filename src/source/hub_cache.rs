//! Recognises what `huggingface_hub` leaves on disk: its cache of repositories, and the records in a downloaded folder.
//!
//! The cache is documented at <https://huggingface.co/docs/hub/local-cache>: a folder `models--org--name` holds
//! `refs/<ref>` (the text of a commit), `snapshots/<commit>/…` (links) and `blobs/<digest>` (what they lead to).

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::hub_id::HubId;
use super::{Entry, Obstacle, escaped, quoted, skipped};
use crate::error::{Error, ErrorKind};
use crate::gap::GapKind;
use crate::scan::{RepositoryKind, Source};

/// Longest name of a ref or commit that is read; a commit has 40 characters.
const REF_LIMIT: u64 = 256;

/// Download records that are read to learn the revision. One would do; all are compared because an interrupted update
/// mixes revisions, and a tree with more files than this has no revision that we could vouch for.
const RECORD_LIMIT: usize = 10_000;

/// Repositories named in a message.
const NAMED: usize = 5;

/// A repository of the Hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Repository {
    pub(super) kind: RepositoryKind,
    /// `org/name`, or `name` for the few old ones without an organisation.
    pub(super) name: String,
}

impl Repository {
    /// The repository that a cache folder is named after.
    pub(super) fn of_folder(folder: &str) -> Option<Self> {
        let (kind, rest) = folder.split_once("--")?;
        let kind = match kind {
            "models" => RepositoryKind::Model,
            "datasets" => RepositoryKind::Dataset,
            "spaces" => RepositoryKind::Space,
            _ => return None,
        };
        let name = match rest.split_once("--") {
            Some((organisation, name)) => {
                (is_name(organisation) && is_name(name)).then(|| format!("{organisation}/{name}"))?
            }
            None => is_name(rest).then(|| rest.to_owned())?,
        };
        Some(Self { kind, name })
    }
}

/// Where a path stands in a cache.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In a snapshot, or at its root.
    Snapshot(Snapshot),
    /// In a repository folder without any snapshot.
    Nothing(Repository),
}

/// One revision of a cached repository.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Snapshot {
    pub(super) repository: Repository,
    /// The directory to scan.
    pub(super) root: PathBuf,
    /// Where the links may lead; `None` where the cache holds plain files.
    pub(super) blobs: Option<PathBuf>,
    /// The commit; `None` where the folder is not named after one.
    pub(super) revision: Option<String>,
    /// What was there and not chosen, for `Source::skipped`.
    pub(super) skipped: Vec<String>,
}

/// Finds out whether a path without links belongs to a cache, and chooses the snapshot where it is a repository
/// folder: that of `refs/main`, or the only one.
///
/// # Errors
/// Where the path holds many repositories, or several snapshots and nothing says which.
pub(super) fn locate(path: &Path, target: &str) -> Result<Option<Place>, Error> {
    if let Some(repository) = repository_at(path) {
        return choose(path, repository, target).map(Some);
    }
    if path.file_name().is_some_and(|name| name == "snapshots")
        && let Some(folder) = path.parent()
        && let Some(repository) = repository_at(folder)
    {
        return choose(folder, repository, target).map(Some);
    }
    // Innermost first: root, commit, `snapshots`, repository folder.
    for commit in path.ancestors() {
        let Some(snapshots) = commit.parent().filter(|parent| parent.ends_with("snapshots")) else {
            continue;
        };
        let Some(folder) = snapshots.parent() else {
            continue;
        };
        if let Some(repository) = repository_at(folder) {
            let root = path.to_owned();
            let revision = name_of(commit).filter(|name| is_commit(name));
            return Ok(Some(Place::Snapshot(Snapshot {
                repository,
                root,
                blobs: blobs_of(folder),
                revision,
                skipped: Vec::new(),
            })));
        }
    }
    refuse_whole_cache(path, target)?;
    Ok(None)
}

/// What a cache holds of a repository.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// The snapshot of the revision.
    Snapshot(Snapshot),
    /// Only snapshots of other revisions: their commits, sorted.
    Others(Vec<String>),
    /// Nothing.
    Nothing,
}

/// Looks for a repository by name. Its revision is a commit, or a name under `refs/` that holds one.
pub(super) fn find(cache: &Path, id: &HubId) -> Found {
    // A cache, or a folder of it, may be a link of the user's own; what is inside may not.
    let Ok(folder) = cache.join(id.folder()).canonicalize() else {
        return Found::Nothing;
    };
    let snapshots = folder.join("snapshots");
    let mut commits = directories(&snapshots);
    commits.sort();
    if commits.is_empty() {
        return Found::Nothing;
    }
    let revision = id.revision.as_deref().unwrap_or("main");
    let commit = if is_commit(revision) {
        Some(revision.to_ascii_lowercase())
    } else {
        first_line(&folder.join("refs").join(revision)).ok().filter(|line| is_commit(line))
    };
    match commit.filter(|commit| commits.contains(commit)) {
        Some(commit) => Found::Snapshot(Snapshot {
            repository: Repository { kind: id.kind, name: id.name.clone() },
            root: snapshots.join(&commit),
            blobs: blobs_of(&folder),
            revision: Some(commit),
            skipped: Vec::new(),
        }),
        None => Found::Others(commits),
    }
}

/// The commit that the download records in a folder agree on (`hf download --local-dir`). Each is a small text of
/// which the first line is the commit. `root` is a path without links, and records behind a link are not believed.
pub(super) fn revision_of_download(root: &Path) -> Option<String> {
    let records = root.join(".cache").join("huggingface").join("download");
    if records.canonicalize().ok()? != records {
        return None;
    }
    let mut revision: Option<String> = None;
    for (count, found) in WalkDir::new(records).follow_root_links(false).into_iter().enumerate() {
        let found = found.ok()?;
        if count >= RECORD_LIMIT {
            return None;
        }
        if !found.file_type().is_file() || found.path().extension().is_none_or(|extension| extension != "metadata") {
            continue;
        }
        let commit = first_line(found.path()).ok().filter(|line| is_commit(line))?;
        if revision.get_or_insert_with(|| commit.clone()) != &commit {
            return None;
        }
    }
    revision
}

/// A program that loads a model downloads what it needs, and that is seldom the card: a snapshot without one is a part of
/// the repository, unless `.no_exist` says that the Hub has none (`huggingface_hub` notes there what it asked for in
/// vain). `root` is the tree that was listed; a directory inside a snapshot needs no card.
pub(super) fn missing_card(root: &Path, source: &Source, entries: &[Entry]) -> Option<Obstacle> {
    const CARD: &str = "README.md";
    let commit = source.revision.as_deref().filter(|commit| name_of(root).as_deref() == Some(*commit))?;
    if entries.is_empty() || entries.iter().any(|entry| entry.path == CARD) {
        return None;
    }
    let folder = root.parent()?.parent()?;
    if fs::symlink_metadata(folder.join(".no_exist").join(commit).join(CARD)).is_ok() {
        return None;
    }
    let id =
        HubId { kind: source.repository_kind, name: source.repository.clone()?, revision: Some(commit.to_owned()) };
    let detail = format!(
        "the cache holds a part of {}, and not its card: run `{}` and scan again",
        id.name,
        id.download_command()
    );
    Some(Obstacle::new(GapKind::NotFetched, detail))
}

/// Every snapshot of every repository in a cache, sorted: which state of which repository, and its directory. That of
/// `refs/main` has no revision, others have their commit.
pub(super) fn snapshots(cache: &Path) -> Vec<(HubId, Snapshot)> {
    let mut found = Vec::new();
    for folder in directories(cache) {
        let path = cache.join(&folder);
        let Some(repository) = Repository::of_folder(&folder) else { continue };
        let main = first_line(&path.join("refs").join("main")).ok();
        let snapshots = path.join("snapshots");
        for commit in directories(&snapshots).into_iter().filter(|name| is_commit(name)) {
            let revision = (main.as_deref() != Some(commit.as_str())).then(|| commit.clone());
            let id = HubId { kind: repository.kind, name: repository.name.clone(), revision };
            let snapshot = Snapshot {
                repository: repository.clone(),
                root: snapshots.join(&commit),
                blobs: blobs_of(&path),
                revision: Some(commit),
                skipped: Vec::new(),
            };
            found.push((id, snapshot));
        }
    }
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    found
}

fn repository_at(folder: &Path) -> Option<Repository> {
    let repository = Repository::of_folder(&name_of(folder)?)?;
    ["snapshots", "refs", "blobs"].iter().any(|part| is_directory(&folder.join(part))).then_some(repository)
}

fn choose(folder: &Path, repository: Repository, target: &str) -> Result<Place, Error> {
    let snapshots = folder.join("snapshots");
    let mut names = directories(&snapshots);
    names.sort();
    let main = first_line(&folder.join("refs").join("main")).ok().filter(|line| is_commit(line));
    let mut notes = Vec::new();
    let chosen = match (main, names.as_slice()) {
        (_, []) => return Ok(Place::Nothing(repository)),
        (Some(main), _) if names.contains(&main) => main,
        (main, [only]) => {
            notes.extend(main.map(|main| skipped(&format!("snapshots/{main}"), "refs/main, not in the cache")));
            only.clone()
        }
        (_, several) => {
            let list: Vec<_> =
                several.iter().map(|name| format!("{}/snapshots/{}", quoted(target), quoted(name))).collect();
            let message = format!(
                "{} holds several snapshots of {} and no refs/main that chooses one: name one of {}",
                quoted(target),
                repository.name,
                shortened(&list)
            );
            return Err(Error::new(ErrorKind::Target, message));
        }
    };
    notes.extend(
        names
            .iter()
            .filter(|name| **name != chosen)
            .map(|name| skipped(&format!("snapshots/{name}"), "another snapshot")),
    );
    notes.sort();
    Ok(Place::Snapshot(Snapshot {
        repository,
        root: snapshots.join(&chosen),
        blobs: blobs_of(folder),
        revision: Some(chosen).filter(|name| is_commit(name)),
        skipped: notes,
    }))
}

/// Many repositories are many targets: one answer for all of them would mix their licences.
fn refuse_whole_cache(path: &Path, target: &str) -> Result<(), Error> {
    for (hub, prefix) in [(path.to_owned(), ""), (path.join("hub"), "hub/")] {
        let mut folders: Vec<String> = directories(&hub)
            .into_iter()
            .filter(|name| Repository::of_folder(name).is_some() && repository_at(&hub.join(name)).is_some())
            .map(|name| format!("{}/{prefix}{name}", quoted(target.trim_end_matches('/'))))
            .collect();
        folders.sort();
        if !folders.is_empty() {
            let message = format!(
                "{} is a Hugging Face cache with {} {}, and each is a target of its own: name {}",
                quoted(target),
                folders.len(),
                if folders.len() == 1 { "repository" } else { "repositories" },
                shortened(&folders)
            );
            return Err(Error::new(ErrorKind::Target, message));
        }
    }
    Ok(())
}

/// The folder of contents, unless it is a link: then what is in it lies elsewhere, and nothing vouches for that place.
fn blobs_of(folder: &Path) -> Option<PathBuf> {
    Some(folder.join("blobs")).filter(|blobs| is_directory(blobs))
}

pub(super) fn shortened(list: &[String]) -> String {
    let named = list.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match list.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} or one of {more} more"),
    }
}

/// Names of the directories in a directory, links not among them; none where it is a link itself, or cannot be read,
/// which the walk says.
fn directories(path: &Path) -> Vec<String> {
    if !is_directory(path) {
        return Vec::new();
    }
    let Ok(listed) = fs::read_dir(path) else {
        return Vec::new();
    };
    let directories = listed.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    directories.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

fn is_directory(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

fn name_of(path: &Path) -> Option<String> {
    path.file_name().map(escaped)
}

/// The first line of a small regular file.
fn first_line(path: &Path) -> io::Result<String> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut text = String::new();
    File::open(path)?.take(REF_LIMIT).read_to_string(&mut text)?;
    Ok(text.lines().next().unwrap_or_default().trim().to_owned())
}

fn is_commit(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether it may be an organisation or a repository: letters, digits, `-`, `_` and `.`.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('.')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "0123456789abcdef0123456789abcdef01234567";
    const SECOND: &str = "89abcdef0123456789abcdef0123456789abcdef";

    fn cache(snapshots: &[&str], main: Option<&str>) -> (tempfile::TempDir, PathBuf) {
        let home = tempfile::tempdir().expect("a temporary directory");
        let folder = home.path().canonicalize().expect("it exists").join("models--acme--tiny");
        for name in ["blobs", "refs", "snapshots"] {
            fs::create_dir_all(folder.join(name)).expect("writable");
        }
        for snapshot in snapshots {
            fs::create_dir(folder.join("snapshots").join(snapshot)).expect("writable");
        }
        if let Some(main) = main {
            fs::write(folder.join("refs/main"), main).expect("writable");
        }
        (home, folder)
    }

    fn snapshot(path: &Path) -> Snapshot {
        match locate(path, "it").expect("no error") {
            Some(Place::Snapshot(snapshot)) => snapshot,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_folder_name_splits_at_the_first_double_dash() {
        let name = |folder| Repository::of_folder(folder).map(|repository| repository.name);
        assert_eq!(name("models--acme--tiny--v2").as_deref(), Some("acme/tiny--v2"));
        assert_eq!(name("datasets--squad").as_deref(), Some("squad"));
        for folder in
            ["models--", "models----x", "models--a--", "kernels--a--b", "models-a", "models--..--x", "models--a b"]
        {
            assert_eq!(name(folder), None, "{folder}");
        }
    }

    #[test]
    fn the_snapshot_of_refs_main_is_chosen_and_the_others_are_named() {
        let (_home, folder) = cache(&[FIRST, SECOND], Some(SECOND));
        let found = snapshot(&folder);
        assert_eq!(found.revision.as_deref(), Some(SECOND));
        assert_eq!(found.repository, Repository { kind: RepositoryKind::Model, name: "acme/tiny".to_owned() });
        assert_eq!(found.root, folder.join("snapshots").join(SECOND));
        assert_eq!(found.skipped, [format!("snapshots/{FIRST} (another snapshot)")]);
        assert_eq!(snapshot(&folder.join("snapshots")), found);
    }

    #[test]
    fn the_only_snapshot_is_chosen_without_refs_main_or_where_it_is_not_downloaded() {
        let (_home, folder) = cache(&[FIRST], None);
        assert_eq!(snapshot(&folder).revision.as_deref(), Some(FIRST));
        let (_home, folder) = cache(&[FIRST], Some(SECOND));
        let found = snapshot(&folder);
        assert_eq!(found.revision.as_deref(), Some(FIRST));
        assert_eq!(found.skipped, [format!("snapshots/{SECOND} (refs/main, not in the cache)")]);
    }

    #[test]
    fn several_snapshots_without_refs_main_are_an_error_that_names_them() {
        let (_home, folder) = cache(&[FIRST, SECOND], Some("../../etc"));
        let error = locate(&folder, "tiny").expect_err("ambiguous");
        assert_eq!(error.kind, ErrorKind::Target);
        assert!(error.message.contains(&format!("tiny/snapshots/{FIRST}")), "{error}");
        assert!(error.message.contains(&format!("tiny/snapshots/{SECOND}")), "{error}");
    }

    #[test]
    fn a_folder_inside_a_snapshot_knows_where_it_comes_from() {
        let (_home, folder) = cache(&[FIRST], None);
        let inner = folder.join("snapshots").join(FIRST).join("vae");
        fs::create_dir(&inner).expect("writable");
        let found = snapshot(&inner);
        assert_eq!((found.revision.as_deref(), found.root.as_path()), (Some(FIRST), inner.as_path()));
        assert_eq!(found.blobs, Some(folder.join("blobs")));
    }

    #[test]
    fn a_folder_without_a_snapshot_is_known_and_empty() {
        let (_home, folder) = cache(&[], Some(FIRST));
        assert!(matches!(locate(&folder, "it"), Ok(Some(Place::Nothing(_)))));
    }

    #[test]
    fn a_whole_cache_is_an_error_that_says_how_to_name_one_repository() {
        let (home, _folder) = cache(&[FIRST], None);
        let error = locate(home.path(), "hub/").expect_err("not one target");
        assert!(
            error.message.ends_with("1 repository, and each is a target of its own: name hub/models--acme--tiny"),
            "{error}"
        );
    }

    #[test]
    fn a_directory_that_merely_has_such_a_name_is_no_cache() {
        let home = tempfile::tempdir().expect("a temporary directory");
        let folder = home.path().join("models--acme--tiny");
        fs::create_dir(&folder).expect("writable");
        assert_eq!(locate(&folder, "it").expect("no error"), None);
        assert_eq!(locate(home.path(), "it").expect("no error"), None);
    }

    #[test]
    fn download_records_give_the_revision_only_where_all_agree() {
        let home = tempfile::tempdir().expect("a temporary directory");
        let root = home.path().canonicalize().expect("it exists");
        assert_eq!(revision_of_download(&root), None);
        let records = root.join(".cache/huggingface/download");
        fs::create_dir_all(records.join("vae")).expect("writable");
        fs::write(records.join("README.md.metadata"), format!("{FIRST}\netag\n1.5\n")).expect("writable");
        fs::write(records.join("vae/config.json.metadata"), format!("{FIRST}\nother\n1.5\n")).expect("writable");
        fs::write(records.join("README.md.lock"), "").expect("writable");
        assert_eq!(revision_of_download(&root).as_deref(), Some(FIRST));
        fs::write(records.join("vae/model.safetensors.metadata"), format!("{SECOND}\n")).expect("writable");
        assert_eq!(revision_of_download(&root), None);
    }
}
