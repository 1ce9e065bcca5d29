//! `-o spdx`: SPDX 2.3, as JSON (<https://spdx.github.io/spdx-spec/v2.3/>).
//!
//! A package for each part. What a model was made from is `DESCENDANT_OF`; what it cannot work without (the base of an
//! adapter, a component, remote code) is `DEPENDS_ON`; a dataset is `BUILD_DEPENDENCY_OF` what was trained on it;
//! distilling takes over no weights and is `OTHER`. Each of these has a comment with the relation as it was stated.
//! Findings are annotations of the kind `REVIEW`, and what was not seen is one of the kind `OTHER`.

#![expect(clippy::struct_field_names, reason = "a field is called as the standard calls its key")]

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::licenses::{Explained, Grammar, Licenses};
use super::{Bill, NAMESPACE, Remark, list_version, uri, words};
use crate::evidence::sha256;
use crate::lineage::{EdgeRelation, Relation};
use crate::report::parts::{Part, PartKind, Tie};
use crate::report::{Format, Style, wire};
use crate::scan::Scan;

/// `-o spdx`.
pub(in crate::report) const FORMAT: Format = Format {
    name: "spdx",
    summary: "bill of materials: SPDX 2.3, JSON",
    extension: "spdx.json",
    is_for_people: false,
    write,
    files: None,
};

const DOCUMENT: &str = "SPDXRef-DOCUMENT";
const NO_ASSERTION: &str = "NOASSERTION";

