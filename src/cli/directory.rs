//! A report that is a directory: written whole, and never over what is somebody's own.

#![expect(clippy::disallowed_methods, reason = "reports are the user's own files")]

use std::collections::BTreeSet;
use std::fmt::Display;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use licentia::evidence::sha256;
use licentia::report::ReportFile;

use super::failure::{Failure, INCOMPLETE};

/// The list that every such report holds: by it a directory is known as an earlier report, which may be replaced.
const LIST: &str = "manifest.json";

/// What such lists say of themselves. Any other list is of a form whose rows may mean something else.
const SCHEMAS: [&str; 2] = ["licentia.bundle/1", "licentia.cards/1"];

/// How the names begin and end under which files are written before they take their places: at the top of the directory,
/// with a process and a number between.
const NEW: (&str, &str) = (".licentia-", ".new");

/// Writes the files of a report into a directory that is not there, is empty, or holds an earlier report, or what a run
/// that was broken off wrote of this one. Everything is looked at before the first file is removed or written; each file
/// is whole before it stands under its name, and the list comes last.
///
/// # Errors
/// Where something else stands there, or it cannot be written.
pub(super) fn write(directory: &Path, files: &[ReportFile]) -> Result<(), Failure> {
    let earlier = earlier(directory, files)?;
    let wanted: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let mut removed = Vec::new();
    for name in earlier.names().filter(|name| !wanted.contains(name)) {
        if let Some(bytes) = standing(directory, name, &BTreeSet::new())? {
            removed.push((name, earlier.own(directory, name, &bytes)?, bytes));
        }
    }
    let gone: BTreeSet<&Path> = removed.iter().map(|(_, path, _)| path.as_path()).collect();
    let mut written = Vec::new();
    for file in files {
        let found = standing(directory, &file.path, &gone)?;
        match &found {
            // It was checked as the list, by which the rest is known.
            Some(_) if file.path == LIST => {}
            // An earlier run that did not come to its end left it.
            Some(bytes) if *bytes == file.bytes => continue,
            Some(bytes) => {
                earlier.own(directory, &file.path, bytes)?;
            }
            None => {}
        }
        written.push((file, found));
    }
    // The list goes last: as long as it is the old one, it says what may be replaced.
    written.sort_by_key(|(file, _)| file.path == LIST);
    for (name, old, bytes) in &removed {
        same(directory, name, Some(bytes))?;
        fs::remove_file(old).map_err(|error| unwritten(old, &error))?;
    }
    for (file, found) in &written {
        place(directory, file, found.as_deref())?;
    }
    sweep(directory, files);
    Ok(())
}

/// Writes one file under a new name and puts it in its place, where still stands what was found there.
fn place(directory: &Path, file: &ReportFile, found: Option<&[u8]>) -> Result<(), Failure> {
    // No directory is made behind a link.
    same(directory, &file.path, found)?;
    let path = directory.join(&file.path);
    let parent = path.parent().unwrap_or(directory);
    fs::create_dir_all(parent).map_err(|error| unwritten(parent, &error))?;
    let new = written_new(directory, &file.bytes).map_err(|error| unwritten(&path, &error))?;
    let placed = same(directory, &file.path, found)
        .and_then(|()| fs::rename(&new, &path).map_err(|error| unwritten(&path, &error)));
    placed.inspect_err(|_| {
        let _ = fs::remove_file(&new);
    })
}

/// A new file with these bytes at the top of the directory; none is left where they cannot be written.
fn written_new(directory: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    /// So many runs of one process number would have to be killed in one directory.
    const MOST: usize = 1000;
    for number in 0..MOST {
        let path = directory.join(format!("{}{}-{number}{}", NEW.0, std::process::id(), NEW.1));
        let mut file = match fs::OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error),
        };
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        drop(file);
        return match written {
            Ok(()) => Ok(path),
            Err(error) => {
                let _ = fs::remove_file(&path);
                Err(error)
            }
        };
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// # Errors
/// Where something else stands there than what was found before: nobody's words are lost to a report.
fn same(directory: &Path, name: &str, found: Option<&[u8]>) -> Result<(), Failure> {
    if standing(directory, name, &BTreeSet::new())?.as_deref() == found {
        return Ok(());
    }
    let path = directory.join(name);
    let message = format!(
        "the report {} was not written: {}: somebody else changed it meanwhile",
        directory.display(),
        path.display()
    );
    Err(Failure::new(INCOMPLETE, message, "run it again"))
}

