//! What is known of repositories of the Hub, kept on disk: a second check of an unchanged model asks one question, and
//! without a network there still is an answer.
//!
//! ```text
//! <root>/hub-store/
//!   CACHEDIR.TAG            marks the directory as a cache, and as ours
//!   packs/<digest>.pack     one commit of one repository: what the API said, the listing, the pieces that were read
//!   refs/<digest>.ref       to which commit a name and a revision led, and when that was last confirmed
//!   pruned                  when old files were last removed
//! ```
//!
//! Files are named after a digest of what they are about, so any name is safe on any file system; what they are about
//! stands inside and is compared. Each is written whole and renamed into place. Of two processes that write at once one
//! loses at most pieces that it can read again. A file that is damaged, forged, of another version or about something
//! else is as if it were not there.
//!
//! Private and gated repositories are read too, so files and directories are the user's alone. **No token is ever
//! stored:** nothing here takes one, and an endpoint that could hold one is refused ([`Key::new`]).
//!
//! Nothing here sees a clock: `now` is the number of seconds since 1970.

use std::io;
use std::path::{Path, PathBuf};

use self::key::RefRecord;
pub use self::key::{Key, Ref};
pub use self::pack::{Listed, Pack};
pub use self::prune::{Contents, Kept, Removed};
use self::sealed::Magic;

mod files;
mod key;
mod pack;
mod prune;
mod sealed;

const REF_MAGIC: Magic = *b"\x89licref\n";

/// The store below a root. Opening it does nothing; it comes to be with the first file.
#[derive(Clone, Debug)]
pub struct Store {
    directory: PathBuf,
    limits: Limits,
}

/// What may stay when old files are removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all files together.
    pub bytes: u64,
    /// Seconds since a file was last used.
    pub age: u64,
}

impl Default for Limits {
    /// 512 MiB and 30 days.
    fn default() -> Self {
        Self { bytes: 512 << 20, age: 30 * 86_400 }
    }
}

/// Where a name led.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// The commit, in the repository by the name that it really has.
    pub key: Key,
    /// When the service last said so, in seconds since 1970.
    pub confirmed: u64,
}

impl Store {
    /// The store in the directory `hub-store` below `root`. Nothing else below the root is touched.
    pub fn open(root: &Path, limits: Limits) -> Self {
        Self { directory: root.join("hub-store"), limits }
    }

    /// What is known of a commit, and marks it as used.
    pub fn load(&self, key: &Key, now: u64) -> Option<Pack> {
        let path = self.pack_path(key);
        let pack = Pack::parse(key, &files::read(&path)?)?;
        files::touch(&path, now);
        Some(pack)
    }

    /// Keeps what is known of a commit, together with the pieces that the store already holds of it.
    ///
    /// # Errors
    /// Where it cannot be written: the disk is full or read-only, or there is more than a pack may hold. Nothing is lost
    /// then but time, so this is no error of a scan.
    pub fn save(&self, key: &Key, pack: &Pack, now: u64) -> io::Result<()> {
        let path = self.pack_path(key);
        let held = files::read(&path).and_then(|file| Pack::parse(key, &file));
        let bytes = match held {
            None => pack.to_bytes(key)?,
            Some(held) => {
                let mut merged = pack.clone();
                merged.absorb(&held);
                if merged == held {
                    files::touch(&path, now);
                    return Ok(());
                }
                merged.to_bytes(key)?
            }
        };
        self.mark(now)?;
        files::write(&path, &bytes, now)
    }

