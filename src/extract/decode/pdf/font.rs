//! From the codes in a string to characters and widths (ISO 32000-1, 9.6 to 9.10).

use std::collections::BTreeMap;

use super::encoding::{Base, glyph, standard_width, without_ligatures};
use super::file::Pdf;
use super::object::{Dictionary, Lexer, Object};

/// Width of a glyph of a composite font that states none (9.7.4.3).
const DEFAULT_WIDTH: f64 = 1000.0;
/// Characters that one code may stand for. Ligatures are three or four.
const MOST_OF_ONE_CODE: usize = 32;

/// One glyph of a string.
#[derive(Clone, Debug)]
pub(super) struct Glyph {
    /// What it means; `None` where the font does not say.
    pub(super) text: Option<String>,
    /// How far it moves on, in units of the font size.
    pub(super) width: f64,
    /// A single byte 32, which word spacing stretches.
    pub(super) is_space: bool,
}

/// A font, as far as words need it.
#[derive(Debug, Default)]
pub(super) struct Font {
    to_unicode: CodeMap,
    codes: Codes,
    /// In thousandths.
    widths: BTreeMap<u32, f64>,
    default_width: f64,
    /// In units of the font size for a thousandth; Type 3 fonts have a scale of their own.
    scale: f64,
    /// A name whose widths are known without the file.
    standard: Option<Vec<u8>>,
    /// Signs and ornaments, whose codes are no letters.
    is_ornamental: bool,
}

/// What a code means where no map says it.
#[derive(Debug, Default)]
enum Codes {
    /// One byte each.
    Simple(Vec<Option<String>>),
    /// Two bytes that are a character (the predefined maps `Uni…`).
    Unicode,
    /// Two bytes that mean something to the font alone.
    #[default]
    Unknown,
}

/// Which text a code stands for: a `ToUnicode` map.
#[derive(Debug, Default)]
struct CodeMap {
    /// By length and code.
    characters: BTreeMap<(usize, u32), String>,
    /// By length and first code: the last one, and the text of the first.
    ranges: BTreeMap<(usize, u32), (u32, String)>,
}

impl Font {
    pub(super) fn new(pdf: &Pdf<'_>, dictionary: &Dictionary) -> Self {
        let base_font = pdf.get(dictionary, "BaseFont").name().unwrap_or_default().to_vec();
        let name = String::from_utf8_lossy(&base_font).into_owned();
        let is_ornamental = ["Symbol", "Dingbats", "Wingdings", "Webdings"].iter().any(|sign| name.contains(sign));
        let to_unicode = dictionary.get(&b"ToUnicode"[..]).and_then(|stream| pdf.stream(stream));
        let to_unicode = match to_unicode {
            Some((_, Ok(content))) => CodeMap::read(pdf, &content.bytes),
            _ => CodeMap::default(),
        };
        let mut font = Self { to_unicode, is_ornamental, scale: 0.001, ..Self::default() };
        if pdf.get(dictionary, "Subtype").name() == Some(b"Type0") {
            font.read_composite(pdf, dictionary);
        } else {
            font.read_simple(pdf, dictionary);
            font.standard = font.widths.is_empty().then_some(base_font);
        }
        font
    }

    fn read_simple(&mut self, pdf: &Pdf<'_>, dictionary: &Dictionary) {
        let subtype = pdf.get(dictionary, "Subtype");
        if subtype.name() == Some(b"Type3")
            && let Some(matrix) = pdf.get(dictionary, "FontMatrix").array()
        {
            self.scale = matrix.first().and_then(Object::number).unwrap_or(self.scale);
        }
        let default = if subtype.name() == Some(b"TrueType") { Base::WinAnsi } else { Base::Standard };
        let encoding = pdf.get(dictionary, "Encoding");
        let named = match &encoding {
            Object::Name(name) => Base::of_name(name),
            Object::Dictionary(encoding) => pdf.get(encoding, "BaseEncoding").name().and_then(Base::of_name),
            _ => None,
        };
        let base = named.unwrap_or(default);
        let mut codes: Vec<Option<String>> =
            (0..=255_u8).map(|code| base.character(code).map(|character| character.to_string())).collect();
        if let Object::Dictionary(encoding) = &encoding {
            let mut code = 0;
            for item in pdf.get(encoding, "Differences").array().unwrap_or_default() {
                match pdf.resolve(item) {
                    Object::Name(name) => {
                        if let Some(slot) = codes.get_mut(code) {
                            *slot = glyph(&String::from_utf8_lossy(&name));
                        }
                        code += 1;
                    }
                    item => code = item.size().unwrap_or(code),
                }
            }
        }
        self.codes = Codes::Simple(codes);
        let first = pdf.get(dictionary, "FirstChar").size().unwrap_or(0);
        let widths = pdf.get(dictionary, "Widths");
        for (code, width) in (first..=255).zip(widths.array().unwrap_or_default()) {
            let width = pdf.resolve(width).number();
            self.widths.extend(width.and_then(|width| Some((u32::try_from(code).ok()?, width))));
        }
        let descriptor = pdf.get_dictionary(dictionary, "FontDescriptor");
        self.default_width = pdf.get(&descriptor, "MissingWidth").number().unwrap_or(0.0);
    }

