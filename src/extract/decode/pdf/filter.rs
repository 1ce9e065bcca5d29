//! What streams are packed with (ISO 32000-1, 7.4), each bounded in what it may make.
//!
//! Pictures (DCT, JPX, CCITT, JBIG2) are not unpacked: no words stand in them.

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

use super::object::digit;

/// Why a stream was not unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It would be longer than its bound.
    TooLong,
    /// Its filter is one for pictures, or unknown.
    Unknown,
}

/// What came out, and whether the data was damaged and came out in part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Unpacked {
    pub(super) bytes: Vec<u8>,
    pub(super) is_damaged: bool,
}

/// Parameters of a filter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameters {
    pub(super) predictor: usize,
    pub(super) colors: usize,
    pub(super) bits: usize,
    pub(super) columns: usize,
    pub(super) early_change: bool,
}

impl Default for Parameters {
    fn default() -> Self {
        Self { predictor: 1, colors: 1, bits: 8, columns: 1, early_change: true }
    }
}

/// Unpacks one filter.
pub(super) fn unpack(name: &[u8], data: &[u8], parameters: Parameters, most: usize) -> Result<Unpacked, Refusal> {
    let unpacked = match name {
        b"FlateDecode" | b"Fl" => flate(data, most)?,
        b"LZWDecode" | b"LZW" => lzw(data, parameters.early_change, most)?,
        b"ASCIIHexDecode" | b"AHx" => whole(ascii_hexadecimal(data)),
        b"ASCII85Decode" | b"A85" => whole(ascii_85(data)),
        b"RunLengthDecode" | b"RL" => run_length(data, most)?,
        _ => return Err(Refusal::Unknown),
    };
    if unpacked.bytes.len() > most {
        return Err(Refusal::TooLong);
    }
    Ok(Unpacked { bytes: predicted(unpacked.bytes, parameters), ..unpacked })
}

fn whole(bytes: Vec<u8>) -> Unpacked {
    Unpacked { bytes, is_damaged: false }
}

fn flate(data: &[u8], most: usize) -> Result<Unpacked, Refusal> {
    /// Enough for most of the small streams, so that they are unpacked in one go.
    const SHORTEST: usize = 1024;
    let flags = inflate_flags::TINFL_FLAG_PARSE_ZLIB_HEADER | inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let mut state = DecompressorOxide::new();
    let mut out = vec![0; data.len().saturating_mul(4).max(SHORTEST).min(most.max(1))];
    let (mut rest, mut written) = (data, 0);
    loop {
        let (status, read, wrote) = decompress(&mut state, rest, &mut out, written, flags);
        written += wrote;
        rest = rest.get(read..).unwrap_or_default();
        if status == TINFLStatus::HasMoreOutput {
            if out.len() >= most {
                return Err(Refusal::TooLong);
            }
            out.resize(out.len().saturating_mul(2).min(most), 0);
            continue;
        }
        out.truncate(written);
        // The checksum comes last: what fails there alone is all there.
        let is_damaged = !matches!(status, TINFLStatus::Done | TINFLStatus::Adler32Mismatch);
        return Ok(Unpacked { bytes: out, is_damaged });
    }
}

