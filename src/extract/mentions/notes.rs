//! What the readers of mentions write into: one place decides what words are, and that a place is noted once.

use std::collections::BTreeSet;
use std::ops::Range;

use super::identifier::{self, Reading, Taking};
use super::page::Page;
use super::{Found, Project};
use crate::gap::{Gap, GapKind};
use crate::location::Location;
use crate::mention::{Mention, Named, Unnamed, Why};
use crate::scan::RepositoryKind;
use crate::source::hub_id::HubId;

/// Most mentions and notes of one text; more is a list of models, which is data.
const MOST: usize = 1000;

/// What one text names. Readers run in the order of how much they know, because of two that find something at the same
/// place the first is believed.
#[derive(Debug)]
pub(super) struct Notes<'a> {
    pub(super) page: &'a Page<'a>,
    path: &'a str,
    project: &'a Project<'a>,
    by: &'static str,
    taken: BTreeSet<(usize, usize)>,
    found: Found,
    is_full: bool,
}

impl<'a> Notes<'a> {
    pub(super) fn new(page: &'a Page<'a>, path: &'a str, project: &'a Project<'a>) -> Self {
        Self { page, path, project, by: "", taken: BTreeSet::new(), found: Found::default(), is_full: false }
    }

    /// Who writes from here on.
    pub(super) fn by(&mut self, reader: &'static str) {
        self.by = reader;
    }

    /// What was found.
    pub(super) fn into_found(self) -> Found {
        self.found
    }

    /// Words in a place that takes a model or a dataset. `key` is what the place is called; a revision that the words
    /// do not state themselves may stand beside them. Answers whether they name something.
    pub(super) fn words(
        &mut self,
        (words, range): (&str, Range<usize>),
        taking: Taking,
        key: &str,
        revision: Option<&str>,
    ) -> bool {
        let range = self.unquoted(range);
        match identifier::read(words, taking, |path| self.project.holds(self.path, path)) {
            Reading::Hub(id) => self.hub(id, range, key, revision),
            Reading::Ollama(name) => {
                self.mention(Named::Ollama { name }, &range, key);
                true
            }
            Reading::Computed if taking.loads => self.unnamed(Why::Computed, range, key),
            Reading::Path if taking.loads => self.unnamed(Why::Path, range, key),
            Reading::Computed | Reading::Path | Reading::Nothing => false,
        }
    }

    /// A repository of the Hub. A space is an application and no model.
    pub(super) fn hub(&mut self, id: HubId, range: Range<usize>, key: &str, revision: Option<&str>) -> bool {
        let id = if id.revision.is_none() { id.at(revision) } else { id };
        let what = match id.kind {
            RepositoryKind::Model => Named::Model { id: id.name, revision: id.revision },
            RepositoryKind::Dataset => Named::Dataset { id: id.name, revision: id.revision },
            RepositoryKind::Space => return false,
        };
        let range = self.unquoted(range);
        self.mention(what, &range, key);
        true
    }

    /// A name in a place that takes names of Ollama, or addresses of the Hub.
    pub(super) fn ollama(&mut self, (words, range): (&str, Range<usize>), key: &str) -> bool {
        if let Some(id) = HubId::of_link(words) {
            return self.hub(id, range, key, None);
        }
        let range = self.unquoted(range);
        if words.contains(['$', '{']) {
            return self.unnamed(Why::Computed, range, key);
        }
        if words.starts_with(['.', '/', '~']) || words.to_ascii_lowercase().ends_with(".gguf") {
            return self.unnamed(Why::Path, range, key);
        }
        let Reading::Ollama(name) = identifier::ollama(words) else { return false };
        self.mention(Named::Ollama { name }, &range, key);
        true
    }

    /// A place that loads what cannot be told. Answers false: nothing was named.
    pub(super) fn unnamed(&mut self, why: Why, range: Range<usize>, key: &str) -> bool {
        if self.has_room(&range) {
            let at = self.location(&range, key);
            self.found.computed.push(Unnamed { at, why, quote: self.page.quote(&range), by: self.by });
        }
        false
    }

    /// "This could not be seen."
    pub(super) fn gap(&mut self, kind: GapKind, detail: String) {
        self.found.gaps.push(Gap { at: Location::file(0, self.path), kind, detail });
    }

    fn mention(&mut self, what: Named, range: &Range<usize>, key: &str) {
        if self.has_room(range) {
            let at = self.location(range, key);
            self.found.mentions.push(Mention { at, what, quote: self.page.quote(range), by: self.by });
        }
    }

    /// Whether nothing stands at the place yet, and not too much in all.
    fn has_room(&mut self, range: &Range<usize>) -> bool {
        if self.taken.contains(&(range.start, range.end)) || self.is_full {
            return false;
        }
        if self.taken.len() == MOST {
            self.is_full = true;
            let path = crate::source::quoted(self.path);
            let detail =
                format!("{path} names more than {MOST} models, and from there on they were left out: check it by hand");
            self.gap(GapKind::Truncated, detail);
            return false;
        }
        self.taken.insert((range.start, range.end))
    }

    fn location(&self, range: &Range<usize>, key: &str) -> Location {
        let key = Some(key).filter(|key| !key.is_empty()).map(str::to_owned);
        Location { source: 0, path: self.path.to_owned(), span: Some(self.page.span(range)), key }
    }

    /// The range without quotes around it, so that every reader means the same place.
    fn unquoted(&self, range: Range<usize>) -> Range<usize> {
        let words = self.page.words(&range);
        let inner = ['"', '\''].iter().find_map(|quote| words.strip_prefix(*quote)?.strip_suffix(*quote));
        match inner {
            Some(inner) if !inner.is_empty() => range.start + 1..range.end - 1,
            _ => range,
        }
    }
}
