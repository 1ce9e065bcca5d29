//! Names of holders and products, copyright lines and titles: words that say whose something is and nothing about what is
//! allowed.

use std::ops::Range;

use license_db::tokens::{self, IN_URL, LINE_START, NUMBER, Tokens, YEAR};

use super::constants::{COPYRIGHT, PROVENANCE, STRANGERS, STRANGERS_IN_A_ROW, TITLE_LINE};
use super::force;
use super::library::{ReferenceWords, word_at};

/// Whether words could be the name of somebody or something: they are spelled like names, or stand between names, and no
/// word decides anything. `is_foreseen` knows words that the place in question allows.
pub(super) fn are_names(
    text: &str,
    tokens: &Tokens,
    words: &Range<usize>,
    is_foreseen: impl Fn(usize) -> bool,
) -> bool {
    if words.clone().all(&is_foreseen) {
        return true;
    }
    let rest: Vec<u32> = words
        .clone()
        .filter(|&at| !is_foreseen(at) && !is_address(text, tokens, at))
        .filter_map(|at| tokens.hashes.get(at).copied())
        .collect();
    !force::is_clause_in_name(&without_reservation(&rest))
        && strangers(text, tokens, words, &is_foreseen) <= STRANGERS
        && longest_row(text, tokens, words) <= STRANGERS_IN_A_ROW
        && !is_sentence(text, tokens, words)
        && !decides(text, tokens, words, &is_foreseen)
}

/// Whether hiragana joins the words: names are written in Han and katakana.
fn is_sentence(text: &str, tokens: &Tokens, words: &Range<usize>) -> bool {
    const KANA: usize = 4;
    let is_hiragana = |character: char| matches!(u32::from(character), 0x3040..=0x309f);
    words.clone().filter(|&at| word_at(text, tokens, at).is_some_and(|word| word.starts_with(is_hiragana))).count()
        > KANA
}

/// Words of force that are not foreseen.
fn decides(text: &str, tokens: &Tokens, words: &Range<usize>, is_foreseen: &impl Fn(usize) -> bool) -> bool {
    words.clone().any(|at| {
        let class = tokens.classes.get(at).copied().unwrap_or_default();
        tokens::force(class) == license_db::vocabulary::Force::Operative
            && !is_foreseen(at)
            && !is_address(text, tokens, at)
    })
}

/// Whether every word is spelled like a name, or stands between names.
pub(super) fn are_capitalised(text: &str, tokens: &Tokens, words: &Range<usize>) -> bool {
    strangers(text, tokens, words, &|_| false) == 0
}

/// Most words without a capital that follow each other, but for words between names. A word that a place foresees counts:
/// a hundred words share its class.
fn longest_row(text: &str, tokens: &Tokens, words: &Range<usize>) -> usize {
    let (mut row, mut longest) = (0, 0);
    for at in words.clone().filter(|&at| !is_address(text, tokens, at)) {
        let word = word_at(text, tokens, at).unwrap_or_default();
        if tokens::is_between_names(word) {
            continue;
        }
        row = if word.chars().next().is_some_and(char::is_lowercase) { row + 1 } else { 0 };
        longest = longest.max(row);
    }
    longest
}

/// Words without a capital that do not stand between names.
fn strangers(text: &str, tokens: &Tokens, words: &Range<usize>, is_foreseen: &impl Fn(usize) -> bool) -> usize {
    words
        .clone()
        .filter(|&at| {
            let word = word_at(text, tokens, at).unwrap_or_default();
            // A letter of a script without capitals is no sign of a name either.
            let is_small = word.chars().next().is_some_and(|first| first.is_alphabetic() && !first.is_uppercase());
            is_small && !is_foreseen(at) && !is_address(text, tokens, at) && !tokens::is_between_names(word)
        })
        .count()
}

/// Whether words of a reference are a blank to fill in: `[name of library]`, `<year>`.
pub(super) fn is_placeholder(words: &ReferenceWords<'_>, missing: &Range<usize>) -> bool {
    let Some(last) = missing.end.checked_sub(1).filter(|last| *last >= missing.start) else { return false };
    let bounds = words.tokens.starts.get(missing.start).zip(words.tokens.ends.get(last));
    let Some((&start, &end)) = bounds else { return false };
    let before = words.text.get(..start as usize).and_then(|before| before.trim_end().chars().next_back());
    let behind = words.text.get(end as usize..).and_then(|behind| behind.trim_start().chars().next());
    matches!((before, behind), (Some('['), Some(']')) | (Some('<'), Some('>')) | (Some('{'), Some('}')))
}

/// Whether a word is a part of an address: of a page, a host, a mailbox.
fn is_address(text: &str, tokens: &Tokens, at: usize) -> bool {
    let bounds = tokens.starts.get(at).zip(tokens.ends.get(at));
    has_flag(tokens, at, IN_URL)
        || bounds.is_some_and(|(&start, &end)| tokens::is_in_host(text.as_bytes(), start as usize, end as usize))
}

fn has_flag(tokens: &Tokens, at: usize, flag: u8) -> bool {
    tokens.flags.get(at).is_some_and(|flags| flags & flag != 0)
}

