//! Sheets of texts: what their clauses say, each with its words and its place.

use license_db::{TermKind, terms::CommercialUse};

use super::{Sheet, StatedTerm};
use crate::classify::terms::disagreements;
use crate::clause::{Clause, Stretch, Terms};
use crate::license::{Classification, Expression, Outcome};
use crate::report::commerce::commercial_use;

/// What a sheet of clauses is.
const READING: &str = "text, read clause by clause by rule";
/// What stands in `source` where a term was read by a rule and by nobody.
const BY_RULE: &str = "read in the text by rule";

impl Sheet {
    /// The sheets of a file: one for each licence that it holds, with the clauses of the file beside the facts where it holds
    /// one; one of its clauses alone where it is no text that the database knows.
    ///
    /// `path` names it in the places.
    pub fn of_text(path: &str, found: &Classification) -> Vec<Self> {
        let Some(terms) = found.terms.as_deref() else { return Vec::new() };
        let sheets: Vec<Self> = match (found.outcome, &found.expression) {
            (Outcome::Exact, Some(expression)) => Self::of_expression(expression),
            (Outcome::OneOf, _) => {
                let alike = |sheet: Self| {
                    let marks = vec![format!("one of {} that {path} may mean", found.candidates.join(", "))];
                    Self { marks: [marks, sheet.marks].concat(), ..sheet }
                };
                let all = found.candidates.iter().flat_map(|id| Self::of_expression(&Expression::license(id.as_str())));
                all.map(alike).collect()
            }
            _ => return vec![Self::of_clauses(path, found, terms)],
        };
        match <[Self; 1]>::try_from(sheets) {
            Ok([only]) => vec![only.with_clauses(path, terms)],
            // One text cannot tell whose clause it was where it holds several licences.
            Err(sheets) => sheets,
        }
    }

    /// One sheet for each licence and each exception of an expression. One that the database does not know has a sheet that
    /// answers nothing, so that it is not passed over.
    pub fn of_expression(expression: &Expression) -> Vec<Self> {
        let atoms = expression.atoms().into_iter();
        let ids = atoms.flat_map(|atom| std::iter::once(atom.license.as_str()).chain(atom.addition.as_deref()));
        let sheet = |id: &str| match license_db::license(id) {
            Some(license) => Self::of_license(license),
            None => Self {
                kind: "not in the database: read its text",
                ..Self::of_terms(id, "a licence that the database does not know", &[], Vec::new())
            },
        };
        ids.map(sheet).collect()
    }

    /// Whether it was read in a text by rule, and not taken from the database.
    pub(super) fn is_reading(&self) -> bool {
        self.kind == READING
    }

    /// The sheet of a text that nobody knows.
    fn of_clauses(path: &str, found: &Classification, terms: &Terms) -> Self {
        let answer = commercial_use(found);
        let mut stated = vec![overall(path, terms, answer)];
        for (kind, of_use) in &terms.by_use {
            // What holds for everything needs no second line, and a permission needs a clause that can be shown.
            if *of_use == CommercialUse::No && *of_use != answer && !stated.iter().any(|term| term.kind == *kind) {
                stated.push(StatedTerm { kind: *kind, ..bare(of_use.as_str().to_owned()) });
            }
        }
        let clauses = terms.clauses.iter().filter(|clause| clause.kind != TermKind::CommercialUse);
        for term in clauses.map(|clause| of_clause(path, clause)) {
            let is_known = |one: &StatedTerm| {
                one.kind == term.kind
                    && one.value == term.value
                    && one.limit == term.limit
                    && one.details == term.details
            };
            if !stated.iter().any(is_known) {
                stated.push(term);
            }
        }
        stated.extend(terms.unread.iter().map(|place| unread(path, place)));
        if terms.is_cut {
            stated
                .push(StatedTerm { kind: TermKind::Note, ..bare("the text is longer than what was read".to_owned()) });
        }
        let name = match (found.outcome, found.candidates.first()) {
            (Outcome::Modified, Some(original)) => format!("{original} with changes: read the differences too"),
            (Outcome::Approximate, Some(likeliest)) => format!("no complete licence, most like {likeliest}"),
            _ => "a text that the database does not know".to_owned(),
        };
        Self { kind: READING, ..Self::of_terms(path, &name, &[], stated) }
    }

    /// Gives each fact the clause of the text that says it, and says where text and facts disagree.
    fn with_clauses(mut self, path: &str, terms: &Terms) -> Self {
        for term in &mut self.terms {
            let says = |clause: &&Clause| {
                clause.kind == term.kind && clause.limit == term.limit && (term.limit.is_some() || same(term, clause))
            };
            if let Some(clause) = terms.clauses.iter().find(says) {
                term.quote = Some(clause.place.quote.clone());
                term.location = Some(place(path, &clause.place));
            }
        }
        if let Some(license) = license_db::license(&self.id) {
            let all = disagreements(license, terms).into_iter();
            self.marks.extend(all.map(|one| format!("{}: {}", place(path, &one.place), one.what)));
        }
        self
    }
}

