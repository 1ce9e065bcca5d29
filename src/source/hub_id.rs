//! Names of repositories on the Hugging Face Hub, as people and programs write them.

use std::fmt;

use super::hub_cache::is_name;
use crate::scan::RepositoryKind;

/// Longest half of a name on the Hub.
const LONGEST_NAME: usize = 96;

/// Longest revision. A commit has 40 characters; nobody names a branch in more than a line.
const LONGEST_REVISION: usize = 200;

/// Hosts of the Hub. Those behind the first three serve models by name, too.
const HOSTS: [&str; 5] =
    ["huggingface.co", "www.huggingface.co", "hf.co", "api-inference.huggingface.co", "router.huggingface.co"];

/// First parts of addresses on the Hub that are pages and no account.
const PAGES: [&str; 32] = [
    "blog",
    "brand",
    "changelog",
    "chat",
    "collections",
    "course",
    "docs",
    "enterprise",
    "front",
    "inference",
    "inference-endpoints",
    "join",
    "languages",
    "learn",
    "login",
    "logout",
    "metrics",
    "new",
    "organizations",
    "papers",
    "posts",
    "pricing",
    "privacy",
    "search",
    "security",
    "settings",
    "storage",
    "support",
    "tasks",
    "terms-of-service",
    "transformers",
    "welcome",
];

/// A repository of the Hub, and which state of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HubId {
    /// Model, dataset or space.
    pub kind: RepositoryKind,
    /// `org/name`, or `name` for the few old ones without an organisation.
    pub name: String,
    /// Branch, tag or commit; `None` means `main`.
    pub revision: Option<String>,
}

impl HubId {
    /// Reads `org/name`, `org/name@revision`, and what has one word where the organisation should be
    /// (`bert-base-uncased`).
    pub fn of_words(words: &str) -> Option<Self> {
        let (name, revision) = match words.split_once('@') {
            Some((name, revision)) => (name, Some(revision)),
            None => (words, None),
        };
        Self::new(RepositoryKind::Model, name, revision)
    }

    /// Reads what can be nothing else: `hf:[datasets/|spaces/]org/name[@revision]`, `hf://…/path`, and the addresses
    /// of a repository or of a file in it. `None` for everything else, also for pages of the Hub that are no
    /// repository.
    pub fn of_link(link: &str) -> Option<Self> {
        let link = link.trim();
        if let Some(path) = link.strip_prefix("hf://") {
            return Self::of_path(path);
        }
        if let Some(path) = ["hf-hub:", "hf_hub:", "hf:"].iter().find_map(|scheme| link.strip_prefix(scheme)) {
            let (kind, words) = kind_of(path);
            return Self::of_words(words).map(|id| Self { kind, ..id });
        }
        let address = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://")).unwrap_or(link);
        let (host, path) = address.split_once('/')?;
        let is_host = HOSTS.iter().any(|known| host.eq_ignore_ascii_case(known));
        if is_host { Self::of_address(path) } else { None }
    }

    /// The same repository at that revision; unchanged where the revision is none that the Hub could have.
    #[must_use]
    pub fn at(self, revision: Option<&str>) -> Self {
        match revision.filter(|revision| is_revision(revision)) {
            Some(revision) => Self { revision: Some(revision.to_owned()), ..self },
            None => self,
        }
    }

    /// The command that puts it into the cache.
    pub fn download_command(&self) -> String {
        let kind = match self.kind {
            RepositoryKind::Model => "",
            RepositoryKind::Dataset => " --repo-type dataset",
            RepositoryKind::Space => " --repo-type space",
        };
        let revision = self.revision.as_ref().map_or(String::new(), |revision| format!(" --revision {revision}"));
        format!("hf download {}{kind}{revision}", self.name)
    }

    /// Its address on the web.
    pub fn address(&self) -> String {
        let revision = self.revision.as_ref().map_or(String::new(), |revision| format!("/tree/{revision}"));
        format!("https://huggingface.co/{}{}{revision}", self.prefix(), self.name)
    }

    /// The name of its folder in a cache.
    pub(super) fn folder(&self) -> String {
        let kind = match self.kind {
            RepositoryKind::Model => "models",
            RepositoryKind::Dataset => "datasets",
            RepositoryKind::Space => "spaces",
        };
        format!("{kind}--{}", self.name.replace('/', "--"))
    }

