//! Whether one work can be under two licences at once, as far as their terms tell.
//!
//! A conflict is named only on facts: two licences that each want the whole for themselves, one that forbids further
//! restrictions beside one that has some, names that cannot both stand first. That nothing is named here does not say
//! that two licences fit together.

use license_db::terms::Reach;
use license_db::{Category, Copyleft, License, TermKind};

use super::message::quoted;
use crate::license::Atom;
use crate::resolve::covers;

/// Works under the first may be passed on under the second, because the first says so, or the second by its own
/// section 13 (GNU). <https://www.gnu.org/licenses/license-list.html>, CC's list of compatible licences, the appendix
/// of the EUPL.
const LEADS_TO: [(&str, &[&str]); 8] = [
    ("GPL-2.0-or-later", &["GPL-3.0-only", "GPL-3.0-or-later", "AGPL-3.0-only", "AGPL-3.0-or-later", "GPL-2.0-only"]),
    ("GPL-3.0-only", &["AGPL-3.0-only", "AGPL-3.0-or-later", "GPL-3.0-or-later"]),
    ("GPL-3.0-or-later", &["AGPL-3.0-only", "AGPL-3.0-or-later", "GPL-3.0-only"]),
    ("AGPL-3.0-or-later", &["AGPL-3.0-only"]),
    ("CC-BY-SA-3.0", &["CC-BY-SA-4.0", "GPL-3.0-only", "GPL-3.0-or-later"]),
    ("CC-BY-SA-4.0", &["GPL-3.0-only", "GPL-3.0-or-later"]),
    ("CC-BY-NC-SA-3.0", &["CC-BY-NC-SA-4.0"]),
    (
        "EUPL-1.2",
        &[
            "GPL-2.0-only",
            "GPL-2.0-or-later",
            "GPL-3.0-only",
            "GPL-3.0-or-later",
            "AGPL-3.0-only",
            "AGPL-3.0-or-later",
            "CC-BY-SA-3.0",
        ],
    ),
];

/// Licences without restrictions that the first excludes nevertheless, with the reason.
const EXCLUDED: [(&str, &str, &str); 3] = [
    ("GPL-2.0-only", "Apache-2.0", "the clauses on patents of the second are further restrictions to the first"),
    ("GPL-2.0-only", "GPL-3.0-only", "each wants the whole to be under its own version"),
    ("GPL-2.0-only", "BSD-4-Clause", "the clause on advertising of the second is a further restriction to the first"),
];

/// Why two licences cannot both be kept in one derivative, as a clause; `None` where no fact says so.
pub(crate) fn conflict(first: &Atom, second: &Atom) -> Option<String> {
    if covers(first, second) || covers(second, first) {
        return None;
    }
    if let Some((_, _, why)) = EXCLUDED.iter().find(|(one, other, _)| {
        (first.license == *one && second.license == *other) || (first.license == *other && second.license == *one)
    }) {
        return Some((*why).to_owned());
    }
    let (one, other) = (license_db::license(&first.license)?, license_db::license(&second.license)?);
    if wants_the_whole(one) && wants_the_whole(other) {
        let fits = leads_to(one.id, other.id) || leads_to(other.id, one.id);
        return (!fits).then(|| "each wants the whole to be under itself".to_owned());
    }
    for (strict, restricting) in [(one, other), (other, one)] {
        if wants_the_whole(strict) && restricts(restricting) {
            return Some(format!(
                "{} lets nobody add restrictions to the whole, and {} restricts",
                strict.id, restricting.id
            ));
        }
    }
    names(one, other).or_else(|| agreements(one, other))
}

/// Whether what is under a licence may be passed on under another that wants the whole as well.
pub(crate) fn leads_to(from: &str, to: &str) -> bool {
    from == to || LEADS_TO.iter().any(|(licence, targets)| *licence == from && targets.contains(&to))
}

/// Whether derivatives must be under the same licence.
pub(crate) fn wants_the_whole(license: &License) -> bool {
    let reaches = |reach: Reach| matches!(reach, Reach::WholeWork | Reach::Derivatives | Reach::ServiceStack);
    let strong = license.has(Category::StrongCopyleft) || license.has(Category::NetworkCopyleft);
    let by_term = license.terms.iter().filter_map(license_db::Term::reach).any(reaches);
    license.copyleft != Copyleft::None && (strong || by_term)
}

