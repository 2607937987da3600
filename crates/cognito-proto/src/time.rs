//! Times as seconds since the epoch, and their formats.

use core::fmt;
use core::time::Duration;

/// A time in whole seconds since 1970-01-01T00:00:00Z, as in JWTs (`NumericDate`, RFC 7519 §2). A length of time is a
/// [`Duration`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(u64);

impl UnixTime {
    /// Creates the time that is `seconds` after 1970-01-01T00:00:00Z.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Returns the seconds since 1970-01-01T00:00:00Z.
    pub const fn as_secs(self) -> u64 {
        self.0
    }

    /// Returns the time that is `length` after this one. It saturates at the maximum of `u64`.
    #[must_use]
    pub const fn plus(self, length: Duration) -> Self {
        Self(self.0.saturating_add(length.as_secs()))
    }

    /// Returns the time that is `length` before this one. It saturates at 1970-01-01.
    #[must_use]
    pub const fn minus(self, length: Duration) -> Self {
        Self(self.0.saturating_sub(length.as_secs()))
    }

    /// Returns the length of time from this time until `later`, or zero if `later` is earlier.
    pub const fn until(self, later: Self) -> Duration {
        Duration::from_secs(later.0.saturating_sub(self.0))
    }

    /// Formats the time as the `TIMESTAMP` of a password claim: `EEE MMM d HH:mm:ss 'UTC' yyyy`, in English and UTC,
    /// without padding the day.
    ///
    /// If the day is padded or the weekday is wrong, Cognito answers as if the password were wrong.
    pub fn srp_timestamp(self) -> FormattedUtc {
        FormattedUtc(self)
    }

    /// Formats the time for people, in English and UTC: `Thu Nov 19 07:08:09 UTC 2026`.
    pub fn format_utc(self) -> FormattedUtc {
        FormattedUtc(self)
    }

    /// Returns the full days since 1970-01-01 and the second of the current day.
    const fn days_and_seconds(self) -> (u64, u64) {
        (self.0 / 86_400, self.0 % 86_400)
    }
}

/// The current time by two clocks, read at the same moment: this device's clock and a server's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockReading {
    /// The time by the device's clock, which may be wrong by hours. Lengths of time are measured with this clock.
    pub device: UnixTime,
    /// The correct time, if a server has stated it.
    pub server: Option<UnixTime>,
}

impl ClockReading {
    /// Returns this reading, moved to the moment at which the device's clock shows `device`. The result is correct for
    /// a short while only, because the user may set the clock.
    #[must_use]
    pub fn projected_to(self, device: UnixTime) -> Self {
        let moved = |real: UnixTime| {
            if device >= self.device {
                real.plus(self.device.until(device))
            } else {
                real.minus(device.until(self.device))
            }
        };
        Self {
            device,
            server: self.server.map(moved),
        }
    }

    /// Returns the best estimate of the correct time: the server's time, or else the device's.
    pub fn now(self) -> UnixTime {
        self.server.unwrap_or(self.device)
    }
}

/// A time in the format `Thu Nov 19 07:08:09 UTC 2026`; see [`UnixTime::format_utc`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormattedUtc(UnixTime);

impl fmt::Display for FormattedUtc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // 1970-01-01 was a Thursday.
        const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
        const MONTHS: [&str; 12] = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ];
        let (days, second) = self.0.days_and_seconds();
        let (year, month, day) = civil_from_days(days);
        write!(
            f,
            "{} {} {day} {:02}:{:02}:{:02} UTC {year}",
            WEEKDAYS[(days % 7) as usize],
            MONTHS[(month - 1) as usize],
            second / 3_600,
            second / 60 % 60,
            second % 60,
        )
    }
}

/// Returns year, month (1–12) and day (1–31) in the Gregorian calendar for the date that is `days` after 1970-01-01.
///
/// The computation counts in eras of 400 years that begin on 1 March, so that the leap day comes last.
const fn civil_from_days(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + (month <= 2) as u64;
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_clock_reading_keeps_the_difference_to_server_time() {
        let at = UnixTime::from_secs;
        let ahead = ClockReading {
            device: at(10_000),
            server: Some(at(2_800)),
        };
        assert_eq!(ahead.projected_to(at(10_060)).now(), at(2_860));
        assert_eq!(ahead.projected_to(at(9_990)).now(), at(2_790));
        let unknown = ClockReading {
            device: at(10_000),
            server: None,
        };
        assert_eq!(unknown.projected_to(at(10_060)).now(), at(10_060));
    }

    fn written(seconds: u64) -> String {
        UnixTime::from_secs(seconds).srp_timestamp().to_string()
    }

    /// The expected texts come from `date -u -d @N '+%a %b %-d %H:%M:%S UTC %Y'`.
    #[test]
    fn srp_timestamp_is_english_utc_with_an_unpadded_day() {
        assert_eq!(written(0), "Thu Jan 1 00:00:00 UTC 1970");
        assert_eq!(written(951_782_399), "Mon Feb 28 23:59:59 UTC 2000");
        assert_eq!(written(951_782_400), "Tue Feb 29 00:00:00 UTC 2000");
        assert_eq!(written(1_788_570_123), "Sat Sep 5 01:02:03 UTC 2026");
        assert_eq!(written(1_795_072_089), "Thu Nov 19 07:08:09 UTC 2026");
        assert_eq!(written(4_107_542_400), "Mon Mar 1 00:00:00 UTC 2100");
    }

    #[test]
    fn unix_time_arithmetic_saturates_instead_of_overflowing() {
        assert_eq!(
            UnixTime::from_secs(3).minus(Duration::from_secs(9)),
            UnixTime::from_secs(0)
        );
        assert_eq!(
            UnixTime::from_secs(u64::MAX).plus(Duration::from_secs(1)),
            UnixTime::from_secs(u64::MAX)
        );
        assert_eq!(
            UnixTime::from_secs(9).until(UnixTime::from_secs(3)),
            Duration::ZERO
        );
    }
}
