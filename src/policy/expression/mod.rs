//! The verdict of a licence expression: AND takes the worst operand, OR the best, over allow < review < unknown < deny.
//!
//! Total, and true to every law of AND and OR (DESIGN §7). A licence WITH an exception is one atom and never split.

use std::cell::RefCell;
use std::collections::BTreeMap;

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

/// Decides an expression: in every OR the best branch is taken. Of equally good ones it is the one with the fewest
/// licences that need attention, then the one whose licences stand first in `prefer` (atoms as they are printed), then
/// the shortest, then the first in printing order. A licence that binds anyway costs nothing, so that `MIT AND (MIT OR
/// ISC)` asks for MIT alone.
pub fn decide<'a>(
    expression: &'a Expression,
    of: &dyn Fn(&Atom) -> Verdict,
    prefer: &[String],
) -> Decision<'a> {
    let taken = take(expression, &Order { of, prefer }, &[]);
    let verdict = taken.binding.iter().map(|atom| of(atom)).max().unwrap_or(Verdict::Deny);
    Decision { verdict, binding: taken.binding, rejected: taken.rejected }
}

impl Policy {
    /// Decides an expression as a check does, apart from what is known about the place where it was stated.
    pub fn decide<'a>(&self, expression: &'a Expression, prefer: &[String]) -> Decision<'a> {
        let judge = Judge::new(self);
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

/// What makes one branch better than another.
struct Order<'o> {
    of: &'o dyn Fn(&Atom) -> Verdict,
    prefer: &'o [String],
}

/// What an expression adds to the licences that bind already.
#[derive(Default)]
struct Taken<'a> {
    binding: Vec<&'a Atom>,
    rejected: Vec<Branch<'a>>,
}

impl Order<'_> {
    /// Less is better.
    fn cost(&self, taken: &Taken<'_>) -> impl Ord + use<> {
        let worst = taken.binding.iter().map(|atom| (self.of)(atom)).max();
        let needing = taken.binding.iter().filter(|atom| (self.of)(atom) > Verdict::Allow).count();
        // Places of those that are listed, best first, then the end of the list: that a branch holds the licence that is
        // preferred most decides, whatever stands beside it.
        let place = |atom: &&Atom| self.prefer.iter().position(|preferred| *preferred == atom.to_string());
        let mut places: Vec<usize> = taken.binding.iter().filter_map(place).collect();
        places.sort_unstable();
        places.push(usize::MAX);
        // What adds nothing is free, and no preference makes a further licence cheaper than none.
        (worst, needing, !taken.binding.is_empty(), places, taken.binding.len())
    }
}

fn take<'a>(expression: &'a Expression, order: &Order<'_>, bound: &[&'a Atom]) -> Taken<'a> {
    match expression {
        Expression::License(atom) if bound.contains(&atom) => Taken::default(),
        Expression::License(atom) => Taken { binding: vec![atom], rejected: Vec::new() },
        Expression::And(operands) => {
            let mut bound = bound.to_vec();
            let mut all = Taken::default();
            // Single licences sort before choices, so that every choice knows what binds anyway.
            for operand in operands {
                let taken = take(operand, order, &bound);
                bound.extend(&taken.binding);
                all.binding.extend(taken.binding);
                for branch in taken.rejected {
                    if !all.rejected.contains(&branch) {
                        all.rejected.push(branch);
                    }
                }
            }
            all
        }
        Expression::Or(operands) => {
            let branches = operands.iter().map(|operand| take(operand, order, bound)).enumerate();
            let Some((chosen, mut taken)) = branches.min_by_key(|(_, taken)| order.cost(taken)) else {
                return Taken::default();
            };
            let others = operands.iter().enumerate().filter(|(position, _)| *position != chosen);
            let rejected = others.map(|(_, expression)| Branch { expression, verdict: verdict(expression, order.of) });
            taken.rejected.splice(..0, rejected);
            taken
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
