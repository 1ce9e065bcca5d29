//! mergekit's configurations: every model that went into a merge.
//!
//! `mergekit_config.yml` is what mergekit writes beside its result; `merge.yml` and its kin are written by hand. Keys:
//! `MergeConfiguration` and `MoEMergeConfig` of mergekit. A model is `path[@revision][+lora[@revision]]`, or the same as a
//! mapping (`ModelReference`).

use std::collections::BTreeSet;

use super::yaml::Node;
use super::{Extractor, File, Interest, Out, Place, Progress, field, role};
use crate::gap::GapKind;
use crate::lineage::Relation;
use crate::source::Entry;
use crate::subject::Role;

/// Reads merge configurations.
pub(crate) struct Mergekit;

impl Extractor for Mergekit {
    fn name(&self) -> &'static str {
        "mergekit"
    }

    fn interest(&self, entry: &Entry) -> Interest {
        let name = entry.name().to_ascii_lowercase();
        let stem = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml")).unwrap_or_default();
        match stem {
            "mergekit_config" | "mergekit_moe_config" | "mergekit-config" | "mergekit" | "merge" | "merge_config" => {
                Interest::Whole { most: super::yaml::MOST_BYTES as u64 }
            }
            _ => Interest::Nothing,
        }
    }

    fn extract(&self, file: &File<'_>, out: &mut Out) -> Progress {
        let Some(text) = field::whole_text(file, out) else {
            return Progress::Done;
        };
        let documents = field::yaml_documents(&text, out);
        // In a chain of merges one document uses the result of another by its name.
        let results: BTreeSet<&str> = documents.iter().filter_map(|root| root.get("name")?.as_str()).collect();
        let mut merge = Merge { directory: file.directory(), results, seen: BTreeSet::new(), out };
        for root in &documents {
            merge.configuration(root);
        }
        let is_broken = !merge.out.gaps.is_empty();
        if merge.seen.is_empty() && !is_broken && file.name().starts_with("mergekit") {
            let detail = "the merge names no model, so nobody can tell whose terms it inherits: add the models";
            out.gap(GapKind::Malformed, Place::whole(), detail);
        }
        Progress::Done
    }
}

/// Models, each stated where it is first named: a merge of slices names the same ones over and over.
struct Merge<'a> {
    directory: &'a str,
    results: BTreeSet<&'a str>,
    seen: BTreeSet<(Role, Relation, String, Option<String>)>,
    out: &'a mut Out,
}

