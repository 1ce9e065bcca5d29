//! `base-obligation-dropped`: the licence of a base asks derivatives to carry something, and nothing of it is there.

use std::collections::BTreeSet;

use license_db::terms::{FlowDown, UseRestrictions, When};
use license_db::{Term, TermKind};

use super::{Rule, display_missing, license_text_missing, looser_than_base, name_prefix_missing};
use super::{notice_file_missing, use_policy_missing};
use crate::fact::Basis;
use crate::finding::{Finding, FindingKind, Verdict};
use crate::policy::compatible::{leads_to, wants_the_whole};
use crate::policy::duty::{Duty, duties};
use crate::policy::judgement::Judgement;
use crate::policy::message::{listed, quoted};

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "base-obligation-dropped",
        formerly: &[],
        topic: crate::finding::Topic::Duties,
        levels: &[crate::finding::Level::Warning, crate::finding::Level::Note],
        summary: "The licence of a base asks derivatives to carry something, and nothing of it is there.",
        docs: r#"## What it means

The licence of a base model asks for several things of whoever passes a derivative on: its text, a notice, a name,
words to show, a use policy, the same licence. The repository carries none of them.

## Why it matters

Whoever gets the derivative from here does not even learn that the terms of the base bind. Each of these is a condition of
the permission to pass it on.

## How it is detected

The licence comes down from an ancestor that was inspected, nothing in the repository states it, and of the things that
its terms ask for at least two are asked here and all are missing. Then this finding speaks for them all. Where one of
them is done, those that are not have findings of their own: `license-text-missing`, `notice-file-missing`,
`name-prefix-missing`, `display-missing`, `use-policy-missing`. Share-alike that was dropped is reported here also where
nothing else is asked, unless `looser-than-base` reports the label.

## How to fix it

Add what is listed: the text and the notice of the base as files, the words and the address of the use policy in the
card; name the licence of the base beside the own one.

## How to accept it

{nothing-passed-on}

{waiver: All of it stands in the product that carries the weights, THIRD-PARTY-NOTICES section 3}

## Example

`acme/helper-8b` calls itself Apache-2.0; it was tuned from a Llama 3.1 model, and the weights are passed on.

```text
warning[base-obligation-dropped]: weights of acme/helper-8b:
    LicenseRef-scancode-llama-3.1-license-2024 (inherited from README.md of meta-llama/Llama-3.1-8B
    and README.md of acme/helper-8b) asks for a copy of itself (section 1.b.i), a notice file
    (section 1.b.iii), a name with "Llama" (section 1.b.i) and the words "Built with Llama" (section
    1.b.i), and the repository carries nothing of it
  --> meta-llama/Llama-3.1-8B/README.md:2:10 (license)
   |
 2 | llama3.1
   | ^^^^^^^^
  --> acme/helper-8b/README.md:3:13 (base_model)
   |
 3 | meta-llama/Llama-3.1-8B
   | ^^^^^^^^^^^^^^^^^^^^^^^
   = note: + 1 more place
   = because: weights inherited LicenseRef-scancode-llama-3.1-license-2024 (exact, label), from
              meta-llama/Llama-3.1-8B/README.md:2:10 (license)
   = because: acme/helper-8b/README.md:3:13 (base_model) names the parent `meta-llama/Llama-3.1-8B`
              (finetune)
   = because: acme/helper-8b was searched in vain (2 files)
   = policy: licentia.toml:4:16 (facts.distribution = ["weights"])
   = help: Add what the Llama 3.1 Community License Agreement asks for, and name it beside the
           licence of the repository.
   = more: licentia explain base-obligation-dropped
```
"#,
    },
    check,
};

/// Findings for which this one may speak.
const PARTS: [&Rule; 5] = [
    &display_missing::RULE,
    &license_text_missing::RULE,
    &name_prefix_missing::RULE,
    &notice_file_missing::RULE,
    &use_policy_missing::RULE,
];

/// What terms may ask derivatives to carry.
const KINDS: [TermKind; 6] = [
    TermKind::LicenseCopy,
    TermKind::NoticeFile,
    TermKind::NamePrefix,
    TermKind::Display,
    TermKind::FlowDown,
    TermKind::Copyleft,
];

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    let mut missing = Vec::new();
    for rule in PARTS {
        (rule.check)(judgement, &mut missing);
    }
    let all: Vec<Duty<'_, '_>> = KINDS.into_iter().flat_map(|kind| duties(judgement, kind)).collect();
    let mut told = BTreeSet::new();
    for duty in all.iter().filter(|duty| duty.bound.is_inherited) {
        if !told.insert((duty.case.subject(), duty.bound.atom)) {
            continue;
        }
        let license = duty.bound.atom.to_string();
        let is_about = |finding: &&Finding| {
            finding.subject.as_ref() == Some(duty.case.subject()) && finding.license.as_ref() == Some(&license)
        };
        let own: Vec<&Finding> = missing.iter().filter(is_about).collect();
        let same = |other: &&Duty<'_, '_>| {
            other.case.subject() == duty.case.subject() && other.bound.atom == duty.bound.atom && is_asked(other)
        };
        let asked: Vec<&Duty<'_, '_>> = all.iter().filter(same).collect();
        let share_alike = asked.iter().filter(|duty| duty.term.kind == TermKind::Copyleft).count();
        let is_alone = own.is_empty() && share_alike == 1 && !is_told_as_looser(duty);
        if own.len() + share_alike != asked.len() || (asked.len() < 2 && !is_alone) {
            continue;
        }
        findings.extend(finding(&asked, &own));
    }
}

