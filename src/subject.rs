//! What a licence applies to.

use std::fmt;

/// Something that can be licensed on its own: the weights of a repository, its code, a directory in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// Index of the source in [`crate::scan::Scan::sources`].
    pub source: usize,
    /// What it is.
    pub role: Role,
    /// The directory it lies in, slash-separated from the root of the source; empty for the root.
    pub path: String,
}

/// What a subject is. The order is the order of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The parameters of a model.
    Weights,
    /// The parameters of an adapter (LoRA and its kin), which are of no use without the base model.
    Adapter,
    /// A dataset.
    Data,
    /// Source code.
    Code,
    /// A tokenizer or vocabulary with a licence of its own.
    Tokenizer,
    /// A directory that carries its own licence file and says no more: vendored code, a component model.
    Component,
    /// Documentation.
    Documentation,
}

impl Role {
    /// The word used in reports and policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Weights => "weights",
            Self::Adapter => "adapter",
            Self::Data => "data",
            Self::Code => "code",
            Self::Tokenizer => "tokenizer",
            Self::Component => "component",
            Self::Documentation => "documentation",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a statement says it is about. Which [`Subject`] that makes is decided in `resolve`, not where it is read:
/// a bare `LICENSE` names a directory and no role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    /// The role, where the file or its name states one (`LICENSE-MODEL`, `adapter_config.json`).
    pub role: Option<Role>,
    /// The directory, slash-separated; empty for the root of the source.
    pub directory: String,
    /// Set when the statement is about one file only (a header in a source file, a GGUF key).
    pub file: Option<String>,
}
