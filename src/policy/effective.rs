//! A policy written out: every key that is set, after all layers and settings, in the order of the list of keys, each
//! with the place that says it. What is written out is a policy again, and says the same.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Policy;
use super::curations::Curation;
use super::custom::{CustomRule, Predicate};
use super::facts::{AtRelease, Facts, Money};
use super::gate::{FailOn, Gate};
use super::held::{Held, of_preset};
use super::scope::{Reference, Scope};
use super::settings::Settings;
use super::trial::Trial;
use super::waivers::Waiver;
use crate::finding::{PolicyPlace, Verdict};

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Datum {
    /// A string.
    Text(String),
    /// A whole number.
    Number(u64),
    /// `true` or `false`.
    Truth(bool),
    /// A day.
    Day(Date),
    /// A list, each item with its place where it has one of its own.
    List(Vec<(Datum, Option<PolicyPlace>)>),
    /// A small table that is one value.
    Inline(Vec<(String, Datum)>),
    /// A table.
    Table(Vec<Entry>),
    /// A list of tables, each with its place.
    Tables(Vec<(Vec<Entry>, PolicyPlace)>),
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its last name.
    pub key: String,
    /// The value.
    pub datum: Datum,
    /// Where it is said; `None` where its items have places of their own.
    pub at: Option<PolicyPlace>,
}

impl Policy {
    /// Every key that is set.
    pub fn effective(&self) -> Vec<Entry> {
        let mut top = Written::default();
        top.entry("schema", Datum::Number(1), None);
        top.held("name", self.name.as_ref(), |name| text(name));
        let base = self.base();
        let default = of_preset(base.as_str(), "preset", "");
        let at = self.preset.as_ref().map_or(default, |held| held.at.clone());
        top.entry("preset", text(base.as_str()), Some(at));
        top.list("models", self.models.iter().map(|held| (text(&held.value), Some(held.at.clone()))).collect());
        top.settings(&self.settings());
        top.tables("scope", &self.scopes, |scope| (of_scope(scope), &scope.at));
        top.tables("choose", &self.choices, |choice| {
            let mut table = Written::default();
            table.entry("from", text(&choice.from.to_string()), None);
            table.entry("pick", text(&choice.pick.to_string()), None);
            (table.0, &choice.at)
        });
        top.tables("curate", &self.curations, |curation| (of_curation(curation), &curation.at));
        top.tables("waive", &self.waivers, |waiver| (of_waiver(waiver), &waiver.at));
        top.tables("rule", &self.rules, |rule| (of_rule(rule), &rule.at));
        top.table("gate", self.of_gate(&self.gate));
        top.tables("test", &self.trials, |trial| (of_trial(trial), &trial.at));
        let mut org = Written::default();
        org.list("locked", self.locked.iter().map(|held| (text(&held.value), Some(held.at.clone()))).collect());
        top.table("org", org);
        top.0
    }

    /// How many of each list of tables there are, in the order of the list of keys.
    pub fn counts(&self) -> [(&'static str, usize); 7] {
        [
            ("scope", self.scopes.len()),
            ("choice", self.choices.len()),
            ("curation", self.curations.len()),
            ("waiver", self.waivers.len()),
            ("rule", self.rules.len()),
            ("test", self.trials.len()),
            ("locked key", self.locked.len()),
        ]
    }

    /// How many keys of `[facts]`, `[licenses]`, `[levels]` and `[gate]` the files and the command line set.
    pub fn keys_set(&self) -> usize {
        let is_own = |entry: &&Entry| {
            let items_are_own = matches!(&entry.datum, Datum::List(items) if items.iter().any(|(_, at)| at.is_some()));
            entry.at.as_ref().map_or(items_are_own, |at| at.span.is_some() || at.file.starts_with("--"))
        };
        let tables = self.effective().into_iter().filter(|entry| entry.key != "org").map(|entry| match entry.datum {
            Datum::Table(table) => table.iter().filter(is_own).count(),
            _ => 0,
        });
        tables.sum()
    }

    fn of_gate(&self, gate: &Gate) -> Written {
        let mut table = Written::default();
        let base = self.base();
        let own = base.fail_on().map_or(FailOn::Never, FailOn::Level);
        let own = Held::new(own, of_preset(base.as_str(), "gate.fail-on", ""));
        table.held("fail-on", Some(gate.fail_on.as_ref().unwrap_or(&own)), |fail_on| text(fail_on.as_str()));
        table.held("baseline", gate.baseline.as_ref(), |path| text(path));
        table.held("lock", gate.lock.as_ref(), |path| text(path));
        table.held("require-lock", gate.require_lock.as_ref(), |truth| Datum::Truth(*truth));
        table.held("require", gate.require.as_ref(), |keys| texts(keys.iter().map(String::as_str)));
        table.held("max-waiver-days", gate.max_waiver_days.as_ref(), |days| Datum::Number(*days));
        table.held("waiver-warning-days", gate.waiver_warning_days.as_ref(), |days| Datum::Number(*days));
        table
    }
}

/// A table that is being written.
#[derive(Default)]
struct Written(Vec<Entry>);

impl Written {
    fn entry(&mut self, key: &str, datum: Datum, at: Option<PolicyPlace>) {
        self.0.push(Entry { key: key.to_owned(), datum, at });
    }

