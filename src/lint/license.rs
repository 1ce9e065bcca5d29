//! What the card says its licence is: `license` and `license_name`, in the words that the Hub knows
//! (<https://huggingface.co/docs/hub/repositories-licenses>; the vocabulary is data of `license-db`).

use license_db::{Alias, FamilyKind};

use super::card::{Card, is_blank};
use super::fix::Fix;
use super::{Remark, World, hub_id, named};
use crate::classify::declared;
use crate::extract::yaml::{Kind, Node};
use crate::finding::Level;
use crate::license::Classification;
use crate::policy::message::{escaped, listed, nearest, quoted};

/// Keys that people write for `license`; the Hub reads none of them.
const MISSPELT: [&str; 5] = ["licence", "licenses", "licences", "license_id", "licence_id"];

pub(super) fn look(world: &World<'_>, card: &Card<'_>, remarks: &mut Vec<Remark>) {
    let name = card.value("license_name").filter(|value| !is_blank(value) && value.as_str().is_none());
    remarks.extend(name.map(|value| no_word(card, value, "license_name", "identifier")));
    let is_stated = card.states("license");
    let misspelt = misspelt(card);
    let only = match misspelt.as_slice() {
        [one] if !is_stated => Some(one),
        _ => None,
    };
    if let Some(value) = card.value("license").filter(|_| is_stated) {
        values(world, card, ("license", value), remarks);
    } else if misspelt.is_empty() && !is_stated {
        remarks.extend(without_key(world, card, remarks));
    }
    for (key, value) in &misspelt {
        let name = key.as_str().unwrap_or_default();
        let spelt = escaped(name);
        let mut remark = card.remark("license-key-misspelt", Level::Warning, key, "license");
        remark.message = format!("the key `{spelt}` is not read by the Hub, whose key is `license`");
        remark.help = match only {
            Some(_) => String::from("Write `license`."),
            None => format!("Say under `license` what you grant, and take `{spelt}` out."),
        };
        // What no reader reads grants nothing yet.
        if only.is_some() && is_read(world, card, name) {
            let keys = card.keys();
            let is_free = keys.is_some_and(|keys| keys.every("license").is_empty() && keys.every("<<").is_empty());
            if is_free && !value.bytes.is_empty() {
                remark.fix = Fix::rename(card, key, "license", format!("write `license` for `{spelt}`"));
            }
            values(world, card, (name, value), remarks);
        }
        remarks.push(remark);
    }
    let is_doubtful = only.is_none_or(|(key, _)| !is_read(world, card, key.as_str().unwrap_or_default()));
    if !misspelt.is_empty() && is_doubtful {
        // Two keys, or one that nobody reads: which licence is granted is for the author to say, before its text is added.
        for remark in remarks.iter_mut().filter(|remark| remark.fix.as_ref().is_some_and(|fix| fix.file.is_some())) {
            remark.fix = None;
        }
    }
}

/// Whether the scan reads what stands behind this key of the card.
fn is_read(world: &World<'_>, card: &Card<'_>, key: &str) -> bool {
    let is_it = |found: &str| found.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    world.scan.evidence.iter().any(|evidence| {
        evidence.at.source == 0 && evidence.at.path == card.path && evidence.at.key.as_deref().is_some_and(is_it)
    })
}

/// A list or a mapping where one word is read.
pub(super) fn no_word(card: &Card<'_>, value: &Node, key: &'static str, what: &str) -> Remark {
    let name = if key == "license_link" { "license-link-not-a-word" } else { "license-name-not-a-word" };
    let mut remark = card.remark(name, Level::Warning, value, key);
    let form = if matches!(value.kind, Kind::Mapping(_)) { "mapping" } else { "list" };
    remark.message = format!("`{key}` is a {form}, and the Hub reads one {what}");
    remark.help = format!("Write one {what} behind `{key}:`.");
    remark
}

