//! Licence texts and notices of ScanCode LicenseDB, from the PyPI wheel.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use license_db::format::{Fingerprint, SequenceKind};
use license_db::languages::halves;
use license_db::tokens::{self, tokenize};

use crate::pack::{self, Result, SourceText, fingerprint, sha256};

/// A shorter text is no text; a name or a notice may have any length.
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

/// Words from which a text may be a printing of a licence, and keeps what tells whether another is the same.
const PRINTING: usize = 40;

/// Relevance from which ScanCode takes words for the licence without reserve.
const CERTAIN: u32 = 90;

/// The expression of licence language without a name.
const UNEXPLAINED: &str = "LicenseRef-licentia-unexplained-terms";

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
        // What ScanCode has given up is now a choice, a licence with an exception, or another key.
        if entry.is("is_deprecated")
            || entry.is("is_unknown")
            || entry.is("is_generic")
            || names_no_license(key)
            || tokens.len() < SHORTEST
        {
            continue;
        }
        let Some((id, is_exception)) = keys.get(key) else { continue };
        // The canonical text of an SPDX licence is SPDX's own.
        let kind = match (id.starts_with("LicenseRef-"), is_exception) {
            (true, true) => SequenceKind::Exception,
            (true, false) => SequenceKind::Canonical,
            (false, _) => SequenceKind::Variant,
        };
        for half in halves(&entry.text).into_iter().flatten() {
            fingerprints.push(fingerprint(kind, id.clone(), &tokenize(&half), Vec::new()));
        }
        fingerprints.push(fingerprint(kind, id.clone(), &tokens, Vec::new()));
        sources.push(SourceText { name, sha256: digest });
    }
    for (_, _, entry) in rules {
        let Some((kind, expression)) = statement(&entry, &keys) else { continue };
        let (text, marks) = required_phrases(&entry.text);
        let tokens = tokenize(&text);
        let is_loose = entry.relevance() < CERTAIN;
        if tokens.is_empty() || (tokens.len() == 1 && is_loose) || !names_something(&text, tokens.len()) {
            continue;
        }
        // A text of a few words is found word for word, as a name is.
        let kind = match kind {
            SequenceKind::Variant if tokens.len() < SHORTEST => SequenceKind::Reference,
            kind => kind,
        };
        let required = marks.iter().filter_map(|mark| word_range(&tokens.starts, mark)).collect();
        let mut one = Fingerprint { is_loose, ..fingerprint(kind, expression, &tokens, required) };
        if one.kind == SequenceKind::Variant && tokens.len() >= PRINTING {
            one.blocks = tokens::block_hashes(&tokens.hashes);
        }
        fingerprints.push(one);
    }
    Ok((fingerprints, sources, catalogue))
}

/// Whether a short statement holds something that could be a name: "used with permission" does not.
fn names_something(text: &str, words: usize) -> bool {
    const MOST: usize = 6;
    const STEMS: [&str; 14] = [
        "licen",
        "gpl",
        "copyleft",
        "spdx",
        "domain",
        "ware",
        "http",
        "www.",
        ".com",
        ".org",
        "permissive",
        "copyright",
        "open source",
        "free",
    ];
    let lower = text.to_lowercase();
    words > MOST
        || STEMS.iter().any(|stem| lower.contains(stem))
        || text.bytes().any(|byte| byte.is_ascii_digit())
        || text.split_whitespace().any(|word| word.bytes().filter(u8::is_ascii_uppercase).count() >= 2)
        || text.split_whitespace().skip(1).any(|word| word.starts_with(|first: char| first.is_uppercase()))
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
    /// How surely the words mean the licence, from 0 to 100; ScanCode leaves out 100.
    fn relevance(&self) -> u32 {
        self.fields.get("relevance").and_then(|value| value.trim().parse().ok()).unwrap_or(100)
    }

    fn is(&self, flag: &str) -> bool {
        self.fields.get(flag).is_some_and(|value| matches!(value.as_str(), "yes" | "true"))
    }
}

