//! A directory or a single file on disk, and a repository in a Hugging Face cache.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::hub_cache::{self, Place, Snapshot};
use super::walk::{Bounds, Listing, Roots, not_a_file, outside, unreadable, walk};
use super::{Entry, Obstacle, SourceTree, empty, escaped, quoted};
use crate::error::{Error, ErrorKind};
use crate::gap::{Gap, GapKind};
use crate::location::Location;
use crate::scan::{Source, SourceKind};

/// Opens a directory, a file, or a folder of a Hugging Face cache, and lists it. `target` is what the user wrote.
///
/// # Errors
/// Where there is nothing by that name, or it may mean several trees. What is there and cannot be read is a tree with
/// a gap.
pub fn open(path: &Path, target: &str) -> Result<DirectoryTree, Error> {
    let mut tree = DirectoryTree::new(target, path);
    let canonical = match path.canonicalize() {
        Ok(canonical) => canonical,
        Err(error) if is_absent(&error) => return Err(missing(path, target)),
        Err(error) => return Ok(tree.unseen(unreadable(target, &error.to_string()))),
    };
    let metadata = match fs::symlink_metadata(&canonical) {
        Ok(metadata) => metadata,
        Err(error) => return Ok(tree.unseen(unreadable(target, &error.to_string()))),
    };
    if metadata.is_dir() {
        return tree.listed(canonical, target);
    }
    if !metadata.is_file() {
        return Ok(tree.unseen(not_a_file(target, metadata.file_type())));
    }
    if let Some(Snapshot { repository, revision, .. }) = snapshot_of_file(path) {
        tree.source.repository = Some(repository.name);
        tree.source.repository_kind = repository.kind;
        tree.source.revision = revision;
    }
    // The file's name is what the user wrote: in a cache the canonical one is a digest.
    let name = path.file_name().or(canonical.file_name()).map(escaped).unwrap_or_default();
    tree.source.kind = SourceKind::File;
    tree.roots.tree = canonical;
    tree.hold(Listing {
        files: vec![(Entry { path: name, size: metadata.len() }, path.to_owned())],
        ..Listing::default()
    });
    Ok(tree)
}

/// Files on disk, listed once and opened one by one.
#[derive(Debug)]
pub struct DirectoryTree {
    source: Source,
    entries: Vec<Entry>,
    /// The path to open, for each entry.
    paths: Vec<PathBuf>,
    gaps: Vec<Gap>,
    roots: Roots,
}

impl SourceTree for DirectoryTree {
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
        let (Some(entry), Some(path)) = (self.entries.get(index), self.paths.get(index)) else {
            return Err(Obstacle::new(GapKind::Unreadable, format!("the tree has no file number {index}")));
        };
        let (file, metadata) = self.open_listed(entry, path)?;
        if metadata.len() != entry.size {
            let detail = format!(
                "{} changed from {} to {} bytes while it was scanned: scan again when nothing writes to it",
                quoted(&entry.path),
                entry.size,
                metadata.len()
            );
            return Err(Obstacle::new(GapKind::Unreadable, detail));
        }
        let length = length.min(entry.size.saturating_sub(offset));
        read_at(&file, offset, length).map_err(|error| unreadable(&entry.path, &error.to_string()))
    }
}

impl DirectoryTree {
    fn new(target: &str, root: &Path) -> Self {
        let source = Source::new(target, SourceKind::Directory);
        let roots = Roots { tree: root.to_owned(), blobs: None };
        Self { source, entries: Vec::new(), paths: Vec::new(), gaps: Vec::new(), roots }
    }

