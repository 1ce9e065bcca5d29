//! `source-available`: a licence shows the source and restricts its use.

use license_db::Category;

use super::{Rule, by_category};
use crate::finding::{Finding, FindingKind};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "source-available",
        summary: "A licence shows the source and restricts its use.",
        docs: "## What it means

The work can be read and often used, but production use, hosting or competing use needs another licence.

## Why it matters

It looks like open source and is not: the permission may end where business begins.

## How it is detected

The effective licence has a binding licence of the category `source-available`.

## How to fix it

Read what the licence excludes (production, hosting, competition). If the use is inside it, allow the licence
in the policy by its identifier.
",
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    by_category(judgement, &RULE.kind, &[Category::SourceAvailable], findings, |_| {
        ("restricts use although its source can be seen".to_owned(), "Read what it excludes; allow it in the policy by its identifier if the use is inside, or choose another model.".to_owned())
    });
}
