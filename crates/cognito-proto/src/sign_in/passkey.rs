//! `WEB_AUTHN`: the challenge for a passkey.

use super::open_challenge::OpenChallenge;
use super::request::{AuthRequest, SentAnswer};
use crate::action::{Challenge, MemberError};
use crate::secret::PasskeyAssertion;

/// A `WEB_AUTHN` challenge: the user must confirm with a passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyChallenge {
    /// The options with which the browser asks for the passkey (`CREDENTIAL_REQUEST_OPTIONS`): the JSON text of
    /// `PublicKeyCredentialRequestOptionsJSON`. Browsers parse it with
    /// `PublicKeyCredential.parseRequestOptionsFromJSON()` (WebAuthn Level 3 §5.1.9).
    pub options: String,
}

impl PasskeyChallenge {
    pub(super) fn parse(challenge: &Challenge) -> Result<Self, MemberError> {
        let options = challenge.required_parameter("CREDENTIAL_REQUEST_OPTIONS")?;
        Ok(Self {
            options: options.to_owned(),
        })
    }
}

impl OpenChallenge<PasskeyChallenge> {
    /// Answers the challenge with the signed response of the passkey.
    pub fn answer(self, assertion: PasskeyAssertion) -> AuthRequest {
        AuthRequest::new(self.context, SentAnswer::Passkey(self.challenge, assertion))
    }
}
