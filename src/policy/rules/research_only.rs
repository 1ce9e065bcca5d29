//! `research-only`: a licence permits research, evaluation or education only.

use license_db::Category;

use super::{Rule, by_category};
use crate::finding::{Finding, FindingKind};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "research-only",
        summary: "A licence permits research, evaluation or education only.",
        docs: r#"## What it means

A licence that binds the subject permits use for research, evaluation or education, and nothing else.

## Why it matters

Production use is outside the permission, even when it earns nothing.

## How it is detected

The effective licence has a binding licence of the category `research-only`. Under `facts.use = "research"`
the finding is a note.

## How to fix it

Choose another model, obtain a licence for production, or state `facts.use = "research"` if that is what it
is.
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    by_category(judgement, &RULE.kind, &[Category::ResearchOnly], findings, |_| {
        ("permits research only".to_owned(), "Choose another model, or obtain a licence for production use and waive this finding with a reference to it.".to_owned())
    });
}
