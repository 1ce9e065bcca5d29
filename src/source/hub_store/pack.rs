//! What is known of one commit: the answer of the API, the listing, and the pieces of files that were read.

use std::collections::BTreeMap;
use std::io;

use serde::{Deserialize, Serialize};

use super::key::{Identity, Key};
use super::sealed::{self, FILE_LIMIT, FRAME, INDEX_LIMIT, Magic};

const MAGIC: Magic = *b"\x89licpack";
/// Files in a listing. The largest repositories of the Hub have some hundred thousand; those are asked anew.
const FILES: usize = 100_000;
/// Pieces of files. A scan reads a head and perhaps a tail of each.
const EXTENTS: usize = 65_536;
/// Bytes of the answer and of all pieces, so that a pack with the longest index is no longer than a file may be.
const HELD_LIMIT: usize = FILE_LIMIT - INDEX_LIMIT - FRAME;
/// Longest path, in bytes.
const LONGEST_PATH: usize = 4096;

/// What is known of one commit. A commit never changes; what is known of it can grow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    api: Vec<u8>,
    listing: Vec<Listed>,
    is_complete: bool,
    /// By the place of the file in the listing and the offset. No two of a file overlap or touch.
    extents: BTreeMap<(usize, u64), Vec<u8>>,
    /// Bytes of the answer and of all extents.
    held: usize,
}

/// A file of a commit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Slash-separated, from the root, without `.` or `..`.
    pub path: String,
    /// Length of the file in bytes; of what a pointer of Git LFS leads to.
    pub size: u64,
    /// Whether Git holds a pointer to it only.
    #[serde(rename = "lfs")]
    pub is_lfs: bool,
}

impl Pack {
    /// A pack without pieces. `api` is what the API answered, as it came. `is_complete` says whether the listing names
    /// every file of the commit, or stops at some limit. `None` where it cannot be kept: a path that is none or stands
    /// there twice, or more than a pack may hold.
    pub fn new(api: Vec<u8>, mut listing: Vec<Listed>, is_complete: bool) -> Option<Self> {
        listing.sort();
        Self::of_sorted(api, listing, is_complete)
    }

    fn of_sorted(api: Vec<u8>, listing: Vec<Listed>, is_complete: bool) -> Option<Self> {
        let is_good = listing.len() <= FILES
            && listing.iter().all(|listed| is_path(&listed.path))
            && listing.is_sorted_by(|one, next| one.path < next.path)
            && api.len() <= HELD_LIMIT;
        let held = api.len();
        is_good.then(|| Self { api, listing, is_complete, extents: BTreeMap::new(), held })
    }

    /// The same pieces with a newer answer of the API about the same commit; unchanged where that could not be held.
    #[must_use]
    pub fn with_api(mut self, api: Vec<u8>) -> Self {
        let held = self.held - self.api.len() + api.len();
        if held <= HELD_LIMIT {
            (self.api, self.held) = (api, held);
        }
        self
    }

    /// What the API answered, as it came.
    pub fn api(&self) -> &[u8] {
        &self.api
    }

    /// The files, sorted by path (bytewise).
    pub fn listing(&self) -> &[Listed] {
        &self.listing
    }

    /// Whether the listing names every file.
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// `length` bytes of a file from `offset`, fewer at its end; `None` where not all of them are held.
    pub fn bytes(&self, path: &str, offset: u64, length: u64) -> Option<Vec<u8>> {
        let (_, listed) = self.file(path)?;
        let end = offset.saturating_add(length).min(listed.size);
        if end <= offset {
            return Some(Vec::new());
        }
        self.held_between(path, offset, end).map(<[u8]>::to_vec)
    }

