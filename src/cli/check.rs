//! `licentia check` and `licentia scan`: open, scan, judge, report.

#![expect(clippy::disallowed_methods, reason = "reports are the user's own files")]

use std::collections::BTreeSet;
use std::fs;
use std::num::NonZeroUsize;

use licentia::classify::text::{Matcher, OwnTexts};
use licentia::policy::{Policy, TargetName};
use licentia::report::{self, Style, Timestamp};
use licentia::run;
use licentia::scan::Scan;
use licentia::source::SourceTree;

use super::args::{self, Input, Output};
use super::failure::{Failure, INCOMPLETE, LOCKED};
use super::hub::Reach;
use super::occasion::Files;
use super::progress::Progress;
use super::project::Wanted;
use super::terminal::Terminal;
use super::{Status, config, directory, occasion, own_texts, target, today};

/// Scans and judges.
pub(super) fn check(arguments: &args::Check, terminal: &Terminal) -> Status {
    let input = &arguments.input;
    check_outputs(&input.outputs)?;
    let run = Run::prepare(arguments, terminal)?;
    let scan = run.scan(terminal)?;
    let status = finish(&scan, input, "text", scan.exit_code(), terminal);
    let stale = run.stale(&scan, terminal);
    Ok(match (stale, arguments.gate.exit_zero) {
        (true, _) => LOCKED,
        // A report that cannot be written is no answer of the policy.
        (false, true) if status == scan.exit_code() || status == INCOMPLETE => 0,
        (false, _) => status,
    })
}

/// A check before it runs: the policy, the gate's own files, the trees.
pub(super) struct Run<'a> {
    arguments: &'a args::Check,
    pub(super) policy: Policy,
    pub(super) files: Files,
    reach: Reach,
    trees: Vec<Box<dyn SourceTree>>,
    own: Option<OwnTexts>,
    /// What is known of the targets.
    names: Vec<TargetName>,
    /// No target was named: the policy's models are checked.
    is_whole: bool,
}

impl<'a> Run<'a> {
    /// Reads everything that the arguments name.
    pub(super) fn prepare(arguments: &'a args::Check, terminal: &Terminal) -> Result<Self, Vec<Failure>> {
        Self::prepare_for(arguments, &arguments.input.targets, terminal)
    }

    /// The same for these targets.
    pub(super) fn prepare_for(
        arguments: &'a args::Check,
        targets: &[String],
        terminal: &Terminal,
    ) -> Result<Self, Vec<Failure>> {
        let policy = config::policy(arguments, terminal)?;
        let files = Files::read(arguments, &policy)?;
        Self::with(arguments, policy, files, targets, terminal)
    }

    /// The same without the baseline, for who writes one.
    pub(super) fn without_baseline(arguments: &'a args::Check, terminal: &Terminal) -> Result<Self, Vec<Failure>> {
        let policy = config::policy(arguments, terminal)?;
        let files = Files::read_lock(arguments, &policy)?;
        Self::with(arguments, policy, files, &arguments.input.targets, terminal)
    }

    fn with(
        arguments: &'a args::Check,
        policy: Policy,
        files: Files,
        targets: &[String],
        terminal: &Terminal,
    ) -> Result<Self, Vec<Failure>> {
        let own = own_texts::open(arguments.input.own.directory())?;
        let listed = target::listed(&arguments.input)?;
        let has_more = arguments.input.hub_cache.is_some();
        let is_whole = targets.is_empty() && arguments.input.targets_from.is_none() && !has_more;
        let mut wanted = Wanted::named(&[targets, &listed].concat());
        if is_whole {
            wanted.add_models(&policy);
        }
        if let Some(directory) = &arguments.referenced {
            wanted.add_mentions(directory)?;
        }
        if !has_more {
            wanted.require_some(arguments.referenced.is_some())?;
        }
        let names: Vec<String> = wanted.targets.iter().map(|target| target.name.clone()).collect();
        let reach = Reach::new(arguments.input.offline, Progress::new(terminal))?;
        let mut opened = target::open(&names, "check", &reach, has_more)?;
        opened.extend(target::in_cache(&arguments.input, &reach)?);
        let within = occasion::within(opened.iter().map(|opened| opened.name.as_str()), &policy);
        let named_in = |of: usize| wanted.targets.get(of).map(|target| target.named_in.clone()).unwrap_or_default();
        let named_in = opened.iter().map(|opened| named_in(opened.of));
        let names = within.into_iter().zip(named_in).map(|(within, named_in)| TargetName { within, named_in });
        let mut names: Vec<TargetName> = names.collect();
        let mut trees: Vec<Box<dyn SourceTree>> = opened.into_iter().map(|opened| opened.tree).collect();
        if let Some(unseen) = wanted.unseen {
            names.push(TargetName::default());
            trees.push(Box::new(unseen));
        }
        Ok(Self { arguments, policy, files, reach, trees, own, names, is_whole })
    }

    /// Scans and judges.
    pub(super) fn scan(&self, terminal: &Terminal) -> Result<Scan, Failure> {
        let matcher = Matcher { own: self.own.as_ref() };
        in_pool(self.arguments.input.jobs, || {
            let occasion = self.files.occasion(self.is_whole, &self.names);
            let step = |step| self.reach.progress.step(&step);
            let scan = self.reach.following(Some(&self.policy), |follow| {
                run::check_following(matcher, &self.trees, &self.policy, &occasion, Some(follow), &step)
            });
            told(&scan, &self.reach, terminal);
            scan
        })
    }

