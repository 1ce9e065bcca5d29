//! The report for people: what holds for each target, what was not seen, what the policy minds (the worst last, where
//! the eye is), and one sentence that says what the verdict means.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};

pub(super) use super::closing::closing_sentence;
use super::escape::{inert, inert_within};
use super::layout::{Paragraph, Snippet, gutter, place, plural};
use super::style::{Detail, Style};
use super::{Format, closing, explain, family, inventory};
use crate::fact::{Fact, Reason};
use crate::finding::{Finding, Level, Verdict};
use crate::gap::Gap;
use crate::location::Location;
use crate::scan::{Judged, Scan};
use crate::subject::Subject;

/// `-o text`.
pub(super) const FORMAT: Format = Format {
    name: "text",
    summary: "for people: verdict per target, findings with quoted lines, the worst last",
    extension: "txt",
    is_for_people: true,
    write,
    files: None,
};

/// `-o full`.
pub(super) const FULL: Format = Format {
    name: "full",
    summary: "the same with every place, reason and gap",
    write: |scan, style, out| write(scan, &Style { detail: Detail::Full, ..*style }, out),
    ..FORMAT
};

/// Findings shown in normal detail. The worst are kept, the rest is counted.
const FINDINGS_SHOWN: usize = 100;
/// Gaps shown in normal detail.
const GAPS_SHOWN: usize = 10;
/// Places of one finding shown in normal detail.
const PLACES_SHOWN: usize = 2;
/// Reasons of one finding shown in normal detail.
const REASONS_SHOWN: usize = 4;
/// Subjects named in the line of a target.
const SUBJECTS_NAMED: usize = 4;
/// Columns of a licence expression before it is cut.
const EXPRESSION_LIMIT: usize = 200;

fn write(scan: &Scan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    // What was only followed is told of with what was made from it.
    let incomplete = scan.incomplete_sources();
    for (index, _) in scan.targets() {
        target(scan, index, incomplete.contains(&index), style, out)?;
    }
    if scan.policy.is_none() {
        inventory::write(scan, style, out)?;
    }
    gaps(scan, style, out)?;
    findings(scan, style, out)?;
    writeln!(out)?;
    closing::write(scan, style, out)
}

/// `./dir: deny (non-commercial): weights CC-BY-NC-4.0; code MIT`, and below it what belongs to the target.
pub(super) fn target(
    scan: &Scan,
    index: usize,
    is_incomplete: bool,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(source) = scan.sources.get(index) else { return Ok(()) };
    let palette = &style.palette;
    let mut label = format!("{}: ", inert_within(&source.target, EXPRESSION_LIMIT));
    let verdict = verdict_of(scan, index);
    let mut label_style = palette.emphasis;
    if let Some(verdict) = verdict {
        label.push_str(verdict.as_str());
        label_style = palette.verdict(verdict);
        let names = names_behind(scan, index, verdict);
        if !names.is_empty() {
            let _ = write!(label, " ({})", names.join(", "));
        }
    }
    if is_incomplete {
        label.push_str(if verdict.is_some() { ", incomplete" } else { "incomplete" });
    }
    if !label.ends_with(": ") {
        label.push_str(": ");
    }
    let held: Vec<&Judged> = scan.judged.iter().filter(|judged| judged.subject.source == index).collect();
    let mut parts: Vec<String> = held.iter().take(SUBJECTS_NAMED).map(|judged| held_licence(judged)).collect();
    if held.len() > SUBJECTS_NAMED {
        let more = held.len() - SUBJECTS_NAMED;
        parts.push(format!("{more} more {}", plural(more, "subject", "subjects")));
    }
    if parts.is_empty() {
        parts.push("nothing here that a licence could apply to".to_owned());
    }
    let text = parts.join("; ");
    let plain = anstyle::Style::new();
    Paragraph { label: &label, label_style, indent: 4, text: &text, text_style: plain }.write(style, out)?;
    if style.detail != Detail::Brief && !source.named_in.is_empty() {
        let lines: Vec<&str> = source.named_in.iter().take(SUBJECTS_NAMED).map(String::as_str).collect();
        let more = source.named_in.len() - lines.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let text = inert_within(&format!("{}{more}", lines.join(", ")), EXPRESSION_LIMIT);
        let label_style = palette.note;
        Paragraph { label: "    named in: ", label_style, indent: 8, text: &text, text_style: plain }
            .write(style, out)?;
    }
    if style.detail != Detail::Brief {
        family::write(scan, index, style, out)?;
    }
    if style.detail != Detail::Brief && verdict.is_some_and(|verdict| verdict < Verdict::Deny) {
        for (license, duties) in duties(&held) {
            let label = format!("    {} asks: ", inert_within(&license, EXPRESSION_LIMIT));
            let text = duties.join("; ");
            let label_style = palette.note;
            Paragraph { label: &label, label_style, indent: 8, text: &text, text_style: plain }.write(style, out)?;
        }
    }
    Ok(())
}

