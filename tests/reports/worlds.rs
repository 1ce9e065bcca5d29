//! Scans of every shape, as the program makes them: none, one, thousands; families; what is waived, what could not be
//! seen; words of all scripts, and words that try to act. Made from a seed and from nothing else.

use std::fmt::Write as _;

use licentia::classify::text::Matcher;
use licentia::fact::Reason;
use licentia::finding::Level;
use licentia::gap::GapKind;
use licentia::license::Expression;
use licentia::location::Location;
use licentia::policy::baseline::Baseline;
use licentia::policy::{Occasion, Policy, TargetName};
use licentia::run;
use licentia::scan::{HubState, RepositoryKind, Scan, SourceKind};
use licentia::source::memory::MemoryTree;
use licentia::source::{Obstacle, SourceTree};
use licentia::subject::Subject;

/// A scan with a name for the files of its reports.
pub(crate) struct World {
    /// Letters, digits and hyphens.
    pub(crate) name: String,
    pub(crate) scan: Scan,
}

/// Words that obey nobody: each tries to act in one of the formats, or on who reads it.
pub(crate) const HOSTILE: [(&str, &str); 12] = [
    ("terminal", "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31mred"),
    ("html", "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg/onload=alert(3)>"),
    ("formula", "=cmd|' /C calc'!A0"),
    ("formula-plus", "+1+cmd|x\t@SUM(1)"),
    ("workflow", "::error file=x::y\n##vso[task.complete result=Succeeded]\n##[group]z\n::stop-commands::t"),
    (
        "markdown",
        "[click](javascript:alert(1)) ![x](http://evil.example/x.png) `a``b` | c | @everyone #1 <http://e.example>",
    ),
    ("xml", "]]> <![CDATA[ &amp; &#x1; <!-- -- > \u{1}\u{8}\u{fffe}"),
    ("bidi", "\u{202e}txt.exe\u{202c}\u{2066}\u{200b}\u{feff}"),
    ("quotes", "\"a\",\"b\"\r\n'c';d\\e\u{2028}f"),
    ("uri", "a b%2e%2e/../..//c?d=e#f\\g:h"),
    ("nul", "nul\0nul\u{7f}"),
    ("mermaid", "```\nend\n```\n%%{init: {}}%% A-->B[\"x\"]; click A \"javascript:alert(1)\""),
];

/// Every world, by name in the order in which they are made. Half a hundred.
pub(crate) fn all() -> Vec<World> {
    let mut worlds = vec![
        world("no-target", check(COMMERCIAL, Vec::new())),
        world(
            "empty-directory",
            check(COMMERCIAL, vec![MemoryTree::new("models/empty", Vec::<(String, String)>::new())]),
        ),
        world(
            "one-allowed",
            check(COMMERCIAL, vec![model("acme/fine", "license: apache-2.0").with_text("Apache-2.0").tree()]),
        ),
        world("one-denied", check(COMMERCIAL, vec![model("acme/seg", "license: cc-by-nc-4.0").tree()])),
        world(
            "one-unknown",
            check(COMMERCIAL, vec![model("acme/odd", "license: other\nlicense_name: house-terms").tree()]),
        ),
        world("unjudged", run::scan(&boxed(vec![model("acme/seg", "license: cc-by-nc-4.0").tree()]), &|_| ())),
        world("waived", waived()),
        world("existing", existing()),
        world("not-seen", not_seen()),
        world("hub", hub()),
        world("family", check(COMMERCIAL, family())),
        world(
            "duties",
            check("schema = 1\npreset = \"distribution\"\n[facts]\nmau = 1000\ndomicile = \"US\"\n", duties()),
        ),
        world("expressions", check(COMMERCIAL, expressions())),
        world("own-terms", own_terms()),
        world("same-names", check(COMMERCIAL, vec![seg(), seg(), seg()])),
        world("scripts", check(COMMERCIAL, scripts())),
        world(
            "right-to-left",
            check(
                COMMERCIAL,
                vec![
                    model("acme/عربي", "license: cc-by-nc-4.0\nlicense_name: رخصة غير تجارية").tree(),
                    model("acme/עברית", "license: other\nlicense_name: רישיון")
                        .with("LICENSE", "אין להשתמש לצרכים מסחריים.\n")
                        .tree(),
                ],
            ),
        ),
        world("thousands", check(COMMERCIAL, thousands())),
    ];
    for (name, words) in HOSTILE {
        worlds.push(world(&format!("hostile-{name}"), poisoned(words)));
    }
    let mut seed = 0x9e37_79b9_7f4a_7c15;
    for number in 0..20 {
        worlds.push(world(&format!("mixed-{number:02}"), mixed(&mut seed)));
    }
    worlds
}

