//! GGUF (`*.gguf`): the licence, the parents and the datasets that the converter copied into the header.
//!
//! Keys: ggml's `docs/gguf.md` and `Keys.General` of gguf-py. Values are what a card said on the day of conversion, in
//! the vocabulary of the Hub although the specification asks for SPDX. The whole header is walked, because a third party
//! may append a key behind the vocabulary.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::gguf_header::{Header, LONGEST_VALUE, MOST_ITEMS, Stop, Value};
use super::{Extractor, File, Interest, Out, Place, Progress, field, single_file};
use crate::evidence::Claim;
use crate::gap::GapKind;
use crate::lineage::Relation;
use crate::source::{Entry, Rank};
use crate::subject::{Role, Scope};

/// Headers without a vocabulary (adapters, projectors, shards, diffusion models) end within this.
const FIRST: u64 = 64 * 1024;
/// What is asked for next: the vocabularies of a file that is longer take between 0.7 and 7 MB.
const SECOND: u64 = 1024 * 1024;
/// No header is read further; the largest real ones have some 10 MB.
const MOST: u64 = 64 * 1024 * 1024;

/// Reads GGUF headers.
pub(crate) struct Gguf;

impl Extractor for Gguf {
    fn name(&self) -> &'static str {
        "gguf"
    }

    fn interest(&self, entry: &Entry) -> Interest {
        if entry.extension() == "gguf" { Interest::Head { first: FIRST, most: MOST } } else { Interest::Nothing }
    }

    fn rank(&self) -> Rank {
        Rank::Weights
    }

    fn extract(&self, file: &File<'_>, out: &mut Out) -> Progress {
        let mut header = Header::default();
        let stop = header.read(file, is_stated).err();
        if let Some(Stop::Short(end)) = stop
            && end <= file.size
            && end <= MOST
        {
            // Doubled, so that all readings together cost no more than two of the last one.
            let doubled = (file.bytes.len() as u64).saturating_mul(2).min(MOST);
            let needed = end.max(SECOND).max(doubled).min(file.size);
            // The vocabulary is most of a header, and writers put what states something before it.
            if header.is_at("tokenizer.") {
                header.state(file, out);
                return Progress::Could(needed);
            }
            return Progress::Needs(needed);
        }
        header.state(file, out);
        if let Some(stop) = stop {
            stop_short(stop, file.size, header.last_key(), out);
        }
        Progress::Done
    }
}

impl Header<'_> {
    /// States everything that was read.
    fn state(&mut self, file: &File<'_>, out: &mut Out) {
        let is_adapter = self.text("general.type").as_deref() == Some("adapter") || self.text("adapter.type").is_some();
        let (role, relation) =
            if is_adapter { (Role::Adapter, Relation::Adapter) } else { (Role::Weights, Relation::Unstated) };
        let mut scope = single_file(file, Some(role));
        scope.file = Some(shards_of(file.path).unwrap_or_else(|| file.path.to_owned()));
        let mut numbered: BTreeMap<(&str, &str), Choice> = BTreeMap::new();
        for (key, value) in std::mem::take(&mut self.values) {
            for text in texts(key, &value, out) {
                let place = Place::key(key);
                match key {
                    "general.license" => licenses(&text, &scope, out),
                    "general.license.name" => field::license_name(out, scope.clone(), place, &text),
                    "general.license.link" => field::license_link(out, scope.clone(), place, &text),
                    "general.tags" => tag(&text, &scope, out),
                    "general.datasets" => dataset(&text, key, &scope, out),
                    "general.type" | "adapter.type" => {}
                    "general.source.url" | "general.source.repo_url" | "general.source.huggingface.repository" => {
                        numbered.entry(("source", "")).or_default().offer(key, &text);
                    }
                    _ => {
                        if let Some((list, index, _)) = numbered_key(key) {
                            numbered.entry((list, index)).or_default().offer(key, &text);
                        }
                    }
                }
            }
        }
        for ((list, _), choice) in numbered {
            for (key, text) in choice.best {
                match list {
                    "dataset" => dataset(&text, key, &scope, out),
                    _ => {
                        field::parent(out, scope.clone(), Place::key(key), &text, relation, None);
                    }
                }
            }
        }
        self.state_repeated(out);
    }

    fn state_repeated(&self, out: &mut Out) {
        let Some(first) = self.repeated.first() else {
            return;
        };
        let stated: BTreeSet<_> = self.repeated.iter().filter(|key| is_stated(key)).collect();
        if stated.is_empty() {
            let detail = format!(
                "{} keys stand more than once in the GGUF header, {} first: convert it again",
                self.repeated.len(),
                field::quoted(first)
            );
            out.gap(GapKind::Malformed, Place::whole(), detail);
        }
        for key in stated {
            field::repeated(out, Place::key(key.as_str()), key);
        }
    }
}

