//! `licentia.toml`: reading a policy as it is written, and making it one that can be obeyed.
//!
//! ```toml
//! schema = 1
//! name = "acme-product"
//! preset = "commercial"            # commercial | distribution | research | audit
//!
//! [facts]                          # what is not stated counts as its strictest answer
//! use = "commercial"               # commercial | internal | research | personal
//! modifies = false
//! distribution = ["saas"]          # none | saas | on-device | weights | outputs-only
//!
//! [licenses]
//! allow = ["CDLA-Permissive-2.0"]  # SPDX identifiers, LicenseRefs, category:NAME
//! review = ["category:weak-copyleft"]
//! deny = ["category:non-commercial"]
//! unknown = "unknown"              # a text that was read and not identified
//! none = "deny"                    # no licence found at all
//! tag-only = "review"              # a label without a licence text
//!
//! [gate]
//! fail-on = "error"                # error | warning | note | never
//! ```
//!
//! What is not understood is an error: a policy that is half obeyed is worse than none.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::ops::Range;

use license_db::Category;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::message::{escaped, nearest, quoted};
use super::{Distribution, FailOn, Policy, Preset, Use};
use crate::error::{Error, ErrorKind};
use crate::finding::{Level, Verdict};
use crate::license::{Atom, Expression, MODIFIED_PREFIX, UNEXPLAINED};
use crate::location::Span;

/// A policy file as written: every value with its place.
#[derive(Clone, Debug, Default)]
pub struct PolicyFile {
    /// `name`.
    pub name: Option<Spanned<String>>,
    /// `preset`.
    pub preset: Option<Spanned<Preset>>,
    /// `facts.use`.
    pub usage: Option<Spanned<Use>>,
    /// `facts.modifies`.
    pub modifies: Option<Spanned<bool>>,
    /// `facts.distribution`.
    pub distribution: Option<Spanned<BTreeSet<Distribution>>>,
    /// `licenses.allow`, `licenses.review` and `licenses.deny`.
    pub entries: Vec<Spanned<Entry>>,
    /// `licenses.unknown`.
    pub unknown: Option<Spanned<Verdict>>,
    /// `licenses.none`.
    pub none: Option<Spanned<Verdict>>,
    /// `licenses.tag-only`.
    pub tag_only: Option<Spanned<Verdict>>,
    /// `gate.fail-on`.
    pub fail_on: Option<Spanned<FailOn>>,
}

/// One entry of a licence list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it names.
    pub names: Named,
    /// The list that it stands in.
    pub verdict: Verdict,
}

/// What an entry names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    /// A licence, perhaps with an exception, in its canonical spelling.
    License(String),
    /// `category:NAME`.
    Category(Category),
}

impl PolicyFile {
    /// Reads a policy file. `file` is its name in messages.
    ///
    /// # Errors
    /// Of the kind [`ErrorKind::Policy`], one line for each thing that is wrong, with line and column and the fix.
    pub fn parse(text: &str, file: &str) -> Result<Self, Error> {
        let mut reader = Reader { text, file, problems: Vec::new() };
        let read = match DeTable::parse(text) {
            Ok(table) => reader.document(table.get_ref()),
            Err(error) => {
                reader.problem(
                    &error.span().unwrap_or_default(),
                    &format!("{}; write valid TOML", escaped(error.message())),
                );
                Self::default()
            }
        };
        if reader.problems.is_empty() {
            Ok(read)
        } else {
            Err(Error::new(ErrorKind::Policy, reader.problems.join("\n")))
        }
    }
}

impl Policy {
    /// The policy that a file states.
    ///
    /// # Errors
    /// As [`PolicyFile::parse`].
    pub fn from_toml(text: &str, file: &str) -> Result<Self, Error> {
        let mut policy = Self { file: Some(file.to_owned()), ..Self::default() };
        policy.overlay(PolicyFile::parse(text, file)?);
        Ok(policy)
    }

