//! `[[waive]]`: accepting a finding. A waiver changes no licence, names who answers for it, and ends.

use jiff::civil::Date;

use super::gate::{Gate, MAX_WAIVER_DAYS, WAIVER_WARNING_DAYS};
use super::held::Held;
use super::judgement::Judgement;
use super::scope::Reference;
use crate::finding::{Finding, PolicyPlace};
use crate::scan::Source;

/// A waiver as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The finding's name.
    pub finding: Held<&'static str>,
    /// The model or path.
    pub target: Held<Reference>,
    /// Only as long as the finding is about this licence: a printed atom.
    pub license: Option<Held<String>>,
    /// Why.
    pub reason: Option<Held<String>>,
    /// Who answers for it.
    pub approver: Option<Held<String>>,
    /// The last day on which it holds.
    pub expires: Option<Held<Date>>,
    /// The day on which it was written.
    pub created: Option<Held<Date>>,
    /// Where it was decided.
    pub ticket: Option<Held<String>>,
    /// Where it is said.
    pub at: PolicyPlace,
}

/// Whether a waiver holds on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// It does, for that many days more; `None` where it has no end.
    Holds(Option<u64>),
    /// It ends in that many days, and somebody should know.
    EndsSoon(u64),
    /// It ended that many days ago.
    Expired(u64),
    /// It would hold for that many days, which is longer than the policy permits.
    TooLong(u64),
}

impl Term {
    /// Whether the waiver counts.
    pub fn counts(self) -> bool {
        matches!(self, Self::Holds(_) | Self::EndsSoon(_))
    }
}

impl Waiver {
    /// Whether it holds on `today`.
    pub fn term(&self, gate: &Gate, today: Date) -> Term {
        let Some(expires) = &self.expires else { return Term::Holds(None) };
        let days = |from: Date, to: Date| i64::from((to - from).get_days());
        let left = days(today, expires.value);
        if left < 0 {
            return Term::Expired(left.unsigned_abs());
        }
        let longest = gate.max_waiver_days.as_ref().map_or(MAX_WAIVER_DAYS, |held| held.value);
        let from = self.created.as_ref().map_or(today, |held| held.value);
        let whole = days(from, expires.value).max(left).unsigned_abs();
        if whole > longest {
            return Term::TooLong(whole);
        }
        let warning = gate.waiver_warning_days.as_ref().map_or(WAIVER_WARNING_DAYS, |held| held.value);
        let left = left.unsigned_abs();
        if left < warning { Term::EndsSoon(left) } else { Term::Holds(Some(left)) }
    }

    /// Whether it is about a finding. One about the whole scan has no source and is accepted by no target.
    pub fn is_about(&self, finding: &Finding, source: Option<&Source>) -> bool {
        let is_license = |held: &Held<String>| finding.license.as_ref() == Some(&held.value);
        finding.name == self.finding.value
            && source.is_some_and(|source| self.target.value.matches(source))
            && self.license.as_ref().is_none_or(is_license)
    }

    /// Why, by whom and until when, in words.
    pub fn words(&self) -> String {
        let mut words = self.reason.as_ref().map_or_else(|| "no reason given".to_owned(), |held| held.value.clone());
        let by = self.approver.as_ref().map(|held| format!("by {}", held.value));
        let until = self.expires.as_ref().map(|held| format!("until {}", held.value));
        let ticket = self.ticket.as_ref().map(|held| held.value.clone());
        let rest: Vec<String> = by.into_iter().chain(until).chain(ticket).collect();
        if !rest.is_empty() {
            words = format!("{words} ({})", rest.join(", "));
        }
        words
    }
}

/// Accepts what the waivers that hold are about. A finding is accepted once, by the first of them.
pub(crate) fn apply(judgement: &Judgement<'_>, findings: &mut [Finding]) {
    let policy = judgement.policy;
    for waiver in policy.waivers() {
        // Whoever does not know the day cannot know that a waiver with an end still holds.
        let holds = match judgement.occasion.today {
            Some(today) => waiver.term(policy.gate(), today).counts(),
            None => waiver.expires.is_none(),
        };
        for finding in findings.iter_mut().filter(|finding| holds && finding.waived.is_none()) {
            if waiver.is_about(finding, judgement.source_of(finding)) {
                finding.waived = Some(waiver.words());
                finding.policy.push(waiver.at.clone());
            }
        }
    }
}
