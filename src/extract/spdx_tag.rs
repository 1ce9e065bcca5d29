//! SPDX tags in source files, and the comment at their head where it speaks of a licence.
//!
//! The tag is defined by SPDX (annex "Using SPDX short identifiers in source files") and by REUSE 3.3, which adds
//! `<file>.license` for files that cannot hold a comment, and marks for passages that are to be ignored.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::document::{is_sidecar, mentions_license, pattern};
use super::{Extractor, File, Interest, Out, Place, Progress, cut, single_file};
use crate::evidence::{Claim, QUOTE_LIMIT, TextKind};
use crate::gap::GapKind;
use crate::source::Entry;
use crate::subject::Role;

/// Reads tags and headers of source files.
#[derive(Debug)]
pub(crate) struct SpdxTag;

/// What is read of a source file. REUSE looks at the whole file; tags stand at its head, and a tag behind 64 KiB is
/// one of generated code.
const MOST_BYTES: u64 = 64 * 1024;
/// Most tags of one file; more are a list of licences, not statements about the file.
const MOST_TAGS: usize = 64;
/// Where a head comment ends at the latest. The longest licence that is common in headers, BSD-4-Clause, has forty lines.
const MOST_HEADER_LINES: usize = 120;
/// The same in bytes.
const MOST_HEADER_BYTES: usize = 16 * 1024;

impl Extractor for SpdxTag {
    fn name(&self) -> &'static str {
        "spdx-tag"
    }

    fn interest(&self, entry: &Entry) -> Interest {
        if entry.size > 0 && (is_sidecar(entry.name()) || Comments::of(entry).is_some()) {
            Interest::Head { first: MOST_BYTES, most: MOST_BYTES }
        } else {
            Interest::Nothing
        }
    }

    fn extract(&self, file: &File<'_>, out: &mut Out) -> Progress {
        // Binary content under a source extension (an encrypted or compiled file) has no comments.
        let Some(text) = file.text() else { return Progress::Done };
        let entry = Entry { path: file.path.to_owned(), size: file.size };
        let mut scope = single_file(file, Some(Role::Code));
        if is_sidecar(file.name()) {
            // The file beside it may be anything: weights, a picture.
            scope.role = None;
            scope.file = file.path.strip_suffix(".license").map(str::to_owned);
        }

        let tags = tags(&text);
        for at in tags.iter().take(MOST_TAGS) {
            let value = text.get(at.clone()).unwrap_or_default();
            let place = Place::bytes(&text, at.clone()).with_key("SPDX-License-Identifier");
            if value.is_empty() || value.len() > QUOTE_LIMIT {
                let detail = format!(
                    "`{}` has an SPDX tag with {} where an SPDX expression is expected: complete the tag",
                    file.name(),
                    if value.is_empty() { "nothing" } else { "a long text" }
                );
                out.gap(GapKind::Malformed, place, detail);
            } else {
                out.claim(scope.clone(), Claim::Expression(value.to_owned()), place, value);
            }
        }
        if tags.len() > MOST_TAGS {
            let detail = format!(
                "`{}` has {} SPDX tags and only the first {MOST_TAGS} were taken: enclose lists of tags between REUSE-IgnoreStart \
                 and REUSE-IgnoreEnd",
                file.name(),
                tags.len()
            );
            out.gap(GapKind::Truncated, Place::whole(), detail);
        }

        if is_sidecar(file.name()) {
            if tags.is_empty() && mentions_license(&text) {
                out.text(scope, TextKind::LicenseFile, Place::bytes(&text, 0..text.len()), text.into_owned());
            } else if tags.is_empty() {
                let detail =
                    format!("`{}` is there to state a licence and states none: add an SPDX tag to it", file.name());
                out.gap(GapKind::Malformed, Place::whole(), detail);
            }
        } else if let Some((at, is_cut)) = Comments::of(&entry).and_then(|comments| comments.head(&text)) {
            let head = text.get(at.clone()).unwrap_or_default();
            if states_permission(head) {
                if is_cut {
                    let detail = format!(
                        "the comment at the head of `{}` goes on behind {MOST_HEADER_LINES} lines or {MOST_HEADER_BYTES} bytes and \
                         was read up to there: put the licence into a LICENSE file",
                        file.name()
                    );
                    out.gap(GapKind::Truncated, Place::bytes(&text, at.clone()), detail);
                }
                out.text(scope, TextKind::Header, Place::bytes(&text, at.clone()), head.to_owned());
            }
        }
        Progress::Done
    }
}

