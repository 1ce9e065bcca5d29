//! The licence facts of one model as `custom_details` and in words, within the limits of a card.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::Target;
use crate::finding::Finding;
use crate::gap::Gap;
use crate::lineage::{EdgeRelation, Node};
use crate::report::escape::inert;
use crate::report::explain::term_in_words;
use crate::report::layout::plural;
use crate::report::parts::{Part, Parts, Stated};
use crate::report::text::{names_behind, verdict_of};
use crate::scan::Scan;

/// Most characters of a line: names, and values of `custom_details`.
pub(super) const LINE: usize = 1024;
/// Most characters of a paragraph.
pub(super) const PARAGRAPH: usize = 2048;
/// Most bytes of `custom_details` as JSON. A card has at most 100,000 characters, and its other fields at most 40 lines.
const ROOM: usize = 50_000;
/// Most entries of one kind.
const MOST_OF_A_KIND: usize = 20;
/// Where everything is that found no room.
const ELSEWHERE: &str = "licentia check -o json lists all";

/// At most so many characters of a text, on one line and with nothing in it that a reader would obey.
pub(super) fn cut(text: &str, limit: usize) -> String {
    // What is made inert only grows.
    let start: String = text.chars().take(limit + 1).collect();
    let safe = inert(&start);
    if safe.chars().count() <= limit && start.len() == text.len() {
        return safe;
    }
    let mut short: String = safe.chars().take(limit.saturating_sub(3)).collect();
    short.push_str("...");
    short
}

/// A licence, or that it is too long: a part of an expression says something else than the whole.
fn expression(stated: Stated<'_>) -> String {
    let words = inert(&stated.spdx());
    match words.chars().count() {
        0..=LINE => words,
        length => format!("an expression of {length} characters, too long for a card: {ELSEWHERE}"),
    }
}

/// Details under numbered keys, as many as there is room for. What was said first is the last to be left out.
#[derive(Default)]
struct Details {
    said: BTreeMap<String, String>,
    used: usize,
    left_out: Vec<String>,
}

impl Details {
    fn say(&mut self, key: &str, value: &str) -> bool {
        let value = cut(value, LINE);
        // Quotation marks and backslashes take two bytes; a number sign behind another takes six.
        let escaped = value.chars().map(|character| match character {
            '"' | '\\' => 2,
            '#' => 6,
            other => other.len_utf8(),
        });
        let size = escaped.sum::<usize>() + key.len() + 8;
        let fits = self.used + size <= ROOM;
        if fits {
            self.used += size;
            self.said.insert(key.to_owned(), value);
        }
        fits
    }

    /// `finding_01`, `finding_02` …
    fn say_all(&mut self, key: &str, kind: (&str, &str), values: impl Iterator<Item = String>) {
        let values: BTreeMap<usize, String> = (1..).zip(values).collect();
        let mut said = 0;
        for (number, value) in values.iter().take(MOST_OF_A_KIND) {
            if !self.say(&format!("{key}_{number:02}"), value) {
                break;
            }
            said += 1;
        }
        let more = values.len() - said;
        if more > 0 {
            self.left_out.push(format!("{more} more {}", plural(more, kind.0, kind.1)));
        }
    }
}

pub(super) fn of(scan: &Scan, parts: &Parts<'_>, target: &Target<'_, '_>) -> BTreeMap<String, String> {
    let part = target.part;
    let mut details = Details::default();
    details.say("license_declared", &expression(part.declared));
    details.say("license_concluded", &expression(part.concluded));
    details.say("license_verdict", &verdict(scan, target));
    let policy = scan.policy.as_ref().map_or("none", |policy| policy.name.as_str());
    details.say("license_policy", policy);
    details.say("license_scan_complete", if is_complete(scan, target) { "yes" } else { "no" });
    details.say("license_scan_target", target.name);
    details.say("license_scan_revision", part.revision.unwrap_or("unknown"));
    let versions = &scan.versions;
    details.say("license_scan_by", &format!("licentia {}, database {}", versions.tool, versions.database));
    details.say_all("license_finding", ("finding", "findings"), findings(scan, target).map(finding_words));
    details.say_all(
        "license_gap",
        ("gap", "gaps"),
        gaps(scan, target).map(|gap| format!("{}: {}", gap.kind, gap.detail)),
    );
    details.say_all("license_duty", ("duty", "duties"), duties(parts, target).into_iter());
    details.say_all("license_base_model", ("base model", "base models"), ancestors(parts, target, false).into_iter());
    details.say_all("license_dataset", ("dataset", "datasets"), ancestors(parts, target, true).into_iter());
    let within = parts.all.iter().filter(|inner| inner.inside == Some(target.position));
    let within = within.map(|inner| format!("{}: {}", inner.name, licenses(inner)));
    details.say_all("license_part", ("part", "parts"), within);
    let texts = references(parts, target).into_iter();
    details.say_all("license_text", ("licence text", "licence texts"), texts);
    if !details.left_out.is_empty() {
        // It always has room: it is short, and the details are bounded far below the limit of the card.
        let words = format!("{}: {ELSEWHERE}", details.left_out.join(", "));
        details.said.insert("license_left_out".to_owned(), cut(&words, LINE));
    }
    details.said
}

