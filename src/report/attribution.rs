//! What those who receive a model must be shown, gathered from a scan: names, licences, copyright lines, words to show,
//! notice files and licence texts as they were found, and which texts were not.
//!
//! `notice` writes it as one document and `bundle` as a directory. Nothing is invented: where a text was not found, the
//! standard text of the SPDX list may stand in, and is marked as what it is.

use std::collections::{BTreeMap, BTreeSet};

use license_db::{License, TermKind};

use super::explain;
use super::parts::{Part, Parts, is_own_words};
use crate::evidence::{Claim, TextKind, sha256};
use crate::fact::{Basis, Reason};
use crate::gap::GapKind;
use crate::license::{Classification, Expression, MatchKind, UNEXPLAINED};
use crate::location::Location;
use crate::scan::{Judged, Scan, Source};

/// All of it, in a total order.
#[derive(Debug)]
pub(super) struct Attribution<'a> {
    /// The targets, then what was opened on their account and binds them.
    pub(super) works: Vec<Work<'a>>,
    /// Texts that were found, each once: licences, then use policies, then notices.
    pub(super) texts: Vec<FoundText<'a>>,
    /// Licences whose text was not found with a work that is under them, by identifier.
    pub(super) missing: Vec<MissingText<'a>>,
    /// What works were made from and nobody opened, by name.
    pub(super) unopened: Vec<&'a str>,
}

/// A model or dataset that is passed on, or that one was made from.
#[derive(Debug)]
pub(super) struct Work<'a> {
    /// Its position in [`Scan::sources`].
    pub(super) index: usize,
    pub(super) source: &'a Source,
    /// `model`, `dataset`.
    pub(super) kind: &'static str,
    /// `org/name`, else the path that the user named.
    pub(super) name: &'a str,
    /// Its page on the Hub.
    pub(super) address: Option<String>,
    /// What has which licence; `None` where none was identified.
    pub(super) licences: Vec<(&'a Judged, Option<&'a Expression>)>,
    /// Lines of copyright, as they stand, in the order in which they were found.
    pub(super) copyrights: Vec<&'a str>,
    /// What its licences ask to show: the licence, the words, where the licence says so.
    pub(super) displays: Vec<(&'static str, String, &'static str)>,
    /// Positions in [`Attribution::texts`].
    pub(super) texts: Vec<usize>,
    /// Positions in [`Attribution::missing`].
    pub(super) missing: Vec<usize>,
}

/// A text that was found.
#[derive(Debug)]
pub(super) struct FoundText<'a> {
    pub(super) content: &'a str,
    /// SHA-256 of its bytes.
    pub(super) sha256: String,
    pub(super) kind: TextKind,
    /// What it was found to be.
    pub(super) expression: Option<&'a Expression>,
    /// Licences and exceptions of which the text itself is in it: a notice, a name or a link is none.
    holds: BTreeSet<&'a str>,
    /// Where it was found; never empty.
    pub(super) places: Vec<&'a Location>,
    /// Positions in [`Attribution::works`].
    pub(super) works: Vec<usize>,
    /// Whether the file goes on behind what was read.
    pub(super) is_cut: bool,
}

impl FoundText<'_> {
    /// Whether the whole text of a licence or an exception is in it.
    pub(super) fn is_text_of(&self, id: &str) -> bool {
        !self.is_cut && self.holds.contains(id)
    }
}

/// A licence of which no text was found with a work.
#[derive(Debug)]
pub(super) struct MissingText<'a> {
    /// Identifier of a licence or of an exception.
    pub(super) id: &'a str,
    pub(super) license: Option<&'static License>,
    /// Where its text stands on the web.
    pub(super) addresses: Vec<String>,
    /// The text of the SPDX list, with its holder and years not filled in.
    pub(super) standard: Option<&'static str>,
    /// Position in [`Attribution::texts`] of one that was found with another work.
    pub(super) elsewhere: Option<usize>,
    /// Positions in [`Attribution::works`].
    pub(super) works: Vec<usize>,
}

