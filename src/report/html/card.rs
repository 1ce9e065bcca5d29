//! One card for each target: what it is, the verdict, its licences and their terms, what is minded, what places say.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;

use super::evidence::{self, EvidenceRow};
use super::finding::{self, FindingView};
use super::terms::{GroundView, TermsView, in_words};
use super::words::{Badge, Shown, hub_page};
use crate::finding::{Finding, Level, Verdict};
use crate::lineage::NodeKind;
use crate::report::lineage::relation_words;
use crate::report::text;
use crate::scan::{Judged, RepositoryKind, Scan, Source};
use crate::subject::Role;

/// Findings of one card that are shown, the worst first.
const FINDINGS_SHOWN: usize = 200;
/// Steps to parents that are shown.
const STEPS_SHOWN: usize = 24;
/// Lines that name a target.
const LINES_SHOWN: usize = 8;

/// All cards, in the order in which the targets were named.
pub(super) struct Cards {
    pub(super) cards: Vec<Card>,
    /// Where there are too many cards for each to tell its terms: every licence once, by its expression.
    pub(super) licenses: Vec<TermsView>,
}

/// One target.
#[derive(Template)]
#[template(path = "html/card.html", whitespace = "minimize")]
pub(super) struct Card {
    /// The anchor: `m1`.
    pub(super) id: String,
    pub(super) name: Shown,
    /// What the user wrote, where that is another name.
    pub(super) target: Option<Shown>,
    pub(super) kind: &'static str,
    pub(super) page: Option<String>,
    pub(super) revision: Option<Shown>,
    pub(super) badge: Badge,
    pub(super) meaning: &'static str,
    /// Findings behind the verdict, with their anchors.
    pub(super) reasons: Vec<(&'static str, Option<String>)>,
    pub(super) is_incomplete: bool,
    /// Further facts about the repository, in words.
    pub(super) remarks: Vec<Shown>,
    pub(super) held: Vec<Held>,
    pub(super) made_from: Vec<Step>,
    pub(super) more_steps: usize,
    pub(super) named_in: Vec<Shown>,
    pub(super) licenses: Vec<LicenseLine>,
    /// Without those that are told of once for all cards.
    pub(super) terms: Vec<TermsView>,
    /// Whether there are such.
    pub(super) has_terms_elsewhere: bool,
    pub(super) findings: Vec<FindingView>,
    pub(super) more_findings: usize,
    pub(super) counts: Counts,
    pub(super) evidence: Vec<EvidenceRow>,
    pub(super) more_evidence: usize,
}

/// What of a target has a licence of its own.
pub(super) struct Held {
    /// `weights`, `code in src/`
    pub(super) what: Shown,
    /// By titles.
    pub(super) words: Shown,
    /// As SPDX writes it; empty where none was identified.
    pub(super) expression: Shown,
    pub(super) badge: Badge,
    /// What a field declares, where that is something else.
    pub(super) declared: Option<Shown>,
    /// What texts say, where that is something else.
    pub(super) observed: Option<Shown>,
}

/// What it was made from.
pub(super) struct Step {
    /// `adapter of`
    pub(super) relation: &'static str,
    pub(super) name: Shown,
    /// The card of that one.
    pub(super) anchor: Option<String>,
    pub(super) license: Option<Shown>,
    pub(super) badge: Option<Badge>,
    /// Whether nobody looked at it.
    pub(super) is_unseen: bool,
}

/// A licence that binds, with the place where its terms stand.
pub(super) struct LicenseLine {
    pub(super) anchor: String,
    pub(super) title: Shown,
    pub(super) expression: Shown,
    pub(super) badge: Badge,
    pub(super) grounds: Vec<GroundView>,
}

/// Findings of one card by level; those that are accepted or known count for themselves.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) notes: usize,
    pub(super) accepted: usize,
    pub(super) existing: usize,
}

impl Counts {
    fn of(findings: &[&Finding]) -> Self {
        let mut counts = Self::default();
        for finding in findings {
            let count = match finding.level {
                _ if finding.waived.is_some() => &mut counts.accepted,
                _ if finding.is_existing => &mut counts.existing,
                Level::Error => &mut counts.errors,
                Level::Warning => &mut counts.warnings,
                Level::Note => &mut counts.notes,
            };
            *count += 1;
        }
        counts
    }

    /// For sorting: one error outweighs all warnings that a card shows.
    pub(super) fn weight(&self) -> usize {
        (self.errors * 1000 + self.warnings.min(999)) * 1000 + self.notes.min(999)
    }

    /// `2 errors, 1 warning`
    pub(super) fn words(&self) -> String {
        let parts = [
            (self.errors, "error", "errors"),
            (self.warnings, "warning", "warnings"),
            (self.notes, "note", "notes"),
            (self.accepted, "accepted", "accepted"),
            (self.existing, "in the baseline", "in the baseline"),
        ];
        let parts = parts.into_iter().filter(|(count, ..)| *count > 0);
        let words: Vec<String> =
            parts.map(|(count, one, many)| format!("{count}\u{a0}{}", if count == 1 { one } else { many })).collect();
        if words.is_empty() { "none".to_owned() } else { words.join(", ") }
    }
}

