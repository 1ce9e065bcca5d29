//! SPDX documents: what version 2.3 and version 3.0.1 share.
//!
//! Both list the same parts ([`Parts`]) under the same names, say the same of each in words ([`words`]), and write
//! licences through [`licenses`], which keeps every expression within the grammar of the version that it stands in.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::escape::inert;
use super::parts::{Part, Parts};
use crate::evidence::Claim;
use crate::finding::Finding;
use crate::scan::Scan;
use crate::source::hub_id::HubId;
use crate::source::uri;
use crate::subject::Subject;

mod licenses;
#[cfg(test)]
mod profile;
pub(super) mod v2;
pub(super) mod v3;
mod v3_rows;
mod words;

/// Where the names of our documents begin; a digest of what they hold follows. SPDX keeps the place for whoever has no
/// server of their own, and nothing needs to answer there.
const NAMESPACE: &str = "https://spdx.org/spdxdocs/licentia-";

/// What both formats write.
struct Bill<'a> {
    scan: &'a Scan,
    parts: Parts<'a>,
    /// The part that a source is, by the index of the source.
    wholes: BTreeMap<usize, usize>,
    /// The part that a subject is.
    of_subjects: BTreeMap<&'a Subject, usize>,
    /// Sources of which, or of whose ancestors, something was not seen.
    incomplete: BTreeSet<usize>,
}

/// What is said about a part beside its fields.
#[derive(Debug, PartialEq, Eq)]
struct Remark {
    /// Position of the part; `None` where it is about the whole scan.
    about: Option<usize>,
    /// Whether the policy minds it; else it is something that was not seen.
    is_finding: bool,
    /// The words, already inert but for line breaks.
    words: String,
}

impl<'a> Bill<'a> {
    fn of(scan: &'a Scan) -> Self {
        let parts = Parts::of(scan);
        let nodes = scan.lineage.nodes.iter().enumerate();
        let wholes = nodes.filter_map(|(position, node)| Some((node.source?, position))).collect();
        let judged = parts.all.iter().enumerate();
        let of_subjects = judged.filter_map(|(position, part)| Some((&part.judged?.subject, position))).collect();
        Self { scan, parts, wholes, of_subjects, incomplete: scan.incomplete_sources() }
    }

    /// What the document is about: what the user named; where that is nothing, all of it.
    fn roots(&self) -> Vec<&Part<'a>> {
        let named: Vec<_> = self.parts.all.iter().filter(|part| part.is_target && part.inside.is_none()).collect();
        if named.is_empty() { self.parts.all.iter().collect() } else { named }
    }

    /// Every finding, then everything that was not seen.
    fn remarks(&self) -> Vec<Remark> {
        let findings = self.scan.findings.iter().map(|finding| Remark {
            about: self.about(finding),
            is_finding: true,
            words: words::finding(self.scan, finding),
        });
        let gaps = self.scan.gaps.iter().map(|gap| Remark {
            about: self.wholes.get(&gap.at.source).copied(),
            is_finding: false,
            words: words::gap(self.scan, gap),
        });
        findings.chain(gaps).collect()
    }

    fn about(&self, finding: &Finding) -> Option<usize> {
        let subject = finding.subject.as_ref()?;
        self.of_subjects.get(subject).or_else(|| self.wholes.get(&subject.source)).copied()
    }

    /// What it is called, on one line; never nothing.
    fn called(part: &Part<'_>) -> String {
        if part.name.trim().is_empty() { part.id.clone() } else { inert(&part.name) }
    }

    /// Its commit or tag, on one line.
    fn version(part: &Part<'_>) -> Option<String> {
        part.revision.filter(|revision| !revision.trim().is_empty()).map(inert)
    }

    /// The part that lies in no other: the repository.
    fn whole<'p>(&'p self, part: &'p Part<'a>) -> &'p Part<'a> {
        part.inside.and_then(|position| self.parts.all.get(position)).unwrap_or(part)
    }

    /// The repository on the Hub.
    fn hub_id(&self, part: &Part<'a>) -> Option<HubId> {
        self.whole(part).address.as_deref().and_then(HubId::of_link)
    }

    /// Who gives it away: the account on the Hub. Whether that is a person or an organisation is not known.
    fn supplier(&self, part: &Part<'a>) -> Option<String> {
        let id = self.hub_id(part)?;
        id.name.split_once('/').map(|(account, _)| account.to_owned())
    }

    /// Where it can be got, as SPDX writes the place in a repository: `git+https://host/org/name@revision#path`.
    fn download_location(&self, part: &Part<'a>) -> Option<String> {
        let mut location = format!("git+{}", self.whole(part).address.as_deref()?);
        if let Some(revision) = part.revision.filter(|revision| !revision.is_empty()) {
            let _ = write!(location, "@{}", uri::path(revision));
        }
        let path = part.judged.map_or("", |judged| judged.subject.path.as_str());
        if !path.is_empty() {
            let _ = write!(location, "#{}", uri::path(path));
        }
        Some(location)
    }

    /// Lines of copyright that stand in it, each once, in their order; `None` where none was found.
    fn copyright(&self, part: &Part<'a>) -> Option<String> {
        let source = self.source_index(part)?;
        let path = part.judged.map_or("", |judged| judged.subject.path.as_str());
        let lies_in = |file: &str| path.is_empty() || file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        let mut lines: Vec<String> = Vec::new();
        for evidence in self.scan.evidence.iter().filter(|found| found.at.source == source && lies_in(&found.at.path)) {
            let Claim::Copyright(line) = &evidence.claim else { continue };
            let line = inert(line.trim());
            if !line.is_empty() && !lines.contains(&line) {
                lines.push(line);
            }
        }
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    fn source_index(&self, part: &Part<'a>) -> Option<usize> {
        let source = part.source?;
        self.scan.sources.iter().position(|known| std::ptr::eq(known, source))
    }

    /// Whether something of it was left unseen.
    fn is_incomplete(&self, part: &Part<'a>) -> bool {
        let Some(source) = self.source_index(part) else { return true };
        self.scan.gaps.iter().any(|gap| gap.at.source == source && gap.kind.makes_incomplete())
    }

    /// The name of the document.
    fn name(&self) -> String {
        let roots = self.roots();
        match roots.as_slice() {
            [] => "licences of nothing".to_owned(),
            [one] => format!("licences of {}", Self::called(one)),
            [first, rest @ ..] => format!("licences of {} and {} more", Self::called(first), rest.len()),
        }
    }

    /// Name and version of the tool, as SPDX writes them.
    fn tool(&self) -> String {
        format!("licentia-{}", inert(&self.scan.versions.tool))
    }
}

