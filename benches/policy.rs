//! What judging costs: `cargo bench --bench policy`; `docs/benchmarks.md` says how to read it.
//!
//! All inputs are made here.

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use licentia::policy::{self, Occasion, Policy, PolicyFile, Preset, Seen};
use licentia::run;
use licentia::scan::Scan;
use licentia::source::SourceTree;
use licentia::source::memory::MemoryTree;

fn main() {
    divan::main();
}

/// A model with this many vendored components, each with a licence of its own.
fn components(count: usize) -> Scan {
    let ids = ["MIT", "Apache-2.0", "BSD-3-Clause", "GPL-3.0-only", "LGPL-2.1-only", "MPL-2.0"];
    let of = |at: usize| {
        let id = ids.get(at % ids.len()).copied().unwrap_or("MIT");
        let text = license_db::license(id).and_then(license_db::License::text).unwrap_or_default();
        (format!("third_party/part-{at}/LICENSE"), text.as_bytes().to_vec())
    };
    let card = ("README.md".to_owned(), b"---\nlicense: apache-2.0\n---\n# Lumen\n".to_vec());
    let tree = MemoryTree::new("lumen", (0..count).map(of).chain([card]));
    run::scan(&[Box::new(tree) as Box<dyn SourceTree>], &|_| ())
}

/// A policy of some hundred lines.
fn policy_text() -> String {
    let head = "schema = 1\nname = \"acme\"\npreset = \"commercial\"\n\n[facts]\nuse = \"commercial\"\ndistribution = [\"saas\"]\n\
        mau = 3_200_000\nannual_revenue = { usd = 41_000_000 }\ndomicile = \"DE\"\n\n\
        [licenses]\ndeny = [\"category:non-commercial\", \"term:registration\"]\nreview = [\"category:weak-copyleft\"]\n";
    let waiver = |at: usize| {
        format!(
            "\n[[waive]]\nfinding = \"strong-copyleft\"\ntarget = \"org/model-{at}\"\nreason = \"a contract\"\n\
             approver = \"legal@acme.example\"\nexpires = 2027-02-01\n"
        )
    };
    let scope = |at: usize| {
        format!("\n[[scope]]\nmatch = {{ path = \"research/{at}/**\" }}\nfacts = {{ use = \"research\" }}\n")
    };
    let tables: String = (0..8).map(waiver).chain((0..8).map(scope)).collect();
    format!("{head}{tables}")
}

fn judged(bencher: Bencher<'_, '_>, policy: &Policy, count: usize) {
    let scan = components(count);
    bencher.counter(ItemsCount::new(scan.judged.len())).with_inputs(|| scan.judged.clone()).bench_local_values(
        |mut judged| {
            let found = policy::evaluate(policy, &Occasion::default(), &Seen::of(black_box(&scan)), &mut judged);
            (found, judged)
        },
    );
}

/// Judging alone: everything was read and classified before. Ten times as many must not cost a hundred times as much.
#[divan::bench(args = [10, 100, 1_000], sample_count = 20)]
fn judge(bencher: Bencher<'_, '_>, count: usize) {
    judged(bencher, &Policy::preset(Preset::Commercial), count);
}

/// The same under a policy with scopes and waivers.
#[divan::bench(args = [1_000], sample_count = 20)]
fn judge_under_a_long_policy(bencher: Bencher<'_, '_>, count: usize) {
    let policy = Policy::from_toml(&policy_text(), "licentia.toml").unwrap_or_default();
    judged(bencher, &policy, count);
}

#[divan::bench]
fn read_a_policy(bencher: Bencher<'_, '_>) {
    let text = policy_text();
    bencher.counter(BytesCount::of_str(&text)).bench(|| PolicyFile::parse(black_box(&text), "licentia.toml"));
}
