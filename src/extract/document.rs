//! Documents by their names: which file is a licence, a use policy, a notice or a card.
//!
//! One place decides, so that no file is read twice as two kinds and `license_plate.md` is none of them.

use std::sync::LazyLock;

use regex::Regex;

use super::decode::{self, MOST_PDF_BYTES, MOST_RTF_BYTES, Text};
use super::{File, Interest, Out, Place, role, tree};
use crate::gap::GapKind;
use crate::subject::{Role, Scope};

/// Longest document that is read. The longest licence texts (GPL collections, third-party lists of a framework) stay
/// below it; what is longer is read up to it, with a gap.
pub(crate) const MOST_BYTES: u64 = 1024 * 1024;

/// What a file's name says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Document {
    /// A licence: everything operative in it counts.
    License,
    /// An acceptable-use or prohibited-use policy.
    UsePolicy,
    /// A NOTICE, a list of third-party licences, credits.
    Notice,
    /// A README, a model card, a dataset card.
    Card,
}

/// What the file at `path` is; `None` for everything that is no such document.
pub(crate) fn kind_of(path: &str) -> Option<Document> {
    let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
    let (stem, extension) = split_extension(name);
    if extension == "json" {
        return json_document(stem);
    }
    if is_among(NOT_DOCUMENTS, &extension) || is_sidecar(name) {
        return None;
    }
    let words = words(stem);
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    let first = words.first().map_or("", String::as_str);
    let is_plate =
        words.windows(2).any(|pair| LICENSE_WORDS.contains(&pair[0].as_str()) && pair[1].starts_with("plate"));
    let is_license = !is_plate && (has(LICENSE_WORDS) || LICENSE_PARTS.iter().any(|part| name.contains(part)));
    let is_third_party = has(&["thirdparty", "3rdparty"])
        || words.windows(2).any(|pair| matches!(pair[0].as_str(), "third" | "3rd") && pair[1] == "party");

    if is_third_party {
        let is_list = is_license || has(NOTICE_WORDS) || words.len() <= 2;
        return is_list.then_some(Document::Notice);
    }
    if is_license || is_terms(&words) {
        return Some(Document::License);
    }
    if is_use_policy(&words) || POLICY_PARTS.iter().any(|part| name.contains(part)) {
        return Some(Document::UsePolicy);
    }
    if NOTICE_WORDS.contains(&first) || words.last().is_some_and(|word| matches!(word.as_str(), "notice" | "notices")) {
        return Some(Document::Notice);
    }
    if first == "readme" || is_card(&words) {
        return Some(Document::Card);
    }
    match license_directory(directory) {
        Some(parent_words) if parent_words.iter().any(|word| word.contains("party")) => Some(Document::Notice),
        Some(_) if !words.is_empty() => Some(Document::License),
        _ => None,
    }
}

/// A licence in JSON is known by its whole name: `license_map.json` is data.
fn json_document(stem: &str) -> Option<Document> {
    match stem.to_lowercase().as_str() {
        "license" | "licence" => Some(Document::License),
        "licenses" | "licences" => Some(Document::Notice),
        _ => None,
    }
}

/// What a document of that path is about: the role that its name states, in the directory that it is for. A file in
/// `LICENSES/` is for the directory above.
pub(crate) fn scope(path: &str) -> Scope {
    let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
    let (parent, parent_words) = match license_directory(directory) {
        Some(words) => (directory.rsplit_once('/').map_or("", |(parent, _)| parent), words),
        None => (directory, Vec::new()),
    };
    let mut named = words(split_extension(name).0);
    named.extend(parent_words);
    match stated_role(&named) {
        Some(stated) => role(parent, stated),
        None => tree(parent),
    }
}

/// How much of a document is wanted: nothing but the first bytes of a form that is not read.
pub(crate) fn interest(name: &str) -> Interest {
    let extension = split_extension(name).1;
    match extension.as_str() {
        _ if is_among(UNREADABLE, &extension) => Interest::Head { first: 16, most: 16 },
        "pdf" => Interest::Whole { most: MOST_PDF_BYTES },
        "rtf" => Interest::Whole { most: MOST_RTF_BYTES },
        _ => Interest::Whole { most: MOST_BYTES },
    }
}

