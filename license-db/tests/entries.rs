//! The entries of this database against each other and against the SPDX list.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use license_db::terms::{self, Form};
use license_db::{
    Alias, Category, Copyleft, FamilyKind, Kind, License, TermKind, by_hub_id, by_name, by_url, license, licenses,
};
use toml::{Table, Value};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn table(path: &Path) -> Table {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every `license.toml`, by identifier.
fn entries() -> BTreeMap<String, Table> {
    let folders = std::fs::read_dir(root().join("licenses")).expect("the entries");
    let read = |folder: PathBuf| {
        let name = folder.file_name().and_then(|name| name.to_str()).expect("a name in ASCII").to_owned();
        (name, table(&folder.join("license.toml")))
    };
    folders.map(|folder| read(folder.expect("a folder").path())).collect()
}

fn strings<'a>(table: &'a Table, key: &str) -> Vec<&'a str> {
    let array = table.get(key).and_then(Value::as_array);
    array.into_iter().flatten().filter_map(Value::as_str).collect()
}

fn aliases(entry: &Table) -> &Table {
    entry.get("aliases").and_then(Value::as_table).expect("aliases")
}

fn terms<'a>(license: &'a License, kind: &str) -> Vec<&'a str> {
    license.terms.iter().filter(|term| term.kind.as_str() == kind).map(|term| term.value).collect()
}

fn forbids_commerce(license: &License) -> bool {
    license.has(Category::NonCommercial) || license.has(Category::ResearchOnly)
}

fn is_license(alias: Option<Alias>, id: &str) -> bool {
    matches!(alias, Some(Alias::License(license)) if license.id == id)
}

#[test]
fn identifiers_are_sorted_and_each_finds_itself_in_any_case() {
    assert!(licenses().is_sorted_by(|one, next| one.id < next.id));
    for one in licenses() {
        assert_eq!(license(one.id).map(|found| found.id), Some(one.id));
        assert_eq!(license(&one.id.to_uppercase()).map(|found| found.id), Some(one.id));
    }
}

#[test]
fn every_alias_of_an_entry_leads_to_it() {
    for (id, entry) in entries() {
        let aliases = aliases(&entry);
        for name in strings(aliases, "names").into_iter().chain(strings(aliases, "titles")) {
            assert!(is_license(by_name(name), &id), "{id}: {name:?} leads to {:?}", by_name(name));
        }
        for hub in strings(aliases, "hub") {
            assert!(is_license(by_hub_id(hub), &id), "{id}: {hub:?} leads to {:?}", by_hub_id(hub));
        }
        for url in strings(aliases, "urls") {
            assert!(is_license(by_url(url), &id), "{id}: {url:?} leads to {:?}", by_url(url));
            assert!(is_license(by_url(&format!("https://www.{url}/?x=1#top")), &id), "{id}: {url:?}");
        }
        for former in strings(aliases, "ids") {
            assert_eq!(license(former).map(|found| found.id), Some(id.as_str()), "{id}: {former}");
        }
    }
}

#[test]
fn a_former_identifier_is_nowhere_but_in_the_entry_that_took_it_over() {
    let entries = entries();
    for (id, entry) in &entries {
        for former in strings(aliases(entry), "ids") {
            assert!(!entries.contains_key(former), "{id}: {former} has a folder");
            assert!(licenses().iter().all(|license| license.id != former), "{id}: {former} is current");
        }
    }
}

#[test]
fn folding_twice_is_folding_once() {
    for (id, entry) in entries() {
        let aliases = aliases(&entry);
        for name in strings(aliases, "names").into_iter().chain(strings(aliases, "titles")) {
            let folded = license_db::fold_name(name);
            assert_eq!(license_db::fold_name(&folded), folded, "{id}");
        }
        for url in strings(aliases, "urls") {
            let folded = license_db::fold_url(url);
            assert_eq!(license_db::fold_url(&folded), folded, "{id}");
        }
    }
}

#[test]
fn every_identifier_of_the_hub_means_what_its_list_says() {
    let list = std::fs::read_to_string(root().join("tests/hub_ids.tsv")).expect("hub_ids.tsv");
    let rows: Vec<(&str, &str)> =
        list.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t')).collect();
    assert_eq!(rows.len(), 83);
    for (hub, expected) in rows {
        match by_hub_id(hub) {
            Some(Alias::License(license)) => assert_eq!(license.id, expected, "{hub}"),
            Some(Alias::Family(family)) => assert_eq!(family.hub_default.unwrap_or("-"), expected, "{hub}"),
            None => panic!("{hub} is unknown"),
        }
    }
}

