//! Every law of AND and OR, for licences whose names say their verdict and for real ones, under every policy.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::policy::Preset;

const VERDICTS: [Verdict; 4] = [Verdict::Allow, Verdict::Review, Verdict::Unknown, Verdict::Deny];

/// Licences of every kind: each category that a preset minds, exceptions that are known and that are not, later versions,
/// references.
const REAL: [&str; 18] = [
    "MIT",
    "Apache-2.0",
    "Apache-1.1+",
    "Apache-2.0 WITH LLVM-exception",
    "MIT WITH AdditionRef-no-selling",
    "MPL-2.0",
    "GPL-2.0-only",
    "GPL-2.0-or-later",
    "GPL-2.0-only WITH Classpath-exception-2.0",
    "GPL-2.0-or-later WITH Classpath-exception-2.0",
    "GPL-3.0-only",
    "AGPL-3.0-or-later",
    "CC-BY-NC-4.0",
    "CC-BY-ND-4.0",
    "BUSL-1.1",
    "LicenseRef-scancode-llama-3.1-license-2024",
    "LicenseRef-licentia-modified-MIT",
    "DocumentRef-acme:LicenseRef-own",
];

type Ruler = Box<dyn Fn(&Atom) -> Verdict>;

/// Atoms whose name says their verdict.
fn of(atom: &Atom) -> Verdict {
    let word = atom.license.trim_start_matches("LicenseRef-").split('-').next().unwrap_or_default();
    VERDICTS.into_iter().find(|verdict| verdict.as_str() == word).unwrap_or(Verdict::Unknown)
}

fn parsed(text: &str) -> Expression {
    Expression::parse(text).expect("an expression")
}

static POLICIES: LazyLock<Vec<BTreeMap<Atom, Verdict>>> = LazyLock::new(|| {
    let mut own = Policy::preset(Preset::Distribution);
    for setting in [
        "licenses.allow=GPL-2.0-only WITH Classpath-exception-2.0,LicenseRef-deny-1,category:use-restricted",
        "licenses.review=GPL-3.0-or-later,DocumentRef-acme:LicenseRef-own",
        "licenses.deny=MIT,LicenseRef-allow-1,category:weak-copyleft",
        "licenses.unknown=deny",
    ] {
        own.apply_set(setting).expect(setting);
    }
    let numbered = |verdict: Verdict| (0..3).map(move |number| format!("LicenseRef-{verdict}-{number}"));
    let names: Vec<String> =
        REAL.into_iter().map(str::to_owned).chain(VERDICTS.into_iter().flat_map(numbered)).collect();
    let rulings = |policy: &Policy| {
        let (settings, source) = (policy.settings(), crate::policy::trial::model("model"));
        let judge = Judge::new(policy, &settings, &source);
        let atoms = names.iter().flat_map(|name| parsed(name).atoms().into_iter().cloned().collect::<Vec<_>>());
        atoms.map(|atom| (atom.clone(), judge.ruling(&atom).verdict)).collect()
    };
    let presets = Preset::ALL.map(Policy::preset);
    presets.iter().chain([&own]).map(rulings).collect()
});

/// What each of a set of policies makes of the licences in [`any_expression`].
pub(crate) fn every_policy() -> Vec<Ruler> {
    let names_say_it: Ruler = Box::new(of);
    let real = POLICIES.iter().map(|rulings| -> Ruler { Box::new(|atom| rulings[atom]) });
    [names_say_it].into_iter().chain(real).collect()
}

fn atom() -> impl Strategy<Value = Expression> {
    let named = (0..4_usize, 0..3_u8).prop_map(|(verdict, number)| {
        Expression::license(format!("LicenseRef-{}-{number}", VERDICTS[verdict].as_str()))
    });
    prop_oneof![named, proptest::sample::select(&REAL[..]).prop_map(parsed)]
}

/// Expressions of real licences and of such whose names say their verdict.
pub(crate) fn any_expression() -> impl Strategy<Value = Expression> {
    atom().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 1..4).prop_map(Expression::all_of),
            proptest::collection::vec(inner, 1..4).prop_map(Expression::any_of),
        ]
    })
}

/// Few enough licences that every way through them can be written down.
fn small_expression() -> impl Strategy<Value = Expression> {
    atom().prop_recursive(3, 9, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 1..3).prop_map(Expression::all_of),
            proptest::collection::vec(inner, 1..3).prop_map(Expression::any_of),
        ]
    })
}

