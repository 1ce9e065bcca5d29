//! Texts of lines, whatever they are: scripts, Dockerfiles, settings, requirements. Commands, settings and addresses
//! are found line by line, so that no template and no damage hides them.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::commands::{self, Word};
use super::identifier::Taking;
use super::links;
use super::notes::Notes;
use super::settings::{self, Setting};
use crate::scan::RepositoryKind;

/// Longest line that is read; a longer one is data.
const LONGEST: usize = 64 * 1024;

/// `key: value`, `key = "value"`, `"key": "value"`.
static SETTING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"([A-Za-z_][\w.\-]*)["']?\s*(?::\s|=|:\s*["'])\s*(?:"([^"]*)"|'([^']*)'|([^\s"',;#}\])]+))"#).ok()
});

/// Python inside of a command.
static INLINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"\b(from_pretrained|hf_hub_download|snapshot_download|SentenceTransformer|load_dataset)\(\s*(?:\w+\s*=\s*)?\\?["']([^"'\\]+)\\?["']"#,
    )
    .ok()
});

/// Notes what the lines of a text name.
pub(super) fn read(notes: &mut Notes<'_>, by: &'static str) {
    notes.by(by);
    let text = notes.page.text;
    let mut words: Vec<Word> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.len();
        start = range.end;
        if line.len() > LONGEST {
            // Only what needs no structure.
            links::find(notes, range);
            continue;
        }
        let code = without_comment(text, range.clone());
        let is_comment = code.is_empty() && !line.trim().is_empty();
        let kept = text.get(code.clone()).unwrap_or_default().trim_end();
        let goes_on = kept.ends_with('\\');
        let end = code.start + kept.len() - usize::from(goes_on);
        words.extend(commands::words(text, code.start..end));
        // A comment between the lines of a command does not end it.
        if goes_on || (is_comment && !words.is_empty()) {
            continue_line(notes, code);
            continue;
        }
        commands::read(notes, &words);
        words.clear();
        continue_line(notes, code);
    }
    commands::read(notes, &words);
}

/// What needs no more than a line.
fn continue_line(notes: &mut Notes<'_>, line: Range<usize>) {
    inline(notes, line.clone());
    settings(notes, line.clone());
    links::find(notes, line);
}

fn settings(notes: &mut Notes<'_>, line: Range<usize>) {
    let text = notes.page.words(&line);
    let Some(pattern) = SETTING.as_ref().filter(|_| text.contains([':', '='])) else { return };
    for found in pattern.captures_iter(text) {
        let (Some(name), Some(value)) = (found.get(1), found.get(2).or(found.get(3)).or(found.get(4))) else {
            continue;
        };
        let range = line.start + value.start()..line.start + value.end();
        match settings::of(name.as_str()) {
            Some(Setting::Hub(taking)) => drop(notes.words((value.as_str(), range), taking, name.as_str(), None)),
            Some(Setting::Ollama) => drop(notes.ollama((value.as_str(), range), name.as_str())),
            None => {}
        }
    }
}

fn inline(notes: &mut Notes<'_>, line: Range<usize>) {
    let text = notes.page.words(&line);
    let Some(pattern) = INLINE.as_ref().filter(|_| text.contains('(')) else { return };
    for found in pattern.captures_iter(text) {
        let (Some(call), Some(words)) = (found.get(1), found.get(2)) else { continue };
        let is_dataset = call.as_str() == "load_dataset";
        let kind = if is_dataset { RepositoryKind::Dataset } else { RepositoryKind::Model };
        let range = line.start + words.start()..line.start + words.end();
        notes.words((words.as_str(), range), Taking { kind, ..Taking::LOADER }, call.as_str(), None);
    }
}

/// The line up to a `#` that begins a comment: at its start or behind a space, and in no quotes.
fn without_comment(text: &str, line: Range<usize>) -> Range<usize> {
    let words = text.get(line.clone()).unwrap_or_default();
    let mut quote = None;
    let mut before = ' ';
    for (at, character) in words.char_indices() {
        match (quote, character) {
            (None, '#') if before.is_whitespace() => return line.start..line.start + at - indent(words, at),
            (None, '"' | '\'') => {
                // An apostrophe opens nothing.
                let is_closed = words.get(at + 1..).is_some_and(|rest| rest.contains(character));
                quote = is_closed.then_some(character);
            }
            (Some(open), _) if character == open => quote = None,
            _ => {}
        }
        before = character;
    }
    line
}

/// Spaces before a comment that is alone on its line: all of it is a comment.
fn indent(words: &str, at: usize) -> usize {
    let before = words.get(..at).unwrap_or_default();
    if before.trim().is_empty() { at } else { 0 }
}

#[cfg(test)]
mod tests {
    use crate::extract::mentions::testing::lines;

    #[test]
    fn settings_files_name_models_whatever_their_syntax() {
        for (path, text, is) in [
            ("a.toml", "[x]\nmodel = \"org/name\" # why\n", "2 hf:org/name"),
            ("a.toml", "base_model_name_or_path = 'bert'", "1 hf:bert"),
            ("a.ini", "model_id = org/name", "1 hf:org/name"),
            (".env", "HF_MODEL_ID=org/name", "1 hf:org/name"),
            ("prod.env", "OLLAMA_MODEL=llama3", "1 ollama:llama3"),
            ("main.tf", "  HF_MODEL_ID = \"org/name\"", "1 hf:org/name"),
            ("requirements.txt", "git+https://huggingface.co/org/name", "1 hf:org/name"),
            ("requirements-gpu.txt", "x @ https://huggingface.co/org/name/resolve/v1/x.whl", "1 hf:org/name@v1"),
            (".gitmodules", "\turl = https://huggingface.co/org/name", "1 hf:org/name"),
            ("Makefile", "get:\n\thf download org/name", "2 hf:org/name"),
        ] {
            assert_eq!(lines(path, text), [is], "{text}");
        }
    }

    #[test]
    fn other_settings_and_comments_name_nothing() {
        for text in ["model_type = \"a/b\"", "# model = \"org/name\"", "model = \"gpt-4o\"", "image = \"org/name\""] {
            assert_eq!(lines("a.toml", text), [""; 0], "{text}");
        }
    }
}
