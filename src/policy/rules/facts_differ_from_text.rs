//! `facts-differ-from-text`: the clauses of a text contradict what is recorded about the licence that it is.

use license_db::{License, TermKind};

use super::Rule;
use crate::classify::terms::disagreements;
use crate::fact::{Basis, Reason};
use crate::finding::{Finding, FindingKind, Verdict};
use crate::license::{Classification, Outcome, UNEXPLAINED};
use crate::policy::judgement::Judgement;
use crate::policy::message::escaped;
use crate::policy::ruling::original;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "facts-differ-from-text",
        formerly: &[],
        topic: crate::finding::Topic::Identity,
        levels: &[crate::finding::Level::Warning],
        summary: "The clauses of a text contradict what is recorded about its licence.",
        docs: "## What it means

The text is a licence that the database knows, perhaps a changed one, and one of its clauses says something else
than the database does: it forbids commercial use that is recorded as permitted, or states another threshold or
another display string.

## Why it matters

One of the two is wrong, and a gate that rests on the wrong one lets through what it should stop.

## How it is detected

Every licence text that is not on the SPDX list is read clause by clause, and its thresholds, display strings and answer
on commercial use are compared with the entry's terms. What only one side mentions is no contradiction.

## How to fix it

Read the clause. Where the entry is wrong, report it or correct it; where the reading is wrong, accept the finding
with a waiver that names the clause.

## How to accept it

Accept it only after reading the clause, and name it in the waiver. Where the entry in the database is wrong,
correcting it helps every model; the waiver helps one.

{waiver: Line 131 repeats the example of section 3; the limit that is recorded is right}

## Example

A licence is recorded with a limit of one million dollars; a sentence below its text says five.

```text
warning[facts-differ-from-text]: weights of model: LICENSE:125: the text says annual-revenue
    5000000, the facts about PolyForm-Small-Business-1.…
  --> model/LICENSE:1:1
   |
 1 | # PolyForm Small Business License 1.0.0
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   | <https://polyformproject.org/licenses/small-business/1.0.0>
   | ## Acceptance
   | ... (1 more line)
   = because: weights observed LicenseRef-licentia-unexplained-terms AND
              PolyForm-Small-Business-1.0.0 (unknown, text), from model/LICENSE:1:1
   = help: Read the clause; correct the entry, or waive the finding with the clause.
   = more: licentia explain facts-differ-from-text
```
",
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for case in &judgement.cases {
        for (index, fact) in case.facts.iter().filter(|(_, fact)| fact.basis == Basis::Observed) {
            for evidence in judgement.evidence_of(&fact.because) {
                let Some(found) = judgement.seen.classifications.get(evidence).and_then(Option::as_ref) else {
                    continue;
                };
                let Some(license) = licence_of(found) else { continue };
                let Some(terms) = found.terms.as_deref() else { continue };
                let Some(at) = judgement.seen.evidence.get(evidence) else { continue };
                for one in disagreements(license, terms) {
                    // Of a changed text `non-commercial` says that it forbids.
                    if one.kind == TermKind::CommercialUse && found.outcome != Outcome::Exact {
                        continue;
                    }
                    let message = format!("{}:{}: {}", escaped(&at.at.path), one.place.lines.0, escaped(&one.what));
                    let help = "Read the clause; correct the entry, or waive the finding with the clause.".to_owned();
                    let because = vec![Reason::Fact(*index)];
                    findings.push(judgement.finding(&RULE.kind, case, Verdict::Review, because, (message, help)));
                }
            }
        }
    }
}

/// The one licence that a text is, or was before somebody changed it or added to it.
fn licence_of(found: &Classification) -> Option<&'static License> {
    let atoms = found.expression.as_ref()?.atoms();
    let mut known = atoms.iter().filter(|atom| atom.license != UNEXPLAINED).map(|atom| original(atom));
    let license = license_db::license(&known.next()?.license);
    // One text cannot tell whose clause it is where it holds several licences.
    license.filter(|_| known.next().is_none())
}
