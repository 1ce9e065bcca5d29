//! `CITATION.cff`: the licence that a work states beside how to cite it.
//!
//! <https://github.com/citation-file-format/citation-file-format>, version 1.2: `license` is an SPDX identifier or a list
//! of them, any of which may be chosen. Only the top level counts: `references` and `preferred-citation` are about other
//! works.

use super::yaml::Node;
use super::{Extractor, File, Interest, Out, Place, Progress, field, role};
use crate::gap::GapKind;
use crate::source::Entry;
use crate::subject::Role;

/// Reads citation files.
pub(crate) struct Citation;

impl Extractor for Citation {
    fn name(&self) -> &'static str {
        "citation"
    }

    fn interest(&self, entry: &Entry) -> Interest {
        if entry.name().eq_ignore_ascii_case("CITATION.cff") {
            Interest::Whole { most: super::yaml::MOST_BYTES as u64 }
        } else {
            Interest::Nothing
        }
    }

    fn extract(&self, file: &File<'_>, out: &mut Out) -> Progress {
        let Some(text) = field::whole_text(file, out) else {
            return Progress::Done;
        };
        for root in field::yaml_documents(&text, out) {
            let is_dataset = root.get("type").and_then(Node::as_str) == Some("dataset");
            let scope = role(file.directory(), if is_dataset { Role::Data } else { Role::Code });
            for key in root.repeated_keys() {
                let name = key.as_str().unwrap_or_default();
                if matches!(name, "license" | "license-url") {
                    field::repeated(out, at(key, name), name);
                }
            }
            for value in root.every("license") {
                let identifiers: Vec<&str> = value.strings().collect();
                if identifiers.is_empty() && !value.is_null() {
                    let detail = "`license` is neither an identifier nor a list of them: write one of SPDX";
                    out.gap(GapKind::Malformed, at(value, "license"), detail);
                }
                field::expression(out, scope.clone(), at(value, "license"), &identifiers.join(" OR "));
            }
            for value in root.every("license-url").into_iter().flat_map(Node::scalars) {
                let url = value.as_str().unwrap_or_default();
                field::license_link(out, scope.clone(), at(value, "license-url"), url);
            }
        }
        Progress::Done
    }
}

fn at(node: &Node, key: &str) -> Place {
    Place { span: Some(node.span), key: Some(key.to_owned()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::extract::testing::{drive, gaps, lines, wants};

    fn said(text: &str) -> Vec<String> {
        lines(&drive(&Citation, "d/CITATION.cff", text.as_bytes()))
    }

    #[test]
    fn an_identifier_and_a_choice_are_expressions() {
        assert_eq!(said("cff-version: 1.2.0\nlicense: MIT\n"), ["expression MIT [license:2] code d"]);
        assert_eq!(said("license:\n  - MIT\n  - Apache-2.0\n"), ["expression MIT OR Apache-2.0 [license:2] code d"]);
        assert_eq!(said("license-url: https://example.org/l\n"), ["link https://example.org/l [license-url:1] code d"]);
        assert!(wants(&Citation, "a/citation.CFF") && !wants(&Citation, "citation.bib"));
    }

    #[test]
    fn a_dataset_is_one_and_other_works_are_left_alone() {
        let text =
            "type: dataset\nlicense: CC-BY-4.0\npreferred-citation:\n  license: MIT\nreferences:\n  - license: ISC\n";
        assert_eq!(said(text), ["expression CC-BY-4.0 [license:2] data d"]);
    }

    #[test]
    fn what_cannot_be_read_is_a_gap() {
        for (text, kind) in [
            ("license: {a: b}\n", GapKind::Malformed),
            ("license: [MIT\n", GapKind::Malformed),
            ("license: MIT\nlicense: ISC\n", GapKind::Malformed),
        ] {
            assert_eq!(gaps(&Citation, "CITATION.cff", text.as_bytes()), [kind], "{text}");
        }
        assert_eq!(gaps(&Citation, "CITATION.cff", &vec![b'['; 100_000]), [GapKind::Truncated]);
        assert!(said("license:\n").is_empty());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(license|: |- |\n|\\[|\\]|MIT|é|'){0,30}") {
            let _ = said(&text);
        }
    }
}
