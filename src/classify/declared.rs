//! Labels: the words that people write where a licence should stand.
//!
//! A label is looked up, never matched loosely: Hub identifier, name, SPDX expression, URL, Python classifier. What none
//! of these knows is unknown, and a family word (`gpl`, `cc`, `other`) is never taken for one of its members.

use license_db::{Alias, FamilyKind};

use super::text;
use crate::evidence::TextKind;
use crate::license::{Classification, Expression, Outcome};

/// The value of a `license` field in the vocabulary of the Hub, of GGUF, of package metadata.
pub fn value(raw: &str) -> Classification {
    const LONGEST_LABEL: usize = 200;
    let label = raw.trim().trim_matches(['"', '\'', '`']).trim();
    if label.len() > LONGEST_LABEL || label.contains('\n') {
        return text::classify(raw, TextKind::Field);
    }
    if let Some(found) = license_db::by_hub_id(label).or_else(|| license_db::by_name(label)) {
        return of_alias(found, label);
    }
    if let Some(found) = is_url(label).then(|| license_db::by_url(label)).flatten() {
        return of_alias(found, label);
    }
    if let Ok(expression) = Expression::parse(label) {
        return of_expression(expression, label);
    }
    let spelt = || spellings(label).iter().find_map(|spelling| license_db::by_name(spelling));
    titled(label).or_else(spelt).map_or_else(unknown, |found| of_alias(found, label))
}

/// What a title with a short form behind it names: `Mozilla Public License 2.0 (MPL 2.0)`. Both must name the same, because
/// people put restrictions into parentheses (`MIT (non-commercial)`), and licences behind names of their own. Only the
/// vocabulary of Python classifiers is fixed: there, one of them is enough.
fn titled(label: &str) -> Option<Alias> {
    let last = label.rsplit("::").next().unwrap_or(label).trim();
    let (title, short) = last.strip_suffix(')')?.split_once('(')?;
    let (title, short) = (license_db::by_name(title.trim()), license_db::by_name(short.trim()));
    let holds = |family: &license_db::Family, license: &license_db::License| {
        family.hub_default == Some(license.id) || family.members.contains(&license.id)
    };
    match (title, short) {
        (Some(Alias::License(title)), Some(Alias::License(short))) if title.id == short.id => {
            Some(Alias::License(short))
        }
        (Some(Alias::License(license)), Some(Alias::Family(family)))
        | (Some(Alias::Family(family)), Some(Alias::License(license)))
            if holds(family, license) =>
        {
            Some(Alias::License(license))
        }
        (Some(Alias::Family(title)), Some(Alias::Family(short))) if title.word == short.word => {
            Some(Alias::Family(title))
        }
        // The short form is the exact one.
        (title, short) if label.contains("::") => short.or(title),
        _ => None,
    }
}

/// A field that its specification defines as an SPDX expression. A value that is none is read as a label.
pub fn expression(raw: &str) -> Classification {
    match Expression::parse(raw.trim()) {
        Ok(expression) => of_expression(expression, raw),
        Err(error) => {
            let mut found = value(raw);
            found.notes.push(format!("not an SPDX expression: {error}"));
            found
        }
    }
}

/// A link to a licence; `None` where the database does not know the page, or the link is a file of the repository, whose
/// text speaks for itself.
pub fn link(target: &str) -> Option<Classification> {
    let target = target.trim();
    if !is_url(target) {
        return None;
    }
    license_db::by_url(target).map(|found| of_alias(found, target))
}

fn is_url(label: &str) -> bool {
    label.contains("://")
        || label.starts_with("www.")
        || (label.contains('/') && label.contains('.') && !label.contains(' '))
}

fn of_alias(alias: Alias, label: &str) -> Classification {
    match alias {
        Alias::License(license) => {
            let expression = Expression::parse(license.id).unwrap_or_else(|_| Expression::license(license.id));
            of_expression(expression, label)
        }
        Alias::Family(family) if family.kind == FamilyKind::Placeholder => {
            let mut found = unknown();
            found.notes.push(format!("`{label}` names no licence: {}", family.because));
            found
        }
        Alias::Family(family) => {
            let mut members: Vec<String> =
                family.hub_default.into_iter().chain(family.members.iter().copied()).map(str::to_owned).collect();
            let mut seen = std::collections::BTreeSet::new();
            members.retain(|member| seen.insert(member.clone()));
            let mut found = Classification::of_label(Outcome::OneOf, None, members);
            found.notes.push(format!("`{label}` names a family, not a licence: {}", family.because));
            found
        }
    }
}

fn of_expression(expression: Expression, label: &str) -> Classification {
    let states_later = ["later", "+", "only", "any"].iter().any(|word| label.to_ascii_lowercase().contains(word));
    let has_unstated =
        expression.atoms().iter().any(|atom| atom.license.contains("GPL-") && atom.license.ends_with("-only"))
            && !states_later;
    let mut found = Classification::of_label(Outcome::Exact, Some(expression), Vec::new());
    if has_unstated {
        found.notes.push(format!("`{label}` does not say whether later versions are allowed; read as only this one"));
    } else if let Some((old, new)) = given_up(label) {
        found.notes.push(format!("`{old}` is a name that SPDX has given up; read as `{new}`"));
    }
    if label.contains('/') && Expression::parse(label).is_ok() {
        found.notes.push(format!("`{label}` is no SPDX expression; `/` is read as OR"));
    }
    found
}

