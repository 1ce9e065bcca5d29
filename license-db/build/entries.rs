//! The entries of this folder: `licenses/<ID>/license.toml`, `families.toml`, `spdx/`, and ScanCode's names.

use std::collections::BTreeMap;
use std::path::Path;

use toml::{Table, Value};

/// One `license.toml`.
pub(crate) struct Entry {
    pub(crate) table: Table,
    pub(crate) path: String,
}

/// Name, ScanCode's category, `license` or `exception`.
pub(crate) type ScancodeRow = (String, String, String);

/// Everything.
pub(crate) struct Entries {
    pub(crate) licenses: BTreeMap<String, Entry>,
    pub(crate) families: Vec<Table>,
    /// SPDX identifier to categories joined by `+`, copyleft trigger.
    pub(crate) categories: BTreeMap<String, (String, String)>,
    pub(crate) corrections: BTreeMap<String, Table>,
    /// SPDX identifier to the block of `spdx/terms.toml` that holds its terms.
    pub(crate) terms: BTreeMap<String, Table>,
    /// By ScanCode identifier.
    pub(crate) scancode: BTreeMap<String, ScancodeRow>,
    /// Identifiers that an entry took over (`aliases.ids`), and that of the entry.
    pub(crate) former: BTreeMap<String, String>,
}

pub(crate) fn read(root: &Path) -> Entries {
    let mut licenses = BTreeMap::new();
    let directory = root.join("licenses");
    let listing = std::fs::read_dir(&directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut folders: Vec<_> = listing.filter_map(Result::ok).map(|entry| entry.path()).collect();
    folders.sort();
    for folder in folders {
        let path = folder.join("license.toml");
        let table = parse(&path);
        let id = string(&table, "id");
        assert!(
            folder.file_name().is_some_and(|name| name == id.as_str()),
            "{}: id is {id}, the folder is not",
            path.display()
        );
        licenses.insert(id, Entry { table, path: path.display().to_string() });
    }
    let rows = |path: &str| crate::text(&root.join(path));
    let categories = rows("spdx/categories.csv")
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut columns = line.split(',').map(str::to_owned);
            Some((columns.next()?, (columns.next()?, columns.next()?)))
        })
        .collect();
    let corrections = tables(&parse(&root.join("spdx/corrections.toml")), "correction")
        .into_iter()
        .map(|table| (string(&table, "id"), table))
        .collect();
    let terms = terms(&parse(&root.join("spdx/terms.toml")));
    let scancode = rows("fingerprints/scancode-licenses.tsv")
        .lines()
        .filter_map(|line| {
            let mut columns = line.split('\t').map(str::to_owned);
            Some((columns.next()?, (columns.next()?, columns.next()?, columns.next()?)))
        })
        .collect();
    let families = tables(&parse(&root.join("families.toml")), "family");
    let former = former(&licenses);
    Entries { licenses, families, categories, corrections, terms, scancode, former }
}

/// The blocks by identifier. What is said once for the block holds for each of its terms.
fn terms(file: &Table) -> BTreeMap<String, Table> {
    let mut terms = BTreeMap::new();
    for block in tables(file, "terms") {
        for id in strings(&block, "ids") {
            let other = terms.insert(id.clone(), block.clone());
            assert!(other.is_none(), "spdx/terms.toml: {id} stands in two blocks");
        }
    }
    terms
}

fn former(licenses: &BTreeMap<String, Entry>) -> BTreeMap<String, String> {
    let mut former = BTreeMap::new();
    for (id, entry) in licenses {
        let aliases = entry.table.get("aliases").and_then(Value::as_table);
        for old in aliases.map(|aliases| strings(aliases, "ids")).unwrap_or_default() {
            assert!(!licenses.contains_key(&old), "{}: {old} has an entry of its own", entry.path);
            let other = former.insert(old, id.clone());
            assert!(other.is_none(), "{}: {other:?} took one of its identifiers over already", entry.path);
        }
    }
    former
}

fn parse(path: &Path) -> Table {
    crate::text(path).parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The tables of an array of tables; empty where there is none.
pub(crate) fn tables(table: &Table, key: &str) -> Vec<Table> {
    let array = table.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    array
        .into_iter()
        .filter_map(|value| match value {
            Value::Table(table) => Some(table),
            _ => None,
        })
        .collect()
}

/// A string, or what can be read as one; empty where there is none.
pub(crate) fn string(table: &Table, key: &str) -> String {
    table.get(key).map(plain).unwrap_or_default()
}

/// A list of strings; a single one counts as a list.
pub(crate) fn strings(table: &Table, key: &str) -> Vec<String> {
    match table.get(key) {
        Some(Value::Array(values)) => values.iter().map(plain).collect(),
        Some(value) => vec![plain(value)],
        None => Vec::new(),
    }
}

/// A value as words.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Integer(number) => number.to_string(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Datetime(day) => day.to_string(),
        Value::Float(_) | Value::Table(_) => panic!("a float or a table where a word should stand: {value:?}"),
    }
}
