//! What statements mean: labels ([`declared`]) and texts ([`text`]).

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::evidence::{Claim, Evidence, TextId, TextKind, Texts};
use crate::license::Classification;
use text::Matcher;

pub mod declared;
mod origin;
pub mod terms;
pub mod text;

pub use origin::in_file;

/// One classification for each piece of evidence, in the same order; `None` where it is no licence statement.
///
/// A text that stands in several places is matched once.
pub fn run(matcher: Matcher<'_>, evidence: &[Evidence], texts: &Texts) -> Vec<Option<Classification>> {
    let mut wanted: Vec<(&TextId, TextKind)> = evidence
        .iter()
        .filter_map(|one| match &one.claim {
            Claim::Text { text, kind } => Some((text, *kind)),
            _ => None,
        })
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let found: BTreeMap<(&TextId, TextKind), Classification> = wanted
        .into_par_iter()
        .map(|(id, kind)| {
            let content = texts.get(id).unwrap_or_default();
            ((id, kind), in_file(matcher.classify(content, kind), content, texts.origin(id)))
        })
        .collect();
    evidence
        .iter()
        .map(|one| match &one.claim {
            Claim::Text { text, kind } => found.get(&(text, *kind)).cloned(),
            Claim::License(value) | Claim::LicenseName(value) => Some(declared::value(value)),
            Claim::LicenseLink(target) => declared::link(target),
            Claim::Expression(value) => Some(declared::expression(value)),
            Claim::Parent { .. }
            | Claim::Dataset(_)
            | Claim::EuDisallowed
            | Claim::Gated
            | Claim::Display(_)
            | Claim::PolicyLink(_)
            | Claim::Copyright(_)
            | Claim::Change(_) => None,
        })
        .collect()
}
