//! Conditions of a licence against the facts of the organisation: users, revenue, people, territory, hosting, training on
//! outputs.
//!
//! A condition that the facts meet is quiet, one that they break gives the finding, and where a fact is not stated its
//! strictest answer counts and the finding names the one key to set.

use jiff::civil::Date;
use license_db::terms::{Binds, Hosting, Measured, OutputTraining, Scope, When};
use license_db::{License, Term, TermKind};

use super::facts::{Distribution, Facts, Money};
use super::held::Held;
use super::territory::Territory;
use crate::finding::{PolicyPlace, Verdict};

/// One condition of a licence, answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) term: &'static Term,
    pub(crate) verdict: Verdict,
    /// The key of the fact that would decide it and is not stated.
    pub(crate) missing: Option<&'static str>,
    /// What the policy says about it.
    pub(crate) places: Vec<PolicyPlace>,
    /// A clause: what the licence says, and what the policy says against it.
    pub(crate) words: String,
}

/// What a condition is answered with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) facts: &'a Facts,
    /// What the model may be called.
    pub(crate) names: &'a [&'a str],
}

/// Whether facts decide what a term asks.
pub(crate) fn is_decidable(term: &Term) -> bool {
    matches!(
        term.kind,
        TermKind::MonthlyUsers
            | TermKind::DailyUsers
            | TermKind::AnnualRevenue
            | TermKind::MonthlyRevenue
            | TermKind::TeamSize
            | TermKind::ExcludedTerritory
            | TermKind::OutputTraining
    ) || matches!(term.hosting(), Some(Hosting::Forbidden | Hosting::NeedsLicense))
}

/// Whether a term is a condition of commercial use that no fact decides.
pub(crate) fn is_undecidable(term: &Term) -> bool {
    matches!(term.kind, TermKind::OtherThreshold | TermKind::Registration)
}

/// Every condition of a licence that facts decide, in the order of its terms.
pub(crate) fn of(license: &'static License, asked: &Asked<'_>) -> Vec<Condition> {
    license.terms.iter().filter(|term| is_decidable(term)).filter_map(|term| answer(license, term, asked)).collect()
}

/// Above its limits a licence may ask no more than to show its name: then crossing them ends nothing.
pub(crate) fn only_a_display_is_owed(license: &License) -> bool {
    let shows = license.terms.iter().any(|term| term.when() == Some(When::AboveThreshold));
    shows && !license.terms.iter().any(|term| term.kind == TermKind::SeparateLicense)
}

fn answer(license: &'static License, term: &'static Term, asked: &Asked<'_>) -> Option<Condition> {
    let facts = asked.facts;
    let broken = if only_a_display_is_owed(license) { Verdict::Review } else { Verdict::Deny };
    match term.kind {
        TermKind::MonthlyUsers | TermKind::DailyUsers => Some(users(license, term, asked, broken)),
        TermKind::AnnualRevenue => Some(revenue(term, facts.annual_revenue.as_ref(), "facts.annual_revenue", broken)),
        TermKind::MonthlyRevenue => {
            Some(revenue(term, facts.monthly_revenue.as_ref(), "facts.monthly_revenue", broken))
        }
        TermKind::TeamSize => {
            let held = facts.team_size.as_ref().map(|held| (held.value, held.at.clone()));
            Some(limit(term, held, "facts.team_size", "people", broken))
        }
        TermKind::ExcludedTerritory => Some(territory(term, facts)),
        TermKind::OutputTraining => outputs(term, facts),
        _ => Some(hosting(term, facts)),
    }
}

/// A day of the database as a day of the calendar.
pub(crate) fn day(of: license_db::Date) -> Option<Date> {
    let year = i16::try_from(of.year).ok()?;
    Date::new(year, i8::try_from(of.month).ok()?, i8::try_from(of.day).ok()?).ok()
}

