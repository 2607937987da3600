//! For whom a pool's passkeys are: the relying party (`WebAuthnConfiguration`).

use std::net::IpAddr;

use rusqlite::Connection;

use super::UserPool;
use super::domain::Domain;
use super::mfa::UserVerification;
use super::passkey::Passkey;
use super::user::User;
use crate::error::ApiError;
use crate::webauthn::Expected;

/// The name of passkeys among `AllowedFirstAuthFactors`.
pub(crate) const WEB_AUTHN: &str = "WEB_AUTHN";

/// A relying party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RelyingParty {
    /// A domain; pages on it and below it may use its passkeys.
    pub(crate) id: String,
    /// Whether authenticators must verify who is there; else they are asked to if they can.
    pub(crate) user_verification_required: bool,
}

impl RelyingParty {
    /// A pool's relying party: the one it is set to, else where its hosted pages are; none when there are none.
    ///
    /// `base_url` is the address by which this program was reached.
    pub(crate) fn of_pool(
        connection: &Connection,
        pool: &UserPool,
        base_url: &str,
    ) -> Result<Option<Self>, ApiError> {
        let configuration = pool.settings.factors.web_authn_configuration.as_ref();
        let id = match configuration.and_then(|set| set.relying_party_id.clone()) {
            Some(id) => Some(id),
            None if Domain::of_pool(connection, &pool.id)?.is_some() => host_of(base_url),
            None => None,
        };
        Ok(id.map(|id| Self {
            id,
            user_verification_required: configuration
                .is_some_and(|set| set.user_verification == Some(UserVerification::Required)),
        }))
    }

    /// `userVerification` in a browser's options.
    pub(crate) const fn user_verification(&self) -> &'static str {
        if self.user_verification_required {
            "required"
        } else {
            "preferred"
        }
    }

    /// What an answer to this challenge is held against.
    pub(crate) fn expects<'a>(&'a self, challenge: &'a [u8]) -> Expected<'a> {
        Expected {
            challenge,
            relying_party_id: &self.id,
            user_verification_required: self.user_verification_required,
        }
    }

    /// Those passkeys of a user that are for this relying party.
    pub(crate) fn passkeys(
        &self,
        connection: &Connection,
        user: &User,
    ) -> Result<Vec<Passkey>, ApiError> {
        let mut passkeys = Passkey::of_user(connection, user)?;
        passkeys.retain(|passkey| passkey.relying_party_id == self.id);
        Ok(passkeys)
    }
}

impl UserPool {
    /// Whether people may sign in with this factor first (`AllowedFirstAuthFactors`); a password is always one.
    pub(crate) fn allows_first(&self, factor: &str) -> bool {
        factor == "PASSWORD"
            || self
                .settings
                .policies
                .sign_in_policy
                .allowed_first_auth_factors
                .iter()
                .any(|allowed| allowed == factor)
    }

    /// Whether people may be without a password here.
    pub(crate) fn is_passwordless(&self) -> bool {
        ["EMAIL_OTP", "SMS_OTP", WEB_AUTHN]
            .into_iter()
            .any(|factor| self.allows_first(factor))
    }
}

/// The host in `http://localhost:9229`; none for an IP address, which is no relying party's id (Web Authentication §5.1.2).
fn host_of(base_url: &str) -> Option<String> {
    let (_, authority) = base_url.split_once("://")?;
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.chars().all(|letter| letter.is_ascii_digit()) => host,
        _ => authority,
    };
    let is_domain = host.parse::<IpAddr>().is_err() && !host.starts_with('[');
    is_domain.then(|| host.to_owned())
}
