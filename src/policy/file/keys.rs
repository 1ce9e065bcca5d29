//! Every key of a policy: its name, what stands in it, what it says. The only list: the reader, `--set`, the JSON Schema
//! and the documentation are made from it.

use crate::finding::{Level, Verdict};
use crate::policy::facts::{Distribution, Use};
use crate::policy::presets::Preset;
use crate::policy::settings::Inheritance;
use crate::subject::Role;

/// One key.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// `table.key`; a key of the top has no dot.
    pub path: &'static str,
    /// What stands in it.
    pub form: Form,
    /// One sentence.
    pub says: &'static str,
}

/// What a value looks like.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// A string.
    Text,
    /// A whole number that is not negative.
    Number,
    /// `true` or `false`.
    Truth,
    /// A day: `2026-11-01`.
    Day,
    /// One of these words.
    Word(fn() -> Vec<&'static str>),
    /// A list of these words.
    Words(fn() -> Vec<&'static str>),
    /// A list of strings.
    Texts,
    /// Licences, `category:NAME` and `term:KIND`.
    Licenses,
    /// Money: a number of US dollars, or a table of currencies.
    Money,
    /// Users by model, licence or day.
    AtRelease,
    /// One territory.
    Territory,
    /// A list of territories.
    Territories,
    /// A file, or a table with `file` or `url`, and `sha256`.
    Extends,
    /// A table of the names below it.
    Table,
    /// A list of tables of the names below it.
    Tables,
}

macro_rules! words {
    ($type:ident) => {
        || $type::ALL.into_iter().map($type::as_str).collect()
    };
}

/// Verdicts, from the best.
pub(crate) const VERDICTS: [Verdict; 4] = [Verdict::Allow, Verdict::Review, Verdict::Unknown, Verdict::Deny];
/// Levels, the worst first.
pub(crate) const LEVELS: [Level; 3] = [Level::Error, Level::Warning, Level::Note];
/// Roles, in the order of reports.
pub(crate) const ROLES: [Role; 7] =
    [Role::Weights, Role::Adapter, Role::Data, Role::Code, Role::Tokenizer, Role::Component, Role::Documentation];
/// Keys of a waiver that can be made mandatory.
pub(crate) const WAIVER_DUTIES: [&str; 3] = ["reason", "approver", "expires"];

fn verdicts() -> Vec<&'static str> {
    VERDICTS.into_iter().map(Verdict::as_str).collect()
}

fn roles() -> Vec<&'static str> {
    ROLES.into_iter().map(Role::as_str).collect()
}

fn gates() -> Vec<&'static str> {
    LEVELS.into_iter().map(Level::as_str).chain(["never"]).collect()
}

/// The words of `[levels]`.
pub(crate) fn levels() -> Vec<&'static str> {
    LEVELS.into_iter().map(Level::as_str).chain(["off"]).collect()
}

fn duties() -> Vec<&'static str> {
    WAIVER_DUTIES.to_vec()
}

fn one() -> Vec<&'static str> {
    vec!["1"]
}

fn kinds() -> Vec<&'static str> {
    vec!["model", "dataset", "space"]
}

fn grades() -> Vec<&'static str> {
    vec!["text", "tag", "label", "prose"]
}

const fn key(path: &'static str, form: Form, says: &'static str) -> Key {
    Key { path, form, says }
}

