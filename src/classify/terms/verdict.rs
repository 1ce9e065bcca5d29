//! Puts together what the sentences said about commercial use. In doubt the stricter answer wins: no, conditional,
//! unstated, yes.

use std::collections::BTreeMap;

use license_db::TermKind;
use license_db::terms::CommercialUse;

use super::purposes::{Event, Reading, Scope};

/// What stands beside the sentences on purposes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Beside {
    /// Some limit of users, revenue or people.
    pub(super) has_threshold: bool,
    /// Letting others use it over a network is forbidden or needs a licence.
    pub(super) limits_hosting: bool,
    /// A sentence that nobody understood, or that was not looked at, and that may limit commercial use.
    pub(super) has_unread: bool,
}

/// The answer for a whole text.
pub(super) fn commercial_use(events: &[Event], beside: Beside) -> CommercialUse {
    let any = |reading: Reading| events.iter().any(|event| event.reading == reading && event.scope == Scope::Use);
    let elsewhere = |reading: Reading| {
        events
            .iter()
            .any(|event| event.reading == reading && matches!(event.scope, Scope::Distribution | Scope::Hosting))
    };
    let registers = events.iter().any(|event| event.registers);
    let (allows, allows_if, broad) = (any(Reading::Allows), any(Reading::AllowsIf), any(Reading::GrantsBroadly));
    let grants = allows || broad;
    // A ban is softened only by words that allow commercial use to some, together with the line between these and others.
    if any(Reading::Forbids) && !(allows_if && beside.has_threshold) {
        return CommercialUse::No;
    }
    if any(Reading::NonCommercialOnly) && !(beside.has_threshold && (grants || allows_if) || registers && allows_if) {
        return CommercialUse::No;
    }
    if any(Reading::NonCommercialToo) && !(allows_if || beside.has_threshold && grants) {
        return CommercialUse::No;
    }
    if any(Reading::NeedsLicense) && !(allows_if || beside.has_threshold && grants) {
        return CommercialUse::No;
    }
    let limits_elsewhere =
        elsewhere(Reading::Forbids) || elsewhere(Reading::NeedsLicense) || elsewhere(Reading::NonCommercialOnly);
    if limits_elsewhere && !grants && !allows_if && !beside.has_threshold {
        return CommercialUse::No;
    }
    if beside.has_threshold
        || allows_if
        || limits_elsewhere
        || (grants && beside.limits_hosting)
        || any(Reading::Forbids)
    {
        return CommercialUse::Conditional;
    }
    if grants && !beside.has_unread { CommercialUse::Yes } else { CommercialUse::Unstated }
}

/// Answers for kinds of use, where the text gives them.
pub(super) fn by_use(events: &[Event], whole: CommercialUse, beside: Beside) -> BTreeMap<TermKind, CommercialUse> {
    let mut found = BTreeMap::new();
    let worst = |scope: Scope| {
        let of_scope = events.iter().filter(|event| event.scope == scope);
        of_scope.filter_map(|event| answer(event.reading)).max()
    };
    if let Some(output) = worst(Scope::Output) {
        found.insert(TermKind::OutputUse, output);
    }
    let hosting = worst(Scope::Hosting).or(beside.limits_hosting.then_some(CommercialUse::Conditional));
    if let Some(hosting) = hosting {
        found.insert(TermKind::HostedService, hosting.max(if whole == CommercialUse::No { whole } else { hosting }));
    }
    if let Some(product) = worst(Scope::Distribution) {
        found.insert(TermKind::ProductUse, product);
    }
    let studies =
        events.iter().any(|event| matches!(event.reading, Reading::NonCommercialOnly | Reading::NonCommercialToo));
    if studies || whole == CommercialUse::Yes {
        found.insert(TermKind::ResearchUse, CommercialUse::Yes);
    }
    found
}

/// What one reading answers by itself; `None` where it answers nothing.
pub(super) fn answer(reading: Reading) -> Option<CommercialUse> {
    match reading {
        Reading::Forbids | Reading::NonCommercialOnly | Reading::NonCommercialToo | Reading::NeedsLicense => {
            Some(CommercialUse::No)
        }
        Reading::AllowsIf => Some(CommercialUse::Conditional),
        Reading::Allows | Reading::GrantsBroadly => Some(CommercialUse::Yes),
        Reading::Decides => None,
    }
}
