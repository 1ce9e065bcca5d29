//! Cards as their authors would want them, from trees in memory: what is minded, what is put right, and that nothing else
//! changes.

use std::collections::BTreeSet;

use licentia::finding::Level;
use licentia::gap::{Gap, GapKind};
use licentia::lint::{CardFile, Remark, apply, look};
use licentia::location::Location;
use licentia::run;
use licentia::source::SourceTree;
use licentia::source::hub_id::HubId;
use licentia::source::memory::MemoryTree;
use licentia::source::named::NamedTree;
use proptest::prelude::*;

type Files<'a> = &'a [(&'a str, &'a str)];

fn linted(name: Option<&str>, files: &[(&str, Vec<u8>)]) -> Vec<Remark> {
    let tree = MemoryTree::new("model", files.iter().map(|(path, bytes)| (*path, bytes.clone())));
    let paths: Vec<String> = tree.entries().iter().map(|entry| entry.path.clone()).collect();
    let tree: Box<dyn SourceTree> = match name.and_then(HubId::of_words) {
        Some(name) => Box::new(NamedTree::new(Box::new(tree), name)),
        None => Box::new(tree),
    };
    let scan = run::lint(tree, None, &|_| ());
    let card = files.iter().find(|(path, _)| *path == "README.md");
    look(&scan, &paths, card.map(|(path, bytes)| CardFile { path, bytes }))
}

fn owned(files: Files<'_>) -> Vec<(&str, Vec<u8>)> {
    files.iter().map(|(path, text)| (*path, text.as_bytes().to_vec())).collect()
}

fn remarks(files: Files<'_>) -> Vec<Remark> {
    linted(None, &owned(files))
}

fn names(remarks: &[Remark]) -> Vec<&'static str> {
    remarks.iter().map(|remark| remark.name).collect()
}

/// The names for a card with this front matter, and the given files beside it.
fn of_card(yaml: &str, more: Files<'_>) -> Vec<&'static str> {
    let card = format!("---\n{yaml}\n---\n\n# Rocket\n");
    names(&remarks(&[&[("README.md", card.as_str())], more].concat()))
}

/// The card after every round of fixes, as `--fix` makes it, and the files that came beside it.
fn fixed(files: Files<'_>) -> (String, BTreeSet<String>) {
    let mut files = owned(files);
    for _ in 0..4 {
        let found = linted(None, &files);
        let card =
            files.iter().find(|(path, _)| *path == "README.md").map(|(_, bytes)| bytes.clone()).unwrap_or_default();
        let Some(changed) = apply(CardFile { path: "README.md", bytes: &card }, &found) else { break };
        for (path, bytes) in &mut files {
            if *path == "README.md" {
                bytes.clone_from(&changed.bytes);
            }
        }
        files.extend(changed.files.iter().map(|(name, text)| (*name, text.as_bytes().to_vec())));
    }
    let again = linted(None, &files);
    assert!(again.iter().all(|remark| remark.fix.is_none()), "fixed twice changes nothing: {again:?}");
    let card = files.iter().find(|(path, _)| *path == "README.md").map(|(_, bytes)| bytes.clone()).unwrap_or_default();
    let names = files.iter().map(|(path, _)| (*path).to_owned()).collect();
    (String::from_utf8(card).expect("the card stays text"), names)
}

fn text_of(id: &str) -> &'static str {
    license_db::license(id).and_then(license_db::License::text).expect("a text of the list")
}

#[test]
fn a_card_with_its_text_leaves_nothing_to_do() {
    let found = of_card("license: apache-2.0\nlicense_link: LICENSE", &[("LICENSE", text_of("Apache-2.0"))]);
    assert_eq!(found, [""; 0]);
}

#[test]
fn a_card_that_is_not_there_is_an_error_and_so_is_one_under_another_name() {
    let found = remarks(&[("LICENSE", text_of("MIT"))]);
    assert!(names(&found).contains(&"card-missing"), "{found:?}");
    let found = remarks(&[("readme.md", "---\nlicense: mit\n---\n"), ("LICENSE", text_of("MIT"))]);
    let missing = found.iter().find(|remark| remark.name == "card-missing").expect("the Hub does not read it");
    assert!(missing.message.contains("readme.md") && missing.level == Level::Error, "{missing:?}");
}

