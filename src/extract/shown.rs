//! What running text holds that licences ask for: words to show, addresses of use policies, lines of copyright, a word
//! about changes.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use license_db::TermKind;
use license_db::terms::When;
use regex::Regex;

use super::document::pattern;
use crate::evidence::QUOTE_LIMIT;

/// Most addresses of one document; a list of links is longer than this, and says no more.
const MOST_LINKS: usize = 16;
/// Longest address, in bytes.
const LONGEST_LINK: usize = 700;
/// Most lines of copyright of one document; a notice that lists a framework's parts has more, and they are others'.
const MOST_COPYRIGHTS: usize = 64;

/// The words that some licence asks to show and that the shown `lines` hold, letter for letter, each once with its
/// paragraph. Marks and tags within them do not count, and neither does a paragraph that speaks of displaying: that is
/// the licence, quoted.
pub(crate) fn displays(text: &str, lines: &[Range<usize>]) -> Vec<(Range<usize>, &'static str)> {
    let asked: Vec<&'static str> = ASKED.iter().copied().filter(|words| text.contains(first_word(words))).collect();
    if asked.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(Range<usize>, &'static str)> = Vec::new();
    for paragraph in paragraphs(text, lines) {
        let source = text.get(paragraph.clone()).unwrap_or_default();
        let (raw, read) = (spaced(source), as_read(source));
        if INSTRUCTION.is_match(&raw) {
            continue;
        }
        for words in &asked {
            let is_shown = holds(&raw, words) || holds(&read, words);
            if is_shown && found.iter().all(|(_, known)| known != words) {
                found.push((paragraph.clone(), words));
            }
        }
    }
    found
}

/// The addresses of use policies in pieces of a text, each once with its place; a piece has the offset at which it
/// begins.
pub(crate) fn policy_links<'a>(pieces: impl IntoIterator<Item = (usize, &'a str)>) -> Vec<(Range<usize>, &'a str)> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for (start, piece) in pieces {
        // The pattern is dear to build, and few texts have an address of this kind.
        if !piece.split_whitespace().any(may_be_policy) {
            continue;
        }
        for address in POLICY_LINK.find_iter(piece).filter(|address| address.len() <= LONGEST_LINK) {
            let words = address.as_str().trim_end_matches(['.', ',', ';', ':', '*', '_']);
            if found.len() < MOST_LINKS && seen.insert(words) {
                let at = start + address.start();
                found.push((at..at + words.len(), words));
            }
        }
    }
    found
}

/// Lines at the head of a licence file in which the copyright of the work stands. Further down it is that of the licence
/// itself, or the form that an appendix asks to fill in.
pub(crate) const HEAD_LINES: usize = 20;

/// The lines of copyright among the first `most` lines of a text, each with its place.
pub(crate) fn copyrights(text: &str, most: usize) -> Vec<(Range<usize>, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n').take(most) {
        let words = line.trim();
        if found.len() < MOST_COPYRIGHTS && may_be_copyright(words) && COPYRIGHT.is_match(words) {
            let start = at + (line.len() - line.trim_start().len());
            let words = super::cut(words, QUOTE_LIMIT);
            found.push((start..start + words.len(), words));
        }
        at += line.len();
    }
    found
}

/// The first words in pieces of a text that speak of a change to a model.
pub(crate) fn change<'a>(pieces: impl IntoIterator<Item = (usize, &'a str)>) -> Option<(Range<usize>, &'a str)> {
    pieces.into_iter().find_map(|(start, piece)| {
        let found = CHANGE.find(piece)?;
        Some((start + found.start()..start + found.end(), found.as_str()))
    })
}

/// Every wording of the database that a card can show, but for those that depend on a count or on the name of a model.
static ASKED: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let terms = license_db::licenses().iter().flat_map(|license| license.terms);
    terms
        .filter(|term| term.kind == TermKind::Display && term.when() != Some(When::AboveThreshold))
        .flat_map(license_db::Term::displayed)
        .collect()
});

static INSTRUCTION: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\bdisplay|\binclude\b|显示|展示|標示|标注"));
static POLICY_LINK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r#"(?i)\b(?:https?://)?(?:[a-z0-9-]+\.)+[a-z]{2,24}/(?:[^\s<>()\[\]"'“”`]*[/._=-])?"#,
        r#"(?:us(?:e|age)[-_]?(?:polic|restriction)|acceptable[-_]?use|prohibited[-_]?use|aup\b)[^\s<>()\[\]"'“”`]*"#
    ))
});
static COPYRIGHT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^[^a-z0-9]{0,10}(?:(?:portions|model|weights) )?(?:copyright\s*(?:\(c\)|©|[0-9<\[{]|yyyy)|(?:\(c\)|©)\s*[0-9<\[{])",
    )
});
static CHANGE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)\b(?:fine[- ]?tun|quanti[sz]|merg(?:e|ed|es|ing)\b|modif|chang(?:e|ed|es)\b|adapt|(?:further|continued|continually|re-?|post-?)[- ]?(?:pre-?)?train",
        r"|trained (?:on top of|from)|distil|convert|gguf|ggml|gptq|awq|exl2|mlx|onnx|lora\b|prun(?:e|ed|ing)\b|deriv|based (?:up)?on\b|built (?:up)?on\b)",
        r"|微调|微調|量化|合并|合併|融合|修改|基于|基於"
    ))
});
static TARGET: LazyLock<Regex> = LazyLock::new(|| pattern(r"\]\([^()\s]{0,2000}\)|<[^<>]{0,2000}>"));

