//! Configuration with structure: YAML, and JSON, which is nearly a part of it. What cannot be parsed (a template of a
//! chart) is left to the reader of lines, which goes over every such file as well.

use super::commands::{self, Word};
use super::identifier::Taking;
use super::notes::Notes;
use super::settings::{self, Setting};
use crate::extract::yaml::{self, Kind, Node};

/// Fields that hold the dataset in an entry of a list of datasets, as training programs have it.
const DATASET_FIELDS: [&str; 4] = ["path", "name", "repo", "hf_id"];

/// Notes what the fields of a document name.
pub(super) fn read(notes: &mut Notes<'_>, by: &'static str) {
    notes.by(by);
    for document in yaml::parse_all(notes.page.text).unwrap_or_default() {
        walk(notes, &document, "");
    }
}

/// `key` is the nearest field above. Recursion is bounded by [`yaml::MOST_DEPTH`].
fn walk(notes: &mut Notes<'_>, node: &Node, key: &str) {
    match &node.kind {
        Kind::Scalar { .. } => {}
        Kind::Sequence(items) => {
            let words: Vec<Word> = items.iter().filter_map(word).collect();
            if words.len() == items.len() {
                // The arguments of a program, one in a line.
                commands::read(notes, &words);
            }
            for item in items {
                walk(notes, item, key);
            }
        }
        Kind::Mapping(pairs) => {
            fields(notes, node, pairs, key);
            for (name, value) in pairs {
                walk(notes, value, name.as_str().unwrap_or_default());
            }
        }
    }
}

fn fields(notes: &mut Notes<'_>, node: &Node, pairs: &[(Node, Node)], key: &str) {
    let revisions = pairs.iter().filter(|(name, _)| name.as_str().is_some_and(settings::is_revision));
    let mut revisions = revisions.filter_map(|(_, value)| value.as_str());
    // One revision beside two models may be that of either.
    let revision = revisions.next().filter(|_| revisions.next().is_none());
    let of_datasets = matches!(settings::of(key), Some(Setting::Hub(taking)) if taking == Taking::SETTING.of_dataset());
    for (name, value) in pairs {
        let Some(name) = name.as_str() else { continue };
        if of_datasets && DATASET_FIELDS.contains(&name) {
            hold(notes, Some(Setting::Hub(Taking::SETTING.of_dataset())), name, value, revision);
        } else {
            hold(notes, settings::of(name), name, value, revision);
        }
    }
    // A variable of a container: `name: MODEL_ID`, `value: org/name`.
    if let (Some(name), Some(value)) = (node.get("name").and_then(Node::as_str), node.get("value")) {
        hold(notes, settings::of(name), name, value, None);
    }
}

fn hold(notes: &mut Notes<'_>, setting: Option<Setting>, name: &str, value: &Node, revision: Option<&str>) {
    let Some(setting) = setting else { return };
    for scalar in value.scalars() {
        let Some(words) = scalar.as_str() else { continue };
        let range = scalar.bytes.clone();
        match setting {
            Setting::Hub(taking) => drop(notes.words((words, range), taking, name, revision)),
            Setting::Ollama => drop(notes.ollama((words, range), name)),
        }
    }
}

fn word(item: &Node) -> Option<Word> {
    let text = item.as_str().filter(|text| !text.contains(char::is_whitespace))?;
    Some(Word { text: text.to_owned(), range: item.bytes.clone() })
}

#[cfg(test)]
mod tests {
    use crate::extract::mentions::testing::lines;

    #[test]
    fn fields_name_models_with_the_revision_beside_them() {
        for (text, is) in [
            ("model: org/name\n", vec!["1 hf:org/name"]),
            ("x:\n  model_id: 'org/name'\n  revision: v1\n", vec!["2 hf:org/name@v1"]),
            ("base_model: org/a\nadapter: org/b\nrevision: v1", vec!["1 hf:org/a@v1", "2 hf:org/b@v1"]),
            ("models:\n  - model: org/a\n  - model: org/b\n", vec!["2 hf:org/a", "3 hf:org/b"]),
            ("models: [org/a,\n  org/b]\n", vec!["1 hf:org/a", "2 hf:org/b"]),
            ("model:\n  org/name\n", vec!["2 hf:org/name"]),
            ("datasets:\n  - path: org/data\n    type: alpaca\n", vec!["2 hf:datasets/org/data"]),
            ("env:\n  - name: MODEL_ID\n    value: org/name\n", vec!["3 hf:org/name"]),
            ("args:\n  - --model\n  - org/name\n  - --port=8000\n", vec!["3 hf:org/name"]),
            ("command: [\"vllm\", \"serve\", \"org/name\"]\n", vec!["1 hf:org/name"]),
            ("run: |\n  hf download org/name\n", vec!["2 hf:org/name"]),
            ("command: ollama pull llama3:8b\n", vec!["1 ollama:llama3:8b"]),
            ("model_list:\n- litellm_params:\n    model: ollama/llama3\n", vec!["3 ollama:llama3"]),
            ("{{- if .x }}\nmodel: org/name\n{{- end }}\n", vec!["2 hf:org/name"]),
        ] {
            assert_eq!(lines("a.yaml", text), is, "{text}");
        }
    }

    #[test]
    fn json_is_read_like_yaml() {
        let text =
            "{\n  \"model\": {\"name_or_path\": \"bert-x\", \"revision\": \"v1\"},\n\t\"base_model\": \"org/name\"\n}";
        assert_eq!(lines("a.json", text), ["2 hf:bert-x@v1", "3 hf:org/name"]);
        assert_eq!(lines("a.json", "{\"model\":\"org/name\",\"n\":1}"), ["1 hf:org/name"]);
    }

    #[test]
    fn images_paths_and_comments_name_nothing() {
        let texts =
            ["image: org/name", "model: ./x/y", "model: models/x", "# model: org/name", "model: ${X}", "model: linear"];
        for text in texts {
            assert_eq!(lines("a.yml", text), [""; 0], "{text}");
        }
    }
}