    /// Holds a piece of a file; pieces that touch become one. Where it contradicts what was held it counts, and what it
    /// contradicts is dropped. `false` where it is not held: the file is not listed or shorter, or the pack is full.
    pub fn add(&mut self, path: &str, offset: u64, bytes: &[u8]) -> bool {
        let Some((file, listed)) = self.file(path) else { return false };
        let end = u64::try_from(bytes.len()).ok().and_then(|length| offset.checked_add(length));
        let Some(end) = end.filter(|end| *end <= listed.size) else { return false };
        if bytes.is_empty() || self.held_between(path, offset, end) == Some(bytes) {
            return true;
        }
        if self.held + bytes.len() > HELD_LIMIT || self.extents.len() >= EXTENTS {
            return false;
        }
        let mut whole = (offset, Vec::new());
        let mut is_there = false;
        for start in self.near(file, offset, end) {
            let Some(piece) = self.extents.remove(&(file, start)) else { continue };
            self.held -= piece.len();
            if !agree((start, &piece), (offset, bytes)) {
                continue;
            }
            if start <= offset {
                whole = (start, piece);
                continue;
            }
            if !is_there {
                append(&mut whole, offset, bytes);
                is_there = true;
            }
            append(&mut whole, start, &piece);
        }
        if !is_there {
            append(&mut whole, offset, bytes);
        }
        self.held += whole.1.len();
        self.extents.insert((file, whole.0), whole.1);
        true
    }

    /// Holds what another pack of the same commit holds and this one does not. Where they differ this one counts.
    pub(super) fn absorb(&mut self, other: &Self) {
        for ((file, offset), bytes) in &other.extents {
            let Some(listed) = other.listing.get(*file) else { continue };
            let mine = self.file(&listed.path).filter(|(_, mine)| *mine == listed);
            if mine.is_some_and(|(file, _)| !self.contradicts(file, *offset, bytes)) {
                self.add(&listed.path, *offset, bytes);
            }
        }
    }

    fn contradicts(&self, file: usize, offset: u64, bytes: &[u8]) -> bool {
        let differs = |start: &u64| {
            let piece = self.extents.get(&(file, *start));
            piece.is_some_and(|piece| !agree((*start, piece), (offset, bytes)))
        };
        self.near(file, offset, end_of(offset, bytes)).iter().any(differs)
    }

    /// Where the pieces of a file begin that overlap or touch a range, the first first.
    fn near(&self, file: usize, from: u64, to: u64) -> Vec<u64> {
        let before = self.extents.range((file, 0)..=(file, to)).rev();
        let near = before.take_while(|((_, start), piece)| end_of(*start, piece) >= from);
        let mut starts: Vec<u64> = near.map(|((_, start), _)| *start).collect();
        starts.reverse();
        starts
    }

    fn file(&self, path: &str) -> Option<(usize, &Listed)> {
        let file = self.listing.binary_search_by(|listed| listed.path.as_str().cmp(path)).ok()?;
        Some((file, self.listing.get(file)?))
    }

    fn held_between(&self, path: &str, from: u64, to: u64) -> Option<&[u8]> {
        let (file, _) = self.file(path)?;
        let ((_, start), piece) = self.extents.range((file, 0)..=(file, from)).next_back()?;
        between((*start, piece), from, to)
    }

    /// The file that holds it.
    ///
    /// # Errors
    /// Where the index is longer than may be, as with very many long paths.
    pub fn to_bytes(&self, key: &Key) -> io::Result<Vec<u8>> {
        let extents = self.extents.iter().map(|((file, offset), bytes)| (*file, *offset, bytes.len()));
        let index = Index {
            key: key.identity(),
            is_complete: self.is_complete,
            api: self.api.len(),
            listing: self.listing.clone(),
            extents: extents.collect(),
        };
        let pieces = std::iter::once(self.api.as_slice()).chain(self.extents.values().map(Vec::as_slice));
        sealed::seal(MAGIC, &index, pieces)
    }

