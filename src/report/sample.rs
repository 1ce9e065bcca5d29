//! A small scan, made by hand, that the tests of every format write.

use std::io::{self, Write};

use crate::evidence::{Claim, Evidence, TextKind, Texts};
use crate::fact::{Basis, Fact, Grade, Reason};
use crate::finding::{Finding, Level, Verdict};
use crate::gap::{Gap, GapKind};
use crate::license::{Classification, Expression, Match, MatchKind, Outcome};
use crate::lineage::{Edge, EdgeRelation, Lineage, Node, NodeKind, Relation};
use crate::location::{Location, Span};
use crate::scan::{Judged, PolicyName, Scan, Source, SourceKind, Versions};
use crate::subject::{Role, Scope, Subject};

/// A card that says CC-BY-NC-4.0, an MIT text for the code, a parent that was not inspected, a file that could not be
/// read.
pub(crate) fn scan() -> Scan {
    let mut texts = Texts::default();
    let text = texts.insert("MIT License\n\nCopyright (c) 2026 A. Author\n".to_owned());
    let weights = subject(Role::Weights, "");
    let code = subject(Role::Code, "src");
    let nc = Expression::license("CC-BY-NC-4.0");
    let mit = Expression::license("MIT");
    let card = at("README.md", 4, 10, 22, Some("license"));
    let parent = at("README.md", 5, 13, 28, Some("base_model"));
    Scan {
        versions: Versions { tool: "0.1.0".to_owned(), spdx_list: "3.29.0".to_owned(), database: "0.1.0+00".to_owned() },
        sources: vec![source("./seg-net")],
        evidence: vec![
            evidence(card.clone(), Claim::License("cc-by-nc-4.0".to_owned()), "cc-by-nc-4.0"),
            evidence(
                parent.clone(),
                Claim::Parent { reference: "vendor/base".to_owned(), relation: Relation::Finetune, revision: None },
                "vendor/base",
            ),
            evidence(
                at("src/LICENSE", 1, 1, 12, None),
                Claim::Text { text, kind: TextKind::LicenseFile },
                "MIT License\n\nCopyright (c) 2026 A. Author",
            ),
        ],
        texts,
        digests: Vec::new(),
        classifications: vec![
            Some(Classification::of_label(Outcome::Exact, Some(nc.clone()), Vec::new())),
            None,
            Some(text_of(&mit)),
        ],
        gaps: vec![Gap {
            at: Location::file(0, "model.bin"),
            kind: GapKind::Unreadable,
            detail: "model.bin cannot be read: permission denied; run as a user who may read it".to_owned(),
        }],
        facts: vec![
            fact(&weights, Basis::Declared, &nc, Grade::Label, Reason::Evidence(0)),
            fact(&code, Basis::Observed, &mit, Grade::Text, Reason::Evidence(2)),
        ],
        lineage: Lineage {
            nodes: vec![node("./seg-net", Some(0)), node("vendor/base", None)],
            edges: vec![Edge {
                child: 0,
                parent: 1,
                relation: EdgeRelation::Model(Relation::Finetune),
                because: vec![1],
            }],
        },
        judged: vec![
            judged(&weights, &nc, Verdict::Deny, Reason::Fact(0)),
            judged(&code, &mit, Verdict::Allow, Reason::Fact(1)),
        ],
        findings: vec![
            Finding {
                name: "base-not-inspected",
                level: Level::Warning,
                verdict: Verdict::Review,
                subject: Some(weights.clone()),
                message: "the weights of ./seg-net come from vendor/base, which was not inspected".to_owned(),
                locations: vec![parent],
                because: vec![Reason::Evidence(1)],
                help: "scan a copy of vendor/base together with ./seg-net".to_owned(),
                license: None,
                policy: Vec::new(),
                waived: None,
                is_existing: false,
            },
            Finding {
                name: "non-commercial",
                level: Level::Error,
                verdict: Verdict::Deny,
                subject: Some(weights),
                message: "the weights of ./seg-net are under CC-BY-NC-4.0, which forbids commercial use, and facts.use is `commercial`".to_owned(),
                locations: vec![card],
                because: vec![Reason::Fact(0)],
                help: "use a model that may be used commercially, or ask the vendor for a licence".to_owned(),
                license: None,
                policy: Vec::new(),
                waived: None,
                is_existing: false,
            },
        ],
        policy: Some(PolicyName { name: "commercial".to_owned(), file: None, layers: Vec::new() }),
        fail_on: Some(Level::Error),
    }
}