/// One finding for all that is asked.
fn finding(asked: &[&Duty<'_, '_>], own: &[&Finding]) -> Option<Finding> {
    let (last, rest) = asked.split_last()?;
    let mut words: Vec<String> = rest.iter().map(|duty| format!("{} ({})", thing(duty), duty.term.source)).collect();
    words.push(thing(last));
    let help =
        format!("Add what the {} asks for, and name it beside the licence of the repository.", last.license_name());
    let because = last.derivation().unwrap_or_default();
    let words = (listed(&words), "the repository carries nothing of it", help);
    let mut finding = last.finding(&RULE.kind, (&words.0, words.1, words.2), because, |_| false);
    let worst = own.iter().map(|finding| finding.verdict).max().unwrap_or(Verdict::Allow);
    finding.verdict = finding.verdict.max(worst);
    finding.level = finding.verdict.level();
    Some(finding)
}

/// Whether a thing is owed here, so that its absence means something.
fn is_asked(duty: &Duty<'_, '_>) -> bool {
    let is_elsewhere =
        |term: &Term| matches!(term.use_restrictions(), Some(UseRestrictions::ByReference | UseRestrictions::Both));
    let terms = duty.bound.license().map(|license| license.terms).unwrap_or_default();
    match duty.term.kind {
        TermKind::LicenseCopy => true,
        TermKind::NoticeFile => !duty.term.keeps_what_came() && duty.term.note().is_none(),
        TermKind::NamePrefix => duty.repository().is_some() && duty.derivation().is_some(),
        TermKind::Display => match duty.term.when() {
            Some(When::Always | When::Distribution) => true,
            Some(When::Derivatives) => duty.derivation().is_some(),
            _ => false,
        },
        TermKind::FlowDown => {
            matches!(duty.term.flow_down(), Some(FlowDown::Restrictions | FlowDown::Agreement))
                && terms.iter().any(is_elsewhere)
        }
        TermKind::Copyleft => is_share_alike_dropped(duty),
        _ => false,
    }
}

/// Whether the model states licences of its own, and none under which the derivative may stand.
fn is_share_alike_dropped(duty: &Duty<'_, '_>) -> bool {
    let Some(license) = duty.bound.license().filter(|license| wants_the_whole(license)) else { return false };
    let own = duty.case.concluded().and_then(|fact| fact.expression.as_ref());
    own.is_some_and(|own| !own.atoms().into_iter().any(|atom| leads_to(license.id, &atom.license)))
}

fn is_told_as_looser(duty: &Duty<'_, '_>) -> bool {
    let states = |fact: &crate::fact::Fact| {
        fact.expression.as_ref().is_some_and(|expression| expression.atoms().contains(&duty.bound.atom))
    };
    duty.case.on(Basis::Inherited).any(|(_, fact)| states(fact) && looser_than_base::verdict(duty.case, fact).is_some())
}

/// What is asked for, in words.
fn thing(duty: &Duty<'_, '_>) -> String {
    match duty.term.kind {
        TermKind::NoticeFile => "a notice file".to_owned(),
        TermKind::NamePrefix => format!("a name with {}", quoted(duty.term.value)),
        TermKind::Display => {
            let words: Vec<String> = duty.term.displayed().map(quoted).collect();
            format!("the words {}", words.join(" or "))
        }
        TermKind::FlowDown => "its use policy".to_owned(),
        TermKind::Copyleft => "the same licence for derivatives".to_owned(),
        _ if duty.term.takes_a_link() => "its text or its address".to_owned(),
        _ => "a copy of itself".to_owned(),
    }
}

/// Takes out the findings for which one of this kind speaks.
pub(crate) fn gather(findings: &mut Vec<Finding>) {
    let key = |finding: &Finding| (finding.subject.clone(), finding.license.clone());
    let told: BTreeSet<_> = findings.iter().filter(|finding| finding.name == RULE.kind.name).map(key).collect();
    let is_part = |finding: &Finding| PARTS.iter().any(|rule| rule.kind.name == finding.name);
    findings.retain(|finding| !is_part(finding) || !told.contains(&key(finding)));
}
