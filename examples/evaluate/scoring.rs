//! What an answer says, what was expected, and whether they agree.
//!
//! Sets of identifiers are compared. *Strict* takes a text that was found changed as another licence (`modified-MIT`),
//! *named* as the licence that was changed (`MIT`).

use std::collections::BTreeSet;

use license_db::Category;
use licentia::license::{Classification, MODIFIED_PREFIX, Outcome, UNEXPLAINED};

/// Identifiers, folded.
pub(crate) type Ids = BTreeSet<String>;

/// Identifiers that name no licence: ignored on both sides, also behind `LicenseRef-scancode-`.
const CATCH_ALLS: [&str; 11] = [
    "unknown",
    "free-unknown",
    "warranty-disclaimer",
    "other-permissive",
    "other-copyleft",
    "proprietary-license",
    "commercial-license",
    "license-file-reference",
    "see-license",
    "public-domain-disclaimer",
    "non-commercial",
];
const CATCH_ALL_STARTS: [&str; 2] = ["unknown-", "generic-"];

/// The identifiers that one stands for in a comparison: `-only`, `-or-later` and `+` left out, a deprecated one
/// replaced (a compound by licence and exception), a catch-all dropped.
pub(crate) fn folded(id: &str) -> Vec<String> {
    let id = id.trim_end_matches('+');
    let bare = id.strip_prefix("LicenseRef-scancode-").unwrap_or(id);
    let is_listed = license_db::license(id).is_some_and(license_db::License::is_spdx);
    if is_listed {
        // `generic-xts` is a licence of the SPDX list.
    } else if CATCH_ALLS.contains(&bare) || CATCH_ALL_STARTS.iter().any(|start| bare.starts_with(start)) {
        return Vec::new();
    }
    let current = match license_db::license(id) {
        Some(license) => license.replaced_by.unwrap_or(license.id),
        None => id,
    };
    current.split(" WITH ").map(|one| without_version_clause(one).to_owned()).collect()
}

fn without_version_clause(id: &str) -> &str {
    id.strip_suffix("-only").or_else(|| id.strip_suffix("-or-later")).unwrap_or(id)
}

/// Whether a licence gives all and asks little; `None` where nobody has said.
pub(crate) fn is_permissive(id: &str) -> Option<bool> {
    let license = license_db::license(id).or_else(|| license_db::license(&format!("{id}-only")))?;
    let permissive = [Category::Permissive, Category::PublicDomain, Category::DataPermissive];
    (!license.categories.is_empty()).then(|| license.categories.iter().all(|category| permissive.contains(category)))
}

/// An answer of the classifier, folded.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) outcome: Outcome,
    pub(crate) strict: Ids,
    pub(crate) named: Ids,
    /// Everything it names, the candidates as well.
    pub(crate) mentioned: Ids,
    pub(crate) expression: Option<String>,
    pub(crate) candidates: Vec<String>,
}

impl Answer {
    pub(crate) fn of(found: &Classification) -> Self {
        let (mut strict, mut named) = (Ids::new(), Ids::new());
        let of_matches = found.matches.iter().flat_map(|one| one.expression.atoms());
        let of_expression =
            found.expression.iter().filter(|_| found.matches.is_empty()).flat_map(licentia::license::Expression::atoms);
        for atom in of_matches.chain(of_expression).filter(|atom| atom.license != UNEXPLAINED) {
            let changed = atom.license.strip_prefix(MODIFIED_PREFIX);
            let licenses = folded(changed.unwrap_or(&atom.license));
            let mark = if changed.is_some() { "modified-" } else { "" };
            strict.extend(licenses.iter().map(|id| format!("{mark}{id}")));
            named.extend(licenses);
            for id in atom.addition.iter().flat_map(|id| folded(&id.replace("AdditionRef-", "LicenseRef-"))) {
                strict.insert(id.clone());
                named.insert(id);
            }
        }
        let candidates = found.candidates.iter().flat_map(|id| id.split(" WITH ")).flat_map(folded);
        let mentioned = named.iter().cloned().chain(candidates).collect();
        let expression = found.expression.as_ref().map(ToString::to_string);
        Self { outcome: found.outcome, strict, named, mentioned, expression, candidates: found.candidates.clone() }
    }

