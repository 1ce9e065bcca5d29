//! What the policy minds.

use std::fmt;

use crate::fact::Reason;
use crate::location::{Location, Span};
use crate::subject::Subject;

/// Something the policy minds, with its reason and its remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The word that names it everywhere: policy, waivers, SARIF, docs.
    pub name: &'static str,
    /// What it does to the exit status.
    pub level: Level,
    /// What it means for use.
    pub verdict: Verdict,
    /// About what; `None` for a finding about the whole scan.
    pub subject: Option<Subject>,
    /// Subject first, then the two things that disagree.
    pub message: String,
    /// Where to look, most telling first.
    pub locations: Vec<Location>,
    /// Empty only for a finding about the policy, whose places stand in `policy`.
    pub because: Vec<Reason>,
    /// What to do.
    pub help: String,
    /// The licence that it is about, where it is about one: a printed atom.
    pub license: Option<String>,
    /// What the policy says that leads to it, the most telling first.
    pub policy: Vec<PolicyPlace>,
    /// Set where somebody accepted it: by whom, until when and why.
    pub waived: Option<String>,
    /// Whether the baseline holds it: shown, and no reason to fail.
    pub is_existing: bool,
}

impl Finding {
    /// The same about one licence.
    #[must_use]
    pub(crate) fn about(mut self, license: &crate::license::Atom) -> Self {
        self.license = Some(license.to_string());
        self
    }

    /// The same with what the policy says that leads to it.
    #[must_use]
    pub(crate) fn by(mut self, places: impl IntoIterator<Item = PolicyPlace>) -> Self {
        for place in places {
            if !self.policy.contains(&place) {
                self.policy.push(place);
            }
        }
        self
    }

    /// Whether it counts for the exit status.
    pub fn is_open(&self) -> bool {
        self.waived.is_none() && !self.is_existing
    }
}

/// A key of the policy with its value, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyPlace {
    /// The file, as the user may open it; `preset commercial`; `--set`.
    pub file: String,
    /// Lines and columns in the file; `None` where it is none.
    pub span: Option<Span>,
    /// The key: `licenses.deny`, `facts.mau`, `waive`.
    pub key: String,
    /// The value or the entry, as TOML.
    pub value: String,
}

impl fmt::Display for PolicyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(span) = self.span {
            write!(f, ":{}:{}", span.start_line, span.start_column)?;
        }
        write!(f, " ({} = {})", self.key, self.value)
    }
}

/// May it be used? A total order: the worse is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Yes, as far as the policy goes.
    Allow,
    /// A person must look.
    Review,
    /// Something was not identified, or not seen.
    Unknown,
    /// No.
    Deny,
}

impl Verdict {
    /// The word used in reports and policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Review => "review",
            Self::Unknown => "unknown",
            Self::Deny => "deny",
        }
    }

    /// The level a finding of this verdict has, unless the policy says otherwise (DESIGN §7).
    pub fn level(self) -> Level {
        match self {
            Self::Allow => Level::Note,
            Self::Review => Level::Warning,
            Self::Unknown | Self::Deny => Level::Error,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a finding does to the exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing.
    Note,
    /// A person should look.
    Warning,
    /// The gate closes.
    Error,
}

impl Level {
    /// The word used in reports and policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a finding is: the static half, of which `explain`, the docs and the reports are made.
///
/// For SARIF: `shortDescription` is [`Self::summary`], `fullDescription` [`Self::full_description`], `help.text`
/// [`Self::help_text`], `help.markdown` [`Self::help_markdown`], `helpUri` [`Self::url`], and
/// `defaultConfiguration.level` the first of [`Self::levels`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FindingKind {
    /// Kebab-case; the name of the rule's file and of its spec.
    pub name: &'static str,
    /// Names that it had. They lead here and are never given to another finding.
    pub formerly: &'static [&'static str],
    /// What it is about.
    pub topic: Topic,
    /// The levels that it may have, the usual one first.
    pub levels: &'static [Level],
    /// One line.
    pub summary: &'static str,
    /// Markdown: each [`Section`] under its heading, in their order.
    ///
    /// Three lines stand for a paragraph that many findings share, and are filled in: `{waiver: REASON}`,
    /// `{allow: IDENTIFIER}`, `{nothing-passed-on}`.
    pub docs: &'static str,
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Which licence something has.
    Identity,
    /// What that licence says.
    Terms,
    /// What it asks of those who pass the work on.
    Duties,
    /// What a model was made from.
    Lineage,
    /// What the organisation wrote down.
    Policy,
    /// What could be read.
    Scan,
}

