//! Targets: what the user named becomes a tree to scan.

#![expect(clippy::disallowed_methods, reason = "a target is looked for where the user stands")]

use std::path::Path;

use licentia::report::escape::inert_within;
use licentia::source::SourceTree;
use licentia::source::dir::{self, DirectoryTree};

use super::failure::{Failure, failures};

/// Opens every target. One that cannot be opened fails the run: a gate that checks less than it was asked for is open.
pub(super) fn open(targets: &[String], command: &str) -> Result<Vec<Box<dyn SourceTree>>, Vec<Failure>> {
    if targets.is_empty() {
        let help = format!("name a directory: licentia {command} .");
        return Err(Failure::usage("no target was named", help).into());
    }
    let mut trees: Vec<Box<dyn SourceTree>> = Vec::new();
    let mut failures = Vec::new();
    for target in targets {
        match open_one(target, command) {
            Ok(tree) => trees.push(Box::new(tree)),
            Err(more) => failures.extend(more),
        }
    }
    if failures.is_empty() { Ok(trees) } else { Err(failures) }
}

fn open_one(target: &str, command: &str) -> Result<DirectoryTree, Vec<Failure>> {
    let path = Path::new(target);
    if path.symlink_metadata().is_err()
        && let Some(kind) = remote_kind(target)
    {
        return Err(unsupported(target, kind, command).into());
    }
    dir::open(path, target).map_err(|error| failures(&error))
}

/// What a target means that names no path: a scheme, or `org/name` where no directory `org` is.
fn remote_kind(target: &str) -> Option<&'static str> {
    const SCHEMES: [(&str, &str); 6] = [
        ("hf:", "Hub IDs are"),
        ("https://huggingface.co/", "Hub URLs are"),
        ("https://hf.co/", "Hub URLs are"),
        ("ollama:", "Ollama names are"),
        ("https://", "URLs are"),
        ("http://", "URLs are"),
    ];
    if let Some((_, kind)) = SCHEMES.iter().find(|(scheme, _)| target.starts_with(scheme)) {
        return Some(kind);
    }
    let (owner, name) = target.split_once('/')?;
    let name = name.split_once('@').map_or(name, |(name, _)| name);
    let is_word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_alphanumeric())
            && word.chars().all(|character| character.is_ascii_alphanumeric() || "-_.".contains(character))
    };
    (is_word(owner) && is_word(name) && !Path::new(owner).exists()).then_some("Hub IDs are")
}

fn unsupported(target: &str, kind: &str, command: &str) -> Failure {
    let id = target.trim_start_matches("hf:").trim_start_matches("https://").trim_start_matches("huggingface.co/");
    let id = id.trim_start_matches("hf.co/").split('@').next().unwrap_or(id);
    let name = id.rsplit('/').find(|part| !part.is_empty()).unwrap_or("model");
    let help = if kind.starts_with("Hub") {
        format!("scan a copy: hf download {id} --local-dir {name} && licentia {command} {name}")
    } else {
        format!("scan a copy on disk: licentia {command} DIRECTORY")
    };
    let message = format!("{} is no path here, and {kind} not supported in this version", inert_within(target, 200));
    Failure::usage(message, help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_looks_like_an_id_is_taken_for_one() {
        assert_eq!(remote_kind("meta-llama/Llama-3.1-8B@main"), Some("Hub IDs are"));
        assert_eq!(remote_kind("hf:org/name"), Some("Hub IDs are"));
        assert_eq!(remote_kind("ollama:llama3"), Some("Ollama names are"));
        for path in ["model", "./org/name", "../org/name", "/org/name", "a/b/c", "src/nothing", "~/models/x", ""] {
            assert_eq!(remote_kind(path), None, "{path}");
        }
    }

    #[test]
    fn a_failure_says_how_to_scan_a_copy() {
        let failure = unsupported("hf:org/name@v1", "Hub IDs are", "check");
        assert_eq!(failure.help, "scan a copy: hf download org/name --local-dir name && licentia check name");
    }
}
