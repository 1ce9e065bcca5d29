//! Measures the classifier on a directory of labelled files:
//! `cargo run --release --example evaluate -- CORPUS [NAME…]`.
//!
//! `CORPUS/<name>/manifest.jsonl` has a row a file: `path`, and `ids` (SPDX identifiers) or `licenses` (any one of these
//! is right). Sets of identifiers are compared; `-only`, `-or-later` and deprecated identifiers are folded.

#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a command")]

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use licentia::evidence::TextKind;
use licentia::license::{Classification, MODIFIED_PREFIX, UNEXPLAINED};

/// Identifiers that name no licence: ignored on both sides.
const CATCH_ALLS: [&str; 15] = [
    "unknown",
    "free-unknown",
    "warranty-disclaimer",
    "other-permissive",
    "other-copyleft",
    "proprietary-license",
    "commercial-license",
    "generic-",
    "license-file-reference",
    "see-license",
    "public-domain-disclaimer",
    "non-commercial",
    "unlicensed",
    "unknown-license-reference",
    "public-domain",
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((corpus, names)) = arguments.split_first() else {
        println!("usage: evaluate CORPUS [NAME…]");
        return;
    };
    let names: Vec<&str> = if names.is_empty() {
        vec!["ml", "small", "scd", "mlreadme", "none"]
    } else {
        names.iter().map(String::as_str).collect()
    };
    for name in names {
        evaluate(&Path::new(corpus).join(name), name);
    }
    if arguments.len() == 1 || arguments.iter().any(|name| name == "spdx") {
        spdx();
    }
}

#[derive(Default)]
struct Tally {
    files: usize,
    exact: usize,
    wrong: Vec<String>,
}

fn evaluate(directory: &Path, name: &str) {
    let Ok(manifest) = std::fs::read_to_string(directory.join("manifest.jsonl")) else { return };
    let mut tally = Tally::default();
    let started = Instant::now();
    let mut bytes = 0;
    for line in manifest.lines() {
        let Ok(row) = serde_json::from_str::<serde_json::Value>(line) else { continue };
        let list = |key: &str| -> Vec<String> {
            row.get(key)
                .and_then(|list| list.as_array())
                .map(|list| list.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect())
                .unwrap_or_default()
        };
        let path = row.get("path").and_then(|path| path.as_str()).unwrap_or_default();
        let Ok(content) = std::fs::read(directory.join(path)) else { continue };
        let text = String::from_utf8_lossy(&content);
        bytes += text.len();
        let kind = if name == "mlreadme" || name == "none" || name == "scd" || name == "small" {
            TextKind::Header
        } else {
            TextKind::LicenseFile
        };
        let found = licentia::classify::text::classify(&text, kind);
        let got = ids(&found);
        let licenses = list("licenses");
        let is_right = if licenses.is_empty() {
            got == list("ids").iter().filter_map(|id| folded(id)).collect()
        } else {
            got.len() == 1 && licenses.iter().any(|id| got.contains(id))
        };
        tally.files += 1;
        if is_right {
            tally.exact += 1;
        } else {
            let want = if licenses.is_empty() { list("ids") } else { licenses };
            tally.wrong.push(format!("{path}: want {want:?} got {got:?} {}", found.outcome));
        }
    }
    for wrong in &tally.wrong {
        println!("  {wrong}");
    }
    let (files, exact) = (tally.files, tally.exact);
    let permille = exact * 1000 / files.max(1);
    let kilobytes = bytes as u128 / started.elapsed().as_millis().max(1);
    println!("{name}: {exact} of {files}, {}.{} %; {kilobytes} kB/s", permille / 10, permille % 10);
}

fn spdx() {
    let mut tally = Tally::default();
    let started = Instant::now();
    for license in license_db::licenses().iter().filter(|license| license.is_spdx() && !license.is_deprecated) {
        let Some(text) = license.text() else { continue };
        let found = licentia::classify::text::classify(text, TextKind::LicenseFile);
        tally.files += 1;
        let got = ids(&found);
        if folded(license.id).is_some_and(|id| got == BTreeSet::from([id])) {
            tally.exact += 1;
        } else {
            tally.wrong.push(format!("{}: {got:?} {}", license.id, found.outcome));
        }
    }
    for wrong in &tally.wrong {
        println!("  {wrong}");
    }
    println!("spdx: {} of {}, {} ms", tally.exact, tally.files, started.elapsed().as_millis());
}

fn ids(found: &Classification) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for one in &found.matches {
        for atom in one.expression.atoms() {
            if atom.license == UNEXPLAINED {
                continue;
            }
            let license =
                atom.license.strip_prefix(MODIFIED_PREFIX).map_or(atom.license.clone(), |id| format!("modified-{id}"));
            ids.extend(folded(&license));
            if let Some(addition) = &atom.addition {
                ids.extend(folded(&addition.replace("AdditionRef-", "LicenseRef-")));
            }
        }
    }
    ids
}

fn folded(id: &str) -> Option<String> {
    let id = id.trim_end_matches('+');
    let id = id.trim_end_matches("-only").trim_end_matches("-or-later");
    let bare = id.strip_prefix("LicenseRef-scancode-").unwrap_or(id);
    if CATCH_ALLS
        .iter()
        .any(|catch_all| bare == *catch_all || bare.starts_with("unknown-") || bare.starts_with("generic-"))
    {
        return None;
    }
    let replaced = license_db::license(id).and_then(|license| license.replaced_by).unwrap_or(id);
    Some(
        replaced
            .split(" WITH ")
            .next()
            .unwrap_or(replaced)
            .trim_end_matches("-only")
            .trim_end_matches("-or-later")
            .to_owned(),
    )
}
