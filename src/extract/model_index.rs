//! `model_index.json` of a diffusers pipeline: where it came from, and the repositories of its parts.
//!
//! `_name_or_path` is what `DiffusionPipeline.save_pretrained` writes. A part is `[library, class]`, whose licence stands
//! in its own directory; a modular pipeline's part has a third item, which names the repository that it is loaded from.

use super::json::{self, Value};
use super::{Extractor, File, Interest, Out, Progress, field, role};
use crate::lineage::Relation;
use crate::source::Entry;
use crate::subject::Role;

/// Reads pipeline indices.
pub(crate) struct ModelIndex;

impl Extractor for ModelIndex {
    fn name(&self) -> &'static str {
        "model-index"
    }

    fn interest(&self, entry: &Entry) -> Interest {
        match entry.name() {
            "model_index.json" | "modular_model_index.json" => Interest::Whole { most: json::MOST_BYTES },
            _ => Interest::Nothing,
        }
    }

    fn extract(&self, file: &File<'_>, out: &mut Out) -> Progress {
        json::object(file, out, |root, out| {
            for value in root.all(out, "_name_or_path") {
                if let Some(reference) = value.as_str() {
                    let place = value.place().with_key("_name_or_path");
                    let scope = role(file.directory(), Role::Weights);
                    field::parent(out, scope, place, &reference, Relation::Unstated, None);
                }
            }
            for (name, part) in root.fields(out, |name, part| !name.starts_with('_') && part.is_list()) {
                component(&name, part, file.directory(), out);
            }
        });
        Progress::Done
    }
}

/// `"vae": ["diffusers", "AutoencoderKL", {"pretrained_model_name_or_path": "org/name", "revision": …}]`; the key was
/// `repo` at first.
fn component(name: &str, part: Value<'_>, directory: &str, out: &mut Out) {
    let Some(origin) = part.items(out).get(2).copied() else {
        return;
    };
    let revision = origin.last(out, "revision").and_then(|value| value.as_str());
    for key in ["pretrained_model_name_or_path", "repo"] {
        for value in origin.all(out, key) {
            // An old `repo` is a pair: the repository and a directory in it.
            let first = value.items(out).first().copied().unwrap_or(value);
            if let Some(reference) = first.as_str() {
                let place = first.place().with_key(format!("{name}.{key}"));
                let below = if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") };
                let scope = role(&below, Role::Component);
                field::parent(out, scope, place, &reference, Relation::Component, revision.as_deref());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::extract::testing::{drive, gaps, lines, wants};
    use crate::gap::GapKind;

    fn said(path: &str, text: &str) -> Vec<String> {
        lines(&drive(&ModelIndex, path, text.as_bytes()))
    }

    #[test]
    fn the_origin_of_a_pipeline_is_quoted() {
        let text = r#"{
            "_class_name": "SomePipeline",
            "_name_or_path": "org/pipeline",
            "scheduler": ["diffusers", "SomeScheduler"],
            "safety_checker": [null, null],
            "flag": true
        }"#;
        assert_eq!(said("d/model_index.json", text), ["unstated org/pipeline [_name_or_path:3] weights d"]);
        assert!(wants(&ModelIndex, "model_index.json") && !wants(&ModelIndex, "x_model_index.json"));
    }

    #[test]
    fn the_parts_of_a_modular_pipeline_name_their_repositories() {
        let text = r#"{"vae": ["diffusers", "V", {"pretrained_model_name_or_path": "org/vae", "revision": "abc"}],
            "unet": ["diffusers", "U", {"repo": ["org/old", "unet"], "revision": null}],
            "guider": ["diffusers", "G", {"config": {}}]}"#;
        assert_eq!(
            said("modular_model_index.json", text),
            [
                "component org/vae@abc [vae.pretrained_model_name_or_path:1] component vae",
                "component org/old [unet.repo:2] component unet",
            ]
        );
    }

    #[test]
    fn what_is_no_object_is_a_gap() {
        for text in ["", "[]", "{\"a\""] {
            assert_eq!(gaps(&ModelIndex, "model_index.json", text.as_bytes()), [GapKind::Malformed]);
        }
    }

    proptest! {
        #[test]
        fn no_changed_byte_makes_it_panic(at in 0usize..90, byte: u8) {
            let text = br#"{"_name_or_path": "a/b", "v": ["d", "V", {"repo": ["a/b", "c"], "revision": "x"}]}"#;
            let mut bytes = text.to_vec();
            let at = at % bytes.len();
            bytes[at] = byte;
            let _ = drive(&ModelIndex, "model_index.json", &bytes);
        }
    }
}