    /// Sets one key on top: `licenses.tag-only=allow`, `facts.use=research`. Lists are separated by commas; an entry of
    /// a licence list replaces what was said about that licence before.
    ///
    /// # Errors
    /// Of the kind [`ErrorKind::Usage`], where the key or the value is not understood.
    pub fn apply_set(&mut self, setting: &str) -> Result<(), Error> {
        let usage = |message: String| Error::new(ErrorKind::Usage, format!("--set {}: {message}", quoted(setting)));
        let Some((key, value)) = setting.split_once('=') else {
            return Err(usage("no value; write key=value, as in facts.use=research".to_owned()));
        };
        let (key, value) = (key.trim(), value.trim());
        let keys = settable();
        if !keys.iter().any(|known| known == key) {
            let meant = nearest(key, keys.iter().map(String::as_str));
            return Err(usage(format!("unknown key{}; known keys are {}", did_you_mean(meant), keys.join(", "))));
        }
        let value = match key {
            "facts.modifies" if matches!(value, "true" | "false") => value.to_owned(),
            "facts.distribution" | "licenses.allow" | "licenses.review" | "licenses.deny" => {
                let items: Vec<String> = value.split(',').map(|item| toml_string(item.trim())).collect();
                format!("[{}]", items.join(", "))
            }
            _ => toml_string(value),
        };
        let file = PolicyFile::parse(&format!("{key} = {value}"), "--set").map_err(|error| usage(error.message))?;
        self.overlay(file);
        Ok(())
    }

    fn overlay(&mut self, file: PolicyFile) {
        self.name = file.name.map(Spanned::into_inner).or(self.name.take());
        self.preset = file.preset.map_or(self.preset, Spanned::into_inner);
        self.stated.usage = file.usage.map(Spanned::into_inner).or(self.stated.usage);
        self.stated.modifies = file.modifies.map(Spanned::into_inner).or(self.stated.modifies);
        self.stated.distribution = file.distribution.map(Spanned::into_inner).or(self.stated.distribution.take());
        self.unknown = file.unknown.map(Spanned::into_inner).or(self.unknown);
        self.none = file.none.map(Spanned::into_inner).or(self.none);
        self.tag_only = file.tag_only.map(Spanned::into_inner).or(self.tag_only);
        self.fail_on = file.fail_on.map(Spanned::into_inner).or(self.fail_on);
        for entry in file.entries.into_iter().map(Spanned::into_inner) {
            match entry.names {
                Named::License(license) => self.entries.insert(license, entry.verdict),
                Named::Category(category) => self.categories.insert(category, entry.verdict),
            };
        }
    }
}

/// The keys of each table.
const TOP: [&str; 6] = ["schema", "name", "preset", "facts", "licenses", "gate"];
const FACTS: [&str; 3] = ["use", "modifies", "distribution"];
const LICENSES: [&str; 6] = ["allow", "review", "deny", "unknown", "none", "tag-only"];
const GATE: [&str; 1] = ["fail-on"];
const VERDICTS: [Verdict; 4] = [Verdict::Allow, Verdict::Review, Verdict::Unknown, Verdict::Deny];
const LEVELS: [Level; 3] = [Level::Error, Level::Warning, Level::Note];

/// The keys that `--set` takes.
fn settable() -> Vec<String> {
    let of = |table: &str, keys: &[&str]| keys.iter().map(|key| format!("{table}.{key}")).collect::<Vec<_>>();
    let mut keys = vec!["name".to_owned(), "preset".to_owned()];
    keys.extend(of("facts", &FACTS).into_iter().chain(of("licenses", &LICENSES)).chain(of("gate", &GATE)));
    keys
}

/// A basic string of TOML.
fn toml_string(words: &str) -> String {
    let mut string = String::from("\"");
    for character in words.chars() {
        match character {
            '"' | '\\' => string.extend(['\\', character]),
            character if character.is_control() => {
                let _ = write!(string, "\\u{:04X}", u32::from(character));
            }
            character => string.push(character),
        }
    }
    string.push('"');
    string
}

type Value<'a> = Spanned<DeValue<'a>>;

/// Reads and collects what is wrong.
struct Reader<'a> {
    text: &'a str,
    file: &'a str,
    problems: Vec<String>,
}

