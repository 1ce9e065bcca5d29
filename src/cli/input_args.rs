//! What a command reads: targets, and what the user knows beyond the database.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::Args;
use licentia::report::Timestamp;

use super::args::{Output, formats, names, output};
use super::today;

/// What `check` and `scan` share.
#[derive(Debug, Args)]
pub(super) struct Input {
    /// What to scan: directories, files, and repositories of the Hugging Face Hub
    ///
    /// A repository is org/name, org/name@revision, hf:datasets/org/name, or its address. hf:org/* is every model of an
    /// organisation, hf:collections/owner/slug a collection.
    #[arg(value_name = "TARGET")]
    pub(super) targets: Vec<String>,
    /// Scan everything in the cache of huggingface_hub too [default DIR: where it keeps it]
    #[arg(
        long, value_name = "DIR", num_args = 0..=1, require_equals = true, default_missing_value = "",
        value_parser = hub_cache
    )]
    pub(super) hub_cache: Option<HubCache>,
    /// Read further targets from a file, one a line; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(super) targets_from: Option<PathBuf>,
    /// Write a report, to standard output or to a file; repeats
    #[arg(
        short = 'o', long = "output", value_name = "FORMAT[=PATH]", value_parser = output,
        help = format!("Write a report, to standard output or to a file; repeats [formats: {}]", names(", ")),
        long_help = format!(
            "Write a report, to standard output or to a file; repeats\n\nThe formats, all from one scan:\n{}", formats()
        )
    )]
    pub(super) outputs: Vec<Output>,
    /// When reports say that they were made, as in 2026-11-01T12:00:00Z (SOURCE_DATE_EPOCH, else nothing is said)
    ///
    /// The same scan gives the same report, byte for byte, so no clock is asked. Formats that cannot do without a time
    /// (SPDX) say the beginning of 1970.
    #[arg(long, value_name = "TIME", value_parser = today::time)]
    pub(super) dated: Option<Timestamp>,
    #[command(flatten)]
    pub(super) own: OwnTexts,
    /// Never use the network
    ///
    /// Repositories of the Hub are then read from the cache of huggingface_hub, or from what an earlier run kept. What
    /// is in neither is said to be missing. HF_HUB_OFFLINE=1 does the same.
    #[arg(long)]
    pub(super) offline: bool,
    /// Threads to work with [default: one per processor]
    #[arg(short, long, value_name = "N")]
    pub(super) jobs: Option<NonZeroUsize>,
}

/// Which cache of `huggingface_hub`.
#[derive(Clone, Debug)]
pub(super) enum HubCache {
    /// Where the environment says that it is.
    Usual,
    At(PathBuf),
}

/// Reads the value of `--hub-cache`; there may be none.
#[expect(clippy::unnecessary_wraps, reason = "clap asks for a result")]
fn hub_cache(value: &str) -> Result<HubCache, String> {
    Ok(if value.is_empty() { HubCache::Usual } else { HubCache::At(PathBuf::from(value)) })
}

/// What the user knows beyond the database.
#[derive(Debug, Args)]
pub(super) struct OwnTexts {
    /// Know the licence texts in a directory too
    ///
    /// Each file holds the text of one licence and is named after it: NAME.txt for LicenseRef-NAME, or for the SPDX
    /// identifier NAME. Sub-directories are not entered, and files whose name begins with a dot are not read.
    #[arg(long, value_name = "DIR")]
    license_texts: Option<PathBuf>,
}

impl OwnTexts {
    /// The directory, where one was named.
    pub(super) fn directory(&self) -> Option<&Path> {
        self.license_texts.as_deref()
    }
}
