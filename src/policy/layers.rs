//! Layers: policies that extend others, settings of the command line, and keys that an organisation locks.
//!
//! A later layer counts, key by key. A locked key may be said again and may be made stricter, never milder.

use license_db::Category;

use super::file::{KEYS, PolicyFile, did_you_mean, key_of, settable};
use super::held::Held;
use super::message::{file_name, nearest, quoted};
use super::settings::{Settings, TermName};
use super::{Form, Policy};
use crate::error::{Error, ErrorKind};
use crate::finding::{PolicyPlace, Verdict};

impl Policy {
    /// The policy that one file states.
    ///
    /// # Errors
    /// As [`PolicyFile::parse`]; and where it extends others, which somebody must read first
    /// ([`Self::from_layers`]).
    pub fn from_toml(text: &str, file: &str) -> Result<Self, Error> {
        let file = PolicyFile::parse(text, file)?;
        match file.extends.first() {
            None => Self::from_layers(vec![file]),
            Some(held) => {
                Err(Error::new(ErrorKind::Policy, format!("{}: what it extends was not read", placed(&held.at))))
            }
        }
    }

    /// The policy that files state together, the lowest first. The last one is the user's own; those below it are
    /// extended, and only their `[org]` counts.
    ///
    /// # Errors
    /// Of the kind [`ErrorKind::Policy`]: where a locked key is made milder, or a waiver lacks what it must state.
    pub fn from_layers(layers: Vec<PolicyFile>) -> Result<Self, Error> {
        let mut policy = Self::default();
        let mut problems = Vec::new();
        let count = layers.len();
        for (position, file) in layers.into_iter().enumerate() {
            problems.extend(policy.refusals(&file));
            policy.put(file, position + 1 < count);
        }
        problems.extend(policy.incomplete_waivers());
        if problems.is_empty() { Ok(policy) } else { Err(Error::new(ErrorKind::Policy, problems.join("\n"))) }
    }

    /// Sets one key on top: `licenses.tag-only=allow`, `facts.mau=3000000`. Lists are separated by commas; an entry of
    /// a licence list replaces what was said about that licence before.
    ///
    /// # Errors
    /// Of the kind [`ErrorKind::Usage`], where the key or the value is not understood, or the key is locked.
    pub fn apply_set(&mut self, setting: &str) -> Result<(), Error> {
        let usage = |message: String| Error::new(ErrorKind::Usage, format!("--set {}: {message}", quoted(setting)));
        let Some((written, value)) = setting.split_once('=') else {
            return Err(usage("no value; write key=value, as in facts.use=research".to_owned()));
        };
        let (written, value) = (written.trim(), value.trim());
        let level = written.strip_prefix("levels.");
        let key = key_of(written).filter(|key| settable().contains(&key.path));
        let toml = match (key, level) {
            (Some(key), _) => format!("{} = {}", key.path, as_toml(key.form, value)),
            (None, Some(finding)) => format!("levels.{} = {}", toml_string(finding), toml_string(value)),
            (None, None) => {
                let meant = did_you_mean(nearest(written, settable()));
                return Err(usage(format!("unknown key{meant}; known keys are {}", settable().join(", "))));
            }
        };
        let file = PolicyFile::parse_setting(&toml, "--set").map_err(|error| usage(error.message))?;
        if let Some(refusal) = self.refusals(&file).into_iter().next() {
            return Err(usage(refusal));
        }
        let mut file = file;
        self.top.overlay(std::mem::take(&mut file.settings));
        self.put(file, false);
        Ok(())
    }

    fn put(&mut self, file: PolicyFile, is_extended: bool) {
        if !file.file.starts_with("--") {
            self.files.push(file.file.clone());
        }
        self.name = file.name.or(self.name.take());
        self.preset = file.preset.or(self.preset.take());
        self.models.extend(file.models);
        self.settings.overlay(file.settings);
        // Of equally exact scopes the first counts, and the user's own stand first.
        self.scopes.splice(0..0, file.scopes);
        self.choices.splice(0..0, file.choices);
        self.curations.splice(0..0, file.curations);
        self.waivers.extend(file.waivers);
        self.rules.extend(file.rules);
        self.trials.extend(file.trials);
        self.gate.overlay(file.gate);
        if is_extended {
            self.locked.extend(file.locked);
        }
    }

    /// What a layer may not say.
    fn refusals(&self, file: &PolicyFile) -> Vec<String> {
        self.locked.iter().flat_map(|lock| self.refusals_of(lock, file)).collect()
    }