impl Topic {
    /// Every topic, in the order in which they are listed.
    pub const ALL: [Self; 6] = [Self::Identity, Self::Terms, Self::Duties, Self::Lineage, Self::Policy, Self::Scan];

    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Terms => "terms",
            Self::Duties => "duties",
            Self::Lineage => "lineage",
            Self::Policy => "policy",
            Self::Scan => "scan",
        }
    }

    /// The same in words, to stand above a list.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Identity => "Which licence it is",
            Self::Terms => "What the licence says",
            Self::Duties => "What must go with the work",
            Self::Lineage => "What a model was made from",
            Self::Policy => "What the policy says",
            Self::Scan => "What could be read",
        }
    }
}

/// A part of what is written about a kind of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// What was seen, in other words.
    Meaning,
    /// Why it matters for commercial use.
    Importance,
    /// What must be seen, and where it stays silent.
    Detection,
    /// What to do.
    Remedy,
    /// The waiver or the key of the policy that accepts it, and when not to.
    Acceptance,
    /// The finding as the report for people prints it in a small case.
    Example,
}

impl Section {
    /// Every section, in the order in which they stand.
    pub const ALL: [Self; 6] =
        [Self::Meaning, Self::Importance, Self::Detection, Self::Remedy, Self::Acceptance, Self::Example];

    /// What stands above it.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Meaning => "What it means",
            Self::Importance => "Why it matters",
            Self::Detection => "How it is detected",
            Self::Remedy => "How to fix it",
            Self::Acceptance => "How to accept it",
            Self::Example => "Example",
        }
    }
}

/// Where the pages are, below the address of the repository on its host.
const PAGES: &str = "/blob/HEAD/docs/findings/";

impl FindingKind {
    /// A section in Markdown, without its heading; what many findings share is filled in. Empty where there is none.
    pub fn section(&self, section: Section) -> String {
        let lines = self.docs.lines().skip_while(|line| line.strip_prefix("## ") != Some(section.heading())).skip(1);
        let lines = lines.take_while(|line| !line.starts_with("## "));
        let filled: Vec<String> = lines.map(|line| self.filled(line)).collect();
        filled.join("\n").trim().to_owned()
    }

    /// What it means and why it matters, a paragraph a line.
    pub fn full_description(&self) -> String {
        let sections = [Section::Meaning, Section::Importance].map(|section| unwrapped(&self.section(section)));
        sections.join("\n\n")
    }

    /// How to fix it, a paragraph a line.
    pub fn help_text(&self) -> String {
        unwrapped(&self.section(Section::Remedy))
    }

    /// Every section under its heading, in Markdown.
    pub fn help_markdown(&self) -> String {
        let sections = Section::ALL.map(|section| format!("## {}\n\n{}\n", section.heading(), self.section(section)));
        sections.join("\n")
    }

    /// The whole page in Markdown, as it stands in `docs/findings/`.
    pub fn page(&self) -> String {
        let about = self.topic.heading();
        let formerly: Vec<String> = self.formerly.iter().map(|name| format!("| formerly | `{name}` |\n")).collect();
        format!(
            "# {}\n\n{}\n\n| | |\n|---|---|\n| about | {about} |\n| level | {} |\n{}\n{}",
            self.name,
            self.summary,
            self.levels_in_words(),
            formerly.concat(),
            self.help_markdown()
        )
    }

    /// `error, note`
    pub fn levels_in_words(&self) -> String {
        let levels: Vec<&str> = self.levels.iter().map(|level| level.as_str()).collect();
        levels.join(", ")
    }

    /// The address of its page, where the package says on which host its repository is and we know how that one names
    /// files.
    pub fn url(&self) -> Option<String> {
        let repository = env!("CARGO_PKG_REPOSITORY");
        let is_known = repository.starts_with("https://github.com/");
        is_known.then(|| format!("{}{PAGES}{}.md", repository.trim_end_matches('/'), self.name))
    }

