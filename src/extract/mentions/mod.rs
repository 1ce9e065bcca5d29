//! Models named in a project: in its code, its commands and its configuration, each with the line that names it.
//!
//! Nothing is run and nothing is guessed: what a variable holds is not known, and a place that loads a model by one is
//! reported as such. What counts as a name stands in `identifier`; documentation (Markdown, comments, docstrings) names
//! nothing, because it loads nothing.

use std::collections::BTreeSet;

use rayon::prelude::*;

use self::notes::Notes;
use self::page::Page;
use super::File;
use crate::gap::{Gap, GapKind};
use crate::location::Location;
use crate::mention::{Mention, Unnamed};
use crate::source::{Entry, Obstacle, SourceTree, quoted};

mod calls;
mod code;
mod commands;
mod identifier;
mod javascript;
mod lines;
mod links;
mod modelfile;
mod notebook;
mod notes;
mod page;
mod python;
mod rust;
mod settings;
mod structure;
#[cfg(test)]
mod testing;
mod tokens;

/// Longest file that is read. Source code and configuration by hand stay far below; beyond it a file is data.
const MOST_BYTES: u64 = 2 << 20;

/// Longest notebook that is read: pictures stand in it beside the code.
const MOST_NOTEBOOK_BYTES: u64 = 16 << 20;

/// Directories that hold what others wrote or what was built: no line of the project stands there.
const LEFT_OUT: [(&str, &str); 12] = [
    (".git", "version control"),
    (".hg", "version control"),
    (".svn", "version control"),
    (".ipynb_checkpoints", "copies of notebooks"),
    (".mypy_cache", "a cache"),
    (".nox", "installed packages"),
    (".tox", "installed packages"),
    (".venv", "installed packages"),
    ("__pycache__", "compiled Python"),
    ("node_modules", "installed packages"),
    ("site-packages", "installed packages"),
    ("target", "build output"),
];

/// Files that are long, made by programs, and name no model.
const DATA: [&str; 8] = [
    "added_tokens.json",
    "model.safetensors.index.json",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "pnpm-lock.yaml",
    "pytorch_model.bin.index.json",
    "tokenizer.json",
    "vocab.json",
];

/// What a project names. Every list is sorted, and locations carry source index 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Models and datasets, by place.
    pub mentions: Vec<Mention>,
    /// Places that load a model and do not say which.
    pub computed: Vec<Unnamed>,
    /// What could not be read, with the gaps of the tree.
    pub gaps: Vec<Gap>,
    /// Directories that were left out, each with the reason.
    pub skipped: Vec<String>,
}

impl Found {
    fn absorb(&mut self, other: Self) {
        self.mentions.extend(other.mentions);
        self.computed.extend(other.computed);
        self.gaps.extend(other.gaps);
        self.skipped.extend(other.skipped);
    }

    /// Sorts, and keeps one of what two readers found at the same place.
    fn sorted(mut self) -> Self {
        self.mentions.sort();
        self.mentions.dedup_by(|a, b| (&a.at.path, a.at.span, &a.what) == (&b.at.path, b.at.span, &b.what));
        self.computed.sort();
        self.computed.dedup();
        self.gaps.sort();
        self.gaps.dedup();
        self.skipped.sort();
        self.skipped.dedup();
        self
    }
}

/// Finds every model and dataset that the files of a project name. The answer depends on the files alone.
pub fn find(tree: &dyn SourceTree) -> Found {
    let project = Project::of(tree.entries());
    let parts: Vec<Found> = tree
        .entries()
        .par_iter()
        .enumerate()
        .map(|(index, entry)| match left_out(&entry.path) {
            Some(line) => Found { skipped: vec![line], ..Found::default() },
            None => read(tree, index, entry, &project).unwrap_or_else(|obstacle| gap(entry, obstacle)),
        })
        .collect();
    let mut found = Found { gaps: tree.gaps().to_vec(), skipped: tree.describe().skipped, ..Found::default() };
    for part in parts {
        found.absorb(part);
    }
    found.sorted()
}

/// The paths of a project: what is there under a name is no model of the Hub.
#[derive(Debug)]
struct Project<'a> {
    paths: BTreeSet<&'a str>,
}

impl<'a> Project<'a> {
    fn of(entries: &'a [Entry]) -> Self {
        let mut paths = BTreeSet::new();
        for entry in entries {
            paths.insert(entry.path.as_str());
            for (end, _) in entry.path.rmatch_indices('/') {
                // What stands above is known with the first file below it.
                if !entry.path.get(..end).is_some_and(|directory| paths.insert(directory)) {
                    break;
                }
            }
        }
        Self { paths }
    }

