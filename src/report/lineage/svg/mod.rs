//! `-o svg`: the family as a picture. It stands alone: no script, no font, no reference to anything outside; it follows
//! the reader's light or dark ground, and each colour is also a word and a mark.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::family::{Family, Tie};
use super::layers::{Plan, placed};
use super::measure::{Font, broken, fitted, measured, named};
use super::{EXPRESSION_LIMIT, MOST_DRAWN};
use crate::finding::Level;
use crate::report::Format;
use crate::report::escape::{inert, inert_within};
use crate::report::style::Style;
use crate::report::text::closing_sentence;
use crate::scan::Scan;

mod card;
mod paper;

use card::Card;
pub(crate) use paper::STYLE;
use paper::{Paper, escaped};

/// `-o svg`.
pub(crate) const FORMAT: Format = Format {
    name: "svg",
    summary: "the family as a picture, for light and dark pages",
    extension: "svg",
    is_for_people: false,
    write,
    files: None,
};

/// Pixels around everything.
const MARGIN: i64 = 28;
/// Pixels in which lines may bend between two columns.
const CURVE: i64 = 76;
/// Pixels between two lines that enter a card.
const PORT: i64 = 18;
/// Pixels between a label and the card that it stands before.
const ARROW: i64 = 14;
/// The narrowest picture.
const NARROWEST: i64 = 620;
/// Pixels of the heading.
const HEADING: i64 = 88;
/// The same in a page, which has a heading of its own.
const NO_HEADING: i64 = 16;
/// Pixels of a line of the footing.
const FOOTING_LINE: i64 = 17;
/// Steps that the description tells one by one.
const STEPS_TOLD: usize = 60;

const LABEL: Font = Font { size: 11, is_bold: false };
const HEAD: Font = Font { size: 18, is_bold: true };
const SMALL: Font = Font { size: 12, is_bold: false };

fn write(scan: &Scan, _style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let (family, left_out) = Family::of(scan).first(MOST_DRAWN);
    out.write_all(Picture::new(&family, left_out, HEADING).drawn(scan).as_bytes())
}

/// A picture for a page that has a heading, a sentence and [`STYLE`] of its own. Its identifiers begin with
/// `licentia-family`: a page has room for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Embedded {
    /// The `svg` element, which names nothing outside and runs nothing.
    pub(crate) element: String,
    /// Pixels.
    pub(crate) width: i64,
    /// Members that the picture leaves out.
    pub(crate) left_out: usize,
}

impl Embedded {
    /// The picture of a family.
    pub(crate) fn of(family: &Family) -> Self {
        let (family, left_out) = family.first(MOST_DRAWN);
        let picture = Picture::new(&family, left_out, NO_HEADING);
        Self { element: picture.for_page(), width: picture.width, left_out }
    }
}

/// Lines into one card that say the same enter it at one place.
struct Port {
    words: String,
    findings: String,
    is_data: bool,
    is_circle: bool,
    is_minded: bool,
}

impl Port {
    fn of(tie: &Tie) -> Self {
        let circle = if tie.is_circle { " (circle)" } else { "" };
        Self {
            words: format!("{}{circle}", fitted(&tie.words(), LABEL, 150)),
            findings: named(&tie.finding_names(), LABEL, 130),
            is_data: tie.is_data(),
            is_circle: tie.is_circle,
            is_minded: tie.findings.iter().any(|(level, _)| *level > Level::Note),
        }
    }

    fn width(&self) -> i64 {
        let findings = if self.findings.is_empty() { 0 } else { measured(&self.findings, LABEL) + 6 };
        measured(&self.words, LABEL) + findings + ARROW + 6
    }
}

struct Picture<'a> {
    family: &'a Family,
    left_out: usize,
    /// In the order of drawing.
    cards: Vec<Card>,
    /// For each tie that is drawn: the cards at its left and right end, and its port at the right one.
    lines: Vec<(usize, usize, usize)>,
    /// For each card what enters it.
    ports: Vec<Vec<Port>>,
    plan: Plan,
    /// The left edge of each column, and the pixels before it in which labels stand.
    columns: Vec<(i64, i64)>,
    width: i64,
    /// Pixels above the first card.
    heading: i64,
}

