//! Measures the clause reader alone. The texts of model licences are not part of this repository; the directory that holds
//! `license-texts/` and `corpus/` is named by `LICENTIA_SHARED`. CONTRIBUTING.md says how to run it.
//!
//! The texts are split by their family, so that versions of one licence are on one side. Half A was read while the rules
//! were written; half B first served to score them.
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "the texts lie where the environment says")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use license_db::TermKind;
use license_db::terms::CommercialUse;
use licentia::classify::terms;
use licentia::clause::Terms;
use licentia::license::Outcome;
use licentia::report::commerce::commercial_use;
use licentia::run;

/// Kinds with figures, places or exact words: nine in ten must be found, and nine in ten of what is found be right.
const EXACT: [TermKind; 7] = [
    TermKind::MonthlyUsers,
    TermKind::DailyUsers,
    TermKind::AnnualRevenue,
    TermKind::MonthlyRevenue,
    TermKind::TeamSize,
    TermKind::ExcludedTerritory,
    TermKind::Display,
];

/// Kinds that are not measured: the first has labels of its own, the others are words of whoever wrote the entry, or
/// answers that the reader gives for the whole text.
const UNMEASURED: [TermKind; 8] = [
    TermKind::CommercialUse,
    TermKind::Note,
    TermKind::OtherThreshold,
    TermKind::InternalUse,
    TermKind::ProductUse,
    TermKind::HostedService,
    TermKind::ResearchUse,
    TermKind::Derivatives,
];

fn shared() -> PathBuf {
    PathBuf::from(
        std::env::var_os("LICENTIA_SHARED").expect("LICENTIA_SHARED names the directory that holds the texts"),
    )
}

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

struct Labelled {
    license: String,
    file: String,
    half: char,
    commercial_use: CommercialUse,
    text: String,
}

/// The rows of `terms/labels.tsv`, with the texts they speak of.
fn labelled() -> Vec<Labelled> {
    let table = std::fs::read_to_string(project().join("tests/terms/labels.tsv")).expect("tests/terms/labels.tsv");
    let rows = table.lines().skip(1).map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        let [license, file, family, commercial_use, _doubt] = columns[..] else { panic!("five columns: {line}") };
        Labelled {
            license: license.to_owned(),
            file: file.to_owned(),
            half: half(if family.is_empty() { license } else { family }),
            commercial_use: CommercialUse::from_word(commercial_use).expect("a word of the vocabulary"),
            text: text_of(&shared().join("license-texts").join(file)),
        }
    });
    rows.collect()
}

fn text_of(path: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(path).expect("a text")).into_owned()
}

/// A or B, by the first byte of the SHA-256 of the family.
fn half(family: &str) -> char {
    let digest = licentia::evidence::TextId::of(family);
    let first = digest.as_str().get(..2).and_then(|byte| u8::from_str_radix(byte, 16).ok()).expect("hexadecimal");
    if first % 2 == 0 { 'A' } else { 'B' }
}

/// How strict an answer is: where two are possible, the stricter is the safe one.
fn strictness(answer: CommercialUse) -> u8 {
    match answer {
        CommercialUse::Yes => 0,
        CommercialUse::Unstated => 1,
        CommercialUse::Conditional => 2,
        CommercialUse::No => 3,
    }
}

/// One term in words.
type Fact = (TermKind, String);

/// What the entry of a licence says; `None` where nobody described it.
fn expected(license: &str) -> Option<BTreeSet<Fact>> {
    let terms = license_db::license(license)?.terms;
    let mut facts = BTreeSet::new();
    // What stands in the policy beside a licence is not in its text.
    let in_text = terms.iter().filter(|term| !term.source.starts_with("Acceptable Use Policy"));
    for term in in_text.filter(|term| !UNMEASURED.contains(&term.kind)) {
        add(&mut facts, term.kind, term.value, term.limit, term.details);
    }
    (!terms.is_empty()).then_some(facts)
}

fn found(read: &Terms) -> BTreeSet<Fact> {
    let mut facts = BTreeSet::new();
    for clause in read.clauses.iter().filter(|clause| !UNMEASURED.contains(&clause.kind)) {
        add(&mut facts, clause.kind, &clause.value, clause.limit, &clause.details);
    }
    let has = |facts: &BTreeSet<Fact>, kind, word: &str| facts.contains(&(kind, word.to_owned()));
    let kind = TermKind::UseRestrictions;
    if has(&facts, kind, "inline") && has(&facts, kind, "by-reference") {
        facts.retain(|(found, _)| *found != kind);
        facts.insert((kind, "both".to_owned()));
    }
    // An entry names the widest way in which a licence ends.
    if has(&facts, TermKind::Revocation, "at-will") {
        facts.remove(&(TermKind::Revocation, "on-breach".to_owned()));
    }
    facts
}