    /// What a file holds of that commit; `None` where it is damaged, of another version, about something else, or
    /// anything in it is not as [`Self::to_bytes`] writes it.
    pub fn parse(key: &Key, file: &[u8]) -> Option<Self> {
        let (index, bytes) = sealed::unseal(MAGIC, file)?;
        let index: Index = serde_json::from_slice(index).ok()?;
        let is_asked = index.key.key().is_some_and(|found| found.means(key));
        let is_asked = is_asked && index.extents.len() <= EXTENTS && bytes.len() <= HELD_LIMIT;
        is_asked.then_some(())?;
        let (api, mut bytes) = bytes.split_at_checked(index.api)?;
        let mut pack = Self::of_sorted(api.to_vec(), index.listing, index.is_complete)?;
        // What comes next lies behind what came before, and does not touch it.
        let mut behind: Option<(usize, u64)> = None;
        for (file, offset, length) in index.extents {
            let (piece, rest) = bytes.split_at_checked(length)?;
            let end = offset.checked_add(u64::try_from(length).ok()?)?;
            let is_in_file = pack.listing.get(file).is_some_and(|listed| end <= listed.size);
            let is_next = behind.is_none_or(|behind| behind < (file, offset));
            (is_in_file && is_next && length > 0).then_some(())?;
            pack.extents.insert((file, offset), piece.to_vec());
            pack.held += length;
            behind = Some((file, end));
            bytes = rest;
        }
        bytes.is_empty().then_some(pack)
    }
}

/// Of which commit the file claims to be, by its index alone.
pub(super) fn claimed(file: impl io::Read) -> Option<Key> {
    let index = sealed::index_of(MAGIC, file)?;
    serde_json::from_slice::<Claim>(&index).ok()?.key.key()
}

/// The index of a pack: lengths and places of what stands behind it, in the order in which it stands there.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    key: Identity,
    is_complete: bool,
    api: usize,
    listing: Vec<Listed>,
    /// Place in the listing, offset, length.
    extents: Vec<(usize, u64, usize)>,
}

/// What is read of an index where the rest does not matter.
#[derive(Deserialize)]
struct Claim {
    key: Identity,
}

/// Whether it is a path below a root, written in the one way there is.
fn is_path(path: &str) -> bool {
    path.len() <= LONGEST_PATH
        && !path.contains('\0')
        && path.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
}

fn end_of(start: u64, piece: &[u8]) -> u64 {
    start.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX))
}

/// Whether two pieces of a file say the same where both say something.
fn agree(one: (u64, &[u8]), other: (u64, &[u8])) -> bool {
    let from = one.0.max(other.0);
    let to = end_of(one.0, one.1).min(end_of(other.0, other.1));
    to <= from || between(one, from, to) == between(other, from, to)
}

/// What a piece says of a range.
fn between((start, piece): (u64, &[u8]), from: u64, to: u64) -> Option<&[u8]> {
    let first = usize::try_from(from.checked_sub(start)?).ok()?;
    let last = usize::try_from(to.checked_sub(start)?).ok()?;
    piece.get(first..last)
}

