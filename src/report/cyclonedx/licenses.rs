//! How a licence stands in a component.
//!
//! The rules, and why:
//!
//! - An SPDX identifier stands in an `expression`, never as `license.id`: `id` is a closed list inside of each version of
//!   the schema, older than the SPDX list that we know, and one identifier that it lacks makes a validator refuse the
//!   whole document. An expression of one identifier says the same.
//! - Licences without an SPDX identifier that all bind stand as `license.name`, with address and text where known. Where
//!   they stand beside others, or in a choice, the expression holds them, and 1.7 says address and text in
//!   `expressionDetails`.
//! - 1.7 lets `licenses` hold both what is declared and what is concluded. 1.6 lets it hold either names or one
//!   expression: then what is concluded stands there, else what is declared; both stand in the properties
//!   `licentia:license:declared` and `licentia:license:concluded` of either version.
//! - A text stands once in a document, where its licence is named first; the text of a licence that is nowhere named
//!   outside of an expression of 1.6 stands in the properties of the document.

use std::collections::{BTreeMap, BTreeSet};

use super::rows::{Attachment, Choice, Expressed, ExpressionDetail, ExternalReference, Named, Property};
use crate::license::{Atom, Expression};
use crate::report::parts::{Part, Reference, Stated};

/// Writes licences for one version of CycloneDX.
pub(super) struct Licenses<'a> {
    /// Whether a list may hold names and expressions, and an expression details.
    may_mix: bool,
    references: BTreeMap<&'a str, &'a Reference<'a>>,
    /// Those whose text and addresses are written.
    told: BTreeSet<&'a str>,
}

/// A licence as the author means it, or as we conclude.
type Side<'e> = (&'e Expression, Option<&'static str>);

impl<'a> Licenses<'a> {
    pub(super) fn new(references: &'a [Reference<'a>], may_mix: bool) -> Self {
        let references = references.iter().map(|reference| (reference.id.as_str(), reference)).collect();
        Self { may_mix, references, told: BTreeSet::new() }
    }

    /// `licenses` of a component.
    pub(super) fn of_part(&mut self, part: &Part<'_>) -> Vec<Choice> {
        let concluded = part.concluded.expression().map(|expression| (expression, Some("concluded")));
        let declared = part.declared.expression().map(|expression| (expression, Some("declared")));
        self.of_sides(&concluded.into_iter().chain(declared).collect::<Vec<_>>())
    }

    /// `evidence.licenses` of a component: what texts, headers and notices say.
    pub(super) fn observed(&mut self, expression: &Expression) -> Vec<Choice> {
        self.of_sides(&[(expression, None)])
    }

    fn of_sides(&mut self, sides: &[Side<'_>]) -> Vec<Choice> {
        let is_of_names = |side: &&Side<'_>| names(side.0).is_some();
        let chosen: Vec<&Side<'_>> = match sides.first() {
            Some(first) if !self.may_mix && is_of_names(&first) => sides.iter().filter(is_of_names).collect(),
            Some(first) if !self.may_mix => vec![first],
            _ => sides.iter().collect(),
        };
        chosen.into_iter().flat_map(|side| self.choices(side)).collect()
    }

    fn choices(&mut self, (expression, acknowledgement): &Side<'_>) -> Vec<Choice> {
        if let Some(names) = names(expression) {
            return names.into_iter().map(|name| self.named(name, *acknowledgement)).collect();
        }
        let details = if self.may_mix { self.details(expression) } else { Vec::new() };
        vec![Choice::Expression(Expressed {
            expression: expression.to_string(),
            expression_details: details,
            acknowledgement: *acknowledgement,
        })]
    }

    fn named(&mut self, id: &str, acknowledgement: Option<&'static str>) -> Choice {
        let title = license_db::license(id).map(|license| Property::new("license:title", license.name));
        Choice::Named {
            license: Named {
                name: id.to_owned(),
                acknowledgement,
                text: self.text(id),
                url: self.url(id),
                properties: title.into_iter().collect(),
            },
        }
    }

    fn details(&mut self, expression: &Expression) -> Vec<ExpressionDetail> {
        let ids: BTreeSet<&str> = expression.atoms().into_iter().map(|atom| atom.license.as_str()).collect();
        let ids = ids.into_iter().filter(|id| is_reference(id));
        let detail =
            |id: &str| ExpressionDetail { license_identifier: id.to_owned(), text: self.text(id), url: self.url(id) };
        ids.map(detail).filter(|detail| detail.text.is_some() || detail.url.is_some()).collect()
    }

    fn url(&self, id: &str) -> Option<String> {
        let known = self.references.get(id).and_then(|reference| reference.addresses.first().copied());
        known.or_else(|| license_db::license(id)?.texts.first().map(|text| text.url)).map(str::to_owned)
    }

    fn text(&mut self, id: &str) -> Option<Attachment> {
        let reference = *self.references.get(id)?;
        let text = reference.text.filter(|_| self.told.insert(&reference.id))?;
        Some(Attachment { content_type: "text/plain", content: text.to_owned() })
    }

    /// Titles of the licences without an SPDX identifier, and those texts that are not written yet.
    pub(super) fn rest(&self) -> Vec<Property> {
        let mut rest = Vec::new();
        for (id, reference) in &self.references {
            rest.push(Property::new(&format!("license:title:{id}"), reference.name));
            if let Some(text) = reference.text.filter(|_| !self.told.contains(id)) {
                rest.push(Property::new(&format!("license:text:{id}"), text));
            }
        }
        rest
    }
}

