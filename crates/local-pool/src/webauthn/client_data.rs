//! Client data (`clientDataJSON`), in which the browser describes the page that made the call (WebAuthn §5.8.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::{ExpectedWebAuthnValues, WebAuthnError};

/// The ceremony in which the browser made the client data: registration (`create`) or authentication (`get`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WebAuthnCeremony {
    Create,
    Get,
}

impl WebAuthnCeremony {
    /// Returns the value that `type` has in the client data of this ceremony.
    const fn client_data_type(self) -> &'static str {
        match self {
            Self::Create => "webauthn.create",
            Self::Get => "webauthn.get",
        }
    }
}

/// The members of the client data that are checked. Browsers may add other members (WebAuthn §5.8.1).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    #[serde(default)]
    top_origin: Option<String>,
}

impl ClientData {
    /// Parses `clientDataJSON`, or returns an error if it is malformed.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, WebAuthnError> {
        serde_json::from_slice(bytes).map_err(|_| WebAuthnError::Malformed("clientDataJSON"))
    }

    /// Checks ceremony, challenge and origin against the expected values, and returns the first mismatch as an
    /// error.
    pub(super) fn check_client_data(
        &self,
        ceremony: WebAuthnCeremony,
        expected: &ExpectedWebAuthnValues<'_>,
    ) -> Result<(), WebAuthnError> {
        if self.kind != ceremony.client_data_type() {
            return Err(WebAuthnError::WrongCeremony);
        }
        if self.challenge != URL_SAFE_NO_PAD.encode(expected.challenge) {
            return Err(WebAuthnError::WrongChallenge);
        }
        // The pool never expects a page in a frame of another site.
        if self.cross_origin
            || self.top_origin.is_some()
            || !is_origin_of_relying_party(&self.origin, expected.relying_party_id)
        {
            return Err(WebAuthnError::OriginNotAllowed);
        }
        Ok(())
    }
}

/// Returns true if pages of this origin (RFC 6454 §6.2) may use passkeys of the relying party: the host is the relying
/// party ID or a subdomain of it.
///
/// The origin must use HTTPS or be on localhost.
fn is_origin_of_relying_party(origin: &str, relying_party_id: &str) -> bool {
    let (secure, authority) = match (
        origin.strip_prefix("https://"),
        origin.strip_prefix("http://"),
    ) {
        (Some(authority), _) => (true, authority),
        (None, Some(authority)) => (false, authority),
        (None, None) => return false,
    };
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() => host,
        Some(_) => return false,
        None => authority,
    };
    let is_or_below = |host: &str, domain: &str| {
        host.strip_suffix(domain)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.') && rest.len() > 1)
    };
    !relying_party_id.is_empty()
        && !host.contains(|letter: char| !letter.is_ascii_alphanumeric() && !"-.".contains(letter))
        && is_or_below(host, relying_party_id)
        && (secure || is_or_below(host, "localhost"))
}

#[cfg(test)]
mod tests {
    use super::is_origin_of_relying_party;

    #[test]
    fn passkey_origin_must_be_secure_and_of_the_relying_party() {
        for (origin, id) in [
            ("https://example.org", "example.org"),
            ("https://app.example.org", "example.org"),
            ("https://a.b.example.org:8443", "example.org"),
            ("http://localhost:8000", "localhost"),
            ("http://localhost", "localhost"),
            ("https://localhost:9229", "localhost"),
            ("http://app.localhost:3000", "localhost"),
        ] {
            assert!(is_origin_of_relying_party(origin, id), "{origin} of {id}");
        }
        for (origin, id) in [
            ("http://example.org", "example.org"),
            ("https://notexample.org", "example.org"),
            ("https://example.org.evil.example", "example.org"),
            ("https://org", "example.org"),
            ("https://.example.org", "example.org"),
            ("https://evil.example/.example.org", "example.org"),
            ("https://evil.example#.example.org", "example.org"),
            ("https://user@example.org", "example.org"),
            ("https://example.org:", "example.org"),
            ("https://example.org:99999", "example.org"),
            ("https://EXAMPLE.ORG", "example.org"),
            ("http://127.0.0.1:8000", "localhost"),
            ("http://notlocalhost:8000", "localhost"),
            ("android:apk-key-hash:Zm9v", "example.org"),
            ("null", "example.org"),
            ("", "example.org"),
            ("https://example.org", ""),
        ] {
            assert!(!is_origin_of_relying_party(origin, id), "{origin} of {id}");
        }
    }
}
