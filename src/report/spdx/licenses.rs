//! Licence expressions within the grammar of an SPDX version, and what their own identifiers stand for.
//!
//! An expression that a scan holds may have what a version cannot write: an `AdditionRef-` in 2.3, a reference into a
//! document that we do not have, characters that no identifier has. Such an atom gets a `LicenseRef-` of its own that says
//! in words what it stands for: nothing is dropped, and the expression stays valid.

use std::collections::BTreeMap;

use super::Bill;
use crate::evidence::sha256;
use crate::license::{Atom, Expression, MODIFIED_PREFIX, UNEXPLAINED};
use crate::report::escape::{inert, inert_within};
use crate::report::layout::{place, plural};
use crate::report::parts::{Reference, Stated};
use crate::scan::Scan;
use crate::source::uri;

/// Characters of an identifier that are kept in the one that stands for it.
const LONGEST_SLUG: usize = 60;
/// Columns of foreign words within an explanation.
const WORDS_LIMIT: usize = 4000;

/// The version of SPDX that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grammar {
    /// Annex D of 2.3: behind WITH stands an exception of the list.
    V2,
    /// Annex B of 3.0.1: behind WITH stands an exception of the list or an `AdditionRef-`.
    V3,
}

/// A writer of expressions that remembers which identifiers of their own they have.
pub(super) struct Licenses {
    grammar: Grammar,
    /// What each identifier stands for: itself, or an atom that the grammar has no room for.
    used: BTreeMap<String, Option<Atom>>,
}

/// A licence without an identifier of the list, as a document explains it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Explained {
    /// `LicenseRef-…` or `AdditionRef-…`.
    pub(super) id: String,
    /// Its title, on one line.
    pub(super) name: String,
    /// Where its text is published.
    pub(super) addresses: Vec<String>,
    /// Its text as found; where none was found, words that say so.
    pub(super) text: String,
    /// Where the text was found, or what the identifier is.
    pub(super) comment: String,
}

impl Licenses {
    pub(super) fn new(grammar: Grammar) -> Self {
        Self { grammar, used: BTreeMap::new() }
    }

    /// `NONE`, `NOASSERTION` or a valid expression.
    pub(super) fn written(&mut self, stated: Stated<'_>) -> String {
        stated.expression().map_or_else(|| stated.spdx(), |expression| self.valid(expression).to_string())
    }

    /// The identifiers in a written expression that are not in the SPDX list, sorted.
    pub(super) fn own(written: &str) -> Vec<&str> {
        let words = written.split(|character: char| character.is_whitespace() || "()".contains(character));
        let mut own: Vec<&str> = words.filter(|word| word.starts_with("LicenseRef-") || is_addition(word)).collect();
        own.sort_unstable();
        own.dedup();
        own
    }

    fn valid(&mut self, expression: &Expression) -> Expression {
        let mut all = |operands: &[Expression]| operands.iter().map(|one| self.valid(one)).collect();
        match expression {
            Expression::And(operands) => Expression::And(all(operands)),
            Expression::Or(operands) => Expression::Or(all(operands)),
            Expression::License(atom) => Expression::License(self.atom(atom)),
        }
    }

    fn atom(&mut self, atom: &Atom) -> Atom {
        let is_own = is_reference(&atom.license, "LicenseRef-");
        let is_license = is_own || is_listed(&atom.license);
        let is_plain = !atom.or_later || !is_own;
        let own_addition =
            atom.addition.as_deref().filter(|addition| self.grammar == Grammar::V3 && is_addition(addition));
        let is_addition = own_addition.is_some() || atom.addition.as_deref().is_none_or(is_listed);
        if !(is_license && is_plain && is_addition) {
            let id = stand_in(atom);
            self.used.insert(id.clone(), Some(atom.clone()));
            return Atom { license: id, or_later: false, addition: None };
        }
        let own = own_addition.into_iter().chain(is_own.then_some(atom.license.as_str()));
        self.used.extend(own.map(|id| (id.to_owned(), None)));
        atom.clone()
    }

    /// What every identifier that was written stands for, sorted by identifier.
    pub(super) fn explained(&self, bill: &Bill<'_>) -> Vec<Explained> {
        let of = |id: &str| bill.parts.references.iter().find(|reference| reference.id == id);
        let explain = |(id, atom): (&String, &Option<Atom>)| match atom {
            Some(atom) => stands_for(bill.scan, id, atom, of(&atom.license)),
            None => explained(bill.scan, id, of(id)),
        };
        self.used.iter().map(explain).collect()
    }
}

