//! What was seen of each part: statements with their places, findings and gaps.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::licenses::Licenses;
use super::rows::{self, Copyright, Occurrence, Property};
use crate::evidence::Claim;
use crate::fact::Reason;
use crate::finding::Finding;
use crate::location::Location;
use crate::report::inventory::claim_words;
use crate::report::parts::{Part, Parts};
use crate::scan::Scan;
use crate::subject::Subject;

/// What belongs to which part: positions in the lists of the scan, by the position of the part.
#[derive(Debug, Default)]
pub(super) struct Belongings {
    evidence: BTreeMap<usize, BTreeSet<usize>>,
    findings: BTreeMap<usize, Vec<usize>>,
    gaps: BTreeMap<usize, Vec<usize>>,
    /// Findings that are about no part in particular.
    pub(super) loose_findings: Vec<usize>,
    /// Gaps of sources that are no part.
    pub(super) loose_gaps: Vec<usize>,
}

impl Belongings {
    pub(super) fn of(scan: &Scan, parts: &Parts<'_>) -> Self {
        let places = Places::of(scan, parts);
        let mut belongings = Self::default();
        belongings.sort_evidence(scan, parts, &places);
        for (position, finding) in scan.findings.iter().enumerate() {
            let owners = places.of_finding(finding);
            if owners.is_empty() {
                belongings.loose_findings.push(position);
            }
            for owner in owners {
                belongings.findings.entry(owner).or_default().push(position);
            }
        }
        for (position, gap) in scan.gaps.iter().enumerate() {
            match places.wholes.get(&gap.at.source) {
                Some(owner) => belongings.gaps.entry(*owner).or_default().push(position),
                None => belongings.loose_gaps.push(position),
            }
        }
        belongings
    }

    /// A statement belongs to what rests on it, and what nothing rests on to the repository that it stands in.
    fn sort_evidence(&mut self, scan: &Scan, parts: &Parts<'_>, places: &Places<'_>) {
        let mut cited = BTreeSet::new();
        let mut cite = |owner: usize, source: usize, reason: Reason| {
            let Reason::Evidence(position) = reason else { return };
            if scan.evidence.get(position).is_some_and(|found| found.at.source == source) {
                cited.insert(position);
                self.evidence.entry(owner).or_default().insert(position);
            }
        };
        for fact in &scan.facts {
            let Some(owner) = places.of_subject(&fact.subject) else { continue };
            fact.because.iter().for_each(|reason| cite(owner, fact.subject.source, *reason));
        }
        for (owner, part) in parts.all.iter().enumerate() {
            let Some(judged) = part.judged else { continue };
            judged.because.iter().for_each(|reason| cite(owner, judged.subject.source, *reason));
        }
        for (position, found) in scan.evidence.iter().enumerate().filter(|(position, _)| !cited.contains(position)) {
            if let Some(owner) = places.wholes.get(&found.at.source) {
                self.evidence.entry(*owner).or_default().insert(position);
            }
        }
    }

    /// `evidence` of a component.
    pub(super) fn evidence(
        &self,
        scan: &Scan,
        position: usize,
        part: &Part<'_>,
        licenses: &mut Licenses<'_>,
    ) -> Option<rows::Evidence> {
        let held = self.evidence.get(&position).into_iter().flatten();
        let held: Vec<_> = held.filter_map(|index| Some((*index, scan.evidence.get(*index)?))).collect();
        let copyright: BTreeSet<&str> = held
            .iter()
            .filter_map(|(_, found)| match &found.claim {
                Claim::Copyright(line) => Some(line.as_str()),
                _ => None,
            })
            .collect();
        let observed = part.judged.and_then(|judged| judged.observed.as_ref());
        let evidence = rows::Evidence {
            occurrences: held.iter().map(|(index, _)| occurrence(scan, *index)).collect(),
            licenses: observed.map(|expression| licenses.observed(expression)).unwrap_or_default(),
            copyright: copyright.into_iter().map(|line| Copyright { text: line.to_owned() }).collect(),
        };
        let is_empty = evidence.occurrences.is_empty() && evidence.licenses.is_empty() && evidence.copyright.is_empty();
        (!is_empty).then_some(evidence)
    }

