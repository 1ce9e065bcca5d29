//! Which policy applies: `--policy`, else `LICENTIA_POLICY`, else the nearest policy file from the current directory
//! upward, else a preset. `--set` goes on top.

#![expect(clippy::disallowed_methods, reason = "the environment and the policy are the user's own")]

use std::path::{Path, PathBuf};

use licentia::policy::{Policy, Preset};

use super::args::Check;
use super::failure::{Failure, POLICY, failures};
use super::terminal::Terminal;
use super::{discovery, layers};

/// Names the policy file where no flag does.
const VARIABLE: &str = "LICENTIA_POLICY";

/// What the user says about the policy.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Asked<'a> {
    /// A file.
    pub(super) file: Option<&'a Path>,
    /// A preset, and no file.
    pub(super) preset: Option<Preset>,
    /// Keys with values.
    pub(super) settings: &'a [String],
    /// Whether no policy behind a URL may be fetched.
    pub(super) is_offline: bool,
}

/// The policy of a run, and where it lies.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) policy: Policy,
    /// The user's own file; `None` for a preset.
    pub(super) path: Option<PathBuf>,
    /// Policy files that were seen and are not obeyed.
    pub(super) refused: Vec<PathBuf>,
}

/// The policy of a check, with the settings of the command line.
pub(super) fn policy(arguments: &Check, terminal: &Terminal) -> Result<Policy, Vec<Failure>> {
    let asked = Asked {
        file: arguments.policy.as_deref(),
        preset: arguments.preset,
        settings: &arguments.settings,
        is_offline: arguments.input.offline,
    };
    let mut loaded = load(&asked, terminal)?;
    for target in &arguments.input.targets {
        for ignored in ignored_policies(Path::new(target), &loaded) {
            terminal.note(&format!(
                "{} is not obeyed: what is scanned cannot judge itself; if it is yours, pass --policy {0}",
                ignored.display()
            ));
        }
    }
    if let Some(fail_on) = arguments.fail_on {
        loaded.policy.set_fail_on(fail_on.gate());
    }
    Ok(loaded.policy)
}

/// Finds and reads the policy.
pub(super) fn load(asked: &Asked<'_>, terminal: &Terminal) -> Result<Loaded, Vec<Failure>> {
    let (path, refused) = locate(asked, terminal)?;
    let mut policy = match &path {
        Some(path) => layers::read(path, asked.is_offline)?,
        None => Policy::preset(asked.preset.unwrap_or_default()),
    };
    for setting in asked.settings {
        policy.apply_set(setting).map_err(|error| failures(&error))?;
    }
    terminal.detail_note(|| match &path {
        Some(path) => format!("the policy is {}", path.display()),
        None => format!("no policy file: the preset `{}` applies", asked.preset.unwrap_or_default().as_str()),
    });
    Ok(Loaded { policy, path, refused })
}

/// The policy file, and those that are refused.
fn locate(asked: &Asked<'_>, terminal: &Terminal) -> Result<(Option<PathBuf>, Vec<PathBuf>), Failure> {
    if let Some(path) = asked.file {
        return Ok((Some(path.to_owned()), Vec::new()));
    }
    if asked.preset.is_some() {
        return Ok((None, Vec::new()));
    }
    if let Some(named) = std::env::var_os(VARIABLE).filter(|named| !named.is_empty()) {
        let path = PathBuf::from(named);
        if !path.is_file() {
            let message = format!("{VARIABLE} names {}, which is no file", path.display());
            return Err(Failure::new(POLICY, message, "correct it, unset it, or pass --policy FILE"));
        }
        return Ok((Some(path), Vec::new()));
    }
    let found = discovery::nearest()?;
    for (path, mark) in &found.refused {
        terminal.note(&format!(
            "{} is not obeyed: {mark}, and what is downloaded cannot judge itself; if it is yours, pass --policy {0}",
            path.display()
        ));
    }
    Ok((found.path, found.refused.into_iter().map(|(path, _)| path).collect()))
}

/// Policy files at the root of a target that are not the one obeyed, and of which nothing was said yet.
fn ignored_policies(target: &Path, loaded: &Loaded) -> Vec<PathBuf> {
    let known: Vec<PathBuf> =
        loaded.path.iter().chain(&loaded.refused).filter_map(|path| path.canonicalize().ok()).collect();
    let inside = discovery::present(target, false).into_iter().map(|name| target.join(name));
    inside.filter(|path| path.canonicalize().is_ok_and(|path| !known.contains(&path))).collect()
}
