//! The arguments, as clap reads them, and the help texts that teach them.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use licentia::finding::Level;
use licentia::policy::{self, Date, Preset};
use licentia::report::{self, FORMATS, Format};

pub(super) use super::input_args::{HubCache, Input, OwnTexts};
use super::{cache_args, lint_args, policy_args};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "licentia",
    version,
    about = "May we use this machine-learning model, the way we use it?",
    long_about = "May we use this machine-learning model, the way we use it?\n\n\
        licentia reads model repositories, finds every licence statement and licence text in them, follows what the \
        model was made from, and judges the result against a policy. It runs nothing of what it scans, and every \
        answer names the bytes it rests on. The network is touched only for repositories of the Hugging Face Hub, \
        bases among them, and for policies behind URLs; --offline forbids it. It reports policy results; it gives no \
        legal advice.",
    after_help = AFTER_HELP,
    arg_required_else_help = true,
    styles = STYLES,
    max_term_width = 100
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) look: Look,
}

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const AFTER_HELP: &str = "\
Examples:
  licentia check ./my-model                   may we use it commercially?
  licentia check org/name                     the same of a model of the Hugging Face Hub
  licentia check . --preset research          or for research?
  licentia scan ./my-model -o json            what is stated where, judged by nobody
  licentia classify LICENSE                   which licence is this text?
  licentia explain non-commercial             what a finding means and how to fix it
  licentia why ./my-model                     how the verdict came about
  licentia lineage ./my-model                 what it was made from
  licentia notice ./my-model                  what must go with it
  licentia lint ./my-model                    is my card as its users need it?

Exit status:
  0  everything was judged, nothing at or above the failing level
  1  the policy says no
  2  wrong usage
  3  the policy, baseline or lock file is invalid
  4  incomplete: something could not be read or judged, or there was nothing to scan
  5  --locked, and the lock is missing or stale
  1 wins over 4.";

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Scan models and judge them against the policy: the gate
    #[command(after_help = CHECK_HELP)]
    Check(Check),
    /// List statements, licences, facts and lineage; judge nothing
    #[command(after_help = SCAN_HELP)]
    Scan(Scan),
    /// Say which licences texts are, as SPDX expressions with spans and scores
    #[command(after_help = CLASSIFY_HELP)]
    Classify(Classify),
    /// Explain a finding, a licence, or a key of the policy
    #[command(after_help = EXPLAIN_HELP)]
    Explain(Explain),
    /// Show the whole chain of reasons for a target, from its files to the verdict
    #[command(after_help = WHY_HELP, override_usage = "licentia why [OPTIONS] TARGET… [FINDING]")]
    Why(Check),
    /// Draw what models were made from, with licence and verdict at each step
    #[command(after_help = LINEAGE_HELP)]
    Lineage(Check),
    /// Write what must be shown and passed on with models: copyright lines, notices, licence texts
    #[command(after_help = NOTICE_HELP)]
    Notice(Check),
    /// Look at a model card as its author, before it is published; --fix puts right what is mechanical
    #[command(after_help = lint_args::LINT_HELP)]
    Lint(lint_args::Lint),
    /// Accept a finding: write a waiver into the policy
    #[command(after_help = WAIVE_HELP)]
    Waive(Waive),
    /// Keep old findings visible without failing
    #[command(after_help = BASELINE_HELP)]
    Baseline(Baseline),
    /// Write licentia.lock: revision, licence files and conclusion of each model
    #[command(after_help = LOCK_HELP)]
    Lock(Check),
    /// Write a completion script for a shell
    #[command(
        after_help = "Example:\n  licentia completions bash > ~/.local/share/bash-completion/completions/licentia"
    )]
    Completions(Completions),
    /// Write the manual pages
    #[command(after_help = "Examples:\n  licentia man | man -l -\n  licentia man ~/.local/share/man/man1")]
    Man(Man),
    /// Write a first policy, from the answers to four questions
    #[command(after_help = policy_args::INIT_HELP)]
    Init(policy_args::Init),
    /// Check, show and test the policy
    #[command(after_help = policy_args::POLICY_HELP)]
    Policy(policy_args::PolicyArguments),
    /// Show and clear what is kept of repositories of the Hub
    #[command(after_help = cache_args::CACHE_HELP)]
    Cache(cache_args::CacheArguments),
}

