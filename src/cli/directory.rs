//! A report that is a directory: written whole, and never over what is somebody's own.

#![expect(clippy::disallowed_methods, reason = "reports are the user's own files")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use licentia::report::ReportFile;

use super::failure::{Failure, INCOMPLETE};

/// The list that every such report holds: by it a directory is known as an earlier report, which may be replaced.
const LIST: &str = "manifest.json";

/// Writes the files of a report into a directory that is not there, is empty, or holds an earlier report.
///
/// # Errors
/// Where something else stands there, or it cannot be written.
pub(super) fn write(directory: &Path, files: &[ReportFile]) -> Result<(), Failure> {
    let refused = |path: &Path, error: &dyn std::fmt::Display| {
        let message = format!("the report {} cannot be written: {error}", path.display());
        Failure::new(INCOMPLETE, message, "pass a path in a directory that exists and may be written to")
    };
    let wanted: BTreeSet<PathBuf> = files.iter().map(|file| directory.join(&file.path)).collect();
    for old in earlier(directory)?.iter().filter(|old| !wanted.contains(*old)) {
        fs::remove_file(old).map_err(|error| refused(old, &error))?;
    }
    for file in files {
        let path = directory.join(&file.path);
        let parent = path.parent().unwrap_or(directory);
        fs::create_dir_all(parent).map_err(|error| refused(parent, &error))?;
        // A link that was put there would lead the words elsewhere.
        if fs::symlink_metadata(&path).is_ok_and(|found| !found.is_file()) {
            return Err(refused(&path, &"something that is no file stands there"));
        }
        fs::write(&path, &file.bytes).map_err(|error| refused(&path, &error))?;
    }
    Ok(())
}

/// Files of an earlier report, which its list names.
fn earlier(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            let message = format!("the report {} cannot be written: {error}", directory.display());
            return Err(Failure::new(INCOMPLETE, message, "pass the path of a directory"));
        }
    };
    if entries.next().is_none() {
        return Ok(Vec::new());
    }
    let foreign = || {
        let message = format!("{} holds other things than an earlier report", directory.display());
        Failure::new(INCOMPLETE, message, "pass a directory that is empty or not there yet")
    };
    let list = fs::read(directory.join(LIST)).map_err(|_| foreign())?;
    let list: serde_json::Value = serde_json::from_slice(&list).map_err(|_| foreign())?;
    let is_ours =
        list.get("schema").and_then(|schema| schema.as_str()).is_some_and(|schema| schema.starts_with("licentia."));
    let files = list.get("files").and_then(|files| files.as_array()).filter(|_| is_ours).ok_or_else(foreign)?;
    let names = files.iter().filter_map(|file| file.get("path")?.as_str());
    let is_inside = |name: &&str| {
        let is_plain = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', ':']);
        name.split('/').all(is_plain)
    };
    Ok(names
        .filter(is_inside)
        .map(|name| directory.join(name))
        .filter(|path| fs::symlink_metadata(path).is_ok_and(|found| found.is_file()))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, bytes: &str) -> ReportFile {
        ReportFile { path: path.to_owned(), bytes: bytes.as_bytes().to_vec() }
    }

    #[test]
    fn a_report_replaces_an_earlier_one_and_nothing_else() {
        let world = tempfile::TempDir::new().expect("a temporary directory");
        let at = world.path().join("out");
        let list = |names: &[&str]| {
            let files: Vec<_> = names.iter().map(|name| serde_json::json!({ "path": name })).collect();
            file(LIST, &serde_json::json!({ "schema": "licentia.bundle/1", "files": files }).to_string())
        };
        write(&at, &[file("a/b.txt", "old"), list(&["a/b.txt", "../../outside"])]).expect("it is written");
        fs::write(world.path().join("outside"), "mine").expect("a file");
        write(&at, &[file("c.txt", "new"), list(&["c.txt"])]).expect("it is replaced");
        assert!(!at.join("a/b.txt").exists() && at.join("c.txt").exists());
        assert!(world.path().join("outside").exists());

        let foreign = world.path().join("foreign");
        fs::create_dir(&foreign).expect("a directory");
        fs::write(foreign.join("notes.txt"), "mine").expect("a file");
        let refused = write(&foreign, &[list(&[])]).expect_err("it is somebody's own");
        assert!(refused.message.contains("other things"), "{}", refused.message);
    }
}
