//! What a page shows (ISO 32000-1, 9.4): its strings in the order in which they are painted, set into lines by where
//! they stand.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::file::Pdf;
use super::filter::Refusal;
use super::font::Font;
use super::object::{Dictionary, Lexer, Object, is_space};
use crate::extract::decode::MOST_TEXT;

/// Operands before one operator; a longer list is none that an operator takes.
const MOST_OPERANDS: usize = 64;
/// `q` within `q`. The specification asks readers for 28.
const MOST_STATES: usize = 256;
/// Forms within forms.
const MOST_FORMS: usize = 8;

/// A new line begins where the baseline moves by more than this, in sizes of the font: superscripts stay.
const LINE: f64 = 0.6;
/// A new paragraph begins where it moves by more than this.
const PARAGRAPH: f64 = 1.9;
/// Words are apart where the distance of two glyphs is more than this. Word spaces are a quarter, kerning a tenth.
const WORD: f64 = 0.17;

/// What was read of all pages so far.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) text: String,
    /// Glyphs that mean something.
    pub(super) known: usize,
    /// Glyphs whose font does not say what they mean.
    pub(super) unknown: usize,
    pub(super) is_damaged: bool,
    pub(super) is_cut: bool,
    /// Whether the page at hand has painted anything that is no text.
    pub(super) has_painted: bool,
    fonts: BTreeMap<u32, Rc<Font>>,
    /// Where the last glyph ended, on the page.
    last: Option<Last>,
}

#[derive(Clone, Copy, Debug)]
struct Last {
    end: Vector,
    size: f64,
}

type Vector = (f64, f64);

/// `[a b c d e f]` (8.3.3): where the unit to the right comes to lie, the unit up, and the origin.
#[derive(Clone, Copy, Debug)]
struct Matrix {
    right: Vector,
    up: Vector,
    origin: Vector,
}

impl Matrix {
    const IDENTITY: Self = Self::moved(0.0, 0.0);

    fn of(operands: &[Object]) -> Option<Self> {
        let numbers: Vec<f64> = operands.iter().filter_map(Object::number).collect();
        let pair = |at: usize| Some((*numbers.get(at)?, *numbers.get(at + 1)?));
        (numbers.len() == 6).then_some(())?;
        Some(Self { right: pair(0)?, up: pair(2)?, origin: pair(4)? })
    }

    const fn moved(x: f64, y: f64) -> Self {
        Self { right: (1.0, 0.0), up: (0.0, 1.0), origin: (x, y) }
    }

    /// First this, then `next`.
    fn then(self, next: Self) -> Self {
        let origin = next.turned(self.origin);
        Self {
            right: next.turned(self.right),
            up: next.turned(self.up),
            origin: (origin.0 + next.origin.0, origin.1 + next.origin.1),
        }
    }

    /// A direction, which has no place.
    fn turned(self, (x, y): Vector) -> Vector {
        (x * self.right.0 + y * self.up.0, x * self.right.1 + y * self.up.1)
    }
}

#[derive(Clone, Debug)]
struct State {
    transformation: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    character_spacing: f64,
    word_spacing: f64,
    scale: f64,
    leading: f64,
    rise: f64,
}

impl State {
    fn new(transformation: Matrix) -> Self {
        Self {
            transformation,
            font: None,
            size: 0.0,
            character_spacing: 0.0,
            word_spacing: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
        }
    }
}

impl Reading {
    /// Reads one page, with the appearances of its notes.
    pub(super) fn page(&mut self, pdf: &Pdf<'_>, page: &Dictionary, resources: &Dictionary) {
        self.has_painted = false;
        self.last = None;
        let contents = match pdf.get(page, "Contents") {
            Object::Array(parts) => parts,
            _ => page.get(&b"Contents"[..]).cloned().into_iter().collect(),
        };
        // The parts are one: an operator may stand in the next one.
        let mut content = Vec::new();
        for part in &contents {
            if let Some((_, part)) = pdf.stream(part) {
                content.extend(self.part(part));
                content.push(b'\n');
            } else {
                self.is_damaged |= pdf.resolve(part) == Object::Null;
            }
        }
        self.run(pdf, &content, resources, State::new(Matrix::IDENTITY), 0);
        for note in pdf.get(page, "Annots").array().unwrap_or_default() {
            let Object::Dictionary(note) = pdf.resolve(note) else { continue };
            if !matches!(pdf.get(&note, "Subtype").name(), Some(b"Link" | b"Popup")) {
                let appearance = pdf.get_dictionary(&note, "AP");
                self.last = None;
                self.form(pdf, appearance.get(&b"N"[..]), resources, &State::new(Matrix::IDENTITY), 0);
            }
        }
    }

