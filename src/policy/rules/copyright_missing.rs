//! `copyright-missing`: a licence asks to keep the line of copyright, and it is blank or did not come along.

use std::sync::LazyLock;

use license_db::TermKind;
use regex::Regex;

use super::Rule;
use crate::fact::Reason;
use crate::finding::{Finding, FindingKind};
use crate::policy::duty::{Duty, duties, is_license_name};
use crate::policy::judgement::Judgement;
use crate::policy::message::{escaped, quoted};

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "copyright-missing",
        formerly: &[],
        topic: crate::finding::Topic::Duties,
        levels: &[crate::finding::Level::Warning, crate::finding::Level::Note],
        summary: "A licence asks to keep the line of copyright, and it is blank or did not come along.",
        docs: r#"## What it means

The licence asks that its line of copyright is kept ("Copyright (c) 2024 Acme"). The licence file still holds the blanks
of the template, or the line that the licence file of the base model has stands nowhere in the derivative.

## Why it matters

Nobody can keep a notice that names nobody, and a notice that was dropped breaks the condition of the licence.

## How it is detected

The terms of a binding licence have `keep-copyright`. A blank is a line at the head of a licence file with that
text, such as `Copyright (c) <year> <copyright holders>`, in a file that has no other; the form in the appendix of
Apache-2.0 is none. A line that was dropped is one at the head of the licence file of a scanned ancestor, of which
no line of copyright in the licence files and notices of this tree repeats the words. Whether a line was taken out
of a repository whose base was not scanned cannot be known, and is not said.

## How to fix it

Write year and holder into the licence file, or add the line of the base model to it or to NOTICE.

## How to accept it

{nothing-passed-on}

{waiver: The author confirmed on 2 May 2026 that nobody claims a copyright in the weights}

## Example

Under the MIT licence the blanks of its template were never filled in.

```text
warning[copyright-missing]: weights of model: MIT (stated in LICENSE and README.md) asks for its
    line of copyright to be kept (condition), and LICENSE holds the blanks of the template:
    "Copyright (c) [year] [fullname]"; facts.distribution is not stated, so its strictest answer
    counts
  --> model/LICENSE:1:1
   |
 1 | MIT License
   | ^^^^^^^^^^^
   | Copyright (c) [year] [fullname]
   | Permission is hereby granted, free of charge, to any person obtaining a copy of this softwar...
   | ... (1 more line)
  --> model/README.md:2:10 (license)
   |
 2 | mit
   | ^^^
   = note: + 2 more places
   = because: weights observed MIT (exact, text), from model/LICENSE:1:1
   = because: weights declared MIT (exact, label), from model/README.md:2:10 (license)
   = because: model/LICENSE:3:1 names the holder of the copyright `Copyright (c) [year] [fullname]`
   = because: model was searched in vain (2 files)
   = help: Write the year and the holder into LICENSE. State facts.distribution in the policy if
           nothing is passed on.
   = more: licentia explain copyright-missing
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for duty in duties(judgement, TermKind::KeepCopyright) {
        findings.extend(blank(&duty));
        findings.extend(dropped(judgement, &duty));
    }
}

/// Blanks as the templates of SPDX, GitHub and the licensors write them.
static BLANK: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?i)[<\[{]\s*(?:years?|yyyy|(?:the )?copyright[ _-]?(?:holders?|owners?)|owners?|full ?name|name(?: of [a-z ]{1,30})?|authors?|organi[sz]ation)\s*[>\]}]|\byyyy\b";
    Regex::new(pattern).unwrap_or_else(|error| unreachable!("{error}"))
});

/// A licence file whose only line of copyright is the template's.
fn blank(duty: &Duty<'_, '_>) -> Option<Finding> {
    let files = duty.license_files(duty.source());
    let lines: Vec<_> =
        duty.copyrights(duty.source()).filter(|(_, evidence, _)| files.contains(&evidence.at.path.as_str())).collect();
    let (index, evidence, line) = *lines.first()?;
    if lines.iter().any(|(_, _, line)| !BLANK.is_match(line)) {
        return None;
    }
    let path = escaped(&evidence.at.path);
    let lacks = format!("{path} holds the blanks of the template: {}", quoted(line));
    let help = format!("Write the year and the holder into {path}.");
    let because = vec![Reason::Evidence(index)];
    Some(duty.finding(&RULE.kind, ("its line of copyright to be kept", &lacks, help), because, |_| false))
}

/// A line at the head of an ancestor's licence file that this tree does not repeat.
fn dropped(judgement: &Judgement<'_>, duty: &Duty<'_, '_>) -> Option<Finding> {
    let own: Vec<String> = duty.copyrights(duty.source()).map(|(_, _, line)| bare(line)).collect();
    // Some texts begin with the copyright in themselves: that is no line of the work.
    let text = duty.bound.license().and_then(license_db::License::text).map(bare).unwrap_or_default();
    let (index, place, line) = duty.inspected_ancestors().find_map(|source| {
        let files = duty.license_files(source);
        let target = judgement.seen.sources.get(source).map_or("?", |source| source.target.as_str());
        let mut lines = duty.copyrights(source).filter(|(_, evidence, _)| files.contains(&evidence.at.path.as_str()));
        let (index, evidence, line) = lines.find(|(_, _, line)| {
            let words = bare(line);
            !BLANK.is_match(line) && !text.contains(&words) && own.iter().all(|own| !own.contains(&words))
        })?;
        Some((index, format!("{} of {}", escaped(&evidence.at.path), escaped(target)), line))
    })?;
    let lacks = format!("the line {} of {place} stands nowhere in the tree", quoted(line));
    let help = format!("Add the line {} to the licence file or to NOTICE.", quoted(line));
    let because = vec![Reason::Evidence(index)];
    Some(duty.finding(&RULE.kind, ("its line of copyright to be kept", &lacks, help), because, is_license_name))
}

/// The letters and digits alone: how a line is set does not matter.
fn bare(line: &str) -> String {
    let line = line.to_lowercase().replace("(c)", "");
    line.chars().filter(|character| character.is_alphanumeric()).collect()
}
