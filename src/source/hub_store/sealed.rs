//! The frame of every file of the store: what it is, an index in JSON, bytes, and a digest over all of it.
//!
//! ```text
//! magic (8) | version (u32) | length of the index (u32) | index | bytes | SHA-256 of everything before (32)
//! ```
//!
//! Numbers are little-endian. The digest shows damage, a write that broke off among it. It proves no origin: whoever may
//! write the file can make a new one, so what stands inside is checked as any input is.

use std::io::{self, Read};

use serde::Serialize;
use sha2::{Digest, Sha256};

/// Longest file.
pub(super) const FILE_LIMIT: usize = 64 << 20;
/// Longest index: 60,000 paths of 100 characters.
pub(super) const INDEX_LIMIT: usize = 8 << 20;
/// What magic, version, length and digest take.
pub(super) const FRAME: usize = HEAD + DIGEST;

const HEAD: usize = 16;
const DIGEST: usize = 32;
/// Changes with the meaning of any byte; a file of another version is made anew.
const VERSION: u32 = 1;

/// What a file is.
pub(super) type Magic = [u8; 8];

/// Writes a file. An error where the index or the whole is longer than may be.
pub(super) fn seal<'b>(
    magic: Magic,
    index: &impl Serialize,
    pieces: impl Iterator<Item = &'b [u8]>,
) -> io::Result<Vec<u8>> {
    let too_long = || io::Error::new(io::ErrorKind::InvalidInput, "it is longer than the store keeps");
    let index = serde_json::to_vec(index)?;
    if index.len() > INDEX_LIMIT {
        return Err(too_long());
    }
    let length = u32::try_from(index.len()).map_err(|_| too_long())?;
    let mut file = Vec::with_capacity(FRAME + index.len());
    file.extend_from_slice(&magic);
    file.extend_from_slice(&VERSION.to_le_bytes());
    file.extend_from_slice(&length.to_le_bytes());
    file.extend_from_slice(&index);
    for piece in pieces {
        if file.len() + piece.len() + DIGEST > FILE_LIMIT {
            return Err(too_long());
        }
        file.extend_from_slice(piece);
    }
    let digest = Sha256::digest(&file);
    file.extend_from_slice(&digest);
    Ok(file)
}

/// The index and the bytes of a file that is whole; `None` for every other.
pub(super) fn unseal(magic: Magic, file: &[u8]) -> Option<(&[u8], &[u8])> {
    if file.len() > FILE_LIMIT {
        return None;
    }
    let (content, digest) = file.split_at_checked(file.len().checked_sub(DIGEST)?)?;
    let (head, rest) = content.split_first_chunk::<HEAD>()?;
    let length = index_length(magic, head)?;
    let is_whole = Sha256::digest(content).as_slice() == digest;
    is_whole.then_some(())?;
    rest.split_at_checked(length)
}

/// The index alone, which nothing vouches for: enough to list what is there.
pub(super) fn index_of(magic: Magic, mut file: impl Read) -> Option<Vec<u8>> {
    let mut head = [0; HEAD];
    file.read_exact(&mut head).ok()?;
    let length = index_length(magic, &head)?;
    let mut index = Vec::new();
    file.take(u64::try_from(length).ok()?).read_to_end(&mut index).ok()?;
    (index.len() == length).then_some(index)
}

fn index_length(magic: Magic, head: &[u8; HEAD]) -> Option<usize> {
    let (found, rest) = head.split_first_chunk::<8>()?;
    let (version, rest) = rest.split_first_chunk::<4>()?;
    let length = rest.first_chunk::<4>()?;
    let is_ours = *found == magic && u32::from_le_bytes(*version) == VERSION;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    (is_ours && length <= INDEX_LIMIT).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAGIC: Magic = *b"\x89lictest";

    fn sealed() -> Vec<u8> {
        seal(MAGIC, &["index"], [&b"by"[..], b"tes"].into_iter()).expect("short")
    }

    #[test]
    fn what_was_sealed_is_unsealed_and_anything_else_is_nothing() {
        let file = sealed();
        assert_eq!(unseal(MAGIC, &file), Some((&b"[\"index\"]"[..], &b"bytes"[..])));
        assert_eq!(index_of(MAGIC, &file[..]).as_deref(), Some(&b"[\"index\"]"[..]));
        assert_eq!(unseal(*b"\x89licthat", &file), None);
        assert_eq!(index_of(*b"\x89licthat", &file[..]), None);
        for length in 0..file.len() {
            assert_eq!(unseal(MAGIC, &file[..length]), None, "cut to {length}");
        }
        for position in 0..file.len() {
            for bit in 0..8 {
                let mut file = file.clone();
                file[position] ^= 1 << bit;
                assert_eq!(unseal(MAGIC, &file), None, "bit {bit} of byte {position}");
            }
        }
    }

    #[test]
    fn a_length_that_lies_reads_nothing_outside() {
        for length in [9_u32, 15, 1 << 22, u32::MAX] {
            let mut file = sealed();
            file.truncate(file.len() - DIGEST);
            file[12..16].copy_from_slice(&length.to_le_bytes());
            let digest = Sha256::digest(&file);
            file.extend_from_slice(&digest);
            let read = unseal(MAGIC, &file).map(|(index, bytes)| (index.len(), bytes.len()));
            assert_eq!(read, (length == 9).then_some((9, 5)), "{length}");
        }
    }

    #[test]
    fn what_is_too_long_is_not_written() {
        let long = vec![b'a'; INDEX_LIMIT];
        assert!(seal(MAGIC, &String::from_utf8(long).expect("letters"), std::iter::empty()).is_err());
        let long = vec![0; FILE_LIMIT - FRAME - 1];
        assert!(seal(MAGIC, &(), [&long[..]].into_iter()).is_err());
        assert!(seal(MAGIC, &1, [&long[..]].into_iter()).is_ok());
    }
}
