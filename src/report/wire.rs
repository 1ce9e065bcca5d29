//! What the machine-readable formats share: ids, places, words, and writing JSON that a terminal can show safely.

use std::io::{self, Write};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, PrettyFormatter};

use super::escape::is_obeyed;
use crate::location::Location;

/// An id: the position in its list, counted from 1.
pub(crate) fn id(prefix: &str, index: usize) -> String {
    format!("{prefix}{}", index.saturating_add(1))
}

/// A place in a scanned source.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Place<'a> {
    /// Id of the source.
    source: String,
    /// Slash-separated path from its root; empty for the source itself.
    path: &'a str,
    /// First line, from 1; null where the file has no lines.
    start_line: Option<u32>,
    /// Column of the first character, from 1.
    start_column: Option<u32>,
    /// Last line.
    end_line: Option<u32>,
    /// Column behind the last character.
    end_column: Option<u32>,
    /// The metadata key that holds the statement.
    key: Option<&'a str>,
}

impl<'a> Place<'a> {
    pub(crate) fn of(location: &'a Location) -> Self {
        Self {
            source: id("src", location.source),
            path: &location.path,
            start_line: location.span.map(|span| span.start_line),
            start_column: location.span.map(|span| span.start_column),
            end_line: location.span.map(|span| span.end_line),
            end_column: location.span.map(|span| span.end_column),
            key: location.key.as_deref(),
        }
    }
}

/// Makes the word of a closed list: it serialises as the list's own `as_str`, its schema holds every word, and a new
/// variant does not compile until it stands here.
macro_rules! words {
    ($word:ident = $of:ident { $($variant:ident),+ $(,)? }) => {
        #[derive(Clone, Copy, Debug, serde::Serialize)]
        #[serde(transparent)]
        pub(crate) struct $word(&'static str);

        impl From<$of> for $word {
            fn from(value: $of) -> Self {
                match value {
                    $($of::$variant)|+ => Self(value.as_str()),
                }
            }
        }

        impl schemars::JsonSchema for $word {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($word).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "enum": [$($of::$variant.as_str()),+] })
            }
        }
    };
}

pub(crate) use words;

/// The JSON Schema (2020-12) of what is written.
pub(crate) fn schema_of<T: JsonSchema>() -> serde_json::Value {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>().to_value()
}

/// Writes an indented document with a newline at its end.
pub(crate) fn write_document(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Safe(PrettyFormatter::new()));
    value.serialize(&mut serializer)?;
    out.write_all(b"\n")
}

/// Writes an object on one line, with a space behind `,` and `:`, and a newline at its end.
pub(crate) fn write_line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Safe(Spaced));
    value.serialize(&mut serializer)?;
    out.write_all(b"\n")
}

/// A formatter that writes what a terminal, an eye or a build log would obey as `\uXXXX`. For a parser of JSON nothing
/// changes.
struct Safe<F>(F);

impl<F: Formatter> Formatter for Safe<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut before = ' ';
        let mut written = 0;
        for (offset, character) in fragment.char_indices() {
            if is_obeyed(character) || (character == '#' && before == '#') {
                writer.write_all(fragment.get(written..offset).unwrap_or_default().as_bytes())?;
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
                written = offset + character.len_utf8();
            }
            before = character;
        }
        writer.write_all(fragment.get(written..).unwrap_or_default().as_bytes())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        self.0.write_char_escape(writer, escape)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn end_object_key<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_key(writer)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

/// One line, with spaces where people put them.
struct Spaced;

impl Formatter for Spaced {
    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        writer.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        writer.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(value: &str) -> String {
        crate::report::sample::written(|out| write_line(&value, out))
    }

    #[test]
    fn what_a_terminal_would_obey_is_escaped_and_reads_back_the_same() {
        assert_eq!(
            line("\u{1b}[2J\u{9b}\u{202e}\u{e0041}##[x]"),
            "\"\\u001b[2J\\u009b\\u202e\\udb40\\udc41#\\u0023[x]\"\n"
        );
    }

    proptest! {
        #[test]
        fn every_string_survives(text in any::<String>()) {
            let written = line(&text);
            prop_assert!(!written.trim_end_matches('\n').chars().any(is_obeyed));
            let read: String = serde_json::from_str(&written).expect("valid JSON");
            prop_assert_eq!(read, text);
        }
    }
}
