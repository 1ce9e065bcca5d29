//! A tree under the name that its repository will have.

use super::{Entry, Obstacle, SourceTree, Wanted};
use crate::gap::Gap;
use crate::scan::{RepositoryKind, Source};
use crate::source::hub_id::HubId;

/// A tree whose files are those of another, and whose repository is called so.
pub struct NamedTree {
    tree: Box<dyn SourceTree>,
    name: HubId,
}

impl NamedTree {
    /// The tree under that name.
    pub fn new(tree: Box<dyn SourceTree>, name: HubId) -> Self {
        Self { tree, name }
    }
}

impl SourceTree for NamedTree {
    fn describe(&self) -> Source {
        let source = self.tree.describe();
        let kind = if self.name.kind == RepositoryKind::Model { source.repository_kind } else { self.name.kind };
        Source { repository: Some(self.name.name.clone()), repository_kind: kind, ..source }
    }

    fn entries(&self) -> &[Entry] {
        self.tree.entries()
    }

    fn gaps(&self) -> &[Gap] {
        self.tree.gaps()
    }

    fn read(&self, index: usize, offset: u64, length: u64) -> Result<Vec<u8>, Obstacle> {
        self.tree.read(index, offset, length)
    }

    fn is_far(&self) -> bool {
        self.tree.is_far()
    }

    fn fetch(&self, wanted: &[Wanted]) {
        self.tree.fetch(wanted);
    }

    fn done(&self, gaps: &[Gap]) {
        self.tree.done(gaps);
    }

    fn closed(&self, index: usize) -> Option<String> {
        self.tree.closed(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::memory::MemoryTree;

    #[test]
    fn only_the_name_is_another() {
        let tree = MemoryTree::new("here", [("README.md", "x")]);
        let named = NamedTree::new(Box::new(tree), HubId::of_words("acme/rocket").expect("a name"));
        let source = named.describe();
        assert_eq!((source.target.as_str(), source.repository.as_deref()), ("here", Some("acme/rocket")));
        assert_eq!(named.read(0, 0, 9).expect("readable"), b"x");
        assert_eq!(named.entries().len(), 1);
    }
}
