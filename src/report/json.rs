//! The machine-readable report, `licentia.report/1`: everything that was seen, held and minded, each with an id.
//!
//! The shape is a contract (DESIGN §6, `schemas/report-1.schema.json`): keys are added, never renamed or removed, under
//! the same number. Ids are positions counted from 1: sources `src1`, subjects `s1`, evidence `e1`, gaps `g1`, facts
//! `f1`, lineage nodes `n1`; every `because` names ids of the same report.

use std::io::{self, Write};

use super::rows::{Lineage, Report};
use super::style::Style;
use super::{Format, records, wire};
use crate::scan::Scan;

/// `-o json`.
pub(super) const FORMAT: Format = Format {
    name: "json",
    summary: "everything, machine-readable: licentia.report/1",
    extension: "json",
    is_for_people: false,
    write,
    files: None,
};

/// Name and version of the contract.
pub const SCHEMA: &str = "licentia.report/1";

/// The JSON Schema of this report, as it stands in `schemas/report-1.schema.json`.
pub fn schema() -> serde_json::Value {
    wire::schema_of::<Report<'_>>()
}

fn write(scan: &Scan, _: &Style, out: &mut dyn Write) -> io::Result<()> {
    wire::write_document(&report(scan), out)
}

fn report(scan: &Scan) -> Report<'_> {
    let subjects = records::Subjects::of(scan);
    Report {
        schema: SCHEMA,
        tool: records::tool(scan),
        database: records::database(scan),
        policy: records::policy(scan),
        summary: records::summary(scan, &subjects),
        sources: records::sources(scan).collect(),
        subjects: subjects.rows(scan).collect(),
        evidence: records::evidence(scan).collect(),
        gaps: records::gaps(scan).collect(),
        facts: records::facts(scan, &subjects).collect(),
        lineage: Lineage { nodes: records::nodes(scan).collect(), edges: records::edges(scan).collect() },
        findings: records::findings(scan, &subjects).collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::report::escape::is_obeyed;
    use crate::report::sample;

    fn written(scan: &Scan) -> String {
        sample::written(|out| write(scan, &Style::default(), out))
    }

    fn read(scan: &Scan) -> Value {
        serde_json::from_str(&written(scan)).expect("valid JSON")
    }

    #[test]
    fn the_keys_of_the_contract_stand_in_their_order() {
        let text = written(&sample::scan());
        let top: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("  \""))
            .filter_map(|line| line.split('"').next())
            .collect();
        let contract = [
            "schema", "tool", "database", "policy", "summary", "sources", "subjects", "evidence", "gaps", "facts",
            "lineage", "findings",
        ];
        assert_eq!(top, contract);
        assert!(text.ends_with("}\n") && text.starts_with("{\n  \"schema\": \"licentia.report/1\",\n"));
    }

    #[test]
    fn every_report_follows_the_schema() {
        let schema = jsonschema::validator_for(&schema()).expect("a schema");
        let mut nothing = sample::unjudged();
        nothing.sources.clear();
        nothing.judged.clear();
        for scan in [sample::scan(), sample::unjudged(), sample::hostile(), nothing] {
            let report = read(&scan);
            let errors: Vec<String> = schema.iter_errors(&report).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{errors:#?}");
        }
    }

    #[test]
    fn the_summary_says_what_the_exit_status_says() {
        let report = read(&sample::scan());
        assert_eq!(report["summary"]["verdict"], "deny");
        assert_eq!(report["summary"]["exit_code"], 1);
        assert_eq!(report["summary"]["incomplete"], true);
        assert_eq!(read(&sample::unjudged())["summary"]["verdict"], Value::Null);
    }

    #[test]
    fn every_because_names_an_id_of_the_same_report() {
        let report = read(&sample::scan());
        let mut ids = BTreeSet::new();
        let mut named = BTreeSet::new();
        collect(&report, &mut ids, &mut named);
        assert!(named.contains("f1") && named.contains("e3"), "{named:?}");
        assert!(named.is_subset(&ids), "{named:?} in {ids:?}");
    }

    fn collect(value: &Value, ids: &mut BTreeSet<String>, named: &mut BTreeSet<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| collect(item, ids, named)),
            Value::Object(fields) => {
                for (key, field) in fields {
                    match (key.as_str(), field) {
                        ("id", Value::String(id)) => {
                            ids.insert(id.clone());
                        }
                        ("because", Value::Array(items)) => {
                            named.extend(items.iter().filter_map(Value::as_str).map(str::to_owned));
                        }
                        ("source" | "subject" | "child" | "parent", Value::String(id)) => {
                            named.insert(id.clone());
                        }
                        _ => collect(field, ids, named),
                    }
                }
            }
            _ => {}
        }
    }

    #[test]
    fn a_subject_that_only_a_finding_names_gets_a_row() {
        let mut scan = sample::scan();
        scan.judged.clear();
        let report = read(&scan);
        assert_eq!(report["subjects"].as_array().map(Vec::len), Some(2));
        assert_eq!(report["findings"][0]["subject"], "s1");
        assert_eq!(report["subjects"][0]["effective"], Value::Null);
    }

    #[test]
    fn no_word_of_a_model_acts_through_the_report() {
        let text = written(&sample::hostile());
        assert!(!text.chars().any(|character| character != '\n' && is_obeyed(character)), "{text}");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
        assert!(!text.contains("##["), "{text}");
    }

    #[test]
    fn the_same_scan_gives_the_same_bytes() {
        let first = written(&sample::scan());
        assert!((0..20).all(|_| written(&sample::scan()) == first));
    }
}
