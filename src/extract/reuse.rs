//! `REUSE.toml` and `.reuse/dep5`: licences of files that are named by pattern, in one place for a whole tree.
//!
//! Specified by REUSE 3.3 (`REUSE.toml`) and by Debian's machine-readable copyright format 1.0 (`dep5`).

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::{Extractor, File, Interest, Out, Place, Progress};
use crate::evidence::{Claim, QUOTE_LIMIT, TextKind};
use crate::gap::GapKind;
use crate::source::Entry;
use crate::subject::Scope;

/// Reads REUSE's files of patterns.
#[derive(Debug)]
pub(crate) struct Reuse;

/// Longest file of patterns; that of a large distribution has some hundred kilobytes.
const MOST_BYTES: u64 = 1024 * 1024;
/// Most claims of one file: patterns times licences.
const MOST_CLAIMS: usize = 4096;

impl Extractor for Reuse {
    fn name(&self) -> &'static str {
        "reuse"
    }

    fn interest(&self, entry: &Entry) -> Interest {
        if entry.name() == "REUSE.toml" || is_dep5(&entry.path) {
            Interest::Whole { most: MOST_BYTES }
        } else {
            Interest::Nothing
        }
    }

    fn extract(&self, file: &File<'_>, out: &mut Out) -> Progress {
        let Some(text) = file.text() else {
            let detail = format!(
                "`{}` holds binary content where patterns and licences are expected: restore the file",
                file.path
            );
            out.gap(GapKind::Malformed, Place::whole(), detail);
            return Progress::Done;
        };
        if file.is_truncated() {
            let detail = format!(
                "`{}` has {} bytes and only the first {MOST_BYTES} were read: split it into a file per directory",
                file.path, file.size
            );
            out.gap(GapKind::Truncated, Place::whole(), detail);
        }
        let count = if is_dep5(file.path) {
            let directory = file.path.strip_suffix(".reuse/dep5").map_or("", |before| before.trim_end_matches('/'));
            let mut patterns = Patterns { text: &text, directory, out, count: 0 };
            patterns.dep5();
            patterns.count
        } else {
            let mut patterns = Patterns { text: &text, directory: file.directory(), out, count: 0 };
            patterns.reuse_toml();
            patterns.count
        };
        if count > MOST_CLAIMS {
            let detail = format!(
                "`{}` makes {count} statements (patterns times licences) and only the first {MOST_CLAIMS} were taken: use \
                 fewer patterns",
                file.path
            );
            out.gap(GapKind::Truncated, Place::whole(), detail);
        }
        Progress::Done
    }
}

fn is_dep5(path: &str) -> bool {
    path == ".reuse/dep5" || path.ends_with("/.reuse/dep5")
}

/// What a pattern is about: `**` is the whole directory.
fn scope(directory: &str, glob: &str) -> Scope {
    let glob = glob.trim_start_matches("./");
    let file = match (directory, glob) {
        (_, "**" | "") => None,
        ("", glob) => Some(glob.to_owned()),
        (directory, glob) => Some(format!("{directory}/{glob}")),
    };
    Scope { role: None, directory: directory.to_owned(), file }
}

/// The file at hand, and how much it has said.
struct Patterns<'a> {
    text: &'a str,
    directory: &'a str,
    out: &'a mut Out,
    count: usize,
}

