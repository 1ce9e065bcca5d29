//! A first policy, from the answers of whoever starts: a file with a comment at every question, so that what was not
//! answered can be answered later in its place.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::facts::{Distribution, Use};
use super::layers::toml_string;
use super::presets::Preset;
use super::territory::Territory;

/// Where the schema lies, for editors.
const SCHEMA: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/HEAD/schemas/policy-1.schema.json?raw=true");

/// The answers; what is `None` or empty was not answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The preset; where it is `None`, what fits the use and the distribution.
    pub preset: Option<Preset>,
    /// What models are used for.
    pub usage: Option<Use>,
    /// How others come to them.
    pub distribution: BTreeSet<Distribution>,
    /// Active users a month.
    pub monthly_users: Option<u64>,
    /// Revenue in a year, in US dollars.
    pub annual_revenue: Option<u64>,
    /// The principal place of business.
    pub domicile: Option<Territory>,
    /// Where models are used or offered.
    pub territories: BTreeSet<Territory>,
}

impl Draft {
    /// The preset that fits.
    pub fn base(&self) -> Preset {
        let carries = |way: &Distribution| matches!(way, Distribution::Weights | Distribution::OnDevice);
        match (self.preset, self.usage) {
            (Some(preset), _) => preset,
            (None, Some(Use::Research)) if !self.distribution.iter().any(|way| *way != Distribution::None) => {
                Preset::Research
            }
            (None, _) if self.distribution.iter().any(carries) => Preset::Distribution,
            (None, _) => Preset::Commercial,
        }
    }

    /// The file.
    pub fn to_toml(&self) -> String {
        let mut file = format!(
            "#:schema {SCHEMA}\n\
             # What may be used here, and how: `licentia check DIRECTORY` asks this file. Every key: docs/policy.md, or\n\
             # `licentia explain facts.use`. A line that begins with # says nothing yet.\n\n\
             schema = 1\n\
             preset = \"{}\"  # commercial | distribution | research | audit\n\n\
             # What licences ask. An answer that is missing counts as the strictest one, and a finding asks for it.\n\
             [facts]\n",
            self.base().as_str()
        );
        self.write_facts(&mut file);
        file.push_str(REST);
        file
    }

    fn write_facts(&self, file: &mut String) {
        let usage = self.usage.map(|usage| toml_string(usage.as_str()));
        let ways = self.distribution.iter().map(|way| toml_string(way.as_str()));
        let places = self.territories.iter().map(|place| toml_string(&place.to_string()));
        file.push_str("# 1. What are models used for? commercial | internal | research | personal\n");
        answer("use", usage, "\"commercial\"", file);
        let _ = writeln!(file, "\n# 2. How do others come to them? none | saas | on-device | weights | outputs-only");
        answer("distribution", list(&ways.collect::<Vec<_>>()), "[\"saas\"]", file);
        let _ =
            writeln!(file, "\n# 3. How many active users a month, and how much revenue a year, has the whole group?");
        answer("mau", self.monthly_users.map(|users| users.to_string()), "3_200_000", file);
        let revenue = self.annual_revenue.map(|amount| format!("{{ usd = {amount} }}"));
        answer("annual_revenue", revenue, "{ usd = 41_000_000 }", file);
        let _ =
            writeln!(file, "\n# 4. Where is the principal place of business, and where are models used or offered?");
        let domicile = self.domicile.as_ref().map(|place| toml_string(&place.to_string()));
        answer("domicile", domicile, "\"DE\"", file);
        answer("territories", list(&places.collect::<Vec<_>>()), "[\"EU\", \"US\"]  # or [\"world\"]", file);
    }
}

fn list(items: &[String]) -> Option<String> {
    (!items.is_empty()).then(|| format!("[{}]", items.join(", ")))
}

/// A key with its answer; an example as a comment where there is none.
fn answer(key: &str, value: Option<String>, example: &str, file: &mut String) {
    let _ = match value {
        Some(value) => writeln!(file, "{key} = {value}"),
        None => writeln!(file, "# {key} = {example}"),
    };
}

const REST: &str = r#"
# Is a model or its code changed, as in a fine-tune? Do its outputs train other models?
# modifies = true
# trains_on_outputs = false

