//! Names in a policy: licences, categories, terms, findings. A name that means nothing is an error, with the one that
//! was meant.

use std::ops::Range;

use license_db::{Category, TermKind};

use super::reader::{Reader, Value, did_you_mean};
use crate::finding::Verdict;
use crate::license::{Atom, Expression, MODIFIED_PREFIX, UNEXPLAINED};
use crate::location::Span;
use crate::policy::held::Held;
use crate::policy::message::{nearest, quoted};
use crate::policy::settings::{Settings, TermName};

/// What an entry of a licence list names.
enum Named {
    License(Atom),
    Category(Category),
    Term(TermName),
}

impl Reader<'_> {
    /// Reads `licenses.allow`, `review` or `deny`.
    pub(super) fn license_list(&mut self, value: &Value<'_>, key: &str, verdict: Verdict, settings: &mut Settings) {
        for item in self.list(value, key) {
            let Some(words) = item.get_ref().as_str() else {
                self.problem(&item.span(), &format!("{key} holds something that is no string"));
                continue;
            };
            let held = self.held(&item.span(), key, verdict);
            let earlier = match self.named(words, &item.span()) {
                None => None,
                Some(Named::License(atom)) => settings.entries.insert(atom.to_string(), held),
                Some(Named::Category(category)) => settings.categories.insert(category, held),
                Some(Named::Term(term)) => settings.terms.insert(term, held),
            };
            if let Some(earlier) = earlier {
                let line =
                    earlier.at.span.map_or(String::new(), |Span { start_line, .. }| format!(" in line {start_line}"));
                let name = match self.named(words, &item.span()) {
                    Some(Named::License(atom)) => quoted(&atom.to_string()),
                    _ => quoted(words),
                };
                self.problem(&item.span(), &format!("{name} is listed already{line}; remove one of them"));
            }
        }
    }

    pub(super) fn preferred(&mut self, value: &Value<'_>, key: &str) -> Held<Vec<String>> {
        let items = self.list(value, key);
        let atoms: Vec<String> = items
            .into_iter()
            .filter_map(|item| {
                let words = self.text(item, key)?;
                self.atom(&words.value, &item.span()).map(|atom| atom.to_string())
            })
            .collect();
        self.held(&value.span(), key, atoms)
    }

    fn named(&mut self, words: &str, at: &Range<usize>) -> Option<Named> {
        if let Some(word) = words.strip_prefix("category:") {
            return self.category(word, at).map(Named::Category);
        }
        if let Some(word) = words.strip_prefix("term:") {
            return self.term(word, at).map(Named::Term);
        }
        self.atom(words, at).map(Named::License)
    }

    pub(super) fn category(&mut self, word: &str, at: &Range<usize>) -> Option<Category> {
        let found = Category::from_word(word);
        if found.is_none() {
            let words = Category::ALL.map(Category::as_str);
            let meant = did_you_mean(nearest(word, words));
            self.problem(at, &format!("{} is no category{meant}; categories are {}", quoted(word), words.join(", ")));
        }
        found
    }

    /// `KIND` or `KIND=VALUE`.
    pub(super) fn term(&mut self, word: &str, at: &Range<usize>) -> Option<TermName> {
        let (kind, value) = word.split_once('=').map_or((word, None), |(kind, value)| (kind, Some(value)));
        let Some(kind) = TermKind::from_word(kind) else {
            let meant = did_you_mean(nearest(kind, TermKind::WORDS.iter().copied()));
            let message =
                format!("{} is no kind of term{meant}; kinds are {}", quoted(kind), TermKind::WORDS.join(", "));
            self.problem(at, &message);
            return None;
        };
        Some(TermName { kind, value: value.map(str::to_owned) })
    }

    /// One licence, perhaps with an exception.
    pub(super) fn atom(&mut self, words: &str, at: &Range<usize>) -> Option<Atom> {
        let names = || license_db::licenses().iter().map(|license| license.id);
        if ["NOASSERTION", "NONE"].iter().any(|word| words.trim().eq_ignore_ascii_case(word)) {
            let message = format!(
                "{} says that no licence is known, and names none; licenses.unknown and licenses.none say what counts then",
                quoted(words)
            );
            self.problem(at, &message);
            return None;
        }
        let atom = match Expression::parse(&canonical(words)) {
            Ok(Expression::License(atom)) => atom,
            Ok(_) => {
                let message = format!("{} is more than one licence; list each on its own", quoted(words));
                self.problem(at, &message);
                return None;
            }
            Err(_) => {
                let meant = did_you_mean(nearest(words, names()));
                let message = format!(
                    "{} is no licence identifier{meant}; write an SPDX identifier, a LicenseRef, category:NAME or term:KIND",
                    quoted(words)
                );
                self.problem(at, &message);
                return None;
            }
        };
        if let Some(message) = refuse_atom(&atom, names()) {
            self.problem(at, &message);
            return None;
        }
        Some(atom)
    }

    /// A whole expression.
    pub(super) fn expression(&mut self, value: &Value<'_>, key: &str) -> Option<Held<Expression>> {
        let written = self.text(value, key)?;
        let expression = Expression::parse(&canonical(&written.value));
        let refused = match &expression {
            Err(error) => Some(format!("{} is no SPDX expression: {error}", quoted(&written.value))),
            Ok(expression) => {
                let names = || license_db::licenses().iter().map(|license| license.id);
                expression.atoms().into_iter().find_map(|atom| refuse_atom(atom, names()))
            }
        };
        if let Some(message) = refused {
            self.problem(&value.span(), &message);
            return None;
        }
        expression.ok().map(|expression| Held::new(expression, written.at))
    }

    /// The name of a finding, also one that it had before.
    pub(super) fn finding_name(&mut self, word: &str, at: &Range<usize>) -> Option<&'static str> {
        let found = crate::policy::finding_kind(word).map(|kind| kind.name);
        if found.is_none() {
            let names = crate::policy::finding_kinds().map(|kind| kind.name);
            let meant = did_you_mean(nearest(word, names));
            let message = format!("{} is no finding{meant}; `licentia explain` lists them", quoted(word));
            self.problem(at, &message);
        }
        found
    }
}

/// Identifiers in the spelling of the SPDX list, which compares them without regard to case.
fn canonical(words: &str) -> String {
    let of = |word: &str| {
        let (open, rest) = word.split_at(word.len() - word.trim_start_matches('(').len());
        let (rest, close) = rest.split_at(rest.trim_end_matches(')').len());
        let (id, plus) = rest.strip_suffix('+').map_or((rest, ""), |id| (id, "+"));
        format!("{open}{}{plus}{close}", license_db::license(id).map_or(id, |license| license.id))
    };
    words.split_whitespace().map(of).collect::<Vec<_>>().join(" ")
}

/// Why an entry for a licence cannot be obeyed.
fn refuse_atom(atom: &Atom, names: impl Iterator<Item = &'static str>) -> Option<String> {
    let id = &atom.license;
    if id.starts_with(MODIFIED_PREFIX) || id == UNEXPLAINED {
        return Some(format!(
            "{} stands for any change to a text, so it names no licence; judge unidentified texts with licenses.unknown",
            quoted(id)
        ));
    }
    // Other LicenseRefs are the organisation's own.
    let is_ours = id.starts_with("LicenseRef-licentia-") || id.starts_with("LicenseRef-scancode-");
    (is_ours && license_db::license(id).is_none()).then(|| {
        let meant = did_you_mean(nearest(id, names));
        format!("{} is in no database of ours{meant}; `licentia explain` shows a licence by its identifier", quoted(id))
    })
}
