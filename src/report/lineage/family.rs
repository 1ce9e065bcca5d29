//! What is drawn of a scan: its members, the ties between them, and where the drawing begins.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::Evidence;
use crate::fact::{Basis, Reason};
use crate::finding::{Finding, Level, Verdict};
use crate::gap::GapKind;
use crate::lineage::{Edge, EdgeRelation, Node, NodeKind, Relation};
use crate::report::escape::{inert_ends, inert_within};
use crate::report::layout::plural;
use crate::report::style::Lines;
use crate::report::text;
use crate::scan::{Scan, Source, SourceKind};

use super::{NAME_LIMIT, mark, relation_words};

/// Hexadecimal digits of a commit that are shown.
const SHORT_COMMIT: usize = 7;

/// The family of all targets of a scan. Strings stand as they come: whoever draws makes them inert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Family {
    /// One for each node of [`crate::lineage::Lineage`], in its order.
    pub(super) members: Vec<Member>,
    /// Sorted by child; below one child in the order in which they are drawn.
    pub(super) ties: Vec<Tie>,
    /// Where the drawing begins: every member is reached from one of them.
    pub(super) roots: Vec<usize>,
}

/// A model or dataset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) name: String,
    /// Commit or tag; of a commit its first digits.
    pub(super) revision: Option<String>,
    /// The path that the user named, where the name does not say it.
    pub(super) place: Option<String>,
    /// The name that was asked for, where the Hub has another now.
    pub(super) former: Option<String>,
    pub(super) kind: NodeKind,
    pub(super) is_target: bool,
    pub(super) state: State,
    /// What its own licence was found to be; `None` where it was not looked at.
    pub(super) license: Option<String>,
    /// With what flows down, where that is another licence and the user named it.
    pub(super) effective: Option<String>,
    pub(super) verdict: Option<Verdict>,
    /// Names of the findings that make the verdict of a target what it is.
    pub(super) findings: Vec<&'static str>,
}

impl Member {
    /// What a box says of it, a line each; a name and a licence have at most `limit` columns.
    pub(super) fn lines(&self, limit: usize) -> Vec<String> {
        let mut name = inert_ends(&self.name, limit);
        if let Some(revision) = &self.revision {
            name.push('@');
            name.push_str(&inert_within(revision, 20));
        }
        let mut lines = vec![name];
        lines.extend(self.license.as_ref().map(|license| inert_within(license, limit)));
        lines
            .extend(self.effective.as_ref().map(|license| format!("effective: {}", inert_within(license, NAME_LIMIT))));
        lines.extend(self.verdict.map(|verdict| format!("{} {verdict}", mark(verdict, Lines::Drawn))));
        if !self.findings.is_empty() {
            lines.push(self.findings.join(", "));
        }
        lines.extend(self.state.words().map(str::to_owned));
        lines
    }
}

/// How much of a member was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// All that counts.
    Seen,
    /// Something of it could not be read.
    Incomplete,
    /// It was named and not opened.
    NotInspected,
    /// It was looked for and is not there.
    NotFetched,
    /// A server gives it only to those whom it lets in.
    Gated,
    /// A server did not answer.
    Unreachable,
    /// The reference leads nowhere from here.
    Nowhere,
}

impl State {
    /// The words beside a member; `None` for one that was seen.
    pub(super) fn words(self) -> Option<&'static str> {
        match self {
            Self::Seen => None,
            Self::Incomplete => Some("incomplete"),
            Self::NotInspected => Some("not inspected"),
            Self::NotFetched => Some("not fetched"),
            Self::Gated => Some("gated"),
            Self::Unreachable => Some("unreachable"),
            Self::Nowhere => Some("nowhere from here"),
        }
    }

    fn is_seen(self) -> bool {
        matches!(self, Self::Seen | Self::Incomplete)
    }
}

/// Everything that ties a child to one parent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tie {
    pub(super) child: usize,
    pub(super) parent: usize,
    /// Sorted, never empty.
    pub(super) relations: Vec<EdgeRelation>,
    /// Directories of the child that the parent fills.
    pub(super) components: Vec<String>,
    /// What the policy minds about this step, the worst first.
    pub(super) findings: Vec<(Level, &'static str)>,
    /// Whether the parent was itself made from the child.
    pub(super) is_circle: bool,
}

impl Tie {
    /// Whether nothing but training data ties them.
    pub(super) fn is_data(&self) -> bool {
        self.relations.iter().all(|relation| *relation == EdgeRelation::TrainedOn)
    }

    /// `adapter of`, `with component unet/`.
    pub(super) fn words(&self) -> String {
        let words = self.relations.iter().map(|&relation| {
            let directories = self.components.join("/, ");
            match relation {
                EdgeRelation::Model(Relation::Component) if !directories.is_empty() => {
                    format!("{} {directories}/:", relation_words(relation))
                }
                _ => relation_words(relation).to_owned(),
            }
        });
        words.collect::<Vec<_>>().join(" and ")
    }

