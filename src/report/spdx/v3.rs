//! `-o spdx3`: SPDX 3.0.1, as JSON-LD, with the profiles of software, licences, AI and datasets
//! (<https://spdx.github.io/spdx-spec/v3.0.1/>).
//!
//! A model is an `ai_AIPackage`, a dataset a `dataset_DatasetPackage`, everything else a `software_Package`. Each has
//! exactly one declared and one concluded licence, as the profiles ask. What a model was made from is `descendantOf`, a
//! dataset `trainedOn`; what it cannot work without (the base of an adapter, a component, remote code) `dependsOn`;
//! distilling takes over no weights and is `other`. Each of these has a comment with the relation as it was stated.
//!
//! The profiles ask for more than a scan can know. The time of a release, and of a dataset the time at which it was built,
//! stand nowhere in a repository: they are left out, which validators accept, and every package says so; a time would be
//! invented. A version, a place or a supplier that is not known is `NOASSERTION`, the word that readers of SPDX take for it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::licenses::{Explained, Grammar, Licenses};
use super::v3_rows::{
    Annotation, CREATION, Collection, Creation, Document, Element, Entry, Expression, ExternalRef, File, Hash,
    Identifier, Named, Package, Relationship, Text,
};
use super::{Bill, NAMESPACE, is_open, list_version, words};
use crate::evidence::sha256;
use crate::lineage::{EdgeRelation, Relation};
use crate::report::escape::inert;
use crate::report::parts::{Part, PartKind, Stated, Tie};
use crate::report::{Format, Style, wire};
use crate::scan::Scan;
use crate::source::uri;

/// `-o spdx3`.
pub(in crate::report) const FORMAT: Format = Format {
    name: "spdx3",
    summary: "bill of materials: SPDX 3.0.1, JSON-LD, with the AI and Dataset profiles",
    extension: "spdx3.json",
    is_for_people: false,
    write,
    files: None,
};

const CONTEXT: &str = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld";
const NO_ASSERTION: &str = "NOASSERTION";
const PROFILES: [&str; 5] = ["core", "software", "simpleLicensing", "ai", "dataset"];

fn write(scan: &Scan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut bytes = Vec::new();
    wire::write_line(&document(scan, style, "urn:"), &mut bytes)?;
    wire::write_document(&document(scan, style, &format!("{NAMESPACE}{}", sha256(&bytes))), out)
}

/// The document, with every identifier below a namespace.
fn document(scan: &Scan, style: &Style, namespace: &str) -> Document {
    let mut graph = Graph {
        bill: Bill::of(scan),
        namespace,
        licenses: Licenses::new(Grammar::V3),
        expressions: BTreeMap::new(),
        agents: BTreeMap::new(),
        all: Vec::new(),
        relationships: 0,
    };
    graph.packages();
    graph.files();
    graph.lineage();
    graph.remarks();
    graph.texts();
    graph.done(style)
}

struct Graph<'a> {
    bill: Bill<'a>,
    namespace: &'a str,
    licenses: Licenses,
    /// Identifiers of expressions, by what they are.
    expressions: BTreeMap<String, String>,
    /// Identifiers of those who supply packages, by their names.
    agents: BTreeMap<String, String>,
    /// Everything but the document itself.
    all: Vec<Element>,
    relationships: usize,
}

