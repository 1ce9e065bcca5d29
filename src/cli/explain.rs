//! `licentia explain`: what a finding means, or what is known about a licence and where it was read.

use std::fmt::Write as _;

use license_db::{Alias, Family, FamilyKind, Kind, License, Term};
use licentia::finding::FindingKind;
use licentia::policy::finding_kinds;
use licentia::report::escape::inert_within;

use super::Status;
use super::args::Explain;
use super::failure::Failure;
use super::terminal::Terminal;

/// Words offered where the one asked for is not known.
const SUGGESTIONS: usize = 5;

/// Explains a word, or lists the findings.
pub(super) fn explain(arguments: &Explain, terminal: &Terminal) -> Status {
    let text = match arguments.word.as_deref().map(str::trim) {
        None | Some("") => overview(),
        Some(word) => explained(word).ok_or_else(|| unknown(word))?,
    };
    terminal.print(text.as_bytes())?;
    Ok(0)
}

/// A finding's name first, then everything a licence may be called.
fn explained(word: &str) -> Option<String> {
    if let Some(kind) = finding_kinds().find(|kind| kind.name == word.to_ascii_lowercase()) {
        return Some(finding(kind));
    }
    if let Some(entry) = license_db::license(word) {
        return Some(license(entry));
    }
    let alias =
        license_db::by_hub_id(word).or_else(|| license_db::by_name(word)).or_else(|| license_db::by_url(word))?;
    Some(match alias {
        Alias::License(entry) => license(entry),
        Alias::Family(entry) => family(entry),
    })
}

fn overview() -> String {
    let width = finding_kinds().map(|kind| kind.name.len()).max().unwrap_or(0);
    let mut text = String::from("Findings (licentia explain NAME tells more):\n\n");
    for kind in finding_kinds() {
        let _ = writeln!(text, "  {:width$}  {}", kind.name, kind.summary);
    }
    text
}

fn finding(kind: &FindingKind) -> String {
    format!("{}: {}\n\n{}\n", kind.name, kind.summary, kind.docs.trim())
}

fn license(entry: &License) -> String {
    let mut text = format!("{}: {}\n\n", entry.id, entry.name);
    let mut row = |label: &str, value: &str| {
        let _ = writeln!(text, "{:<14}{value}", format!("{label}:"));
    };
    row(
        "kind",
        match entry.kind {
            Kind::License => "licence",
            Kind::Exception => "exception, to stand behind WITH",
            Kind::UsePolicy => "use policy: part of a licence's terms, no permission of its own",
        },
    );
    if !entry.categories.is_empty() {
        let words: Vec<&str> = entry.categories.iter().map(|category| category.as_str()).collect();
        row("categories", &words.join(", "));
    }
    if let Some(correction) = entry.correction {
        row("because", correction);
    }
    if entry.kind == Kind::License {
        row(
            "copyleft",
            match entry.copyleft {
                license_db::Copyleft::None => "none",
                license_db::Copyleft::Distribution => "when copies are passed on",
                license_db::Copyleft::Network => "when copies are passed on or users reach it over a network",
            },
        );
    }
    row("identifier", if entry.is_spdx() { "on the SPDX list" } else { "not on the SPDX list" });
    if entry.is_osi_approved {
        row("OSI", "approved");
    }
    if entry.is_fsf_libre {
        row("FSF", "free");
    }
    if entry.is_deprecated {
        row("deprecated", &entry.replaced_by.map_or("yes".to_owned(), |other| format!("write {other}")));
    }
    if let Some(date) = entry.released {
        row("released", &date.to_string());
    }
    row("read", &entry.reviewed.map_or("by nobody for this entry: unverified".to_owned(), |date| format!("on {date}")));
    if !entry.terms.is_empty() {
        text.push_str("\nTerms:\n");
        for term in entry.terms {
            let _ = writeln!(text, "  {}", term_words(term));
        }
    }
    let urls: Vec<&str> = entry.texts.iter().map(|reference| reference.url).collect();
    if !urls.is_empty() {
        text.push_str("\nText:\n");
        for url in urls {
            let _ = writeln!(text, "  {url}");
        }
    } else if entry.is_spdx() {
        let _ = writeln!(text, "\nText:\n  https://spdx.org/licenses/{}.html", entry.id);
    }
    text.push_str("\nThese are facts about the text, not legal advice.\n");
    text
}

/// `monthly-users: 700000000, measured at release-date (section 2; read on 2026-11-23)`
fn term_words(term: &Term) -> String {
    let mut value = term.limit.map_or_else(|| term.value.to_owned(), |limit| limit.to_string());
    for (key, detail) in term.details {
        let _ = write!(value, "{}{key}: {detail}", if value.is_empty() { "" } else { ", " });
    }
    let read = term.reviewed.map_or("unverified".to_owned(), |date| format!("read on {date}"));
    format!("{}: {value} ({}; {read})", term.kind, term.source)
}

fn family(entry: &Family) -> String {
    let mut text = format!("{}: names no single licence\n\n{}\n", entry.word, entry.because);
    if entry.kind == FamilyKind::Placeholder {
        text.push_str("\nIt is a placeholder: the licence must be read from the text.\n");
    }
    if !entry.members.is_empty() {
        text.push_str("\nIt may mean:\n");
        for member in entry.members {
            let name = license_db::license(member).map_or("", |license| license.name);
            let _ = writeln!(text, "  {member}  {name}");
        }
    }
    if let Some(id) = entry.hub_default {
        let _ = writeln!(text, "\nOn the Hub it means {id}.");
    }
    text
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