/// The texts of a value; what is none is a gap.
fn texts<'a>(key: &str, value: &Value<'a>, out: &mut Out) -> Vec<Cow<'a, str>> {
    let mut gap = |kind, what: String| {
        let detail = format!("{} {what}: inspect it with gguf-dump", field::quoted(key));
        out.gap(kind, Place::key(key), detail);
    };
    let bytes = match value {
        Value::Text(bytes) => std::slice::from_ref(bytes),
        Value::Texts { items, is_cut } => {
            if *is_cut {
                gap(GapKind::Truncated, format!("lists more than the {MOST_ITEMS} strings that are read"));
            }
            items.as_slice()
        }
        Value::Long(length) => {
            gap(GapKind::Truncated, format!("has {length} bytes and the limit is {LONGEST_VALUE}"));
            &[]
        }
        Value::Other => {
            gap(GapKind::Malformed, "holds no text".to_owned());
            &[]
        }
    };
    let texts: Vec<_> = bytes.iter().map(|bytes| String::from_utf8_lossy(bytes)).collect();
    if texts.iter().any(|text| matches!(text, Cow::Owned(_))) {
        gap(GapKind::Malformed, "is not UTF-8 and is read with replacement characters".to_owned());
    }
    texts
}

/// Says why the header was not walked to its end.
fn stop_short(stop: Stop, size: u64, last_key: Option<String>, out: &mut Out) {
    let at_key = last_key.map(|key| format!(", at key {key}")).unwrap_or_default();
    let (kind, detail) = match stop {
        Stop::Short(end) if end <= size => (
            GapKind::Truncated,
            format!(
                "the GGUF header is longer than the {MOST} bytes that are read of it{at_key}: inspect the rest with gguf-dump"
            ),
        ),
        Stop::Short(_) => (
            GapKind::Truncated,
            format!("the file ends inside its GGUF header, at {size} bytes{at_key}: download or convert it again"),
        ),
        Stop::Limit(what) => {
            (GapKind::Truncated, format!("the GGUF header has {what}: inspect the rest with gguf-dump"))
        }
        Stop::Bad(what) => {
            (GapKind::Malformed, format!("the GGUF header cannot be read on{at_key} ({what}): convert it again"))
        }
        Stop::Foreign(what) => (GapKind::Unsupported, what),
    };
    out.gap(kind, Place::whole(), detail);
}

/// The best of several keys that name one thing: `repo_url`, else `url`, else the name, which is title-cased prose.
#[derive(Default)]
struct Choice<'a> {
    rank: u8,
    best: Vec<(&'a str, String)>,
    seen: BTreeSet<String>,
}

impl<'a> Choice<'a> {
    fn offer(&mut self, key: &'a str, text: &str) {
        let text = text.trim();
        let rank = match key.rsplit('.').next() {
            _ if text.is_empty() => return,
            Some("repo_url" | "repository") => 3,
            Some("url") => 2,
            _ => 1,
        };
        if rank > self.rank {
            *self = Self { rank, ..Self::default() };
        }
        // Two of one rank are a repeated key, or the old and the new spelling of one: both stand.
        if rank == self.rank && self.seen.insert(text.to_owned()) {
            self.best.push((key, text.to_owned()));
        }
    }
}

