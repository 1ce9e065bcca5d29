//! Putting together: evidence and what it means become facts about subjects, and a graph of what was made from what.
//!
//! Nothing is judged here and nothing is merged by first-wins: every statement stays a fact of its own beside the one
//! that is concluded from them all.

use crate::evidence::Evidence;
use crate::fact::{Basis, Fact, Grade, Reason};
use crate::gap::Gap;
use crate::license::{Classification, Expression, Outcome, UNEXPLAINED};
use crate::lineage::Lineage;
use crate::scan::{Judged, RepositoryKind, Source};
use crate::subject::{Role, Subject};

mod flow;
mod licenses;
pub mod lineage;
mod subjects;
mod unseen;
mod weight;

pub use licenses::covers;
pub use unseen::gaps_in_the_way;

/// What is held about everything in a scan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolution {
    /// Sorted by subject, basis, reason. Every subject has exactly one concluded fact.
    pub facts: Vec<Fact>,
    /// What was made from what.
    pub lineage: Lineage,
    /// One for each subject, in order, without a verdict.
    pub judged: Vec<Judged>,
}

/// Puts together what `evidence` says about `sources`. `classifications` runs parallel to `evidence`; a missing one
/// is no statement. Reasons are indices in the slices given here.
pub fn run(
    sources: &[Source],
    evidence: &[Evidence],
    classifications: &[Option<Classification>],
    gaps: &[Gap],
) -> Resolution {
    run_with(sources, evidence, classifications, gaps, &[])
}

/// What somebody who read the files says the licence of a subject is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Curated {
    /// Index of the source.
    pub source: usize,
    /// The subject's role; the one that the repository is there for where it is `None`.
    pub role: Option<Role>,
    /// The subject's directory.
    pub path: String,
    /// The licence.
    pub license: Expression,
    /// The paths of the files that were read.
    pub files: Vec<String>,
}

impl Curated {
    /// Whether a subject is meant.
    pub fn is_about(&self, subject: &Subject, sources: &[Source]) -> bool {
        let is_role = match (self.role, sources.get(subject.source).map(main_role)) {
            (Some(role), _) => subject.role == role,
            (None, Some(Role::Weights)) => matches!(subject.role, Role::Weights | Role::Adapter),
            (None, main) => main == Some(subject.role),
        };
        subject.source == self.source && subject.path == self.path && is_role
    }
}

/// The same with what curations say; they count in place of every statement about their subjects.
pub fn run_with(
    sources: &[Source],
    evidence: &[Evidence],
    classifications: &[Option<Classification>],
    gaps: &[Gap],
    curated: &[Curated],
) -> Resolution {
    let mut lineage = lineage::run(sources, evidence);
    let assigned = subjects::assign(sources, evidence, classifications);
    let subjects: Vec<Subject> = assigned.keys().cloned().collect();
    let away = weight::linked_away(sources, evidence, classifications);

    let mut drafts: Vec<Draft<'_>> = assigned
        .into_iter()
        .map(|(subject, indices)| {
            let statements = licenses::statements(&indices, evidence, classifications, &away);
            let curated = curated.iter().find(|curated| curated.is_about(&subject, sources));
            let mut conclusion = licenses::conclude(&statements);
            if let Some(curated) = curated {
                conclusion.expression = Some(curated.license.clone());
                conclusion.outcome = Outcome::Exact;
                conclusion.candidates.clear();
                conclusion.because.clear();
            }
            Draft { conclusion, subject, statements, curated, ancestors: Vec::new() }
        })
        .collect();
    for (index, node) in lineage.nodes.iter_mut().enumerate().take(sources.len()) {
        node.is_seen = is_seen(index, sources, &drafts, gaps);
    }
    let claims_outputs: Vec<bool> =
        drafts.iter().map(|draft| flow::claims_outputs(draft.conclusion.expression.as_ref())).collect();
    let flow =
        flow::Flow { subjects: &subjects, sources, lineage: &lineage, evidence, claims_outputs: &claims_outputs };
    for (position, draft) in drafts.iter_mut().enumerate() {
        draft.ancestors = flow.ancestors(position);
    }
    let concluded_at = concluded_positions(&drafts);

    let mut facts = Vec::new();
    let mut judged = Vec::new();
    for (position, draft) in drafts.iter().enumerate() {
        let first = facts.len();
        facts.extend(stated_facts(draft));
        facts.extend(curated_fact(draft, evidence));
        facts.push(concluded_fact(draft, &facts[first..], first, gaps));
        let mut because = vec![Reason::Fact(facts.len() - 1)];
        for ancestor in &draft.ancestors {
            because.push(Reason::Fact(facts.len()));
            facts.push(inherited_fact(draft, ancestor, &drafts, &concluded_at));
        }
        judged.push(Judged {
            subject: draft.subject.clone(),
            declared: draft.conclusion.declared.clone(),
            observed: draft.conclusion.observed.clone(),
            concluded: draft.conclusion.expression.clone(),
            effective: effective(draft, &drafts),
            verdict: None,
            standing: None,
            decision: None,
            because,
        });
        debug_assert_eq!(concluded_at.get(position).copied(), Some(facts.len() - 1 - draft.ancestors.len()));
    }
    Resolution { facts, lineage, judged }
}

