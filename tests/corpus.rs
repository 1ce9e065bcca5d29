//! Measures whole answers against labelled files. The files are not part of this repository; the directory that holds
//! `corpus/` is named by `LICENTIA_SHARED`. CONTRIBUTING.md says how to run it.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the labelled files lie where the environment says"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use licentia::finding::Verdict;
use licentia::license::MODIFIED_PREFIX;
use licentia::policy::{Policy, Preset};
use licentia::run;
use licentia::scan::Scan;
use licentia::source::{SourceTree, dir, memory::MemoryTree};
use serde_json::Value;

fn shared() -> PathBuf {
    PathBuf::from(std::env::var_os("LICENTIA_SHARED").expect("LICENTIA_SHARED names the directory that holds corpus/"))
}

fn manifest(corpus: &str) -> (PathBuf, Vec<Value>) {
    let directory = shared().join("corpus").join(corpus);
    let text = std::fs::read_to_string(directory.join("manifest.jsonl")).expect("the corpus has a manifest");
    let rows = text.lines().map(|line| serde_json::from_str(line).expect("a row of JSON")).collect();
    (directory, rows)
}

fn field<'a>(row: &'a Value, name: &str) -> &'a str {
    row.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn list(row: &Value, name: &str) -> Vec<String> {
    let values = row.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

fn check(tree: impl SourceTree + 'static) -> Scan {
    let trees: Vec<Box<dyn SourceTree>> = vec![Box::new(tree)];
    run::check(&trees, &Policy::preset(Preset::Commercial), &|_| ())
}

/// Writes the section between two marks of docs/measurements.md, or compares it. A table is that of one corpus: its first
/// line names the manifest's digest, and with another manifest there is nothing to compare.
fn recorded(section: &str, corpus: &str, table: &str) {
    let manifest = std::fs::read_to_string(shared().join("corpus").join(corpus).join("manifest.jsonl")).expect("read");
    let digest = format!("Manifest of `{corpus}`: SHA-256 {}.\n\n", licentia::evidence::TextId::of(&manifest).as_str());
    let table = &format!("{digest}{table}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/measurements.md");
    let text = std::fs::read_to_string(&path).expect("docs/measurements.md");
    let (begin, end) = (format!("<!-- begin {section} -->\n"), format!("<!-- end {section} -->"));
    let (before, rest) = text.split_once(&begin).expect("the section begins");
    let (old, after) = rest.split_once(&end).expect("the section ends");
    if std::env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        std::fs::write(&path, format!("{before}{begin}{table}{end}{after}")).expect("writable");
        return;
    }
    if !old.starts_with(&digest) {
        println!("docs/measurements.md, {section}: recorded with another manifest, so there is nothing to compare");
        return;
    }
    assert!(
        old == table,
        "docs/measurements.md, {section}: the table has changed; SNAPSHOTS=overwrite writes it anew\n{table}"
    );
}

#[test]
#[ignore = "needs the corpus; LICENTIA_SHARED names it"]
fn no_repository_with_a_restricted_text_is_allowed_and_no_permissive_one_is_denied() {
    let (directory, rows) = manifest("ml");
    let mut repositories: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in &rows {
        let name = field(row, "path").split('/').nth(1).unwrap_or_default().to_owned();
        repositories.entry(name).or_default().insert(field(row, "cls").to_owned());
    }
    let mut table = String::from("| repository | labels | verdict | findings |\n|---|---|---|---|\n");
    let mut wrong = Vec::new();
    for (name, classes) in &repositories {
        let path = directory.join("files").join(name);
        let scan = check(dir::open(&path, name).expect("a directory"));
        let verdict = scan.verdict().expect("it was judged");
        let is_restricted = classes.contains("nc") || classes.contains("restricted");
        let denials: BTreeSet<&str> = scan
            .findings
            .iter()
            .filter(|finding| finding.verdict == Verdict::Deny)
            .map(|finding| finding.name)
            .collect();
        let names: BTreeSet<&str> = scan.findings.iter().map(|finding| finding.name).collect();
        let labels: Vec<&str> = classes.iter().map(String::as_str).collect();
        let names: Vec<&str> = names.into_iter().collect();
        writeln!(table, "| {name} | {} | {verdict} | {} |", labels.join(", "), names.join(", ")).expect("a string");
        if is_restricted && verdict == Verdict::Allow {
            wrong.push(format!("{name}: labelled {labels:?} and allowed"));
        }
        if !is_restricted && !denials.is_empty() {
            wrong.push(format!("{name}: all permissive and denied by {denials:?}"));
        }
    }
    println!("{table}");
    assert!(wrong.is_empty(), "{wrong:#?}");
    recorded("repositories", "ml", &table);
}