    fn is_permissive_and_exact(&self) -> bool {
        self.outcome == Outcome::Exact
            && !self.strict.is_empty()
            && self.strict.iter().all(|id| is_permissive(id) == Some(true))
    }
}

/// What the answer should be.
#[derive(Clone, Debug)]
pub(crate) enum Expected {
    /// One identifier or more of every group, and no other. Where the file holds more than its label, others are right.
    /// A group with [`NOTHING`] may stay empty, one with [`NAMELESS`] where the answer is no clean one.
    All { groups: Vec<Ids>, is_partly_labelled: bool },
    /// Exactly one identifier, of these.
    One(Ids),
    /// A model card: the identifiers of the SPDX list as a set; and, of the model licences named, one of each family.
    Card { standard: Ids, families: Vec<Vec<String>> },
    /// An expression, or a pattern that a name must match.
    Label { license: Option<String>, pattern: Option<String> },
    /// A part of a text: its identifier must be named. Where something that matters is missing, not as `exact`.
    Part { id: Ids, is_whole: bool },
    /// A text that was changed: anything but these identifiers under a clean name.
    Changed { from: Ids },
}

/// How an answer was judged.
#[expect(clippy::struct_excessive_bools, reason = "each is a column of its own")]
#[derive(Clone, Debug, Default)]
pub(crate) struct Judgement {
    pub(crate) strict: bool,
    pub(crate) named: bool,
    /// Everything expected was found.
    pub(crate) recalled: bool,
    /// Identifiers in the answer, and those of them that were expected.
    pub(crate) given: usize,
    pub(crate) hits: usize,
    /// The families of a card; `None` where it names none.
    pub(crate) families: Option<bool>,
    pub(crate) is_wrong_permissive: bool,
    pub(crate) is_near_twin: bool,
}

/// One question: a file, and what is known about it.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// How it is called in reports.
    pub(crate) name: String,
    /// The path it is classified under.
    pub(crate) path: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) expected: Expected,
    /// Its label says that the licence restricts.
    pub(crate) is_restricted: bool,
    /// An exception without a licence.
    pub(crate) is_exception: bool,
}

impl Case {
    pub(crate) fn judge(&self, answer: &Answer) -> Judgement {
        let mut judged = match &self.expected {
            Expected::All { groups, is_partly_labelled } => all(groups, *is_partly_labelled, answer),
            Expected::One(ids) => one(ids, answer),
            Expected::Card { standard, families } => card(standard, families, answer),
            Expected::Label { license, pattern } => label(license.as_deref(), pattern.as_deref(), answer),
            Expected::Part { id, is_whole } => {
                let recalled = id.iter().any(|id| answer.mentioned.contains(id));
                let is_right = recalled && (*is_whole || answer.outcome != Outcome::Exact);
                Judgement { strict: is_right, named: is_right, recalled, ..Judgement::default() }
            }
            Expected::Changed { from } => {
                let is_clean = matches!(answer.outcome, Outcome::Exact | Outcome::OneOf);
                let is_flagged = !(is_clean && from.is_subset(&answer.strict));
                let recalled = from.is_subset(&answer.mentioned);
                Judgement { strict: is_flagged, named: is_flagged, recalled, ..Judgement::default() }
            }
        };
        judged.is_wrong_permissive = self.is_restricted && answer.is_permissive_and_exact();
        judged.is_near_twin = self.is_near_twin(answer);
        judged
    }

    /// A custom licence answered by another one of its family or of its vendor, and by nothing else.
    fn is_near_twin(&self, answer: &Answer) -> bool {
        let Expected::One(ids) = &self.expected else { return false };
        let mut named = answer.named.iter();
        let (Some(only), None) = (named.next(), named.next()) else { return false };
        let family = |id: &str| license_db::license(id).map(|license| license.family).filter(|word| !word.is_empty());
        !ids.contains(only)
            && ids.iter().any(|id| vendor(id) == vendor(only) || (family(id).is_some() && family(id) == family(only)))
    }

