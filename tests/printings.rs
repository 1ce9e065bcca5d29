//! The same licence as people pass it on: in lines of another length, under its own name, badly scanned. And what may look
//! like it and is something else.

use licentia::classify::text::classify;
use licentia::evidence::TextKind;
use licentia::license::{Classification, Outcome};

fn licence(id: &str) -> &'static str {
    license_db::license(id).and_then(license_db::License::text).expect("an SPDX text")
}

fn read(text: &str) -> Classification {
    classify(text, TextKind::LicenseFile)
}

/// Every word in lines of that many, and nothing else.
fn wrapped(text: &str, words: usize) -> String {
    let paragraphs = text.split("\n\n").map(|paragraph| {
        let all: Vec<&str> = paragraph.split_whitespace().collect();
        all.chunks(words).map(|line| line.join(" ")).collect::<Vec<_>>().join("\n")
    });
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

#[test]
fn a_copyright_line_may_be_broken_anywhere() {
    for id in ["Python-2.0.1", "GPL-2.0-only", "UCL-1.0", "Sendmail"] {
        for words in [6, 9, 14] {
            let found = read(&wrapped(licence(id), words));
            assert_eq!(found.outcome, Outcome::Exact, "{id} in lines of {words} words: {found:?}");
        }
    }
}

#[test]
fn a_clause_behind_a_copyright_line_is_no_part_of_it() {
    for clause in ["Businesses: talk to us first. Hobbyists are fine.", "Companies need a key.", "Not for sale."] {
        for between in ["\n", "\n\n"] {
            let text = format!("Copyright (c) 2024 Jane Doe{between}{clause}\n\n{}", licence("MIT"));
            assert_ne!(read(&text).outcome, Outcome::Exact, "{clause}");
        }
    }
}

#[test]
fn the_name_of_a_licence_beside_its_text_names_no_other() {
    for id in ["BSD-3-Clause-Sun", "Artistic-dist", "FSFULLRWD", "Boehm-GC-without-fee"] {
        let license = license_db::license(id).expect("known");
        for title in [license.name.to_owned(), id.to_owned(), format!("{} ({id})", license.name)] {
            let found = read(&format!("{title}\n\n{}", licence(id)));
            let expression = found.expression.map(|expression| expression.to_string());
            assert_eq!((expression.as_deref(), found.outcome), (Some(id), Outcome::Exact), "{title}");
        }
    }
}

#[test]
fn a_tag_that_a_licence_quotes_is_a_part_of_it() {
    let found = read(licence("CAL-1.0"));
    assert_eq!(found.matches.len(), 1, "{found:?}");
    let beside = format!("SPDX-License-Identifier: ISC\n\n{}", wrapped(licence("MIT"), 7));
    let expression = read(&beside).expression.map(|expression| expression.to_string());
    assert_eq!(expression.as_deref(), Some("ISC AND MIT"));
}

/// Every tenth word of seven letters or more without its third letter, as a bad scan has it.
fn damaged(text: &str) -> String {
    let mut seen = 0;
    let word = |word: &str| {
        if word.len() < 7 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return word.to_owned();
        }
        seen += 1;
        if seen % 10 == 0 { format!("{}{}", &word[..2], &word[3..]) } else { word.to_owned() }
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_text_full_of_slips_is_damaged_and_one_other_word_is_a_change() {
    let text = damaged(licence("Apache-2.0"));
    assert!(matches!(read(&text).outcome, Outcome::Exact | Outcome::Approximate));
    // The damaged text with a slip that makes another word: `for` may be `form`, so it is not certain any more.
    let doubtful = text.replacen("Object form", "Object for", 1);
    assert_ne!(doubtful, text);
    assert_eq!(read(&doubtful).outcome, Outcome::Approximate);
    let changed = licence("Apache-2.0").replacen("Object form", "Object for", 1);
    assert_eq!(read(&changed).outcome, Outcome::Modified);
    // A word that is put in is no slip, however damaged the rest.
    let restricted = text.replacen("royalty-free", "royalty-free, non-commercial", 1);
    assert_ne!(restricted, text);
    assert_eq!(read(&restricted).outcome, Outcome::Modified);
}
