//! The clause reader: what any text, known or not, says about use, thresholds, territories and duties.
//!
//! `words` and `sentences` cut the text; a sentence knows the one whose list it belongs to. Each room reads one subject
//! from a sentence: `purposes` (commercial use, with the purposes of `definitions` and the `weight` of a sentence),
//! `thresholds`, `territories`, `display`, and `duties` and `reserves` with all that one sentence states by itself.
//! `chinese` does it for Chinese, `foreign` reads bans in four more languages. `verdict` puts the sentences on commercial
//! use together. The words they know stand in `lexicon`, as patterns that `pattern` matches against a `passage`.
//!
//! Silence is never permission, and a sentence that weighs and was not understood is listed as unread.

mod chinese;
mod crosscheck;
mod definitions;
mod display;
mod duties;
mod foreign;
mod lexicon;
mod numbers;
mod passage;
mod pattern;
mod purposes;
mod reserves;
mod sentences;
mod territories;
mod thresholds;
mod verdict;
mod weight;
mod words;

pub use crosscheck::{Disagreement, disagreements};

use license_db::TermKind;
use license_db::terms::CommercialUse;

use crate::clause::{Clause, Stretch, Terms};
use passage::Run;
use purposes::Event;
use sentences::{Document, Sentence};
use verdict::Beside;

/// Bytes of a text that are read. The longest model licence known has a tenth of it.
pub const MOST_BYTES: usize = 512 * 1024;
/// Clauses of one kind with one value that are listed.
const MOST_ALIKE: usize = 8;
/// Unread sentences that are listed.
const MOST_UNREAD: usize = 200;

/// Reads the terms of a text. Linear in its size; the same text gives the same terms.
pub fn read(text: &str) -> Terms {
    let end = if text.len() <= MOST_BYTES {
        text.len()
    } else {
        (0..=MOST_BYTES).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
    };
    let head = text.get(..end).unwrap_or_default();
    let document = Document::of(head);
    let mut reader = Reader::new(&document);
    for (position, sentence) in document.sentences.iter().enumerate() {
        reader.sentence(position, sentence);
    }
    reader.terms(end < text.len())
}

/// The text from a sentence on, with the quotation marks before its first word.
fn with_marks(text: &str, start: usize) -> &str {
    let before = text.get(..start).unwrap_or_default();
    let kept = before.trim_end_matches(['"', '“', '‘', '\'', '「', '[', '*']);
    text.get(kept.len()..).unwrap_or_default()
}

/// A sentence with the marks behind its last word.
fn with_ends(text: &str, start: usize, end: usize) -> Option<&str> {
    let rest = text.get(end..)?;
    let marks: usize =
        rest.chars().take(3).take_while(|c| !c.is_alphanumeric() && *c != '\n').map(char::len_utf8).sum();
    text.get(start..end + marks)
}

#[cfg(test)]
mod tests;

struct Reader<'d> {
    document: &'d Document<'d>,
    definitions: Vec<definitions::Definition>,
    line_starts: Vec<usize>,
    events: Vec<Event>,
    clauses: Vec<Clause>,
    unread: Vec<Stretch>,
    has_threshold: bool,
    unread_limit: bool,
    territory: Vec<&'static str>,
}

impl<'d> Reader<'d> {
    fn new(document: &'d Document<'d>) -> Self {
        let breaks = document.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self {
            document,
            definitions: definitions::of(document),
            line_starts: std::iter::once(0).chain(breaks).collect(),
            events: Vec::new(),
            clauses: Vec::new(),
            unread: Vec::new(),
            has_threshold: false,
            unread_limit: false,
            territory: Vec::new(),
        }
    }

    /// Whether a sentence defines a purpose.
    fn defines(&self, position: usize) -> bool {
        self.definitions.binary_search_by_key(&position, |one| one.sentence).is_ok()
    }

    fn place(&self, sentence: &Sentence) -> Stretch {
        let line =
            |at: usize| u32::try_from(self.line_starts.partition_point(|start| *start <= at)).unwrap_or(u32::MAX);
        let bytes = sentence.bytes.clone();
        let lines = (line(bytes.start), line(bytes.end.saturating_sub(1).max(bytes.start)));
        Stretch::of(self.document.text, bytes, lines)
    }

