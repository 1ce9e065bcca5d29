//! The rows of a CycloneDX document, as far as we write them. Their names and what may stand together come from
//! <https://cyclonedx.org/docs/1.6/json/> and <https://cyclonedx.org/docs/1.7/json/>.

#![expect(clippy::struct_field_names, reason = "a field is called as the standard calls its key")]

use serde::Serialize;

/// A bill of materials.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Bom {
    #[serde(rename = "$schema")]
    pub(super) schema: &'static str,
    pub(super) bom_format: &'static str,
    pub(super) spec_version: &'static str,
    /// `None` only while it is computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) serial_number: Option<String>,
    pub(super) version: u32,
    pub(super) metadata: Metadata,
    pub(super) components: Vec<Component>,
    pub(super) dependencies: Vec<Dependency>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) compositions: Vec<Composition>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) properties: Vec<Property>,
}

#[derive(Debug, Serialize)]
pub(super) struct Metadata {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) timestamp: Option<String>,
    pub(super) tools: Tools,
    pub(super) component: Component,
    pub(super) properties: Vec<Property>,
}

#[derive(Debug, Serialize)]
pub(super) struct Tools {
    pub(super) components: Vec<Component>,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Component {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    #[serde(rename = "bom-ref", skip_serializing_if = "Option::is_none")]
    pub(super) bom_ref: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) supplier: Option<Organization>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) group: Option<String>,
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) licenses: Vec<Choice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) purl: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pedigree: Option<Pedigree>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) external_references: Vec<ExternalReference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) evidence: Option<Evidence>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) model_card: Option<ModelCard>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) data: Vec<ComponentData>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) properties: Vec<Property>,
}

#[derive(Debug, Serialize)]
pub(super) struct Organization {
    pub(super) name: String,
    pub(super) url: Vec<String>,
}

/// A member of `licenses`.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Choice {
    /// A licence by its name.
    Named {
        /// The licence.
        license: Named,
    },
    /// An SPDX expression.
    Expression(Expressed),
}

/// A licence without an SPDX identifier. It never has an `id`.
#[derive(Debug, Serialize)]
pub(super) struct Named {
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) acknowledgement: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<Attachment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) properties: Vec<Property>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Expressed {
    pub(super) expression: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) expression_details: Vec<ExpressionDetail>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) acknowledgement: Option<&'static str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExpressionDetail {
    pub(super) license_identifier: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<Attachment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Attachment {
    pub(super) content_type: &'static str,
    pub(super) content: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Pedigree {
    pub(super) ancestors: Vec<Component>,
    pub(super) notes: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct ExternalReference {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<String>,
}

#[derive(Debug, Default, Serialize)]
pub(super) struct Evidence {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) occurrences: Vec<Occurrence>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) licenses: Vec<Choice>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) copyright: Vec<Copyright>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Occurrence {
    pub(super) location: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) symbol: Option<String>,
    pub(super) additional_context: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Copyright {
    pub(super) text: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ModelCard {
    pub(super) model_parameters: ModelParameters,
}

#[derive(Debug, Serialize)]
pub(super) struct ModelParameters {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) datasets: Vec<Reference>,
}

/// Leads to a component of the same document.
#[derive(Debug, Serialize)]
pub(super) struct Reference {
    #[serde(rename = "ref")]
    pub(super) bom_ref: String,
}

#[derive(Debug, Serialize)]
pub(super) struct ComponentData {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) contents: Option<Contents>,
}

#[derive(Debug, Serialize)]
pub(super) struct Contents {
    pub(super) url: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Dependency {
    #[serde(rename = "ref")]
    pub(super) bom_ref: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) depends_on: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Composition {
    pub(super) aggregate: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) assemblies: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) dependencies: Vec<String>,
}

/// A name of the `licentia:` space and a value. A name may stand several times.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Property {
    pub(super) name: String,
    pub(super) value: String,
}

impl Property {
    /// `licentia:name`
    pub(super) fn new(name: &str, value: impl Into<String>) -> Self {
        Self { name: format!("licentia:{name}"), value: value.into() }
    }
}
