//! `gated-text-unread`: the Hub keeps the files for those whom it has let in, and no licence text was read.

use super::Rule;
use crate::fact::{Grade, Reason};
use crate::finding::{Finding, FindingKind, Level, Verdict};
use crate::gap::GapKind;
use crate::policy::judgement::{Case, Judgement, gap_finding};
use crate::policy::message::{escaped, listed};

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "gated-text-unread",
        formerly: &[],
        topic: crate::finding::Topic::Scan,
        levels: &[Level::Warning],
        summary: "The Hub keeps the files for those whom it has let in, and no licence text was read.",
        docs: r"## What it means

The repository is gated or private: the Hub says that it is there, and refuses its files. No text of its licence was read;
the licence is known from a label alone, or not at all.

## Why it matters

A label is weaker than a text, and a text that nobody has read may say anything. Whoever is let in often agrees to terms
on the way that stand nowhere else.

## How it is detected

A server refused files of the source, and what is concluded about it rests on no licence text. The exit status is 4 unless
the policy says no for another reason. The source may also be what a target was made from.

## How to fix it

Ask for access on the page of the repository, read what it asks to agree to, and run again with a token; or scan a copy.

## How to accept it

It should not be waived: nobody can accept words that nobody has read. Where somebody with access has read them, a
`[[curation]]` says what the licence is.

## Example

The Hub gives the card of `acme/closed` and refuses its LICENSE.

```text
warning[gated-text-unread]: acme/closed: LICENSE can be read only by those who were let in, and MIT
    is known from a label alone
  --> acme/closed/LICENSE
  --> acme/closed/README.md:2:10 (license)
   |
 2 | mit
   | ^^^
   = because: acme/closed/LICENSE: not seen (refused)
   = because: weights concluded MIT (exact, label), from acme/closed/README.md:2:10 (license)
   = help: Ask for access on its page and run again with a token, or scan a copy.
   = more: licentia explain gated-text-unread
```
",
    },
    check,
};

/// Files named in a message.
const NAMED: usize = 3;

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for (index, source) in judgement.seen.sources.iter().enumerate().filter(|(index, _)| speaks_for(judgement, *index))
    {
        let refused: Vec<(usize, _)> = refused(judgement, index).collect();
        let Some((first, gap)) = refused.first().copied() else { continue };
        let mut names: Vec<String> = refused
            .iter()
            .map(|(_, gap)| &gap.at.path)
            .filter(|path| !path.is_empty())
            .map(|path| escaped(path))
            .collect();
        let more = names.len().saturating_sub(NAMED);
        names.truncate(NAMED);
        if more > 0 {
            names.push(format!("{more} more"));
        }
        let what = if names.is_empty() { "its files".to_owned() } else { listed(&names) };
        let case = judgement.main_of(index);
        let concluded = case.and_then(|case| Some((case.concluded_at(), case.concluded()?.expression.as_ref()?)));
        let known = match concluded {
            Some((_, expression)) => format!("{expression} is known from a label alone"),
            None => "nothing that was given names its licence".to_owned(),
        };
        let message =
            format!("{}: {what} can be read only by those who were let in, and {known}", escaped(source.name()));
        let help = "Ask for access on its page and run again with a token, or scan a copy.".to_owned();
        let mut finding = gap_finding(&RULE.kind, first, gap, (message, help));
        finding.level = Level::Warning;
        finding.verdict = Verdict::Unknown;
        finding.because = refused.iter().map(|(index, _)| Reason::Gap(*index)).collect();
        finding.because.extend(concluded.map(|(fact, _)| Reason::Fact(fact)));
        finding.locations = judgement.locations(&finding.because);
        finding.subject = case.filter(|_| !source.is_followed).map(|case| case.subject().clone());
        findings.push(finding);
    }
}

/// Whether the rule reports what was refused of a source, so that no other has to.
pub(super) fn speaks_for(judgement: &Judgement<'_>, source: usize) -> bool {
    let main = judgement.main_of(source);
    let has_text =
        main.and_then(Case::concluded).is_some_and(|fact| fact.expression.is_some() && fact.grade == Grade::Text);
    // A name that leads nowhere, or only for others, is refused too; that there are files is then not even known.
    let is_there = judgement.seen.sources.get(source).is_some_and(|source| source.hub.is_some());
    is_there && main.is_some() && !has_text && refused(judgement, source).next().is_some()
}

fn refused<'a>(judgement: &Judgement<'a>, source: usize) -> impl Iterator<Item = (usize, &'a crate::gap::Gap)> {
    let gaps = judgement.seen.gaps.iter().enumerate();
    gaps.filter(move |(_, gap)| gap.at.source == source && gap.kind == GapKind::Refused)
}
