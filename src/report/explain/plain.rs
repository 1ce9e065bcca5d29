//! A term in words that need no lawyer.

use std::fmt::Write as _;

use license_db::terms::{
    Binds, CommercialUse, DerivativeScope, FlowDown, Hosting, OutputTraining, OutputUse, Patent, Reach, Registration,
    Revocation, Update, UseRestrictions,
};
use license_db::{Category, TermKind};

use super::StatedTerm;
use super::answers::{Question, Stance};

/// The question that a term answers in a list.
pub(super) fn question_of(kind: TermKind) -> Question {
    match kind {
        TermKind::CommercialUse | TermKind::InternalUse | TermKind::ProductUse | TermKind::ResearchUse => {
            Question::Sell
        }
        TermKind::HostedService | TermKind::Hosting => Question::Host,
        TermKind::Derivatives | TermKind::DerivativeScope => Question::Publish,
        TermKind::OutputTraining | TermKind::OutputUse => Question::Train,
        TermKind::FlowDown
        | TermKind::Copyleft
        | TermKind::Display
        | TermKind::NamePrefix
        | TermKind::NoticeFile
        | TermKind::LicenseCopy
        | TermKind::StateChanges
        | TermKind::KeepCopyright => Question::PassOn,
        TermKind::MonthlyUsers
        | TermKind::DailyUsers
        | TermKind::AnnualRevenue
        | TermKind::MonthlyRevenue
        | TermKind::TeamSize
        | TermKind::OtherThreshold
        | TermKind::ExcludedTerritory
        | TermKind::UseRestrictions
        | TermKind::Registration
        | TermKind::SeparateLicense => Question::Limits,
        TermKind::Litigation | TermKind::Revocation | TermKind::Update | TermKind::RemoteRestriction => Question::End,
        TermKind::Patent | TermKind::Jurisdiction | TermKind::Note => Question::Else,
    }
}

/// What a term does, and what it says. A note of its own stands behind.
pub(super) fn in_words(term: &StatedTerm) -> (Stance, String) {
    let (stance, mut words) = without_note(term);
    if let Some(note) = term.detail("note") {
        let _ = write!(words, " ({note})");
    }
    (stance, words)
}

fn without_note(term: &StatedTerm) -> (Stance, String) {
    let value = term.value.as_str();
    match term.kind {
        TermKind::CommercialUse => permission(value, "use it commercially", "commercial use"),
        TermKind::InternalUse => permission(value, "use it inside an organisation", "use inside an organisation"),
        TermKind::ProductUse => permission(value, "build it into a product and sell that", "use in a product"),
        TermKind::HostedService => permission(value, "serve others with it over a network", "serving others with it"),
        TermKind::ResearchUse => permission(value, "use it for research", "use for research"),
        TermKind::Derivatives => permission(value, "change it and pass the result on", "passing on changed versions"),
        TermKind::MonthlyUsers
        | TermKind::DailyUsers
        | TermKind::AnnualRevenue
        | TermKind::MonthlyRevenue
        | TermKind::TeamSize => (Stance::If, threshold(term)),
        TermKind::OtherThreshold => (Stance::If, format!("another limit: {value}")),
        TermKind::ExcludedTerritory => (Stance::MustNot, territory(term)),
        TermKind::UseRestrictions => (
            Stance::MustNot,
            match UseRestrictions::from_word(value) {
                Some(UseRestrictions::ByReference) => {
                    "use it for what a separate policy forbids, which is part of the licence"
                }
                Some(UseRestrictions::Both) => "use it for what the licence and a separate policy forbid",
                Some(UseRestrictions::Inline) | None => "use it for what the licence forbids in a list",
            }
            .to_owned(),
        ),
        TermKind::FlowDown => flow_down(value),
        TermKind::Copyleft => (Stance::Must, copyleft(term)),
        TermKind::DerivativeScope => (Stance::Note, format!("also counts as a derivative: {}", scopes(value))),
        TermKind::Display => (
            Stance::Must,
            format!(
                "show \"{value}\"{} {}",
                term.detail("or").map(|words| format!(" or \"{words}\"")).unwrap_or_default(),
                match term.detail("when") {
                    Some("always") => "whenever it is used",
                    Some("above-threshold") => "once above the limit",
                    Some("derivatives") => "when a changed version, or a model made with it, is passed on or offered",
                    Some("named-models") => "when one of the models that the text names is passed on or offered",
                    _ => "when it, a derivative or a product with it is passed on or offered",
                }
            ),
        ),
        TermKind::NamePrefix => (Stance::Must, format!("begin the names of derivatives with \"{value}\"")),
        TermKind::NoticeFile => (Stance::Must, "keep or add the notice file".to_owned()),
        TermKind::LicenseCopy => (Stance::Must, "pass on a copy of the licence".to_owned()),
        TermKind::StateChanges => (Stance::Must, "say what was changed".to_owned()),
        TermKind::KeepCopyright => (Stance::Must, "keep the notices of copyright and origin".to_owned()),
        TermKind::OutputTraining => output_training(value),
        TermKind::OutputUse => output_use(value),
        TermKind::Patent => patent(value),
        TermKind::Litigation => (Stance::Note, "a suit over it ends the licence of whoever sues".to_owned()),
        TermKind::Revocation => (
            Stance::Note,
            match Revocation::from_word(value) {
                Some(Revocation::AtWill) => "the licensor can end it at any time",
                Some(Revocation::OnBreach) | None => "it ends, or can be ended, when a term is broken",
            }
            .to_owned(),
        ),
        TermKind::Update => update(value),
        TermKind::RemoteRestriction => {
            (Stance::Note, "the licensor may switch off or restrict the use from afar".to_owned())
        }
        TermKind::Registration => (
            Stance::Must,
            match Registration::from_word(value) {
                Some(Registration::Commercial) => "register or ask before any commercial use",
                Some(Registration::Always) | None => "register or ask before any use",
            }
            .to_owned(),
        ),
        TermKind::SeparateLicense => (Stance::Note, "the licensor offers another licence for the rest".to_owned()),
        TermKind::Jurisdiction => (Stance::Note, format!("the law of {} governs", place(value))),
        TermKind::Hosting => hosting(value),
        TermKind::Note => (Stance::Note, value.to_owned()),
    }
}

