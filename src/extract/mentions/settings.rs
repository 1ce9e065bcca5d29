//! Names of settings, variables and flags that hold a model.

use super::identifier::{OneWord, Taking};

/// What a setting of a name holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    /// A model or dataset of the Hub.
    Hub(Taking),
    /// A model of Ollama.
    Ollama,
}

/// Settings that only ever name something on the Hub, or a path.
const SURE: [&str; 8] = [
    "name_or_path",
    "hf_model",
    "hf_model_id",
    "hf_model_name",
    "hf_repo",
    "hf_repo_id",
    "huggingface_model",
    "pretrained_model_name",
];

/// How other names of settings end that hold a model: whole words.
const MODELS: [&str; 23] = [
    "adapter",
    "adapter_id",
    "adapter_model",
    "checkpoint",
    "checkpoint_id",
    "draft_model",
    "lora_id",
    "model",
    "model_checkpoint",
    "model_id",
    "model_ids",
    "model_name",
    "model_names",
    "model_path",
    "model_repo",
    "model_uri",
    "models",
    "peft_model_id",
    "pretrained",
    "repo_id",
    "tokenizer",
    "tokenizer_id",
    "tokenizer_name",
];

/// How names of settings end that hold a dataset.
const DATASETS: [&str; 7] =
    ["dataset", "dataset_id", "dataset_name", "dataset_names", "dataset_path", "dataset_repo", "datasets"];

/// What a setting, variable, field or flag of this name holds; `None` for one that holds no model.
pub(super) fn of(name: &str) -> Option<Setting> {
    let name = plain(name);
    let ends = |known: &str| name == known || name.strip_suffix(known).is_some_and(|before| before.ends_with('_'));
    if DATASETS.iter().any(|known| ends(known)) {
        return Some(Setting::Hub(Taking::SETTING.of_dataset()));
    }
    if SURE.iter().any(|known| ends(known)) {
        return Some(Setting::Hub(Taking { one_word: OneWord::Name, ..Taking::SETTING }));
    }
    if !MODELS.iter().any(|known| ends(known)) {
        return None;
    }
    let is_ollama = name.split('_').any(|word| word == "ollama");
    Some(if is_ollama { Setting::Ollama } else { Setting::Hub(Taking::SETTING) })
}

/// Whether the setting says at which revision the model beside it is taken.
pub(super) fn is_revision(name: &str) -> bool {
    matches!(plain(name).as_str(), "revision" | "model_revision" | "hf_revision")
}

/// `--model-id`, `MODEL_ID` and `modelId` are one name: `model_id`.
fn plain(name: &str) -> String {
    let name = name.trim_start_matches(['-', '_', '@', '$']);
    let mut plain = String::with_capacity(name.len() + 4);
    let mut was_small = false;
    for character in name.chars().take(100) {
        if character.is_ascii_uppercase() && was_small {
            plain.push('_');
        }
        was_small = character.is_ascii_lowercase() || character.is_ascii_digit();
        plain.push(if matches!(character, '-' | '.') { '_' } else { character.to_ascii_lowercase() });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_in_every_spelling() {
        for name in ["model_id", "MODEL_ID", "--model-id", "modelId", "HF_MODEL_ID", "spring.ai.model-id", "LLM_MODEL"]
        {
            assert!(matches!(of(name), Some(Setting::Hub(_))), "{name}");
        }
        assert_eq!(of("OLLAMA_MODEL"), Some(Setting::Ollama));
        assert_eq!(of("train_dataset"), Some(Setting::Hub(Taking::SETTING.of_dataset())));
    }

    #[test]
    fn settings_about_a_model_hold_none() {
        for name in ["model_type", "model_max_length", "models_dir", "remodel", "name", "id", "repo", "image", ""] {
            assert_eq!(of(name), None, "{name}");
        }
    }

    #[test]
    fn one_word_is_a_name_only_in_settings_of_the_hub() {
        let is_sure = |name| matches!(of(name), Some(Setting::Hub(Taking { one_word: OneWord::Name, .. })));
        assert!(is_sure("model_name_or_path") && is_sure("HF_MODEL_ID") && is_sure("base_model_name_or_path"));
        assert!(!is_sure("model") && !is_sure("MODEL_ID"));
    }
}
