//! Every key of a policy that can change an answer does change one, and what leads to the answer names its line.
//!
//! One row a key: a small tree, and two policies between which that key alone is another.

use std::collections::BTreeSet;

use licentia::finding::PolicyPlace;
use licentia::policy::file::KEYS;
use licentia::policy::{Occasion, Policy, PolicyFile};
use licentia::scan::{RepositoryKind, Scan};
use licentia::source::SourceTree;
use licentia::source::memory::MemoryTree;

/// A tree of files: those of `model`, and of what else was scanned.
#[derive(Clone, Copy)]
enum World {
    /// A card with this label, and the SPDX text of this licence.
    Text(&'static str),
    /// A card with this front matter and nothing else.
    Card(&'static str),
    /// A licence file with these words.
    Words(&'static str),
    /// Nothing that speaks of a licence.
    Silent,
    /// A model under MIT, made from one under CC-BY-NC-4.0 that was scanned too.
    Derived,
    /// A model under MIT, trained on data under CC-BY-NC-4.0 that were scanned too.
    Trained,
}

use World::{Card, Derived, Silent, Text, Trained, Words};

/// One key.
struct Row {
    key: &'static str,
    world: World,
    /// Two policies between which the key is the only difference.
    before: String,
    after: String,
    /// The key whose place must be named under `after`: the key itself, or the table that it is a part of.
    named: &'static str,
}

const NON_COMMERCIAL: World = Text("CC-BY-NC-4.0");
const COPYLEFT: World = Text("GPL-3.0-only");
const PERMISSIVE: World = Text("MIT");
const LLAMA: World = Card("license: llama3.1");
const STABILITY: World = Card("license: other\nlicense_name: stability ai community license");
const KIMI: World = Card("license: other\nlicense_name: kimi-k2");
const MINICPM: World = Card("license: other\nlicense_name: minicpm-model-license");
const HUNYUAN: World = Card("license: other\nlicense_name: Tencent Hunyuan 3D 2.1 Community License Agreement");
const CHOICE: World = Card("license: other\nlicense_name: ISC OR MIT");
const OWN: World = Words("You may use the model as you like, in the manner that we agreed with you by letter.\n");

fn rows() -> Vec<Row> {
    let plain = [plain_rows(), table_rows(), rule_rows(), waiver_rows(), curation_rows()];
    plain.into_iter().flatten().collect()
}

/// Keys of `[facts]`, `[licenses]`, `[levels]` and `[gate]`: a table without the key, and with it.
fn plain_rows() -> Vec<Row> {
    let of = |key: &'static str, world: World, beside: &str, value: &str| {
        let (table, name) = key.split_once('.').expect("a key of a table");
        let before = format!("[{table}]\n{beside}");
        let after = format!("{before}{name} = {value}\n");
        Row { key, world, before, after, named: key }
    };
    vec![
        of("facts.use", NON_COMMERCIAL, "", "\"research\""),
        of("facts.distribution", COPYLEFT, "", "[\"none\"]"),
        of("facts.modifies", Text("AGPL-3.0-only"), "", "false"),
        of("facts.mau", LLAMA, "", "3_000_000"),
        of("facts.dau", MINICPM, "", "1_000"),
        of("facts.mau_at_release", LLAMA, "mau = 900_000_000\n", "3_000_000"),
        of("facts.annual_revenue", STABILITY, "", "900_000"),
        of("facts.monthly_revenue", KIMI, "mau = 1_000\n", "900_000"),
        of("facts.team_size", Card("license: LicenseRef-licentia-dreamlike-1"), "distribution = [\"none\"]\n", "3"),
        of("facts.domicile", Card("license: llama3.2"), "mau = 1_000\n", "\"US\""),
        of("facts.territories", HUNYUAN, "mau = 1_000\n", "[\"US\"]"),
        of("facts.trains_on_outputs", Card("license: llama2"), "mau = 1_000\n", "true"),
        of("facts.as_of", PERMISSIVE, "max_age_days = 30\n", "2026-01-01"),
        of("facts.max_age_days", PERMISSIVE, "as_of = 2026-01-01\n", "30"),
        of("licenses.allow", COPYLEFT, "", "[\"GPL-3.0-only\"]"),
        of("licenses.review", PERMISSIVE, "", "[\"category:permissive\"]"),
        of("licenses.deny", COPYLEFT, "allow = [\"category:strong-copyleft\"]\n", "[\"term:license-copy\"]"),
        of("licenses.unknown", OWN, "", "\"deny\""),
        of("licenses.none", Silent, "", "\"review\""),
        of("licenses.tag-only", Card("license: mit"), "", "\"deny\""),
        of("licenses.lineage", Derived, "", "\"ignore\""),
        of("licenses.datasets", Trained, "", "\"inherit\""),
        of("licenses.roles", NON_COMMERCIAL, "", "[\"code\"]"),
        of("licenses.prefer", CHOICE, "", "[\"MIT\"]"),
        of("gate.fail-on", Card("license: mit"), "", "\"warning\""),
    ]
}

/// Keys of the top and of lists of tables that need no more than two policies.
fn table_rows() -> Vec<Row> {
    let of = |key: &'static str, world: World, before: &str, after: &str, named: &'static str| Row {
        key,
        world,
        before: before.to_owned(),
        after: after.to_owned(),
        named,
    };
    let scope = |matches: &str, says: &str| format!("[[scope]]\nmatch = {{ {matches} }}\n{says}\n");
    let inside = "facts = { distribution = [\"none\"] }";
    let scoped = |key: &'static str, before: &str, after: &str| {
        of(key, COPYLEFT, &scope(before, inside), &scope(after, inside), "scope")
    };
    let here = "path = \"model\"";
    let says = |key: &'static str, said: &str, named: &'static str| {
        of(key, COPYLEFT, &scope(here, ""), &scope(here, said), named)
    };
    let choose = |from: &str, pick: &str| format!("[[choose]]\nfrom = \"{from}\"\npick = \"{pick}\"\n");
    let chosen = |key: &'static str, before: &str| of(key, CHOICE, before, &choose("MIT OR ISC", "MIT"), "choose");
    vec![
        of("preset", NON_COMMERCIAL, "", "preset = \"research\"\n", "preset"),
        of("levels", NON_COMMERCIAL, "", "[levels]\nnon-commercial = \"note\"\n", "levels.non-commercial"),
        of("scope", COPYLEFT, "", &scope(here, inside), "scope"),
        scoped("scope.match", "path = \"org/**\"", here),
        scoped("scope.match.path", "path = \"org/**\"", "path = \"model/**\""),
        scoped("scope.match.model", "model = \"org/*\"", "model = \"mod*\""),
        says("scope.facts", inside, "facts.distribution"),
        says("scope.licenses", "licenses = { allow = [\"GPL-3.0-only\"] }", "licenses.allow"),
        says("scope.levels", "levels = { strong-copyleft = \"warning\" }", "levels.strong-copyleft"),
        chosen("choose", ""),
        chosen("choose.from", &choose("MIT OR Apache-2.0", "MIT")),
        chosen("choose.pick", &choose("MIT OR ISC", "ISC")),
    ]
}

fn rule_rows() -> Vec<Row> {
    let facts = "[facts]\ndistribution = [\"saas\"]\n";
    let rule = |when: &str, more: &str, then: &str| {
        format!(
            "{facts}[[rule]]\nid = \"a/b\"\nwhen = {{ {when} }}\n{more}then = \"{then}\"\nmessage = \"Not with us.\"\n"
        )
    };
    let of = |key: &'static str, before: String, after: String, named: &'static str| Row {
        key,
        world: COPYLEFT,
        before,
        after,
        named,
    };
    let when = |key: &'static str, before: &str, after: &str| {
        of(key, rule(before, "", "deny"), rule(after, "", "deny"), "rule")
    };
    let any = "license = [\"*\"]";
    let unless = |target: &str| rule(any, &format!("unless = {{ target = [\"{target}\"] }}\n"), "deny");
    vec![
        of("rule", facts.to_owned(), rule(any, "", "deny"), "rule"),
        when("rule.when", "license = [\"ISC\"]", "role = [\"weights\"]"),
        when("rule.when.license", "license = [\"ISC\"]", "license = [\"GPL-*\"]"),
        when("rule.when.category", "category = [\"permissive\"]", "category = [\"strong-copyleft\"]"),
        when("rule.when.term", "term = [\"registration\"]", "term = [\"license-copy\"]"),
        when("rule.when.role", "role = [\"data\"]", "role = [\"weights\"]"),
        when("rule.when.target", "target = [\"org/other\"]", "target = [\"model\"]"),
        when("rule.when.kind", "kind = [\"dataset\"]", "kind = [\"model\"]"),
        when("rule.when.grade", "grade = [\"prose\"]", "grade = [\"text\"]"),
        when("rule.when.use", "use = [\"research\"]", "use = [\"commercial\"]"),
        when("rule.when.distribution", "distribution = [\"weights\"]", "distribution = [\"saas\"]"),
        of("rule.unless", unless("model"), unless("org/other"), "rule"),
        of("rule.then", rule(any, "", "review"), rule(any, "", "deny"), "rule.then"),
    ]
}

