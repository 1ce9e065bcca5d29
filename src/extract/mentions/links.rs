//! Addresses of the Hub, wherever they stand in a text.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::identifier::is_old_name;
use super::notes::Notes;
use crate::source::hub_id::HubId;

/// An address up to where it cannot go on. What stands before it must not be part of a longer word.
static LINK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?:https?://)?(?:(?:www|api-inference|router)\.)?(?:huggingface\.co|hf\.co)/[^\s"'`<>()\[\]{}|\\,;]+|\bhf(?:://|:|[-_]hub:)[A-Za-z0-9][^\s"'`<>()\[\]{}|\\,;]*"#,
    )
    .ok()
});

/// Notes every repository that is linked in a part of the text.
pub(super) fn find(notes: &mut Notes<'_>, part: Range<usize>) {
    let text = notes.page.words(&part);
    // Most texts have none, and to look for a letter pair is cheap.
    if !text.contains("hf") && !text.contains("huggingface") {
        return;
    }
    for (range, link) in links(text) {
        let range = part.start + range.start..part.start + range.end;
        if let Some(id) = repository(link) {
            let taking_revision = None;
            notes.hub(id, range, "", taking_revision);
        }
    }
}

fn links(text: &str) -> Vec<(Range<usize>, &str)> {
    let Some(pattern) = LINK.as_ref() else { return Vec::new() };
    let found = pattern.find_iter(text).filter(|found| {
        let before = text.get(..found.start()).and_then(|before| before.chars().next_back());
        // `git+https://` is an address, `/mirror/hf.co/` and `my-hf.co/` are none of the Hub's.
        !before.is_some_and(|before| before.is_alphanumeric() || "-_./".contains(before))
    });
    found
        .map(|found| {
            // A full stop ends the sentence, not the address.
            let link = found.as_str().trim_end_matches(['.', ':', '!', '?', '#', '&', '*']);
            (found.start()..found.start() + link.len(), link)
        })
        .collect()
}

/// The repository behind an address. One part alone is an account, unless it is an old name, or a file is taken from it.
fn repository(link: &str) -> Option<HubId> {
    let id = HubId::of_link(link)?;
    let is_told = id.name.contains('/') || id.revision.is_some() || is_old_name(&id.name) || link.contains("datasets/");
    // `hf:word` may be anything in a text.
    is_told.then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        links(text).into_iter().filter_map(|(_, link)| repository(link)).map(|id| id.to_string()).collect()
    }

    #[test]
    fn repositories_are_found_in_addresses_and_pages_are_not() {
        for (text, is) in [
            ("curl -L https://huggingface.co/org/name/resolve/v1/a.bin", "hf:org/name@v1"),
            ("git+https://huggingface.co/org/name", "hf:org/name"),
            ("see (https://hf.co/org/name).", "hf:org/name"),
            ("FROM hf.co/org/name:Q4_K_M", "hf:org/name"),
            ("read_csv(\"hf://datasets/org/name/a.csv\")", "hf:datasets/org/name"),
            ("'hf-hub:timm/vit'", "hf:timm/vit"),
            ("model = hf:org/name@v1", "hf:org/name@v1"),
            ("https://huggingface.co/gpt2", "hf:gpt2"),
        ] {
            assert_eq!(found(text), [is], "{text}");
        }
        for text in [
            "https://huggingface.co/docs/hub/models",
            "https://huggingface.co/meta-llama",
            "https://huggingface.co/spaces",
            "https://my-huggingface.co/org/name",
            "https://mirror.example/hf.co/org/name",
            "hf: true",
            "hf:x",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
