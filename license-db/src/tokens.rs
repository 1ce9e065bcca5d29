//! Texts as sequences of words, in the form in which texts are compared.
//!
//! A word is seen in two ways: its [hash](Tokens::hashes), which only that word has, and its [class](Tokens::classes),
//! one byte that about a hundred words share, except that words of force, small numbers and years have classes of
//! their own ([`crate::vocabulary`]). Fingerprints are sequences of classes: figures that tell texts apart and cannot
//! be read back.
//!
//! What carries no meaning is left out on both sides: markup, comment leaders, list numbers, `http://`, copyright
//! lines that hold a holder and a year and nothing else.

use std::sync::LazyLock;

use crate::markup::{self, Reference, Role};
use crate::vocabulary::{COMPOUNDS, EQUIVALENTS, FIRST_WORD, Force, WORDS};

/// Class of a year, 1900 to 2099.
pub const YEAR: u8 = 16;
const FIRST_NUMBER: u8 = 1;
const LAST_SMALL_NUMBER: u32 = 14;
const FIRST_LARGE_NUMBER: u8 = 17;
const LARGE_NUMBER_CLASSES: u32 = 8;
#[expect(clippy::cast_possible_truncation, reason = "104 words; the assertion below holds the sum")]
const FIRST_HASH_CLASS: u8 = FIRST_WORD + WORDS.len() as u8;
const _: () = assert!(WORDS.len() + (FIRST_WORD as usize) < 200, "too few classes left for other words");

/// A token in a URL.
pub const IN_URL: u8 = 1;
/// A token that consists of digits.
pub const NUMBER: u8 = 2;
/// The first token of its line.
pub const LINE_START: u8 = 4;
/// The first token behind an empty line, or of the text.
pub const PARAGRAPH_START: u8 = 8;
/// The first token behind a full stop, a colon or a semicolon.
pub const SENTENCE_START: u8 = 16;

/// The words of a text. All vectors but [`links`](Tokens::links) and [`left_out`](Tokens::left_out) have the
/// same length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Hash of each word, after folding.
    pub hashes: Vec<u32>,
    /// Class of each word.
    pub classes: Vec<u8>,
    /// Byte offset of each word in the text.
    pub starts: Vec<u32>,
    /// Byte offset behind each word.
    pub ends: Vec<u32>,
    /// [`IN_URL`], [`NUMBER`], [`LINE_START`], [`PARAGRAPH_START`], [`SENTENCE_START`].
    pub flags: Vec<u8>,
    /// Addresses inside markup that was left out (`href`, `src`), in order. They are no words of the text.
    pub links: Vec<Link>,
    /// Number of words before each copyright line that was left out, in order.
    pub left_out: Vec<u32>,
}

/// An address in the attribute of an HTML tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Number of words before it.
    pub position: u32,
    /// First byte of the address.
    pub start: u32,
    /// Byte behind it.
    pub end: u32,
}

impl Tokens {
    /// Number of words.
    pub fn len(&self) -> usize {
        self.classes.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.classes.is_empty()
    }

    /// Runs of words that are an address: (first, number).
    pub fn addresses(&self) -> Vec<(u32, u32)> {
        let mut runs: Vec<(u32, u32)> = Vec::new();
        for (at, _) in (0_u32..).zip(&self.flags).filter(|(_, flags)| **flags & IN_URL != 0) {
            match runs.last_mut() {
                Some((start, length)) if *start + *length == at => *length += 1,
                _ => runs.push((at, 1)),
            }
        }
        runs
    }

    fn truncate(&mut self, length: usize) {
        self.hashes.truncate(length);
        self.classes.truncate(length);
        self.starts.truncate(length);
        self.ends.truncate(length);
        self.flags.truncate(length);
    }
}

/// What a class does in a licence.
pub fn force(class: u8) -> Force {
    if class < FIRST_WORD {
        return Force::None;
    }
    WORDS.get(usize::from(class - FIRST_WORD)).map_or(Force::None, |(_, force)| *force)
}

/// Whether a class is that of a number other than a year.
pub fn is_number(class: u8) -> bool {
    (FIRST_NUMBER..FIRST_WORD).contains(&class) && class != YEAR
}

/// The first spelling of a word that has a class of its own; `None` for every other class.
pub fn word_of_class(class: u8) -> Option<&'static str> {
    let (forms, _) = WORDS.get(usize::from(class.checked_sub(FIRST_WORD)?))?;
    forms.split(' ').next()
}

/// The hash of a word in lower case. Stable: it is part of the format of the fingerprints.
pub fn word_hash(word: &[u8]) -> u32 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = (word.len() as u64).wrapping_mul(0xff51_afd7_ed55_8ccd);
    for chunk in word.chunks(8) {
        let mut bytes = [0_u8; 8];
        for (to, from) in bytes.iter_mut().zip(chunk) {
            *to = *from;
        }
        hash = (hash ^ u64::from_le_bytes(bytes)).wrapping_mul(FACTOR);
        hash ^= hash >> 29;
    }
    hash = hash.wrapping_mul(FACTOR);
    u32::try_from(hash >> 32).unwrap_or(0)
}

