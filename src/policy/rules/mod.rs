//! The rules, one file for each kind of finding. A new one is a file in this folder, its two lines here, and its
//! spec in `tests/specs/`.

use std::fmt::Write;

use license_db::{Category, Term, TermKind};

use super::judgement::{Bound, Case, Judgement};
use super::ruling::{Ground, GroundKind};
use crate::finding::{Finding, FindingKind, Verdict};

mod base_not_inspected;
mod changes_not_stated;
mod conditional_terms;
mod copyright_missing;
mod declared_differs_from_text;
mod denied_license;
mod display_missing;
mod eu_excluded;
mod facts_differ_from_text;
mod family_only;
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
mod research_only;
mod source_available;
mod strong_copyleft;
mod tag_only;
mod unidentified_text;
mod use_policy_missing;
mod use_restrictions;
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
    &changes_not_stated::RULE,
    &conditional_terms::RULE,
    &copyright_missing::RULE,
    &declared_differs_from_text::RULE,
    &denied_license::RULE,
    &display_missing::RULE,
    &eu_excluded::RULE,
    &facts_differ_from_text::RULE,
    &family_only::RULE,
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
    &research_only::RULE,
    &source_available::RULE,
    &strong_copyleft::RULE,
    &tag_only::RULE,
    &unidentified_text::RULE,
    &use_policy_missing::RULE,
    &use_restrictions::RULE,
    &weak_copyleft::RULE,
];

pub(crate) use other_category::remainder;

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
            if ground.verdict == Verdict::Allow && !is_allowed_by_facts(judgement, ground) {
                continue;
            }
            let (asks, mut help) = words(bound);
            let mut message = format!("{} {asks} ({})", bound.atom, judgement.stated_in(bound));
            if ground.verdict == Verdict::Allow {
                let usage = judgement.policy.facts().usage.map_or("unstated", super::Use::as_str);
                let _ = write!(message, "; allowed because facts.use is {usage}");
            }
            if let Some(missing) = ground.missing {
                let _ = write!(message, "; {missing} is not stated, so its strictest answer counts");
                help = format!("State {missing} in the policy if it is not the strictest answer. {help}");
            }
            findings.push(judgement.finding(kind, case, ground.verdict, bound.because.clone(), (message, help)));
        }
    }
}

/// Whether a category is allowed by what the organisation says about its use, not by nature or by an entry.
fn is_allowed_by_facts(judgement: &Judgement<'_>, ground: &Ground) -> bool {
    match ground.kind {
        GroundKind::Category(category @ (Category::NonCommercial | Category::ResearchOnly)) => {
            !judgement.policy.categories.contains_key(&category)
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
        grounds.max_by_key(|ground| ground.verdict).map(|ground| (bound, *ground))
    })
}

/// A term of a licence in words: `monthly-users 700000000 (section 2)`.
fn term_in_words(term: &Term) -> String {
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
        let names: Vec<_> = RULES.iter().map(|rule| rule.kind.name).collect();
        assert!(names.windows(2).all(|pair| pair[0] < pair[1]), "{names:?}");
    }

    #[test]
    fn no_name_is_used_again_for_another_finding() {
        let former = RULES.iter().flat_map(|rule| rule.kind.formerly.iter().copied());
        let mut names: Vec<_> = RULES.iter().map(|rule| rule.kind.name).chain(former).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
    }

    #[test]
    fn every_rule_explains_itself() {
        let expected = Section::ALL.map(Section::heading);
        for rule in RULES {
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
        for rule in RULES {
            let acceptance = rule.kind.section(Section::Acceptance);
            for block in acceptance.split("```toml\n").skip(1) {
                let block = block.split("```").next().unwrap_or_default();
                assert!(block.parse::<toml::Table>().is_ok(), "{}: {block}", rule.kind.name);
                // A waiver names a model of the reader.
                if !block.starts_with("[[waive]]") {
                    assert!(Policy::from_toml(block, "licentia.toml").is_ok(), "{}: {block}", rule.kind.name);
                }
            }
        }
    }
}
