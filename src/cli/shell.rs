//! `licentia completions` and `licentia man`: made from the arguments themselves.

#![expect(clippy::disallowed_methods, reason = "manual pages are the user's own files")]

use std::{fs, io};

use clap::CommandFactory;

use super::Status;
use super::args::{Arguments, Completions, Man};
use super::failure::{Failure, INCOMPLETE};
use super::terminal::Terminal;

/// Writes a completion script.
pub(super) fn completions(arguments: &Completions, terminal: &Terminal) -> Status {
    let mut bytes = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "licentia", &mut bytes);
    terminal.print(&bytes)?;
    Ok(0)
}

/// Writes the main page to standard output, or every page to a directory.
pub(super) fn man(arguments: &Man, terminal: &Terminal) -> Status {
    let Some(directory) = &arguments.directory else {
        let mut bytes = Vec::new();
        clap_mangen::Man::new(Arguments::command())
            .render(&mut bytes)
            .map_err(|error| unwritable("standard output", &error))?;
        terminal.print(&bytes)?;
        return Ok(0);
    };
    let place = directory.display().to_string();
    fs::create_dir_all(directory).map_err(|error| unwritable(&place, &error))?;
    clap_mangen::generate_to(Arguments::command(), directory).map_err(|error| unwritable(&place, &error))?;
    Ok(0)
}

fn unwritable(place: &str, error: &io::Error) -> Failure {
    Failure::new(INCOMPLETE, format!("the manual pages cannot be written to {place}: {error}"), "")
}
