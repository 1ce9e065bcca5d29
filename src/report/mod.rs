//! Turning a scan into bytes: every format is a function of [`Scan`] and of the wished [`Style`], nothing else.
//!
//! A report never opens a file, asks the time or looks at the terminal. What it quotes, it quotes from evidence, and
//! what it quotes is made inert first ([`escape`]).

use std::io::{self, Write};

use crate::scan::Scan;

pub mod bundle;
pub mod classify;
pub mod commerce;
pub mod csv;
pub mod escape;
pub mod explain;
pub mod json;
pub mod lineage;
pub mod lint;
pub mod ndjson;
pub mod policy;
pub mod style;
pub mod text;
pub mod why;

mod anchor;
mod attribution;
mod azure;
mod closing;
mod concise;
mod cyclonedx;
mod family;
mod github;
mod github_summary;
mod gitlab;
mod grouped;
mod html;
mod inventory;
mod issues;
mod junit;
mod layout;
mod markdown;
mod markdown_escape;
mod notice;
mod parts;
mod records;
mod rows;
mod sagemaker;
#[cfg(test)]
mod sample;
mod sarif;
mod spdx;
mod summary;
mod wire;

pub use style::{Detail, Lines, Palette, Style, Timestamp};

/// A form in which a scan can be written. A new one is a file in this folder and its two lines here.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// What `-o` takes.
    pub name: &'static str,
    /// One line for the help text.
    pub summary: &'static str,
    /// Usual extension of a file of that format, without the dot.
    pub extension: &'static str,
    /// Whether a person reads it, so that width and colours matter.
    pub is_for_people: bool,
    /// Writes the whole report.
    pub write: fn(&Scan, &Style, &mut dyn Write) -> io::Result<()>,
    /// Where the report is a directory of files: all of them, in the order of their paths. What [`Self::write`] writes
    /// then is the list of them.
    pub files: Option<fn(&Scan, &Style) -> Vec<ReportFile>>,
}

/// A file of a report that is a directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReportFile {
    /// Slash-separated and relative; of letters, digits, `.`, `-` and `_`, so that every file system takes it.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Every format, by name.
pub const FORMATS: &[Format] = &[
    azure::FORMAT,
    bundle::FORMAT,
    concise::FORMAT,
    csv::FORMAT,
    cyclonedx::FORMAT,
    cyclonedx::FORMAT_1_7,
    lineage::DOT,
    text::FULL,
    github::FORMAT,
    github_summary::FORMAT,
    gitlab::FORMAT,
    grouped::FORMAT,
    html::FORMAT,
    json::FORMAT,
    junit::FORMAT,
    markdown::FORMAT,
    lineage::MERMAID,
    ndjson::FORMAT,
    notice::FORMAT,
    sagemaker::FORMAT,
    sarif::FORMAT,
    spdx::v2::FORMAT,
    spdx::v3::FORMAT,
    summary::FORMAT,
    lineage::SVG,
    text::FORMAT,
    lineage::TREE,
];

/// The format of that name.
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// The format that somebody may have meant by a name that is none.
pub fn nearest_format(name: &str) -> Option<&'static Format> {
    let begins = || FORMATS.iter().find(|format| name.len() > 1 && format.name.starts_with(name));
    crate::policy::nearest(name, FORMATS.iter().map(|format| format.name)).and_then(format).or_else(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_stand_in_the_order_of_their_names() {
        let names: Vec<_> = FORMATS.iter().map(|format| format.name).collect();
        assert!(names.is_sorted(), "{names:?}");
        assert!(format("text").is_some());
        assert!(format("no-such-format").is_none());
        assert_eq!(nearest_format("jsn").map(|format| format.name), Some("json"));
        assert_eq!(nearest_format("merm").map(|format| format.name), Some("mermaid"));
        assert!(nearest_format("x").is_none());
    }
}
