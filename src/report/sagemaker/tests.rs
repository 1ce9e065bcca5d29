use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::license::Expression;
use crate::lineage::{Edge, Node, NodeKind};
use crate::report::escape::is_obeyed;
use crate::report::sample;
use crate::scan::{RepositoryKind, Source, SourceKind};

fn written(scan: &Scan) -> String {
    sample::written(|out| write(scan, &Style::default(), out))
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).expect("valid JSON")
}

/// The documented schema, and the limits that it does not state.
fn assert_is_card(text: &str) {
    let schema = value(include_str!("../../../schemas/sagemaker-model-card-0.1.0.schema.json"));
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> = validator.iter_errors(&value(text)).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert!(text.chars().count() <= 100_000, "{}", text.chars().count());
    assert!(!text.trim_end_matches('\n').chars().any(is_obeyed));
}

/// The sample with a second target of that kind.
fn with_another(kind: RepositoryKind, name: &str) -> Scan {
    let mut scan = sample::scan();
    scan.sources.push(Source { repository_kind: kind, ..Source::new(name, SourceKind::Directory) });
    let kind = if kind == RepositoryKind::Dataset { NodeKind::Dataset } else { NodeKind::Model };
    let node = Node { reference: name.to_owned(), kind, source: Some(1), is_seen: true, revision: None };
    scan.lineage.nodes.insert(1, node);
    scan.lineage.edges[0].parent = 2;
    scan
}

#[test]
fn a_card_is_complete_only_where_every_model_behind_it_was_seen() {
    let complete = |scan: &Scan| {
        let card = value(&written(scan));
        card["additional_information"]["custom_details"]["license_scan_complete"].as_str().map(str::to_owned)
    };
    let mut scan = sample::scan();
    scan.gaps.clear();
    assert_eq!(complete(&scan).as_deref(), Some("no"), "vendor/base was not looked at");
    scan.lineage.nodes[1].kind = NodeKind::Dataset;
    assert_eq!(complete(&scan).as_deref(), Some("yes"));
}

#[test]
fn the_licence_facts_stand_in_the_custom_details() {
    let text = written(&sample::scan());
    assert_is_card(&text);
    let card = value(&text);
    let details = &card["additional_information"]["custom_details"];
    assert_eq!(details["license_declared"], "CC-BY-NC-4.0");
    assert_eq!(details["license_concluded"], "CC-BY-NC-4.0");
    assert_eq!(details["license_verdict"], "deny (non-commercial)");
    assert_eq!(details["license_policy"], "commercial");
    assert_eq!(details["license_scan_complete"], "no");
    assert!(details["license_finding_01"].as_str().is_some_and(|words| words.starts_with("error non-commercial: ")));
    assert!(
        details["license_finding_02"].as_str().is_some_and(|words| words.starts_with("warning base-not-inspected: "))
    );
    assert!(details["license_gap_01"].as_str().is_some_and(|words| words.starts_with("unreadable: model.bin")));
    assert_eq!(
        details["license_base_model_01"],
        "vendor/base (finetune, for vendor/seg-net, not opened): declared NOASSERTION, concluded NOASSERTION"
    );
    assert_eq!(details["license_part_01"], "vendor/seg-net/src (code): declared MIT, concluded MIT");
    assert_eq!(card["model_overview"]["model_name"], "vendor/seg-net");
    assert_eq!(card["model_overview"]["model_creator"], "vendor");
    let caveats = card["additional_information"]["caveats_and_recommendations"].as_str().expect("words");
    assert!(caveats.contains("non-commercial") && caveats.contains("Not everything was seen: 1 gap."), "{caveats}");
}

#[test]
fn the_risk_is_high_where_the_policy_says_no_and_else_unknown() {
    let rating = |scan: &Scan| value(&written(scan))["intended_uses"]["risk_rating"].clone();
    assert_eq!(rating(&sample::scan()), "High");
    assert_eq!(rating(&sample::unjudged()), "Unknown");
    let mut allowed = sample::scan();
    allowed.findings.clear();
    for judged in &mut allowed.judged {
        judged.verdict = Some(Verdict::Allow);
    }
    assert_eq!(rating(&allowed), "Unknown", "a licence that suits makes no use harmless");
}

