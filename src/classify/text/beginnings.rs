//! Texts that break off. A text whose every word, from the first to the last, is the beginning of a licence is a part of it:
//! nothing else explains all of its words, and nothing but what is missing speaks against it.

use license_db::diff::Hunk;
use license_db::tokens::Tokens;

use super::align::Alignment;
use super::compose::Passage;
use super::constants::{CUT_SHARE, CUT_WORDS};
use super::library::{Library, ReferenceId};
use super::search::{Found, Search};
use super::verdict;
use super::weigh::Scales;
use crate::license::{MatchKind, Outcome};

impl Search<'_> {
    /// The text as the beginning of a licence, where its passages leave something open: one of them differs from what is
    /// known, or the text breaks off in words that none of them holds.
    pub(super) fn beginning(&self, passages: &[Passage], has_residue: bool) -> Option<Passage> {
        let is_clean = |passage: &Passage| passage.found.outcome <= Outcome::OneOf;
        let differs = |passage: &Passage| !is_clean(passage) && passage.found.similarity < 1000;
        let breaks_off = self.covered.last() == Some(&false) && verdict::ends_open(self.text);
        if !has_residue && !breaks_off && !passages.iter().any(differs) {
            return None;
        }
        let mut ids = beginning_with(self.library, self.tokens).into_iter();
        let id = ids.next()?;
        let reference = self.library.reference(id)?;
        let words = self.tokens.len();
        let rest = Hunk { missing: words..reference.classes.len(), added: words..words };
        let alignment = Alignment { passage: 0..words, hunks: vec![rest], matched: words };
        let scales = Scales { text: self.text, tokens: self.tokens, library: self.library };
        let weighed = scales.weigh(alignment, &reference, self.library.words(&reference).as_ref());
        let mut part = self.text_passage(&Found { id, weighed, score: 0, rivals: ids.collect() })?;
        // A licence that is there as a whole may be all that was meant.
        let whole = passages.iter().filter(|one| one.found.kind == MatchKind::Text && is_clean(one));
        for name in whole.flat_map(|one| &one.candidates) {
            if !part.candidates.contains(name) {
                part.candidates.push(name.clone());
            }
        }
        (part.found.outcome >= Outcome::Approximate).then_some(part)
    }
}

/// The licence texts that begin with all words of a text and go on. Of those that nothing tells apart the one comes first of
/// which most is there, and one of the SPDX list before one that is not.
fn beginning_with(library: &Library<'_>, tokens: &Tokens) -> Vec<ReferenceId> {
    let words = tokens.len();
    if words < CUT_WORDS {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (shelf, index) in library.shelves() {
        for sequence in (0..index.len()).filter_map(|position| u16::try_from(position).ok()) {
            let Some(reference) = index.sequence(sequence) else { continue };
            let size = reference.classes.len();
            let goes_on = words < size && size <= words * CUT_SHARE;
            if !goes_on || !verdict::is_canonical(reference.kind) || !reference.classes.starts_with(&tokens.classes) {
                continue;
            }
            // Words of one class are told apart where the words of the reference are at hand.
            let own = library.words(&reference);
            if own.is_none_or(|own| own.tokens.hashes.starts_with(&tokens.hashes)) {
                let is_listed = !reference.expression.starts_with("LicenseRef-");
                found.push((size, !is_listed, ReferenceId { shelf, sequence }));
            }
        }
    }
    found.sort_unstable();
    found.into_iter().map(|(_, _, id)| id).collect()
}

#[cfg(test)]
mod tests {
    use license_db::tokens::tokenize;

    use super::*;
    use crate::classify::text::{Matcher, OwnTexts};
    use crate::evidence::TextKind;

    const BEGINNING: &str =
        "Whoever bakes bread by this recipe may give it to neighbours, guests and travellers at any hour,";
    const SHORT: &str = "if the oven was cleaned.";
    const LONG: &str = "if the oven was cleaned, the flour was weighed, the dough was left to rise twice, and nobody went hungry. \
                        Whoever burns it bakes another.";

    fn own() -> OwnTexts {
        let text = |rest: &str| format!("{BEGINNING} {rest}");
        OwnTexts::new([
            ("LicenseRef-long-recipe".to_owned(), text(LONG)),
            ("LicenseRef-short-recipe".to_owned(), text(SHORT)),
        ])
        .expect("two texts")
    }

    fn candidates(text: &str) -> Vec<String> {
        let own = own();
        let found = Matcher { own: Some(&own) }.classify(text, TextKind::LicenseFile);
        assert_ne!(found.outcome, Outcome::Exact, "{text}");
        found.candidates
    }

    #[test]
    fn a_beginning_names_every_licence_that_begins_so() {
        let found = candidates(BEGINNING);
        assert_eq!(found, ["LicenseRef-short-recipe", "LicenseRef-long-recipe"]);
    }

    #[test]
    fn a_beginning_may_end_with_a_sentence() {
        let (first, _) = LONG.split_once(". ").expect("two sentences");
        let found = candidates(&format!("{BEGINNING} {first}."));
        assert_eq!(found.first().map(String::as_str), Some("LicenseRef-long-recipe"), "{found:?}");
    }

    #[test]
    fn a_whole_text_a_changed_one_and_a_few_words_begin_nothing() {
        let own = own();
        let library = Library::new(Some(&own)).expect("the index of this build");
        for text in
            [format!("{BEGINNING} {LONG}"), BEGINNING.replace("neighbours", "bakers"), "Whoever bakes".to_owned()]
        {
            assert!(beginning_with(&library, &tokenize(&text)).is_empty(), "{text}");
        }
    }
}