/// `3`, `29` and `0` of the version of the licence list; `None` where it has another form.
fn list_version(scan: &Scan) -> Option<[u32; 3]> {
    let mut numbers = scan.versions.spdx_list.split('.').map(str::parse);
    let (major, minor) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    let patch = numbers.next().unwrap_or(Ok(0)).ok()?;
    numbers.next().is_none().then_some([major, minor, patch])
}

/// What may be got from the Hub without asking.
fn is_open(part: &Part<'_>) -> Option<bool> {
    let hub = part.source?.hub.as_ref()?;
    Some(!hub.is_gated && !hub.is_private)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Evidence;
    use crate::location::Location;
    use crate::report::sample;
    use crate::subject::Scope;

    fn copyright(scan: &mut Scan, path: &str, line: &str) {
        scan.evidence.push(Evidence {
            at: Location::file(0, path),
            scope: Scope { role: None, directory: String::new(), file: None },
            claim: Claim::Copyright(line.to_owned()),
            quote: String::new(),
            by: "sample",
        });
        scan.classifications.push(None);
    }

    #[test]
    fn the_place_of_a_part_is_a_path_in_a_commit() {
        let mut scan = sample::scan();
        scan.sources[0].revision = Some("refs/pr/1 x".to_owned());
        scan.judged[1].subject.path = "src/ä".to_owned();
        let bill = Bill::of(&scan);
        let places: Vec<_> = bill.parts.all.iter().map(|part| bill.download_location(part)).collect();
        let expected = [
            "git+https://huggingface.co/vendor/seg-net@refs/pr/1%20x",
            "git+https://huggingface.co/vendor/base",
            "git+https://huggingface.co/vendor/seg-net@refs/pr/1%20x#src/%C3%A4",
        ];
        assert_eq!(places, expected.map(|place| Some(place.to_owned())));
        assert_eq!(bill.supplier(&bill.parts.all[2]).as_deref(), Some("vendor"));
    }

    #[test]
    fn copyright_of_a_part_is_what_stands_in_it() {
        let mut scan = sample::scan();
        copyright(&mut scan, "LICENSE", "Copyright 2026 Vendor");
        copyright(&mut scan, "src/LICENSE", "Copyright 2025 A. Author\u{1b}[2J ");
        copyright(&mut scan, "src/NOTICE", "Copyright 2025 A. Author\u{1b}[2J");
        copyright(&mut scan, "srcs/LICENSE", "Copyright 1999 Nobody");
        let bill = Bill::of(&scan);
        let of = |position: usize| bill.copyright(&bill.parts.all[position]);
        assert_eq!(of(2).as_deref(), Some("Copyright 2025 A. Author\\u{1b}[2J"));
        assert_eq!(of(0).map(|all| all.lines().count()), Some(3));
        assert_eq!(of(1), None);
    }

    #[test]
    fn remarks_stand_with_the_part_that_they_are_about() {
        let mut scan = sample::scan();
        scan.findings[1].subject = Some(scan.judged[1].subject.clone());
        let mut further = scan.findings[0].clone();
        further.subject = None;
        scan.findings.push(further);
        let about: Vec<_> = Bill::of(&scan).remarks().iter().map(|remark| (remark.about, remark.is_finding)).collect();
        assert_eq!(about, [(Some(0), true), (Some(2), true), (None, true), (Some(0), false)]);
    }

    #[test]
    fn versions_of_the_list_have_numbers() {
        let mut scan = sample::scan();
        assert_eq!(list_version(&scan), Some([3, 29, 0]));
        for (words, is) in [("3.29", Some([3, 29, 0])), ("3", None), ("3.x", None), ("1.2.3.4", None), ("", None)] {
            words.clone_into(&mut scan.versions.spdx_list);
            assert_eq!(list_version(&scan), is, "{words}");
        }
    }
}
