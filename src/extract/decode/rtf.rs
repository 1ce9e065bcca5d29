//! RTF (Rich Text Format 1.9.1, Microsoft 2008): the words that a reader would show.
//!
//! Formatting is left out; paragraphs and table cells become white space. What a viewer hides but a person can bring
//! to light (hidden text, what stands behind the last brace) is read: a restriction must not hide there.

use super::{Builder, Decoded, Lost, MOST_TEXT};
use crate::gap::GapKind;
use crate::location::Origin;

/// Groups within groups. Word writes some twenty; the bound is for memory alone, because nothing recurses.
const MOST_NESTING: usize = 10_000;
/// Longest name of a control word, by the specification.
const LONGEST_WORD: usize = 32;
/// Digits of a parameter that can count: a signed number of 32 bits.
const MOST_DIGITS: usize = 10;

/// Groups that hold no words of the document.
const NOT_TEXT: [&[u8]; 30] = [
    b"author",
    b"blipuid",
    b"category",
    b"colortbl",
    b"comment",
    b"company",
    b"creatim",
    b"doccomm",
    b"filetbl",
    b"fldinst",
    b"fonttbl",
    b"generator",
    b"info",
    b"keywords",
    b"listoverridetable",
    b"listtable",
    b"nonshppict",
    b"objclass",
    b"objdata",
    b"operator",
    b"pict",
    b"revtbl",
    b"rsidtbl",
    b"rxe",
    b"shprslt",
    b"sp",
    b"stylesheet",
    b"tc",
    b"xe",
    b"xmlnstbl",
];
/// Groups marked as ones that a reader may not know, and that hold words all the same: text boxes and remarks.
const TEXT_AFTER_ALL: [&[u8]; 4] = [b"annotation", b"shpgrp", b"shpinst", b"shptxt"];

/// Whether it says so itself.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.trim_ascii_start().starts_with(b"{\\rtf")
}

/// The words of an RTF document.
///
/// # Errors
/// For nesting without end.
pub(super) fn read(bytes: &[u8]) -> Result<Decoded, Lost> {
    let mut reader = Reader {
        bytes,
        out: Builder::new(bytes),
        group: Group { is_text: true, skipped_behind_unicode: 1 },
        outer: Vec::new(),
        to_skip: 0,
        is_known_code_page: true,
        unreadable: 0,
        high: None,
    };
    let is_cut = reader.run()?;
    let mut lost = Vec::new();
    if is_cut {
        let what = format!("holds more than {MOST_TEXT} bytes of text, and the rest was not read");
        lost.push(Lost::new(GapKind::Truncated, what));
    }
    if reader.unreadable > 0 {
        let what = format!("holds {} characters in a code page that is not read", reader.unreadable);
        lost.push(Lost::new(GapKind::Unsupported, what));
    }
    Ok(Decoded { text: reader.out.text, origin: Origin::Bytes(reader.out.pieces), lost })
}

/// What a closing brace brings back.
#[derive(Clone, Copy)]
struct Group {
    is_text: bool,
    /// Characters that stand behind `\u` for readers which do not know it.
    skipped_behind_unicode: u8,
}

struct Reader<'a> {
    bytes: &'a [u8],
    out: Builder,
    group: Group,
    outer: Vec<Group>,
    /// Characters still to be passed over behind `\u`.
    to_skip: u8,
    /// Windows-1252, or ASCII in all that matters.
    is_known_code_page: bool,
    unreadable: usize,
    /// The first half of a character beyond the 16 bits of `\u`, with its place.
    high: Option<(u16, usize)>,
}

