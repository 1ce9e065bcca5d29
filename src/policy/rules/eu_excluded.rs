//! `eu-excluded`: the European Union is excluded.

use license_db::Term;

use super::{Rule, term_in_words};
use crate::evidence::Claim;
use crate::fact::Reason;
use crate::finding::{Finding, FindingKind, Verdict};
use crate::policy::judgement::Judgement;
use crate::policy::ruling::GroundKind;
use crate::subject::Role;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "eu-excluded",
        formerly: &[],
        topic: crate::finding::Topic::Terms,
        levels: &[crate::finding::Level::Warning],
        summary: "The European Union is excluded.",
        docs: "## What it means

The licence grants nothing in the European Union, or the Hub refuses access from there
(`extra_gated_eu_disallowed`).

## Why it matters

For an organisation that sits in the European Union, or offers the model's service there, there is no
permission at all.

## How it is detected

The tree holds the gate `extra_gated_eu_disallowed: true`, or a binding licence has the term `excluded-territory`
with `EU`. The policy does not know where the organisation is, so a person must look.

## How to fix it

Check where you are, where you offer the service and what the licence counts as use there. Choose another
model if the Union is among them.

## How to accept it

Accept it where neither the organisation nor anybody whom it serves is in the European Union. For whoever is there,
nothing is permitted that could be accepted.

Where the licence excludes the Union, an entry for it in `licenses.allow` answers for its territories too. A gate
of the Hub is answered for one model.

{waiver: Offered in Japan only; other regions are refused by the gateway}

## Example

A card says `extra_gated_eu_disallowed: true`; the licence itself is MIT.

```text
warning[eu-excluded]: weights of model: README.md refuses access from the European Union; where you
    are and whom you serve is not stated
  --> model/README.md:3:28 (extra_gated_eu_disallowed)
   |
 3 | true
   | ^^^^
   = because: model/README.md:3:28 (extra_gated_eu_disallowed) refuses access from the European
              Union
   = help: Check whether you are in the European Union or offer the service there; if so, choose
           another model.
   = more: licentia explain eu-excluded
```
",
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    let help = "Check whether you are in the European Union or offer the service there; if so, choose another model.";
    for case in &judgement.cases {
        for bound in &case.bound {
            let is_accepted = bound.grounds().iter().any(|ground| ground.kind == GroundKind::Entry);
            let terms = bound.license().map(|license| license.terms).unwrap_or_default();
            let term = terms.iter().find(|term| is_eu_exclusion(term)).filter(|_| !is_accepted);
            let Some(term) = term else { continue };
            let message = format!(
                "{} excludes the European Union: {} ({}); where you are and whom you serve is not stated",
                bound.atom,
                term_in_words(term),
                judgement.stated_in(bound)
            );
            let words = (message, help.to_owned());
            findings.push(judgement.finding(&RULE.kind, case, Verdict::Review, bound.because.clone(), words));
        }
        let is_main =
            case.subject().path.is_empty() && matches!(case.subject().role, Role::Weights | Role::Adapter | Role::Data);
        let gates = judgement.seen.evidence.iter().enumerate().filter(|(_, evidence)| {
            is_main && evidence.at.source == case.subject().source && evidence.claim == Claim::EuDisallowed
        });
        let because: Vec<Reason> = gates.map(|(index, _)| Reason::Evidence(index)).collect();
        if !because.is_empty() {
            let message = format!(
                "{} refuses access from the European Union; where you are and whom you serve is not stated",
                judgement.places(&because)
            );
            findings.push(judgement.finding(&RULE.kind, case, Verdict::Review, because, (message, help.to_owned())));
        }
    }
}

fn is_eu_exclusion(term: &Term) -> bool {
    term.territories().any(|territory| territory == "EU")
}
