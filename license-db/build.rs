//! Makes the tables and the index that the crate carries: facts from the entries in this folder, SPDX texts from the
//! `license` crate, fingerprints from `fingerprints/`. Writes to `OUT_DIR` only; the same input gives the same bytes.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a build script stops the build by panicking, with the file at fault in its message"
)]
#![expect(dead_code, unreachable_pub, reason = "modules shared with the crate have more than the build needs")]

#[path = "build/aliases.rs"]
mod aliases;
#[path = "src/diff.rs"]
mod diff;
#[path = "build/entries.rs"]
mod entries;
#[path = "build/facts.rs"]
mod facts;
#[path = "src/format.rs"]
mod format;
#[path = "src/index/build.rs"]
mod index;
#[path = "src/languages.rs"]
mod languages;
#[path = "src/markup.rs"]
mod markup;
#[path = "build/references.rs"]
mod references;
#[path = "build/spdx_list.rs"]
mod spdx_list;
#[path = "src/terms.rs"]
mod terms;
#[path = "src/tokens.rs"]
mod tokens;
#[path = "src/vocabulary.rs"]
mod vocabulary;

use std::path::{Path, PathBuf};

fn main() {
    for input in ["build.rs", "build", "src", "licenses", "families.toml", "spdx", "fingerprints"] {
        println!("cargo::rerun-if-changed={input}");
    }
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let list = spdx_list::read();
    let entries = entries::read(Path::new("."));
    let (facts, texts) = facts::generate(&list, &entries);
    let references = references::read(Path::new("fingerprints"), &list, &entries.former);
    let index = index::build(&references, &references::dictionary(&list));
    write(&out.join("facts.rs"), facts.as_bytes());
    write(&out.join("texts.bin"), texts.as_bytes());
    write(&out.join("index.bin"), &index);
    println!("cargo::rustc-env=LICENSE_DB_DIGEST={}", digest(&[facts.as_bytes(), texts.as_bytes(), &index]));
}

/// The first digits of the SHA-256 of what was made: two databases that answer differently have different names.
fn digest(parts: &[&[u8]]) -> String {
    use sha2::{Digest, Sha256};
    const DIGITS: usize = 12;
    let mut sum = Sha256::new();
    for part in parts {
        sum.update(part);
    }
    sum.finalize()
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .take(DIGITS)
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// The content of a file of this crate.
fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
