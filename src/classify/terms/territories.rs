//! Places that a text excludes.

use super::lexicon::REGIONS;
use super::passage::Run;
use super::pattern::{find, has, has_any, pattern, patterns};

/// Places and whom their exclusion binds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Excluded {
    /// ISO 3166 codes and `EU`, sorted.
    pub(super) places: Vec<&'static str>,
    pub(super) binds: &'static str,
}

fn places(words: Run<'_, '_>) -> Vec<&'static str> {
    let mut found: Vec<&str> =
        REGIONS.iter().filter(|region| has(words, region.name)).map(|region| region.code).collect();
    // "North Korea" and "South Korea" are two places, "Korea" alone is none of them.
    found.sort_unstable();
    found.dedup();
    found
}

/// What one sentence excludes. `own` are its words, `whole` also those that govern it.
pub(super) fn of(own: Run<'_, '_>, whole: Run<'_, '_>) -> Option<Excluded> {
    let is_law = has_any(
        whole,
        patterns![
            "sanction*",
            "embargo*",
            "export",
            "law|laws of",
            "courts",
            "governed by",
            "regulation|directive|act ..3 european|eu",
            "gdpr",
            "jurisdiction of",
        ],
    );
    if places(own).is_empty() || (is_law && !has(whole, pattern!("territory"))) {
        return None;
    }
    // A territory "worldwide, excluding …".
    if let Some(found) = find(own, 0, pattern!("excluding|exclude|excludes|except|excepting|outside|without")) {
        let behind = own.from(found.end);
        let before = own.part(0..found.start);
        let is_area = has_any(
            before,
            patterns!["territory|territories", "worldwide|world|global|globally|countries|regions|anywhere"],
        );
        if is_area && !places(behind).is_empty() && !has(before, pattern!("not ..3 outside")) {
            return Some(Excluded { places: places(behind), binds: "use" });
        }
    }
    let denies = has_any(
        whole,
        patterns![
            "not|no|cannot|never|prohibited|forbidden|unavailable|ineligible|excluded|excludes|excluding|except|neither|nor",
        ],
    );
    if !denies {
        return None;
    }
    let is_person = has_any(
        own,
        patterns![
            "domiciled|resident|residing|residents|domicile|citizen|citizens|incorporated|headquartered|established|nationals|organized|organised",
            "principal|registered ..2 place|office",
            "persons|individuals|entities|companies|organizations|organisations|users|licensees|those ..3 in|from|located|based",
        ],
    );
    if is_person && !has_any(own, patterns!["exception|does not apply|applies to end? users"]) {
        return Some(Excluded { places: places(own), binds: "licensee" });
    }
    // The place must be where something is done: "arms rules of the United States" exclude nobody.
    let is_use = has(
        own,
        pattern!(
            "use|used|using|distribute|distributed|access|accessed|deploy|deployed|make|made|offer|offered|available|display|reproduce"
        ),
    ) && REGIONS.iter().any(|region| has_any(own, region.places));
    let is_rule = has(whole, pattern!("regulations|itar|maintained|administered|agency|act"));
    (is_use && !is_rule).then(|| {
        let output =
            has(own, pattern!("output|outputs|results")) && !has(own, pattern!("model|software|materials|work|works"));
        Excluded { places: places(own), binds: if output { "output" } else { "use" } }
    })
}

/// A sentence that binds outputs to the territory that the text defines.
pub(super) fn binds_output(whole: Run<'_, '_>) -> bool {
    has_any(
        whole,
        patterns!["output|outputs|results ..16 outside ..3 territory", "outside ..3 territory ..16 output|outputs"],
    ) && has(whole, pattern!("not|no|cannot|only|prohibited|solely|violation|never|unlicensed|unauthorized"))
}

/// Whether a sentence speaks of the territory of the grant.
pub(super) fn is_of_territory(own: Run<'_, '_>) -> bool {
    has_any(own, patterns!["territory means|shall|is|refers"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::terms::passage::Passage;
    use crate::classify::terms::words::Words;

    fn read(text: &str) -> Option<(Vec<&'static str>, &'static str)> {
        let mut words = Words::default();
        words.add(text, 0..text.len());
        let passage = Passage::of(words.of(0..words.len()));
        of(passage.run(), passage.run()).map(|found| (found.places, found.binds))
    }

    #[test]
    fn a_territory_may_leave_places_out() {
        assert_eq!(
            read("Territory means the whole world, excluding the UK, South Korea and the European Union"),
            Some((vec!["EU", "GB", "KR"], "use"))
        );
        assert_eq!(read("This grant does not extend to persons domiciled in the EU"), Some((vec!["EU"], "licensee")));
        assert_eq!(read("You shall not deploy the Model in mainland China"), Some((vec!["CN"], "use")));
    }

    #[test]
    fn laws_and_embargoes_exclude_nobody() {
        assert_eq!(read("You are not located in a country under embargo, such as Cuba"), None);
        assert_eq!(read("governed by the laws of China and not those of Japan"), None);
    }
}
