//! Measures the classifier on labelled files and on generated ones:
//! `cargo run --release --example evaluate -- CORPUS [OPTION…]`; `docs/evaluation.md` says what the sets and columns are.
//!
//! `--only NAME,…` runs some sets or groups of sets, `--quick` takes every seventh text for the generated ones, `--seed N`
//! draws anew, `--failures N` lists so many a set (0: all), `--json FILE` keeps everything, `--compare FILE` tells what
//! changed since such a file was written; `--keep DIR` writes the files themselves, to be looked at.

#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a command")]

mod clauses;
mod corpora;
mod generated;
mod markup;
mod mutants;
mod random;
mod record;
mod report;
mod scoring;
mod variants;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use record::{Record, SetRecord};
use scoring::{Answer, Case};

const USAGE: &str = "usage: evaluate CORPUS [--only NAME,…] [--quick] [--seed N] [--failures N] [--json FILE] [--compare FILE] \
     [--keep DIR]";

/// What the command was asked for.
struct Arguments {
    corpus: PathBuf,
    /// Sets, in the order of the report.
    sets: Vec<&'static str>,
    is_quick: bool,
    seed: u64,
    failures: usize,
    json: Option<PathBuf>,
    compare: Option<PathBuf>,
    /// Where generated files are written, to be looked at.
    keep: Option<PathBuf>,
}

fn main() -> ExitCode {
    match Arguments::of(std::env::args().skip(1)).and_then(|arguments| run(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            println!("{reason}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let old = arguments.compare.as_deref().map(read).transpose()?;
    let index = license_db::index().ok_or("the index of this build does not open")?;
    let sources = generated::sources(arguments.is_quick);
    let mut record = Record {
        seed: arguments.seed,
        is_quick: arguments.is_quick,
        database: license_db::VERSION.to_owned(),
        ..Record::default()
    };
    println!("database {}, seed {}, {} SPDX texts", record.database, record.seed, sources.len());
    for &name in &arguments.sets {
        let (cases, left_out) = if corpora::NAMES.contains(&name) {
            let Some(cases) = corpora::cases(&arguments.corpus, name)? else {
                println!("{name}: not there");
                continue;
            };
            (cases, 0)
        } else if let Some(cases) = generated::cases(name, &sources, &index, arguments.seed) {
            (cases, 0)
        } else {
            mutants::cases(name, &sources, &index, arguments.seed).unwrap_or_default()
        };
        if let Some(directory) = &arguments.keep {
            keep(&directory.join(name), &cases)?;
        }
        let set = SetRecord { left_out, ..measured(&cases) };
        report::print_set(name, &set, arguments.failures);
        record.sets.insert(name.to_owned(), set);
    }
    report::print_table(&arguments.sets, &record);
    if let Some(path) = &arguments.json {
        let json = serde_json::to_string_pretty(&record).map_err(|error| error.to_string())?;
        std::fs::write(path, json + "\n").map_err(|error| format!("{}: {error}", path.display()))?;
    }
    if let Some(old) = old {
        println!("\nChanges");
        for line in record::changes(&old, &record) {
            println!("{line}");
        }
    }
    Ok(())
}

fn keep(directory: &Path, cases: &[Case]) -> Result<(), String> {
    std::fs::create_dir_all(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    for (position, case) in cases.iter().enumerate() {
        let ending = case.path.rsplit(['/', '\\']).next().unwrap_or_default();
        let title: String = case
            .name
            .chars()
            .take(80)
            .map(|letter| if letter.is_alphanumeric() || letter == '.' { letter } else { '-' })
            .collect();
        let path = directory.join(format!("{position:05}-{title}"));
        std::fs::create_dir_all(&path)
            .and_then(|()| std::fs::write(path.join(ending), &case.bytes))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

fn measured(cases: &[Case]) -> SetRecord {
    let mut set = SetRecord::default();
    for case in cases {
        let started = Instant::now();
        let (found, _) = licentia::run::classify_file(&case.path, &case.bytes);
        let took = started.elapsed();
        let answer = Answer::of(&found);
        let judged = case.judge(&answer);
        set.add(case, &answer, &judged, took);
    }
    set
}

fn read(path: &Path) -> Result<Record, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

impl Arguments {
    fn of(given: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut given = given.peekable();
        let corpus = given.next_if(|first| !first.starts_with("--")).ok_or(USAGE)?;
        let mut arguments = Self {
            corpus: PathBuf::from(corpus),
            sets: report::sets("all").unwrap_or_default(),
            is_quick: false,
            seed: 1,
            failures: 40,
            json: None,
            compare: None,
            keep: None,
        };
        while let Some(option) = given.next() {
            let mut value = || given.next().ok_or_else(|| format!("{option} needs a value\n{USAGE}"));
            let number = |value: String| value.parse::<u64>().map_err(|error| format!("{value}: {error}"));
            match option.as_str() {
                "--quick" => arguments.is_quick = true,
                "--seed" => arguments.seed = number(value()?)?,
                "--failures" => arguments.failures = usize::try_from(number(value()?)?).unwrap_or(usize::MAX),
                "--json" => arguments.json = Some(PathBuf::from(value()?)),
                "--keep" => arguments.keep = Some(PathBuf::from(value()?)),
                "--compare" => arguments.compare = Some(PathBuf::from(value()?)),
                "--only" => {
                    let sets = |name: &str| report::sets(name).ok_or_else(|| format!("there is no set {name}"));
                    let named: Result<Vec<_>, _> = value()?.split(',').map(sets).collect();
                    arguments.sets = named?.concat();
                }
                _ => return Err(format!("{option}: not known\n{USAGE}")),
            }
        }
        Ok(arguments)
    }
}