    /// The expectation in words.
    pub(crate) fn want(&self) -> String {
        let joined = |ids: &Ids| ids.iter().cloned().collect::<Vec<_>>().join("|");
        match &self.expected {
            Expected::All { groups, is_partly_labelled } => {
                let all = groups.iter().map(joined).collect::<Vec<_>>().join(" ");
                if *is_partly_labelled { format!("{all} …") } else { all }
            }
            Expected::One(ids) => joined(ids),
            Expected::Card { standard, families } => {
                let of = families.iter().map(|family| family.join("|")).collect::<Vec<_>>().join("; ");
                format!("{} / {of}", joined(standard).replace('|', " "))
            }
            Expected::Label { license, pattern } => {
                pattern.clone().or_else(|| license.clone()).unwrap_or_else(|| "no expression".to_owned())
            }
            Expected::Part { id, .. } => format!("{} named", joined(id)),
            Expected::Changed { from } => format!("not {}", joined(from)),
        }
    }
}

/// In a group: it is right to name nothing.
pub(crate) const NOTHING: &str = "-";
/// In a group: no licence has this name or this text; it is right to call it one that nothing explains.
pub(crate) const NAMELESS: &str = "?";

fn all(groups: &[Ids], is_partly_labelled: bool, answer: &Answer) -> Judgement {
    let is_unclear = matches!(answer.outcome, Outcome::Approximate | Outcome::Modified | Outcome::Unknown);
    let may_be_empty = |group: &Ids| group.contains(NOTHING) || (is_unclear && group.contains(NAMELESS));
    let is_met = |ids: &Ids| groups.iter().all(|group| may_be_empty(group) || group.iter().any(|id| ids.contains(id)));
    let is_expected = |id: &String| groups.iter().any(|group| group.contains(id));
    let is_right = |ids: &Ids| is_met(ids) && (is_partly_labelled || ids.iter().all(is_expected));
    Judgement {
        strict: is_right(&answer.strict),
        named: is_right(&answer.named),
        recalled: is_met(&answer.named),
        given: if is_partly_labelled { 0 } else { answer.named.len() },
        hits: if is_partly_labelled { 0 } else { answer.named.iter().filter(|id| is_expected(id)).count() },
        ..Judgement::default()
    }
}

fn one(ids: &Ids, answer: &Answer) -> Judgement {
    let is_right = |got: &Ids| got.len() == 1 && got.is_subset(ids);
    Judgement {
        strict: is_right(&answer.strict),
        named: is_right(&answer.named),
        recalled: !answer.named.is_disjoint(ids),
        given: answer.named.len(),
        hits: answer.named.intersection(ids).count(),
        ..Judgement::default()
    }
}

fn card(standard: &Ids, families: &[Vec<String>], answer: &Answer) -> Judgement {
    let of_list = |ids: &Ids| -> Ids {
        let is_listed = |id: &&String| !id.contains("LicenseRef-") && !id.starts_with("modified-");
        ids.iter().filter(is_listed).cloned().collect()
    };
    let got = of_list(&answer.named);
    // Only a custom licence is named: then it is not enough to stumble over a permissive member of its family.
    let must_restrict = standard.is_empty();
    let is_of = |family: &Vec<String>| {
        answer.named.iter().any(|id| is_member(id, family) && (!must_restrict || is_permissive(id) == Some(false)))
    };
    Judgement {
        strict: of_list(&answer.strict) == *standard,
        named: got == *standard,
        recalled: standard.is_subset(&answer.named),
        given: got.len(),
        hits: got.intersection(standard).count(),
        families: (!families.is_empty()).then(|| families.iter().any(is_of)),
        ..Judgement::default()
    }
}

/// Whether an identifier belongs to a family: it is named there, or its entry's family word is (`family:deepseek`).
fn is_member(id: &str, family: &[String]) -> bool {
    let word = license_db::license(id).map(|license| format!("family:{}", license.family));
    family.iter().any(|member| member == id || word.as_ref() == Some(member))
}

fn label(license: Option<&str>, pattern: Option<&str>, answer: &Answer) -> Judgement {
    let is_right = match pattern.map(|pattern| regex::Regex::new(&format!("(?i){pattern}"))) {
        // A pattern may spell out what an identifier shortens: the licence's title counts as well.
        Some(Ok(pattern)) => answer.expression.iter().chain(&answer.candidates).any(|id| {
            let title = license_db::license(id).map(|license| license.name.replace(' ', "-"));
            pattern.is_match(id) || title.is_some_and(|title| pattern.is_match(&title))
        }),
        Some(Err(_)) => false,
        None => answer.expression.as_deref() == license,
    };
    Judgement { strict: is_right, named: is_right, recalled: is_right, ..Judgement::default() }
}