impl Cards {
    /// `most_open` is the number of cards up to which each has the terms of its licences.
    pub(super) fn of(scan: &Scan, most_open: usize) -> Self {
        let targets: Vec<usize> = (0..scan.sources.len()).filter(|&index| is_target(scan, index)).collect();
        let anchors: BTreeMap<usize, String> =
            targets.iter().enumerate().map(|(position, &index)| (index, format!("m{}", position + 1))).collect();
        let incomplete = scan.incomplete_sources();
        let drawer = Drawer { scan, anchors, incomplete };
        let mut cards: Vec<Card> = targets.iter().filter_map(|&index| drawer.card(index)).collect();
        let mut licenses = Vec::new();
        if cards.len() > most_open {
            licenses = told_once(&mut cards);
        }
        Self { cards, licenses }
    }
}

/// Takes the terms out of the cards, each licence once. What was read in the texts of one target stays in its card.
fn told_once(cards: &mut [Card]) -> Vec<TermsView> {
    let mut all: BTreeMap<Shown, TermsView> = BTreeMap::new();
    for card in cards.iter_mut() {
        let (own, shared): (Vec<_>, Vec<_>) = std::mem::take(&mut card.terms).into_iter().partition(|view| view.is_own);
        card.terms = own;
        card.has_terms_elsewhere = !shared.is_empty();
        for view in shared {
            // Verdict and grounds may differ from card to card, and stand there.
            let bare = TermsView { badge: Badge::of(None), grounds: Vec::new(), binds: Vec::new(), heading: 3, ..view };
            all.entry(bare.expression.clone()).or_insert(bare);
        }
    }
    let mut licenses: Vec<TermsView> = all.into_values().collect();
    let mut anchors = BTreeMap::new();
    for (position, license) in licenses.iter_mut().enumerate() {
        license.id = format!("l{}", position + 1);
        anchors.insert(license.expression.clone(), license.id.clone());
    }
    for card in cards {
        for line in &mut card.licenses {
            let is_here = card.terms.iter().any(|view| view.expression == line.expression);
            if let Some(anchor) = anchors.get(&line.expression).filter(|_| !is_here) {
                line.anchor.clone_from(anchor);
            }
        }
    }
    licenses
}

fn is_target(scan: &Scan, index: usize) -> bool {
    scan.sources.get(index).is_some_and(|source| !source.is_followed)
}

struct Drawer<'a> {
    scan: &'a Scan,
    /// Of every target.
    anchors: BTreeMap<usize, String>,
    incomplete: BTreeSet<usize>,
}

