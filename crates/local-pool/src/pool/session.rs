//! The `Session` between two rounds of a sign-in: sealed, for one use, for some minutes.

use cognito_proto::time::UnixTime;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::contact::Contact;
use super::delivery::Destination;
use super::mfa::Factor;
use super::{AppClient, User, UserPool, attempts};
use crate::error::ApiError;
use crate::random;
use crate::sealed::{Kind, Sealer};
use crate::secret::Secret;

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

/// Who signs in: a user, or a name that nobody has, which must look the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    /// The user's `sub`; none for a name that nobody has.
    pub(crate) sub: Option<String>,
    /// `USER_ID_FOR_SRP`: the stored user name as it went out.
    pub(crate) user_id_for_srp: String,
    /// The name that was tried.
    pub(crate) entered_username: String,
}

impl Identity {
    /// A user, whichever of their names was typed.
    pub(crate) fn user(user: &User) -> Self {
        Self {
            sub: Some(user.sub.clone()),
            user_id_for_srp: user.username.clone(),
            entered_username: user.username.clone(),
        }
    }

    /// Whether `USERNAME` in an answer names them: by what went out, or by what people type.
    pub(crate) fn matches_username(
        &self,
        connection: &Connection,
        pool: &UserPool,
        username: &str,
    ) -> Result<bool, ApiError> {
        if username == self.user_id_for_srp {
            return Ok(true);
        }
        match &self.sub {
            Some(sub) => Ok(pool
                .user(connection, username)?
                .is_some_and(|user| user.sub == *sub)),
            None => Ok(pool.fold(username) == pool.fold(&self.entered_username)),
        }
    }
}

/// How a sign-in began, where that decides what comes later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum FlowKind {
    /// With the password alone: `USER_SRP_AUTH`, `USER_PASSWORD_AUTH`, the operator's flows, the hosted pages.
    #[default]
    Password,
    /// `CUSTOM_AUTH`: challenges of the pool's own follow, in place of a second factor.
    Custom,
    /// `USER_AUTH`.
    Choice,
}

/// What a sign-in has come to, carried from round to round.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Progress {
    pub(crate) flow: FlowKind,
    /// `DEVICE_KEY`, as the client last sent it.
    pub(crate) device_key: Option<String>,
    /// What a passkey has to sign, in base64url.
    pub(crate) passkey_challenge: Option<String>,
    /// The second factors that the open challenge lets one choose from, or set up.
    pub(crate) factors: Vec<Factor>,
    /// The code that the open challenge asks for.
    pub(crate) sent_code: Option<SentCode>,
    /// Whether an authenticator app was verified in this sign-in, which makes it a factor.
    pub(crate) software_token_verified: bool,
    /// How often the open challenge of the pool's own was answered wrongly.
    pub(crate) wrong_answers: u32,
}

/// What a code that was sent proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum CompletedFactor {
    /// Who signs in, without a password.
    FirstFactor,
    /// The second factor.
    SecondFactor,
    /// That an address is theirs, which becomes their second factor.
    MfaSetup,
}

/// A code at sign-in and where it went; it lives and dies with its session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SentCode {
    pub(crate) code: Secret,
    pub(crate) contact: Contact,
    pub(crate) address: String,
    pub(crate) completes: CompletedFactor,
}

impl SentCode {
    /// Where it went.
    pub(crate) fn destination(&self) -> Destination {
        Destination {
            contact: self.contact,
            address: self.address.clone(),
        }
    }
}

/// What a `Session` stands for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Session {
    id: String,
    client_id: String,
    pub(crate) identity: Identity,
    /// The challenge it waits for an answer to.
    challenge: ChallengeName,
    expires_at: u64,
    pub(crate) progress: Progress,
}

impl Session {
    /// A session that waits for an answer to this challenge.
    pub(crate) fn new(
        client: &AppClient,
        identity: Identity,
        challenge: ChallengeName,
        progress: Progress,
        now: UnixTime,
    ) -> Self {
        Self {
            id: random::uuid(),
            client_id: client.id.clone(),
            identity,
            challenge,
            expires_at: now.plus(client.settings.session_lifetime()).as_secs(),
            progress,
        }
    }

    pub(crate) fn seal(&self, sealer: &Sealer) -> Result<String, ApiError> {
        sealer.seal(Kind::Session, self)
    }

    pub(crate) fn invalid() -> ApiError {
        ApiError::not_authorized("Invalid session for the user.")
    }

    pub(crate) fn expired() -> ApiError {
        ApiError::not_authorized("Invalid session for the user, session is expired.")
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
        if session.client_id != client.id {
            return Err(Self::invalid());
        }
        session.check_valid(challenge, now)
    }

    /// Likewise for a request that names no client: the session's own.
    pub(crate) fn open_for_any_client(
        connection: &Connection,
        sealer: &Sealer,
        sealed: &str,
        challenge: ChallengeName,
        now: UnixTime,
    ) -> Result<(Self, AppClient), ApiError> {
        let session: Self = sealer
            .open(Kind::Session, sealed)
            .ok_or_else(Self::invalid)?;
        let client = AppClient::find(connection, &session.client_id)?.ok_or_else(Self::invalid)?;
        Ok((session.check_valid(challenge, now)?, client))
    }

    fn check_valid(self, challenge: ChallengeName, now: UnixTime) -> Result<Self, ApiError> {
        if self.challenge != challenge {
            return Err(Self::invalid());
        }
        if UnixTime::from_secs(self.expires_at) <= now {
            return Err(Self::expired());
        }
        Ok(self)
    }

    /// The user as they are now; none for a name that nobody has, and for somebody who was deleted meanwhile.
    pub(crate) fn user(&self, connection: &Connection) -> Result<Option<User>, ApiError> {
        match &self.identity.sub {
            Some(sub) => User::by_sub(connection, sub),
            None => Ok(None),
        }
    }

    /// Refuses a session of somebody else.
    pub(crate) fn check_username(
        &self,
        connection: &Connection,
        pool: &UserPool,
        username: &str,
    ) -> Result<(), ApiError> {
        if self.identity.matches_username(connection, pool, username)? {
            Ok(())
        } else {
            Err(Self::invalid())
        }
    }

    pub(crate) fn used() -> ApiError {
        ApiError::not_authorized("Invalid session for the user, session can only be used once.")
    }

    /// Refuses a session that was used.
    pub(crate) fn check_unused(&self, connection: &Connection) -> Result<(), ApiError> {
        if attempts::is_used(connection, &self.id)? {
            Err(Self::used())
        } else {
            Ok(())
        }
    }

    /// Uses the session up.
    pub(crate) fn mark_used(&self, connection: &Connection, now: UnixTime) -> Result<(), ApiError> {
        if attempts::mark_used(
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