/// Every key, in the order in which a policy is best written.
pub const KEYS: &[Key] = &[
    key("schema", Form::Word(one), "The version of this format."),
    key("name", Form::Text, "What the policy is called in reports."),
    key("preset", Form::Word(words!(Preset)), "The policy that this one stands on."),
    key("root", Form::Truth, "Whether the search for a policy ends here."),
    key("extends", Form::Extends, "Policies that lie below this one; a later one counts, a locked key stays."),
    key("models", Form::Texts, "What `licentia check` without a target checks: paths from this file, and Hub IDs."),
    key(
        "facts",
        Form::Table,
        "What the organisation says about itself; what is not stated counts as its strictest answer.",
    ),
    key("facts.use", Form::Word(words!(Use)), "What models are used for."),
    key("facts.distribution", Form::Words(words!(Distribution)), "How others come to them."),
    key("facts.modifies", Form::Truth, "Whether a model or its code is changed."),
    key("facts.mau", Form::Number, "Active users a month, of the whole group."),
    key("facts.dau", Form::Number, "Active users a day, of the whole group."),
    key(
        "facts.mau_at_release",
        Form::AtRelease,
        "Active users a month when a model was released: a number, or by model, licence or day.",
    ),
    key("facts.annual_revenue", Form::Money, "Revenue in a year, of the whole group."),
    key("facts.monthly_revenue", Form::Money, "Revenue in a month, of the whole group."),
    key("facts.team_size", Form::Number, "People, employed or under contract."),
    key("facts.domicile", Form::Territory, "The principal place of business, by ISO 3166-1 code."),
    key("facts.territories", Form::Territories, "Where models are used or offered: ISO 3166-1 codes, EU, world."),
    key("facts.trains_on_outputs", Form::Truth, "Whether outputs train or improve other models."),
    key("facts.as_of", Form::Day, "The day on which these facts were true."),
    key("facts.max_age_days", Form::Number, "After how many days the facts must be looked at again."),
    key("licenses", Form::Table, "What is allowed."),
    key("licenses.allow", Form::Licenses, "May be used."),
    key("licenses.review", Form::Licenses, "A person must look."),
    key("licenses.deny", Form::Licenses, "May not be used."),
    key("licenses.unknown", Form::Word(verdicts), "A text that was read and not identified."),
    key("licenses.none", Form::Word(verdicts), "No licence was found at all."),
    key("licenses.tag-only", Form::Word(verdicts), "A label without a licence text."),
    key(
        "licenses.lineage",
        Form::Word(words!(Inheritance)),
        "What the terms of the models that it was made from mean for it.",
    ),
    key("licenses.datasets", Form::Word(words!(Inheritance)), "What the terms of its training data mean for it."),
    key("licenses.roles", Form::Words(roles), "What decides; everything else is reported only."),
    key("licenses.prefer", Form::Texts, "Which of equally good licences of a choice is taken, the best first."),
    key("levels", Form::Table, "The level of a finding, by its name: error, warning, note or off."),
    key("scope", Form::Tables, "Facts, licences and levels for what matches; the most exact match counts."),
    key("scope.match", Form::Table, "What it is about."),
    key("scope.match.model", Form::Text, "Models by name; * stands for anything but /."),
    key("scope.match.path", Form::Text, "Targets and directories by path; ** stands for anything."),
    key("scope.facts", Form::Table, "As [facts], for what matches."),
    key("scope.licenses", Form::Table, "As [licenses], for what matches."),
    key("scope.levels", Form::Table, "As [levels], for what matches."),
    key("choose", Form::Tables, "Takes one branch where a licence leaves the choice."),
    key("choose.from", Form::Text, "The choice, as an SPDX expression; compared by its meaning."),
    key("choose.pick", Form::Text, "The branch that is taken."),
    key("curate", Form::Tables, "Says what the licence of something is, as long as these files stay as they are."),
    key("curate.target", Form::Text, "The model, perhaps with @revision, or the path."),
    key("curate.role", Form::Word(roles), "The subject; what the repository is there for where it is not said."),
    key("curate.path", Form::Text, "The directory of the subject; the root where it is not said."),
    key("curate.license", Form::Text, "The licence, as an SPDX expression."),
    key("curate.files", Form::Tables, "The files that were read: at least one."),
    key("curate.files.path", Form::Text, "The path of a file, from the root of the target."),
    key("curate.files.sha256", Form::Text, "The SHA-256 of its bytes."),
    key("curate.reason", Form::Text, "Why."),
    key("waive", Form::Tables, "Accepts a finding; never changes a licence."),
    key("waive.finding", Form::Text, "The finding's name."),
    key("waive.target", Form::Text, "The model, perhaps with @revision, or the path; with wildcards."),
    key("waive.license", Form::Text, "Only as long as the finding is about this licence."),
    key("waive.reason", Form::Text, "Why."),
    key("waive.approver", Form::Text, "Who answers for it."),
    key("waive.expires", Form::Day, "The last day on which it holds."),
    key("waive.created", Form::Day, "The day on which it was written."),
    key("waive.ticket", Form::Text, "Where it was decided."),
    key("rule", Form::Tables, "A rule of your own: a verdict on what matches."),
    key("rule.id", Form::Text, "Its name."),
    key("rule.when", Form::Table, "What must be so; all of it."),
    key("rule.when.license", Form::Texts, "One of these licences binds; * stands for anything."),
    key("rule.when.category", Form::Texts, "A licence of one of these categories binds."),
    key("rule.when.term", Form::Texts, "A licence with one of these terms binds: KIND or KIND=VALUE."),
    key("rule.when.role", Form::Words(roles), "The subject has one of these roles."),
    key("rule.when.target", Form::Texts, "The model or path is one of these."),
    key("rule.when.kind", Form::Words(kinds), "The repository is one of these."),
    key("rule.when.grade", Form::Words(grades), "The strongest statement of the licence is one of these."),
    key("rule.when.use", Form::Words(words!(Use)), "facts.use is one of these, or not stated."),
    key(
        "rule.when.distribution",
        Form::Words(words!(Distribution)),
        "facts.distribution holds one of these, or is not stated.",
    ),
    key("rule.unless", Form::Table, "What must not be so; any of it. The same keys as in `when`."),
    key("rule.then", Form::Word(verdicts), "The verdict."),
    key("rule.message", Form::Text, "What is said."),
    key("rule.help", Form::Text, "What to do."),
    key("gate", Form::Table, "When the gate closes."),
    key("gate.fail-on", Form::Word(gates), "The lowest level of finding that fails."),
    key(
        "gate.baseline",
        Form::Text,
        "The file with old findings that are shown and do not fail; a path from this file.",
    ),
    key("gate.lock", Form::Text, "The lock file; a path from this file."),
    key("gate.require-lock", Form::Truth, "Whether every check is a check with --locked."),
    key("gate.require", Form::Words(duties), "What every waiver must state."),
    key("gate.max-waiver-days", Form::Number, "The longest time for which a waiver may hold."),
    key("gate.waiver-warning-days", Form::Number, "How many days before its end a waiver is reported."),
    key("test", Form::Tables, "What this policy must answer; `licentia policy test` tries it."),
    key("test.license", Form::Text, "An SPDX expression."),
    key("test.expect", Form::Word(verdicts), "The verdict."),
    key("test.set", Form::Texts, "Keys of the policy for this test, as in facts.mau=900000000."),
    key("test.role", Form::Word(roles), "The subject; weights where it is not said."),
    key("test.target", Form::Text, "The model's name, for scopes."),
    key("org", Form::Table, "What an organisation says to those who extend its policy."),
    key("org.locked", Form::Texts, "Keys that they cannot change for the milder."),
];