fn users(license: &License, term: &'static Term, asked: &Asked<'_>, broken: Verdict) -> Condition {
    let facts = asked.facts;
    let at_release = term.measured() == Some(Measured::ReleaseDate);
    if at_release && let Some(held) = &facts.users_at_release {
        let mut names: Vec<&str> = asked.names.to_vec();
        names.push(license.id);
        if let Some(users) = held.value.answer(&names, license.released.and_then(day)) {
            return limit(
                term,
                Some((users, held.at.clone())),
                "facts.mau_at_release",
                "users a month at its release",
                broken,
            );
        }
    }
    let now = |held: &Held<u64>| (held.value, held.at.clone());
    if term.kind == TermKind::DailyUsers {
        if let Some(held) = &facts.daily_users {
            return limit(term, Some(now(held)), "facts.dau", "users a day", broken);
        }
        // Nobody has more users on a day than in the month around it.
        let few = facts.monthly_users.as_ref().filter(|held| term.limit.is_some_and(|limit| held.value <= limit));
        return limit(term, few.map(now), "facts.dau", "users a month", broken);
    }
    let unit =
        if at_release { "users a month, which stands in for their number at the release" } else { "users a month" };
    limit(term, facts.monthly_users.as_ref().map(now), "facts.mau", unit, broken)
}

/// Whether the limit itself is too many already: the licences that say so say *fewer than*.
fn is_below(term: &Term) -> bool {
    term.note().is_some_and(|note| note.starts_with("fewer than"))
}

/// `700,000,000 users a month of the group, counted when the model was released (section 2)`
fn limit_in_words(term: &Term) -> String {
    let number = term.limit.map_or_else(|| "a number".to_owned(), grouped);
    let what = match term.kind {
        TermKind::MonthlyUsers => "users a month".to_owned(),
        TermKind::DailyUsers => "users a day".to_owned(),
        TermKind::AnnualRevenue => format!("{} of revenue in a year", term.currency().unwrap_or("USD")),
        TermKind::MonthlyRevenue => format!("{} of revenue in a month", term.currency().unwrap_or("USD")),
        _ => "people".to_owned(),
    };
    let whose = match term.scope() {
        Some(Scope::Group) => " of the group",
        Some(Scope::Licensee) => " of the licensee",
        Some(Scope::Product) => " of the product",
        None => "",
    };
    let counted = match term.measured() {
        Some(Measured::ReleaseDate) => ", counted when the model was released",
        Some(Measured::AnyTime) => ", counted at any time",
        None => "",
    };
    format!("{number} {what}{whose}{counted}{}", source_in_words(term))
}

/// ` (section 2)`, with what stands beside the value.
fn source_in_words(term: &Term) -> String {
    let note = term.note().map_or_else(String::new, |note| format!("; {note}"));
    let read = if term.reviewed.is_some() { "" } else { ", not verified in the text" };
    format!(" ({}{read}{note})", term.source)
}

/// A number against a limit. At the limit itself the permission still holds: the licences say *greater than* or *more
/// than*, but for those that say *fewer than*.
fn limit(
    term: &'static Term,
    held: Option<(u64, PolicyPlace)>,
    key: &'static str,
    unit: &str,
    broken: Verdict,
) -> Condition {
    // A mild verdict stands for a limit above which no more is asked than to show a name.
    let asks = if broken == Verdict::Review {
        format!("asks above {} to show its name", limit_in_words(term))
    } else {
        format!("permits this only up to {}", limit_in_words(term))
    };
    let Some((number, place)) = held else {
        return unstated(term, key, asks, broken);
    };
    let most = if is_below(term) { term.limit.and_then(|limit| limit.checked_sub(1)) } else { term.limit };
    let is_broken = most.is_none_or(|most| number > most);
    let words = format!("{asks}; {} says {} {unit}", place.key, grouped(number));
    Condition {
        term,
        verdict: if is_broken { broken } else { Verdict::Allow },
        missing: None,
        places: vec![place],
        words,
    }
}

fn revenue(term: &'static Term, held: Option<&Held<Money>>, key: &'static str, broken: Verdict) -> Condition {
    let currency = term.currency().unwrap_or("USD");
    let amount = held.and_then(|held| held.value.0.get(currency).map(|amount| (*amount, held.at.clone())));
    let mut condition = limit(term, amount, key, currency, broken);
    if let Some(held) = held.filter(|_| condition.missing.is_some()) {
        // Another currency answers nothing: no rate of exchange is a fact that we hold.
        condition.words = format!("{}; {key} says nothing in {currency}", condition.words);
        condition.places.push(held.at.clone());
    }
    condition
}

