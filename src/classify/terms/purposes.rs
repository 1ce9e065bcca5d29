//! Commercial use: what single sentences say about it.

use super::definitions::{self, Definition, Meaning};
use super::lexicon::{
    BENIGN, BROAD, COMMERCIAL, CONDITION, GRANT, NEEDS_LICENSE, NO_USE_BEHIND, NONCOMMERCIAL, ONLY, REGISTER, RESEARCH,
    RIGHTS,
};
use super::passage::Run;
use super::pattern::{Pattern, ends_at, find_any, fits, has, has_any, pattern, patterns};
use super::weight::is_boilerplate;

/// What a sentence says about commercial use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    Forbids,
    /// Limits the grant to use that earns nothing.
    NonCommercialOnly,
    /// Grants use that earns nothing, without saying that nothing else is granted.
    NonCommercialToo,
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
    pub(super) words: Run<'w, 'd>,
    /// Where its own words begin.
    pub(super) own: usize,
    pub(super) is_heading: bool,
    pub(super) is_definition: bool,
    /// It holds a threshold, which is a condition.
    pub(super) has_threshold: bool,
}

impl Clause<'_, '_> {
    fn between(&self, from: usize, to: usize) -> Run<'_, '_> {
        self.words.part(from..to)
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
        // One of several ways of passing copies on, as the GNU licences have them, limits nothing else.
        if ends_at(
            words.from(self.own),
            0,
            pattern!("this|that|such|these alternative|option|exception|method|paragraph|subsection"),
        )
        .is_some()
        {
            return vec![Self::event(Reading::Decides, Scope::Use)];
        }
        // What others may do is no permission: terms of other licences, rights of the licensor.
        if has(words, pattern!("such as noncommercial*")) {
            return vec![Self::event(Reading::Decides, Scope::Use)];
        }
        let mut events = Vec::new();
        let restricted = definitions.iter().filter(|one| one.meaning == Meaning::AnyBut);
        if restricted.filter_map(|one| definitions::mentioned(one, words, self.own)).count() > 0
            && has_any(words, GRANT)
        {
            events.push(Self::event(Reading::AllowsIf, Scope::Use));
        }
        // A field of use that is no purpose: only with some other product, only on some machines.
        if has_any(words, patterns!["only|solely|exclusively ..7 together|conjunction|combination|connection with"])
            && has_any(words, GRANT)
        {
            events.push(Self::event(Reading::AllowsIf, Scope::Use));
        }
        let firms = pattern!(
            "companies|businesses|enterprises|corporations ..4 need|needs|must|required|require ..6 license|licence|licensing|permission"
        );
        if !self.has_threshold && has(self.between(self.own, words.len()), firms) {
            events.push(Self::event(Reading::NeedsLicense, Scope::Use));
        }
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
            let plain = find_any(words, from, NONCOMMERCIAL).map(|range| (range.start, range.end, false));
            let research = find_any(words, from, RESEARCH).map(|range| (range.start, range.end, true));
            let defined = definitions
                .iter()
                .filter(|one| one.meaning == Meaning::NonCommercial && !one.is_plain)
                .filter_map(|one| Some((definitions::mentioned(one, words, from)?, one.name.len())))
                .map(|(start, length)| (start, start + length, false))
                .min();
            let Some((start, end, is_research)) = [plain, research, defined].into_iter().flatten().min() else { break };
            // A defined purpose may begin within words that would say less: "for Research Purposes".
            from = start + 1;
            found = found.or_else(|| self.limits(start, end, is_research));
        }
        found
    }

    fn limits(&self, start: usize, end: usize, is_research: bool) -> Option<Event> {
        let words = self.words;
        let around = self.between(start.saturating_sub(4), end + 4);
        let both = has_any(
            around,
            patterns![
                "commercial*|business ..2 and|or|& ..3 noncommercial*",
                "noncommercial* ..2 and|or|& ..3 commercial*|business",
                "whether ..4 noncommercial",
            ],
        ) && !has(around, pattern!("commercial or|and ..1 production"));
        if both && !has(self.between(start.saturating_sub(6), start), pattern!("solely|only|exclusively")) {
            return None;
        }
        let before = self.between(start.saturating_sub(26), start);
        let near = self.between(start.saturating_sub(14), end + 4);
        let is_negated = has_any(
            self.between(start.saturating_sub(7), start),
            patterns![
                "not|never limited|only|restricted|a|an|constitute|considered|deemed|be|for|include",
                "is|are|be not",
                "no|other than|than",
            ],
        ) && !has(before, pattern!("no|any ..2 purpose|use other than|except"));
        if is_negated {
            return None;
        }
        // A class of persons defined elsewhere is spared by the sentence; the grant to all others stands apart.
        let is_apart = has_any(
            before,
            patterns![
                "commercial|such entity|entities|company|companies ..12 may|can",
                "notwithstanding",
                "excluding|except use|uses|solely",
            ],
        );
        if is_apart {
            return Some(Self::event(Reading::Decides, Scope::Use));
        }
        let scope = self.scope(start);
        let is_use = scope != Scope::Output;
        let scope = if is_use { Scope::Use } else { Scope::Output };
        let only = Some(Self::event(Reading::NonCommercialOnly, scope));
        let says_only =
            has(near, ONLY) || has_any(near, patterns!["no|any other purpose|purposes|use", "other than ..3 for?"]);
        if is_research && has(self.between(start, end + 3), pattern!("commercial|commercially|business|any|all")) {
            return None;
        }
        if is_research {
            let gives = has_any(
                before,
                patterns![
                    "grant|grants|granted|license|licence|permission ..20 for",
                    "limited|restricted to",
                    "available ..6 for",
                    "provided|released ..4 for",
                ],
            );
            let is_only = says_only || gives;
            let is_welcome =
                has_any(self.between(self.own, end), patterns!["encourag*|welcome|recommend*|intended to|designed"]);
            return if is_only && !is_welcome { only } else { None };
        }
        if self.is_heading {
            return only;
        }
        let gives = has_any(self.words, GRANT)
            || has(self.between(end, end + 10), pattern!("permitted|allowed|only|license|licence|free"));
        let _ = words;
        if says_only || has(self.between(end, end + 3), pattern!("license|licence|agreement|terms|only")) {
            return only;
        }
        gives.then(|| Self::event(Reading::NonCommercialToo, scope))
    }

    /// One mention of commercial use.
    fn judge(&self, start: usize, end: usize, before_it: &[Event]) -> Option<Event> {
        let limited = before_it
            .iter()
            .any(|event| matches!(event.reading, Reading::NonCommercialOnly | Reading::NonCommercialToo));
        let after = self.between(end, end + 14);
        let behind = self.between(end.saturating_sub(1), self.words.len());
        let scope = self.scope(start);
        let all = self.words;
        let negation = self.negation(start);
        if negation == Negation::Cancelled {
            return Some(Self::event(Reading::Allows, scope));
        }
        let is_excused = has_any(
            all,
            patterns![
                "except|other than|unless ..3 as? ..2 expressly? permitted|authorized|set|provided|allowed|stated",
                "not in accordance|compliance with",
                "in violation of",
                "contrary to",
                "use|uses ..2 beyond|outside the scope",
            ],
        );
        let forbidden = has_any(
            after,
            patterns![
                "is|are|be|shall|being ..4 prohibited|forbidden|disallowed|excluded|banned|restricted",
                "is|are|be|shall|may|must|will not ..3 permitted|allowed|authorized|authorised|granted|licensed|covered|included|used|be|use",
                "prohibited|forbidden",
                "license|licence|agreement|terms ..3 not applicable|apply|cover|extend",
                "not covered|applicable",
                "not allowed|permitted|authorized",
                "is|are outside|beyond|excluded",
            ],
        ) && !has_any(after, patterns!["not|never ..2 prohibited|forbidden|restricted|excluded"]);
        let own = self.between(self.own, all.len());
        let needs = has_any(own, NEEDS_LICENSE) && !self.has_threshold;
        if self.has_threshold
            && (negation != Negation::None || forbidden || has_any(own, NEEDS_LICENSE) || self.permits(start))
        {
            return Some(Self::event(Reading::AllowsIf, scope));
        }
        if negation == Negation::Active || forbidden {
            if is_excused {
                return Some(Self::event(Reading::Decides, scope));
            }
            let exempt = has_any(
                behind,
                patterns![
                    "unless|except|without|until|but ..10 permission|consent|authorization|authorisation|license|licence|agreement|agreed|approval",
                ],
            );
            return Some(Self::event(if exempt { Reading::NeedsLicense } else { Reading::Forbids }, scope));
        }
        if negation == Negation::Excepted {
            return Some(Self::event(Reading::Decides, scope));
        }
        if has_any(own, REGISTER) {
            return Some(Event { reading: Reading::AllowsIf, scope, registers: true });
        }
        if needs && !limited {
            return Some(Self::event(Reading::NeedsLicense, scope));
        }
        if self.is_heading || limited || has(self.between(end, end + 1), NO_USE_BEHIND) {
            return Some(Self::event(Reading::Decides, scope));
        }
        if self.permits(start) {
            let conditional = has(self.between(self.own, all.len()), CONDITION) && !has_any(all, BENIGN)
                || has_any(
                    own,
                    patterns![
                        "less|fewer than",
                        "under|below|to ..2 million|employees|people|users",
                        "startups|individuals|students may",
                    ],
                ) && !has(self.between(start.saturating_sub(3), start), pattern!("including|even|whether"));
            return Some(Self::event(if conditional { Reading::AllowsIf } else { Reading::Allows }, scope));
        }
        None
    }

    /// Whether somebody gives, before or around a mention, and gives it to the licensee.
    fn permits(&self, start: usize) -> bool {
        let to_others = has_any(
            self.words,
            patterns![
                "and its affiliates may",
                "licensor may|can",
                "by _ or its affiliates",
                "we may",
                "may ..3 us|by ..3 affiliates",
            ],
        );
        !to_others
            && (has_any(self.words, GRANT)
                || has(self.between(start, start + 3), pattern!("usable"))
                || has(
                    self.between(start.saturating_sub(6), start),
                    pattern!(
                        "including|any|may|can|even|free|permitted|allowed|allows|permits|allow|facilitate|facilitates|include|includes|encourage"
                    ),
                ))
    }

    /// Words that forbid to sell what is licensed, where nothing says "commercial".
    fn sold(&self) -> Option<Event> {
        let selling = patterns![
            "sell|resell|rent|lease|sublicense|monetize ..8 model|models|software|work|works|materials|weights|derivatives|it|them",
            "the? right to sell",
            "charge|charging ..3 fee|fees|money",
        ];
        let found = find_any(self.words, self.own, selling)?;
        if !has(self.between(found.start, found.end), pattern!("sell|resell|monetize|right|charge|charging"))
            || has(self.words, pattern!("by itself|themselves|standalone|alone"))
        {
            return None;
        }
        let is_negated =
            self.negation(found.start) == Negation::Active || has(self.words, pattern!("not|no ..8 right to ..3 sell"));
        // Selling copies is less than using for gain.
        is_negated.then(|| Self::event(Reading::Forbids, Scope::Distribution))
    }

    fn grants_broadly(&self) -> Option<Event> {
        let words = self.words;
        let own = self.between(self.own, words.len());
        if self.is_heading
            || !has_any(words, GRANT)
            || self.negation(words.len()) == Negation::Active && !has(own, pattern!("without restriction|limitation"))
        {
            return None;
        }
        let sublicenses = has(words, pattern!("sublicense|sublicence|sublicensing"))
            && !has_any(
                words,
                patterns![
                    "not|no|without|nor ..4 sublicense|sublicensing|sublicence",
                    "nonsublicensable|unsublicensable"
                ],
            );
        let sells = !has(words, pattern!("not|no|without|nor ..4 sell")) && !has(words, pattern!("internal"));
        let broad = BROAD.iter().filter(|one| has(words, one)).map(|one| one.text);
        let is_broad = broad.into_iter().any(|one| match one {
            "sublicense|sublicence|sublicensing" => sublicenses,
            one if one.starts_with("sell|") => sells,
            _ => true,
        });
        if !is_broad {
            return None;
        }
        let rights = RIGHTS.iter().filter(|right| has(words, right)).count();
        let names_purpose = has_any(
            own,
            patterns![
                "for any|all ..3 purpose|purposes|use",
                "any|all ..1 lawful|legal purpose|purposes|use",
                "any ..3 field|fields of",
                "without restriction",
                "do|doing everything|anything",
                "what|whatever ..5 want|like|please",
                "all usage|usages",
                "may|can charge|sell",
                "any person or|and organization|organisation|entity",
            ],
        );
        if rights < 2 && !(names_purpose && (rights > 0 || has(own, pattern!("everything|anything|what|whatever")))) {
            return None;
        }
        // "for any purpose other than competing with us" is a condition.
        let is_any_but = has_any(
            own,
            patterns![
                "any ..2 purpose|purposes|use|uses ..4 other than|except|excluding|but|unless|that|which ..2 not?"
            ],
        ) && has_any(
            own,
            patterns![
                "purpose|purposes|use|uses ..4 other than",
                "purpose|purposes|use|uses ..3 except|excluding|unless",
                "purpose|purposes ..2 that|which ..3 not",
            ],
        );
        if is_any_but {
            return Some(Self::event(Reading::AllowsIf, Scope::Use));
        }
        // "for" some purpose that no list knows is a limit until somebody reads it.
        let only_for =
            has_any(own, patterns!["solely|only|exclusively ..3 for|to", "for the sole|limited|specific purpose"]);
        let scope = self.scope(words.len());
        (!only_for).then(|| {
            Self::event(Reading::GrantsBroadly, if scope == Scope::Output { Scope::Output } else { Scope::Use })
        })
    }

    /// What is used, and how, before a mention.
    fn scope(&self, start: usize) -> Scope {
        let before = self.between(start.saturating_sub(60), start);
        let whole = if before.len() < 4 { self.between(self.own, self.words.len()) } else { before };
        let has_model = has(
            whole,
            pattern!(
                "model|models|software|work|works|materials|weights|program|licensed|data|dataset|datasets|code|derivatives|it|product|products|assets|package|files|repository|checkpoint|checkpoints|license|agreement|databases|database|system|content|contribution|contributions"
            ),
        );
        let has_output = has(whole, pattern!("output|outputs|results|generated|generations|synthetic|generating"));
        let uses = has(
            whole,
            pattern!(
                "use|used|using|uses|exploit|operate|run|access|deploy|employ|utilize|utilise|exercise|rights|reproduce|copy"
            ),
        );
        let trains = has_any(
            whole,
            patterns![
                "train|training|improve|develop|distill|tune ..6 model|models for|intended|with",
                "train ..8 models"
            ],
        );
        if has_output && !has_model {
            return Scope::Output;
        }
        if trains && has_any(self.words, patterns!["train|improve|develop|distill ..8 models ..4 commercial*"]) {
            return Scope::Training;
        }
        if !uses && has_any(whole, patterns!["hosted|managed service*", "as a service", "api|apis", "hosting"]) {
            return Scope::Hosting;
        }
        let distributes = has_any(
            whole,
            patterns![
                "distribut*|redistribut*|sublicens*|sell|resell|share|sharing|convey|transfer|supply",
                "make|making|made ..8 available",
            ],
        );
        if distributes && !uses { Scope::Distribution } else { Scope::Use }
    }

    /// Whether the words above an item deny by a verb, or by a heading that the item does not answer with a verb.
    fn lead_denies(&self) -> bool {
        let lead = self.between(0, self.own);
        let by_verb = has_any(
            lead,
            patterns![
                "may|shall|must|will|can|could|do|does|is|are|agree|agrees ..2 not",
                "cannot|never|refrain",
                "prohibited|forbidden ..2 from|to",
                "no one|person|right|license",
            ],
        );
        by_verb
            || !has(
                self.between(self.own, self.words.len()),
                pattern!("may|can|grant|grants|granted|permitted|shall|must|will|is|are"),
            )
    }

    /// Whether a negation governs the word at a position.
    fn negation(&self, position: usize) -> Negation {
        let words = self.words;
        let mut state = Negation::None;
        let mut contrast = false;
        let mut at = 0;
        while at < position.min(words.len()) {
            // A heading such as "Restrictions" governs items that have no verb of force of their own.
            if at == self.own && self.own > 0 && state == Negation::Active && !self.lead_denies() {
                state = Negation::None;
            }
            let starts = |pattern: &Pattern| ends_at(words, at, pattern);
            let before = words.part(0..position);
            let starts_before = |patterns: &[Pattern]| patterns.iter().find_map(|pattern| ends_at(before, at, pattern));
            if let Some(end) = starts(pattern!("not limited|only|merely|exclusively|necessarily"))
                .or_else(|| starts(pattern!("not in contravention|violation|conflict|breach")))
                .or_else(|| starts(pattern!("whether or not")))
            {
                at = end;
                continue;
            }
            if let Some(end) = starts_before(patterns![
                "nothing ..8 limit|limits|restrict|restricts|prohibit|prohibits|prevent|prevents|preclude|precludes|forbid|forbids",
                "not|never limit|restrict|prohibit|prevent|preclude|forbid|exclude|prohibited|forbidden|restricted",
                "no restriction|restrictions|limitation|limitations|limits on|to|as|upon",
            ]) {
                state = Negation::Cancelled;
                at = end;
                continue;
            }
            if state == Negation::Active
                && starts(pattern!("restriction|restrictions|limitation|limitations|limits on|to|upon|regarding"))
                    .is_some()
            {
                state = Negation::Cancelled;
            }
            if starts(pattern!("but|however|except|provided|unless|although")).is_some() {
                contrast = true;
            }
            if starts(pattern!("except|excluding")).is_some() || starts(pattern!("other than")).is_some() || starts(pattern!("save|apart for|from")).is_some() {
                state = match state {
                    Negation::Active => Negation::Excepted,
                    Negation::None if starts(pattern!("except as|that|where|to")).is_none() => Negation::Active,
                    other => other,
                };
            } else if starts(pattern!("not|cannot|can't|never|don't|neither|nor|prohibited|prohibits|prohibit|forbidden|forbids|forbid|disallowed|disallows|refrain|excludes|exclude|excluded|unauthorized|restricts|prohibiting|prohibition")).is_some()
                || starts(pattern!("no license|licence|right|rights|permission|permissions|commercial|commercially|use|person|one|entity|part|business|for|profit|production")).is_some()
                || (at < self.own && starts(pattern!("restrictions|disallowed|banned")).is_some())
            {
                state = Negation::Active;
            } else if contrast && starts(pattern!("may|can|permitted|allowed|free|shall be permitted")).is_some_and(|end| words.get(end).is_none_or(|next| next.low != "not")) {
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
fn commercial(words: Run<'_, '_>, from: usize) -> Option<std::ops::Range<usize>> {
    let mut from = from;
    loop {
        let found = find_any(words, from, COMMERCIAL)?;
        let excluded = |at: usize| words.get(at).is_some_and(|word| fits(word, NO_USE_BEHIND));
        let is_not_for = found.start > 0 && words.get(found.start - 1).is_some_and(|word| word.low == "not");
        let is_profit = words.get(found.start).is_some_and(|word| word.low == "for");
        if excluded(found.start + 1) || (excluded(found.end) && found.len() == 1) || (is_not_for && is_profit) {
            from = found.start + 1;
            continue;
        }
        return Some(found);
    }
}