/// Hash of a whole sequence of words: two texts with the same one are the same text.
pub fn sequence_hash(hashes: &[u32]) -> u64 {
    let mut sum = 0xcbf2_9ce4_8422_2325_u64;
    for &hash in hashes {
        sum = (sum ^ u64::from(hash)).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23);
    }
    sum ^ (hashes.len() as u64)
}

/// Number of words in a block; see [`block_hashes`].
pub const BLOCK: usize = 16;

/// One short hash for every whole block of [`BLOCK`] words. Where classes agree and a block hash does not, a word was
/// exchanged for another of its class.
pub fn block_hashes(hashes: &[u32]) -> Vec<u32> {
    hashes.chunks_exact(BLOCK).map(block_hash).collect()
}

/// The hash of one block.
pub fn block_hash(hashes: &[u32]) -> u32 {
    u32::try_from(sequence_hash(hashes) >> 32).unwrap_or(0)
}

/// Splits a text into words.
pub fn tokenize(text: &str) -> Tokens {
    let mut tokenizer = Tokenizer::new(text);
    tokenizer.read(0, text.len());
    tokenizer.out
}

/// Splits a text into words and leaves no copyright line out: to see whether two texts have the same words in lines of
/// another length.
pub fn tokenize_whole(text: &str) -> Tokens {
    let mut tokenizer = Tokenizer::new(text);
    tokenizer.keeps_copyright = true;
    tokenizer.read(0, text.len());
    tokenizer.out
}

/// Class of the word that stands for what was not read between two stretches of a text. No reference has it.
pub const UNREAD: u8 = 0;

/// Splits stretches of a text (byte ranges in order, apart, between whole characters) into words; between two of them stands
/// one word of the class [`UNREAD`].
pub fn tokenize_within(text: &str, stretches: &[std::ops::Range<usize>]) -> Tokens {
    let mut tokenizer = Tokenizer::new(text);
    for stretch in stretches {
        if !tokenizer.out.is_empty() {
            tokenizer.push_hash(0, UNREAD, stretch.start, stretch.start, 0);
            tokenizer.line = tokenizer.out.len();
        }
        tokenizer.pending = LINE_START | PARAGRAPH_START | SENTENCE_START;
        tokenizer.read(stretch.start, stretch.end);
    }
    tokenizer.out
}

struct Tokenizer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    out: Tokens,
    /// Index of the first token of the current line.
    line: usize,
    /// Tokens that start before this offset belong to a URL.
    url_end: usize,
    /// Flags for the next token.
    pending: u8,
    /// The last byte that was neither a space nor part of dropped markup.
    last: u8,
    /// Whether the text is an HTML page: its style sheets are shown to nobody.
    is_page: bool,
    /// Whether copyright lines are words like any other.
    keeps_copyright: bool,
}

