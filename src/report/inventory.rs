//! What `licentia scan` shows instead of findings: facts by subject with their evidence, lineage, the rest.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::escape::inert_within;
use super::layout::{Paragraph, place};
use super::style::Style;
use super::text::{fact_words, reason_words, subject_words};
use crate::evidence::{Claim, Evidence};
use crate::fact::Reason;
use crate::license::Expression;
use crate::scan::{Judged, Scan};

/// Columns of a quoted value before it is cut.
const VALUE_LIMIT: usize = 100;

pub(super) fn write(scan: &Scan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut cited = BTreeSet::new();
    for judged in &scan.judged {
        subject(scan, judged, &mut cited, style, out)?;
    }
    lineage(scan, &mut cited, style, out)?;
    let rest: Vec<&Evidence> =
        scan.evidence.iter().enumerate().filter(|(index, _)| !cited.contains(index)).map(|(_, rest)| rest).collect();
    if !rest.is_empty() {
        heading("further statements", style, out)?;
        for evidence in rest {
            line(2, &format!("{} {}", place(&scan.sources, &evidence.at), claim_words(evidence)), style, out)?;
        }
    }
    Ok(())
}

fn subject(
    scan: &Scan,
    judged: &Judged,
    cited: &mut BTreeSet<usize>,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let target = scan.sources.get(judged.subject.source).map_or("", |source| source.target.as_str());
    heading(&format!("{} of {}", subject_words(&judged.subject), inert_within(target, VALUE_LIMIT)), style, out)?;
    let views = [
        ("  declared   ", &judged.declared),
        ("  observed   ", &judged.observed),
        ("  concluded  ", &judged.concluded),
        ("  effective  ", &judged.effective),
    ];
    let plain = anstyle::Style::new();
    for (label, expression) in views {
        let text = expression.as_ref().map_or_else(|| "-".to_owned(), Expression::to_string);
        let paragraph = Paragraph { label, label_style: plain, indent: label.len(), text: &text, text_style: plain };
        paragraph.write(style, out)?;
    }
    for fact in scan.facts.iter().filter(|fact| fact.subject == judged.subject) {
        line(2, &format!("fact: {}", fact_words(fact)), style, out)?;
        for &reason in &fact.because {
            if let Reason::Evidence(index) = reason {
                cited.insert(index);
            }
            line(4, &format!("because {}", reason_words(scan, reason)), style, out)?;
        }
    }
    for &reason in &judged.because {
        match reason {
            Reason::Fact(_) => {}
            Reason::Evidence(index) if !cited.insert(index) => {}
            other => line(2, &format!("because {}", reason_words(scan, other)), style, out)?,
        }
    }
    Ok(())
}

fn lineage(scan: &Scan, cited: &mut BTreeSet<usize>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if scan.lineage.edges.is_empty() {
        return Ok(());
    }
    heading("lineage", style, out)?;
    let name = |index: usize| {
        let node = scan.lineage.nodes.get(index);
        inert_within(node.map_or("", |node| node.reference.as_str()), VALUE_LIMIT)
    };
    for edge in &scan.lineage.edges {
        let relation = edge.relation.as_str();
        line(2, &format!("{} <- {} ({relation})", name(edge.child), name(edge.parent)), style, out)?;
        for &index in &edge.because {
            cited.insert(index);
            line(4, &format!("because {}", reason_words(scan, Reason::Evidence(index))), style, out)?;
        }
    }
    Ok(())
}

fn heading(text: &str, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    let (label_style, text_style) = (style.palette.frame, style.palette.emphasis);
    Paragraph { label: "", label_style, indent: 2, text, text_style }.write(style, out)
}

fn line(indent: usize, text: &str, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let label = " ".repeat(indent);
    let plain = anstyle::Style::new();
    Paragraph { label: &label, label_style: plain, indent: indent + 4, text, text_style: plain }.write(style, out)
}

/// What a piece of evidence says, as a part of a sentence that begins with its place.
pub(super) fn claim_words(evidence: &Evidence) -> String {
    let value = |value: &str| format!("`{}`", inert_within(value, VALUE_LIMIT));
    match &evidence.claim {
        Claim::License(word) => format!("declares license {}", value(word)),
        Claim::LicenseName(name) => format!("names the licence {}", value(name)),
        Claim::LicenseLink(link) => format!("links the licence {}", value(link)),
        Claim::Expression(expression) => format!("states the expression {}", value(expression)),
        Claim::Text { kind, .. } => format!("holds a text ({})", kind.as_str()),
        Claim::Parent { reference, relation, revision } => {
            let revision = revision.as_deref().map_or_else(String::new, |at| format!(" at {}", value(at)));
            format!("names the parent {}{revision} ({relation})", value(reference))
        }
        Claim::Dataset(reference) => format!("names the dataset {}", value(reference)),
        Claim::EuDisallowed => "refuses access from the European Union".to_owned(),
        Claim::Gated => "asks for agreement before access".to_owned(),
        Claim::Display(words) => format!("shows the words {}", value(words)),
        Claim::PolicyLink(link) => format!("names the use policy {}", value(link)),
        Claim::Copyright(line) => format!("names the holder of the copyright {}", value(line)),
        Claim::Change(words) => format!("speaks of a change {}", value(words)),
    }
}
