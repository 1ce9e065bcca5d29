//! What a target was made from, in the lines below its verdict: who was opened on its account, with licence and verdict.

use std::io::{self, Write};

use super::escape::inert_within;
use super::layout::{Paragraph, plural};
use super::style::Style;
use crate::gap::GapKind;
use crate::lineage::{EdgeRelation, Node, NodeKind};
use crate::resolve::lineage::ancestors;
use crate::scan::{Scan, Source};

/// Files of a source that were listed and not opened, or of which a header was not read to its end, each with the reason.
/// A tree at hand has none.
pub(super) fn closed(source: &Source) -> impl Iterator<Item = &str> {
    source
        .skipped
        .iter()
        .map(String::as_str)
        .filter(|line| [" (not opened: ", " (read up to byte "].iter().any(|words| line.contains(words)))
}

/// Members that are named; the tree of `licentia lineage` has them all.
const NAMED: usize = 6;
/// Columns of one of them.
const LONGEST: usize = 160;

/// `    made from: acme/base Apache-2.0 (allow); acme/root CC-BY-NC-4.0 (deny)`
pub(super) fn write(scan: &Scan, source: usize, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let models: Vec<usize> = ancestors(&scan.lineage, source).into_iter().map(|ancestor| ancestor.node).collect();
    let is_child = |child: usize| child == source || models.contains(&child);
    let edges = scan.lineage.edges.iter();
    let mut data: Vec<usize> = edges
        .filter(|edge| edge.relation == EdgeRelation::TrainedOn && is_child(edge.child))
        .map(|edge| edge.parent)
        .collect();
    data.sort_unstable();
    data.dedup();
    for (label, nodes) in [("    made from: ", models), ("    trained on: ", data)] {
        let mut members: Vec<String> = nodes.iter().filter_map(|&node| member(scan, node)).collect();
        let left = members.len().saturating_sub(NAMED);
        members.truncate(NAMED);
        if left > 0 {
            members.push(format!("{left} more {} (licentia lineage)", plural(left, "repository", "repositories")));
        }
        if !members.is_empty() {
            let (text, text_style) = (&members.join("; "), anstyle::Style::new());
            Paragraph { label, label_style: style.palette.note, indent: 8, text, text_style }.write(style, out)?;
        }
    }
    let closed: Vec<&str> = scan.sources.get(source).into_iter().flat_map(closed).collect();
    if let [first, more @ ..] = closed.as_slice() {
        let more =
            if more.is_empty() { String::new() } else { format!(", and {} more (-o json has them)", more.len()) };
        let text = inert_within(first, LONGEST) + &more;
        let (label, text_style) = ("    left unread: ", anstyle::Style::new());
        Paragraph { label, label_style: style.palette.note, indent: 8, text: &text, text_style }.write(style, out)?;
    }
    Ok(())
}

/// One that was opened on somebody's account; those that were named have lines of their own, and those that nobody
/// looked at a finding.
fn member(scan: &Scan, node: usize) -> Option<String> {
    let node: &Node = scan.lineage.nodes.get(node).filter(|node| node.kind != NodeKind::Unresolved)?;
    let source = node.source.filter(|&source| scan.sources.get(source).is_some_and(|source| source.is_followed))?;
    let main = scan.main_of(node);
    let license = match main.and_then(|judged| judged.concluded.as_ref()) {
        Some(license) => license.to_string(),
        None => "without an identified licence".to_owned(),
    };
    let verdict = main.and_then(|judged| judged.standing).map_or(String::new(), |verdict| format!(" ({verdict})"));
    let unseen = scan.gaps.iter().find(|gap| gap.at.source == source && gap.kind.makes_incomplete());
    let unseen = match unseen.map(|gap| gap.kind) {
        None => "",
        Some(GapKind::Refused) => ", not all of it given",
        Some(_) => ", not all of it seen",
    };
    Some(inert_within(&format!("{} {license}{verdict}{unseen}", node.reference), LONGEST))
}