    fn listed(mut self, canonical: PathBuf, target: &str) -> Result<Self, Error> {
        match hub_cache::locate(&canonical, target)? {
            Some(Place::Snapshot(snapshot)) => return Ok(Self::of_snapshot(snapshot, target)),
            Some(Place::Nothing(repository)) => {
                let detail = format!(
                    "{} is the cache folder of {} and holds no snapshot: download the repository again",
                    quoted(target),
                    repository.name
                );
                self.source.kind = SourceKind::HubCache;
                self.source.repository = Some(repository.name);
                self.source.repository_kind = repository.kind;
                return Ok(self.unseen(Obstacle::new(GapKind::Empty, detail)));
            }
            None => {
                self.source.revision = hub_cache::revision_of_download(&canonical);
                self.roots.tree = canonical;
            }
        }
        Ok(self.walked(target))
    }

    /// One revision of a cached repository.
    pub(super) fn of_snapshot(snapshot: Snapshot, target: &str) -> Self {
        let Snapshot { repository, root, blobs, revision, skipped } = snapshot;
        let mut tree = Self::new(target, &root);
        tree.source.kind = SourceKind::HubCache;
        tree.source.repository = Some(repository.name);
        tree.source.repository_kind = repository.kind;
        tree.source.revision = revision;
        tree.source.skipped = skipped;
        tree.roots.blobs = blobs;
        let mut tree = tree.walked(target);
        if let Some(obstacle) = hub_cache::missing_card(&root, &tree.source, &tree.entries) {
            tree = tree.unseen(obstacle);
        }
        tree
    }

    fn walked(mut self, target: &str) -> Self {
        let listing = walk(&self.roots, Bounds::USUAL);
        self.hold(listing);
        if self.entries.is_empty() && self.gaps.is_empty() {
            let obstacle = empty(target, &self.source.skipped);
            return self.unseen(obstacle);
        }
        self
    }

    fn hold(&mut self, listing: Listing) {
        self.source.files = listing.files.len() as u64;
        self.source.skipped.extend(listing.skipped);
        (self.entries, self.paths) = listing.files.into_iter().unzip();
        self.gaps = listing.gaps;
    }

    fn unseen(mut self, obstacle: Obstacle) -> Self {
        self.gaps.push(Gap { at: Location::file(0, ""), kind: obstacle.kind, detail: obstacle.detail });
        self
    }

    /// Opens a file and makes sure that it still is a regular file inside the roots: the tree may have changed since it
    /// was listed, and what changes it may be hostile.
    fn open_listed(&self, entry: &Entry, path: &Path) -> Result<(File, Metadata), Obstacle> {
        let refused = |error: io::Error| unreadable(&entry.path, &error.to_string());
        let inside = |path: &Path| {
            if self.roots.hold(path) { Ok(()) } else { Err(outside(&entry.path, "another place")) }
        };
        let canonical = path.canonicalize().map_err(refused)?;
        inside(&canonical)?;
        // Before opening, because to open a named pipe is to wait for its writer.
        let kind = fs::symlink_metadata(&canonical).map_err(refused)?.file_type();
        if !kind.is_file() {
            return Err(not_a_file(&entry.path, kind));
        }
        let file = File::open(&canonical).map_err(refused)?;
        if let Some(opened) = path_of(&file) {
            inside(&opened)?;
        }
        let metadata = file.metadata().map_err(refused)?;
        if !metadata.is_file() {
            return Err(not_a_file(&entry.path, metadata.file_type()));
        }
        Ok((file, metadata))
    }
}

/// The snapshot that a file was named in.
fn snapshot_of_file(path: &Path) -> Option<Snapshot> {
    let directory = match path.parent()? {
        here if here.as_os_str().is_empty() => Path::new("."),
        directory => directory,
    };
    let directory = directory.canonicalize().ok()?;
    match hub_cache::locate(&directory, "").ok()?? {
        Place::Snapshot(snapshot) if snapshot.root == directory => Some(snapshot),
        Place::Snapshot(_) | Place::Nothing(_) => None,
    }
}

/// The path of what was really opened, where the kernel tells: this closes the moment between the check and the open.
#[cfg(target_os = "linux")]
fn path_of(file: &File) -> Option<PathBuf> {
    use std::os::fd::AsRawFd;
    fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())).ok()
}