/// Whether a file beside the card holds the text of what the card grants, so that leading to it changes nothing of that:
/// `license` and `license_name` say one licence beyond doubt, and the text is of the same one.
pub(super) fn is_granted(world: &World<'_>, card: &Card<'_>, path: &str) -> bool {
    let text = world.license_file().filter(|(file, _)| *file == path).and_then(|(_, found)| named(found?));
    let Some(text) = text else { return false };
    let says_it = |word: &str| named(&declared::value(word)).as_deref() == Some(text.as_str());
    let words: Vec<&str> =
        card.value("license").map(|value| value.strings().map(str::trim).collect()).unwrap_or_default();
    let [only] = words.as_slice() else { return false };
    let is_other = only.eq_ignore_ascii_case("other");
    let is_named = match card.value("license_name") {
        Some(name) if !is_blank(name) => name.as_str().is_some_and(|name| says_it(name.trim())),
        // Written twice or merged in: nobody knows which of them is read.
        _ => !is_other && !card.states("license_name"),
    };
    is_named && (is_other || says_it(only))
}

/// Keys that are meant to be `license`, with their values.
fn misspelt<'a>(card: &'a Card<'_>) -> Vec<(&'a Node, &'a Node)> {
    let is_misspelt = |key: &Node| {
        let word = key.as_str().unwrap_or_default();
        let is_meant = |known: &str| word.trim().eq_ignore_ascii_case(known);
        word != "license" && (is_meant("license") || MISSPELT.iter().any(|near| is_meant(near)))
    };
    let pairs = card.keys().map(Node::pairs).unwrap_or_default();
    let found = pairs.iter().filter(|(key, value)| is_misspelt(key) && !is_blank(value));
    found.map(|(key, value)| (key, value)).collect()
}

/// What stands behind the key, whatever it is called.
fn values(world: &World<'_>, card: &Card<'_>, (key, value): (&str, &Node), remarks: &mut Vec<Remark>) {
    if matches!(value.kind, Kind::Mapping(_)) {
        let mut remark = card.remark("license-not-a-word", Level::Warning, value, "license");
        remark.message = String::from("`license` is a mapping, and the Hub reads one identifier or a list of them");
        remark.help = String::from(
            "Write the identifier behind `license:`, and name and address in `license_name` and `license_link`.",
        );
        remarks.push(remark);
    }
    for item in value.scalars() {
        let said = item.as_str().unwrap_or_default().trim();
        if license_db::by_hub_id(said).is_none() || said.chars().any(|character| character.is_ascii_uppercase()) {
            let mut remark = no_hub_id(card, item, said);
            if let Some(fix) = &mut remark.fix {
                fix.keys.push(key.to_owned());
            }
            remarks.push(remark);
        }
    }
    if says_other(value) {
        other(world, card, (key, value), remarks);
    }
}

/// Whether one of the licences is `other`.
fn says_other(value: &Node) -> bool {
    value.strings().any(|word| word.trim().eq_ignore_ascii_case("other"))
}

fn without_key(world: &World<'_>, card: &Card<'_>, remarks: &[Remark]) -> Option<Remark> {
    // The rule of the policy says it, with what was searched; and of a card that cannot be read nothing is known.
    let is_said = remarks.iter().any(|remark| matches!(remark.name, "no-license" | "card-not-understood"));
    if is_said {
        return None;
    }
    let placeholder = card.value("license").filter(|value| !value.bytes.is_empty());
    let mut remark = match placeholder {
        Some(value) => card.remark("license-key-missing", Level::Warning, value, "license"),
        None => card.remark_at_top("license-key-missing", Level::Warning),
    };
    remark.message = String::from("the card names no licence in its front matter, so the Hub shows none");
    let meant = world.license_file().and_then(|(path, found)| {
        let expression = named(found?)?;
        Some((path, hub_id(&expression), expression))
    });
    remark.help = match meant {
        Some((path, Some(id), expression)) => {
            format!("{} holds the text of {expression}: add `license: {id}` if that is what you grant.", escaped(path))
        }
        _ => "Add `license:` with an identifier of https://huggingface.co/docs/hub/repositories-licenses.".to_owned(),
    };
    Some(remark)
}

