//! `licentia cache`: where it is, what is in it, and how it gets smaller.

#![expect(clippy::disallowed_methods, reason = "the cache is the user's own, and its age a matter of the clock")]

use std::env;
use std::ffi::OsString;
use std::fmt::Write;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use licentia::report::escape::{inert, inert_within};
use licentia::source::hub_id::HubId;
use licentia::source::hub_store::{Contents, Kept, Limits, Removed, Store};

use super::Status;
use super::cache_args::{CacheArguments, CacheCommand, Clean, Prune};
use super::failure::{Failure, INCOMPLETE};
use super::terminal::Terminal;
use super::today::day_of;

/// Characters of a commit that tell it from others.
const SHORT: usize = 12;
const DAY: u64 = 86_400;

/// Looks after the cache.
pub(super) fn cache(arguments: &CacheArguments, terminal: &Terminal) -> Status {
    let root = directory().ok_or_else(homeless)?;
    let store = |limits: Limits| Store::open(&root, limits);
    match &arguments.command {
        CacheCommand::Dir => terminal.print(format!("{}\n", inert(&root.display().to_string())).as_bytes())?,
        CacheCommand::List => {
            let contents = store(Limits::default()).contents().map_err(|error| unusable("listed", &error))?;
            terminal.print(listed(&contents, terminal.verbose > 0).as_bytes())?;
        }
        CacheCommand::Prune(Prune { days, max_size }) => {
            let limits = Limits { bytes: *max_size, age: u64::from(*days) * DAY };
            let removed = store(limits).prune(now()).map_err(|error| unusable("pruned", &error))?;
            terminal.note(&said(removed));
        }
        CacheCommand::Clean(arguments) => {
            let removed = clean(&store(Limits::default()), arguments)?;
            terminal.note(&said(removed));
        }
    }
    Ok(0)
}

fn clean(store: &Store, arguments: &Clean) -> Result<Removed, Vec<Failure>> {
    let failed = |error: std::io::Error| Vec::from(unusable("cleaned", &error));
    if arguments.repositories.is_empty() {
        return store.remove_all().map_err(failed);
    }
    let (ids, wrong): (Vec<_>, Vec<_>) =
        arguments.repositories.iter().map(|word| repository(word)).partition(Result::is_ok);
    if !wrong.is_empty() {
        return Err(wrong.into_iter().filter_map(Result::err).collect());
    }
    let mut total = Removed::default();
    for id in ids.into_iter().flatten() {
        let removed = store.remove(&id).map_err(failed)?;
        total.files += removed.files;
        total.bytes += removed.bytes;
    }
    Ok(total)
}

fn repository(word: &str) -> Result<HubId, Failure> {
    let shown = inert_within(word, 200);
    let found = HubId::of_link(word).or_else(|| HubId::of_words(word));
    let help = "write org/name, or hf:datasets/org/name";
    let id = found.ok_or_else(|| Failure::usage(format!("{shown} names no repository of the Hub"), help))?;
    match id.revision {
        None => Ok(id),
        Some(_) => Err(Failure::usage(format!("{shown} names a revision, and a repository goes at every one"), help)),
    }
}

/// The directory for everything that can be fetched again. LICENTIA_CACHE_DIR, else `licentia` in XDG_CACHE_HOME (a
/// relative one is to be ignored, XDG Base Directory Specification 0.8), else what the system has for it.
pub(super) fn directory() -> Option<PathBuf> {
    directory_from(|name| env::var_os(name), env::home_dir(), env::consts::OS)
}

fn directory_from(variable: impl Fn(&str) -> Option<OsString>, home: Option<PathBuf>, system: &str) -> Option<PathBuf> {
    let stated = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let absolute = |path: &PathBuf| path.is_absolute();
    if let Some(path) = stated("LICENTIA_CACHE_DIR") {
        return Some(path);
    }
    if let Some(path) = stated("XDG_CACHE_HOME").filter(absolute) {
        return Some(path.join("licentia"));
    }
    let home = home.filter(absolute);
    match system {
        "windows" => {
            let local =
                stated("LOCALAPPDATA").filter(absolute).or_else(|| Some(home?.join("AppData").join("Local")))?;
            Some(local.join("licentia").join("cache"))
        }
        "macos" => Some(home?.join("Library").join("Caches").join("licentia")),
        _ => Some(home?.join(".cache").join("licentia")),
    }
}

