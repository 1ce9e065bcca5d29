//! Terms as a reader found them in a text: what its clauses say, each with its place.
//!
//! Kinds and the words of values are those of the closed vocabulary, [`license_db::terms`].

use std::collections::BTreeMap;
use std::ops::Range;

use license_db::{TermKind, terms::CommercialUse};

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Stretch {
    /// Byte offsets in the text.
    pub bytes: Range<usize>,
    /// First and last line, from 1.
    pub lines: (u32, u32),
    /// The words, on one line, of a long one the beginning: at most [`Stretch::LONGEST`] bytes.
    pub quote: String,
}

impl Stretch {
    /// Bytes of a quote: two sentences of a contract.
    pub const LONGEST: usize = 400;

    /// These bytes of a text, which stand on these lines.
    pub fn of(text: &str, bytes: Range<usize>, lines: (u32, u32)) -> Self {
        let whole = text.get(bytes.clone()).unwrap_or_default();
        let mut quote = String::new();
        for word in whole.split_whitespace() {
            if quote.len() + word.len() + 1 > Self::LONGEST {
                quote.push('…');
                break;
            }
            if !quote.is_empty() {
                quote.push(' ');
            }
            quote.push_str(word);
        }
        Self { bytes, lines, quote }
    }
}

/// One term, as a clause of a text states it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Clause {
    /// What it is about.
    pub kind: TermKind,
    /// The value in words of the vocabulary; several joined by `, `. Empty for a threshold.
    pub value: String,
    /// The number of a threshold, in persons or whole units of the currency.
    pub limit: Option<u64>,
    /// Further fields: `measured`, `scope`, `currency`, `binds`, `when`, `trigger`.
    pub details: Vec<(&'static str, &'static str)>,
    /// Where it stands.
    pub place: Stretch,
}

impl Clause {
    /// A further field.
    pub fn detail(&self, name: &str) -> Option<&'static str> {
        self.details.iter().find(|(found, _)| *found == name).map(|(_, value)| *value)
    }
}

/// All that a reader found in one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The answer for the whole text. Never *yes* from silence; in doubt the stricter of two answers.
    pub commercial_use: CommercialUse,
    /// Answers for kinds of use ([`TermKind::ProductUse`], [`TermKind::HostedService`], [`TermKind::ResearchUse`],
    /// [`TermKind::OutputUse`]), where the text gives them.
    pub by_use: BTreeMap<TermKind, CommercialUse>,
    /// The terms, in the order of the text.
    pub clauses: Vec<Clause>,
    /// Sentences that speak of purposes, users or places with words of force, and that no rule understood.
    pub unread: Vec<Stretch>,
    /// The text was longer than what is read; the rest may say anything.
    pub is_cut: bool,
}

impl Terms {
    /// The clauses of a kind, in the order of the text.
    pub fn of_kind(&self, kind: TermKind) -> impl Iterator<Item = &Clause> {
        self.clauses.iter().filter(move |clause| clause.kind == kind)
    }
}
