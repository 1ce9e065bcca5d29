//! How the Hub is reached from here: the environment that users of `huggingface_hub` know becomes settings.

#![expect(clippy::disallowed_methods, reason = "the environment, a token file and certificates are the user's own")]

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use licentia::gap::GapKind;
use licentia::policy::Policy;
use licentia::run::{Follow, Limits};
use licentia::source::hub::{Hub, Proxies, Settings, Token, open_kept};
use licentia::source::hub_id::{HubId, HubList};
use licentia::source::hub_store::{self, Store};
use licentia::source::{Obstacle, SourceTree, cached};

use super::cache;
use super::failure::{Failure, USAGE};
use super::progress::Progress;

/// Where repositories of the Hub come from in this run.
pub(super) struct Reach {
    /// The cache of `huggingface_hub`.
    cache: Option<PathBuf>,
    /// What earlier runs kept.
    store: Option<Store>,
    endpoint: String,
    /// Seconds since 1970.
    now: u64,
    /// `None` offline.
    hub: Option<Arc<Hub>>,
    /// For those who watch.
    pub(super) progress: Progress,
    /// Repositories that were looked up so far.
    looked_up: AtomicUsize,
}

impl Reach {
    /// Reads the environment. Nothing is sent.
    ///
    /// # Errors
    /// Where a variable says what cannot be: no address, no certificate.
    pub(super) fn new(is_offline: bool, progress: Progress) -> Result<Self, Failure> {
        let variable = environment;
        let store = cache::directory().map(|root| Store::open(&root, hub_store::Limits::default()));
        let (endpoint, now) = (endpoint(variable), cache::now());
        let hub = if is_offline || says_offline(variable) {
            None
        } else {
            let settings = settings(variable)?;
            let hub = Hub::new(&settings, store.clone(), now);
            Some(hub.map_err(|error| Failure::new(USAGE, error.to_string(), "or work without it: --offline"))?)
        };
        let cache = hub_cache(|name| variable(name).map(PathBuf::from));
        Ok(Self { cache, store, endpoint, now, hub, progress, looked_up: AtomicUsize::new(0) })
    }

    /// Requests that were sent, and bytes that came.
    pub(super) fn traffic(&self) -> (u64, u64) {
        self.hub.as_ref().map_or((0, 0), |hub| hub.traffic())
    }

    /// The cache of `huggingface_hub`.
    pub(super) fn cache(&self) -> Option<&Path> {
        self.cache.as_deref()
    }

    /// Whether the cache of `huggingface_hub` holds the repository, at whatever revision.
    pub(super) fn is_cached(&self, id: &HubId) -> bool {
        cached::holds(self.cache.as_deref(), id)
    }

    /// Opens a target: from the Hub; offline from the cache of `huggingface_hub`, else from what was read before.
    pub(super) fn open(&self, id: &HubId, target: &str) -> Box<dyn SourceTree> {
        self.count(id);
        match &self.hub {
            Some(hub) => hub.open(id, target),
            None => self.open_offline(id, target).unwrap_or_else(|| cached::open(self.cache.as_deref(), id, target)),
        }
    }

    /// The members of a list of repositories.
    ///
    /// # Errors
    /// Offline, and where the Hub does not answer with all of them.
    pub(super) fn members(&self, list: &HubList) -> Result<Vec<HubId>, Obstacle> {
        if let Some(hub) = &self.hub {
            return hub.members(list);
        }
        let detail = format!("{list} was not looked at: only the Hub knows its members, and --offline forbids to ask");
        Err(Obstacle::new(GapKind::NotFetched, detail))
    }

    /// What is known of a repository without a network.
    fn open_offline(&self, id: &HubId, target: &str) -> Option<Box<dyn SourceTree>> {
        let tree = cached::open(self.cache.as_deref(), id, target);
        if !tree.entries().is_empty() {
            return Some(tree);
        }
        open_kept(self.store.as_ref()?, &self.endpoint, id, target, self.now)
    }

    /// Opens what a target was made from; offline only what is here.
    fn open_parent(&self, id: &HubId) -> Option<Box<dyn SourceTree>> {
        self.count(id);
        let target = id.to_string();
        match &self.hub {
            Some(hub) => Some(hub.open(id, &target)),
            None => self.open_offline(id, &target),
        }
    }

