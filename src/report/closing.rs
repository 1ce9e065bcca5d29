//! The sentence that ends every report for people: what the verdict means and what was not seen.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::escape::inert_within;
use super::family;
use super::layout::{Paragraph, plural};
use super::style::Style;
use crate::finding::Verdict;
use crate::gap::GapKind;
use crate::lineage::{Node, NodeKind};
use crate::scan::Scan;

/// `deny: policy commercial (preset) does not allow this as it stands; …`, wrapped.
pub(super) fn write(scan: &Scan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let label_style = scan.verdict().map_or(style.palette.note, |verdict| style.palette.verdict(verdict));
    let label = scan.verdict().map_or(String::new(), |verdict| format!("{verdict}: "));
    let (text, text_style) = (&closing_sentence(scan), anstyle::Style::new());
    Paragraph { label: &label, label_style, indent: 0, text, text_style }.write(style, out)
}

/// What the verdict means, what was not seen, and that nobody has given legal advice: one sentence.
pub(super) fn closing_sentence(scan: &Scan) -> String {
    let meaning = match &scan.policy {
        None => "this scan lists what is stated and judges nothing".to_owned(),
        Some(policy) => {
            let origin = policy.file.as_deref().unwrap_or("preset");
            let policy = format!("policy {} ({})", inert_within(&policy.name, 60), inert_within(origin, 200));
            match scan.verdict() {
                None => format!("there was nothing for {policy} to judge"),
                Some(Verdict::Allow) => format!("{policy} allows what was seen"),
                Some(Verdict::Review) => format!("{policy} asks a person to look before this is used"),
                Some(Verdict::Unknown) => format!("{policy} cannot allow what is not known"),
                Some(Verdict::Deny) => format!("{policy} does not allow this as it stands"),
            }
        }
    };
    let seen = seen_words(scan);
    let result = if scan.policy.is_some() { "this is a policy result, not" } else { "this is no" };
    format!("{meaning}; {seen}; {result} legal advice.")
}

/// `4 files were looked at, not seen: 1 unreadable`
pub(super) fn seen_words(scan: &Scan) -> String {
    let files: u64 = scan.sources.iter().map(|source| source.files).sum();
    let files = usize::try_from(files).unwrap_or(usize::MAX);
    let looked = format!("{files} {} looked at", plural(files, "file was", "files were"));
    let closed: usize = scan.sources.iter().map(|source| family::closed(source).count()).sum();
    let unseen = match (unseen(scan).as_slice(), closed) {
        ([], 0) => "none of it was left unseen".to_owned(),
        ([], closed) => format!("{closed} of them not opened or not read to the end, and nothing else was left unseen"),
        (kinds, 0) => format!("not seen: {}", kinds.join(", ")),
        (kinds, closed) => {
            format!("{closed} of them not opened or not read to the end; not seen: {}", kinds.join(", "))
        }
    };
    format!("{looked}, {unseen}")
}

/// `2 unreadable`, `1 model that it was made from`. Only a parent with an edge counts: it is what terms come down from.
pub(super) fn unseen(scan: &Scan) -> Vec<String> {
    let count = |kind: GapKind| scan.gaps.iter().filter(|gap| gap.kind == kind).count();
    let counts = GapKind::ALL.into_iter().map(|kind| (kind, count(kind)));
    let mut unseen: Vec<String> =
        counts.filter(|&(_, count)| count > 0).map(|(kind, count)| format!("{count} {kind}")).collect();
    let models = scan.lineage.unseen_models().count();
    let parents: BTreeSet<usize> = scan.lineage.edges.iter().map(|edge| edge.parent).collect();
    let parents = parents.into_iter().filter_map(|parent| scan.lineage.nodes.get(parent));
    let is_unseen_data = |node: &&Node| node.kind == NodeKind::Dataset && node.inspected().is_none();
    let datasets = parents.filter(is_unseen_data).count();
    if models > 0 {
        unseen.push(format!("{models} named {}", plural(models, "parent", "parents")));
    }
    if datasets > 0 {
        unseen.push(format!("{datasets} named {}", plural(datasets, "dataset", "datasets")));
    }
    unseen
}
