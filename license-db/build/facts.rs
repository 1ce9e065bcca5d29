//! The tables as Rust: static data, so that looking something up costs nothing at start.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use toml::{Table, Value};

use crate::aliases;
use crate::entries::{Entries, Entry, ScancodeRow, string, strings, tables};
use crate::spdx_list::Row;
use crate::terms::{self, TermKind};

const GENERATED: &str = "#[expect(clippy::unreadable_literal, reason = \"generated\")]\n";

/// The Rust of `facts.rs`, and all SPDX texts in a row.
pub(crate) fn generate(list: &BTreeMap<String, Row>, entries: &Entries) -> (String, String) {
    let every = list.keys().chain(entries.licenses.keys()).chain(entries.scancode.keys());
    let mut ids: Vec<&str> = every.map(String::as_str).filter(|id| !entries.former.contains_key(*id)).collect();
    ids.sort_unstable();
    ids.dedup();
    for id in entries.terms.keys() {
        assert!(list.contains_key(id), "spdx/terms.toml: {id} is not on the SPDX list");
    }
    for id in entries.licenses.keys() {
        assert!(
            id.starts_with("LicenseRef-") || list.contains_key(id),
            "licenses/{id}: neither an SPDX identifier nor a LicenseRef"
        );
    }
    let mut texts = String::new();
    let mut out = format!("{GENERATED}pub(crate) static LICENSES: &[License] = &[\n");
    let mut spans = format!("{GENERATED}static TEXTS: &[(u32, u32, u32, u32)] = &[\n");
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
    by_lower_case(&mut out, &ids, &entries.former);
    families(&mut out, entries, &ids);
    aliases::generate(&mut out, list, entries, &ids);
    (out, texts)
}

fn license(out: &mut String, id: &str, row: Option<&Row>, entries: &Entries) {
    let empty = Entry { table: Table::new(), path: String::new() };
    let entry = entries.licenses.get(id).unwrap_or(&empty);
    let table = &entry.table;
    let scancode = entries.scancode.get(id);
    let shared = entries.terms.get(id).unwrap_or(&empty.table);
    let name = match (row, string(table, "name"), scancode) {
        (Some(row), _, _) => row.name.clone(),
        (None, name, _) if !name.is_empty() => name,
        (None, _, Some((name, _, _))) => name.clone(),
        (None, _, None) => id.to_owned(),
    };
    let kind = kind(entry, row, scancode);
    let (categories, copyleft) = character(id, entry, row, entries);
    let categories = if kind == "Exception" { String::new() } else { categories.join(", ") };
    let replaced_by = row.and_then(|row| row.replaced_by.as_ref());
    let correction = entries.corrections.get(id).map(|correction| string(correction, "because"));
    let _ = write!(
        out,
        "License {{ id: {id:?}, name: {name:?}, kind: Kind::{kind}, family: {:?}, version: {:?}, released: {}, \
         categories: &[{categories}], copyleft: Copyleft::{copyleft}, ",
        string(table, "family"),
        string(table, "version"),
        date(table, "released"),
    );
    let _ = write!(
        out,
        "is_osi_approved: {}, is_fsf_libre: {}, is_deprecated: {}, replaced_by: {replaced_by:?}, reviewed: {}, \
         correction: {correction:?}, ",
        row.is_some_and(|row| row.is_osi_approved),
        row.is_some_and(|row| row.is_fsf_libre),
        row.is_some_and(|row| row.is_deprecated),
        date(if table.contains_key("reviewed") { table } else { shared }, "reviewed"),
    );
    out.push_str("terms: &[");
    for term in tables(table, "term") {
        self::term(out, &term, &date(&term, "reviewed"), &entry.path);
    }
    for term in tables(shared, "term") {
        self::term(out, &term, &date(shared, "reviewed"), "spdx/terms.toml");
    }
    out.push_str("], texts: &[");
    for text in tables(table, "text") {
        let (url, sha256) = (string(&text, "url"), string(&text, "sha256"));
        let _ = write!(out, "ReferenceText {{ url: {url:?}, sha256: {sha256:?} }}, ");
    }
    out.push_str("] },\n");
}

