//! Source code: the calls that load models, the names that hold one, and addresses in strings. What each language has
//! is a table in a file of its own.

use std::ops::Range;

use super::calls::{Argument, Call, Code, Value};
use super::identifier::Taking;
use super::links;
use super::notes::Notes;
use super::settings::{self, Setting};
use super::tokens::Language;
use crate::mention::Why;

/// Calls that load something, and which argument names it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loader {
    /// The last part of what is called.
    pub(super) names: &'static [&'static str],
    /// The argument that names it, by position, from 0.
    pub(super) position: usize,
    /// The same argument by keyword.
    pub(super) keywords: &'static [&'static str],
    pub(super) what: What,
}

/// What a loader takes.
#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    Hub(Taking),
    Ollama,
}

/// What differs between languages.
pub(super) struct Dialect {
    pub(super) name: &'static str,
    pub(super) language: Language,
    pub(super) loaders: &'static [Loader],
    /// Calls that look up a setting and hand over what holds without it: `getenv("MODEL_ID", "org/name")`.
    pub(super) lookups: &'static [&'static str],
    /// Decides about a call what the table cannot say; `None` where the table stands.
    pub(super) exception: fn(&Code<'_>, &Call<'_>) -> Option<Exception>,
}

/// A call that is not what its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exception {
    /// It loads nothing.
    NoLoader,
    /// The name stands at another position.
    At(usize),
    /// A word without a slash has this owner.
    Owner(&'static str),
}

/// Notes what a source file names.
pub(super) fn read(notes: &mut Notes<'_>, dialect: &Dialect) {
    notes.by(dialect.name);
    let code = Code::new(notes.page.text, dialect.language);
    let is_wanted = |name: &str| {
        dialect.lookups.contains(&name) || dialect.loaders.iter().any(|loader| loader.names.contains(&name))
    };
    // First what is loaded, which says most; then what only holds a name.
    let calls = code.calls(is_wanted);
    for call in &calls {
        if let Some(loader) = dialect.loaders.iter().find(|loader| loader.names.contains(&call.name)) {
            load(notes, call, loader, (dialect.exception)(&code, call));
        }
    }
    for call in calls.iter().filter(|call| dialect.lookups.contains(&call.name)) {
        let Some(setting) = call.arguments.first().and_then(|argument| argument.value.literal()) else { continue };
        let fallbacks = call.arguments.iter().skip(1);
        let is_fallback = |argument: &&Argument<'_>| argument.name.is_none_or(|name| name.starts_with("default"));
        for argument in fallbacks.filter(is_fallback) {
            hold(notes, setting, &argument.value, None);
        }
    }
    for (name, value) in code.bindings(|name| settings::of(name).is_some()) {
        hold(notes, name, &value, None);
    }
    for string in code.strings() {
        links::find(notes, string);
    }
}

fn load(notes: &mut Notes<'_>, call: &Call<'_>, loader: &Loader, exception: Option<Exception>) {
    let position = match exception {
        Some(Exception::NoLoader) => return,
        Some(Exception::At(position)) => position,
        Some(Exception::Owner(_)) | None => loader.position,
    };
    let Some(value) = call.argument(position, loader.keywords) else {
        // `pipeline("summarization")` loads what its library chooses.
        if position > 0 && call.name == "pipeline" {
            notes.unnamed(Why::Default, call.range.clone(), call.name);
        }
        return;
    };
    let taking = match loader.what {
        What::Hub(taking) => taking,
        What::Ollama => {
            match value {
                Value::Literal(words, range) => drop(notes.ollama((words, range.clone()), call.name)),
                Value::Computed(range, _) => drop(notes.unnamed(Why::Computed, range.clone(), call.name)),
                Value::Nothing => {}
            }
            return;
        }
    };
    let Some(taking) = of_repository_type(notes, call, taking) else { return };
    let revision = call.keyword(&["revision"]).and_then(Value::literal).or_else(|| {
        let third = call.arguments.get(2).filter(|_| call.name == "with_revision")?;
        third.value.literal()
    });
    match value {
        Value::Literal(words, range) => {
            let owned = match exception {
                Some(Exception::Owner(owner)) if !words.contains(['/', '.']) && !words.is_empty() => {
                    format!("{owner}/{words}")
                }
                _ => words.clone(),
            };
            notes.words((&owned, range.clone()), taking, call.name, revision);
        }
        Value::Computed(range, strings) => {
            guess(notes, strings, taking, call.name, revision);
            notes.unnamed(Why::Computed, range.clone(), call.name);
        }
        Value::Nothing => {}
    }
}

/// `repo_type="dataset"` or `RepoType::Dataset` says what is loaded; a space is no model.
fn of_repository_type(notes: &Notes<'_>, call: &Call<'_>, taking: Taking) -> Option<Taking> {
    let stated = call.arguments.iter().find_map(|argument| match &argument.value {
        Value::Literal(words, _) if matches!(argument.name, Some("repo_type" | "repoType")) => Some(words.as_str()),
        Value::Computed(range, _) => notes.page.words(range).strip_prefix("RepoType::"),
        _ => None,
    });
    match stated {
        Some("dataset" | "Dataset") => Some(taking.of_dataset()),
        Some("space" | "Space") => None,
        _ => Some(taking),
    }
}

/// A value under a name that holds models. Nothing is loaded here, so that what cannot be read is no note.
fn hold(notes: &mut Notes<'_>, name: &str, value: &Value, revision: Option<&str>) {
    let taking = match settings::of(name) {
        Some(Setting::Hub(taking)) => taking,
        Some(Setting::Ollama) => {
            if let Value::Literal(words, range) = value {
                notes.ollama((words, range.clone()), name);
            }
            return;
        }
        None => return,
    };
    match value {
        Value::Literal(words, range) => drop(notes.words((words, range.clone()), taking, name, revision)),
        Value::Computed(_, strings) => guess(notes, strings, taking, name, revision),
        Value::Nothing => {}
    }
}

/// Strings in an expression: a choice, a default, an argument of something unknown. Those that look like `org/name`
/// count, because one that is missed is a hole.
fn guess(notes: &mut Notes<'_>, strings: &[(String, Range<usize>)], taking: Taking, key: &str, revision: Option<&str>) {
    for (words, range) in strings {
        notes.words((words, range.clone()), taking.of_a_guess(), key, revision);
    }
}