impl Reader<'_> {
    fn problem(&mut self, at: &Range<usize>, message: &str) {
        let place = Span::of_bytes(self.text, at.start, at.end);
        self.problems.push(format!("{}:{}:{}: {message}", escaped(self.file), place.start_line, place.start_column));
    }

    fn document(&mut self, table: &DeTable<'_>) -> PolicyFile {
        let mut read = PolicyFile::default();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "schema" => self.schema(value),
                "name" => read.name = self.string(value, "name"),
                "preset" => read.preset = self.word(value, "preset", &Preset::ALL, Preset::as_str),
                "facts" => self.table(value, "facts", &FACTS, |reader, key, value| {
                    reader.fact(&mut read, key, value);
                }),
                "licenses" => self.table(value, "licenses", &LICENSES, |reader, key, value| {
                    reader.license_key(&mut read, key, value);
                }),
                "gate" => self.table(value, "gate", &GATE, |reader, _, value| {
                    read.fail_on = reader.fail_on(value);
                }),
                _ => self.unknown_key(key, "the policy", &TOP),
            }
        }
        self.refuse_duplicates(&read.entries);
        read
    }

    fn schema(&mut self, value: &Value<'_>) {
        let is_one = value.get_ref().as_integer().is_some_and(|number| number.as_str() == "1");
        if !is_one {
            self.problem(&value.span(), "schema is not 1, the only one there is; write schema = 1");
        }
    }

    fn fact(&mut self, read: &mut PolicyFile, key: &str, value: &Value<'_>) {
        match key {
            "use" => read.usage = self.word(value, "facts.use", &Use::ALL, Use::as_str),
            "modifies" => match value.get_ref().as_bool() {
                Some(modifies) => read.modifies = Some(Spanned::new(value.span(), modifies)),
                None => self.problem(&value.span(), "facts.modifies is neither true nor false"),
            },
            _ => {
                let mut ways = BTreeSet::new();
                for item in self.list(value, "facts.distribution") {
                    ways.extend(
                        self.word(item, "facts.distribution", &Distribution::ALL, Distribution::as_str)
                            .map(Spanned::into_inner),
                    );
                }
                if ways.is_empty() {
                    self.problem(
                        &value.span(),
                        "facts.distribution lists nothing; write [\"none\"] where nobody gets it",
                    );
                } else if ways.len() > 1 && ways.contains(&Distribution::None) {
                    self.problem(&value.span(), "facts.distribution says none and something; leave one out");
                } else {
                    read.distribution = Some(Spanned::new(value.span(), ways));
                }
            }
        }
    }

    fn license_key(&mut self, read: &mut PolicyFile, key: &str, value: &Value<'_>) {
        let full = format!("licenses.{key}");
        let verdict = VERDICTS.into_iter().find(|verdict| verdict.as_str() == key);
        match (key, verdict) {
            ("none", _) => read.none = self.word(value, &full, &VERDICTS, Verdict::as_str),
            ("tag-only", _) => read.tag_only = self.word(value, &full, &VERDICTS, Verdict::as_str),
            ("unknown", _) => read.unknown = self.word(value, &full, &VERDICTS, Verdict::as_str),
            (_, Some(verdict)) => {
                for item in self.list(value, &full) {
                    let Some(words) = item.get_ref().as_str() else {
                        self.problem(&item.span(), &format!("{full} holds something that is no string"));
                        continue;
                    };
                    if let Some(names) = self.named(words, &item.span()) {
                        read.entries.push(Spanned::new(item.span(), Entry { names, verdict }));
                    }
                }
            }
            (_, None) => {}
        }
    }

    fn fail_on(&mut self, value: &Value<'_>) -> Option<Spanned<FailOn>> {
        if value.get_ref().as_str() == Some("never") {
            return Some(Spanned::new(value.span(), FailOn::Never));
        }
        let level = self.word(value, "gate.fail-on", &LEVELS, Level::as_str)?;
        Some(Spanned::new(value.span(), FailOn::Level(level.into_inner())))
    }

    /// What an entry of a licence list names.
    fn named(&mut self, words: &str, at: &Range<usize>) -> Option<Named> {
        let names = || license_db::licenses().iter().map(|license| license.id);
        if let Some(word) = words.strip_prefix("category:") {
            let found = Category::from_word(word);
            if found.is_none() {
                let words = Category::ALL.map(Category::as_str);
                let meant = did_you_mean(nearest(word, words));
                self.problem(
                    at,
                    &format!("{} is no category{meant}; categories are {}", quoted(word), words.join(", ")),
                );
            }
            return found.map(Named::Category);
        }
        let atom = match Expression::parse(&canonical(words)) {
            Ok(Expression::License(atom)) => atom,
            Ok(_) => {
                let message = format!("{} is more than one licence; list each on its own", quoted(words));
                self.problem(at, &message);
                return None;
            }
            Err(_) => {
                let meant = did_you_mean(nearest(words, names()));
                let message = format!(
                    "{} is no licence identifier{meant}; write an SPDX identifier, a LicenseRef or category:NAME",
                    quoted(words)
                );
                self.problem(at, &message);
                return None;
            }
        };
        if let Some(message) = refuse_atom(&atom, names()) {
            self.problem(at, &message);
            return None;
        }
        Some(Named::License(atom.to_string()))
    }

    fn refuse_duplicates(&mut self, entries: &[Spanned<Entry>]) {
        let mut first: BTreeMap<&Named, &Spanned<Entry>> = BTreeMap::new();
        for entry in entries {
            let names = &entry.get_ref().names;
            if let Some(earlier) = first.get(names) {
                let line = Span::of_bytes(self.text, earlier.span().start, earlier.span().end).start_line;
                let name = match names {
                    Named::License(license) => quoted(license),
                    Named::Category(category) => quoted(&format!("category:{category}")),
                };
                self.problem(&entry.span(), &format!("{name} is listed already in line {line}; remove one of them"));
            } else {
                first.insert(names, entry);
            }
        }
    }

    fn table<'v>(
        &mut self,
        value: &'v Value<'_>,
        name: &str,
        keys: &[&str],
        mut read: impl FnMut(&mut Self, &str, &'v Value<'_>),
    ) {
        let Some(table) = value.get_ref().as_table() else {
            self.problem(&value.span(), &format!("{name} is no table; write [{name}]"));
            return;
        };
        for (key, value) in table {
            if keys.contains(&key.get_ref().as_ref()) {
                read(self, key.get_ref(), value);
            } else {
                self.unknown_key(key, &format!("[{name}]"), keys);
            }
        }
    }

    fn unknown_key(&mut self, key: &Spanned<std::borrow::Cow<'_, str>>, table: &str, keys: &[&str]) {
        let meant = did_you_mean(nearest(key.get_ref(), keys.iter().copied()));
        let message = format!("unknown key {}{meant}; {table} has {}", quoted(key.get_ref()), keys.join(", "));
        self.problem(&key.span(), &message);
    }

    fn string(&mut self, value: &Value<'_>, key: &str) -> Option<Spanned<String>> {
        let words = value.get_ref().as_str().map(|words| Spanned::new(value.span(), words.to_owned()));
        if words.is_none() {
            self.problem(&value.span(), &format!("{key} is no string; put it in quotation marks"));
        }
        words
    }

    /// A value out of a closed list of words.
    fn word<T: Copy>(
        &mut self,
        value: &Value<'_>,
        key: &str,
        all: &[T],
        word: impl Fn(T) -> &'static str,
    ) -> Option<Spanned<T>> {
        let written = self.string(value, key)?;
        let found = all.iter().copied().find(|item| word(*item) == written.get_ref());
        if found.is_none() {
            let words: Vec<&str> = all.iter().map(|item| word(*item)).collect();
            let meant = did_you_mean(nearest(written.get_ref(), words.iter().copied()));
            let message =
                format!("{key} cannot be {}{meant}; it is one of {}", quoted(written.get_ref()), words.join(", "));
            self.problem(&value.span(), &message);
        }
        found.map(|item| Spanned::new(value.span(), item))
    }

    fn list<'v, 'i>(&mut self, value: &'v Value<'i>, key: &str) -> Vec<&'v Value<'i>> {
        if let Some(items) = value.get_ref().as_array() {
            return items.iter().collect();
        }
        self.problem(&value.span(), &format!("{key} is no list; put it in square brackets"));
        Vec::new()
    }
}

