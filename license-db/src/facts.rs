//! The records, and finding them.

use std::fmt;

use crate::terms::{self, TermKind};

/// A licence, an exception to one, or a use policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct License {
    /// SPDX identifier, or `LicenseRef-…`.
    pub id: &'static str,
    /// Official title.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Word shared by the versions of one licence; empty where it stands alone.
    pub family: &'static str,
    /// Version as the text states it; empty where it states none.
    pub version: &'static str,
    /// Day that the text states for itself.
    pub released: Option<Date>,
    /// What kinds of terms it has, worst first. Empty for an exception.
    pub categories: &'static [Category],
    /// What makes the recipient pass on the same terms.
    pub copyleft: Copyleft,
    /// Approved by the Open Source Initiative, as the SPDX list says.
    pub is_osi_approved: bool,
    /// Free according to the Free Software Foundation, as the SPDX list says.
    pub is_fsf_libre: bool,
    /// Deprecated in the SPDX list.
    pub is_deprecated: bool,
    /// What stands for a deprecated identifier: an identifier, or `A WITH B`.
    pub replaced_by: Option<&'static str>,
    /// The day on which somebody read the text for this entry; `None` means unverified.
    pub reviewed: Option<Date>,
    /// What it allows and asks.
    pub terms: &'static [Term],
    /// The texts its fingerprints were made from.
    pub texts: &'static [ReferenceText],
    /// Where our category differs from the source's: the reason.
    pub correction: Option<&'static str>,
}

impl License {
    /// Whether it is in the SPDX list.
    pub fn is_spdx(&self) -> bool {
        !self.id.starts_with("LicenseRef-")
    }

    /// The text, for an SPDX licence or exception; no other text is kept.
    pub fn text(&self) -> Option<&'static str> {
        let (start, length, _, _) = *self.span()?;
        piece(start, length)
    }

    /// The standard header, for an SPDX licence that has one.
    pub fn header(&self) -> Option<&'static str> {
        let (_, _, start, length) = *self.span()?;
        piece(start, length)
    }

    fn span(&self) -> Option<&'static (u32, u32, u32, u32)> {
        let position = LICENSES.binary_search_by(|license| license.id.cmp(self.id)).ok()?;
        TEXTS.get(position)
    }

    /// Whether a category holds.
    pub fn has(&self, category: Category) -> bool {
        self.categories.contains(&category)
    }
}

fn piece(start: u32, length: u32) -> Option<&'static str> {
    if length == 0 {
        return None;
    }
    let (start, length) = (start as usize, length as usize);
    std::str::from_utf8(crate::TEXTS.get(start..start + length)?).ok()
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A licence.
    License,
    /// An exception, to stand behind WITH.
    Exception,
    /// An acceptable-use policy: part of a licence's terms, no permission of its own.
    UsePolicy,
}

/// What kind of terms a licence has. The order is that of the closed list in README.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Do as you like, keep the notice.
    Permissive,
    /// No condition at all.
    PublicDomain,
    /// Share-alike of the licensed files or the library.
    WeakCopyleft,
    /// Share-alike of the whole work on distribution.
    StrongCopyleft,
    /// Share-alike also when users reach it over a network.
    NetworkCopyleft,
    /// Commercial use is forbidden.
    NonCommercial,
    /// Only research, evaluation or education.
    ResearchOnly,
    /// Changed versions may not be passed on.
    NoDerivatives,
    /// Commercial use under a threshold, a registration, in some territory or with growing duties.
    Conditional,
    /// Fields of use are excluded, or an acceptable-use policy binds.
    UseRestricted,
    /// Written for data; attribution at most.
    DataPermissive,
    /// Written for data; share-alike.
    DataCopyleft,
    /// Written for data; use is restricted.
    DataRestricted,
    /// A use policy.
    UsePolicy,
    /// The source can be seen; use is restricted.
    SourceAvailable,
    /// All rights reserved but for what it grants.
    Proprietary,
    /// None of these.
    Other,
}

impl Category {
    /// Every category, in order.
    pub const ALL: [Self; 17] = [
        Self::Permissive,
        Self::PublicDomain,
        Self::WeakCopyleft,
        Self::StrongCopyleft,
        Self::NetworkCopyleft,
        Self::NonCommercial,
        Self::ResearchOnly,
        Self::NoDerivatives,
        Self::Conditional,
        Self::UseRestricted,
        Self::DataPermissive,
        Self::DataCopyleft,
        Self::DataRestricted,
        Self::UsePolicy,
        Self::SourceAvailable,
        Self::Proprietary,
        Self::Other,
    ];

