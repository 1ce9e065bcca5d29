//! Reading a policy with everything that it extends.
//!
//! A file is looked for from the file that names it. A URL is fetched once and then read from a store by the hash of its
//! content, so that the same policy counts on every machine and no network decides.

#![expect(clippy::disallowed_methods, reason = "policies are the user's own files")]

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use licentia::policy::file::{Extends, ExtendsPlace};
use licentia::policy::held::Held;
use licentia::policy::layers::placed;
use licentia::policy::{Policy, PolicyFile};

use super::failure::{Failure, POLICY, failures};
use super::policy_store;

/// Bytes of a policy file. A policy is written by hand; a longer file is something else.
const POLICY_LIMIT: u64 = 1 << 20;
/// Policies that may stand below one another. Organisations have few floors; more is a mistake.
const DEEPEST: usize = 8;

/// The policy that a file states, with all that it extends below it.
pub(super) fn read(path: &Path, is_offline: bool) -> Result<Policy, Vec<Failure>> {
    let name = path.display().to_string();
    let text = text_of(path).map_err(|why| {
        let help = "pass a policy file, or --preset NAME; `licentia init` writes one";
        Failure::new(POLICY, format!("the policy {name} cannot be read: {why}"), help)
    })?;
    read_as(text, path, is_offline)
}

/// The policy that a file would state if it held this text.
pub(super) fn read_as(text: String, path: &Path, is_offline: bool) -> Result<Policy, Vec<Failure>> {
    let mut reading = Reading { is_offline, ..Reading::default() };
    reading.add(&Document { path: path.to_owned(), text, is_fetched: false });
    if !reading.failures.is_empty() {
        return Err(reading.failures);
    }
    Policy::from_layers(reading.layers).map_err(|error| failures(&error))
}

/// At most [`POLICY_LIMIT`] bytes of UTF-8.
pub(super) fn text_of(path: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| error.to_string())?;
    file.take(POLICY_LIMIT + 1).read_to_end(&mut bytes).map_err(|error: io::Error| error.to_string())?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > POLICY_LIMIT) {
        return Err(format!("it is longer than {POLICY_LIMIT} bytes, which no policy is"));
    }
    String::from_utf8(bytes).map_err(|error| format!("it is not UTF-8 at byte {}", error.utf8_error().valid_up_to()))
}

/// A policy as it was read.
struct Document {
    path: PathBuf,
    text: String,
    /// Whether it came from a URL: then it names no file of this machine.
    is_fetched: bool,
}

/// What has been read so far.
#[derive(Default)]
struct Reading {
    /// The lowest first.
    layers: Vec<PolicyFile>,
    /// The files from the user's own to the one that is being read: without links, and as shown.
    chain: Vec<(PathBuf, String)>,
    /// Files that are layers already: one that two others extend counts once, below both.
    known: BTreeSet<PathBuf>,
    failures: Vec<Failure>,
    /// Whether no policy may be fetched.
    is_offline: bool,
}

impl Reading {
    fn add(&mut self, document: &Document) {
        let name = document.path.display().to_string();
        if !PolicyFile::is_there(&document.text, &name) {
            let message = format!("{name} holds no policy");
            return self.failures.push(Failure::new(
                POLICY,
                message,
                "add a table [tool.licentia], or name another file",
            ));
        }
        let file = match PolicyFile::parse(&document.text, &name) {
            Ok(file) => file,
            Err(error) => return self.failures.extend(failures(&error)),
        };
        let identity = document.path.canonicalize().unwrap_or_else(|_| document.path.clone());
        self.known.insert(identity.clone());
        self.chain.push((identity, name));
        for held in &file.extends {
            if let Err(failure) = self.extend(held, document) {
                self.failures.push(failure);
            }
        }
        self.chain.pop();
        self.layers.push(file);
    }

    fn extend(&mut self, held: &Held<Extends>, from: &Document) -> Result<(), Failure> {
        let fail = |what: String, help: String| Failure::new(POLICY, format!("{}: {what}", placed(&held.at)), help);
        let (path, is_fetched) = match &held.value.place {
            ExtendsPlace::File(named) if from.is_fetched => {
                let remedy = "extend it by its URL there, with its sha256";
                return Err(fail(
                    format!("{named} is a file, and a policy from a URL extends none here"),
                    remedy.to_owned(),
                ));
            }
            ExtendsPlace::File(named) => (beside(&from.path, named), false),
            ExtendsPlace::Url(url) => {
                let sha256 = held.value.sha256.as_deref().unwrap_or_default();
                (policy_store::fetched(url, sha256, self.is_offline).map_err(|(what, help)| fail(what, help))?, true)
            }
        };
        let name = path.display().to_string();
        let identity = path.canonicalize().map_err(|error| {
            fail(format!("{name} cannot be read: {error}"), "correct the path, which begins at this file".to_owned())
        })?;
        if let Some(start) = self.chain.iter().position(|(known, _)| *known == identity) {
            let chain = self.shown_chain(start, &name);
            return Err(fail(format!("extends leads back to where it was: {chain}"), "remove one of them".to_owned()));
        }
        if self.chain.len() > DEEPEST {
            let chain = self.shown_chain(0, &name);
            let what = format!("more than {DEEPEST} policies extend one another: {chain}");
            return Err(fail(what, "let one of them say what several say".to_owned()));
        }
        let text = text_of(&path).map_err(|why| fail(format!("{name} cannot be read: {why}"), String::new()))?;
        if let Some(agreed) = &held.value.sha256 {
            let found = licentia::evidence::sha256(text.as_bytes());
            if found != *agreed {
                let what = format!("{name} has the SHA-256 {found}, and {agreed} was agreed to");
                return Err(fail(what, remedy(&held.value.place, &name)));
            }
        }
        if !self.known.contains(&identity) {
            self.add(&Document { path, text, is_fetched });
        }
        Ok(())
    }

