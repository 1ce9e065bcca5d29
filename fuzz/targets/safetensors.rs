//! Any bytes as a SafeTensors header of the right length, and as a whole file.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let length = (data.len() as u64).to_le_bytes();
    licentia_fuzz::read("model.safetensors", &[&length, data].concat());
    licentia_fuzz::read("model.safetensors", &[&length, &b"{\"__metadata__\":{"[..], data].concat());
    licentia_fuzz::read("model.safetensors", data);
});
