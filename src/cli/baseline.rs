//! `licentia baseline`: old findings stay visible and do not fail.

#![expect(clippy::disallowed_methods, reason = "the baseline is the user's own file")]

use std::fmt::Write;

use licentia::policy::baseline::Baseline;
use licentia::report::escape::inert;

use super::args::{BaselineAction, BaselineWrite, Check};
use super::check::Run;
use super::failure::{Failure, INCOMPLETE, POLICY, failures};
use super::occasion::{self, Files};
use super::terminal::Terminal;
use super::{Status, config};

/// Does what was asked for.
pub(super) fn baseline(action: &BaselineAction, terminal: &Terminal) -> Status {
    match action {
        BaselineAction::Write(arguments) => write(arguments, terminal),
        BaselineAction::Prune(arguments) => prune(arguments, terminal),
        BaselineAction::Show(arguments) => show(arguments, terminal),
    }
}

fn write(arguments: &BaselineWrite, terminal: &Terminal) -> Status {
    let run = Run::without_baseline(&arguments.check, terminal)?;
    let path = run.files.baseline_path.clone();
    if path.exists() && !arguments.force {
        let message = format!("the baseline {} is there already", path.display());
        let help = "drop what is resolved with `licentia baseline prune`, or pass --force to keep everything anew";
        return Err(Failure::usage(message, help).into());
    }
    let scan = run.scan(terminal)?;
    if scan.is_incomplete() && !arguments.force {
        let message = "the scan is incomplete, so a baseline would keep what nobody has seen";
        return Err(Failure::new(INCOMPLETE, message, "see `licentia check`; make it readable, or pass --force").into());
    }
    let baseline = Baseline::of_scan(&scan, &path.display().to_string());
    occasion::write(&path, &baseline.to_json())?;
    terminal.note(&format!(
        "{} findings kept in {}; name it in the policy: gate.baseline",
        baseline.entries.len(),
        path.display()
    ));
    Ok(0)
}

fn prune(arguments: &Check, terminal: &Terminal) -> Status {
    let mut run = Run::prepare(arguments, terminal)?;
    let baseline = there(&mut run.files)?;
    let scan = run.scan(terminal)?;
    let (pruned, dropped) = baseline.pruned(&scan);
    if dropped > 0 {
        occasion::write(&run.files.baseline_path, &pruned.to_json())?;
    }
    let path = run.files.baseline_path.display();
    terminal.note(&format!("{dropped} resolved findings dropped from {path}, {} kept", pruned.entries.len()));
    Ok(if scan.is_incomplete() { INCOMPLETE } else { 0 })
}

fn show(arguments: &Check, terminal: &Terminal) -> Status {
    let policy = config::policy(arguments, terminal)?;
    let mut files = Files::locate(arguments, &policy)?;
    let baseline = there(&mut files)?;
    let mut text = String::new();
    for entry in &baseline.entries {
        let license = entry.license.as_ref().map_or_else(String::new, |license| format!(" ({license})"));
        let line = format!("{}: {} {}{license}", entry.target, entry.subject, entry.name);
        let _ = writeln!(text, "{}", inert(&line));
    }
    terminal.print(text.as_bytes())?;
    Ok(0)
}

/// The baseline, which must be there.
fn there(files: &mut Files) -> Result<Baseline, Vec<Failure>> {
    if let Some(baseline) = files.baseline.take() {
        files.baseline = Some(baseline.clone());
        return Ok(baseline);
    }
    let (name, text) = occasion::read(&files.baseline_path)?.ok_or_else(|| {
        let message = format!("the baseline {} is not there", files.baseline_path.display());
        Failure::new(POLICY, message, "write it with `licentia baseline write`")
    })?;
    let baseline = Baseline::parse(&text, &name).map_err(|error| failures(&error))?;
    files.baseline = Some(baseline.clone());
    Ok(baseline)
}
