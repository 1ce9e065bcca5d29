//! Acceptable-use and prohibited-use policies: the document beside the licence that forbids most.
//!
//! A licence takes its policy in by reference, and some terms stand nowhere else: a vendor may exclude a territory in
//! the policy alone. A reader of `LICENSE` would miss it.

use super::document::{self, Document};
use super::{Extractor, File, Interest, Out, Progress};
use crate::evidence::TextKind;
use crate::source::Entry;

/// Reads `USE_POLICY.md` and its kin.
#[derive(Debug)]
pub(crate) struct UsePolicy;

impl Extractor for UsePolicy {
    fn name(&self) -> &'static str {
        "use-policy"
    }

    fn interest(&self, entry: &Entry) -> Interest {
        match document::kind_of(&entry.path) {
            Some(Document::UsePolicy) => document::interest(entry.name()),
            _ => Interest::Nothing,
        }
    }

    fn extract(&self, file: &File<'_>, out: &mut Out) -> Progress {
        if let Some(text) = document::read(file, out) {
            out.document(document::scope(file.path), TextKind::UsePolicy, text);
        }
        Progress::Done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Claim;
    use crate::gap::GapKind;

    fn extracted(path: &str, bytes: &[u8]) -> Out {
        let mut out = Out::new("use-policy", path);
        let file = File { path, size: bytes.len() as u64, offset: 0, bytes };
        assert_eq!(UsePolicy.extract(&file, &mut out), Progress::Done);
        out
    }

    #[test]
    fn a_policy_is_quoted_whole() {
        let out = extracted("sub/USE_POLICY.md", b"# Policy\nDo no harm.\n");
        let [evidence] = out.evidence.as_slice() else { panic!("{out:?}") };
        let Claim::Text { text, kind: TextKind::UsePolicy } = &evidence.claim else { panic!("{evidence:?}") };
        assert_eq!(out.texts.get(text), Some("# Policy\nDo no harm.\n"));
        assert_eq!(evidence.scope.directory, "sub");
    }

    #[test]
    fn what_cannot_be_read_is_a_gap() {
        for (path, bytes, kind) in [
            ("AUP.doc", &b"words"[..], GapKind::Unsupported),
            ("AUP.pdf", b"%PDF-1.7", GapKind::Malformed),
            ("AUP.md", b"%PDF-1.7", GapKind::Malformed),
            ("AUP", b"a\0b", GapKind::Unsupported),
            ("AUP", b" \n", GapKind::Malformed),
        ] {
            let out = extracted(path, bytes);
            assert_eq!((out.evidence.len(), out.gaps.len()), (0, 1), "{path}");
            assert_eq!(out.gaps[0].kind, kind, "{path}");
        }
    }

    #[test]
    fn only_policies_are_wanted() {
        let interest = |path: &str| UsePolicy.interest(&Entry { path: path.to_owned(), size: 1 });
        assert_eq!(interest("USE_POLICY.md"), Interest::Whole { most: document::MOST_BYTES });
        assert_eq!(interest("LICENSE"), Interest::Nothing);
    }
}
