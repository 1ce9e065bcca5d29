//! The file around the objects (ISO 32000-1, 7.5): which object stands where, and what its streams hold.
//!
//! The objects are found by reading the file from its beginning to its end, as viewers do with a damaged file, and not
//! by its cross-reference table: of two objects of one number the later counts, which is what an update of the file
//! means, and a table that lies can hide nothing.

use std::collections::BTreeMap;
use std::ops::Range;

use super::filter::{self, Parameters, Refusal, Unpacked};
use super::object::{Dictionary, Fuel, Lexer, Object, is_space};

/// Objects, operands and operators of one document. A page of text has some thousand.
const MOST_OBJECTS: usize = 2_000_000;
/// Bytes that all streams together may be unpacked to. Only streams with words, maps of fonts and objects are.
const MOST_UNPACKED: usize = 64 * 1024 * 1024;
/// Bytes of one stream.
const MOST_OF_ONE: usize = 16 * 1024 * 1024;
/// Packings on top of each other. Real files have two at most.
const MOST_FILTERS: usize = 4;
/// References that lead to references.
const MOST_STEPS: usize = 16;

/// Where an object stands.
#[derive(Clone, Debug)]
enum Place {
    /// In the file, with the bytes of its stream.
    File { at: usize, stream: Option<Range<usize>> },
    /// In an object stream.
    Packed { container: u32, at: usize },
}

/// A document whose objects are known.
#[derive(Debug)]
pub(super) struct Pdf<'a> {
    bytes: &'a [u8],
    places: BTreeMap<u32, Place>,
    /// Object streams, unpacked.
    containers: BTreeMap<u32, Vec<u8>>,
    pub(super) trailer: Dictionary,
    pub(super) is_encrypted: bool,
    pub(super) fuel: Fuel,
    unpacked: Fuel,
}

