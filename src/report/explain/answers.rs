//! The questions in the order in which people ask them, and their answers from a list of terms.

use license_db::terms::{CommercialUse, Hosting, OutputTraining};
use license_db::{Category, TermKind};
use schemars::JsonSchema;
use serde::Serialize;

use super::{StatedTerm, plain};

/// A question about a licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    /// May I sell a product with it?
    Sell,
    /// May I host it as a service?
    Host,
    /// May I fine-tune it and publish the result?
    Publish,
    /// May I train another model on its output?
    Train,
    /// What must I show or pass on?
    PassOn,
    /// Which limits, places and uses are shut out?
    Limits,
    /// Who can end it, and when?
    End,
    /// What else does it say?
    Else,
    /// What is unstated or unverified?
    Open,
}

impl Question {
    /// In the order of the sheet.
    pub const ALL: [Self; 9] = [
        Self::Sell,
        Self::Host,
        Self::Publish,
        Self::Train,
        Self::PassOn,
        Self::Limits,
        Self::End,
        Self::Else,
        Self::Open,
    ];

    /// As a person asks it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Sell => "May I sell a product with it?",
            Self::Host => "May I host it as a service?",
            Self::Publish => "May I fine-tune it and publish the result?",
            Self::Train => "May I train another model on its output?",
            Self::PassOn => "What must I show or pass on?",
            Self::Limits => "Which limits, places and uses matter?",
            Self::End => "Who can end it, and when?",
            Self::Else => "What else does it say?",
            Self::Open => "What is unstated or unverified?",
        }
    }
}

/// The short answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// Yes, as far as this licence goes.
    Yes,
    /// Yes, under the conditions that follow.
    Conditional,
    /// The text was read and does not say.
    Unstated,
    /// Nobody has read it in the text.
    Unverified,
    /// No.
    No,
    /// The question asks for a list, and here it is.
    Listed,
    /// The question asks for a list, and nothing is recorded.
    Nothing,
}

impl Reply {
    /// As a person says it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Conditional => "yes, under conditions",
            Self::Unstated => "not stated",
            Self::Unverified => "not verified",
            Self::No => "no",
            Self::Listed => "",
            Self::Nothing => "nothing recorded",
        }
    }
}

/// What a line does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stance {
    /// It permits.
    May,
    /// It asks for something.
    Must,
    /// It forbids.
    MustNot,
    /// It is a condition.
    If,
    /// It tells.
    Note,
}

impl Stance {
    /// The word in front of the line.
    pub fn words(self) -> &'static str {
        match self {
            Self::May => "may",
            Self::Must => "must",
            Self::MustNot => "must not",
            Self::If => "if",
            Self::Note => "note",
        }
    }
}

/// One line of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Line {
    /// What it does.
    pub stance: Stance,
    /// In plain words.
    pub words: String,
    /// Index of the term in `terms`; null where no term says it.
    pub term: Option<usize>,
}

/// The answer to a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Answer {
    /// Which question.
    pub question: Question,
    /// In short.
    pub reply: Reply,
    /// Line by line.
    pub lines: Vec<Line>,
}

/// The answers, in the order of [`Question::ALL`].
pub(super) fn answers(terms: &[StatedTerm], categories: &[Category]) -> Vec<Answer> {
    let sheet = Reader { terms, categories };
    // A use policy and an exception permit nothing on their own: only what they ask is listed.
    let is_unknown = terms.is_empty() && categories.is_empty();
    let is_permission = !is_unknown && !categories.contains(&Category::UsePolicy);
    let mut answers = if is_permission {
        vec![sheet.sell(), sheet.host(), sheet.publish(), sheet.train()]
    } else {
        let questions = [Question::Sell, Question::Host, Question::Publish, Question::Train];
        questions.map(|question| sheet.list(question)).into_iter().filter(|answer| !answer.lines.is_empty()).collect()
    };
    for question in [Question::PassOn, Question::Limits, Question::End, Question::Else] {
        answers.push(sheet.list(question));
    }
    answers.push(sheet.open(&answers));
    answers
}

struct Reader<'a> {
    terms: &'a [StatedTerm],
    categories: &'a [Category],
}

impl<'a> Reader<'a> {
    fn find(&self, kind: TermKind) -> Option<(usize, &'a StatedTerm)> {
        self.terms.iter().enumerate().find(|(_, term)| term.kind == kind)
    }

    fn has(&self, category: Category) -> bool {
        self.categories.contains(&category)
    }

