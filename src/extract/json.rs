//! JSON with places: every value knows the bytes in which it stands, and a repeated key stays visible.
//!
//! A value is found by reading the text once per level down to it; nothing is kept of what nobody asks for, and no
//! nesting is deep enough to matter because nothing recurses. Syntax is `serde_json`'s (RFC 8259), with one liberty:
//! `NaN` and `Infinity`, which Python writes into real `config.json` files.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{File, Out, Place, field};
use crate::gap::GapKind;

/// Longest JSON file that is read. Label maps make configurations of 2 MB.
pub(crate) const MOST_BYTES: u64 = 4 * 1024 * 1024;
/// Most fields or items that are taken from one value, repetitions among them. The most in real files are the hundred
/// classes of an `auto_map`. To say where a value stands costs the length of the text before it.
const MOST_TAKEN: usize = 1000;

/// One value, not yet read further than its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'a> {
    text: &'a str,
    raw: &'a str,
    start: usize,
}

/// Reads a file whose content is one JSON object; whatever is not becomes a gap.
pub(crate) fn object(file: &File<'_>, out: &mut Out, read: impl FnOnce(Value<'_>, &mut Out)) {
    let Some(text) = field::whole_text(file, out) else {
        return;
    };
    let masked = match parse(&text) {
        Err(_) => without_non_finite(&text),
        Ok(_) => Cow::Borrowed(text.as_ref()),
    };
    match parse(&masked) {
        Ok(root) if root.is_object() => read(root, out),
        Ok(root) => {
            let detail = format!("{} is no JSON object: correct it", field::quoted(file.name()));
            out.gap(GapKind::Malformed, root.place(), detail);
        }
        Err(error) => {
            let start = masked.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
            // The column counts bytes; a line and the words of the error are enough to find it.
            let detail = format!("line {} is not JSON ({error}): correct it", error.line());
            out.gap(GapKind::Malformed, Place::bytes(&masked, start..start), detail);
        }
    }
}

/// The only value of `text`.
///
/// # Errors
/// For bad syntax anywhere in it.
pub(crate) fn parse(text: &str) -> Result<Value<'_>, serde_json::Error> {
    serde_json::from_str::<&RawValue>(text).map(|raw| Value::of(text, raw))
}

/// Whether all of `text` is one value.
pub(crate) fn is_document(text: &str) -> bool {
    parse(text).is_ok() || parse(&without_non_finite(text)).is_ok()
}

impl<'a> Value<'a> {
    /// A part of a text that was read with it.
    fn of(text: &'a str, raw: &'a RawValue) -> Self {
        let raw = raw.get();
        // `raw` borrows from `text`, so the distance of their addresses is its offset.
        let start = raw.as_ptr().addr().saturating_sub(text.as_ptr().addr());
        Self { text, raw, start }
    }

    /// Where it stands, quotes among it.
    pub(crate) fn bytes(&self) -> Range<usize> {
        self.start..self.start.saturating_add(self.raw.len())
    }

    /// Where it stands, in lines and columns.
    pub(crate) fn place(&self) -> Place {
        Place::bytes(self.text, self.bytes())
    }

    /// Whether it is an object.
    pub(crate) fn is_object(&self) -> bool {
        self.raw.starts_with('{')
    }

    /// Whether it is a list.
    pub(crate) fn is_list(&self) -> bool {
        self.raw.starts_with('[')
    }

    /// Whether it is null.
    pub(crate) fn is_null(&self) -> bool {
        self.raw == "null"
    }

