//! What a build service shows, the most severe first: what the policy minds, and what could not be seen.
//!
//! A gap that makes the scan incomplete is shown also where no finding speaks of it: after `licentia scan`, or where the
//! finding was accepted. Nobody can accept words that nobody has read.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::anchor::{Anchor, keys_of};
use super::escape::{inert, inert_within};
use super::layout::{place, plural};
use crate::fact::Reason;
use crate::finding::{Finding, Level, Verdict};
use crate::gap::{Gap, GapKind};
use crate::scan::Scan;

/// Columns of a message or a remedy before it is cut: services cut what is longer, and not where it can be seen.
const SENTENCE_LIMIT: usize = 2000;
/// Columns of a place or of a line of the policy before it is cut.
const PLACE_LIMIT: usize = 300;

/// Something to show.
#[derive(Clone, Debug)]
pub(super) struct Issue<'a> {
    /// What is minded; of a gap that no finding speaks of, what `not-seen` would say.
    pub(super) finding: Cow<'a, Finding>,
    /// Whether it still counts.
    pub(super) state: State,
    /// Where it is shown.
    pub(super) anchor: Anchor,
    /// By what it is known again ([`keys_of`]).
    pub(super) key: String,
    /// Whether the gate closes because of it.
    pub(super) fails: bool,
    /// Whether it says that something was not seen, so that a pass cannot be trusted.
    pub(super) is_unseen: bool,
}

/// Whether an issue still counts; what counts stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// It does.
    Open,
    /// The baseline holds it.
    Existing,
    /// Somebody accepted it.
    Accepted,
}

/// Everything that there is to show: what counts before what does not, then by level and verdict, the worst first, else in
/// the order of the scan.
pub(super) fn issues(scan: &Scan) -> Vec<Issue<'_>> {
    let incomplete: BTreeSet<usize> = incomplete_gaps(scan).map(|(index, _)| index).collect();
    let gaps_of = |finding: &Finding| -> Vec<usize> {
        let gaps = finding.because.iter().filter_map(|reason| match reason {
            Reason::Gap(index) => Some(*index),
            _ => None,
        });
        gaps.filter(|index| incomplete.contains(index)).collect()
    };
    let shown = scan.findings.iter().filter(|finding| finding.is_open());
    let said: BTreeSet<usize> = shown.flat_map(gaps_of).collect();
    let unsaid = incomplete_gaps(scan).filter(|(index, _)| !said.contains(index));
    let unsaid = unsaid.map(|(index, gap)| Cow::Owned(finding_of(scan, index, gap)));
    let findings: Vec<Cow<'_, Finding>> = scan.findings.iter().map(Cow::Borrowed).chain(unsaid).collect();
    let keys = keys_of(scan, findings.iter().map(AsRef::as_ref));
    let mut issues: Vec<Issue<'_>> = findings
        .into_iter()
        .zip(keys)
        .map(|(finding, key)| Issue {
            state: match (&finding.waived, finding.is_existing) {
                (Some(_), _) => State::Accepted,
                (None, true) => State::Existing,
                (None, false) => State::Open,
            },
            anchor: Anchor::of(scan, &finding),
            key,
            fails: scan.fails(&finding),
            is_unseen: !gaps_of(&finding).is_empty(),
            finding,
        })
        .collect();
    issues
        .sort_by_key(|issue| (issue.state, !issue.fails, Reverse(issue.finding.level), Reverse(issue.finding.verdict)));
    issues
}

/// The gaps that make the scan incomplete, with their positions.
pub(super) fn incomplete_gaps(scan: &Scan) -> impl Iterator<Item = (usize, &Gap)> {
    scan.gaps.iter().enumerate().filter(|(_, gap)| gap.kind.makes_incomplete())
}

/// `2 unreadable, 1 truncated`: the gaps that make the scan incomplete; empty where there are none.
pub(super) fn unseen_in_words(scan: &Scan) -> String {
    let count = |kind: GapKind| incomplete_gaps(scan).filter(|(_, gap)| gap.kind == kind).count();
    let counts = GapKind::ALL.into_iter().map(|kind| (kind, count(kind))).filter(|(_, count)| *count > 0);
    counts.map(|(kind, count)| format!("{count} {kind}")).collect::<Vec<_>>().join(", ")
}

fn finding_of(scan: &Scan, index: usize, gap: &Gap) -> Finding {
    Finding {
        name: "not-seen",
        level: Level::Warning,
        verdict: Verdict::Unknown,
        subject: None,
        message: format!("{}: {} ({})", place(&scan.sources, &gap.at), gap.detail, gap.kind),
        locations: vec![gap.at.clone()],
        because: vec![Reason::Gap(index)],
        help: "Make it readable as the message says, and scan again.".to_owned(),
        license: None,
        policy: Vec::new(),
        waived: None,
        is_existing: false,
    }
}