impl Patterns<'_> {
    fn state(&mut self, glob: &str, key: &str, at: &Range<usize>, value: &str) {
        self.count += 1;
        if self.count <= MOST_CLAIMS {
            let quote = self.text.get(at.clone()).unwrap_or_default();
            let place = Place::bytes(self.text, at.clone()).with_key(key);
            self.out.claim(scope(self.directory, glob), Claim::Expression(value.to_owned()), place, quote);
        }
    }

    fn unexpected(&mut self, key: &str, at: Range<usize>) {
        self.count += 1;
        if self.count <= MOST_CLAIMS {
            let detail = format!(
                "`{key}` in `REUSE.toml` is missing or not what REUSE 3.3 says: write a string or a list of strings"
            );
            self.out.gap(GapKind::Malformed, Place::bytes(self.text, at).with_key(key), detail);
        }
    }

    fn reuse_toml(&mut self) {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        if let Some(error) = errors.first() {
            let detail = format!(
                "`REUSE.toml` is no valid TOML ({}): what could be read of it counts, and other statements may be missing; \
                 correct it",
                error.message()
            );
            self.out.gap(GapKind::Malformed, Place::bytes(self.text, error.span().unwrap_or(0..0)), detail);
        }
        let Some(annotations) = table.get_ref().get("annotations") else { return };
        let DeValue::Array(items) = annotations.get_ref() else {
            return self.unexpected("annotations", annotations.span());
        };
        for item in items {
            let DeValue::Table(annotation) = item.get_ref() else {
                self.unexpected("annotations", item.span());
                continue;
            };
            let Some(licenses) = annotation.get("SPDX-License-Identifier") else { continue };
            let Some(paths) = annotation.get("path") else {
                self.unexpected("path", item.span());
                continue;
            };
            let paths = self.strings("path", paths);
            for (value, at) in self.strings("SPDX-License-Identifier", licenses) {
                for (glob, _) in &paths {
                    self.state(glob, "SPDX-License-Identifier", &at, &value);
                }
            }
        }
    }

    /// A string or a list of strings, with the places of the values.
    fn strings(&mut self, key: &str, value: &toml::Spanned<DeValue<'_>>) -> Vec<(String, Range<usize>)> {
        let one = std::slice::from_ref(value);
        let items = match value.get_ref() {
            DeValue::Array(items) => items.iter(),
            _ => one.iter(),
        };
        let mut strings = Vec::new();
        for item in items {
            match item.get_ref() {
                DeValue::String(word) if !word.trim().is_empty() && word.len() <= QUOTE_LIMIT => {
                    strings.push((word.trim().to_owned(), item.span()));
                }
                _ => self.unexpected(key, item.span()),
            }
        }
        strings
    }

    fn dep5(&mut self) {
        let stanzas = stanzas(self.text);
        let is_blank = self.text.trim().is_empty();
        if !is_blank && stanzas.iter().all(|stanza| stanza.license.is_none() && stanza.files.is_none()) {
            let detail = "`.reuse/dep5` has no `Files:` and no `License:` field: write it as the Debian copyright format 1.0 has it";
            self.out.gap(GapKind::Malformed, Place::whole(), detail);
        }
        for stanza in stanzas {
            let files = stanza.files.and_then(|at| self.text.get(at)).unwrap_or_default();
            let header = stanza.is_header.then_some("**");
            if let Some(at) = stanza.license {
                let value = super::cut(self.text.get(at.clone()).unwrap_or_default(), QUOTE_LIMIT);
                // Without files, a paragraph only defines a name.
                for glob in files.split_whitespace().chain(header) {
                    self.state(if glob == "*" { "**" } else { glob }, "License", &at, value);
                }
            }
            if let Some(at) = stanza.license_text {
                self.count += 1;
                if self.count <= MOST_CLAIMS {
                    let content = self.text.get(at.clone()).unwrap_or_default().to_owned();
                    let place = Place::bytes(self.text, at).with_key("License");
                    self.out.text(scope(self.directory, "**"), TextKind::Field, place, content);
                }
            }
        }
    }
}

/// A paragraph of a dep5 file; ranges are bytes of the text.
#[derive(Debug, Default)]
struct Stanza {
    files: Option<Range<usize>>,
    license: Option<Range<usize>>,
    /// The lines below `License:`.
    license_text: Option<Range<usize>>,
    is_header: bool,
}

