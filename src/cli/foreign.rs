//! Whether a directory was downloaded: then a policy in it is its author's, not the user's.

#![expect(clippy::disallowed_methods, reason = "what marks a download stands in the user's own directories")]

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Folders of the Hub's cache begin like this (<https://huggingface.co/docs/hub/local-cache>).
const CACHE_FOLDERS: [&str; 3] = ["models--", "datasets--", "spaces--"];
/// Hosts of the Hub.
const HOSTS: [&str; 2] = ["huggingface.co", "hf.co"];
/// Bytes of a configuration of Git. A longer one is not looked at: the mark stands near its beginning.
const CONFIGURATION_LIMIT: u64 = 1 << 16;

/// What shows that a directory was downloaded, in words that end a sentence; `None` where nothing does.
///
/// `directory` is a path without links; `home` is no download, though the Hub's whole cache lies in it.
pub(super) fn mark(directory: &Path, home: Option<&Path>) -> Option<&'static str> {
    if is_cached(directory) {
        return Some("it lies in the cache of the Hub");
    }
    if home != Some(directory) && holds_records(directory) {
        return Some("the records of a download from the Hub lie beside it (.cache/huggingface)");
    }
    is_clone(directory).then_some("its Git repository was cloned from the Hub")
}

/// `models--org--name/snapshots/<commit>`, and what lies below it.
fn is_cached(directory: &Path) -> bool {
    directory.ancestors().any(|snapshots| {
        let folder = snapshots.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
        snapshots.ends_with("snapshots") && CACHE_FOLDERS.iter().any(|start| folder.starts_with(start))
    })
}

/// `hf download --local-dir` leaves `.cache/huggingface/download`. A whole cache (`HF_HOME`) has the same name and holds
/// `hub`: a project may keep its own there.
fn holds_records(directory: &Path) -> bool {
    let records = directory.join(".cache").join("huggingface");
    records.is_dir() && (records.join("download").is_dir() || !records.join("hub").is_dir())
}

fn is_clone(directory: &Path) -> bool {
    configuration(directory).and_then(|text| origin(&text)).is_some_and(|url| is_of_the_hub(&url))
}

/// The configuration of the repository whose root this is. `.git` may be a file that says where the rest is.
fn configuration(directory: &Path) -> Option<String> {
    let git = directory.join(".git");
    let folder = if git.is_file() {
        let link = start_of(&git)?;
        directory.join(link.strip_prefix("gitdir:")?.trim())
    } else {
        git
    };
    start_of(&folder.join("config")).or_else(|| start_of(&common(&folder)?.join("config")))
}

/// Where a further working tree keeps what all of them share.
fn common(folder: &Path) -> Option<PathBuf> {
    start_of(&folder.join("commondir")).map(|path| folder.join(path.trim()))
}

fn start_of(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    // Only a file: a pipe would wait for ever.
    let file = path.is_file().then(|| File::open(path).ok())??;
    file.take(CONFIGURATION_LIMIT).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The address of the remote `origin` (git-config(1)).
fn origin(configuration: &str) -> Option<String> {
    let mut is_origin = false;
    for line in configuration.lines().map(str::trim) {
        if line.starts_with('[') {
            is_origin = line.to_ascii_lowercase().starts_with("[remote \"origin\"]");
        } else if let Some((key, value)) = line.split_once('=')
            && is_origin
            && key.trim().eq_ignore_ascii_case("url")
        {
            return Some(value.trim().trim_matches('"').to_owned());
        }
    }
    None
}

/// `https://huggingface.co/…`, `https://user@hf.co/…`, `git@hf.co:org/name`.
fn is_of_the_hub(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let is_below = |of: &str| host.strip_suffix(of).is_some_and(|rest| rest.ends_with('.'));
    HOSTS.iter().any(|known| host == *known || is_below(known))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn marked(paths: &[(&str, &str)], home: bool) -> bool {
        let world = tempfile::tempdir().expect("a temporary directory");
        let root = world.path().join("tree");
        for (path, content) in paths {
            let path = root.join(path);
            fs::create_dir_all(path.parent().expect("it lies below")).expect("a directory");
            fs::write(path, content).expect("a file");
        }
        mark(&root, home.then_some(root.as_path())).is_some()
    }

    #[test]
    fn a_download_leaves_its_records_and_a_whole_cache_is_none() {
        assert!(marked(&[(".cache/huggingface/download/README.md.metadata", "")], false));
        assert!(marked(&[(".cache/huggingface/.gitignore", "*")], false));
        assert!(!marked(&[(".cache/huggingface/hub/version.txt", "1")], false));
        assert!(!marked(&[(".cache/huggingface/token", "")], true));
        assert!(!marked(&[("README.md", "")], false));
    }

    #[test]
    fn a_clone_from_the_hub_says_so_in_its_configuration() {
        let cloned = |url: &str| {
            let text = format!("[core]\n\tbare = false\n[remote \"origin\"]\n\turl = {url}\n\tfetch = +refs/heads/*\n");
            marked(&[(".git/config", &text)], false)
        };
        for url in [
            "https://huggingface.co/org/name",
            "https://user:secret@huggingface.co/org/name",
            "git@hf.co:org/name",
            "ssh://git@HF.co:22/datasets/org/name",
        ] {
            assert!(cloned(url), "{url}");
        }
        for url in ["https://github.com/huggingface.co/name", "git@github.com:huggingface/x.git", "https://nothf.co/x"]
        {
            assert!(!cloned(url), "{url}");
        }
        let elsewhere = "[remote \"mirror\"]\n\turl = https://huggingface.co/org/name\n";
        assert!(!marked(&[(".git/config", elsewhere)], false));
    }

    #[test]
    fn a_submodule_keeps_its_configuration_elsewhere() {
        let text = "[remote \"origin\"]\n\turl = https://huggingface.co/org/name\n";
        assert!(marked(&[(".git", "gitdir: ../modules/x\n"), ("../modules/x/config", text)], false));
    }

    #[test]
    fn a_snapshot_lies_in_the_cache() {
        assert!(is_cached(Path::new("/home/a/.cache/huggingface/hub/models--org--name/snapshots/abc/sub")));
        assert!(!is_cached(Path::new("/home/a/snapshots/abc")) && !is_cached(Path::new("/models--a--b/refs")));
    }
}
