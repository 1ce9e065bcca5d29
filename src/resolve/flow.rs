//! Which terms flow down to which subject.
//!
//! What binds derivatives binds the parameters at the root of whatever was made from them, over any number of steps. A
//! pipeline is used as a whole, so the terms of the parent of one part (`vae/`) bind that part, and the pipeline as
//! well; the other parts they leave alone. Notice-only licences flow down too: they restrict nothing, and the duties
//! that they add are real.
//!
//! A model that was trained on the outputs of another holds nothing of it. What its licence says about outputs decides:
//! a licence that says nothing of them and asks nothing but notices stays behind, every other one comes along.

use license_db::terms::{OutputTraining, OutputUse};
use license_db::{Category, License, TermKind};

use super::{lineage, main_role, receives_terms};
use crate::evidence::Evidence;
use crate::license::{Atom, Expression};
use crate::lineage::{Edge, Lineage};
use crate::scan::Source;
use crate::subject::{Role, Subject};

/// What decides where terms flow.
pub(super) struct Flow<'a> {
    pub(super) subjects: &'a [Subject],
    pub(super) sources: &'a [Source],
    pub(super) lineage: &'a Lineage,
    pub(super) evidence: &'a [Evidence],
    /// For each subject whether its licence may bind what was trained on its outputs.
    pub(super) claims_outputs: &'a [bool],
}

/// An ancestor whose terms flow down.
pub(super) struct Inherited {
    /// Position of its main subject among the subjects.
    pub(super) draft: usize,
    /// Evidence of the steps that lead there.
    pub(super) because: Vec<usize>,
}

impl Flow<'_> {
    /// The inspected ancestors of a subject, by position, each once.
    pub(super) fn ancestors(&self, position: usize) -> Vec<Inherited> {
        let Some(subject) = self.subjects.get(position).filter(|subject| can_inherit(subject)) else {
            return Vec::new();
        };
        let is_first_step = |edge: &Edge| receives_terms(subject) || self.is_about(edge, subject);
        let mut found = Vec::new();
        for ancestor in lineage::ancestors_by(self.lineage, subject.source, is_first_step) {
            let node = self.lineage.nodes.get(ancestor.node);
            let Some(source) = node.and_then(crate::lineage::Node::inspected) else { continue };
            let wanted: &[Role] = match self.sources.get(source).map(main_role) {
                Some(Role::Weights) => &[Role::Weights, Role::Adapter],
                Some(Role::Code) => &[Role::Code],
                _ => &[],
            };
            for (draft, candidate) in self.subjects.iter().enumerate() {
                let is_main =
                    candidate.source == source && candidate.path.is_empty() && wanted.contains(&candidate.role);
                let binds = !ancestor.is_by_outputs || self.claims_outputs.get(draft).copied().unwrap_or(true);
                if is_main && binds {
                    found.push(Inherited { draft, because: ancestor.because.clone() });
                }
            }
        }
        found.sort_by_key(|ancestor| ancestor.draft);
        found
    }

    /// Whether a step is stated in the directory of a part, or in one below it that has no voice of its own.
    fn is_about(&self, edge: &Edge, part: &Subject) -> bool {
        edge.because.iter().filter_map(|index| self.evidence.get(*index)).any(|evidence| {
            let directory = evidence.scope.directory.trim_matches('/');
            let here = self.subjects.iter().filter(|subject| subject.source == part.source);
            let nearest =
                here.filter(|subject| lies_in(directory, &subject.path)).max_by_key(|subject| subject.path.len());
            evidence.at.source == part.source && nearest.is_some_and(|nearest| nearest.path == part.path)
        })
    }
}

/// Whether parameters can be meant: code, data and papers beside them are judged apart.
fn can_inherit(subject: &Subject) -> bool {
    let is_part = !subject.path.is_empty() && matches!(subject.role, Role::Weights | Role::Adapter | Role::Component);
    receives_terms(subject) || is_part
}

fn lies_in(directory: &str, seat: &str) -> bool {
    let rest = directory.strip_prefix(seat);
    seat.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a licence may bind a model that was trained on the outputs of what stands under it. Unknown terms may, and
/// so may those that nobody has read.
pub(super) fn claims_outputs(expression: Option<&Expression>) -> bool {
    let atoms = expression.map(Expression::atoms).unwrap_or_default();
    atoms.is_empty() || atoms.into_iter().any(is_claim)
}

fn is_claim(atom: &Atom) -> bool {
    let Some(license) = license_db::license(&atom.license) else { return true };
    let has = |kind: TermKind| license.terms.iter().any(|term| term.kind == kind);
    if has(TermKind::DerivativeScope) || license.terms.iter().any(forbids_outputs) {
        return true;
    }
    let leaves_free = |term: &license_db::Term| {
        let is_free = term.output_training() == Some(OutputTraining::Allowed)
            || matches!(term.output_use(), Some(OutputUse::Unrestricted | OutputUse::Commercial));
        is_free && term.reviewed.is_some()
    };
    !asks_for_notices_alone(license) && !license.terms.iter().any(leaves_free)
}

fn forbids_outputs(term: &license_db::Term) -> bool {
    let trains = term.output_training().is_some_and(|word| word != OutputTraining::Allowed);
    trains || matches!(term.output_use(), Some(OutputUse::NonCommercial | OutputUse::OwnedByLicensor))
}

fn asks_for_notices_alone(license: &License) -> bool {
    let mild = |category: &Category| {
        matches!(category, Category::Permissive | Category::PublicDomain | Category::DataPermissive)
    };
    !license.categories.is_empty() && license.categories.iter().all(mild)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(license: &str) -> bool {
        claims_outputs(Some(&Expression::license(license)))
    }

    #[test]
    fn outputs_are_free_where_the_licence_asks_for_notices_alone_or_says_so() {
        for free in ["MIT", "Apache-2.0", "CC0-1.0", "LicenseRef-licentia-openmdw-1.1"] {
            assert!(!claims(free), "{free}");
        }
        let bound =
            ["CC-BY-NC-4.0", "LicenseRef-scancode-llama-2-license-2023", "LicenseRef-scancode-llama-3.1-license-2024"];
        for bound in bound.into_iter().chain(["LicenseRef-scancode-bigscience-open-rail-m", "LicenseRef-nobody-knows"])
        {
            assert!(claims(bound), "{bound}");
        }
        assert!(claims_outputs(None));
    }

    #[test]
    fn a_directory_lies_in_its_seat_and_not_in_one_with_a_longer_name() {
        assert!(lies_in("vae/config", "vae") && lies_in("vae", "vae") && lies_in("vae", ""));
        assert!(!lies_in("vae_2", "vae"));
    }
}
