//! Licence texts and notices of ScanCode LicenseDB, from the PyPI wheel.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use license_db::format::{Fingerprint, SequenceKind};
use license_db::tokens::tokenize;

use crate::pack::{self, Result, SourceText, fingerprint, sha256};

/// Shorter texts and notices are names, and names are not recognised by fingerprints.
const SHORTEST: usize = 12;

/// Keys that name no licence; a text that carries one tells us nothing.
const NO_LICENSE: [&str; 14] = [
    "unknown",
    "unknown-license-reference",
    "free-unknown",
    "warranty-disclaimer",
    "other-permissive",
    "other-copyleft",
    "proprietary-license",
    "commercial-license",
    "generic-",
    "license-file-reference",
    "see-license",
    "public-domain-disclaimer",
    "non-commercial",
    "unlicensed",
];

struct Entry {
    fields: BTreeMap<String, String>,
    text: String,
}

/// Every licence text, and every rule that is a text or a notice.
pub(crate) fn read(wheel: &Path, expected: &str) -> Result<(Vec<Fingerprint>, Vec<SourceText>, String)> {
    let bytes = std::fs::read(wheel)?;
    let found = sha256(&bytes);
    if found != expected {
        return Err(format!("{}: SHA-256 is {found}, not {expected}: another version?", wheel.display()).into());
    }
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes))?;
    let mut names =
        archive.file_names().map(|name| name.map(std::borrow::Cow::into_owned)).collect::<Result<Vec<String>, _>>()?;
    names.retain(|name| name.starts_with("licensedcode/data/"));
    names.sort();
    let mut licenses = Vec::new();
    let mut rules = Vec::new();
    for name in names {
        let extension = name.rsplit('.').next().unwrap_or_default();
        if !matches!(extension, "LICENSE" | "RULE") {
            continue;
        }
        let mut bytes = Vec::new();
        archive.by_name(&name)?.read_to_end(&mut bytes)?;
        let Some(entry) = parse(&String::from_utf8_lossy(&bytes)) else { continue };
        let short = name.rsplit('/').next().unwrap_or_default().to_owned();
        let row = (short, sha256(&bytes), entry);
        if extension == "LICENSE" { licenses.push(row) } else { rules.push(row) }
    }
    let keys: BTreeMap<String, (String, bool)> = licenses
        .iter()
        .filter_map(|(_, _, entry)| {
            let key = entry.fields.get("key")?;
            let spdx =
                entry.fields.get("spdx_license_key").cloned().unwrap_or_else(|| format!("LicenseRef-scancode-{key}"));
            Some((key.clone(), (spdx, entry.is("is_exception"))))
        })
        .collect();

    let catalogue = catalogue(&licenses, &keys);
    let (mut fingerprints, mut sources) = (Vec::new(), Vec::new());
    for (name, digest, entry) in licenses {
        let Some(key) = entry.fields.get("key") else { continue };
        let tokens = tokenize(&entry.text);
        if entry.is("is_unknown") || entry.is("is_generic") || names_no_license(key) || tokens.len() < SHORTEST {
            continue;
        }
        let Some((id, is_exception)) = keys.get(key) else { continue };
        // The canonical text of an SPDX licence is SPDX's own.
        let kind = match (id.starts_with("LicenseRef-"), is_exception) {
            (true, true) => SequenceKind::Exception,
            (true, false) => SequenceKind::Canonical,
            (false, _) => SequenceKind::Variant,
        };
        fingerprints.push(fingerprint(kind, id.clone(), &tokens, Vec::new()));
        sources.push(SourceText { name, sha256: digest });
    }
    for (name, digest, entry) in rules {
        let kind = if entry.is("is_license_text") {
            SequenceKind::Variant
        } else if entry.is("is_license_notice") {
            SequenceKind::Notice
        } else {
            continue;
        };
        if entry.is("is_deprecated") || entry.is("is_false_positive") {
            continue;
        }
        let Some(expression) = entry.fields.get("license_expression").and_then(|raw| translate(raw, &keys)) else {
            continue;
        };
        let (text, marks) = required_phrases(&entry.text);
        let tokens = tokenize(&text);
        if tokens.len() < SHORTEST {
            continue;
        }
        let required = marks.iter().filter_map(|mark| word_range(&tokens.starts, mark)).collect();
        fingerprints.push(fingerprint(kind, expression, &tokens, required));
        sources.push(SourceText { name, sha256: digest });
    }
    Ok((fingerprints, sources, catalogue))
}