impl MissingText<'_> {
    /// Its title, where the database knows it.
    pub(super) fn name(&self) -> &str {
        self.license.map_or(self.id, |license| license.name)
    }
}

impl<'a> Attribution<'a> {
    /// What a scan says of all targets and of what binds them.
    pub(super) fn of(scan: &'a Scan) -> Self {
        let parts = Parts::of(scan);
        let mut works: Vec<Work<'a>> = sources(scan).filter_map(|index| work(scan, &parts.all, index)).collect();
        let mut texts = texts(scan, &works);
        for (position, text) in texts.iter_mut().enumerate() {
            for (number, work) in works.iter_mut().enumerate() {
                if text.places.iter().any(|place| place.source == work.index) {
                    work.texts.push(position);
                    text.works.push(number);
                }
            }
        }
        let missing = missing(&mut works, &texts);
        Self { unopened: unopened(scan, &works), works, texts, missing }
    }
}

/// `Apache License 2.0 (Apache-2.0)`; an expression of several is followed by its titles.
pub(super) fn titled(expression: &Expression) -> String {
    let atoms = expression.atoms();
    let title = |id: &str| license_db::license(id).map(|license| license.name);
    match atoms.as_slice() {
        [atom] if atom.addition.is_none() && !atom.or_later => match title(&atom.license) {
            Some(title) => format!("{title} ({expression})"),
            None => expression.to_string(),
        },
        _ => {
            let ids =
                atoms.iter().flat_map(|atom| std::iter::once(atom.license.as_str()).chain(atom.addition.as_deref()));
            let titles: Vec<&str> = ids.filter_map(title).collect();
            format!("{expression} ({})", titles.join("; "))
        }
    }
}

/// Targets, then what was only followed and lends its terms to one.
fn sources(scan: &Scan) -> impl Iterator<Item = usize> {
    let is_target = |index: usize| scan.sources.get(index).is_some_and(|source| !source.is_followed);
    let targets = (0..scan.sources.len()).filter(move |&index| is_target(index));
    let inherited = scan.facts.iter().filter(|fact| fact.basis == Basis::Inherited);
    let ancestors = inherited.flat_map(|fact| &fact.because).filter_map(|reason| match *reason {
        Reason::Fact(index) => scan.facts.get(index).map(|fact| fact.subject.source),
        Reason::Evidence(_) | Reason::Gap(_) | Reason::Searched(_) => None,
    });
    let followed: BTreeSet<usize> = ancestors.filter(move |&index| !is_target(index)).collect();
    targets.chain(followed)
}

