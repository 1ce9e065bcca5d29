//! `ATTRIBUTION.md`: the attributions as a page, with the files of the bundle beside each work.

use std::fmt::Write as _;

use super::manifest::{FileRow, MissingRow};
use crate::report::attribution::{Attribution, Work, titled};
use crate::report::closing::seen_words;
use crate::report::layout::place;
use crate::report::markdown_escape::cell;
use crate::report::text::subject_words;
use crate::scan::Scan;

/// The page. Writing into a string cannot fail.
pub(super) fn page(scan: &Scan, found: &Attribution<'_>, files: &[&FileRow<'_>], missing: &[MissingRow<'_>]) -> String {
    let mut page = String::from(
        "# Attributions\n\nUnder which licences the following models and datasets are, which copyright lines, notices \
         and licence texts\nwere found with them, and which texts were not found. Nothing is added to what was found.\n",
    );
    for (position, work) in found.works.iter().enumerate() {
        let _ = writeln!(page, "\n## {}. {}\n", position + 1, cell(work.name));
        about(&mut page, work);
        list(&mut page, "Copyright lines that were found:", work.copyrights.iter().map(|line| cell(line)));
        let shown =
            work.displays.iter().map(|(license, words, source)| cell(&format!("{license} asks to {words} ({source})")));
        list(&mut page, "To be shown:", shown);
        let of_work = files.iter().filter(|file| file.found_at.iter().any(|found| found.index == work.index));
        let file = |file: &FileRow<'_>| {
            let whole = match (file.verbatim, file.complete) {
                (_, false) => ", not whole: the file goes on behind what was read",
                (true, true) => ", byte for byte",
                (false, true) => ", its words as they were read",
            };
            let at = file.found_at.iter().filter(|found| found.index == work.index).map(|found| cell(found.path));
            let at = at.collect::<Vec<_>>().join(", ");
            let license = file.license.as_ref().map_or(String::new(), |license| format!(": {}", cell(license)));
            format!("`{}`{license}, found as {at}{whole}", file.path)
        };
        list(&mut page, "Texts that were found:", of_work.map(|row| file(row)));
        let lacks = missing.iter().filter(|missing| missing.works.contains(&position));
        list(&mut page, "Texts that were not found:", lacks.map(lack));
    }
    let gaps = scan
        .gaps
        .iter()
        .map(|gap| format!("{} ({}): {}", cell(&place(&scan.sources, &gap.at)), gap.kind, cell(&gap.detail)));
    let unopened = found
        .unopened
        .iter()
        .map(|name| format!("{} was named and not opened; what it asks to be shown is not here", cell(name)));
    list(&mut page, "## Not seen", gaps.chain(unopened));
    let versions = &scan.versions;
    let words = format!(
        "Made by licentia {} with its database {} and the SPDX licence list {}. {}. It is no legal advice.",
        versions.tool,
        versions.database,
        versions.spdx_list,
        seen_words(scan)
    );
    let _ = writeln!(page, "\n{}", cell(&words));
    page
}

fn about(page: &mut String, work: &Work<'_>) {
    let followed = if work.source.is_followed { ", which others of these were made from" } else { "" };
    let _ = writeln!(page, "| | |\n| --- | --- |\n| kind | {}{followed} |", work.kind);
    if let Some(revision) = &work.source.revision {
        let _ = writeln!(page, "| revision | {} |", cell(revision));
    }
    if let Some(address) = &work.address {
        let _ = writeln!(page, "| address | {} |", cell(address));
    }
    for (judged, expression) in &work.licences {
        let licence = expression.map_or_else(|| "no licence was identified".to_owned(), titled);
        let _ = writeln!(page, "| {} | {} |", cell(&subject_words(&judged.subject)), cell(&licence));
    }
}

fn lack(missing: &MissingRow<'_>) -> String {
    let addresses = match missing.addresses.as_slice() {
        [] => "no address of it is known".to_owned(),
        addresses => format!("it stands at {}", cell(&addresses.join(", "))),
    };
    let instead = match (&missing.path, missing.origin) {
        (Some(path), Some("standard")) => {
            format!("; `{path}` is the standard text, with holder and years not filled in")
        }
        (Some(path), _) => format!("; `{path}` was found with another work"),
        (None, _) => "; it must be added".to_owned(),
    };
    format!("{} ({}): {addresses}{instead}", cell(missing.name), cell(missing.license))
}

/// Nothing where there are no items.
fn list(page: &mut String, heading: &str, items: impl Iterator<Item = String>) {
    let mut items = items.peekable();
    if items.peek().is_none() {
        return;
    }
    if !heading.is_empty() {
        let _ = writeln!(page, "\n{heading}");
    }
    let _ = writeln!(page);
    for item in items {
        let _ = writeln!(page, "- {item}");
    }
}
