//! `licentia.lock`: for each model its revision, the bytes of its licence files, and what was concluded, as somebody last
//! agreed to them. Commit it.

use serde::{Deserialize, Serialize};

use super::Seen;
use super::baseline::identity;
use super::message::{escaped, quoted};
use crate::error::{Error, ErrorKind};
use crate::finding::PolicyPlace;
use crate::license::Expression;
use crate::scan::{Scan, Source};
use crate::subject::Subject;

/// The version of the format.
const SCHEMA: u32 = 1;
const HEADER: &str = "# Written by `licentia lock`; commit it, and do not edit it by hand.\n";

/// What was agreed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// The name of the file in messages.
    pub file: String,
    document: Document,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Document {
    schema: u32,
    /// Versions of what wrote it; they say nothing about a model and make no lock stale.
    tool: String,
    spdx_list: String,
    database: String,
    #[serde(default, rename = "model")]
    models: Vec<Model>,
}

/// One model.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Model {
    target: String,
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revision: Option<String>,
    #[serde(default, rename = "subject")]
    subjects: Vec<LockedSubject>,
    #[serde(default, rename = "file")]
    files: Vec<LockedFile>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LockedSubject {
    role: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    path: String,
    /// The concluded licence; nothing where none could be named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    concluded: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LockedFile {
    path: String,
    sha256: String,
}

/// One difference between the lock and what was scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// Index of the source.
    pub(crate) source: usize,
    /// The model.
    pub(crate) target: String,
    /// The file, where it is one; else empty.
    pub(crate) path: String,
    /// A clause.
    pub(crate) words: String,
}

impl Lock {
    /// Reads a lock. `file` is its name in messages.
    ///
    /// # Errors
    /// Of the kind [`ErrorKind::Policy`], where it is no lock of this version.
    pub fn parse(text: &str, file: &str) -> Result<Self, Error> {
        let refused = |why: String| {
            Error::new(ErrorKind::Policy, format!("{}: {why}; write it anew with `licentia lock`", escaped(file)))
        };
        let document: Document = toml::from_str(text)
            .map_err(|error| refused(format!("no lock can be read from it: {}", escaped(error.message()))))?;
        if document.schema != SCHEMA {
            return Err(refused(format!("its schema is {}, and this version reads {SCHEMA}", document.schema)));
        }
        Ok(Self { file: file.to_owned(), document })
    }

    /// The lock of a scan. Models that `known` holds and that were not scanned are kept.
    pub fn of_scan(scan: &Scan, file: &str, known: Option<&Self>) -> Self {
        let seen = Seen::of(scan);
        let concluded: Vec<_> = scan.judged.iter().map(|judged| (&judged.subject, judged.concluded.as_ref())).collect();
        let mut models: Vec<Model> =
            (0..scan.sources.len()).filter_map(|index| model(&seen, &concluded, index)).collect();
        let old = known.map(|known| known.document.models.clone()).unwrap_or_default();
        models.extend(old.into_iter().filter(|old| !scan.sources.iter().any(|source| identity(source) == old.target)));
        models.sort();
        models.dedup();
        let document = Document {
            schema: SCHEMA,
            tool: scan.versions.tool.clone(),
            spdx_list: scan.versions.spdx_list.clone(),
            database: scan.versions.database.clone(),
            models,
        };
        Self { file: file.to_owned(), document }
    }

    /// The file.
    pub fn to_toml(&self) -> String {
        format!("{HEADER}{}", toml::to_string(&self.document).unwrap_or_default())
    }

    /// How many models it holds.
    pub fn len(&self) -> usize {
        self.document.models.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.document.models.is_empty()
    }

    /// Why a scan is not what the lock says, each difference in a sentence: for `--locked`. Nothing where they agree.
    pub fn staleness(&self, scan: &Scan) -> Vec<String> {
        let seen = Seen::of(scan);
        let concluded: Vec<_> = scan.judged.iter().map(|judged| (&judged.subject, judged.concluded.as_ref())).collect();
        let mut stale = Vec::new();
        for (index, source) in scan.sources.iter().enumerate() {
            match self.model(source) {
                None => stale.push(format!("{} is not in it", quoted(identity(source)))),
                Some(known) if known.revision != source.revision => {
                    let say =
                        |revision: &Option<String>| revision.as_deref().map_or_else(|| "none".to_owned(), escaped);
                    stale.push(format!(
                        "{} has the revision {} in it, and {} now",
                        quoted(identity(source)),
                        say(&known.revision),
                        say(&source.revision)
                    ));
                }
                Some(_) => {}
            }
            let changes = self.changes(&seen, &concluded).into_iter().filter(|change| change.source == index);
            stale.extend(changes.map(|change| format!("{}: {}", quoted(&change.target), change.words)));
        }
        stale
    }