    /// The text of a string, escapes undone; one whose escapes are no characters (a lone surrogate) as it stands.
    pub(crate) fn as_str(&self) -> Option<Cow<'a, str>> {
        let inner = self.raw.strip_prefix('"')?.strip_suffix('"')?;
        if !inner.contains('\\') {
            return Some(Cow::Borrowed(inner));
        }
        Some(serde_json::from_str(self.raw).map_or(Cow::Borrowed(inner), Cow::Owned))
    }

    /// The fields of an object for which `is_wanted` holds, in the order of the text, repetitions among them; none
    /// for anything else. A bound that is met is a gap.
    pub(crate) fn fields(
        &self,
        out: &mut Out,
        is_wanted: impl Fn(&str, Value<'a>) -> bool,
    ) -> Vec<(String, Value<'a>)> {
        let taking = Taking { text: self.text, is_wanted, taken: Vec::new(), is_full: false };
        let mut reader = serde_json::Deserializer::from_str(self.raw);
        let Ok((taken, is_full)) = reader.deserialize_map(taking) else {
            return Vec::new();
        };
        self.note_bound(out, is_full);
        taken
    }

    /// The items of a list; none for anything else. A bound that is met is a gap.
    pub(crate) fn items(&self, out: &mut Out) -> Vec<Value<'a>> {
        let mut reader = serde_json::Deserializer::from_str(self.raw);
        let Ok((taken, is_full)) = reader.deserialize_seq(Items(self.text)) else {
            return Vec::new();
        };
        self.note_bound(out, is_full);
        taken
    }

    /// Every value of `key`; a second one is a gap.
    pub(crate) fn all(&self, out: &mut Out, key: &str) -> Vec<Value<'a>> {
        let values: Vec<_> = self.fields(out, |name, _| name == key).into_iter().map(|(_, value)| value).collect();
        if let Some(second) = values.get(1) {
            field::repeated(out, second.place().with_key(key), key);
        }
        values
    }

    /// The last value of `key`, which is the one that readers take.
    pub(crate) fn last(&self, out: &mut Out, key: &str) -> Option<Value<'a>> {
        self.fields(out, |name, _| name == key).pop().map(|(_, value)| value)
    }

    fn note_bound(&self, out: &mut Out, is_full: bool) {
        if is_full {
            let detail = format!("more than {MOST_TAKEN} statements in one JSON value, and the rest was not read");
            out.gap(GapKind::Truncated, self.place(), detail);
        }
    }
}

/// Python's numbers that JSON does not have, replaced by zeros of the same length: offsets stay.
fn without_non_finite(text: &str) -> Cow<'_, str> {
    const WORDS: [(&str, &str); 2] = [("Infinity", "0       "), ("NaN", "0  ")];
    let mut masked = String::with_capacity(text.len());
    let (mut is_string, mut rest) = (false, text);
    while let Some(first) = rest.chars().next() {
        let mut length = first.len_utf8();
        let mut part = rest.get(..length).unwrap_or_default();
        if is_string {
            if first == '\\' {
                length += rest.get(1..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
                part = rest.get(..length).unwrap_or_default();
            }
            is_string = first != '"';
        } else if let Some((word, zeros)) = WORDS.iter().find(|(word, _)| rest.starts_with(word)) {
            (length, part) = (word.len(), zeros);
        } else {
            is_string = first == '"';
        }
        masked.push_str(part);
        rest = rest.get(length..).unwrap_or_default();
    }
    Cow::Owned(masked)
}

struct Taking<'a, F> {
    text: &'a str,
    is_wanted: F,
    taken: Vec<(String, Value<'a>)>,
    is_full: bool,
}

impl<'a, F: Fn(&str, Value<'a>) -> bool> Visitor<'a> for Taking<'a, F> {
    type Value = (Vec<(String, Value<'a>)>, bool);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(mut self, mut map: A) -> Result<Self::Value, A::Error> {
        while let Some((key, raw)) = map.next_entry::<String, &RawValue>()? {
            let value = Value::of(self.text, raw);
            if !(self.is_wanted)(&key, value) {
                continue;
            }
            if self.taken.len() == MOST_TAKEN {
                self.is_full = true;
            } else {
                self.taken.push((key, value));
            }
        }
        Ok((self.taken, self.is_full))
    }
}

struct Items<'a>(&'a str);

