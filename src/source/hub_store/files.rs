//! The files of the store on disk: written whole or not at all, private to the user, and known by their names.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::sealed::FILE_LIMIT;

/// Names that a temporary file may try. One is enough; more are those that a process with our number left behind.
const ATTEMPTS: u32 = 1000;
/// A file that was used within this many seconds is not marked as used again.
const SAME_USE: u64 = 3600;

/// Reads a file of the store; `None` where it is not there, cannot be read, or is longer than any of ours.
pub(super) fn read(path: &Path) -> Option<Vec<u8>> {
    let is_file = path.symlink_metadata().is_ok_and(|found| found.is_file());
    is_file.then_some(())?;
    let mut bytes = Vec::new();
    let limit = u64::try_from(FILE_LIMIT).ok()?;
    File::open(path).ok()?.take(limit + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() <= FILE_LIMIT).then_some(bytes)
}

/// Puts a file in place: written beside it, then renamed, so that whoever reads sees the old one or the new one.
/// Nothing waits for the disk: a file that a power failure tears has another digest, and is as if it were not there.
pub(super) fn write(path: &Path, bytes: &[u8], now: u64) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        make_directory(directory)?;
    }
    let (beside, mut file) = make_temporary(path)?;
    let written = file.write_all(bytes).and_then(|()| file.set_modified(time(now)));
    drop(file);
    let placed = written.and_then(|()| fs::rename(&beside, path));
    if placed.is_err() {
        let _ = fs::remove_file(&beside);
    }
    placed
}

/// Marks a file as used. A store that cannot be written to works without.
pub(super) fn touch(path: &Path, now: u64) {
    let used = path.symlink_metadata().map_or(0, |found| modified(&found));
    if used.abs_diff(now) >= SAME_USE {
        let _ = OpenOptions::new().write(true).open(path).and_then(|file| file.set_modified(time(now)));
    }
}

fn make_directory(directory: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

fn make_temporary(path: &Path) -> io::Result<(PathBuf, File)> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    for attempt in 0..ATTEMPTS {
        let mut beside = path.as_os_str().to_owned();
        beside.push(format!(".{}.{attempt}.tmp", std::process::id()));
        let beside = PathBuf::from(beside);
        match options.open(&beside) {
            // Windows says so of a file that somebody is about to remove.
            Err(error)
                if matches!(error.kind(), ErrorKind::AlreadyExists | ErrorKind::PermissionDenied)
                    && beside.exists() => {}
            opened => return opened.map(|file| (beside, file)),
        }
    }
    Err(io::Error::new(ErrorKind::AlreadyExists, "too many temporary files were left behind"))
}

/// What a file of ours is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// `<64 digits>.<extension>`.
    Whole,
    /// The same, while it is written.
    Temporary,
}

/// What a name stands for; `None` for one that we would not give.
pub(super) fn named(name: &str, extension: &str) -> Option<Named> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let (stem, rest) = name.split_once('.')?;
    let is_ours = stem.len() == 64 && stem.bytes().all(is_digit);
    is_ours.then_some(())?;
    match rest.strip_prefix(extension)? {
        "" => Some(Named::Whole),
        rest => is_temporary(rest).then_some(Named::Temporary),
    }
}

/// Whether this is what a temporary file has behind its name: `.<process>.<attempt>.tmp`.
pub(super) fn is_temporary(rest: &str) -> bool {
    let is_number = |part: Option<&str>| {
        part.is_some_and(|part| (1..=10).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let mut parts = rest.split('.');
    parts.next() == Some("")
        && is_number(parts.next())
        && is_number(parts.next())
        && parts.next() == Some("tmp")
        && parts.next().is_none()
}

/// When a file was last used, in seconds since 1970.
pub(super) fn modified(found: &fs::Metadata) -> u64 {
    let since = found.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since.map_or(0, |since| since.as_secs())
}

fn time(seconds: u64) -> SystemTime {
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).unwrap_or(UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_800_000_000;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let world = tempfile::tempdir().expect("a temporary directory");
        let path = world.path().join("a/b/file");
        assert_eq!(read(&path), None);
        write(&path, b"one", NOW).expect("writable");
        write(&path, b"two", NOW + 5).expect("writable");
        assert_eq!(read(&path).as_deref(), Some(&b"two"[..]));
        assert_eq!(fs::read_dir(world.path().join("a/b")).expect("a directory").count(), 1);
        assert_eq!(modified(&path.symlink_metadata().expect("it is there")), NOW + 5);
        touch(&path, NOW + 60);
        assert_eq!(modified(&path.symlink_metadata().expect("it is there")), NOW + 5);
        touch(&path, NOW + 5000);
        assert_eq!(modified(&path.symlink_metadata().expect("it is there")), NOW + 5000);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_made_is_private_to_the_user() {
        use std::os::unix::fs::PermissionsExt;
        let world = tempfile::tempdir().expect("a temporary directory");
        let path = world.path().join("a/b/file");
        write(&path, b"one", NOW).expect("writable");
        for (path, mode) in [("a", 0o700), ("a/b", 0o700), ("a/b/file", 0o600)] {
            let found = world.path().join(path).symlink_metadata().expect("it is there").permissions().mode();
            assert_eq!(found & 0o777, mode, "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_no_file_of_ours() {
        let world = tempfile::tempdir().expect("a temporary directory");
        write(&world.path().join("file"), b"one", NOW).expect("writable");
        std::os::unix::fs::symlink("file", world.path().join("link")).expect("a link");
        assert_eq!(read(&world.path().join("link")), None);
        // Written to, it is replaced, and what it led to stays.
        write(&world.path().join("link"), b"two", NOW).expect("writable");
        assert_eq!(read(&world.path().join("file")).as_deref(), Some(&b"one"[..]));
    }

    #[test]
    fn temporary_files_of_a_process_with_our_number_are_no_obstacle() {
        let world = tempfile::tempdir().expect("a temporary directory");
        let path = world.path().join("file");
        for attempt in 0..3 {
            fs::write(world.path().join(format!("file.{}.{attempt}.tmp", std::process::id())), "").expect("writable");
        }
        write(&path, b"one", NOW).expect("writable");
        assert_eq!(read(&path).as_deref(), Some(&b"one"[..]));
    }

    #[test]
    fn a_place_that_cannot_be_written_to_is_an_error() {
        let world = tempfile::tempdir().expect("a temporary directory");
        fs::write(world.path().join("file"), "").expect("writable");
        assert!(write(&world.path().join("file/below"), b"one", NOW).is_err());
    }

    #[test]
    fn names_are_ours_only_in_full() {
        let stem = "0123456789abcdef".repeat(4);
        let of = |rest: &str| named(&format!("{stem}{rest}"), "pack");
        assert_eq!(of(".pack"), Some(Named::Whole));
        assert_eq!(of(".pack.17.0.tmp"), Some(Named::Temporary));
        for rest in
            ["", ".", ".ref", ".packs", ".pack.tmp", ".pack.a.0.tmp", ".pack.1.0.tmp.1", ".pack.1..tmp", "0.pack"]
        {
            assert_eq!(of(rest), None, "{rest}");
        }
        assert_eq!(named(&format!("{}.pack", stem.to_ascii_uppercase()), "pack"), None);
        assert_eq!(named("README.md", "pack"), None);
    }
}
