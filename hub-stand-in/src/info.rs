//! `/api/models/{id}`: what the Hub tells about a repository.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::card;
use crate::git_object::name_of;
use crate::refusal::Refusal;
use crate::repository::{Commit, Gate, Kind, Repository};
use crate::request::Request;
use crate::response::Response;

/// Properties that `expand` may name: those of models, which include what all have.
const EXPANDABLE: [&str; 34] = [
    "author",
    "baseModels",
    "cardData",
    "childrenModelCount",
    "config",
    "createdAt",
    "description",
    "disabled",
    "downloads",
    "downloadsAllTime",
    "evalResults",
    "gated",
    "gguf",
    "inference",
    "inferenceProviderMapping",
    "lastModified",
    "library_name",
    "likes",
    "mask_token",
    "model-index",
    "pipeline_tag",
    "private",
    "resourceGroup",
    "safetensors",
    "sha",
    "siblings",
    "spaces",
    "tags",
    "transformersInfo",
    "trendingScore",
    "usedStorage",
    "widgetData",
    "mainSize",
    "citation",
];

pub(crate) fn answer(request: &Request, repository: &Repository, commit: &Commit) -> Result<Response, Refusal> {
    let query = request.query();
    let expand: BTreeSet<&str> = query
        .iter()
        .filter(|(name, _)| name == "expand" || name == "expand[]")
        .map(|(_, value)| value.as_str())
        .collect();
    if let Some(unknown) = expand.iter().find(|name| !EXPANDABLE.contains(name)) {
        return Err(Refusal::bad_request(format!("Invalid option for expand: \"{unknown}\"")));
    }
    let blobs = request.asks_for("blobs");
    if blobs && !expand.is_empty() {
        return Err(Refusal::bad_request("expand cannot be used with blobs"));
    }
    let mut fields = describe(repository, commit, blobs);
    if !expand.is_empty() {
        if expand.contains("baseModels") {
            fields.insert("baseModels".to_owned(), base_models(repository, commit));
        }
        fields.retain(|name, _| name == "_id" || name == "id" || expand.contains(name.as_str()));
    }
    Ok(Response::json(200, &Value::Object(fields)))
}

/// Everything, as the Hub gives it to those who ask for nothing in particular.
pub(crate) fn describe(repository: &Repository, commit: &Commit, blobs: bool) -> Map<String, Value> {
    let card = repository.card_at(commit);
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    put("_id", name_of(&repository.name())[..24].into());
    put("id", repository.id.as_str().into());
    if let Some(author) = repository.author() {
        put("author", author.into());
    }
    put("sha", commit.id.as_str().into());
    put("createdAt", date(0).into());
    put("lastModified", date(repository.place_of(commit)).into());
    put("private", repository.private.into());
    put("gated", gated(repository));
    put("disabled", repository.disabled.into());
    put("downloads", 0.into());
    put("likes", 0.into());
    put("tags", tags(repository, commit, card.as_ref()).into());
    put("siblings", siblings(commit, blobs));
    put("usedStorage", commit.files.values().map(|file| file.content.size()).sum::<u64>().into());
    if repository.kind == Kind::Model {
        put("modelId", repository.id.as_str().into());
        put("model-index", Value::Null);
        put("spaces", json!([]));
        if let Some(config) = config(commit) {
            put("config", config);
        }
        for key in ["library_name", "pipeline_tag"] {
            if let Some(value) = card.as_ref().and_then(|card| card.get(key)) {
                put(key, value.clone());
            }
        }
    }
    if let Some(card) = card {
        put("cardData", card);
    }
    fields.extend(repository.fields.iter().map(|(name, value)| (name.clone(), value.clone())));
    fields.retain(|name, _| !repository.without.contains(name));
    fields
}

pub(crate) fn gated(repository: &Repository) -> Value {
    match repository.gate {
        None => false.into(),
        Some(Gate::Auto) => "auto".into(),
        Some(Gate::Manual) => "manual".into(),
    }
}

/// A moment that depends on nothing but the place in the history.
pub(crate) fn date(place: usize) -> String {
    format!("2026-01-02T{:02}:{:02}:{:02}.000Z", place / 3600 % 24, place / 60 % 60, place % 60)
}

/// What the Hub computes from card and files.
pub(crate) fn tags(repository: &Repository, commit: &Commit, card: Option<&Value>) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    tags.extend(card::strings(card, "library_name").into_iter().map(str::to_owned));
    let formats = [(".safetensors", "safetensors"), (".gguf", "gguf"), (".onnx", "onnx")];
    tags.extend(formats.iter().filter(|(ending, _)| has(commit, ending)).map(|(_, tag)| (*tag).to_owned()));
    tags.extend(card::strings(card, "pipeline_tag").into_iter().map(str::to_owned));
    tags.extend(card::strings(card, "tags").into_iter().map(str::to_owned));
    tags.extend(card::strings(card, "language").into_iter().map(str::to_owned));
    tags.extend(card::strings(card, "datasets").into_iter().map(|dataset| format!("dataset:{dataset}")));
    let bases = card::strings(card, "base_model");
    tags.extend(bases.iter().map(|base| format!("base_model:{base}")));
    if let Some(relation) = relation(commit, card) {
        tags.extend(bases.iter().map(|base| format!("base_model:{relation}:{base}")));
    }
    tags.extend(card::strings(card, "license").into_iter().map(|license| format!("license:{license}")));
    tags.push("region:us".to_owned());
    if repository.kind != Kind::Model {
        tags.retain(|tag| !tag.starts_with("base_model:"));
    }
    tags
}

