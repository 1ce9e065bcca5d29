use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::license::Expression;
use crate::lineage::{Edge, EdgeRelation, Node, NodeKind};
use crate::report::escape::is_obeyed;
use crate::report::{Timestamp, sample};
use crate::scan::{Source, SourceKind};

const VERSIONS: [&Version; 2] = [&V1_6, &V1_7];

fn text(scan: &Scan, style: &Style, version: &Version) -> String {
    sample::written(|out| write(scan, style, version, out))
}

fn document(scan: &Scan, version: &Version) -> Value {
    serde_json::from_str(&text(scan, &Style::default(), version)).expect("valid JSON")
}

/// Every object of a document.
fn objects(value: &Value) -> Vec<&serde_json::Map<String, Value>> {
    match value {
        Value::Object(object) => std::iter::once(object).chain(object.values().flat_map(objects)).collect(),
        Value::Array(items) => items.iter().flat_map(objects).collect(),
        _ => Vec::new(),
    }
}

/// The rules on references that a schema cannot say: each `bom-ref` stands once, and whatever is pointed at is there.
fn assert_references_hold(document: &Value) {
    let mut known = BTreeSet::new();
    for reference in objects(document).iter().filter_map(|object| object.get("bom-ref")?.as_str()) {
        assert!(known.insert(reference), "{reference} stands twice");
    }
    let mut pointed = Vec::new();
    for object in objects(document) {
        pointed.extend(object.get("ref").and_then(Value::as_str));
        for key in ["dependsOn", "assemblies", "dependencies"] {
            let items = object.get(key).and_then(Value::as_array).into_iter().flatten();
            pointed.extend(items.filter_map(Value::as_str));
        }
    }
    assert!(pointed.len() > 2, "{document}");
    assert!(pointed.iter().all(|reference| known.contains(reference)), "{pointed:?} {known:?}");
}

fn properties<'v>(value: &'v Value, name: &str) -> Vec<&'v str> {
    let all = value["properties"].as_array().into_iter().flatten();
    all.filter(|property| property["name"] == name).filter_map(|property| property["value"].as_str()).collect()
}

/// The sample with a dataset that the model was trained on.
fn trained() -> Scan {
    let mut scan = sample::scan();
    scan.lineage.nodes.push(Node {
        reference: "vendor/corpus".to_owned(),
        kind: NodeKind::Dataset,
        source: None,
        is_seen: false,
        revision: None,
    });
    scan.lineage.edges.push(Edge { child: 0, parent: 2, relation: EdgeRelation::TrainedOn, because: Vec::new() });
    scan
}

#[test]
fn every_finding_and_every_gap_stands_at_its_part() {
    for version in VERSIONS {
        let scan = sample::scan();
        let document = document(&scan, version);
        let model = &document["components"][0];
        assert_eq!(model["bom-ref"], "model-1");
        for finding in &scan.findings {
            let told = properties(model, &format!("licentia:finding:{}", finding.name));
            assert!(told.iter().any(|words| words.contains(&finding.message) && words.contains(&finding.help)));
        }
        let gaps = properties(model, "licentia:gap:unreadable");
        assert!(gaps.iter().any(|words| words.contains(&scan.gaps[0].detail)), "{model}");
        assert_eq!(properties(&document["metadata"], "licentia:incomplete"), ["true"]);
        assert_eq!(properties(&document["metadata"], "licentia:verdict"), ["deny"]);
    }
}

#[test]
fn what_is_about_no_part_stands_with_the_scan() {
    let mut scan = sample::scan();
    for finding in &mut scan.findings {
        finding.subject = None;
        finding.locations.clear();
    }
    scan.gaps[0].at.source = 9;
    let document = document(&scan, &V1_6);
    for name in ["licentia:finding:non-commercial", "licentia:finding:base-not-inspected", "licentia:gap:unreadable"] {
        assert_eq!(properties(&document["metadata"], name).len(), 1, "{name}");
    }
}

#[test]
fn references_hold_for_every_scan() {
    for scan in [sample::scan(), sample::unjudged(), sample::hostile(), trained()] {
        for version in VERSIONS {
            assert_references_hold(&document(&scan, version));
        }
    }
}

#[test]
fn no_licence_has_an_id() {
    let mut scan = sample::hostile();
    scan.judged[0].declared = Some(Expression::license("LicenseRef-licentia-house"));
    for version in VERSIONS {
        let document = document(&scan, version);
        assert!(objects(&document).iter().filter_map(|object| object.get("license")).all(|it| it.get("id").is_none()));
    }
}

