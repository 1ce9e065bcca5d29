//! Whether words in a place that takes a model name one, by rules that are written down here and nowhere else.
//!
//! A name that is missed is a hole, a name too many a nuisance; but a path is no name. In this order:
//!
//! 1. Words with a placeholder (`${MODEL}`, `{{ model }}`, `%s`) are computed; `<org>/<name>` is an example and nothing.
//! 2. An address of the Hub or `hf:…` is what it says; another address (`s3://…`) is a path.
//! 3. `ollama/name`, as gateways write it, is an Ollama name; `huggingface/org/name` is `org/name`.
//! 4. What begins with `.`, `/` or `~`, has a backslash, a drive, or more than one slash is a path.
//! 5. What is a file or directory of the project is a path, unless the place can only mean the Hub.
//! 6. What ends like a file of weights, code or data is a path; so is what begins like a folder of such
//!    (`checkpoints/best`), unless the place can only mean the Hub.
//! 7. `org/name` is a name; a tag behind it (`org/name:Q4_K_M`) is left out, `@revision` is its revision.
//! 8. One word is a name where the place is sure to take one (`from_pretrained("bert-base-uncased")`); elsewhere
//!    (`model: bert-base-uncased`) only if it is one of the old names without an organisation.

use crate::scan::RepositoryKind;
use crate::source::hub_id::HubId;

/// What a place may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Taking {
    /// What it is sure to be.
    pub(super) kind: RepositoryKind,
    /// Whether one word without a slash is a name.
    pub(super) one_word: OneWord,
    /// Whether a path may stand there.
    pub(super) paths: bool,
    /// Whether the place loads what it names, so that a name that cannot be read is worth a note.
    pub(super) loads: bool,
}

/// What one word without a slash is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OneWord {
    /// A name.
    Name,
    /// A name if it is one of the old ones.
    OldName,
    /// No name: a label, a size.
    NoName,
}

impl Taking {
    /// A place that loads a model, or takes a path.
    pub(super) const LOADER: Self =
        Self { kind: RepositoryKind::Model, one_word: OneWord::Name, paths: true, loads: true };
    /// A setting with a name that many things share (`model`).
    pub(super) const SETTING: Self =
        Self { kind: RepositoryKind::Model, one_word: OneWord::OldName, paths: true, loads: false };

    /// The same for datasets.
    pub(super) const fn of_dataset(self) -> Self {
        Self { kind: RepositoryKind::Dataset, ..self }
    }

    /// The same where only a repository of the Hub can stand.
    pub(super) const fn of_the_hub(self) -> Self {
        Self { paths: false, ..self }
    }

    /// The same for words of which nobody knows whether they are what is loaded.
    pub(super) const fn of_a_guess(self) -> Self {
        Self { one_word: OneWord::NoName, loads: false, ..self }
    }
}

/// What words are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    Hub(HubId),
    Ollama(String),
    Computed,
    Path,
    Nothing,
}

/// Folders in which projects keep what they trained or fetched themselves. None is an organisation of the Hub that
/// publishes models.
const FOLDERS: [&str; 24] = [
    "artifacts",
    "assets",
    "cache",
    "checkpoint",
    "checkpoints",
    "ckpt",
    "ckpts",
    "config",
    "configs",
    "data",
    "datasets",
    "exp",
    "experiments",
    "logs",
    "model",
    "models",
    "out",
    "output",
    "outputs",
    "pretrained",
    "results",
    "runs",
    "tmp",
    "weights",
];

/// First halves of media types, words around a slash, and services that a gateway puts before a model of theirs and
/// that are no organisation of the Hub.
const NO_OWNERS: [&str; 17] = [
    "and",
    "application",
    "audio",
    "azure",
    "azure_ai",
    "bedrock",
    "either",
    "font",
    "gemini",
    "he",
    "image",
    "multipart",
    "n",
    "openrouter",
    "text",
    "vertex_ai",
    "video",
];

/// Single words that stand for no name.
const NO_NAMES: [&str; 8] = ["auto", "default", "false", "no", "none", "null", "true", "yes"];

