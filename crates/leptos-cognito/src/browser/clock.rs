//! This device's clock, which may be wrong, and the time from the app's own host.

use cognito_proto::time::{ClockReading, UnixTime};

use super::{config, fetch};

/// Returns the current time in whole seconds, by this device's clock.
pub fn now() -> UnixTime {
    UnixTime::from_secs((js_sys::Date::now() / 1_000.0) as u64)
}

/// Asks the app's own host for the time: `Date` plus `Age` of an uncached response (RFC 9110 §6.6.1, RFC 9111 §5.1).
/// Returns the host's time and this device's time. The host's time is `None` if the response has no valid date.
pub async fn fetch_server_time() -> ClockReading {
    // The configuration file exists on every host. A 404 would be an error on the console.
    let server = fetch::fetch_date(&format!("/{}", config::file_path())).await;
    ClockReading {
        device: now(),
        server,
    }
}

/// Formats a time for the user, in this device's time zone: `21 Nov 2026, 16:43`.
pub fn format_local(moment: UnixTime) -> String {
    let date = js_sys::Date::new(&(moment.as_secs() as f64 * 1_000.0).into());
    let options = js_sys::Object::new();
    for (name, value) in [("dateStyle", "medium"), ("timeStyle", "short")] {
        // Setting a property of a plain object cannot fail.
        let _ = js_sys::Reflect::set(&options, &name.into(), &value.into());
    }
    date.to_locale_string("en-GB", &options).into()
}
