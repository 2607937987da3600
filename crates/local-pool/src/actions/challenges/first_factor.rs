//! The first factors of a `USER_AUTH` sign-in: those that the pool allows and the user has.

use rusqlite::Connection;

use super::SignInRequest;
use crate::error::ApiError;
use crate::pool::contact::{self, ContactKind};
use crate::pool::delivery::MessageDestination;
use crate::pool::mfa::{self, MfaPreference, MfaRequirement, WebAuthnFactor};
use crate::pool::relying_party::{RelyingParty, WEB_AUTHN};
use crate::pool::{User, UserStatus};

/// A first factor of a `USER_AUTH` sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FirstFactor {
    PasswordSrp,
    Password,
    EmailOtp,
    SmsOtp,
    WebAuthn,
}

impl FirstFactor {
    /// All first factors, in the order in which Cognito lists them.
    const ALL: [Self; 5] = [
        Self::PasswordSrp,
        Self::Password,
        Self::EmailOtp,
        Self::SmsOtp,
        Self::WebAuthn,
    ];

    /// Returns the name of the factor in requests and responses.
    pub(crate) const fn wire_name(self) -> &'static str {
        match self {
            Self::PasswordSrp => "PASSWORD_SRP",
            Self::Password => "PASSWORD",
            Self::EmailOtp => "EMAIL_OTP",
            Self::SmsOtp => "SMS_OTP",
            Self::WebAuthn => WEB_AUTHN,
        }
    }

    /// Returns the factor with this name in requests, or `None` for an unknown name.
    pub(super) fn from_wire_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|factor| factor.wire_name() == name)
    }

    /// Returns the contact that receives the code of this factor, or `None` if this factor sends no code.
    const fn contact(self) -> Option<ContactKind> {
        match self {
            Self::EmailOtp => Some(ContactKind::Email),
            Self::SmsOtp => Some(ContactKind::PhoneNumber),
            Self::PasswordSrp | Self::Password | Self::WebAuthn => None,
        }
    }

    /// Returns true if this factor is a password, in plain text or by SRP.
    const fn is_password_factor(self) -> bool {
        matches!(self, Self::PasswordSrp | Self::Password)
    }
}

impl SignInRequest<'_> {
    /// Returns the first factors that the pool allows and this user has.
    pub(crate) fn load_first_factors(
        &self,
        connection: &Connection,
        user: &User,
    ) -> Result<Vec<FirstFactor>, ApiError> {
        let needs_second =
            mfa::determine_mfa_requirement(connection, self.pool, user)? != MfaRequirement::None;
        let mut factors = Vec::new();
        // A user of another identity provider has no factors in this pool.
        if user.status == UserStatus::ExternalProvider {
            return Ok(factors);
        }
        for factor in FirstFactor::ALL {
            let usable = match factor {
                FirstFactor::PasswordSrp | FirstFactor::Password => user.verifier.is_some(),
                // A user with a temporary password must begin with the password.
                _ if user.status == UserStatus::ForceChangePassword
                    || !self.pool.allows_first_factor(factor.wire_name()) =>
                {
                    false
                }
                FirstFactor::EmailOtp | FirstFactor::SmsOtp => {
                    !needs_second
                        && self
                            .find_code_destination(connection, user, factor)?
                            .is_some()
                }
                FirstFactor::WebAuthn => {
                    (!needs_second || self.passkeys_count_as_both_factors(connection, user)?)
                        && self.has_usable_passkey(connection, user)?
                }
            };
            if usable {
                factors.push(factor);
            }
        }
        Ok(factors)
    }

    /// Returns the verified email address or phone number to which a code of this factor is sent, or `None` if the user
    /// has none.
    pub(super) fn find_code_destination(
        &self,
        connection: &Connection,
        user: &User,
        factor: FirstFactor,
    ) -> Result<Option<MessageDestination>, ApiError> {
        let attributes = user.load_attributes(connection)?;
        Ok(factor
            .contact()
            .and_then(|contact| MessageDestination::from_verified_attributes(contact, &attributes)))
    }

    /// Returns true if the user has a passkey for the relying party of the pool.
    fn has_usable_passkey(&self, connection: &Connection, user: &User) -> Result<bool, ApiError> {
        let party =
            RelyingParty::find_relying_party_of_pool(connection, self.pool, self.caller.base_url)?;
        Ok(match party {
            Some(party) => !party.load_usable_passkeys(connection, user)?.is_empty(),
            None => false,
        })
    }

    /// Returns true if a passkey of this user also counts as the second factor, because the authenticator verifies the
    /// user.
    fn passkeys_count_as_both_factors(
        &self,
        connection: &Connection,
        user: &User,
    ) -> Result<bool, ApiError> {
        let multi = self
            .pool
            .settings
            .factors
            .web_authn_configuration
            .as_ref()
            .is_some_and(|set| {
                set.factor_configuration == Some(WebAuthnFactor::MultiFactorWithUserVerification)
            });
        Ok(multi && MfaPreference::load_mfa_preference(connection, user)?.web_authn)
    }

    /// Returns the first factors that a response shows for an unknown username: those of a user with a password and a
    /// verified email address or phone number.
    pub(super) fn first_factors_of_unknown_user(&self, entered_username: &str) -> Vec<FirstFactor> {
        FirstFactor::ALL
            .into_iter()
            .filter(|factor| {
                factor.is_password_factor()
                    || self.pool.allows_first_factor(factor.wire_name())
                        && match factor.contact() {
                            Some(ContactKind::Email) => !contact::is_phone_number(entered_username),
                            Some(ContactKind::PhoneNumber) => {
                                contact::is_phone_number(entered_username)
                            }
                            None => false,
                        }
            })
            .collect()
    }
}
