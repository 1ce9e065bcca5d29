//! The policy on facts and findings, put together by hand.

use proptest::prelude::*;

use super::*;
use crate::evidence::{Claim, TextKind};
use crate::finding::Verdict;
use crate::gap::GapKind;
use crate::license::Outcome;
use crate::lineage::Relation;
use crate::location::Location;
use crate::resolve::tests::{exact, exact_text, label, one_of, open, parent_claim, source_of, statement, text};
use crate::resolve::{self, Resolution};
use crate::subject::Role;

type Stated = (Evidence, Option<Classification>);

/// What a scan would hold, judged.
struct Outcomes {
    evidence: Vec<Evidence>,
    resolution: Resolution,
    findings: Vec<Finding>,
}

impl Outcomes {
    fn verdict(&self) -> Verdict {
        let subjects = self.resolution.judged.iter().filter_map(|judged| judged.verdict);
        subjects.chain(self.findings.iter().map(|finding| finding.verdict)).max().expect("a subject")
    }

    fn names(&self) -> Vec<(&'static str, Level)> {
        self.findings.iter().map(|finding| (finding.name, finding.level)).collect()
    }

    fn message(&self, name: &str) -> &str {
        let found = self.findings.iter().find(|finding| finding.name == name);
        found.map_or("", |finding| finding.message.as_str())
    }
}

fn judge_all(policy: &Policy, sources: &[Source], stated: &[Stated], gaps: &[Gap]) -> Outcomes {
    let evidence: Vec<Evidence> = stated.iter().map(|(evidence, _)| evidence.clone()).collect();
    let classifications: Vec<_> = stated.iter().map(|(_, found)| found.clone()).collect();
    let mut resolution = resolve::run(sources, &evidence, &classifications, gaps);
    let seen = Seen {
        sources,
        evidence: &evidence,
        classifications: &classifications,
        gaps,
        facts: &resolution.facts,
        lineage: &resolution.lineage,
        digests: &[],
    };
    let findings = evaluate(policy, &Occasion::default(), &seen, &mut resolution.judged);
    Outcomes { evidence, resolution, findings }
}

fn commercial(stated: &[Stated]) -> Outcomes {
    judge_all(&Policy::default(), &[source_of("org/name")], stated, &[])
}

fn with(settings: &[&str], stated: &[Stated]) -> Outcomes {
    let mut policy = Policy::default();
    for setting in settings {
        policy.apply_set(setting).expect(setting);
    }
    judge_all(&policy, &[source_of("org/name")], stated, &[])
}

fn card(value: &str, found: Classification) -> Stated {
    (label("README.md", value, Some(Role::Weights)), Some(found))
}

fn license_file(found: Classification) -> Stated {
    (text("LICENSE", TextKind::LicenseFile, None), Some(found))
}

fn of_source(source: usize, (mut evidence, found): Stated) -> Stated {
    evidence.at.source = source;
    (evidence, found)
}

const ERROR: Level = Level::Error;
const WARNING: Level = Level::Warning;

#[test]
fn a_permissive_text_with_its_label_is_silent() {
    let found = commercial(&[card("mit", exact("MIT")), license_file(exact_text("MIT"))]);
    assert_eq!((found.verdict(), found.names()), (Verdict::Allow, vec![]));
}

#[test]
fn a_label_without_a_text_is_a_warning() {
    let stated = [card("mit", exact("MIT"))];
    assert_eq!(commercial(&stated).names(), [("tag-only", WARNING)]);
    assert_eq!(with(&["licenses.tag-only=allow"], &stated).names(), []);
}

#[test]
fn nothing_is_no_permission() {
    let found = commercial(&[]);
    assert_eq!((found.verdict(), found.names()), (Verdict::Deny, vec![("no-license", ERROR)]));
    assert!(found.findings.iter().all(|finding| !finding.locations.is_empty()));
}

