//! Which sentences weigh on commercial use, and which only sound as if they did.

use super::lexicon::{BOILERPLATE, COMMERCIAL, NONCOMMERCIAL};
use super::passage::Run;
use super::pattern::{has, has_any, pattern, patterns};
use super::purposes::{Event, Reading, Scope};

/// What a reading says about outputs, where the sentence names them.
pub(super) fn output_use(event: Event, own: Run<'_, '_>) -> Option<&'static str> {
    let names = has(own, pattern!("output|outputs|results"))
        || has_any(own, patterns!["data produced|generated", "generated content"]);
    let trains = has_any(own, patterns!["train|improve|develop|distill ..10 model|models|products"]);
    match event.reading {
        Reading::Allows | Reading::GrantsBroadly if event.scope == Scope::Output => Some("commercial"),
        Reading::Forbids | Reading::NonCommercialOnly | Reading::NonCommercialToo if names && !trains => {
            Some("non-commercial")
        }
        _ => None,
    }
}

/// Sentences of liability and the like, that decide nothing. A sentence that also grants or forbids is read.
pub(super) fn is_boilerplate(own: Run<'_, '_>) -> bool {
    has_any(own, BOILERPLATE)
        && !has_any(
            own,
            patterns![
                "for ..3 commercial|noncommercial ..2 purpose|purposes|use",
                "commercial use|purposes",
                "noncommercial*",
                "permission ..4 granted",
                "grants",
            ],
        )
}

/// Whether a sentence speaks of purposes with words of force, so that not understanding it must be said.
pub(super) fn is_weighty(own: Run<'_, '_>) -> bool {
    has_any(
        own,
        patterns![
            "commercial|commercially|noncommercial|noncommercially|nonprofit|monetize",
            "research|academic|educational ..1 purpose|purposes|use|only",
            "revenue|revenues|turnover",
            "monthly|daily|active users",
            "territory|domiciled",
        ],
    ) && has(
        own,
        pattern!(
            "not|no|only|solely|must|shall|may|prohibited|forbidden|permitted|allowed|unless|except|require|requires|required|limited|restricted|grant|grants|cannot|exceed|exceeds"
        ),
    ) && !is_boilerplate(own)
}

/// Whether an unread sentence may limit commercial use, so that a *yes* cannot stand beside it.
pub(super) fn may_limit(own: Run<'_, '_>) -> bool {
    (has_any(own, COMMERCIAL) || has_any(own, NONCOMMERCIAL))
        && has(
            own,
            pattern!(
                "not|no|only|solely|must|prohibited|forbidden|unless|except|require|requires|required|limited|restricted|cannot|exclusively|never"
            ),
        )
        && !has_any(own, patterns!["liability|liable|indemnif*|warranty|warranties|damages|trademark*"])
}

/// Whether a sentence that no rule understood may limit sales or end what is granted, or is in a language that is not read:
/// beside such a one nothing is permitted by reading. Warranties and the use of names decide nothing about use.
pub(super) fn may_deny(own: Run<'_, '_>) -> bool {
    let sells = has(own, pattern!("sell|sells|sold|sale|resell|resale"))
        && has(own, pattern!("not|only|solely|never|nobody|none|cannot|prohibited|forbidden|reserved|consent"));
    let ends = has_any(own, patterns!["expire|expires|lapse|lapses"]);
    // German, French and Spanish, of which bans alone are read, by words that English does not have.
    let is_foreign =
        has(own, pattern!("und|oder|nicht|für|der|das|les|des|pour|toute|tout|est|sans|nur|el|los|las|para|una"));
    (sells || ends || is_foreign) && !is_harmless(own)
}

/// Whether a sentence is Japanese or Korean, of which bans alone are read.
pub(super) fn is_unread_script(text: &str) -> bool {
    text.chars().any(|letter| matches!(u32::from(letter), 0x3040..=0x30ff | 0xac00..=0xd7af))
}

fn is_harmless(own: Run<'_, '_>) -> bool {
    let names = patterns![
        "liability|liable|warranty|warranties|damages|merchantab*",
        "endorse|promote|trademark*",
        "copyright|copyrights"
    ];
    has_any(own, names) || has_any(own, BOILERPLATE)
}
