//! What `licentia policy` prints: a policy written out as TOML or JSON, and the reference of its keys.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::{Map, Value, json};

use super::escape::inert;
use super::layout::Paragraph;
use super::style::Style;
use crate::finding::PolicyPlace;
use crate::policy::effective::{Datum, Entry};
use crate::policy::file::KEYS;
use crate::policy::layers::{placed, toml_string};
use crate::policy::{Form, Key, Policy};

/// Columns of a list that stands in one line.
const LINE: usize = 100;

/// Writes a policy out as TOML that is a policy again; with `origins` every value has its place as a comment.
pub fn write_toml(policy: &Policy, origins: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    table_lines(&policy.effective(), "", origins, &mut text);
    // What strangers wrote is escaped as TOML does it; a terminal obeys more than TOML forbids.
    out.write_all(inert_lines(&text).as_bytes())
}

fn inert_lines(text: &str) -> String {
    text.lines().map(|line| inert(line) + "\n").collect()
}

fn table_lines(table: &[Entry], path: &str, origins: bool, out: &mut String) {
    let comment = |at: Option<&PolicyPlace>| match at {
        Some(at) if origins => format!("  # {}", placed(at)),
        _ => String::new(),
    };
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    for entry in table {
        match &entry.datum {
            Datum::Table(_) | Datum::Tables(_) => {}
            Datum::List(items) if is_long(items, origins) => {
                let _ = writeln!(out, "{} = [{}", key(&entry.key), comment(entry.at.as_ref()));
                for (item, at) in items {
                    let _ = writeln!(out, "    {},{}", value(item), comment(at.as_ref()));
                }
                out.push_str("]\n");
            }
            datum => {
                let _ = writeln!(out, "{} = {}{}", key(&entry.key), value(datum), comment(entry.at.as_ref()));
            }
        }
    }
    // Behind a table's own values, which would else belong to the tables below it.
    for entry in table {
        let path = below(&key(&entry.key));
        match &entry.datum {
            Datum::Table(table) => {
                // A table that holds only tables needs no line of its own.
                let _ = writeln!(out, "\n[{path}]");
                table_lines(table, &path, origins, out);
            }
            Datum::Tables(tables) => {
                for (table, at) in tables {
                    let _ = writeln!(out, "\n[[{path}]]{}", comment(Some(at)));
                    table_lines(table, &path, origins, out);
                }
            }
            _ => {}
        }
    }
}

fn is_long(items: &[(Datum, Option<PolicyPlace>)], origins: bool) -> bool {
    let width: usize = items.iter().map(|(item, _)| value(item).chars().count() + 2).sum();
    width > LINE || (origins && items.iter().any(|(_, at)| at.is_some()))
}

fn key(name: &str) -> String {
    let is_bare = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if is_bare { name.to_owned() } else { toml_string(name) }
}

/// A value in one line.
fn value(datum: &Datum) -> String {
    match datum {
        Datum::Text(words) => toml_string(words),
        Datum::Number(number) => grouped(*number),
        Datum::Truth(truth) => truth.to_string(),
        Datum::Day(day) => day.to_string(),
        Datum::List(items) => {
            let items: Vec<String> = items.iter().map(|(item, _)| value(item)).collect();
            format!("[{}]", items.join(", "))
        }
        Datum::Inline(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(name, datum)| format!("{} = {}", key(name), value(datum))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        // Tables have lines of their own.
        Datum::Table(_) | Datum::Tables(_) => String::new(),
    }
}

/// `3_200_000`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    grouped
}

/// Writes a policy out as JSON: `policy` is what `schemas/policy-1.schema.json` describes; with `origins` there is the
/// place of every value, by its JSON Pointer (RFC 6901).
pub fn write_json(policy: &Policy, origins: bool, out: &mut dyn Write) -> io::Result<()> {
    let entries = policy.effective();
    let places = origins.then(|| {
        let mut places = Map::new();
        pointers(&entries, "", &mut places);
        Value::Object(places)
    });
    let document = Document { policy, entries: &entries, origins: places };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

struct Document<'a> {
    policy: &'a Policy,
    entries: &'a [Entry],
    origins: Option<Value>,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", "licentia.policy/1")?;
        map.serialize_entry("name", self.policy.name())?;
        map.serialize_entry("files", self.policy.files())?;
        map.serialize_entry("policy", &Table(self.entries))?;
        if let Some(origins) = &self.origins {
            map.serialize_entry("origins", origins)?;
        }
        map.end()
    }
}