const CHECK_HELP: &str = "\
Examples:
  licentia check .                                  the model in this directory
  licentia check meta-llama/Llama-3.1-8B-Instruct   a model of the Hub, and what it was made from
  licentia check org/name@v1.0                      at a branch, a tag or a commit
  licentia check hf:datasets/org/name               a dataset
  licentia check 'hf:org/*'                         every model of an organisation
  licentia check . -o text -o json=report.json      a report to read and one to keep
  licentia check . --preset distribution            the weights go to others
  licentia check . --set facts.modifies=false       state a fact for this run
  licentia check . --fail-on warning                also fail where a person must look
  licentia check . --license-texts ./house          know the licences of your own contracts too
  licentia check                                    the models that licentia.toml names
  licentia check --referenced                       and those that the source code here names
  licentia check --locked                           fail where licentia.lock would change

The policy:
  --policy FILE, else LICENTIA_POLICY, else the nearest licentia.toml, .licentia.toml,
  .config/licentia.toml or pyproject.toml with [tool.licentia] from the current directory upward (up
  to the root of the version-controlled tree, never the home directory), else the preset
  `commercial`. A policy file inside a scanned directory elsewhere, or in one that was downloaded
  from the Hub, is not obeyed: what is scanned cannot judge itself. A licence of your own
  (--license-texts) is unknown until the policy lists it under allow, review or deny.";

const WHY_HELP: &str = "\
Examples:
  licentia why ./model                      every subject, stage by stage, with the lines of the policy
  licentia why ./model non-commercial       what leads to one finding
  licentia why ./model --set facts.mau=900000000      what would be, if

The exit status is that of the chain being shown: 0, or 4 where something could not be read.";

const LINEAGE_HELP: &str = "\
Examples:
  licentia lineage ./model                       the family as a tree
  licentia lineage org/name                      of a model of the Hub, up to its roots
  licentia lineage ./model -o svg=family.svg     a picture; -o dot, -o mermaid for other tools

The exit status is 0, or 4 where something could not be seen; `licentia check` is the gate.";

const NOTICE_HELP: &str = "\
Examples:
  licentia notice ./model > NOTICE.txt           one document to ship
  licentia notice ./model -o bundle=third-party  a directory: licence texts, NOTICE files, hashes
  licentia notice                                for the models that licentia.toml names

Texts stand as they were found, each once. Where none was found that is said, with the address of the
licence; the standard text of an SPDX licence then stands in and is marked. What a policy says about
which licence something has, and which of several was chosen, counts.

The exit status is 0, or 4 where something could not be seen; `licentia check` is the gate.";

const WAIVE_HELP: &str = "\
Examples:
  licentia waive non-commercial vendor/seg-net --reason \"internal labelling only\" \\
      --approver legal@acme.example --expires 2027-02-01
  licentia waive tag-only ./models/a --license Apache-2.0 --reason \"text is in the product\" \\
      --approver jo@acme.example --expires 2027-06-30 --ticket LEG-140

The waiver is added at the end of the policy file; comments and order stay. It changes no licence, and it
ends. A curation says what a licence is; a baseline keeps old findings; both are other things.";

const BASELINE_HELP: &str = "\
Examples:
  licentia baseline write .          keep what is found now in .licentia/baseline.json
  licentia check . --baseline .licentia/baseline.json
  licentia baseline show             what is in it
  licentia baseline prune .          drop what is no longer there

A finding of the baseline is shown as `existing` and does not fail; a changed licence text is a new finding.
Name the file in the policy (gate.baseline) and every check uses it.";

const LOCK_HELP: &str = "\
Examples:
  licentia lock                      lock the models that the policy names
  licentia lock ./models/a           lock one, keep the others
  licentia check --locked            fail with 5 where the lock is missing or would change

Without --locked a check reports `license-changed-since-lock` where a locked licence is another one now.";

