//! `licentia.toml`, or `[tool.licentia]` in `pyproject.toml`: reading a policy as it is written, every value with its
//! place. What is not understood is an error: a policy that is half obeyed is worse than none.
//!
//! ```toml
//! schema = 1
//! name = "acme-product"
//! preset = "commercial"            # commercial | distribution | research | audit
//! extends = ["../legal/models.toml"]
//!
//! [facts]                          # what is not stated counts as its strictest answer
//! use = "commercial"               # commercial | internal | research | personal
//! distribution = ["saas"]          # none | saas | on-device | weights | outputs-only
//! mau = 3_200_000
//!
//! [licenses]
//! allow = ["CDLA-Permissive-2.0"]  # SPDX identifiers, LicenseRefs, category:NAME, term:KIND
//! deny = ["category:non-commercial"]
//!
//! [[waive]]
//! finding = "non-commercial"
//! target = "vendor/seg-net"
//! reason = "internal labelling only, until the paid licence is signed"
//! approver = "legal@acme.example"
//! expires = 2027-02-01
//! ```
//!
//! [`KEYS`] has every key.

use toml::de::{DeTable, DeValue};

use super::choices::Choice;
use super::curations::Curation;
use super::custom::CustomRule;
use super::facts::{AtRelease, Distribution, Facts, Money, Pattern, Use};
use super::gate::{FailOn, Gate};
use super::held::Held;
use super::message::{escaped, quoted};
use super::presets::Preset;
use super::scope::Scope;
use super::settings::{Inheritance, Settings};
use super::territory::Territory;
use super::trial::Trial;
use super::waivers::Waiver;
use crate::error::{Error, ErrorKind};

mod keys;
mod names;
mod reader;
mod schema;
mod tables;

pub use keys::{Form, KEYS, Key, meant_key};
pub(crate) use keys::{key_of, settable};
pub(crate) use reader::did_you_mean;
pub use schema::schema;

use keys::{LEVELS, ROLES, VERDICTS, WAIVER_DUTIES};
use reader::{Reader, Value};

/// A policy file as written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PolicyFile {
    /// The name of the file in messages.
    pub file: String,
    /// `name`.
    pub name: Option<Held<String>>,
    /// `preset`.
    pub preset: Option<Held<Preset>>,
    /// `root`: whether the search for a policy ends here.
    pub is_root: bool,
    /// `extends`, in order.
    pub extends: Vec<Held<Extends>>,
    /// `models`.
    pub models: Vec<Held<String>>,
    /// `[facts]`, `[licenses]` and `[levels]`.
    pub settings: Settings,
    /// `[[scope]]`.
    pub scopes: Vec<Scope>,
    /// `[[choose]]`.
    pub choices: Vec<Choice>,
    /// `[[curate]]`.
    pub curations: Vec<Curation>,
    /// `[[waive]]`.
    pub waivers: Vec<Waiver>,
    /// `[[rule]]`.
    pub rules: Vec<CustomRule>,
    /// `[gate]`.
    pub gate: Gate,
    /// `[[test]]`.
    pub trials: Vec<Trial>,
    /// `org.locked`.
    pub locked: Vec<Held<String>>,
}

/// A policy that lies below another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extends {
    /// Where it is.
    pub place: ExtendsPlace,
    /// The SHA-256 of its bytes, hexadecimal in small letters; always there for a URL.
    pub sha256: Option<String>,
}

/// Where a policy lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExtendsPlace {
    /// A path from the file that names it.
    File(String),
    /// An `https` URL.
    Url(String),
}

impl PolicyFile {
    /// Reads a policy file. `file` is its name in messages; where it ends in `pyproject.toml`, only its table
    /// `[tool.licentia]` is read, and a file without one is an empty policy.
    ///
    /// # Errors
    /// Of the kind [`ErrorKind::Policy`], one line for each thing that is wrong, with line and column and the fix.
    pub fn parse(text: &str, file: &str) -> Result<Self, Error> {
        // An editor's byte order mark is no part of TOML's document and no mistake of the author's.
        let mut reader = Reader::new(text.strip_prefix('\u{feff}').unwrap_or(text), file);
        Self::read(&mut reader)
    }

    /// Reads a setting of the command line.
    pub(crate) fn parse_setting(text: &str, file: &str) -> Result<Self, Error> {
        let mut reader = Reader::new(text, file);
        reader.is_setting = true;
        Self::read(&mut reader)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let mut read = Self { file: reader.file.to_owned(), ..Self::default() };
        match DeTable::parse(reader.text) {
            Ok(table) if reader.file.ends_with("pyproject.toml") => {
                if let Some(own) = tool_table(table.get_ref()) {
                    reader.document(own, &mut read);
                }
            }
            Ok(table) => reader.document(table.get_ref(), &mut read),
            Err(error) => {
                let message = format!("{}; write valid TOML", escaped(error.message()));
                reader.problem(&error.span().unwrap_or_default(), &message);
            }
        }
        if reader.problems.is_empty() {
            Ok(read)
        } else {
            Err(Error::new(ErrorKind::Policy, reader.problems.join("\n")))
        }
    }

