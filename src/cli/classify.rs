//! `licentia classify`: texts in, SPDX expressions out, one answer per file in the order of the files.

#![expect(clippy::disallowed_methods, reason = "the files are the user's own, named one by one")]

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use licentia::classify::text::Matcher;
use licentia::license::{Classification, Outcome};
use licentia::report::classify::{self as answer, Differences};
use licentia::run;
use rayon::prelude::*;

use super::Status;
use super::args::{self, ClassifyFormat};
use super::check::in_pool;
use super::failure::{Failure, INCOMPLETE};
use super::own_texts;
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
    let own = own_texts::open(arguments.own.directory())?;
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
    let detail = if arguments.diff { Differences::Shown } else { Differences::Counted };
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
                ClassifyFormat::Text => answer::write_text(&path, &classification, detail, &style, &mut bytes),
                ClassifyFormat::Jsonl => answer::write_line(&path, &classification, detail, &mut bytes),
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
        answer::write_document(&all, detail, &mut bytes).map_err(|error| unwritable(&error))?;
        terminal.print(&bytes)?;
    }
    Ok(status)
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
    let bytes = list_of(list, "path")?;
    paths.extend(lines(&bytes));
    Ok(paths)
}

/// The bytes of a list of what stands one a line.
pub(super) fn list_of(list: &Path, of: &str) -> Result<Vec<u8>, Failure> {
    read(list, LIST_LIMIT).map_err(|why| {
        let message = format!("the list {} cannot be read: {why}", list.display());
        Failure::new(INCOMPLETE, message, format!("name a file with one {of} a line"))
    })
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
