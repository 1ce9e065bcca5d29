//! `-o grouped`: by target, then by finding: what each model needs, read from top to bottom, the worst last.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::layout::{Paragraph, place, plural};
use super::style::{Detail, Style};
use super::text::{standing, weight};
use super::{Format, closing, text};
use crate::finding::{Finding, Level};
use crate::gap::Gap;
use crate::scan::Scan;

/// `-o grouped`.
pub(super) const FORMAT: Format = Format {
    name: "grouped",
    summary: "for people: by target, then by finding, each with its remedy once",
    extension: "txt",
    is_for_people: true,
    write,
    files: None,
};

/// Places of one finding of one target, or gaps of one, shown in normal detail.
const PLACES_SHOWN: usize = 20;

fn write(scan: &Scan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let is_shown =
        |finding: &&Finding| style.detail != Detail::Brief || (finding.level > Level::Note && finding.waived.is_none());
    let shown: Vec<&Finding> = scan.findings.iter().filter(is_shown).collect();
    let targets: Vec<usize> = scan.targets().map(|(index, _)| index).collect();
    let incomplete = scan.incomplete_sources();
    let all_gaps = text::gaps_by_weight(scan);
    for &index in &targets {
        text::target(scan, index, incomplete.contains(&index), style, out)?;
        let is_of_family = |gap: &&Gap| gap.at.source == index || scan.lineage.leads_to(index, gap.at.source);
        gaps(scan, &all_gaps.iter().copied().filter(is_of_family).collect::<Vec<_>>(), style, out)?;
        // What is about no target in particular has its own place below.
        let is_about = |finding: &&&Finding| !is_about_none(finding) && scan.concerns(finding, index);
        findings(scan, &shown.iter().copied().filter(|finding| is_about(&finding)).collect::<Vec<_>>(), style, out)?;
        writeln!(out)?;
    }
    let concerns_a_target = |finding: &Finding| targets.iter().any(|&index| scan.concerns(finding, index));
    let rest: Vec<&Finding> =
        shown.into_iter().filter(|finding| is_about_none(finding) || !concerns_a_target(finding)).collect();
    let is_elsewhere = |gap: &&Gap| {
        !targets.iter().any(|&index| gap.at.source == index || scan.lineage.leads_to(index, gap.at.source))
    };
    let unseen: Vec<&Gap> = all_gaps.iter().copied().filter(is_elsewhere).collect();
    if !rest.is_empty() || !unseen.is_empty() {
        let emphasis = style.palette.emphasis;
        writeln!(out, "{emphasis}about no target in particular:{emphasis:#}")?;
        gaps(scan, &unseen, style, out)?;
        findings(scan, &rest, style, out)?;
        writeln!(out)?;
    }
    closing::write(scan, style, out)
}

fn is_about_none(finding: &Finding) -> bool {
    finding.subject.is_none() && finding.locations.is_empty()
}

fn gaps(scan: &Scan, gaps: &[&Gap], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let shown = if style.detail == Detail::Full { gaps.len() } else { PLACES_SHOWN };
    for gap in gaps.iter().take(shown) {
        let label = format!("  gap[{}]: ", gap.kind);
        let text = format!("{}: {}", place(&scan.sources, &gap.at), gap.detail);
        paragraph((&label, style.palette.doubtful), 6, &text, style, out)?;
    }
    more(gaps.len().saturating_sub(shown), "gap", "gaps", style, out)
}

