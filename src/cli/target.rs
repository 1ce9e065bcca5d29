//! Targets: what the user named becomes a tree to scan.

#![expect(clippy::disallowed_methods, reason = "a target is looked for where the user stands, a cache where it says")]

use std::env;
use std::path::{Path, PathBuf};

use licentia::report::escape::inert_within;
use licentia::source::hub_id::HubId;
use licentia::source::{SourceTree, cached, dir};

use super::failure::{Failure, failures};

/// Opens every target. One that cannot be opened fails the run: a gate that checks less than it was asked for is open.
/// A repository of the Hub that is not in the local cache is a tree with a gap instead, which closes the gate as well.
pub(super) fn open(targets: &[String], command: &str) -> Result<Vec<Box<dyn SourceTree>>, Vec<Failure>> {
    if targets.is_empty() {
        let help = format!("name a directory: licentia {command} .");
        return Err(Failure::usage("no target was named", help).into());
    }
    let cache = hub_cache(|name| env::var_os(name).map(PathBuf::from));
    let mut trees: Vec<Box<dyn SourceTree>> = Vec::new();
    let mut failures = Vec::new();
    for target in targets {
        match open_one(target, cache.as_deref(), command) {
            Ok(tree) => trees.push(tree),
            Err(more) => failures.extend(more),
        }
    }
    if failures.is_empty() { Ok(trees) } else { Err(failures) }
}

fn open_one(target: &str, cache: Option<&Path>, command: &str) -> Result<Box<dyn SourceTree>, Vec<Failure>> {
    let path = Path::new(target);
    let is_path = path.symlink_metadata().is_ok();
    match meaning(target) {
        // Only a file system of somebody who wants it so holds such a path.
        Meaning::Hub(id) if is_path => Err(ambiguous(target, &id, &id.address()).into()),
        Meaning::Hub(id) => Ok(cached::open(cache, &id, target)),
        // Most paths of two parts look like a name; only one that also is in the cache may mean either.
        Meaning::HubOrPath(id) if is_path && cached::holds(cache, &id) => {
            Err(ambiguous(target, &id, &id.to_string()).into())
        }
        // Where a directory has the organisation's name, a path with a slip is as likely as a name.
        Meaning::HubOrPath(id) if !is_path && (cached::holds(cache, &id) || !owner_of(&id).exists()) => {
            Ok(cached::open(cache, &id, target))
        }
        Meaning::NoRepository if !is_path => Err(no_repository(target).into()),
        Meaning::Unsupported(kind) if !is_path => Err(unsupported(target, kind, command).into()),
        _ => match dir::open(path, target) {
            Ok(tree) => Ok(Box::new(tree)),
            Err(error) => Err(failures(&error)),
        },
    }
}

