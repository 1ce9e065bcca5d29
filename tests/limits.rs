//! Heads, not weights: a directory of a model with 90 GB of parameters is checked by reading a few kilobytes.
//!
//! One test in a process of its own, because it reads the process's peak of memory.
#![expect(clippy::disallowed_methods, reason = "the world is a real directory, the measure a file of the system")]

use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use licentia::policy::{Policy, Preset};
use licentia::run;
use licentia::source::{SourceTree, dir};

const MEBIBYTE: u64 = 1 << 20;

/// A GGUF v3 header: `general.license`, then a vocabulary of 128,000 words, as converters write it.
fn gguf_header() -> Vec<u8> {
    let string = |text: &str| [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat();
    let mut bytes = b"GGUF".to_vec();
    bytes.extend(3_u32.to_le_bytes());
    bytes.extend(291_u64.to_le_bytes());
    bytes.extend(3_u64.to_le_bytes());
    for (key, value) in [("general.architecture", "llama"), ("general.license", "llama3.1")] {
        bytes.extend(string(key));
        bytes.extend(8_u32.to_le_bytes());
        bytes.extend(string(value));
    }
    bytes.extend(string("tokenizer.ggml.tokens"));
    bytes.extend(9_u32.to_le_bytes());
    bytes.extend(8_u32.to_le_bytes());
    bytes.extend(128_000_u64.to_le_bytes());
    for word in 0..128_000 {
        bytes.extend(string(&format!("word{word}")));
    }
    bytes
}

fn safetensors_header() -> Vec<u8> {
    let tensors: Vec<String> = (0..5_000_u64)
        .map(|tensor| {
            format!(
                r#""layer.{tensor}":{{"dtype":"BF16","shape":[2000,1000],"data_offsets":[{},{}]}}"#,
                tensor * 4_000_000,
                (tensor + 1) * 4_000_000
            )
        })
        .collect();
    let header = format!(r#"{{"__metadata__":{{"format":"pt","license":"cc-by-nc-4.0"}},{}}}"#, tensors.join(","));
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes()].concat()
}

fn sparse(path: &Path, header: &[u8], length: u64) {
    let mut file = std::fs::File::create(path).expect("a file");
    file.write_all(header).expect("written");
    file.set_len(length).expect("a sparse file");
    file.seek(SeekFrom::Start(0)).expect("rewound");
}

#[test]
fn ninety_gigabytes_of_weights_cost_less_than_16_mebibytes_of_reading_and_100_megabytes_of_memory() {
    let world = tempfile::tempdir().expect("a directory");
    sparse(&world.path().join("model.gguf"), &gguf_header(), 70_000_000_000);
    sparse(&world.path().join("model.safetensors"), &safetensors_header(), 20_000_000_000);
    let trees: Vec<Box<dyn SourceTree>> = vec![Box::new(dir::open(world.path(), "world").expect("opened"))];
    let scan = run::check(&trees, &Policy::preset(Preset::Commercial), &|_| ());

    assert!(scan.gaps.is_empty(), "{:?}", scan.gaps);
    assert!(scan.findings.iter().any(|finding| finding.name == "non-commercial"), "the safetensors header was read");
    assert!(scan.findings.iter().any(|finding| finding.name == "user-threshold"), "the GGUF header was read");
    let read: u64 = scan.sources.iter().map(|source| source.bytes_read).sum();
    assert!(read < 16 * MEBIBYTE, "{read} bytes were read");
    if let Some(peak) = peak_of_memory() {
        assert!(peak < 100_000_000, "{peak} bytes of memory at the peak");
    }
}

/// The most memory that this process ever held, in bytes, where the system tells (Linux).
fn peak_of_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}
