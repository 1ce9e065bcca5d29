//! Layout of the committed fingerprint files: the generator writes it, the build script reads it.

/// First bytes of a fingerprint file. The digit is the version of the layout, of the tokens and of the vocabulary.
pub const MAGIC: &[u8; 8] = b"LICFP\0\0\x03";

/// What a reference sequence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SequenceKind {
    /// A licence text as its licensor publishes it. Only such a text can make an answer `exact`.
    Canonical = 0,
    /// Another form of a text, or a part of one: it identifies, and never makes an answer `exact`.
    Variant = 1,
    /// "Licensed under …": a complete notice.
    Notice = 2,
    /// An exception, to stand behind WITH.
    Exception = 3,
    /// An acceptable-use policy.
    UsePolicy = 4,
    /// A name, a link: "the X license". Found word for word only.
    Reference = 5,
    /// "License: X". Found word for word only.
    Tag = 6,
    /// Words that look like a statement and are none: `MODULE_LICENSE` in a loader, "General Public" in an index.
    NoStatement = 7,
    /// A statement about licences that names none ("see the file COPYING"), or a text of a licence without a name.
    Nameless = 8,
}

impl SequenceKind {
    /// The kind of that number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u8 == number)
    }

    /// Every kind, by number.
    pub const ALL: [Self; 9] = [
        Self::Canonical,
        Self::Variant,
        Self::Notice,
        Self::Exception,
        Self::UsePolicy,
        Self::Reference,
        Self::Tag,
        Self::NoStatement,
        Self::Nameless,
    ];
}

/// Words of a reference that may differ: a template variable, or a passage that may be missing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    /// First word.
    pub start: u32,
    /// Number of words; 0 for a variable that is empty in the reference.
    pub length: u32,
    /// Whether the passage may be missing as a whole or in parts (`<<beginOptional>>`).
    pub is_optional: bool,
    /// Classes of the words of force that a replacement may contain.
    pub allowed: Vec<u8>,
}

/// One reference text as figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// What it is.
    pub kind: SequenceKind,
    /// SPDX expression.
    pub expression: String,
    /// `sequence_hash` of its words.
    pub hash: u64,
    /// Class of each word.
    pub classes: Vec<u8>,
    /// `block_hashes`; empty where exactness is not asked for.
    pub blocks: Vec<u32>,
    /// Words that a match must have (start, length).
    pub required: Vec<(u32, u32)>,
    /// Words that are an address (start, length): they may differ.
    pub addresses: Vec<(u32, u32)>,
    /// Whether the source says that these words do not always mean the licence.
    pub is_loose: bool,
}

/// The bit of a kind that says [`Fingerprint::is_loose`].
pub const LOOSE: u8 = 128;

/// Writes a fingerprint file (uncompressed).
pub fn write_fingerprints(fingerprints: &[Fingerprint]) -> Vec<u8> {
    let mut expressions: Vec<&str> = fingerprints.iter().map(|one| one.expression.as_str()).collect();
    expressions.sort_unstable();
    expressions.dedup();
    let mut out = MAGIC.to_vec();
    put(&mut out, fingerprints.len());
    let joined = expressions.join("\n");
    put(&mut out, joined.len());
    out.extend_from_slice(joined.as_bytes());
    // Column by column: like stands beside like, which compresses well.
    out.extend(fingerprints.iter().map(|one| one.kind as u8 | if one.is_loose { LOOSE } else { 0 }));
    for one in fingerprints {
        put(&mut out, expressions.binary_search(&one.expression.as_str()).unwrap_or_default());
    }
    for one in fingerprints {
        put(&mut out, one.classes.len());
    }
    for one in fingerprints {
        put(&mut out, one.blocks.len());
    }
    for one in fingerprints {
        put_spans(&mut out, &one.required);
    }
    for one in fingerprints {
        put_spans(&mut out, &one.addresses);
    }
    for one in fingerprints {
        out.extend_from_slice(&one.hash.to_le_bytes());
    }
    for one in fingerprints {
        for block in &one.blocks {
            out.extend_from_slice(&block.to_le_bytes());
        }
    }
    for one in fingerprints {
        out.extend_from_slice(&one.classes);
    }
    out
}

fn put_spans(out: &mut Vec<u8>, spans: &[(u32, u32)]) {
    put(out, spans.len());
    for &(start, length) in spans {
        put(out, start as usize);
        put(out, length as usize);
    }
}

fn put(out: &mut Vec<u8>, number: usize) {
    out.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
}

/// Reads what [`write_fingerprints`] wrote.
///
/// # Errors
/// Where the bytes are not such a file: what is wrong.
pub fn read_fingerprints(bytes: &[u8]) -> Result<Vec<Fingerprint>, String> {
    let mut reader = FingerprintReader { rest: bytes };
    if reader.take(MAGIC.len())? != MAGIC {
        return Err("not a fingerprint file of this version; make it anew".to_owned());
    }
    let count = reader.number()?;
    let length = reader.number()?;
    let joined = std::str::from_utf8(reader.take(length)?).map_err(|error| error.to_string())?;
    let expressions: Vec<&str> = joined.split('\n').collect();
    let kinds = reader.take(count)?.to_vec();
    let column =
        |reader: &mut FingerprintReader<'_>| (0..count).map(|_| reader.number()).collect::<Result<Vec<_>, _>>();
    let expression_of = column(&mut reader)?;
    let lengths = column(&mut reader)?;
    let block_counts = column(&mut reader)?;
    let required = (0..count).map(|_| reader.spans()).collect::<Result<Vec<_>, _>>()?;
    let addresses = (0..count).map(|_| reader.spans()).collect::<Result<Vec<_>, _>>()?;
    let mut hashes = Vec::new();
    for _ in 0..count {
        hashes.push(u64::from_le_bytes(reader.array()?));
    }
    let mut blocks = Vec::new();
    for &count in &block_counts {
        blocks.push((0..count).map(|_| reader.array().map(u32::from_le_bytes)).collect::<Result<Vec<_>, _>>()?);
    }
    let mut fingerprints = Vec::new();
    for (position, ((blocks, required), addresses)) in blocks.into_iter().zip(required).zip(addresses).enumerate() {
        let at = |column: &[usize]| column.get(position).copied().unwrap_or_default();
        let number = kinds.get(position).copied().unwrap_or_default();
        let kind = SequenceKind::from_number(number & !LOOSE).ok_or("unknown kind")?;
        fingerprints.push(Fingerprint {
            kind,
            is_loose: number & LOOSE != 0,
            expression: (*expressions.get(at(&expression_of)).ok_or("unknown expression")?).to_owned(),
            hash: hashes.get(position).copied().unwrap_or_default(),
            classes: reader.take(at(&lengths))?.to_vec(),
            blocks,
            required,
            addresses,
        });
    }
    if reader.rest.is_empty() { Ok(fingerprints) } else { Err("bytes behind the end".to_owned()) }
}

struct FingerprintReader<'a> {
    rest: &'a [u8],
}

impl<'a> FingerprintReader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], String> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or("the file ends too early")?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        self.take(N)?.try_into().map_err(|_| "the file ends too early".to_owned())
    }

    fn spans(&mut self) -> Result<Vec<(u32, u32)>, String> {
        let count = self.number()?;
        (0..count).map(|_| Ok((u32::from_le_bytes(self.array()?), u32::from_le_bytes(self.array()?)))).collect()
    }

    fn number(&mut self) -> Result<usize, String> {
        Ok(u32::from_le_bytes(self.array()?) as usize)
    }
}