/// Stated, or inferred as the Hub does: from adapters, quantized files, several bases.
fn relation(commit: &Commit, card: Option<&Value>) -> Option<String> {
    let bases = card::strings(card, "base_model");
    if bases.is_empty() {
        return None;
    }
    let stated = card::strings(card, "base_model_relation").first().map(|relation| (*relation).to_owned());
    Some(stated.unwrap_or_else(|| {
        let inferred = if commit.files.contains_key("adapter_config.json") {
            "adapter"
        } else if has(commit, ".gguf") {
            "quantized"
        } else if bases.len() > 1 {
            "merge"
        } else {
            "finetune"
        };
        inferred.to_owned()
    }))
}

fn has(commit: &Commit, ending: &str) -> bool {
    commit.files.keys().any(|path| path.ends_with(ending))
}

fn base_models(repository: &Repository, commit: &Commit) -> Value {
    let card = repository.card_at(commit);
    let models = card::strings(card.as_ref(), "base_model").into_iter();
    let models: Vec<Value> = models.map(|base| json!({ "_id": name_of(base)[..24], "id": base })).collect();
    match relation(commit, card.as_ref()) {
        Some(relation) => json!({ "relation": relation, "models": models }),
        None => Value::Null,
    }
}

fn siblings(commit: &Commit, blobs: bool) -> Value {
    let mut siblings: Vec<Value> = Vec::new();
    for (path, file) in &commit.files {
        let mut sibling = json!({ "rfilename": path });
        if blobs {
            sibling["blobId"] = file.object.as_str().into();
            sibling["size"] = file.content.size().into();
            if let Some(pointer) = &file.pointer {
                sibling["lfs"] = json!({
                    "sha256": pointer.sha256,
                    "size": file.content.size(),
                    "pointerSize": pointer.size,
                });
            }
        }
        siblings.push(sibling);
    }
    siblings.extend(commit.phantoms.iter().map(|path| json!({ "rfilename": path })));
    siblings.into()
}

fn config(commit: &Commit) -> Option<Value> {
    let all: Value = serde_json::from_slice(&commit.files.get("config.json")?.content.bytes()).ok()?;
    let shown = ["architectures", "model_type"].into_iter();
    Some(shown.filter_map(|key| Some((key.to_owned(), all.get(key)?.clone()))).collect::<Map<_, _>>().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(repository: &Repository) -> Map<String, Value> {
        describe(repository, repository.at("main").expect("there is a main"), true)
    }

    #[test]
    fn tags_follow_from_the_card_and_the_files() {
        let readme = "---\nlicense: [mit, apache-2.0]\nbase_model: [a/b, c/d]\ndatasets: [e/f]\n---\n";
        let model = Repository::model("x/y").file("README.md", readme);
        let tags = described(&model)["tags"].clone();
        let expected = json!([
            "dataset:e/f",
            "base_model:a/b",
            "base_model:c/d",
            "base_model:merge:a/b",
            "base_model:merge:c/d",
            "license:mit",
            "license:apache-2.0",
            "region:us",
        ]);
        assert_eq!(tags, expected);
        let adapter = model.file("adapter_config.json", "{}");
        assert!(described(&adapter)["tags"].to_string().contains("base_model:adapter:a/b"));
    }

    #[test]
    fn any_field_can_be_odd_or_missing() {
        let model = Repository::model("x/y")
            .file("README.md", "---\nlicense: mit\n---\n")
            .listed("../../etc/passwd")
            .listed("README.md")
            .field("cardData", Value::Null)
            .field("novelty", json!({ "a": [1] }))
            .without_field("sha");
        let fields = described(&model);
        assert_eq!(fields["cardData"], Value::Null);
        assert_eq!(fields["novelty"]["a"][0], 1);
        assert!(!fields.contains_key("sha"));
        let names: Vec<_> =
            fields["siblings"].as_array().into_iter().flatten().map(|item| &item["rfilename"]).collect();
        assert_eq!(names, ["README.md", "../../etc/passwd", "README.md"]);
        for license in [json!(["a", "b"]), json!(3), Value::Null] {
            let odd = Repository::model("x/y").card(json!({ "license": license }));
            assert_eq!(described(&odd)["cardData"]["license"], license);
        }
    }

    #[test]
    fn large_files_show_their_digest_and_their_pointer() {
        let model = Repository::model("x/y").lfs("m.gguf", "hello\n");
        let sibling = &described(&model)["siblings"][0];
        assert_eq!(sibling["lfs"]["sha256"], "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");
        assert_eq!((&sibling["size"], &sibling["lfs"]["pointerSize"]), (&json!(6), &json!(126)));
    }
}
