//! What a licence asks for when its work is passed on: the duties that a tree can show to be done or not.

use license_db::terms::{Hosting, When};
use license_db::{Term, TermKind};

use super::judgement::{Bound, Case, Judgement};
use super::message::escaped;
use crate::evidence::{Claim, Evidence, TextKind};
use crate::fact::{Basis, Grade, Reason};
use crate::finding::{Finding, FindingKind, Verdict};
use crate::license::{Atom, MatchKind};
use crate::lineage::{EdgeRelation, Node, NodeKind, Relation};
use crate::resolve::{covers, lineage, receives_terms};
use crate::scan::SourceKind;

/// One term of a licence that binds the parameters of a repository and asks for something to be done.
pub(crate) struct Duty<'c, 'a> {
    judgement: &'c Judgement<'a>,
    pub(crate) case: &'c Case<'a>,
    pub(crate) bound: &'c Bound<'a>,
    pub(crate) term: &'static Term,
    /// Allowed where the organisation does nothing that the duty hangs on.
    verdict: Verdict,
    /// The policy key that decides it and is not stated.
    missing: Option<&'static str>,
}

/// The duties of a kind, in the order of the subjects.
///
/// Where the policy denies the licence nothing is asked: what may not be used is not passed on. A single file is no
/// repository, and nothing can be missing beside it. What only prose names in passing may be about another work. An entry in the policy allows the use and leaves the duties.
pub(crate) fn duties<'c, 'a>(judgement: &'c Judgement<'a>, kind: TermKind) -> Vec<Duty<'c, 'a>> {
    let mut found = Vec::new();
    for case in judgement.cases.iter().filter(|case| receives_terms(case.subject())) {
        let source = judgement.seen.sources.get(case.subject().source);
        if case.verdict() == Verdict::Deny || source.is_none_or(|source| source.kind == SourceKind::File) {
            continue;
        }
        for bound in case.bound.iter().filter(|bound| !bound.is_doubtful) {
            let terms = bound.license().map(|license| license.terms).unwrap_or_default();
            found.extend(
                terms.iter().filter(|term| term.kind == kind).map(|term| Duty::new(judgement, case, bound, term)),
            );
        }
    }
    found
}

/// The term by which a licence asks that its text goes with every copy.
pub(crate) fn license_copy(atom: &Atom) -> Option<&'static Term> {
    license_db::license(&atom.license)?.terms.iter().find(|term| term.kind == TermKind::LicenseCopy)
}

impl<'c, 'a> Duty<'c, 'a> {
    fn new(judgement: &'c Judgement<'a>, case: &'c Case<'a>, bound: &'c Bound<'a>, term: &'static Term) -> Self {
        let facts = &case.settings.facts;
        // Some texts count a service over a network as passing on.
        let terms = bound.license().map(|license| license.terms).unwrap_or_default();
        let hosting_counts = terms.iter().any(|term| term.hosting() == Some(Hosting::CountsAsDistribution));
        let passes_on = facts.distributes_copies() || (hosting_counts && facts.serves());
        let is_asked = match term.when() {
            Some(When::Always) => true,
            Some(_) => facts.offers(),
            None => passes_on,
        };
        let hangs_on_distribution = term.when() != Some(When::Always);
        let missing = (hangs_on_distribution && facts.distribution.is_none()).then_some("facts.distribution");
        let verdict = if is_asked { Verdict::Review } else { Verdict::Allow };
        Self { judgement, case, bound, term, verdict, missing }
    }

