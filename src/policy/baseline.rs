//! The baseline: old findings that stay visible and do not fail, so that a gate can start on an old code base.
//!
//! A finding is known by a fingerprint of what it says: its name, the model without its revision, the subject, the
//! licence, and the licence texts that it rests on. Lines and revisions are not in it, so an update keeps it; another
//! licence text is a new finding.

use serde::{Deserialize, Serialize};

use super::Seen;
use super::message::escaped;
use super::scope::plain;
use crate::error::{Error, ErrorKind};
use crate::evidence::{Claim, sha256};
use crate::fact::Reason;
use crate::finding::{Finding, Level, PolicyPlace};
use crate::scan::{Scan, Source};

/// Name and version of the format.
pub const SCHEMA: &str = "licentia.baseline/1";

/// Old findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The name of the file in messages.
    pub file: String,
    /// Sorted.
    pub entries: Vec<Entry>,
}

/// One old finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The model or path, without its revision.
    pub target: String,
    /// The finding's name.
    pub name: String,
    /// The subject: `weights`, `component third_party/x`.
    pub subject: String,
    /// The licence that it is about.
    pub license: Option<String>,
    /// What is compared.
    pub fingerprint: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    schema: String,
    findings: Vec<Entry>,
}

impl Baseline {
    /// Reads a baseline. `file` is its name in messages.
    ///
    /// # Errors
    /// Of the kind [`ErrorKind::Policy`], where it is no baseline of this version.
    pub fn parse(text: &str, file: &str) -> Result<Self, Error> {
        let refused = |why: String| {
            let help = "write it anew with `licentia baseline write --force`";
            Error::new(ErrorKind::Policy, format!("{}: {why}; {help}", escaped(file)))
        };
        let document: Document = serde_json::from_str(text)
            .map_err(|error| refused(format!("no baseline can be read from it: {}", escaped(&error.to_string()))))?;
        if document.schema != SCHEMA {
            return Err(refused(format!(
                "its schema is {}, and this version reads {SCHEMA}",
                escaped(&document.schema)
            )));
        }
        let mut entries = document.findings;
        entries.sort();
        entries.dedup();
        Ok(Self { file: file.to_owned(), entries })
    }

    /// The baseline of a scan: everything at a level that could fail and that nobody accepted.
    pub fn of_scan(scan: &Scan, file: &str) -> Self {
        let seen = Seen::of(scan);
        let counts = |finding: &&Finding| finding.waived.is_none() && finding.level > Level::Note;
        let mut entries: Vec<Entry> =
            scan.findings.iter().filter(counts).filter_map(|finding| entry(&seen, finding)).collect();
        entries.sort();
        entries.dedup();
        Self { file: file.to_owned(), entries }
    }

    /// The file: indented JSON with a newline at its end.
    pub fn to_json(&self) -> String {
        let document = Document { schema: SCHEMA.to_owned(), findings: self.entries.clone() };
        serde_json::to_string_pretty(&document).map_or_else(|_| String::new(), |json| json + "\n")
    }

    /// Marks the findings that it holds.
    pub(crate) fn apply(&self, seen: &Seen<'_>, findings: &mut [Finding]) {
        for finding in findings.iter_mut().filter(|finding| finding.waived.is_none()) {
            finding.is_existing = entry(seen, finding).is_some_and(|found| self.holds(&found));
        }
    }

    fn holds(&self, found: &Entry) -> bool {
        self.entries.iter().any(|entry| entry.fingerprint == found.fingerprint)
    }

