//! The JSON in which a page sends a passkey response: `PublicKeyCredential.toJSON()` (WebAuthn §5.1.3, §5.1.4).
//!
//! Bytes are base64url without padding.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer};

use super::WebAuthnError;

/// The maximum length of a transport name, such as `usb`. Unknown names are valid (WebAuthn §5.8.4).
const MAX_TRANSPORT_LENGTH: usize = 32;
/// The maximum number of transport names, which is larger than the number of known ones.
const MAX_TRANSPORTS: usize = 16;

/// Deserializes base64url text to bytes.
fn deserialize_base64url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(serde::de::Error::custom)
}

/// The JSON of a passkey registration: `RegistrationResponseJSON`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RegistrationResponse {
    #[serde(deserialize_with = "deserialize_base64url")]
    id: Vec<u8>,
    #[serde(deserialize_with = "deserialize_base64url")]
    raw_id: Vec<u8>,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    pub(crate) authenticator_attachment: Option<String>,
    pub(crate) response: AuthenticatorAttestationResponse,
}

/// The authenticator's response in a registration: `AuthenticatorAttestationResponseJSON`.
///
/// The members `authenticatorData` and `publicKey` are ignored, because the attestation object contains the same
/// values.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuthenticatorAttestationResponse {
    #[serde(rename = "clientDataJSON", deserialize_with = "deserialize_base64url")]
    pub(crate) client_data_json: Vec<u8>,
    #[serde(deserialize_with = "deserialize_base64url")]
    pub(crate) attestation_object: Vec<u8>,
    #[serde(default)]
    transports: Vec<String>,
}

/// The JSON of a passkey assertion: `AuthenticationResponseJSON`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuthenticationResponse {
    #[serde(deserialize_with = "deserialize_base64url")]
    id: Vec<u8>,
    #[serde(deserialize_with = "deserialize_base64url")]
    raw_id: Vec<u8>,
    #[serde(rename = "type")]
    kind: String,
    pub(crate) response: AuthenticatorAssertionResponse,
}

/// The authenticator's response in an assertion: `AuthenticatorAssertionResponseJSON`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuthenticatorAssertionResponse {
    #[serde(rename = "clientDataJSON", deserialize_with = "deserialize_base64url")]
    pub(crate) client_data_json: Vec<u8>,
    #[serde(deserialize_with = "deserialize_base64url")]
    pub(crate) authenticator_data: Vec<u8>,
    #[serde(deserialize_with = "deserialize_base64url")]
    pub(crate) signature: Vec<u8>,
    #[serde(default)]
    user_handle: Option<String>,
}

/// Returns the credential ID if `id` and `rawId` agree and the type is `public-key`, otherwise an error.
fn checked_credential_id<'a>(
    id: &'a [u8],
    raw_id: &[u8],
    kind: &str,
) -> Result<&'a [u8], WebAuthnError> {
    if kind != "public-key" {
        return Err(WebAuthnError::Malformed("type"));
    }
    if id != raw_id {
        return Err(WebAuthnError::Malformed("rawId"));
    }
    Ok(id)
}

impl RegistrationResponse {
    /// Returns the credential ID if `id` and `rawId` agree and the type is `public-key`, otherwise an error.
    pub(crate) fn credential_id(&self) -> Result<&[u8], WebAuthnError> {
        checked_credential_id(&self.id, &self.raw_id, &self.kind)
    }

    /// Returns the transports of the authenticator, as the browser reports them.
    pub(crate) fn transports(&self) -> Vec<String> {
        let mut transports: Vec<String> = self
            .response
            .transports
            .iter()
            .filter(|transport| transport.len() <= MAX_TRANSPORT_LENGTH)
            .take(MAX_TRANSPORTS)
            .cloned()
            .collect();
        transports.dedup();
        transports
    }
}

impl AuthenticationResponse {
    /// Returns the credential ID if `id` and `rawId` agree and the type is `public-key`, otherwise an error.
    pub(crate) fn credential_id(&self) -> Result<&[u8], WebAuthnError> {
        checked_credential_id(&self.id, &self.raw_id, &self.kind)
    }
}

impl AuthenticatorAssertionResponse {
    /// Returns the user handle, or `None` for an authenticator that stores no user handles.
    ///
    /// A handle that is not base64url becomes empty, which matches no user.
    pub(crate) fn user_handle(&self) -> Option<Vec<u8>> {
        self.user_handle
            .as_deref()
            .filter(|handle| !handle.is_empty())
            .map(|handle| URL_SAFE_NO_PAD.decode(handle).unwrap_or_default())
    }
}
