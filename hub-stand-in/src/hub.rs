//! What the Hub holds, and which part of it answers which address.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::info;
use crate::listing;
use crate::refusal::{Caller, Refusal};
use crate::repository::{Commit, Kind, Repository};
use crate::request::{Origin, Request};
use crate::resolve;
use crate::response::Response;
use crate::tree;

/// Requests in five minutes that the Hub grants to those without a token: of its API, and of files.
const QUOTAS: [(&str, u64); 2] = [("api", 500), ("resolvers", 3000)];

/// The holder of a token.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) user: String,
    /// Names of the private and gated repositories that are open to it.
    pub(crate) access: BTreeSet<String>,
}

/// Repositories that somebody has put together.
#[derive(Debug)]
pub(crate) struct Collection {
    pub(crate) title: String,
    pub(crate) items: Vec<String>,
}

/// All that is served.
#[derive(Debug)]
pub(crate) struct Hub {
    pub(crate) endpoint: String,
    /// As redirects spell it.
    pub(crate) cdn: String,
    pub(crate) repositories: BTreeMap<String, Repository>,
    pub(crate) renames: BTreeMap<String, String>,
    pub(crate) accounts: BTreeMap<String, Account>,
    pub(crate) collections: BTreeMap<String, Collection>,
    /// Entries of a tree, and repositories of a list, in one answer.
    pub(crate) page: usize,
    pub(crate) ignores_ranges: bool,
    pub(crate) resolve_cache: bool,
    pub(crate) xet: bool,
    /// Requests so far of the API and of files.
    asked: [u64; 2],
}

impl Hub {
    pub(crate) fn new(endpoint: String, cdn: String) -> Self {
        Self {
            endpoint,
            cdn,
            repositories: BTreeMap::new(),
            renames: BTreeMap::new(),
            accounts: BTreeMap::new(),
            collections: BTreeMap::new(),
            page: 1000,
            ignores_ranges: false,
            resolve_cache: false,
            xet: false,
            asked: [0, 0],
        }
    }

    pub(crate) fn answer(&mut self, request: &Request) -> Response {
        if request.origin == Origin::Cdn {
            return resolve::stored(self, request);
        }
        let segments = request.segments();
        let is_file = segments.first().is_none_or(|first| first != "api");
        self.asked[usize::from(is_file)] += 1;
        let (policy, quota) = QUOTAS[usize::from(is_file)];
        // Never 0: being out of quota is a fault that a test asks for.
        let remaining = quota.saturating_sub(self.asked[usize::from(is_file)]).max(1);
        let answer = self.route(request, &segments);
        let mut response = answer.unwrap_or_else(|refusal| refusal.answer(request));
        response.set("RateLimit", format!("\"{policy}\";r={remaining};t=300"));
        response.set("RateLimit-Policy", format!("\"fixed window\";\"{policy}\";q={quota};w=300"));
        response
    }