impl<'a> Picture<'a> {
    fn new(family: &'a Family, left_out: usize, heading: i64) -> Self {
        let order = family.in_order();
        let place: BTreeMap<usize, usize> = order.iter().enumerate().map(|(place, &member)| (member, place)).collect();
        let mut cards: Vec<Card> =
            order.iter().filter_map(|&member| family.members.get(member)).map(Card::of).collect();
        let mut ports: Vec<Vec<Port>> = cards.iter().map(|_| Vec::new()).collect();
        let mut lines = Vec::new();
        for tie in &family.ties {
            let ends = place.get(&tie.child).copied().zip(place.get(&tie.parent).copied());
            // A step that closes a circle leads back: for the order of the columns it counts the other way round.
            let ends = ends.map(|(child, parent)| if tie.is_circle { (parent, child) } else { (child, parent) });
            let Some((left, right)) = ends else { continue };
            let Some(ports) = ports.get_mut(right) else { continue };
            let port = Port::of(tie);
            let is_same = |known: &Port| {
                (&known.words, &known.findings, known.is_data) == (&port.words, &port.findings, port.is_data)
            };
            let position = ports.iter().position(is_same).unwrap_or_else(|| {
                ports.push(port);
                ports.len() - 1
            });
            lines.push((left, right, position));
        }
        for (card, ports) in cards.iter_mut().zip(&ports) {
            card.height = card.height.max(pixels(ports.len()) * PORT + 12);
        }
        let heights: Vec<i64> = cards.iter().map(|card| card.height).collect();
        let plan = placed(&heights, &lines.iter().map(|&(left, right, _)| (left, right)).collect::<Vec<_>>());
        let mut columns = Vec::new();
        let mut x = MARGIN;
        for column in 0..plan.columns {
            let of_column = plan.column.iter().zip(&ports).filter(|(card, _)| **card == column);
            let widest = of_column.flat_map(|(_, ports)| ports).map(Port::width).max().unwrap_or(0);
            x += if column == 0 { 0 } else { Card::WIDTH + CURVE + widest };
            columns.push((x, widest));
        }
        let width = (x + Card::WIDTH + MARGIN).max(NARROWEST);
        Self { family, left_out, cards, lines, ports, plan, columns, width, heading }
    }

    fn drawn(&self, scan: &Scan) -> String {
        let room = self.width - 2 * MARGIN;
        let footing = footing(scan, room);
        let legend_at = self.legend_at();
        let height = legend_at + 20 + pixels(footing.len()) * FOOTING_LINE + MARGIN / 2;
        let mut paper = Paper::new([self.width, height], &self.title(), &self.description(scan), false);
        paper.text("head", MARGIN, 44, &fitted(&self.title(), HEAD, room));
        paper.text("muted", MARGIN, 66, &fitted(&self.sentence(), SMALL, room));
        self.draw(&mut paper);
        for (line, words) in footing.iter().enumerate() {
            paper.text("muted", MARGIN, legend_at + 28 + pixels(line) * FOOTING_LINE, words);
        }
        paper.done()
    }

    /// Without what the page says in words of its own.
    fn for_page(&self) -> String {
        let description = format!("{}. The same family stands as a list in this page.", self.sentence());
        let mut paper = Paper::new([self.width, self.legend_at() + 16], &self.title(), &description, true);
        self.draw(&mut paper);
        paper.done()
    }

    fn legend_at(&self) -> i64 {
        self.heading + self.plan.height + 38
    }

    /// Everything between the heading and the footing.
    fn draw(&self, paper: &mut Paper) {
        for (line, bends) in self.lines.iter().zip(&self.plan.bends) {
            let bends: Vec<(usize, i64)> = bends.iter().map(|bend| (bend.column, bend.middle)).collect();
            self.line(*line, &bends, paper);
        }
        for (index, ports) in self.ports.iter().enumerate() {
            ports.iter().enumerate().for_each(|(port, held)| self.label(index, port, held, paper));
        }
        for (index, card) in self.cards.iter().enumerate() {
            card.draw(self.left(index), self.heading + self.top(index), paper);
        }
        card::legend(&self.family.members, MARGIN, self.legend_at(), paper);
    }

    fn title(&self) -> String {
        let roots: Vec<String> = self
            .family
            .roots
            .iter()
            .filter_map(|&root| self.family.members.get(root))
            .map(|member| inert_within(&member.name, EXPRESSION_LIMIT))
            .collect();
        match roots.as_slice() {
            [] => "No family: nothing was scanned".to_owned(),
            [one] => format!("The family of {one}"),
            [first, rest @ ..] => format!("The family of {first} and {} more", rest.len()),
        }
    }

