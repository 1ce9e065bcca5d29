//! `licentia lint`: a card as its author would want it. Each target is looked at for itself; what is put right is
//! looked at again.

#![expect(clippy::disallowed_methods, reason = "what --fix changes are the user's own files")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use licentia::gap::{Gap, GapKind};
use licentia::lint::{self, CARD_NAME, CardFile, Changed, Remark};
use licentia::report::lint::{Linted, exit_code, write_json, write_lines, write_text};
use licentia::run;
use licentia::source::SourceTree;
use licentia::source::named::NamedTree;

use super::Status;
use super::failure::{Failure, INCOMPLETE};
use super::hub::Reach;
use super::lint_args::{Lint, LintFormat};
use super::lint_diff;
use super::progress::Progress;
use super::target;
use super::terminal::Terminal;

/// Bytes of a card that are looked at; the reader of cards takes as many.
const CARD_LIMIT: u64 = 1 << 20;

/// How often a card is put right and looked at again in one run; two are enough for what is known.
const MOST_ROUNDS: usize = 4;

/// Lints every target.
pub(super) fn lint(arguments: &Lint, terminal: &Terminal) -> Status {
    if arguments.name.is_some() && arguments.targets.len() > 1 {
        return Err(
            Failure::usage("--as names one repository, and several targets were named", "lint one of them").into()
        );
    }
    let reach = Reach::new(arguments.offline, Progress::new(terminal))?;
    let mut all = Vec::new();
    let mut diffs = String::new();
    for name in &arguments.targets {
        let place = Place::of(name);
        let mut looked = Looked::at(&place, arguments, &reach)?;
        if arguments.fix || arguments.diff {
            if place.directory.is_none() {
                let message =
                    format!("{} is not on this disk, and --fix changes files", licentia::report::escape::inert(name));
                return Err(Failure::usage(message, "download it, and lint the directory").into());
            }
            let directory = place.directory.as_deref().unwrap_or(Path::new("."));
            if arguments.diff {
                let changed = looked.changed();
                diffs
                    .extend(changed.map(|changed| lint_diff::of(directory, &looked.card_name, &looked.card, &changed)));
            } else {
                looked = fixed(looked, directory, || Looked::at(&place, arguments, &reach))?;
            }
        }
        all.push(looked.linted);
    }
    reach.progress.clear();
    let mut bytes = Vec::new();
    let written = match arguments.format {
        _ if arguments.diff => bytes.write_all(diffs.as_bytes()),
        LintFormat::Text if terminal.quiet > 1 => Ok(()),
        LintFormat::Text => write_text(&all, &terminal.style(), &mut bytes),
        LintFormat::Concise => write_lines(&all, &mut bytes),
        LintFormat::Json => write_json(&all, &run::versions(), &mut bytes),
    };
    written.map_err(|error| Failure::new(INCOMPLETE, format!("the answer cannot be written: {error}"), ""))?;
    terminal.print(&bytes)?;
    Ok(exit_code(&all))
}

/// Puts right what can be, and looks again: a file that was added may be where a link leads now.
fn fixed(
    mut looked: Looked,
    directory: &Path,
    look: impl Fn() -> Result<Looked, Vec<Failure>>,
) -> Result<Looked, Vec<Failure>> {
    let mut done = Vec::new();
    for _ in 0..MOST_ROUNDS {
        let Some(changed) = looked.changed() else { break };
        write(directory, &looked, &changed)?;
        done.extend(changed.done);
        looked = look()?;
    }
    looked.linted.fixed = done;
    Ok(looked)
}

/// What a target names.
struct Place {
    /// What is scanned: the target, or the directory of a card.
    tree: String,
    /// The card in it.
    card: String,
    /// Where its files can be written.
    directory: Option<PathBuf>,
}

impl Place {
    fn of(name: &str) -> Self {
        let path = Path::new(name);
        let tree = |tree: &Path| if tree.as_os_str().is_empty() { ".".to_owned() } else { tree.display().to_string() };
        if path.is_file() {
            let directory = path.parent().unwrap_or(Path::new(""));
            let card =
                path.file_name().map_or_else(|| CARD_NAME.to_owned(), |card| card.to_string_lossy().into_owned());
            return Self { tree: tree(directory), card, directory: Some(directory.to_path_buf()) };
        }
        let directory = path.is_dir().then(|| path.to_path_buf());
        Self { tree: name.to_owned(), card: CARD_NAME.to_owned(), directory }
    }
}