    fn route(&self, request: &Request, segments: &[String]) -> Result<Response, Refusal> {
        let caller = self.caller(request)?;
        let words: Vec<&str> = segments.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["api", "whoami-v2"] => whoami(&caller),
            ["api", "collections", slug @ ..] => self.collection(&slug.join("/")),
            ["api", "resolve-cache", rest @ ..] => resolve::cached(self, request, &caller, rest),
            ["api", plural] => {
                let kind = Kind::of_plural(plural).ok_or_else(Refusal::no_page)?;
                Ok(listing::repositories(self, request, &caller, kind))
            }
            ["api", plural, rest @ ..] => {
                let kind = Kind::of_plural(plural).ok_or_else(Refusal::no_page)?;
                let actions = ["revision", "tree", "paths-info", "refs"];
                let (id, rest) = split_at_action(rest, &actions);
                match self.find(request, &caller, kind, &id, &format!("/api/{plural}/"))? {
                    Found::Moved(location) => Ok(moved(&location)),
                    Found::Here(repository) => self.api(request, repository, &rest),
                }
            }
            _ => {
                let (kind, rest) = match words.split_first() {
                    Some((&"datasets", rest)) => (Kind::Dataset, rest),
                    Some((&"spaces", rest)) => (Kind::Space, rest),
                    _ => (Kind::Model, words.as_slice()),
                };
                let (id, rest) = split_at_action(rest, &["resolve"]);
                let ["resolve", revision, path @ ..] = rest.as_slice() else { return Err(Refusal::no_page()) };
                match self.find(request, &caller, kind, &id, &format!("/{}", kind.prefix()))? {
                    Found::Moved(location) => Ok(moved(&location)),
                    Found::Here(repository) => {
                        resolve::file(self, request, &caller, repository, revision, &path.join("/"))
                    }
                }
            }
        }
    }

    fn api(&self, request: &Request, repository: &Repository, rest: &[&str]) -> Result<Response, Refusal> {
        match rest {
            [] => info::answer(request, repository, commit_at(repository, "main")?),
            ["revision", revision] => info::answer(request, repository, commit_at(repository, revision)?),
            ["tree", revision, path @ ..] => {
                let commit = commit_at(repository, revision)?;
                tree::answer(self, request, commit, &path.join("/"))
            }
            ["paths-info", revision] => tree::paths_info(request, commit_at(repository, revision)?),
            ["refs"] => Ok(Response::json(200, &references(request, repository))),
            _ => Err(Refusal::no_page()),
        }
    }

    fn caller(&self, request: &Request) -> Result<Caller<'_>, Refusal> {
        let Some(authorization) = request.header("authorization") else { return Ok(Caller::Anonymous) };
        let account = authorization.strip_prefix("Bearer ").and_then(|token| self.accounts.get(token));
        account.map(Caller::Known).ok_or_else(Refusal::bad_token)
    }

    fn find(
        &self,
        request: &Request,
        caller: &Caller<'_>,
        kind: Kind,
        id: &str,
        before: &str,
    ) -> Result<Found<'_>, Refusal> {
        let name = format!("{}{id}", kind.prefix());
        if let Some(new) = self.renames.get(&name).filter(|_| !self.repositories.contains_key(&name)) {
            let new = new.strip_prefix(kind.prefix()).unwrap_or(new);
            let rest = request.target.strip_prefix(before).and_then(|rest| rest.strip_prefix(id)).unwrap_or_default();
            return Ok(Found::Moved(format!("{before}{new}{rest}")));
        }
        let found = self.repositories.get(&name);
        let repository = found.filter(|repository| !repository.private || caller.may_enter(repository));
        let repository = repository.ok_or_else(|| Refusal::no_repository(caller))?;
        if repository.disabled {
            return Err(Refusal::disabled());
        }
        Ok(Found::Here(repository))
    }

    fn collection(&self, slug: &str) -> Result<Response, Refusal> {
        let Some(collection) = self.collections.get(slug) else { return Err(Refusal::no_page()) };
        let owner = slug.split('/').next().unwrap_or_default();
        let shown = collection.items.iter().enumerate().filter_map(|(position, name)| {
            let repository = self.repositories.get(name)?;
            Some(json!({
                "_id": crate::git_object::name_of(&format!("{slug} {name}"))[..24],
                "position": position,
                "type": repository.kind.singular(),
                "id": repository.id,
                "author": repository.author(),
                "gated": info::gated(repository),
                "private": repository.private,
                "repoType": repository.kind.singular(),
            }))
        });
        Ok(Response::json(
            200,
            &json!({
                "slug": slug,
                "title": collection.title,
                "owner": { "name": owner, "type": "org" },
                "items": shown.collect::<Vec<_>>(),
                "lastUpdated": info::date(0),
                "position": 0,
                "private": false,
                "theme": "green",
                "upvotes": 0,
            }),
        ))
    }
}

enum Found<'hub> {
    Here(&'hub Repository),
    /// The new address.
    Moved(String),
}

fn moved(location: &str) -> Response {
    Response::text(307, format!("Temporary Redirect. Redirecting to {location}")).with("Location", location)
}

/// A name has one part or two; what follows it begins with one of the actions. `models/tree/tree/main` is the tree of a
/// repository called `tree`, so the first part is never an action.
fn split_at_action<'words>(words: &[&'words str], actions: &[&str]) -> (String, Vec<&'words str>) {
    let end = words.iter().skip(1).position(|word| actions.contains(word)).map_or(words.len(), |place| place + 1);
    (words[..end].join("/"), words[end..].to_vec())
}

fn commit_at<'hub>(repository: &'hub Repository, revision: &str) -> Result<&'hub Commit, Refusal> {
    repository.at(revision).ok_or_else(|| Refusal::no_revision(revision))
}

