//! Clauses written for these tests, whole texts with a rider, and what holds for every input.

use license_db::TermKind;
use license_db::terms::CommercialUse::{self, Conditional, No, Unstated, Yes};
use proptest::prelude::*;

use super::read;

fn commercial(text: &str) -> CommercialUse {
    read(text).commercial_use
}

#[track_caller]
fn all_read(expected: CommercialUse, texts: &[&str]) {
    for text in texts {
        assert_eq!(commercial(text), expected, "{text}");
    }
}

#[test]
fn a_ban_on_commercial_use_is_a_no_in_every_wording() {
    all_read(
        No,
        &[
            "You may use the weights freely. You may not use them for commercial purposes.",
            "The model may be copied and sold... no: any commercial use of the model is strictly prohibited.",
            "This release is for non-commercial research only.",
            "We grant you a licence to use, copy and modify the model solely for academic purposes.",
            "Use is permitted for **non\u{2011}commercial** purposes only.",
            "YOU SHALL NOT EXPLOIT THE MODEL COMMERCIALLY.",
            "You must not:\n\n- copy the logo;\n- deploy the model in a commercial product.",
            "Commercial use is not permitted without prior written consent of the authors.",
            "For commercial use, you must first obtain a licence from the authors.",
            "If you want to use the model commercially, please contact us for a licence.",
            "Non-commercial use is permitted.",
            "The data may be used for any purpose except commercial purposes.",
            "No right is granted to use the weights for profit-making activities.",
            "Permitted Purpose\n\n\"Permitted Purpose\" means scientific study without any commercial aim.\n\n\
         We grant you the right to use, modify, distribute and sublicense the model for the Permitted Purpose.",
            "You may use the model for Research Purposes. \"Research Purposes\" means work that is not for commercial advantage.",
            "Any use of the model by a for-profit company is outside the scope of this licence.",
            "This model is free for personal use. Companies need to buy a commercial licence.",
            "The model is licensed for use in <b>non-commercial</b> projects only.",
        ],
    );
}

#[test]
fn a_permission_for_any_purpose_is_a_yes() {
    all_read(
        Yes,
        &[
            "You may use, copy and modify the model for any purpose, including commercial purposes.",
            "Commercial use is permitted.",
            "We grant everyone the right to use, modify, distribute and sublicense the weights.",
            "Nothing in this document limits commercial use of the model.",
            "The model may be used commercially or non-commercially.",
            "You are free to use, modify and sell the model without restriction.",
            "Commercial use is allowed, provided that you retain the copyright notice.",
        ],
    );
}

#[test]
fn a_permission_with_a_line_through_it_is_conditional() {
    all_read(
        Conditional,
        &[
            "Commercial use is permitted only if you have fewer than 1,000,000 monthly active users.",
            "You may use and distribute the model. If your group has annual revenue of more than USD 5 million, you must \
         request a licence from us.",
            "Commercial use is allowed after registration on our site.",
            "Users who want to use the model for commercial purposes must register first.",
            "You may use, modify and sell the model. You may not provide it to third parties as a hosted service.",
        ],
    );
}

#[test]
fn silence_is_no_permission() {
    all_read(
        Unstated,
        &[
            "",
            "Be kind.",
            "You may use the model.",
            "We grant you a worldwide licence to use, reproduce and modify the model.",
            "THE MODEL COMES WITHOUT WARRANTY OF MERCHANTABILITY. WE ARE NOT LIABLE FOR COMMERCIAL DAMAGES OR LOST PROFITS.",
            "The parties shall use commercially reasonable efforts to settle disputes.",
            "You may use outputs for any purpose, including commercial purposes.",
        ],
    );
}

#[test]
fn a_permission_for_outputs_is_none_for_the_model() {
    let terms =
        read("You may use the Model for research purposes only. You may use Outputs for any commercial purpose.");
    assert_eq!(terms.commercial_use, No);
    assert_eq!(terms.by_use.get(&TermKind::OutputUse), Some(&Yes));
    assert_eq!(terms.by_use.get(&TermKind::ResearchUse), Some(&Yes));
}

#[test]
fn chinese_and_english_may_stand_in_one_text() {
    all_read(
        No,
        &[
            "本模型可免费使用。\n\n未经授权，不得用于商业用途。",
            "模型权重仅供学术研究使用，禁止任何商业使用。",
            "You may use and sublicense the model.\n\n本模型仅限非商业用途。",
        ],
    );
    all_read(Yes, &["您可以将本模型用于任何商业用途。"]);
    all_read(Conditional, &["授权您免费使用本模型。用于商业用途的用户需完成登记。"]);
}

#[test]
fn every_clause_says_exactly_where_it_stands() {
    let text = "Grant\n\nYou may use it.\n\nYou may not use\nit for commercial purposes. Thanks.\n";
    let terms = read(text);
    let clause = terms.of_kind(TermKind::CommercialUse).next().expect("a clause");
    assert_eq!(&text[clause.place.bytes.clone()], "You may not use\nit for commercial purposes");
    assert_eq!(clause.place.lines, (5, 6));
}