/// Whether a word may hold the address of a use policy.
fn may_be_policy(word: &str) -> bool {
    let has = |part: &[u8]| word.as_bytes().windows(part.len()).any(|bytes| bytes.eq_ignore_ascii_case(part));
    word.contains('/') && word.contains('.') && (has(b"use") || has(b"usage") || has(b"aup"))
}

/// Whether a line may state a copyright.
fn may_be_copyright(line: &str) -> bool {
    let has = |part: &[u8]| line.as_bytes().windows(part.len()).any(|bytes| bytes.eq_ignore_ascii_case(part));
    line.contains('©') || has(b"(c)") || has(b"copyright")
}

fn first_word(words: &str) -> &str {
    words.split(' ').next().unwrap_or(words)
}

/// Whether the words stand there on their own, not as the beginning of longer ones.
fn holds(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let behind = text.get(at + words.len()..).and_then(|behind| behind.chars().next());
        ![before, behind].into_iter().flatten().any(char::is_alphanumeric)
    })
}

/// Runs of shown lines with no empty line among them.
fn paragraphs(text: &str, lines: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut paragraphs: Vec<Range<usize>> = Vec::new();
    let mut is_open = false;
    for line in lines {
        let is_empty = text.get(line.clone()).is_none_or(|words| words.trim().is_empty());
        match paragraphs.last_mut() {
            Some(last) if is_open && !is_empty && line.start <= last.end + 2 => last.end = line.end,
            _ if !is_empty => paragraphs.push(line.clone()),
            _ => {}
        }
        is_open = !is_empty;
    }
    paragraphs
}

fn spaced(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Without tags, targets of links, and marks.
fn as_read(source: &str) -> String {
    let untargeted = TARGET.replace_all(source, "");
    spaced(&untargeted.replace(['*', '`', '[', ']', '_', '>'], ""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::extract::card_body;

    fn shown(text: &str) -> Vec<&'static str> {
        let body = card_body::read(text, 0, true);
        displays(text, &body.lines).into_iter().map(|(_, words)| words).collect()
    }

    fn links(text: &str) -> Vec<&str> {
        policy_links([(0, text)]).into_iter().map(|(_, address)| address).collect()
    }

    #[test]
    fn words_are_found_through_marks_links_tags_and_line_breaks() {
        for text in [
            "Built with Llama",
            "> **Built with\nLlama**",
            "Built with [Llama](https://llama.com).",
            "<b>Built with</b> <i>Llama</i>",
            "<img src=\"x\" alt=\"Built with Llama\">",
            "![Built with Llama](badge.png)",
        ] {
            assert_eq!(shown(text), ["Built with Llama"], "{text}");
        }
    }

    #[test]
    fn other_words_hidden_words_and_the_licence_itself_show_nothing() {
        for text in [
            "built with llama",
            "Built with Llamas",
            "Built with Meta Llama",
            "Built with\n\nLlama",
            "```\nBuilt with Llama\n```",
            "<!-- Built with Llama -->",
            "you must prominently display \u{201c}Built with Llama\u{201d} on a related website",
        ] {
            assert_eq!(shown(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn addresses_of_policies_are_found_with_and_without_a_scheme() {
        assert_eq!(
            links("see https://llama.meta.com/llama3_1/use-policy), and ai.google.dev/gemma/prohibited_use_policy."),
            ["https://llama.meta.com/llama3_1/use-policy", "ai.google.dev/gemma/prohibited_use_policy"]
        );
        assert_eq!(
            links("(https://stability.ai/use-policy) https://stability.ai/use-policy"),
            ["https://stability.ai/use-policy"]
        );
        assert_eq!(links("https://example.com/privacy-policy and a use policy"), Vec::<&str>::new());
    }

    #[test]
    fn lines_of_copyright_stand_at_the_head_and_name_a_year_or_its_blank() {
        let lines = |text: &'static str| copyrights(text, 3).into_iter().map(|(_, line)| line).collect::<Vec<_>>();
        assert_eq!(lines("MIT License\n\n Copyright (c) 2024 Acme \n"), ["Copyright (c) 2024 Acme"]);
        assert_eq!(lines("Copyright [yyyy] [name]\n© 2023 Acme"), ["Copyright [yyyy] [name]", "© 2023 Acme"]);
        let none: [&str; 0] = [];
        assert_eq!(lines("The above copyright notice\nCopyright notices\n\nCopyright 2024 Acme"), none);
    }

    #[test]
    fn a_change_is_spoken_of_once() {
        let spoken = |text: &'static str| change([(0, text)]).map(|(_, words)| words);
        assert_eq!(spoken("A model, fine-tuned and quantized."), Some("fine-tun"));
        assert_eq!(spoken("A model for everybody."), None);
    }

    proptest! {
        #[test]
        fn every_place_is_in_the_text(text in "(Built with Llama|\\n|\\*|```|<!--|-->|a\\.bc/aup|é| ){0,30}") {
            let body = card_body::read(&text, 0, true);
            for (at, _) in displays(&text, &body.lines) {
                prop_assert!(text.get(at).is_some());
            }
            for (at, address) in policy_links([(0, text.as_str())]) {
                prop_assert_eq!(text.get(at), Some(address));
            }
        }
    }
}