    /// The finding that it is not done. `asks` and `lacks` are clauses: "asks for …", "there is no …"; `because` comes
    /// behind what states the licence and before the tree that was searched. `could_hide` tells, by the lower-case
    /// name of a file that was not read, whether the thing may stand there.
    pub(crate) fn finding(
        &self,
        kind: &FindingKind,
        (asks, lacks, help): (&str, &str, String),
        because: Vec<Reason>,
        could_hide: impl Fn(&str) -> bool,
    ) -> Finding {
        let unread = self.unread(could_hide);
        let read = if self.term.reviewed.is_some() { "" } else { ", not verified in the text" };
        let stated = self.judgement.stated_in(self.bound);
        let mut message =
            format!("{} ({stated}) asks for {asks} ({}{read}), and {lacks}", self.bound.atom, self.term.source);
        if !unread.is_empty() {
            message.push_str(" in what could be read");
        }
        let mut help = help;
        if let Some(missing) = self.missing {
            message = format!("{message}; {missing} is not stated, so its strictest answer counts");
            help = format!("{help} State {missing} in the policy if nothing is passed on.");
        } else if self.verdict == Verdict::Allow {
            message.push_str("; a note, because facts.distribution says that nothing is passed on");
        }
        let mut reasons = self.bound.because.clone();
        reasons.extend(because);
        reasons.extend(unread);
        reasons.push(Reason::Searched(self.source()));
        let places = self.case.settings.facts.distribution.iter().map(|held| held.at.clone());
        self.judgement
            .finding(kind, self.case, self.verdict, reasons, (message, help))
            .about(self.bound.atom)
            .by(places)
    }

    /// The source that it is about.
    pub(crate) fn source(&self) -> usize {
        self.case.subject().source
    }

