//! `licentia policy`: is it valid, what does it say, does it answer what it must?

use std::path::{Path, PathBuf};

use licentia::error::Error;
use licentia::policy::Policy;
use licentia::policy::file::{self, KEYS, meant_key};
use licentia::policy::layers::placed;
use licentia::policy::trial::Trial;
use licentia::report::escape::{inert, inert_within};
use licentia::report::policy as written;

use super::Status;
use super::config::{self, Asked, Loaded};
use super::failure::{Failure, INCOMPLETE, POLICY, failures};
use super::policy_args::{Keys, PolicyArguments, PolicyCommand, Show, ShowFormat};
use super::terminal::Terminal;

/// A test of the policy is answered otherwise.
const UNEXPECTED: u8 = 1;

/// Looks after the policy.
pub(super) fn policy(arguments: &PolicyArguments, terminal: &Terminal) -> Status {
    match &arguments.command {
        PolicyCommand::Check(argument) => check(argument.file.as_deref(), terminal),
        PolicyCommand::Show(arguments) => show(arguments, terminal),
        PolicyCommand::Test(argument) => test(argument.file.as_deref(), terminal),
        PolicyCommand::Keys(arguments) => keys(arguments, terminal),
        PolicyCommand::Schema => {
            let schema = serde_json::to_string_pretty(&file::schema()).unwrap_or_default();
            terminal.print(format!("{schema}\n").as_bytes())?;
            Ok(0)
        }
    }
}

/// The policy file that is meant, read; a preset is none.
fn own(file: Option<&Path>, terminal: &Terminal) -> Result<(Policy, PathBuf), Vec<Failure>> {
    let loaded = config::load(&Asked { file, ..Asked::default() }, terminal)?;
    if let Loaded { policy, path: Some(path), .. } = loaded {
        Ok((policy, path))
    } else {
        let message = "there is no policy file from the current directory upward";
        Err(Failure::new(POLICY, message, "write one with `licentia init`, or name one").into())
    }
}

fn check(file: Option<&Path>, terminal: &Terminal) -> Status {
    let (policy, path) = own(file, terminal)?;
    let wrong: Vec<Failure> = policy
        .trials()
        .iter()
        .filter_map(|trial| policy.answer(trial).err().map(|error| unanswerable(trial, &error)))
        .flatten()
        .collect();
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let line = inert(&format!("{}: valid: {}", path.display(), described(&policy)));
    terminal.print(format!("{line}\n").as_bytes())?;
    Ok(0)
}

/// A setting of a test that is not understood makes the file invalid.
fn unanswerable(trial: &Trial, error: &Error) -> Vec<Failure> {
    let at = trial.settings.first().map_or(&trial.at, |held| &held.at);
    let place = placed(at);
    let of = |failure: Failure| Failure {
        status: POLICY,
        message: format!("{place}: {}", failure.message.trim_start_matches("--set ")),
        ..failure
    };
    failures(error).into_iter().map(of).collect()
}

/// `policy acme-product on the preset commercial, 12 keys, 2 waivers, 1 test; extends legal.toml`
fn described(policy: &Policy) -> String {
    let mut parts = vec![format!("policy {} on the preset {}", policy.name(), policy.base().as_str())];
    let keys = policy.keys_set();
    parts.push(counted(keys, "key"));
    parts.extend(policy.counts().into_iter().filter(|(_, count)| *count > 0).map(|(what, count)| counted(count, what)));
    let below = policy.files().split_last().map(|(_, below)| below).unwrap_or_default();
    let extends = if below.is_empty() { String::new() } else { format!("; extends {}", below.join(", ")) };
    parts.join(", ") + &extends
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn show(arguments: &Show, terminal: &Terminal) -> Status {
    let asked = Asked {
        file: arguments.file.file.as_deref(),
        preset: arguments.preset,
        settings: &arguments.settings,
        is_offline: false,
    };
    let policy = config::load(&asked, terminal)?.policy;
    let mut bytes = Vec::new();
    match arguments.format {
        ShowFormat::Toml => written::write_toml(&policy, arguments.origins, &mut bytes),
        ShowFormat::Json => written::write_json(&policy, arguments.origins, &mut bytes),
    }
    .map_err(|error| Failure::new(INCOMPLETE, format!("the policy cannot be written out: {error}"), ""))?;
    terminal.print(&bytes)?;
    Ok(0)
}

fn test(file: Option<&Path>, terminal: &Terminal) -> Status {
    let (policy, path) = own(file, terminal)?;
    let (mut lines, mut wrong, mut failed) = (String::new(), Vec::new(), 0);
    for trial in policy.trials() {
        match policy.answer(trial) {
            Err(error) => wrong.extend(unanswerable(trial, &error)),
            Ok(verdict) if verdict == trial.expect.value => {}
            Ok(verdict) => {
                failed += 1;
                let settings: Vec<&str> = trial.settings.iter().map(|held| held.value.as_str()).collect();
                let with = if settings.is_empty() { String::new() } else { format!(" with {}", settings.join(" ")) };
                let line = format!(
                    "{}: {} as {}{with}: expected {}, answered {verdict}",
                    placed(&trial.at),
                    trial.license.value,
                    trial.role.as_str(),
                    trial.expect.value,
                );
                lines.push_str(&inert_within(&line, 2000));
                lines.push('\n');
            }
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let count = policy.trials().len();
    let answered = count - failed;
    let name = inert_within(&path.display().to_string(), 2000);
    let last = match (count, failed) {
        (0, _) => format!("{name}: 0 tests; add one: licentia explain test\n"),
        (_, 0) => format!("{name}: {} answered as expected\n", counted(count, "test")),
        _ => format!("{name}: {answered} of {} answered as expected, {failed} not\n", counted(count, "test")),
    };
    lines.push_str(&last);
    terminal.print(lines.as_bytes())?;
    Ok(if failed == 0 { 0 } else { UNEXPECTED })
}

fn keys(arguments: &Keys, terminal: &Terminal) -> Status {
    let mut bytes = Vec::new();
    let found: Vec<_> = match &arguments.table {
        None => KEYS.iter().collect(),
        Some(word) => {
            let table = meant_key(word).ok_or_else(|| {
                let message = format!("{} is no key of a policy", inert_within(word, 80));
                Failure::usage(message, "`licentia policy keys` lists them all")
            })?;
            let prefix = format!("{}.", table.path);
            KEYS.iter().filter(|key| key.path == table.path || key.path.starts_with(&prefix)).collect()
        }
    };
    // A vector takes everything that is written to it.
    let _ = written::write_keys(found, &terminal.style(), &mut bytes);
    terminal.print(&bytes)?;
    Ok(0)
}