/// Appends what a piece says behind the end of another that it touches.
fn append(whole: &mut (u64, Vec<u8>), start: u64, piece: &[u8]) {
    let known = end_of(whole.0, &whole.1).saturating_sub(start);
    let new = usize::try_from(known).ok().and_then(|known| piece.get(known..)).unwrap_or_default();
    whole.1.extend_from_slice(new);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::source::hub_id::HubId;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
    const SIZE: u64 = 64;

    fn key() -> Key {
        let id = HubId::of_words("Acme/Tiny").expect("a name");
        Key::new("https://huggingface.co", &id, COMMIT).expect("a key")
    }

    fn listed(path: &str, size: u64) -> Listed {
        Listed { path: path.to_owned(), size, is_lfs: size > 50 }
    }

    fn pack() -> Pack {
        let listing = vec![listed("model.safetensors", SIZE), listed("README.md", SIZE), listed("a/LICENSE", 0)];
        Pack::new(b"{\"sha\":\"x\"}".to_vec(), listing, true).expect("three files")
    }

    /// The file with that index and those bytes, sealed as it should be.
    fn forged(index: &serde_json::Value, bytes: &[u8]) -> Vec<u8> {
        sealed::seal(MAGIC, index, [bytes].into_iter()).expect("short")
    }

    /// Byte `position` of every file of [`pack`].
    fn byte(position: u64) -> u8 {
        u8::try_from(position * 7 % 251).expect("below 251")
    }

    fn piece(offset: u64, length: u64) -> Vec<u8> {
        (offset..offset + length).map(byte).collect()
    }

    #[test]
    fn pieces_that_touch_become_one_and_what_lies_between_is_not_held() {
        let mut pack = pack();
        assert!(pack.add("README.md", 0, &piece(0, 10)) && pack.add("README.md", 20, &piece(20, 10)));
        assert_eq!(pack.bytes("README.md", 5, 20), None);
        assert_eq!(pack.bytes("model.safetensors", 0, 10), None);
        assert!(pack.add("README.md", 10, &piece(10, 10)));
        assert_eq!(pack.bytes("README.md", 5, 20), Some(piece(5, 20)));
        assert_eq!(pack.extents.len(), 1);
        assert_eq!(pack.bytes("README.md", 20, 100), None);
        assert!(pack.add("README.md", 28, &piece(28, 36)));
        // Fewer at the end of the file, as a source reads.
        assert_eq!(pack.bytes("README.md", 20, u64::MAX), Some(piece(20, 44)));
        assert_eq!(pack.bytes("README.md", u64::MAX, u64::MAX), Some(Vec::new()));
        assert_eq!(pack.bytes("a/LICENSE", 0, 10), Some(Vec::new()));
        assert_eq!(pack.bytes("absent", 0, 0), None);
    }

    #[test]
    fn a_piece_that_lies_outside_its_file_is_not_held() {
        let mut pack = pack();
        for (path, offset, length) in
            [("README.md", 60, 5), ("README.md", u64::MAX, 1), ("absent", 0, 1), ("a/LICENSE", 0, 1), ("../x", 0, 0)]
        {
            assert!(!pack.add(path, offset, &vec![0; length]), "{path} {offset}");
        }
        assert_eq!(pack.held, pack.api.len());
    }

    #[test]
    fn a_piece_that_contradicts_another_takes_its_place_whole() {
        let mut pack = pack();
        assert!(pack.add("README.md", 0, b"abcdef") && pack.add("README.md", 4, b"XY"));
        assert_eq!(pack.bytes("README.md", 4, 2).as_deref(), Some(&b"XY"[..]));
        assert_eq!(pack.bytes("README.md", 0, 4), None);
        let mut older = self::pack();
        assert!(older.add("README.md", 0, b"abcdef") && older.add("model.safetensors", 0, b"abc"));
        pack.absorb(&older);
        assert_eq!(pack.bytes("README.md", 4, 2).as_deref(), Some(&b"XY"[..]));
        assert_eq!(pack.bytes("README.md", 0, 4), None);
        assert_eq!(pack.bytes("model.safetensors", 0, 3).as_deref(), Some(&b"abc"[..]));
    }

    #[test]
    fn a_listing_with_what_is_no_path_or_with_one_twice_is_none() {
        for paths in [&["../a"][..], &["/a"], &["a/"], &["a//b"], &["."], &["a/./b"], &[""], &["a\0"], &["a", "a"]] {
            let listing = paths.iter().map(|path| listed(path, 1)).collect();
            assert_eq!(Pack::new(Vec::new(), listing, true), None, "{paths:?}");
        }
        let too_many = (0..=FILES).map(|number| listed(&number.to_string(), 1)).collect();
        assert_eq!(Pack::new(Vec::new(), too_many, true), None);
        assert_eq!(Pack::new(vec![0; HELD_LIMIT + 1], Vec::new(), true), None);
    }

    #[test]
    fn a_full_pack_takes_no_more_and_can_still_be_written() {
        let mut pack = Pack::new(Vec::new(), vec![listed("a", u64::MAX)], false).expect("one file");
        assert!(pack.add("a", 0, &vec![1; HELD_LIMIT]));
        assert!(pack.add("a", 5, &[1, 1]));
        assert!(!pack.add("a", 1 << 40, &[1]));
        let written = pack.to_bytes(&key()).expect("it fits");
        assert!(written.len() <= FILE_LIMIT);
        assert_eq!(Pack::parse(&key(), &written), Some(pack));
    }

    #[test]
    fn a_pack_is_that_of_its_commit_alone_in_whichever_case_its_name_is_asked_for() {
        let written = pack().to_bytes(&key()).expect("short");
        let of = |endpoint: &str, words: &str, commit: &str| {
            let key = Key::new(endpoint, &HubId::of_words(words).expect("a name"), commit).expect("a key");
            Pack::parse(&key, &written).is_some()
        };
        assert!(of("https://huggingface.co", "acme/tiny", COMMIT));
        assert!(!of("https://huggingface.co", "acme/tiny", &COMMIT.replace('0', "f")));
        assert!(!of("https://huggingface.co", "acme/other", COMMIT));
        assert!(!of("https://mirror.example", "acme/tiny", COMMIT));
        assert_eq!(claimed(&written[..]), Some(key()));
    }

    #[test]
    fn an_index_that_was_tampered_with_and_sealed_again_is_nothing() {
        let index = serde_json::json!({
            "key": {"endpoint": "https://huggingface.co", "kind": "model", "name": "Acme/Tiny", "commit": COMMIT},
            "is_complete": true,
            "api": 2,
            "listing": [{"path": "a", "size": 4, "lfs": false}, {"path": "b", "size": 4, "lfs": true}],
            "extents": [[0, 0, 1], [0, 2, 2], [1, 1, 3]],
        });
        let bytes = b"{}abcdef";
        assert!(Pack::parse(&key(), &forged(&index, bytes)).is_some());
        let changes = [
            ("/api", "3"),
            ("/api", "1"),
            ("/api", "-1"),
            ("/api", "18446744073709551615"),
            ("/extents", "[[0, 0, 1], [0, 2, 2], [1, 1, 2]]"),
            ("/extents", "[[0, 0, 1], [0, 1, 2], [1, 1, 3]]"),
            ("/extents", "[[0, 2, 2], [0, 0, 1], [1, 1, 3]]"),
            ("/extents", "[[0, 0, 3], [0, 2, 1], [1, 1, 2]]"),
            ("/extents/0", "[2, 0, 1]"),
            ("/extents/0", "[0, 0, 0]"),
            ("/extents/2", "[1, 2, 3]"),
            ("/extents/2", "[1, 18446744073709551615, 3]"),
            ("/extents/2", "[1, 1, 18446744073709551615]"),
            ("/listing/1/size", "3"),
            ("/listing/1/path", "\"a\""),
            ("/listing/1/path", "\"A\""),
            ("/listing/1/path", "\"../b\""),
            ("/listing/1", "{\"path\": \"b\", \"size\": 4, \"lfs\": true, \"more\": 1}"),
            ("/key/commit", "\"main\""),
            ("/key/kind", "\"paper\""),
            ("/key/name", "\"Acme/Tiny@main\""),
            ("/key/endpoint", "\"https://huggingface.co/\""),
        ];
        for (place, value) in changes {
            let mut index = index.clone();
            *index.pointer_mut(place).expect("it is there") = serde_json::from_str(value).expect("JSON");
            assert_eq!(Pack::parse(&key(), &forged(&index, bytes)), None, "{place}: {value}");
        }
        assert_eq!(Pack::parse(&key(), &forged(&index, b"{}abcdefg")), None);
    }

    /// Pieces as a scan reads them: which file, from where, how long.
    fn pieces() -> impl Strategy<Value = Vec<(bool, u64, u64)>> {
        let piece = (any::<bool>(), 0..SIZE).prop_flat_map(|(file, from)| (Just(file), Just(from), 0..=SIZE - from));
        proptest::collection::vec(piece, 0..12)
    }

    fn path(is_model: bool) -> &'static str {
        if is_model { "model.safetensors" } else { "README.md" }
    }

    fn holding(pieces: &[(bool, u64, u64)]) -> Pack {
        let mut pack = pack();
        for (file, offset, length) in pieces {
            assert!(pack.add(path(*file), *offset, &piece(*offset, *length)));
        }
        pack
    }

    proptest! {
        #[test]
        fn exactly_what_was_held_is_given_back(pieces in pieces()) {
            let pack = holding(&pieces);
            for file in [false, true] {
                let mut known = [false; 64];
                for (_, offset, length) in pieces.iter().filter(|(other, ..)| *other == file) {
                    for position in *offset..offset + length {
                        known[usize::try_from(position).expect("short")] = true;
                    }
                }
                for from in 0..64_usize {
                    for to in from..=64 {
                        let (offset, length) = (from as u64, (to - from) as u64);
                        let expected = known[from..to].iter().all(|known| *known).then(|| piece(offset, length));
                        prop_assert_eq!(pack.bytes(path(file), offset, length), expected);
                    }
                }
            }
            let held: usize = pack.extents.values().map(Vec::len).sum();
            prop_assert_eq!(pack.held, pack.api.len() + held);
        }

        #[test]
        fn what_is_written_is_read(pieces in pieces()) {
            let pack = holding(&pieces);
            let written = pack.to_bytes(&key()).expect("short");
            prop_assert_eq!(Pack::parse(&key(), &written), Some(pack));
        }

        #[test]
        fn packs_of_two_scans_are_one_in_either_order(one in pieces(), other in pieces()) {
            let (one_pack, other_pack) = (holding(&one), holding(&other));
            let (mut first, mut second) = (one_pack.clone(), other_pack.clone());
            first.absorb(&other_pack);
            second.absorb(&one_pack);
            prop_assert_eq!(&first, &second);
            prop_assert_eq!(first, holding(&[one, other].concat()));
        }

        #[test]
        fn a_damaged_file_is_nothing(pieces in pieces(), at in any::<prop::sample::Index>(), flip in 1_u8..) {
            let mut written = holding(&pieces).to_bytes(&key()).expect("short");
            let position = at.index(written.len());
            prop_assert_eq!(Pack::parse(&key(), &written[..position]), None);
            written[position] ^= flip;
            prop_assert_eq!(Pack::parse(&key(), &written), None);
        }

        #[test]
        fn any_index_and_any_bytes_are_a_pack_that_can_be_written_or_nothing(
            api in 0_usize..4,
            extents in proptest::collection::vec((0_usize..3, 0_u64..6, 0_usize..4), 0..4),
            bytes in proptest::collection::vec(any::<u8>(), 0..10),
        ) {
            let mut file = serde_json::json!({
                "key": {"endpoint": "https://huggingface.co", "kind": "model", "name": "Acme/Tiny", "commit": COMMIT},
                "is_complete": false,
                "listing": [{"path": "a", "size": 4, "lfs": false}, {"path": "b", "size": 6, "lfs": true}],
            });
            file["api"] = api.into();
            file["extents"] = serde_json::to_value(&extents).expect("JSON");
            if let Some(pack) = Pack::parse(&key(), &forged(&file, &bytes)) {
                let mut from = api;
                for (place, offset, length) in extents {
                    let held = pack.bytes(["a", "b"][place], offset, length as u64);
                    prop_assert_eq!(held.as_deref(), Some(&bytes[from..from + length]));
                    from += length;
                }
                let again = pack.to_bytes(&key()).expect("short");
                prop_assert_eq!(Pack::parse(&key(), &again), Some(pack));
            }
        }

        #[test]
        fn any_bytes_sealed_as_a_pack_are_nothing(content in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut file = [&MAGIC[..], &1_u32.to_le_bytes(), &content].concat();
            file.extend_from_slice(&Sha256::digest(&file));
            prop_assert_eq!(Pack::parse(&key(), &file), None);
        }
    }
}
