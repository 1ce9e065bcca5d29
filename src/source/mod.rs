//! Trees of files to scan, and the only room with effects on what is scanned. A source lists and reads; it never
//! interprets.
#![expect(clippy::disallowed_methods, reason = "this room, and no other, touches the files that are scanned")]

use std::ffi::OsStr;
use std::fmt::Write;

use crate::gap::{Gap, GapKind};
use crate::scan::Source;

pub mod absent;
pub mod cached;
pub mod dir;
pub mod hub;
mod hub_cache;
pub mod hub_id;
pub mod hub_store;
pub mod memory;
pub mod named;
mod side_by_side;
pub(crate) mod uri;
mod walk;

pub use side_by_side::side_by_side;

/// A tree of files: a directory, a cached repository, files in memory.
///
/// Implementations bound what they list, never follow a link out of the root, and answer the same list in the same
/// order for the same bytes.
pub trait SourceTree: Send + Sync {
    /// What the tree is. `files` counts the entries; `bytes_read` is 0, the caller counts.
    fn describe(&self) -> Source;

    /// All files, sorted by path (bytewise).
    fn entries(&self) -> &[Entry];

    /// What could not be listed, sorted. Locations carry source index 0; the caller sets it.
    fn gaps(&self) -> &[Gap];

    /// Reads `length` bytes of the file at `index` of [`Self::entries`] from `offset`; fewer at its end, and never
    /// more than the file has.
    ///
    /// # Errors
    /// Where the file cannot be read, is no longer a file of this tree, or is not the file that was listed.
    fn read(&self, index: usize, offset: u64, length: u64) -> Result<Vec<u8>, Obstacle>;

    /// Whether every further piece of a file costs a request.
    fn is_far(&self) -> bool {
        false
    }

    /// Learns what will be read first, before it is. A tree that lies far away gets all of it at once, and may decide to
    /// leave some of it closed ([`Self::closed`]); one at hand has nothing to do.
    fn fetch(&self, _wanted: &[Wanted]) {}

    /// Told when nothing more will be read, with the gaps that its files made: what a server sent and is no file of its
    /// format is not worth keeping.
    fn done(&self, _gaps: &[Gap]) {}

    /// Why the file at `index` is not opened, where it is not: a clause that says what it would have cost. It becomes a
    /// note, so nothing may be left closed that could hold a statement of its own.
    fn closed(&self, _index: usize) -> Option<String> {
        None
    }
}

/// What will be read of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its index in [`SourceTree::entries`].
    pub index: usize,
    /// Bytes from its beginning.
    pub length: u64,
    /// What it is worth.
    pub rank: Rank,
}

/// What it is worth to open a file, where every file costs a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// It is there to state something: a card, a licence, an adapter's settings.
    Statement,
    /// It may hint at something: the settings of a model, which some tools give a name of its parent.
    Hint,
    /// The head of weights, which tools fill with a format and seldom with a licence.
    Weights,
}

/// One file of a tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Slash-separated, from the root, without `.` or `..`. A byte that is not UTF-8 stands as `\xNN` and a backslash
    /// as `\x5c`, so that two files never share a path. This is for reading and for reports; files are opened by
    /// their index.
    pub path: String,
    /// Length in bytes.
    pub size: u64,
}

impl Entry {
    /// The last component of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The directory, without a trailing slash; empty for the root.
    pub fn directory(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(directory, _)| directory)
    }

    /// The extension in lower case; empty where there is none.
    pub fn extension(&self) -> String {
        match self.name().rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => extension.to_ascii_lowercase(),
            _ => String::new(),
        }
    }

    /// Whether it is a policy of ours. Such a file is listed and never read as evidence: what is scanned has no say
    /// in how it is judged.
    pub fn is_policy(&self) -> bool {
        matches!(self.name(), "licentia.toml" | ".licentia.toml")
    }
}

/// Why a file could not be read. It becomes a gap at that file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// What kind of obstacle.
    pub kind: GapKind,
    /// For the user: subject first, then what happened, then what to do.
    pub detail: String,
}

impl Obstacle {
    /// An obstacle of that kind.
    pub fn new(kind: GapKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }
}

/// Text of a scanned tree as it may stand in a message: control characters escaped.
pub(crate) fn quoted(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut shown, character| {
        if character.is_control() {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
        shown
    })
}

/// Why a directory is left out, judged by its path; `None` for one that is walked.
///
/// These hold what tools keep for themselves: nobody states a licence there, and `.cache/huggingface` may hold a token.
fn left_out(path: &str) -> Option<&'static str> {
    match path.rsplit('/').next().unwrap_or(path) {
        ".git" | ".hg" | ".svn" => Some("version control"),
        ".locks" => Some("lock files"),
        "__pycache__" => Some("compiled Python"),
        "huggingface" if path == ".cache/huggingface" || path.ends_with("/.cache/huggingface") => {
            Some("download records of huggingface_hub")
        }
        _ => None,
    }
}

/// A line of [`Source::skipped`].
fn skipped(path: &str, why: &str) -> String {
    format!("{path} ({why})")
}

/// The line of `Source::skipped` for a path inside a directory that is left out: the outermost one.
fn directory_left_out(path: &str) -> Option<String> {
    let ends = path.match_indices('/').map(|(end, _)| end);
    ends.filter_map(|end| path.get(..end)).find_map(|directory| Some(skipped(directory, left_out(directory)?)))
}

/// A name of the file system as [`Entry::path`] holds it.
fn escaped(name: &OsStr) -> String {
    let mut shown = String::with_capacity(name.len());
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        shown.push_str(&chunk.valid().replace('\\', r"\x5c"));
        for byte in chunk.invalid() {
            let _ = write!(shown, r"\x{byte:02x}");
        }
    }
    shown
}

/// The gap of a tree without a file.
fn empty(target: &str, skipped: &[String]) -> Obstacle {
    let but = if skipped.is_empty() { String::new() } else { format!(" (left out: {})", skipped.join(", ")) };
    let detail = format!("{} holds no file to scan{but}: name the directory that holds the model", quoted(target));
    Obstacle::new(GapKind::Empty, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_so_that_no_two_are_the_same() {
        assert_eq!(escaped(OsStr::new("héllo.txt")), "héllo.txt");
        assert_eq!(escaped(OsStr::new(r"a\xff")), r"a\x5cxff");
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStrExt;
            assert_eq!(escaped(OsStr::from_bytes(b"a\xff.b")), r"a\xff.b");
        }
    }

    #[test]
    fn control_characters_do_not_reach_a_message() {
        assert_eq!(quoted("a\u{1b}[31m\n"), r"a\u{1b}[31m\n");
        assert_eq!(quoted("héllo"), "héllo");
    }

    #[test]
    fn what_tools_keep_for_themselves_is_left_out_at_any_depth() {
        for path in [".git", "vendor/.git", "a/__pycache__", ".cache/huggingface", "a/.cache/huggingface"] {
            assert!(left_out(path).is_some(), "{path}");
        }
        for path in ["git", "huggingface", "x.cache/huggingface", "node_modules", ".github"] {
            assert_eq!(left_out(path), None, "{path}");
        }
    }

    #[test]
    fn a_policy_file_is_known_by_its_name_in_any_directory() {
        let is_policy = |path: &str| Entry { path: path.to_owned(), size: 0 }.is_policy();
        assert!(is_policy("licentia.toml") && is_policy("a/.licentia.toml"));
        assert!(!is_policy("a/my-licentia.toml"));
    }
}
