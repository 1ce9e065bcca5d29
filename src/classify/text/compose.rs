//! From passages to one answer: AND for what stands together, OR where a choice is stated, WITH for exceptions.

use std::ops::Range;

use crate::license::{Classification, Expression, MODIFIED_PREFIX, Match, MatchKind, Outcome, UNEXPLAINED};

/// A passage with what it means, before it is joined with the others.
#[derive(Clone, Debug)]
pub(super) struct Passage {
    pub(super) words: Range<usize>,
    pub(super) found: Match,
    pub(super) candidates: Vec<String>,
    /// Stands behind WITH.
    pub(super) is_exception: bool,
}

/// The answer for a text. `between` tells whether two passages are joined by a stated choice.
pub(super) fn compose(
    mut passages: Vec<Passage>,
    residue: Vec<Match>,
    reach: usize,
    between: impl Fn(&Range<usize>, &Range<usize>) -> bool,
) -> Classification {
    passages.sort_by_key(|passage| (passage.words.start, passage.words.end));
    settle_families(&mut passages);
    let passages = with_exceptions(passages, reach);
    let outcome = passages
        .iter()
        .map(|passage| passage.found.outcome)
        .chain(residue.iter().map(|found| found.outcome))
        .max()
        .unwrap_or(Outcome::None);

    let mut groups: Vec<Vec<&Passage>> = Vec::new();
    for passage in &passages {
        match groups.last_mut() {
            Some(group) if group.last().is_some_and(|last| between(&last.words, &passage.words)) => group.push(passage),
            _ => groups.push(vec![passage]),
        }
    }
    let joined =
        groups.iter().map(|group| Expression::any_of(group.iter().map(|passage| passage.found.expression.clone())));
    let expressions: Vec<Expression> = joined.chain(residue.iter().map(|found| found.expression.clone())).collect();
    let expression = match outcome {
        Outcome::None | Outcome::OneOf | Outcome::Approximate => None,
        Outcome::Exact | Outcome::Modified | Outcome::Unknown => Some(Expression::all_of(expressions)),
    };
    let mut candidates: Vec<String> = Vec::new();
    let uncertain = passages.iter().filter(|passage| passage.found.outcome != Outcome::Exact);
    let certain = passages.iter().filter(|passage| passage.found.outcome == Outcome::Exact && expression.is_none());
    let of_certain = certain
        .flat_map(|passage| passage.found.expression.atoms().into_iter().map(ToString::to_string).collect::<Vec<_>>());
    for candidate in of_certain.chain(uncertain.flat_map(|passage| passage.candidates.clone())) {
        if !candidates.contains(&candidate) {
            candidates.push(candidate);
        }
    }
    let mut matches: Vec<Match> = passages.into_iter().map(|passage| passage.found).chain(residue).collect();
    matches.sort_by(|a, b| (a.bytes, a.kind, &a.expression).cmp(&(b.bytes, b.kind, &b.expression)));
    Classification { outcome, expression, candidates, matches, notes: Vec::new(), terms: None }
}

/// The answer anew after passages were added or left out. `has_unread` tells that a label says something that names no
/// licence.
pub(super) fn recompose(found: Classification, has_unread: bool) -> Classification {
    let Classification { mut matches, notes, terms, .. } = found;
    matches.sort_by(|a, b| (a.bytes, a.kind, &a.expression).cmp(&(b.bytes, b.kind, &b.expression)));
    let worst = matches.iter().map(|one| one.outcome).max().unwrap_or(Outcome::None);
    let outcome = if has_unread && worst == Outcome::None { Outcome::Unknown } else { worst };
    let expression = match outcome {
        Outcome::Exact | Outcome::Modified => {
            Some(Expression::all_of(matches.iter().map(|one| one.expression.clone())))
        }
        Outcome::Unknown if !matches.is_empty() => {
            Some(Expression::all_of(matches.iter().map(|one| one.expression.clone())))
        }
        Outcome::None | Outcome::OneOf | Outcome::Approximate | Outcome::Unknown => None,
    };
    let mut candidates: Vec<String> = Vec::new();
    if expression.is_none() || outcome == Outcome::Modified {
        for atom in matches.iter().flat_map(|one| one.expression.atoms()) {
            let name = atom.to_string();
            let name = name.strip_prefix(MODIFIED_PREFIX).map_or(name.clone(), str::to_owned);
            if name != UNEXPLAINED && !candidates.contains(&name) {
                candidates.push(name);
            }
        }
    }
    Classification { outcome, expression, candidates, matches, notes, terms }
}

/// "BSD License" above the text of BSD-3-Clause means that text: a family word is settled by a member that the same
/// file states in full.
fn settle_families(passages: &mut Vec<Passage>) {
    let is_settled = |passage: &Passage, all: &[Passage]| {
        passage.found.outcome == Outcome::OneOf
            && passage.found.kind == MatchKind::Reference
            && all.iter().any(|other| {
                matches!(other.found.kind, MatchKind::Text | MatchKind::Notice)
                    && other.candidates.iter().any(|member| passage.candidates.contains(member))
            })
    };
    let settled: Vec<bool> = passages.iter().map(|passage| is_settled(passage, passages)).collect();
    let mut settled = settled.into_iter();
    passages.retain(|_| !settled.next().unwrap_or(false));
}

/// Puts each exception behind the licence that stands nearest before it, or else behind it.
fn with_exceptions(passages: Vec<Passage>, reach: usize) -> Vec<Passage> {
    let (exceptions, mut licenses): (Vec<_>, Vec<_>) = passages.into_iter().partition(|passage| passage.is_exception);
    for exception in exceptions {
        let distance = |license: &Passage| {
            let gap = if license.words.end <= exception.words.start {
                exception.words.start - license.words.end
            } else {
                license.words.start.saturating_sub(exception.words.end)
            };
            (gap, license.words.start > exception.words.start)
        };
        let name = exception.found.expression.to_string();
        let nearest = licenses
            .iter_mut()
            .filter(|license| takes_exception(license))
            .min_by_key(|license| distance(license))
            .filter(|license| distance(license).0 <= reach.max(license.words.len()));
        match nearest {
            Some(license) => {
                if let Expression::License(atom) = &mut license.found.expression {
                    atom.addition = Some(name);
                }
                license.found.outcome = license.found.outcome.max(exception.found.outcome);
            }
            // An exception alone is part of a licence: of which one, the text does not say.
            None => licenses.push(Passage {
                found: Match { outcome: Outcome::Approximate.max(exception.found.outcome), ..exception.found },
                ..exception
            }),
        }
    }
    licenses.sort_by_key(|passage| (passage.words.start, passage.words.end));
    licenses
}

fn takes_exception(license: &Passage) -> bool {
    matches!(&license.found.expression, Expression::License(atom) if atom.addition.is_none() && atom.license.contains("GPL"))
}

/// The expression of a known text with words changed.
pub(super) fn modified(expression: &str) -> Expression {
    let is_plain = expression.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
    if is_plain {
        Expression::license(format!("{MODIFIED_PREFIX}{expression}"))
    } else {
        Expression::license(UNEXPLAINED)
    }
}
