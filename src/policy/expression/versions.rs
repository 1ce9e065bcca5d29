//! What "or later" leaves to choose from.

use crate::license::Atom;

/// Variants of a licence that later versions have as well; they stand behind the version.
const VARIANTS: [&str; 2] = ["-no-invariants", "-invariants"];

/// What `X-or-later` and `X+` leave to choose from: every version of the licence in the SPDX list from X on, oldest
/// first, and behind each later one what it and its successors leave, because who may take "2 or later" may take
/// "3 or later" as well. `None` for an atom that is one version.
pub fn versions(atom: &Atom) -> Option<Vec<Atom>> {
    // What somebody calls their own licence says nothing about versions.
    license_db::license(&atom.license).filter(|license| license.is_spdx())?;
    let is_gnu = atom.license.ends_with("-or-later");
    let base = match atom.license.strip_suffix("-or-later") {
        Some(base) => base,
        None if atom.or_later => atom.license.as_str(),
        None => return None,
    };
    let of = |license: String, or_later| Atom { license, or_later, addition: atom.addition.clone() };
    let (plain, variant) =
        VARIANTS.iter().find_map(|variant| Some((base.strip_suffix(variant)?, *variant))).unwrap_or((base, ""));
    let numbered = plain.rsplit_once('-').and_then(|(stem, first)| Some((stem, numbers(first)?)));
    let mut found: Vec<(Vec<u32>, &str)> = numbered.map_or_else(Vec::new, |(stem, first)| {
        let listed = license_db::licenses().iter().filter(|license| license.is_spdx() && !license.is_deprecated);
        let version = |id: &str| {
            let id = id.strip_suffix("-only").unwrap_or(id).strip_suffix(variant)?;
            numbers(id.strip_prefix(stem)?.strip_prefix('-')?)
        };
        let from_there_on = |version: &Vec<u32>| *version >= first;
        listed.filter_map(|license| Some((version(license.id).filter(from_there_on)?, license.id))).collect()
    });
    found.sort();
    if found.is_empty() {
        // A licence that has no versions in the list is at least itself.
        return Some(vec![of(if is_gnu { format!("{base}-only") } else { base.to_owned() }, false)]);
    }
    let later = |id: &str| match id.strip_suffix("-only") {
        Some(base) => of(format!("{base}-or-later"), false),
        None => of(id.to_owned(), true),
    };
    let each = found.iter().enumerate().flat_map(|(position, (_, id))| {
        let single = of((*id).to_owned(), false);
        [Some(single), (position > 0).then(|| later(id))].into_iter().flatten()
    });
    Some(each.collect())
}

fn numbers(version: &str) -> Option<Vec<u32>> {
    version.split('.').map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::license::Expression;

    fn of(text: &str) -> Option<Vec<String>> {
        match Expression::parse(text) {
            Ok(Expression::License(atom)) => {
                versions(&atom).map(|found| found.iter().map(ToString::to_string).collect())
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn or_later_is_every_version_from_there_on_and_what_later_ones_leave() {
        let gnu = ["GPL-2.0-only", "GPL-3.0-only", "GPL-3.0-or-later"].map(str::to_owned);
        assert_eq!(of("GPL-2.0-or-later"), Some(gnu.to_vec()));
        let apache = ["Apache-1.1", "Apache-2.0", "Apache-2.0+"].map(str::to_owned);
        assert_eq!(of("Apache-1.1+"), Some(apache.to_vec()));
        assert_eq!(of("GPL-3.0-only"), None);
        assert_eq!(of("Apache-2.0"), None);
        let with = of("GPL-2.0-or-later WITH Classpath-exception-2.0").expect("versions");
        assert!(with.iter().all(|atom| atom.ends_with(" WITH Classpath-exception-2.0")), "{with:?}");
    }

    #[test]
    fn a_number_that_is_no_version_has_no_later_ones() {
        assert_eq!(of("BSD-3-Clause+"), Some(vec!["BSD-3-Clause".to_owned()]));
        assert_eq!(of("MIT+"), Some(vec!["MIT".to_owned()]));
        assert_eq!(of("CC-BY-3.0-DE+"), Some(vec!["CC-BY-3.0-DE".to_owned()]));
    }

    #[test]
    fn a_licence_of_somebodys_own_has_no_versions() {
        assert_eq!(of("LicenseRef-acme-or-later"), None);
        assert_eq!(of("LicenseRef-licentia-modified-GPL-3.0-or-later"), None);
    }

    #[test]
    fn a_variant_stays_that_variant_in_later_versions() {
        let found = of("GFDL-1.1-invariants-or-later").expect("versions");
        let singles: Vec<_> = found.iter().filter(|id| id.ends_with("-only")).collect();
        assert_eq!(singles, ["GFDL-1.1-invariants-only", "GFDL-1.2-invariants-only", "GFDL-1.3-invariants-only"]);
        let plain = of("GFDL-1.2-or-later").expect("versions");
        assert_eq!(plain, ["GFDL-1.2-only", "GFDL-1.3-only", "GFDL-1.3-or-later"]);
    }

    #[test]
    fn every_version_that_is_offered_is_a_licence_of_the_list() {
        for license in license_db::licenses().iter().filter(|license| license.is_spdx()) {
            let atom =
                Atom { license: license.id.to_owned(), or_later: !license.id.ends_with("-or-later"), addition: None };
            for version in versions(&atom).expect("an atom with later versions") {
                let known = license_db::license(&version.license);
                assert!(known.is_some_and(|known| known.id == version.license), "{atom}: {version}");
            }
        }
    }
}