/// What licences ask of those who pass the model on or show it, once for each licence, with where it was read.
fn duties(held: &[&Judged]) -> Vec<(String, Vec<String>)> {
    let decisions = held.iter().filter_map(|judged| judged.decision.as_ref());
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for license in decisions.flat_map(|decision| &decision.licenses) {
        if license.duties.is_empty() || found.iter().any(|(known, _)| *known == license.license) {
            continue;
        }
        let words = |term: &&license_db::Term| format!("{} ({})", explain::term_in_words(term), term.source);
        found.push((license.license.clone(), license.duties.iter().map(words).collect()));
    }
    found
}

pub(super) fn held_licence(judged: &Judged) -> String {
    let role = subject_words(&judged.subject);
    match &judged.effective {
        Some(expression) => format!("{role} {}", inert_within(&expression.to_string(), EXPRESSION_LIMIT)),
        None => format!("{role} without an identified licence"),
    }
}

/// The worst verdict over what lies in one source. A finding about none in particular counts for every target.
pub(super) fn verdict_of(scan: &Scan, index: usize) -> Option<Verdict> {
    scan.policy.as_ref()?;
    let subjects =
        scan.judged.iter().filter(|judged| judged.subject.source == index).filter_map(|judged| judged.verdict);
    subjects.chain(counted(scan, index).map(|finding| finding.verdict)).max()
}

fn counted(scan: &Scan, index: usize) -> impl Iterator<Item = &Finding> {
    scan.findings.iter().filter(move |finding| finding.waived.is_none() && scan.concerns(finding, index))
}

/// Names of the findings that make a verdict what it is; none for allow.
pub(super) fn names_behind(scan: &Scan, index: usize, verdict: Verdict) -> Vec<&'static str> {
    let mut names = Vec::new();
    for finding in counted(scan, index).filter(|finding| finding.verdict == verdict && verdict != Verdict::Allow) {
        if !names.contains(&finding.name) {
            names.push(finding.name);
        }
    }
    names
}

/// `weights`, `code in src/`.
pub(super) fn subject_words(subject: &Subject) -> String {
    match subject.path.as_str() {
        "" => subject.role.to_string(),
        path => format!("{} in {}/", subject.role, inert_within(path, EXPRESSION_LIMIT)),
    }
}

/// What makes the scan incomplete first, else in the order of the scan: long lists are cut.
pub(super) fn gaps_by_weight(scan: &Scan) -> Vec<&Gap> {
    let mut gaps: Vec<&Gap> = scan.gaps.iter().collect();
    gaps.sort_by_key(|gap| !gap.kind.makes_incomplete());
    gaps
}