    fn refusals_of(&self, lock: &Held<String>, file: &PolicyFile) -> Vec<String> {
        let mut refused: Vec<(PolicyPlace, String)> = Vec::new();
        let mut all: Vec<&Settings> = vec![&file.settings];
        all.extend(file.scopes.iter().map(|scope| &scope.settings));
        let key = lock.value.as_str();
        let is_locked = |path: &str| key == path || path.starts_with(&format!("{key}."));
        for settings in &all {
            for (path, place) in scalar_places(settings) {
                if is_locked(&path) && !self.says_the_same(&place) {
                    refused.push((place, path));
                }
            }
            for (list, verdict) in LISTS {
                if is_locked(list) {
                    refused.extend(self.loosened(verdict, settings).into_iter().map(|place| (place, list.to_owned())));
                }
            }
        }
        let gate = &file.gate;
        let gates: [(&str, Option<&PolicyPlace>); 7] = [
            ("gate.fail-on", gate.fail_on.as_ref().map(|held| &held.at)),
            ("gate.baseline", gate.baseline.as_ref().map(|held| &held.at)),
            ("gate.lock", gate.lock.as_ref().map(|held| &held.at)),
            ("gate.require-lock", gate.require_lock.as_ref().map(|held| &held.at)),
            ("gate.require", gate.require.as_ref().map(|held| &held.at)),
            ("gate.max-waiver-days", gate.max_waiver_days.as_ref().map(|held| &held.at)),
            ("gate.waiver-warning-days", gate.waiver_warning_days.as_ref().map(|held| &held.at)),
        ];
        let tables = [("waive", file.waivers.iter().map(|waiver| &waiver.at).collect::<Vec<_>>())]
            .into_iter()
            .chain([("curate", file.curations.iter().map(|curation| &curation.at).collect())])
            .chain([("choose", file.choices.iter().map(|choice| &choice.at).collect())])
            .chain([("scope", file.scopes.iter().map(|scope| &scope.at).collect())])
            .chain([("rule", file.rules.iter().map(|rule| &rule.at).collect())])
            .chain([("preset", file.preset.iter().map(|held| &held.at).collect())]);
        let whole = gates.into_iter().map(|(path, place)| (path, place.into_iter().collect())).chain(tables);
        for (path, places) in whole.filter(|(path, _)| is_locked(path)) {
            for place in places.into_iter().filter(|place| !self.says_the_same(place)) {
                refused.push((place.clone(), path.to_owned()));
            }
        }
        let words = |(place, path): (PolicyPlace, String)| {
            format!(
                "{}: {path} is locked by {}; remove it here, or ask whoever keeps that policy",
                placed(&place),
                placed(&lock.at)
            )
        };
        refused.into_iter().map(words).collect()
    }

    /// Whether a value repeats what stands below.
    fn says_the_same(&self, place: &PolicyPlace) -> bool {
        let below = scalar_places(&self.settings).into_iter().map(|(_, place)| place);
        let gate = [
            self.gate.fail_on.as_ref().map(|held| &held.at),
            self.gate.require_lock.as_ref().map(|held| &held.at),
            self.gate.max_waiver_days.as_ref().map(|held| &held.at),
            self.gate.waiver_warning_days.as_ref().map(|held| &held.at),
            self.preset.as_ref().map(|held| &held.at),
        ];
        let gate = gate.into_iter().flatten().cloned();
        below.chain(gate).any(|known| known.key == place.key && known.value == place.value)
    }

    /// Entries that make something better than a locked list has it: by the same name, or a licence of a category or
    /// with a term that the list names.
    fn loosened(&self, verdict: Verdict, top: &Settings) -> Vec<PolicyPlace> {
        let mut places = Vec::new();
        let is_listed = |held: &Held<Verdict>| held.value == verdict;
        let below = &self.settings;
        for (name, held) in top.entries.iter().filter(|(_, held)| held.value < verdict) {
            let by_name = below.entries.get(name).is_some_and(is_listed);
            let license = name.split(" WITH ").next().and_then(license_db::license);
            let by_category = |category: &Category| below.categories.get(category).is_some_and(is_listed);
            let by_term = |(term, held): (&TermName, &Held<Verdict>)| {
                is_listed(held) && license.is_some_and(|license| license.terms.iter().any(|of| term.matches(of)))
            };
            let by_kind = license.is_some_and(|license| license.categories.iter().any(by_category));
            if by_name || by_kind || below.terms.iter().any(by_term) {
                places.push(held.at.clone());
            }
        }
        for (category, held) in top.categories.iter().filter(|(_, held)| held.value < verdict) {
            if below.categories.get(category).is_some_and(is_listed) {
                places.push(held.at.clone());
            }
        }
        for (term, held) in top.terms.iter().filter(|(_, held)| held.value < verdict) {
            let is_same = |(known, held): (&TermName, &Held<Verdict>)| known.kind == term.kind && is_listed(held);
            if below.terms.iter().any(is_same) {
                places.push(held.at.clone());
            }
        }
        places
    }