impl<'a> Tokenizer<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            out: Tokens::default(),
            line: 0,
            url_end: 0,
            pending: LINE_START | PARAGRAPH_START | SENTENCE_START,
            last: 0,
            is_page: markup::is_page(text.as_bytes()),
            keeps_copyright: false,
        }
    }

    fn read(&mut self, start: usize, end: usize) {
        let mut at = start;
        let mut line_start = start;
        let mut newlines = 0_u32;
        while at < end {
            let Some(&byte) = self.bytes.get(at) else { break };
            match byte {
                b'\n' => {
                    self.finish_line(line_start, at);
                    newlines += 1;
                    self.pending |= LINE_START;
                    if newlines >= 2 {
                        self.pending |= PARAGRAPH_START | SENTENCE_START;
                    }
                    at += 1;
                    line_start = at;
                }
                b' ' | b'\t' | b'\r' | b'\x0b' | b'\x0c' => at += 1,
                b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                    newlines = 0;
                    at = self.word(at);
                }
                b'<' => at = self.markup(at),
                b'&' => at = self.entity(at),
                0x80.. => {
                    let (next, is_word) = self.wide(at);
                    if is_word {
                        newlines = 0;
                    }
                    at = next;
                }
                // A line end or a tab as a program writes it inside a string.
                b'\\' if self.bytes.get(at + 1).is_some_and(|next| b"nrt".contains(next)) => {
                    if self.bytes.get(at + 1) != Some(&b't') {
                        self.finish_line(line_start, at);
                        line_start = at + 2;
                        self.pending |= LINE_START;
                    }
                    at += 2;
                }
                _ => {
                    if byte == b':' && self.bytes.get(at + 1..at + 3) == Some(b"//") {
                        self.begin_url(at);
                    }
                    // Inside "2.0" and "example.org" nothing begins.
                    let goes_on = self.bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
                    if matches!(byte, b'.' | b':' | b';' | b'!' | b'?') && !goes_on {
                        self.pending |= SENTENCE_START;
                    }
                    self.last = byte;
                    at += 1;
                }
            }
        }
        self.finish_line(line_start, end);
    }

    /// An ASCII word that starts at `at`; answers the offset behind it.
    fn word(&mut self, start: usize) -> usize {
        if start >= self.url_end {
            self.begin_bare_url(start);
        }
        let mut end = start;
        while self.bytes.get(end).is_some_and(u8::is_ascii_alphanumeric) {
            end += 1;
        }
        if self.bytes.get(end).is_some_and(|&byte| byte >= 0x80 || byte == b'&' || byte == b'<')
            && self.goes_on(end).is_some()
        {
            return self.wide_word(start);
        }
        // `GPL2+`: the plus is a word of its own weight, "or any later version".
        if self.bytes.get(end) == Some(&b'+')
            && self.bytes.get(end + 1).is_none_or(|&byte| byte != b'+' && !byte.is_ascii_alphanumeric())
        {
            end += 1;
        }
        if let Some(behind) = self.list_number(start, end) {
            self.last = b'.';
            return behind;
        }
        let word = self.bytes.get(start..end).unwrap_or_default();
        let is_scheme = word.eq_ignore_ascii_case(b"http") || word.eq_ignore_ascii_case(b"https");
        let dropped = (is_scheme && self.bytes.get(end..end + 3) == Some(b"://"))
            || (word.eq_ignore_ascii_case(b"www") && self.bytes.get(end) == Some(&b'.'))
            || (self.pending & LINE_START != 0
                && (word.eq_ignore_ascii_case(b"dnl") || word.eq_ignore_ascii_case(b"rem")));
        if !dropped {
            let mut buffer = [0_u8; 64];
            if let Some(lower) = buffer.get_mut(..word.len()) {
                lower.copy_from_slice(word);
                lower.make_ascii_lowercase();
                let lower: &[u8] = lower;
                self.push(lower, start, end);
            } else {
                self.push(&word.to_ascii_lowercase(), start, end);
            }
        }
        self.last = b'a';
        end
    }

    fn push(&mut self, word: &[u8], start: usize, end: usize) {
        let vocabulary = &*VOCABULARY;
        let hash = word_hash(word);
        match vocabulary.find(hash) {
            Some(Known::Pair(first, second)) => {
                self.push_hash(first, class_of(vocabulary, first), start, end, 0);
                self.push_hash(second, class_of(vocabulary, second), start, end, 0);
            }
            Some(Known::Same(other)) => self.push_hash(other, class_of(vocabulary, other), start, end, 0),
            Some(Known::Class(class)) => self.push_hash(hash, class, start, end, 0),
            None => match number_class(word, hash) {
                Some(class) => self.push_hash(hash, class, start, end, NUMBER),
                None => self.push_hash(hash, hash_class(hash), start, end, 0),
            },
        }
    }

    fn push_hash(&mut self, hash: u32, class: u8, start: usize, end: usize, flags: u8) {
        let in_url = if start < self.url_end { IN_URL } else { 0 };
        self.out.hashes.push(hash);
        self.out.classes.push(class);
        self.out.starts.push(u32::try_from(start).unwrap_or(u32::MAX));
        self.out.ends.push(u32::try_from(end).unwrap_or(u32::MAX));
        self.out.flags.push(flags | in_url | self.pending);
        self.pending = 0;
    }

    fn begin_url(&mut self, at: usize) {
        self.url_end = at + self.address(at).len();
    }

    /// What may be an address: up to white space, a bracket or a quotation mark; on the next line too where the line
    /// ends in a hyphen or a slash. A longer run is cut: it is asked for at every word, and must not cost the square of
    /// a line without spaces.
    fn address(&self, at: usize) -> &[u8] {
        const LONGEST: usize = 500;
        let rest = self.bytes.get(at..).unwrap_or_default();
        let rest = rest.get(..LONGEST.min(rest.len())).unwrap_or_default();
        let ends = |byte: &u8| byte.is_ascii_whitespace() || b")>]\"'`|".contains(byte);
        let mut length = 0;
        loop {
            let piece = rest.get(length..).unwrap_or_default();
            length += piece.iter().position(ends).unwrap_or(piece.len());
            let address = rest.get(..length).unwrap_or_default();
            let is_broken = address.ends_with(b"-") || (address.ends_with(b"/") && address.contains(&b'.'));
            let behind = rest.get(length..).unwrap_or_default();
            let space = behind.iter().take_while(|byte| byte.is_ascii_whitespace());
            let (width, newlines) =
                space.fold((0, 0), |(width, newlines), &byte| (width + 1, newlines + usize::from(byte == b'\n')));
            if !is_broken || newlines != 1 || !behind.get(width).is_some_and(u8::is_ascii_lowercase) {
                return address;
            }
            length += width;
        }
    }

    /// `example.com/page` without a scheme, as licences print it.
    fn begin_bare_url(&mut self, at: usize) {
        if at > 0 && self.bytes.get(at - 1).is_some_and(|byte| byte.is_ascii_alphanumeric() || b"@.-_/".contains(byte))
        {
            return;
        }
        let address = self.address(at);
        let Some(slash) = address.iter().position(|&byte| byte == b'/') else { return };
        let host = address.get(..slash).unwrap_or_default();
        let Some(dot) = host.iter().rposition(|&byte| byte == b'.') else { return };
        let ending = host.get(dot + 1..).unwrap_or_default().to_ascii_lowercase();
        if dot > 0
            && TOP_LEVEL.contains(&ending.as_slice())
            && host.iter().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(byte))
        {
            self.url_end = at + address.len();
        }
    }

    /// A list number: `1.`, `a)`, `(iv)`, `2.1.` where a sentence or a line begins. Answers the offset behind it.
    fn list_number(&self, start: usize, end: usize) -> Option<usize> {
        let label = self.bytes.get(start..end)?;
        if start < self.url_end || !is_list_label(label) {
            return None;
        }
        let next = self.bytes.get(end).copied().unwrap_or(b' ');
        if start > 0 && self.bytes.get(start - 1) == Some(&b'(') && next == b')' {
            return Some(end + 1);
        }
        let opens = self.pending & PARAGRAPH_START != 0 || !self.last.is_ascii_alphanumeric();
        let at_line_start = self.pending & LINE_START != 0;
        if !opens || !(at_line_start || self.pending & SENTENCE_START != 0) {
            return None;
        }
        let space_at = |offset: usize| self.is_space(offset);
        if matches!(next, b'.' | b')') && space_at(end + 1) {
            return Some(end + 1);
        }
        // `2.1 Grant`, `2.1. Grant`: only at the start of a line, so that "Version: 2.0" keeps its number.
        if !at_line_start || !label.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let mut offset = end;
        let mut levels = 0;
        while self.bytes.get(offset) == Some(&b'.') {
            let digits = self.bytes.get(offset + 1..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits == 0 || digits > 2 {
                break;
            }
            offset += 1 + digits;
            levels += 1;
        }
        if matches!(self.bytes.get(offset), Some(b'.' | b')')) {
            offset += 1;
        }
        (levels > 0 && space_at(offset)).then_some(offset)
    }

    /// Whether a reader sees a space, or the end of a line, at an offset: white space, a tag, a reference to a space.
    fn is_space(&self, offset: usize) -> bool {
        let rest = self.bytes.get(offset..).unwrap_or_default();
        match rest.first() {
            None => true,
            Some(b'<') => markup::tag(rest).is_some_and(|tag| tag.shown.is_empty() && tag.role != Role::Inline),
            Some(b'&') => matches!(markup::reference(rest), Some((Reference::Separator, _))),
            Some(byte) => byte.is_ascii_whitespace(),
        }
    }

    /// An HTML tag is left out; any other `<` is a separator, and what follows is read, so that nothing can hide.
    fn markup(&mut self, at: usize) -> usize {
        let Some(tag) = markup::tag(self.bytes.get(at..).unwrap_or_default()) else {
            self.last = b'<';
            return at + 1;
        };
        match tag.role {
            Role::Block => self.pending |= LINE_START | SENTENCE_START,
            Role::Paragraph => self.pending |= LINE_START | PARAGRAPH_START | SENTENCE_START,
            // Struck words are not granted: what they stand in is not the same text.
            Role::Struck => self.push(b"<del>", at, at + tag.length),
            Role::Inline | Role::Style | Role::Other => {}
        }
        let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        if let Some(link) = tag.link {
            let position = narrow(self.out.len());
            self.out.links.push(Link { position, start: narrow(at + link.start), end: narrow(at + link.end) });
        }
        for shown in tag.shown {
            self.read(at + shown.start, at + shown.end);
            self.pending |= SENTENCE_START;
        }
        if tag.role == Role::Style && self.is_page {
            return at + tag.length + markup::style_sheet(self.bytes.get(at + tag.length..).unwrap_or_default());
        }
        at + tag.length
    }

    fn entity(&mut self, at: usize) -> usize {
        match markup::reference(self.bytes.get(at..).unwrap_or_default()) {
            Some((Reference::Letter(_), _)) => self.wide_word(at),
            Some((Reference::Separator, length)) => at + length,
            None => {
                self.last = b'&';
                at + 1
            }
        }
    }

    /// The letter with which a word goes on at an offset, and the offset behind it: a letter as it stands, a reference to one,
    /// one behind a tag that divides no word or behind a sign that nobody sees.
    fn goes_on(&self, at: usize) -> Option<(char, usize)> {
        let mut at = at;
        // A tag and an invisible sign may follow each other; a word has few of both.
        for _ in 0..4 {
            let rest = self.bytes.get(at..)?;
            match rest.first()? {
                b'&' => {
                    let (Reference::Letter(letter), length) = markup::reference(rest)? else { return None };
                    return Some((letter, at + length));
                }
                b'<' => {
                    let tag = markup::tag(rest).filter(|tag| tag.role == Role::Inline && tag.shown.is_empty())?;
                    let is_link = tag.link.is_some();
                    if is_link {
                        return None;
                    }
                    at += tag.length;
                }
                _ => {
                    let character = self.text.get(at..)?.chars().next()?;
                    if !is_invisible(character) {
                        return fold(character)
                            .filter(|_| !is_ideographic(character))
                            .map(|letter| (letter, at + character.len_utf8()));
                    }
                    at += character.len_utf8();
                }
            }
        }
        None
    }

    /// A character outside ASCII: part of a word, a word of its own (Han, kana, Hangul), or a separator.
    fn wide(&mut self, at: usize) -> (usize, bool) {
        let Some(character) = self.text.get(at..).and_then(|rest| rest.chars().next()) else {
            return (at + 1, false);
        };
        let end = at + character.len_utf8();
        if is_ideographic(character) {
            let mut buffer = [0_u8; 4];
            let word = character.encode_utf8(&mut buffer).as_bytes();
            self.push(word, at, end);
            self.last = b'a';
            return (end, true);
        }
        if fold(character).is_some() {
            return (self.wide_word(at), true);
        }
        if matches!(character, '。' | '；' | '：' | '！' | '？') {
            self.pending |= SENTENCE_START;
        }
        self.last = b'.';
        (end, false)
    }

    /// A word that is not plain ASCII from end to end.
    fn wide_word(&mut self, start: usize) -> usize {
        let mut word = String::new();
        let mut end = start;
        while let Some((letter, behind)) = self.goes_on(end) {
            match letter {
                // Ligatures of scanned and typeset texts.
                '\u{fb00}' => word.push_str("ff"),
                '\u{fb01}' => word.push_str("fi"),
                '\u{fb02}' => word.push_str("fl"),
                '\u{fb03}' => word.push_str("ffi"),
                '\u{fb04}' => word.push_str("ffl"),
                letter => word.extend(fold(letter).unwrap_or(letter).to_lowercase()),
            }
            end = behind;
        }
        if word.is_empty() {
            return start + 1;
        }
        self.push(word.as_bytes(), start, end);
        self.last = b'a';
        end.max(start + 1)
    }

    /// Leaves out a line that names a copyright holder and does nothing else.
    fn finish_line(&mut self, start: usize, end: usize) {
        let first = self.line;
        let count = self.out.len() - first;
        if !self.keeps_copyright
            && (1..=COPYRIGHT_LINE).contains(&count)
            && self.is_copyright_line(first, self.bytes.get(start..end).unwrap_or_default())
        {
            let flags = self.out.flags.get(first).copied().unwrap_or(0);
            self.out.truncate(first);
            self.out.left_out.push(u32::try_from(first).unwrap_or(u32::MAX));
            self.pending |= flags & PARAGRAPH_START;
        }
        self.line = self.out.len();
    }

    fn is_copyright_line(&self, first: usize, line: &[u8]) -> bool {
        let hashes = self.out.hashes.get(first..).unwrap_or_default();
        let classes = self.out.classes.get(first..).unwrap_or_default();
        let vocabulary = &*VOCABULARY;
        if hashes == vocabulary.all_rights_reserved {
            return true;
        }
        let position = hashes.iter().take(2).position(|&hash| hash == vocabulary.copyright);
        let opens_with_sign = {
            let trimmed = line.iter().position(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80 || *byte == b'(');
            let rest = trimmed.and_then(|position| line.get(position..)).unwrap_or_default();
            rest.starts_with("©".as_bytes()) || rest.starts_with(b"(c)") || rest.starts_with(b"(C)")
        };
        let behind = match (position, opens_with_sign) {
            (Some(position), _) => position + 1,
            (None, true) => 0,
            (None, false) => return false,
        };
        let has_year = classes.iter().skip(behind).take(3).any(|&class| class == YEAR)
            || hashes.iter().skip(behind).take(2).any(|hash| vocabulary.placeholders.contains(hash));
        let has_sign = line.windows(3).any(|window| window.eq_ignore_ascii_case(b"(c)"))
            || line.windows(2).any(|window| window == "©".as_bytes());
        (has_year || has_sign)
            && classes.iter().all(|&class| force(class) != Force::Operative)
            && !hashes.iter().any(|hash| vocabulary.blocks_copyright_line.contains(hash))
            && self.names_holders(first)
    }

    /// Whether the words from `first` on are names and what stands between them. A second sentence says "all rights
    /// reserved", or names a holder too; anything else is not left out.
    fn names_holders(&self, first: usize) -> bool {
        let mut strangers = 0;
        let mut in_a_row = 0;
        let mut kana = 0;
        let mut is_second = false;
        for at in first..self.out.len() {
            let flags = self.out.flags.get(at).copied().unwrap_or_default();
            let word = |at: usize| {
                let (start, end) = (*self.out.starts.get(at)? as usize, *self.out.ends.get(at)? as usize);
                self.text.get(start..end)
            };
            if at > first && flags & SENTENCE_START != 0 {
                let before = word(at - 1).unwrap_or_default().to_lowercase();
                is_second |= before.len() > 1 && !ABBREVIATIONS.contains(&before.as_str());
            }
            let word = word(at).unwrap_or_default();
            let is_stranger =
                word.chars().next().is_some_and(char::is_lowercase) && flags & IN_URL == 0 && !is_between_names(word);
            strangers += usize::from(is_stranger);
            // "of" and "the" between two of them end no sentence; a name does.
            if is_stranger {
                in_a_row += 1;
            } else if !is_between_names(word) {
                in_a_row = 0;
            }
            kana += usize::from(word.starts_with(is_hiragana));
            // Names are written in Han and katakana; hiragana joins the words of a sentence.
            if (is_stranger && is_second) || in_a_row > STRANGERS_IN_A_ROW || kana > KANA {
                return false;
            }
        }
        strangers <= STRANGERS
    }
}

