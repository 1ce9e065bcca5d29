//! Purposes that a text defines: `"Permitted Purpose" means …`. A grant for such a purpose is read as what it means.

use super::lexicon::{COMMERCIAL, NONCOMMERCIAL, ONLY, RESEARCH};
use super::passage::{Passage, Run, hash};
use super::pattern::{Pattern, find, find_any, has, has_any, pattern, patterns};
use super::sentences::{Document, Sentence};

/// What a defined purpose amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// It shuts commercial use out.
    NonCommercial,
    /// It takes commercial use in.
    Commercial,
    /// Any purpose but some that the text names.
    AnyBut,
}

/// A defined purpose.
#[derive(Clone, Debug)]
pub(super) struct Definition {
    /// Its words in lower case, singular where the text has a plural.
    pub(super) name: Vec<String>,
    pub(super) meaning: Meaning,
    /// Its name says already what it is.
    pub(super) is_plain: bool,
    pub(super) sentence: usize,
    /// Hashes of its first word and of the plural: a text may define thousands, and most sentences name none.
    first: [u32; 2],
}

/// Words of which a defined name must have one to be a purpose.
const PURPOSE: &[Pattern] =
    patterns!["purpose|purposes|use|uses|usage|environment|field|scope|activity|activities", "noncommercial*"];
const MEANS: &Pattern = pattern!("means|mean|shall|includes|include|refers|defined|has|is|are");

/// Where a sentence defines a word: the position of its verb.
pub(super) fn verb(own: Run<'_, '_>, text: &str, start: usize) -> Option<usize> {
    let means = find(own, 0, pattern!("means|mean")).map(|found| found.start).filter(|at| (1..=14).contains(at));
    if means.is_some() && !has(own.part(0..means.unwrap_or(0)), pattern!("by|no|any|all|may|shall|must not|means|may"))
    {
        return means;
    }
    if let Some(found) = find(own, 0, pattern!("purpose|use is any|every|all")).filter(|found| found.start <= 4) {
        return Some(found.start + 1);
    }
    let before = text.get(..start)?.trim_end_matches(['*', '_', ' ', '\\']);
    let is_quoted =
        before.ends_with(['"', '“', '\'', '‘', '「']) || before.ends_with("&ldquo;") || before.ends_with("&quot;");
    if !is_quoted {
        return None;
    }
    let verb = find(own, 1, MEANS)?.start;
    (verb <= 8).then_some(verb)
}

/// All purposes that a text defines.
pub(super) fn of(document: &Document<'_>) -> Vec<Definition> {
    let mut found = Vec::new();
    for (position, sentence) in document.sentences.iter().enumerate() {
        let own = document.own(sentence);
        let own = own.run();
        let Some(verb) = verb(own, document.text, sentence.bytes.start) else { continue };
        let Some(name) = name(own.part(0..verb)) else { continue };
        let body = body(document, position, verb);
        let is_plain = name.iter().any(|word| word.starts_with("noncommercial") || word.starts_with("commercial"));
        let Some(meaning) = meaning(&name, body.run()) else { continue };
        let first = first(&name);
        found.push(Definition { name, meaning, is_plain, sentence: position, first });
    }
    found
}

fn first(name: &[String]) -> [u32; 2] {
    let word = name.first().map(String::as_str).unwrap_or_default();
    [word.to_owned(), format!("{word}s")].map(|word| hash(word.as_bytes(), 0, word.len()))
}

fn name(words: Run<'_, '_>) -> Option<Vec<String>> {
    let skipped = [
        "the",
        "term",
        "a",
        "an",
        "as",
        "used",
        "herein",
        "shall",
        "for",
        "purposes",
        "of",
        "this",
        "agreement",
        "license",
    ];
    let first = words.iter().position(|word| !skipped.contains(&word.low)).unwrap_or(0);
    let name = words.from(first);
    let or = name.iter().position(|word| matches!(word.low, "or" | "and")).unwrap_or(name.len());
    let name = name.part(0..or);
    let is_purpose = has_any(name, PURPOSE);
    (is_purpose && name.len() <= 4).then(|| {
        let words = name.iter().map(|word| word.low);
        words.map(|word| word.strip_suffix('s').filter(|_| word.len() > 4).unwrap_or(word).to_owned()).collect()
    })
}

/// The words that define, with those of the list below.
fn body<'d>(document: &'d Document<'_>, position: usize, verb: usize) -> Passage<'d> {
    let sentences = document.sentences.get(position..).unwrap_or_default();
    let own = sentences.iter().take(1).map(|sentence| sentence.words.start + verb..sentence.words.end);
    let below = sentences.iter().skip(1).take(12).filter(|next| governs(position, next));
    let ranges = own.chain(below.map(|next| next.words.clone()));
    Passage::of(ranges.flat_map(|range| document.words.of(range)))
}

fn governs(position: usize, next: &Sentence) -> bool {
    next.lead == Some(position)
}

fn meaning(name: &[String], body: Run<'_, '_>) -> Option<Meaning> {
    if name.iter().any(|word| word.starts_with("noncommercial") || word == "nonproduction") {
        return Some(Meaning::NonCommercial);
    }
    if name.iter().any(|word| word.starts_with("commercial")) {
        return None;
    }
    if has_any(body, patterns!["any|all|every ..2 purpose|purposes|use|uses ..3 other|except|excluding|but"]) {
        return Some(Meaning::AnyBut);
    }
    let is_open = has_any(
        body,
        patterns![
            "any purpose",
            "commercial and|or noncommercial",
            "noncommercial and|or commercial",
            "including ..3 commercial",
        ],
    ) && !has_any(body, patterns!["exclud* ..6 commercial*", "not ..6 commercial*"]);
    if is_open {
        return Some(Meaning::Commercial);
    }
    let shuts = has_any(body, NONCOMMERCIAL)
        || has_any(
            body,
            patterns!["exclud* ..12 commerc*", "not|no|without|never ..12 commerc*", "not|no ..8 monetary|profit"],
        )
        || (has(body, ONLY) && find_any(body, 0, RESEARCH).is_some() && find_any(body, 0, COMMERCIAL).is_none());
    let is_research = name
        .iter()
        .any(|word| matches!(word.as_str(), "research" | "academic" | "evaluation" | "educational" | "personal"));
    (shuts || is_research).then_some(Meaning::NonCommercial)
}

/// Where the next mention of a defined purpose stands.
pub(super) fn mentioned(definition: &Definition, words: Run<'_, '_>, from: usize) -> Option<usize> {
    if !definition.first.iter().any(|hash| words.seen.may_have(*hash)) {
        return None;
    }
    let length = definition.name.len();
    (from..words.len()).find(|start| {
        words.get(*start..start + length).is_some_and(|window| {
            window.iter().zip(&definition.name).all(|(word, name)| {
                word.low == name || word.low.strip_suffix('s').is_some_and(|singular| singular == name)
            })
        })
    })
}
