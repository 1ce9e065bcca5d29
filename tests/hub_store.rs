//! The store of the Hub under many hands: whatever several threads and processes do to one pack at once, a reader finds
//! nothing or something whole, and every byte is the one that stands at its place.

#![expect(clippy::disallowed_methods, reason = "a test starts itself several times over and removes files on the way")]

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use licentia::source::hub_id::HubId;
use licentia::source::hub_store::{Key, Limits, Listed, Pack, Ref, Store};

const NOW: u64 = 1_800_000_000;
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
const PATHS: [&str; 3] = ["README.md", "config.json", "model.safetensors"];
const SIZE: u64 = 200_000;
/// Says where the store of a started process is.
const ROOT: &str = "LICENTIA_TEST_STORE";
/// What its chance begins with.
const SEED: &str = "LICENTIA_TEST_SEED";

fn key() -> Key {
    let id = HubId::of_words("acme/tiny").expect("a name");
    Key::new("https://huggingface.co", &id, COMMIT).expect("a key")
}

fn asked() -> Ref {
    Ref::new("https://huggingface.co", &HubId::of_words("acme/tiny").expect("a name")).expect("a ref")
}

fn empty() -> Pack {
    let listing = PATHS.iter().map(|path| Listed { path: (*path).to_owned(), size: SIZE, is_lfs: false });
    Pack::new(b"{}".to_vec(), listing.collect(), true).expect("three files")
}

/// What stands in a file.
fn piece(file: usize, offset: u64, length: u64) -> Vec<u8> {
    let start = file as u64 * 131;
    (offset..offset + length).map(|position| u8::try_from((start + position * 17) % 251).expect("below 251")).collect()
}

/// Numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Adds pieces, reads what is there, and now and then removes it all. How often something was there.
fn work(root: &Path, seed: u64) -> usize {
    let store = Store::open(root, Limits { bytes: 0, age: u64::MAX });
    let mut dice = Dice(seed);
    let mut found = 0;
    for round in 0..150 {
        let mut pack = empty();
        let (file, offset) = (usize::try_from(dice.below(3)).expect("small"), dice.below(SIZE - 5_000));
        let length = 1 + dice.below(5_000);
        assert!(pack.add(PATHS[file], offset, &piece(file, offset, length)));
        store.save(&key(), &pack, NOW + round).expect("writable");
        store.remember(&asked(), &key(), NOW + round).expect("writable");
        if dice.below(40) == 0 {
            store.prune(NOW + round).expect("writable");
        }
        if let Some(remembered) = store.recall(&asked(), NOW) {
            assert_eq!(remembered.key, key());
            assert!((NOW..NOW + 150).contains(&remembered.confirmed));
        }
        let Some(pack) = store.load(&key(), NOW + round) else { continue };
        found += 1;
        assert_eq!((pack.api(), pack.listing(), pack.is_complete()), (&b"{}"[..], empty().listing(), true));
        for _ in 0..20 {
            let (file, offset) = (usize::try_from(dice.below(3)).expect("small"), dice.below(SIZE));
            let length = dice.below(3_000).min(SIZE - offset);
            let read = pack.bytes(PATHS[file], offset, length);
            assert!(read.is_none_or(|read| read == piece(file, offset, length)), "{file} {offset} {length}");
        }
    }
    found
}

#[test]
fn many_threads_and_processes_on_one_pack_never_read_half_of_it_or_a_wrong_byte() {
    let world = tempfile::tempdir().expect("a temporary directory");
    let root = world.path();
    let start = |seed: u64| {
        let mut command = Command::new(env::current_exe().expect("this test"));
        command.args(["--exact", "one_process_of_several", "--ignored"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.env(ROOT, root).env(SEED, seed.to_string()).spawn().expect("it starts")
    };
    let processes: Vec<_> = (1..4).map(start).collect();
    let found: usize = thread::scope(|scope| {
        let threads: Vec<_> = (4..8).map(|seed| scope.spawn(move || work(root, seed))).collect();
        threads.into_iter().map(|thread| thread.join().expect("it ends well")).sum()
    });
    for process in processes {
        let ran = process.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&ran.stdout);
        assert!(ran.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    }
    assert!(found > 0, "nobody ever found anything");
    // Nobody left anything behind, and what is there is whole.
    let store = Store::open(world.path(), Limits::default());
    store.save(&key(), &empty(), NOW).expect("writable");
    let contents = store.contents().expect("readable");
    assert!(contents.files <= 2, "{contents:?}");
    assert_eq!(contents.kept.len(), 1);
}

#[test]
#[ignore = "started by the test above"]
fn one_process_of_several() {
    let Some(root) = env::var_os(ROOT) else { return };
    let seed = env::var(SEED).ok().and_then(|seed| seed.parse().ok()).unwrap_or_default();
    work(Path::new(&root), seed);
}