    /// Names of its findings, each once.
    pub(super) fn finding_names(&self) -> Vec<&'static str> {
        self.findings.iter().map(|(_, name)| *name).collect()
    }
}

impl Family {
    /// The family of everything that a scan knows of.
    pub(crate) fn of(scan: &Scan) -> Self {
        let nodes = &scan.lineage.nodes;
        let members: Vec<Member> = nodes.iter().map(|node| member(scan, node)).collect();
        let mut ties = ties(&scan.lineage.edges, &scan.evidence, &members);
        place_findings(scan, &members, &mut ties);
        let roots = roots(&members, &ties);
        let mut family = Self { members, ties, roots };
        family.mark_circles();
        family
    }

    /// The ties of a child to its parents, in the order of drawing.
    pub(super) fn ties_of(&self, child: usize) -> &[Tie] {
        let start = self.ties.partition_point(|tie| tie.child < child);
        let end = self.ties.partition_point(|tie| tie.child <= child);
        self.ties.get(start..end).unwrap_or_default()
    }

    /// Whether a source was made from anything.
    pub(crate) fn has_parents(&self, source: usize) -> bool {
        !self.ties_of(source).is_empty()
    }

    /// Every member once, in the order in which the tree draws them.
    pub(super) fn in_order(&self) -> Vec<usize> {
        let mut seen = BTreeSet::new();
        let mut order = Vec::new();
        for &root in &self.roots {
            let mut waiting = vec![root];
            while let Some(member) = waiting.pop() {
                if seen.insert(member) {
                    order.push(member);
                    waiting.extend(self.ties_of(member).iter().rev().map(|tie| tie.parent));
                }
            }
        }
        order
    }

    /// The first members in the order of drawing, with the ties among them, and how many are left out.
    pub(super) fn first(&self, limit: usize) -> (Self, usize) {
        let order = self.in_order();
        let left_out = order.len().saturating_sub(limit);
        if left_out == 0 {
            return (self.clone(), 0);
        }
        (self.only(&order.into_iter().take(limit).collect()), left_out)
    }

    /// The members that were made from another, or from which another was made; `None` where there is none.
    pub(crate) fn tied(&self) -> Option<Self> {
        let kept: BTreeSet<usize> = self.ties.iter().flat_map(|tie| [tie.child, tie.parent]).collect();
        (!kept.is_empty()).then(|| self.only(&kept))
    }

    /// These members, with the ties among them.
    fn only(&self, kept: &BTreeSet<usize>) -> Self {
        let position: BTreeMap<usize, usize> = kept.iter().enumerate().map(|(new, &old)| (old, new)).collect();
        let members = kept.iter().filter_map(|&old| self.members.get(old).cloned()).collect();
        let moved = |old: &usize| position.get(old).copied();
        let ties = self
            .ties
            .iter()
            .filter_map(|tie| Some(Tie { child: moved(&tie.child)?, parent: moved(&tie.parent)?, ..tie.clone() }));
        Self { members, ties: ties.collect(), roots: self.roots.iter().filter_map(moved).collect() }
    }

    /// `4 models and 1 dataset; 2 of them not inspected`.
    pub(crate) fn sentence(&self) -> String {
        let datasets = self.members.iter().filter(|member| member.kind == NodeKind::Dataset).count();
        let models = self.members.len() - datasets;
        let mut parts = vec![format!("{models} {}", plural(models, "model", "models"))];
        if datasets > 0 {
            parts.push(format!("{datasets} {}", plural(datasets, "dataset", "datasets")));
        }
        let unseen = self.members.iter().filter(|member| !member.state.is_seen()).count();
        let unseen = match unseen {
            0 if self.members.len() == 1 => "inspected".to_owned(),
            0 => "all of them inspected".to_owned(),
            1 if self.members.len() == 1 => "not inspected".to_owned(),
            unseen => format!("{unseen} of them not inspected"),
        };
        format!("{}, {unseen}", parts.join(" and "))
    }

