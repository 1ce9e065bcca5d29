//! Licences that are named, tagged or linked rather than quoted.
//!
//! A name counts only where the context says that it is a licence: `license: X`, "licensed under X", "X License", a
//! link to its page, an SPDX tag. A bare "MIT" in prose is a university.

use std::ops::Range;

use license_db::tokens::{self, IN_URL, Link, Tokens};
use license_db::{Alias, FamilyKind};

use super::library::word_at;
use crate::license::{Expression, MatchKind, Outcome};

/// A licence that a passage names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// Words of the passage.
    pub(super) words: Range<usize>,
    pub(super) kind: MatchKind,
    pub(super) outcome: Outcome,
    pub(super) expression: Option<Expression>,
    pub(super) candidates: Vec<String>,
}

/// Longest name, in words.
const LONGEST_NAME: usize = 14;
/// Words between "under" and the name: "under the terms and conditions of the".
const LEAD: usize = 8;

/// Every licence named in the words that are not covered, in order, without overlaps.
pub(super) fn find(text: &str, tokens: &Tokens, covered: &[bool]) -> Vec<Reference> {
    let words = Words::new();
    let free = |at: usize| covered.get(at) == Some(&false);
    let mut found: Vec<Reference> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let behind = found.last().map_or(0, |last| last.words.end);
        let is_free = free(at) && at >= behind;
        let reference = if !is_free {
            None
        } else if tokens.flags[at] & IN_URL != 0 {
            link(text, tokens, at)
        } else if words.is_license(tokens, at) {
            tag(text, tokens, at, &words).or_else(|| named(text, tokens, at, behind, covered, &words))
        } else {
            None
        };
        match reference {
            Some(reference) => {
                at = reference.words.end.max(at + 1);
                found.push(reference);
            }
            None => at += 1,
        }
    }
    found
}

/// Every `SPDX-License-Identifier:` and what it says. The tag is meant for machines, so it is read before anything else.
pub(super) fn spdx_tags(text: &str, tokens: &Tokens) -> Vec<Reference> {
    let words = Words::new();
    let is_tag = |at: usize| {
        words.is_license(tokens, at)
            && at > 0
            && tokens.hashes.get(at - 1) == Some(&words.spdx)
            && tokens.hashes.get(at + 1) == Some(&words.identifier)
    };
    (0..tokens.len()).filter(|&at| is_tag(at)).filter_map(|at| tag(text, tokens, at, &words)).collect()
}

/// Works that stand beside the one that is spoken of, unless it is called one: "a fork of", "an alternative to".
const OTHER_WORKS: [&str; 8] =
    ["alternative", "alternatives", "clone", "dependency", "dependencies", "fork", "replacement", "substitute"];
const CALLED_ONE: [&str; 3] = ["of", "to", "for"];
/// Words before an article that say what the work itself is.
const EQUALS: [&str; 8] = ["is", "as", "are", "was", "be", "become", "becomes", "under"];
/// Words before an article that say what the work needs and does not hold.
const NEEDS: [&str; 4] = ["needs", "need", "requires", "require"];
const NEEDS_ON: [&str; 4] = ["depends", "depend", "relies", "rely"];

/// Whether words are the adjective of another work: "depends on a GPL-licensed package", "an MIT-licensed fork exists". "Lumen
/// is a GPL-licensed package", "Lumen, a GPL-licensed fork of Aurora" and "Lumen includes a GPL-licensed package" speak of the
/// work itself, and so does whatever is none of these two.
pub(super) fn is_of_another(text: &str, tokens: &Tokens, words: &Range<usize>) -> bool {
    const LONGEST: usize = 6;
    let word = |at: usize| word_at(text, tokens, at).unwrap_or_default().to_lowercase();
    let is_among = |list: &[&str], at: usize| list.contains(&word(at).as_str());
    // The word "licensed" behind a hyphen, in the name or right behind it.
    let is_licensed = |at: &usize| {
        let start = tokens.starts.get(*at).map_or(0, |&start| start as usize);
        word(*at) == "licensed" && text.get(..start).is_some_and(|before| before.ends_with('-'))
    };
    let Some(licensed) = (words.start..=words.end).find(is_licensed).filter(|_| words.len() <= LONGEST) else {
        return false;
    };
    let adverb = words.start.checked_sub(1).filter(|&at| word(at).ends_with("ly"));
    let article = adverb.unwrap_or(words.start).checked_sub(1).filter(|&at| is_among(&["a", "an"], at));
    let before = article.and_then(|article| article.checked_sub(1).map(|before| (before, article)));
    let between = before.and_then(|(before, article)| {
        text.get(*tokens.ends.get(before)? as usize..*tokens.starts.get(article)? as usize)
    });
    // A comma before the article begins a description of what was named before it.
    if between.is_some_and(|between| between.contains(',')) {
        return false;
    }
    if let Some((before, _)) = before.filter(|_| between.is_some_and(|between| between.trim().is_empty())) {
        let depends = word(before) == "on" && before.checked_sub(1).is_some_and(|at| is_among(&NEEDS_ON, at));
        if depends || is_among(&NEEDS, before) {
            return true;
        }
        if is_among(&EQUALS, before) {
            return false;
        }
    }
    is_among(&OTHER_WORKS, licensed + 1) && !is_among(&CALLED_ONE, licensed + 2)
}

