//! What a part of the policy is about: models by name, targets by path (`[[scope]]`, and the targets of waivers and
//! curations).

use super::Policy;
use super::facts::Pattern;
use super::held::Held;
use super::settings::Settings;
use crate::finding::PolicyPlace;
use crate::scan::Source;
use crate::subject::Subject;

/// Settings for what matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// `match.model`.
    pub model: Option<Held<Pattern>>,
    /// `match.path`.
    pub path: Option<Held<Pattern>>,
    /// What counts there.
    pub settings: Settings,
    /// Where it is said.
    pub at: PolicyPlace,
}

/// A target in a policy: a name or a path with wildcards, perhaps with a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// `org/name`, or a path.
    pub name: Pattern,
    /// A commit, or a tag or branch as the target names it.
    pub revision: Option<String>,
}

impl Reference {
    /// Reads `org/name`, `org/name@revision`, `hf:org/name`, `./path`.
    ///
    /// # Errors
    /// What is wrong with the pattern.
    pub fn parse(text: &str) -> Result<Self, String> {
        let name = plain(text);
        let (name, revision) = match name.rsplit_once('@') {
            Some((name, revision)) if !name.is_empty() && !revision.contains('/') => (name, Some(revision.to_owned())),
            _ => (name, None),
        };
        Ok(Self { name: Pattern::new(name)?, revision })
    }

    /// Whether a source is meant.
    pub fn matches(&self, source: &Source) -> bool {
        let is_revision = |wanted: &String| source.revision.as_ref() == Some(wanted);
        names(source).iter().any(|name| self.name.matches(name)) && self.revision.as_ref().is_none_or(is_revision)
    }
}

/// A target without its scheme, `./` and a slash at the end.
pub(crate) fn plain(target: &str) -> &str {
    let target = target.strip_prefix("hf:").unwrap_or(target);
    let target = target.strip_prefix("./").filter(|rest| !rest.is_empty()).unwrap_or(target);
    target.strip_suffix('/').filter(|rest| !rest.is_empty()).unwrap_or(target)
}

/// What a source may be called in a policy: its repository, and the target without its revision.
pub(crate) fn names(source: &Source) -> Vec<&str> {
    let target = plain(&source.target);
    let without_revision = target.rsplit_once('@').map_or(target, |(name, _)| name);
    let known = source.repository.as_deref().into_iter().chain(source.within.as_deref());
    let mut names: Vec<&str> = known.chain([target, without_revision]).collect();
    names.dedup();
    names
}

impl Scope {
    /// How exactly it means a subject; `None` where it does not.
    fn precision(&self, source: &Source, subject: &Subject) -> Option<usize> {
        let model = self.model.as_ref().map(|held| &held.value);
        let path = self.path.as_ref().map(|held| &held.value);
        if model.is_some_and(|pattern| !names(source).iter().any(|name| pattern.matches(name))) {
            return None;
        }
        if path.is_some_and(|pattern| !paths(source, subject).iter().any(|path| lies_in(pattern, path))) {
            return None;
        }
        Some(model.into_iter().chain(path).map(Pattern::precision).sum())
    }
}

/// Where a subject lies: below its target.
fn paths(source: &Source, subject: &Subject) -> Vec<String> {
    let target = source.within.as_deref().unwrap_or_else(|| plain(&source.target));
    match (target, subject.path.as_str()) {
        ("." | "", "") => vec![".".to_owned()],
        ("." | "", path) => vec![path.to_owned()],
        (target, "") => vec![target.to_owned()],
        (target, path) => vec![format!("{target}/{path}")],
    }
}

/// `research/**` means the directory too.
fn lies_in(pattern: &Pattern, path: &str) -> bool {
    pattern.matches(path) || pattern.as_str().strip_suffix("/**").is_some_and(|directory| directory == path)
}

impl Policy {
    /// The scopes that mean a subject, by position: the most exact one last, of equally exact ones the first.
    pub(crate) fn scopes_of(&self, source: &Source, subject: &Subject) -> Vec<usize> {
        let mut scopes: Vec<(usize, usize)> = self
            .scopes
            .iter()
            .enumerate()
            .filter_map(|(position, scope)| scope.precision(source, subject).map(|precision| (precision, position)))
            .collect();
        scopes.reverse();
        scopes.sort_by_key(|(precision, _)| *precision);
        scopes.into_iter().map(|(_, position)| position).collect()
    }

    /// What counts in these scopes: the policy, the scopes in their order, and the settings of the command line on top.
    pub(crate) fn settings_in(&self, scopes: &[usize]) -> Settings {
        let mut settings = self.ground();
        for scope in scopes.iter().filter_map(|scope| self.scopes.get(*scope)) {
            settings.overlay(scope.settings.clone());
        }
        settings.overlay(self.top.clone());
        settings
    }

    /// What counts for a subject.
    pub(crate) fn settings_for(&self, source: &Source, subject: &Subject) -> Settings {
        self.settings_in(&self.scopes_of(source, subject))
    }

    /// Scopes that mean none of these subjects.
    pub(crate) fn idle_scopes<'p>(&'p self, subjects: &[(&Source, &Subject)]) -> Vec<&'p Scope> {
        let is_idle =
            |scope: &&Scope| !subjects.iter().any(|(source, subject)| scope.precision(source, subject).is_some());
        self.scopes.iter().filter(is_idle).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::tests::source_of;
    use crate::subject::Role;

    fn means(reference: &str, target: &str, revision: Option<&str>) -> bool {
        let mut source = source_of(target);
        source.revision = revision.map(str::to_owned);
        Reference::parse(reference).expect("a pattern").matches(&source)
    }

    #[test]
    fn a_target_is_meant_by_its_name_however_it_was_typed() {
        assert!(means("vendor/seg-net", "hf:vendor/seg-net", None));
        assert!(means("./models/a", "models/a/", None) && means("models/*", "./models/a", None));
        assert!(!means("models/*", "models/a/b", None));
        assert!(means(".", ".", None));
    }

    #[test]
    fn a_revision_means_only_that_one() {
        assert!(means("vendor/seg-net@6f1c", "vendor/seg-net", Some("6f1c")));
        assert!(!means("vendor/seg-net@6f1c", "vendor/seg-net", Some("77aa")));
        assert!(!means("vendor/seg-net@6f1c", "vendor/seg-net", None));
    }

    #[test]
    fn the_most_exact_scope_counts_and_a_directory_lies_in_itself() {
        let text = "[licenses]\nnone = \"deny\"\n[[scope]]\nmatch = { path = \"research/**\" }\nlicenses = { none = \"review\" }\n\
            [[scope]]\nmatch = { path = \"research/old/**\" }\nlicenses = { none = \"allow\" }\n";
        let policy = Policy::from_toml(text, "licentia.toml").expect("a valid policy");
        let none = |target: &str, path: &str| {
            let subject = Subject { source: 0, role: Role::Weights, path: path.to_owned() };
            policy.settings_for(&source_of(target), &subject).none().as_str()
        };
        assert_eq!(none("product/a", ""), "deny");
        assert_eq!(none("research", ""), "review");
        assert_eq!(none("./research/a", "sub"), "review");
        assert_eq!(none(".", "research/old/x"), "allow");
    }
}
