//! Differences of layout: numbers of lists, headings, what a printing leaves out or puts in without a word of terms.

use license_db::diff::Hunk;
use license_db::tokens::{self, LINE_START, NUMBER, SENTENCE_START, Tokens};
use license_db::vocabulary::Force;

use super::constants::{COPYRIGHT_REST, HEADING, TITLE_LINE};
use super::force;
use super::library::{ReferenceWords, word_at};
use super::names;

/// Whether the difference is one of layout. `words` are those of the reference, where its text is at hand.
///
/// `is_text` is false for a notice, which names one licence: there a suffix names another.
pub(super) fn is_layout(
    hunk: &Hunk,
    text: &str,
    tokens: &Tokens,
    words: Option<&ReferenceWords<'_>>,
    is_text: bool,
) -> bool {
    let added = || hunk.added.clone();
    let adds_numbers = opens(tokens, hunk.added.start) && added().all(|at| is_list_number(text, tokens, at));
    if hunk.missing.is_empty() {
        return (is_text && is_suffix(text, tokens, &hunk.added))
            || adds_numbers
            || is_heading(tokens, &hunk.added, HEADING)
            || ends_copyright(text, tokens, &hunk.added);
    }
    let Some(words) = words else { return false };
    if hunk.added.is_empty() && ends_copyright(words.text, &words.tokens, &hunk.missing) {
        return true;
    }
    let lacks_numbers = hunk.missing.clone().all(|at| is_list_number(words.text, &words.tokens, at));
    // The last line of a text stands above nothing: it is no heading, but the end of what the text says.
    let lacks_heading =
        || hunk.missing.end < words.tokens.len() && is_heading(&words.tokens, &hunk.missing, TITLE_LINE);
    if hunk.added.is_empty() {
        return lacks_numbers || lacks_heading();
    }
    // One numbering for another: letters and Roman numerals only, since `2.` may be the 2 of "version 2.0".
    let is_letters = |tokens: &Tokens, mut range: std::ops::Range<usize>| {
        range.all(|at| tokens.flags.get(at).is_some_and(|flags| flags & NUMBER == 0))
    };
    lacks_numbers && adds_numbers && is_letters(tokens, added()) && is_letters(&words.tokens, hunk.missing.clone())
}

/// A letter, a Roman numeral or a small number that a list could begin with.
fn is_list_number(text: &str, tokens: &Tokens, at: usize) -> bool {
    let Some(word) = word_at(text, tokens, at) else { return false };
    let end = tokens.ends.get(at).map_or(0, |&end| end as usize);
    let start = tokens.starts.get(at).map_or(0, |&start| start as usize);
    let before = text.as_bytes().get(start.saturating_sub(2)..start).unwrap_or_default();
    let goes_on = matches!(before, [digit, b'.'] if digit.is_ascii_digit());
    let is_marked = goes_on || matches!(text.as_bytes().get(end), Some(b'.' | b')'));
    let is_roman = word.len() <= 5 && word.bytes().all(|byte| b"ivxIVX".contains(&byte));
    let is_letter = word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_number = word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit());
    is_marked && (is_roman || is_letter || is_number)
}

/// Whether a word goes on a product's name behind a hyphen: "Example-VL" for "Example".
fn is_suffix(text: &str, tokens: &Tokens, words: &std::ops::Range<usize>) -> bool {
    let Some(&start) = tokens.starts.get(words.start) else { return false };
    let before = text.get(..start as usize).unwrap_or_default();
    let is_attached =
        before.strip_suffix('-').is_some_and(|before| before.chars().next_back().is_some_and(char::is_alphanumeric));
    // The letters that tell one Creative Commons licence from another are no product's name.
    let is_term = |word: &str| ["NC", "ND", "SA", "BY"].contains(&word);
    words.len() == 1
        && is_attached
        && !word_at(text, tokens, words.start).is_some_and(is_term)
        && word_at(text, tokens, words.start)
            .is_some_and(|word| word.chars().all(|letter| letter.is_uppercase() || letter.is_ascii_digit()))
        && !force::has_any(tokens.hashes.get(words.clone()).unwrap_or_default())
}

/// Whether words are the rest of a copyright line that was broken or joined: a holder's address, "all rights reserved".
pub(super) fn ends_copyright(text: &str, tokens: &Tokens, words: &std::ops::Range<usize>) -> bool {
    let follows = |left_out: &u32| usize::try_from(*left_out).is_ok_and(|left_out| left_out == words.start);
    words.len() <= COPYRIGHT_REST
        && tokens.left_out.iter().any(follows)
        && names::are_names(text, tokens, words, |_| false)
}

/// Whether a sentence or a line begins with a word.
fn opens(tokens: &Tokens, at: usize) -> bool {
    tokens.flags.get(at).is_some_and(|flags| flags & (LINE_START | SENTENCE_START) != 0)
}

/// A heading that has its lines for itself and says nothing but a title.
fn is_heading(tokens: &Tokens, words: &std::ops::Range<usize>, most: usize) -> bool {
    let begins_line = |at: usize| tokens.flags.get(at).is_none_or(|flags| flags & LINE_START != 0);
    let hashes = tokens.hashes.get(words.clone()).unwrap_or_default();
    let classes = tokens.classes.get(words.clone()).unwrap_or_default();
    words.len() <= most
        && begins_line(words.start)
        && begins_line(words.end)
        && !force::is_clause_in_title(hashes)
        && classes.iter().all(|&class| tokens::force(class) != Force::Operative)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suffix_goes_on_a_products_name_and_names_no_other_licence() {
        let holds = |text: &str, is_text| {
            let tokens = tokens::tokenize(text);
            let last = tokens.len() - 1;
            let hunk = Hunk { missing: 0..0, added: last..last + 1 };
            is_layout(&hunk, text, &tokens, None, is_text)
        };
        assert!(holds("the terms of Example-VL", true));
        assert!(!holds("the terms of Example-VL", false));
        assert!(!holds("the terms of CC-BY-NC", true));
        assert!(!holds("the terms of Example VL", true));
    }

    #[test]
    fn the_last_line_of_a_text_is_no_heading() {
        for id in ["HIDAPI", "WTFPL"] {
            let text = license_db::license(id).and_then(license_db::License::text).expect("an SPDX text");
            let (most, _) = text.trim_end().rsplit_once('\n').expect("it has lines");
            let found = crate::classify::text::classify(most, crate::evidence::TextKind::LicenseFile);
            assert_ne!(found.outcome, crate::license::Outcome::Exact, "{id}");
        }
    }
}
