//! The command line: arguments become a configuration, the configuration a scan, the scan bytes and an exit status.
//!
//! This room alone touches the environment, the user's own files, the terminal and the clock. What is scanned is read
//! in the library's `source`.

use std::process::ExitCode;

use clap::Parser;

use self::args::{Arguments, Command};
use self::failure::Failure;
use self::terminal::Terminal;

mod args;
mod baseline;
mod cache;
mod cache_args;
mod check;
mod classify;
mod config;
mod directory;
mod discovery;
mod explain;
mod failure;
mod foreign;
mod hub;
mod init;
mod input_args;
mod layers;
mod lineage;
mod lint;
mod lint_args;
mod lint_diff;
mod lock;
mod notice;
mod occasion;
mod own_texts;
mod policy;
mod policy_args;
mod policy_store;
mod progress;
mod project;
mod shell;
mod target;
mod terminal;
mod today;
mod waive;
mod why;

/// Runs what the arguments of this process ask for. Wrong usage ends inside, with clap's message and status 2.
pub(crate) fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let terminal = Terminal::new(&arguments.look);
    let status = match arguments.command {
        Command::Check(arguments) => check::check(&arguments, &terminal),
        Command::Scan(arguments) => check::scan(&arguments, &terminal),
        Command::Classify(arguments) => classify::classify(&arguments, &terminal),
        Command::Explain(arguments) => explain::explain(&arguments, &terminal),
        Command::Lineage(arguments) => lineage::lineage(&arguments, &terminal),
        Command::Lint(arguments) => lint::lint(&arguments, &terminal),
        Command::Notice(arguments) => notice::notice(&arguments, &terminal),
        Command::Why(arguments) => why::why(&arguments, &terminal),
        Command::Waive(arguments) => waive::waive(&arguments, &terminal),
        Command::Baseline(arguments) => baseline::baseline(&arguments.action, &terminal),
        Command::Lock(arguments) => lock::lock(&arguments, &terminal),
        Command::Completions(arguments) => shell::completions(&arguments, &terminal),
        Command::Man(arguments) => shell::man(&arguments, &terminal),
        Command::Init(arguments) => init::init(&arguments, &terminal),
        Command::Policy(arguments) => policy::policy(&arguments, &terminal),
        Command::Cache(arguments) => cache::cache(&arguments, &terminal),
    };
    match status {
        Ok(status) => ExitCode::from(status),
        Err(failures) => {
            for failure in &failures {
                terminal.complain(failure);
            }
            // Several failures are of one kind; the first decides.
            failures.first().map_or(ExitCode::FAILURE, |failure| ExitCode::from(failure.status))
        }
    }
}

/// The exit status, or why there is none: at least one failure.
type Status = Result<u8, Vec<Failure>>;
