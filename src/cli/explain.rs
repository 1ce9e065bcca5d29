//! `licentia explain`: what a finding or a key of the policy means, or what is known about a licence and where it was
//! read.

#![expect(clippy::disallowed_methods, reason = "the file is the user's own, named by hand")]

use std::fs::File;
use std::io::Read;
use std::path::Path;

use license_db::{Alias, Family, License};
use licentia::policy::file::{KEYS, meant_key};
use licentia::policy::{finding_kind, finding_kinds};
use licentia::report::escape::inert_within;
use licentia::report::explain::{
    self as answer, Comparison, Explanation, FamilySheet, FindingSheet, Form, KeySheet, Sheet,
};
use licentia::run;

use super::Status;
use super::args::{Explain, ExplainFormat};
use super::failure::{Failure, INCOMPLETE};
use super::hub::Reach;
use super::progress::Progress;
use super::target;
use super::terminal::Terminal;

/// Bytes of a file. The longest licence collections stay far below.
const FILE_LIMIT: u64 = 16 << 20;

/// Words offered where the one asked for is not known.
const SUGGESTIONS: usize = 5;

/// Explains a word, or lists the findings.
pub(super) fn explain(arguments: &Explain, terminal: &Terminal) -> Status {
    let word = arguments.word.as_deref().map(str::trim).filter(|word| !word.is_empty());
    let mut unread = Vec::new();
    let explanation = match (word, arguments.against.as_deref()) {
        (None, _) => {
            Explanation { findings: finding_kinds().map(FindingSheet::of).collect(), ..Explanation::default() }
        }
        (Some(word), None) => match explained(word) {
            Some(explanation) => explanation,
            None if Path::new(word).exists() => {
                Explanation { licenses: of_path(word, &mut unread)?, ..Explanation::default() }
            }
            None => return Err(unknown(word).into()),
        },
        (Some(word), Some(other)) => compared(word, other.trim(), &mut unread)?,
    };
    let form = match arguments.format {
        ExplainFormat::Text => Form::Text,
        ExplainFormat::Json => Form::Json,
        ExplainFormat::Md => Form::Markdown,
    };
    let mut bytes = Vec::new();
    // A vector takes everything that is written to it.
    let _ = answer::write(&explanation, form, &terminal.style(), &mut bytes);
    terminal.print(&bytes)?;
    // What could not be seen may say anything.
    for failure in &unread {
        terminal.complain(failure);
    }
    Ok(unread.first().map_or(0, |failure| failure.status))
}

