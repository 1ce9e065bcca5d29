//! From findings to verdicts: nothing without a reason, levels as the policy says, what is reported only.

use std::collections::BTreeMap;

use license_db::TermKind;

use super::Policy;
use super::judgement::{Bound, Case, Judgement};
use super::rules;
use super::ruling::{Ground, GroundKind};
use crate::finding::{Finding, Level, Verdict};
use crate::scan::{Decision, DecisionGround, LicenseDecision};
use crate::subject::Subject;

/// Adds a finding where a subject, or a licence that binds it, is worse than any finding about it: silence is never a
/// pass.
pub(crate) fn complete(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    let mut missing = Vec::new();
    let by_subject = by_subject(findings);
    for case in judgement.cases.iter().filter(|case| !case.is_unseen()) {
        let own = by_subject.get(case.subject()).map_or(&[][..], Vec::as_slice);
        let before = missing.len();
        for bound in &case.bound {
            let license = bound.atom.to_string();
            let says_why = |finding: &&&Finding| finding.license.as_ref().is_none_or(|about| *about == license);
            let worst = own.iter().filter(says_why).map(|finding| finding.verdict).max();
            if bound.ruling.verdict > worst.unwrap_or(Verdict::Allow) {
                missing.push(rules::remainder_of(judgement, case, bound));
            }
        }
        let added = missing.iter().skip(before).map(|finding: &Finding| finding.verdict);
        let worst = own.iter().map(|finding| finding.verdict).chain(added).max();
        if case.verdict() > worst.unwrap_or(Verdict::Allow) {
            missing.push(rules::remainder(judgement, case));
        }
    }
    findings.extend(missing);
}

/// Findings by what they are about: a thousand subjects are no reason to look through all findings a thousand times.
pub(crate) fn by_subject(findings: &[Finding]) -> BTreeMap<&Subject, Vec<&Finding>> {
    let mut by_subject: BTreeMap<&Subject, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        if let Some(subject) = &finding.subject {
            by_subject.entry(subject).or_default().push(finding);
        }
    }
    by_subject
}

/// The levels that the policy gives to findings by name.
pub(crate) fn set_levels(judgement: &Judgement<'_>, findings: &mut [Finding]) {
    let top = judgement.policy.settings();
    for finding in findings.iter_mut() {
        let case = judgement.case_of(finding);
        let levels = case.map_or(&top.levels, |case| &case.settings.levels);
        let Some(held) = levels.get(finding.name) else { continue };
        finding.policy.push(held.at.clone());
        // Switched off is not lost: a report still counts it.
        finding.level = held.value.unwrap_or(Level::Note);
    }
}

/// What does not decide (`licenses.roles`) is reported as a note.
pub(crate) fn report_only(judgement: &Judgement<'_>, findings: &mut [Finding]) {
    for finding in findings {
        let Some(case) = judgement.case_of(finding).filter(|case| !case.settings.decides(case.subject().role)) else {
            continue;
        };
        finding.level = Level::Note;
        finding.verdict = Verdict::Allow;
        finding.policy.extend(case.settings.roles.iter().map(|held| held.at.clone()));
        finding.message.push_str("; reported only, because licenses.roles leaves it out");
    }
}

/// The verdict on a subject, and how it came about.
pub(crate) fn outcome(policy: &Policy, case: &Case<'_>, own: &[&Finding]) -> (Verdict, Decision) {
    let open = own.iter().filter(|finding| finding.waived.is_none()).map(|finding| finding.verdict).max();
    let is_accepted = own.iter().any(|finding| finding.waived.is_some());
    // Every ground has a finding, so that the findings alone say it; where none was accepted, nothing is left to chance.
    let own_verdict =
        if is_accepted || !case.settings.decides(case.subject().role) { Verdict::Allow } else { case.verdict() };
    (own_verdict.max(open.unwrap_or(Verdict::Allow)), decision(policy, case))
}

fn decision(policy: &Policy, case: &Case<'_>) -> Decision {
    let settings = case.settings;
    let made = case.prepared.choices.iter().map(|choice| &choice.at);
    let lineage = settings.lineage.as_ref().filter(|_| case.leaves_ancestors_out()).map(|held| &held.at);
    let prefer = settings.prefer.as_ref().filter(|held| {
        !case.rejected.is_empty() && case.bound.iter().any(|bound| held.value.contains(&bound.atom.to_string()))
    });
    Decision {
        choices: made.chain(lineage).chain(prefer.map(|held| &held.at)).cloned().collect(),
        scopes: case
            .prepared
            .scopes
            .iter()
            .filter_map(|scope| policy.scopes.get(*scope))
            .map(|scope| scope.at.clone())
            .collect(),
        licenses: case.bound.iter().map(|bound| of_license(case, bound)).collect(),
        rejected: case.rejected.clone(),
    }
}

fn of_license(case: &Case<'_>, bound: &Bound<'_>) -> LicenseDecision {
    let facts = &case.settings.facts;
    let terms = bound.license().map(|license| license.terms).unwrap_or_default();
    let is_asked = |kind: TermKind| match kind {
        TermKind::NoticeFile
        | TermKind::LicenseCopy
        | TermKind::KeepCopyright
        | TermKind::StateChanges
        | TermKind::NamePrefix
        | TermKind::FlowDown
        | TermKind::Copyleft => facts.offers(),
        TermKind::Display => true,
        _ => false,
    };
    LicenseDecision {
        license: bound.atom.to_string(),
        verdict: bound.ruling.verdict,
        grounds: bound.grounds().iter().map(of_ground).collect(),
        because: bound.because.clone(),
        duties: terms.iter().filter(|term| is_asked(term.kind)).collect(),
    }
}

fn of_ground(ground: &Ground) -> DecisionGround {
    let words = match ground.kind {
        GroundKind::Entry => "is named by the policy".to_owned(),
        GroundKind::Category(category) => format!("is of the category {category}"),
        GroundKind::Term(kind) => format!("has the term {kind}, which the policy names"),
        GroundKind::Condition(_) => ground.words.clone(),
        GroundKind::Unverified => "would be allowed by its kind, which nobody has verified in its text".to_owned(),
        GroundKind::Unlisted => "is in no licence database".to_owned(),
        GroundKind::UnknownAddition => "adds terms that are not in the SPDX list".to_owned(),
        GroundKind::Modified => "is a known text with words changed".to_owned(),
        GroundKind::Unexplained => "is licence language that nothing explains".to_owned(),
    };
    DecisionGround { words, verdict: ground.verdict, missing: ground.missing, policy: ground.places.clone() }
}