#[test]
fn a_label_that_hides_a_ban_is_an_error_that_names_both() {
    let found = commercial(&[card("apache-2.0", exact("Apache-2.0")), license_file(exact_text("CC-BY-NC-4.0"))]);
    let expected = [("tag-only", WARNING), ("declared-differs-from-text", ERROR), ("non-commercial", ERROR)];
    assert_eq!(found.names(), expected);
    let message = found.message("declared-differs-from-text");
    assert_eq!(message, "weights of org/name: README.md declares Apache-2.0, but LICENSE says CC-BY-NC-4.0");
}

#[test]
fn copyleft_names_the_fact_that_would_decide() {
    let stated = [license_file(exact_text("GPL-3.0-only"))];
    assert!(commercial(&stated).message("strong-copyleft").contains("facts.distribution is not stated"));
    assert_eq!(with(&["facts.distribution=saas"], &stated).verdict(), Verdict::Review);
    let stated = [license_file(exact_text("AGPL-3.0-only"))];
    assert!(commercial(&stated).message("network-copyleft").contains("facts.modifies is not stated"));
    assert_eq!(with(&["facts.modifies=false"], &stated).names(), [("network-copyleft", WARNING)]);
}

#[test]
fn only_the_chosen_branch_is_found() {
    let found = commercial(&[card("x", exact("GPL-3.0-only OR MIT")), license_file(exact_text("MIT"))]);
    assert_eq!(found.names(), []);
}

#[test]
fn research_notes_what_business_may_not_do() {
    let found = judge_all(
        &Policy::preset(Preset::Research),
        &[source_of("org/name")],
        &[license_file(exact_text("CC-BY-NC-4.0"))],
        &[],
    );
    assert_eq!((found.verdict(), found.names()), (Verdict::Allow, vec![("non-commercial", Level::Note)]));
}

#[test]
fn a_family_word_and_a_strange_text_have_their_own_findings() {
    assert_eq!(commercial(&[card("bsd", one_of(&["BSD-2-Clause", "BSD-3-Clause"]))]).names(), [("family-only", ERROR)]);
    let strange = open(Outcome::Unknown, &[]);
    assert_eq!(commercial(&[license_file(strange.clone())]).names(), [("unidentified-text", ERROR)]);
    let found = commercial(&[card("other", strange.clone()), license_file(exact_text("MIT"))]);
    assert_eq!(found.names(), []);
    let found = commercial(&[card("mit", exact("MIT")), license_file(strange)]);
    assert_eq!(
        (found.verdict(), found.names().last().copied()),
        (Verdict::Unknown, Some(("unidentified-text", ERROR)))
    );
}

#[test]
fn a_changed_text_is_reported_as_changed_and_not_as_a_contradiction() {
    let mut changed = exact_text("LicenseRef-licentia-modified-Apache-2.0");
    changed.outcome = Outcome::Modified;
    for found in &mut changed.matches {
        found.added = vec![(34, 40)];
    }
    let found = commercial(&[card("apache-2.0", exact("Apache-2.0")), license_file(changed)]);
    assert!(found.names().contains(&("modified-license", ERROR)), "{:?}", found.names());
    assert!(found.message("modified-license").contains("LICENSE reads like Apache-2.0"));
    assert!(found.message("modified-license").contains("34-40"));
    assert_eq!(found.message("declared-differs-from-text"), "");
}

#[test]
fn the_terms_of_a_scanned_base_bind_and_a_looser_child_is_found() {
    let sources = [source_of("org/child"), source_of("org/base")];
    let stated = [
        card("apache-2.0", exact("Apache-2.0")),
        license_file(exact_text("Apache-2.0")),
        (parent_claim(0, "org/base", Relation::Quantized), None),
        of_source(1, card("cc-by-nc-4.0", exact("CC-BY-NC-4.0"))),
        of_source(1, license_file(exact_text("CC-BY-NC-4.0"))),
    ];
    let found = judge_all(&Policy::default(), &sources, &stated, &[]);
    assert!(found.names().contains(&("looser-than-base", ERROR)), "{:?}", found.names());
    let message = found.message("looser-than-base");
    assert_eq!(message, "weights of org/child: Apache-2.0 is looser than its base org/base, which is CC-BY-NC-4.0");
    assert_eq!(found.resolution.judged[0].verdict, Some(Verdict::Deny));
}

