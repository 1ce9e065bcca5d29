//! What goes wrong between here and the Hub, told apart as far as the Hub tells.

use crate::gap::GapKind;
use crate::source::Obstacle;

/// Why a request has no usable answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) kind: FaultKind,
    /// A clause without a subject: `answered 503 Service Unavailable`.
    pub(super) words: String,
}

/// The kinds that somebody treats differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FaultKind {
    /// There is no such repository.
    NoRepository,
    /// There is none, or it is private: without a token the Hub does not tell which.
    Hidden,
    /// There is no such revision.
    NoRevision,
    /// There is no such file at that revision.
    NoFile,
    /// Files are only given to those who were let in.
    Gated,
    /// The repository was disabled.
    Disabled,
    /// The token is not valid.
    BadToken,
    /// Access is refused for a reason that the Hub does not say.
    Forbidden,
    /// No connection, no answer in time, a server that fails.
    Unreachable,
    /// There is an answer, and it is not what it should be.
    Malformed,
    /// There is more of it than is read.
    TooLarge,
}

impl Fault {
    pub(super) fn new(kind: FaultKind, words: impl Into<String>) -> Self {
        Self { kind, words: words.into() }
    }

    pub(super) fn malformed(words: impl Into<String>) -> Self {
        Self::new(FaultKind::Malformed, words)
    }

    /// The gap that it makes: `subject` is what was to be read, `page` the repository's address on the web.
    pub(super) fn obstacle(&self, subject: &str, page: &str) -> Obstacle {
        let words = &self.words;
        let (kind, detail) = match self.kind {
            FaultKind::NoRepository => {
                (GapKind::NotFetched, format!("{subject} does not exist on the Hub ({words}): check the name"))
            }
            // Not a refusal: of most of these there is none, and then nobody can be let in.
            FaultKind::Hidden => (
                GapKind::NotFetched,
                format!("{subject} does not exist on the Hub or is private ({words}): check the name, or set HF_TOKEN"),
            ),
            FaultKind::NoRevision => (
                GapKind::NotFetched,
                format!(
                    "{subject} does not exist at that revision ({words}): look at {page} for its branches and tags"
                ),
            ),
            FaultKind::NoFile => (
                GapKind::NotFetched,
                format!("{subject} is listed and the Hub does not have it ({words}): look at {page}"),
            ),
            FaultKind::Gated => (
                GapKind::Refused,
                format!("{subject} is gated and was not read ({words}): ask for access at {page} and set HF_TOKEN"),
            ),
            FaultKind::Disabled => {
                (GapKind::Refused, format!("{subject} was not read: the Hub has disabled it ({words}); see {page}"))
            }
            FaultKind::BadToken => (
                GapKind::Refused,
                format!("{subject} was not read: the Hub does not accept the token ({words}); set another or unset it"),
            ),
            FaultKind::Forbidden => (
                GapKind::Refused,
                format!("{subject} was not read: the Hub refuses access ({words}); check the token's permissions"),
            ),
            FaultKind::Unreachable => {
                (GapKind::Unreachable, format!("{subject} was not read: the server {words}; try again later"))
            }
            FaultKind::Malformed => (
                GapKind::Unreachable,
                format!("{subject} was not read: the server {words}; check HF_ENDPOINT and what stands between"),
            ),
            FaultKind::TooLarge => {
                (GapKind::Truncated, format!("{subject} was not read to its end: {words}; look at it by hand"))
            }
        };
        Obstacle::new(kind, detail)
    }
}

/// What a status with the Hub's own headers means. `code` is `X-Error-Code`, `message` is `X-Error-Message`.
pub(super) fn of_status(status: u16, code: Option<&str>, message: Option<&str>, is_known: bool) -> Fault {
    let said = message.map_or_else(String::new, |message| format!(": {}", shortened(message)));
    // Without a token the Hub answers 401 about what is not there, and speaks of a password that nobody gave.
    let said = if status == 401 && !is_known && code != Some("GatedRepo") { String::new() } else { said };
    let words = format!("{status}{said}");
    let says = |part: &str| message.is_some_and(|message| message.to_ascii_lowercase().contains(part));
    let kind = match (status, code) {
        (_, Some("GatedRepo")) => FaultKind::Gated,
        (_, Some("RevisionNotFound")) => FaultKind::NoRevision,
        (_, Some("EntryNotFound")) => FaultKind::NoFile,
        (401 | 403, _) if says("disabled") => FaultKind::Disabled,
        (401, _) if says("invalid credentials") || says("invalid username or password") && is_known => {
            FaultKind::BadToken
        }
        (401, _) if is_known => FaultKind::Forbidden,
        (401, _) => FaultKind::Hidden,
        (403, _) if says("gated") || says("authorized list") => FaultKind::Gated,
        (403, _) => FaultKind::Forbidden,
        (404, Some("RepoNotFound")) | (404 | 410, None) => FaultKind::NoRepository,
        _ => return Fault::new(FaultKind::Unreachable, format!("answered {words}")),
    };
    Fault::new(kind, words)
}

/// What a server says of itself, in one short line without control characters.
pub(super) fn shortened(words: &str) -> String {
    const LONGEST: usize = 200;
    let clean: String =
        words.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(LONGEST).collect();
    clean.trim().trim_end_matches(['.', ':', ';']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_hub_tells_apart_is_told_apart() {
        for (status, code, message, is_known, kind) in [
            (401, Some("RepoNotFound"), Some("Repository not found"), false, FaultKind::Hidden),
            (404, Some("RepoNotFound"), Some("Repository not found"), true, FaultKind::NoRepository),
            (404, None, None, false, FaultKind::NoRepository),
            (404, Some("RevisionNotFound"), None, false, FaultKind::NoRevision),
            (404, Some("EntryNotFound"), None, false, FaultKind::NoFile),
            (401, Some("GatedRepo"), None, false, FaultKind::Gated),
            (403, Some("GatedRepo"), None, true, FaultKind::Gated),
            (403, None, Some("Access to this resource is disabled."), false, FaultKind::Disabled),
            (401, None, Some("Invalid credentials in Authorization header"), true, FaultKind::BadToken),
            (403, None, None, true, FaultKind::Forbidden),
            (500, None, None, false, FaultKind::Unreachable),
            (429, None, None, false, FaultKind::Unreachable),
            (418, None, None, false, FaultKind::Unreachable),
        ] {
            assert_eq!(of_status(status, code, message, is_known).kind, kind, "{status} {code:?} {message:?}");
        }
    }

    #[test]
    fn every_fault_is_a_gap_that_closes_the_gate_and_names_its_subject() {
        for kind in [
            FaultKind::NoRepository,
            FaultKind::Hidden,
            FaultKind::NoRevision,
            FaultKind::NoFile,
            FaultKind::Gated,
            FaultKind::Disabled,
            FaultKind::BadToken,
            FaultKind::Forbidden,
            FaultKind::Unreachable,
            FaultKind::Malformed,
            FaultKind::TooLarge,
        ] {
            let obstacle = Fault::new(kind, "answered oddly").obstacle("org/name", "https://huggingface.co/org/name");
            assert!(obstacle.kind.makes_incomplete(), "{kind:?}");
            assert!(obstacle.detail.starts_with("org/name ") && obstacle.detail.contains("answered oddly"));
        }
    }

    #[test]
    fn what_a_server_says_cannot_break_a_line() {
        assert_eq!(shortened("a\nb\u{1b}[31m."), "a b [31m");
        assert_eq!(shortened(&"x".repeat(900)).len(), 200);
    }
}
