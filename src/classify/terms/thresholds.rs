//! Thresholds: how many users, how much revenue, how many people.

use license_db::TermKind;

use super::numbers;
use super::passage::{Passage, Run};
use super::pattern::{Pattern, has, has_any, pattern, patterns};

/// A threshold as a sentence states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Threshold {
    pub(super) kind: TermKind,
    pub(super) limit: u64,
    pub(super) details: Vec<(&'static str, &'static str)>,
}

const COMPARES: &Pattern = pattern!(
    "more|greater|less|fewer|exceed|exceeds|exceeded|exceeding|over|above|below|under|least|up|beyond|reach|reaches|reached|reaching|threshold|surpass|surpasses|surpassing|excess|larger|higher|lower|most|maximum|minimum|than|limit|limited|within|equal"
);
const USERS: &Pattern = pattern!("users|user|mau|maus|dau|daus|muu|muus|visitors|visits|subscribers|customers");
const EARNS: &Pattern = pattern!("revenue|revenues|turnover|income|sales|earnings|receipts|billings");
const PERSONS: &Pattern =
    pattern!("employees|employee|seats|seat|developers|members|headcount|staff|people|persons|workers");

/// The thresholds among the own words of a sentence. `whole` has the words that govern them, too.
pub(super) fn of(own: Run<'_, '_>, whole: Run<'_, '_>) -> Vec<Threshold> {
    let mut found: Vec<Threshold> = Vec::new();
    if !has(whole, COMPARES) {
        return found;
    }
    let mut at = 0;
    while at < own.len() {
        let Some(number) = numbers::at(&own, at) else {
            at += 1;
            continue;
        };
        if let Some(threshold) = judge(own, whole, at, &number)
            && !found.iter().any(|one| one.kind == threshold.kind && one.limit == threshold.limit)
        {
            found.push(threshold);
        }
        at = number.end.max(at + 1);
    }
    found
}

fn judge(own: Run<'_, '_>, whole: Run<'_, '_>, start: usize, number: &numbers::Number) -> Option<Threshold> {
    let part = |from: usize, to: usize| own.part(from..to);
    let after = part(number.end, number.end + 12);
    let before = part(start.saturating_sub(26), start);
    let near_after = part(number.end, number.end + 5);
    let currency = currency(part(start.saturating_sub(3), start), after);
    let limit = number.value;
    if has(part(number.end, number.end + 2), pattern!("percent|%|days|day|years|hours|months|business|calendar")) {
        return None;
    }
    let counts_users = has(near_after, USERS) || (has(before, USERS) && currency.is_none());
    if counts_users && limit >= 10 && currency.is_none() {
        // The period nearest to the figure counts: a sentence may name several.
        let around = Passage::of(part(start.saturating_sub(12), start).iter().chain(&*after).copied());
        let around = around.run();
        let monthly = has_any(around, patterns!["monthly|month|mau|maus"]);
        let daily = has_any(around, patterns!["daily|day|dau|daus"]) && !has(around, pattern!("monthly|mau|maus"));
        let far = has(before, pattern!("monthly|month"));
        let kind = if daily {
            TermKind::DailyUsers
        } else if monthly || far {
            TermKind::MonthlyUsers
        } else {
            return None;
        };
        let scope = scope(own, whole, true);
        let details = vec![("measured", measured(whole)), ("scope", scope)];
        return Some(Threshold { kind, limit, details });
    }
    if let Some(currency) = currency
        && (has(after, EARNS) || has(before, EARNS))
        && limit >= 1000
    {
        let around = Passage::of(part(start.saturating_sub(12), start).iter().chain(&*after).copied());
        let around = around.run();
        let is_year = has_any(around, patterns!["annual|annually|yearly|year|annum|fiscal", "twelve|12 months|month"]);
        let is_month = has(around, pattern!("monthly|month")) && !is_year;
        let kind = if is_month { TermKind::MonthlyRevenue } else { TermKind::AnnualRevenue };
        let details = vec![("currency", currency), ("scope", scope(own, whole, false))];
        return Some(Threshold { kind, limit, details });
    }
    let counts_people = has(part(number.end, number.end + 3), PERSONS) && currency.is_none() && limit < 1_000_000;
    let is_size = has_any(
        before,
        patterns![
            "more|fewer|less|greater|larger than",
            "exceed*",
            "over|above|under|below",
            "up to",
            "at most|least",
            "team|teams",
        ],
    );
    if counts_people && is_size && !has(near_after, pattern!("active")) {
        return Some(Threshold { kind: TermKind::TeamSize, limit, details: Vec::new() });
    }
    None
}

