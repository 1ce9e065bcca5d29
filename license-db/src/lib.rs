//! Facts and fingerprints about licences: what they are called, what kind they are, what they ask, and how their
//! texts are recognised. Lookup only; what follows from a fact is somebody else's judgement.
//!
//! SPDX identifiers, names, flags, texts, standard headers and exceptions come from the `license` crate at build time
//! ([`SPDX_LIST_VERSION`]). Everything else stands in this crate: `licenses/<ID>/license.toml`, `families.toml`,
//! `spdx/`, and `fingerprints/`, numbers computed from texts that are not here. README.md says where each comes from.
//!
//! ```
//! use license_db::{Alias, Copyleft};
//!
//! let agpl = license_db::license("agpl-3.0-only").expect("an SPDX licence");
//! assert_eq!((agpl.id, agpl.copyleft), ("AGPL-3.0-only", Copyleft::Network));
//!
//! // One spelling of a name is enough; a word that several licences share names none of them.
//! assert_eq!(license_db::by_name("The MIT License"), license_db::by_name("mit license"));
//! let Some(Alias::Family(family)) = license_db::by_name("creative commons") else { panic!("a family") };
//! assert!(family.members.contains(&"CC-BY-NC-4.0"));
//! ```

pub mod diff;
mod facts;
pub mod format;
pub mod index;
pub mod languages;
mod markup;
pub mod terms;
pub mod tokens;
pub mod vocabulary;

pub use facts::{Alias, AliasKind, Category, Copyleft, Date, Family, FamilyKind, Kind, License, ReferenceText, Term};
pub use terms::TermKind;

/// Version of the SPDX licence list. A test holds it against the crate that the list comes from.
pub const SPDX_LIST_VERSION: &str = "3.29.0";

/// Version of this database: that of the crate, with the first digits of the SHA-256 of everything it was built from.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "+", env!("LICENSE_DB_DIGEST"));

static INDEX: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/index.bin"));
static TEXTS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/texts.bin"));

/// The index of all reference texts.
///
/// ```
/// use license_db::tokens::{sequence_hash, tokenize};
///
/// let text = license_db::license("ISC").and_then(|license| license.text()).expect("SPDX texts are here");
/// // A holder, a year and the layout leave no trace in the words.
/// let copy = format!("/* Copyright (c) 2025 Somebody\n * {} */", text.replace('\n', "\n * "));
/// let index = license_db::index().expect("the index of this build");
/// let found: Vec<_> = index.whole(sequence_hash(&tokenize(&copy).hashes)).map(|whole| whole.expression).collect();
/// assert!(found.contains(&"ISC"));
/// ```
///
/// `None` never happens with the index that the build made; a test opens it.
pub fn index() -> Option<index::Index<'static>> {
    index::Index::open(INDEX)
}

/// Every licence and exception, sorted by identifier (bytewise).
pub fn licenses() -> &'static [License] {
    facts::LICENSES
}

/// The licence, exception or use policy of that identifier, or of a former one that its entry took over. Identifiers compare without regard to case, as the
/// SPDX annex says; the answer carries the canonical spelling.
pub fn license(id: &str) -> Option<&'static License> {
    facts::license(id)
}

/// Every family: words that name several licences, or none.
pub fn families() -> &'static [Family] {
    facts::FAMILIES
}

/// What a name stands for, after [`fold_name`].
pub fn by_name(name: &str) -> Option<Alias> {
    facts::by_alias(AliasKind::Name, &fold_name(name))
}

/// What an identifier of the Hub's `license` vocabulary stands for. Exact, but for case.
pub fn by_hub_id(id: &str) -> Option<Alias> {
    facts::by_alias(AliasKind::Hub, &id.trim().to_ascii_lowercase())
}

/// The Hub's `license` vocabulary in the order of its identifiers, with what each stands for.
pub fn hub_ids() -> impl Iterator<Item = (&'static str, Alias)> {
    facts::aliases(AliasKind::Hub)
}

/// What a URL stands for, after [`fold_url`].
pub fn by_url(url: &str) -> Option<Alias> {
    facts::by_alias(AliasKind::Url, &fold_url(url))
}

/// A name in the form in which names are compared: lower case, quotation marks and commas dropped, runs of white
/// space, `_` and `-` as one space.
pub fn fold_name(name: &str) -> String {
    facts::fold_name(name)
}

/// A URL in the form in which URLs are compared: without scheme, `www.`, user, query, fragment and trailing slash; the host
/// in lower case; GitHub and Hub file URLs (`blob`, `resolve`, `raw`, `tree`) in one form.
pub fn fold_url(url: &str) -> String {
    facts::fold_url(url)
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
