//! Values of metadata fields: how headers and manifests state a licence, a link, a parent.
//!
//! One place decides what counts as no value and what is too long to be a name.

use super::yaml::{self, Node};
use super::{File, Out, Place, cut};
use crate::evidence::{Claim, QUOTE_LIMIT, TextKind};
use crate::gap::GapKind;
use crate::lineage::Relation;
use crate::source;
use crate::subject::Scope;

/// Longest value of a licence field that is still a name, a tag or a link, in bytes. The longest titles of licences
/// with their URLs stay below; prose and whole licences (which `modelspec.license` and PKG-INFO allow) lie above.
pub(crate) const LONGEST_NAME: usize = 200;

/// A field whose vocabulary is not SPDX. A long value or one of several lines is a passage.
pub(crate) fn license(out: &mut Out, scope: Scope, place: Place, value: &str) {
    let value = value.trim();
    if value.is_empty() {
        return;
    }
    if value.len() > LONGEST_NAME || value.contains(['\n', '\r']) {
        out.text(scope, TextKind::Field, place, value.to_owned());
    } else {
        out.claim(scope, Claim::License(value.to_owned()), place, value);
    }
}

/// A field whose specification makes it an SPDX expression. What is too long for one is a passage.
pub(crate) fn expression(out: &mut Out, scope: Scope, place: Place, value: &str) {
    let value = value.trim();
    if value.is_empty() {
        return;
    }
    if value.contains(['\n', '\r']) || value.len() > QUOTE_LIMIT {
        out.text(scope, TextKind::Field, place, value.to_owned());
    } else {
        out.claim(scope, Claim::Expression(value.to_owned()), place, value);
    }
}

/// A free name of a licence.
pub(crate) fn license_name(out: &mut Out, scope: Scope, place: Place, value: &str) {
    let value = value.trim();
    if !value.is_empty() {
        out.claim(scope, Claim::LicenseName(value.to_owned()), place, value);
    }
}

/// Where a licence is said to stand.
pub(crate) fn license_link(out: &mut Out, scope: Scope, place: Place, value: &str) {
    let value = value.trim();
    if !value.is_empty() {
        out.claim(scope, Claim::LicenseLink(value.to_owned()), place, value);
    }
}

/// A parent, with its revision where one is stated. An empty reference, and the words that Python and JavaScript
/// writers leave for one, name nothing; the answer says whether something was named.
pub(crate) fn parent(
    out: &mut Out,
    scope: Scope,
    place: Place,
    reference: &str,
    relation: Relation,
    revision: Option<&str>,
) -> bool {
    let reference = reference.trim();
    if matches!(reference, "" | "None" | "null" | "undefined") {
        return false;
    }
    let revision = revision.map(str::trim).filter(|revision| !revision.is_empty()).map(str::to_owned);
    let claim = Claim::Parent { reference: reference.to_owned(), relation, revision };
    out.claim(scope, claim, place, reference);
    true
}

/// A word of the file for use in a message: short, and with its control characters escaped.
pub(crate) fn quoted(word: &str) -> String {
    format!("`{}`", source::quoted(cut(word, 80)))
}

/// "This key stands there several times."
pub(crate) fn repeated(out: &mut Out, place: Place, key: &str) {
    let detail = format!(
        "{} is stated more than once, and readers differ in which one they take; all are kept: leave one",
        quoted(key)
    );
    out.gap(GapKind::Malformed, place, detail);
}

/// The text of a file, or a gap: for binary content, and for a file that goes on behind the bound.
pub(crate) fn whole_text<'a>(file: &File<'a>, out: &mut Out) -> Option<std::borrow::Cow<'a, str>> {
    if file.is_truncated() {
        let detail = format!(
            "{} has {} bytes and the limit for such a file is {}: check it by hand",
            quoted(file.name()),
            file.size,
            file.bytes.len()
        );
        out.gap(GapKind::Truncated, Place::whole(), detail);
        return None;
    }
    let text = file.text();
    if text.is_none() {
        let detail = format!("{} holds binary content where text is expected: check it by hand", quoted(file.name()));
        out.gap(GapKind::Malformed, Place::whole(), detail);
    }
    text
}

/// The documents of a YAML file; what is no YAML is a gap.
pub(crate) fn yaml_documents(text: &str, out: &mut Out) -> Vec<Node> {
    match yaml::parse_all(text) {
        Ok(documents) => documents,
        Err(error) => {
            let (kind, remedy) = if error.is_limit {
                (GapKind::Truncated, "more than is read: check it by hand")
            } else {
                (GapKind::Malformed, "correct it")
            };
            let start = text.split_inclusive('\n').take(error.line.saturating_sub(1) as usize).map(str::len).sum();
            let detail = format!("line {} is not YAML that can be read ({}): {remedy}", error.line, error.what);
            out.gap(kind, Place::bytes(text, start..start), detail);
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::tree;

    #[test]
    fn a_short_value_is_a_name_and_a_long_one_a_passage() {
        let mut out = Out::new("test", "a");
        for value in [" mit ", "", " \n", "two\nlines", &"x".repeat(LONGEST_NAME + 1)] {
            license(&mut out, tree(""), Place::whole(), value);
        }
        assert_eq!(out.evidence.len(), 3);
        assert_eq!(out.evidence[0].claim, Claim::License("mit".to_owned()));
        assert!(matches!(out.evidence[1].claim, Claim::Text { kind: TextKind::Field, .. }));
        assert_eq!(out.texts.iter().count(), 2);
    }

    #[test]
    fn placeholders_name_no_parent() {
        let mut out = Out::new("test", "a");
        for value in ["", "  ", "None", "null"] {
            assert!(!parent(&mut out, tree(""), Place::whole(), value, Relation::Unstated, None));
        }
        assert!(parent(&mut out, tree(""), Place::whole(), "a/b", Relation::Unstated, Some("")));
        assert!(matches!(&out.evidence[..], [one] if matches!(one.claim, Claim::Parent { revision: None, .. })));
    }

    #[test]
    fn words_in_messages_carry_no_terminal_escapes() {
        assert_eq!(quoted("a\u{1b}[31m\n"), "`a\\u{1b}[31m\\n`");
    }
}
