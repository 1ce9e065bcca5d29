//! The arguments of `licentia lint`.

use clap::{Args, ValueEnum};
use licentia::source::hub_id::HubId;

pub(super) const LINT_HELP: &str = "\
Examples:
  licentia lint                              the card in this directory, README.md, and what is around it
  licentia lint ./my-model/README.md         the same of another one
  licentia lint . --as acme/Llama-rocket     under the name that it will be published under
  licentia lint . --diff                     what --fix would change
  licentia lint . --fix                      change it
  licentia lint org/name                     a card that is on the Hub
  licentia lint . --format concise           one line each, for editors and hooks

It says what will make the checks of those who use the model fail: no licence text, a licence that gives
more than that of the base, a name or words that a licence asks for, words that the Hub does not know,
links that lead nowhere. What only --as can tell (a name that must begin with Llama) is minded only there
or where the directory says which repository it is.

--fix changes a few bytes of the card and nothing else in it: spellings, links, base models that
adapter_config.json names. It adds a LICENSE file only where the card states one licence whose text has
nothing to fill in (Apache-2.0, the Creative Commons, MPL-2.0 and their like). It never changes which
licence is granted.

Exit status:
  0  nothing is left to mend; notes may be
  1  something is
  2  wrong usage
  4  something could not be read, or a fix not be written
  1 wins over 4.";

/// Look at a card as its author.
#[derive(Debug, Args)]
pub(super) struct Lint {
    /// Cards, their directories, or repositories of the Hugging Face Hub
    #[arg(value_name = "CARD|DIR|ORG/NAME", default_value = ".")]
    pub(super) targets: Vec<String>,
    /// Put right what is mechanical
    #[arg(long)]
    pub(super) fix: bool,
    /// Show what --fix would change, and change nothing
    // A diff is a form of its own.
    #[arg(long, conflicts_with = "format")]
    pub(super) diff: bool,
    /// The repository that it is, or will be
    #[arg(long = "as", value_name = "ORG/NAME", value_parser = repository)]
    pub(super) name: Option<HubId>,
    /// How to write what is found
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: LintFormat,
    /// Never use the network
    ///
    /// A base model is then read from the cache of huggingface_hub, or from what an earlier run kept; where it is in
    /// neither, a note says that it was not looked at.
    #[arg(long)]
    pub(super) offline: bool,
}

/// How `lint` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LintFormat {
    /// For people
    Text,
    /// One line each
    Concise,
    /// One JSON document
    Json,
}

fn repository(words: &str) -> Result<HubId, String> {
    let id = HubId::of_link(words).or_else(|| HubId::of_words(words));
    id.filter(|id| id.name.contains('/')).ok_or_else(|| "write ORG/NAME, or hf:datasets/ORG/NAME".to_owned())
}
