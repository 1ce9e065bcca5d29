//! What the keys of a card's front matter say: licence, base models, datasets, gates.
//!
//! Keys are those of the Hub's documentation (model cards, dataset cards, gated models) and those that converters
//! read. Every value counts, also that of a key which is written twice.

use super::front_matter::FrontMatter;
use super::yaml::{Kind, Node};
use super::{Out, card_body};
use crate::evidence::{Claim, QUOTE_LIMIT, TextKind};
use crate::gap::GapKind;
use crate::lineage::Relation;
use crate::subject::{Role, Scope};

/// Longest licence section, prompt or field that is quoted: longer than every licence text but a collection of them.
pub(crate) const MOST_PASSAGE: usize = 64 * 1024;
/// Most repeated keys that a gap names.
const MOST_NAMED: usize = 8;

/// Claims what the keys say about `scope`.
pub(crate) fn quote(text: &str, matter: &FrontMatter, keys: &Node, scope: &Scope, out: &mut Out) {
    Keys { text, matter, mapping: keys, scope, out }.quote();
}

/// What the keys say the card is about; `None` for front matter of something else (a page of a web site).
pub(crate) fn stated_role(keys: &Node) -> Option<Role> {
    let has_any =
        |names: &[&str]| keys.pairs().iter().any(|(key, _)| key.as_str().is_some_and(|key| names.contains(&key)));
    if has_any(SPACE_KEYS) {
        Some(Role::Code)
    } else if has_any(MODEL_KEYS) {
        Some(Role::Weights)
    } else if has_any(DATASET_KEYS) {
        Some(Role::Data)
    } else {
        (has_any(CARD_KEYS) || has_any(GATE_KEYS)).then_some(Role::Weights)
    }
}

/// The detail of a gap for a passage that is cut.
pub(crate) fn too_long(what: &str, length: usize) -> String {
    format!(
        "the card's {what} has {length} bytes and only the first {MOST_PASSAGE} are matched: put the licence into a LICENSE file"
    )
}

/// The front matter of one card.
struct Keys<'a> {
    text: &'a str,
    matter: &'a FrontMatter,
    mapping: &'a Node,
    scope: &'a Scope,
    out: &'a mut Out,
}