const SCAN_HELP: &str = "\
Examples:
  licentia scan .                       evidence and facts by subject, and the lineage
  licentia scan . -o json | jq '.evidence[] | {at: .location.path, said: .quote}'

Exit status 0, or 4 where something could not be read. The policy is not consulted.";

const CLASSIFY_HELP: &str = "\
Examples:
  licentia classify LICENSE
  curl -s https://example.org/LICENSE | licentia classify -
  find . -name 'LICENSE*' | licentia classify --files-from - --format jsonl
  licentia classify LICENSE --diff                     where it differs from its licence
  licentia classify LICENSE --license-texts ./house    know the licences of your own contracts too

Answers are SPDX expressions. `A AND B`: both bind. `A OR B`: the text leaves the choice to you.
`LicenseRef-licentia-modified-A`: the text of A with words changed, which is not A.
`LicenseRef-licentia-unexplained-terms`: licence language that nothing explains.

Formats:
  text   one line per file, its passages below
  jsonl  one JSON object a line, in the order of the files
  json   one JSON array
  With --diff the text shows each difference as + and - words; the JSON holds them as `changes`.

Exit status 0 when every file was read, else 4.";

const EXPLAIN_HELP: &str = "\
Examples:
  licentia explain                      every finding, one line each, by what it is about
  licentia explain non-commercial       what it means, why it matters, how to fix it or accept it
  licentia explain Apache-2.0           what a licence permits, asks and forbids, and where it was read
  licentia explain llama3.1             an identifier of the Hub works too
  licentia explain llama                a family: its versions, and what tells them apart
  licentia explain llama3.1 --against llama3.2        what differs between two licences
  licentia explain llama3.1 --format md > llama.md    one page to review and keep
  licentia explain facts.mau            a key of the policy: what it says, and how it is written

Every line says whether you may, must or must not, and in brackets where it was read. What nobody has read
in the text is marked, and permits nothing. Not legal advice.";

/// Scan and judge.
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) input: Input,
    /// The policy file
    #[arg(long, value_name = "FILE", help_heading = "Policy", conflicts_with = "preset")]
    pub(super) policy: Option<PathBuf>,
    /// Judge by a policy that comes with licentia, and by no file
    #[arg(long, value_name = "NAME", help_heading = "Policy", value_parser = preset_parser())]
    pub(super) preset: Option<Preset>,
    /// Set a key of the policy for this run, as in facts.use=research
    #[arg(long = "set", value_name = "KEY=VALUE", help_heading = "Policy", value_parser = setting)]
    pub(super) settings: Vec<String>,
    /// The lowest level of finding that fails (the policy's own word, else error)
    #[arg(long, value_name = "LEVEL", help_heading = "Policy")]
    pub(super) fail_on: Option<FailOn>,
    /// Check the models too that code and configuration below a directory name
    #[arg(long, value_name = "DIR", num_args = 0..=1, default_missing_value = ".", require_equals = true)]
    pub(super) referenced: Option<PathBuf>,
    #[command(flatten)]
    pub(super) gate: GateArguments,
}

/// The gate's own files, and the day.
#[derive(Debug, Args)]
pub(super) struct GateArguments {
    /// Show the findings of this file as old ones, which do not fail (the policy's gate.baseline)
    #[arg(long, value_name = "FILE", help_heading = "Gate", conflicts_with = "no_baseline")]
    pub(super) baseline: Option<PathBuf>,
    /// Use no baseline
    #[arg(long, help_heading = "Gate")]
    pub(super) no_baseline: bool,
    /// Fail with 5 where licentia.lock is missing or would change
    #[arg(long, help_heading = "Gate")]
    pub(super) locked: bool,
    /// The lock file (the policy's gate.lock, else licentia.lock beside the policy)
    #[arg(long, value_name = "FILE", help_heading = "Gate")]
    pub(super) lock: Option<PathBuf>,
    /// End with 0 also where the policy says no or something was not seen: for reports only
    #[arg(long, help_heading = "Gate")]
    pub(super) exit_zero: bool,
    /// The day on which waivers are looked at (SOURCE_DATE_EPOCH, else today)
    #[arg(long, value_name = "DATE", help_heading = "Gate")]
    pub(super) today: Option<Date>,
}

