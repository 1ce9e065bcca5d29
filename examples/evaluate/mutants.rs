//! Licences that somebody changed: none of them may keep its clean name.

use license_db::index::Index;
use license_db::tokens::{self, Tokens};
use license_db::vocabulary::{Force, WORDS};
use licentia::license::Outcome;

use crate::clauses::CLAUSES;
use crate::generated::{Source, canonical, variable_words};
use crate::random::Random;
use crate::scoring::{Answer, Case, Expected, Ids};

/// The sets: a clause added; a word that permits, obliges, forbids or negates removed, replaced or negated; the same
/// with a word that names a field, a right or a measure.
pub(crate) const NAMES: [&str; 3] = ["added", "operative", "subject"];

/// Clauses added to each text, one mutant each.
const CLAUSES_PER_TEXT: usize = 9;
/// Mutants of each kind (removed, replaced, negated) for each text.
const WORDS_PER_TEXT: usize = 3;

/// The mutants of a set, and how many texts it leaves out because their own answer is not clean: nothing can be learnt
/// from them. `None` where no set has the name.
pub(crate) fn cases(name: &str, sources: &[Source], index: &Index<'_>, seed: u64) -> Option<(Vec<Case>, usize)> {
    let force = match name {
        "operative" => Some(Force::Operative),
        "subject" => Some(Force::Subject),
        "added" => None,
        _ => return None,
    };
    let mut cases = Vec::new();
    let mut left_out = 0;
    let mut combinations = Combinations::new(seed);
    // An exception alone is no licence: its answer is never a clean one.
    for source in sources.iter().filter(|source| !source.is_exception()) {
        let (own, _) = licentia::run::classify_file("LICENSE", source.text.as_bytes());
        let own = Answer::of(&own);
        if !matches!(own.outcome, Outcome::Exact | Outcome::OneOf) {
            left_out += 1;
            continue;
        }
        let mut random = Random::new(seed, &format!("{name}/{}", source.license.id));
        match force {
            None => cases.extend(added(source, &own.strict, &mut combinations, &mut random)),
            Some(force) => cases.extend(changed(source, &own.strict, index, force, &mut random)),
        }
    }
    Some((cases, left_out))
}

fn case(source: &Source, what: &str, text: String, from: &Ids) -> Case {
    Case {
        name: format!("{}, {what}", source.license.id),
        path: "LICENSE".to_owned(),
        bytes: text.into_bytes(),
        expected: Expected::Changed { from: from.clone() },
        is_restricted: false,
        is_exception: false,
    }
}

/// Where a clause is put.
const PLACES: [&str; 5] = ["before", "behind", "paragraph", "sentence", "inside"];

/// Every clause at every place, in an order of the seed, again and again: so that all are used equally often.
struct Combinations {
    random: Random,
    left: Vec<(usize, &'static str)>,
}

impl Combinations {
    fn new(seed: u64) -> Self {
        Self { random: Random::new(seed, "combinations"), left: Vec::new() }
    }

