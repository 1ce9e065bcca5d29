//! Where in a file licence language may stand at all. Most of a program says nothing about licences, and need not be cut into
//! words: one pass over its bytes finds the stems without which no licence is stated.
//!
//! The stems were chosen so that every reference of the database, but for short texts and bare names of a few projects, holds
//! one of them; a test holds the SPDX list to that. A short file is read without a search. What stands further from any stem
//! than [`WINDOW`] bytes is not looked at, unless a licence text is found in the file: then all of it is.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::constants::WINDOW;

/// Stems that may stand inside a word.
const INSIDE: &[&str] = &[
    "licen",
    "lizenz",
    "gpl",
    "copyright",
    "copyleft",
    "spdx",
    "redistribut",
    "warrant",
    "permission",
    "public domain",
    "public-domain",
    "publicdomain",
    "creativecommons",
    "creative commons",
    "apache",
    "mozilla",
    "opensource.org",
    "freely",
    "attribution",
    "agreement",
    "exception",
    "gfdl",
    "eula",
    "oldap",
    "polyform",
    "cddl",
    "lppl",
    "artistic",
    "cern-ohl",
    "cern ohl",
    "cecill",
    "wtfpl",
    "apsl",
    "beerware",
    "commercial",
    "proprietary",
    "openrail",
    "bsd",
    "cc-by",
    "cc by",
    "ccby",
    "cc0",
    "affero",
    "freeware",
    "shareware",
    "prohibited",
    "research purposes",
    "you wrote it",
    "©",
    "许可",
    "許可",
    "授权",
    "授權",
    "著作权",
    "著作権",
    "版权",
    "ライセンス",
    "라이선스",
    "저작권",
];

/// Stems that begin a word.
const WORDS: &[&str] = &[
    "mit",
    "mpl",
    "epl",
    "cpl",
    "ofl",
    "afl",
    "osl",
    "bsl",
    "eupl",
    "zpl",
    "asl",
    "alv2",
    "isc",
    "zlib",
    "unlicense",
    "rail",
    "copying",
    "clause",
    "notice",
    "terms of",
    "npl",
    "sgi",
    "odbl",
    "pddl",
    "ogl",
    "ecl",
    "ncsa",
    "upl",
];

struct Stems {
    automaton: AhoCorasick,
    inside: usize,
}

static STEMS: LazyLock<Option<Stems>> = LazyLock::new(|| {
    let automaton = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .prefilter(false)
        .build(INSIDE.iter().chain(WORDS))
        .ok()?;
    Some(Stems { automaton, inside: INSIDE.len() })
});

/// The stretches of a text that are worth reading, in order and apart; each begins and ends with a line, where lines are not
/// endless. The whole text, if the stems cannot be built.
pub(super) fn stretches(text: &str) -> Vec<Range<usize>> {
    let Some(stems) = &*STEMS else { return std::iter::once(0..text.len()).collect() };
    let mut stretches: Vec<Range<usize>> = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = stems.automaton.find(aho_corasick::Input::new(bytes).span(at..bytes.len())) {
        at = found.end();
        let begins_word = || {
            found
                .start()
                .checked_sub(1)
                .and_then(|before| bytes.get(before))
                .is_none_or(|byte| !byte.is_ascii_alphabetic())
        };
        if found.pattern().as_usize() >= stems.inside && !begins_word() {
            continue;
        }
        let start = line_start(text, found.start().saturating_sub(WINDOW));
        let end = line_end(text, (found.end() + WINDOW).min(text.len()));
        match stretches.last_mut() {
            Some(last) if start <= last.end => last.end = last.end.max(end),
            _ => stretches.push(start..end),
        }
        // What is within reach already need not be searched.
        at = at.max(end.saturating_sub(WINDOW));
    }
    stretches
}

/// The beginning of the line at an offset, or a place not far before it.
fn line_start(text: &str, offset: usize) -> usize {
    let mut floor = offset.saturating_sub(WINDOW);
    while !text.is_char_boundary(floor) {
        floor -= 1;
    }
    let mut offset = offset;
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = text.get(floor..offset).unwrap_or_default();
    match before.rfind('\n') {
        Some(newline) => floor + newline + 1,
        None => floor,
    }
}

/// The end of the line at an offset, or a place not far behind it.
fn line_end(text: &str, offset: usize) -> usize {
    let mut offset = offset;
    while !text.is_char_boundary(offset) {
        offset += 1;
    }
    let mut ceiling = (offset + WINDOW).min(text.len());
    while !text.is_char_boundary(ceiling) {
        ceiling += 1;
    }
    let behind = text.get(offset..ceiling).unwrap_or_default();
    behind.find('\n').map_or(ceiling, |newline| offset + newline + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::classify::text::constants::SMALL;

    #[test]
    fn a_program_without_a_stem_is_not_read() {
        assert!(stretches("fn main() {\n    let limit = commit(permit);\n}\n").is_empty());
    }

    #[test]
    fn the_lines_around_a_stem_are_read() {
        let filler = "let x = 1;\n".repeat(500);
        let text = format!("{filler}// SPDX-License-Identifier: MIT\n{filler}");
        let found = stretches(&text);
        assert_eq!(found.len(), 1);
        let read = &text[found[0].clone()];
        assert!(read.contains("SPDX-License-Identifier: MIT\n") && read.len() < 5000 && read.starts_with("let"));
    }

    #[test]
    fn every_licence_of_the_spdx_list_holds_a_stem_in_text_and_name() {
        for license in license_db::licenses().iter().filter(|license| license.is_spdx()) {
            // What is shorter is read without a search.
            let statements = [license.text(), license.header()].into_iter().flatten();
            for statement in statements.filter(|statement| statement.len() > SMALL) {
                assert!(!stretches(statement).is_empty(), "{}", license.id);
            }
            assert!(!stretches(&format!("License: {}", license.id)).is_empty());
        }
    }

    proptest! {
        #[test]
        fn stretches_are_whole_characters_in_order(text in "(.|\n|licen|mit| |é|许可){0,300}") {
            let found = stretches(&text);
            for pair in found.windows(2) {
                prop_assert!(pair[0].end < pair[1].start);
            }
            for range in found {
                prop_assert!(text.get(range).is_some());
            }
        }
    }
}
