//! The tables as Rust: static data, so that looking something up costs nothing at start.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use toml::{Table, Value};

use crate::entries::{Entries, Entry, string, strings, tables};
use crate::spdx_list::Row;

include!("../src/fold.rs");

/// The Rust of `facts.rs`, and all SPDX texts in a row.
pub(crate) fn generate(list: &BTreeMap<String, Row>, entries: &Entries) -> (String, String) {
    let mut ids: Vec<&str> =
        list.keys().chain(entries.licenses.keys()).chain(entries.scancode.keys()).map(String::as_str).collect();
    ids.sort_unstable();
    ids.dedup();
    for id in entries.licenses.keys() {
        assert!(
            id.starts_with("LicenseRef-") || list.contains_key(id),
            "licenses/{id}: neither an SPDX identifier nor a LicenseRef"
        );
    }
    let mut texts = String::new();
    let mut out = String::from("pub(crate) static LICENSES: &[License] = &[\n");
    let mut spans = String::from("static TEXTS: &[(u32, u32, u32, u32)] = &[\n");
    for id in &ids {
        let row = list.get(*id);
        license(&mut out, id, row, entries);
        let (text, header) = row.map_or(("", ""), |row| (row.text, row.header.unwrap_or("")));
        let _ = writeln!(spans, "({}, {}, {}, {}),", texts.len(), text.len(), texts.len() + text.len(), header.len());
        texts.push_str(text);
        texts.push_str(header);
    }
    out.push_str("];\n");
    out.push_str(&spans);
    out.push_str("];\n");
    by_lower_case(&mut out, &ids);
    families(&mut out, entries, &ids);
    aliases(&mut out, list, entries, &ids);
    (out, texts)
}

fn license(out: &mut String, id: &str, row: Option<&Row>, entries: &Entries) {
    let empty = Entry { table: Table::new(), path: String::new() };
    let entry = entries.licenses.get(id).unwrap_or(&empty);
    let table = &entry.table;
    let scancode = entries.scancode.get(id);
    let correction = entries.corrections.get(id);
    let (categories, copyleft) = match (correction, entries.categories.get(id), row) {
        (Some(correction), _, _) => (strings(correction, "categories"), string(correction, "copyleft")),
        (None, Some((categories, copyleft)), _) => {
            (categories.split('+').map(str::to_owned).collect(), copyleft.clone())
        }
        (None, None, Some(_)) => panic!("spdx/categories.csv: {id} is missing"),
        (None, None, None) if table.contains_key("categories") => {
            (strings(table, "categories"), string(table, "copyleft"))
        }
        (None, None, None) => {
            (scancode.map(|(_, category, _)| vec![of_scancode(category).to_owned()]).unwrap_or_default(), String::new())
        }
    };
    let is_exception =
        row.is_some_and(|row| row.is_exception) || scancode.is_some_and(|(_, _, kind)| kind == "exception");
    let kind = match string(table, "kind").as_str() {
        "use-policy" => "UsePolicy",
        "license" | "" if is_exception => "Exception",
        "license" | "" => "License",
        other => panic!("{}: kind {other}", entry.path),
    };
    let name = match (row, string(table, "name"), scancode) {
        (Some(row), _, _) => row.name.clone(),
        (None, name, _) if !name.is_empty() => name,
        (None, _, Some((name, _, _))) => name.clone(),
        (None, _, None) => id.to_owned(),
    };
    let categories: Vec<String> = if is_exception {
        Vec::new()
    } else {
        categories.iter().map(|word| format!("Category::{}", variant(word, &entry.path))).collect()
    };
    let copyleft = match copyleft.as_str() {
        "distribution" => "Distribution",
        "network" => "Network",
        "none" | "" => "None",
        other => panic!("{id}: copyleft {other}"),
    };
    let replaced_by = row.and_then(|row| row.replaced_by.as_ref());
    let _ = write!(
        out,
        "License {{ id: {id:?}, name: {name:?}, kind: Kind::{kind}, family: {:?}, version: {:?}, released: {}, categories: &[{}], copyleft: Copyleft::{copyleft}, ",
        string(table, "family"),
        string(table, "version"),
        date(table, "released"),
        categories.join(", ")
    );
    let _ = write!(
        out,
        "is_osi_approved: {}, is_fsf_libre: {}, is_deprecated: {}, replaced_by: {replaced_by:?}, reviewed: {}, correction: {:?}, ",
        row.is_some_and(|row| row.is_osi_approved),
        row.is_some_and(|row| row.is_fsf_libre),
        row.is_some_and(|row| row.is_deprecated),
        date(table, "reviewed"),
        correction.map(|correction| string(correction, "because"))
    );
    out.push_str("terms: &[");
    for term in tables(table, "term") {
        self::term(out, &term, &entry.path);
    }
    out.push_str("], texts: &[");
    for text in tables(table, "text") {
        let _ =
            write!(out, "ReferenceText {{ url: {:?}, sha256: {:?} }}, ", string(&text, "url"), string(&text, "sha256"));
    }
    out.push_str("] },\n");
}