#[test]
fn datasets_stand_where_the_schema_has_a_place_for_them() {
    let mut scan = sample::scan();
    for number in 0..30 {
        scan.lineage.edges.push(Edge {
            child: 0,
            parent: scan.lineage.nodes.len(),
            relation: EdgeRelation::TrainedOn,
            because: Vec::new(),
        });
        scan.lineage.nodes.push(Node {
            reference: format!("vendor/corpus-{number:02}"),
            kind: NodeKind::Dataset,
            source: None,
            is_seen: false,
            revision: None,
        });
    }
    let text = written(&scan);
    assert_is_card(&text);
    let card = value(&text);
    let datasets = card["training_details"]["training_job_details"]["training_datasets"].as_array();
    assert_eq!(datasets.map(Vec::len), Some(15));
    let left_out = &card["additional_information"]["custom_details"]["license_left_out"];
    assert_eq!(left_out, "10 more datasets: licentia check -o json lists all");
}

#[test]
fn a_part_of_an_expression_is_never_shown() {
    let mut scan = sample::scan();
    let long = (0..200).map(|number| Expression::license(format!("LicenseRef-vendor-{number}")));
    scan.judged[0].declared = Some(Expression::any_of(long));
    let text = written(&scan);
    assert_is_card(&text);
    let declared = value(&text)["additional_information"]["custom_details"]["license_declared"].clone();
    assert!(declared.as_str().is_some_and(|words| words.starts_with("an expression of ")), "{declared}");
}

#[test]
fn several_models_have_a_card_each_and_a_list() {
    let scan = with_another(RepositoryKind::Model, "./Vendor_seg-net");
    let files = files(&scan, &Style::default());
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["Vendor-seg-net-2.json", "manifest.json", "vendor-seg-net.json"]);
    let list = value(&written(&scan));
    assert_eq!(list["schema"], "licentia.cards/1");
    let listed = list["files"].as_array().expect("files");
    assert_eq!(listed.len(), 2);
    for row in listed {
        let file = files.iter().find(|file| row["path"] == file.path.as_str()).expect("it is there");
        assert_eq!(row["sha256"], sha256(&file.bytes));
        let text = std::str::from_utf8(&file.bytes).expect("UTF-8");
        assert_is_card(text);
        assert!(!text.contains('\n'), "the whole file is the value of a parameter");
    }
}

#[test]
fn what_is_no_model_is_left_out_and_named() {
    let list = value(&written(&with_another(RepositoryKind::Dataset, "./corpus")));
    assert_eq!(list["files"].as_array().map(Vec::len), Some(1));
    assert_eq!(list["left_out"][0]["target"], "./corpus");
    assert_eq!(list["left_out"][0]["reason"], "a dataset has no model card");
}

#[test]
fn the_names_of_cards_are_those_that_the_service_takes() {
    let mut taken = BTreeSet::from(["manifest".to_owned()]);
    let mut name = |words: &str| free_name(words, &mut taken);
    assert_eq!(name("org/name"), "org-name");
    assert_eq!(name("Org/Name"), "Org-Name-2");
    assert_eq!(name("manifest"), "manifest-2");
    assert_eq!(name("../\u{202e}"), "model");
    let long = name(&"a/".repeat(200));
    assert!(long.len() <= 63 && !long.ends_with('-'), "{long}");
}

#[test]
fn a_hostile_model_stays_within_the_limits() {
    let mut scan = sample::hostile();
    for finding in &mut scan.findings {
        finding.message = "\u{1b}\"\\##[x] \u{202e}".repeat(100_000);
    }
    let finding = scan.findings[1].clone();
    scan.findings.extend(std::iter::repeat_n(finding, 500));
    assert_is_card(&written(&scan));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_name_makes_a_card(words in any::<String>(), times in 1_usize..200) {
        let mut scan = sample::scan();
        let words = words.repeat(times);
        scan.sources[0].repository = Some(words.clone());
        scan.sources[0].target = words.clone();
        scan.lineage.nodes[1].reference = words.clone();
        scan.gaps[0].detail = words.clone();
        scan.findings[0].message = words;
        assert_is_card(&written(&scan));
    }
}
