//! Quoting: each extractor reads one kind of file and repeats what it says about licences and lineage.
//!
//! An extractor is a pure function of bytes. It has no file system, no network and no classifier; it can quote
//! ([`Out::claim`]) or admit that it could not see ([`Out::gap`]), nothing else. The core walks, reads and attributes.

use std::ops::Range;

use crate::evidence::{Claim, Evidence, QUOTE_LIMIT, TextKind, Texts};
use crate::gap::{Gap, GapKind};
use crate::lineage::Relation;
use crate::location::{Location, Origin, Span};
use crate::source::{Entry, Rank};
use crate::subject::{Role, Scope};

mod adapter_config;
mod ahead;
pub(crate) mod card_body;
pub(crate) mod card_keys;
mod cargo_manifest;
mod citation;
mod decode;
mod dist_info;
mod document;
mod field;
pub(crate) mod front_matter;
mod gguf;
mod gguf_header;
mod hf_config;
mod hub_answer;
mod json;
mod license_file;
pub mod mentions;
mod mergekit;
mod model_card;
mod model_index;
mod notice;
mod package_json;
mod part;
mod pointer;
mod pyproject;
mod reading;
mod reuse;
mod safetensors;
mod setup_cfg;
mod shown;
mod spdx_tag;
#[cfg(test)]
mod testing;
mod toml_file;
mod use_policy;
pub(crate) mod yaml;

pub use ahead::fetch;
pub use reading::{Extraction, Step, run, run_with};

/// The text of a file in whatever form it stands there (RTF, PDF, JSON strings, plain), where its words stand, and
/// gaps for all that was not read. The text is `None` for binary content.
pub fn text_of(file: &File<'_>) -> (Option<(String, Option<Origin>)>, Vec<Gap>) {
    let mut out = Out::new("text", file.path);
    let text = decode::text(file, &mut out).map(decode::Text::into_parts);
    (text, out.gaps)
}

/// Every extractor, by name. A new one is a file in this folder and its two lines here.
pub const EXTRACTORS: &[&dyn Extractor] = &[
    &adapter_config::AdapterConfig,
    &cargo_manifest::CargoManifest,
    &citation::Citation,
    &dist_info::DistInfo,
    &gguf::Gguf,
    &hf_config::HfConfig,
    &hub_answer::HubAnswer,
    &license_file::LicenseFile,
    &mergekit::Mergekit,
    &model_card::ModelCard,
    &model_index::ModelIndex,
    &notice::Notice,
    &package_json::PackageJson,
    &pyproject::Pyproject,
    &reuse::Reuse,
    &safetensors::Safetensors,
    &setup_cfg::SetupCfg,
    &spdx_tag::SpdxTag,
    &use_policy::UsePolicy,
];

/// Reads one kind of file.
pub trait Extractor: Sync {
    /// Kebab-case; the file's name.
    fn name(&self) -> &'static str;

    /// What it wants of a file, judged by path and size alone.
    fn interest(&self, entry: &Entry) -> Interest;

    /// What a file is worth where opening each costs a request.
    fn rank(&self, _entry: &Entry) -> Rank {
        Rank::Statement
    }

    /// Quotes what the bytes say. Must not panic, whatever they are.
    ///
    /// Answers [`Progress::Needs`] to be called again with a longer head and an empty `out`.
    fn extract(&self, file: &File<'_>, out: &mut Out) -> Progress;
}

/// How much of a file an extractor wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interest {
    /// The file is not for this extractor.
    Nothing,
    /// The first `first` bytes, and on request more, up to `most`.
    Head {
        /// Bytes of the first reading.
        first: u64,
        /// The bound for [`Progress::Needs`].
        most: u64,
    },
    /// The last bytes.
    Tail(u64),
    /// Everything; a file longer than the bound is read up to it and [`File::is_truncated`] says so.
    Whole {
        /// The bound.
        most: u64,
    },
}

impl Interest {
    /// Bytes of the head that an extractor is sure to see.
    fn at_once(self) -> u64 {
        match self {
            Self::Nothing | Self::Tail(_) => 0,
            Self::Head { first, most } => first.min(most),
            Self::Whole { most } => most,
        }
    }
}

