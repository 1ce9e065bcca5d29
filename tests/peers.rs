//! Others who read licence expressions are asked about some thousands of them, and say the same.
//!
//! `license-expression` (PyPI) is asked what is an expression and which are equivalent, `spdx-satisfies` (npm) which are
//! satisfied by a list of licences. The environment variables `LICENTIA_PEER_PYTHON` and `LICENTIA_PEER_NODE` name the
//! interpreters; `tests/all` installs what they need. Where a peer differs on purpose, [`of_license_expression`] and
//! [`of_spdx_satisfies`] say why, and how often that happens is bounded.
#![expect(clippy::disallowed_methods, reason = "this test runs the programs of others")]
#![expect(clippy::print_stdout, reason = "how often they agree is worth seeing with --nocapture")]

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use licentia::finding::Verdict;
use licentia::license::{Atom, Expression};
use licentia::policy::Policy;
use licentia::policy::expression::{verdict, versions};
use serde_json::{Value, json};

const EXPRESSIONS: usize = 6000;

/// Licences as they may be written, deprecated names among them. spdx-satisfies takes names of four letters for `-only`
/// and of eight for `-or-later` (`EUPL-1.1` for all later ones), so none of these is here.
const LICENSES: [&str; 30] = [
    "MIT",
    "Apache-2.0",
    "Apache-1.1",
    "ISC",
    "Zlib",
    "BSD-3-Clause",
    "BSD-2-Clause",
    "MPL-1.1",
    "MPL-2.0",
    "EPL-1.0",
    "EPL-2.0",
    "GPL-1.0-only",
    "GPL-2.0-only",
    "GPL-2.0-or-later",
    "GPL-3.0-only",
    "GPL-3.0-or-later",
    "GPL-2.0",
    "GPL-3.0",
    "LGPL-2.1-only",
    "LGPL-2.1-or-later",
    "LGPL-3.0-only",
    "AGPL-3.0-only",
    "AGPL-3.0-or-later",
    "CC-BY-4.0",
    "CC-BY-NC-4.0",
    "CC0-1.0",
    "Unicode-3.0",
    "LicenseRef-acme-own",
    "LicenseRef-acme-other",
    "LicenseRef-Acme.3",
];

const PAIRS: [&str; 8] = [
    "GPL-2.0-only WITH Classpath-exception-2.0",
    "GPL-2.0-or-later WITH Classpath-exception-2.0",
    "GPL-3.0-only WITH Classpath-exception-2.0",
    "GPL-2.0 WITH Classpath-exception-2.0",
    "GPL-3.0-or-later WITH GCC-exception-3.1",
    "GPL-3.0-only WITH GCC-exception-3.1",
    "Apache-2.0 WITH LLVM-exception",
    "LGPL-3.0-only WITH LGPL-3.0-linking-exception",
];

/// Licences of which license-expression is asked whether they are in it.
const CONTAINED: [&str; 3] = ["MIT", "GPL-2.0-only", "GPL-2.0-only WITH Classpath-exception-2.0"];

/// `+` behind names that are not GNU's.
const LATER: [&str; 5] = ["Apache-1.1+", "MPL-1.1+", "EPL-1.0+", "MIT+", "CC-BY-NC-4.0+"];