/// Codes of 9 to 12 bits; 256 empties the table, 257 ends.
fn lzw(data: &[u8], early_change: bool, most: usize) -> Result<Unpacked, Refusal> {
    const CLEAR: usize = 256;
    const END: usize = 257;
    const FULL: usize = 4096;
    let mut out: Vec<u8> = Vec::new();
    // Where in the output the sequence of each code behind END stands.
    let mut table: Vec<(usize, usize)> = Vec::new();
    let mut before: Option<(usize, usize)> = None;
    let (mut buffer, mut bits, mut width) = (0_u32, 0_u32, 9_u32);
    for &byte in data {
        buffer = (buffer << 8) | u32::from(byte);
        bits += 8;
        if bits < width {
            continue;
        }
        bits -= width;
        let code = usize::try_from((buffer >> bits) & ((1 << width) - 1)).unwrap_or(END);
        buffer &= (1 << bits) - 1;
        if code == CLEAR {
            table.clear();
            before = None;
            width = 9;
            continue;
        }
        if code == END {
            return Ok(whole(out));
        }
        let start = out.len();
        match (u8::try_from(code), before) {
            (Ok(byte), _) => out.push(byte),
            (Err(_), before) => {
                let known = table.get(code - END - 1).copied();
                let (from, length) = match (known, before) {
                    (Some(known), _) => known,
                    // The code that is about to be made: the sequence before, and its first byte again.
                    (None, Some((from, length))) if code == END + 1 + table.len() => (from, length + 1),
                    _ => return Ok(Unpacked { bytes: out, is_damaged: true }),
                };
                for at in from..from + length {
                    let byte = out.get(at).copied().unwrap_or(0);
                    out.push(byte);
                }
            }
        }
        if out.len() > most {
            return Err(Refusal::TooLong);
        }
        if let Some((from, length)) = before
            && table.len() + END + 1 < FULL
        {
            // It stands in the output already, with the first byte of what came now behind it.
            table.push((from, length + 1));
        }
        before = Some((start, out.len() - start));
        let next = table.len() + END + 1 + usize::from(early_change);
        width = match next {
            0..512 => 9,
            512..1024 => 10,
            1024..2048 => 11,
            _ => 12,
        };
    }
    Ok(whole(out))
}

fn ascii_hexadecimal(data: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = data.iter().take_while(|byte| **byte != b'>').filter_map(|byte| digit(*byte)).collect();
    digits.chunks(2).map(|pair| pair.iter().fold(0, |sum, digit| sum * 16 + digit) << (4 * (2 - pair.len()))).collect()
}

/// Five characters for four bytes; `z` for four zeros; `~>` ends.
fn ascii_85(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() / 5 * 4 + 4);
    let mut group: Vec<u8> = Vec::with_capacity(5);
    let mut push = |group: &mut Vec<u8>| {
        let kept = group.len().saturating_sub(1);
        group.resize(5, 84);
        let value = group.iter().fold(0_u32, |sum, digit| sum.wrapping_mul(85).wrapping_add(u32::from(*digit)));
        out.extend(value.to_be_bytes().into_iter().take(kept));
        group.clear();
    };
    for &byte in data {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => {
                group.resize(5, 0);
                push(&mut group);
            }
            b'!'..=b'u' => {
                group.push(byte - b'!');
                if group.len() == 5 {
                    push(&mut group);
                }
            }
            _ => {}
        }
    }
    if !group.is_empty() {
        push(&mut group);
    }
    out
}

fn run_length(data: &[u8], most: usize) -> Result<Unpacked, Refusal> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(&length) = data.get(at) {
        at += 1;
        match length {
            0..=127 => {
                let end = (at + usize::from(length) + 1).min(data.len());
                out.extend_from_slice(data.get(at..end).unwrap_or_default());
                at = end;
            }
            128 => break,
            129..=255 => {
                let byte = data.get(at).copied().unwrap_or(0);
                out.resize(out.len() + 257 - usize::from(length), byte);
                at += 1;
            }
        }
        if out.len() > most {
            return Err(Refusal::TooLong);
        }
    }
    Ok(whole(out))
}