#[test]
fn every_member_of_a_family_is_a_licence_and_only_a_placeholder_has_none() {
    for family in license_db::families() {
        assert_eq!(family.members.is_empty(), family.kind == FamilyKind::Placeholder, "{}", family.word);
        for member in family.members.iter().chain(&family.hub_default) {
            assert_eq!(license(member).map(|found| found.id), Some(*member), "{}", family.word);
        }
        let members: BTreeSet<&&str> = family.members.iter().collect();
        assert_eq!(members.len(), family.members.len(), "{}: a member twice", family.word);
        assert!(family.hub_default.is_none_or(|default| family.members.contains(&default)), "{}", family.word);
    }
}

#[test]
fn every_spdx_licence_has_a_category_and_no_exception_has() {
    for one in licenses().iter().filter(|license| license.is_spdx()) {
        assert_eq!(one.categories.is_empty(), one.kind == Kind::Exception, "{}", one.id);
        assert!(one.text().is_some(), "{}", one.id);
    }
}

#[test]
fn every_deprecated_identifier_has_a_replacement_or_a_reason() {
    let reasons = std::fs::read_to_string(root().join("spdx/deprecated.tsv")).expect("deprecated.tsv");
    let has_reason = |id: &str| reasons.lines().any(|line| line.starts_with(&format!("{id}\t-\t")));
    for one in licenses().iter().filter(|license| license.is_deprecated) {
        let Some(replacement) = one.replaced_by else {
            assert!(has_reason(one.id), "{}", one.id);
            continue;
        };
        for id in replacement.split(" WITH ") {
            let found = license(id).unwrap_or_else(|| panic!("{}: {id} is unknown", one.id));
            assert!(!found.is_deprecated && found.id == id, "{}: {id}", one.id);
        }
    }
}

#[test]
fn every_correction_holds() {
    let corrections = table(&root().join("spdx/corrections.toml"));
    let corrections = corrections.get("correction").and_then(Value::as_array).expect("corrections");
    for correction in corrections.iter().filter_map(Value::as_table) {
        let id = correction.get("id").and_then(Value::as_str).expect("an id");
        let found = license(id).unwrap_or_else(|| panic!("{id} is unknown"));
        let categories: Vec<&str> = found.categories.iter().map(|category| category.as_str()).collect();
        assert_eq!(categories, strings(correction, "categories"), "{id}");
        assert_eq!(found.correction, correction.get("because").and_then(Value::as_str), "{id}");
    }
}

#[test]
fn the_list_has_one_version_in_every_crate_it_comes_from() {
    assert_eq!(license_db::SPDX_LIST_VERSION, spdx::license_version());
    let lock = table(&root().join("../Cargo.lock"));
    let packages = lock.get("package").and_then(Value::as_array).expect("packages");
    let texts = packages.iter().find(|package| package.get("name").and_then(Value::as_str) == Some("license"));
    let version = texts.and_then(|package| package.get("version")).and_then(Value::as_str).expect("a version");
    assert!(version.ends_with(&format!("+{}", license_db::SPDX_LIST_VERSION)), "{version}");
}

#[test]
fn a_licence_that_forbids_commerce_never_looks_permissive() {
    for one in licenses() {
        if terms(one, "commercial-use").contains(&"no") && one.kind == Kind::License {
            assert!(forbids_commerce(one), "{}", one.id);
        }
        if forbids_commerce(one) {
            assert!(!one.has(Category::Permissive) && !one.has(Category::PublicDomain), "{}", one.id);
            assert!(terms(one, "commercial-use").iter().all(|value| *value == "no"), "{}", one.id);
        }
        if one.has(Category::Conditional) {
            assert!(!terms(one, "commercial-use").contains(&"no"), "{}", one.id);
        }
    }
}

#[test]
fn share_alike_is_told_the_same_way_twice_or_a_note_says_why_not() {
    let share = [Category::StrongCopyleft, Category::NetworkCopyleft, Category::WeakCopyleft, Category::DataCopyleft];
    for one in licenses().iter().filter(|license| !license.is_spdx() && license.reviewed.is_some()) {
        let has_category = share.iter().any(|category| one.has(*category));
        let has_note = terms(one, "note").iter().any(|note| note.contains("share-alike"));
        assert!(has_category == (one.copyleft != Copyleft::None) || has_note, "{}", one.id);
        assert!(!one.has(Category::NetworkCopyleft) || one.copyleft == Copyleft::Network, "{}", one.id);
    }
}

#[test]
fn a_threshold_makes_the_licence_conditional() {
    for one in licenses() {
        for term in one.terms.iter().filter(|term| term.kind.is_threshold()) {
            assert!(one.has(Category::Conditional), "{}: {}", one.id, term.kind);
        }
    }
}

