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
            let more: Vec<Failure> = looked.refusal.into_iter().collect();
            let unfinished = unfinished(&more);
            failures.extend(more);
            Linted { unfinished, ..looked.linted }
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
        unfinished: None,
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
    let mut failures: Vec<Failure> = looked.refusal.take().into_iter().collect();
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
    (Linted { fixed: done, unfinished: unfinished(&failures), ..looked.linted }, failures)
}

/// Why not everything was put right, where that is so.
fn unfinished(failures: &[Failure]) -> Option<String> {
    let reasons: Vec<&str> = failures.iter().map(|failure| failure.message.as_str()).collect();
    (!reasons.is_empty()).then(|| reasons.join("; "))
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

    /// The card, where it is a link on this disk.
    fn linked_card(&self) -> Option<PathBuf> {
        let path = self.directory.as_ref()?.join(&self.card);
        fs::symlink_metadata(&path).is_ok_and(|found| found.is_symlink()).then_some(path)
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
    /// Why nothing is put right although something could be.
    refusal: Option<Failure>,
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
        let is_of_card = |gap: &Gap| gap.at.source == 0 && gap.at.path == place.card;
        let is_unread = card.is_none() && (files.contains(&place.card) || scan.gaps.iter().any(is_of_card));
        let file = card.as_deref().map(|bytes| CardFile { path: &place.card, bytes });
        let mut remarks = lint::look(&scan, &files, file);
        let is_fixable = remarks.iter().any(|remark| remark.fix.is_some());
        let refusal = place.linked_card().filter(|_| is_fixable).map(|path| is_a_link(&path));
        if is_unread || refusal.is_some() {
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
        if is_unread && !unseen.iter().any(is_of_card) {
            let detail = format!("{} could not be read whole: make it readable, and shorter than 1 MiB", place.card);
            unseen.push(Gap { at: Location::file(0, &place.card), kind: GapKind::Unreadable, detail });
        }
        if scan.sources.is_empty() {
            return Err(vec![Failure::new(INCOMPLETE, format!("{} could not be scanned", place.tree), "")]);
        }
        let linted = Linted { sources: scan.sources, remarks, fixed: Vec::new(), unseen, unfinished: None };
        Ok(Self { linted, card_name: place.card.clone(), card: card.unwrap_or_default(), refusal })
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
    // A text that is added belongs to what the card said when it was looked at.
    let found = unchanged(&path, &looked.card)?;
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
    if changed.bytes == looked.card {
        return Ok(());
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.new", std::process::id()));
    let beside = PathBuf::from(beside);
    let placed = new_file(&beside, &changed.bytes).and_then(|()| {
        let placed = fs::set_permissions(&beside, found.permissions()).and_then(|()| fs::rename(&beside, &path));
        placed.inspect_err(|_| {
            let _ = fs::remove_file(&beside);
        })
    });
    placed.map_err(|error| undone(&made, refused(&path, &error, "the directory must be writable")))
}

/// What is said of a card that is a link: the file that it leads to may be the card of other files.
fn is_a_link(path: &Path) -> Failure {
    let target = fs::canonicalize(path).ok();
    let is_card = |target: &&PathBuf| target.file_name().is_some_and(|name| name == CARD_NAME);
    let help = match (target.as_ref().filter(is_card), &target) {
        (Some(card), _) => format!("lint {}, beside its own files", inert(&card.display().to_string())),
        (None, Some(other)) => {
            let other = inert(&other.display().to_string());
            format!("put a copy of {other} in the place of the link, or change that file by hand")
        }
        (None, None) => "put the file itself in the place of the link".to_owned(),
    };
    refused(path, &"it is a link", &help)
}

/// The card as it stands there, where it is the file that was looked at.
fn unchanged(path: &Path, card: &[u8]) -> Result<fs::Metadata, Failure> {
    let found = fs::symlink_metadata(path).map_err(|error| refused(path, &error, ""))?;
    if found.is_symlink() {
        return Err(is_a_link(path));
    }
    if !found.is_file() {
        return Err(refused(path, &"it is no file", ""));
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

/// Writes a file that is not there yet, whole or not at all; a link of that name is not followed.
fn new_file(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    drop(file);
    written.inspect_err(|_| {
        let _ = fs::remove_file(path);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory with these files, and a card in it that was looked at as `card`.
    fn world(files: &[(&str, &str)], card: &str) -> (tempfile::TempDir, Looked) {
        let world = tempfile::TempDir::new().expect("a temporary directory");
        for (path, text) in files {
            fs::write(world.path().join(path), text).expect("a file");
        }
        let linted = Linted {
            sources: Vec::new(),
            remarks: Vec::new(),
            fixed: Vec::new(),
            unseen: Vec::new(),
            unfinished: None,
        };
        let looked = Looked { linted, card_name: CARD_NAME.to_owned(), card: card.as_bytes().to_vec(), refusal: None };
        (world, looked)
    }

    fn changed(card: &str) -> Changed {
        Changed { bytes: card.as_bytes().to_vec(), files: vec![("LICENSE", "text")], done: Vec::new() }
    }

    fn read(world: &tempfile::TempDir, path: &str) -> Option<String> {
        fs::read_to_string(world.path().join(path)).ok()
    }

    #[test]
    fn a_file_is_added_only_beside_the_card_that_was_looked_at() {
        let (world, looked) = world(&[(CARD_NAME, "another")], "card");
        let refused = write(world.path(), &looked, &changed("card")).expect_err("it is another card by now");
        assert!(refused.message.contains("somebody else changed it"), "{}", refused.message);
        assert_eq!(read(&world, "LICENSE"), None);
    }

    #[test]
    fn a_file_that_was_there_before_is_kept_and_what_was_added_goes_again() {
        let beside = format!("{CARD_NAME}.{}.new", std::process::id());
        let (world, looked) = world(&[(CARD_NAME, "card"), (&beside, "mine")], "card");
        write(world.path(), &looked, &changed("new card")).expect_err("the name is taken");
        let found = [CARD_NAME, &beside, "LICENSE"].map(|path| read(&world, path));
        assert_eq!(found, [Some("card".to_owned()), Some("mine".to_owned()), None]);
    }
}