/// Seconds since 1970, by the clock: the age of files is no matter of reports.
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

fn homeless() -> Failure {
    let message = "the cache lies in the home directory, and there is none";
    Failure::new(INCOMPLETE, message, "set LICENTIA_CACHE_DIR to a directory")
}

fn unusable(what: &str, error: &std::io::Error) -> Failure {
    Failure::new(INCOMPLETE, format!("the cache cannot be {what}: {error}"), "see `licentia cache dir`")
}

/// One commit a line, and a last line for all.
fn listed(contents: &Contents, names_services: bool) -> String {
    let mut text = String::new();
    for Kept { key, bytes, used } in &contents.kept {
        let day = i64::try_from(*used).ok().and_then(day_of).map_or_else(String::new, |day| day.to_string());
        let commit: String = key.commit().chars().take(SHORT).collect();
        let kind = if key.kind() == licentia::scan::RepositoryKind::Model { "" } else { key.kind().as_str() };
        let kind = if kind.is_empty() { String::new() } else { format!("{kind} ") };
        let service = if names_services { format!("  {}", key.endpoint()) } else { String::new() };
        let line = format!("{:>10}  {day}  {kind}{}@{commit}{service}", length(*bytes), key.name());
        let _ = writeln!(text, "{}", inert(&line));
    }
    let commits = counted(contents.kept.len(), "commit");
    let files = counted(contents.files, "file");
    let _ = writeln!(text, "{commits}; {} in {files}", length(contents.bytes));
    text
}

fn said(removed: Removed) -> String {
    match removed.files {
        0 => "nothing to remove".to_owned(),
        files => format!("{} removed, {}", counted(files, "file"), length(removed.bytes)),
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// `512 B`, `1.5 KiB`: a tenth is enough, rounded down.
fn length(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..1024 => return format!("{bytes} B"),
        1024..1_048_576 => (1 << 10, "KiB"),
        1_048_576..1_073_741_824 => (1 << 20, "MiB"),
        _ => (1_u64 << 30, "GiB"),
    };
    let tenths = bytes % unit * 10 / unit;
    format!("{}.{tenths} {name}", bytes / unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(variables: &[(&str, &str)], home: &str, system: &str) -> Option<String> {
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value));
        let home = if home.is_empty() { None } else { Some(PathBuf::from(home)) };
        directory_from(variable, home, system).map(|path| path.display().to_string())
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_says_where_the_cache_is_else_the_system_does() {
        let own = ("LICENTIA_CACHE_DIR", "here");
        let xdg = ("XDG_CACHE_HOME", "/xdg");
        assert_eq!(found(&[own, xdg], "/home", "linux").as_deref(), Some("here"));
        assert_eq!(found(&[("LICENTIA_CACHE_DIR", ""), xdg], "/home", "linux").as_deref(), Some("/xdg/licentia"));
        assert_eq!(found(&[xdg], "/home", "macos").as_deref(), Some("/xdg/licentia"));
        let relative = [("XDG_CACHE_HOME", "xdg")];
        assert_eq!(found(&relative, "/home", "linux").as_deref(), Some("/home/.cache/licentia"));
        assert_eq!(found(&[], "/home", "macos").as_deref(), Some("/home/Library/Caches/licentia"));
        let local = [("LOCALAPPDATA", "/local")];
        assert_eq!(found(&local, "/home", "windows").as_deref(), Some("/local/licentia/cache"));
        assert_eq!(found(&[], "/home", "windows").as_deref(), Some("/home/AppData/Local/licentia/cache"));
        assert_eq!(found(&[], "", "linux"), None);
        assert_eq!(found(&[], "home", "linux"), None);
    }

    #[test]
    fn lengths_are_short() {
        for (bytes, said) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1_048_575, "1023.9 KiB"),
            (1_572_864, "1.5 MiB"),
            (u64::MAX, "17179869183.9 GiB"),
        ] {
            assert_eq!(length(bytes), said);
        }
    }

    #[test]
    fn a_repository_is_named_without_a_revision() {
        assert_eq!(repository("org/name").expect("a name").name, "org/name");
        assert_eq!(repository("hf:datasets/org/name").expect("a link").to_string(), "hf:datasets/org/name");
        assert!(repository("org/name@v1").expect_err("a revision").message.contains("names a revision"));
        assert!(repository("./here").expect_err("a path").message.contains("names no repository"));
    }
}
