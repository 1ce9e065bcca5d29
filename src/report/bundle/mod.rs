//! `-o bundle=DIR`: a directory to pass on with a model: licence texts as they were found, NOTICE files byte for byte, a
//! page of attributions, and a list with hashes that says where each file came from and what is missing.
//!
//! Texts stand in `LICENSES/`, named as REUSE 3.3 names them: `<SPDX identifier>.txt`. A further text of the same licence,
//! with another holder for example, is `LicenseRef-<identifier>-text-2.txt`; one that is no single licence is
//! `LicenseRef-licentia-text-<digits of its SHA-256>.txt`. Notices stand in `NOTICE/<model>/`.

use std::io::{self, Write};

use self::manifest::{FileRow, FoundRow, LicenseRow, Manifest, MissingRow, NotSeenRow, SCHEMA, WorkRow};
use self::names::{Names, safe};
use super::attribution::{Attribution, FoundText, stands_so};
use super::style::Style;
use super::{Format, ReportFile, records, wire};
use crate::evidence::{TextKind, sha256};
use crate::license::{Expression, UNEXPLAINED};
use crate::location::Location;
use crate::scan::Scan;

mod manifest;
mod names;
mod page;

/// `-o bundle`.
pub(super) const FORMAT: Format = Format {
    name: "bundle",
    summary: "a directory to ship, as bundle=DIR: licence texts, NOTICE files, attributions, hashes",
    extension: "json",
    is_for_people: false,
    write,
    files: Some(files),
};

/// Directory of licence texts.
const LICENSES: &str = "LICENSES";
/// Directory of notices.
const NOTICES: &str = "NOTICE";
/// The page.
const PAGE: &str = "ATTRIBUTION.md";
/// The list.
const LIST: &str = "manifest.json";
/// Digits of a digest in a name.
const SHORT_DIGEST: usize = 12;

/// The JSON Schema of the list, as it stands in `schemas/bundle-1.schema.json`.
pub fn schema() -> serde_json::Value {
    wire::schema_of::<Manifest<'_>>()
}

/// The list alone.
fn write(scan: &Scan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let list = files(scan, style).into_iter().find(|file| file.path == LIST);
    out.write_all(&list.map(|file| file.bytes).unwrap_or_default())
}

fn files(scan: &Scan, style: &Style) -> Vec<ReportFile> {
    let found = Attribution::of(scan);
    let mut shelf = Shelf { scan, found: &found, names: Names::default(), all: Vec::new(), of_text: Vec::new() };
    shelf.texts();
    let missing = shelf.missing();
    shelf.all.sort_by(|one, other| one.row.path.cmp(&other.row.path));
    let page = page::page(scan, &found, &shelf.all.iter().map(|filed| &filed.row).collect::<Vec<_>>(), &missing);
    shelf.file(
        PAGE.to_owned(),
        page.into_bytes(),
        Provenance { kind: "attribution", origin: "written", license: None, source: None },
    );
    shelf.all.sort_by(|one, other| one.row.path.cmp(&other.row.path));
    let (rows, mut files): (Vec<FileRow<'_>>, Vec<ReportFile>) = shelf
        .all
        .into_iter()
        .map(|filed| (filed.row.path.clone(), filed))
        .map(|(path, filed)| (filed.row, ReportFile { path, bytes: filed.bytes }))
        .unzip();
    let manifest = manifest(scan, style, &found, rows, missing);
    let mut bytes = Vec::new();
    if wire::write_document(&manifest, &mut bytes).is_ok() {
        files.push(ReportFile { path: LIST.to_owned(), bytes });
    }
    files.sort();
    files
}

/// A file with what the list says of it.
struct Filed<'a> {
    row: FileRow<'a>,
    bytes: Vec<u8>,
}

/// Where a file comes from.
struct Provenance {
    kind: &'static str,
    origin: &'static str,
    license: Option<String>,
    source: Option<String>,
}