struct Words {
    license: Vec<u32>,
    licensed: u32,
    spdx: u32,
    identifier: u32,
    under: u32,
    leads: Vec<u32>,
    joins: Vec<u32>,
}

impl Words {
    fn new() -> Self {
        let hashes = |words: &[&str]| words.iter().map(|word| tokens::word_hash(word.as_bytes())).collect::<Vec<_>>();
        Self {
            license: hashes(&["license", "licenses", "licensed", "licensing", "licensee", "agreement"]),
            licensed: tokens::word_hash(b"licensed"),
            spdx: tokens::word_hash(b"spdx"),
            identifier: tokens::word_hash(b"identifier"),
            under: tokens::word_hash(b"under"),
            leads: hashes(&[
                "the",
                "terms",
                "of",
                "and",
                "conditions",
                "a",
                "an",
                "following",
                "version",
                "by",
                "to",
                "is",
                "are",
                "term",
                "condition",
                "either",
            ]),
            joins: hashes(&["or", "and"]),
        }
    }

    fn is_license(&self, tokens: &Tokens, at: usize) -> bool {
        self.license.contains(&tokens.hashes[at])
    }

    fn is_lead(&self, hash: u32) -> bool {
        self.leads.contains(&hash)
    }
}

/// The rest of the line behind a word.
fn rest_of_line<'a>(text: &'a str, tokens: &Tokens, at: usize) -> &'a str {
    let rest = text.get(tokens.ends[at] as usize..).unwrap_or_default();
    rest.split(['\n', '\r']).next().unwrap_or(rest)
}

/// `SPDX-License-Identifier: X`, `license: X`, `"license": "X"`, `license = "X"`.
fn tag(text: &str, tokens: &Tokens, at: usize, words: &Words) -> Option<Reference> {
    let is_spdx = at > 0 && tokens.hashes[at - 1] == words.spdx && tokens.hashes.get(at + 1) == Some(&words.identifier);
    let key_end = if is_spdx { at + 1 } else { at };
    let rest = rest_of_line(text, tokens, key_end);
    let value = value_of(rest)?;
    let start = if is_spdx { at - 1 } else { at };
    let value_end = text.get(..tokens.ends[key_end] as usize)?.len() + offset_of(rest, value)? + value.len();
    let end = tokens.starts.partition_point(|&start| (start as usize) < value_end).max(key_end + 1);
    if is_spdx {
        let (outcome, expression, candidates) = match Expression::parse(value) {
            Ok(expression) => (Outcome::Exact, Some(expression), Vec::new()),
            Err(_) => (Outcome::Unknown, Some(Expression::license(crate::license::UNEXPLAINED)), Vec::new()),
        };
        return Some(Reference { words: start..end, kind: MatchKind::Tag, outcome, expression, candidates });
    }
    if value.split_whitespace().count() > LONGEST_NAME {
        return None;
    }
    let alias = license_db::by_hub_id(value).or_else(|| license_db::by_name(value));
    if let Some(alias) = alias {
        return of_alias(alias, start..end, MatchKind::Tag);
    }
    let is_expression = value.contains(" OR ") || value.contains(" AND ") || value.contains(" WITH ");
    let expression = is_expression.then(|| Expression::parse(value).ok()).flatten()?;
    Some(Reference {
        words: start..end,
        kind: MatchKind::Tag,
        outcome: Outcome::Exact,
        expression: Some(expression),
        candidates: Vec::new(),
    })
}

/// The value behind `:` or `=`, without quotes, list brackets and what closes a comment.
fn value_of(rest: &str) -> Option<&str> {
    let trimmed = rest.trim_start_matches(['"', '\'', '*', '`', ' ', '\t']);
    let value = trimmed.strip_prefix([':', '='])?;
    let value = value.trim_start_matches([':', '=']).trim();
    let value = value.trim_end_matches("*/").trim_end_matches("-->").trim_end_matches("#}").trim();
    let value = value.trim_matches(['"', '\'', '`', '*', ',', ';', '[', ']', ' ', '\\']);
    (!value.is_empty()).then_some(value)
}

