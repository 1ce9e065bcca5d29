//! JSON documents that hold texts: a licence as one long string with `\n` in it, or as a list of lines.
//!
//! The document stays as it is, with the escapes in its strings undone where they stand; a string that follows another
//! in a list continues it on the next line, as the lines of a notebook do. Keys and punctuation remain: they are words
//! of the file as well, and nothing may hide in them.

use super::Builder;
use crate::extract::json;
use crate::location::Pieces;

/// The text of a JSON document with escapes or lines in lists; `None` for everything else, which is read as it is.
pub(super) fn read(text: &str) -> Option<(String, Pieces)> {
    let is_candidate = text.trim_start().starts_with(['{', '[']) && text.contains(['\\', '[']) && text.contains('"');
    if !is_candidate || !json::is_document(text) {
        return None;
    }
    let mut reader = Reader { text, out: Builder::new(text.as_bytes()), containers: Vec::new() };
    reader.run();
    (reader.out.text != text).then_some((reader.out.text, reader.out.pieces))
}

/// Reads a text that is known to be JSON; on any other it still ends, and says something.
struct Reader<'a> {
    text: &'a str,
    out: Builder,
    /// The brackets that are open. As deep as the document, which has a bound of its own: nothing recurses.
    containers: Vec<u8>,
}

impl Reader<'_> {
    fn run(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        let mut copied = 0;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'[' | b'{' => self.containers.push(byte),
                b']' | b'}' => drop(self.containers.pop()),
                b'"' => {
                    // A value begins a line: it is not the end of a sentence that its key began.
                    if self.text.get(..at).is_some_and(|before| before.trim_end().ends_with(':')) {
                        self.copy(copied, at);
                        self.out.escape('\n', at, 1);
                    } else {
                        self.copy(copied, at + 1);
                    }
                    at = self.string(at + 1);
                    while self.containers.last() == Some(&b'[')
                        && let Some(next) = next_in_list(bytes, at)
                    {
                        if !self.out.text.ends_with('\n') {
                            self.out.escape('\n', at, next - at);
                        }
                        at = self.string(next);
                    }
                    // The quotation mark at its end is copied with what follows.
                    copied = at;
                }
                _ => {}
            }
            at += 1;
        }
        self.copy(copied, bytes.len());
    }

    /// The content of a string, without the quotation mark at its end; answers the offset of that mark.
    fn string(&mut self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = start;
        let mut copied = start;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'"' => break,
                b'\\' => {
                    self.copy(copied, at);
                    let (character, length) = escape(self.text, at);
                    self.out.escape(character, at, length);
                    at += length;
                    copied = at;
                }
                _ => at += 1,
            }
        }
        let end = at.min(bytes.len());
        self.copy(copied, end);
        end
    }

    fn copy(&mut self, start: usize, end: usize) {
        self.out.run(self.text.get(start..end).unwrap_or_default(), start);
    }
}

/// Where the content of the next string of a list begins, if one follows the string that ends at `at`.
fn next_in_list(bytes: &[u8], at: usize) -> Option<usize> {
    let space = |at: usize| {
        let rest = bytes.get(at..).unwrap_or_default();
        at + rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
    };
    let comma = space(at + 1);
    let quote = space(comma + 1);
    (bytes.get(at) == Some(&b'"') && bytes.get(comma) == Some(&b',') && bytes.get(quote) == Some(&b'"'))
        .then_some(quote + 1)
}

