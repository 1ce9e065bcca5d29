//! What no reference explains. In a licence file every sentence that may decide something must be explained; elsewhere
//! what limits use, near a licence.

use std::ops::Range;

use license_db::tokens::{self, IN_URL, LINE_START, PARAGRAPH_START, SENTENCE_START, Tokens};
use license_db::vocabulary::Force;

use super::constants::{JOINED_RESIDUE, LONG_SENTENCE, NEAR, SHORT_SENTENCE};
use super::force;
use super::layout;
use super::names;
use super::withheld::withholds;
use crate::evidence::TextKind;

/// How much of a text must be explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strictness {
    /// Every sentence that may decide something: the text is there to be the licence.
    Everything,
    /// Sentences that limit who may use something, what for, or withhold something from the licence.
    Limits,
    /// Sentences that limit use near a licence: the rest is somebody's program, or about others' work.
    LimitsNearby,
}

impl Strictness {
    pub(super) fn of(kind: TextKind) -> Self {
        match kind {
            TextKind::LicenseFile | TextKind::UsePolicy | TextKind::GatedPrompt | TextKind::Field => Self::Everything,
            TextKind::CardStatement | TextKind::CardSection => Self::Limits,
            TextKind::Notice | TextKind::Header => Self::LimitsNearby,
        }
    }
}

/// Stretches of unexplained words that may change what is allowed, joined where they touch. `licensed` are the words of
/// licences that the text states, `named` those of the covered words that name one and explain nothing around them.
pub(super) fn find(
    text: &str,
    tokens: &Tokens,
    (covered, named): (&[bool], &[bool]),
    strictness: Strictness,
    licensed: &[Range<usize>],
) -> Vec<Range<usize>> {
    let mut stretches: Vec<Range<usize>> = Vec::new();
    for sentence in sentences(tokens, covered, named) {
        let is_grave = match strictness {
            Strictness::Everything => decides(text, tokens, &sentence),
            Strictness::Limits => limits(text, tokens, &sentence) || withholds(text, tokens, &sentence),
            Strictness::LimitsNearby => is_near(&sentence, licensed) && limits(text, tokens, &sentence),
        };
        if !is_grave {
            continue;
        }
        match stretches.last_mut() {
            Some(last) if sentence.start <= last.end + JOINED_RESIDUE => last.end = sentence.end,
            _ => stretches.push(sentence),
        }
    }
    stretches
}

fn is_near(sentence: &Range<usize>, licensed: &[Range<usize>]) -> bool {
    licensed.iter().any(|words| words.start < sentence.end + NEAR && sentence.start < words.end + NEAR)
}

/// Runs of uncovered words, cut where sentences and paragraphs begin. A cut behind a few words is none: "No. Commercial.
/// Use." is one sentence. A name inside a sentence cuts it as little: "Images that you make with MIT are ours".
fn sentences(tokens: &Tokens, covered: &[bool], named: &[bool]) -> Vec<Range<usize>> {
    let mut sentences: Vec<Range<usize>> = Vec::new();
    // Behind the last sentence and the name that it may go on with.
    let mut behind_name = 0;
    for (at, flags) in tokens.flags.iter().enumerate() {
        let begins = flags & (PARAGRAPH_START | SENTENCE_START) != 0;
        if covered.get(at) != Some(&false) {
            let follows = at == behind_name || sentences.last().is_some_and(|last| last.end == at);
            if named.get(at) == Some(&true) && follows && !begins {
                behind_name = at + 1;
            }
            continue;
        }
        if let Some(last) = sentences.last_mut().filter(|_| at == behind_name && !begins) {
            last.end = at + 1;
            continue;
        }
        let is_paragraph = flags & PARAGRAPH_START != 0;
        let is_sentence = flags & SENTENCE_START != 0;
        match sentences.last_mut() {
            Some(last) if last.end == at && !is_paragraph && (!is_sentence || last.len() < SHORT_SENTENCE) => {
                last.end = at + 1;
            }
            _ => sentences.push(at..at + 1),
        }
    }
    sentences
}

fn written<'a>(text: &'a str, tokens: &Tokens, words: &Range<usize>) -> &'a str {
    let start = tokens.starts.get(words.start).copied().unwrap_or(0) as usize;
    let end = words.end.checked_sub(1).and_then(|last| tokens.ends.get(last)).copied().unwrap_or(0) as usize;
    text.get(start..end).unwrap_or_default()
}

/// Whether a sentence may decide something. A long one does unless it is known to say something else: who owns what,
/// where a thing comes from, what it is called. In a licence file, prose that nobody can place is for a person to read.
fn decides(text: &str, tokens: &Tokens, sentence: &Range<usize>) -> bool {
    if force::has_phrase(written(text, tokens, sentence)) {
        return true;
    }
    let hashes = tokens.hashes.get(sentence.clone()).unwrap_or_default();
    if let [single] = hashes {
        // A word that opens the sentence which a licence goes on with belongs to it.
        let goes_on = tokens.flags.get(sentence.end).is_some_and(|flags| flags & (SENTENCE_START | LINE_START) == 0);
        let class = tokens.classes.get(sentence.start).copied().unwrap_or_default();
        return force::is_strong(*single) || (goes_on && tokens::force(class) == Force::Operative);
    }
    let words = hashes.len()
        - tokens.flags.get(sentence.clone()).unwrap_or_default().iter().filter(|flags| **flags & IN_URL != 0).count();
    if words == 0
        || names::is_copyright(text, tokens, sentence)
        || is_copyrights_end(text, tokens, sentence)
        || names::is_title(text, tokens, sentence)
        || names::is_provenance(tokens, sentence)
    {
        return false;
    }
    words >= LONG_SENTENCE || force::is_clause(hashes)
}

/// Whether words go on a copyright line that was broken: on the very next line, and spelled as names are.
fn is_copyrights_end(text: &str, tokens: &Tokens, sentence: &Range<usize>) -> bool {
    let start = tokens.starts.get(sentence.start).map_or(0, |&start| start as usize);
    let mut lines = text.get(..start).unwrap_or_default().rsplit('\n');
    let is_next_line = lines.nth(1).is_some_and(|before| before.contains(char::is_alphanumeric));
    is_next_line && names::are_capitalised(text, tokens, sentence) && layout::ends_copyright(text, tokens, sentence)
}

/// A sentence that limits who may use something, or what for.
fn limits(text: &str, tokens: &Tokens, sentence: &Range<usize>) -> bool {
    if force::has_phrase(written(text, tokens, sentence)) {
        return true;
    }
    let classes = tokens.classes.get(sentence.clone()).unwrap_or_default();
    let has = |words: &[u8]| classes.iter().any(|class| words.contains(class));
    let limits = Limits::new();
    has(&limits.purposes) && has(&limits.limits)
}

struct Limits {
    purposes: Vec<u8>,
    limits: Vec<u8>,
}

impl Limits {
    fn new() -> Self {
        let classes = |words: &str| {
            let mut classes = tokens::tokenize(words).classes;
            classes.sort_unstable();
            classes.dedup();
            classes
        };
        Self {
            purposes: classes("commercial research academic education evaluation personal private military 商"),
            limits: classes(
                "not no non never only except unless prohibited forbidden restricted permitted must shall 不 禁 仅 限",
            ),
        }
    }
}
