//! What the store holds, and what goes: old files, the least recently used first, and what the user wants gone.
//!
//! Only files with names that we give, in a directory that bears our mark, are ever removed.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::files::{self, Named};
use super::key::Key;
use super::{Limits, Store, pack, read_ref};
use crate::scan::RepositoryKind;
use crate::source::hub_id::HubId;

/// Cache Directory Tagging Specification 0.6, <https://bford.info/cachedir/>: how the file must begin.
const SIGNATURE: &str = "Signature: 8a477f597d28d172789f06886806bc55\n";
/// What makes the directory ours.
const OURS: &str = "# This directory is a cache of licentia. Everything in it can be fetched again.\n";
const TAG: &str = "CACHEDIR.TAG";
const STAMP: &str = "pruned";
/// Kinds of files: the directory and the extension.
const FOLDERS: [(&str, &str); 2] = [("packs", "pack"), ("refs", "ref")];
/// Old files are looked for once in this many seconds.
const DUE: u64 = 86_400;
/// A temporary file that is older than this many seconds belongs to nobody any more.
const ABANDONED: u64 = 3600;

/// What the store holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// The commits, sorted by name, kind, endpoint and commit.
    pub kept: Vec<Kept>,
    /// All files of the store, those among them that nobody can read any more.
    pub files: usize,
    /// Their length.
    pub bytes: u64,
}

/// A commit that the store holds something of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Which one.
    pub key: Key,
    /// Length of its file.
    pub bytes: u64,
    /// When it was last used, in seconds since 1970; to the hour.
    pub used: u64,
}

/// What was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Files.
    pub files: usize,
    /// Their length.
    pub bytes: u64,
}

/// A file of the store.
struct Own {
    path: PathBuf,
    named: Named,
    bytes: u64,
    used: u64,
}

impl Store {
    /// Removes old files where nobody did since a day. For the end of every run that used the store; several processes
    /// may do it at once.
    ///
    /// # Errors
    /// As in [`Self::prune`].
    pub fn tidy(&self, now: u64) -> io::Result<Removed> {
        let stamp = self.directory.join(STAMP).symlink_metadata().ok().map(|found| files::modified(&found));
        // A stamp from the future is that of a clock that was wrong.
        let is_due = stamp.is_none_or(|stamp| stamp > now || now - stamp >= DUE);
        if !is_due || !self.is_marked() {
            return Ok(Removed::default());
        }
        files::write(&self.directory.join(STAMP), b"", now)?;
        self.prune(now)
    }

    /// Removes what was not used for longer than the limits say, then the least recently used until the rest fits, and
    /// temporary files that somebody left behind.
    ///
    /// # Errors
    /// Where a directory cannot be listed or a file cannot be removed; the others are gone all the same.
    pub fn prune(&self, now: u64) -> io::Result<Removed> {
        let Limits { bytes: most, age } = self.limits;
        let own = self.own()?;
        let is_old = |file: &Own| {
            let unused = now.saturating_sub(file.used);
            unused > if file.named == Named::Temporary { ABANDONED } else { age }
        };
        let (mut gone, mut stays): (Vec<Own>, Vec<Own>) = own.into_iter().partition(is_old);
        stays.sort_by(|one, other| (one.used, &one.path).cmp(&(other.used, &other.path)));
        let mut total: u64 = stays.iter().map(|file| file.bytes).sum();
        for file in stays.into_iter().filter(|file| file.named == Named::Whole) {
            if total <= most {
                break;
            }
            total -= file.bytes;
            gone.push(file);
        }
        remove(&gone)
    }

    /// What the store holds.
    ///
    /// # Errors
    /// Where a directory cannot be listed.
    pub fn contents(&self) -> io::Result<Contents> {
        let mut contents = Contents::default();
        for file in self.own()? {
            contents.files += 1;
            contents.bytes += file.bytes;
            if let Some(key) = file.key() {
                contents.kept.push(Kept { key, bytes: file.bytes, used: file.used });
            }
        }
        let order = |kept: &Kept| {
            let key = &kept.key;
            (key.name().to_owned(), key.kind(), key.endpoint().to_owned(), key.commit().to_owned())
        };
        contents.kept.sort_by_key(order);
        Ok(contents)
    }