    fn held<T>(&mut self, key: &str, held: Option<&Held<T>>, datum: impl Fn(&T) -> Datum) {
        if let Some(held) = held {
            self.entry(key, datum(&held.value), Some(held.at.clone()));
        }
    }

    fn list(&mut self, key: &str, items: Vec<(Datum, Option<PolicyPlace>)>) {
        if !items.is_empty() {
            self.entry(key, Datum::List(items), None);
        }
    }

    fn table(&mut self, key: &str, table: Self) {
        if !table.0.is_empty() {
            self.entry(key, Datum::Table(table.0), None);
        }
    }

    fn tables<'t, T>(&mut self, key: &str, all: &'t [T], of: impl Fn(&'t T) -> (Vec<Entry>, &'t PolicyPlace)) {
        let tables: Vec<_> = all.iter().map(of).map(|(table, at)| (table, at.clone())).collect();
        if !tables.is_empty() {
            self.entry(key, Datum::Tables(tables), None);
        }
    }

    /// A list of words that is left out where it is empty.
    fn words<'w>(&mut self, key: &str, words: impl Iterator<Item = &'w str>) {
        self.list(key, words.map(|word| (text(word), None)).collect());
    }

    fn settings(&mut self, settings: &Settings) {
        self.table("facts", of_facts(&settings.facts));
        self.table("licenses", of_licenses(settings));
        let mut levels = Self::default();
        for (finding, held) in &settings.levels {
            levels.held(finding, Some(held), |level| text(level.map_or("off", |level| level.as_str())));
        }
        self.table("levels", levels);
    }
}

fn text(words: &str) -> Datum {
    Datum::Text(words.to_owned())
}

fn texts<'w>(words: impl Iterator<Item = &'w str>) -> Datum {
    Datum::List(words.map(|word| (text(word), None)).collect())
}

fn of_facts(facts: &Facts) -> Written {
    let mut table = Written::default();
    let number = |number: &u64| Datum::Number(*number);
    let truth = |truth: &bool| Datum::Truth(*truth);
    table.held("use", facts.usage.as_ref(), |usage| text(usage.as_str()));
    table.held("distribution", facts.distribution.as_ref(), |ways| texts(ways.iter().map(|way| way.as_str())));
    table.held("modifies", facts.modifies.as_ref(), truth);
    table.held("mau", facts.monthly_users.as_ref(), number);
    table.held("dau", facts.daily_users.as_ref(), number);
    table.held("mau_at_release", facts.users_at_release.as_ref(), of_releases);
    table.held("annual_revenue", facts.annual_revenue.as_ref(), of_money);
    table.held("monthly_revenue", facts.monthly_revenue.as_ref(), of_money);
    table.held("team_size", facts.team_size.as_ref(), number);
    table.held("domicile", facts.domicile.as_ref(), |place| text(&place.to_string()));
    table.held("territories", facts.territories.as_ref(), |places| {
        Datum::List(places.iter().map(|place| (text(&place.to_string()), None)).collect())
    });
    table.held("trains_on_outputs", facts.trains_on_outputs.as_ref(), truth);
    table.held("as_of", facts.as_of.as_ref(), |day| Datum::Day(*day));
    table.held("max_age_days", facts.max_age_days.as_ref(), number);
    table
}

fn of_money(money: &Money) -> Datum {
    let amounts = money.0.iter().map(|(currency, amount)| (currency.to_ascii_lowercase(), Datum::Number(*amount)));
    Datum::Inline(amounts.collect())
}

fn of_releases(at: &AtRelease) -> Datum {
    if let Some(users) = at.always {
        return Datum::Number(users);
    }
    let named = at.by_name.iter().map(|(pattern, users)| (pattern.as_str().to_owned(), Datum::Number(*users)));
    let dated = at.by_day.iter().map(|(day, users)| (day.to_string(), Datum::Number(*users)));
    Datum::Inline(named.chain(dated).collect())
}

