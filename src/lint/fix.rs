//! Putting right what is mechanical: a few bytes of the card, and nothing else of it.

use std::ops::Range;

use super::card::Card;
use super::{CardFile, Remark};
use crate::extract::yaml::{Kind, Node};

/// What can be done without a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// In the imperative: ``write `apache-2.0` ``.
    pub does: String,
    /// Bytes of the card, from its beginning, and what takes their place; sorted, apart from each other.
    pub(super) edits: Vec<(Range<usize>, String)>,
    /// Keys of the front matter that it may change; all others say the same before and after.
    pub(super) keys: Vec<&'static str>,
    /// A file that it adds beside the card: name and content.
    pub(super) file: Option<(&'static str, &'static str)>,
}

impl Fix {
    /// Replaces a part of the text.
    pub(super) fn replace(card: &Card<'_>, at: Range<usize>, with: String, does: String, key: &'static str) -> Self {
        let at = at.start + card.mark..at.end + card.mark;
        Self { does, edits: vec![(at, with)], keys: vec![key], file: None }
    }

    /// Adds a file beside the card.
    pub(super) fn file(name: &'static str, text: &'static str, does: String) -> Self {
        Self { does, edits: Vec::new(), keys: Vec::new(), file: Some((name, text)) }
    }

    /// Adds lines behind the value of a key; `None` where no line of its own can stand there.
    pub(super) fn add(card: &Card<'_>, behind: &str, lines: &[(&'static str, &str)]) -> Option<Self> {
        let (at, ending) = card.behind(behind)?;
        let added: String = lines.iter().map(|(key, value)| format!("{key}: {value}{ending}")).collect();
        let shown: Vec<String> = lines.iter().map(|(key, value)| format!("`{key}: {value}`")).collect();
        let at = at + card.mark;
        let keys = lines.iter().map(|(key, _)| *key).collect();
        Some(Self { does: format!("add {}", shown.join(" and ")), edits: vec![(at..at, added)], keys, file: None })
    }
}

/// A card with its fixes in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The new bytes of the card.
    pub bytes: Vec<u8>,
    /// Files that are new beside it: name and content.
    pub files: Vec<(&'static str, &'static str)>,
    /// What was done: the name of each remark, and what became of it.
    pub done: Vec<(&'static str, String)>,
}

/// The card with every fix that these remarks hold; `None` where there is none. A fix that would touch what another one
/// changed waits for the next time.
pub fn apply(card: CardFile<'_>, remarks: &[Remark]) -> Option<Changed> {
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut done = Vec::new();
    let mut keys: Vec<&'static str> = Vec::new();
    let mut files = Vec::new();
    for (name, fix) in remarks.iter().filter_map(|remark| Some((remark.name, remark.fix.as_ref()?))) {
        let touches = |at: &Range<usize>| edits.iter().any(|(other, _)| at.start < other.end && other.start < at.end);
        let is_apart = !fix.edits.iter().any(|(at, _)| touches(at)) && !fix.keys.iter().any(|key| keys.contains(key));
        if is_apart {
            edits.extend(fix.edits.iter().cloned());
            keys.extend(&fix.keys);
            files.extend(fix.file);
            done.push((name, fix.does.clone()));
        }
    }
    // What is put in at the same place stays in the order of the remarks.
    edits.sort_by_key(|(at, _)| (at.start, at.end));
    let bytes = edited(card.bytes, &edits)?;
    let is_sure = edits.is_empty()
        || says_the_same(&Card::read(card), &Card::read(CardFile { path: card.path, bytes: &bytes }), &keys);
    (is_sure && !done.is_empty()).then_some(Changed { bytes, files, done })
}

fn edited(bytes: &[u8], edits: &[(Range<usize>, String)]) -> Option<Vec<u8>> {
    let mut new = Vec::with_capacity(bytes.len() + 256);
    let mut from = 0;
    for (at, with) in edits {
        new.extend_from_slice(bytes.get(from..at.start)?);
        new.extend_from_slice(with.as_bytes());
        from = at.end;
    }
    new.extend_from_slice(bytes.get(from..)?);
    Some(new)
}

/// Drops every fix after which the card would say something else elsewhere: YAML has more ways to write a mapping than
/// an edit foresees.
pub(super) fn keep_only_sure(card: &Card<'_>, remarks: &mut [Remark]) {
    let mut bytes = vec![0; card.mark];
    bytes.extend_from_slice(card.text.as_bytes());
    for remark in remarks {
        let is_sure = remark.fix.as_ref().is_some_and(|fix| {
            if fix.edits.is_empty() {
                return true;
            }
            edited(&bytes, &fix.edits).is_some_and(|new| {
                let new = new.get(card.mark..).unwrap_or_default();
                says_the_same(card, &Card::read(CardFile { path: card.path, bytes: new }), &fix.keys)
            })
        });
        if !is_sure {
            remark.fix = None;
        }
    }
}

/// Whether two cards say the same but for these keys, and each of these keys says one thing.
fn says_the_same(before: &Card<'_>, after: &Card<'_>, keys: &[&'static str]) -> bool {
    let (Some((matter, old)), Some((new_matter, new))) = (&before.matter, &after.matter) else { return false };
    let is_other = |(key, _): &&(Node, Node)| key.as_str().is_none_or(|key| !keys.contains(&key));
    let others = |mapping: &Node| -> Vec<String> {
        mapping.pairs().iter().filter(is_other).map(|(key, value)| format!("{} {}", plain(key), plain(value))).collect()
    };
    let once = |key: &&str| new.pairs().iter().filter(|(name, _)| name.as_str() == Some(key)).count() == 1;
    let body = |card: &Card<'_>, from: usize| card.text.get(from..).map(str::to_owned);
    // A renamed key leaves its old name behind.
    let old_others: Vec<String> = others(old);
    let new_others = others(new);
    let is_kept = old_others == new_others || is_one_renamed(old, new, keys);
    is_kept && keys.iter().all(|key| once(&key)) && body(before, matter.body) == body(after, new_matter.body)
}

/// Whether the only difference is that one key of the old mapping has one of these names now, with the same value.
fn is_one_renamed(old: &Node, new: &Node, keys: &[&'static str]) -> bool {
    let (old, new) = (old.pairs(), new.pairs());
    let mut renamed = 0;
    let same = old.len() == new.len()
        && old.iter().zip(new).all(|((old_key, old_value), (new_key, new_value))| {
            let is_value_kept = plain(old_value) == plain(new_value);
            if plain(old_key) == plain(new_key) {
                return is_value_kept || new_key.as_str().is_some_and(|key| keys.contains(&key));
            }
            renamed += 1;
            is_value_kept && new_key.as_str().is_some_and(|key| keys.contains(&key))
        });
    same && renamed == 1
}

/// A value without its place.
fn plain(node: &Node) -> String {
    match &node.kind {
        Kind::Scalar { value, is_plain } => format!("{value:?}{is_plain}"),
        Kind::Sequence(items) => format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(",")),
        Kind::Mapping(pairs) => {
            let pairs: Vec<String> =
                pairs.iter().map(|(key, value)| format!("{}:{}", plain(key), plain(value))).collect();
            format!("{{{}}}", pairs.join(","))
        }
    }
}
