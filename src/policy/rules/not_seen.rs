//! `not-seen`: something could not be read, so a pass cannot be trusted.

use super::Rule;
use super::gated_text_unread::speaks_for;
use crate::finding::{Finding, FindingKind};
use crate::gap::GapKind;
use crate::policy::judgement::{Judgement, gap_finding};
use crate::policy::message::escaped;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "not-seen",
        formerly: &[],
        topic: crate::finding::Topic::Scan,
        levels: &[crate::finding::Level::Warning],
        summary: "Something could not be read, so a pass cannot be trusted.",
        docs: "## What it means

A file or directory was there, or should have been, and was not read: unreadable, damaged, cut off by a bound,
a pointer without content, or a form that is not read.

## Why it matters

A restriction may stand in what was not seen. Nothing found is not the same as nothing there.

## How it is detected

The scan recorded a gap. The exit status is 4 unless the policy says no for another reason; this finding alone
never makes it 1. A parent that was not inspected is `base-not-inspected` instead, and files that a server keeps
for those whom it has let in are `gated-text-unread`.

## How to fix it

Follow the remedy in the message (fetch the file, grant permission, raise the bound) and scan again.

## How to accept it

It should not be waived: nobody can accept words that nobody has read. The exit status 4 keeps it apart from a
refusal, so that a gate may treat the two differently.

## Example

LICENSE is a pointer of Git LFS whose content was not fetched.

```text
warning[not-seen]: LICENSE of model: LICENSE is a Git LFS pointer; the content (11357 bytes, sha256
    0000000000000000000000000000000000000000000000000000000000000000) is not here: run `git lfs
    pull`, or download the file (not-fetched)
  --> model/LICENSE
   = because: model/LICENSE: not seen (not-fetched)
   = help: Make it readable as the message says, and scan again.
   = more: licentia explain not-seen
```
",
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for (index, gap) in judgement.seen.gaps.iter().enumerate().filter(|(_, gap)| gap.kind.makes_incomplete()) {
        if gap.kind == GapKind::Refused && speaks_for(judgement, gap.at.source) {
            continue;
        }
        let source = judgement.seen.sources.get(gap.at.source).map_or("?", |source| source.target.as_str());
        let place = if gap.at.path.is_empty() {
            escaped(source)
        } else {
            format!("{} of {}", escaped(&gap.at.path), escaped(source))
        };
        let message = format!("{place}: {} ({})", clean(&gap.detail), gap.kind);
        let help = "Make it readable as the message says, and scan again.".to_owned();
        findings.push(gap_finding(&RULE.kind, index, gap, (message, help)));
    }
}

/// The words of a gap may repeat names from the tree.
fn clean(detail: &str) -> String {
    detail.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}
