//! What statements mean: labels ([`declared`]) and texts ([`text`]).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use license_db::{License, TermKind};
use rayon::prelude::*;

use crate::clause::Terms;
use crate::evidence::{Claim, Evidence, TextId, TextKind, Texts};
use crate::license::{Classification, Expression, MatchKind, Outcome};
use crate::location::Origin;
use text::Matcher;

pub mod declared;
mod origin;
pub mod terms;
pub mod text;

pub use origin::in_file;

/// The answer for a text with what its clauses say, where that may tell more than the database: of a text that is there to
/// be a licence and is none of the SPDX list word for word.
pub fn with_terms(mut found: Classification, text: &str, kind: TextKind) -> Classification {
    let is_licence = matches!(kind, TextKind::LicenseFile | TextKind::UsePolicy | TextKind::GatedPrompt);
    let is_listed = |expression: &Expression| {
        expression.atoms().iter().all(|atom| license_db::license(&atom.license).is_some_and(License::is_spdx))
    };
    let is_known = found.outcome == Outcome::Exact && found.expression.as_ref().is_some_and(is_listed);
    if is_licence && !is_known {
        found.terms = Some(Box::new(terms::read(text)));
    }
    found
}

/// The same answer with the clauses of the text, whether or not the database knows it.
pub fn with_every_clause(found: Classification, text: &str, origin: Option<&Origin>) -> Classification {
    if found.terms.is_some() || text.is_empty() {
        return found;
    }
    let read = Some(Box::new(terms::read(text)));
    let alone = Classification { terms: read, ..Classification::of_label(Outcome::None, None, Vec::new()) };
    Classification { terms: in_file(alone, text, origin).terms, ..found }
}

/// What a text of unknown purpose says. One that reads like a licence, though no licence that is known stands in it, is read
/// as one: a contract under any name is licence language that nobody knows.
pub fn unnamed(matcher: Matcher<'_>, text: &str) -> Classification {
    let found = matcher.classify_unnamed(text);
    let states_text = found.matches.iter().any(|one| one.kind == MatchKind::Text);
    if states_text {
        return with_terms(found, text, TextKind::LicenseFile);
    }
    let terms = (found.outcome == Outcome::None && may_be_licence(text)).then(|| terms::read(text));
    match terms.filter(reads_like_a_licence) {
        Some(terms) => Classification { terms: Some(Box::new(terms)), ..matcher.classify(text, TextKind::LicenseFile) },
        None => found,
    }
}

/// Whether a text has a word that names a licence or contract and one that grants or forbids. It is asked of every file of
/// unknown purpose, so it is one pass over the bytes.
fn may_be_licence(text: &str) -> bool {
    let (mut names, mut decides) = (false, false);
    let Some(words) = LICENCE_WORDS.as_ref() else { return true };
    for found in words.find_iter(text) {
        if found.pattern().as_usize() < NAMING.len() {
            names = true;
        } else {
            decides = true;
        }
        if names && decides {
            return true;
        }
    }
    false
}

const NAMING: [&str; 6] = ["licen", "agreement", "terms of", "许可", "协议", "ライセンス"];
const DECIDING: [&str; 10] =
    ["shall", "may not", "must not", "grants", "granted", "hereby", "permitted", "不得", "授予", "禁止"];
static LICENCE_WORDS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(NAMING.iter().chain(&DECIDING)).ok());

/// Whether clauses of several kinds make a text a licence: prose about one states few of them.
fn reads_like_a_licence(terms: &Terms) -> bool {
    const KINDS: usize = 4;
    let kinds: BTreeSet<TermKind> = terms.clauses.iter().map(|clause| clause.kind).collect();
    kinds.len() >= KINDS
}

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
            let found = with_terms(matcher.classify(content, kind), content, kind);
            ((id, kind), in_file(found, content, texts.origin(id)))
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
