//! `docs/findings/` holds what `licentia explain --format md` prints, a page for each finding.
//! `SNAPSHOTS=overwrite cargo test --test findings` writes it anew.

#![expect(clippy::disallowed_methods, reason = "the pages are files of this repository")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use licentia::finding::FindingKind;
use licentia::policy;
use licentia::report::Style;
use licentia::report::explain::{Explanation, FindingSheet, Form, write};

#[test]
fn the_pages_are_what_explain_prints() {
    let mut pages = BTreeMap::from([("README.md".to_owned(), printed(policy::finding_kinds()))]);
    pages.extend(policy::finding_kinds().map(|kind| (format!("{}.md", kind.name), printed([kind]))));
    if env::var_os("SNAPSHOTS").is_some_and(|word| word == "overwrite") {
        for name in committed().into_keys().filter(|name| !pages.contains_key(name)) {
            fs::remove_file(folder().join(name)).expect("the repository can be written");
        }
        fs::create_dir_all(folder()).expect("the repository can be written");
        for (name, page) in &pages {
            fs::write(folder().join(name), page).expect("the repository can be written");
        }
    }
    let committed = committed();
    let names = |pages: &BTreeMap<String, String>| pages.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&committed), names(&pages), "SNAPSHOTS=overwrite cargo test --test findings");
    for (name, page) in &pages {
        assert_eq!(
            &committed[name], page,
            "docs/findings/{name} is stale: SNAPSHOTS=overwrite cargo test --test findings"
        );
    }
}

/// What `licentia explain --format md` prints for one finding, or for all.
fn printed(kinds: impl IntoIterator<Item = &'static FindingKind>) -> String {
    let findings = kinds.into_iter().map(FindingSheet::of).collect();
    let explanation = Explanation { findings, ..Explanation::default() };
    let mut bytes = Vec::new();
    write(&explanation, Form::Markdown, &Style::default(), &mut bytes).expect("memory takes everything");
    String::from_utf8(bytes).expect("pages are UTF-8")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/findings")
}

fn committed() -> BTreeMap<String, String> {
    let Ok(files) = fs::read_dir(folder()) else { return BTreeMap::new() };
    let files = files.map(|entry| entry.expect("a file").path());
    files
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("a readable page"))
        })
        .collect()
}
