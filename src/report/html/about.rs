//! What else the report knows: the policy and its layers, versions, and how to get the same again.

use super::words::Shown;
use crate::scan::Scan;

/// Targets that the command names.
const TARGETS_NAMED: usize = 8;

/// The last part of the page.
pub(super) struct About {
    /// Version of licentia.
    pub(super) tool: Shown,
    /// Version of the database, with the digest of what it was made from.
    pub(super) database: Shown,
    /// Version of the SPDX licence list.
    pub(super) spdx_list: Shown,
    pub(super) policy: Option<Shown>,
    /// Every file that the policy was read from, the lowest first.
    pub(super) layers: Vec<Shown>,
    /// The lowest level that makes a check fail.
    pub(super) fails_at: &'static str,
    pub(super) exit_code: u8,
    pub(super) exit_meaning: &'static str,
    /// The beginning of the command that asks again.
    pub(super) command: &'static str,
    pub(super) targets: Vec<Shown>,
    pub(super) more_targets: usize,
}

impl About {
    pub(super) fn of(scan: &Scan) -> Self {
        let targets = || scan.targets().map(|(_, source)| source);
        let policy = scan.policy.as_ref();
        Self {
            tool: Shown::of(&scan.versions.tool),
            database: Shown::of(&scan.versions.database),
            spdx_list: Shown::of(&scan.versions.spdx_list),
            policy: policy.map(|policy| match &policy.file {
                Some(file) => Shown::of(&format!("{}, from {file}", policy.name)),
                None => Shown::of(&format!("{}, a preset of licentia", policy.name)),
            }),
            layers: policy.map(|policy| policy.layers.iter().map(|one| Shown::of(one)).collect()).unwrap_or_default(),
            fails_at: scan.fail_on.map_or("never", |level| level.as_str()),
            exit_code: scan.exit_code(),
            exit_meaning: match (scan.exit_code(), policy.is_some()) {
                (0, true) => "everything was judged, and nothing is at or above the level that fails",
                (0, false) => "everything was read",
                (1, _) => "the policy says no",
                _ => "something could not be read, fetched or judged",
            },
            command: if policy.is_some() { "licentia check" } else { "licentia scan" },
            targets: targets().take(TARGETS_NAMED).map(|source| Shown::name(&source.target)).collect(),
            more_targets: targets().count().saturating_sub(TARGETS_NAMED),
        }
    }
}