/// Identifiers in the spelling of the SPDX list, which compares them without regard to case.
fn canonical(words: &str) -> String {
    let of = |word: &str| {
        let (id, plus) = word.strip_suffix('+').map_or((word, ""), |id| (id, "+"));
        format!("{}{plus}", license_db::license(id).map_or(id, |license| license.id))
    };
    words.split_whitespace().map(of).collect::<Vec<_>>().join(" ")
}

/// Why an entry for a licence cannot be obeyed.
fn refuse_atom(atom: &Atom, names: impl Iterator<Item = &'static str>) -> Option<String> {
    let id = &atom.license;
    if id.starts_with(MODIFIED_PREFIX) || id == UNEXPLAINED {
        return Some(format!(
            "{} stands for any change to a text, so it names no licence; judge unidentified texts with licenses.unknown",
            quoted(id)
        ));
    }
    // Other LicenseRefs are the organisation's own.
    let is_ours = id.starts_with("LicenseRef-licentia-") || id.starts_with("LicenseRef-scancode-");
    (is_ours && license_db::license(id).is_none()).then(|| {
        let meant = did_you_mean(nearest(id, names));
        format!("{} is in no database of ours{meant}; `licentia explain` shows a licence by its identifier", quoted(id))
    })
}

fn did_you_mean(word: Option<&str>) -> String {
    word.map(|word| format!(" (did you mean {}?)", quoted(word))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refused(text: &str) -> String {
        Policy::from_toml(text, "licentia.toml").expect_err("the policy is wrong").message
    }

    #[test]
    fn a_whole_policy_is_read() {
        let text = r#"
schema = 1
name = "acme"
preset = "distribution"

[facts]
use = "internal"
modifies = false
distribution = ["saas", "on-device"]

[licenses]
allow = ["gpl-3.0", "Apache-2.0 WITH LLVM-exception", "LicenseRef-acme-own"]
review = ["category:weak-copyleft"]
deny = ["category:permissive"]
unknown = "deny"
none = "review"
tag-only = "allow"

[gate]
fail-on = "never"
"#;
        let policy = Policy::from_toml(text, "licentia.toml").expect("a valid policy");
        assert_eq!((policy.name(), policy.base()), ("acme", Preset::Distribution));
        assert_eq!(policy.facts().usage, Some(Use::Internal));
        assert_eq!(policy.entries.get("GPL-3.0-only"), Some(&Verdict::Allow));
        assert_eq!(policy.categories.get(&Category::Permissive), Some(&Verdict::Deny));
        assert_eq!(
            (policy.unknown(), policy.none(), policy.tag_only()),
            (Verdict::Deny, Verdict::Review, Verdict::Allow)
        );
        assert_eq!(policy.fail_on(), None);
    }

    #[test]
    fn an_unknown_key_is_an_error_with_its_place_and_the_key_that_was_meant() {
        let found = refused("schema = 1\n[licences]\nallow = []\n");
        assert_eq!(
            found,
            "licentia.toml:2:2: unknown key \"licences\" (did you mean \"licenses\"?); the policy has schema, name, preset, facts, licenses, gate"
        );
        assert!(refused("[facts]\nmau = 3\n").contains("[facts] has use, modifies, distribution"));
        assert!(refused("[licenses]\ntag_only = \"allow\"\n").contains("did you mean \"tag-only\"?"));
    }

    #[test]
    fn an_unknown_licence_or_category_is_an_error() {
        assert!(
            refused("[licenses]\nallow = [\"Apache-2.O\"]\n")
                .contains("2:10: \"Apache-2.O\" is no licence identifier (did you mean \"Apache-2.0\"?)")
        );
        assert!(refused("[licenses]\nallow = [\"category:copyleft\"]\n").contains("is no category"));
        assert!(refused("[licenses]\nallow = [\"MIT OR ISC\"]\n").contains("more than one licence"));
        assert!(
            refused("[licenses]\nallow = [\"LicenseRef-scancode-nothing-of-the-kind\"]\n")
                .contains("no database of ours")
        );
        assert!(
            refused("[licenses]\nallow = [\"LicenseRef-licentia-modified-MIT\"]\n").contains("any change to a text")
        );
    }

    #[test]
    fn the_same_licence_twice_is_an_error_however_it_is_spelt() {
        let found = refused("[licenses]\nallow = [\"MIT\"]\ndeny = [\"mit\"]\n");
        assert_eq!(found, "licentia.toml:3:9: \"MIT\" is listed already in line 2; remove one of them");
        assert!(refused("[licenses]\nallow = []\nallow = []\n").starts_with("licentia.toml:3:1:"));
    }

    #[test]
    fn every_problem_is_reported_not_only_the_first() {
        let found = refused(
            "schema = 2\npreset = \"comercial\"\n[facts]\nmodifies = \"no\"\ndistribution = [\"none\", \"saas\"]\n",
        );
        assert_eq!(found.lines().count(), 4, "{found}");
        assert!(found.contains("did you mean \"commercial\"?"), "{found}");
    }

    #[test]
    fn a_setting_goes_on_top_of_the_file() {
        let mut policy = Policy::from_toml("[licenses]\ndeny = [\"MIT\"]\n", "licentia.toml").expect("a valid policy");
        for setting in [
            "licenses.allow=MIT",
            "licenses.tag-only=allow",
            "facts.use=research",
            "facts.modifies=false",
            "gate.fail-on=warning",
        ] {
            policy.apply_set(setting).expect(setting);
        }
        assert_eq!(policy.entries.get("MIT"), Some(&Verdict::Allow));
        assert_eq!(policy.facts().modifies, Some(false));
        assert_eq!(policy.fail_on(), Some(Level::Warning));
    }

    #[test]
    fn a_setting_that_is_not_understood_is_wrong_usage() {
        let mut policy = Policy::default();
        for setting in
            ["facts.use", "facts.usee=research", "facts.use=resaerch", "schema=2", "a]b=1", "facts.modifies=\"x\ny"]
        {
            let error = policy.apply_set(setting).expect_err(setting);
            assert_eq!(error.kind, ErrorKind::Usage, "{setting}");
        }
        assert_eq!(policy, Policy::default());
    }

    proptest! {
        #[test]
        fn no_policy_file_and_no_setting_panics(text in "\\PC{0,200}", setting in "(licenses|facts|gate)[.](allow|use|deny|fail-on)=\\PC{0,60}") {
            let _ = Policy::from_toml(&text, "licentia.toml");
            let _ = Policy::default().apply_set(&setting);
        }
    }
}
