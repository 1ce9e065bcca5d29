//! `-o sagemaker-model-card`: the content of an Amazon SageMaker Model Card (schema 0.1.0) with the licence facts of a
//! model, as `create-model-card --content` takes it.
//!
//! The schema has no field for licences, so they stand in `custom_details`; what an organisation says of purpose, owner
//! and business is nobody's to invent and left out. A card is of one model: for one target the report is its card; for
//! several it is a directory with a card each, and on standard output the list of them.
//!
//! The rating of the risk says no more than the policy: `High` where the policy says no, else `Unknown`. A licence that
//! suits makes no use of a model harmless, so it is never `Low`.
//!
//! Names and limits: <https://docs.aws.amazon.com/sagemaker/latest/dg/model-cards.html>. A card is one line, because the
//! interface takes contents of at most 100,000 characters of the pattern `.*`.

#![expect(clippy::struct_field_names, reason = "a field is called as the standard calls its key")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde::Serialize;

use super::parts::{Part, PartKind, Parts};
use super::style::Style;
use super::{Format, ReportFile, wire};
use crate::evidence::sha256;
use crate::finding::Verdict;
use crate::lineage::EdgeRelation;
use crate::report::text::{names_behind, verdict_of};
use crate::scan::Scan;

mod details;

use details::{LINE, PARAGRAPH, cut};

/// `-o sagemaker-model-card`.
pub(super) const FORMAT: Format = Format {
    name: "sagemaker-model-card",
    summary: "content of an Amazon SageMaker Model Card, one for each model",
    extension: "json",
    is_for_people: false,
    write,
    files: Some(files),
};

/// Name and version of the list of cards.
const SCHEMA: &str = "licentia.cards/1";
/// Most items of `model_artifact` and `training_datasets`.
const MOST_ITEMS: usize = 15;
/// Most characters of the name of a card in SageMaker, with room for a number that tells two apart.
const LONGEST_NAME: usize = 56;
/// Names that a file may not have: that of the list, and those that Windows keeps for devices.
const TAKEN: [&str; 5] = ["manifest", "con", "prn", "aux", "nul"];

#[derive(Serialize)]
struct Card {
    model_overview: Overview,
    intended_uses: IntendedUses,
    #[serde(skip_serializing_if = "Option::is_none")]
    training_details: Option<TrainingDetails>,
    additional_information: AdditionalInformation,
}

#[derive(Serialize)]
struct Overview {
    model_id: String,
    model_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    model_creator: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    model_artifact: Vec<String>,
}

#[derive(Serialize)]
struct IntendedUses {
    risk_rating: &'static str,
    explanations_for_risk_rating: String,
}

#[derive(Serialize)]
struct TrainingDetails {
    training_job_details: TrainingJobDetails,
}

#[derive(Serialize)]
struct TrainingJobDetails {
    training_datasets: Vec<String>,
}

#[derive(Serialize)]
struct AdditionalInformation {
    caveats_and_recommendations: String,
    custom_details: BTreeMap<String, String>,
}

/// The list of cards.
#[derive(Serialize)]
struct Manifest<'a> {
    schema: &'static str,
    files: Vec<Listed<'a>>,
    /// Targets that are no model.
    left_out: Vec<LeftOut<'a>>,
}

#[derive(Serialize)]
struct Listed<'a> {
    path: &'a str,
    sha256: String,
    target: &'a str,
}

#[derive(Serialize)]
struct LeftOut<'a> {
    target: &'a str,
    reason: &'static str,
}

/// A model that somebody named.
struct Target<'p, 'a> {
    /// Position among the sources of the scan.
    source: usize,
    /// Position among the parts.
    position: usize,
    part: &'p Part<'a>,
    /// What the user calls it.
    name: &'a str,
}

fn write(scan: &Scan, _: &Style, out: &mut dyn Write) -> io::Result<()> {
    let parts = Parts::of(scan);
    let (models, others) = targets(scan, &parts);
    match models.as_slice() {
        [only] if others.is_empty() => wire::write_line(&card(scan, &parts, only), out),
        _ => out.write_all(&manifest(&cards(scan, &parts, &models), &others)),
    }
}

fn files(scan: &Scan, _: &Style) -> Vec<ReportFile> {
    let parts = Parts::of(scan);
    let (models, others) = targets(scan, &parts);
    let cards = cards(scan, &parts, &models);
    let list = ReportFile { path: "manifest.json".to_owned(), bytes: manifest(&cards, &others) };
    let mut files: Vec<ReportFile> = cards.into_iter().map(|(file, _)| file).collect();
    files.push(list);
    files.sort();
    files
}

/// The models that the user named, and what else.
fn targets<'p, 'a>(scan: &'a Scan, parts: &'p Parts<'a>) -> (Vec<Target<'p, 'a>>, Vec<Target<'p, 'a>>) {
    let nodes = scan.lineage.nodes.iter().zip(&parts.all).enumerate();
    let named = nodes.filter(|(_, (_, part))| part.is_target).filter_map(|(position, (node, part))| {
        let source = node.source?;
        Some(Target { source, position, part, name: scan.sources.get(source)?.target.as_str() })
    });
    named.partition(|target| matches!(target.part.kind, PartKind::Model | PartKind::Adapter))
}