fn write(scan: &Scan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut document = document(scan, style);
    let mut bytes = Vec::new();
    wire::write_line(&document, &mut bytes)?;
    document.document_namespace = format!("{NAMESPACE}{}", sha256(&bytes));
    wire::write_document(&document, out)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    spdx_version: &'static str,
    data_license: &'static str,
    #[serde(rename = "SPDXID")]
    id: &'static str,
    name: String,
    /// Ends in a digest of all the rest.
    document_namespace: String,
    comment: String,
    creation_info: Creation,
    packages: Vec<Package>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    has_extracted_licensing_infos: Vec<Extracted>,
    relationships: Vec<Relationship>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    annotations: Vec<Annotation>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Creation {
    created: String,
    creators: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license_list_version: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Package {
    #[serde(rename = "SPDXID")]
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_info: Option<String>,
    supplier: String,
    download_location: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    homepage: Option<String>,
    files_analyzed: bool,
    license_concluded: String,
    license_declared: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    license_comments: String,
    copyright_text: String,
    primary_package_purpose: &'static str,
    comment: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    external_refs: Vec<ExternalRef>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    annotations: Vec<Annotation>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExternalRef {
    reference_category: &'static str,
    reference_type: &'static str,
    reference_locator: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Extracted {
    license_id: String,
    name: String,
    extracted_text: String,
    comment: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    see_alsos: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Relationship {
    spdx_element_id: String,
    relationship_type: &'static str,
    related_spdx_element: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Annotation {
    annotation_date: String,
    annotation_type: &'static str,
    annotator: String,
    comment: String,
}

fn document(scan: &Scan, style: &Style) -> Document {
    let bill = Bill::of(scan);
    let mut licenses = Licenses::new(Grammar::V2);
    let mut notes = Notes::of(&bill, style);
    let parts = bill.parts.all.iter().enumerate();
    let packages = parts.map(|(position, part)| package(&bill, position, part, &mut licenses, &mut notes)).collect();
    let extracted = licenses.explained(&bill).into_iter().map(Extracted::of).collect();
    Document {
        spdx_version: "SPDX-2.3",
        data_license: "CC0-1.0",
        id: DOCUMENT,
        name: bill.name(),
        document_namespace: String::new(),
        comment: words::document(scan),
        creation_info: Creation {
            created: style.created(),
            creators: vec![format!("Tool: {}", bill.tool())],
            // The format asks for two numbers.
            license_list_version: list_version(scan).map(|[major, minor, _]| format!("{major}.{minor}")),
        },
        packages,
        has_extracted_licensing_infos: extracted,
        relationships: relationships(&bill),
        annotations: notes.take(None),
    }
}

/// The annotations of a document, until each is taken by what it is about.
struct Notes(BTreeMap<Option<usize>, Vec<Annotation>>);

impl Notes {
    fn of(bill: &Bill<'_>, style: &Style) -> Self {
        let mut all: BTreeMap<Option<usize>, Vec<Annotation>> = BTreeMap::new();
        for Remark { about, is_finding, words } in bill.remarks() {
            all.entry(about).or_default().push(Annotation {
                annotation_date: style.created(),
                annotation_type: if is_finding { "REVIEW" } else { "OTHER" },
                annotator: format!("Tool: {}", bill.tool()),
                comment: words,
            });
        }
        Self(all)
    }

    fn take(&mut self, about: Option<usize>) -> Vec<Annotation> {
        self.0.remove(&about).unwrap_or_default()
    }
}

fn package(bill: &Bill<'_>, position: usize, part: &Part<'_>, licenses: &mut Licenses, notes: &mut Notes) -> Package {
    let no_assertion = || NO_ASSERTION.to_owned();
    let purl = part.purl.as_ref().map(|purl| ExternalRef {
        reference_category: "PACKAGE-MANAGER",
        reference_type: "purl",
        reference_locator: purl.clone(),
    });
    Package {
        id: id_of(part),
        name: Bill::called(part),
        version_info: Bill::version(part),
        supplier: bill.supplier(part).map_or_else(no_assertion, |account| format!("Organization: {account}")),
        download_location: bill.download_location(part).unwrap_or_else(no_assertion),
        homepage: part.address.as_deref().map(uri::address),
        files_analyzed: false,
        license_concluded: licenses.written(part.concluded),
        license_declared: licenses.written(part.declared),
        license_comments: words::licenses(bill, position, part),
        copyright_text: bill.copyright(part).unwrap_or_else(no_assertion),
        primary_package_purpose: match part.kind {
            PartKind::Space => "APPLICATION",
            PartKind::Code => "SOURCE",
            PartKind::Model
            | PartKind::Adapter
            | PartKind::Dataset
            | PartKind::Unresolved
            | PartKind::Tokenizer
            | PartKind::Component
            | PartKind::Documentation => "OTHER",
        },
        comment: words::part(bill, part).join("\n"),
        external_refs: purl.into_iter().collect(),
        annotations: notes.take(Some(position)),
    }
}

fn id_of(part: &Part<'_>) -> String {
    format!("SPDXRef-{}", part.id)
}

impl Extracted {
    fn of(explained: Explained) -> Self {
        let Explained { id, name, addresses, text, comment } = explained;
        Self { license_id: id, name, extracted_text: text, comment, see_alsos: addresses }
    }
}

fn relationships(bill: &Bill<'_>) -> Vec<Relationship> {
    let plain = |from: String, kind, to: String| Relationship {
        spdx_element_id: from,
        relationship_type: kind,
        related_spdx_element: to,
        comment: None,
    };
    let roots = bill.roots();
    let mut all: Vec<Relationship> =
        roots.iter().map(|root| plain(DOCUMENT.to_owned(), "DESCRIBES", id_of(root))).collect();
    if all.is_empty() {
        all.push(plain(DOCUMENT.to_owned(), "DESCRIBES", "NONE".to_owned()));
    }
    let parts = &bill.parts.all;
    for part in parts {
        let outer = part.inside.and_then(|position| parts.get(position));
        all.extend(outer.map(|outer| plain(id_of(outer), "CONTAINS", id_of(part))));
    }
    let ties = bill.parts.ties.iter().filter_map(|tie| {
        let (child, parent) = (id_of(parts.get(tie.child)?), id_of(parts.get(tie.parent)?));
        let (kind, is_upward) = kind_of(tie);
        let (from, to) = if is_upward { (child, parent) } else { (parent, child) };
        Some(Relationship { comment: Some(words::tie(tie)), ..plain(from, kind, to) })
    });
    all.extend(ties);
    all
}

/// The kind of a relationship, and whether it leads from what was made to what it was made from.
fn kind_of(tie: &Tie) -> (&'static str, bool) {
    match tie.relation {
        EdgeRelation::Model(Relation::Finetune | Relation::Quantized | Relation::Merge | Relation::Unstated) => {
            ("DESCENDANT_OF", true)
        }
        EdgeRelation::Model(Relation::Adapter | Relation::Component | Relation::RemoteCode) => ("DEPENDS_ON", true),
        EdgeRelation::Model(Relation::Distilled) => ("OTHER", true),
        EdgeRelation::TrainedOn => ("BUILD_DEPENDENCY_OF", false),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::license::Expression;
    use crate::report::escape::is_obeyed;
    use crate::report::lineage::sample as family;
    use crate::report::sample;

    fn written(scan: &Scan) -> String {
        sample::written(|out| write(scan, &Style::default(), out))
    }

    fn read(scan: &Scan) -> Value {
        serde_json::from_str(&written(scan)).expect("valid JSON")
    }

    fn list<'v>(value: &'v Value, key: &str) -> Vec<&'v Value> {
        value[key].as_array().map(|all| all.iter().collect()).unwrap_or_default()
    }

    fn words<'v>(value: &'v Value, key: &str) -> &'v str {
        value[key].as_str().unwrap_or_default()
    }

    /// What the specification asks of a document, as far as a reader checks it.
    fn check(document: &Value) {
        let packages = list(document, "packages");
        let mut ids: BTreeSet<&str> = BTreeSet::from([DOCUMENT, "NONE"]);
        for package in &packages {
            let id = words(package, "SPDXID");
            let rest = id.strip_prefix("SPDXRef-").expect("an SPDXID");
            assert!(!rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte)));
            assert!(ids.insert(id), "{id} twice");
            for line in ["name", "versionInfo", "supplier", "downloadLocation"] {
                assert!(!words(package, line).contains(['\n', '\r']), "{line} is one line");
            }
        }
        let extracted: Vec<&str> =
            list(document, "hasExtractedLicensingInfos").into_iter().map(|one| words(one, "licenseId")).collect();
        let mut used = BTreeSet::new();
        for package in &packages {
            for key in ["licenseDeclared", "licenseConcluded"] {
                let licence = words(package, key);
                if licence != "NONE" && licence != NO_ASSERTION {
                    assert!(Expression::parse(licence).is_ok(), "{licence}");
                    used.extend(Licenses::own(licence));
                }
            }
        }
        assert_eq!(extracted, used.into_iter().collect::<Vec<_>>(), "every reference is explained, and no other");
        for relationship in list(document, "relationships") {
            assert!(ids.contains(words(relationship, "spdxElementId")), "{relationship}");
            assert!(ids.contains(words(relationship, "relatedSpdxElement")), "{relationship}");
        }
    }

    fn annotations(document: &Value) -> usize {
        let of_packages = list(document, "packages").into_iter().map(|package| list(package, "annotations").len());
        of_packages.sum::<usize>() + list(document, "annotations").len()
    }

    #[test]
    fn every_document_is_whole_and_loses_nothing() {
        let mut nothing = sample::unjudged();
        nothing.sources.clear();
        nothing.judged.clear();
        nothing.lineage = crate::lineage::Lineage::default();
        let scans = [sample::scan(), sample::unjudged(), sample::hostile(), family::small(), family::large(), nothing];
        for scan in scans {
            let document = read(&scan);
            check(&document);
            assert_eq!(annotations(&document), scan.findings.len() + scan.gaps.len());
            assert!(!written(&scan).trim_end_matches('\n').chars().any(|c| c != '\n' && is_obeyed(c)));
        }
    }

    #[test]
    fn the_sample_says_what_was_found() {
        let document = read(&sample::scan());
        let packages = list(&document, "packages");
        let fields = ["SPDXID", "supplier", "downloadLocation", "licenseDeclared", "licenseConcluded", "copyrightText"];
        let rows: Vec<Vec<&str>> =
            packages.iter().map(|package| fields.iter().map(|field| words(package, field)).collect()).collect();
        let hub = "git+https://huggingface.co/vendor";
        let (model, base, code) = (format!("{hub}/seg-net"), format!("{hub}/base"), format!("{hub}/seg-net#src"));
        let vendor = "Organization: vendor";
        let expected = [
            ["SPDXRef-model-1", vendor, &model, "CC-BY-NC-4.0", "CC-BY-NC-4.0", NO_ASSERTION],
            ["SPDXRef-model-2", vendor, &base, NO_ASSERTION, NO_ASSERTION, NO_ASSERTION],
            ["SPDXRef-code-3", vendor, &code, "MIT", "MIT", NO_ASSERTION],
        ];
        assert_eq!(rows, expected);
        let ties: Vec<String> = list(&document, "relationships")
            .into_iter()
            .map(|one| ["spdxElementId", "relationshipType", "relatedSpdxElement"].map(|key| words(one, key)).join(" "))
            .collect();
        let expected = [
            "SPDXRef-DOCUMENT DESCRIBES SPDXRef-model-1",
            "SPDXRef-model-1 CONTAINS SPDXRef-code-3",
            "SPDXRef-model-1 DESCENDANT_OF SPDXRef-model-2",
        ];
        assert_eq!(ties, expected);
        assert_eq!(document["creationInfo"]["licenseListVersion"], "3.29");
        assert_eq!(document["creationInfo"]["created"], "1970-01-01T00:00:00Z");
        assert_eq!(packages[0]["externalRefs"][0]["referenceLocator"], "pkg:huggingface/vendor/seg-net");
    }

    #[test]
    fn a_dataset_is_what_a_model_was_built_with_and_an_adapter_needs_its_base() {
        let document = read(&family::small());
        let kinds: BTreeSet<&str> =
            list(&document, "relationships").into_iter().map(|one| words(one, "relationshipType")).collect();
        assert!(
            kinds.is_superset(&BTreeSet::from(["BUILD_DEPENDENCY_OF", "DEPENDS_ON", "DESCENDANT_OF"])),
            "{kinds:?}"
        );
        let data = list(&document, "relationships");
        let data = data.into_iter().find(|one| one["relationshipType"] == "BUILD_DEPENDENCY_OF").expect("a dataset");
        assert_eq!(words(data, "spdxElementId"), "SPDXRef-dataset-4");
        assert_eq!(words(data, "comment"), "trained on it (trained-on)");
    }

    #[test]
    fn the_namespace_changes_with_what_the_document_holds() {
        let namespace = |scan: &Scan| words(&read(scan), "documentNamespace").to_owned();
        let before = namespace(&sample::scan());
        assert_eq!(before.len(), NAMESPACE.len() + 64);
        assert_eq!(before, namespace(&sample::scan()));
        let mut changed = sample::scan();
        changed.findings[0].help.push('.');
        assert_ne!(before, namespace(&changed));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn no_name_breaks_a_document(name in any::<String>()) {
            check(&read(&family::called(&name)));
        }
    }
}
