//! What the codes of simple fonts mean (ISO 32000-1, annex D), and what glyphs are called (Adobe Glyph List).

use crate::extract::decode::rtf::windows_1252;

/// An encoding that PDF defines by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    Standard,
    WinAnsi,
    MacRoman,
}

impl Base {
    pub(super) fn of_name(name: &[u8]) -> Option<Self> {
        match name {
            b"StandardEncoding" => Some(Self::Standard),
            b"WinAnsiEncoding" | b"PDFDocEncoding" => Some(Self::WinAnsi),
            b"MacRomanEncoding" => Some(Self::MacRoman),
            _ => None,
        }
    }

    /// The character of a code; `None` for a code without one.
    pub(super) fn character(self, code: u8) -> Option<char> {
        match (self, code) {
            (Self::Standard, b'\'') => Some('’'),
            (Self::Standard, b'`') => Some('‘'),
            (_, 0x20..=0x7e) => Some(char::from(code)),
            (_, 0..0x20 | 0x7f) => None,
            (Self::WinAnsi, _) => Some(windows_1252(code)),
            (Self::MacRoman, _) => MAC_ROMAN.chars().nth(usize::from(code - 0x80)),
            (Self::Standard, _) => STANDARD.chars().nth(usize::from(code - 0x80)).filter(|character| *character != ' '),
        }
    }
}

/// Codes from 0x80 on; a space stands for none.
const STANDARD: &str = "                                 ¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ –†‡· ¶•‚„”»…‰ ¿ `´ˆ˜¯˘˙¨ ˚¸ ˝˛ˇ—                Æ ª    ŁØŒº     æ   ı  łøœß    ";
/// Codes from 0x80 on.
const MAC_ROMAN: &str = "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»… ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄¤‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ";

/// The text of a glyph by its name: `a`, `quoteright`, `uni00E9`, `f_i`, `one.oldstyle`.
pub(super) fn glyph(name: &str) -> Option<String> {
    let base = name.split('.').next().unwrap_or(name);
    if base.is_empty() {
        return None;
    }
    base.split('_').map(component).collect()
}

fn component(name: &str) -> Option<String> {
    let mut characters = name.chars();
    if let (Some(single), None) = (characters.next(), characters.next()) {
        return single.is_ascii_alphabetic().then(|| name.to_owned());
    }
    let hexadecimal = |digits: &str| {
        let is_one = digits.bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte));
        u32::from_str_radix(digits, 16).ok().filter(|_| is_one).and_then(char::from_u32)
    };
    if let Some(digits) = name.strip_prefix("uni").filter(|digits| digits.len() >= 4 && digits.len() % 4 == 0) {
        let units = digits.as_bytes().chunks(4).map(|unit| std::str::from_utf8(unit).ok().and_then(hexadecimal));
        if let Some(text) = units.collect::<Option<String>>() {
            return Some(text);
        }
    }
    if let Some(character) =
        name.strip_prefix('u').filter(|digits| (4..=6).contains(&digits.len())).and_then(hexadecimal)
    {
        return Some(character.to_string());
    }
    let found = NAMES.iter().find(|(known, _)| *known == name);
    found.map(|(_, text)| (*text).to_owned()).or_else(|| accented(name))
}

/// `eacute`, `Odieresis`: a letter and its accent, composed.
fn accented(name: &str) -> Option<String> {
    let letter = name.chars().next()?;
    let accent = name.get(1..)?;
    let (_, pairs) = ACCENTS.iter().find(|(known, _)| *known == accent)?;
    let mut pairs = pairs.chars();
    while let (Some(plain), Some(composed)) = (pairs.next(), pairs.next()) {
        if plain == letter {
            return Some(composed.to_string());
        }
    }
    None
}