/// What a target may mean, by its words alone.
#[derive(Debug, PartialEq, Eq)]
enum Meaning {
    /// A repository and nothing else.
    Hub(HubId),
    /// `org/name`, which may be a path.
    HubOrPath(HubId),
    /// A scheme or an address of the Hub, and no repository behind it.
    NoRepository,
    /// A scheme that is not supported yet: what such names are called.
    Unsupported(&'static str),
    Path,
}

fn meaning(target: &str) -> Meaning {
    const HUB: [&str; 4] = ["hf:", "https://huggingface.co/", "https://hf.co/", "http://huggingface.co/"];
    const OTHERS: [(&str, &str); 3] = [("ollama:", "Ollama names"), ("https://", "URLs"), ("http://", "URLs")];
    if HUB.iter().any(|scheme| target.starts_with(scheme)) {
        return HubId::of_link(target).map_or(Meaning::NoRepository, Meaning::Hub);
    }
    if let Some((_, kind)) = OTHERS.iter().find(|(scheme, _)| target.starts_with(scheme)) {
        return Meaning::Unsupported(kind);
    }
    match HubId::of_words(target).filter(|id| id.name.contains('/')) {
        Some(id) => Meaning::HubOrPath(id),
        None => Meaning::Path,
    }
}

fn owner_of(id: &HubId) -> &Path {
    Path::new(id.name.split('/').next().unwrap_or(&id.name))
}

/// Where `huggingface_hub` keeps its cache: the first of these variables that is set, else below the home directory
/// (<https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables>).
fn hub_cache(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let home =
        || ["HOME", "USERPROFILE"].iter().find_map(|name| variable(name).filter(|path| !path.as_os_str().is_empty()));
    let stated = |name: &str, below: &str| {
        let path = variable(name).filter(|path| !path.as_os_str().is_empty())?;
        let path = match path.strip_prefix("~") {
            Ok(rest) => home()?.join(rest),
            Err(_) => path,
        };
        // An empty name would add a slash.
        Some(if below.is_empty() { path } else { path.join(below) })
    };
    stated("HF_HUB_CACHE", "")
        .or_else(|| stated("HUGGINGFACE_HUB_CACHE", ""))
        .or_else(|| stated("HF_HOME", "hub"))
        .or_else(|| stated("XDG_CACHE_HOME", "huggingface/hub"))
        .or_else(|| Some(home()?.join(".cache/huggingface/hub")))
}

fn ambiguous(target: &str, id: &HubId, written: &str) -> Failure {
    let shown = inert_within(target, 200);
    let message = format!("{shown} is a path here and also the name of a repository of the Hub ({})", id.name);
    Failure::usage(message, format!("write ./{shown} for the path, {written} for the repository"))
}

fn no_repository(target: &str) -> Failure {
    let message = format!("{} names no repository of the Hub", inert_within(target, 200));
    Failure::usage(message, "write hf:org/name, hf:org/name@revision or hf:datasets/org/name")
}

fn unsupported(target: &str, kind: &str, command: &str) -> Failure {
    let message =
        format!("{} is no path here, and {kind} are not supported in this version", inert_within(target, 200));
    Failure::usage(message, format!("scan a copy on disk: licentia {command} DIRECTORY"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_looks_like_an_id_is_taken_for_one() {
        let hub = |target| match meaning(target) {
            Meaning::Hub(id) => format!("is {id}"),
            Meaning::HubOrPath(id) => format!("may be {id}"),
            other => format!("{other:?}"),
        };
        assert_eq!(hub("meta-llama/Llama-3.1-8B@main"), "may be hf:meta-llama/Llama-3.1-8B@main");
        assert_eq!(hub("hf:org/name"), "is hf:org/name");
        assert_eq!(hub("hf:datasets/squad"), "is hf:datasets/squad");
        assert_eq!(hub("https://huggingface.co/org/name/tree/v1"), "is hf:org/name@v1");
        for nothing in ["hf:", "hf:a/b/c", "https://huggingface.co/", "https://huggingface.co/docs/hub"] {
            assert_eq!(meaning(nothing), Meaning::NoRepository, "{nothing}");
        }
        assert_eq!(meaning("ollama:llama3"), Meaning::Unsupported("Ollama names"));
        assert_eq!(meaning("https://example.org/org/name"), Meaning::Unsupported("URLs"));
        for path in ["model", "./org/name", "../org/name", "/org/name", "a/b/c", "~/models/x", "", "org/name/"] {
            assert_eq!(meaning(path), Meaning::Path, "{path}");
        }
    }

    #[test]
    fn the_cache_stands_where_the_first_variable_says() {
        let cache = |set: &[(&str, &str)]| {
            let found =
                hub_cache(|name| set.iter().find(|(key, _)| *key == name).map(|(_, value)| PathBuf::from(value)));
            found.map(|path| path.display().to_string()).unwrap_or_default()
        };
        let home = ("HOME", "/home/a");
        assert_eq!(cache(&[home]), "/home/a/.cache/huggingface/hub");
        assert_eq!(cache(&[home, ("XDG_CACHE_HOME", "/x")]), "/x/huggingface/hub");
        assert_eq!(cache(&[home, ("XDG_CACHE_HOME", "/x"), ("HF_HOME", "~/hf")]), "/home/a/hf/hub");
        assert_eq!(cache(&[home, ("HF_HOME", "/hf"), ("HF_HUB_CACHE", "/c")]), "/c");
        assert_eq!(cache(&[home, ("HF_HOME", ""), ("HF_HUB_CACHE", "")]), "/home/a/.cache/huggingface/hub");
        assert_eq!(cache(&[]), "");
    }
}
