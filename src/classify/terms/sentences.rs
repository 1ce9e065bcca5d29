//! Sentences of a text, each with the sentence that governs it: "You may not:" above the items of a list.

use std::ops::Range;

use super::passage::Passage;
use super::words::{Between, Word, Words};

/// Longest sentence, in words. Text without any full stop is cut, so that every rule has bounded work.
const LONGEST: usize = 300;
/// Words of the governing sentences that a rule sees before an item.
const LEAD: usize = 90;
/// How deep lists may be nested.
const DEPTH: usize = 6;
/// A line with more words is no heading.
const HEADING: usize = 12;

/// One sentence, or one item of a list.
#[derive(Clone, Debug)]
pub(super) struct Sentence {
    /// Its words.
    pub(super) words: Range<usize>,
    /// The sentence whose list it belongs to.
    pub(super) lead: Option<usize>,
    pub(super) is_heading: bool,
    /// Its bytes.
    pub(super) bytes: Range<usize>,
}

/// A text in sentences.
#[derive(Debug)]
pub(super) struct Document<'a> {
    pub(super) text: &'a str,
    pub(super) words: Words,
    pub(super) sentences: Vec<Sentence>,
}

/// How an item of a list is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Marker {
    Bullet,
    Letter,
    Roman,
    Number,
    /// `3.1`, `第三条`: a section, never an item of the list above.
    Section,
}

#[derive(Debug)]
struct Block {
    bytes: Range<usize>,
    marker: Option<Marker>,
    is_heading: bool,
}

#[derive(Clone, Copy, Debug)]
struct Lead {
    sentence: usize,
    items: Option<Marker>,
}

impl<'a> Document<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut document = Self { text, words: Words::default(), sentences: Vec::new() };
        let mut leads: Vec<Lead> = Vec::new();
        // The last block ended with a colon, or as an item that goes on.
        let mut opens = false;
        let mut goes_on = false;
        for block in blocks(text) {
            let first_word = document.words.len();
            document.words.add(text, block.bytes.clone());
            if document.words.len() == first_word {
                continue;
            }
            let written = text.get(block.bytes.clone()).unwrap_or_default();
            place_block(&mut leads, &block, opens, goes_on);
            let lead = leads.last().map(|lead| lead.sentence);
            let first_sentence = document.sentences.len();
            document.add_sentences(first_word, lead, block.is_heading);
            let end = written.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '"' | '”'));
            opens = end.ends_with([':', '：']);
            goes_on = end.ends_with([';', ',', '；', '，']) || end.ends_with(" or") || end.ends_with(" and");
            let last_sentence = document.sentences.len().saturating_sub(1);
            if block.is_heading && !opens {
                leads.clear();
                // Items may stand directly below a heading such as "Prohibited Uses".
                leads.push(Lead { sentence: first_sentence, items: None });
                opens = true;
            } else if opens && leads.len() < DEPTH {
                leads.push(Lead { sentence: last_sentence, items: None });
            }
        }
        document
    }

    /// Cuts the words from `first` into sentences.
    fn add_sentences(&mut self, first: usize, lead: Option<usize>, is_heading: bool) {
        let mut start = first;
        // Within "You may not: (a) …; (b) …" the parts after the first have its beginning as their lead.
        let mut inner: Option<usize> = None;
        let mut has_colon = false;
        let mut is_first = true;
        for position in first + 1..=self.words.len() {
            let before = self.words.at(position).map(|word| word.before);
            let ends = before.is_none_or(|before| before.has(Between::END) || before.has(Between::BREAK));
            let parts = before.is_some_and(|before| before.has(Between::SEMICOLON));
            let is_long = position - start >= LONGEST;
            if !(ends || parts || is_long) {
                has_colon |= before.is_some_and(|before| before.has(Between::COLON));
                continue;
            }
            let sentence = self.sentences.len();
            let governor = inner.filter(|_| has_colon || !self.has_own_verb(start..position));
            // A later sentence of an item stands by itself where it has a verb of its own.
            let above = lead.filter(|_| is_first || !self.has_own_verb(start..position));
            self.push(start..position, governor.or(above), is_heading);
            start = position;
            if ends {
                is_first = false;
                inner = None;
                has_colon = false;
            } else if inner.is_none() {
                // "You shall (a) …; and (b) …" has no colon, and governs all the same.
                inner = Some(sentence);
            }
        }
    }

    /// Whether a part behind a semicolon says by itself who may or must.
    fn has_own_verb(&self, words: Range<usize>) -> bool {
        let verbs = [
            "may",
            "shall",
            "must",
            "will",
            "can",
            "is",
            "are",
            "grants",
            "means",
            "terminate",
            "cannot",
            "include",
            "includes",
            "does",
            "do",
        ];
        self.words.of(words).take(14).any(|word| verbs.contains(&word.low))
    }

    fn push(&mut self, words: Range<usize>, lead: Option<usize>, is_heading: bool) {
        let (Some(first), Some(last)) = (self.words.at(words.start), self.words.at(words.end.saturating_sub(1))) else {
            return;
        };
        let bytes = first.start..last.end;
        self.sentences.push(Sentence { words, lead, is_heading, bytes });
    }

    /// The words of a sentence alone.
    pub(super) fn own(&self, sentence: &Sentence) -> Passage<'_> {
        Passage::of(self.words.of(sentence.words.clone()))
    }

    /// The words of a sentence behind those that govern it, and how many these are.
    pub(super) fn governed(&self, sentence: &Sentence) -> (Passage<'_>, usize) {
        let mut chain: Vec<Word<'_>> = Vec::new();
        let mut lead = sentence.lead;
        let mut item = sentence.words.start;
        for _ in 0..DEPTH {
            let Some(found) = lead.and_then(|lead| self.sentences.get(lead)) else { break };
            let end = self.colon_before(found, item);
            let start = found.words.start.max(end.saturating_sub(LEAD - chain.len().min(LEAD)));
            let mut words: Vec<Word<'_>> = self.words.of(start..end).collect();
            words.append(&mut chain);
            chain = words;
            item = found.words.start;
            lead = found.lead;
            if chain.len() >= LEAD {
                break;
            }
        }
        let governing = chain.len();
        chain.extend(self.words.of(sentence.words.clone()));
        (Passage::of(chain), governing)
    }

    /// Where the governing part of a sentence ends: at its colon, where its first item follows in the same paragraph.
    fn colon_before(&self, lead: &Sentence, item: usize) -> usize {
        let is_apart = self.words.breaks_in(lead.words.end..=item);
        let colon = (lead.words.start + 1..lead.words.end)
            .find(|at| self.words.at(*at).is_some_and(|word| word.before.has(Between::COLON)));
        colon.filter(|_| !is_apart).unwrap_or(lead.words.end)
    }
}