impl Merge<'_> {
    fn configuration(&mut self, root: &Node) {
        for key in root.repeated_keys() {
            if let Some(name @ ("base_model" | "models" | "slices" | "modules" | "experts")) = key.as_str() {
                field::repeated(self.out, place(key, name), name);
            }
        }
        self.sources(root, "");
        for modules in root.every("modules") {
            for (name, module) in modules.pairs() {
                self.sources(module, &format!("modules.{}.", name.as_str().unwrap_or_default()));
            }
        }
        for key in ["experts", "shared_experts"] {
            for expert in root.every(key).into_iter().flat_map(Node::items) {
                self.model_at(expert, "source_model", &format!("{key}.source_model"));
            }
        }
        for value in root.every("tokenizer_source") {
            self.tokenizer(value, "tokenizer_source");
        }
        for tokenizer in root.every("tokenizer") {
            for value in tokenizer.every("source") {
                self.tokenizer(value, "tokenizer.source");
            }
        }
    }

    /// `base_model`, `models` and `slices` of a configuration or of one of its modules.
    fn sources(&mut self, node: &Node, prefix: &str) {
        self.model_at(node, "base_model", &format!("{prefix}base_model"));
        for models in node.every("models") {
            self.models(models.items(), &format!("{prefix}models.model"));
        }
        for slice in node.every("slices").into_iter().flat_map(Node::items) {
            self.model_at(slice, "base_model", &format!("{prefix}slices.base_model"));
            for sources in slice.every("sources") {
                self.models(sources.items(), &format!("{prefix}slices.sources.model"));
            }
        }
    }

    /// A list of `{model: …}`; by hand also a list of plain names.
    fn models(&mut self, items: &[Node], key: &str) {
        for item in items {
            if item.as_str().is_some() {
                self.model(item, key, Role::Weights, Relation::Merge);
            } else {
                self.model_at(item, "model", key);
            }
        }
    }

    fn model_at(&mut self, node: &Node, name: &str, key: &str) {
        for value in node.every(name) {
            self.model(value, key, Role::Weights, Relation::Merge);
        }
    }

    /// `union` and `base` are made from the models that are named elsewhere.
    fn tokenizer(&mut self, node: &Node, key: &str) {
        if !matches!(node.as_str(), Some("union" | "base")) {
            self.model(node, key, Role::Tokenizer, Relation::Component);
        }
    }

    fn model(&mut self, node: &Node, key: &str, about: Role, relation: Relation) {
        if node.is_null() {
            return;
        }
        if let Some(text) = node.as_str() {
            // An older `tokenizer_source` has the prefix.
            let text = text.strip_prefix("model:").unwrap_or(text);
            let (model, lora) = split_reference(text);
            self.state(node, key, about, relation, model);
            if let Some(lora) = lora {
                self.state(node, key, about, Relation::Adapter, lora);
            }
            return;
        }
        for (part, relation) in [("model", relation), ("lora", Relation::Adapter)] {
            for value in node.every(part) {
                let key = format!("{key}.{part}");
                if value.as_str().is_some() {
                    self.model(value, &key, about, relation);
                    continue;
                }
                let revision = value.get("revision").filter(|revision| !revision.is_null()).and_then(Node::as_str);
                for path in value.every("path") {
                    if let Some(text) = path.as_str().filter(|_| !path.is_null()) {
                        self.state(path, &format!("{key}.path"), about, relation, (text, revision));
                    }
                }
            }
        }
    }

    fn state(&mut self, node: &Node, key: &str, about: Role, relation: Relation, (reference, revision): Model<'_>) {
        let named = (about, relation, reference.to_owned(), revision.map(str::to_owned));
        if self.results.contains(reference) || !self.seen.insert(named) {
            return;
        }
        field::parent(self.out, role(self.directory, about), place(node, key), reference, relation, revision);
    }
}

/// A path or name, and its revision.
type Model<'a> = (&'a str, Option<&'a str>);

/// `path[@revision][+lora[@revision]]`, as `ModelReference.parse` of mergekit takes it apart. What has more of either
/// sign is a path that happens to contain it.
fn split_reference(text: &str) -> (Model<'_>, Option<Model<'_>>) {
    let with_revision = |text| match str::split_once(text, '@') {
        Some((path, revision)) if !path.is_empty() && !revision.contains('@') => (path, Some(revision)),
        _ => (text, None),
    };
    match text.split_once('+') {
        Some((model, lora)) if !model.is_empty() && !lora.is_empty() && !lora.contains('+') => {
            (with_revision(model), Some(with_revision(lora)))
        }
        _ => (with_revision(text), None),
    }
}

