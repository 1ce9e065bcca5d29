//! Lists a directory tree, bounded, sorted, and without ever leaving it.

use std::fs::FileType;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::{Entry, Obstacle, escaped, left_out, quoted, skipped};
use crate::gap::{Gap, GapKind};
use crate::location::Location;

/// How far a walk goes. Both are far above any real repository and keep a hostile one from using up memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Files, links and directories.
    pub(super) entries: usize,
    /// Directories inside each other.
    pub(super) depth: usize,
}

impl Bounds {
    /// A million entries cost about a third of a gigabyte; the largest repositories have tens of thousands. Nobody
    /// nests 64 directories by hand.
    pub(super) const USUAL: Self = Self { entries: 1_000_000, depth: 64 };
}

/// The directories that files may come from, without links in their paths.
#[derive(Clone, Debug)]
pub(super) struct Roots {
    /// The one that is walked.
    pub(super) tree: PathBuf,
    /// Where a Hugging Face cache keeps the content of the links in a snapshot.
    pub(super) blobs: Option<PathBuf>,
}

impl Roots {
    /// Whether a path without links stays inside.
    pub(super) fn hold(&self, canonical: &Path) -> bool {
        canonical.starts_with(&self.tree) || self.blobs.as_ref().is_some_and(|blobs| canonical.starts_with(blobs))
    }
}

/// What a walk found, sorted.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// The files as the tree shows them, each with the path to open.
    pub(super) files: Vec<(Entry, PathBuf)>,
    pub(super) gaps: Vec<Gap>,
    pub(super) skipped: Vec<String>,
}

/// Lists everything below `roots.tree`.
pub(super) fn walk(roots: &Roots, bounds: Bounds) -> Listing {
    let mut listing = Listing::default();
    let mut walker = WalkDir::new(&roots.tree)
        .follow_links(false)
        .min_depth(1)
        .max_depth(bounds.depth)
        .sort_by(|a, b| a.file_name().cmp(b.file_name()))
        .into_iter();
    let mut seen = 0_usize;
    while let Some(next) = walker.next() {
        seen += 1;
        if seen > bounds.entries {
            let detail = format!(
                "the tree has more than {} entries and the rest was not listed: scan its directories one by one",
                bounds.entries
            );
            listing.gap("", Obstacle::new(GapKind::Truncated, detail));
            break;
        }
        let found = match next {
            Ok(found) => found,
            Err(error) => {
                let path = error.path().map(|path| path_in_tree(&roots.tree, path)).unwrap_or_default();
                let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                listing.gap(&path, unreadable(&path, &reason));
                continue;
            }
        };
        if listing.add(roots, bounds, &found) == Descent::No {
            walker.skip_current_dir();
        }
    }
    listing.files.sort();
    listing.gaps.sort();
    listing.skipped.sort();
    listing
}

/// The obstacle of a file or directory that the operating system refuses.
pub(super) fn unreadable(path: &str, reason: &str) -> Obstacle {
    let subject = if path.is_empty() { "the directory".to_owned() } else { quoted(path) };
    let detail = format!("{subject} cannot be read ({reason}): make it readable for you and scan again");
    Obstacle::new(GapKind::Unreadable, detail)
}

/// The obstacle of what is neither a file nor a directory; such a thing is never opened.
pub(super) fn not_a_file(path: &str, kind: FileType) -> Obstacle {
    let kind = special(kind);
    let detail = format!("{} is {kind} and was not opened: remove it, or put a file in its place", quoted(path));
    Obstacle::new(GapKind::Unsupported, detail)
}

/// A path below `root` in the spelling of [`Entry::path`].
pub(super) fn path_in_tree(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    below.iter().map(escaped).collect::<Vec<_>>().join("/")
}

/// Whether to walk on into what was just seen.
#[derive(PartialEq, Eq)]
enum Descent {
    Yes,
    No,
}

impl Listing {
    fn add(&mut self, roots: &Roots, bounds: Bounds, found: &DirEntry) -> Descent {
        let path = path_in_tree(&roots.tree, found.path());
        let kind = found.file_type();
        if kind.is_dir() {
            return self.add_directory(bounds, found, &path);
        }
        let added = if kind.is_symlink() {
            self.add_link(roots, bounds, found.path(), &path)
        } else if kind.is_file() {
            match found.metadata() {
                Ok(metadata) => {
                    self.files.push((Entry { path: path.clone(), size: metadata.len() }, found.path().to_owned()));
                    Ok(())
                }
                Err(error) => {
                    let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                    Err(unreadable(&path, &reason))
                }
            }
        } else {
            Err(not_a_file(&path, kind))
        };
        if let Err(obstacle) = added {
            self.gap(&path, obstacle);
        }
        // `skip_current_dir` behind a file would leave out the rest of its directory.
        Descent::Yes
    }