fn territory(term: &'static Term, facts: &Facts) -> Condition {
    let excluded: Vec<Territory> = term.territories().filter_map(Territory::from_word).collect();
    let places: Vec<&str> = term.territories().collect();
    let what = match term.binds() {
        Some(Binds::Licensee) => " to who is domiciled in",
        Some(Binds::Use) => " for use in",
        Some(Binds::Output) => " for outputs used in",
        None => " in",
    };
    let asks = format!("grants nothing{what} {}{}", places.join(", "), source_in_words(term));
    let at_home = !matches!(term.binds(), Some(Binds::Use | Binds::Output));
    let in_use = term.binds() != Some(Binds::Licensee);
    let hits = |territory: &&Territory| excluded.iter().any(|place| place.overlaps(territory));
    let mut places = Vec::new();
    let mut said = Vec::new();
    let mut missing = None;
    let mut is_broken = false;
    if at_home {
        match &facts.domicile {
            Some(held) => {
                places.push(held.at.clone());
                is_broken |= hits(&&held.value);
                said.push(format!("facts.domicile says {}", held.value));
            }
            None => missing = Some("facts.domicile"),
        }
    }
    if in_use {
        match &facts.territories {
            Some(held) => {
                places.push(held.at.clone());
                let inside: Vec<String> = held.value.iter().filter(hits).map(ToString::to_string).collect();
                is_broken |= !inside.is_empty();
                let named: Vec<String> = held.value.iter().map(ToString::to_string).collect();
                said.push(format!(
                    "facts.territories says {}",
                    if inside.is_empty() { named } else { inside }.join(", ")
                ));
            }
            None => missing = missing.or(Some("facts.territories")),
        }
    }
    if is_broken {
        missing = None;
    }
    let verdict = if is_broken || missing.is_some() { Verdict::Deny } else { Verdict::Allow };
    let words = if said.is_empty() { asks } else { format!("{asks}; {}", said.join(", ")) };
    Condition { term, verdict, missing, places, words }
}

fn hosting(term: &'static Term, facts: &Facts) -> Condition {
    let asks = match term.hosting() {
        Some(Hosting::NeedsLicense) => "leaves a service over a network to another licence",
        _ => "forbids a service over a network",
    };
    let asks = format!("{asks}{}", source_in_words(term));
    match &facts.distribution {
        None => unstated(term, "facts.distribution", asks, Verdict::Deny),
        Some(held) => {
            let serves = held.value.contains(&Distribution::Saas);
            let ways: Vec<&str> = held.value.iter().map(|way| way.as_str()).collect();
            let words = format!("{asks}; facts.distribution says {}", ways.join(", "));
            let verdict = if serves { Verdict::Deny } else { Verdict::Allow };
            Condition { term, verdict, missing: None, places: vec![held.at.clone()], words }
        }
    }
}

fn outputs(term: &'static Term, facts: &Facts) -> Option<Condition> {
    let of = term.output_training()?;
    let whose = match of {
        OutputTraining::Allowed => return None,
        OutputTraining::ForbiddenUnlessNamed => "other models under a name that does not tell of it",
        OutputTraining::Forbidden => "any other model",
        OutputTraining::ForbiddenLlm => "other language models",
        OutputTraining::ForbiddenCompeting => "competing models",
        OutputTraining::ForbiddenCommercial => "commercial models",
        OutputTraining::ForbiddenFoundation => "foundation models",
        OutputTraining::ForbiddenGenerative => "generative models",
        OutputTraining::ForbiddenTextToImage => "models that make images from text",
    };
    let is_named = of == OutputTraining::ForbiddenUnlessNamed;
    let broken = if is_named { Verdict::Review } else { Verdict::Deny };
    let asks = format!("forbids to train {whose} on its outputs{}", source_in_words(term));
    Some(match &facts.trains_on_outputs {
        // What one does not do needs no permission, and most who do it know: a person should look, no gate should close.
        None => unstated(term, "facts.trains_on_outputs", asks, Verdict::Review),
        Some(held) => {
            let words = format!("{asks}; facts.trains_on_outputs says {}", held.value);
            let verdict = if held.value { broken } else { Verdict::Allow };
            Condition { term, verdict, missing: None, places: vec![held.at.clone()], words }
        }
    })
}

fn unstated(term: &'static Term, key: &'static str, asks: String, verdict: Verdict) -> Condition {
    Condition { term, verdict, missing: Some(key), places: Vec::new(), words: asks }
}

/// `700,000,000`
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
