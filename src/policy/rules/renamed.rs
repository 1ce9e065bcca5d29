//! `renamed`: the Hub answers for a repository under another name.

use super::Rule;
use crate::finding::{Finding, FindingKind, Verdict};
use crate::policy::judgement::Judgement;
use crate::policy::message::quoted;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "renamed",
        formerly: &[],
        topic: crate::finding::Topic::Scan,
        levels: &[crate::finding::Level::Note],
        summary: "The Hub answers for a repository under another name.",
        docs: r#"## What it means

The repository that was asked for has moved: the Hub answers under a new name.

## Why it matters

The Hub follows the old name until somebody else takes it. Then the same line in a project leads to another model, and
a policy that names the old one no longer means what it meant.

## How it is detected

The Hub's answer gives another name than the one that was asked for. The spelling counts, not only the letters.

## How to fix it

Write the new name where the model is named: in the project, in the policy, and in the lock with `licentia lock`.

## How to accept it

It is a note and closes no gate. Where the old name must stay:

{waiver: The product is frozen; the mirror that it loads from keeps the old name}

## Example

A project names `bert-tiny`; the Hub answers for `acme/bert-tiny`.

```text
note[renamed]: weights of acme/bert-tiny: "bert-tiny" was asked for, and the Hub answers for
    "acme/bert-tiny"
  --> acme/bert-tiny/LICENSE:1:1
   |
 1 | MIT License
   | ^^^^^^^^^^^
   | Copyright (c) 2026 The Authors
   | Permission is hereby granted, free of charge, to any person obtaining a copy of this softwar...
   | ... (1 more line)
  --> acme/bert-tiny/README.md:2:10 (license)
   |
 2 | mit
   | ^^^
   = because: weights concluded MIT (exact, text), from acme/bert-tiny/README.md:2:10 (license)
   = help: Write "acme/bert-tiny" in the project and in the policy, and lock it anew.
   = more: licentia explain renamed
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for (index, source) in judgement.seen.sources.iter().enumerate().filter(|(_, source)| !source.is_followed) {
        let former = source.hub.as_ref().and_then(|hub| hub.renamed_from.as_deref());
        let (Some(former), Some(case)) = (former, judgement.main_of(index)) else { continue };
        let now = quoted(source.name());
        let message = format!("{} was asked for, and the Hub answers for {now}", quoted(former));
        let help = format!("Write {now} in the project and in the policy, and lock it anew.");
        findings.push(judgement.finding(&RULE.kind, case, Verdict::Allow, Vec::new(), (message, help)));
    }
}
