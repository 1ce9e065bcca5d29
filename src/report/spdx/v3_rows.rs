//! The rows of an SPDX 3.0.1 document: elements as the JSON-LD context of that version spells them.

#![expect(clippy::struct_field_names, reason = "a field is called as the standard calls its key")]

use serde::Serialize;

/// Every creation information of a document is this one.
pub(super) const CREATION: &str = "_:creation";

/// A whole document.
#[derive(Serialize)]
pub(super) struct Document {
    #[serde(rename = "@context")]
    pub(super) context: &'static str,
    #[serde(rename = "@graph")]
    pub(super) graph: Vec<Element>,
}

/// One element; what it is stands under `type`.
#[derive(Serialize)]
#[serde(tag = "type")]
pub(super) enum Element {
    CreationInfo(Creation),
    Tool(Named),
    Agent(Named),
    SoftwareAgent(Named),
    SpdxDocument(Collection),
    #[serde(rename = "software_Sbom")]
    Sbom(Collection),
    #[serde(rename = "ai_AIPackage")]
    Model(Box<Package>),
    #[serde(rename = "dataset_DatasetPackage")]
    Dataset(Box<Package>),
    #[serde(rename = "software_Package")]
    Package(Box<Package>),
    #[serde(rename = "software_File")]
    File(File),
    Relationship(Relationship),
    Annotation(Annotation),
    #[serde(rename = "simplelicensing_LicenseExpression")]
    Expression(Expression),
    #[serde(rename = "simplelicensing_SimpleLicensingText")]
    Text(Text),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Creation {
    #[serde(rename = "@id")]
    pub(super) id: &'static str,
    pub(super) spec_version: &'static str,
    pub(super) created: String,
    pub(super) created_by: Vec<String>,
    pub(super) created_using: Vec<String>,
}

/// What every element has.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Named {
    pub(super) spdx_id: String,
    pub(super) creation_info: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Collection {
    #[serde(flatten)]
    pub(super) named: Named,
    pub(super) profile_conformance: [&'static str; 5],
    /// Of the document itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) data_license: Option<String>,
    /// Of a bill of materials: how it came about.
    #[serde(rename = "software_sbomType", skip_serializing_if = "Vec::is_empty")]
    pub(super) sbom_types: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) root_element: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) element: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct Package {
    #[serde(flatten)]
    pub(super) named: Named,
    #[serde(rename = "suppliedBy")]
    pub(super) supplied_by: String,
    #[serde(rename = "originatedBy", skip_serializing_if = "Vec::is_empty")]
    pub(super) originated_by: Vec<String>,
    #[serde(rename = "externalIdentifier", skip_serializing_if = "Vec::is_empty")]
    pub(super) identifiers: Vec<Identifier>,
    #[serde(rename = "software_primaryPurpose")]
    pub(super) purpose: &'static str,
    #[serde(rename = "software_packageVersion")]
    pub(super) version: String,
    #[serde(rename = "software_downloadLocation")]
    pub(super) download_location: String,
    #[serde(rename = "software_homePage", skip_serializing_if = "Option::is_none")]
    pub(super) home_page: Option<String>,
    #[serde(rename = "software_packageUrl", skip_serializing_if = "Option::is_none")]
    pub(super) purl: Option<String>,
    #[serde(rename = "software_copyrightText", skip_serializing_if = "Option::is_none")]
    pub(super) copyright: Option<String>,
    #[serde(rename = "dataset_datasetType", skip_serializing_if = "Vec::is_empty")]
    pub(super) dataset_types: Vec<&'static str>,
    #[serde(rename = "dataset_datasetAvailability", skip_serializing_if = "Option::is_none")]
    pub(super) availability: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename = "ExternalIdentifier", rename_all = "camelCase")]
pub(super) struct Identifier {
    pub(super) external_identifier_type: &'static str,
    pub(super) identifier: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct File {
    #[serde(flatten)]
    pub(super) named: Named,
    pub(super) verified_using: [Hash; 1],
}

#[derive(Serialize)]
#[serde(tag = "type", rename = "Hash", rename_all = "camelCase")]
pub(super) struct Hash {
    pub(super) algorithm: &'static str,
    pub(super) hash_value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Relationship {
    #[serde(flatten)]
    pub(super) named: Named,
    pub(super) from: String,
    pub(super) relationship_type: &'static str,
    pub(super) to: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) completeness: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Annotation {
    #[serde(flatten)]
    pub(super) named: Named,
    pub(super) annotation_type: &'static str,
    pub(super) content_type: &'static str,
    pub(super) statement: String,
    pub(super) subject: String,
}

#[derive(Serialize)]
pub(super) struct Expression {
    #[serde(flatten)]
    pub(super) named: Named,
    #[serde(rename = "simplelicensing_licenseExpression")]
    pub(super) expression: String,
    #[serde(rename = "simplelicensing_licenseListVersion", skip_serializing_if = "Option::is_none")]
    pub(super) list_version: Option<String>,
    #[serde(rename = "simplelicensing_customIdToUri", skip_serializing_if = "Vec::is_empty")]
    pub(super) own: Vec<Entry>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename = "DictionaryEntry")]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Text {
    #[serde(flatten)]
    pub(super) named: Named,
    #[serde(rename = "externalRef", skip_serializing_if = "Vec::is_empty")]
    pub(super) references: Vec<ExternalRef>,
    #[serde(rename = "simplelicensing_licenseText")]
    pub(super) text: String,
}

#[derive(Serialize)]
#[serde(tag = "type", rename = "ExternalRef", rename_all = "camelCase")]
pub(super) struct ExternalRef {
    pub(super) external_ref_type: &'static str,
    pub(super) locator: [String; 1],
}
