//! What a page sends of a credential: `PublicKeyCredential.toJSON()` (§5.1.3, §5.1.4). Bytes are base64url without padding.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer};

use super::Fault;

/// How a browser may reach an authenticator (§5.8.4); others are for later browsers and may come too.
const LONGEST_TRANSPORT: usize = 32;
/// More ways than there are.
const MOST_TRANSPORTS: usize = 16;

fn base64url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(serde::de::Error::custom)
}

/// `RegistrationResponseJSON`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Registration {
    #[serde(deserialize_with = "base64url")]
    id: Vec<u8>,
    #[serde(deserialize_with = "base64url")]
    raw_id: Vec<u8>,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    pub(crate) authenticator_attachment: Option<String>,
    pub(crate) response: Attestation,
}

/// `AuthenticatorAttestationResponseJSON`. Its `authenticatorData` and `publicKey` are for those who do not read the
/// attestation object, which says the same under a signature.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attestation {
    #[serde(rename = "clientDataJSON", deserialize_with = "base64url")]
    pub(crate) client_data_json: Vec<u8>,
    #[serde(deserialize_with = "base64url")]
    pub(crate) attestation_object: Vec<u8>,
    #[serde(default)]
    transports: Vec<String>,
}

/// `AuthenticationResponseJSON`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Assertion {
    #[serde(deserialize_with = "base64url")]
    id: Vec<u8>,
    #[serde(deserialize_with = "base64url")]
    raw_id: Vec<u8>,
    #[serde(rename = "type")]
    kind: String,
    pub(crate) response: AssertionResponse,
}

/// `AuthenticatorAssertionResponseJSON`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssertionResponse {
    #[serde(rename = "clientDataJSON", deserialize_with = "base64url")]
    pub(crate) client_data_json: Vec<u8>,
    #[serde(deserialize_with = "base64url")]
    pub(crate) authenticator_data: Vec<u8>,
    #[serde(deserialize_with = "base64url")]
    pub(crate) signature: Vec<u8>,
    #[serde(default)]
    user_handle: Option<String>,
}

fn one_id<'a>(id: &'a [u8], raw_id: &[u8], kind: &str) -> Result<&'a [u8], Fault> {
    if kind != "public-key" {
        return Err(Fault::Malformed("type"));
    }
    if id != raw_id {
        return Err(Fault::Malformed("rawId"));
    }
    Ok(id)
}

impl Registration {
    /// The credential's id, if it is a public-key credential with one id.
    pub(crate) fn id(&self) -> Result<&[u8], Fault> {
        one_id(&self.id, &self.raw_id, &self.kind)
    }

    /// How the authenticator can be reached, as the browser says.
    pub(crate) fn transports(&self) -> Vec<String> {
        let mut transports: Vec<String> = self
            .response
            .transports
            .iter()
            .filter(|transport| transport.len() <= LONGEST_TRANSPORT)
            .take(MOST_TRANSPORTS)
            .cloned()
            .collect();
        transports.dedup();
        transports
    }
}

impl Assertion {
    /// The credential's id, if it is a public-key credential with one id.
    pub(crate) fn id(&self) -> Result<&[u8], Fault> {
        one_id(&self.id, &self.raw_id, &self.kind)
    }
}

impl AssertionResponse {
    /// Whose credential the authenticator says it is; one that does not keep handles gives none. What is not base64url is
    /// nobody's handle.
    pub(crate) fn user_handle(&self) -> Option<Vec<u8>> {
        self.user_handle
            .as_deref()
            .filter(|handle| !handle.is_empty())
            .map(|handle| URL_SAFE_NO_PAD.decode(handle).unwrap_or_default())
    }
}