/// Closes the lists that a block does not belong to.
fn place_block(leads: &mut Vec<Lead>, block: &Block, opens: bool, goes_on: bool) {
    if block.is_heading {
        leads.clear();
        return;
    }
    let Some(marker) = block.marker else {
        // A paragraph below "as follows:" belongs to it; any other ends the lists, unless an item goes on in it.
        if !opens && !goes_on {
            leads.clear();
        }
        return;
    };
    if opens {
        if let Some(lead) = leads.last_mut() {
            lead.items.get_or_insert(marker);
        }
        return;
    }
    match leads.iter().rposition(|lead| lead.items == Some(marker)) {
        Some(position) => leads.truncate(position + 1),
        None if matches!(marker, Marker::Section | Marker::Number) => leads.clear(),
        None => {}
    }
}

/// Cuts a text where lines say that something new begins.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut after_blank = true;
    let mut at = 0;
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let start = at;
        at += line.len();
        let bare = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '|'));
        let bare_start = start + (line.len() - bare.len());
        let bare = bare.trim_end();
        if bare.is_empty() || bare.chars().all(|c| !c.is_alphanumeric()) {
            after_blank = true;
            continue;
        }
        let end = bare_start + bare.len();
        let is_alone = after_blank && lines.peek().is_none_or(|next| next.trim().is_empty());
        let is_heading = is_heading(bare, is_alone);
        let (marker, length) = marker(bare).map_or((None, 0), |(marker, length)| (Some(marker), length));
        let joins = blocks.last().is_some_and(|last| {
            !is_heading && !last.is_heading && marker.is_none() && (!after_blank || is_torn(text, &last.bytes, bare))
        });
        if let Some(last) = blocks.last_mut().filter(|_| joins) {
            last.bytes.end = end;
        } else {
            let marker = if is_heading { None } else { marker };
            blocks.push(Block { bytes: bare_start + length..end, marker, is_heading });
        }
        after_blank = false;
    }
    blocks
}

/// Whether a blank line tears a sentence: the text before it does not end, and what follows begins in lower case.
fn is_torn(text: &str, before: &Range<usize>, after: &str) -> bool {
    let before = text.get(before.clone()).unwrap_or_default().trim_end();
    let begins_low = after.chars().next().is_some_and(char::is_lowercase);
    begins_low && before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ',' | '"' | '”' | ')' | '’'))
}

