//! What must hold whatever is scanned and whatever the policy says.

use licentia::classify::text::Matcher;
use licentia::gap::GapKind;
use licentia::policy::{Occasion, Policy};
use licentia::scan::Scan;
use licentia::source::memory::MemoryTree;
use licentia::source::{Entry, Obstacle, SourceTree};
use proptest::prelude::*;

/// Labels and texts of every kind that matters.
const LABELS: [&str; 8] = ["mit", "apache-2.0", "gpl-3.0", "agpl-3.0", "cc-by-nc-4.0", "llama3.1", "other", "openrail"];
const TEXTS: [&str; 5] = ["MIT", "Apache-2.0", "GPL-3.0-only", "CC-BY-NC-4.0", "MPL-2.0"];

/// The files of a model.
fn files() -> impl Strategy<Value = Vec<(String, String)>> {
    let label = proptest::option::of(0..LABELS.len());
    let text = proptest::option::of(0..TEXTS.len());
    let code = proptest::option::of(0..TEXTS.len());
    (label, text, code).prop_map(|(label, text, code)| {
        let of =
            |id: usize| license_db::license(TEXTS[id]).and_then(license_db::License::text).expect("a text").to_owned();
        let mut files = Vec::new();
        if let Some(label) = label {
            files.push(("README.md".to_owned(), format!("---\nlicense: {}\n---\n# A model\n", LABELS[label])));
        }
        files.extend(text.map(|id| ("LICENSE".to_owned(), of(id))));
        files.extend(code.map(|id| ("src/LICENSE".to_owned(), of(id))));
        files.push(("config.json".to_owned(), "{\"model_type\": \"llama\"}\n".to_owned()));
        files
    })
}

/// A tree of which one file cannot be read.
struct Broken {
    tree: MemoryTree,
    path: String,
}

impl SourceTree for Broken {
    fn describe(&self) -> licentia::scan::Source {
        self.tree.describe()
    }

    fn entries(&self) -> &[Entry] {
        self.tree.entries()
    }

    fn gaps(&self) -> &[licentia::gap::Gap] {
        self.tree.gaps()
    }

    fn read(&self, index: usize, offset: u64, length: u64) -> Result<Vec<u8>, Obstacle> {
        match self.entries().get(index) {
            Some(entry) if entry.path == self.path => {
                Err(Obstacle::new(GapKind::Unreadable, format!("{} cannot be read", entry.path)))
            }
            _ => self.tree.read(index, offset, length),
        }
    }
}

fn tree(files: &[(String, String)]) -> MemoryTree {
    MemoryTree::new("model", files.iter().map(|(path, content)| (path.clone(), content.clone().into_bytes())))
}

fn judged(trees: &[Box<dyn SourceTree>], policy: &Policy) -> Scan {
    licentia::run::check_with(Matcher::default(), trees, policy, &Occasion::default(), &|_| ())
}

fn report(scan: &Scan) -> String {
    let mut out = Vec::new();
    let json = licentia::report::format("json").expect("a format");
    (json.write)(scan, &licentia::report::Style::default(), &mut out).expect("memory takes everything");
    String::from_utf8(out).expect("JSON is UTF-8")
}

fn policy(text: &str) -> Policy {
    Policy::from_toml(text, "licentia.toml").expect("a valid policy")
}

const POLICIES: [&str; 4] = [
    "",
    "preset = \"research\"\n",
    "[facts]\nuse = \"commercial\"\ndistribution = [\"none\"]\nmodifies = false\nmau = 5\n",
    "[licenses]\ndeny = [\"MIT\"]\nallow = [\"category:strong-copyleft\"]\ntag-only = \"allow\"\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_file_that_can_no_longer_be_read_never_turns_a_failure_into_a_pass(files in files(), which in any::<prop::sample::Index>(), text in prop::sample::select(&POLICIES[..])) {
        let policy = policy(text);
        let path = which.get(&files).0.clone();
        let whole = judged(&[Box::new(tree(&files))], &policy);
        let broken = judged(&[Box::new(Broken { tree: tree(&files), path: path.clone() })], &policy);
        prop_assert!(broken.gaps.iter().any(|gap| gap.at.path == path) || broken.exit_code() == whole.exit_code());
        if whole.exit_code() != 0 {
            prop_assert_ne!(broken.exit_code(), 0, "without {}", path);
        }
    }

    #[test]
    fn the_order_of_files_and_the_number_of_threads_change_no_byte(files in files(), text in prop::sample::select(&POLICIES[..])) {
        let policy = policy(text);
        let first = report(&judged(&[Box::new(tree(&files))], &policy));
        let mut turned = files.clone();
        turned.reverse();
        for threads in [1, 3] {
            let pool = rayon_pool(threads);
            let again = pool.install(|| report(&judged(&[Box::new(tree(&turned))], &policy)));
            prop_assert_eq!(&again, &first);
        }
    }

    #[test]
    fn the_order_of_entries_and_tables_in_a_policy_changes_no_answer(files in files()) {
        let answer = |text: &str| {
            let scan = judged(&[Box::new(tree(&files))], &policy(text));
            let findings: Vec<_> = scan.findings.iter().map(|finding| (finding.name, finding.level, finding.message.clone())).collect();
            (scan.verdict(), scan.exit_code(), findings)
        };
        let rule = |id: &str, license: &str| format!("[[rule]]\nid = \"{id}\"\nwhen = {{ license = [\"{license}\"] }}\nthen = \"deny\"\nmessage = \"no\"\n");
        let (one, two) = (rule("a", "MIT"), rule("b", "GPL-*"));
        let lists = "[licenses]\nallow = [\"MPL-2.0\", \"Apache-2.0\"]\ndeny = [\"category:non-commercial\", \"MIT\"]\n";
        let turned = "[licenses]\ndeny = [\"MIT\", \"category:non-commercial\"]\nallow = [\"Apache-2.0\", \"MPL-2.0\"]\n";
        prop_assert_eq!(answer(&format!("{lists}{one}{two}")), answer(&format!("{two}{one}{turned}")));
    }

    #[test]
    fn stating_a_fact_or_accepting_a_finding_never_makes_a_verdict_worse(files in files()) {
        let verdict = |text: &str| judged(&[Box::new(tree(&files))], &policy(text)).verdict();
        let bare = verdict("");
        for fact in ["distribution = [\"none\"]", "distribution = [\"weights\"]", "modifies = false", "mau = 5", "domicile = \"DE\"", "trains_on_outputs = false"] {
            prop_assert!(verdict(&format!("[facts]\n{fact}\n")) <= bare, "{fact}");
        }
        let waiver = "[gate]\nrequire = []\n[[waive]]\nfinding = \"non-commercial\"\ntarget = \"model\"\n";
        let open = |text: &str| judged(&[Box::new(tree(&files))], &policy(text)).judged.iter().filter_map(|one| one.verdict).max();
        prop_assert!(open(waiver) <= open(""));
    }
}

fn rayon_pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads")
}

#[test]
fn the_policies_of_these_tests_are_read() {
    assert!(POLICIES.iter().all(|text| Policy::from_toml(text, "licentia.toml").is_ok()));
}