fn gaps(scan: &Scan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let shown = if style.detail == Detail::Full { scan.gaps.len() } else { GAPS_SHOWN };
    for gap in gaps_by_weight(scan).into_iter().take(shown) {
        writeln!(out)?;
        let label = format!("gap[{}]: ", gap.kind);
        let (label_style, text_style) = (style.palette.doubtful, style.palette.emphasis);
        Paragraph { label: &label, label_style, indent: 4, text: &gap.detail, text_style }.write(style, out)?;
        let gutter = gutter(std::iter::once(&gap.at));
        Snippet { sources: &scan.sources, location: &gap.at, quote: "", gutter }.write(label_style, style, out)?;
    }
    match scan.gaps.len().saturating_sub(shown) {
        0 => Ok(()),
        more => writeln!(out, "\n{more} more {} (-v or -o json lists all)", plural(more, "gap", "gaps")),
    }
}

/// Findings that say the same, with all their places and reasons.
pub(super) struct Group<'a> {
    pub(super) first: &'a Finding,
    pub(super) locations: Vec<&'a Location>,
    pub(super) because: Vec<Reason>,
}

/// Puts findings together that differ in subject, place and reason only.
pub(super) fn grouped(findings: &[Finding]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut known = BTreeMap::new();
    for finding in findings {
        let words = (finding.name, finding.level, finding.verdict, &finding.message, &finding.help, &finding.waived);
        let words = (words, finding.is_existing, &finding.policy);
        let position = *known.entry(words).or_insert(groups.len());
        if position == groups.len() {
            groups.push(Group { first: finding, locations: Vec::new(), because: Vec::new() });
        }
        if let Some(group) = groups.get_mut(position) {
            group.locations.extend(&finding.locations);
            group.because.extend(&finding.because);
        }
    }
    for group in &mut groups {
        keep_first_of_each(&mut group.locations);
        keep_first_of_each(&mut group.because);
    }
    groups
}

fn keep_first_of_each<T: Ord + Copy>(items: &mut Vec<T>) {
    let mut seen = BTreeSet::new();
    items.retain(|&item| seen.insert(item));
}

/// What [`weight`] says of a finding: whether it is not accepted, whether it is not old, its level, its verdict.
pub(super) type Weight = (bool, bool, Level, Verdict);

/// By which findings are ordered for people, the worst last: accepted and old ones first, then by level.
pub(super) fn weight(finding: &Finding) -> Weight {
    (finding.waived.is_none(), !finding.is_existing, finding.level, finding.verdict)
}

/// `accepted `, `existing ` or nothing: why a finding does not count.
pub(super) fn standing(finding: &Finding) -> &'static str {
    match (&finding.waived, finding.is_existing) {
        (Some(_), _) => "accepted ",
        (None, true) => "existing ",
        (None, false) => "",
    }
}

fn findings(scan: &Scan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut groups = grouped(&scan.findings);
    if style.detail == Detail::Brief {
        groups.retain(|group| group.first.level > Level::Note && group.first.waived.is_none());
    }
    // A stable sort keeps the order of the scan inside.
    groups.sort_by_key(|group| weight(group.first));
    let shown = if style.detail == Detail::Full { groups.len() } else { FINDINGS_SHOWN };
    let left_out = groups.len().saturating_sub(shown);
    if left_out > 0 {
        writeln!(
            out,
            "\n{left_out} milder {} left out (-v or -o json lists all)",
            plural(left_out, "finding", "findings")
        )?;
    }
    for group in groups.iter().skip(left_out) {
        writeln!(out)?;
        finding(scan, group, style, out)?;
    }
    Ok(())
}

