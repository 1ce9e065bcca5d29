//! The bytes of a file, held or made up as they are read.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::git_object::{self, Sha1};

/// Content above this size is not read to compute a digest: 40 GB of zeros would take minutes.
const DIGEST_LIMIT: u64 = 64 * 1024 * 1024;

/// What a file holds: a head, filler that is never in memory, and a tail.
#[derive(Clone, Debug)]
pub struct Content {
    head: Arc<[u8]>,
    fill: Arc<[u8]>,
    tail: Arc<[u8]>,
    size: u64,
}

impl Content {
    /// These bytes and no others.
    pub fn whole(bytes: impl Into<Vec<u8>>) -> Self {
        let head: Arc<[u8]> = bytes.into().into();
        let size = head.len() as u64;
        Self { head, fill: Arc::new([0]), tail: Arc::new([]), size }
    }

    /// A file of `size` bytes that begins with `head`; zeros follow. `size` grows to hold the head.
    #[must_use]
    pub fn large(head: impl Into<Vec<u8>>, size: u64) -> Self {
        let whole = Self::whole(head);
        Self { size: size.max(whole.size), ..whole }
    }

    /// Repeats `pattern` between head and tail in place of zeros. An empty pattern means zeros.
    #[must_use]
    pub fn filled_with(mut self, pattern: impl Into<Vec<u8>>) -> Self {
        let pattern = pattern.into();
        self.fill = if pattern.is_empty() { Arc::new([0]) } else { pattern.into() };
        self
    }

    /// Ends with these bytes; the size grows where head and tail would overlap.
    #[must_use]
    pub fn ending_with(mut self, tail: impl Into<Vec<u8>>) -> Self {
        self.tail = tail.into().into();
        self.size = self.size.max((self.head.len() + self.tail.len()) as u64);
        self
    }

    /// Bytes in all.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Fills the buffer from `offset` on; returns how many bytes there were before the end.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> usize {
        let available = usize::try_from(self.size.saturating_sub(offset)).unwrap_or(usize::MAX);
        let count = available.min(buffer.len());
        let tail_start = self.size - self.tail.len() as u64;
        let mut done = 0;
        while done < count {
            let position = offset + done as u64;
            let rest = &mut buffer[done..count];
            done += if position < self.head.len() as u64 {
                copy_from(&self.head, position, rest)
            } else if position >= tail_start {
                copy_from(&self.tail, position - tail_start, rest)
            } else {
                let until_tail = usize::try_from(tail_start - position).unwrap_or(usize::MAX);
                let length = until_tail.min(rest.len());
                self.fill_from(position - self.head.len() as u64, &mut rest[..length]);
                length
            };
        }
        count
    }

    /// All bytes; for files that fit into memory.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![0; usize::try_from(self.size).unwrap_or(usize::MAX)];
        self.read_at(0, &mut bytes);
        bytes
    }

    fn fill_from(&self, position: u64, buffer: &mut [u8]) {
        if let [byte] = *self.fill {
            buffer.fill(byte);
            return;
        }
        let length = self.fill.len();
        let phase = usize::try_from(position % length as u64).unwrap_or_default();
        for (index, byte) in buffer.iter_mut().enumerate() {
            *byte = self.fill[(phase + index) % length];
        }
    }

    /// SHA-256 in lower-case hexadecimal. Of a file larger than 64 MiB it is that of its description: as stable, as
    /// different from others, and not the digest of the bytes.
    pub fn sha256(&self) -> String {
        let mut hasher = Sha256::new();
        self.feed(|bytes| hasher.update(bytes));
        git_object::hexadecimal(&hasher.finalize())
    }

    /// The identifier that git gives a blob with this content, with the same exception as [`Content::sha256`].
    pub fn git_object_id(&self) -> String {
        let mut hasher = Sha1::new();
        hasher.update(format!("blob {}\0", self.size).as_bytes());
        self.feed(|bytes| hasher.update(bytes));
        hasher.finish()
    }

    fn feed(&self, mut take: impl FnMut(&[u8])) {
        if self.size > DIGEST_LIMIT {
            for part in [&self.head, &self.fill, &self.tail] {
                take(part);
                take(&(part.len() as u64).to_le_bytes());
            }
            take(&self.size.to_le_bytes());
            return;
        }
        let mut buffer = vec![0; 64 * 1024];
        let mut offset = 0;
        loop {
            let count = self.read_at(offset, &mut buffer);
            if count == 0 {
                return;
            }
            take(&buffer[..count]);
            offset += count as u64;
        }
    }
}

fn copy_from(source: &[u8], position: u64, target: &mut [u8]) -> usize {
    let from = &source[usize::try_from(position).unwrap_or(source.len()).min(source.len())..];
    let length = from.len().min(target.len());
    target[..length].copy_from_slice(&from[..length]);
    length
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::whole(text)
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::whole(text)
    }
}

impl From<&[u8]> for Content {
    fn from(bytes: &[u8]) -> Self {
        Self::whole(bytes)
    }
}

impl<const LENGTH: usize> From<&[u8; LENGTH]> for Content {
    fn from(bytes: &[u8; LENGTH]) -> Self {
        Self::whole(bytes.as_slice())
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Self::whole(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forty_gigabytes_are_read_anywhere_and_held_nowhere() {
        let size = 40_000_000_000;
        let content = Content::large("head", size).filled_with("abc").ending_with("tail");
        let mut buffer = [0; 8];
        assert_eq!(content.read_at(0, &mut buffer), 8);
        assert_eq!(&buffer, b"headabca");
        assert_eq!(content.read_at(size - 4, &mut buffer), 4);
        assert_eq!(&buffer[..4], b"tail");
        assert_eq!(content.read_at(size, &mut buffer), 0);
        assert_eq!(content.sha256().len(), 64);
        assert_ne!(content.sha256(), Content::large("head", size).sha256());
    }

    #[test]
    fn the_filler_does_not_depend_on_where_reading_begins() {
        let content = Content::large("h", 20).filled_with("xyz").ending_with("t");
        let all = content.bytes();
        assert_eq!(all, b"hxyzxyzxyzxyzxyzxyzt");
        for start in 0..20 {
            let mut buffer = [0; 3];
            let count = content.read_at(start as u64, &mut buffer);
            assert_eq!(buffer[..count], all[start..(start + 3).min(20)]);
        }
    }

    #[test]
    fn digests_are_those_of_git_and_of_large_file_storage() {
        // `printf 'hello\n' | git hash-object --stdin` and `| sha256sum`.
        let content = Content::from("hello\n");
        assert_eq!(content.git_object_id(), "ce013625030ba8dba906f756967f9e9ca394464a");
        assert_eq!(content.sha256(), "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");
    }
}
