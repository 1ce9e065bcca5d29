//! Every reference text of the index: SPDX texts and headers as they are, the others as fingerprints.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::diff;
use crate::format::{Fingerprint, SequenceKind, Slot, read_fingerprints};
use crate::index::Reference;
use crate::languages::halves;
use crate::spdx_list::Row;
use crate::tokens::{self, tokenize};
use crate::vocabulary::Force;

/// Texts shorter than this are names.
const SHORTEST: usize = 8;

/// `former` leads from identifiers in the fingerprints that an entry took over to that of the entry.
pub(crate) fn read(
    directory: &Path,
    list: &BTreeMap<String, Row>,
    former: &BTreeMap<String, String>,
) -> Vec<Reference> {
    let slots = slots(&crate::text(&directory.join("spdx-templates.tsv")));
    let mut references = Vec::new();
    let mut canonical: BTreeSet<u64> = BTreeSet::new();
    let mut ids_by_text: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
    for (id, row) in spdx_order(list) {
        let kind = if row.is_exception { SequenceKind::Exception } else { SequenceKind::Canonical };
        let words = tokenize(row.text);
        let hash = tokens::sequence_hash(&words.hashes);
        // A GNU licence has one text and two identifiers; the text says neither `only` nor `or later`, and the
        // permission of later versions is one that somebody must state. So it is with `MPL-2.0-no-copyleft-exception`,
        // `OFL-1.1-RFN`, `GFDL-1.3-invariants-only`: what the longer identifier adds is said beside the text, if at all.
        let same_text = ids_by_text.entry(hash).or_default();
        let says_more = same_text.iter().any(|plain| base(id).starts_with(base(plain)));
        if words.len() >= SHORTEST && !says_more {
            same_text.push(id);
            let mut slots =
                slots.get(id).filter(|(of, _)| *of == hash).map(|(_, slots)| slots.clone()).unwrap_or_default();
            slots.extend(address_slots(&words.addresses(), &words.classes));
            references.push(Reference {
                kind,
                expression: id.to_owned(),
                hash,
                classes: words.classes,
                blocks: tokens::block_hashes(&words.hashes),
                slots,
                required: Vec::new(),
                is_loose: false,
            });
            for half in halves(row.text).into_iter().flatten() {
                let words = tokenize(&half);
                references.push(Reference {
                    kind,
                    expression: id.to_owned(),
                    hash: tokens::sequence_hash(&words.hashes),
                    blocks: tokens::block_hashes(&words.hashes),
                    slots: address_slots(&words.addresses(), &words.classes),
                    classes: words.classes,
                    required: Vec::new(),
                    is_loose: false,
                });
            }
            canonical.insert(hash);
        }
        if let Some(header) = row.header {
            let words = tokenize(header);
            if words.len() >= SHORTEST {
                let hash = tokens::sequence_hash(&words.hashes);
                references.push(Reference {
                    kind: SequenceKind::Notice,
                    expression: id.to_owned(),
                    hash,
                    classes: words.classes,
                    blocks: Vec::new(),
                    slots: Vec::new(),
                    required: Vec::new(),
                    is_loose: false,
                });
            }
        }
    }
    let models = fingerprints(directory, "models.bin.zst", former);
    let scancode = fingerprints(directory, "scancode.bin.zst", former);
    // Where a text has an identifier of ScanCode's and one of ours, ScanCode's is its name.
    let (licenses, rules): (Vec<_>, Vec<_>) =
        scancode.into_iter().partition(|one| matches!(one.kind, SequenceKind::Canonical | SequenceKind::Exception));
    let (named, ours): (Vec<_>, Vec<_>) =
        models.into_iter().partition(|one| !one.expression.starts_with("LicenseRef-licentia-"));
    for one in named.into_iter().chain(licenses).chain(ours).chain(rules) {
        let is_canonical =
            matches!(one.kind, SequenceKind::Canonical | SequenceKind::Exception | SequenceKind::UsePolicy);
        if canonical.contains(&one.hash) {
            continue;
        }
        if is_canonical {
            canonical.insert(one.hash);
        }
        references.push(reference(one));
    }
    promote_printings(&mut references);
    references
}

/// Most of a printing's words, as one in so many, that may differ from the text of the licensor.
const PRINTING_SHARE: usize = 30;

/// Makes canonical what ScanCode keeps as another form of a licence and what differs from the licensor's text in words
/// without force alone: another printing of the same licence.
fn promote_printings(references: &mut [Reference]) {
    let mut canonical: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    for one in references.iter().filter(|one| one.kind == SequenceKind::Canonical) {
        canonical.entry(one.expression.clone()).or_default().push(one.classes.clone());
    }
    for one in references.iter_mut().filter(|one| one.kind == SequenceKind::Variant && !one.blocks.is_empty()) {
        let texts = canonical.get(&one.expression).map(Vec::as_slice).unwrap_or_default();
        if texts.iter().any(|text| is_printing(text, &one.classes)) {
            one.kind = SequenceKind::Canonical;
        }
    }
}

