//! The objects of PDF (ISO 32000-1, 7.2 and 7.3), one after the other, as far as the fuel lasts.

use std::cell::Cell;
use std::collections::BTreeMap;

/// Arrays within dictionaries within arrays. Real files stay below ten.
const MOST_NESTING: usize = 40;
/// Items of one array or dictionary. The widths of a large font are some thousand.
const MOST_ITEMS: usize = 1 << 16;

/// What a document may cost before it is given up: every object and operator costs one.
#[derive(Debug)]
pub(super) struct Fuel(Cell<usize>);

impl Fuel {
    pub(super) fn new(amount: usize) -> Self {
        Self(Cell::new(amount))
    }

    /// Takes some; `false` where there is not enough, and from then on.
    pub(super) fn take(&self, amount: usize) -> bool {
        let left = self.0.get().checked_sub(amount);
        self.0.set(left.unwrap_or(0));
        left.is_some()
    }

    pub(super) fn left(&self) -> usize {
        self.0.get()
    }
}

/// A dictionary; of a repeated key the last value counts.
pub(super) type Dictionary = BTreeMap<Vec<u8>, Object>;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Object {
    Null,
    /// Cut to 32 bits, which is the range that the specification asks of readers.
    Integer(i32),
    Real(f64),
    Name(Vec<u8>),
    String(Vec<u8>),
    Array(Vec<Object>),
    Dictionary(Dictionary),
    Reference(u32),
    /// An operator, `obj`, `stream`, `true` …
    Keyword(Vec<u8>),
}

impl Object {
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Integer(number) => Some(f64::from(*number)),
            Self::Real(number) => Some(*number),
            _ => None,
        }
    }

    /// How many objects it is. As deep as the reader went, which is bounded.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Array(items) => 1 + items.iter().map(Self::weight).sum::<usize>(),
            Self::Dictionary(dictionary) => 1 + dictionary.values().map(Self::weight).sum::<usize>(),
            _ => 1,
        }
    }

    pub(super) fn size(&self) -> Option<usize> {
        match self {
            Self::Integer(number) => usize::try_from(*number).ok(),
            _ => None,
        }
    }

    pub(super) fn name(&self) -> Option<&[u8]> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }

    pub(super) fn string(&self) -> Option<&[u8]> {
        match self {
            Self::String(string) => Some(string),
            _ => None,
        }
    }

    pub(super) fn array(&self) -> Option<&[Object]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    pub(super) fn dictionary(&self) -> Option<&Dictionary> {
        match self {
            Self::Dictionary(dictionary) => Some(dictionary),
            _ => None,
        }
    }
}

