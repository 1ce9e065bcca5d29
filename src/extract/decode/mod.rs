//! Texts inside other forms: RTF, PDF, JSON strings. Each reader turns bytes into a text and the places of its words
//! in the file.
//!
//! HTML is not among them: its tags and entities mean nothing to the matcher, which reads the file as it is.

use std::borrow::Cow;
use std::ops::{Deref, Range};

use super::{File, Out, Place};
use crate::gap::GapKind;
use crate::location::{Origin, Pieces};

mod json_text;
mod pdf;
mod rtf;

/// Longest text that is taken out of a file: as long as the longest document that is read.
pub(crate) const MOST_TEXT: usize = 1024 * 1024;

/// Longest PDF that is read. It must be there to its end, and carries its fonts and pictures: licences printed from
/// word processors have some hundred kilobytes.
pub(crate) const MOST_PDF_BYTES: u64 = 8 * 1024 * 1024;

/// Longest RTF that is read. Pictures stand in it as hexadecimal digits.
pub(crate) const MOST_RTF_BYTES: u64 = 4 * 1024 * 1024;

/// What a reader of one form answers.
#[derive(Debug)]
pub(crate) struct Decoded {
    /// The text.
    pub(crate) text: String,
    /// Where its words stand in the file.
    pub(crate) origin: Origin,
    /// What of the file is not in the text.
    pub(crate) lost: Vec<Lost>,
}

/// What could not be read: the kind of gap, and a clause that goes on behind the name of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lost {
    pub(crate) kind: GapKind,
    pub(crate) what: String,
}

impl Lost {
    pub(crate) fn new(kind: GapKind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into() }
    }
}

/// The text of a file, in whatever form it stands there.
#[derive(Debug)]
pub(crate) struct Text<'a> {
    /// The words.
    words: Cow<'a, str>,
    /// Where they stand in the file; `None` where they are the file.
    origin: Option<Origin>,
    /// The file, byte-order mark removed.
    file: Cow<'a, [u8]>,
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.words
    }
}

impl Text<'_> {
    /// Where these bytes of the text stand: lines and columns of the file, or its pages.
    pub(crate) fn place(&self, bytes: Range<usize>) -> Place {
        match &self.origin {
            None => Place::bytes(&self.words, bytes),
            Some(Origin::Bytes(pieces)) => {
                Place { span: Some(pieces.span(&self.file, bytes.start, bytes.end)), key: None }
            }
            Some(Origin::Pages(pages)) => {
                let page = |offset: usize| {
                    let behind = pages.partition_point(|(start, _)| *start <= offset);
                    pages.get(behind.saturating_sub(1)).map_or(1, |(_, page)| *page)
                };
                let (first, last) = (page(bytes.start), page(bytes.end.saturating_sub(1).max(bytes.start)));
                Place::key(if first == last { format!("page {first}") } else { format!("pages {first} to {last}") })
            }
        }
    }

    /// The text and its places, for the matcher.
    pub(crate) fn into_parts(self) -> (String, Option<Origin>) {
        (self.words.into_owned(), self.origin)
    }
}

/// The text of a file by what its bytes are, whatever its name says, with a gap for all of it that was not read.
/// `None` for binary content, and for a form of which nothing could be read; only the latter says why in a gap.
pub(crate) fn text<'a>(file: &File<'a>, out: &mut Out) -> Option<Text<'a>> {
    let decoded = if pdf::is_one(file.bytes) {
        if file.is_truncated() {
            Err(Lost::new(GapKind::Truncated, format!("is a PDF of {} bytes, too long to be read", file.size)))
        } else {
            pdf::read(file.bytes)
        }
    } else if rtf::is_one(file.bytes) {
        rtf::read(file.bytes)
    } else {
        return plain(file);
    };
    let name = file.name();
    let mut note = |lost: Lost| {
        let detail =
            format!("`{name}` {}: a person must read it; put its text beside it as a plain text file", lost.what);
        out.gap(lost.kind, Place::whole(), detail);
    };
    match decoded {
        Ok(Decoded { text, origin, lost }) => {
            lost.into_iter().for_each(note);
            Some(Text { words: Cow::Owned(text), origin: Some(origin), file: Cow::Borrowed(file.bytes) })
        }
        Err(lost) => {
            note(lost);
            None
        }
    }
}

