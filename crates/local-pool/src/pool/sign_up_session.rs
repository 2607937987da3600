//! The session (`Session`) that links `SignUp`, `ConfirmSignUp` and the first sign-in, which then needs no further
//! code.

use cognito_proto::time::UnixTime;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::session::SignInSession;
use super::{AppClient, User, attempts};
use crate::error::ApiError;
use crate::random;
use crate::sealed::{SealedTextKind, TextSealer};

/// The action that has issued a sign-up session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum SignUpStage {
    /// `SignUp` has issued the session, for use in `ConfirmSignUp`.
    SignedUp,
    /// `ConfirmSignUp` has issued the session, for use in `InitiateAuth`.
    Confirmed,
}

/// The content of the session that links a sign-up, its confirmation and the first sign-in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SignUpSession {
    id: String,
    client_id: String,
    sub: String,
    stage: SignUpStage,
    expires_at: u64,
}

impl SignUpSession {
    /// Creates a session for a new user, and returns it as encrypted text.
    pub(crate) fn issue_sign_up_session(
        sealer: &TextSealer,
        client: &AppClient,
        user: &User,
        stage: SignUpStage,
        now: UnixTime,
    ) -> Result<String, ApiError> {
        sealer.seal_state(
            SealedTextKind::SignUpSession,
            &Self {
                id: random::generate_uuid(),
                client_id: client.id.clone(),
                sub: user.sub.clone(),
                stage,
                expires_at: now.plus(client.settings.session_lifetime()).as_secs(),
            },
        )
    }

    /// Decrypts the sign-up session that a client sends back.
    ///
    /// # Errors
    /// The text is not a session of this client and stage, or the session has expired.
    pub(crate) fn open_sign_up_session(
        sealer: &TextSealer,
        sealed_session: &str,
        client: &AppClient,
        stage: SignUpStage,
        now: UnixTime,
    ) -> Result<Self, ApiError> {
        let session = Self::open_expired_sign_up_session(sealer, sealed_session, client, stage)?;
        if UnixTime::from_secs(session.expires_at) <= now {
            return Err(SignInSession::expired_session_error());
        }
        Ok(session)
    }

    /// Decrypts a sign-up session as [`SignUpSession::open_sign_up_session`] does, but accepts an expired session.
    pub(crate) fn open_expired_sign_up_session(
        sealer: &TextSealer,
        sealed_session: &str,
        client: &AppClient,
        stage: SignUpStage,
    ) -> Result<Self, ApiError> {
        sealer
            .open_sealed_text(SealedTextKind::SignUpSession, sealed_session)
            .filter(|session: &Self| session.client_id == client.id && session.stage == stage)
            .ok_or_else(SignInSession::invalid_session_error)
    }

    /// Returns the `sub` of the user who signed up.
    pub(crate) fn sub(&self) -> &str {
        &self.sub
    }

    /// Marks the sign-up session as used. Returns an error if it was used before.
    pub(crate) fn mark_session_used(
        &self,
        connection: &Connection,
        now: UnixTime,
    ) -> Result<(), ApiError> {
        let expires_at = UnixTime::from_secs(self.expires_at);
        if attempts::mark_one_time_id_used(connection, &self.id, expires_at, now)? {
            Ok(())
        } else {
            Err(SignInSession::used_session_error())
        }
    }
}