fn is_new_name(name: &str) -> bool {
    name.strip_prefix(NEW.0)
        .and_then(|rest| rest.strip_suffix(NEW.1))
        .is_some_and(|between| between.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') && !between.is_empty())
}

/// Removes what a killed run left under a new name, where all of it stands in this report too: nothing is lost with it.
/// What cannot be removed stays, and is in nobody's way.
fn sweep(directory: &Path, files: &[ReportFile]) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if !is_file || !entry.file_name().to_str().is_some_and(is_new_name) {
            continue;
        }
        let is_in_report = |bytes: Vec<u8>| files.iter().any(|file| file.bytes.starts_with(&bytes));
        if fs::read(entry.path()).is_ok_and(is_in_report) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether a directory holds nothing but what a run that was broken off wrote of this report: whole files of it, with its
/// bytes, and files under new names.
fn is_begun(directory: &Path, below: &str, files: &[ReportFile]) -> io::Result<bool> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { return Ok(false) };
        let path = format!("{below}{name}");
        let kind = entry.file_type()?;
        let is_ours = if kind.is_dir() {
            let inside = format!("{path}/");
            files.iter().any(|file| file.path.starts_with(&inside)) && is_begun(&entry.path(), &inside, files)?
        } else if kind.is_file() {
            let is_left = below.is_empty() && is_new_name(name);
            let file = files.iter().find(|file| file.path == path);
            is_left || file.is_some_and(|file| fs::read(entry.path()).is_ok_and(|bytes| bytes == file.bytes))
        } else {
            false
        };
        if !is_ours {
            return Ok(false);
        }
    }
    Ok(true)
}

fn unwritten(path: &Path, error: &dyn Display) -> Failure {
    let message = format!("the report {} cannot be written: {error}", path.display());
    Failure::new(INCOMPLETE, message, "pass a path in a directory that exists and may be written to")
}

/// The bytes of the file of that name in the directory; `None` where nothing stands there. `gone` are files that will not
/// be there any more.
///
/// # Errors
/// Where a link or something else that is no file is in the way: a link would lead the words elsewhere.
fn standing(directory: &Path, name: &str, gone: &BTreeSet<&Path>) -> Result<Option<Vec<u8>>, Failure> {
    let refused = |path: &Path, error: &dyn Display| {
        let message = format!("the report {} was not written: {}: {error}", directory.display(), path.display());
        Failure::new(INCOMPLETE, message, "pass a directory that is empty or not there yet")
    };
    let parts: Vec<&str> = name.split('/').collect();
    let mut path = directory.to_path_buf();
    for (number, part) in parts.iter().enumerate() {
        path.push(part);
        let found = match fs::symlink_metadata(&path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(refused(&path, &error)),
        };
        if gone.contains(path.as_path()) {
            return Ok(None);
        }
        if number + 1 < parts.len() {
            if !found.is_dir() {
                return Err(refused(&path, &"something that is no directory stands there"));
            }
        } else if !found.is_file() {
            return Err(refused(&path, &"something that is no file stands there"));
        }
    }
    fs::read(&path).map(Some).map_err(|error| refused(&path, &error))
}

/// What an earlier report holds, as its list says.
#[derive(Default)]
struct Earlier {
    /// Paths in the directory, and the SHA-256 of what was written there.
    files: BTreeSet<(String, String)>,
}

impl Earlier {
    fn names(&self) -> impl Iterator<Item = &str> {
        let names: BTreeSet<&str> = self.files.iter().map(|(name, _)| name.as_str()).collect();
        names.into_iter()
    }

