//! `adapter_config.json` of PEFT (and of AdapterHub): the model that the adapter sits on.
//!
//! Keys: `PeftConfig` of PEFT, `base_model_name_or_path` and `revision`; AdapterHub writes `model_name`.

use super::json::{self, Value};
use super::{Extractor, File, Interest, Out, Place, Progress, field, role};
use crate::gap::GapKind;
use crate::lineage::Relation;
use crate::source::Entry;
use crate::subject::Role;

/// Reads adapter configurations.
pub(crate) struct AdapterConfig;

impl Extractor for AdapterConfig {
    fn name(&self) -> &'static str {
        "adapter-config"
    }

    fn interest(&self, entry: &Entry) -> Interest {
        match entry.name() {
            "adapter_config.json" => Interest::Whole { most: json::MOST_BYTES },
            _ => Interest::Nothing,
        }
    }

    fn extract(&self, file: &File<'_>, out: &mut Out) -> Progress {
        let scope = role(file.directory(), Role::Adapter);
        json::object(file, out, |root, out| {
            for value in root.all(out, "license") {
                if let Some(license) = value.as_str() {
                    field::license(out, scope.clone(), value.place().with_key("license"), &license);
                }
            }
            let revision = root.last(out, "revision").and_then(|value| value.as_str());
            let mut names_one = false;
            for key in ["base_model_name_or_path", "model_name"] {
                // AdapterHub's key counts where PEFT's is not written.
                if names_one {
                    break;
                }
                for value in root.all(out, key) {
                    if let Some(reference) = value.as_str() {
                        let place = value.place().with_key(key);
                        let revision = revision.as_deref();
                        names_one |= field::parent(out, scope.clone(), place, &reference, Relation::Adapter, revision);
                    }
                }
            }
            if !names_one {
                let place = root.last(out, "base_model_name_or_path").as_ref().map_or_else(Place::whole, Value::place);
                let detail = "the adapter names no base model (`base_model_name_or_path` is absent or empty), so \
                              nobody can tell whose terms it inherits: add it";
                out.gap(GapKind::Malformed, place.with_key("base_model_name_or_path"), detail);
            }
        });
        Progress::Done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::testing::{drive, gaps, lines, wants};

    fn said(text: &str) -> Vec<String> {
        lines(&drive(&AdapterConfig, "d/adapter_config.json", text.as_bytes()))
    }

    #[test]
    fn the_base_model_is_quoted_with_its_revision() {
        assert_eq!(
            said("{\n \"base_model_name_or_path\": \"org/base\",\n \"revision\": \"abc\"\n}"),
            ["adapter org/base@abc [base_model_name_or_path:2] adapter d"]
        );
        assert_eq!(
            said(r#"{"base_model_name_or_path": "./local", "revision": null, "license": "mit"}"#),
            ["license mit [license:1] adapter d", "adapter ./local [base_model_name_or_path:1] adapter d"]
        );
        assert!(wants(&AdapterConfig, "x/adapter_config.json") && !wants(&AdapterConfig, "adapter_config.jsonl"));
    }

    #[test]
    fn the_key_of_adapterhub_counts_where_pefts_is_not_written() {
        assert_eq!(said(r#"{"model_name": "org/base"}"#), ["adapter org/base [model_name:1] adapter d"]);
        assert_eq!(said(r#"{"model_name": "x", "base_model_name_or_path": "org/base"}"#).len(), 1);
    }

    #[test]
    fn an_adapter_without_a_base_is_a_gap() {
        for text in ["{}", r#"{"base_model_name_or_path": null}"#, r#"{"base_model_name_or_path": ""}"#, "[]", "{"] {
            assert_eq!(gaps(&AdapterConfig, "adapter_config.json", text.as_bytes()), [GapKind::Malformed], "{text}");
        }
    }

    #[test]
    fn two_base_models_are_both_kept() {
        let text = r#"{"base_model_name_or_path": "a/a", "base_model_name_or_path": "b/b"}"#;
        let out = drive(&AdapterConfig, "adapter_config.json", text.as_bytes());
        assert_eq!((out.evidence.len(), out.gaps.len()), (2, 1));
    }
}
