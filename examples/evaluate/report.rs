//! The numbers in words and columns.

use std::collections::BTreeMap;

use licentia::license::Outcome;

use crate::record::{Failure, Record, SetRecord};
use crate::variants::{BENIGN, CUTS, LETTERS};
use crate::{corpora, mutants};

const OUTCOMES: [Outcome; 6] =
    [Outcome::None, Outcome::Exact, Outcome::OneOf, Outcome::Approximate, Outcome::Modified, Outcome::Unknown];

/// The sets that a name stands for: a set, `corpora`, `benign`, `damaged` (the nine ways), `cut`, `mutants`, `generated`
/// or `all`.
pub(crate) fn sets(name: &str) -> Option<Vec<&'static str>> {
    let forms = BENIGN.map(|(name, _)| name).to_vec();
    let letters = LETTERS.map(|(name, _)| name).to_vec();
    let cuts = CUTS.map(|(name, _)| name).to_vec();
    let benign = [vec!["spdx"], forms.clone(), vec!["readme", "several"]].concat();
    let damaged = [forms.get(..6).unwrap_or_default().to_vec(), letters.clone()].concat();
    let generated = [benign.clone(), letters, cuts.clone(), mutants::NAMES.to_vec()].concat();
    let all = [corpora::NAMES.to_vec(), generated.clone()].concat();
    match name {
        "corpora" => Some(corpora::NAMES.to_vec()),
        "benign" => Some(benign),
        "damaged" => Some(damaged),
        "cut" => Some(cuts),
        "mutants" => Some(mutants::NAMES.to_vec()),
        "generated" => Some(generated),
        "all" => Some(all),
        _ => all.into_iter().find(|set| *set == name).map(|set| vec![set]),
    }
}

/// The failures of one set.
#[expect(clippy::print_stdout, reason = "the report")]
pub(crate) fn print_set(name: &str, set: &SetRecord, most: usize) {
    println!("\n{name}: {} of {} right, {} named", set.strict, set.files, set.named);
    if set.left_out > 0 {
        println!("  {} texts left out: their own answer is not clean", set.left_out);
    }
    for line in &set.wrong_permissive {
        println!("  WRONG PERMISSIVE {line}");
    }
    for line in &set.near_twins {
        println!("  NEAR TWIN {line}");
    }
    let most = if most == 0 { usize::MAX } else { most };
    // What names the right licence is the lesser failure.
    let (lesser, worse): (Vec<&Failure>, Vec<&Failure>) = set.failures.iter().partition(|failure| failure.named);
    for failure in worse.iter().chain(&lesser).take(most) {
        println!("  {failure}");
    }
    if let Some(rest) = set.failures.len().checked_sub(most).filter(|rest| *rest > 0) {
        println!("  and {rest} more");
    }
}

/// One row a set, and the sums that matter.
#[expect(clippy::print_stdout, reason = "the report")]
pub(crate) fn print_table(sets: &[&str], record: &Record) {
    println!(
        "\n{:13}{:>6} {:>14} {:>14} {:>7} {:>6}  {:>5} {:>5} {:>6} {:>6} {:>5} {:>5} {:>7} {:>6}",
        "set",
        "files",
        "strict",
        "named",
        "recall",
        "prec.",
        "none",
        "exact",
        "one-of",
        "appr.",
        "modif",
        "unkn.",
        "ms",
        "MB/s"
    );
    for name in sets {
        let Some(set) = record.sets.get(*name) else { continue };
        let part = |count: usize| format!("{count} {:>5}", permille(count, set.files));
        let outcomes = OUTCOMES.map(|outcome| set.outcome(outcome));
        let [none, exact, one_of, approximate, modified, unknown] = outcomes;
        println!(
            "{name:13}{:>6} {:>14} {:>14} {:>7} {:>6}  {none:>5} {exact:>5} {one_of:>6} {approximate:>6} {modified:>5} \
             {unknown:>5} {:>7} {:>6}",
            set.files,
            part(set.strict),
            part(set.named),
            permille(set.recalled, set.files),
            if set.given == 0 { "-".to_owned() } else { permille(set.hits, set.given) },
            set.microseconds / 1000,
            tenths(set.bytes as u128 * 10 / u128::from(set.microseconds.max(1))),
        );
        if set.families > 0 {
            println!("{:13}{} of {} cards name the model licence", "", set.families_right, set.families);
        }
    }
    let counted = |sets: &[&str]| -> Vec<SetRecord> {
        sets.iter()
            .filter_map(|name| record.sets.get(*name))
            .map(|set| SetRecord {
                files: set.files,
                outcomes: set.outcomes.clone(),
                outcomes_of_exceptions: set.outcomes_of_exceptions.clone(),
                ..SetRecord::default()
            })
            .collect()
    };
    let benign = counted(&self::sets("benign").unwrap_or_default());
    if !benign.is_empty() {
        let files = benign.iter().map(|set| set.files).sum();
        let sum = |outcome: Outcome| benign.iter().map(|set| set.outcome(outcome)).sum::<usize>();
        let changed = sum(Outcome::Modified) + sum(Outcome::Unknown);
        let alone: usize =
            benign.iter().filter_map(|set| set.outcomes_of_exceptions.get(Outcome::Approximate.as_str())).sum();
        println!(
            "benign: {changed} of {files} ({}) as modified or unknown; {} as approximate, {alone} of them exceptions alone",
            permille(changed, files),
            sum(Outcome::Approximate),
        );
    }
    for name in mutants::NAMES {
        let Some(set) = record.sets.get(name) else { continue };
        // The first word behind the identifier says where a clause stands or what was done to a word.
        let mut ways: BTreeMap<&str, usize> = BTreeMap::new();
        for failure in &set.failures {
            let way = failure.name.split_once(", ").map_or("", |(_, what)| what);
            *ways.entry(way.split([' ', ':']).next().unwrap_or_default()).or_default() += 1;
        }
        let ways: Vec<String> = ways.iter().map(|(way, count)| format!("{way} {count}")).collect();
        let missed = set.files - set.strict;
        println!("{name}: {missed} of {} mutants keep a clean name (target 0): {}", set.files, ways.join(", "));
    }
    let wrong: usize = record.sets.values().map(|set| set.wrong_permissive.len()).sum();
    let twins: usize = record.sets.values().map(|set| set.near_twins.len()).sum();
    println!("wrong permissive {wrong}, near twins {twins}");
}

/// A share in hundredths with one digit behind the point.
fn permille(part: usize, whole: usize) -> String {
    tenths(part as u128 * 1000 / whole.max(1) as u128)
}

fn tenths(number: u128) -> String {
    format!("{}.{}", number / 10, number % 10)
}