fn kind(entry: &Entry, row: Option<&Row>, scancode: Option<&ScancodeRow>) -> &'static str {
    let is_exception =
        row.is_some_and(|row| row.is_exception) || scancode.is_some_and(|(_, _, kind)| kind == "exception");
    match string(&entry.table, "kind").as_str() {
        "use-policy" => "UsePolicy",
        "license" | "" if is_exception => "Exception",
        "license" | "" => "License",
        other => panic!("{}: kind {other}", entry.path),
    }
}

/// The categories as Rust, and what triggers the copyleft. The best source wins: a correction, the table of SPDX
/// licences, our entry, ScanCode's word.
fn character(id: &str, entry: &Entry, row: Option<&Row>, entries: &Entries) -> (Vec<String>, &'static str) {
    let (words, copyleft) = if let Some(correction) = entries.corrections.get(id) {
        (strings(correction, "categories"), string(correction, "copyleft"))
    } else if let Some((categories, copyleft)) = entries.categories.get(id) {
        (categories.split('+').map(str::to_owned).collect(), copyleft.clone())
    } else if entry.table.contains_key("categories") {
        assert!(row.is_none(), "spdx/categories.csv: {id} is missing");
        (strings(&entry.table, "categories"), string(&entry.table, "copyleft"))
    } else {
        assert!(row.is_none(), "spdx/categories.csv: {id} is missing");
        let word = entries.scancode.get(id).map(|(_, category, _)| of_scancode(category).to_owned());
        (word.into_iter().collect(), String::new())
    };
    let copyleft = match copyleft.as_str() {
        "distribution" => "Distribution",
        "network" => "Network",
        "none" | "" => "None",
        other => panic!("{id}: copyleft {other}"),
    };
    let is_exception = words.iter().any(|word| word == "exception");
    let categories = words.iter().filter(|_| !is_exception).map(|word| format!("Category::{}", variant(word, id)));
    (categories.collect(), copyleft)
}

fn term(out: &mut String, term: &Table, reviewed: &str, path: &str) {
    let limit = term.get("limit").map(|limit| {
        let number = limit.as_integer().and_then(|limit| u64::try_from(limit).ok());
        number.unwrap_or_else(|| panic!("{path}: limit {limit:?}"))
    });
    let details: Vec<(&str, String)> = term
        .iter()
        .filter(|(key, _)| !matches!(key.as_str(), "kind" | "value" | "limit" | "source" | "reviewed"))
        .map(|(key, value)| (key.as_str(), crate::entries::plain(value)))
        .collect();
    let word = string(term, "kind");
    let kind = TermKind::from_word(&word).unwrap_or_else(|| panic!("{path}: unknown term {word}"));
    let values = strings(term, "value");
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    let words: Vec<(&str, &str)> = details.iter().map(|(key, word)| (*key, word.as_str())).collect();
    if let Some(objection) = terms::objection(kind, &values, limit.is_some(), &words) {
        panic!("{path}: {objection}");
    }
    let source = string(term, "source");
    assert!(!source.is_empty(), "{path}: {kind} needs a `source`");
    let _ = write!(
        out,
        "Term {{ kind: TermKind::{kind:?}, value: {:?}, limit: {limit:?}, details: &{words:?}, source: {source:?}, \
         reviewed: {reviewed} }}, ",
        string(term, "value")
    );
}

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

/// Every identifier in lower case, and the former ones, which lead to what they are called now.
fn by_lower_case(out: &mut String, ids: &[&str], former: &BTreeMap<String, String>) {
    let mut lower: BTreeMap<String, usize> =
        ids.iter().enumerate().map(|(position, id)| (id.to_ascii_lowercase(), position)).collect();
    assert_eq!(lower.len(), ids.len(), "two identifiers differ in case only");
    for (id, now) in former {
        let position = ids.binary_search(&now.as_str()).unwrap_or_else(|_| panic!("{now} is not in the database"));
        let taken = lower.insert(id.to_ascii_lowercase(), position);
        assert!(taken.is_none(), "licenses/{now}: the former identifier {id} is in use");
    }
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
            "Family {{ word: {word:?}, kind: FamilyKind::{kind}, members: &{members:?}, because: {:?}, \
             hub_default: {default:?} }},",
            string(family, "because")
        );
    }
    out.push_str("];\n");
}
