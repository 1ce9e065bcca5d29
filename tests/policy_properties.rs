//! What holds of every tree and every policy: no evidence is lost to a pass, no order matters, and what an organisation
//! says makes an answer better or worse in one direction only.

use std::collections::BTreeSet;

use licentia::classify::text::Matcher;
use licentia::finding::Verdict;
use licentia::gap::GapKind;
use licentia::policy::{Occasion, Policy};
use licentia::report::{self, Style};
use licentia::scan::{RepositoryKind, Scan};
use licentia::source::memory::MemoryTree;
use licentia::source::{Obstacle, SourceTree};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

/// A file of a tree, and its bytes.
type File = (String, String);

/// Gaps behind which anything may stand.
const LOSSES: [GapKind; 5] =
    [GapKind::Unreadable, GapKind::NotFetched, GapKind::Malformed, GapKind::Truncated, GapKind::Unsupported];

fn text(id: &str) -> String {
    license_db::license(id).and_then(license_db::License::text).expect("an SPDX text").to_owned()
}

fn licence_file() -> impl Strategy<Value = String> {
    let known = select(vec!["MIT", "Apache-2.0", "GPL-3.0-only", "AGPL-3.0-only", "CC-BY-NC-4.0", "CC-BY-ND-4.0"]);
    let more = select(vec!["", "\nCommercial use needs a written agreement with the authors.\n"]);
    (known, more).prop_map(|(id, more)| format!("{}{more}", text(id)))
}

fn card() -> impl Strategy<Value = String> {
    let labels = vec![
        "license: mit",
        "license: gpl-3.0",
        "license: cc-by-nc-4.0",
        "license: llama3.1",
        "license: llama3.2",
        "license: other\nlicense_name: stability ai community license",
        "license: other\nlicense_name: kimi-k2",
        "license: other\nlicense_name: falcon 180b license",
        "license: other\nlicense_name: minicpm-model-license",
        "license: other\nlicense_name: MIT OR GPL-3.0-only",
        "license: mit\nextra_gated_eu_disallowed: true",
        "license: mit\nbase_model: org/base",
        "language: en",
    ];
    select(labels).prop_map(|label| format!("---\n{label}\n---\n# A model\n"))
}

/// A small tree: each file is there or not.
fn files() -> impl Strategy<Value = Vec<File>> {
    use proptest::option::of as maybe;
    let code = select(vec!["# SPDX-License-Identifier: MIT\n", "# SPDX-License-Identifier: GPL-3.0-only\n", "x = 1\n"]);
    (maybe(card()), maybe(licence_file()), maybe(licence_file()), maybe(code)).prop_map(|(card, own, part, code)| {
        let named = |path: &str, content: Option<String>| content.map(|content| (path.to_owned(), content));
        let code = code.map(str::to_owned);
        let parts = [named("README.md", card), named("LICENSE", own), named("third_party/x/LICENSE", part)];
        parts.into_iter().chain([named("code/main.py", code)]).flatten().collect()
    })
}

fn tree(target: &str, files: &[File]) -> MemoryTree {
    let tree = MemoryTree::new(target, files.to_vec());
    if target.contains('/') { tree.of_repository(RepositoryKind::Model, target, None) } else { tree }
}

fn check(policy: &Policy, trees: Vec<MemoryTree>) -> Scan {
    let trees: Vec<Box<dyn SourceTree>> = trees.into_iter().map(|tree| Box::new(tree) as Box<dyn SourceTree>).collect();
    let occasion = Occasion { today: Some("2026-11-25".parse().expect("a day")), ..Occasion::default() };
    licentia::run::check_with(Matcher::default(), &trees, policy, &occasion, &|_| ())
}

fn judged(policy: &str, files: &[File]) -> Scan {
    check(&read(policy), vec![tree("model", files)])
}

fn read(policy: &str) -> Policy {
    Policy::from_toml(policy, "licentia.toml").unwrap_or_else(|error| panic!("{policy}\n{}", error.message))
}

fn json(scan: &Scan) -> String {
    let mut bytes = Vec::new();
    let format = report::format("json").expect("a format");
    (format.write)(scan, &Style::default(), &mut bytes).expect("memory takes everything");
    String::from_utf8(bytes).expect("reports are UTF-8")
}