const COMMERCIAL: &str = "schema = 1\nname = \"acme-product\"\npreset = \"commercial\"\n";

fn world(name: &str, scan: Scan) -> World {
    World { name: name.to_owned(), scan }
}

fn boxed(trees: Vec<MemoryTree>) -> Vec<Box<dyn SourceTree>> {
    trees.into_iter().map(|tree| Box::new(tree) as Box<dyn SourceTree>).collect()
}

fn check(policy: &str, trees: Vec<MemoryTree>) -> Scan {
    check_on(policy, trees, Occasion::default())
}

fn check_on(policy: &str, trees: Vec<MemoryTree>, occasion: Occasion<'_>) -> Scan {
    let policy = Policy::from_toml(policy, "licentia.toml").unwrap_or_else(|error| panic!("{}", error.message));
    let occasion = Occasion { today: Some("2026-11-25".parse().expect("a day")), ..occasion };
    run::check_with(Matcher::default(), &boxed(trees), &policy, &occasion, &|_| ())
}

/// A repository that grows file by file.
pub(crate) struct Growing {
    name: String,
    kind: RepositoryKind,
    files: Vec<(String, String)>,
}

pub(crate) fn model(name: &str, front_matter: &str) -> Growing {
    let card = format!("---\n{front_matter}\n---\n# A model\n");
    let files = vec![("README.md".to_owned(), card), ("config.json".to_owned(), "{}".to_owned())];
    Growing { name: name.to_owned(), kind: RepositoryKind::Model, files }
}

impl Growing {
    pub(crate) fn with(mut self, path: &str, content: impl Into<String>) -> Self {
        self.files.push((path.to_owned(), content.into()));
        self
    }

    /// With the SPDX text of a licence.
    pub(crate) fn with_text(self, id: &str) -> Self {
        let text = license_db::license(id).and_then(license_db::License::text).expect("an SPDX text");
        self.with("LICENSE", text)
    }

    fn dataset(mut self) -> Self {
        self.kind = RepositoryKind::Dataset;
        self
    }

    pub(crate) fn tree(self) -> MemoryTree {
        let target = format!("models/{}", self.name.replace('/', "-"));
        MemoryTree::new(&target, self.files).of_repository(self.kind, &self.name, None)
    }
}

fn seg() -> MemoryTree {
    model("vendor/seg-net", "license: cc-by-nc-4.0").with("src/LICENSE", "MIT License\n").tree()
}

fn waived() -> Scan {
    let policy = format!(
        "{COMMERCIAL}\n[[waive]]\nfinding = \"non-commercial\"\ntarget = \"vendor/seg-net\"\nreason = \"labelling only | <b>\"\n\
         approver = \"legal@acme.example\"\nexpires = 2027-02-01\n"
    );
    check(&policy, vec![seg()])
}