    /// Keeps that a name led to that commit, as the service said now.
    ///
    /// # Errors
    /// Where it cannot be written, as in [`Self::save`], or the commit is one of another service or kind of repository.
    pub fn remember(&self, asked: &Ref, key: &Key, now: u64) -> io::Result<()> {
        if !asked.may_lead_to(key) {
            let message = "the commit is one of another service or kind of repository";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let bytes = sealed::seal(REF_MAGIC, &asked.record(key, now), std::iter::empty())?;
        self.mark(now)?;
        files::write(&self.ref_path(asked), &bytes, now)
    }

    /// Where a name led when the service was last asked, and marks it as used. The time is that of the machine that
    /// wrote it, and may lie in the future.
    pub fn recall(&self, asked: &Ref, now: u64) -> Option<Remembered> {
        let path = self.ref_path(asked);
        let (found, remembered) = read_ref(&path)?;
        found.means(asked).then_some(())?;
        files::touch(&path, now);
        Some(remembered)
    }

    fn pack_path(&self, key: &Key) -> PathBuf {
        self.directory.join("packs").join(format!("{}.pack", key.file_stem()))
    }

    fn ref_path(&self, asked: &Ref) -> PathBuf {
        self.directory.join("refs").join(format!("{}.ref", asked.file_stem()))
    }
}

fn read_ref(path: &Path) -> Option<(Ref, Remembered)> {
    let file = files::read(path)?;
    let (record, rest) = sealed::unseal(REF_MAGIC, &file)?;
    rest.is_empty().then_some(())?;
    let record: RefRecord = serde_json::from_slice(record).ok()?;
    let (asked, key) = record.resolved()?;
    Some((asked, Remembered { key, confirmed: record.confirmed }))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::source::hub_id::HubId;

    const NOW: u64 = 1_800_000_000;
    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    fn id(link: &str) -> HubId {
        HubId::of_link(link).expect("a link")
    }

    fn key(link: &str) -> Key {
        Key::new("https://huggingface.co", &id(link), COMMIT).expect("a key")
    }

    fn asked(link: &str) -> Ref {
        Ref::new("https://huggingface.co", &id(link)).expect("a ref")
    }

    fn pack() -> Pack {
        let listing = vec![Listed { path: "README.md".to_owned(), size: 10, is_lfs: false }];
        Pack::new(b"{}".to_vec(), listing, true).expect("one file")
    }

    fn store() -> (tempfile::TempDir, Store) {
        let world = tempfile::tempdir().expect("a temporary directory");
        let store = Store::open(&world.path().join("licentia"), Limits::default());
        (world, store)
    }

    #[test]
    fn what_is_saved_is_loaded_and_pieces_of_several_scans_come_together() {
        let (_world, store) = store();
        let key = key("hf:Acme/Tiny");
        assert_eq!(store.load(&key, NOW), None);
        let mut first = pack();
        assert!(first.add("README.md", 0, b"abc"));
        store.save(&key, &first, NOW).expect("writable");
        let mut second = pack();
        assert!(second.add("README.md", 3, b"def"));
        store.save(&key, &second, NOW).expect("writable");
        let loaded = store.load(&self::key("hf:acme/tiny"), NOW).expect("it was saved");
        assert_eq!(loaded.bytes("README.md", 1, 5).as_deref(), Some(&b"bcdef"[..]));
        assert_eq!(store.load(&self::key("hf:datasets/acme/tiny"), NOW), None);
        // What adds nothing is not written.
        let before = fs::metadata(store.pack_path(&key)).expect("it is there").modified().expect("a time");
        store.save(&key, &first, NOW + 10).expect("writable");
        assert_eq!(fs::metadata(store.pack_path(&key)).expect("it is there").modified().expect("a time"), before);
    }

    #[test]
    fn a_file_under_the_name_of_another_is_as_if_it_were_not_there_and_is_replaced() {
        let (_world, store) = store();
        let (one, other) = (key("hf:acme/one"), key("hf:acme/other"));
        store.save(&one, &pack(), NOW).expect("writable");
        fs::copy(store.pack_path(&one), store.pack_path(&other)).expect("writable");
        assert_eq!(store.load(&other, NOW), None);
        store.save(&other, &pack(), NOW).expect("writable");
        assert_eq!(store.load(&other, NOW), Some(pack()));
        store.remember(&asked("hf:acme/one"), &one, NOW).expect("writable");
        let (from, to) = (store.ref_path(&asked("hf:acme/one")), store.ref_path(&asked("hf:acme/other")));
        fs::copy(from, to).expect("writable");
        assert_eq!(store.recall(&asked("hf:acme/other"), NOW), None);
    }

    #[test]
    fn a_name_leads_where_it_last_led_also_where_the_repository_has_another_one_now() {
        let (_world, store) = store();
        assert_eq!(store.recall(&asked("hf:bert-base-uncased"), NOW), None);
        let key = key("hf:google-bert/bert-base-uncased");
        store.remember(&asked("hf:bert-base-uncased"), &key, NOW).expect("writable");
        let remembered = Remembered { key: key.clone(), confirmed: NOW };
        assert_eq!(store.recall(&asked("hf:BERT-base-uncased@main"), NOW), Some(remembered));
        assert_eq!(store.recall(&asked("hf:bert-base-uncased@v1"), NOW), None);
        store.remember(&asked("hf:bert-base-uncased"), &key, NOW + 9).expect("writable");
        assert_eq!(store.recall(&asked("hf:bert-base-uncased"), NOW).map(|found| found.confirmed), Some(NOW + 9));
        assert!(store.remember(&asked("hf:datasets/acme/x"), &key, NOW).is_err());
    }

    #[test]
    fn a_ref_that_was_damaged_or_forged_is_nothing() {
        let (_world, store) = store();
        let asked = asked("hf:acme/tiny");
        store.remember(&asked, &key("hf:acme/tiny"), NOW).expect("writable");
        let path = store.ref_path(&asked);
        let whole = fs::read(&path).expect("it was written");
        for position in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[position] ^= 1;
            fs::write(&path, &damaged).expect("writable");
            assert_eq!(store.recall(&asked, NOW), None, "byte {position}");
            fs::write(&path, &whole[..position]).expect("writable");
            assert_eq!(store.recall(&asked, NOW), None, "cut to {position}");
        }
        let (index, _) = sealed::unseal(REF_MAGIC, &whole).expect("whole");
        for (is, becomes) in [(COMMIT, "main"), ("\"acme/tiny\",\"commit\"", "\"../tiny\",\"commit\"")] {
            let text = String::from_utf8(index.to_vec()).expect("JSON").replace(is, becomes);
            let forged: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            let file = sealed::seal(REF_MAGIC, &forged, std::iter::empty()).expect("short");
            fs::write(&path, file).expect("writable");
            assert_eq!(store.recall(&asked, NOW), None, "{becomes}");
        }
    }

    #[test]
    fn a_store_that_cannot_be_written_says_so_and_reads_as_empty() {
        let world = tempfile::tempdir().expect("a temporary directory");
        let root = world.path().join("file");
        fs::write(&root, "").expect("writable");
        let store = Store::open(&root, Limits::default());
        assert!(store.save(&key("hf:acme/tiny"), &pack(), NOW).is_err());
        assert!(store.remember(&asked("hf:acme/tiny"), &key("hf:acme/tiny"), NOW).is_err());
        assert_eq!(store.load(&key("hf:acme/tiny"), NOW), None);
        assert_eq!(store.recall(&asked("hf:acme/tiny"), NOW), None);
    }
}