fn offset_of(whole: &str, part: &str) -> Option<usize> {
    (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize)
}

/// A name in a context that makes it a licence: it holds the word at `at`, or stands right before or behind it.
fn named(text: &str, tokens: &Tokens, at: usize, behind: usize, covered: &[bool], words: &Words) -> Option<Reference> {
    // "X License": the name ends with the word or right before it.
    let earliest = at.saturating_sub(LONGEST_NAME).max(behind);
    for start in earliest..=at {
        for end in [at + 4, at + 3, at + 2, at + 1, at] {
            let is_range =
                end > start && end <= tokens.len() && (end > at || is_on_one_line(text, tokens, end - 1, at));
            if let Some(found) = is_range.then(|| name(text, tokens, start..end, covered)).flatten() {
                return Some(or_later(found, text, tokens));
            }
        }
    }
    // "licensed under the terms of the X", "license: X", "license is X".
    let mut start = at + 1;
    if tokens.hashes.get(start) == Some(&words.under) {
        start += 1;
    } else if tokens.hashes[at] == words.licensed {
        return None;
    }
    for _ in 0..=LEAD {
        for length in (1..=LONGEST_NAME).rev() {
            if let Some(found) = name(text, tokens, start..start + length, covered) {
                return Some(or_later(Reference { words: at..found.words.end, ..found }, text, tokens));
            }
        }
        if !tokens.hashes.get(start).is_some_and(|&hash| words.is_lead(hash) || words.is_license_word(hash)) {
            return None;
        }
        start += 1;
    }
    None
}

/// Whether two words stand on one line.
fn is_on_one_line(text: &str, tokens: &Tokens, first: usize, second: usize) -> bool {
    let (Some(&end), Some(&start)) = (tokens.ends.get(first), tokens.starts.get(second)) else { return false };
    text.get(end as usize..start as usize).is_some_and(|between| !between.contains('\n'))
}

impl Words {
    fn is_license_word(&self, hash: u32) -> bool {
        self.license.contains(&hash) || self.joins.contains(&hash)
    }
}

/// Longest name, in bytes.
const LONGEST: usize = 200;

/// The licence whose name these words are.
fn name(text: &str, tokens: &Tokens, range: Range<usize>, covered: &[bool]) -> Option<Reference> {
    if range.is_empty() || !covered.get(range.clone())?.iter().all(|covered| !covered) {
        return None;
    }
    let (start, end) = (*tokens.starts.get(range.start)? as usize, *tokens.ends.get(range.end - 1)? as usize);
    let raw = text.get(start..end)?;
    // A name does not run over a paragraph or a sentence.
    if raw.len() > LONGEST
        || raw.contains("\n\n")
        || raw.contains(". ")
        || raw.contains(['(', ')', ':', ';', '|', '[', ']', '{', '}', '<', '>'])
    {
        return None;
    }
    of_alias(license_db::by_name(raw)?, range, MatchKind::Reference)
}

fn of_alias(alias: Alias, words: Range<usize>, kind: MatchKind) -> Option<Reference> {
    match alias {
        Alias::License(license) => {
            let expression = Expression::parse(license.id).unwrap_or_else(|_| Expression::license(license.id));
            Some(Reference {
                words,
                kind,
                outcome: Outcome::Exact,
                expression: Some(expression),
                candidates: Vec::new(),
            })
        }
        Alias::Family(family) if family.kind == FamilyKind::Placeholder => None,
        Alias::Family(family) => {
            let candidates = family.members.iter().map(|&member| member.to_owned()).collect();
            Some(Reference { words, kind, outcome: Outcome::OneOf, expression: None, candidates })
        }
    }
}

/// Reads "or later", "or any later version", "+" behind a GNU name: the permission counts where it is stated.
fn or_later(found: Reference, text: &str, tokens: &Tokens) -> Reference {
    let end = found.words.end.checked_sub(1).and_then(|last| tokens.ends.get(last)).map_or(0, |&end| end as usize);
    let mut limit = (end + 60).min(text.len());
    while !text.is_char_boundary(limit) {
        limit -= 1;
    }
    let behind = text.get(end..limit).unwrap_or_default().to_ascii_lowercase();
    let words: Vec<&str> =
        behind.split(|c: char| !c.is_alphanumeric() && c != '+').filter(|word| !word.is_empty()).take(8).collect();
    let says_later = behind.starts_with('+') || says_later(&words);
    match (&found.expression, says_later) {
        (Some(Expression::License(atom)), true) if atom.license.ends_with("-only") => {
            let license = format!("{}-or-later", atom.license.trim_end_matches("-only"));
            Reference { expression: Some(Expression::license(license)), ..found }
        }
        _ => found,
    }
}