fn is_heading(line: &str, is_alone: bool) -> bool {
    let hashes = line.bytes().take_while(|byte| *byte == b'#').count();
    if (1..=6).contains(&hashes) && line.as_bytes().get(hashes) == Some(&b' ') {
        return line.split_whitespace().count() <= 2 * HEADING;
    }
    let is_short = line.split_whitespace().count() <= HEADING && line.len() <= 120;
    let ends = line.trim_end_matches(['*', '_']).ends_with(['.', ';', ':', ',', '。', '；', '：', '，']);
    let is_title = line.chars().find(|c| c.is_alphabetic()).is_some_and(|c| !c.is_lowercase());
    is_short && is_alone && !ends && is_title && !matches!(line.chars().next(), Some('-' | '•' | '('))
}

/// The mark of an item at the beginning of a line, and its length in bytes.
fn marker(line: &str) -> Option<(Marker, usize)> {
    let stars = line.len() - line.trim_start_matches("**").len();
    let rest = line.get(stars..)?;
    let first = rest.chars().next()?;
    if stars == 0 && matches!(first, '-' | '*' | '•' | '·' | '●' | '◦' | '○' | '–' | '—' | '+' | '▪') {
        let length = first.len_utf8();
        let spaced = rest.get(length..)?.starts_with(char::is_whitespace);
        return (spaced || first == '•' || first == '●').then_some((Marker::Bullet, length));
    }
    let opened = matches!(first, '(' | '（' | '[');
    let begin = if opened { first.len_utf8() } else { 0 };
    let inner = rest.get(begin..)?;
    let label: &str = inner.split(|c: char| !c.is_alphanumeric() && c != '.').next()?;
    let trimmed = label.trim_end_matches('.');
    let close = inner.get(trimmed.len()..)?.chars().next()?;
    let fits =
        if opened { matches!(close, ')' | '）' | ']') } else { matches!(close, '.' | ')' | '）' | '、' | '．') };
    if trimmed.contains('.') && trimmed.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return Some((Marker::Section, stars + begin + trimmed.len()));
    }
    if !fits || trimmed.is_empty() || trimmed.chars().count() > 5 {
        return None;
    }
    let length = stars + begin + trimmed.len() + close.len_utf8();
    // "3.1" is no item, and neither is "e.g. this".
    if inner.get(trimmed.len() + close.len_utf8()..)?.starts_with(|c: char| c.is_alphanumeric()) && close == '.' {
        return None;
    }
    let lower = trimmed.to_lowercase();
    let kind = if lower.bytes().all(|byte| byte.is_ascii_digit()) {
        Marker::Number
    } else if lower.chars().all(|c| "一二三四五六七八九十".contains(c)) {
        if opened { Marker::Number } else { Marker::Section }
    } else if lower.len() == 1 && !matches!(lower.as_str(), "i" | "v" | "x") {
        Marker::Letter
    } else if lower.bytes().all(|byte| matches!(byte, b'i' | b'v' | b'x')) {
        Marker::Roman
    } else {
        return None;
    };
    Some((kind, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let document = Document::of(text);
        let sentences = document.sentences.iter();
        sentences
            .map(|one| document.governed(one).0.run().iter().map(|word| word.low).collect::<Vec<_>>().join(" "))
            .collect()
    }

    #[test]
    fn the_items_of_a_list_stand_behind_the_sentence_that_leads_them() {
        let text = "You may not:\n  (a) sell it;\n  (b) use it\n  for gain.\n\n2. Term\n\nIt ends.";
        assert_eq!(
            read(text),
            ["you may not", "you may not sell it", "you may not use it for gain", "term", "term it ends"]
        );
    }

    #[test]
    fn a_list_in_one_paragraph_is_a_list_too() {
        assert_eq!(
            read("You shall not: (a) sell it; (b) lend it. Thanks."),
            ["you shall not a sell it", "you shall not b lend it", "thanks"]
        );
    }

    #[test]
    fn lists_within_lists_keep_both_leads() {
        let text = "You agree not to:\n1. Break the law, including to:\n a. deal in arms\n b. hunt\n2. Lie";
        assert_eq!(
            read(text).get(2..),
            Some(
                &[
                    "you agree not to break the law including to deal in arms".to_owned(),
                    "you agree not to break the law including to hunt".to_owned(),
                    "you agree not to lie".to_owned(),
                ][..]
            )
        );
    }

    #[test]
    fn lines_that_wrap_are_one_sentence_and_blank_lines_tear_none() {
        assert_eq!(
            read("You may use\nit for commercial\n\npurposes. Not more."),
            ["you may use it for commercial purposes", "not more"]
        );
    }
}
