//! What places say. Evidence quotes; it never interprets.

use std::collections::BTreeMap;
use std::fmt;

use crate::lineage::Relation;
use crate::location::{Location, Origin};
use crate::subject::Scope;

/// "This place says this."
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// Where it stands.
    pub at: Location,
    /// What it says it is about.
    pub scope: Scope,
    /// What it says.
    pub claim: Claim,
    /// The words themselves, as they stand (at most [`QUOTE_LIMIT`] bytes; a longer text is in the [`Texts`]).
    pub quote: String,
    /// Name of the extractor that read it.
    pub by: &'static str,
}

/// Longest quote kept with a piece of evidence, in bytes.
pub const QUOTE_LIMIT: usize = 4096;

/// What a place says, in the form in which it says it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claim {
    /// The value of a licence field whose vocabulary is not SPDX: a model card's `license`, GGUF's `general.license`.
    /// One value of a list each.
    License(String),
    /// A free name: `license_name`.
    LicenseName(String),
    /// Where the licence is said to stand: `license_link`, `license-file`. A path in the repository or a URL.
    LicenseLink(String),
    /// A field that its specification defines as an SPDX expression: `SPDX-License-Identifier`, PEP 639
    /// `license`, `package.json`, `Cargo.toml`.
    Expression(String),
    /// A passage to be matched: a licence file, a gated prompt, the licence section of a card.
    Text {
        /// Key into [`Texts`].
        text: TextId,
        /// What kind of passage it is.
        kind: TextKind,
    },
    /// The model that this one was made from.
    Parent {
        /// As written: `org/name`, a URL, a path.
        reference: String,
        /// How it was made, where stated.
        relation: Relation,
        /// Commit or tag, where stated.
        revision: Option<String>,
    },
    /// A dataset that this model was trained on.
    Dataset(String),
    /// `extra_gated_eu_disallowed: true`: the Hub refuses access from the European Union.
    EuDisallowed,
    /// Access must be asked for (`extra_gated_prompt`, `gated`).
    Gated,
    /// Words that some licence asks to show, shown in a card: the words as the licence has them.
    Display(String),
    /// The address of a use policy in running text.
    PolicyLink(String),
    /// A line of copyright at the head of a licence file, or in a notice.
    Copyright(String),
    /// Words of a card or a notice that speak of a change: tuned, merged, quantised. One for each document.
    Change(String),
}

impl Claim {
    /// Whether it may say under which licence something stands; what does not is never classified.
    pub fn is_about_licenses(&self) -> bool {
        match self {
            Self::License(_)
            | Self::LicenseName(_)
            | Self::LicenseLink(_)
            | Self::Expression(_)
            | Self::Text { .. } => true,
            Self::Parent { .. }
            | Self::Dataset(_)
            | Self::EuDisallowed
            | Self::Gated
            | Self::Display(_)
            | Self::PolicyLink(_)
            | Self::Copyright(_)
            | Self::Change(_) => false,
        }
    }
}

/// What kind of passage a text is: it decides how much of it must be explained before the answer is clean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextKind {
    /// A file that is there to be the licence: everything operative in it must be explained.
    LicenseFile,
    /// A NOTICE, attribution or third-party file.
    Notice,
    /// An acceptable-use or prohibited-use policy.
    UsePolicy,
    /// The text shown before access is granted.
    GatedPrompt,
    /// The licence section of a model or dataset card.
    CardSection,
    /// A sentence in a card outside its licence section that restricts use ("for research purposes only").
    CardStatement,
    /// The comment at the head of a source file.
    Header,
    /// The value of a metadata field that holds prose or a whole licence (`modelspec.license`, PKG-INFO `License`).
    Field,
}

impl TextKind {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LicenseFile => "license-file",
            Self::Notice => "notice",
            Self::UsePolicy => "use-policy",
            Self::GatedPrompt => "gated-prompt",
            Self::CardSection => "card-section",
            Self::CardStatement => "card-statement",
            Self::Header => "header",
            Self::Field => "field",
        }
    }
}

/// Name of a text: the SHA-256 of its bytes, so that the same licence in two places is one text. Where the text was
/// decoded, its places in the file count too: the answer for it has other lines.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextId(String);

impl TextId {
    /// The id of a text.
    pub fn of(content: &str) -> Self {
        Self::of_decoded(content, None)
    }

    /// The id of a text that was decoded.
    fn of_decoded(content: &str, origin: Option<&Origin>) -> Self {
        use sha2::{Digest, Sha256};
        let mut digest = Sha256::new_with_prefix(content.as_bytes());
        if let Some(origin) = origin {
            origin.write_to(|bytes| digest.update(bytes));
        }
        Self(hex(&digest.finalize()))
    }

    /// The digest in hexadecimal.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The SHA-256 of bytes, hexadecimal in small letters.
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        use fmt::Write;
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// All passages of a scan, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts(BTreeMap<TextId, Passage>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Passage {
    content: String,
    origin: Option<Origin>,
}

impl Texts {
    /// Keeps a text and answers its name.
    pub fn insert(&mut self, content: String) -> TextId {
        self.insert_decoded(content, None)
    }

    /// Keeps a text that was decoded, with its places in the file.
    pub fn insert_decoded(&mut self, content: String, origin: Option<Origin>) -> TextId {
        let id = TextId::of_decoded(&content, origin.as_ref());
        self.0.entry(id.clone()).or_insert(Passage { content, origin });
        id
    }

    /// The text of that name.
    pub fn get(&self, id: &TextId) -> Option<&str> {
        self.0.get(id).map(|passage| passage.content.as_str())
    }

    /// Where its words stand in the file, where it is not the file itself.
    pub fn origin(&self, id: &TextId) -> Option<&Origin> {
        self.0.get(id).and_then(|passage| passage.origin.as_ref())
    }

    /// Takes over everything from `other`.
    pub fn absorb(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// All texts in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&TextId, &str)> {
        self.0.iter().map(|(id, passage)| (id, passage.content.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_in_two_places_is_one_text() {
        let mut texts = Texts::default();
        let first = texts.insert("MIT".to_owned());
        let second = texts.insert("MIT".to_owned());
        assert_eq!(first, second);
        assert_eq!(texts.iter().count(), 1);
        assert_eq!(texts.get(&first), Some("MIT"));
        let decoded = texts.insert_decoded("MIT".to_owned(), Some(Origin::Pages(vec![(0, 1)])));
        assert_ne!(decoded, first, "its lines are others");
        assert_eq!(texts.origin(&decoded), Some(&Origin::Pages(vec![(0, 1)])));
        assert_eq!(texts.origin(&first), None);
    }
}
