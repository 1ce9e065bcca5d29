//! The verdict of a licence expression: AND takes the worst operand, OR the best, over allow < review < unknown < deny.
//!
//! Total, and true to every law of AND and OR (DESIGN §7). A licence WITH an exception is one atom and never split.

use crate::finding::Verdict;
use crate::license::{Atom, Expression};

/// A verdict, and the licences that bind once every choice is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<'a> {
    /// The verdict of the whole expression.
    pub verdict: Verdict,
    /// The licences of the best branches, each once, in printing order. All of them bind.
    pub binding: Vec<&'a Atom>,
}

/// Decides an expression: in every OR the best branch is chosen; of equally good ones the one with the fewest
/// licences that need attention, then the shortest, then the first in printing order.
pub fn decide<'a>(expression: &'a Expression, of: &dyn Fn(&Atom) -> Verdict) -> Decision<'a> {
    match expression {
        Expression::License(atom) => Decision { verdict: of(atom), binding: vec![atom] },
        Expression::And(operands) => {
            let mut joined = Decision { verdict: Verdict::Allow, binding: Vec::new() };
            for operand in operands {
                let decision = decide(operand, of);
                joined.verdict = joined.verdict.max(decision.verdict);
                for atom in decision.binding {
                    if !joined.binding.contains(&atom) {
                        joined.binding.push(atom);
                    }
                }
            }
            joined
        }
        Expression::Or(operands) => {
            let cost = |decision: &Decision<'_>| {
                let needing = decision.binding.iter().filter(|atom| of(atom) > Verdict::Allow).count();
                (decision.verdict, needing, decision.binding.len())
            };
            let best = operands.iter().map(|operand| decide(operand, of)).min_by_key(cost);
            best.unwrap_or(Decision { verdict: Verdict::Deny, binding: Vec::new() })
        }
    }
}

/// The verdict alone.
pub fn verdict(expression: &Expression, of: &dyn Fn(&Atom) -> Verdict) -> Verdict {
    decide(expression, of).verdict
}

/// What `X-or-later` and `X+` leave to choose from: every version of the licence in the SPDX list from X on, oldest
/// first. `None` for an atom that is one version.
pub fn versions(atom: &Atom) -> Option<Vec<Atom>> {
    let base = match atom.license.strip_suffix("-or-later") {
        Some(base) => base,
        None if atom.or_later => atom.license.as_str(),
        None => return None,
    };
    let single = |license: &str| Atom { license: license.to_owned(), or_later: false, addition: atom.addition.clone() };
    let later = base.rsplit_once('-').and_then(|(stem, first)| Some((stem, numbers(first)?))).map(|(stem, first)| {
        let mut found: Vec<(Vec<u32>, Atom)> = license_db::licenses()
            .iter()
            .filter(|license| license.is_spdx() && !license.is_deprecated)
            .filter_map(|license| {
                let version = license.id.strip_prefix(stem)?.strip_prefix('-')?;
                let version = numbers(version.strip_suffix("-only").unwrap_or(version))?;
                (version >= first).then(|| (version, single(license.id)))
            })
            .collect();
        found.sort();
        found.into_iter().map(|(_, atom)| atom).collect::<Vec<_>>()
    });
    // A licence that has no versions in the list is at least itself.
    Some(later.filter(|found| !found.is_empty()).unwrap_or_else(|| vec![single(base)]))
}