impl Graph<'_> {
    fn id(&self, name: &str) -> String {
        format!("{}#{name}", self.namespace)
    }

    fn named(&self, id: &str, name: Option<String>, comment: Option<String>) -> Named {
        Named { spdx_id: self.id(id), creation_info: CREATION, name, comment }
    }

    fn packages(&mut self) {
        for position in 0..self.bill.parts.all.len() {
            self.package(position);
        }
    }

    fn package(&mut self, position: usize) {
        let Some(part) = self.bill.parts.all.get(position) else { return };
        let (id, name, kind) = (part.id.clone(), Bill::called(part), part.kind);
        let (declared, concluded) = (self.licenses.written(part.declared), self.licenses.written(part.concluded));
        let because = words::licenses(&self.bill, position, part);
        let outer = part.inside.and_then(|outer| self.bill.parts.all.get(outer)).map(|outer| outer.id.clone());
        let completeness = if self.bill.is_incomplete(part) { "incomplete" } else { "noAssertion" };
        let mut lines = words::part(&self.bill, part);
        lines.extend(unknown(part, kind));
        let is_dataset = kind == PartKind::Dataset;
        let no_assertion = || NO_ASSERTION.to_owned();
        let mut package = Package {
            named: self.named(&id, Some(name), Some(lines.join("\n"))),
            supplied_by: String::new(),
            originated_by: Vec::new(),
            identifiers: identifiers(part),
            purpose: purpose(kind),
            version: Bill::version(part).unwrap_or_else(no_assertion),
            download_location: self.bill.download_location(part).unwrap_or_else(no_assertion),
            home_page: part.address.as_deref().map(uri::address),
            purl: part.purl.clone(),
            copyright: self.bill.copyright(part),
            dataset_types: if is_dataset { vec!["noAssertion"] } else { Vec::new() },
            availability: is_open(part)
                .filter(|_| is_dataset)
                .map(|is_open| if is_open { "directDownload" } else { "clickthrough" }),
        };
        let supplier = self.bill.supplier(part);
        package.supplied_by = self.agent(supplier.as_deref());
        if is_dataset {
            // Who publishes data need not be who made it.
            package.originated_by = vec![self.agent(None)];
        }
        let package = Box::new(package);
        self.all.push(match kind {
            PartKind::Model | PartKind::Adapter => Element::Model(package),
            PartKind::Dataset => Element::Dataset(package),
            PartKind::Space
            | PartKind::Unresolved
            | PartKind::Code
            | PartKind::Tokenizer
            | PartKind::Component
            | PartKind::Documentation => Element::Package(package),
        });
        let from = self.id(&id);
        for (kind, license) in [("hasDeclaredLicense", declared), ("hasConcludedLicense", concluded)] {
            let to = self.license(license);
            self.relate(&from, kind, to, None, Some(because.clone()).filter(|words| !words.is_empty()));
        }
        if let Some(outer) = outer {
            let outer = self.id(&outer);
            self.relate(&outer, "contains", from, Some(completeness), None);
        }
    }

    fn relate(
        &mut self,
        from: &str,
        kind: &'static str,
        to: String,
        completeness: Option<&'static str>,
        comment: Option<String>,
    ) {
        self.relationships += 1;
        let named = self.named(&format!("relationship-{}", self.relationships), None, comment);
        let relationship =
            Relationship { named, from: from.to_owned(), relationship_type: kind, to: vec![to], completeness };
        self.all.push(Element::Relationship(relationship));
    }

    /// Who supplies a package.
    fn agent(&mut self, account: Option<&str>) -> String {
        let name = account.unwrap_or(NO_ASSERTION);
        if let Some(known) = self.agents.get(name) {
            return known.clone();
        }
        let id = format!("agent-{}", self.agents.len() + 1);
        let comment = match account {
            Some(_) => "An account on the Hugging Face Hub; whether a person or an organisation is not known.",
            None => "Nothing that was read says who it is.",
        };
        self.all.push(Element::Agent(self.named(&id, Some(name.to_owned()), Some(comment.to_owned()))));
        self.agents.insert(name.to_owned(), self.id(&id));
        self.id(&id)
    }

    /// A written licence: an expression of the document, or one of the individuals that the specification defines.
    fn license(&mut self, written: String) -> String {
        if written == Stated::Nothing.spdx() {
            return "expandedlicensing_NoneLicense".to_owned();
        }
        if written == Stated::Unknown.spdx() {
            return "expandedlicensing_NoAssertionLicense".to_owned();
        }
        if let Some(known) = self.expressions.get(&written) {
            return known.clone();
        }
        let id = format!("license-{}", self.expressions.len() + 1);
        let own = Licenses::own(&written).into_iter();
        let own = own.map(|own| Entry { key: own.to_owned(), value: self.id(own) }).collect();
        let list_version = list_version(self.bill.scan).map(|[major, minor, patch]| format!("{major}.{minor}.{patch}"));
        let named = self.named(&id, None, None);
        self.all.push(Element::Expression(Expression { named, expression: written.clone(), list_version, own }));
        let id = self.id(&id);
        self.expressions.insert(written, id.clone());
        id
    }

    /// Files that say something about licences, as they were when they were read.
    fn files(&mut self) {
        for (index, digest) in self.bill.scan.digests.iter().enumerate() {
            let whole = self.bill.wholes.get(&digest.source).and_then(|&position| self.bill.parts.all.get(position));
            let Some((whole, is_incomplete)) = whole.map(|part| (self.id(&part.id), self.bill.is_incomplete(part)))
            else {
                continue;
            };
            let id = format!("file-{}", index + 1);
            let named = self.named(&id, Some(inert(&digest.path)), None);
            let hash = Hash { algorithm: "sha256", hash_value: digest.sha256.clone() };
            self.all.push(Element::File(File { named, verified_using: [hash] }));
            let to = self.id(&id);
            // Only files that say something about licences are listed.
            let completeness = if is_incomplete { "incomplete" } else { "noAssertion" };
            self.relate(&whole, "contains", to, Some(completeness), None);
        }
    }

    fn lineage(&mut self) {
        for index in 0..self.bill.parts.ties.len() {
            let Some(tie) = self.bill.parts.ties.get(index).copied() else { continue };
            let part = |position: usize| self.bill.parts.all.get(position);
            let (Some(child), Some(parent)) = (part(tie.child), part(tie.parent)) else { continue };
            // A card names what it names; whether that is all nobody knows.
            let completeness = if self.bill.is_incomplete(child) { "incomplete" } else { "noAssertion" };
            let (from, to) = (self.id(&child.id), self.id(&parent.id));
            self.relate(&from, kind_of(&tie), to, Some(completeness), Some(words::tie(&tie).to_owned()));
        }
    }

    fn remarks(&mut self) {
        for (index, remark) in self.bill.remarks().into_iter().enumerate() {
            let about = remark.about.and_then(|position| self.bill.parts.all.get(position));
            let annotation = Annotation {
                named: self.named(&format!("annotation-{}", index + 1), None, None),
                annotation_type: if remark.is_finding { "review" } else { "other" },
                content_type: "text/plain",
                statement: remark.words,
                subject: self.id(about.map_or("document", |part| part.id.as_str())),
            };
            self.all.push(Element::Annotation(annotation));
        }
    }

    fn texts(&mut self) {
        for Explained { id, name, addresses, text, comment } in self.licenses.explained(&self.bill) {
            let named = self.named(&id, Some(name), Some(comment));
            let reference = |address| ExternalRef { external_ref_type: "license", locator: [address] };
            let references = addresses.into_iter().map(reference).collect();
            self.all.push(Element::Text(Text { named, references, text }));
        }
    }

    fn done(mut self, style: &Style) -> Document {
        let tool = self.bill.tool();
        let data_license = self.license("CC0-1.0".to_owned());
        self.all.push(Element::SoftwareAgent(self.named("software-agent", Some(tool.clone()), None)));
        self.all.push(Element::Tool(self.named("tool", Some(tool), None)));
        let bill = Collection {
            named: self.named("bill", Some(self.bill.name()), None),
            profile_conformance: PROFILES,
            data_license: None,
            sbom_types: vec!["analyzed"],
            root_element: self.bill.roots().into_iter().map(|part| self.id(&part.id)).collect(),
            element: self
                .all
                .iter()
                .filter(|one| one.is_material())
                .filter_map(Element::id)
                .map(str::to_owned)
                .collect(),
        };
        self.all.push(Element::Sbom(bill));
        let comment = format!("{}\n{UNKNOWN_TIMES}", words::document(self.bill.scan));
        let document = Collection {
            named: self.named("document", Some(self.bill.name()), Some(comment)),
            profile_conformance: PROFILES,
            data_license: Some(data_license),
            sbom_types: Vec::new(),
            // Nothing scanned is nothing in the bill, and still a bill.
            root_element: vec![self.id("bill")],
            element: self.all.iter().filter_map(Element::id).map(str::to_owned).collect(),
        };
        let creation = Creation {
            id: CREATION,
            spec_version: "3.0.1",
            created: style.created(),
            created_by: vec![self.id("software-agent")],
            created_using: vec![self.id("tool")],
        };
        let mut graph = vec![Element::CreationInfo(creation), Element::SpdxDocument(document)];
        graph.append(&mut self.all);
        Document { context: CONTEXT, graph }
    }
}