fn existing() -> Scan {
    let policy = Policy::from_toml(COMMERCIAL, "licentia.toml").expect("a policy");
    let first = check(COMMERCIAL, vec![seg()]);
    let baseline = Baseline::of_scan(&first, "baseline.json");
    let occasion = Occasion {
        baseline: Some(&baseline),
        today: Some("2026-11-25".parse().expect("a day")),
        ..Occasion::default()
    };
    run::check_with(
        Matcher::default(),
        &boxed(vec![seg(), model("acme/new", "license: gpl-3.0").tree()]),
        &policy,
        &occasion,
        &|_| (),
    )
}

fn not_seen() -> Scan {
    let refused = |kind, detail: &str| Obstacle { kind, detail: detail.to_owned() };
    let tree = model("acme/half", "license: mit").with("LICENSE", "x").with("sub/LICENSE", "y").tree();
    let tree = tree.with_obstacle("LICENSE", &refused(GapKind::Unreadable, "permission denied"));
    let tree = tree.with_obstacle("sub/LICENSE", &refused(GapKind::NotFetched, "a Git LFS pointer stands here"));
    let base = model("acme/child", "license: apache-2.0\nbase_model: nobody/knows");
    check(COMMERCIAL, vec![tree, base.tree(), MemoryTree::new("models/nothing", Vec::<(String, String)>::new())])
}

fn hub() -> Scan {
    let hub = HubState {
        renamed_from: Some("acme/old".to_owned()),
        asked_revision: Some("v1".to_owned()),
        is_gated: true,
        is_private: false,
    };
    let tree = model("acme/new", "license: llama3.1\nbase_model: meta-llama/Llama-3.1-8B").tree().of_hub(hub);
    let named =
        [TargetName { within: None, named_in: vec!["train.py:12:20".to_owned(), "licentia.toml:4:3".to_owned()] }];
    let occasion = Occasion { targets: &named, ..Occasion::default() };
    let mut scan = check_on(COMMERCIAL, vec![tree], occasion);
    for source in &mut scan.sources {
        source.kind = SourceKind::Hub;
        "acme/old@v1".clone_into(&mut source.target);
        source.revision = Some("0123456789abcdef0123456789abcdef01234567".to_owned());
    }
    scan
}

