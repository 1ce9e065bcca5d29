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
    pub(super) keys: Vec<String>,
    /// A file that it adds beside the card: name and content.
    pub(super) file: Option<(&'static str, &'static str)>,
}

impl Fix {
    /// Replaces a word of the front matter; `None` where it is more than a word on one line.
    pub(super) fn replace(card: &Card<'_>, node: &Node, with: String, does: String, key: &'static str) -> Option<Self> {
        let at = card.word(node)?;
        let at = at.start + card.mark..at.end + card.mark;
        Some(Self { does, edits: vec![(at, with)], keys: vec![key.to_owned()], file: None })
    }

    /// Gives a key another name, under which its value stays.
    pub(super) fn rename(card: &Card<'_>, key: &Node, name: &'static str, does: String) -> Option<Self> {
        let fix = Self::replace(card, key, name.to_owned(), does, name)?;
        Some(Self { keys: vec![name.to_owned(), key.as_str().unwrap_or_default().to_owned()], ..fix })
    }

    /// Adds a file beside the card.
    pub(super) fn file(name: &'static str, text: &'static str, does: String) -> Self {
        Self { does, edits: Vec::new(), keys: Vec::new(), file: Some((name, text)) }
    }

    /// Adds lines behind the value of a key; `None` where no line of its own can stand there.
    pub(super) fn add(card: &Card<'_>, behind: &str, lines: &[(&'static str, &str)]) -> Option<Self> {
        let (at, ending) = card.behind(behind)?;
        let added: Vec<String> = lines.iter().map(|(key, value)| format!("{key}: {value}{ending}")).collect();
        let shown: Vec<String> = lines.iter().map(|(key, value)| format!("`{key}: {value}`")).collect();
        let at = at + card.mark;
        let keys = lines.iter().map(|(key, _)| (*key).to_owned()).collect();
        Some(Self {
            does: format!("add {}", shown.join(" and ")),
            edits: vec![(at..at, added.concat())],
            keys,
            file: None,
        })
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
    let before = Card::read(card);
    let mut changed = Changed { bytes: card.bytes.to_vec(), files: Vec::new(), done: Vec::new() };
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut keys: Vec<String> = Vec::new();
    for (name, fix) in remarks.iter().filter_map(|remark| Some((remark.name, remark.fix.as_ref()?))) {
        let touches = |at: &Range<usize>| edits.iter().any(|(other, _)| at.start < other.end && other.start < at.end);
        if fix.edits.iter().any(|(at, _)| touches(at)) {
            continue;
        }
        let mut all = [edits.as_slice(), fix.edits.as_slice()].concat();
        // What is put in at the same place stays in the order of the remarks.
        all.sort_by_key(|(at, _)| (at.start, at.end));
        let may_change = [keys.as_slice(), fix.keys.as_slice()].concat();
        if !fix.edits.is_empty() {
            let Some(bytes) = edited(card.bytes, &all) else { continue };
            if !says_the_same(&before, &Card::read(CardFile { path: card.path, bytes: &bytes }), &may_change) {
                continue;
            }
            changed.bytes = bytes;
        }
        edits = all;
        keys = may_change;
        changed.files.extend(fix.file);
        changed.done.push((name, fix.does.clone()));
    }
    (!changed.done.is_empty()).then_some(changed)
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

/// Whether two cards say the same but for these keys, and each of these keys says one thing or nothing.
fn says_the_same(before: &Card<'_>, after: &Card<'_>, keys: &[String]) -> bool {
    let (Some((matter, old)), Some((new_matter, new))) = (&before.matter, &after.matter) else { return false };
    let is_changed = |key: &Node| key.as_str().is_some_and(|key| keys.iter().any(|changed| changed == key));
    let others = |mapping: &Node| -> Vec<String> {
        let others = mapping.pairs().iter().filter(|(key, _)| !is_changed(key));
        others.map(|(key, value)| format!("{} {}", plain(key), plain(value))).collect()
    };
    let is_once = |key: &String| new.pairs().iter().filter(|(name, _)| name.as_str() == Some(key)).count() <= 1;
    let body = |card: &Card<'_>, from: usize| card.text.get(from..).map(str::to_owned);
    others(old) == others(new) && keys.iter().all(is_once) && body(before, matter.body) == body(after, new_matter.body)
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
