//! `config.json` of a model, and the `auto_map` of its neighbours: parents that a library left behind.
//!
//! transformers wrote `_name_or_path` until 4.49 and diffusers still does; it may name the parent, the repository
//! itself or a directory of somebody's machine, and is quoted as it stands. An `auto_map` value
//! `org/name--module.Class` loads code from another repository.

use std::collections::BTreeSet;

use super::json::{self, Value};
use super::{Extractor, File, Interest, Out, Place, Progress, field, role};
use crate::gap::GapKind;
use crate::lineage::Relation;
use crate::source::{Entry, Rank};
use crate::subject::{Role, Scope};

/// Files that may hold an `auto_map` and nothing else of ours. A tokenizer's `name_or_path` is where it was last loaded
/// from and too weak to be a parent.
const NEIGHBOURS: [&str; 4] =
    ["preprocessor_config.json", "processor_config.json", "tokenizer_config.json", "video_preprocessor_config.json"];

/// Directories that diffusers gives to the parts of a pipeline; a longer name may follow behind an underscore
/// (`text_encoder_2`).
const COMPONENTS: [&str; 14] = [
    "controlnet",
    "feature_extractor",
    "image_encoder",
    "motion_adapter",
    "movq",
    "prior",
    "safety_checker",
    "scheduler",
    "text_encoder",
    "tokenizer",
    "transformer",
    "unet",
    "vae",
    "vqvae",
];

/// Most configurations inside one another that are looked at; real ones have some ten.
const MOST_NESTED: usize = 1000;

/// How deep a parent is looked for: `text_config` and `vision_config` stand on the first level, their own parts on the
/// second.
const DEEPEST: u32 = 3;

/// Reads model configurations.
pub(crate) struct HfConfig;

impl Extractor for HfConfig {
    fn name(&self) -> &'static str {
        "hf-config"
    }

    fn interest(&self, entry: &Entry) -> Interest {
        let name = entry.name();
        if name == "config.json" || NEIGHBOURS.contains(&name) {
            Interest::Whole { most: json::MOST_BYTES }
        } else {
            Interest::Nothing
        }
    }

    fn rank(&self, _: &Entry) -> Rank {
        Rank::Hint
    }

    fn extract(&self, file: &File<'_>, out: &mut Out) -> Progress {
        if file.bytes.trim_ascii().is_empty() && !file.is_truncated() {
            // Some repositories keep an empty one so that the Hub counts downloads.
            return Progress::Done;
        }
        let is_config = file.name() == "config.json";
        json::object(file, out, |root, out| {
            remote_code(root, file.directory(), out);
            if is_config {
                let (role_here, relation) = if is_component(file.directory()) {
                    (Role::Component, Relation::Component)
                } else {
                    (Role::Weights, Relation::Unstated)
                };
                let scope = role(file.directory(), role_here);
                for value in root.all(out, "license") {
                    if let Some(license) = value.as_str() {
                        field::license(out, scope.clone(), value.place().with_key("license"), &license);
                    }
                }
                let mut search = Search { scope, relation, seen: 0 };
                search.parents(root, "", 0, out);
                if search.seen > MOST_NESTED {
                    let detail = format!(
                        "more than {MOST_NESTED} configurations stand inside one another, and the rest was not \
                         searched for parents: check it by hand"
                    );
                    out.gap(GapKind::Truncated, Place::whole(), detail);
                }
            }
        });
        Progress::Done
    }
}

/// Whether diffusers would put a part of a pipeline into that directory.
fn is_component(directory: &str) -> bool {
    let name = directory.rsplit('/').next().unwrap_or(directory);
    COMPONENTS.iter().any(|part| name.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with('_')))
}

/// Looks for parents.
struct Search {
    scope: Scope,
    relation: Relation,
    seen: usize,
}

impl Search {
    /// `_name_or_path` here and in the configurations below. Those of quantizers have an object for every layer and
    /// name no model.
    fn parents(&mut self, value: Value<'_>, path: &str, depth: u32, out: &mut Out) {
        const KEY: &str = "_name_or_path";
        self.seen += 1;
        if self.seen > MOST_NESTED {
            return;
        }
        let key = format!("{path}{KEY}");
        for named in value.all(out, KEY) {
            if let Some(reference) = named.as_str() {
                let place = named.place().with_key(&key);
                field::parent(out, self.scope.clone(), place, &reference, self.relation, None);
            }
        }
        if depth == DEEPEST {
            return;
        }
        for (name, below) in value.fields(out, |name, value| value.is_object() && name != "quantization_config") {
            self.parents(below, &format!("{path}{name}."), depth + 1, out);
        }
    }
}

