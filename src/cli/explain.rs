//! `licentia explain`: what a finding means, or what is known about a licence and where it was read.

use license_db::{Alias, Family, License};
use licentia::policy::finding_kinds;
use licentia::report::escape::inert_within;
use licentia::report::explain::{self as answer, Comparison, Explanation, FamilySheet, FindingSheet, Form, Sheet};

use super::Status;
use super::args::{Explain, ExplainFormat};
use super::failure::Failure;
use super::terminal::Terminal;

/// Words offered where the one asked for is not known.
const SUGGESTIONS: usize = 5;

/// Explains a word, or lists the findings.
pub(super) fn explain(arguments: &Explain, terminal: &Terminal) -> Status {
    let word = arguments.word.as_deref().map(str::trim).filter(|word| !word.is_empty());
    let explanation = match (word, arguments.against.as_deref()) {
        (None, _) => {
            Explanation { findings: finding_kinds().map(FindingSheet::of).collect(), ..Explanation::default() }
        }
        (Some(word), None) => explained(word).ok_or_else(|| unknown(word))?,
        (Some(word), Some(other)) => compared(word, other.trim())?,
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
    Ok(0)
}

/// What a word names, where it is not a finding.
enum Named {
    License(&'static License),
    Family(&'static Family),
}

/// A finding's name first, then everything a licence may be called.
fn explained(word: &str) -> Option<Explanation> {
    if let Some(kind) = finding_kinds().find(|kind| kind.name == word.to_ascii_lowercase()) {
        return Some(Explanation { findings: vec![FindingSheet::of(kind)], ..Explanation::default() });
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

fn compared(word: &str, other: &str) -> Result<Explanation, Failure> {
    let licenses = vec![Sheet::of_license(single(word)?), Sheet::of_license(single(other)?)];
    let comparison = match licenses.as_slice() {
        [one, other] => Some(Comparison::of(one, other)),
        _ => None,
    };
    Ok(Explanation { licenses, comparison, ..Explanation::default() })
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
    let message = format!("`{}` is neither a finding nor a licence that the database knows", inert_within(word, 80));
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
    let known = finding_kinds().map(|kind| kind.name).chain(license_db::licenses().iter().map(|license| license.id));
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
