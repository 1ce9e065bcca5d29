//! What a text is compared with: the database's references, and perhaps texts of the user's own.

use std::collections::BTreeMap;

use license_db::diff::Hunk;
use license_db::format::{SequenceKind, Slot};
use license_db::index::build::{self, Reference};
use license_db::index::{Index, Sequence, SequenceId, Whole};
use license_db::tokens::{self, Tokens};

/// Name of a reference: which index, and its position there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ReferenceId {
    pub(super) shelf: usize,
    pub(super) sequence: SequenceId,
}

/// Licence texts that a user brings: private contracts, house licences.
#[derive(Clone, Debug)]
pub struct OwnTexts {
    index: Vec<u8>,
    texts: BTreeMap<String, String>,
}

/// Why a text cannot be one of the user's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnTextError {
    /// It has fewer words than a text needs to be told from a name: how many, and how many it takes.
    TooShort(usize, usize),
    /// Two texts have one name.
    NameTaken,
    /// More texts than an index holds.
    TooMany,
}

impl std::fmt::Display for OwnTextError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooShort(found, needed) => write!(f, "it has {found} words, and a licence text has {needed} or more"),
            Self::NameTaken => f.write_str("another text has the same name"),
            Self::TooMany => f.write_str("there are more texts than can be told apart (60000)"),
        }
    }
}

impl std::error::Error for OwnTextError {}

impl OwnTexts {
    /// Fewest words of a text.
    pub const SHORTEST: usize = 12;
    const MOST: usize = 60_000;

    /// Makes an index of the texts: identifier (an SPDX identifier or `LicenseRef-…`) and text of each.
    ///
    /// # Errors
    /// With the position of the text at fault.
    pub fn new(texts: impl IntoIterator<Item = (String, String)>) -> Result<Self, (usize, OwnTextError)> {
        let mut by_name = BTreeMap::new();
        let mut references = Vec::new();
        for (position, (id, text)) in texts.into_iter().enumerate() {
            let tokens = tokens::tokenize(&text);
            if tokens.len() < Self::SHORTEST {
                return Err((position, OwnTextError::TooShort(tokens.len(), Self::SHORTEST)));
            }
            if position >= Self::MOST {
                return Err((position, OwnTextError::TooMany));
            }
            references.push(reference(id.clone(), &tokens));
            if by_name.insert(id, text).is_some() {
                return Err((position, OwnTextError::NameTaken));
            }
        }
        Ok(Self { index: build::build(&references, &[]), texts: by_name })
    }
}

fn reference(expression: String, tokens: &Tokens) -> Reference {
    let slots = tokens.addresses().into_iter().map(|(start, length)| {
        let words = tokens.classes.get(start as usize..(start + length) as usize).unwrap_or_default();
        Slot { start, length, is_optional: false, allowed: words.to_vec() }
    });
    Reference {
        kind: SequenceKind::Canonical,
        expression,
        hash: tokens::sequence_hash(&tokens.hashes),
        blocks: tokens::block_hashes(&tokens.hashes),
        slots: slots.collect(),
        classes: tokens.classes.clone(),
        required: Vec::new(),
        is_loose: false,
    }
}

/// Every index that a text is compared with. The user's own texts come first: of two that fit alike, theirs is meant.
#[derive(Clone, Debug)]
pub(super) struct Library<'a> {
    shelves: Vec<Index<'a>>,
    own: Option<&'a OwnTexts>,
}

impl<'a> Library<'a> {
    /// `None` never happens with the database of this build.
    pub(super) fn new(own: Option<&'a OwnTexts>) -> Option<Self> {
        let mut shelves = Vec::new();
        if let Some(own) = own {
            shelves.push(Index::open(&own.index)?);
        }
        shelves.push(license_db::index()?);
        Some(Self { shelves, own })
    }

    pub(super) fn shelves(&self) -> impl Iterator<Item = (usize, &Index<'a>)> {
        self.shelves.iter().enumerate()
    }

    pub(super) fn reference(&self, id: ReferenceId) -> Option<Sequence<'a>> {
        self.shelves.get(id.shelf)?.sequence(id.sequence)
    }

    /// Every reference with exactly the words of that hash.
    pub(super) fn whole(&self, hash: u64) -> impl Iterator<Item = Whole<'a>> {
        self.shelves.iter().flat_map(move |index| index.whole(hash))
    }

    /// Whether licences are written with this word.
    pub(super) fn is_word(&self, hash: u32) -> bool {
        self.shelves.iter().any(|index| index.is_word(hash))
    }

    /// The words of a reference, where its text is at hand: SPDX's texts and the user's own.
    pub(super) fn words(&self, sequence: &Sequence<'_>) -> Option<ReferenceWords<'a>> {
        if !matches!(sequence.kind, SequenceKind::Canonical | SequenceKind::Exception) {
            return None;
        }
        let own = self.own.and_then(|own| own.texts.get(sequence.expression)).map(String::as_str);
        let listed = || license_db::license(sequence.expression)?.text();
        [own, listed()].into_iter().flatten().map(ReferenceWords::of).find(|words| words.hash() == sequence.hash)
    }
}

/// The words of a reference whose text is at hand.
#[derive(Clone, Debug)]
pub(super) struct ReferenceWords<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: Tokens,
}

impl<'a> ReferenceWords<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, tokens: tokens::tokenize(text) }
    }

    fn hash(&self) -> u64 {
        tokens::sequence_hash(&self.tokens.hashes)
    }

    /// A word as it is printed.
    pub(super) fn word(&self, position: usize) -> Option<&'a str> {
        word_at(self.text, &self.tokens, position)
    }

    /// The words that a difference leaves out, as they are printed.
    pub(super) fn missing(&self, hunk: &Hunk) -> Option<&'a str> {
        let last = hunk.missing.end.checked_sub(1).filter(|last| *last >= hunk.missing.start)?;
        let start = *self.tokens.starts.get(hunk.missing.start)? as usize;
        self.text.get(start..*self.tokens.ends.get(last)? as usize)
    }
}

/// A word of a text as it is printed.
pub(super) fn word_at<'a>(text: &'a str, tokens: &Tokens, position: usize) -> Option<&'a str> {
    text.get(*tokens.starts.get(position)? as usize..*tokens.ends.get(position)? as usize)
}
