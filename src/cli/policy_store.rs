//! Policies behind URLs: fetched once, then read by the hash that the policy names.

#![expect(clippy::disallowed_methods, reason = "the store of policies is the user's own")]

use std::path::PathBuf;

use licentia::source::hub;

use super::hub::{environment, says_offline, settings};
use super::occasion;

/// Bytes of a policy at most, as for one on disk.
const LONGEST: u64 = 1 << 20;

/// The file that holds what a URL gave when somebody agreed to it: from the store, else from the network. What is wrong
/// comes with what to do. Only content with that hash is kept; whoever reads the file checks it again.
pub(super) fn fetched(url: &str, sha256: &str, is_offline: bool) -> Result<PathBuf, (String, String)> {
    let Some(store) = store() else {
        let what = format!("{url} is kept in a store in the home directory, and there is none");
        return Err((what, "set LICENTIA_CACHE_DIR to a directory, or extend a file".to_owned()));
    };
    let path = store.join(format!("{}.toml", sha256.to_ascii_lowercase()));
    if path.is_file() {
        return Ok(path);
    }
    let shown = path.display().to_string();
    let by_hand =
        || format!("curl -fsSL {} --create-dirs -o {} (its hash is checked)", for_shell(url), for_shell(&shown));
    if is_offline || says_offline(environment) {
        return Err((format!("{url} was not fetched before, and offline it cannot be"), by_hand()));
    }
    let settings = settings(environment).map_err(|failure| (failure.message, failure.help))?;
    let bytes = hub::document(&settings, url, LONGEST).map_err(|why| (format!("{url} {why}"), by_hand()))?;
    let found = licentia::evidence::sha256(&bytes);
    if !found.eq_ignore_ascii_case(sha256) {
        let what = format!("{url} has another content than was agreed to: its SHA-256 is {found}");
        return Err((what, "read what is there now, and write its hash if you agree to it".to_owned()));
    }
    let text = String::from_utf8(bytes).map_err(|_| (format!("{url} is no policy: it is not UTF-8"), String::new()))?;
    occasion::write(&path, &text).map_err(|failure| (failure.message, failure.help))?;
    Ok(path)
}

/// `policies` in the directory for what can be fetched again.
fn store() -> Option<PathBuf> {
    Some(super::cache::directory()?.join("policies"))
}

/// A word of a command to copy, in quotation marks where a shell would obey something in it.
fn for_shell(word: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "/:._-~%+@=,".contains(character);
    if word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_to_copy_runs_nothing_else() {
        assert_eq!(for_shell("https://example.org/p.toml"), "https://example.org/p.toml");
        assert_eq!(for_shell("https://x/$(id)'"), "'https://x/$(id)'\\'''");
    }
}
