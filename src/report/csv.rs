//! `-o csv`: a table for spreadsheets, RFC 4180 in UTF-8 without a byte order mark, lines ended by CRLF.
//!
//! One row for each finding, one for each subject that no finding is about, one for each target of which there is nothing
//! else to say, and one for each gap; `record` says which. [`HEADER`] is a contract: columns are added at its end, never
//! renamed or moved.
//!
//! A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@`, also where it split a text at a separator or a
//! quotation mark of its own liking. So words are changed in three ways, and whoever wants them as they stand reads
//! `-o json`: what nobody can see is written out (a line break is `\\u{a}`); an apostrophe stands before such a sign where it
//! begins a cell or follows a separator or a quotation mark, spaces aside (<https://owasp.org/www-community/attacks/CSV_Injection>); a cell is
//! cut where spreadsheets would not hold it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::Format;
use super::anchor::keys_of;
use super::escape::inert;
use super::style::Style;
use super::text::{quote_at, verdict_of};
use crate::finding::{Finding, Verdict};
use crate::gap::Gap;
use crate::license::Expression;
use crate::location::Location;
use crate::scan::{Judged, Scan};
use crate::subject::Subject;

/// `-o csv`.
pub(super) const FORMAT: Format = Format {
    name: "csv",
    summary: "a table for spreadsheets: a row for each finding, subject without one, and gap",
    extension: "csv",
    is_for_people: false,
    write,
    files: None,
};

/// The first line.
pub const HEADER: [&str; 37] = [
    // What the row is about: `finding`, `subject`, `target`, `gap`.
    "record",
    // As the user named it, and what is known of it.
    "target",
    "repository",
    "repository_kind",
    "revision",
    "followed",
    "target_verdict",
    "target_incomplete",
    // What a licence applies to.
    "role",
    "directory",
    "declared",
    "observed",
    "concluded",
    "effective",
    "verdict",
    // What the policy minds.
    "finding",
    "level",
    "finding_verdict",
    "message",
    "help",
    "license",
    "waived",
    "existing",
    "policy",
    // Where to look: the first place.
    "path",
    "start_line",
    "start_column",
    "end_line",
    "end_column",
    "key",
    "quote",
    "places",
    // What could not be seen.
    "gap",
    "gap_detail",
    "gap_makes_incomplete",
    // By which a finding is known again.
    "fingerprint",
    // What the answer depends on.
    "licentia",
];

/// Characters of a cell. A spreadsheet takes 32,767 characters; half of them may be apostrophes of ours.
const CELL_LIMIT: usize = 8_000;

fn write(scan: &Scan, _: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    table.write_record(HEADER)?;
    for row in rows(scan) {
        table.write_record(row.cells())?;
    }
    table.flush()
}

/// A row before it is written.
#[derive(Default)]
struct Row<'a> {
    record: &'static str,
    source: Option<usize>,
    subject: Option<&'a Subject>,
    judged: Option<&'a Judged>,
    finding: Option<(&'a Finding, String)>,
    gap: Option<&'a Gap>,
    location: Option<&'a Location>,
    quote: &'a str,
    places: usize,
    target_verdict: Option<Verdict>,
    is_incomplete: bool,
    scan: Option<&'a Scan>,
}

fn rows(scan: &Scan) -> Vec<Row<'_>> {
    let empty = || Row { scan: Some(scan), ..Row::default() };
    let of_subject: BTreeMap<&Subject, &Judged> = scan.judged.iter().map(|judged| (&judged.subject, judged)).collect();
    let mut rows: Vec<Row<'_>> = Vec::new();
    for (finding, key) in scan.findings.iter().zip(keys_of(scan, scan.findings.iter())) {
        let location = finding.locations.first();
        let subject = finding.subject.as_ref();
        rows.push(Row {
            record: "finding",
            source: subject.map(|subject| subject.source).or(location.map(|location| location.source)),
            subject,
            judged: subject.and_then(|subject| of_subject.get(subject).copied()),
            location,
            quote: location.map_or("", |location| quote_at(scan, location, &finding.because)),
            places: finding.locations.len(),
            finding: Some((finding, key)),
            ..empty()
        });
    }
    let named: BTreeSet<&Subject> = scan.findings.iter().filter_map(|finding| finding.subject.as_ref()).collect();
    for (index, source) in scan.sources.iter().enumerate() {
        let held: Vec<&Judged> = scan.judged.iter().filter(|judged| judged.subject.source == index).collect();
        let is_told_of = !held.is_empty() || scan.findings.iter().any(|finding| scan.concerns(finding, index));
        for judged in held.into_iter().filter(|judged| !named.contains(&judged.subject)) {
            let (source, subject) = (Some(index), Some(&judged.subject));
            rows.push(Row { record: "subject", source, subject, judged: Some(judged), ..empty() });
        }
        if !is_told_of && !source.is_followed {
            rows.push(Row { record: "target", source: Some(index), ..empty() });
        }
    }
    for gap in &scan.gaps {
        let (source, location) = (Some(gap.at.source), Some(&gap.at));
        rows.push(Row { record: "gap", source, location, gap: Some(gap), places: 1, ..empty() });
    }
    let incomplete = scan.incomplete_sources();
    let states: Vec<(Option<Verdict>, bool)> = scan
        .sources
        .iter()
        .enumerate()
        .map(|(index, source)| {
            let verdict = if source.is_followed { None } else { verdict_of(scan, index) };
            (verdict, incomplete.contains(&index))
        })
        .collect();
    for row in &mut rows {
        let state = row.source.and_then(|index| states.get(index));
        (row.target_verdict, row.is_incomplete) = state.copied().unwrap_or_default();
    }
    rows
}