/// The text of a document, with a gap for all that it does not show.
pub(crate) fn read<'a>(file: &File<'a>, out: &mut Out) -> Option<Text<'a>> {
    let name = file.name();
    if is_among(UNREADABLE, &split_extension(name).1) || file.bytes.starts_with(b"PK\x03\x04") {
        let detail = format!(
            "`{name}` is a licence document in a form that licentia does not read (Word, OpenDocument …): a person must \
             read it; put its text beside it as a plain text file"
        );
        out.gap(GapKind::Unsupported, Place::whole(), detail);
        return None;
    }
    let gaps = out.gaps.len();
    let Some(text) = decode::text(file, out) else {
        if out.gaps.len() == gaps {
            let detail = format!("`{name}` holds binary content where a text is expected: a person must look at it");
            out.gap(GapKind::Unsupported, Place::whole(), detail);
        }
        return None;
    };
    if text.trim().is_empty() {
        let detail = format!("`{name}` is empty: it states nothing; fetch it again, or ask the author for its text");
        out.gap(GapKind::Malformed, Place::whole(), detail);
        return None;
    }
    if file.is_truncated() {
        let detail = format!(
            "`{name}` has {} bytes and only the first {} were read: what stands behind them was not seen; split the file",
            file.size,
            file.bytes.len()
        );
        out.gap(GapKind::Truncated, Place::whole(), detail);
    }
    Some(text)
}

/// Whether a text speaks of a licence, and not of a licence plate.
pub(crate) fn mentions_license(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["license", "licence", "licensing", "licensed"].iter().any(|word| {
        lower.match_indices(word).any(|(at, found)| {
            let behind = lower.get(at + found.len()..).unwrap_or_default();
            !behind.trim_start_matches(['-', '_', ' ', '+', '%', '2', '0', 's']).starts_with("plate")
        })
    })
}

/// A regular expression from a pattern of this program.
pub(crate) fn pattern(pattern: &str) -> Regex {
    // Constant patterns: each one is built by a test of its module, so a bad one cannot leave the house.
    Regex::new(pattern).unwrap_or_else(|error| unreachable!("{pattern}: {error}"))
}

/// `model.py.license` beside `model.py`, as REUSE defines it: about that one file.
pub(crate) fn is_sidecar(name: &str) -> bool {
    name.strip_suffix(".license").is_some_and(|beside| beside.trim_start_matches('.').contains('.'))
}

const LICENSE_WORDS: &[&str] = &[
    "license",
    "licence",
    "licenses",
    "licences",
    "licensing",
    "copying",
    "unlicense",
    "unlicence",
    "copyleft",
    "eula",
    "lizenz",
    "licencia",
    "licenza",
    "licença",
    "лицензия",
];
/// Where words are not divided by spaces.
const LICENSE_PARTS: &[&str] = &[
    "许可",
    "許可",
    "授权",
    "授權",
    "协议",
    "協議",
    "ライセンス",
    "使用条款",
    "使用條款",
    "利用規約",
    "라이선스",
    "라이센스",
];
const POLICY_PARTS: &[&str] = &["使用政策", "使用限制", "使用规范"];
const NOTICE_WORDS: &[&str] =
    &["notice", "notices", "attribution", "attributions", "credits", "acknowledgements", "acknowledgments"];
/// What a legal document is called, alone or beside [`LEGAL_WORDS`].
const LEGAL_NAMES: &[&str] =
    &["terms", "copyright", "copyrights", "patents", "agreement", "agreements", "conditions", "restrictions"];
/// Words that may stand beside [`LEGAL_NAMES`] in the name of a legal document. With other words (`search_terms.txt`,
/// `patents_v2.md`) such a file is data.
const LEGAL_WORDS: &[&str] = &[
    "patent",
    "legal",
    "user",
    "end",
    "access",
    "transfer",
    "of",
    "and",
    "use",
    "usage",
    "service",
    "grant",
    "model",
    "models",
    "weights",
    "code",
    "data",
    "dataset",
    "software",
    "gemma",
    "community",
];

