//! Findings of the policy's rules that an author can do something about, in the author's words. The rules decide; here
//! stands who is spoken to.

use std::collections::BTreeSet;

use super::fix::Fix;
use super::{Remark, World, named};
use crate::evidence::{Claim, Evidence};
use crate::extract::{EXTRACTORS, Interest};
use crate::finding::{Finding, Level};
use crate::gap::GapKind;
use crate::license::{Classification, Outcome};
use crate::location::Location;
use crate::source::Entry;
use crate::subject::Role;

/// What an author does about a finding.
struct Advice {
    /// That of the rule.
    name: &'static str,
    /// `None` leaves that of the rule.
    level: Option<Level>,
    /// Empty where the rule speaks to whoever holds the files.
    help: &'static str,
}

const fn advice(name: &'static str, help: &'static str) -> Advice {
    Advice { name, level: None, help }
}

/// By name. What is not here is no fault of a card: which terms a licence has, and what a reader's policy makes of them.
const ADVICE: [Advice; 17] = [
    Advice {
        name: "base-not-inspected",
        level: Some(Level::Note),
        help: "Lint again where the base can be read (without --offline, or with a copy in the cache of huggingface_hub): \
               whether this card gives more than its base allows was not looked at.",
    },
    advice(
        "base-obligation-dropped",
        "Pass on what the base asks for: its licence text, its notices, its conditions. Users are bound by them whether or \
         not this repository says so.",
    ),
    advice("changes-not-stated", ""),
    advice("copyright-missing", ""),
    advice(
        "declared-differs-from-text",
        "Make both say the same: correct `license:`, or put the text of that licence into the file.",
    ),
    advice("display-missing", ""),
    advice("family-only", "Write the one licence that you mean: every check will ask for it."),
    advice("incompatible-merge", "Leave one of them out, or ask its owner for other terms."),
    advice("license-text-missing", ""),
    advice(
        "looser-than-base",
        "State the licence of the base, or one that asks at least as much: you cannot give what you were not given.",
    ),
    advice(
        "modified-license",
        "Put the unchanged text into the file; if you mean the changed one, give it a name of its own under `license: other`.",
    ),
    advice("name-prefix-missing", ""),
    advice(
        "no-license",
        "Add `license:` to the front matter and the text as LICENSE. What prose says in passing grants nothing that a check could rely on.",
    ),
    advice("notice-file-missing", ""),
    advice(
        "tag-only",
        "Add the whole text as a file LICENSE beside the card: a label does not grant, and readers cannot tell which text \
         you mean.",
    ),
    Advice {
        name: "unidentified-text",
        level: Some(Level::Warning),
        help: "Name the text under `license: other`, `license_name` and `license_link`; if a known licence is meant, put in \
               its text unchanged. Every check must have a person read what it does not know.",
    },
    advice("use-policy-missing", ""),
];

/// What the rules found about the repository itself, and what could not be understood of its card.
pub(super) fn reused(world: &World<'_>) -> Vec<Remark> {
    let mut seen = BTreeSet::new();
    let mut remarks: Vec<Remark> = Vec::new();
    for finding in world.scan.findings.iter().filter(|finding| is_own(finding)) {
        let Some(advice) = ADVICE.iter().find(|advice| advice.name == finding.name) else { continue };
        // Judged by several policies and for each of its parts; the first that minds it says it.
        let Some(remark) = remark(world, finding, advice) else { continue };
        if seen.insert((finding.name, finding.license.clone(), remark.at.clone())) {
            remarks.push(remark);
        }
    }
    // A licence without its text is one fault, under whichever name the rules have for it.
    let has_tag_only = remarks.iter().any(|remark| remark.name == "tag-only");
    if has_tag_only {
        let own: BTreeSet<Location> =
            remarks.iter().filter(|remark| remark.name == "tag-only").map(|remark| remark.at.clone()).collect();
        remarks.retain(|remark| remark.name != "license-text-missing" || !own.contains(&remark.at));
    }
    remarks.extend(not_understood(world));
    remarks
}