#[test]
fn a_base_that_nobody_looked_at_is_never_allowed_silently() {
    let stated = [license_file(exact_text("MIT")), (parent_claim(0, "org/base", Relation::Adapter), None)];
    let found = commercial(&stated);
    assert_eq!((found.verdict(), found.names()), (Verdict::Review, vec![("base-not-inspected", WARNING)]));
}

#[test]
fn a_gap_is_a_finding_that_does_not_close_the_gate() {
    let gap = |path: &str, kind| Gap { at: Location::file(0, path), kind, detail: "cannot be read".to_owned() };
    let sources = [source_of("org/name")];
    let found = judge_all(&Policy::default(), &sources, &[], &[gap("LICENSE", GapKind::NotFetched)]);
    assert_eq!((found.verdict(), found.names()), (Verdict::Unknown, vec![("not-seen", WARNING)]));
    let found = judge_all(&Policy::default(), &sources, &[], &[gap("", GapKind::Empty)]);
    assert_eq!(found.names(), [("not-seen", WARNING)]);
    let found = judge_all(&Policy::default(), &sources, &[], &[gap("model.gguf", GapKind::Malformed)]);
    assert_eq!(found.names(), [("not-seen", WARNING), ("no-license", ERROR)]);
}

#[test]
fn the_gate_of_the_european_union_is_for_a_person() {
    let found = commercial(&[license_file(exact_text("MIT")), (statement(0, "README.md", Claim::EuDisallowed), None)]);
    assert_eq!(found.names(), [("territory-excluded", WARNING)]);
}

#[test]
fn audit_judges_and_never_closes_the_gate() {
    assert_eq!(Policy::preset(Preset::Audit).fail_on(), None);
    assert_eq!(Policy::default().fail_on(), Some(Level::Error));
}

/// One statement of a repository, in some place and with some meaning.
fn any_statement() -> impl Strategy<Value = Stated> {
    let place = prop_oneof![
        Just(label("README.md", "x", Some(Role::Weights))),
        Just(label("config.json", "x", Some(Role::Weights))),
        Just(Evidence { claim: Claim::LicenseName("x".to_owned()), ..label("README.md", "x", Some(Role::Weights)) }),
        Just(text("LICENSE", TextKind::LicenseFile, None)),
        Just(text("LICENSE-MODEL", TextKind::LicenseFile, Some(Role::Weights))),
        Just(text("LICENSE-CODE", TextKind::LicenseFile, Some(Role::Code))),
        Just(text("README.md", TextKind::CardSection, Some(Role::Weights))),
        Just(text("README.md", TextKind::GatedPrompt, Some(Role::Weights))),
        Just(text("USE_POLICY.md", TextKind::UsePolicy, None)),
        Just(text("NOTICE", TextKind::Notice, None)),
    ];
    let meaning = prop_oneof![
        Just(exact_text("MIT")),
        Just(exact_text("Apache-2.0")),
        Just(exact("MIT")),
        Just(exact_text("CC-BY-NC-4.0")),
        Just(exact_text("MPL-2.0")),
        Just(exact_text("GPL-3.0-only")),
        Just(exact_text("LicenseRef-licentia-modified-MIT")),
        Just(open(Outcome::Unknown, &[])),
        Just(open(Outcome::Approximate, &["MIT"])),
        Just(one_of(&["BSD-2-Clause", "BSD-3-Clause"])),
        Just(one_of(&["MIT", "Apache-2.0"])),
    ];
    (place, meaning).prop_map(|(place, meaning)| (place, Some(meaning)))
}

fn means(stated: &Stated, license: &str) -> bool {
    let expression = stated.1.as_ref().and_then(|found| found.expression.as_ref());
    expression.is_some_and(|expression| expression.to_string() == license)
}

/// An exact text of a permissive licence about the work itself.
fn grants(stated: &Stated) -> bool {
    let is_text = stated.1.as_ref().is_some_and(|found| !found.matches.is_empty());
    let is_about_others = matches!(stated.0.claim, Claim::Text { kind: TextKind::Notice | TextKind::UsePolicy, .. });
    let is_label = !matches!(stated.0.claim, Claim::Text { .. });
    (means(stated, "MIT") || means(stated, "Apache-2.0")) && is_text && !is_about_others && !is_label
}