/// A word that is not of the Hub's vocabulary, in these letters.
fn no_hub_id(card: &Card<'_>, item: &Node, word: &str) -> Remark {
    let found = declared::value(word);
    let expression = named(&found);
    // The same licence and the same doubts (`only`, `or later`) in the Hub's own word.
    let is_same = |id: &&str| {
        let of_id = declared::value(id);
        named(&of_id).is_some() && named(&of_id) == expression && doubts(&of_id, id) == doubts(&found, word)
    };
    let lower = word.to_ascii_lowercase();
    let spelt = license_db::hub_ids().map(|(id, _)| id).find(|id| *id == lower);
    if let Some(id) = spelt.or_else(|| license_db::hub_ids().map(|(id, _)| id).find(is_same)) {
        let mut remark = card.remark("license-id-spelling", Level::Warning, item, "license");
        remark.message = format!("{} is not how the Hub writes this licence, which is `{id}`", quoted(word));
        remark.help = format!("Write `{id}`.");
        let does = format!("write `{id}` for {}", quoted(word));
        remark.fix = Fix::replace(card, item, id.to_owned(), does, "license");
        return remark;
    }
    let mut remark = card.remark("license-id-unknown", Level::Warning, item, "license");
    remark.message = format!("{} is no identifier of the Hub's vocabulary", quoted(word));
    remark.help = meant_id(word, expression.as_deref());
    remark
}

/// What stays open where this word names a licence, the word itself left out: `gpl-3.0` does not say whether later versions
/// are meant, and `gpl-3.0 only` does.
fn doubts(found: &Classification, word: &str) -> Vec<String> {
    let label = format!("`{}`", word.trim().trim_matches(['"', '\'', '`']).trim());
    found.notes.iter().map(|note| note.replace(&label, "")).collect()
}

/// What the author may have meant.
fn meant_id(word: &str, expression: Option<&str>) -> String {
    let own = |name: &str| {
        format!(
            "write `license: other` with `license_name: {name}` and `license_link: LICENSE`, and put the text into LICENSE"
        )
    };
    match expression {
        Some(one) if one.contains("GPL-") && license_db::license(one).is_some() => {
            let stem = one.trim_end_matches("-only").trim_end_matches("-or-later").to_ascii_lowercase();
            return format!(
                "The Hub has `{stem}`, which says neither only nor or-later: write it and say in the card which holds."
            );
        }
        Some(one) if license_db::license(one).is_some() => {
            return format!("It names {one}, for which the Hub has no identifier: {}.", own(&kebab(word)));
        }
        Some(_) => {
            return "It is an expression of several licences: write the identifiers as a list, and say in the card whether \
                    all bind or one may be chosen."
                .to_owned();
        }
        None => {}
    }
    let ids = || license_db::hub_ids().map(|(id, _)| id);
    let family: Vec<String> = match license_db::by_name(word) {
        Some(Alias::Family(family)) if family.kind == FamilyKind::Versions => {
            let of_family = family.members.iter().filter_map(|member| hub_id(member));
            of_family.map(|id| format!("`{id}`")).collect()
        }
        _ => Vec::new(),
    };
    if !family.is_empty() {
        return format!("It may mean {}: write which.", listed(&family));
    }
    match nearest(word, ids()) {
        Some(id) => format!("Did you mean `{id}`? Else {}.", own("NAME")),
        None => format!("Write one of https://huggingface.co/docs/hub/repositories-licenses; else {}.", own("NAME")),
    }
}