fn of_licenses(settings: &Settings) -> Written {
    let mut table = Written::default();
    let mut lists: BTreeMap<Verdict, Vec<(Datum, Option<PolicyPlace>)>> = BTreeMap::new();
    let licenses = settings.entries.iter().map(|(name, held)| (name.clone(), held));
    let categories = settings.categories.iter().map(|(category, held)| (format!("category:{category}"), held));
    let terms = settings.terms.iter().map(|(term, held)| (term.to_string(), held));
    for (name, held) in licenses.chain(categories).chain(terms) {
        lists.entry(held.value).or_default().push((text(&name), Some(held.at.clone())));
    }
    for verdict in [Verdict::Allow, Verdict::Review, Verdict::Deny] {
        table.list(verdict.as_str(), lists.remove(&verdict).unwrap_or_default());
    }
    table.held("unknown", settings.unknown.as_ref(), |verdict| text(verdict.as_str()));
    table.held("none", settings.none.as_ref(), |verdict| text(verdict.as_str()));
    table.held("tag-only", settings.tag_only.as_ref(), |verdict| text(verdict.as_str()));
    table.held("lineage", settings.lineage.as_ref(), |word| text(word.as_str()));
    table.held("datasets", settings.datasets.as_ref(), |word| text(word.as_str()));
    table.held("roles", settings.roles.as_ref(), |roles| texts(roles.iter().map(|role| role.as_str())));
    table.held("prefer", settings.prefer.as_ref(), |atoms| texts(atoms.iter().map(String::as_str)));
    table
}

fn of_scope(scope: &Scope) -> Vec<Entry> {
    let (mut table, mut matched) = (Written::default(), Written::default());
    matched.held("model", scope.model.as_ref(), |pattern| text(pattern.as_str()));
    matched.held("path", scope.path.as_ref(), |pattern| text(pattern.as_str()));
    table.table("match", matched);
    table.settings(&scope.settings);
    table.0
}

fn of_reference(reference: &Reference) -> Datum {
    let revision = reference.revision.as_ref().map(|revision| format!("@{revision}")).unwrap_or_default();
    Datum::Text(format!("{}{revision}", reference.name.as_str()))
}

fn of_curation(curation: &Curation) -> Vec<Entry> {
    let mut table = Written::default();
    table.held("target", Some(&curation.target), of_reference);
    if let Some(role) = curation.role {
        table.entry("role", text(role.as_str()), None);
    }
    if !curation.path.is_empty() {
        table.entry("path", text(&curation.path), None);
    }
    table.held("license", Some(&curation.license), |license| text(&license.to_string()));
    table.tables("files", &curation.files, |file| {
        let mut table = Written::default();
        table.entry("path", text(&file.value.path), None);
        table.entry("sha256", text(&file.value.sha256), None);
        (table.0, &file.at)
    });
    table.entry("reason", text(&curation.reason), None);
    table.0
}

fn of_waiver(waiver: &Waiver) -> Vec<Entry> {
    let mut table = Written::default();
    table.held("finding", Some(&waiver.finding), |name| text(name));
    table.held("target", Some(&waiver.target), of_reference);
    table.held("license", waiver.license.as_ref(), |license| text(license));
    table.held("reason", waiver.reason.as_ref(), |words| text(words));
    table.held("approver", waiver.approver.as_ref(), |words| text(words));
    table.held("expires", waiver.expires.as_ref(), |day| Datum::Day(*day));
    table.held("created", waiver.created.as_ref(), |day| Datum::Day(*day));
    table.held("ticket", waiver.ticket.as_ref(), |words| text(words));
    table.0
}

fn of_rule(rule: &CustomRule) -> Vec<Entry> {
    let mut table = Written::default();
    table.held("id", Some(&rule.id), |id| text(id));
    table.table("when", of_predicate(&rule.when));
    table.table("unless", of_predicate(&rule.unless));
    table.held("then", Some(&rule.then), |verdict| text(verdict.as_str()));
    table.entry("message", text(&rule.message), None);
    if let Some(help) = &rule.help {
        table.entry("help", text(help), None);
    }
    table.0
}

fn of_predicate(predicate: &Predicate) -> Written {
    let mut table = Written::default();
    let terms: Vec<String> = predicate.terms.iter().map(ToString::to_string).collect();
    table.words("license", predicate.licenses.iter().map(super::facts::Pattern::as_str));
    table.words("category", predicate.categories.iter().map(|category| category.as_str()));
    table.words("term", terms.iter().map(|term| term.trim_start_matches("term:")));
    table.words("role", predicate.roles.iter().map(|role| role.as_str()));
    table.list("target", predicate.targets.iter().map(|target| (of_reference(target), None)).collect());
    table.words("kind", predicate.kinds.iter().map(|kind| kind.as_str()));
    table.words("grade", predicate.grades.iter().map(|grade| grade.as_str()));
    table.words("use", predicate.uses.iter().map(|usage| usage.as_str()));
    table.words("distribution", predicate.ways.iter().map(|way| way.as_str()));
    table
}

fn of_trial(trial: &Trial) -> Vec<Entry> {
    let mut table = Written::default();
    table.held("license", Some(&trial.license), |license| text(&license.to_string()));
    table.held("expect", Some(&trial.expect), |verdict| text(verdict.as_str()));
    table.words("set", trial.settings.iter().map(|held| held.value.as_str()));
    table.entry("role", text(trial.role.as_str()), None);
    if let Some(target) = &trial.target {
        table.entry("target", text(target), None);
    }
    table.0
}
