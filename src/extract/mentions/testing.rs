//! What tests of these readers share.

use crate::source::memory::MemoryTree;

/// What a file of that name names, a line each: mentions, then what could not be read, then gaps.
pub(super) fn lines(path: &str, text: &str) -> Vec<String> {
    let found = super::find(&MemoryTree::new("project", [(path, text)]));
    let line = |at: &crate::location::Location| at.span.map_or(0, |span| span.start_line);
    let mentions = found.mentions.iter().map(|mention| format!("{} {}", line(&mention.at), mention.what));
    let computed = found.computed.iter().map(|note| format!("{} {:?}", line(&note.at), note.why));
    let gaps = found.gaps.iter().map(|gap| format!("gap {}", gap.kind));
    mentions.chain(computed).chain(gaps).collect()
}
