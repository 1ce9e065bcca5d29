//! How the Hub says no: the status, `X-Error-Code` and `X-Error-Message` that its clients look at.

use serde_json::json;

use crate::repository::Repository;
use crate::request::Request;
use crate::response::Response;

/// A no.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: u16,
    code: Option<&'static str>,
    message: String,
    commit: Option<String>,
}

/// Who asks.
#[derive(Debug)]
pub(crate) enum Caller<'hub> {
    Anonymous,
    Known(&'hub crate::hub::Account),
}

impl Caller<'_> {
    pub(crate) fn may_enter(&self, repository: &Repository) -> bool {
        matches!(self, Self::Known(account) if account.access.contains(&repository.name()))
    }
}

impl Refusal {
    fn new(status: u16, code: Option<&'static str>, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), commit: None }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, None, message)
    }

    pub(crate) fn bad_token() -> Self {
        Self::new(401, None, "Invalid credentials in Authorization header")
    }

    pub(crate) fn anonymous() -> Self {
        Self::new(401, None, "Invalid username or password.")
    }

    /// Without a token the Hub does not say whether a repository is missing or private.
    pub(crate) fn no_repository(caller: &Caller<'_>) -> Self {
        match caller {
            Caller::Anonymous => Self::new(401, Some("RepoNotFound"), "Invalid username or password."),
            Caller::Known(_) => Self::new(404, Some("RepoNotFound"), "Repository not found"),
        }
    }

    pub(crate) fn no_revision(revision: &str) -> Self {
        Self::new(404, Some("RevisionNotFound"), format!("Invalid rev id: {revision}"))
    }

    /// The commit stays in the answer: clients remember that the file was missing in it.
    pub(crate) fn no_entry(path: &str, commit: &str) -> Self {
        let refusal = Self::new(404, Some("EntryNotFound"), format!("Entry not found: {path}"));
        Self { commit: Some(commit.to_owned()), ..refusal }
    }

    pub(crate) fn gated(repository: &Repository, caller: &Caller<'_>) -> Self {
        let what = format!("Access to {} {} is restricted", repository.kind.singular(), repository.id);
        match caller {
            Caller::Anonymous => {
                let remedy = "You must have access to it and be authenticated to access it. Please log in.";
                Self::new(401, Some("GatedRepo"), format!("{what}. {remedy}"))
            }
            Caller::Known(_) => {
                let remedy = "and you are not in the authorized list. Ask for access on its page.";
                Self::new(403, Some("GatedRepo"), format!("{what} {remedy}"))
            }
        }
    }

    pub(crate) fn disabled() -> Self {
        Self::new(403, None, "Access to this resource is disabled.")
    }

    pub(crate) fn no_page() -> Self {
        Self::new(404, None, "Sorry, we can't find the page you are looking for.")
    }

    /// JSON from the API, text elsewhere.
    pub(crate) fn answer(&self, request: &Request) -> Response {
        let mut response = if request.path().starts_with("/api/") {
            Response::json(self.status, &json!({ "error": self.message }))
        } else {
            Response::text(self.status, self.message.clone())
        };
        if let Some(code) = self.code {
            response.set("X-Error-Code", code);
        }
        response.set("X-Error-Message", self.message.clone());
        if let Some(commit) = &self.commit {
            response.set("X-Repo-Commit", commit.clone());
        }
        response
    }
}