/// Reads objects from `at` on.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    fuel: &'a Fuel,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize, fuel: &'a Fuel) -> Self {
        Self { bytes, at, fuel }
    }

    /// The next object; `None` at the end, and where the fuel is at its end.
    pub(super) fn next(&mut self) -> Option<Object> {
        self.object(0)
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    /// White space and comments.
    pub(super) fn skip_space(&mut self) {
        while let Some(byte) = self.peek(0) {
            if byte == b'%' {
                while self.peek(0).is_some_and(|byte| !matches!(byte, b'\n' | b'\r')) {
                    self.at += 1;
                }
            } else if is_space(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    /// Bytes cost as well: a long string or comment may be asked for again and again.
    fn object(&mut self, depth: usize) -> Option<Object> {
        const BYTES: usize = 32;
        let start = self.at;
        let object = self.uncharged_object(depth);
        let _ = self.fuel.take((self.at - start) / BYTES);
        object
    }

    fn uncharged_object(&mut self, depth: usize) -> Option<Object> {
        self.skip_space();
        let byte = self.peek(0)?;
        if !self.fuel.take(1) {
            self.at = self.bytes.len();
            return None;
        }
        match byte {
            b'/' => {
                self.at += 1;
                Some(Object::Name(self.name()))
            }
            b'(' => Some(Object::String(self.literal())),
            b'<' if self.peek(1) == Some(b'<') => {
                self.at += 2;
                Some(self.dictionary(depth + 1))
            }
            b'<' => Some(Object::String(self.hexadecimal())),
            b'[' => {
                self.at += 1;
                Some(Object::Array(self.items(depth + 1, b"]")))
            }
            b'0'..=b'9' | b'+' | b'-' | b'.' => Some(self.number()),
            b')' | b']' | b'{' | b'}' | b'>' => {
                self.at += if byte == b'>' && self.peek(1) == Some(b'>') { 2 } else { 1 };
                Some(Object::Null)
            }
            _ => {
                let start = self.at;
                while self.peek(0).is_some_and(|byte| !is_space(byte) && !is_delimiter(byte)) {
                    self.at += 1;
                }
                Some(match self.bytes.get(start..self.at).unwrap_or_default() {
                    b"null" => Object::Null,
                    word => Object::Keyword(word.to_vec()),
                })
            }
        }
    }

    /// Objects up to the bracket that closes them. What nests too deep is left out, bracket by bracket.
    fn items(&mut self, depth: usize, close: &[u8]) -> Vec<Object> {
        let mut items = Vec::new();
        loop {
            self.skip_space();
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            if rest.starts_with(close) {
                self.at += close.len();
                return items;
            }
            // A word that ends an object ends everything that it left open.
            if rest.starts_with(b"endobj") || rest.starts_with(b"stream") || rest.is_empty() {
                return items;
            }
            if depth >= MOST_NESTING && matches!(rest.first(), Some(b'[' | b'<' | b'(')) {
                self.at += 1;
                let _ = self.fuel.take(1);
                continue;
            }
            let Some(item) = self.object(depth) else { return items };
            if items.len() < MOST_ITEMS {
                items.push(item);
            } else {
                // Too long to be anything that is needed: the document is given up, not read in part.
                let _ = self.fuel.take(usize::MAX);
            }
        }
    }

    fn dictionary(&mut self, depth: usize) -> Object {
        let mut dictionary = Dictionary::new();
        let mut key = None;
        for item in self.items(depth, b">>") {
            match (key.take(), item) {
                (Some(key), value) => drop(dictionary.insert(key, value)),
                (None, Object::Name(name)) => key = Some(name),
                (None, _) => {}
            }
        }
        Object::Dictionary(dictionary)
    }

    /// `#hh` in a name is a byte.
    fn name(&mut self) -> Vec<u8> {
        let mut name = Vec::new();
        while let Some(byte) = self.peek(0).filter(|byte| !is_space(*byte) && !is_delimiter(*byte)) {
            let escaped = || Some(digit(self.peek(1)?)? * 16 + digit(self.peek(2)?)?);
            if let Some(byte) = escaped().filter(|_| byte == b'#') {
                name.push(byte);
                self.at += 3;
            } else {
                name.push(byte);
                self.at += 1;
            }
        }
        name
    }

    /// `(text (in balance) \( \051)`
    fn literal(&mut self) -> Vec<u8> {
        let mut string = Vec::new();
        let mut open = 0_usize;
        while let Some(byte) = self.peek(0) {
            self.at += 1;
            match byte {
                b'(' => {
                    open += 1;
                    if open > 1 {
                        string.push(byte);
                    }
                }
                b')' => {
                    open = open.saturating_sub(1);
                    if open == 0 {
                        break;
                    }
                    string.push(byte);
                }
                b'\\' => self.escape(&mut string),
                _ => string.push(byte),
            }
        }
        string
    }

    fn escape(&mut self, string: &mut Vec<u8>) {
        let Some(byte) = self.peek(0) else { return };
        self.at += 1;
        match byte {
            b'n' => string.push(b'\n'),
            b'r' => string.push(b'\r'),
            b't' => string.push(b'\t'),
            b'b' => string.push(8),
            b'f' => string.push(12),
            b'0'..=b'7' => {
                let mut value = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(next @ b'0'..=b'7') = self.peek(0) else { break };
                    value = value * 8 + u32::from(next - b'0');
                    self.at += 1;
                }
                // The specification: high-order overflow is ignored.
                string.push(u8::try_from(value & 0xff).unwrap_or(0));
            }
            // A line goes on.
            b'\r' => self.at += usize::from(self.peek(0) == Some(b'\n')),
            b'\n' => {}
            _ => string.push(byte),
        }
    }

    /// `<48 65 6C>`; a missing last digit is 0.
    fn hexadecimal(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut string = Vec::new();
        let mut high = None;
        while let Some(byte) = self.peek(0) {
            self.at += 1;
            if byte == b'>' {
                break;
            }
            match (digit(byte), high) {
                (Some(low), Some(first)) => {
                    string.push(first * 16 + low);
                    high = None;
                }
                (Some(first), None) => high = Some(first),
                (None, _) => {}
            }
        }
        string.extend(high.map(|high| high * 16));
        string
    }

    /// A number, or `12 0 R`.
    fn number(&mut self) -> Object {
        let start = self.at;
        self.at += 1;
        while self.peek(0).is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-')) {
            self.at += 1;
        }
        let text = std::str::from_utf8(self.bytes.get(start..self.at).unwrap_or_default()).unwrap_or_default();
        if text.contains('.') {
            // Some writers put a second sign inside.
            return Object::Real(text.parse().ok().filter(|number: &f64| number.is_finite()).unwrap_or(0.0));
        }
        let number = text.parse::<i64>().unwrap_or(0);
        if let Ok(object) = u32::try_from(number)
            && let Some(behind) = self.reference()
        {
            self.at = behind;
            return Object::Reference(object);
        }
        Object::Integer(i32::try_from(number).unwrap_or(if number < 0 { i32::MIN } else { i32::MAX }))
    }

    /// Whether `0 R` follows; the offset behind it.
    fn reference(&self) -> Option<usize> {
        let rest = self.bytes.get(self.at..)?;
        let count = |from: usize, is: fn(u8) -> bool| rest.iter().skip(from).take(12).take_while(|b| is(**b)).count();
        let space = count(0, is_space);
        let digits = count(space, |byte| byte.is_ascii_digit());
        let second = count(space + digits, is_space);
        let end = space + digits + second;
        let ends = |byte: Option<&u8>| byte.is_none_or(|byte| is_space(*byte) || is_delimiter(*byte));
        (space > 0 && digits > 0 && second > 0 && rest.get(end) == Some(&b'R') && ends(rest.get(end + 1)))
            .then_some(self.at + end + 1)
    }
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

fn is_delimiter(byte: u8) -> bool {
    b"()<>[]{}/%".contains(&byte)
}

pub(super) fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &[u8]) -> Vec<Object> {
        let fuel = Fuel::new(10_000);
        let mut lexer = Lexer::new(text, 0, &fuel);
        std::iter::from_fn(|| lexer.next()).collect()
    }

    #[test]
    fn every_kind_of_object_is_read() {
        let name = |name: &str| Object::Name(name.as_bytes().to_vec());
        let string = |string: &str| Object::String(string.as_bytes().to_vec());
        assert_eq!(
            all(b"1 -2 +3 4.5 -.5 5."),
            [
                Object::Integer(1),
                Object::Integer(-2),
                Object::Integer(3),
                Object::Real(4.5),
                Object::Real(-0.5),
                Object::Real(5.0)
            ]
        );
        assert_eq!(all(b"/A#20B /C%x\n/D"), [name("A B"), name("C"), name("D")]);
        assert_eq!(all(b"(a(b)\\)\\101\\\nc) <48 6>"), [string("a(b))Ac"), string("H`")]);
        assert_eq!(
            all(b"[1 0 R 2 0 RG null]"),
            [Object::Array(vec![
                Object::Reference(1),
                Object::Integer(2),
                Object::Integer(0),
                Object::Keyword(b"RG".to_vec()),
                Object::Null
            ])]
        );
        let Object::Dictionary(dictionary) = &all(b"<< /A 1 /B << /C (x) >> >>")[0] else { panic!("a dictionary") };
        assert_eq!(dictionary.get(&b"A"[..]), Some(&Object::Integer(1)));
        assert!(dictionary.get(&b"B"[..]).and_then(Object::dictionary).is_some());
        assert_eq!(all(b"99999999999 -99999999999"), [Object::Integer(i32::MAX), Object::Integer(i32::MIN)]);
    }

    #[test]
    fn nesting_and_length_are_bounded() {
        for open in [&b"["[..], b"<<", b"<</A", b"(", b"{"] {
            let _ = all(&open.repeat(100_000));
        }
        let fuel = Fuel::new(1_000_000);
        let long = [&b"["[..], &b"0 ".repeat(MOST_ITEMS + 10), b"]"].concat();
        let _ = Lexer::new(&long, 0, &fuel).next();
        assert_eq!(fuel.left(), 0, "the document is given up");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = all(&bytes);
        }

        #[test]
        fn no_brackets_make_it_panic(text in "[\\[\\]<>()/{}%#0-9a-fR. \n\\\\-]{0,60}") {
            let _ = all(text.as_bytes());
        }
    }
}
