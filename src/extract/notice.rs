//! Notices, attributions and lists of third-party licences; the models that such a file says it was made from, and what it
//! says about the work beside it.

use std::sync::LazyLock;

use regex::Regex;

use super::card_body;
use super::document::{self, Document};
use super::{Extractor, File, Interest, Out, Place, Progress, shown};
use crate::evidence::{Claim, TextKind};
use crate::gap::GapKind;
use crate::lineage::Relation;
use crate::source::Entry;

/// Reads `NOTICE`, `THIRD_PARTY_LICENSES` and their kin.
#[derive(Debug)]
pub(crate) struct Notice;

/// Most parents of one notice; a merge of more models than this is no notice.
const MOST_PARENTS: usize = 64;

impl Extractor for Notice {
    fn name(&self) -> &'static str {
        "notice"
    }

    fn interest(&self, entry: &Entry) -> Interest {
        match document::kind_of(&entry.path) {
            Some(Document::Notice) => document::interest(entry.name()),
            _ => Interest::Nothing,
        }
    }

    fn extract(&self, file: &File<'_>, out: &mut Out) -> Progress {
        let Some(text) = document::read(file, out) else { return Progress::Done };
        let scope = document::scope(file.path);
        let parents = parents(&text);
        for (at, reference) in parents.iter().take(MOST_PARENTS) {
            out.parent(scope.clone(), reference, Relation::Unstated, text.place(at.clone()));
        }
        if parents.len() > MOST_PARENTS {
            let detail = format!(
                "`{}` names {} models as origins and only the first {MOST_PARENTS} were taken: read it and state the base \
                 models in the model card",
                file.name(),
                parents.len()
            );
            out.gap(GapKind::Truncated, Place::whole(), detail);
        }
        for (at, line) in shown::copyrights(&text, usize::MAX) {
            out.claim(scope.clone(), Claim::Copyright(line.to_owned()), text.place(at), line);
        }
        if let Some((at, words)) = shown::change([(0, &*text)]) {
            out.claim(scope.clone(), Claim::Change(words.to_owned()), text.place(at), words);
        }
        for (at, address) in shown::policy_links([(0, &*text)]) {
            out.claim(scope.clone(), Claim::PolicyLink(address.to_owned()), text.place(at), address);
        }
        for at in about_this(&text, file.name()).into_iter().take(MOST_STATEMENTS) {
            let words = text.get(at.clone()).unwrap_or_default().to_owned();
            out.text(scope.clone(), TextKind::CardStatement, text.place(at), words);
        }
        out.document(scope, TextKind::Notice, text);
        Progress::Done
    }
}

static ORIGIN: LazyLock<Regex> = LazyLock::new(|| {
    document::pattern(
        r"(?i)\b(based (up)?on|(fine-?)?tuned|trained|derived|derivatives?|initiali[sz]ed|distilled|merged|adapted|built (up)?on|built with)\b",
    )
});
static MODEL_URL: LazyLock<Regex> = LazyLock::new(|| {
    document::pattern(r"(?i)\bhttps?://(?:www\.)?(?:huggingface\.co|hf\.co)/([A-Za-z0-9][\w.-]*)/([A-Za-z0-9][\w.-]*)")
});
static LIST_ITEM: LazyLock<Regex> = LazyLock::new(|| document::pattern(r"^\s*(?:[-*+•]|\(?\d{1,9}[.)])\s"));

/// Most sentences about the work itself; one is enough to ask a person.
const MOST_STATEMENTS: usize = 16;

