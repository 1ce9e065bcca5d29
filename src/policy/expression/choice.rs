//! A stated choice: of what an expression offers, this is taken.
//!
//! Matched by what expressions mean, never by how they are written: order, nesting and repetition say nothing.

use std::collections::BTreeSet;

use crate::license::{Atom, Expression};

/// Ways to satisfy an expression: the licences of each. No way holds another, so that two expressions mean the same
/// exactly where their ways are equal.
pub(super) type Ways<'a> = BTreeSet<BTreeSet<&'a Atom>>;

/// Most ways that are looked at. Nine choices between two licences have more, and nobody makes those at once: each is
/// made for itself.
const MOST_WAYS: usize = 256;

/// Whether `pick` is a choice of what `from` offers: one of its branches, or more than that. What leaves the choice open
/// is none.
pub fn is_choice(from: &Expression, pick: &Expression) -> bool {
    let (Some(offered), Some(picked)) = (ways(from), ways(pick)) else { return false };
    let is_offered = |way: &BTreeSet<&Atom>| offered.iter().any(|offered| offered.is_subset(way));
    offered.len() > 1 && !matches!(pick, Expression::Or(_)) && picked.iter().all(is_offered)
}

/// The expression after a stated choice: wherever it offers all that `from` offers, `pick` takes its place, and what it
/// offers beside that stays. `None` where `pick` is no choice of `from`, or where nothing offers `from`.
///
/// No policy likes the answer better than `expression`: a choice takes something away.
pub fn choose(expression: &Expression, from: &Expression, pick: &Expression) -> Option<Expression> {
    let offered = ways(from).filter(|_| is_choice(from, pick))?;
    chosen(expression, &offered, pick)
}

/// `None` where nothing offers it.
fn chosen(expression: &Expression, offered: &Ways<'_>, pick: &Expression) -> Option<Expression> {
    let (operands, join): (_, fn(Vec<Expression>) -> Expression) = match expression {
        Expression::License(_) => return None,
        Expression::And(operands) => (operands, |operands| Expression::all_of(operands)),
        Expression::Or(operands) => (operands, |operands| Expression::any_of(operands)),
    };
    let inner = |operand: &Expression| chosen(operand, offered, pick);
    let branches: Vec<&Expression> =
        if matches!(expression, Expression::Or(_)) { operands.iter().collect() } else { vec![expression] };
    let of_branches: Vec<Option<Ways<'_>>> = branches.iter().map(|branch| ways(branch)).collect();
    if offered.iter().all(|way| of_branches.iter().flatten().any(|ways| ways.contains(way))) {
        let mut left = vec![pick.clone()];
        for (branch, ways) in branches.into_iter().zip(of_branches) {
            match ways {
                Some(ways) if !ways.is_disjoint(offered) => left.extend(ways.difference(offered).map(all_of)),
                _ => left.push(inner(branch).unwrap_or_else(|| branch.clone())),
            }
        }
        return Some(Expression::any_of(left));
    }
    let after: Vec<Option<Expression>> = operands.iter().map(inner).collect();
    after.iter().any(Option::is_some).then(|| {
        join(operands.iter().zip(after).map(|(operand, after)| after.unwrap_or_else(|| operand.clone())).collect())
    })
}

fn all_of(way: &BTreeSet<&Atom>) -> Expression {
    Expression::all_of(way.iter().map(|atom| Expression::License((*atom).clone())))
}

/// Every way to satisfy an expression; `None` where there are too many to look at.
pub(super) fn ways(expression: &Expression) -> Option<Ways<'_>> {
    match expression {
        Expression::License(atom) => Some(BTreeSet::from([BTreeSet::from([atom])])),
        Expression::Or(operands) => {
            let mut all = Ways::new();
            for operand in operands {
                all.extend(ways(operand)?);
                (all.len() <= MOST_WAYS).then_some(())?;
            }
            Some(shortest(&all))
        }
        Expression::And(operands) => {
            let mut all = Ways::from([BTreeSet::new()]);
            for operand in operands {
                let further = ways(operand)?;
                (all.len() * further.len() <= MOST_WAYS).then_some(())?;
                let joined = all.iter().flat_map(|way| further.iter().map(move |more| way | more));
                all = shortest(&joined.collect());
            }
            Some(all)
        }
    }
}

