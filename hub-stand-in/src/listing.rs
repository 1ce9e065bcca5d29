//! `/api/models`: repositories that meet a description; and how any list is cut into pages.

use serde_json::{Value, json};

use crate::hub::Hub;
use crate::info;
use crate::refusal::Caller;
use crate::repository::{Kind, Repository};
use crate::request::{Request, percent_encoded};
use crate::response::Response;

pub(crate) fn repositories(hub: &Hub, request: &Request, caller: &Caller<'_>, kind: Kind) -> Response {
    let visible = hub.repositories.values().filter(|repository| {
        repository.kind == kind && !repository.disabled && (!repository.private || caller.may_enter(repository))
    });
    page(hub, request, visible.filter_map(|repository| item(request, repository)).collect())
}

/// What the list tells of a repository; nothing where it is not meant, or has no `main`.
fn item(request: &Request, repository: &Repository) -> Option<Value> {
    let commit = repository.at("main")?;
    let card = repository.card_at(commit);
    let tags = info::tags(repository, commit, card.as_ref());
    let query = request.query();
    let meant = query.iter().all(|(name, value)| match name.as_str() {
        "author" => repository.author() == Some(value),
        "search" => repository.id.to_ascii_lowercase().contains(&value.to_ascii_lowercase()),
        "filter" => tags.contains(value),
        "gated" => (info::gated(repository) != json!(false)).to_string() == value.to_ascii_lowercase(),
        _ => true,
    });
    if !meant {
        return None;
    }
    let full = request.asks_for("full");
    let mut fields = info::describe(repository, commit, false);
    let brief = ["_id", "id", "modelId", "private", "tags", "downloads", "likes", "createdAt", "pipeline_tag"];
    let detailed = ["author", "sha", "lastModified", "gated", "disabled", "siblings"];
    fields.retain(|name, _| {
        let name = name.as_str();
        brief.contains(&name)
            || (full && detailed.contains(&name))
            || (name == "cardData" && request.asks_for("cardData"))
            || (name == "config" && request.asks_for("config"))
    });
    Some(Value::Object(fields))
}

/// The part of a list that the cursor in the query asks for, with the address of the next in `Link`.
pub(crate) fn page(hub: &Hub, request: &Request, items: Vec<Value>) -> Response {
    let query = request.query();
    let number = |name: &str| query.iter().find(|(key, _)| key == name).and_then(|(_, value)| cursor_or_number(value));
    let start = number("cursor").unwrap_or_default().min(items.len());
    let limit = number("limit").map_or(hub.page, |limit| limit.min(hub.page)).max(1);
    let end = (start + limit).min(items.len());
    let total = items.len();
    let shown: Vec<Value> = items.into_iter().skip(start).take(limit).collect();
    let response = Response::json(200, &shown.into());
    if end == total {
        return response;
    }
    let others = query.iter().filter(|(name, _)| name != "cursor");
    let fields = others.map(|(name, value)| format!("{}={}&", percent_encoded(name, "[]"), percent_encoded(value, "")));
    let (path, fields) = (request.path(), fields.collect::<String>());
    response.with("Link", format!("<{}{path}?{fields}cursor={CURSOR}{end}>; rel=\"next\"", hub.endpoint))
}

/// Cursors are nobody's business but the server's, so they do not look like numbers.
const CURSOR: &str = "ZXlK";

fn cursor_or_number(value: &str) -> Option<usize> {
    value.strip_prefix(CURSOR).unwrap_or(value).parse().ok()
}

#[cfg(test)]
mod tests {
    use crate::conversation::fetch;
    use crate::{Gate, Repository, StandIn};

    #[test]
    fn a_list_keeps_its_conditions_over_its_pages() {
        let stand_in = StandIn::start();
        for name in ["acme/one", "acme/two", "acme/three", "other/one"] {
            stand_in.add(Repository::model(name).file("README.md", "---\nlicense: mit\nbase_model: x/y\n---\n"));
        }
        stand_in.add(Repository::model("acme/gated").gated(Gate::Auto));
        stand_in.add(Repository::model("acme/private").private());
        let list = |query: &str| fetch(&format!("{}/api/models?{query}", stand_in.endpoint()));
        let ids = |answer: &crate::conversation::Answer| -> Vec<String> {
            let items = answer.json();
            items.as_array().into_iter().flatten().map(|item| item["id"].to_string().replace('"', "")).collect()
        };
        let first = list("author=acme&filter=base_model:finetune:x/y&limit=2&full=True");
        assert_eq!(ids(&first), ["acme/one", "acme/three"]);
        let link = first.header("Link").expect("there is another page");
        let second = fetch(link.trim_start_matches('<').split('>').next().expect("an address"));
        assert_eq!((ids(&second), second.header("Link")), (vec!["acme/two".to_owned()], None));
        assert_eq!(second.json()[0]["siblings"][0]["rfilename"], "README.md");
        assert_eq!(list("author=acme").json()[0].get("siblings"), None);
        assert_eq!(ids(&list("gated=true")), ["acme/gated"]);
        assert_eq!(ids(&list("search=ONE")), ["acme/one", "other/one"]);
    }
}
