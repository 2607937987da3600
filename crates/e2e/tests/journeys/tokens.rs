//! What a token says, read without the app's own code.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// The claims of a JWT (RFC 7519 section 3): the middle of its three parts.
#[track_caller]
pub(crate) fn claims(token: &str) -> Value {
    let middle = token
        .split('.')
        .nth(1)
        .unwrap_or_else(|| panic!("{token:?} is no JWT"));
    let bytes = URL_SAFE_NO_PAD.decode(middle).expect("base64url");
    serde_json::from_slice(&bytes).expect("claims in JSON")
}

/// The texts in `stored` (an object of storage entries, some of them JSON) under a member of this name.
pub(crate) fn member(stored: &Value, name: &str) -> Option<String> {
    stored.as_object()?.values().find_map(|entry| {
        let record: Value = serde_json::from_str(entry.as_str()?).ok()?;
        Some(record.get(name)?.as_str()?.to_owned())
    })
}
