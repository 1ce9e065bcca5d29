//! A finding: what is wrong, where, by which line of the policy, and what to do.

use askama::Template;

use super::words::{Badge, Shown, level, web_address};
use crate::fact::Reason;
use crate::finding::Finding;
use crate::location::Location;
use crate::policy::finding_kind;
use crate::report::{layout, text};
use crate::scan::Scan;

/// Places of one finding that are shown.
const PLACES_SHOWN: usize = 8;
/// Reasons of one finding that are shown.
const REASONS_SHOWN: usize = 12;
/// Findings about the run as a whole that are shown.
const GENERAL_SHOWN: usize = 200;

/// A finding as it is shown.
#[derive(Template)]
#[template(path = "html/finding.html", whitespace = "minimize")]
pub(super) struct FindingView {
    /// The anchor.
    pub(super) id: String,
    /// The level of its heading.
    pub(super) heading: u8,
    pub(super) name: &'static str,
    pub(super) badge: Badge,
    pub(super) message: Shown,
    pub(super) help: Shown,
    /// What is written about findings of its kind.
    pub(super) page: Option<String>,
    pub(super) places: Vec<PlaceView>,
    pub(super) more_places: usize,
    pub(super) because: Vec<Shown>,
    pub(super) more_reasons: usize,
    /// Keys of the policy with their lines.
    pub(super) policy: Vec<Shown>,
    /// By whom, until when and why it is accepted.
    pub(super) waived: Option<Shown>,
    pub(super) is_existing: bool,
}

/// A place with the words that stand there.
pub(super) struct PlaceView {
    pub(super) words: Shown,
    pub(super) quote: Vec<Shown>,
}

impl FindingView {
    /// `home` is the source in whose card it stands, if it stands in one.
    pub(super) fn of(scan: &Scan, finding: &Finding, id: String, home: Option<usize>) -> Self {
        let places = finding.locations.iter().take(PLACES_SHOWN).map(|at| PlaceView {
            words: place(scan, at, home),
            quote: Shown::quote(text::quote_at(scan, at, &finding.because)),
        });
        let reasons = finding.because.iter().filter(|reason| !is_quoted(scan, finding, **reason));
        let because: Vec<Shown> = reasons.map(|&reason| Shown::of(&text::reason_words(scan, reason))).collect();
        Self {
            id,
            heading: if home.is_some() { 5 } else { 3 },
            name: finding.name,
            badge: level(finding.level),
            message: Shown::of(&finding.message),
            help: Shown::of(&finding.help),
            page: finding_kind(finding.name).and_then(|kind| web_address(&kind.url()?)),
            places: places.collect(),
            more_places: finding.locations.len().saturating_sub(PLACES_SHOWN),
            more_reasons: because.len().saturating_sub(REASONS_SHOWN),
            because: because.into_iter().take(REASONS_SHOWN).collect(),
            policy: finding.policy.iter().map(|place| Shown::of(&place.to_string())).collect(),
            waived: finding.waived.as_deref().map(Shown::of),
            is_existing: finding.is_existing,
        }
    }
}

/// Whether a reason is a place that the finding quotes anyhow.
fn is_quoted(scan: &Scan, finding: &Finding, reason: Reason) -> bool {
    let Reason::Evidence(index) = reason else { return false };
    let at = scan.evidence.get(index).map(|evidence| &evidence.at);
    at.is_some_and(|at| finding.locations.iter().take(PLACES_SHOWN).any(|place| place == at))
}

/// `README.md:4:10 (license)`; with the target in front where it is another than that of the card.
pub(super) fn place(scan: &Scan, at: &Location, home: Option<usize>) -> Shown {
    if home != Some(at.source) {
        return Shown::of(&layout::place(&scan.sources, at));
    }
    let path = if at.path.is_empty() { "everything in it" } else { at.path.as_str() };
    let lines = at.span.map_or(String::new(), |span| format!(":{}:{}", span.start_line, span.start_column));
    let key = at.key.as_ref().map_or(String::new(), |key| format!(" ({key})"));
    Shown::of(&format!("{path}{lines}{key}"))
}

/// Whether a finding is about the policy or the run as a whole.
pub(super) fn is_general(finding: &Finding) -> bool {
    finding.subject.is_none() && finding.locations.is_empty()
}

/// What stands on no card, the worst first, and how many more there are.
pub(super) fn general(scan: &Scan) -> (Vec<FindingView>, usize) {
    let is_on_a_card =
        |finding: &Finding| !is_general(finding) && scan.targets().any(|(index, _)| scan.concerns(finding, index));
    let mut found: Vec<&Finding> = scan.findings.iter().filter(|finding| !is_on_a_card(finding)).collect();
    sort(&mut found);
    let more = found.len().saturating_sub(GENERAL_SHOWN);
    let found = found.into_iter().take(GENERAL_SHOWN).enumerate();
    (found.map(|(index, finding)| FindingView::of(scan, finding, format!("g{}", index + 1), None)).collect(), more)
}

/// The worst first; what is accepted or known, last.
pub(super) fn sort(findings: &mut [&Finding]) {
    findings.sort_by_key(|finding| {
        let worst_first = std::cmp::Reverse((finding.level, finding.verdict));
        (finding.waived.is_some(), finding.is_existing, worst_first)
    });
}