impl<'a> Pdf<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let mut pdf = Self {
            bytes,
            places: BTreeMap::new(),
            containers: BTreeMap::new(),
            trailer: Dictionary::new(),
            is_encrypted: false,
            fuel: Fuel::new(MOST_OBJECTS),
            unpacked: Fuel::new(MOST_UNPACKED),
        };
        pdf.find_objects();
        if !pdf.is_encrypted {
            pdf.find_packed_objects();
        }
        if !pdf.trailer.contains_key(&b"Root"[..]) {
            pdf.find_catalog();
        }
        pdf
    }

    /// Whether something was not read because it would have cost too much.
    pub(super) fn is_given_up(&self) -> bool {
        self.fuel.left() == 0 || self.unpacked.left() == 0
    }

    /// What an object is, references followed. A copy is paid for like a reading.
    pub(super) fn resolve(&self, object: &Object) -> Object {
        if matches!(object, Object::Array(_) | Object::Dictionary(_)) && !self.fuel.take(object.weight()) {
            return Object::Null;
        }
        let mut object = object.clone();
        for _ in 0..MOST_STEPS {
            let Object::Reference(number) = object else { return object };
            object = self.object(number);
        }
        Object::Null
    }

    /// The value of a key, references followed.
    pub(super) fn get(&self, dictionary: &Dictionary, key: &str) -> Object {
        dictionary.get(key.as_bytes()).map_or(Object::Null, |object| self.resolve(object))
    }

    /// A dictionary under a key; an empty one where there is none.
    pub(super) fn get_dictionary(&self, dictionary: &Dictionary, key: &str) -> Dictionary {
        match self.get(dictionary, key) {
            Object::Dictionary(found) => found,
            _ => Dictionary::new(),
        }
    }

    /// One value of a dictionary under a key.
    pub(super) fn entry(&self, dictionary: &Dictionary, key: &str, name: &[u8]) -> Option<Object> {
        match dictionary.get(key.as_bytes())? {
            Object::Dictionary(inner) => inner.get(name).cloned(),
            object => self.resolve(object).dictionary()?.get(name).cloned(),
        }
    }

    fn object(&self, number: u32) -> Object {
        let found = match self.places.get(&number) {
            Some(Place::File { at, .. }) => Lexer::new(self.bytes, *at, &self.fuel).next(),
            Some(Place::Packed { container, at }) => {
                let bytes = self.containers.get(container).map(Vec::as_slice).unwrap_or_default();
                Lexer::new(bytes, *at, &self.fuel).next()
            }
            None => None,
        };
        found.unwrap_or(Object::Null)
    }

    /// The dictionary and the content of the stream that a reference names; `None` where there is none.
    pub(super) fn stream(&self, object: &Object) -> Option<(Dictionary, Result<Unpacked, Refusal>)> {
        let mut object = object.clone();
        for _ in 0..MOST_STEPS {
            let Object::Reference(number) = object else { return None };
            object = self.object(number);
            if let (Object::Dictionary(dictionary), Some(Place::File { stream: Some(stream), .. })) =
                (&object, self.places.get(&number))
            {
                let content = self.unpack(dictionary, self.bytes.get(stream.clone()).unwrap_or_default());
                return Some((dictionary.clone(), content));
            }
        }
        None
    }

    fn unpack(&self, dictionary: &Dictionary, data: &[u8]) -> Result<Unpacked, Refusal> {
        let list = |long: &str, short: &str| match self.get(dictionary, long) {
            Object::Null => self.get(dictionary, short),
            found => found,
        };
        let filters = match list("Filter", "F") {
            Object::Array(filters) => filters,
            Object::Null => Vec::new(),
            filter => vec![filter],
        };
        let parameters = match list("DecodeParms", "DP") {
            Object::Array(parameters) => parameters,
            parameters => vec![parameters],
        };
        if filters.len() > MOST_FILTERS {
            return Err(Refusal::TooLong);
        }
        if !self.unpacked.take(data.len()) {
            return Err(Refusal::TooLong);
        }
        let mut content = Unpacked { bytes: data.to_vec(), is_damaged: false };
        for (at, filter) in filters.iter().enumerate() {
            let filter = self.resolve(filter);
            let parameters = parameters.get(at).map_or(Object::Null, |parameters| self.resolve(parameters));
            let parameters = self.parameters(parameters.dictionary());
            let most = MOST_OF_ONE.min(self.unpacked.left());
            let next = filter::unpack(filter.name().unwrap_or_default(), &content.bytes, parameters, most);
            let cost = match &next {
                Ok(next) => next.bytes.len(),
                // What came before the refusal was made all the same.
                Err(Refusal::TooLong) => most,
                Err(Refusal::Unknown) => 0,
            };
            let _ = self.unpacked.take(cost);
            let next = next?;
            content = Unpacked { is_damaged: content.is_damaged || next.is_damaged, ..next };
        }
        Ok(content)
    }

    fn parameters(&self, dictionary: Option<&Dictionary>) -> Parameters {
        let Some(dictionary) = dictionary else { return Parameters::default() };
        let default = Parameters::default();
        let number = |key: &str, default: usize| self.get(dictionary, key).size().unwrap_or(default);
        Parameters {
            predictor: number("Predictor", default.predictor),
            colors: number("Colors", default.colors),
            bits: number("BitsPerComponent", default.bits),
            columns: number("Columns", default.columns),
            early_change: number("EarlyChange", 1) != 0,
        }
    }

    /// Every `12 0 obj` and `trailer`, from the beginning to the end. Content of streams is passed over.
    fn find_objects(&mut self) {
        let bytes = self.bytes;
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty() && self.fuel.left() > 0) {
            if rest.starts_with(b"trailer") {
                let mut lexer = Lexer::new(bytes, at + b"trailer".len(), &self.fuel);
                let trailer = lexer.next();
                at = lexer.at;
                if let Some(Object::Dictionary(dictionary)) = trailer {
                    self.add_trailer(dictionary);
                }
            } else if rest.starts_with(b"obj")
                && let Some(number) = number_before(bytes, at)
            {
                at = self.add_object(number, at + b"obj".len());
            } else {
                at += 1;
            }
        }
    }

    /// Answers the offset behind the object, or behind its stream.
    fn add_object(&mut self, number: u32, at: usize) -> usize {
        let bytes = self.bytes;
        let mut lexer = Lexer::new(bytes, at, &self.fuel);
        let object = lexer.next();
        lexer.skip_space();
        let mut behind = lexer.at;
        let mut stream = None;
        if let Some(Object::Dictionary(dictionary)) = object
            && bytes.get(behind..).is_some_and(|rest| rest.starts_with(b"stream"))
        {
            let mut start = behind + b"stream".len();
            start += usize::from(bytes.get(start) == Some(&b'\r'));
            start += usize::from(bytes.get(start) == Some(&b'\n'));
            let end = end_of_stream(bytes, start, dictionary.get(&b"Length"[..]).and_then(Object::size));
            stream = Some(start..end);
            behind = end;
            if dictionary.get(&b"Type"[..]).and_then(Object::name) == Some(b"XRef") {
                self.add_trailer(dictionary);
            }
        }
        self.places.insert(number, Place::File { at, stream });
        // The word that ends an object may hold the number of the next one's place: never step back.
        behind.max(at)
    }

    fn add_trailer(&mut self, dictionary: Dictionary) {
        self.is_encrypted |= dictionary.contains_key(&b"Encrypt"[..]);
        if dictionary.contains_key(&b"Root"[..]) {
            self.trailer = dictionary;
        }
    }

    /// Objects in object streams (7.5.7). An object that stands later in the file than its stream is the newer one.
    fn find_packed_objects(&mut self) {
        let containers: Vec<(usize, u32)> = self
            .places
            .iter()
            .filter_map(|(number, place)| match place {
                Place::File { at, stream: Some(_) } => Some((*at, *number)),
                _ => None,
            })
            .collect();
        let mut containers: Vec<(usize, u32)> = containers
            .into_iter()
            .filter(|(_, number)| {
                let object = self.object(*number);
                let dictionary = object.dictionary();
                dictionary.and_then(|found| found.get(&b"Type"[..])).and_then(Object::name) == Some(b"ObjStm")
            })
            .collect();
        containers.sort_unstable();
        for (position, container) in containers {
            let Some((dictionary, Ok(content))) = self.stream(&Object::Reference(container)) else { continue };
            let first = self.get(&dictionary, "First").size().unwrap_or(0);
            let count = self.get(&dictionary, "N").size().unwrap_or(0);
            let mut lexer = Lexer::new(&content.bytes, 0, &self.fuel);
            let mut members = Vec::new();
            while members.len() < count && lexer.at < first {
                let (Some(number), Some(offset)) =
                    (lexer.next().and_then(|n| n.size()), lexer.next().and_then(|n| n.size()))
                else {
                    break;
                };
                members.extend(u32::try_from(number).ok().map(|number| (number, first.saturating_add(offset))));
            }
            for (number, at) in members {
                let is_newer = match self.places.get(&number) {
                    Some(Place::File { at, .. }) => *at < position,
                    Some(Place::Packed { .. }) | None => true,
                };
                if is_newer {
                    self.places.insert(number, Place::Packed { container, at });
                }
            }
            self.containers.insert(container, content.bytes);
        }
    }

    /// Without a trailer: whichever object says that it is the catalogue.
    fn find_catalog(&mut self) {
        let numbers: Vec<u32> = self.places.keys().copied().collect();
        let is_catalog = |number: &u32| {
            let object = self.object(*number);
            object.dictionary().and_then(|found| found.get(&b"Type"[..])).and_then(Object::name) == Some(b"Catalog")
        };
        if let Some(number) = numbers.into_iter().rev().find(is_catalog) {
            self.trailer.insert(b"Root".to_vec(), Object::Reference(number));
        }
    }
}