    fn prefix(&self) -> &'static str {
        match self.kind {
            RepositoryKind::Model => "",
            RepositoryKind::Dataset => "datasets/",
            RepositoryKind::Space => "spaces/",
        }
    }

    fn new(kind: RepositoryKind, name: &str, revision: Option<&str>) -> Option<Self> {
        let parts: Vec<&str> = name.split('/').collect();
        let is_good = (1..=2).contains(&parts.len()) && parts.iter().all(|part| is_half(part));
        let is_good = is_good && revision.is_none_or(is_revision);
        is_good.then(|| Self { kind, name: name.to_owned(), revision: revision.map(str::to_owned) })
    }

    /// What follows `hf://`: a name, and behind it perhaps the path of a file.
    fn of_path(path: &str) -> Option<Self> {
        let (kind, path) = kind_of(path);
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let (organisation, name) = (parts.next()?, parts.next()?);
        // A slash in a revision is written as %2F.
        let name = name.replace("%2F", "/").replace("%2f", "/");
        Self::of_words(&format!("{organisation}/{name}")).map(|id| Self { kind, ..id })
    }

    fn of_address(path: &str) -> Option<Self> {
        let path = path.split(['?', '#']).next().unwrap_or(path);
        let path = path.strip_prefix("api/").or_else(|| path.strip_prefix("hf-inference/")).unwrap_or(path);
        let (kind, path) = kind_of(path.strip_prefix("models/").unwrap_or(path));
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let is_state = |part: &str| matches!(part, "tree" | "blob" | "resolve" | "raw" | "commit" | "revision");
        if parts.first().is_some_and(|first| PAGES.contains(first)) {
            return None;
        }
        let (name, rest) = match parts.as_slice() {
            [name, state, rest @ ..] if is_state(state) => ((*name).to_owned(), rest),
            [organisation, name, state, rest @ ..] if is_state(state) => (format!("{organisation}/{name}"), rest),
            [organisation, name, ..] => (format!("{organisation}/{name}"), [].as_slice()),
            [name] => ((*name).to_owned(), [].as_slice()),
            [] => return None,
        };
        // `git clone` takes the name with an ending, Ollama with a tag (`hf.co/org/name:Q4_K_M`).
        let name = name.split([':', '@']).next().unwrap_or(&name);
        let name = name.strip_suffix(".git").unwrap_or(name);
        let revision = match rest {
            ["refs", kind, number, ..] => Some(format!("refs/{kind}/{number}")),
            [revision, ..] => Some(revision.replace("%2F", "/").replace("%2f", "/")),
            [] => None,
        };
        Self::new(kind, name, revision.as_deref().filter(|revision| is_revision(revision)))
    }
}

/// A list of repositories that the Hub keeps.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HubList {
    /// All models of a user or an organisation.
    Author(String),
    /// A collection, by owner and slug: `acme/models-0123456789abcdef01234567`.
    Collection(String),
}

impl HubList {
    /// Reads `hf:org/*`, `hf:collections/owner/slug` and the address of a collection.
    pub fn of_link(link: &str) -> Option<Self> {
        let link = link.trim();
        if let Some(author) = link.strip_prefix("hf:").and_then(|rest| rest.strip_suffix("/*")) {
            return is_half(author).then(|| Self::Author(author.to_owned()));
        }
        let address = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"));
        let of_host = address.and_then(|address| address.split_once('/')).filter(|(host, _)| HOSTS.contains(host));
        let path = link.strip_prefix("hf:").or(of_host.map(|(_, path)| path))?.strip_prefix("collections/")?;
        let slug = path.split(['?', '#']).next().unwrap_or(path).trim_end_matches('/');
        let parts: Vec<&str> = slug.split('/').collect();
        let is_good = parts.len() == 2 && parts.iter().all(|part| is_name(part) && part.len() <= 2 * LONGEST_NAME);
        is_good.then(|| Self::Collection(slug.to_owned()))
    }

    /// Its address on the web.
    pub fn address(&self) -> String {
        match self {
            Self::Author(author) => format!("https://huggingface.co/{author}"),
            Self::Collection(slug) => format!("https://huggingface.co/collections/{slug}"),
        }
    }
}

impl fmt::Display for HubList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Author(author) => write!(f, "hf:{author}/*"),
            Self::Collection(slug) => write!(f, "hf:collections/{slug}"),
        }
    }
}

impl fmt::Display for HubId {
    /// As a target that can be nothing else.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hf:{}{}", self.prefix(), self.name)?;
        self.revision.as_ref().map_or(Ok(()), |revision| write!(f, "@{revision}"))
    }
}