#[cfg(not(target_os = "linux"))]
fn path_of(_: &File) -> Option<PathBuf> {
    None
}

/// Up to `length` bytes from `offset`; fewer at the end. The caller has bounded `length` by the length of the file.
fn read_at(file: &File, offset: u64, length: u64) -> io::Result<Vec<u8>> {
    let length = usize::try_from(length).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
    let mut bytes = vec![0; length];
    let mut have = 0;
    while let Some(rest) = bytes.get_mut(have..).filter(|rest| !rest.is_empty()) {
        match read_some(file, rest, offset.saturating_add(have as u64)) {
            Ok(0) => break,
            Ok(count) => have += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(have);
    Ok(bytes)
}

#[cfg(unix)]
fn read_some(file: &File, into: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, into, offset)
}

#[cfg(not(unix))]
fn read_some(mut file: &File, into: &mut [u8], offset: u64) -> io::Result<usize> {
    use std::io::{Read, Seek, SeekFrom};
    file.seek(SeekFrom::Start(offset))?;
    file.read(into)
}

/// Whether nothing can be there, as against something that we may not see.
fn is_absent(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidFilename, InvalidInput, NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory | InvalidInput | InvalidFilename)
}

fn missing(path: &Path, target: &str) -> Error {
    let target = quoted(target);
    let message = if let Ok(to) = path.read_link() {
        format!("{target} is a link to {}, which does not exist", quoted(&to.to_string_lossy()))
    } else if looks_like_repository(&target) {
        format!(
            "there is no file or directory {target}; if it is a repository of the Hugging Face Hub, write hf:{target}"
        )
    } else {
        format!("there is no file or directory {target}: licentia reads local directories and files")
    };
    Error::new(ErrorKind::Target, message)
}

