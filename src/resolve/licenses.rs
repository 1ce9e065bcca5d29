//! What a subject's statements come to: each stays as it is, and together they give one conclusion.
//!
//! Same licence everywhere: that licence. Contradiction: both bind (AND), because neither may be the looser. A
//! statement that could not be pinned down spoils the answer unless a better one says which of its candidates is
//! meant.

use std::collections::BTreeSet;

use license_db::Kind;

use super::weight::{LinkedAway, Weight, permits, weight};
use crate::evidence::{Claim, Evidence, TextKind};
use crate::fact::{Basis, Grade};
use crate::license::{Atom, Classification, Expression, Match, MatchKind, Outcome, UNEXPLAINED};

/// One statement about one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    /// Index of the evidence.
    pub(super) evidence: usize,
    pub(super) basis: Basis,
    pub(super) grade: Grade,
    pub(super) outcome: Outcome,
    pub(super) expression: Option<Expression>,
    pub(super) candidates: Vec<String>,
    /// What form it has, for what it may answer.
    form: Form,
    /// The file that it stands in: a name explains the `other` beside it.
    path: String,
    /// The key that it stands under: a list of licences is one field.
    key: Option<String>,
    weight: Weight,
    /// Whether a link of the same file leads to words that are not here.
    is_linked_away: bool,
}

/// The form of a statement, as far as the conclusion cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// The value of a licence field.
    Label,
    /// A free name.
    Name,
    /// A link.
    Link,
    /// A third-party notice: it is about others' work.
    Notice,
    /// An acceptable-use policy: it binds and grants nothing.
    UsePolicy,
    /// A licence text or passage.
    Passage,
}

/// What statements come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Conclusion {
    pub(super) expression: Option<Expression>,
    /// [`Outcome::None`] where nothing is stated that grants anything.
    pub(super) outcome: Outcome,
    pub(super) candidates: Vec<String>,
    pub(super) grade: Grade,
    /// All that fields declare.
    pub(super) declared: Option<Expression>,
    /// All that texts say.
    pub(super) observed: Option<Expression>,
    /// Evidence that it rests on.
    pub(super) because: Vec<usize>,
}

impl Conclusion {
    /// Whether nothing was said about a licence at all.
    pub(super) fn found_nothing(&self) -> bool {
        self.expression.is_none() && self.outcome == Outcome::None
    }
}

/// The statements at these indices. What states no licence is left out.
pub(super) fn statements(
    indices: &[usize],
    evidence: &[Evidence],
    classifications: &[Option<Classification>],
    away: &LinkedAway<'_>,
) -> Vec<Statement> {
    let of = |&index: &usize| {
        let evidence = evidence.get(index)?;
        let classification = classifications.get(index)?.as_ref().filter(|found| found.outcome != Outcome::None)?;
        let (basis, form) = basis_and_form(evidence)?;
        Some(Statement {
            evidence: index,
            basis,
            grade: grade(&evidence.claim, classification),
            outcome: classification.outcome,
            expression: classification.expression.clone().filter(|expression| !names_nothing(expression, form)),
            candidates: classification.candidates.clone(),
            form,
            path: evidence.at.path.clone(),
            key: evidence.at.key.clone(),
            weight: weight(&evidence.claim),
            is_linked_away: away.contains(&(evidence.at.source, evidence.at.path.as_str())),
        })
    };
    indices.iter().filter_map(of).collect()
}