    /// Removes everything that is known of a repository, whatever the revision and the service.
    ///
    /// # Errors
    /// As in [`Self::prune`].
    pub fn remove(&self, id: &HubId) -> io::Result<Removed> {
        let is_it = |kind: RepositoryKind, name: &str| kind == id.kind && name.eq_ignore_ascii_case(&id.name);
        let mut gone = self.own()?;
        gone.retain(|file| {
            let is_pack = file.key().is_some_and(|key| is_it(key.kind(), key.name()));
            let is_ref = || file.names().iter().any(|(kind, name)| is_it(*kind, name));
            is_pack || is_ref()
        });
        remove(&gone)
    }

    /// Removes everything.
    ///
    /// # Errors
    /// As in [`Self::prune`].
    pub fn remove_all(&self) -> io::Result<Removed> {
        if !self.is_marked() {
            return Ok(Removed::default());
        }
        let removed = remove(&self.own()?)?;
        // What is not empty or not there stays as it is.
        for (folder, _) in FOLDERS {
            let _ = fs::remove_dir(self.directory.join(folder));
        }
        let _ = fs::remove_file(self.directory.join(STAMP));
        let is_rest = |name: &str| name != TAG;
        if !fs::read_dir(&self.directory)?.flatten().any(|entry| entry.file_name().to_str().is_none_or(is_rest)) {
            let _ = fs::remove_file(self.directory.join(TAG));
            let _ = fs::remove_dir(&self.directory);
        }
        Ok(removed)
    }

    /// Makes the directory ours, where it is not yet.
    pub(super) fn mark(&self, now: u64) -> io::Result<()> {
        if self.is_marked() {
            return Ok(());
        }
        files::write(&self.directory.join(TAG), format!("{SIGNATURE}{OURS}").as_bytes(), now)
    }

    fn is_marked(&self) -> bool {
        let mut start = String::new();
        let length = u64::try_from(SIGNATURE.len() + OURS.len()).unwrap_or(u64::MAX);
        let read = File::open(self.directory.join(TAG)).and_then(|file| file.take(length).read_to_string(&mut start));
        read.is_ok() && start.strip_prefix(SIGNATURE) == Some(OURS)
    }

    /// All files of the store, apart from the mark and the stamp.
    fn own(&self) -> io::Result<Vec<Own>> {
        let mut own = Vec::new();
        if !self.is_marked() {
            return Ok(own);
        }
        list(&self.directory, &mut own, |name| {
            let rest = [TAG, STAMP].iter().find_map(|own| name.strip_prefix(own))?;
            files::is_temporary(rest).then_some(Named::Temporary)
        })?;
        for (folder, extension) in FOLDERS {
            let folder = self.directory.join(folder);
            // A link would lead to what is not ours.
            if folder.symlink_metadata().is_ok_and(|found| found.is_dir()) {
                list(&folder, &mut own, |name| files::named(name, extension))?;
            }
        }
        Ok(own)
    }
}

impl Own {
    /// The commit, where this is a pack under its own name.
    fn key(&self) -> Option<Key> {
        let is_pack = self.named == Named::Whole && self.path.extension().is_some_and(|found| found == "pack");
        is_pack.then_some(())?;
        let key = pack::claimed(File::open(&self.path).ok()?)?;
        (self.path.file_stem()?.to_str()? == key.file_stem()).then_some(key)
    }

    /// The names that a ref connects.
    fn names(&self) -> Vec<(RepositoryKind, String)> {
        let is_ref = self.named == Named::Whole && self.path.extension().is_some_and(|found| found == "ref");
        let found = if is_ref { read_ref(&self.path) } else { None };
        found.map_or_else(Vec::new, |(asked, remembered)| {
            let kind = remembered.key.kind();
            vec![(kind, asked.name().to_owned()), (kind, remembered.key.name().to_owned())]
        })
    }
}

/// The files of a directory that are ours by their names. One that goes while we look is gone.
fn list(directory: &Path, own: &mut Vec<Own>, named: impl Fn(&str) -> Option<Named>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let Some(named) = entry.file_name().to_str().and_then(&named) else { continue };
        let path = entry.path();
        if let Ok(found) = path.symlink_metadata()
            && found.is_file()
        {
            own.push(Own { path, named, bytes: found.len(), used: files::modified(&found) });
        }
    }
    Ok(())
}