const ACCENTS: [(&str, &str); 13] = [
    ("acute", "AÁEÉIÍOÓUÚYÝaáeéiíoóuúyýcćCĆnńNŃsśSŚzźZŹ"),
    ("grave", "AÀEÈIÌOÒUÙaàeèiìoòuù"),
    ("circumflex", "AÂEÊIÎOÔUÛaâeêiîoôuû"),
    ("dieresis", "AÄEËIÏOÖUÜYŸaäeëiïoöuüyÿ"),
    ("tilde", "AÃNÑOÕaãnñoõ"),
    ("ring", "AÅaåUŮuů"),
    ("cedilla", "CÇcçSŞsşTŢtţ"),
    ("caron", "CČcčSŠsšZŽzžEĚeěRŘrřNŇnňDĎTŤ"),
    ("slash", "OØoø"),
    ("ogonek", "AĄaąEĘeę"),
    ("breve", "AĂaăGĞgğ"),
    ("macron", "AĀaāEĒeēIĪiīOŌoōUŪuū"),
    ("hungarumlaut", "OŐoőUŰuű"),
];

/// Glyphs that texts in Latin letters use, by name.
const NAMES: [(&str, &str); 102] = [
    ("space", " "),
    ("nbspace", " "),
    ("exclam", "!"),
    ("quotedbl", "\""),
    ("numbersign", "#"),
    ("dollar", "$"),
    ("percent", "%"),
    ("ampersand", "&"),
    ("quotesingle", "'"),
    ("quoteright", "’"),
    ("quoteleft", "‘"),
    ("parenleft", "("),
    ("parenright", ")"),
    ("asterisk", "*"),
    ("plus", "+"),
    ("comma", ","),
    ("hyphen", "-"),
    ("sfthyphen", "\u{ad}"),
    ("minus", "−"),
    ("period", "."),
    ("slash", "/"),
    ("zero", "0"),
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("colon", ":"),
    ("semicolon", ";"),
    ("less", "<"),
    ("equal", "="),
    ("greater", ">"),
    ("question", "?"),
    ("at", "@"),
    ("bracketleft", "["),
    ("backslash", "\\"),
    ("bracketright", "]"),
    ("asciicircum", "^"),
    ("underscore", "_"),
    ("grave", "`"),
    ("braceleft", "{"),
    ("bar", "|"),
    ("braceright", "}"),
    ("asciitilde", "~"),
    ("exclamdown", "¡"),
    ("questiondown", "¿"),
    ("cent", "¢"),
    ("sterling", "£"),
    ("currency", "¤"),
    ("yen", "¥"),
    ("Euro", "€"),
    ("fraction", "⁄"),
    ("brokenbar", "¦"),
    ("section", "§"),
    ("paragraph", "¶"),
    ("copyright", "©"),
    ("registered", "®"),
    ("trademark", "™"),
    ("ordfeminine", "ª"),
    ("ordmasculine", "º"),
    ("guillemotleft", "«"),
    ("guillemotright", "»"),
    ("guilsinglleft", "‹"),
    ("guilsinglright", "›"),
    ("quotedblleft", "“"),
    ("quotedblright", "”"),
    ("quotedblbase", "„"),
    ("quotesinglbase", "‚"),
    ("endash", "–"),
    ("emdash", "—"),
    ("ellipsis", "…"),
    ("bullet", "•"),
    ("periodcentered", "·"),
    ("dagger", "†"),
    ("daggerdbl", "‡"),
    ("perthousand", "‰"),
    ("degree", "°"),
    ("plusminus", "±"),
    ("multiply", "×"),
    ("divide", "÷"),
    ("logicalnot", "¬"),
    ("mu", "µ"),
    ("acute", "´"),
    ("dieresis", "¨"),
    ("circumflex", "ˆ"),
    ("tilde", "˜"),
    ("fi", "fi"),
    ("fl", "fl"),
    ("ff", "ff"),
    ("ffi", "ffi"),
    ("ffl", "ffl"),
    ("germandbls", "ß"),
    ("AE", "Æ"),
    ("ae", "æ"),
    ("OE", "Œ"),
    ("oe", "œ"),
    ("dotlessi", "ı"),
    ("lslash", "ł"),
];

