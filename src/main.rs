//! licentia: may we use this machine-learning model, the way we use it? See [`cli`] for the command line and the
//! library's documentation for everything behind it.

use std::process::ExitCode;

mod cli;

fn main() -> ExitCode {
    cli::run()
}
