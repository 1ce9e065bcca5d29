//! `-o cyclonedx` and `-o cyclonedx-1.7`: a bill of materials of models and data, for platforms that import CycloneDX
//! (ECMA-424).
//!
//! Everything that can be said in a place of the standard stands there; the rest stands in properties of the space
//! `licentia:`, so that every finding and every gap is in the document. A scan is a component `scan`, or what it is of
//! where that is one thing; all parts stand in `components`, since importers judge those alone. Findings are properties
//! and no annotations: an annotation must have a time, and a scan has none that nobody told it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use sha2::{Digest, Sha256};

use super::parts::{Part, Parts};
use super::style::Style;
use super::{Format, wire};
use crate::finding::Level;
use crate::scan::Scan;

mod component;
mod evidence;
mod licenses;
mod rows;

use component::Components;
use evidence::Belongings;
use licenses::Licenses;
use rows::{Bom, Component, Composition, Dependency, ExternalReference, Metadata, Property, Tools};

/// `-o cyclonedx`.
pub(super) const FORMAT: Format = Format {
    name: "cyclonedx",
    summary: "bill of materials for models and data (ML-BOM): CycloneDX 1.6",
    extension: "cdx.json",
    is_for_people: false,
    write: |scan, style, out| write(scan, style, &V1_6, out),
    files: None,
};

/// `-o cyclonedx-1.7`.
pub(super) const FORMAT_1_7: Format = Format {
    name: "cyclonedx-1.7",
    summary: "the same as CycloneDX 1.7, with declared and concluded licences side by side",
    extension: "cdx.json",
    is_for_people: false,
    write: |scan, style, out| write(scan, style, &V1_7, out),
    files: None,
};

/// Where the versions differ.
struct Version {
    number: &'static str,
    schema: &'static str,
    /// Whether `licenses` may hold names and expressions together, and an expression its details.
    may_mix_licenses: bool,
}

const V1_6: Version =
    Version { number: "1.6", schema: "http://cyclonedx.org/schema/bom-1.6.schema.json", may_mix_licenses: false };
const V1_7: Version =
    Version { number: "1.7", schema: "http://cyclonedx.org/schema/bom-1.7.schema.json", may_mix_licenses: true };

/// The `bom-ref` of what the document is about. No part is called so: their names end in a number.
const ROOT: &str = "scan";

fn write(scan: &Scan, style: &Style, version: &Version, out: &mut dyn Write) -> io::Result<()> {
    let mut bom = bom(scan, style, version);
    let mut content = Vec::new();
    wire::write_document(&bom, &mut content)?;
    bom.serial_number = Some(serial_number(&content));
    wire::write_document(&bom, out)
}

/// A UUID of version 8 (RFC 9562, section 5.8) of the SHA-256 of the content: the same scan has the same number.
fn serial_number(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    let mut number = digest.iter().take(16).fold(0_u128, |number, byte| (number << 8) | u128::from(*byte));
    number = (number & !(0xf << 76)) | (8 << 76);
    number = (number & !(0b11 << 62)) | (0b10 << 62);
    let hex = format!("{number:032x}");
    let group = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("urn:uuid:{}-{}-{}-{}-{}", group(0, 8), group(8, 12), group(12, 16), group(16, 20), group(20, 32))
}

fn bom(scan: &Scan, style: &Style, version: &Version) -> Bom {
    let parts = Parts::of(scan);
    let belongings = Belongings::of(scan, &parts);
    let licenses = Licenses::new(&parts.references, version.may_mix_licenses);
    let mut components = Components::new(scan, &parts, &belongings, licenses);
    let all = components.all();
    let properties = components.licenses().rest();
    Bom {
        schema: version.schema,
        bom_format: "CycloneDX",
        spec_version: version.number,
        serial_number: None,
        version: 1,
        metadata: Metadata {
            timestamp: style.dated.is_some().then(|| style.created()),
            tools: Tools { components: vec![tool(scan)] },
            component: root(&all, &parts),
            properties: of_scan(scan, &belongings),
        },
        dependencies: dependencies(&parts),
        compositions: compositions(scan, &parts),
        properties,
        components: all,
    }
}

