//! Holds the house to its plan: the floors, the length of files, the names that must agree.
#![expect(clippy::disallowed_methods, reason = "this test reads the source code of the project")]

use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// A module may use what stands on a lower floor, and its own room.
const FLOORS: [(usize, &[&str]); 8] = [
    (
        0,
        &[
            "clause", "error", "evidence", "fact", "finding", "gap", "license", "lineage", "location", "mention",
            "scan", "subject",
        ],
    ),
    (1, &["source"]),
    (2, &["extract", "classify", "resolve"]),
    (3, &["policy"]),
    (4, &["lint"]),
    (5, &["report"]),
    (6, &["run"]),
    (7, &["cli", "main"]),
];

/// Floors that are one room: the records make up one vocabulary, and `main` is the door of `cli`.
const ONE_ROOM: [usize; 2] = [0, 7];

/// No file is longer than this, in lines.
const LONGEST: usize = 600;

/// Files that may be, with the reason.
const LONGER: [(&str, &str); 1] = [("extract/card_body.rs", "one reader of Markdown; more than a third are its tests")];

/// The tour names every room and belongs to none.
const TOUR: &str = "lib.rs";

struct SourceFile {
    /// Slash-separated, from `src/`.
    path: String,
    text: String,
}

impl SourceFile {
    /// `gap.rs` and `source/dir.rs` belong to `gap` and `source`.
    fn room(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }
}

fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn source_files() -> Vec<SourceFile> {
    let root = project().join("src");
    let found = WalkDir::new(&root).sort_by_file_name().into_iter().map(|entry| entry.expect("src/ can be read"));
    let rust = found.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"));
    rust.map(|entry| {
        let below = entry.path().strip_prefix(&root).expect("it is below");
        let path = below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
        SourceFile { path, text: fs::read_to_string(entry.path()).expect("Rust code is text") }
    })
    .collect()
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().find(|(_, rooms)| rooms.contains(&room)).map(|(floor, _)| *floor)
}

/// Why a room may not use another; `None` where it may.
fn objection(from: &str, to: &str) -> Option<String> {
    if from == to {
        return None;
    }
    let Some(from_floor) = floor(from) else { return Some(format!("{from} stands on no floor")) };
    let Some(to_floor) = floor(to) else { return Some(format!("{to} stands on no floor")) };
    if to_floor < from_floor || (to_floor == from_floor && ONE_ROOM.contains(&to_floor)) {
        return None;
    }
    Some(format!("{from} (floor {from_floor}) uses {to} (floor {to_floor})"))
}

/// The rooms that a piece of code names: `crate::x`, `crate::{x, y::z}`, and from a file on the top level `super::x`.
fn rooms_used(file: &SourceFile) -> Vec<String> {
    let code = without_comments(&file.text);
    let mut rooms = Vec::new();
    let is_top_level = !file.path.contains('/');
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start) {
            let is_whole_word = !code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_');
            if !is_whole_word || (start == "super::" && !is_top_level) {
                continue;
            }
            let named = first_names(&code[at + start.len()..]);
            // `super::` in a test module of such a file is the file itself.
            rooms.extend(named.into_iter().filter(|name| start == "crate::" || floor(name).is_some()));
        }
    }
    rooms
}

/// The first name of a path, or those of a group in braces.
fn first_names(path: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let path = path.trim_start();
    let Some(group) = path.strip_prefix('{') else { return vec![word(path)] };
    let mut names = Vec::new();
    let mut depth = 1;
    let mut item = String::new();
    for character in group.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 || (depth == 1 && character == ',') {
            names.push(word(item.trim_start()));
            item.clear();
        } else {
            item.push(character);
        }
        if depth == 0 {
            break;
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// Links in documentation may point upwards: they are no use. A `//` in a string costs the rest of its line, which no
/// path of ours shares.
fn without_comments(text: &str) -> String {
    let lines = text.lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn no_module_uses_what_stands_above_or_beside_it() {
    let mut objections = Vec::new();
    for file in source_files().iter().filter(|file| file.path != TOUR) {
        let complaints = rooms_used(file).into_iter().filter_map(|room| objection(file.room(), &room));
        objections.extend(complaints.map(|complaint| format!("src/{}: {complaint}", file.path)));
    }
    assert!(objections.is_empty(), "\n{}", objections.join("\n"));
}

#[test]
fn every_module_stands_on_a_floor() {
    for file in source_files().iter().filter(|file| file.path != TOUR) {
        assert!(floor(file.room()).is_some(), "src/{}: add it to a floor of DESIGN and of this table", file.path);
    }
}

#[test]
fn no_path_climbs_two_floors_at_once() {
    for file in source_files() {
        let climbs = without_comments(&file.text).contains("super::super::");
        assert!(!climbs, "src/{}: write `crate::`, which says where the path leads", file.path);
    }
}

#[test]
fn no_file_is_too_long_to_read() {
    for file in source_files() {
        let lines = file.text.lines().count();
        let reason = LONGER.iter().find(|(path, _)| *path == file.path);
        assert!(lines <= LONGEST || reason.is_some(), "src/{}: {lines} lines, more than {LONGEST}", file.path);
    }
    for (path, _) in LONGER {
        let is_longer = source_files().iter().any(|file| file.path == path && file.text.lines().count() > LONGEST);
        assert!(is_longer, "src/{path} needs no exception any more");
    }
}

#[test]
fn every_rule_has_its_spec() {
    let rules = names(&project().join("src/policy/rules"), "rs");
    let specs = names(&project().join("tests/specs"), "md");
    // Both come to be one after the other; from then on they agree.
    if let (Some(rules), Some(specs)) = (rules, specs) {
        let without_spec: Vec<_> = rules.iter().filter(|rule| !specs.contains(rule)).collect();
        assert!(without_spec.is_empty(), "no tests/specs/<name>.md for {without_spec:?}");
    }
}

/// Names of the files with an extension, `_` as `-`, apart from `mod.rs`; `None` where there is no such directory.
fn names(directory: &Path, extension: &str) -> Option<Vec<String>> {
    let files = fs::read_dir(directory).ok()?.map(|entry| entry.expect("it can be read").path());
    let files = files.filter(|path| path.extension().is_some_and(|found| found == extension));
    let stems = files.filter_map(|path| Some(path.file_stem()?.to_string_lossy().replace('_', "-")));
    Some(stems.filter(|stem| stem != "mod").collect())
}

#[test]
fn the_check_sees_what_it_should() {
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    let used = |path: &str, text: &str| rooms_used(&file(path, text));
    assert_eq!(
        used("source/dir.rs", "use crate::{gap::{Gap, GapKind}, scan};\nfn f(x: crate::run::X) {}"),
        ["gap", "scan", "run"]
    );
    assert_eq!(used("gap.rs", "use super::policy::Rule; mod tests { use super::*; }"), ["policy"]);
    assert_eq!(used("gap.rs", "/// See [`crate::report`].\npub(crate) struct X; // crate::cli"), [""; 0]);
    assert_eq!(objection("extract", "source"), None);
    assert_eq!(objection("scan", "fact"), None);
    for (from, to) in [("extract", "classify"), ("gap", "source"), ("policy", "report"), ("source", "nowhere")] {
        assert!(objection(from, to).is_some(), "{from} must not use {to}");
    }
    assert_eq!(file("policy/rules/mod.rs", "").room(), "policy");
}
