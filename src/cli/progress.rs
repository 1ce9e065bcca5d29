//! Progress on standard error, for scans that take long enough to wonder about.

#![expect(clippy::disallowed_methods, reason = "this room measures time for those who watch")]

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use licentia::extract::Step;

use super::terminal::Terminal;

/// Work that ends sooner needs no progress.
const PATIENCE: Duration = Duration::from_millis(500);

/// Draws one line on standard error, and takes it away again when dropped.
pub(super) struct Progress {
    begun: Instant,
    /// `None` until the work has taken longer than [`PATIENCE`].
    bar: Mutex<Option<ProgressBar>>,
    is_shown: bool,
}

impl Progress {
    pub(super) fn new(terminal: &Terminal) -> Self {
        Self { begun: Instant::now(), bar: Mutex::new(None), is_shown: terminal.shows_progress() }
    }

    /// Shows nothing, whatever happens.
    pub(super) fn silent() -> Self {
        Self { begun: Instant::now(), bar: Mutex::new(None), is_shown: false }
    }

    /// Shows a step; any thread may call.
    pub(super) fn step(&self, step: &Step) {
        self.say(|| words(*step));
    }

    /// Shows what is being done; any thread may call.
    pub(super) fn say(&self, words: impl FnOnce() -> String) {
        if !self.is_shown || self.begun.elapsed() < PATIENCE {
            return;
        }
        let mut bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = bar.get_or_insert_with(spinner);
        bar.set_message(words());
        bar.tick();
    }

    /// Takes the line away: the work is done.
    pub(super) fn clear(&self) {
        if let Some(bar) = self.bar.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
    }

    /// Time since the work began.
    pub(super) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

fn spinner() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {wide_msg}") {
        bar.set_style(style.tick_chars("-\\|/ "));
    }
    bar
}

/// A step in words.
fn words(step: Step) -> String {
    format!("reading {} of {} files", step.files, step.of)
}