    fn read_composite(&mut self, pdf: &Pdf<'_>, dictionary: &Dictionary) {
        let encoding = pdf.get(dictionary, "Encoding");
        let name = String::from_utf8_lossy(encoding.name().unwrap_or_default()).into_owned();
        self.codes = if name.contains("UCS2") || name.contains("UTF16") { Codes::Unicode } else { Codes::Unknown };
        let descendants = pdf.get(dictionary, "DescendantFonts");
        let descendant = descendants.array().and_then(<[Object]>::first).map(|font| pdf.resolve(font));
        let Some(Object::Dictionary(descendant)) = descendant else { return };
        self.default_width = pdf.get(&descendant, "DW").number().unwrap_or(DEFAULT_WIDTH);
        // `first [w w …]` or `first last w`.
        let widths = pdf.get(&descendant, "W");
        let mut items = widths.array().unwrap_or_default().iter().map(|item| pdf.resolve(item));
        while let (Some(first), Some(second)) = (items.next().and_then(|item| item.size()), items.next()) {
            let first = u32::try_from(first).unwrap_or(u32::MAX);
            match second {
                Object::Array(widths) => {
                    let codes = first..;
                    self.widths.extend(codes.zip(widths.iter().filter_map(Object::number)));
                }
                second => {
                    let (Some(last), Some(width)) = (second.size(), items.next().and_then(|item| item.number())) else {
                        break;
                    };
                    // Two bytes are no more codes than this.
                    let last = u32::try_from(last).unwrap_or(0).min(0xffff);
                    if !pdf.fuel.take(usize::try_from(last.saturating_sub(first)).unwrap_or(0)) {
                        break;
                    }
                    self.widths.extend((first..=last).map(|code| (code, width)));
                }
            }
        }
    }

    /// The glyphs of a string.
    pub(super) fn glyphs<'s>(&'s self, string: &'s [u8]) -> impl Iterator<Item = Glyph> + 's {
        let length = if matches!(self.codes, Codes::Simple(_)) { 1 } else { 2 };
        string.chunks(length).map(move |bytes| self.glyph(bytes))
    }

    fn glyph(&self, bytes: &[u8]) -> Glyph {
        let code = bytes.iter().fold(0_u32, |code, byte| (code << 8) | u32::from(*byte));
        let text = self.to_unicode.text(bytes.len(), code).or_else(|| match &self.codes {
            _ if self.is_ornamental => Some("•".to_owned()),
            Codes::Simple(codes) => usize::try_from(code).ok().and_then(|code| codes.get(code).cloned().flatten()),
            Codes::Unicode => char::from_u32(code).map(String::from),
            Codes::Unknown => None,
        });
        let width = match (&self.standard, bytes) {
            (Some(name), [code]) => standard_width(name, *code),
            _ => self.widths.get(&code).copied().unwrap_or(self.default_width),
        };
        Glyph { text: text.map(|text| without_ligatures(&text)), width: width * self.scale, is_space: bytes == b" " }
    }
}

impl CodeMap {
    /// The sections of a CMap that say which text a code stands for (9.10.3).
    fn read(pdf: &Pdf<'_>, cmap: &[u8]) -> Self {
        let mut map = Self::default();
        let mut lexer = Lexer::new(cmap, 0, &pdf.fuel);
        let mut operands: Vec<Object> = Vec::new();
        while let Some(object) = lexer.next() {
            let Object::Keyword(word) = object else {
                operands.push(object);
                continue;
            };
            match word.as_slice() {
                b"endbfchar" => {
                    for pair in operands.chunks_exact(2) {
                        if let [Object::String(code), Object::String(text)] = pair {
                            map.characters.insert((code.len(), number(code)), utf_16(text));
                        }
                    }
                }
                b"endbfrange" => operands.chunks_exact(3).for_each(|range| map.add_range(range)),
                _ => {}
            }
            operands.clear();
        }
        map
    }

    fn add_range(&mut self, range: &[Object]) {
        let [Object::String(first), Object::String(last), texts] = range else { return };
        let (length, first, last) = (first.len(), number(first), number(last));
        match texts {
            Object::String(text) => drop(self.ranges.insert((length, first), (last, utf_16(text)))),
            Object::Array(texts) => {
                for (code, text) in (first..=last).zip(texts) {
                    self.characters.insert((length, code), utf_16(text.string().unwrap_or_default()));
                }
            }
            _ => {}
        }
    }