    /// A tie to a member that is an ancestor of itself on the way of drawing closes a circle.
    fn mark_circles(&mut self) {
        #[derive(Clone, Copy, PartialEq)]
        enum Visit {
            Not,
            Open,
            Done,
        }
        let mut visits = vec![Visit::Not; self.members.len()];
        let mut circles = BTreeSet::new();
        for &root in &self.roots {
            // A member on its way out stands as `true`.
            let mut waiting = vec![(root, false)];
            while let Some((member, leaves)) = waiting.pop() {
                let Some(visit) = visits.get_mut(member) else { continue };
                if leaves {
                    *visit = Visit::Done;
                } else if *visit == Visit::Not {
                    *visit = Visit::Open;
                    waiting.push((member, true));
                    waiting.extend(self.ties_of(member).iter().rev().map(|tie| (tie.parent, false)));
                    let open = |parent: usize| visits.get(parent) == Some(&Visit::Open);
                    let closing = self.ties_of(member).iter().filter(|tie| open(tie.parent));
                    circles.extend(closing.map(|tie| (tie.child, tie.parent)));
                }
            }
        }
        for tie in &mut self.ties {
            tie.is_circle = circles.contains(&(tie.child, tie.parent));
        }
    }
}

fn member(scan: &Scan, node: &Node) -> Member {
    let source = node.source.and_then(|source| scan.sources.get(source));
    let judged = scan.main_of(node);
    let state = state(scan, node);
    let is_target = source.is_some_and(|source| !source.is_followed);
    let index = node.source.unwrap_or(usize::MAX);
    let standing = || judged.and_then(|judged| judged.standing).filter(|_| scan.policy.is_some());
    let verdict = if is_target { text::verdict_of(scan, index) } else { standing() };
    let behind = |verdict| text::names_behind(scan, index, verdict);
    let effective = judged.filter(|judged| is_target && judged.effective != judged.concluded);
    Member {
        name: node.reference.clone(),
        revision: node.revision.as_deref().map(short_revision),
        place: source.filter(|_| is_target).and_then(|source| place(source, &node.reference)),
        former: source.and_then(|source| source.hub.as_ref()?.renamed_from.clone()),
        kind: node.kind,
        is_target,
        state,
        license: state.is_seen().then(|| license(scan, node)),
        effective: effective.and_then(|judged| Some(judged.effective.as_ref()?.to_string())),
        verdict: verdict.filter(|_| state.is_seen() || is_target),
        findings: verdict.filter(|_| is_target).map(behind).unwrap_or_default(),
    }
}

/// The path of a target whose name is another one.
fn place(source: &Source, name: &str) -> Option<String> {
    let is_path = matches!(source.kind, SourceKind::Directory | SourceKind::File);
    (is_path && source.target != name).then(|| source.target.clone())
}

fn state(scan: &Scan, node: &Node) -> State {
    let Some(index) = node.source else {
        return if node.kind == NodeKind::Unresolved { State::Nowhere } else { State::NotInspected };
    };
    let kinds: BTreeSet<GapKind> = scan.gaps.iter().filter(|gap| gap.at.source == index).map(|gap| gap.kind).collect();
    let is_empty = scan.sources.get(index).is_some_and(|source| source.files == 0);
    if kinds.contains(&GapKind::Refused) {
        State::Gated
    } else if kinds.contains(&GapKind::Unreachable) {
        State::Unreachable
    } else if is_empty && kinds.contains(&GapKind::NotFetched) {
        State::NotFetched
    } else if kinds.iter().any(|kind| kind.makes_incomplete()) {
        State::Incomplete
    } else {
        State::Seen
    }
}

/// What was concluded about the main subject of a node, or why there is no such thing.
fn license(scan: &Scan, node: &Node) -> String {
    let Some(judged) = scan.main_of(node) else {
        return "no licence found".to_owned();
    };
    if let Some(expression) = &judged.concluded {
        return expression.to_string();
    }
    let concluded = scan.facts.iter().find(|fact| fact.basis == Basis::Concluded && fact.subject == judged.subject);
    match concluded.map(|fact| fact.candidates.as_slice()) {
        None | Some([]) => "no identified licence".to_owned(),
        Some(candidates) => format!("one of {}", candidates.join(", ")),
    }
}

fn short_revision(revision: &str) -> String {
    let is_commit = revision.len() > SHORT_COMMIT && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
    revision.get(..SHORT_COMMIT).filter(|_| is_commit).unwrap_or(revision).to_owned()
}

/// One tie for each pair, in the order of drawing: models before data, then by relation and name.
fn ties(edges: &[Edge], evidence: &[Evidence], members: &[Member]) -> Vec<Tie> {
    let mut pairs: BTreeMap<(usize, usize), (BTreeSet<EdgeRelation>, BTreeSet<String>)> = BTreeMap::new();
    for edge in edges.iter().filter(|edge| edge.child.max(edge.parent) < members.len()) {
        let (relations, components) = pairs.entry((edge.child, edge.parent)).or_default();
        relations.insert(edge.relation);
        if edge.relation == EdgeRelation::Model(Relation::Component) {
            let directories = edge.because.iter().filter_map(|&index| Some(&evidence.get(index)?.scope.directory));
            components.extend(directories.filter(|directory| !directory.is_empty()).cloned());
        }
    }
    let mut ties: Vec<Tie> = pairs
        .into_iter()
        .map(|((child, parent), (relations, components))| Tie {
            child,
            parent,
            relations: relations.into_iter().collect(),
            components: components.into_iter().collect(),
            findings: Vec::new(),
            is_circle: false,
        })
        .collect();
    ties.sort_by_cached_key(|tie| {
        let name = members.get(tie.parent).map(|member| member.name.clone()).unwrap_or_default();
        (tie.child, tie.is_data(), tie.relations.first().copied(), name.to_lowercase(), name, tie.parent)
    });
    ties
}