    fn draw(&mut self) -> (&'static str, &'static str) {
        if self.left.is_empty() {
            self.left = (0..CLAUSES.len()).flat_map(|clause| PLACES.map(|place| (clause, place))).collect();
            self.random.shuffle(&mut self.left);
        }
        let (clause, place) = self.left.pop().unwrap_or((0, "behind"));
        (CLAUSES.get(clause).map_or("", |(_, words)| words), place)
    }
}

fn added(source: &Source, own: &Ids, combinations: &mut Combinations, random: &mut Random) -> Vec<Case> {
    let draw = |_| {
        let (clause, place) = combinations.draw();
        case(source, &format!("{place}: {clause}"), with_clause(source.text, clause, place, random), own)
    };
    (0..CLAUSES_PER_TEXT).map(draw).collect()
}

fn with_clause(text: &str, clause: &str, place: &str, random: &mut Random) -> String {
    let found: Vec<usize> = match place {
        "before" => return format!("{clause}\n\n{text}"),
        "paragraph" => text.match_indices("\n\n").map(|(at, _)| at + 2).collect(),
        "sentence" => text.match_indices(". ").map(|(at, _)| at + 2).collect(),
        "inside" => text.match_indices(' ').map(|(at, _)| at + 1).filter(|&at| is_within(text, at)).collect(),
        _ => Vec::new(),
    };
    match (random.pick(&found), place) {
        (Some(&at), "paragraph") => {
            let (before, behind) = text.split_at(at);
            format!("{before}{clause}\n\n{behind}")
        }
        (Some(&at), _) => {
            let (before, behind) = text.split_at(at);
            format!("{before}{clause} {behind}")
        }
        // A text without such a place.
        (None, _) => format!("{text}\n\n{clause}\n"),
    }
}

/// Whether a word ends before the space before `at` and another of the same sentence begins there.
fn is_within(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    at >= 2
        && bytes.get(at - 2).is_some_and(u8::is_ascii_lowercase)
        && bytes.get(at).is_some_and(u8::is_ascii_lowercase)
}

fn changed(source: &Source, own: &Ids, index: &Index<'_>, force: Force, random: &mut Random) -> Vec<Case> {
    let words = tokens::tokenize(source.text);
    let Some(is_variable) = variable_words(index, source.text) else { return Vec::new() };
    let title = source.text.len() - source.text.trim_start().len() + source.text.trim_start().find('\n').unwrap_or(0);
    let is_open = |at: &usize| {
        let class = words.classes.get(*at).copied().unwrap_or_default();
        // A line of title or of holders says nothing about what is allowed.
        let is_title = words.ends.get(*at).is_some_and(|&end| (end as usize) <= title) && title < 100;
        tokens::force(class) == force && is_variable.get(*at) == Some(&false) && !is_title && !is_in_url(&words, *at)
    };
    let places: Vec<usize> = (0..words.len()).filter(is_open).collect();
    let mut cases = Vec::new();
    for kind in ["removed", "replaced", "negated"] {
        let mut left = places.clone();
        random.shuffle(&mut left);
        let mut made = 0;
        for at in left {
            let Some((what, text)) = with_change(source.text, &words, at, kind, force, random) else { continue };
            // One word less may be another licence of the list.
            if canonical(index, &text).next().is_some() {
                continue;
            }
            cases.push(case(source, &what, text, own));
            made += 1;
            if made == WORDS_PER_TEXT {
                break;
            }
        }
    }
    cases
}

fn is_in_url(words: &Tokens, at: usize) -> bool {
    words.flags.get(at).is_some_and(|flags| flags & tokens::IN_URL != 0)
}

/// The text with one word changed, and what was done in words. `None` where this cannot be done there.
fn with_change(
    text: &str,
    words: &Tokens,
    at: usize,
    kind: &str,
    force: Force,
    random: &mut Random,
) -> Option<(String, String)> {
    let (start, end) = (*words.starts.get(at)? as usize, *words.ends.get(at)? as usize);
    let (before, word, behind) = (text.get(..start)?, text.get(start..end)?, text.get(end..)?);
    let around = words.starts.get(at.saturating_sub(3)).map_or(0, |&from| from as usize);
    let context = format!("{} [{word}]", text.get(around..start)?.split_whitespace().collect::<Vec<_>>().join(" "));
    match kind {
        "removed" => Some((format!("removed: {context}"), format!("{before}{behind}"))),
        "replaced" => {
            let class = words.classes.get(at).copied()?;
            let others: Vec<&str> = WORDS
                .iter()
                .filter(|(forms, other)| *other == force && forms.is_ascii())
                .filter_map(|(forms, _)| forms.split(' ').next())
                .filter(|other| tokens::tokenize(other).classes.first() != Some(&class))
                .collect();
            let other = random.pick(&others)?;
            Some((format!("replaced by {other}: {context}"), format!("{before}{other}{behind}")))
        }
        _ => Some((format!("negated: {context}"), format!("{before}not {word}{behind}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_stands_where_it_should() {
        let text = "First Words here. Second Sentence.\n\nAnother Paragraph";
        let put = |place| with_clause(text, "CLAUSE.", place, &mut Random::new(1, place));
        assert!(put("before").starts_with("CLAUSE.\n\nFirst") && put("behind").ends_with("\n\nCLAUSE.\n"));
        assert!(
            put("paragraph").contains("\n\nCLAUSE.\n\nAnother") && put("sentence").contains("here. CLAUSE. Second")
        );
        assert!(put("inside").contains("Words CLAUSE. here"));
    }

    #[test]
    fn all_clauses_are_used_equally_often() {
        let mut combinations = Combinations::new(1);
        let mut drawn: Vec<_> = (0..CLAUSES.len() * PLACES.len()).map(|_| combinations.draw()).collect();
        drawn.sort_unstable();
        drawn.dedup();
        assert_eq!(drawn.len(), CLAUSES.len() * PLACES.len());
    }
}