impl Keys<'_> {
    fn quote(mut self) {
        let keys = self.mapping;
        self.repeated();
        for (name, value) in keys.pairs() {
            match name.as_str() {
                Some(name) => self.key(name, value),
                None => self.unexpected("key", name, "no word"),
            }
        }
        // What only a merge key brings in.
        for name in MERGEABLE {
            if keys.pairs().iter().all(|(key, _)| key.as_str() != Some(name)) {
                for value in keys.every(name) {
                    self.key(name, value);
                }
            }
        }
        self.gates();
        self.tags();
    }

    fn key(&mut self, name: &str, value: &Node) {
        match name.trim().to_ascii_lowercase().as_str() {
            "license" | "licence" | "licenses" => self.license(name, value),
            "license_name" => self.each(name, value, |value| Claim::LicenseName(value.to_owned())),
            "license_link" => self.each(name, value, |value| Claim::LicenseLink(value.to_owned())),
            "license_details" => self.prose(TextKind::Field, name, value),
            "base_model" | "base_models" | "base_model_sources" => {
                let relation = self.relation();
                self.parents(name, value, relation);
            }
            "finetuned_from" => self.parents(name, value, Relation::Finetune),
            "models" if stated_role(self.mapping) == Some(Role::Code) => self.parents(name, value, Relation::Component),
            "datasets" | "source_datasets" => self.datasets(name, value),
            "extra_gated_prompt" | "extra_gated_description" => self.prose(TextKind::GatedPrompt, name, value),
            // In quotes it is a text to the Hub; what the author means is plain all the same.
            "extra_gated_eu_disallowed" if value.is_true() || value.as_str().is_some_and(says_true) => {
                self.claim(name, value, Claim::EuDisallowed);
            }
            _ => {}
        }
    }

    fn license(&mut self, name: &str, value: &Node) {
        let one = std::slice::from_ref(value);
        for item in if value.items().is_empty() { one } else { value.items() } {
            match &item.kind {
                Kind::Scalar { value, .. } if value.trim().contains('\n') || value.len() > QUOTE_LIMIT => {
                    self.prose(TextKind::Field, name, item);
                }
                Kind::Scalar { .. } => self.each(name, item, |value| Claim::License(value.to_owned())),
                Kind::Mapping(_) => self.license_mapping(name, item),
                Kind::Sequence(items) if items.is_empty() => {}
                Kind::Sequence(_) => self.unexpected(name, item, "a list in a list"),
            }
        }
    }

    /// `license: {name: …, link: …}`, which the Hub does not know and people write.
    fn license_mapping(&mut self, name: &str, mapping: &Node) {
        let mut is_understood = false;
        for key in ["id", "type", "spdx", "name", "link", "url"] {
            for value in mapping.every(key) {
                is_understood = true;
                self.each(&format!("{name}.{key}"), value, |value| match key {
                    "name" => Claim::LicenseName(value.to_owned()),
                    "link" | "url" => Claim::LicenseLink(value.to_owned()),
                    _ => Claim::License(value.to_owned()),
                });
            }
        }
        if !is_understood {
            self.unexpected(name, mapping, "a mapping without name, id or link");
        }
    }

    /// One claim per word of a value that is a word or a list of words.
    fn each(&mut self, name: &str, value: &Node, claim: impl Fn(&str) -> Claim) {
        let items = if matches!(value.kind, Kind::Sequence(_)) { value.items() } else { std::slice::from_ref(value) };
        for item in items {
            let Some(word) = item.as_str().map(str::trim) else {
                self.unexpected(name, item, "neither a word nor a list of words");
                continue;
            };
            if item.is_null() || card_body::is_placeholder(word) {
                continue;
            }
            if word.len() > QUOTE_LIMIT {
                self.unexpected(name, item, "longer than a name");
                continue;
            }
            self.claim(name, item, claim(word));
        }
    }

    fn parents(&mut self, name: &str, value: &Node, relation: Relation) {
        let items = if matches!(value.kind, Kind::Sequence(_)) { value.items() } else { std::slice::from_ref(value) };
        for item in items {
            let place = if matches!(item.kind, Kind::Mapping(_)) { named_model(item) } else { Some(item) };
            match place {
                Some(model) => self.each(name, model, |reference| Claim::Parent {
                    reference: reference.to_owned(),
                    relation,
                    revision: None,
                }),
                None => self.unexpected(name, item, "a mapping that names no model"),
            }
        }
    }

    fn datasets(&mut self, name: &str, value: &Node) {
        let items = if matches!(value.kind, Kind::Sequence(_)) { value.items() } else { std::slice::from_ref(value) };
        for item in items {
            let place = if matches!(item.kind, Kind::Mapping(_)) { named_model(item) } else { Some(item) };
            let Some(dataset) = place else {
                self.unexpected(name, item, "a mapping that names no dataset");
                continue;
            };
            // `source_datasets` of a dataset card may say `original`, `extended`, `extended|squad`.
            if !dataset.as_str().is_some_and(|word| matches!(word.trim(), "original" | "extended")) {
                self.each(name, dataset, |word| {
                    Claim::Dataset(word.strip_prefix("extended|").unwrap_or(word).to_owned())
                });
            }
        }
    }

    /// `base_model_relation`, where it is a word that is known.
    fn relation(&mut self) -> Relation {
        let words = self.mapping.get("base_model_relation").and_then(Node::as_str).unwrap_or_default();
        relation_of(words.trim()).unwrap_or(Relation::Unstated)
    }

    /// The claims of gated access: the prompt, or any of its companions, says that there is a gate.
    fn gates(&mut self) {
        let keys = self.mapping;
        let is_open = |value: &Node| value.is_null() || value.as_str() == Some("false");
        let gate =
            GATE_KEYS.iter().find_map(|name| keys.get(name).filter(|value| !is_open(value)).map(|value| (name, value)));
        if let Some((name, value)) = gate {
            self.claim(name, value, Claim::Gated);
        }
        // Forms ask for promises: a check box is a sentence that restricts use.
        for fields in keys.every("extra_gated_fields") {
            let named = fields.pairs().iter().map(|(name, _)| name);
            for promise in named.chain(fields.scalars()) {
                if promise.as_str().is_some_and(card_body::restricts) {
                    self.prose(TextKind::CardStatement, "extra_gated_fields", promise);
                }
            }
        }
        for name in ["extra_gated_heading", "extra_gated_button_content"] {
            for words in keys.every(name) {
                if words.as_str().is_some_and(card_body::restricts) {
                    self.prose(TextKind::CardStatement, name, words);
                }
            }
        }
        let relation = keys.get("base_model_relation").filter(|value| !value.is_null());
        if let Some(value) = relation
            && value.as_str().is_none_or(|word| relation_of(word.trim()).is_none())
        {
            self.unexpected("base_model_relation", value, "none of adapter, distilled, finetune, merge, quantized");
        }
    }

    /// Tags that the Hub computes, or that an author writes, where they say more than the keys.
    fn tags(&mut self) {
        let keys = self.mapping;
        let said = |names: &[&str], word: &str| {
            let values = names.iter().flat_map(|name| keys.every(name)).flat_map(Node::strings);
            values.into_iter().any(|value| value.trim().eq_ignore_ascii_case(word))
        };
        for tag in keys.every("tags").into_iter().flat_map(Node::scalars) {
            let Some((prefix, word)) = tag.as_str().and_then(|tag| tag.trim().split_once(':')) else { continue };
            match prefix {
                "license" if !said(&["license"], word) => self.each("tags", tag, |_| Claim::License(word.to_owned())),
                "dataset" if !said(&["datasets"], word) => self.each("tags", tag, |_| Claim::Dataset(word.to_owned())),
                "base_model" => {
                    let (relation, reference) = match word.split_once(':') {
                        Some((relation, reference)) => (relation_of(relation), reference),
                        None => (None, word),
                    };
                    let is_new = relation.is_some() && self.mapping.get("base_model_relation").is_none();
                    if is_new || !said(&["base_model", "base_models"], reference) {
                        let relation = relation.unwrap_or(Relation::Unstated);
                        self.each("tags", tag, |_| Claim::Parent {
                            reference: reference.to_owned(),
                            relation,
                            revision: None,
                        });
                    }
                }
                _ => {}
            }
        }
    }

    fn repeated(&mut self) {
        let repeated = self.mapping.repeated_keys();
        let Some(first) = repeated.first() else { return };
        let named: Vec<_> = repeated
            .iter()
            .take(MOST_NAMED)
            .map(|key| format!("`{}` on line {}", super::cut(key.as_str().unwrap_or_default(), 80), self.line_of(key)))
            .collect();
        let detail = format!(
            "the card's front matter has keys more than once ({}{}): readers differ in which value they take, so every one \
             counts here; keep one",
            named.join(", "),
            if repeated.len() > MOST_NAMED { ", …" } else { "" }
        );
        let place = self.matter.place(first, first.as_str().unwrap_or_default());
        self.out.gap(GapKind::Malformed, place, detail);
    }

    fn line_of(&self, node: &Node) -> u32 {
        node.span.shifted_to(self.matter.line).start_line
    }

    fn claim(&mut self, name: &str, value: &Node, claim: Claim) {
        let quote = self.matter.source(self.text, value);
        self.out.claim(self.scope.clone(), claim, self.matter.place(value, name), quote);
    }

    /// A passage in a key. Blocks and plain words are quoted from the file, so that lines map; where quotes and
    /// escapes stand between, the value is.
    fn prose(&mut self, kind: TextKind, name: &str, value: &Node) {
        for item in value.scalars() {
            let source = self.matter.source(self.text, item);
            let value = item.as_str().unwrap_or_default();
            let quote = source
                .chars()
                .next()
                .filter(|first| matches!(first, '"' | '\'') && !value.trim_start().starts_with(*first));
            let content = match quote {
                Some(_) if source.contains('\\') || source.contains("''") => value,
                Some(quote) => source.trim_matches(quote),
                None => source,
            };
            if card_body::is_placeholder(content) {
                continue;
            }
            let place = self.matter.place(item, name);
            if content.len() > MOST_PASSAGE {
                self.out.gap(GapKind::Truncated, place.clone(), too_long(name, content.len()));
            }
            let content = super::cut(content, MOST_PASSAGE).to_owned();
            self.out.text(self.scope.clone(), kind, place, content);
        }
        if value.as_str().is_none() && value.scalars().next().is_none() {
            self.unexpected(name, value, "no text");
        }
    }

    fn unexpected(&mut self, name: &str, value: &Node, what: &str) {
        let detail = format!(
            "`{name}` on line {} of the card is {what}: it was not understood; write it as the Hub's documentation has it",
            self.line_of(value)
        );
        self.out.gap(GapKind::Malformed, self.matter.place(value, name), detail);
    }
}

