//! This device's clock, which may be wrong.

use cognito_proto::time::UnixTime;

/// Now, in whole seconds.
pub fn now() -> UnixTime {
    UnixTime::from_secs((js_sys::Date::now() / 1_000.0) as u64)
}
