//! `setup.cfg` and `setup.py` of setuptools: the licence of the Python code in a directory.
//!
//! `setup.cfg` is read as `configparser` would
//! (<https://setuptools.pypa.io/en/latest/userguide/declarative_config.html>). `setup.py` is never run: only arguments that
//! stand there as plain strings are quoted, and what it computes is invisible.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::pyproject::is_license_classifier;
use super::{Extractor, File, Interest, Out, Place, Progress, field, role};
use crate::source::Entry;
use crate::subject::{Role, Scope};

/// Longest file that is read; the largest known ones have some 60 KB.
const MOST_BYTES: u64 = 256 * 1024;

/// Reads files of setuptools.
pub(crate) struct SetupCfg;

impl Extractor for SetupCfg {
    fn name(&self) -> &'static str {
        "setup-cfg"
    }

    fn interest(&self, entry: &Entry) -> Interest {
        match entry.name() {
            "setup.cfg" | "setup.py" => Interest::Whole { most: MOST_BYTES },
            _ => Interest::Nothing,
        }
    }

    fn extract(&self, file: &File<'_>, out: &mut Out) -> Progress {
        let scope = role(file.directory(), Role::Code);
        if let Some(text) = field::whole_text(file, out) {
            if file.name() == "setup.py" {
                script(&text, &scope, out);
            } else {
                configuration(&text, &scope, out);
            }
        }
        Progress::Done
    }
}

/// `[metadata]` of a `setup.cfg`.
fn configuration(text: &str, scope: &Scope, out: &mut Out) {
    let mut seen = Vec::new();
    for (key, lines) in metadata(text) {
        let place = |range: &Range<usize>| Place::bytes(text, range.clone()).with_key(format!("metadata.{key}"));
        let is_single = matches!(key.as_str(), "license" | "license_expression");
        if is_single && seen.contains(&key) {
            field::repeated(out, lines.first().map_or_else(Place::whole, place), &key);
        }
        match key.as_str() {
            "license" | "license_expression" => {
                if let (Some(first), Some(last)) = (lines.first(), lines.last()) {
                    let value: Vec<&str> = lines.iter().filter_map(|range| text.get(range.clone())).collect();
                    let (place, value) = (place(&(first.start..last.end)), value.join("\n"));
                    match key.as_str() {
                        "license" => field::license(out, scope.clone(), place, &value),
                        _ => field::expression(out, scope.clone(), place, &value),
                    }
                }
            }
            "license_file" | "license_files" => {
                for range in lines.iter().flat_map(|range| split(text, range, ',')) {
                    field::license_link(out, scope.clone(), place(&range), text.get(range.clone()).unwrap_or_default());
                }
            }
            "classifier" | "classifiers" => {
                for range in lines.iter().flat_map(|range| split(text, range, ',')) {
                    let value = text.get(range.clone()).unwrap_or_default();
                    if is_license_classifier(value) {
                        field::license(out, scope.clone(), place(&range), value);
                    }
                }
            }
            _ => continue,
        }
        seen.push(key);
    }
}

/// Keys of `[metadata]`, each with the places of its lines. Keys are folded as setuptools folds them: case, and hyphens.
fn metadata(text: &str) -> Vec<(String, Vec<Range<usize>>)> {
    let mut pairs: Vec<(String, Vec<Range<usize>>)> = Vec::new();
    let (mut is_metadata, mut start) = (false, 0);
    for line in text.split_inclusive('\n') {
        let range = start..start + line.len();
        start = range.end;
        let content = line.trim();
        if content.is_empty() || content.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with([' ', '\t']) {
            if let Some((_, lines)) = pairs.last_mut().filter(|_| is_metadata) {
                lines.push(trimmed(text, range));
            }
            continue;
        }
        if let Some(section) = content.strip_prefix('[') {
            is_metadata = section.strip_suffix(']').is_some_and(|name| name.trim() == "metadata");
            continue;
        }
        if let Some((key, _)) = line.split_once(['=', ':']).filter(|_| is_metadata) {
            let value = trimmed(text, range.start + key.len() + 1..range.end);
            let lines = if value.is_empty() { Vec::new() } else { vec![value] };
            pairs.push((key.trim().to_ascii_lowercase().replace('-', "_"), lines));
        }
    }
    pairs
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (part.len() - part.trim_start().len());
    start..start + part.trim().len()
}

fn split(text: &str, range: &Range<usize>, separator: char) -> Vec<Range<usize>> {
    let mut start = range.start;
    let parts = text.get(range.clone()).unwrap_or_default().split(separator);
    parts
        .map(|part| {
            let here = start..start + part.len();
            start = here.end + separator.len_utf8();
            trimmed(text, here)
        })
        .collect()
}

/// Arguments of `setup()` that are plain strings, and classifiers wherever they stand as one.
static ARGUMENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?x)
        \b(?<name> license(?:_expression|_files?)? ) \s*=\s* (?<value> \[[^\]]*\] | \([^()]*\) | "[^"\n]*" | '[^'\n]*' )
        | ["'] (?<classifier> License\ ::\ [^"'\n]* ) ["']"#,
    )
    .ok()
});

