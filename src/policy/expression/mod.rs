//! The verdict of a licence expression: AND takes the worst operand, OR the best, over allow < review < unknown < deny.
//!
//! Total, and true to every law of AND and OR (DESIGN §7). A licence WITH an exception is one atom and never split.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::Policy;
use super::ruling::Judge;
use crate::finding::Verdict;
use crate::license::{Atom, Expression};

mod choice;
mod versions;

pub use choice::{choose, is_choice};
pub use versions::versions;

/// A verdict, the licences that bind once every choice is made, and what was left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<'a> {
    /// The verdict of the whole expression.
    pub verdict: Verdict,
    /// The licences of the best branches, each once, in printing order. All of them bind.
    pub binding: Vec<&'a Atom>,
    /// The branches that were not taken, each once, in printing order. A choice inside one of them is none of ours.
    pub rejected: Vec<Branch<'a>>,
}

/// A branch of an OR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Branch<'a> {
    /// What it asks for.
    pub expression: &'a Expression,
    /// Its own verdict, as if nothing else bound.
    pub verdict: Verdict,
}

/// The verdict alone.
pub fn verdict(expression: &Expression, of: &dyn Fn(&Atom) -> Verdict) -> Verdict {
    // Nothing must not read as permission, although no parser makes an operator without operands.
    let verdicts = |operands: &[Expression]| operands.iter().map(|operand| verdict(operand, of)).collect::<Vec<_>>();
    match expression {
        Expression::License(atom) => of(atom),
        Expression::And(operands) => verdicts(operands).into_iter().max().unwrap_or(Verdict::Deny),
        Expression::Or(operands) => verdicts(operands).into_iter().min().unwrap_or(Verdict::Deny),
    }
}

/// Decides an expression: of all ways to keep it the best is taken. Of equally good ones it is the one with the fewest
/// licences that need attention, then the one whose licences stand first in `prefer` (atoms as they are printed), then
/// the shortest, then the first in printing order. That depends on what the expression means, not on how it is written.
pub fn decide<'a>(expression: &'a Expression, of: &dyn Fn(&Atom) -> Verdict, prefer: &[String]) -> Decision<'a> {
    let taken = best(expression, &Order { of, prefer });
    let mut binding = Vec::new();
    for atom in expression.atoms() {
        if taken.contains(atom) && !binding.contains(&atom) {
            binding.push(atom);
        }
    }
    let verdict = binding.iter().map(|atom| of(atom)).max().unwrap_or(Verdict::Deny);
    let mut rejected = Vec::new();
    leave(expression, &taken, of, &mut rejected);
    Decision { verdict, binding, rejected }
}

impl Policy {
    /// Decides an expression as a check does, apart from what is known about the place where it was stated.
    pub fn decide<'a>(&self, expression: &'a Expression, prefer: &[String]) -> Decision<'a> {
        let (settings, source) = (self.settings(), super::trial::model("model"));
        let judge = Judge::new(self, &settings, &source);
        let rulings: RefCell<BTreeMap<Atom, Verdict>> = RefCell::default();
        let of = |atom: &Atom| {
            let known = rulings.borrow().get(atom).copied();
            known.unwrap_or_else(|| {
                let verdict = judge.ruling(atom).verdict;
                rulings.borrow_mut().insert(atom.clone(), verdict);
                verdict
            })
        };
        decide(expression, &of, prefer)
    }
}

/// What makes one way better than another.
struct Order<'o> {
    of: &'o dyn Fn(&Atom) -> Verdict,
    prefer: &'o [String],
}

impl Order<'_> {
    /// Less is better.
    fn cost(&self, way: &BTreeSet<&Atom>) -> impl Ord + use<> {
        let worst = way.iter().map(|atom| (self.of)(atom)).max();
        let needing = way.iter().filter(|atom| (self.of)(atom) > Verdict::Allow).count();
        // Places of those that are listed, best first, then the end of the list: that a way holds the licence that is
        // preferred most decides, whatever stands beside it.
        let place = |atom: &&Atom| self.prefer.iter().position(|preferred| *preferred == atom.to_string());
        let mut places: Vec<usize> = way.iter().filter_map(place).collect();
        places.sort_unstable();
        places.push(usize::MAX);
        (worst, needing, places, way.len())
    }
}

/// The best way to keep an expression.
fn best<'a>(expression: &'a Expression, order: &Order<'_>) -> BTreeSet<&'a Atom> {
    let inner = |operand: &'a Expression| best(operand, order);
    let all: Vec<BTreeSet<&Atom>> = match (choice::ways(expression), expression) {
        (Some(ways), _) => ways.into_iter().collect(),
        // Where there are too many, every operand is decided for itself: the same verdict, perhaps with more to keep.
        (None, Expression::Or(operands)) => operands.iter().map(inner).collect(),
        (None, Expression::And(operands)) => vec![operands.iter().flat_map(inner).collect()],
        (None, Expression::License(atom)) => vec![BTreeSet::from([atom])],
    };
    all.into_iter().min_by_key(|way| order.cost(way)).unwrap_or_default()
}

/// Whether an expression is kept by whoever keeps these licences.
fn is_kept(expression: &Expression, taken: &BTreeSet<&Atom>) -> bool {
    match expression {
        Expression::License(atom) => taken.contains(atom),
        Expression::And(operands) => operands.iter().all(|operand| is_kept(operand, taken)),
        Expression::Or(operands) => operands.iter().any(|operand| is_kept(operand, taken)),
    }
}

/// Collects the branches that were not taken where there was something to take.
fn leave<'a>(
    expression: &'a Expression,
    taken: &BTreeSet<&Atom>,
    of: &dyn Fn(&Atom) -> Verdict,
    rejected: &mut Vec<Branch<'a>>,
) {
    match expression {
        Expression::License(_) => {}
        Expression::And(operands) => operands.iter().for_each(|operand| leave(operand, taken, of, rejected)),
        Expression::Or(operands) => {
            for operand in operands {
                if is_kept(operand, taken) {
                    leave(operand, taken, of, rejected);
                } else if !rejected.iter().any(|branch| branch.expression == operand) {
                    rejected.push(Branch { expression: operand, verdict: verdict(operand, of) });
                }
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
