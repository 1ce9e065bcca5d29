//! Commercial use: what single sentences say about it.

use super::definitions::{self, Definition, Meaning};
use super::lexicon::{
    BENIGN, BOILERPLATE, BROAD, COMMERCIAL, CONDITION, GRANT, NEEDS_LICENSE, NO_USE_BEHIND, NONCOMMERCIAL, ONLY, REGISTER,
    RESEARCH, RIGHTS,
};
use super::pattern::{ends_at, find_any, has, has_any};
use super::words::Word;

/// What a sentence says about commercial use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    Forbids,
    /// Limits the grant to use that earns nothing.
    NonCommercialOnly,
    /// Another licence must be obtained first.
    NeedsLicense,
    /// Allows under a condition beyond attribution.
    AllowsIf,
    Allows,
    /// A grant without limit of purpose.
    GrantsBroadly,
    /// Understood, and decides nothing.
    Decides,
}

/// What the sentence speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Use,
    Distribution,
    Hosting,
    Output,
    Training,
}

/// One reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) reading: Reading,
    pub(super) scope: Scope,
    /// The condition is a registration that nobody may refuse.
    pub(super) registers: bool,
}

/// A sentence with the words that govern it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clause<'w, 'd> {
    pub(super) words: &'w [Word<'d>],
    /// Where its own words begin.
    pub(super) own: usize,
    pub(super) is_heading: bool,
    pub(super) is_definition: bool,
    /// It holds a threshold, which is a condition.
    pub(super) has_threshold: bool,
}

impl Clause<'_, '_> {
    fn between(&self, from: usize, to: usize) -> &[Word<'_>] {
        self.words.get(from.min(to)..to.min(self.words.len())).unwrap_or_default()
    }

    fn event(reading: Reading, scope: Scope) -> Event {
        Event { reading, scope, registers: false }
    }

    /// Everything that the sentence says about commercial use.
    pub(super) fn read(&self, definitions: &[Definition]) -> Vec<Event> {
        let words = self.words;
        if is_boilerplate(self.between(self.own, words.len())) {
            return vec![Self::event(Reading::Decides, Scope::Use)];
        }
        if self.is_definition {
            return vec![Self::event(Reading::Decides, Scope::Use)];
        }
        let mut events = Vec::new();
        if let Some(event) = self.limited(definitions) {
            events.push(event);
        }
        let mut from = self.own;
        while let Some(mention) = commercial(words, from) {
            if let Some(event) = self.judge(mention.start, mention.end, &events) {
                events.push(event);
            }
            from = mention.end.max(mention.start + 1);
        }
        if let Some(event) = self.sold() {
            events.push(event);
        }
        if events.iter().all(|event| event.reading == Reading::Decides)
            && let Some(event) = self.grants_broadly()
        {
            events.push(event);
        }
        events
    }

    /// A grant limited to use that earns nothing.
    fn limited(&self, definitions: &[Definition]) -> Option<Event> {
        let words = self.words;
        let mut from = self.own;
        let mut found = None;
        while from < words.len() {
            let plain = find_any(words, from, &NONCOMMERCIAL).map(|range| (range.start, range.end, false));
            let research = find_any(words, from, &RESEARCH).map(|range| (range.start, range.end, true));
            let defined = definitions
                .iter()
                .filter(|one| one.meaning == Meaning::NonCommercial && !one.is_plain)
                .filter_map(|one| Some((definitions::mentioned(one, words, from)?, one.name.len())))
                .map(|(start, length)| (start, start + length, false))
                .min();
            let Some((start, end, is_research)) = [plain, research, defined].into_iter().flatten().min() else { break };
            from = end.max(start + 1);
            found = found.or_else(|| self.limits(start, end, is_research));
        }
        found
    }