/// Keys whose values are kept.
fn is_stated(key: &str) -> bool {
    matches!(
        key,
        "general.license"
            | "general.license.name"
            | "general.license.link"
            | "general.tags"
            | "general.datasets"
            | "general.type"
            | "adapter.type"
            | "general.source.url"
            | "general.source.repo_url"
            | "general.source.huggingface.repository"
    ) || matches!(numbered_key(key), Some((_, _, "repo_url" | "url" | "name")))
}

/// `general.base_model.0.repo_url` in parts: the list, the index, the field.
fn numbered_key(key: &str) -> Option<(&str, &str, &str)> {
    let rest = key.strip_prefix("general.")?;
    let (list, rest) = rest.split_once('.').filter(|(list, _)| matches!(*list, "base_model" | "dataset"))?;
    let (index, field) = rest.split_once('.')?;
    (!index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit())).then_some((list, index, field))
}

/// gguf-py joins the list of a card with commas. Prose with a comma is no list.
fn licenses(value: &str, scope: &Scope, out: &mut Out) {
    let is_tag = |part: &str| {
        let part = part.trim();
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".+-_".contains(&byte))
    };
    let place = || Place::key("general.license");
    if value.contains(',') && value.split(',').all(is_tag) {
        for part in value.split(',') {
            out.claim(scope.clone(), Claim::License(part.trim().to_owned()), place(), value);
        }
    } else {
        field::license(out, scope.clone(), place(), value);
    }
}

/// Tags of the Hub that state what other keys state.
fn tag(value: &str, scope: &Scope, out: &mut Out) {
    let place = Place::key("general.tags");
    let Some((name, stated)) = value.split_once(':') else {
        return;
    };
    match name {
        "license" => field::license(out, scope.clone(), place, stated),
        "dataset" => dataset(stated, "general.tags", scope, out),
        "base_model" => {
            let (relation, reference) = match stated.split_once(':') {
                Some(("adapter", reference)) => (Relation::Adapter, reference),
                Some(("finetune", reference)) => (Relation::Finetune, reference),
                Some(("merge", reference)) => (Relation::Merge, reference),
                Some(("quantized", reference)) => (Relation::Quantized, reference),
                _ => (Relation::Unstated, stated),
            };
            field::parent(out, scope.clone(), place, reference, relation, None);
        }
        _ => {}
    }
}

fn dataset(value: &str, key: &str, scope: &Scope, out: &mut Out) {
    let value = value.trim();
    if !value.is_empty() {
        out.claim(scope.clone(), Claim::Dataset(value.to_owned()), Place::key(key), value);
    }
}

