//! `/api/models/{id}/tree/{revision}` and `paths-info`: the files, page by page.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::git_object::name_of;
use crate::hub::Hub;
use crate::listing::page;
use crate::refusal::Refusal;
use crate::repository::{Commit, File};
use crate::request::{Request, pairs};
use crate::response::Response;

pub(crate) fn answer(hub: &Hub, request: &Request, commit: &Commit, below: &str) -> Result<Response, Refusal> {
    let all = entries(commit);
    let inside = if below.is_empty() { String::new() } else { format!("{below}/") };
    if !below.is_empty() && all.get(below).is_none_or(|entry| entry["type"] != "directory") {
        return Err(Refusal::no_entry(below, &commit.id));
    }
    let recursive = request.asks_for("recursive");
    let these = all.iter().filter_map(|(path, entry)| {
        let rest = path.strip_prefix(&inside)?;
        (recursive || !rest.contains('/')).then(|| entry.clone())
    });
    let mut items: Vec<Value> = these.collect();
    if below.is_empty() {
        items.extend(commit.phantoms.iter().map(|path| phantom(path)));
    }
    Ok(page(hub, request, items).with("X-Repo-Commit", commit.id.clone()))
}

/// Paths that are not there are left out of the answer.
pub(crate) fn paths_info(request: &Request, commit: &Commit) -> Result<Response, Refusal> {
    if request.method != "POST" {
        return Err(Refusal::no_page());
    }
    let text = String::from_utf8_lossy(&request.body);
    let paths: Vec<String> = match serde_json::from_slice::<Value>(&request.body) {
        Ok(body) => match body.get("paths").and_then(Value::as_array) {
            Some(paths) => paths.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            None => return Err(Refusal::bad_request("\"paths\" is required")),
        },
        Err(_) => pairs(&text).into_iter().filter(|(name, _)| name == "paths").map(|(_, path)| path).collect(),
    };
    let all = entries(commit);
    let found: Vec<Value> = paths.iter().filter_map(|path| all.get(path.as_str()).cloned()).collect();
    Ok(Response::json(200, &found.into()))
}

/// Files and the directories that hold them, by path.
fn entries(commit: &Commit) -> BTreeMap<&str, Value> {
    let mut entries = BTreeMap::new();
    for (path, file) in &commit.files {
        for (slash, _) in path.match_indices('/') {
            let directory = &path[..slash];
            let entry = || json!({ "type": "directory", "oid": name_of(directory), "size": 0, "path": directory });
            entries.entry(directory).or_insert_with(entry);
        }
        entries.insert(path.as_str(), file_entry(path, file));
    }
    entries
}

fn file_entry(path: &str, file: &File) -> Value {
    let size = file.content.size();
    let mut entry = json!({ "type": "file", "oid": file.object, "size": size, "path": path });
    if let Some(pointer) = &file.pointer {
        entry["lfs"] = json!({ "oid": pointer.sha256, "size": size, "pointerSize": pointer.size });
    }
    entry
}

fn phantom(path: &str) -> Value {
    json!({ "type": "file", "oid": name_of(path), "size": 1, "path": path })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::conversation::{fetch, post};
    use crate::{Repository, StandIn};

    fn furnished() -> StandIn {
        let stand_in = StandIn::start();
        let model = Repository::model("a/b").file("README.md", "x").file("d/one", "1").file("d/e/two", "22");
        stand_in.add(model.lfs("model.gguf", "weights"));
        stand_in
    }

    fn paths(answer: &crate::conversation::Answer) -> Vec<String> {
        let entries = answer.json();
        entries.as_array().into_iter().flatten().map(|entry| entry["path"].as_str().unwrap_or("?").to_owned()).collect()
    }

    #[test]
    fn a_tree_is_shown_level_by_level_or_whole() {
        let stand_in = furnished();
        let tree = format!("{}/api/models/a/b/tree/main", stand_in.endpoint());
        assert_eq!(paths(&fetch(&tree)), ["README.md", "d", "model.gguf"]);
        let whole = ["README.md", "d", "d/e", "d/e/two", "d/one", "model.gguf"];
        assert_eq!(paths(&fetch(&format!("{tree}?recursive=true&expand=false"))), whole);
        assert_eq!(paths(&fetch(&format!("{tree}/d"))), ["d/e", "d/one"]);
        assert_eq!(fetch(&format!("{tree}/none")).header("X-Error-Code"), Some("EntryNotFound"));
        let entries = fetch(&tree).json();
        assert_eq!((&entries[1]["type"], &entries[2]["type"]), (&json!("directory"), &json!("file")));
        assert_eq!(entries[2]["lfs"]["size"], 7);
    }

    #[test]
    fn pages_are_linked_until_the_last() {
        let stand_in = furnished();
        stand_in.page_size(4);
        let mut url = format!("{}/api/models/a/b/tree/main?recursive=true", stand_in.endpoint());
        let mut pages = Vec::new();
        loop {
            let answer = fetch(&url);
            pages.push(paths(&answer).len());
            let Some(link) = answer.header("Link") else { break };
            url = link
                .strip_prefix('<')
                .and_then(|rest| rest.split_once(">; rel=\"next\""))
                .expect("a link")
                .0
                .to_owned();
        }
        assert_eq!(pages, [4, 2]);
    }

    #[test]
    fn paths_are_asked_for_as_a_form_or_as_json() {
        let stand_in = furnished();
        let url = format!("{}/api/models/a/b/paths-info/main", stand_in.endpoint());
        assert_eq!(paths(&post(&url, "paths=README.md&paths=d%2Fone&paths=none&expand=False")), ["README.md", "d/one"]);
        assert_eq!(paths(&post(&url, r#"{"paths": ["d", "none"]}"#)), ["d"]);
        assert_eq!(fetch(&url).status, 404);
    }
}