impl Drawer<'_> {
    fn card(&self, index: usize) -> Option<Card> {
        let scan = self.scan;
        let source = scan.sources.get(index)?;
        let id = self.anchors.get(&index)?.clone();
        let verdict = text::verdict_of(scan, index);
        let judged: Vec<&Judged> = scan.judged.iter().filter(|judged| judged.subject.source == index).collect();
        let mut findings: Vec<&Finding> = scan
            .findings
            .iter()
            .filter(|finding| !finding::is_general(finding) && scan.concerns(finding, index))
            .collect();
        finding::sort(&mut findings);
        let shown = findings.iter().take(FINDINGS_SHOWN).enumerate();
        let views: Vec<FindingView> = shown
            .map(|(position, finding)| FindingView::of(scan, finding, format!("{id}-f{}", position + 1), Some(index)))
            .collect();
        let behind = verdict.map(|verdict| text::names_behind(scan, index, verdict)).unwrap_or_default();
        let anchor = |name: &str| views.iter().find(|view| view.name == name).map(|view| view.id.clone());
        let terms = self.terms(&judged, &id);
        let (evidence, more_evidence) = evidence::rows(scan, index);
        let (made_from, more_steps) = self.made_from(index);
        let is_incomplete = self.incomplete.contains(&index);
        Some(Card {
            name: Shown::name(source.name()),
            target: (source.name() != source.target).then(|| Shown::name(&source.target)),
            kind: kind(source, &judged),
            page: hub_page(source),
            revision: source.revision.as_deref().map(Shown::name),
            badge: Badge::of(verdict),
            meaning: meaning(verdict, is_incomplete),
            reasons: behind.into_iter().map(|name| (name, anchor(name))).collect(),
            is_incomplete,
            remarks: remarks(source),
            held: judged.iter().map(|judged| held(judged)).collect(),
            made_from,
            more_steps,
            named_in: source.named_in.iter().take(LINES_SHOWN).map(|line| Shown::name(line)).collect(),
            licenses: terms
                .iter()
                .map(|view| LicenseLine {
                    anchor: view.id.clone(),
                    title: view.title.clone(),
                    expression: view.expression.clone(),
                    badge: view.badge,
                    grounds: view.grounds.clone(),
                })
                .collect(),
            terms,
            has_terms_elsewhere: false,
            more_findings: findings.len().saturating_sub(views.len()),
            counts: Counts::of(&findings),
            findings: views,
            evidence,
            more_evidence,
            id,
        })
    }

    /// The terms of every licence that binds, each once, the worst first.
    fn terms(&self, judged: &[&Judged], card: &str) -> Vec<TermsView> {
        let mut views: Vec<TermsView> = Vec::new();
        for one in judged {
            let found: Vec<TermsView> = match &one.decision {
                Some(decision) => decision
                    .licenses
                    .iter()
                    .map(|license| TermsView::decided(self.scan, license, String::new()))
                    .collect(),
                None => one
                    .effective
                    .iter()
                    .flat_map(crate::license::Expression::atoms)
                    .map(|atom| {
                        let alone = crate::license::Expression::License(atom.clone());
                        TermsView::of(self.scan, &alone, &one.because, String::new())
                    })
                    .collect(),
            };
            let what = Shown::of(&text::subject_words(&one.subject));
            for mut view in found {
                // The same identifier for two texts that were found is two sets of terms.
                let is_same =
                    |known: &&mut TermsView| known.expression == view.expression && !known.is_own && !view.is_own;
                if let Some(known) = views.iter_mut().find(is_same) {
                    known.binds.push(what.clone());
                    if view.badge.rank > known.badge.rank {
                        (known.badge, known.grounds) = (view.badge, view.grounds);
                    }
                } else {
                    view.binds.push(what.clone());
                    views.push(view);
                }
            }
        }
        views.sort_by_key(|view| std::cmp::Reverse(view.badge.rank));
        for (position, view) in views.iter_mut().enumerate() {
            view.id = format!("{card}-l{}", position + 1);
        }
        views
    }

    fn made_from(&self, index: usize) -> (Vec<Step>, usize) {
        let scan = self.scan;
        let edges: Vec<_> = scan.lineage.edges.iter().filter(|edge| edge.child == index).collect();
        let steps = edges.iter().take(STEPS_SHOWN).filter_map(|edge| {
            let node = scan.lineage.nodes.get(edge.parent)?;
            let main = scan.main_of(node);
            let verdict = match node.source.filter(|&source| is_target(scan, source)) {
                Some(source) => text::verdict_of(scan, source),
                None => main.and_then(|judged| judged.standing).filter(|_| scan.policy.is_some()),
            };
            Some(Step {
                relation: relation_words(edge.relation),
                name: Shown::name(&node.reference),
                anchor: node.source.and_then(|source| self.anchors.get(&source)).cloned(),
                license: main.and_then(|judged| judged.concluded.as_ref()).map(|found| Shown::of(&found.to_string())),
                badge: verdict.map(|verdict| Badge::of(Some(verdict))),
                is_unseen: node.inspected().is_none() || node.kind == NodeKind::Unresolved,
            })
        });
        (steps.collect(), edges.len().saturating_sub(STEPS_SHOWN))
    }
}

fn kind(source: &Source, judged: &[&Judged]) -> &'static str {
    let is_adapter = judged.iter().any(|one| one.subject.role == Role::Adapter && one.subject.path.is_empty());
    match source.repository_kind {
        RepositoryKind::Dataset => "dataset",
        RepositoryKind::Space => "Space",
        RepositoryKind::Model if is_adapter => "adapter",
        RepositoryKind::Model => "model",
    }
}

fn meaning(verdict: Option<Verdict>, is_incomplete: bool) -> &'static str {
    match verdict {
        None => "Nothing was judged.",
        Some(Verdict::Allow) if is_incomplete => "The policy allows what was seen, and not everything could be seen.",
        Some(Verdict::Allow) => "The policy lets it be used as planned, on the terms below.",
        Some(Verdict::Review) => "A person should look before it is used.",
        Some(Verdict::Unknown) => "Something was not identified or not seen, so nobody can say yes.",
        Some(Verdict::Deny) => "The policy does not let it be used as planned.",
    }
}

fn remarks(source: &Source) -> Vec<Shown> {
    let Some(hub) = &source.hub else { return Vec::new() };
    let mut remarks = Vec::new();
    if let Some(former) = &hub.renamed_from {
        remarks.push(Shown::of(&format!("asked for as {former}, which is its former name")));
    }
    if let Some(asked) = &hub.asked_revision {
        remarks.push(Shown::of(&format!("asked for at {asked}")));
    }
    if hub.is_gated {
        remarks.push(Shown::of("its files are given only to those who were let in"));
    }
    if hub.is_private {
        remarks.push(Shown::of("it is private"));
    }
    remarks
}

fn held(judged: &Judged) -> Held {
    let differs = |view: &Option<crate::license::Expression>| {
        let other = view.as_ref().filter(|view| Some(*view) != judged.effective.as_ref());
        other.map(|view| Shown::of(&view.to_string()))
    };
    Held {
        what: Shown::of(&text::subject_words(&judged.subject)),
        words: match &judged.effective {
            Some(expression) => Shown::of(&in_words(expression)),
            None => Shown::of("no licence was identified"),
        },
        expression: judged.effective.as_ref().map(|found| Shown::of(&found.to_string())).unwrap_or_default(),
        badge: Badge::of(judged.verdict),
        declared: differs(&judged.declared),
        observed: differs(&judged.observed),
    }
}
