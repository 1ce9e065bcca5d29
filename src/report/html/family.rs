//! The family as a picture, and as a list for whoever cannot see it.

use askama::Template;

use super::words::{Badge, Shown};
use crate::report::lineage::{Embedded, Entry, Family};
use crate::scan::Scan;

/// Lines of the list.
const LINES_SHOWN: usize = 2000;
/// Pixels up to which the picture is made smaller to fit the page; a wider one would be illegible.
const WIDEST_THAT_FITS: i64 = 1500;

/// The picture with its words.
#[derive(Template)]
#[template(path = "html/family.html", whitespace = "minimize")]
pub(super) struct Picture {
    /// An `svg` element that the picture's own writer has escaped.
    pub(super) element: String,
    /// Whether it may be made smaller.
    pub(super) fits: bool,
    /// `4 models and 1 dataset, all of them inspected`.
    pub(super) sentence: String,
    pub(super) left_out: usize,
    pub(super) lines: Vec<ListLine>,
    pub(super) more_lines: usize,
}

/// A line of a list within lists.
pub(super) struct ListLine {
    pub(super) relation: Shown,
    pub(super) name: Shown,
    pub(super) license: Option<Shown>,
    pub(super) badge: Option<Badge>,
    pub(super) notes: Shown,
    /// Whether a list within it follows.
    pub(super) opens: bool,
    /// Lists that end behind it.
    pub(super) closes: usize,
}

impl Picture {
    /// `None` where nothing was made from anything.
    pub(super) fn of(scan: &Scan) -> Option<Self> {
        let family = Family::of(scan).tied()?;
        let Embedded { element, width, left_out } = Embedded::of(&family);
        let (entries, count) = family.outline(LINES_SHOWN);
        Some(Self {
            element,
            fits: width <= WIDEST_THAT_FITS,
            sentence: family.sentence(),
            left_out,
            lines: nested(&entries),
            more_lines: count - entries.len(),
        })
    }
}

fn nested(entries: &[Entry]) -> Vec<ListLine> {
    let depths = entries.iter().map(|entry| entry.depth).skip(1).chain([0]);
    let line = |(entry, next): (&Entry, usize)| ListLine {
        relation: Shown::of(&entry.relation),
        name: Shown::of(&entry.name),
        license: entry.license.as_deref().map(Shown::of),
        badge: entry.verdict.map(|verdict| Badge::of(Some(verdict))),
        notes: Shown::of(&entry.notes.join(", ")),
        opens: next > entry.depth,
        closes: entry.depth.saturating_sub(next),
    };
    entries.iter().zip(depths).map(line).collect()
}