/// Identifier, name and ScanCode category of every licence that SPDX does not list.
fn catalogue(licenses: &[(String, String, Entry)], keys: &BTreeMap<String, (String, bool)>) -> String {
    let mut rows = BTreeMap::new();
    for (_, _, entry) in licenses {
        let Some(key) = entry.fields.get("key").filter(|key| !names_no_license(key)) else { continue };
        let Some((id, is_exception)) = keys.get(key).filter(|(id, _)| id.starts_with("LicenseRef-")) else { continue };
        let name = entry.fields.get("name").or_else(|| entry.fields.get("short_name")).unwrap_or(key);
        let category = entry.fields.get("category").map_or("", String::as_str);
        rows.insert(id.clone(), format!("{name}\t{category}\t{}", if *is_exception { "exception" } else { "license" }));
    }
    pack::lines(rows.into_iter().map(|(id, row)| format!("{id}\t{row}")))
}

impl Entry {
    fn is(&self, flag: &str) -> bool {
        self.fields.get(flag).is_some_and(|value| matches!(value.as_str(), "yes" | "true"))
    }
}

/// Front matter between `---` lines, then the text. Only top-level one-line fields matter here.
fn parse(content: &str) -> Option<Entry> {
    let rest = content.strip_prefix("---\n")?;
    let (front, text) = rest.split_once("\n---\n")?;
    let fields = front
        .lines()
        .filter(|line| !line.starts_with([' ', '-']))
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.trim().trim_matches('\'').to_owned()))
        .collect();
    Some(Entry { fields, text: text.to_owned() })
}

fn names_no_license(key: &str) -> bool {
    NO_LICENSE.iter().any(|none| key == *none || (none.ends_with('-') && key.starts_with(none)))
        || key.starts_with("unknown-")
}

/// An expression of ScanCode keys as one of SPDX identifiers; `None` where it names no licence.
fn translate(raw: &str, keys: &BTreeMap<String, (String, bool)>) -> Option<String> {
    let spaced = raw.replace('(', " ( ").replace(')', " ) ");
    let mut out: Vec<String> = Vec::new();
    for word in spaced.split_whitespace() {
        let translated = match word.to_ascii_uppercase().as_str() {
            "AND" | "OR" | "WITH" => word.to_ascii_uppercase(),
            "(" | ")" => word.to_owned(),
            _ if names_no_license(word) => return None,
            _ => {
                let (id, is_exception) = keys.get(word)?;
                match id.strip_prefix("LicenseRef-") {
                    Some(rest) if *is_exception && out.last().is_some_and(|last| last == "WITH") => {
                        format!("AdditionRef-{rest}")
                    }
                    _ => id.clone(),
                }
            }
        };
        out.push(translated);
    }
    Some(out.join(" ").replace("( ", "(").replace(" )", ")"))
}

/// The text without its `{{…}}` marks, and the bytes that they marked.
fn required_phrases(text: &str) -> (String, Vec<std::ops::Range<usize>>) {
    let mut plain = String::with_capacity(text.len());
    let mut marks = Vec::new();
    let mut rest = text;
    while let Some((before, marked)) = rest.split_once("{{") {
        let Some((phrase, behind)) = marked.split_once("}}") else { break };
        plain.push_str(before);
        let start = plain.len();
        plain.push_str(phrase);
        marks.push(start..plain.len());
        rest = behind;
    }
    plain.push_str(rest);
    (plain, marks)
}

fn word_range(starts: &[u32], bytes: &std::ops::Range<usize>) -> Option<(u32, u32)> {
    let first = starts.partition_point(|&start| (start as usize) < bytes.start);
    let behind = starts.partition_point(|&start| (start as usize) < bytes.end);
    (behind > first).then_some((u32::try_from(first).ok()?, u32::try_from(behind - first).ok()?))
}
