//! One part of a scan as a component.

use super::evidence::Belongings;
use super::licenses::{self, Licenses};
use super::rows::{
    Component, ComponentData, Contents, ExternalReference, ModelCard, ModelParameters, Organization, Pedigree,
    Property, Reference,
};
use crate::lineage::{EdgeRelation, Relation};
use crate::report::explain::term_in_words;
use crate::report::parts::{Part, PartKind, Parts};
use crate::report::text::verdict_of;
use crate::scan::Scan;

/// Longest `version` that the schema takes, in characters.
const LONGEST_VERSION: usize = 1024;

/// Makes the components of a document.
pub(super) struct Components<'a> {
    scan: &'a Scan,
    parts: &'a Parts<'a>,
    belongings: &'a Belongings,
    licenses: Licenses<'a>,
}

impl<'a> Components<'a> {
    pub(super) fn new(
        scan: &'a Scan,
        parts: &'a Parts<'a>,
        belongings: &'a Belongings,
        licenses: Licenses<'a>,
    ) -> Self {
        Self { scan, parts, belongings, licenses }
    }

    /// All parts, side by side: some importers do not look into components for what lies in them.
    pub(super) fn all(&mut self) -> Vec<Component> {
        let parts: &'a Parts<'a> = self.parts;
        parts.all.iter().enumerate().map(|(position, part)| self.component(position, part)).collect()
    }

    /// What is to be said of licences outside of components.
    pub(super) fn licenses(&self) -> &Licenses<'a> {
        &self.licenses
    }

    fn component(&mut self, position: usize, part: &'a Part<'a>) -> Component {
        let licenses = self.licenses.of_part(part);
        let evidence = self.belongings.evidence(self.scan, position, part, &mut self.licenses);
        Component {
            bom_ref: Some(part.id.clone()),
            supplier: supplier(part),
            licenses,
            pedigree: self.pedigree(position),
            external_references: external_references(part),
            evidence,
            model_card: self.model_card(position, part),
            data: data(part),
            properties: self.properties(position, part),
            ..named(part, self.kind(position, part))
        }
    }

    /// The closed list of the schema has no word for tokenizers and for directories that nobody explains.
    fn kind(&self, position: usize, part: &Part<'_>) -> &'static str {
        let is_trained_on =
            || self.parts.ties.iter().any(|tie| tie.parent == position && tie.relation == EdgeRelation::TrainedOn);
        match part.kind {
            PartKind::Unresolved if is_trained_on() => "data",
            PartKind::Model | PartKind::Adapter | PartKind::Unresolved => "machine-learning-model",
            PartKind::Dataset => "data",
            PartKind::Space => "application",
            PartKind::Code | PartKind::Component => "library",
            PartKind::Tokenizer | PartKind::Documentation => "file",
        }
    }

    /// What the model was made from. They stand as components of the document too, by the same name; a `bom-ref` may
    /// stand once, so these lead there by a property.
    fn pedigree(&self, position: usize) -> Option<Pedigree> {
        let mut notes = Vec::new();
        let mut ancestors = Vec::new();
        for tie in self.parts.ties.iter().filter(|tie| tie.child == position) {
            let EdgeRelation::Model(relation) = tie.relation else { continue };
            // What a pipeline holds or loads is not what it was changed from.
            if matches!(relation, Relation::Component | Relation::RemoteCode) {
                continue;
            }
            let Some(parent) = self.parts.all.get(tie.parent) else { continue };
            notes.push(match relation {
                Relation::Unstated => format!("made from {}, in a way that is not stated", parent.name),
                relation => format!("{relation} of {}", parent.name),
            });
            ancestors.push(Component {
                properties: vec![
                    Property::new("relation", relation.as_str()),
                    Property::new("component", parent.id.as_str()),
                ],
                ..named(parent, self.kind(tie.parent, parent))
            });
        }
        (!ancestors.is_empty()).then(|| Pedigree { ancestors, notes: notes.join("; ") })
    }

    fn model_card(&self, position: usize, part: &Part<'_>) -> Option<ModelCard> {
        if !matches!(part.kind, PartKind::Model | PartKind::Adapter) {
            return None;
        }
        let trained =
            self.parts.ties.iter().filter(|tie| tie.child == position && tie.relation == EdgeRelation::TrainedOn);
        let datasets = trained.filter_map(|tie| self.parts.all.get(tie.parent));
        let datasets: Vec<_> = datasets.map(|part| Reference { bom_ref: part.id.clone() }).collect();
        (!datasets.is_empty()).then_some(ModelCard { model_parameters: ModelParameters { datasets } })
    }

    fn properties(&self, position: usize, part: &Part<'_>) -> Vec<Property> {
        let mut properties = vec![
            Property::new("part", part.kind.as_str()),
            Property::new("license:declared", part.declared.spdx()),
            Property::new("license:concluded", part.concluded.spdx()),
        ];
        let verdict = part.judged.and_then(|judged| judged.verdict);
        let of_target = || {
            let source = self.scan.lineage.nodes.get(position).and_then(|node| node.source)?;
            verdict_of(self.scan, source)
        };
        // A finding that is about no subject counts for the target too.
        let verdict = if part.is_target && part.inside.is_none() { of_target().or(verdict) } else { verdict };
        properties.extend(verdict.map(|verdict| Property::new("verdict", verdict.as_str())));
        if part.inside.is_none() {
            let (target, seen) = match part.source {
                Some(source) if source.is_followed => (None, "followed"),
                Some(source) => (Some(source.target.as_str()), "target"),
                None => (None, "not opened"),
            };
            properties.push(Property::new("seen", seen));
            properties.extend(target.map(|target| Property::new("target", target)));
        }
        let outer = part.inside.and_then(|outer| self.parts.all.get(outer));
        properties.extend(outer.map(|outer| Property::new("inside", outer.id.as_str())));
        for tie in self.parts.ties.iter().filter(|tie| tie.child == position) {
            let Some(parent) = self.parts.all.get(tie.parent) else { continue };
            properties.push(Property::new(&format!("lineage:{}", tie.relation.as_str()), parent.id.as_str()));
        }
        for license in part.judged.and_then(|judged| judged.decision.as_ref()).iter().flat_map(|it| &it.licenses) {
            for duty in &license.duties {
                let words = format!("{} ({})", term_in_words(duty), duty.source);
                properties.push(Property::new(&format!("duty:{}", license.license), words));
            }
        }
        properties.extend(self.belongings.properties(self.scan, position));
        properties
    }
}