/// What who uses the model should know, in words: the answer, what was not seen, the findings from the worst on.
pub(super) fn caveats(scan: &Scan, target: &Target<'_, '_>) -> String {
    let mut words = format!("Licences: {}.", verdict(scan, target));
    if let Some(policy) = &scan.policy {
        let _ =
            write!(words, " The answer is that of the policy {}, and no advice of a lawyer.", cut(&policy.name, 100));
    }
    let unseen = gaps(scan, target).count();
    if unseen > 0 {
        let _ = write!(words, " Not everything was seen: {unseen} {}.", plural(unseen, "gap", "gaps"));
    }
    let mut words = cut(&words, PARAGRAPH);
    let all: Vec<&Finding> = findings(scan, target).collect();
    for (position, finding) in all.iter().enumerate() {
        let rest = format!(" And {} more: {ELSEWHERE}.", all.len() - position);
        let next = format!(" {}.", cut(&finding_words(finding), LINE).trim_end_matches('.'));
        let room = PARAGRAPH.saturating_sub(words.chars().count() + rest.chars().count());
        if next.chars().count() > room {
            words.push_str(&rest);
            break;
        }
        words.push_str(&next);
    }
    cut(&words, PARAGRAPH)
}

fn verdict(scan: &Scan, target: &Target<'_, '_>) -> String {
    let Some(verdict) = verdict_of(scan, target.source) else { return "not judged".to_owned() };
    let names = names_behind(scan, target.source, verdict);
    if names.is_empty() { verdict.to_string() } else { format!("{verdict} ({})", names.join(", ")) }
}

/// The worst first.
fn findings<'s>(scan: &'s Scan, target: &Target<'_, '_>) -> impl Iterator<Item = &'s Finding> {
    let source = target.source;
    scan.findings.iter().rev().filter(move |finding| scan.concerns(finding, source))
}

fn finding_words(finding: &Finding) -> String {
    let mut words = format!("{} {}: {}", finding.level, finding.name, finding.message);
    if let Some(waived) = &finding.waived {
        let _ = write!(words, "; accepted: {waived}");
    }
    if finding.is_existing {
        words.push_str("; in the baseline");
    }
    if !finding.help.is_empty() {
        let _ = write!(words, "; {}", finding.help);
    }
    words
}

/// What could not be seen of the model and of what it was made from.
fn gaps<'s>(scan: &'s Scan, target: &Target<'_, '_>) -> impl Iterator<Item = &'s Gap> {
    let family = scan.lineage.ancestors(target.position);
    let sources = family.iter().filter_map(|&node| scan.lineage.nodes.get(node)?.source);
    let of_family: BTreeSet<usize> = sources.chain([target.source]).collect();
    scan.gaps.iter().filter(move |gap| of_family.contains(&gap.at.source))
}

/// Whether all of it was seen, and every model that it was made from.
fn is_complete(scan: &Scan, target: &Target<'_, '_>) -> bool {
    let family = scan.lineage.ancestors(target.position);
    let mut nodes = family.iter().filter_map(|&node| scan.lineage.nodes.get(node));
    !nodes.any(Node::is_unseen_model) && !gaps(scan, target).any(|gap| gap.kind.makes_incomplete())
}

/// What licences ask of those who pass the model on or show it, each once.
fn duties(parts: &Parts<'_>, target: &Target<'_, '_>) -> Vec<String> {
    let own = parts.all.iter().enumerate();
    let own = own.filter(|(position, part)| *position == target.position || part.inside == Some(target.position));
    let decisions = own.filter_map(|(_, part)| part.judged?.decision.as_ref());
    let mut found = Vec::new();
    for license in decisions.flat_map(|decision| &decision.licenses) {
        for duty in &license.duties {
            let words = format!("{}: {} ({})", license.license, term_in_words(duty), duty.source);
            if !found.contains(&words) {
                found.push(words);
            }
        }
    }
    found
}

/// What the model was made from or trained on, over any number of steps, the nearest first.
fn ancestors(parts: &Parts<'_>, target: &Target<'_, '_>, are_data: bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut known = BTreeSet::from([target.position]);
    let mut layer = vec![target.position];
    while !layer.is_empty() {
        let mut next = Vec::new();
        for tie in layer.iter().flat_map(|child| parts.ties.iter().filter(move |tie| tie.child == *child)) {
            let Some(parent) = parts.all.get(tie.parent).filter(|_| known.insert(tie.parent)) else { continue };
            next.push(tie.parent);
            if (tie.relation == EdgeRelation::TrainedOn) == are_data {
                let child = parts.all.get(tie.child).map_or("", |child| child.name.as_str());
                let seen = if parent.source.is_some() { "" } else { ", not opened" };
                let relation = tie.relation.as_str();
                found.push(format!("{} ({relation}, for {child}{seen}): {}", parent.name, licenses(parent)));
            }
        }
        layer = next;
    }
    found
}

fn licenses(part: &Part<'_>) -> String {
    format!("declared {}, concluded {}", expression(part.declared), expression(part.concluded))
}

/// Titles and addresses of the licences that have no SPDX identifier.
fn references(parts: &Parts<'_>, target: &Target<'_, '_>) -> Vec<String> {
    let stated = [target.part.declared, target.part.concluded];
    let atoms = stated.into_iter().filter_map(Stated::expression).flat_map(crate::license::Expression::atoms);
    let ids: BTreeSet<&str> = atoms.map(|atom| atom.license.as_str()).collect();
    let of_model = parts.references.iter().filter(|reference| ids.contains(reference.id.as_str()));
    let words = of_model.map(|reference| match reference.addresses.first() {
        Some(address) => format!("{}: {}, {address}", reference.id, reference.name),
        None => format!("{}: {}", reference.id, reference.name),
    });
    words.collect()
}
