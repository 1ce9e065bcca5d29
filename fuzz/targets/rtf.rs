//! Any bytes as an RTF document: its words, or a gap.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    licentia_fuzz::read("LICENSE.rtf", &[b"{\\rtf1 ", data].concat());
    licentia_fuzz::read("NOTICE", &[b"{\\rtf1\\ansicpg932 a", data, b"} b"].concat());
});
