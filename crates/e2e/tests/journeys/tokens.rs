//! Reads tokens without the app's own code.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// Returns the claims of a JWT: the second of its three parts (RFC 7519 §3).
#[track_caller]
pub(crate) fn claims(token: &str) -> Value {
    let middle = token
        .split('.')
        .nth(1)
        .unwrap_or_else(|| panic!("{token:?} is not a JWT"));
    let bytes = URL_SAFE_NO_PAD.decode(middle).expect("base64url");
    serde_json::from_slice(&bytes).expect("claims in JSON")
}

/// Returns the string member with this name in one of the entries of `stored`, an object of storage entries, some of
/// which are JSON.
pub(crate) fn stored_member(stored: &Value, name: &str) -> Option<String> {
    stored.as_object()?.values().find_map(|entry| {
        let record: Value = serde_json::from_str(entry.as_str()?).ok()?;
        Some(record.get(name)?.as_str()?.to_owned())
    })
}