    /// Entries for targets of the scan, seen whole, that nothing found now is.
    pub(crate) fn resolved<'b>(&'b self, seen: &Seen<'_>, findings: &[Finding]) -> Vec<&'b Entry> {
        let now: Vec<Entry> = findings.iter().filter_map(|finding| entry(seen, finding)).collect();
        let is_whole =
            |index: usize| !seen.gaps.iter().any(|gap| gap.at.source == index && gap.kind.makes_incomplete());
        let scanned: Vec<&str> = seen
            .sources
            .iter()
            .enumerate()
            .filter(|(index, _)| is_whole(*index))
            .map(|(_, source)| identity(source))
            .collect();
        let is_resolved = |entry: &&Entry| {
            scanned.contains(&entry.target.as_str()) && !now.iter().any(|found| found.fingerprint == entry.fingerprint)
        };
        self.entries.iter().filter(is_resolved).collect()
    }

    /// The baseline without what a scan shows to be resolved; and how many entries that were.
    pub fn pruned(&self, scan: &Scan) -> (Self, usize) {
        let seen = Seen::of(scan);
        let resolved: Vec<&Entry> = self.resolved(&seen, &scan.findings);
        let kept = self.entries.iter().filter(|entry| !resolved.contains(entry)).cloned().collect();
        (Self { file: self.file.clone(), entries: kept }, resolved.len())
    }

    pub(crate) fn place(&self) -> PolicyPlace {
        PolicyPlace { file: self.file.clone(), span: None, key: "baseline".to_owned(), value: SCHEMA.to_owned() }
    }
}

/// What a source is known by from run to run: its repository, else its path.
pub(crate) fn identity(source: &Source) -> &str {
    let known = source.repository.as_deref().or(source.within.as_deref());
    known.unwrap_or_else(|| plain(&source.target))
}

/// A key by which a finding is known from run to run: 64 hexadecimal digits. Lines and revisions do not change it, another
/// licence or licence text does. Of a finding about the whole scan it is what the finding says.
pub fn fingerprint(scan: &Scan, finding: &Finding) -> String {
    let about_all = || sha256(["v1", finding.name, "", &finding.message].join("\0").as_bytes());
    entry(&Seen::of(scan), finding).map_or_else(about_all, |entry| entry.fingerprint)
}

/// A finding about a subject as an entry.
fn entry(seen: &Seen<'_>, finding: &Finding) -> Option<Entry> {
    let subject = finding.subject.as_ref()?;
    let source = seen.sources.get(subject.source)?;
    let subject = match subject.path.as_str() {
        "" => subject.role.to_string(),
        path => format!("{} {path}", subject.role),
    };
    let texts = texts(seen, finding).join(" ");
    let license = finding.license.clone();
    let parts =
        ["v1", finding.name, identity(source), &subject, license.as_deref().unwrap_or_default(), texts.as_str()];
    let fingerprint = sha256(parts.join("\0").as_bytes());
    Some(Entry { target: identity(source).to_owned(), name: finding.name.to_owned(), subject, license, fingerprint })
}

/// The licence texts and the labels that a finding rests on: each once, by its digest or its words, sorted.
fn texts(seen: &Seen<'_>, finding: &Finding) -> Vec<String> {
    let mut waiting = finding.because.clone();
    let mut followed = std::collections::BTreeSet::new();
    let mut found = std::collections::BTreeSet::new();
    while let Some(reason) = waiting.pop() {
        if !followed.insert(reason) {
            continue;
        }
        match reason {
            Reason::Fact(index) => {
                waiting.extend(seen.facts.get(index).iter().flat_map(|fact| fact.because.iter().copied()));
            }
            Reason::Evidence(index) => match seen.evidence.get(index).map(|evidence| &evidence.claim) {
                Some(Claim::Text { text, .. }) => {
                    found.insert(text.as_str().to_owned());
                }
                Some(Claim::License(word) | Claim::LicenseName(word) | Claim::Expression(word)) => {
                    found.insert(word.trim().to_lowercase());
                }
                Some(Claim::Parent { reference, .. } | Claim::Dataset(reference)) => {
                    found.insert(reference.trim().to_owned());
                }
                _ => {}
            },
            Reason::Gap(_) | Reason::Searched(_) => {}
        }
    }
    found.into_iter().collect()
}