#[test]
#[ignore = "needs license-expression from PyPI; tests/all runs it"]
fn license_expression_reads_the_same_expressions_and_means_the_same() {
    let mut random = Random(0x1ce5_e5ed);
    let texts: Vec<String> = (0..EXPRESSIONS)
        .map(|number| {
            let tree = random.tree(4, &[&LICENSES, &PAIRS]);
            let text = random.written(&tree);
            if number % 3 == 0 { random.damaged(&text) } else { text }
        })
        .collect();
    let ours: Vec<Option<Expression>> = texts.iter().map(|text| Expression::parse(text).ok()).collect();
    let others: Vec<Option<Expression>> =
        ours.iter().map(|expression| expression.as_ref().map(|expression| random.changed(expression))).collect();
    let questions = texts.iter().zip(&ours).zip(&others).map(|((text, ours), other)| {
        let printed = |expression: &Option<Expression>| expression.as_ref().map(ToString::to_string);
        json!({ "text": text, "printed": printed(ours), "other": printed(other), "licenses": CONTAINED })
    });
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/ask_license_expression.py");
    let answers = ask("LICENTIA_PEER_PYTHON", &script, questions);
    let (mut accepted, mut refused, mut equal, mut unequal, mut on_purpose) = (0, 0, 0, 0, 0);
    let mut problems = Vec::new();
    for (((text, ours), other), answer) in texts.iter().zip(&ours).zip(&others).zip(&answers) {
        if answer["accepted"] != json!(ours.is_some()) {
            match of_license_expression(text) {
                Some(_) => on_purpose += 1,
                None => problems.push(format!("`{text}`: we say {:?}, they say {answer}", Expression::parse(text))),
            }
            continue;
        }
        let Some(ours) = ours else {
            refused += 1;
            continue;
        };
        accepted += 1;
        if answer["equivalent"] != json!(true) {
            problems.push(format!("`{text}`: said not to be `{ours}`"));
        }
        let contained = answer["contains"].as_array().into_iter().flatten();
        for (license, found) in CONTAINED.iter().zip(contained) {
            // It leaves out what another operand makes superfluous, so one way only. A licence WITH an exception contains its
            // licence there; here it is one licence and never split.
            let is_there = ours.atoms().iter().any(|atom| atom.to_string() == *license || atom.license == *license);
            if *found == json!(true) && !is_there {
                problems.push(format!("`{text}`: said to contain {license}"));
            }
        }
        let other = other.as_ref().expect("made from ours");
        if answer["same_as_other"] == json!(true) {
            equal += 1;
            if !mean_the_same(ours, other) {
                problems.push(format!("`{ours}` and `{other}` are said to be equivalent"));
            }
        } else {
            unequal += 1;
            if ours == other {
                problems.push(format!("`{ours}` is said not to be itself"));
            }
        }
    }
    println!(
        "license-expression: {accepted} accepted, {refused} refused by both, {on_purpose} on purpose; of changed ones {equal} equivalent, {unequal} not"
    );
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems[..problems.len().min(40)].join("\n"));
    assert!(accepted > 3500 && refused > 500 && equal > 500 && unequal > 500, "the corpus is lopsided");
    assert!(on_purpose * 20 < EXPRESSIONS, "{on_purpose} differences on purpose");
}

#[test]
#[ignore = "needs spdx-satisfies from npm; tests/all runs it"]
fn spdx_satisfies_allows_the_same_expressions() {
    let mut random = Random(0x005a_7155);
    let asked: Vec<(Expression, BTreeSet<String>)> = (0..EXPRESSIONS)
        .map(|_| {
            let text = random.tree(3, &[&LICENSES, &PAIRS, &LATER]);
            let expression = Expression::parse(&random.written(&text)).expect("an expression");
            (expression, random.allowed())
        })
        .collect();
    let questions =
        asked.iter().map(|(expression, allowed)| json!({ "expression": expression.to_string(), "allowed": allowed }));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/ask_spdx_satisfies.js");
    let answers = ask("LICENTIA_PEER_NODE", &script, questions);
    let (mut allowed_by_both, mut by_neither, mut on_purpose) = (0, 0, 0);
    let mut problems = Vec::new();
    for ((expression, allowed), answer) in asked.iter().zip(&answers) {
        let ours = nothing_but(allowed).decide(expression, &[]).verdict;
        assert!(matches!(ours, Verdict::Allow | Verdict::Deny), "{expression}: {ours}");
        match (ours == Verdict::Allow, answer.as_bool()) {
            (true, Some(true)) => allowed_by_both += 1,
            (false, Some(false)) => by_neither += 1,
            (ours, theirs) => match of_spdx_satisfies(expression, allowed, ours) {
                Some(_) => on_purpose += 1,
                None => problems.push(format!("`{expression}` under {allowed:?}: we say {ours}, they say {theirs:?}")),
            },
        }
    }
    println!("spdx-satisfies: {allowed_by_both} allowed by both, {by_neither} by neither, {on_purpose} on purpose");
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems[..problems.len().min(40)].join("\n"));
    assert!(allowed_by_both > 1000 && by_neither > 1000, "the corpus is lopsided");
    assert!(on_purpose * 10 < EXPRESSIONS, "{on_purpose} differences on purpose");
}