fn add(facts: &mut BTreeSet<Fact>, kind: TermKind, value: &str, limit: Option<u64>, details: &[(&str, &str)]) {
    let detail = |name: &str| details.iter().find(|(found, _)| *found == name).map(|(_, value)| *value);
    let mut values: Vec<String> = match kind {
        // A full stop at the end, or the verb of the sentence that has the words, is nobody's error.
        TermKind::Display => vec![value.trim_end_matches('.').trim_start_matches("is ").to_owned()],
        TermKind::NamePrefix => vec![value.to_owned()],
        _ => value.split(", ").map(str::to_owned).collect(),
    };
    if let Some(limit) = limit {
        values = vec![format!("{limit} {}", detail("currency").unwrap_or_default())];
    }
    let binds = detail("binds").map_or_else(String::new, |binds| format!(" ({binds})"));
    facts.extend(values.into_iter().map(|value| (kind, format!("{value}{binds}"))));
}

#[derive(Clone, Copy, Default)]
struct Score {
    right: usize,
    wrong: usize,
    missed: usize,
}

impl Score {
    fn plus(self, other: Self) -> Self {
        Self { right: self.right + other.right, wrong: self.wrong + other.wrong, missed: self.missed + other.missed }
    }

    fn cells(self) -> String {
        let percent = |whole: usize| {
            (self.right * 100).checked_div(whole).map_or_else(|| "–".to_owned(), |part| format!("{part} %"))
        };
        let (said, there) = (self.right + self.wrong, self.right + self.missed);
        format!("{there} | {} | {}", percent(said), percent(there))
    }
}

/// Writes the section between two marks of docs/terms-measured.md, or compares it. A table is that of the texts whose
/// index has the digest in its first line; with other texts there is nothing to compare.
fn recorded(section: &str, index: &Path, table: &str) {
    let digest = licentia::evidence::TextId::of(&std::fs::read_to_string(index).expect("an index"));
    let digest = format!("Index: SHA-256 {}.\n\n", digest.as_str());
    let table = &format!("{digest}{table}");
    let path = project().join("docs/terms-measured.md");
    let text = std::fs::read_to_string(&path).expect("docs/terms-measured.md");
    let (begin, end) = (format!("<!-- begin {section} -->\n"), format!("<!-- end {section} -->"));
    let (before, rest) = text.split_once(&begin).expect("the section begins");
    let (old, after) = rest.split_once(&end).expect("the section ends");
    if std::env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        std::fs::write(&path, format!("{before}{begin}{table}{end}{after}")).expect("writable");
    } else if old.starts_with(&digest) {
        assert!(
            old == table,
            "docs/terms-measured.md, {section} has changed; SNAPSHOTS=overwrite writes it anew\n{table}"
        );
    } else {
        println!("docs/terms-measured.md, {section}: recorded with other texts, so there is nothing to compare");
    }
}

#[test]
#[ignore = "needs the texts; LICENTIA_SHARED names them"]
fn commercial_use_is_read_as_labelled_and_never_as_more_than_it_is() {
    let mut table = String::from("| half | texts | right | wrong, stricter | wrong, laxer |\n|---|---|---|---|---|\n");
    let mut misses = String::from("\n| text | label | read |\n|---|---|---|\n");
    let mut never = Vec::new();
    let (mut right, mut all) = (0, 0);
    for half in ['A', 'B'] {
        let (mut agree, mut stricter, mut laxer) = (0, 0, 0);
        for one in labelled().iter().filter(|one| one.half == half) {
            let answer = terms::read(&one.text).commercial_use;
            if answer == one.commercial_use {
                agree += 1;
                continue;
            }
            if strictness(answer) > strictness(one.commercial_use) {
                stricter += 1;
            } else {
                laxer += 1;
            }
            writeln!(misses, "| {} | {} | {answer} |", one.file, one.commercial_use).expect("a string");
            if one.commercial_use == CommercialUse::No && answer != CommercialUse::Unstated {
                never.push(one.file.clone());
            }
        }
        let texts = agree + stricter + laxer;
        writeln!(table, "| {half} | {texts} | {agree} | {stricter} | {laxer} |").expect("a string");
        right += agree;
        all += texts;
    }
    recorded("commercial use", &shared().join("license-texts/index.jsonl"), &format!("{table}{misses}"));
    assert!(never.is_empty(), "commercial use is forbidden, and read as allowed: {never:?}");
    assert!(right * 10 >= all * 9, "{right} of {all}");
}