    /// Whether it holds the commit of a source.
    pub(crate) fn pins(&self, source: &Source) -> bool {
        source.revision.is_some() && self.model(source).is_some_and(|model| model.revision == source.revision)
    }

    fn model(&self, source: &Source) -> Option<&Model> {
        self.document.models.iter().find(|model| model.target == identity(source))
    }

    /// What is different now, for the models that it holds.
    pub(crate) fn changes(&self, seen: &Seen<'_>, concluded: &[(&Subject, Option<&Expression>)]) -> Vec<Change> {
        let mut changes = Vec::new();
        for (index, source) in seen.sources.iter().enumerate() {
            let Some(known) = self.model(source) else { continue };
            let Some(now) = model(seen, concluded, index) else { continue };
            let mut add = |path: &str, words: String| {
                changes.push(Change { source: index, target: known.target.clone(), path: path.to_owned(), words });
            };
            let say = |license: &Option<String>| license.clone().unwrap_or_else(|| "no identified licence".to_owned());
            for subject in &now.subjects {
                let is_same = |old: &&LockedSubject| old.role == subject.role && old.path == subject.path;
                let name = if subject.path.is_empty() {
                    subject.role.clone()
                } else {
                    format!("{} {}", subject.role, escaped(&subject.path))
                };
                match known.subjects.iter().find(is_same) {
                    Some(old) if old.concluded != subject.concluded => {
                        add(
                            "",
                            format!(
                                "the {name} are {} now and were {} when the lock was written",
                                say(&subject.concluded),
                                say(&old.concluded)
                            ),
                        );
                    }
                    Some(_) => {}
                    None => add(
                        "",
                        format!("the {name} were not there when the lock was written ({})", say(&subject.concluded)),
                    ),
                }
            }
            for old in &known.files {
                match now.files.iter().find(|file| file.path == old.path) {
                    Some(file) if file.sha256 != old.sha256 && is_license_file(&old.path) => {
                        add(
                            &old.path,
                            format!("{} has other bytes than when the lock was written", escaped(&old.path)),
                        );
                    }
                    Some(_) => {}
                    None => {
                        add("", format!("{} was there when the lock was written and is not now", escaped(&old.path)));
                    }
                }
            }
            for file in &now.files {
                if is_license_file(&file.path) && !known.files.iter().any(|old| old.path == file.path) {
                    add(&file.path, format!("{} was not there when the lock was written", escaped(&file.path)));
                }
            }
        }
        changes
    }

    pub(crate) fn place(&self) -> PolicyPlace {
        PolicyPlace { file: self.file.clone(), span: None, key: "lock".to_owned(), value: format!("schema {SCHEMA}") }
    }
}

/// A card changes with every typing error that is mended, and what it declares is compared by itself. A licence file is
/// compared byte by byte.
fn is_license_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    ["licen", "copying", "notice", "terms", "agreement", "polic"].iter().any(|word| name.contains(word))
}

fn model(seen: &Seen<'_>, concluded: &[(&Subject, Option<&Expression>)], index: usize) -> Option<Model> {
    let source = seen.sources.get(index)?;
    let own = concluded.iter().filter(|(subject, _)| subject.source == index);
    let subjects = own.map(|(subject, concluded)| LockedSubject {
        role: subject.role.as_str().to_owned(),
        path: subject.path.clone(),
        concluded: concluded.map(ToString::to_string),
    });
    let files = seen.digests.iter().filter(|digest| digest.source == index);
    let files = files.map(|digest| LockedFile { path: digest.path.clone(), sha256: digest.sha256.clone() });
    Some(Model {
        target: identity(source).to_owned(),
        kind: source.repository_kind.as_str().to_owned(),
        revision: source.revision.clone(),
        subjects: subjects.collect(),
        files: files.collect(),
    })
}