fn tool(scan: &Scan) -> Component {
    let versions = &scan.versions;
    Component {
        kind: "application",
        name: "licentia".to_owned(),
        version: Some(versions.tool.clone()),
        external_references: vec![ExternalReference {
            kind: "vcs",
            url: env!("CARGO_PKG_REPOSITORY").to_owned(),
            comment: None,
        }],
        properties: vec![
            Property::new("database", versions.database.as_str()),
            Property::new("spdx-list", versions.spdx_list.as_str()),
        ],
        ..Component::default()
    }
}

/// What the document is about: the target where there is one, else the scan.
fn root(all: &[Component], parts: &Parts<'_>) -> Component {
    let targets: Vec<&Part<'_>> = targets(parts).collect();
    let kind = |part: &Part<'_>| all.iter().find(|row| row.bom_ref.as_ref() == Some(&part.id)).map(|row| row.kind);
    let about = match targets.as_slice() {
        [only] => component::named(only, kind(only).unwrap_or("application")),
        _ => Component { kind: "application", name: "licentia scan".to_owned(), ..Component::default() },
    };
    Component { bom_ref: Some(ROOT.to_owned()), ..about }
}

fn targets<'p, 'a>(parts: &'p Parts<'a>) -> impl Iterator<Item = &'p Part<'a>> {
    parts.all.iter().filter(|part| part.is_target && part.inside.is_none())
}

fn of_scan(scan: &Scan, belongings: &Belongings) -> Vec<Property> {
    let mut properties = vec![
        Property::new("incomplete", scan.is_incomplete().to_string()),
        Property::new("exit-code", scan.exit_code().to_string()),
    ];
    properties.extend(scan.verdict().map(|verdict| Property::new("verdict", verdict.as_str())));
    if let Some(policy) = &scan.policy {
        properties.push(Property::new("policy", policy.name.as_str()));
        properties.extend(policy.layers.iter().map(|layer| Property::new("policy:layer", layer.as_str())));
        properties.push(Property::new("policy:fail-on", scan.fail_on.map_or("never", Level::as_str)));
    }
    properties.extend(belongings.loose(scan));
    properties
}

/// The document rests on its targets, a repository on what lies in it, and what was made on what it was made from.
fn dependencies(parts: &Parts<'_>) -> Vec<Dependency> {
    let mut below: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for tie in parts.ties.iter().filter(|tie| tie.child != tie.parent) {
        let Some(parent) = parts.all.get(tie.parent) else { continue };
        let known = below.entry(tie.child).or_default();
        if !known.contains(&parent.id) {
            known.push(parent.id.clone());
        }
    }
    for inner in &parts.all {
        let Some(outer) = inner.inside else { continue };
        below.entry(outer).or_default().push(inner.id.clone());
    }
    let root =
        Dependency { bom_ref: ROOT.to_owned(), depends_on: targets(parts).map(|part| part.id.clone()).collect() };
    let rest = parts.all.iter().enumerate().map(|(position, part)| Dependency {
        bom_ref: part.id.clone(),
        depends_on: below.remove(&position).unwrap_or_default(),
    });
    std::iter::once(root).chain(rest).collect()
}

/// How much of each repository was seen. That an author names every base and dataset is nowhere said, so what a model
/// rests on is never called complete.
fn compositions(scan: &Scan, parts: &Parts<'_>) -> Vec<Composition> {
    let mut found: BTreeMap<&'static str, Composition> = BTreeMap::new();
    let mut row = |aggregate: &'static str, assembly: Option<&Part<'_>>, dependency: Option<&Part<'_>>| {
        let row = found.entry(aggregate).or_insert_with(|| Composition {
            aggregate,
            assemblies: Vec::new(),
            dependencies: Vec::new(),
        });
        row.assemblies.extend(assembly.map(|part| part.id.clone()));
        row.dependencies.extend(dependency.map(|part| part.id.clone()));
    };
    for (node, part) in scan.lineage.nodes.iter().zip(&parts.all) {
        let gaps = || scan.gaps.iter().filter(|gap| Some(gap.at.source) == node.source);
        let is_whole = node.is_seen && !gaps().any(|gap| gap.kind.makes_incomplete());
        // That what is there is all that belongs to it nobody says, so nothing is called complete.
        let seen = if is_whole || node.source.is_none() { "unknown" } else { "incomplete" };
        row(seen, Some(part), None);
        row(if gaps().next().is_some() { "incomplete" } else { "unknown" }, None, Some(part));
    }
    found.into_values().collect()
}

#[cfg(test)]
mod tests;
