//! What the clauses of a text say against what the database says about the licence that the text is.

use license_db::terms::CommercialUse;
use license_db::{License, Term, TermKind};

use crate::clause::{Clause, Stretch, Terms};

/// A place where a text and the facts about it contradict each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// What it is about.
    pub kind: TermKind,
    /// Both sides, in words.
    pub what: String,
    /// The clause.
    pub place: Stretch,
}

/// Numbers that a text states and that the facts have to have.
const LIMITS: [TermKind; 5] = [
    TermKind::MonthlyUsers,
    TermKind::DailyUsers,
    TermKind::AnnualRevenue,
    TermKind::MonthlyRevenue,
    TermKind::TeamSize,
];

/// Revenue below which no licence sets a limit.
const LEAST: u64 = 3000;

/// Where the clauses of a text contradict the facts: commercial use that is denied where the facts permit it, a threshold
/// that is another one, a display string that is another one. What only one side mentions is no contradiction: a reader
/// overlooks things, and an entry lists what matters.
pub fn disagreements(license: &License, terms: &Terms) -> Vec<Disagreement> {
    let facts = |kind: TermKind| license.terms.iter().filter(move |term| term.kind == kind);
    let mut found = Vec::new();
    let permits = facts(TermKind::CommercialUse)
        .any(|term| matches!(term.permission(), Some(CommercialUse::Yes | CommercialUse::Conditional)));
    let denies = || terms.of_kind(TermKind::CommercialUse).find(|clause| clause.value == CommercialUse::No.as_str());
    if permits
        && terms.commercial_use == CommercialUse::No
        && let Some(clause) = denies()
    {
        let what = format!("the text seems to forbid commercial use, and the facts about {} permit it", license.id);
        found.push(Disagreement { kind: TermKind::CommercialUse, what, place: clause.place.clone() });
    }
    for kind in LIMITS {
        let known: Vec<u64> = facts(kind).filter_map(|term| term.limit).collect();
        // A year beside a sum ("in 2019 dollars") is no sum.
        let is_sum = |limit: u64| !matches!(kind, TermKind::AnnualRevenue | TermKind::MonthlyRevenue) || limit > LEAST;
        let other = |clause: &&Clause| clause.limit.is_some_and(|limit| is_sum(limit) && !known.contains(&limit));
        if let Some(clause) = terms.of_kind(kind).find(other).filter(|_| !known.is_empty()) {
            let limit = clause.limit.unwrap_or_default();
            let listed = known.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
            let what = format!("the text says {kind} {limit}, the facts about {} say {listed}", license.id);
            found.push(Disagreement { kind, what, place: clause.place.clone() });
        }
    }
    let shown: Vec<&Term> = facts(TermKind::Display).collect();
    let other = |clause: &&Clause| {
        let alike = |term: &&Term| term.value.contains(clause.value.as_str()) || clause.value.contains(term.value);
        !shown.iter().any(alike)
    };
    if let Some(clause) = terms.of_kind(TermKind::Display).find(other).filter(|_| !shown.is_empty()) {
        let known = shown.iter().map(|term| term.value).collect::<Vec<_>>().join(", ");
        let what = format!("the text asks to show {:?}, the facts about {} name {known:?}", clause.value, license.id);
        found.push(Disagreement { kind: TermKind::Display, what, place: clause.place.clone() });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::terms::read;

    fn of(id: &str, text: &str) -> Vec<String> {
        let license = license_db::license(id).expect("an entry");
        disagreements(license, &read(text)).into_iter().map(|one| one.what).collect()
    }

    #[test]
    fn another_threshold_and_a_ban_are_disagreements() {
        let llama = "LicenseRef-scancode-llama-3.1-license-2024";
        let limit = "If your products have more than 70 million monthly active users, you must request a licence.";
        assert!(of(llama, limit)[0].contains("70000000") && of(llama, limit)[0].contains("700000000"));
        assert!(of(llama, "The Model may be used solely for non-commercial research.")[0].contains("forbid"));
    }

    #[test]
    fn what_one_side_leaves_out_is_none() {
        assert!(of("LicenseRef-scancode-llama-3.1-license-2024", "You must keep all notices.").is_empty());
        let limit = "If your products have more than 700 million monthly active users, you must request a licence.";
        assert!(of("LicenseRef-scancode-llama-3.1-license-2024", limit).is_empty());
    }
}
