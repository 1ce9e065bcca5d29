//! What a document says in words: why a licence was concluded, what the policy makes of it, and what was not seen.
//!
//! Every line is one statement. What comes from the scanned tree is inert, so that no line can pretend to be another.

use std::fmt::Write as _;

use super::{Bill, is_open};
use crate::fact::{Basis, Fact, Reason};
use crate::finding::{Finding, PolicyPlace};
use crate::gap::Gap;
use crate::lineage::{EdgeRelation, Relation};
use crate::report::escape::{inert, inert_within};
use crate::report::layout::{place, plural};
use crate::report::parts::{Part, PartKind, Tie};
use crate::report::text::{closing_sentence, fact_words, reason_words, verdict_of};
use crate::scan::{Judged, LicenseDecision, Scan};

/// Columns of a foreign name within a sentence.
const NAME_LIMIT: usize = 1000;

/// What the whole document is.
pub(super) fn document(scan: &Scan) -> String {
    format!(
        "{}\nConcluded licences hold what was found and what comes down from what a part was made from. Verdicts are \
         results of a policy, not legal advice.\nLicence database {}, SPDX licence list {}.",
        inert(&closing_sentence(scan)),
        inert(&scan.versions.database),
        inert(&scan.versions.spdx_list)
    )
}

/// Why a part's licences are what they are.
pub(super) fn licenses(bill: &Bill<'_>, position: usize, part: &Part<'_>) -> String {
    let scan = bill.scan;
    let mut lines = Vec::new();
    match part.judged {
        Some(judged) => {
            let facts = scan.facts.iter().filter(|fact| fact.subject == judged.subject);
            lines.extend(facts.filter(|fact| fact.basis != Basis::Concluded).map(|fact| fact_line(scan, fact)));
        }
        None if part.source.is_some() => lines.push("Nothing is known of its licence.".to_owned()),
        None => lines.push("It was named and not opened: nothing is known of its licence.".to_owned()),
    }
    for tie in bill.parts.ties.iter().filter(|tie| tie.child == position && tie.relation != EdgeRelation::TrainedOn) {
        let Some(parent) = bill.parts.all.get(tie.parent).filter(|parent| parent.source.is_none()) else { continue };
        let name = inert_within(&parent.name, NAME_LIMIT);
        lines.push(format!("What comes down from {name} is not known: it was not inspected."));
    }
    lines.extend(part.judged.into_iter().flat_map(|judged| verdict(bill, judged, part)));
    lines.join("\n")
}

/// `declared MIT (exact, label): ./x/README.md:3:10 (license) declares license `mit``
fn fact_line(scan: &Scan, fact: &Fact) -> String {
    let reasons: Vec<String> = fact.because.iter().map(|reason| reason_line(scan, *reason)).collect();
    match reasons.as_slice() {
        [] => fact_words(fact),
        all => format!("{}: {}", fact_words(fact), all.join("; ")),
    }
}

/// A reason that is a fact about another source says whose.
fn reason_line(scan: &Scan, reason: Reason) -> String {
    let words = reason_words(scan, reason);
    let Reason::Fact(index) = reason else { return words };
    let source = scan.facts.get(index).and_then(|fact| scan.sources.get(fact.subject.source));
    source.map_or(words.clone(), |source| format!("{}: {words}", inert_within(source.name(), NAME_LIMIT)))
}

fn verdict(bill: &Bill<'_>, judged: &Judged, part: &Part<'_>) -> Vec<String> {
    let scan = bill.scan;
    let policy = scan
        .policy
        .as_ref()
        .map_or_else(|| "policy".to_owned(), |policy| format!("policy {}", inert_within(&policy.name, NAME_LIMIT)));
    let mut lines: Vec<String> = match (judged.verdict, judged.standing) {
        (Some(verdict), _) => {
            // What is minded of the repository as a whole counts for what it is there for.
            let whole = Some(judged.subject.source).filter(|_| part.inside.is_none());
            let verdict = whole.and_then(|source| verdict_of(scan, source)).unwrap_or(verdict);
            let of = if part.inside.is_none() { "" } else { " of this part alone" };
            let mut lines = vec![format!("Policy result, not legal advice: {policy} says {verdict}{of}.")];
            if bill.incomplete.contains(&judged.subject.source) {
                lines.push("Not everything of it was seen.".to_owned());
            }
            lines
        }
        (None, Some(standing)) if scan.policy.is_some() => {
            vec![format!(
                "It is not judged for itself. Policy result for its licence, not legal advice: {policy} says {standing}."
            )]
        }
        (None, _) => Vec::new(),
    };
    let Some(decision) = &judged.decision else { return lines };
    lines.extend(decision.licenses.iter().map(decision_line));
    let rejected = decision.rejected.iter();
    lines.extend(
        rejected.map(|(branch, verdict)| format!("Not chosen: {} ({verdict}).", inert_within(branch, NAME_LIMIT))),
    );
    lines
}

