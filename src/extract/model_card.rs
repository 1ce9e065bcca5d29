//! Model and dataset cards: the README whose front matter is where most licences of the Hub are stated, and its prose.
//!
//! Keys are those of the Hub's documentation (model cards, dataset cards, gated models) and of what converters read.
//! The licence may be anything the author wrote; this repeats it, one claim per value, each with its place.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::card_keys::{MOST_PASSAGE, too_long};
use super::document::{self, Document};
use super::front_matter::{self, FrontMatter};
use super::yaml::Kind;
use super::{Extractor, File, Interest, Out, Place, Progress, card_body, card_keys, role, shown};
use crate::evidence::{Claim, QUOTE_LIMIT, TextKind};
use crate::gap::GapKind;
use crate::lineage::Relation;
use crate::source::Entry;
use crate::subject::{Role, Scope};

/// Reads `README.md`, `MODEL_CARD.md` and their kin.
#[derive(Debug)]
pub(crate) struct ModelCard;

/// Longest card that is read; front matter with a gated prompt and long prose stays far below it.
const MOST_BYTES: u64 = 1024 * 1024;
/// Most sections, most sentences and most links of a card, each. A README that lists a zoo of models has some twenty.
const MOST_PLACES: usize = 64;

impl Extractor for ModelCard {
    fn name(&self) -> &'static str {
        "model-card"
    }

    fn interest(&self, entry: &Entry) -> Interest {
        match document::kind_of(&entry.path) {
            Some(Document::Card) => Interest::Whole { most: MOST_BYTES },
            _ => Interest::Nothing,
        }
    }

    fn extract(&self, file: &File<'_>, out: &mut Out) -> Progress {
        let Some(text) = file.text() else {
            let detail =
                format!("`{}` holds binary content where a card is expected: a person must look at it", file.name());
            out.gap(GapKind::Unsupported, Place::whole(), detail);
            return Progress::Done;
        };
        if file.is_truncated() {
            let detail = format!(
                "`{}` has {} bytes and only the first {} were read: move long tables and logs into files of their own",
                file.name(),
                file.size,
                file.bytes.len()
            );
            out.gap(GapKind::Truncated, Place::whole(), detail);
        }
        // Markdown, or one of the names that the Hub would not read as a card.
        let lower = file.name().to_ascii_lowercase();
        let is_markdown = ![".rst", ".txt", ".text"].iter().any(|extension| lower.ends_with(extension));
        let matter = front_matter::find(&text).filter(|_| is_markdown);
        let mut card = Card { text: &text, scope: document::scope(file.path), out };
        let start = if let Some(matter) = &matter {
            card.front_matter(file.directory(), matter);
            matter.body
        } else {
            card.unclosed(is_markdown);
            0
        };
        card.body(start, is_markdown);
        Progress::Done
    }
}

struct Card<'a> {
    text: &'a str,
    scope: Scope,
    out: &'a mut Out,
}

