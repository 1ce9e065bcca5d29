//! Any bytes as a file of the store of the Hub: as they are, as an index and what follows it, and as the tail of an index
//! that begins well. Sealed with the right digest, or hardly anything would get behind it.
#![no_main]

use licentia::source::hub_id::HubId;
use licentia::source::hub_store::{Key, Pack};
use sha2::{Digest, Sha256};

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
/// An index up to what says where bytes lie.
const START: &[u8] = br#"{"key":{"endpoint":"https://huggingface.co","kind":"model","name":"acme/tiny","commit":"0123456789abcdef0123456789abcdef01234567"},"is_complete":true,"listing":[{"path":"README.md","size":64,"lfs":false},{"path":"model.gguf","size":1099511627776,"lfs":true}],"#;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some(key) = HubId::of_words("acme/tiny").and_then(|id| Key::new("https://huggingface.co", &id, COMMIT)) else {
        return;
    };
    parse(&key, data);
    if let Some((&length, rest)) = data.split_first() {
        let (index, bytes) = rest.split_at(rest.len().min(usize::from(length)));
        parse(&key, &sealed(index, bytes));
        parse(&key, &sealed(&[START, index].concat(), bytes));
    }
});

fn sealed(index: &[u8], bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(index.len()).unwrap_or(u32::MAX).to_le_bytes();
    let mut file = [b"\x89licpack", &1_u32.to_le_bytes()[..], &length, index, bytes].concat();
    file.extend_from_slice(&Sha256::digest(&file));
    file
}

fn parse(key: &Key, file: &[u8]) {
    let Some(mut pack) = Pack::parse(key, file) else { return };
    let written = pack.to_bytes(key).expect("what was read can be written");
    assert_eq!(Pack::parse(key, &written).as_ref(), Some(&pack), "what is written is read");
    for listed in pack.listing().to_vec() {
        let head = pack.bytes(&listed.path, 0, 16);
        assert!(head.is_none_or(|head| head.len() as u64 == listed.size.min(16)), "all of it or nothing");
        if listed.size >= 3 {
            assert!(pack.add(&listed.path, listed.size - 3, b"end"), "there is room");
            assert_eq!(pack.bytes(&listed.path, listed.size - 3, 9).as_deref(), Some(&b"end"[..]));
        }
    }
}