#[test]
fn words_that_the_hub_does_not_know_are_minded_and_spelt_where_that_is_sure() {
    let license = |word: &str| of_card(&format!("license: {word}"), &[("LICENSE", text_of("Apache-2.0"))]);
    for (word, name) in [
        ("Apache-2.0", "license-id-spelling"),
        ("Apache License 2.0", "license-id-spelling"),
        ("apache-2.o", "license-id-unknown"),
        ("GPL-3.0-or-later", "license-id-unknown"),
        ("MIT OR Apache-2.0", "license-id-unknown"),
    ] {
        assert!(license(word).contains(&name), "{word}: {:?}", license(word));
    }
    for word in ["apache-2.0", "[apache-2.0]"] {
        assert!(!license(word).iter().any(|name| name.starts_with("license-id")), "{word}");
    }
    assert!(license("gpl").contains(&"family-only"));
    let card = "---\nlicense: apache-2.o\n---\n";
    let found = remarks(&[("README.md", card)]);
    let unknown = found.iter().find(|remark| remark.name == "license-id-unknown").expect("no identifier");
    assert!(unknown.help.contains("`apache-2.0`") && unknown.fix.is_none(), "{unknown:?}");
    assert_eq!((unknown.at.span.map(|span| (span.start_line, span.start_column))), Some((2, 10)));
}

#[test]
fn what_only_or_later_would_be_lost_is_never_spelt_anew() {
    for word in ["GPL-3.0-or-later", "GPL-3.0-only", "LGPL-2.1-or-later"] {
        let card = format!("---\nlicense: {word}\n---\n");
        assert_eq!(fixed(&[("README.md", &card)]).0, card, "{word}");
    }
}

#[test]
fn a_key_that_is_misspelt_keeps_its_value_and_its_comment() {
    let card = "---\nlanguage: en\nlicence: \"Apache-2.0\" # ours\ntags: [a, b]\n---\n# T\n";
    let (card, files) = fixed(&[("README.md", card)]);
    assert_eq!(card, "---\nlanguage: en\nlicense: apache-2.0 # ours\ntags: [a, b]\n---\n# T\n");
    assert!(files.contains("LICENSE"), "the text has nothing to fill in");
}

#[test]
fn a_text_with_a_holder_to_fill_in_is_not_written_nor_one_beside_something_like_it() {
    for (card, beside) in [("mit", None), ("bsd-3-clause", None), ("apache-2.0", Some("THIRD_PARTY_LICENSES"))] {
        let card = format!("---\nlicense: {card}\n---\n");
        let mut files = vec![("README.md", card.as_str())];
        files.extend(beside.map(|name| (name, "Words.\n")));
        let (same, after) = fixed(&files);
        assert!(same == card && !after.contains("LICENSE"), "{card}");
    }
}

#[test]
fn a_text_is_written_only_for_what_the_key_grants_and_nothing_else_denies() {
    let body = "\n# Rocket\n";
    for (card, is_written) in [
        (format!("---\nlicense: apache-2.0\n---\n{body}"), true),
        (format!("{body}\nSee [Apache 2.0](https://www.apache.org/licenses/LICENSE-2.0).\n"), false),
        (format!("{body}\n## License\n\nApache-2.0\n"), false),
        (format!("---\nlicense: apache-2.0\n---\n{body}\n## License\n\nFor non-commercial use only.\n"), false),
        (format!("---\nlicense: [apache-2.0, cc-by-4.0]\n---\n{body}"), false),
        (format!("---\nlicense: apache-2.0\nlicense_link: https://opensource.org/licenses/MIT\n---\n{body}"), false),
    ] {
        assert_eq!(fixed(&[("README.md", &card)]).1.contains("LICENSE"), is_written, "{card}");
    }
    let header = ("main.py", "# SPDX-License-Identifier: MIT\n");
    assert!(!fixed(&[("README.md", "---\nlicense: apache-2.0\n---\n"), header]).1.contains("LICENSE"));
}

#[test]
fn other_asks_for_a_name_and_a_link() {
    assert_eq!(of_card("license: other", &[]), ["license-link-missing", "license-name-missing"]);
    let card = "---\r\nlicense: other\r\ntags: [x]\r\n---\r\n";
    let (card, _) = fixed(&[("README.md", card), ("LICENSE", text_of("BUSL-1.1"))]);
    assert_eq!(
        card,
        "---\r\nlicense: other\r\nlicense_link: LICENSE\r\nlicense_name: busl-1.1\r\ntags: [x]\r\n---\r\n"
    );
    let found = of_card("license: other\nlicense_name: llama3.1\nlicense_link: LICENSE", &[]);
    assert!(found.contains(&"other-has-an-id") && found.contains(&"license-link-dead"), "{found:?}");
    // The text is not a name that the author chose: what is granted stays as it is.
    let card = "---\nlicense: other\nlicense_name: ours\nlicense_link: LICENSE\n---\n";
    let (same, _) = fixed(&[("README.md", card), ("LICENSE", text_of("Apache-2.0"))]);
    assert_eq!(same, card);
}

