//! A tree of files in memory: for tests, and for content that never was on a disk.

use super::{Entry, Obstacle, SourceTree, directory_left_out, empty};
use crate::gap::Gap;
use crate::location::Location;
use crate::scan::{RepositoryKind, Source, SourceKind};

/// Files in memory. What a directory on disk leaves out, this leaves out too.
#[derive(Debug)]
pub struct MemoryTree {
    source: Source,
    entries: Vec<Entry>,
    contents: Vec<Result<Vec<u8>, Obstacle>>,
    gaps: Vec<Gap>,
}

impl MemoryTree {
    /// A tree of these files, in any order. Paths are slash-separated, as in [`Entry::path`].
    pub fn new<P: Into<String>, B: Into<Vec<u8>>>(target: &str, files: impl IntoIterator<Item = (P, B)>) -> Self {
        let mut files: Vec<(String, Vec<u8>)> =
            files.into_iter().map(|(path, bytes)| (path.into(), bytes.into())).collect();
        files.sort();
        files.dedup();
        let mut source = Source::new(target, SourceKind::Memory);
        files.retain(|(path, _)| match directory_left_out(path) {
            Some(line) => {
                source.skipped.push(line);
                false
            }
            None => true,
        });
        source.skipped.sort();
        source.skipped.dedup();
        source.files = files.len() as u64;
        let mut gaps = Vec::new();
        if files.is_empty() {
            let obstacle = empty(target, &source.skipped);
            gaps.push(Gap { at: Location::file(0, ""), kind: obstacle.kind, detail: obstacle.detail });
        }
        let (entries, contents) =
            files.into_iter().map(|(path, bytes)| (Entry { path, size: bytes.len() as u64 }, Ok(bytes))).unzip();
        Self { source, entries, contents, gaps }
    }

    /// The same tree with what the Hub would say of it.
    #[must_use]
    pub fn of_hub(mut self, hub: crate::scan::HubState) -> Self {
        self.source.hub = Some(hub);
        self
    }

    /// The same tree, opened because something was made from it.
    #[must_use]
    pub fn followed(mut self) -> Self {
        self.source.is_followed = true;
        self
    }

    /// The same tree as that of a repository at a commit.
    #[must_use]
    pub fn of_repository(mut self, kind: RepositoryKind, name: &str, revision: Option<&str>) -> Self {
        self.source.repository_kind = kind;
        self.source.repository = Some(name.to_owned());
        self.source.revision = revision.map(str::to_owned);
        self
    }

    /// The same tree, in which the file at `path` cannot be read.
    #[must_use]
    pub fn with_obstacle(mut self, path: &str, obstacle: &Obstacle) -> Self {
        for (entry, content) in self.entries.iter().zip(&mut self.contents) {
            if entry.path == path {
                *content = Err(obstacle.clone());
            }
        }
        self
    }
}

impl SourceTree for MemoryTree {
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
        let bytes = match self.contents.get(index) {
            Some(Ok(bytes)) => bytes,
            Some(Err(obstacle)) => return Err(obstacle.clone()),
            None => return Ok(Vec::new()),
        };
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        let length = usize::try_from(length).unwrap_or(usize::MAX).min(bytes.len() - start);
        Ok(bytes.get(start..start + length).unwrap_or_default().to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gap::GapKind;

    #[test]
    fn files_stand_in_bytewise_order_whatever_the_order_of_insertion() {
        let paths = ["b", "a/x", "a.b", "a-b"];
        let tree = MemoryTree::new("m", paths.map(|path| (path, "")));
        let reversed = MemoryTree::new("m", paths.into_iter().rev().map(|path| (path, "")));
        let names: Vec<_> = tree.entries().iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(names, ["a-b", "a.b", "a/x", "b"]);
        assert_eq!(tree.entries(), reversed.entries());
    }

    #[test]
    fn a_reading_never_goes_beyond_the_file() {
        let tree = MemoryTree::new("m", [("a", "abc")]);
        assert_eq!(tree.read(0, 1, 9).as_deref(), Ok(&b"bc"[..]));
        assert_eq!(tree.read(0, u64::MAX, u64::MAX).as_deref(), Ok(&b""[..]));
        assert_eq!(tree.read(7, 0, 1).as_deref(), Ok(&b""[..]));
    }

    #[test]
    fn an_empty_tree_says_so_and_what_was_left_out() {
        let tree = MemoryTree::new("m", [(".git/config", "x"), (".git/hooks/a", "x")]);
        assert_eq!(tree.describe().skipped, [".git (version control)"]);
        let gap = tree.gaps().first().expect("a gap");
        assert_eq!(gap.kind, GapKind::Empty);
        assert!(gap.detail.contains("left out: .git (version control)"), "{}", gap.detail);
    }
}
