//! The text layer of a PDF (ISO 32000-1): the words that its pages paint, page by page.
//!
//! A reader of our own, because each one that was measured parses what nobody asked for, without a bound on what a small
//! file may make of it (docs/decisions/0005-own-pdf-reader.md). It reads little: objects, the filters that words are
//! packed with, what the codes of fonts mean, and where strings stand. It never recurses deeper than its constants say,
//! and every object, operator and unpacked byte is paid for out of a fixed store.
//!
//! What a page shows is not always what its text layer says: a picture of words has none, and a font can lie. The first
//! is a gap; the second looks like another text, and whoever made the file meant it.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::{Decoded, Lost, MOST_TEXT};
use crate::gap::GapKind;
use crate::location::Origin;
use content::Reading;
use file::Pdf;
use object::{Dictionary, Object};

mod content;
mod encoding;
mod file;
mod filter;
mod font;
mod object;

/// Pages of one document. Licences have some ten, collections of third-party texts some hundred.
const MOST_PAGES: usize = 1000;
/// Pages that a gap names.
const NAMED_PAGES: usize = 5;

/// Whether it says so itself.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.trim_ascii_start().starts_with(b"%PDF")
}

/// The words of a PDF.
///
/// # Errors
/// For a document of which nothing can be read: an encrypted one, one without text.
pub(super) fn read(bytes: &[u8]) -> Result<Decoded, Lost> {
    let pdf = Pdf::new(bytes);
    if pdf.is_encrypted {
        return Err(Lost::new(GapKind::Unsupported, "is an encrypted PDF"));
    }
    let (pages, has_more) = pages(&pdf);
    if pages.is_empty() {
        if pdf.is_given_up() {
            return Err(too_large(&Reading::default(), 1));
        }
        return Err(Lost::new(GapKind::Malformed, "is a PDF in which no page can be found"));
    }
    let mut reading = Reading::default();
    let mut starts: Vec<(usize, u32)> = Vec::new();
    let mut pictures: Vec<u32> = Vec::new();
    let mut last = 0;
    for (number, (page, resources)) in (1_u32..).zip(&pages) {
        last = number;
        if !reading.text.is_empty() && !reading.text.ends_with('\n') {
            reading.text.push('\n');
        }
        let start = reading.text.len();
        reading.page(&pdf, page, resources);
        without_page_number(&mut reading.text, start);
        let has_text = reading.text.get(start..).is_some_and(|text| !text.trim().is_empty());
        if has_text {
            starts.push((start, number));
        } else if reading.has_painted {
            pictures.push(number);
        }
        if pdf.is_given_up() || reading.text.len() >= MOST_TEXT {
            reading.is_cut = true;
            break;
        }
    }
    reading.is_cut |= has_more;
    let missing = missing(&reading, &pictures, last);
    if starts.is_empty() || reading.unknown > reading.known {
        let nothing = || Lost::new(GapKind::Malformed, "is a PDF whose pages are empty");
        return Err(missing.into_iter().next().unwrap_or_else(nothing));
    }
    Ok(Decoded { text: reading.text, origin: Origin::Pages(starts), lost: missing })
}

/// Takes the first and the last line of the page that begins at `start` away where they are its number and nothing
/// else: it stands between the words of a sentence that goes on.
fn without_page_number(text: &mut String, start: usize) {
    let page = text.get(start..).unwrap_or_default();
    let lines: Vec<&str> = page.split_inclusive('\n').collect();
    let (first, last) = (lines.first().copied().unwrap_or_default(), lines.last().copied().unwrap_or_default());
    let end = if lines.len() > 1 && is_page_number(last) { text.len() - last.len() } else { text.len() };
    let begin = if lines.len() > 1 && is_page_number(first) { start + first.len() } else { start };
    text.truncate(end);
    text.replace_range(start..begin.min(end), "");
}

/// `7`, `- iv -`, `Page 3 of 12`, `3/12`.
fn is_page_number(line: &str) -> bool {
    let is_number = |word: &str| {
        let is_roman = word.bytes().all(|byte| b"ivxl".contains(&byte));
        word.len() <= 4 && (is_roman || word.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let numbers = match words.as_slice() {
        [word, numbers @ ..] if word.eq_ignore_ascii_case("page") => numbers,
        numbers => numbers,
    };
    let has_marks_only = line.chars().all(|c| c.is_alphanumeric() || c.is_whitespace() || "-–—|/.[]()".contains(c));
    has_marks_only
        && match numbers {
            [number] => is_number(number),
            [number, of] | [number, "of", of] => is_number(number) && is_number(of),
            _ => false,
        }
}

/// What of the document is not in its text.
fn missing(reading: &Reading, pictures: &[u32], last: u32) -> Vec<Lost> {
    let mut missing = Vec::new();
    if !pictures.is_empty() {
        let named: Vec<String> = pictures.iter().take(NAMED_PAGES).map(u32::to_string).collect();
        let more = if pictures.len() > NAMED_PAGES { " …" } else { "" };
        let what = format!("shows something that is no text on page {}{more} (a scan, a drawing)", named.join(", "));
        missing.push(Lost::new(GapKind::Unsupported, what));
    }
    if reading.unknown > 0 {
        let what = format!("holds {} characters that its fonts do not name", reading.unknown);
        missing.push(Lost::new(GapKind::Unsupported, what));
    }
    if reading.is_damaged {
        missing.push(Lost::new(GapKind::Malformed, "is damaged, and was read in part"));
    }
    if reading.is_cut {
        missing.push(too_large(reading, last));
    }
    missing
}

fn too_large(reading: &Reading, last: u32) -> Lost {
    let what = format!(
        "is too large or too entangled: {} bytes of text were read, up to page {last}, and not what follows",
        reading.text.len()
    );
    Lost::new(GapKind::Truncated, what)
}

/// The pages in their order (7.7.3), each with the resources that it has or inherits; and whether there are more.
fn pages(pdf: &Pdf<'_>) -> (Vec<(Dictionary, Rc<Dictionary>)>, bool) {
    let catalog = pdf.get_dictionary(&pdf.trailer, "Root");
    let mut pages = Vec::new();
    let mut seen = BTreeSet::new();
    let mut work: Vec<(Object, Rc<Dictionary>)> = Vec::new();
    work.extend(catalog.get(&b"Pages"[..]).map(|root| (root.clone(), Rc::default())));
    while let Some((object, inherited)) = work.pop() {
        if let Object::Reference(number) = object
            && !seen.insert(number)
        {
            continue;
        }
        let Object::Dictionary(node) = pdf.resolve(&object) else { continue };
        let own = pdf.get_dictionary(&node, "Resources");
        let resources = if own.is_empty() { inherited } else { Rc::new(own) };
        match pdf.get(&node, "Kids") {
            Object::Array(kids) => work.extend(kids.into_iter().rev().map(|kid| (kid, Rc::clone(&resources)))),
            _ if pages.len() >= MOST_PAGES => return (pages, true),
            _ => pages.push((node, resources)),
        }
    }
    (pages, false)
}

#[cfg(test)]
mod tests;