    /// Findings and gaps of a part.
    pub(super) fn properties(&self, scan: &Scan, position: usize) -> Vec<Property> {
        let findings = self.findings.get(&position).into_iter().flatten();
        let gaps = self.gaps.get(&position).into_iter().flatten();
        of_findings(scan, findings).chain(of_gaps(scan, gaps)).collect()
    }

    /// Findings and gaps of no part.
    pub(super) fn loose(&self, scan: &Scan) -> Vec<Property> {
        of_findings(scan, self.loose_findings.iter()).chain(of_gaps(scan, self.loose_gaps.iter())).collect()
    }
}

/// Which part a subject or a source is.
struct Places<'a> {
    subjects: BTreeMap<&'a Subject, usize>,
    wholes: BTreeMap<usize, usize>,
}

impl<'a> Places<'a> {
    fn of(scan: &'a Scan, parts: &Parts<'a>) -> Self {
        let nodes = scan.lineage.nodes.iter().enumerate();
        let wholes = nodes.filter_map(|(position, node)| Some((node.source?, position))).collect();
        let judged = parts.all.iter().enumerate();
        let subjects = judged.filter_map(|(position, part)| Some((&part.judged?.subject, position))).collect();
        Self { subjects, wholes }
    }

    fn of_subject(&self, subject: &Subject) -> Option<usize> {
        self.subjects.get(subject).or_else(|| self.wholes.get(&subject.source)).copied()
    }

    fn of_finding(&self, finding: &Finding) -> BTreeSet<usize> {
        match &finding.subject {
            Some(subject) => self.of_subject(subject).into_iter().collect(),
            None => finding.locations.iter().filter_map(|at| self.wholes.get(&at.source).copied()).collect(),
        }
    }
}

fn occurrence(scan: &Scan, index: usize) -> Occurrence {
    let found = scan.evidence.get(index);
    let meaning = scan.classifications.get(index).and_then(Option::as_ref).map(|meaning| match &meaning.expression {
        Some(expression) => format!(": {expression} ({})", meaning.outcome),
        None => format!(": {}", meaning.outcome),
    });
    let at = found.map(|found| &found.at);
    Occurrence {
        location: at.map(|at| path(scan, at)).unwrap_or_default(),
        line: at.and_then(|at| at.span).map(|span| span.start_line),
        symbol: at.and_then(|at| at.key.clone()),
        additional_context: found.map(claim_words).unwrap_or_default() + &meaning.unwrap_or_default(),
    }
}

/// The path in the source; what is scanned as a single file has none and is called by its name.
fn path(scan: &Scan, at: &Location) -> String {
    match (at.path.as_str(), scan.sources.get(at.source)) {
        ("", Some(source)) => source.name().to_owned(),
        (path, _) => path.to_owned(),
    }
}

/// `README.md:4:10 (license)`
fn place(scan: &Scan, at: &Location) -> String {
    let mut words = path(scan, at);
    if let Some(span) = at.span {
        let _ = write!(words, ":{}:{}", span.start_line, span.start_column);
    }
    if let Some(key) = &at.key {
        let _ = write!(words, " ({key})");
    }
    words
}

fn of_findings<'s>(scan: &'s Scan, positions: impl Iterator<Item = &'s usize>) -> impl Iterator<Item = Property> {
    let findings = positions.filter_map(|position| scan.findings.get(*position));
    findings.map(|finding| {
        let mut words = format!("{} ({}): {}", finding.level, finding.verdict, finding.message);
        for (label, value) in [("accepted", &finding.waived), ("licence", &finding.license)] {
            if let Some(value) = value {
                let _ = write!(words, "; {label}: {value}");
            }
        }
        if finding.is_existing {
            words.push_str("; in the baseline");
        }
        if !finding.help.is_empty() {
            let _ = write!(words, "; help: {}", finding.help);
        }
        let places: Vec<String> = finding.locations.iter().map(|at| place(scan, at)).collect();
        if !places.is_empty() {
            let _ = write!(words, "; at {}", places.join(", "));
        }
        Property::new(&format!("finding:{}", finding.name), words)
    })
}

fn of_gaps<'s>(scan: &'s Scan, positions: impl Iterator<Item = &'s usize>) -> impl Iterator<Item = Property> {
    let gaps = positions.filter_map(|position| scan.gaps.get(*position));
    gaps.map(|gap| {
        let words = format!("{}; at {}", gap.detail, place(scan, &gap.at));
        Property::new(&format!("gap:{}", gap.kind), words)
    })
}
