//! The committed JSON Schemas are what the types generate. `SNAPSHOTS=overwrite cargo test` writes them anew.

#![expect(clippy::disallowed_methods, reason = "the schemas are files of this repository")]

use std::path::Path;
use std::{env, fs};

use licentia::report;

#[test]
fn the_report_schema_is_what_the_types_generate() {
    compare("report-1.schema.json", &report::json::schema());
}

#[test]
fn the_ndjson_schema_is_what_the_types_generate() {
    compare("ndjson-1.schema.json", &report::ndjson::schema());
}

#[test]
fn the_schema_of_the_list_of_a_bundle_is_what_the_types_generate() {
    compare("bundle-1.schema.json", &report::bundle::schema());
}

#[test]
fn the_classify_schema_is_what_the_types_generate() {
    compare("classify-1.schema.json", &report::classify::schema());
}

#[test]
fn the_explain_schema_is_what_the_types_generate() {
    compare("explain-1.schema.json", &report::explain::schema());
}

#[test]
fn the_lint_schema_is_what_the_types_generate() {
    compare("lint-1.schema.json", &report::lint::schema());
}

#[test]
fn the_policy_schema_is_what_the_list_of_keys_generates() {
    compare("policy-1.schema.json", &licentia::policy::file::schema());
}

#[test]
fn all_are_valid_schemas() {
    use report::{bundle, classify, explain, json, ndjson};

    let policy = licentia::policy::file::schema();
    let lint = report::lint::schema();
    let reports = [json::schema(), ndjson::schema(), bundle::schema(), classify::schema(), explain::schema(), lint];
    for schema in reports.into_iter().chain([policy]) {
        jsonschema::meta::validate(&schema).expect("a schema of the 2020-12 draft");
    }
}

#[test]
fn the_sheet_of_every_licence_is_valid_under_the_explain_schema() {
    use report::explain::{Comparison, Explanation, FamilySheet, Form, Sheet, write};

    let validator = jsonschema::validator_for(&report::explain::schema()).expect("a schema");
    let is_valid = |explanation: &Explanation| {
        let mut bytes = Vec::new();
        write(explanation, Form::Json, &report::Style::default(), &mut bytes).expect("memory takes everything");
        validator.is_valid(&serde_json::from_slice(&bytes).expect("JSON"))
    };
    let mit = Sheet::of_license(license_db::license("MIT").expect("an entry"));
    for license in license_db::licenses().iter().filter(|license| !license.terms.is_empty()) {
        let licenses = vec![mit.clone(), Sheet::of_license(license)];
        let comparison = licenses.last().map(|other| Comparison::of(&mit, other));
        assert!(is_valid(&Explanation { licenses, comparison, ..Explanation::default() }), "{}", license.id);
    }
    for family in license_db::families() {
        let family = Some(FamilySheet::of(family));
        assert!(is_valid(&Explanation { family, ..Explanation::default() }));
    }
}

#[test]
fn the_sheet_of_every_finding_is_valid_under_the_explain_schema() {
    use report::explain::{Explanation, FindingSheet, Form, write};

    let validator = jsonschema::validator_for(&report::explain::schema()).expect("a schema");
    let findings = licentia::policy::finding_kinds().map(FindingSheet::of).collect();
    let explanation = Explanation { findings, ..Explanation::default() };
    let mut bytes = Vec::new();
    write(&explanation, Form::Json, &report::Style::default(), &mut bytes).expect("memory takes everything");
    assert!(validator.is_valid(&serde_json::from_slice(&bytes).expect("JSON")));
}

fn compare(name: &str, schema: &serde_json::Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(name);
    let generated = format!("{}\n", serde_json::to_string_pretty(schema).expect("a schema is JSON"));
    if env::var_os("SNAPSHOTS").is_some_and(|word| word == "overwrite") {
        fs::create_dir_all(path.parent().expect("it stands in a directory")).expect("the repository can be written");
        fs::write(&path, generated).expect("the repository can be written");
        return;
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, generated, "schemas/{name} is stale: SNAPSHOTS=overwrite cargo test");
}