static TAG: LazyLock<Regex> = LazyLock::new(|| pattern(r"SPDX-License-Identifier:[ \t]*([^\r\n]*)"));
static IGNORED: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?s)REUSE-IgnoreStart.*?(?:REUSE-IgnoreEnd|\z)"));
/// What may stand behind an expression: the end of a comment, the frame of a box.
static CLOSER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?:\s|\*+/|-->|"""|'''|\*+\)|-\}|\]\]|#\}|%>|#>|\*+|#+|\|+|//+|\\)+$"#));
static PERMISSION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)all rights reserved|permission|permitted|redistribut|proprietary|confidential|may not|non-?commercial|terms of use",
    )
});

/// The values of the tags outside ignored passages and outside string literals, which speak of tags.
fn tags(text: &str) -> Vec<Range<usize>> {
    let ignored: Vec<_> = IGNORED.find_iter(text).map(|found| found.range()).collect();
    let mut tags = Vec::new();
    for found in TAG.captures_iter(text) {
        let (Some(whole), Some(value)) = (found.get(0), found.get(1)) else { continue };
        let line_start =
            text.get(..whole.start()).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
        let before = text.get(line_start..whole.start()).unwrap_or_default();
        if ignored.iter().any(|passage| passage.contains(&whole.start())) || is_inside_string(before) {
            continue;
        }
        let end = CLOSER.find(value.as_str()).map_or(value.end(), |closer| value.start() + closer.start());
        tags.push(value.start()..end);
    }
    tags
}

fn is_inside_string(before: &str) -> bool {
    let before = before.replace("\"\"\"", "").replace("'''", "");
    let is_odd = |quote| before.matches(quote).count() % 2 == 1;
    is_odd('"') || is_odd('`') || before.trim_end().ends_with('\'')
}

/// Whether a comment says more about permission than its SPDX tags do.
fn states_permission(comment: &str) -> bool {
    let words: String = comment.lines().filter(|line| !line.contains("SPDX-")).flat_map(|line| [line, "\n"]).collect();
    mentions_license(&words) || (words.to_lowercase().contains("copyright") && PERMISSION.is_match(&words))
}

/// How a language writes comments.
struct Comments {
    line: &'static [&'static str],
    block: &'static [(&'static str, &'static str)],
    /// Lines of code that may stand before the comment.
    preamble: &'static [&'static str],
}

impl Comments {
    /// By extension, or by the names of build files.
    fn of(entry: &Entry) -> Option<Self> {
        let extension = entry.extension();
        let is = |known: &str| known.split(' ').any(|known| known == extension);
        let comments = if is(HASH) || matches!(entry.name(), "Makefile" | "Dockerfile" | "CMakeLists.txt") {
            let block = &[("\"\"\"", "\"\"\""), ("r\"\"\"", "\"\"\""), ("'''", "'''"), ("<#", "#>")];
            Self { line: &["#"], block, preamble: &["#!", "from __future__", "@echo"] }
        } else if is(SLASH) {
            let preamble = &[
                "#!",
                "#pragma",
                "#ifndef",
                "#define",
                "<?php",
                "'use strict'",
                "\"use strict\"",
                "package ",
                "@charset",
            ];
            Self { line: &["//"], block: &[("/*", "*/")], preamble }
        } else if is(DASH) {
            Self { line: &["--"], block: &[("--[[", "]]"), ("/*", "*/"), ("{-", "-}")], preamble: &["#!"] }
        } else if is(SEMICOLON) {
            Self { line: &[";", "//", "#"], block: &[("/*", "*/"), ("#|", "|#")], preamble: &["#!"] }
        } else if is(PERCENT) {
            Self { line: &["%"], block: &[], preamble: &["#!"] }
        } else if is(MARKUP) {
            Self {
                line: &["//"],
                block: &[("<!--", "-->"), ("/*", "*/")],
                preamble: &["<?", "<!doctype", "<!DOCTYPE", "<template", "<script"],
            }
        } else {
            return None;
        };
        Some(comments)
    }

    /// The comment at the head of a file, and whether the bounds cut it.
    fn head(&self, text: &str) -> Option<(Range<usize>, bool)> {
        let mut found: Option<Range<usize>> = None;
        let mut open: Option<&str> = None;
        let mut at = 0;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let start = at;
            at += line.len();
            let words = line.trim();
            if words.is_empty() {
                continue;
            }
            let inside = match open {
                Some(_) => words,
                None if found.is_none() && self.preamble.iter().any(|known| words.starts_with(known)) => continue,
                None => match self.opened(words) {
                    Some((close, rest)) => {
                        open = Some(close);
                        rest
                    }
                    None if self.line.iter().any(|leader| words.starts_with(leader)) => words,
                    None => break,
                },
            };
            let end = start + line.trim_end().len();
            let begin = found.as_ref().map_or(start, |found| found.start);
            if number >= MOST_HEADER_LINES || end - begin > MOST_HEADER_BYTES {
                // One line longer than the bound still gives its beginning.
                let rest = text.get(begin..end).map_or(0, |comment| cut(comment, MOST_HEADER_BYTES).len());
                return Some((found.unwrap_or(begin..begin + rest), true));
            }
            found = Some(begin..end);
            if open.is_some_and(|close| inside.contains(close)) {
                open = None;
            }
        }
        found.map(|found| (found, false))
    }

    /// The mark that closes the block which a line opens, and the rest of the line.
    fn opened<'w>(&self, words: &'w str) -> Option<(&'static str, &'w str)> {
        self.block.iter().find_map(|(start, close)| words.strip_prefix(start).map(|rest| (*close, rest)))
    }
}

const HASH: &str =
    "py pyi pyx pxd sh bash zsh rb pl pm r jl yaml yml toml cmake mk ps1 nix tf ex exs cfg ini conf gitattributes";
const SLASH: &str = "c h cc hh cpp cxx hpp hxx cu cuh cl js mjs cjs jsx ts tsx rs go java kt kts scala swift cs dart php m mm \
     metal glsl vert frag comp proto groovy gradle zig sv css scss less";
const DASH: &str = "lua sql hs elm adb ads";
const SEMICOLON: &str = "el lisp clj scm asm s";
const PERCENT: &str = "tex sty cls erl";
const MARKUP: &str = "html htm xml vue svelte xsl";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn extracted(path: &str, text: &str) -> Out {
        let mut out = Out::new("spdx-tag", path);
        let file = File { path, size: text.len() as u64, offset: 0, bytes: text.as_bytes() };
        assert_eq!(SpdxTag.extract(&file, &mut out), Progress::Done);
        out
    }

    fn tagged(path: &str, text: &str) -> Vec<String> {
        let out = extracted(path, text);
        let values = out.evidence.iter().filter_map(|evidence| match &evidence.claim {
            Claim::Expression(value) => Some(value.clone()),
            _ => None,
        });
        values.collect()
    }

    fn header(path: &str, text: &str) -> Option<String> {
        extracted(path, text).texts.iter().map(|(_, content)| content.to_owned()).next()
    }

    fn gaps(path: &str, text: &str) -> Vec<GapKind> {
        extracted(path, text).gaps.iter().map(|gap| gap.kind).collect()
    }

    #[test]
    fn a_tag_is_an_expression_about_its_file() {
        let out = extracted("a/b.py", "# é\n# SPDX-License-Identifier: Apache-2.0 OR MIT\n");
        let [evidence] = out.evidence.as_slice() else { panic!("{out:?}") };
        assert_eq!(evidence.claim, Claim::Expression("Apache-2.0 OR MIT".to_owned()));
        assert_eq!((evidence.scope.file.as_deref(), evidence.scope.role), (Some("a/b.py"), Some(Role::Code)));
        let span = evidence.at.span.expect("a tag has a place");
        assert_eq!((span.start_line, span.start_column, span.end_column), (2, 28, 45));
    }

    #[test]
    fn the_end_of_a_comment_is_no_part_of_the_expression() {
        for (before, after) in [
            ("/* ", " */"),
            ("<!-- ", " -->"),
            ("* ", "   *"),
            ("(* ", " *)"),
            ("{# ", " #}"),
            ("\"\"\"", "\"\"\""),
            ("## ", " ##\r"),
            ("x = 1  # ", ""),
        ] {
            let line = format!("{before}SPDX-License-Identifier: GPL-2.0+{after}");
            assert_eq!(tagged("a.c", &line), ["GPL-2.0+"], "{line}");
        }
        assert_eq!(tagged("a.c", "// SPDX-License-Identifier: MIT & more words"), ["MIT & more words"]);
    }

    #[test]
    fn ignored_passages_and_strings_only_speak_of_tags() {
        let ignored = |id| format!("# REUSE-IgnoreStart\n# SPDX-License-Identifier: {id}\n");
        let text = format!("{}# REUSE-IgnoreEnd\n# SPDX-License-Identifier: MIT\n{}", ignored("A"), ignored("B"));
        assert_eq!(tagged("a.py", &text), ["MIT"]);
        for (before, after) in [("print(\"", "\")"), ("f('", "')"), ("`", "`")] {
            let line = format!("{before}SPDX-License-Identifier: A{after}");
            assert!(tagged("a.py", &line).is_empty(), "{line}");
        }
    }

    #[test]
    fn a_sidecar_speaks_of_the_file_beside_it() {
        let out = extracted("w/model.safetensors.license", "SPDX-License-Identifier: CC-BY-4.0\n");
        assert_eq!(out.evidence[0].scope.file.as_deref(), Some("w/model.safetensors"));
        assert_eq!(out.evidence[0].scope.role, None);
        let out = extracted("a.png.license", "Use under some licence.\n");
        assert!(matches!(out.evidence[0].claim, Claim::Text { kind: TextKind::LicenseFile, .. }));
        assert_eq!(gaps("a.png.license", "words\n"), [GapKind::Malformed]);
    }

    #[test]
    fn an_empty_tag_is_a_gap() {
        assert_eq!(gaps("a.py", "# SPDX-License-Identifier:\n"), [GapKind::Malformed]);
    }

    #[test]
    fn the_head_comment_is_quoted_when_it_speaks_of_permission() {
        for (path, before, head, behind) in [
            (
                "a.py",
                "#!/usr/bin/env python\n",
                "# Copyright X\n#\n# Under the Some License.",
                "\n\nimport os\n# license\n",
            ),
            ("a.cu", "#pragma once\n\n", "/*\n * Licence of this file.\n */", "\n#include <x>\n"),
            ("a.py", "", "\"\"\"\nlicense\n\"\"\"", "\nx = 'license'\n"),
            ("a.py", "", "'''license'''", "\nx = 'license'\n"),
            ("a.html", "<!DOCTYPE html>\n", "<!-- license -->", "\n<p>license\n"),
            ("a.js", "", "// Copyright X. All rights reserved.", "\n"),
            ("a.rs", "", "// one\n\n/* license */\n// two", "\nlicense!();\n"),
        ] {
            assert_eq!(header(path, &[before, head, behind].concat()).as_deref(), Some(head));
        }
    }

    #[test]
    fn other_comments_are_not_quoted() {
        for text in [
            "import os\n# license\n",
            "# Copyright X\n",
            "# SPDX-License-Identifier: MIT\n",
            "# a comment\nx = 'license'\n",
            "",
            "\n\n",
        ] {
            assert_eq!(header("a.py", text), None, "{text:?}");
        }
        assert_eq!(header("a.c", "#include \"license.h\"\n"), None);
    }

    #[test]
    fn a_long_header_is_cut_with_a_gap() {
        let lines = format!("# license\n{}", "# x\n".repeat(500));
        let line = format!("# license {}", "x".repeat(40_000));
        let block = format!("/* license\n{}", "é\n".repeat(30_000));
        for (path, text) in [("a.py", lines), ("a.py", line), ("a.c", block)] {
            assert_eq!(gaps(path, &text), [GapKind::Truncated]);
            assert_eq!(extracted(path, &text).evidence.len(), 1);
        }
    }

    #[test]
    fn source_files_and_sidecars_are_wanted() {
        let wanted = |path: &str| SpdxTag.interest(&Entry { path: path.to_owned(), size: 1 }) != Interest::Nothing;
        assert!(["a.py", "A.CPP", "x/Makefile", "a.png.license", "config.yaml"].iter().all(|path| wanted(path)));
        assert!(["a.bin", "LICENSE", "README.md", "config.json", "mit.license"].iter().all(|path| !wanted(path)));
    }

    #[test]
    fn floods_of_tags_are_bounded() {
        let out = extracted("a.py", &"# SPDX-License-Identifier: MIT\n".repeat(2000));
        assert_eq!(out.evidence.len(), MOST_TAGS);
        assert_eq!(out.gaps.iter().map(|gap| gap.kind).collect::<Vec<_>>(), [GapKind::Truncated]);
        for piece in ["REUSE-IgnoreStart", "SPDX-License-Identifier:", "/*", "\"", "*/", "# ", "\n", "\r", "\u{1b}[2J"]
        {
            let _ = extracted("a.py", &piece.repeat(65_536 / piece.len()));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut out = Out::new("spdx-tag", "a.c");
            let file = File { path: "a.c", size: 9, offset: 0, bytes: &bytes };
            prop_assert_eq!(SpdxTag.extract(&file, &mut out), Progress::Done);
        }

        #[test]
        fn a_quoted_header_stands_in_the_file(text in "(/\\*|\\*/|//|#|\"\"\"|license|\n| |é|x|SPDX-License-Identifier: ){0,40}") {
            for path in ["a.py", "a.c", "a.html", "a.lua"] {
                for (_, content) in extracted(path, &text).texts.iter() {
                    prop_assert!(text.contains(content));
                }
            }
        }
    }
}
