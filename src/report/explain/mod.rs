//! The answer sheet of `licentia explain`: what a licence lets people do, what it asks, and where each answer was read.
//!
//! The seam is [`Sheet::of_terms`]: a sheet is made of a list of terms, whoever read them. [`Sheet::of_license`] takes
//! them from the database; a reader of clauses gives each a quote and a place.

use std::io::{self, Write};

use license_db::{Date, Family, Kind, License, Term, TermKind};
use schemars::JsonSchema;
use serde::Serialize;

use super::style::Style;
use super::wire;

mod answers;
mod compare;
mod finding;
mod key;
mod markdown;
mod plain;
mod reading;
mod text;

pub use answers::{Answer, Line, Question, Reply, Stance};
pub use compare::{Comparison, ReplyDifference, Side, TermDifference};
pub use finding::FindingSheet;
pub use key::KeySheet;

/// What `schema` says in every answer.
const SCHEMA: &str = "licentia.explain/1";

/// A term, and where it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Term")]
pub struct StatedTerm {
    /// A kind of the vocabulary.
    #[serde(serialize_with = "word")]
    #[schemars(schema_with = "kinds")]
    pub kind: TermKind,
    /// Its value in words; several joined by `, `. Empty for a threshold.
    pub value: String,
    /// The number of a threshold.
    pub limit: Option<u64>,
    /// Further fields of the vocabulary (`measured`, `scope`, `currency`, `binds`, `when`, `trigger`, `note`).
    pub details: Vec<(String, String)>,
    /// Document and section where it was read.
    pub source: String,
    /// The day on which somebody read it there, or null: then it is hearsay.
    pub reviewed: Option<String>,
    /// The words that say it, where the text was at hand.
    pub quote: Option<String>,
    /// Where they stand, as in `LICENSE:12:1`.
    pub location: Option<String>,
}

/// A term of the database in words: `keep or add the notice file`.
pub(crate) fn term_in_words(term: &Term) -> String {
    plain::in_words(&StatedTerm::of(term)).1
}

impl StatedTerm {
    /// A term of the database.
    pub fn of(term: &Term) -> Self {
        let details = term.details.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        Self {
            kind: term.kind,
            value: term.value.to_owned(),
            limit: term.limit,
            details: details.collect(),
            source: term.source.to_owned(),
            reviewed: term.reviewed.map(|day| day.to_string()),
            quote: None,
            location: None,
        }
    }

    /// Whether somebody read it in the text, or its words are quoted from there. All else is hearsay.
    pub fn is_read(&self) -> bool {
        self.reviewed.is_some() || self.quote.is_some()
    }

    /// A further field.
    pub fn detail(&self, key: &str) -> Option<&str> {
        self.details.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}

/// Everything about one licence or text, in the order in which people ask.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Sheet {
    /// Identifier of a licence, or the name of a text.
    pub id: String,
    /// Title.
    pub name: String,
    /// What it is: a licence, an exception, a use policy.
    pub kind: &'static str,
    /// What kinds of terms it has, worst first.
    pub categories: Vec<&'static str>,
    /// Why our category differs from that of its source.
    pub correction: Option<&'static str>,
    /// Facts about the licence as a whole.
    pub marks: Vec<String>,
    /// The day on which somebody read its text, or null.
    pub reviewed: Option<String>,
    /// Addresses of the texts that were read.
    pub texts: Vec<String>,
    /// The answers, in a fixed order.
    pub answers: Vec<Answer>,
    /// What they rest on.
    pub terms: Vec<StatedTerm>,
}

impl Sheet {
    /// The sheet of a list of terms, whoever read them.
    ///
    /// A term permits something only where [`StatedTerm::is_read`] holds. `categories` answer where no term does, and
    /// never with a yes.
    pub fn of_terms(id: &str, name: &str, categories: &[license_db::Category], terms: Vec<StatedTerm>) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            kind: "text",
            categories: categories.iter().map(|category| category.as_str()).collect(),
            correction: None,
            marks: Vec::new(),
            reviewed: None,
            texts: Vec::new(),
            answers: answers::answers(&terms, categories),
            terms,
        }
    }

    /// The sheet of a licence of the database.
    pub fn of_license(license: &License) -> Self {
        let terms = license.terms.iter().map(StatedTerm::of).collect();
        let texts: Vec<String> = match license.texts {
            [] if license.is_spdx() => vec![format!("https://spdx.org/licenses/{}.html", license.id)],
            texts => texts.iter().map(|text| text.url.to_owned()).collect(),
        };
        Self {
            kind: match license.kind {
                Kind::License => "licence",
                Kind::Exception => "exception, to stand behind WITH",
                Kind::UsePolicy => "use policy: part of a licence's terms, no permission of its own",
            },
            correction: license.correction,
            marks: marks(license),
            reviewed: license.reviewed.as_ref().map(Date::to_string),
            texts,
            ..Self::of_terms(license.id, license.name, license.categories, terms)
        }
    }

    /// The answer to a question.
    pub fn answer(&self, question: Question) -> Option<&Answer> {
        self.answers.iter().find(|answer| answer.question == question)
    }
}