/// How bad an answer is: verdict of the whole, and whether the gate closes.
fn badness(scan: &Scan) -> (Option<Verdict>, bool) {
    (scan.verdict(), scan.exit_code() == 1)
}

fn is_no_worse(one: &Scan, than: &Scan) -> bool {
    let (one, than) = (badness(one), badness(than));
    one.0 <= than.0 && one.1 <= than.1
}

/// Facts, each with the answers that are tried.
const FACTS: &[(&str, &[&str])] = &[
    ("use", &["\"commercial\"", "\"internal\"", "\"research\"", "\"personal\""]),
    ("distribution", &["[\"none\"]", "[\"saas\"]", "[\"on-device\"]", "[\"weights\", \"saas\"]", "[\"outputs-only\"]"]),
    ("modifies", &["true", "false"]),
    ("mau", &["1", "150_000_000", "900_000_000"]),
    ("dau", &["1", "900_000_000"]),
    ("mau_at_release", &["1", "900_000_000", "{ \"other/*\" = 900_000_000 }"]),
    ("annual_revenue", &["1", "2_000_000", "{ eur = 1 }"]),
    ("monthly_revenue", &["1", "25_000_000"]),
    ("team_size", &["1", "1_000"]),
    ("domicile", &["\"US\"", "\"DE\"", "\"world\""]),
    ("territories", &["[\"US\"]", "[\"US\", \"KR\"]", "[\"world\"]"]),
    ("trains_on_outputs", &["false"]),
];