    /// Whether a path is in the project, seen from its root or from the file that names it.
    fn holds(&self, from: &str, path: &str) -> bool {
        let beside = from.rsplit_once('/').map(|(directory, _)| format!("{directory}/{path}"));
        self.paths.contains(path) || beside.is_some_and(|beside| self.paths.contains(beside.as_str()))
    }
}

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Python,
    JavaScript,
    Rust,
    Notebook,
    Modelfile,
    Structure(&'static str),
    Lines,
}

/// What a file is, by its name; `None` for one that names nothing in a form that is read.
fn kind_of(entry: &Entry) -> Option<Kind> {
    let name = entry.name();
    if entry.is_policy() || DATA.contains(&name) {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    let is_dockerfile = |word: &str| lower == word || lower.starts_with(&format!("{word}."));
    if is_dockerfile("modelfile") || lower.ends_with(".modelfile") {
        return Some(Kind::Modelfile);
    }
    let is_script =
        ["makefile", "gnumakefile", "justfile", "jenkinsfile", "procfile", ".gitmodules"].contains(&lower.as_str());
    if is_script || is_dockerfile("dockerfile") || is_dockerfile("containerfile") || is_dockerfile(".env") {
        return Some(Kind::Lines);
    }
    match entry.extension().as_str() {
        "py" | "pyi" | "pyw" | "smk" => Some(Kind::Python),
        "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" | "vue" | "svelte" => Some(Kind::JavaScript),
        "rs" => Some(Kind::Rust),
        "ipynb" => Some(Kind::Notebook),
        "yaml" | "yml" => Some(Kind::Structure("yaml")),
        "json" | "jsonc" | "json5" => Some(Kind::Structure("json")),
        "sh" | "bash" | "zsh" | "fish" | "ps1" | "bat" | "cmd" | "sbatch" | "slurm" | "mk" | "dockerfile" | "toml"
        | "ini" | "cfg" | "conf" | "env" | "properties" | "tf" | "tfvars" | "hcl" => Some(Kind::Lines),
        "txt" | "in" if ["requirement", "constraint"].iter().any(|word| lower.contains(word)) => Some(Kind::Lines),
        "txt" if entry.directory().ends_with("requirements") => Some(Kind::Lines),
        _ => None,
    }
}

fn read(tree: &dyn SourceTree, index: usize, entry: &Entry, project: &Project<'_>) -> Result<Found, Obstacle> {
    let Some(kind) = kind_of(entry) else { return Ok(Found::default()) };
    let path = quoted(&entry.path);
    let most = if kind == Kind::Notebook { MOST_NOTEBOOK_BYTES } else { MOST_BYTES };
    if entry.size > most {
        let detail = format!(
            "{path} has {} bytes, and models are looked for in such files up to {most}: check it by hand",
            entry.size
        );
        return Err(Obstacle::new(GapKind::Truncated, detail));
    }
    let bytes = tree.read(index, 0, entry.size)?;
    if (bytes.len() as u64) < entry.size {
        let detail = format!("{path} ended early: scan again when nothing writes to it");
        return Err(Obstacle::new(GapKind::Unreadable, detail));
    }
    let file = File { path: &entry.path, size: entry.size, offset: 0, bytes: &bytes };
    if kind == Kind::Notebook {
        return Ok(notebook::read(&file, project));
    }
    let Some(text) = file.text() else { return Ok(Found::default()) };
    let page = Page::new(&text);
    let mut notes = Notes::new(&page, &entry.path, project);
    match kind {
        Kind::Python => code::read(&mut notes, &python::PYTHON),
        Kind::JavaScript => code::read(&mut notes, &javascript::JAVASCRIPT),
        Kind::Rust => code::read(&mut notes, &rust::RUST),
        Kind::Modelfile => modelfile::read(&mut notes),
        Kind::Structure(name) => {
            structure::read(&mut notes, name);
            lines::read(&mut notes, name);
        }
        Kind::Lines | Kind::Notebook => lines::read(&mut notes, "lines"),
    }
    Ok(notes.into_found())
}

fn gap(entry: &Entry, obstacle: Obstacle) -> Found {
    let at = Location::file(0, entry.path.as_str());
    Found { gaps: vec![Gap { at, kind: obstacle.kind, detail: obstacle.detail }], ..Found::default() }
}

/// The line of [`Found::skipped`] for a path in a directory that is left out: the outermost one.
fn left_out(path: &str) -> Option<String> {
    path.match_indices('/').find_map(|(end, _)| {
        let directory = path.get(..end)?;
        let name = directory.rsplit('/').next().unwrap_or(directory);
        let (_, why) = LEFT_OUT.iter().find(|(left_out, _)| *left_out == name)?;
        Some(format!("{directory} ({why})"))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::testing::lines;
    use super::*;
    use crate::source::memory::MemoryTree;

    const CODE: &str = "T.from_pretrained('org/name')\n";

    #[test]
    fn what_others_wrote_is_left_out_and_named() {
        let paths = ["node_modules/a/x.js", "node_modules/b/y.js", "a/.venv/lib/site-packages/z.py", "src/target/t.py"];
        let found = find(&MemoryTree::new("project", paths.map(|path| (path, CODE))));
        assert_eq!(found.mentions, []);
        let is = ["a/.venv (installed packages)", "node_modules (installed packages)", "src/target (build output)"];
        assert_eq!(found.skipped, is);
    }

    #[test]
    fn a_file_that_is_too_long_is_a_gap_and_binary_content_is_nothing() {
        let long = format!("{CODE}{}", " ".repeat(2 << 20));
        assert_eq!(lines("a.py", &long), ["gap truncated"]);
        assert_eq!(lines("a.py", &format!("\0{CODE}")), [""; 0]);
        assert_eq!(lines("licentia.toml", "model = \"org/name\""), [""; 0]);
        assert_eq!(lines("README.md", CODE), [""; 0]);
    }

    #[test]
    fn what_cannot_be_read_is_a_gap() {
        let obstacle = Obstacle::new(GapKind::Unreadable, "a.py cannot be read");
        let tree = MemoryTree::new("project", [("a.py", CODE)]).with_obstacle("a.py", &obstacle);
        assert!(matches!(&find(&tree).gaps[..], [gap] if gap.kind == GapKind::Unreadable && gap.at.path == "a.py"));
    }

    #[test]
    fn a_directory_of_the_project_is_no_model() {
        let files =
            [("org/name/config.json", "{}"), ("a.py", CODE), ("sub/b.py", "T.from_pretrained('x')"), ("sub/x/y", "")];
        let found = find(&MemoryTree::new("project", files));
        assert_eq!((found.mentions.len(), found.computed.len()), (0, 2));
    }

    #[test]
    fn more_mentions_than_the_bound_are_a_gap() {
        let calls: Vec<String> = (0..2000).map(|number| format!("T.from_pretrained('org/m{number}')\n")).collect();
        let found = find(&MemoryTree::new("project", [("a.py", calls.concat())]));
        assert_eq!((found.mentions.len(), found.gaps.len()), (1000, 1));
    }

    const PATHS: [&str; 9] =
        ["a.py", "a.ts", "a.rs", "a.ipynb", "Modelfile", "a.yaml", "a.json", "Dockerfile", "requirements.txt"];

    fn pieces() -> impl Strategy<Value = String> {
        let pieces = vec![
            "from_pretrained(",
            "pipeline(",
            "hf_hub_download(",
            "model",
            "model_id",
            ": ",
            " = ",
            "=",
            "\"",
            "'",
            "`",
            "\"\"\"",
            "f'",
            "r#\"",
            "org/name",
            "https://huggingface.co/",
            "hf:",
            "/resolve/",
            "@v1",
            ")",
            "{",
            "}",
            "${",
            "[",
            "]",
            ",",
            "\n",
            "\\",
            "\\\n",
            "#",
            "//",
            "/*",
            "*/",
            " ",
            "--model",
            "hf download",
            "FROM ",
            "- ",
            "é",
            "💥",
            "\u{1b}",
            "revision=",
            "!",
            "%%bash\n",
            "{\"cells\":[{\"cell_type\":\"code\",\"source\":\"",
            "\"}]}",
            "Repo::",
            "use hf_hub::x;",
        ];
        prop::collection::vec(prop::sample::select(pieces), 0..40).prop_map(|pieces| pieces.concat())
    }

    fn holds(path: &str, bytes: &[u8]) {
        let found = find(&MemoryTree::new("project", [(path, bytes)]));
        for mention in &found.mentions {
            assert_eq!(mention.at.path, path);
            let span = mention.at.span.expect("a mention has a line");
            assert!((span.start_line, span.start_column) <= (span.end_line, span.end_column), "{span:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_a_reader_panic(text in pieces(), path in prop::sample::select(PATHS.to_vec())) {
            holds(path, text.as_bytes());
        }

        #[test]
        fn no_bytes_make_a_reader_panic(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            path in prop::sample::select(PATHS.to_vec()),
        ) {
            holds(path, &bytes);
        }
    }
}
