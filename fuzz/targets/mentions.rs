//! Any bytes in a file that may name models. The first byte chooses the name.
#![no_main]

use licentia::extract::mentions;
use licentia::source::memory::MemoryTree;

/// One for each reader.
const PATHS: [&str; 10] =
    ["a.py", "a.ts", "a.rs", "a.ipynb", "Modelfile", "a.yaml", "a.json", "Dockerfile", "requirements.txt", "a.toml"];

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((&choice, bytes)) = data.split_first() else { return };
    let path = PATHS[usize::from(choice) % PATHS.len()];
    let tree = MemoryTree::new("fuzz", [(path, bytes)]);
    let found = mentions::find(&tree);
    for mention in &found.mentions {
        assert_eq!(mention.at.path, path, "a mention stands in the file that was read");
        assert!(mention.at.span.is_some(), "a mention has a line");
    }
    assert_eq!(found, mentions::find(&tree), "the same bytes give the same answer");
});
