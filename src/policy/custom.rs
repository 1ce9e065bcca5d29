//! `[[rule]]`: rules of an organisation's own, in a small closed language. Everything in `when` must be so, nothing in
//! `unless` may be; several values of one key are alternatives.

use license_db::Category;

use super::facts::{Distribution, Facts, Pattern, Use};
use super::held::Held;
use super::scope::Reference;
use super::settings::TermName;
use crate::fact::Grade;
use crate::finding::{PolicyPlace, Verdict};
use crate::license::Atom;
use crate::scan::{RepositoryKind, Source};
use crate::subject::Role;

/// A rule of an organisation's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomRule {
    /// Its name.
    pub id: Held<String>,
    /// What must be so. Never empty.
    pub when: Predicate,
    /// What must not be so; nothing where it is empty.
    pub unless: Predicate,
    /// The verdict.
    pub then: Held<Verdict>,
    /// What is said.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Where it is said.
    pub at: PolicyPlace,
}

/// Conditions on a subject and a licence that binds it. An empty list asks nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Predicate {
    /// Licences, by pattern on the printed atom.
    pub licenses: Vec<Pattern>,
    /// Categories of the licence.
    pub categories: Vec<Category>,
    /// Terms of the licence.
    pub terms: Vec<TermName>,
    /// Roles of the subject.
    pub roles: Vec<Role>,
    /// Names of the source.
    pub targets: Vec<Reference>,
    /// Kinds of repository.
    pub kinds: Vec<RepositoryKind>,
    /// The strongest statement of the licence.
    pub grades: Vec<Grade>,
    /// `facts.use`; what is not stated counts as every one.
    pub uses: Vec<Use>,
    /// `facts.distribution`; what is not stated counts as every one.
    pub ways: Vec<Distribution>,
}

/// What a predicate looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    pub(crate) source: &'a Source,
    pub(crate) role: Role,
    pub(crate) facts: &'a Facts,
    pub(crate) atom: &'a Atom,
    pub(crate) grade: Option<Grade>,
}

impl Predicate {
    /// Whether it asks nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether every condition is met.
    pub(crate) fn is_met(&self, view: &View<'_>) -> bool {
        self.answers(view).into_iter().flatten().all(|answer| answer)
    }

    /// Whether one condition is met.
    pub(crate) fn is_touched(&self, view: &View<'_>) -> bool {
        self.answers(view).into_iter().flatten().any(|answer| answer)
    }

    /// The answer of each condition that is there.
    fn answers(&self, view: &View<'_>) -> [Option<bool>; 9] {
        let license = license_db::license(&view.atom.license);
        let printed = view.atom.to_string();
        let asked = |is_asked: bool, answer: bool| is_asked.then_some(answer);
        let stated = view.facts.ways();
        [
            asked(!self.licenses.is_empty(), self.licenses.iter().any(|pattern| pattern.matches(&printed))),
            asked(
                !self.categories.is_empty(),
                license.is_some_and(|license| self.categories.iter().any(|category| license.has(*category))),
            ),
            asked(
                !self.terms.is_empty(),
                license.is_some_and(|license| {
                    self.terms.iter().any(|wanted| license.terms.iter().any(|term| wanted.matches(term)))
                }),
            ),
            asked(!self.roles.is_empty(), self.roles.contains(&view.role)),
            asked(!self.targets.is_empty(), self.targets.iter().any(|target| target.matches(view.source))),
            asked(!self.kinds.is_empty(), self.kinds.contains(&view.source.repository_kind)),
            asked(!self.grades.is_empty(), view.grade.is_some_and(|grade| self.grades.contains(&grade))),
            asked(!self.uses.is_empty(), view.facts.uses().is_none_or(|usage| self.uses.contains(&usage))),
            asked(!self.ways.is_empty(), stated.is_none_or(|stated| self.ways.iter().any(|way| stated.contains(way)))),
        ]
    }
}