    fn limits(&self, start: usize, end: usize, is_research: bool) -> Option<Event> {
        let words = self.words;
        let around = self.between(start.saturating_sub(4), end + 4);
        let both = has_any(around, &["commercial|business ..2 and|or|& ..3 noncommercial*", "noncommercial* ..2 and|or|& ..3 commercial*|business", "whether ..4 noncommercial"])
            && !has(around, "commercial or|and ..1 production");
        if both && !has(self.between(start.saturating_sub(6), start), "solely|only|exclusively") {
            return None;
        }
        let before = self.between(start.saturating_sub(26), start);
        let near = self.between(start.saturating_sub(14), end + 4);
        let is_negated = has_any(self.between(start.saturating_sub(7), start), &["not|never limited|only|restricted|a|an|constitute|considered|deemed|be|for|include", "is|are|be not", "no|other than|than"])
            && !has(before, "no|any ..2 purpose|use other than|except");
        if is_negated {
            return None;
        }
        // A class of persons defined elsewhere is spared by the sentence; the grant to all others stands apart.
        let is_apart = has_any(before, &["commercial|such entity|entities|company|companies ..12 may|can", "notwithstanding", "excluding|except use|uses|solely"]);
        if is_apart {
            return Some(Self::event(Reading::Decides, Scope::Use));
        }
        let scope = self.scope(start);
        let is_use = scope != Scope::Output;
        let scope = if is_use { Scope::Use } else { Scope::Output };
        let only = Some(Self::event(Reading::NonCommercialOnly, scope));
        let says_only = has(near, ONLY) || has_any(near, &["no|any other purpose|purposes|use", "other than ..3 for?"]);
        if is_research {
            let gives = has_any(before, &["grant|grants|granted|license|licence|permission ..20 for", "limited|restricted to", "available ..6 for", "provided|released ..4 for"]);
            let is_only = says_only || gives;
            let is_welcome = has_any(self.between(self.own, end), &["encourag*|welcome|recommend*|intended to|designed"]);
            return if is_only && !is_welcome { only } else { None };
        }
        if self.is_heading {
            return only;
        }
        let gives = has_any(self.words, &GRANT) || has(self.between(end, end + 10), "permitted|allowed|only|license|licence|free");
        let _ = words;
        if says_only || gives || has(self.between(end, end + 3), "license|licence|agreement|terms|only") { only } else { None }
    }

    /// One mention of commercial use.
    fn judge(&self, start: usize, end: usize, before_it: &[Event]) -> Option<Event> {
        let limited = before_it.iter().any(|event| event.reading == Reading::NonCommercialOnly);
        let after = self.between(end, end + 14);
        let behind = self.between(end.saturating_sub(1), self.words.len());
        let scope = self.scope(start);
        let all = self.words;
        let negation = self.negation(start);
        if negation == Negation::Cancelled {
            return Some(Self::event(Reading::Allows, scope));
        }
        let is_excused = has_any(all, &["except|other than|unless ..3 as? ..2 expressly? permitted|authorized|set|provided|allowed|stated", "not in accordance|compliance with", "in violation of", "contrary to", "beyond|outside the scope"]);
        let forbidden = has_any(after, &[
            "is|are|be|shall|being ..4 prohibited|forbidden|disallowed|excluded|banned|restricted",
            "is|are|be|shall|may|must|will not ..3 permitted|allowed|authorized|authorised|granted|licensed|covered|included|used|be|use",
            "prohibited|forbidden",
            "not allowed|permitted|authorized",
            "is|are outside|beyond|excluded",
        ]) && !has_any(after, &["not|never ..2 prohibited|forbidden|restricted|excluded"]);
        let needs = has_any(all, &NEEDS_LICENSE) && !self.has_threshold;
        if self.has_threshold && (negation != Negation::None || forbidden || has_any(all, &NEEDS_LICENSE) || self.permits(start)) {
            return Some(Self::event(Reading::AllowsIf, scope));
        }
        if negation == Negation::Active || forbidden {
            if is_excused {
                return Some(Self::event(Reading::Decides, scope));
            }
            let exempt = has_any(behind, &["unless|except|without|until|but ..10 permission|consent|authorization|authorisation|license|licence|agreement|agreed|approval"]);
            return Some(Self::event(if exempt { Reading::NeedsLicense } else { Reading::Forbids }, scope));
        }
        if negation == Negation::Excepted {
            return Some(Self::event(Reading::Decides, scope));
        }
        if has_any(all, &REGISTER) {
            return Some(Event { reading: Reading::AllowsIf, scope, registers: true });
        }
        if needs && !limited {
            return Some(Self::event(Reading::NeedsLicense, scope));
        }
        if self.is_heading || limited || has(self.between(end, end + 1), NO_USE_BEHIND) {
            return Some(Self::event(Reading::Decides, scope));
        }
        if self.permits(start) {
            let conditional = has(self.between(self.own, all.len()), CONDITION)
                && !has_any(all, &BENIGN)
                && !has(self.between(start.saturating_sub(3), start), "including|even|whether");
            return Some(Self::event(if conditional { Reading::AllowsIf } else { Reading::Allows }, scope));
        }
        None
    }