impl Row<'_> {
    /// The cells below [`HEADER`].
    fn cells(&self) -> [String; 37] {
        let Some(scan) = self.scan else { return std::array::from_fn(|_| String::new()) };
        let source = self.source.and_then(|index| scan.sources.get(index));
        let finding = self.finding.as_ref().map(|(finding, _)| *finding);
        let licence = |view: fn(&Judged) -> &Option<Expression>| {
            self.judged
                .and_then(|judged| view(judged).as_ref())
                .map_or_else(String::new, |held| cell(&held.to_string()))
        };
        let number = |number: Option<u32>| number.map_or_else(String::new, |number| number.to_string());
        let stretch = self.location.and_then(|location| location.span);
        let words = |words: Option<&str>| cell(words.unwrap_or_default());
        let policy = |finding: &Finding| finding.policy.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        [
            self.record.to_owned(),
            words(source.map(|source| source.target.as_str())),
            words(source.and_then(|source| source.repository.as_deref())),
            words(source.map(|source| source.repository_kind.as_str())),
            words(source.and_then(|source| source.revision.as_deref())),
            source.map_or_else(String::new, |source| yes_no(source.is_followed)),
            self.target_verdict.map_or_else(String::new, |verdict| verdict.to_string()),
            source.map_or_else(String::new, |_| yes_no(self.is_incomplete)),
            self.subject.map_or_else(String::new, |subject| subject.role.to_string()),
            words(self.subject.map(|subject| subject.path.as_str())),
            licence(|judged| &judged.declared),
            licence(|judged| &judged.observed),
            licence(|judged| &judged.concluded),
            licence(|judged| &judged.effective),
            self.judged.and_then(|judged| judged.verdict).map_or_else(String::new, |verdict| verdict.to_string()),
            words(finding.map(|finding| finding.name)),
            finding.map_or_else(String::new, |finding| finding.level.to_string()),
            finding.map_or_else(String::new, |finding| finding.verdict.to_string()),
            words(finding.map(|finding| finding.message.as_str())),
            words(finding.map(|finding| finding.help.as_str())),
            words(finding.and_then(|finding| finding.license.as_deref())),
            words(finding.and_then(|finding| finding.waived.as_deref())),
            finding.map_or_else(String::new, |finding| yes_no(finding.is_existing)),
            finding.map_or_else(String::new, |finding| cell(&policy(finding))),
            words(self.location.map(|location| location.path.as_str())),
            number(stretch.map(|span| span.start_line)),
            number(stretch.map(|span| span.start_column)),
            number(stretch.map(|span| span.end_line)),
            number(stretch.map(|span| span.end_column)),
            words(self.location.and_then(|location| location.key.as_deref())),
            cell(self.quote),
            self.places.to_string(),
            words(self.gap.map(|gap| gap.kind.as_str())),
            words(self.gap.map(|gap| gap.detail.as_str())),
            self.gap.map_or_else(String::new, |gap| yes_no(gap.kind.makes_incomplete())),
            self.finding.as_ref().map_or_else(String::new, |(_, key)| key.clone()),
            cell(&scan.versions.tool),
        ]
    }
}

fn yes_no(is_so: bool) -> String {
    (if is_so { "yes" } else { "no" }).to_owned()
}

/// Words that a spreadsheet shows and does not run.
fn cell(text: &str) -> String {
    let start: String = text.chars().take(CELL_LIMIT).collect();
    let safe = inert(&start);
    let short: String = safe.chars().take(CELL_LIMIT).collect();
    let is_cut = short.len() < safe.len() || start.len() < text.len();
    let mut written = String::with_capacity(short.len());
    // The beginning of a cell, and what a program with other settings may take for one.
    let mut may_begin = true;
    for character in short.chars() {
        if may_begin && is_run(character) {
            written.push('\'');
        }
        may_begin = match character {
            ',' | ';' | '|' | '"' | '\'' => true,
            other => may_begin && other.is_whitespace(),
        };
        written.push(character);
    }
    if is_cut {
        written.push_str("...");
    }
    written
}