fn term(out: &mut String, term: &Table, path: &str) {
    let limit = term.get("limit").map(|limit| {
        limit
            .as_integer()
            .and_then(|limit| u64::try_from(limit).ok())
            .unwrap_or_else(|| panic!("{path}: limit {limit:?}"))
    });
    let details: Vec<String> = term
        .iter()
        .filter(|(key, _)| !matches!(key.as_str(), "kind" | "value" | "limit" | "source" | "reviewed"))
        .map(|(key, value)| format!("({key:?}, {:?})", crate::entries::plain(value)))
        .collect();
    let kind = string(term, "kind");
    assert!(TERM_KINDS.contains(&kind.as_str()), "{path}: unknown term {kind}");
    let _ = write!(
        out,
        "Term {{ kind: {kind:?}, value: {:?}, limit: {limit:?}, details: &[{}], source: {:?}, reviewed: {} }}, ",
        string(term, "value"),
        details.join(", "),
        string(term, "source"),
        date(term, "reviewed")
    );
}

/// The closed list of README.md.
const TERM_KINDS: [&str; 29] = [
    "commercial-use",
    "monthly-users",
    "daily-users",
    "annual-revenue",
    "monthly-revenue",
    "team-size",
    "other-threshold",
    "excluded-territory",
    "use-restrictions",
    "flow-down",
    "derivative-scope",
    "display",
    "name-prefix",
    "notice-file",
    "license-copy",
    "state-changes",
    "keep-copyright",
    "output-training",
    "output-use",
    "patent",
    "litigation",
    "revocation",
    "update",
    "remote-restriction",
    "registration",
    "separate-license",
    "jurisdiction",
    "hosting",
    "note",
];

fn variant(word: &str, path: &str) -> String {
    const WORDS: [&str; 17] = [
        "permissive",
        "public-domain",
        "weak-copyleft",
        "strong-copyleft",
        "network-copyleft",
        "non-commercial",
        "research-only",
        "no-derivatives",
        "conditional",
        "use-restricted",
        "data-permissive",
        "data-copyleft",
        "data-restricted",
        "use-policy",
        "source-available",
        "proprietary",
        "other",
    ];
    assert!(WORDS.contains(&word), "{path}: unknown category {word}");
    word.split('-').map(|part| part[..1].to_ascii_uppercase() + &part[1..]).collect()
}

/// ScanCode's category of a licence that nobody here has read. It never makes a verdict allow: the entry has no `reviewed`.
fn of_scancode(category: &str) -> &'static str {
    match category {
        "Permissive" => "permissive",
        "Public Domain" => "public-domain",
        "Copyleft Limited" => "weak-copyleft",
        "Copyleft" => "strong-copyleft",
        "Source-available" => "source-available",
        "Commercial" | "Proprietary Free" | "Free Restricted" => "proprietary",
        _ => "other",
    }
}

fn date(table: &Table, key: &str) -> String {
    match table.get(key) {
        Some(Value::Datetime(day)) => match day.date {
            Some(date) => format!("Some(Date {{ year: {}, month: {}, day: {} }})", date.year, date.month, date.day),
            None => "None".to_owned(),
        },
        _ => "None".to_owned(),
    }
}

fn by_lower_case(out: &mut String, ids: &[&str]) {
    let lower: BTreeMap<String, usize> =
        ids.iter().enumerate().map(|(position, id)| (id.to_ascii_lowercase(), position)).collect();
    assert_eq!(lower.len(), ids.len(), "two identifiers differ in case only");
    out.push_str("static LICENSES_BY_LOWER_CASE: &[(&str, u16)] = &[\n");
    for (name, position) in lower {
        let _ = writeln!(out, "({name:?}, {position}),");
    }
    out.push_str("];\n");
}

fn families(out: &mut String, entries: &Entries, ids: &[&str]) {
    out.push_str("pub(crate) static FAMILIES: &[Family] = &[\n");
    for family in &entries.families {
        let word = string(family, "word");
        let members = strings(family, "members");
        for member in &members {
            assert!(
                ids.binary_search(&member.as_str()).is_ok(),
                "families.toml: {word}: {member} is not in the database"
            );
        }
        let kind = match string(family, "kind").as_str() {
            "versions" => "Versions",
            "placeholder" => "Placeholder",
            other => panic!("families.toml: {word}: kind {other}"),
        };
        let default = family.get("hub_default").and_then(Value::as_str);
        let _ = writeln!(
            out,
            "Family {{ word: {word:?}, kind: FamilyKind::{kind}, members: &{members:?}, because: {:?}, hub_default: {default:?} }},",
            string(family, "because")
        );
    }
    out.push_str("];\n");
}

