//! `WEB_AUTHN`: a passkey signs.

use super::asked::Asked;
use super::round::{Round, Said};
use crate::action::{Challenge, Malformed};
use crate::secret::PasskeyAssertion;

/// `WEB_AUTHN`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyAsked {
    /// `CREDENTIAL_REQUEST_OPTIONS`: the JSON text of `PublicKeyCredentialRequestOptionsJSON`, which browsers read by
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
    /// What the passkey signed.
    pub fn answer(self, assertion: PasskeyAssertion) -> Round {
        Round::new(self.conversation, Said::Passkey(self.question, assertion))
    }
}
