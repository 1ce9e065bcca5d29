//! A stated choice: of what an expression offers, this is taken.
//!
//! Matched by what expressions mean, never by how they are written: order, nesting and repetition say nothing.

use std::collections::BTreeSet;

use crate::license::{Atom, Expression};

/// Ways to satisfy an expression: the licences of each. No way holds another, so that two expressions mean the same
/// exactly where their ways are equal.
type Ways<'a> = BTreeSet<BTreeSet<&'a Atom>>;

/// Most ways that are looked at. Sixteen choices between two licences have more, and nobody states a choice for those
/// at once: each stays to be made for itself.
const MOST_WAYS: usize = 1024;

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
fn ways(expression: &Expression) -> Option<Ways<'_>> {
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