/// Without the ways that ask for more than another does.
fn shortest<'a>(all: &Ways<'a>) -> Ways<'a> {
    let asks_for_more = |way: &BTreeSet<&Atom>| all.iter().any(|other| other.len() < way.len() && other.is_subset(way));
    all.iter().filter(|way| !asks_for_more(way)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::policy::expression::tests::{any_expression, every_policy};
    use crate::policy::expression::verdict;

    fn expression(text: &str) -> Expression {
        Expression::parse(text).expect("an expression")
    }

    fn chosen(whole: &str, from: &str, pick: &str) -> Option<String> {
        choose(&expression(whole), &expression(from), &expression(pick)).map(|chosen| chosen.to_string())
    }

    #[test]
    fn a_choice_is_found_in_any_order_and_nesting() {
        for whole in ["MIT OR GPL-2.0-only", "GPL-2.0-only OR MIT", "(MIT OR (GPL-2.0-only))", "GPL-2.0/mit"] {
            assert_eq!(chosen(whole, "GPL-2.0-only OR MIT", "MIT").as_deref(), Some("MIT"), "{whole}");
        }
    }

    #[test]
    fn what_is_offered_beside_a_choice_stays() {
        let found = chosen("MIT OR ISC OR GPL-2.0-only", "MIT OR GPL-2.0-only", "MIT");
        assert_eq!(found.as_deref(), Some("ISC OR MIT"));
        let found = chosen("Zlib AND (MIT OR GPL-2.0-only)", "MIT OR GPL-2.0-only", "MIT");
        assert_eq!(found.as_deref(), Some("MIT AND Zlib"));
        let found = chosen("ISC OR (Zlib AND (MIT OR GPL-2.0-only))", "MIT OR GPL-2.0-only", "MIT");
        assert_eq!(found.as_deref(), Some("ISC OR MIT AND Zlib"));
    }

    #[test]
    fn a_choice_is_matched_by_what_it_means() {
        let factored = "Zlib AND (MIT OR GPL-2.0-only)";
        let spread = "(Zlib AND MIT) OR (Zlib AND GPL-2.0-only)";
        for (whole, from) in [(factored, spread), (spread, factored), (spread, spread), (factored, factored)] {
            assert_eq!(chosen(whole, from, "MIT AND Zlib").as_deref(), Some("MIT AND Zlib"), "{whole} of {from}");
        }
        let whole = "(MIT OR GPL-2.0-only) AND (MIT OR BSD-3-Clause OR GPL-1.0-or-later) AND (MIT OR BSD-3-Clause OR GPL-2.0-only)";
        assert_eq!(chosen(whole, whole, "MIT AND MIT AND MIT").as_deref(), Some("MIT"));
    }

    #[test]
    fn an_exception_makes_another_licence_of_it() {
        let whole = "(CDDL-1.1 OR GPL-2.0-only) AND (CDDL-1.1 OR GPL-2.0-only WITH Classpath-exception-2.0)";
        assert_eq!(
            chosen(whole, "GPL-2.0-only OR CDDL-1.1", "CDDL-1.1").as_deref(),
            Some("CDDL-1.1 AND (CDDL-1.1 OR GPL-2.0-only WITH Classpath-exception-2.0)")
        );
    }

    #[test]
    fn what_is_no_branch_is_no_choice() {
        for (from, pick) in [
            ("MIT OR GPL-2.0-only", "ISC"),
            ("MIT OR GPL-2.0-only", "MIT OR GPL-2.0-only"),
            ("MIT", "MIT"),
            ("MIT AND GPL-2.0-only", "MIT"),
            ("(MIT AND ISC) OR GPL-2.0-only", "MIT"),
            ("MIT OR GPL-2.0-or-later", "GPL-3.0-only"),
        ] {
            assert!(!is_choice(&expression(from), &expression(pick)), "{pick} of {from}");
            assert_eq!(chosen(from, from, pick), None, "{pick} of {from}");
        }
        assert_eq!(chosen("MIT OR GPL-2.0-only", "MIT OR GPL-2.0-only", "MIT AND ISC").as_deref(), Some("ISC AND MIT"));
    }

    #[test]
    fn where_nothing_offers_it_nothing_is_chosen() {
        for whole in ["MIT", "MIT OR ISC", "MIT AND GPL-2.0-only", "MIT OR GPL-2.0-or-later"] {
            assert_eq!(chosen(whole, "MIT OR GPL-2.0-only", "MIT"), None, "{whole}");
        }
    }

    #[test]
    fn more_ways_than_anybody_looks_at_are_left_alone() {
        let pair = |number: usize| format!("(LicenseRef-a{number} OR LicenseRef-b{number})");
        let whole: Vec<String> = (0..40).map(pair).collect();
        let found = chosen(&whole.join(" AND "), &pair(7), "LicenseRef-a7").expect("one pair is offered");
        assert!(!found.contains("LicenseRef-b7"));
        assert!(found.contains("(LicenseRef-a8 OR LicenseRef-b8)"));
        assert!(!is_choice(&expression(&whole.join(" AND ")), &expression("LicenseRef-a7")));
    }

    proptest! {
        #[test]
        fn no_policy_likes_what_was_chosen_better_than_what_was_offered(
            whole in any_expression(),
            from in any_expression(),
            beside in any_expression(),
            number in 0..4_usize,
        ) {
            let branches: Vec<_> = ways(&from).expect("few ways").iter().map(all_of).collect();
            let pick = &branches[number % branches.len()];
            let inside = Expression::any_of([beside, Expression::all_of([whole, from.clone()])]);
            for offered in [&from, &inside] {
                if let Some(after) = choose(offered, &from, pick) {
                    for policy in every_policy() {
                        let (after, before) = (verdict(&after, &*policy), verdict(offered, &*policy));
                        prop_assert!(after >= before, "{} of {}", pick, offered);
                    }
                }
            }
            prop_assert_eq!(choose(&from, &from, pick).is_some(), branches.len() > 1);
        }
    }
}