/// Extensions of code, data and pictures: `license.py` reads licences, it is none.
const NOT_DOCUMENTS: &str = "7z arrow bash bat bin bmp bz2 c cc cfg cjs ckpt cmake conf cpp crt cs css csv cu cuh cxx dart dat db gguf gif \
    go gz h h5 hpp hs ico ini ipynb jar java jl jpeg jpg js json jsonl jsx key kt less lic lock lua map mjs mm mp3 \
    mp4 msgpack npy npz onnx parquet pb pem php pickle pkl pl png proto ps1 pt pth py pyc pyi pyx r rb rs \
    safetensors scala scss sh so sql svelte svg swift tar tflite toml ts tsv tsx vue wav webp whl xml xz yaml yml \
    zip zst";
const READABLE: &str = "txt text md markdown mdx rst adoc asciidoc org html htm tex pdf rtf";
const UNREADABLE: &str = "doc docx odt pages";

fn is_among(extensions: &str, extension: &str) -> bool {
    let is_edge = |byte: Option<&u8>| byte.is_none_or(|byte| *byte == b' ');
    let bytes = extensions.as_bytes();
    !extension.is_empty()
        && extensions.match_indices(extension).any(|(at, _)| {
            is_edge(at.checked_sub(1).and_then(|before| bytes.get(before))) && is_edge(bytes.get(at + extension.len()))
        })
}

/// The name without its extension, and the extension in lower case. What is no known extension belongs to the name:
/// `LICENSE-SDXL1.0`, `LICENSE.Apache-2`.
fn split_extension(name: &str) -> (&str, String) {
    if let Some((stem, extension)) = name.rsplit_once('.') {
        let extension = extension.to_ascii_lowercase();
        if [NOT_DOCUMENTS, READABLE, UNREADABLE].iter().any(|known| is_among(known, &extension)) {
            return (stem, extension);
        }
    }
    (name, String::new())
}

/// The words of a name in lower case: `LICENSE-MODEL`, `ThirdPartyNotices`, `COPYING3`.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut before = ' ';
    for character in name.chars() {
        let starts = (!before.is_uppercase() && character.is_uppercase())
            || (before.is_alphabetic() && character.is_ascii_digit());
        if (starts || !character.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if character.is_alphanumeric() {
            word.extend(character.to_lowercase());
        }
        before = character;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn is_terms(words: &[String]) -> bool {
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    let is_legal = |word: &String| {
        let is_listed = LEGAL_NAMES.contains(&word.as_str()) || LEGAL_WORDS.contains(&word.as_str());
        is_listed || word.chars().all(|c| c.is_ascii_digit())
    };
    let names_terms =
        words.windows(2).any(|pair| pair[0] == "terms" && matches!(pair[1].as_str(), "of" | "and" | "use"));
    names_terms || (has(LEGAL_NAMES) && words.iter().all(is_legal) && !is_use_policy(words))
}

/// Whether a file of that name may be about something else than rights: conditions are also those of an experiment. Such
/// a one is a licence only if its text [`speaks_of_rights`].
pub(crate) fn may_be_about_else(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let words = words(split_extension(name).0);
    let is_certain = |word: &String| {
        let is_name = LICENSE_WORDS.contains(&word.as_str()) || LEGAL_NAMES.contains(&word.as_str());
        is_name && !matches!(word.as_str(), "conditions" | "restrictions" | "agreement" | "agreements")
    };
    let is_legal = words.iter().any(|word| LEGAL_NAMES.contains(&word.as_str()));
    is_legal && !words.iter().any(is_certain) && !LICENSE_PARTS.iter().any(|part| name.contains(part))
}

/// Whether a text has a word that grants, forbids or names a licence, or writing of which nobody here can tell.
pub(crate) fn speaks_of_rights(text: &str) -> bool {
    !text.is_ascii() || RIGHTS.is_match(text)
}

static RIGHTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)licen[sc]|copyright|\bagree(d|s)?\b|\bagreements?\b|\bcontract|\bcommercial|\brights?\b|\bconsent|\bpermi(t|ssion)",
        r"|\bprohibit|\bforbid|\ballowed\b|\bgrant|\b(may|must|shall|can|do) not\b|\bcannot\b|\bshall\b|\bhereby\b",
        r"|\bnot (for|to be)\b|\b(only|solely|exclusively)\b|\bredistribut|\bsell\b|\bno use\b|\bmay (only )?be used\b"
    ))
});

