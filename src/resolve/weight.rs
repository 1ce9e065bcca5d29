//! What the words of a statement say beside naming a licence: whether a text may stand for it.

use std::collections::BTreeSet;

use license_db::Category;

use crate::evidence::{Claim, Evidence};
use crate::license::{Atom, Classification, Expression};
use crate::scan::Source;
use crate::source::hub_id::HubId;

/// What a statement says beside naming a licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// A word for "another licence": it means what is said beside it.
    Placeholder,
    /// A free name.
    Plain,
    /// A name that restricts or lists licences: a text that permits everything is not what it means.
    Heavy,
}

/// Words of the Hub that stand for a licence which is named elsewhere.
const PLACEHOLDERS: [&str; 2] = ["other", "unknown"];

/// Words in a name that take something away from what a text permits.
const RESTRICTING: [&str; 30] = [
    "academic",
    "closed",
    "commercial",
    "commons",
    "confidential",
    "education",
    "educational",
    "evaluation",
    "except",
    "exclusive",
    "internal",
    "limited",
    "nc",
    "nd",
    "no",
    "non",
    "noncommercial",
    "nonprofit",
    "not",
    "only",
    "personal",
    "private",
    "prohibited",
    "proprietary",
    "research",
    "reserved",
    "restricted",
    "terms",
    "trial",
    "without",
];

/// What stands between licences that somebody lists in one word.
const BETWEEN: [char; 7] = [',', ';', '/', '|', '&', '+', '('];

/// What a claim says beside naming a licence.
pub(super) fn weight(claim: &Claim) -> Weight {
    let is_heavy = match claim {
        Claim::License(word) if PLACEHOLDERS.iter().any(|known| word.trim().eq_ignore_ascii_case(known)) => {
            return Weight::Placeholder;
        }
        Claim::License(word) | Claim::LicenseName(word) | Claim::Expression(word) => {
            let mut words = word.split(|letter: char| !letter.is_alphanumeric());
            let is_restricting = |word: &str| RESTRICTING.iter().any(|known| word.eq_ignore_ascii_case(known));
            word.contains(BETWEEN) || words.any(is_restricting)
        }
        _ => false,
    };
    if is_heavy { Weight::Heavy } else { Weight::Plain }
}

/// Files with a link to a licence that is not here and that nobody knows, by source and path.
pub(super) type LinkedAway<'e> = BTreeSet<(usize, &'e str)>;

/// Those files.
pub(super) fn linked_away<'e>(
    sources: &[Source],
    evidence: &'e [Evidence],
    classifications: &[Option<Classification>],
) -> LinkedAway<'e> {
    let is_known = |found: Option<&Classification>| found.is_some_and(|found| found.expression.is_some());
    let leads_away = |found: &Evidence| match &found.claim {
        Claim::LicenseLink(link) => link.contains("://") && !is_own(link, sources.get(found.at.source)),
        _ => false,
    };
    let all = evidence.iter().enumerate();
    let away = all
        .filter(|(index, found)| leads_away(found) && !is_known(classifications.get(*index).and_then(Option::as_ref)));
    away.map(|(_, found)| (found.at.source, found.at.path.as_str())).collect()
}

/// Whether a link leads to a file of the repository itself. A download is known by its name, or by its directory's.
fn is_own(link: &str, source: Option<&Source>) -> bool {
    let (Some(id), Some(source)) = (HubId::of_link(link), source) else { return false };
    let last = |name: &str| name.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_lowercase();
    match &source.repository {
        Some(name) => name.eq_ignore_ascii_case(&id.name),
        None => last(&source.target) == last(&id.name),
    }
}

/// Whether a licence asks for no more than notices or source code: no use and no user is shut out.
pub(super) fn permits(expression: &Expression) -> bool {
    const OPEN: [Category; 7] = [
        Category::Permissive,
        Category::PublicDomain,
        Category::WeakCopyleft,
        Category::StrongCopyleft,
        Category::NetworkCopyleft,
        Category::DataPermissive,
        Category::DataCopyleft,
    ];
    let categories = |atom: &Atom| license_db::license(&atom.license).map_or(&[][..], |license| license.categories);
    expression.atoms().into_iter().all(|atom| categories(atom).iter().all(|category| OPEN.contains(category)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::SourceKind;

    #[test]
    fn a_link_to_the_repository_itself_is_known_by_its_name() {
        let own = |target: &str, repository: Option<&str>| {
            let source =
                Source { repository: repository.map(str::to_owned), ..Source::new(target, SourceKind::Directory) };
            is_own("https://huggingface.co/acme/Rocket/blob/main/LICENSE", Some(&source))
        };
        assert!(own("models/rocket/", None) && own("x", Some("Acme/rocket")));
        assert!(!own("models/base", None) && !own("models/rocket", Some("acme/base")));
    }
}