impl<'a> Visitor<'a> for Items<'a> {
    type Value = (Vec<Value<'a>>, bool);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut taken = Vec::new();
        while taken.len() < MOST_TAKEN {
            match list.next_element::<&RawValue>()? {
                Some(raw) => taken.push(Value::of(self.0, raw)),
                None => return Ok((taken, false)),
            }
        }
        let is_full = list.next_element::<IgnoredAny>()?.is_some();
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok((taken, is_full))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn out() -> Out {
        Out::new("test", "a.json")
    }

    fn read(text: &str) -> (Vec<String>, Out) {
        let mut out = out();
        let mut seen = Vec::new();
        let file = File { path: "a.json", size: text.len() as u64, offset: 0, bytes: text.as_bytes() };
        object(&file, &mut out, |root, out| {
            seen =
                root.fields(out, |_, _| true).into_iter().map(|(key, value)| format!("{key}={}", value.raw)).collect();
        });
        (seen, out)
    }

    #[test]
    fn a_value_knows_where_it_stands() {
        let text = "{\"é\": 1,\n  \"a\": {\"license\": \"m\\u0069t\"}}";
        let root = parse(text).expect("it is JSON");
        let license = root.last(&mut out(), "a").and_then(|a| a.last(&mut out(), "license")).expect("it is there");
        assert_eq!(license.as_str().as_deref(), Some("mit"));
        assert_eq!(text.get(license.bytes()), Some("\"m\\u0069t\""));
        assert_eq!(license.place().span.map(|span| (span.start_line, span.start_column)), Some((2, 20)));
    }

    #[test]
    fn a_repeated_key_is_kept_and_reported() {
        let root =
            parse("{\"license\": \"a\", \"x\": {\"license\": 1}, \"l\\u0069cense\": \"b\"}").expect("it is JSON");
        let mut out = out();
        let values: Vec<_> = root.all(&mut out, "license").iter().filter_map(Value::as_str).collect();
        assert_eq!(values, ["a", "b"]);
        assert_eq!(out.gaps.len(), 1);
        assert_eq!(root.last(&mut out, "license").and_then(|value| value.as_str()).as_deref(), Some("b"));
    }

    #[test]
    fn numbers_that_only_python_writes_are_read_over() {
        let (seen, out) = read("{\"a\": [0.0, Infinity, -Infinity], \"b\": NaN, \"c\": \"NaN \\\" Infinity\"}");
        assert_eq!(seen.len(), 3);
        assert_eq!(seen[2], "c=\"NaN \\\" Infinity\"");
        assert!(out.gaps.is_empty());
    }

    #[test]
    fn what_is_no_object_is_a_gap() {
        for text in ["", "[]", "\"a\"", "{", "{} {}", "{\"a\": 1,}", "{\"a\" 1}", "{'a': 1}", "// c\n{}", "nul\0l"] {
            let (seen, out) = read(text);
            assert!(seen.is_empty());
            assert!(matches!(&out.gaps[..], [gap] if gap.kind == GapKind::Malformed), "{text:?} {:?}", out.gaps);
        }
    }

    #[test]
    fn a_string_of_half_a_character_is_kept_as_it_stands() {
        let value = parse("\"\\ud800x\"").expect("it is JSON");
        assert_eq!(value.as_str().as_deref(), Some("\\ud800x"));
    }

    #[test]
    fn no_nesting_overflows_and_no_list_is_cut_in_silence() {
        let deep = format!("{{\"a\": {}{}}}", "[".repeat(500_000), "]".repeat(500_000));
        assert_eq!(read(&deep).0.len(), 1);
        let wide = format!("{{{}\"b\": 0}}", "\"a\": 0, ".repeat(MOST_TAKEN));
        let (seen, out) = read(&wide);
        assert_eq!((seen.len(), out.gaps.len()), (MOST_TAKEN, 1));
        let list = format!("[{}0]", "0, ".repeat(MOST_TAKEN));
        let mut out = Out::new("test", "a.json");
        assert_eq!(parse(&list).expect("it is JSON").items(&mut out).len(), MOST_TAKEN);
        assert_eq!(out.gaps.len(), 1);
    }

    #[test]
    fn a_file_behind_the_bound_is_a_gap() {
        let mut out = out();
        object(&File { path: "a.json", size: 9, offset: 0, bytes: b"{}" }, &mut out, |_, _| panic!("it was read"));
        assert!(matches!(&out.gaps[..], [gap] if gap.kind == GapKind::Truncated));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let file = File { path: "a.json", size: bytes.len() as u64, offset: 0, bytes: &bytes };
            object(&file, &mut out(), |root, out| drop(root.fields(out, |_, _| true)));
        }

        #[test]
        fn masking_keeps_every_offset(text in "[NaInfity\"\\\\ é{}:,0]{0,60}") {
            prop_assert_eq!(without_non_finite(&text).len(), text.len());
        }

        #[test]
        fn every_string_comes_back(value in ".{0,40}") {
            let text = serde_json::json!({ "key": value }).to_string();
            let root = parse(&text).expect("it is JSON");
            let read = root.last(&mut out(), "key").and_then(|value| value.as_str());
            prop_assert_eq!(read.as_deref(), Some(value.as_str()));
        }
    }
}