/// The files of a bundle, as they are put together.
struct Shelf<'a, 'b> {
    scan: &'a Scan,
    found: &'b Attribution<'a>,
    names: Names,
    all: Vec<Filed<'a>>,
    /// The path of each text in `LICENSES/`.
    of_text: Vec<Option<String>>,
}

impl<'a> Shelf<'a, '_> {
    fn file(&mut self, path: String, bytes: Vec<u8>, from: Provenance) {
        let row = FileRow {
            path,
            sha256: sha256(&bytes),
            bytes: bytes.len(),
            kind: from.kind,
            origin: from.origin,
            license: from.license,
            source: from.source,
            found_at: Vec::new(),
            verbatim: false,
            complete: true,
        };
        self.all.push(Filed { row, bytes });
    }

    /// Files one that was found at these places.
    fn found(&mut self, path: String, text: &FoundText<'a>, kind: &'static str, places: &[&'a Location]) {
        let scan = self.scan;
        let source = places.first().and_then(|place| scan.sources.get(place.source));
        let origin = Provenance {
            kind,
            origin: "found",
            license: text.expression.map(ToString::to_string),
            source: source.map(|source| source.name().to_owned()),
        };
        self.file(path, text.content.as_bytes().to_vec(), origin);
        let Some(Filed { row, .. }) = self.all.last_mut() else { return };
        row.verbatim = places.iter().any(|place| stands_so(scan, place, &text.sha256));
        row.complete = !text.is_cut;
        row.found_at = places
            .iter()
            .filter_map(|place| scan.sources.get(place.source).map(|source| (place, source)))
            .map(|(place, source)| FoundRow {
                index: place.source,
                work: source.name(),
                revision: source.revision.as_deref(),
                path: &place.path,
                key: place.key.as_deref(),
            })
            .collect();
    }

    fn texts(&mut self) {
        let found = self.found;
        // Each work has a directory of its own, whatever it is called.
        let folders: Vec<String> = found.works.iter().map(|work| self.names.unique(NOTICES, work.name, "")).collect();
        for text in &found.texts {
            if text.kind != TextKind::Notice {
                let path = self.license_path(text);
                self.of_text.push(Some(path.clone()));
                let kind = if text.kind == TextKind::UsePolicy { "use-policy" } else { "license" };
                self.found(path, text, kind, &text.places);
                continue;
            }
            self.of_text.push(None);
            for place in &text.places {
                let work = found.works.iter().position(|work| work.index == place.source);
                let Some(folder) = work.and_then(|work| folders.get(work)) else { continue };
                let path = self.names.unique(folder, &place.path, "");
                self.found(path, text, "notice", &[place]);
            }
        }
    }

    fn license_path(&mut self, text: &FoundText<'_>) -> String {
        let atoms = text.expression.map(Expression::atoms).unwrap_or_default();
        match atoms.as_slice() {
            // Only the text of a licence stands under its name.
            [atom] if atom.addition.is_none() && atom.license != UNEXPLAINED && text.is_text_of(&atom.license) => {
                self.path_of(&atom.license)
            }
            _ => {
                let digits = text.sha256.get(..SHORT_DIGEST).unwrap_or_default();
                self.names.unique(LICENSES, &format!("LicenseRef-licentia-text-{digits}"), ".txt")
            }
        }
    }

    /// A path for a text of a licence, under a name that REUSE takes.
    fn path_of(&mut self, id: &str) -> String {
        let id = safe(id);
        let prefix = if id.starts_with("LicenseRef-") { "" } else { "LicenseRef-" };
        let mut name = id.clone();
        let mut number = 1;
        while self.names.has(&format!("{LICENSES}/{name}.txt")) {
            number += 1;
            name = format!("{prefix}{id}-text-{number}");
        }
        self.names.unique(LICENSES, &name, ".txt")
    }

    /// Puts standard texts where none was found, and lists what is missing.
    fn missing(&mut self) -> Vec<MissingRow<'a>> {
        let found = self.found;
        let mut rows = Vec::new();
        for missing in &found.missing {
            let elsewhere = missing.elsewhere.and_then(|text| self.of_text.get(text).cloned().flatten());
            let (path, origin) = match (elsewhere, missing.standard) {
                (Some(path), _) => (Some(path), Some("found")),
                (None, Some(standard)) => {
                    let path = self.path_of(missing.id);
                    let source = Some(format!("SPDX licence list {}", self.scan.versions.spdx_list));
                    let license = Some(missing.id.to_owned());
                    let origin = Provenance { kind: "license", origin: "standard", license, source };
                    self.file(path.clone(), standard.as_bytes().to_vec(), origin);
                    (Some(path), Some("standard"))
                }
                (None, None) => (None, None),
            };
            let used_by = missing.works.iter().filter_map(|&work| found.works.get(work)).map(|work| work.name);
            rows.push(MissingRow {
                works: missing.works.clone(),
                license: missing.id,
                name: missing.license.map_or(missing.id, |license| license.name),
                used_by: used_by.collect(),
                addresses: missing.addresses.clone(),
                path,
                origin,
            });
        }
        rows
    }
}