/// A text that is the file, but for the escapes in the strings of a JSON document.
fn plain<'a>(file: &File<'a>) -> Option<Text<'a>> {
    let words = file.text()?;
    if let Some((text, pieces)) = json_text::read(&words) {
        let file = match words {
            Cow::Borrowed(words) => Cow::Borrowed(words.as_bytes()),
            Cow::Owned(words) => Cow::Owned(words.into_bytes()),
        };
        return Some(Text { words: Cow::Owned(text), origin: Some(Origin::Bytes(pieces)), file });
    }
    Some(Text { words, origin: None, file: Cow::Borrowed(&[]) })
}

/// A text that grows with its map.
#[derive(Debug)]
struct Builder {
    text: String,
    pieces: Pieces,
}

impl Builder {
    fn new(file: &[u8]) -> Self {
        Self { text: String::new(), pieces: Pieces::new(file) }
    }

    /// Text that stands in the file at offset `file` as it is.
    fn run(&mut self, text: &str, file: usize) {
        if !text.is_empty() {
            self.pieces.run(self.text.len(), file);
            self.text.push_str(text);
        }
    }

    /// What `length` bytes of the file stand for.
    fn escape(&mut self, character: char, file: usize, length: usize) {
        self.pieces.escape(self.text.len(), file, length.max(1));
        self.text.push(character);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8]) -> (Option<String>, Vec<GapKind>) {
        let mut out = Out::new("test", "LICENSE");
        let file = File { path: "LICENSE", size: bytes.len() as u64, offset: 0, bytes };
        let found = text(&file, &mut out).map(|found| found.into_parts().0);
        (found, out.gaps.into_iter().map(|gap| gap.kind).collect())
    }

    #[test]
    fn the_bytes_tell_the_form() {
        assert_eq!(read(b"{\\rtf1 a\\par b}").0.as_deref(), Some("a\nb"));
        assert_eq!(read(b"{\"a\": \"b\\nc\"}").0.as_deref(), Some("{\"a\": \nb\nc\"}"));
        assert_eq!(read(b"{not JSON \\n}").0.as_deref(), Some("{not JSON \\n}"));
        assert_eq!(read(b"%PDF-1.4 and nothing else"), (None, vec![GapKind::Malformed]));
        assert_eq!(read(b"a\0b"), (None, Vec::new()));
    }

    #[test]
    fn a_place_is_a_line_of_the_file_or_a_page() {
        let text = |origin| Text { words: Cow::Borrowed("abcd"), origin, file: Cow::Borrowed(b"x\nabcd") };
        let mut pieces = Pieces::new(b"x\nabcd");
        pieces.run(0, 2);
        let line = text(Some(Origin::Bytes(pieces))).place(1..3).span.expect("a file with lines");
        assert_eq!((line.start_line, line.start_column, line.end_line, line.end_column), (2, 2, 2, 4));
        let pages = text(Some(Origin::Pages(vec![(0, 1), (2, 5)])));
        assert_eq!(pages.place(0..2).key.as_deref(), Some("page 1"));
        assert_eq!(pages.place(0..4).key.as_deref(), Some("pages 1 to 5"));
        assert_eq!(text(None).place(0..1).span.map(|span| span.start_line), Some(1));
    }

    proptest! {
        #[test]
        fn any_bytes_give_a_text_or_a_gap_or_are_binary(
            start in prop::sample::select(vec![&b"{\\rtf"[..], b"%PDF-1.7\n", b"{\"", b""]),
            bytes in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            let bytes = [start, &bytes].concat();
            let (text, gaps) = read(&bytes);
            let is_binary = !start.starts_with(b"%PDF") && !start.starts_with(b"{\\rtf") && bytes.contains(&0);
            prop_assert!(text.is_some() || !gaps.is_empty() || is_binary);
        }
    }
}
