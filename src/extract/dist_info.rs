//! `METADATA` of an installed Python package, and `PKG-INFO` of a source distribution.
//!
//! Core metadata (<https://packaging.python.org/en/latest/specifications/core-metadata/>): headers as in e-mail, then a
//! description. `License-Expression` is SPDX; `License` is free and often a whole licence; `License-File` lies under
//! `licenses/` beside the file.

use std::ops::Range;

use super::pyproject::is_license_classifier;
use super::{Extractor, File, Interest, Out, Place, Progress, field, role};
use crate::gap::GapKind;
use crate::source::Entry;
use crate::subject::{Role, Scope};

/// Headers of a package that puts its licence into them have some 40 KiB; descriptions follow and are not read.
const FIRST: u64 = 64 * 1024;
/// No headers are read further.
const MOST: u64 = 256 * 1024;

/// Reads metadata of Python packages.
pub(crate) struct DistInfo;

impl Extractor for DistInfo {
    fn name(&self) -> &'static str {
        "dist-info"
    }

    fn interest(&self, entry: &Entry) -> Interest {
        let is_metadata = entry.name() == "METADATA" && entry.directory().ends_with(".dist-info");
        if is_metadata || entry.name() == "PKG-INFO" {
            Interest::Head { first: FIRST, most: MOST }
        } else {
            Interest::Nothing
        }
    }

    fn extract(&self, file: &File<'_>, out: &mut Out) -> Progress {
        let Some(text) = file.text() else {
            let detail = format!("{} holds binary content: install the package again", field::quoted(file.name()));
            out.gap(GapKind::Malformed, Place::whole(), detail);
            return Progress::Done;
        };
        let Some(headers) = headers(&text, file.is_truncated()) else {
            if file.bytes.len() as u64 >= MOST {
                let detail = format!("the headers do not end within {MOST} bytes: check the file by hand");
                out.gap(GapKind::Truncated, Place::whole(), detail);
                return Progress::Done;
            }
            return Progress::Needs(MOST.min(file.size));
        };
        let scope = role(file.directory(), Role::Code);
        let mut expressions = 0;
        for header in &headers {
            expressions += usize::from(header.name.eq_ignore_ascii_case("License-Expression"));
            if expressions > 1 {
                field::repeated(out, Place::bytes(&text, header.bytes.clone()).with_key(header.name), header.name);
                expressions = 1;
            }
            state(header, &text, &scope, out);
        }
        Progress::Done
    }
}

struct Header<'a> {
    name: &'a str,
    /// Of the value, from its first character to its last.
    bytes: Range<usize>,
}

/// Everything before the first empty line. `None` where that line may lie behind the bytes at hand.
fn headers(text: &str, is_truncated: bool) -> Option<Vec<Header<'_>>> {
    let mut headers: Vec<Header<'_>> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.len();
        start = range.end;
        let content = line.trim_end_matches(['\r', '\n']);
        if content.is_empty() {
            return Some(headers);
        }
        let name = content.split_once(':').map(|(name, _)| name).filter(|name| is_name(name));
        let end = range.start + content.trim_end().len();
        match (name, headers.last_mut()) {
            (Some(name), _) => {
                let value = content.get(name.len() + 1..).unwrap_or_default();
                let start = end - value.trim().len();
                headers.push(Header { name, bytes: start..end });
            }
            // Folded; old distutils wrote the lines of a licence without the indentation.
            (None, Some(last)) => last.bytes.end = end.max(last.bytes.end),
            (None, None) => {}
        }
    }
    (!is_truncated).then_some(headers)
}

fn is_name(name: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    name.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase()) && name.bytes().all(is_token)
}

