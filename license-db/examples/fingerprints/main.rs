//! Makes the fingerprints anew:
//!
//! ```sh
//! pip download --no-deps scancode-toolkit==32.5.0
//! cargo run --release -p license-db --example fingerprints -- \
//!     --wheel scancode_toolkit-32.5.0-cp311-none-any.whl --texts DIRECTORY --out license-db/fingerprints
//! ```
//!
//! `DIRECTORY` holds the texts that `licenses/<ID>/license.toml` name by URL and SHA-256, and an `index.jsonl` with one
//! `{"license", "file", "sha256"}` a line. The SPDX templates come from the `license` crate's own package, found
//! through `cargo metadata`. Without `--wheel` or `--texts`, the files made from it are left as they are. The same
//! input gives the same bytes.
//!
//! Where the format of the fingerprints has changed, the crate cannot read the old ones: set `LICENSE_DB_BOOTSTRAP=1`
//! for this one command.

#![expect(clippy::print_stderr, clippy::print_stdout, reason = "a command")]

mod pack;
mod scancode;
mod templates;
mod texts;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use license_db::format::Fingerprint;
use pack::{Result, SourceText};

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
    let Some(out) = out else {
        return Err("--out is needed; see the head of this file".into());
    };
    std::fs::create_dir_all(&out)?;
    if let Some(texts) = texts {
        let (models, sources) = texts::read(&texts)?;
        write(&out, "models", &models, &sources)?;
    }
    if let Some(wheel) = wheel {
        let (scancode, sources, catalogue) = scancode::read(&wheel, WHEEL_SHA256)?;
        std::fs::write(out.join("scancode-licenses.tsv"), catalogue)?;
        write(&out, "scancode", &scancode, &sources)?;
    }
    std::fs::write(out.join("spdx-templates.tsv"), templates::read()?)?;
    Ok(())
}

fn write(out: &Path, name: &str, fingerprints: &[Fingerprint], sources: &[SourceText]) -> Result<()> {
    let packed = pack::packed(fingerprints)?;
    let words: usize = fingerprints.iter().map(|one| one.classes.len()).sum();
    println!("{name}: {} texts, {words} words, {} bytes", fingerprints.len(), packed.len());
    std::fs::write(out.join(format!("{name}.bin.zst")), packed)?;
    std::fs::write(out.join(format!("{name}.sources.tsv")), pack::source_list(sources))?;
    Ok(())
}