fn permission(value: &str, act: &str, name: &str) -> (Stance, String) {
    match CommercialUse::from_word(value) {
        Some(CommercialUse::Yes) => (Stance::May, act.to_owned()),
        Some(CommercialUse::Conditional) => (Stance::May, format!("{act}, under conditions")),
        Some(CommercialUse::No) => (Stance::MustNot, act.to_owned()),
        Some(CommercialUse::Unstated) | None => (Stance::Note, format!("the text does not speak of {name}")),
    }
}

fn threshold(term: &StatedTerm) -> String {
    let number = grouped(term.limit.unwrap_or_default());
    let currency = term.detail("currency").unwrap_or_default();
    let mut words = match term.kind {
        TermKind::MonthlyUsers => format!("more than {number} users are active in a month"),
        TermKind::DailyUsers => format!("more than {number} users are active in a day"),
        TermKind::AnnualRevenue => format!("more than {currency} {number} are earned in a year"),
        TermKind::MonthlyRevenue => format!("more than {currency} {number} are earned in a month"),
        _ => format!("more than {number} people work there"),
    };
    match term.detail("scope") {
        Some("group") => words.push_str(", counted with all affiliates"),
        Some("licensee") => words.push_str(", counted for the licensee alone"),
        Some("product") => words.push_str(", counted for the product or service"),
        _ => {}
    }
    match term.detail("measured") {
        Some("release-date") => words.push_str(", on the day on which that version was released"),
        Some("any-time") => words.push_str(", at any time"),
        _ => {}
    }
    words.push_str(": more is asked, or another licence is needed");
    words
}

/// 700000000 as 700,000,000.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn territory(term: &StatedTerm) -> String {
    let places: Vec<&str> = term.value.split(", ").map(place).collect();
    let places = places.join(", ");
    match term.detail("binds").and_then(Binds::from_word) {
        Some(Binds::Licensee) => format!("use it when at home or seated in {places}"),
        Some(Binds::Output) => format!("use its outputs in {places}"),
        Some(Binds::Use) | None => format!("use it in {places}"),
    }
}

/// The names of places that the entries name; a code stands for itself.
fn place(code: &str) -> &str {
    match code {
        "CN" => "China",
        "EU" => "the European Union",
        "FR" => "France",
        "GB" => "the United Kingdom",
        "HK" => "Hong Kong",
        "KR" => "South Korea",
        "RU" => "Russia",
        "SG" => "Singapore",
        "US" => "the United States",
        "US-CA" => "California",
        "US-DE" => "Delaware",
        "US-NY" => "New York",
        "US-TX" => "Texas",
        "US-WA" => "Washington",
        other => other,
    }
}

fn flow_down(value: &str) -> (Stance, String) {
    match FlowDown::from_word(value) {
        Some(FlowDown::Restrictions) => (Stance::Must, "bind recipients to the list of forbidden uses".to_owned()),
        Some(FlowDown::None) => (Stance::Note, "recipients need be bound to nothing".to_owned()),
        Some(FlowDown::Agreement) | None => (Stance::Must, "pass it on under this licence".to_owned()),
    }
}

fn copyleft(term: &StatedTerm) -> String {
    let what = match Reach::from_word(&term.value) {
        Some(Reach::Files) => "publish the licensed files, and changes to them, under the same licence",
        Some(Reach::Library) => "keep the library and changes to it under the same licence, and replaceable",
        Some(Reach::WholeWork) => "put every work that contains it under the same licence, with its source",
        Some(Reach::Data) => "put data derived from it under the same licence",
        Some(Reach::ServiceStack) => "publish the source of everything that runs the service",
        Some(Reach::Derivatives) | None => "put changed versions under the same licence",
    };
    let when = match term.detail("trigger") {
        Some("network") => "once copies are passed on, or others use it over a network",
        _ => "once copies are passed on",
    };
    format!("{what}, {when}")
}