/// The object number of `12 0 obj`, where `at` is the offset of `obj`.
fn number_before(bytes: &[u8], at: usize) -> Option<u32> {
    /// Ten digits are the largest number, and white space between them is one character in every real file.
    const LONGEST: usize = 12;
    let back = |end: usize, is: fn(u8) -> bool| {
        let before = bytes.get(..end).unwrap_or_default();
        end - before.iter().rev().take(LONGEST).take_while(|byte| is(**byte)).count()
    };
    let digit = |byte: u8| byte.is_ascii_digit();
    let generation_end = back(at, is_space);
    let generation = back(generation_end, digit);
    let number_end = back(generation, is_space);
    let number = back(number_end, digit);
    if generation == generation_end || number_end == generation || number == number_end {
        return None;
    }
    std::str::from_utf8(bytes.get(number..number_end)?).ok()?.parse().ok()
}

/// Where a stream ends: after its length if `endstream` stands there, or else before the next `endstream`.
fn end_of_stream(bytes: &[u8], start: usize, length: Option<usize>) -> usize {
    const WORD: &[u8] = b"endstream";
    if let Some(end) = length.and_then(|length| start.checked_add(length)) {
        let rest = bytes.get(end..).unwrap_or_default();
        let space = rest.iter().take(4).take_while(|byte| is_space(**byte)).count();
        if rest.get(space..).is_some_and(|rest| rest.starts_with(WORD)) {
            return end;
        }
    }
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.windows(WORD.len()).position(|window| window == WORD).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(pdf: &Pdf<'_>, reference: u32) -> Object {
        pdf.resolve(&Object::Reference(reference))
    }

    #[test]
    fn of_two_objects_of_one_number_the_later_counts() {
        let pdf = Pdf::new(b"1 0 obj 5 endobj 2 0 obj 1 0 R endobj 1 0 obj 6 endobj");
        assert_eq!((number(&pdf, 1), number(&pdf, 2)), (Object::Integer(6), Object::Integer(6)));
        assert_eq!(number(&pdf, 3), Object::Null);
    }

    #[test]
    fn what_looks_like_an_object_in_a_stream_is_none() {
        let file = b"1 0 obj <</Length 14>> stream\n2 0 obj 5 endo endstream endobj 3 0 obj <</Length 99>> stream\n4 0 obj 5\nendstream endobj trailer <</Root 1 0 R>>";
        let pdf = Pdf::new(file);
        assert_eq!((number(&pdf, 2), number(&pdf, 4)), (Object::Null, Object::Null));
        let (_, content) = pdf.stream(&Object::Reference(3)).expect("a stream");
        assert_eq!(content.expect("it is plain").bytes, b"4 0 obj 5\n");
        assert!(pdf.trailer.contains_key(&b"Root"[..]) && !pdf.is_encrypted);
    }

    #[test]
    fn packed_objects_are_found_and_a_later_plain_one_is_newer() {
        let pack = |content: &str, first: usize, n: usize| {
            format!(
                "9 0 obj <</Type/ObjStm /N {n} /First {first} /Length {}>> stream\n{content}\nendstream endobj ",
                content.len()
            )
        };
        let file = format!("1 0 obj 1 endobj {} 2 0 obj 3 endobj", pack("1 0 2 2 7 4 8 (x)", 8, 2));
        let pdf = Pdf::new(file.as_bytes());
        assert_eq!((number(&pdf, 1), number(&pdf, 2)), (Object::Integer(7), Object::Integer(3)));
        for lie in [pack("1 0", 99, 1), pack("1 0", 0, 99), pack("1 999999999 x", 2, 5), pack("", 0, 0)] {
            let _ = number(&Pdf::new(lie.as_bytes()), 1);
        }
    }

    #[test]
    fn references_in_a_circle_end() {
        let pdf = Pdf::new(b"1 0 obj 2 0 R endobj 2 0 obj 1 0 R endobj");
        assert_eq!(number(&pdf, 1), Object::Null);
        assert!(pdf.stream(&Object::Reference(1)).is_none());
    }

    #[test]
    fn packings_on_packings_end_at_their_bounds() {
        let bomb = (0..3).fold(vec![b' '; 8 << 20], |data, _| miniz_oxide::deflate::compress_to_vec_zlib(&data, 9));
        let mut file = b"1 0 obj <</Filter[/Fl/Fl/Fl/Fl]>> stream\n".to_vec();
        file.extend(miniz_oxide::deflate::compress_to_vec_zlib(&bomb, 9));
        file.extend(b"\nendstream endobj 2 0 obj <</Filter[/Fl/Fl/Fl/Fl/Fl]>> stream\nendstream");
        let pdf = Pdf::new(&file);
        let (_, content) = pdf.stream(&Object::Reference(1)).expect("a stream");
        assert_eq!(content.expect("it is below the bound").bytes.len(), 8 << 20);
        let (_, refused) = pdf.stream(&Object::Reference(2)).expect("a stream");
        assert_eq!(refused, Err(Refusal::TooLong));
        for _ in 0..9 {
            let _ = pdf.stream(&Object::Reference(1));
        }
        assert!(pdf.is_given_up(), "all streams together have a bound");
    }

    #[test]
    fn a_flood_of_objects_gives_up() {
        let flood = b"1 0 obj [".iter().chain(b"0 ".repeat(60_000).iter()).copied().collect::<Vec<u8>>().repeat(40);
        assert!(Pdf::new(&flood).is_given_up());
    }
}
