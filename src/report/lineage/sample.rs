//! Families made by hand, that the tests of every drawing draw.

use crate::evidence::{Claim, Evidence};
use crate::fact::{Basis, Fact, Grade, Reason};
use crate::finding::{Finding, Level, Verdict};
use crate::gap::{Gap, GapKind};
use crate::license::{Expression, Outcome};
use crate::lineage::{Edge, EdgeRelation, Node, NodeKind, Relation};
use crate::location::Location;
use crate::report::sample;
use crate::scan::{Judged, RepositoryKind, Scan, Source, SourceKind};
use crate::subject::{Role, Scope, Subject};

const DATA: EdgeRelation = EdgeRelation::TrainedOn;

fn made(relation: Relation) -> EdgeRelation {
    EdgeRelation::Model(relation)
}

/// A scan that grows member by member.
pub(in crate::report) struct Growing(Scan);

impl Growing {
    pub(in crate::report) fn new() -> Self {
        let mut scan = sample::scan();
        scan.sources.clear();
        scan.evidence.clear();
        scan.gaps.clear();
        scan.facts.clear();
        scan.lineage = crate::lineage::Lineage::default();
        scan.judged.clear();
        scan.findings.clear();
        Self(scan)
    }

    fn node(&mut self, name: &str, kind: NodeKind, source: Option<usize>) -> usize {
        self.0.lineage.nodes.push(Node {
            reference: name.to_owned(),
            kind,
            source,
            revision: None,
            is_seen: source.is_some(),
        });
        self.0.lineage.nodes.len() - 1
    }

    /// A repository that was looked at. Inspected members come before those that are only named.
    pub(in crate::report) fn seen(&mut self, name: &str, kind: NodeKind, license: &str, verdict: Verdict) -> usize {
        let source = self.0.sources.len();
        let repository_kind = if kind == NodeKind::Dataset { RepositoryKind::Dataset } else { RepositoryKind::Model };
        self.0.sources.push(Source {
            repository: Some(name.to_owned()),
            repository_kind,
            is_followed: source > 0,
            files: 3,
            ..Source::new(name, SourceKind::Hub)
        });
        let role = if kind == NodeKind::Dataset { Role::Data } else { Role::Weights };
        let expression = Some(Expression::license(license));
        let subject = Subject { source, role, path: String::new() };
        self.0.facts.push(Fact {
            subject: subject.clone(),
            basis: Basis::Concluded,
            expression: expression.clone(),
            outcome: Outcome::Exact,
            candidates: Vec::new(),
            grade: Grade::Text,
            because: vec![Reason::Searched(source)],
        });
        self.0.judged.push(Judged {
            subject,
            declared: None,
            observed: None,
            concluded: expression.clone(),
            effective: expression,
            verdict: (source == 0).then_some(verdict),
            standing: Some(verdict),
            decision: None,
            because: vec![Reason::Fact(source)],
        });
        self.node(name, kind, Some(source))
    }

    pub(in crate::report) fn named(&mut self, name: &str, kind: NodeKind) -> usize {
        self.node(name, kind, None)
    }

    pub(in crate::report) fn tie(&mut self, child: usize, relation: EdgeRelation, parent: usize, directory: &str) {
        let scope = Scope { role: None, directory: directory.to_owned(), file: None };
        let at = Location::file(child, "README.md");
        let claim = Claim::Dataset("x".to_owned());
        self.0.evidence.push(Evidence { at, scope, claim, quote: String::new(), by: "sample" });
        let because = vec![self.0.evidence.len() - 1];
        self.0.lineage.edges.push(Edge { child, parent, relation, because });
    }

    pub(in crate::report) fn done(mut self) -> Scan {
        self.0.classifications = vec![None; self.0.evidence.len()];
        self.0.lineage.edges.sort_by_key(|edge| (edge.child, edge.parent, edge.relation));
        self.0
    }
}

/// An adapter that calls itself Apache-2.0 and comes, through another model, from Llama 2; a component behind a gate;
/// a dataset.
pub(in crate::report) fn small() -> Scan {
    let mut family = Growing::new();
    let lora = family.seen("acme/chat-7b-lora", NodeKind::Model, "Apache-2.0", Verdict::Allow);
    let chat = family.seen("acme/chat-7b", NodeKind::Model, "Apache-2.0", Verdict::Allow);
    let llama = family.seen("meta/llama-2", NodeKind::Model, "LicenseRef-scancode-llama-2", Verdict::Review);
    let corpus = family.seen("acme/corpus", NodeKind::Dataset, "CC-BY-NC-4.0", Verdict::Deny);
    let vae = family.seen("vendor/vae", NodeKind::Model, "MIT", Verdict::Allow);
    family.tie(lora, made(Relation::Adapter), chat, "");
    family.tie(chat, made(Relation::Finetune), llama, "");
    family.tie(lora, DATA, corpus, "");
    family.tie(lora, made(Relation::Component), vae, "vae");
    let mut scan = family.done();
    scan.sources[lora].kind = SourceKind::Directory;
    scan.sources[lora].target = "./lora".to_owned();
    scan.lineage.nodes[llama].revision = Some("0123456789abcdef0123456789abcdef01234567".to_owned());
    scan.judged[lora].effective = Expression::parse("Apache-2.0 AND LicenseRef-scancode-llama-2").ok();
    scan.sources[vae].files = 0;
    scan.gaps = vec![Gap { at: Location::file(vae, ""), kind: GapKind::Refused, detail: "gated".to_owned() }];
    scan.facts.push(Fact {
        basis: Basis::Inherited,
        because: vec![Reason::Fact(llama), Reason::Evidence(0), Reason::Evidence(1)],
        ..scan.facts[lora].clone()
    });
    scan.findings = vec![Finding {
        name: "looser-than-base",
        level: Level::Error,
        verdict: Verdict::Deny,
        subject: Some(scan.judged[lora].subject.clone()),
        message: "Apache-2.0 is looser than its base".to_owned(),
        locations: Vec::new(),
        because: vec![Reason::Fact(scan.facts.len() - 1), Reason::Fact(lora)],
        help: String::new(),
        license: None,
        policy: Vec::new(),
        waived: None,
        is_existing: false,
    }];
    scan
}