    /// A line of the docs, or the paragraph that it stands for.
    fn filled(&self, line: &str) -> String {
        let shared = line.strip_prefix('{').and_then(|line| line.strip_suffix('}'));
        match shared.map(|words| words.split_once(": ").unwrap_or((words, ""))) {
            Some(("waiver", reason)) => waiver(self.name, reason),
            Some(("allow", identifier)) => allow(identifier),
            Some(("nothing-passed-on", "")) => NOTHING_PASSED_ON.to_owned(),
            _ => line.to_owned(),
        }
    }
}

fn waiver(name: &str, reason: &str) -> String {
    format!(
        r#"A waiver in the policy file accepts it for one model. The report then shows the finding as accepted, with the reason,
until the day on which the waiver ends.

```toml
[[waive]]
finding = "{name}"
target = "org/name"
reason = "{reason}"
approver = "name@example.org"
expires = 2027-06-30
```"#
    )
}

fn allow(identifier: &str) -> String {
    format!(
        r#"Where somebody has read the licence and it permits what the organisation does with every model under it, the policy may
allow it by its identifier.

```toml
[licenses]
allow = ["{identifier}"]
```"#
    )
}

const NOTHING_PASSED_ON: &str = r#"Where nothing is passed on or offered to others, the policy may say so once for all models. What is owed only to those
who receive something is then a note.

```toml
[facts]
distribution = ["none"]
```"#;

/// Markdown with each paragraph on one line; what is fenced stands as it is.
fn unwrapped(markdown: &str) -> String {
    let is_fenced = |paragraph: &str| paragraph.contains("```");
    let joined = |paragraph: &str| paragraph.replace('\n', " ");
    let paragraphs = markdown.split("\n\n").map(|one| if is_fenced(one) { one.to_owned() } else { joined(one) });
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: FindingKind = FindingKind {
        name: "too-loud",
        formerly: &["noisy"],
        topic: Topic::Terms,
        levels: &[Level::Error, Level::Note],
        summary: "It is too loud.",
        docs: "## What it means\n\nIt is\nloud.\n\n## Why it matters\n\nPeople\nsleep.\n\nDogs too.\n\n\
               ## How it is detected\n\nEars.\n\n## How to fix it\n\nBe\nquiet.\n\n\
               ## How to accept it\n\nIn a\n{waiver: \nhall.\n\n{waiver: Nobody lives there}\n\n## Example\n\n```text\nBoo.\n```\n",
    };

    #[test]
    fn sections_are_found_and_filled() {
        assert_eq!(KIND.section(Section::Importance), "People\nsleep.\n\nDogs too.");
        assert_eq!(KIND.section(Section::Example), "```text\nBoo.\n```");
        let acceptance = KIND.section(Section::Acceptance);
        assert!(acceptance.starts_with("In a\n{waiver: \nhall.\n\nA waiver in the policy"), "{acceptance}");
        assert!(acceptance.contains("finding = \"too-loud\"\n"), "{acceptance}");
        assert!(acceptance.contains("reason = \"Nobody lives there\"\n"), "{acceptance}");
        assert_eq!(FindingKind { docs: "", ..KIND }.section(Section::Meaning), "");
    }

    #[test]
    fn descriptions_stand_on_one_line_a_paragraph() {
        assert_eq!(KIND.full_description(), "It is loud.\n\nPeople sleep.\n\nDogs too.");
        assert_eq!(KIND.help_text(), "Be quiet.");
    }

    #[test]
    fn a_page_says_what_it_was_called() {
        let page = KIND.page();
        assert!(page.starts_with("# too-loud\n\nIt is too loud.\n"), "{page}");
        assert!(
            page.contains("| level | error, note |\n| formerly | `noisy` |\n\n## What it means\n\nIt is"),
            "{page}"
        );
        assert!(page.ends_with("Boo.\n```\n"), "{page}");
    }

    #[test]
    fn the_page_has_an_address() {
        let url = KIND.url().expect("the package names its repository");
        assert!(url.starts_with("https://") && url.ends_with("/docs/findings/too-loud.md"), "{url}");
    }
}
