//! `curation-stale`: a curation rests on files that are no longer the same.

use super::Rule;
use crate::finding::{Finding, FindingKind, Verdict};
use crate::location::Location;
use crate::policy::curations::Standing;
use crate::policy::judgement::Judgement;
use crate::policy::message::{escaped, quoted};

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "curation-stale",
        formerly: &[],
        topic: crate::finding::Topic::Policy,
        levels: &[crate::finding::Level::Error],
        summary: "A curation rests on files that are no longer the same.",
        docs: r#"## What it means

A `[[curate]]` says what a licence is as long as certain files have certain bytes. One of them is another file now, or is
not there, so the curation does nothing.

## Why it matters

Somebody read the old text. What the new one says nobody has looked at.

## How it is detected

The SHA-256 of each file that the curation lists is compared with that of the file that was read.

## How to fix it

Read the file again. If the licence is still what the curation says, write the new hash into it.

## How to accept it

It should not be: read the file instead.

## Example

The policy says what `LICENSE.md` means, and the file has other words now.

```text
error[curation-stale]: the curation of "model" as Apache-2.0 does nothing: LICENSE.md has the
    SHA-256 5333c83006853d463213d9e8e8d10cd541eecd95828bc2a5a6a5f8976c47f608 now
  --> model/LICENSE.md
   = policy: licentia.toml:4:10 (curate.files = { path = "LICENSE.md", sha256 =
             "2b7fa5d76ddb96e643e80f7cb95fcbfa8e9bbdd6b8fc7960a3ef4162c88e268e" })
   = policy: licentia.toml:1:1 (curate = [[curate]])
   = help: Read LICENSE.md again, and write its new hash if the licence is the same.
   = more: licentia explain curation-stale
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for curation in judgement.policy.curations() {
        for (index, source) in judgement.seen.sources.iter().enumerate() {
            if !curation.is_about(source) {
                continue;
            }
            let Standing::Stale { file, found } = curation.standing(index, judgement.seen.digests) else { continue };
            let path = escaped(&file.value.path);
            let now = match &found {
                Some(sha256) => format!("has the SHA-256 {sha256} now"),
                None => "was not found among the files that speak of licences".to_owned(),
            };
            let message = format!(
                "the curation of {} as {} does nothing: {path} {now}",
                quoted(curation.target.value.name.as_str()),
                curation.license.value
            );
            let words = (message, format!("Read {path} again, and write its new hash if the licence is the same."));
            let places = vec![file.at.clone(), curation.at.clone()];
            let mut finding = Judgement::finding_in_policy(&RULE.kind, Verdict::Deny, places, words);
            finding.locations = vec![Location::file(index, file.value.path.as_str())];
            findings.push(finding);
        }
    }
}
