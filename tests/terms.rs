//! Measures the clause reader alone on texts of real licences. The texts are not part of this repository; the directory
//! that holds `license-texts/` is named by `LICENTIA_SHARED`. CONTRIBUTING.md says how to run it.
//!
//! The texts are split by their family, so that versions of one licence are on one side: half A was read while the rules
//! were written, half B only to score them.
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "the texts lie where the environment says")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use licentia::classify::terms;
use licentia::clause::Terms;
use license_db::TermKind;
use license_db::terms::CommercialUse;

fn shared() -> PathBuf {
    PathBuf::from(std::env::var_os("LICENTIA_SHARED").expect("LICENTIA_SHARED names the directory that holds the texts"))
}

struct Labelled {
    license: String,
    file: String,
    half: char,
    commercial_use: String,
    text: String,
}

/// The rows of `terms/labels.tsv`, with the texts they speak of.
fn labelled() -> Vec<Labelled> {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terms/labels.tsv");
    let table = std::fs::read_to_string(table).expect("tests/terms/labels.tsv");
    let rows = table.lines().skip(1).map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        let [license, file, family, commercial_use, ..] = columns[..] else { panic!("four columns: {line}") };
        let text = std::fs::read(shared().join("license-texts").join(file)).expect("a text");
        Labelled {
            license: license.to_owned(),
            file: file.to_owned(),
            half: half(if family.is_empty() { license } else { family }),
            commercial_use: commercial_use.to_owned(),
            text: String::from_utf8_lossy(&text).into_owned(),
        }
    });
    rows.collect()
}

/// A or B, by the first byte of the SHA-256 of the family.
fn half(family: &str) -> char {
    let digest = licentia::evidence::TextId::of(family);
    let even = u8::from_str_radix(digest.as_str().get(..2).expect("hexadecimal"), 16).expect("hexadecimal") % 2 == 0;
    if even { 'A' } else { 'B' }
}

/// One term in words: kind, value or limit.
type Fact = (String, String);

fn expected(license: &str) -> Option<BTreeSet<Fact>> {
    let entry = license_db::license(license)?;
    let mut facts = BTreeSet::new();
    for term in entry.terms {
        // What stands in the policy beside a licence is not in its text.
        if term.source.starts_with("Acceptable Use Policy") || term.kind == TermKind::Note {
            continue;
        }
        let binds = term.details.iter().find(|(name, _)| *name == "binds").map_or("", |(_, value)| value);
        let value = term.limit.map_or_else(|| term.value.to_owned(), |limit| limit.to_string());
        let whole = matches!(term.kind, TermKind::Display | TermKind::NamePrefix);
        let values: Vec<&str> = if whole { vec![&value] } else { value.split(", ").collect() };
        for one in values {
            let one = if term.kind == TermKind::Display { bare(one) } else { one };
            let word = if binds.is_empty() { one.to_owned() } else { format!("{one} ({binds})") };
            facts.insert((term.kind.to_string(), word));
        }
    }
    (!entry.terms.is_empty()).then_some(facts)
}

/// Words to show without a full stop at the end or the verb of the sentence that has them.
fn bare(words: &str) -> &str {
    words.trim_end_matches('.').trim_start_matches("is ")
}

fn found(read: &Terms) -> BTreeSet<Fact> {
    let mut facts: BTreeSet<Fact> = BTreeSet::new();
    for clause in read.clauses.iter().filter(|clause| clause.kind != TermKind::CommercialUse) {
        let value = if clause.kind == TermKind::Display { bare(&clause.value) } else { &clause.value };
        let value = clause.limit.map_or_else(|| value.to_owned(), |limit| limit.to_string());
        let whole = clause.kind != TermKind::ExcludedTerritory;
        for one in if whole { vec![value.as_str()] } else { value.split(", ").collect() } {
            let word = clause.detail("binds").map_or_else(|| one.to_owned(), |binds| format!("{one} ({binds})"));
            facts.insert((clause.kind.to_string(), word));
        }
    }
    let both = |facts: &BTreeSet<Fact>, word: &str| facts.contains(&("use-restrictions".to_owned(), word.to_owned()));
    if both(&facts, "inline") && both(&facts, "by-reference") {
        facts.retain(|(kind, _)| kind != "use-restrictions");
        facts.insert(("use-restrictions".to_owned(), "both".to_owned()));
    }
    // An entry names the widest way in which a licence ends.
    if facts.contains(&("revocation".to_owned(), "at-will".to_owned())) {
        facts.remove(&("revocation".to_owned(), "on-breach".to_owned()));
    }
    facts.insert(("commercial-use".to_owned(), read.commercial_use.to_string()));
    facts
}

#[derive(Default)]
struct Score {
    right: usize,
    wrong: usize,
    missed: usize,
}

impl Score {
    fn row(&self) -> String {
        let of = |part: usize, whole: usize| if whole == 0 { "–".to_owned() } else { format!("{} %", (part * 100 + whole / 2) / whole) };
        let (said, there) = (self.right + self.wrong, self.right + self.missed);
        format!("{there} | {} | {}", of(self.right, said), of(self.right, there))
    }
}

