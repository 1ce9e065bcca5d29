//! The core loop: asks every extractor what it wants of each file, reads that once, and gathers what they quote.
//!
//! The answer is a function of the files and the extractors alone, on any number of threads: every extractor sees
//! exactly the bytes that it asked for, whatever others asked for, and the result is sorted.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use super::part::Part;
use super::pointer::{POINTER_LIMIT, Pointer};
use super::{EXTRACTORS, Extractor, File, Interest, Out, Place, Progress};
use crate::evidence::{Evidence, Texts};
use crate::gap::{Gap, GapKind};
use crate::location::Location;
use crate::scan::{Digest, Source};
use crate::source::{Entry, Obstacle, SourceTree, quoted};

/// Bytes of one file that are held at most, whatever an extractor asks for. The largest bound of a known format is the
/// 100 MB header of SafeTensors.
pub(super) const READ_LIMIT: u64 = 128 << 20;

/// Above this length a file waits until no other thread holds one: memory stays at `READ_LIMIT` and this much for each
/// thread, even in a tree of a thousand swollen headers. Real headers (some 7 MB in GGUF) lie below.
const LARGE: u64 = 16 << 20;

/// What one tree says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extraction {
    /// The tree, with what was read of it.
    pub source: Source,
    /// Sorted by location, then claim; the same statement at the same place is there once.
    pub evidence: Vec<Evidence>,
    /// Those of the tree and those of its files, sorted.
    pub gaps: Vec<Gap>,
    /// The passages that evidence points at.
    pub texts: Texts,
    /// Files that say something about licences and were read whole, sorted.
    pub digests: Vec<Digest>,
}

/// How far the reading has come, for those who watch. Steps arrive from several threads and may overtake each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Files done.
    pub files: u64,
    /// Files in all.
    pub of: u64,
}

/// Reads a tree with every extractor. `source` is its index in [`crate::scan::Scan::sources`].
pub fn run(tree: &dyn SourceTree, source: usize, progress: &(dyn Fn(Step) + Sync)) -> Extraction {
    run_with(EXTRACTORS, tree, source, progress)
}

/// Reads a tree with these extractors.
pub fn run_with(
    extractors: &[&dyn Extractor],
    tree: &dyn SourceTree,
    source: usize,
    progress: &(dyn Fn(Step) + Sync),
) -> Extraction {
    let of = tree.entries().len() as u64;
    let files_done = AtomicU64::new(0);
    let large = Mutex::new(());
    let parts: Vec<Part> = tree
        .entries()
        .par_iter()
        .enumerate()
        .map(|(index, entry)| {
            let reader = Reader {
                tree,
                index,
                entry,
                head: Vec::new(),
                bytes_read: 0,
                skipped: Vec::new(),
                large: &large,
                turn: None,
            };
            let part = reader.read(extractors);
            progress(Step { files: files_done.fetch_add(1, Ordering::Relaxed) + 1, of });
            part
        })
        .collect();

    let mut all = Part { gaps: tree.gaps().to_vec(), ..Part::default() };
    for part in parts {
        all.absorb(part);
    }
    all.evidence.iter_mut().for_each(|evidence| evidence.at.source = source);
    all.gaps.iter_mut().for_each(|gap| gap.at.source = source);
    all.evidence.sort_by(|a, b| (&a.at, &a.claim).cmp(&(&b.at, &b.claim)).then_with(|| a.cmp(b)));
    all.evidence.dedup_by(|a, b| (&a.at, &a.claim, &a.scope) == (&b.at, &b.claim, &b.scope));
    all.gaps.sort();
    all.gaps.dedup();

    let mut described = tree.describe();
    described.bytes_read = all.bytes_read;
    described.skipped.extend(all.skipped);
    described.skipped.sort();
    described.skipped.dedup();
    all.digests.iter_mut().for_each(|digest| digest.source = source);
    all.digests.sort();
    Extraction { source: described, evidence: all.evidence, gaps: all.gaps, texts: all.texts, digests: all.digests }
}

/// One file while it is read.
struct Reader<'a> {
    tree: &'a dyn SourceTree,
    index: usize,
    entry: &'a Entry,
    /// What was read of its beginning.
    head: Vec<u8>,
    bytes_read: u64,
    /// What was left unread on purpose.
    skipped: Vec<String>,
    large: &'a Mutex<()>,
    /// Held from the moment the file turns out to be large.
    turn: Option<MutexGuard<'a, ()>>,
}