    fn shown_chain(&self, start: usize, last: &str) -> String {
        let names = self.chain.iter().skip(start).map(|(_, name)| name.as_str());
        names.chain([last]).collect::<Vec<_>>().join(" -> ")
    }
}

fn remedy(place: &ExtendsPlace, name: &str) -> String {
    match place {
        ExtendsPlace::File(_) => format!("read {name}, and write its hash here if you agree; or restore it"),
        ExtendsPlace::Url(_) => format!("remove {name} and fetch it again"),
    }
}

/// A path from the file that names it, as the user could open it from here.
fn beside(file: &Path, named: &str) -> PathBuf {
    let named = named.strip_prefix("./").unwrap_or(named);
    file.parent().unwrap_or(Path::new("")).join(named)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// The layers of the policy `licentia.toml` in a world, or what is wrong.
    fn layers(files: &[(&str, &str)]) -> Result<Vec<String>, String> {
        let world = tempfile::tempdir().expect("a temporary directory");
        for (path, text) in files {
            let path = world.path().join(path);
            fs::create_dir_all(path.parent().expect("it lies below")).expect("a directory");
            fs::write(path, text).expect("a file");
        }
        let root = world.path().display().to_string();
        let plain = |text: &str| text.replace(&format!("{root}/"), "");
        match read(&world.path().join("licentia.toml"), true) {
            Ok(policy) => Ok(policy.files().iter().map(|file| plain(file)).collect()),
            Err(failures) => {
                Err(plain(&failures.iter().map(|failure| failure.message.clone()).collect::<Vec<_>>().join("\n")))
            }
        }
    }

    #[test]
    fn a_file_is_looked_for_from_the_file_that_names_it() {
        let found = layers(&[
            ("licentia.toml", "extends = [\"legal/house.toml\", \"./team.toml\"]\n"),
            ("legal/house.toml", "extends = \"deeper/law.toml\"\n"),
            ("legal/deeper/law.toml", ""),
            ("team.toml", ""),
        ]);
        assert_eq!(
            found.expect("they are there"),
            ["legal/deeper/law.toml", "legal/house.toml", "team.toml", "licentia.toml"]
        );
    }

    #[test]
    fn what_two_policies_extend_lies_once_below_both() {
        let found = layers(&[
            ("licentia.toml", "extends = [\"a.toml\", \"b.toml\"]\n"),
            ("a.toml", "extends = \"law.toml\"\n"),
            ("b.toml", "extends = \"law.toml\"\n"),
            ("law.toml", ""),
        ]);
        assert_eq!(found.expect("no cycle"), ["law.toml", "a.toml", "b.toml", "licentia.toml"]);
    }

    #[test]
    fn a_circle_and_a_tower_are_errors_that_show_the_chain() {
        let found = layers(&[("licentia.toml", "extends = \"a.toml\"\n"), ("a.toml", "extends = \"licentia.toml\"\n")]);
        let expected = "a.toml:1:11: extends leads back to where it was: licentia.toml -> a.toml -> licentia.toml";
        assert_eq!(found.expect_err("a circle"), expected);
        let names: Vec<String> = (0..10).map(|number| format!("{number}.toml")).collect();
        let texts: Vec<String> = (1..11).map(|number| format!("extends = \"{number}.toml\"\n")).collect();
        let mut files: Vec<(&str, &str)> =
            names.iter().zip(&texts).map(|(name, text)| (name.as_str(), text.as_str())).collect();
        files.push(("licentia.toml", "extends = \"0.toml\"\n"));
        let found = layers(&files).expect_err("a tower");
        assert!(
            found.starts_with("7.toml:1:11: more than 8 policies extend one another: licentia.toml -> 0.toml"),
            "{found}"
        );
    }

    #[test]
    fn another_content_than_was_agreed_to_is_an_error_that_names_both_hashes() {
        let agreed = "0".repeat(64);
        let text = format!("extends = [{{ file = \"a.toml\", sha256 = \"{agreed}\" }}]\n");
        let found = layers(&[("licentia.toml", &text), ("a.toml", "")]).expect_err("the hash differs");
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(found, format!("licentia.toml:1:12: a.toml has the SHA-256 {empty}, and {agreed} was agreed to"));
        let text = text.replace(&agreed, empty);
        assert_eq!(layers(&[("licentia.toml", &text), ("a.toml", "")]).map(|found| found.len()), Ok(2));
    }

    #[test]
    fn everything_that_is_wrong_in_every_file_is_said() {
        let found = layers(&[
            ("licentia.toml", "extends = [\"a.toml\", \"absent.toml\", \"pyproject.toml\"]\nname = 1\n"),
            ("a.toml", "name = 2\nroot = 3\n"),
            ("pyproject.toml", "[project]\n"),
        ]);
        // What the user's own file extends is unknown where the file itself is wrong.
        assert_eq!(found.expect_err("wrong"), "licentia.toml:2:8: name is no string; put it in quotation marks");
        let found = layers(&[
            ("licentia.toml", "extends = [\"a.toml\", \"absent.toml\", \"pyproject.toml\"]\n"),
            ("a.toml", "name = 2\nroot = 3\n"),
            ("pyproject.toml", "[project]\n"),
        ]);
        assert_eq!(found.expect_err("wrong").lines().count(), 4);
    }
}
