//! `denied-license`: the policy names this licence, or its kind, for denial or review.

use license_db::Category;

use super::{Rule, bound_on};
use crate::finding::{Finding, FindingKind, Verdict};
use crate::policy::judgement::Judgement;
use crate::policy::ruling::GroundKind;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "denied-license",
        summary: "The policy names this licence, or its kind, for denial or review.",
        docs: "## What it means

An entry in `licenses.deny` or `licenses.review` names the licence itself, or a category that would otherwise
be allowed.

## Why it matters

Somebody decided this for the organisation; it holds whatever the licence says.

## How it is detected

A binding licence of the effective licence stands in `licenses.deny` or `licenses.review`, or belongs to a
category there that has no finding of its own.

## How to fix it

Choose another model, or ask whoever keeps the policy.
",
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for case in &judgement.cases {
        let is_named = |kind| match kind {
            GroundKind::Entry | GroundKind::Term(_) => true,
            GroundKind::Category(category) => {
                matches!(category, Category::Permissive | Category::PublicDomain | Category::DataPermissive)
            }
            _ => false,
        };
        for (bound, ground) in bound_on(case, is_named) {
            if ground.verdict == Verdict::Allow {
                continue;
            }
            let names = match ground.kind {
                GroundKind::Category(category) => format!("category:{category}"),
                GroundKind::Term(kind) => format!("term:{kind}"),
                _ => "it".to_owned(),
            };
            let message = format!(
                "{} is not allowed: the policy lists {names} under {} ({})",
                bound.atom,
                ground.verdict,
                judgement.stated_in(bound)
            );
            let help = "Choose another model, or ask whoever keeps the policy.".to_owned();
            let finding = judgement.finding(&RULE.kind, case, ground.verdict, bound.because.clone(), (message, help));
            findings.push(finding.about(bound.atom).by(ground.places));
        }
    }
}