/// A target that was looked at.
struct Looked {
    linted: Linted,
    card_name: String,
    /// Bytes of the card; empty where there is none.
    card: Vec<u8>,
}

impl Looked {
    fn at(place: &Place, arguments: &Lint, reach: &Reach) -> Result<Self, Vec<Failure>> {
        let opened = target::open(std::slice::from_ref(&place.tree), "lint", reach, false)?;
        let [opened] = <[_; 1]>::try_from(opened).map_err(|opened: Vec<_>| {
            let message = format!("{} names {} repositories", place.tree, opened.len());
            vec![Failure::usage(message, "lint one repository at a time")]
        })?;
        let tree = match &arguments.name {
            Some(name) => Box::new(NamedTree::new(opened.tree, name.clone())),
            None => opened.tree,
        };
        let files: Vec<String> = tree.entries().iter().map(|entry| entry.path.clone()).collect();
        let card = card(tree.as_ref(), &place.card);
        let scan = reach.following(None, |follow| run::lint(tree, Some(follow), &|step| reach.progress.step(&step)));
        let file = card.as_deref().map(|bytes| CardFile { path: &place.card, bytes });
        let remarks = lint::look(&scan, &files, file);
        let is_said = |remarks: &[Remark], gap: &Gap| {
            remarks.iter().any(|remark| remark.name == "card-not-understood" && remark.at == gap.at)
        };
        // What a base could not show is as unknown as what the target could not: its terms bind the card.
        let unseen = scan.gaps.iter().filter(|gap| gap.kind.makes_incomplete());
        let unseen = unseen.filter(|gap| gap.at.source != 0 || gap.kind != GapKind::Empty || files.is_empty());
        let unseen: Vec<Gap> = unseen.filter(|gap| !is_said(&remarks, gap)).cloned().collect();
        if scan.sources.is_empty() {
            return Err(vec![Failure::new(INCOMPLETE, format!("{} could not be scanned", place.tree), "")]);
        }
        let linted = Linted { sources: scan.sources, remarks, fixed: Vec::new(), unseen, is_unfinished: false };
        Ok(Self { linted, card_name: place.card.clone(), card: card.unwrap_or_default() })
    }

    fn changed(&self) -> Option<Changed> {
        lint::apply(CardFile { path: &self.card_name, bytes: &self.card }, &self.linted.remarks)
    }
}

/// The card of a tree; one that cannot be read is a gap of the scan.
fn card(tree: &dyn SourceTree, name: &str) -> Option<Vec<u8>> {
    let index = tree.entries().iter().position(|entry| entry.path == name)?;
    Some(tree.read(index, 0, CARD_LIMIT).unwrap_or_default())
}

/// Writes what was put right: the card in its place, unless it is another one by now, and files that are not there yet.
fn write(directory: &Path, looked: &Looked, changed: &Changed) -> Result<(), Failure> {
    let refused = |path: &Path, why: &dyn std::fmt::Display, help: &str| {
        Failure::new(INCOMPLETE, format!("{} was not changed: {why}", path.display()), help)
    };
    let path = directory.join(&looked.card_name);
    if changed.bytes != looked.card {
        let found = fs::symlink_metadata(&path).map_err(|error| refused(&path, &error, ""))?;
        if !found.is_file() {
            return Err(refused(&path, &"it is a link", "lint the file that it leads to, beside its own files"));
        }
        let now = fs::read(&path).map_err(|error| refused(&path, &error, ""))?;
        if now != looked.card {
            return Err(refused(&path, &"somebody else changed it meanwhile", "run it again"));
        }
        let mut beside = path.as_os_str().to_owned();
        beside.push(format!(".{}.new", std::process::id()));
        let beside = PathBuf::from(beside);
        let placed = new_file(&beside, &changed.bytes)
            .and_then(|()| fs::set_permissions(&beside, found.permissions()))
            .and_then(|()| fs::rename(&beside, &path));
        if let Err(error) = placed {
            let _ = fs::remove_file(&beside);
            return Err(refused(&path, &error, "the directory must be writable"));
        }
    }
    for (name, text) in &changed.files {
        let path = directory.join(name);
        new_file(&path, text.as_bytes()).map_err(|error| refused(&path, &error, "the directory must be writable"))?;
    }
    Ok(())
}

/// Writes a file that is not there yet; a link of that name is not followed.
fn new_file(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