impl Reader<'_> {
    /// Answers whether the bound of text was met.
    fn run(&mut self) -> Result<bool, Lost> {
        let mut at = 0;
        while let Some(&byte) = self.bytes.get(at) {
            if self.out.text.len() >= MOST_TEXT {
                return Ok(true);
            }
            match byte {
                b'{' => {
                    if self.outer.len() >= MOST_NESTING {
                        let what = format!("nests groups deeper than {MOST_NESTING}");
                        return Err(Lost::new(GapKind::Malformed, what));
                    }
                    self.outer.push(self.group);
                    self.to_skip = 0;
                    at += 1;
                }
                b'}' => {
                    // One too many changes nothing.
                    self.group = self.outer.pop().unwrap_or(self.group);
                    self.to_skip = 0;
                    at += 1;
                }
                b'\\' => at = self.control(at),
                b'\r' | b'\n' | 0 => at += 1,
                b'\t' => {
                    self.character('\t', at, 1);
                    at += 1;
                }
                _ => {
                    self.byte(byte, at, 1);
                    at += 1;
                }
            }
        }
        Ok(false)
    }

    /// A control word or symbol; answers the offset behind it.
    fn control(&mut self, at: usize) -> usize {
        let Some(&first) = self.bytes.get(at + 1) else { return at + 1 };
        if !first.is_ascii_alphabetic() {
            return self.symbol(first, at);
        }
        let rest = self.bytes.get(at + 1..).unwrap_or_default();
        let length = rest.iter().take(LONGEST_WORD).take_while(|byte| byte.is_ascii_alphabetic()).count();
        let word = rest.get(..length).unwrap_or_default();
        let rest = rest.get(length..).unwrap_or_default();
        let sign = usize::from(rest.first() == Some(&b'-'));
        let digits = rest.iter().skip(sign).take_while(|byte| byte.is_ascii_digit()).count();
        let mut end = at + 1 + length;
        let mut number = None;
        if digits > 0 {
            let text = rest.get(..sign + digits.min(MOST_DIGITS)).and_then(|text| std::str::from_utf8(text).ok());
            number = text.and_then(|text| text.parse::<i64>().ok());
            end += sign + digits;
        }
        // One space ends the word and is no text.
        if self.bytes.get(end) == Some(&b' ') {
            end += 1;
        }
        self.word(word, number, at, end)
    }

    fn symbol(&mut self, symbol: u8, at: usize) -> usize {
        match symbol {
            b'\'' => {
                let digit = |offset: usize| self.bytes.get(offset).and_then(|byte| char::from(*byte).to_digit(16));
                if let (Some(high), Some(low)) = (digit(at + 2), digit(at + 3)) {
                    let byte = u8::try_from(high * 16 + low).unwrap_or(b' ');
                    self.byte(byte, at, 4);
                    return at + 4;
                }
            }
            b'*' => {
                // A destination that a reader may not know: its first control word decides.
                let rest = self.bytes.get(at + 2..).unwrap_or_default().trim_ascii_start();
                let name = rest.strip_prefix(b"\\").unwrap_or_default();
                let length = name.iter().take(LONGEST_WORD).take_while(|byte| byte.is_ascii_alphabetic()).count();
                if !TEXT_AFTER_ALL.contains(&name.get(..length).unwrap_or_default()) {
                    self.group.is_text = false;
                }
            }
            b'\\' | b'{' | b'}' => self.character(char::from(symbol), at, 2),
            b'~' => self.character('\u{a0}', at, 2),
            b'_' => self.character('-', at, 2),
            b'\n' | b'\r' => self.white_space('\n', at, 2),
            // `\-` is a place where a word may be divided; the others are marks of an index.
            _ => {}
        }
        at + 2
    }

    fn word(&mut self, word: &[u8], number: Option<i64>, at: usize, end: usize) -> usize {
        let length = end - at;
        match word {
            b"par" | b"line" | b"sect" | b"page" | b"column" | b"row" | b"nestrow" | b"softline" | b"softpage"
            | b"lbr" => self.white_space('\n', at, length),
            b"tab" | b"cell" | b"nestcell" => self.white_space('\t', at, length),
            b"emspace" | b"enspace" | b"qmspace" => self.character(' ', at, length),
            b"emdash" => self.character('\u{2014}', at, length),
            b"endash" => self.character('\u{2013}', at, length),
            b"lquote" => self.character('\u{2018}', at, length),
            b"rquote" => self.character('\u{2019}', at, length),
            b"ldblquote" => self.character('\u{201c}', at, length),
            b"rdblquote" => self.character('\u{201d}', at, length),
            b"bullet" => self.character('\u{2022}', at, length),
            b"u" => self.unicode(number.unwrap_or(0), at, length),
            b"uc" => {
                self.group.skipped_behind_unicode = number.and_then(|number| u8::try_from(number).ok()).unwrap_or(1);
            }
            b"bin" => {
                let count = number.and_then(|number| usize::try_from(number).ok()).unwrap_or(0);
                return end.saturating_add(count).min(self.bytes.len());
            }
            // East European, Japanese … pages: letters outside ASCII would be taken for others.
            b"ansicpg" => self.is_known_code_page = matches!(number, None | Some(0 | 1252 | 20127 | 28591 | 65001)),
            b"mac" | b"pc" | b"pca" => self.is_known_code_page = false,
            _ if NOT_TEXT.binary_search(&word).is_ok() => self.group.is_text = false,
            _ => {}
        }
        end
    }

    /// `\u`: 16 bits as a signed number; what is beyond them comes in two.
    fn unicode(&mut self, number: i64, at: usize, length: usize) {
        self.to_skip = 0;
        let unit = u16::try_from(if number < 0 { number + 0x1_0000 } else { number }).unwrap_or(0xfffd);
        match (self.high.take(), unit) {
            (_, 0xd800..=0xdbff) => self.high = Some((unit, at)),
            (Some((high, start)), 0xdc00..=0xdfff) => {
                let character = char::decode_utf16([high, unit]).next().and_then(Result::ok);
                self.character(character.unwrap_or(char::REPLACEMENT_CHARACTER), start, at + length - start);
            }
            _ => {
                let character = char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER);
                self.character(character, at, length);
            }
        }
        self.to_skip = self.group.skipped_behind_unicode;
    }

    /// A byte of text, written as it is or in hexadecimal.
    fn byte(&mut self, byte: u8, at: usize, length: usize) {
        if byte.is_ascii() {
            return self.character(char::from(byte), at, length);
        }
        let is_shown = self.to_skip == 0 && self.group.is_text;
        if self.is_known_code_page {
            self.character(windows_1252(byte), at, length);
        } else {
            self.unreadable += usize::from(is_shown);
            self.character(char::REPLACEMENT_CHARACTER, at, length);
        }
    }

    fn character(&mut self, character: char, at: usize, length: usize) {
        if self.to_skip > 0 {
            self.to_skip -= 1;
            return;
        }
        self.high = None;
        if self.group.is_text {
            if length == 1 && character.is_ascii() {
                self.out.run(character.encode_utf8(&mut [0; 4]), at);
            } else {
                self.out.escape(character, at, length);
            }
        }
    }

    /// White space that the layout makes; it never stands in place of a character.
    fn white_space(&mut self, character: char, at: usize, length: usize) {
        self.to_skip = 0;
        self.character(character, at, length);
    }
}

