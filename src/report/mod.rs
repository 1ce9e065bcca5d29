//! Turning a scan into bytes: every format is a function of [`Scan`] and of the wished [`Style`], nothing else.
//!
//! A report never opens a file, asks the time or looks at the terminal. What it quotes, it quotes from evidence, and
//! what it quotes is made inert first ([`escape`]).

use std::io::{self, Write};

use crate::scan::Scan;

mod anchor;
pub mod classify;
pub mod commerce;
pub mod escape;
pub mod explain;
mod family;
pub mod json;
pub mod lineage;
pub mod policy;
pub mod style;
pub mod text;
pub mod why;

mod inventory;
mod layout;
mod parts;
mod rows;
#[cfg(test)]
mod sample;
mod spdx;
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
    lineage::DOT,
    json::FORMAT,
    lineage::MERMAID,
    spdx::v2::FORMAT,
    spdx::v3::FORMAT,
    lineage::SVG,
    text::FORMAT,
    lineage::TREE,
];

/// The format of that name.
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
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
    }
}