fn whoami(caller: &Caller<'_>) -> Result<Response, Refusal> {
    match caller {
        Caller::Anonymous => Err(Refusal::anonymous()),
        Caller::Known(account) => Ok(Response::json(
            200,
            &json!({
                "type": "user",
                "name": account.user,
                "fullname": account.user,
                "orgs": [],
                "auth": { "type": "access_token", "accessToken": { "displayName": "test", "role": "read" } },
            }),
        )),
    }
}

fn references(request: &Request, repository: &Repository) -> Value {
    let with_prefix = |prefix: &str| -> Vec<Value> {
        let these = repository.references().filter_map(|(name, commit)| {
            let short = name.strip_prefix(prefix)?;
            Some(json!({ "name": short, "ref": name, "targetCommit": commit }))
        });
        these.collect()
    };
    let mut all = json!({ "branches": with_prefix("refs/heads/"), "converts": [], "tags": with_prefix("refs/tags/") });
    if request.asks_for("include_prs") {
        all["pullRequests"] = with_prefix("refs/pr/").into();
    }
    all
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::conversation::{Answer, ask, fetch};
    use crate::{Gate, Repository, StandIn};

    fn furnished() -> StandIn {
        let stand_in = StandIn::start();
        let readme = "---\nlicense: mit\n---\n";
        stand_in.add(Repository::model("acme/open").file("README.md", readme).tag("v1").file("LICENSE", "MIT"));
        stand_in.add(Repository::model("acme/gated").file("README.md", readme).gated(Gate::Auto));
        stand_in.add(Repository::model("acme/private").file("README.md", readme).private());
        stand_in.add(Repository::model("acme/taken-down").file("README.md", readme).disabled());
        stand_in.add(Repository::model("old-style").file("README.md", readme));
        stand_in.add(Repository::dataset("acme/open").file("README.md", readme));
        stand_in.token("hf_in", &["acme/gated", "acme/private"]);
        stand_in.token("hf_out", &[]);
        stand_in.rename("acme/former", "acme/open");
        stand_in.rename("datasets/acme/former", "datasets/acme/open");
        stand_in.rename("former", "old-style");
        stand_in
    }

    fn with_token(stand_in: &StandIn, path: &str, token: &str) -> Answer {
        let url = format!("{}{path}", stand_in.endpoint());
        ask("GET", &url, &[("Authorization", &format!("Bearer {token}"))])
    }

    fn refusal(answer: &Answer) -> (u16, Option<&str>, Option<&str>) {
        (answer.status, answer.header("X-Error-Code"), answer.header("X-Error-Message"))
    }

    #[test]
    fn a_missing_repository_and_a_private_one_look_the_same() {
        let stand_in = furnished();
        for path in ["/api/models/acme/none", "/api/models/acme/private", "/acme/private/resolve/main/README.md"] {
            let anonymous = fetch(&format!("{}{path}", stand_in.endpoint()));
            let expected = (401, Some("RepoNotFound"), Some("Invalid username or password."));
            assert_eq!(refusal(&anonymous), expected, "{path}");
            let stranger = with_token(&stand_in, path, "hf_out");
            assert_eq!(refusal(&stranger), (404, Some("RepoNotFound"), Some("Repository not found")), "{path}");
        }
        assert_eq!(with_token(&stand_in, "/api/models/acme/private", "hf_in").status, 200);
    }

    #[test]
    fn a_wrong_token_is_refused_everywhere_on_the_hub() {
        let stand_in = furnished();
        for path in ["/api/models/acme/open", "/acme/open/resolve/main/README.md", "/api/whoami-v2"] {
            let answer = with_token(&stand_in, path, "hf_wrong");
            assert_eq!(refusal(&answer), (401, None, Some("Invalid credentials in Authorization header")), "{path}");
        }
        assert_eq!(with_token(&stand_in, "/api/whoami-v2", "hf_out").json()["name"], "tester");
        assert_eq!(fetch(&format!("{}/api/whoami-v2", stand_in.endpoint())).status, 401);
    }

    #[test]
    fn a_gated_repository_is_described_to_all_and_served_to_few() {
        let stand_in = furnished();
        let described = fetch(&format!("{}/api/models/acme/gated", stand_in.endpoint())).json();
        assert_eq!((&described["gated"], &described["cardData"]["license"]), (&json!("auto"), &json!("mit")));
        let file = "/acme/gated/resolve/main/README.md";
        let anonymous = fetch(&format!("{}{file}", stand_in.endpoint()));
        assert_eq!((anonymous.status, anonymous.header("X-Error-Code")), (401, Some("GatedRepo")));
        let stranger = with_token(&stand_in, file, "hf_out");
        assert_eq!((stranger.status, stranger.header("X-Error-Code")), (403, Some("GatedRepo")));
        assert_eq!(with_token(&stand_in, file, "hf_in").status, 200);
    }

    #[test]
    fn a_disabled_repository_says_so() {
        let stand_in = furnished();
        for path in ["/api/models/acme/taken-down", "/acme/taken-down/resolve/main/README.md"] {
            let answer = fetch(&format!("{}{path}", stand_in.endpoint()));
            assert_eq!(refusal(&answer), (403, None, Some("Access to this resource is disabled.")), "{path}");
        }
    }

    #[test]
    fn a_renamed_repository_redirects_with_the_rest_of_the_address() {
        let stand_in = furnished();
        for (old, new) in [
            ("/api/models/acme/former?blobs=true", "/api/models/acme/open?blobs=true"),
            ("/api/models/acme/former/tree/refs%2Fpr%2F1?x=1", "/api/models/acme/open/tree/refs%2Fpr%2F1?x=1"),
            ("/acme/former/resolve/main/a%20b", "/acme/open/resolve/main/a%20b"),
            ("/datasets/acme/former/resolve/main/x", "/datasets/acme/open/resolve/main/x"),
            ("/api/datasets/acme/former", "/api/datasets/acme/open"),
            ("/former/resolve/main/README.md", "/old-style/resolve/main/README.md"),
        ] {
            let answer = fetch(&format!("{}{old}", stand_in.endpoint()));
            assert_eq!((answer.status, answer.header("Location")), (307, Some(new)));
            assert_eq!(answer.text(), format!("Temporary Redirect. Redirecting to {new}"));
        }
    }

    #[test]
    fn what_is_missing_inside_a_repository_is_named() {
        let stand_in = furnished();
        let endpoint = stand_in.endpoint();
        let revision = fetch(&format!("{endpoint}/api/models/acme/open/revision/v2"));
        assert_eq!(refusal(&revision), (404, Some("RevisionNotFound"), Some("Invalid rev id: v2")));
        // In the revision v1 there is no LICENSE; the commit is what makes the absence worth remembering.
        let entry = fetch(&format!("{endpoint}/acme/open/resolve/v1/LICENSE"));
        assert_eq!((entry.status, entry.header("X-Error-Code")), (404, Some("EntryNotFound")));
        assert_eq!(entry.header("X-Repo-Commit"), Some(stand_in.commit_of("acme/open", "v1").as_str()));
        assert_eq!(fetch(&format!("{endpoint}/acme/open/resolve/main/LICENSE")).status, 200);
        assert_eq!(fetch(&format!("{endpoint}/acme/open/blob/main/LICENSE")).status, 404);
        assert_eq!(fetch(&format!("{endpoint}/api/nonsense")).status, 404);
    }

    #[test]
    fn every_answer_of_the_hub_tells_the_quota() {
        let stand_in = furnished();
        let api = fetch(&format!("{}/api/models/acme/open", stand_in.endpoint()));
        assert_eq!(api.header("RateLimit"), Some("\"api\";r=499;t=300"));
        assert_eq!(api.header("RateLimit-Policy"), Some("\"fixed window\";\"api\";q=500;w=300"));
        let file = fetch(&format!("{}/old-style/resolve/main/README.md", stand_in.endpoint()));
        assert_eq!(file.header("RateLimit"), Some("\"resolvers\";r=2999;t=300"));
    }

    #[test]
    fn references_and_collections_are_listed() {
        let stand_in = furnished();
        stand_in.change("acme/open", |open| open.pull_request(1, |changed| changed.file("x", "y")));
        let url = format!("{}/api/models/acme/open/refs", stand_in.endpoint());
        assert_eq!(fetch(&url).json().get("pullRequests"), None);
        let refs = fetch(&format!("{url}?include_prs=1")).json();
        assert_eq!(refs["pullRequests"][0]["targetCommit"], stand_in.commit_of("acme/open", "refs/pr/1"));
        assert_eq!(refs["tags"][0]["name"], "v1");
        stand_in.collection("acme/best-1", "Best", &["acme/open", "datasets/acme/open"]);
        let collection = fetch(&format!("{}/api/collections/acme/best-1", stand_in.endpoint())).json();
        assert_eq!(collection["items"][1]["type"], "dataset");
        assert_eq!(collection["items"][0]["id"], "acme/open");
    }
}