    fn add(&mut self, sentence: &Sentence, kind: TermKind, value: impl Into<String>) {
        self.add_full(sentence, kind, value.into(), None, Vec::new());
    }

    fn add_full(
        &mut self,
        sentence: &Sentence,
        kind: TermKind,
        value: String,
        limit: Option<u64>,
        details: Vec<(&'static str, &'static str)>,
    ) {
        let alike =
            |one: &&Clause| one.kind == kind && one.value == value && one.limit == limit && one.details == details;
        let is_known = self.clauses.iter().filter(alike).count();
        let place = self.place(sentence);
        if is_known < MOST_ALIKE && !self.clauses.iter().filter(alike).any(|one| one.place == place) {
            self.clauses.push(Clause { kind, value, limit, details, place });
        }
    }

    fn sentence(&mut self, position: usize, sentence: &Sentence) {
        let document = self.document;
        let (words, own_start) = document.governed(sentence);
        let words = words.run();
        let own = document.own(sentence);
        let own = own.run();
        let text = document.text.get(sentence.bytes.clone()).unwrap_or_default();
        let chinese = chinese::compact(text);
        let mut thresholds = thresholds::of(own, words);
        if let Some(chinese) = &chinese {
            thresholds.extend(chinese::thresholds(chinese));
        }
        let has_threshold = !thresholds.is_empty() && !weight::is_boilerplate(own);
        if has_threshold {
            self.has_threshold = true;
            for one in thresholds {
                self.add_full(sentence, one.kind, String::new(), Some(one.limit), one.details);
            }
        }
        let is_definition = definitions::verb(own, document.text, sentence.bytes.start).is_some()
            || self.defines(position)
            || sentence.lead.is_some_and(|lead| self.defines(lead));
        let clause =
            purposes::Clause { words, own: own_start, is_heading: sentence.is_heading, is_definition, has_threshold };
        let mut events = clause.read(&self.definitions);
        if let Some(chinese) = &chinese {
            events.extend(chinese::read(chinese, sentence.is_heading, has_threshold));
        }
        let foreign =
            foreign::read(text).map(|reading| Event { reading, scope: purposes::Scope::Use, registers: false });
        events.extend(foreign);
        for event in &events {
            if let Some(value) = weight::output_use(*event, own) {
                self.add(sentence, TermKind::OutputUse, value);
            }
            if event.scope == purposes::Scope::Use
                && let Some(answer) = verdict::answer(event.reading)
            {
                self.add(sentence, TermKind::CommercialUse, answer.as_str());
            }
        }
        let mut understood = has_threshold || !events.is_empty();
        self.events.append(&mut events);
        understood |= self.places(sentence, own, words);
        understood |= self.duties(sentence, own, words, text, has_threshold, is_definition);
        if let Some(chinese) = &chinese {
            for (kind, value) in chinese::duties(chinese) {
                understood = true;
                self.add(sentence, kind, value);
            }
        }
        let may_deny = !understood && !sentence.is_heading && !is_definition && weight::may_deny(own);
        self.unread_limit |= may_deny || weight::is_unread_script(text);
        let weighs = weight::is_weighty(own) || chinese.as_deref().is_some_and(chinese::is_weighty);
        if weighs && !understood && !sentence.is_heading && !is_definition {
            self.unread_limit |= weight::may_limit(own) || chinese.is_some();
            if self.unread.len() < MOST_UNREAD {
                let place = self.place(sentence);
                self.unread.push(place);
            }
        }
    }

    fn places(&mut self, sentence: &Sentence, own: Run<'_, '_>, words: Run<'_, '_>) -> bool {
        let mut found = false;
        if let Some(excluded) = territories::of(own, words) {
            found = true;
            if excluded.binds == "use" && (self.territory.is_empty() || territories::is_of_territory(own)) {
                self.territory.clone_from(&excluded.places);
            }
            self.add_full(
                sentence,
                TermKind::ExcludedTerritory,
                excluded.places.join(", "),
                None,
                vec![("binds", excluded.binds)],
            );
        }
        if !self.territory.is_empty() && territories::binds_output(words) {
            found = true;
            self.add_full(
                sentence,
                TermKind::ExcludedTerritory,
                self.territory.join(", "),
                None,
                vec![("binds", "output")],
            );
        }
        found
    }