    fn incomplete_waivers(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for waiver in &self.waivers {
            let has = [
                ("reason", waiver.reason.is_some(), "\"why this is accepted\""),
                ("approver", waiver.approver.is_some(), "\"who answers for it\""),
                ("expires", waiver.expires.is_some(), "2027-02-01"),
            ];
            for (key, _, example) in has.into_iter().filter(|(key, has, _)| !has && self.gate.requires(key)) {
                problems.push(format!("{}: [[waive]] has no {key}; add {key} = {example}", placed(&waiver.at)));
            }
        }
        problems
    }
}

/// The lists of licences with their verdicts.
const LISTS: [(&str, Verdict); 3] =
    [("licenses.allow", Verdict::Allow), ("licenses.review", Verdict::Review), ("licenses.deny", Verdict::Deny)];

/// `licentia.toml:3:5`, to stand before a message.
pub fn placed(place: &PolicyPlace) -> String {
    match place.span {
        Some(span) => format!("{}:{}:{}", file_name(&place.file), span.start_line, span.start_column),
        None => file_name(&place.file),
    }
}

/// Every value that is no entry of a licence list, with its key.
pub(crate) fn scalar_places(settings: &Settings) -> Vec<(String, PolicyPlace)> {
    let facts = &settings.facts;
    let places = [
        facts.usage.as_ref().map(|held| &held.at),
        facts.distribution.as_ref().map(|held| &held.at),
        facts.modifies.as_ref().map(|held| &held.at),
        facts.monthly_users.as_ref().map(|held| &held.at),
        facts.daily_users.as_ref().map(|held| &held.at),
        facts.users_at_release.as_ref().map(|held| &held.at),
        facts.annual_revenue.as_ref().map(|held| &held.at),
        facts.monthly_revenue.as_ref().map(|held| &held.at),
        facts.team_size.as_ref().map(|held| &held.at),
        facts.domicile.as_ref().map(|held| &held.at),
        facts.territories.as_ref().map(|held| &held.at),
        facts.trains_on_outputs.as_ref().map(|held| &held.at),
        facts.as_of.as_ref().map(|held| &held.at),
        facts.max_age_days.as_ref().map(|held| &held.at),
        settings.unknown.as_ref().map(|held| &held.at),
        settings.none.as_ref().map(|held| &held.at),
        settings.tag_only.as_ref().map(|held| &held.at),
        settings.lineage.as_ref().map(|held| &held.at),
        settings.datasets.as_ref().map(|held| &held.at),
        settings.roles.as_ref().map(|held| &held.at),
        settings.prefer.as_ref().map(|held| &held.at),
    ];
    let levels = settings.levels.values().map(|held| &held.at);
    places.into_iter().flatten().chain(levels).map(|place| (place.key.clone(), place.clone())).collect()
}

/// A word of the command line as the TOML of its form.
fn as_toml(form: Form, value: &str) -> String {
    let is_toml = |value: &str| value.starts_with(['[', '{', '"', '\'']);
    match form {
        Form::Truth | Form::Number if value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') => {
            value.to_owned()
        }
        Form::Day if value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => value.to_owned(),
        Form::Money | Form::AtRelease if value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') => {
            value.to_owned()
        }
        Form::Money | Form::AtRelease | Form::Texts if is_toml(value) => value.to_owned(),
        Form::Words(_) | Form::Texts | Form::Licenses | Form::Territories => {
            let items: Vec<String> = value.split(',').map(|item| toml_string(item.trim())).collect();
            format!("[{}]", items.join(", "))
        }
        _ => toml_string(value),
    }
}