#[test]
fn links_that_are_dead_by_their_form_lead_to_the_file_beside_the_card() {
    let beside = ("LICENSE", text_of("Apache-2.0"));
    for (link, name, is_fixed) in [
        ("LICENSE.md", "license-link-dead", true),
        ("licence.txt", "license-link-dead", true),
        ("https://huggingface.co/acme/rocket", "license-link-not-a-text", false),
        ("https://huggingface.co/acme/rocket/blob/LICENSE", "license-link-dead", false),
        ("https://huggingface.co/acme/rocket/LICENSE", "license-link-dead", false),
        ("https://github.com/acme/rocket", "license-link-not-a-text", false),
        ("www.apache.org/licenses/LICENSE-2.0", "license-link-dead", true),
        ("http://www.apache.org/licenses/LICENSE-2.0", "license-link-insecure", true),
    ] {
        let card = format!("---\nlicense: apache-2.0\nlicense_link: {link}\n---\n");
        let found = remarks(&[("README.md", &card), beside]);
        let remark = found.iter().find(|remark| remark.name == name);
        let remark = remark.unwrap_or_else(|| panic!("{link}: {found:?}"));
        assert_eq!(remark.fix.is_some(), is_fixed, "{link}");
    }
    for link in [
        "LICENSE",
        "https://huggingface.co/acme/rocket/blob/main/LICENSE",
        "https://www.apache.org/licenses/LICENSE-2.0",
        "https://github.com/acme/rocket/blob/main/LICENSE",
        "https://ai.google.dev/gemma/terms",
        "https://huggingface.co/docs/hub/repositories-licenses",
    ] {
        let found = of_card(&format!("license: apache-2.0\nlicense_link: {link}"), &[beside]);
        assert!(!found.iter().any(|name| name.starts_with("license-link")), "{link}: {found:?}");
    }
}

#[test]
fn a_fix_never_changes_what_is_granted() {
    let of = |yaml: &str, text: &str| fixed(&[("README.md", &format!("---\n{yaml}\n---\n")), ("LICENSE", text)]).0;
    let mit = &text_of("MIT").replace("<year> <copyright holders>", "2026 Acme");
    // A dead link is led to the file beside the card only where its text is that of the licence which the card names.
    for (yaml, text) in [
        ("license: apache-2.0\nlicense_link: LICENSE.md", mit.as_str()),
        ("license: other\nlicense_name: acme-1.0\nlicense_link: LICENSE.md", text_of("BUSL-1.1")),
        ("license: other\nlicense_name: acme-1.0", text_of("BUSL-1.1")),
        ("license: other\nlicense_link: https://acme.example/terms", text_of("BUSL-1.1")),
        ("license: [other, apache-2.0]\nlicense_name: acme-1.0", text_of("BUSL-1.1")),
        ("license: other\nlicense_name: [busl-1.1]\nlicense_link: LICENSE.md", text_of("BUSL-1.1")),
    ] {
        assert_eq!(of(yaml, text), format!("---\n{yaml}\n---\n"));
    }
    // No text is added, and no key or word changed, where the card says something else as well.
    for yaml in [
        "license: apache-2.0\nlicense_link: https://example.com/our-terms",
        "license: apache-2.0\nlicense_link: TERMS.md",
        "license: apache-2.0\nlicense_name: acme-1.0",
        "license: apache-2.0\nlicense_name: cc-by-4.0",
        "license: apache-2.0\nlicenses: cc-by-nc-4.0",
        "license: apache-2.0\nlicense_id: cc-by-nc-4.0",
        "licence: mit\nlicenses: gpl-3.0",
        "License: mit\nlicence: gpl-3.0",
        "licence: apache-2.0\nlicense_id: cc-by-nc-4.0",
        "<<: {licenses: gpl-3.0}\nlicence: mit",
        "license_id: cc-by-nc-4.0",
        "licences: apache-2.0",
        "license: gpl-3.0 only",
        "license: GPLv3 only",
        "license: \"GPL 3.0 only\"",
        "license: LGPL-3.0 only",
        "license: GPL-3.0+",
        "license: [AGPL-3.0-only]",
    ] {
        let card = format!("---\n{yaml}\n---\n");
        let (same, files) = fixed(&[("README.md", &card)]);
        assert!(same == card && !files.contains("LICENSE"), "{same}");
    }
    // What cannot be read, or may hold other terms by its name.
    let card = "---\nlicense: apache-2.0\n---\n";
    for beside in ["EULA.pdf", "AGREEMENT.txt", "docs/TERMS.txt", "use_policy.md", "Lizenz.txt", "config.json"] {
        let files = fixed(&[("README.md", card), (beside, "{\"a\": ")]).1;
        assert!(!files.contains("LICENSE"), "{beside}");
    }
    // A name and a link of the same licence are no doubt.
    for yaml in [
        "license_name: apache-2.0",
        "license_link: LICENSE",
        "license_link: https://www.apache.org/licenses/LICENSE-2.0",
    ] {
        let card = format!("---\nlicense: apache-2.0\n{yaml}\n---\n");
        assert!(fixed(&[("README.md", &card)]).1.contains("LICENSE"), "{yaml}");
    }
    assert_eq!(
        of("license: other\nlicense_name: busl-1.1\nlicense_link: LICENSE.md", text_of("BUSL-1.1")),
        "---\nlicense: other\nlicense_name: busl-1.1\nlicense_link: LICENSE\n---\n"
    );
}

