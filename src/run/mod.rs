//! Where the stages meet: trees in, a [`Scan`] out. The only place that knows the order of the rooms.

use crate::classify;
use crate::classify::text::Matcher;
use crate::evidence::{Claim, TextKind, Texts};
use crate::extract::{self, Extraction, Interest, Step};
use crate::gap::{Gap, GapKind};
use crate::license::Classification;
use crate::lint;
use crate::location::{Location, Origin, Span};
use crate::policy::{self, Occasion, Policy, Seen, TargetName};
use crate::resolve;
use crate::scan::{Digest, PolicyName, Scan, Versions};
use crate::source::memory::MemoryTree;
use crate::source::{Entry, SourceTree};

mod follow;

pub use follow::{Follow, Limits};

/// Scans the trees and judges them, on no particular day: no waiver holds that has an end.
pub fn check(trees: &[Box<dyn SourceTree>], policy: &Policy, progress: &(dyn Fn(Step) + Sync)) -> Scan {
    check_with(Matcher::default(), trees, policy, &Occasion::default(), progress)
}

/// The same on an occasion (the day, the baseline, the lock), and with texts of the user's own. The database holds no
/// facts about these, so they count as unknown until the policy names them.
pub fn check_with(
    matcher: Matcher<'_>,
    trees: &[Box<dyn SourceTree>],
    policy: &Policy,
    occasion: &Occasion<'_>,
    progress: &(dyn Fn(Step) + Sync),
) -> Scan {
    check_following(matcher, trees, policy, occasion, None, progress)
}

/// The same, and opens what the targets were made from.
pub fn check_following(
    matcher: Matcher<'_>,
    trees: &[Box<dyn SourceTree>],
    policy: &Policy,
    occasion: &Occasion<'_>,
    follow: Option<&Follow<'_>>,
    progress: &(dyn Fn(Step) + Sync),
) -> Scan {
    let mut scan = see(matcher, trees, Some((policy, occasion.targets)), follow, progress);
    let mut judged = std::mem::take(&mut scan.judged);
    scan.findings = policy::evaluate(policy, occasion, &Seen::of(&scan), &mut judged);
    scan.judged = judged;
    scan.policy = Some(PolicyName {
        name: policy.name().to_owned(),
        file: policy.file().map(str::to_owned),
        layers: policy.files().to_vec(),
    });
    scan.fail_on = policy.fail_on();
    scan
}

/// Scans a tree as its author wants it looked at: judged by each of [`lint::policies`], on no particular day. The
/// findings are those of all of them; what one of them minds twice is said twice.
pub fn lint(tree: Box<dyn SourceTree>, follow: Option<&Follow<'_>>, progress: &(dyn Fn(Step) + Sync)) -> Scan {
    let mut scan = see(Matcher::default(), &[tree], None, follow, progress);
    for policy in lint::policies() {
        let mut judged = scan.judged.clone();
        let found = policy::evaluate(&policy, &Occasion::default(), &Seen::of(&scan), &mut judged);
        scan.findings.extend(found);
    }
    scan
}

/// Scans the trees and judges nothing.
pub fn scan(trees: &[Box<dyn SourceTree>], progress: &(dyn Fn(Step) + Sync)) -> Scan {
    scan_with(Matcher::default(), trees, progress)
}

/// The same with texts of the user's own.
pub fn scan_with(matcher: Matcher<'_>, trees: &[Box<dyn SourceTree>], progress: &(dyn Fn(Step) + Sync)) -> Scan {
    see(matcher, trees, None, None, progress)
}

/// The same, and opens what the targets were made from.
pub fn scan_following(
    matcher: Matcher<'_>,
    trees: &[Box<dyn SourceTree>],
    follow: Option<&Follow<'_>>,
    progress: &(dyn Fn(Step) + Sync),
) -> Scan {
    see(matcher, trees, None, follow, progress)
}

