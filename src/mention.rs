//! Models named in a project: in its code, its configuration, its commands. A mention quotes; nobody has opened what it
//! names.

use std::fmt;

use crate::location::Location;

/// "This line names this model."
///
/// Ordered by place, which is the order of every report.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mention {
    /// Where the name stands.
    pub at: Location,
    /// What it names.
    pub what: Named,
    /// The line as it stands, or the name alone where the line is very long.
    pub quote: String,
    /// Name of the reader that found it.
    pub by: &'static str,
}

/// What a mention names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    /// A model on the Hugging Face Hub.
    Model {
        /// `org/name`, or `name` for the few old ones without an organisation.
        id: String,
        /// Branch, tag or commit, where the place states one.
        revision: Option<String>,
    },
    /// A dataset on the Hugging Face Hub.
    Dataset {
        /// `org/name`, or `name`.
        id: String,
        /// Branch, tag or commit, where the place states one.
        revision: Option<String>,
    },
    /// A model of an Ollama registry.
    Ollama {
        /// `name`, `name:tag`, `namespace/name:tag`.
        name: String,
    },
}

impl Named {
    /// How the command line names it as a target.
    pub fn target(&self) -> String {
        let at = |revision: &Option<String>| revision.as_ref().map_or(String::new(), |revision| format!("@{revision}"));
        match self {
            Self::Model { id, revision } => format!("hf:{id}{}", at(revision)),
            Self::Dataset { id, revision } => format!("hf:datasets/{id}{}", at(revision)),
            Self::Ollama { name } => format!("ollama:{name}"),
        }
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.target())
    }
}

/// A place that loads a model and does not say which in words that can be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unnamed {
    /// Where.
    pub at: Location,
    /// Why the model is not known.
    pub why: Why,
    /// The line as it stands.
    pub quote: String,
    /// Name of the reader that found it.
    pub by: &'static str,
}

/// Why a place that loads a model does not tell which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// A variable, a formatted string, the result of a call.
    Computed,
    /// A path: what lies there is a target of its own.
    Path,
    /// The library chooses by the task.
    Default,
}

impl Why {
    /// What the place does, as the end of a sentence that begins with it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Computed => "names a model that is computed",
            Self::Path => "names a path instead of a model",
            Self::Default => "names no model and gets the default of its library",
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_can_be_given_to_the_command_line() {
        let id = || "org/name".to_owned();
        let revision = Some("v1".to_owned());
        assert_eq!(Named::Model { id: id(), revision: None }.target(), "hf:org/name");
        assert_eq!(Named::Dataset { id: id(), revision }.target(), "hf:datasets/org/name@v1");
        assert_eq!(Named::Ollama { name: "llama3:8b".to_owned() }.to_string(), "ollama:llama3:8b");
    }
}