/// Endings of files.
const FILES: [&str; 36] = [
    "arrow",
    "bin",
    "ckpt",
    "conf",
    "csv",
    "engine",
    "gguf",
    "ggml",
    "gz",
    "h5",
    "html",
    "ipynb",
    "jpg",
    "js",
    "json",
    "jsonl",
    "keras",
    "log",
    "md",
    "mlmodel",
    "npz",
    "onnx",
    "parquet",
    "pkl",
    "png",
    "pt",
    "pth",
    "py",
    "safetensors",
    "sh",
    "tar",
    "tflite",
    "toml",
    "txt",
    "yaml",
    "zip",
];

/// Names without an organisation, by how they begin: the models that the Hub began with. What it has taken since then
/// has an owner.
const OLD_NAMES: [&str; 24] = [
    "albert-base-",
    "albert-large-",
    "albert-xlarge-",
    "albert-xxlarge-",
    "bert-base-",
    "bert-large-",
    "camembert-base",
    "ctrl",
    "distilbert-base-",
    "distilgpt2",
    "distilroberta-base",
    "gpt2",
    "openai-gpt",
    "roberta-base",
    "roberta-large",
    "stable-diffusion-v1",
    "t5-11b",
    "t5-3b",
    "t5-base",
    "t5-large",
    "t5-small",
    "transfo-xl-",
    "xlm-",
    "xlnet-",
];

/// Reads the words of a place. `is_in_project` answers whether a path is one of the project.
pub(super) fn read(words: &str, taking: Taking, is_in_project: impl Fn(&str) -> bool) -> Reading {
    let words = words.trim();
    if let Some(reading) = placeholder(words) {
        return reading;
    }
    if let Some(id) = HubId::of_link(words) {
        return Reading::Hub(id);
    }
    if words.contains("://") {
        return Reading::Path;
    }
    if let Some(name) = words.strip_prefix("ollama/").or_else(|| words.strip_prefix("ollama_chat/")) {
        return ollama(name);
    }
    let words = words.strip_prefix("huggingface/").filter(|rest| rest.contains('/')).unwrap_or(words);
    if is_path(words) || (taking.paths && is_in_project(words)) {
        return Reading::Path;
    }
    // A tag of a quantisation, or a provider: the repository is the same.
    let untagged = words.split(':').next().unwrap_or(words);
    let Some(id) = HubId::of_words(untagged) else { return Reading::Nothing };
    let first = id.name.split('/').next().unwrap_or_default().to_ascii_lowercase();
    let is_file =
        id.name.rsplit_once('.').is_some_and(|(_, ending)| FILES.contains(&ending.to_ascii_lowercase().as_str()));
    if taking.paths && (is_file || FOLDERS.contains(&first.as_str())) {
        return Reading::Path;
    }
    let is_name = if id.name.contains('/') {
        !NO_OWNERS.contains(&first.as_str()) && id.name.bytes().any(|byte| byte.is_ascii_alphabetic())
    } else {
        match taking.one_word {
            OneWord::Name => !NO_NAMES.contains(&first.as_str()),
            OneWord::OldName => is_old_name(&id.name),
            OneWord::NoName => false,
        }
    };
    if is_name { Reading::Hub(HubId { kind: taking.kind, ..id }) } else { Reading::Nothing }
}

/// A name of an Ollama registry: `[host/][namespace/]model[:tag]`.
pub(super) fn ollama(words: &str) -> Reading {
    let is_good = |character: char| character.is_ascii_alphanumeric() || "-_.:/".contains(character);
    let is_name = words.starts_with(|first: char| first.is_ascii_alphanumeric()) && words.chars().all(is_good);
    let parts: Vec<&str> = words.split('/').collect();
    if is_name && parts.len() <= 4 && parts.iter().all(|part| !part.is_empty() && part.len() <= 128) {
        Reading::Ollama(words.to_owned())
    } else {
        Reading::Nothing
    }
}

