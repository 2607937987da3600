//! Times as text: for JSON (RFC 3339) and for the `Date` header (RFC 9110 §5.6.7).

use std::time::{Duration, UNIX_EPOCH};

use cognito_proto::time::UnixTime;

/// The last second that both formats can express: 9999-12-31T23:59:59Z.
const LAST: u64 = 253_402_300_799;

/// A time in JSON, e.g. `2026-11-19T07:08:09Z`.
pub(crate) fn rfc3339(moment: UnixTime) -> String {
    // `Thu Nov 19 07:08:09 UTC 2026` has the same parts in another order.
    let text = UnixTime::from_secs(moment.as_secs().min(LAST))
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

/// A time in the `Date` header, e.g. `Thu, 19 Nov 2026 07:08:09 GMT`.
pub(crate) fn http_date(moment: UnixTime) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(moment.as_secs().min(LAST)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected texts are the output of `date -u -d @N +%Y-%m-%dT%H:%M:%SZ` and `date -u -d @N '+%a, %d %b
    /// %Y %H:%M:%S GMT'`.
    #[test]
    fn times_have_the_formats_of_json_and_of_headers() {
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
            let moment = UnixTime::from_secs(seconds);
            assert_eq!(
                (rfc3339(moment).as_str(), http_date(moment).as_str()),
                (json, header)
            );
        }
    }
}