#[test]
#[ignore = "needs the texts; LICENTIA_SHARED names them"]
fn terms_are_found_as_the_entries_have_them() {
    let mut scores: BTreeMap<(TermKind, char), Score> = BTreeMap::new();
    for one in labelled() {
        let Some(expected) = expected(&one.license) else { continue };
        let found = found(&terms::read(&one.text));
        for fact in found.union(&expected) {
            let score = scores.entry((fact.0, one.half)).or_default();
            let outcome = match (found.contains(fact), expected.contains(fact)) {
                (true, true) => {
                    score.right += 1;
                    continue;
                }
                (true, false) => {
                    score.wrong += 1;
                    "not in the entry"
                }
                _ => {
                    score.missed += 1;
                    "not found"
                }
            };
            if EXACT.contains(&fact.0) {
                println!("{}: {} {} {outcome}", one.file, fact.0, fact.1);
            }
        }
    }
    let mut table = String::from(
        "| kind | A: terms | precision | recall | B: terms | precision | recall |\n|---|---|---|---|---|---|---|\n",
    );
    let mut exact = Score::default();
    for kind in TermKind::ALL {
        let of = |half: char| scores.get(&(*kind, half)).copied().unwrap_or_default();
        if scores.keys().any(|(found, _)| found == kind) {
            writeln!(table, "| `{kind}` | {} | {} |", of('A').cells(), of('B').cells()).expect("a string");
        }
        if EXACT.contains(kind) {
            exact = exact.plus(of('A')).plus(of('B'));
        }
    }
    recorded("terms", &shared().join("license-texts/index.jsonl"), &table);
    assert!(exact.right * 10 >= (exact.right + exact.missed) * 9, "{} found, {} missed", exact.right, exact.missed);
    assert!(exact.right * 10 >= (exact.right + exact.wrong) * 9, "{} right, {} wrong", exact.right, exact.wrong);
}

/// OpenRAIL permits commerce under restrictions on fields of use; a sentence below its text takes it away.
#[test]
#[ignore = "needs the texts; LICENTIA_SHARED names them"]
fn a_non_commercial_rider_below_an_openrail_text_is_neither_clean_nor_a_yes() {
    let rider = "The Model and its Derivatives may be used for non-commercial purposes only.";
    let texts = labelled().into_iter().filter(|one| one.license.contains("open-rail-m"));
    let mut tried = 0;
    for one in texts {
        let (found, _) = run::classify_file("LICENSE", format!("{}\n\n{rider}\n", one.text).as_bytes());
        assert!(found.outcome > Outcome::Exact, "{}: {:?}", one.file, found.outcome);
        assert_eq!(commercial_use(&found), CommercialUse::No, "{}", one.file);
        tried += 1;
    }
    assert!(tried > 0, "no OpenRAIL text among the labels");
}

#[test]
#[ignore = "needs the corpus; LICENTIA_SHARED names it"]
fn no_licence_file_of_a_real_repository_reads_better_than_its_class() {
    let directory = shared().join("corpus/ml");
    let manifest = std::fs::read_to_string(directory.join("manifest.jsonl")).expect("a manifest");
    let mut table: BTreeMap<(String, CommercialUse), usize> = BTreeMap::new();
    for line in manifest.lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let field = |name: &str| row.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        let (path, class) = (field("path"), field("cls"));
        let read = terms::read(&text_of(&directory.join(&path)));
        let answer = read.commercial_use;
        let forbids = class == "nc" && matches!(answer, CommercialUse::Yes | CommercialUse::Conditional);
        // The class `restricted` holds licences that forbid fields of use and leave commerce alone (RAIL): there a yes is
        // right, and stands beside the restrictions.
        let restricts = read.of_kind(TermKind::UseRestrictions).next().is_some();
        let hides = class == "restricted" && answer == CommercialUse::Yes && !restricts;
        assert!(!forbids && !hides, "{path}: {class}, read as {answer}");
        *table.entry((class, answer)).or_default() += 1;
    }
    let mut rows = String::from("| class | read | files |\n|---|---|---|\n");
    for ((class, answer), files) in &table {
        writeln!(rows, "| {class} | {answer} | {files} |").expect("a string");
    }
    recorded("files", &directory.join("manifest.jsonl"), &rows);
}

#[test]
fn no_text_of_the_spdx_list_reads_better_than_its_entry() {
    let mut counts: BTreeMap<(CommercialUse, CommercialUse), usize> = BTreeMap::new();
    for license in license_db::licenses().iter().filter(|license| license.is_spdx()) {
        let term = license.terms.iter().find(|term| term.kind == TermKind::CommercialUse);
        let (Some(term), Some(text)) = (term, license.text()) else { continue };
        let entry = CommercialUse::from_word(term.value).expect("a word of the vocabulary");
        let answer = terms::read(text).commercial_use;
        assert!(strictness(answer) >= strictness(entry), "{}: {entry}, read as {answer}", license.id);
        if entry == CommercialUse::No {
            assert_eq!(answer, entry, "{}", license.id);
        }
        *counts.entry((entry, answer)).or_default() += 1;
    }
    let right: usize = counts.iter().filter(|((entry, answer), _)| entry == answer).map(|(_, count)| count).sum();
    let all: usize = counts.values().sum();
    // Half of the others are Creative Commons licences whose grant names no purpose: unstated, where the entry knows better.
    assert!(right * 3 >= all * 2, "{right} of {all}: {counts:?}");
}
