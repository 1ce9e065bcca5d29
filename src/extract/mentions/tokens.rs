//! Source code as words, strings and marks: just enough of three languages to tell code from comments and strings.
//!
//! No grammar is checked. A string that does not end costs its line, never the rest of the file, apart from those that
//! may span lines. Nothing recurses, and every byte is looked at a bounded number of times.

use std::ops::Range;

/// The language of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Python,
    /// And TypeScript.
    JavaScript,
    Rust,
}

/// One token and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or a number.
    Word,
    /// A string.
    Text(Text),
    /// Any other character.
    Mark(u8),
    /// The end of a line.
    Line,
}

/// A string in the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    /// What stands between the quotes, escapes as they are written.
    pub(super) inner: Range<usize>,
    /// Parts of it are computed: `f"{x}"`, `${x}`.
    pub(super) is_computed: bool,
    /// Three quotes: documentation, or a text of its own.
    pub(super) is_block: bool,
}

/// Cuts a text into tokens; comments are none.
pub(super) fn tokens(text: &str, language: Language) -> Vec<Token> {
    let mut lexer = Lexer { text, bytes: text.as_bytes(), at: 0, language, tokens: Vec::new() };
    while lexer.at < lexer.bytes.len() {
        lexer.step();
    }
    lexer.tokens
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    language: Language,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn starts(&self, with: &str) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(with.as_bytes()))
    }

    fn push(&mut self, kind: Kind, start: usize) {
        self.tokens.push(Token { kind, range: start..self.at });
    }

    fn step(&mut self) {
        let start = self.at;
        let byte = self.peek(0);
        let is_python = self.language == Language::Python;
        match byte {
            b'\n' => {
                self.at += 1;
                self.push(Kind::Line, start);
            }
            b'\\' if is_python && matches!(self.peek(1), b'\n' | b'\r') => {
                // The line goes on.
                self.at += if self.peek(1) == b'\r' && self.peek(2) == b'\n' { 3 } else { 2 };
            }
            _ if byte.is_ascii_whitespace() => self.at += 1,
            b'#' if is_python => self.skip_line(),
            b'/' if !is_python && self.peek(1) == b'/' => self.skip_line(),
            b'/' if !is_python && self.peek(1) == b'*' => self.skip_comment(),
            b'/' if self.language == Language::JavaScript && self.is_pattern() => self.skip_pattern(),
            _ if is_word(byte) => self.word(),
            b'"' | b'\'' if is_python => self.python_string(start, false),
            b'"' => self.string(start, byte, self.language == Language::Rust),
            b'\'' if self.language == Language::JavaScript => self.string(start, byte, false),
            b'\'' => self.character_or_lifetime(),
            b'`' if self.language == Language::JavaScript => self.template(),
            _ => {
                self.at += 1;
                self.push(Kind::Mark(byte), start);
            }
        }
    }

    fn skip_line(&mut self) {
        while self.at < self.bytes.len() && self.peek(0) != b'\n' {
            self.at += 1;
        }
    }

    /// `/* … */`; in Rust they nest.
    fn skip_comment(&mut self) {
        let mut depth = 0_usize;
        while self.at < self.bytes.len() {
            if self.starts("/*") && (depth == 0 || self.language == Language::Rust) {
                depth += 1;
                self.at += 2;
            } else if self.starts("*/") {
                depth -= 1;
                self.at += 2;
                if depth == 0 {
                    return;
                }
            } else {
                self.at += 1;
            }
        }
    }

    /// Whether a slash begins a pattern: where a value may begin, and it ends on its line.
    fn is_pattern(&self) -> bool {
        let last = self.tokens.iter().rev().find(|token| token.kind != Kind::Line);
        let may_begin = match last {
            None => true,
            Some(Token { kind: Kind::Mark(mark), .. }) => !matches!(mark, b')' | b']' | b'}'),
            Some(Token { kind: Kind::Word, range }) => self.text.get(range.clone()) == Some("return"),
            Some(_) => false,
        };
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        may_begin && rest.iter().take(500).take_while(|byte| **byte != b'\n').any(|byte| *byte == b'/')
    }

    fn skip_pattern(&mut self) {
        let mut is_class = false;
        self.at += 1;
        while !matches!(self.peek(0), b'\n' | 0) {
            match self.peek(0) {
                b'\\' => self.at += 1,
                b'[' => is_class = true,
                b']' => is_class = false,
                b'/' if !is_class => {
                    self.at += 1;
                    return;
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    fn word(&mut self) {
        let start = self.at;
        while is_word(self.peek(0)) {
            self.at += 1;
        }
        let word = self.text.get(start..self.at).unwrap_or_default();
        let quote = self.peek(0);
        match self.language {
            Language::Python if matches!(quote, b'"' | b'\'') && is_prefix(word) => {
                let is_formatted = word.contains(['f', 'F', 't', 'T']);
                self.python_string(start, is_formatted);
            }
            Language::Rust if matches!(word, "r" | "br" | "cr") && matches!(quote, b'"' | b'#') => self.raw(start),
            Language::Rust if matches!(word, "b" | "c") && quote == b'"' => self.string(start, quote, true),
            _ => self.push(Kind::Word, start),
        }
    }

    fn python_string(&mut self, start: usize, is_formatted: bool) {
        let quote = self.peek(0);
        let is_block = self.peek(1) == quote && self.peek(2) == quote;
        self.at += if is_block { 3 } else { 1 };
        let inner = self.at;
        loop {
            let byte = self.peek(0);
            let is_end = byte == quote && (!is_block || (self.peek(1) == quote && self.peek(2) == quote));
            if is_end || self.at >= self.bytes.len() || (byte == b'\n' && !is_block) {
                break;
            }
            self.at += if byte == b'\\' { 2 } else { 1 };
        }
        self.end_string(start, inner, if is_block { 3 } else { 1 }, quote, (is_formatted, is_block));
    }

    fn string(&mut self, start: usize, quote: u8, spans_lines: bool) {
        self.at += 1;
        let inner = self.at;
        while self.at < self.bytes.len() && self.peek(0) != quote && (spans_lines || self.peek(0) != b'\n') {
            self.at += if self.peek(0) == b'\\' { 2 } else { 1 };
        }
        self.end_string(start, inner, 1, quote, (false, false));
    }

    /// Ends a string at its quotes, or where it broke off.
    fn end_string(
        &mut self,
        start: usize,
        inner: usize,
        quotes: usize,
        quote: u8,
        (is_formatted, is_block): (bool, bool),
    ) {
        self.at = self.boundary(self.at);
        let inner = inner..self.at.max(inner);
        if self.peek(0) == quote {
            self.at += quotes;
        }
        let words = self.text.get(inner.clone()).unwrap_or_default();
        let is_computed = is_formatted && words.replace("{{", "").contains('{');
        self.push(Kind::Text(Text { inner, is_computed, is_block }), start);
    }

    /// `r#"…"#`, or the raw name `r#type`.
    fn raw(&mut self, start: usize) {
        let hashes = self.bytes.get(self.at..).unwrap_or_default().iter().take_while(|byte| **byte == b'#').count();
        if self.peek(hashes) != b'"' {
            self.push(Kind::Word, start);
            return;
        }
        let end = format!("\"{}", "#".repeat(hashes));
        let inner = self.at + hashes + 1;
        let length = self.text.get(inner..).and_then(|rest| rest.find(&end));
        let inner = inner..length.map_or(self.bytes.len(), |length| inner + length);
        self.at = (inner.end + end.len()).min(self.bytes.len());
        self.push(Kind::Text(Text { inner, is_computed: false, is_block: false }), start);
    }

    /// `'a'` is skipped, the `'a` of a lifetime becomes a mark and a word.
    fn character_or_lifetime(&mut self) {
        let start = self.at;
        self.at += 1;
        let rest = self.text.get(self.at..).unwrap_or_default();
        let mut characters = rest.char_indices();
        let first = characters.next().map(|(_, first)| first);
        let length = if first == Some('\\') {
            rest.get(2..).and_then(|rest| rest.find('\'')).map(|end| end + 3).filter(|length| *length < 16)
        } else {
            characters.next().filter(|(_, second)| *second == '\'').map(|(at, _)| at + 1)
        };
        match length {
            Some(length) => self.at += length,
            None => self.push(Kind::Mark(b'\''), start),
        }
    }

    /// A template; code inside of it is passed over as a whole.
    fn template(&mut self) {
        let start = self.at;
        self.at += 1;
        let inner = self.at;
        let mut is_computed = false;
        // Open braces of `${`, and templates inside of them, by what ends each.
        let mut open: Vec<u8> = vec![b'`'];
        while let (Some(&end), true) = (open.last(), self.at < self.bytes.len()) {
            let byte = self.peek(0);
            if byte == b'\\' {
                self.at += 2;
                continue;
            }
            if byte == end {
                open.pop();
                if open.is_empty() {
                    break;
                }
            } else if end == b'`' && self.starts("${") {
                is_computed = true;
                open.push(b'}');
                self.at += 1;
            } else if end == b'}' && matches!(byte, b'{' | b'`') {
                open.push(if byte == b'{' { b'}' } else { b'`' });
            }
            self.at += 1;
        }
        self.at = self.boundary(self.at);
        let inner = inner..self.at;
        self.at = (self.at + 1).min(self.bytes.len());
        self.push(Kind::Text(Text { inner, is_computed, is_block: false }), start);
    }

    /// An offset inside the text at which a character begins: an escape may have jumped over half of one.
    fn boundary(&self, at: usize) -> usize {
        let mut at = at.min(self.bytes.len());
        while !self.text.is_char_boundary(at) {
            at += 1;
        }
        at
    }
}

/// Names may have letters of any alphabet.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn is_prefix(word: &str) -> bool {
    word.len() <= 2 && word.bytes().all(|byte| b"rRuUbBfFtT".contains(&byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str, language: Language) -> Vec<String> {
        let show = |token: Token| match token.kind {
            Kind::Word => text[token.range].to_owned(),
            Kind::Text(found) => {
                let sign = if found.is_computed { "~" } else { "" };
                format!("{sign}<{}>", &text[found.inner])
            }
            Kind::Mark(mark) => char::from(mark).to_string(),
            Kind::Line => ";".to_owned(),
        };
        tokens(text, language).into_iter().map(show).collect()
    }

    #[test]
    fn python_has_prefixes_blocks_and_comments() {
        let text = "x = r'a' # 'b'\nf\"{y}\" f'{{z}}' \"\"\"d\n'e'\"\"\" 'un\nok";
        let is = ["x", "=", "<a>", ";", "~<{y}>", "<{{z}}>", "<d\n'e'>", "<un>", ";", "ok"];
        assert_eq!(shown(text, Language::Python), is);
        assert_eq!(shown("a\\\nb 'it\\'s'", Language::Python), ["a", "b", "<it\\'s>"]);
    }

    #[test]
    fn javascript_has_templates_patterns_and_two_comments() {
        let text = "a(/['\"]/g, `b${c(`d`)}`) // 'x'\n/* 'y'\n */ e / 2 / f 'g'";
        let is = ["a", "(", "g", ",", "~<b${c(`d`)}>", ")", ";", "e", "/", "2", "/", "f", "<g>"];
        assert_eq!(shown(text, Language::JavaScript), is);
    }

    #[test]
    fn rust_has_raw_strings_lifetimes_and_nested_comments() {
        let text = "f::<'a>('x', '\\n', r#\"a\"b\"#, \"c\nd\") /* /* \" */ */ g // \"h\"";
        let is = ["f", ":", ":", "<", "'", "a", ">", "(", ",", ",", "<a\"b>", ",", "<c\nd>", ")", "g"];
        assert_eq!(shown(text, Language::Rust), is);
    }

    proptest! {
        #[test]
        fn every_token_is_a_part_of_the_text(
            text in "(\"|'|`|\\\\|é|\n|\\$\\{|\\}|\\{|/|\\*|#|r#|b|f|a|\\(|\\)|=|💥|\"\"\"){0,40}",
        ) {
            for language in [Language::Python, Language::JavaScript, Language::Rust] {
                let mut end = 0;
                for token in tokens(&text, language) {
                    prop_assert!(token.range.start >= end && text.get(token.range.clone()).is_some());
                    if let Kind::Text(found) = &token.kind {
                        prop_assert!(text.get(found.inner.clone()).is_some());
                    }
                    end = token.range.end;
                }
            }
        }
    }
}