/// Thirty members in six generations: a merge of four, a circle, data, what was not inspected and what leads nowhere.
pub(in crate::report) fn large() -> Scan {
    const SEEN: usize = 22;
    let mut family = Growing::new();
    let licenses = ["Apache-2.0", "MIT", "LicenseRef-scancode-llama-2", "CC-BY-NC-4.0"];
    let verdicts = [Verdict::Allow, Verdict::Allow, Verdict::Review, Verdict::Deny];
    for number in 0..SEEN {
        let kind = if number >= SEEN - 3 { NodeKind::Dataset } else { NodeKind::Model };
        let name = format!("org-{}/member-{number:02}", number % 5);
        family.seen(&name, kind, licenses[number % 4], verdicts[number % 4]);
    }
    for number in SEEN..30 {
        let (name, kind) = match number {
            29 => ("/home/somebody/checkpoint".to_owned(), NodeKind::Unresolved),
            28 => ("org/data-28".to_owned(), NodeKind::Dataset),
            _ => (format!("base/named-{number}"), NodeKind::Model),
        };
        family.named(&name, kind);
    }
    let steps = [
        (0, Relation::Adapter, 1),
        (1, Relation::Merge, 2),
        (1, Relation::Merge, 3),
        (1, Relation::Merge, 4),
        (1, Relation::Merge, 5),
        (2, Relation::Finetune, 6),
        (3, Relation::Finetune, 6),
        (3, Relation::Quantized, 7),
        (4, Relation::Finetune, 8),
        (5, Relation::Distilled, 9),
        (5, Relation::Component, 10),
        (6, Relation::Finetune, 11),
        (7, Relation::Finetune, 12),
        (8, Relation::Finetune, 12),
        (8, Relation::Unstated, 13),
        (9, Relation::Finetune, 14),
        (10, Relation::RemoteCode, 15),
        (11, Relation::Finetune, 16),
        (12, Relation::Finetune, 17),
        (13, Relation::Finetune, 18),
        (14, Relation::Finetune, 18),
        (16, Relation::Finetune, 22),
        (17, Relation::Finetune, 23),
        (18, Relation::Finetune, 24),
        (18, Relation::Merge, 5),
        (15, Relation::Finetune, 25),
        (15, Relation::Unstated, 29),
        (12, Relation::Finetune, 26),
        (13, Relation::Finetune, 27),
    ];
    for (child, relation, parent) in steps {
        // A step of another relation than the merge of four, so that it is counted by itself.
        let relation = if (child, parent) == (18, 5) { Relation::Finetune } else { relation };
        family.tie(child, made(relation), parent, if relation == Relation::Component { "unet" } else { "" });
    }
    for (child, parent) in [(0, 19), (2, 20), (7, 20), (12, 21), (14, 28)] {
        family.tie(child, DATA, parent, "");
    }
    family.done()
}

/// One model merged from many.
pub(in crate::report) fn wide(parents: usize) -> Scan {
    let mut family = Growing::new();
    let child = family.seen("acme/merge", NodeKind::Model, "MIT", Verdict::Allow);
    for number in 0..parents {
        let parent = family.named(&format!("base/number-{number:03}"), NodeKind::Model);
        family.tie(child, made(Relation::Merge), parent, "");
    }
    family.done()
}

/// A line of models, each made from the next.
pub(in crate::report) fn deep(members: usize) -> Scan {
    let mut family = Growing::new();
    for number in 0..members {
        family.seen(&format!("acme/step-{number}"), NodeKind::Model, "MIT", Verdict::Allow);
        if number > 0 {
            family.tie(number - 1, made(Relation::Finetune), number, "");
        }
    }
    family.done()
}

/// A family of which every string is this one.
pub(in crate::report) fn called(words: &str) -> Scan {
    let mut scan = small();
    for source in &mut scan.sources {
        words.clone_into(&mut source.target);
        source.repository = Some(words.to_owned());
        source.hub = Some(crate::scan::HubState { renamed_from: Some(words.to_owned()), ..Default::default() });
    }
    for node in &mut scan.lineage.nodes {
        words.clone_into(&mut node.reference);
        node.revision = Some(words.to_owned());
    }
    for judged in &mut scan.judged {
        judged.concluded = Some(Expression::license(words.to_owned()));
        judged.effective = Some(Expression::license(format!("{words}-effective")));
    }
    for evidence in &mut scan.evidence {
        words.clone_into(&mut evidence.scope.directory);
    }
    if let Some(policy) = &mut scan.policy {
        words.clone_into(&mut policy.name);
        policy.file = Some(words.to_owned());
    }
    scan
}