fn findings(scan: &Scan, findings: &[&Finding], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut groups: BTreeMap<_, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        groups.entry((weight(finding), finding.name)).or_default().push(finding);
    }
    for (_, group) in groups {
        let Some(first) = group.first() else { continue };
        let paint = style.palette.level(first.level);
        let label = format!("  {}{}[{}]", standing(first), first.level, first.name);
        let number = if group.len() > 1 { format!(" ({} times)", group.len()) } else { String::new() };
        writeln!(out, "{paint}{label}{paint:#}{number}")?;
        let shown = if style.detail == Detail::Full { group.len() } else { PLACES_SHOWN };
        for finding in group.iter().take(shown) {
            let place = finding.locations.first().map(|at| place(&scan.sources, at));
            let others = match finding.locations.len() {
                0 | 1 => String::new(),
                number => format!(" and {} more", number - 1),
            };
            let place = place.map_or(String::new(), |place| format!("{place}{others}: "));
            paragraph(("    ", style.palette.frame), 8, &format!("{place}{}", finding.message), style, out)?;
            if let Some(reason) = &finding.waived {
                paragraph(("      accepted: ", style.palette.note), 8, reason, style, out)?;
            }
        }
        more(group.len().saturating_sub(shown), "place", "places", style, out)?;
        let mut helps: Vec<&str> = Vec::new();
        for finding in group.iter().filter(|finding| finding.waived.is_none() && !finding.help.is_empty()) {
            if !helps.contains(&finding.help.as_str()) && helps.len() < PLACES_SHOWN {
                helps.push(&finding.help);
            }
        }
        for help in helps {
            paragraph(("      help: ", style.palette.note), 8, help, style, out)?;
        }
    }
    Ok(())
}

fn more(number: usize, one: &str, many: &str, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if number == 0 {
        return Ok(());
    }
    let text = format!("{number} more {} (-v or -o json lists all)", plural(number, one, many));
    paragraph(("    + ", style.palette.frame), 8, &text, style, out)
}

fn paragraph(
    (label, label_style): (&str, anstyle::Style),
    indent: usize,
    text: &str,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    Paragraph { label, label_style, indent, text, text_style: anstyle::Style::new() }.write(style, out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::location::Location;
    use crate::report::escape::is_obeyed;
    use crate::report::sample;

    fn written(scan: &Scan, style: &Style) -> String {
        sample::written(|out| write(scan, style, out))
    }

    #[test]
    fn each_target_has_its_gaps_and_its_findings_below_it() {
        let expected = "\
./seg-net: deny (non-commercial), incomplete: weights CC-BY-NC-4.0; code in src/ MIT
  gap[unreadable]: ./seg-net/model.bin: model.bin cannot be read: permission denied; run as a user
      who may read it
  warning[base-not-inspected]
    ./seg-net/README.md:5:13 (base_model): the weights of ./seg-net come from vendor/base, which was
        not inspected
      help: scan a copy of vendor/base together with ./seg-net
  error[non-commercial]
    ./seg-net/README.md:4:10 (license): the weights of ./seg-net are under CC-BY-NC-4.0, which
        forbids commercial use, and facts.use is `commercial`
      help: use a model that may be used commercially, or ask the vendor for a licence

deny: policy commercial (preset) does not allow this as it stands; 4 files were looked at, not seen:
1 unreadable, 1 named parent; this is a policy result, not legal advice.
";
        assert_eq!(written(&sample::scan(), &Style::default()), expected);
    }

    #[test]
    fn a_finding_about_no_target_is_told_once() {
        let mut scan = sample::scan();
        scan.sources.push(scan.sources[0].clone());
        scan.findings[0].subject = None;
        scan.findings[0].locations.clear();
        let text = written(&scan, &Style::default());
        assert_eq!(text.matches("warning[base-not-inspected]").count(), 1, "{text}");
        assert!(text.contains("about no target in particular:\n  warning[base-not-inspected]"), "{text}");
    }

    #[test]
    fn many_of_one_name_share_their_line_and_none_is_lost() {
        let mut scan = sample::scan();
        let one = scan.findings[0].clone();
        for number in 0..30 {
            scan.findings.push(Finding { locations: vec![Location::file(0, format!("part-{number}"))], ..one.clone() });
        }
        let text = written(&scan, &Style::default());
        assert!(text.contains("warning[base-not-inspected] (31 times)"), "{text}");
        assert!(text.contains("+ 11 more places") && text.matches("help: scan a copy").count() == 1, "{text}");
        let full = written(&scan, &Style { detail: Detail::Full, ..Style::default() });
        assert!(full.contains("part-29"), "{full}");
    }

    #[test]
    fn no_word_of_a_model_acts_through_the_report() {
        for detail in [Detail::Brief, Detail::Normal, Detail::Full] {
            let text = written(&sample::hostile(), &Style { detail, ..Style::default() });
            assert!(!text.chars().any(|character| character != '\n' && is_obeyed(character)), "{text}");
            assert!(!text.lines().any(|line| line.trim_start().starts_with("::")) && !text.contains("##["), "{text}");
        }
    }
}