fn numbers(version: &str) -> Option<Vec<u32>> {
    version.split('.').map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    const VERDICTS: [Verdict; 4] = [Verdict::Allow, Verdict::Review, Verdict::Unknown, Verdict::Deny];

    /// Atoms whose name says their verdict.
    fn of(atom: &Atom) -> Verdict {
        let word = atom.license.trim_start_matches("LicenseRef-").split('-').next().unwrap_or_default();
        VERDICTS.into_iter().find(|verdict| verdict.as_str() == word).unwrap_or(Verdict::Unknown)
    }

    fn atom() -> impl Strategy<Value = Expression> {
        (0..4_usize, 0..3_u8).prop_map(|(verdict, number)| {
            Expression::license(format!("LicenseRef-{}-{number}", VERDICTS[verdict].as_str()))
        })
    }

    fn any_expression() -> impl Strategy<Value = Expression> {
        atom().prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 1..4).prop_map(Expression::all_of),
                proptest::collection::vec(inner, 1..4).prop_map(Expression::any_of),
            ]
        })
    }

    fn judge(expression: &Expression) -> Verdict {
        verdict(expression, &of)
    }

    fn and(left: &Expression, right: &Expression) -> Expression {
        Expression::all_of([left.clone(), right.clone()])
    }

    fn or(left: &Expression, right: &Expression) -> Expression {
        Expression::any_of([left.clone(), right.clone()])
    }

    proptest! {
        #[test]
        fn both_operators_commute_associate_and_repeat_freely(a in any_expression(), b in any_expression(), c in any_expression()) {
            for join in [and, or] {
                prop_assert_eq!(judge(&join(&a, &b)), judge(&join(&b, &a)));
                prop_assert_eq!(judge(&join(&join(&a, &b), &c)), judge(&join(&a, &join(&b, &c))));
                prop_assert_eq!(judge(&join(&a, &a)), judge(&a));
            }
        }

        #[test]
        fn each_operator_distributes_and_absorbs(a in any_expression(), b in any_expression(), c in any_expression()) {
            prop_assert_eq!(judge(&and(&a, &or(&b, &c))), judge(&or(&and(&a, &b), &and(&a, &c))));
            prop_assert_eq!(judge(&or(&a, &and(&b, &c))), judge(&and(&or(&a, &b), &or(&a, &c))));
            prop_assert_eq!(judge(&and(&a, &or(&a, &b))), judge(&a));
        }

        #[test]
        fn an_and_operand_never_improves_and_an_or_branch_never_worsens(a in any_expression(), b in any_expression()) {
            prop_assert!(judge(&and(&a, &b)) >= judge(&a));
            prop_assert!(judge(&or(&a, &b)) <= judge(&a));
        }

        #[test]
        fn printing_and_parsing_agree(a in any_expression()) {
            let parsed = Expression::parse(&a.to_string()).expect("what we print is an expression");
            prop_assert_eq!(parsed.to_string(), a.to_string());
            prop_assert_eq!(judge(&parsed), judge(&a));
        }

        #[test]
        fn the_binding_licences_together_give_the_verdict(a in any_expression()) {
            let decision = decide(&a, &of);
            prop_assert_eq!(decision.binding.iter().map(|atom| of(atom)).max(), Some(decision.verdict));
        }
    }

    #[test]
    fn an_unknown_operand_spoils_no_good_branch_and_rescues_no_bad_one() {
        let expression = |text: &str| judge(&Expression::parse(text).expect("an expression"));
        assert_eq!(expression("LicenseRef-unknown-1 OR LicenseRef-allow-1"), Verdict::Allow);
        assert_eq!(expression("LicenseRef-unknown-1 OR LicenseRef-deny-1"), Verdict::Unknown);
        assert_eq!(expression("LicenseRef-unknown-1 AND LicenseRef-deny-1"), Verdict::Deny);
        assert_eq!(expression("LicenseRef-unknown-1 AND LicenseRef-allow-1"), Verdict::Unknown);
    }

    #[test]
    fn only_the_best_branch_binds() {
        let expression = Expression::parse("LicenseRef-deny-1 OR LicenseRef-allow-1").expect("an expression");
        let names: Vec<_> = decide(&expression, &of).binding.into_iter().map(ToString::to_string).collect();
        assert_eq!(names, ["LicenseRef-allow-1"]);
    }

    #[test]
    fn or_later_is_every_version_from_there_on() {
        let of = |text: &str| match Expression::parse(text) {
            Ok(Expression::License(atom)) => {
                versions(&atom).map(|found| found.iter().map(ToString::to_string).collect::<Vec<_>>())
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(of("GPL-2.0-or-later"), Some(vec!["GPL-2.0-only".to_owned(), "GPL-3.0-only".to_owned()]));
        assert_eq!(of("Apache-1.1+"), Some(vec!["Apache-1.1".to_owned(), "Apache-2.0".to_owned()]));
        assert_eq!(of("GPL-3.0-only"), None);
        let with = of("GPL-2.0-or-later WITH Classpath-exception-2.0").expect("two versions");
        assert!(with.iter().all(|atom| atom.ends_with(" WITH Classpath-exception-2.0")), "{with:?}");
    }
}