    fn duties(
        &mut self,
        sentence: &Sentence,
        own: Run<'_, '_>,
        words: Run<'_, '_>,
        text: &str,
        has_threshold: bool,
        is_definition: bool,
    ) -> bool {
        let mut found = false;
        let start = self.document.text.len() - with_marks(self.document.text, sentence.bytes.start).len();
        let text = with_ends(self.document.text, start, sentence.bytes.end).unwrap_or(text);
        for (shown, when) in display::shown(words, own, text, start, has_threshold) {
            found = true;
            self.add_full(sentence, TermKind::Display, display::plain(shown), None, vec![("when", when)]);
        }
        if let Some(compact) = chinese::compact(text) {
            let (shown, prefix) = display::in_chinese(&compact, text);
            if let Some(shown) = shown {
                self.add_full(sentence, TermKind::Display, display::plain(shown), None, vec![("when", "distribution")]);
            }
            if let Some(prefix) = prefix {
                self.add(sentence, TermKind::NamePrefix, prefix);
            }
        }
        if let Some(prefix) = display::name_prefix(own, text) {
            found = true;
            self.add(sentence, TermKind::NamePrefix, prefix);
        }
        if let Some(code) = reserves::jurisdiction(own) {
            found = true;
            self.add(sentence, TermKind::Jurisdiction, code);
        }
        if sentence.is_heading {
            return found;
        }
        let mut kinds: Vec<TermKind> = Vec::new();
        for rule in duties::RULES.iter().chain(&reserves::RULES) {
            // The first rule of a kind that holds is the one that the sentence states.
            if (kinds.contains(&rule.kind) && rule.kind != TermKind::DerivativeScope) || !rule.holds(words) {
                continue;
            }
            if is_definition
                && !matches!(rule.kind, TermKind::DerivativeScope | TermKind::Hosting | TermKind::UseRestrictions)
            {
                continue;
            }
            found = true;
            kinds.push(rule.kind);
            let value = if rule.kind == TermKind::OutputTraining && rule.value == "forbidden" {
                duties::narrowed(own)
            } else {
                rule.value
            };
            if rule.kind == TermKind::Copyleft {
                self.add_full(sentence, rule.kind, "derivatives".to_owned(), None, vec![("trigger", rule.value)]);
            } else {
                self.add(sentence, rule.kind, value);
            }
        }
        found
    }

    fn terms(mut self, is_cut: bool) -> Terms {
        let limits_hosting = self
            .clauses
            .iter()
            .any(|one| one.kind == TermKind::Hosting && matches!(one.value.as_str(), "forbidden" | "needs-license"));
        let beside = Beside { has_threshold: self.has_threshold, limits_hosting, has_unread: self.unread_limit };
        let commercial_use = verdict::commercial_use(&self.events, beside);
        // What was not looked at may forbid.
        let commercial_use = if is_cut { commercial_use.max(CommercialUse::Unstated) } else { commercial_use };
        let by_use = verdict::by_use(&self.events, commercial_use, beside);
        self.patents();
        self.clauses.sort_by(|a, b| {
            (a.place.bytes.start, a.place.bytes.end, a.kind, &a.value, a.limit, &a.details).cmp(&(
                b.place.bytes.start,
                b.place.bytes.end,
                b.kind,
                &b.value,
                b.limit,
                &b.details,
            ))
        });
        Terms { commercial_use, by_use, clauses: self.clauses, unread: self.unread, is_cut }
    }

    /// A patent grant that ends on a suit says so in another sentence.
    fn patents(&mut self) {
        let ends = self.clauses.iter().any(|one| one.kind == TermKind::Litigation);
        for one in self.clauses.iter_mut().filter(|one| one.kind == TermKind::Patent && one.value == "granted" && ends)
        {
            "granted-ends-on-suit".clone_into(&mut one.value);
        }
    }
}