/// Each repository that `auto_map` loads code from, once.
fn remote_code(root: Value<'_>, directory: &str, out: &mut Out) {
    let mut seen = BTreeSet::new();
    for map in root.all(out, "auto_map") {
        for (name, value) in map.fields(out, |_, _| true) {
            // A tokenizer has two classes, slow and fast: a list.
            let mut classes = value.items(out);
            classes.push(value);
            for class in classes {
                let Some(text) = class.as_str() else {
                    continue;
                };
                if let Some((repository, _)) = text.split_once("--")
                    && seen.insert(repository.to_owned())
                {
                    let place = class.place().with_key(format!("auto_map.{name}"));
                    let scope = role(directory, Role::Code);
                    field::parent(out, scope, place, repository, Relation::RemoteCode, None);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::extract::testing::{drive, gaps, lines, wants};

    fn said(path: &str, text: &str) -> Vec<String> {
        lines(&drive(&HfConfig, path, text.as_bytes()))
    }

    #[test]
    fn parents_are_quoted_as_they_stand_at_every_level() {
        let text = r#"{
            "_name_or_path": "org/base",
            "license": "mit",
            "text_config": {"_name_or_path": "/cache/models--org--text/snapshots/abc", "a": [1]},
            "vision_config": {"_name_or_path": "", "inner": {"_name_or_path": "org/inner"}},
            "quantization_config": {"bits": 4}
        }"#;
        assert_eq!(
            said("config.json", text),
            [
                "license mit [license:3] weights",
                "unstated org/base [_name_or_path:2] weights",
                "unstated /cache/models--org--text/snapshots/abc [text_config._name_or_path:4] weights",
                "unstated org/inner [vision_config.inner._name_or_path:5] weights",
            ]
        );
    }

    #[test]
    fn a_part_of_a_pipeline_is_a_component() {
        let text = r#"{"_name_or_path": "org/vae"}"#;
        assert_eq!(said("a/vae/config.json", text), ["component org/vae [_name_or_path:1] component a/vae"]);
        assert_eq!(said("text_encoder_2/config.json", text).len(), 1);
        assert!(is_component("x/tokenizer_2") && !is_component("vaex") && !is_component("") && !is_component("unet/a"));
    }

    #[test]
    fn code_of_another_repository_is_named_once() {
        let text = r#"{"auto_map": {"AutoConfig": "org/code--configuration.C", "AutoModel": "org/code--modeling.M",
            "AutoTokenizer": ["other/code--tok.T", null], "AutoProcessor": "processing.P"}}"#;
        let expected = [
            "remote-code org/code [auto_map.AutoConfig:1] code",
            "remote-code other/code [auto_map.AutoTokenizer:2] code",
        ];
        assert_eq!(said("config.json", text), expected);
        assert_eq!(said("tokenizer_config.json", text), expected);
    }

    #[test]
    fn only_a_configuration_names_a_parent() {
        assert!(said("tokenizer_config.json", r#"{"name_or_path": "org/x", "_name_or_path": "org/y"}"#).is_empty());
        assert!(wants(&HfConfig, "a/config.json") && !wants(&HfConfig, "generation_config.json"));
    }

    #[test]
    fn an_empty_file_holds_nothing_and_a_broken_one_is_a_gap() {
        assert_eq!(gaps(&HfConfig, "config.json", b" \n"), []);
        assert_eq!(gaps(&HfConfig, "config.json", b"{}"), []);
        assert_eq!(gaps(&HfConfig, "config.json", b"{\"a\": "), [GapKind::Malformed]);
        assert_eq!(gaps(&HfConfig, "config.json", b"\0\0"), [GapKind::Malformed]);
    }

    #[test]
    fn deep_nesting_is_left_alone_behind_the_third_level() {
        let text = format!("{}{{\"_name_or_path\": \"a/b\"}}{}", "{\"x\": ".repeat(5000), "}".repeat(5000));
        assert!(said("config.json", &text).is_empty());
    }

    #[test]
    fn a_flood_of_configurations_is_cut_with_a_gap_and_quantizers_are_left_alone() {
        let inner = r#""a": {"b": 1}, "#.repeat(60);
        let flood = format!("{{{}\"e\": 3}}", format!("\"c\": {{{inner}\"d\": 2}}, ").repeat(60));
        assert_eq!(gaps(&HfConfig, "config.json", flood.as_bytes()), [GapKind::Truncated]);
        let quantizer = format!("{{\"quantization_config\": {flood}}}");
        assert_eq!(gaps(&HfConfig, "config.json", quantizer.as_bytes()), []);
    }

    proptest! {
        #[test]
        fn no_changed_byte_makes_it_panic(at in 0usize..80, byte: u8) {
            let mut bytes = br#"{"_name_or_path": "org/base", "auto_map": {"A": "a/b--c.D", "B": ["a--b"]}}"#.to_vec();
            let at = at % bytes.len();
            bytes[at] = byte;
            let _ = drive(&HfConfig, "config.json", &bytes);
        }
    }
}