/// Targets that nothing else in the family was made from; then, of circles, whatever was named first.
fn roots(members: &[Member], ties: &[Tie]) -> Vec<usize> {
    let mut parents_of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for tie in ties {
        parents_of.entry(tie.child).or_default().push(tie.parent);
    }
    let is_parent: BTreeSet<usize> = ties.iter().map(|tie| tie.parent).collect();
    let is_target = |index: &usize| members.get(*index).is_some_and(|member| member.is_target);
    let all = 0..members.len();
    let young = all.clone().filter(|index| is_target(index) && !is_parent.contains(index));
    let mut seen = BTreeSet::new();
    let mut roots = Vec::new();
    for candidate in young.chain(all.clone().filter(is_target)).chain(all) {
        if seen.contains(&candidate) {
            continue;
        }
        roots.push(candidate);
        let mut waiting = vec![candidate];
        while let Some(member) = waiting.pop() {
            if seen.insert(member) {
                waiting.extend(parents_of.get(&member).into_iter().flatten());
            }
        }
    }
    roots
}

/// Puts each finding that rests on a step at that step: of several, at the one that leads to the member it is about.
fn place_findings(scan: &Scan, members: &[Member], ties: &mut [Tie]) {
    let position: BTreeMap<(usize, usize), usize> =
        ties.iter().enumerate().map(|(index, tie)| ((tie.child, tie.parent), index)).collect();
    let mut stated_by: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for edge in &scan.lineage.edges {
        let Some(&tie) = position.get(&(edge.child, edge.parent)) else { continue };
        for &evidence in &edge.because {
            stated_by.entry(evidence).or_default().insert(tie);
        }
    }
    for finding in scan.findings.iter().filter(|finding| finding.waived.is_none()) {
        let Some(subject) = &finding.subject else { continue };
        let (evidence, sources) = grounds(scan, finding);
        let touched: BTreeSet<usize> =
            evidence.iter().filter_map(|index| stated_by.get(index)).flatten().copied().collect();
        let parent_is =
            |tie: &Tie, wanted: &dyn Fn(&Node) -> bool| scan.lineage.nodes.get(tie.parent).is_some_and(wanted);
        let is_cited =
            |node: &Node| node.source.is_some_and(|source| source != subject.source && sources.contains(&source));
        let is_unseen = |node: &Node| node.source.is_none();
        let of = |wanted: &dyn Fn(&Tie) -> bool| -> Vec<usize> {
            touched.iter().copied().filter(|&index| ties.get(index).is_some_and(wanted)).collect()
        };
        let steps = [
            of(&|tie| parent_is(tie, &is_cited)),
            of(&|tie| parent_is(tie, &is_unseen)),
            of(&|tie| tie.child == subject.source),
        ];
        for index in steps.into_iter().find(|found| !found.is_empty()).unwrap_or_default() {
            let Some(tie) = ties.get_mut(index) else { continue };
            // "Not inspected" stands there already.
            let is_said = finding.name == "base-not-inspected"
                && members.get(tie.parent).is_some_and(|parent| !parent.state.is_seen());
            if !is_said && !tie.findings.iter().any(|(_, name)| *name == finding.name) {
                tie.findings.push((finding.level, finding.name));
            }
        }
    }
    for tie in ties {
        tie.findings.sort_by_key(|&(level, name)| (std::cmp::Reverse(level), name));
    }
}

/// All evidence that a finding rests on, through facts, and the sources that these facts are about.
fn grounds(scan: &Scan, finding: &Finding) -> (BTreeSet<usize>, BTreeSet<usize>) {
    let (mut evidence, mut sources) = (BTreeSet::new(), BTreeSet::new());
    let mut seen = BTreeSet::new();
    let mut waiting = finding.because.clone();
    while let Some(reason) = waiting.pop() {
        match reason {
            Reason::Evidence(index) => {
                evidence.insert(index);
            }
            Reason::Fact(index) if seen.insert(index) => {
                if let Some(fact) = scan.facts.get(index) {
                    sources.insert(fact.subject.source);
                    waiting.extend(&fact.because);
                }
            }
            Reason::Fact(_) | Reason::Gap(_) | Reason::Searched(_) => {}
        }
    }
    (evidence, sources)
}