fn says_true(word: &str) -> bool {
    word.trim().eq_ignore_ascii_case("true")
}

/// What says which model or dataset a mapping means, best first (the keys that gguf-py reads).
fn named_model(mapping: &Node) -> Option<&Node> {
    let keys = ["repo_url", "id", "model", "repo", "repo_id", "path", "url", "name"];
    keys.iter().find_map(|key| mapping.get(key).filter(|value| value.as_str().is_some() && !value.is_null()))
}

fn relation_of(word: &str) -> Option<Relation> {
    match word.to_ascii_lowercase().as_str() {
        "adapter" => Some(Relation::Adapter),
        "finetune" => Some(Relation::Finetune),
        "merge" => Some(Relation::Merge),
        "quantized" => Some(Relation::Quantized),
        // No word of the Hub's; authors write it, and it says more than nothing.
        "distilled" | "distillation" => Some(Relation::Distilled),
        _ => None,
    }
}

/// Keys whose values a YAML merge key may bring in.
const MERGEABLE: &[&str] = &[
    "license",
    "license_name",
    "license_link",
    "license_details",
    "base_model",
    "base_models",
    "base_model_sources",
    "finetuned_from",
    "datasets",
    "source_datasets",
    "extra_gated_prompt",
    "extra_gated_eu_disallowed",
];
const GATE_KEYS: &[&str] = &[
    "extra_gated_prompt",
    "extra_gated_description",
    "extra_gated_fields",
    "extra_gated_heading",
    "extra_gated_button_content",
    "gated",
];
const SPACE_KEYS: &[&str] = &["sdk", "app_file", "app_port", "sdk_version"];
const DATASET_KEYS: &[&str] = &[
    "task_categories",
    "task_ids",
    "dataset_info",
    "configs",
    "size_categories",
    "annotations_creators",
    "language_creators",
    "multilinguality",
    "source_datasets",
    "language_bcp47",
    "license_details",
];
const MODEL_KEYS: &[&str] = &[
    "base_model",
    "base_models",
    "base_model_sources",
    "base_model_relation",
    "library_name",
    "pipeline_tag",
    "model-index",
    "model_name",
    "inference",
    "widget",
    "new_version",
    "finetuned_from",
];
const CARD_KEYS: &[&str] =
    &["license", "license_name", "license_link", "tags", "language", "datasets", "metrics", "thumbnail"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::front_matter;

    fn quoted(yaml: &str) -> Out {
        let text = format!("---\n{yaml}\n---\n");
        let matter = front_matter::find(&text).expect("it has front matter");
        let keys = matter.parse(&text).expect("it is YAML");
        let mut out = Out::new("model-card", "README.md");
        quote(&text, &matter, &keys, &crate::extract::tree(""), &mut out);
        out
    }

    fn claims(yaml: &str) -> Vec<String> {
        let name = |claim: &Claim| match claim {
            Claim::License(value) => format!("license {value}"),
            Claim::LicenseName(value) => format!("name {value}"),
            Claim::LicenseLink(value) => format!("link {value}"),
            Claim::Parent { reference, relation, .. } => format!("{relation} {reference}"),
            Claim::Dataset(value) => format!("dataset {value}"),
            Claim::Text { kind, .. } => format!("text {}", kind.as_str()),
            Claim::EuDisallowed => "eu".to_owned(),
            Claim::Gated => "gated".to_owned(),
            Claim::Display(value) | Claim::PolicyLink(value) | Claim::Copyright(value) | Claim::Change(value) => {
                value.clone()
            }
            Claim::Expression(value) => format!("expression {value}"),
        };
        quoted(yaml).evidence.iter().map(|evidence| name(&evidence.claim)).collect()
    }

    fn text_of(yaml: &str) -> String {
        let out = quoted(yaml);
        let texts: Vec<_> = out.texts.iter().map(|(_, content)| content).collect();
        assert_eq!(texts.len(), 1, "{out:?}");
        texts[0].to_owned()
    }

    fn gaps(yaml: &str) -> Vec<GapKind> {
        quoted(yaml).gaps.iter().map(|gap| gap.kind).collect()
    }

    #[test]
    fn every_license_is_a_claim_with_its_own_place() {
        let out = quoted("license:\n- mit\n- \"cc-by-4.0\"");
        let places: Vec<_> = out.evidence.iter().filter_map(|evidence| evidence.at.span).collect();
        assert_eq!(
            places.iter().map(|span| (span.start_line, span.start_column)).collect::<Vec<_>>(),
            [(3, 3), (4, 3)]
        );
        assert_eq!(out.evidence[1].claim, Claim::License("cc-by-4.0".to_owned()));
        assert_eq!(out.evidence[1].quote, "\"cc-by-4.0\"");
        assert_eq!(out.evidence[1].at.key.as_deref(), Some("license"));
        assert_eq!(claims("license: no"), ["license no"]);
        assert_eq!(claims("License: MIT"), ["license MIT"]);
    }

    #[test]
    fn names_and_links_are_claims() {
        let yaml = "license: other\nlicense_name: some-name\nlicense_link: LICENSE";
        assert_eq!(claims(yaml), ["license other", "name some-name", "link LICENSE"]);
        assert_eq!(claims("license: {name: x, url: y}"), ["name x", "link y"]);
    }

    #[test]
    fn a_placeholder_is_no_statement() {
        for value in ["[More Information Needed]", "'[More Information Needed]'", "", "~", "[]", "''", "[null]"] {
            assert!(claims(&format!("license: {value}")).is_empty(), "{value}");
            assert!(gaps(&format!("license: {value}")).is_empty(), "{value}");
        }
    }

    #[test]
    fn prose_in_a_license_field_is_a_text() {
        assert_eq!(claims("license: |\n  One line.\n  Another.\n"), ["text field"]);
        assert_eq!(claims("license_details: Some words."), ["text field"]);
    }

    #[test]
    fn base_models_come_in_many_shapes() {
        assert_eq!(claims("base_model: org/a"), ["unstated org/a"]);
        assert_eq!(claims("base_model: [org/a, org/b]\nbase_model_relation: merge"), ["merge org/a", "merge org/b"]);
        let mappings = "base_models:\n- name: A\n  repo_url: https://example.org/a\n- name: B";
        assert_eq!(claims(mappings), ["unstated https://example.org/a", "unstated B"]);
        assert_eq!(claims("finetuned_from: org/a"), ["finetune org/a"]);
        assert_eq!(claims("sdk: gradio\nmodels: [org/a]"), ["component org/a"]);
        assert_eq!(gaps("base_model: org/a\nbase_model_relation: cousin"), [GapKind::Malformed]);
        assert_eq!(gaps("base_model: {version: 1}"), [GapKind::Malformed]);
    }

    #[test]
    fn datasets_are_claims_and_original_is_none() {
        assert_eq!(claims("datasets: [a/b, c]"), ["dataset a/b", "dataset c"]);
        assert_eq!(claims("source_datasets: [original, extended|squad]"), ["dataset squad"]);
    }

    #[test]
    fn tags_count_where_the_keys_do_not_say_it() {
        let yaml = "license: mit\ndatasets: a\ntags: ['license:mit', 'license:gpl-3.0', 'dataset:a', 'dataset:b', lora, 'arxiv:1']";
        assert_eq!(claims(yaml), ["license mit", "dataset a", "license gpl-3.0", "dataset b"]);
        let yaml = "base_model: org/a\ntags: ['base_model:org/a', 'base_model:adapter:org/a', 'base_model:org/b']";
        assert_eq!(claims(yaml), ["unstated org/a", "adapter org/a", "unstated org/b"]);
    }

    #[test]
    fn gates_and_their_words_are_claims() {
        let yaml = "extra_gated_prompt: |\n  Line one.\n\n  Line three.\nextra_gated_eu_disallowed: true";
        assert_eq!(claims(yaml), ["text gated-prompt", "eu", "gated"]);
        assert_eq!(claims("extra_gated_eu_disallowed: false"), Vec::<String>::new());
        let yaml = "extra_gated_fields:\n  Name: text\n  I use it for non-commercial purposes only: checkbox";
        assert_eq!(claims(yaml), ["gated", "text card-statement"]);
        assert_eq!(claims("gated: false"), Vec::<String>::new());
    }

    #[test]
    fn a_prompt_keeps_the_lines_of_the_file() {
        let yaml = "extra_gated_prompt: >-\n  Line one.\n\n  Line three.";
        assert_eq!(text_of(yaml), "Line one.\n\n  Line three.");
        assert_eq!(quoted(yaml).evidence[0].at.span.map(|span| (span.start_line, span.end_line)), Some((3, 5)));
        assert_eq!(text_of("license_details: \"It's \\\"so\\\"\\nhere\""), "It's \"so\"\nhere");
        assert_eq!(text_of("license_details: 'in quotes'"), "in quotes");
        assert_eq!(text_of("license_details: '\"so\" it is'"), "\"so\" it is");
    }

    #[test]
    fn repeated_keys_all_count_and_are_a_gap() {
        let yaml = "license: mit\nlicense: cc-by-nc-4.0";
        assert_eq!(claims(yaml), ["license mit", "license cc-by-nc-4.0"]);
        assert_eq!(gaps(yaml), [GapKind::Malformed]);
        assert!(quoted(yaml).gaps[0].detail.contains("`license` on line 3"));
    }

    #[test]
    fn a_merge_key_hides_no_license() {
        assert_eq!(claims("x: &x {license: cc-by-nc-4.0}\n<<: *x"), ["license cc-by-nc-4.0"]);
    }

    #[test]
    fn values_of_the_wrong_shape_are_gaps() {
        for yaml in [
            "license: {a: b}",
            "license: [[mit]]",
            "license_name: {a: b}",
            "license_link: [{a: b}]",
            "? [license]\n: mit",
            "extra_gated_prompt: {a: b}",
            "license_details: [[a]]",
        ] {
            assert_eq!(gaps(yaml), [GapKind::Malformed], "{yaml}");
        }
    }

    #[test]
    fn a_long_prompt_is_cut_with_a_gap() {
        let out = quoted(&format!("extra_gated_prompt: {}", "é ".repeat(MOST_PASSAGE)));
        assert_eq!(out.gaps.iter().map(|gap| gap.kind).collect::<Vec<_>>(), [GapKind::Truncated]);
        assert!(out.texts.iter().all(|(_, content)| content.len() <= MOST_PASSAGE));
    }

    #[test]
    fn the_keys_say_what_the_card_is_about() {
        let role = |yaml: &str| stated_role(&crate::extract::yaml::parse(yaml).expect("it is YAML"));
        assert_eq!(role("license: mit"), Some(Role::Weights));
        assert_eq!(role("license: mit\ntask_categories: [x]"), Some(Role::Data));
        assert_eq!(role("pipeline_tag: x\ntask_categories: [x]"), Some(Role::Weights));
        assert_eq!(role("sdk: gradio\nlicense: mit"), Some(Role::Code));
        assert_eq!(role("title: A page\nlayout: x"), None);
    }
}