    /// Whether the lock was asked for and is missing or would change; says why.
    fn stale(&self, scan: &Scan, terminal: &Terminal) -> bool {
        let required = self.policy.gate().require_lock.as_ref().is_some_and(|held| held.value);
        if !self.arguments.gate.locked && !required {
            return false;
        }
        let path = self.files.lock_path.display().to_string();
        let reasons = match &self.files.lock {
            None => vec!["it is not there".to_owned()],
            Some(lock) => lock.staleness(scan),
        };
        for reason in &reasons {
            let help = "look at what changed, agree to it with `licentia lock`, and commit the file";
            terminal.complain(&Failure::new(LOCKED, format!("{path}: {reason}"), help));
        }
        !reasons.is_empty()
    }
}

/// Scans and lists.
pub(super) fn scan(arguments: &args::Scan, terminal: &Terminal) -> Status {
    let input = &arguments.input;
    check_outputs(&input.outputs)?;
    let own = own_texts::open(input.own.directory())?;
    let matcher = Matcher { own: own.as_ref() };
    let reach = Reach::new(input.offline, Progress::new(terminal))?;
    let targets = [input.targets.clone(), target::listed(input)?].concat();
    let mut opened = target::open(&targets, "scan", &reach, input.hub_cache.is_some())?;
    opened.extend(target::in_cache(input, &reach)?);
    let trees: Vec<_> = opened.into_iter().map(|opened| opened.tree).collect();
    let scan = in_pool(input.jobs, || {
        let step = |step| reach.progress.step(&step);
        let scan = reach.following(None, |follow| run::scan_following(matcher, &trees, Some(follow), &step));
        told(&scan, &reach, terminal);
        scan
    })?;
    Ok(finish(&scan, input, "text", scan.exit_code(), terminal))
}

fn told(scan: &Scan, reach: &Reach, terminal: &Terminal) {
    reach.progress.clear();
    terminal.detail_note(|| {
        let files: u64 = scan.sources.iter().map(|source| source.files).sum();
        let bytes: u64 = scan.sources.iter().map(|source| source.bytes_read).sum();
        let network = match reach.traffic() {
            (0, _) => "no network was used".to_owned(),
            (requests, received) => format!("{requests} requests and {received} bytes over the network"),
        };
        format!("{files} files seen and {bytes} bytes read in {} ms; {network}", reach.progress.elapsed().as_millis())
    });
}

/// Runs on that many threads; rayon's own choice where nobody says how many. The answer is the same on any number.
pub(super) fn in_pool<T: Send>(jobs: Option<NonZeroUsize>, work: impl FnOnce() -> T + Send) -> Result<T, Failure> {
    let Some(jobs) = jobs else { return Ok(work()) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs.get()).build();
    let pool = pool.map_err(|error| {
        Failure::new(INCOMPLETE, format!("no {jobs} threads can be started: {error}"), "pass a smaller --jobs")
    })?;
    Ok(pool.install(work))
}

/// Standard output gets one report, a file too.
pub(super) fn check_outputs(outputs: &[Output]) -> Result<(), Failure> {
    let mut seen = BTreeSet::new();
    for output in outputs {
        if !seen.insert(&output.path) {
            let place =
                output.path.as_ref().map_or_else(|| "standard output".to_owned(), |path| path.display().to_string());
            let message = format!("two reports cannot both go to {place}");
            return Err(Failure::usage(message, "give the others a path: -o json=report.json"));
        }
    }
    Ok(())
}

/// Writes the reports, without a wish this one, and answers the exit status. A report that cannot be written makes the
/// run incomplete, but never hides that the policy says no.
pub(super) fn finish(scan: &Scan, input: &Input, usual: &str, status: u8, terminal: &Terminal) -> u8 {
    let usual = report::format(usual).map(|format| Output { format, path: None });
    let is_silent = terminal.quiet > 1;
    let default: Vec<Output> = usual.into_iter().filter(|_| input.outputs.is_empty() && !is_silent).collect();
    let mut status = status;
    let dated = match today::dated(input.dated) {
        Ok(dated) => dated,
        Err(failure) => {
            terminal.complain(&failure);
            return if status == 0 { failure.status } else { status };
        }
    };
    for output in default.iter().chain(&input.outputs) {
        if let Err(failure) = deliver(scan, output, dated, terminal) {
            terminal.complain(&failure);
            status = if status == 0 { failure.status } else { status };
        }
    }
    status
}

fn deliver(scan: &Scan, output: &Output, dated: Option<Timestamp>, terminal: &Terminal) -> Result<(), Failure> {
    let Some(path) = &output.path else {
        return terminal.print(&bytes(scan, output, &Style { dated, ..terminal.style() })?);
    };
    let style = Style { dated, ..terminal.file_style() };
    if let Some(files) = output.format.files {
        return directory::write(path, &files(scan, &style));
    }
    fs::write(path, bytes(scan, output, &style)?).map_err(|error| {
        let message = format!("the report {} cannot be written: {error}", path.display());
        Failure::new(INCOMPLETE, message, "pass a path in a directory that exists and may be written to")
    })
}

fn bytes(scan: &Scan, output: &Output, style: &Style) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    (output.format.write)(scan, style, &mut bytes).map_err(|error| {
        Failure::new(INCOMPLETE, format!("the {} report cannot be made: {error}", output.format.name), "")
    })?;
    Ok(bytes)
}
