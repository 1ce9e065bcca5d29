//! What the targets share: a file goes through every extractor that wants it, and what comes out must hold.

use licentia::extract::{self, Extraction};
use licentia::gap::GapKind;
use licentia::source::memory::MemoryTree;

/// Reads a tree of one file and checks what every reading must keep, whatever the bytes are.
pub fn read(path: &str, bytes: &[u8]) -> Extraction {
    let tree = MemoryTree::new("fuzz", [(path, bytes)]);
    let extraction = extract::run(&tree, 0, &|_| ());
    for evidence in &extraction.evidence {
        assert_eq!(evidence.at.path, path, "evidence stands in the file that was read");
        assert!(evidence.quote.len() <= licentia::evidence::QUOTE_LIMIT, "a quote keeps its limit");
    }
    for gap in &extraction.gaps {
        assert!(!gap.detail.is_empty(), "a gap says what happened");
        assert_ne!(gap.kind, GapKind::Unreadable, "memory can always be read");
    }
    assert_eq!(extraction, extract::run(&tree, 0, &|_| ()), "the same bytes give the same answer");
    extraction
}