/// The set that a first shard speaks for, as a pattern: `a-*-of-00003.gguf` for `a-00001-of-00003.gguf`. The other
/// shards carry `split.*` keys only and say nothing.
fn shards_of(path: &str) -> Option<String> {
    let (stem, extension) = path.rsplit_once('.')?;
    let (rest, total) = stem.rsplit_once("-of-")?;
    let (prefix, shard) = rest.rsplit_once('-')?;
    let is_number = |digits: &str| digits.len() == 5 && digits.bytes().all(|byte| byte.is_ascii_digit());
    (shard == "00001" && is_number(total)).then(|| format!("{prefix}-*-of-{total}.{extension}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::extract::gguf_header::{ARRAY, MOST_KEYS, STRING};
    use crate::extract::testing::{drive, gaps, lines, wants};

    /// A header in the making.
    #[derive(Clone)]
    struct Builder {
        version: u32,
        is_big: bool,
        count: u64,
        pairs: Vec<u8>,
    }

    impl Builder {
        fn new() -> Self {
            Self { version: 3, is_big: false, count: 0, pairs: Vec::new() }
        }

        fn u32(&self, number: u32) -> [u8; 4] {
            if self.is_big { number.to_be_bytes() } else { number.to_le_bytes() }
        }

        fn length(&self, number: u64) -> Vec<u8> {
            match (self.version, self.is_big) {
                (1, _) => self.u32(u32::try_from(number).expect("it is small")).to_vec(),
                (_, true) => number.to_be_bytes().to_vec(),
                (_, false) => number.to_le_bytes().to_vec(),
            }
        }

        fn string(&self, bytes: &[u8]) -> Vec<u8> {
            [self.length(bytes.len() as u64), bytes.to_vec()].concat()
        }

        fn raw(mut self, key: &str, kind: u32, value: &[u8]) -> Self {
            self.count += 1;
            let pair = [&self.string(key.as_bytes())[..], &self.u32(kind), value].concat();
            self.pairs.extend(pair);
            self
        }

        fn text(self, key: &str, value: &str) -> Self {
            let value = self.string(value.as_bytes());
            self.raw(key, STRING, &value)
        }

        fn list(self, key: &str, kind: u32, count: u64, items: &[u8]) -> Self {
            let value = [&self.u32(kind)[..], &self.length(count), items].concat();
            self.raw(key, ARRAY, &value)
        }

        fn texts(self, key: &str, items: &[&str]) -> Self {
            let bytes: Vec<u8> = items.iter().flat_map(|item| self.string(item.as_bytes())).collect();
            self.list(key, STRING, items.len() as u64, &bytes)
        }

        fn build(&self) -> Vec<u8> {
            let version = self.u32(self.version);
            [b"GGUF", &version[..], &self.length(0), &self.length(self.count), &self.pairs].concat()
        }
    }

    fn said(path: &str, bytes: &[u8]) -> Vec<String> {
        lines(&drive(&Gguf, path, bytes))
    }

    fn full() -> Builder {
        Builder::new()
            .text("general.architecture", "llama")
            .raw("llama.block_count", 4, &[1, 0, 0, 0])
            .text("general.license", "llama3.1")
            .text("general.license.name", "a name")
            .text("general.license.link", "LICENSE")
            .text("general.base_model.0.name", "Base Of It")
            .text("general.base_model.0.repo_url", "https://huggingface.co/a/base")
            .text("general.base_model.1.name", "Only Named")
            .text("general.source.url", "https://huggingface.co/a/source")
            .text("general.dataset.0.repo_url", "https://huggingface.co/a/data")
            .texts("general.datasets", &["a/other"])
            .texts("general.tags", &["text", "license:mit", "base_model:quantized:a/tagged", "dataset:a/third"])
            .texts("tokenizer.ggml.tokens", &["a", "b"])
    }

    const FULL: [&str; 11] = [
        "license llama3.1 [general.license] weights m.gguf",
        "name a name [general.license.name] weights m.gguf",
        "link LICENSE [general.license.link] weights m.gguf",
        "dataset a/other [general.datasets] weights m.gguf",
        "license mit [general.tags] weights m.gguf",
        "quantized a/tagged [general.tags] weights m.gguf",
        "dataset a/third [general.tags] weights m.gguf",
        "unstated https://huggingface.co/a/base [general.base_model.0.repo_url] weights m.gguf",
        "unstated Only Named [general.base_model.1.name] weights m.gguf",
        "dataset https://huggingface.co/a/data [general.dataset.0.repo_url] weights m.gguf",
        "unstated https://huggingface.co/a/source [general.source.url] weights m.gguf",
    ];

    #[test]
    fn everything_about_licences_and_lineage_is_quoted() {
        assert_eq!(said("m.gguf", &full().build()), FULL);
        assert!(wants(&Gguf, "a/B.GGUF") && !wants(&Gguf, "a.bin"));
    }

    #[test]
    fn both_byte_orders_and_all_versions_read_the_same() {
        for is_big in [false, true] {
            for version in 1..=3 {
                let builder = Builder { version, is_big, ..Builder::new() };
                let bytes = builder.texts("tokenizer.x", &["a"]).text("general.license", "mit").build();
                assert_eq!(said("m.gguf", &bytes), ["license mit [general.license] weights m.gguf"]);
            }
        }
    }

    #[test]
    fn a_joined_list_is_taken_apart_and_prose_is_not() {
        let license = |value: &str| said("m.gguf", &Builder::new().text("general.license", value).build()).len();
        assert_eq!(license("apache-2.0,mit"), 2);
        assert_eq!(license("see the card, please"), 1);
        assert_eq!(license("mit,"), 1);
        assert_eq!(license(" "), 0);
        let out = drive(&Gguf, "m.gguf", &Builder::new().text("general.license", "One\ntwo").build());
        assert_eq!(lines(&out), ["field of 7 bytes [general.license] weights m.gguf"]);
    }

    #[test]
    fn an_adapter_is_one_and_its_base_is_what_it_adapts() {
        let builder = Builder::new().text("general.base_model.0.repo_url", "a/b").text("general.type", "adapter");
        assert_eq!(said("m.gguf", &builder.build()), ["adapter a/b [general.base_model.0.repo_url] adapter m.gguf"]);
    }

    #[test]
    fn the_first_shard_speaks_for_its_set_and_the_others_are_silent() {
        let first = Builder::new().text("general.license", "mit").build();
        assert_eq!(
            said("d/m-00001-of-00003.gguf", &first),
            ["license mit [general.license] weights d/m-*-of-00003.gguf"]
        );
        let second = Builder::new().raw("split.no", 2, &[1, 0]).raw("split.count", 2, &[3, 0]).build();
        let out = drive(&Gguf, "d/m-00002-of-00003.gguf", &second);
        assert!(out.evidence.is_empty() && out.gaps.is_empty());
    }

    #[test]
    fn a_repeated_key_is_kept_and_reported() {
        let bytes = Builder::new().text("general.license", "mit").text("general.license", "gpl-3.0").build();
        assert_eq!(said("m.gguf", &bytes).len(), 2);
        assert_eq!(gaps(&Gguf, "m.gguf", &bytes), [GapKind::Malformed]);
    }

    #[test]
    fn a_value_that_is_no_text_or_no_utf8_is_a_gap() {
        let number = Builder::new().raw("general.license", 4, &[0; 4]).build();
        assert_eq!(gaps(&Gguf, "m.gguf", &number), [GapKind::Malformed]);
        let builder = Builder::new();
        let value = builder.string(b"mi\xfft");
        let lossy = builder.raw("general.license", STRING, &value).build();
        assert_eq!(gaps(&Gguf, "m.gguf", &lossy), [GapKind::Malformed]);
        assert_eq!(said("m.gguf", &lossy).len(), 1);
    }

    #[test]
    fn what_came_before_gguf_and_what_comes_after_is_unsupported() {
        for magic in [b"lmgg", b"fmgg", b"tjgg", b"algg"] {
            let bytes = [&magic[..], &[1; 60]].concat();
            assert_eq!(gaps(&Gguf, "m.gguf", &bytes), [GapKind::Unsupported]);
        }
        assert_eq!(gaps(&Gguf, "m.gguf", &Builder { version: 4, ..Builder::new() }.build()), [GapKind::Unsupported]);
        assert_eq!(gaps(&Gguf, "m.gguf", &[b'x'; 60]), [GapKind::Malformed]);
    }

    #[test]
    fn every_truncation_is_a_gap_and_keeps_what_stood_before() {
        let bytes = full().build();
        for end in 0..bytes.len() {
            let out = drive(&Gguf, "m.gguf", &bytes[..end]);
            assert_eq!(out.gaps.iter().map(|gap| gap.kind).collect::<Vec<_>>(), [GapKind::Truncated], "at {end}");
        }
        let cut = drive(&Gguf, "m.gguf", &bytes[..bytes.len() - 1]);
        assert_eq!(lines(&cut), FULL);
    }

    #[test]
    fn a_long_header_is_asked_for_in_few_steps() {
        let tokens: Vec<String> = (0..200_000).map(|index| format!("token{index}")).collect();
        let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
        let bytes = Builder::new().texts("tokenizer.ggml.tokens", &tokens).text("general.license", "mit").build();
        assert!(bytes.len() > 2 * 1024 * 1024);
        assert_eq!(said("m.gguf", &bytes).len(), 1);
        let head = &bytes[..usize::try_from(FIRST).expect("it is small")];
        let mut out = Out::new("gguf", "m.gguf");
        let file = File { path: "m.gguf", size: bytes.len() as u64, offset: 0, bytes: head };
        assert_eq!(Gguf.extract(&file, &mut out), Progress::Needs(SECOND));
        let endless = File { size: u64::MAX, ..file };
        assert_eq!(Gguf.extract(&endless, &mut out), Progress::Needs(SECOND));
    }

    #[test]
    fn numbers_behind_the_bound_are_a_gap_and_not_a_request() {
        let builder = Builder::new().text("general.license", "mit").list("x", 10, MOST / 8, &[]).text("y", "z");
        let bytes = builder.build();
        let mut out = Out::new("gguf", "m.gguf");
        let file = File { path: "m.gguf", size: 4 * MOST, offset: 0, bytes: &bytes };
        assert_eq!(Gguf.extract(&file, &mut out), Progress::Done);
        assert_eq!((out.evidence.len(), out.gaps[0].kind), (1, GapKind::Truncated));
    }

    #[test]
    fn lying_lengths_and_counts_end_in_one_gap() {
        let with = |builder: Builder, count: u64| Builder { count, ..builder }.build();
        let license = || Builder::new().text("general.license", "mit");
        let nested: Vec<u8> = (0..6).flat_map(|_| [&9u32.to_le_bytes()[..], &1u64.to_le_bytes()].concat()).collect();
        let hostile = [
            with(license(), u64::MAX),
            with(license(), 1 << 40),
            with(license(), MOST_KEYS + 1),
            license().raw("x", STRING, &u64::MAX.to_le_bytes()).build(),
            license().raw("x", STRING, &(1u64 << 62).to_le_bytes()).build(),
            license().raw("x", 13, &[0; 8]).build(),
            license().list("x", 13, 1, &[0; 8]).build(),
            license().list("x", 12, u64::MAX, &[0; 8]).build(),
            license().list("x", 0, u64::MAX / 2, &[0; 8]).build(),
            license().list("x", STRING, u64::MAX / 8, &[0; 64]).build(),
            license().list("general.tags", STRING, 1 << 60, &[0; 64]).build(),
            license().raw("x", ARRAY, &nested).build(),
            [license().build(), (70_000u64).to_le_bytes().to_vec()].concat(),
        ];
        for (index, bytes) in hostile.iter().enumerate().take(12) {
            let out = drive(&Gguf, "m.gguf", bytes);
            assert_eq!((out.evidence.len(), out.gaps.len()), (1, 1), "{index}");
        }
        let long_key = Builder { count: 2, ..license() };
        let bytes = [long_key.build(), 70_000u64.to_le_bytes().to_vec(), vec![b'k'; 80_000]].concat();
        assert_eq!(gaps(&Gguf, "m.gguf", &bytes), [GapKind::Malformed]);
    }

    #[test]
    fn messages_carry_no_terminal_escapes() {
        let bytes = Builder::new().raw("\u{1b}]0;x\u{7}", 99, &[]).build();
        let out = drive(&Gguf, "m.gguf", &bytes);
        assert!(out.gaps.iter().all(|gap| !gap.detail.contains(char::is_control)), "{:?}", out.gaps);
    }

    #[test]
    fn many_repetitions_stay_many_statements_and_few_gaps() {
        let mut builder = Builder::new();
        for index in 0..2000 {
            builder = builder.raw(&format!("x.{}", index % 1000), 7, &[0]);
        }
        assert_eq!(gaps(&Gguf, "m.gguf", &builder.build()), [GapKind::Malformed]);
    }

    proptest! {
        #[test]
        fn no_bytes_behind_the_magic_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = drive(&Gguf, "m.gguf", &bytes);
            let _ = drive(&Gguf, "m.gguf", &[b"GGUF\x03\0\0\0", &bytes[..]].concat());
        }

        #[test]
        fn no_changed_byte_makes_it_panic(at in 0usize..600, byte: u8) {
            let mut bytes = full().build();
            let at = at % bytes.len();
            bytes[at] = byte;
            let _ = drive(&Gguf, "m.gguf", &bytes);
        }

        #[test]
        fn every_head_of_a_larger_file_is_done_or_needs_more(end in 0usize..600) {
            let bytes = full().build();
            let head = &bytes[..end.min(bytes.len())];
            let mut out = Out::new("gguf", "m.gguf");
            let file = File { path: "m.gguf", size: 1 << 40, offset: 0, bytes: head };
            let progress = Gguf.extract(&file, &mut out);
            prop_assert_eq!(progress == Progress::Done, head.len() == bytes.len());
        }
    }
}
