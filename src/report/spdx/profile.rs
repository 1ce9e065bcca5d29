//! What the profiles of SPDX 3.0.1 ask for in prose and no validator checks.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::Value;

use super::licenses::Licenses;
use super::v3::FORMAT;
use crate::license::Expression;
use crate::report::Style;
use crate::report::escape::is_obeyed;
use crate::report::lineage::sample as family;
use crate::report::sample;
use crate::scan::{Digest, HubState, Scan};

const NONE: &str = "expandedlicensing_NoneLicense";
const NO_ASSERTION: &str = "expandedlicensing_NoAssertionLicense";

fn written(scan: &Scan) -> String {
    let mut out = Vec::new();
    (FORMAT.write)(scan, &Style::default(), &mut out).expect("memory takes everything");
    String::from_utf8(out).expect("JSON is UTF-8")
}

/// The elements of a document.
struct Elements(Vec<Value>);

impl Elements {
    fn of(scan: &Scan) -> Self {
        let mut document: Value = serde_json::from_str(&written(scan)).expect("valid JSON");
        assert_eq!(document["@context"], "https://spdx.org/rdf/3.0.1/spdx-context.jsonld");
        let Value::Array(graph) = document["@graph"].take() else { panic!("a graph") };
        Self(graph)
    }

    fn of_type<'e>(&'e self, kind: &'e str) -> impl Iterator<Item = &'e Value> {
        self.0.iter().filter(move |element| element["type"] == kind)
    }

    fn packages(&self) -> Vec<&Value> {
        ["ai_AIPackage", "dataset_DatasetPackage", "software_Package"]
            .iter()
            .flat_map(|kind| self.of_type(kind))
            .collect()
    }

    fn by_id(&self) -> BTreeMap<&str, &Value> {
        let with_id = self.0.iter().filter_map(|element| Some((element["spdxId"].as_str()?, element)));
        let all: Vec<_> = with_id.collect();
        let by_id: BTreeMap<_, _> = all.iter().copied().collect();
        assert_eq!(by_id.len(), all.len(), "every identifier is given once");
        by_id
    }

    fn related<'e>(&'e self, from: &'e str, kind: &'e str) -> Vec<&'e str> {
        let own = self.of_type("Relationship").filter(|one| one["from"] == from && one["relationshipType"] == kind);
        own.flat_map(|one| one["to"].as_array().into_iter().flatten().filter_map(Value::as_str)).collect()
    }

    /// `child kind parent` of every relationship of the lineage, by names.
    fn ties(&self) -> BTreeSet<String> {
        let by_id = self.by_id();
        let name = |id: &Value| words(by_id[id.as_str().unwrap_or_default()], "name").to_owned();
        let kinds = ["descendantOf", "dependsOn", "trainedOn", "other"];
        let ties = self.of_type("Relationship").filter(|one| kinds.contains(&words(one, "relationshipType")));
        let tie =
            |one: &Value| format!("{} {} {}", name(&one["from"]), words(one, "relationshipType"), name(&one["to"][0]));
        ties.map(tie).collect()
    }
}

fn words<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn is_uri(words: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    !words.is_empty() && words.bytes().all(is_allowed)
}

