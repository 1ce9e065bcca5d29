//! What a licence that binds lets people do, asks and forbids, each with where it was read.

use std::collections::BTreeSet;

use askama::Template;

use super::words::{Badge, Shown, web_address};
use crate::fact::Reason;
use crate::finding::Verdict;
use crate::license::{Expression, MODIFIED_PREFIX, UNEXPLAINED};
use crate::report::explain::{Line, Question, Sheet, Stance, StatedTerm};
use crate::scan::{LicenseDecision, Scan};

/// The terms of one licence.
#[derive(Clone, Template)]
#[template(path = "html/terms.html", whitespace = "minimize")]
pub(super) struct TermsView {
    /// The anchor.
    pub(super) id: String,
    /// The level of its heading.
    pub(super) heading: u8,
    /// Whether it holds clauses of texts that were found with the target: those of another target may differ.
    pub(super) is_own: bool,
    pub(super) title: Shown,
    pub(super) expression: Shown,
    pub(super) badge: Badge,
    /// What of the target it binds: `weights`, `code in src/`.
    pub(super) binds: Vec<Shown>,
    /// What kinds of terms it has.
    pub(super) categories: Vec<&'static str>,
    /// Why the policy says so.
    pub(super) grounds: Vec<GroundView>,
    /// In the order of reading: may, must, must not, conditions, notes. Empty ones too.
    pub(super) lists: Vec<TermList>,
    /// What no text answers, or nobody has read.
    pub(super) open: Vec<Shown>,
    /// Addresses of its texts.
    pub(super) texts: Vec<String>,
    /// The day on which somebody read its text for the database.
    pub(super) reviewed: Vec<String>,
}

/// One ground of the verdict on a licence.
#[derive(Clone)]
pub(super) struct GroundView {
    pub(super) words: Shown,
    pub(super) badge: Badge,
    pub(super) policy: Vec<Shown>,
    /// The fact that would decide it and is not stated.
    pub(super) missing: Option<&'static str>,
}

/// Lines that do the same.
#[derive(Clone)]
pub(super) struct TermList {
    pub(super) heading: &'static str,
    pub(super) class: &'static str,
    /// What stands there where there is no line; `None` where the list is left out then.
    pub(super) empty: Option<&'static str>,
    pub(super) lines: Vec<TermLine>,
}

/// One term in plain words.
#[derive(Clone)]
pub(super) struct TermLine {
    pub(super) words: Shown,
    /// Document and section.
    pub(super) source: Shown,
    /// Whether somebody read it in the text. All else is hearsay.
    pub(super) is_read: bool,
    /// The clause, where the text was at hand.
    pub(super) quote: Vec<Shown>,
    pub(super) place: Shown,
}

impl TermsView {
    /// A licence that binds, as the policy decided on it.
    pub(super) fn decided(scan: &Scan, decision: &LicenseDecision, id: String) -> Self {
        let expression = Expression::parse(&decision.license);
        let expression = expression.unwrap_or_else(|_| Expression::license(decision.license.as_str()));
        let mut view = Self::of(scan, &expression, &decision.because, id);
        view.badge = Badge::of(Some(decision.verdict));
        view.grounds = decision
            .grounds
            .iter()
            .map(|ground| GroundView {
                words: Shown::of(&ground.words),
                badge: Badge::of(Some(ground.verdict)),
                policy: ground.policy.iter().map(|place| Shown::of(&place.to_string())).collect(),
                missing: ground.missing,
            })
            .collect();
        view
    }

    /// A licence that nobody decided on.
    pub(super) fn of(scan: &Scan, expression: &Expression, because: &[Reason], id: String) -> Self {
        let (sheets, is_own) = sheets(expression, readings(scan, because));
        let is_known = sheets.iter().all(|sheet| license_db::license(&sheet.id).is_some());
        let title = if is_known {
            in_words(expression)
        } else {
            sheets.iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>().join("; ")
        };
        let texts: BTreeSet<String> =
            sheets.iter().flat_map(|sheet| &sheet.texts).filter_map(|at| web_address(at)).collect();
        Self {
            id,
            heading: 5,
            is_own,
            title: Shown::of(&title),
            expression: Shown::of(&expression.to_string()),
            badge: Badge::of(None::<Verdict>),
            binds: Vec::new(),
            categories: sheets.iter().flat_map(|sheet| sheet.categories.iter().copied()).collect(),
            grounds: Vec::new(),
            lists: lists(&sheets),
            open: open(&sheets),
            texts: texts.into_iter().collect(),
            reviewed: sheets.iter().filter_map(|sheet| sheet.reviewed.clone()).collect(),
        }
    }
}

/// What is known of each licence of an expression, and whether any of it was read in texts at hand. A text that the
/// database knows adds its quotes and lines to the facts; what it does not know is what its text says.
fn sheets(expression: &Expression, readings: Vec<Sheet>) -> (Vec<Sheet>, bool) {
    let mut sheets = Sheet::of_expression(expression);
    let is_unknown = |sheet: &Sheet| license_db::license(&sheet.id).is_none();
    let (texts, known): (Vec<Sheet>, Vec<Sheet>) = readings.into_iter().partition(is_unknown);
    let mut is_own = false;
    for read in known {
        if let Some(sheet) = sheets.iter_mut().find(|sheet| sheet.id == read.id) {
            *sheet = read;
            is_own = true;
        }
    }
    if sheets.iter().any(is_unknown) && !texts.is_empty() {
        sheets.retain(|sheet| !is_unknown(sheet));
        sheets.extend(texts);
        is_own = true;
    }
    (sheets, is_own)
}