/// Kinds that one clause states with figures or names: these must be right.
const EXACT: [&str; 8] = ["monthly-users", "daily-users", "annual-revenue", "monthly-revenue", "team-size", "excluded-territory", "display", "name-prefix"];

#[test]
#[ignore = "needs the texts; LICENTIA_SHARED names them"]
fn develop() {
    let half = std::env::var("HALF").unwrap_or_else(|_| "A".to_owned());
    let detail = std::env::var("KINDS").unwrap_or_default();
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let mut right = 0;
    let mut all = 0;
    for one in labelled().iter().filter(|one| half.contains(one.half)) {
        let read = terms::read(&one.text);
        all += 1;
        if read.commercial_use.as_str() == one.commercial_use {
            right += 1;
        } else {
            println!("## {} want {} got {}", one.file, one.commercial_use, read.commercial_use);
            for clause in read.of_kind(TermKind::CommercialUse) {
                let quote: String = one.text.get(clause.place.bytes.clone()).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ").chars().take(260).collect();
                println!("    {} {:?}: {quote}", clause.value, clause.place.lines);
            }
        }
        if std::env::var("UNREAD").is_ok() {
            for place in &read.unread {
                println!("  unread {}: {}", one.file, one.text[place.bytes.clone()].split_whitespace().collect::<Vec<_>>().join(" "));
            }
        }
        let Some(expected) = expected(&one.license) else { continue };
        let found = found(&read);
        for (kind, value) in found.union(&expected) {
            let score = scores.entry(kind.clone()).or_default();
            let fact = (kind.clone(), value.clone());
            let word = match (found.contains(&fact), expected.contains(&fact)) {
                (true, true) => { score.right += 1; "" }
                (true, false) => { score.wrong += 1; "WRONG" }
                _ => { score.missed += 1; "MISSED" }
            };
            if !word.is_empty() && detail.split(',').any(|one| one == kind) {
                println!("  {word} {kind} {value} {}", one.file);
                if word == "WRONG" {
                    for clause in read.clauses.iter().filter(|c| c.kind.as_str() == kind) {
                        println!("       {:?} {}", clause.value, one.text[clause.place.bytes.clone()].split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect::<String>());
                    }
                }
            }
        }
    }
    println!("class {right}/{all}");
    for (kind, score) in &scores {
        println!("{kind:22} {} (wrong {})", score.row(), score.wrong);
    }
    let _ = (EXACT, CommercialUse::Yes, String::new().write_str(""));
}

/// The texts of the SPDX list that the database describes.
fn spdx() -> Vec<(&'static str, String, &'static str)> {
    let licenses = license_db::licenses().iter().filter(|one| one.is_spdx());
    let with_terms = licenses.filter_map(|one| {
        let term = one.terms.iter().find(|term| term.kind == TermKind::CommercialUse)?;
        Some((one.id, term.value.to_owned(), one.text()?))
    });
    with_terms.collect()
}

#[test]
#[ignore = "development"]
fn develop_spdx() {
    let (mut right, mut all) = (0, 0);
    for (id, want, text) in spdx() {
        let read = terms::read(text);
        all += 1;
        if read.commercial_use.as_str() == want { right += 1; continue; }
        println!("## {id} want {want} got {}", read.commercial_use);
        for clause in read.of_kind(TermKind::CommercialUse) {
            let quote: String = text[clause.place.bytes.clone()].split_whitespace().collect::<Vec<_>>().join(" ").chars().take(260).collect();
            println!("    {} {:?}: {quote}", clause.value, clause.place.lines);
        }
    }
    println!("spdx {right}/{all}");
}

#[test]
#[ignore = "development"]
fn develop_ml() {
    let directory = shared().join("corpus/ml");
    let manifest = std::fs::read_to_string(directory.join("manifest.jsonl")).expect("a manifest");
    let mut table: BTreeMap<(String, String), usize> = BTreeMap::new();
    for line in manifest.lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let (path, class) = (row["path"].as_str().expect("path"), row["cls"].as_str().expect("cls"));
        let text = String::from_utf8_lossy(&std::fs::read(directory.join(path)).expect("a file")).into_owned();
        let read = terms::read(&text);
        *table.entry((class.to_owned(), read.commercial_use.to_string())).or_default() += 1;
        if (class == "nc" && read.commercial_use != CommercialUse::No) || (class == "restricted" && read.commercial_use == CommercialUse::Yes) || (class == "permissive" && read.commercial_use == CommercialUse::No) {
            println!("## {class} {} {path} {}", read.commercial_use, row["expression"]);
            if class == "permissive" {
                for clause in read.of_kind(TermKind::CommercialUse).filter(|c| c.value == "no") {
                    println!("      {}", text[clause.place.bytes.clone()].split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect::<String>());
                }
            }
        }
    }
    println!("{table:#?}");
}
