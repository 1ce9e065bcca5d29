//! The header of a GGUF file: keys and values, read from bytes that may lie.
//!
//! Layout: ggml's `docs/gguf.md`; versions 1 to 3 in both byte orders. Numbers are skipped by arithmetic, and nothing is
//! allocated by a length that the file states.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::{File, field};

/// Most keys that are walked (huggingface.js has the same bound; real files have some forty).
pub(crate) const MOST_KEYS: u64 = 100_000;
/// Longest key, by the specification.
const LONGEST_KEY: u64 = 65_535;
/// Longest value that is kept; a whole licence has some 30 KiB.
pub(crate) const LONGEST_VALUE: u64 = 1024 * 1024;
/// Most strings that are kept of all lists together.
pub(crate) const MOST_ITEMS: usize = 10_000;
/// Deepest nesting of lists (huggingface.js has the same bound; real files do not nest).
const DEEPEST: u32 = 4;

/// Type of a text.
pub(crate) const STRING: u32 = 8;
/// Type of a list.
pub(crate) const ARRAY: u32 = 9;

/// Why a walk ends before the header does.
pub(crate) enum Stop {
    /// The file must be known up to here.
    Short(u64),
    /// More than is read.
    Limit(String),
    /// The bytes follow no GGUF.
    Bad(String),
    /// Another format, or a version that is not known.
    Foreign(String),
}

/// What a header holds of the keys that matter.
#[derive(Default)]
pub(crate) struct Header<'a> {
    /// In the order of the file, repetitions among them.
    pub(crate) values: Vec<(&'a str, Value<'a>)>,
    /// Each key of any kind that stood there before.
    pub(crate) repeated: Vec<String>,
    keys: BTreeSet<&'a [u8]>,
    key: Option<&'a [u8]>,
}

/// The value of a key that matters.
pub(crate) enum Value<'a> {
    /// A text.
    Text(&'a [u8]),
    /// A list of texts.
    Texts {
        /// The texts.
        items: Vec<&'a [u8]>,
        /// Whether there were more, or longer ones, than are kept.
        is_cut: bool,
    },
    /// A string beyond [`LONGEST_VALUE`].
    Long(u64),
    /// A number, a truth value, a list of them.
    Other,
}

impl<'a> Header<'a> {
    /// Walks all keys, and keeps the values of those for which `is_kept` holds. What was read before it stopped stays.
    ///
    /// # Errors
    /// Where the walk ends before the header does.
    pub(crate) fn read(&mut self, file: &File<'a>, is_kept: impl Fn(&str) -> bool) -> Result<(), Stop> {
        let mut cursor = Cursor { bytes: file.bytes, at: 0, size: file.size, is_big: false, is_v1: false, kept: 0 };
        let magic = cursor.take(4)?;
        if magic != b"GGUF" {
            return Err(not_gguf(magic));
        }
        let version = cursor.take(4)?.try_into().map_or(0, u32::from_le_bytes);
        // There is no flag for the byte order. llama.cpp and huggingface.js decide in the same way.
        cursor.is_big = version.trailing_zeros() >= 16;
        let version = if cursor.is_big { version.swap_bytes() } else { version };
        if !(1..=3).contains(&version) {
            let what = format!("GGUF version {version} is not known (1 to 3 are): look for a newer licentia");
            return Err(Stop::Foreign(what));
        }
        cursor.is_v1 = version == 1;
        let _tensors = cursor.length()?;
        let count = cursor.length()?;
        for _ in 0..count.min(MOST_KEYS) {
            self.pair(&mut cursor, &is_kept)?;
        }
        if count > MOST_KEYS {
            return Err(Stop::Limit(format!("{count} keys, and {MOST_KEYS} are read")));
        }
        Ok(())
    }

    fn pair(&mut self, cursor: &mut Cursor<'a>, is_kept: impl Fn(&str) -> bool) -> Result<(), Stop> {
        let length = cursor.length()?;
        if length > LONGEST_KEY {
            return Err(Stop::Bad(format!("a key of {length} bytes, and the limit is {LONGEST_KEY}")));
        }
        let key = cursor.take(length)?;
        let kind = cursor.u32()?;
        self.key = Some(key);
        if !self.keys.insert(key) {
            self.repeated.push(String::from_utf8_lossy(key).into_owned());
        }
        match std::str::from_utf8(key).ok().filter(|key| is_kept(key)) {
            Some(key) => {
                let value = cursor.value(kind)?;
                self.values.push((key, value));
            }
            None => cursor.skip_value(kind, 0)?,
        }
        Ok(())
    }

    /// The key at which the walk stands, for a message.
    pub(crate) fn last_key(&self) -> Option<String> {
        self.key.map(|key| field::quoted(&String::from_utf8_lossy(key)))
    }

    /// Whether the walk stands at a key that begins so.
    pub(crate) fn is_at(&self, prefix: &str) -> bool {
        self.key.is_some_and(|key| key.starts_with(prefix.as_bytes()))
    }

    /// The first text of that key.
    pub(crate) fn text(&self, key: &str) -> Option<Cow<'a, str>> {
        self.values.iter().find_map(|(name, value)| match value {
            Value::Text(bytes) if *name == key => Some(String::from_utf8_lossy(bytes)),
            _ => None,
        })
    }
}

