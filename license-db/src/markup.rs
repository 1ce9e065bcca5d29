//! What of HTML is layout, and what is a word: a tag is left out only where it is one, and a reference to a letter is that
//! letter, so that nothing that a reader sees can hide from the comparison.

use std::ops::Range;

/// Longest tag that is looked at, in bytes; what is longer is read as words.
const LONGEST_TAG: usize = 1000;

/// An HTML tag.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    /// Bytes of the whole, from `<` to `>`.
    pub(crate) length: usize,
    /// What it does to the words around it.
    pub(crate) role: Role,
    /// Offset, behind `<`, and length of the address in `href` or `src`.
    pub(crate) link: Option<Range<usize>>,
    /// Attributes whose values a reader sees or hears, as offsets.
    pub(crate) shown: Vec<Range<usize>>,
}

/// What a tag does to the words around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Begins a line.
    Block,
    /// Begins or ends a paragraph.
    Paragraph,
    /// Stands inside a line; a word may go on behind it.
    Inline,
    /// Strikes words out.
    Struck,
    /// Begins a style sheet.
    Style,
    /// Anything else.
    Other,
}

/// Reads the tag that begins with the `<` at the start of `bytes`; `None` where that is no tag.
pub(crate) fn tag(bytes: &[u8]) -> Option<Tag> {
    let bytes = bytes.get(..LONGEST_TAG.min(bytes.len()))?;
    if bytes.get(..15).is_some_and(|start| start.eq_ignore_ascii_case(b"<!doctype html>")) {
        return Some(Tag { length: 15, role: Role::Block, link: None, shown: Vec::new() });
    }
    let is_declaration = bytes.get(..6).is_some_and(|start| start.eq_ignore_ascii_case(b"<?xml "));
    let mut at = if is_declaration || bytes.get(1) == Some(&b'/') { 2 } else { 1 };
    let name_length = bytes.get(at..)?.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let name = bytes.get(at..at + name_length)?.to_ascii_lowercase();
    if !is_declaration && TAGS.binary_search(&name.as_slice()).is_err() {
        return None;
    }
    at += name_length;
    let role = match name.as_slice() {
        b"br" | b"li" | b"td" | b"th" | b"tr" => Role::Block,
        b"p" | b"div" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"title" => Role::Paragraph,
        b"del" | b"s" | b"strike" => Role::Struck,
        b"style" if bytes.get(1) != Some(&b'/') => Role::Style,
        b"a" | b"abbr" | b"b" | b"big" | b"cite" | b"code" | b"em" | b"font" | b"i" | b"kbd" | b"small" | b"span"
        | b"strong" | b"sub" | b"sup" | b"tt" | b"u" => Role::Inline,
        _ => Role::Other,
    };
    let mut found = Tag { length: 0, role, link: None, shown: Vec::new() };
    loop {
        at += bytes.get(at..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        match bytes.get(at)? {
            b'>' => {
                found.length = at + 1;
                return Some(found);
            }
            b'/' | b'?' if bytes.get(at + 1) == Some(&b'>') => {
                found.length = at + 2;
                return Some(found);
            }
            _ => at = attribute(bytes, at, &mut found)?,
        }
    }
}

/// Whether a text is an HTML page, and not a text with some tags in it.
pub(crate) fn is_page(bytes: &[u8]) -> bool {
    const HEAD: usize = 300;
    let head = bytes.get(..HEAD.min(bytes.len())).unwrap_or_default();
    let start = head.trim_ascii_start();
    [&b"<!doctype html"[..], b"<html"]
        .iter()
        .any(|opening| start.get(..opening.len()).is_some_and(|start| start.eq_ignore_ascii_case(opening)))
}

/// The length of a style sheet up to its closing tag; 0 where that is missing.
pub(crate) fn style_sheet(bytes: &[u8]) -> usize {
    const LONGEST: usize = 100_000;
    let bytes = bytes.get(..LONGEST.min(bytes.len())).unwrap_or_default();
    bytes.windows(8).position(|window| window.eq_ignore_ascii_case(b"</style>")).unwrap_or(0)
}

/// Reads the attribute at an offset; answers the offset behind it.
fn attribute(bytes: &[u8], at: usize, tag: &mut Tag) -> Option<usize> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_:.@".contains(byte);
    let length = bytes.get(at..)?.iter().take_while(|byte| is_name(byte)).count();
    let name = bytes.get(at..at + length).filter(|name| !name.is_empty())?.to_ascii_lowercase();
    let mut behind = at + length;
    behind += bytes.get(behind..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    if bytes.get(behind) != Some(&b'=') {
        return BARE.contains(&name.as_slice()).then_some(at + length);
    }
    behind += 1;
    behind += bytes.get(behind..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let quote = *bytes.get(behind)?;
    let (value, end) = if matches!(quote, b'"' | b'\'') {
        let length = bytes.get(behind + 1..)?.iter().position(|&byte| byte == quote)?;
        (behind + 1..behind + 1 + length, behind + length + 2)
    } else {
        let stops = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'>';
        let length = bytes.get(behind..)?.iter().position(stops)?;
        (behind..behind + length, behind + length)
    };
    match name.as_slice() {
        b"href" | b"src" if !value.is_empty() => tag.link = Some(value),
        b"alt" | b"title" | b"content" | b"placeholder" | b"value" | b"label" | b"aria-label" => tag.shown.push(value),
        _ => {}
    }
    Some(end)
}

/// Attributes that stand without a value.
const BARE: [&[u8]; 10] = [
    b"checked",
    b"compact",
    b"controls",
    b"disabled",
    b"hidden",
    b"noshade",
    b"nowrap",
    b"open",
    b"reversed",
    b"selected",
];

/// What a character reference stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reference {
    /// A letter or digit: part of a word.
    Letter(char),
    /// A space or a sign: between words.
    Separator,
}

/// Reads the character reference that begins with the `&` at the start of `bytes`: what it is, and its length. `None` where
/// there is none, or none that HTML has: then the letters behind `&` are words.
pub(crate) fn reference(bytes: &[u8]) -> Option<(Reference, usize)> {
    let of = |character: char| {
        if character.is_alphanumeric() { Reference::Letter(character) } else { Reference::Separator }
    };
    if bytes.get(1) == Some(&b'#') {
        let is_hex = matches!(bytes.get(2), Some(b'x' | b'X'));
        let start = if is_hex { 3 } else { 2 };
        let digits = bytes.get(start..)?.iter().take(9);
        let length =
            digits.take_while(|byte| if is_hex { byte.is_ascii_hexdigit() } else { byte.is_ascii_digit() }).count();
        let digits = std::str::from_utf8(bytes.get(start..start + length)?).ok()?;
        let number = u32::from_str_radix(digits, if is_hex { 16 } else { 10 }).ok()?;
        let end = start + length;
        let end = if bytes.get(end) == Some(&b';') { end + 1 } else { end };
        return Some((char::from_u32(number).map_or(Reference::Separator, of), end));
    }
    let length = bytes.get(1..)?.iter().take(9).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let name = bytes.get(1..=length)?;
    if bytes.get(length + 1) != Some(&b';') {
        return None;
    }
    let end = length + 2;
    if SIGNS.contains(&name) {
        return Some((Reference::Separator, end));
    }
    let name = std::str::from_utf8(name).ok()?;
    LETTERS.split_whitespace().find_map(|pair| {
        let (known, letter) = pair.split_once('=')?;
        (known == name).then_some((Reference::Letter(letter.chars().next()?), end))
    })
}

/// Named references that are no letters.
const SIGNS: [&[u8]; 40] = [
    b"nbsp", b"amp", b"lt", b"gt", b"quot", b"apos", b"copy", b"reg", b"trade", b"mdash", b"ndash", b"lsquo", b"rsquo",
    b"ldquo", b"rdquo", b"sbquo", b"bdquo", b"laquo", b"raquo", b"hellip", b"bull", b"middot", b"sect", b"para",
    b"shy", b"ensp", b"emsp", b"thinsp", b"zwj", b"zwnj", b"deg", b"plusmn", b"times", b"divide", b"euro", b"pound",
    b"yen", b"cent", b"dagger", b"minus",
];

/// Named references that are letters.
const LETTERS: &str = "
    Agrave=À Aacute=Á Acirc=Â Atilde=Ã Auml=Ä Aring=Å AElig=Æ Ccedil=Ç Egrave=È Eacute=É Ecirc=Ê Euml=Ë Igrave=Ì Iacute=Í
    Icirc=Î Iuml=Ï ETH=Ð Ntilde=Ñ Ograve=Ò Oacute=Ó Ocirc=Ô Otilde=Õ Ouml=Ö Oslash=Ø Ugrave=Ù Uacute=Ú Ucirc=Û Uuml=Ü
    Yacute=Ý THORN=Þ szlig=ß agrave=à aacute=á acirc=â atilde=ã auml=ä aring=å aelig=æ ccedil=ç egrave=è eacute=é ecirc=ê
    euml=ë igrave=ì iacute=í icirc=î iuml=ï eth=ð ntilde=ñ ograve=ò oacute=ó ocirc=ô otilde=õ ouml=ö oslash=ø ugrave=ù
    uacute=ú ucirc=û uuml=ü yacute=ý thorn=þ yuml=ÿ OElig=Œ oelig=œ Scaron=Š scaron=š Yuml=Ÿ
    ";

/// HTML elements whose tags are left out, sorted.
const TAGS: [&[u8]; 75] = [
    b"a",
    b"abbr",
    b"article",
    b"aside",
    b"b",
    b"big",
    b"blockquote",
    b"body",
    b"br",
    b"button",
    b"caption",
    b"center",
    b"cite",
    b"code",
    b"col",
    b"dd",
    b"del",
    b"details",
    b"dfn",
    b"div",
    b"dl",
    b"dt",
    b"em",
    b"font",
    b"footer",
    b"form",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"head",
    b"header",
    b"hr",
    b"html",
    b"i",
    b"img",
    b"input",
    b"ins",
    b"kbd",
    b"li",
    b"link",
    b"main",
    b"meta",
    b"nav",
    b"ol",
    b"option",
    b"p",
    b"picture",
    b"pre",
    b"q",
    b"s",
    b"section",
    b"select",
    b"small",
    b"source",
    b"span",
    b"strike",
    b"strong",
    b"style",
    b"sub",
    b"summary",
    b"sup",
    b"table",
    b"tbody",
    b"td",
    b"th",
    b"thead",
    b"title",
    b"tr",
    b"tt",
    b"u",
    b"ul",
    b"var",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_stand_in_order() {
        assert!(TAGS.is_sorted());
    }

    #[test]
    fn a_tag_has_attributes_and_no_sentence() {
        for (text, length) in [
            ("<p>", 3),
            ("</b> x", 4),
            ("<br />x", 6),
            ("<p title=\"a > b\" class=x>y", 25),
            ("<input disabled>", 16),
            ("<?xml version=\"1.0\"?>", 21),
            ("<!DOCTYPE HTML>", 15),
        ] {
            assert_eq!(tag(text.as_bytes()).map(|tag| tag.length), Some(length), "{text}");
        }
        for text in
            ["<b not for sale>", "<a non-commercial use only>", "<year>", "<", "<p", "<p title=\"", "<b no=>sale"]
        {
            let found = tag(text.as_bytes());
            assert!(found.is_none_or(|tag| tag.length < text.len()), "{text}");
        }
    }

    #[test]
    fn addresses_and_shown_words_are_found() {
        let text = b"<a href='https://example.org/x' title=\"not for sale\">";
        let tag = tag(text).expect("a tag");
        assert_eq!(tag.link.map(|link| &text[link]), Some(&b"https://example.org/x"[..]));
        assert_eq!(tag.shown.iter().map(|shown| &text[shown.clone()]).collect::<Vec<_>>(), [b"not for sale"]);
    }

    #[test]
    fn a_reference_to_a_letter_is_that_letter() {
        for (text, expected) in [
            ("&#110;", Some((Reference::Letter('n'), 6))),
            ("&#x6F;t", Some((Reference::Letter('o'), 6))),
            ("&#0110 ", Some((Reference::Letter('n'), 6))),
            ("&eacute;", Some((Reference::Letter('é'), 8))),
            ("&nbsp;", Some((Reference::Separator, 6))),
            ("&#60;", Some((Reference::Separator, 5))),
            ("&not;", None),
            ("&commercial;", None),
            ("&", None),
            ("&#", None),
            ("&#x;", None),
        ] {
            assert_eq!(reference(text.as_bytes()), expected, "{text}");
        }
    }
}