/// Everything before the judging. Of a policy only its curations count here: they say what a licence is.
fn see(
    matcher: Matcher<'_>,
    trees: &[Box<dyn SourceTree>],
    policy: Option<(&Policy, &[TargetName])>,
    follow: Option<&Follow<'_>>,
    progress: &(dyn Fn(Step) + Sync),
) -> Scan {
    let mut all = gather(follow::extract(trees, follow, progress).into_iter());
    if let Some((_, targets)) = policy {
        for (source, name) in all.sources.iter_mut().zip(targets) {
            source.within.clone_from(&name.within);
            source.named_in.clone_from(&name.named_in);
        }
    }
    let classifications = classify::run(matcher, &all.evidence, &all.texts);
    let curated = policy.map(|(policy, _)| policy.curated(&all.sources, &all.digests)).unwrap_or_default();
    let resolution = resolve::run_with(&all.sources, &all.evidence, &classifications, &all.gaps, &curated);
    Scan {
        versions: versions(),
        sources: all.sources,
        evidence: all.evidence,
        texts: all.texts,
        digests: all.digests,
        classifications,
        gaps: all.gaps,
        facts: resolution.facts,
        lineage: resolution.lineage,
        judged: resolution.judged,
        findings: Vec::new(),
        policy: None,
        fail_on: None,
    }
}

/// What a single file states, whatever its name: the tags that its kind of file has, and the licences that its text
/// holds, names or links.
///
/// `path` tells what kind of file it is: a licence file must be explained as a whole, a card or a source file not. The
/// gaps say what could not be seen of it (a scanned PDF, a front matter that is no YAML).
pub fn classify_file(path: &str, bytes: &[u8]) -> (Classification, Vec<Gap>) {
    classify_file_with(Matcher::default(), path, bytes)
}

/// The same with texts of the user's own.
pub fn classify_file_with(matcher: Matcher<'_>, path: &str, bytes: &[u8]) -> (Classification, Vec<Gap>) {
    let (found, gaps, _, _) = read_file(matcher, path, bytes);
    (found, gaps)
}

/// The same with every clause of the text, also of one that the database knows.
pub fn explain_file(path: &str, bytes: &[u8]) -> (Classification, Vec<Gap>) {
    let (found, gaps, text, origin) = read_file(Matcher::default(), path, bytes);
    (classify::with_every_clause(found, &text, origin.as_ref()), gaps)
}

/// Every licence text and use policy of a scan with its clauses, in the order of the places: place and answer.
pub fn explain_texts(scan: &Scan) -> Vec<(&Location, Classification)> {
    let texts = scan.evidence.iter().zip(&scan.classifications);
    let of_text = |(evidence, found): (&'_ crate::evidence::Evidence, &Option<Classification>)| match &evidence.claim {
        Claim::Text { text, kind: TextKind::LicenseFile | TextKind::UsePolicy } => {
            let content = scan.texts.get(text).unwrap_or_default();
            found.clone().map(|found| classify::with_every_clause(found, content, scan.texts.origin(text)))
        }
        _ => None,
    };
    texts.filter_map(|(evidence, found)| Some((&evidence.at, of_text((evidence, found))?))).collect()
}

