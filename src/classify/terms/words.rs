//! Words of a text, as the rules see them: lower case, without markup, quotation marks and hyphens, with what stood
//! between them.

use std::ops::{Range, RangeInclusive};

use super::passage::{beginning, hash, mark};

/// Marks that stand between a word and the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Between(u8);

impl Between {
    pub(super) const COMMA: Self = Self(1);
    pub(super) const SEMICOLON: Self = Self(2);
    pub(super) const COLON: Self = Self(4);
    pub(super) const END: Self = Self(8);
    pub(super) const BREAK: Self = Self(16);

    pub(super) fn has(self, mark: Self) -> bool {
        self.0 & mark.0 != 0
    }

    fn add(&mut self, mark: Self) {
        self.0 |= mark.0;
    }
}

/// A word and its place in the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    pub(super) low: &'a str,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) before: Between,
    /// Its hash, and that of its first letters.
    pub(super) hash: u32,
    pub(super) beginning: u32,
    /// The marks of both.
    pub(super) marks: u64,
}

#[derive(Clone, Debug)]
struct Kept {
    low: Range<usize>,
    place: Range<usize>,
    before: Between,
    hash: u32,
    beginning: u32,
}

/// All words that were read.
#[derive(Debug, Default)]
pub(super) struct Words {
    lower: String,
    kept: Vec<Kept>,
    /// Positions of the first words of blocks.
    breaks: Vec<usize>,
}

/// Tags that part sentences; all other tags are skipped as if they were not there.
const PARTING_TAGS: [&str; 14] =
    ["p", "br", "li", "ul", "ol", "div", "h1", "h2", "h3", "h4", "h5", "tr", "td", "table"];
const OTHER_TAGS: [&str; 24] = [
    "a", "b", "i", "u", "em", "strong", "span", "font", "sup", "sub", "code", "pre", "html", "body", "head", "title",
    "h6", "th", "tbody", "thead", "hr", "center", "small", "section",
];

/// Abbreviations whose full stop ends no sentence.
const ABBREVIATIONS: [&str; 18] = [
    "inc", "ltd", "co", "corp", "llc", "vs", "no", "nos", "sec", "art", "mr", "dr", "ver", "approx", "incl", "cf",
    "lit", "para",
];

impl Words {
    pub(super) fn len(&self) -> usize {
        self.kept.len()
    }

    pub(super) fn at(&self, position: usize) -> Option<Word<'_>> {
        self.kept.get(position).map(|kept| self.word(kept))
    }

    fn word(&self, kept: &Kept) -> Word<'_> {
        let low = self.lower.get(kept.low.clone()).unwrap_or_default();
        let (start, end) = (kept.place.start, kept.place.end);
        let Kept { before, hash, beginning, .. } = *kept;
        Word { low, start, end, before, hash, beginning, marks: mark(hash, false) | mark(beginning, true) }
    }

    pub(super) fn of(&self, range: Range<usize>) -> impl Iterator<Item = Word<'_>> {
        let end = range.end.min(self.len());
        self.kept.get(range.start.min(end)..end).unwrap_or_default().iter().map(|kept| self.word(kept))
    }

    /// Whether a block begins with one of these words.
    pub(super) fn breaks_in(&self, range: RangeInclusive<usize>) -> bool {
        let next = self.breaks.partition_point(|position| position < range.start());
        self.breaks.get(next).is_some_and(|position| range.contains(position))
    }

    /// Adds the words of one block.
    pub(super) fn add(&mut self, text: &str, block: Range<usize>) {
        let mut between = Between::BREAK;
        let mut at = block.start;
        while let Some(character) = text.get(at..block.end).and_then(|rest| rest.chars().next()) {
            let after = at + character.len_utf8();
            if is_part(character) {
                at = self.add_word(text, at, block.end, between);
                between = Between::default();
                continue;
            }
            match character {
                ',' | '，' | '、' | '(' | ')' | '（' | '）' | '[' | ']' => between.add(Between::COMMA),
                ';' | '；' => between.add(Between::SEMICOLON),
                ':' | '：' => between.add(Between::COLON),
                '。' | '！' | '？' => between.add(Between::END),
                '.' | '!' | '?' if self.is_end(text, after, block.end) => between.add(Between::END),
                '$' | '€' | '£' | '¥' | '￥' | '%' => {
                    self.keep(text, at..after, between);
                    between = Between::default();
                }
                '<' => {
                    if let Some((length, parts)) = tag(text.get(at..block.end).unwrap_or_default()) {
                        if parts {
                            between.add(Between::END);
                        }
                        at += length;
                        continue;
                    }
                }
                '&' => {
                    if let Some(length) = entity(text.get(at..block.end).unwrap_or_default()) {
                        at += length;
                        continue;
                    }
                }
                _ => {}
            }
            at = after;
        }
    }

    /// Whether a full stop before `after` ends the sentence.
    fn is_end(&self, text: &str, after: usize, end: usize) -> bool {
        let rest = text.get(after..end).unwrap_or_default();
        let next = rest.trim_start_matches(|c: char| !c.is_alphanumeric() && !c.is_whitespace());
        if !next.is_empty() && !next.starts_with(char::is_whitespace) {
            return false;
        }
        let Some(last) = self.kept.last().and_then(|_| self.at(self.len() - 1)) else { return true };
        let is_initial = last.low.len() == 1 && last.low.bytes().all(|byte| byte.is_ascii_lowercase());
        if is_initial || ABBREVIATIONS.contains(&last.low) {
            return false;
        }
        let follows = next.trim_start().trim_start_matches(|c: char| !c.is_alphanumeric());
        !follows.starts_with(char::is_lowercase)
    }

    /// Reads one word and answers where the next may begin.
    fn add_word(&mut self, text: &str, start: usize, end: usize, between: Between) -> usize {
        let rest = text.get(start..end).unwrap_or_default();
        let mut length = 0;
        let is_number = rest.starts_with(|c: char| c.is_ascii_digit());
        let is_wide = rest.starts_with(is_ideograph);
        let mut characters = rest.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            let next = characters.peek().map(|(_, next)| *next);
            let joins = match character {
                ',' | '.' => is_number && next.is_some_and(|next| next.is_ascii_digit()),
                '\'' | '’' => next.is_some_and(char::is_alphabetic),
                // Western figures stay in a run of ideographs: 100万 is one figure.
                _ => is_part(character) && (is_ideograph(character) == is_wide || is_number),
            };
            if !joins {
                break;
            }
            length = at + character.len_utf8();
        }
        let place = start..start + length.max(rest.chars().next().map_or(1, char::len_utf8));
        let next = place.end;
        self.keep(text, place, between);
        next
    }

    fn keep(&mut self, text: &str, place: Range<usize>, before: Between) {
        let from = self.lower.len();
        self.lower(text.get(place.clone()).unwrap_or_default());
        if self.joins_non(text, from, &place) {
            return;
        }
        if self.lower.len() > from {
            let low = from..self.lower.len();
            let (hash, beginning) = hashes(&self.lower, &low);
            if before.has(Between::BREAK) {
                self.breaks.push(self.kept.len());
            }
            self.kept.push(Kept { low, place, before, hash, beginning });
        }
    }

    /// Adds a word in lower case.
    fn lower(&mut self, written: &str) {
        if written.is_ascii() {
            self.lower.extend(written.bytes().map(|byte| char::from(byte.to_ascii_lowercase())));
            return;
        }
        for character in written.chars() {
            match character {
                '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => {}
                '’' => self.lower.push('\''),
                // Full-width forms of ASCII.
                '\u{ff01}'..='\u{ff5e}' => {
                    let narrow = char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character);
                    self.lower.extend(narrow.to_lowercase());
                }
                _ => self.lower.extend(character.to_lowercase()),
            }
        }
    }

    /// "non-commercial", "non commercial" and "noncommercial" are one word.
    fn joins_non(&mut self, text: &str, from: usize, place: &Range<usize>) -> bool {
        let lower_end = self.lower.len();
        let Some(last) = self.kept.last_mut() else { return false };
        let is_non = self.lower.get(last.low.clone()) == Some("non") && last.low.end == from;
        let gap = text.get(last.place.end..place.start).unwrap_or("?");
        let is_near = gap.chars().all(|c| c.is_whitespace() || matches!(c, '-' | '‐' | '‑' | '–' | '\\' | '*'));
        if !is_non || !is_near || gap.len() > 20 {
            return false;
        }
        last.low.end = lower_end;
        (last.hash, last.beginning) = hashes(&self.lower, &last.low);
        last.place.end = place.end;
        true
    }
}

