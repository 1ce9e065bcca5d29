//! The words that stand for a licence or a family, as Rust: what a name, a Hub identifier or a URL leads to.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use toml::Value;

use crate::entries::{Entries, string, strings};
use crate::spdx_list::Row;

include!("../src/fold.rs");

/// In the order of `AliasKind`.
const HUB: u8 = 0;
const NAME: u8 = 1;
const URL: u8 = 2;

/// Folded words by kind.
type Words<T> = BTreeMap<(u8, String), T>;

/// Every word, sorted by kind and word. A word of ours that stands for two things stops the build; one from the SPDX
/// list or from ScanCode's names, where a URL or a name may be that of several versions, simply names none of them.
pub(crate) fn generate(out: &mut String, list: &BTreeMap<String, Row>, entries: &Entries, ids: &[&str]) {
    let position = |id: &str| {
        let now = entries.former.get(id).map_or(id, String::as_str);
        let position = ids.binary_search(&now).unwrap_or_else(|_| panic!("{id} is not in the database"));
        format!("Target::License({position})")
    };
    let mut all: Words<String> = ours(entries, &position).into_iter().map(|(key, (target, _))| (key, target)).collect();
    let mut offered = Offered::default();
    of_the_list(&mut offered, list, &position);
    of_identifiers(&mut offered, entries, &position);
    for (key, targets) in offered.targets {
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

/// The aliases that the entries and families state, with the file of each.
fn ours(entries: &Entries, position: &dyn Fn(&str) -> String) -> Words<(String, String)> {
    let mut own: Words<(String, String)> = BTreeMap::new();
    let mut add = |kind: u8, word: String, target: &str, place: &str| {
        let before = own.insert((kind, word.clone()), (target.to_owned(), place.to_owned()));
        if let Some((other, elsewhere)) = before {
            assert!(other == target, "{place}: the alias {word:?} stands in {elsewhere} too");
        }
    };
    for (id, entry) in &entries.licenses {
        let Some(aliases) = entry.table.get("aliases").and_then(Value::as_table) else { continue };
        let target = position(id);
        for hub in strings(aliases, "hub") {
            add(HUB, hub.to_ascii_lowercase(), &target, &entry.path);
        }
        for name in strings(aliases, "names").into_iter().chain(strings(aliases, "titles")) {
            add(NAME, fold_name(&name), &target, &entry.path);
        }
        for url in strings(aliases, "urls") {
            add(URL, fold_url(&url), &target, &entry.path);
        }
    }
    for (number, family) in entries.families.iter().enumerate() {
        let word = string(family, "word");
        let place = format!("families.toml: {word}");
        let target = format!("Target::Family({number})");
        for name in strings(family, "aliases").into_iter().chain([word]) {
            add(NAME, fold_name(&name), &target, &place);
        }
        for hub in strings(family, "hub") {
            add(HUB, hub.to_ascii_lowercase(), &target, &place);
        }
        for url in strings(family, "urls") {
            add(URL, fold_url(&url), &target, &place);
        }
    }
    own
}

/// Words that hold where nobody of ours claims them and one licence alone has them.
#[derive(Default)]
struct Offered {
    targets: Words<Vec<String>>,
}

impl Offered {
    fn offer(&mut self, kind: u8, word: String, target: &str) {
        let targets = self.targets.entry((kind, word)).or_default();
        if !targets.iter().any(|other| other == target) {
            targets.push(target.to_owned());
        }
    }
}

/// Identifiers, official names and URLs of the SPDX list.
fn of_the_list(offered: &mut Offered, list: &BTreeMap<String, Row>, position: &dyn Fn(&str) -> String) {
    const PAGES: [&str; 3] = ["opensource.org/licenses/", "opensource.org/license/", "choosealicense.com/licenses/"];
    for (id, row) in list {
        let current = row.replaced_by.as_deref().filter(|id| !id.contains(' ')).unwrap_or(id);
        if row.is_exception || (row.is_deprecated && row.replaced_by.as_deref().is_none_or(|id| id.contains(' '))) {
            continue;
        }
        let target = position(current);
        offered.offer(NAME, fold_name(id), &target);
        offered.offer(NAME, fold_name(&row.name), &target);
        for url in &row.urls {
            offered.offer(URL, fold_url(url), &target);
        }
        offered.offer(URL, fold_url(&format!("spdx.org/licenses/{id}")), &target);
        for page in PAGES {
            offered.offer(URL, fold_url(&format!("{page}{}", id.to_ascii_lowercase())), &target);
        }
    }
}

/// Identifiers and names of ScanCode's licences and of ours; former identifiers too.
fn of_identifiers(offered: &mut Offered, entries: &Entries, position: &dyn Fn(&str) -> String) {
    for (id, (name, _, kind)) in &entries.scancode {
        if kind == "license" {
            let target = position(id);
            offered.offer(NAME, fold_name(id.trim_start_matches("LicenseRef-scancode-")), &target);
            offered.offer(NAME, fold_name(id), &target);
            offered.offer(NAME, fold_name(name), &target);
        }
    }
    let named = entries.licenses.iter().map(|(id, entry)| (id, Some(string(&entry.table, "name"))));
    let former = entries.former.keys().map(|id| (id, None));
    for (id, name) in named.chain(former).filter(|(id, _)| id.starts_with("LicenseRef-licentia-")) {
        let target = position(id);
        offered.offer(NAME, fold_name(id.trim_start_matches("LicenseRef-licentia-")), &target);
        offered.offer(NAME, fold_name(id), &target);
        if let Some(name) = name {
            offered.offer(NAME, fold_name(&name), &target);
        }
    }
}
