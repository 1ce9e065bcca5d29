//! Words as inline Markdown that says them and does nothing: no link, no HTML, no cell of its own, nobody called.
//!
//! Written for GitHub Flavored Markdown, section 6 (inlines) and 4.10 (tables). What a backslash would not keep from being
//! obeyed everywhere is a character reference, which never makes structure (CommonMark 0.31, section 2.5). Hosts read
//! `@name` and `#12` in what is left of a text after all that, so a character without width goes between (`&#8203;`).

use super::escape::inert;

/// Stands between two characters that a host would read as one mark.
const BREAK: &str = "&#8203;";

/// The text as inline Markdown on one line, for a cell of a table, a heading, an item or a paragraph.
pub(super) fn cell(text: &str) -> String {
    let inert = inert(text);
    let text = inert.trim();
    let mut safe = String::with_capacity(text.len());
    let lead = leading_mark(text);
    let mut before = ' ';
    for (offset, character) in text.char_indices() {
        let rest = text.get(offset + character.len_utf8()..).unwrap_or_default();
        let next = rest.chars().next().unwrap_or(' ');
        let is_marked = match character {
            '\\' | '`' | '*' | '[' | ']' | '~' | '^' => true,
            // Inside a word it says nothing to Markdown, and names are full of it.
            '_' => !(before.is_alphanumeric() && next.is_alphanumeric()),
            '&' => next == '#' || next.is_alphanumeric(),
            ':' => rest.starts_with("//"),
            '.' => ends_with_www(&safe),
            _ => false,
        };
        if is_marked || lead == Some(offset) {
            safe.push('\\');
        }
        match character {
            '|' => safe.push_str("&#124;"),
            '<' => safe.push_str("&lt;"),
            '$' => safe.push_str("&#36;"),
            _ => safe.push(character),
        }
        if (character == '@' && next.is_alphanumeric()) || (character == '#' && next.is_ascii_digit()) {
            safe.push_str(BREAK);
        }
        before = character;
    }
    safe
}

/// Where the mark stands that would make a heading, an item, a quotation, a rule or a command of a line that begins so.
fn leading_mark(text: &str) -> Option<usize> {
    if text.starts_with(['#', '+', '-', '=', '>', '/', ':']) {
        return Some(0);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let is_item = digits > 0 && text.get(digits..).is_some_and(|rest| rest.starts_with(['.', ')']));
    is_item.then_some(digits)
}

fn ends_with_www(text: &str) -> bool {
    let end = text.len().checked_sub(3).and_then(|start| text.get(start..));
    end.is_some_and(|end| end.eq_ignore_ascii_case("www"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    use super::*;

    /// What a reader of Markdown sees of a cell; fails where it sees more than words.
    fn seen(markdown: &str, is_in_table: bool) -> Result<String, String> {
        let document =
            if is_in_table { format!("| a | b |\n|---|---|\n| {markdown} | z |\n") } else { format!("{markdown}\n") };
        let mut cells = Vec::new();
        // Quotation marks and dashes that a reader makes nicer are no harm.
        let options = Options::all().difference(Options::ENABLE_SMART_PUNCTUATION);
        for event in Parser::new_ext(&document, options) {
            match event {
                Event::Start(Tag::TableCell | Tag::Paragraph) => cells.push(String::new()),
                Event::Text(words) => cells.last_mut().ok_or("words outside")?.push_str(&words),
                Event::Start(Tag::Table(_) | Tag::TableHead | Tag::TableRow)
                | Event::End(
                    TagEnd::Table | TagEnd::TableHead | TagEnd::TableRow | TagEnd::TableCell | TagEnd::Paragraph,
                ) => {}
                other => return Err(format!("{other:?} in {document}")),
            }
        }
        match (is_in_table, cells.as_slice()) {
            (true, [_, _, cell, last]) if last == "z" => Ok(cell.replace('\u{200b}', "")),
            (false, [paragraph]) => Ok(paragraph.replace('\u{200b}', "")),
            (false, []) => Ok(String::new()),
            _ => Err(format!("{cells:?} in {document}")),
        }
    }

    #[test]
    fn ordinary_words_stay_readable() {
        for text in ["weights of acme/chat_7b are under MIT (declared)", "50 % & more, 2 < 3"] {
            assert_eq!(cell(text), text.replace('<', "&lt;"));
        }
        assert_eq!(cell("`commercial` [x]"), "\\`commercial\\` \\[x\\]");
        assert_eq!(cell("a | b\nc"), "a &#124; b\\\\u{a}c");
    }

    #[test]
    fn nobody_is_called_and_nothing_is_linked() {
        assert_eq!(cell("@octocat fixes #12"), "@&#8203;octocat fixes #&#8203;12");
        assert_eq!(cell("https://evil.example WWW.evil.example"), "https\\://evil.example WWW\\.evil.example");
        assert_eq!(cell("<img src=x onerror=y>"), "&lt;img src=x onerror=y>");
    }

    #[test]
    fn a_line_that_begins_with_a_mark_is_words() {
        for text in ["# x", "- x", "+ x", "1. x", "23) x", "> x", "---", "===", "***", "___", "/close", "    x", "|-|"]
        {
            assert_eq!(seen(&cell(text), false).as_deref(), Ok(text.trim()));
        }
    }

    proptest! {
        #[test]
        fn every_text_is_shown_and_none_is_obeyed(
            text in prop_oneof![any::<String>(), "[-+=#>*_`~|<>\\[\\]()!\\\\&;:/.@$^{}\" a1w\n]{0,24}"],
        ) {
            let shown = inert(&text);
            let collapsed = |text: &str| text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
            for is_in_table in [true, false] {
                let seen = seen(&cell(&text), is_in_table).map_err(TestCaseError::fail)?;
                prop_assert_eq!(collapsed(&seen), collapsed(shown.trim()));
            }
        }
    }
}