fn state(header: &Header<'_>, text: &str, scope: &Scope, out: &mut Out) {
    let place = Place::bytes(text, header.bytes.clone()).with_key(header.name);
    let value = text.get(header.bytes.clone()).unwrap_or_default();
    match header.name.to_ascii_lowercase().as_str() {
        "license-expression" => field::expression(out, scope.clone(), place, value),
        // What distutils wrote for a package that states none.
        "license" if value == "UNKNOWN" => {}
        "license" => field::license(out, scope.clone(), place, &unfolded(value)),
        "license-file" => field::license_link(out, scope.clone(), place, value),
        "classifier" if is_license_classifier(value) => field::license(out, scope.clone(), place, value),
        _ => {}
    }
}

/// Lines behind the first are indented, by eight columns or by a bar.
fn unfolded(value: &str) -> String {
    let lines = value.lines().map(|line| {
        let line = line.trim_start();
        line.strip_prefix('|').unwrap_or(line)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::extract::testing::{drive, gaps, lines, wants};

    const PATH: &str = "x-1.dist-info/METADATA";

    fn said(text: &str) -> Vec<String> {
        lines(&drive(&DistInfo, PATH, text.as_bytes()))
    }

    #[test]
    fn the_headers_are_quoted_and_the_description_is_not() {
        let text = "Metadata-Version: 2.4\nName: x\nLicense-Expression: MIT OR ISC\nLicense-File: LICENSE\n\
                    Classifier: Topic :: X\nClassifier: License :: OSI Approved :: MIT License\n\nLicense: GPL\n";
        assert_eq!(
            said(text),
            [
                "expression MIT OR ISC [License-Expression:3] code x-1.dist-info",
                "link LICENSE [License-File:4] code x-1.dist-info",
                "license License :: OSI Approved :: MIT License [Classifier:6] code x-1.dist-info",
            ]
        );
        assert_eq!(said(&text.replace('\n', "\r\n")).len(), 3);
        assert!(wants(&DistInfo, PATH) && wants(&DistInfo, "PKG-INFO") && !wants(&DistInfo, "METADATA"));
    }

    #[test]
    fn a_whole_licence_is_a_passage_folded_or_not() {
        let folded = "License: First line\n        second line\n       |third: line\nName: x\n\n";
        assert_eq!(said(folded), ["field of 34 bytes [License:1] code x-1.dist-info"]);
        let out = drive(&DistInfo, PATH, folded.as_bytes());
        assert_eq!(
            out.texts.iter().map(|(_, text)| text).collect::<Vec<_>>(),
            ["First line\nsecond line\nthird: line"]
        );
        let unindented = "License: First line\nsecond line\nName: x\n";
        assert_eq!(said(unindented), ["field of 22 bytes [License:1] code x-1.dist-info"]);
    }

    #[test]
    fn what_distutils_wrote_for_none_is_none() {
        assert!(said("License: UNKNOWN\n\n").is_empty());
        assert!(said("License:\nName: x\n\n").is_empty());
        assert!(said("").is_empty());
    }

    #[test]
    fn long_headers_are_asked_for_and_endless_ones_are_a_gap() {
        let long = format!("License: MIT\n{}\nX: y\n\n", "A: b\n".repeat(20_000));
        assert_eq!(said(&long).len(), 1);
        let endless = format!("License: MIT\n{}", "A: b\n".repeat(300_000));
        assert_eq!(gaps(&DistInfo, PATH, endless.as_bytes()), [GapKind::Truncated]);
        assert_eq!(gaps(&DistInfo, PATH, b"a\0"), [GapKind::Malformed]);
    }

    #[test]
    fn two_expressions_are_both_kept() {
        let out = drive(&DistInfo, PATH, b"License-Expression: MIT\nLicense-Expression: ISC\n\n");
        assert_eq!((out.evidence.len(), out.gaps.len()), (2, 1));
    }

    proptest! {
        #[test]
        fn no_headers_make_it_panic(text in "(License|-File|Classifier|: |:|\n|\r\n| |\t|\\||é|x){0,40}") {
            let _ = said(&text);
        }
    }
}