fn place(node: &Node, key: &str) -> Place {
    Place { span: Some(node.span), key: Some(key.to_owned()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::extract::testing::{drive, gaps, lines, wants};

    fn said(text: &str) -> Vec<String> {
        lines(&drive(&Mergekit, "mergekit_config.yml", text.as_bytes()))
    }

    #[test]
    fn every_model_of_a_merge_is_named_once() {
        let text = "merge_method: slerp\nbase_model: a/base\nmodels:\n- model: a/one\n- model: a/two@abc\n- model: a/one\n\
                    slices:\n- sources:\n  - model: a/three+b/lora@def\n    layer_range: [0, 8]\n  - model: a/one\n\
                    tokenizer_source: union\n";
        assert_eq!(
            said(text),
            [
                "merge a/base [base_model:2] weights",
                "merge a/one [models.model:4] weights",
                "merge a/two@abc [models.model:5] weights",
                "merge a/three [slices.sources.model:9] weights",
                "adapter b/lora@def [slices.sources.model:9] weights",
            ]
        );
        assert!(wants(&Mergekit, "a/mergekit_moe_config.yaml") && wants(&Mergekit, "merge.yml"));
        assert!(!wants(&Mergekit, "config.yml") && !wants(&Mergekit, "merge"));
    }

    #[test]
    fn a_reference_may_be_a_mapping() {
        let text = "models:\n- model:\n    model: {path: a/one, revision: abc}\n    lora: {path: b/lora, revision: null}\n\
                    - model: {model: a/two}\n- a/three\n";
        assert_eq!(
            said(text),
            [
                "merge a/one@abc [models.model.model.path:3] weights",
                "adapter b/lora [models.model.lora.path:4] weights",
                "merge a/two [models.model.model:5] weights",
                "merge a/three [models.model:6] weights",
            ]
        );
    }

    #[test]
    fn experts_modules_and_tokenizers_are_read() {
        let text = "base_model: a/base\nexperts:\n- source_model: a/one\n  positive_prompts: [x]\n\
                    shared_experts:\n- source_model: a/shared\n\
                    modules:\n  text:\n    slices:\n    - base_model: a/four\n      sources:\n      - model: a/five\n\
                    tokenizer:\n  source: a/base\ntokenizer_source: model:a/tok\n";
        assert_eq!(
            said(text),
            [
                "merge a/base [base_model:1] weights",
                "merge a/four [modules.text.slices.base_model:10] weights",
                "merge a/five [modules.text.slices.sources.model:12] weights",
                "merge a/one [experts.source_model:3] weights",
                "merge a/shared [shared_experts.source_model:6] weights",
                "component a/tok [tokenizer_source:15] tokenizer",
                "component a/base [tokenizer.source:14] tokenizer",
            ]
        );
    }

    #[test]
    fn the_result_of_one_document_is_no_parent_of_another() {
        let text = "name: step\nmodels:\n- model: a/one\n---\nname: last\nmodels:\n- model: step\n- model: a/two\n";
        assert_eq!(said(text), ["merge a/one [models.model:3] weights", "merge a/two [models.model:8] weights"]);
    }

    #[test]
    fn paths_with_many_signs_stay_whole() {
        assert_eq!(split_reference("/a@b@c"), (("/a@b@c", None), None));
        assert_eq!(split_reference("a+b+c"), (("a+b+c", None), None));
        assert_eq!(split_reference("+b"), (("+b", None), None));
        assert_eq!(split_reference("a/b@v1+c/d"), (("a/b", Some("v1")), Some(("c/d", None))));
    }

    #[test]
    fn a_merge_of_nothing_is_a_gap_and_a_broken_file_one() {
        for text in ["merge_method: slerp\n", "", "models: [{model: null}]\n", "models: [\n"] {
            assert_eq!(gaps(&Mergekit, "mergekit_config.yml", text.as_bytes()), [GapKind::Malformed], "{text:?}");
        }
        assert_eq!(gaps(&Mergekit, "merge.yml", b"on: push\n"), []);
        let twice = b"base_model: a/b\nbase_model: c/d\n";
        let out = drive(&Mergekit, "mergekit_config.yml", twice);
        assert_eq!((out.evidence.len(), out.gaps.len()), (2, 1));
        assert_eq!(gaps(&Mergekit, "mergekit_config.yml", &vec![b'['; 100_000]), [GapKind::Truncated]);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(
            text in "(models|slices|sources|model|base_model|: |\n|\n  |\n- |- |\\[|\\]|\\{|\\}|a/b|@|\\+){0,40}",
        ) {
            let _ = said(&text);
        }

        #[test]
        fn a_reference_falls_into_its_parts(text in "[ab/@+]{0,12}") {
            let ((model, revision), lora) = split_reference(&text);
            let part = |(path, revision): (&str, Option<&str>)| match revision {
                Some(revision) => format!("{path}@{revision}"),
                None => path.to_owned(),
            };
            let whole = part((model, revision)) + &lora.map(|lora| format!("+{}", part(lora))).unwrap_or_default();
            prop_assert_eq!(whole, text);
        }
    }
}