#[test]
fn every_misspelt_key_is_minded() {
    for (yaml, count) in [
        ("licence: mit\nlicenses: gpl-3.0", 2),
        ("license: mit\nlicenses: gpl-3.0", 1),
        ("license_id: mit", 1),
        ("license: mit\nlicences: ~", 0),
    ] {
        let found = of_card(yaml, &[]);
        assert_eq!(found.iter().filter(|name| **name == "license-key-misspelt").count(), count, "{yaml}: {found:?}");
    }
}

#[test]
fn other_among_licences_asks_for_its_name_and_its_link_too() {
    let found = of_card("license: [apache-2.0, other]", &[("LICENSE", text_of("Apache-2.0"))]);
    for name in ["license-link-missing", "license-name-missing"] {
        assert!(found.contains(&name), "{name}: {found:?}");
    }
}

#[test]
fn a_name_and_a_link_are_one_word_each() {
    for (key, name) in [("license_name", "license-name-not-a-word"), ("license_link", "license-link-not-a-word")] {
        for value in ["[a, b]", "{a: b}"] {
            let found = of_card(&format!("license: apache-2.0\n{key}: {value}"), &[("LICENSE", text_of("Apache-2.0"))]);
            assert!(found.contains(&name), "{key}: {value}: {found:?}");
        }
    }
}

#[test]
fn an_address_that_only_one_machine_or_program_opens_is_dead() {
    for link in
        ["file:///home/me/LICENSE", "ftp://acme.example/LICENSE", "javascript:alert(1)", "mailto:me@acme.example"]
    {
        let card = format!("---\nlicense: apache-2.0\nlicense_link: \"{link}\"\n---\n");
        let found = remarks(&[("README.md", &card), ("LICENSE", text_of("Apache-2.0"))]);
        assert!(names(&found).contains(&"license-link-dead"), "{link}: {found:?}");
    }
}

#[test]
fn a_card_that_could_not_be_read_is_not_missing() {
    let tree = MemoryTree::new("model", [("README.md", b"---\nlicense: mit\n---\n".to_vec())]);
    let paths = vec!["README.md".to_owned()];
    let scan = run::lint(Box::new(tree), None, &|_| ());
    assert!(!names(&look(&scan, &paths, None)).contains(&"card-missing"));
    assert!(names(&look(&scan, &[], None)).contains(&"card-missing"));
    let mut scan = scan;
    let at = Location::file(0, "README.md");
    scan.gaps.push(Gap { at, kind: GapKind::OutsideRoot, detail: "a link".to_owned() });
    assert!(!names(&look(&scan, &[], None)).contains(&"card-missing"), "a link out of the tree is there");
}