fn waiver_rows() -> Vec<Row> {
    let waive = |finding: &str, target: &str, expires: &str, more: &str| {
        format!(
            "[[waive]]\nfinding = \"{finding}\"\ntarget = \"{target}\"\nreason = \"a contract\"\n\
             approver = \"legal@acme.example\"\nexpires = {expires}\n{more}"
        )
    };
    let waived = |more: &str| waive("non-commercial", "model", "2027-06-30", more);
    let of = |key: &'static str, before: String, after: String, named: &'static str| Row {
        key,
        world: NON_COMMERCIAL,
        before,
        after,
        named,
    };
    let gate = |key: &'static str, value: &str| {
        let name = key.trim_start_matches("gate.");
        of(key, waived("[gate]\n"), waived(&format!("[gate]\n{name} = {value}\n")), key)
    };
    vec![
        of("waive", String::new(), waived(""), "waive"),
        of("waive.finding", waive("tag-only", "model", "2027-06-30", ""), waived(""), "waive"),
        of("waive.target", waive("non-commercial", "org/other", "2027-06-30", ""), waived(""), "waive"),
        of("waive.license", waived("license = \"CC-BY-NC-3.0\"\n"), waived("license = \"CC-BY-NC-4.0\"\n"), "waive"),
        of("waive.expires", waived(""), waive("non-commercial", "model", "2026-11-01", ""), "waive.expires"),
        of("waive.created", waived("created = 2026-11-01\n"), waived("created = 2020-01-01\n"), "waive"),
        gate("gate.max-waiver-days", "30"),
        gate("gate.waiver-warning-days", "300"),
    ]
}

