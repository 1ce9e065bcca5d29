//! Targets: what the user named becomes a tree to scan.

#![expect(clippy::disallowed_methods, reason = "a target is looked for where the user stands")]

use std::path::Path;

use licentia::gap::GapKind;
use licentia::report::escape::inert_within;
use licentia::scan::SourceKind;
use licentia::source::absent::AbsentTree;
use licentia::source::hub_id::{HubId, HubList};
use licentia::source::{Obstacle, SourceTree, cached, dir, side_by_side};

use super::args::{HubCache, Input};
use super::classify::list_of;
use super::failure::{Failure, failures};
use super::hub::{Reach, owner_of};

/// The targets that a file lists, one a line; empty lines and those behind a hash sign do not count.
pub(super) fn listed(input: &Input) -> Result<Vec<String>, Failure> {
    let Some(list) = &input.targets_from else { return Ok(Vec::new()) };
    let bytes = list_of(list, "target")?;
    let text = std::str::from_utf8(&bytes).map_err(|_| {
        Failure::usage(format!("the list {} is not UTF-8", list.display()), "save it as UTF-8, one target a line")
    })?;
    let lines = text.lines().map(str::trim);
    Ok(lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect())
}

/// Targets that wait for the Hub at the same time.
const AT_ONCE: usize = 8;

/// A target that was opened.
pub(super) struct Opened {
    /// Its place among those that were named; the members of a list share that of the list.
    pub(super) of: usize,
    /// As it is called: a member of a list by its own name.
    pub(super) name: String,
    pub(super) tree: Box<dyn SourceTree>,
}

/// Opens every target. One that cannot be opened fails the run: a gate that checks less than it was asked for is open.
/// A repository of the Hub that cannot be read is a tree with a gap instead, which closes the gate as well and keeps no
/// other from being judged.
pub(super) fn open(
    targets: &[String],
    command: &str,
    reach: &Reach,
    has_more: bool,
) -> Result<Vec<Opened>, Vec<Failure>> {
    if targets.is_empty() && !has_more {
        let help = format!("name a directory: licentia {command} .");
        return Err(Failure::usage("no target was named", help).into());
    }
    let numbered: Vec<(usize, &String)> = targets.iter().enumerate().collect();
    let answers = side_by_side(&numbered, AT_ONCE, |(of, target)| open_one(target, *of, command, reach));
    let mut opened = Vec::new();
    let mut failures = Vec::new();
    for answer in answers {
        match answer {
            Ok(some) => opened.extend(some),
            Err(more) => failures.extend(more),
        }
    }
    if failures.is_empty() { Ok(opened) } else { Err(failures) }
}

/// Everything in the cache of `huggingface_hub`, where that was asked for.
pub(super) fn in_cache(input: &Input, reach: &Reach) -> Result<Vec<Opened>, Vec<Failure>> {
    let Some(asked) = &input.hub_cache else { return Ok(Vec::new()) };
    let help = "name it: --hub-cache=DIR";
    let cache = match asked {
        HubCache::Usual => reach.cache(),
        HubCache::At(path) => Some(path.as_path()),
    };
    let cache = cache.ok_or_else(|| Failure::usage("there is no Hugging Face cache here", help))?;
    let found = cached::open_all(cache).map_err(|error| vec![Failure::usage(error.to_string(), help)])?;
    if found.is_empty() {
        return Err(Failure::usage(format!("{} holds no repository of the Hub", cache.display()), help).into());
    }
    Ok(found.into_iter().map(|(name, tree)| Opened { of: usize::MAX, name, tree }).collect())
}

fn open_one(target: &str, of: usize, command: &str, reach: &Reach) -> Result<Vec<Opened>, Vec<Failure>> {
    let one = |tree: Box<dyn SourceTree>| Ok(vec![Opened { of, name: target.to_owned(), tree }]);
    let path = Path::new(target);
    let is_path = path.symlink_metadata().is_ok();
    match meaning(target) {
        // Only a file system of somebody who wants it so holds such a path.
        Meaning::Hub(id) if is_path => Err(ambiguous(target, &id, &id.address()).into()),
        Meaning::Hub(id) => one(reach.open(&id, target)),
        Meaning::List(list) => Ok(members(&list, target, of, reach)),
        // Most paths of two parts look like a name; only one that also is in the cache may mean either.
        Meaning::HubOrPath(id) if is_path && reach.is_cached(&id) => {
            Err(ambiguous(target, &id, &id.to_string()).into())
        }
        // Where a directory has the organisation's name, a path with a slip is as likely as a name.
        Meaning::HubOrPath(id) if !is_path && (reach.is_cached(&id) || !owner_of(&id).exists()) => {
            one(reach.open(&id, target))
        }
        Meaning::NoRepository if !is_path => Err(no_repository(target).into()),
        Meaning::Unsupported(kind) if !is_path => Err(unsupported(target, kind, command).into()),
        _ => match dir::open(path, target) {
            Ok(tree) => one(Box::new(tree)),
            Err(error) => Err(failures(&error)),
        },
    }
}

/// The members of a list; a list that cannot be read to its end is a tree with a gap.
fn members(list: &HubList, target: &str, of: usize, reach: &Reach) -> Vec<Opened> {
    let ids = match reach.members(list) {
        Ok(ids) if !ids.is_empty() => ids,
        other => {
            let empty = || {
                let detail = format!("{list} holds nothing that could be checked: look at {}", list.address());
                Obstacle::new(GapKind::Empty, detail)
            };
            let tree = AbsentTree::new(target, SourceKind::Hub, other.err().unwrap_or_else(empty));
            return vec![Opened { of, name: target.to_owned(), tree: Box::new(tree) }];
        }
    };
    side_by_side(&ids, AT_ONCE, |id| {
        let name = id.to_string();
        let tree = reach.open(id, &name);
        Opened { of, name, tree }
    })
}

/// What a target may mean, by its words alone.
#[derive(Debug, PartialEq, Eq)]
enum Meaning {
    /// A repository and nothing else.
    Hub(HubId),
    /// Several of them: a collection, the models of an author.
    List(HubList),
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
    if let Some(list) = HubList::of_link(target) {
        return Meaning::List(list);
    }
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

fn ambiguous(target: &str, id: &HubId, written: &str) -> Failure {
    let shown = inert_within(target, 200);
    let message = format!("{shown} is a path here and also the name of a repository of the Hub ({})", id.name);
    Failure::usage(message, format!("write ./{shown} for the path, {written} for the repository"))
}

fn no_repository(target: &str) -> Failure {
    let message = format!("{} names no repository of the Hub", inert_within(target, 200));
    Failure::usage(
        message,
        "write hf:org/name, hf:org/name@revision, hf:datasets/org/name, hf:org/* or hf:collections/owner/slug",
    )
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
        assert_eq!(meaning("hf:org/*"), Meaning::List(HubList::Author("org".to_owned())));
        assert_eq!(meaning("ollama:llama3"), Meaning::Unsupported("Ollama names"));
        assert_eq!(meaning("https://example.org/org/name"), Meaning::Unsupported("URLs"));
        for path in ["model", "./org/name", "../org/name", "/org/name", "a/b/c", "~/models/x", "", "org/name/"] {
            assert_eq!(meaning(path), Meaning::Path, "{path}");
        }
    }
}
