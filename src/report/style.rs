//! How a report for people looks: colours, width and how much of it is shown.

use anstyle::{AnsiColor, Effects};
pub use jiff::Timestamp;

use crate::finding::{Level, Verdict};

/// How a report for people looks. The default is plain: no colour, [`Style::DEFAULT_WIDTH`] columns, normal detail.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// The colours.
    pub palette: Palette,
    /// Columns to wrap at.
    pub width: usize,
    /// How much is shown.
    pub detail: Detail,
    /// What a drawing is made of.
    pub lines: Lines,
    /// When the report says that it was made; `None` where nobody said. A report never asks a clock.
    pub dated: Option<Timestamp>,
}

impl Style {
    /// Columns where nobody says how wide the terminal is.
    pub const DEFAULT_WIDTH: usize = 100;

    /// When the report was made, as `2026-11-01T12:00:00Z`. Formats that cannot do without a time say the beginning of
    /// 1970 where nobody named one: the same scan gives the same bytes.
    pub fn created(&self) -> String {
        let seconds = self.dated.unwrap_or_default().as_second();
        Timestamp::from_second(seconds).unwrap_or_default().to_string()
    }
}

impl Default for Style {
    fn default() -> Self {
        Self {
            palette: Palette::PLAIN,
            width: Self::DEFAULT_WIDTH,
            detail: Detail::Normal,
            lines: Lines::Drawn,
            dated: None,
        }
    }
}

/// What the lines and marks of a drawing are made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lines {
    /// The line drawing characters and marks of Unicode.
    #[default]
    Drawn,
    /// ASCII, for a terminal that has nothing else.
    Plain,
}

/// How much of a report for people is shown. Machine-readable formats always hold everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// No notes.
    Brief,
    /// Everything once; long lists are cut, and say so.
    #[default]
    Normal,
    /// Everything, every place and every reason.
    Full,
}

/// The colours of a report. Meaning never rests on colour alone: each coloured word says the same.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    /// Denied, unknown, errors.
    pub bad: anstyle::Style,
    /// Review, warnings, gaps.
    pub doubtful: anstyle::Style,
    /// Allowed.
    pub good: anstyle::Style,
    /// Notes.
    pub note: anstyle::Style,
    /// What the eye should find: names of targets, first lines of findings.
    pub emphasis: anstyle::Style,
    /// Lines of the drawing.
    pub frame: anstyle::Style,
}

impl Palette {
    /// No colours.
    pub const PLAIN: Self = Self {
        bad: anstyle::Style::new(),
        doubtful: anstyle::Style::new(),
        good: anstyle::Style::new(),
        note: anstyle::Style::new(),
        emphasis: anstyle::Style::new(),
        frame: anstyle::Style::new(),
    };

    /// The sixteen colours that every terminal has, as its owner set them.
    pub const COLORED: Self = Self {
        bad: bold(AnsiColor::Red),
        doubtful: bold(AnsiColor::Yellow),
        good: bold(AnsiColor::Green),
        note: bold(AnsiColor::Cyan),
        emphasis: anstyle::Style::new().effects(Effects::BOLD),
        frame: bold(AnsiColor::Blue),
    };

    /// The colour of a level.
    pub fn level(&self, level: Level) -> anstyle::Style {
        match level {
            Level::Note => self.note,
            Level::Warning => self.doubtful,
            Level::Error => self.bad,
        }
    }

    /// The colour of a verdict.
    pub fn verdict(&self, verdict: Verdict) -> anstyle::Style {
        match verdict {
            Verdict::Allow => self.good,
            Verdict::Review => self.doubtful,
            Verdict::Unknown | Verdict::Deny => self.bad,
        }
    }
}

const fn bold(color: AnsiColor) -> anstyle::Style {
    anstyle::Style::new().fg_color(Some(anstyle::Color::Ansi(color))).effects(Effects::BOLD)
}