/// Words in lower case that may follow each other in a holder's name.
const STRANGERS_IN_A_ROW: usize = 2;
/// Hiragana that a holder's name may have.
const KANA: usize = 4;

fn is_hiragana(character: char) -> bool {
    matches!(u32::from(character), 0x3040..=0x309f)
}

/// Longest line, in words, that is taken for a copyright line.
const COPYRIGHT_LINE: usize = 24;

/// Words between and around the names of holders, sorted.
const BETWEEN_NAMES: [&str; 67] = [
    "a",
    "all",
    "an",
    "and",
    "any",
    "at",
    "author",
    "authors",
    "by",
    "c",
    "co",
    "com",
    "company",
    "contributor",
    "contributors",
    "copyright",
    "corp",
    "corporation",
    "date",
    "de",
    "developed",
    "developer",
    "developers",
    "et",
    "for",
    "foundation",
    "from",
    "group",
    "her",
    "his",
    "holder",
    "holders",
    "in",
    "inc",
    "institution",
    "institutions",
    "its",
    "llc",
    "ltd",
    "name",
    "names",
    "nor",
    "of",
    "or",
    "org",
    "organization",
    "other",
    "others",
    "owner",
    "owners",
    "person",
    "portions",
    "present",
    "project",
    "regents",
    "reserved",
    "rights",
    "team",
    "the",
    "their",
    "to",
    "university",
    "von",
    "with",
    "www",
    "year",
    "years",
];

