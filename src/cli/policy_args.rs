//! The arguments of `licentia policy` and `licentia init`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use licentia::policy::{Distribution, Preset, Use};

use super::args::{preset_parser, setting, words_parser};

pub(super) const POLICY_HELP: &str = "\
Examples:
  licentia policy check                     is it valid, with everything that it extends?
  licentia policy show --origins            what counts, and which line says it
  licentia policy test                      does it still answer what its [[test]] tables expect?
  licentia policy keys facts                what may stand in [facts]; `licentia explain facts.mau` for one
  licentia policy schema > policy.schema.json       for editors

Without FILE they take the policy that `licentia check` would: LICENTIA_POLICY, else the nearest
licentia.toml, .licentia.toml, .config/licentia.toml or pyproject.toml with [tool.licentia], from the
current directory upward to the root of the version-controlled tree, and never from the home directory.";

pub(super) const INIT_HELP: &str = "\
Examples:
  licentia init                                     asks four questions, and writes licentia.toml
  licentia init --non-interactive                   asks nothing; the questions stand in the file
  licentia init --use commercial --distribution saas --mau 3200000 --domicile DE --territories EU,US
  licentia init --preset research --path research/licentia.toml

What is not answered stays in the file as a comment, and counts as its strictest answer until then.";

const CHECK_HELP: &str = "\
Examples:
  licentia policy check
  licentia policy check legal/models.toml

Exit status 0 where it is valid, else 3, with every problem and its line.";

const SHOW_HELP: &str = "\
Examples:
  licentia policy show                              one policy file that says what all layers say
  licentia policy show --origins                    the same, with the line that says it
  licentia policy show --preset distribution        what a preset stands for
  licentia policy show --format json | jq .policy.facts";

const TEST_HELP: &str = "\
Example of a test in the policy:
  [[test]]
  license = \"GPL-3.0-only\"
  set = [\"facts.distribution=weights\"]
  expect = \"deny\"

Exit status 0 where every test is answered as expected, else 1.";

/// Look after the policy.
#[derive(Debug, Args)]
pub(super) struct PolicyArguments {
    #[command(subcommand)]
    pub(super) command: PolicyCommand,
}

/// What to do with the policy.
#[derive(Debug, Subcommand)]
pub(super) enum PolicyCommand {
    /// Say whether a policy is valid, with every file that it extends
    #[command(after_help = CHECK_HELP)]
    Check(PolicyFileArgument),
    /// Write out what counts, after all layers
    #[command(after_help = SHOW_HELP)]
    Show(Show),
    /// Try the [[test]] tables of a policy
    #[command(after_help = TEST_HELP)]
    Test(PolicyFileArgument),
    /// List the keys that a policy may have
    Keys(Keys),
    /// Write the JSON Schema of a policy, for editors
    Schema,
}

/// A policy.
#[derive(Debug, Args)]
pub(super) struct PolicyFileArgument {
    /// The policy file; the one that `licentia check` would take where none is named
    #[arg(value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
}

/// Write out a policy.
#[derive(Debug, Args)]
pub(super) struct Show {
    #[command(flatten)]
    pub(super) file: PolicyFileArgument,
    /// Show a policy that comes with licentia, and no file
    #[arg(long, value_name = "NAME", value_parser = preset_parser(), conflicts_with = "file")]
    pub(super) preset: Option<Preset>,
    /// Set a key on top, as `licentia check` would
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = setting)]
    pub(super) settings: Vec<String>,
    /// Show for every value the file, line and column that say it
    #[arg(long)]
    pub(super) origins: bool,
    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "toml")]
    pub(super) format: ShowFormat,
}

/// List keys.
#[derive(Debug, Args)]
pub(super) struct Keys {
    /// Only those of this table, as in facts or rule.when
    #[arg(value_name = "TABLE")]
    pub(super) table: Option<String>,
}

/// How a policy is written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ShowFormat {
    /// A policy file
    Toml,
    /// One JSON object
    Json,
}

/// Write a first policy.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// The policy to stand on; what fits the answers where it is not said
    #[arg(long, value_name = "NAME", value_parser = preset_parser(), help_heading = "Answers")]
    pub(super) preset: Option<Preset>,
    /// What models are used for
    #[arg(
        long = "use", value_name = "USE", help_heading = "Answers",
        value_parser = words_parser(Use::ALL, Use::as_str)
    )]
    pub(super) usage: Option<Use>,
    /// How others come to them; several with commas
    #[arg(
        long, value_name = "WAY", value_delimiter = ',', help_heading = "Answers",
        value_parser = words_parser(Distribution::ALL, Distribution::as_str)
    )]
    pub(super) distribution: Vec<Distribution>,
    /// Active users a month, of the whole group
    #[arg(long, value_name = "N", value_parser = super::init::number, help_heading = "Answers")]
    pub(super) mau: Option<u64>,
    /// Revenue in a year in US dollars, of the whole group
    #[arg(long, value_name = "N", value_parser = super::init::number, help_heading = "Answers")]
    pub(super) revenue: Option<u64>,
    /// The principal place of business, by ISO 3166-1 code of two letters
    #[arg(long, value_name = "CC", value_parser = super::init::territory, help_heading = "Answers")]
    pub(super) domicile: Option<licentia::policy::territory::Territory>,
    /// Where models are used or offered: codes with commas, EU or world
    #[arg(
        long, value_name = "CC", value_delimiter = ',', value_parser = super::init::territory,
        help_heading = "Answers"
    )]
    pub(super) territories: Vec<licentia::policy::territory::Territory>,
    /// The file to write
    #[arg(long, value_name = "FILE", default_value = "licentia.toml")]
    pub(super) path: PathBuf,
    /// Replace the file where it is there
    #[arg(long)]
    pub(super) force: bool,
    /// Ask nothing, also on a terminal
    #[arg(long)]
    pub(super) non_interactive: bool,
}
