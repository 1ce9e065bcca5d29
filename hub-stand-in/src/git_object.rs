//! SHA-1 (FIPS 180-4), which names objects in git; nothing here relies on its strength.

use std::fmt::Write as _;

const START: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];

/// A digest in the making.
pub(crate) struct Sha1 {
    state: [u32; 5],
    pending: Vec<u8>,
    length: u64,
}

impl Sha1 {
    pub(crate) fn new() -> Self {
        Self { state: START, pending: Vec::with_capacity(64), length: 0 }
    }

    pub(crate) fn update(&mut self, mut bytes: &[u8]) {
        self.length += bytes.len() as u64;
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at((64 - self.pending.len()).min(bytes.len()));
            self.pending.extend_from_slice(now);
            bytes = later;
            if self.pending.len() == 64 {
                self.take_block();
            }
        }
    }

    /// 40 lower-case hexadecimal digits.
    pub(crate) fn finish(mut self) -> String {
        let bits = self.length * 8;
        self.pending.push(0x80);
        if self.pending.len() > 56 {
            self.pending.resize(64, 0);
            self.take_block();
        }
        self.pending.resize(56, 0);
        self.pending.extend_from_slice(&bits.to_be_bytes());
        self.take_block();
        let bytes: Vec<u8> = self.state.iter().flat_map(|word| word.to_be_bytes()).collect();
        hexadecimal(&bytes)
    }

    fn take_block(&mut self) {
        let mut schedule = [0_u32; 80];
        for (word, bytes) in schedule.iter_mut().zip(self.pending.chunks_exact(4)) {
            *word = bytes.iter().fold(0, |word, byte| (word << 8) | u32::from(*byte));
        }
        for index in 16..80 {
            let mixed = schedule[index - 3] ^ schedule[index - 8] ^ schedule[index - 14] ^ schedule[index - 16];
            schedule[index] = mixed.rotate_left(1);
        }
        let mut work = self.state;
        for (round, word) in schedule.iter().enumerate() {
            let (mixed, constant) = match round / 20 {
                0 => ((work[1] & work[2]) | (!work[1] & work[3]), 0x5a82_7999),
                1 => (work[1] ^ work[2] ^ work[3], 0x6ed9_eba1),
                2 => ((work[1] & work[2]) | (work[1] & work[3]) | (work[2] & work[3]), 0x8f1b_bcdc_u32),
                _ => (work[1] ^ work[2] ^ work[3], 0xca62_c1d6),
            };
            let first = work[0]
                .rotate_left(5)
                .wrapping_add(mixed)
                .wrapping_add(work[4])
                .wrapping_add(constant)
                .wrapping_add(*word);
            work = [first, work[0], work[1].rotate_left(30), work[2], work[3]];
        }
        for (state, change) in self.state.iter_mut().zip(work) {
            *state = state.wrapping_add(change);
        }
        self.pending.clear();
    }
}

/// The digest of one text, for identifiers that only have to look right and stay the same.
pub(crate) fn name_of(text: &str) -> String {
    let mut hasher = Sha1::new();
    hasher.update(text.as_bytes());
    hasher.finish()
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_standard_hold() {
        assert_eq!(name_of(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
        assert_eq!(name_of("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
        let two_blocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
        assert_eq!(name_of(two_blocks), "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
        assert_eq!(name_of(&"a".repeat(1_000_000)), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
    }
}