/// What a part is called, wherever it stands.
pub(super) fn named(part: &Part<'_>, kind: &'static str) -> Component {
    let (group, name) = match part.name.split_once('/').filter(|_| part.address.is_some()) {
        Some((group, name)) => (Some(group.to_owned()), name.to_owned()),
        None => (None, part.name.clone()),
    };
    Component {
        kind,
        group,
        name,
        version: part.revision.map(|revision| revision.chars().take(LONGEST_VERSION).collect()),
        purl: part.purl.clone(),
        ..Component::default()
    }
}

/// The account of the Hub that publishes it.
fn supplier(part: &Part<'_>) -> Option<Organization> {
    let (account, _) = part.name.split_once('/').filter(|_| part.address.is_some())?;
    Some(Organization { name: account.to_owned(), url: vec![format!("https://huggingface.co/{account}")] })
}

/// A repository of the Hub is one of git, and its page shows its card.
fn external_references(part: &Part<'_>) -> Vec<ExternalReference> {
    let of_model = matches!(part.kind, PartKind::Model | PartKind::Adapter);
    let page = if of_model { "model-card" } else { "website" };
    let pages = part
        .address
        .iter()
        .flat_map(|address| ["vcs", page].map(|kind| ExternalReference { kind, url: address.clone(), comment: None }));
    pages.chain(licenses::addresses(part)).collect()
}

fn data(part: &Part<'_>) -> Vec<ComponentData> {
    if part.kind != PartKind::Dataset {
        return Vec::new();
    }
    let contents = part.address.clone().map(|url| Contents { url });
    vec![ComponentData { kind: "dataset", name: part.name.clone(), contents }]
}
