//! How the Hub is reached. Nothing here reads the environment: `cli` does, by the names that users of
//! `huggingface_hub` know (<https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables>).

use std::fmt;
use std::time::Duration;

/// Where the Hub is, who asks, and how patiently.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `https://huggingface.co`, or another that speaks the same (`HF_ENDPOINT`). Without a trailing slash.
    pub endpoint: String,
    /// What shows who asks. It goes to the endpoint's own origin and nowhere else.
    pub token: Option<Token>,
    /// How long to wait for a connection, for an answer, and for each further piece of it.
    pub timeout: Duration,
    /// Proxies, as the environment names them.
    pub proxies: Proxies,
    /// Certificates of authorities that are trusted beside those of the system, as PEM, with the names of their files.
    pub authorities: Vec<(String, Vec<u8>)>,
    /// Requests that run at the same time at most.
    pub at_once: usize,
    /// The longest single wait that a server may ask for before it counts as failed.
    pub patience: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            endpoint: "https://huggingface.co".to_owned(),
            token: None,
            timeout: Duration::from_secs(10),
            proxies: Proxies::default(),
            authorities: Vec::new(),
            at_once: 8,
            patience: Duration::from_secs(60),
        }
    }
}

/// Proxies by what they carry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    /// `http_proxy`.
    pub http: Option<String>,
    /// `HTTPS_PROXY`, `https_proxy`.
    pub https: Option<String>,
    /// `ALL_PROXY`, `all_proxy`.
    pub all: Option<String>,
    /// `NO_PROXY`, `no_proxy`: hosts that are reached directly.
    pub none: Option<String>,
}

/// A token of the Hub. It has no way into a message: neither `Debug` nor anything else shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The token in `text`, without the space around it; `None` where nothing is left or it could be no header.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_header = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_header.then(|| Self(text.to_owned()))
    }

    /// For the header, and for nothing else.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_trimmed_and_never_shown() {
        let token = Token::new(" hf_secret\n").expect("a token");
        assert_eq!(token.reveal(), "hf_secret");
        let settings = Settings { token: Some(token), ..Settings::default() };
        assert!(!format!("{settings:?}").contains("secret"));
        assert_eq!((Token::new("  "), Token::new("a b"), Token::new("a\u{7f}")), (None, None, None));
    }
}
