//! The authentication session (`Session`) that links the requests of a sign-in. It is encrypted, and valid once and for
//! some minutes.

use cognito_proto::time::UnixTime;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::contact::ContactKind;
use super::delivery::MessageDestination;
use super::mfa::SecondFactor;
use super::{AppClient, User, UserPool, attempts};
use crate::error::ApiError;
use crate::random;
use crate::sealed::{SealedTextKind, TextSealer};
use crate::secret::Secret;

/// The name of a challenge (`ChallengeName`). Names that this program does not issue are included, so that a response
/// to such a challenge gets the error for a wrong challenge instead of the error for an unknown name.
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
    /// All names of challenges, in the order of the service model.
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

    /// Returns the name of the challenge in requests and responses.
    pub(crate) fn wire_name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, known)| *known == self)
            .map_or("", |(name, _)| name)
    }
}

/// The user who is signing in, as far as a session stores it. An unknown username has an identity too, so that the
/// responses do not reveal whether the user exists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SignInIdentity {
    /// The user's `sub`, or `None` for an unknown user.
    pub(crate) sub: Option<String>,
    /// The stored username, as the response named it (`USER_ID_FOR_SRP`).
    pub(crate) user_id_for_srp: String,
    /// The username as the client sent it.
    pub(crate) entered_username: String,
}

impl SignInIdentity {
    /// Returns the identity of this user.
    pub(crate) fn from_user(user: &User) -> Self {
        Self {
            sub: Some(user.sub.clone()),
            user_id_for_srp: user.username.clone(),
            entered_username: user.username.clone(),
        }
    }

    /// Returns true if the member `USERNAME` in a response to a challenge identifies this user. Clients send
    /// `USER_ID_FOR_SRP` or any name of the user.
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
                .find_user_by_name(connection, username)?
                .is_some_and(|user| user.sub == *sub)),
            None => Ok(pool.normalize_username(username)
                == pool.normalize_username(&self.entered_username)),
        }
    }
}

/// The kind of flow with which a sign-in began. It decides the later steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum SignInFlowKind {
    /// The sign-in began with a password: `USER_SRP_AUTH`, `USER_PASSWORD_AUTH`, the admin flows, the hosted pages.
    #[default]
    Password,
    /// `CUSTOM_AUTH`: custom challenges follow in place of a second factor.
    Custom,
    /// `USER_AUTH`: the user chooses the first factor.
    Choice,
}

/// The data of a sign-in that its sessions carry from request to request.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct SignInProgress {
    pub(crate) flow: SignInFlowKind,
    /// The device key that the client sent last (`DEVICE_KEY`).
    pub(crate) device_key: Option<String>,
    /// The challenge that a passkey has to sign, in base64url.
    pub(crate) passkey_challenge: Option<String>,
    /// The second factors that the pending challenge lets the user choose from or set up.
    pub(crate) factors: Vec<SecondFactor>,
    /// The code that the pending challenge asks for.
    pub(crate) sent_code: Option<SentSignInCode>,
    /// True if an authenticator app was verified in this sign-in. It then counts as the second factor.
    pub(crate) software_token_verified: bool,
    /// The number of wrong answers to the pending custom challenge.
    pub(crate) wrong_answers: u32,
}

/// What a correct code completes in a sign-in: the first factor, the second factor, or the setup of a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum FactorCompletedByCode {
    /// The code is the first factor, in place of a password.
    FirstFactor,
    /// The code is the second factor.
    SecondFactor,
    /// The code proves that the user owns an email address or phone number, which becomes the second factor.
    MfaSetup,
}

/// A code that was sent for a sign-in, and its destination. The code is valid as long as its session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SentSignInCode {
    pub(crate) code: Secret,
    pub(crate) contact: ContactKind,
    pub(crate) address: String,
    pub(crate) completes: FactorCompletedByCode,
}

impl SentSignInCode {
    /// Returns the address to which the code was sent.
    pub(crate) fn destination(&self) -> MessageDestination {
        MessageDestination {
            contact: self.contact,
            address: self.address.clone(),
        }
    }
}

/// The content of the authentication session that a client sends back (`Session`).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SignInSession {
    id: String,
    client_id: String,
    pub(crate) identity: SignInIdentity,
    /// The challenge to which the client has to respond.
    challenge: ChallengeName,
    expires_at: u64,
    pub(crate) progress: SignInProgress,
}

