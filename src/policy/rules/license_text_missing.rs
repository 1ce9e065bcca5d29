//! `license-text-missing`: a licence asks that its text goes with every copy, and the repository does not hold it.

use license_db::TermKind;

use super::Rule;
use crate::finding::{Finding, FindingKind, Verdict};
use crate::policy::duty::{duties, is_license_name};
use crate::policy::judgement::Judgement;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "license-text-missing",
        formerly: &[],
        topic: crate::finding::Topic::Duties,
        levels: &[crate::finding::Level::Warning, crate::finding::Level::Note],
        summary: "A licence asks that its text goes with every copy, and the repository does not hold it.",
        docs: r#"## What it means

A licence that binds the weights, most often one that comes down from the base model, asks for a copy of itself
with whatever is passed on. No file of the repository holds its text.

## Why it matters

Passing the weights on without the text breaks the condition under which they may be passed on, and a recipient
cannot know the terms.

## How it is detected

The terms of the licence have `license-copy`, and no text of it was found in the tree; where the licence is content
with its address, a link is enough. For the repository's own licence `tag-only` says the same and names the duty, so
this speaks of it only where the policy accepts labels and states that copies are passed on; of what is inherited it
always speaks.

## How to fix it

Add the whole text of the licence: the repository's own as LICENSE, that of a base in THIRD_PARTY_LICENSES.

## How to accept it

{nothing-passed-on}

{waiver: The installer adds the text as licences/Apache-2.0.txt}

## Example

`acme/tuned` was made from `org/base`, which is under Apache-2.0, and holds the text of its own licence only. The
weights are passed on.

```text
warning[license-text-missing]: weights of acme/tuned: Apache-2.0 (inherited from LICENSE of
    org/base, README.md of org/base and README.md of acme/tuned) asks for a copy of itself with
    every copy (section 4.a), and no text of it stands in the tree
  --> org/base/LICENSE:1:1
   |
 1 | Apache License
   | ^^^^^^^^^^^^^^
   | Version 2.0, January 2004
   | http://www.apache.org/licenses/
   | ... (3 more lines)
  --> org/base/README.md:2:10 (license)
   |
 2 | apache-2.0
   | ^^^^^^^^^^
   = note: + 2 more places
   = because: weights inherited Apache-2.0 (exact, text), from org/base/README.md:2:10 (license)
   = because: acme/tuned was searched in vain (2 files)
   = policy: licentia.toml:2:16 (facts.distribution = ["weights"])
   = help: Add the whole text of the Apache License 2.0 as a file THIRD_PARTY_LICENSES.
   = more: licentia explain license-text-missing
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for duty in duties(judgement, TermKind::LicenseCopy) {
        let settings = duty.case.settings;
        let passes_copies_on = settings.facts.distribution.is_some() && settings.facts.distributes_copies();
        let is_own_left_out = settings.tag_only() > Verdict::Allow || !passes_copies_on;
        let takes_a_link = duty.term.takes_a_link();
        if (is_own_left_out && !duty.bound.is_inherited) || duty.has_text() || (takes_a_link && duty.has_link()) {
            continue;
        }
        let (asks, lacks) = if takes_a_link {
            ("its text or its address with every copy", "neither stands in the tree")
        } else {
            ("a copy of itself with every copy", "no text of it stands in the tree")
        };
        let file = if duty.bound.is_inherited { "THIRD_PARTY_LICENSES" } else { "LICENSE" };
        let help = format!("Add the whole text of the {} as a file {file}.", duty.license_name());
        findings.push(duty.finding(&RULE.kind, (asks, lacks, help), Vec::new(), is_license_name));
    }
}