    /// The path of a file that may be replaced: the list names it, and nobody wrote anything else into it since.
    fn own(&self, directory: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, Failure> {
        let path = directory.join(name);
        if self.files.contains(&(name.to_owned(), sha256(bytes))) {
            return Ok(path);
        }
        let why = if self.names().any(|known| known == name) {
            "it was changed since an earlier report was written"
        } else {
            "it is no file of an earlier report"
        };
        let message = format!("the report {} was not written: {}: {why}", directory.display(), path.display());
        Err(Failure::new(
            INCOMPLETE,
            message,
            "move that file away, or pass a directory that is empty or not there yet",
        ))
    }
}

/// The list of the earlier report in a directory; an empty one where there is nothing yet, or no more than the beginning of
/// this report.
fn earlier(directory: &Path, files: &[ReportFile]) -> Result<Earlier, Failure> {
    match is_begun(directory, "", files) {
        Ok(true) => return Ok(Earlier::default()),
        Ok(false) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Earlier::default()),
        Err(error) => {
            let message = format!("the report {} cannot be written: {error}", directory.display());
            return Err(Failure::new(INCOMPLETE, message, "pass the path of a directory"));
        }
    }
    let foreign = || {
        let message = format!("{} holds other things than an earlier report", directory.display());
        Failure::new(INCOMPLETE, message, "pass a directory that is empty or not there yet")
    };
    let list = standing(directory, LIST, &BTreeSet::new())?.ok_or_else(foreign)?;
    let list: serde_json::Value = serde_json::from_slice(&list).map_err(|_| foreign())?;
    let is_ours =
        list.get("schema").and_then(serde_json::Value::as_str).is_some_and(|schema| SCHEMAS.contains(&schema));
    let rows = list.get("files").and_then(serde_json::Value::as_array).filter(|_| is_ours).ok_or_else(foreign)?;
    let word = |row: &serde_json::Value, key: &str| row.get(key).and_then(serde_json::Value::as_str).map(str::to_owned);
    let is_inside = |name: &str| {
        let is_plain = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', ':']);
        name.split('/').all(is_plain) && name != LIST
    };
    let named = rows.iter().filter_map(|row| Some((word(row, "path")?, word(row, "sha256").unwrap_or_default())));
    Ok(Earlier { files: named.filter(|(name, _)| is_inside(name)).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, bytes: &str) -> ReportFile {
        ReportFile { path: path.to_owned(), bytes: bytes.as_bytes().to_vec() }
    }

    /// A list that names these files with these bytes.
    fn list(schema: &str, files: &[(&str, &str)]) -> ReportFile {
        let row =
            |(path, bytes): &(&str, &str)| serde_json::json!({ "path": path, "sha256": sha256(bytes.as_bytes()) });
        let files: Vec<_> = files.iter().map(row).collect();
        file(LIST, &serde_json::json!({ "schema": schema, "files": files }).to_string())
    }

    /// A directory with these files and what is in it, by name, and then a report of one file `new.txt`.
    fn onto(files: &[ReportFile]) -> (tempfile::TempDir, Result<(), Failure>) {
        let world = tempfile::TempDir::new().expect("a temporary directory");
        for file in files {
            let path = world.path().join(&file.path);
            fs::create_dir_all(path.parent().expect("inside the world")).expect("a directory");
            fs::write(path, &file.bytes).expect("a file");
        }
        let answer = write(world.path(), &report());
        (world, answer)
    }

    fn report() -> [ReportFile; 2] {
        [file("new/new.txt", "new"), list(SCHEMAS[1], &[("new/new.txt", "new")])]
    }

    #[test]
    fn a_report_replaces_an_earlier_one_and_nothing_else() {
        let world = tempfile::TempDir::new().expect("a temporary directory");
        let at = world.path().join("out");
        let first = list(SCHEMAS[0], &[("a/b.txt", "old"), ("../../outside", "mine")]);
        write(&at, &[file("a/b.txt", "old"), first]).expect("it is written");
        fs::write(world.path().join("outside"), "mine").expect("a file");
        write(&at, &[file("c.txt", "new"), list(SCHEMAS[0], &[("c.txt", "new")])]).expect("it is replaced");
        assert!(!at.join("a/b.txt").exists() && at.join("c.txt").exists());
        assert!(world.path().join("outside").exists());

        let foreign = world.path().join("foreign");
        fs::create_dir(&foreign).expect("a directory");
        fs::write(foreign.join("notes.txt"), "mine").expect("a file");
        let refused = write(&foreign, &[list(SCHEMAS[0], &[])]).expect_err("it is somebody's own");
        assert!(refused.message.contains("other things"), "{}", refused.message);
    }

    #[test]
    fn a_list_that_is_forged_or_of_another_form_removes_nothing() {
        for (schema, said) in
            [("licentia.bundle/1", "theirs"), ("licentia.report/1", "mine"), ("licentia.bundle/10", "mine")]
        {
            let (world, answer) = onto(&[file("notes.txt", "mine"), list(schema, &[("notes.txt", said)])]);
            assert!(answer.is_err(), "{schema}");
            assert!(world.path().join("notes.txt").is_file() && !world.path().join("new").exists(), "{schema}");
        }
        let bare = file(LIST, "{\"schema\": \"licentia.cards/1\", \"files\": [{\"path\": \"notes.txt\"}]}");
        let (world, answer) = onto(&[file("notes.txt", "mine"), bare]);
        assert!(answer.expect_err("no hash").message.contains("notes.txt"));
        assert!(world.path().join("notes.txt").is_file());
    }

    #[test]
    fn a_file_that_was_edited_or_is_not_of_the_report_is_kept() {
        for (files, named) in [
            (
                [
                    file("a.txt", "old"),
                    file("b.txt", "edited"),
                    list(SCHEMAS[0], &[("a.txt", "old"), ("b.txt", "old")]),
                ],
                "b.txt",
            ),
            ([file("a.txt", "old"), file("new/new.txt", "mine"), list(SCHEMAS[0], &[("a.txt", "old")])], "new.txt"),
        ] {
            let (world, answer) = onto(&files);
            let refused = answer.expect_err("it is somebody's own");
            assert!(refused.message.contains(named), "{}", refused.message);
            for file in &files {
                assert_eq!(fs::read(world.path().join(&file.path)).expect("readable"), file.bytes, "{}", file.path);
            }
        }
    }

    #[test]
    fn a_report_that_was_written_halfway_is_written_to_its_end() {
        let old = list(SCHEMAS[0], &[("a.txt", "old")]);
        let (world, answer) = onto(&[file("new/new.txt", "new"), old]);
        answer.expect("what it would write stands there");
        assert_eq!(fs::read(world.path().join(LIST)).expect("readable"), report()[1].bytes);
    }

    #[test]
    fn a_first_run_that_was_broken_off_is_repeated_and_its_remains_go() {
        let (left, foreign) = (".licentia-7-0.new", ".licentia-7-1.new");
        let (world, answer) = onto(&[file("new/new.txt", "new"), file(left, "ne"), file(foreign, "mine")]);
        answer.expect("nothing else stands there");
        assert_eq!(fs::read(world.path().join(LIST)).expect("readable"), report()[1].bytes);
        assert!(!world.path().join(left).exists(), "its words are in the report");
        assert_eq!(fs::read_to_string(world.path().join(foreign)).expect("readable"), "mine");
        write(world.path(), &report()).expect("what is left over is in nobody's way");

        for (path, bytes) in
            [("new/new.txt", "mine"), ("new/more.txt", "mine"), ("new.txt", "new"), (".licentia-x.new", "")]
        {
            let (world, answer) = onto(&[file(path, bytes)]);
            assert!(answer.is_err(), "{path}");
            assert_eq!(fs::read_to_string(world.path().join(path)).expect("readable"), bytes, "{path}");
            assert!(!world.path().join(LIST).exists(), "{path}");
        }
    }

    #[test]
    fn a_file_that_cannot_take_its_place_leaves_nothing() {
        let world = tempfile::TempDir::new().expect("a temporary directory");
        fs::write(world.path().join("a.txt"), "mine").expect("a file");
        let refused = place(world.path(), &file("a.txt", "new"), None).expect_err("somebody was faster");
        assert!(refused.message.contains("meanwhile"), "{}", refused.message);
        assert_eq!(fs::read_to_string(world.path().join("a.txt")).expect("readable"), "mine");
        assert_eq!(fs::read_dir(world.path()).expect("readable").count(), 1);
        place(world.path(), &file("a.txt", "new"), Some(b"mine")).expect("what was found stands there");
        assert_eq!(fs::read_to_string(world.path().join("a.txt")).expect("readable"), "new");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_is_planted_before_a_file_is_written_is_not_followed() {
        let elsewhere = tempfile::TempDir::new().expect("a temporary directory");
        let world = tempfile::TempDir::new().expect("a temporary directory");
        std::os::unix::fs::symlink(elsewhere.path(), world.path().join("new")).expect("a link");
        for path in ["new/new.txt", "new/deep/new.txt"] {
            place(world.path(), &file(path, "new"), None).expect_err("a link");
        }
        assert_eq!(fs::read_dir(elsewhere.path()).expect("readable").count(), 0);
        assert_eq!(fs::read_dir(world.path()).expect("readable").count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_on_the_way_is_never_followed() {
        for way in ["new", "new/new.txt", LIST] {
            let elsewhere = tempfile::TempDir::new().expect("a temporary directory");
            fs::write(elsewhere.path().join("new.txt"), "mine").expect("a file");
            let world = tempfile::TempDir::new().expect("a temporary directory");
            let old = list(SCHEMAS[0], &[("a.txt", "old"), ("new/new.txt", "mine")]);
            fs::write(elsewhere.path().join(LIST), &old.bytes).expect("a file");
            fs::write(world.path().join("a.txt"), "old").expect("a file");
            let target = match way {
                "new" => elsewhere.path().to_path_buf(),
                "new/new.txt" => elsewhere.path().join("new.txt"),
                _ => elsewhere.path().join(LIST),
            };
            if way != LIST {
                fs::write(world.path().join(LIST), &old.bytes).expect("a file");
            }
            let link = world.path().join(way);
            fs::create_dir_all(link.parent().expect("inside the world")).expect("a directory");
            std::os::unix::fs::symlink(target, &link).expect("a link");
            let refused = write(world.path(), &report()).expect_err("a link");
            assert!(refused.message.contains(way), "{}", refused.message);
            assert!(world.path().join("a.txt").is_file(), "{way}: nothing was removed");
            assert_eq!(fs::read_to_string(elsewhere.path().join("new.txt")).expect("readable"), "mine", "{way}");
            assert_eq!(fs::read(elsewhere.path().join(LIST)).expect("readable"), old.bytes, "{way}");
        }
    }
}