/// Every rule of the profiles that a document must follow, and every reference in it.
fn check(scan: &Scan) {
    let elements = Elements::of(scan);
    let by_id = elements.by_id();
    let namespace = by_id.keys().next().and_then(|id| id.split_once('#')).map(|(namespace, _)| namespace.to_owned());
    let namespace = namespace.expect("identifiers have a fragment");
    assert!(by_id.keys().all(|id| is_uri(id) && id.starts_with(&format!("{namespace}#"))));
    let licenses = |to: &[&str]| {
        let [to] = to else { panic!("exactly one licence: {to:?}") };
        let is_license = [NONE, NO_ASSERTION].contains(to)
            || by_id.get(to).is_some_and(|found| found["type"] == "simplelicensing_LicenseExpression");
        assert!(is_license, "{to} is a licence");
    };
    for package in elements.packages() {
        let id = words(package, "spdxId");
        licenses(&elements.related(id, "hasDeclaredLicense"));
        licenses(&elements.related(id, "hasConcludedLicense"));
        let supplier = by_id.get(words(package, "suppliedBy")).expect("a supplier");
        assert_eq!(supplier["type"], "Agent");
        assert!(!words(package, "software_packageVersion").is_empty() && !words(package, "name").is_empty());
        for address in ["software_downloadLocation", "software_homePage", "software_packageUrl"] {
            assert!(package[address].is_null() || is_uri(words(package, address)), "{address}");
        }
        assert!(is_uri(words(package, "software_downloadLocation")));
        let purpose = words(package, "software_primaryPurpose");
        // Nothing that is scanned states a time. None is invented, and the package says so.
        assert!(package["releaseTime"].is_null() && package["builtTime"].is_null());
        match words(package, "type") {
            "ai_AIPackage" => {
                assert_eq!(purpose, "model");
                assert!(words(package, "comment").contains("When it was released is not known."));
            }
            "dataset_DatasetPackage" => {
                assert_eq!((purpose, &package["dataset_datasetType"]), ("data", &serde_json::json!(["noAssertion"])));
                let origins = package["originatedBy"].as_array().expect("an origin");
                let is_agent = |id: &Value| id.as_str().is_some_and(|id| by_id[id]["type"] == "Agent");
                assert!(origins.len() == 1 && origins.iter().all(is_agent));
                assert!(words(package, "comment").contains("When it was built and released"));
            }
            _ => assert!(!purpose.is_empty() && purpose != "model" && purpose != "data"),
        }
    }
    for relationship in elements.of_type("Relationship") {
        assert!(by_id.contains_key(words(relationship, "from")));
        let to = relationship["to"].as_array().expect("a list");
        let is_known =
            |to: &Value| to.as_str().is_some_and(|to| by_id.contains_key(to) || [NONE, NO_ASSERTION].contains(&to));
        assert!(!to.is_empty() && to.iter().all(is_known), "{relationship}");
    }
    for expression in elements.of_type("simplelicensing_LicenseExpression") {
        let licence = words(expression, "simplelicensing_licenseExpression");
        assert!(Expression::parse(licence).is_ok(), "{licence}");
        let entries = expression["simplelicensing_customIdToUri"].as_array().cloned().unwrap_or_default();
        let own: Vec<&str> = entries.iter().map(|entry| words(entry, "key")).collect();
        assert_eq!(own, Licenses::own(licence), "every identifier of its own leads to its text");
        for entry in &entries {
            let text = by_id.get(words(entry, "value")).expect("a text");
            assert!(!words(text, "simplelicensing_licenseText").trim().is_empty());
        }
    }
    let annotations: Vec<_> = elements.of_type("Annotation").collect();
    assert!(annotations.iter().all(|annotation| by_id.contains_key(words(annotation, "subject"))));
    assert_eq!(annotations.len(), scan.findings.len() + scan.gaps.len(), "nothing is lost");
    let document = elements.of_type("SpdxDocument").next().expect("a document");
    let listed: BTreeSet<&str> =
        document["element"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let all: BTreeSet<&str> = by_id.keys().copied().filter(|id| !id.ends_with("#document")).collect();
    assert_eq!(listed, all, "the document lists what it holds");
    let bill = by_id[document["rootElement"][0].as_str().unwrap_or_default()];
    assert_eq!((words(bill, "type"), &bill["software_sbomType"][0]), ("software_Sbom", &Value::from("analyzed")));
    let roots: Vec<&Value> = bill["rootElement"].as_array().into_iter().flatten().collect();
    assert_eq!(roots.is_empty(), elements.packages().is_empty());
    assert!(roots.iter().all(|root| root.as_str().is_some_and(|root| by_id.contains_key(root))));
}

#[test]
fn every_package_has_what_the_profiles_ask_for() {
    let mut nothing = sample::unjudged();
    nothing.sources.clear();
    nothing.judged.clear();
    nothing.lineage = crate::lineage::Lineage::default();
    let mut with_files = sample::scan();
    with_files.digests = vec![Digest { source: 0, path: "LICENSE\u{1b}\n".to_owned(), sha256: "00".repeat(32) }];
    for scan in
        [sample::scan(), sample::unjudged(), sample::hostile(), family::small(), family::large(), nothing, with_files]
    {
        check(&scan);
        assert!(!written(&scan).chars().any(|character| character != '\n' && is_obeyed(character)));
    }
}

#[test]
fn nothing_found_and_nothing_known_are_apart() {
    let mut scan = sample::scan();
    scan.judged.remove(0);
    scan.evidence.clear();
    scan.classifications.clear();
    scan.gaps.clear();
    scan.facts.clear();
    scan.findings.clear();
    scan.lineage.edges.clear();
    let elements = Elements::of(&scan);
    let by_name = |name: &str| {
        let found = elements.packages().into_iter().find(|package| package["name"] == name).expect("a package");
        words(found, "spdxId").to_owned()
    };
    assert_eq!(elements.related(&by_name("vendor/seg-net"), "hasConcludedLicense"), [NONE], "it was seen whole");
    assert_eq!(elements.related(&by_name("vendor/base"), "hasConcludedLicense"), [NO_ASSERTION], "it was not opened");
}

#[test]
fn the_lineage_says_how() {
    let elements = Elements::of(&family::small());
    let expected = [
        "acme/chat-7b descendantOf meta/llama-2",
        "acme/chat-7b-lora dependsOn acme/chat-7b",
        "acme/chat-7b-lora dependsOn vendor/vae",
        "acme/chat-7b-lora trainedOn acme/corpus",
    ];
    assert_eq!(elements.ties(), expected.map(str::to_owned).into());
    let large = Elements::of(&family::large());
    let distilled: Vec<String> = large.ties().into_iter().filter(|tie| tie.contains(" other ")).collect();
    assert_eq!(distilled.len(), 1, "distilling takes over no weights");
    let completeness: BTreeSet<&str> = large
        .of_type("Relationship")
        .filter(|one| one["relationshipType"] == "trainedOn")
        .map(|one| words(one, "completeness"))
        .collect();
    assert_eq!(completeness, BTreeSet::from(["noAssertion"]));
}

#[test]
fn a_commit_is_an_identifier_and_a_closed_dataset_says_so() {
    let mut scan = family::small();
    scan.sources[0].revision = Some("0123456789ABCDEF0123456789abcdef01234567".to_owned());
    scan.sources[3].hub = Some(HubState { is_gated: true, ..HubState::default() });
    let elements = Elements::of(&scan);
    let model = elements.packages()[0];
    assert_eq!(
        words(model, "software_packageUrl"),
        "pkg:huggingface/acme/chat-7b-lora@0123456789abcdef0123456789abcdef01234567"
    );
    let ids: Vec<&str> =
        model["externalIdentifier"].as_array().into_iter().flatten().map(|one| words(one, "identifier")).collect();
    assert_eq!(ids[1], "gitoid:commit:sha1:0123456789abcdef0123456789abcdef01234567");
    let data = elements.of_type("dataset_DatasetPackage").next().expect("a dataset");
    assert_eq!(words(data, "dataset_datasetAvailability"), "clickthrough");
    assert!(words(data, "comment").contains("only to those who were let in"));
}

#[test]
fn the_same_scan_is_the_same_document() {
    assert_eq!(written(&family::large()), written(&family::large()));
    let mut changed = family::large();
    changed.sources[0].revision = Some("main".to_owned());
    let namespace =
        |scan: &Scan| Elements::of(scan).by_id().keys().next().map(|id| id.split('#').next().map(str::to_owned));
    assert_ne!(namespace(&changed), namespace(&family::large()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn no_name_breaks_a_document(name in any::<String>()) {
        check(&family::called(&name));
    }
}
