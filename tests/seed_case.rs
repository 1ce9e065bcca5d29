//! The cases for which the program was written, from the command line: what a company meets first.

#![expect(
    clippy::disallowed_methods,
    reason = "a test makes its own small world of files and starts the program in it"
)]

use std::fs;
use std::process::Command;

/// A model: its card's licence, or the SPDX text of one beside the card.
enum Stated {
    Label(&'static str),
    Text(&'static str),
}

struct Case {
    stated: Stated,
    settings: &'static [&'static str],
    status: i32,
    /// Words of the report.
    says: &'static str,
}

const fn case(stated: Stated, settings: &'static [&'static str], status: i32, says: &'static str) -> Case {
    Case { stated, settings, status, says }
}

const PRODUCT: &[&str] = &["facts.use=commercial", "facts.distribution=weights"];
const INSIDE: &[&str] = &["facts.use=internal", "facts.distribution=none"];

const CASES: &[Case] = &[
    case(Stated::Text("GPL-3.0-only"), PRODUCT, 1, "error[strong-copyleft]"),
    case(Stated::Text("GPL-3.0-only"), INSIDE, 0, "note[strong-copyleft]"),
    case(
        Stated::Text("AGPL-3.0-only"),
        &["facts.use=commercial", "facts.distribution=saas"],
        1,
        "error[network-copyleft]",
    ),
    case(Stated::Text("Apache-2.0"), PRODUCT, 0, "Apache-2.0 asks: "),
    case(Stated::Label("llama3.1"), &["facts.mau=3000000"], 0, "weights LicenseRef-scancode-llama-3.1"),
    case(Stated::Label("llama3.1"), &["facts.mau=900000000"], 1, "error[user-threshold]"),
    case(Stated::Label("llama3.2"), &["facts.mau=3000000", "facts.domicile=DE"], 1, "error[territory-excluded]"),
    case(Stated::Label("llama3.2"), &["facts.mau=3000000", "facts.domicile=US"], 0, "review"),
    case(
        Stated::Label("LicenseRef-scancode-stability-ai-community-2024"),
        &["facts.annual_revenue=2000000"],
        1,
        "error[revenue-threshold]",
    ),
    case(
        Stated::Label("LicenseRef-scancode-stability-ai-community-2024"),
        &["facts.annual_revenue=900000"],
        0,
        "review",
    ),
    case(Stated::Text("CC-BY-NC-4.0"), &["facts.use=commercial"], 1, "error[non-commercial]"),
    case(Stated::Text("CC-BY-NC-4.0"), &["facts.use=research"], 0, "note[non-commercial]"),
];

#[test]
fn what_a_company_meets_first_is_answered_right() {
    let mut problems = Vec::new();
    for case in CASES {
        let world = tempfile::tempdir().expect("a directory");
        fs::create_dir_all(world.path().join(".git")).expect("a root");
        fs::create_dir_all(world.path().join("model")).expect("a directory");
        let (label, text) = match case.stated {
            Stated::Label(label) => (label, None),
            Stated::Text(id) => (id, license_db::license(id).and_then(license_db::License::text)),
        };
        let card = format!("---\nlicense: {label}\n---\n# A model\n");
        fs::write(world.path().join("model/README.md"), card).expect("a card");
        if let Some(text) = text {
            fs::write(world.path().join("model/LICENSE"), text).expect("a text");
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_licentia"));
        command.current_dir(world.path()).args(["check", "model"]).env_remove("LICENTIA_POLICY").env("COLUMNS", "100");
        for setting in case.settings {
            command.args(["--set", setting]);
        }
        let output = command.output().expect("the program runs");
        let said = String::from_utf8_lossy(&output.stdout);
        if output.status.code() != Some(case.status) || !said.contains(case.says) {
            problems.push(format!(
                "{label} {:?}: {:?}, not {}, or not {:?}:\n{said}",
                case.settings,
                output.status.code(),
                case.status,
                case.says
            ));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