/// `license: other` asks for a name and a link.
fn other(world: &World<'_>, card: &Card<'_>, (key, value): (&str, &Node), remarks: &mut Vec<Remark>) {
    // Beside other licences nobody can tell whose text a file is.
    let file = if value.strings().count() == 1 { world.license_file() } else { None };
    let text = file.and_then(|(path, found)| Some((path, named(found?)?)));
    let name = card.value("license_name").filter(|value| !is_blank(value));
    let stated = name.and_then(Node::as_str).map(str::trim);
    // A name that is the Hub's own identifier, and a text that the Hub has an identifier for.
    let by_name = stated.and_then(|word| named(&declared::value(word)));
    let by_text = text.as_ref().map(|(_, expression)| expression.clone());
    let id = by_name.as_deref().and_then(hub_id).or_else(|| by_text.as_deref().and_then(hub_id));
    if let Some(id) = id {
        let mut remark = card.remark("other-has-an-id", Level::Note, value, "license");
        let why = match (stated, by_name.as_deref().and_then(hub_id)) {
            (Some(name), Some(_)) => format!("`license_name` is {}", quoted(name)),
            _ => format!("{} is its text", escaped(text.as_ref().map_or("", |(path, _)| path))),
        };
        remark.message = format!("`license: other` hides a licence that the Hub knows as `{id}` ({why})");
        remark.help = format!("Write `license: {id}`; `license_name` is for what has no identifier.");
        remarks.push(remark);
    }
    if let (Some(node), Some(word)) = (name, stated) {
        remarks.extend(name_spelling(card, node, word));
    } else if !card.states("license_name") {
        let mut remark = card.remark("license-name-missing", Level::Warning, value, "license");
        remark.message = String::from("`license: other` names no licence, and there is no `license_name`");
        remark.help = String::from("Add `license_name:` with an identifier of your own, such as `my-license-1.0`.");
        let is_led_there = |path: &str| match card.value("license_link").filter(|link| !is_blank(link)) {
            Some(link) => link.as_str().is_some_and(|link| link.trim() == path),
            None => !card.states("license_link"),
        };
        let known = text
            .as_ref()
            .filter(|(path, _)| id.is_none() && is_led_there(path))
            .and_then(|(path, expression)| Some((path, name_of(expression)?)));
        if let Some((path, name)) = known {
            remark.help =
                format!("{} holds the text that is known as `{name}`: add `license_name: {name}`.", escaped(path));
            let is_new = card.keys().is_some_and(|keys| keys.every("license_name").is_empty());
            remark.fix = is_new.then(|| Fix::add(card, key, &[("license_name", &name)])).flatten();
        }
        remarks.push(remark);
    }
    if !card.states("license_link") {
        let mut remark = card.remark("license-link-missing", Level::Warning, value, "license");
        remark.message =
            String::from("`license: other` does not say where its text stands: there is no `license_link`");
        remark.help = match file {
            Some((path, _)) => format!("Add `license_link: {}`.", escaped(path)),
            None => "Put the text into a file LICENSE and add `license_link: LICENSE`.".to_owned(),
        };
        let is_new = card.keys().is_some_and(|keys| keys.every("license_link").is_empty());
        // A name that the author chose is not of this text, unless it is that of its licence; without any name the text
        // beside the card gives both, where it is one that has no identifier.
        let is_same = match name {
            Some(_) => by_name.is_some() && by_name == by_text,
            None => !card.states("license_name") && id.is_none(),
        };
        let identified = text.as_ref().map(|(path, _)| *path).filter(|path| is_new && is_same && is_plain(path));
        remark.fix = identified.and_then(|path| Fix::add(card, key, &[("license_link", path)]));
        remarks.push(remark);
    }
}

/// A `license_name` that is known and not written as an identifier.
fn name_spelling(card: &Card<'_>, node: &Node, word: &str) -> Option<Remark> {
    let spelt = kebab(word);
    let same = named(&declared::value(word)).is_some_and(|known| named(&declared::value(&spelt)) == Some(known));
    if spelt == word || !same {
        return None;
    }
    let mut remark = card.remark("license-name-spelling", Level::Note, node, "license_name");
    remark.message = format!("{} is a title, and `license_name` is an identifier", quoted(word));
    remark.help = format!("Write `{spelt}`.");
    let does = format!("write `license_name: {spelt}`");
    remark.fix = Fix::replace(card, node, spelt, does, "license_name");
    Some(remark)
}

/// The name by which the database knows a licence that has no identifier of the Hub.
fn name_of(expression: &str) -> Option<String> {
    let license = license_db::license(expression)?;
    let bare = license.id.trim_start_matches("LicenseRef-scancode-").trim_start_matches("LicenseRef-licentia-");
    let name = bare.to_ascii_lowercase();
    (is_plain(&name) && named(&declared::value(&name)).as_deref() == Some(license.id)).then_some(name)
}

/// Small letters, joined by hyphens.
fn kebab(words: &str) -> String {
    let lower = words.to_lowercase();
    let parts = lower.split(|character: char| character.is_whitespace() || matches!(character, '_' | '-' | ',' | '"'));
    let spelt = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    if is_plain(&spelt) { spelt } else { "NAME".to_owned() }
}

/// Whether it can stand in YAML as it is: letters, digits, dots and hyphens, and no number.
pub(super) fn is_plain(word: &str) -> bool {
    let is_word = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_');
    word.starts_with(|first: char| first.is_ascii_alphabetic()) && word.chars().all(is_word) && !is_reserved(word)
}

fn is_reserved(word: &str) -> bool {
    ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
        .iter()
        .any(|reserved| word.eq_ignore_ascii_case(reserved))
}