fn restricts(license: &License) -> bool {
    let restricting = [
        Category::NonCommercial,
        Category::ResearchOnly,
        Category::NoDerivatives,
        Category::Conditional,
        Category::UseRestricted,
        Category::DataRestricted,
        Category::SourceAvailable,
        Category::Proprietary,
    ];
    restricting.into_iter().any(|category| license.has(category))
}

/// Two words that must both stand first in a name.
fn names(one: &License, other: &License) -> Option<String> {
    let word = |license: &License| {
        let terms = license.terms.iter();
        terms
            .filter(|term| term.kind == TermKind::NamePrefix && !term.may_stand_anywhere())
            .map(|term| term.value)
            .next()
    };
    let (one, other) = (word(one)?, word(other)?);
    let fits = one.starts_with(other) || other.starts_with(one);
    (!fits).then(|| format!("its name would have to begin with {} and with {}", quoted(one), quoted(other)))
}

/// Two agreements of different licensors, of which each has restrictions of its own and must go with every copy.
fn agreements(one: &License, other: &License) -> Option<String> {
    let is_agreement = |license: &License| {
        let goes_along = |kind: TermKind| matches!(kind, TermKind::LicenseCopy | TermKind::FlowDown);
        !license.is_spdx() && restricts(license) && license.terms.iter().any(|term| goes_along(term.kind))
    };
    let is_pair = is_agreement(one) && is_agreement(other) && one.family != other.family;
    let is_narrow = |license: &License| license.has(Category::NonCommercial) || license.has(Category::ResearchOnly);
    let narrow = [one, other].into_iter().filter(|license| is_narrow(license)).map(|license| license.id).next();
    (is_pair && is_narrow(one) != is_narrow(other)).then(|| {
        format!(
            "each is an agreement that whoever gets the whole must accept, and only {} keeps it from business",
            narrow.unwrap_or_default()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::license::Expression;

    fn conflict_of(first: &str, second: &str) -> Option<String> {
        let atom = |id: &str| Expression::license(id).atoms().first().map(|atom| (*atom).clone()).expect("an atom");
        let found = conflict(&atom(first), &atom(second));
        assert_eq!(found.is_some(), conflict(&atom(second), &atom(first)).is_some(), "{first} {second}");
        found
    }

    #[test]
    fn licences_that_exclude_each_other_are_told_in_either_order() {
        for (first, second) in [
            ("GPL-2.0-only", "Apache-2.0"),
            ("GPL-3.0-only", "CC-BY-NC-SA-4.0"),
            ("CC-BY-SA-4.0", "CC-BY-NC-SA-4.0"),
            ("GPL-3.0-only", "LicenseRef-scancode-llama-3.1-license-2024"),
            ("GPL-2.0-only", "GPL-3.0-only"),
            ("LicenseRef-scancode-llama-3.1-license-2024", "LicenseRef-licentia-qwen-research-2024"),
            ("LicenseRef-scancode-llama-3.1-license-2024", "LicenseRef-scancode-hyperclova-x-seed-2025"),
        ] {
            assert!(conflict_of(first, second).is_some(), "{first} {second}");
        }
    }

    #[test]
    fn licences_that_fit_together_are_left_alone() {
        for (first, second) in [
            ("MIT", "Apache-2.0"),
            ("GPL-3.0-only", "Apache-2.0"),
            ("GPL-2.0-or-later", "GPL-3.0-only"),
            ("GPL-3.0-or-later", "AGPL-3.0-only"),
            ("CC-BY-SA-4.0", "GPL-3.0-only"),
            ("CC-BY-NC-4.0", "MIT"),
            ("MIT", "LicenseRef-scancode-llama-3.1-license-2024"),
            ("LicenseRef-scancode-llama-3.1-license-2024", "LicenseRef-scancode-llama-3.2-license-2024"),
            ("LicenseRef-nobody-knows", "GPL-3.0-only"),
        ] {
            assert_eq!(conflict_of(first, second), None, "{first} {second}");
        }
    }
}