impl Issue<'_> {
    /// What is minded, as a sentence, inert.
    pub(super) fn message(&self) -> String {
        sentence(&inert_within(&self.finding.message, SENTENCE_LIMIT))
    }

    /// What to do, as a sentence, inert; empty where there is nothing.
    pub(super) fn help(&self) -> String {
        sentence(&inert_within(&self.finding.help, SENTENCE_LIMIT))
    }

    /// Why it does not count; `None` where it does.
    pub(super) fn excuse(&self) -> Option<String> {
        match self.state {
            State::Open => None,
            State::Existing => Some("It is in the baseline, so it does not fail.".to_owned()),
            State::Accepted => {
                let reason = self.finding.waived.as_deref().unwrap_or_default();
                Some(sentence(&format!("Accepted: {}", inert_within(reason, SENTENCE_LIMIT))))
            }
        }
    }

    /// The first place that it is about, as people write it, where that is not where it is shown.
    pub(super) fn elsewhere(&self, scan: &Scan) -> Option<String> {
        let first = self.finding.locations.first()?;
        let is_shown = Anchor::of_location(scan, first).is_some_and(|anchor| anchor == self.anchor);
        let place = inert_within(&place(&scan.sources, first), PLACE_LIMIT);
        let is_elsewhere = !is_shown || !self.anchor.is_in_checkout();
        (is_elsewhere && place != self.anchor.path).then_some(place)
    }

    /// All that is said of it, a line each and every line inert: what is minded, where, why, what to do, where to read on.
    pub(super) fn lines(&self, scan: &Scan) -> Vec<String> {
        let mut lines = vec![self.message()];
        lines.extend(self.excuse());
        lines.extend(self.elsewhere(scan).map(|place| format!("place: {place}")));
        let policy = self.finding.policy.first();
        lines.extend(policy.map(|place| format!("policy: {}", inert_within(&place.to_string(), PLACE_LIMIT))));
        if !self.finding.help.is_empty() && self.state != State::Accepted {
            lines.push(format!("help: {}", self.help()));
        }
        lines.push(format!("more: licentia explain {}", inert(self.finding.name)));
        lines
    }
}

/// `3 more errors`
pub(super) fn more(count: usize, one: &str, many: &str) -> String {
    format!("{count} more {}", plural(count, one, many))
}

/// The words with a full stop, where they are words and have no end of their own.
fn sentence(words: &str) -> String {
    let has_end = words.is_empty() || words.ends_with(['.', '!', '?']);
    if has_end { words.to_owned() } else { format!("{words}.") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_most_severe_stands_first_and_what_does_not_count_last() {
        let mut scan = sample::scan();
        let names = |scan: &Scan| -> Vec<&str> { issues(scan).iter().map(|issue| issue.finding.name).collect() };
        assert_eq!(names(&scan), ["non-commercial", "not-seen", "base-not-inspected"]);
        scan.findings[1].is_existing = true;
        assert_eq!(names(&scan), ["not-seen", "base-not-inspected", "non-commercial"]);
        scan.findings[1].is_existing = false;
        scan.findings[1].waived = Some("bought".to_owned());
        assert_eq!(issues(&scan)[2].excuse().as_deref(), Some("Accepted: bought."));
    }

    #[test]
    fn a_gap_is_said_once_and_not_accepted_away() {
        let mut scan = sample::scan();
        assert_eq!(issues(&scan).iter().filter(|issue| issue.is_unseen).count(), 1);
        scan.findings[0].because = vec![Reason::Gap(0)];
        let said = issues(&scan);
        assert_eq!(said.iter().filter(|issue| issue.is_unseen).count(), 1);
        assert!(said.iter().all(|issue| issue.finding.name != "not-seen"));
        scan.findings[0].waived = Some("who reads that".to_owned());
        let accepted = issues(&scan);
        assert!(accepted.iter().any(|issue| issue.finding.name == "not-seen" && issue.state == State::Open));
        assert_eq!(issues(&sample::unjudged()).len(), 1);
    }

    #[test]
    fn what_fails_is_what_closes_the_gate() {
        let mut scan = sample::scan();
        assert_eq!(issues(&scan).iter().map(|issue| issue.fails).collect::<Vec<_>>(), [true, false, false]);
        scan.fail_on = Some(Level::Warning);
        assert_eq!(issues(&scan).iter().filter(|issue| issue.fails).count(), 2);
        scan.fail_on = None;
        assert!(issues(&scan).iter().all(|issue| !issue.fails));
    }

    #[test]
    fn lines_say_where_it_is_when_it_is_shown_elsewhere() {
        let mut scan = sample::scan();
        assert_eq!(issues(&scan)[0].elsewhere(&scan), None);
        scan.sources[0].named_in = vec!["train.py:1:2".to_owned()];
        scan.sources[0].kind = crate::scan::SourceKind::Hub;
        let shown = issues(&scan);
        assert!(shown[0].lines(&scan).contains(&"place: ./seg-net/README.md:4:10 (license)".to_owned()));
        assert_eq!(shown[0].lines(&scan).last().map(String::as_str), Some("more: licentia explain non-commercial"));
    }
}