fn looks_like_repository(target: &str) -> bool {
    target
        .split_once('/')
        .is_some_and(|(organisation, name)| hub_cache::is_name(organisation) && hub_cache::is_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    fn home() -> tempfile::TempDir {
        tempfile::tempdir().expect("a temporary directory")
    }

    fn write(root: &Path, path: &str, content: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("below the root")).expect("writable");
        fs::write(path, content).expect("writable");
    }

    fn paths(tree: &DirectoryTree) -> Vec<&str> {
        tree.entries().iter().map(|entry| entry.path.as_str()).collect()
    }

    #[test]
    fn a_directory_is_listed_in_order_and_read_by_index() {
        let home = home();
        for path in ["b", "a/x", "a.b", "a-b"] {
            write(home.path(), path, path);
        }
        let tree = open(home.path(), "m").expect("it is there");
        assert_eq!(paths(&tree), ["a-b", "a.b", "a/x", "b"]);
        assert_eq!((tree.describe().kind, tree.describe().files), (SourceKind::Directory, 4));
        assert_eq!(tree.read(2, 0, 100).as_deref(), Ok(&b"a/x"[..]));
        assert_eq!(tree.read(2, 1, 1).as_deref(), Ok(&b"/"[..]));
        assert_eq!(tree.read(2, 9, 1).as_deref(), Ok(&b""[..]));
        assert!(tree.read(4, 0, 1).is_err());
    }

    #[test]
    fn a_single_file_is_a_tree_of_one() {
        let home = home();
        write(home.path(), "LICENSE", "words");
        let tree = open(&home.path().join("LICENSE"), "LICENSE").expect("it is there");
        assert_eq!((tree.describe().kind, paths(&tree)), (SourceKind::File, vec!["LICENSE"]));
        assert_eq!(tree.read(0, 0, 9).as_deref(), Ok(&b"words"[..]));
    }

    #[test]
    fn what_is_not_there_is_an_error_that_helps() {
        let message = |target: &str| open(Path::new(target), target).expect_err("not there").message;
        assert!(message("no/such/place").contains("licentia reads local directories"), "{}", message("no/such/place"));
        assert!(message("acme/tiny").contains("write hf:acme/tiny"), "{}", message("acme/tiny"));
        assert_eq!(open(Path::new("a\0b"), "a").expect_err("no path").kind, ErrorKind::Target);
    }

    #[test]
    fn an_empty_directory_is_a_tree_with_a_gap() {
        let home = home();
        fs::create_dir(home.path().join(".git")).expect("writable");
        let tree = open(home.path(), "m").expect("it is there");
        assert_eq!(tree.gaps().iter().map(|gap| gap.kind).collect::<Vec<_>>(), [GapKind::Empty]);
        assert_eq!(tree.describe().skipped, [".git (version control)"]);
    }

    #[test]
    fn a_file_that_changed_since_it_was_listed_is_not_read() {
        let home = home();
        write(home.path(), "a", "abc");
        let tree = open(home.path(), "m").expect("it is there");
        write(home.path(), "a", "abcdef");
        let obstacle = tree.read(0, 0, 3).expect_err("changed");
        assert!(obstacle.detail.contains("changed from 3 to 6 bytes"), "{}", obstacle.detail);
        fs::remove_file(home.path().join("a")).expect("writable");
        assert_eq!(tree.read(0, 0, 3).expect_err("gone").kind, GapKind::Unreadable);
        fs::create_dir(home.path().join("a")).expect("writable");
        assert_eq!(tree.read(0, 0, 3).expect_err("a directory").kind, GapKind::Unsupported);
    }

    #[test]
    fn a_download_in_a_folder_of_its_own_gives_the_revision() {
        let home = home();
        write(home.path(), "README.md", "words");
        write(home.path(), ".cache/huggingface/download/README.md.metadata", &format!("{COMMIT}\nx\n1.0\n"));
        let tree = open(home.path(), "m").expect("it is there");
        assert_eq!(tree.describe().revision.as_deref(), Some(COMMIT));
        assert_eq!(tree.describe().skipped, [".cache/huggingface (download records of huggingface_hub)"]);
        assert_eq!(paths(&tree), ["README.md"]);
    }

    #[test]
    fn an_empty_cache_folder_is_a_tree_with_a_gap() {
        let home = home();
        let folder = home.path().join("datasets--acme--tiny");
        fs::create_dir_all(folder.join("refs")).expect("writable");
        let tree = open(&folder, "it").expect("it is there");
        assert_eq!(tree.describe().repository_kind, crate::scan::RepositoryKind::Dataset);
        assert_eq!(tree.gaps().first().map(|gap| gap.kind), Some(GapKind::Empty));
    }

    #[cfg(unix)]
    mod links {
        use super::*;
        use std::os::unix::fs::symlink;

        /// A repository folder as `huggingface_hub` lays it out, with one blob that was never fetched.
        fn cached(home: &Path) -> PathBuf {
            let folder = home.join("models--acme--tiny");
            write(&folder, "blobs/aaaa", "---\nlicense: mit\n---\n");
            write(&folder, "blobs/bbbb", "vae");
            write(&folder, "refs/main", COMMIT);
            write(&folder, &format!(".no_exist/{COMMIT}/LICENSE"), "");
            let snapshot = folder.join("snapshots").join(COMMIT);
            fs::create_dir_all(snapshot.join("vae")).expect("writable");
            symlink("../../blobs/aaaa", snapshot.join("README.md")).expect("writable");
            symlink("../../../blobs/bbbb", snapshot.join("vae/config.json")).expect("writable");
            symlink("../../blobs/cccc", snapshot.join("model.safetensors")).expect("writable");
            folder
        }

        #[test]
        fn a_cached_repository_knows_its_name_and_commit_and_reads_its_blobs() {
            let home = home();
            let folder = cached(home.path());
            for path in [folder.clone(), folder.join("snapshots").join(COMMIT)] {
                let tree = open(&path, "it").expect("it is there");
                let source = tree.describe();
                assert_eq!(source.kind, SourceKind::HubCache);
                assert_eq!(source.repository.as_deref(), Some("acme/tiny"));
                assert_eq!(source.revision.as_deref(), Some(COMMIT));
                assert_eq!(paths(&tree), ["README.md", "vae/config.json"]);
                assert_eq!(tree.read(1, 0, 9).as_deref(), Ok(&b"vae"[..]));
                let gaps: Vec<_> = tree.gaps().iter().map(|gap| (gap.at.path.as_str(), gap.kind)).collect();
                assert_eq!(gaps, [("model.safetensors", GapKind::NotFetched)]);
            }
        }

        #[test]
        fn a_file_named_in_a_snapshot_keeps_its_name_and_its_origin() {
            let home = home();
            let folder = cached(home.path());
            let tree = open(&folder.join("snapshots").join(COMMIT).join("README.md"), "it").expect("it is there");
            assert_eq!(paths(&tree), ["README.md"]);
            assert_eq!(tree.describe().repository.as_deref(), Some("acme/tiny"));
            assert_eq!(tree.describe().revision.as_deref(), Some(COMMIT));
            assert!(tree.read(0, 0, 3).is_ok());
        }

        #[test]
        fn blobs_or_snapshots_that_are_links_lead_nowhere() {
            let home = home();
            let folder = cached(home.path());
            fs::rename(folder.join("blobs"), home.path().join("elsewhere")).expect("writable");
            symlink(home.path().join("elsewhere"), folder.join("blobs")).expect("writable");
            let tree = open(&folder, "it").expect("it is there");
            assert_eq!(paths(&tree), [""; 0]);
            fs::remove_dir_all(folder.join("snapshots")).expect("writable");
            symlink("/etc", folder.join("snapshots")).expect("writable");
            let tree = open(&folder, "it").expect("it is there");
            assert_eq!((tree.entries().len(), tree.gaps().len()), (0, 1));
        }

        #[test]
        fn a_file_that_became_a_link_to_the_outside_is_not_opened() {
            let home = home();
            write(home.path(), "tree/LICENSE", "abc");
            write(home.path(), "secret", "xyz");
            let tree = open(&home.path().join("tree"), "m").expect("it is there");
            fs::remove_file(home.path().join("tree/LICENSE")).expect("writable");
            symlink("../secret", home.path().join("tree/LICENSE")).expect("writable");
            assert_eq!(tree.read(0, 0, 3).expect_err("outside").kind, GapKind::OutsideRoot);
        }

        #[test]
        fn a_directory_that_became_a_link_to_the_outside_is_not_entered() {
            let home = home();
            write(home.path(), "tree/a/LICENSE", "abc");
            write(home.path(), "other/LICENSE", "xyz");
            let tree = open(&home.path().join("tree"), "m").expect("it is there");
            fs::remove_dir_all(home.path().join("tree/a")).expect("writable");
            symlink("../other", home.path().join("tree/a")).expect("writable");
            assert_eq!(tree.read(0, 0, 3).expect_err("outside").kind, GapKind::OutsideRoot);
        }

        #[test]
        fn a_target_that_is_a_device_is_never_opened() {
            let tree = open(Path::new("/dev/null"), "/dev/null").expect("it is there");
            assert_eq!(tree.gaps().first().map(|gap| gap.kind), Some(GapKind::Unsupported));
        }

        #[test]
        fn a_target_that_is_a_dangling_link_is_an_error_that_says_so() {
            let home = home();
            symlink("nowhere", home.path().join("m")).expect("writable");
            let error = open(&home.path().join("m"), "m").expect_err("dangling");
            assert_eq!(error.message, "m is a link to nowhere, which does not exist");
        }
    }
}