    /// Whether a file holds a policy at all: a `pyproject.toml` only with its table. What is no TOML is for
    /// [`Self::parse`] to complain about, if its name says that it is a policy.
    pub fn is_there(text: &str, file: &str) -> bool {
        !file.ends_with("pyproject.toml")
            || DeTable::parse(text).is_ok_and(|table| tool_table(table.get_ref()).is_some())
    }
}

fn tool_table<'t, 'd>(table: &'t DeTable<'d>) -> Option<&'t DeTable<'d>> {
    let named = |table: &'t DeTable<'d>, name: &str| {
        table.iter().find(|(key, _)| key.get_ref() == name).and_then(|(_, value)| value.get_ref().as_table())
    };
    named(named(table, "tool")?, "licentia")
}

impl Reader<'_> {
    fn document(&mut self, table: &DeTable<'_>, read: &mut PolicyFile) {
        for (key, _, value) in self.entries_of(table, "", "") {
            match key {
                "schema" => self.schema(value),
                "name" => read.name = self.text(value, key),
                "preset" => read.preset = self.word(value, key, &Preset::ALL, Preset::as_str),
                "root" => read.is_root = self.truth(value, key).is_some_and(|held| held.value),
                "extends" => read.extends = self.extends(value),
                "models" => read.models = self.texts(value, key),
                "facts" => self.facts(value, &mut read.settings.facts),
                "licenses" => self.licenses(value, &mut read.settings),
                "levels" => self.levels(value, &mut read.settings),
                "scope" => read.scopes = self.tables(value, key, Self::scope),
                "choose" => read.choices = self.tables(value, key, Self::choice),
                "curate" => read.curations = self.tables(value, key, Self::curation),
                "waive" => read.waivers = self.tables(value, key, Self::waiver),
                "rule" => read.rules = self.tables(value, key, Self::custom_rule),
                "gate" => self.gate(value, &mut read.gate),
                "test" => read.trials = self.tables(value, key, Self::trial),
                _ => self.organisation(value, &mut read.locked),
            }
        }
    }

    fn schema(&mut self, value: &Value<'_>) {
        let is_one = value.get_ref().as_integer().is_some_and(|number| number.as_str() == "1");
        if !is_one {
            self.problem(&value.span(), "schema is not 1, the only one there is; write schema = 1");
        }
    }

    fn extends(&mut self, value: &Value<'_>) -> Vec<Held<Extends>> {
        // One file needs no brackets.
        let items = match value.get_ref() {
            DeValue::Array(_) => self.list(value, "extends"),
            _ => vec![value],
        };
        items.into_iter().filter_map(|item| self.extended(item)).collect()
    }

    fn extended(&mut self, item: &Value<'_>) -> Option<Held<Extends>> {
        let at = item.span();
        if item.get_ref().as_str().is_some() {
            let path = self.text(item, "extends")?;
            if path.value.contains("://") {
                self.problem(&at, "extends names a URL without its hash; write { url = \"…\", sha256 = \"…\" }");
                return None;
            }
            return Some(Held::new(Extends { place: ExtendsPlace::File(path.value), sha256: None }, path.at));
        }
        let Some(table) = item.get_ref().as_table() else {
            self.problem(
                &at,
                "extends holds neither a file nor a table; write \"policy.toml\" or { url = \"…\", sha256 = \"…\" }",
            );
            return None;
        };
        let (mut place, mut sha256) = (None, None);
        for (name, value) in table {
            match name.get_ref().as_ref() {
                "file" => place = self.text(value, "extends.file").map(|held| ExtendsPlace::File(held.value)),
                "url" => place = self.url(value).map(ExtendsPlace::Url),
                "sha256" => sha256 = self.sha256(value, "extends.sha256"),
                _ => self.unknown_key(name, "extends", &["file", "url", "sha256"]),
            }
        }
        if matches!(place, Some(ExtendsPlace::Url(_))) && sha256.is_none() {
            self.problem(
                &at,
                "extends names a URL without its hash; add sha256 = \"…\" (sha256sum of the file that was reviewed)",
            );
            return None;
        }
        if place.is_none() {
            self.problem(&at, "extends names neither a file nor a url");
        }
        Some(self.held(&at, "extends", Extends { place: place?, sha256 }))
    }

    fn url(&mut self, value: &Value<'_>) -> Option<String> {
        let url = self.text(value, "extends.url")?.value;
        if !url.starts_with("https://") {
            self.problem(&value.span(), &format!("{} is no https URL", quoted(&url)));
            return None;
        }
        Some(url)
    }

    pub(super) fn sha256(&mut self, value: &Value<'_>, key: &str) -> Option<String> {
        let written = self.text(value, key)?.value.to_ascii_lowercase();
        let is_hash = written.len() == 64 && written.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_hash {
            self.problem(
                &value.span(),
                &format!("{key} is no SHA-256, which has 64 hexadecimal digits (sha256sum FILE)"),
            );
        }
        is_hash.then_some(written)
    }

    pub(super) fn facts(&mut self, value: &Value<'_>, facts: &mut Facts) {
        for (name, _, value) in self.entries(value, "facts", "facts") {
            let key = format!("facts.{name}");
            match name {
                "use" => facts.usage = self.word(value, &key, &Use::ALL, Use::as_str),
                "distribution" => facts.distribution = self.distribution(value, &key),
                "modifies" => facts.modifies = self.truth(value, &key),
                "mau" => facts.monthly_users = self.number(value, &key),
                "dau" => facts.daily_users = self.number(value, &key),
                "mau_at_release" => facts.users_at_release = self.at_release(value, &key),
                "annual_revenue" => facts.annual_revenue = self.money(value, &key),
                "monthly_revenue" => facts.monthly_revenue = self.money(value, &key),
                "team_size" => facts.team_size = self.number(value, &key),
                "domicile" => facts.domicile = self.territory(value, &key),
                "territories" => facts.territories = self.territories(value, &key),
                "trains_on_outputs" => facts.trains_on_outputs = self.truth(value, &key),
                "as_of" => facts.as_of = self.day(value, &key),
                _ => facts.max_age_days = self.number(value, &key),
            }
        }
    }

    fn distribution(&mut self, value: &Value<'_>, key: &str) -> Option<Held<std::collections::BTreeSet<Distribution>>> {
        let ways: std::collections::BTreeSet<Distribution> =
            self.words(value, key, &Distribution::ALL, Distribution::as_str).into_iter().collect();
        if ways.is_empty() {
            self.problem(&value.span(), &format!("{key} lists nothing; write [\"none\"] where nobody gets it"));
            return None;
        }
        if ways.len() > 1 && ways.contains(&Distribution::None) {
            self.problem(&value.span(), &format!("{key} says none and something; leave one out"));
            return None;
        }
        Some(self.held(&value.span(), key, ways))
    }

    /// A number, or a table of names and days.
    fn at_release(&mut self, value: &Value<'_>, key: &str) -> Option<Held<AtRelease>> {
        let mut at = AtRelease::default();
        let Some(table) = value.get_ref().as_table() else {
            let number = self.number(value, key)?;
            return Some(Held::new(AtRelease { always: Some(number.value), ..at }, number.at));
        };
        for (name, value) in table {
            let Some(users) = self.number(value, &format!("{key}.{}", escaped(name.get_ref()))) else { continue };
            match (name.get_ref().parse(), Pattern::new(name.get_ref())) {
                (Ok(day), _) => {
                    at.by_day.insert(day, users.value);
                }
                (Err(_), Ok(pattern)) => at.by_name.push((pattern, users.value)),
                (Err(_), Err(why)) => {
                    self.problem(&name.span(), &format!("{} is no pattern: {why}", quoted(name.get_ref())));
                }
            }
        }
        Some(self.held(&value.span(), key, at))
    }

    /// US dollars, or a table of currencies.
    fn money(&mut self, value: &Value<'_>, key: &str) -> Option<Held<Money>> {
        let mut money = Money::default();
        let Some(table) = value.get_ref().as_table() else {
            let number = self.number(value, key)?;
            money.0.insert("USD".to_owned(), number.value);
            return Some(Held::new(money, number.at));
        };
        for (name, value) in table {
            let currency = name.get_ref().to_ascii_uppercase();
            if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
                let message = format!(
                    "{} is no currency; write an ISO 4217 code, as in {{ usd = 41_000_000 }}",
                    quoted(name.get_ref())
                );
                self.problem(&name.span(), &message);
            }
            if let Some(amount) = self.number(value, key) {
                money.0.insert(currency, amount.value);
            }
        }
        if money.0.is_empty() {
            self.problem(&value.span(), &format!("{key} holds no amount, as in {{ usd = 41_000_000 }}"));
        }
        Some(self.held(&value.span(), key, money))
    }

    fn territory(&mut self, value: &Value<'_>, key: &str) -> Option<Held<Territory>> {
        let written = self.text(value, key)?;
        let territory = Territory::from_word(&written.value);
        if territory.is_none() {
            let message = format!(
                "{} is no territory; {key} takes an ISO 3166-1 code of two letters, EU or world",
                quoted(&written.value)
            );
            self.problem(&value.span(), &message);
        }
        Some(Held::new(territory?, written.at))
    }

    fn territories(&mut self, value: &Value<'_>, key: &str) -> Option<Held<std::collections::BTreeSet<Territory>>> {
        let items = self.list(value, key);
        let found: std::collections::BTreeSet<Territory> =
            items.into_iter().filter_map(|item| self.territory(item, key)).map(|held| held.value).collect();
        if found.is_empty() {
            self.problem(&value.span(), &format!("{key} lists nothing; leave it out, or write [\"world\"]"));
            return None;
        }
        Some(self.held(&value.span(), key, found))
    }

    pub(super) fn licenses(&mut self, value: &Value<'_>, settings: &mut Settings) {
        for (name, _, value) in self.entries(value, "licenses", "licenses") {
            let key = format!("licenses.{name}");
            let verdicts = |reader: &mut Self| reader.word(value, &key, &VERDICTS, crate::finding::Verdict::as_str);
            let inheritance = |reader: &mut Self| reader.word(value, &key, &Inheritance::ALL, Inheritance::as_str);
            match name {
                "unknown" => settings.unknown = verdicts(self),
                "none" => settings.none = verdicts(self),
                "tag-only" => settings.tag_only = verdicts(self),
                "lineage" => settings.lineage = inheritance(self),
                "datasets" => settings.datasets = inheritance(self),
                "roles" => {
                    let roles = self.words(value, &key, &ROLES, crate::subject::Role::as_str).into_iter().collect();
                    settings.roles = Some(self.held(&value.span(), &key, roles));
                }
                "prefer" => settings.prefer = Some(self.preferred(value, &key)),
                _ => {
                    for verdict in VERDICTS.into_iter().filter(|verdict| verdict.as_str() == name) {
                        self.license_list(value, &key, verdict, settings);
                    }
                }
            }
        }
    }

    pub(super) fn levels(&mut self, value: &Value<'_>, settings: &mut Settings) {
        let Some(table) = value.get_ref().as_table() else {
            return self.problem(&value.span(), "levels is no table; write [levels]");
        };
        for (name, value) in table {
            let Some(finding) = self.finding_name(name.get_ref(), &name.span()) else { continue };
            let key = format!("levels.{finding}");
            let Some(written) = self.text(value, &key) else { continue };
            let level = LEVELS.into_iter().find(|level| level.as_str() == written.value);
            if level.is_none() && written.value != "off" {
                self.no_such_word(value, &key, &written.value, &keys::levels());
                continue;
            }
            settings.levels.insert(finding.to_owned(), Held::new(level, written.at));
        }
    }

    fn gate(&mut self, value: &Value<'_>, gate: &mut Gate) {
        for (name, _, value) in self.entries(value, "gate", "gate") {
            let key = format!("gate.{name}");
            match name {
                "fail-on" => gate.fail_on = self.fail_on(value, &key),
                "baseline" => gate.baseline = self.text(value, &key),
                "lock" => gate.lock = self.text(value, &key),
                "require-lock" => gate.require_lock = self.truth(value, &key),
                "require" => {
                    let duties: Vec<&str> = self.words(value, &key, &WAIVER_DUTIES, |duty| duty);
                    let duties = duties.into_iter().map(str::to_owned).collect();
                    gate.require = Some(self.held(&value.span(), &key, duties));
                }
                "max-waiver-days" => gate.max_waiver_days = self.number(value, &key),
                _ => gate.waiver_warning_days = self.number(value, &key),
            }
        }
    }

    fn fail_on(&mut self, value: &Value<'_>, key: &str) -> Option<Held<FailOn>> {
        let all = [FailOn::Level(LEVELS[0]), FailOn::Level(LEVELS[1]), FailOn::Level(LEVELS[2]), FailOn::Never];
        self.word(value, key, &all, FailOn::as_str)
    }

    fn organisation(&mut self, value: &Value<'_>, locked: &mut Vec<Held<String>>) {
        for (_, _, value) in self.entries(value, "org", "org") {
            for held in self.texts(value, "org.locked") {
                if let Some(key) = key_of(&held.value) {
                    locked.push(Held::new(key.path.to_owned(), held.at));
                } else {
                    let known = KEYS.iter().map(|key| key.path);
                    let meant = did_you_mean(super::message::nearest(&held.value, known));
                    self.problem(&value.span(), &format!("{} is no key of a policy{meant}", quoted(&held.value)));
                }
            }
        }
    }
}
