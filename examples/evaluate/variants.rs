//! The same licence in the forms in which people pass it on: wrapped, commented, marked up, filled in, quoted, cut.
//! Nothing here adds a word that means anything.

use license_db::License;
use license_db::tokens;
use license_db::vocabulary::Force;

use crate::random::Random;

/// A text in another form, and the path it stands at.
pub(crate) struct Variant {
    pub(crate) path: &'static str,
    pub(crate) bytes: Vec<u8>,
}

impl Variant {
    fn of(path: &'static str, text: String) -> Self {
        Self { path, bytes: text.into_bytes() }
    }
}

/// Makes a form of a licence's text; `None` where it would be the same text again.
pub(crate) type Form = fn(&License, &str, &mut Random) -> Option<Variant>;

/// Forms that change nothing about the licence.
pub(crate) const BENIGN: [(&str, Form); 10] = [
    ("hash-comment", |_, text, _| Some(Variant::of("LICENSE", rewrapped(text, 61, "# ")))),
    ("c-comment", |_, text, _| Some(Variant::of("LICENSE", format!("/*\n{} */\n", rewrapped(text, 72, " * "))))),
    ("html", |license, text, random| {
        Some(Variant::of("LICENSE.html", crate::markup::html(license.name, text, random)))
    }),
    ("markdown", |license, text, random| {
        Some(Variant::of("LICENSE.md", crate::markup::markdown(license.name, text, random)))
    }),
    ("rtf", |_, text, _| Some(Variant::of("LICENSE.rtf", crate::markup::rtf(text)))),
    ("bom-crlf", |_, text, _| Some(Variant::of("LICENSE", format!("\u{feff}{}", text.replace('\n', "\r\n"))))),
    ("copyright", copyright),
    ("template", template),
    ("json", |license, text, _| {
        let object = serde_json::json!({ "name": license.id, "version": "1.4.0", "text": text });
        Some(Variant::of("license.json", object.to_string()))
    }),
    ("title", |license, text, random| Some(title(license, text, random))),
];

/// Letters of some words changed, in hundredths of all words, as a bad scan does.
pub(crate) const LETTERS: [(&str, usize); 3] = [("letters-2", 2), ("letters-5", 5), ("letters-10", 10)];

/// How much of a text is left, in hundredths.
pub(crate) const CUTS: [(&str, usize); 3] = [("cut-90", 90), ("cut-70", 70), ("cut-50", 50)];

