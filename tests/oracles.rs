//! Files written by the libraries that write them in the wild are read as those libraries meant them.
//!
//! `tests/oracles/make_samples.py` writes them; the environment variable `LICENTIA_ORACLES` names their directory.
#![expect(clippy::disallowed_methods, reason = "this test reads the samples that other libraries wrote")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use licentia::evidence::Claim;
use licentia::extract::{EXTRACTORS, Extractor, File, Interest, Out, Progress, text_of};
use licentia::gap::GapKind;
use licentia::lineage::Relation;
use licentia::location::Origin;
use licentia::source::Entry;
use licentia::subject::Role;

const GGUF: [&str; 8] = [
    "weights general.base_model.0.repo_url unstated https://huggingface.co/example/Base-8B",
    "weights general.base_model.1.name unstated Only Named",
    "weights general.dataset.0.repo_url dataset https://huggingface.co/example/data",
    "weights general.license license llama3.1",
    "weights general.license.link link LICENSE",
    "weights general.license.name name tiny-license",
    "weights general.source.repo_url unstated https://huggingface.co/example/source",
    "weights general.tags license llama3.1",
];

const OTHERS: [(&str, &[&str]); 11] = [
    (
        "split-00001-of-00003.gguf",
        &["weights general.license license apache-2.0", "weights general.license license mit"],
    ),
    ("split-00002-of-00003.gguf", &[]),
    ("split-00003-of-00003.gguf", &[]),
    ("adapter.gguf", &["adapter general.base_model.0.repo_url adapter https://huggingface.co/example/base"]),
    ("model.safetensors", &[]),
    (
        "kohya.safetensors",
        &[
            "adapter modelspec.license license CreativeML Open RAIL-M",
            "adapter modelspec.merged_from merge first",
            "adapter modelspec.merged_from merge second",
            "adapter ss_base_model_version adapter sdxl_base_v1-0",
        ],
    ),
    ("diffusers.safetensors", &["adapter lora_adapter_metadata adapter example/base"]),
    ("peft.safetensors", &["adapter base_model adapter example/base", "adapter license license mit"]),
    (
        "adapter/adapter_config.json",
        &["adapter base_model_name_or_path adapter example/base@0123456789abcdef0123456789abcdef01234567"],
    ),
    ("config.json", &["weights _name_or_path unstated example/base"]),
    (
        "README.md",
        &[
            "weights base_model unstated example/base",
            "weights license license other",
            "weights license_link link LICENSE",
            "weights license_name name tiny",
        ],
    ),
];

/// Documents that hold the words of `words.txt`, with the number of their pages; 0 for a form with lines.
const DOCUMENTS: [(&str, usize); 6] = [
    ("canvas.pdf", 2),
    ("composite.pdf", 1),
    ("document.rtf", 0),
    ("fpdf.pdf", 1),
    ("notebook.ipynb", 0),
    ("platypus.pdf", 2),
];

#[test]
#[ignore = "needs the Python packages of tests/oracles/make_samples.py; tests/all runs it"]
fn documents_of_the_real_libraries_hold_the_words_that_were_put_into_them() {
    let root = PathBuf::from(std::env::var_os("LICENTIA_ORACLES").expect("the directory of samples"));
    let read = |path: &str| std::fs::read(root.join(path)).expect("a sample can be read");
    let written = String::from_utf8(read("words.txt")).expect("it is text");
    let expected = words(&written);
    assert!(expected.len() > 500);
    for (path, pages) in DOCUMENTS {
        let bytes = read(path);
        let (text, gaps) = text_of(&File { path, size: bytes.len() as u64, offset: 0, bytes: &bytes });
        let (text, origin) = text.unwrap_or_else(|| panic!("{path}: {gaps:?}"));
        let found = words(&text);
        let start = found.iter().position(|word| *word == expected[0]).unwrap_or_else(|| panic!("{path}: {text}"));
        for (at, (found, expected)) in found[start..].iter().zip(&expected).enumerate() {
            assert_eq!(found, expected, "{path}: word {at} of {text}");
        }
        assert!(found.len() - start >= expected.len(), "{path}: {text}");
        assert_eq!(gaps, [], "{path}");
        match origin.unwrap_or_else(|| panic!("{path} was decoded")) {
            Origin::Pages(starts) => assert_eq!(starts.len(), pages, "{path}"),
            Origin::Bytes(pieces) => {
                let at = text.rfind("bertrained").expect("it is there");
                let (start, end) = pieces.in_file(at, at + 10);
                assert_eq!((&bytes[start..end], pages), (&b"bertrained"[..], 0), "{path}");
            }
        }
    }
    let locked = read("encrypted.pdf");
    let (text, gaps) = text_of(&File { path: "encrypted.pdf", size: 1, offset: 0, bytes: &locked });
    assert_eq!((text, gaps.iter().map(|gap| gap.kind).collect::<Vec<_>>()), (None, vec![GapKind::Unsupported]));
}