    fn part(&mut self, part: Result<super::filter::Unpacked, Refusal>) -> Vec<u8> {
        match part {
            Ok(part) => {
                self.is_damaged |= part.is_damaged;
                part.bytes
            }
            Err(refusal) => {
                self.is_cut |= refusal == Refusal::TooLong;
                self.is_damaged |= refusal == Refusal::Unknown;
                Vec::new()
            }
        }
    }

    /// A form, or a picture.
    fn form(&mut self, pdf: &Pdf<'_>, object: Option<&Object>, resources: &Dictionary, state: &State, depth: usize) {
        let Some((dictionary, content)) = object.and_then(|object| {
            let Object::Reference(_) = object else { return None };
            let dictionary = pdf.resolve(object);
            let is_picture = dictionary.dictionary().map(|form| pdf.get(form, "Subtype"))?.name() == Some(b"Image");
            if is_picture { None } else { pdf.stream(object) }
        }) else {
            self.has_painted |= object.is_some();
            return;
        };
        if depth >= MOST_FORMS {
            self.is_cut = true;
            return;
        }
        let content = self.part(content);
        let matrix = pdf.get(&dictionary, "Matrix").array().and_then(Matrix::of).unwrap_or(Matrix::IDENTITY);
        let own = pdf.get_dictionary(&dictionary, "Resources");
        let resources = if own.is_empty() { resources } else { &own };
        let state = State { transformation: matrix.then(state.transformation), ..state.clone() };
        self.run(pdf, &content, resources, state, depth + 1);
    }

    fn run(&mut self, pdf: &Pdf<'_>, content: &[u8], resources: &Dictionary, state: State, depth: usize) {
        let mut page = Page {
            pdf,
            resources,
            reading: self,
            state,
            outer: Vec::new(),
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
        };
        let mut lexer = Lexer::new(content, 0, &pdf.fuel);
        let mut operands: Vec<Object> = Vec::new();
        while let Some(object) = lexer.next() {
            match object {
                Object::Keyword(operator) if operator == b"BI" => {
                    page.reading.has_painted = true;
                    skip_picture(&mut lexer);
                    operands.clear();
                }
                Object::Keyword(operator) => {
                    page.operator(&operator, &operands, depth);
                    operands.clear();
                }
                operand if operands.len() < MOST_OPERANDS => operands.push(operand),
                _ => {}
            }
            if page.reading.text.len() >= MOST_TEXT {
                page.reading.is_cut = true;
                return;
            }
        }
    }

    /// One glyph at its place, in the direction in which the line runs.
    fn put(&mut self, glyph: Option<&str>, at: &Matrix, advance: f64) {
        let length = at.right.0.hypot(at.right.1).max(f64::MIN_POSITIVE);
        let direction = (at.right.0 / length, at.right.1 / length);
        let size = at.up.0.hypot(at.up.1).max(f64::MIN_POSITIVE);
        if let Some(last) = self.last {
            let moved = (at.origin.0 - last.end.0, at.origin.1 - last.end.1);
            let ahead = moved.0 * direction.0 + moved.1 * direction.1;
            let across = (moved.1 * direction.0 - moved.0 * direction.1).abs();
            let unit = size.max(last.size);
            if across > LINE * unit {
                self.end_line(across > PARAGRAPH * unit);
            } else if ahead > WORD * size || ahead < -unit {
                self.space();
            }
        }
        if let Some(text) = glyph {
            self.known += 1;
            self.text.push_str(text);
        } else {
            self.unknown += 1;
            self.text.push(char::REPLACEMENT_CHARACTER);
        }
        let end = (at.origin.0 + at.right.0 * advance, at.origin.1 + at.right.1 * advance);
        self.last = Some(Last { end, size });
    }

    fn space(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(char::is_whitespace) {
            self.text.push(' ');
        }
    }

    fn end_line(&mut self, is_paragraph: bool) {
        // A hyphen that stands only where a line ends is no part of the word.
        if self.text.ends_with('\u{ad}') {
            self.text.pop();
        } else if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push_str(if is_paragraph { "\n\n" } else { "\n" });
        }
    }
}

/// One content stream while it is read.
struct Page<'a, 'f> {
    pdf: &'a Pdf<'f>,
    resources: &'a Dictionary,
    reading: &'a mut Reading,
    state: State,
    outer: Vec<State>,
    text: Matrix,
    line: Matrix,
}

