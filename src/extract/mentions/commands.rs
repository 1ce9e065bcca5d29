//! Commands and flags that name models: what shells, Dockerfiles, workflows and manifests of clusters run.

use std::ops::Range;

use super::identifier::{OneWord, Taking};
use super::notes::Notes;
use super::settings::{self, Setting};
use crate::scan::RepositoryKind;

/// One word of a command, quotes undone, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) range: Range<usize>,
}

/// Commands that fetch or serve the model that follows them.
const FETCHING: [&[&str]; 7] = [
    &["hf", "download"],
    &["huggingface-cli", "download"],
    &["huggingface_hub.cli", "download"],
    &["vllm", "serve"],
    &["trtllm-serve"],
    &["transformers", "chat"],
    &["transformers", "serve"],
];

/// Commands that take a name of Ollama.
const OLLAMA: [&[&str]; 4] = [&["ollama", "pull"], &["ollama", "run"], &["ollama", "cp"], &["ollama", "show"]];

/// Flags of the llama.cpp programs that take a repository of the Hub.
const HUB_FLAGS: [&str; 6] = ["-hf", "-hfr", "--hf", "-hfd", "-hfrd", "--hf-repo-draft"];

/// Flags of the fetching commands that take a value, which is not the model.
const WITH_VALUE: [&str; 12] = [
    "--cache-dir",
    "--exclude",
    "--gpu",
    "--host",
    "--include",
    "--local-dir",
    "--max-workers",
    "--port",
    "--repo-type",
    "--revision",
    "--tensor-parallel-size",
    "--token",
];

/// A name where a command takes nothing else.
const NAME: Taking = Taking { one_word: OneWord::Name, ..Taking::LOADER };

/// Cuts a part of the text into words, as shells do. Brackets and commas between words separate (`["a", "b"]`);
/// `;`, `|` and `&` are words of their own. A quote that is not closed is a character.
pub(super) fn words(text: &str, part: Range<usize>) -> Vec<Word> {
    let line = text.get(part.clone()).unwrap_or_default();
    let mut words = Vec::new();
    let mut rest = line.char_indices().peekable();
    let mut word = String::new();
    let mut start = None;
    let mut unclosed = [false, false];
    while let Some((at, character)) = rest.next() {
        let is_quote = matches!(character, '"' | '\'');
        let which = usize::from(character == '\'');
        if is_quote && !unclosed.get(which).copied().unwrap_or(true) {
            let inner = line.get(at + 1..).unwrap_or_default();
            match inner.find(character) {
                Some(length) => {
                    start.get_or_insert(at);
                    word.push_str(inner.get(..length).unwrap_or_default());
                    while rest.next_if(|(next, _)| *next <= at + 1 + length).is_some() {}
                    continue;
                }
                // None further on is closed either.
                None => unclosed[which] = true,
            }
        }
        let is_end =
            character.is_whitespace() || matches!(character, '[' | ']' | ',' | '(' | ')' | ';' | '|' | '&' | '`');
        if !is_end {
            start.get_or_insert(at);
            word.push(character);
            continue;
        }
        if let Some(begun) = start.take() {
            words.push(Word { text: std::mem::take(&mut word), range: part.start + begun..part.start + at });
        }
        if matches!(character, ';' | '|' | '&' | ')') {
            words.push(Word { text: ";".to_owned(), range: part.start + at..part.start + at + 1 });
        }
    }
    if let Some(begun) = start {
        words.push(Word { text: word, range: part.start + begun..part.start + line.len() });
    }
    words
}

/// Notes what a command names. `words` are those of one line, with its continuations.
pub(super) fn read(notes: &mut Notes<'_>, words: &[Word]) {
    for index in 0..words.len() {
        let rest = words.get(index..).unwrap_or_default();
        if let Some(arguments) = after(rest, &FETCHING) {
            fetched(notes, arguments);
        } else if let Some(arguments) = after(rest, &OLLAMA) {
            if let Some(name) =
                arguments.iter().take_while(|word| word.text != ";").find(|word| !word.text.starts_with('-'))
            {
                notes.ollama((&name.text, name.range.clone()), "ollama");
            }
        } else {
            flag(notes, rest);
        }
    }
}

