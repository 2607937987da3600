//! Formats times as text: for JSON (RFC 3339) and for the `Date` header (RFC 9110 §5.6.7).

use std::time::{Duration, UNIX_EPOCH};

use cognito_proto::time::UnixTime;

/// The last second that RFC 3339 and the `Date` header can express: 9999-12-31T23:59:59Z.
const LAST_SECOND: u64 = 253_402_300_799;

/// Formats a time for JSON (RFC 3339), e.g. `2026-11-19T07:08:09Z`.
pub(crate) fn format_rfc3339(time: UnixTime) -> String {
    // `Thu Nov 19 07:08:09 UTC 2026` has the same parts in another order.
    let text = UnixTime::from_secs(time.as_secs().min(LAST_SECOND))
        .format_utc()
        .to_string();
    let parts: Vec<&str> = text.split(' ').collect();
    let [_, month, day, clock, _, year] = parts[..] else {
        return text;
    };
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let month = MONTHS
        .iter()
        .position(|name| *name == month)
        .map_or(1, |index| index + 1);
    format!("{year:0>4}-{month:02}-{day:0>2}T{clock}Z")
}

/// Formats a time for the `Date` header (RFC 9110 §5.6.7), e.g. `Thu, 19 Nov 2026 07:08:09 GMT`.
pub(crate) fn format_http_date(time: UnixTime) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(time.as_secs().min(LAST_SECOND)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected texts are the output of `date -u -d @N +%Y-%m-%dT%H:%M:%SZ` and `date -u -d @N '+%a, %d %b
    /// %Y %H:%M:%S GMT'`.
    #[test]
    fn times_are_formatted_for_json_and_for_http_headers() {
        for (seconds, json, header) in [
            (0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
            (
                1_788_570_123,
                "2026-09-05T01:02:03Z",
                "Sat, 05 Sep 2026 01:02:03 GMT",
            ),
            (
                1_795_072_089,
                "2026-11-19T07:08:09Z",
                "Thu, 19 Nov 2026 07:08:09 GMT",
            ),
            (
                u64::MAX,
                "9999-12-31T23:59:59Z",
                "Fri, 31 Dec 9999 23:59:59 GMT",
            ),
        ] {
            let time = UnixTime::from_secs(seconds);
            assert_eq!(
                (
                    format_rfc3339(time).as_str(),
                    format_http_date(time).as_str()
                ),
                (json, header)
            );
        }
    }
}
