//! The matcher: which licences a text states, how certainly, and where.
//!
//! Words ([`license_db::tokens`]) give seeds, seeds give votes, votes give candidates (`seeds`); each candidate is laid
//! against the text (`align`), and every difference is weighed (`weigh`, `slips`, `force`). Names, tags and links are
//! found word for word (`stated`) or by the grammar of references (`references`). `search` drives all that, `verdict` says
//! which reference a passage is and how certainly. What nothing explains is looked at last (`residue`): a licence file
//! whose operative words are not all explained is never called by a clean name. `compose` joins the passages.

mod align;
mod beginnings;
mod compose;
mod constants;
mod damage;
mod force;
mod gate;
mod layout;
mod library;
mod lines;
mod names;
mod references;
mod reflow;
mod residue;
mod search;
mod seeds;
mod slips;
mod stated;
mod verdict;
mod weigh;
mod withheld;

use std::ops::Range;

use license_db::tokens::{self, Tokens};

use crate::evidence::TextKind;
use crate::license::{Classification, Expression, Match, MatchKind, Outcome};
use crate::location::Location;
use compose::Passage;
use constants::{EXCEPTION_REACH, SMALL};
use library::Library;
pub use library::{OwnTextError, OwnTexts};
use lines::Lines;
use residue::Strictness;
use search::Search;

/// What a text says about licences. `kind` tells how much of it must be explained for a clean answer.
pub fn classify(text: &str, kind: TextKind) -> Classification {
    Matcher::default().classify(text, kind)
}

/// Compares texts with the database, and with texts of the user's own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Matcher<'a> {
    /// The user's own texts.
    pub own: Option<&'a OwnTexts>,
}

impl Matcher<'_> {
    /// What a text says about licences. `kind` tells how much of it must be explained for a clean answer.
    pub fn classify(&self, text: &str, kind: TextKind) -> Classification {
        if kind == TextKind::Header {
            return self.classify_program(text, |_| kind);
        }
        self.classify_words(text, &tokens::tokenize(text), |_| kind).0
    }

    /// What a text of unknown purpose says. If a licence text stands in it, the file is there to be that licence, and
    /// everything operative in it must be explained.
    pub fn classify_unnamed(&self, text: &str) -> Classification {
        self.classify_program(text, |passages| {
            let quotes = passages.iter().any(|passage| passage.found.kind == MatchKind::Text);
            if quotes { TextKind::LicenseFile } else { TextKind::Header }
        })
    }

    /// Reads what may be licence language alone; all of the text where a licence text is quoted in it.
    fn classify_program(self, text: &str, kind: impl Fn(&[Passage]) -> TextKind) -> Classification {
        // A short file is read faster than searched, and the user's own texts may hold no word that others hold.
        let is_read = self.own.is_some() || text.len() <= SMALL;
        let stretches = if is_read { std::iter::once(0..text.len()).collect() } else { gate::stretches(text) };
        if stretches.is_empty() {
            return Classification::of_label(Outcome::None, None, Vec::new());
        }
        let (found, quotes) = self.classify_words(text, &tokens::tokenize_within(text, &stretches), &kind);
        let is_whole = matches!(stretches.as_slice(), [all] if *all == (0..text.len()));
        if quotes && !is_whole {
            return self.classify_words(text, &tokens::tokenize(text), &kind).0;
        }
        found
    }

    /// The answer, and whether a licence text is quoted.
    fn classify_words(
        self,
        text: &str,
        tokens: &Tokens,
        kind: impl Fn(&[Passage]) -> TextKind,
    ) -> (Classification, bool) {
        let Some(library) = Library::new(self.own) else {
            return (Classification::of_label(Outcome::Unknown, None, Vec::new()), false);
        };
        let mut search = Search::new(text, tokens, &library);
        let mut passages = search.passages();
        let quotes = passages.iter().any(|passage| passage.found.kind == MatchKind::Text);
        let strictness = Strictness::of(kind(&passages));
        let licensed: Vec<Range<usize>> = passages.iter().map(|passage| passage.words.clone()).collect();
        let residue = residue::find(text, tokens, (&search.covered, &search.named), strictness, &licensed);
        let mut residue: Vec<Match> = residue.into_iter().map(|words| search.residue_match(&words)).collect();
        if let Some(part) = search.beginning(&passages, !residue.is_empty()) {
            passages = vec![part];
            residue.clear();
        }
        let choice = |before: &Range<usize>, after: &Range<usize>| references_or(text, tokens, before, after);
        (compose::compose(passages, residue, EXCEPTION_REACH, choice), quotes)
    }
}

/// The answer for a text together with labels that were read elsewhere in the file (front matter, a metadata field), each
/// with its place.
///
/// A label counts as a passage of its lines; it stands in place of what the matcher reads there.
pub fn with_labels(mut found: Classification, text: &str, labels: &[(Classification, Location)]) -> Classification {
    if labels.is_empty() {
        return found;
    }
    let is_placeholder = |label: &Classification| label.outcome == Outcome::Unknown && label.expression.is_none();
    let stated: Vec<&(Classification, Location)> = labels.iter().filter(|(label, _)| !is_placeholder(label)).collect();
    let lines_of = |place: &Location| place.span.map_or((1, 1), |span| (span.start_line, span.end_line));
    found.matches.retain(|one| {
        !labels.iter().any(|(_, place)| lines_of(place).0 <= one.lines.0 && one.lines.1 <= lines_of(place).1)
    });
    let lines = Lines::of(text);
    for (label, place) in &stated {
        let expression = label
            .expression
            .clone()
            .unwrap_or_else(|| Expression::any_of(label.candidates.iter().map(|id| Expression::license(id.as_str()))));
        let (first, last) = lines_of(place);
        found.matches.push(Match {
            expression,
            kind: MatchKind::Tag,
            outcome: label.outcome,
            lines: (first, last),
            bytes: (lines.offset_of(first), lines.offset_of(last + 1)),
            coverage: 1000,
            similarity: 1000,
            added: Vec::new(),
            missing_words: 0,
            changes: Vec::new(),
        });
    }
    // A placeholder (`other`) with a name beside it is explained by the name; alone it is a statement nobody can read.
    let has_unread = stated.is_empty() && labels.iter().any(|(label, _)| is_placeholder(label));
    compose::recompose(found, has_unread)
}

/// Words that may stand between two licences of a choice.
const EMPTY: [&str; 16] = [
    "or", "the", "license", "either", "at", "your", "option", "of", "terms", "under", "version", "a", "an", "http",
    "https", "www",
];

/// Whether nothing but "or" and words without content stands between two passages of one sentence.
fn references_or(text: &str, tokens: &Tokens, before: &Range<usize>, after: &Range<usize>) -> bool {
    let end = before.end.checked_sub(1).and_then(|last| tokens.ends.get(last));
    let (Some(&start), Some(&end)) = (end, tokens.starts.get(after.start)) else { return false };
    let Some(between) = text.get(start as usize..end as usize).filter(|between| between.len() < 120) else {
        return false;
    };
    let words: Vec<String> =
        between.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    words.iter().any(|word| word == "or")
        && words.iter().all(|word| EMPTY.contains(&word.as_str()))
        && !between.contains("\n\n")
}
