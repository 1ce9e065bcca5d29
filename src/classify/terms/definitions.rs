//! Purposes that a text defines: `"Permitted Purpose" means …`. A grant for such a purpose is read as what it means.

use super::lexicon::{COMMERCIAL, NONCOMMERCIAL, ONLY, RESEARCH};
use super::pattern::{find, find_any, has, has_any};
use super::sentences::{Document, Sentence};
use super::words::Word;

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
}

/// Words of which a defined name must have one to be a purpose.
const PURPOSE: &str = "purpose|purposes|use|uses|usage|environment|field|scope|activity|activities";
const MEANS: &str = "means|mean|shall|includes|include|refers|defined|has|is|are";

/// Where a sentence defines a word: the position of its verb.
pub(super) fn verb(own: &[Word<'_>], text: &str, start: usize) -> Option<usize> {
    let means = find(own, 0, "means|mean").map(|found| found.start).filter(|at| (1..=14).contains(at));
    if means.is_some() && !has(own.get(..means.unwrap_or(0))?, "by|no|any|all|may|shall|must not|means|may") {
        return means;
    }
    if let Some(found) = find(own, 0, "purpose|use is any|every|all").filter(|found| found.start <= 4) {
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
        let Some(verb) = verb(&own, document.text, sentence.bytes.start) else { continue };
        let Some(name) = name(own.get(..verb).unwrap_or_default()) else { continue };
        let body = body(document, position, verb);
        let is_plain = name.iter().any(|word| word.starts_with("noncommercial") || word.starts_with("commercial"));
        let Some(meaning) = meaning(&name, &body) else { continue };
        found.push(Definition { name, meaning, is_plain, sentence: position });
    }
    found
}

fn name(words: &[Word<'_>]) -> Option<Vec<String>> {
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
    let words: Vec<&str> = words.iter().map(|word| word.low).collect();
    let first = words.iter().position(|word| !skipped.contains(word)).unwrap_or(0);
    let mut name: Vec<&str> = words.get(first..)?.to_vec();
    if name.is_empty() {
        name = words;
    }
    if let Some(or) = name.iter().position(|word| matches!(*word, "or" | "and")) {
        name.truncate(or);
    }
    let is_purpose =
        name.iter().any(|word| PURPOSE.split('|').any(|known| known == *word) || word.starts_with("noncommercial"));
    (is_purpose && name.len() <= 4 && !name.is_empty()).then(|| {
        name.iter().map(|word| word.strip_suffix('s').filter(|_| word.len() > 4).unwrap_or(word).to_owned()).collect()
    })
}

/// The words that define, with those of the list below.
fn body<'d>(document: &'d Document<'_>, position: usize, verb: usize) -> Vec<Word<'d>> {
    let Some(sentence) = document.sentences.get(position) else { return Vec::new() };
    let mut words: Vec<Word<'_>> = document.words.of(sentence.words.start + verb..sentence.words.end).collect();
    let below = document.sentences.iter().skip(position + 1).take(12).filter(|next| governs(position, next));
    for next in below {
        words.extend(document.own(next));
    }
    words
}

fn governs(position: usize, next: &Sentence) -> bool {
    next.lead == Some(position)
}

fn meaning(name: &[String], body: &[Word<'_>]) -> Option<Meaning> {
    if name.iter().any(|word| word.starts_with("noncommercial") || word == "nonproduction") {
        return Some(Meaning::NonCommercial);
    }
    if name.iter().any(|word| word.starts_with("commercial")) {
        return None;
    }
    if has_any(body, &["any|all|every ..2 purpose|purposes|use|uses ..3 other|except|excluding|but"]) {
        return Some(Meaning::AnyBut);
    }
    let is_open = has_any(
        body,
        &[
            "any purpose",
            "commercial and|or noncommercial",
            "noncommercial and|or commercial",
            "including ..3 commercial",
        ],
    ) && !has_any(body, &["exclud* ..6 commercial*", "not ..6 commercial*"]);
    if is_open {
        return Some(Meaning::Commercial);
    }
    let shuts = has_any(body, &NONCOMMERCIAL)
        || has_any(
            body,
            &["exclud* ..12 commerc*", "not|no|without|never ..12 commerc*", "not|no ..8 monetary|profit"],
        )
        || (has(body, ONLY) && find_any(body, 0, &RESEARCH).is_some() && find_any(body, 0, &COMMERCIAL).is_none());
    let is_research = name
        .iter()
        .any(|word| matches!(word.as_str(), "research" | "academic" | "evaluation" | "educational" | "personal"));
    (shuts || is_research).then_some(Meaning::NonCommercial)
}

/// Where the next mention of a defined purpose stands.
pub(super) fn mentioned(definition: &Definition, words: &[Word<'_>], from: usize) -> Option<usize> {
    let length = definition.name.len();
    (from..words.len()).find(|start| {
        words.get(*start..start + length).is_some_and(|window| {
            window.iter().zip(&definition.name).all(|(word, name)| {
                word.low == name || word.low.strip_suffix('s').is_some_and(|singular| singular == name)
            })
        })
    })
}