/// "Copyright (c) 2024 Holder. All rights reserved." and nothing that decides anything.
pub(super) fn is_copyright(text: &str, tokens: &Tokens, words: &Range<usize>) -> bool {
    let classes = tokens.classes.get(words.clone()).unwrap_or_default();
    let hashes = tokens.hashes.get(words.clone()).unwrap_or_default();
    let copyright = tokens::word_hash(b"copyright");
    let opens = hashes.iter().take(3).any(|&hash| hash == copyright);
    let has_year = classes.iter().take(8).any(|&class| class == YEAR);
    (opens || has_year) && classes.len() <= COPYRIGHT && are_names(text, tokens, words, |_| false)
}

/// The words without "all rights reserved", which every holder says.
fn without_reservation(hashes: &[u32]) -> Vec<u32> {
    let reservation = ["all", "rights", "reserved"].map(|word| tokens::word_hash(word.as_bytes()));
    match hashes.windows(3).position(|three| three == reservation) {
        Some(at) => [hashes.get(..at).unwrap_or_default(), hashes.get(at + 3..).unwrap_or_default()].concat(),
        None => hashes.to_vec(),
    }
}

/// Whether words are a title: on lines of their own, spelled like one, without a word that decides.
pub(super) fn is_title(text: &str, tokens: &Tokens, words: &Range<usize>) -> bool {
    let begins_line = |at: usize| tokens.flags.get(at).is_none_or(|flags| flags & LINE_START != 0);
    let hashes = tokens.hashes.get(words.clone()).unwrap_or_default();
    let end = words.end.checked_sub(1).and_then(|last| tokens.ends.get(last)).map_or(0, |&end| end as usize);
    let is_sentence = matches!(text.as_bytes().get(end), Some(b'.' | b'!' | b';'));
    let numbers = words.clone().filter(|&at| has_flag(tokens, at, NUMBER)).count();
    let small = strangers(text, tokens, words, &|_| false);
    words.len() <= TITLE_LINE
        && begins_line(words.start)
        && begins_line(words.end)
        && !is_sentence
        && small * 2 <= words.len() - numbers.min(words.len())
        && !force::is_clause_in_title(hashes)
}

/// How sentences begin that say where something comes from.
const OPENERS: [&str; 43] = [
    "author",
    "authors",
    "authored by",
    "based on",
    "by",
    "contributors",
    "created by",
    "credits",
    "derived from",
    "developed by",
    "end of",
    "for more information",
    "for the full",
    "further information",
    "maintained by",
    "originally",
    "part of",
    "parts of",
    "portions",
    "see",
    "the following",
    "the full text",
    "the software consists of",
    "the text of",
    "this directory",
    "this file contains",
    "this file incorporates",
    "this file is part of",
    "this is the",
    "this library is",
    "this package",
    "this product includes",
    "this program is part of",
    "this project contains",
    "this project includes",
    "this project is",
    "this repository",
    "this software consists of",
    "this software contains",
    "this software includes",
    "this work is",
    "version",
    "written by",
];

/// Whether a sentence says where something comes from or stands, in words that decide nothing.
pub(super) fn is_provenance(tokens: &Tokens, words: &Range<usize>) -> bool {
    let hashes = tokens.hashes.get(words.clone()).unwrap_or_default();
    let opens = |opener: &str| {
        opener.split(' ').enumerate().all(|(at, word)| hashes.get(at) == Some(&tokens::word_hash(word.as_bytes())))
    };
    words.len() <= PROVENANCE && OPENERS.iter().any(|opener| opens(opener)) && !force::is_clause_in_provenance(hashes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str, holds: impl Fn(&str, &Tokens, &Range<usize>) -> bool) -> bool {
        let tokens = tokens::tokenize(text);
        holds(text, &tokens, &(0..tokens.len()))
    }

    #[test]
    fn a_copyright_line_names_holders_and_says_nothing_more() {
        for line in
            ["European Organization for Nuclear Research, 2019", "2020 ACME Limited", "2015 by d0x at users.example"]
        {
            assert!(whole(line, is_copyright), "{line}");
        }
        for line in ["Copyright 2024 Holder. Every output carries the label of the house", "Copyright 2024 X, no sale"]
        {
            assert!(!whole(line, is_copyright), "{line}");
        }
    }

    #[test]
    fn a_title_is_spelled_like_one() {
        for title in ["The Weather Words Public License", "EXAMPLE MODEL AGREEMENT", "Example License 2.0"] {
            assert!(whole(title, is_title), "{title}");
        }
        for words in ["Keep it out of gambling products", "Images stay ours.", "No Commercial Use"] {
            assert!(!whole(words, is_title), "{words}");
        }
    }

    #[test]
    fn provenance_says_where_something_comes_from() {
        assert!(whole(
            "This product includes parts written by Jane Doe of the Weather Words project",
            |_, tokens, words| { is_provenance(tokens, words) }
        ));
        assert!(!whole("This product includes a fee of ten dollars", |_, tokens, words| is_provenance(tokens, words)));
    }
}