impl Card<'_> {
    fn front_matter(&mut self, directory: &str, matter: &FrontMatter) {
        match matter.parse(self.text) {
            Ok(keys) if matches!(keys.kind, Kind::Mapping(_)) => {
                if let Some(stated) = card_keys::stated_role(&keys) {
                    self.scope = role(directory, stated);
                }
                card_keys::quote(self.text, matter, &keys, &self.scope, self.out);
            }
            Ok(keys) if keys.is_null() => {}
            Ok(_) => {
                let what = "it is no mapping of keys to values";
                self.malformed_block(directory, matter.yaml.clone(), GapKind::Malformed, matter.line, what);
            }
            Err(error) => {
                let kind = if error.is_limit { GapKind::Truncated } else { GapKind::Malformed };
                self.malformed_block(directory, matter.yaml.clone(), kind, error.line, &error.what);
            }
        }
    }

    /// A card that opens with a key and never closes its block.
    fn unclosed(&mut self, is_markdown: bool) {
        if let Some(opening) = OPENING.captures(self.text).and_then(|found| found.get(1)).filter(|_| is_markdown) {
            let rest = self.text.get(opening.end()..).unwrap_or_default();
            let end =
                rest.find("\n\n").or_else(|| rest.find("\r\n\r\n")).map_or(self.text.len(), |end| opening.end() + end);
            let block = opening.end()..end;
            self.malformed_block_in_scope(block, GapKind::Malformed, 1, "no second line of hyphens closes it");
        }
    }

    fn malformed_block(&mut self, directory: &str, block: Range<usize>, kind: GapKind, line: u32, what: &str) {
        self.scope = role(directory, self.scope.role.unwrap_or(Role::Weights));
        self.malformed_block_in_scope(block, kind, line, what);
    }

    /// A gap, and still what the block's lines say at the top level.
    fn malformed_block_in_scope(&mut self, block: Range<usize>, kind: GapKind, line: u32, what: &str) {
        let lines = stated_in_lines(self.text, block);
        let detail = format!(
            "the card's front matter cannot be read (line {line}: {what}); {}; correct the YAML and scan again",
            if lines.is_empty() {
                "none of its lines states a licence or a base model on its own".to_owned()
            } else {
                format!("{} statements were taken from single lines, and others may be missing", lines.len())
            }
        );
        let at = line_range(self.text, line);
        self.out.gap(kind, Place::bytes(self.text, at), detail);
        for (key, at) in lines {
            let value = self.text.get(at.clone()).unwrap_or_default().to_owned();
            let place = Place::bytes(self.text, at).with_key(key);
            let claim = match key {
                "license_name" => Claim::LicenseName(value.clone()),
                "license_link" => Claim::LicenseLink(value.clone()),
                "base_model" => {
                    Claim::Parent { reference: value.clone(), relation: Relation::Unstated, revision: None }
                }
                _ => Claim::License(value.clone()),
            };
            self.out.claim(self.scope.clone(), claim, place, &value);
        }
    }

    fn body(&mut self, start: usize, is_markdown: bool) {
        let body = card_body::read(self.text, start, is_markdown);
        let places = [
            ("licence sections", body.sections.len()),
            ("restricting sentences", body.statements.len()),
            ("licence links", body.links.len()),
        ];
        for (what, count) in places {
            if count > MOST_PLACES {
                let detail = format!(
                    "the card has {count} {what} and only the first {MOST_PLACES} were taken: read the rest, or split the card"
                );
                self.out.gap(GapKind::Truncated, Place::whole(), detail);
            }
        }
        for at in body.sections.into_iter().take(MOST_PLACES) {
            self.passage(TextKind::CardSection, at);
        }
        for at in body.statements.into_iter().take(MOST_PLACES) {
            self.passage(TextKind::CardStatement, at);
        }
        for (at, target) in body.links.into_iter().take(MOST_PLACES) {
            let quote = self.text.get(at.clone()).unwrap_or_default();
            let target = super::cut(&target, QUOTE_LIMIT).to_owned();
            self.out.claim(self.scope.clone(), Claim::LicenseLink(target), Place::bytes(self.text, at), quote);
        }
        for (at, words) in shown::displays(self.text, &body.lines) {
            let quote = self.text.get(at.clone()).unwrap_or_default();
            self.out.claim(self.scope.clone(), Claim::Display(words.to_owned()), Place::bytes(self.text, at), quote);
        }
        let shown = || body.lines.iter().map(|line| (line.start, self.text.get(line.clone()).unwrap_or_default()));
        if let Some((at, words)) = shown::change(shown()) {
            self.out.claim(self.scope.clone(), Claim::Change(words.to_owned()), Place::bytes(self.text, at), words);
        }
        for (at, address) in shown::policy_links(shown()) {
            let place = Place::bytes(self.text, at);
            self.out.claim(self.scope.clone(), Claim::PolicyLink(address.to_owned()), place, address);
        }
    }

    /// Quotes the original bytes, so that line n of the passage is line n of the place.
    fn passage(&mut self, kind: TextKind, at: Range<usize>) {
        let source = self.text.get(at.clone()).unwrap_or_default();
        let content = super::cut(source, MOST_PASSAGE);
        let place = Place::bytes(self.text, at.start..at.start + content.len());
        if content.len() < source.len() {
            self.out.gap(GapKind::Truncated, place.clone(), too_long(kind.as_str(), source.len()));
        }
        self.out.text(self.scope.clone(), kind, place, content.to_owned());
    }
}