    fn line(&self, index: usize) -> Option<Line> {
        let (stance, words) = plain::in_words(self.terms.get(index)?);
        Some(Line { stance, words, term: Some(index) })
    }

    fn lines_of(&self, kinds: &[TermKind]) -> Vec<Line> {
        let indexes = self.terms.iter().enumerate().filter(|(_, term)| kinds.contains(&term.kind));
        indexes.filter_map(|(index, _)| self.line(index)).collect()
    }

    /// What the first of these kinds that is there says. Hearsay never says yes.
    fn permission(&self, kinds: &[TermKind]) -> Option<(Reply, Line)> {
        let (index, term) = kinds.iter().find_map(|kind| self.find(*kind))?;
        let reply = reply(CommercialUse::from_word(&term.value)?);
        Some((verified(reply, term), self.line(index)?))
    }

    /// Commercial use as a category tells it: a no, or that nobody has recorded it.
    fn by_category(&self) -> (Reply, Vec<Line>) {
        let line = |stance, words: &str| vec![Line { stance, words: words.to_owned(), term: None }];
        if self.has(Category::NonCommercial) || self.has(Category::ResearchOnly) {
            return (Reply::No, line(Stance::MustNot, "use it commercially: its category says so"));
        }
        let Some(category) = self.categories.first() else { return (Reply::Unverified, Vec::new()) };
        let words = format!("no term is recorded; its category is {category}: {}", plain::of_category(*category));
        (Reply::Unverified, line(Stance::Note, &words))
    }

    fn commerce(&self, kind: TermKind) -> (Reply, Vec<Line>) {
        match self.permission(&[kind, TermKind::CommercialUse]) {
            Some((reply, line)) => {
                let mut lines = vec![line];
                let whole = self.find(TermKind::CommercialUse).filter(|_| self.find(kind).is_some());
                lines.extend(whole.and_then(|(index, _)| self.line(index)));
                if reply == Reply::No {
                    lines.extend(self.lines_of(&[TermKind::SeparateLicense]));
                }
                (reply, lines)
            }
            None => self.by_category(),
        }
    }

    /// A yes that holds for some uses and places only is one under conditions.
    fn narrowed(&self, reply: Reply) -> Reply {
        let is_narrower = SHUT_OUT.iter().any(|kind| self.find(*kind).is_some());
        if reply == Reply::Yes && is_narrower { Reply::Conditional } else { reply }
    }

    fn sell(&self) -> Answer {
        let (mut reply, mut lines) = self.commerce(TermKind::ProductUse);
        if reply == Reply::Conditional {
            let conditions = self.lines_of(&[
                TermKind::MonthlyUsers,
                TermKind::DailyUsers,
                TermKind::AnnualRevenue,
                TermKind::MonthlyRevenue,
                TermKind::TeamSize,
                TermKind::OtherThreshold,
                TermKind::Registration,
                TermKind::SeparateLicense,
            ]);
            lines.extend(conditions);
        }
        lines.extend(self.lines_of(&[TermKind::InternalUse, TermKind::ResearchUse]));
        if matches!(reply, Reply::Yes | Reply::Conditional) {
            lines.extend(self.lines_of(&SHUT_OUT));
            reply = self.narrowed(reply);
        }
        Answer { question: Question::Sell, reply, lines }
    }

    fn host(&self) -> Answer {
        let (mut reply, mut lines) = self.commerce(TermKind::HostedService);
        if let Some((index, term)) = self.find(TermKind::Hosting) {
            reply = match Hosting::from_word(&term.value) {
                Some(Hosting::Forbidden) => Reply::No,
                Some(Hosting::NeedsLicense) if matches!(reply, Reply::Yes) => Reply::Conditional,
                Some(Hosting::CountsAsDistribution) if reply == Reply::Yes => Reply::Conditional,
                _ => reply,
            };
            lines.extend(self.line(index));
        }
        if let Some((index, term)) = self.find(TermKind::Copyleft)
            && term.detail("trigger") == Some("network")
        {
            reply = if reply == Reply::Yes { Reply::Conditional } else { reply };
            lines.extend(self.line(index));
        }
        reply = self.narrowed(reply);
        let has_limits = self.terms.iter().any(|term| plain::question_of(term.kind) == Question::Limits);
        if has_limits && matches!(reply, Reply::Yes | Reply::Conditional) {
            let words = "the limits, places and uses below hold for a service too".to_owned();
            lines.push(Line { stance: Stance::Note, words, term: None });
        }
        Answer { question: Question::Host, reply, lines }
    }

