//! A text that adds a restriction to a known licence is never reported as that licence.

use licentia::classify::text::classify;
use licentia::evidence::TextKind;
use licentia::license::Outcome;

/// Restrictions in the words of people who add them.
const CLAUSES: [&str; 16] = [
    "Commercial use of the Software requires a written agreement with the authors.",
    "You may not use this for commercial purposes.",
    "This model is provided for research purposes only.",
    "Use by companies with more than 100 employees is prohibited.",
    "The weights must not be used to train other models.",
    "Military use is forbidden.",
    "Redistribution of modified versions is not permitted without prior consent.",
    "A royalty of two percent of revenue is payable to the licensor.",
    "Academic and personal use only.",
    "Hosting this software as a service needs a separate license.",
    "This license ends if the licensee has more than 700 million monthly active users.",
    "Persons located in the European Union are not granted any rights under this license.",
    "The software shall be used for good, not evil.",
    "Any product that uses this model must display the name of the model.",
    "Users must register with the author before any use.",
    "不得用于商业用途。",
];

const LICENSES: [&str; 10] =
    ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "CC-BY-4.0", "MPL-2.0", "Zlib", "BSL-1.0", "CC0-1.0"];

#[test]
fn an_added_restriction_is_never_called_by_the_clean_name() {
    let mut clean = Vec::new();
    for id in LICENSES {
        let text = license_db::license(id).and_then(license_db::License::text).expect("an SPDX text");
        assert_eq!(classify(text, TextKind::LicenseFile).outcome, Outcome::Exact, "{id} itself");
        let middle = text.len() / 2;
        let middle = (middle..text.len()).find(|&at| text[..at].ends_with(". ") || text[..at].ends_with('\n'));
        let middle = middle.unwrap_or(text.len());
        for clause in CLAUSES {
            let mutants = [
                ("behind", format!("{text}\n\n{clause}\n")),
                ("before", format!("{clause}\n\n{text}")),
                ("inside", format!("{}{clause} {}", &text[..middle], &text[middle..])),
                ("numbered", format!("{text}\n\n5. {clause}\n")),
                ("under a heading", format!("{text}\n\nAdditional Terms\n\n{clause}\n")),
            ];
            for (place, mutant) in mutants {
                if classify(&mutant, TextKind::LicenseFile).outcome == Outcome::Exact {
                    clean.push(format!("{id}, {place}: {clause}"));
                }
            }
        }
    }
    assert!(clean.is_empty(), "{} called clean: {clean:#?}", clean.len());
}

/// The name of the file, or the lack of one, changes nothing.
#[test]
fn an_added_restriction_is_seen_under_any_file_name() {
    let text = license_db::license("MIT").and_then(license_db::License::text).expect("an SPDX text");
    let commented = format!("# {}\n", text.replace('\n', "\n# "));
    for clause in
        ["You may not use this for commercial purposes.", "This model is provided for research purposes only."]
    {
        let plain = format!("{text}\n\n{clause}\n");
        let header = format!("{commented}#\n# {clause}\n\nprint('hello')\n");
        for (name, content) in
            [("mit.txt", &plain), ("-", &plain), ("LICENSE", &plain), ("README.md", &plain), ("model.py", &header)]
        {
            let (found, _) = licentia::run::classify_file(name, content.as_bytes());
            assert_ne!(found.outcome, Outcome::Exact, "{name}: {clause}");
        }
    }
}

/// A badge names a family of licences beside a licence that is stated: both count.
#[test]
fn a_family_that_a_badge_names_is_not_lost_beside_a_licence() {
    let text = "<p>The code is under the MIT License.</p>\n\
        <img src=\"https://img.shields.io/badge/License-gemma-blue\">\n<p>More words stand here.</p>\n";
    let Some(license_db::Alias::Family(family)) = license_db::by_name("gemma") else { panic!("a family") };
    let (found, _) = licentia::run::classify_file("page.html", text.as_bytes());
    let stated = found.expression.as_ref().map(ToString::to_string);
    assert_eq!(found.outcome, Outcome::Unknown, "{found:?}");
    assert_eq!(stated.as_deref(), Some("LicenseRef-licentia-unexplained-terms AND MIT"));
    assert!(family.members.iter().all(|member| found.candidates.iter().any(|id| id == member)), "{found:?}");
}