fn facts() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    (subsequence(FACTS.to_vec(), 0..=FACTS.len()), any::<Index>()).prop_map(|(facts, index)| {
        let answer = |(position, (key, answers)): (usize, (&'static str, &'static [&'static str]))| {
            (key, answers[(index.index(1_000) + position * 7) % answers.len()])
        };
        facts.into_iter().enumerate().map(answer).collect()
    })
}

fn facts_table(facts: &[(&str, &str)]) -> String {
    let lines: Vec<String> = facts.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
    let lines = lines.concat();
    format!("[facts]\n{lines}")
}

const ENTRIES: [&str; 9] = [
    "\"MIT\"",
    "\"GPL-3.0-only\"",
    "\"CC-BY-NC-4.0\"",
    "\"LicenseRef-scancode-llama-3.1-license-2024\"",
    "\"category:permissive\"",
    "\"category:conditional\"",
    "\"category:strong-copyleft\"",
    "\"term:monthly-users\"",
    "\"term:hosting\"",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_can_no_longer_be_read_makes_no_failure_a_pass(
        files in files(), lost in any::<[bool; 4]>(), kind in select(LOSSES.to_vec()), facts in facts()
    ) {
        let policy = read(&facts_table(&facts));
        let before = check(&policy, vec![tree("model", &files)]);
        let mut after = tree("model", &files);
        for ((path, _), _) in files.iter().zip(lost).filter(|(_, lost)| *lost) {
            after = after.with_obstacle(path, &Obstacle::new(kind, "it cannot be read"));
        }
        let after = check(&policy, vec![after]);
        prop_assert!(before.exit_code() != 1 || after.exit_code() != 0, "{:?}", after.findings);
    }

    #[test]
    fn neither_the_order_of_files_nor_the_number_of_threads_changes_the_report(
        (files, mixed) in files().prop_flat_map(|files| (Just(files.clone()), Just(files).prop_shuffle())),
        facts in facts()
    ) {
        let policy = read(&facts_table(&facts));
        let answer = json(&check(&policy, vec![tree("model", &files), tree("org/base", &files)]));
        for threads in [1, 2, 8] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            let again = pool.install(|| check(&policy, vec![tree("model", &mixed), tree("org/base", &mixed)]));
            prop_assert_eq!(&json(&again), &answer);
        }
    }

    #[test]
    fn the_order_of_targets_changes_no_answer(one in files(), other in files(), facts in facts()) {
        let policy = read(&facts_table(&facts));
        let answers = |trees: Vec<MemoryTree>| {
            let scan = check(&policy, trees);
            let name = |source: usize| scan.sources[source].target.clone();
            let findings = scan.findings.iter().map(|finding| {
                let subject = finding.subject.as_ref().map(|subject| (name(subject.source), subject.role, subject.path.clone()));
                (finding.name, finding.level, finding.verdict, subject)
            });
            let verdicts = scan.judged.iter().map(|judged| {
                (name(judged.subject.source), judged.subject.role, judged.subject.path.clone(), judged.verdict)
            });
            (findings.collect::<BTreeSet<_>>(), verdicts.collect::<BTreeSet<_>>(), scan.exit_code())
        };
        let forth = answers(vec![tree("model", &one), tree("org/base", &other)]);
        let back = answers(vec![tree("org/base", &other), tree("model", &one)]);
        prop_assert_eq!(forth, back);
    }

    #[test]
    fn the_order_within_a_policy_changes_no_answer(
        files in files(),
        tables in Just(vec![
            "[facts]\ndistribution = [\"saas\"]\nmodifies = false\nmau = 900_000_000\n",
            "[licenses]\nallow = [\"CC-BY-ND-4.0\", \"category:weak-copyleft\"]\ndeny = [\"AGPL-3.0-only\", \"term:registration\"]\n",
            "[levels]\ntag-only = \"note\"\n",
            "[[rule]]\nid = \"a/one\"\nwhen = { role = [\"weights\"] }\nthen = \"review\"\nmessage = \"Look.\"\n",
            "[[rule]]\nid = \"a/two\"\nwhen = { category = [\"strong-copyleft\"] }\nthen = \"deny\"\nmessage = \"No.\"\n",
            "[[scope]]\nmatch = { path = \"model/third_party/**\" }\nfacts = { distribution = [\"none\"] }\n",
            "[[waive]]\nfinding = \"non-commercial\"\ntarget = \"model\"\nreason = \"x\"\napprover = \"y\"\nexpires = 2027-06-30\n",
            "[gate]\nfail-on = \"warning\"\n",
        ]).prop_shuffle()
    ) {
        let sorted: Vec<&str> = { let mut sorted = tables.clone(); sorted.sort_unstable(); sorted };
        let report = |tables: &[&str]| without_lines(&json(&judged(&tables.concat(), &files)));
        prop_assert_eq!(report(&tables), report(&sorted));
        // The entries of a list and the keys of a table are no order either.
        let turned: Vec<String> = tables.iter().map(|table| turned(table)).collect();
        let turned: Vec<&str> = turned.iter().map(String::as_str).collect();
        prop_assert_eq!(report(&turned), report(&sorted));
    }

    #[test]
    fn a_waiver_of_what_is_found_makes_nothing_worse(files in files(), facts in facts(), which in any::<Index>()) {
        let policy = facts_table(&facts);
        let before = judged(&policy, &files);
        prop_assume!(!before.findings.is_empty());
        let finding = which.get(&before.findings);
        let waiver = format!(
            "{policy}[[waive]]\nfinding = \"{}\"\ntarget = \"model\"\nreason = \"x\"\napprover = \"y\"\nexpires = 2027-06-30\n",
            finding.name
        );
        let after = judged(&waiver, &files);
        prop_assert!(is_no_worse(&after, &before), "{:?} after {:?}: {waiver}", badness(&after), badness(&before));
    }

    #[test]
    fn to_state_a_fact_makes_nothing_worse_than_to_leave_it_out(files in files(), facts in facts(), which in any::<Index>()) {
        prop_assume!(!facts.is_empty());
        let (key, _) = *which.get(&facts);
        // Where another number stands in, the fact itself may say more than that one: it is left out as well.
        let stand_in = |name: &str| matches!(key, "dau" | "mau_at_release") && name == "mau";
        let with: Vec<_> = facts.iter().copied().filter(|(name, _)| !stand_in(name)).collect();
        let without: Vec<_> = with.iter().copied().filter(|(name, _)| *name != key).collect();
        let (stated, left_out) = (judged(&facts_table(&with), &files), judged(&facts_table(&without), &files));
        prop_assert!(is_no_worse(&stated, &left_out), "{key} of {with:?}: {:?}", stated.findings);
    }

    #[test]
    fn an_entry_under_deny_makes_nothing_better(files in files(), facts in facts(), entry in select(ENTRIES.to_vec())) {
        let policy = facts_table(&facts);
        let denied = judged(&format!("{policy}[licenses]\ndeny = [{entry}]\n"), &files);
        prop_assert!(is_no_worse(&judged(&policy, &files), &denied), "{entry}: {:?}", denied.findings);
    }
}