/// Whether a word in lower case stands between and around names: "the regents of", "and contributors".
pub fn is_between_names(word: &str) -> bool {
    BETWEEN_NAMES.binary_search(&word).is_ok()
}

/// Whether the word at these bytes is a part of a host or a mailbox: `someone@example`, `users.example`.
pub fn is_in_host(bytes: &[u8], start: usize, end: usize) -> bool {
    let is_word = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let before = start.checked_sub(1).and_then(|before| bytes.get(before));
    let behind = bytes.get(end);
    (matches!(before, Some(b'@' | b'.')) && is_word(start.checked_sub(2)))
        || (matches!(behind, Some(b'@' | b'.')) && is_word(Some(end + 1)))
}

/// Words behind which a full stop ends no sentence.
const ABBREVIATIONS: [&str; 22] = [
    "al", "bros", "co", "corp", "dept", "dr", "etc", "gmbh", "inc", "jr", "llc", "ltd", "mr", "mrs", "ms", "no",
    "prof", "sr", "st", "univ", "v", "vs",
];

/// Lower-case words that the first sentence of a copyright line may have beside the usual ones (`libfoo`, `jdoe`).
const STRANGERS: usize = 3;

/// Signs that nobody sees: a hyphen that is shown at the end of a line alone, joiners, a mark of byte order.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// A letter or digit in the form in which it is compared (full-width forms become ASCII); `None` for a separator.
fn fold(character: char) -> Option<char> {
    match character {
        '\u{ff01}'..='\u{ff5e}' => {
            let ascii = u32::from(character) - 0xff01 + 0x21;
            char::from_u32(ascii).filter(char::is_ascii_alphanumeric)
        }
        character if character.is_alphanumeric() => Some(character),
        _ => None,
    }
}