static THIS_WORK: LazyLock<Regex> = LazyLock::new(|| {
    document::pattern(concat!(
        r"(?i)\b(this|these|our)( [\w-]+){0,2} (models?|weights?|checkpoints?|adapters?|datasets?|work|repository|release)\b",
        r"|\bthe( [\w-]+){0,2} (models?|weights?|checkpoints?)\b"
    ))
});
static THIS_THING: LazyLock<Regex> = LazyLock::new(|| {
    document::pattern(r"(?i)\b(this|these|our)( [\w-]+){0,2} (software|code|project|product|package|materials?|tool)\b")
});
static DENIAL: LazyLock<Regex> = LazyLock::new(|| {
    document::pattern(
        r"(?i)\b(may|must|can|shall) ?not\b.{0,40}\b(used?|copied|copy|shared?|sold|sell|deploy(ed)?|(re)?distributed?|modif(y|ied))\b",
    )
});

/// How the header of a licence begins that a notice repeats.
static HEADER: LazyLock<Regex> =
    LazyLock::new(|| document::pattern(r"(?i)\b(may|must|can|shall) ?not\b.{0,80}?\bexcept in compliance\b"));

/// Sentences that restrict the use of the work beside which a notice stands. A notice is about others' work and lists of
/// third parties are about nothing else, so what they call "this software" is another's.
fn about_this(text: &str, name: &str) -> Vec<std::ops::Range<usize>> {
    let is_notice = name.to_ascii_lowercase().starts_with("notice");
    let parts = paragraphs(text).into_iter().map(|(start, words)| start..start + words.len());
    let sentences = parts.flat_map(|part| card_body::sentences(text, &part));
    let restricts = |at: &std::ops::Range<usize>| {
        let words = card_body::plain(text, at);
        (THIS_WORK.is_match(&words) || (is_notice && THIS_THING.is_match(&words)))
            && (card_body::restricts(&words) || DENIAL.is_match(&HEADER.replace_all(&words, " ")))
    };
    sentences.filter(restricts).collect()
}

/// First parts of Hub paths that are no owner of models.
const NOT_OWNERS: &[&str] = &[
    "api",
    "blog",
    "chat",
    "collections",
    "datasets",
    "docs",
    "learn",
    "models",
    "organizations",
    "papers",
    "posts",
    "settings",
    "spaces",
    "tasks",
];

/// Model URLs in paragraphs that speak of an origin, and in the list that such a paragraph announces with a colon.
fn parents(text: &str) -> Vec<(std::ops::Range<usize>, String)> {
    let mut found: Vec<(std::ops::Range<usize>, String)> = Vec::new();
    let mut announces = false;
    for (start, paragraph) in paragraphs(text) {
        let speaks = ORIGIN.is_match(paragraph) || (announces && LIST_ITEM.is_match(paragraph));
        announces = speaks && (paragraph.trim_end().ends_with([':', '：']) || LIST_ITEM.is_match(paragraph));
        if !speaks {
            continue;
        }
        for url in MODEL_URL.captures_iter(paragraph) {
            let (Some(whole), Some(owner)) = (url.get(0), url.get(1)) else { continue };
            if NOT_OWNERS.contains(&owner.as_str().to_lowercase().as_str()) {
                continue;
            }
            let reference = whole.as_str().trim_end_matches(['.', '-', '_']);
            if found.iter().all(|(_, known)| known != reference) && found.len() <= MOST_PARENTS {
                let at = start + whole.start();
                found.push((at..at + reference.len(), reference.to_owned()));
            }
        }
    }
    found
}

