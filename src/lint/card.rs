//! A card taken apart: its text, its front matter, and where a line could be put in.

use std::ops::Range;

use super::{CardFile, Remark};
use crate::extract::front_matter::{self, FrontMatter};
use crate::extract::yaml::{Kind, Node};
use crate::finding::Level;
use crate::location::{Location, Span};

/// A card that was read.
pub(super) struct Card<'a> {
    pub(super) path: &'a str,
    /// Its text without a byte-order mark; empty where it is not UTF-8.
    pub(super) text: &'a str,
    /// Bytes of the byte-order mark.
    pub(super) mark: usize,
    /// Its front matter and the mapping in it, where both can be read.
    pub(super) matter: Option<(FrontMatter, Node)>,
}

impl<'a> Card<'a> {
    pub(super) fn read(file: CardFile<'a>) -> Self {
        let (mark, rest) = match file.bytes.strip_prefix(b"\xef\xbb\xbf") {
            Some(rest) => (3, rest),
            None => (0, file.bytes),
        };
        let text = std::str::from_utf8(rest).unwrap_or_default();
        Self { path: file.path, text, mark, matter: parsed(text) }
    }

    /// The mapping of the front matter.
    pub(super) fn keys(&self) -> Option<&Node> {
        self.matter.as_ref().map(|(_, keys)| keys)
    }

    /// The only value of a key; `None` where it is written twice, or merged in from elsewhere.
    pub(super) fn value(&self, name: &str) -> Option<&Node> {
        let mut pairs = self.keys()?.pairs().iter().filter(|(key, _)| key.as_str() == Some(name));
        match (pairs.next(), pairs.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }

    /// Whether the key is there, however often, with something in it.
    pub(super) fn states(&self, name: &str) -> bool {
        self.keys().is_some_and(|keys| keys.every(name).iter().any(|value| !is_blank(value)))
    }

    /// Where a node stands in the text.
    pub(super) fn bytes(&self, node: &Node) -> Range<usize> {
        let start = self.matter.as_ref().map_or(0, |(matter, _)| matter.yaml.start);
        start + node.bytes.start..start + node.bytes.end
    }

    /// What is written where a node stands.
    pub(super) fn source(&self, node: &Node) -> &'a str {
        self.text.get(self.bytes(node)).unwrap_or_default()
    }

    /// The bytes of a word on one line, with its quotation marks; `None` for blocks and for what the source does not say
    /// plainly. A word in quotation marks is given with the comment behind it.
    pub(super) fn word(&self, node: &Node) -> Option<Range<usize>> {
        let (start, source, value) = (self.bytes(node).start, self.source(node), node.as_str()?);
        let length = match source.chars().next()? {
            quote @ ('"' | '\'') => {
                let closing = source.get(1..)?.find(quote)? + 2;
                let rest = source.get(closing..)?.trim_start();
                let inside = source.get(1..closing - 1)?;
                // Escapes and doubled marks make the words inside others than the value.
                (inside == value && (rest.is_empty() || rest.starts_with('#'))).then_some(closing)?
            }
            _ => (source.trim_end() == value).then_some(value.len())?,
        };
        let is_one_line = !source.get(..length)?.contains(['\n', '\r']);
        is_one_line.then_some(start..start + length)
    }

    /// A remark at a node.
    pub(super) fn remark(&self, name: &'static str, level: Level, node: &Node, key: &str) -> Remark {
        let line = self.matter.as_ref().map_or(1, |(matter, _)| matter.line);
        let at = Location {
            source: 0,
            path: self.path.to_owned(),
            span: Some(node.span.shifted_to(line)),
            key: Some(key.to_owned()),
        };
        let quote = self.word(node).and_then(|word| self.text.get(word)).unwrap_or_else(|| self.source(node));
        blank_remark(name, level, at, quote.to_owned())
    }

    /// A remark at the beginning of the card: what is not there stands nowhere else.
    pub(super) fn remark_at_top(&self, name: &'static str, level: Level) -> Remark {
        let quote = self.text.lines().next().unwrap_or_default();
        let span = Some(Span::of_bytes(self.text, 0, quote.len()));
        let at = Location { source: 0, path: self.path.to_owned(), span, key: None };
        blank_remark(name, level, at, quote.to_owned())
    }

    /// Where a line of its own could be written behind the value of a key that stands at the beginning of a line, and how
    /// lines end here. `None` in one-line mappings.
    pub(super) fn behind(&self, name: &str) -> Option<(usize, &'static str)> {
        let (matter, keys) = self.matter.as_ref()?;
        let (key, value) = keys.pairs().iter().find(|(key, _)| key.as_str() == Some(name))?;
        if key.span.start_column != 1 || keys.bytes.is_empty() {
            return None;
        }
        let end = if value.bytes.is_empty() { self.bytes(key).end } else { self.bytes(value).end };
        let end = end.min(matter.yaml.end);
        // A block ends behind its line break, a word before it.
        let is_at_line = self.text.get(..end)?.ends_with(['\n', '\r']);
        let rest = self.text.get(end..)?;
        let line = if is_at_line { 0 } else { rest.find(['\n', '\r'])? };
        let behind = rest.get(line..)?;
        let ending = ["\r\n", "\n", "\r"].into_iter().find(|ending| behind.starts_with(ending));
        match ending {
            Some(ending) if !is_at_line => Some((end + line + ending.len(), ending)),
            _ => Some((end, self.ending())),
        }
    }

    fn ending(&self) -> &'static str {
        match self.text.find(['\n', '\r']).and_then(|at| self.text.get(at..)) {
            Some(rest) if rest.starts_with("\r\n") => "\r\n",
            Some(rest) if rest.starts_with('\r') => "\r",
            _ => "\n",
        }
    }
}

fn parsed(text: &str) -> Option<(FrontMatter, Node)> {
    let matter = front_matter::find(text)?;
    let keys = matter.parse(text).ok()?;
    matches!(keys.kind, Kind::Mapping(_)).then_some((matter, keys))
}

fn blank_remark(name: &'static str, level: Level, at: Location, quote: String) -> Remark {
    Remark { name, level, message: String::new(), at, quote, help: String::new(), fix: None, is_finding: false }
}

/// Whether a value says nothing: null, empty, or the template's placeholder.
pub(super) fn is_blank(value: &Node) -> bool {
    use crate::extract::card_body::is_placeholder;
    match &value.kind {
        Kind::Scalar { value: word, .. } => value.is_null() || is_placeholder(word),
        Kind::Sequence(items) => items.iter().all(is_blank),
        Kind::Mapping(pairs) => pairs.is_empty(),
    }
}