/// Front matter between `---` lines, then the text. Only top-level one-line fields matter here.
fn parse(content: &str) -> Option<Entry> {
    let rest = content.strip_prefix("---\n")?;
    // An entry without a text ends with its front matter.
    let (front, text) = rest.split_once("\n---\n").or_else(|| Some((rest.trim_end().strip_suffix("\n---")?, "")))?;
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

/// What a rule states, and of which licences; `None` for rules that are of no use here.
fn statement(entry: &Entry, keys: &BTreeMap<String, (String, bool)>) -> Option<(SequenceKind, String)> {
    if entry.is("is_deprecated") || entry.is("is_license_clue") {
        return None;
    }
    if entry.is("is_false_positive") {
        return Some((SequenceKind::NoStatement, "NONE".to_owned()));
    }
    let expression = match translate(entry.fields.get("license_expression")?, keys)? {
        Translated::Named(one) if one.text == UNEXPLAINED => Translated::Nameless,
        other => other,
    };
    let kind = match expression {
        Translated::Nameless => return Some((SequenceKind::Nameless, UNEXPLAINED.to_owned())),
        Translated::Named(_) if entry.is("is_license_text") => SequenceKind::Variant,
        Translated::Named(_) if entry.is("is_license_notice") => SequenceKind::Notice,
        Translated::Named(_) if entry.is("is_license_tag") => SequenceKind::Tag,
        Translated::Named(_) if entry.is("is_license_reference") => SequenceKind::Reference,
        Translated::Named(_) => return None,
    };
    match expression {
        Translated::Named(expression) => Some((kind, expression.to_string())),
        Translated::Nameless => None,
    }
}

/// Keys that name no licence and yet bind: what they stand beside is not all that was agreed.
const BINDING: [&str; 4] = ["proprietary-license", "commercial-license", "non-commercial", "other-copyleft"];

/// What ScanCode's expression says in SPDX identifiers.
enum Translated {
    Named(Joined),
    /// Every operand is a word for "some licence".
    Nameless,
}

/// An expression, and whether it needs parentheses as an operand of AND.
struct Joined {
    text: String,
    is_choice: bool,
    is_exception: bool,
}

impl std::fmt::Display for Joined {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// Translates an expression; operands that name no licence are left out of it. `None` where a key is not in the data.
fn translate(raw: &str, keys: &BTreeMap<String, (String, bool)>) -> Option<Translated> {
    let spaced = raw.to_ascii_lowercase().replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    let found = choice(&mut words, keys)?;
    words.next().is_none().then_some(found)
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn choice(words: &mut Words<'_>, keys: &BTreeMap<String, (String, bool)>) -> Option<Translated> {
    let mut operands = vec![conjunction(words, keys)?];
    while words.next_if_eq(&"or").is_some() {
        operands.push(conjunction(words, keys)?);
    }
    Some(joined(operands, true))
}

fn conjunction(words: &mut Words<'_>, keys: &BTreeMap<String, (String, bool)>) -> Option<Translated> {
    let mut operands = vec![operand(words, keys)?];
    while words.next_if_eq(&"and").is_some() {
        operands.push(operand(words, keys)?);
    }
    Some(joined(operands, false))
}

fn operand(words: &mut Words<'_>, keys: &BTreeMap<String, (String, bool)>) -> Option<Translated> {
    let word = words.next()?;
    if word == "(" {
        let inner = choice(words, keys)?;
        return words.next_if_eq(&")").map(|_| inner);
    }
    if BINDING.contains(&word) || word.starts_with("generic-") {
        return Some(Translated::Named(Joined { text: UNEXPLAINED.to_owned(), is_choice: false, is_exception: false }));
    }
    if names_no_license(word) {
        return Some(Translated::Nameless);
    }
    let (id, is_exception) = keys.get(word)?;
    // Beside licences, an exception without its own names nothing.
    let is_exception = *is_exception;
    let mut text = id.clone();
    if words.next_if_eq(&"with").is_some() {
        let (id, is_exception) = keys.get(words.next()?)?;
        let addition = id.strip_prefix("LicenseRef-").filter(|_| *is_exception);
        text = format!("{text} WITH {}", addition.map_or(id.clone(), |rest| format!("AdditionRef-{rest}")));
    }
    Some(Translated::Named(Joined { text, is_choice: false, is_exception }))
}

fn joined(operands: Vec<Translated>, is_choice: bool) -> Translated {
    let mut named: Vec<Joined> = operands
        .into_iter()
        .filter_map(|operand| match operand {
            Translated::Named(joined) => Some(joined),
            Translated::Nameless => None,
        })
        .collect();
    if named.len() > 1 {
        // In a choice one takes what one knows; bound together, the rest stays to be read.
        named.retain(|one| !one.is_exception && (!is_choice || one.text != UNEXPLAINED));
    }
    if named.iter().all(|one| one.text == UNEXPLAINED) {
        return Translated::Nameless;
    }
    match named.len() {
        0 => Translated::Nameless,
        1 => Translated::Named(named.remove(0)),
        _ => {
            let texts = named
                .into_iter()
                .map(|one| if one.is_choice && !is_choice { format!("({})", one.text) } else { one.text });
            let word = if is_choice { " OR " } else { " AND " };
            Translated::Named(Joined { text: texts.collect::<Vec<_>>().join(word), is_choice, is_exception: false })
        }
    }
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