/// Why license-expression may accept or refuse another text than we do; `None` where it should not.
fn of_license_expression(text: &str) -> Option<&'static str> {
    let spaced = text.replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let is_operator = |word: &str| ["and", "or", "with"].iter().any(|operator| word.eq_ignore_ascii_case(operator));
    let is_mixed = |word: &str| word.chars().any(char::is_uppercase) && word.chars().any(char::is_lowercase);
    if words.iter().any(|word| is_operator(word) && is_mixed(word)) {
        return Some("operators are large or small and not both (SPDX 3.0.1, annex B); it takes any letters");
    }
    if words.last().is_some_and(|word| is_operator(word)) {
        return Some("an operator at the end joins nothing; it drops it");
    }
    let is_beside = |pair: &[&str]| pair[0] != "(" && pair[1] != ")" && !pair.iter().any(|word| is_operator(word));
    if words.windows(2).any(is_beside) {
        return Some(
            "two licences without an operator are no expression; its names may hold spaces, and it drops some",
        );
    }
    None
}

/// Why spdx-satisfies may allow more or less than we do; `None` where it should not.
fn of_spdx_satisfies(expression: &Expression, allowed: &BTreeSet<String>, ours: bool) -> Option<&'static str> {
    let lists = |atom: &Atom| allowed.contains(&atom.to_string());
    let is_later = |license: &String| license.contains("-or-later") || license.contains('+');
    if !ours && allowed.iter().any(is_later) {
        return Some(
            "who allows `2 or later` has allowed an offer from which 2 may be taken, and not 3 alone; it takes that for every \
             version of the range, before and after",
        );
    }
    let leaves = |atom: &Atom| versions(atom).unwrap_or_else(|| vec![atom.clone()]);
    let base_alone = |atom: &&Atom| {
        let bases = leaves(atom).into_iter().map(|version| Atom { addition: None, ..version });
        atom.addition.is_some() && !lists(atom) && bases.into_iter().any(|base| lists(&base))
    };
    if ours && expression.atoms().iter().any(base_alone) {
        return Some(
            "an exception of the SPDX list takes nothing from its licence, so it is judged as that; it asks for the pair",
        );
    }
    None
}

/// Whether two expressions have the same verdict whichever of their licences are good.
fn mean_the_same(one: &Expression, other: &Expression) -> bool {
    let atoms: BTreeSet<&Atom> = one.atoms().into_iter().chain(other.atoms()).collect();
    let atoms: Vec<&Atom> = atoms.into_iter().collect();
    (0..1_u64 << atoms.len().min(12)).all(|good| {
        let of = |atom: &Atom| {
            let position = atoms.iter().position(|other| *other == atom).expect("one of them");
            if good >> position & 1 == 1 { Verdict::Allow } else { Verdict::Deny }
        };
        verdict(one, &of) == verdict(other, &of)
    })
}

/// A policy that allows these licences and nothing else.
fn nothing_but(allowed: &BTreeSet<String>) -> Policy {
    let mut policy = Policy::default();
    let categories = license_db::Category::ALL.map(|category| format!("category:{category}"));
    for setting in [
        format!("licenses.deny={}", categories.join(",")),
        "licenses.unknown=deny".to_owned(),
        format!("licenses.allow={}", allowed.iter().cloned().collect::<Vec<_>>().join(",")),
    ] {
        policy.apply_set(&setting).expect("a valid setting");
    }
    policy
}

/// Asks a script, a line for each question.
fn ask(interpreter: &str, script: &Path, questions: impl Iterator<Item = Value>) -> Vec<Value> {
    let interpreter = std::env::var_os(interpreter).unwrap_or_else(|| panic!("{interpreter} names the interpreter"));
    let questions: Vec<String> = questions.map(|question| format!("{question}\n")).collect();
    let mut child = Command::new(interpreter)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the interpreter starts");
    let mut stdin = child.stdin.take().expect("it listens");
    let asked = questions.len();
    let writer = thread::spawn(move || stdin.write_all(questions.concat().as_bytes()).expect("it listens to the end"));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("all is asked");
    assert!(output.status.success(), "{}", script.display());
    let answers = String::from_utf8(output.stdout).expect("it answers in text");
    let answers: Vec<Value> =
        answers.lines().map(|line| serde_json::from_str(line).expect("it answers in JSON")).collect();
    assert_eq!(answers.len(), asked, "an answer for each question");
    answers
}