fn currency(before: Run<'_, '_>, after: Run<'_, '_>) -> Option<&'static str> {
    let direct = after.part(0..5);
    let names = [
        (pattern!("hk"), "HKD"),
        (pattern!("hkd"), "HKD"),
        (pattern!("rmb|cny|yuan|renminbi"), "CNY"),
        (pattern!("€|eur|euro|euros"), "EUR"),
        (pattern!("£|gbp|sterling"), "GBP"),
        (pattern!("krw|won"), "KRW"),
        (pattern!("jpy|yen"), "JPY"),
        (pattern!("us|usd|$|dollar|dollars"), "USD"),
        (pattern!("¥|￥"), "CNY"),
    ];
    let is = |words: Run<'_, '_>| names.iter().find(|(name, _)| has(words, name)).map(|(_, code)| *code);
    is(before).or_else(|| is(direct).filter(|_| !has(direct, pattern!("users|user"))))
}

fn measured(whole: Run<'_, '_>) -> &'static str {
    let on_release = has_any(
        whole,
        patterns![
            "release|launch|effective|publication ..1 date",
            "date of ..3 release|launch",
            "at the time of ..3 release"
        ],
    );
    if on_release { "release-date" } else { "any-time" }
}

/// Whose users or revenue are counted.
pub(super) fn scope(own: Run<'_, '_>, whole: Run<'_, '_>, users: bool) -> &'static str {
    if has_any(
        whole,
        patterns![
            "affiliate*",
            "affiliated",
            "subsidiar*",
            "group",
            "consolidated",
            "common ownership|control",
            "parent company|entity",
        ],
    ) {
        return "group";
    }
    let of_product = has_any(
        own,
        patterns![
            "product|products|service|services|application|applications ..4 have|has|having|with|exceed|exceeds|reach|reaches",
        ],
    );
    if of_product && (users || has(own, pattern!("monthly"))) { "product" } else { "licensee" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::terms::passage::Passage;
    use crate::classify::terms::words::Words;

    fn read(text: &str) -> Vec<(String, u64, Vec<&'static str>)> {
        let mut words = Words::default();
        words.add(text, 0..text.len());
        let passage = Passage::of(words.of(0..words.len()));
        let found = of(passage.run(), passage.run()).into_iter();
        found
            .map(|one| (one.kind.to_string(), one.limit, one.details.iter().map(|(_, value)| *value).collect()))
            .collect()
    }

    #[test]
    fn users_are_counted_by_month_and_day_with_their_scope() {
        assert_eq!(
            read("If on the launch date you or your affiliates count more than five million monthly active users"),
            [("monthly-users".to_owned(), 5_000_000, vec!["release-date", "group"])]
        );
        assert_eq!(
            read("should any of your services have over 20,000 daily active users at some point"),
            [("daily-users".to_owned(), 20_000, vec!["any-time", "product"])]
        );
        assert_eq!(read("1M MAU or more than that")[0].1, 1_000_000);
    }

    #[test]
    fn revenue_knows_its_currency_and_period() {
        assert_eq!(
            read("companies whose yearly turnover is above EUR 2.5 million"),
            [("annual-revenue".to_owned(), 2_500_000, vec!["EUR", "licensee"])]
        );
        assert_eq!(
            read("monthly revenue greater than three million US dollars ($3,000,000)"),
            [("monthly-revenue".to_owned(), 3_000_000, vec!["USD", "licensee"])]
        );
    }

    #[test]
    fn teams_are_counted_and_days_of_notice_are_not() {
        assert_eq!(read("teams with more than 12 people"), [("team-size".to_owned(), 12, vec![])]);
        assert!(read("users must be told more than 30 days before").is_empty());
        assert!(read("liability shall not exceed $100").is_empty());
    }
}