/// The formats before GGUF begin with other words, stored as little-endian numbers.
fn not_gguf(magic: &[u8]) -> Stop {
    let name = match magic {
        b"lmgg" => "ggml",
        b"fmgg" => "ggmf",
        b"tjgg" => "ggjt",
        b"algg" => "ggla",
        _ => {
            let what = format!("it begins with {}", field::quoted(&String::from_utf8_lossy(magic)));
            return Stop::Bad(what);
        }
    };
    let what = format!(
        "the file is in the {name} format that GGUF replaced, which has no place for a licence: convert it, or take \
         the licence from where the model came from"
    );
    Stop::Foreign(what)
}

/// Reads numbers and strings; every length is compared with the file before anything is done with it.
struct Cursor<'a> {
    bytes: &'a [u8],
    /// May lie behind `bytes`: what is skipped need not be read.
    at: u64,
    size: u64,
    is_big: bool,
    /// Version 1 has lengths of four bytes.
    is_v1: bool,
    /// Strings of lists that were kept.
    kept: usize,
}

impl<'a> Cursor<'a> {
    fn skip(&mut self, length: u64) -> Result<(), Stop> {
        let end = self.at.saturating_add(length);
        if end > self.size {
            return Err(Stop::Short(end));
        }
        self.at = end;
        Ok(())
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], Stop> {
        let start = self.at;
        self.skip(length)?;
        let range = usize::try_from(start).ok().zip(usize::try_from(self.at).ok());
        range.and_then(|(start, end)| self.bytes.get(start..end)).ok_or(Stop::Short(self.at))
    }

    fn u32(&mut self) -> Result<u32, Stop> {
        let convert = if self.is_big { u32::from_be_bytes } else { u32::from_le_bytes };
        Ok(self.take(4)?.try_into().map_or(0, convert))
    }

    fn length(&mut self) -> Result<u64, Stop> {
        if self.is_v1 {
            return self.u32().map(u64::from);
        }
        let convert = if self.is_big { u64::from_be_bytes } else { u64::from_le_bytes };
        Ok(self.take(8)?.try_into().map_or(0, convert))
    }

    /// The value of a key that matters.
    fn value(&mut self, kind: u32) -> Result<Value<'a>, Stop> {
        match kind {
            STRING => {
                let length = self.length()?;
                if length > LONGEST_VALUE {
                    self.skip(length)?;
                    return Ok(Value::Long(length));
                }
                self.take(length).map(Value::Text)
            }
            ARRAY => {
                let (item_kind, count) = self.array()?;
                if item_kind != STRING {
                    self.skip_items(item_kind, count, 0)?;
                    return Ok(Value::Other);
                }
                let (mut items, mut is_cut) = (Vec::new(), false);
                for _ in 0..count {
                    let length = self.length()?;
                    if self.kept < MOST_ITEMS && length <= LONGEST_VALUE {
                        self.kept += 1;
                        items.push(self.take(length)?);
                    } else {
                        is_cut = true;
                        self.skip(length)?;
                    }
                }
                Ok(Value::Texts { items, is_cut })
            }
            _ => self.skip_value(kind, 0).map(|()| Value::Other),
        }
    }

    fn skip_value(&mut self, kind: u32, depth: u32) -> Result<(), Stop> {
        match kind {
            STRING => {
                let length = self.length()?;
                self.skip(length)
            }
            ARRAY if depth == DEEPEST => Err(Stop::Bad(format!("lists nested deeper than {DEEPEST} levels"))),
            ARRAY => {
                let (item_kind, count) = self.array()?;
                self.skip_items(item_kind, count, depth)
            }
            _ => match width(kind) {
                Some(width) => self.skip(width),
                None => Err(Stop::Bad(format!("a value of type {kind}, which is not known"))),
            },
        }
    }

    fn array(&mut self) -> Result<(u32, u64), Stop> {
        let kind = self.u32()?;
        let count = self.length()?;
        let least = match kind {
            STRING => self.length_width(),
            ARRAY => 4 + self.length_width(),
            _ => width(kind).ok_or_else(|| Stop::Bad(format!("a list of type {kind}, which is not known")))?,
        };
        let end = self.at.saturating_add(count.saturating_mul(least));
        if end > self.size { Err(Stop::Short(end)) } else { Ok((kind, count)) }
    }

    fn skip_items(&mut self, kind: u32, count: u64, depth: u32) -> Result<(), Stop> {
        if let Some(width) = width(kind) {
            return self.skip(count.saturating_mul(width));
        }
        (0..count).try_for_each(|_| self.skip_value(kind, depth + 1))
    }

    fn length_width(&self) -> u64 {
        if self.is_v1 { 4 } else { 8 }
    }
}

/// Bytes of a value of fixed length.
fn width(kind: u32) -> Option<u64> {
    match kind {
        0 | 1 | 7 => Some(1),
        2 | 3 => Some(2),
        4..=6 => Some(4),
        10..=12 => Some(8),
        _ => None,
    }
}
