//! Small worlds in which models were made from others: each is a set of repositories, written here after a pattern that
//! occurs on the Hub, and the answer that a company with the default policy should get for one of them.
//!
//! No text of a licence stands here: those of SPDX licences are composed from the database when a test asks.

/// What a repository holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A model.
    Model,
    /// A dataset.
    Dataset,
}

/// A repository as the Hub would serve it.
#[derive(Clone, Debug)]
pub struct Repository {
    pub kind: Kind,
    /// `org/name`.
    pub name: &'static str,
    /// The name that leads here as well, because the repository has moved.
    pub renamed_from: Option<&'static str>,
    /// Paths and contents, in any order.
    pub files: Vec<(&'static str, String)>,
    /// Whether every file but the card is refused to those who were not let in.
    pub is_gated: bool,
}

/// A pattern and the answer to it.
#[derive(Clone, Debug)]
pub struct Pattern {
    pub number: u8,
    /// One line.
    pub what: &'static str,
    /// The name of the repository that is asked about, as somebody writes it.
    pub target: &'static str,
    pub repositories: Vec<Repository>,
    /// TOML.
    pub policy: &'static str,
    pub verdict: &'static str,
    pub exit_code: u8,
    /// The effective licence of what the repository is there for; empty where none is known.
    pub effective: &'static str,
    /// Names, each once, sorted.
    pub findings: Vec<&'static str>,
}

impl Repository {
    /// A model with a card of this front matter.
    pub fn model(name: &'static str, front_matter: &str) -> Self {
        let card = format!("---\n{front_matter}\n---\n# A model\n");
        Self { kind: Kind::Model, name, renamed_from: None, files: vec![("README.md", card)], is_gated: false }
    }

    /// A model without a card.
    pub fn bare(name: &'static str) -> Self {
        Self { kind: Kind::Model, name, renamed_from: None, files: Vec::new(), is_gated: false }
    }

    /// A dataset with a card of this front matter.
    pub fn dataset(name: &'static str, front_matter: &str) -> Self {
        Self { kind: Kind::Dataset, ..Self::model(name, front_matter) }
    }

    /// The same with a file.
    #[must_use]
    pub fn with(mut self, path: &'static str, content: impl Into<String>) -> Self {
        self.files.push((path, content.into()));
        self
    }

    /// The same with the text of an SPDX licence as its `LICENSE`.
    #[must_use]
    pub fn licensed(self, license: &str) -> Self {
        self.with("LICENSE", text_of(license))
    }

    /// The same with more words in its card.
    #[must_use]
    pub fn saying(mut self, words: &str) -> Self {
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
    pub fn gated(self) -> Self {
        Self { is_gated: true, ..self }
    }

    /// The same, to which another name leads as well.
    #[must_use]
    pub fn moved_from(self, name: &'static str) -> Self {
        Self { renamed_from: Some(name), ..self }
    }
}

/// The text of an SPDX licence with the holder and the year that its template leaves open.
pub fn text_of(license: &str) -> String {
    let text = license_db::license(license).and_then(license_db::License::text).expect("an SPDX text");
    let filled = |line: &str| match line.trim_start().starts_with("Copyright (c) <year>") {
        true => "Copyright (c) 2026 The Authors".to_owned(),
        false => line.to_owned(),
    };
    text.lines().map(filled).collect::<Vec<_>>().join("\n") + "\n"
}

/// The head of a GGUF file with these keys, each a string. Every length is below 128, so that it is UTF-8.
pub fn gguf(keys: &[(&str, &str)]) -> String {
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
