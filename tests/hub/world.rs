//! A Hub, a home, and the program between them.
#![expect(clippy::disallowed_methods, reason = "a test makes its own home and starts the program in it")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use hub_stand_in::{Repository, StandIn};
use serde_json::Value;
use tempfile::TempDir;

/// A Hub and a home without anything.
pub(crate) struct World {
    pub(crate) hub: StandIn,
    home: TempDir,
}

/// What the program did.
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) error: String,
}

impl World {
    pub(crate) fn new(repositories: impl IntoIterator<Item = Repository>) -> Self {
        let world = Self { hub: StandIn::start(), home: TempDir::new().expect("a temporary directory") };
        for repository in repositories {
            world.hub.add(repository);
        }
        // Nothing above the home belongs to it.
        fs::create_dir_all(world.home().join(".git")).expect("a directory");
        world
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn write(&self, path: &str, content: &str) {
        let path = self.home().join(path);
        fs::create_dir_all(path.parent().expect("inside the home")).expect("a directory");
        fs::write(path, content).expect("a file");
    }

    /// The program in the home, with the Hub for its own and nothing else of the environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_licentia"));
        command.args(arguments).current_dir(self.home()).env_clear();
        command.env("HOME", self.home()).env("NO_COLOR", "1").env("HF_ENDPOINT", self.hub.endpoint());
        command.env("LICENTIA_CACHE_DIR", self.home().join("cache"));
        // A server that says nothing costs a test seconds, not minutes.
        command.env("HF_HUB_DOWNLOAD_TIMEOUT", "1");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        ran(&self.command(arguments).output().expect("the program starts"))
    }

    /// A check with the JSON report.
    pub(crate) fn check(&self, arguments: &[&str]) -> (i32, Value) {
        let ran = self.run(&[&["check", "-o", "json"], arguments].concat());
        (ran.status, ran.json())
    }

    /// Everything that lies in the home, as text.
    pub(crate) fn everything(&self) -> String {
        let files = walkdir::WalkDir::new(self.home()).into_iter().filter_map(Result::ok);
        let files = files.filter(|entry| entry.file_type().is_file());
        files.map(|entry| String::from_utf8_lossy(&fs::read(entry.path()).unwrap_or_default()).into_owned()).collect()
    }
}

impl Ran {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.error))
    }
}

pub(crate) fn ran(output: &Output) -> Ran {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    Ran { status: output.status.code().expect("no signal"), out: text(&output.stdout), error: text(&output.stderr) }
}

/// The text of a licence, from the crate that has them all.
pub(crate) fn text_of(id: &str) -> String {
    license_db::license(id).and_then(license_db::License::text).map(str::to_owned).expect("SPDX has the text")
}

/// A card.
pub(crate) fn card(front_matter: &str) -> String {
    format!("---\n{front_matter}\n---\n# A model\n\nIt answers questions.\n")
}

/// The head of a SafeTensors file: a header with that metadata and one tensor.
pub(crate) fn safetensors(metadata: &str) -> Vec<u8> {
    let header = format!(r#"{{"__metadata__":{metadata},"w":{{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}}}"#);
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.extend([0; 4]);
    bytes
}

/// The head of a GGUF file (version 3) with text values, and an array of tokens behind them.
pub(crate) fn gguf(values: &[(&str, &str)], tokens: usize) -> Vec<u8> {
    let mut bytes = b"GGUF".to_vec();
    bytes.extend(3_u32.to_le_bytes());
    bytes.extend(0_u64.to_le_bytes());
    bytes.extend((values.len() as u64 + 1).to_le_bytes());
    let text = |bytes: &mut Vec<u8>, text: &str| {
        bytes.extend((text.len() as u64).to_le_bytes());
        bytes.extend(text.as_bytes());
    };
    for (key, value) in values {
        text(&mut bytes, key);
        bytes.extend(8_u32.to_le_bytes());
        text(&mut bytes, value);
    }
    text(&mut bytes, "tokenizer.ggml.tokens");
    bytes.extend(9_u32.to_le_bytes());
    bytes.extend(8_u32.to_le_bytes());
    bytes.extend((tokens as u64).to_le_bytes());
    for token in 0..tokens {
        text(&mut bytes, &format!("token-{token:08}"));
    }
    bytes
}

/// A plain model: a card, the licence, settings, weights that nobody needs.
pub(crate) fn plain(name: &str) -> Repository {
    Repository::model(name)
        .file("README.md", card("license: apache-2.0"))
        .file("LICENSE", text_of("Apache-2.0"))
        .file(".gitattributes", "*.safetensors filter=lfs\n")
        .file("config.json", "{\"model_type\": \"bert\"}\n")
        .file("tokenizer_config.json", "{}\n")
        .file("vocab.txt", "a\nb\n")
        .lfs("model.safetensors", hub_stand_in::Content::large(safetensors(r#"{"format":"pt"}"#), 4_000_000_000))
}
