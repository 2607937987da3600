//! The `Session` between two rounds of a sign-in: sealed, for one use, for some minutes.

use cognito_proto::time::UnixTime;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::{AppClient, User, attempts};
use crate::chance;
use crate::error::ApiError;
use crate::sealed::{Kind, Sealer};

/// `ChallengeName`. Those that this program does not pose yet are known all the same, so that an answer to
/// one is refused as an answer to the wrong challenge and not as a word nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ChallengeName {
    SmsMfa,
    EmailOtp,
    SoftwareTokenMfa,
    SelectMfaType,
    MfaSetup,
    PasswordVerifier,
    CustomChallenge,
    SelectChallenge,
    DeviceSrpAuth,
    DevicePasswordVerifier,
    AdminNoSrpAuth,
    NewPasswordRequired,
    SmsOtp,
    Password,
    WebAuthn,
    PasswordSrp,
}

impl ChallengeName {
    /// In the order in which the service model lists them.
    pub(crate) const ALL: [(&'static str, Self); 16] = [
        ("SMS_MFA", Self::SmsMfa),
        ("EMAIL_OTP", Self::EmailOtp),
        ("SOFTWARE_TOKEN_MFA", Self::SoftwareTokenMfa),
        ("SELECT_MFA_TYPE", Self::SelectMfaType),
        ("MFA_SETUP", Self::MfaSetup),
        ("PASSWORD_VERIFIER", Self::PasswordVerifier),
        ("CUSTOM_CHALLENGE", Self::CustomChallenge),
        ("SELECT_CHALLENGE", Self::SelectChallenge),
        ("DEVICE_SRP_AUTH", Self::DeviceSrpAuth),
        ("DEVICE_PASSWORD_VERIFIER", Self::DevicePasswordVerifier),
        ("ADMIN_NO_SRP_AUTH", Self::AdminNoSrpAuth),
        ("NEW_PASSWORD_REQUIRED", Self::NewPasswordRequired),
        ("SMS_OTP", Self::SmsOtp),
        ("PASSWORD", Self::Password),
        ("WEB_AUTHN", Self::WebAuthn),
        ("PASSWORD_SRP", Self::PasswordSrp),
    ];

    pub(crate) fn wire_name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, known)| *known == self)
            .map_or("", |(name, _)| name)
    }
}

/// What a `Session` stands for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Session {
    id: String,
    client_id: String,
    /// The user's `sub`.
    pub(crate) sub: String,
    /// The challenge it waits for an answer to.
    challenge: ChallengeName,
    expires_at: u64,
}

impl Session {
    /// A session that waits for this user's answer.
    pub(crate) fn waiting(
        client: &AppClient,
        user: &User,
        challenge: ChallengeName,
        now: UnixTime,
    ) -> Self {
        Self {
            id: chance::uuid(),
            client_id: client.id.clone(),
            sub: user.sub.clone(),
            challenge,
            expires_at: now.plus(client.settings.session_life()).as_secs(),
        }
    }

    pub(crate) fn seal(&self, sealer: &Sealer) -> Result<String, ApiError> {
        sealer.seal(Kind::Session, self)
    }

    fn invalid() -> ApiError {
        ApiError::not_authorized("Invalid session for the user.")
    }

    /// Reads a session that comes back with the answer to `challenge`; it is not spent by being read.
    pub(crate) fn open(
        sealer: &Sealer,
        sealed: &str,
        client: &AppClient,
        challenge: ChallengeName,
        now: UnixTime,
    ) -> Result<Self, ApiError> {
        let session: Self = sealer
            .open(Kind::Session, sealed)
            .ok_or_else(Self::invalid)?;
        if session.client_id != client.id || session.challenge != challenge {
            return Err(Self::invalid());
        }
        if UnixTime::from_secs(session.expires_at) <= now {
            return Err(ApiError::not_authorized(
                "Invalid session for the user, session is expired.",
            ));
        }
        Ok(session)
    }

    /// Refuses a session of somebody else.
    pub(crate) fn check_user(&self, user: Option<&User>) -> Result<(), ApiError> {
        if user.is_some_and(|user| user.sub == self.sub) {
            Ok(())
        } else {
            Err(Self::invalid())
        }
    }

    fn used() -> ApiError {
        ApiError::not_authorized("Invalid session for the user, session can only be used once.")
    }

    /// Refuses a session that was used.
    pub(crate) fn check_unspent(&self, connection: &Connection) -> Result<(), ApiError> {
        if attempts::is_spent(connection, &self.id)? {
            Err(Self::used())
        } else {
            Ok(())
        }
    }

    /// Uses the session up.
    pub(crate) fn spend(&self, connection: &Connection, now: UnixTime) -> Result<(), ApiError> {
        if attempts::spend(
            connection,
            &self.id,
            UnixTime::from_secs(self.expires_at),
            now,
        )? {
            Ok(())
        } else {
            Err(Self::used())
        }
    }
}
