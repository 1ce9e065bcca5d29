//! `unpinned-revision`: a repository of the Hub is named without the commit that was looked at.

use super::Rule;
use crate::finding::{Finding, FindingKind, Verdict};
use crate::location::Location;
use crate::policy::judgement::Judgement;
use crate::policy::message::{escaped, quoted};
use crate::scan::{RepositoryKind, Source};

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "unpinned-revision",
        formerly: &[],
        topic: crate::finding::Topic::Scan,
        levels: &[crate::finding::Level::Note],
        summary: "A repository of the Hub is named without the commit that was looked at.",
        docs: r#"## What it means

The target names a repository of the Hub and no commit. The answer is about what stood there today.

## Why it matters

A repository changes without notice, its licence too. Whoever loads it by a branch tomorrow may get other files under
other terms than those that were judged.

## How it is detected

The target came from the Hub, and no revision was asked for, or one that is no full commit. Local directories and what
was only followed are left out, and so is a model whose commit stands in the lock.

## How to fix it

Name the commit, in the project that loads the model too; or keep it in a lock with `licentia lock`.

## How to accept it

It is a note and closes no gate. An organisation that always wants the newest version may switch it off.

```toml
[levels]
unpinned-revision = "off"
```

## Example

The target is `acme/net`, without a commit.

```text
note[unpinned-revision]: weights of acme/net: no commit was asked for, and what was looked at is
    0123456789abcdef0123456789abcdef01234567: what stands there may change
  --> acme/net
   = because: weights concluded MIT (exact, text), from acme/net/README.md:2:10 (license)
   = help: Name it as "acme/net@0123456789abcdef0123456789abcdef01234567", or lock it.
   = more: licentia explain unpinned-revision
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for (index, source) in judgement.seen.sources.iter().enumerate().filter(|(_, source)| !source.is_followed) {
        let Some(hub) = &source.hub else { continue };
        let asked = hub.asked_revision.as_deref();
        let is_locked = judgement.occasion.lock.is_some_and(|lock| lock.pins(source));
        if is_locked || asked.is_some_and(is_commit) {
            continue;
        }
        let Some(case) = judgement.main_of(index) else { continue };
        let named = match asked {
            Some(revision) => format!("it was asked for by {}, which is no commit", quoted(revision)),
            None => "no commit was asked for".to_owned(),
        };
        let (seen, help) = match &source.revision {
            Some(commit) => (
                format!("what was looked at is {}", escaped(commit)),
                format!("Name it as {}, or lock it.", quoted(&pinned(source, commit))),
            ),
            None => ("which commit was looked at is not known".to_owned(), "Name a commit.".to_owned()),
        };
        let message = format!("{named}, and {seen}: what stands there may change");
        let mut finding = judgement.finding(&RULE.kind, case, Verdict::Allow, Vec::new(), (message, help));
        // It is about the repository as a whole, not about the lines that state its licence.
        finding.locations = vec![Location::file(index, "")];
        findings.push(finding);
    }
}

/// A full commit: forty hexadecimal digits.
fn is_commit(revision: &str) -> bool {
    revision.len() == 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The target with its commit.
fn pinned(source: &Source, commit: &str) -> String {
    let prefix = match source.repository_kind {
        RepositoryKind::Model => "",
        RepositoryKind::Dataset => "hf:datasets/",
        RepositoryKind::Space => "hf:spaces/",
    };
    format!("{prefix}{}@{commit}", source.name())
}
