//! `custom-rule`: a rule of your own policy applies.

use super::Rule;
use crate::fact::Reason;
use crate::finding::{Finding, FindingKind};
use crate::policy::custom::View;
use crate::policy::judgement::Judgement;
use crate::policy::message::{escaped, quoted};

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "custom-rule",
        formerly: &[],
        topic: crate::finding::Topic::Policy,
        levels: &[crate::finding::Level::Error, crate::finding::Level::Warning, crate::finding::Level::Note],
        summary: "A rule of your own policy applies.",
        docs: r#"## What it means

A `[[rule]]` of the policy matches a subject and a licence that binds it. The message is the rule's own.

## Why it matters

The rule says what the organisation has decided, beyond licences, categories and terms.

## How it is detected

Everything in the rule's `when` is so and nothing in its `unless` is. Several values of one key are alternatives. A fact
that is not stated counts as every value that a rule asks for.

## How to fix it

What the rule's own `help` says.

## How to accept it

A waiver that names `custom-rule` accepts every rule of the policy for its target; add `license` to narrow it. Where the
rule says more than was meant, change the rule.

{waiver: The owner of the rule agreed for this model on 2 May 2026}

## Example

The organisation uses GPL weights inside the house only, and a rule of its policy says no to copyleft on weights.

```text
error[custom-rule]: weights of model: GPL-3.0-only "acme/no-copyleft-weights": We keep weights free
    of copyleft. (stated in LICENSE and README.md)
  --> model/LICENSE:1:1
   |
 1 | GNU GENERAL PUBLIC LICENSE
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^
   | Version 3, 29 June 2007
   | Copyright © 2007 Free Software Foundation, Inc. <https://fsf.org/>
   | ... (1 more line)
  --> model/README.md:2:10 (license)
   |
 2 | gpl-3.0
   | ^^^^^^^
   = because: weights observed GPL-3.0-only (exact, text), from model/LICENSE:1:1
   = because: weights declared GPL-3.0-only (exact, label), from model/README.md:2:10 (license)
   = policy: licentia.toml:4:1 (rule = [[rule]])
   = policy: licentia.toml:7:8 (rule.then = "deny")
   = help: Ask legal@acme.example for another model.
   = more: licentia explain custom-rule
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for case in &judgement.cases {
        let Some(source) = judgement.seen.sources.get(case.subject().source) else { continue };
        for rule in &judgement.policy.rules {
            for bound in &case.bound {
                let grade = bound.because.iter().filter_map(|reason| match reason {
                    Reason::Fact(index) => judgement.seen.facts.get(*index).map(|fact| fact.grade),
                    _ => None,
                });
                let view = View {
                    source,
                    role: case.subject().role,
                    facts: &case.settings.facts,
                    atom: bound.atom,
                    grade: grade.min(),
                };
                if !rule.when.is_met(&view) || rule.unless.is_touched(&view) {
                    continue;
                }
                let message = format!(
                    "{} {}: {} ({})",
                    bound.atom,
                    quoted(&rule.id.value),
                    escaped(&rule.message),
                    judgement.stated_in(bound)
                );
                let help = rule.help.as_deref().map_or_else(|| "Ask whoever keeps the policy.".to_owned(), escaped);
                let words = (message, help);
                let finding = judgement.finding(&RULE.kind, case, rule.then.value, bound.because.clone(), words);
                findings.push(finding.about(bound.atom).by([rule.at.clone(), rule.then.at.clone()]));
            }
        }
    }
}
