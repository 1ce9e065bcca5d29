//! What the Hub answered about a repository, as a file of its tree: the only place that speaks where the files of a gated
//! repository are refused.

use serde_json::{Map, Value};

use crate::scan::RepositoryKind;
use crate::source::hub_id::HubId;

/// Longest answer that is passed on. A card may hold a whole licence in `extra_gated_prompt`.
const LONGEST: usize = 1 << 20;

/// Where it stands in the tree: a name for what the Hub answers under `/api/models/{id}`. No file of a repository can have
/// such a path, because its first part is empty.
pub(super) fn path(id: &HubId) -> &'static str {
    match id.kind {
        RepositoryKind::Model => "/api/models",
        RepositoryKind::Dataset => "/api/datasets",
        RepositoryKind::Space => "/api/spaces",
    }
}

/// The parts of the answer that state something, one a line; empty where none does.
pub(super) fn of(api: &[u8]) -> Vec<u8> {
    let Ok(Value::Object(answer)) = serde_json::from_slice::<Value>(api) else { return Vec::new() };
    let mut kept = Map::new();
    if let Some(card) = answer.get("cardData").filter(|card| card.as_object().is_some_and(|card| !card.is_empty())) {
        kept.insert("cardData".to_owned(), card.clone());
    } else if let Some(tags) = answer.get("tags").and_then(Value::as_array) {
        let states = |tag: &&Value| {
            let prefixes = ["license:", "base_model:", "dataset:"];
            tag.as_str().is_some_and(|tag| prefixes.iter().any(|prefix| tag.starts_with(prefix)))
        };
        let kept_tags: Vec<Value> = tags.iter().filter(states).cloned().collect();
        if !kept_tags.is_empty() {
            kept.insert("tags".to_owned(), Value::Array(kept_tags));
        }
    }
    if kept.is_empty() {
        return Vec::new();
    }
    let lines = serde_json::to_vec_pretty(&kept).unwrap_or_default();
    if lines.len() > LONGEST { Vec::new() } else { lines }
}

/// As long as the answer, and says nothing.
pub(super) fn blank(length: usize) -> Vec<u8> {
    let mut blank = vec![b' '; length];
    if let [first, .., last] = blank.as_mut_slice() {
        (*first, *last) = (b'{', b'}');
    }
    blank
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_text(api: &str) -> String {
        String::from_utf8(of(api.as_bytes())).expect("JSON")
    }

    #[test]
    fn the_card_counts_and_tags_only_where_there_is_none() {
        let both = of_text(r#"{"cardData":{"license":"mit"},"tags":["license:apache-2.0"],"downloads":7}"#);
        assert!(both.contains("mit") && !both.contains("apache") && !both.contains("downloads"));
        let tags = of_text(r#"{"cardData":null,"tags":["license:apache-2.0","pytorch"]}"#);
        assert!(tags.contains("license:apache-2.0") && !tags.contains("pytorch"));
    }

    #[test]
    fn an_answer_that_states_nothing_is_no_file() {
        for api in ["{}", r#"{"cardData":{}}"#, r#"{"cardData":[],"tags":"x"}"#, "[]", "nonsense", ""] {
            assert_eq!(of_text(api), "", "{api}");
        }
    }

    #[test]
    fn a_blank_is_json_of_the_same_length() {
        let blank = blank(40);
        assert_eq!(blank.len(), 40);
        assert!(serde_json::from_slice::<Value>(&blank).is_ok_and(|value| value.is_object()));
    }
}