    fn add_directory(&mut self, bounds: Bounds, found: &DirEntry, path: &str) -> Descent {
        if let Some(why) = left_out(path) {
            self.skipped.push(skipped(path, why));
            if path.ends_with(".cache/huggingface") && found.path().join("hub").is_dir() {
                let detail = format!(
                    "{}/hub is a Hugging Face cache inside the tree and was not scanned: scan its repository folders \
                     (models--…) one by one",
                    quoted(path)
                );
                self.gap(path, Obstacle::new(GapKind::Unsupported, detail));
            }
            return Descent::No;
        }
        if found.depth() >= bounds.depth {
            let detail = format!(
                "{} lies {} directories deep and what is in it was not listed: scan that directory itself",
                quoted(path),
                bounds.depth
            );
            self.gap(path, Obstacle::new(GapKind::Truncated, detail));
        }
        Descent::Yes
    }

    /// A link is a file of the tree if what it leads to is one.
    fn add_link(&mut self, roots: &Roots, bounds: Bounds, link: &Path, path: &str) -> Result<(), Obstacle> {
        let written = link.read_link().map(|to| quoted(&escaped(to.as_os_str()))).unwrap_or_default();
        let canonical = link.canonicalize().map_err(|error| unresolved(roots, path, &written, &error))?;
        if !roots.hold(&canonical) {
            return Err(outside(path, &written));
        }
        let metadata = canonical.symlink_metadata().map_err(|error| unreadable(path, &error.to_string()))?;
        if metadata.is_file() {
            self.files.push((Entry { path: path.to_owned(), size: metadata.len() }, link.to_owned()));
            Ok(())
        } else if metadata.is_dir() {
            if !is_walked(roots, bounds, &canonical) {
                let detail = format!(
                    "{} links to the directory {written}, which this scan leaves out: scan that directory itself",
                    quoted(path)
                );
                return Err(Obstacle::new(GapKind::Unsupported, detail));
            }
            let there = path_in_tree(&roots.tree, &canonical);
            let there = if there.is_empty() { "the scanned directory".to_owned() } else { there };
            self.skipped.push(skipped(path, &format!("a link to {there}, which is scanned under that name")));
            Ok(())
        } else {
            Err(not_a_file(path, metadata.file_type()))
        }
    }

    fn gap(&mut self, path: &str, obstacle: Obstacle) {
        self.gaps.push(Gap { at: Location::file(0, path), kind: obstacle.kind, detail: obstacle.detail });
    }
}

/// Whether the walk comes to this directory by its own name.
fn is_walked(roots: &Roots, bounds: Bounds, canonical: &Path) -> bool {
    let Ok(below) = canonical.strip_prefix(&roots.tree) else {
        return false;
    };
    let mut path = String::new();
    for (depth, name) in below.iter().enumerate() {
        if depth > 0 {
            path.push('/');
        }
        path.push_str(&escaped(name));
        if left_out(&path).is_some() || depth + 1 >= bounds.depth {
            return false;
        }
    }
    true
}

/// The obstacle of a link that leaves the roots.
pub(super) fn outside(path: &str, written: &str) -> Obstacle {
    let detail = format!(
        "{} links to {written}, outside of what is scanned, and was not followed: put the file itself in its place, \
         or scan the directory that holds both",
        quoted(path)
    );
    Obstacle::new(GapKind::OutsideRoot, detail)
}

fn unresolved(roots: &Roots, path: &str, written: &str, error: &io::Error) -> Obstacle {
    let path = quoted(path);
    match error.kind() {
        io::ErrorKind::NotFound if roots.blobs.is_some() => {
            let detail = format!(
                "{path} links to {written}, and the cache does not hold that blob: download the repository again"
            );
            Obstacle::new(GapKind::NotFetched, detail)
        }
        io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied | io::ErrorKind::NotADirectory => {
            let detail =
                format!("{path} links to {written}, which cannot be read ({error}): restore it or remove the link");
            Obstacle::new(GapKind::Unreadable, detail)
        }
        // What is left is a link that runs in circles; its own kind of error is not in the stable library yet.
        _ => {
            let detail = format!("{path} links to {written}, which leads nowhere ({error}): remove the link");
            Obstacle::new(GapKind::OutsideRoot, detail)
        }
    }
}