fn remove(gone: &[Own]) -> io::Result<Removed> {
    let mut removed = Removed::default();
    let mut failed = Ok(());
    for file in gone {
        match fs::remove_file(&file.path) {
            Ok(()) => {
                removed.files += 1;
                removed.bytes += file.bytes;
            }
            // Another process was faster.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => {
                failed = failed.and(Err(io::Error::new(error.kind(), format!("{}: {error}", file.path.display()))));
            }
        }
    }
    failed.map(|()| removed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::hub_store::{Listed, Pack, Ref};

    const NOW: u64 = 1_800_000_000;
    const DAY: u64 = 86_400;
    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    struct World {
        directory: tempfile::TempDir,
    }

    impl World {
        fn new() -> Self {
            Self { directory: tempfile::tempdir().expect("a temporary directory") }
        }

        fn store(&self, bytes: u64, age: u64) -> Store {
            Store::open(self.directory.path(), Limits { bytes, age })
        }

        /// Keeps a pack of so many bytes and a ref to it.
        fn keep(&self, link: &str, bytes: usize, used: u64) {
            let id = HubId::of_link(link).expect("a link");
            let key = Key::new("https://huggingface.co", &id, COMMIT).expect("a key");
            let pack = Pack::new(vec![0; bytes], Vec::<Listed>::new(), true).expect("it fits");
            let store = self.store(0, 0);
            store.save(&key, &pack, used).expect("writable");
            store.remember(&Ref::new("https://huggingface.co", &id).expect("a ref"), &key, used).expect("writable");
        }

        fn names(&self) -> Vec<String> {
            let contents = self.store(0, 0).contents().expect("readable");
            contents.kept.iter().map(|kept| kept.key.name().to_owned()).collect()
        }

        /// All paths below the root, apart from the store's own directories, without digests.
        fn paths(&self) -> Vec<String> {
            let found = walkdir::WalkDir::new(self.directory.path()).min_depth(1).sort_by_file_name();
            let found = found.into_iter().map(|entry| entry.expect("readable").into_path());
            found.map(|path| path.strip_prefix(self.directory.path()).expect("below").display().to_string()).collect()
        }
    }

    #[test]
    fn what_was_not_used_for_long_goes() {
        let world = World::new();
        world.keep("hf:acme/old", 10, NOW - 31 * DAY);
        world.keep("hf:acme/new", 10, NOW - 29 * DAY);
        let store = world.store(u64::MAX, 30 * DAY);
        assert_eq!(store.prune(NOW).expect("writable").files, 2);
        assert_eq!(world.names(), ["acme/new"]);
        // What is used stays.
        let id = HubId::of_link("hf:acme/new").expect("a link");
        let key = Key::new("https://huggingface.co", &id, COMMIT).expect("a key");
        assert!(store.load(&key, NOW).is_some());
        assert_eq!(store.prune(NOW + 29 * DAY).expect("writable").files, 1);
        assert_eq!(world.names(), ["acme/new"]);
    }

    #[test]
    fn the_least_recently_used_go_until_the_rest_fits() {
        let world = World::new();
        for (name, days) in [("hf:acme/c", 3), ("hf:acme/a", 1), ("hf:acme/b", 2)] {
            world.keep(name, 10_000, NOW - days * DAY);
        }
        let removed = world.store(25_000, u64::MAX).prune(NOW).expect("writable");
        assert!(removed.bytes >= 10_000, "{removed:?}");
        assert_eq!(world.names(), ["acme/a", "acme/b"]);
        assert_eq!(world.store(25_000, u64::MAX).prune(NOW).expect("writable"), Removed::default());
        world.store(0, u64::MAX).prune(NOW).expect("writable");
        assert_eq!(world.store(0, 0).contents().expect("readable"), Contents::default());
    }

    #[test]
    fn it_is_done_once_a_day_and_also_after_a_clock_that_was_wrong() {
        let world = World::new();
        let store = world.store(u64::MAX, 30 * DAY);
        assert_eq!(store.tidy(NOW).expect("nothing there"), Removed::default());
        assert_eq!(world.paths(), [""; 0]);
        world.keep("hf:acme/old", 10, NOW - 31 * DAY);
        assert_eq!(store.tidy(NOW).expect("writable").files, 2);
        world.keep("hf:acme/old", 10, NOW - 31 * DAY);
        assert_eq!(store.tidy(NOW + DAY - 1).expect("writable").files, 0);
        assert_eq!(store.tidy(NOW + DAY).expect("writable").files, 2);
        world.keep("hf:acme/old", 10, NOW - 50 * DAY);
        assert_eq!(store.tidy(NOW - DAY).expect("writable").files, 2);
    }

    #[test]
    fn nothing_goes_that_is_not_ours() {
        let world = World::new();
        world.keep("hf:acme/old", 10, 0);
        let root = world.directory.path();
        let digits = "0".repeat(64);
        let foreign = [
            format!("hub-store/packs/{digits}"),
            format!("hub-store/packs/{digits}.ref"),
            "hub-store/packs/README.md".to_owned(),
            "hub-store/notes.txt".to_owned(),
            "policies/a.toml".to_owned(),
        ];
        for path in &foreign {
            fs::create_dir_all(root.join(path).parent().expect("below")).expect("writable");
            fs::write(root.join(path), "").expect("writable");
        }
        fs::create_dir(root.join(format!("hub-store/packs/{digits}.pack"))).expect("writable");
        let store = world.store(0, 0);
        store.tidy(NOW).expect("writable");
        store.remove_all().expect("writable");
        let left = world.paths();
        assert!(foreign.iter().all(|path| left.contains(path)), "{left:?}");
        assert!(left.contains(&"hub-store/CACHEDIR.TAG".to_owned()), "{left:?}");
        assert_eq!(left.len(), foreign.len() + 5, "{left:?}");
    }

    #[test]
    fn a_directory_without_our_mark_is_left_alone() {
        let world = World::new();
        world.keep("hf:acme/old", 10, 0);
        let tag = world.directory.path().join("hub-store/CACHEDIR.TAG");
        let text = fs::read_to_string(&tag).expect("it was written");
        assert!(text.starts_with("Signature: 8a477f597d28d172789f06886806bc55"), "{text}");
        for other in ["", SIGNATURE, "Signature: 8a477f597d28d172789f06886806bc55\n# of another program"] {
            fs::write(&tag, other).expect("writable");
            let before = world.paths();
            let store = world.store(0, 0);
            for removed in [store.tidy(NOW), store.prune(NOW), store.remove_all()] {
                assert_eq!(removed.expect("nothing to do"), Removed::default());
            }
            assert_eq!(world.paths(), before);
        }
    }

    #[test]
    fn temporary_files_go_after_an_hour_and_count_until_then() {
        let world = World::new();
        world.keep("hf:acme/tiny", 10, NOW);
        let digits = "0".repeat(64);
        for path in [format!("packs/{digits}.pack.12.0.tmp"), "pruned.12.0.tmp".to_owned()] {
            files::write(&world.directory.path().join("hub-store").join(path), b"half", NOW).expect("writable");
        }
        let store = world.store(u64::MAX, u64::MAX);
        assert_eq!(store.contents().expect("readable").files, 4);
        assert_eq!(store.prune(NOW + ABANDONED).expect("writable").files, 0);
        assert_eq!(store.prune(NOW + ABANDONED + 1).expect("writable"), Removed { files: 2, bytes: 8 });
    }

    #[test]
    fn a_repository_goes_with_every_name_that_leads_to_it() {
        let world = World::new();
        for link in ["hf:Acme/Tiny", "hf:datasets/acme/tiny", "hf:acme/other"] {
            world.keep(link, 10, NOW);
        }
        let id = HubId::of_link("hf:Acme/Tiny").expect("a link");
        let key = Key::new("https://huggingface.co", &id, COMMIT).expect("a key");
        let former = HubId::of_link("hf:old/tiny").expect("a link");
        let former = Ref::new("https://huggingface.co", &former).expect("a ref");
        let store = world.store(0, 0);
        store.remember(&former, &key, NOW).expect("writable");
        assert_eq!(store.remove(&HubId::of_link("hf:acme/TINY").expect("a link")).expect("writable").files, 3);
        assert_eq!(store.recall(&former, NOW), None);
        assert_eq!(world.names(), ["acme/other", "acme/tiny"]);
    }

    #[test]
    fn everything_goes_and_the_directory_with_it() {
        let world = World::new();
        world.keep("hf:acme/tiny", 10, NOW);
        let store = world.store(u64::MAX, u64::MAX);
        store.tidy(NOW).expect("writable");
        fs::write(world.directory.path().join(format!("hub-store/packs/{}.pack", "0".repeat(64))), "")
            .expect("writable");
        assert_eq!(store.remove_all().expect("writable").files, 3);
        assert_eq!(world.paths(), [""; 0]);
        assert_eq!(store.remove_all().expect("nothing there"), Removed::default());
    }
}