#[test]
fn what_was_read_says_where_and_was_read_in_a_text_that_is_named() {
    for one in licenses() {
        for term in one.terms {
            assert!(!term.source.is_empty(), "{}: {}", one.id, term.kind);
            assert!(term.reviewed.is_none() || one.reviewed.is_some(), "{}: {}", one.id, term.kind);
        }
        if one.reviewed.is_some() && !one.is_spdx() {
            assert!(!one.texts.is_empty(), "{}: reviewed without a text", one.id);
            assert!(one.terms.iter().all(|term| term.reviewed.is_some()), "{}: a term nobody read", one.id);
        }
        for text in one.texts {
            assert!(text.url.starts_with("https://"), "{}: {}", one.id, text.url);
            let is_digest = text.sha256.len() == 64 && text.sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(is_digest, "{}: {}", one.id, text.sha256);
        }
    }
}

#[test]
fn a_use_policy_is_marked_as_one_twice() {
    for one in licenses() {
        assert_eq!(one.kind == Kind::UsePolicy, one.has(Category::UsePolicy), "{}", one.id);
    }
}

#[test]
fn the_notice_and_the_licence_of_the_crate_are_those_of_the_repository() {
    for name in ["NOTICE", "LICENSE"] {
        let here = std::fs::read(root().join(name)).expect("a file of the crate");
        assert!(here == std::fs::read(root().join("..").join(name)).expect("a file of the repository"), "{name}");
    }
}

#[test]
fn readme_names_every_category() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("README.md");
    for category in Category::ALL {
        assert!(readme.contains(&format!("`{category}`")), "{category}");
    }
}

/// The tables of README.md are written from the vocabulary: `SNAPSHOTS=overwrite` writes them anew.
#[test]
fn readme_holds_the_vocabulary_of_terms_as_it_is() {
    const START: &str = "<!-- the vocabulary, from src/terms.rs -->\n";
    const END: &str = "<!-- end -->\n";
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).expect("README.md");
    let (before, rest) = readme.split_once(START).expect("the start of the tables");
    let (_, after) = rest.split_once(END).expect("the end of the tables");
    let expected = format!("{before}{START}{}{END}{after}", vocabulary());
    if std::env::var_os("SNAPSHOTS").is_some_and(|mode| mode == "overwrite") {
        std::fs::write(&path, expected).expect("README.md can be written");
    } else {
        assert!(readme == expected, "README.md: the tables of terms are stale; SNAPSHOTS=overwrite writes them anew");
    }
}

fn vocabulary() -> String {
    let quoted = |words: &[&str]| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let mut text = String::from("| kind | what it says | value | further fields |\n|---|---|---|---|\n");
    for kind in TermKind::ALL {
        let value = match kind.form() {
            Form::Limit => "`limit`, a whole number".to_owned(),
            Form::One(words) => quoted(words),
            Form::Several(words) => format!("one or more of {}", quoted(words)),
            Form::Territories => "one or more codes".to_owned(),
            Form::Jurisdiction => "one code".to_owned(),
            Form::Words => "words".to_owned(),
        };
        let fields: Vec<String> = kind
            .fields()
            .iter()
            .map(|field| format!("`{}`{}", field.key(), if field.is_owed() { "" } else { " or nothing" }))
            .collect();
        let _ = writeln!(text, "| `{kind}` | {} | {value} | {} |", kind.says(), fields.join(", "));
    }
    text.push_str("\n| field or kind | word | what it says |\n|---|---|---|\n");
    let mut rows = |of: &str, words: &[(&str, &str)]| {
        for (word, says) in words {
            let _ = writeln!(text, "| {of} | `{word}` | {says} |");
        }
    };
    macro_rules! words {
        ($($of:literal: $type:ident),+ $(,)?) => {
            $(rows($of, &terms::$type::ALL.iter().map(|one| (one.as_str(), one.says())).collect::<Vec<_>>());)+
        };
    }
    words! {
        "kinds of use": CommercialUse,
        "`measured`": Measured,
        "`scope`": Scope,
        "`binds`": Binds,
        "`when`": When,
        "`trigger`": Trigger,
        "`use-restrictions`": UseRestrictions,
        "`flow-down`": FlowDown,
        "`copyleft`": Reach,
        "`derivative-scope`": DerivativeScope,
        "`output-training`": OutputTraining,
        "`output-use`": OutputUse,
        "`patent`": Patent,
        "`litigation`": Litigation,
        "`revocation`": Revocation,
        "`update`": Update,
        "`registration`": Registration,
        "`hosting`": Hosting,
    }
    text
}
