//! `changes-not-stated`: a licence asks to say what was changed, and neither card nor notice speaks of a change.

use license_db::TermKind;

use super::Rule;
use crate::evidence::Claim;
use crate::fact::Reason;
use crate::finding::{Finding, FindingKind};
use crate::lineage::{EdgeRelation, Relation};
use crate::policy::duty::{Duty, duties, is_card_name, is_notice_name};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "changes-not-stated",
        formerly: &[],
        topic: crate::finding::Topic::Duties,
        levels: &[crate::finding::Level::Warning, crate::finding::Level::Note],
        summary: "A licence asks to say what was changed, and neither card nor notice speaks of a change.",
        docs: "## What it means

The weights were merged, tuned or quantised from another model, as a configuration beside them says. The licence
asks that changes are stated, and a reader of the card and the notices would take the model for an original.

## Why it matters

Saying that a work was changed is a condition of passing it on, and protects the first author.

## How it is detected

The terms of a binding licence have `state-changes`, and a merge configuration or a header of the weights names a
base with a relation that is a change: `finetune`, `merge`, `quantized`. No card and no notice names a base model, and
none has a word that speaks of a change. A card that names the base counts as stating the change. Left out is what
cannot be told: an adapter stands beside its base and changes no file of it, and a base without a relation may have
been copied as it is.

## How to fix it

Name the base model and what was done to it in the card: `base_model` and `base_model_relation`, and a sentence.

## How to accept it

{nothing-passed-on}

{waiver: The product that carries the weights says in its notices what was merged}

## Example

A merge configuration names `org/base`; neither the card of `acme/best` nor a notice does.

```text
warning[changes-not-stated]: weights of acme/best: Apache-2.0 (stated in LICENSE of acme/best and
    README.md of acme/best) asks for changes to be stated (section 4.b), and neither a card nor a
    notice speaks of one; facts.distribution is not stated, so its strictest answer counts
  --> acme/best/LICENSE:1:1
   |
 1 | Apache License
   | ^^^^^^^^^^^^^^
   | Version 2.0, January 2004
   | http://www.apache.org/licenses/
   | ... (3 more lines)
  --> acme/best/README.md:2:10 (license)
   |
 2 | apache-2.0
   | ^^^^^^^^^^
   = note: + 2 more places
   = because: weights observed Apache-2.0 (exact, text), from acme/best/LICENSE:1:1
   = because: weights declared Apache-2.0 (exact, label), from acme/best/README.md:2:10 (license)
   = because: acme/best/mergekit_config.yml:3:12 (models.model) names the parent `org/base` (merge)
   = because: acme/best was searched in vain (3 files)
   = help: Write into README.md which model this was made from and what was changed, and set
           base_model and base_model_relation. State facts.distribution in the policy if nothing is
           passed on.
   = more: licentia explain changes-not-stated
```
",
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for duty in duties(judgement, TermKind::StateChanges) {
        let because = changed_by(judgement, &duty);
        if because.is_empty() || is_stated(&duty) {
            continue;
        }
        let help = "Write into README.md which model this was made from and what was changed, and set base_model and \
                    base_model_relation."
            .to_owned();
        let words = ("changes to be stated", "neither a card nor a notice speaks of one", help);
        findings.push(duty.finding(&RULE.kind, words, because, |name| is_card_name(name) || is_notice_name(name)));
    }
}

/// The evidence that the weights are a changed version of others.
fn changed_by(judgement: &Judgement<'_>, duty: &Duty<'_, '_>) -> Vec<Reason> {
    let is_change = |relation: EdgeRelation| {
        matches!(relation, EdgeRelation::Model(Relation::Finetune | Relation::Merge | Relation::Quantized))
    };
    let edges = judgement.seen.lineage.edges.iter();
    let steps = edges.filter(|edge| edge.child == duty.source() && is_change(edge.relation));
    steps.flat_map(|edge| edge.because.iter().map(|index| Reason::Evidence(*index))).collect()
}

fn is_stated(duty: &Duty<'_, '_>) -> bool {
    duty.evidence().any(|(_, evidence)| match &evidence.claim {
        Claim::Change(_) => true,
        Claim::Parent { .. } => matches!(evidence.by, "model-card" | "notice"),
        _ => false,
    })
}