static STRING: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#""([^"\n]*)"|'([^'\n]*)'"#).ok());

fn script(text: &str, scope: &Scope, out: &mut Out) {
    let (Some(argument), Some(string)) = (ARGUMENT.as_ref(), STRING.as_ref()) else {
        return;
    };
    for found in argument.captures_iter(text) {
        let Some(whole) = found.get(0) else {
            continue;
        };
        let line = text.get(..whole.start()).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
        if line.trim_start().starts_with('#') {
            continue;
        }
        if let Some(classifier) = found.name("classifier") {
            let place = Place::bytes(text, classifier.range()).with_key("classifiers");
            field::license(out, scope.clone(), place, classifier.as_str());
            continue;
        }
        let (Some(name), Some(value)) = (found.name("name"), found.name("value")) else {
            continue;
        };
        for part in string.captures_iter(value.as_str()) {
            let Some(inner) = part.get(1).or_else(|| part.get(2)) else {
                continue;
            };
            let range = value.start() + inner.start()..value.start() + inner.end();
            let place = Place::bytes(text, range).with_key(name.as_str());
            match name.as_str() {
                "license" => field::license(out, scope.clone(), place, inner.as_str()),
                "license_expression" => field::expression(out, scope.clone(), place, inner.as_str()),
                _ => field::license_link(out, scope.clone(), place, inner.as_str()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::extract::testing::{drive, gaps, lines, wants};
    use crate::gap::GapKind;

    fn cfg(text: &str) -> Vec<String> {
        lines(&drive(&SetupCfg, "setup.cfg", text.as_bytes()))
    }

    fn py(text: &str) -> Vec<String> {
        lines(&drive(&SetupCfg, "d/setup.py", text.as_bytes()))
    }

    #[test]
    fn the_metadata_of_a_configuration_is_quoted() {
        let text = "[metadata]\nname = x\nLicense = MIT License\nlicense-files =\n  LICENSE\n  # no\n  a.txt, b.txt\n\
                    classifiers =\n    Topic :: X\n    License :: OSI Approved :: MIT License\n\
                    [options]\nlicense = no\n";
        assert_eq!(
            cfg(text),
            [
                "license MIT License [metadata.license:3] code",
                "link LICENSE [metadata.license_files:5] code",
                "link a.txt [metadata.license_files:7] code",
                "link b.txt [metadata.license_files:7] code",
                "license License :: OSI Approved :: MIT License [metadata.classifiers:10] code",
            ]
        );
        assert!(wants(&SetupCfg, "a/setup.py") && wants(&SetupCfg, "setup.cfg") && !wants(&SetupCfg, "xsetup.py"));
    }

    #[test]
    fn an_expression_and_an_old_key_are_read() {
        assert_eq!(
            cfg("[metadata]\nlicense_expression: MIT\n"),
            ["expression MIT [metadata.license_expression:2] code"]
        );
        assert_eq!(cfg("[metadata]\nlicense_file = LICENSE\n"), ["link LICENSE [metadata.license_file:2] code"]);
        assert_eq!(cfg("[metadata]\nlicense =\n  one\n  two\n"), ["field of 7 bytes [metadata.license:3] code"]);
        assert!(cfg("license = MIT\n[other]\nlicense = MIT\n").is_empty());
        assert!(cfg("[metadata]\nlicense =\nname = x\n").is_empty());
    }

    #[test]
    fn a_repeated_key_is_kept_and_reported() {
        let out = drive(&SetupCfg, "setup.cfg", b"[metadata]\nlicense = MIT\nlicense = ISC\n");
        assert_eq!((out.evidence.len(), out.gaps.len()), (2, 1));
    }

    #[test]
    fn plain_strings_of_a_script_are_quoted() {
        let text = "setup(\n  name='x',\n  license = \"Apache 2.0\",\n  # license='GPL',\n  license_files=('A', \"B\"),\n\
                    classifiers=[\n    'License :: OSI Approved :: MIT License',\n  ])\n";
        assert_eq!(
            py(text),
            [
                "license Apache 2.0 [license:3] code d",
                "link A [license_files:5] code d",
                "link B [license_files:5] code d",
                "license License :: OSI Approved :: MIT License [classifiers:7] code d",
            ]
        );
    }

    #[test]
    fn what_a_script_computes_is_not_guessed() {
        for text in ["license=LICENSE", "license=open('L').read()", "license=''", "mylicense='MIT'", "license='open\n'"]
        {
            assert!(py(text).is_empty(), "{text}");
        }
        assert_eq!(gaps(&SetupCfg, "setup.py", b"a\0b"), [GapKind::Malformed]);
    }

    proptest! {
        #[test]
        fn no_configuration_makes_it_panic(text in "(\\[metadata\\]|license|classifiers|[ =:,\n\té#;\\]\\[]){0,40}") {
            let _ = cfg(&text);
            let _ = py(&text);
        }

        #[test]
        fn no_script_makes_it_panic(text in "(license|_files|License :: |[ =\"'\n\\[\\]é#]){0,40}") {
            let _ = py(&text);
        }
    }
}