/// More texts than are looked for: what is left is unknown, not nothing.
#[test]
fn what_stands_behind_the_last_match_that_is_looked_for_is_not_clean() {
    let text = |id: &str| license_db::license(id).and_then(license_db::License::text).expect("an SPDX text");
    let filler = "let value = next(value);\n".repeat(60);
    let many = format!("{}\n{filler}", text("0BSD")).repeat(450);
    let found = classify(&format!("{many}\n{}", text("CC-BY-NC-4.0")), TextKind::Header);
    assert_eq!(found.outcome, Outcome::Unknown);
}

#[test]
fn a_choice_stays_a_choice() {
    let (found, _) = licentia::run::classify_file(
        "notes.txt",
        b"This file is licensed under the MIT License or the Apache License 2.0.\n",
    );
    assert_eq!(found.expression.map(|expression| expression.to_string()).as_deref(), Some("Apache-2.0 OR MIT"));
}

/// Some hundred words share a class. One of them in the place of a licence's name is another name.
#[test]
fn a_name_of_the_same_class_is_not_the_licence() {
    use license_db::tokens::tokenize;
    let class = |word: &str| tokenize(word).classes;
    let letters = || b'a'..=b'z';
    let other = letters()
        .flat_map(|a| {
            letters()
                .flat_map(move |b| letters().map(move |c| String::from_utf8_lossy(&[a, b, c, b'x', b'q']).into_owned()))
        })
        .find(|word| class(word) == class("apache"))
        .expect("17,576 words in some hundred classes");
    let header = license_db::license("Apache-2.0").and_then(license_db::License::header).expect("a header");
    assert_eq!(classify(header, TextKind::LicenseFile).outcome, Outcome::Exact);
    let forged = header.replace("Apache", &other);
    assert_ne!(forged, header);
    assert_ne!(classify(&forged, TextKind::LicenseFile).outcome, Outcome::Exact, "{other}");
}

/// What a text lets anybody fill in is filled with names.
#[test]
fn a_blank_is_filled_with_names_and_not_with_words_of_force() {
    let text = license_db::license("Spencer-86").and_then(license_db::License::text).expect("an SPDX text");
    let negated = text.replacen("Permission is granted", "not Permission is granted", 1);
    assert_ne!(negated, text);
    assert_ne!(classify(&negated, TextKind::LicenseFile).outcome, Outcome::Exact);
    let mit = license_db::license("MIT").and_then(license_db::License::text).expect("an SPDX text");
    let other = mit.replacen("Permission is", "million is", 1);
    assert_ne!(classify(&other, TextKind::LicenseFile).outcome, Outcome::Exact);
}

#[test]
fn a_clause_inside_a_copyright_line_is_seen() {
    let text = license_db::license("MIT").and_then(license_db::License::text).expect("an SPDX text");
    for clause in ["Nur für den privaten Gebrauch.", "研究目的以外の利用はご遠慮ください。", "No sale."]
    {
        let line = format!("Copyright (c) 2010-2011 Adaptive Widgets, Inc. {clause} All rights reserved.");
        assert_ne!(classify(&format!("{line}\n\n{text}"), TextKind::LicenseFile).outcome, Outcome::Exact, "{clause}");
    }
}

/// A word of a sentence may share its class with a name that a blank foresees.
#[test]
fn a_clause_behind_an_initial_is_seen() {
    let text = license_db::license("HPND-Netrek").and_then(license_db::License::text).expect("an SPDX text");
    let (before, after) = text.split_once("S. ").expect("the holder's initial");
    for clause in ["Keep it out of gambling products.", "Leave it out of medical devices."] {
        let mutant = format!("{before}S. {clause} {after}");
        assert_ne!(classify(&mutant, TextKind::LicenseFile).outcome, Outcome::Exact, "{clause}");
    }
}

/// The licence's own name is no news; it hides nothing that stands around it.
#[test]
fn a_clause_around_the_licences_name_is_seen() {
    for id in ["MIT", "Apache-2.0", "X11"] {
        let text = license_db::license(id).and_then(license_db::License::text).expect("an SPDX text");
        for clause in [
            format!("Images you create {id} remain our property."),
            format!("Images you create\n{id} remain our property."),
            format!("Please don't make {id} money with this."),
            format!("Talk to us {id} before you do a thing."),
        ] {
            assert_ne!(
                classify(&format!("{text}\n\n{clause}\n"), TextKind::LicenseFile).outcome,
                Outcome::Exact,
                "{clause}"
            );
        }
    }
}
