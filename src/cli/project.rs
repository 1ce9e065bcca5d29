//! The models of a project: those that the policy names, and on request those that its code and configuration name.

#![expect(clippy::disallowed_methods, reason = "the policy and the project are where the user stands")]

use std::path::Path;

use licentia::extract::mentions;
use licentia::gap::{Gap, GapKind};
use licentia::location::Location;
use licentia::mention::Named;
use licentia::policy::Policy;
use licentia::policy::held::Held;
use licentia::scan::SourceKind;
use licentia::source::absent::AbsentTree;
use licentia::source::dir;

use super::failure::{Failure, failures};
use super::occasion::directory;

/// The targets of a check.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) targets: Vec<Target>,
    /// What could not be read of the project, or names what cannot be looked at.
    pub(super) unseen: Option<AbsentTree>,
}

/// One target.
#[derive(Debug)]
pub(super) struct Target {
    /// As the command line takes it.
    pub(super) name: String,
    /// The lines that name it, where the user did not.
    pub(super) named_in: Vec<String>,
}

impl Wanted {
    /// Those that the user named.
    pub(super) fn named(targets: &[String]) -> Self {
        let target = |name: &String| Target { name: name.clone(), named_in: Vec::new() };
        Self { targets: targets.iter().map(target).collect(), unseen: None }
    }

    /// The models of the policy: paths from the file that names them, and Hub IDs.
    pub(super) fn add_models(&mut self, policy: &Policy) {
        for held in policy.models() {
            let line = held.at.span.map_or_else(
                || held.at.file.clone(),
                |span| format!("{}:{}:{}", held.at.file, span.start_line, span.start_column),
            );
            self.add(path_of(held), line);
        }
    }

    /// What the files below a directory name.
    pub(super) fn add_mentions(&mut self, below: &Path) -> Result<(), Vec<Failure>> {
        let name = below.display().to_string();
        let tree = dir::open(below, &name).map_err(|error| failures(&error))?;
        let found = mentions::find(&tree);
        let line = |at: &Location| {
            let path = Path::new(&name).join(&at.path);
            let path = path.strip_prefix(".").unwrap_or(&path).display().to_string();
            at.span.map_or_else(|| path.clone(), |span| format!("{path}:{}:{}", span.start_line, span.start_column))
        };
        let unsupported = |at: &Location, detail: String| Gap { at: at.clone(), kind: GapKind::Unsupported, detail };
        let mut unseen: Vec<Gap> = found.gaps.iter().filter(|gap| gap.kind.makes_incomplete()).cloned().collect();
        for mention in &found.mentions {
            match &mention.what {
                Named::Model { .. } | Named::Dataset { .. } => self.add(mention.what.target(), line(&mention.at)),
                Named::Ollama { .. } => {
                    let detail = format!("{} names {}, which cannot be looked at yet", line(&mention.at), mention.what);
                    unseen.push(unsupported(&mention.at, detail));
                }
            }
        }
        unseen.extend(found.computed.iter().map(|place| {
            let detail = format!("{} {}: name it as a target too", line(&place.at), place.why);
            unsupported(&place.at, detail)
        }));
        self.unseen = (!unseen.is_empty()).then(|| AbsentTree::with(&name, SourceKind::Directory, unseen));
        Ok(())
    }

    /// A check of nothing is no check.
    pub(super) fn require_some(&self, was_searched: bool) -> Result<(), Failure> {
        if !self.targets.is_empty() {
            return Ok(());
        }
        let message = if was_searched {
            "no target was named, the policy names no models, and no file here does"
        } else {
            "no target was named, and the policy names no models"
        };
        let help = "name a directory (licentia check .), list models in licentia.toml (models = [\"./models/a\", \"org/name\"]), or pass --referenced";
        Err(Failure::usage(message, help))
    }

    fn add(&mut self, name: String, line: String) {
        let plain = |name: &str| name.strip_prefix("hf:").unwrap_or(name).to_owned();
        match self.targets.iter_mut().find(|target| plain(&target.name) == plain(&name)) {
            Some(target) if target.named_in.is_empty() => {}
            Some(target) => target.named_in.push(line),
            None => self.targets.push(Target { name, named_in: vec![line] }),
        }
    }
}

/// A model of the policy as a target: a path is seen from the file that names it.
fn path_of(held: &Held<String>) -> String {
    let directory = directory(&held.at.file);
    let path = directory.join(held.value.strip_prefix("./").unwrap_or(&held.value));
    let is_path = held.value.starts_with(['.', '/']) || (!held.value.contains(':') && path.exists());
    if is_path && !directory.as_os_str().is_empty() { path.to_string_lossy().into_owned() } else { held.value.clone() }
}
