//! This device's clock, which may be wrong, and what our own host says of the time.

use cognito_proto::time::{Clock, UnixTime};

use super::{config, fetch};

/// Now, in whole seconds, by this device.
pub fn now() -> UnixTime {
    UnixTime::from_secs((js_sys::Date::now() / 1_000.0) as u64)
}

/// Asks our own host what time it is: `Date` and `Age` of a fresh answer (RFC 9110 §6.6.1, RFC 9111 §5.1).
/// A host that does not say leaves the real time unknown.
pub async fn ask() -> Clock {
    // A file that is there: a 404 would be an error on the console.
    let real = fetch::date_of(&format!("/{}", config::file())).await;
    Clock {
        device: now(),
        real,
    }
}

/// A moment as people write it, by this device's own time zone: `21 Nov 2026, 16:43`.
pub fn written(moment: UnixTime) -> String {
    let date = js_sys::Date::new(&(moment.as_secs() as f64 * 1_000.0).into());
    let options = js_sys::Object::new();
    for (name, value) in [("dateStyle", "medium"), ("timeStyle", "short")] {
        // A plain object takes any member.
        let _ = js_sys::Reflect::set(&options, &name.into(), &value.into());
    }
    date.to_locale_string("en-GB", &options).into()
}
