//! The relying party of a pool's passkeys (`WebAuthnConfiguration`).

use std::net::IpAddr;

use rusqlite::Connection;

use super::UserPool;
use super::domain::UserPoolDomain;
use super::mfa::UserVerification;
use super::passkey::Passkey;
use super::user::User;
use crate::error::ApiError;
use crate::webauthn::ExpectedWebAuthnValues;

/// The name that stands for passkeys in `AllowedFirstAuthFactors`, the list of allowed first factors.
pub(crate) const WEB_AUTHN: &str = "WEB_AUTHN";

/// The relying party of passkeys: the site for which they are valid (WebAuthn §5.1.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RelyingParty {
    /// The relying party ID. Pages on this domain and its subdomains may use the passkeys.
    pub(crate) id: String,
    /// True if the authenticator must verify the user (`required` in WebAuthn), false if it verifies the user when it
    /// can (`preferred`).
    pub(crate) user_verification_required: bool,
}

impl RelyingParty {
    /// Returns the relying party of a pool: the configured one, or the host of the pool's hosted pages. Returns
    /// `None` if the pool has neither.
    ///
    /// `base_url` is the address at which the caller reached this program.
    pub(crate) fn find_relying_party_of_pool(
        connection: &Connection,
        pool: &UserPool,
        base_url: &str,
    ) -> Result<Option<Self>, ApiError> {
        let configuration = pool.settings.factors.web_authn_configuration.as_ref();
        let id = match configuration.and_then(|set| set.relying_party_id.clone()) {
            Some(id) => Some(id),
            None if UserPoolDomain::find_domain_of_pool(connection, &pool.id)?.is_some() => {
                host_of_url(base_url)
            }
            None => None,
        };
        Ok(id.map(|id| Self {
            id,
            user_verification_required: configuration
                .is_some_and(|set| set.user_verification == Some(UserVerification::Required)),
        }))
    }

    /// Returns the value of `userVerification` in the WebAuthn options for the browser.
    pub(crate) const fn user_verification(&self) -> &'static str {
        if self.user_verification_required {
            "required"
        } else {
            "preferred"
        }
    }

    /// Returns the values that a browser's passkey response to this challenge must have.
    pub(crate) fn expected_webauthn_values<'a>(
        &'a self,
        challenge: &'a [u8],
    ) -> ExpectedWebAuthnValues<'a> {
        ExpectedWebAuthnValues {
            challenge,
            relying_party_id: &self.id,
            user_verification_required: self.user_verification_required,
        }
    }

    /// Loads the passkeys of a user that belong to this relying party.
    pub(crate) fn load_usable_passkeys(
        &self,
        connection: &Connection,
        user: &User,
    ) -> Result<Vec<Passkey>, ApiError> {
        let mut passkeys = Passkey::load_passkeys_of_user(connection, user)?;
        passkeys.retain(|passkey| passkey.relying_party_id == self.id);
        Ok(passkeys)
    }
}

impl UserPool {
    /// Returns true if users may sign in with this first factor (`AllowedFirstAuthFactors`). A password is always
    /// allowed.
    pub(crate) fn allows_first_factor(&self, factor_name: &str) -> bool {
        factor_name == "PASSWORD"
            || self
                .settings
                .policies
                .sign_in_policy
                .allowed_first_auth_factors
                .iter()
                .any(|allowed| allowed == factor_name)
    }

    /// Returns true if the pool allows users who have no password.
    pub(crate) fn allows_users_without_password(&self) -> bool {
        ["EMAIL_OTP", "SMS_OTP", WEB_AUTHN]
            .into_iter()
            .any(|factor| self.allows_first_factor(factor))
    }
}

/// Returns the host of a URL such as `http://localhost:9229`, or `None` for an IP address, which is not a valid
/// relying party ID (WebAuthn §5.1.2).
fn host_of_url(base_url: &str) -> Option<String> {
    let (_, authority) = base_url.split_once("://")?;
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.chars().all(|letter| letter.is_ascii_digit()) => host,
        _ => authority,
    };
    let is_domain = host.parse::<IpAddr>().is_err() && !host.starts_with('[');
    is_domain.then(|| host.to_owned())
}
