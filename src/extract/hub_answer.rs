//! `/api/models`: what the Hub answers about a repository under that address. It repeats the card, so it speaks only where the
//! card cannot be read: a gated repository shows it to everyone and its files to few.
//!
//! The fields are those of `/api/models/{id}`: `cardData` (the front matter) and, where there is none, the `tags` that
//! the Hub computes: `license:<id>`, `base_model:<relation>:<id>`, `dataset:<id>`.

use super::front_matter::FrontMatter;
use super::yaml::Kind;
use super::{Extractor, File, Interest, Out, Progress, card_keys, json, role, yaml};
use crate::evidence::Claim;
use crate::gap::GapKind;
use crate::lineage::Relation;
use crate::source::Entry;
use crate::subject::{Role, Scope};

pub(super) struct HubAnswer;

impl Extractor for HubAnswer {
    fn name(&self) -> &'static str {
        "hub-answer"
    }

    fn interest(&self, entry: &Entry) -> Interest {
        // No file of a repository has a path that begins with a slash.
        let is_answer = entry.path.starts_with("/api/");
        if is_answer { Interest::Whole { most: json::MOST_BYTES } } else { Interest::Nothing }
    }

    fn extract(&self, file: &File<'_>, out: &mut Out) -> Progress {
        let kind = match file.path.strip_prefix("/api/").and_then(|path| path.split('/').next()) {
            Some("datasets") => Role::Data,
            Some("spaces") => Role::Code,
            _ => Role::Weights,
        };
        let Some(text) = file.text() else { return Progress::Done };
        json::object(file, out, |answer, out| {
            for (name, value) in answer.fields(out, |name, _| matches!(name, "cardData" | "tags")) {
                if name == "cardData" {
                    card(&text, &value, role("", kind), out);
                } else {
                    tags(&value, &role("", kind), out);
                }
            }
        });
        Progress::Done
    }
}

/// The front matter as JSON, which is YAML.
fn card(text: &str, value: &json::Value<'_>, scope: Scope, out: &mut Out) {
    let place = value.place();
    let line = place.span.map_or(1, |span| span.start_line);
    let matter = FrontMatter { yaml: value.bytes(), body: text.len(), line };
    match matter.parse(text) {
        Ok(keys) if matches!(keys.kind, Kind::Mapping(_)) => {
            let scope = card_keys::stated_role(&keys).map_or(scope, |stated| role("", stated));
            let first = out.evidence.len();
            card_keys::quote(text, &matter, &keys, &scope, out);
            // The quotes are JSON's, not the author's.
            for evidence in out.evidence.iter_mut().skip(first) {
                let inner = evidence.quote.strip_prefix('"').and_then(|quote| quote.strip_suffix('"'));
                evidence.quote = inner.unwrap_or(&evidence.quote).to_owned();
            }
        }
        Ok(_) => {}
        Err(yaml::YamlError { what, line, .. }) => {
            let detail =
                format!("the Hub's answer holds a card that cannot be read (line {line}: {what}): look at the card");
            out.gap(GapKind::Malformed, place, detail);
        }
    }
}

fn tags(value: &json::Value<'_>, scope: &Scope, out: &mut Out) {
    for tag in value.items(out) {
        let Some(word) = tag.as_str() else { continue };
        let Some((key, stated)) = word.split_once(':').filter(|(_, stated)| !stated.is_empty()) else { continue };
        let claim = match key {
            "license" => Claim::License(stated.to_owned()),
            "dataset" => Claim::Dataset(stated.to_owned()),
            "base_model" => {
                let (relation, reference) = match stated.split_once(':') {
                    Some(("finetune", reference)) => (Relation::Finetune, reference),
                    Some(("adapter", reference)) => (Relation::Adapter, reference),
                    Some(("quantized", reference)) => (Relation::Quantized, reference),
                    Some(("merge", reference)) => (Relation::Merge, reference),
                    _ => (Relation::Unstated, stated),
                };
                Claim::Parent { reference: reference.to_owned(), relation, revision: None }
            }
            _ => continue,
        };
        out.claim(scope.clone(), claim, tag.place().with_key("tags"), stated);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::testing::drive;

    fn claims(answer: &str) -> Vec<Claim> {
        let out = drive(&HubAnswer, "/api/models", answer.as_bytes());
        assert!(out.gaps.is_empty(), "{:?}", out.gaps);
        out.evidence.into_iter().map(|evidence| evidence.claim).collect()
    }

    #[test]
    fn the_card_in_an_answer_says_what_a_card_says() {
        let answer = "{\n  \"cardData\": {\n    \"license\": \"llama3.1\",\n    \"base_model\": [\"acme/base\"],\n    \"extra_gated_eu_disallowed\": true\n  }\n}";
        let found = claims(answer);
        assert!(found.contains(&Claim::License("llama3.1".to_owned())), "{found:?}");
        assert!(found.contains(&Claim::EuDisallowed), "{found:?}");
        assert!(found.iter().any(|claim| matches!(claim, Claim::Parent { reference, .. } if reference == "acme/base")));
    }

    #[test]
    fn tags_say_licence_parents_and_datasets() {
        let answer = r#"{"tags":["license:mit","base_model:acme/base","base_model:quantized:acme/base","dataset:acme/corpus",7,"region:us"]}"#;
        let found = claims(answer);
        let parent = |relation| Claim::Parent { reference: "acme/base".to_owned(), relation, revision: None };
        for claim in [
            Claim::License("mit".to_owned()),
            Claim::Dataset("acme/corpus".to_owned()),
            parent(Relation::Quantized),
            parent(Relation::Unstated),
        ] {
            assert!(found.contains(&claim), "{claim:?} in {found:?}");
        }
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn a_blank_answer_and_files_of_a_repository_say_nothing() {
        assert!(claims("{      }").is_empty());
        let is_wanted = |path: &str| HubAnswer.interest(&Entry { path: path.to_owned(), size: 9 }) != Interest::Nothing;
        assert!(is_wanted("/api/models"));
        assert!(!is_wanted("models") && !is_wanted("api/models"));
    }
}