    /// Whether somebody gives, before or around a mention, and gives it to the licensee.
    fn permits(&self, start: usize) -> bool {
        let to_others = has_any(self.words, &["and its affiliates may", "licensor may|can", "by _ or its affiliates", "we may", "may ..3 us|by ..3 affiliates"]);
        !to_others
            && (has_any(self.words, &GRANT)
                || has(self.between(start.saturating_sub(6), start), "including|any|may|can|even|free|permitted|allowed|allows|permits|allow"))
    }

    /// Words that forbid to sell what is licensed, where nothing says "commercial".
    fn sold(&self) -> Option<Event> {
        let patterns = [
            "sell|resell|rent|lease|sublicense|monetize ..8 model|models|software|work|works|materials|weights|derivatives|it|them",
            "the? right to sell",
        ];
        let found = find_any(self.words, self.own, &patterns)?;
        if !has(self.between(found.start, found.end), "sell|resell|monetize|right") || has(self.words, "by itself|themselves|standalone|alone") {
            return None;
        }
        let is_negated = self.negation(found.start) == Negation::Active
            || has(self.words, "not|no ..8 right to ..3 sell");
        // Selling copies is less than using for gain.
        is_negated.then(|| Self::event(Reading::Forbids, Scope::Distribution))
    }

    fn grants_broadly(&self) -> Option<Event> {
        let words = self.words;
        let own = self.between(self.own, words.len());
        if self.is_heading || !has_any(words, &GRANT) || self.negation(words.len()) == Negation::Active && !has(own, "without restriction|limitation") {
            return None;
        }
        if !has_any(words, &BROAD) || has_any(words, &["not|no|without|nor ..4 sublicense|sublicensing|sublicence|sell", "nonsublicensable|unsublicensable", "internal"]) {
            let is_lone = !has_any(words, &["for any purpose", "for any lawful purpose", "without restriction"]);
            if is_lone {
                return None;
            }
        }
        let rights = RIGHTS.iter().filter(|right| has(words, right)).count();
        let names_purpose = has_any(own, &["for any|all ..3 purpose|purposes|use", "any|all ..1 lawful|legal purpose|purposes|use", "any ..3 field|fields of", "without restriction"]);
        if rights < 2 && !(names_purpose && rights > 0) {
            return None;
        }
        // "for" some purpose that no list knows is a limit until somebody reads it.
        let only_for = has_any(own, &["solely|only|exclusively ..3 for|to", "for the sole|limited|specific purpose"]);
        let scope = self.scope(words.len());
        (!only_for).then(|| Self::event(Reading::GrantsBroadly, if scope == Scope::Output { Scope::Output } else { Scope::Use }))
    }

    /// What is used, and how, before a mention.
    fn scope(&self, start: usize) -> Scope {
        let before = self.between(start.saturating_sub(60), start);
        let whole = if before.len() < 4 { self.between(self.own, self.words.len()) } else { before };
        let has_model = has(whole, "model|models|software|work|works|materials|weights|program|licensed|data|dataset|datasets|code|derivatives|it|product|products|assets|package|files|repository|checkpoint|checkpoints|license|agreement|databases|database|system|content|contribution|contributions");
        let has_output = has(whole, "output|outputs|results|generated|generations|synthetic|generating");
        let uses = has(whole, "use|used|using|uses|exploit|operate|run|access|deploy|employ|utilize|utilise|exercise|rights|reproduce|copy");
        let trains = has_any(whole, &["train|training|improve|develop|distill|tune ..6 model|models for|intended|with", "train ..8 models"]);
        if has_output && !has_model {
            return Scope::Output;
        }
        if trains && has_any(self.words, &["train|improve|develop|distill ..8 models ..4 commercial*"]) {
            return Scope::Training;
        }
        if !uses && has_any(whole, &["hosted|managed service*", "as a service", "api|apis", "hosting"]) {
            return Scope::Hosting;
        }
        let distributes = has_any(whole, &["distribut*|redistribut*|sublicens*|sell|resell|share|sharing|convey|transfer|supply", "make|making|made ..8 available"]);
        if distributes && !uses { Scope::Distribution } else { Scope::Use }
    }