fn kind_of(path: &str) -> (RepositoryKind, &str) {
    match path.split_once('/') {
        Some(("datasets", rest)) => (RepositoryKind::Dataset, rest),
        Some(("spaces", rest)) => (RepositoryKind::Space, rest),
        _ => (RepositoryKind::Model, path),
    }
}

/// Half of `org/name`.
fn is_half(part: &str) -> bool {
    is_name(part)
        && part.len() <= LONGEST_NAME
        && !part.starts_with('-')
        && !part.ends_with('.')
        && !part.contains("..")
}

/// Whether it may be a branch, a tag or a commit, and may stand in a command and in a path.
fn is_revision(text: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && !part.starts_with(['.', '-']) && !part.contains("..");
    text.len() <= LONGEST_REVISION
        && text.split('/').all(is_part)
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.+/".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(id: Option<HubId>) -> String {
        id.map_or_else(|| "-".to_owned(), |id| id.to_string())
    }

    #[test]
    fn words_name_a_model_with_or_without_an_organisation_and_a_revision() {
        for (words, is) in [
            ("org/name", "hf:org/name"),
            ("org/name@v1.0", "hf:org/name@v1.0"),
            ("org/name@refs/pr/1", "hf:org/name@refs/pr/1"),
            ("gpt2", "hf:gpt2"),
            ("a/b/c", "-"),
            ("./name", "-"),
            ("org/", "-"),
            ("org/..", "-"),
            ("org/name@", "-"),
            ("org/name@../../x", "-"),
            ("org/name@-x", "-"),
            ("org/na me", "-"),
        ] {
            assert_eq!(shown(HubId::of_words(words)), is, "{words}");
        }
    }

    #[test]
    fn links_name_a_repository_also_where_they_lead_to_a_file_in_it() {
        for (link, is) in [
            ("hf:org/name@v1", "hf:org/name@v1"),
            ("hf:org/name@refs/pr/1", "hf:org/name@refs/pr/1"),
            ("hf:datasets/org/name", "hf:datasets/org/name"),
            ("hf:spaces/org/name", "hf:spaces/org/name"),
            ("hf://datasets/org/name@v1/train.csv", "hf:datasets/org/name@v1"),
            ("hf-hub:timm/vit", "hf:timm/vit"),
            ("https://huggingface.co/org/name", "hf:org/name"),
            ("https://huggingface.co/org/name/", "hf:org/name"),
            ("https://huggingface.co/org/name.git", "hf:org/name"),
            ("https://huggingface.co/org/name/resolve/abc/model.bin?download=true", "hf:org/name@abc"),
            ("https://huggingface.co/org/name/tree/refs%2Fpr%2F1", "hf:org/name@refs/pr/1"),
            ("https://huggingface.co/gpt2/resolve/main/vocab.json", "hf:gpt2@main"),
            ("https://huggingface.co/datasets/org/name/blob/main/a.csv", "hf:datasets/org/name@main"),
            ("https://huggingface.co/api/models/org/name", "hf:org/name"),
            ("https://api-inference.huggingface.co/models/org/name", "hf:org/name"),
            ("hf.co/org/name:Q4_K_M", "hf:org/name"),
            ("https://huggingface.co/docs/hub/local-cache", "-"),
            ("https://huggingface.co/", "-"),
            ("https://example.org/org/name", "-"),
            ("org/name", "-"),
        ] {
            assert_eq!(shown(HubId::of_link(link)), is, "{link}");
        }
    }

    #[test]
    fn lists_are_all_models_of_an_author_and_collections() {
        let shown = |link: &str| HubList::of_link(link).map_or_else(|| "-".to_owned(), |list| list.to_string());
        for (link, is) in [
            ("hf:acme/*", "hf:acme/*"),
            ("hf:collections/acme/best-01ab", "hf:collections/acme/best-01ab"),
            ("https://huggingface.co/collections/acme/best-01ab?x=1", "hf:collections/acme/best-01ab"),
            ("hf:acme/name", "-"),
            ("hf:*/*", "-"),
            ("hf:collections/acme", "-"),
            ("hf:collections/acme/../x", "-"),
            ("https://example.org/collections/acme/best", "-"),
        ] {
            assert_eq!(shown(link), is, "{link}");
        }
    }

    #[test]
    fn the_command_that_fetches_it_says_kind_and_revision() {
        let id = HubId::of_link("hf:datasets/org/name@v1").expect("a link");
        assert_eq!(id.download_command(), "hf download org/name --repo-type dataset --revision v1");
        assert_eq!(id.address(), "https://huggingface.co/datasets/org/name/tree/v1");
        assert_eq!(id.folder(), "datasets--org--name");
    }
}