fn is_ideographic(character: char) -> bool {
    matches!(u32::from(character),
        0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xac00..=0xd7af | 0xf900..=0xfaff | 0x20000..=0x3ffff)
}

fn is_list_label(label: &[u8]) -> bool {
    match label {
        [byte] => byte.is_ascii_alphanumeric(),
        _ if label.len() <= 2 && label.iter().all(u8::is_ascii_digit) => true,
        _ => label.len() <= 4 && label.iter().all(|byte| b"ivxIVX".contains(byte)),
    }
}

fn number_class(word: &[u8], hash: u32) -> Option<u8> {
    if !word.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = std::str::from_utf8(word).ok()?.parse::<u32>().unwrap_or(u32::MAX);
    let class = match value {
        0..=LAST_SMALL_NUMBER => FIRST_NUMBER + u8::try_from(value).unwrap_or(0),
        1900..=2099 if word.len() == 4 => YEAR,
        _ => FIRST_LARGE_NUMBER + u8::try_from(hash % LARGE_NUMBER_CLASSES).unwrap_or(0),
    };
    Some(class)
}

fn hash_class(hash: u32) -> u8 {
    let classes = 256 - u32::from(FIRST_HASH_CLASS);
    FIRST_HASH_CLASS + u8::try_from(hash % classes).unwrap_or(0)
}

