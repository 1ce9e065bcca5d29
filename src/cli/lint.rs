//! `licentia lint`: a card as its author would want it. Each target is looked at for itself; what is put right is
//! looked at again.

#![expect(clippy::disallowed_methods, reason = "what --fix changes are the user's own files")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use licentia::gap::{Gap, GapKind};
use licentia::lint::{self, CARD_NAME, CardFile, Changed, Remark};
use licentia::location::Location;
use licentia::report::escape::inert;
use licentia::report::lint::{Linted, exit_code, write_json, write_lines, write_text};
use licentia::run;
use licentia::scan::{Source, SourceKind};
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

/// Lints every target; one that cannot be looked at hides no other.
pub(super) fn lint(arguments: &Lint, terminal: &Terminal) -> Status {
    let places: Vec<Place> = arguments.targets.iter().map(|name| Place::of(name)).collect();
    usable(arguments, &places)?;
    let reach = Reach::new(arguments.offline, Progress::new(terminal))?;
    let mut all = Vec::new();
    let mut diffs = String::new();
    let mut failures = Vec::new();
    for place in &places {
        let looked = match Looked::at(place, arguments, &reach) {
            Ok(looked) => looked,
            // There is nothing else to say.
            Err(more) if places.len() == 1 => return Err(more),
            Err(more) => {
                all.push(unopened(place, &more));
                failures.extend(more);
                continue;
            }
        };
        let directory = place.directory.as_deref().unwrap_or(Path::new("."));
        let linted = if arguments.diff {
            let changed = looked.changed();
            diffs.extend(changed.map(|changed| lint_diff::of(directory, &looked.card_name, &looked.card, &changed)));
            looked.linted
        } else if arguments.fix {
            let (linted, more) = fixed(looked, directory, || Looked::at(place, arguments, &reach));
            failures.extend(more);
            linted
        } else {
            looked.linted
        };
        all.push(linted);
    }
    reach.progress.clear();
    for failure in &failures {
        terminal.complain(failure);
    }
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

/// Whether the arguments make sense together, before anything is read or changed.
fn usable(arguments: &Lint, places: &[Place]) -> Result<(), Failure> {
    if arguments.name.is_some() && places.len() > 1 {
        return Err(Failure::usage("--as names one repository, and several targets were named", "lint one of them"));
    }
    for place in places {
        // Rules look for the licence in the card that the Hub reads, and would find nothing in another.
        if place.card != CARD_NAME {
            let message = format!("{} is no card: the Hub reads {CARD_NAME}", inert(&place.name));
            return Err(Failure::usage(message, format!("name the file {CARD_NAME}, or its directory")));
        }
        if (arguments.fix || arguments.diff) && place.is_far() {
            let message = format!("{} is not on this disk, and --fix changes files", inert(&place.name));
            return Err(Failure::usage(message, "download it, and lint the directory"));
        }
    }
    Ok(())
}

/// What is said of a target that could not be opened.
fn unopened(place: &Place, failures: &[Failure]) -> Linted {
    let gap = |failure: &Failure| Gap {
        at: Location::file(0, ""),
        kind: GapKind::Unreadable,
        detail: failure.message.clone(),
    };
    Linted {
        sources: vec![Source::new(&place.name, SourceKind::Directory)],
        remarks: Vec::new(),
        fixed: Vec::new(),
        unseen: failures.iter().map(gap).collect(),
        is_unfinished: false,
    }
}

/// Puts right what can be, and looks again: a file that was added may be where a link leads now. What was done is said
/// also where the rest could not be.
fn fixed(
    mut looked: Looked,
    directory: &Path,
    look: impl Fn() -> Result<Looked, Vec<Failure>>,
) -> (Linted, Vec<Failure>) {
    let mut done = Vec::new();
    let mut failures = Vec::new();
    for _ in 0..MOST_ROUNDS {
        let Some(changed) = looked.changed() else { break };
        if let Err(failure) = write(directory, &looked, &changed) {
            failures.push(failure);
            break;
        }
        done.extend(changed.done);
        match look() {
            Ok(again) => looked = again,
            Err(more) => {
                failures.extend(more);
                break;
            }
        }
    }
    (Linted { fixed: done, is_unfinished: !failures.is_empty(), ..looked.linted }, failures)
}

/// What a target names.
struct Place {
    /// As the user wrote it.
    name: String,
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
            let tree = tree(directory);
            let card =
                path.file_name().map_or_else(|| CARD_NAME.to_owned(), |card| card.to_string_lossy().into_owned());
            let directory = Some(directory.to_path_buf());
            return Self { name: name.to_owned(), tree, card, directory };
        }
        let directory = path.is_dir().then(|| path.to_path_buf());
        Self { name: name.to_owned(), tree: name.to_owned(), card: CARD_NAME.to_owned(), directory }
    }

    /// Whether no file of it can be changed here.
    fn is_far(&self) -> bool {
        self.directory.is_none()
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
        let is_unread = card.is_none() && files.contains(&place.card);
        let scan = reach.following(None, |follow| run::lint(tree, Some(follow), &|step| reach.progress.step(&step)));
        let file = card.as_deref().map(|bytes| CardFile { path: &place.card, bytes });
        let mut remarks = lint::look(&scan, &files, file);
        if is_unread {
            // What cannot be seen cannot be put right: the card may say that another text is meant.
            for remark in &mut remarks {
                remark.fix = None;
            }
        }
        let is_said = |remarks: &[Remark], gap: &Gap| {
            remarks.iter().any(|remark| remark.name == "card-not-understood" && remark.at == gap.at)
        };
        // What a base could not show is as unknown as what the target could not: its terms bind the card.
        let unseen = scan.gaps.iter().filter(|gap| gap.kind.makes_incomplete());
        let unseen = unseen.filter(|gap| gap.at.source != 0 || gap.kind != GapKind::Empty || files.is_empty());
        let mut unseen: Vec<Gap> = unseen.filter(|gap| !is_said(&remarks, gap)).cloned().collect();
        let is_of_card = |gap: &Gap| gap.at.source == 0 && gap.at.path == place.card;
        if is_unread && !unseen.iter().any(is_of_card) {
            let detail = format!("{} could not be read whole: make it readable, and shorter than 1 MiB", place.card);
            unseen.push(Gap { at: Location::file(0, &place.card), kind: GapKind::Unreadable, detail });
        }
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

/// The card of a tree, whole. One that cannot be read so is none: half a card says something else than the author.
fn card(tree: &dyn SourceTree, name: &str) -> Option<Vec<u8>> {
    let index = tree.entries().iter().position(|entry| entry.path == name)?;
    let size = tree.entries().get(index)?.size;
    let bytes = tree.read(index, 0, CARD_LIMIT).ok().filter(|_| size <= CARD_LIMIT)?;
    (bytes.len() as u64 == size).then_some(bytes)
}

/// Writes what was put right: files that are not there yet, then the card in its place, unless it is another one by now.
/// A card that names a file never stands without it; where the card cannot be written the files go again.
fn write(directory: &Path, looked: &Looked, changed: &Changed) -> Result<(), Failure> {
    let path = directory.join(&looked.card_name);
    let found = if changed.bytes == looked.card { None } else { Some(unchanged(&path, &looked.card)?) };
    let mut made = Vec::new();
    let undone = |made: &[PathBuf], failure: Failure| {
        for path in made {
            let _ = fs::remove_file(path);
        }
        failure
    };
    for (name, text) in &changed.files {
        let path = directory.join(name);
        if let Err(error) = new_file(&path, text.as_bytes()) {
            return Err(undone(&made, refused(&path, &error, "the directory must be writable")));
        }
        made.push(path);
    }
    let Some(found) = found else { return Ok(()) };
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.new", std::process::id()));
    let beside = PathBuf::from(beside);
    let placed = new_file(&beside, &changed.bytes)
        .and_then(|()| fs::set_permissions(&beside, found.permissions()))
        .and_then(|()| fs::rename(&beside, &path));
    placed.map_err(|error| {
        let _ = fs::remove_file(&beside);
        undone(&made, refused(&path, &error, "the directory must be writable"))
    })
}

/// The card as it stands there, where it is the file that was looked at.
fn unchanged(path: &Path, card: &[u8]) -> Result<fs::Metadata, Failure> {
    let found = fs::symlink_metadata(path).map_err(|error| refused(path, &error, ""))?;
    if !found.is_file() {
        return Err(refused(path, &"it is a link", "lint the file that it leads to, beside its own files"));
    }
    let now = fs::read(path).map_err(|error| refused(path, &error, ""))?;
    if now != card {
        return Err(refused(path, &"somebody else changed it meanwhile", "run it again"));
    }
    Ok(found)
}

fn refused(path: &Path, why: &dyn std::fmt::Display, help: &str) -> Failure {
    Failure::new(INCOMPLETE, format!("{} was not changed: {why}", path.display()), help)
}

/// Writes a file that is not there yet; a link of that name is not followed.
fn new_file(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