/// Puts statements together.
pub(super) fn conclude(statements: &[Statement]) -> Conclusion {
    let settled = settle(statements);
    let of_basis = |basis: Basis| {
        let of = settled.known.iter().filter(|statement| statement.basis == basis);
        let expressions: Vec<Expression> = of.filter_map(|statement| statement.expression.clone()).collect();
        (!expressions.is_empty()).then(|| Expression::all_of(expressions))
    };
    let (declared, observed) = (of_basis(Basis::Declared), of_basis(Basis::Observed));
    let known = combine(declared.as_ref(), observed.as_ref());
    let grants = settled.known.iter().any(|statement| statement.grants());

    let mut conclusion = Conclusion {
        expression: None,
        outcome: Outcome::None,
        candidates: Vec::new(),
        grade: Grade::Prose,
        declared,
        observed,
        because: settled.known.iter().chain(&settled.open).map(|statement| statement.evidence).collect(),
    };
    conclusion.because.sort_unstable();
    let used = settled.known.iter().chain(&settled.open);
    conclusion.grade = used.map(|statement| statement.grade).min().unwrap_or(Grade::Prose);
    if let Some(outcome) = settled.open.iter().map(|statement| statement.outcome).max() {
        conclusion.outcome = outcome;
        for candidate in settled.open.iter().flat_map(|statement| &statement.candidates) {
            if !conclusion.candidates.contains(candidate) {
                conclusion.candidates.push(candidate.clone());
            }
        }
        conclusion.expression = known.map(|known| Expression::all_of([known, Expression::license(UNEXPLAINED)]));
    } else if grants || settled.is_notice_only {
        conclusion.outcome = settled.known.iter().map(|statement| statement.outcome).max().unwrap_or(Outcome::None);
        conclusion.expression = known;
    }
    conclusion
}

/// Whether what one statement names is what another says, `stated` being the wider of the two: the same licence, or
/// the same GNU text with the `or later` that only a statement beside the text can give (DESIGN §4).
pub fn covers(stated: &Atom, found: &Atom) -> bool {
    stated == found
        || (stated.addition == found.addition
            && match (stated.license.strip_suffix("-or-later"), found.license.strip_suffix("-only")) {
                (Some(wide), Some(narrow)) => wide == narrow,
                _ => stated.or_later && stated.license == found.license,
            })
}

/// Statements after they have explained each other.
struct Settled<'a> {
    /// With an expression.
    known: Vec<&'a Statement>,
    /// Without one, and nothing says which licence is meant.
    open: Vec<&'a Statement>,
    /// Nothing but third-party notices: a documentation subject, which asks for no grant.
    is_notice_only: bool,
}

fn settle(statements: &[Statement]) -> Settled<'_> {
    let known: Vec<&Statement> = statements.iter().filter(|statement| statement.expression.is_some()).collect();
    let open = statements
        .iter()
        .filter(|statement| statement.expression.is_none())
        .filter(|statement| {
            let others: Vec<&Statement> = statements.iter().filter(|other| other.is_listed_with(statement)).collect();
            !known.iter().any(|other| explains(other, statement, &others))
        })
        .collect();
    let is_notice_only = !statements.is_empty() && statements.iter().all(|statement| statement.form == Form::Notice);
    Settled { known, open, is_notice_only }
}

/// Whether `known` says what the open statement `open` means; `others` stand in one list of licences with it.
fn explains(known: &Statement, open: &Statement, others: &[&Statement]) -> bool {
    let Some(expression) = &known.expression else {
        return false;
    };
    if !known.grants() {
        return false;
    }
    let among = |atom: &Atom| {
        open.candidates.iter().any(|candidate| *candidate == atom.to_string() || *candidate == atom.license)
    };
    let fits = !open.candidates.is_empty() && expression.atoms().into_iter().all(among);
    match open.form {
        // A link is a pointer. It contradicts nothing as long as nobody knows what stands behind it.
        Form::Link => true,
        Form::Label | Form::Name if open.candidates.is_empty() => {
            // `other` names nothing: the name or link beside it does, and a text does. A free name says more than
            // nothing, so only a text overrules it. In a list each licence binds, so no other one of the list says
            // what it means, nor a text that may be there for that other one.
            let is_placeholder = open.weight == Weight::Placeholder;
            let is_said_beside = is_placeholder && known.path == open.path && known.form != Form::Passage;
            let is_text = known.basis == Basis::Observed && known.grade == Grade::Text;
            let is_loose = permits(expression) && (open.weight == Weight::Heavy || open.is_linked_away);
            let is_own_text =
                others.is_empty() || (is_placeholder && !others.iter().any(|other| other.may_be(expression)));
            !known.is_listed_with(open) && (is_said_beside || (is_text && is_own_text && !is_loose))
        }
        Form::Label | Form::Name => fits,
        Form::Passage => fits && open.outcome == Outcome::OneOf && known.outcome == Outcome::Exact,
        Form::Notice | Form::UsePolicy => false,
    }
}