/// A file for each model, with what the user calls it. The whole file is the value of `--content`, so that it ends
/// without a line break.
fn cards<'a>(scan: &Scan, parts: &Parts<'a>, models: &[Target<'_, 'a>]) -> Vec<(ReportFile, &'a str)> {
    let mut taken: BTreeSet<String> = TAKEN.into_iter().map(str::to_owned).collect();
    let cards = models.iter().map(|target| {
        let mut bytes = Vec::new();
        // Memory takes everything, and all keys are strings.
        let _ = wire::write_line(&card(scan, parts, target), &mut bytes);
        bytes.truncate(bytes.trim_ascii_end().len());
        let path = format!("{}.json", free_name(&target.part.name, &mut taken));
        (ReportFile { path, bytes }, target.name)
    });
    cards.collect()
}

fn manifest(cards: &[(ReportFile, &str)], others: &[Target<'_, '_>]) -> Vec<u8> {
    let files = cards.iter().map(|(file, target)| Listed { path: &file.path, sha256: sha256(&file.bytes), target });
    let left_out = others.iter().map(|target| LeftOut {
        target: target.name,
        reason: match target.part.kind {
            PartKind::Dataset => "a dataset has no model card",
            PartKind::Space => "an application has no model card",
            _ => "it is no model",
        },
    });
    let list = Manifest { schema: SCHEMA, files: files.collect(), left_out: left_out.collect() };
    let mut bytes = Vec::new();
    let _ = wire::write_document(&list, &mut bytes);
    bytes
}

/// A name that SageMaker takes for a card (`[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}`) and that no other file has, however file
/// systems treat capitals.
fn free_name(name: &str, taken: &mut BTreeSet<String>) -> String {
    let words = name.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let joined: String = words.collect::<Vec<_>>().join("-").chars().take(LONGEST_NAME).collect();
    let stem = match joined.trim_end_matches('-') {
        "" => "model",
        stem => stem,
    };
    let names = std::iter::once(stem.to_owned()).chain((2_u64..).map(|number| format!("{stem}-{number}")));
    let mut free = names.filter(|name| taken.insert(name.to_ascii_lowercase()));
    free.next().unwrap_or_else(|| stem.to_owned())
}

fn card(scan: &Scan, parts: &Parts<'_>, target: &Target<'_, '_>) -> Card {
    let part = target.part;
    let creator = part.address.as_ref().and_then(|_| part.name.split_once('/')).map(|(account, _)| account);
    let identifier = part.purl.as_deref().unwrap_or(target.name);
    let trained =
        parts.ties.iter().filter(|tie| tie.child == target.position && tie.relation == EdgeRelation::TrainedOn);
    let datasets = trained.filter_map(|tie| parts.all.get(tie.parent));
    let training_datasets: Vec<String> =
        datasets.map(|data| cut(data.address.as_deref().unwrap_or(&data.name), LINE)).take(MOST_ITEMS).collect();
    let training_job_details = TrainingJobDetails { training_datasets };
    let is_trained = !training_job_details.training_datasets.is_empty();
    Card {
        model_overview: Overview {
            model_id: cut(identifier, LINE),
            model_name: cut(&part.name, LINE),
            model_creator: creator.map(|account| cut(account, LINE)),
            model_artifact: part.address.iter().map(|address| cut(address, LINE)).collect(),
        },
        intended_uses: rating(scan, target),
        training_details: is_trained.then_some(TrainingDetails { training_job_details }),
        additional_information: AdditionalInformation {
            caveats_and_recommendations: details::caveats(scan, target),
            custom_details: details::of(scan, parts, target),
        },
    }
}

fn rating(scan: &Scan, target: &Target<'_, '_>) -> IntendedUses {
    let policy = scan.policy.as_ref().map_or("", |policy| policy.name.as_str());
    let verdict = verdict_of(scan, target.source);
    let words = match verdict {
        None => {
            "The licences of the model were looked at and not judged by a policy; nothing else was rated.".to_owned()
        }
        Some(Verdict::Deny) => {
            let names = names_behind(scan, target.source, Verdict::Deny).join(", ");
            let because = if names.is_empty() { names } else { format!(" because of {names}") };
            format!(
                "The licence policy {policy} says no to this use of the model{because}. Only licences were looked at."
            )
        }
        Some(verdict) => format!(
            "The licence policy {policy} says {verdict}. That is no rating of the risk of the model or of its use; only \
             licences were looked at."
        ),
    };
    let risk_rating = if verdict == Some(Verdict::Deny) { "High" } else { "Unknown" };
    IntendedUses { risk_rating, explanations_for_risk_rating: cut(&words, PARAGRAPH) }
}

#[cfg(test)]
mod tests;