    fn text(&self, length: usize, code: u32) -> Option<String> {
        if let Some(text) = self.characters.get(&(length, code)) {
            return Some(text.clone()).filter(|text| !text.is_empty());
        }
        // The last character of the text counts on with the code.
        let ((of, first), (last, text)) = self.ranges.range(..=(length, code)).next_back()?;
        if *of != length || *last < code {
            return None;
        }
        let mut text = text.clone();
        let last = text.pop()?;
        text.push(char::from_u32(u32::from(last).checked_add(code - first)?)?);
        Some(text)
    }
}

fn number(code: &[u8]) -> u32 {
    code.iter().take(4).fold(0, |number, byte| (number << 8) | u32::from(*byte))
}

fn utf_16(bytes: &[u8]) -> String {
    // One byte alone stands for itself, in files that do not know better.
    if let [byte] = bytes {
        return char::from(*byte).to_string();
    }
    let units = bytes.chunks_exact(2).take(MOST_OF_ONE_CODE).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn font(objects: &str) -> Font {
        let file = format!("1 0 obj {objects}");
        let pdf = Pdf::new(file.as_bytes());
        let Object::Dictionary(dictionary) = pdf.resolve(&Object::Reference(1)) else { panic!("no font") };
        Font::new(&pdf, &dictionary)
    }

    fn text(font: &Font, string: &[u8]) -> String {
        font.glyphs(string).map(|glyph| glyph.text.unwrap_or_else(|| "?".to_owned())).collect()
    }

    fn width(font: &Font, string: &[u8]) -> f64 {
        font.glyphs(string).map(|glyph| glyph.width).sum()
    }

    #[test]
    fn a_simple_font_reads_by_its_encoding_and_its_differences() {
        let font = font(
            "<</Subtype/Type1 /Encoding <</BaseEncoding/WinAnsiEncoding /Differences [1 /fi /quoteright 65 /b /g7]>> \
             /FirstChar 65 /Widths [250 500]>>",
        );
        assert_eq!(text(&font, b"\x01\x02AB\x93\x05"), "fi’b?“?");
        assert!((width(&font, b"AB") - 0.75).abs() < 1e-9);
    }

    #[test]
    fn a_font_without_widths_or_encoding_is_a_standard_one() {
        let font = font("<</Subtype/Type1 /BaseFont/Courier>>");
        assert_eq!(text(&font, b"it's"), "it’s");
        assert!((width(&font, b"abc") - 1.8).abs() < 1e-9);
    }

    #[test]
    fn a_map_to_characters_comes_first() {
        let map = "1 begincodespacerange <0000> <ffff> endcodespacerange 2 beginbfchar <0003> <0020> <0004> <00660069> \
                   endbfchar 2 beginbfrange <0010> <0012> <0061> <0020> <0021> [<0041> <D83DDE00>] endbfrange";
        let font = font(&format!(
            "<</Subtype/Type0 /Encoding/Identity-H /ToUnicode 2 0 R /DescendantFonts [<</DW 600 /W [16 [100 200] 32 33 300]>>]>> \
             endobj 2 0 obj <</Length {}>> stream\n{map}\nendstream",
            map.len()
        ));
        assert_eq!(text(&font, b"\0\x10\0\x12\0\x03\0\x04\0\x20\0\x21\0\x99\0"), "ac fiA\u{1f600}??");
        assert!((width(&font, b"\0\x10\0\x11\0\x20\0\x99") - 1.2).abs() < 1e-9);
    }

    #[test]
    fn ornaments_are_no_letters() {
        assert_eq!(text(&font("<</Subtype/TrueType /BaseFont/ABCDEF+Wingdings>>"), b"n"), "•");
    }

    #[test]
    fn lies_about_codes_are_bounded() {
        for objects in [
            "<</Subtype/Type0 /DescendantFonts [<</W [0 2000000000 5 0 -1 1 0 65535 3]>>]>>",
            "<</Subtype/Type1 /FirstChar 2000000000 /Widths [1] /Encoding<</Differences [2000000000 /a -5 /b]>>>>",
            "<</Subtype/Type0 /DescendantFonts 1 0 R /ToUnicode 1 0 R>>",
            "<</Subtype/Type3 /FontMatrix [] /ToUnicode 2 0 R>> endobj 2 0 obj <<>> stream\n3 beginbfrange <00> <ffffffff> [] <ffffffff> <00> <41> <01> <ffffffff> <ffff> endbfrange\nendstream",
        ] {
            let font = font(objects);
            for code in [&b"\0"[..], b"\x01", b"\xff\xff", b"a"] {
                let _ = (text(&font, code), width(&font, code));
            }
        }
    }
}