/// Accept a finding.
#[derive(Debug, Args)]
pub(super) struct Waive {
    /// The finding's name
    #[arg(value_name = "FINDING")]
    pub(super) finding: String,
    /// The model, perhaps with @revision, or the path; with wildcards
    #[arg(value_name = "TARGET")]
    pub(super) target: String,
    /// Why
    #[arg(long, value_name = "WORDS")]
    pub(super) reason: Option<String>,
    /// Who answers for it
    #[arg(long, value_name = "NAME")]
    pub(super) approver: Option<String>,
    /// The last day on which it holds
    #[arg(long, value_name = "DATE")]
    pub(super) expires: Option<Date>,
    /// Only as long as the finding is about this licence
    #[arg(long, value_name = "LICENSE")]
    pub(super) license: Option<String>,
    /// Where it was decided
    #[arg(long, value_name = "WORDS")]
    pub(super) ticket: Option<String>,
    /// The policy file
    #[arg(long, value_name = "FILE")]
    pub(super) policy: Option<PathBuf>,
    /// The day on which it is written (SOURCE_DATE_EPOCH, else today)
    #[arg(long, value_name = "DATE")]
    pub(super) today: Option<Date>,
}

/// Keep old findings.
#[derive(Debug, Args)]
pub(super) struct Baseline {
    #[command(subcommand)]
    pub(super) action: BaselineAction,
}

/// What to do with the baseline.
#[derive(Debug, Subcommand)]
pub(super) enum BaselineAction {
    /// Scan, and keep what is found
    Write(BaselineWrite),
    /// Scan, and drop what is no longer there
    Prune(Check),
    /// List what is kept
    Show(Check),
}

/// Write a baseline.
#[derive(Debug, Args)]
pub(super) struct BaselineWrite {
    #[command(flatten)]
    pub(super) check: Check,
    /// Overwrite a baseline that is there, and write one although something could not be seen
    #[arg(long)]
    pub(super) force: bool,
}

/// Scan and list.
#[derive(Debug, Args)]
pub(super) struct Scan {
    #[command(flatten)]
    pub(super) input: Input,
}

/// Classify texts.
#[derive(Debug, Args)]
pub(super) struct Classify {
    /// Files to classify; - is standard input
    #[arg(value_name = "FILE", required_unless_present = "files_from")]
    pub(super) files: Vec<PathBuf>,
    /// Read further paths from a file, one a line; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(super) files_from: Option<PathBuf>,
    /// How to write the answers
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: ClassifyFormat,
    /// Show where a text differs from the licence that it resembles: + what it adds, - what it lacks
    #[arg(long)]
    pub(super) diff: bool,
    #[command(flatten)]
    pub(super) own: OwnTexts,
    /// Threads to work with [default: one per processor]
    #[arg(short, long, value_name = "N")]
    pub(super) jobs: Option<NonZeroUsize>,
}

/// Explain a word.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// A finding's name; a key of the policy; a licence's identifier, name or URL; a licence text or a directory, whose
    /// clauses are read
    #[arg(value_name = "FINDING|KEY|LICENSE|PATH")]
    pub(super) word: Option<String>,
    /// Show where the licence differs from another one, or from a text
    #[arg(long, value_name = "LICENSE|FILE", requires = "word")]
    pub(super) against: Option<String>,
    /// How to write the answer
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: ExplainFormat,
}

/// Completion scripts.
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(super) shell: clap_complete::Shell,
}

/// Manual pages.
#[derive(Debug, Args)]
pub(super) struct Man {
    /// Directory for all pages; without it the main page goes to standard output
    #[arg(value_name = "DIR")]
    pub(super) directory: Option<PathBuf>,
}