/// What a report writes.
pub(crate) fn written(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).expect("memory takes everything");
    String::from_utf8(out).expect("reports are UTF-8")
}

/// The same seen by `licentia scan`: nothing is judged.
pub(crate) fn unjudged() -> Scan {
    let mut scan = scan();
    scan.policy = None;
    scan.fail_on = None;
    scan.findings.clear();
    for judged in &mut scan.judged {
        judged.verdict = None;
    }
    scan
}

/// A model that tries to act through every string that a report shows.
pub(crate) fn hostile() -> Scan {
    const WORDS: &str = "\u{1b}]0;x\u{7}\u{1b}[2J\r\n::error::y ##[group]z \u{202e}evil <script>alert(1)</script>";
    let words = || WORDS.to_owned();
    let mut scan = scan();
    for source in &mut scan.sources {
        source.target = words();
        source.repository = Some(words());
    }
    for evidence in &mut scan.evidence {
        evidence.at.path = words();
        evidence.at.key = Some(words());
        evidence.quote = words();
        evidence.claim = Claim::LicenseName(words());
    }
    for gap in &mut scan.gaps {
        gap.at.path = words();
        gap.detail = words();
    }
    for fact in &mut scan.facts {
        fact.expression = None;
        fact.candidates = vec![words()];
    }
    for judged in &mut scan.judged {
        judged.subject.path = words();
        judged.effective = Some(Expression::license(words()));
    }
    for finding in &mut scan.findings {
        finding.message = words();
        finding.help = words();
        for location in &mut finding.locations {
            location.path = words();
            location.key = Some(words());
        }
    }
    for node in &mut scan.lineage.nodes {
        node.reference = words();
    }
    scan.policy = Some(PolicyName { name: words(), file: Some(words()), layers: Vec::new() });
    scan
}

fn subject(role: Role, path: &str) -> Subject {
    Subject { source: 0, role, path: path.to_owned() }
}

fn at(path: &str, line: u32, start: u32, end: u32, key: Option<&str>) -> Location {
    let span = Span { start_line: line, start_column: start, end_line: line, end_column: end };
    Location { source: 0, path: path.to_owned(), span: Some(span), key: key.map(str::to_owned) }
}

fn source(target: &str) -> Source {
    Source {
        repository: Some("vendor/seg-net".to_owned()),
        files: 4,
        bytes_read: 512,
        skipped: vec![".git".to_owned()],
        ..Source::new(target, SourceKind::Directory)
    }
}

fn evidence(at: Location, claim: Claim, quote: &str) -> Evidence {
    let scope = Scope { role: None, directory: String::new(), file: None };
    Evidence { at, scope, claim, quote: quote.to_owned(), by: "sample" }
}

fn passage(expression: &Expression) -> Match {
    Match {
        expression: expression.clone(),
        kind: MatchKind::Text,
        outcome: Outcome::Exact,
        lines: (1, 3),
        bytes: (0, 41),
        coverage: 1000,
        similarity: 1000,
        added: vec![(2, 2)],
        missing_words: 0,
        changes: Vec::new(),
    }
}

/// The classification of the sample's licence file, as if it were the text of another licence.
pub(super) fn text_of(expression: &Expression) -> Classification {
    let matches = vec![passage(expression)];
    Classification { matches, ..Classification::of_label(Outcome::Exact, Some(expression.clone()), Vec::new()) }
}

fn fact(subject: &Subject, basis: Basis, expression: &Expression, grade: Grade, reason: Reason) -> Fact {
    Fact {
        subject: subject.clone(),
        basis,
        expression: Some(expression.clone()),
        outcome: Outcome::Exact,
        candidates: Vec::new(),
        grade,
        because: vec![reason],
    }
}

fn node(reference: &str, source: Option<usize>) -> Node {
    Node { reference: reference.to_owned(), kind: NodeKind::Model, source, is_seen: source.is_some(), revision: None }
}

fn judged(subject: &Subject, expression: &Expression, verdict: Verdict, reason: Reason) -> Judged {
    Judged {
        subject: subject.clone(),
        declared: Some(expression.clone()),
        observed: None,
        concluded: Some(expression.clone()),
        effective: Some(expression.clone()),
        verdict: Some(verdict),
        standing: None,
        decision: None,
        because: vec![reason],
    }
}