impl Reader<'_> {
    fn read(mut self, extractors: &[&dyn Extractor]) -> Part {
        let mut part = Part::default();
        let wanted: Vec<_> = extractors
            .iter()
            .map(|extractor| (*extractor, extractor.interest(self.entry)))
            .filter(|(_, interest)| *interest != Interest::Nothing)
            .collect();
        if self.entry.is_policy() {
            part.skipped.push(format!("{} (a policy of licentia, never evidence)", self.entry.path));
            return part;
        }
        if wanted.is_empty() {
            return part;
        }
        if let Some(why) = self.tree.closed(self.index) {
            part.skipped.push(format!("{} (not opened: {why})", quoted(&self.entry.path)));
            return part;
        }
        let at_once = wanted.iter().map(|(_, interest)| interest.at_once()).max().unwrap_or(0);
        // A small file is read whole, so that a pointer is seen whoever asks.
        let at_once = if self.entry.size <= POINTER_LIMIT { POINTER_LIMIT } else { at_once };
        let opened = self.grow(at_once).map(|()| Pointer::at_head(&self.head, self.entry.size));
        match opened {
            Err(obstacle) => {
                part.gap(self.entry, obstacle);
                part.bytes_read = self.bytes_read;
                return part;
            }
            Ok(Some(pointer)) => {
                let detail = pointer.detail(&quoted(&self.entry.path));
                part.gap(self.entry, Obstacle::new(GapKind::NotFetched, detail));
                if self.entry.size <= POINTER_LIMIT {
                    part.bytes_read = self.bytes_read;
                    return part;
                }
            }
            Ok(None) => {}
        }
        for (extractor, interest) in wanted {
            part.take(self.ask(extractor, interest));
        }
        let speaks = part.evidence.iter().any(|evidence| evidence.claim.is_about_licenses());
        if speaks && self.head.len() as u64 == self.entry.size {
            let sha256 = crate::evidence::sha256(&self.head);
            part.digests.push(Digest { source: 0, path: self.entry.path.clone(), sha256 });
        }
        part.bytes_read = self.bytes_read;
        part.skipped.append(&mut self.skipped);
        part
    }

    fn ask(&mut self, extractor: &dyn Extractor, interest: Interest) -> Out {
        match interest {
            Interest::Nothing => Out::new(extractor.name(), &self.entry.path),
            Interest::Head { first, most } => self.ask_of_head(extractor, first, most.min(READ_LIMIT)),
            Interest::Tail(length) => self.ask_of_tail(extractor, length.min(READ_LIMIT)),
            Interest::Whole { most } => self.ask_of_whole(extractor, most.min(READ_LIMIT)),
        }
    }

    /// Grows the head as the extractor needs it. Each round doubles it at least, so that all rounds together cost no
    /// more than two readings of the last one, whatever a hostile file makes the extractor ask. What was said before a
    /// refusal stands: it is in the file.
    fn ask_of_head(&mut self, extractor: &dyn Extractor, first: u64, most: u64) -> Out {
        let limit = most.min(self.entry.size);
        let mut length = first.min(limit);
        let mut out = Out::new(extractor.name(), &self.entry.path);
        loop {
            if let Err(obstacle) = self.grow(length) {
                out.gap(obstacle.kind, Place::whole(), obstacle.detail);
                return out;
            }
            let progress;
            (progress, out) = show(extractor, self.entry, 0, first_bytes(&self.head, length));
            let needed = match progress {
                Progress::Done => return out,
                Progress::Could(_) if self.tree.is_far() => {
                    self.skipped.push(format!("{} (read up to byte {length} of its header)", self.entry.path));
                    return out;
                }
                Progress::Could(needed) | Progress::Needs(needed) => needed,
            };
            let path = quoted(&self.entry.path);
            let detail = if length >= self.entry.size {
                format!("{path} ends after {length} bytes and its content says it needs {needed}: download it again")
            } else if needed > most && self.entry.size > most {
                format!("{path} needs {needed} bytes to be read and the limit is {most}: check the rest by hand")
            } else if needed <= length {
                format!("{path} could not be read on behind its first {length} bytes: check the rest by hand")
            } else {
                length = needed.max(length.saturating_mul(2)).min(limit);
                continue;
            };
            out.gap(GapKind::Truncated, Place::whole(), detail);
            return out;
        }
    }

    fn ask_of_tail(&mut self, extractor: &dyn Extractor, length: u64) -> Out {
        let entry = self.entry;
        let offset = entry.size.saturating_sub(length);
        match self.tail(offset) {
            Ok(tail) => ask_once(extractor, entry, offset, &tail),
            Err(obstacle) => {
                let mut out = Out::new(extractor.name(), &entry.path);
                out.gap(obstacle.kind, Place::whole(), obstacle.detail);
                out
            }
        }
    }

    fn ask_of_whole(&mut self, extractor: &dyn Extractor, most: u64) -> Out {
        let mut out = ask_once(extractor, self.entry, 0, first_bytes(&self.head, most));
        let is_silent = out.gaps.iter().all(|gap| gap.kind != GapKind::Truncated);
        if self.entry.size > most && is_silent {
            let detail = format!(
                "{} has {} bytes and only the first {most} were read: check the rest by hand",
                quoted(&self.entry.path),
                self.entry.size
            );
            out.gap(GapKind::Truncated, Place::whole(), detail);
        }
        out
    }

    /// Reads on until the head has `length` bytes, or the whole file.
    fn grow(&mut self, length: u64) -> Result<(), Obstacle> {
        let have = self.head.len() as u64;
        let length = length.min(self.entry.size).min(READ_LIMIT);
        if length > have {
            let more = self.bytes(have, length - have)?;
            if self.head.is_empty() {
                self.head = more;
            } else {
                self.head.extend(more);
            }
        }
        Ok(())
    }

    /// The bytes from `offset` to the end, from the head if they are in it.
    fn tail(&mut self, offset: u64) -> Result<Cow<'_, [u8]>, Obstacle> {
        if self.head.len() as u64 == self.entry.size {
            let start = usize::try_from(offset).unwrap_or(usize::MAX);
            return Ok(Cow::Borrowed(self.head.get(start..).unwrap_or_default()));
        }
        self.bytes(offset, self.entry.size - offset).map(Cow::Owned)
    }

    /// All `length` bytes from `offset`: the caller asks for what the file has.
    fn bytes(&mut self, offset: u64, length: u64) -> Result<Vec<u8>, Obstacle> {
        if length > LARGE && self.turn.is_none() {
            // Nothing is behind the lock that a panic could have left half done.
            self.turn = Some(self.large.lock().unwrap_or_else(PoisonError::into_inner));
        }
        let bytes = self.tree.read(self.index, offset, length)?;
        let read = bytes.len() as u64;
        self.bytes_read = self.bytes_read.saturating_add(read);
        if read == length {
            return Ok(bytes);
        }
        let end = offset.saturating_add(read);
        let detail = format!(
            "{} ended after {end} of {} bytes: scan again when nothing writes to it",
            quoted(&self.entry.path),
            self.entry.size
        );
        Err(Obstacle::new(GapKind::Unreadable, detail))
    }
}