/// What declared and observed come to. A declared expression that accounts for every text keeps its shape
/// (`MIT OR Apache-2.0` beside both texts); anything else binds as well.
fn combine(declared: Option<&Expression>, observed: Option<&Expression>) -> Option<Expression> {
    let stated: Vec<&Atom> = declared.map(Expression::atoms).unwrap_or_default();
    let operands: Vec<Expression> = match observed {
        Some(Expression::And(operands)) => operands.clone(),
        Some(single) => vec![single.clone()],
        None => Vec::new(),
    };
    let all: Vec<Atom> = operands.iter().flat_map(Expression::atoms).cloned().collect();
    let is_accounted_for = |operand: &Expression| {
        operand.atoms().into_iter().all(|atom| {
            let by_label = stated.iter().any(|stated| covers(stated, atom));
            by_label || all.iter().any(|other| other != atom && covers(other, atom))
        })
    };
    let rest = operands.iter().filter(|operand| !is_accounted_for(operand)).cloned();
    let joined: Vec<Expression> = declared.cloned().into_iter().chain(rest).collect();
    (!joined.is_empty()).then(|| Expression::all_of(joined))
}

impl Statement {
    /// Whether two places say the same in the same way, so that one fact holds both.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        let key = |of: &Self| (of.basis, of.grade, of.outcome);
        key(self) == key(other) && self.expression == other.expression && self.candidates == other.candidates
    }

    /// Whether both are licences of one list, as under `license:` of a card.
    fn is_listed_with(&self, other: &Self) -> bool {
        let is_label = self.form == Form::Label && other.form == Form::Label;
        is_label && self.evidence != other.evidence && self.path == other.path && self.key == other.key
    }

    /// Whether a text that says this may be there for this statement.
    fn may_be(&self, found: &Expression) -> bool {
        let Some(expression) = &self.expression else { return true };
        let stated = expression.atoms();
        found.atoms().into_iter().any(|atom| stated.iter().any(|stated| covers(stated, atom)))
    }

    /// Whether it can permit anything at all. A use policy cannot, wherever it stands.
    fn grants(&self) -> bool {
        let is_about_this_work = !matches!(self.form, Form::Notice | Form::UsePolicy);
        let atoms = self.expression.as_ref().map(Expression::atoms).unwrap_or_default();
        is_about_this_work && !atoms.into_iter().all(is_use_policy)
    }
}

fn is_use_policy(atom: &Atom) -> bool {
    license_db::license(&atom.license).is_some_and(|license| license.kind == Kind::UsePolicy)
}

/// A label like `other` may come as an expression that says that nobody knows: no licence is named then.
fn names_nothing(expression: &Expression, form: Form) -> bool {
    let is_label = matches!(form, Form::Label | Form::Name | Form::Link);
    is_label && expression.atoms().into_iter().all(|atom| atom.license == UNEXPLAINED)
}

fn basis_and_form(evidence: &Evidence) -> Option<(Basis, Form)> {
    Some(match &evidence.claim {
        Claim::LicenseName(_) => (Basis::Declared, Form::Name),
        Claim::LicenseLink(_) => (Basis::Declared, Form::Link),
        // A tag in the file that it is about was put there beside the work; a manifest only declares.
        Claim::Expression(_) if is_tag_in_file(evidence) => (Basis::Observed, Form::Passage),
        Claim::License(_) | Claim::Expression(_) => (Basis::Declared, Form::Label),
        Claim::Text { kind: TextKind::Field, .. } => (Basis::Declared, Form::Passage),
        Claim::Text { kind: TextKind::Notice, .. } => (Basis::Observed, Form::Notice),
        Claim::Text { kind: TextKind::UsePolicy, .. } => (Basis::Observed, Form::UsePolicy),
        Claim::Text { .. } => (Basis::Observed, Form::Passage),
        Claim::Parent { .. }
        | Claim::Dataset(_)
        | Claim::EuDisallowed
        | Claim::Gated
        | Claim::Display(_)
        | Claim::PolicyLink(_)
        | Claim::Copyright(_)
        | Claim::Change(_) => return None,
    })
}