fn scopes(value: &str) -> String {
    let words = value.split(", ").map(|word| match DerivativeScope::from_word(word) {
        Some(DerivativeScope::Distillation) => "a model distilled from it",
        Some(DerivativeScope::SyntheticData) => "a model trained on data that it made",
        Some(DerivativeScope::FineTuning) => "a fine-tune",
        Some(DerivativeScope::Merging) => "a merge",
        Some(DerivativeScope::OutputTraining) => "a model trained on its outputs",
        Some(DerivativeScope::Hosting) => "a service built on it",
        Some(DerivativeScope::WeightTransfer) => "a model that took over its weights",
        None => word,
    });
    words.collect::<Vec<_>>().join(", ")
}

/// Whether a model that learns from outputs counts as a derivative.
pub(super) fn reaches_students(value: &str) -> bool {
    value.split(", ").filter_map(DerivativeScope::from_word).any(|scope| {
        matches!(
            scope,
            DerivativeScope::Distillation | DerivativeScope::SyntheticData | DerivativeScope::OutputTraining
        )
    })
}

fn output_training(value: &str) -> (Stance, String) {
    let of = |models: &str| (Stance::MustNot, format!("train {models} on its outputs"));
    match OutputTraining::from_word(value) {
        Some(OutputTraining::Allowed) => (Stance::May, "train other models on its outputs".to_owned()),
        Some(OutputTraining::Forbidden) => of("any other model"),
        Some(OutputTraining::ForbiddenLlm) => of("other large language models"),
        Some(OutputTraining::ForbiddenCompeting) => of("models that compete with the licensor's"),
        Some(OutputTraining::ForbiddenCommercial) => of("commercial models"),
        Some(OutputTraining::ForbiddenFoundation) => of("foundation models"),
        Some(OutputTraining::ForbiddenGenerative) => of("generative models"),
        Some(OutputTraining::ForbiddenTextToImage) => of("models that make images from text"),
        Some(OutputTraining::ForbiddenUnlessNamed) => {
            (Stance::If, "a model trained on its outputs is passed on, its name or notice must tell of it".to_owned())
        }
        None => (Stance::Note, value.to_owned()),
    }
}

fn output_use(value: &str) -> (Stance, String) {
    match OutputUse::from_word(value) {
        Some(OutputUse::Commercial) => (Stance::May, "use its outputs commercially".to_owned()),
        Some(OutputUse::NonCommercial) => (Stance::MustNot, "use its outputs commercially".to_owned()),
        Some(OutputUse::OwnedByLicensor) => (Stance::Note, "its outputs belong to the licensor".to_owned()),
        Some(OutputUse::Unrestricted) | None => {
            (Stance::Note, "the licence claims nothing in its outputs, and asks nothing of them".to_owned())
        }
    }
}

fn patent(value: &str) -> (Stance, String) {
    match Patent::from_word(value) {
        Some(Patent::Granted) => (Stance::May, "use the licensor's patents on it".to_owned()),
        Some(Patent::GrantedEndsOnSuit) => {
            (Stance::May, "use the licensor's patents on it, until suing over it".to_owned())
        }
        Some(Patent::NotGranted) | None => (Stance::Note, "no patents are licensed".to_owned()),
    }
}

fn update(value: &str) -> (Stance, String) {
    match Update::from_word(value) {
        Some(Update::LatestVersionRequired) => (Stance::Must, "move to the newest version, or try to".to_owned()),
        Some(Update::LicensorMayChange) | None => {
            (Stance::Note, "the licensor may change the terms, or a policy that is part of them".to_owned())
        }
    }
}

fn hosting(value: &str) -> (Stance, String) {
    match Hosting::from_word(value) {
        Some(Hosting::Forbidden) => (Stance::MustNot, "offer it to others as a service".to_owned()),
        Some(Hosting::NeedsLicense) => (Stance::If, "it is offered as a service, another licence is needed".to_owned()),
        Some(Hosting::CountsAsDistribution) | None => (
            Stance::Note,
            "a service counts as passing it on: what must be shown or passed on holds there too".to_owned(),
        ),
    }
}

/// What a category says, where no term does.
pub(super) fn of_category(category: Category) -> &'static str {
    match category {
        Category::Permissive => "do as you like, keep the notice",
        Category::PublicDomain => "no condition at all",
        Category::WeakCopyleft => "share-alike of the licensed files or the library",
        Category::StrongCopyleft => "share-alike of the whole work when it is passed on",
        Category::NetworkCopyleft => "share-alike also when users reach it over a network",
        Category::NonCommercial => "commercial use is forbidden",
        Category::ResearchOnly => "research, evaluation or education only",
        Category::NoDerivatives => "changed versions may not be passed on",
        Category::Conditional => "commercial use under conditions",
        Category::UseRestricted => "some uses are excluded",
        Category::DataPermissive => "for data: attribution at most",
        Category::DataCopyleft => "for data: share-alike",
        Category::DataRestricted => "for data: use is restricted",
        Category::UsePolicy => "a list of excluded uses, no permission of its own",
        Category::SourceAvailable => "the source can be seen; use is restricted",
        Category::Proprietary => "all rights reserved but for what it grants",
        Category::Other => "none of the known kinds",
    }
}