fn is_use_policy(words: &[String]) -> bool {
    let pairs: &[(&[&str], &[&str])] = &[
        (&["use", "usage"], &["policy", "policies", "restriction", "restrictions", "guidelines"]),
        (&["acceptable", "prohibited", "restricted", "responsible"], &["use", "uses", "usage"]),
    ];
    words.iter().any(|word| word == "aup")
        || words.windows(2).any(|two| {
            pairs.iter().any(|(first, second)| first.contains(&two[0].as_str()) && second.contains(&two[1].as_str()))
        })
}

fn is_card(words: &[String]) -> bool {
    let is_named = words.iter().any(|word| matches!(word.as_str(), "modelcard" | "datasetcard" | "datacard"))
        || words.windows(2).any(|two| matches!(two[0].as_str(), "model" | "dataset" | "data") && two[1] == "card");
    is_named && !words.iter().any(|word| word == "template")
}

/// The words of the last directory, where that is a directory of licences.
fn license_directory(directory: &str) -> Option<Vec<String>> {
    let words = words(directory.rsplit('/').next().unwrap_or(directory));
    let last = words.last()?;
    let is_one = matches!(last.as_str(), "licenses" | "licences")
        || (words.len() == 1 && matches!(last.as_str(), "license" | "licence"));
    is_one.then_some(words)
}