    fn sentence(&self) -> String {
        match self.left_out {
            0 => self.family.sentence(),
            more => format!("{}; {more} more are not drawn", self.family.sentence()),
        }
    }

    /// What the picture shows, in words.
    fn description(&self, scan: &Scan) -> String {
        let name = |member: usize| self.family.members.get(member).map_or("?", |member| member.name.as_str());
        let mut told = format!("{}.", self.sentence());
        for tie in self.family.ties.iter().take(STEPS_TOLD) {
            let findings = tie.finding_names();
            let minded = if findings.is_empty() { String::new() } else { format!(" ({})", findings.join(", ")) };
            let (child, parent) = (inert_within(name(tie.child), 200), inert_within(name(tie.parent), 200));
            let _ = write!(told, " {child}: {} {parent}{minded}.", inert_within(&tie.words(), 200));
        }
        let _ = write!(told, " {}", closing_sentence(scan));
        told
    }

    fn left(&self, card: usize) -> i64 {
        let column = self.plan.column.get(card).and_then(|&column| self.columns.get(column));
        column.map_or(MARGIN, |&(left, _)| left)
    }

    fn top(&self, card: usize) -> i64 {
        let height = self.cards.get(card).map_or(0, |card| card.height);
        self.plan.middle.get(card).map_or(0, |middle| middle - height / 2)
    }

    /// Where lines of a port enter a card.
    fn port_at(&self, card: usize, port: usize) -> i64 {
        let count = self.ports.get(card).map_or(0, Vec::len);
        let first = self.plan.middle.get(card).copied().unwrap_or(0) - pixels(count.saturating_sub(1)) * PORT / 2;
        self.heading + first + pixels(port) * PORT
    }

    fn line(&self, (left, right, port): (usize, usize, usize), bends: &[(usize, i64)], paper: &mut Paper) {
        let held = self.ports.get(right).and_then(|ports| ports.get(port));
        let end = (self.plan.column.get(right).copied().unwrap_or(0), self.port_at(right, port));
        let mut x = self.left(left) + Card::WIDTH;
        let mut y = self.heading + self.plan.middle.get(left).copied().unwrap_or(0);
        let start = (x, y);
        let mut path = format!("M{x} {y}");
        let bends = bends.iter().map(|&(column, middle)| (column, self.heading + middle));
        for (column, to) in bends.chain([end]) {
            let Some(&(edge, labels)) = self.columns.get(column) else { continue };
            let (bent, half) = (edge - labels, (edge - labels - x) / 2);
            if to == y {
                let _ = write!(path, " H{bent}");
            } else {
                let _ = write!(path, " C{} {y} {} {to} {bent} {to}", x + half, bent - half);
            }
            y = to;
            x = if column == end.0 { edge - 3 } else { edge + Card::WIDTH };
            let _ = write!(path, " H{x}");
        }
        let class = match held {
            Some(port) if port.is_circle => "line circle",
            Some(port) if port.is_minded => "line minded",
            Some(port) if port.is_data => "line data",
            _ => "line",
        };
        paper.path(class, &path);
        let is_circle = held.is_some_and(|port| port.is_circle);
        let (at, by) = if is_circle { (start.0 + 2, 8) } else { (x + 1, -8) };
        let tip_y = if is_circle { start.1 } else { y };
        let arrow = format!("M{0} {1} L{at} {tip_y} L{0} {2} Z", at + by, tip_y - 4, tip_y + 4);
        paper.path(&class.replace("line", "tip").replace("data", ""), &arrow);
    }

    fn label(&self, card: usize, port: usize, held: &Port, paper: &mut Paper) {
        let y = self.port_at(card, port) - 5;
        let x = self.left(card) - held.width() + 4;
        let mut words = format!("<tspan>{}</tspan>", escaped(&held.words));
        if !held.findings.is_empty() {
            let class = if held.is_minded { "minded" } else { "muted" };
            let _ = write!(words, "<tspan class=\"{class}\" dx=\"6\">{}</tspan>", escaped(&held.findings));
        }
        paper.raw_text("label", x, y, &words);
    }
}

/// The lines below the picture.
fn footing(scan: &Scan, room: i64) -> Vec<String> {
    let verdict = scan.verdict().map_or(String::new(), |verdict| format!("{verdict}: "));
    broken(&inert(&format!("{verdict}{}", closing_sentence(scan))), SMALL, room.min(900))
}

/// A count as pixels.
fn pixels(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX / 1000)
}

#[cfg(test)]
mod tests;
