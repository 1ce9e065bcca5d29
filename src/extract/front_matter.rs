//! The YAML block that opens a card: found as the Hub finds it, with places in the file.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::yaml::{self, Node, YamlError};
use super::{Place, document};

/// The front matter of a Markdown file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FrontMatter {
    /// The YAML between the two lines of hyphens, in bytes of the file's text.
    pub(crate) yaml: Range<usize>,
    /// Where the rest begins.
    pub(crate) body: usize,
    /// Line on which the YAML begins, from 1.
    pub(crate) line: u32,
}

/// The pattern of huggingface_hub's `repocard.py`, with two liberties: spaces behind the opening hyphens, and a block
/// with nothing in it.
static BLOCK: LazyLock<Regex> = LazyLock::new(|| {
    document::pattern(
        r"\A\s*---[ \t]*(?:\r\n|\r|\n)(?:---[ \t]*(?:\r\n|\n|\z)|((?s:.*?))(?:\r\n|\r|\n)---[ \t]*(?:\r\n|\n|\z))",
    )
});

/// The front matter at the start of `text`, where there is a complete one.
pub(crate) fn find(text: &str) -> Option<FrontMatter> {
    let block = BLOCK.captures(text)?;
    let body = block.get(0)?.end();
    let yaml = block.get(1).map_or(body..body, |yaml| yaml.range());
    let line = Place::bytes(text, yaml.start..yaml.start).span.map_or(1, |span| span.start_line);
    Some(FrontMatter { yaml, body, line })
}

impl FrontMatter {
    /// The keys and values.
    ///
    /// # Errors
    /// As [`yaml::parse`]; the line is one of the file.
    pub(crate) fn parse(&self, text: &str) -> Result<Node, YamlError> {
        let block = text.get(self.yaml.clone()).unwrap_or_default();
        yaml::parse(block).map_err(|error| {
            let line = error.line.saturating_add(self.line.saturating_sub(1));
            YamlError { line, ..error }
        })
    }

    /// Where a value stands in the file.
    pub(crate) fn place(&self, node: &Node, key: &str) -> Place {
        Place { span: Some(node.span.shifted_to(self.line)), key: Some(key.to_owned()) }
    }

    /// A value as it stands in the file.
    pub(crate) fn source<'a>(&self, text: &'a str, node: &Node) -> &'a str {
        text.get(self.yaml.clone()).and_then(|block| block.get(node.bytes.clone())).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn block(text: &str) -> Option<&str> {
        find(text).map(|matter| &text[matter.yaml])
    }

    #[test]
    fn the_block_is_what_stands_between_the_first_two_lines_of_hyphens() {
        assert_eq!(block("---\na: b\n---\nbody\n---\n"), Some("a: b"));
        assert_eq!(block("---\r\na: b\r\n---\r\nbody"), Some("a: b"));
        assert_eq!(block("\n  ---\na: b\n---"), Some("a: b"));
        assert_eq!(block("--- \na: b\n---\t\n"), Some("a: b"));
        assert_eq!(block("---\na: ---x\n--- x\n---\n"), Some("a: ---x\n--- x"));
        assert_eq!(block("---\n---\n# Title\n---\n"), Some(""));
    }

    #[test]
    fn without_both_lines_there_is_none() {
        for text in
            ["", "---", "---\n", "# T\n---\na: b\n---\n", "---\na: b\n", "---\na: b\n ---\n", "----\na: b\n----\n"]
        {
            assert_eq!(block(text), None, "{text:?}");
        }
    }

    #[test]
    fn places_and_errors_count_lines_of_the_file() {
        let text = "\n---\nlicense: mit\n---\n";
        let matter = find(text).expect("it has front matter");
        let keys = matter.parse(text).expect("it is YAML");
        let license = keys.get("license").expect("it is there");
        assert_eq!(matter.place(license, "license").span.map(|span| span.start_line), Some(3));
        assert_eq!(matter.source(text, license), "mit");
        let text = "---\na: b\nc: [\n---\n";
        let error = find(text).map(|matter| matter.parse(text));
        assert!(matches!(&error, Some(Err(error)) if error.line >= 3), "{error:?}");
    }

    proptest! {
        #[test]
        fn the_ranges_lie_inside_any_text(text in "[-\\s a:é]{0,60}") {
            if let Some(matter) = find(&text) {
                prop_assert!(text.get(matter.yaml.clone()).is_some() && text.get(matter.body..).is_some());
                let _ = matter.parse(&text);
            }
        }
    }
}
