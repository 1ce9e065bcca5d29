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
    let mut outcome = passages
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
    let joined = groups.iter().map(|group| any_of(group));
    let mut expressions: Vec<Expression> = joined.chain(residue.iter().map(|found| found.expression.clone())).collect();
    // Which of several a passage means says the text of one that every passage may mean. Where there is none such, the
    // passages speak of several licences: what is certain binds, and the rest stays open.
    let shared = shared(groups.iter().map(|group| group.iter().flat_map(|passage| answers(passage)).collect()));
    if outcome == Outcome::OneOf && shared.is_empty() {
        outcome = Outcome::Unknown;
        let is_certain = |group: &&Vec<&Passage>| group.iter().all(|one| one.found.outcome == Outcome::Exact);
        expressions = groups.iter().filter(is_certain).map(|group| any_of(group)).collect();
        expressions.push(Expression::license(UNEXPLAINED));
    }
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
        let is_meant = outcome != Outcome::OneOf || shared.contains(&candidate);
        if is_meant && !candidates.contains(&candidate) {
            candidates.push(candidate);
        }
    }
    let mut matches: Vec<Match> = passages.into_iter().map(|passage| passage.found).chain(residue).collect();
    matches.sort_by(|a, b| (a.bytes, a.kind, &a.expression).cmp(&(b.bytes, b.kind, &b.expression)));
    Classification { outcome, expression, candidates, matches, notes: Vec::new(), terms: None }
}

fn any_of(group: &[&Passage]) -> Expression {
    Expression::any_of(group.iter().map(|passage| passage.found.expression.clone()))
}

/// The licences whose text would say all that a passage may mean. No single text says what an AND states.
fn answers(passage: &Passage) -> Vec<String> {
    match &passage.found.expression {
        _ if passage.found.outcome == Outcome::OneOf => with_versions(passage.candidates.clone()),
        _ if passage.found.outcome != Outcome::Exact => passage.candidates.clone(),
        expression => single_answers(expression),
    }
}

/// A GNU name without a version stands as the first one *or later* alone (`verdict::is_any_version`): any other is meant as
/// well.
fn with_versions(mut candidates: Vec<String>) -> Vec<String> {
    const VERSIONS: [&str; 7] = ["1.0", "1.1", "1.2", "1.3", "2.0", "2.1", "3.0"];
    let [any] = candidates.as_slice() else { return candidates };
    if let Some((name, _)) = any.strip_suffix("-or-later").and_then(|first| first.rsplit_once('-')) {
        let ids =
            VERSIONS.iter().flat_map(|version| ["only", "or-later"].map(|kind| format!("{name}-{version}-{kind}")));
        candidates = ids.filter(|id| license_db::license(id).is_some()).collect();
    }
    candidates
}

fn single_answers(expression: &Expression) -> Vec<String> {
    match expression {
        Expression::License(atom) => vec![atom.to_string()],
        Expression::Or(operands) => operands.iter().flat_map(single_answers).collect(),
        Expression::And(_) => Vec::new(),
    }
}

/// What stands in every one of the lists, in the order of the first.
fn shared(mut lists: impl Iterator<Item = Vec<String>>) -> Vec<String> {
    let first = lists.next().unwrap_or_default();
    lists.fold(first, |shared, list| shared.into_iter().filter(|one| list.contains(one)).collect())
}

