//! A value of the policy with the place that says it: every verdict can be followed to a line.

use crate::finding::PolicyPlace;

/// A value and where it is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held<T> {
    /// The value.
    pub value: T,
    /// Where it is said.
    pub at: PolicyPlace,
}

impl<T> Held<T> {
    pub(crate) fn new(value: T, at: PolicyPlace) -> Self {
        Self { value, at }
    }
}

/// The later of two: what stands on top where it says something.
pub(crate) fn over<T>(top: Option<Held<T>>, below: &mut Option<Held<T>>) {
    if top.is_some() {
        *below = top;
    }
}

/// The place of a value that comes with a preset.
pub(crate) fn of_preset(preset: &str, key: &str, value: impl Into<String>) -> PolicyPlace {
    PolicyPlace { file: format!("preset {preset}"), span: None, key: key.to_owned(), value: value.into() }
}