/// The role of what a repository is there for, where nothing says more.
pub(crate) fn main_role(source: &Source) -> Role {
    match source.repository_kind {
        RepositoryKind::Model => Role::Weights,
        RepositoryKind::Dataset => Role::Data,
        RepositoryKind::Space => Role::Code,
    }
}

/// One subject on its way to facts.
struct Draft<'a> {
    subject: Subject,
    curated: Option<&'a Curated>,
    statements: Vec<licenses::Statement>,
    conclusion: licenses::Conclusion,
    /// Inspected ancestors.
    ancestors: Vec<flow::Inherited>,
}

/// Whether the licence of a source could be looked for: not where none was concluded and gaps stand in the way.
fn is_seen(index: usize, sources: &[Source], drafts: &[Draft<'_>], gaps: &[Gap]) -> bool {
    let main = drafts.iter().filter(|draft| draft.subject.source == index && draft.subject.path.is_empty());
    let found_nothing = |draft: &Draft<'_>| draft.conclusion.found_nothing();
    let nothing_is_found = main.filter(|draft| draft.subject.role != Role::Documentation).all(found_nothing);
    !nothing_is_found || gaps_in_the_way(index, sources, gaps).is_empty()
}

/// Whether the terms of ancestors bind a subject: the parameters at the root of a source.
pub(crate) fn receives_terms(subject: &Subject) -> bool {
    subject.path.is_empty() && matches!(subject.role, Role::Weights | Role::Adapter)
}

/// Concluded AND what flows down. An ancestor about which nothing is known spoils the answer, as it must.
fn effective(draft: &Draft<'_>, drafts: &[Draft<'_>]) -> Option<Expression> {
    let own = draft.conclusion.expression.clone()?;
    let inherited = draft
        .ancestors
        .iter()
        .filter_map(|ancestor| drafts.get(ancestor.draft))
        .map(|ancestor| ancestor.conclusion.expression.clone().unwrap_or_else(|| Expression::license(UNEXPLAINED)));
    Some(Expression::all_of(std::iter::once(own).chain(inherited)))
}

/// What a draft's statements say: equal ones are one fact with several reasons. In the order of facts.
fn stated<'d>(draft: &'d Draft<'_>) -> Vec<(&'d licenses::Statement, Vec<usize>)> {
    let mut groups: Vec<(&licenses::Statement, Vec<usize>)> = Vec::new();
    for statement in &draft.statements {
        match groups.iter_mut().find(|(first, _)| first.says_the_same(statement)) {
            Some((_, because)) => because.push(statement.evidence),
            None => groups.push((statement, vec![statement.evidence])),
        }
    }
    // Statements come in the order of evidence, so each first reason is another's only once.
    groups.sort_by(|(a, because_a), (b, because_b)| (a.basis, because_a).cmp(&(b.basis, because_b)));
    groups
}

fn stated_facts(draft: &Draft<'_>) -> Vec<Fact> {
    let fact = |(statement, because): (&licenses::Statement, Vec<usize>)| Fact {
        subject: draft.subject.clone(),
        basis: statement.basis,
        expression: statement.expression.clone(),
        outcome: statement.outcome,
        candidates: statement.candidates.clone(),
        grade: statement.grade,
        because: because.into_iter().map(Reason::Evidence).collect(),
    };
    stated(draft).into_iter().map(fact).collect()
}

