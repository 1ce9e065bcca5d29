//! The JSON Schema of a policy, for editors: made from the list of keys, so that it cannot say anything else.
//!
//! A schema has one spelling of each key, the one in the list; the reader takes `_` and `-` for each other. A schema
//! knows no licence database either: a licence that does not exist is for `licentia policy check` to refuse.

use license_db::{Category, TermKind};
use serde_json::{Map, Value, json};

use super::keys::{Form, KEYS, Key, levels};

/// The JSON Schema (2020-12), as it stands in `schemas/policy-1.schema.json`.
pub fn schema() -> Value {
    let tops = KEYS.iter().filter(|key| !key.path.contains('.'));
    let mut schema = object(tops, 0);
    if let Some(fields) = schema.as_object_mut() {
        fields.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        fields.insert("title".to_owned(), json!("licentia policy"));
        fields.insert(
            "description".to_owned(),
            json!("licentia.toml, .licentia.toml, .config/licentia.toml, or [tool.licentia] of pyproject.toml"),
        );
    }
    schema
}

/// A table of these keys, of which `least` must be there.
fn object<'k>(keys: impl Iterator<Item = &'k Key>, least: u64) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for key in keys {
        let name = key.path.rsplit('.').next().unwrap_or_default();
        properties.insert(name.to_owned(), described(key));
        if key.is_required() {
            required.push(name);
        }
    }
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if let Some(fields) = schema.as_object_mut() {
        if !required.is_empty() {
            fields.insert("required".to_owned(), json!(required));
        }
        if least > 0 {
            fields.insert("minProperties".to_owned(), json!(least));
        }
    }
    schema
}

fn described(key: &Key) -> Value {
    let mut schema = of_key(key);
    if let Some(fields) = schema.as_object_mut() {
        fields.insert("description".to_owned(), json!(key.says));
    }
    schema
}

fn of_key(key: &Key) -> Value {
    match key.path {
        // The same keys as at the top, for what matches.
        "scope.facts" => json!({ "$ref": "#/properties/facts" }),
        "scope.licenses" => json!({ "$ref": "#/properties/licenses" }),
        "scope.levels" => json!({ "$ref": "#/properties/levels" }),
        "rule.unless" => json!({ "$ref": "#/properties/rule/items/properties/when" }),
        "levels" => {
            let names = crate::policy::finding_kinds().map(|kind| (kind.name.to_owned(), json!({ "enum": levels() })));
            let properties: Map<String, Value> = names.collect();
            json!({ "type": "object", "properties": properties, "additionalProperties": false })
        }
        // Empty conditions would match everything or nothing.
        "scope.match" | "rule.when" => object(key.below(), 1),
        "curate.files" => json!({ "type": "array", "items": object(key.below(), 0), "minItems": 1 }),
        "curate.files.sha256" => sha256(),
        "facts.distribution" => listed(&of_form(key), 1),
        path if path.starts_with("rule.when.") => listed(&of_form(key), 1),
        _ => of_form(key),
    }
}

fn of_form(key: &Key) -> Value {
    match key.form {
        Form::Version => json!({ "const": 1 }),
        Form::Text => text(),
        Form::Number => number(),
        Form::Truth => json!({ "type": "boolean" }),
        Form::Day => json!({ "type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }),
        Form::Word(words) => json!({ "enum": words() }),
        Form::Words(words) => json!({ "type": "array", "items": { "enum": words() } }),
        Form::Texts => json!({ "type": "array", "items": text() }),
        Form::Licenses => json!({ "type": "array", "items": license() }),
        Form::Money => json!({ "anyOf": [number(), {
            "type": "object",
            "propertyNames": { "pattern": "^[A-Za-z]{3}$" },
            "additionalProperties": number(),
            "minProperties": 1,
        }] }),
        Form::AtRelease => json!({ "anyOf": [number(), { "type": "object", "additionalProperties": number() }] }),
        Form::Territory => territory(),
        Form::Territories => json!({ "type": "array", "items": territory(), "minItems": 1 }),
        Form::Extends => {
            let one = extended();
            json!({ "anyOf": [one, { "type": "array", "items": one }] })
        }
        Form::Table => object(key.below(), 0),
        Form::Tables => json!({ "type": "array", "items": object(key.below(), 0) }),
    }
}

/// The same list with at least so many items.
fn listed(list: &Value, least: u64) -> Value {
    let mut list = list.clone();
    if let Some(fields) = list.as_object_mut() {
        fields.insert("minItems".to_owned(), json!(least));
    }
    list
}

fn text() -> Value {
    json!({ "type": "string", "pattern": "\\S" })
}

fn number() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

fn sha256() -> Value {
    json!({ "type": "string", "pattern": "^[0-9A-Fa-f]{64}$" })
}

fn territory() -> Value {
    json!({ "type": "string", "pattern": "^([A-Za-z]{2}|[Ww][Oo][Rr][Ll][Dd]([Ww][Ii][Dd][Ee])?)$" })
}

fn license() -> Value {
    let categories: Vec<String> = Category::ALL.map(|category| format!("category:{}", category.as_str())).to_vec();
    let terms = format!("^term:({})(=.+)?$", TermKind::WORDS.join("|"));
    json!({ "type": "string", "anyOf": [
        { "enum": categories },
        { "pattern": terms },
        { "description": "an SPDX identifier or a LicenseRef, perhaps with an exception", "pattern": "^[A-Za-z0-9.+ -]+$" },
    ] })
}

fn extended() -> Value {
    let file = json!({ "type": "string", "pattern": "^[^:]+$|^[A-Za-z]:[^/]" });
    let of_file = json!({
        "type": "object",
        "properties": { "file": text(), "sha256": sha256() },
        "required": ["file"],
        "additionalProperties": false,
    });
    let of_url = json!({
        "type": "object",
        "properties": { "url": { "type": "string", "pattern": "^https://" }, "sha256": sha256() },
        "required": ["url", "sha256"],
        "additionalProperties": false,
    });
    json!({ "anyOf": [file, of_file, of_url] })
}