/// The answer anew after passages were added or left out. `has_unread` tells that a label says something that names no
/// licence.
pub(super) fn recompose(found: Classification, has_unread: bool) -> Classification {
    let Classification { mut matches, notes, terms, .. } = found;
    matches.sort_by(|a, b| (a.bytes, a.kind, &a.expression).cmp(&(b.bytes, b.kind, &b.expression)));
    let worst = matches.iter().map(|one| one.outcome).max().unwrap_or(Outcome::None);
    let shared = shared(matches.iter().map(|one| match one.outcome {
        Outcome::OneOf => with_versions(single_answers(&one.expression)),
        _ => single_answers(&one.expression),
    }));
    let is_apart = worst == Outcome::OneOf && shared.is_empty();
    let is_unknown = is_apart || (has_unread && worst == Outcome::None);
    let outcome = if is_unknown { Outcome::Unknown } else { worst };
    let expression = match outcome {
        Outcome::Unknown if is_apart => {
            let certain = matches.iter().filter(|one| one.outcome == Outcome::Exact).map(|one| one.expression.clone());
            Some(Expression::all_of(certain.chain([Expression::license(UNEXPLAINED)])))
        }
        Outcome::Exact | Outcome::Modified => {
            Some(Expression::all_of(matches.iter().map(|one| one.expression.clone())))
        }
        Outcome::Unknown if !matches.is_empty() => {
            Some(Expression::all_of(matches.iter().map(|one| one.expression.clone())))
        }
        Outcome::None | Outcome::OneOf | Outcome::Approximate | Outcome::Unknown => None,
    };
    let mut candidates: Vec<String> = Vec::new();
    if expression.is_none() || outcome == Outcome::Modified || is_apart {
        let open = matches.iter().filter(|one| !is_apart || one.outcome != Outcome::Exact);
        for atom in open.flat_map(|one| one.expression.atoms()) {
            let name = atom.to_string();
            let name = name.strip_prefix(MODIFIED_PREFIX).map_or(name.clone(), str::to_owned);
            let is_meant = outcome != Outcome::OneOf || shared.contains(&name);
            if name != UNEXPLAINED && is_meant && !candidates.contains(&name) {
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

#[cfg(test)]
mod tests {
    use crate::classify::text::classify;
    use crate::evidence::TextKind;
    use crate::license::Outcome;

    #[test]
    fn a_family_is_not_answered_by_the_exact_licence_of_something_else() {
        for (text, expression) in [
            (
                "## License\n\nThe code is under the Apache License 2.0. The weights are under a CC BY-NC license.\n",
                "Apache-2.0 AND LicenseRef-licentia-unexplained-terms",
            ),
            (
                "## License\n\nThe code is under the Apache License 2.0. The weights are under the Gemma license.\n",
                "Apache-2.0 AND LicenseRef-licentia-unexplained-terms",
            ),
            (
                "## License\n\nThe code is under a CC BY-NC license. The weights are under the Gemma license.\n",
                "LicenseRef-licentia-unexplained-terms",
            ),
            (
                "## License\n\nThe code is under the Gemma license. The weights are under CC-BY-NC-4.0.\n",
                "CC-BY-NC-4.0 AND LicenseRef-licentia-unexplained-terms",
            ),
        ] {
            let found = classify(text, TextKind::CardSection);
            let stated = found.expression.map(|expression| expression.to_string());
            assert_eq!((found.outcome, stated.as_deref()), (Outcome::Unknown, Some(expression)), "{text}");
            assert!(!found.candidates.is_empty(), "{text}");
            assert!(found.candidates.iter().all(|one| one != "CC-BY-NC-4.0" || text.contains("BY-NC l")), "{text}");
        }
    }

    #[test]
    fn a_family_is_answered_by_what_everything_beside_it_may_mean() {
        for (text, candidates) in [
            ("## License\n\nGPL-3.0. The GPL is in LICENSE.\n", &["GPL-3.0-only"][..]),
            ("## License\n\nLicensed under GPL-3.0. See the GNU General Public License.\n", &["GPL-3.0-only"]),
            (
                "## License\n\nUnder a CC BY-NC license.\n",
                &["CC-BY-NC-1.0", "CC-BY-NC-2.0", "CC-BY-NC-2.5", "CC-BY-NC-3.0", "CC-BY-NC-4.0"],
            ),
        ] {
            let found = classify(text, TextKind::CardSection);
            let mut named = found.candidates.clone();
            named.sort_unstable();
            assert_eq!((found.outcome, found.expression), (Outcome::OneOf, None), "{text}");
            assert_eq!(named, candidates, "{text}");
        }
    }
}
