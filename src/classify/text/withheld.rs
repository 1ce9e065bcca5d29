//! Sentences that withhold the work from its licence, in prose beside a licence's name: what may not be done with it, what
//! the licence leaves out, what must be asked for.
//!
//! A licence file is read more strictly (`force`). Prose speaks of much else, so each rule wants an act, a work or a
//! licence beside the word that denies.

use std::ops::Range;

use license_db::tokens::Tokens;

/// Acts that a licence permits.
const ACTS: &str = "use used uses using usage copy copied copying reproduce reproduced distribute distributed distributing \
    distribution redistribute redistributed redistribution share shared sharing publish published modify modified \
    modification adapt adapted sell sold resell resold sublicense sublicensed deploy deployed deployment download downloaded \
    host hosted train trained finetune finetuned merge merged commercialize commercialise monetize monetise";
/// What a model repository is there for.
const WORKS: &str = "model models weight weights checkpoint checkpoints parameters adapter adapters dataset datasets";
const LICENCES: &str = "license licence licenses licences agreement terms grant";
const ASKING: &str = "contact email mail reach permission require requires required request obtain purchase buy ask apply \
    negotiate fee pay paid";

/// Whether a sentence withholds something.
pub(super) fn withholds(text: &str, tokens: &Tokens, sentence: &Range<usize>) -> bool {
    let words = words(text, tokens, sentence);
    denies_act(&words) || leaves_out(&words) || sells(&words) || reserves(text, tokens, sentence)
}

fn words(text: &str, tokens: &Tokens, sentence: &Range<usize>) -> Vec<String> {
    let word = |at: usize| {
        let (&start, &end) = (tokens.starts.get(at)?, tokens.ends.get(at)?);
        text.get(start as usize..end as usize).map(str::to_lowercase)
    };
    sentence.clone().filter_map(word).collect()
}

fn is_of(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|listed| listed == word)
}

/// Whether one of the `most` words from `at` on is of the list.
fn has_within(words: &[String], at: usize, most: usize, list: &str) -> bool {
    words.iter().skip(at).take(most).any(|word| is_of(list, word))
}

fn is_denied_before(words: &[String], at: usize) -> bool {
    const BEFORE: usize = 3;
    words.iter().take(at).rev().take(BEFORE).any(|word| is_of("not no without never nor t", word))
}

/// "may not be used", "redistribution is prohibited", "must not be shared without consent".
fn denies_act(words: &[String]) -> bool {
    const REACH: usize = 5;
    let has_act = || words.iter().any(|word| is_of(ACTS, word));
    words.iter().enumerate().any(|(at, word)| match word.as_str() {
        "may" | "must" | "can" | "shall" => {
            words.get(at + 1).is_some_and(|next| is_of("not t", next))
                && has_within(words, at + 2, REACH, ACTS)
                && !is_but_for_a_licence(words, at + 2)
        }
        "cannot" => has_within(words, at + 1, REACH, ACTS),
        "not" => has_within(words, at + 1, 3, "allowed permitted licensed authorized authorised") && has_act(),
        "prohibited" | "forbidden" | "disallowed" => !is_denied_before(words, at) && has_act(),
        "without" => has_within(words, at + 1, REACH, "permission consent approval authorization") && has_act(),
        _ => false,
    })
}

/// "(You may not use this file) except in compliance with the License", as headers of licences begin.
fn is_but_for_a_licence(words: &[String], at: usize) -> bool {
    const REACH: usize = 10;
    let rest: Vec<&str> = words.iter().skip(at).take(REACH).map(String::as_str).collect();
    rest.windows(3).any(|three| three == ["except", "in", "compliance"])
}

/// "This license does not apply to the weights", "everything except the weights", "the weights are not covered".
fn leaves_out(words: &[String]) -> bool {
    const REACH: usize = 4;
    let names = |list: &str| words.iter().any(|word| is_of(list, word));
    words.iter().enumerate().any(|(at, word)| match word.as_str() {
        "not" | "doesn" | "doesn't" => {
            // "doesn't" is two words.
            let mut behind = words.iter().skip(at + 1).filter(|word| *word != "t").take(2);
            let leaves = behind.any(|word| is_of("apply cover extend include covered included", word));
            leaves && names(LICENCES) && names(WORKS)
        }
        "except" | "excluding" | "excluded" | "excludes" => has_within(words, at + 1, REACH, WORKS),
        _ => false,
    })
}

/// "The weights are (c) Acme, all rights reserved", in one sentence: the line of copyright that any file may end with is
/// none. The words of such a line may be left out of the text's, so this reads what is written.
fn reserves(text: &str, tokens: &Tokens, sentence: &Range<usize>) -> bool {
    const REACH: usize = 300;
    let start = tokens.starts.get(sentence.start).map_or(0, |&start| start as usize);
    let written = text.get(start..).unwrap_or_default().chars().take(REACH).collect::<String>().to_lowercase();
    let Some((before, _)) = written.split_once("all rights reserved") else { return false };
    let last = [". ", ".\n", "\n\n"].iter().filter_map(|end| before.rfind(end)).max().unwrap_or(0);
    let clause = before.get(last..).unwrap_or_default();
    clause.split(|c: char| !c.is_alphanumeric()).any(|word| is_of(WORKS, word))
}

/// "For commercial use please contact us".
fn sells(words: &[String]) -> bool {
    const REACH: usize = 14;
    let uses = "use uses usage purpose purposes license licence licenses licensing application applications";
    words.iter().enumerate().any(|(at, word)| {
        let asks = |(behind, asked): (usize, &String)| is_of(ASKING, asked) && !is_denied_before(words, behind);
        word == "commercial"
            && has_within(words, at + 1, 2, uses)
            && words.iter().enumerate().skip(at + 2).take(REACH).any(asks)
    })
}

#[cfg(test)]
mod tests {
    use license_db::tokens::tokenize;

    use super::*;

    fn whole(text: &str, holds: impl Fn(&str, &Tokens, &Range<usize>) -> bool) -> bool {
        let tokens = tokenize(text);
        holds(text, &tokens, &(0..tokens.len()))
    }

    #[test]
    fn a_sentence_that_takes_the_work_out_of_its_licence_withholds_it() {
        for sentence in [
            "The pretrained weights may not be used in any product.",
            "For commercial use please contact sales@acme.example.",
            "This license does not apply to the model weights.",
            "The weights are (c) Acme Inc., all rights reserved.",
            "Redistribution of the checkpoints is prohibited.",
            "You cannot share the files.",
            "You can't share the weights.",
            "This license doesn't cover the model weights.",
            "You may not use it except in compliance with the License, and the weights must not be sold.",
            "Everything here except the weights is free.",
            "Sharing the files without our consent is not allowed.",
        ] {
            assert!(whole(sentence, withholds), "{sentence}");
        }
    }

    #[test]
    fn other_prose_of_a_licence_section_withholds_nothing() {
        for sentence in [
            "Copyright (c) 2026 Acme Inc. All rights reserved.",
            "The model may not answer every question.",
            "Commercial use needs no permission.",
            "You may use the weights in any product.",
            "For a custom license, please contact us.",
            "We cannot guarantee that the answers are right.",
            "Review the license terms of these projects before use.",
            "No use is prohibited.",
            "You may not use these files except in compliance with the License.",
        ] {
            assert!(!whole(sentence, withholds), "{sentence}");
        }
    }
}