/// Whether it is about the work of this repository: not about a part that somebody else wrote.
fn is_own(finding: &Finding) -> bool {
    finding
        .subject
        .as_ref()
        .is_some_and(|subject| subject.source == 0 && !matches!(subject.role, Role::Component | Role::Documentation))
}

fn remark(world: &World<'_>, finding: &Finding, advice: &Advice) -> Option<Remark> {
    let own = |location: &&Location| location.source == 0 && location.span.is_some();
    let at = finding.locations.iter().find(own).or_else(|| finding.locations.first());
    let at = at.cloned().unwrap_or_else(|| Location::file(0, ""));
    let quoted = world.scan.evidence.iter().find(|evidence| evidence.at == at);
    let quote = quoted.map_or_else(String::new, |evidence| evidence.quote.clone());
    let help = if advice.help.is_empty() { finding.help.clone() } else { advice.help.to_owned() };
    let fix = (finding.name == "tag-only").then(|| text_added(world)).flatten();
    let level = advice.level.unwrap_or(finding.level);
    let mut remark =
        Remark { name: advice.name, level, message: finding.message.clone(), at, quote, help, fix, is_finding: true };
    if finding.name == "no-license" {
        // Prose may well speak of a licence that the rule does not take for a statement.
        remark.message = String::from(
            "no licence is granted where checks look for it: no `license:` in a card, no text, no notice, no header",
        );
    }
    let (has_name, has_link) = (states(world, is_name), states(world, is_link));
    // Terms of the author's own have a name, and are known to nobody all the same.
    let is_own_terms = has_name && finding.name == "unidentified-text";
    let is_other = finding.name == "family-only" && remark.quote.trim().eq_ignore_ascii_case("other");
    if is_other && !(has_name && has_link) {
        // What is missing is said there.
        return None;
    }
    if is_other || is_own_terms {
        remark.level = Level::Note;
        remark.help =
            String::from("Nothing is wrong with terms of your own: every check will ask a person to read them.");
    }
    Some(remark)
}

fn states(world: &World<'_>, is_it: fn(&Claim) -> bool) -> bool {
    let own = world.scan.evidence.iter().filter(|evidence| evidence.at.source == 0);
    own.map(|evidence| &evidence.claim).any(is_it)
}

fn is_name(claim: &Claim) -> bool {
    matches!(claim, Claim::LicenseName(_))
}

fn is_link(claim: &Claim) -> bool {
    matches!(claim, Claim::LicenseLink(_))
}

/// Licences whose text has no blank that its giver fills in: the same words whoever grants it.
const WITHOUT_BLANKS: [&str; 17] = [
    "Apache-2.0",
    "CC-BY-3.0",
    "CC-BY-4.0",
    "CC-BY-NC-4.0",
    "CC-BY-NC-ND-4.0",
    "CC-BY-NC-SA-4.0",
    "CC-BY-ND-4.0",
    "CC-BY-SA-3.0",
    "CC-BY-SA-4.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "EPL-2.0",
    "EUPL-1.2",
    "MPL-2.0",
    "ODbL-1.0",
    "PDDL-1.0",
    "Unlicense",
];

