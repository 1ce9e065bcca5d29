//! The committed fingerprints are what the generator makes of the texts that the entries name.
//!
//! The texts are not in the repository. `LICENTIA_SHARED` names a directory with `license-texts/`: the texts and the
//! `index.jsonl` that the generator asks for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

#[path = "../examples/fingerprints/pack.rs"]
mod pack;
#[path = "../examples/fingerprints/texts.rs"]
mod texts;

fn committed(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fingerprints").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn shared() -> PathBuf {
    let shared = std::env::var_os("LICENTIA_SHARED").expect("LICENTIA_SHARED: the directory above license-texts");
    PathBuf::from(shared).join("license-texts")
}

#[test]
#[ignore = "needs the reference texts; .ci/run runs it where they are"]
fn the_fingerprints_of_model_licences_can_be_made_again() {
    let (fingerprints, sources) = texts::read(&shared()).expect("the reference texts");
    assert_eq!(pack::source_list(&sources).as_bytes(), committed("models.sources.tsv"));
    let packed = pack::packed(&fingerprints).expect("packed");
    assert!(packed == committed("models.bin.zst"), "models.bin.zst: make it anew");
}

#[test]
fn every_text_that_an_entry_names_went_into_the_fingerprints() {
    let list = String::from_utf8(committed("models.sources.tsv")).expect("UTF-8");
    let sources: BTreeMap<&str, &str> = list.lines().filter_map(|line| line.split_once('\t')).collect();
    assert_eq!(sources.len(), list.lines().count(), "a text twice");
    let named: BTreeSet<&str> =
        license_db::licenses().iter().flat_map(|license| license.texts).map(|text| text.sha256).collect();
    for digest in &named {
        assert!(sources.contains_key(digest), "no source has the digest {digest}");
    }
    // A text without an entry is one that its licensor has replaced by a licence of the SPDX list.
    let orphans: Vec<&&str> =
        sources.iter().filter(|(digest, _)| !named.contains(*digest)).map(|(_, name)| name).collect();
    assert_eq!(orphans, [&"LicenseRef-licentia-yi-1.0.txt"]);
}

#[test]
fn the_texts_of_one_entry_are_fingerprints_of_one_name() {
    let list = String::from_utf8(committed("models.sources.tsv")).expect("UTF-8");
    for (digest, file) in list.lines().filter_map(|line| line.split_once('\t')) {
        let owner =
            license_db::licenses().iter().find(|license| license.texts.iter().any(|text| text.sha256 == digest));
        let Some(owner) = owner else { continue };
        let stem = file.trim_end_matches(".txt");
        let numbered = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
        let is_its_own =
            [stem, numbered].iter().any(|id| license_db::license(id).is_some_and(|found| found.id == owner.id));
        assert!(is_its_own, "{file} is a text of {}", owner.id);
    }
}