/// The character of the escape that begins at `at`, and its length.
fn escape(text: &str, at: usize) -> (char, usize) {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(())?;
        u16::from_str_radix(digits, 16).ok()
    };
    match text.as_bytes().get(at + 1) {
        Some(b'n') => ('\n', 2),
        Some(b'r') => ('\r', 2),
        Some(b't') => ('\t', 2),
        // A feed or a step back is white space here as in a text.
        Some(b'b' | b'f') => (' ', 2),
        Some(b'u') => match (unit(at), unit(at + 6)) {
            (Some(high @ 0xd800..=0xdbff), Some(low @ 0xdc00..=0xdfff)) => {
                let character = char::decode_utf16([high, low]).next().and_then(Result::ok);
                (character.unwrap_or(char::REPLACEMENT_CHARACTER), 12)
            }
            (Some(unit), _) => (char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER), 6),
            (None, _) => ('\\', 1),
        },
        Some(byte @ (b'"' | b'\\' | b'/')) => (char::from(*byte), 2),
        _ => ('\\', 1),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(json: &str) -> Option<String> {
        read(json).map(|(text, _)| text)
    }

    #[test]
    fn escapes_are_undone_where_they_stand() {
        let json = r#"{"a": "one\ntwo \"x\" \u00e9 \ud83d\ude00 \/ \\ \ud800", "b": 1}"#;
        assert_eq!(text(json).as_deref(), Some("{\"a\": \none\ntwo \"x\" é \u{1f600} / \\ \u{fffd}\", \"b\": 1}"));
    }

    #[test]
    fn the_strings_of_a_list_are_lines() {
        assert_eq!(
            text(r#"{"source": ["one\n", "two\n", "three"]}"#).as_deref(),
            Some("{\"source\": [\"one\ntwo\nthree\"]}")
        );
        assert_eq!(text(r#"["a", "b", 1, "c"]"#).as_deref(), Some("[\"a\nb\", 1, \"c\"]"));
        assert_eq!(
            text(r#"[["a", "b"], {"k": "c", "d": "e\t"}]"#).as_deref(),
            Some("[[\"a\nb\"], {\"k\": \nc\", \"d\": \ne\t\"}]")
        );
    }

    #[test]
    fn what_is_no_json_or_has_nothing_to_undo_is_read_as_it_is() {
        for same in
            ["{\"a\": \"b\"}", "[1, 2]", "{\"a\\n\": ", "plain \\n", "\"a\\n\"", "", "{}", "[\"a\"] x", "{rtf\\n"]
        {
            assert_eq!(text(same), None, "{same}");
        }
    }

    #[test]
    fn every_word_knows_its_line() {
        let json = "{\n \"text\": [\n  \"one\\n\",\n  \"two\\nthree\"\n ]\n}";
        let (text, pieces) = read(json).expect("it is JSON");
        for (word, line) in [("text", 2), ("one", 3), ("two", 4), ("three", 4)] {
            let at = text.find(word).expect("it is there");
            assert_eq!(pieces.lines_in_file(at, at + word.len()), (line, line), "{word}");
            let (start, end) = pieces.in_file(at, at + word.len());
            assert_eq!(json.get(start..end), Some(word));
        }
    }

    #[test]
    fn no_nesting_is_too_deep() {
        let deep = format!("{}\"a\\n\"{}", "[".repeat(300_000), "]".repeat(300_000));
        assert!(text(&deep).is_some());
    }

    proptest! {
        #[test]
        fn every_string_comes_back(value in "[^\"\\\\\u{8}\u{c}]{0,40}") {
            let json = serde_json::json!({ "k": format!("{value}\n") }).to_string();
            let (found, _) = read(&json).expect("it has an escape");
            prop_assert_eq!(found, format!("{{\"k\":\n{value}\n\"}}"));
        }

        #[test]
        fn every_character_comes_from_the_file(
            strings in prop::collection::vec(".{0,12}", 0..6), is_pretty in any::<bool>(),
        ) {
            let value = serde_json::json!([strings, { "a\n": strings }]);
            let json = if is_pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
            let json = json.expect("it is JSON");
            let (found, pieces) = read(&json).expect("it has an escape");
            let mut before = 0;
            for (at, character) in found.char_indices() {
                let (start, end) = pieces.in_file(at, at + character.len_utf8());
                prop_assert!(before <= start && start < end && end <= json.len());
                before = start;
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "[\\[\\]{}\",: \\\\nu0-9ad\u{e9}\n]{0,60}") {
            let mut reader = Reader { text: &text, out: Builder::new(text.as_bytes()), containers: Vec::new() };
            reader.run();
        }
    }
}
