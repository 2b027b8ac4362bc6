//! The one door to the clocks.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::interview::At;

/// 2026-11-01 UTC, in milliseconds since 1970: no wall clock is right that says it is earlier.
pub const RELEASED: i64 = 1_793_491_200_000;

/// A reading of the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Now {
    /// Milliseconds since 1970-01-01 UTC; negative where the clock is that wrong.
    pub unix_ms: i64,
}

impl Now {
    pub(super) fn of(time: SystemTime) -> Self {
        let unix_ms = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
        };
        Self { unix_ms }
    }

    /// This reading as the time of an event, where `previous` is the time of the event before: doubtful where it is
    /// before [`RELEASED`] or before `previous`.
    #[must_use]
    pub fn at(self, previous: Option<At>) -> At {
        let backwards = previous.is_some_and(|previous| self.unix_ms < previous.unix_ms);
        At { unix_ms: self.unix_ms, doubtful: backwards || self.unix_ms < RELEASED }
    }
}

/// The wall clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock;

impl Clock {
    /// The time now as the time of an event, where `previous` is the time of the event before. See [`Now::at`].
    #[must_use]
    pub fn at(previous: Option<At>) -> At {
        now().at(previous)
    }
}

/// The wall clock's reading.
#[must_use]
pub fn now() -> Now {
    Now::of(SystemTime::now())
}

/// The local date and time of a moment, in milliseconds since 1970-01-01 UTC; the nearest there is a calendar for.
#[must_use]
pub fn local(unix_ms: i64) -> DateTime {
    let (first, last) = (Timestamp::MIN.as_millisecond(), Timestamp::MAX.as_millisecond());
    let time = Timestamp::from_millisecond(unix_ms.clamp(first, last)).unwrap_or(Timestamp::UNIX_EPOCH);
    TimeZone::system().to_datetime(time)
}

/// When a day begins here, in milliseconds since 1970-01-01 UTC; none where the calendar ends before.
#[must_use]
pub fn day_begins(day: jiff::civil::Date) -> Option<i64> {
    let begins = TimeZone::system().to_timestamp(day.at(0, 0, 0, 0)).ok()?;
    Some(begins.as_millisecond())
}

/// The monotonic clock's reading, for durations.
#[must_use]
pub fn monotonic() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_clock_before_1970_is_read() {
        assert_eq!(Now::of(UNIX_EPOCH - Duration::from_millis(1_500)).unix_ms, -1_500);
        assert_eq!(Now::of(UNIX_EPOCH + Duration::from_secs(2)).unix_ms, 2_000);
    }

    #[test]
    fn a_time_is_doubtful_before_the_release_and_before_the_event_before() {
        let released: jiff::Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
        assert_eq!(released.as_millisecond(), RELEASED);
        let at = |unix_ms| Some(At { unix_ms, doubtful: false });
        for (now, previous, doubtful) in [
            (RELEASED, None, false),
            (RELEASED - 1, None, true),
            (-1_500, None, true),
            (RELEASED + 5, at(RELEASED + 5), false),
            (RELEASED + 5, at(RELEASED + 6), true),
            (RELEASED + 5, at(0), false),
        ] {
            let found = Now { unix_ms: now }.at(previous);
            assert_eq!(found, At { unix_ms: now, doubtful }, "{now} after {previous:?}");
        }
    }

    #[test]
    fn every_moment_has_a_local_date() {
        for ms in [i64::MIN, -1, 0, RELEASED, i64::MAX] {
            assert!((-9999..=9999).contains(&local(ms).year()), "{ms}");
        }
        assert!(local(RELEASED + 86_400_000) > local(RELEASED));
    }

    #[test]
    fn a_day_begins_at_its_local_midnight() {
        let day = jiff::civil::date(2026, 11, 1);
        assert_eq!(local(day_begins(day).unwrap()), day.at(0, 0, 0, 0));
    }

    #[test]
    fn the_monotonic_clock_does_not_go_back() {
        let before = monotonic();
        assert!(monotonic() >= before);
    }
}