proptest! {
    #[test]
    fn a_non_commercial_statement_is_denied_whatever_stands_beside_it(
        mut stated in proptest::collection::vec(any_statement(), 0..6),
        place in any_statement(),
    ) {
        stated.push((place.0, Some(exact_text("CC-BY-NC-4.0"))));
        let verdict = commercial(&stated).verdict();
        // A use policy is prose: beside a licence it may be about something else, and a person must tell.
        let is_prose = matches!(stated.last().map(|one| &one.0.claim), Some(Claim::Text { kind: TextKind::UsePolicy, .. }));
        prop_assert!(verdict == Verdict::Deny || (is_prose && verdict == Verdict::Unknown), "{}", verdict);
    }

    #[test]
    fn nothing_but_a_permissive_text_about_the_work_is_allowed(stated in proptest::collection::vec(any_statement(), 0..6)) {
        let found = commercial(&stated);
        if found.verdict() == Verdict::Allow {
            prop_assert!(stated.iter().any(grants), "{:?}", stated);
            for bad in ["CC-BY-NC-4.0", "GPL-3.0-only", "MPL-2.0", "LicenseRef-licentia-modified-MIT"] {
                prop_assert!(!stated.iter().any(|one| means(one, bad)), "{:?}", stated);
            }
        }
    }

    #[test]
    fn taking_away_what_grants_never_makes_it_allowed(stated in proptest::collection::vec(any_statement(), 0..6)) {
        let rest: Vec<Stated> = stated.into_iter().filter(|one| !grants(one)).collect();
        prop_assert!(commercial(&rest).verdict() > Verdict::Allow);
    }

    #[test]
    fn taking_away_an_agreeing_statement_never_improves(count in 1..5_usize, drop in 0..5_usize) {
        let all: Vec<Stated> = [
            card("mit", exact("MIT")),
            license_file(exact_text("MIT")),
            (text("README.md", TextKind::CardSection, Some(Role::Weights)), Some(exact("MIT"))),
            (label("model.gguf", "mit", Some(Role::Weights)), Some(exact("MIT"))),
        ].into_iter().take(count).collect();
        let mut less = all.clone();
        less.remove(drop % all.len());
        prop_assert!(commercial(&less).verdict() >= commercial(&all).verdict());
    }

    #[test]
    fn every_verdict_has_a_finding_and_every_finding_a_reason_and_a_place(
        stated in proptest::collection::vec(any_statement(), 0..6),
        parent in proptest::option::of("[a-z]{1,4}/[a-z]{1,4}"),
    ) {
        let stated: Vec<Stated> = stated
            .into_iter()
            .chain(parent.map(|parent| (parent_claim(0, &parent, Relation::Finetune), None)))
            .collect();
        let found = commercial(&stated);
        for judged in &found.resolution.judged {
            let about = found.findings.iter().filter(|finding| finding.subject.as_ref() == Some(&judged.subject));
            let worst = about.map(|finding| finding.verdict).max().unwrap_or(Verdict::Allow);
            prop_assert_eq!(judged.verdict, Some(worst));
        }
        for finding in &found.findings {
            prop_assert!(!finding.because.is_empty() && !finding.locations.is_empty() && !finding.help.is_empty());
            prop_assert_eq!(finding.level, finding.verdict.level());
        }
        prop_assert!(found.findings.is_sorted_by_key(|finding| finding.level));
        prop_assert!(found.evidence.len() == stated.len());
    }

    #[test]
    fn an_or_later_or_an_exception_never_panics_and_no_name_reaches_a_message_raw(name in "\\PC{0,30}|[\\x00-\\x1f]{1,9}") {
        let stated = [(label(&name, &name, Some(Role::Weights)), Some(open(Outcome::Unknown, &[&name])))];
        let found = commercial(&stated);
        for finding in &found.findings {
            prop_assert!(!finding.message.chars().any(char::is_control), "{:?}", finding.message);
        }
    }
}