/// Runs of lines with no empty line among them, with their offsets.
fn paragraphs(text: &str) -> Vec<(usize, &str)> {
    let mut paragraphs = Vec::new();
    let mut start = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            paragraphs.extend(text.get(start..at).filter(|part| !part.is_empty()).map(|part| (start, part)));
            start = at + line.len();
        }
        at += line.len();
    }
    paragraphs.extend(text.get(start..).filter(|part| !part.is_empty()).map(|part| (start, part)));
    paragraphs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::evidence::Claim;

    fn extracted(bytes: &[u8]) -> Out {
        let mut out = Out::new("notice", "NOTICE");
        let file = File { path: "NOTICE", size: bytes.len() as u64, offset: 0, bytes };
        assert_eq!(Notice.extract(&file, &mut out), Progress::Done);
        out
    }

    fn references(text: &str) -> Vec<String> {
        parents(text).into_iter().map(|(_, reference)| reference).collect()
    }

    #[test]
    fn a_notice_is_quoted_whole() {
        let out = extracted(b"Some notice\n");
        assert!(matches!(out.evidence[0].claim, Claim::Text { kind: TextKind::Notice, .. }));
        assert_eq!(out.evidence.len(), 1);
    }

    #[test]
    fn what_a_notice_says_about_the_work_beside_it_is_quoted() {
        let of = |text: &'static str, name: &str| -> Vec<&str> {
            about_this(text, name).into_iter().filter_map(|at| text.get(at)).collect()
        };
        let text = "License: This model is for non-commercial use only. Enjoy.";
        assert_eq!(of(text, "NOTICE"), ["License: This model is for non-commercial use only."]);
        assert_eq!(of("The weights may not be\nused in products.", "NOTICE.md").len(), 1);
        let text = "This software is for non-commercial use only.";
        assert_eq!((of(text, "NOTICE.txt").len(), of(text, "THIRD_PARTY_NOTICES").len()), (1, 0));
        let text = "You may not use this software except in compliance with the License.";
        assert_eq!(of(text, "NOTICE"), [""; 0]);
        let text = "You may not use this model except in compliance with the License, and must not sell it.";
        assert_eq!(of(text, "NOTICE").len(), 1);
        let text = "This product includes software developed by Acme.\n\nThe name may not be used to endorse products.";
        assert_eq!(of(text, "NOTICE"), [""; 0]);
    }

    #[test]
    fn an_announced_list_names_parents() {
        let text = "This model was trained based on the following models:\n\n1. A (https://huggingface.co/org/a), license: x\n\n2. B (https://huggingface.co/org/b/blob/main/LICENSE).\n\nUnrelated: https://huggingface.co/org/c\n";
        assert_eq!(references(text), ["https://huggingface.co/org/a", "https://huggingface.co/org/b"]);
        let out = extracted(text.as_bytes());
        assert_eq!(out.evidence[0].at.span.map(|span| (span.start_line, span.start_column)), Some((3, 7)));
        assert_eq!(out.evidence[0].quote, "https://huggingface.co/org/a");
    }

    #[test]
    fn only_models_are_parents() {
        let text = "Trained on https://huggingface.co/datasets/org/d, shown in https://huggingface.co/spaces/org/s, see https://huggingface.co/docs/x and https://huggingface.co/org.";
        assert_eq!(references(text), Vec::<String>::new());
        assert_eq!(references("Derived from https://hf.co/org/name."), ["https://hf.co/org/name"]);
        assert_eq!(references("Hosted at https://huggingface.co/org/name"), Vec::<String>::new());
    }

    #[test]
    fn more_parents_than_the_bound_are_a_gap() {
        let text = (0..200).map(|n| format!("based on https://huggingface.co/org/m{n}\n")).collect::<Vec<_>>().concat();
        let out = extracted(text.as_bytes());
        let parents = out.evidence.iter().filter(|evidence| matches!(evidence.claim, Claim::Parent { .. }));
        assert_eq!(parents.count(), MOST_PARENTS);
        // Beside them the word about a change and the text.
        assert_eq!(out.evidence.len(), MOST_PARENTS + 2);
        assert_eq!(out.gaps.iter().map(|gap| gap.kind).collect::<Vec<_>>(), [GapKind::Truncated]);
    }

    proptest! {
        #[test]
        fn any_bytes_become_a_text_or_a_gap(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let out = extracted(&bytes);
            prop_assert!(!out.evidence.is_empty() || !out.gaps.is_empty());
        }

        #[test]
        fn every_parent_is_quoted_where_it_stands(text in "(based on |https://huggingface\\.co/|a/b|\\n|é|: |1\\. |[\\-._ ]){0,30}") {
            for (at, reference) in parents(&text) {
                prop_assert_eq!(text.get(at), Some(reference.as_str()));
            }
        }
    }
}
