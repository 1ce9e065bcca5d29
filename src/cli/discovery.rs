//! Where the policy lies: the nearest directory from the current one upward that holds one.
//!
//! Nothing beyond the root of the version-controlled tree, nothing from the home directory, and nothing that was
//! downloaded: a policy is the project's own.

#![expect(clippy::disallowed_methods, reason = "the policy is looked for where the user stands")]

use std::path::{Path, PathBuf};

use licentia::policy::PolicyFile;

use super::failure::{Failure, POLICY};
use super::{foreign, layers};

/// Names of policy files, in the order in which they are listed.
pub(super) const NAMES: [&str; 4] = ["licentia.toml", ".licentia.toml", IN_CONFIG, PYPROJECT];
/// In a home directory this is a place for settings of every program, and settings are no policy.
const IN_CONFIG: &str = ".config/licentia.toml";
/// Holds a policy only where it has the table.
pub(super) const PYPROJECT: &str = "pyproject.toml";
/// What marks the root of a version-controlled tree: nothing above it belongs to the project.
const ROOT_MARKS: [&str; 4] = [".git", ".hg", ".jj", ".svn"];
/// Directories looked at upward before giving up: deeper trees than this are loops of mounts.
const DEEPEST: usize = 256;

/// What the search found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// The policy file, as a path from the current directory (`../licentia.toml`).
    pub(super) path: Option<PathBuf>,
    /// Policy files that are not obeyed, with what shows that they were downloaded.
    pub(super) refused: Vec<(PathBuf, &'static str)>,
}

/// The nearest policy file.
pub(super) fn nearest() -> Result<Found, Failure> {
    let here = std::env::current_dir().map_err(|error| {
        let message = format!("the current directory cannot be found: {error}");
        Failure::new(POLICY, message, "pass --policy FILE or --preset NAME")
    })?;
    let home = std::env::home_dir().and_then(|home| home.canonicalize().ok());
    nearest_from(&here, home.as_deref())
}

/// `here` and `home` are paths without links.
fn nearest_from(here: &Path, home: Option<&Path>) -> Result<Found, Failure> {
    let mut upward = PathBuf::new();
    let mut found = Found::default();
    let levels = levels(here, home);
    for (position, directory) in levels.iter().enumerate() {
        let present = present(directory, home == Some(directory));
        let mark = || levels.iter().skip(position).find_map(|above| foreign::mark(above, home));
        match present.as_slice() {
            [] => {}
            names => match (mark(), names) {
                (Some(mark), _) => found.refused.extend(names.iter().map(|name| (upward.join(name), mark))),
                (None, [name]) => {
                    found.path = Some(upward.join(name));
                    return Ok(found);
                }
                (None, names) => return Err(side_by_side(&upward, names)),
            },
        }
        upward.push("..");
    }
    Ok(found)
}

/// The directories that may hold the policy, the nearest first.
fn levels<'p>(here: &'p Path, home: Option<&Path>) -> Vec<&'p Path> {
    let mut levels = Vec::new();
    for directory in here.ancestors().take(DEEPEST) {
        let is_home = home == Some(directory);
        if is_home && directory != here {
            break;
        }
        levels.push(directory);
        if is_home || ROOT_MARKS.iter().any(|mark| directory.join(mark).exists()) {
            break;
        }
    }
    levels
}

/// The policy files in a directory.
pub(super) fn present(directory: &Path, is_home: bool) -> Vec<&'static str> {
    let holds_policy = |name: &&str| {
        let path = directory.join(name);
        match *name {
            IN_CONFIG if is_home => false,
            // One that is no TOML or cannot be read is for its own tools to complain about.
            PYPROJECT => {
                path.is_file() && layers::text_of(&path).is_ok_and(|text| PolicyFile::is_there(&text, PYPROJECT))
            }
            _ => path.is_file(),
        }
    };
    NAMES.into_iter().filter(holds_policy).collect()
}

fn side_by_side(upward: &Path, names: &[&str]) -> Failure {
    let paths: Vec<String> = names.iter().map(|name| upward.join(name).display().to_string()).collect();
    let message = format!("{} stand side by side, and each is a policy", paths.join(" and "));
    Failure::new(POLICY, message, "keep one, or say which with --policy FILE")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A world with these files, and what is found from `here` where `home` is the home directory.
    fn found(files: &[&str], here: &str, home: &str) -> Result<Found, Failure> {
        let world = tempfile::tempdir().expect("a temporary directory");
        let root = world.path().canonicalize().expect("it is there");
        for file in files {
            let path = root.join(file);
            fs::create_dir_all(path.parent().expect("it lies below")).expect("a directory");
            let text = if file.ends_with("with/pyproject.toml") { "[tool.licentia]\n" } else { "" };
            fs::write(path, text).expect("a file");
        }
        for directory in [here, home] {
            fs::create_dir_all(root.join(directory)).expect("a directory");
        }
        nearest_from(&root.join(here), Some(&root.join(home)))
    }

    fn path(files: &[&str], here: &str, home: &str) -> Option<String> {
        let found = found(files, here, home).expect("one policy at most");
        found.path.map(|path| path.display().to_string())
    }

    #[test]
    fn the_nearest_directory_with_a_policy_counts() {
        let files = ["a/.git/HEAD", "a/licentia.toml", "a/b/.config/licentia.toml"];
        assert_eq!(path(&files, "a/b/c", "home").as_deref(), Some("../.config/licentia.toml"));
        assert_eq!(path(&files, "a", "home").as_deref(), Some("licentia.toml"));
        assert_eq!(path(&["a/licentia.toml", "a/b/.git/HEAD"], "a/b/c", "home"), None);
    }

    #[test]
    fn nothing_from_the_home_directory_is_a_policy_unless_one_works_in_it() {
        let files = ["licentia.toml", "home/licentia.toml", "home/.config/licentia.toml"];
        assert_eq!(path(&files, "home/project", "home"), None);
        assert_eq!(path(&files, "home", "home").as_deref(), Some("licentia.toml"));
        assert_eq!(path(&["licentia.toml", "home/.config/licentia.toml"], "home", "home"), None);
    }

    #[test]
    fn pyproject_counts_only_with_its_table() {
        assert_eq!(path(&["with/pyproject.toml"], "with", "home").as_deref(), Some("pyproject.toml"));
        assert_eq!(path(&["without/pyproject.toml"], "without", "home"), None);
        let beside = ["without/pyproject.toml", "without/licentia.toml"];
        assert_eq!(path(&beside, "without", "home").as_deref(), Some("licentia.toml"));
    }

    #[test]
    fn two_policies_in_one_directory_are_an_error_that_names_both() {
        let failure = found(&["a/with/pyproject.toml", "a/with/licentia.toml"], "a/with/b", "home").expect_err("two");
        assert_eq!(failure.status, POLICY);
        assert!(failure.message.contains("../licentia.toml and ../pyproject.toml"), "{}", failure.message);
    }

    #[test]
    fn a_policy_that_was_downloaded_is_refused_and_the_search_goes_on() {
        let files = ["licentia.toml", "model/licentia.toml", "model/.cache/huggingface/download/x.metadata"];
        for (here, refused, obeyed) in
            [("model", "licentia.toml", "../licentia.toml"), ("model/data", "../licentia.toml", "../../licentia.toml")]
        {
            let found = found(&files, here, "home").expect("one policy");
            assert_eq!(found.path, Some(PathBuf::from(obeyed)));
            assert_eq!(
                found.refused.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>(),
                [PathBuf::from(refused)]
            );
        }
    }
}