fn is_printing(text: &[u8], other: &[u8]) -> bool {
    let most = text.len() / PRINTING_SHARE;
    let harmless = |classes: Option<&[u8]>| {
        classes.is_some_and(|classes| {
            classes.iter().all(|&class| tokens::force(class) == Force::None && !tokens::is_number(class))
        })
    };
    diff::hunks(text, other, most).is_some_and(|hunks| {
        hunks.iter().all(|hunk| harmless(text.get(hunk.missing.clone())) && harmless(other.get(hunk.added.clone())))
    })
}

/// Texts in which a word must stand to count as one that licences are written with. The names in a text or two are none.
const WRITTEN_IN: usize = 3;

/// Hashes of the words that SPDX texts are written with, sorted: a word that is not among them and stands where a similar
/// one should is a slip of the scanner or the hand, and no other word.
pub(crate) fn dictionary(list: &BTreeMap<String, Row>) -> Vec<u32> {
    let mut texts: BTreeMap<u32, usize> = BTreeMap::new();
    for text in list.values().flat_map(|row| [Some(row.text), row.header]).flatten() {
        for word in tokenize(text).hashes.into_iter().collect::<BTreeSet<u32>>() {
            *texts.entry(word).or_default() += 1;
        }
    }
    texts.into_iter().filter(|(_, texts)| *texts >= WRITTEN_IN).map(|(word, _)| word).collect()
}

/// Current identifiers, `-only` before `-or-later`, short before long.
fn spdx_order(list: &BTreeMap<String, Row>) -> impl Iterator<Item = (&str, &Row)> {
    let mut rows: Vec<(&str, &Row)> =
        list.iter().filter(|(_, row)| !row.is_deprecated).map(|(id, row)| (id.as_str(), row)).collect();
    rows.sort_by_key(|(id, _)| (id.ends_with("-or-later"), base(id).len(), *id));
    rows.into_iter()
}

/// The identifier without the clause on later versions.
fn base(id: &str) -> &str {
    id.trim_end_matches("-only").trim_end_matches("-or-later")
}

fn reference(one: Fingerprint) -> Reference {
    let Fingerprint { kind, expression, hash, classes, blocks, required, addresses, is_loose } = one;
    Reference {
        kind,
        expression,
        hash,
        slots: address_slots(&addresses, &classes),
        classes,
        blocks,
        required,
        is_loose,
    }
}

/// An address may be another address: hosts move, and no term hangs on the spelling of a link.
fn address_slots(addresses: &[(u32, u32)], classes: &[u8]) -> Vec<Slot> {
    addresses
        .iter()
        .map(|&(start, length)| {
            let words = classes.get(start as usize..(start + length) as usize).unwrap_or_default();
            Slot { start, length, is_optional: false, allowed: words.to_vec() }
        })
        .collect()
}

/// Set while the fingerprints are made anew for another format: the generator is built with this crate, which must
/// build without them once.
const BOOTSTRAP: &str = "LICENSE_DB_BOOTSTRAP";

fn fingerprints(directory: &Path, name: &str, former: &BTreeMap<String, String>) -> Vec<Fingerprint> {
    println!("cargo::rerun-if-env-changed={BOOTSTRAP}");
    if std::env::var_os(BOOTSTRAP).is_some() {
        println!("cargo::warning={BOOTSTRAP} is set: {name} is left out of the index");
        return Vec::new();
    }
    let path = directory.join(name);
    let packed = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut bytes = Vec::new();
    let mut decoder = ruzstd::decoding::StreamingDecoder::new(packed.as_slice())
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    std::io::Read::read_to_end(&mut decoder, &mut bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut fingerprints = read_fingerprints(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    for one in &mut fingerprints {
        if one.expression.split(' ').any(|word| former.contains_key(bare(word))) {
            let words = one.expression.split(' ').map(|word| match former.get(bare(word)) {
                Some(now) => word.replace(bare(word), now),
                None => word.to_owned(),
            });
            one.expression = words.collect::<Vec<_>>().join(" ");
        }
    }
    fingerprints
}

/// An operand of an expression without its parentheses.
fn bare(word: &str) -> &str {
    word.trim_matches(['(', ')'])
}

/// Identifier to the hash of the text that the slots belong to, and the slots.
fn slots(table: &str) -> BTreeMap<String, (u64, Vec<Slot>)> {
    table
        .lines()
        .map(|line| {
            let mut columns = line.split('\t');
            let id = columns.next().unwrap_or_default().to_owned();
            let hash = columns
                .next()
                .and_then(|hash| u64::from_str_radix(hash, 16).ok())
                .unwrap_or_else(|| panic!("spdx-templates.tsv: no hash for {id}"));
            let slots = columns
                .map(|column| slot(column).unwrap_or_else(|| panic!("spdx-templates.tsv: {id}: {column}")))
                .collect();
            (id, (hash, slots))
        })
        .collect()
}

fn slot(column: &str) -> Option<Slot> {
    let parts: Vec<&str> = column.split(':').collect();
    let [kind, start, length, allowed] = parts.as_slice() else { return None };
    let allowed = allowed
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect::<Option<Vec<u8>>>()?;
    Some(Slot { start: start.parse().ok()?, length: length.parse().ok()?, is_optional: *kind == "o", allowed })
}
