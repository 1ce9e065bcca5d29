//! What the card says it was made from, held against what the other files of the repository say: `base_model` and
//! `base_model_relation` (<https://huggingface.co/docs/hub/model-cards#specifying-a-base-model>).

use super::card::{Card, is_blank};
use super::fix::Fix;
use super::{Remark, World};
use crate::evidence::{Claim, Evidence};
use crate::extract::card_keys::stated_role;
use crate::extract::yaml::{Kind, Node};
use crate::finding::Level;
use crate::lineage::Relation;
use crate::policy::message::{escaped, listed, quoted};
use crate::scan::RepositoryKind;
use crate::source::hub_id::HubId;
use crate::subject::Role;

/// Keys and tags that name a base too.
const KIN: [&str; 3] = ["base_models", "base_model_sources", "finetuned_from"];

pub(super) fn look(world: &World<'_>, card: &Card<'_>, remarks: &mut Vec<Remark>) {
    let Some(keys) = card.keys() else { return };
    let is_model = stated_role(keys).is_none_or(|role| role == Role::Weights);
    if !is_model || world.kind() != RepositoryKind::Model {
        return;
    }
    let proofs: Vec<(&Evidence, &str, Relation)> = world.scan.evidence.iter().filter_map(proof).collect();
    let values: Vec<&Node> = keys.every("base_model").into_iter().flat_map(Node::scalars).collect();
    remarks.extend(values.iter().filter_map(|value| no_id(card, value)));
    let names_none = !card.states("base_model") && !KIN.iter().any(|key| card.states(key)) && !is_tagged(keys);
    if names_none {
        remarks.extend(missing(card, &proofs));
    } else if !values.is_empty() {
        remarks.extend(differing(card, &values, &proofs));
        remarks.extend(without_relation(card, &values, &proofs));
    }
}

fn is_tagged(keys: &Node) -> bool {
    keys.every("tags").into_iter().flat_map(Node::strings).any(|tag| tag.trim().starts_with("base_model:"))
}

/// What another file at the root proves: a base, and how it was used.
fn proof(evidence: &Evidence) -> Option<(&Evidence, &str, Relation)> {
    let Claim::Parent { reference, relation, .. } = &evidence.claim else { return None };
    let is_here = evidence.at.source == 0 && !evidence.at.path.contains('/');
    let proves = matches!(
        (evidence.by, relation),
        ("adapter-config", Relation::Adapter) | ("mergekit", Relation::Merge) | ("gguf", _)
    );
    (is_here && proves).then_some((evidence, reference.as_str(), *relation))
}

/// `org/name` of a reference that is one.
fn id_of(reference: &str) -> Option<String> {
    let reference = reference.trim();
    let id = HubId::of_link(reference).or_else(|| HubId::of_words(reference))?;
    (id.kind == RepositoryKind::Model && id.revision.is_none() && id.name.contains('/')).then_some(id.name)
}

fn is_safe(id: &str) -> bool {
    id.starts_with(|first: char| first.is_ascii_alphabetic())
        && id.chars().all(|character| character.is_ascii_alphanumeric() || "-._/".contains(character))
}

/// A value that is no identifier of a model: an address, a path of somebody's machine.
fn no_id(card: &Card<'_>, value: &Node) -> Option<Remark> {
    let word = value.as_str()?.trim();
    if is_blank(value) {
        return None;
    }
    let is_path = word.starts_with(['/', '.', '~']) || word.contains('\\') || word.matches('/').count() > 1;
    let is_address = word.contains("://") || word.starts_with("huggingface.co/") || word.starts_with("hf.co/");
    if !is_path && !is_address && !word.contains(char::is_whitespace) {
        return None;
    }
    let mut remark = card.remark("base-model-not-an-id", Level::Warning, value, "base_model");
    remark.message = format!("`base_model` is {}, and the Hub takes the identifier of a model", quoted(word));
    remark.help = String::from("Write it as ORG/NAME, so that the Hub and every check can follow it.");
    let id = if is_address { id_of(word).filter(|id| is_safe(id)) } else { None };
    if let Some(id) = id {
        remark.help = format!("Write `{id}`.");
        let does = format!("write `{id}` for {}", quoted(word));
        remark.fix = Fix::replace(card, value, id, does, "base_model");
    }
    Some(remark)
}