/// Words in order, whatever stands between them.
fn words(text: &str) -> Vec<&str> {
    text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

#[test]
#[ignore = "needs the Python packages of tests/oracles/make_samples.py; tests/all runs it"]
fn files_of_the_real_libraries_say_what_was_put_into_them() {
    let root = std::env::var_os("LICENTIA_ORACLES").expect("LICENTIA_ORACLES names the directory of samples");
    let root = PathBuf::from(root);
    let ggufs = ["little.gguf", "big.gguf", "version2.gguf"].map(|path| (path, &GGUF[..]));
    let expected: BTreeMap<&str, &[&str]> = ggufs.into_iter().chain(OTHERS).collect();
    let others = ["words.txt", "encrypted.pdf"].into_iter().chain(DOCUMENTS.map(|(path, _)| path));
    let named: BTreeSet<String> = expected.keys().copied().chain(others).map(str::to_owned).collect();
    assert_eq!(files(&root), named, "the samples themselves");
    for (path, expected) in expected {
        let bytes = std::fs::read(root.join(path)).expect("a sample can be read");
        let Some((said, gaps)) = read(path, &bytes) else {
            panic!("no extractor wants {path}");
        };
        assert_eq!(said, expected.iter().map(|line| (*line).to_owned()).collect(), "{path}");
        assert_eq!(gaps, [], "{path}");
    }
}

/// Paths below `root`, slash-separated.
fn files(root: &Path) -> BTreeSet<String> {
    let walk = walkdir::WalkDir::new(root).into_iter().map(|entry| entry.expect("the samples can be listed"));
    walk.filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(root).expect("it lies below the root");
            path.to_str().expect("samples have plain names").replace('\\', "/")
        })
        .collect()
}

/// What all extractors together say about a file; `None` where none wants it.
fn read(path: &str, bytes: &[u8]) -> Option<(BTreeSet<String>, Vec<GapKind>)> {
    let outs: Vec<Out> = EXTRACTORS.iter().filter_map(|extractor| show(*extractor, path, bytes)).collect();
    let said = outs.iter().flat_map(|out| &out.evidence).map(|evidence| {
        let role = evidence.scope.role.map_or("any", Role::as_str);
        let key = evidence.at.key.as_deref().unwrap_or("-");
        format!("{role} {key} {}", line(&evidence.claim))
    });
    let gaps = outs.iter().flat_map(|out| &out.gaps).map(|gap| gap.kind).collect();
    let is_wanted = !outs.is_empty();
    is_wanted.then(|| (said.collect(), gaps))
}

/// The core's loop for a file in memory.
fn show(extractor: &dyn Extractor, path: &str, bytes: &[u8]) -> Option<Out> {
    let size = bytes.len() as u64;
    let mut length = match extractor.interest(&Entry { path: path.to_owned(), size }) {
        Interest::Nothing | Interest::Tail(_) => return None,
        Interest::Head { first, .. } => first.min(size),
        Interest::Whole { most } => most.min(size),
    };
    loop {
        let mut out = Out::new(extractor.name(), path);
        let head = &bytes[..usize::try_from(length).expect("it is in memory")];
        match extractor.extract(&File { path, size, offset: 0, bytes: head }, &mut out) {
            Progress::Done => return Some(out),
            Progress::Needs(needed) | Progress::Could(needed) => {
                assert!(needed > length && needed <= size, "{path}: {needed} after {length} of {size}");
                length = needed;
            }
        }
    }
}

fn line(claim: &Claim) -> String {
    match claim {
        Claim::License(value) => format!("license {value}"),
        Claim::LicenseName(value) => format!("name {value}"),
        Claim::LicenseLink(value) => format!("link {value}"),
        Claim::Expression(value) => format!("expression {value}"),
        Claim::Text { kind, .. } => kind.as_str().to_owned(),
        Claim::Parent { reference, relation, revision } => {
            let revision = revision.as_ref().map(|revision| format!("@{revision}")).unwrap_or_default();
            format!("{} {reference}{revision}", Relation::as_str(*relation))
        }
        Claim::Dataset(value) => format!("dataset {value}"),
        Claim::EuDisallowed => "eu-disallowed".to_owned(),
        Claim::Gated => "gated".to_owned(),
        Claim::Display(value) => format!("display {value}"),
        Claim::PolicyLink(value) => format!("policy-link {value}"),
        Claim::Copyright(value) => format!("copyright {value}"),
        Claim::Change(value) => format!("change {value}"),
    }
}