#[test]
fn duties_thresholds_and_places_come_with_their_values() {
    let text = "If you distribute the model, you shall (a) provide a copy of this licence to every recipient; and (b) \
        prominently display \"Built with Quux\" on your site. Names of derived models must begin with \"Quux\".\n\n\
        The rights are not granted to persons domiciled in the European Union.\n\n\
        You may not use the outputs of the model to train another large language model.\n\n\
        This licence is governed by the laws of Japan. We may terminate it if you breach any of its terms.\n\n\
        If on the release date you have more than 3 million monthly active users, request a licence from us.";
    let terms = read(text);
    let value = |kind: TermKind| terms.of_kind(kind).next().map(|clause| clause.value.as_str());
    assert_eq!(value(TermKind::LicenseCopy), Some("true"));
    assert_eq!(value(TermKind::Display), Some("Built with Quux"));
    assert_eq!(value(TermKind::NamePrefix), Some("Quux"));
    assert_eq!(value(TermKind::ExcludedTerritory), Some("EU"));
    assert_eq!(value(TermKind::OutputTraining), Some("forbidden-llm"));
    assert_eq!(value(TermKind::Jurisdiction), Some("JP"));
    assert_eq!(value(TermKind::Revocation), Some("on-breach"));
    let users = terms.of_kind(TermKind::MonthlyUsers).next().expect("a threshold");
    assert_eq!((users.limit, users.detail("measured")), (Some(3_000_000), Some("release-date")));
}

#[test]
fn what_weighs_and_was_not_understood_is_listed() {
    let text = "The commercial side of this must wait for the spring.";
    let terms = read(text);
    let unread: Vec<&str> = terms.unread.iter().map(|place| &text[place.bytes.clone()]).collect();
    assert_eq!(unread, ["The commercial side of this must wait for the spring"]);
}

#[test]
fn a_text_that_is_too_long_is_cut_and_says_so() {
    let text = "a b. ".repeat(super::MOST_BYTES / 5 + 10);
    assert!(read(&text).is_cut);
    assert!(!read("a b. ").is_cut);
}

/// Ways to take commercial use away from a text that gives it.
const RIDERS: [&str; 14] = [
    "The above permissions are limited to non-commercial use.",
    "Commercial use requires a separate licence from the authors.",
    "You may not use the weights for any commercial purpose.",
    "For research purposes only.",
    "Use by for-profit companies or for commercial gain is prohibited.",
    "This model is released for academic use only. Commercial exploitation is forbidden.",
    "Notwithstanding the above, any commercial use is excluded.",
    "The checkpoints are for non-commercial research purposes only, as their training data is.",
    "Additional restriction: not for commercial use.",
    "Anyone who wishes to use this commercially must contact the authors for permission.",
    "NON-COMMERCIAL USE ONLY.",
    "Business use is prohibited; no one may use this for commercial purposes.",
    "本模型禁止商业使用。",
    "仅限学术研究使用，不得商用。",
];

#[test]
fn a_rider_turns_every_permissive_text_into_a_no() {
    for id in ["MIT", "Apache-2.0", "BSD-3-Clause", "ISC", "Unlicense"] {
        let text = license_db::license(id).and_then(license_db::License::text).expect("an SPDX text");
        assert_eq!(commercial(text), Yes, "{id}");
        let middle = text.match_indices("\n\n").nth(2).map_or(text.len(), |(at, _)| at);
        for rider in RIDERS {
            let (before, after) = text.split_at(middle);
            for mixed in [
                format!("{rider}\n\n{text}"),
                format!("{text}\n\n{rider}\n"),
                format!("{before}\n\n{rider}\n{after}"),
                format!("{text}\n## Weights\n\n- {rider}\n"),
            ] {
                assert_eq!(commercial(&mixed), No, "{id} with: {rider}");
            }
        }
    }
}

#[test]
fn what_is_not_understood_is_no_permission() {
    let grant = "Permission is hereby granted to use, copy, modify and sell the Model for any purpose.";
    assert_eq!(commercial(grant), Yes);
    for beside in [
        "Copies are never sold for more than the cost of the medium.",
        "Rights granted here expire on 31 December 2027.",
        "Toute redistribution payante nécessite l'accord de l'auteur.",
        "研究目的以外の利用はご遠慮ください。",
    ] {
        assert_ne!(commercial(&format!("{grant}\n\n{beside}\n")), Yes, "{beside}");
    }
}

#[test]
fn what_was_not_looked_at_may_forbid() {
    let grant = "Permission is hereby granted to use, copy, modify and sell the Model for any purpose.\n\n";
    let filler = "The weather words were gathered by hand in many valleys.\n".repeat(super::MOST_BYTES / 50);
    let terms = read(&format!("{grant}{filler}You may not use the Model for commercial purposes."));
    assert!(terms.is_cut);
    assert_eq!(terms.commercial_use, Unstated);
}

proptest! {
    #[test]
    fn no_input_panics_and_every_place_lies_in_the_text(text in "\\PC{0,400}") {
        holds(&text);
    }

    #[test]
    fn neither_do_pieces_of_clauses(pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..60)) {
        holds(&pieces.concat());
    }
}

const PIECES: [&str; 34] = [
    "You may not ",
    "use ",
    "for commercial purposes",
    "; ",
    ". ",
    ":\n",
    "\n\n",
    "(a) ",
    "- ",
    "“",
    "”",
    "\"",
    "1M ",
    "US$ ",
    "monthly active users ",
    "unless ",
    "except ",
    "display ",
    "Built with X",
    "European Union ",
    "不得",
    "商业",
    "超过100万",
    "月活",
    "。",
    "means ",
    "non-",
    "commercial ",
    "<b>",
    "&amp;",
    "revenue ",
    "1. ",
    "3.1 ",
    "🦀",
];

fn holds(text: &str) {
    let terms = read(text);
    let places = terms.clauses.iter().map(|clause| &clause.place).chain(&terms.unread);
    for place in places {
        assert!(text.get(place.bytes.clone()).is_some_and(|inside| !inside.is_empty()), "{place:?}");
        assert!(place.lines.0 >= 1 && place.lines.0 <= place.lines.1, "{place:?}");
    }
    assert_eq!(terms, read(text));
}