/// Whether the SPDX list has it, under this very spelling.
fn is_listed(id: &str) -> bool {
    license_db::license(id).is_some_and(|license| license.is_spdx() && license.id == id)
}

fn is_addition(word: &str) -> bool {
    is_reference(word, "AdditionRef-")
}

fn is_reference(word: &str, prefix: &str) -> bool {
    let is_part = |rest: &str| !rest.is_empty() && rest.bytes().all(is_id_byte);
    word.strip_prefix(prefix).is_some_and(is_part)
}

/// Letters, digits, `-` and `.`: `idstring` of the annex.
fn is_id_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')
}

/// `LicenseRef-licentia-MIT-WITH-AdditionRef-x-0123abcd`: readable, and never the same for two atoms.
fn stand_in(atom: &Atom) -> String {
    let words = atom.to_string();
    let mut slug = String::new();
    for character in words.chars().take(LONGEST_SLUG) {
        let is_kept = u8::try_from(character).is_ok_and(|byte| byte.is_ascii() && is_id_byte(byte));
        if is_kept {
            slug.push(character);
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let digest = sha256(words.as_bytes());
    format!("LicenseRef-licentia-{}-{}", slug.trim_matches('-'), digest.get(..8).unwrap_or_default())
}

fn stands_for(scan: &Scan, id: &str, atom: &Atom, reference: Option<&Reference<'_>>) -> Explained {
    let words = inert_within(&atom.to_string(), WORDS_LIMIT);
    let reason =
        format!("This identifier stands for `{words}`, which an expression of this version of SPDX cannot hold.");
    let text = match reference {
        Some(reference) => format!("{reason}\n\n{}", explained(scan, &reference.id, Some(reference)).text),
        None => format!("{reason} Its text was not found in what was scanned."),
    };
    let addresses = reference.map_or_else(Vec::new, addresses);
    Explained { id: id.to_owned(), name: words, addresses, text, comment: reason }
}

fn explained(scan: &Scan, id: &str, reference: Option<&Reference<'_>>) -> Explained {
    let name = inert(reference.map_or(id, |reference| reference.name));
    let addresses = reference.map_or_else(Vec::new, addresses);
    let passages = reference.map_or_else(Default::default, |reference| reference.passages.as_slice());
    let (text, comment) = match passages {
        [] => (absent(id, &name, &addresses), "Its text was not found in what was scanned.".to_owned()),
        [only] if reference.is_some_and(|found| found.text.is_some()) => {
            (only.text.to_owned(), format!("Found in {}.", place(&scan.sources, only.at)))
        }
        all => {
            let parts =
                all.iter().map(|found| format!("[found in {}]\n\n{}", place(&scan.sources, found.at), found.text));
            let count = all.len();
            let were = plural(count, "text was", "texts were");
            let comment = format!("{count} {were} found under this identifier; below its place each of them stands.");
            (parts.collect::<Vec<_>>().join("\n\n"), comment)
        }
    };
    // Some readers take an empty text for none.
    let text = if text.trim().is_empty() { absent(id, &name, &addresses) } else { text };
    Explained { id: id.to_owned(), name, addresses, text, comment }
}

/// What stands where the text should be.
fn absent(id: &str, name: &str, addresses: &[String]) -> String {
    if id == UNEXPLAINED {
        return "Terms that are in force here, or that come down from what it was made from, and that no known licence \
                explains. Their text was not found in what was scanned; a person must find and read it."
            .to_owned();
    }
    if let Some(original) = id.strip_prefix(MODIFIED_PREFIX) {
        return format!(
            "The text of {original} with words added, removed or replaced. It was not found in what was scanned; a person \
             must find and read it."
        );
    }
    let published = match addresses {
        [] => "No address of it is known.".to_owned(),
        all => format!("It is published at {}", all.join(" and at ")),
    };
    format!("The text of {id} ({name}) was not found in what was scanned. {published}")
}

fn addresses(reference: &Reference<'_>) -> Vec<String> {
    reference.addresses.iter().map(|address| uri::address(address)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::sample;

    fn written(grammar: Grammar, expression: &Expression) -> (String, Vec<String>) {
        let mut licenses = Licenses::new(grammar);
        let written = licenses.written(Stated::Expression(expression));
        (written, licenses.used.into_keys().collect())
    }

    fn parsed(words: &str) -> Expression {
        Expression::parse(words).expect("an expression")
    }

    #[test]
    fn what_the_grammar_has_room_for_stands_as_it_is() {
        for words in
            ["MIT", "GPL-2.0-only WITH Classpath-exception-2.0", "(ISC OR LicenseRef-x.y) AND MIT", "CDDL-1.0+"]
        {
            let expression = parsed(words);
            for grammar in [Grammar::V2, Grammar::V3] {
                assert_eq!(written(grammar, &expression).0, expression.to_string());
            }
        }
        assert_eq!(Licenses::new(Grammar::V2).written(Stated::Nothing), "NONE");
        assert_eq!(Licenses::new(Grammar::V3).written(Stated::Unknown), "NOASSERTION");
    }

    #[test]
    fn an_addition_of_its_own_stands_in_the_third_version_and_is_explained_in_the_second() {
        let expression = parsed("MIT WITH AdditionRef-clause OR ISC");
        let (third, used) = written(Grammar::V3, &expression);
        assert_eq!(third, expression.to_string());
        assert_eq!(used, ["AdditionRef-clause"]);
        assert_eq!(Licenses::own(&third), ["AdditionRef-clause"]);
        let (second, used) = written(Grammar::V2, &expression);
        let [id] = used.as_slice() else { panic!("one identifier: {used:?}") };
        assert!(id.starts_with("LicenseRef-licentia-MIT-WITH-AdditionRef-clause-"), "{id}");
        assert!(second.contains(id.as_str()) && second.contains(" OR ") && !second.contains("WITH "), "{second}");
        let scan = sample::scan();
        let mut licenses = Licenses::new(Grammar::V2);
        licenses.written(Stated::Expression(&expression));
        let explained = licenses.explained(&Bill::of(&scan));
        assert_eq!((explained.len(), explained[0].name.as_str()), (1, "MIT WITH AdditionRef-clause"));
        assert!(explained[0].text.contains("`MIT WITH AdditionRef-clause`"), "{}", explained[0].text);
    }

    #[test]
    fn a_licence_whose_text_was_not_found_says_where_it_is_published() {
        let mut scan = sample::scan();
        let known = "LicenseRef-scancode-llama-2-license-2023";
        let known = license_db::license(known).or_else(|| license_db::license("LicenseRef-scancode-llama-2"));
        let id = known.expect("a licence of the database").id;
        scan.judged[0].effective = Some(Expression::all_of([parsed(id), Expression::license(UNEXPLAINED)]));
        let bill = Bill::of(&scan);
        let mut licenses = Licenses::new(Grammar::V2);
        licenses.written(bill.parts.all[0].concluded);
        let explained = licenses.explained(&bill);
        let [unexplained, llama] = explained.as_slice() else { panic!("two: {explained:?}") };
        assert!(unexplained.text.starts_with("Terms that are in force here"), "{}", unexplained.text);
        assert!(
            llama.text.contains("was not found in what was scanned. It is published at https://"),
            "{}",
            llama.text
        );
        assert!(!llama.addresses.is_empty() && llama.name != llama.id);
    }

    #[test]
    fn several_texts_of_one_identifier_are_all_kept() {
        let mut scan = sample::scan();
        let own = Expression::license("LicenseRef-licentia-house");
        scan.judged[1].effective = Some(own.clone());
        let mut further = scan.evidence[2].clone();
        let text = scan.texts.insert("Another text.\n".to_owned());
        further.at.path = "vae/LICENSE".to_owned();
        further.claim = crate::evidence::Claim::Text { text, kind: crate::evidence::TextKind::LicenseFile };
        scan.evidence.push(further);
        scan.classifications[2] = Some(sample::text_of(&own));
        scan.classifications.push(Some(sample::text_of(&own)));
        let bill = Bill::of(&scan);
        let mut licenses = Licenses::new(Grammar::V3);
        licenses.written(bill.parts.all[2].concluded);
        let explained = licenses.explained(&bill);
        let text = &explained[0].text;
        assert!(text.contains("[found in ./seg-net/src/LICENSE:1:1]\n\nMIT License\n\nCopyright"), "{text}");
        assert!(text.contains("[found in ./seg-net/vae/LICENSE:1:1]\n\nAnother text.\n"), "{text}");
    }

    proptest! {
        #[test]
        fn any_atom_becomes_an_expression_that_reads_back(
            license in any::<String>(), addition in proptest::option::of(any::<String>()), or_later in any::<bool>()
        ) {
            let expression = Expression::License(Atom { license, or_later, addition });
            for grammar in [Grammar::V2, Grammar::V3] {
                let (words, used) = written(grammar, &expression);
                prop_assert_eq!(parsed(&words).to_string(), words.clone());
                prop_assert!(used.iter().all(|id| is_reference(id, "LicenseRef-") || is_addition(id)));
                let own: Vec<String> = Licenses::own(&words).into_iter().map(str::to_owned).collect();
                prop_assert_eq!(own, used);
            }
        }
    }
}
