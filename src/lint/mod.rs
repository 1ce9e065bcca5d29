//! A card as its author would want it: what will make the checks of those who use the model fail, said before it is
//! published, and put right where that is mechanical.
//!
//! Two sources: the findings of the policy's rules that an author can do something about (`findings`), judged by
//! policies that suit one, and what only the front matter shows (`license`, `link`, `base`). Nothing here decides
//! which licence is granted.

use crate::finding::Level;
use crate::license::{Classification, Outcome};
use crate::location::Location;
use crate::policy::Policy;
use crate::scan::{RepositoryKind, Scan, SourceKind};

use self::card::Card;

mod base;
mod card;
mod findings;
mod fix;
mod license;
mod link;

pub use fix::{Changed, Fix, apply};

/// The name that the Hub reads a card under.
pub const CARD_NAME: &str = "README.md";

/// Something that an author should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Kebab-case; that of a finding where a rule of the policy found it.
    pub name: &'static str,
    /// A note leaves nothing to do.
    pub level: Level,
    /// Subject first, then what is wrong with it.
    pub message: String,
    /// Where to look; the first source of the scan.
    pub at: Location,
    /// What stands there.
    pub quote: String,
    /// What to do.
    pub help: String,
    /// What can be done without a person.
    pub fix: Option<Fix>,
    /// Whether `licentia explain` knows the name.
    pub is_finding: bool,
}

impl Remark {
    /// Whether something is left to do.
    pub fn is_minded(&self) -> bool {
        self.level > Level::Note
    }
}

/// A file as it was read.
#[derive(Clone, Copy, Debug)]
pub struct CardFile<'a> {
    /// From the root of the source.
    pub path: &'a str,
    /// All of it.
    pub bytes: &'a [u8],
}

/// The policies that stand for those who will use a model: what a business that passes weights on refuses, and what is
/// owed by whoever may use it. The second allows every kind of licence, because a rule asks no duties of a licence that
/// is refused anyway.
pub fn policies() -> Vec<Policy> {
    let texts = [
        "name = \"who passes the model on\"\npreset = \"distribution\"\n",
        "name = \"who uses it within its licence\"\npreset = \"distribution\"\n\
         [facts]\nmodifies = true\nmau = 0\ndau = 0\nteam_size = 1\ntrains_on_outputs = false\n\
         mau_at_release = 0\nannual_revenue = { usd = 0 }\nmonthly_revenue = { usd = 0 }\n\
         [licenses]\nreview = [\"category:strong-copyleft\", \"category:network-copyleft\", \
         \"category:no-derivatives\", \"category:non-commercial\", \"category:research-only\", \
         \"category:source-available\", \"category:proprietary\"]\n",
    ];
    texts.iter().filter_map(|text| Policy::from_toml(text, "licentia lint").ok()).collect()
}

/// What an author should look at, by place and name. `files` are the paths of the tree; `card` is `None` where there is
/// none, or none that could be read. The findings of the scan are those under [`policies`].
pub fn look(scan: &Scan, files: &[String], card: Option<CardFile<'_>>) -> Vec<Remark> {
    let world = World { scan, files };
    let mut remarks = findings::reused(&world);
    match card {
        // One that is there and could not be read is a gap, and not missing.
        None if world.holds(CARD_NAME) || world.has_gap_at(CARD_NAME) => {}
        None => remarks.push(no_card(&world)),
        Some(file) => {
            let card = Card::read(file);
            license::look(&world, &card, &mut remarks);
            link::look(&world, &card, &mut remarks);
            base::look(&world, &card, &mut remarks);
            fix::keep_only_sure(&card, &mut remarks);
        }
    }
    remarks.sort_by(|one, other| key(one).cmp(&key(other)));
    remarks.dedup();
    remarks
}

fn key(remark: &Remark) -> (&Location, &'static str, &str) {
    (&remark.at, remark.name, &remark.message)
}

fn no_card(world: &World<'_>) -> Remark {
    let near = world.files.iter().find(|path| path.eq_ignore_ascii_case(CARD_NAME));
    let (message, help) = match near {
        Some(path) => (
            format!("the card is called {path}, and the Hub reads {CARD_NAME}"),
            format!("Rename it to {CARD_NAME}, in these letters."),
        ),
        None => (
            format!("there is no card: {CARD_NAME} is where the Hub looks for the licence"),
            format!("Add {CARD_NAME} with `license:` in its front matter."),
        ),
    };
    Remark {
        name: "card-missing",
        level: Level::Error,
        message,
        at: Location::file(0, near.map_or("", String::as_str)),
        quote: String::new(),
        help,
        fix: None,
        is_finding: false,
    }
}

/// What stands around a card.
struct World<'a> {
    scan: &'a Scan,
    /// Sorted paths.
    files: &'a [String],
}

impl World<'_> {
    /// `org/name` of the repository, where that is known.
    fn repository(&self) -> Option<&str> {
        self.scan.sources.first().and_then(|source| source.repository.as_deref())
    }

    fn kind(&self) -> RepositoryKind {
        self.scan.sources.first().map_or(RepositoryKind::Model, |source| source.repository_kind)
    }

    fn holds(&self, path: &str) -> bool {
        self.files.iter().any(|file| file == path)
    }

    /// Whether something of that name is there and was not seen: a link that leaves the tree is in no list.
    fn has_gap_at(&self, path: &str) -> bool {
        self.scan.gaps.iter().any(|gap| gap.at.source == 0 && gap.at.path == path)
    }

    /// Whether a file that is not in the list is not there: not in a snapshot of a cache, of which only what was asked for
    /// is kept, nor where a directory could not be listed.
    fn is_whole(&self) -> bool {
        let is_part = self.scan.sources.first().is_none_or(|source| source.kind == SourceKind::HubCache);
        let is_blind = |path: &str| !self.holds(path);
        !is_part && !self.scan.gaps.iter().any(|gap| gap.at.source == 0 && is_blind(&gap.at.path))
    }

    /// The licence file beside the card, where there is one that is meant, and what its text is.
    fn license_file(&self) -> Option<(&str, Option<&Classification>)> {
        use crate::evidence::{Claim, TextKind};
        let is_text = |claim: &Claim| matches!(claim, Claim::Text { kind: TextKind::LicenseFile, .. });
        let at_root = self.scan.evidence.iter().zip(&self.scan.classifications).filter(|(evidence, _)| {
            evidence.at.source == 0 && !evidence.at.path.contains('/') && is_text(&evidence.claim)
        });
        let mut found: Vec<(&str, Option<&Classification>)> =
            at_root.map(|(evidence, found)| (evidence.at.path.as_str(), found.as_ref())).collect();
        let is_plain =
            |path: &str| matches!(path.to_ascii_lowercase().as_str(), "license" | "license.md" | "license.txt");
        if found.len() > 1 {
            found.retain(|(path, _)| is_plain(path));
        }
        match found.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }
}

/// The identifier that a classification names beyond doubt, printed.
fn named(found: &Classification) -> Option<String> {
    (found.outcome == Outcome::Exact).then(|| found.expression.as_ref().map(ToString::to_string)).flatten()
}

/// The Hub's identifier of a licence: the one that says the same, no less and no more.
fn hub_id(expression: &str) -> Option<&'static str> {
    let is_it = |id: &&str| {
        let found = crate::classify::declared::value(id);
        named(&found).as_deref() == Some(expression)
    };
    license_db::hub_ids().map(|(id, _)| id).find(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_is_one() {
        assert_eq!(policies().len(), 2, "one that no longer parses would mind nothing");
    }
}