fn curation_rows() -> Vec<Row> {
    let hash = hash();
    let file = |path: &str, hash: &str| format!("{{ path = \"{path}\", sha256 = \"{hash}\" }}");
    let curate = |target: &str, license: &str, files: &[String], more: &str| {
        format!(
            "[[curate]]\ntarget = \"{target}\"\nlicense = \"{license}\"\nreason = \"a letter\"\nfiles = [{}]\n{more}",
            files.join(", ")
        )
    };
    let read = [file("LICENSE", &hash)];
    let with = |more: &str| curate("model", "MIT", &read, more);
    let of = |key: &'static str, before: String, after: String, named: &'static str| Row {
        key,
        world: OWN,
        before,
        after,
        named,
    };
    let stale =
        |key: &'static str, files: &[String]| of(key, with(""), curate("model", "MIT", files, ""), "curate.files");
    vec![
        of("curate", String::new(), with(""), "curate"),
        of("curate.target", curate("org/other", "MIT", &read, ""), with(""), "curate"),
        of("curate.role", with("role = \"code\"\n"), with("role = \"weights\"\n"), "curate"),
        of("curate.path", with("path = \"sub\"\n"), with(""), "curate"),
        of("curate.license", curate("model", "CC-BY-NC-4.0", &read, ""), with(""), "curate.license"),
        stale("curate.files", &[file("LICENSE", &hash), file("NOTICE", &hash)]),
        stale("curate.files.path", &[file("COPYING", &hash)]),
        stale("curate.files.sha256", &[file("LICENSE", &"0".repeat(64))]),
    ]
}