/// A basic string of TOML.
pub(crate) fn toml_string(words: &str) -> String {
    use std::fmt::Write;
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

/// Every key with what it says, for people who look one up.
pub fn keys() -> &'static [super::Key] {
    KEYS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::finding::Level;
    use crate::policy::{FailOn, Preset, Use};

    fn refused(text: &str) -> String {
        Policy::from_toml(text, "licentia.toml").expect_err("the policy is wrong").message
    }

    fn layered(texts: &[(&str, &str)]) -> Result<Policy, Error> {
        let files = texts.iter().map(|(file, text)| PolicyFile::parse(text, file)).collect::<Result<Vec<_>, _>>()?;
        Policy::from_layers(files)
    }

    #[test]
    fn a_whole_policy_is_read() {
        let text = r#"
schema = 1
name = "acme"
preset = "distribution"
models = ["./models/a", "org/name@main"]

[facts]
use = "internal"
modifies = false
distribution = ["saas", "on-device"]
mau = 3_200_000
mau_at_release = { "meta-llama/*" = 1_000, 2024-07-23 = 2_000 }
annual_revenue = { usd = 41_000_000, eur = 38_000_000 }
domicile = "DE"
territories = ["EU", "us", "UK"]
trains_on_outputs = false
as_of = 2026-10-01
max-age-days = 180

[licenses]
allow = ["gpl-3.0", "Apache-2.0 WITH LLVM-exception", "LicenseRef-acme-own"]
review = ["category:weak-copyleft", "term:output-training=forbidden"]
deny = ["category:permissive"]
unknown = "deny"
none = "review"
tag-only = "allow"
lineage = "review"
datasets = "inherit"
roles = ["weights", "code"]
prefer = ["mit"]

[levels]
tag-only = "note"
family-only = "off"

[[scope]]
match = { path = "research/**" }
facts = { use = "research" }

[[choose]]
from = "MIT OR GPL-2.0-only"
pick = "MIT"

[[curate]]
target = "someorg/embedder"
license = "Apache-2.0"
files = [{ path = "LICENSE.md", sha256 = "8c1f8c1f8c1f8c1f8c1f8c1f8c1f8c1f8c1f8c1f8c1f8c1f8c1f8c1f8c1f8c1f" }]
reason = "verbatim Apache-2.0"

[[waive]]
finding = "non-commercial"
target = "vendor/seg-net"
reason = "internal only"
approver = "legal@acme.example"
expires = 2027-02-01

[[rule]]
id = "acme/one"
when = { category = ["strong-copyleft"], role = ["weights"] }
unless = { target = ["acme/*"] }
then = "deny"
message = "No."

[gate]
fail-on = "never"
max-waiver-days = 90

[[test]]
license = "MIT"
expect = "deny"
set = ["facts.mau=1"]

[org]
locked = ["licenses.unknown"]
"#;
        let policy = Policy::from_toml(text, "licentia.toml").expect("a valid policy");
        assert_eq!((policy.name(), policy.base()), ("acme", Preset::Distribution));
        let settings = policy.settings();
        assert_eq!(settings.facts.uses(), Some(Use::Internal));
        assert_eq!(settings.facts.monthly_users.as_ref().map(|held| held.value), Some(3_200_000));
        assert_eq!(settings.facts.territories.as_ref().map(|held| held.value.len()), Some(3));
        assert_eq!(settings.entries.get("GPL-3.0-only").map(|held| held.value), Some(Verdict::Allow));
        assert_eq!(settings.categories.get(&Category::Permissive).map(|held| held.value), Some(Verdict::Deny));
        assert_eq!(
            (settings.unknown(), settings.none(), settings.tag_only()),
            (Verdict::Deny, Verdict::Review, Verdict::Allow)
        );
        assert_eq!(policy.fail_on(), None);
        assert_eq!((policy.scopes.len(), policy.choices.len(), policy.rules.len(), policy.trials.len()), (1, 1, 1, 1));
        let waiver = policy.waivers.first().expect("a waiver");
        assert_eq!(waiver.at.span.map(|span| span.start_line), Some(50));
        let place = settings.facts.monthly_users.map(|held| held.at.to_string());
        assert_eq!(place.as_deref(), Some("licentia.toml:11:7 (facts.mau = 3_200_000)"));
    }

    #[test]
    fn an_unknown_key_is_an_error_with_its_place_and_the_key_that_was_meant() {
        let found = refused("schema = 1\n[licences]\nallow = []\n");
        assert!(
            found.starts_with("licentia.toml:2:2: unknown key \"licences\" (did you mean \"licenses\"?)"),
            "{found}"
        );
        assert!(refused("[facts]\nmaus = 3\n").contains("did you mean \"mau\"?"));
        assert!(refused("[[waive]]\nfindings = \"x\"\n").contains("did you mean \"finding\"?"));
        assert!(refused("[rule]\n").contains("write [[rule]]"));
        assert!(refused("[facts]\nmax-age-days = 1\nmax_age_days = 2\n").contains("is there already"));
    }

    #[test]
    fn an_unknown_licence_category_term_or_finding_is_an_error() {
        assert!(
            refused("[licenses]\nallow = [\"Apache-2.O\"]\n")
                .contains("2:10: \"Apache-2.O\" is no licence identifier (did you mean \"Apache-2.0\"?)")
        );
        assert!(refused("[licenses]\nallow = [\"category:copyleft\"]\n").contains("is no category"));
        assert!(refused("[licenses]\nallow = [\"term:monthly-user\"]\n").contains("did you mean \"monthly-users\"?"));
        assert!(refused("[licenses]\nallow = [\"MIT OR ISC\"]\n").contains("more than one licence"));
        assert!(
            refused("[licenses]\nallow = [\"LicenseRef-scancode-nothing-of-the-kind\"]\n")
                .contains("no database of ours")
        );
        assert!(
            refused("[licenses]\nallow = [\"LicenseRef-licentia-modified-MIT\"]\n").contains("any change to a text")
        );
        assert!(refused("[levels]\nnon-comercial = \"note\"\n").contains("did you mean \"non-commercial\"?"));
        assert!(refused("[[choose]]\nfrom = \"MIT OR ISC\"\npick = \"GPL-2.0-only\"\n").contains("no branch of"));
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
            "schema = 2\npreset = \"comercial\"\n[facts]\nmodifies = \"no\"\ndistribution = [\"none\", \"saas\"]\nmau = -1\ndomicile = \"Germany\"\n",
        );
        assert_eq!(found.lines().count(), 6, "{found}");
        assert!(found.contains("did you mean \"commercial\"?"), "{found}");
    }

    #[test]
    fn a_waiver_states_why_who_and_until_when_unless_the_gate_asks_less() {
        let bare = "[[waive]]\nfinding = \"tag-only\"\ntarget = \"a/b\"\n";
        let found = refused(bare);
        for key in ["reason", "approver", "expires"] {
            assert!(found.contains(&format!("licentia.toml:1:1: [[waive]] has no {key}")), "{found}");
        }
        assert!(Policy::from_toml(&format!("{bare}[gate]\nrequire = []\n"), "licentia.toml").is_ok());
        assert!(refused(&format!("{bare}expires = 2027-02-30\n")).contains("write valid TOML"));
    }

    #[test]
    fn a_curation_without_bytes_and_a_url_without_a_hash_are_errors() {
        let curation = "[[curate]]\ntarget = \"a/b\"\nlicense = \"MIT\"\nreason = \"x\"\nfiles = []\n";
        assert!(refused(curation).contains("bytes that somebody read"));
        assert!(refused("extends = \"https://example.org/p.toml\"\n").contains("without its hash"));
        assert!(
            refused("extends = { url = \"http://example.org/p.toml\", sha256 = \"00\" }\n").contains("no https URL")
        );
    }

    #[test]
    fn pyproject_holds_a_policy_in_its_own_table() {
        let text =
            "[project]\nname = \"x\"\n[tool.licentia]\nname = \"ours\"\n[tool.licentia.licenses]\nnone = \"review\"\n";
        let policy = Policy::from_toml(text, "pyproject.toml").expect("a valid policy");
        assert_eq!((policy.name(), policy.settings().none()), ("ours", Verdict::Review));
        assert!(PolicyFile::is_there(text, "pyproject.toml") && !PolicyFile::is_there("[project]\n", "pyproject.toml"));
    }

    #[test]
    fn a_setting_goes_on_top_of_the_file_and_of_every_scope() {
        let text =
            "[licenses]\ndeny = [\"MIT\"]\n[[scope]]\nmatch = { path = \"**\" }\nlicenses = { none = \"allow\" }\n";
        let mut policy = Policy::from_toml(text, "licentia.toml").expect("a valid policy");
        for setting in [
            "licenses.allow=MIT",
            "licenses.none=deny",
            "facts.use=research",
            "facts.modifies=false",
            "facts.mau=3000000",
            "facts.annual-revenue=41_000_000",
            "facts.monthly_revenue={ eur = 5 }",
            "facts.territories=EU,US",
            "facts.as_of=2026-11-01",
            "levels.tag-only=off",
            "gate.fail-on=warning",
        ] {
            policy.apply_set(setting).expect(setting);
        }
        let source = crate::resolve::tests::source_of("org/name");
        let subject = crate::subject::Subject { source: 0, role: crate::subject::Role::Weights, path: String::new() };
        let settings = policy.settings_for(&source, &subject);
        assert_eq!(settings.entries.get("MIT").map(|held| held.value), Some(Verdict::Allow));
        assert_eq!((settings.none(), settings.facts.changes()), (Verdict::Deny, Some(false)));
        assert_eq!(policy.fail_on(), Some(Level::Warning));
        assert_eq!(policy.gate.fail_on.as_ref().map(|held| held.value), Some(FailOn::Level(Level::Warning)));
    }

    #[test]
    fn a_setting_that_is_not_understood_is_wrong_usage() {
        let mut policy = Policy::default();
        for setting in [
            "facts.use",
            "facts.usee=research",
            "facts.use=resaerch",
            "schema=2",
            "a]b=1",
            "facts.modifies=\"x\ny",
            "facts.mau=many",
            "waive.finding=x",
        ] {
            let error = policy.apply_set(setting).expect_err(setting);
            assert_eq!(error.kind, ErrorKind::Usage, "{setting}");
        }
        assert_eq!(policy, Policy::default());
    }

    const ORGANISATION: &str = "[licenses]\ndeny = [\"category:non-commercial\", \"term:registration\"]\nunknown = \"deny\"\n\
        [gate]\nmax-waiver-days = 30\n\
        [org]\nlocked = [\"licenses.deny\", \"licenses.unknown\", \"gate.max-waiver-days\", \"waive\"]\n";

    #[test]
    fn a_locked_key_may_be_made_stricter_and_never_milder() {
        let own = |text: &str| layered(&[("legal.toml", ORGANISATION), ("licentia.toml", text)]);
        for milder in [
            "[licenses]\nallow = [\"CC-BY-NC-4.0\"]\n",
            "[licenses]\nreview = [\"category:non-commercial\"]\n",
            "[licenses]\nunknown = \"review\"\n",
            "[gate]\nmax-waiver-days = 900\n",
            "[[scope]]\nmatch = { path = \"research/**\" }\nlicenses = { allow = [\"category:non-commercial\"] }\n",
            "[[waive]]\nfinding = \"non-commercial\"\ntarget = \"a/b\"\nreason = \"x\"\napprover = \"y\"\nexpires = 2026-12-01\n",
        ] {
            let found = own(milder).expect_err(milder).message;
            assert!(found.contains("is locked by legal.toml:7:"), "{found}");
            assert!(found.starts_with("licentia.toml:"), "{found}");
        }
        for fine in [
            "[licenses]\ndeny = [\"MIT\"]\n",
            "[licenses]\nunknown = \"deny\"\n",
            "[licenses]\nallow = [\"MPL-2.0\"]\n",
            "[gate]\nmax-waiver-days = 30\n",
        ] {
            own(fine).expect(fine);
        }
        let mut policy = own("").expect("an empty policy");
        assert!(policy.apply_set("licenses.unknown=allow").expect_err("it is locked").message.contains("is locked by"));
    }

    #[test]
    fn only_what_others_extend_can_lock() {
        let mut policy = layered(&[("licentia.toml", ORGANISATION)]).expect("a valid policy");
        policy.apply_set("licenses.unknown=allow").expect("nobody locked it");
    }

    proptest! {
        #[test]
        fn no_policy_file_and_no_setting_panics(text in "\\PC{0,200}", setting in "(licenses|facts|gate)[.](allow|use|deny|fail-on|mau|territories)=\\PC{0,60}") {
            let _ = Policy::from_toml(&text, "licentia.toml");
            let _ = Policy::default().apply_set(&setting);
        }

        #[test]
        fn no_table_of_anything_panics(table in "(scope|choose|curate|waive|rule|test|facts|licenses)", key in "[a-z-]{1,12}", value in "\\PC{0,60}") {
            let _ = Policy::from_toml(&format!("[[{table}]]\n{key} = {value}\n"), "licentia.toml");
            let _ = Policy::from_toml(&format!("[{table}]\n{key} = {value}\n"), "licentia.toml");
        }
    }
}