/// Whether it is one of the old names without an organisation.
pub(super) fn is_old_name(name: &str) -> bool {
    OLD_NAMES.iter().any(|old| {
        name == *old || (name.starts_with(old) && (old.ends_with('-') || name.as_bytes().get(old.len()) == Some(&b'-')))
    })
}

fn placeholder(words: &str) -> Option<Reading> {
    if words.is_empty() || words.contains(char::is_whitespace) && !words.contains("{{") {
        return Some(Reading::Nothing);
    }
    if words.contains(['$', '{', '}', '%']) && !words.contains("%2F") {
        return Some(Reading::Computed);
    }
    (words.contains(['<', '>', '*', '|'])).then_some(Reading::Nothing)
}

fn is_path(words: &str) -> bool {
    let slashes = words.matches('/').count();
    let has_drive =
        words.as_bytes().get(1) == Some(&b':') && words.as_bytes().get(2).is_some_and(|byte| b"/\\".contains(byte));
    words.starts_with(['.', '/', '~']) || words.contains('\\') || words.ends_with('/') || has_drive || slashes > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(words: &str, taking: Taking) -> String {
        match read(words, taking, |path| path == "acme/here" || path == "here") {
            Reading::Hub(id) => id.to_string(),
            Reading::Ollama(name) => format!("ollama:{name}"),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn a_loader_takes_names_with_and_without_an_organisation_and_no_paths() {
        for (words, is) in [
            ("org/name", "hf:org/name"),
            ("org/name@v1", "hf:org/name@v1"),
            ("org/name:Q4_K_M", "hf:org/name"),
            ("bert-base-uncased", "hf:bert-base-uncased"),
            ("my-finetune", "hf:my-finetune"),
            ("https://huggingface.co/org/name/resolve/v1/a.bin", "hf:org/name@v1"),
            ("hf://datasets/org/name", "hf:datasets/org/name"),
            ("huggingface/org/name", "hf:org/name"),
            ("huggingface/CodeBERTa-small-v1", "hf:huggingface/CodeBERTa-small-v1"),
            ("ollama/llama3:8b", "ollama:llama3:8b"),
            ("./models/x", "Path"),
            ("../x", "Path"),
            ("/opt/models/x", "Path"),
            ("~/x", "Path"),
            ("C:\\models\\x", "Path"),
            ("C:/models", "Path"),
            ("a/b/c", "Path"),
            ("org/", "Path"),
            ("acme/here", "Path"),
            ("here", "Path"),
            ("checkpoints/best", "Path"),
            ("models", "Path"),
            ("org/model.gguf", "Path"),
            ("${MODEL}", "Computed"),
            ("{{ .Values.model }}", "Computed"),
            ("org/%s", "Computed"),
            ("<org>/<name>", "Nothing"),
            ("https://example.org/x", "Path"),
            ("s3://bucket/x", "Path"),
            ("bedrock/claude", "Nothing"),
            ("true", "Nothing"),
            ("text/plain", "Nothing"),
            ("1/2", "Nothing"),
            ("two words", "Nothing"),
            ("", "Nothing"),
        ] {
            assert_eq!(said(words, Taking::LOADER), is, "{words}");
        }
    }

    #[test]
    fn a_setting_takes_one_word_only_if_it_is_an_old_name() {
        for (words, is) in [
            ("gpt2", "hf:gpt2"),
            ("gpt2-xl", "hf:gpt2-xl"),
            ("bert-base-uncased", "hf:bert-base-uncased"),
            ("gpt2x", "Nothing"),
            ("gpt-4o", "Nothing"),
            ("linear", "Nothing"),
            ("org/name", "hf:org/name"),
        ] {
            assert_eq!(said(words, Taking::SETTING), is, "{words}");
        }
        assert_eq!(said("gpt2", Taking::LOADER.of_a_guess()), "Nothing");
    }

    #[test]
    fn where_only_the_hub_is_meant_a_directory_of_that_name_changes_nothing() {
        assert_eq!(said("acme/here", Taking::LOADER.of_the_hub()), "hf:acme/here");
        assert_eq!(said("acme/here", Taking::LOADER.of_the_hub().of_dataset()), "hf:datasets/acme/here");
    }
}
