//! YAML as a small tree with places: read within bounds, kept as written.
//!
//! A model card's `license: no` must stay the word `no`, and a key that is written twice must stay visible twice, so
//! this keeps every scalar as text and every pair of a mapping. Syntax is `saphyr-parser`'s (YAML 1.2); the bounds are
//! ours, because a few bytes of YAML can stand for gigabytes (aliases of aliases).

use std::collections::BTreeMap;
use std::ops::Range;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle};

use crate::location::Span;

/// Longest text that is parsed. Front matter with a whole licence as `extra_gated_prompt` stays below 64 KiB; beyond
/// this a text is data, not metadata.
pub(crate) const MOST_BYTES: usize = 512 * 1024;
/// Most nodes of a tree, aliases counted as often as they are used. The longest real cards list some thousand tags.
pub(crate) const MOST_NODES: usize = 20_000;
/// Deepest nesting; a card's `model-index` needs nine levels. It also bounds every recursion over a [`Node`].
pub(crate) const MOST_DEPTH: usize = 32;
/// Most bytes of scalars, aliases counted as often as they are used.
const MOST_SCALAR_BYTES: usize = 2 * MOST_BYTES;

/// One value of a YAML text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    /// What it is.
    pub(crate) kind: Kind,
    /// Where it stands in the parsed text, in bytes. An alias stands where its anchor stands.
    pub(crate) bytes: Range<usize>,
    /// The same place in lines and columns of the parsed text.
    pub(crate) span: Span,
}

/// The three shapes of a [`Node`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word, number or text: what is written, quotes and escapes undone, never interpreted.
    Scalar {
        /// The text.
        value: String,
        /// Written without quotes and not as a block; only such a scalar can mean null, true or false.
        is_plain: bool,
    },
    /// A list.
    Sequence(Vec<Node>),
    /// Pairs in the order of the text; a repeated key stands as often as it is written.
    Mapping(Vec<(Node, Node)>),
}

/// Why a text is not a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct YamlError {
    /// What is wrong: lower case, without full stop.
    pub(crate) what: String,
    /// Line of the parsed text, from 1.
    pub(crate) line: u32,
    /// Whether the text may be good YAML that is larger than the bounds.
    pub(crate) is_limit: bool,
}

/// The only document of `text`. A text without content is an empty plain scalar.
///
/// # Errors
/// For bad syntax, a second document, or more than the bounds allow.
pub(crate) fn parse(text: &str) -> Result<Node, YamlError> {
    let mut documents = parse_all(text)?.into_iter();
    let first = documents.next().unwrap_or_else(|| Node {
        kind: Kind::Scalar { value: String::new(), is_plain: true },
        bytes: 0..0,
        span: Span::of_bytes("", 0, 0),
    });
    match documents.next() {
        None => Ok(first),
        Some(second) => Err(YamlError {
            what: "a second document where one is expected".to_owned(),
            line: second.span.start_line,
            is_limit: false,
        }),
    }
}

/// All documents of `text`, in order.
///
/// # Errors
/// For bad syntax, or more than the bounds allow (which hold for all documents together).
pub(crate) fn parse_all(text: &str) -> Result<Vec<Node>, YamlError> {
    if text.len() > MOST_BYTES {
        let what = format!("{} bytes of YAML, more than the {MOST_BYTES} that are parsed", text.len());
        return Err(YamlError { what, line: 1, is_limit: true });
    }
    let places = Places::new(text);
    // The parser takes NUL for the end of the text and would drop what follows in silence.
    if let Some(at) = text.find('\0') {
        let line = places.line_of_byte(at);
        return Err(YamlError { what: "a NUL character".to_owned(), line, is_limit: false });
    }
    let mut builder = Builder {
        places,
        documents: Vec::new(),
        open: Vec::new(),
        anchors: BTreeMap::new(),
        nodes: 0,
        scalar_bytes: 0,
    };
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => builder.take(event, span.start, span.end)?,
            Err(error) => {
                // The scanner has a bound of its own on flow collections that are opened in one go.
                let is_limit = error.info().contains("recursion limit");
                return Err(builder.fails(*error.marker(), error.info(), is_limit));
            }
        }
    }
    Ok(builder.documents)
}

