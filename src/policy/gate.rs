//! When the gate closes, and what is asked of waivers (`[gate]`).

use std::collections::BTreeSet;

use super::held::{Held, over};
use crate::finding::Level;

/// Days for which a waiver may hold, unless the policy says otherwise.
pub const MAX_WAIVER_DAYS: u64 = 365;
/// Days before its end at which a waiver is reported, unless the policy says otherwise.
pub const WAIVER_WARNING_DAYS: u64 = 30;

/// The gate's settings, each with its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gate {
    /// `fail-on`.
    pub fail_on: Option<Held<FailOn>>,
    /// `baseline`: a path from the file that says it.
    pub baseline: Option<Held<String>>,
    /// `lock`: a path from the file that says it.
    pub lock: Option<Held<String>>,
    /// `require-lock`.
    pub require_lock: Option<Held<bool>>,
    /// `require`: keys that every waiver must have.
    pub require: Option<Held<BTreeSet<String>>>,
    /// `max-waiver-days`.
    pub max_waiver_days: Option<Held<u64>>,
    /// `waiver-warning-days`.
    pub waiver_warning_days: Option<Held<u64>>,
}

/// When the gate closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// At findings of this level and above.
    Level(Level),
    /// Never.
    Never,
}

impl FailOn {
    /// The word used in policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Level(level) => level.as_str(),
            Self::Never => "never",
        }
    }
}

impl Gate {
    /// Puts settings on top of these.
    pub(crate) fn overlay(&mut self, top: Self) {
        over(top.fail_on, &mut self.fail_on);
        over(top.baseline, &mut self.baseline);
        over(top.lock, &mut self.lock);
        over(top.require_lock, &mut self.require_lock);
        over(top.require, &mut self.require);
        over(top.max_waiver_days, &mut self.max_waiver_days);
        over(top.waiver_warning_days, &mut self.waiver_warning_days);
    }

    /// Whether every waiver must have a key.
    pub fn requires(&self, key: &str) -> bool {
        self.require.as_ref().is_none_or(|held| held.value.contains(key))
    }
}
