//! The numbers of one run as JSON, so that two commits can be compared.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use licentia::license::Outcome;
use serde::{Deserialize, Serialize};

use crate::scoring::{Answer, Case, Judgement};

/// One run.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) seed: u64,
    pub(crate) is_quick: bool,
    /// Version of the database, with the digest of everything it was built from.
    pub(crate) database: String,
    pub(crate) sets: BTreeMap<String, SetRecord>,
}

/// One set of files.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct SetRecord {
    pub(crate) files: usize,
    /// Files whose answer is right, a changed text counting as another licence.
    pub(crate) strict: usize,
    /// Files whose answer is right, a changed text counting as the licence that was changed.
    pub(crate) named: usize,
    /// Files in whose answer everything expected stands.
    pub(crate) recalled: usize,
    /// Identifiers in all answers, and those of them that were expected.
    pub(crate) given: usize,
    pub(crate) hits: usize,
    /// Cards that name model licences, and those whose answer has one of such a family.
    pub(crate) families: usize,
    pub(crate) families_right: usize,
    pub(crate) outcomes: BTreeMap<String, usize>,
    /// The same of exceptions that stand alone; they are in `outcomes` too.
    pub(crate) outcomes_of_exceptions: BTreeMap<String, usize>,
    /// Texts that a set of mutants leaves out.
    pub(crate) left_out: usize,
    pub(crate) bytes: usize,
    pub(crate) microseconds: u64,
    pub(crate) wrong_permissive: Vec<String>,
    pub(crate) near_twins: Vec<String>,
    pub(crate) failures: Vec<Failure>,
}

/// A file whose answer is not right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failure {
    pub(crate) name: String,
    pub(crate) want: String,
    pub(crate) got: String,
    pub(crate) outcome: String,
    /// The licence is right, but for being called modified.
    pub(crate) named: bool,
}

impl SetRecord {
    pub(crate) fn add(&mut self, case: &Case, answer: &Answer, judged: &Judgement, took: Duration) {
        self.files += 1;
        self.strict += usize::from(judged.strict);
        self.named += usize::from(judged.named);
        self.recalled += usize::from(judged.recalled);
        self.given += judged.given;
        self.hits += judged.hits;
        self.families += usize::from(judged.families.is_some());
        self.families_right += usize::from(judged.families == Some(true));
        self.bytes += case.bytes.len();
        self.microseconds += u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let outcome = answer.outcome.as_str().to_owned();
        *self.outcomes.entry(outcome.clone()).or_default() += 1;
        if case.is_exception {
            *self.outcomes_of_exceptions.entry(outcome.clone()).or_default() += 1;
        }
        let failure = || Failure {
            name: case.name.clone(),
            want: case.want(),
            got: answer.strict.iter().cloned().collect::<Vec<_>>().join(" "),
            outcome: outcome.clone(),
            named: judged.named && judged.families != Some(false),
        };
        if judged.is_wrong_permissive {
            self.wrong_permissive.push(failure().to_string());
        }
        if judged.is_near_twin {
            self.near_twins.push(failure().to_string());
        }
        if !judged.strict || judged.families == Some(false) {
            self.failures.push(failure());
        }
    }

    pub(crate) fn outcome(&self, outcome: Outcome) -> usize {
        self.outcomes.get(outcome.as_str()).copied().unwrap_or_default()
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, want, got, outcome, named } = self;
        let name = name.replace('\n', " ");
        let mark = if *named { "~" } else { " " };
        write!(f, "{mark} {name}: want {want}, got {} {outcome}", if got.is_empty() { "nothing" } else { got })
    }
}

/// What changed from an earlier run to this one, in the sets that both have.
pub(crate) fn changes(old: &Record, new: &Record) -> Vec<String> {
    let mut lines = Vec::new();
    if old.seed != new.seed || old.is_quick != new.is_quick {
        lines.push("the runs have different seeds or sizes: generated sets are not the same questions".to_owned());
    }
    for (name, new) in &new.sets {
        let Some(old) = old.sets.get(name) else { continue };
        lines.push(format!(
            "{name}: strict {} of {} -> {} of {}, named {} -> {}",
            old.strict, old.files, new.strict, new.files, old.named, new.named
        ));
        let of =
            |set: &SetRecord| -> BTreeSet<String> { set.failures.iter().map(|failure| failure.name.clone()).collect() };
        let (before, after) = (of(old), of(new));
        let now = |failure: &&Failure| !before.contains(&failure.name);
        let once = |failure: &&Failure| !after.contains(&failure.name);
        lines.extend(old.failures.iter().filter(once).map(|failure| format!("  newly right {failure}")));
        lines.extend(new.failures.iter().filter(now).map(|failure| format!("  newly wrong {failure}")));
        let differs = |failure: &&Failure| {
            old.failures.iter().any(|other| {
                other.name == failure.name && (other.got != failure.got || other.outcome != failure.outcome)
            })
        };
        lines.extend(new.failures.iter().filter(differs).map(|failure| format!("  still wrong {failure}")));
        let added = |old: &[String], new: &[String]| -> Vec<String> {
            new.iter().filter(|line| !old.contains(line)).cloned().collect()
        };
        lines.extend(
            added(&old.wrong_permissive, &new.wrong_permissive).iter().map(|l| format!("  newly wrong permissive {l}")),
        );
        lines.extend(added(&old.near_twins, &new.near_twins).iter().map(|line| format!("  new near twin {line}")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_tells_right_and_wrong_apart() {
        let failure = |name: &str, got: &str| Failure {
            name: name.to_owned(),
            want: "MIT".to_owned(),
            got: got.to_owned(),
            outcome: "exact".to_owned(),
            named: false,
        };
        let of = |failures: Vec<Failure>| Record {
            sets: BTreeMap::from([("small".to_owned(), SetRecord { failures, ..SetRecord::default() })]),
            ..Record::default()
        };
        let old = of(vec![failure("a", "ISC"), failure("b", "ISC"), failure("c", "ISC")]);
        let new = of(vec![failure("b", "ISC"), failure("c", "X11"), failure("d", "ISC")]);
        let lines = changes(&old, &new);
        let told = |word: &str| -> Vec<&str> {
            lines.iter().filter_map(|line| line.trim().strip_prefix(word)?.trim().split(':').next()).collect()
        };
        assert_eq!((told("newly right"), told("newly wrong"), told("still wrong")), (vec!["a"], vec!["d"], vec!["c"]));
    }
}
