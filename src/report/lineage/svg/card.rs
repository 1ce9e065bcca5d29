//! The card of a member, and the legend.

use super::paper::Paper;
use crate::finding::Verdict;
use crate::lineage::NodeKind;
use crate::report::escape::inert_within;
use crate::report::lineage::family::{Member, State};
use crate::report::lineage::measure::{Font, broken, fitted, measured, named};

const NAME: Font = Font { size: 13, is_bold: true };
const SMALL: Font = Font { size: 12, is_bold: false };
/// Pixels of a line.
const LINE: i64 = 19;
/// Lines of an effective licence.
const MOST_LINES: usize = 3;
/// Pixels left and right of the words.
const PADDING: i64 = 14;
/// Pixels that the mark of a verdict takes.
const MARK: i64 = 20;

/// What a card shows, fitted to its width.
pub(super) struct Card {
    title: String,
    name: String,
    lines: Vec<(&'static str, String)>,
    verdict: Option<Verdict>,
    /// The word beside the mark, and what stands behind it.
    status: (String, String),
    class: String,
    is_data: bool,
    pub(super) height: i64,
}

impl Card {
    pub(super) const WIDTH: i64 = 272;

    pub(super) fn of(member: &Member) -> Self {
        let room = Self::WIDTH - 2 * PADDING;
        let revision = member.revision.as_ref().map(|revision| format!("@{}", inert_within(revision, 20)));
        let revision = revision.unwrap_or_default();
        let name = fitted(&member.name, NAME, room - measured(&revision, NAME).min(room / 2));
        let name = fitted(&format!("{name}{revision}"), NAME, room);
        let mut lines = Vec::new();
        if let Some(license) = &member.license {
            lines.push(("license", fitted(license, SMALL, room)));
        }
        if let Some(effective) = &member.effective {
            let mut words = broken(&inert_within(&format!("effective: {effective}"), 400), SMALL, room);
            if words.len() > MOST_LINES {
                words.truncate(MOST_LINES);
                let last = words.pop().unwrap_or_default();
                words.push(fitted(&format!("{last} …"), SMALL, room));
            }
            lines.extend(words.into_iter().map(|words| ("muted", words)));
        }
        if let Some(former) = &member.former {
            let label = "formerly ";
            lines.push(("muted", format!("{label}{}", fitted(former, SMALL, room - measured(label, SMALL)))));
        }
        let word = match (member.verdict, member.state.words()) {
            (Some(verdict), None) => verdict.to_string(),
            (Some(verdict), Some(words)) => format!("{verdict}, {words}"),
            (None, words) => words.unwrap_or("not judged").to_owned(),
        };
        let left = room - MARK - measured(&word, SMALL) - 8;
        let findings = named(&member.findings, SMALL, left);
        let is_data = member.kind == NodeKind::Dataset;
        let mut class = String::from("card");
        for (is_so, word) in [
            (member.is_target, " target"),
            (is_data, " data"),
            (!matches!(member.state, State::Seen | State::Incomplete), " unseen"),
        ] {
            class.push_str(if is_so { word } else { "" });
        }
        let rows = i64::try_from(lines.len()).unwrap_or(0) + 2;
        let height = rows * LINE + 20;
        Self {
            title: title(member),
            name,
            verdict: member.verdict,
            status: (word, findings),
            class,
            is_data,
            height: height + height % 2,
            lines,
        }
    }

    pub(super) fn draw(&self, x: i64, y: i64, paper: &mut Paper) {
        paper.begin(&self.title);
        let radius = if self.is_data { 18 } else { 6 };
        paper.rectangle(&self.class, [x, y, Self::WIDTH, self.height, radius]);
        let rows = i64::try_from(self.lines.len()).unwrap_or(0) + 2;
        let mut at = y + (self.height - rows * LINE) / 2 + 14;
        paper.text("name", x + PADDING, at, &self.name);
        for (class, words) in &self.lines {
            at += LINE;
            paper.text(class, x + PADDING, at, words);
        }
        at += LINE;
        mark(self.verdict, x + PADDING + 6, at - 4, paper);
        let word = x + PADDING + MARK;
        paper.text(class_of(self.verdict), word, at, &self.status.0);
        if !self.status.1.is_empty() {
            paper.text("muted", word + measured(&self.status.0, SMALL) + 8, at, &self.status.1);
        }
        paper.end();
    }
}

/// Everything about a member, for whoever points at it.
fn title(member: &Member) -> String {
    let mut title = inert_within(&member.name, 1000);
    let more = [
        ("@", &member.revision),
        (", in ", &member.place),
        (", formerly ", &member.former),
        (": ", &member.license),
        ("; effective: ", &member.effective),
    ];
    for (words, value) in more {
        if let Some(value) = value {
            title.push_str(words);
            title.push_str(&inert_within(value, 1000));
        }
    }
    title
}

fn class_of(verdict: Option<Verdict>) -> &'static str {
    verdict.map_or("muted", Verdict::as_str)
}

/// A disc in the colour of the verdict with a sign of its own; a ring where there is none.
fn mark(verdict: Option<Verdict>, x: i64, y: i64, paper: &mut Paper) {
    let Some(verdict) = verdict else {
        return paper.circle("line", x, y, 5);
    };
    paper.circle(verdict.as_str(), x, y, 7);
    let sign = match verdict {
        Verdict::Allow => "m-3 0 l2 2.5 l4 -5",
        Verdict::Review => "m0 -3.5 v4 m0 3 v0.01",
        Verdict::Unknown => "m-2 -2 c0 -2.6 4 -2.6 4 0 c0 1.6 -2 1.6 -2 3 m0 2.6 v0.01",
        Verdict::Deny => "m-2.5 -2.5 l5 5 m0 -5 l-5 5",
    };
    paper.path("glyph", &format!("M{x} {y} {sign}"));
}

/// What marks and borders mean, of those that are drawn.
pub(super) fn legend(members: &[Member], x: i64, y: i64, paper: &mut Paper) {
    let mut x = x;
    let all = [Verdict::Allow, Verdict::Review, Verdict::Unknown, Verdict::Deny];
    for verdict in all.into_iter().filter(|verdict| members.iter().any(|member| member.verdict == Some(*verdict))) {
        mark(Some(verdict), x + 7, y - 4, paper);
        paper.text("muted", x + MARK, y, verdict.as_str());
        x += MARK + measured(verdict.as_str(), SMALL) + 12;
    }
    let has_data = members.iter().any(|member| member.kind == NodeKind::Dataset);
    let has_unseen = members.iter().any(|member| member.verdict.is_none());
    if has_unseen {
        mark(None, x + 7, y - 4, paper);
        paper.text("muted", x + MARK, y, "not judged");
        x += MARK + measured("not judged", SMALL) + 12;
    }
    if has_data {
        paper.rectangle("card data", [x, y - 12, 26, 15, 7]);
        paper.text("muted", x + 34, y, "training data");
    }
}