/// What a curation says, resting on what its files say.
fn curated_fact(draft: &Draft<'_>, evidence: &[Evidence]) -> Option<Fact> {
    let curated = draft.curated?;
    let is_read =
        |evidence: &Evidence| evidence.at.source == curated.source && curated.files.contains(&evidence.at.path);
    let read = evidence.iter().enumerate().filter(|(_, evidence)| is_read(evidence));
    let mut because: Vec<Reason> = read.map(|(index, _)| Reason::Evidence(index)).collect();
    if because.is_empty() {
        because.push(Reason::Searched(curated.source));
    }
    Some(Fact {
        subject: draft.subject.clone(),
        basis: Basis::Curated,
        expression: Some(curated.license.clone()),
        outcome: Outcome::Exact,
        candidates: Vec::new(),
        grade: draft.conclusion.grade,
        because,
    })
}

/// Where the concluded fact of each draft will stand.
fn concluded_positions(drafts: &[Draft<'_>]) -> Vec<usize> {
    let mut next = 0;
    let mut positions = Vec::new();
    for draft in drafts {
        next += stated(draft).len() + usize::from(draft.curated.is_some());
        positions.push(next);
        next += 1 + draft.ancestors.len();
    }
    positions
}

fn concluded_fact(draft: &Draft<'_>, stated: &[Fact], first: usize, gaps: &[Gap]) -> Fact {
    let conclusion = &draft.conclusion;
    let rests_on = |fact: &Fact| {
        fact.because
            .iter()
            .any(|reason| matches!(reason, Reason::Evidence(index) if conclusion.because.contains(index)))
    };
    let mut because: Vec<Reason> = stated
        .iter()
        .enumerate()
        .filter(|(_, fact)| fact.basis == Basis::Curated || rests_on(fact))
        .map(|(offset, _)| Reason::Fact(first + offset))
        .collect();
    if because.is_empty() {
        let source = draft.subject.source;
        let unseen = gaps.iter().enumerate().filter(|(_, gap)| gap.at.source == source && gap.kind.makes_incomplete());
        because.extend(unseen.map(|(index, _)| Reason::Gap(index)));
        because.push(Reason::Searched(source));
    }
    Fact {
        subject: draft.subject.clone(),
        basis: Basis::Concluded,
        expression: conclusion.expression.clone(),
        outcome: conclusion.outcome,
        candidates: conclusion.candidates.clone(),
        grade: conclusion.grade,
        because,
    }
}

fn inherited_fact(draft: &Draft<'_>, ancestor: &flow::Inherited, drafts: &[Draft<'_>], concluded_at: &[usize]) -> Fact {
    let conclusion = drafts.get(ancestor.draft).map(|parent| &parent.conclusion);
    let mut because: Vec<Reason> =
        concluded_at.get(ancestor.draft).map(|&index| Reason::Fact(index)).into_iter().collect();
    because.extend(ancestor.because.iter().map(|&index| Reason::Evidence(index)));
    Fact {
        subject: draft.subject.clone(),
        basis: Basis::Inherited,
        expression: conclusion.and_then(|conclusion| conclusion.expression.clone()),
        outcome: conclusion.map_or(Outcome::None, |conclusion| conclusion.outcome),
        candidates: conclusion.map(|conclusion| conclusion.candidates.clone()).unwrap_or_default(),
        grade: conclusion.map_or(Grade::Prose, |conclusion| conclusion.grade),
        because,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::evidence::{Claim, TextId, TextKind};
    use crate::license::{Match, MatchKind};
    use crate::lineage::Relation;
    use crate::location::Location;
    use crate::scan::SourceKind;
    use crate::subject::Scope;

    /// A model repository in memory.
    pub(crate) fn source_of(repository: &str) -> Source {
        Source { repository: Some(repository.to_owned()), files: 1, ..Source::new(repository, SourceKind::Memory) }
    }

    pub(crate) fn statement(source: usize, path: &str, claim: Claim) -> Evidence {
        let scope = Scope { role: None, directory: String::new(), file: None };
        Evidence { at: Location::file(source, path), scope, claim, quote: String::new(), by: "test" }
    }

    pub(crate) fn parent_claim(source: usize, reference: &str, relation: Relation) -> Evidence {
        let claim = Claim::Parent { reference: reference.to_owned(), relation, revision: None };
        Evidence { quote: reference.to_owned(), ..statement(source, "README.md", claim) }
    }

    /// A licence field.
    pub(crate) fn label(path: &str, value: &str, role: Option<Role>) -> Evidence {
        let mut evidence = statement(0, path, Claim::License(value.to_owned()));
        evidence.scope.role = role;
        value.clone_into(&mut evidence.quote);
        evidence
    }

    /// A passage.
    pub(crate) fn text(path: &str, kind: TextKind, role: Option<Role>) -> Evidence {
        let mut evidence = statement(0, path, Claim::Text { text: TextId::of(path), kind });
        evidence.scope.role = role;
        evidence
    }

    pub(crate) fn in_directory(mut evidence: Evidence, directory: &str, file: Option<&str>) -> Evidence {
        directory.clone_into(&mut evidence.scope.directory);
        evidence.scope.file = file.map(str::to_owned);
        evidence
    }

    pub(crate) fn exact(expression: &str) -> Classification {
        Classification::of_label(Outcome::Exact, Some(parse(expression)), Vec::new())
    }

    pub(crate) fn exact_text(expression: &str) -> Classification {
        let found = Match {
            expression: parse(expression),
            kind: MatchKind::Text,
            outcome: Outcome::Exact,
            lines: (1, 20),
            bytes: (0, 1000),
            coverage: 1000,
            similarity: 1000,
            added: Vec::new(),
            missing_words: 0,
            changes: Vec::new(),
        };
        Classification { matches: vec![found], ..exact(expression) }
    }

    pub(crate) fn one_of(candidates: &[&str]) -> Classification {
        open(Outcome::OneOf, candidates)
    }

    pub(crate) fn open(outcome: Outcome, candidates: &[&str]) -> Classification {
        let candidates = candidates.iter().map(|&candidate| candidate.to_owned()).collect();
        Classification::of_label(outcome, None, candidates)
    }

    fn parse(expression: &str) -> Expression {
        Expression::parse(expression).expect("a valid expression")
    }

    fn resolve(sources: &[Source], stated: &[(Evidence, Option<Classification>)]) -> Resolution {
        let evidence: Vec<Evidence> = stated.iter().map(|(evidence, _)| evidence.clone()).collect();
        let classifications: Vec<_> = stated.iter().map(|(_, found)| found.clone()).collect();
        run(sources, &evidence, &classifications, &[])
    }

    fn from_source(source: usize, mut evidence: Evidence) -> Evidence {
        evidence.at.source = source;
        evidence
    }

    #[test]
    fn a_repository_that_says_nothing_has_weights_about_which_nothing_is_known() {
        let found = resolve(&[source_of("org/name")], &[]);
        assert_eq!(found.facts.len(), 1);
        assert_eq!(found.facts[0].because, [Reason::Searched(0)]);
        assert_eq!(found.judged[0].concluded, None);
        assert_eq!(found.judged[0].because, [Reason::Fact(0)]);
    }

    #[test]
    fn facts_stand_in_order_and_point_at_each_other() {
        let stated = [
            (label("README.md", "mit", Some(Role::Weights)), Some(exact("MIT"))),
            (text("LICENSE", TextKind::LicenseFile, None), Some(exact_text("Apache-2.0"))),
            (from_source(1, label("README.md", "cc-by-nc-4.0", Some(Role::Weights))), Some(exact("CC-BY-NC-4.0"))),
            (parent_claim(0, "org/base", Relation::Finetune), None),
        ];
        let found = resolve(&[source_of("org/child"), source_of("org/base")], &stated);
        let bases: Vec<Basis> = found.facts.iter().map(|fact| fact.basis).collect();
        let expected =
            [Basis::Declared, Basis::Observed, Basis::Concluded, Basis::Inherited, Basis::Declared, Basis::Concluded];
        assert_eq!(bases, expected);
        assert_eq!(found.facts[2].because, [Reason::Fact(0), Reason::Fact(1)]);
        assert_eq!(found.facts[3].because, [Reason::Fact(5), Reason::Evidence(3)]);
        assert_eq!(found.judged[0].because, [Reason::Fact(2), Reason::Fact(3)]);
        let effective = found.judged[0].effective.as_ref().map(ToString::to_string);
        assert_eq!(effective.as_deref(), Some("Apache-2.0 AND CC-BY-NC-4.0 AND MIT"));
    }

    #[test]
    fn an_ancestor_without_a_licence_spoils_its_descendants() {
        let stated = [
            (label("README.md", "mit", Some(Role::Weights)), Some(exact("MIT"))),
            (parent_claim(0, "org/base", Relation::Finetune), None),
        ];
        let found = resolve(&[source_of("org/child"), source_of("org/base")], &stated);
        let effective = found.judged[0].effective.as_ref().map(ToString::to_string);
        assert_eq!(effective.as_deref(), Some("LicenseRef-licentia-unexplained-terms AND MIT"));
    }

    #[test]
    fn a_base_of_which_nothing_could_be_seen_is_not_inspected() {
        let evidence =
            [label("README.md", "mit", Some(Role::Weights)), parent_claim(0, "org/base", Relation::Finetune)];
        let refused = |path: &str| Gap {
            at: Location::file(1, path),
            kind: crate::gap::GapKind::Refused,
            detail: "refused".to_owned(),
        };
        let sources = [source_of("org/child"), source_of("org/base")];
        let found = run(&sources, &evidence, &[Some(exact("MIT")), None], &[refused("LICENSE")]);
        assert_eq!(found.judged[0].effective, Some(Expression::license("MIT")));
        assert_eq!((found.lineage.nodes[1].source, found.lineage.nodes[1].inspected()), (Some(1), None));
        let seen = run(&sources, &evidence, &[Some(exact("MIT")), None], &[]);
        assert_eq!(seen.lineage.nodes[1].inspected(), Some(1));
    }

    #[test]
    fn the_parent_of_a_part_binds_that_part_and_the_pipeline_and_no_other_part() {
        let part = |directory: &str| {
            let path = format!("{directory}/LICENSE");
            in_directory(text(&path, TextKind::LicenseFile, None), directory, None)
        };
        let named = in_directory(parent_claim(0, "org/vae", Relation::Component), "vae", None);
        let stated = [
            (label("README.md", "mit", Some(Role::Weights)), Some(exact("MIT"))),
            (part("vae"), Some(exact_text("ISC"))),
            (part("unet"), Some(exact_text("ISC"))),
            (named, None),
            (from_source(1, label("README.md", "cc-by-nc-4.0", Some(Role::Weights))), Some(exact("CC-BY-NC-4.0"))),
        ];
        let found = resolve(&[source_of("org/pipeline"), source_of("org/vae")], &stated);
        let effective: Vec<(&str, String)> = found
            .judged
            .iter()
            .filter(|judged| judged.subject.source == 0)
            .map(|judged| {
                (judged.subject.path.as_str(), judged.effective.as_ref().map_or_else(String::new, ToString::to_string))
            })
            .collect();
        let expected = [("", "CC-BY-NC-4.0 AND MIT"), ("unet", "ISC"), ("vae", "CC-BY-NC-4.0 AND ISC")];
        assert_eq!(effective, expected.map(|(path, license)| (path, license.to_owned())));
    }

    #[test]
    fn terms_do_not_flow_down_from_training_data() {
        let mut data = source_of("org/data");
        data.repository_kind = RepositoryKind::Dataset;
        let stated = [
            (label("README.md", "mit", Some(Role::Weights)), Some(exact("MIT"))),
            (statement(0, "README.md", Claim::Dataset("org/data".to_owned())), None),
            (from_source(1, label("README.md", "cc-by-nc-4.0", None)), Some(exact("CC-BY-NC-4.0"))),
        ];
        let found = resolve(&[source_of("org/child"), data], &stated);
        assert_eq!(found.judged[0].effective, Some(Expression::license("MIT")));
        assert_eq!(found.lineage.edges.len(), 1);
    }
}
