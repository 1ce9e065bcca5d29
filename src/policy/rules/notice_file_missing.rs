//! `notice-file-missing`: a licence asks for a notice file, and none stands in the tree.

use license_db::TermKind;

use super::Rule;
use crate::fact::Reason;
use crate::finding::{Finding, FindingKind};
use crate::policy::duty::{Duty, duties, is_notice_name};
use crate::policy::judgement::Judgement;
use crate::policy::message::{escaped, listed};

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "notice-file-missing",
        formerly: &[],
        topic: crate::finding::Topic::Duties,
        levels: &[crate::finding::Level::Warning, crate::finding::Level::Note],
        summary: "A licence asks for a notice file, and none stands in the tree.",
        docs: r#"## What it means

Some licences ask for a text file called "Notice" with a line of attribution (Llama, Gemma, Stability AI); others
ask that the NOTICE file of the original is kept (Apache-2.0). The repository has none.

## Why it matters

The notice is a condition of passing the weights on. It is the one that is forgotten most often.

## How it is detected

The terms of the licence have `notice-file`, and no file at the root has a name with *notice* in it; a list of third
parties is none. Where only what came with the work must be kept, an ancestor that was scanned in the same run must
have one. What the file says is not compared. A licence that asks for a notice and names no file is left out.

## How to fix it

Add a text file `NOTICE` at the root, with the line of attribution that stands in the named section of the licence,
or with what the NOTICE of the base model holds.

## How to accept it

{nothing-passed-on}

{waiver: The notice stands in THIRD-PARTY-NOTICES of the product that carries the weights}

## Example

A repository is under the licence of Llama 3.1 and has a list of third parties, but no file called Notice.

```text
warning[notice-file-missing]: weights of model: LicenseRef-scancode-llama-3.1-license-2024 (stated
    in README.md) asks for a "Notice" text file with every copy (section 1.b.iii), and no notice
    file stands in the tree; facts.distribution is not stated, so its strictest answer counts
  --> model/README.md:2:10 (license)
   |
 2 | llama3.1
   | ^^^^^^^^
  --> model
   = because: weights declared LicenseRef-scancode-llama-3.1-license-2024 (exact, label), from
              model/README.md:2:10 (license)
   = because: model was searched in vain (2 files)
   = help: Add a text file NOTICE at the root with the attribution line that section 1.b.iii of the
           Llama 3.1 Community License Agreement gives. State facts.distribution in the policy if
           nothing is passed on.
   = more: licentia explain notice-file-missing
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for duty in duties(judgement, TermKind::NoticeFile) {
        if duty.notices(duty.source()).next().is_some() {
            continue;
        }
        if duty.term.keeps_what_came() {
            findings.extend(not_kept(judgement, &duty));
        } else if duty.term.note().is_none() {
            let help = format!(
                "Add a text file NOTICE at the root with the attribution line that {} of the {} gives.",
                duty.term.source,
                duty.license_name()
            );
            let words = ("a \"Notice\" text file with every copy", "no notice file stands in the tree", help);
            findings.push(duty.finding(&RULE.kind, words, Vec::new(), is_notice_name));
        }
    }
}

/// The notice of a scanned ancestor that did not come along.
fn not_kept(judgement: &Judgement<'_>, duty: &Duty<'_, '_>) -> Option<Finding> {
    let kept: Vec<(usize, String)> = duty
        .inspected_ancestors()
        .flat_map(|source| {
            let target = judgement.seen.sources.get(source).map_or("?", |source| source.target.as_str());
            duty.notices(source)
                .map(move |(index, evidence)| (index, format!("{} of {}", escaped(&evidence.at.path), escaped(target))))
        })
        .collect();
    if kept.is_empty() {
        return None;
    }
    let names: Vec<String> = kept.iter().map(|(_, name)| name.clone()).collect();
    let because = kept.iter().map(|(index, _)| Reason::Evidence(*index)).collect();
    let names = listed(&names);
    let help =
        format!("Add a text file NOTICE at the root with what {names} says about the parts that were taken over.");
    let asks = format!("the notices of {names} with every copy");
    Some(duty.finding(&RULE.kind, (&asks, "no notice file stands in the tree", help), because, is_notice_name))
}
