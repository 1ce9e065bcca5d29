//! Where a build service shows a finding, and by which key it knows the finding again.
//!
//! A build service opens files of the checkout that it builds. What is wrong with a model that lies elsewhere is shown
//! where the project names the model: in its source code, else in its policy.

use std::collections::BTreeMap;

use super::escape::is_obeyed;
use super::layout::opened;
use crate::evidence::sha256;
use crate::finding::{Finding, PolicyPlace};
use crate::location::{Location, Span};
use crate::policy::baseline;
use crate::scan::{Scan, SourceKind};

/// A place in the checkout.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Anchor {
    /// Slash-separated, relative to where the user stands; never empty, never absolute, never with `..` where the
    /// finding has another place to be shown at.
    pub(super) path: String,
    /// Lines and columns; the first character of a file that has no lines.
    pub(super) span: Span,
    /// Whether it is a file of this machine: what lies on the Hub only has a name.
    pub(super) is_here: bool,
}

/// The first character of a file.
const START: Span = Span { start_line: 1, start_column: 1, end_line: 1, end_column: 2 };

impl Anchor {
    /// Where a finding is shown: its first place that lies in the checkout, else the line that names the model, else the
    /// line of the policy, else its first place wherever that is.
    pub(super) fn of(scan: &Scan, finding: &Finding) -> Self {
        let places = || finding.locations.iter();
        let here = || places().find_map(|location| Self::of_location(scan, location).filter(Self::is_in_checkout));
        let sources = || {
            let own = finding.subject.as_ref().map(|subject| subject.source);
            own.into_iter().chain(places().map(|location| location.source))
        };
        let named = || {
            let lines = sources().filter_map(|source| scan.sources.get(source)).flat_map(|source| &source.named_in);
            lines.filter_map(|line| Self::of_words(line)).find(Self::is_in_checkout)
        };
        let by_policy = || finding.policy.iter().find_map(Self::of_policy).filter(Self::is_in_checkout);
        let policy_file = || {
            let file = scan.policy.as_ref()?.file.as_deref()?;
            Some(Self { path: relative(file), span: START, is_here: true }).filter(Self::is_in_checkout)
        };
        let anywhere = || places().find_map(|location| Self::of_location(scan, location));
        let target = || {
            let source = sources().find_map(|source| scan.sources.get(source)).or_else(|| scan.sources.first());
            let path = source.map_or_else(|| "licentia.toml".to_owned(), |source| relative(source.name()));
            Self { path, span: START, is_here: false }
        };
        let found = here().or_else(named).or_else(by_policy).or_else(policy_file).or_else(anywhere);
        found.filter(|anchor| !anchor.path.is_empty()).unwrap_or_else(target)
    }

    /// The path without what leads out of the checkout, for formats that take no other: `../x` and `/x` are `x`.
    pub(super) fn name_below(&self) -> String {
        let parts = self.path.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
        parts.collect::<Vec<_>>().join("/")
    }

    /// A place of a scanned source; `None` where it names no file.
    pub(super) fn of_location(scan: &Scan, location: &Location) -> Option<Self> {
        let source = scan.sources.get(location.source);
        let is_here = source.is_some_and(|source| is_on_this_machine(source.kind));
        if location.path.is_empty() && source.is_some_and(|source| source.kind != SourceKind::File) {
            return None;
        }
        Some(Self {
            path: relative(&opened(source, &location.path)),
            span: location.span.map_or(START, not_empty),
            is_here,
        })
    }

    /// A line of the policy; `None` where it stands in no file.
    pub(super) fn of_policy(place: &PolicyPlace) -> Option<Self> {
        let span = not_empty(place.span?);
        Some(Self { path: relative(&place.file), span, is_here: true })
    }

    /// `train.py:12:20`
    fn of_words(words: &str) -> Option<Self> {
        let (rest, column) = words.rsplit_once(':')?;
        let (path, line) = rest.rsplit_once(':')?;
        let (start_line, start_column) = (line.parse().ok()?, column.parse().ok()?);
        let span = Span { start_line, start_column, end_line: start_line, end_column: start_column };
        Some(Self { path: relative(path), span: not_empty(span), is_here: true })
    }

    /// Whether a build service finds the file below the directory that the user stands in.
    pub(super) fn is_in_checkout(&self) -> bool {
        let leaves = self.path.starts_with('/') || self.path.split('/').any(|part| part == "..");
        self.is_here && !leaves && !self.path.is_empty() && !self.path.contains(':') && !self.path.contains(is_obeyed)
    }
}

