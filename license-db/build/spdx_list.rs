//! The SPDX licence list as the crates carry it.

use std::collections::BTreeMap;
use std::path::Path;

/// A row of the list.
#[expect(clippy::struct_excessive_bools, reason = "the columns of the SPDX list")]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) is_exception: bool,
    pub(crate) is_osi_approved: bool,
    pub(crate) is_fsf_libre: bool,
    pub(crate) is_deprecated: bool,
    pub(crate) replaced_by: Option<String>,
    pub(crate) text: &'static str,
    pub(crate) header: Option<&'static str>,
    pub(crate) urls: Vec<&'static str>,
}

/// Every licence and exception, by identifier. `spdx` knows the identifiers and flags, `license` the texts; both must
/// be of the same version.
pub(crate) fn read() -> BTreeMap<String, Row> {
    let table = crate::text(Path::new("spdx/deprecated.tsv"));
    let replacements = replacements(&table);
    let mut rows = BTreeMap::new();
    for license in spdx::identifiers::LICENSES {
        let id = license.name;
        // NOASSERTION and NONE are no licences; a bare `GFDL-…-invariants` is a form that `spdx` reads and SPDX never listed.
        if matches!(id, "NOASSERTION" | "NONE") || id.ends_with("-invariants") {
            continue;
        }
        let parsed: Result<&dyn license::License, _> = id.parse();
        let Ok(found) = parsed else {
            panic!("SPDX licence {id}: the crates `spdx` and `license` have different lists")
        };
        let row = Row {
            name: found.name().to_owned(),
            is_exception: false,
            is_osi_approved: found.is_osi_approved(),
            is_fsf_libre: found.is_fsf_libre(),
            is_deprecated: found.is_deprecated(),
            replaced_by: found.is_deprecated().then(|| replacement(id, &replacements)).flatten(),
            text: found.text(),
            header: found.header(),
            urls: found.see_also().to_vec(),
        };
        rows.insert(id.to_owned(), row);
    }
    for exception in spdx::identifiers::EXCEPTIONS {
        let id = exception.name;
        let parsed: Result<&dyn license::Exception, _> = id.parse();
        let Ok(found) = parsed else {
            panic!("SPDX exception {id}: the crates `spdx` and `license` have different lists")
        };
        let row = Row {
            name: found.name().to_owned(),
            is_exception: true,
            is_osi_approved: false,
            is_fsf_libre: false,
            is_deprecated: found.is_deprecated(),
            replaced_by: found.is_deprecated().then(|| replacement(id, &replacements)).flatten(),
            text: found.text(),
            header: None,
            urls: found.see_also().to_vec(),
        };
        rows.insert(id.to_owned(), row);
    }
    rows
}

/// Deprecated identifier to what stands for it; `None` where nothing does, for the reason that the table gives.
fn replacements(table: &str) -> BTreeMap<&str, Option<&str>> {
    table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut columns = line.split('\t');
            match (columns.next(), columns.next(), columns.next()) {
                (Some(old), Some("-"), Some(_reason)) => (old, None),
                (Some(old), Some(new), None) if new != "-" => (old, Some(new)),
                _ => panic!("spdx/deprecated.tsv: {line}"),
            }
        })
        .collect()
}

fn replacement(id: &str, replacements: &BTreeMap<&str, Option<&str>>) -> Option<String> {
    if let Some(replacement) = replacements.get(id) {
        return replacement.map(str::to_owned);
    }
    let is_listed = |id: &str| spdx::license_id(id).is_some_and(|found| found.name == id);
    let or_later = id.strip_suffix('+').map(|base| format!("{base}-or-later"));
    let only = format!("{id}-only");
    let rule = or_later.filter(|id| is_listed(id)).or_else(|| is_listed(&only).then_some(only));
    Some(rule.unwrap_or_else(|| panic!("spdx/deprecated.tsv: {id} is deprecated and has no row")))
}
