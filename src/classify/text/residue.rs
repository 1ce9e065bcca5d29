//! What no reference explains. In a licence file every word of force must be explained; in a card, what restricts use.

use std::ops::Range;

use license_db::tokens::{self, PARAGRAPH_START, SENTENCE_START, Tokens};
use license_db::vocabulary::Force;

use super::verdict;
use crate::evidence::TextKind;

/// Stretches of unexplained words that may change what is allowed, joined where they touch.
pub(super) fn find(
    _text: &str,
    tokens: &Tokens,
    covered: &[bool],
    kind: TextKind,
    has_match: bool,
) -> Vec<Range<usize>> {
    let strictness = match kind {
        TextKind::LicenseFile | TextKind::UsePolicy | TextKind::GatedPrompt | TextKind::Field => Strictness::Everything,
        TextKind::CardStatement | TextKind::CardSection => Strictness::Restrictions,
        // Beside a licence in the head of a file, a sentence that limits the purpose of use is no comment on code.
        TextKind::Header if has_match => Strictness::Restrictions,
        TextKind::Notice | TextKind::Header => return Vec::new(),
    };
    let words = Words::new();
    let mut stretches: Vec<Range<usize>> = Vec::new();
    for sentence in sentences(tokens, covered) {
        let is_grave = match strictness {
            Strictness::Everything => words.is_operative(tokens, &sentence, has_match),
            Strictness::Restrictions => words.is_restriction(tokens, &sentence),
        };
        if !is_grave {
            continue;
        }
        match stretches.last_mut() {
            Some(last) if sentence.start <= last.end + 40 => last.end = sentence.end,
            _ => stretches.push(sentence),
        }
    }
    stretches
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Strictness {
    Everything,
    Restrictions,
}

/// Runs of uncovered words, cut where sentences and paragraphs begin.
fn sentences(tokens: &Tokens, covered: &[bool]) -> Vec<Range<usize>> {
    let mut sentences: Vec<Range<usize>> = Vec::new();
    for (at, flags) in tokens.flags.iter().enumerate() {
        if covered.get(at) != Some(&false) {
            continue;
        }
        let begins = flags & (SENTENCE_START | PARAGRAPH_START) != 0;
        match sentences.last_mut() {
            Some(last) if last.end == at && !begins => last.end = at + 1,
            _ => sentences.push(at..at + 1),
        }
    }
    sentences
}

struct Words {
    /// Classes that permit, forbid or condition.
    decisive: Vec<u8>,
    /// Classes of what is permitted or forbidden.
    acts: Vec<u8>,
    purposes: Vec<u8>,
    limits: Vec<u8>,
    license: Vec<u32>,
}

impl Words {
    fn new() -> Self {
        let classes = |words: &str| {
            let mut classes = tokens::tokenize(words).classes;
            classes.sort_unstable();
            classes.dedup();
            classes
        };
        Self {
            decisive: classes(
                "not no non never without except unless only must shall may prohibited forbidden restricted permitted \
                 allowed granted consent approval authorized fee royalty charge sell terminate revoke compete agree \
                 require written separate obtain provided condition limited commercial revenue pay employee million \
                 billion monthly daily annual later 不 禁 仅 限 得 须 商",
            ),
            acts: classes(
                "use distribute redistribute modify copy sublicense commercial host train output derivative publish sell merge research academic military fee royalty revenue 商",
            ),
            purposes: classes("commercial research academic education evaluation personal private military 商"),
            limits: classes(
                "not no non never only except unless prohibited forbidden restricted permitted must shall 不 禁 仅 限",
            ),
            license: [
                "license",
                "licenses",
                "licensed",
                "licensing",
                "agreement",
                "terms",
                "rights",
                "model",
                "software",
                "weights",
            ]
            .map(|word| tokens::word_hash(word.as_bytes()))
            .to_vec(),
        }
    }

    fn has(tokens: &Tokens, sentence: &Range<usize>, classes: &[u8]) -> bool {
        tokens.classes.get(sentence.clone()).unwrap_or_default().iter().any(|class| classes.contains(class))
    }

    /// Words that permit, forbid or condition an act. `has_match` tells whether the file states a known licence at all:
    /// where it does not, the bar is lower, because then the file itself is the licence.
    fn is_operative(&self, tokens: &Tokens, sentence: &Range<usize>, has_match: bool) -> bool {
        const SHORTEST: usize = 3;
        let classes = tokens.classes.get(sentence.clone()).unwrap_or_default();
        let hashes = tokens.hashes.get(sentence.clone()).unwrap_or_default();
        if sentence.len() < SHORTEST || verdict::is_copyright(classes, hashes) {
            return false;
        }
        let names_license = hashes.iter().any(|hash| self.license.contains(hash));
        let decides = Self::has(tokens, sentence, &self.decisive);
        let acts = Self::has(tokens, sentence, &self.acts);
        // Where the file states no known licence it is itself the licence, and any word of force beside a word of rights
        // counts.
        let forces = || classes.iter().any(|&class| tokens::force(class) == Force::Operative);
        decides && (acts || names_license) || (!has_match && names_license && forces())
    }

    /// A sentence that limits the purpose of use.
    fn is_restriction(&self, tokens: &Tokens, sentence: &Range<usize>) -> bool {
        Self::has(tokens, sentence, &self.purposes) && Self::has(tokens, sentence, &self.limits)
    }
}