/// Eight members: bases, a quantised one, an adapter, a merge, a dataset.
pub(crate) fn family() -> Vec<MemoryTree> {
    vec![
        model("acme/assistant", "license: apache-2.0\nbase_model:\n  - acme/tuned\n  - acme/poet\nbase_model_relation: merge\ndatasets:\n  - acme/talks").with_text("Apache-2.0").tree(),
        model("acme/tuned", "license: llama3.1\nbase_model: meta-llama/Llama-3.1-8B\nbase_model_relation: finetune").tree(),
        model("acme/poet", "license: cc-by-nc-4.0\nbase_model: acme/base\nbase_model_relation: finetune").tree(),
        model("acme/base", "license: apache-2.0").with_text("Apache-2.0").tree(),
        model("acme/assistant-q4", "license: apache-2.0\nbase_model: acme/assistant\nbase_model_relation: quantized").tree(),
        model("acme/lora", "license: mit\nbase_model: acme/base").with("adapter_config.json", r#"{"base_model_name_or_path": "acme/base", "peft_type": "LORA"}"#).tree(),
        model("acme/talks", "license: cc-by-sa-4.0").dataset().tree(),
        model("meta-llama/Llama-3.1-8B", "license: llama3.1").tree().followed(),
    ]
}

fn duties() -> Vec<MemoryTree> {
    let llama = model("acme/helper", "license: llama3.1\nbase_model: meta-llama/Llama-3.1-8B");
    let apache = model("acme/apache", "license: apache-2.0").with_text("Apache-2.0");
    let notice = "Acme model\nCopyright 2026 Acme Ltd.\nThis product holds work of others.\n";
    vec![
        llama.tree(),
        apache.with("NOTICE", notice).tree(),
        model("acme/gpl", "license: gpl-3.0").with_text("GPL-3.0-only").tree(),
    ]
}

fn expressions() -> Vec<MemoryTree> {
    let code = |expression: &str| format!("# SPDX-License-Identifier: {expression}\nx = 1\n");
    let choice = model("acme/choice", "license: mit").with("code/a.py", code("MIT OR GPL-3.0-only"));
    let both = model("acme/both", "license: mit")
        .with("code/a.py", code("GPL-2.0-only WITH Classpath-exception-2.0 AND CC-BY-4.0"));
    let own = model("acme/own", "license: mit").with("code/a.py", code("LicenseRef-acme-house OR Apache-2.0"));
    let added = model("acme/added", "license: mit").with("code/a.py", code("MIT WITH AdditionRef-acme-more"));
    vec![choice.tree(), both.tree(), own.tree(), added.tree()]
}

fn own_terms() -> Scan {
    let text = license_db::license("MIT").and_then(license_db::License::text).expect("an SPDX text");
    let more = format!("{text}\nThe Software shall not be used for commercial purposes.\n");
    let changed = model("acme/changed", "license: mit").with("LICENSE", more);
    let house = model("acme/house", "license: other\nlicense_name: house\nlicense_link: LICENSE")
        .with("LICENSE", "House licence\n\nYou may use this model for research. You shall not sell it.\n");
    check(COMMERCIAL, vec![changed.tree(), house.tree()])
}

fn scripts() -> Vec<MemoryTree> {
    vec![
        model("acme/许可证-模型", "license: other\nlicense_name: 模型许可协议")
            .with("许可/LICENSE", "仅供非商业用途。\n")
            .tree(),
        model("acme/モデル", "license: cc-by-nc-4.0").tree(),
        model("acme/Lizenzprüfung-ß", "license: gpl-3.0").tree(),
        model("acme/🤗-modèle", "license: mit\nlicense_name: été 🎉 e\u{301}").tree(),
    ]
}

fn thousands() -> Vec<MemoryTree> {
    let labels = ["license: mit", "license: cc-by-nc-4.0", "license: gpl-3.0", "language: en", "license: llama3.1"];
    let one = |number: usize| {
        let label = labels.get(number % labels.len()).copied().unwrap_or_default();
        model(&format!("acme/model-{number:04}"), label).tree()
    };
    (0..1000).map(one).collect()
}

/// A small family, and a file that could not be read, in which every string that a report shows tries to act.
fn poisoned(words: &str) -> Scan {
    let obstacle = Obstacle { kind: GapKind::Unreadable, detail: words.to_owned() };
    let broken = seg().with_obstacle("src/LICENSE", &obstacle);
    let child = model("acme/child", "license: mit\nbase_model: acme/llama\ndatasets:\n  - acme/talks");
    let parent = model("acme/llama", "license: llama3.1");
    let mut scan = check(COMMERCIAL, vec![child.tree(), parent.tree(), broken]);
    for (index, source) in scan.sources.iter_mut().enumerate() {
        source.target = format!("{words}{index}");
        source.repository = Some(format!("{words}{index}"));
        source.revision = Some(words.to_owned());
        source.named_in = vec![words.to_owned()];
        source.skipped = vec![words.to_owned()];
    }
    for evidence in &mut scan.evidence {
        words.clone_into(&mut evidence.quote);
        poison(&mut evidence.at, words);
    }
    for judged in &mut scan.judged {
        poison_subject(&mut judged.subject, words);
    }
    for finding in &mut scan.findings {
        finding.message = format!("{words} {}", finding.message);
        words.clone_into(&mut finding.help);
        if let Some(subject) = &mut finding.subject {
            poison_subject(subject, words);
        }
        finding.locations.iter_mut().for_each(|at| poison(at, words));
        for place in &mut finding.policy {
            words.clone_into(&mut place.file);
            words.clone_into(&mut place.value);
        }
        if finding.level == Level::Note {
            finding.waived = Some(words.to_owned());
        }
    }
    for fact in &mut scan.facts {
        poison_subject(&mut fact.subject, words);
        fact.candidates = vec![words.to_owned()];
    }
    for node in &mut scan.lineage.nodes {
        words.clone_into(&mut node.reference);
        node.revision = Some(words.to_owned());
    }
    for gap in &mut scan.gaps {
        words.clone_into(&mut gap.detail);
        poison(&mut gap.at, words);
    }
    if let Some(policy) = &mut scan.policy {
        words.clone_into(&mut policy.name);
        policy.file = Some(words.to_owned());
        policy.layers = vec![words.to_owned()];
    }
    scan
}

/// The root of a repository has no name to play with.
fn poison_subject(subject: &mut Subject, words: &str) {
    if !subject.path.is_empty() {
        subject.path = format!("{words}/{}", subject.path);
    }
}

fn poison(at: &mut Location, words: &str) {
    at.path = format!("{words}/{}", at.path);
    at.key = Some(words.to_owned());
}

/// A handful of repositories, drawn from what occurs on the Hub.
fn mixed(seed: &mut u64) -> Scan {
    let labels = [
        "license: mit",
        "license: apache-2.0",
        "license: gpl-3.0",
        "license: agpl-3.0",
        "license: cc-by-nc-4.0",
        "license: cc-by-nd-4.0",
        "license: llama3.1",
        "license: gemma",
        "license: openrail",
        "license: bigscience-openrail-m",
        "license: other\nlicense_name: kimi-k2",
        "license: other",
        "license: [mit, gpl-3.0]",
        "license: \"Apache 2.0\"",
        "language: en",
        "license: cc-by-sa-4.0",
        "license: unknown",
    ];
    let texts = ["MIT", "Apache-2.0", "GPL-3.0-only", "CC-BY-NC-4.0", "BSD-3-Clause", "AGPL-3.0-only"];
    let mut trees = Vec::new();
    let count = 1 + draw(seed, 6);
    for number in 0..count {
        let mut front = labels.get(draw(seed, labels.len())).copied().unwrap_or_default().to_owned();
        if number > 0 && draw(seed, 2) == 0 {
            let _ = write!(front, "\nbase_model: acme/mixed-{}", draw(seed, number));
            if draw(seed, 2) == 0 {
                front.push_str("\nbase_model_relation: quantized");
            }
        }
        if draw(seed, 4) == 0 {
            front.push_str("\ndatasets:\n  - acme/data-of-others");
        }
        let mut growing = model(&format!("acme/mixed-{number}"), &front);
        if draw(seed, 2) == 0 {
            growing = growing.with_text(texts.get(draw(seed, texts.len())).copied().unwrap_or("MIT"));
        }
        if draw(seed, 3) == 0 {
            growing = growing.with("code/main.py", "# SPDX-License-Identifier: GPL-2.0-or-later\n");
        }
        trees.push(growing.tree());
    }
    check(COMMERCIAL, trees)
}

/// A number below `below`, and the next seed.
fn draw(seed: &mut u64, below: usize) -> usize {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    usize::try_from(*seed % u64::try_from(below.max(1)).unwrap_or(1)).unwrap_or_default()
}

/// Whether a scan names everything by its own rules: what the worlds above must not break by hand.
pub(crate) fn is_sound(scan: &Scan) -> bool {
    let holds = |reason: &Reason| match *reason {
        Reason::Evidence(index) => index < scan.evidence.len(),
        Reason::Gap(index) => index < scan.gaps.len(),
        Reason::Fact(index) => index < scan.facts.len(),
        Reason::Searched(index) => index < scan.sources.len(),
    };
    let readable = |expression: &Option<Expression>| {
        expression
            .as_ref()
            .is_none_or(|expression| Expression::parse(&expression.to_string()).as_ref() == Ok(expression))
    };
    scan.findings.iter().flat_map(|finding| &finding.because).all(holds)
        && scan.judged.iter().all(|judged| readable(&judged.effective) && readable(&judged.concluded))
}