impl Page<'_, '_> {
    fn operator(&mut self, operator: &[u8], operands: &[Object], depth: usize) {
        let number = |at: usize| operands.get(at).and_then(Object::number).unwrap_or(0.0);
        match operator {
            b"q" if self.outer.len() < MOST_STATES => self.outer.push(self.state.clone()),
            b"q" => self.reading.is_cut = true,
            b"Q" => self.state = self.outer.pop().unwrap_or_else(|| self.state.clone()),
            b"cm" => {
                if let Some(matrix) = Matrix::of(operands) {
                    self.state.transformation = matrix.then(self.state.transformation);
                }
            }
            b"BT" => (self.text, self.line) = (Matrix::IDENTITY, Matrix::IDENTITY),
            b"Tf" => {
                self.state.font = operands.first().and_then(Object::name).map(|name| self.font(name));
                self.state.size = number(1);
            }
            b"Tc" => self.state.character_spacing = number(0),
            b"Tw" => self.state.word_spacing = number(0),
            b"Tz" => self.state.scale = number(0) / 100.0,
            b"TL" => self.state.leading = number(0),
            b"Ts" => self.state.rise = number(0),
            b"Td" => self.move_line(number(0), number(1)),
            b"TD" => {
                self.state.leading = -number(1);
                self.move_line(number(0), number(1));
            }
            b"Tm" => {
                if let Some(matrix) = Matrix::of(operands) {
                    (self.text, self.line) = (matrix, matrix);
                }
            }
            b"T*" => self.move_line(0.0, -self.state.leading),
            b"Tj" => self.show(operands.first()),
            b"'" => {
                self.move_line(0.0, -self.state.leading);
                self.show(operands.first());
            }
            b"\"" => {
                (self.state.word_spacing, self.state.character_spacing) = (number(0), number(1));
                self.move_line(0.0, -self.state.leading);
                self.show(operands.get(2));
            }
            b"TJ" => {
                for item in operands.first().and_then(Object::array).unwrap_or_default() {
                    match item.number() {
                        Some(back) => self.advance(-back / 1000.0 * self.state.size * self.state.scale),
                        None => self.show(Some(item)),
                    }
                }
            }
            b"Do" => {
                let name = operands.first().and_then(Object::name);
                let form = name.and_then(|name| self.pdf.entry(self.resources, "XObject", name));
                let state = self.state.clone();
                self.reading.form(self.pdf, form.as_ref(), self.resources, &state, depth);
            }
            b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" | b"S" | b"s" | b"sh" => self.reading.has_painted = true,
            _ => {}
        }
    }

    /// A font is read once for a document, if it has a number.
    fn font(&mut self, name: &[u8]) -> Rc<Font> {
        let entry = self.pdf.entry(self.resources, "Font", name);
        let number = match entry {
            Some(Object::Reference(number)) => Some(number),
            _ => None,
        };
        if let Some(font) = number.and_then(|number| self.reading.fonts.get(&number)) {
            return Rc::clone(font);
        }
        let found = entry.map_or(Object::Null, |font| self.pdf.resolve(&font));
        let font = Rc::new(Font::new(self.pdf, found.dictionary().unwrap_or(&Dictionary::new())));
        if let Some(number) = number {
            self.reading.fonts.insert(number, Rc::clone(&font));
        }
        font
    }

    fn move_line(&mut self, x: f64, y: f64) {
        self.line = Matrix::moved(x, y).then(self.line);
        self.text = self.line;
    }

    fn advance(&mut self, x: f64) {
        self.text = Matrix::moved(x, 0.0).then(self.text);
    }

    fn show(&mut self, string: Option<&Object>) {
        let (Some(font), Some(string)) = (self.state.font.clone(), string.and_then(Object::string)) else { return };
        let State { size, scale, rise, .. } = self.state;
        for glyph in font.glyphs(string) {
            if self.reading.text.len() >= MOST_TEXT {
                return;
            }
            let sized = Matrix { right: (size * scale, 0.0), up: (0.0, size), origin: (0.0, rise) };
            let at = sized.then(self.text).then(self.state.transformation);
            self.reading.put(glyph.text.as_deref(), &at, glyph.width);
            let word = if glyph.is_space { self.state.word_spacing } else { 0.0 };
            self.advance((glyph.width * size + self.state.character_spacing + word) * scale);
        }
    }
}

/// A picture in the stream itself: behind `ID` come its bytes, up to `EI` between white space.
fn skip_picture(lexer: &mut Lexer<'_>) {
    while let Some(object) = lexer.next() {
        if object == Object::Keyword(b"ID".to_vec()) {
            break;
        }
    }
    let rest = lexer.bytes.get(lexer.at..).unwrap_or_default();
    let ends = |window: &[u8]| matches!(window, [before, b'E', b'I', behind] if is_space(*before) && is_space(*behind));
    lexer.at += rest.windows(4).position(ends).map_or(rest.len(), |at| at + 3);
}
