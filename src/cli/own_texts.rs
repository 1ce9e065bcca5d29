//! `--license-texts DIR`: licence texts that the user brings, each named by its file.

#![expect(
    clippy::disallowed_methods,
    reason = "the texts are the user's own files, in a directory that the user names"
)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use licentia::classify::text::OwnTexts;

use super::failure::Failure;

/// Bytes of one text. The longest licences stay far below.
const LONGEST: u64 = 16 << 20;
/// Beginnings of identifiers that the databases give away. Under another such name a text would look like a known one.
const GIVEN_AWAY: [&str; 2] = ["LicenseRef-licentia-", "LicenseRef-scancode-"];
const HELP: &str = "put one licence text in each file and name it after its licence: NAME.txt for LicenseRef-NAME";

/// The texts of a directory, by the names of their files: `Apache-2.0.txt`, `LicenseRef-house.md`, `House Licence 2.txt`.
/// Nothing below its sub-directories is read, and no file whose name begins with a dot.
pub(super) fn open(directory: Option<&Path>) -> Result<Option<OwnTexts>, Failure> {
    directory.map(read).transpose()
}

fn read(directory: &Path) -> Result<OwnTexts, Failure> {
    let fail = |what: String| Failure::usage(format!("--license-texts {}: {what}", directory.display()), HELP);
    let paths = files(directory).map_err(|error| fail(error.to_string()))?;
    if paths.is_empty() {
        return Err(fail("there is no file in it, and sub-directories are not entered".to_owned()));
    }
    let mut named: BTreeMap<String, &Path> = BTreeMap::new();
    let mut texts = Vec::new();
    for path in &paths {
        let shown = path.file_name().unwrap_or_default().to_string_lossy();
        let id = id(path).map_err(|why| fail(format!("{shown} {why}")))?;
        if let Some(other) = named.insert(id.clone(), path) {
            let other = other.file_name().unwrap_or_default().to_string_lossy();
            return Err(fail(format!("{other} and {shown} both are the text of {id}")));
        }
        texts.push((id, text(path).map_err(|why| fail(format!("{shown} {why}")))?));
    }
    OwnTexts::new(texts).map_err(|(position, error)| {
        let name = paths.get(position).and_then(|path| path.file_name()).unwrap_or_default().to_string_lossy();
        fail(format!("{name}: {error}"))
    })
}

/// The files, sorted: the same texts in any order of the directory.
fn files(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if !is_hidden && entry.path().is_file() {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

fn text(path: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes));
    read.map_err(|error| format!("cannot be read: {error}"))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LONGEST) {
        return Err(format!("is longer than {LONGEST} bytes"));
    }
    String::from_utf8(bytes).map_err(|_| "is no text in UTF-8".to_owned())
}

/// The identifier that a file's name stands for: one that the database knows, or a `LicenseRef-`.
fn id(path: &Path) -> Result<String, String> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    if let Some(license) = license_db::license(&stem).filter(|license| license.id.eq_ignore_ascii_case(&stem)) {
        return Ok(license.id.to_owned());
    }
    let spelled = |letter: char| if letter.is_ascii_alphanumeric() || letter == '.' { letter } else { '-' };
    let id: String = stem.chars().map(spelled).collect();
    let id = if id.starts_with("LicenseRef-") { id } else { format!("LicenseRef-{id}") };
    match GIVEN_AWAY.iter().find(|prefix| id.starts_with(**prefix)) {
        Some(prefix) => Err(format!("has a name that begins with {prefix}, and the database has no such licence")),
        None => Ok(id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(file: &str) -> Option<String> {
        id(Path::new(file)).ok()
    }

    #[test]
    fn a_file_is_named_after_its_licence() {
        assert_eq!(named("texts/apache-2.0.txt").as_deref(), Some("Apache-2.0"));
        assert_eq!(named("LicenseRef-house.md").as_deref(), Some("LicenseRef-house"));
        assert_eq!(named("House Licence 2.txt").as_deref(), Some("LicenseRef-House-Licence-2"));
        assert_eq!(named("Größe.txt").as_deref(), Some("LicenseRef-Gr--e"));
        assert_eq!(named("LICENSE").as_deref(), Some("LicenseRef-LICENSE"));
    }

    #[test]
    fn no_file_takes_a_name_that_stands_for_something_else() {
        for name in ["LicenseRef-licentia-modified-MIT.txt", "licentia-house.txt", "LicenseRef-scancode-house.txt"] {
            assert_eq!(named(name), None, "{name}");
        }
        assert_eq!(named("LicenseRef-licentia-unexplained-terms.txt"), None);
    }
}
