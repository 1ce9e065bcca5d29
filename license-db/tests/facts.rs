//! Which licences must have terms, and whether the texts hold what the terms say: the number of a limit, the places of an
//! excluded territory, the words of a display or a prefix.
//!
//! Texts of the SPDX list are in the crate. For the others `LICENTIA_SHARED` names a directory with `license-texts/`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use license_db::terms::Measured;
use license_db::{Alias, Kind, License, Term, TermKind, by_name, license, licenses};

fn file(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Whether the first question about it has an answer, and a place where that was read or reported.
fn is_covered(license: &License) -> bool {
    match license.kind {
        Kind::UsePolicy => !license.terms.is_empty(),
        Kind::License | Kind::Exception => license.terms.iter().any(|term| term.kind == TermKind::CommercialUse),
    }
}

#[test]
fn every_licence_of_the_hub_has_terms() {
    for (hub, id) in file("tests/hub_ids.tsv").lines().filter_map(|line| line.split_once('\t')) {
        assert!(id == "-" || license(id).is_some_and(is_covered), "{hub}: {id} has no terms");
    }
}

#[test]
fn every_licence_whose_text_has_fingerprints_has_terms() {
    for (_, file) in file("fingerprints/models.sources.tsv").lines().filter_map(|line| line.split_once('\t')) {
        let stem = file.trim_end_matches(".txt");
        let numbered = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
        let found = license(stem).or_else(|| license(numbered)).unwrap_or_else(|| panic!("{file}: no entry"));
        assert!(is_covered(found), "{file}: {} has no terms", found.id);
    }
}

/// The names that stand most often where the Hub's vocabulary has none, by models that descend from their bearers.
#[test]
fn the_names_that_the_hub_does_not_list_lead_to_licences_with_terms() {
    const NAMES: [&str; 24] = [
        "flux-1-dev-non-commercial-license",
        "qwen-research",
        "tongyi-qianwen",
        "tongyi-qianwen-research",
        "fair-ai-public-license-1.0-sd",
        "llama-3",
        "lfm1.0",
        "krea-2-community-license",
        "mrl",
        "qwen",
        "deepseek",
        "nvidia-open-model-license",
        "health-ai-developer-foundations",
        "nvidia-nemotron-open-model-license",
        "flux-non-commercial-license",
        "stabilityai-ai-community",
        "modified-mit",
        "falcon-llm-license",
        "exaone",
        "ltx-2-community-license-agreement",
        "dinov3-license",
        "mnpl",
        "tencent-hunyuan-community",
        "coqui-public-model-license",
    ];
    let mut missing = Vec::new();
    for name in NAMES {
        let found: Vec<&License> = match by_name(name) {
            Some(Alias::License(license)) => vec![license],
            Some(Alias::Family(family)) => family.members.iter().filter_map(|member| license(member)).collect(),
            None => Vec::new(),
        };
        if found.is_empty() || !found.iter().all(|license| is_covered(license)) {
            missing.push(name);
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_spdx_licence_that_says_no_to_somebody_has_terms() {
    const PREFIXES: [&str; 18] = [
        "CC-BY-NC",
        "CC-BY-ND",
        "CC-BY-SA",
        "GPL-2.0-",
        "GPL-3.0-",
        "LGPL-2.1-",
        "LGPL-3.0-",
        "AGPL-3.0-",
        "MPL-2.0",
        "EUPL-1.1",
        "EUPL-1.2",
        "OSL-3.0",
        "SSPL-1.0",
        "BUSL-1.1",
        "Elastic-2.0",
        "FSL-1.1-",
        "PolyForm-Noncommercial",
        "PolyForm-Small-Business",
    ];
    for prefix in PREFIXES {
        // Ports to one country have no folder.
        let found: Vec<&License> =
            licenses().iter().filter(|one| one.id.starts_with(prefix) && has_folder(one.id)).collect();
        assert!(!found.is_empty(), "{prefix}");
        for one in found.iter().filter(|one| !one.is_deprecated && one.kind == Kind::License) {
            assert!(is_covered(one), "{} has no terms", one.id);
        }
    }
    assert!(licenses().iter().filter(|license| is_covered(license)).count() >= 150);
}

fn has_folder(id: &str) -> bool {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("licenses").join(id).exists()
}

#[test]
fn every_use_policy_that_leaves_out_a_territory_says_so_in_the_licence_too() {
    const IDS: [&str; 6] = [
        "LicenseRef-licentia-llama-3.2-use-policy",
        "LicenseRef-licentia-llama-3.3-use-policy",
        "LicenseRef-licentia-llama-4-use-policy",
        "LicenseRef-scancode-llama-3.2-license-2024",
        "LicenseRef-scancode-llama-3.3-license-2024",
        "LicenseRef-scancode-llama-4-cla-2025",
    ];
    for id in IDS {
        let found = license(id).unwrap_or_else(|| panic!("{id}"));
        assert!(found.terms.iter().any(|term| term.territories().any(|place| place == "EU")), "{id}");
    }
}

#[test]
fn share_alike_is_told_by_the_entry_and_by_its_term_alike() {
    for one in licenses() {
        let triggers: Vec<&str> = one
            .terms
            .iter()
            .filter(|term| term.kind == TermKind::Copyleft)
            .filter_map(Term::trigger)
            .map(license_db::terms::Trigger::as_str)
            .collect();
        let expected = match one.copyleft {
            license_db::Copyleft::None => &[][..],
            license_db::Copyleft::Distribution => &["distribution"],
            license_db::Copyleft::Network => &["network"],
        };
        assert!(triggers == expected || (one.terms.is_empty() && triggers.is_empty()), "{}: {triggers:?}", one.id);
    }
}

#[test]
fn no_derivatives_is_told_by_the_category_and_by_the_term_alike() {
    for one in licenses().iter().filter(|one| !one.terms.is_empty()) {
        let forbids = one.terms.iter().any(|term| term.kind == TermKind::Derivatives && term.value == "no");
        assert_eq!(forbids, one.has(license_db::Category::NoDerivatives), "{}", one.id);
    }
}

#[test]
fn the_texts_of_the_spdx_list_hold_what_their_terms_say() {
    let mut wrong = Vec::new();
    for one in licenses() {
        let Some(text) = one.text() else { continue };
        let text = plain(text);
        wrong.extend(
            one.terms.iter().filter_map(|term| missing_in(&text, term)).map(|what| format!("{}: {what}", one.id)),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
#[ignore = "needs the reference texts; .ci/run runs it where they are"]
fn the_reference_texts_hold_what_their_terms_say() {
    let shared =
        PathBuf::from(std::env::var_os("LICENTIA_SHARED").expect("LICENTIA_SHARED: the directory above license-texts"));
    let files: BTreeMap<String, String> = file("fingerprints/models.sources.tsv")
        .lines()
        .filter_map(|line| line.split_once('\t').map(|(digest, name)| (digest.to_owned(), name.to_owned())))
        .collect();
    let texts = |license: &License| {
        let of = |text: &license_db::ReferenceText| {
            let path = shared.join("license-texts").join(files.get(text.sha256).expect("a source"));
            String::from_utf8_lossy(&std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
                .into_owned()
        };
        plain(&license.texts.iter().map(of).collect::<Vec<_>>().join("\n"))
    };
    let (mut wrong, mut checked) = (Vec::new(), 0);
    for one in licenses().iter().filter(|one| !one.texts.is_empty() && !one.is_spdx()) {
        let mut text = texts(one);
        // What a licence has from its use policy is read there.
        if one.terms.iter().any(|term| term.source.starts_with("Acceptable Use Policy")) {
            let policies = licenses().iter().filter(|policy| {
                policy.kind == Kind::UsePolicy && policy.version == one.version && policy.family.starts_with(one.family)
            });
            policies.for_each(|policy| text.push_str(&texts(policy)));
        }
        for term in one.terms.iter().filter(|term| term.reviewed.is_some()) {
            checked += 1;
            wrong.extend(missing_in(&text, term).map(|what| format!("{}: {what}", one.id)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(checked > 2000, "{checked}");
}

/// What of a term a text does not hold; `None` where it holds everything that can be looked for.
fn missing_in(text: &str, term: &Term) -> Option<String> {
    let missing = |what: &str| Some(format!("{} {what} is not in the text ({})", term.kind, term.source));
    if let Some(limit) = term.limit {
        let places = places_of(text, limit);
        if places.is_empty() {
            return missing(&limit.to_string());
        }
        let is_near = |words: &[&str]| {
            places.iter().any(|&at| {
                let around = window(text, at, 400);
                words.iter().any(|word| around.contains(word))
            })
        };
        let counted: &[&str] = match term.kind {
            TermKind::MonthlyUsers | TermKind::DailyUsers => &["user", "visit", "用户", "active", "人次"],
            TermKind::AnnualRevenue | TermKind::MonthlyRevenue => {
                &["revenue", "turnover", "income", "funding", "收入", "营收"]
            }
            _ => &["employee", "people", "persons", "individuals", "team"],
        };
        if !is_near(counted) {
            return missing(&format!("{limit}, in the sense of its kind,"));
        }
        let currency: &[&str] = match term.currency() {
            Some("USD") => &["$", "usd", "us dollar", "dollars"],
            Some("CNY") => &["rmb", "cny", "yuan", "renminbi", "人民币", "元"],
            Some("EUR") => &["eur", "€"],
            _ => &[""],
        };
        if !is_near(currency) {
            return missing(term.currency().unwrap_or_default());
        }
        if term.measured() == Some(Measured::ReleaseDate) && !is_near(&["release", "发布"]) {
            return missing("release-date");
        }
    }
    for place in term.territories() {
        let names: &[&str] = match place {
            "EU" => &["european union", "欧盟"],
            "GB" => &["united kingdom", "英国"],
            "KR" => &["south korea", "republic of korea", "韩国"],
            "US" => &["united states", "美国"],
            other => panic!("{other}: give this test its names"),
        };
        if !names.iter().any(|name| text.contains(name)) {
            return missing(place);
        }
    }
    if term.kind == TermKind::Jurisdiction {
        let names: &[&str] = match term.value {
            "US-CA" => &["california"],
            "US-DE" => &["delaware"],
            "US-NY" => &["new york"],
            "US-TX" => &["texas"],
            "US-WA" => &["washington"],
            "CN" => &["china", "prc", "中华人民共和国", "中国"],
            "FR" => &["france", "french"],
            "HK" => &["hong kong", "香港"],
            "KR" => &["korea"],
            "RU" => &["russia"],
            "SG" => &["singapore"],
            other => panic!("{other}: give this test its names"),
        };
        if !names.iter().any(|name| text.contains(name)) {
            return missing(term.value);
        }
    }
    // `<…>` stands for what the licensee fills in.
    let is_exact = matches!(term.kind, TermKind::Display | TermKind::NamePrefix) && !term.value.starts_with('<');
    if is_exact && !text.contains(&plain(term.value)) {
        return missing(term.value);
    }
    if let Some(words) = term.displayed().skip(1).find(|words| !text.contains(&plain(words))) {
        return missing(words);
    }
    None
}

/// Lower case, without marks of layout, one space between words.
fn plain(text: &str) -> String {
    let is_mark = |letter: char| matches!(letter, '*' | '#' | '>' | '\\' | '_' | '“' | '”' | '"' | '’' | '\'');
    let text: String = text.to_lowercase().chars().map(|letter| if is_mark(letter) { ' ' } else { letter }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where a number stands, in figures or words, in English or Chinese, and no longer number around it.
fn places_of(text: &str, number: u64) -> Vec<usize> {
    let mut places: Vec<usize> = spellings(number)
        .iter()
        .flat_map(|spelling| {
            text.match_indices(spelling.as_str()).filter(move |(at, _)| {
                let before = text[..*at].chars().next_back();
                let after = text[at + spelling.len()..].chars().next();
                let continues = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
                let mut front = text[..*at].chars().rev();
                let is_grouped = matches!(before, Some(',' | '.')) && {
                    front.next();
                    continues(front.next())
                };
                !continues(before) && !continues(after) && !is_grouped
            })
        })
        .map(|(at, _)| at)
        .collect();
    places.sort_unstable();
    places
}

/// 700000000 as 700000000, 700,000,000, 700 million, seven hundred million, 7亿, …
fn spellings(number: u64) -> Vec<String> {
    const CHINESE: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    const SMALL: [(u64, &str); 13] = [
        (1, "one"),
        (2, "two"),
        (3, "three"),
        (5, "five"),
        (7, "seven"),
        (10, "ten"),
        (15, "fifteen"),
        (20, "twenty"),
        (30, "thirty"),
        (50, "fifty"),
        (100, "one hundred"),
        (300, "three hundred"),
        (700, "seven hundred"),
    ];
    let digits = number.to_string();
    let grouped = |separator: char| {
        let mut text = String::new();
        for (position, digit) in digits.chars().enumerate() {
            if position > 0 && (digits.len() - position).is_multiple_of(3) {
                text.push(separator);
            }
            text.push(digit);
        }
        text
    };
    let mut spellings = vec![digits.clone(), grouped(','), grouped('，'), grouped(' '), grouped('.')];
    for (unit, words) in [(1_000_000, ["million", "m"]), (1_000_000_000, ["billion", "b"]), (1_000, ["thousand", "k"])]
    {
        if number.is_multiple_of(unit) {
            let count = number / unit;
            spellings.extend([
                format!("{count} {}", words[0]),
                format!("{count}{}", words[0]),
                format!("{count}{}", words[1]),
            ]);
            spellings.extend(
                SMALL.iter().filter(|(small, _)| *small == count).map(|(_, word)| format!("{word} {}", words[0])),
            );
        }
    }
    for (unit, sign) in [(10_000, "万"), (100_000_000, "亿")] {
        if number.is_multiple_of(unit) {
            let count = number / unit;
            spellings.extend([format!("{count}{sign}"), format!("{count} {sign}")]);
            let figure = |count: u64| usize::try_from(count).ok().and_then(|count| CHINESE.get(count).copied());
            spellings.extend(figure(count).map(|figure| format!("{figure}{sign}")));
            if count.is_multiple_of(100) {
                spellings.extend(figure(count / 100).map(|figure| format!("{figure}百{sign}")));
            }
        }
    }
    spellings
}

/// The text around a place, in bytes to either side, cut between characters.
fn window(text: &str, at: usize, reach: usize) -> &str {
    let mut from = at.saturating_sub(reach);
    let mut to = (at + reach).min(text.len());
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    while !text.is_char_boundary(to) {
        to += 1;
    }
    &text[from..to]
}

#[test]
fn numbers_are_found_however_they_are_written_and_not_inside_longer_ones() {
    for text in ["700 million users", "700,000,000", "700000000", "7亿用户", "seven hundred million"] {
        assert_eq!(places_of(text, 700_000_000).len(), 1, "{text}");
    }
    for text in ["一百万", "100万", "100 万", "1,000,000", "one million", "1m"] {
        assert_eq!(places_of(text, 1_000_000).len(), 1, "{text}");
    }
    assert!(places_of("100 million, 21,000,000 and 11 million", 1_000_000).is_empty());
}

/// A note on a duty decides how it is checked: a new wording is a new case, and must not pass for none.
#[test]
fn every_note_on_a_file_a_copy_or_a_name_is_one_that_is_understood() {
    for license in licenses() {
        for term in license.terms {
            let Some(note) = term.note() else { continue };
            let is_understood = match term.kind {
                TermKind::NoticeFile => term.keeps_what_came() || note == "no file is named",
                TermKind::LicenseCopy => {
                    term.takes_a_link() || note == "machine-executable object code alone needs none"
                }
                TermKind::NamePrefix => term.may_stand_anywhere(),
                _ => true,
            };
            assert!(is_understood, "{}: {} has the note {note:?}", license.id, term.kind);
        }
    }
}