# What is allowed beyond the preset: SPDX identifiers, LicenseRefs, category:NAME, term:KIND.
[licenses]
# allow = ["CDLA-Permissive-2.0"]
# review = ["category:weak-copyleft"]
# deny = ["category:non-commercial"]

[gate]
fail-on = "error"  # error | warning | note | never

# A finding that somebody accepts, until a day:
# [[waive]]
# finding = "tag-only"
# target = "org/name"
# reason = "the author was asked for the text"
# approver = "legal@example.org"
# expires = 2027-02-01

# What this policy must answer; `licentia policy test` tries it.
[[test]]
license = "Apache-2.0"
expect = "allow"
"#;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    #[test]
    fn whatever_is_answered_the_file_is_a_policy_that_says_it() {
        let presets = Preset::ALL.into_iter().map(Some).chain([None]);
        let uses: Vec<_> = Use::ALL.into_iter().map(Some).chain([None]).collect();
        let ways: Vec<BTreeSet<Distribution>> = Distribution::ALL
            .into_iter()
            .map(|way| BTreeSet::from([way]))
            .chain([BTreeSet::new(), BTreeSet::from([Distribution::Saas, Distribution::Weights])])
            .collect();
        for preset in presets {
            for usage in &uses {
                for distribution in &ways {
                    for bits in 0_u8..16 {
                        let is_set = |bit: u8| bits & (1 << bit) != 0;
                        let draft = Draft {
                            preset,
                            usage: *usage,
                            distribution: distribution.clone(),
                            monthly_users: is_set(0).then_some(5),
                            annual_revenue: is_set(1).then_some(u64::from(u32::MAX)),
                            domicile: is_set(2).then_some(Territory::EuropeanUnion),
                            territories: is_set(3).then_some(Territory::World).into_iter().collect(),
                        };
                        holds(&draft);
                    }
                }
            }
        }
    }

    fn holds(draft: &Draft) {
        let policy = Policy::from_toml(&draft.to_toml(), "licentia.toml").expect("a valid policy");
        let facts = policy.settings().facts;
        assert_eq!(policy.base(), draft.base());
        assert_eq!(facts.uses(), draft.usage.or(draft.base().facts().uses()));
        if !draft.distribution.is_empty() {
            assert_eq!(facts.ways(), Some(&draft.distribution));
        }
        assert_eq!(facts.monthly_users.map(|held| held.value), draft.monthly_users);
        assert_eq!(facts.annual_revenue.is_some(), draft.annual_revenue.is_some());
        assert_eq!(facts.domicile.map(|held| held.value), draft.domicile);
        assert_eq!(facts.territories.map(|held| held.value).unwrap_or_default(), draft.territories);
        for trial in policy.trials() {
            assert_eq!(policy.answer(trial).expect("a valid test"), trial.expect.value, "{draft:?}");
        }
    }

    #[test]
    fn every_example_in_a_comment_is_a_line_of_a_policy() {
        let mut text = String::new();
        for line in Draft::default().to_toml().lines() {
            let line =
                line.strip_prefix("# ").filter(|rest| rest.contains(" = ") || rest.starts_with('[')).unwrap_or(line);
            text.push_str(line);
            text.push('\n');
        }
        let policy = Policy::from_toml(&text, "licentia.toml").expect("a valid policy");
        assert_eq!(policy.waivers().len(), 1);
        assert!(policy.settings().facts.territories.is_some());
    }

    #[test]
    fn the_preset_fits_the_answers() {
        let base = |usage, ways: &[Distribution]| {
            Draft { usage, distribution: ways.iter().copied().collect(), ..Draft::default() }.base()
        };
        assert_eq!(base(None, &[]), Preset::Commercial);
        assert_eq!(base(Some(Use::Research), &[]), Preset::Research);
        assert_eq!(base(Some(Use::Research), &[Distribution::Weights]), Preset::Distribution);
        assert_eq!(base(Some(Use::Commercial), &[Distribution::OnDevice]), Preset::Distribution);
        assert_eq!(base(Some(Use::Commercial), &[Distribution::Saas]), Preset::Commercial);
    }
}