/// Where the texts of all licences of a part can be read.
pub(super) fn addresses(part: &Part<'_>) -> BTreeSet<ExternalReference> {
    let stated = [part.declared, part.concluded];
    let atoms = stated.into_iter().filter_map(Stated::expression).flat_map(Expression::atoms);
    let licenses = atoms.filter_map(|atom| license_db::license(&atom.license));
    let all = licenses.flat_map(|license| {
        let spdx = license.is_spdx().then(|| format!("https://spdx.org/licenses/{}.html", license.id));
        let others = license.texts.iter().map(|text| text.url.to_owned()).filter(|_| !license.is_spdx());
        spdx.into_iter().chain(others).map(|url| ExternalReference {
            kind: "license",
            url,
            comment: Some(license.id.to_owned()),
        })
    });
    all.collect()
}

fn is_reference(id: &str) -> bool {
    id.starts_with("LicenseRef-")
}

/// The identifiers of an expression that consists of licences without an SPDX identifier, all of which bind.
fn names(expression: &Expression) -> Option<Vec<&str>> {
    let name = |atom: &'_ Atom| is_reference(&atom.license) && atom.addition.is_none() && !atom.or_later;
    match expression {
        Expression::License(atom) => name(atom).then(|| vec![atom.license.as_str()]),
        Expression::And(operands) => {
            let each = operands.iter().map(|operand| match operand {
                Expression::License(atom) if name(atom) => Some(atom.license.as_str()),
                _ => None,
            });
            each.collect()
        }
        Expression::Or(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Claim;
    use crate::license::UNEXPLAINED;
    use crate::report::parts::Parts;
    use crate::report::sample;
    use crate::scan::Scan;

    fn own() -> Expression {
        Expression::license("LicenseRef-licentia-house")
    }

    /// The sample with a licence of its own for the code; the text of `src/LICENSE` is its text.
    fn scan(declared: Expression, concluded: Expression) -> Scan {
        let mut scan = sample::scan();
        scan.judged[1].declared = Some(declared);
        scan.judged[1].concluded = Some(concluded.clone());
        scan.judged[1].effective = Some(concluded);
        scan.classifications[2] = Some(sample::text_of(&own()));
        scan
    }

    fn written(scan: &Scan, may_mix: bool) -> (serde_json::Value, Vec<Property>) {
        let parts = Parts::of(scan);
        let code = parts.all.iter().find(|part| part.id == "code-3").expect("the sample has code");
        let mut licenses = Licenses::new(&parts.references, may_mix);
        let choices = licenses.of_part(code);
        (serde_json::to_value(choices).expect("JSON"), licenses.rest())
    }

    #[test]
    fn an_spdx_identifier_is_an_expression_and_never_an_id() {
        let (choices, _) = written(&scan(Expression::license("MIT"), Expression::license("MIT")), false);
        assert_eq!(choices, serde_json::json!([{ "expression": "MIT", "acknowledgement": "concluded" }]));
    }

    #[test]
    fn what_is_declared_and_what_is_concluded_stand_side_by_side_in_the_version_that_allows_it() {
        let scan = scan(Expression::license("MIT"), own());
        let (choices, _) = written(&scan, true);
        assert_eq!(choices[0]["license"]["name"], "LicenseRef-licentia-house");
        assert_eq!(choices[0]["license"]["acknowledgement"], "concluded");
        assert!(choices[0]["license"].get("id").is_none());
        assert_eq!(choices[1], serde_json::json!({ "expression": "MIT", "acknowledgement": "declared" }));
        let (choices, _) = written(&scan, false);
        assert_eq!(choices.as_array().map(Vec::len), Some(1), "names and an expression may not stand together in 1.6");
    }

    #[test]
    fn names_of_both_sides_stand_together_in_either_version_and_the_text_stands_once() {
        for may_mix in [false, true] {
            let (choices, rest) = written(&scan(own(), own()), may_mix);
            let license = |position: usize| &choices[position]["license"];
            assert_eq!(
                (&license(0)["acknowledgement"], &license(1)["acknowledgement"]),
                (&"concluded".into(), &"declared".into())
            );
            assert!(license(0)["text"]["content"].as_str().is_some_and(|text| text.starts_with("MIT License")));
            assert!(license(1).get("text").is_none());
            assert!(!rest.iter().any(|property| property.name.starts_with("licentia:license:text:")));
        }
    }

    #[test]
    fn a_text_is_not_lost_where_an_expression_cannot_carry_it() {
        let both = Expression::all_of([own(), Expression::license("MIT")]);
        let (choices, rest) = written(&scan(both.clone(), both.clone()), false);
        assert_eq!(choices[0]["expression"], both.to_string());
        assert!(choices[0].get("expressionDetails").is_none());
        assert!(rest.iter().any(|property| property.name == "licentia:license:text:LicenseRef-licentia-house"));
        let (choices, rest) = written(&scan(both.clone(), both), true);
        assert_eq!(choices[0]["expressionDetails"][0]["licenseIdentifier"], "LicenseRef-licentia-house");
        assert!(choices[1].get("expressionDetails").is_none(), "neither its text anew nor an address");
        assert!(!rest.iter().any(|property| property.name.starts_with("licentia:license:text:")));
    }

    #[test]
    fn one_text_is_not_given_for_another_that_nothing_explains() {
        let unexplained = Expression::license(UNEXPLAINED);
        let text_of = |scan: &Scan| written(scan, true).0[0]["license"].get("text").cloned();
        let mut scan = scan(unexplained.clone(), unexplained.clone());
        scan.classifications[2] = Some(sample::text_of(&unexplained));
        assert!(text_of(&scan).is_some());
        let other = scan.texts.insert("No one may use it.".to_owned());
        let mut evidence = scan.evidence[2].clone();
        evidence.claim = Claim::Text { text: other, kind: crate::evidence::TextKind::LicenseFile };
        scan.evidence.push(evidence);
        scan.classifications.push(scan.classifications[2].clone());
        assert!(text_of(&scan).is_none(), "which of the two it is nobody can say");
    }

    #[test]
    fn a_choice_of_names_stays_a_choice() {
        let either = Expression::any_of([own(), Expression::license("LicenseRef-licentia-other")]);
        let (choices, _) = written(&scan(either.clone(), either.clone()), false);
        assert_eq!(choices[0]["expression"], either.to_string());
    }
}