    /// Gaps behind which the thing may stand: the tree, or a file with such a name.
    fn unread(&self, could_hide: impl Fn(&str) -> bool) -> Vec<Reason> {
        let gaps = self.judgement.seen.gaps.iter().enumerate();
        let hides = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
            name.is_empty() || could_hide(&name)
        };
        let here = gaps.filter(|(_, gap)| gap.at.source == self.source() && gap.kind.makes_incomplete());
        here.filter(|(_, gap)| hides(&gap.at.path)).map(|(index, _)| Reason::Gap(index)).collect()
    }

    /// What its repository says, with the indices.
    pub(crate) fn evidence(&self) -> impl Iterator<Item = (usize, &'a Evidence)> {
        evidence_of(self.judgement, self.source())
    }

    /// Whether a text of the licence stands anywhere in the repository.
    pub(crate) fn has_text(&self) -> bool {
        self.is_stated_by(|grade| grade == Grade::Text)
    }

    /// Whether prose or a link leads to the licence.
    pub(crate) fn has_link(&self) -> bool {
        self.is_stated_by(|grade| grade == Grade::Prose)
    }

    fn is_stated_by(&self, is_enough: impl Fn(Grade) -> bool) -> bool {
        let facts = self.judgement.seen.facts.iter();
        let here = |fact: &&crate::fact::Fact| fact.subject.source == self.source() && fact.basis < Basis::Concluded;
        facts.filter(here).filter(|fact| is_enough(fact.grade)).filter_map(|fact| fact.expression.as_ref()).any(
            |expression| {
                expression
                    .atoms()
                    .into_iter()
                    .any(|atom| covers(self.bound.atom, atom) || covers(atom, self.bound.atom))
            },
        )
    }

    /// Why the repository is a derivative of somebody else's work: the steps that lead to it. `None` where nothing says
    /// so, and where every ancestor that is known has the same owner: that may be the licensor.
    pub(crate) fn derivation(&self) -> Option<Vec<Reason>> {
        let lineage = self.judgement.seen.lineage;
        let is_step = |relation: EdgeRelation| match relation {
            EdgeRelation::Model(relation) => !matches!(relation, Relation::Component | Relation::RemoteCode),
            EdgeRelation::TrainedOn => false,
        };
        let steps = lineage.edges.iter().filter(|edge| edge.child == self.source() && is_step(edge.relation));
        let because: Vec<Reason> =
            steps.flat_map(|edge| edge.because.iter().map(|index| Reason::Evidence(*index))).collect();
        if because.is_empty() && !self.bound.is_inherited {
            return None;
        }
        let owner_of = |name: &str| name.split_once('/').map(|(owner, _)| owner.to_ascii_lowercase());
        let own = self.repository().and_then(owner_of);
        let is_own = |node: usize| {
            let node = lineage.nodes.get(node).filter(|node| node.kind == NodeKind::Model);
            own.is_some() && node.and_then(|node| owner_of(&node.reference)) == own
        };
        let ancestors = lineage::ancestors(lineage, self.source());
        (!ancestors.iter().all(|ancestor| is_own(ancestor.node))).then_some(because)
    }

    /// The inspected ancestors of which something is in the work, as sources.
    pub(crate) fn inspected_ancestors(&self) -> impl Iterator<Item = usize> {
        let lineage = self.judgement.seen.lineage;
        let ancestors = lineage::ancestors(lineage, self.source()).into_iter();
        let is_in_it = |ancestor: &lineage::Ancestor| !ancestor.is_by_outputs;
        ancestors.filter(is_in_it).filter_map(|ancestor| lineage.nodes.get(ancestor.node).and_then(Node::inspected))
    }

    /// The licence files of a source that hold this licence, by their paths.
    pub(crate) fn license_files(&self, source: usize) -> Vec<&'a str> {
        let classifications = self.judgement.seen.classifications;
        let holds = |(index, evidence): &(usize, &Evidence)| {
            let found = classifications.get(*index).and_then(Option::as_ref);
            let expression = found.and_then(|found| found.expression.as_ref());
            matches!(evidence.claim, Claim::Text { kind: TextKind::LicenseFile, .. })
                && found.is_some_and(|found| found.matches.iter().any(|found| found.kind == MatchKind::Text))
                && expression.is_some_and(|expression| expression.atoms().contains(&self.bound.atom))
        };
        evidence_of(self.judgement, source).filter(holds).map(|(_, evidence)| evidence.at.path.as_str()).collect()
    }

    /// The lines of copyright of a source, with the indices of their evidence.
    pub(crate) fn copyrights(&self, source: usize) -> impl Iterator<Item = (usize, &'a Evidence, &'a str)> {
        evidence_of(self.judgement, source).filter_map(|(index, evidence)| match &evidence.claim {
            Claim::Copyright(line) => Some((index, evidence, line.as_str())),
            _ => None,
        })
    }

    /// The notice files at the root of a source, with the indices of their evidence.
    pub(crate) fn notices(&self, source: usize) -> impl Iterator<Item = (usize, &'a Evidence)> {
        evidence_of(self.judgement, source).filter(|(_, evidence)| {
            let name = evidence.at.path.rsplit('/').next().unwrap_or_default();
            matches!(evidence.claim, Claim::Text { kind: TextKind::Notice, .. })
                && evidence.scope.directory.is_empty()
                && is_notice_name(&name.to_ascii_lowercase())
        })
    }

    /// `org/name` of the repository, where the tree says it.
    pub(crate) fn repository(&self) -> Option<&'a str> {
        self.judgement.seen.sources.get(self.source()).and_then(|source| source.repository.as_deref())
    }

    /// The name of a licence for people.
    pub(crate) fn license_name(&self) -> String {
        self.bound.license().map_or_else(|| escaped(&self.bound.atom.to_string()), |license| license.name.to_owned())
    }
}

/// Whether a file of that lower-case name is the notice of the work itself, and no list of other people's.
pub(crate) fn is_notice_name(name: &str) -> bool {
    name.contains("notice") && !name.contains("third") && !name.contains("3rd")
}

/// Whether a file of that lower-case name is a card.
pub(crate) fn is_card_name(name: &str) -> bool {
    name.contains("readme") || name.contains("card")
}

/// Whether a file of that lower-case name may hold a licence text.
pub(crate) fn is_license_name(name: &str) -> bool {
    ["licen", "copying", "notice", "terms", "agreement"].iter().any(|word| name.contains(word))
}

fn evidence_of<'a>(judgement: &Judgement<'a>, source: usize) -> impl Iterator<Item = (usize, &'a Evidence)> + use<'a> {
    judgement.seen.evidence.iter().enumerate().filter(move |(_, evidence)| evidence.at.source == source)
}