/// Whether its files can be opened by the paths that the user wrote.
fn is_on_this_machine(kind: SourceKind) -> bool {
    matches!(kind, SourceKind::Directory | SourceKind::File)
}

/// At least one character, as build services ask for.
fn not_empty(span: Span) -> Span {
    let start_line = span.start_line.max(1);
    let start_column = span.start_column.max(1);
    let end_line = span.end_line.max(start_line);
    let least = if end_line == start_line { start_column.saturating_add(1) } else { 1 };
    Span { start_line, start_column, end_line, end_column: span.end_column.max(least) }
}

/// With slashes, and without what says nothing: `./a/./b` is `a/b`.
fn relative(path: &str) -> String {
    let path = path.replace('\\', "/");
    let root = if path.starts_with('/') { "/" } else { "" };
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    format!("{root}{}", parts.join("/"))
}

/// A key for each of these findings, in their order, which need not all stand in the scan: 64 hexadecimal digits, no two
/// alike. It stays the same when lines move or the model gets another revision, and changes with the licence
/// ([`baseline::fingerprint`]). Of several findings that say the same of one subject the second has another key than the
/// first.
pub(super) fn keys_of<'f>(scan: &Scan, findings: impl Iterator<Item = &'f Finding>) -> Vec<String> {
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let key = |finding: &Finding| {
        let first = baseline::fingerprint(scan, finding);
        let repeated = known.entry(first.clone()).or_default();
        *repeated += 1;
        if *repeated == 1 { first } else { sha256(format!("{first}\0{repeated}").as_bytes()) }
    };
    findings.map(key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_finding_is_shown_in_the_file_that_it_is_about() {
        let scan = sample::scan();
        let anchor = Anchor::of(&scan, &scan.findings[1]);
        assert_eq!(anchor.path, "seg-net/README.md");
        assert_eq!((anchor.span.start_line, anchor.span.start_column, anchor.is_here), (4, 10, true));
    }

    #[test]
    fn what_lies_elsewhere_is_shown_where_the_project_names_it() {
        let mut scan = sample::scan();
        scan.sources[0].kind = SourceKind::Hub;
        scan.sources[0].named_in = vec!["train.py:12:20".to_owned()];
        let anchor = Anchor::of(&scan, &scan.findings[1]);
        assert_eq!((anchor.path.as_str(), anchor.span.start_line, anchor.span.end_column), ("train.py", 12, 21));
        scan.sources[0].named_in.clear();
        scan.findings[1].policy = vec![PolicyPlace {
            file: "./licentia.toml".to_owned(),
            span: Some(Span { start_line: 3, start_column: 8, end_line: 3, end_column: 30 }),
            key: "licenses.deny".to_owned(),
            value: String::new(),
        }];
        let anchor = Anchor::of(&scan, &scan.findings[1]);
        assert_eq!((anchor.path.as_str(), anchor.span.start_line), ("licentia.toml", 3));
        scan.findings[1].policy.clear();
        let anchor = Anchor::of(&scan, &scan.findings[1]);
        assert_eq!((anchor.path.as_str(), anchor.is_here), ("seg-net/README.md", false));
    }

    #[test]
    fn a_finding_without_a_place_still_has_one() {
        let mut scan = sample::scan();
        scan.findings[0].locations.clear();
        scan.findings[0].subject = None;
        assert_eq!(Anchor::of(&scan, &scan.findings[0]).path, "vendor/seg-net");
        scan.sources.clear();
        assert_eq!(Anchor::of(&scan, &scan.findings[0]).path, "licentia.toml");
    }

    #[test]
    fn keys_are_apart_and_do_not_move_with_lines() {
        let mut scan = sample::scan();
        let before = keys_of(&scan, scan.findings.iter());
        assert!(before.iter().all(|key| key.len() == 64) && before[0] != before[1]);
        scan.findings[1].locations[0].span = None;
        assert_eq!(keys_of(&scan, scan.findings.iter()), before);
        let again = scan.findings[1].clone();
        scan.findings.push(again);
        let after = keys_of(&scan, scan.findings.iter());
        assert_eq!(after[..2], before[..]);
        assert!(after[2] != after[1]);
    }

    #[test]
    fn paths_are_plain() {
        assert_eq!(relative("./a/.//b\\c"), "a/b/c");
        assert_eq!(relative("/x/../y"), "/x/../y");
        assert_eq!(
            Anchor::of_words("a:b.py:3:0").map(|anchor| (anchor.path, anchor.span.start_column)),
            Some(("a:b.py".to_owned(), 1))
        );
        assert_eq!(Anchor::of_words("licentia.toml"), None);
    }
}
