//! TOML with places: what the extractors of manifests share.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{File, Out, Place, field};
use crate::gap::GapKind;

/// Longest TOML file that is read; manifests have some kilobytes. To say where each of a flood of values stands costs
/// the length of the text before it, so this is no larger than it must be.
pub(crate) const MOST_BYTES: u64 = 256 * 1024;

/// One value and the text in which it stands. Nesting is bounded by the parser (80 levels).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'a> {
    text: &'a str,
    value: &'a Spanned<DeValue<'a>>,
}

/// Reads a TOML file. What cannot be parsed becomes a gap; what could is read all the same.
pub(crate) fn table(file: &File<'_>, out: &mut Out, read: impl FnOnce(Value<'_>, &mut Out)) {
    let Some(text) = field::whole_text(file, out) else {
        return;
    };
    let (table, errors) = DeTable::parse_recoverable(&text);
    if let Some(error) = errors.first() {
        let place = Place::bytes(&text, error.span().unwrap_or(0..0));
        let line = place.span.map_or(1, |span| span.start_line);
        let detail = format!("line {line} is not TOML ({}): correct it", error.message().escape_debug());
        out.gap(GapKind::Malformed, place, detail);
    }
    let root = Spanned::new(table.span(), DeValue::Table(table.into_inner()));
    read(Value { text: &text, value: &root }, out);
}

impl<'a> Value<'a> {
    /// The value of a key; `None` for an absent one and for what is no table.
    pub(crate) fn get(&self, key: &str) -> Option<Self> {
        let value = self.value.get_ref().as_table()?.get(key)?;
        Some(Self { text: self.text, value })
    }

    /// The value at the end of a path of keys.
    pub(crate) fn at(&self, path: &[&str]) -> Option<Self> {
        path.iter().try_fold(*self, |value, key| value.get(key))
    }

    /// The text of a string.
    pub(crate) fn as_str(&self) -> Option<&'a str> {
        self.value.get_ref().as_str()
    }

    /// Whether it is a table.
    pub(crate) fn is_table(&self) -> bool {
        self.value.get_ref().is_table()
    }

    /// The strings of a list, or the one string that stands for it.
    pub(crate) fn strings(&self) -> Vec<(Self, &'a str)> {
        let items = self.value.get_ref().as_array().into_iter().flatten();
        let items = items.map(|value| Self { text: self.text, value });
        items.chain([*self]).filter_map(|value| value.as_str().map(|text| (value, text))).collect()
    }

    /// Where it stands, under that key.
    pub(crate) fn place(&self, key: &str) -> Place {
        Place::bytes(self.text, self.value.span()).with_key(key)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8], use_it: impl FnOnce(Value<'_>)) -> Out {
        let mut out = Out::new("test", "a.toml");
        let file = File { path: "a.toml", size: bytes.len() as u64, offset: 0, bytes };
        table(&file, &mut out, |root, _| use_it(root));
        out
    }

    #[test]
    fn a_value_knows_where_it_stands() {
        let text = "# é\n[a]\nb = { c = ['x', \"y\"] }\n";
        let out = read(text.as_bytes(), |root| {
            let list = root.at(&["a", "b", "c"]).expect("it is there");
            let strings: Vec<_> = list.strings().into_iter().map(|(_, text)| text).collect();
            assert_eq!(strings, ["x", "y"]);
            assert_eq!(list.place("c").span.map(|span| (span.start_line, span.start_column)), Some((3, 11)));
            assert!(root.at(&["a", "x"]).is_none() && root.at(&["a", "b", "c", "d"]).is_none());
        });
        assert!(out.gaps.is_empty());
    }

    #[test]
    fn what_stands_beside_an_error_is_read_and_the_error_is_a_gap() {
        let out = read(b"[a]\nx = \nb = 'c'\n", |root| assert!(root.at(&["a", "b"]).is_some()));
        assert!(matches!(&out.gaps[..], [gap] if gap.kind == GapKind::Malformed), "{:?}", out.gaps);
        let out = read(b"a = 'b'\na = 'c'\n", |root| assert!(root.get("a").is_some()));
        assert_eq!(out.gaps.len(), 1);
    }

    #[test]
    fn nesting_does_not_overflow() {
        for text in [
            format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000)),
            format!("a = {}", "{a = ".repeat(100_000)),
            format!("a{} = 1", ".a".repeat(100_000)),
            format!("[{}a]", "a.".repeat(100_000)),
            "[[a]]\n".repeat(10_000),
        ] {
            let _ = read(text.as_bytes(), |_| {});
        }
    }

    fn toml_like() -> impl Strategy<Value = String> {
        let pieces = vec![
            "a",
            "b",
            ".",
            " = ",
            "[",
            "]",
            "[[",
            "]]",
            "{",
            "}",
            ",",
            "\n",
            "\"",
            "'",
            "\"\"\"",
            "'''",
            "#",
            "1",
            "-",
            "true",
            "é",
            "\\",
            "\r\n",
            "\u{1b}",
            "1979-05-27",
        ];
        prop::collection::vec(prop::sample::select(pieces), 0..30).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn no_text_makes_it_panic(text in toml_like()) {
            let _ = read(text.as_bytes(), |root| drop(root.get("a").map(|value| value.strings())));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = read(&bytes, |_| {});
        }
    }
}
