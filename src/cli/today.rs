//! Which day it is: `--today`, else `SOURCE_DATE_EPOCH`, else the clock. Waivers end on a day, and a report that is made
//! again must say the same: it is dated only by `--dated` or `SOURCE_DATE_EPOCH`.

#![expect(clippy::disallowed_methods, reason = "the day is the user's own")]

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::tz::Offset;
use licentia::policy::Date;
use licentia::report::Timestamp;

use super::failure::Failure;

/// The day in UTC.
pub(super) fn today(asked: Option<Date>) -> Result<Date, Failure> {
    if let Some(day) = asked {
        return Ok(day);
    }
    let seconds = epoch()?.unwrap_or_else(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        i64::try_from(since).unwrap_or(i64::MAX)
    });
    day_of(seconds).ok_or_else(outside)
}

/// When a report says that it was made: `--dated`, else SOURCE_DATE_EPOCH, else nothing.
pub(super) fn dated(asked: Option<Timestamp>) -> Result<Option<Timestamp>, Failure> {
    if asked.is_some() {
        return Ok(asked);
    }
    epoch()?.map(|seconds| Timestamp::from_second(seconds).map_err(|_| outside())).transpose()
}

/// Reads a time as clap asks for it: RFC 3339, or a day.
pub(super) fn time(written: &str) -> Result<Timestamp, String> {
    let day = || Offset::UTC.to_timestamp(written.parse::<Date>().ok()?.at(0, 0, 0, 0)).ok();
    let read = written.parse::<Timestamp>().ok().or_else(day);
    read.ok_or_else(|| "write a time as in 2026-11-01T12:00:00Z, or a day as in 2026-11-01".to_owned())
}

/// SOURCE_DATE_EPOCH (<https://reproducible-builds.org/specs/source-date-epoch/>), where it is set.
fn epoch() -> Result<Option<i64>, Failure> {
    let Ok(epoch) = std::env::var("SOURCE_DATE_EPOCH") else { return Ok(None) };
    epoch.trim().parse::<i64>().map(Some).map_err(|_| {
        let message = "SOURCE_DATE_EPOCH is no number of seconds since 1970";
        Failure::usage(message, "unset it, or pass --today 2026-11-01")
    })
}

fn outside() -> Failure {
    Failure::usage("SOURCE_DATE_EPOCH lies outside the calendar", "unset it, or pass --today 2026-11-01")
}

/// The day in UTC of a number of seconds since 1970.
pub(super) fn day_of(seconds: i64) -> Option<Date> {
    let timestamp = Timestamp::from_second(seconds).ok()?;
    Some(Offset::UTC.to_datetime(timestamp).date())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_moment_or_a_day() {
        let noon = time("2026-11-01T12:00:00Z").expect("a moment");
        assert_eq!(noon.to_string(), "2026-11-01T12:00:00Z");
        assert_eq!(time("2026-11-01").expect("a day").to_string(), "2026-11-01T00:00:00Z");
        assert!(time("yesterday").is_err());
    }

    #[test]
    fn seconds_since_1970_are_a_day_in_utc() {
        assert_eq!(day_of(0), Some(Date::constant(1970, 1, 1)));
        assert_eq!(day_of(1_764_115_199), Some(Date::constant(2025, 11, 25)));
        assert_eq!(day_of(1_764_115_200), Some(Date::constant(2025, 11, 26)));
        assert_eq!(day_of(i64::MAX), None);
    }
}
