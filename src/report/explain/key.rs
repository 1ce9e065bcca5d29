//! A key of the policy: what it says, what stands there, and how it is written.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::text::row;
use crate::policy::{Form, Key};
use crate::report::style::Style;

/// A key of the policy.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct KeySheet {
    /// The table and the name, as in `facts.mau`.
    key: &'static str,
    /// One sentence.
    says: &'static str,
    /// What stands there, in words.
    form: String,
    /// The words that may stand there, where they are a closed list.
    choices: Vec<&'static str>,
    /// Whether its table must have it.
    is_required: bool,
    /// The keys below it.
    keys: Vec<&'static str>,
    /// How it is written, as TOML.
    example: String,
    #[serde(skip)]
    below: Vec<&'static Key>,
}

impl KeySheet {
    /// The sheet of a key.
    pub fn of(key: &'static Key) -> Self {
        let below: Vec<&Key> = key.below().collect();
        Self {
            key: key.path,
            says: key.says,
            form: key.form.words(),
            choices: key.form.choices(),
            is_required: key.is_required(),
            keys: below.iter().map(|key| key.path).collect(),
            example: key.example(),
            below,
        }
    }

    fn about(&self) -> String {
        let required = if self.is_required { "; must be there" } else { "" };
        format!("a key of the policy: {}{required}", self.form)
    }
}

pub(super) fn write_text(sheet: &KeySheet, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let emphasis = style.palette.emphasis;
    writeln!(out, "{emphasis}{}{emphasis:#}: {}", sheet.key, sheet.says)?;
    row("  ", &sheet.about(), style, out)?;
    if !sheet.below.is_empty() {
        writeln!(out, "\n{emphasis}Keys{emphasis:#}")?;
        for key in &sheet.below {
            let form = if matches!(key.form, Form::Table) { String::new() } else { format!(" ({})", key.form.words()) };
            row(&format!("  {}: ", key.path), &format!("{}{form}", key.says), style, out)?;
        }
    }
    writeln!(out, "\n{emphasis}Example{emphasis:#}")?;
    sheet.example.lines().try_for_each(|line| writeln!(out, "    {line}"))
}

pub(super) fn write_markdown(sheet: &KeySheet, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}\n\n{}\n\n{}.\n", sheet.key, sheet.says, capital(&sheet.about()))?;
    for key in &sheet.below {
        writeln!(out, "- `{}`: {} ({})", key.path, key.says, key.form.words())?;
    }
    if !sheet.below.is_empty() {
        writeln!(out)?;
    }
    writeln!(out, "```toml\n{}\n```", sheet.example)
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default() + letters.as_str()
}
