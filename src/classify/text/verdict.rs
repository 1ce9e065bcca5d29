//! Which reference a passage is, and how certainly.

use license_db::diff::Hunk;
use license_db::format::SequenceKind;
use license_db::index::Sequence;
use license_db::tokens::{self, Tokens};

use super::constants::{
    CLEAN, CUT, CUT_MARGIN, CUT_SHARE, CUT_WORDS, FRAGMENT, MODIFIED, NOTICE, SHORT_NOTICE, SHORT_TEXT,
};
use super::weigh::{self, Weighed, Weight};
use crate::license::Outcome;

/// Whether words name a GNU licence and no version of it. The licences say that any version may then be chosen, which SPDX
/// writes as the first one *or later*; whoever wrote the words did not say so, and so it is one of several.
pub(super) fn is_any_version(expression: &str, written: &str) -> bool {
    const ANY: [&str; 5] =
        ["GPL-1.0-or-later", "LGPL-2.0-or-later", "LGPL-2.1-or-later", "AGPL-3.0-or-later", "GFDL-1.1-or-later"];
    ANY.iter().any(|any| expression.contains(any)) && !written.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether only a text that its licensor publishes, or one like it, may stand for this reference.
pub(super) fn is_canonical(kind: SequenceKind) -> bool {
    matches!(kind, SequenceKind::Canonical | SequenceKind::Exception | SequenceKind::UsePolicy)
}

/// Whether a text breaks off in a sentence.
pub(super) fn ends_open(text: &str) -> bool {
    text.trim_end().chars().next_back().is_some_and(|last| last.is_alphanumeric() || last == ',')
}

/// Whether a text begins in a sentence.
pub(super) fn begins_open(text: &str) -> bool {
    text.chars().find(|first| first.is_alphabetic()).is_some_and(char::is_lowercase)
}

/// Words of the reference that are missing because the text breaks off in a sentence, or begins in one.
pub(super) fn cut_off(reference: &Sequence<'_>, weighed: &Weighed, text: &str, tokens: &Tokens) -> usize {
    let matched = weighed.alignment.matched;
    if !is_canonical(reference.kind) || matched < CUT_WORDS || matched * CUT_SHARE < reference.classes.len() {
        return 0;
    }
    let passage = &weighed.alignment.passage;
    let is_off = |missing: &std::ops::Range<usize>| {
        let at_end = missing.end == reference.classes.len() && passage.end + CUT_MARGIN >= tokens.len();
        let at_start = missing.start == 0 && passage.start <= CUT_MARGIN;
        (at_end && ends_open(text)) || (at_start && begins_open(text))
    };
    let hunks = weighed.alignment.hunks.iter();
    hunks.filter(|hunk| hunk.added.is_empty() && is_off(&hunk.missing)).map(|hunk| hunk.missing.len()).sum()
}

/// Whether a reference may stand for a passage at all. `cut_off` are words of it that cannot be there.
pub(super) fn is_acceptable(reference: &Sequence<'_>, weighed: &Weighed, tokens: &Tokens, cut_off: usize) -> bool {
    let coverage = weighed.coverage(reference.classes.len());
    if !matches!(reference.kind, SequenceKind::Notice | SequenceKind::Nameless) {
        // Of a text of two dozen words, half is a phrase that anybody may use.
        let fragment = if reference.classes.len() < SHORT_TEXT { MODIFIED } else { FRAGMENT };
        let is_part = cut_off > 0 && weighed.coverage(reference.classes.len() - cut_off) >= MODIFIED;
        return (coverage >= fragment || is_part) && weighed.precision() >= fragment;
    }
    let hunks = &weighed.alignment.hunks;
    let has = |start: usize, length: usize| {
        !hunks.iter().any(|hunk| hunk.missing.start < start + length && start < hunk.missing.end)
    };
    if !reference.required().all(|(start, length)| has(start, length)) {
        return false;
    }
    if reference.classes.len() < SHORT_NOTICE {
        coverage == 1000 && weighed.gravest() == Weight::Benign
    } else {
        coverage >= NOTICE && weighed.precision() >= NOTICE && !changes_identity(reference, weighed, tokens)
    }
}

/// Words that tell one licence from its neighbour.
const IDENTITY: [&str; 10] =
    ["lesser", "library", "affero", "documentation", "artistic", "apache", "bsd", "mit", "mozilla", "noncommercial"];

/// Whether a difference touches the name or the version of the licence that a notice names.
fn changes_identity(reference: &Sequence<'_>, weighed: &Weighed, tokens: &Tokens) -> bool {
    let classes: Vec<u8> = IDENTITY.iter().flat_map(|word| tokens::tokenize(word).classes).collect();
    weighed.changes().any(|(hunk, _)| {
        let missing = reference.classes.get(hunk.missing.clone()).unwrap_or_default();
        let added = tokens.hashes.get(hunk.added.clone()).unwrap_or_default();
        let numbers = tokens.classes.get(hunk.added.clone()).unwrap_or_default();
        missing.iter().any(|class| classes.contains(class) || tokens::is_number(*class))
            || numbers.iter().any(|class| tokens::is_number(*class))
            || IDENTITY.iter().any(|word| added.contains(&tokens::word_hash(word.as_bytes())))
    })
}

/// How well a reference explains the text: many words, nearly all of its own, nothing in between. Words that may be
/// missing count as little as missing ones, so that of two near twins the one without differences wins; a canonical text whose
/// differences mean nothing is preferred to another form of it, and one of the SPDX list to one that is not.
pub(super) fn score(reference: &Sequence<'_>, weighed: &Weighed, cut_off: usize) -> u128 {
    let (coverage, precision) = weighed.likelihood(reference.classes.len() - cut_off);
    let size = reference.classes.len();
    let tail_alone =
        |hunk: &Hunk| cut_off > 0 && hunk.added.is_empty() && (hunk.missing.start == 0 || hunk.missing.end == size);
    let is_clean = coverage >= CLEAN && weighed.changes().all(|(hunk, _)| tail_alone(hunk));
    let bonus = match reference.kind {
        // A text that is there as a whole, in whatever form, is preferred to one that is cut off.
        _ if cut_off > 0 => 104,
        // Word for word a form that is known, though it is not the licensor's.
        SequenceKind::Variant if weighed.alignment.hunks.is_empty() => 103,
        SequenceKind::Variant => 99,
        _ if !is_clean => 100,
        _ if reference.expression.starts_with("LicenseRef-") => 106,
        _ => 108,
    };
    let words = weighed.alignment.matched as u128;
    words * u128::from(coverage).pow(4) * u128::from(precision).pow(2) * bonus
}

/// How certainly a passage is its reference. `is_clean` says that no difference means anything, `has_words` that every word
/// was compared and not its class alone.
pub(super) fn outcome(
    reference: &Sequence<'_>,
    weighed: &Weighed,
    is_clean: bool,
    cut_off: usize,
    tokens: &Tokens,
    has_words: bool,
) -> Outcome {
    let coverage = weighed.coverage(reference.classes.len());
    if !is_canonical(reference.kind) {
        let is_exact = reference.kind == SequenceKind::Notice
            && is_clean
            && !reference.is_loose
            && is_verbatim(reference, weighed, tokens);
        return if is_exact { Outcome::Exact } else { Outcome::Approximate };
    }
    if is_clean && coverage >= CLEAN {
        let is_hidden = !has_words && weigh::hides_change(&weighed.alignment, reference, tokens);
        return if is_hidden { Outcome::Modified } else { Outcome::Exact };
    }
    let only_missing = weighed.changes().all(|(hunk, _)| hunk.added.is_empty());
    let is_part = cut_off > 0 || (coverage < CLEAN && is_cut(weighed, reference));
    if coverage < MODIFIED || (only_missing && is_part) || weighed.is_damaged {
        Outcome::Approximate
    } else {
        Outcome::Modified
    }
}

/// Whether a passage has the very words of its reference. A notice keeps no hashes of its blocks, so that where its classes
/// agree and a difference stands between, another word could stand for the licence's name.
fn is_verbatim(reference: &Sequence<'_>, weighed: &Weighed, tokens: &Tokens) -> bool {
    let words = tokens.hashes.get(weighed.alignment.passage.clone()).unwrap_or_default();
    weighed.alignment.hunks.is_empty() && tokens::sequence_hash(words) == reference.hash
}

/// Whether a long piece of the reference is missing at one end: a part of a text, not a changed one.
fn is_cut(weighed: &Weighed, reference: &Sequence<'_>) -> bool {
    weighed.alignment.hunks.iter().any(|hunk| {
        (hunk.missing.start == 0 || hunk.missing.end == reference.classes.len()) && hunk.missing.len() > CUT
    })
}
