//! Which policy applies: `--policy`, else the nearest `licentia.toml` from the current directory upward, else a preset.

#![expect(clippy::disallowed_methods, reason = "the policy is the user's own file")]

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use licentia::policy::Policy;

use super::args::Check;
use super::failure::{Failure, POLICY, failures};
use super::terminal::Terminal;

/// Names of policy files, in the order in which they are looked for.
const NAMES: [&str; 2] = ["licentia.toml", ".licentia.toml"];
/// What marks the root of a version-controlled tree: nothing above it belongs to the project.
const ROOT_MARKS: [&str; 4] = [".git", ".hg", ".jj", ".svn"];
/// Bytes of a policy file. A policy is written by hand; a longer file is something else.
const POLICY_LIMIT: u64 = 1 << 20;
/// Directories looked at upward before giving up: deeper trees than this are loops of mounts.
const DEEPEST: usize = 256;

/// The policy of this run, with the settings of the command line.
pub(super) fn policy(arguments: &Check, terminal: &Terminal) -> Result<Policy, Vec<Failure>> {
    let found = match (&arguments.policy, arguments.preset) {
        (Some(path), _) => Some(path.clone()),
        (None, Some(_)) => None,
        (None, None) => discovered()?,
    };
    let mut policy = match &found {
        Some(path) => from_file(path)?,
        None => Policy::preset(arguments.preset.unwrap_or_default()),
    };
    for setting in &arguments.settings {
        policy.apply_set(setting).map_err(|error| failures(&error))?;
    }
    terminal.detail_note(|| match &found {
        Some(path) => format!("the policy is {}", path.display()),
        None => format!("no policy file: the preset `{}` applies", arguments.preset.unwrap_or_default().as_str()),
    });
    for target in &arguments.input.targets {
        if let Some(ignored) = ignored_policy(Path::new(target), found.as_deref()) {
            terminal.note(&format!(
                "{} is not obeyed: what is scanned cannot judge itself; if it is yours, pass --policy {0}",
                ignored.display()
            ));
        }
    }
    if let Some(fail_on) = arguments.fail_on {
        policy.set_fail_on(fail_on.gate());
    }
    Ok(policy)
}

fn from_file(path: &Path) -> Result<Policy, Vec<Failure>> {
    let name = path.display().to_string();
    let text = read(path).map_err(|why| {
        Failure::new(POLICY, format!("the policy {name} cannot be read: {why}"), "pass a policy file, or --preset NAME")
    })?;
    Policy::from_toml(&text, &name).map_err(|error| failures(&error))
}

/// What a file would state if it held this text.
pub(super) fn read_back(text: &str, path: &Path) -> Result<Policy, Vec<Failure>> {
    Policy::from_toml(text, &path.display().to_string()).map_err(|error| failures(&error))
}

/// At most [`POLICY_LIMIT`] bytes of UTF-8.
fn read(path: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| error.to_string())?;
    file.take(POLICY_LIMIT + 1).read_to_end(&mut bytes).map_err(|error: io::Error| error.to_string())?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > POLICY_LIMIT) {
        return Err(format!("it is longer than {POLICY_LIMIT} bytes, which no policy is"));
    }
    String::from_utf8(bytes).map_err(|error| format!("it is not UTF-8 at byte {}", error.utf8_error().valid_up_to()))
}

/// The nearest policy file from the current directory upward, as a path from there (`../licentia.toml`).
pub(super) fn discovered() -> Result<Option<PathBuf>, Failure> {
    let here = std::env::current_dir().map_err(|error| {
        Failure::new(
            POLICY,
            format!("the current directory cannot be found: {error}"),
            "pass --policy FILE or --preset NAME",
        )
    })?;
    let mut upward = PathBuf::new();
    for directory in here.ancestors().take(DEEPEST) {
        let present: Vec<&str> = NAMES.into_iter().filter(|name| directory.join(name).is_file()).collect();
        match present.as_slice() {
            [] => {}
            [name] => return Ok(Some(upward.join(name))),
            _ => {
                let message = format!("{} and {} stand side by side", NAMES[0], NAMES[1]);
                return Err(Failure::new(POLICY, message, "remove one, or say which with --policy FILE"));
            }
        }
        if ROOT_MARKS.iter().any(|mark| directory.join(mark).exists()) {
            break;
        }
        upward.push("..");
    }
    Ok(None)
}

/// A policy file at the root of a target that is not the one obeyed.
fn ignored_policy(target: &Path, obeyed: Option<&Path>) -> Option<PathBuf> {
    let obeyed = obeyed.and_then(|path| path.canonicalize().ok());
    let inside = NAMES.into_iter().map(|name| target.join(name)).find(|path| path.is_file())?;
    (inside.canonicalize().ok() != obeyed).then_some(inside)
}
