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
    /// A value as TOML; of a list of tables the lines of one. Empty where the keys below make it up.
    written: &'static str,
}

/// What a value looks like.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// The version of the format, which is 1.
    Version,
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

fn kinds() -> Vec<&'static str> {
    vec!["model", "dataset", "space"]
}

fn grades() -> Vec<&'static str> {
    vec!["text", "tag", "label", "prose"]
}

const fn key(path: &'static str, form: Form, says: &'static str, written: &'static str) -> Key {
    Key { path, form, says, written }
}

/// Every key, in the order in which a policy is best written.
pub const KEYS: &[Key] = &[
    key("schema", Form::Version, "The version of this format.", "1"),
    key("name", Form::Text, "What the policy is called in reports.", r#""acme-product""#),
    key("preset", Form::Word(words!(Preset)), "The policy that this one stands on.", r#""commercial""#),
    key("root", Form::Truth, "Whether the search for a policy ends here.", "true"),
    key(
        "extends",
        Form::Extends,
        "Policies that lie below this one; a later one counts, a locked key stays.",
        r#"["../legal/models.toml"]"#,
    ),
    key(
        "models",
        Form::Texts,
        "What `licentia check` without a target checks: paths from this file, and Hub IDs.",
        r#"["models/segmenter", "org/name"]"#,
    ),
    key(
        "facts",
        Form::Table,
        "What the organisation says about itself; what is not stated counts as its strictest answer, but for `trains_on_outputs`: a person is asked to look.",
        "",
    ),
    key("facts.use", Form::Word(words!(Use)), "What models are used for.", r#""commercial""#),
    key("facts.distribution", Form::Words(words!(Distribution)), "How others come to them.", r#"["saas"]"#),
    key("facts.modifies", Form::Truth, "Whether a model or its code is changed.", "true"),
    key("facts.mau", Form::Number, "Active users a month, of the whole group.", "3_200_000"),
    key("facts.dau", Form::Number, "Active users a day, of the whole group.", "400_000"),
    key(
        "facts.mau_at_release",
        Form::AtRelease,
        "Active users a month when a model was released: a number, or by model, licence or day.",
        r#"{ "meta-llama/*" = 1_000_000, 2026-04-05 = 2_500_000 }"#,
    ),
    key("facts.annual_revenue", Form::Money, "Revenue in a year, of the whole group.", "{ usd = 41_000_000 }"),
    key("facts.monthly_revenue", Form::Money, "Revenue in a month, of the whole group.", "{ usd = 3_500_000 }"),
    key("facts.team_size", Form::Number, "People, employed or under contract.", "120"),
    key("facts.domicile", Form::Territory, "The principal place of business, by ISO 3166-1 code.", r#""DE""#),
    key(
        "facts.territories",
        Form::Territories,
        "Where models are used or offered: ISO 3166-1 codes, EU, world.",
        r#"["EU", "GB", "US"]"#,
    ),
    key("facts.trains_on_outputs", Form::Truth, "Whether outputs train or improve other models.", "false"),
    key("facts.as_of", Form::Day, "The day on which these facts were true.", "2026-11-01"),
    key("facts.max_age_days", Form::Number, "After how many days the facts must be looked at again.", "180"),
    key("licenses", Form::Table, "What is allowed.", ""),
    key("licenses.allow", Form::Licenses, "May be used.", r#"["CDLA-Permissive-2.0", "category:permissive"]"#),
    key("licenses.review", Form::Licenses, "A person must look.", r#"["category:weak-copyleft", "MPL-2.0"]"#),
    key("licenses.deny", Form::Licenses, "May not be used.", r#"["category:non-commercial", "term:registration"]"#),
    key("licenses.unknown", Form::Word(verdicts), "A text that was read and not identified.", r#""unknown""#),
    key("licenses.none", Form::Word(verdicts), "No licence was found at all.", r#""deny""#),
    key("licenses.tag-only", Form::Word(verdicts), "A label without a licence text.", r#""review""#),
    key(
        "licenses.lineage",
        Form::Word(words!(Inheritance)),
        "What the terms of the models that it was made from mean for it.",
        r#""inherit""#,
    ),
    key(
        "licenses.datasets",
        Form::Word(words!(Inheritance)),
        "What the terms of its training data mean for it.",
        r#""review""#,
    ),
    key(
        "licenses.roles",
        Form::Words(roles),
        "What decides; everything else is reported only.",
        r#"["weights", "adapter", "code"]"#,
    ),
    key(
        "licenses.prefer",
        Form::Texts,
        "Which of equally good licences of a choice is taken, the best first.",
        r#"["Apache-2.0", "MIT"]"#,
    ),
    key(
        "levels",
        Form::Table,
        "The level of a finding, by its name: error, warning, note or off.",
        r#"{ tag-only = "note" }"#,
    ),
    key(
        "scope",
        Form::Tables,
        "Facts, licences and levels for what matches; the most exact match counts.",
        r#"match = { path = "research/**" }
facts = { use = "research", distribution = ["none"] }
licenses = { none = "review" }"#,
    ),
    key("scope.match", Form::Table, "What it is about.", r#"{ path = "research/**" }"#),
    key("scope.match.model", Form::Text, "Models by name; * stands for anything but /.", r#""acme/*""#),
    key("scope.match.path", Form::Text, "Targets and directories by path; ** stands for anything.", r#""research/**""#),
    key("scope.facts", Form::Table, "As [facts], for what matches.", r#"{ use = "research" }"#),
    key("scope.licenses", Form::Table, "As [licenses], for what matches.", r#"{ none = "review" }"#),
    key("scope.levels", Form::Table, "As [levels], for what matches.", r#"{ tag-only = "off" }"#),
    key("choose", Form::Tables, "Takes one branch where a licence leaves the choice.", ""),
    key(
        "choose.from",
        Form::Text,
        "The choice, as an SPDX expression; compared by its meaning.",
        r#""MIT OR GPL-2.0-only""#,
    ),
    key("choose.pick", Form::Text, "The branch that is taken.", r#""MIT""#),
    key("curate", Form::Tables, "Says what the licence of something is, as long as these files stay as they are.", ""),
    key("curate.target", Form::Text, "The model, perhaps with @revision, or the path.", r#""org/embedder""#),
    key(
        "curate.role",
        Form::Word(roles),
        "The subject; what the repository is there for where it is not said.",
        r#""weights""#,
    ),
    key("curate.path", Form::Text, "The directory of the subject; the root where it is not said.", r#""adapter""#),
    key("curate.license", Form::Text, "The licence, as an SPDX expression.", r#""Apache-2.0""#),
    key(
        "curate.files",
        Form::Tables,
        "The files that were read: at least one.",
        r#"[{ path = "LICENSE.md", sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" }]"#,
    ),
    key("curate.files.path", Form::Text, "The path of a file, from the root of the target.", r#""LICENSE.md""#),
    key(
        "curate.files.sha256",
        Form::Text,
        "The SHA-256 of its bytes.",
        r#""e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855""#,
    ),
    key("curate.reason", Form::Text, "Why.", r#""the tag says other; the file is the text word for word""#),
    key("waive", Form::Tables, "Accepts a finding; never changes a licence.", ""),
    key("waive.finding", Form::Text, "The finding's name.", r#""non-commercial""#),
    key(
        "waive.target",
        Form::Text,
        "The model, perhaps with @revision, or the path; with wildcards.",
        r#""vendor/seg-net""#,
    ),
    key("waive.license", Form::Text, "Only as long as the finding is about this licence.", r#""CC-BY-NC-4.0""#),
    key("waive.reason", Form::Text, "Why.", r#""internal labelling only, until the paid licence is signed""#),
    key("waive.approver", Form::Text, "Who answers for it.", r#""legal@acme.example""#),
    key("waive.expires", Form::Day, "The last day on which it holds.", "2027-02-01"),
    key("waive.created", Form::Day, "The day on which it was written.", "2026-11-01"),
    key("waive.ticket", Form::Text, "Where it was decided.", r#""LEG-140""#),
    key(
        "rule",
        Form::Tables,
        "A rule of your own: a verdict on what matches.",
        r#"id = "acme/no-copyleft-weights"
when = { category = ["strong-copyleft"], role = ["weights"] }
unless = { target = ["acme/*"] }
then = "deny"
message = "weights under copyleft do not go into a product"
help = "take another model, or ask legal""#,
    ),
    key("rule.id", Form::Text, "Its name.", r#""acme/no-copyleft-weights""#),
    key(
        "rule.when",
        Form::Table,
        "What must be so; all of it.",
        r#"{ category = ["strong-copyleft"], role = ["weights"] }"#,
    ),
    key("rule.when.license", Form::Texts, "One of these licences binds; * stands for anything.", r#"["GPL-*"]"#),
    key("rule.when.category", Form::Texts, "A licence of one of these categories binds.", r#"["strong-copyleft"]"#),
    key(
        "rule.when.term",
        Form::Texts,
        "A licence with one of these terms binds: KIND or KIND=VALUE.",
        r#"["monthly-users"]"#,
    ),
    key("rule.when.role", Form::Words(roles), "The subject has one of these roles.", r#"["weights"]"#),
    key("rule.when.target", Form::Texts, "The model or path is one of these.", r#"["vendor/*"]"#),
    key("rule.when.kind", Form::Words(kinds), "The repository is one of these.", r#"["model"]"#),
    key(
        "rule.when.grade",
        Form::Words(grades),
        "The strongest statement of the licence is one of these.",
        r#"["label"]"#,
    ),
    key("rule.when.use", Form::Words(words!(Use)), "facts.use is one of these, or not stated.", r#"["commercial"]"#),
    key(
        "rule.when.distribution",
        Form::Words(words!(Distribution)),
        "facts.distribution holds one of these, or is not stated.",
        r#"["weights"]"#,
    ),
    key(
        "rule.unless",
        Form::Table,
        "What must not be so; any of it. The same keys as in `when`.",
        r#"{ target = ["acme/*"] }"#,
    ),
    key("rule.then", Form::Word(verdicts), "The verdict.", r#""deny""#),
    key("rule.message", Form::Text, "What is said.", r#""weights under copyleft do not go into a product""#),
    key("rule.help", Form::Text, "What to do.", r#""take another model, or ask legal""#),
    key("gate", Form::Table, "When the gate closes.", ""),
    key("gate.fail-on", Form::Word(gates), "The lowest level of finding that fails.", r#""error""#),
    key(
        "gate.baseline",
        Form::Text,
        "The file with old findings that are shown and do not fail; a path from this file.",
        r#""licentia-baseline.json""#,
    ),
    key("gate.lock", Form::Text, "The lock file; a path from this file.", r#""licentia.lock""#),
    key("gate.require-lock", Form::Truth, "Whether every check is a check with --locked.", "true"),
    key("gate.require", Form::Words(duties), "What every waiver must state.", r#"["reason", "approver", "expires"]"#),
    key("gate.max-waiver-days", Form::Number, "The longest time for which a waiver may hold.", "180"),
    key("gate.waiver-warning-days", Form::Number, "How many days before its end a waiver is reported.", "30"),
    key("test", Form::Tables, "What this policy must answer; `licentia policy test` tries it.", ""),
    key("test.license", Form::Text, "An SPDX expression.", r#""GPL-3.0-only""#),
    key("test.expect", Form::Word(verdicts), "The verdict.", r#""deny""#),
    key(
        "test.set",
        Form::Texts,
        "Keys of the policy for this test, as in facts.mau=900000000.",
        r#"["facts.distribution=weights"]"#,
    ),
    key("test.role", Form::Word(roles), "The subject; weights where it is not said.", r#""weights""#),
    key("test.target", Form::Text, "The model's name, for scopes.", r#""acme/segmenter""#),
    key("org", Form::Table, "What an organisation says to those who extend its policy.", ""),
    key(
        "org.locked",
        Form::Texts,
        "Keys that they cannot change for the milder.",
        r#"["licenses.deny", "gate.max-waiver-days"]"#,
    ),
];

/// Keys without which their table says nothing. What a waiver must state besides is for `gate.require` to say.
const REQUIRED: [&str; 16] = [
    "scope.match",
    "choose.from",
    "choose.pick",
    "curate.target",
    "curate.license",
    "curate.files",
    "curate.files.path",
    "curate.files.sha256",
    "curate.reason",
    "waive.finding",
    "waive.target",
    "rule.id",
    "rule.when",
    "rule.then",
    "rule.message",
    "test.license",
];

impl Key {
    /// Whether its table must have it.
    pub fn is_required(&self) -> bool {
        REQUIRED.contains(&self.path) || self.path == "test.expect"
    }

    /// The keys below it, in order.
    pub fn below(&self) -> impl Iterator<Item = &'static Key> {
        let path = self.path;
        KEYS.iter().filter(move |key| key.path.rsplit_once('.').is_some_and(|(above, _)| above == path))
    }

    /// An example as it stands in a file, with its table above it.
    pub fn example(&self) -> String {
        match (self.form, self.written) {
            (Form::Table, "") => format!("[{}]\n{}", self.path, self.lines_below()),
            (Form::Tables, "") => format!("[[{}]]\n{}", self.path, self.lines_below()),
            (Form::Tables, lines) if !self.path.contains('.') => format!("[[{}]]\n{lines}", self.path),
            (_, written) => self.inside(written),
        }
    }

    fn lines_below(&self) -> String {
        let line = |key: &Key| {
            let name = key.path.rsplit('.').next().unwrap_or_default();
            format!("{name} = {}", key.written)
        };
        self.below().map(line).collect::<Vec<_>>().join("\n")
    }

    /// The value in its table, and a table that lies deeper in braces.
    fn inside(&self, written: &str) -> String {
        let mut names = self.path.split('.');
        let (Some(first), Some(second)) = (names.next(), names.next()) else {
            return format!("{} = {written}", self.path);
        };
        let is_list = |path: &str| key_of(path).is_some_and(|key| matches!(key.form, Form::Tables));
        let line = match names.next() {
            None => format!("{second} = {written}"),
            Some(third) if is_list(&format!("{first}.{second}")) => format!("{second} = [{{ {third} = {written} }}]"),
            Some(third) => format!("{second} = {{ {third} = {written} }}"),
        };
        if is_list(first) { format!("[[{first}]]\n{line}") } else { format!("[{first}]\n{line}") }
    }
}

impl Form {
    /// What stands there, in words.
    pub fn words(&self) -> String {
        match self {
            Self::Version => "the number 1".to_owned(),
            Self::Text => "a string".to_owned(),
            Self::Number => "a whole number from 0 on".to_owned(),
            Self::Truth => "true or false".to_owned(),
            Self::Day => "a day, as in 2026-11-01".to_owned(),
            Self::Word(words) => format!("one of {}", words().join(", ")),
            Self::Words(words) => format!("a list of {}", words().join(", ")),
            Self::Texts => "a list of strings".to_owned(),
            Self::Licenses => {
                "a list of licences (SPDX identifiers and LicenseRefs), category:NAME, term:KIND and term:KIND=VALUE"
                    .to_owned()
            }
            Self::Money => "a number of US dollars, or a table of amounts by currency".to_owned(),
            Self::AtRelease => "a number, or a table of numbers by model, licence or day".to_owned(),
            Self::Territory => "an ISO 3166-1 code of two letters, EU or world".to_owned(),
            Self::Territories => "a list of ISO 3166-1 codes of two letters, EU and world".to_owned(),
            Self::Extends => {
                "a file, or a table with file or url and sha256, or a list of these; a URL needs its sha256".to_owned()
            }
            Self::Table => "a table".to_owned(),
            Self::Tables => "a list of tables".to_owned(),
        }
    }

    /// The words that may stand there, where they are a closed list.
    pub fn choices(&self) -> Vec<&'static str> {
        match self {
            Self::Word(words) | Self::Words(words) => words(),
            _ => Vec::new(),
        }
    }
}

/// The key that somebody means, in either spelling; also `[facts]` and `[[waive]]`.
pub fn meant_key(word: &str) -> Option<&'static Key> {
    key_of(word.trim_start_matches('[').trim_end_matches(']'))
}

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
    fn every_example_is_read() {
        for key in KEYS {
            let example = key.example();
            let is_whole =
                !key.path.contains('.') || !matches!(key_of(top_of(key)).map(|key| key.form), Some(Form::Tables));
            let read = crate::policy::PolicyFile::parse(&example, "licentia.toml");
            match read {
                Err(error) if is_whole => panic!("{}: {error}\n{example}", key.path),
                // A line of a table is no whole table: only what it lacks may be wrong.
                Err(error) => {
                    assert!(
                        error
                            .message
                            .lines()
                            .all(|line| line.contains(" has no ") || line.contains(" matches nothing")),
                        "{error}\n{example}"
                    );
                }
                Ok(_) => {}
            }
        }
    }

    fn top_of(key: &Key) -> &'static str {
        key.path.split('.').next().unwrap_or_default()
    }

    #[test]
    fn both_spellings_of_a_key_are_one() {
        assert_eq!(key_of("facts.mau-at-release").map(|key| key.path), Some("facts.mau_at_release"));
        assert_eq!(key_of("licenses.tag_only").map(|key| key.path), Some("licenses.tag-only"));
        assert!(keys_of("facts").contains(&"mau") && keys_of("").contains(&"waive"));
    }
}