/// Signs that make a formula of a cell; the wide forms are read as the narrow ones in some languages.
fn is_run(character: char) -> bool {
    matches!(character, '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::escape::is_obeyed;
    use crate::report::sample;

    fn written(scan: &Scan) -> String {
        sample::written(|out| write(scan, &Style::default(), out))
    }

    fn read(scan: &Scan) -> Vec<BTreeMap<String, String>> {
        let text = written(scan);
        let mut table = csv::Reader::from_reader(text.as_bytes());
        table.deserialize().collect::<Result<_, _>>().expect("every row has every column")
    }

    #[test]
    fn the_header_is_a_contract() {
        let first = "record,target,repository,repository_kind,revision,followed,target_verdict,target_incomplete,role,\
            directory,declared,observed,concluded,effective,verdict,finding,level,finding_verdict,message,help,license,\
            waived,existing,policy,path,start_line,start_column,end_line,end_column,key,quote,places,gap,gap_detail,\
            gap_makes_incomplete,fingerprint,licentia\r\n";
        assert!(written(&sample::scan()).starts_with(first));
    }

    #[test]
    fn findings_subjects_without_one_and_gaps_have_rows() {
        let rows = read(&sample::scan());
        let records: Vec<&str> = rows.iter().map(|row| row["record"].as_str()).collect();
        assert_eq!(records, ["finding", "finding", "subject", "gap"]);
        let denied = &rows[1];
        for (column, value) in [
            ("target", "./seg-net"),
            ("repository", "vendor/seg-net"),
            ("target_verdict", "deny"),
            ("target_incomplete", "yes"),
            ("role", "weights"),
            ("effective", "CC-BY-NC-4.0"),
            ("finding", "non-commercial"),
            ("level", "error"),
            ("path", "README.md"),
            ("start_line", "4"),
            ("key", "license"),
            ("quote", "cc-by-nc-4.0"),
            ("existing", "no"),
        ] {
            assert_eq!(denied[column], value, "{column}");
        }
        assert_eq!(denied["fingerprint"].len(), 64);
        assert_eq!((rows[2]["role"].as_str(), rows[2]["directory"].as_str()), ("code", "src"));
        assert_eq!((rows[3]["gap"].as_str(), rows[3]["path"].as_str()), ("unreadable", "model.bin"));
    }

    #[test]
    fn a_target_of_which_nothing_is_known_has_a_row() {
        let mut scan = sample::scan();
        scan.sources.push(crate::scan::Source::new("./empty", crate::scan::SourceKind::Directory));
        let rows = read(&scan);
        assert!(rows.iter().any(|row| row["record"] == "target" && row["target"] == "./empty"), "{rows:?}");
        let subjects = read(&sample::unjudged());
        assert_eq!(subjects.iter().filter(|row| row["record"] == "subject").count(), 2);
    }

    #[test]
    fn a_formula_becomes_words() {
        assert_eq!(cell("=cmd|'/C calc'!A0"), "'=cmd|'/C calc'!A0");
        assert_eq!(cell(" +1"), " '+1");
        assert_eq!(cell("\t@SUM(1)"), "\\u{9}@SUM(1)");
        assert_eq!(cell("\r=1"), "\\u{d}=1");
        assert_eq!(cell("x\";=1+1;\""), "x\";'=1+1;\"");
        assert_eq!(cell("\u{ff1d}1"), "'\u{ff1d}1");
        assert_eq!(cell("Apache-2.0 OR MIT, a@b"), "Apache-2.0 OR MIT, a@b");
    }

    #[test]
    fn a_cell_fits_a_spreadsheet_and_says_that_it_was_cut() {
        for text in ["x".repeat(1 << 20), ";=".repeat(1 << 20), "\u{1b}".repeat(1 << 20)] {
            let cell = cell(&text);
            assert!(cell.chars().count() < 32_767 && cell.ends_with("..."), "{}", cell.len());
        }
        assert_eq!(cell(&"x".repeat(CELL_LIMIT)).len(), CELL_LIMIT);
    }

    #[test]
    fn no_word_of_a_model_acts_through_the_report() {
        let text = written(&sample::hostile());
        assert!(!text.chars().any(|character| !matches!(character, '\r' | '\n') && is_obeyed(character)), "{text}");
        assert!(!text.lines().any(|line| line.starts_with("::")) && !text.contains("##["), "{text}");
        assert_eq!(text.lines().count(), 6, "one line a row");
    }

    proptest! {
        #[test]
        fn whatever_separator_a_program_splits_at_no_part_is_run(
            text in prop_oneof![any::<String>(), "[-=+@;,|\"' \t\ra1]{0,16}"],
        ) {
            let cell = cell(&text);
            for part in cell.split([',', ';', '|', '"']) {
                let start = part.trim_start().chars().next();
                prop_assert!(!start.is_some_and(is_run), "{cell:?}");
            }
            let mut table = csv::WriterBuilder::new().from_writer(Vec::new());
            table.write_record([cell.as_str(), "end"]).expect("memory takes everything");
            let bytes = table.into_inner().expect("memory takes everything");
            let mut read = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
            let row = read.records().next().expect("a row").expect("a valid row");
            prop_assert_eq!(row.get(0), Some(cell.as_str()));
        }
    }
}
