//! SPDX templates: which words of a licence text may differ.

use std::fmt::Write as _;
use std::path::PathBuf;

use license_db::diff;
use license_db::format::Slot;
use license_db::tokens::{self, tokenize};
use license_db::vocabulary::Force;

use crate::pack::{Result, hex};

/// Longest difference between a text and its rendered template that is followed, in words.
const MOST_DIFFERENCES: usize = 2000;

/// The slots of every SPDX licence: identifier, hash of the text's words, slots as `v:start:length:classes`.
pub(crate) fn read() -> Result<String> {
    let directory = list_data()?.join("details");
    let mut names: Vec<PathBuf> =
        std::fs::read_dir(directory)?.map(|entry| entry.map(|entry| entry.path())).collect::<std::io::Result<_>>()?;
    names.sort();
    let mut out = String::new();
    for path in names {
        let row: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&path)?)?;
        let field = |name: &str| row.get(name).and_then(serde_json::Value::as_str);
        let (Some(id), Some(text), Some(template)) =
            (field("licenseId"), field("licenseText"), field("standardLicenseTemplate"))
        else {
            continue;
        };
        let words = tokenize(text);
        let slots = slots(template, &words.hashes);
        write!(out, "{id}\t{:016x}", tokens::sequence_hash(&words.hashes))?;
        for slot in slots {
            let kind = if slot.is_optional { 'o' } else { 'v' };
            let allowed = hex(&slot.allowed);
            write!(out, "\t{kind}:{}:{}:{allowed}", slot.start, slot.length)?;
        }
        out.push('\n');
    }
    Ok(out)
}

fn list_data() -> Result<PathBuf> {
    let output = std::process::Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version", "1"])
        .output()?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let packages =
        metadata.get("packages").and_then(serde_json::Value::as_array).ok_or("cargo metadata: no packages")?;
    let manifest = packages
        .iter()
        .find(|package| package.get("name").is_some_and(|name| name == "license"))
        .and_then(|package| package.get("manifest_path"))
        .and_then(serde_json::Value::as_str)
        .ok_or("cargo metadata: the package `license` is missing")?;
    Ok(PathBuf::from(manifest).with_file_name("license-list-data").join("json"))
}

/// A passage of the rendered template, in bytes.
struct Passage {
    bytes: std::ops::Range<usize>,
    is_optional: bool,
    allowed: Vec<u8>,
}

/// The slots of a template, as words of the text.
fn slots(template: &str, text: &[u32]) -> Vec<Slot> {
    let (rendered, passages) = render(template);
    let words = tokenize(&rendered);
    let Some(hunks) = diff::hunks(&words.hashes, text, MOST_DIFFERENCES) else { return Vec::new() };
    let mut slots: Vec<Slot> = Vec::new();
    for passage in passages {
        let first = words.starts.partition_point(|&start| (start as usize) < passage.bytes.start);
        let behind = words.starts.partition_point(|&start| (start as usize) < passage.bytes.end).max(first);
        let (start, end) = (translate(&hunks, first, false), translate(&hunks, behind, true));
        let (Ok(start), Ok(length)) = (u32::try_from(start), u32::try_from(end.saturating_sub(start))) else {
            continue;
        };
        if passage.is_optional && length == 0 {
            continue;
        }
        slots.push(Slot { start, length, is_optional: passage.is_optional, allowed: passage.allowed });
    }
    slots.sort();
    slots.dedup();
    slots
}

/// Where word `position` of the rendered template stands in the text.
fn translate(hunks: &[diff::Hunk], position: usize, is_end: bool) -> usize {
    let mut shift_missing = 0;
    let mut shift_added = 0;
    for hunk in hunks {
        let before = if is_end {
            hunk.missing.start >= position
        } else {
            hunk.missing.start > position || (hunk.missing.start == position && hunk.missing.is_empty())
        };
        if before {
            break;
        }
        if hunk.missing.end >= position && !hunk.missing.is_empty() {
            return if is_end { hunk.added.end } else { hunk.added.start };
        }
        shift_missing = hunk.missing.end;
        shift_added = hunk.added.end;
    }
    position - shift_missing + shift_added
}

/// The template as a text, with its variables in their original wording.
fn render(template: &str) -> (String, Vec<Passage>) {
    let mut rendered = String::with_capacity(template.len());
    let mut passages = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut rest = template;
    while let Some((before, tagged)) = rest.split_once("<<") {
        rendered.push_str(before);
        let Some(end) = tag_end(tagged) else {
            rest = tagged;
            continue;
        };
        let (tag, behind) = (tagged.get(..end).unwrap_or_default(), tagged.get(end + 2..).unwrap_or_default());
        rest = behind;
        if tag.starts_with("beginOptional") {
            open.push(rendered.len());
        } else if tag.starts_with("endOptional") {
            if let Some(start) = open.pop() {
                passages.push(Passage { bytes: start..rendered.len(), is_optional: true, allowed: Vec::new() });
            }
        } else if tag.starts_with("var") {
            let original = attribute(tag, "original").unwrap_or_default();
            let pattern = attribute(tag, "match").unwrap_or_default();
            let name = attribute(tag, "name").unwrap_or_default();
            let start = rendered.len();
            rendered.push_str(original);
            if !name.starts_with("bullet") {
                passages.push(Passage {
                    bytes: start..rendered.len(),
                    is_optional: false,
                    allowed: words_of_force(pattern, original),
                });
            }
        }
    }
    rendered.push_str(rest);
    (rendered, passages)
}

/// The end of a tag; quoted attributes may hold `>>`.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quoted = false;
    for (position, byte) in tag.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted && tag.as_bytes().get(position + 1) == Some(&b'>') => return Some(position),
            _ => {}
        }
    }
    None
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = tag.split_once(&format!("{name}=\""))?;
    value.split('"').next()
}

/// Classes of the words of force that the pattern or the original names: a replacement may use them and no others.
fn words_of_force(pattern: &str, original: &str) -> Vec<u8> {
    let spaced = pattern.replace("\\s", " ").replace(['\\', '+', '*', '?', '(', ')', '|', '[', ']'], " ");
    let mut classes: Vec<u8> = tokenize(&spaced).classes;
    classes.extend(tokenize(original).classes);
    classes.retain(|&class| tokens::force(class) == Force::Operative);
    classes.sort_unstable();
    classes.dedup();
    classes
}