const UNKNOWN_TIMES: &str = "Times of release and of building are left out: nothing that was read states them. The \
                             creation information says when this document was made, or 1970 where nobody named a day.";

/// What the profiles ask for and nothing that was read states.
fn unknown(part: &Part<'_>, kind: PartKind) -> Vec<String> {
    let mut lines = Vec::new();
    match kind {
        PartKind::Model | PartKind::Adapter => lines.push("When it was released is not known.".to_owned()),
        PartKind::Dataset => {
            lines.push(
                "When it was built and released, who made it and what kind of data it holds is not known.".to_owned(),
            );
        }
        _ => {}
    }
    if Bill::version(part).is_none() {
        lines.push("Which version it is is not known.".to_owned());
    }
    lines
}

fn identifiers(part: &Part<'_>) -> Vec<Identifier> {
    let purl =
        part.purl.as_ref().map(|purl| Identifier { external_identifier_type: "packageUrl", identifier: purl.clone() });
    // A commit of the Hub is one of Git; in it the name of every file and the digest of its content are bound.
    let is_commit = |revision: &&str| revision.len() == 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
    let commit = part.revision.filter(is_commit).filter(|_| part.address.is_some()).map(|commit| Identifier {
        external_identifier_type: "gitoid",
        identifier: format!("gitoid:commit:sha1:{}", uri::component(&commit.to_ascii_lowercase())),
    });
    purl.into_iter().chain(commit).collect()
}

