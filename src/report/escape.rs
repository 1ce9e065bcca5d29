//! Making scanned words inert: a report shows what a model says and never does what it says.
//!
//! Three readers obey characters in a report: the terminal (control sequences), the eye (marks that reorder or hide
//! text, CVE-2021-42574) and the log of a build service (workflow commands such as `::error::` at the start of a line,
//! `##[group]` and `##vso[…]` anywhere in it). What they would obey is written as `\u{…}`.

use std::fmt::Write as _;

/// Columns of a name that is cut in its middle of which more is not looked at.
const LONGEST_NAME: usize = 4000;

/// The text with everything that a terminal, an eye or a build log would obey written as `\u{…}`. One line: line
/// breaks are escaped too.
pub fn inert(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let next = rest.peek().copied();
        if is_obeyed(character) || is_command_mark(before, character, next) {
            let _ = write!(safe, "\\u{{{:x}}}", u32::from(character));
        } else {
            safe.push(character);
        }
        before = character;
    }
    safe
}

/// At most `limit` columns of the text, made inert; a cut is marked by `...`.
pub fn inert_within(text: &str, limit: usize) -> String {
    // Every column takes at least one character, so a longer text need not be looked at.
    let start: String = text.chars().take(limit.saturating_add(1)).collect();
    let safe = inert(&start);
    if width(&safe) <= limit && start.len() == text.len() {
        return safe;
    }
    let mut short = prefix(&safe, limit.saturating_sub(3)).to_owned();
    short.push_str("...");
    short
}

/// At most `limit` columns of the text, made inert; what is left out of a longer one is its middle, since names differ at
/// their ends.
pub fn inert_ends(text: &str, limit: usize) -> String {
    let safe = inert_within(text, LONGEST_NAME);
    if width(&safe) <= limit {
        return safe;
    }
    let room = limit.saturating_sub(3);
    let tail = suffix(&safe, room / 2);
    format!("{}...{tail}", prefix(&safe, room.saturating_sub(width(tail))))
}

/// Columns that the text takes in a terminal, for text that is already inert.
pub fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// The longest prefix of at most `limit` columns.
pub(crate) fn prefix(text: &str, limit: usize) -> &str {
    let mut used = 0;
    for (offset, character) in text.char_indices() {
        used += columns(character);
        if used > limit {
            return text.get(..offset).unwrap_or(text);
        }
    }
    text
}

/// The longest end of at most `limit` columns.
pub(crate) fn suffix(text: &str, limit: usize) -> &str {
    let mut used = 0;
    for (offset, character) in text.char_indices().rev() {
        used += columns(character);
        if used > limit {
            return text.get(offset + character.len_utf8()..).unwrap_or_default();
        }
    }
    text
}

/// Whether a terminal or the eye would obey the character instead of showing it: controls (C0, DEL, C1), bidirectional
/// and other invisible format characters, line and paragraph separators, tags.
pub(crate) fn is_obeyed(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether the character would complete the mark of a workflow command: the second `:` of a `::` that begins a word,
/// the second `#` of `##[` or `##vso[`.
fn is_command_mark(before: char, character: char, next: Option<char>) -> bool {
    match character {
        ':' => before == ' ' && next == Some(':'),
        '#' => before == '#' && next.is_some_and(|next| next == '[' || next.is_ascii_alphabetic()),
        _ => false,
    }
}

/// Columns of one character: the wide blocks of East Asian scripts and pictographs take two, combining marks none.
/// An approximation of Unicode's UAX 11 that only carets and wrapping rest on.
fn columns(character: char) -> usize {
    match u32::from(character) {
        0x300..=0x36f | 0x20d0..=0x20ff | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f900..=0x1f9ff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn terminal_sequences_show_instead_of_acting() {
        assert_eq!(inert("\u{1b}[31mMIT\u{1b}[0m\u{7}"), "\\u{1b}[31mMIT\\u{1b}[0m\\u{7}");
        assert_eq!(inert("a\r\nb\tc\u{9b}2J"), "a\\u{d}\\u{a}b\\u{9}c\\u{9b}2J");
    }

    #[test]
    fn marks_that_reorder_or_hide_text_show() {
        assert_eq!(inert("\u{202e}TIM\u{202c}"), "\\u{202e}TIM\\u{202c}");
        assert_eq!(inert("M\u{200b}IT\u{feff}\u{e0041}"), "M\\u{200b}IT\\u{feff}\\u{e0041}");
    }

    #[test]
    fn commands_of_build_services_lose_their_mark() {
        assert_eq!(inert("::error::x"), "\\u{3a}:error::x");
        assert_eq!(inert("see ::stop-commands::x"), "see \\u{3a}:stop-commands::x");
        assert_eq!(inert("##vso[task.complete]"), "#\\u{23}vso[task.complete]");
        assert_eq!(inert("##[group]x"), "#\\u{23}[group]x");
    }

    #[test]
    fn ordinary_text_stays_as_it_is() {
        for text in ["<script>alert(1)</script>", "std::fmt", "## Licence", "Lizenz: für alle", "许可证", "🤗 ok"]
        {
            assert_eq!(inert(text), text);
        }
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        assert_eq!(inert_within("abcdefghij", 10), "abcdefghij");
        assert_eq!(inert_within("abcdefghijk", 10), "abcdefg...");
        assert_eq!(inert_within("许可证许可证", 8), "许可...");
    }

    #[test]
    fn a_long_name_keeps_both_ends() {
        assert_eq!(inert_ends("acme/chat-7b", 12), "acme/chat-7b");
        assert_eq!(inert_ends("acme/chat-7b-instruct-lora", 13), "acme/...-lora");
        assert_eq!(inert_ends("许可证许可证许可证", 9), "许可...证");
        assert_eq!(width(&inert_ends(&"x".repeat(1 << 20), 40)), 40);
    }

    proptest! {
        #[test]
        fn nothing_obeyed_survives(text in any::<String>()) {
            let safe = inert(&text);
            prop_assert!(!safe.chars().any(is_obeyed));
            prop_assert_eq!(inert(&safe), safe.clone());
            prop_assert!(width(&inert_within(&text, 20)) <= 20);
            prop_assert!(width(&inert_ends(&text, 20)) <= 20);
            prop_assert!(!inert_ends(&text, 20).chars().any(is_obeyed));
        }
    }
}
