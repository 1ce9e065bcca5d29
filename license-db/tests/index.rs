//! The index and the files it is made from: what is put in is found, and nothing breaks what reads them.

use std::collections::{BTreeMap, BTreeSet};

use license_db::format::{Fingerprint, SequenceKind, Slot, read_fingerprints, write_fingerprints};
use license_db::index::build::{Reference, SECTIONS, SEEDED, build, weight, winnow};
use license_db::index::{Index, Sequence};
use license_db::tokens::{BLOCK, sequence_hash, tokenize};
use license_db::{Kind, licenses};
use proptest::prelude::*;

/// Stands in an expression for words about licences that name none.
const UNEXPLAINED: &str = "LicenseRef-licentia-unexplained-terms";

/// Texts with fewer words are names, and names are not found by their words.
const SHORTEST: usize = 8;

fn index() -> Index<'static> {
    license_db::index().expect("the index that the build made")
}

fn sequences(index: &Index<'static>) -> Vec<Sequence<'static>> {
    let count = u16::try_from(index.len()).expect("a sequence is numbered with sixteen bits");
    (0..count).map(|id| index.sequence(id).unwrap_or_else(|| panic!("sequence {id}"))).collect()
}

#[test]
fn every_sequence_finds_itself_by_the_hash_of_its_words() {
    let index = index();
    for sequence in sequences(&index) {
        let found = index.whole(sequence.hash).any(|whole| {
            whole.sequence == sequence.id && whole.kind == sequence.kind && whole.expression == sequence.expression
        });
        assert!(found, "{} {}", sequence.id, sequence.expression);
    }
}

#[test]
fn the_text_of_every_current_identifier_is_found_under_it_or_under_its_plainest_twin() {
    let index = index();
    let mut with_these_words: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
    let current: Vec<_> = licenses().iter().filter(|license| license.is_spdx() && !license.is_deprecated).collect();
    for license in &current {
        let words = tokenize(license.text().expect("SPDX texts are here"));
        with_these_words.entry(sequence_hash(&words.hashes)).or_default().push(license.id);
    }
    for license in &current {
        let words = tokenize(license.text().expect("SPDX texts are here"));
        let hash = sequence_hash(&words.hashes);
        let kind = if license.kind == Kind::Exception { SequenceKind::Exception } else { SequenceKind::Canonical };
        let twins = with_these_words.get(&hash).map(Vec::as_slice).unwrap_or_default();
        let shortest = twins.iter().map(|id| id.len()).min();
        let found: Vec<&str> =
            index.whole(hash).filter(|whole| whole.kind == kind).map(|whole| whole.expression).collect();
        let is_found = found.contains(&license.id) || twins.len() > 1 && found.iter().any(|id| twins.contains(id));
        assert!(is_found || words.len() < SHORTEST, "{}: {found:?}, twins {twins:?}, {shortest:?}", license.id);
    }
}

#[test]
fn no_text_of_the_list_has_another_name_beside_the_list_s() {
    let index = index();
    for license in licenses().iter().filter(|license| license.is_spdx() && !license.is_deprecated) {
        let words = tokenize(license.text().expect("SPDX texts are here"));
        for whole in index.whole(sequence_hash(&words.hashes)) {
            let is_text = matches!(whole.kind, SequenceKind::Canonical | SequenceKind::Exception);
            assert!(!is_text || !whole.expression.starts_with("LicenseRef-"), "{}: {}", license.id, whole.expression);
        }
    }
}

#[test]
fn every_expression_names_what_the_database_holds() {
    let index = index();
    let mut unknown = BTreeSet::new();
    for sequence in sequences(&index) {
        let spaced = sequence.expression.replace(['(', ')'], " ");
        let is_none = sequence.kind == SequenceKind::NoStatement;
        assert_eq!(sequence.expression == "NONE", is_none, "{}", sequence.expression);
        let names = spaced.split_whitespace().filter(|word| !matches!(*word, "AND" | "OR" | "WITH" | UNEXPLAINED));
        for word in names.filter(|_| !is_none) {
            let id = word.replace("AdditionRef-", "LicenseRef-");
            if license_db::license(&id).is_none_or(|found| found.id != id) {
                unknown.insert(word.to_owned());
            }
        }
    }
    // ScanCode's words for an exception and for terms that nobody has named. The database holds no facts about them, so
    // nothing is permitted by them.
    let nameless = ["AdditionRef-scancode-generic-exception", "LicenseRef-scancode-other-copyleft"];
    assert_eq!(unknown, nameless.map(str::to_owned).into());
}

#[test]
fn slots_required_words_and_blocks_lie_inside_their_text() {
    let index = index();
    for sequence in sequences(&index) {
        let words = sequence.classes.len();
        for slot in sequence.slots() {
            assert!(slot.start + slot.length <= words, "{}: {slot:?}", sequence.expression);
        }
        for (start, length) in sequence.required() {
            assert!(length > 0 && start + length <= words, "{}: {start} {length}", sequence.expression);
        }
        let blocks = sequence.blocks().len();
        let (may_have, must_have) = match sequence.kind {
            SequenceKind::Canonical | SequenceKind::Exception | SequenceKind::UsePolicy => (true, true),
            // Kept where the form may turn out to be a printing of the licensor's text.
            SequenceKind::Variant => (true, false),
            _ => (false, false),
        };
        let is_right = (may_have && blocks == words / BLOCK) || (!must_have && blocks == 0);
        assert!(is_right, "{}: {blocks} blocks of {words} words", sequence.expression);
    }
}

#[test]
fn the_sequences_of_a_seed_are_sorted_and_every_kept_seed_leads_back() {
    let index = index();
    for sequence in sequences(&index) {
        let is_sought = match sequence.kind {
            SequenceKind::Canonical | SequenceKind::Variant | SequenceKind::Exception | SequenceKind::UsePolicy => true,
            SequenceKind::Notice | SequenceKind::Nameless => sequence.classes.len() >= SEEDED,
            // Found word for word, and by no seed.
            SequenceKind::Reference | SequenceKind::Tag | SequenceKind::NoStatement => false,
        };
        let mut sum = 0;
        for seed in winnow(sequence.classes) {
            let found: Vec<u16> = index.postings(seed).iter().collect();
            assert!(found.is_sorted_by(|one, next| one < next), "{seed:08x}");
            assert_eq!(found.binary_search(&sequence.id).is_ok(), is_sought, "{seed:08x} {}", sequence.expression);
            assert!(found.last().is_none_or(|last| usize::from(*last) < index.len()));
            sum += if is_sought { weight(found.len()) } else { 0 };
        }
        assert_eq!(sequence.weight, sum, "{}", sequence.expression);
        assert_eq!(index.weight(sequence.id), Some(sum));
    }
}

#[test]
fn numbers_of_sequences_do_not_run_out_soon() {
    const MARGIN: usize = 10_000;
    assert!(index().len() + MARGIN < usize::from(u16::MAX), "{}", index().len());
}

/// Opening reads a header and nothing else, so that a run starts in no time.
#[test]
fn an_open_index_is_a_handful_of_slices() {
    assert!(size_of::<Index<'_>>() <= (SECTIONS + 1) * size_of::<&[u8]>());
}

fn kinds() -> impl Strategy<Value = SequenceKind> {
    proptest::sample::select(SequenceKind::ALL.to_vec())
}

fn fingerprints() -> impl Strategy<Value = Fingerprint> {
    let spans = || proptest::collection::vec((any::<u32>(), any::<u32>()), 0..4);
    (
        kinds(),
        "[A-Za-z0-9.+() -]{0,30}",
        any::<u64>(),
        proptest::collection::vec(any::<u8>(), 0..60),
        proptest::collection::vec(any::<u32>(), 0..4),
        spans(),
        spans(),
        any::<bool>(),
    )
        .prop_map(|(kind, expression, hash, classes, blocks, required, addresses, is_loose)| Fingerprint {
            kind,
            expression,
            hash,
            classes,
            blocks,
            required,
            addresses,
            is_loose,
        })
}

fn references() -> impl Strategy<Value = Reference> {
    let slots = (any::<u32>(), any::<u32>(), any::<bool>(), proptest::collection::vec(any::<u8>(), 0..4));
    let slots = slots.prop_map(|(start, length, is_optional, allowed)| Slot { start, length, is_optional, allowed });
    let classes = proptest::collection::vec(0_u8..6, 0..60);
    (kinds(), "[A-Z]{1,9}", any::<u64>(), classes, proptest::collection::vec(slots, 0..3), any::<bool>()).prop_map(
        |(kind, expression, hash, classes, slots, is_loose)| Reference {
            kind,
            expression,
            hash,
            classes,
            blocks: vec![1, 2],
            slots,
            required: vec![(0, 1)],
            is_loose,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn fingerprints_are_read_as_they_were_written(all in proptest::collection::vec(fingerprints(), 0..8)) {
        prop_assert_eq!(read_fingerprints(&write_fingerprints(&all)), Ok(all));
    }

    #[test]
    fn a_fingerprint_file_that_is_cut_is_no_file(all in proptest::collection::vec(fingerprints(), 1..4)) {
        let bytes = write_fingerprints(&all);
        for end in 0..bytes.len() {
            prop_assert!(read_fingerprints(&bytes[..end]).is_err(), "{} of {}", end, bytes.len());
        }
    }

    #[test]
    fn any_bytes_are_fingerprints_or_an_error(tail in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut bytes = license_db::format::MAGIC.to_vec();
        bytes.extend(tail);
        let _ = read_fingerprints(&bytes);
    }

    #[test]
    fn what_is_built_is_found(all in proptest::collection::vec(references(), 0..6)) {
        let bytes = build(&all, &[]);
        let index = Index::open(&bytes).expect("an index");
        for reference in &all {
            let whole = index.whole(reference.hash).find(|whole| whole.expression == reference.expression);
            let sequence = whole.and_then(|whole| index.sequence(whole.sequence));
            prop_assert!(sequence.is_some());
        }
        let firsts: Vec<&Reference> = (0..all.len())
            .filter(|&at| all[..at].iter().all(|before| before.hash != all[at].hash))
            .map(|at| &all[at])
            .collect();
        prop_assert_eq!(firsts.len(), index.len());
        for (id, reference) in (0_u16..).zip(firsts) {
            let sequence = index.sequence(id).expect("a sequence");
            prop_assert_eq!(sequence.classes, reference.classes.as_slice());
            prop_assert_eq!((sequence.kind, sequence.is_loose), (reference.kind, reference.is_loose));
            prop_assert_eq!(sequence.slots().count(), reference.slots.len());
            prop_assert_eq!(sequence.blocks().collect::<Vec<_>>(), vec![1, 2]);
        }
    }

    #[test]
    fn a_damaged_index_never_breaks_its_reader(
        all in proptest::collection::vec(references(), 1..3),
        damage in proptest::collection::vec((0_usize..400, any::<u8>()), 1..6),
        end in 0_usize..4000,
    ) {
        let mut bytes = build(&all, &[]);
        for (at, byte) in damage {
            bytes[at] = byte;
        }
        let cut = bytes.get(..end).unwrap_or_default();
        for bytes in [bytes.as_slice(), cut] {
            let Some(index) = Index::open(bytes) else { continue };
            for id in 0..4 {
                let Some(sequence) = index.sequence(id) else { continue };
                let _ = (sequence.slots().count(), sequence.required().count(), index.weight(id));
                for seed in winnow(sequence.classes) {
                    let _ = index.postings(seed).iter().count();
                }
                let _ = index.whole(sequence.hash).count();
            }
        }
    }
}
