//! The case that licentia was written for, through its command line: may a product carry this model, and what does the
//! answer hang on?

#![expect(
    clippy::disallowed_methods,
    reason = "a test makes its own small world of files and starts the program in it"
)]

use std::fs;
use std::process::Command;

use tempfile::TempDir;

/// A model, what the organisation says of itself, and the answer.
struct Case {
    name: &'static str,
    /// The front matter of the card.
    card: &'static str,
    /// An SPDX identifier, where the text lies beside the card.
    text: Option<&'static str>,
    /// `--set`, each.
    facts: &'static [&'static str],
    exit: i32,
    /// Words of the report.
    says: &'static [&'static str],
}

const PRODUCT: &[&str] = &["facts.use=commercial", "facts.distribution=weights"];
const INSIDE: &[&str] = &["facts.use=internal", "facts.distribution=none"];
const SERVICE: &[&str] = &["facts.use=commercial", "facts.distribution=saas"];
const STABILITY: &str = "license: other\nlicense_name: stability ai community license";

const CASES: &[Case] = &[
    Case {
        name: "GPL weights in a proprietary product",
        card: "license: gpl-3.0",
        text: Some("GPL-3.0-only"),
        facts: PRODUCT,
        exit: 1,
        says: &[
            "error[strong-copyleft]",
            "model/LICENSE:1:1",
            "GNU GENERAL PUBLIC LICENSE",
            "model/README.md:2:10 (license)",
        ],
    },
    Case {
        name: "the same used inside the house",
        card: "license: gpl-3.0",
        text: Some("GPL-3.0-only"),
        facts: INSIDE,
        exit: 0,
        says: &["model: allow", "note[strong-copyleft]", "allowed because facts.distribution is none"],
    },
    Case {
        name: "AGPL behind a hosted service",
        card: "license: agpl-3.0",
        text: Some("AGPL-3.0-only"),
        facts: SERVICE,
        exit: 1,
        says: &["error[network-copyleft]", "facts.modifies is not stated"],
    },
    Case {
        name: "AGPL behind a hosted service, unchanged",
        card: "license: agpl-3.0",
        text: Some("AGPL-3.0-only"),
        facts: &["facts.distribution=saas", "facts.modifies=false"],
        exit: 0,
        says: &["warning[network-copyleft]"],
    },
    Case {
        name: "Apache-2.0 in a product",
        card: "license: apache-2.0",
        text: Some("Apache-2.0"),
        facts: PRODUCT,
        exit: 0,
        says: &["model: allow"],
    },
    Case {
        name: "Llama 3.1 with three million users a month",
        card: "license: llama3.1",
        text: None,
        facts: &["facts.distribution=saas", "facts.mau=3000000"],
        exit: 0,
        says: &["model: review", "warning[tag-only]"],
    },
    Case {
        name: "Llama 3.1 with nine hundred million users a month",
        card: "license: llama3.1",
        text: None,
        facts: &["facts.distribution=saas", "facts.mau=900000000"],
        exit: 1,
        says: &["error[user-threshold]", "700,000,000", "900,000,000"],
    },
    Case {
        name: "Llama 3.2 Vision in Germany",
        card: "license: llama3.2\npipeline_tag: image-text-to-text",
        text: None,
        facts: &["facts.distribution=saas", "facts.mau=3000000", "facts.domicile=DE"],
        exit: 1,
        says: &["error[territory-excluded]", "facts.domicile", "multimodal"],
    },
    Case {
        name: "Llama 3.2 Vision in the United States",
        card: "license: llama3.2\npipeline_tag: image-text-to-text",
        text: None,
        facts: &["facts.distribution=saas", "facts.mau=3000000", "facts.domicile=US"],
        exit: 0,
        says: &["model: review"],
    },
    Case {
        name: "Stability Community above its revenue",
        card: STABILITY,
        text: None,
        facts: &["facts.distribution=saas", "facts.annual_revenue=2000000"],
        exit: 1,
        says: &["error[revenue-threshold]", "1,000,000", "2,000,000"],
    },
    Case {
        name: "Stability Community below its revenue",
        card: STABILITY,
        text: None,
        facts: &["facts.distribution=saas", "facts.annual_revenue=900000"],
        exit: 0,
        says: &["model: review", "warning[conditional-terms]"],
    },
    Case {
        name: "CC-BY-NC in a product",
        card: "license: cc-by-nc-4.0",
        text: Some("CC-BY-NC-4.0"),
        facts: &["facts.use=commercial"],
        exit: 1,
        says: &["error[non-commercial]", "model/LICENSE:1:1"],
    },
    Case {
        name: "CC-BY-NC in research",
        card: "license: cc-by-nc-4.0",
        text: Some("CC-BY-NC-4.0"),
        facts: &["facts.use=research"],
        exit: 0,
        says: &["model: allow", "note[non-commercial]"],
    },
];

#[test]
fn the_answer_is_that_of_a_lawyer_and_says_why() {
    let mut problems = Vec::new();
    for case in CASES {
        let (exit, report) = case.run();
        if exit != Some(case.exit) {
            problems.push(format!("{}: ended with {exit:?}, and not with {}:\n{report}", case.name, case.exit));
        }
        for words in case.says.iter().filter(|words| !report.contains(**words)) {
            problems.push(format!("{}: does not say {words:?}:\n{report}", case.name));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

impl Case {
    fn run(&self) -> (Option<i32>, String) {
        let world = TempDir::new().expect("a temporary directory");
        // Nothing above the world belongs to it.
        fs::create_dir(world.path().join(".git")).expect("a directory");
        let model = world.path().join("model");
        fs::create_dir(&model).expect("a directory");
        fs::write(model.join("README.md"), format!("---\n{}\n---\n# A model\n", self.card)).expect("a file");
        fs::write(model.join("config.json"), "{\"model_type\": \"mllama\"}\n").expect("a file");
        if let Some(id) = self.text {
            let text = license_db::license(id).and_then(license_db::License::text).expect("an SPDX text");
            fs::write(model.join("LICENSE"), text).expect("a file");
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_licentia"));
        command.args(["check", "model"]).current_dir(world.path()).env("NO_COLOR", "1").env_remove("COLUMNS");
        command.env("HF_HUB_OFFLINE", "1");
        for fact in self.facts {
            command.args(["--set", fact]);
        }
        let output = command.output().expect("the program starts");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        // Lines are broken to the width of a page; what is said is not.
        let report = text(&output.stdout) + &text(&output.stderr);
        (output.status.code(), report.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}
