//! How wide text is in a picture whose font nobody knows: bounded from above, so that nothing leaves its box.
//!
//! The numbers are thousandths of the size of the font, each at least as large as the advance of its character in
//! Verdana and in DejaVu Sans, the widest of the fonts that the picture asks for.

use crate::report::escape::{inert_within, prefix, suffix, width};

/// What bold letters are wider by, in thousandths.
const BOLD: i64 = 1160;

/// Pixels that are left for a name where there is no room for one.
const MINIMUM: i64 = 24;

/// How letters are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Font {
    /// Pixels.
    pub(super) size: i64,
    pub(super) is_bold: bool,
}

/// Pixels that the text takes at most.
pub(super) fn measured(text: &str, font: Font) -> i64 {
    let letters: i64 = text.chars().map(advance).sum();
    let letters = if font.is_bold { letters * BOLD / 1000 } else { letters };
    (letters * font.size + 999) / 1000
}

/// The text made inert, its middle left out where it would be wider than `room` pixels.
pub(super) fn fitted(text: &str, font: Font, room: i64) -> String {
    // No character is narrower than a third of the size.
    let most = usize::try_from(room.max(0) * 3 / font.size.max(1)).unwrap_or(0) + 4;
    let safe = inert_within(text, most.saturating_mul(20).max(400));
    if measured(&safe, font) <= room {
        return safe;
    }
    let (mut low, mut high) = (0, width(&safe));
    let cut = |columns: usize| format!("{}…{}", prefix(&safe, columns - columns / 2), suffix(&safe, columns / 2));
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if measured(&cut(middle), font) <= room { low = middle } else { high = middle - 1 }
    }
    // Marks that stand on other characters take no column, and are never cut off alone.
    let short = cut(low);
    if measured(&short, font) <= room { short } else { "…".to_owned() }
}

/// The text in lines of at most `room` pixels, broken at spaces; a longer word is cut.
pub(super) fn broken(text: &str, font: Font, room: i64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if measured(&format!("{line} {word}"), font) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(fitted(word, font, room)),
        }
    }
    lines
}

/// As many of these names as there is room for, and how many more there are.
pub(super) fn named(names: &[&str], font: Font, room: i64) -> String {
    let counted = |shown: usize| match (names.get(..shown).unwrap_or_default().join(", "), names.len() - shown) {
        (words, 0) => words,
        (words, more) => format!("{words} +{more}"),
    };
    let fits = (1..=names.len()).rev().map(counted).find(|words| measured(words, font) <= room);
    fits.unwrap_or_else(|| names.first().map_or(String::new(), |name| fitted(name, font, room.max(MINIMUM))))
}

/// Thousandths of the size that a character takes at most.
fn advance(character: char) -> i64 {
    match character {
        'i' | 'j' | 'l' | '\'' | '|' | ' ' => 360,
        'I' | 'f' | 't' | 'r' | '.' | ',' | ':' | ';' | '!' | '(' | ')' | '[' | ']' | '/' | '\\' | '-' | '"' => 465,
        'J' | 's' | 'c' | 'k' | 'v' | 'x' | 'y' | 'z' | '*' => 610,
        'm' | 'W' | '@' => 1010,
        '%' => 1080,
        'w' | '+' | '<' | '=' | '>' | '~' | '^' | '#' => 840,
        'M' => 870,
        'a'..='z' | '0'..='9' | '_' | '{' | '}' | '?' | '$' | '`' => 650,
        'A'..='Z' | '&' => 800,
        other => {
            if width(other.encode_utf8(&mut [0; 4])) == 2 {
                1300
            } else {
                1010
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PLAIN: Font = Font { size: 12, is_bold: false };

    #[test]
    fn a_name_that_fits_stays_and_a_longer_one_loses_its_middle() {
        assert_eq!(fitted("acme/chat-7b", PLAIN, 200), "acme/chat-7b");
        let short = fitted("organisation-with-a-long-name/model-with-a-longer-name-v2", PLAIN, 200);
        assert!(short.starts_with("organi") && short.ends_with("-v2") && short.contains('…'), "{short}");
    }

    #[test]
    fn names_for_which_there_is_no_room_are_counted() {
        let names = ["looser-than-base", "non-commercial", "tag-only"];
        assert_eq!(named(&names, PLAIN, 1000), "looser-than-base, non-commercial, tag-only");
        assert_eq!(named(&names, PLAIN, 150), "looser-than-base +2");
        assert_eq!(named(&[], PLAIN, 150), "");
        assert!(measured(&named(&names, PLAIN, 0), PLAIN) <= 24);
    }

    #[test]
    fn lines_break_at_spaces() {
        let lines = broken("one two three four", PLAIN, 70);
        assert!(lines.len() > 1 && lines.join(" ") == "one two three four", "{lines:?}");
    }

    proptest! {
        #[test]
        fn nothing_is_wider_than_its_room(text in any::<String>(), room in 20_i64..400, is_bold in any::<bool>()) {
            let font = Font { size: 13, is_bold };
            prop_assert!(measured(&fitted(&text, font, room), font) <= room);
            prop_assert!(broken(&text, font, room).iter().all(|line| measured(line, font) <= room));
        }
    }
}
