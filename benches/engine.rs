//! What the engine costs: `cargo bench --bench engine`; `docs/benchmarks.md` says how to read it.
//!
//! All inputs are made here, from the SPDX texts and from sentences and code written for this purpose.

#![expect(clippy::disallowed_methods, reason = "a bench writes the tree that it scans")]

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use licentia::classify::text::classify;
use licentia::evidence::TextKind;
use licentia::policy::{Policy, Preset};
use licentia::run;
use licentia::source::{SourceTree, dir};

fn main() {
    divan::main();
}

/// A text of the SPDX list.
fn text(id: &str) -> &'static str {
    license_db::license(id).and_then(license_db::License::text).unwrap_or_default()
}

/// Source code that says nothing about licences, some 16 kB of it and no two functions alike.
fn code() -> String {
    let function = |at: usize| {
        format!(
            "def tile_{at}(heights, level={at}):\n    \"\"\"Contours of one tile, from its south-west corner.\"\"\"\n    \
             lines = []\n    for row in range({at}, len(heights) - 1):\n        for column in range(len(heights[row]) - 1):\n            \
             corner = heights[row][column] - level * {}\n            if corner * heights[row + 1][column] < 0:\n                \
             lines.append((row, column, corner / {}))\n    return lines\n\n\n",
            at % 7 + 1,
            at % 11 + 2
        )
    };
    (0..40).map(function).collect()
}

/// A licence as a project passes it on: with a holder, wrapped otherwise.
fn wrapped(id: &str) -> String {
    let mut out = String::from("Copyright (c) 2024 The Lumen Project Contributors\n\n");
    for paragraph in text(id).split("\n\n") {
        let mut column = 0;
        for word in paragraph.split_whitespace() {
            if column + word.len() > 70 {
                out.push('\n');
                column = 0;
            }
            out.push_str(word);
            out.push(' ');
            column += word.len() + 1;
        }
        out.push_str("\n\n");
    }
    out
}

#[divan::bench]
fn open_index() -> usize {
    black_box(license_db::index()).map_or(0, |index| index.len())
}

#[divan::bench(args = ["MIT", "GPL-3.0-only"])]
fn words(bencher: Bencher<'_, '_>, id: &str) {
    let text = text(id);
    bencher.counter(BytesCount::of_str(text)).bench(|| license_db::tokens::tokenize(black_box(text)));
}

#[divan::bench]
fn words_of_code(bencher: Bencher<'_, '_>) {
    let code = code();
    bencher.counter(BytesCount::of_str(&code)).bench(|| license_db::tokens::tokenize(black_box(&code)));
}

/// The path of nearly every file of a repository: it holds no licence, and that must be cheap to find out.
#[divan::bench]
fn file_without_a_license(bencher: Bencher<'_, '_>) {
    let code = code();
    bencher.counter(BytesCount::of_str(&code)).bench(|| run::classify_file("tiles.py", black_box(code.as_bytes())));
}

/// A text word for word: found by its hash.
#[divan::bench(args = ["MIT", "Apache-2.0", "GPL-3.0-only"])]
fn license_as_published(bencher: Bencher<'_, '_>, id: &str) {
    let text = text(id);
    bencher.counter(BytesCount::of_str(text)).bench(|| classify(black_box(text), TextKind::LicenseFile));
}

/// A text with a sentence more: found by its seeds, aligned, and its difference weighed.
#[divan::bench(args = ["MIT", "Apache-2.0", "GPL-3.0-only"])]
fn license_with_a_clause(bencher: Bencher<'_, '_>, id: &str) {
    let text = format!("{}\nThe Software shall not be operated by more than ten persons at once.\n", wrapped(id));
    bencher.counter(BytesCount::of_str(&text)).bench(|| classify(black_box(&text), TextKind::LicenseFile));
}

/// A repository of a model in a directory: licence, card, configuration, code, and weights that are only a header.
#[divan::bench(sample_count = 20)]
fn tree(bencher: Bencher<'_, '_>) {
    let files: Vec<(String, Vec<u8>)> = [
        ("LICENSE".to_owned(), wrapped("Apache-2.0").into_bytes()),
        (
            "README.md".to_owned(),
            format!("---\nlicense: apache-2.0\n---\n# Lumen\n\n{}", "A card. ".repeat(400)).into_bytes(),
        ),
        ("config.json".to_owned(), br#"{"model_type": "lumen", "hidden_size": 512}"#.to_vec()),
    ]
    .into_iter()
    .chain((0..200).map(|at| (format!("lumen/module_{at}.py"), format!("# Module {at}\n{}", code()).into_bytes())))
    .collect();
    let world = tempfile::tempdir().unwrap_or_else(|error| panic!("no directory for the tree: {error}"));
    for (path, bytes) in &files {
        let path = world.path().join(path);
        let written = path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&path, bytes));
        written.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    let policy = Policy::preset(Preset::Commercial);
    bencher.counter(ItemsCount::new(files.len())).bench(|| {
        let tree: Option<Box<dyn SourceTree>> =
            dir::open(world.path(), "lumen").ok().map(|tree| Box::new(tree) as Box<dyn SourceTree>);
        run::check(&Vec::from_iter(tree), &policy, &|_| ())
    });
}