    /// The word used in policies and in the entries.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Permissive => "permissive",
            Self::PublicDomain => "public-domain",
            Self::WeakCopyleft => "weak-copyleft",
            Self::StrongCopyleft => "strong-copyleft",
            Self::NetworkCopyleft => "network-copyleft",
            Self::NonCommercial => "non-commercial",
            Self::ResearchOnly => "research-only",
            Self::NoDerivatives => "no-derivatives",
            Self::Conditional => "conditional",
            Self::UseRestricted => "use-restricted",
            Self::DataPermissive => "data-permissive",
            Self::DataCopyleft => "data-copyleft",
            Self::DataRestricted => "data-restricted",
            Self::UsePolicy => "use-policy",
            Self::SourceAvailable => "source-available",
            Self::Proprietary => "proprietary",
            Self::Other => "other",
        }
    }

    /// The category of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.as_str() == word)
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What makes the recipient pass on the same terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Copyleft {
    /// Nothing.
    None,
    /// Passing on copies.
    Distribution,
    /// Passing on copies, or letting users reach it over a network.
    Network,
}

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Year.
    pub year: u16,
    /// Month, from 1.
    pub month: u8,
    /// Day, from 1.
    pub day: u8,
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// One thing that a licence allows or asks, in the vocabulary of [`crate::terms`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// What it is about.
    pub kind: TermKind,
    /// The value in words; several joined by `, `. Empty for a threshold.
    pub value: &'static str,
    /// The number of a threshold, in persons or whole units of the currency.
    pub limit: Option<u64>,
    /// Further fields (`measured`, `scope`, `currency`, `binds`, `when`, `trigger`, `or`, `note`), sorted by key.
    pub details: &'static [(&'static str, &'static str)],
    /// Document and section where it was read.
    pub source: &'static str,
    /// The day on which it was read in the text; `None` means unverified.
    pub reviewed: Option<Date>,
}

/// An accessor for the value of one kind of term, and those for the fields.
macro_rules! accessors {
    (
        values { $($(#[$docs:meta])* $name:ident: $kind:ident -> $type:ident;)+ }
        fields { $($(#[$field_docs:meta])* $field:ident: $key:literal -> $field_type:ident;)+ }
    ) => {
        impl Term {
            $(
                $(#[$docs])*
                pub fn $name(&self) -> Option<terms::$type> {
                    if self.kind == TermKind::$kind { terms::$type::from_word(self.value) } else { None }
                }
            )+
            $(
                $(#[$field_docs])*
                pub fn $field(&self) -> Option<terms::$field_type> {
                    terms::$field_type::from_word(self.detail($key)?)
                }
            )+
        }
    };
}

accessors! {
    values {
        /// The value of a `use-restrictions`.
        use_restrictions: UseRestrictions -> UseRestrictions;
        /// The value of a `flow-down`.
        flow_down: FlowDown -> FlowDown;
        /// The value of a `copyleft`.
        reach: Copyleft -> Reach;
        /// The value of an `output-training`.
        output_training: OutputTraining -> OutputTraining;
        /// The value of an `output-use`.
        output_use: OutputUse -> OutputUse;
        /// The value of a `patent`.
        patent: Patent -> Patent;
        /// The value of a `litigation`.
        litigation: Litigation -> Litigation;
        /// The value of a `revocation`.
        revocation: Revocation -> Revocation;
        /// The value of an `update`.
        update: Update -> Update;
        /// The value of a `registration`.
        registration: Registration -> Registration;
        /// The value of a `hosting`.
        hosting: Hosting -> Hosting;
    }
    fields {
        /// When a limit is compared.
        measured: "measured" -> Measured;
        /// Whose users or revenue count.
        scope: "scope" -> Scope;
        /// What must not be in an excluded territory.
        binds: "binds" -> Binds;
        /// When words are to be shown.
        when: "when" -> When;
        /// What sets share-alike off.
        trigger: "trigger" -> Trigger;
    }
}

impl Term {
    /// The answer of a `commercial-use`, `internal-use`, `product-use`, `hosted-service`, `research-use` or
    /// `derivatives`.
    pub fn permission(&self) -> Option<terms::CommercialUse> {
        if self.kind.is_permission() { terms::CommercialUse::from_word(self.value) } else { None }
    }

    /// The places of an `excluded-territory`; nothing for another kind.
    pub fn territories(&self) -> impl Iterator<Item = &'static str> {
        let value = if self.kind == TermKind::ExcludedTerritory { self.value } else { "" };
        value.split(", ").filter(|place| !place.is_empty())
    }

    /// The values of a `derivative-scope`; nothing for another kind.
    pub fn derivative_scopes(&self) -> impl Iterator<Item = terms::DerivativeScope> {
        let value = if self.kind == TermKind::DerivativeScope { self.value } else { "" };
        value.split(", ").filter_map(terms::DerivativeScope::from_word)
    }

    /// The exact words that a `display` asks for, any of which will do.
    pub fn displayed(&self) -> impl Iterator<Item = &'static str> {
        let value = (self.kind == TermKind::Display).then_some(self.value);
        value.into_iter().flat_map(|value| std::iter::once(value).chain(self.detail("or")))
    }

    /// The currency of a limit, by ISO 4217.
    pub fn currency(&self) -> Option<&'static str> {
        self.detail("currency")
    }

    /// What stands beside the value, in a few words.
    pub fn note(&self) -> Option<&'static str> {
        self.detail("note")
    }

    /// Whether a `license-copy` is content with the address of the licence in place of its text.
    pub fn takes_a_link(&self) -> bool {
        self.kind == TermKind::LicenseCopy && self.note().is_some_and(|note| note.ends_with("is enough"))
    }

    /// Whether a `notice-file` asks for nothing but to keep the file that came with the work.
    pub fn keeps_what_came(&self) -> bool {
        self.kind == TermKind::NoticeFile && self.note() == Some("where the work has one")
    }

    /// Whether a `name-prefix` may stand anywhere in the name.
    pub fn may_stand_anywhere(&self) -> bool {
        self.kind == TermKind::NamePrefix && self.note() == Some("anywhere in the name")
    }

    fn detail(&self, key: &str) -> Option<&'static str> {
        self.details.iter().find(|(name, _)| *name == key).map(|(_, word)| *word)
    }
}

/// A text that fingerprints were made from. The text itself is not here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReferenceText {
    /// Where it can be read.
    pub url: &'static str,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: &'static str,
}

/// A word that names several licences, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family {
    /// The word.
    pub word: &'static str,
    /// What it is.
    pub kind: FamilyKind,
    /// Identifiers of the licences it may mean, sorted; empty for a placeholder.
    pub members: &'static [&'static str],
    /// Why it names no single licence.
    pub because: &'static str,
    /// Where the Hub gives the word one meaning, that licence.
    pub hub_default: Option<&'static str>,
}