impl SignInSession {
    /// Creates a session that waits for the client's response to this challenge.
    pub(crate) fn new(
        client: &AppClient,
        identity: SignInIdentity,
        challenge: ChallengeName,
        progress: SignInProgress,
        now: UnixTime,
    ) -> Self {
        Self {
            id: random::generate_uuid(),
            client_id: client.id.clone(),
            identity,
            challenge,
            expires_at: now.plus(client.settings.session_lifetime()).as_secs(),
            progress,
        }
    }

    /// Returns the session as encrypted text, the form in which the client gets it.
    pub(crate) fn seal_session(&self, sealer: &TextSealer) -> Result<String, ApiError> {
        sealer.seal_state(SealedTextKind::Session, self)
    }

    /// Returns the error for a text that is not a valid session.
    pub(crate) fn invalid_session_error() -> ApiError {
        ApiError::not_authorized("Invalid session for the user.")
    }

    /// Returns the error for a session that has expired.
    pub(crate) fn expired_session_error() -> ApiError {
        ApiError::not_authorized("Invalid session for the user, session is expired.")
    }

    /// Decrypts the session in a response to `challenge`, without marking it as used. Returns an error if the
    /// session is invalid, has expired, or belongs to another client or challenge.
    pub(crate) fn open_sealed_session(
        sealer: &TextSealer,
        sealed_session: &str,
        client: &AppClient,
        challenge: ChallengeName,
        now: UnixTime,
    ) -> Result<Self, ApiError> {
        let session: Self = sealer
            .open_sealed_text(SealedTextKind::Session, sealed_session)
            .ok_or_else(Self::invalid_session_error)?;
        if session.client_id != client.id {
            return Err(Self::invalid_session_error());
        }
        session.check_challenge_and_expiry(challenge, now)
    }

    /// Decrypts the session of a request that does not name the app client, and loads the client. Returns an error if
    /// the session is invalid, has expired or belongs to another challenge.
    pub(crate) fn open_sealed_session_of_any_client(
        connection: &Connection,
        sealer: &TextSealer,
        sealed_session: &str,
        challenge: ChallengeName,
        now: UnixTime,
    ) -> Result<(Self, AppClient), ApiError> {
        let session: Self = sealer
            .open_sealed_text(SealedTextKind::Session, sealed_session)
            .ok_or_else(Self::invalid_session_error)?;
        let client = AppClient::find_client(connection, &session.client_id)?
            .ok_or_else(Self::invalid_session_error)?;
        Ok((session.check_challenge_and_expiry(challenge, now)?, client))
    }

    /// Returns the session unchanged, or an error if it waits for another challenge or has expired.
    fn check_challenge_and_expiry(
        self,
        challenge: ChallengeName,
        now: UnixTime,
    ) -> Result<Self, ApiError> {
        if self.challenge != challenge {
            return Err(Self::invalid_session_error());
        }
        if UnixTime::from_secs(self.expires_at) <= now {
            return Err(Self::expired_session_error());
        }
        Ok(self)
    }

    /// Loads the current state of the user. Returns `None` for an unknown user, and for a user that was deleted
    /// after the session was created.
    pub(crate) fn load_user(&self, connection: &Connection) -> Result<Option<User>, ApiError> {
        match &self.identity.sub {
            Some(sub) => User::find_user_by_sub(connection, sub),
            None => Ok(None),
        }
    }

    /// Returns an error if the session belongs to another user.
    pub(crate) fn check_session_username(
        &self,
        connection: &Connection,
        pool: &UserPool,
        username: &str,
    ) -> Result<(), ApiError> {
        if self.identity.matches_username(connection, pool, username)? {
            Ok(())
        } else {
            Err(Self::invalid_session_error())
        }
    }

    /// Returns the error for a session that was used before.
    pub(crate) fn used_session_error() -> ApiError {
        ApiError::not_authorized("Invalid session for the user, session can only be used once.")
    }

    /// Returns an error if the session was used before.
    pub(crate) fn check_session_unused(&self, connection: &Connection) -> Result<(), ApiError> {
        if attempts::is_one_time_id_used(connection, &self.id)? {
            Err(Self::used_session_error())
        } else {
            Ok(())
        }
    }

    /// Marks the session as used. Returns an error if it was used before.
    pub(crate) fn mark_session_used(
        &self,
        connection: &Connection,
        now: UnixTime,
    ) -> Result<(), ApiError> {
        if attempts::mark_one_time_id_used(
            connection,
            &self.id,
            UnixTime::from_secs(self.expires_at),
            now,
        )? {
            Ok(())
        } else {
            Err(Self::used_session_error())
        }
    }
}
