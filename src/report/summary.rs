//! `-o summary`: how many of what: findings by name, licences by how many models are under them, and one sentence.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::escape::{inert_ends, width};
use super::style::Style;
use super::text::{Weight, standing, weight};
use super::{Format, closing};
use crate::finding::Verdict;
use crate::gap::GapKind;
use crate::scan::Scan;

/// `-o summary`.
pub(super) const FORMAT: Format = Format {
    name: "summary",
    summary: "for people: how many findings of which kind, how many models under which licence",
    extension: "txt",
    is_for_people: true,
    write,
    files: None,
};

/// Columns of an expression.
const EXPRESSION_LIMIT: usize = 60;

/// A line of a table: its cells, the second of which carries the colour.
type Row = ([String; 4], anstyle::Style);

fn write(scan: &Scan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    table(["finding", "level", "findings", "models"], &findings(scan, style), style, out)?;
    table(["not seen", "kind", "places", "models"], &gaps(scan, style), style, out)?;
    table(["licence", "verdict", "subjects", "models"], &licences(scan, style), style, out)?;
    closing::write(scan, style, out)
}

fn targets(scan: &Scan) -> impl Iterator<Item = usize> {
    scan.targets().map(|(index, _)| index)
}

/// By weight, the worst last.
fn findings(scan: &Scan, style: &Style) -> Vec<Row> {
    let mut counts: BTreeMap<(Weight, &str), (&str, usize, BTreeSet<usize>)> = BTreeMap::new();
    for finding in &scan.findings {
        let (_, number, models) =
            counts.entry((weight(finding), finding.name)).or_insert((standing(finding), 0, BTreeSet::new()));
        *number += 1;
        match &finding.subject {
            Some(subject) => models.extend([subject.source]),
            None => models.extend(targets(scan).filter(|&index| scan.concerns(finding, index))),
        }
    }
    let row = |((weight, name), (standing, number, models)): ((Weight, &str), (&str, usize, BTreeSet<usize>))| {
        let (_, _, level, _) = weight;
        let cells = [name.to_owned(), format!("{standing}{level}"), number.to_string(), models.len().to_string()];
        (cells, style.palette.level(level))
    };
    counts.into_iter().map(row).collect()
}

fn gaps(scan: &Scan, style: &Style) -> Vec<Row> {
    let row = |kind: GapKind| {
        let of_kind = || scan.gaps.iter().filter(move |gap| gap.kind == kind);
        let models: BTreeSet<usize> = of_kind().map(|gap| gap.at.source).collect();
        let effect = if kind.makes_incomplete() { "incomplete" } else { "gap" };
        let cells = [kind.to_string(), effect.to_owned(), of_kind().count().to_string(), models.len().to_string()];
        (of_kind().count() > 0).then_some((cells, style.palette.doubtful))
    };
    GapKind::ALL.into_iter().filter_map(row).collect()
}

/// The worst last. What was only followed lends its terms and is counted with what was made from it.
fn licences(scan: &Scan, style: &Style) -> Vec<Row> {
    let mut counts: BTreeMap<(Option<Verdict>, String), (usize, BTreeSet<usize>)> = BTreeMap::new();
    let named: BTreeSet<usize> = targets(scan).collect();
    for judged in scan.judged.iter().filter(|judged| named.contains(&judged.subject.source)) {
        let licence = match &judged.effective {
            Some(expression) => expression.to_string(),
            None => "no identified licence".to_owned(),
        };
        // The licence by itself: a subject may be worse off for another reason.
        let verdict = judged.standing.filter(|_| scan.policy.is_some()).or(judged.verdict);
        let (subjects, models) = counts.entry((verdict, licence)).or_default();
        *subjects += 1;
        models.insert(judged.subject.source);
    }
    let row = |((verdict, licence), (subjects, models)): ((Option<Verdict>, String), (usize, BTreeSet<usize>))| {
        let word = verdict.map_or_else(|| "-".to_owned(), |verdict| verdict.to_string());
        let paint = verdict.map_or(style.palette.note, |verdict| style.palette.verdict(verdict));
        let licence = inert_ends(&licence, EXPRESSION_LIMIT);
        ([licence, word, subjects.to_string(), models.len().to_string()], paint)
    };
    counts.into_iter().map(row).collect()
}

/// Columns below their headings, numbers to the right, and an empty line; nothing where there are no rows.
fn table(headings: [&str; 4], rows: &[Row], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let heading = headings.map(str::to_owned);
    let wide = |column: usize| {
        let cells = rows.iter().map(|(cells, _)| cells).chain([&heading]);
        cells.filter_map(|cells| cells.get(column)).map(|cell| width(cell)).max().unwrap_or_default()
    };
    let wide = [wide(0), wide(1), wide(2), wide(3)];
    line(&heading, [style.palette.emphasis; 2], wide, out)?;
    for (cells, paint) in rows {
        line(cells, [anstyle::Style::new(), *paint], wide, out)?;
    }
    writeln!(out)
}

fn line(cells: &[String; 4], paints: [anstyle::Style; 2], wide: [usize; 4], out: &mut dyn Write) -> io::Result<()> {
    let [first, second, third, fourth] = cells;
    let [plain, paint] = paints;
    let space = |cell: &str, wide: usize| " ".repeat(wide.saturating_sub(width(cell)));
    let [one, two, three, four] = wide;
    write!(out, "{plain}{first}{plain:#}{}  {paint}{second}{paint:#}{}", space(first, one), space(second, two))?;
    writeln!(out, "  {plain}{}{third}  {}{fourth}{plain:#}", space(third, three), space(fourth, four))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::escape::is_obeyed;
    use crate::report::sample;

    fn written(scan: &Scan) -> String {
        sample::written(|out| write(scan, &Style::default(), out))
    }

    #[test]
    fn findings_gaps_and_licences_are_counted() {
        let expected = "\
finding             level    findings  models
base-not-inspected  warning         1       1
non-commercial      error           1       1

not seen    kind        places  models
unreadable  incomplete       1       1

licence       verdict  subjects  models
MIT           allow           1       1
CC-BY-NC-4.0  deny            1       1

deny: policy commercial (preset) does not allow this as it stands; 4 files were looked at, not seen:
1 unreadable, 1 named parent; this is a policy result, not legal advice.
";
        assert_eq!(written(&sample::scan()), expected);
    }

    #[test]
    fn accepted_ones_are_counted_by_themselves_and_models_once() {
        let mut scan = sample::scan();
        let again = scan.findings[1].clone();
        scan.findings.extend([again.clone(), again]);
        scan.findings[1].waived = Some("bought".to_owned());
        let text = written(&scan);
        assert!(text.contains("non-commercial      accepted error         1       1\n"), "{text}");
        assert!(text.contains("non-commercial      error                  2       1\n"), "{text}");
    }

    #[test]
    fn without_a_policy_licences_have_no_verdict() {
        let text = written(&sample::unjudged());
        assert!(text.contains("\nCC-BY-NC-4.0  -               1       1\n"), "{text}");
        assert!(!text.contains("finding  "), "{text}");
    }

    #[test]
    fn no_word_of_a_model_acts_through_the_report() {
        let text = written(&sample::hostile());
        assert!(!text.chars().any(|character| character != '\n' && is_obeyed(character)), "{text}");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::")) && !text.contains("##["), "{text}");
    }
}