fn decision_line(decision: &LicenseDecision) -> String {
    let grounds = decision.grounds.iter().map(|ground| inert_within(&ground.words, NAME_LIMIT));
    let grounds: Vec<String> = grounds.collect();
    format!("{}: {} ({}).", inert_within(&decision.license, NAME_LIMIT), decision.verdict, grounds.join("; "))
}

/// What a part is and what of it was not seen.
pub(super) fn part(bill: &Bill<'_>, part: &Part<'_>) -> Vec<String> {
    let mut lines = vec![kind(part.kind).to_owned()];
    if part.inside.is_none() && part.source.is_none() {
        lines.push("It was only named: it was not opened, and nothing of it was seen.".to_owned());
        return lines;
    }
    if let Some(source) = bill.source_index(part) {
        let gaps = bill.scan.gaps.iter().filter(|gap| gap.at.source == source && gap.kind.makes_incomplete()).count();
        if gaps > 0 {
            let places = plural(gaps, "place was", "places were");
            lines.push(format!(
                "Not all of it was seen: {gaps} {places} not read. Each is an annotation of its repository."
            ));
        }
    }
    if is_open(part) == Some(false) {
        lines.push("The Hub gives its files only to those who were let in.".to_owned());
    }
    if let Some(former) = part.source.and_then(|source| source.hub.as_ref()?.renamed_from.as_deref()) {
        lines.push(format!("It was asked for as {}.", inert_within(former, NAME_LIMIT)));
    }
    lines
}

fn kind(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Model => "A machine-learning model.",
        PartKind::Adapter => "An adapter: weights that only work on top of another model.",
        PartKind::Dataset => "A dataset.",
        PartKind::Space => "A Space: an application on the Hub.",
        PartKind::Unresolved => "A reference that leads nowhere from here.",
        PartKind::Code => "Source code in a repository, with a licence of its own.",
        PartKind::Tokenizer => "A tokenizer, with a licence of its own.",
        PartKind::Component => "A directory of a repository, with a licence of its own.",
        PartKind::Documentation => "Documentation of a repository, with a licence of its own.",
    }
}

/// How one part was made from another.
pub(super) fn tie(tie: &Tie) -> &'static str {
    match tie.relation {
        EdgeRelation::Model(Relation::Finetune) => "trained further from it (finetune)",
        EdgeRelation::Model(Relation::Adapter) => "weights that only work on top of it (adapter)",
        EdgeRelation::Model(Relation::Quantized) => "the same weights in fewer bits (quantized)",
        EdgeRelation::Model(Relation::Merge) => "combined from it and others (merge)",
        EdgeRelation::Model(Relation::Distilled) => "trained on its outputs (distilled)",
        EdgeRelation::Model(Relation::Component) => "uses it as one part of a pipeline (component)",
        EdgeRelation::Model(Relation::RemoteCode) => "loads code from it (remote-code)",
        EdgeRelation::Model(Relation::Unstated) => "made from it; how is not stated (unstated)",
        EdgeRelation::TrainedOn => "trained on it (trained-on)",
    }
}

/// A finding, whole.
pub(super) fn finding(scan: &Scan, finding: &Finding) -> String {
    let mut words = format!("{} {} ({}): {}", finding.level, finding.name, finding.verdict, inert(&finding.message));
    if let Some(license) = &finding.license {
        let _ = write!(words, "\nLicence: {}", inert(license));
    }
    for location in &finding.locations {
        let _ = write!(words, "\nPlace: {}", place(&scan.sources, location));
    }
    for reason in &finding.because {
        let _ = write!(words, "\nBecause: {}", reason_line(scan, *reason));
    }
    if !finding.help.is_empty() {
        let _ = write!(words, "\nWhat to do: {}", inert(&finding.help));
    }
    for line in finding.policy.iter().map(PolicyPlace::to_string) {
        let _ = write!(words, "\nPolicy: {}", inert(&line));
    }
    if let Some(waiver) = &finding.waived {
        let _ = write!(words, "\nAccepted: {}", inert(waiver));
    }
    if finding.is_existing {
        words.push_str("\nThe baseline holds it: it was there before.");
    }
    words
}

