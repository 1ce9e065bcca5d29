//! The rules, one file for each kind of finding. A new one is a file in this folder, its two lines here, and its
//! spec in `tests/specs/`.

use std::fmt::Write;

use license_db::{Category, Term, TermKind};

use super::judgement::{Bound, Case, Judgement};
use super::ruling::{Ground, GroundKind};
use crate::finding::{Finding, FindingKind, PolicyPlace, Verdict};

mod base_not_inspected;
mod base_obligation_dropped;
mod baseline_resolved;
mod changes_not_stated;
mod conditional_terms;
mod copyright_missing;
mod curated_license;
mod curation_stale;
mod custom_rule;
mod dataset_restricts;
mod declared_differs_from_text;
mod denied_license;
mod display_missing;
mod facts_differ_from_text;
mod facts_stale;
mod family_only;
mod gated_text_unread;
mod hosting_restricted;
mod incompatible_merge;
mod license_changed_since_lock;
mod license_text_missing;
mod looser_than_base;
mod modified_license;
mod name_prefix_missing;
mod network_copyleft;
mod no_derivatives;
mod no_license;
mod non_commercial;
mod not_seen;
mod notice_file_missing;
mod other_category;
mod output_training_restricted;
mod renamed;
mod research_only;
mod revenue_threshold;
mod scope_unused;
mod source_available;
mod strong_copyleft;
mod tag_only;
mod team_size_threshold;
mod territory_excluded;
mod unidentified_text;
mod unpinned_revision;
mod use_policy_missing;
mod use_restrictions;
mod user_threshold;
mod waiver_expired;
mod waiver_expires_soon;
mod waiver_too_long;
mod waiver_unused;
mod weak_copyleft;

