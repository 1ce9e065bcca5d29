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
                    Found::Moved(response) => Ok(response),
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
                    Found::Moved(response) => Ok(response),
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
            let location = format!("{before}{new}{rest}");
            let text = format!("Temporary Redirect. Redirecting to {location}");
            return Ok(Found::Moved(Response::text(307, text).with("Location", location)));
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
    Moved(Response),
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