/// Something that was not seen.
pub(super) fn gap(scan: &Scan, gap: &Gap) -> String {
    let weight = if gap.kind.makes_incomplete() { "the scan is incomplete because of it" } else { "judged elsewhere" };
    format!("not seen ({}; {weight}): {}\nPlace: {}", gap.kind, inert(&gap.detail), place(&scan.sources, &gap.at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;
    use crate::report::sample;
    use crate::scan::{Decision, DecisionGround};

    #[test]
    fn the_reason_of_a_licence_says_who_declares_it_what_is_unknown_and_what_the_policy_makes_of_it() {
        let mut scan = sample::scan();
        scan.judged[0].decision = Some(Decision {
            licenses: vec![LicenseDecision {
                license: "CC-BY-NC-4.0".to_owned(),
                verdict: Verdict::Deny,
                grounds: vec![DecisionGround {
                    words: "is of the category non-commercial".to_owned(),
                    verdict: Verdict::Deny,
                    missing: None,
                    policy: Vec::new(),
                }],
                because: Vec::new(),
                duties: Vec::new(),
            }],
            rejected: vec![("ISC".to_owned(), Verdict::Review)],
            ..Decision::default()
        });
        let bill = Bill::of(&scan);
        let expected = "declared CC-BY-NC-4.0 (exact, label): ./seg-net/README.md:4:10 (license) declares license `cc-by-nc-4.0`\n\
             What comes down from vendor/base is not known: it was not inspected.\n\
             Policy result, not legal advice: policy commercial says deny.\n\
             Not everything of it was seen.\n\
             CC-BY-NC-4.0: deny (is of the category non-commercial).\n\
             Not chosen: ISC (review).";
        assert_eq!(licenses(&bill, 0, &bill.parts.all[0]), expected);
        let named = "It was named and not opened: nothing is known of its licence.";
        assert_eq!(licenses(&bill, 1, &bill.parts.all[1]), named);
    }

    #[test]
    fn what_comes_down_says_from_whom() {
        let scan = crate::report::lineage::sample::small();
        let bill = Bill::of(&scan);
        let words = licenses(&bill, 0, &bill.parts.all[0]);
        assert!(words.contains("inherited Apache-2.0 (exact, text): meta/llama-2: weights concluded"), "{words}");
        assert_eq!(part(&bill, &bill.parts.all[0]), ["A machine-learning model."], "its files were all seen");
    }

    #[test]
    fn what_was_not_seen_is_said_of_the_part() {
        let scan = sample::scan();
        let bill = Bill::of(&scan);
        let words = part(&bill, &bill.parts.all[0]).join("\n");
        assert!(words.contains("Not all of it was seen: 1 place was not read."), "{words}");
        assert!(part(&bill, &bill.parts.all[1]).join("\n").contains("It was only named"));
        assert!(gap(&scan, &scan.gaps[0]).starts_with("not seen (unreadable; the scan is incomplete because of it): "));
    }

    #[test]
    fn a_finding_is_whole_and_no_line_of_it_is_forged() {
        let mut scan = sample::scan();
        scan.findings[1].message = "x\nAccepted: by nobody".to_owned();
        scan.findings[1].waived = Some("by A. until 2027".to_owned());
        let words = finding(&scan, &scan.findings[1]);
        let lines: Vec<&str> = words.lines().collect();
        assert_eq!(lines[0], "error non-commercial (deny): x\\u{a}Accepted: by nobody");
        assert_eq!(lines[1], "Place: ./seg-net/README.md:4:10 (license)");
        assert!(lines[2].starts_with("Because: vendor/seg-net: weights declared CC-BY-NC-4.0"), "{words}");
        assert!(lines[3].starts_with("What to do: use a model that"), "{words}");
        assert_eq!(lines[4..], ["Accepted: by A. until 2027"]);
    }
}
