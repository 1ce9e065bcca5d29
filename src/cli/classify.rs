//! `licentia classify`: texts in, SPDX expressions out, one answer per file in the order of the files.

#![expect(clippy::disallowed_methods, reason = "the files are the user's own, named one by one")]

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use licentia::classify::text::{Matcher, OwnTexts};
use licentia::license::{Classification, Outcome};
use licentia::report::classify as answer;
use licentia::run;
use rayon::prelude::*;

use super::Status;
use super::args::{self, ClassifyFormat};
use super::check::in_pool;
use super::failure::{Failure, INCOMPLETE};
use super::terminal::Terminal;

/// Bytes of one file. The longest licence collections stay far below; a longer file is no licence text.
const FILE_LIMIT: u64 = 16 << 20;
/// Bytes of a list of paths.
const LIST_LIMIT: u64 = 64 << 20;
/// Files read and matched before their answers are written: bounds memory and keeps answers flowing.
const BATCH: usize = 256;
/// Standard input, where a path is expected.
const STDIN: &str = "-";

/// Classifies files.
pub(super) fn classify(arguments: &args::Classify, terminal: &Terminal) -> Status {
    let paths = paths(arguments)?;
    let own = arguments.license_texts.as_deref().map(own_texts).transpose()?;
    let matcher = Matcher { own: own.as_ref() };
    Ok(in_pool(arguments.jobs, || answer_all(&paths, arguments, matcher, terminal))??)
}

fn answer_all(
    paths: &[PathBuf],
    arguments: &args::Classify,
    matcher: Matcher<'_>,
    terminal: &Terminal,
) -> Result<u8, Failure> {
    let format = arguments.format;
    let style = terminal.style();
    let mut status = 0;
    let mut all = Vec::new();
    for batch in paths.chunks(BATCH) {
        let answers: Vec<_> =
            batch.par_iter().map(|path| (path.display().to_string(), classify_one(path, matcher))).collect();
        let mut bytes = Vec::new();
        for (path, (classification, failures)) in answers {
            for failure in &failures {
                status = failure.status;
                terminal.complain(failure);
            }
            let Some(classification) = classification else { continue };
            match format {
                ClassifyFormat::Text => {
                    answer::write_text(&path, &classification, &style, &mut bytes).and_then(|()| match arguments.diff {
                        true => answer::write_diff(&classification, &style, &mut bytes),
                        false => Ok(()),
                    })
                }
                ClassifyFormat::Jsonl => answer::write_line(&path, &classification, &mut bytes),
                ClassifyFormat::Json => {
                    all.push((path, classification));
                    Ok(())
                }
            }
            .map_err(|error| unwritable(&error))?;
        }
        terminal.print(&bytes)?;
    }
    if format == ClassifyFormat::Json {
        let mut bytes = Vec::new();
        answer::write_document(&all, &mut bytes).map_err(|error| unwritable(&error))?;
        terminal.print(&bytes)?;
    }
    Ok(status)
}

/// The texts of a directory, by the names of their files: `Apache-2.0.txt`, `LicenseRef-house.md`, `House Licence 2.txt`.
pub(super) fn own_texts(directory: &Path) -> Result<OwnTexts, Failure> {
    let help = "put one licence text in each file, named after its licence: NAME.txt for LicenseRef-NAME";
    let fail = |what: String| Failure::usage(format!("--license-texts {}: {what}", directory.display()), help);
    let entries = std::fs::read_dir(directory).map_err(|error| fail(error.to_string()))?;
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .map_err(|error| fail(error.to_string()))?;
    paths.retain(|path| {
        path.is_file() && !path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
    });
    paths.sort();
    let mut texts = Vec::new();
    for path in &paths {
        let bytes = read(path, FILE_LIMIT).map_err(|why| fail(format!("{} cannot be read: {why}", path.display())))?;
        let text = String::from_utf8(bytes).map_err(|_| fail(format!("{} is no UTF-8 text", path.display())))?;
        texts.push((own_id(path), text));
    }
    if texts.is_empty() {
        return Err(fail("there is no file in it".to_owned()));
    }
    OwnTexts::new(texts).map_err(|(position, error)| {
        let path = paths.get(position).map(|path| path.display().to_string()).unwrap_or_default();
        fail(format!("{path}: {error}"))
    })
}

/// The identifier that a file's name stands for: the SPDX identifier, or a `LicenseRef-`.
fn own_id(path: &Path) -> String {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    if let Some(license) = license_db::license(&stem).filter(|license| license.id.eq_ignore_ascii_case(&stem)) {
        return license.id.to_owned();
    }
    let mut id: String =
        stem.chars().map(|letter| if letter.is_ascii_alphanumeric() || letter == '.' { letter } else { '-' }).collect();
    if !id.starts_with("LicenseRef-") {
        id.insert_str(0, "LicenseRef-");
    }
    id
}

fn unwritable(error: &io::Error) -> Failure {
    Failure::new(INCOMPLETE, format!("the answers cannot be written: {error}"), "")
}

/// The files named, then those on the list.
fn paths(arguments: &args::Classify) -> Result<Vec<PathBuf>, Failure> {
    let mut paths = arguments.files.clone();
    let Some(list) = &arguments.files_from else { return Ok(paths) };
    if is_stdin(list) && paths.iter().any(|path| is_stdin(path)) {
        let message = "standard input cannot be both a text and the list of files";
        return Err(Failure::usage(message, "put the list into a file: --files-from LIST"));
    }
    let bytes = read(list, LIST_LIMIT).map_err(|why| {
        Failure::new(INCOMPLETE, format!("the list {} cannot be read: {why}", list.display()), "one path a line")
    })?;
    paths.extend(lines(&bytes));
    Ok(paths)
}

/// One path a line; `\r\n` ends a line too, empty lines do not count.
fn lines(bytes: &[u8]) -> Vec<PathBuf> {
    let lines = bytes.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.filter(|line| !line.is_empty()).map(path_of_bytes).collect()
}

#[cfg(unix)]
fn path_of_bytes(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of_bytes(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// The answer for one file, and what could not be seen of it. A file of which nothing could be seen has no answer:
/// nothing found is not the same as nothing there.
fn classify_one(path: &Path, matcher: Matcher<'_>) -> (Option<Classification>, Vec<Failure>) {
    let name = path.display().to_string();
    let failure = |message: String| {
        Failure::new(INCOMPLETE, message, "classify takes texts; `licentia scan` takes directories and models")
    };
    let bytes = match read(path, FILE_LIMIT) {
        Ok(bytes) => bytes,
        Err(why) => return (None, vec![failure(format!("{name} cannot be read: {why}"))]),
    };
    let (classification, gaps) = run::classify_file_with(matcher, &name, &bytes);
    let failures: Vec<Failure> = gaps.into_iter().map(|gap| failure(gap.detail)).collect();
    let is_blind = !failures.is_empty() && classification.outcome == Outcome::None;
    ((!is_blind).then_some(classification), failures)
}

fn read(path: &Path, limit: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = if is_stdin(path) {
        io::stdin().lock().take(limit + 1).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| error.to_string())?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > limit) {
        return Err(format!("it is longer than {limit} bytes"));
    }
    Ok(bytes)
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == STDIN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_may_end_its_lines_in_either_way() {
        assert_eq!(lines(b"a\r\nb c\n\n\nd"), [PathBuf::from("a"), PathBuf::from("b c"), PathBuf::from("d")]);
        assert!(lines(b"").is_empty());
    }
}
