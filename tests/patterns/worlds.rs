//! Small worlds in which models were made from others: each is a set of repositories, written here after a pattern that
//! occurs on the Hub, and the answer that a company with the default policy should get for one of them.
//!
//! No text of a licence stands here: those of SPDX licences are composed from the database when a test asks.

/// What a repository holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A model.
    Model,
    /// A dataset.
    Dataset,
}

/// A repository as the Hub would serve it.
#[derive(Clone, Debug)]
pub(crate) struct Repository {
    pub(crate) kind: Kind,
    /// `org/name`.
    pub(crate) name: &'static str,
    /// The name that leads here as well, because the repository has moved.
    pub(crate) renamed_from: Option<&'static str>,
    /// Paths and contents, in any order.
    pub(crate) files: Vec<(&'static str, String)>,
    /// Whether every file but the card is refused to those who were not let in.
    pub(crate) is_gated: bool,
}

/// A pattern and the answer to it.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    pub(crate) number: u8,
    /// One line.
    pub(crate) what: &'static str,
    /// The name of the repository that is asked about, as somebody writes it.
    pub(crate) target: &'static str,
    pub(crate) repositories: Vec<Repository>,
    /// TOML.
    pub(crate) policy: &'static str,
    pub(crate) verdict: &'static str,
    pub(crate) exit_code: u8,
    /// The effective licence of what the repository is there for; empty where none is known.
    pub(crate) effective: &'static str,
    /// Names, each once, sorted.
    pub(crate) findings: Vec<&'static str>,
}

impl Repository {
    /// A model with a card of this front matter.
    pub(crate) fn model(name: &'static str, front_matter: &str) -> Self {
        let card = format!("---\n{front_matter}\n---\n# A model\n");
        Self { kind: Kind::Model, name, renamed_from: None, files: vec![("README.md", card)], is_gated: false }
    }

    /// A model without a card.
    pub(crate) fn bare(name: &'static str) -> Self {
        Self { kind: Kind::Model, name, renamed_from: None, files: Vec::new(), is_gated: false }
    }

    /// A dataset with a card of this front matter.
    pub(crate) fn dataset(name: &'static str, front_matter: &str) -> Self {
        Self { kind: Kind::Dataset, ..Self::model(name, front_matter) }
    }

    /// The same with a file.
    #[must_use]
    pub(crate) fn with(mut self, path: &'static str, content: impl Into<String>) -> Self {
        self.files.push((path, content.into()));
        self
    }

    /// The same with the text of an SPDX licence as its `LICENSE`.
    #[must_use]
    pub(crate) fn licensed(self, license: &str) -> Self {
        self.with("LICENSE", text_of(license))
    }

    /// The same with more words in its card.
    #[must_use]
    pub(crate) fn saying(mut self, words: &str) -> Self {
        for (path, content) in &mut self.files {
            if *path == "README.md" {
                content.push_str(words);
                content.push('\n');
            }
        }
        self
    }

    /// The same behind a gate.
    #[must_use]
    pub(crate) fn gated(self) -> Self {
        Self { is_gated: true, ..self }
    }

    /// The same, to which another name leads as well.
    #[must_use]
    pub(crate) fn moved_from(self, name: &'static str) -> Self {
        Self { renamed_from: Some(name), ..self }
    }
}

/// The text of an SPDX licence with the holder and the year that its template leaves open.
pub(crate) fn text_of(license: &str) -> String {
    let text = license_db::license(license).and_then(license_db::License::text).expect("an SPDX text");
    let filled = |line: &str| {
        let is_open = line.trim_start().starts_with("Copyright (c) <year>");
        if is_open { "Copyright (c) 2026 The Authors".to_owned() } else { line.to_owned() }
    };
    text.lines().map(filled).collect::<Vec<_>>().join("\n") + "\n"
}

/// The head of a GGUF file with these keys, each a string. Every length is below 128, so that it is UTF-8.
pub(crate) fn gguf(keys: &[(&str, &str)]) -> String {
    let number = |value: usize, width: usize| {
        let low = char::from(u8::try_from(value).expect("a small number"));
        std::iter::once(low).chain(std::iter::repeat_n('\0', width - 1)).collect::<String>()
    };
    let string = |words: &str| number(words.len(), 8) + words;
    let mut head = format!("GGUF{}{}{}", number(3, 4), number(0, 8), number(keys.len(), 8));
    for (key, value) in keys {
        head.push_str(&string(key));
        head.push_str(&number(8, 4));
        head.push_str(&string(value));
    }
    head
}