static OPENING: LazyLock<Regex> =
    LazyLock::new(|| document::pattern(r#"\A(\s*---[ \t]*\r?\n)["']?[A-Za-z_][\w-]*["']?:(?:\s|$)"#));
static TOP_LEVEL: LazyLock<Regex> = LazyLock::new(|| {
    document::pattern(r#"^["']?(?i:(licen[sc]e|license_name|license_link|base_model))["']?[ \t]*:(?:[ \t]+(.*))?$"#)
});
static ITEM: LazyLock<Regex> = LazyLock::new(|| document::pattern(r"^[ \t]*-[ \t]+(.*)$"));

/// Licence and base-model lines of a block that is no YAML: the key, and where the value stands.
fn stated_in_lines(text: &str, block: Range<usize>) -> Vec<(&'static str, Range<usize>)> {
    let mut stated = Vec::new();
    let mut open: Option<&'static str> = None;
    let mut at = block.start;
    for line in text.get(block).unwrap_or_default().split_inclusive('\n') {
        let words = line.trim_end();
        let (key, value) = match (TOP_LEVEL.captures(words), open, ITEM.captures(words)) {
            (Some(found), _, _) => {
                let key = match found.get(1).map(|key| key.as_str().to_ascii_lowercase()).as_deref() {
                    Some("license_name") => "license_name",
                    Some("license_link") => "license_link",
                    Some("base_model") => "base_model",
                    _ => "license",
                };
                open = Some(key);
                (key, found.get(2).map(|value| value.range()))
            }
            (None, Some(key), Some(found)) => (key, found.get(1).map(|value| value.range())),
            _ => {
                open = None;
                ("license", None)
            }
        };
        for part in value.into_iter().flat_map(|value| values_of(words, value)) {
            stated.push((key, at + part.start..at + part.end));
        }
        at += line.len();
        if stated.len() >= MOST_PLACES {
            break;
        }
    }
    stated
}

/// The values of `a`, `"a"`, `a # comment`, `[a, b]`.
fn values_of(line: &str, value: Range<usize>) -> Vec<Range<usize>> {
    let words = line.get(value.clone()).unwrap_or_default();
    let words = words.split(" #").next().unwrap_or_default();
    let mut values = Vec::new();
    let mut at = value.start;
    for part in words.split_inclusive(if words.starts_with('[') { ',' } else { '\n' }) {
        let marks = |character: char| character.is_whitespace() || matches!(character, '[' | ']' | ',' | '"' | '\'');
        let start = at + (part.len() - part.trim_start_matches(marks).len());
        let length = super::cut(part.trim_matches(marks), QUOTE_LIMIT).len();
        let is_stated = line
            .get(start..start + length)
            .is_some_and(|word| !card_body::is_placeholder(word) && word != "|" && word != ">");
        if length > 0 && is_stated {
            values.push(start..start + length);
        }
        at += part.len();
    }
    values
}

/// The bytes of a line of the text, without its break.
fn line_range(text: &str, line: u32) -> Range<usize> {
    let before = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
    let mut at = 0;
    for (index, content) in text.split_inclusive('\n').enumerate() {
        if index == before {
            return at..at + content.trim_end().len();
        }
        at += content.len();
    }
    text.len()..text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn extracted_as(path: &str, bytes: &[u8], size: usize) -> Out {
        let mut out = Out::new("model-card", path);
        let file = File { path, size: size as u64, offset: 0, bytes };
        assert_eq!(ModelCard.extract(&file, &mut out), Progress::Done);
        out
    }

    fn extracted(text: &str) -> Out {
        extracted_as("README.md", text.as_bytes(), text.len())
    }

    fn licenses(out: &Out) -> Vec<&str> {
        let values = out.evidence.iter().filter_map(|evidence| match &evidence.claim {
            Claim::License(value) => Some(value.as_str()),
            _ => None,
        });
        values.collect()
    }

    fn kinds(out: &Out) -> Vec<GapKind> {
        out.gaps.iter().map(|gap| gap.kind).collect()
    }

    const CARD: &str = "---\nlicense: apache-2.0\nbase_model:\n- org/base\ntags: [merge]\n---\n\n# Name\n\nFor research only use.\n\n\
        [![License](https://img.example/License-MIT.svg)](LICENSE)\n\n## License\n\nSome words.\n";

    #[test]
    fn a_card_states_its_keys_its_section_its_restrictions_and_its_links() {
        let out = extracted(CARD);
        assert!(out.gaps.is_empty(), "{:?}", out.gaps);
        assert_eq!(licenses(&out), ["apache-2.0"]);
        let texts: Vec<_> = out.texts.iter().map(|(_, content)| content).collect();
        assert!(texts.contains(&"## License\n\nSome words."), "{texts:?}");
        assert!(texts.contains(&"For research only use."), "{texts:?}");
        let section = out
            .evidence
            .iter()
            .find(|evidence| matches!(evidence.claim, Claim::Text { kind: TextKind::CardSection, .. }));
        let span = section.and_then(|section| section.at.span).expect("there is a section");
        assert_eq!((span.start_line, span.end_line), (14, 16));
        assert!(out.evidence.iter().any(|evidence| evidence.claim == Claim::LicenseLink("LICENSE".to_owned())));
        assert!(out.evidence.iter().all(|evidence| evidence.scope.role == Some(Role::Weights)));
    }

    #[test]
    fn the_role_follows_the_keys_and_the_name() {
        let role_of = |path, text: &str| extracted_as(path, text.as_bytes(), text.len()).evidence[0].scope.role;
        assert_eq!(role_of("README.md", "---\nlicense: mit\nsize_categories: [1K<n<10K]\n---\n"), Some(Role::Data));
        assert_eq!(role_of("README.md", "## License\nMIT\n"), None);
        assert_eq!(role_of("MODEL_CARD.md", "## License\nMIT\n"), Some(Role::Weights));
        assert_eq!(role_of("a/README.md", "---\ntitle: x\n---\n## License\nMIT\n"), None);
    }

    #[test]
    fn byte_order_marks_and_windows_lines_are_read() {
        let out = extracted("\u{feff}---\r\nlicense: mit\r\n---\r\n");
        assert_eq!(licenses(&out), ["mit"]);
        assert_eq!(out.evidence[0].at.span.map(|span| (span.start_line, span.start_column)), Some((2, 10)));
    }

    #[test]
    fn a_broken_block_is_a_gap_and_its_plain_lines_still_count() {
        let text = "---\ntitle: a: b\nlicense: cc-by-nc-4.0 # x\nlicence:\n  - \"mit\"\n- x\n---\n";
        let out = extracted(text);
        assert_eq!(kinds(&out), [GapKind::Malformed]);
        assert!(out.gaps[0].detail.contains("line 2"), "{}", out.gaps[0].detail);
        assert_eq!(licenses(&out), ["cc-by-nc-4.0", "mit", "x"]);
        assert_eq!(
            out.evidence[0].at.span.map(|span| (span.start_line, span.start_column, span.end_column)),
            Some((3, 10, 22))
        );
        assert_eq!(licenses(&extracted("---\nlicense: [mit, 'gpl-3.0'\n---\n")), ["mit", "gpl-3.0"]);
        assert_eq!(licenses(&extracted("---\na: b: c\n x:\n  license: nested\n---\n")), Vec::<&str>::new());
    }

    #[test]
    fn an_unclosed_block_is_a_gap_and_a_rule_is_none() {
        let out = extracted("---\nlicense: mit\n\n# Name\nlicense: x\n");
        assert_eq!((kinds(&out), licenses(&out)), (vec![GapKind::Malformed], vec!["mit"]));
        assert!(extracted("---\n\n# Name\n").gaps.is_empty());
        assert_eq!(kinds(&extracted("---\n- license: mit\n---\n")), [GapKind::Malformed]);
    }

    #[test]
    fn a_block_beyond_the_bounds_is_a_gap_and_its_plain_lines_still_count() {
        let long = format!("---\nlicense: mit\nx: [{}]\n---\n", "a, ".repeat(30_000));
        let deep = format!("---\nlicense: mit\nx: {}\n---\n", "[".repeat(100));
        for text in [long, deep] {
            let out = extracted(&text);
            assert_eq!((kinds(&out), licenses(&out)), (vec![GapKind::Truncated], vec!["mit"]));
        }
    }

    #[test]
    fn what_was_not_read_is_a_gap() {
        assert_eq!(kinds(&extracted_as("README.md", CARD.as_bytes(), 5_000_000)), [GapKind::Truncated]);
        assert_eq!(kinds(&extracted("a\0b")), [GapKind::Unsupported]);
        let out = extracted(&"License: x\n\n".repeat(200));
        assert_eq!((kinds(&out), out.evidence.len()), (vec![GapKind::Truncated], MOST_PLACES));
        let out = extracted(&format!("## License\n\n{}\n", "é ".repeat(60_000)));
        assert_eq!(kinds(&out), [GapKind::Truncated]);
    }

    #[test]
    fn hostile_cards_end_in_claims_or_gaps() {
        let bomb = (b'b'..=b'z')
            .map(|key| {
                format!("{0}: &{0} [{1}]\n", char::from(key), vec![format!("*{}", char::from(key - 1)); 9].join(","))
            })
            .collect::<Vec<_>>()
            .concat();
        for text in [
            format!("---\na: &a [x]\n{bomb}license: mit\n---\n"),
            "---\nlicense: &a [*a]\n---\n".to_owned(),
            "---\nlicense: \u{1b}[31mmit\n---\n".to_owned(),
            "---\n? [license]\n: mit\n---\n".to_owned(),
            "---\nlicense: !!python/object:os.system mit\n---\n".to_owned(),
            "---\n\"license\\u0020\": mit\nlicense: mit\n---\n".to_owned(),
            format!("---\nlicense: {}\n---\n", "x".repeat(100_000)),
            format!("---\n{}license: mit\n---\n", "license: mit\n".repeat(9_000)),
            format!("---\n<<: [{}]\n---\n", "{license: a}, ".repeat(3000)),
            "---\nlicense: mit\n...\nlicense: gpl-3.0\n---\n".to_owned(),
        ] {
            let out = extracted(&text);
            assert!(!out.evidence.is_empty() || !out.gaps.is_empty(), "{}", crate::extract::cut(&text, 80));
        }
    }

    #[test]
    fn cards_are_wanted_whole() {
        let interest = |path: &str| ModelCard.interest(&Entry { path: path.to_owned(), size: 1 });
        assert_eq!(interest("a/README.md"), Interest::Whole { most: MOST_BYTES });
        assert_eq!(interest("LICENSE.md"), Interest::Nothing);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = extracted_as("README.md", &bytes, bytes.len());
        }

        #[test]
        fn every_beginning_of_a_card_is_read(length in 0..=CARD.len()) {
            let bytes = CARD.as_bytes().get(..length).unwrap_or_default();
            let out = extracted_as("README.md", bytes, CARD.len());
            prop_assert_eq!(out.gaps.iter().any(|gap| gap.kind == GapKind::Truncated), length < CARD.len());
        }

        #[test]
        fn no_card_like_text_makes_it_panic(text in "(---|license|licence: |: |- |\n|\\[|\\]|\"|'| |#|mit|é|&a|\\*a|\r\n|\\||>|x){0,40}") {
            let _ = extracted(&format!("---\n{text}\n---\n{text}"));
            let _ = extracted(&text);
        }
    }
}