/// What is known about a licence as a whole, in short words.
fn marks(license: &License) -> Vec<String> {
    let mut marks = Vec::new();
    let mut mark = |holds: bool, words: &str| marks.extend(holds.then(|| words.to_owned()));
    mark(license.is_spdx(), "on the SPDX list");
    mark(!license.is_spdx(), "not on the SPDX list");
    mark(license.is_osi_approved, "approved by the Open Source Initiative");
    mark(license.is_fsf_libre, "free according to the Free Software Foundation");
    if license.is_deprecated {
        let other = license.replaced_by.map(|other| format!("; write {other}")).unwrap_or_default();
        marks.push(format!("deprecated{other}"));
    }
    marks.extend(license.released.map(|day| format!("dated {day}")));
    marks
}

/// A word that names several licences.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FamilySheet {
    /// The word.
    pub word: &'static str,
    /// Why it names no single licence.
    pub because: &'static str,
    /// The licence that it means as an identifier of the Hub; its sheet follows.
    pub hub_default: Option<&'static str>,
    /// What it may mean; empty for a placeholder.
    pub members: Vec<Member>,
}

/// One of several licences that a word may mean.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Member {
    /// Identifier.
    pub id: &'static str,
    /// Title.
    pub name: &'static str,
    /// Day that the text states for itself.
    pub released: Option<String>,
    /// Whether products may be sold with it.
    pub sell: Reply,
    /// Whether it may be offered as a service.
    pub host: Reply,
    /// Whether changed versions may be published.
    pub publish: Reply,
    /// Whether its output may train other models.
    pub train: Reply,
}

impl FamilySheet {
    /// The sheet of a family: its members from the oldest to the newest, those without a date first.
    pub fn of(family: &Family) -> Self {
        let mut members: Vec<&License> = family.members.iter().filter_map(|id| license_db::license(id)).collect();
        members.sort_by_key(|license| (license.released, license.version, license.id));
        let members = members.into_iter().map(|license| {
            let sheet = Sheet::of_license(license);
            let reply = |question| sheet.answer(question).map_or(Reply::Unverified, |answer| answer.reply);
            Member {
                id: license.id,
                name: license.name,
                released: license.released.as_ref().map(Date::to_string),
                sell: reply(Question::Sell),
                host: reply(Question::Host),
                publish: reply(Question::Publish),
                train: reply(Question::Train),
            }
        });
        Self { word: family.word, because: family.because, hub_default: family.hub_default, members: members.collect() }
    }
}

/// What was asked, explained. What was not asked for is empty or null.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(title = "licentia explain")]
pub struct Explanation {
    /// Findings, where a finding or nothing was asked for.
    pub findings: Vec<FindingSheet>,
    /// The key of the policy, or null.
    pub key: Option<KeySheet>,
    /// The family, where the word names several licences.
    pub family: Option<FamilySheet>,
    /// The licence; two with `--against`; for a family the one that the Hub means by it.
    pub licenses: Vec<Sheet>,
    /// Where the two differ.
    pub comparison: Option<Comparison>,
}

/// How an explanation is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For people at a terminal.
    Text,
    /// Markdown: a page to read, print and sign.
    Markdown,
    /// One JSON document (`schemas/explain-1.schema.json`).
    Json,
}

/// Writes an explanation.
pub fn write(explanation: &Explanation, form: Form, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    match form {
        Form::Text => text::write(explanation, style, out),
        Form::Markdown => markdown::write(explanation, out),
        Form::Json => wire::write_document(&Document { schema: SCHEMA, explanation }, out),
    }
}

/// The JSON document.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "licentia explain")]
struct Document<'a> {
    /// `licentia.explain/1`
    schema: &'static str,
    #[serde(flatten)]
    explanation: &'a Explanation,
}

/// The JSON Schema, as it stands in `schemas/explain-1.schema.json`.
pub fn schema() -> serde_json::Value {
    wire::schema_of::<Document<'_>>()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn word<S: serde::Serializer>(kind: &TermKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.as_str())
}

fn kinds(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": "string", "enum": TermKind::WORDS })
}