/// The word behind the prefix: the vendor or the vendor's product, nearly always.
fn vendor(id: &str) -> Option<&str> {
    let bare = id.strip_prefix("LicenseRef-scancode-").or_else(|| id.strip_prefix("LicenseRef-licentia-"))?;
    bare.split('-').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(names: &[&str]) -> Ids {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn answer(outcome: Outcome, found: &[&str]) -> Answer {
        let all = ids(found);
        Answer {
            outcome,
            strict: all.clone(),
            named: all.clone(),
            mentioned: all,
            expression: None,
            candidates: Vec::new(),
        }
    }

    fn judge(expected: Expected, answer: &Answer) -> Judgement {
        let (name, path) = (String::new(), String::new());
        Case { name, path, bytes: Vec::new(), expected, is_restricted: true, is_exception: false }.judge(answer)
    }

    #[test]
    fn identifiers_fold_to_what_both_sides_may_say() {
        assert_eq!(folded("GPL-2.0+"), ["GPL-2.0"]);
        assert_eq!(folded("gpl-3.0-or-later"), ["GPL-3.0"]);
        assert_eq!(folded("GPL-2.0-with-bison-exception"), ["GPL-2.0", "Bison-exception-2.2"]);
        assert_eq!(folded("LicenseRef-scancode-unknown-license-reference"), [""; 0]);
        assert_eq!(folded("LicenseRef-scancode-generic-cla"), [""; 0]);
        assert_eq!(folded("LicenseRef-scancode-fatfs"), ["LicenseRef-scancode-fatfs"]);
    }

    #[test]
    fn every_group_is_met_and_nothing_else_is_named() {
        let groups = vec![ids(&["MIT", "X11"]), ids(&["ISC"]), ids(&["Zlib", NOTHING])];
        let is_right = |names: &[&str]| {
            let expected = Expected::All { groups: groups.clone(), is_partly_labelled: false };
            judge(expected, &answer(Outcome::Exact, names)).strict
        };
        assert!(is_right(&["MIT", "ISC"]) && is_right(&["X11", "ISC", "Zlib"]));
        assert!(!is_right(&["MIT"]) && !is_right(&["MIT", "ISC", "0BSD"]));
    }

    #[test]
    fn a_text_without_a_name_is_right_when_it_is_not_called_clean() {
        let nameless = || Expected::All { groups: vec![ids(&[NAMELESS])], is_partly_labelled: false };
        assert!(judge(nameless(), &answer(Outcome::Unknown, &[])).strict);
        assert!(!judge(nameless(), &answer(Outcome::None, &[])).strict);
        assert!(!judge(nameless(), &answer(Outcome::Unknown, &["MIT"])).strict);
    }

    #[test]
    fn a_mutant_is_missed_only_under_its_own_clean_name() {
        let is_flagged =
            |outcome, names: &[&str]| judge(Expected::Changed { from: ids(&["MIT"]) }, &answer(outcome, names)).strict;
        assert!(!is_flagged(Outcome::Exact, &["MIT"]) && !is_flagged(Outcome::OneOf, &["MIT", "X11"]));
        assert!(is_flagged(Outcome::Unknown, &["MIT"]) && is_flagged(Outcome::Exact, &["ISC"]));
    }

    #[test]
    fn a_restricted_file_with_a_permissive_exact_answer_is_the_worst() {
        let is_worst = |outcome, names: &[&str]| {
            judge(Expected::One(ids(&["LicenseRef-x"])), &answer(outcome, names)).is_wrong_permissive
        };
        assert!(is_worst(Outcome::Exact, &["MIT"]));
        assert!(!is_worst(Outcome::Unknown, &["MIT"]) && !is_worst(Outcome::Exact, &["MIT", "GPL-2.0"]));
    }

    #[test]
    fn another_licence_of_the_vendor_is_a_near_twin() {
        let wanted = || Expected::One(ids(&["LicenseRef-scancode-llama-3.2-license-2024"]));
        let is_twin = |name| judge(wanted(), &answer(Outcome::Exact, &[name])).is_near_twin;
        assert!(is_twin("LicenseRef-scancode-llama-3.3-license-2024"));
        assert!(!is_twin("LicenseRef-scancode-llama-3.2-license-2024") && !is_twin("MIT"));
    }
}