/// The one role that the words name; two roles are none.
fn stated_role(words: &[String]) -> Option<Role> {
    let mut stated = None;
    for (at, word) in words.iter().enumerate() {
        let is_open_source = at > 0 && words.get(at - 1).is_some_and(|before| before == "open");
        let role = match word.as_str() {
            "model" | "models" | "modelcard" | "weight" | "weights" | "checkpoint" | "checkpoints" => Role::Weights,
            "code" | "software" | "src" => Role::Code,
            "source" if !is_open_source => Role::Code,
            "data" | "dataset" | "datasets" | "datasetcard" | "datacard" => Role::Data,
            "tokenizer" | "tokenizers" | "vocab" => Role::Tokenizer,
            "adapter" | "adapters" | "lora" => Role::Adapter,
            "docs" | "documentation" => Role::Documentation,
            _ => continue,
        };
        if stated.is_some_and(|before| before != role) {
            return None;
        }
        stated = Some(role);
    }
    stated
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(kind: Option<Document>, names: &str) {
        for name in names.split(" | ") {
            assert_eq!(kind_of(name), kind, "{name}");
        }
    }

    #[test]
    fn license_files_are_known_by_their_names() {
        let names = "LICENSE | LICENCE | License.txt | license.md | COPYING | COPYING3 | COPYING.LESSER | UNLICENSE \
            | COPYRIGHT | EULA.html | TERMS | TERMS_OF_USE.md | Gemma_Terms_of_Use.txt | Gemma_Terms.md \
            | PATENTS | LICENSE-MIT | LICENSE.APACHE | LICENSE-SDXL1.0 | LICENSE_weights | MODEL_LICENSE \
            | MODEL_LICENSE.md | MODEL_LICENSE_AGREEMENT.txt | Tongyi Qianwen LICENSE AGREEMENT \
            | aquila_license.pdf | LICENSE.docx | 模型许可协议.txt | ライセンス.md | LICENSES/MIT.txt \
            | LICENSE.rtf | license.json | sub/licenses/Apache-2.0 | model_licenses/LICENSE | README_LICENSE.md \
            | WEIGHTS_TERMS_OF_USE-Francais-Canada.md | mit.license | AGREEMENT | AGREEMENT.txt | CONDITIONS.md \
            | RESTRICTIONS | Model_Agreement.md | CONDITIONS_OF_USE.txt | LICENSE-AGREEMENT.txt | USER_AGREEMENT.md \
            | USAGE_CONDITIONS";
        all(Some(Document::License), names);
    }

    #[test]
    fn use_policies_are_known_by_their_names() {
        let names = "USE_POLICY.md | ACCEPTABLE_USE_POLICY | AcceptableUsePolicy.txt | USE_RESTRICTIONS.md \
            | PROHIBITED_USE.md | Gemma_Prohibited_Use_Policy.md | AUP.pdf \
            | WEIGHTS_PROHIBITED_USE_POLICY-Espanol.md | 使用政策.md";
        all(Some(Document::UsePolicy), names);
    }

    #[test]
    fn notices_are_known_by_their_names() {
        let names = "NOTICE | Notice | NOTICE.txt | THIRD_PARTY | THIRD_PARTY_LICENSES.txt | ThirdPartyNotices.txt \
            | third-party-notices.html | 3rdparty_licenses.md | ATTRIBUTION.md | CREDITS | CHECKPOINTS_NOTICE \
            | third_party_licenses/zlib.txt | LICENSES.json";
        all(Some(Document::Notice), names);
    }

    #[test]
    fn cards_are_known_by_their_names() {
        let names = "README.md | readme | README_zh.md | README-EN.md | README.ja.md | MODEL_CARD.md | model_card.md \
            | modelcard.md | model-card.md | MODEL_CARD_instruct.md | Some_Model_Card.md | sub/dir/README.md \
            | licenses/README.md | README.rst";
        all(Some(Document::Card), names);
    }

    #[test]
    fn code_and_data_are_no_documents() {
        let names = "license.py | license_utils.js | LicenseManager.java | license_map.json | license_plate.md \
            | LICENSES/deprecated.json | search_terms.txt | patents_v2.md | AUTHORS | config.json \
            | license.png | policy.md | model.py.license | tokenizer.txt | notice_board.py \
            | third_party_ui.md | model_card_template.md | annotator_agreement.md | lighting_conditions.txt |  | / | a/";
        all(None, names);
    }

    #[test]
    fn the_name_states_the_role_and_a_license_directory_speaks_for_its_parent() {
        let role_of = |path| (scope(path).role, scope(path).directory);
        assert_eq!(role_of("LICENSE"), (None, String::new()));
        assert_eq!(role_of("a/LICENSE-MODEL"), (Some(Role::Weights), "a".to_owned()));
        assert_eq!(role_of("LICENSE_weights"), (Some(Role::Weights), String::new()));
        assert_eq!(role_of("LICENSE-CODE"), (Some(Role::Code), String::new()));
        assert_eq!(role_of("LICENSE.dataset.txt"), (Some(Role::Data), String::new()));
        assert_eq!(role_of("TOKENIZER_LICENSE"), (Some(Role::Tokenizer), String::new()));
        assert_eq!(role_of("LICENSE-MODEL-AND-CODE"), (None, String::new()));
        assert_eq!(role_of("OPEN_SOURCE_LICENSE.txt"), (None, String::new()));
        assert_eq!(role_of("a/LICENSES/MIT.txt"), (None, "a".to_owned()));
        assert_eq!(role_of("model_licenses/LICENSE"), (Some(Role::Weights), String::new()));
    }

    #[test]
    fn conditions_may_be_those_of_an_experiment() {
        for name in ["CONDITIONS.md", "RESTRICTIONS", "AGREEMENT.txt", "USER_AGREEMENT"] {
            assert!(may_be_about_else(name), "{name}");
        }
        for name in ["LICENSE", "TERMS_AND_CONDITIONS.md", "LICENSE_AGREEMENT", "许可协议.txt", "docs/COPYRIGHT"] {
            assert!(!may_be_about_else(name), "{name}");
        }
        for text in ["You must not sell it.", "For teaching only.", "Not for banks.", "仅供研究"] {
            assert!(speaks_of_rights(text), "{text}");
        }
        for text in ["Each run had a temperature of 0.7 and eight seeds.", "Kappa was 0.81 over two raters."] {
            assert!(!speaks_of_rights(text), "{text}");
        }
    }

    #[test]
    fn a_license_plate_is_no_license() {
        assert!(!mentions_license("License plate reader, license-plates"));
        assert!(mentions_license("license plates. See the LICENCE"));
    }
}
