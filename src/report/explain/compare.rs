//! Two licences side by side: what differs first, what is the same in one line.

use license_db::TermKind;
use schemars::JsonSchema;
use serde::Serialize;

use super::answers::{Question, Reply};
use super::{Sheet, StatedTerm, plain};

/// Where two licences differ.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Comparison {
    /// Questions with different short answers.
    pub replies: Vec<ReplyDifference>,
    /// Kinds of terms that are not the same, in the order of the vocabulary.
    pub terms: Vec<TermDifference>,
    /// Kinds of terms that are the same in both.
    pub same: Vec<&'static str>,
}

/// A question to which two licences answer differently.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReplyDifference {
    /// The question.
    pub question: Question,
    /// What each replies.
    pub replies: [Reply; 2],
}

/// A kind of term that differs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TermDifference {
    /// A kind of the vocabulary.
    #[serde(serialize_with = "super::word")]
    #[schemars(schema_with = "super::kinds")]
    pub kind: TermKind,
    /// What only the one and only the other says of it; empty where it says nothing else.
    pub terms: [Vec<Side>; 2],
}

/// What one of two licences says and the other does not.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Side {
    /// What the line does, and what it says.
    pub words: String,
    /// Where it was read.
    pub source: String,
    /// Whether somebody read it there.
    pub is_verified: bool,
}

impl Comparison {
    /// Compares two sheets by their terms. Where a term was read, and when, makes no difference.
    pub fn of(one: &Sheet, other: &Sheet) -> Self {
        let replies = Question::ALL.into_iter().filter_map(|question| {
            let replies = [one.answer(question)?.reply, other.answer(question)?.reply];
            (replies[0] != replies[1]).then_some(ReplyDifference { question, replies })
        });
        let (mut terms, mut same) = (Vec::new(), Vec::new());
        for &kind in TermKind::ALL {
            let of = |sheet: &Sheet| -> Vec<StatedTerm> {
                sheet.terms.iter().filter(|term| term.kind == kind).cloned().collect()
            };
            let (left, right) = (of(one), of(other));
            let only = |terms: &[StatedTerm], others: &[StatedTerm]| -> Vec<Side> {
                let new = terms.iter().filter(|term| !others.iter().any(|other| says_the_same(term, other)));
                new.map(Side::of).collect()
            };
            let sides = [only(&left, &right), only(&right, &left)];
            if sides.iter().any(|side| !side.is_empty()) {
                terms.push(TermDifference { kind, terms: sides });
            } else if !left.is_empty() {
                same.push(kind.as_str());
            }
        }
        Self { replies: replies.collect(), terms, same }
    }
}

impl Side {
    fn of(term: &StatedTerm) -> Self {
        let (stance, words) = plain::in_words(term);
        let words = format!("{}: {words}", stance.words());
        Self { words, source: term.source.clone(), is_verified: term.is_read() }
    }
}

fn says_the_same(one: &StatedTerm, other: &StatedTerm) -> bool {
    (one.kind, &one.value, one.limit, &one.details) == (other.kind, &other.value, other.limit, &other.details)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts that are nearly the same, and the kind of term that tells them apart.
    const TWINS: [(&str, &str, TermKind); 17] = [
        ("scancode-tencent-hunyuan-3d-2.0-cla", "licentia-tencent-hunyuan-community", TermKind::MonthlyUsers),
        ("scancode-qwen-2024", "scancode-tongyi-qianwen-2023", TermKind::OutputTraining),
        ("scancode-stable-diffusion-2022-08-22", "scancode-bigscience-open-rail-m2", TermKind::Update),
        ("scancode-llama-3.1-license-2024", "scancode-llama-3.2-license-2024", TermKind::ExcludedTerritory),
        ("scancode-llama-2-license-2023", "licentia-llama-3-community", TermKind::Display),
        ("licentia-llama-3-community", "scancode-llama-3.1-license-2024", TermKind::NamePrefix),
        ("scancode-moonshot-ai-modified-mit-2025", "licentia-kimi-k2.5", TermKind::Display),
        ("licentia-kimi-k2.5", "licentia-kimi-k2.6", TermKind::Display),
        ("licentia-kimi-k2.6", "licentia-kimi-k2.7-code", TermKind::Display),
        ("licentia-kimi-k2.7-code", "licentia-kimi-k3", TermKind::AnnualRevenue),
        ("scancode-flux-1-nc", "licentia-flux-1-dev-nc-2024-11-21", TermKind::Note),
        ("licentia-flux-1-dev-nc-2024-11-21", "licentia-flux-1-dev-nc-1.1", TermKind::OutputUse),
        ("licentia-flux-1-dev-nc-1.1", "licentia-flux-1-dev-nc-1.1.1", TermKind::OutputUse),
        ("licentia-flux-1-dev-nc-1.1.1", "licentia-flux-dev-nc-2.0", TermKind::Note),
        ("licentia-flux-dev-nc-2.0", "licentia-flux-nc-2.1", TermKind::Note),
        ("licentia-falcon-180b-1.0", "scancode-falcon-2-11b-1.0", TermKind::Hosting),
        ("scancode-falcon-2-11b-1.0", "licentia-falcon-3-2024-12", TermKind::Display),
    ];

    fn sheet(id: &str) -> Sheet {
        Sheet::of_license(license_db::license(id).unwrap_or_else(|| panic!("{id}")))
    }

    #[test]
    fn near_twins_are_told_apart_by_the_term_that_matters() {
        for (one, other, kind) in TWINS {
            let found = Comparison::of(&sheet(&format!("LicenseRef-{one}")), &sheet(&format!("LicenseRef-{other}")));
            let kinds: Vec<TermKind> = found.terms.iter().map(|difference| difference.kind).collect();
            assert!(kinds.contains(&kind), "{one}, {other}: {kinds:?}");
        }
    }

    #[test]
    fn the_mit_licence_differs_from_what_adds_a_limit_to_it() {
        let found = Comparison::of(&sheet("MIT"), &sheet("LicenseRef-scancode-moonshot-ai-modified-mit-2025"));
        let kinds: Vec<TermKind> = found.terms.iter().map(|difference| difference.kind).collect();
        for kind in [TermKind::MonthlyUsers, TermKind::MonthlyRevenue, TermKind::Display] {
            assert!(kinds.contains(&kind), "{kinds:?}");
        }
    }

    #[test]
    fn a_licence_does_not_differ_from_itself_and_two_differ_the_same_way_from_either_side() {
        let (one, other) = (sheet("CC-BY-4.0"), sheet("CC-BY-NC-4.0"));
        let none = Comparison::of(&one, &one);
        assert!(none.terms.is_empty() && none.replies.is_empty() && !none.same.is_empty());
        let (there, back) = (Comparison::of(&one, &other), Comparison::of(&other, &one));
        assert_eq!(there.terms.len(), back.terms.len());
        assert_eq!(there.same, back.same);
        assert!(there.terms.iter().any(|difference| difference.kind == TermKind::CommercialUse));
    }
}