/// Undoes the prediction of PNG (10 to 15), which cross-reference and object streams use. TIFF's (2) stands on pictures
/// only, and words that went through it would be noise.
fn predicted(data: Vec<u8>, parameters: Parameters) -> Vec<u8> {
    if parameters.predictor < 10 {
        return data;
    }
    let pixel = (parameters.colors.saturating_mul(parameters.bits).saturating_add(7) / 8).max(1);
    let row_bits = parameters.columns.saturating_mul(parameters.colors).saturating_mul(parameters.bits);
    let row = (row_bits.saturating_add(7) / 8).clamp(1, data.len().max(1));
    let mut out: Vec<u8> = Vec::with_capacity(data.len());
    for coded in data.chunks(row + 1) {
        let Some((&kind, coded)) = coded.split_first() else { break };
        let start = out.len();
        for (column, &byte) in coded.iter().enumerate() {
            let earlier =
                |back: usize| start.checked_add(column)?.checked_sub(back).and_then(|at| out.get(at)).copied();
            let left = if column >= pixel { earlier(pixel).unwrap_or(0) } else { 0 };
            let up = earlier(row).unwrap_or(0);
            let corner = if column >= pixel { earlier(row + pixel).unwrap_or(0) } else { 0 };
            let guess = match kind {
                1 => left,
                2 => up,
                3 => u8::midpoint(left, up),
                4 => paeth(left, up, corner),
                _ => 0,
            };
            out.push(byte.wrapping_add(guess));
        }
    }
    out
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let estimate = i16::from(left) + i16::from(up) - i16::from(corner);
    let distance = |byte: u8| (estimate - i16::from(byte)).abs();
    if distance(left) <= distance(up) && distance(left) <= distance(corner) {
        left
    } else if distance(up) <= distance(corner) {
        up
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use miniz_oxide::deflate::compress_to_vec_zlib;
    use proptest::prelude::*;

    use super::*;

    fn unpacked(name: &str, data: &[u8]) -> Vec<u8> {
        unpack(name.as_bytes(), data, Parameters::default(), 1 << 20).expect("it can be unpacked").bytes
    }

    #[test]
    fn the_packings_of_text_are_undone() {
        assert_eq!(unpacked("FlateDecode", &compress_to_vec_zlib(b"words", 6)), b"words");
        assert_eq!(unpacked("ASCIIHexDecode", b"77 6f72 64 7>x"), b"wordp");
        assert_eq!(unpacked("ASCII85Decode", b"GAh\nM4Er~>"), b"words");
        assert_eq!(unpacked("A85", b"z!!~>"), [0, 0, 0, 0, 0]);
        assert_eq!(unpacked("RunLengthDecode", &[1, b'a', b'b', 254, b'c', 128, 9]), b"abccc");
        // The example of the specification (7.4.4.2).
        let packed = [0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01];
        assert_eq!(unpacked("LZWDecode", &packed), [45, 45, 45, 45, 45, 65, 45, 45, 45, 66]);
    }

    #[test]
    fn a_bomb_is_refused_and_not_unpacked() {
        let bomb = compress_to_vec_zlib(&vec![b' '; 50 << 20], 9);
        assert!(bomb.len() < 1 << 17);
        assert_eq!(unpack(b"FlateDecode", &bomb, Parameters::default(), 1 << 20), Err(Refusal::TooLong));
        assert_eq!(unpack(b"RL", &[129, 0].repeat(1000), Parameters::default(), 1000), Err(Refusal::TooLong));
        assert_eq!(unpack(b"DCTDecode", b"", Parameters::default(), 1000), Err(Refusal::Unknown));
    }

    #[test]
    fn damaged_data_comes_out_in_part_and_says_so() {
        let packed = compress_to_vec_zlib(b"some words and some more words", 6);
        let part = packed.get(..packed.len() - 9).expect("it is longer");
        let found = unpack(b"Fl", part, Parameters::default(), 1000).expect("in part");
        assert!(found.is_damaged && b"some words and some more words".starts_with(&found.bytes));
    }

    #[test]
    fn rows_of_png_are_undone() {
        let parameters = Parameters { predictor: 12, columns: 3, ..Parameters::default() };
        let rows = [0, 1, 2, 3, 1, 1, 1, 1, 2, 1, 1, 1, 3, 4, 4, 4, 4, 1, 1, 1, 9, 7];
        assert_eq!(predicted(rows.to_vec(), parameters), [1, 2, 3, 1, 2, 3, 2, 3, 4, 5, 8, 10, 6, 9, 11, 7]);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(
            name in prop::sample::select(vec!["Fl", "LZW", "AHx", "A85", "RL"]),
            data in prop::collection::vec(any::<u8>(), 0..300),
            predictor in 0_usize..16, colors in 0_usize..9, bits in 0_usize..33, columns in 0_usize..40,
            early_change in any::<bool>(),
        ) {
            let parameters = Parameters { predictor, colors, bits, columns, early_change };
            if let Ok(found) = unpack(name.as_bytes(), &data, parameters, 500) {
                prop_assert!(found.bytes.len() <= 500);
            }
        }
    }
}
