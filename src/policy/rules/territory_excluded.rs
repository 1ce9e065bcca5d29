//! `territory-excluded`: a licence grants nothing in some places, or the Hub refuses access from there.

use license_db::TermKind;

use super::{Rule, by_condition};
use crate::evidence::Claim;
use crate::fact::Reason;
use crate::finding::{Finding, FindingKind, Verdict};
use crate::policy::judgement::{Case, Judgement};
use crate::policy::territory::Territory;
use crate::subject::Role;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "territory-excluded",
        formerly: &["eu-excluded"],
        topic: crate::finding::Topic::Terms,
        levels: &[crate::finding::Level::Error, crate::finding::Level::Warning],
        summary: "A licence grants nothing in some places, or the Hub refuses access from there.",
        docs: r#"## What it means

The licence grants nothing in some territories (the European Union, the United Kingdom, South Korea), or the Hub refuses
access from the European Union (`extra_gated_eu_disallowed`).

## Why it matters

For an organisation that has its seat there, or uses or offers the model there, there is no permission at all.

## How it is detected

A binding licence has the term `excluded-territory`. Where it binds the licensee, `facts.domicile` answers; where it
binds the use or the outputs, `facts.territories` does; where it says neither, both must. A country lies in the European
Union if it is a member. A fact that is not stated counts as its strictest answer. The Hub's gate is for a person to
look at, unless the facts say that nothing touches the European Union.

## How to fix it

State `facts.domicile` and `facts.territories`. If the place is among them, choose another model.

## How to accept it

With a licence of your own from the licensor, or where the exclusion does not mean this model (the message quotes what it
spares), say so.

{waiver: A model for text only; the exclusion means multimodal models}

## Example

The policy says `domicile = "DE"`, and a card says `license: llama3.2`.

```text
error[territory-excluded]: weights of model: LicenseRef-scancode-llama-3.2-license-2024 grants
    nothing to who is domiciled in EU (Acceptable Use Policy (incorporated); multimodal models only;
    end users exempt); facts.domicile says DE (stated in README.md)
  --> model/README.md:2:10 (license)
   |
 2 | llama3.2
   | ^^^^^^^^
   = because: weights declared LicenseRef-scancode-llama-3.2-license-2024 (exact, label), from
              model/README.md:2:10 (license)
   = policy: licentia.toml:5:12 (facts.domicile = "DE")
   = help: Choose another model if you are there or offer the service there.
   = more: licentia explain territory-excluded
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    by_condition(judgement, &RULE.kind, |kind| kind == TermKind::ExcludedTerritory, findings, HELP);
    for case in &judgement.cases {
        findings.extend(gated(judgement, case));
    }
}

const HELP: &str = "Choose another model if you are there or offer the service there.";

/// The Hub's own gate.
fn gated(judgement: &Judgement<'_>, case: &Case<'_>) -> Option<Finding> {
    let is_main =
        case.subject().path.is_empty() && matches!(case.subject().role, Role::Weights | Role::Adapter | Role::Data);
    if !is_main {
        return None;
    }
    let gates =
        judgement.seen.evidence.iter().enumerate().filter(|(_, evidence)| {
            evidence.at.source == case.subject().source && evidence.claim == Claim::EuDisallowed
        });
    let because: Vec<Reason> = gates.map(|(index, _)| Reason::Evidence(index)).collect();
    if because.is_empty() {
        return None;
    }
    let facts = &case.settings.facts;
    let touches = |held: &Territory| held.overlaps(&Territory::EuropeanUnion);
    let home = facts.domicile.as_ref().map(|held| touches(&held.value));
    let use_there = facts.territories.as_ref().map(|held| held.value.iter().any(touches));
    let said = match (home, use_there) {
        (Some(false), Some(false)) => return None,
        (Some(true), _) => "facts.domicile lies in it".to_owned(),
        (_, Some(true)) => "facts.territories touches it".to_owned(),
        (None, _) => "facts.domicile is not stated".to_owned(),
        (_, None) => "facts.territories is not stated".to_owned(),
    };
    let message = format!("{} refuses access from the European Union; {said}", judgement.places(&because));
    let words = (message, HELP.to_owned());
    let places =
        facts.domicile.iter().map(|held| held.at.clone()).chain(facts.territories.iter().map(|held| held.at.clone()));
    Some(judgement.finding(&RULE.kind, case, Verdict::Review, because, words).by(places))
}