/// Letters that stand as one glyph are letters again.
pub(super) fn without_ligatures(text: &str) -> String {
    const LIGATURES: [(char, &str); 7] =
        [('ﬀ', "ff"), ('ﬁ', "fi"), ('ﬂ', "fl"), ('ﬃ', "ffi"), ('ﬄ', "ffl"), ('ﬅ', "st"), ('ﬆ', "st")];
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match LIGATURES.iter().find(|(ligature, _)| *ligature == character) {
            Some((_, letters)) => out.push_str(letters),
            None => out.push(character),
        }
    }
    out
}

/// Widths of the characters from the space to the tilde, in thousandths, in the fonts that need none in a file:
/// Helvetica's and Times'. Courier's are all 600.
pub(super) fn standard_width(font: &[u8], code: u8) -> f64 {
    let name = String::from_utf8_lossy(font);
    let widths = if name.contains("Courier") {
        return 600.0;
    } else if name.contains("Times") {
        &TIMES
    } else {
        &HELVETICA
    };
    code.checked_sub(b' ').and_then(|at| widths.get(usize::from(at))).map_or(500.0, |width| f64::from(*width))
}

const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 222, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 222, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];
const TIMES: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 333, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500, 500,
    500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889,
    722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500,
    444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480,
    200, 480, 541,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_as_long_as_they_must_be() {
        assert_eq!((STANDARD.chars().count(), MAC_ROMAN.chars().count()), (128, 128));
    }

    #[test]
    fn codes_mean_what_the_annex_says() {
        for (base, code, character) in [
            (Base::Standard, 0x27, '’'),
            (Base::Standard, 0xa4, '⁄'),
            (Base::Standard, 0xae, 'ﬁ'),
            (Base::Standard, 0xaa, '“'),
            (Base::Standard, 0xba, '”'),
            (Base::Standard, 0xb7, '•'),
            (Base::Standard, 0xd0, '—'),
            (Base::Standard, 0xe1, 'Æ'),
            (Base::Standard, 0xfb, 'ß'),
            (Base::WinAnsi, 0x93, '“'),
            (Base::WinAnsi, 0xe9, 'é'),
            (Base::MacRoman, 0x8e, 'é'),
            (Base::MacRoman, 0xd2, '“'),
            (Base::MacRoman, 0xd5, '’'),
            (Base::MacRoman, 0xa5, '•'),
            (Base::MacRoman, 0xde, 'ﬁ'),
            (Base::MacRoman, 0xff, 'ˇ'),
        ] {
            assert_eq!(base.character(code), Some(character), "{base:?} {code:#x}");
        }
        assert_eq!((Base::Standard.character(0x80), Base::WinAnsi.character(7)), (None, None));
    }

    #[test]
    fn glyphs_are_known_by_their_names() {
        for (name, text) in [
            ("a", "a"),
            ("Z", "Z"),
            ("quoteright", "’"),
            ("ffi", "ffi"),
            ("f_i", "fi"),
            ("uni00E9", "é"),
            ("uni00660069", "fi"),
            ("u1F600", "\u{1f600}"),
            ("eacute", "é"),
            ("Odieresis", "Ö"),
            ("one.oldstyle", "1"),
        ] {
            assert_eq!(glyph(name).as_deref(), Some(text), "{name}");
        }
        for name in ["", ".notdef", "g17", "cid123", "unicorn", "uniXYZW", "1", "é", "acut", "uniD800"] {
            assert_eq!(glyph(name), None, "{name}");
        }
    }

    #[test]
    fn widths_are_those_of_the_standard_fonts() {
        assert!((standard_width(b"Helvetica-Bold", b'~') - 584.0).abs() < 0.1);
        assert!((standard_width(b"Times-Roman", b'a') - 444.0).abs() < 0.1);
        assert!((standard_width(b"Courier", b'i') - 600.0).abs() < 0.1);
    }
}
