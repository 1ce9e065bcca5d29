//! `[[choose]]`: which branch is taken where a licence leaves the choice.

use super::expression;
use crate::finding::PolicyPlace;
use crate::license::Expression;

/// A choice that somebody made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The branches, as they are offered.
    pub from: Expression,
    /// The branch that is taken.
    pub pick: Expression,
    /// Where it is said.
    pub at: PolicyPlace,
}

/// An expression with every stated choice made, and the choices that were.
pub(crate) fn chosen<'c>(expression: &Expression, choices: &'c [Choice]) -> (Expression, Vec<&'c Choice>) {
    let mut chosen = expression.clone();
    let mut made = Vec::new();
    for choice in choices {
        if let Some(found) = expression::choose(&chosen, &choice.from, &choice.pick) {
            chosen = found;
            made.push(choice);
        }
    }
    (chosen, made)
}