#[cfg(unix)]
fn special(kind: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    match kind {
        _ if kind.is_fifo() => "a named pipe",
        _ if kind.is_socket() => "a socket",
        _ if kind.is_block_device() || kind.is_char_device() => "a device",
        _ if kind.is_dir() => "a directory",
        _ => "no regular file",
    }
}

#[cfg(not(unix))]
fn special(kind: FileType) -> &'static str {
    if kind.is_dir() { "a directory" } else { "no regular file" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    struct Tree {
        /// Removes itself when dropped.
        home: tempfile::TempDir,
        roots: Roots,
    }

    impl Tree {
        fn new(files: &[&str]) -> Self {
            let home = tempfile::tempdir().expect("a temporary directory");
            let tree = home.path().canonicalize().expect("it exists").join("tree");
            for file in files {
                let path = tree.join(file);
                fs::create_dir_all(path.parent().expect("below the root")).expect("writable");
                fs::write(path, "abc").expect("writable");
            }
            Self { home, roots: Roots { tree, blobs: None } }
        }

        fn walk(&self) -> Listing {
            walk(&self.roots, Bounds::USUAL)
        }
    }

    fn paths(listing: &Listing) -> Vec<&str> {
        listing.files.iter().map(|(entry, _)| entry.path.as_str()).collect()
    }

    fn gaps(listing: &Listing) -> Vec<(&str, GapKind)> {
        listing.gaps.iter().map(|gap| (gap.at.path.as_str(), gap.kind)).collect()
    }

    #[test]
    fn what_is_left_out_is_named_and_what_stands_behind_it_is_listed() {
        let tree =
            Tree::new(&[".git/config", ".gitattributes", "a/__pycache__/x.pyc", "a/z.py", "node_modules/x/LICENSE"]);
        let listing = tree.walk();
        assert_eq!(paths(&listing), [".gitattributes", "a/z.py", "node_modules/x/LICENSE"]);
        assert_eq!(listing.skipped, [".git (version control)", "a/__pycache__ (compiled Python)"]);
        assert_eq!(gaps(&listing), []);
    }

    #[test]
    fn a_cache_inside_a_left_out_directory_is_a_gap() {
        let tree = Tree::new(&["README.md", ".cache/huggingface/hub/models--a--b/refs/main"]);
        assert_eq!(gaps(&tree.walk()), [(".cache/huggingface", GapKind::Unsupported)]);
    }

    #[test]
    fn what_lies_deeper_than_the_bound_is_a_gap() {
        let deep = format!("{}f", "d/".repeat(65));
        let listing = Tree::new(&[&deep, "a"]).walk();
        assert_eq!(paths(&listing), ["a"]);
        assert_eq!(gaps(&listing), [("d/".repeat(64).trim_end_matches('/'), GapKind::Truncated)]);
        let just = format!("{}f", "d/".repeat(63));
        assert_eq!(gaps(&Tree::new(&[&just]).walk()), []);
    }

    #[test]
    fn a_left_out_directory_at_the_bound_hides_nothing_else() {
        let tree = Tree::new(&["d/.git/x", "d/z"]);
        let listing = walk(&tree.roots, Bounds { entries: 99, depth: 2 });
        assert_eq!((paths(&listing), gaps(&listing)), (vec!["d/z"], vec![]));
    }

    #[test]
    fn more_entries_than_the_bound_are_a_gap() {
        let tree = Tree::new(&["a", "b", "c"]);
        let listing = walk(&tree.roots, Bounds { entries: 2, depth: 9 });
        assert_eq!((paths(&listing), gaps(&listing)), (vec!["a", "b"], vec![("", GapKind::Truncated)]));
        assert_eq!(gaps(&walk(&tree.roots, Bounds { entries: 3, depth: 9 })), []);
    }

    #[test]
    fn a_directory_that_cannot_be_read_is_a_gap_with_the_reason() {
        let mut tree = Tree::new(&["a"]);
        // The tests may run as a user to whom nothing is forbidden, so the refusal is that of a file.
        tree.roots.tree.push("a");
        fs::remove_file(&tree.roots.tree).expect("writable");
        let listing = tree.walk();
        assert_eq!(gaps(&listing), [("", GapKind::Unreadable)]);
        let detail = listing.gaps.first().map(|gap| gap.detail.as_str()).unwrap_or_default();
        assert!(detail.starts_with("the directory cannot be read (") && detail.contains("os error"), "{detail}");
    }

    #[cfg(unix)]
    mod links {
        use super::*;
        use std::os::unix::fs::symlink;

        impl Tree {
            fn link(&self, to: &str, path: &str) {
                symlink(to, self.roots.tree.join(path)).expect("writable");
            }
        }

        #[test]
        fn a_link_to_a_file_of_the_tree_is_a_file() {
            let tree = Tree::new(&["a/LICENSE"]);
            tree.link("a/LICENSE", "LICENSE");
            assert_eq!(paths(&tree.walk()), ["LICENSE", "a/LICENSE"]);
        }

        #[test]
        fn a_link_that_leaves_the_tree_is_a_gap() {
            let tree = Tree::new(&["a/b"]);
            fs::write(tree.home.path().join("secret"), "x").expect("writable");
            tree.link("/etc/passwd", "LICENSE");
            tree.link("../../secret", "a/NOTICE");
            tree.link("..", "up");
            let listing = tree.walk();
            assert_eq!(paths(&listing), ["a/b"]);
            let outside = GapKind::OutsideRoot;
            assert_eq!(gaps(&listing), [("LICENSE", outside), ("a/NOTICE", outside), ("up", outside)]);
            let detail = listing.gaps.first().map(|gap| gap.detail.as_str()).unwrap_or_default();
            assert!(detail.starts_with("LICENSE links to /etc/passwd, outside"), "{detail}");
        }

        #[test]
        fn a_tree_beside_the_root_with_a_longer_name_is_outside() {
            let tree = Tree::new(&["a"]);
            fs::create_dir(tree.home.path().join("tree-2")).expect("writable");
            fs::write(tree.home.path().join("tree-2/x"), "x").expect("writable");
            tree.link("../tree-2/x", "x");
            assert_eq!(gaps(&tree.walk()), [("x", GapKind::OutsideRoot)]);
        }

        #[test]
        fn links_in_circles_are_gaps_and_dangling_ones_too() {
            let tree = Tree::new(&["a"]);
            tree.link("y", "x");
            tree.link("x", "y");
            tree.link("nowhere", "z");
            let circle = GapKind::OutsideRoot;
            assert_eq!(gaps(&tree.walk()), [("x", circle), ("y", circle), ("z", GapKind::Unreadable)]);
        }

        #[test]
        fn a_link_to_a_directory_of_the_tree_is_not_walked_twice() {
            let tree = Tree::new(&["a/b/c"]);
            tree.link("a/b", "short");
            tree.link("..", "a/round");
            let listing = tree.walk();
            assert_eq!((paths(&listing), gaps(&listing)), (vec!["a/b/c"], vec![]));
            let noted = |path, to| format!("{path} (a link to {to}, which is scanned under that name)");
            assert_eq!(listing.skipped, [noted("a/round", "the scanned directory"), noted("short", "a/b")]);
        }

        #[test]
        fn a_link_to_a_directory_that_is_left_out_is_a_gap_and_to_a_file_in_it_a_file() {
            let tree = Tree::new(&[".git/annex/weights/w", "a"]);
            tree.link(".git/annex/weights", "weights");
            tree.link(".git/annex/weights/w", "w");
            let listing = tree.walk();
            assert_eq!(paths(&listing), ["a", "w"]);
            assert_eq!(gaps(&listing), [("weights", GapKind::Unsupported)]);
        }

        #[test]
        fn pipes_and_sockets_are_never_opened() {
            let tree = Tree::new(&["a"]);
            let made = std::process::Command::new("mkfifo").arg(tree.roots.tree.join("README.md")).status();
            assert!(made.expect("mkfifo runs").success());
            let _socket = std::os::unix::net::UnixListener::bind(tree.roots.tree.join("s")).expect("writable");
            tree.link("README.md", "LICENSE");
            let never = GapKind::Unsupported;
            let listing = tree.walk();
            assert_eq!(gaps(&listing), [("LICENSE", never), ("README.md", never), ("s", never)]);
            assert!(listing.gaps.iter().any(|gap| gap.detail.starts_with("README.md is a named pipe")));
        }

        /// Elsewhere the file system refuses such a name.
        #[cfg(target_os = "linux")]
        #[test]
        fn a_name_that_is_not_text_is_escaped_and_still_opens() {
            use std::ffi::OsStr;
            use std::os::unix::ffi::OsStrExt;
            let tree = Tree::new(&["a"]);
            let name = tree.roots.tree.join(OsStr::from_bytes(b"caf\xe9\x1b.txt"));
            fs::write(&name, "words").expect("writable");
            let listing = tree.walk();
            let (entry, path) = listing.files.get(1).expect("two files");
            assert_eq!(entry.path, "caf\\xe9\u{1b}.txt");
            assert_eq!(fs::read(path).expect("it opens"), b"words");
        }
    }
}
