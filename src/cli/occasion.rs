//! The gate's own files: the baseline and the lock, beside the policy that names them.

#![expect(clippy::disallowed_methods, reason = "baseline and lock are the user's own files")]

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use licentia::policy::baseline::Baseline;
use licentia::policy::lock::Lock;
use licentia::policy::{Date, Occasion, Policy, TargetName};

use super::args::Check;
use super::failure::{Failure, INCOMPLETE, POLICY, failures};
use super::today;

/// Where a baseline is written unless somebody says otherwise.
const BASELINE: &str = ".licentia/baseline.json";
/// Where a lock is written unless somebody says otherwise.
const LOCK: &str = "licentia.lock";
/// Bytes of such a file. Thousands of models fit in.
const LIMIT: u64 = 64 << 20;

/// What was read, and where it lies or would lie.
#[derive(Debug)]
pub(super) struct Files {
    pub(super) today: Date,
    pub(super) baseline: Option<Baseline>,
    pub(super) baseline_path: PathBuf,
    pub(super) lock: Option<Lock>,
    pub(super) lock_path: PathBuf,
}

impl Files {
    /// Reads them. A baseline that is named must be there; a lock need not be.
    pub(super) fn read(arguments: &Check, policy: &Policy) -> Result<Self, Vec<Failure>> {
        let mut files = Self::read_lock(arguments, policy)?;
        let is_named = arguments.gate.baseline.is_some() || policy.gate().baseline.is_some();
        if !arguments.gate.no_baseline && is_named {
            let (name, text) = read(&files.baseline_path)?.ok_or_else(|| {
                let message = format!("the baseline {} is not there", files.baseline_path.display());
                Failure::new(POLICY, message, "write it with `licentia baseline write`, or pass --no-baseline")
            })?;
            files.baseline = Some(Baseline::parse(&text, &name).map_err(|error| failures(&error))?);
        }
        Ok(files)
    }

    /// The same without the baseline, for who writes one.
    pub(super) fn read_lock(arguments: &Check, policy: &Policy) -> Result<Self, Vec<Failure>> {
        let mut files = Self::locate(arguments, policy)?;
        if let Some((name, text)) = read(&files.lock_path)? {
            files.lock = Some(Lock::parse(&text, &name).map_err(|error| failures(&error))?);
        }
        Ok(files)
    }

    /// Says where they lie, and reads neither.
    pub(super) fn locate(arguments: &Check, policy: &Policy) -> Result<Self, Vec<Failure>> {
        let today = today::today(arguments.gate.today)?;
        let beside = |held: Option<&licentia::policy::held::Held<String>>| {
            held.map(|held| directory(&held.at.file).join(&held.value))
        };
        let baseline = arguments.gate.baseline.clone().or_else(|| beside(policy.gate().baseline.as_ref()));
        let lock = arguments.gate.lock.clone().or_else(|| beside(policy.gate().lock.as_ref()));
        let home = policy.file().map_or_else(PathBuf::new, directory);
        Ok(Self {
            today,
            baseline: None,
            baseline_path: baseline.unwrap_or_else(|| home.join(BASELINE)),
            lock: None,
            lock_path: lock.unwrap_or_else(|| home.join(LOCK)),
        })
    }

    /// What judging needs of them.
    pub(super) fn occasion<'a>(&'a self, is_whole: bool, targets: &'a [TargetName]) -> Occasion<'a> {
        let (baseline, lock) = (self.baseline.as_ref(), self.lock.as_ref());
        Occasion { today: Some(self.today), is_whole, targets, baseline, lock }
    }
}

/// Paths from the root of the project, which is where the policy lies, of the targets that lie below it.
pub(super) fn within<'t>(targets: impl Iterator<Item = &'t str>, policy: &Policy) -> Vec<Option<String>> {
    let Some(file) = policy.file() else { return targets.map(|_| None).collect() };
    let mut home = directory(file);
    if home.file_name().is_some_and(|name| name == ".config") {
        home.pop();
    }
    let here = Path::new(".");
    let home = if home.as_os_str().is_empty() { here } else { &home };
    let Ok(home) = home.canonicalize() else { return targets.map(|_| None).collect() };
    let path = |target: &str| {
        let path = Path::new(target).canonicalize().ok()?;
        let below = path.strip_prefix(&home).ok()?;
        let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        Some(if parts.is_empty() { ".".to_owned() } else { parts.join("/") })
    };
    targets.map(path).collect()
}

/// The directory of a file, as the user could open it.
pub(super) fn directory(file: &str) -> PathBuf {
    Path::new(file).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// A file with its name; `None` where it is not there.
pub(super) fn read(path: &Path) -> Result<Option<(String, String)>, Failure> {
    let name = path.display().to_string();
    let refused = |why: String| {
        Failure::new(POLICY, format!("{name} cannot be read: {why}"), "make it readable, or write it anew")
    };
    let file = match File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(refused(error.to_string())),
        Ok(file) => file,
    };
    let mut text = String::new();
    file.take(LIMIT).read_to_string(&mut text).map_err(|error| refused(error.to_string()))?;
    Ok(Some((name, text)))
}

/// Writes a file whole or not at all: beside it first, then in its place.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let refused = |error: std::io::Error| {
        let message = format!("{} cannot be written: {error}", path.display());
        Failure::new(INCOMPLETE, message, "pass a path in a directory that may be written to")
    };
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent).map_err(refused)?;
    }
    let mut beside = path.as_os_str().to_owned();
    // Of two processes that write at once each has its own.
    beside.push(format!(".{}.new", std::process::id()));
    fs::write(&beside, text).and_then(|()| fs::rename(&beside, path)).map_err(refused)
}
