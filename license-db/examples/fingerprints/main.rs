//! Makes the fingerprints anew:
//!
//! ```sh
//! pip download --no-deps scancode-toolkit==32.5.0
//! cargo run --release -p license-db --example fingerprints -- \
//!     --wheel scancode_toolkit-32.5.0-cp311-none-any.whl --texts DIRECTORY --out license-db/fingerprints
//! ```
//!
//! Where the format of the fingerprints has changed, the crate cannot read the old ones: set `LICENSE_DB_BOOTSTRAP=1` for
//! this one command.
//!
//! `DIRECTORY` holds the texts that `licenses/<ID>/license.toml` name by URL and SHA-256, and an `index.jsonl` with one
//! `{"license", "file", "sha256"}` a line. The SPDX templates come from the `license` crate's own package, found
//! through `cargo metadata`. The same input gives the same bytes.

#![expect(clippy::print_stderr, clippy::print_stdout, reason = "a command")]

mod scancode;
mod templates;
mod texts;

use std::path::PathBuf;
use std::process::ExitCode;

use license_db::format::{Fingerprint, SequenceKind, Slot, write_fingerprints};
use license_db::tokens::{self, Tokens};

/// SHA-256 of the wheel that the committed files were made from.
const WHEEL_SHA256: &str = "327d20a0de71d49930d8a6919c2b6d54c2acf4dd0a1d48da9a71dd4ce7b97b78";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

fn run() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (mut wheel, mut texts, mut out) = (None, None, None);
    while let Some(name) = arguments.next() {
        let value = arguments.next().map(PathBuf::from);
        match name.as_str() {
            "--wheel" => wheel = value,
            "--texts" => texts = value,
            "--out" => out = value,
            other => return Err(format!("unknown argument {other}; see the head of this file").into()),
        }
    }
    let (Some(wheel), Some(texts), Some(out)) = (wheel, texts, out) else {
        return Err("--wheel, --texts and --out are needed; see the head of this file".into());
    };
    std::fs::create_dir_all(&out)?;

    let (models, model_sources) = texts::read(&texts)?;
    write(&out, "models", &models, &model_sources)?;
    let (scancode, scancode_sources, catalogue) = scancode::read(&wheel, WHEEL_SHA256)?;
    std::fs::write(out.join("scancode-licenses.tsv"), catalogue)?;
    write(&out, "scancode", &scancode, &scancode_sources)?;
    std::fs::write(out.join("spdx-templates.tsv"), templates::read()?)?;
    Ok(())
}

/// A text that went in, for the list of sources.
pub(crate) struct SourceText {
    name: String,
    sha256: String,
}

fn write(out: &std::path::Path, name: &str, fingerprints: &[Fingerprint], sources: &[SourceText]) -> Result<()> {
    const LEVEL: i32 = 19;
    let packed = zstd::bulk::compress(&write_fingerprints(fingerprints), LEVEL)?;
    println!(
        "{name}: {} texts, {} words, {} bytes",
        fingerprints.len(),
        fingerprints.iter().map(|one| one.classes.len()).sum::<usize>(),
        packed.len()
    );
    std::fs::write(out.join(format!("{name}.bin.zst")), packed)?;
    let list: String = sources.iter().map(|source| format!("{}\t{}\n", source.sha256, source.name)).collect();
    std::fs::write(out.join(format!("{name}.sources.tsv")), list)?;
    Ok(())
}

/// The fingerprint of a text. Block hashes only where exactness is asked for.
fn fingerprint(kind: SequenceKind, expression: String, tokens: &Tokens, required: Vec<(u32, u32)>) -> Fingerprint {
    let blocks = match kind {
        SequenceKind::Canonical | SequenceKind::Exception | SequenceKind::UsePolicy => {
            tokens::block_hashes(&tokens.hashes)
        }
        SequenceKind::Variant | SequenceKind::Notice => Vec::new(),
    };
    Fingerprint {
        kind,
        expression,
        hash: tokens::sequence_hash(&tokens.hashes),
        classes: tokens.classes.clone(),
        blocks,
        required,
        addresses: tokens.addresses(),
    }
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
