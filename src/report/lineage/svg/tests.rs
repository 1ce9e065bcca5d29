use proptest::prelude::*;

use super::*;
use crate::report::lineage::sample;

fn written(scan: &Scan) -> String {
    crate::report::sample::written(|out| write(scan, &Style::default(), out))
}

/// The names of the elements in their order, where the document is well-formed: what XML 1.0 asks for, of what is used
/// here (no comments, no CDATA, no document type).
fn elements(document: &str) -> Result<Vec<String>, String> {
    let mut open: Vec<String> = Vec::new();
    let mut found = Vec::new();
    let mut rest = document.trim_end();
    let is_character =
        |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    if let Some(bad) = document.chars().find(|&c| !is_character(c)) {
        return Err(format!("U+{:x} is no character of XML", u32::from(bad)));
    }
    let text = |words: &str| {
        let ends = |piece: &str| ["amp;", "lt;", "gt;", "quot;", "#39;"].iter().any(|entity| piece.starts_with(entity));
        words.split('&').skip(1).all(ends) && !words.contains('>')
    };
    while !rest.is_empty() {
        let (words, tag) = rest.split_once('<').ok_or("words behind the end")?;
        if !text(words) || (open.is_empty() && !words.is_empty()) {
            return Err(format!("text: {words}"));
        }
        let (tag, behind) = tag.split_once('>').ok_or("a tag without end")?;
        rest = behind;
        if let Some(name) = tag.strip_prefix('/') {
            let opened = open.pop().ok_or("nothing is open")?;
            if opened != name {
                return Err(format!("{opened} ends as {name}"));
            }
            continue;
        }
        let (tag, is_empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let quotes: Vec<&str> = attributes.split('"').collect();
        let (last, pairs) = quotes.split_last().ok_or("no attributes")?;
        let is_pair = |pair: &[&str]| {
            let name = pair[0].trim().strip_suffix('=').unwrap_or_default();
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') && text(pair[1])
        };
        if !last.is_empty() || !pairs.chunks(2).all(|pair| pair.len() == 2 && is_pair(pair)) {
            return Err(format!("attributes: {attributes}"));
        }
        found.push(name.to_owned());
        if !is_empty {
            open.push(name.to_owned());
        }
    }
    if open.is_empty() { Ok(found) } else { Err(format!("left open: {open:?}")) }
}

fn attribute(line: &str, name: &str) -> i64 {
    let value = line.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split('"').next());
    value.and_then(|value| value.parse().ok()).unwrap_or_default()
}

#[test]
fn the_picture_says_what_it_shows_and_needs_nothing() {
    let found = written(&sample::small());
    assert!(found.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""), "{found}");
    assert!(found.contains("<title id=\"licentia-family-title\">The family of acme/chat-7b-lora</title>"), "{found}");
    assert!(found.contains("acme/chat-7b: finetune of meta/llama-2 (looser-than-base)."), "{found}");
    assert!(found.contains("prefers-color-scheme:dark"), "{found}");
    assert_eq!(found.matches("://").count(), 1, "only the name of the language");
    for outside in ["<script", "href", "@import", "url(", "<image", "<foreignObject", " on"] {
        assert!(!found.replace("trained on", "").contains(outside), "{outside}");
    }
}

#[test]
fn every_verdict_is_a_word_and_not_a_colour_alone() {
    let found = written(&sample::small());
    for word in [">allow<", ">review<", ">deny<", ">gated<"] {
        assert!(found.contains(word), "{word}");
    }
}

#[test]
fn documents_that_are_not_well_formed_are_known() {
    assert_eq!(elements("<a b=\"c\"><d/>e &amp; f</a>"), Ok(vec!["a".to_owned(), "d".to_owned()]));
    for broken in ["<a>", "<a></b>", "<a>&</a>", "<a b=c/>", "<a b=\"c/>", "<a/>b", "<a>\u{1}</a>", "<a>></a>"] {
        assert!(elements(broken).is_err(), "{broken}");
    }
}

#[test]
fn cards_do_not_overlap_and_words_stay_in_them() {
    for scan in [sample::small(), sample::large(), sample::wide(60), sample::deep(12)] {
        let found = written(&scan);
        elements(&found).expect("well-formed");
        let root = found.lines().next().expect("a root");
        let (width, height) = (attribute(root, "width"), attribute(root, "height"));
        let cards: Vec<[i64; 4]> = found
            .lines()
            .filter(|line| line.contains("class=\"card") && attribute(line, "width") == Card::WIDTH)
            .map(|line| ["x", "y", "width", "height"].map(|name| attribute(line, name)))
            .collect();
        for (index, a) in cards.iter().enumerate() {
            assert!(a[0] >= 0 && a[1] >= 0 && a[0] + a[2] <= width && a[1] + a[3] <= height, "{a:?}");
            for b in cards.iter().skip(index + 1) {
                let apart = a[0] + a[2] <= b[0] || b[0] + b[2] <= a[0] || a[1] + a[3] <= b[1] || b[1] + b[3] <= a[1];
                assert!(apart, "{a:?} {b:?}");
            }
        }
    }
}

#[test]
fn the_same_family_is_the_same_picture() {
    assert_eq!(written(&sample::large()), written(&sample::large()));
}

#[test]
fn nothing_is_a_picture_too() {
    let found = written(&sample::Growing::new().done());
    elements(&found).expect("well-formed");
    assert!(found.contains("nothing was scanned"), "{found}");
}

#[test]
fn a_very_large_family_is_cut_and_says_so() {
    let found = written(&sample::wide(2000));
    assert!(found.contains("1601 more are not drawn"), "{}", found.len());
    elements(&found).expect("well-formed");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn whatever_the_names_are_the_picture_is_well_formed_and_has_the_same_elements(
        words in "([\"'&<>\\[\\]\u{0}\u{b}\u{ffff}\n]|]]>|</text>|<script>|\\PC){0,300}"
    ) {
        let shape = |words: &str| {
            let mut found = elements(&written(&sample::called(words)))?;
            // Long words take more lines at the foot.
            found.retain(|name| name != "text");
            Ok::<_, String>(found)
        };
        prop_assert_eq!(shape(&words), shape("x"));
    }
}