fn finding(scan: &Scan, group: &Group<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let finding = group.first;
    let (level, palette) = (finding.level, &style.palette);
    let accepted = standing(finding);
    let label = format!("{accepted}{level}[{}]: ", finding.name);
    let (label_style, text_style) = (palette.level(level), palette.emphasis);
    Paragraph { label: &label, label_style, indent: 4, text: &finding.message, text_style }.write(style, out)?;

    let places = if style.detail == Detail::Full { group.locations.len() } else { PLACES_SHOWN };
    let gutter = gutter(group.locations.iter().take(places).copied());
    for location in group.locations.iter().take(places) {
        let quote = quote_at(scan, location, &group.because);
        Snippet { sources: &scan.sources, location, quote, gutter }.write(label_style, style, out)?;
    }
    let note = |label: &str, text: &str, out: &mut dyn Write| {
        let label = format!("{:gutter$} = {label}: ", "");
        let indent = label.len();
        let plain = anstyle::Style::new();
        Paragraph { label: &label, label_style: palette.frame, indent, text, text_style: plain }.write(style, out)
    };
    if group.locations.len() > places {
        let more = group.locations.len() - places;
        note("note", &format!("+ {more} more {}", plural(more, "place", "places")), out)?;
    }
    let reasons = if style.detail == Detail::Full { group.because.len() } else { REASONS_SHOWN };
    for &reason in group.because.iter().take(reasons) {
        note("because", &reason_words(scan, reason), out)?;
    }
    if group.because.len() > reasons {
        let more = group.because.len() - reasons;
        note("because", &format!("+ {more} more {}", plural(more, "reason", "reasons")), out)?;
    }
    let said = if style.detail == Detail::Full { finding.policy.len() } else { PLACES_SHOWN };
    for place in finding.policy.iter().take(said) {
        note("policy", &inert_within(&place.to_string(), EXPRESSION_LIMIT), out)?;
    }
    if let Some(reason) = &finding.waived {
        return note("accepted", reason, out);
    }
    if finding.is_existing {
        note("baseline", "it is in the baseline, so it does not fail", out)?;
    }
    if !finding.help.is_empty() {
        note("help", &finding.help, out)?;
    }
    note("more", &format!("licentia explain {}", finding.name), out)
}

/// The words that evidence quotes from a place. What the finding rests on is asked first: two extractors may quote
/// the same place.
pub(super) fn quote_at<'a>(scan: &'a Scan, location: &Location, because: &[Reason]) -> &'a str {
    let cited = because.iter().filter_map(|reason| match reason {
        Reason::Evidence(index) => scan.evidence.get(*index),
        _ => None,
    });
    let here = cited.chain(&scan.evidence).find(|evidence| evidence.at == *location);
    here.map_or("", |evidence| evidence.quote.as_str())
}

/// One reason in words. A fact names where its own first reason stands, so that the chain can be followed by eye.
pub(super) fn reason_words(scan: &Scan, reason: Reason) -> String {
    match reason {
        Reason::Evidence(index) => scan.evidence.get(index).map_or_else(String::new, |evidence| {
            let said = inventory::claim_words(evidence);
            format!("{} {said}", place(&scan.sources, &evidence.at))
        }),
        Reason::Gap(index) => scan
            .gaps
            .get(index)
            .map_or_else(String::new, |gap| format!("{}: not seen ({})", place(&scan.sources, &gap.at), gap.kind)),
        Reason::Fact(index) => scan.facts.get(index).map_or_else(String::new, |fact| {
            let origin = first_place(scan, fact).map_or_else(String::new, |place| format!(", from {place}"));
            format!("{} {}{origin}", subject_words(&fact.subject), fact_words(fact))
        }),
        Reason::Searched(index) => scan.sources.get(index).map_or_else(String::new, |source| {
            let files = usize::try_from(source.files).unwrap_or(usize::MAX);
            let target = inert_within(&source.target, EXPRESSION_LIMIT);
            format!("{target} was searched in vain ({files} {})", plural(files, "file", "files"))
        }),
    }
}

/// `declared Apache-2.0 (exact, label)`
pub(super) fn fact_words(fact: &Fact) -> String {
    let licence = match (&fact.expression, fact.candidates.as_slice()) {
        (Some(expression), _) => expression.to_string(),
        (None, []) => "no identified licence".to_owned(),
        (None, candidates) => format!("one of {}", candidates.join(", ")),
    };
    let licence = inert_within(&licence, EXPRESSION_LIMIT);
    format!("{} {licence} ({}, {})", fact.basis, fact.outcome, fact.grade.as_str())
}