#[test]
#[ignore = "needs the corpus; LICENTIA_SHARED names it"]
fn every_front_matter_gets_its_licence() {
    let (directory, rows) = manifest("hfslug");
    let mut wrong = Vec::new();
    for row in &rows {
        let path = directory.join(field(row, "path"));
        let bytes = std::fs::read(&path).expect("a card");
        let (found, gaps) = run::classify_file("README.md", &bytes);
        assert!(gaps.is_empty(), "{}: {gaps:?}", path.display());
        let expression = found.expression.as_ref().map(ToString::to_string);
        let is_right = match row.get("rx").and_then(Value::as_str) {
            Some(pattern) => {
                let pattern = regex::Regex::new(&format!("(?i){pattern}")).expect("a pattern");
                // A pattern may spell out what an identifier shortens: the licence's title counts as well.
                let title = |id: &String| license_db::license(id).map(|license| license.name.replace(' ', "-"));
                expression
                    .iter()
                    .chain(&found.candidates)
                    .any(|id| pattern.is_match(id) || title(id).is_some_and(|title| pattern.is_match(&title)))
            }
            None => expression.as_deref() == row.get("license").and_then(Value::as_str),
        };
        if !is_right {
            wrong.push(format!("{}: {expression:?} {:?} {}", field(row, "path"), found.candidates, found.outcome));
        }
    }
    println!("front matter: {} of {}", rows.len() - wrong.len(), rows.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
#[ignore = "needs the corpus; LICENTIA_SHARED names it"]
fn every_labelled_text_is_identified_and_no_near_twin_is_taken_for_it() {
    let (directory, rows) = manifest("ml");
    let mut table = String::from("| file | expected | found | outcome |\n|---|---|---|---|\n");
    let (mut right, mut misses) = (0, 0);
    let mut wrong_twins = Vec::new();
    for row in &rows {
        if row.get("skip_exact").and_then(Value::as_bool) == Some(true)
            || field(row, "category") == "ml-policy"
            || field(row, "category") == "ml-ref"
        {
            continue;
        }
        let path = field(row, "path");
        let bytes = std::fs::read(directory.join(path)).expect("a file");
        let (found, _) = run::classify_file(path, &bytes);
        let ids: BTreeSet<String> = found
            .matches
            .iter()
            .flat_map(|one| one.expression.atoms())
            .map(|atom| atom.license.strip_prefix(MODIFIED_PREFIX).unwrap_or(&atom.license).to_owned())
            .collect();
        let licenses = list(row, "licenses");
        let expected = if licenses.is_empty() { list(row, "ids") } else { licenses.clone() };
        let is_right = if licenses.is_empty() {
            ids == expected.iter().cloned().collect()
        } else {
            ids.len() == 1 && licenses.iter().any(|id| ids.contains(id))
        };
        if is_right {
            right += 1;
            continue;
        }
        misses += 1;
        writeln!(
            table,
            "| {path} | {} | {} | {} |",
            expected.join(", "),
            ids.iter().cloned().collect::<Vec<_>>().join(", "),
            found.outcome
        )
        .expect("a string");
        if !licenses.is_empty()
            && ids.iter().any(|id| id.starts_with("LicenseRef-"))
            && !licenses.iter().any(|id| ids.contains(id))
        {
            wrong_twins.push(format!("{path}: {ids:?} for {licenses:?}"));
        }
    }
    writeln!(table, "\n{right} of {} identified.", right + misses).expect("a string");
    println!("{table}");
    assert!(wrong_twins.is_empty(), "{wrong_twins:#?}");
    recorded("texts", "ml", &table);
}

/// Repositories composed here: the text of a copyleft licence as LICENSE, its tag in a card, its tag in a header.
#[test]
#[ignore = "belongs to the corpus target"]
fn copyleft_is_denied_or_reviewed_with_its_own_finding_in_text_tag_and_header() {
    let cases = [
        ("GPL-3.0-only", "gpl-3.0", "strong-copyleft", Verdict::Deny),
        ("GPL-2.0-only", "gpl-2.0", "strong-copyleft", Verdict::Deny),
        ("LGPL-3.0-only", "lgpl-3.0", "weak-copyleft", Verdict::Review),
        ("LGPL-2.1-only", "lgpl-2.1", "weak-copyleft", Verdict::Review),
        ("AGPL-3.0-only", "agpl-3.0", "network-copyleft", Verdict::Deny),
    ];
    for (id, hub, finding, verdict) in cases {
        let text = license_db::license(id).and_then(license_db::License::text).expect("an SPDX text");
        let card = format!("---\nlicense: {hub}\n---\n# A model\n");
        let header = format!("# SPDX-License-Identifier: {id}\nprint('hello')\n");
        let apache = license_db::license("Apache-2.0").and_then(license_db::License::text).expect("an SPDX text");
        let worlds: [(&str, Vec<(&str, String)>); 3] = [
            ("text", vec![("LICENSE", text.to_owned())]),
            ("tag", vec![("README.md", card)]),
            ("header", vec![("LICENSE", apache.to_owned()), ("modeling.py", header)]),
        ];
        for (form, files) in worlds {
            let scan = check(MemoryTree::new(
                form,
                files.into_iter().map(|(path, text)| (path.to_owned(), text.into_bytes())),
            ));
            let found: Vec<_> = scan.findings.iter().filter(|one| one.name == finding).collect();
            assert!(
                !found.is_empty(),
                "{id} as {form}: no {finding} among {:?}",
                scan.findings.iter().map(|one| one.name).collect::<Vec<_>>()
            );
            assert!(
                found.iter().any(|one| one.verdict >= verdict),
                "{id} as {form}: {:?}",
                found.iter().map(|one| one.verdict).collect::<Vec<_>>()
            );
        }
    }
}