/// Keys without a row, and why.
const WITHOUT_A_ROW: &[(&str, &str)] = &[
    ("schema", "there is one version"),
    ("name", "what reports call the policy"),
    ("root", "where the search for a policy ends"),
    ("extends", "brings in other files; their lines are named, see below"),
    ("models", "what is scanned, not what is made of it"),
    ("facts", "a table; each of its keys has a row"),
    ("licenses", "a table; each of its keys has a row"),
    ("curate.reason", "words for people"),
    ("waive.reason", "words for people"),
    ("waive.approver", "words for people"),
    ("waive.ticket", "words for people"),
    ("rule.id", "words for people"),
    ("rule.message", "words for people"),
    ("rule.help", "words for people"),
    ("gate", "a table; each of its keys has a row"),
    ("gate.baseline", "names a file; what it holds is judged by `tests/specs/baseline-resolved.md`"),
    ("gate.lock", "names a file; what it holds is judged by `tests/specs/license-changed-since-lock.md`"),
    ("gate.require-lock", "asks the command line for `--locked`"),
    ("gate.require", "makes a policy invalid, see below"),
    ("test", "asks for an answer and changes none"),
    ("test.license", "asks for an answer and changes none"),
    ("test.expect", "asks for an answer and changes none"),
    ("test.set", "asks for an answer and changes none"),
    ("test.role", "asks for an answer and changes none"),
    ("test.target", "asks for an answer and changes none"),
    ("org", "a table; its key says what others may not change"),
    ("org.locked", "makes a policy invalid that makes a key milder, see below"),
];

#[test]
fn every_key_has_a_row_or_a_reason_to_have_none() {
    let with_a_row: BTreeSet<&str> = rows().iter().map(|row| row.key).collect();
    let without: BTreeSet<&str> = WITHOUT_A_ROW.iter().map(|(key, _)| *key).collect();
    assert_eq!(with_a_row.intersection(&without).next(), None);
    let known: BTreeSet<&str> = with_a_row.union(&without).copied().collect();
    let keys: BTreeSet<&str> = KEYS.iter().map(|key| key.path).collect();
    assert_eq!(known, keys);
}

