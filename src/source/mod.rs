//! Trees of files to scan, and the only room with effects on what is scanned. A source lists and reads; it never
//! interprets.

use crate::gap::Gap;
use crate::scan::Source;

pub mod dir;
pub mod memory;

/// A tree of files: a directory, a cached repository, files in memory.
///
/// Implementations bound what they list, never follow a link out of the root, and answer the same list in the same
/// order for the same bytes.
pub trait SourceTree: Sync {
    /// What the tree is. `bytes_read` is 0; the caller counts.
    fn describe(&self) -> Source;

    /// All files, sorted by path (bytewise).
    fn entries(&self) -> &[Entry];

    /// What could not be listed. Locations carry source index 0; the caller sets it.
    fn gaps(&self) -> &[Gap];

    /// Reads `length` bytes of the file at `index` of [`Self::entries`] from `offset`; fewer at its end.
    ///
    /// # Errors
    /// Where the operating system refuses.
    fn read(&self, index: usize, offset: u64, length: u64) -> std::io::Result<Vec<u8>>;
}

/// One file of a tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Slash-separated, from the root, without `.` or `..`. Bytes that are not UTF-8 stand as `\xNN`, so this is for
    /// reading and for reports; files are opened by their index.
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
}
