//! Words on their way into the page: what a scan says, made harmless, and what a verdict is called.

use std::fmt::{self, Write as _};

use askama::Template;

use crate::finding::{Level, Verdict};
use crate::report::escape::{inert_ends, inert_within};
use crate::scan::Source;
use crate::source::hub_id::HubId;

/// Columns of a message before it is cut; the machine-readable reports hold all of it.
const MESSAGE_LIMIT: usize = 4000;
/// Columns of a name before its middle is left out.
const NAME_LIMIT: usize = 160;
/// Lines of a quote that are shown.
const QUOTED_LINES: usize = 12;
/// Columns of a line of a quote.
const QUOTE_LIMIT: usize = 600;

/// Words that neither the eye nor a parser obeys. A template escapes them for HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shown(String);

impl Shown {
    /// A sentence.
    pub(super) fn of(text: &str) -> Self {
        Self::checked(&inert_within(text, MESSAGE_LIMIT))
    }

    /// A name, which keeps both its ends.
    pub(super) fn name(text: &str) -> Self {
        Self::checked(&inert_ends(text, NAME_LIMIT))
    }

    /// The lines of a quote that say something; the last tells how many more there are.
    pub(super) fn quote(text: &str) -> Vec<Self> {
        let mut lines = text.lines().filter(|line| !line.trim().is_empty());
        let line = |line: &str| Self::checked(&inert_within(line.trim_end(), QUOTE_LIMIT));
        let mut shown: Vec<Self> = lines.by_ref().take(QUOTED_LINES).map(line).collect();
        match lines.count() {
            0 => {}
            more => shown.push(Self(format!("… ({more} more)"))),
        }
        shown
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[cfg(test)]
    fn as_str(&self) -> &str {
        &self.0
    }

    /// What HTML calls noncharacters is an error in a page wherever it stands.
    fn checked(text: &str) -> Self {
        let is_noncharacter =
            |character: char| matches!(character, '\u{fdd0}'..='\u{fdef}') || u32::from(character) & 0xfffe == 0xfffe;
        if !text.contains(is_noncharacter) {
            return Self(text.to_owned());
        }
        let mut written = String::with_capacity(text.len());
        for character in text.chars() {
            if is_noncharacter(character) {
                let _ = write!(written, "\\u{{{:x}}}", u32::from(character));
            } else {
                written.push(character);
            }
        }
        Self(written)
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A verdict as it is shown: by a colour, a sign and a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "html/badge.html")]
pub(super) struct Badge {
    /// The word, and the class that has the colour.
    pub(super) word: &'static str,
    /// Behind the word in the class.
    pub(super) class: &'static str,
    pub(super) sign: &'static str,
    /// For sorting: the worse is the greater.
    pub(super) rank: u8,
}

impl Badge {
    /// Every verdict with what it means.
    pub(super) const LEGEND: [(Self, &'static str); 4] = [
        (Self::ALLOW, "the policy lets it be used as planned"),
        (Self::REVIEW, "a person should look before it is used"),
        (Self::UNKNOWN, "something was not identified or not seen, so nobody can say yes"),
        (Self::DENY, "the policy does not let it be used as planned"),
    ];
    const ALLOW: Self = Self { word: "allow", class: "allow", sign: "✓", rank: 1 };
    const REVIEW: Self = Self { word: "review", class: "review", sign: "!", rank: 2 };
    const UNKNOWN: Self = Self { word: "unknown", class: "unknown", sign: "?", rank: 3 };
    const DENY: Self = Self { word: "deny", class: "deny", sign: "✗", rank: 4 };
    const NONE: Self = Self { word: "not judged", class: "none", sign: "–", rank: 0 };

    pub(super) fn of(verdict: Option<Verdict>) -> Self {
        match verdict {
            None => Self::NONE,
            Some(Verdict::Allow) => Self::ALLOW,
            Some(Verdict::Review) => Self::REVIEW,
            Some(Verdict::Unknown) => Self::UNKNOWN,
            Some(Verdict::Deny) => Self::DENY,
        }
    }
}

/// The level of a finding: a word, the class of its colour, and a sign.
pub(super) fn level(level: Level) -> Badge {
    let like = match level {
        Level::Note => Badge::NONE,
        Level::Warning => Badge::REVIEW,
        Level::Error => Badge::DENY,
    };
    Badge { word: level.as_str(), sign: if level == Level::Note { "i" } else { like.sign }, ..like }
}

/// The page of a source on the Hub, at its commit where that is known. It is made of checked names alone.
pub(super) fn hub_page(source: &Source) -> Option<String> {
    let id = HubId::of_words(source.repository.as_deref()?)?;
    let id = HubId { kind: source.repository_kind, ..id }.at(source.revision.as_deref());
    let address = id.address();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/:%".contains(&byte);
    address.bytes().all(is_plain).then_some(address)
}

/// An address of the database, where a browser may follow it.
pub(super) fn web_address(address: &str) -> Option<String> {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\"'<>`\\^{|}[]".contains(&byte);
    (address.starts_with("https://") && address.bytes().all(is_plain)).then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::lineage::mark;
    use crate::report::style::Lines;
    use crate::scan::SourceKind;

    #[test]
    fn every_sign_is_that_of_the_picture() {
        for (verdict, (badge, _)) in
            [Verdict::Allow, Verdict::Review, Verdict::Unknown, Verdict::Deny].into_iter().zip(Badge::LEGEND)
        {
            assert_eq!(Badge::of(Some(verdict)), badge);
            assert_eq!((badge.word, badge.sign), (verdict.as_str(), mark(verdict, Lines::Drawn)));
        }
    }

    #[test]
    fn what_a_browser_calls_an_error_is_written_out() {
        assert_eq!(
            Shown::of("a\u{ffff}\u{fdd0}\u{1fffe}\u{202e}b").as_str(),
            "a\\u{ffff}\\u{fdd0}\\u{1fffe}\\u{202e}b"
        );
    }

    #[test]
    fn a_quote_keeps_its_lines_and_says_what_is_left_out() {
        let lines = Shown::quote(&"a line\n\n".repeat(20));
        assert_eq!(lines.len(), QUOTED_LINES + 1);
        assert_eq!(lines.last().map(Shown::as_str), Some("… (8 more)"));
    }

    #[test]
    fn only_what_the_hub_could_have_has_a_page() {
        let of = |name: &str, revision: &str| {
            let mut source = Source::new("./m", SourceKind::Directory);
            source.repository = Some(name.to_owned());
            source.revision = Some(revision.to_owned());
            hub_page(&source)
        };
        let commit = "0123456789abcdef0123456789abcdef01234567";
        let page = format!("https://huggingface.co/acme/chat/tree/{commit}");
        assert_eq!(of("acme/chat", commit), Some(page));
        for name in ["../../x", "a\"onclick=x", "javascript:alert(1)", "a/b?c", "a/b#c", "a b", ""] {
            assert_eq!(of(name, commit), None, "{name}");
        }
        assert_eq!(of("acme/chat", "\"><script>").as_deref(), Some("https://huggingface.co/acme/chat"));
    }

    #[test]
    fn an_address_is_followed_over_https_only() {
        assert_eq!(web_address("https://example.org/a?b=c&d").as_deref(), Some("https://example.org/a?b=c&d"));
        for address in ["http://example.org", "javascript:alert(1)", "https://e.org/\"x", "https://e.org/ x"] {
            assert_eq!(web_address(address), None, "{address}");
        }
    }
}
