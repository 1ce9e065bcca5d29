//! The front matter of a README, as far as tests need it.

use serde_json::{Map, Value};

/// The mapping between the first pair of `---` lines, as JSON.
///
/// Understands scalars, quoted strings, lists in brackets, and lists in lines. Anything else, such as a mapping inside,
/// makes all of it `None`: the Hub shows no card either where it cannot read one, and a card that is half read would
/// lie to the tests. Give such a card explicitly ([`crate::Repository::card`]).
pub(crate) fn front_matter(readme: &str) -> Option<Value> {
    let mut lines = readme.lines();
    if lines.next()?.trim_end() != "---" {
        return None;
    }
    let mut map = Map::new();
    let mut current: Option<String> = None;
    for line in lines {
        let line = line.trim_end();
        if line == "---" {
            return Some(Value::Object(map));
        }
        if line.trim_start().starts_with('#') || line.is_empty() {
            continue;
        }
        if let Some(item) = line.trim_start().strip_prefix("- ") {
            // `- key: value` is a mapping in a list.
            let item = scalar(item).filter(|item| !item.as_str().is_some_and(|text| text.contains(": ")))?;
            let list = map.get_mut(current.as_ref()?)?;
            match list {
                Value::Null => *list = Value::Array(vec![item]),
                Value::Array(items) => items.push(item),
                _ => return None,
            }
            continue;
        }
        let (key, value) = line.split_once(':').filter(|_| !line.starts_with(' '))?;
        map.insert(key.to_owned(), value_of(value)?);
        current = Some(key.to_owned());
    }
    None
}

fn value_of(text: &str) -> Option<Value> {
    let text = text.trim();
    let Some(inside) = text.strip_prefix('[') else { return scalar(text) };
    let items = inside.strip_suffix(']')?.split(',').map(str::trim).filter(|item| !item.is_empty());
    items.map(scalar).collect::<Option<Vec<_>>>().map(Value::Array)
}

fn scalar(text: &str) -> Option<Value> {
    let text = text.trim();
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return inside.strip_suffix(quote).filter(|inside| !inside.contains(['\\', quote])).map(Value::from);
        }
    }
    if text.starts_with(['{', '[', '|', '>', '&', '*', '!', '%', '@', '`']) {
        return None;
    }
    let text = text.split(" #").next().unwrap_or_default().trim_end();
    Some(match text {
        "" | "null" | "~" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(number), _) => number.into(),
            (_, Ok(number)) if text.starts_with(|first: char| first.is_ascii_digit()) => number.into(),
            _ => text.into(),
        },
    })
}

/// The strings of a field that may be one string or a list of them.
pub(crate) fn strings<'card>(card: Option<&'card Value>, key: &str) -> Vec<&'card str> {
    match card.and_then(|card| card.get(key)) {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_cards_usually_say_becomes_json() {
        let readme = "---\n# a comment\nlicense: apache-2.0\nlanguage: [en, de]\ndatasets:\n- a/b\n- \"c\"\n\
                      empty:\nversion: 2\ngated: true\nscore: 0.5\n---\n# Title\n";
        let expected = json!({
            "license": "apache-2.0", "language": ["en", "de"], "datasets": ["a/b", "c"], "empty": null, "version": 2,
            "gated": true, "score": 0.5,
        });
        assert_eq!(front_matter(readme), Some(expected));
    }

    #[test]
    fn what_is_not_understood_is_no_card() {
        for front in ["a:\n  b: c\n", "a: {b: c}\n", "a: |\n  text\n", "- a\n", "a\n", "a:\n- b: c\n", "a: \"x\n"] {
            assert_eq!(front_matter(&format!("---\n{front}---\n")), None, "{front}");
        }
        assert_eq!(front_matter("# Title\n---\nlicense: mit\n---\n"), None);
        assert_eq!(front_matter("---\nlicense: mit\n"), None);
    }
}
