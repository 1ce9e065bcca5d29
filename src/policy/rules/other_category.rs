//! `other-category`: a licence belongs to no category that the policy allows.

use license_db::Category;

use super::{Rule, bound_on};
use crate::fact::Reason;
use crate::finding::{Finding, FindingKind, Verdict};
use crate::policy::judgement::{Bound, Case, Judgement};
use crate::policy::ruling::GroundKind;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "other-category",
        formerly: &[],
        topic: crate::finding::Topic::Terms,
        levels: &[crate::finding::Level::Warning, crate::finding::Level::Error],
        summary: "A licence belongs to no category that the policy allows.",
        docs: "## What it means

The licence is proprietary, written for data with conditions, of a kind that nobody has told, or its entry was
never checked against the text.

## Why it matters

What has no known kind cannot be allowed by its kind.

## How it is detected

A binding licence of the effective licence has the category `proprietary`, `data-copyleft`, `data-restricted`
or `other`, is in no database, stands WITH an addition that the SPDX list does not have, or would be allowed
by an entry whose text nobody has read.

## How to fix it

Read the licence. If it permits the use, allow it in the policy by its identifier.

## How to accept it

{allow: ODbL-1.0}

A licence that is in no database can be allowed in the same way, by the `LicenseRef-` that its author uses.

{waiver: Agreement of 2 May 2026 with the author, filed as 2026-14}

## Example

A repository is under ODbL-1.0, a share-alike licence for data.

```text
warning[other-category]: weights of model: ODbL-1.0 asks that data made from it be passed on under
    its terms (stated in LICENSE and README.md)
  --> model/LICENSE:1:1
   |
 1 | ## Open Data Commons Open Database License (ODbL)
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   | ### Preamble
   | The Open Database License (ODbL) is a license agreement intended to
   | ... (1 more line)
  --> model/README.md:2:10 (license)
   |
 2 | odbl
   | ^^^^
   = because: weights observed ODbL-1.0 (exact, text), from model/LICENSE:1:1
   = because: weights declared ODbL-1.0 (exact, label), from model/README.md:2:10 (license)
   = help: Read the licence; if it permits the use, allow it in the policy by its identifier.
   = more: licentia explain other-category
```
",
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for case in &judgement.cases {
        for (bound, ground) in bound_on(case, |kind| reason(kind).is_some()) {
            let Some(why) = reason(ground.kind).filter(|_| ground.verdict > Verdict::Allow) else {
                continue;
            };
            let message = format!("{} {why} ({})", bound.atom, judgement.stated_in(bound));
            let words = (message, help());
            let finding = judgement.finding(&RULE.kind, case, ground.verdict, bound.because.clone(), words);
            findings.push(finding.about(bound.atom).by(ground.places));
        }
    }
}

/// The finding for a licence that is worse than allowed and about which no rule says why.
pub(crate) fn remainder_of(judgement: &Judgement<'_>, case: &Case<'_>, bound: &Bound<'_>) -> Finding {
    let message = format!("{} is not allowed by the policy as a whole ({})", bound.atom, judgement.stated_in(bound));
    let words = (message, help());
    let finding = judgement.finding(&RULE.kind, case, bound.ruling.verdict, bound.because.clone(), words);
    let places = bound.grounds().iter().filter(|ground| ground.verdict > Verdict::Allow);
    finding.about(bound.atom).by(places.flat_map(|ground| ground.places.clone()))
}

/// The finding for a subject that is worse than allowed and about which no rule says why: silence is never a pass.
pub(crate) fn remainder(judgement: &Judgement<'_>, case: &Case<'_>) -> Finding {
    let effective = case.effective().map_or_else(|| "no licence".to_owned(), ToString::to_string);
    let message = format!("{effective} is not allowed by the policy as a whole");
    let because = vec![Reason::Fact(case.concluded_at())];
    judgement.finding(&RULE.kind, case, case.verdict(), because, (message, help()))
}

fn reason(kind: GroundKind) -> Option<&'static str> {
    match kind {
        GroundKind::Category(Category::Proprietary) => Some("is proprietary"),
        GroundKind::Category(Category::DataCopyleft) => {
            Some("asks that data made from it be passed on under its terms")
        }
        GroundKind::Category(Category::DataRestricted) => Some("restricts the use of the data"),
        GroundKind::Category(Category::Other) => Some("is of no kind that the policy knows"),
        GroundKind::Unlisted => Some("is in no licence database"),
        GroundKind::Unverified => Some("would be allowed by its kind, which nobody has verified in its text"),
        GroundKind::UnknownAddition => Some("adds terms that are not in the SPDX list"),
        GroundKind::Category(_)
        | GroundKind::Term(_)
        | GroundKind::Condition(_)
        | GroundKind::Entry
        | GroundKind::Modified
        | GroundKind::Unexplained => None,
    }
}

fn help() -> String {
    "Read the licence; if it permits the use, allow it in the policy by its identifier.".to_owned()
}