    fn publish(&self) -> Answer {
        let duties = self.lines_of(&[
            TermKind::Copyleft,
            TermKind::FlowDown,
            TermKind::NamePrefix,
            TermKind::StateChanges,
            TermKind::DerivativeScope,
        ]);
        let (mut reply, mut lines) = match self.permission(&[TermKind::Derivatives]) {
            Some((reply, line)) => (reply, vec![line]),
            None if self.has(Category::NoDerivatives) => {
                let words = "pass on changed versions: its category says so".to_owned();
                (Reply::No, vec![Line { stance: Stance::MustNot, words, term: None }])
            }
            None => (Reply::Unverified, Vec::new()),
        };
        let binds = |line: &Line| line.term.and_then(|index| self.terms.get(index)).is_some_and(is_binding);
        let for_some_only = self.has(Category::NonCommercial) || self.has(Category::ResearchOnly);
        if reply == Reply::Yes && (for_some_only || duties.iter().any(binds)) {
            reply = Reply::Conditional;
        }
        lines.extend(duties);
        Answer { question: Question::Publish, reply, lines }
    }

    fn train(&self) -> Answer {
        let mut lines = self.lines_of(&[TermKind::OutputTraining, TermKind::OutputUse]);
        let reply = match self.find(TermKind::OutputTraining) {
            Some((_, term)) => {
                let reply = match OutputTraining::from_word(&term.value) {
                    Some(OutputTraining::Allowed) => Reply::Yes,
                    Some(OutputTraining::Forbidden) => Reply::No,
                    Some(_) => Reply::Conditional,
                    None => Reply::Unverified,
                };
                verified(reply, term)
            }
            None => Reply::Unstated,
        };
        let scope = self
            .terms
            .iter()
            .enumerate()
            .filter(|(_, term)| term.kind == TermKind::DerivativeScope && plain::reaches_students(&term.value));
        let scope: Vec<usize> = scope.map(|(index, _)| index).collect();
        let reply = if scope.is_empty() || reply > Reply::Unstated { reply } else { Reply::Conditional };
        lines.extend(scope.into_iter().filter_map(|index| self.line(index)));
        if reply == Reply::Unstated && !self.terms.iter().any(StatedTerm::is_read) {
            return Answer { question: Question::Train, reply: Reply::Unverified, lines };
        }
        Answer { question: Question::Train, reply, lines }
    }

    fn list(&self, question: Question) -> Answer {
        let indexes = self.terms.iter().enumerate().filter(|(_, term)| plain::question_of(term.kind) == question);
        let lines: Vec<Line> = indexes.filter_map(|(index, _)| self.line(index)).collect();
        let reply = if lines.is_empty() { Reply::Nothing } else { Reply::Listed };
        Answer { question, reply, lines }
    }

    fn open(&self, answers: &[Answer]) -> Answer {
        let mut lines = Vec::new();
        let mut note = |words: String, term| lines.push(Line { stance: Stance::Note, words, term });
        for answer in answers {
            let asked = answer.question.words();
            match answer.reply {
                Reply::Unstated => note(format!("{asked} No recorded term answers it."), None),
                Reply::Unverified => note(format!("{asked} Nobody has read the answer in the text."), None),
                _ => {}
            }
        }
        for (kind, what) in [
            (TermKind::Patent, "patents"),
            (TermKind::Revocation, "whether it can be ended"),
            (TermKind::Jurisdiction, "which law governs"),
        ] {
            if self.find(kind).is_none() {
                note(format!("nothing is recorded on {what}"), None);
            }
        }
        for (index, term) in self.terms.iter().enumerate().filter(|(_, term)| !term.is_read()) {
            note(format!("{}: known from hearsay, not read in the text", term.kind), Some(index));
        }
        let reply = if lines.is_empty() { Reply::Nothing } else { Reply::Listed };
        Answer { question: Question::Open, reply, lines }
    }
}

fn reply(permission: CommercialUse) -> Reply {
    match permission {
        CommercialUse::Yes => Reply::Yes,
        CommercialUse::Conditional => Reply::Conditional,
        CommercialUse::Unstated => Reply::Unstated,
        CommercialUse::No => Reply::No,
    }
}

/// Kinds of terms that shut places and uses out of every permission.
const SHUT_OUT: [TermKind; 2] = [TermKind::ExcludedTerritory, TermKind::UseRestrictions];