/// The first name in a label that SPDX has replaced by another, and that other.
fn given_up(label: &str) -> Option<(&str, &'static str)> {
    let mut words = label.split(|character: char| character.is_whitespace() || "()/".contains(character));
    words.find_map(|word| {
        let known = license_db::license(word).filter(|license| license.id.eq_ignore_ascii_case(word))?;
        Some((word, known.replaced_by?))
    })
}

fn unknown() -> Classification {
    Classification::of_label(Outcome::Unknown, None, Vec::new())
}

/// Other spellings of a label: without "the" and "license", the last part of a Python classifier.
fn spellings(label: &str) -> Vec<String> {
    let mut spellings = Vec::new();
    let mut add = |spelling: &str| {
        let spelling = spelling.trim().trim_end_matches('.');
        if !spelling.is_empty() && spelling != label {
            spellings.push(spelling.to_owned());
        }
    };
    let last = label.rsplit("::").next().unwrap_or(label).trim();
    add(last);
    let folded = last.to_lowercase();
    let stem = folded.trim_start_matches("the ").trim_start_matches("license:").trim();
    add(stem);
    for ending in [" license", " licence", " licensed", "-license", "_license", " license agreement"] {
        if let Some(stem) = stem.strip_suffix(ending) {
            add(stem);
        }
    }
    add(&format!("{stem} license"));
    spellings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(label: &str) -> Option<String> {
        value(label).expression.map(|expression| expression.to_string())
    }

    #[test]
    fn hub_identifiers_names_urls_and_expressions_are_looked_up() {
        for (label, id) in [
            ("apache-2.0", "Apache-2.0"),
            ("Apache License 2.0", "Apache-2.0"),
            ("bsl-1.0", "BSL-1.0"),
            ("agpl-3.0", "AGPL-3.0-only"),
            ("llama3.1", "LicenseRef-scancode-llama-3.1-license-2024"),
            ("https://creativecommons.org/licenses/by-nc/4.0/", "CC-BY-NC-4.0"),
            ("MIT OR Apache-2.0", "Apache-2.0 OR MIT"),
            ("License :: OSI Approved :: MIT License", "MIT"),
            ("License :: OSI Approved :: GNU General Public License v3 or later (GPLv3+)", "GPL-3.0-or-later"),
        ] {
            assert_eq!(named(label).as_deref(), Some(id), "{label}");
        }
    }

    #[test]
    fn family_words_and_placeholders_name_no_licence() {
        for (label, outcome) in [
            ("gpl", Outcome::OneOf),
            ("cc", Outcome::OneOf),
            ("gemma", Outcome::OneOf),
            ("other", Outcome::Unknown),
            ("unknown", Outcome::Unknown),
        ] {
            let found = value(label);
            assert_eq!((found.outcome, found.expression), (outcome, None), "{label}");
        }
    }

    #[test]
    fn a_word_that_nobody_knows_is_unknown_and_no_neighbour() {
        for label in ["mitt", "apache-3.0", "my-licence", "UNLICENSED", ""] {
            assert_eq!(value(label).expression, None, "{label}");
        }
    }

    #[test]
    fn a_spelling_that_is_no_expression_and_a_name_that_was_given_up_are_noted() {
        for (label, note) in [
            ("MIT/Apache-2.0", "`/` is read as OR"),
            ("GPL-3.0+", "read as `GPL-3.0-or-later`"),
            ("MIT OR BSD-2-Clause-FreeBSD", "read as `BSD-2-Clause-Views`"),
        ] {
            let found = value(label);
            assert!(found.expression.is_some(), "{label}");
            assert!(found.notes.len() == 1 && found.notes[0].ends_with(note), "{label}: {:?}", found.notes);
        }
        for label in ["MIT or Apache-2.0", "mit", "https://opensource.org/licenses/MIT", "Apache License 2.0"] {
            assert_eq!(value(label).notes, [""; 0], "{label}");
        }
    }

    #[test]
    fn what_stands_in_parentheses_is_a_short_form_or_makes_another_licence_of_it() {
        for (label, id) in [
            ("Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
            ("MIT License (MIT)", "MIT"),
            ("Apache License (Apache-2.0)", "Apache-2.0"),
            ("License :: OSI Approved :: ISC License (ISCL)", "ISC"),
            ("License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
        ] {
            assert_eq!(named(label).as_deref(), Some(id), "{label}");
        }
        for label in [
            "MIT (non-commercial use only)",
            "MIT License (with Commons Clause)",
            "Apache 2.0 (research)",
            "Our own terms (MIT)",
            "MIT (Apache-2.0)",
            "(MIT",
            "Terms (MIT",
        ] {
            assert_eq!(value(label).expression, None, "{label}");
        }
    }

    #[test]
    fn a_bare_gnu_identifier_says_that_the_clause_is_not_stated() {
        assert_eq!(value("gpl-3.0").notes.len(), 1);
        assert!(value("GPL-3.0-or-later").notes.is_empty());
    }
}