#[test]
fn a_link_into_the_same_repository_is_read_where_its_name_is_known() {
    let of = |link: &str| {
        let card = format!("---\nlicense: apache-2.0\nlicense_link: {link}\n---\n");
        let files: Files<'_> = &[("README.md", card.as_str()), ("LICENSE", text_of("Apache-2.0"))];
        names(&linted(Some("acme/rocket"), &owned(files)))
    };
    assert_eq!(of("https://huggingface.co/acme/rocket/blob/main/LICENSE"), [""; 0]);
    assert_eq!(of("https://huggingface.co/acme/rocket/blob/0123abc/LICENSE"), ["license-link-elsewhere"]);
    assert_eq!(of("https://huggingface.co/Acme/Rocket/blob/main/LICENSE.txt"), ["license-link-dead"]);
    assert_eq!(of("https://huggingface.co/acme/other/blob/main/LICENSE.txt"), [""; 0]);
}

#[test]
fn what_the_adapter_names_is_said_in_the_card() {
    let adapter = ("adapter_config.json", "{\"base_model_name_or_path\": \"acme/base\"}");
    let license = ("LICENSE", text_of("Apache-2.0"));
    let card = "---\nlicense: apache-2.0\n---\n";
    let (card, _) = fixed(&[("README.md", card), license, adapter]);
    assert_eq!(card, "---\nlicense: apache-2.0\nbase_model: acme/base\nbase_model_relation: adapter\n---\n");
    let of = |yaml: &str| of_card(&format!("license: apache-2.0\n{yaml}"), &[license, adapter]);
    assert_eq!(of("base_model: acme/base"), ["base-model-relation-missing", "base-not-inspected"]);
    assert!(of("base_model: acme/other\nbase_model_relation: adapter").contains(&"base-model-differs"));
    // A path of somebody's machine is no name for a card.
    let local = ("adapter_config.json", "{\"base_model_name_or_path\": \"/root/models/base\"}");
    let card = "---\nlicense: apache-2.0\n---\n";
    assert_eq!(fixed(&[("README.md", card), license, local]).0, card);
}

#[test]
fn a_base_is_named_by_its_identifier() {
    let license = ("LICENSE", text_of("Apache-2.0"));
    let card = "---\nlicense: apache-2.0\nbase_model:\n- https://huggingface.co/acme/base\n- acme/two\n---\n";
    let (card, _) = fixed(&[("README.md", card), license]);
    assert_eq!(card, "---\nlicense: apache-2.0\nbase_model:\n- acme/base\n- acme/two\n---\n");
    assert!(of_card("license: apache-2.0\nbase_model: /data/base", &[license]).contains(&"base-model-not-an-id"));
    let found = of_card("license: apache-2.0\nbase_model: bert-base-uncased", &[license]);
    assert!(!found.contains(&"base-model-not-an-id"), "{found:?}");
}

#[test]
fn a_derivative_of_llama_needs_its_name_and_its_words_whatever_a_policy_says() {
    let files = owned(&[("README.md", "---\nlicense: llama3.1\nbase_model: meta-llama/Llama-3.1-8B\n---\n# Rocket\n")]);
    let found = names(&linted(Some("acme/rocket"), &files));
    for name in ["display-missing", "name-prefix-missing", "notice-file-missing", "tag-only"] {
        assert!(found.contains(&name), "{name}: {found:?}");
    }
    let found = names(&linted(Some("acme/Llama-rocket"), &files));
    assert!(!found.contains(&"name-prefix-missing"), "{found:?}");
    // A licence that businesses refuse has duties all the same.
    let nc = of_card("license: cc-by-nc-4.0", &[]);
    assert!(nc.contains(&"tag-only"), "{nc:?}");
}

#[test]
fn front_matter_that_cannot_be_read_is_said_and_left_alone() {
    for card in ["---\nlicense: [mit\n---\n", "---\nlicense: mit\nlicense: apache-2.0\n---\n", "---\n- mit\n---\n"] {
        let found = names(&remarks(&[("README.md", card)]));
        assert!(found.contains(&"card-not-understood"), "{card}: {found:?}");
        assert_eq!(fixed(&[("README.md", card)]).0, card);
    }
}