/// How much is said, and how it looks.
#[derive(Debug, Args)]
#[command(next_help_heading = "Look")]
pub(super) struct Look {
    /// When to use colours; auto also heeds NO_COLOR, CLICOLOR_FORCE and CLICOLOR
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub(super) color: Color,
    /// No progress and no notes; twice: no report for people either, the exit status says it
    #[arg(short, long, action = ArgAction::Count, global = true, conflicts_with = "verbose")]
    pub(super) quiet: u8,
    /// Every place, reason and gap; and on standard error what was decided on the way
    #[arg(short, long, action = ArgAction::Count, global = true)]
    pub(super) verbose: u8,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// Where a terminal reads
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How `classify` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ClassifyFormat {
    /// For people
    Text,
    /// One JSON object a line
    Jsonl,
    /// One JSON array
    Json,
}

/// How `explain` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ExplainFormat {
    /// For people
    Text,
    /// One JSON document
    Json,
    /// A page of Markdown, to review and keep
    Md,
}

/// The lowest level that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// Everything the policy mentions
    Note,
    /// Where a person must look
    Warning,
    /// What is denied or unknown
    Error,
    /// Nothing fails; an incomplete scan still ends with 4
    Never,
}

impl FailOn {
    pub(super) fn gate(self) -> policy::FailOn {
        match self {
            Self::Note => policy::FailOn::Level(Level::Note),
            Self::Warning => policy::FailOn::Level(Level::Warning),
            Self::Error => policy::FailOn::Level(Level::Error),
            Self::Never => policy::FailOn::Never,
        }
    }
}

/// A wished report.
#[derive(Clone, Debug)]
pub(super) struct Output {
    pub(super) format: &'static Format,
    /// `None` is standard output.
    pub(super) path: Option<PathBuf>,
}

pub(super) fn output(word: &str) -> Result<Output, String> {
    let (name, path) = match word.split_once('=') {
        Some((_, "")) => {
            return Err("a path must stand behind `=`; without `=` the report goes to standard output".to_owned());
        }
        Some((name, "-")) => (name, None),
        Some((name, path)) => (name, Some(PathBuf::from(path))),
        None => (word, None),
    };
    report::format(name).map(|format| Output { format, path }).ok_or_else(|| {
        let meant = report::nearest_format(name).map(|format| format!(" (did you mean `{}`?)", format.name));
        format!("`{name}` is no format{}; the formats are {}", meant.unwrap_or_default(), names(", "))
    })
}

pub(super) fn names(separator: &str) -> String {
    let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
    names.join(separator)
}

/// A line for each format.
pub(super) fn formats() -> String {
    let widest = FORMATS.iter().map(|format| format.name.len()).max().unwrap_or_default();
    let lines = FORMATS.iter().map(|format| format!("  {:widest$}  {}", format.name, format.summary));
    lines.collect::<Vec<_>>().join("\n")
}

pub(super) fn setting(word: &str) -> Result<String, String> {
    match word.split_once('=') {
        Some((key, _)) if !key.trim().is_empty() => Ok(word.to_owned()),
        _ => Err("write KEY=VALUE, as in facts.use=commercial".to_owned()),
    }
}

pub(super) fn preset_parser() -> impl clap::builder::TypedValueParser<Value = Preset> {
    words_parser(Preset::ALL, Preset::as_str)
}

/// Reads one word of a closed list.
pub(super) fn words_parser<T: Copy + Send + Sync + 'static, const N: usize>(
    all: [T; N],
    word: fn(T) -> &'static str,
) -> impl clap::builder::TypedValueParser<Value = T> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    let words = PossibleValuesParser::new(all.map(word));
    words.try_map(move |written| {
        let found = all.into_iter().find(|item| word(*item) == written);
        found.ok_or("no such word")
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn an_output_is_a_format_and_perhaps_a_path() {
        let parsed = output("json=a=b.json").expect("a path may hold an equals sign");
        assert_eq!((parsed.format.name, parsed.path), ("json", Some(PathBuf::from("a=b.json"))));
        assert_eq!(output("text").expect("a format").path, None);
        assert_eq!(output("text=-").expect("standard output").path, None);
        assert!(output("yaml").expect_err("no such format").contains("json, "));
        assert!(output("json=").is_err());
    }

    #[test]
    fn a_setting_has_a_key() {
        assert!(setting("a.b=c=d").is_ok() && setting("a.b=").is_ok());
        assert!(setting("a.b").is_err() && setting(" =x").is_err());
    }
}
