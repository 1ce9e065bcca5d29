//! Licence files: `LICENSE`, `COPYING`, `MODEL_LICENSE`, everything in `LICENSES/`, in any language that names them.
//!
//! The text goes to the matcher whole, even where it is HTML or begins with metadata, so that its lines are those of
//! the file; what was taken out of RTF or JSON carries the lines of the file with it.

use super::document::{self, Document};
use super::{Extractor, File, Interest, Out, Progress, front_matter, shown};
use crate::evidence::{Claim, TextKind};
use crate::source::Entry;

/// Reads files whose name says that they are a licence.
#[derive(Debug)]
pub(crate) struct LicenseFile;

impl Extractor for LicenseFile {
    fn name(&self) -> &'static str {
        "license-file"
    }

    fn interest(&self, entry: &Entry) -> Interest {
        match document::kind_of(&entry.path) {
            Some(Document::License) => document::interest(entry.name()),
            _ => Interest::Nothing,
        }
    }

    fn extract(&self, file: &File<'_>, out: &mut Out) -> Progress {
        let Some(text) = document::read(file, out) else { return Progress::Done };
        if document::may_be_about_else(file.path) && !file.is_truncated() && !document::speaks_of_rights(&text) {
            return Progress::Done;
        }
        let scope = document::scope(file.path);
        // The texts of choosealicense.com carry their SPDX identifier in front matter.
        if let Some(matter) = front_matter::find(&text)
            && let Ok(keys) = matter.parse(&text)
        {
            for id in keys.every("spdx-id").into_iter().flat_map(super::yaml::Node::scalars) {
                let value = id.as_str().unwrap_or_default();
                out.claim(scope.clone(), Claim::Expression(value.to_owned()), matter.place(id, "spdx-id"), value);
            }
        }
        for (at, line) in shown::copyrights(&text, shown::HEAD_LINES) {
            out.claim(scope.clone(), Claim::Copyright(line.to_owned()), text.place(at), line);
        }
        for (at, address) in shown::policy_links([(0, &*text)]) {
            out.claim(scope.clone(), Claim::PolicyLink(address.to_owned()), text.place(at), address);
        }
        out.document(scope, TextKind::LicenseFile, text);
        Progress::Done
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::gap::GapKind;
    use crate::subject::Role;

    fn extracted(path: &str, bytes: &[u8], size: usize) -> Out {
        let mut out = Out::new("license-file", path);
        let file = File { path, size: size as u64, offset: 0, bytes };
        assert_eq!(LicenseFile.extract(&file, &mut out), Progress::Done);
        out
    }

    fn only_text(out: &Out) -> &str {
        let texts: Vec<_> = out.texts.iter().map(|(_, content)| content).collect();
        assert_eq!(texts.len(), 1, "{out:?}");
        texts[0]
    }

    #[test]
    fn a_license_file_is_quoted_whole_with_its_lines() {
        let out = extracted("LICENSE-MODEL", b"\xef\xbb\xbfTitle\r\n\r\nwords\n", 18);
        assert_eq!(only_text(&out), "Title\r\n\r\nwords\n");
        let span = out.evidence[0].at.span.expect("a text has lines");
        assert_eq!((span.start_line, span.end_line), (1, 4));
        assert_eq!(out.evidence[0].scope.role, Some(Role::Weights));
        assert!(out.gaps.is_empty());
    }

    #[test]
    fn rtf_and_json_are_quoted_as_text_with_the_lines_of_the_file() {
        let rtf = b"{\\rtf1\n\\b Title\\par\nwords}\n";
        let out = extracted("LICENSE.rtf", rtf, rtf.len());
        assert_eq!(only_text(&out), "Title\nwords");
        let span = out.evidence[0].at.span.expect("RTF has lines");
        assert_eq!((span.start_line, span.start_column, span.end_line, span.end_column), (2, 4, 3, 6));
        let json = b"{\n\"text\": \"Title\\nwords\"}";
        let out = extracted("license.json", json, json.len());
        assert_eq!(only_text(&out), "{\n\"text\": \nTitle\nwords\"}");
        assert_eq!(out.evidence[0].at.span.map(|span| (span.start_line, span.end_line)), Some((1, 2)));
    }

    #[test]
    fn an_spdx_id_in_front_matter_is_a_tag_and_the_text_stays_whole() {
        let text = "---\ntitle: Some License\nspdx-id: MIT\n---\n\nwords\n";
        let out = extracted("LICENSE.md", text.as_bytes(), text.len());
        assert_eq!(out.evidence[0].claim, Claim::Expression("MIT".to_owned()));
        assert_eq!(out.evidence[0].at.span.map(|span| (span.start_line, span.start_column)), Some((3, 10)));
        assert_eq!(only_text(&out), text);
    }

    #[test]
    fn conditions_that_speak_of_no_rights_say_nothing() {
        let text = b"Each run had a temperature of 0.7 and eight seeds.\n";
        let out = extracted("CONDITIONS.md", text, text.len());
        assert!(out.evidence.is_empty() && out.gaps.is_empty(), "{out:?}");
        let text = b"You must not use it in a bank.\n";
        assert_eq!(only_text(&extracted("CONDITIONS.md", text, text.len())).len(), text.len());
    }

    #[test]
    fn utf_16_is_read_as_text() {
        let bytes: Vec<u8> = "\u{feff}MIT".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(only_text(&extracted("LICENSE", &bytes, bytes.len())), "MIT");
    }

    #[test]
    fn what_is_not_seen_is_a_gap() {
        for (path, bytes, size, kind) in [
            ("LICENSE", &b""[..], 0, GapKind::Malformed),
            ("LICENSE", b"\n \n", 3, GapKind::Malformed),
            ("LICENSE.pdf", b"%PDF", 4, GapKind::Malformed),
            ("LICENSE.docx", b"PK\x03\x04", 4, GapKind::Unsupported),
            ("LICENSE", b"PK\x03\x04", 4, GapKind::Unsupported),
            ("LICENSE", b"a\0", 2, GapKind::Unsupported),
            ("LICENSE", b"words", 9_000_000, GapKind::Truncated),
        ] {
            let out = extracted(path, bytes, size);
            assert_eq!(out.gaps.iter().map(|gap| gap.kind).collect::<Vec<_>>(), [kind], "{path}");
            assert_eq!(out.evidence.len(), usize::from(kind == GapKind::Truncated), "{path}");
        }
    }

    #[test]
    fn hostile_front_matter_leaves_the_text() {
        for matter in
            ["&a [*a]", "spdx-id: [[[[", "spdx-id: {a: b}", "\u{1b}[31m: x", "? ? ?", "a: \"", "- spdx-id: MIT", "*x"]
        {
            let text = format!("---\n{matter}\n---\nwords\n");
            assert_eq!(only_text(&extracted("LICENSE", text.as_bytes(), text.len())), text);
        }
    }

    #[test]
    fn only_license_files_are_wanted() {
        let interest = |path: &str| LicenseFile.interest(&Entry { path: path.to_owned(), size: 1 });
        assert_eq!(interest("LICENSE"), Interest::Whole { most: document::MOST_BYTES });
        assert_eq!(interest("LICENSE.docx"), Interest::Head { first: 16, most: 16 });
        assert!(matches!(interest("LICENSE.pdf"), Interest::Whole { .. }));
        assert_eq!(interest("license.py"), Interest::Nothing);
        assert_eq!(interest("NOTICE"), Interest::Nothing);
    }

    proptest! {
        #[test]
        fn bytes_become_a_text_or_a_gap(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let out = extracted("LICENSE", &bytes, bytes.len());
            prop_assert!(!out.evidence.is_empty() || !out.gaps.is_empty());
        }

        #[test]
        fn every_beginning_of_a_license_is_read_or_is_a_gap(length in 0_usize..40) {
            let text = b"---\nspdx-id: MIT\n---\nSome words of a text\n";
            let out = extracted("LICENSE", text.get(..length).unwrap_or(text), text.len());
            prop_assert!(!out.evidence.is_empty() || !out.gaps.is_empty());
        }
    }
}