#[test]
fn hostile_cards_make_no_fix_that_says_something_else() {
    let deep = format!("---\nlicense: {}\n---\n", "[".repeat(500));
    let long = format!("---\nlicense: {}\n---\n", "A".repeat(200_000));
    for card in [
        "---\nlicense: &a Apache-2.0\ntags: [*a]\n---\n",
        "---\n{license: Apache-2.0, tags: [x]}\n---\n",
        "---\n{\nlicense: other,\ntags: [x]}\n---\n",
        "---\n\"license\": 'Apache-2.0'\n---\n",
        "---\nlicense: >\n  Apache-2.0\n---\n",
        "---\n? license\n: Apache-2.0\n---\n",
        "---\n<<: {license: Apache-2.0}\ntags: x\n---\n",
        "---\nlicense: \"\u{1b}[2J\u{202e}::error::\"\nlicense_link: \"http://x/\u{0}\"\n---\n",
        "---\nlicense: other\nlicense_link:\n---\n",
        "---\r\nlicence: Apache-2.0\r\n---\r\n",
        "\u{feff}---\nlicence: Apache-2.0\n---\n",
        deep.as_str(),
        long.as_str(),
    ] {
        let (after, _) = fixed(&[("README.md", card)]);
        assert!(!after.contains("license: apache-2.0\n...") && after.len() < card.len() + 200, "{card:.80}");
    }
    let (after, _) = fixed(&[("README.md", "\u{feff}---\nlicence: Apache-2.0\n---\n")]);
    assert_eq!(after, "\u{feff}---\nlicense: apache-2.0\n---\n", "the mark stays");
    let anchored = "---\nlicense: &a Apache-2.0\ntags: [*a]\n---\n";
    assert!(fixed(&[("README.md", anchored)]).0.contains("tags: [*a]"));
}

/// A line of front matter that has nothing to do with licences.
fn other_line() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z_]{3,9}x: [a-zA-Z0-9 .]{1,12}",
        "[a-z_]{3,9}x: \"[a-z #:]{0,9}\"",
        "[a-z_]{3,9}x: \\[[a-z]{1,3}, [a-z]{1,3}\\]",
        "[a-z_]{3,9}x:\n- [a-z]{1,4}\n- b # c",
        "[a-z_]{3,9}x: \\|\n  [a-z ]{1,9}\n\n  license: mit",
        "# [a-z:' ]{0,12}",
        Just(String::new()),
    ]
}

fn license_line() -> impl Strategy<Value = String> {
    let key = prop_oneof![Just("license"), Just("licence"), Just("License"), Just("\"license\"")];
    let value = prop_oneof![
        Just("Apache-2.0"),
        Just("\"MIT License\""),
        Just("other"),
        Just("'other' # ours"),
        Just("\"Apache-2.0\"   # \"ours\""),
        Just("[Apache-2.0, mit]"),
        Just("\n- MIT"),
        Just("gpl"),
        Just("mitt"),
        Just("~"),
    ];
    (key, value).prop_map(|(key, value)| format!("{key}: {value}"))
}

fn link_line() -> impl Strategy<Value = String> {
    let link =
        prop_oneof![Just("LICENSE.md"), Just("\"http://www.apache.org/x\""), Just("www.gnu.org/x"), Just("LICENSE")];
    prop_oneof![Just(String::new()), link.prop_map(|link| format!("license_link: {link}"))]
}

/// Lines that are not touched by any fix.
fn untouched(card: &str) -> Vec<&str> {
    let names = ["licen", "\"licen", "Licen", "base_model", "- MIT", "- mit"];
    let lines = card.lines().filter(|line| !names.iter().any(|name| line.starts_with(name)));
    lines.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_fixed_card_keeps_every_other_line_and_is_fixed_once(
        before in proptest::collection::vec(other_line(), 0..4),
        license in license_line(),
        link in link_line(),
        after in proptest::collection::vec(other_line(), 0..4),
        ending in prop_oneof![Just("\n"), Just("\r\n")],
        has_text in any::<bool>(),
    ) {
        let lines = [before, vec![license, link], after].concat().join("\n");
        let card = format!("---\n{lines}\n---\n\n# Title\nlast").replace('\n', ending);
        let mut files = vec![("README.md", card.as_str()), ("adapter_config.json", "{\"base_model_name_or_path\": \"a/b\"}")];
        if has_text {
            files.push(("LICENSE", text_of("BUSL-1.1")));
        }
        let (fixed, _) = fixed(&files);
        prop_assert_eq!(untouched(&fixed), untouched(&card));
        prop_assert_eq!(fixed.matches("ours").count(), card.matches("ours").count());
        prop_assert_eq!(fixed.matches("\r\n").count() > 0, ending == "\r\n");
        prop_assert!(ending == "\n" || fixed.matches('\n').count() == fixed.matches("\r\n").count());
    }

    #[test]
    fn no_bytes_make_it_panic_or_change_what_is_no_card(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let files = [("README.md", bytes.clone())];
        let found = linted(None, &files);
        let changed = apply(CardFile { path: "README.md", bytes: &bytes }, &found);
        prop_assert!(changed.is_none_or(|changed| changed.bytes == bytes));
    }
}
