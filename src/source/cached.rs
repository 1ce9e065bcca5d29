//! Repositories of the Hugging Face Hub by name, from the cache that `huggingface_hub` keeps on disk. No network.

use std::path::Path;

use super::SourceTree;
use super::absent::AbsentTree;
use super::dir::DirectoryTree;
use super::hub_cache::{self, Found};
use super::hub_id::HubId;
use crate::error::{Error, ErrorKind};

/// Opens a repository from a cache; `target` is what the user wrote. What the cache does not hold at that revision is
/// a tree without files and with a gap ([`AbsentTree`]), so that other targets are judged all the same. Without a
/// revision it is that of `main`, and no other snapshot stands in for it: its licence may differ.
pub fn open(cache: Option<&Path>, id: &HubId, target: &str) -> Box<dyn SourceTree> {
    let Some(cache) = cache else {
        let why = format!("{} was not looked for, because there is no Hugging Face cache", id.name);
        return Box::new(AbsentTree::of_repository(target, id, &why));
    };
    let revision = id.revision.as_deref().unwrap_or("main");
    let why = match hub_cache::find(cache, id) {
        Found::Snapshot(snapshot) => return Box::new(DirectoryTree::of_snapshot(snapshot, target)),
        Found::Nothing => format!("{} is not in the Hugging Face cache", id.name),
        Found::Others(commits) => {
            let several = if commits.len() == 1 { "snapshot" } else { "snapshots" };
            format!(
                "{} is in the Hugging Face cache and its revision {revision} is not ({several} there: {})",
                id.name,
                hub_cache::shortened(&commits)
            )
        }
    };
    Box::new(AbsentTree::of_repository(target, id, &why))
}

/// A tree and what it is called.
pub type Named = (String, Box<dyn SourceTree>);

/// Opens every snapshot of every repository in a cache, by name: `hf:org/name` for the state of `main`,
/// `hf:org/name@<commit>` for others.
///
/// # Errors
/// Of the kind [`ErrorKind::Target`], where there is no such cache.
pub fn open_all(cache: &Path) -> Result<Vec<Named>, Error> {
    let canonical = cache.canonicalize().map_err(|error| {
        let message = format!("the Hugging Face cache {} cannot be read: {error}", cache.display());
        Error::new(ErrorKind::Target, message)
    })?;
    let open = |(id, snapshot): (HubId, hub_cache::Snapshot)| {
        let target = id.to_string();
        let tree: Box<dyn SourceTree> = Box::new(DirectoryTree::of_snapshot(snapshot, &target));
        (target, tree)
    };
    Ok(hub_cache::snapshots(&canonical).into_iter().map(open).collect())
}

/// Whether the cache holds the repository, at whatever revision.
pub fn holds(cache: Option<&Path>, id: &HubId) -> bool {
    cache.is_some_and(|cache| hub_cache::find(cache, id) != Found::Nothing)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::gap::GapKind;
    use crate::scan::SourceKind;

    const FIRST: &str = "0123456789abcdef0123456789abcdef01234567";
    const SECOND: &str = "89abcdef0123456789abcdef0123456789abcdef";

    /// A cache with one repository: a card in each of two snapshots, `main` the second, a tag for the first.
    fn cache() -> tempfile::TempDir {
        let home = tempfile::tempdir().expect("a temporary directory");
        let folder = home.path().join("models--acme--tiny");
        for (commit, license) in [(FIRST, "mit"), (SECOND, "apache-2.0")] {
            let snapshot = folder.join("snapshots").join(commit);
            fs::create_dir_all(&snapshot).expect("writable");
            fs::write(snapshot.join("README.md"), format!("---\nlicense: {license}\n---\n")).expect("writable");
        }
        fs::create_dir_all(folder.join("refs/refs/pr")).expect("writable");
        for (name, commit) in [("main", SECOND), ("v1.0", FIRST), ("refs/pr/7", FIRST), ("gone", &"0".repeat(40))] {
            fs::write(folder.join("refs").join(name), commit).expect("writable");
        }
        home
    }

    fn opened(home: &tempfile::TempDir, words: &str) -> Box<dyn SourceTree> {
        let id = HubId::of_words(words).or_else(|| HubId::of_link(words)).expect("a name");
        open(Some(home.path()), &id, words)
    }

    #[test]
    fn a_name_opens_at_main_at_a_tag_and_at_a_commit() {
        let home = cache();
        for (words, commit) in [
            ("acme/tiny", SECOND),
            ("acme/tiny@main", SECOND),
            ("acme/tiny@v1.0", FIRST),
            ("acme/tiny@refs/pr/7", FIRST),
            (&format!("acme/tiny@{FIRST}"), FIRST),
            (&format!("acme/tiny@{}", FIRST.to_ascii_uppercase()), FIRST),
        ] {
            let tree = opened(&home, words);
            let source = tree.describe();
            assert_eq!((source.target.as_str(), source.revision.as_deref()), (words, Some(commit)));
            assert_eq!((source.kind, source.repository.as_deref()), (SourceKind::HubCache, Some("acme/tiny")));
            assert_eq!((tree.entries().len(), tree.gaps()), (1, [].as_slice()), "{words}");
        }
    }

    #[test]
    fn what_the_cache_does_not_hold_is_a_gap_that_says_how_to_fetch_it() {
        let home = cache();
        for (words, says) in [
            ("acme/small", "acme/small is not in the Hugging Face cache: run `hf download acme/small` and scan again"),
            ("hf:datasets/acme/tiny", "run `hf download acme/tiny --repo-type dataset`"),
            ("acme/tiny@v2", "its revision v2 is not (snapshots there: 0123456789ab"),
            ("acme/tiny@gone", "run `hf download acme/tiny --revision gone`"),
            (&format!("acme/tiny@{}", "0".repeat(40)), "its revision 000"),
        ] {
            let tree = opened(&home, words);
            assert!(tree.entries().is_empty());
            assert_eq!(tree.gaps().len(), 1);
            assert_eq!(tree.gaps()[0].kind, GapKind::NotFetched);
            assert!(tree.gaps()[0].detail.contains(says), "{}", tree.gaps()[0].detail);
        }
        let id = HubId::of_words("acme/tiny").expect("a name");
        let gap = open(None, &id, "acme/tiny").gaps().first().cloned().expect("a gap");
        assert!(gap.detail.contains("there is no Hugging Face cache"), "{}", gap.detail);
    }

    #[test]
    fn without_main_no_other_snapshot_stands_in() {
        let home = cache();
        fs::remove_file(home.path().join("models--acme--tiny/refs/main")).expect("it was there");
        assert_eq!(opened(&home, "acme/tiny").gaps().len(), 1);
        let id = HubId::of_words("acme/tiny").expect("a name");
        assert!(holds(Some(home.path()), &id) && !holds(None, &id));
    }

    #[test]
    fn a_ref_that_leads_elsewhere_opens_nothing() {
        let home = cache();
        fs::write(home.path().join("models--acme--tiny/refs/main"), "../../../etc").expect("writable");
        assert_eq!(opened(&home, "acme/tiny").gaps().len(), 1);
    }
}