/// One kind of finding and how it is found.
pub(crate) struct Rule {
    pub(crate) kind: FindingKind,
    /// Adds what it finds. `because` of a finding is never empty.
    pub(crate) check: fn(&Judgement<'_>, &mut Vec<Finding>),
}

/// Every rule, by name.
pub(crate) static RULES: &[&Rule] = &[
    &base_not_inspected::RULE,
    &base_obligation_dropped::RULE,
    &changes_not_stated::RULE,
    &conditional_terms::RULE,
    &copyright_missing::RULE,
    &curated_license::RULE,
    &custom_rule::RULE,
    &dataset_restricts::RULE,
    &declared_differs_from_text::RULE,
    &denied_license::RULE,
    &display_missing::RULE,
    &facts_differ_from_text::RULE,
    &family_only::RULE,
    &gated_text_unread::RULE,
    &hosting_restricted::RULE,
    &incompatible_merge::RULE,
    &license_text_missing::RULE,
    &looser_than_base::RULE,
    &modified_license::RULE,
    &name_prefix_missing::RULE,
    &network_copyleft::RULE,
    &no_derivatives::RULE,
    &no_license::RULE,
    &non_commercial::RULE,
    &not_seen::RULE,
    &notice_file_missing::RULE,
    &other_category::RULE,
    &output_training_restricted::RULE,
    &renamed::RULE,
    &research_only::RULE,
    &revenue_threshold::RULE,
    &source_available::RULE,
    &strong_copyleft::RULE,
    &tag_only::RULE,
    &team_size_threshold::RULE,
    &territory_excluded::RULE,
    &unidentified_text::RULE,
    &unpinned_revision::RULE,
    &use_policy_missing::RULE,
    &use_restrictions::RULE,
    &user_threshold::RULE,
    &weak_copyleft::RULE,
];

/// Rules that look at what the others found, and at what was accepted; by name.
pub(crate) static AFTER: &[&Rule] = &[
    &baseline_resolved::RULE,
    &curation_stale::RULE,
    &facts_stale::RULE,
    &license_changed_since_lock::RULE,
    &scope_unused::RULE,
    &waiver_expired::RULE,
    &waiver_expires_soon::RULE,
    &waiver_too_long::RULE,
    &waiver_unused::RULE,
];

pub(crate) use base_obligation_dropped::gather;
pub(crate) use other_category::{remainder, remainder_of};

/// Findings about licences that bind a subject and belong to one of `categories`: one for each licence.
///
/// `words` gives what it asks and what to do. Where the category is allowed only because of a stated fact (research),
/// the finding is a note.
fn by_category(
    judgement: &Judgement<'_>,
    kind: &FindingKind,
    categories: &[Category],
    findings: &mut Vec<Finding>,
    words: impl Fn(&Bound<'_>) -> (String, String),
) {
    for case in &judgement.cases {
        for bound in &case.bound {
            let belongs = |ground: &&Ground| match ground.kind {
                GroundKind::Category(category) => categories.contains(&category),
                _ => false,
            };
            let Some(ground) = bound.grounds().iter().filter(belongs).max_by_key(|ground| ground.verdict) else {
                continue;
            };
            if ground.verdict == Verdict::Allow && !is_allowed_by_facts(case, ground) {
                continue;
            }
            let (asks, mut help) = words(bound);
            let mut message = format!("{} {asks} ({})", bound.atom, judgement.stated_in(bound));
            if ground.verdict == Verdict::Allow {
                let facts = ground.places.iter().filter(|place| place.key.starts_with("facts."));
                let facts: Vec<String> = facts.map(fact_in_words).collect();
                let _ = write!(message, "; allowed because {}", facts.join(" and "));
            }
            if let Some(missing) = ground.missing {
                let _ = write!(message, "; {missing} is not stated, so its strictest answer counts");
                help = format!("State {missing} in the policy if it is not the strictest answer. {help}");
            }
            let finding = judgement.finding(kind, case, ground.verdict, bound.because.clone(), (message, help));
            findings.push(finding.about(bound.atom).by(ground.places.clone()));
        }
    }
}

/// `facts.use is research`
fn fact_in_words(place: &PolicyPlace) -> String {
    let value = place.value.trim_matches(['[', ']']).replace('"', "");
    format!("{} is {value}", place.key)
}

/// Findings about conditions of these kinds that facts break, or would have to answer: one for each licence and term.
fn by_condition(
    judgement: &Judgement<'_>,
    kind: &FindingKind,
    is_it: impl Fn(TermKind) -> bool,
    findings: &mut Vec<Finding>,
    help: &str,
) {
    for case in &judgement.cases {
        for bound in &case.bound {
            for ground in bound.grounds() {
                let GroundKind::Condition(term) = ground.kind else { continue };
                if !is_it(term) || ground.verdict == Verdict::Allow {
                    continue;
                }
                let mut message = format!("{} {} ({})", bound.atom, ground.words, judgement.stated_in(bound));
                let mut help = help.to_owned();
                if let Some(missing) = ground.missing {
                    message.push_str(&unanswered(ground, missing));
                    help = format!("State {missing} in the policy. {help}");
                }
                let finding = judgement.finding(kind, case, ground.verdict, bound.because.clone(), (message, help));
                findings.push(finding.about(bound.atom).by(ground.places.clone()));
            }
        }
    }
}

/// `; facts.mau is not stated, so its strictest answer counts`
fn unanswered(ground: &Ground, missing: &str) -> String {
    // Stated, and in a currency that answers nothing: the condition itself says so.
    let is_stated = ground.places.iter().any(|place| place.key == missing);
    let fact = if is_stated { String::new() } else { format!("; {missing} is not stated") };
    let so = if ground.verdict == Verdict::Deny { "its strictest answer counts" } else { "a person should look" };
    format!("{fact}, so {so}")
}

/// Whether a category is allowed by what the organisation says about itself, not by nature or by an entry.
fn is_allowed_by_facts(case: &Case<'_>, ground: &Ground) -> bool {
    match ground.kind {
        GroundKind::Category(category) => {
            !ground.places.is_empty() && !case.settings.categories.contains_key(&category)
        }
        _ => false,
    }
}

/// The licences that bind a subject on a ground of that kind.
fn bound_on<'c, 'a>(
    case: &'c Case<'a>,
    is_it: impl Fn(GroundKind) -> bool + 'c,
) -> impl Iterator<Item = (&'c Bound<'a>, Ground)> {
    case.bound.iter().filter_map(move |bound| {
        let grounds = bound.grounds().iter().filter(|ground| is_it(ground.kind));
        grounds.max_by_key(|ground| ground.verdict).map(|ground| (bound, ground.clone()))
    })
}

/// A term of a licence in words: `monthly-users 700000000 (section 2)`.
pub(crate) fn term_in_words(term: &Term) -> String {
    let mut words = vec![term.kind.to_string()];
    words.extend(term.limit.map(|limit| limit.to_string()));
    if !term.value.is_empty() {
        words.push(term.value.to_owned());
    }
    words.extend(term.details.iter().map(|(key, value)| format!("{key} {value}")));
    let read = if term.reviewed.is_some() { "" } else { ", not verified in the text" };
    format!("{} ({}{read})", words.join(" "), term.source)
}

/// The terms of a licence of these kinds, in words.
fn terms_in_words(bound: &Bound<'_>, is_it: impl Fn(TermKind) -> bool) -> String {
    let terms = bound.license().map(|license| license.terms).unwrap_or_default();
    let words: Vec<String> = terms.iter().filter(|term| is_it(term.kind)).map(term_in_words).collect();
    words.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Section;
    use crate::policy::Policy;

    #[test]
    fn rules_stand_in_the_order_of_their_names_and_each_name_is_unique() {
        for rules in [RULES, AFTER] {
            let names: Vec<_> = rules.iter().map(|rule| rule.kind.name).collect();
            assert!(names.windows(2).all(|pair| pair[0] < pair[1]), "{names:?}");
        }
    }

    #[test]
    fn no_name_is_used_again_for_another_finding() {
        let all = || RULES.iter().chain(AFTER);
        let former = all().flat_map(|rule| rule.kind.formerly.iter().copied());
        let mut names: Vec<_> = all().map(|rule| rule.kind.name).chain(former).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
    }

    #[test]
    fn every_rule_explains_itself() {
        let expected = Section::ALL.map(Section::heading);
        for rule in RULES.iter().chain(AFTER) {
            let name = rule.kind.name;
            let headings: Vec<_> = rule.kind.docs.lines().filter_map(|line| line.strip_prefix("## ")).collect();
            assert_eq!(headings, expected, "{name}: each section, in this order");
            for section in Section::ALL {
                let text = rule.kind.section(section);
                assert!(!text.is_empty(), "{name}: nothing below {}", section.heading());
                assert!(!text.lines().any(|line| line.starts_with('{')), "{name}: a line stands for nothing: {text}");
            }
            assert!(!rule.kind.summary.contains('\n'), "{name}");
            assert!(!rule.kind.levels.is_empty(), "{name}");
        }
    }

    #[test]
    fn what_a_page_tells_to_write_into_the_policy_can_be_written_there() {
        for rule in RULES.iter().chain(AFTER) {
            let acceptance = rule.kind.section(Section::Acceptance);
            for block in acceptance.split("```toml\n").skip(1) {
                let block = block.split("```").next().unwrap_or_default();
                assert!(block.parse::<toml::Table>().is_ok(), "{}: {block}", rule.kind.name);
                let policy = Policy::from_toml(block, "licentia.toml");
                assert!(policy.is_ok(), "{}: {block}\n{policy:?}", rule.kind.name);
            }
        }
    }
}
