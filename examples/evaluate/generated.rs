//! Questions made from the SPDX texts, which are in the database: the same ones on every machine.

use license_db::format::SequenceKind;
use license_db::index::{Index, Whole};
use license_db::{Kind, License, tokens};

use crate::random::Random;
use crate::scoring::{Case, Expected, Ids, folded};
use crate::variants::{BENIGN, CUTS, LETTERS, Variant, cut, damaged, readme, several};

/// Words below which a text is too short to be damaged or cut.
const SHORT: usize = 20;

/// A text with what it is.
#[derive(Clone, Copy)]
pub(crate) struct Source {
    pub(crate) license: &'static License,
    pub(crate) text: &'static str,
}

/// The texts of the SPDX list that are not deprecated; with `quick` every seventh.
pub(crate) fn sources(is_quick: bool) -> Vec<Source> {
    let of_list = license_db::licenses().iter().filter(|license| license.is_spdx() && !license.is_deprecated);
    let all = of_list.filter_map(|license| license.text().map(|text| Source { license, text }));
    all.step_by(if is_quick { 7 } else { 1 }).collect()
}

impl Source {
    pub(crate) fn is_exception(&self) -> bool {
        self.license.kind == Kind::Exception
    }

    /// The identifiers that are right: its own, and those of other licences with the very same words.
    fn ids(&self, index: &Index<'_>) -> Ids {
        let twins = canonical(index, self.text).map(|whole| whole.expression);
        std::iter::once(self.license.id).chain(twins).flat_map(folded).collect()
    }

    fn case(&self, name: String, variant: Variant, expected: Expected) -> Case {
        let Variant { path, bytes } = variant;
        let is_exception = self.is_exception();
        Case { name, path: path.to_owned(), bytes, expected, is_restricted: false, is_exception }
    }
}

/// The reference texts that have exactly these words.
pub(crate) fn canonical<'a>(index: &Index<'a>, text: &str) -> impl Iterator<Item = Whole<'a>> {
    let hash = tokens::sequence_hash(&tokens::tokenize(text).hashes);
    index.whole(hash).filter(|whole| matches!(whole.kind, SequenceKind::Canonical | SequenceKind::Exception))
}

/// For every word of a reference text whether it may differ or be missing: it stands in a variable or in an optional
/// passage. `None` where the database holds no text with these words.
pub(crate) fn variable_words(index: &Index<'_>, text: &str) -> Option<Vec<bool>> {
    let sequence = index.sequence(canonical(index, text).next()?.sequence)?;
    let mut is_variable = vec![false; sequence.classes.len()];
    for slot in sequence.slots() {
        is_variable.iter_mut().skip(slot.start).take(slot.length).for_each(|word| *word = true);
    }
    Some(is_variable)
}

/// The texts as they are, and in every form. `None` where no set has the name.
pub(crate) fn cases(name: &str, sources: &[Source], index: &Index<'_>, seed: u64) -> Option<Vec<Case>> {
    let draw = |source: &Source| Random::new(seed, &format!("{name}/{}", source.license.id));
    let whole = |source: &Source, variant: Variant| {
        let groups = vec![source.ids(index)];
        source.case(source.license.id.to_owned(), variant, Expected::All { groups, is_partly_labelled: false })
    };
    if let Some((_, form)) = BENIGN.iter().find(|(form, _)| *form == name) {
        let make = |source: &Source| Some(whole(source, form(source.license, source.text, &mut draw(source))?));
        return Some(sources.iter().filter_map(make).collect());
    }
    let is_long = |source: &&Source| tokens::tokenize(source.text).len() >= SHORT;
    if let Some((_, hundredths)) = LETTERS.iter().find(|(set, _)| *set == name) {
        let make = |source: &Source| whole(source, damaged(source.text, *hundredths, &mut draw(source)));
        return Some(sources.iter().filter(is_long).map(make).collect());
    }
    if let Some((_, hundredths)) = CUTS.iter().find(|(set, _)| *set == name) {
        return Some(sources.iter().filter(is_long).filter_map(|source| part(source, *hundredths, index)).collect());
    }
    match name {
        "spdx" => {
            let plain = |source: &Source| Variant { path: "LICENSE", bytes: source.text.as_bytes().to_vec() };
            Some(sources.iter().map(|source| whole(source, plain(source))).collect())
        }
        "readme" => Some(sources.iter().map(|source| whole(source, readme(source.text, &mut draw(source)))).collect()),
        "several" => {
            let licenses: Vec<&Source> = sources.iter().filter(|source| !source.is_exception()).collect();
            Some(licenses.iter().map(|source| together(source, &licenses, index, &mut draw(source))).collect())
        }
        _ => None,
    }
}

/// The first part of a text, named after it. `None` where the part is another reference text.
fn part(source: &Source, hundredths: usize, index: &Index<'_>) -> Option<Case> {
    let text = cut(source.text, hundredths);
    if canonical(index, text).next().is_some() {
        return None;
    }
    let left = tokens::tokenize(text).len();
    // An appendix that tells how to apply the licence may be missing: then the licence is whole.
    let is_whole = variable_words(index, source.text)
        .is_some_and(|is_variable| is_variable.iter().skip(left).all(|may_be_missing| *may_be_missing));
    let variant = Variant { path: "LICENSE", bytes: text.as_bytes().to_vec() };
    Some(source.case(source.license.id.to_owned(), variant, Expected::Part { id: source.ids(index), is_whole }))
}

/// A text with one to three others behind it.
fn together(source: &Source, all: &[&Source], index: &Index<'_>, random: &mut Random) -> Case {
    let mut chosen = vec![*source];
    for _ in 0..=random.below(3) {
        chosen.extend(random.pick(all).map(|other| **other));
    }
    let texts: Vec<&str> = chosen.iter().map(|source| source.text).collect();
    let name = chosen.iter().map(|source| source.license.id).collect::<Vec<_>>().join(" + ");
    let groups = chosen.iter().map(|source| source.ids(index)).collect();
    source.case(name, several(&texts, random), Expected::All { groups, is_partly_labelled: false })
}