/// What a file states, what could not be seen of it, and its text.
fn read_file(matcher: Matcher<'_>, path: &str, bytes: &[u8]) -> (Classification, Vec<Gap>, String, Option<Origin>) {
    let tree = MemoryTree::new(path, [(file_name(path), bytes.to_vec())]);
    let extraction = extract::run(&tree, 0, &|_| ());
    let whole = extraction.evidence.iter().find_map(|evidence| match &evidence.claim {
        Claim::Text { text, kind: kind @ (TextKind::LicenseFile | TextKind::UsePolicy | TextKind::Notice) } => {
            let content = extraction.texts.get(text)?.to_owned();
            Some((content, extraction.texts.origin(text).cloned(), *kind))
        }
        _ => None,
    });
    let mut gaps: Vec<Gap> = extraction.gaps.clone();
    let (text, origin, kind) = if let Some((text, origin, kind)) = whole {
        (text, origin, Some(kind))
    } else {
        let entry = Entry { path: file_name(path), size: bytes.len() as u64 };
        let file = extract::File { path: &entry.path, size: entry.size, offset: 0, bytes };
        let (found, more) = extract::text_of(&file);
        gaps.extend(more);
        gaps.sort();
        gaps.dedup();
        let (text, origin) = found.unwrap_or_default();
        // A name that no reader knows (`mit.txt`, standard input) says nothing about what the file is for.
        let is_known = extract::EXTRACTORS.iter().any(|extractor| extractor.interest(&entry) != Interest::Nothing);
        (text, origin, is_known.then_some(TextKind::Header))
    };
    let found = match kind {
        Some(kind) => classify::with_terms(matcher.classify(&text, kind), &text, kind),
        None => classify::unnamed(matcher, &text),
    };
    let labels: Vec<(Classification, Location)> = extraction
        .evidence
        .iter()
        .filter(|evidence| matches!(evidence.claim, Claim::License(_) | Claim::LicenseName(_) | Claim::LicenseLink(_)))
        .zip(classify::run(matcher, &labels_of(&extraction), &extraction.texts))
        .filter_map(|(evidence, found)| found.map(|found| (found, evidence.at.clone())))
        .map(|(found, at)| (found, in_text(at, &text, origin.as_ref())))
        .collect();
    if text.is_empty() && extraction.evidence.is_empty() && gaps.is_empty() && !bytes.is_empty() {
        let detail = format!("{path} is neither text nor a format that is read; convert it to text");
        gaps.push(Gap { at: Location::file(0, path), kind: GapKind::Unsupported, detail });
    }
    let found = classify::text::with_labels(found, &text, &labels);
    (classify::in_file(found, &text, origin.as_ref()), gaps, text, origin)
}

/// A place in a file as the lines of the text that was decoded from it.
fn in_text(at: Location, text: &str, origin: Option<&Origin>) -> Location {
    let (Some(Origin::Bytes(pieces)), Some(span)) = (origin, at.span) else { return at };
    let line = |line: u32| {
        let before = text.bytes().take(pieces.offset_of_line(line)).filter(|byte| *byte == b'\n').count();
        u32::try_from(before).unwrap_or(u32::MAX - 1) + 1
    };
    let start_line = line(span.start_line);
    // The last line of the text that the line of the file became.
    let end_line = line(span.end_line.saturating_add(1)).saturating_sub(1).max(start_line);
    Location { span: Some(Span { start_line, end_line, ..span }), ..at }
}

fn labels_of(extraction: &Extraction) -> Vec<crate::evidence::Evidence> {
    let is_label = |claim: &Claim| matches!(claim, Claim::License(_) | Claim::LicenseName(_) | Claim::LicenseLink(_));
    extraction.evidence.iter().filter(|evidence| is_label(&evidence.claim)).cloned().collect()
}

fn file_name(path: &str) -> String {
    path.rsplit(['/', '\\']).next().filter(|name| !name.is_empty()).unwrap_or("-").to_owned()
}

/// Versions that every answer depends on.
pub fn versions() -> Versions {
    Versions {
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        spdx_list: license_db::SPDX_LIST_VERSION.to_owned(),
        database: license_db::VERSION.to_owned(),
    }
}

/// All trees together, in a total order.
#[derive(Default)]
struct Gathered {
    sources: Vec<crate::scan::Source>,
    evidence: Vec<crate::evidence::Evidence>,
    gaps: Vec<Gap>,
    texts: Texts,
    digests: Vec<Digest>,
}

fn gather(extractions: impl Iterator<Item = Extraction>) -> Gathered {
    let mut all = Gathered::default();
    for extraction in extractions {
        let Extraction { source, evidence, gaps, texts, digests } = extraction;
        all.sources.push(source);
        all.evidence.extend(evidence);
        all.gaps.extend(gaps);
        all.digests.extend(digests);
        all.texts.absorb(texts);
    }
    all.evidence.sort();
    all.gaps.sort();
    all.digests.sort();
    all
}