impl Node {
    /// The text of a scalar.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { value, .. } => Some(value),
            Kind::Sequence(_) | Kind::Mapping(_) => None,
        }
    }

    /// Whether it is a plain scalar that YAML reads as null.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { value, is_plain: true } if matches!(value.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// Whether it is a plain scalar that YAML 1.1 or 1.2 reads as true.
    pub(crate) fn is_true(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { value, is_plain: true }
            if ["true", "yes", "on"].iter().any(|word| value.eq_ignore_ascii_case(word)))
    }

    /// The items of a list; empty for anything else.
    pub(crate) fn items(&self) -> &[Node] {
        match &self.kind {
            Kind::Sequence(items) => items,
            Kind::Scalar { .. } | Kind::Mapping(_) => &[],
        }
    }

    /// The pairs of a mapping as written; empty for anything else.
    pub(crate) fn pairs(&self) -> &[(Node, Node)] {
        match &self.kind {
            Kind::Mapping(pairs) => pairs,
            Kind::Scalar { .. } | Kind::Sequence(_) => &[],
        }
    }

    /// The last value of `key`, which is the one that most readers take.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.every(key).pop()
    }

    /// Every value of `key`, in the order of the text; where it is not written, what a merge key (`<<`) brings in.
    pub(crate) fn every(&self, key: &str) -> Vec<&Node> {
        let own = |key: &str| -> Vec<&Node> {
            self.pairs().iter().filter(|(name, _)| name.as_str() == Some(key)).map(|(_, value)| value).collect()
        };
        let found = own(key);
        if !found.is_empty() || key == "<<" {
            return found;
        }
        let merged = own("<<").into_iter().flat_map(|value| match &value.kind {
            Kind::Sequence(items) => items.iter().collect(),
            _ => vec![value],
        });
        merged.flat_map(|mapping| mapping.every(key)).collect()
    }

    /// The scalars of a scalar or of a list of scalars, nulls left out: how cards write "one or several".
    pub(crate) fn scalars(&self) -> impl Iterator<Item = &Node> {
        let one = std::slice::from_ref(self);
        let nodes = if matches!(self.kind, Kind::Sequence(_)) { self.items() } else { one };
        nodes.iter().filter(|node| node.as_str().is_some() && !node.is_null())
    }

    /// The texts of [`Self::scalars`].
    pub(crate) fn strings(&self) -> impl Iterator<Item = &str> {
        self.scalars().filter_map(Self::as_str)
    }

    /// Keys of this mapping that stand there a second time, or more often: each repetition.
    pub(crate) fn repeated_keys(&self) -> Vec<&Node> {
        let mut seen = std::collections::BTreeSet::new();
        let keys = self.pairs().iter().map(|(key, _)| key);
        keys.filter(|key| key.as_str().is_some_and(|name| !seen.insert(name))).collect()
    }

    /// Nodes and scalar bytes of the tree; recursion is bounded by [`MOST_DEPTH`].
    fn weight(&self) -> (usize, usize) {
        let sum = |(nodes, bytes): (usize, usize), node: &Node| {
            let (more_nodes, more_bytes) = node.weight();
            (nodes + more_nodes, bytes + more_bytes)
        };
        match &self.kind {
            Kind::Scalar { value, .. } => (1, value.len()),
            Kind::Sequence(items) => items.iter().fold((1, 0), sum),
            Kind::Mapping(pairs) => pairs.iter().flat_map(|(key, value)| [key, value]).fold((1, 0), sum),
        }
    }

    /// Levels of the tree; 1 for a scalar.
    fn depth(&self) -> usize {
        let below = match &self.kind {
            Kind::Scalar { .. } => None,
            Kind::Sequence(items) => items.iter().map(Self::depth).max(),
            Kind::Mapping(pairs) => pairs.iter().flat_map(|(key, value)| [key.depth(), value.depth()]).max(),
        };
        1 + below.unwrap_or(0)
    }
}

/// A collection whose end has not come yet.
struct Open {
    items: Vec<Node>,
    is_mapping: bool,
    anchor: usize,
    start: Marker,
}