/// What a family word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FamilyKind {
    /// One licence in several versions, or several related licences.
    Versions,
    /// No licence at all: `other`, `unknown`.
    Placeholder,
}

/// What a word stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alias {
    /// One licence.
    License(&'static License),
    /// Several, or none.
    Family(&'static Family),
}

/// The list a word stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AliasKind {
    /// The Hub's `license` vocabulary.
    Hub,
    /// Names and titles.
    Name,
    /// URLs.
    Url,
}

include!(concat!(env!("OUT_DIR"), "/facts.rs"));

pub(crate) fn license(id: &str) -> Option<&'static License> {
    if let Ok(position) = LICENSES.binary_search_by(|license| license.id.cmp(id)) {
        return LICENSES.get(position);
    }
    let lower = id.to_ascii_lowercase();
    let position = LICENSES_BY_LOWER_CASE.binary_search_by(|(name, _)| (*name).cmp(lower.as_str())).ok()?;
    LICENSES_BY_LOWER_CASE.get(position).and_then(|(_, index)| LICENSES.get(usize::from(*index)))
}

pub(crate) fn by_alias(kind: AliasKind, folded: &str) -> Option<Alias> {
    let position = ALIASES.binary_search_by(|(of_kind, word, _)| (*of_kind, *word).cmp(&(kind, folded))).ok()?;
    meant(ALIASES.get(position)?.2)
}

/// The words of a list with what they stand for, in their order.
pub(crate) fn aliases(kind: AliasKind) -> impl Iterator<Item = (&'static str, Alias)> {
    let of_kind = ALIASES.iter().filter(move |(of_kind, _, _)| *of_kind == kind);
    of_kind.filter_map(|(_, word, target)| Some((*word, meant(*target)?)))
}

fn meant(target: Target) -> Option<Alias> {
    match target {
        Target::License(index) => LICENSES.get(usize::from(index)).map(Alias::License),
        Target::Family(index) => FAMILIES.get(usize::from(index)).map(Alias::Family),
    }
}

/// What an alias points at: an index into [`LICENSES`] or [`FAMILIES`].
#[derive(Clone, Copy, Debug)]
enum Target {
    License(u16),
    Family(u16),
}

include!("fold.rs");