/// What nobody has read in the text forbids, and permits nothing.
fn verified(reply: Reply, term: &StatedTerm) -> Reply {
    if !term.is_read() && reply != Reply::No { Reply::Unverified } else { reply }
}

/// Whether a duty makes a plain yes to publishing a yes under conditions: marks and notices do not.
fn is_binding(term: &StatedTerm) -> bool {
    match term.kind {
        TermKind::Copyleft | TermKind::NamePrefix => true,
        TermKind::FlowDown => term.value != "none",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use license_db::{Kind, licenses};

    use super::*;
    use crate::report::explain::Sheet;

    fn reply_of(id: &str, question: Question) -> Reply {
        let license = license_db::license(id).unwrap_or_else(|| panic!("{id}"));
        Sheet::of_license(license).answer(question).unwrap_or_else(|| panic!("{id}: no answer")).reply
    }

    #[test]
    fn well_known_licences_answer_as_people_expect() {
        let rows = [
            ("MIT", [Reply::Yes, Reply::Yes, Reply::Yes]),
            ("Apache-2.0", [Reply::Yes, Reply::Yes, Reply::Yes]),
            ("AGPL-3.0-only", [Reply::Yes, Reply::Conditional, Reply::Conditional]),
            ("CC-BY-NC-4.0", [Reply::No, Reply::No, Reply::Conditional]),
            ("CC-BY-ND-4.0", [Reply::Yes, Reply::Yes, Reply::No]),
            ("Elastic-2.0", [Reply::Yes, Reply::No, Reply::Yes]),
            (
                "LicenseRef-scancode-llama-3.1-license-2024",
                [Reply::Conditional, Reply::Conditional, Reply::Conditional],
            ),
            ("LicenseRef-scancode-flux-1-nc", [Reply::No, Reply::No, Reply::Conditional]),
        ];
        for (id, expected) in rows {
            let found = [Question::Sell, Question::Host, Question::Publish].map(|question| reply_of(id, question));
            assert_eq!(found, expected, "{id}");
        }
    }

    #[test]
    fn no_licence_that_forbids_commerce_lets_anybody_sell() {
        let forbidding = licenses().iter().filter(|license| {
            license.kind == Kind::License
                && (license.has(Category::NonCommercial) || license.has(Category::ResearchOnly))
        });
        for license in forbidding {
            assert_eq!(reply_of(license.id, Question::Sell), Reply::No, "{}", license.id);
            assert_eq!(reply_of(license.id, Question::Host), Reply::No, "{}", license.id);
        }
    }

    #[test]
    fn what_nobody_has_read_permits_nothing() {
        let unread = licenses().iter().filter(|license| license.reviewed.is_none() && license.kind == Kind::License);
        for license in unread {
            for answer in Sheet::of_license(license).answers {
                let permits = matches!(answer.reply, Reply::Yes | Reply::Conditional);
                assert!(!permits, "{}: {:?}", license.id, answer.question);
            }
        }
    }

    #[test]
    fn every_term_stands_in_the_answers() {
        for license in licenses() {
            let sheet = Sheet::of_license(license);
            for index in 0..sheet.terms.len() {
                let mut lines = sheet.answers.iter().flat_map(|answer| &answer.lines);
                assert!(lines.any(|line| line.term == Some(index)), "{}: term {index}", license.id);
            }
        }
    }

    #[test]
    fn a_sheet_is_made_of_any_terms_with_their_quotes() {
        let term = StatedTerm {
            kind: TermKind::CommercialUse,
            value: "no".to_owned(),
            limit: None,
            details: Vec::new(),
            source: "paragraph 2".to_owned(),
            reviewed: None,
            quote: Some("not for sale".to_owned()),
            location: Some("LICENSE:4:1".to_owned()),
        };
        let sheet = Sheet::of_terms("LICENSE", "a text", &[], vec![term]);
        assert_eq!(sheet.answer(Question::Sell).map(|answer| answer.reply), Some(Reply::No));
        let explanation = crate::report::explain::Explanation { licenses: vec![sheet], ..Default::default() };
        let mut out = Vec::new();
        let style = crate::report::Style::default();
        crate::report::explain::write(&explanation, crate::report::explain::Form::Text, &style, &mut out)
            .expect("memory takes everything");
        let out = String::from_utf8(out).expect("text");
        assert!(out.contains("must not  use it commercially [LICENSE:4:1, paragraph 2]\n"), "{out}");
        assert!(out.contains("> not for sale\n"), "{out}");
    }
}
