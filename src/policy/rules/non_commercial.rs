//! `non-commercial`: a licence forbids commercial use.

use license_db::Category;

use super::{Rule, by_category};
use crate::finding::{Finding, FindingKind};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "non-commercial",
        summary: "A licence forbids commercial use.",
        docs: r#"## What it means

A licence that binds the subject forbids commercial use. What counts as commercial differs from licence to
licence; most mean any use for commercial advantage, also inside a company.

## Why it matters

Commercial use without permission infringes, and a label such as `apache-2.0` on a derivative does not lift
the ban on its base.

## How it is detected

The effective licence has a binding licence of the category `non-commercial`, or one whose terms say that
commercial use is forbidden. In a choice (OR) only the best branch counts. Under `facts.use = "research"` or
`"personal"` the finding is a note.

## How to fix it

Choose another model, or obtain a commercial licence from the licensor and accept the finding with a waiver
that names it. If the use is research, state `facts.use`.
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    by_category(judgement, &RULE.kind, &[Category::NonCommercial], findings, |_| {
        (
            "forbids commercial use".to_owned(),
            "Choose another model, or obtain a commercial licence and waive this finding with a reference to it."
                .to_owned(),
        )
    });
}