#[test]
fn a_model_leads_to_its_base_and_its_datasets() {
    let document = document(&trained(), &V1_7);
    let model = &document["components"][0];
    assert_eq!((&model["group"], &model["name"]), (&"vendor".into(), &"seg-net".into()));
    assert_eq!(model["purl"], "pkg:huggingface/vendor/seg-net");
    assert_eq!(model["pedigree"]["ancestors"][0]["name"], "base");
    assert_eq!(model["pedigree"]["notes"], "finetune of vendor/base");
    assert_eq!(model["modelCard"]["modelParameters"]["datasets"], serde_json::json!([{ "ref": "dataset-3" }]));
    let code = &document["components"][3];
    assert_eq!((&code["type"], properties(code, "licentia:inside")), (&"library".into(), vec!["model-1"]));
    let kinds: Vec<_> = document["components"].as_array().into_iter().flatten().map(|row| &row["type"]).collect();
    assert_eq!(kinds, ["machine-learning-model", "machine-learning-model", "data", "library"]);
    let rests = document["dependencies"].as_array().into_iter().flatten().find(|row| row["ref"] == "model-1");
    assert_eq!(rests.map(|row| &row["dependsOn"]), Some(&serde_json::json!(["model-2", "dataset-3", "code-4"])));
}

#[test]
fn statements_stand_with_their_places_and_their_meaning() {
    let document = document(&sample::scan(), &V1_6);
    let occurrences = &document["components"][0]["evidence"]["occurrences"];
    assert_eq!(
        occurrences[0],
        serde_json::json!({
            "location": "README.md", "line": 4, "symbol": "license",
            "additionalContext": "declares license `cc-by-nc-4.0`: CC-BY-NC-4.0 (exact)"
        })
    );
    let code = &document["components"][2]["evidence"]["occurrences"];
    assert_eq!(code[0]["location"], "src/LICENSE");
}

#[test]
fn what_was_not_opened_is_not_called_complete() {
    let document = document(&sample::scan(), &V1_6);
    let rows = document["compositions"].as_array().expect("compositions");
    let of = |aggregate: &str| rows.iter().find(|row| row["aggregate"] == aggregate);
    assert_eq!(of("incomplete").map(|row| &row["assemblies"]), Some(&serde_json::json!(["model-1"])));
    assert_eq!(of("unknown").map(|row| &row["assemblies"]), Some(&serde_json::json!(["model-2"])));
    assert!(of("complete").is_none());
}

#[test]
fn the_document_is_about_the_target_or_about_the_scan() {
    let mut scan = sample::scan();
    let about = document(&scan, &V1_6)["metadata"]["component"].clone();
    assert_eq!((&about["name"], &about["type"]), (&"seg-net".into(), &"machine-learning-model".into()));
    scan.lineage.nodes[1].source = Some(1);
    scan.sources.push(Source::new("./base", SourceKind::Directory));
    let about = document(&scan, &V1_6)["metadata"]["component"].clone();
    assert_eq!((&about["name"], &about["type"]), (&"licentia scan".into(), &"application".into()));
}

#[test]
fn the_serial_number_is_that_of_the_content() {
    let number = |scan: &Scan, version| document(scan, version)["serialNumber"].as_str().map(str::to_owned);
    let first = number(&sample::scan(), &V1_6).expect("a number");
    assert_eq!(number(&sample::scan(), &V1_6).as_ref(), Some(&first));
    assert_ne!(number(&sample::scan(), &V1_7).as_ref(), Some(&first));
    assert_ne!(number(&sample::unjudged(), &V1_6).as_ref(), Some(&first));
    let uuid = first.strip_prefix("urn:uuid:").expect("a URN");
    let groups: Vec<&str> = uuid.split('-').collect();
    assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    assert!(groups[2].starts_with('8') && groups[3].starts_with(['8', '9', 'a', 'b']), "{uuid}");
}

#[test]
fn a_time_stands_only_where_somebody_named_one() {
    let plain = text(&sample::scan(), &Style::default(), &V1_6);
    assert!(!plain.contains("timestamp"));
    let dated = Style { dated: Some("2026-11-01T12:00:00Z".parse::<Timestamp>().expect("a time")), ..Style::default() };
    assert!(text(&sample::scan(), &dated, &V1_6).contains("\"timestamp\": \"2026-11-01T12:00:00Z\""));
}

#[test]
fn a_hostile_model_writes_nothing_that_is_obeyed() {
    for version in VERSIONS {
        let text = text(&sample::hostile(), &Style::default(), version);
        assert!(!text.chars().any(|character| character != '\n' && is_obeyed(character)));
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::")));
        assert!(!text.contains("##["));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_a_model_is_called_the_document_is_one(words in any::<String>(), long in 0_usize..200) {
        let mut scan = sample::scan();
        scan.sources[0].repository = Some(words.clone());
        scan.sources[0].revision = Some(words.repeat(long));
        scan.lineage.nodes[1].reference = words.clone();
        scan.findings[0].message = words.clone();
        scan.evidence[0].at.path = words;
        let document = document(&scan, &V1_7);
        assert_references_hold(&document);
        let is_short = |version: &str| version.chars().count() <= 1024;
        prop_assert!(document["components"][0]["version"].as_str().is_some_and(is_short));
    }
}
