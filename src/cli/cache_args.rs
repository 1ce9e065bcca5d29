//! The arguments of `licentia cache`.

use clap::{Args, Subcommand};

pub(super) const CACHE_HELP: &str = "\
Examples:
  licentia cache dir                        where it is
  licentia cache list                       what is in it
  licentia cache prune --days 7             drop what was not used for a week
  licentia cache clean meta-llama/Llama-3.1-8B-Instruct         forget one repository
  licentia cache clean                      forget everything

What was read of repositories of the Hub is kept, commit by commit: a second check of an unchanged
model asks one question, and --offline works from it. Checks prune it once a day. Private and gated
repositories are kept too, readable by you alone; tokens never are.

The directory is LICENTIA_CACHE_DIR, else $XDG_CACHE_HOME/licentia, else ~/.cache/licentia
(~/Library/Caches/licentia on macOS, %LOCALAPPDATA%\\licentia\\cache on Windows).";

const LIST_HELP: &str = "\
Example:
  licentia cache list | grep llama

One commit a line: its length, the day of its last use, the repository. -v adds the service it came from.";

const PRUNE_HELP: &str = "\
Examples:
  licentia cache prune                      as checks do once a day
  licentia cache prune --max-size 100MiB
  licentia cache prune --days 0             drop what nobody used within the last hours";

const CLEAN_HELP: &str = "\
Examples:
  licentia cache clean
  licentia cache clean org/name hf:datasets/org/data

A repository goes at every revision, and with it every name that led to it.";

/// Look after the cache.
#[derive(Debug, Args)]
pub(super) struct CacheArguments {
    #[command(subcommand)]
    pub(super) command: CacheCommand,
}

/// What to do with the cache.
#[derive(Debug, Subcommand)]
pub(super) enum CacheCommand {
    /// Say where the cache is
    Dir,
    /// List what is in the cache
    #[command(after_help = LIST_HELP)]
    List,
    /// Remove what was not used for long, then the least recently used until the rest fits
    #[command(after_help = PRUNE_HELP)]
    Prune(Prune),
    /// Remove everything, or what is known of some repositories
    #[command(after_help = CLEAN_HELP)]
    Clean(Clean),
}

/// Remove what is old.
#[derive(Debug, Args)]
pub(super) struct Prune {
    /// Days since the last use
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub(super) days: u32,
    /// How much may stay, as in 500MB, 1GiB or 1048576
    #[arg(long, value_name = "SIZE", default_value = "512MiB", value_parser = size)]
    pub(super) max_size: u64,
}

/// Remove repositories.
#[derive(Debug, Args)]
pub(super) struct Clean {
    /// The repositories to forget, as org/name or hf:datasets/org/name; all where none is named
    #[arg(value_name = "REPOSITORY")]
    pub(super) repositories: Vec<String>,
}

/// Units in the order in which an ending is looked for.
const UNITS: [(&str, u64); 11] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("K", 1 << 10),
    ("M", 1 << 20),
    ("G", 1 << 30),
    ("B", 1),
    ("", 1),
];

/// A whole number of bytes, perhaps with a unit in any case.
fn size(word: &str) -> Result<u64, String> {
    let lower = word.trim().to_ascii_lowercase();
    let found = UNITS.iter().find_map(|(unit, bytes)| Some((lower.strip_suffix(&unit.to_ascii_lowercase())?, bytes)));
    let parsed = found.and_then(|(number, unit)| number.trim().parse::<u64>().ok()?.checked_mul(*unit));
    parsed.ok_or_else(|| "write a whole number of bytes, perhaps with a unit: 1048576, 500MB, 1GiB".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_a_whole_number_perhaps_with_a_unit() {
        for (word, bytes) in [
            ("0", 0),
            ("1048576", 1 << 20),
            ("7B", 7),
            ("2k", 2048),
            ("2KB", 2000),
            ("500 MB", 500_000_000),
            ("1gib", 1 << 30),
            ("1G", 1 << 30),
        ] {
            assert_eq!(size(word), Ok(bytes), "{word}");
        }
        for word in ["", "MiB", "-1", "1.5GiB", "1TB", "99999999999G", "ten"] {
            assert!(size(word).is_err(), "{word}");
        }
    }
}
