//! Fingerprints as files: what the generator writes and the test of its files makes again.

use license_db::format::{Fingerprint, SequenceKind, write_fingerprints};
use license_db::tokens::{self, Tokens};

pub(crate) type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

/// A text that went in, for the list of sources.
pub(crate) struct SourceText {
    pub(crate) name: String,
    pub(crate) sha256: String,
}

/// The fingerprint of a text. Block hashes only where exactness is asked for.
pub(crate) fn fingerprint(
    kind: SequenceKind,
    expression: String,
    tokens: &Tokens,
    required: Vec<(u32, u32)>,
) -> Fingerprint {
    let blocks = match kind {
        SequenceKind::Canonical | SequenceKind::Exception | SequenceKind::UsePolicy => {
            tokens::block_hashes(&tokens.hashes)
        }
        _ => Vec::new(),
    };
    Fingerprint {
        kind,
        expression,
        hash: tokens::sequence_hash(&tokens.hashes),
        classes: tokens.classes.clone(),
        blocks,
        required,
        addresses: tokens.addresses(),
        is_loose: false,
    }
}

/// The bytes of `<name>.bin.zst`.
pub(crate) fn packed(fingerprints: &[Fingerprint]) -> Result<Vec<u8>> {
    const LEVEL: i32 = 19;
    Ok(zstd::bulk::compress(&write_fingerprints(fingerprints), LEVEL)?)
}

/// The content of `<name>.sources.tsv`.
pub(crate) fn source_list(sources: &[SourceText]) -> String {
    lines(sources.iter().map(|source| format!("{}\t{}", source.sha256, source.name)))
}

pub(crate) fn lines(rows: impl Iterator<Item = String>) -> String {
    rows.fold(String::new(), |text, row| text + &row + "\n")
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    hex(&Sha256::digest(bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}