fn class_of(vocabulary: &Vocabulary, hash: u32) -> u8 {
    match vocabulary.find(hash) {
        Some(Known::Class(class)) => class,
        _ => hash_class(hash),
    }
}

#[derive(Clone, Copy)]
enum Known {
    Class(u8),
    Same(u32),
    Pair(u32, u32),
}

/// [`WORDS`], [`EQUIVALENTS`] and [`COMPOUNDS`] by hash.
struct Vocabulary {
    slots: Vec<Option<(u32, Known)>>,
    copyright: u32,
    all_rights_reserved: Vec<u32>,
    placeholders: Vec<u32>,
    blocks_copyright_line: Vec<u32>,
}

/// Power of two, several times the number of words, so that most look-ups end at the first slot.
const SLOTS: usize = 2048;

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let hashes = |words: &[&str]| words.iter().map(|word| word_hash(word.as_bytes())).collect::<Vec<_>>();
    let mut vocabulary = Vocabulary {
        slots: vec![None; SLOTS],
        copyright: word_hash(b"copyright"),
        all_rights_reserved: hashes(&["all", "rights", "reserved"]),
        placeholders: hashes(&["year", "years", "yyyy", "yy", "date", "dates", "xxxx"]),
        blocks_copyright_line: hashes(&[
            "license",
            "licenses",
            "licensed",
            "licensing",
            "agreement",
            "terms",
            "contract",
            "treaty",
            "treaties",
            "law",
            "laws",
            "act",
        ]),
    };
    for (class, (forms, _)) in (FIRST_WORD..).zip(WORDS) {
        for form in forms.split(' ') {
            vocabulary.insert(word_hash(form.as_bytes()), Known::Class(class));
        }
    }
    for (word, same) in EQUIVALENTS {
        vocabulary.insert(word_hash(word.as_bytes()), Known::Same(word_hash(same.as_bytes())));
    }
    for (word, first, second) in COMPOUNDS {
        vocabulary
            .insert(word_hash(word.as_bytes()), Known::Pair(word_hash(first.as_bytes()), word_hash(second.as_bytes())));
    }
    vocabulary
});

impl Vocabulary {
    fn insert(&mut self, hash: u32, known: Known) {
        let mut slot = hash as usize % SLOTS;
        while let Some(Some((other, _))) = self.slots.get(slot) {
            if *other == hash {
                return; // A word of force stays one, whatever it is equivalent to.
            }
            slot = (slot + 1) % SLOTS;
        }
        if let Some(empty) = self.slots.get_mut(slot) {
            *empty = Some((hash, known));
        }
    }

    fn find(&self, hash: u32) -> Option<Known> {
        let mut slot = hash as usize % SLOTS;
        while let Some(Some((other, known))) = self.slots.get(slot) {
            if *other == hash {
                return Some(*known);
            }
            slot = (slot + 1) % SLOTS;
        }
        None
    }
}