fn purpose(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Model | PartKind::Adapter => "model",
        PartKind::Dataset => "data",
        PartKind::Space => "application",
        PartKind::Code => "source",
        PartKind::Documentation => "documentation",
        PartKind::Unresolved | PartKind::Tokenizer | PartKind::Component => "other",
    }
}

/// From what was made to what it was made from.
fn kind_of(tie: &Tie) -> &'static str {
    match tie.relation {
        EdgeRelation::Model(Relation::Finetune | Relation::Quantized | Relation::Merge | Relation::Unstated) => {
            "descendantOf"
        }
        EdgeRelation::Model(Relation::Adapter | Relation::Component | Relation::RemoteCode) => "dependsOn",
        EdgeRelation::Model(Relation::Distilled) => "other",
        EdgeRelation::TrainedOn => "trainedOn",
    }
}

impl Element {
    /// The identifier; `None` for what has none that others may use.
    fn id(&self) -> Option<&str> {
        let named = match self {
            Self::CreationInfo(_) => return None,
            Self::Tool(named) | Self::Agent(named) | Self::SoftwareAgent(named) => named,
            Self::SpdxDocument(collection) | Self::Sbom(collection) => &collection.named,
            Self::Model(package) | Self::Dataset(package) | Self::Package(package) => &package.named,
            Self::File(file) => &file.named,
            Self::Relationship(relationship) => &relationship.named,
            Self::Annotation(annotation) => &annotation.named,
            Self::Expression(expression) => &expression.named,
            Self::Text(text) => &text.named,
        };
        Some(&named.spdx_id)
    }

    /// Whether a bill of materials lists it: parts, their files, and how they hang together.
    fn is_material(&self) -> bool {
        matches!(self, Self::Model(_) | Self::Dataset(_) | Self::Package(_) | Self::File(_) | Self::Relationship(_))
    }
}