struct Builder<'a> {
    places: Places<'a>,
    documents: Vec<Node>,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Node>,
    nodes: usize,
    scalar_bytes: usize,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, start: Marker, end: Marker) -> Result<(), YamlError> {
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {
                Ok(())
            }
            Event::Scalar(value, style, anchor, _) => {
                self.count(1, value.len(), start)?;
                let is_plain = style == ScalarStyle::Plain;
                let kind = Kind::Scalar { value: value.into_owned(), is_plain };
                self.close(kind, anchor, start, end)
            }
            Event::Alias(anchor) => {
                let Some(node) = self.anchors.get(&anchor) else {
                    return Err(self.fails(start, "an alias inside its own anchor", false));
                };
                let (nodes, bytes) = node.weight();
                if self.open.len() + node.depth() > MOST_DEPTH {
                    return Err(self.too_deep(start));
                }
                // Counted before it is copied.
                self.count(nodes, bytes, start)?;
                if let Some(node) = self.anchors.get(&anchor).cloned() {
                    self.put(node);
                }
                Ok(())
            }
            Event::SequenceStart(anchor, _) => self.enter(false, anchor, start),
            Event::MappingStart(anchor, _) => self.enter(true, anchor, start),
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.open.pop() else {
                    return Ok(());
                };
                let kind =
                    if open.is_mapping { Kind::Mapping(pair_up(open.items)) } else { Kind::Sequence(open.items) };
                self.close(kind, open.anchor, open.start, end)
            }
        }
    }

    fn enter(&mut self, is_mapping: bool, anchor: usize, start: Marker) -> Result<(), YamlError> {
        self.count(1, 0, start)?;
        // A collection at the bound may still hold scalars one level below itself, hence the strict comparison.
        if self.open.len() + 1 >= MOST_DEPTH {
            return Err(self.too_deep(start));
        }
        self.open.push(Open { items: Vec::new(), is_mapping, anchor, start });
        Ok(())
    }

    fn close(&mut self, kind: Kind, anchor: usize, start: Marker, end: Marker) -> Result<(), YamlError> {
        let (bytes, span) = self.places.range(start.index(), end.index());
        let node = Node { kind, bytes, span };
        if anchor > 0 {
            // The copy behind an anchor is memory too.
            let (nodes, bytes) = node.weight();
            self.count(nodes, bytes, start)?;
            self.anchors.insert(anchor, node.clone());
        }
        self.put(node);
        Ok(())
    }

    fn put(&mut self, node: Node) {
        match self.open.last_mut() {
            Some(open) => open.items.push(node),
            None => self.documents.push(node),
        }
    }

    fn count(&mut self, nodes: usize, bytes: usize, at: Marker) -> Result<(), YamlError> {
        self.nodes = self.nodes.saturating_add(nodes);
        self.scalar_bytes = self.scalar_bytes.saturating_add(bytes);
        if self.nodes > MOST_NODES {
            return Err(self.fails(at, &format!("more than {MOST_NODES} values"), true));
        }
        if self.scalar_bytes > MOST_SCALAR_BYTES {
            return Err(self.fails(at, &format!("more than {MOST_SCALAR_BYTES} bytes of values"), true));
        }
        Ok(())
    }

    fn too_deep(&self, at: Marker) -> YamlError {
        self.fails(at, &format!("more than {MOST_DEPTH} levels of nesting"), true)
    }

    fn fails(&self, at: Marker, what: &str, is_limit: bool) -> YamlError {
        let (_, span) = self.places.range(at.index(), at.index());
        YamlError { what: what.to_owned(), line: span.start_line, is_limit }
    }
}

fn pair_up(items: Vec<Node>) -> Vec<(Node, Node)> {
    let mut pairs = Vec::with_capacity(items.len() / 2);
    let mut items = items.into_iter();
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        pairs.push((key, value));
    }
    pairs
}

/// From the parser's positions (characters) to bytes, lines and columns, each in logarithmic time: a text of one long
/// line must not cost its length once per value.
struct Places<'a> {
    text: &'a str,
    /// Byte offset of every character; empty for ASCII, where both are the same.
    offsets: Vec<usize>,
    /// Character index of the start of every line.
    lines: Vec<usize>,
}