/// A table with its keys, and the entries of its lists, from the last to the first.
fn turned(table: &str) -> String {
    let mut lines: Vec<String> = table.lines().map(str::to_owned).collect();
    lines[1..].reverse();
    for line in lines.iter_mut().filter(|line| line.contains("\", \"")) {
        let (head, rest) = line.split_once('[').expect("a list");
        let mut entries: Vec<&str> = rest.trim_end_matches(']').split(", ").collect();
        entries.reverse();
        *line = format!("{head}[{}]", entries.join(", "));
    }
    lines.join("\n") + "\n"
}

/// A report without the lines and columns of the policy.
fn without_lines(report: &str) -> serde_json::Value {
    fn strip(value: &mut serde_json::Value, is_policy: bool) {
        match value {
            serde_json::Value::Array(items) => items.iter_mut().for_each(|item| strip(item, is_policy)),
            serde_json::Value::Object(table) => {
                if is_policy {
                    table.retain(|key, _| matches!(key.as_str(), "file" | "key" | "value"));
                }
                for (key, value) in table.iter_mut() {
                    strip(value, is_policy || matches!(key.as_str(), "policy" | "scopes" | "choices"));
                }
            }
            _ => {}
        }
    }
    let mut value = serde_json::from_str(report).expect("JSON");
    strip(&mut value, false);
    value
}

/// The answer that training on outputs is left out: not to state it asks for a person to look, because what one does
/// not do needs no permission, and to state that one does it fails.
#[test]
fn only_training_on_outputs_is_judged_milder_while_it_is_not_stated() {
    let files = [("README.md".to_owned(), "---\nlicense: llama2\n---\n# A model\n".to_owned())];
    let verdict = |facts: &str| judged(&format!("[facts]\nmau = 1\n{facts}"), &files).verdict();
    assert_eq!(verdict(""), Some(Verdict::Review));
    assert_eq!(verdict("trains_on_outputs = true\n"), Some(Verdict::Deny));
}

#[test]
fn no_entry_under_allow_beats_a_condition_that_the_facts_break() {
    const MOST: &str = "9_000_000_000_000_000_000";
    let facts = format!(
        "use = \"commercial\"\ndistribution = [\"saas\"]\nmau = {MOST}\ndau = {MOST}\nteam_size = {MOST}\n\
         annual_revenue = {{ usd = {MOST}, cny = {MOST} }}\nmonthly_revenue = {{ usd = {MOST} }}\n\
         domicile = \"world\"\nterritories = [\"world\"]\ntrains_on_outputs = true\n"
    );
    let mut tried = 0;
    for license in license_db::licenses().iter().filter(|license| license.kind == license_db::Kind::License) {
        let conditions = license.terms.iter().filter(|term| is_condition(term));
        if conditions.count() == 0 {
            continue;
        }
        tried += 1;
        let policy = read(&format!(
            "[licenses]\nallow = [\"{0}\"]\n[facts]\n{facts}[[test]]\nlicense = \"{0}\"\nexpect = \"deny\"\n",
            license.id
        ));
        let trial = policy.trials().first().expect("a test");
        assert!(policy.answer(trial).expect("an answer") > Verdict::Allow, "{}", license.id);
    }
    assert!(tried > 50, "only {tried} licences have conditions");
}

/// Whether a fact of the organisation breaks it.
fn is_condition(term: &license_db::Term) -> bool {
    use license_db::TermKind;
    match term.kind {
        TermKind::MonthlyUsers
        | TermKind::DailyUsers
        | TermKind::AnnualRevenue
        | TermKind::MonthlyRevenue
        | TermKind::TeamSize
        | TermKind::ExcludedTerritory => true,
        TermKind::OutputTraining => term.value.starts_with("forbidden"),
        TermKind::Hosting => matches!(term.value, "forbidden" | "needs-license"),
        _ => false,
    }
}
