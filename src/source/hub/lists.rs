//! Lists of repositories: the models of an author, and collections.

use serde_json::Value;

use super::fault::Fault;
use super::listing;
use super::transport::{Meter, Request};
use super::{Hub, MOST_OF_AN_ANSWER, says_html};
use crate::scan::RepositoryKind;
use crate::source::hub_id::{HubId, HubList};
use crate::source::{Obstacle, quoted, uri};

/// Pages of a list that are asked for, of a thousand models each.
const MOST_PAGES: usize = 20;

impl Hub {
    /// The repositories of a list, in the order of their names, each once.
    ///
    /// # Errors
    /// Where the list cannot be read to its end: checking a part of it would pass for checking all.
    pub fn members(&self, list: &HubList) -> Result<Vec<HubId>, Obstacle> {
        let found = match list {
            HubList::Author(author) => self.models_of(author),
            HubList::Collection(slug) => self.collection(slug),
        };
        let mut ids = found.map_err(|fault| fault.obstacle(&quoted(&list.to_string()), &list.address()))?;
        ids.sort();
        ids.dedup();
        Ok(ids)
    }

    fn models_of(&self, author: &str) -> Result<Vec<HubId>, Fault> {
        let meter = Meter::new(MOST_PAGES as u64 * 6, MOST_OF_AN_ANSWER * MOST_PAGES as u64);
        let mut path = format!("/api/models?author={}&limit=1000", uri::component(author));
        let mut ids = Vec::new();
        for _ in 0..MOST_PAGES {
            let answer = self.transport.get(&Request { path: &path, range: None, most: MOST_OF_AN_ANSWER }, &meter)?;
            let value = listing::json(&answer.body, says_html(&answer))?;
            let items = value.as_array().ok_or_else(|| Fault::malformed("answered with something else than a list"))?;
            for item in items {
                ids.push(named(item, RepositoryKind::Model)?);
            }
            match listing::next_page(answer.header("link"), self.transport.endpoint())? {
                Some(next) => path = next,
                None => return Ok(ids),
            }
        }
        Err(Fault::new(super::fault::FaultKind::TooLarge, format!("there are more than {} models", ids.len())))
    }

    fn collection(&self, slug: &str) -> Result<Vec<HubId>, Fault> {
        let meter = Meter::new(6, MOST_OF_AN_ANSWER);
        let path = format!("/api/collections/{}", uri::path(slug));
        let answer = self.transport.get(&Request { path: &path, range: None, most: MOST_OF_AN_ANSWER }, &meter)?;
        let value = listing::json(&answer.body, says_html(&answer))?;
        let items = value.get("items").and_then(Value::as_array);
        let items = items.ok_or_else(|| Fault::malformed("answered without the items of the collection"))?;
        let kind = |item: &Value| match item.get("type").or_else(|| item.get("item_type")).and_then(Value::as_str) {
            Some("model") => Some(RepositoryKind::Model),
            Some("dataset") => Some(RepositoryKind::Dataset),
            Some("space") => Some(RepositoryKind::Space),
            // Papers and whatever else there will be hold no files.
            _ => None,
        };
        items.iter().filter_map(|item| Some((item, kind(item)?))).map(|(item, kind)| named(item, kind)).collect()
    }
}

fn named(item: &Value, kind: RepositoryKind) -> Result<HubId, Fault> {
    let name = ["id", "modelId", "item_id"].iter().find_map(|key| item.get(key).and_then(Value::as_str));
    let id = name.and_then(HubId::of_words).filter(|id| id.revision.is_none());
    id.map(|id| HubId { kind, ..id }).ok_or_else(|| Fault::malformed("listed a repository without its name"))
}