/// Sheets of the texts that reasons end in, with the clauses that were read there.
fn readings(scan: &Scan, because: &[Reason]) -> Vec<Sheet> {
    let mut waiting = because.to_vec();
    let mut followed = BTreeSet::new();
    let mut found = BTreeSet::new();
    while let Some(reason) = waiting.pop() {
        match reason {
            Reason::Evidence(index) => {
                found.insert(index);
            }
            Reason::Fact(index) if followed.insert(index) => {
                waiting.extend(scan.facts.get(index).iter().flat_map(|fact| fact.because.iter().copied()));
            }
            Reason::Fact(_) | Reason::Gap(_) | Reason::Searched(_) => {}
        }
    }
    let texts = found.into_iter().filter_map(|index| {
        let evidence = scan.evidence.get(index)?;
        let found = scan.classifications.get(index)?.as_ref()?;
        Some(Sheet::of_text(&evidence.at.path, found))
    });
    texts.flatten().collect()
}

fn lists(sheets: &[Sheet]) -> Vec<TermList> {
    // Silence of what nobody has read is no freedom.
    let is_read = !sheets.is_empty() && sheets.iter().all(|sheet| sheet.reviewed.is_some());
    let nothing = if is_read { "Nothing is recorded." } else { "Not known: nobody has read the whole text." };
    let kinds: [(Stance, &str, &str, Option<&str>); 5] = [
        (Stance::May, "You may", "may", Some("Nothing that somebody has read in the text.")),
        (Stance::Must, "You must", "must", Some(nothing)),
        (Stance::MustNot, "You must not", "must-not", Some(nothing)),
        (Stance::If, "Conditions: when", "if", None),
        (Stance::Note, "Also good to know", "note", None),
    ];
    let mut lists: Vec<TermList> =
        kinds.iter().map(|&(_, heading, class, empty)| TermList { heading, class, empty, lines: Vec::new() }).collect();
    for sheet in sheets {
        for (question, line) in
            sheet.answers.iter().flat_map(|answer| answer.lines.iter().map(move |line| (answer.question, line)))
        {
            // A note without a term only points from one answer to another.
            let is_pointer = line.stance == Stance::Note && line.term.is_none() && question != Question::Sell;
            if question == Question::Open || is_pointer {
                continue;
            }
            let position = kinds.iter().position(|(stance, ..)| *stance == line.stance);
            let Some(list) = position.and_then(|position| lists.get_mut(position)) else { continue };
            let line = term_line(sheet, line);
            if !list.lines.iter().any(|known| known.words == line.words) {
                list.lines.push(line);
            }
        }
    }
    lists
}

fn term_line(sheet: &Sheet, line: &Line) -> TermLine {
    let term = line.term.and_then(|index| sheet.terms.get(index));
    TermLine {
        words: Shown::of(&line.words),
        source: term.map(|term| Shown::of(&term.source)).unwrap_or_default(),
        is_read: term.is_some_and(StatedTerm::is_read),
        quote: term.and_then(|term| term.quote.as_deref()).map(Shown::quote).unwrap_or_default(),
        place: term.and_then(|term| term.location.as_deref()).map(Shown::of).unwrap_or_default(),
    }
}

fn open(sheets: &[Sheet]) -> Vec<Shown> {
    let answers = sheets.iter().filter_map(|sheet| sheet.answer(Question::Open));
    // Terms that nobody has read are marked where they stand.
    let lines = answers.flat_map(|answer| &answer.lines).filter(|line| line.term.is_none());
    lines.map(|line| Shown::of(&line.words)).collect()
}

/// An expression by the titles of its licences: `Apache License 2.0 and MIT License`.
pub(super) fn in_words(expression: &Expression) -> String {
    let joined = |operands: &[Expression], between: &str| {
        let operand = |operand: &Expression| match operand {
            Expression::License(_) => in_words(operand),
            Expression::And(_) | Expression::Or(_) => format!("({})", in_words(operand)),
        };
        operands.iter().map(operand).collect::<Vec<_>>().join(between)
    };
    match expression {
        Expression::And(operands) => joined(operands, " and "),
        Expression::Or(operands) => joined(operands, " or "),
        Expression::License(atom) => {
            let title = |id: &str| match (license_db::license(id), id.strip_prefix(MODIFIED_PREFIX)) {
                (Some(known), _) => known.name.to_owned(),
                (None, Some(original)) => format!("{original} with changed words"),
                (None, None) if id == UNEXPLAINED => "terms that nobody has identified".to_owned(),
                (None, None) => id.to_owned(),
            };
            let later = if atom.or_later { " or later" } else { "" };
            let with = atom.addition.as_deref().map_or(String::new(), |id| format!(" with {}", title(id)));
            format!("{}{later}{with}", title(&atom.license))
        }
    }
}
