//! `display-missing`: a licence asks to show certain words, and no card shows them.

use license_db::TermKind;
use license_db::terms::When;

use super::Rule;
use crate::evidence::Claim;
use crate::finding::{Finding, FindingKind};
use crate::policy::duty::{Duty, duties, is_card_name};
use crate::policy::judgement::Judgement;
use crate::policy::message::quoted;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "display-missing",
        formerly: &[],
        topic: crate::finding::Topic::Duties,
        levels: &[crate::finding::Level::Warning, crate::finding::Level::Note],
        summary: "A licence asks to show certain words, and no card shows them.",
        docs: r#"## What it means

A licence that binds the weights gives the exact words that must be shown ("Built with Llama", "Powered by Stability
AI"), and no card of the repository shows them.

## Why it matters

The words are a condition of passing the weights or a product with them on. A website may show them too, but the card
is what travels with the weights.

## How it is detected

The terms of the licence have `display`, and the words stand in no card letter for letter: outside fenced code and
comments, and not where the licence itself is quoted. Marks and links within them do not count. Left out are words that
are owed above a number of users, or for certain models that the text names: neither is in the scan.

## How to fix it

Write the words into the model card, and show them where the product is presented.

## How to accept it

{nothing-passed-on}

{waiver: The words stand on the page of the product, https://example.org/about}

## Example

A card says `license: llama3.1` and shows no words; the model is offered as a service.

```text
warning[display-missing]: weights of model: LicenseRef-scancode-llama-3.1-license-2024 (stated in
    README.md) asks for the words "Built with Llama" to be shown (section 1.b.i), and no card shows
    them
  --> model/README.md:2:10 (license)
   |
 2 | llama3.1
   | ^^^^^^^^
  --> model
   = because: weights declared LicenseRef-scancode-llama-3.1-license-2024 (exact, label), from
              model/README.md:2:10 (license)
   = because: model was searched in vain (2 files)
   = policy: licentia.toml:6:16 (facts.distribution = ["saas"])
   = help: Add a line to README.md that says "Built with Llama", and show it where a product with it
           is presented.
   = more: licentia explain display-missing
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for duty in duties(judgement, TermKind::Display) {
        let because = match duty.term.when() {
            Some(When::AboveThreshold | When::NamedModels) | None => continue,
            Some(When::Derivatives) => match duty.derivation() {
                Some(because) => because,
                None => continue,
            },
            Some(When::Always | When::Distribution) => Vec::new(),
        };
        if is_shown(&duty) {
            continue;
        }
        let words: Vec<String> = duty.term.displayed().map(quoted).collect();
        let words = words.join(" or ");
        let asks = format!("the words {words} to be shown");
        let help =
            format!("Add a line to README.md that says {words}, and show it where a product with it is presented.");
        findings.push(duty.finding(&RULE.kind, (&asks, "no card shows them", help), because, is_card_name));
    }
}

fn is_shown(duty: &Duty<'_, '_>) -> bool {
    duty.evidence().any(|(_, evidence)| match &evidence.claim {
        Claim::Display(words) => duty.term.displayed().any(|asked| asked == words),
        _ => false,
    })
}
