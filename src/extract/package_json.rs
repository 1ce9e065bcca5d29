//! `package.json` of npm: the licence of the JavaScript in a directory.
//!
//! <https://docs.npmjs.com/cli/configuring-npm/package-json#license>: an SPDX expression, `SEE LICENSE IN <file>` or
//! `UNLICENSED`; old packages have `{type, url}`, or a list of those under `licenses`.

use super::json::{self, Value};
use super::{Extractor, File, Interest, Out, Progress, field, role};
use crate::evidence::Claim;
use crate::gap::GapKind;
use crate::source::Entry;
use crate::subject::{Role, Scope};

/// Reads npm manifests.
pub(crate) struct PackageJson;

impl Extractor for PackageJson {
    fn name(&self) -> &'static str {
        "package-json"
    }

    fn interest(&self, entry: &Entry) -> Interest {
        match entry.name() {
            "package.json" => Interest::Whole { most: json::MOST_BYTES },
            _ => Interest::Nothing,
        }
    }

    fn extract(&self, file: &File<'_>, out: &mut Out) -> Progress {
        let scope = role(file.directory(), Role::Code);
        json::object(file, out, |root, out| {
            for key in ["license", "licenses"] {
                for value in root.all(out, key) {
                    let statements = if value.is_list() { value.items(out) } else { vec![value] };
                    for statement in statements {
                        state(statement, key, &scope, out);
                    }
                }
            }
        });
        Progress::Done
    }
}

fn state(value: Value<'_>, key: &str, scope: &Scope, out: &mut Out) {
    let place = value.place().with_key(key);
    if let Some(text) = value.as_str() {
        let text = text.trim();
        let link = text.get(..SEE.len()).filter(|start| start.eq_ignore_ascii_case(SEE));
        if link.is_some() {
            field::license_link(out, scope.clone(), place, text.get(SEE.len()..).unwrap_or_default());
        } else if text == "UNLICENSED" {
            out.claim(scope.clone(), Claim::License(text.to_owned()), place, text);
        } else {
            field::expression(out, scope.clone(), place, text);
        }
    } else if value.is_object() {
        for (name, inner) in value.fields(out, |name, _| matches!(name, "type" | "name" | "url")) {
            let place = inner.place().with_key(format!("{key}.{name}"));
            match inner.as_str() {
                Some(url) if name == "url" => field::license_link(out, scope.clone(), place, &url),
                Some(text) => field::license(out, scope.clone(), place, &text),
                None => {}
            }
        }
    } else if !value.is_null() {
        let detail = format!("{} is neither text nor an object: write an SPDX expression", field::quoted(key));
        out.gap(GapKind::Malformed, place, detail);
    }
}

/// What stands before the name of a file.
const SEE: &str = "SEE LICENSE IN ";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::extract::testing::{drive, gaps, lines, wants};

    fn said(text: &str) -> Vec<String> {
        lines(&drive(&PackageJson, "js/package.json", text.as_bytes()))
    }

    #[test]
    fn an_expression_a_link_and_the_absence_of_a_licence_differ() {
        assert_eq!(said("{\n\"license\": \"(MIT OR ISC)\"}"), ["expression (MIT OR ISC) [license:2] code js"]);
        assert_eq!(said(r#"{"license": "SEE LICENSE IN EULA.txt"}"#), ["link EULA.txt [license:1] code js"]);
        assert_eq!(said(r#"{"license": "UNLICENSED"}"#), ["license UNLICENSED [license:1] code js"]);
        assert!(said(r#"{"license": "", "name": "x"}"#).is_empty());
        assert!(wants(&PackageJson, "package.json") && !wants(&PackageJson, "package-lock.json"));
    }

    #[test]
    fn the_old_forms_are_read() {
        let one = r#"{"type": "MIT", "url": "https://example.org/l"}"#;
        let expected = ["license MIT", "link https://example.org/l"];
        for text in [format!("{{\"license\": {one}}}"), format!("{{\"licenses\": [{one}]}}")] {
            let said = said(&text);
            assert!(said.iter().zip(expected).all(|(said, expected)| said.starts_with(expected)), "{said:?}");
            assert_eq!(said.len(), 2);
        }
        assert_eq!(said(r#"{"licenses": ["MIT", "ISC"]}"#).len(), 2);
    }

    #[test]
    fn what_names_no_licence_in_any_form_is_a_gap() {
        assert_eq!(gaps(&PackageJson, "package.json", br#"{"license": 7}"#), [GapKind::Malformed]);
        assert_eq!(gaps(&PackageJson, "package.json", br#"{"license": null}"#), []);
        assert_eq!(gaps(&PackageJson, "package.json", b"{"), [GapKind::Malformed]);
        let two = br#"{"license": "MIT", "license": "GPL-3.0-only"}"#;
        assert_eq!(gaps(&PackageJson, "package.json", two), [GapKind::Malformed]);
    }

    proptest! {
        #[test]
        fn no_value_makes_it_panic(text in "[\\[\\]{}\"a:,]{0,30}") {
            let _ = drive(&PackageJson, "package.json", format!("{{\"license\": {text}}}").as_bytes());
        }
    }
}