/// Asks for a tail or a whole file: there is no second look.
fn ask_once(extractor: &dyn Extractor, entry: &Entry, offset: u64, bytes: &[u8]) -> Out {
    let (progress, mut out) = show(extractor, entry, offset, bytes);
    if let Progress::Needs(needed) | Progress::Could(needed) = progress {
        let path = quoted(&entry.path);
        let detail = format!("{path} needs {needed} bytes to be read, more than it gives: check it by hand");
        out.gap(GapKind::Truncated, Place::whole(), detail);
    }
    out
}

fn show(extractor: &dyn Extractor, entry: &Entry, offset: u64, bytes: &[u8]) -> (Progress, Out) {
    let mut out = Out::new(extractor.name(), &entry.path);
    let file = File { path: &entry.path, size: entry.size, offset, bytes };
    (extractor.extract(&file, &mut out), out)
}

fn first_bytes(bytes: &[u8], length: u64) -> &[u8] {
    usize::try_from(length).ok().and_then(|length| bytes.get(..length)).unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Claim;
    use crate::extract::tree as whole_directory;
    use crate::scan::SourceKind;
    use crate::source::memory::MemoryTree;
    use proptest::prelude::*;

    /// Claims what it was shown: offset, length and first byte.
    struct Echo {
        interest: Interest,
        needs: fn(&File<'_>) -> Progress,
    }

    const DONE: fn(&File<'_>) -> Progress = |_| Progress::Done;

    impl Extractor for Echo {
        fn name(&self) -> &'static str {
            "echo"
        }

        fn interest(&self, entry: &Entry) -> Interest {
            if entry.name().starts_with("no") { Interest::Nothing } else { self.interest }
        }

        fn extract(&self, file: &File<'_>, out: &mut Out) -> Progress {
            let shown = format!("{}+{} of {} {:?}", file.offset, file.bytes.len(), file.size, file.bytes.first());
            out.claim(whole_directory(file.directory()), Claim::License(shown.clone()), Place::whole(), &shown);
            (self.needs)(file)
        }
    }

    fn extraction(interest: Interest, needs: fn(&File<'_>) -> Progress, tree: &dyn SourceTree) -> Extraction {
        run_with(&[&Echo { interest, needs }], tree, 3, &|_| ())
    }

    fn claims(extraction: &Extraction) -> Vec<&str> {
        extraction.evidence.iter().map(|evidence| evidence.quote.as_str()).collect()
    }

    fn gaps(extraction: &Extraction) -> Vec<(GapKind, &str)> {
        extraction.gaps.iter().map(|gap| (gap.kind, gap.detail.as_str())).collect()
    }

    fn file(length: usize) -> MemoryTree {
        MemoryTree::new("m", [("a", "x".repeat(length))])
    }

    #[test]
    fn each_interest_is_shown_what_it_asked_for_and_no_more() {
        let shown = |interest, length| claims(&extraction(interest, DONE, &file(length))).concat();
        assert_eq!(shown(Interest::Nothing, 9), "");
        assert_eq!(shown(Interest::Head { first: 4, most: 8 }, 9), "0+4 of 9 Some(120)");
        assert_eq!(shown(Interest::Head { first: 4, most: 2 }, 9000), "0+2 of 9000 Some(120)");
        assert_eq!(shown(Interest::Tail(4), 9), "5+4 of 9 Some(120)");
        assert_eq!(shown(Interest::Tail(4), 9000), "8996+4 of 9000 Some(120)");
        assert_eq!(shown(Interest::Tail(9999), 9000), "0+9000 of 9000 Some(120)");
        assert_eq!(shown(Interest::Whole { most: 99 }, 9), "0+9 of 9 Some(120)");
        assert_eq!(shown(Interest::Whole { most: 99 }, 0), "0+0 of 0 None");
    }

    #[test]
    fn a_file_is_read_once_for_all_extractors_and_not_at_all_for_none() {
        let head = Echo { interest: Interest::Head { first: 2000, most: 2000 }, needs: DONE };
        let whole = Echo { interest: Interest::Whole { most: 5000 }, needs: DONE };
        let tail = Echo { interest: Interest::Tail(100), needs: DONE };
        let tree = MemoryTree::new("m", [("a", vec![0; 4000]), ("no.bin", vec![0; 4000])]);
        let extraction = run_with(&[&head, &whole, &tail], &tree, 0, &|_| ());
        assert_eq!((extraction.source.bytes_read, extraction.source.files), (4000, 2));
        assert_eq!(claims(&extraction).len(), 3);
    }

    #[test]
    fn a_head_grows_as_it_is_needed_and_at_least_doubles() {
        static CALLS: AtomicU64 = AtomicU64::new(0);
        let one_more = |file: &File<'_>| {
            CALLS.fetch_add(1, Ordering::Relaxed);
            if file.bytes.len() < 9000 { Progress::Needs(file.bytes.len() as u64 + 1) } else { Progress::Done }
        };
        let extraction = extraction(Interest::Head { first: 10, most: 50_000 }, one_more, &file(20_000));
        assert_eq!(claims(&extraction), ["0+10240 of 20000 Some(120)"]);
        assert_eq!((CALLS.load(Ordering::Relaxed), extraction.source.bytes_read), (11, 10_240));
        assert_eq!(gaps(&extraction), []);
    }

    #[test]
    fn a_need_that_is_refused_is_a_gap_and_what_was_said_stays() {
        let refused = |interest, needs, length| {
            let extraction = extraction(interest, needs, &file(length));
            assert_eq!(extraction.evidence.len(), 1);
            let [gap] = extraction.gaps.as_slice() else { panic!("{:?}", extraction.gaps) };
            assert_eq!((gap.kind, gap.at.path.as_str(), gap.at.source), (GapKind::Truncated, "a", 3));
            gap.detail.clone()
        };
        let head = Interest::Head { first: 4, most: 2048 };
        assert!(refused(head, |_| Progress::Needs(u64::MAX), 9000).contains("the limit is 2048"));
        assert!(refused(head, |_| Progress::Needs(u64::MAX), 9).contains("ends after 9 bytes"));
        assert!(refused(head, |_| Progress::Needs(0), 9000).contains("behind its first 4 bytes"));
        assert!(refused(Interest::Tail(4), |_| Progress::Needs(9), 9).contains("more than it gives"));
        assert!(refused(Interest::Whole { most: 4 }, |_| Progress::Needs(9), 4).contains("more than it gives"));
    }

    #[test]
    fn a_file_longer_than_the_bound_of_its_reader_is_never_silent() {
        let extraction = extraction(Interest::Whole { most: 4 }, DONE, &file(9));
        let expected = "a has 9 bytes and only the first 4 were read: check the rest by hand";
        assert_eq!(gaps(&extraction), [(GapKind::Truncated, expected)]);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_a_gap_and_the_others_are_read() {
        let obstacle = Obstacle::new(GapKind::Unreadable, "b cannot be read (denied): make it readable");
        let tree = MemoryTree::new("m", [("a", "x"), ("b", "x"), ("c", "x")]).with_obstacle("b", &obstacle);
        let extraction = extraction(Interest::Tail(9), DONE, &tree);
        assert_eq!(extraction.evidence.len(), 2);
        assert_eq!(gaps(&extraction), [(GapKind::Unreadable, obstacle.detail.as_str())]);
    }

    #[test]
    fn a_pointer_is_a_gap_whoever_asks_and_whatever_the_file_is() {
        let text = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 7\n", "0".repeat(64));
        for interest in [Interest::Tail(4), Interest::Head { first: 1, most: 1 }, Interest::Whole { most: 9 }] {
            let tree = MemoryTree::new("m", [("README.md", text.clone()), ("model.gguf", text.clone())]);
            let extraction = extraction(interest, DONE, &tree);
            assert_eq!(extraction.evidence, []);
            assert!(extraction.gaps.iter().all(|gap| gap.kind == GapKind::NotFetched));
            assert_eq!(extraction.gaps.len(), 2);
        }
        let padded = MemoryTree::new("m", [("README.md", text + &"x".repeat(2000))]);
        let extraction = extraction(Interest::Head { first: 1024, most: 1024 }, DONE, &padded);
        assert_eq!((extraction.evidence.len(), extraction.gaps.len()), (1, 1));
    }

    #[test]
    fn our_own_policy_is_listed_and_never_evidence() {
        let tree = MemoryTree::new("m", [("a/licentia.toml", "x"), ("b", "x")]);
        let extraction = extraction(Interest::Whole { most: 9 }, DONE, &tree);
        assert_eq!(extraction.evidence.len(), 1);
        assert_eq!(extraction.source.skipped, ["a/licentia.toml (a policy of licentia, never evidence)"]);
        assert_eq!(extraction.source.files, 2);
    }

    #[test]
    fn the_same_statement_at_the_same_place_is_there_once() {
        let echo = Echo { interest: Interest::Tail(9), needs: DONE };
        let extraction = run_with(&[&echo, &echo], &file(3), 0, &|_| ());
        assert_eq!(claims(&extraction), ["0+3 of 3 Some(120)"]);
    }

    #[test]
    fn an_empty_tree_is_a_gap() {
        let extraction = extraction(Interest::Tail(9), DONE, &MemoryTree::new("m", [("", ""); 0]));
        assert_eq!(
            extraction.gaps.iter().map(|gap| (gap.kind, gap.at.source)).collect::<Vec<_>>(),
            [(GapKind::Empty, 3)]
        );
        assert_eq!(extraction.source.kind, SourceKind::Memory);
    }

    #[expect(clippy::disallowed_methods, reason = "seventy gigabytes are only to be had on disk")]
    #[test]
    fn seventy_gigabytes_cost_their_header() {
        let home = tempfile::tempdir().expect("a temporary directory");
        let path = home.path().join("model.safetensors");
        let mut file = std::fs::File::create(&path).expect("writable");
        std::io::Write::write_all(&mut file, b"\x40\0\0\0\0\0\0\0{}").expect("writable");
        file.set_len(70 << 30).expect("a file system with sparse files");
        let tree = crate::source::dir::open(home.path(), "m").expect("it is there");
        let needs = |file: &File<'_>| if file.bytes.len() < 72 { Progress::Needs(72) } else { Progress::Done };
        let extraction = extraction(Interest::Head { first: 8, most: 1 << 20 }, needs, &tree);
        assert_eq!(claims(&extraction), ["0+72 of 75161927680 Some(64)"]);
        assert_eq!((extraction.source.bytes_read, extraction.gaps.len()), (72, 0));
    }

    #[test]
    fn no_file_takes_more_than_the_limit_whatever_is_asked() {
        struct Endless;
        impl SourceTree for Endless {
            fn describe(&self) -> Source {
                MemoryTree::new("m", [("a", "")]).describe()
            }
            fn entries(&self) -> &[Entry] {
                const { &[Entry { path: String::new(), size: u64::MAX }] }
            }
            fn gaps(&self) -> &[Gap] {
                &[]
            }
            fn read(&self, _: usize, _: u64, length: u64) -> Result<Vec<u8>, Obstacle> {
                assert!(length <= READ_LIMIT);
                Err(Obstacle::new(GapKind::Unreadable, "asked within the limit"))
            }
        }
        for interest in [Interest::Tail(u64::MAX), Interest::Whole { most: u64::MAX }] {
            assert_eq!(gaps(&extraction(interest, DONE, &Endless)), [(GapKind::Unreadable, "asked within the limit")]);
        }
    }

    #[test]
    fn every_file_is_a_step() {
        let last = AtomicU64::new(0);
        let tree = MemoryTree::new("m", [("a", "x"), ("b", "x")]);
        run_with(&[], &tree, 0, &|step| {
            assert_eq!(step.of, 2);
            last.fetch_max(step.files, Ordering::Relaxed);
        });
        assert_eq!(last.into_inner(), 2);
    }

    /// Asks for as much as the first bytes say, as a reader of headers does.
    fn trusting(file: &File<'_>) -> Progress {
        match file.bytes {
            [length, ..] if file.bytes.len() < usize::from(*length) => Progress::Needs(u64::from(*length)),
            _ => Progress::Done,
        }
    }

    fn on_threads(threads: usize, tree: &MemoryTree) -> Extraction {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| {
            let head = Echo { interest: Interest::Head { first: 2, most: 100 }, needs: trusting };
            let whole = Echo { interest: Interest::Whole { most: 30 }, needs: DONE };
            let tail = Echo { interest: Interest::Tail(5), needs: trusting };
            run_with(&[&head, &whole, &tail], tree, 1, &|_| ())
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_order_of_files_and_the_number_of_threads_change_nothing(
            files in prop::collection::vec(("[ab.]{1,3}(/[ab-]{1,2})?", prop::collection::vec(any::<u8>(), 0..200)), 0..12),
            turn in 0_usize..12,
        ) {
            let mut turned = files.clone();
            turned.rotate_left(turn.min(files.len()));
            turned.reverse();
            let one = on_threads(1, &MemoryTree::new("m", files));
            let four = on_threads(4, &MemoryTree::new("m", turned));
            prop_assert!(one.evidence.iter().map(|evidence| (&evidence.at, &evidence.claim)).is_sorted());
            prop_assert!(one.gaps.is_sorted());
            prop_assert_eq!(one, four);
        }

        #[test]
        fn every_truncation_is_done_or_a_gap(bytes: Vec<u8>, first in 0_u64..50, most in 0_u64..300) {
            for end in 0..bytes.len() {
                let tree = MemoryTree::new("m", [("a", &bytes[..end])]);
                let extraction = extraction(Interest::Head { first, most }, trusting, &tree);
                prop_assert_eq!(extraction.evidence.len(), 1);
                prop_assert!(extraction.gaps.len() <= 1);
            }
        }
    }
}