/// A byte above ASCII in Windows-1252; the five that it leaves open are control characters.
pub(super) fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH.get(usize::from(byte - 0x80)).copied().unwrap_or(' '),
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(rtf: &str) -> String {
        read(rtf.as_bytes()).expect("it can be read").text
    }

    #[test]
    fn words_stay_and_formatting_goes() {
        let rtf = r"{\rtf1\ansi\deff0{\fonttbl{\f0\froman Times;}}{\colortbl;\red0\green0\blue0;}
{\*\generator Some Writer 1.0;}{\info{\author Some One}}\pard\b Title\b0\par
One \i two\i0 , th\-ree\line four\tab five\~six\_seven \{\}\\ \par}";
        assert_eq!(text(rtf), "Title\nOne two, three\nfour\tfive\u{a0}six-seven {}\\ \n");
    }

    #[test]
    fn characters_outside_ascii_are_read_in_every_spelling() {
        assert_eq!(text(r"{\rtf1 caf\'e9 \ldblquote a\rdblquote  \'93b\'94 \emdash}"), "café “a” “b” —");
        assert_eq!(text(r"{\rtf1 \u8220?x\u8221\'94 \uc2\u233ab|\uc0\u-10179\u-8704|}"), "“x” é|\u{1f600}|");
        assert_eq!(text(r"{\rtf1 \u65?B}"), "AB");
    }

    #[test]
    fn a_group_ends_what_it_began() {
        assert_eq!(
            text(r"{\rtf1 a{\*\bkmkstart x}b{\pict 89504e47}c{\field{\*\fldinst HYPERLINK}{\fldrslt d}}}"),
            "abcd"
        );
        assert_eq!(text(r"{\rtf1 {\uc0 \u65}\u66?C}"), "ABC");
        assert_eq!(text(r"{\rtf1 {\shp{\*\shpinst{\sp{\sn a}{\sv 1}}{\shptxt boxed}}}}"), "boxed");
    }

    #[test]
    fn hidden_words_and_those_behind_the_end_are_read() {
        assert_eq!(text(r"{\rtf1 a{\v  hidden}} behind"), "a hidden behind");
    }

    #[test]
    fn binary_data_is_passed_over_and_its_length_may_lie() {
        assert_eq!(text(r"{\rtf1 a{\pict\bin3 {{{}b}"), "ab");
        for lie in ["99999999999999999999", "4294967295", "-5", "", "0"] {
            let _ = text(&format!(r"{{\rtf1 a\bin{lie} b}}"));
        }
    }

    #[test]
    fn every_word_knows_its_line() {
        let rtf = "{\\rtf1\r\none\\par\r\ntwo \\'e9t\\'e9\\par\r\n}";
        let Decoded { text, origin: Origin::Bytes(pieces), .. } = read(rtf.as_bytes()).expect("it can be read") else {
            panic!("RTF has lines")
        };
        for (word, line) in [("one", 2), ("two", 3), ("été", 3)] {
            let at = text.find(word).expect("it is there");
            assert_eq!(pieces.lines_in_file(at, at + word.len()), (line, line), "{word}");
        }
        let at = text.find("été").expect("it is there");
        let (start, end) = pieces.in_file(at, at + "été".len());
        assert_eq!(rtf.get(start..end), Some("\\'e9t\\'e9"));
    }

    #[test]
    fn another_code_page_is_a_gap_and_ascii_is_read_all_the_same() {
        let found = read(br"{\rtf1\ansi\ansicpg932 a\'82\'a0 b\u12354\'82}").expect("it can be read");
        assert_eq!(found.text, "a\u{fffd}\u{fffd} bあ");
        assert!(matches!(&found.lost[..], [lost] if lost.kind == GapKind::Unsupported), "{:?}", found.lost);
    }

    #[test]
    fn floods_are_bounded() {
        let nested = [&b"{\\rtf1"[..], &b"{".repeat(100_000)].concat();
        assert_eq!(read(&nested).expect_err("it is too deep").kind, GapKind::Malformed);
        assert_eq!(text(&format!("{{\\rtf1 a{}", "}".repeat(100_000))), "a");
        let long = read(format!("{{\\rtf1 {}", "a".repeat(MOST_TEXT + 9)).as_bytes()).expect("it can be read");
        assert_eq!((long.text.len(), long.lost.len()), (MOST_TEXT, 1));
        let _ = text(&format!("{{\\rtf1 {}", "\\u8232".repeat(50_000)));
        let _ = text(&format!("{{\\rtf1 \\{}", "x".repeat(50_000)));
    }

    #[test]
    fn every_truncation_is_read() {
        let rtf = r"{\rtf1\ansi{\fonttbl{\f0 A;}}\uc1 a\u233?\'e9{\*\x y}\bin4 abcd\par\tab-12 }";
        for length in 0..rtf.len() {
            let _ = text(&rtf[..length]);
        }
    }

    #[test]
    fn the_groups_left_out_stand_in_order() {
        assert!(NOT_TEXT.is_sorted());
    }

    #[test]
    fn the_beginning_tells_it() {
        assert!(is_one(b"{\\rtf1") && is_one(b"\xef\xbb\xbf\n{\\rtf"));
        assert!(!is_one(b"{\"a\": 1}") && !is_one(b"") && !is_one(b"\\rtf"));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&[b"{\\rtf1", &bytes[..]].concat());
        }

        #[test]
        fn every_character_comes_from_the_file(
            rtf in "(\\{|\\}|\\\\par |\\\\u-?[0-9]{0,6}|\\\\'[0-9a-f]{2}|\\\\uc[0-9]|\\\\bin[0-9]|\\\\\\*|\\\\pict|[a-z]{1,4}| |\n|é){0,40}",
        ) {
            let found = read(rtf.as_bytes()).expect("it is not deep");
            let Origin::Bytes(pieces) = &found.origin else { panic!("RTF has lines") };
            let mut before = 0;
            for (at, character) in found.text.char_indices() {
                let (start, end) = pieces.in_file(at, at + character.len_utf8());
                prop_assert!(before <= start && start < end && end <= rtf.len(), "{} {}", start, end);
                before = start;
            }
        }
    }
}