fn hashes(lower: &str, low: &Range<usize>) -> (u32, u32) {
    let bytes = lower.as_bytes();
    (hash(bytes, low.start, low.end), beginning(bytes, low.start, low.end))
}

fn is_part(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

/// Letters of scripts that write no spaces between words.
pub(super) fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{2fdf}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// Length of a tag of HTML at the beginning, and whether it parts sentences. `<model name>` is none.
fn tag(rest: &str) -> Option<(usize, bool)> {
    let inside = rest.get(1..)?;
    let name = inside.trim_start_matches('/');
    let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next().filter(|name| name.len() < 10)?;
    let name = name.to_ascii_lowercase();
    let parts = PARTING_TAGS.contains(&name.as_str());
    if !parts && !OTHER_TAGS.contains(&name.as_str()) {
        return None;
    }
    let close = inside.bytes().take(500).position(|byte| byte == b'>')?;
    Some((close + 2, parts))
}

/// Length of an entity of HTML at the beginning.
fn entity(rest: &str) -> Option<usize> {
    let name = rest.get(1..)?;
    let length = name.bytes().take(9).position(|byte| byte == b';')?;
    let is_name = length > 1 && name.bytes().take(length).all(|byte| byte.is_ascii_alphanumeric() || byte == b'#');
    is_name.then_some(length + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn low(text: &str) -> Vec<String> {
        let mut words = Words::default();
        words.add(text, 0..text.len());
        words.of(0..words.len()).map(|word| word.low.to_owned()).collect()
    }

    #[test]
    fn markup_quotes_and_hyphens_are_no_part_of_words() {
        assert_eq!(low("**Non-Commercial** &ldquo;Use&rdquo; <b>only</b>"), ["noncommercial", "use", "only"]);
        assert_eq!(low("for NON\nCOMMERCIAL gain"), ["for", "noncommercial", "gain"]);
        assert_eq!(low("US$1,000,000.50 or 10M"), ["us", "$", "1,000,000.50", "or", "10m"]);
        assert_eq!(low("超过100万用户"), ["超过", "100万用户"]);
    }

    #[test]
    fn a_full_stop_ends_a_sentence_only_where_one_may_begin() {
        let mut words = Words::default();
        let text = "Acme Inc. (we) grant v1.2 e.g. Rights. You may.";
        words.add(text, 0..text.len());
        let ends: Vec<_> =
            words.of(0..words.len()).filter(|word| word.before.has(Between::END)).map(|w| w.low.to_owned()).collect();
        assert_eq!(ends, ["you"]);
    }
}