/// The text of the licence that the card grants, as a new file LICENSE. Only where the key of its front matter says so (what
/// prose links may be another's), nothing else that was read says anything but that, no name or link may mean other terms,
/// no file is there that may be a text, and nothing of the tree stayed unseen.
fn text_added(world: &World<'_>) -> Option<Fix> {
    let is_unseen = world.scan.gaps.iter().any(|gap| gap.at.source == 0 && gap.kind.makes_incomplete());
    if is_unseen || !world.is_whole() || world.files.iter().any(|path| may_be_text(path)) {
        return None;
    }
    let own = world.scan.evidence.iter().zip(&world.scan.classifications);
    let own: Vec<_> = own.filter(|(evidence, _)| evidence.at.source == 0).collect();
    let is_granted = |evidence: &Evidence| {
        evidence.at.path == super::CARD_NAME
            && evidence.by == "model-card"
            && evidence.at.key.as_deref().is_some_and(|key| LICENSE_KEYS.contains(&key))
            && matches!(evidence.claim, Claim::License(_))
    };
    if !own.iter().any(|(evidence, _)| is_granted(evidence)) {
        return None;
    }
    let says = own.iter().filter_map(|(_, found)| found.as_ref()).filter(|found| found.outcome != Outcome::None);
    let said: BTreeSet<Option<String>> = says.map(named).collect();
    let [Some(id)] = said.iter().collect::<Vec<_>>()[..] else { return None };
    let says_it = |found: Option<&Classification>| found.and_then(named).as_ref() == Some(id);
    let is_same = |evidence: &Evidence, found: Option<&Classification>| match &evidence.claim {
        Claim::LicenseName(_) => says_it(found),
        // What leads to the file that is added leads to the text of this licence.
        Claim::LicenseLink(link) => says_it(found) || link.trim().trim_start_matches("./") == ADDED,
        _ => true,
    };
    if !own.iter().all(|(evidence, found)| is_same(evidence, found.as_ref())) {
        return None;
    }
    let id = WITHOUT_BLANKS.iter().find(|known| *known == id)?;
    let text = license_db::license(id)?.text()?;
    Some(Fix::file(ADDED, text, format!("add {ADDED} with the text of {id} from the SPDX list")))
}

/// The file that a text is added as.
const ADDED: &str = "LICENSE";

/// Whether a file may hold terms, by its name: those that the readers of such documents open, and those that people call so
/// and no reader opens.
fn may_be_text(path: &str) -> bool {
    let entry = Entry { path: path.to_owned(), size: 1 };
    let mut readers =
        EXTRACTORS.iter().filter(|reader| ["license-file", "notice", "use-policy"].contains(&reader.name()));
    let lower = path.to_ascii_lowercase();
    let stems = ["licen", "copying", "notice", "terms", "legal", "eula", "agreement", "policy"];
    readers.any(|reader| reader.interest(&entry) != Interest::Nothing) || stems.iter().any(|stem| lower.contains(stem))
}

/// Keys by which an author grants; readers take the misspelt ones for it too.
const LICENSE_KEYS: [&str; 3] = ["license", "licence", "licenses"];

/// What of the card the readers could not make sense of.
fn not_understood(world: &World<'_>) -> Vec<Remark> {
    let is_of_card = |path: &str| path == super::CARD_NAME;
    let gaps = world.scan.gaps.iter().filter(|gap| gap.at.source == 0 && is_of_card(&gap.at.path));
    let malformed = gaps.filter(|gap| gap.kind == GapKind::Malformed);
    malformed
        .map(|gap| Remark {
            name: "card-not-understood",
            level: Level::Error,
            message: gap.detail.clone(),
            at: gap.at.clone(),
            quote: String::new(),
            help: "Correct it: the Hub refuses or ignores it, and what it was to say is lost.".to_owned(),
            fix: None,
            is_finding: false,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy;

    #[test]
    fn every_advice_is_for_a_rule_that_is_there() {
        for advice in &ADVICE {
            let kind = policy::finding_kind(advice.name);
            assert!(kind.is_some_and(|kind| kind.name == advice.name), "{}", advice.name);
        }
    }

    #[test]
    fn a_text_without_blanks_is_there_and_is_that_licence() {
        for id in WITHOUT_BLANKS {
            let text = license_db::license(id).and_then(license_db::License::text).expect(id);
            let found = crate::classify::text::classify(text, crate::evidence::TextKind::LicenseFile);
            assert_eq!(named(&found).as_deref(), Some(id));
        }
    }
}
