//! A text that adds a restriction to a known licence is never reported as that licence.

use licentia::classify::text::classify;
use licentia::evidence::TextKind;
use licentia::license::Outcome;

/// Restrictions in the words of people who add them.
const CLAUSES: [&str; 16] = [
    "Commercial use of the Software requires a written agreement with the authors.",
    "You may not use this for commercial purposes.",
    "This model is provided for research purposes only.",
    "Use by companies with more than 100 employees is prohibited.",
    "The weights must not be used to train other models.",
    "Military use is forbidden.",
    "Redistribution of modified versions is not permitted without prior consent.",
    "A royalty of two percent of revenue is payable to the licensor.",
    "Academic and personal use only.",
    "Hosting this software as a service needs a separate license.",
    "This license ends if the licensee has more than 700 million monthly active users.",
    "Persons located in the European Union are not granted any rights under this license.",
    "The software shall be used for good, not evil.",
    "Any product that uses this model must display the name of the model.",
    "Users must register with the author before any use.",
    "不得用于商业用途。",
];

const LICENSES: [&str; 10] =
    ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "CC-BY-4.0", "MPL-2.0", "Zlib", "BSL-1.0", "CC0-1.0"];

#[test]
fn an_added_restriction_is_never_called_by_the_clean_name() {
    let mut clean = Vec::new();
    for id in LICENSES {
        let text = license_db::license(id).and_then(license_db::License::text).expect("an SPDX text");
        assert_eq!(classify(text, TextKind::LicenseFile).outcome, Outcome::Exact, "{id} itself");
        let middle = text.len() / 2;
        let middle = (middle..text.len()).find(|&at| text[..at].ends_with(". ") || text[..at].ends_with('\n'));
        let middle = middle.unwrap_or(text.len());
        for clause in CLAUSES {
            let mutants = [
                ("behind", format!("{text}\n\n{clause}\n")),
                ("before", format!("{clause}\n\n{text}")),
                ("inside", format!("{}{clause} {}", &text[..middle], &text[middle..])),
                ("numbered", format!("{text}\n\n5. {clause}\n")),
                ("under a heading", format!("{text}\n\nAdditional Terms\n\n{clause}\n")),
            ];
            for (place, mutant) in mutants {
                if classify(&mutant, TextKind::LicenseFile).outcome == Outcome::Exact {
                    clean.push(format!("{id}, {place}: {clause}"));
                }
            }
        }
    }
    assert!(clean.is_empty(), "{} called clean: {clean:#?}", clean.len());
}

/// The name of the file, or the lack of one, changes nothing.
#[test]
fn an_added_restriction_is_seen_under_any_file_name() {
    let text = license_db::license("MIT").and_then(license_db::License::text).expect("an SPDX text");
    let commented = format!("# {}\n", text.replace('\n', "\n# "));
    for clause in
        ["You may not use this for commercial purposes.", "This model is provided for research purposes only."]
    {
        let plain = format!("{text}\n\n{clause}\n");
        let header = format!("{commented}#\n# {clause}\n\nprint('hello')\n");
        for (name, content) in
            [("mit.txt", &plain), ("-", &plain), ("LICENSE", &plain), ("README.md", &plain), ("model.py", &header)]
        {
            let (found, _) = licentia::run::classify_file(name, content.as_bytes());
            assert_ne!(found.outcome, Outcome::Exact, "{name}: {clause}");
        }
    }
}