/// Whether a clause says what a fact says; a list of places or things may be cut into several clauses.
fn same(term: &StatedTerm, clause: &Clause) -> bool {
    term.value == clause.value || term.value.split(", ").any(|part| part == clause.value)
}

/// The answer on commercial use, with the first clause that gives it.
fn overall(path: &str, terms: &Terms, answer: CommercialUse) -> StatedTerm {
    let answer = answer.as_str();
    let clause = terms.of_kind(TermKind::CommercialUse).find(|clause| clause.value == answer);
    match clause {
        Some(clause) => of_clause(path, clause),
        // An answer that rests on several clauses together is quoted by none.
        None => StatedTerm { kind: TermKind::CommercialUse, ..bare(answer.to_owned()) },
    }
}

fn of_clause(path: &str, clause: &Clause) -> StatedTerm {
    StatedTerm {
        kind: clause.kind,
        limit: clause.limit,
        details: clause.details.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
        quote: Some(clause.place.quote.clone()),
        location: Some(place(path, &clause.place)),
        ..bare(clause.value.clone())
    }
}

fn unread(path: &str, place_of: &Stretch) -> StatedTerm {
    StatedTerm {
        kind: TermKind::Note,
        quote: Some(place_of.quote.clone()),
        location: Some(place(path, place_of)),
        ..bare("a sentence about uses, users or places that no rule understands: read it".to_owned())
    }
}

fn bare(value: String) -> StatedTerm {
    StatedTerm {
        kind: TermKind::Note,
        value,
        limit: None,
        details: Vec::new(),
        source: BY_RULE.to_owned(),
        reviewed: None,
        quote: None,
        location: None,
    }
}

fn place(path: &str, place: &Stretch) -> String {
    format!("{path}:{}", place.lines.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify;
    use crate::report::explain::{Question, Reply};

    fn sheet(text: &str) -> Sheet {
        let kind = crate::evidence::TextKind::LicenseFile;
        let found = classify::with_terms(classify::text::classify(text, kind), text, kind);
        Sheet::of_text("LICENSE", &found).into_iter().next().expect("a sheet")
    }

    #[test]
    fn a_contract_that_nobody_knows_is_answered_with_its_words_and_lines() {
        let sheet = sheet(
            "Weather Words Agreement\n\nThe Model may be used solely for non-commercial research.\n\
             You may not host the Model as a service for third parties.\n",
        );
        let sell = sheet.answer(Question::Sell).expect("it is always answered");
        assert_eq!(sell.reply, Reply::No);
        let term = &sheet.terms[sell.lines[0].term.expect("a clause")];
        assert_eq!(term.location.as_deref(), Some("LICENSE:3"));
        assert!(term.quote.as_deref().is_some_and(|quote| quote.contains("non-commercial research")));
    }

    #[test]
    fn silence_is_no_permission() {
        let sheet = sheet("Weather Words Agreement\n\nThis Agreement is governed by the laws of France.\n");
        assert_ne!(sheet.answer(Question::Sell).expect("it is always answered").reply, Reply::Yes);
    }

    #[test]
    fn nothing_that_a_text_may_mean_is_passed_over() {
        let ids = |found: &Classification| -> Vec<String> {
            Sheet::of_text("LICENSE", found).into_iter().map(|sheet| sheet.id).collect()
        };
        let read = |outcome, expression: Option<&str>, candidates: &[&str]| {
            let expression = expression.map(|words| Expression::parse(words).expect("an expression"));
            let candidates = candidates.iter().map(|&id| id.to_owned()).collect();
            let found = Classification::of_label(outcome, expression, candidates);
            classify::with_every_clause(found, "Use it.", None)
        };
        assert_eq!(
            ids(&read(Outcome::OneOf, None, &["BSD-2-Clause", "BSD-3-Clause"])),
            ["BSD-2-Clause", "BSD-3-Clause"]
        );
        let unknown = read(Outcome::Exact, Some("LicenseRef-acme-house AND MIT"), &[]);
        assert_eq!(ids(&unknown), ["LicenseRef-acme-house", "MIT"]);
        assert_ne!(
            Sheet::of_text("LICENSE", &unknown)[0].answer(Question::Sell).map(|answer| answer.reply),
            Some(Reply::Yes)
        );
        let exception = read(Outcome::Exact, Some("GPL-2.0-only WITH Classpath-exception-2.0"), &[]);
        assert_eq!(ids(&exception), ["GPL-2.0-only", "Classpath-exception-2.0"]);
    }

    #[test]
    fn a_changed_licence_permits_nothing_that_was_not_read_in_it() {
        let mit = license_db::license("MIT").and_then(license_db::License::text).expect("an SPDX text");
        let sheet = sheet(&format!("{mit}\n\nImages you create remain our property.\n"));
        assert_eq!(sheet.answer(Question::Sell).map(|answer| answer.reply), Some(Reply::Unverified));
    }
}
