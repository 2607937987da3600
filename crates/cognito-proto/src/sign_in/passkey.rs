//! `WEB_AUTHN`: the challenge for a passkey.

use super::asked::Asked;
use super::round::{Round, Said};
use crate::action::{Challenge, Malformed};
use crate::secret::PasskeyAssertion;

/// The question of a `WEB_AUTHN` challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyAsked {
    /// `CREDENTIAL_REQUEST_OPTIONS`: the JSON text of `PublicKeyCredentialRequestOptionsJSON`. Browsers parse it with
    /// `PublicKeyCredential.parseRequestOptionsFromJSON()` (WebAuthn Level 3 §5.1.9).
    pub options: String,
}

impl PasskeyAsked {
    pub(super) fn read(challenge: &Challenge) -> Result<Self, Malformed> {
        let options = challenge.parameter("CREDENTIAL_REQUEST_OPTIONS")?;
        Ok(Self {
            options: options.to_owned(),
        })
    }
}

impl Asked<PasskeyAsked> {
    /// Answers with the passkey's assertion.
    pub fn answer(self, assertion: PasskeyAssertion) -> Round {
        Round::new(self.conversation, Said::Passkey(self.question, assertion))
    }
}
