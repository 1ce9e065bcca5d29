//! `[[test]]`: what a policy must answer. `licentia policy test` tries it, so that a change of the policy shows what it
//! changes.

use super::Policy;
use super::held::Held;
use super::ruling::Judge;
use crate::error::Error;
use crate::finding::{PolicyPlace, Verdict};
use crate::license::Expression;
use crate::scan::{Source, SourceKind};
use crate::subject::{Role, Subject};

/// One expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The licence.
    pub license: Held<Expression>,
    /// The verdict.
    pub expect: Held<Verdict>,
    /// Settings for this one.
    pub settings: Vec<Held<String>>,
    /// The subject.
    pub role: Role,
    /// The model's name.
    pub target: Option<String>,
    /// Where it is said.
    pub at: PolicyPlace,
}

impl Policy {
    /// What the policy answers on a trial: the verdict on the licence alone, of a subject whose text is there.
    ///
    /// # Errors
    /// Where a setting of the trial is not understood, or locked.
    pub fn answer(&self, trial: &Trial) -> Result<Verdict, Error> {
        let mut policy = self.clone();
        for setting in &trial.settings {
            policy.apply_set(&setting.value)?;
        }
        let source = model(trial.target.as_deref().unwrap_or("model"));
        let subject = Subject { source: 0, role: trial.role, path: String::new() };
        let settings = policy.settings_for(&source, &subject);
        let judge = Judge::new(&policy, &settings, &source);
        Ok(judge.verdict(&super::choices::chosen(&trial.license.value, &policy.choices).0))
    }
}

/// A model of that name, of which nothing more is known.
pub(crate) fn model(name: &str) -> Source {
    Source { repository: Some(name.to_owned()), ..Source::new(name, SourceKind::Memory) }
}