/// What a word names, where it is not a finding.
enum Named {
    License(&'static License),
    Family(&'static Family),
}

/// A finding's name first, then a key of the policy, then everything a licence may be called.
fn explained(word: &str) -> Option<Explanation> {
    if let Some(kind) = finding_kind(&word.to_ascii_lowercase()) {
        return Some(Explanation { findings: vec![FindingSheet::of(kind)], ..Explanation::default() });
    }
    if let Some(key) = meant_key(word) {
        return Some(Explanation { key: Some(KeySheet::of(key)), ..Explanation::default() });
    }
    Some(match named(word)? {
        Named::License(license) => Explanation { licenses: vec![Sheet::of_license(license)], ..Explanation::default() },
        Named::Family(family) => Explanation {
            licenses: family.hub_default.and_then(license_db::license).map(Sheet::of_license).into_iter().collect(),
            family: Some(FamilySheet::of(family)),
            ..Explanation::default()
        },
    })
}

fn named(word: &str) -> Option<Named> {
    if let Some(license) = license_db::license(word) {
        return Some(Named::License(license));
    }
    let alias =
        license_db::by_hub_id(word).or_else(|| license_db::by_name(word)).or_else(|| license_db::by_url(word))?;
    Some(match alias {
        Alias::License(license) => Named::License(license),
        Alias::Family(family) => Named::Family(family),
    })
}

fn compared(word: &str, other: &str, unread: &mut Vec<Failure>) -> Result<Explanation, Failure> {
    let licenses = vec![one_sheet(word, unread)?, one_sheet(other, unread)?];
    let comparison = match licenses.as_slice() {
        [one, other] => Some(Comparison::of(one, other)),
        _ => None,
    };
    Ok(Explanation { licenses, comparison, ..Explanation::default() })
}

/// The sheet of the licence that a word names, or of the one text at a path.
fn one_sheet(word: &str, unread: &mut Vec<Failure>) -> Result<Sheet, Failure> {
    if named(word).is_some() || !Path::new(word).exists() {
        return Ok(Sheet::of_license(single(word)?));
    }
    let mut sheets = of_path(word, unread)?;
    if sheets.len() > 1 {
        let message = format!("`{}` holds {} licences", inert_within(word, 80), sheets.len());
        return Err(Failure::usage(message, "name one of them, or one of the files"));
    }
    sheets.pop().ok_or_else(|| nothing_in(word))
}

/// The sheets of a file, or of every licence text in a directory and every licence that it states without a text.
/// `unread` gets what could not be seen.
fn of_path(word: &str, unread: &mut Vec<Failure>) -> Result<Vec<Sheet>, Failure> {
    let sheets = if Path::new(word).is_file() { of_file(word, unread)? } else { of_tree(word, unread)? };
    if sheets.is_empty() { Err(nothing_in(word)) } else { Ok(sheets) }
}

fn of_file(word: &str, unread: &mut Vec<Failure>) -> Result<Vec<Sheet>, Failure> {
    let failure = |why: String| {
        Failure::new(INCOMPLETE, format!("{} {why}", inert_within(word, 80)), "name a licence text that can be read")
    };
    let mut bytes = Vec::new();
    File::open(word)
        .and_then(|file| file.take(FILE_LIMIT + 1).read_to_end(&mut bytes))
        .map_err(|error| failure(format!("cannot be read: {error}")))?;
    if bytes.len() as u64 > FILE_LIMIT {
        return Err(failure(format!("is longer than {} MiB and no licence text", FILE_LIMIT >> 20)));
    }
    let (found, gaps) = run::explain_file(word, &bytes);
    unread.extend(gaps.iter().map(|gap| failure(format!("cannot be read as a whole: {}", gap.detail))));
    Ok(Sheet::of_text(word, &found))
}

fn of_tree(word: &str, unread: &mut Vec<Failure>) -> Result<Vec<Sheet>, Failure> {
    let opened = target::open(&[word.to_owned()], "explain", &Reach::new(false, Progress::silent())?, false)
        .map_err(|failures| failures.into_iter().next().unwrap_or_else(|| nothing_in(word)))?;
    let trees: Vec<_> = opened.into_iter().map(|opened| opened.tree).collect();
    let scan = run::scan(&trees, &|_| ());
    let gaps = scan.gaps.iter().filter(|gap| gap.kind.makes_incomplete());
    unread.extend(gaps.map(|gap| {
        let message = format!("{} was not seen: {}", inert_within(&gap.at.path, 80), gap.detail);
        Failure::new(INCOMPLETE, message, "")
    }));
    let texts = run::explain_texts(&scan);
    let of_texts = texts.iter().flat_map(|(at, found)| Sheet::of_text(&at.path, found));
    // A licence that is stated and not there as a text is explained by what is known of it.
    let effective = scan.judged.iter().filter_map(|judged| judged.effective.as_ref());
    let mut sheets: Vec<Sheet> = Vec::new();
    for sheet in of_texts.chain(effective.flat_map(Sheet::of_expression)) {
        if sheets.iter().all(|other| other.id != sheet.id) {
            sheets.push(sheet);
        }
    }
    Ok(sheets)
}

fn nothing_in(word: &str) -> Failure {
    let message = format!("{} holds no licence text and states no licence that is known", inert_within(word, 80));
    Failure::new(INCOMPLETE, message, "`licentia scan` lists what it states")
}

/// The one licence that a word names; for a family the one that the Hub means by it.
fn single(word: &str) -> Result<&'static License, Failure> {
    match named(word).ok_or_else(|| unknown(word))? {
        Named::License(license) => Ok(license),
        Named::Family(family) => family.hub_default.and_then(license_db::license).ok_or_else(|| {
            let message = format!("`{}` names no single licence: {}", inert_within(word, 80), family.because);
            let help = match family.members {
                [] => "name one of the two licences by its identifier".to_owned(),
                members => format!("name one of {}", members.join(", ")),
            };
            Failure::usage(message, help)
        }),
    }
}

fn unknown(word: &str) -> Failure {
    let message = format!(
        "`{}` is no finding, no key of the policy and no licence that the database knows",
        inert_within(word, 80)
    );
    let close = close_words(word);
    let help = if close.is_empty() {
        "`licentia explain` lists the findings; licences go by SPDX identifier, as in Apache-2.0".to_owned()
    } else {
        format!("did you mean {}?", close.join(", "))
    };
    Failure::usage(message, help)
}

/// Known words nearest to this one: those that hold it, then those that few letters change into it.
fn close_words(word: &str) -> Vec<&'static str> {
    let word = word.to_ascii_lowercase();
    let keys = KEYS.iter().map(|key| key.path);
    let known = finding_kinds().map(|kind| kind.name).chain(keys);
    let known = known.chain(license_db::licenses().iter().map(|license| license.id));
    let mut close: Vec<(usize, usize, &str)> = known
        .filter_map(|candidate| {
            let lower = candidate.to_ascii_lowercase();
            let holds = word.len() >= 3 && lower.contains(&word);
            let distance = if holds { 0 } else { distance(&word, &lower) };
            (distance <= word.len() / 4).then_some((distance, candidate.len(), candidate))
        })
        .collect();
    close.sort_unstable();
    close.into_iter().take(SUGGESTIONS).map(|(_, _, candidate)| candidate).collect()
}

/// Letters to insert, drop or replace (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().take(128).collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (position, letter) in from.chars().take(128).enumerate() {
        let mut diagonal = position;
        let mut left = position + 1;
        for (cell, other) in row.iter_mut().skip(1).zip(&to) {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = *cell;
            *cell = replaced.min(diagonal + 1).min(left + 1);
            left = *cell;
        }
        if let Some(first) = row.first_mut() {
            *first = position + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_letters() {
        assert_eq!(distance("mit", "mit"), 0);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
    }
}