/// Every word, sorted by kind and word. A word that stands for two things stops the build, unless it comes from the SPDX
/// list, where a URL or a name of several versions simply names none of them.
fn aliases(out: &mut String, list: &BTreeMap<String, Row>, entries: &Entries, ids: &[&str]) {
    let mut own: BTreeMap<(u8, String), (String, String)> = BTreeMap::new();
    let mut add = |kind: u8, word: String, target: String, place: &str| {
        if let Some((other, elsewhere)) = own.insert((kind, word.clone()), (target.clone(), place.to_owned())) {
            assert!(other == target, "{place}: the alias {word:?} stands in {elsewhere} too");
        }
    };
    let position = |id: &str| ids.binary_search(&id).unwrap_or_else(|_| panic!("{id} is not in the database"));
    for (id, entry) in &entries.licenses {
        let Some(aliases) = entry.table.get("aliases").and_then(Value::as_table) else { continue };
        let target = format!("Target::License({})", position(id));
        for hub in strings(aliases, "hub") {
            add(0, hub.to_ascii_lowercase(), target.clone(), &entry.path);
        }
        for name in strings(aliases, "names").into_iter().chain(strings(aliases, "titles")) {
            add(1, fold_name(&name), target.clone(), &entry.path);
        }
        for url in strings(aliases, "urls") {
            add(2, fold_url(&url), target.clone(), &entry.path);
        }
    }
    for (number, family) in entries.families.iter().enumerate() {
        let word = string(family, "word");
        let target = format!("Target::Family({number})");
        for name in strings(family, "aliases").into_iter().chain([word.clone()]) {
            add(1, fold_name(&name), target.clone(), &format!("families.toml: {word}"));
        }
        for hub in strings(family, "hub") {
            add(0, hub.to_ascii_lowercase(), target.clone(), &format!("families.toml: {word}"));
        }
        for url in strings(family, "urls") {
            add(2, fold_url(&url), target.clone(), &format!("families.toml: {word}"));
        }
    }
    // Identifiers, official names and URLs of the list, and identifiers and names of ScanCode's, where the word is free
    // and means one licence.
    let mut given: BTreeMap<(u8, String), Vec<String>> = BTreeMap::new();
    let mut offer = |kind: u8, word: String, target: &str| {
        let targets = given.entry((kind, word)).or_default();
        if !targets.iter().any(|other| other == target) {
            targets.push(target.to_owned());
        }
    };
    for (id, row) in list {
        let current = row.replaced_by.as_deref().filter(|id| !id.contains(' ')).unwrap_or(id);
        if row.is_exception || (row.is_deprecated && row.replaced_by.as_deref().is_none_or(|id| id.contains(' '))) {
            continue;
        }
        let target = format!("Target::License({})", position(current));
        offer(1, fold_name(id), &target);
        offer(1, fold_name(&row.name), &target);
        for url in &row.urls {
            offer(2, fold_url(url), &target);
        }
        let lower = id.to_ascii_lowercase();
        for url in [
            "spdx.org/licenses/",
            "opensource.org/licenses/",
            "opensource.org/license/",
            "choosealicense.com/licenses/",
        ] {
            let page = if url.starts_with("spdx") { id.as_str() } else { lower.as_str() };
            offer(2, fold_url(&format!("{url}{page}")), &target);
        }
    }
    for (id, (name, _, kind)) in &entries.scancode {
        if kind == "license" {
            let target = format!("Target::License({})", position(id));
            offer(1, fold_name(id.trim_start_matches("LicenseRef-scancode-")), &target);
            offer(1, fold_name(id), &target);
            offer(1, fold_name(name), &target);
        }
    }
    for id in entries.licenses.keys().filter(|id| id.starts_with("LicenseRef-licentia-")) {
        let target = format!("Target::License({})", position(id));
        offer(1, fold_name(id.trim_start_matches("LicenseRef-licentia-")), &target);
        offer(1, fold_name(id), &target);
        offer(1, fold_name(&string(&entries.licenses[id].table, "name")), &target);
    }
    let mut all: BTreeMap<(u8, String), String> = own.into_iter().map(|(key, (target, _))| (key, target)).collect();
    for (key, targets) in given {
        if let [target] = targets.as_slice() {
            all.entry(key).or_insert_with(|| target.clone());
        }
    }
    out.push_str("static ALIASES: &[(AliasKind, &str, Target)] = &[\n");
    for ((kind, word), target) in all {
        let kind = ["AliasKind::Hub", "AliasKind::Name", "AliasKind::Url"][usize::from(kind)];
        let _ = writeln!(out, "({kind}, {word:?}, {target}),");
    }
    out.push_str("];\n");
}