/// Endings of host names that licences and cards name without a scheme.
const TOP_LEVEL: [&[u8]; 16] = [
    b"com", b"org", b"net", b"io", b"ai", b"dev", b"gov", b"edu", b"cn", b"co", b"eu", b"de", b"fr", b"jp", b"kr",
    b"uk",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        let tokens = tokenize(text);
        tokens.starts.iter().zip(&tokens.ends).map(|(&start, &end)| &text[start as usize..end as usize]).collect()
    }

    #[test]
    fn layout_comment_leaders_and_markup_leave_no_trace() {
        let plain = tokenize("Permission is hereby granted, free of charge");
        for same in [
            "// Permission is hereby\n// granted, free of charge",
            " * PERMISSION is **hereby**\r\n * granted free of charge.",
            "<p>Permission is <b>hereby</b> granted,&nbsp;free of charge</p>",
            "dnl Permission is hereby granted\ndnl free of charge",
        ] {
            assert_eq!(tokenize(same).hashes, plain.hashes, "{same}");
        }
    }

    #[test]
    fn what_stands_in_angle_brackets_and_is_no_tag_is_read() {
        assert_eq!(words("<non-commercial use only>"), ["non", "commercial", "use", "only"]);
        assert_eq!(words("<!-- not for sale -->"), ["not", "for", "sale"]);
    }

    #[test]
    fn three_spellings_of_noncommercial_are_the_same_two_words() {
        let expected = tokenize("non commercial").hashes;
        for same in ["noncommercial", "Non-Commercial", "non-\ncommercial"] {
            assert_eq!(tokenize(same).hashes, expected, "{same}");
        }
    }

    #[test]
    fn a_copyright_line_is_left_out_unless_it_says_more() {
        assert!(words("Copyright (c) 2024 Some Holder, Inc. All rights reserved.").is_empty());
        assert!(words("Copyright <year> <holder>").is_empty());
        assert!(words("© 2020-2024 Universität").is_empty());
        assert!(!words("Copyright (c) 2024 Holder. Not for commercial use.").is_empty());
        assert!(!words("Copyright (c) 2024 Holder, licensed under terms").is_empty());
        assert!(!words("copyright, patent, trademark, and attribution notices from").is_empty());
    }

    #[test]
    fn a_copyright_line_hides_no_sentence() {
        for line in [
            "Copyright (c) 1987 by Ed James. Images you create remain our property. All rights reserved.",
            "Copyright 2020 Somebody. Buy it.",
            "Copyright 2020 Somebody, who wants to see what you make of it",
            "Copyright 2010 Example Enterprises, Inc. Nur für den privaten Kram. All rights reserved.",
            "Copyright (C) 1999 Example Pty Ltd. そのほかのご利用はごえんりょください",
            "Copyright (C) 1995 S. Leave it out of gambling wares. M. Example (m@example.org)",
        ] {
            assert!(!words(line).is_empty(), "{line}");
        }
        for line in [
            "Copyright (c) 1996 L. Peter Deutsch. All rights reserved.",
            "Copyright 2008 Example Corp. and its contributors",
            "copyright (c) 2011 jdoe, libfoo authors",
            "Copyright 2017 O'Reilly–Nakamura K.K. / 中村 太郎",
        ] {
            assert!(words(line).is_empty(), "{line}");
        }
    }

    #[test]
    fn list_numbers_are_left_out_and_version_numbers_stay() {
        assert_eq!(words("1. You may:\n2.1 Grant.\n(a) this;\n  iv) that"), ["You", "may", "Grant", "this", "that"]);
        assert_eq!(words("Apache License, Version 2.0"), ["Apache", "License", "Version", "2", "0"]);
        assert_eq!(words("Version: 2.0 of it"), ["Version", "2", "0", "of", "it"]);
        assert_eq!(words("under section\n4. You"), ["under", "section", "4", "You"]);
        assert_eq!(words("<p>Version 1.1</p>\n<p>1. You</p>"), ["Version", "1", "1", "You"]);
        assert_eq!(words("<p>4.&nbsp;You</p>"), ["You"]);
    }

    #[test]
    fn every_line_is_kept_where_it_is_asked_for() {
        let text = "Copyright 2024 Holder\nUse it.";
        assert_eq!(tokenize(text).hashes.len(), 2);
        assert_eq!(tokenize_whole(text).hashes, tokenize_whole("Copyright 2024\nHolder Use it.").hashes);
    }

    #[test]
    fn an_address_is_marked_with_or_without_its_scheme() {
        for text in
            ["see https://example.com/use-policy.", "see example.com/use-policy", "(see llama.example.com/use/policy)"]
        {
            let tokens = tokenize(text);
            let marked: Vec<bool> = tokens.flags.iter().map(|flags| flags & IN_URL != 0).collect();
            assert!(!marked[0] && marked[1..].iter().all(|marked| *marked), "{text}");
        }
        assert!(tokenize("and/or copies.All of it").flags.iter().all(|flags| flags & IN_URL == 0));
    }

    #[test]
    fn han_characters_are_words_and_full_width_letters_are_ascii() {
        assert_eq!(words("不得用于"), ["不", "得", "用", "于"]);
        assert_eq!(tokenize("ＭＩＴ").hashes, tokenize("mit").hashes);
        assert_eq!(force(tokenize("不").classes[0]), Force::Operative);
    }

    #[test]
    fn words_of_force_have_classes_of_their_own() {
        let mut seen = std::collections::BTreeMap::new();
        for word in ["not", "may", "commercial", "permission", "use", "institute", "seven", "14", "15", "1999"] {
            let class = tokenize(word).classes[0];
            assert!(seen.insert(class, word).is_none(), "{word} shares a class");
        }
        assert_eq!(tokenize("prohibited").classes, tokenize("prohibits").classes);
        assert_ne!(tokenize("prohibited").hashes, tokenize("prohibits").hashes);
    }

    #[test]
    fn any_text_can_be_split() {
        for text in
            ["", "<", "&", "&#", "</", "\u{ff01}", "é", "1", "(a", "a\u{301}b", "\u{1F600}x", "http://", "x:/", "\0"]
        {
            let tokens = tokenize(text);
            assert!(
                tokens.starts.iter().zip(&tokens.ends).all(|(start, end)| start < end && (*end as usize) <= text.len())
            );
        }
    }
}