/// The keys of a table, by their last name, in order. The empty name is the top.
pub(crate) fn keys_of(table: &str) -> Vec<&'static str> {
    let of = |key: &Key| match key.path.rsplit_once('.') {
        Some((above, name)) => (above == table).then_some(name),
        None => table.is_empty().then_some(key.path),
    };
    KEYS.iter().filter_map(of).collect()
}

/// The key of that path. `-` and `_` are one: both spellings are in use.
pub(crate) fn key_of(path: &str) -> Option<&'static Key> {
    let folded = folded(path);
    KEYS.iter().find(|key| self::folded(key.path) == folded)
}

/// A key with `_` as `-`.
pub(crate) fn folded(key: &str) -> String {
    key.replace('_', "-")
}

/// The keys that `--set` takes.
pub(crate) fn settable() -> Vec<&'static str> {
    let is_settable = |key: &&Key| {
        let table = key.path.split('.').next().unwrap_or_default();
        let is_value = !matches!(key.form, Form::Table | Form::Tables | Form::Extends);
        is_value && matches!(table, "name" | "preset" | "facts" | "licenses" | "gate")
    };
    KEYS.iter().filter(is_settable).map(|key| key.path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_there_once_and_below_a_table() {
        let mut paths: Vec<String> = KEYS.iter().map(|key| folded(key.path)).collect();
        paths.sort();
        assert!(paths.windows(2).all(|pair| pair[0] != pair[1]), "{paths:?}");
        for key in KEYS {
            if let Some((above, _)) = key.path.rsplit_once('.') {
                let table = key_of(above).expect(above);
                assert!(matches!(table.form, Form::Table | Form::Tables), "{above}");
            }
        }
    }

    #[test]
    fn both_spellings_of_a_key_are_one() {
        assert_eq!(key_of("facts.mau-at-release").map(|key| key.path), Some("facts.mau_at_release"));
        assert_eq!(key_of("licenses.tag_only").map(|key| key.path), Some("licenses.tag-only"));
        assert!(keys_of("facts").contains(&"mau") && keys_of("").contains(&"waive"));
    }
}