/// What follows one of the commands; its name may stand behind a path.
fn after<'w>(words: &'w [Word], commands: &[&[&str]]) -> Option<&'w [Word]> {
    let is_it = |command: &&&[&str]| {
        command.len() <= words.len()
            && command.iter().zip(words).all(|(name, word)| {
                word.text == *name || word.text.strip_suffix(name).is_some_and(|before| before.ends_with('/'))
            })
    };
    words.get(commands.iter().find(is_it)?.len()..)
}

/// The model of `hf download [flags] NAME [files] [flags]`.
fn fetched(notes: &mut Notes<'_>, words: &[Word]) {
    let words: Vec<&Word> = words.iter().take_while(|word| word.text != ";").collect();
    let value = |flag: &str| {
        let position = words.iter().position(|word| word.text == flag || word.text.starts_with(&format!("{flag}=")))?;
        let joined = words.get(position)?.text.split_once('=').map(|(_, value)| value);
        joined.or_else(|| words.get(position + 1).map(|word| word.text.as_str()))
    };
    let mut is_value = false;
    let name = words.iter().find(|word| {
        let is_other = is_value || word.text.starts_with('-');
        is_value = WITH_VALUE.contains(&word.text.as_str());
        !is_other
    });
    let Some(name) = name else { return };
    let kind = match value("--repo-type") {
        Some("dataset") => RepositoryKind::Dataset,
        Some("space") => return,
        _ => RepositoryKind::Model,
    };
    notes.words((&name.text, name.range.clone()), Taking { kind, ..NAME }, "download", value("--revision"));
}

/// `--model NAME`, `--model=NAME`, `MODEL_ID=NAME`, and `ENV MODEL_ID NAME` of old Dockerfiles.
fn flag(notes: &mut Notes<'_>, words: &[Word]) {
    let Some(first) = words.first() else { return };
    let (name, value) = match first.text.split_once('=') {
        Some((name, value)) => {
            // The value may stand in quotes; where they are inside of it, its place is that of the whole word.
            let at = notes.page.words(&first.range).rfind(value).map(|at| first.range.start + at);
            let range = at.map_or(first.range.clone(), |at| at..at + value.len());
            (name, Some(Word { text: value.to_owned(), range }))
        }
        None if first.text == "ENV" => (words.get(1).map_or("", |word| word.text.as_str()), words.get(2).cloned()),
        None if first.text.starts_with('-') => (first.text.as_str(), words.get(1).cloned()),
        None => return,
    };
    if name == "--lora-modules" {
        return lora_modules(notes, words.get(1..).unwrap_or_default());
    }
    let Some(value) = value.filter(|value| !value.text.starts_with('-') && value.text != ";") else { return };
    let is_flag = name.starts_with('-');
    let setting = if HUB_FLAGS.contains(&name) { Some(Setting::Hub(NAME.of_the_hub())) } else { settings::of(name) };
    let revision = words.iter().take_while(|word| word.text != ";").zip(words.iter().skip(1));
    let revision =
        revision.filter(|_| is_flag).find(|(flag, _)| flag.text.starts_with('-') && settings::is_revision(&flag.text));
    match setting {
        Some(Setting::Hub(taking)) => {
            let taking = Taking { loads: is_flag, ..taking };
            let revision = revision.map(|(_, value)| value.text.as_str());
            notes.words((&value.text, value.range), taking, name, revision);
        }
        Some(Setting::Ollama) => drop(notes.ollama((&value.text, value.range), name)),
        None => {}
    }
}