fn work<'a>(scan: &'a Scan, parts: &[Part<'a>], index: usize) -> Option<Work<'a>> {
    let source = scan.sources.get(index)?;
    let node = scan.lineage.nodes.iter().position(|node| node.source == Some(index));
    let part = node.and_then(|node| parts.get(node));
    let held = scan.judged.iter().filter(|judged| judged.subject.source == index);
    let licences: Vec<_> = held.map(|judged| (judged, judged.concluded.as_ref())).collect();
    let mut copyrights: Vec<&str> = Vec::new();
    for evidence in scan.evidence.iter().filter(|evidence| evidence.at.source == index) {
        if let Claim::Copyright(line) = &evidence.claim
            && !copyrights.contains(&line.as_str())
        {
            copyrights.push(line);
        }
    }
    let mut displays: Vec<(&str, String, &str)> = Vec::new();
    for license in ids(&licences).into_iter().filter_map(license_db::license) {
        let shown = license.terms.iter().filter(|term| matches!(term.kind, TermKind::Display | TermKind::NamePrefix));
        displays.extend(shown.map(|term| (license.id, explain::term_in_words(term), term.source)));
    }
    Some(Work {
        index,
        source,
        kind: source.repository_kind.as_str(),
        name: source.name(),
        address: part.and_then(|part| part.address.clone()),
        licences,
        copyrights,
        displays,
        texts: Vec::new(),
        missing: Vec::new(),
    })
}

/// Identifiers of licences and exceptions, each once, in the order of their names.
fn ids<'a>(licences: &[(&'a Judged, Option<&'a Expression>)]) -> BTreeSet<&'a str> {
    licences.iter().filter_map(|(_, expression)| *expression).flat_map(ids_of).collect()
}

fn ids_of(expression: &Expression) -> impl Iterator<Item = &str> {
    let atoms = expression.atoms().into_iter();
    atoms.flat_map(|atom| std::iter::once(atom.license.as_str()).chain(atom.addition.as_deref()))
}

/// Whether a passage is handed on as it stands: files that are there to be a licence, a policy or a notice, and passages
/// that turned out to be the text of a licence.
fn is_handed_on(kind: TextKind, found: Option<&Classification>) -> bool {
    let is_license = || {
        found.is_some_and(|found| {
            found.expression.is_some() && found.matches.iter().any(|passage| passage.kind == MatchKind::Text)
        })
    };
    match kind {
        TextKind::LicenseFile | TextKind::UsePolicy | TextKind::Notice => true,
        TextKind::GatedPrompt | TextKind::Field | TextKind::CardSection => is_license(),
        TextKind::CardStatement | TextKind::Header => false,
    }
}

/// The place of a kind in the order of texts; a whole file stands for a passage that says the same.
fn rank(kind: TextKind) -> u8 {
    match kind {
        TextKind::LicenseFile => 0,
        TextKind::GatedPrompt => 1,
        TextKind::Field => 2,
        TextKind::CardSection => 3,
        TextKind::UsePolicy => 4,
        TextKind::Notice => 5,
        TextKind::CardStatement | TextKind::Header => 6,
    }
}

fn texts<'a>(scan: &'a Scan, works: &[Work<'a>]) -> Vec<FoundText<'a>> {
    let mut found: BTreeMap<&'a str, FoundText<'a>> = BTreeMap::new();
    for (index, evidence) in scan.evidence.iter().enumerate() {
        let classification = scan.classifications.get(index).and_then(Option::as_ref);
        let Claim::Text { text, kind } = &evidence.claim else { continue };
        let is_of_work = works.iter().any(|work| work.index == evidence.at.source);
        if !is_of_work || !is_handed_on(*kind, classification) {
            continue;
        }
        let Some(content) = scan.texts.get(text).filter(|content| !content.trim().is_empty()) else { continue };
        let entry = found.entry(content).or_insert_with(|| FoundText {
            content,
            sha256: sha256(content.as_bytes()),
            kind: *kind,
            expression: None,
            holds: BTreeSet::new(),
            places: Vec::new(),
            works: Vec::new(),
            is_cut: false,
        });
        if rank(*kind) < rank(entry.kind) {
            entry.kind = *kind;
        }
        entry.expression = entry.expression.or(classification.and_then(|found| found.expression.as_ref()));
        entry.holds.extend(classification.into_iter().flat_map(held_ids));
        entry.places.push(&evidence.at);
        entry.is_cut |= scan.gaps.iter().any(|gap| {
            gap.kind == GapKind::Truncated && gap.at.source == evidence.at.source && gap.at.path == evidence.at.path
        });
    }
    let mut texts: Vec<FoundText<'a>> = found.into_values().collect();
    // Places are in the order of the evidence, which is that of the scan.
    texts.sort_by(|one, other| (rank(one.kind), &one.places).cmp(&(rank(other.kind), &other.places)));
    texts
}

/// Identifiers whose whole text a passage is or has in it: half a text is none. What was changed is the text of what it
/// was found to be.
fn held_ids(found: &Classification) -> BTreeSet<&str> {
    let texts = found.matches.iter().filter(|passage| passage.is_whole_text());
    let texts = texts.flat_map(|passage| ids_of(&passage.expression));
    let own = found.expression.iter().flat_map(ids_of).filter(|id| is_own_words(id));
    texts.chain(own).collect()
}

/// Whether these are all bytes of the file.
pub(super) fn stands_so(scan: &Scan, at: &Location, sha256: &str) -> bool {
    let of_file = scan.digests.iter().filter(|digest| digest.source == at.source && digest.path == at.path);
    of_file.into_iter().any(|digest| digest.sha256 == sha256)
}

fn missing<'a>(works: &mut [Work<'a>], texts: &[FoundText<'a>]) -> Vec<MissingText<'a>> {
    let mut missing: BTreeMap<&'a str, MissingText<'a>> = BTreeMap::new();
    for (number, work) in works.iter().enumerate() {
        let own: Vec<&FoundText<'_>> = work.texts.iter().filter_map(|&text| texts.get(text)).collect();
        // Terms that nothing explains are no licence of which there would be a text.
        let ids = ids(&work.licences).into_iter().filter(|id| *id != UNEXPLAINED);
        for id in ids.filter(|id| !own.iter().any(|text| text.is_text_of(id))) {
            let entry = missing.entry(id).or_insert_with(|| {
                let license = license_db::license(id);
                let standard = license.and_then(License::text);
                // What was found with another work may name another holder: only where there is nothing better.
                let elsewhere = texts.iter().position(|text| text.is_text_of(id) && text.kind != TextKind::Notice);
                MissingText {
                    id,
                    license,
                    addresses: license.map(addresses).unwrap_or_default(),
                    standard,
                    elsewhere: elsewhere.filter(|_| standard.is_none() && !is_own_words(id)),
                    works: Vec::new(),
                }
            });
            entry.works.push(number);
        }
    }
    let missing: Vec<MissingText<'a>> = missing.into_values().collect();
    for (position, text) in missing.iter().enumerate() {
        for &number in &text.works {
            if let Some(work) = works.get_mut(number) {
                work.missing.push(position);
            }
        }
    }
    missing
}

fn addresses(license: &License) -> Vec<String> {
    match license.texts {
        [] if license.is_spdx() => vec![format!("https://spdx.org/licenses/{}.html", license.id)],
        texts => texts.iter().map(|text| text.url.to_owned()).collect(),
    }
}

/// What works were made from, and was not opened or not seen: what binds of it is not here.
fn unopened<'a>(scan: &'a Scan, works: &[Work<'_>]) -> Vec<&'a str> {
    let is_work = |child: usize| {
        let source = scan.lineage.nodes.get(child).and_then(|node| node.source);
        source.is_some_and(|source| works.iter().any(|work| work.index == source))
    };
    let parents = scan.lineage.edges.iter().filter(|edge| is_work(edge.child)).map(|edge| edge.parent);
    let nodes = parents.filter_map(|parent| scan.lineage.nodes.get(parent));
    let names: BTreeSet<&str> =
        nodes.filter(|node| node.inspected().is_none()).map(|node| node.reference.as_str()).collect();
    names.into_iter().collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::evidence::Evidence;
    use crate::license::Outcome;
    use crate::report::sample;
    use crate::scan::Digest;
    use crate::subject::Scope;

    /// A scan in which a licence and a notice file were found, as they stand.
    pub(in crate::report) fn with_notice() -> Scan {
        let mut scan = sample::scan();
        let mut say = |path: &str, claim: Claim, classification: Option<Classification>| {
            let scope = Scope { role: None, directory: String::new(), file: None };
            let at = Location::file(0, path);
            scan.evidence.push(Evidence { at, scope, claim, quote: String::new(), by: "sample" });
            scan.classifications.push(classification);
        };
        let notice = "Segmenter\nCopyright 2026 Vendor\n\n\tThis product includes parts of Other.\n".to_owned();
        let mut texts = std::mem::take(&mut scan.texts);
        let text = texts.insert(notice);
        say("NOTICE", Claim::Text { text: text.clone(), kind: TextKind::Notice }, None);
        say("NOTICE", Claim::Copyright("Copyright 2026 Vendor".to_owned()), None);
        say("docs/notice", Claim::Text { text: text.clone(), kind: TextKind::Notice }, None);
        scan.texts = texts;
        scan.digests = vec![Digest { source: 0, path: "NOTICE".to_owned(), sha256: text.as_str().to_owned() }];
        scan
    }

    #[test]
    fn texts_stand_once_with_their_places() {
        let scan = with_notice();
        let found = Attribution::of(&scan);
        let kinds: Vec<_> = found.texts.iter().map(|text| (text.kind, text.places.len())).collect();
        assert_eq!(kinds, [(TextKind::LicenseFile, 1), (TextKind::Notice, 2)]);
        let is_file = |place: &&Location| stands_so(&scan, place, &found.texts[1].sha256);
        assert_eq!(found.texts[1].places.iter().map(is_file).collect::<Vec<_>>(), [true, false]);
        assert_eq!(found.texts[0].expression.map(ToString::to_string).as_deref(), Some("MIT"));
        assert_eq!(found.works[0].copyrights, ["Copyright 2026 Vendor"]);
        assert_eq!(found.unopened, ["vendor/base"]);
    }

    #[test]
    fn a_licence_without_a_text_is_missing_and_the_list_has_its_standard_text() {
        let scan = with_notice();
        let found = Attribution::of(&scan);
        let missing: Vec<&str> = found.missing.iter().map(|text| text.id).collect();
        assert_eq!(missing, ["CC-BY-NC-4.0"]);
        assert!(found.missing[0].standard.is_some_and(|text| text.contains("NonCommercial")));
        assert!(found.missing[0].elsewhere.is_none() && !found.missing[0].addresses.is_empty());
        assert_eq!(found.works[0].missing, [0]);
    }

    #[test]
    fn a_notice_that_names_a_licence_is_not_the_text_that_is_missing() {
        let mut scan = with_notice();
        let holds = |scan: &Scan| Attribution::of(scan).texts[0].holds.contains("MIT");
        let missing = |scan: &Scan| Attribution::of(scan).missing.iter().any(|text| text.id == "MIT");
        assert!(holds(&scan) && !missing(&scan));
        for kind in [MatchKind::Notice, MatchKind::Tag, MatchKind::Reference] {
            scan.classifications[2].as_mut().expect("a licence").matches[0].kind = kind;
            assert!(!holds(&scan) && missing(&scan), "{kind:?}");
        }
        let whole = &mut scan.classifications[2].as_mut().expect("a licence").matches[0];
        (whole.kind, whole.outcome) = (MatchKind::Text, Outcome::Approximate);
        assert!(!holds(&scan) && missing(&scan), "half a text is none");
    }

    #[test]
    fn what_lends_its_terms_is_attributed_and_what_does_not_is_not() {
        let mut scan = with_notice();
        scan.sources.push(Source { is_followed: true, ..scan.sources[0].clone() });
        scan.lineage.nodes[1].source = Some(1);
        assert_eq!(Attribution::of(&scan).works.len(), 1);
        let mut own = scan.facts[0].clone();
        own.subject.source = 1;
        own.basis = Basis::Concluded;
        let mut inherited = scan.facts[0].clone();
        inherited.basis = Basis::Inherited;
        inherited.because = vec![Reason::Fact(2)];
        scan.facts.extend([own, inherited]);
        let works: Vec<usize> = Attribution::of(&scan).works.iter().map(|work| work.index).collect();
        assert_eq!(works, [0, 1]);
    }

    #[test]
    fn a_prompt_counts_where_it_is_a_licence() {
        let mut scan = with_notice();
        let Claim::Text { kind, .. } = &mut scan.evidence[2].claim else { panic!("a text") };
        *kind = TextKind::GatedPrompt;
        assert_eq!(Attribution::of(&scan).texts[0].kind, TextKind::GatedPrompt);
        scan.classifications[2] = None;
        assert_eq!(Attribution::of(&scan).texts[0].kind, TextKind::Notice);
    }
}