    /// Tells those who watch.
    fn count(&self, id: &HubId) {
        let before = self.looked_up.fetch_add(1, Ordering::Relaxed);
        self.progress.say(|| format!("looking up {} (repository {})", id.name, before + 1));
    }

    /// Runs `work` with the way to what the targets were made from.
    pub(super) fn following<T>(&self, policy: Option<&Policy>, work: impl FnOnce(&Follow<'_>) -> T) -> T {
        let open = |id: &HubId| self.open_parent(id);
        let datasets_bind = policy.is_some_and(Policy::has_binding_datasets);
        work(&Follow { open: &open, datasets_bind, limits: Limits::default() })
    }
}

/// A variable of the environment; an empty one is as good as none.
pub(super) fn environment(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// Where `huggingface_hub` keeps its cache: the first of these variables that is set, else below the home directory
/// (<https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables>).
fn hub_cache(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    stated(&variable, "HF_HUB_CACHE", "")
        .or_else(|| stated(&variable, "HUGGINGFACE_HUB_CACHE", ""))
        .or_else(|| Some(home_of_hub(&variable)?.join("hub")))
}

/// `HF_HOME` and what stands for it.
fn home_of_hub(variable: &impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    stated(variable, "HF_HOME", "")
        .or_else(|| stated(variable, "XDG_CACHE_HOME", "huggingface"))
        .or_else(|| Some(home(variable)?.join(".cache/huggingface")))
}

fn home(variable: &impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    ["HOME", "USERPROFILE"].iter().find_map(|name| variable(name).filter(|path| !path.as_os_str().is_empty()))
}

fn stated(variable: &impl Fn(&str) -> Option<PathBuf>, name: &str, below: &str) -> Option<PathBuf> {
    let path = variable(name).filter(|path| !path.as_os_str().is_empty())?;
    let path = match path.strip_prefix("~") {
        Ok(rest) => home(variable)?.join(rest),
        Err(_) => path,
    };
    // An empty name would add a slash.
    Some(if below.is_empty() { path } else { path.join(below) })
}

fn endpoint(variable: impl Fn(&str) -> Option<OsString>) -> String {
    let stated = variable("HF_ENDPOINT").map(|value| value.to_string_lossy().trim().trim_end_matches('/').to_owned());
    stated.filter(|value| !value.is_empty()).unwrap_or_else(|| Settings::default().endpoint)
}

pub(super) fn settings(variable: impl Fn(&str) -> Option<OsString> + Copy) -> Result<Settings, Failure> {
    let text = |name: &str| variable(name).map(|value| value.to_string_lossy().into_owned());
    let either = |one: &str, other: &str| text(one).or_else(|| text(other));
    let seconds = |name: &str| text(name).and_then(|value| value.trim().parse::<u64>().ok()).filter(|value| *value > 0);
    let standard = Settings::default();
    Ok(Settings {
        endpoint: endpoint(variable),
        token: token(variable),
        timeout: seconds("HF_HUB_DOWNLOAD_TIMEOUT")
            .map_or(standard.timeout, |value| Duration::from_secs(value.min(600))),
        proxies: Proxies {
            http: either("http_proxy", "HTTP_PROXY"),
            https: either("https_proxy", "HTTPS_PROXY"),
            all: either("all_proxy", "ALL_PROXY"),
            none: either("no_proxy", "NO_PROXY"),
        },
        authorities: authorities(variable)?,
        ..standard
    })
}

/// The token, as `huggingface_hub` finds it: two variables, then a file.
fn token(variable: impl Fn(&str) -> Option<OsString>) -> Option<Token> {
    if is_yes(variable("HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
        return None;
    }
    let stated = ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"]
        .iter()
        .find_map(|name| variable(name).and_then(|value| Token::new(&value.to_string_lossy())));
    stated.or_else(|| {
        let path = |name: &str| variable(name).map(PathBuf::from);
        let file = stated_file(&path).or_else(|| Some(home_of_hub(&path)?.join("token")))?;
        Token::new(&fs::read_to_string(file).ok()?)
    })
}

fn stated_file(variable: &impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    stated(variable, "HF_TOKEN_PATH", "")
}

/// Certificates of authorities of the user's own. Each variable names a file; the first that is set counts.
fn authorities(variable: impl Fn(&str) -> Option<OsString>) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    const NAMES: [&str; 3] = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"];
    let Some((name, path)) = NAMES.iter().find_map(|name| Some((*name, PathBuf::from(variable(name)?)))) else {
        return Ok(Vec::new());
    };
    let read = fs::read(&path).map_err(|error| {
        let message = format!("{name} names {}, which cannot be read: {error}", path.display());
        Failure::new(USAGE, message, "name a file with certificates in PEM form, or unset it")
    })?;
    Ok(vec![(format!("{name} ({})", path.display()), read)])
}

pub(super) fn says_offline(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"].iter().any(|name| is_yes(variable(name)))
}

/// What `huggingface_hub` takes for true.
fn is_yes(value: Option<OsString>) -> bool {
    let value = value.map(|value| value.to_string_lossy().trim().to_ascii_uppercase());
    value.is_some_and(|value| matches!(value.as_str(), "1" | "ON" | "YES" | "TRUE"))
}

/// The path of the organisation, for a name that may be a path.
pub(super) fn owner_of(id: &HubId) -> &Path {
    Path::new(id.name.split('/').next().unwrap_or(&id.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<'v>(variables: &'v [(&'v str, &'v str)]) -> impl Fn(&str) -> Option<OsString> + Copy + 'v {
        |name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
    }

    #[test]
    fn the_cache_is_where_huggingface_hub_keeps_it() {
        let cache = |variables: &[(&str, &str)]| {
            let found = of(variables);
            hub_cache(|name| found(name).map(PathBuf::from)).map(|path| path.to_string_lossy().into_owned())
        };
        let home = ("HOME", "/home/jo");
        assert_eq!(cache(&[home]).as_deref(), Some("/home/jo/.cache/huggingface/hub"));
        assert_eq!(cache(&[home, ("XDG_CACHE_HOME", "/x")]).as_deref(), Some("/x/huggingface/hub"));
        assert_eq!(cache(&[home, ("HF_HOME", "~/hf")]).as_deref(), Some("/home/jo/hf/hub"));
        assert_eq!(cache(&[home, ("HF_HOME", "/hf"), ("HF_HUB_CACHE", "/c")]).as_deref(), Some("/c"));
        assert_eq!(cache(&[]), None);
    }

    #[test]
    fn the_endpoint_has_no_slash_at_its_end_and_offline_is_said_in_four_ways() {
        assert_eq!(endpoint(of(&[("HF_ENDPOINT", "https://hub.example/ ")])), "https://hub.example");
        assert_eq!(endpoint(of(&[])), "https://huggingface.co");
        for (value, is_offline) in [("1", true), ("on", true), ("True", true), ("YES", true), ("0", false), ("", false)]
        {
            assert_eq!(says_offline(of(&[("HF_HUB_OFFLINE", value)])), is_offline, "{value}");
        }
    }

    #[test]
    fn a_token_comes_from_a_variable_else_from_a_file_and_may_be_switched_off() {
        let home = tempfile::tempdir().expect("a temporary directory");
        fs::write(home.path().join("token"), "hf_file\n").expect("writable");
        let path = home.path().to_string_lossy().into_owned();
        let in_file = ("HF_HOME", path.as_str());
        assert_eq!(token(of(&[in_file])), Token::new("hf_file"));
        assert_eq!(token(of(&[in_file, ("HF_TOKEN", "hf_set")])), Token::new("hf_set"));
        assert_eq!(token(of(&[in_file, ("HUGGING_FACE_HUB_TOKEN", "hf_old")])), Token::new("hf_old"));
        assert_eq!(token(of(&[in_file, ("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")])), None);
        assert_eq!(token(of(&[("HF_TOKEN_PATH", "/nowhere/token")])), None);
    }

    #[test]
    fn a_bundle_that_cannot_be_read_is_an_error_that_names_the_variable() {
        let failure = authorities(of(&[("SSL_CERT_FILE", "/nowhere/ca.pem")])).expect_err("no file");
        assert!(failure.message.contains("SSL_CERT_FILE"), "{}", failure.message);
        assert!(authorities(of(&[])).expect("nothing to read").is_empty());
    }
}