/// Whether the words behind a name allow later versions.
fn says_later(words: &[&str]) -> bool {
    let words = words.strip_prefix(&["license"]).unwrap_or(words);
    let Some(words) = words.strip_prefix(&["or"]) else { return false };
    let words = words.strip_prefix(&["at", "your", "option"]).unwrap_or(words);
    let words = words.strip_prefix(&["any"]).unwrap_or(words);
    matches!(words.first(), Some(&"later" | &"newer"))
}

/// A licence badge: an address such as `img.shields.io/badge/License-Apache_2.0-blue`, which says a label, a message and a
/// colour (shields.io, *Static badge*).
fn badge(url: &str, words: Range<usize>) -> Option<Reference> {
    let (_, path) = url.split_once("/badge/")?;
    let path = path.split(['?', '#']).next().unwrap_or(path).trim_end_matches(".svg").trim_end_matches(".png");
    let plain = path.replace("%20", " ").replace("--", "\u{0}").replace('_', " ");
    let mut parts: Vec<String> = plain.split('-').map(|part| part.replace('\u{0}', "-")).collect();
    if parts.len() > 2 {
        parts.pop();
    }
    let (label, message) = parts.split_first()?;
    let label = label.to_lowercase();
    if !label.contains("license") && !label.contains("licence") {
        return None;
    }
    let message = message.join("-");
    let message = message.trim();
    let alias = license_db::by_name(message).or_else(|| license_db::by_hub_id(message));
    let alias = alias.or_else(|| license_db::by_hub_id(&message.replace(' ', "-")))?;
    of_alias(alias, words, MatchKind::Reference)
}

/// A link to a licence's page.
fn link(text: &str, tokens: &Tokens, at: usize) -> Option<Reference> {
    let mut end = at;
    while tokens.flags.get(end + 1).is_some_and(|flags| flags & IN_URL != 0)
        && !text.get(tokens.ends[end] as usize..tokens.starts[end + 1] as usize)?.contains("://")
    {
        end += 1;
    }
    let start = tokens.starts[at] as usize;
    let rest = text.get(start..)?;
    let length = rest.find(|c: char| c.is_whitespace() || ")>]\"'`|,".contains(c)).unwrap_or(rest.len());
    let url = rest.get(..length)?.trim_end_matches(['.', ';', ':', '\\', '*']);
    // GitHub and the like hold more than licences: only pages that the database knows.
    match license_db::by_url(url) {
        Some(alias) => of_alias(alias, at..end + 1, MatchKind::Reference),
        None => badge(url, at..end + 1),
    }
}

/// Licences named by the addresses in the attributes of tags, which are no words of the text: each stands at the word behind
/// it.
pub(super) fn links(text: &str, tokens: &Tokens) -> Vec<Reference> {
    let of = |link: &Link| {
        let url = text.get(link.start as usize..link.end as usize)?;
        let position = (link.position as usize).min(tokens.len().saturating_sub(1));
        let words = position..position + 1;
        match license_db::by_url(url) {
            Some(alias) => of_alias(alias, words, MatchKind::Reference),
            None => badge(url, words),
        }
    };
    tokens.links.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use license_db::tokens::{tokenize, word_hash};

    use super::*;

    #[test]
    fn the_adjective_of_another_work_says_nothing_about_this_one() {
        let speaks_of_another = |text: &str| {
            let tokens = tokenize(text);
            let at = tokens.hashes.iter().position(|&hash| hash == word_hash(b"gpl")).expect("it names the licence");
            is_of_another(text, &tokens, &(at..at + 1))
        };
        for text in
            ["it depends on a GPL-licensed package", "A GPL-licensed fork exists", "needs a fully GPL-licensed tool"]
        {
            assert!(speaks_of_another(text), "{text}");
        }
        for text in [
            "Lumen is a GPL-licensed package",
            "Lumen, a GPL-licensed package",
            "A GPL-licensed package for maps",
            "under the GPL",
            "released as a GPL-licensed tool",
            "this file includes a GPL-licensed library",
            "built on a GPL-licensed engine",
            "Lumen is a GPL-licensed fork of Aurora",
            "Lumen, a GPL-licensed fork",
            "A GPL-licensed alternative to Aurora",
        ] {
            assert!(!speaks_of_another(text), "{text}");
        }
    }
}
