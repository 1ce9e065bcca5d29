//! `-o ndjson`: the rows of `licentia.report/1`, one JSON object a line, each with its `type`, for what reads line by line
//! (`jq -c`, log stores, databases).
//!
//! The shape is a contract (`schemas/ndjson-1.schema.json` is the schema of one line): types and keys are added, never
//! renamed or removed, under the same number; a reader passes over types that it does not know. Types come in this order:
//! one `scan`, then every `source`, `subject`, `evidence`, `gap`, `fact`, `node`, `edge` and `finding`, each in the order
//! of the report, then one `summary`. A stream without a `summary` was cut off. Ids are those of `-o json`; a line names
//! ids of earlier lines, but for the `because` of a subject, which names what follows.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::rows::{
    Database, EdgeRow, EvidenceRow, FactRow, FindingRow, GapRow, NodeRow, Policy, Source, SubjectRow, Summary, Tool,
};
use super::style::Style;
use super::{Format, records, wire};
use crate::scan::Scan;

/// `-o ndjson`.
pub(super) const FORMAT: Format = Format {
    name: "ndjson",
    summary: "the same, one JSON object a line: licentia.ndjson/1",
    extension: "ndjson",
    is_for_people: false,
    write,
    files: None,
};

/// Name and version of the contract.
pub const SCHEMA: &str = "licentia.ndjson/1";

/// The JSON Schema of one line, as it stands in `schemas/ndjson-1.schema.json`.
pub fn schema() -> serde_json::Value {
    wire::schema_of::<Line<'_>>()
}

/// One line of `-o ndjson`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[schemars(title = "licentia.ndjson/1")]
enum Line<'a> {
    Scan(Head<'a>),
    Source(Source<'a>),
    Subject(SubjectRow),
    Evidence(EvidenceRow<'a>),
    Gap(GapRow<'a>),
    Fact(FactRow<'a>),
    Node(NodeRow<'a>),
    Edge(EdgeRow),
    Finding(FindingRow<'a>),
    Summary(Summary),
}

/// What stands before everything else.
#[derive(Debug, Serialize, JsonSchema)]
struct Head<'a> {
    /// Name and version of this contract: `licentia.ndjson/1`.
    schema: &'static str,
    /// The program that wrote this.
    tool: Tool<'a>,
    /// The facts about licences that the answer rests on.
    database: Database<'a>,
    /// The policy; null for a scan that judges nothing.
    policy: Option<Policy<'a>>,
}

fn write(scan: &Scan, _: &Style, out: &mut dyn Write) -> io::Result<()> {
    lines(scan).try_for_each(|line| wire::write_line(&line, out))
}

fn lines(scan: &Scan) -> impl Iterator<Item = Line<'_>> {
    let subjects = records::Subjects::of(scan);
    let head = Head {
        schema: SCHEMA,
        tool: records::tool(scan),
        database: records::database(scan),
        policy: records::policy(scan),
    };
    // What names subjects is made at once, so that nothing has to outlive them.
    let summary = records::summary(scan, &subjects);
    let rows: Vec<SubjectRow> = subjects.rows(scan).collect();
    let facts: Vec<FactRow<'_>> = records::facts(scan, &subjects).collect();
    let findings: Vec<FindingRow<'_>> = records::findings(scan, &subjects).collect();
    std::iter::once(Line::Scan(head))
        .chain(records::sources(scan).map(Line::Source))
        .chain(rows.into_iter().map(Line::Subject))
        .chain(records::evidence(scan).map(Line::Evidence))
        .chain(records::gaps(scan).map(Line::Gap))
        .chain(facts.into_iter().map(Line::Fact))
        .chain(records::nodes(scan).map(Line::Node))
        .chain(records::edges(scan).map(Line::Edge))
        .chain(findings.into_iter().map(Line::Finding))
        .chain(std::iter::once(Line::Summary(summary)))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::escape::is_obeyed;
    use crate::report::{json, sample};

    fn written(format: &Format, scan: &Scan) -> String {
        let mut out = Vec::new();
        (format.write)(scan, &Style::default(), &mut out).expect("memory takes everything");
        String::from_utf8(out).expect("JSON is UTF-8")
    }

    fn read(scan: &Scan) -> Vec<Value> {
        let text = written(&FORMAT, scan);
        text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
    }

    #[test]
    fn types_come_in_their_order_and_a_summary_closes() {
        let lines = read(&sample::scan());
        let mut types: Vec<&str> = lines.iter().filter_map(|line| line["type"].as_str()).collect();
        assert_eq!(types.len(), lines.len());
        types.dedup();
        let order = ["scan", "source", "subject", "evidence", "gap", "fact", "node", "edge", "finding", "summary"];
        assert_eq!(types, order);
        assert_eq!(lines[0]["schema"], "licentia.ndjson/1");
        assert_eq!(lines.last().expect("a line")["exit_code"], 1);
    }

    #[test]
    fn every_row_is_that_of_the_json_report() {
        for scan in [sample::scan(), sample::unjudged(), sample::hostile()] {
            let report: Value = serde_json::from_str(&written(&json::FORMAT, &scan)).expect("JSON");
            let lines = read(&scan);
            let of_type = |word: &str| -> Vec<Value> {
                let of_type = lines.iter().filter(|line| line["type"] == word).cloned();
                let without_type = of_type.map(|mut line| {
                    line.as_object_mut().expect("an object").remove("type");
                    line
                });
                without_type.collect()
            };
            for (list, word) in [
                ("/sources", "source"),
                ("/subjects", "subject"),
                ("/evidence", "evidence"),
                ("/gaps", "gap"),
                ("/facts", "fact"),
                ("/lineage/nodes", "node"),
                ("/lineage/edges", "edge"),
                ("/findings", "finding"),
            ] {
                assert_eq!(report.pointer(list), Some(&Value::Array(of_type(word))), "{word}");
            }
            assert_eq!(of_type("summary"), [report["summary"].clone()]);
        }
    }

    #[test]
    fn every_line_follows_the_schema() {
        let schema = jsonschema::validator_for(&schema()).expect("a schema");
        let mut nothing = sample::unjudged();
        nothing.sources.clear();
        nothing.judged.clear();
        for scan in [sample::scan(), sample::unjudged(), sample::hostile(), nothing] {
            for line in read(&scan) {
                let errors: Vec<String> = schema.iter_errors(&line).map(|error| error.to_string()).collect();
                assert!(errors.is_empty(), "{errors:#?} in {line:#}");
            }
        }
        let other = serde_json::json!({ "type": "finding", "name": "x" });
        assert!(!schema.is_valid(&other), "a row that lacks its keys is refused");
    }

    #[test]
    fn no_word_of_a_model_acts_through_the_report() {
        let text = written(&FORMAT, &sample::hostile());
        assert!(!text.chars().any(|character| character != '\n' && is_obeyed(character)), "{text}");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::")) && !text.contains("##["), "{text}");
    }
}