fn and(left: &Expression, right: &Expression) -> Expression {
    Expression::all_of([left.clone(), right.clone()])
}

fn or(left: &Expression, right: &Expression) -> Expression {
    Expression::any_of([left.clone(), right.clone()])
}

/// Lists of lists that mean the same: ORs of ANDs, or with `is_and` ANDs of ORs.
fn spread(expression: &Expression, is_and: bool) -> Vec<Vec<Atom>> {
    match (expression, is_and) {
        (Expression::License(atom), _) => vec![vec![atom.clone()]],
        (Expression::Or(operands), false) | (Expression::And(operands), true) => {
            operands.iter().flat_map(|operand| spread(operand, is_and)).collect()
        }
        (Expression::And(operands) | Expression::Or(operands), _) => {
            operands.iter().fold(vec![Vec::new()], |all, operand| {
                let more = spread(operand, is_and);
                all.iter().flat_map(|left| more.iter().map(|right| [left.clone(), right.clone()].concat())).collect()
            })
        }
    }
}

fn normal_form(expression: &Expression, is_and: bool) -> Expression {
    let lists = spread(expression, is_and);
    let inner = lists.into_iter().map(|atoms| {
        let atoms = atoms.into_iter().map(Expression::License);
        if is_and { Expression::any_of(atoms) } else { Expression::all_of(atoms) }
    });
    if is_and { Expression::all_of(inner) } else { Expression::any_of(inner) }
}