/// Fills lines of one paragraph up to a width, each behind a leader. A line that begins an item or states a copyright
/// keeps its own line, as people and editors leave it.
pub(crate) fn rewrapped(text: &str, width: usize, leader: &str) -> String {
    let mut out = String::new();
    let mut line = String::new();
    let mut finish = |line: &mut String| {
        out.push_str(format!("{leader}{line}").trim_end());
        out.push('\n');
        line.clear();
    };
    let room = width.saturating_sub(leader.len());
    for source in text.lines() {
        if source.trim().is_empty() {
            if !line.is_empty() {
                finish(&mut line);
            }
            finish(&mut line);
            continue;
        }
        if !line.is_empty() && begins_a_line(source) {
            finish(&mut line);
        }
        for word in source.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
                finish(&mut line);
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    if !line.is_empty() {
        finish(&mut line);
    }
    out
}

/// Whether a line is an item of a list or a copyright statement.
pub(crate) fn begins_a_line(line: &str) -> bool {
    let line = line.trim_start();
    let first = line.split_whitespace().next().unwrap_or_default();
    let inner = first.trim_matches(|character: char| "().*-".contains(character));
    let is_label = first.len() > inner.len() && inner.len() <= 4 && inner.chars().all(char::is_alphanumeric);
    is_label || line.starts_with("Copyright") || line.starts_with("(c)") || line.starts_with('©')
}

const COPYRIGHTS: [&str; 5] = [
    "Copyright (c) 2019-2024, Grünwald & Söhne GmbH <legal@gruenwald.example>",
    "© 2021 The Ångström Authors (see the file AUTHORS). All rights reserved.",
    "Copyright 2017, 2018, 2020 O'Reilly–Nakamura K.K. / 中村 太郎",
    "(C) Copyright 2015 by \"d0x\" at users.noreply.example\n(C) Copyright 2009 University of Somewhere\nAll Rights Reserved",
    "Copyright © 2023–present José Ñandú, Inc. and its affiliates\nPortions Copyright (c) 1998 X.Y.Z. Ltd.",
];

fn copyright(_: &License, text: &str, random: &mut Random) -> Option<Variant> {
    let line = random.pick(&COPYRIGHTS)?;
    Some(Variant::of("LICENSE", format!("{line}\n\n{text}")))
}

fn title(license: &License, text: &str, random: &mut Random) -> Variant {
    let line = match random.below(5) {
        0 => license.name.to_owned(),
        1 => format!("{}\n{}", license.name, "=".repeat(license.name.chars().count())),
        2 => license.id.to_owned(),
        3 => format!("{} ({})", license.name, license.id),
        _ => license.name.to_uppercase(),
    };
    Variant::of("LICENSE", format!("{line}\n\n{text}"))
}

/// What the brackets of SPDX texts ask for, in lower case, and what a project writes there.
const BLANKS: [(&str, &[&str]); 9] = [
    ("year|yyyy|jahr|jj|various years|dates of first publication|xxxx", &["2024", "2016-2023", "2019, 2021"]),
    ("yyyy, yyyy", &["2019, 2021"]),
    (
        "owner|holders|copyright holder|copyright holders|name of copyright owner|name of copyright holder|copyright inhaber|name des rechtsinhabers|copyright holder's name|asset owner",
        &["Ada Byron", "Grünwald & Söhne GmbH", "The Lumen Project Contributors", "Nakamura Robotics K.K."],
    ),
    ("name of author|author|author's name or designee", &["Ada Byron", "Jean-Luc Ptit", "Sun-hee Park"]),
    (
        "organization|owner organization|owner organization name|name of institution|name of licensor|licensor name",
        &["Lumen Foundation", "University of Somewhere", "Example Laboratories"],
    ),
    ("name of development group", &["Vision Group"]),
    ("name of development group, name of institution", &["Vision Group, University of Somewhere"]),
    ("program|product|software name|name of library|asset name|program/widget", &["Lumen", "libaurora"]),
    ("url for development group/institution", &["https://vision.example.org"]),
];

/// The blanks of a text filled in; `None` where it has none.
fn template(_: &License, text: &str, random: &mut Random) -> Option<Variant> {
    let mut out = String::new();
    let mut rest = text;
    let mut filled = 0;
    while let Some(at) = rest.find(['<', '[', '{']) {
        let (before, behind) = rest.split_at(at);
        out.push_str(before);
        let close = match behind.as_bytes().first() {
            Some(b'<') => '>',
            Some(b'[') => ']',
            _ => '}',
        };
        let end = behind.find(close).filter(|&end| end < 60).unwrap_or(0);
        let asked = behind.get(1..end).unwrap_or_default().to_lowercase();
        let asked = asked.split_whitespace().collect::<Vec<_>>().join(" ");
        let blank = BLANKS.iter().find(|(names, _)| names.split('|').any(|name| name == asked));
        if let Some((_, words)) = blank {
            out.push_str(random.word(words));
            filled += 1;
            rest = behind.get(end + 1..).unwrap_or_default();
        } else {
            out.push_str(behind.get(..1).unwrap_or_default());
            rest = behind.get(1..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    (filled > 0).then(|| Variant::of("LICENSE", out))
}

/// A README with the text in a section of its own.
pub(crate) fn readme(text: &str, random: &mut Random) -> Variant {
    let quoted = match random.below(3) {
        0 => text.to_owned(),
        1 => format!("```\n{text}\n```\n"),
        _ => rewrapped(text, 80, "> "),
    };
    let readme = format!(
        "# Lumen\n\nLumen draws contour maps from height fields. It reads GeoTIFF and writes SVG.\n\n## Installation\n\n\
         ```sh\npip install lumen\n```\n\n## How it works\n\nEach tile is smoothed, then marching squares finds the lines.\n\n\
         ## License\n\n{quoted}\n\n## Thanks\n\nTo everybody who sent maps of their valley.\n"
    );
    Variant::of("README.md", readme)
}

/// Several texts in one file.
pub(crate) fn several(texts: &[&str], random: &mut Random) -> Variant {
    let style = random.below(3);
    let mut out = String::new();
    for (position, text) in texts.iter().enumerate() {
        match style {
            0 if position > 0 => out.push_str("\n\n----------------------------------------\n\n"),
            1 if position > 0 => out.push_str("\n\n\n"),
            2 => out.extend(["\n==== component", &position.to_string(), " ====\n\n"]),
            _ => {}
        }
        out.push_str(text);
    }
    Variant::of("LICENSE", out)
}

/// The first part of a text, up to a word's end.
pub(crate) fn cut(text: &str, hundredths: usize) -> &str {
    let at = text.len() * hundredths / 100;
    let end = (0..=at).rev().find(|&end| text.get(end..).is_some_and(|rest| rest.starts_with(char::is_whitespace)));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}

/// Looks of letters that a scanner takes for each other.
const LOOKALIKES: [(char, &str); 21] = [
    ('a', "oe"),
    ('b', "h6"),
    ('c', "eo"),
    ('d', "cl"),
    ('e', "co"),
    ('f', "t"),
    ('g', "q9"),
    ('h', "bn"),
    ('i', "l1j"),
    ('l', "1it"),
    ('m', "nr"),
    ('n', "rum"),
    ('o', "0ca"),
    ('p', "q"),
    ('q', "g"),
    ('r', "n"),
    ('s', "5z"),
    ('t', "fl"),
    ('u', "vn"),
    ('v', "uy"),
    ('y', "v"),
];

/// One letter changed in that many hundredths of the words: in a word of four letters or more, and never in one of
/// force, nor into one.
pub(crate) fn damaged(text: &str, hundredths: usize, random: &mut Random) -> Variant {
    let mut words: Vec<(usize, usize)> = Vec::new();
    let mut start = None;
    for (at, byte) in text.bytes().chain(std::iter::once(b' ')).enumerate() {
        match (byte.is_ascii_alphabetic(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    let number = (words.len() * hundredths).div_ceil(100);
    words.retain(|&(from, to)| to - from >= 4 && text.get(from..to).is_some_and(|word| !has_force(word)));
    random.shuffle(&mut words);
    words.truncate(number);
    words.sort_unstable();
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (from, to) in words {
        out.push_str(text.get(done..from).unwrap_or_default());
        let word = text.get(from..to).unwrap_or_default();
        let changed = misread(word, random);
        out.push_str(if has_force(&changed) { word } else { &changed });
        done = to;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Variant::of("LICENSE", out)
}

fn has_force(word: &str) -> bool {
    tokens::tokenize(word).classes.iter().any(|&class| tokens::force(class) != Force::None)
}

fn misread(word: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = random.below(letters.len());
    let Some(&letter) = letters.get(at) else { return word.to_owned() };
    let alike = LOOKALIKES.iter().find(|(one, _)| *one == letter.to_ascii_lowercase()).map(|(_, others)| *others);
    match (alike, random.below(10)) {
        (Some(others), 0..8) => {
            let others: Vec<char> = others.chars().collect();
            if let (Some(slot), Some(&other)) = (letters.get_mut(at), random.pick(&others)) {
                *slot = other;
            }
        }
        (_, 8) => letters.insert(at, letter),
        _ => {
            letters.remove(at);
        }
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(id: &str) -> &'static str {
        license_db::license(id).and_then(License::text).expect("an SPDX text")
    }

    #[test]
    fn wrapping_keeps_every_word() {
        let text = text("Apache-2.0");
        let wrapped = rewrapped(text, 61, "# ");
        assert!(wrapped.lines().all(|line| line.starts_with('#') && line.chars().count() <= 61));
        let words = wrapped.lines().flat_map(|line| line.trim_start_matches('#').split_whitespace());
        assert!(words.eq(text.split_whitespace()));
    }

    #[test]
    fn damage_touches_so_many_words_and_none_of_force() {
        let text = text("MIT");
        let forces = |text: &str| -> Vec<u8> {
            let classes = tokens::tokenize(text).classes;
            classes.into_iter().filter(|&class| tokens::force(class) != Force::None).collect()
        };
        let variant = damaged(text, 10, &mut Random::new(1, "MIT"));
        let damaged = String::from_utf8(variant.bytes).expect("text");
        let changed = text.split_whitespace().zip(damaged.split_whitespace()).filter(|(before, after)| before != after);
        assert!((10..=18).contains(&changed.count()));
        assert_eq!(forces(text), forces(&damaged));
    }

    #[test]
    fn blanks_are_filled_and_other_brackets_left() {
        let license = license_db::license("MIT").expect("known");
        let filled =
            template(license, "Copyright <year> <copyright holders> <x@y.example> [sic]", &mut Random::new(1, ""));
        let filled = String::from_utf8(filled.expect("it has blanks").bytes).expect("text");
        assert!(filled.contains("<x@y.example> [sic]") && !filled.contains("<year>") && !filled.contains("holders>"));
        assert!(template(license, "no blank [sic]", &mut Random::new(1, "")).is_none());
    }

    #[test]
    fn a_cut_ends_with_a_word() {
        assert_eq!(cut("one two three", 70), "one two");
    }
}