fn manifest<'a>(
    scan: &'a Scan,
    style: &Style,
    found: &'a Attribution<'a>,
    files: Vec<FileRow<'a>>,
    missing: Vec<MissingRow<'a>>,
) -> Manifest<'a> {
    let works = found.works.iter().map(|work| WorkRow {
        name: work.name,
        kind: work.source.repository_kind.into(),
        revision: work.source.revision.as_deref(),
        address: work.address.as_deref(),
        followed: work.source.is_followed,
        licenses: work
            .licences
            .iter()
            .map(|(judged, expression)| LicenseRow {
                role: judged.subject.role.into(),
                path: &judged.subject.path,
                license: expression.map(ToString::to_string),
            })
            .collect(),
        copyrights: work.copyrights.clone(),
        displays: work.displays.iter().map(|(_, words, _)| words.as_str()).collect(),
    });
    let not_seen = scan.gaps.iter().map(|gap| NotSeenRow {
        kind: gap.kind.into(),
        target: scan.sources.get(gap.at.source).map_or("", |source| source.target.as_str()),
        path: &gap.at.path,
        detail: &gap.detail,
    });
    Manifest {
        schema: SCHEMA,
        tool: records::tool(scan),
        database: records::database(scan),
        created: style.dated.map(|_| style.created()),
        works: works.collect(),
        files,
        missing,
        not_seen: not_seen.collect(),
        not_opened: found.unopened.clone(),
        incomplete: scan.is_incomplete() || scan.lineage.unseen_models().next().is_some(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::evidence::Claim;
    use crate::report::attribution::tests::with_notice;
    use crate::report::escape::is_obeyed;
    use crate::report::sample;

    fn bundle(scan: &Scan) -> (Vec<ReportFile>, Value) {
        let files = files(scan, &Style::default());
        let list = files.iter().find(|file| file.path == LIST).expect("a list");
        let list = serde_json::from_slice(&list.bytes).expect("JSON");
        (files, list)
    }

    #[test]
    fn texts_notices_and_what_stands_in_have_their_places() {
        let (files, list) = bundle(&with_notice());
        let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "ATTRIBUTION.md",
                "LICENSES/CC-BY-NC-4.0.txt",
                "LICENSES/MIT.txt",
                "NOTICE/vendor--seg-net/NOTICE",
                "NOTICE/vendor--seg-net/docs--notice",
                "manifest.json",
            ]
        );
        let notice = "Segmenter\nCopyright 2026 Vendor\n\n\tThis product includes parts of Other.\n";
        assert_eq!(files[3].bytes, notice.as_bytes());
        let verbatim: Vec<&Value> =
            list["files"].as_array().expect("a list").iter().map(|row| &row["verbatim"]).collect();
        assert_eq!(verbatim, [false, false, false, true, false], "of the second place no digest is known");
        let standard = &list["files"][1];
        assert_eq!((&standard["origin"], &standard["license"]), (&"standard".into(), &"CC-BY-NC-4.0".into()));
        assert_eq!(list["missing"][0]["path"], "LICENSES/CC-BY-NC-4.0.txt");
        assert_eq!(list["files"][3]["found_at"][0]["path"], "NOTICE");
        assert_eq!((&list["incomplete"], &list["not_opened"][0]), (&true.into(), &"vendor/base".into()));
    }

    #[test]
    fn the_list_has_the_digest_of_every_file_and_follows_its_schema() {
        let schema = jsonschema::validator_for(&schema()).expect("a schema");
        for scan in [with_notice(), sample::scan(), sample::unjudged(), sample::hostile()] {
            let (files, list) = bundle(&scan);
            let errors: Vec<String> = schema.iter_errors(&list).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{errors:#?}");
            let rows = list["files"].as_array().expect("a list");
            assert_eq!(rows.len() + 1, files.len());
            for row in rows {
                let file = files.iter().find(|file| row["path"] == file.path.as_str()).expect("it is there");
                assert_eq!(row["sha256"], sha256(&file.bytes));
            }
            let mut printed = Vec::new();
            write(&scan, &Style::default(), &mut printed).expect("memory takes everything");
            assert_eq!(serde_json::from_slice::<Value>(&printed).expect("JSON"), list);
        }
    }

    #[test]
    fn two_texts_of_one_licence_are_both_kept_and_named_apart() {
        let mut scan = with_notice();
        let second = scan.texts.insert("MIT License\n\nCopyright (c) 2020 Somebody Else\n".to_owned());
        let mut evidence = scan.evidence[2].clone();
        evidence.at.path = "lib/LICENSE".to_owned();
        evidence.claim = Claim::Text { text: second, kind: TextKind::LicenseFile };
        scan.classifications.push(scan.classifications[2].clone());
        scan.evidence.push(evidence.clone());
        evidence.claim =
            Claim::Text { text: scan.texts.insert("All words reserved.".to_owned()), kind: TextKind::LicenseFile };
        scan.classifications.push(None);
        scan.evidence.push(evidence);
        let (files, _) = bundle(&scan);
        let paths: Vec<&str> =
            files.iter().map(|file| file.path.as_str()).filter(|path| path.contains("LicenseRef")).collect();
        let digits = &sha256(b"All words reserved.")[..12];
        assert_eq!(
            paths,
            [
                "LICENSES/LicenseRef-MIT-text-2.txt".to_owned(),
                format!("LICENSES/LicenseRef-licentia-text-{digits}.txt")
            ]
        );
    }

    #[test]
    fn no_name_of_a_model_leaves_the_directory_or_overwrites_another() {
        let mut scan = with_notice();
        scan.sources[0].repository = Some("../../x\u{202e}".to_owned());
        scan.evidence[3].at.path = "a/NOTICE".to_owned();
        scan.evidence[5].at.path = "A/notice".to_owned();
        let (files, list) = bundle(&scan);
        let mut seen = std::collections::BTreeSet::new();
        for file in &files {
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_/".contains(&byte);
            assert!(file.path.bytes().all(is_plain) && !file.path.contains(".."), "{}", file.path);
            assert!(seen.insert(file.path.to_lowercase()), "{}", file.path);
        }
        assert!(seen.contains("notice/x-/a--notice-2"), "{seen:?}");
        assert_eq!(list["works"][0]["name"], "../../x\u{202e}");
        let hostile = bundle(&sample::hostile()).0;
        let is_seen = |character: char| character == '\n' || !is_obeyed(character);
        // Standard texts have marks of their own and no word of the model.
        for file in hostile.into_iter().filter(|file| !file.path.starts_with(LICENSES)) {
            assert!(String::from_utf8_lossy(&file.bytes).chars().all(is_seen), "{}", file.path);
        }
    }

    #[test]
    fn the_same_scan_gives_the_same_bytes() {
        let first = files(&with_notice(), &Style::default());
        assert!((0..5).all(|_| files(&with_notice(), &Style::default()) == first));
    }
}