struct Table<'a>(&'a [Entry]);

impl Serialize for Table<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|entry| (&entry.key, Json(&entry.datum))))
    }
}

struct Json<'a>(&'a Datum);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Datum::Text(words) => serializer.serialize_str(words),
            Datum::Number(number) => serializer.serialize_u64(*number),
            Datum::Truth(truth) => serializer.serialize_bool(*truth),
            Datum::Day(day) => serializer.collect_str(day),
            Datum::List(items) => serializer.collect_seq(items.iter().map(|(item, _)| Json(item))),
            Datum::Inline(entries) => serializer.collect_map(entries.iter().map(|(name, datum)| (name, Json(datum)))),
            Datum::Table(table) => Table(table).serialize(serializer),
            Datum::Tables(tables) => {
                let mut list = serializer.serialize_seq(Some(tables.len()))?;
                for (table, _) in tables {
                    list.serialize_element(&Table(table))?;
                }
                list.end()
            }
        }
    }
}

fn pointers(table: &[Entry], above: &str, places: &mut Map<String, Value>) {
    for entry in table {
        let pointer = format!("{above}/{}", entry.key.replace('~', "~0").replace('/', "~1"));
        if let Some(at) = &entry.at {
            places.insert(pointer.clone(), of_place(at));
        }
        match &entry.datum {
            Datum::Table(table) => pointers(table, &pointer, places),
            Datum::Tables(tables) => {
                for (position, (table, at)) in tables.iter().enumerate() {
                    places.insert(format!("{pointer}/{position}"), of_place(at));
                    pointers(table, &format!("{pointer}/{position}"), places);
                }
            }
            Datum::List(items) => {
                for (position, (_, at)) in items.iter().enumerate() {
                    places.extend(at.iter().map(|at| (format!("{pointer}/{position}"), of_place(at))));
                }
            }
            _ => {}
        }
    }
}

fn of_place(at: &PolicyPlace) -> Value {
    match at.span {
        Some(span) => json!({ "file": at.file, "line": span.start_line, "column": span.start_column }),
        None => json!({ "file": at.file }),
    }
}

/// Lists keys, one paragraph each.
pub fn write_keys<'k>(keys: impl IntoIterator<Item = &'k Key>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let plain = anstyle::Style::new();
    for key in keys {
        let label = format!("{}: ", key.path);
        let text = format!("{} {}", key.says, sentence(&key.form.words()));
        let emphasis = style.palette.emphasis;
        Paragraph { label: &label, label_style: emphasis, indent: 4, text: &text, text_style: plain }
            .write(style, out)?;
    }
    Ok(())
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// The reference of every key, in Markdown, as it stands in `docs/policy.md`.
pub fn reference() -> String {
    let mut page = String::new();
    let is_section = |key: &&Key| matches!(key.form, Form::Table | Form::Tables) && !key.path.contains('.');
    let tops: Vec<&Key> = KEYS.iter().filter(|key| !key.path.contains('.') && !is_section(key)).collect();
    section("Top of the file", "Before the first table.", &tops, &mut page);
    let lines: Vec<String> = tops.iter().map(|key| key.example()).collect();
    let _ = writeln!(page, "```toml\n{}\n```\n", lines.join("\n"));
    for key in KEYS.iter().filter(is_section) {
        let title =
            if matches!(key.form, Form::Tables) { format!("`[[{}]]`", key.path) } else { format!("`[{}]`", key.path) };
        let prefix = format!("{}.", key.path);
        let below: Vec<&Key> = KEYS.iter().filter(|key| key.path.starts_with(&prefix)).collect();
        section(&title, key.says, &below, &mut page);
        let _ = writeln!(page, "```toml\n{}\n```\n", key.example());
    }
    page.trim_end().to_owned() + "\n"
}

fn section(title: &str, says: &str, keys: &[&Key], page: &mut String) {
    let _ = writeln!(page, "### {title}\n\n{says}\n");
    if keys.is_empty() {
        return;
    }
    page.push_str("| key | what it says | what stands there |\n|---|---|---|\n");
    for key in keys {
        let required = if key.is_required() { " Must be there." } else { "" };
        let says = key.says.replace('*', "\\*").replace('|', "\\|");
        let _ = writeln!(page, "| `{}` | {says}{required} | {} |", key.path, key.form.words());
    }
    page.push('\n');
}