/// No base in the card, and one in another file.
fn missing(card: &Card<'_>, proofs: &[(&Evidence, &str, Relation)]) -> Option<Remark> {
    let (evidence, reference, relation) = proofs.first()?;
    let mut remark = card.remark_at_top("base-model-missing", Level::Warning);
    remark.message =
        format!("the card names no `base_model`, and {} does: {}", escaped(&evidence.at.path), quoted(reference));
    let bases: Vec<&str> = proofs.iter().map(|(_, reference, _)| *reference).collect();
    let is_one = bases.iter().all(|other| other == reference);
    let Some(id) = id_of(reference).filter(|id| is_one && is_safe(id)) else {
        let what = if is_one { "the model it stands for" } else { "each of them" };
        remark.help = format!("Add `base_model:` with {what}, as ORG/NAME.");
        return Some(remark);
    };
    let mut lines = vec![("base_model", id.as_str())];
    if *relation == Relation::Adapter && !card.states("base_model_relation") {
        lines.push(("base_model_relation", "adapter"));
    }
    remark.help = format!("Add `base_model: {id}`.");
    let is_new = card.keys().is_some_and(|keys| lines.iter().all(|(key, _)| keys.every(key).is_empty()));
    let behind = ["license_link", "license_name", "license", "language", "library_name", "tags"];
    let behind = behind.into_iter().find(|key| card.value(key).is_some());
    let is_adapter = *relation == Relation::Adapter;
    remark.fix = behind.filter(|_| is_new && is_adapter).and_then(|key| Fix::add(card, key, &lines));
    Some(remark)
}

/// The card names other bases than the adapter does.
fn differing(card: &Card<'_>, values: &[&Node], proofs: &[(&Evidence, &str, Relation)]) -> Option<Remark> {
    let (evidence, reference, _) = proofs.iter().find(|(evidence, _, _)| evidence.by == "adapter-config")?;
    let proven = id_of(reference)?;
    let stated: Vec<String> = values.iter().filter_map(|value| id_of(value.as_str()?)).collect();
    if stated.len() != values.len() || stated.iter().any(|id| id.eq_ignore_ascii_case(&proven)) {
        return None;
    }
    let mut remark = card.remark("base-model-differs", Level::Note, values.first()?, "base_model");
    let stated: Vec<String> = stated.iter().map(|id| quoted(id)).collect();
    remark.message = format!(
        "`base_model` is {}, and {} was made for {}",
        listed(&stated),
        escaped(&evidence.at.path),
        quoted(&proven)
    );
    remark.help = String::from("Name the model that the adapter is loaded on, or both if one is a copy of the other.");
    Some(remark)
}

/// The relation can be told and is not stated.
fn without_relation(card: &Card<'_>, values: &[&Node], proofs: &[(&Evidence, &str, Relation)]) -> Option<Remark> {
    if card.keys()?.every("base_model_relation").iter().any(|value| !is_blank(value)) {
        return None;
    }
    let [value] = values else { return None };
    let stated = id_of(value.as_str()?)?;
    let told = proofs.iter().find(|(_, reference, relation)| {
        *relation == Relation::Adapter && id_of(reference).is_some_and(|id| id.eq_ignore_ascii_case(&stated))
    });
    let (evidence, _, _) = told?;
    let mut remark = card.remark("base-model-relation-missing", Level::Note, value, "base_model");
    remark.message = format!(
        "the card does not say how {} was used, and {} shows that this is an adapter",
        quoted(&stated),
        escaped(&evidence.at.path)
    );
    remark.help = String::from("Add `base_model_relation: adapter`.");
    let is_new = card.keys()?.every("base_model_relation").is_empty();
    let behind = card.value("base_model").filter(|node| !matches!(node.kind, Kind::Mapping(_)) && is_new);
    remark.fix = behind.and_then(|_| Fix::add(card, "base_model", &[("base_model_relation", "adapter")]));
    Some(remark)
}