/// Whether an extractor has seen enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It has.
    Done,
    /// It has stated what stands where its format puts statements; this many bytes would show the rest. A file at hand is
    /// read on as for [`Self::Needs`], one far away is left there, and the report says so.
    Could(u64),
    /// It needs this many bytes from the start of the file. A request at or below what it has, or beyond the
    /// [`Interest::Head`] bound, becomes a gap.
    Needs(u64),
}

/// Bytes of a file, as handed to an extractor.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// Path from the root of the source.
    pub path: &'a str,
    /// Length of the whole file.
    pub size: u64,
    /// Offset of the first byte in `bytes`; 0 except for [`Interest::Tail`].
    pub offset: u64,
    /// What was read.
    pub bytes: &'a [u8],
}

impl<'a> File<'a> {
    /// Whether the file goes on behind `bytes`.
    pub fn is_truncated(&self) -> bool {
        self.offset + (self.bytes.len() as u64) < self.size
    }

    /// The bytes as text: a byte-order mark removed, UTF-16 with a mark decoded, invalid UTF-8 replaced. `None` for
    /// binary content (a NUL byte in the first 8 KiB of what is not UTF-16).
    pub fn text(&self) -> Option<std::borrow::Cow<'a, str>> {
        use std::borrow::Cow;
        let bytes = self.bytes;
        match bytes {
            [0xef, 0xbb, 0xbf, rest @ ..] => Some(lossy(rest)),
            [0xff, 0xfe, rest @ ..] => Some(Cow::Owned(utf16(rest, u16::from_le_bytes))),
            [0xfe, 0xff, rest @ ..] => Some(Cow::Owned(utf16(rest, u16::from_be_bytes))),
            _ if bytes.get(..8192.min(bytes.len())).is_some_and(|head| head.contains(&0)) => None,
            _ => Some(lossy(bytes)),
        }
    }

    /// The last component of the path.
    pub fn name(&self) -> &'a str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }

    /// The directory, without a trailing slash; empty for the root.
    pub fn directory(&self) -> &'a str {
        self.path.rsplit_once('/').map_or("", |(directory, _)| directory)
    }
}

/// The text; checked as a whole first, which is many times faster than piece by piece.
fn lossy(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), std::borrow::Cow::Borrowed)
}

fn utf16(bytes: &[u8], decode: impl Fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| decode([pair[0], pair[1]]));
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Where an extractor puts what it quotes.
#[derive(Debug)]
pub struct Out {
    by: &'static str,
    path: String,
    /// Evidence so far; locations carry source index 0.
    pub evidence: Vec<Evidence>,
    /// Gaps so far; locations carry source index 0.
    pub gaps: Vec<Gap>,
    /// Passages so far.
    pub texts: Texts,
    is_full: bool,
}

/// Most statements, and most gaps, that one extractor makes about one file; what comes behind is one gap. Cards with
/// some thousand datasets are known; beyond this somebody wants to flood the report.
pub const STATEMENT_LIMIT: usize = 10_000;

impl Out {
    /// An empty one for a file.
    pub fn new(by: &'static str, path: &str) -> Self {
        Self {
            by,
            path: path.to_owned(),
            evidence: Vec::new(),
            gaps: Vec::new(),
            texts: Texts::default(),
            is_full: false,
        }
    }

    /// "This place says this." The quote is cut at [`QUOTE_LIMIT`].
    pub fn claim(&mut self, scope: Scope, claim: Claim, place: Place, quote: &str) {
        let at = self.location(place);
        if self.evidence.len() >= STATEMENT_LIMIT {
            self.overflow(at);
            return;
        }
        let quote = cut(quote, QUOTE_LIMIT).to_owned();
        self.evidence.push(Evidence { at, scope, claim, quote, by: self.by });
    }

    /// A passage to be matched. Its first words become the quote.
    pub fn text(&mut self, scope: Scope, kind: TextKind, place: Place, content: String) {
        self.decoded(scope, kind, place, content, None);
    }

    /// A passage that was decoded, with its places in the file.
    fn decoded(&mut self, scope: Scope, kind: TextKind, place: Place, content: String, origin: Option<Origin>) {
        let quote = cut(content.trim(), 160).to_owned();
        let text = self.texts.insert_decoded(content, origin);
        self.claim(scope, Claim::Text { text, kind }, place, &quote);
    }