impl<'a> Places<'a> {
    fn new(text: &'a str) -> Self {
        let offsets = if text.is_ascii() { Vec::new() } else { text.char_indices().map(|(at, _)| at).collect() };
        let breaks = text.chars().enumerate().filter(|&(_, character)| character == '\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(breaks).collect();
        Self { text, offsets, lines }
    }

    fn byte(&self, character: usize) -> usize {
        if self.offsets.is_empty() {
            return character.min(self.text.len());
        }
        self.offsets.get(character).copied().unwrap_or(self.text.len())
    }

    fn range(&self, start: usize, end: usize) -> (Range<usize>, Span) {
        // The parser may count a line break behind the end of the text.
        let characters = if self.offsets.is_empty() { self.text.len() } else { self.offsets.len() };
        let start = start.min(characters);
        let bytes = self.byte(start)..self.byte(end.max(start));
        let bytes = without_trailing_space(self.text, bytes);
        let end = start + self.text.get(bytes.clone()).map_or(0, |part| part.chars().count());
        let (start_line, start_column) = self.line_and_column(start);
        let (end_line, end_column) = self.line_and_column(end);
        (bytes, Span { start_line, start_column, end_line, end_column })
    }

    fn line_and_column(&self, character: usize) -> (u32, u32) {
        let line = self.lines.partition_point(|&start| start <= character);
        let start = line.checked_sub(1).and_then(|index| self.lines.get(index)).copied().unwrap_or(0);
        (number(line.max(1)), number(character.saturating_sub(start).saturating_add(1)))
    }

    fn line_of_byte(&self, byte: usize) -> u32 {
        let before = self.text.as_bytes().iter().take(byte);
        number(before.filter(|&&character| character == b'\n').count() + 1)
    }
}

/// The parser ends a collection where the next token begins and a block scalar behind its line break.
fn without_trailing_space(text: &str, bytes: Range<usize>) -> Range<usize> {
    match text.get(bytes.clone()) {
        Some(part) => bytes.start..bytes.start + part.trim_end().len(),
        None => bytes,
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mapping(text: &str) -> Node {
        parse(text).expect("it is good YAML")
    }

    fn nodes(node: &Node) -> Vec<&Node> {
        let mut all = vec![node];
        match &node.kind {
            Kind::Scalar { .. } => {}
            Kind::Sequence(items) => all.extend(items.iter().flat_map(nodes)),
            Kind::Mapping(pairs) => all.extend(pairs.iter().flat_map(|(key, value)| [key, value]).flat_map(nodes)),
        }
        all
    }

    #[test]
    fn words_stay_as_they_are_written() {
        let card = mapping("license: no\nversion: 1.10\nday: 2024-01-01\nquoted: \"yes\"\nempty:\n");
        assert_eq!(card.get("license").and_then(Node::as_str), Some("no"));
        assert_eq!(card.get("version").and_then(Node::as_str), Some("1.10"));
        assert_eq!(card.get("day").and_then(Node::as_str), Some("2024-01-01"));
        assert!(!card.get("quoted").expect("it is there").is_true());
        assert!(card.get("empty").expect("it is there").is_null());
    }

    #[test]
    fn one_and_several_read_the_same() {
        let card = mapping("a: mit\nb:\n- mit\n- ~\n- apache-2.0\nc: [mit]\nd: {x: y}\n");
        let strings = |key| card.get(key).map(|node| node.strings().collect::<Vec<_>>());
        assert_eq!(strings("a"), Some(vec!["mit"]));
        assert_eq!(strings("b"), Some(vec!["mit", "apache-2.0"]));
        assert_eq!(strings("c"), Some(vec!["mit"]));
        assert_eq!(strings("d"), Some(vec![]));
    }

    #[test]
    fn every_scalar_knows_its_bytes_lines_and_columns() {
        for text in ["é: ü\nlicense: mit # x\n", "é: ü\r\nlicense: mit\r\n", "{é: ü, license: mit}"] {
            let card = mapping(text);
            let license = card.get("license").expect("it is there");
            assert_eq!(&text[license.bytes.clone()], "mit");
            assert_eq!(license.span, Span::of_bytes(text, license.bytes.start, license.bytes.end));
        }
    }

    #[test]
    fn a_block_scalar_spans_the_lines_of_its_content() {
        let text = "prompt: |-\n  one\n  two\n\nnext: x\n";
        let card = mapping(text);
        let prompt = card.get("prompt").expect("it is there");
        assert_eq!(prompt.as_str(), Some("one\ntwo"));
        assert_eq!((prompt.span.start_line, prompt.span.end_line), (2, 3));
    }

    #[test]
    fn a_repeated_key_is_kept_and_reported() {
        let card = mapping("license: mit\nlicense: gpl-3.0\nlicense: x\n");
        let values: Vec<_> = card.every("license").into_iter().filter_map(Node::as_str).collect();
        assert_eq!(values, ["mit", "gpl-3.0", "x"]);
        let lines: Vec<_> = card.repeated_keys().iter().map(|key| key.span.start_line).collect();
        assert_eq!(lines, [2, 3]);
    }

    #[test]
    fn a_merge_key_brings_in_what_is_not_written() {
        let card = mapping("x: &a {license: cc-by-nc-4.0, tags: [z]}\n<<: *a\ntags: [t]\n");
        assert_eq!(card.get("license").and_then(Node::as_str), Some("cc-by-nc-4.0"));
        assert_eq!(card.get("tags").map(|node| node.strings().collect::<Vec<_>>()), Some(vec!["t"]));
    }

    #[test]
    fn an_error_says_its_line() {
        let error = parse("a: b\nc: [d\ne: f\n").expect_err("it is bad YAML");
        assert!(error.line >= 2 && !error.is_limit, "{error:?}");
        assert_eq!(parse("a: \"open\n").map_err(|error| error.is_limit), Err(false));
        assert_eq!(parse("a: b\n---\nc: d\n").map_err(|error| error.line), Err(3));
        assert_eq!(parse("a: b\nc\0: d\n").map_err(|error| error.line), Err(2));
    }

    #[test]
    fn an_empty_text_is_an_empty_scalar() {
        for text in ["", "\n\n", "# only a comment\n"] {
            assert!(mapping(text).is_null(), "{text:?}");
        }
    }

    #[test]
    fn what_goes_beyond_the_bounds_is_refused_as_such() {
        let bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned()
            + &(b'b'..b'z')
                .map(|key| {
                    let (key, before) = (char::from(key), char::from(key - 1));
                    format!("{key}: &{key} [{}]\n", vec![format!("*{before}"); 9].join(", "))
                })
                .collect::<Vec<_>>()
                .concat();
        let fat = format!("a: &a {}\nb: [{}]\n", "x".repeat(300_000), vec!["*a"; 1000].join(", "));
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        let steps = (0..200).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect::<Vec<_>>().concat();
        let wide = format!("[{}]", "a, ".repeat(MOST_NODES));
        let long = "a: b\n".repeat(MOST_BYTES / 4);
        for text in [bomb, fat, deep, steps, wide, long] {
            assert_eq!(parse(&text).map_err(|error| error.is_limit), Err(true), "{}", &text[..40]);
        }
    }

    #[test]
    fn an_alias_inside_its_own_anchor_is_an_error() {
        assert!(parse("a: &a [*a]\n").is_err());
        assert!(parse("*a\n").is_err());
    }

    #[test]
    fn nesting_up_to_the_bound_is_read() {
        let depth = MOST_DEPTH - 1;
        let node = mapping(&format!("{}x{}", "[".repeat(depth), "]".repeat(depth)));
        assert_eq!(node.depth(), MOST_DEPTH);
    }

    /// Pieces that make the parser's states meet.
    fn yaml_like() -> impl Strategy<Value = String> {
        let pieces = prop::sample::select(vec![
            "a",
            "license",
            ": ",
            ":",
            "- ",
            "-",
            "\n",
            "\n  ",
            "\r\n",
            "\t",
            "[",
            "]",
            "{",
            "}",
            ", ",
            "&a ",
            "*a",
            "!!str ",
            "!x",
            "|",
            ">",
            "|-\n ",
            "? ",
            "\"",
            "'",
            "#",
            " # ",
            "---\n",
            "...\n",
            "%TAG ! x\n",
            "%",
            "<<: ",
            "é",
            "\u{85}",
            "\u{2028}",
            "\u{feff}",
            "\\x",
            "~",
            "@",
            "`",
            "\u{1b}[31m",
        ]);
        prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,80}|(?s).{0,80}") {
            let _ = parse_all(&text);
        }

        #[test]
        fn every_node_of_yaml_like_text_lies_inside_it(text in yaml_like()) {
            for document in parse_all(&text).unwrap_or_default() {
                prop_assert!(document.depth() <= MOST_DEPTH);
                for node in nodes(&document) {
                    prop_assert!(text.get(node.bytes.clone()).is_some());
                    prop_assert_eq!(node.span, Span::of_bytes(&text, node.bytes.start, node.bytes.end));
                }
            }
        }

        #[test]
        fn what_is_written_in_quotes_comes_back(value in "[ -~é许]{0,40}") {
            let node = mapping(&format!("key: '{}'\n", value.replace('\'', "''")));
            prop_assert_eq!(node.get("key").and_then(Node::as_str), Some(value.as_str()));
        }
    }
}
