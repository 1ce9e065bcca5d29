//! Any bytes behind the magic and version of GGUF, little-endian and big-endian, and without them.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    licentia_fuzz::read("model.gguf", &[b"GGUF\x03\0\0\0", data].concat());
    licentia_fuzz::read("model.gguf", &[b"GGUF\0\0\0\x03", data].concat());
    licentia_fuzz::read("model.gguf", data);
});