    /// All of a document as one passage.
    pub(crate) fn document(&mut self, scope: Scope, kind: TextKind, text: decode::Text<'_>) {
        let place = text.place(0..text.len());
        let (content, origin) = text.into_parts();
        self.decoded(scope, kind, place, content, origin);
    }

    /// A parent without a stated revision.
    pub fn parent(&mut self, scope: Scope, reference: &str, relation: Relation, place: Place) {
        let claim = Claim::Parent { reference: reference.to_owned(), relation, revision: None };
        self.claim(scope, claim, place, reference);
    }

    /// "This could not be seen."
    pub fn gap(&mut self, kind: GapKind, place: Place, detail: impl Into<String>) {
        let at = self.location(place);
        if self.gaps.len() >= STATEMENT_LIMIT {
            self.overflow(at);
            return;
        }
        self.gaps.push(Gap { at, kind, detail: detail.into() });
    }

    fn overflow(&mut self, at: Location) {
        if !self.is_full {
            self.is_full = true;
            let detail = format!(
                "the file makes more than {STATEMENT_LIMIT} statements, and from here on they were left out: check it \
                 by hand"
            );
            self.gaps.push(Gap { at, kind: GapKind::Truncated, detail });
        }
    }

    fn location(&self, place: Place) -> Location {
        Location { source: 0, path: self.path.clone(), span: place.span, key: place.key }
    }
}

/// A place inside the file at hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Lines and columns.
    pub span: Option<Span>,
    /// Metadata key.
    pub key: Option<String>,
}

impl Place {
    /// The whole file.
    pub fn whole() -> Self {
        Self::default()
    }

    /// A metadata key of a binary file.
    pub fn key(key: impl Into<String>) -> Self {
        Self { span: None, key: Some(key.into()) }
    }

    /// Bytes of a text file.
    pub fn bytes(text: &str, range: Range<usize>) -> Self {
        Self { span: Some(Span::of_bytes(text, range.start, range.end)), key: None }
    }

    /// The same place, under that key.
    #[must_use]
    pub fn with_key(self, key: impl Into<String>) -> Self {
        Self { key: Some(key.into()), ..self }
    }
}

/// The directory of a path and nothing more: what a bare `LICENSE` is about.
pub(crate) fn tree(directory: &str) -> Scope {
    Scope { role: None, directory: directory.to_owned(), file: None }
}

/// A role in a directory: what `LICENSE-MODEL` or a model card is about.
pub(crate) fn role(directory: &str, role: Role) -> Scope {
    Scope { role: Some(role), directory: directory.to_owned(), file: None }
}

/// One file: what its own header or metadata is about.
pub(crate) fn single_file(file: &File<'_>, role: Option<Role>) -> Scope {
    Scope { role, directory: file.directory().to_owned(), file: Some(file.path.to_owned()) }
}

/// The longest prefix of at most `limit` bytes that ends at a character.
pub(crate) fn cut(text: &str, limit: usize) -> &str {
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_knows_byte_order_marks_and_refuses_binary() {
        let file = |bytes| File { path: "a", size: 0, offset: 0, bytes };
        assert_eq!(file(b"\xef\xbb\xbfMIT").text().as_deref(), Some("MIT"));
        assert_eq!(file(b"\xff\xfeM\0I\0T\0").text().as_deref(), Some("MIT"));
        assert_eq!(file(b"GGUF\x03\0\0\0").text(), None);
    }

    #[test]
    fn a_flood_of_statements_ends_in_one_gap() {
        let mut out = Out::new("test", "a");
        for _ in 0..STATEMENT_LIMIT + 10 {
            out.claim(tree(""), Claim::Gated, Place::whole(), "");
        }
        assert_eq!((out.evidence.len(), out.gaps.len()), (STATEMENT_LIMIT, 1));
        for _ in 0..STATEMENT_LIMIT + 10 {
            out.gap(GapKind::Malformed, Place::whole(), "");
        }
        assert_eq!(out.gaps.len(), STATEMENT_LIMIT);
    }

    #[test]
    fn extractors_stand_in_the_order_of_their_names() {
        let names: Vec<_> = EXTRACTORS.iter().map(|extractor| extractor.name()).collect();
        assert!(names.is_sorted(), "{names:?}");
    }
}