    /// Whether a negation governs the word at a position.
    fn negation(&self, position: usize) -> Negation {
        let words = self.words;
        let mut state = Negation::None;
        let mut contrast = false;
        let mut at = 0;
        while at < position.min(words.len()) {
            let starts = |pattern: &str| ends_at(words, at, pattern);
            if let Some(end) = starts("not limited|only|merely|exclusively").or_else(|| starts("whether or not")) {
                at = end;
                continue;
            }
            if let Some(end) = find_any(words.get(..position).unwrap_or_default(), at, &[
                "nothing ..8 limit|limits|restrict|restricts|prohibit|prohibits|prevent|prevents|preclude|precludes|forbid|forbids",
                "not|never limit|restrict|prohibit|prevent|preclude|forbid|prohibited|forbidden|restricted",
                "no restriction|restrictions|limitation|limitations|limits on|to|as|upon",
            ]).filter(|found| found.start == at) {
                state = Negation::Cancelled;
                at = end.end;
                continue;
            }
            if starts("but|however|except|provided|unless|although").is_some() {
                contrast = true;
            }
            if starts("except|excluding|save|apart|other than?|from|as|for|in").is_some_and(|end| end > at + 1) || starts("excluding").is_some() || starts("other than").is_some() {
                state = match state {
                    Negation::Active => Negation::Excepted,
                    Negation::None if starts("except as|that|where").is_none() => Negation::Active,
                    other => other,
                };
            } else if starts("not|cannot|can't|never|don't|neither|nor|prohibited|prohibits|prohibit|forbidden|forbids|forbid|disallowed|disallows|refrain|excludes|exclude|excluded|unauthorized|restricts|prohibiting|prohibition").is_some()
                || starts("no license|licence|right|rights|permission|permissions|commercial|commercially|use|person|one|entity|part|business|for|profit|production").is_some()
                || starts("restrictions|disallowed|banned").is_some()
            {
                state = Negation::Active;
            } else if contrast && starts("may|can|permitted|allowed|free|shall be permitted").is_some_and(|end| words.get(end).is_none_or(|next| next.low != "not")) {
                state = Negation::None;
            }
            at += 1;
        }
        state
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Negation {
    None,
    Active,
    /// "nothing limits", "is not prohibited".
    Cancelled,
    /// "may not … except".
    Excepted,
}

/// The next mention of commercial use that is one.
fn commercial(words: &[Word<'_>], from: usize) -> Option<std::ops::Range<usize>> {
    let mut from = from;
    loop {
        let found = find_any(words, from, &COMMERCIAL)?;
        let next = words.get(found.end).map(|word| word.low);
        let second = words.get(found.start + 1).map(|word| word.low);
        let excluded = |word: Option<&str>| word.is_some_and(|word| NO_USE_BEHIND.split('|').any(|known| known == word));
        let is_not_for = found.start > 0 && words.get(found.start - 1).is_some_and(|word| word.low == "not");
        let is_profit = words.get(found.start).is_some_and(|word| word.low == "for");
        if excluded(second) || (excluded(next) && found.len() == 1) || (is_not_for && is_profit) {
            from = found.start + 1;
            continue;
        }
        return Some(found);
    }
}

/// Sentences of liability and the like, that decide nothing. A sentence that also grants or forbids is read.
pub(super) fn is_boilerplate(own: &[Word<'_>]) -> bool {
    has_any(own, &BOILERPLATE)
        && !has_any(own, &[
            "for ..3 commercial|noncommercial ..2 purpose|purposes|use",
            "commercial use|purposes",
            "noncommercial*",
            "permission ..4 granted",
            "grants",
        ])
}

/// Whether a sentence speaks of purposes with words of force, so that not understanding it must be said.
pub(super) fn is_weighty(own: &[Word<'_>]) -> bool {
    has_any(own, &[
        "commercial|commercially|noncommercial|noncommercially|nonprofit|monetize",
        "research|academic|educational ..1 purpose|purposes|use|only",
        "revenue|revenues|turnover",
        "monthly|daily|active users",
        "territory|domiciled",
    ]) && has(own, "not|no|only|solely|must|shall|may|prohibited|forbidden|permitted|allowed|unless|except|require|requires|required|limited|restricted|grant|grants|cannot|exceed|exceeds")
        && !is_boilerplate(own)
        && !has(own, ONLY_DEFINED)
}

/// Sentences that only say what a word means are read by `definitions`.
const ONLY_DEFINED: &str = "merchantability";