/// Where a fact's first reason stands, through other facts; the depth is bounded because facts cite earlier facts.
fn first_place(scan: &Scan, fact: &Fact) -> Option<String> {
    let mut fact = fact;
    for _ in 0..scan.facts.len().min(16) {
        match *fact.because.first()? {
            Reason::Evidence(index) => return scan.evidence.get(index).map(|found| place(&scan.sources, &found.at)),
            Reason::Gap(index) => return scan.gaps.get(index).map(|gap| place(&scan.sources, &gap.at)),
            Reason::Searched(index) => return scan.sources.get(index).map(|source| inert(&source.target)),
            Reason::Fact(index) => fact = scan.facts.get(index)?,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::escape::{is_obeyed, width};
    use crate::report::sample;
    use crate::report::style::Palette;

    fn written(scan: &Scan, style: &Style) -> String {
        sample::written(|out| write(scan, style, out))
    }

    #[test]
    fn what_was_not_seen_of_a_base_counts_for_its_child_whether_or_not_the_base_was_named_too() {
        let mut scan = sample::scan();
        scan.sources.push(crate::scan::Source::new("vendor/base", scan.sources[0].kind));
        scan.lineage.nodes[1].source = Some(1);
        scan.gaps[0].at.source = 1;
        for judged in &mut scan.judged {
            judged.verdict = Some(Verdict::Allow);
        }
        scan.findings.truncate(1);
        let unseen = &mut scan.findings[0];
        (unseen.name, unseen.verdict, unseen.subject) = ("not-seen", Verdict::Unknown, None);
        (unseen.locations, unseen.because) = (vec![scan.gaps[0].at.clone()], vec![Reason::Gap(0)]);
        for is_followed in [true, false] {
            scan.sources[1].is_followed = is_followed;
            assert_eq!(verdict_of(&scan, 0), Some(Verdict::Unknown), "{is_followed}");
            assert_eq!(scan.incomplete_sources(), BTreeSet::from([0, 1]), "{is_followed}");
        }
        scan.gaps[0].at.source = 0;
        assert_eq!(scan.incomplete_sources(), BTreeSet::from([0]), "a base is not of its child");
    }

    #[test]
    fn the_worst_stands_last_and_one_sentence_closes() {
        let expected = "\
./seg-net: deny (non-commercial), incomplete: weights CC-BY-NC-4.0; code in src/ MIT

gap[unreadable]: model.bin cannot be read: permission denied; run as a user who may read it
  --> ./seg-net/model.bin

warning[base-not-inspected]: the weights of ./seg-net come from vendor/base, which was not inspected
  --> ./seg-net/README.md:5:13 (base_model)
   |
 5 | vendor/base
   | ^^^^^^^^^^^
   = because: ./seg-net/README.md:5:13 (base_model) names the parent `vendor/base` (finetune)
   = help: scan a copy of vendor/base together with ./seg-net
   = more: licentia explain base-not-inspected

error[non-commercial]: the weights of ./seg-net are under CC-BY-NC-4.0, which forbids commercial
    use, and facts.use is `commercial`
  --> ./seg-net/README.md:4:10 (license)
   |
 4 | cc-by-nc-4.0
   | ^^^^^^^^^^^^
   = because: weights declared CC-BY-NC-4.0 (exact, label), from ./seg-net/README.md:4:10 (license)
   = help: use a model that may be used commercially, or ask the vendor for a licence
   = more: licentia explain non-commercial

deny: policy commercial (preset) does not allow this as it stands; 4 files were looked at, not seen:
1 unreadable, 1 named parent; this is a policy result, not legal advice.
";
        assert_eq!(written(&sample::scan(), &Style::default()), expected);
    }

    #[test]
    fn a_scan_that_judges_nothing_lists_facts_by_subject() {
        let expected = "\
./seg-net: incomplete: weights CC-BY-NC-4.0; code in src/ MIT

weights of ./seg-net
  declared   CC-BY-NC-4.0
  observed   -
  concluded  CC-BY-NC-4.0
  effective  CC-BY-NC-4.0
  fact: declared CC-BY-NC-4.0 (exact, label)
    because ./seg-net/README.md:4:10 (license) declares license `cc-by-nc-4.0`

code in src/ of ./seg-net
  declared   MIT
  observed   -
  concluded  MIT
  effective  MIT
  fact: observed MIT (exact, text)
    because ./seg-net/src/LICENSE:1:1 holds a text (license-file)

lineage
  ./seg-net <- vendor/base (finetune)
    because ./seg-net/README.md:5:13 (base_model) names the parent `vendor/base` (finetune)

gap[unreadable]: model.bin cannot be read: permission denied; run as a user who may read it
  --> ./seg-net/model.bin

this scan lists what is stated and judges nothing; 4 files were looked at, not seen: 1 unreadable, 1
named parent; this is no legal advice.
";
        assert_eq!(written(&sample::unjudged(), &Style::default()), expected);
    }

    #[test]
    fn equal_findings_stand_once_with_their_places_counted() {
        let mut scan = sample::scan();
        let repeated = scan.findings.remove(0);
        for number in 1..=8 {
            let mut finding = repeated.clone();
            finding.locations = vec![Location::file(0, format!("part-{number}"))];
            scan.findings.push(finding);
        }
        let text = written(&scan, &Style::default());
        assert_eq!(text.matches("warning[base-not-inspected]").count(), 1, "{text}");
        assert!(text.contains("= note: + 6 more places"), "{text}");
        let full = written(&scan, &Style { detail: Detail::Full, ..Style::default() });
        assert!(full.contains("seg-net/part-8"), "{full}");
    }

    #[test]
    fn an_accepted_finding_stays_visible_and_does_not_count() {
        let mut scan = sample::scan();
        for finding in &mut scan.findings {
            finding.waived = Some("bought a licence, see contract 17".to_owned());
        }
        for judged in &mut scan.judged {
            judged.verdict = Some(Verdict::Allow);
        }
        let text = written(&scan, &Style::default());
        assert!(text.starts_with("./seg-net: allow, incomplete: "), "{text}");
        assert!(text.contains("accepted error[non-commercial]: "), "{text}");
        assert!(text.contains("= accepted: bought a licence, see contract 17"), "{text}");
    }

    #[test]
    fn no_word_of_a_model_acts_through_the_report() {
        for detail in [Detail::Brief, Detail::Normal, Detail::Full] {
            let mut scan = sample::hostile();
            let judging = written(&scan, &Style { detail, ..Style::default() });
            scan.policy = None;
            let listing = written(&scan, &Style { detail, ..Style::default() });
            for text in [judging, listing] {
                assert!(!text.chars().any(|character| character != '\n' && is_obeyed(character)), "{text}");
                assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
                assert!(!text.contains("##["), "{text}");
            }
        }
    }

    #[test]
    fn colour_adds_nothing_but_colour() {
        let colored = written(&sample::scan(), &Style { palette: Palette::COLORED, ..Style::default() });
        assert!(colored.contains("\u{1b}[1m\u{1b}[31merror[non-commercial]: \u{1b}[0m"), "{colored}");
        let mut plain = String::new();
        let mut rest = colored.as_str();
        while let Some((before, after)) = rest.split_once("\u{1b}[") {
            plain.push_str(before);
            rest = after.split_once('m').map_or("", |(_, rest)| rest);
        }
        plain.push_str(rest);
        assert_eq!(plain, written(&sample::scan(), &Style::default()));
    }

    #[test]
    fn a_narrow_terminal_gets_narrow_lines() {
        let text = written(&sample::scan(), &Style { width: 60, ..Style::default() });
        assert!(text.lines().all(|line| width(line) <= 60), "{text}");
    }

    #[test]
    fn the_same_scan_gives_the_same_bytes() {
        let first = written(&sample::scan(), &Style::default());
        assert!((0..20).all(|_| written(&sample::scan(), &Style::default()) == first));
    }
}
