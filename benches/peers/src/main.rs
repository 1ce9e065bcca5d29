//! The same inputs for licentia, askalono and the detection of the spdx crate, in one process and on one thread:
//! `cargo run --release --manifest-path benches/peers/Cargo.toml -- [OPTION…]`; `docs/benchmarks.md` says how to read it.
//!
//! `--code DIRECTORY` takes the Python files below a directory as the code without a licence, `--every N` each Nth SPDX
//! text, `--rounds N` the best of N rounds, `--only TOOL` one tool, `--once INPUT` one round of one input and nothing
//! else, for a counter of instructions.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a command that measures time")]

mod inputs;
mod tools;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use inputs::Input;
use tools::{Askalono, Licentia, Spdx, Tool};

struct Arguments {
    code: Option<PathBuf>,
    every: usize,
    rounds: usize,
    only: Option<String>,
    once: Option<String>,
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
    // askalono compares with its references in parallel; here a thread is compared with a thread.
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().map_err(|error| error.to_string())?;
    let tools = opened(arguments);
    let sets = [
        ("code", inputs::code(arguments.code.as_deref())?),
        ("texts", inputs::texts(arguments.every)),
        ("restricted", inputs::restricted(arguments.every)),
    ];
    println!("\n{:12}{:20}{:>9} {:>12} {:>9}  named right, called clean", "input", "tool", "ms", "kB/s", "ratio");
    for (name, set) in &sets {
        if arguments.once.as_ref().is_some_and(|once| once != name) {
            continue;
        }
        let bytes: usize = set.iter().map(|input| input.text.len()).sum();
        let mut first = None;
        for tool in &tools {
            let rounds = if arguments.once.is_some() { 1 } else { arguments.rounds };
            let took = (0..rounds).map(|_| one_round(tool.as_ref(), set)).min().unwrap_or_default();
            let first = *first.get_or_insert(took);
            let right = if arguments.once.is_some() { String::new() } else { judged(tool.as_ref(), set) };
            println!(
                "{name:12}{:20}{:>9} {:>12} {:>9}  {right}",
                tool.name(),
                took.as_millis(),
                bytes as u128 * 1000 / took.as_micros().max(1),
                tenths(took.as_micros() * 10 / first.as_micros().max(1)),
            );
        }
        println!("{:12}{} files, {} kB", "", set.len(), bytes / 1000);
    }
    Ok(())
}

/// The tools asked for, each with what it costs to open it.
fn opened(arguments: &Arguments) -> Vec<Box<dyn Tool>> {
    let references = inputs::references();
    let wanted = |name: &str| arguments.only.as_ref().is_none_or(|only| only == name);
    let mut tools: Vec<Box<dyn Tool>> = Vec::new();
    let mut open = |name: &str, make: &dyn Fn() -> Box<dyn Tool>| {
        if wanted(name) {
            let (before, started) = (resident(), Instant::now());
            tools.push(make());
            println!("{name}: opened in {} us, {} kB more memory", started.elapsed().as_micros(), resident() - before);
        }
    };
    // The first question makes what is made once.
    open("licentia", &|| {
        let tool = Licentia;
        tool.classify("LICENSE", "Permission is granted.");
        Box::new(tool)
    });
    open("askalono", &|| Box::new(Askalono::new(&references, false)));
    open("askalono-optimize", &|| Box::new(Askalono::new(&references, true)));
    open("spdx", &|| Box::new(Spdx::new(&references, false)));
    open("spdx-optimize", &|| Box::new(Spdx::new(&references, true)));
    if arguments.once.is_none() {
        let started = Instant::now();
        let entries = spdx::detection::Store::load_inline().map_or(0, |store| store.len());
        println!("spdx: its own store of {entries} entries loads in {} us", started.elapsed().as_micros());
    }
    tools
}

fn one_round(tool: &dyn Tool, set: &[Input]) -> Duration {
    let started = Instant::now();
    for input in set {
        std::hint::black_box(tool.classify(input.path, std::hint::black_box(&input.text)));
    }
    started.elapsed()
}

/// How many answers name the licence of their file, and how many call it by that name without reserve.
fn judged(tool: &dyn Tool, set: &[Input]) -> String {
    let (mut right, mut clean) = (0, 0);
    for input in set {
        let answer = tool.classify(input.path, &input.text);
        let found = answer.license.as_deref().map(without_version_clause);
        right += usize::from(found == input.license.map(without_version_clause));
        clean += usize::from(answer.is_clean);
    }
    format!("{right}, {clean} of {}", set.len())
}

/// `GPL-2.0-only` and `GPL-2.0-or-later` have one text.
fn without_version_clause(id: &str) -> &str {
    id.strip_suffix("-only").or_else(|| id.strip_suffix("-or-later")).unwrap_or(id)
}

/// Memory of this process that is in use, in kB; 0 where the system does not say.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).map_or(0, |pages| pages * 4)
}

fn tenths(number: u128) -> String {
    format!("{}.{}", number / 10, number % 10)
}

impl Arguments {
    fn of(mut given: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut arguments = Self { code: None, every: 10, rounds: 3, only: None, once: None };
        while let Some(option) = given.next() {
            let value = given.next().ok_or_else(|| format!("{option}: not known, or without its value"))?;
            let number = || value.parse::<usize>().map_err(|error| format!("{value}: {error}"));
            match option.as_str() {
                "--code" => arguments.code = Some(PathBuf::from(value)),
                "--every" => arguments.every = number()?.max(1),
                "--rounds" => arguments.rounds = number()?.max(1),
                "--only" => arguments.only = Some(value),
                "--once" => arguments.once = Some(value),
                _ => return Err(format!("{option}: not known")),
            }
        }
        Ok(arguments)
    }
}
