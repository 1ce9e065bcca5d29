//! One answer on commercial use: what the database knows of the licences, and what was read in a text that it does not know.

use license_db::terms::CommercialUse;
use license_db::{Category, Kind, TermKind};

use crate::license::{Atom, Classification, Expression, MODIFIED_PREFIX, Outcome, UNEXPLAINED};

/// What the licences of a classification say of commercial use: the worst of what binds together, the best of a
/// choice. A statement that names no licence says nothing, unless every licence that it may mean says the same.
///
/// Where the text is none that the database knows, its clauses were read: they answer for what it does not know, and never
/// better than the licence that the text resembles.
pub fn commercial_use(classification: &Classification) -> CommercialUse {
    let read = classification.terms.as_deref().map(|terms| terms.commercial_use);
    // Somebody changed a licence or added to it for a reason: a yes that was read there may overlook it.
    let is_altered = classification.expression.as_ref().is_some_and(|expression| {
        classification.outcome == Outcome::Modified || expression.atoms().iter().any(|atom| atom.license != UNEXPLAINED)
    });
    let read = if is_altered { read.map(|read| read.max(CommercialUse::Unstated)) } else { read };
    match (&classification.expression, classification.outcome) {
        (Some(expression), _) => {
            let known = of_expression(expression, read);
            let is_certain = classification.outcome == Outcome::Exact;
            read.filter(|_| !is_certain || known == CommercialUse::Unstated).map_or(known, |read| known.max(read))
        }
        (None, Outcome::OneOf) => {
            let mut answers = classification.candidates.iter().map(|candidate| of_license(candidate));
            let first = answers.next().unwrap_or(CommercialUse::Unstated);
            if answers.all(|answer| answer == first) { first } else { CommercialUse::Unstated }
        }
        (None, Outcome::Approximate) => {
            let likeliest = classification.candidates.first().map_or(CommercialUse::Unstated, |id| of_license(id));
            // A part of a licence, or a loose statement of one, permits nothing.
            read.map_or(CommercialUse::Unstated, |read| read.max(likeliest).max(CommercialUse::Unstated))
        }
        (None, _) => read.unwrap_or(CommercialUse::Unstated),
    }
}

/// `read` is what the clauses of the text say: it stands for what the database does not know.
fn of_expression(expression: &Expression, read: Option<CommercialUse>) -> CommercialUse {
    let of = |operands: &[Expression]| operands.iter().map(|one| of_expression(one, read)).collect::<Vec<_>>();
    match expression {
        Expression::License(atom) => of_atom(atom, read),
        Expression::And(operands) => of(operands).into_iter().max().unwrap_or(CommercialUse::Unstated),
        Expression::Or(operands) => of(operands).into_iter().min().unwrap_or(CommercialUse::Unstated),
    }
}

/// An addition that nobody knows is never better than unstated: it may take away as well as add.
fn of_atom(atom: &Atom, read: Option<CommercialUse>) -> CommercialUse {
    let license = match atom.license.strip_prefix(MODIFIED_PREFIX) {
        Some(original) => read.map_or(CommercialUse::Unstated, |read| read.max(of_license(original))),
        None if atom.license == UNEXPLAINED => read.unwrap_or(CommercialUse::Unstated),
        None => of_license(&atom.license),
    };
    let known = |id: &str| license_db::license(id).is_some_and(|entry| entry.kind == Kind::Exception);
    match &atom.addition {
        Some(addition) if !known(addition) => license.max(CommercialUse::Unstated),
        _ => license,
    }
}

/// A term that somebody read decides; else the categories do. An unread term never says yes.
fn of_license(id: &str) -> CommercialUse {
    let Some(license) = license_db::license(id) else { return CommercialUse::Unstated };
    let terms = license.terms.iter().filter(|term| term.kind == TermKind::CommercialUse);
    let stated = terms.map(|term| match term.permission() {
        Some(CommercialUse::Yes) if term.reviewed.is_none() => CommercialUse::Unstated,
        answer => answer.unwrap_or(CommercialUse::Unstated),
    });
    let categories = || license.categories.iter().map(|&category| of_category(category)).max();
    stated.max().or_else(categories).unwrap_or(CommercialUse::Unstated)
}

fn of_category(category: Category) -> CommercialUse {
    match category {
        Category::Permissive
        | Category::PublicDomain
        | Category::WeakCopyleft
        | Category::StrongCopyleft
        | Category::NetworkCopyleft
        | Category::NoDerivatives
        | Category::UseRestricted
        | Category::DataPermissive
        | Category::DataCopyleft => CommercialUse::Yes,
        Category::Conditional => CommercialUse::Conditional,
        Category::NonCommercial | Category::ResearchOnly => CommercialUse::No,
        Category::DataRestricted
        | Category::UsePolicy
        | Category::SourceAvailable
        | Category::Proprietary
        | Category::Other => CommercialUse::Unstated,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clause::Terms;

    fn found(outcome: Outcome, expression: &str, candidates: &[&str], read: &str) -> CommercialUse {
        let expression = (!expression.is_empty()).then(|| Expression::parse(expression).expect("an expression"));
        let terms = CommercialUse::from_word(read).map(|commercial_use| {
            Box::new(Terms {
                commercial_use,
                by_use: std::collections::BTreeMap::default(),
                clauses: Vec::new(),
                unread: Vec::new(),
                is_cut: false,
            })
        });
        let candidates = candidates.iter().map(|&id| id.to_owned()).collect();
        commercial_use(&Classification { terms, ..Classification::of_label(outcome, expression, candidates) })
    }

    #[test]
    fn a_text_that_nobody_knows_is_what_its_clauses_say() {
        for (read, answer) in [
            ("yes", CommercialUse::Yes),
            ("no", CommercialUse::No),
            ("conditional", CommercialUse::Conditional),
            ("unstated", CommercialUse::Unstated),
        ] {
            assert_eq!(found(Outcome::Unknown, UNEXPLAINED, &[], read), answer, "{read}");
        }
        assert_eq!(found(Outcome::Unknown, UNEXPLAINED, &[], ""), CommercialUse::Unstated);
    }

    #[test]
    fn a_changed_licence_is_never_a_yes() {
        let changed = "LicenseRef-licentia-modified-MIT";
        assert_eq!(found(Outcome::Modified, changed, &["MIT"], "yes"), CommercialUse::Unstated);
        assert_eq!(found(Outcome::Modified, changed, &["MIT"], "no"), CommercialUse::No);
        let beside = "LicenseRef-licentia-unexplained-terms AND MIT";
        assert_eq!(found(Outcome::Unknown, beside, &[], "yes"), CommercialUse::Unstated);
        assert_eq!(found(Outcome::Unknown, beside, &[], "no"), CommercialUse::No);
        let forbidding = "LicenseRef-licentia-modified-CC-BY-NC-4.0";
        assert_eq!(found(Outcome::Modified, forbidding, &["CC-BY-NC-4.0"], "yes"), CommercialUse::No);
    }

    #[test]
    fn a_known_licence_is_what_the_database_says() {
        assert_eq!(found(Outcome::Exact, "MIT", &[], ""), CommercialUse::Yes);
        assert_eq!(found(Outcome::Exact, "CC-BY-NC-4.0 OR MIT", &[], ""), CommercialUse::Yes);
        assert_eq!(found(Outcome::Approximate, "", &["CC-BY-NC-4.0"], "yes"), CommercialUse::No);
        assert_eq!(found(Outcome::Approximate, "", &["MIT"], ""), CommercialUse::Unstated);
        assert_eq!(found(Outcome::Approximate, "", &["MIT"], "yes"), CommercialUse::Unstated);
    }
}
