//! Standard output and error: colours, width, and readers that leave early.

#![expect(clippy::disallowed_methods, reason = "this room owns the terminal")]

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use licentia::report::escape::inert;
use licentia::report::{Detail, Lines, Palette, Style};

use super::args::{Color, Look};
use super::failure::{Failure, INCOMPLETE};

/// Columns beyond which lines are hard to read, however wide the terminal.
const WIDEST: usize = 120;

/// What the user wants to see, and where it goes.
#[derive(Debug)]
pub(super) struct Terminal {
    stdout_color: ColorChoice,
    stderr_color: ColorChoice,
    /// How often `-q` was given.
    pub(super) quiet: u8,
    /// How often `-v` was given.
    pub(super) verbose: u8,
}

impl Terminal {
    /// `--color` decides; `auto` asks NO_COLOR, CLICOLOR_FORCE, CLICOLOR and the terminal, in this order.
    pub(super) fn new(look: &Look) -> Self {
        match look.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
        .write_global();
        Self {
            stdout_color: AutoStream::choice(&io::stdout()),
            stderr_color: AutoStream::choice(&io::stderr()),
            quiet: look.quiet,
            verbose: look.verbose,
        }
    }

    /// The style of a report on standard output.
    pub(super) fn style(&self) -> Style {
        let palette = if self.stdout_color == ColorChoice::Never { Palette::PLAIN } else { Palette::COLORED };
        Style { palette, width: width(), detail: self.detail(), lines: lines(), dated: None }
    }

    /// The style of a report in a file: the same on every machine.
    pub(super) fn file_style(&self) -> Style {
        Style { detail: self.detail(), ..Style::default() }
    }

    fn detail(&self) -> Detail {
        match (self.quiet, self.verbose) {
            (0, 0) => Detail::Normal,
            (0, _) => Detail::Full,
            _ => Detail::Brief,
        }
    }

    /// Whether progress may be drawn: a person watches standard error and did not ask for silence.
    pub(super) fn shows_progress(&self) -> bool {
        self.quiet == 0 && io::stderr().is_terminal()
    }

    /// Writes to standard output. A reader that left early (`| head`) is content with what it has: no error.
    pub(super) fn print(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut out = AutoStream::new(io::stdout().lock(), self.stdout_color);
        match out.write_all(bytes).and_then(|()| out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                let help = "standard output must be writable, or write the report to a file: -o FORMAT=PATH";
                Err(Failure::new(INCOMPLETE, format!("standard output cannot be written: {error}"), help))
            }
            _ => Ok(()),
        }
    }

    /// Says why something did not work, on standard error.
    pub(super) fn complain(&self, failure: &Failure) {
        self.say("error", Palette::COLORED.bad, &failure.message);
        if !failure.help.is_empty() {
            self.say("  help", Palette::COLORED.note, &failure.help);
        }
    }

    /// Says what the user should know, on standard error.
    pub(super) fn note(&self, message: &str) {
        if self.quiet == 0 {
            self.say("note", Palette::COLORED.note, message);
        }
    }

    /// Says what was decided on the way, with `-v`.
    pub(super) fn detail_note(&self, message: impl FnOnce() -> String) {
        if self.verbose > 0 {
            self.say("note", Palette::COLORED.note, &message());
        }
    }

    fn say(&self, word: &str, color: anstyle::Style, message: &str) {
        let mut err = AutoStream::new(io::stderr().lock(), self.stderr_color);
        // Where standard error is gone nobody is left to tell.
        let _ = writeln!(err, "{color}{word}{color:#}: {}", inert(message));
    }
}

/// Drawn, unless the locale names an encoding that has no lines. A container that names no locale shows them well.
fn lines() -> Lines {
    let stated = ["LC_ALL", "LC_CTYPE", "LANG"].iter().filter_map(|name| std::env::var(name).ok());
    let locale = stated.filter(|value| !value.is_empty()).map(|value| value.to_ascii_lowercase()).next();
    match locale {
        Some(locale) if !locale.contains("utf-8") && !locale.contains("utf8") => Lines::Plain,
        _ => Lines::Drawn,
    }
}

/// COLUMNS, else the width of the terminal that standard output is, else the default; at most [`WIDEST`].
fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.trim().parse::<usize>().ok());
    let columns = columns.filter(|&columns| columns > 0);
    let terminal =
        || terminal_size::terminal_size_of(io::stdout()).map(|(terminal_size::Width(columns), _)| usize::from(columns));
    columns.or_else(terminal).unwrap_or(Style::DEFAULT_WIDTH).min(WIDEST)
}