fn is_tag_in_file(evidence: &Evidence) -> bool {
    let is_tag = evidence.at.key.as_deref().is_none_or(|key| key.eq_ignore_ascii_case("SPDX-License-Identifier"));
    evidence.scope.file.is_some() && is_tag
}

/// How strong a statement is. A text that names several licences is as strong as the weakest of them.
fn grade(claim: &Claim, classification: &Classification) -> Grade {
    let Claim::Text { kind, .. } = claim else {
        return match claim {
            Claim::Expression(_) => Grade::Tag,
            Claim::LicenseLink(_) => Grade::Prose,
            _ => Grade::Label,
        };
    };
    let of_match = |found: &Match| match (found.kind, kind) {
        // Whatever it says, it is not there as the licence.
        (_, TextKind::UsePolicy | TextKind::CardStatement) => Grade::Prose,
        // The standard header is complete where it stands as one; in a card it is a sentence.
        (MatchKind::Text, _) | (MatchKind::Notice, TextKind::LicenseFile | TextKind::Header | TextKind::Notice) => {
            Grade::Text
        }
        (_, TextKind::Field) => Grade::Label,
        (MatchKind::Tag, _) => Grade::Tag,
        (MatchKind::Notice | MatchKind::Reference, _) => Grade::Prose,
    };
    let expressions: BTreeSet<&Expression> = classification.matches.iter().map(|found| &found.expression).collect();
    let best = |expression: &Expression| {
        classification.matches.iter().filter(|found| found.expression == *expression).map(of_match).min()
    };
    let weakest = expressions.into_iter().filter_map(best).max();
    weakest.unwrap_or(if *kind == TextKind::Field { Grade::Label } else { Grade::Prose })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::tests::{exact, exact_text, label, one_of, open, text};
    use crate::resolve::weight::linked_away;
    use crate::subject::Role;

    fn concluded(stated: &[(Evidence, Classification)]) -> Conclusion {
        let evidence: Vec<Evidence> = stated.iter().map(|(evidence, _)| evidence.clone()).collect();
        let classifications: Vec<_> = stated.iter().map(|(_, found)| Some(found.clone())).collect();
        let indices: Vec<usize> = (0..evidence.len()).collect();
        let away = linked_away(&[], &evidence, &classifications);
        conclude(&statements(&indices, &evidence, &classifications, &away))
    }

    fn expression(stated: &[(Evidence, Classification)]) -> Option<String> {
        concluded(stated).expression.map(|expression| expression.to_string())
    }

    fn card(value: &str) -> Evidence {
        label("README.md", value, Some(Role::Weights))
    }

    fn name(value: &str) -> Evidence {
        Evidence { claim: Claim::LicenseName(value.to_owned()), ..card(value) }
    }

    fn link(value: &str) -> Evidence {
        Evidence { claim: Claim::LicenseLink(value.to_owned()), ..card(value) }
    }

    fn license_file() -> Evidence {
        text("LICENSE", TextKind::LicenseFile, None)
    }

    #[test]
    fn the_same_licence_twice_is_one() {
        let found = concluded(&[(card("mit"), exact("MIT")), (license_file(), exact_text("MIT"))]);
        assert_eq!(found.expression, Some(Expression::license("MIT")));
        assert_eq!((found.grade, found.outcome), (Grade::Text, Outcome::Exact));
    }

    #[test]
    fn a_contradiction_binds_both_ways() {
        let stated = [(card("apache-2.0"), exact("Apache-2.0")), (license_file(), exact_text("CC-BY-NC-4.0"))];
        assert_eq!(expression(&stated).as_deref(), Some("Apache-2.0 AND CC-BY-NC-4.0"));
    }

    #[test]
    fn nothing_stated_concludes_nothing() {
        let found = concluded(&[]);
        assert_eq!((found.expression, found.outcome, found.because), (None, Outcome::None, vec![]));
    }

    #[test]
    fn a_declared_choice_with_both_texts_stays_a_choice() {
        let stated = [
            (card("MIT OR Apache-2.0"), exact("MIT OR Apache-2.0")),
            (license_file(), exact_text("MIT")),
            (text("LICENSE-APACHE", TextKind::LicenseFile, None), exact_text("Apache-2.0")),
        ];
        assert_eq!(expression(&stated).as_deref(), Some("Apache-2.0 OR MIT"));
        let third = (text("LICENSE-DATA", TextKind::LicenseFile, None), exact_text("CC-BY-NC-4.0"));
        let stated: Vec<_> = stated.into_iter().chain([third]).collect();
        assert_eq!(expression(&stated).as_deref(), Some("CC-BY-NC-4.0 AND (Apache-2.0 OR MIT)"));
    }

    #[test]
    fn or_later_is_what_somebody_states_beside_the_text() {
        let stated = [(card("gpl"), exact("GPL-3.0-or-later")), (license_file(), exact_text("GPL-3.0-only"))];
        assert_eq!(expression(&stated).as_deref(), Some("GPL-3.0-or-later"));
    }

    #[test]
    fn other_is_explained_by_the_name_beside_it_and_a_family_by_the_text() {
        let other = (card("other"), open(Outcome::Unknown, &[]));
        assert_eq!(expression(&[other.clone(), (name("MIT"), exact("MIT"))]).as_deref(), Some("MIT"));
        assert_eq!(expression(std::slice::from_ref(&other)), None);
        let family = (card("bsd"), one_of(&["BSD-2-Clause", "BSD-3-Clause"]));
        let stated = [family.clone(), (license_file(), exact_text("BSD-3-Clause"))];
        assert_eq!(expression(&stated).as_deref(), Some("BSD-3-Clause"));
        let stated = [family, (license_file(), exact_text("MIT"))];
        assert_eq!(expression(&stated).as_deref(), Some("LicenseRef-licentia-unexplained-terms AND MIT"));
    }

    #[test]
    fn no_licence_of_a_list_says_what_another_one_means() {
        let doubtful = |second: Evidence, more: &[(Evidence, Classification)]| {
            let mut stated = vec![(card("mit"), exact("MIT")), (second, open(Outcome::Unknown, &[]))];
            stated.extend_from_slice(more);
            expression(&stated)
        };
        let unexplained = Some("LicenseRef-licentia-unexplained-terms AND MIT");
        let mit = (license_file(), exact_text("MIT"));
        let other = (text("LICENSE-MODEL", TextKind::LicenseFile, None), exact_text("CC-BY-NC-4.0"));
        for word in ["acme-noncommercial-1.0", "other"] {
            assert_eq!(doubtful(card(word), &[]).as_deref(), unexplained, "{word}");
            // The text may be that of the licence that is known.
            assert_eq!(doubtful(card(word), std::slice::from_ref(&mit)).as_deref(), unexplained, "{word}");
        }
        let both = [mit, other];
        assert_eq!(
            doubtful(card("other"), &both).as_deref(),
            Some("CC-BY-NC-4.0 AND MIT"),
            "`other` is the other text"
        );
        let named = [(name("cc-by-nc-4.0"), exact("CC-BY-NC-4.0"))];
        assert_eq!(doubtful(card("other"), &named).as_deref(), Some("CC-BY-NC-4.0 AND MIT"));
        assert!(doubtful(card("acme-noncommercial-1.0"), &both).is_some_and(|found| found.contains(UNEXPLAINED)));
    }

    #[test]
    fn a_name_that_restricts_is_not_explained_by_a_text_that_permits() {
        let apache = (license_file(), exact_text("Apache-2.0"));
        for word in [
            "non-commercial",
            "proprietary",
            "Acme Research License",
            "MIT with Commons Clause",
            "apache-2.0, cc-by-nc-4.0",
            "Apache 2.0 (weights differ)",
        ] {
            for evidence in [card(word), name(word)] {
                let stated = [(evidence, open(Outcome::Unknown, &[])), apache.clone()];
                let found = expression(&stated);
                assert_eq!(found.as_deref(), Some("Apache-2.0 AND LicenseRef-licentia-unexplained-terms"), "{word}");
            }
        }
        let stated =
            [(name("acme-research"), open(Outcome::Unknown, &[])), (license_file(), exact_text("CC-BY-NC-4.0"))];
        assert_eq!(expression(&stated).as_deref(), Some("CC-BY-NC-4.0"), "a text that restricts may be what it means");
    }

    #[test]
    fn a_link_to_terms_that_are_not_here_is_not_explained_by_a_text_that_permits() {
        let apache = (license_file(), exact_text("Apache-2.0"));
        let linked = |target: &str| {
            let other = (card("other"), open(Outcome::Unknown, &[]));
            expression(&[other, (link(target), open(Outcome::None, &[])), apache.clone()])
        };
        assert_eq!(linked("LICENSE").as_deref(), Some("Apache-2.0"));
        for target in ["https://acme.example/terms", "https://huggingface.co/acme/base/blob/main/LICENSE"] {
            assert!(linked(target).is_some_and(|found| found.contains(UNEXPLAINED)), "{target}");
        }
    }

    #[test]
    fn a_name_that_nobody_knows_gives_way_to_a_text_and_to_nothing_less() {
        let unknown = (name("my-license"), open(Outcome::Unknown, &[]));
        let stated = [unknown.clone(), (card("mit"), exact("MIT"))];
        assert_eq!(expression(&stated).as_deref(), Some("LicenseRef-licentia-unexplained-terms AND MIT"));
        let stated = [unknown, (license_file(), exact_text("MIT"))];
        assert_eq!(expression(&stated).as_deref(), Some("MIT"));
    }

    #[test]
    fn a_link_to_somewhere_unknown_spoils_no_label_and_grants_nothing_alone() {
        let pointer = (link("https://example.org/license"), open(Outcome::Unknown, &[]));
        assert_eq!(expression(&[pointer.clone(), (card("mit"), exact("MIT"))]).as_deref(), Some("MIT"));
        let found = concluded(&[pointer]);
        assert_eq!((found.expression, found.outcome), (None, Outcome::Unknown));
    }

    #[test]
    fn a_text_that_nothing_explains_spoils_the_label() {
        let stated = [(card("mit"), exact("MIT")), (license_file(), open(Outcome::Approximate, &["MIT"]))];
        assert_eq!(expression(&stated).as_deref(), Some("LicenseRef-licentia-unexplained-terms AND MIT"));
        assert_eq!(concluded(&stated).outcome, Outcome::Approximate);
    }

    #[test]
    fn a_use_policy_alone_grants_nothing_and_binds_beside_a_licence() {
        let policy = (text("USE_POLICY.md", TextKind::UsePolicy, None), exact_text("LicenseRef-policy"));
        let found = concluded(std::slice::from_ref(&policy));
        assert_eq!((found.expression, found.outcome), (None, Outcome::None));
        let stated = [policy, (license_file(), exact_text("MIT"))];
        assert_eq!(expression(&stated).as_deref(), Some("LicenseRef-policy AND MIT"));
    }

    #[test]
    fn a_reference_in_a_licence_file_is_no_text() {
        let mut referred = exact_text("MIT");
        for found in &mut referred.matches {
            found.kind = MatchKind::Reference;
        }
        assert_eq!(concluded(&[(license_file(), referred)]).grade, Grade::Prose);
    }
}