/// `--lora-modules NAME=MODEL NAME=MODEL` of vLLM.
fn lora_modules(notes: &mut Notes<'_>, words: &[Word]) {
    for word in words.iter().take_while(|word| word.text != ";" && !word.text.starts_with('-')) {
        if let Some((_, model)) = word.text.split_once('=') {
            let range = word.range.end.saturating_sub(model.len())..word.range.end;
            notes.words((model, range), Taking::LOADER, "--lora-modules", None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::mentions::testing::lines;

    #[test]
    fn words_are_those_of_a_shell() {
        let cut = |text: &str| words(text, 0..text.len()).into_iter().map(|word| word.text).collect::<Vec<_>>();
        assert_eq!(cut("a 'b c' \"d\"e --f=\"g h\""), ["a", "b c", "de", "--f=g h"]);
        assert_eq!(cut("CMD [\"a\", \"b\"] && c|d"), ["CMD", "a", "b", ";", ";", "c", ";", "d"]);
        assert_eq!(cut("don't a 'b"), ["dont a b"]);
        assert_eq!(cut("don't stop"), ["don't", "stop"]);
    }

    #[test]
    fn what_is_fetched_and_served_is_named() {
        for (command, is) in [
            ("hf download org/name", "1 hf:org/name"),
            ("hf download --repo-type dataset --local-dir x org/data a.csv", "1 hf:datasets/org/data"),
            ("huggingface-cli download org/name --revision v1 --local-dir x", "1 hf:org/name@v1"),
            ("/opt/venv/bin/hf download gpt2", "1 hf:gpt2"),
            ("cd x && hf download org/name; ls", "1 hf:org/name"),
            ("git clone https://huggingface.co/org/name", "1 hf:org/name"),
            ("vllm serve org/name --port 80", "1 hf:org/name"),
            ("python -m vllm.entrypoints.api_server --model org/name", "1 hf:org/name"),
            ("serve --model=org/name", "1 hf:org/name"),
            ("serve --model-id \"org/name\" --revision v1", "1 hf:org/name@v1"),
            ("export MODEL_ID=org/name", "1 hf:org/name"),
            ("HF_MODEL_ID='org/name' serve", "1 hf:org/name"),
            ("llama-server -hf org/name:Q4_K_M", "1 hf:org/name"),
            ("ollama pull llama3:8b", "1 ollama:llama3:8b"),
            ("ollama run hf.co/org/name:Q4", "1 hf:org/name"),
            ("hf download \\\n  --revision v1 \\\n  org/name", "3 hf:org/name@v1"),
            ("python -c \"from t import M; M.from_pretrained('org/name')\"", "1 hf:org/name"),
            ("lm_eval --model hf --model_args pretrained=org/name,dtype=auto", "1 hf:org/name"),
            ("vllm serve --lora-modules sql=org/lora", "1 hf:org/lora"),
            ("hf download \"$MODEL\"", "1 Computed"),
            ("serve --model ${MODEL}", "1 Computed"),
            ("llama-server --model ./a.gguf", "1 Path"),
        ] {
            assert_eq!(lines("a.sh", command), [is], "{command}");
        }
    }

    #[test]
    fn comments_and_other_commands_name_nothing() {
        for command in [
            "# hf download org/name",
            "ls # --model org/name",
            "docker pull org/image",
            "hf upload org/name .",
            "hf download --repo-type space org/app",
            "ollama serve",
            "cat --model-type org/name",
        ] {
            assert_eq!(lines("a.sh", command), [""; 0], "{command}");
        }
    }

    #[test]
    fn a_dockerfile_runs_commands_and_sets_variables() {
        let text = "FROM org/image:1\nARG MODEL_ID=org/a\nENV HF_MODEL_ID org/b\nRUN pip install x \\\n  # why\n  && hf download \
                    org/c\nCMD [\"serve\", \"--model-id\", \"org/d\"]\n";
        assert_eq!(lines("Dockerfile", text), ["2 hf:org/a", "3 hf:org/b", "6 hf:org/c", "7 hf:org/d"]);
    }
}