#[test]
fn every_key_changes_an_answer_and_its_line_is_named() {
    let mut problems = Vec::new();
    for row in rows() {
        let (before, after) = (row.scan(&row.before), row.scan(&row.after));
        if Answer::of(&before.0) == Answer::of(&after.0) {
            problems.push(format!("{}: changes nothing: {:?}", row.key, Answer::of(&after.0)));
        }
        let places = after.places();
        let is_named = |place: &&PolicyPlace| {
            let line = place.span.and_then(|span| row.after.lines().nth((span.start_line as usize).saturating_sub(1)));
            let word = row.named.rsplit('.').next().unwrap_or(row.named);
            place.file == FILE && place.key == row.named && line.is_some_and(|line| line.contains(word))
        };
        if !places.iter().any(|place| is_named(&place)) {
            let known: Vec<String> = places.iter().map(ToString::to_string).collect();
            problems.push(format!("{}: nothing names the line of {}; named are {known:?}", row.key, row.named));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn the_lines_of_an_extended_policy_are_named_by_its_file() {
    let policy = layered("[licenses]\ndeny = [\"MIT\"]\n", "extends = \"legal.toml\"\n").expect("a valid policy");
    let scan = scan(PERMISSIVE, &policy);
    let places: Vec<String> =
        scan.findings.iter().flat_map(|finding| &finding.policy).map(ToString::to_string).collect();
    assert_eq!(places, ["legal.toml:2:9 (licenses.deny = \"MIT\")"]);
}

#[test]
fn keys_that_make_a_policy_invalid_are_named_in_the_message() {
    let error =
        layered("[org]\nlocked = [\"licenses.unknown\"]\n", "[licenses]\nunknown = \"allow\"\n").expect_err("locked");
    assert!(
        error.message.contains("licentia.toml:2:11") && error.message.contains("legal.toml:2:"),
        "{}",
        error.message
    );
    let waiver = "[[waive]]\nfinding = \"non-commercial\"\ntarget = \"model\"\n";
    let error = Policy::from_toml(waiver, FILE).expect_err("a waiver must say why, by whom and until when");
    assert!(error.message.contains("licentia.toml:1:1"), "{}", error.message);
    let bare = Policy::from_toml(&format!("{waiver}[gate]\nrequire = []\n"), FILE).expect("nothing is required");
    assert_eq!(scan(NON_COMMERCIAL, &bare).exit_code(), 0);
}

const FILE: &str = "licentia.toml";

fn layered(below: &str, own: &str) -> Result<Policy, licentia::error::Error> {
    let files = [(below, "legal.toml"), (own, FILE)].map(|(text, file)| PolicyFile::parse(text, file));
    Policy::from_layers(files.into_iter().collect::<Result<Vec<_>, _>>()?)
}

/// What a policy answers.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    verdict: Option<licentia::finding::Verdict>,
    exit: u8,
    findings: Vec<(&'static str, licentia::finding::Level)>,
    binding: Vec<String>,
}

impl Answer {
    fn of(scan: &Scan) -> Self {
        let decisions = scan.judged.iter().filter_map(|judged| judged.decision.as_ref());
        Self {
            verdict: scan.verdict(),
            exit: scan.exit_code(),
            findings: scan.findings.iter().map(|finding| (finding.name, finding.level)).collect(),
            binding: decisions.flat_map(|decision| &decision.licenses).map(|of| of.license.clone()).collect(),
        }
    }
}

struct Judged(Scan, Policy);

impl Judged {
    /// Every place of the policy that leads to the answer.
    fn places(&self) -> Vec<PolicyPlace> {
        let mut places: Vec<PolicyPlace> = self.0.findings.iter().flat_map(|finding| finding.policy.clone()).collect();
        for decision in self.0.judged.iter().filter_map(|judged| judged.decision.as_ref()) {
            places.extend(decision.choices.iter().chain(&decision.scopes).cloned());
            let grounds = decision.licenses.iter().flat_map(|of| &of.grounds);
            places.extend(grounds.flat_map(|ground| ground.policy.clone()));
        }
        // The exit status is the gate's.
        places.extend(self.1.gate().fail_on.iter().map(|held| held.at.clone()));
        places
    }
}

impl Row {
    fn scan(&self, policy: &str) -> Judged {
        let policy = Policy::from_toml(policy, FILE).unwrap_or_else(|error| panic!("{}: {}", self.key, error.message));
        Judged(scan(self.world, &policy), policy)
    }
}

fn scan(world: World, policy: &Policy) -> Scan {
    let occasion = Occasion { today: Some("2026-11-25".parse().expect("a day")), ..Occasion::default() };
    licentia::run::check_with(licentia::classify::text::Matcher::default(), &world.trees(), policy, &occasion, &|_| ())
}

/// What a curation of [`OWN`] must state.
fn hash() -> String {
    let scan = licentia::run::scan(&OWN.trees(), &|_| ());
    scan.digests.iter().find(|digest| digest.path == "LICENSE").map(|digest| digest.sha256.clone()).expect("a digest")
}

impl World {
    fn trees(self) -> Vec<Box<dyn SourceTree>> {
        let text =
            |id: &str| license_db::license(id).and_then(license_db::License::text).expect("an SPDX text").to_owned();
        let card = |matter: &str| format!("---\n{matter}\n---\n# A model\n");
        let of = |files: Vec<(&str, String)>| MemoryTree::new("model", files);
        let other = |name: &str, kind: RepositoryKind| {
            MemoryTree::new(name, [("LICENSE", text("CC-BY-NC-4.0"))]).of_repository(kind, name, None)
        };
        match self {
            Text(id) => vec![Box::new(of(vec![
                ("README.md", card(&format!("license: {}", id.to_lowercase()))),
                ("LICENSE", text(id)),
            ]))],
            Card(matter) => vec![Box::new(of(vec![("README.md", card(matter))]))],
            Words(words) => vec![Box::new(of(vec![("LICENSE", words.to_owned())]))],
            Silent => vec![Box::new(of(vec![("README.md", "# A model\n".to_owned())]))],
            Derived => vec![
                Box::new(of(vec![("README.md", card("license: mit\nbase_model: org/base")), ("LICENSE", text("MIT"))])),
                Box::new(other("org/base", RepositoryKind::Model)),
            ],
            Trained => vec![
                Box::new(of(vec![
                    ("README.md", card("license: mit\ndatasets:\n- org/data")),
                    ("LICENSE", text("MIT")),
                ])),
                Box::new(other("org/data", RepositoryKind::Dataset)),
            ],
        }
    }
}
