//! Any bytes as the YAML block at the head of a model card: closed, and open to the end.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    licentia_fuzz::read("README.md", &[b"---\n", data, b"\n---\n"].concat());
    licentia_fuzz::read("README.md", &[b"---\n", data].concat());
});
