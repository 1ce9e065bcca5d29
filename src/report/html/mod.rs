//! `-o html`: one page for a browser, for paper and for people who were not there: the answer first, then every model
//! with what its licence lets people do, what the policy minds and where that was read, then the family as a picture.
//!
//! The page is one file and asks for nothing: its Content Security Policy forbids every request, and lets only the style
//! and the script that are in it take effect, by their hashes. The script adds sorting and filtering; without it
//! everything is there to read. Scanned words become [`words::Shown`] before a template sees them, and askama escapes them.

use std::io::{self, Write};

use askama::Template;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use sha2::{Digest as _, Sha256};

use super::Format;
use super::lineage::STYLE as PICTURE_STYLE;
use super::style::Style;
use crate::scan::Scan;

mod about;
mod answer;
mod card;
mod evidence;
mod family;
mod finding;
mod terms;
mod unseen;
mod words;

use about::About;
use answer::{Answer, Number};
use card::{Card, Cards};
use family::Picture;
use finding::FindingView;
use terms::TermsView;
use unseen::Unseen;
use words::{Badge, Shown};

/// `-o html`.
pub(super) const FORMAT: Format = Format {
    name: "html",
    summary: "one page for browsers and paper: the answer, each model's terms and findings, the family as a picture",
    extension: "html",
    is_for_people: true,
    write,
    files: None,
};

/// Models up to which each card is open and has the terms of its licences; of more, cards are closed, and each licence
/// is told of once below them.
const CARDS_OPEN: usize = 12;

const PAGE_STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("enhance.js");

/// The whole page.
#[derive(Template)]
#[template(path = "html/report.html", whitespace = "minimize")]
struct Page {
    /// What the page may do: an attribute's value without quotation marks.
    allowed: String,
    style: String,
    script: &'static str,
    /// What stands in the title of the window.
    title: Shown,
    dated: Option<String>,
    answer: Answer,
    numbers: Vec<Number>,
    /// Every verdict with what it means.
    legend: [(Badge, &'static str); 4],
    cards: Vec<Card>,
    are_closed: bool,
    /// Terms of every licence that binds a card, where cards have none of their own.
    licenses: Vec<TermsView>,
    /// About the policy or the run as a whole.
    general: Vec<FindingView>,
    /// How many more there are.
    more_general: usize,
    picture: Option<Picture>,
    unseen: Unseen,
    about: About,
}

fn write(scan: &Scan, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let page = page(scan, style);
    page.write_into(out)
}

fn page(scan: &Scan, style: &Style) -> Page {
    let Cards { cards, licenses } = Cards::of(scan, CARDS_OPEN);
    let unseen = Unseen::of(scan);
    let (general, more_general) = finding::general(scan);
    let page_style = format!("{PAGE_STYLE}{PICTURE_STYLE}");
    Page {
        allowed: format!(
            "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
            BASE64_STANDARD.encode(Sha256::digest(&page_style)),
            BASE64_STANDARD.encode(Sha256::digest(SCRIPT))
        ),
        style: page_style,
        script: SCRIPT,
        title: answer::title(scan),
        dated: style.dated.map(|_| style.created()),
        answer: Answer::of(scan),
        numbers: answer::numbers(scan, unseen.count()),
        legend: Badge::LEGEND,
        are_closed: cards.len() > CARDS_OPEN,
        cards,
        licenses,
        general,
        more_general,
        picture: Picture::of(scan),
        unseen,
        about: About::of(scan),
    }
}

#[cfg(test)]
mod tests;
