//! The member `TIMESTAMP` in a response to `PASSWORD_VERIFIER`.

use core::time::Duration;

use cognito_proto::time::UnixTime;

/// By how much a client's clock may be wrong. Cognito does not document a limit. This is the limit of other AWS
/// signatures.
const SKEW: Duration = Duration::from_secs(300);

/// Returns true if a `TIMESTAMP` has the exact format and differs by at most [`SKEW`] from the current time.
pub(super) fn is_current_timestamp(timestamp: &str, now: UnixTime) -> bool {
    // Cognito rejects any other spelling, so weekday, month and padding must be the same when formatted again.
    parse_timestamp(timestamp).is_some_and(|then| {
        then.srp_timestamp().to_string() == timestamp
            && then.until(now) <= SKEW
            && now.until(then) <= SKEW
    })
}

/// Parses day, month, year and time of day of a `TIMESTAMP`, or returns `None` if they are invalid. The rest of
/// the text is not checked.
fn parse_timestamp(timestamp: &str) -> Option<UnixTime> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let mut words = timestamp.split(' ').skip(1);
    let named = words.next()?;
    let month = MONTHS.iter().position(|known| *known == named)? as u64 + 1;
    let day: u64 = words.next()?.parse().ok()?;
    let mut time = words
        .next()?
        .split(':')
        .map(|part| part.parse::<u64>().ok());
    let (hour, minute, second) = (time.next()??, time.next()??, time.next()??);
    let year: u64 = words
        .nth(1)?
        .parse()
        .ok()
        .filter(|year| (1970..=9_999).contains(year))?;
    if !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some(UnixTime::from_secs(
        days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second,
    ))
}

/// Returns the number of days of the Gregorian calendar since 1970-01-01, for years from 1970 on. A day beyond
/// the end of its month counts into the next month.
fn days_since_1970(year: u64, month: u64, day: u64) -> u64 {
    // The year starts on 1 March in this computation, so that the leap day is the last.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    (year * 365 + leap_days + (month * 153 + 2) / 5 + day).saturating_sub(719_469)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected texts are the output of `date -u -d @N '+%a %b %-d %H:%M:%S UTC %Y'`.
    #[test]
    fn srp_timestamp_must_have_cognitos_date_format() {
        let now = UnixTime::from_secs(1_788_570_123);
        assert!(is_current_timestamp("Sat Sep 5 01:02:03 UTC 2026", now));
        assert!(
            !is_current_timestamp("Sat Sep 05 01:02:03 UTC 2026", now),
            "padded day"
        );
        assert!(
            !is_current_timestamp("Fri Sep 5 01:02:03 UTC 2026", now),
            "wrong weekday"
        );
        assert!(
            !is_current_timestamp("Sa Sep 5 01:02:03 UTC 2026", now),
            "another language"
        );
        assert!(
            !is_current_timestamp("Sat Sep 5 01:02:03 GMT 2026", now),
            "another zone"
        );
        assert!(
            !is_current_timestamp("Sat Sep 5 01:02:03 UTC 2026 ", now),
            "something behind it"
        );
        assert!(!is_current_timestamp("", now));
    }

    #[test]
    fn srp_timestamp_may_be_off_by_at_most_five_minutes() {
        let claimed = UnixTime::from_secs(1_795_072_089);
        let text = "Thu Nov 19 07:08:09 UTC 2026";
        assert_eq!(parse_timestamp(text), Some(claimed));
        assert!(is_current_timestamp(text, claimed.plus(SKEW)));
        assert!(is_current_timestamp(text, claimed.minus(SKEW)));
        assert!(!is_current_timestamp(
            text,
            claimed.plus(Duration::from_secs(301))
        ));
        assert!(!is_current_timestamp(
            text,
            claimed.minus(Duration::from_secs(301))
        ));
    }

    #[test]
    fn srp_timestamp_of_every_day_in_a_century_is_parsed() {
        for day in 0..36_525 {
            let then = UnixTime::from_secs(day * 86_400 + 45_296);
            assert_eq!(
                parse_timestamp(&then.srp_timestamp().to_string()),
                Some(then)
            );
        }
    }
}
