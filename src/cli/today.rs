//! Which day it is: `--today`, else `SOURCE_DATE_EPOCH`, else the clock. Waivers end on a day, and a report that is made
//! again must say the same.

#![expect(clippy::disallowed_methods, reason = "the day is the user's own")]

use std::time::{SystemTime, UNIX_EPOCH};

use licentia::policy::Date;

use super::failure::Failure;

/// The day in UTC.
pub(super) fn today(asked: Option<Date>) -> Result<Date, Failure> {
    if let Some(day) = asked {
        return Ok(day);
    }
    let seconds = if let Ok(epoch) = std::env::var("SOURCE_DATE_EPOCH") {
        epoch.trim().parse::<i64>().map_err(|_| {
            let message = "SOURCE_DATE_EPOCH is no number of seconds since 1970";
            Failure::usage(message, "unset it, or pass --today 2026-11-01")
        })?
    } else {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        i64::try_from(since).unwrap_or(i64::MAX)
    };
    day_of(seconds).ok_or_else(|| {
        Failure::usage("SOURCE_DATE_EPOCH lies outside the calendar", "unset it, or pass --today 2026-11-01")
    })
}

/// The day in UTC of a number of seconds since 1970.
pub(super) fn day_of(seconds: i64) -> Option<Date> {
    let timestamp = jiff::Timestamp::from_second(seconds).ok()?;
    Some(jiff::tz::Offset::UTC.to_datetime(timestamp).date())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_since_1970_are_a_day_in_utc() {
        assert_eq!(day_of(0), Some(Date::constant(1970, 1, 1)));
        assert_eq!(day_of(1_764_115_199), Some(Date::constant(2025, 11, 25)));
        assert_eq!(day_of(1_764_115_200), Some(Date::constant(2025, 11, 26)));
        assert_eq!(day_of(i64::MAX), None);
    }
}