proptest! {
    #[test]
    fn both_operators_commute_associate_and_repeat_freely(a in any_expression(), b in any_expression(), c in any_expression()) {
        for of in every_policy() {
            let judge = |expression: Expression| verdict(&expression, &of);
            for join in [and, or] {
                prop_assert_eq!(judge(join(&a, &b)), judge(join(&b, &a)));
                prop_assert_eq!(judge(join(&join(&a, &b), &c)), judge(join(&a, &join(&b, &c))));
                prop_assert_eq!(judge(join(&a, &a)), judge(a.clone()));
            }
        }
    }

    #[test]
    fn each_operator_distributes_over_the_other_and_absorbs_it(a in any_expression(), b in any_expression(), c in any_expression()) {
        for of in every_policy() {
            let judge = |expression: Expression| verdict(&expression, &of);
            for (outer, inner) in [(and as fn(&_, &_) -> _, or as fn(&_, &_) -> _), (or, and)] {
                prop_assert_eq!(judge(outer(&a, &inner(&b, &c))), judge(inner(&outer(&a, &b), &outer(&a, &c))));
                prop_assert_eq!(judge(outer(&a, &inner(&a, &b))), judge(a.clone()));
            }
        }
    }

    #[test]
    fn an_and_operand_never_improves_and_an_or_branch_never_worsens(a in any_expression(), b in any_expression()) {
        for of in every_policy() {
            prop_assert!(verdict(&and(&a, &b), &of) >= verdict(&a, &of));
            prop_assert!(verdict(&or(&a, &b), &of) <= verdict(&a, &of));
        }
    }

    #[test]
    fn a_policy_that_likes_one_licence_better_likes_no_expression_less(a in any_expression(), number in 0..24_usize) {
        let atoms = a.atoms();
        let liked = atoms[number % atoms.len()];
        for of in every_policy() {
            for better in VERDICTS.into_iter().filter(|better| *better <= of(liked)) {
                let kinder = |atom: &Atom| if atom == liked { better } else { of(atom) };
                prop_assert!(verdict(&a, &kinder) <= verdict(&a, &of));
            }
        }
    }

    #[test]
    fn it_does_not_matter_whether_choices_stand_outside_or_inside(a in small_expression()) {
        for of in every_policy() {
            for is_and in [false, true] {
                prop_assert_eq!(verdict(&normal_form(&a, is_and), &of), verdict(&a, &of));
            }
        }
    }

    #[test]
    fn an_unknown_operand_spoils_no_better_branch_and_rescues_no_worse_operand(a in any_expression()) {
        let unknown = Expression::license("LicenseRef-unknown-1");
        let judge = |expression: &Expression| verdict(expression, &of);
        if judge(&a) <= Verdict::Unknown {
            prop_assert_eq!(judge(&or(&a, &unknown)), judge(&a));
        }
        if judge(&a) >= Verdict::Unknown {
            prop_assert_eq!(judge(&and(&a, &unknown)), judge(&a));
        }
    }

    #[test]
    fn printing_and_parsing_agree(a in any_expression()) {
        let again = Expression::parse(&a.to_string()).expect("what we print is an expression");
        prop_assert_eq!(&again, &a);
        let wrapped = Expression::parse(&format!("( ( {a} ) )")).expect("parentheses may be put around it");
        prop_assert_eq!(&wrapped, &a);
    }

    #[test]
    fn what_binds_gives_the_verdict_and_keeps_the_licence(a in any_expression(), prefer in proptest::sample::subsequence(&REAL[..], 0..4)) {
        let prefer: Vec<String> = prefer.into_iter().map(str::to_owned).collect();
        for of in every_policy() {
            let decision = decide(&a, &of, &prefer);
            prop_assert_eq!(decision.verdict, verdict(&a, &of));
            prop_assert_eq!(decision.binding.iter().map(|atom| of(atom)).max(), Some(decision.verdict));
            prop_assert!(is_kept(&a, &decision.binding.iter().copied().collect()), "{:?} of {}", decision.binding, a);
            for (position, atom) in decision.binding.iter().enumerate() {
                prop_assert!(!decision.binding[..position].contains(atom));
                // A licence WITH an exception comes out as it went in.
                prop_assert!(a.atoms().contains(atom));
            }
        }
    }

    #[test]
    fn what_binds_depends_on_what_an_expression_means_and_not_on_how_it_is_written(a in small_expression(), b in small_expression()) {
        let names = |expression: &Expression, of: &dyn Fn(&Atom) -> Verdict| -> BTreeSet<Atom> {
            decide(expression, of, &["MIT".to_owned()]).binding.into_iter().cloned().collect()
        };
        for of in every_policy() {
            let plain = names(&a, &of);
            for other in [normal_form(&a, false), normal_form(&a, true), and(&a, &or(&a, &b)), or(&a, &and(&a, &b))] {
                prop_assert_eq!(&names(&other, &of), &plain, "{} as {}", a, other);
            }
        }
    }

    #[test]
    fn what_was_not_taken_is_a_branch_with_its_verdict(a in any_expression()) {
        fn branches(expression: &Expression) -> Vec<&Expression> {
            match expression {
                Expression::License(_) => Vec::new(),
                Expression::And(operands) => operands.iter().flat_map(branches).collect(),
                Expression::Or(operands) => operands.iter().chain(operands.iter().flat_map(branches)).collect(),
            }
        }
        for of in every_policy() {
            for rejected in decide(&a, &of, &[]).rejected {
                prop_assert!(branches(&a).contains(&rejected.expression));
                prop_assert_eq!(rejected.verdict, verdict(rejected.expression, &of));
            }
        }
    }

    #[test]
    fn no_bytes_are_too_strange_to_be_judged(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Expression::parse(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_order_of_words_is_too_strange_to_be_judged(words in proptest::collection::vec(
        proptest::sample::select(vec!["(", ")", "AND", "or", "With", "WITH", "+", "/", "MIT", "gpl-2.0", "LicenseRef-a", "AdditionRef-", ":", "é", "NONE", ""]),
        0..20,
    ), separator in proptest::sample::select(vec![" ", "", "\n"])) {
        if let Ok(expression) = Expression::parse(&words.join(separator)) {
            let policy = Policy::default();
            let decision = policy.decide(&expression, &[]);
            prop_assert!(!decision.binding.is_empty());
        }
    }
}

proptest! {
    // More ways than are looked at take their time.
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_choice_too_many_changes_no_verdict(a in any_expression()) {
        let pair = |number: usize| parsed(&format!("LicenseRef-allow-{number} OR LicenseRef-deny-{number}"));
        let many = Expression::all_of((0..12).map(pair));
        prop_assert!(choice::ways(&many).is_none());
        for whole in [and(&a, &many), or(&and(&a, &many), &a)] {
            let decision = decide(&whole, &of, &[]);
            prop_assert_eq!(decision.verdict, verdict(&a, &of));
            prop_assert!(is_kept(&whole, &decision.binding.iter().copied().collect()));
        }
    }
}

fn binding(text: &str, prefer: &[&str]) -> String {
    let prefer: Vec<String> = prefer.iter().map(|atom| (*atom).to_owned()).collect();
    let expression = parsed(text);
    let names = decide(&expression, &of, &prefer).binding.into_iter().map(ToString::to_string);
    names.map(|name| name.replace("LicenseRef-", "")).collect::<Vec<_>>().join(" ")
}

fn rejected(text: &str) -> Vec<String> {
    let expression = parsed(text);
    let rejected = decide(&expression, &of, &[]).rejected;
    rejected.iter().map(|branch| format!("{} {}", branch.expression, branch.verdict)).collect()
}

#[test]
fn an_unknown_operand_spoils_no_good_branch_and_rescues_no_bad_one() {
    let judge = |text: &str| verdict(&parsed(text), &of);
    assert_eq!(judge("LicenseRef-unknown-1 OR LicenseRef-allow-1"), Verdict::Allow);
    assert_eq!(judge("LicenseRef-unknown-1 OR LicenseRef-deny-1"), Verdict::Unknown);
    assert_eq!(judge("LicenseRef-unknown-1 AND LicenseRef-deny-1"), Verdict::Deny);
    assert_eq!(judge("LicenseRef-unknown-1 AND LicenseRef-allow-1"), Verdict::Unknown);
}

#[test]
fn only_the_best_branch_binds() {
    assert_eq!(binding("LicenseRef-deny-1 OR LicenseRef-allow-1", &[]), "allow-1");
    assert_eq!(rejected("LicenseRef-deny-1 OR LicenseRef-allow-1"), ["LicenseRef-deny-1 deny"]);
}

#[test]
fn a_preference_decides_between_equally_good_branches_and_no_others() {
    let all = "LicenseRef-allow-0 OR LicenseRef-allow-1 OR LicenseRef-allow-2";
    assert_eq!(binding(all, &[]), "allow-0");
    assert_eq!(binding(all, &["LicenseRef-allow-2", "LicenseRef-allow-1"]), "allow-2");
    assert_eq!(binding("LicenseRef-allow-0 OR LicenseRef-deny-1", &["LicenseRef-deny-1"]), "allow-0");
    // Two licences that need attention are worse than one, whoever is preferred.
    let more = "LicenseRef-review-0 OR (LicenseRef-review-1 AND LicenseRef-review-2)";
    assert_eq!(binding(more, &["LicenseRef-review-1"]), "review-0");
    // Length does not outweigh a preference.
    let longer = "LicenseRef-allow-0 OR (LicenseRef-allow-1 AND LicenseRef-allow-2)";
    assert_eq!(binding(longer, &[]), "allow-0");
    assert_eq!(binding(longer, &["LicenseRef-allow-2"]), "allow-1 allow-2");
    assert_eq!(binding(longer, &["LicenseRef-allow-2", "LicenseRef-allow-0"]), "allow-1 allow-2");
    assert_eq!(binding(longer, &["LicenseRef-allow-0", "LicenseRef-allow-2"]), "allow-0");
}

#[test]
fn a_licence_that_binds_anyway_costs_nothing() {
    assert_eq!(binding("LicenseRef-allow-1 AND (LicenseRef-allow-0 OR LicenseRef-allow-1)", &[]), "allow-1");
    let deny = "LicenseRef-deny-1 AND (LicenseRef-allow-0 OR LicenseRef-deny-1)";
    assert_eq!(binding(deny, &["LicenseRef-allow-0"]), "deny-1");
    let chain = "(LicenseRef-allow-0 OR LicenseRef-review-1) AND (LicenseRef-allow-0 OR LicenseRef-allow-2)";
    assert_eq!(binding(chain, &[]), "allow-0");
}

#[test]
fn a_choice_in_a_branch_that_was_not_taken_is_not_reported() {
    let text = "LicenseRef-allow-1 OR (LicenseRef-deny-1 AND (LicenseRef-allow-0 OR LicenseRef-deny-2))";
    let found = rejected(text);
    assert_eq!(found, ["LicenseRef-deny-1 AND (LicenseRef-allow-0 OR LicenseRef-deny-2) deny"]);
    let twice = "(LicenseRef-allow-0 OR LicenseRef-deny-1) AND (LicenseRef-allow-2 OR LicenseRef-deny-1)";
    assert_eq!(rejected(twice), ["LicenseRef-deny-1 deny"]);
}

#[test]
fn a_later_version_that_a_policy_names_satisfies_an_earlier_one_and_later() {
    let mut policy = Policy::default();
    policy.apply_set("licenses.allow=GPL-3.0-or-later").expect("a valid setting");
    let judge = |text: &str| policy.decide(&parsed(text), &[]).verdict;
    assert_eq!(judge("GPL-2.0-or-later"), Verdict::Allow);
    assert_eq!(judge("GPL-3.0-only"), Verdict::Deny);
    assert_eq!(judge("GPL-2.0-only"), Verdict::Deny);
}
