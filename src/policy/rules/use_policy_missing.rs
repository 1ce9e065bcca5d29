//! `use-policy-missing`: a licence takes in a use policy and asks to pass it on, and the repository does not name it.

use license_db::terms::{FlowDown, UseRestrictions};
use license_db::{Kind, Term, TermKind};

use super::Rule;
use crate::evidence::{Claim, TextKind};
use crate::finding::{Finding, FindingKind};
use crate::policy::duty::{Duty, duties};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "use-policy-missing",
        formerly: &[],
        topic: crate::finding::Topic::Duties,
        levels: &[crate::finding::Level::Warning, crate::finding::Level::Note],
        summary: "A licence takes in a use policy and asks to pass it on, and the repository does not name it.",
        docs: r#"## What it means

The list of forbidden uses stands in a document of its own, and the licence asks that recipients are bound to it. The
repository holds neither that document nor its address.

## Why it matters

Whoever gets the weights from here cannot know what is forbidden, and passing the list on is a condition.

## How it is detected

The terms of a binding licence have `use-restrictions` by reference and a `flow-down` of the restrictions or of the
agreement. No file of the tree is a use policy, and no card, licence file or notice gives the address of one: the text
of the licence is enough where it gives the address. A policy that is known to belong to another family does not count.

## How to fix it

Add the policy as a file, such as USE_POLICY.md, or link it in the model card.

## How to accept it

{nothing-passed-on}

{waiver: Our terms of service bind every user to the policy, section 7}

## Example

A card names the Gemma terms and gives no address of the policy that they take in. The weights are passed on.

```text
warning[use-policy-missing]: weights of model: LicenseRef-scancode-gemma-tou-2025-03-24 (stated in
    README.md) asks for its use policy (section 3.2) to be passed on (section 3.1), and neither the
    policy nor its address stands in the tree
  --> model/README.md:3:15 (license_name)
   |
 3 | Gemma Terms of Use 2025-03-24
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  --> model
   = because: weights declared LicenseRef-scancode-gemma-tou-2025-03-24 (exact, label), from
              model/README.md:3:15 (license_name)
   = because: model was searched in vain (2 files)
   = policy: licentia.toml:5:16 (facts.distribution = ["weights"])
   = help: Add the use policy of the Gemma Terms of Use (March 24, 2025) as USE_POLICY.md, or its
           address to README.md.
   = more: licentia explain use-policy-missing
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for duty in duties(judgement, TermKind::FlowDown) {
        let Some(list) = list_elsewhere(&duty) else { continue };
        if !matches!(duty.term.flow_down(), Some(FlowDown::Restrictions | FlowDown::Agreement))
            || is_there(judgement, &duty)
        {
            continue;
        }
        let asks = format!("its use policy ({}) to be passed on", list.source);
        let help =
            format!("Add the use policy of the {} as USE_POLICY.md, or its address to README.md.", duty.license_name());
        let words = (asks.as_str(), "neither the policy nor its address stands in the tree", help);
        findings.push(duty.finding(&RULE.kind, words, Vec::new(), |name| {
            ["polic", "readme", "card", "licen", "notice", "terms"].iter().any(|word| name.contains(word))
        }));
    }
}

/// The term that says that the list stands in another document.
fn list_elsewhere(duty: &Duty<'_, '_>) -> Option<&'static Term> {
    let is_elsewhere =
        |term: &&Term| matches!(term.use_restrictions(), Some(UseRestrictions::ByReference | UseRestrictions::Both));
    duty.bound.license()?.terms.iter().find(is_elsewhere)
}

fn is_there(judgement: &Judgement<'_>, duty: &Duty<'_, '_>) -> bool {
    let family = duty.bound.license().map_or("", |license| license.family);
    duty.evidence().any(|(index, evidence)| {
        let classification = judgement.seen.classifications.get(index).and_then(Option::as_ref);
        let atoms = classification.and_then(|found| found.expression.as_ref()).map(|found| found.atoms());
        let policies: Vec<_> = atoms
            .unwrap_or_default()
            .into_iter()
            .filter_map(|atom| license_db::license(&atom.license))
            .filter(|license| license.kind == Kind::UsePolicy)
            .collect();
        let is_one = matches!(evidence.claim, Claim::PolicyLink(_) | Claim::Text { kind: TextKind::UsePolicy, .. });
        if policies.is_empty() {
            return is_one;
        }
        policies.iter().any(|policy| family.is_empty() || policy.family.is_empty() || policy.family == family)
    })
}