/// An expression before it is written.
enum Tree {
    License(String),
    Joined(&'static str, Vec<Tree>),
}

/// Pseudorandom numbers (xorshift), the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (end as u64)).expect("below a size")
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    fn tree(&mut self, depth: usize, pools: &[&[&str]]) -> Tree {
        if depth == 0 || self.below(3) == 0 {
            // Half of them single licences.
            let pool = if self.below(2) == 0 { 0 } else { self.below(pools.len()) };
            return Tree::License(self.one_of(pools[pool]).to_owned());
        }
        let operator = self.one_of(&["AND", "OR"]);
        let count = 2 + self.below(2);
        Tree::Joined(operator, (0..count).map(|_| self.tree(depth - 1, pools)).collect())
    }

    /// With parentheses that are not needed, small operators, names in other letters.
    fn written(&mut self, tree: &Tree) -> String {
        let text = match tree {
            Tree::License(license) if self.below(8) == 0 && !license.contains("Ref-") => {
                license.to_lowercase().replace(" with ", " WITH ")
            }
            Tree::License(license) => license.clone(),
            Tree::Joined(operator, operands) => {
                let operands: Vec<String> = operands
                    .iter()
                    .map(|operand| {
                        let text = self.written(operand);
                        match operand {
                            // An AND in an OR needs none.
                            Tree::Joined("OR", _) => format!("({text})"),
                            Tree::Joined(..) if *operator == "AND" || self.below(2) == 0 => format!("({text})"),
                            _ => text,
                        }
                    })
                    .collect();
                let operator = if self.below(4) == 0 { operator.to_lowercase() } else { (*operator).to_owned() };
                operands.join(&format!(" {operator} "))
            }
        };
        if self.below(6) == 0 { format!("({text})") } else { text }
    }

    /// With a word lost, doubled, or put in that does not belong there.
    fn damaged(&mut self, text: &str) -> String {
        let spaced = text.replace('(', " ( ").replace(')', " ) ");
        let mut words: Vec<&str> = spaced.split_whitespace().collect();
        let at = self.below(words.len());
        match self.below(4) {
            0 => {
                words.remove(at);
            }
            1 => words.insert(at, words[at]),
            2 => words[at] = self.one_of(&["AND", "OR", "WITH", "(", ")", "Or", "MIT"]),
            _ => words.insert(at, self.one_of(&["No-Such-Licence-1.0", "(", ")", "AND", "Classpath-exception-2.0"])),
        }
        words.join(" ")
    }

    /// The same, said in another way, or something near it.
    fn changed(&mut self, expression: &Expression) -> Expression {
        let (Expression::And(operands) | Expression::Or(operands)) = expression else {
            let more = self.below(3);
            let license = Expression::license(self.one_of(&["MIT", "ISC"]));
            return match more {
                0 => Expression::any_of([expression.clone(), Expression::all_of([expression.clone(), license])]),
                1 => Expression::all_of([expression.clone(), license]),
                _ => expression.clone(),
            };
        };
        let operands: Vec<Expression> = operands
            .iter()
            .map(|operand| if self.below(4) == 0 { self.changed(operand) } else { operand.clone() })
            .collect();
        match expression {
            Expression::And(_) => Expression::all_of(operands),
            _ => Expression::any_of(operands),
        }
    }

    /// A list of licences, printed as we do; one in six has `or later` in it.
    fn allowed(&mut self) -> BTreeSet<String> {
        let has_later = self.below(6) == 0;
        let count = 3 + self.below(14);
        let mut list = BTreeSet::new();
        while list.len() < count {
            let pool: &[&str] = if self.below(5) == 0 { &PAIRS } else { &LICENSES };
            let license = Expression::parse(self.one_of(pool)).expect("a licence").to_string();
            if has_later || !license.contains("-or-later") {
                list.insert(license);
            }
        }
        list
    }
}