fn stanzas(text: &str) -> Vec<Stanza> {
    let mut stanzas = vec![Stanza::default()];
    let mut field = String::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let end = start + line.trim_end().len();
        let Some(stanza) = stanzas.last_mut() else { break };
        if line.trim().is_empty() {
            stanzas.push(Stanza::default());
            field.clear();
        } else if line.starts_with([' ', '\t']) {
            match field.as_str() {
                "files" => stanza.files = Some(stanza.files.as_ref().map_or(start, |files| files.start)..end),
                "license" => {
                    let begin = stanza.license_text.as_ref().map_or(start, |text| text.start);
                    stanza.license_text = Some(begin..end);
                }
                _ => {}
            }
        } else if let Some((name, value)) = line.split_once(':').filter(|_| !line.starts_with('#')) {
            field = name.trim().to_ascii_lowercase();
            let begin = start + name.len() + 1 + (value.len() - value.trim_start().len());
            let value = (begin < end).then_some(begin..end);
            match field.as_str() {
                "files" => stanza.files = value,
                "license" => stanza.license = value,
                "format" => stanza.is_header = true,
                _ => {}
            }
        }
    }
    stanzas
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn extracted(path: &str, text: &str) -> Out {
        let mut out = Out::new("reuse", path);
        let file = File { path, size: text.len() as u64, offset: 0, bytes: text.as_bytes() };
        assert_eq!(Reuse.extract(&file, &mut out), Progress::Done);
        out
    }

    fn claims(out: &Out) -> Vec<(Option<&str>, String)> {
        let claims = out.evidence.iter().filter_map(|evidence| match &evidence.claim {
            Claim::Expression(value) => Some((evidence.scope.file.as_deref(), value.clone())),
            _ => None,
        });
        claims.collect()
    }

    const ANNOTATIONS: &str = "version = 1\n\n[[annotations]]\npath = \"weights/**\"\nSPDX-License-Identifier = \"CC-BY-4.0\"\n\n\
        [[annotations]]\npath = [\"a.py\", \"**\"]\nprecedence = \"override\"\nSPDX-License-Identifier = [\"MIT\", \"Apache-2.0\"]\n";

    #[test]
    fn annotations_state_licenses_of_patterns() {
        let out = extracted("sub/REUSE.toml", ANNOTATIONS);
        let expected = [
            (Some("sub/weights/**"), "CC-BY-4.0"),
            (Some("sub/a.py"), "MIT"),
            (None, "MIT"),
            (Some("sub/a.py"), "Apache-2.0"),
            (None, "Apache-2.0"),
        ];
        assert_eq!(claims(&out), expected.map(|(file, value)| (file, value.to_owned())));
        assert_eq!(out.evidence[0].at.span.map(|span| span.start_line), Some(5));
        assert!(out.gaps.is_empty());
    }

    #[test]
    fn dep5_states_licenses_of_patterns_and_texts() {
        let text = "Format: https://example.org/1.0\nUpstream-Name: x\n\nFiles: *.json\n  data/*\nCopyright: x\nLicense: CC0-1.0\n\n\
            Files: *\nLicense: MIT\n\nLicense: MIT\n Some words\n .\n More\n";
        let out = extracted(".reuse/dep5", text);
        let expected = [(Some("*.json"), "CC0-1.0"), (Some("data/*"), "CC0-1.0"), (None, "MIT")];
        assert_eq!(claims(&out), expected.map(|(file, value)| (file, value.to_owned())));
        let texts: Vec<_> = out.texts.iter().map(|(_, content)| content).collect();
        assert_eq!(texts, [" Some words\n .\n More"]);
        assert!(out.gaps.is_empty());
    }

    #[test]
    fn what_is_not_understood_is_a_gap() {
        for text in [
            "annotations = 1",
            "annotations = [1]",
            "[[annotations]]\nSPDX-License-Identifier = \"MIT\"",
            "a = [",
            "\"",
            "a = 1\na = 2\n",
            "[[annotations]]\npath = 1\nSPDX-License-Identifier = \"MIT\"",
            "[[annotations]]\npath = \"a\"\nSPDX-License-Identifier = [[\"MIT\"]]",
            "[[annotations]]\npath = \"a\"\nSPDX-License-Identifier = \"\"",
            "\u{1b}[31m",
            "a\0b",
        ] {
            assert!(!extracted("REUSE.toml", text).gaps.is_empty(), "{text:?}");
        }
        assert!(!extracted(".reuse/dep5", "nothing of the kind\n").gaps.is_empty());
    }

    #[test]
    fn floods_are_bounded() {
        let many = vec!["\"a\""; 5000].join(",");
        let text = format!("[[annotations]]\npath = [{many}]\nSPDX-License-Identifier = [{many}]\n");
        let out = extracted("REUSE.toml", &text);
        assert_eq!(out.evidence.len(), MOST_CLAIMS);
        assert_eq!(out.gaps.iter().map(|gap| gap.kind).collect::<Vec<_>>(), [GapKind::Truncated]);
        let _ = extracted("REUSE.toml", &format!("a = {}", "[".repeat(100_000)));
        let _ = extracted("REUSE.toml", &format!("{}a = 1", "a.".repeat(100_000)));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(annotations|path|SPDX-License-Identifier|License: |Files: |\\[\\[|\\]\\]| = |\"a\"|\\n|\\PC){0,30}") {
            let _ = extracted("REUSE.toml", &text);
            let _ = extracted("a/.reuse/dep5", &text);
        }

        #[test]
        fn every_beginning_of_a_file_is_read(length in 0..=ANNOTATIONS.len()) {
            let out = extracted("REUSE.toml", ANNOTATIONS.get(..length).unwrap_or_default());
            prop_assert!(out.evidence.len() <= 5);
        }
    }
}
