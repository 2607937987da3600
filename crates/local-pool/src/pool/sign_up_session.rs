//! The `Session` that leads from `SignUp` by way of `ConfirmSignUp` to the first sign-in without another code.

use cognito_proto::time::UnixTime;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::session::Session;
use super::{AppClient, User, attempts};
use crate::error::ApiError;
use crate::random;
use crate::sealed::{Kind, Sealer};

/// Which of the two sessions it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    /// From `SignUp`, for `ConfirmSignUp`.
    SignedUp,
    /// From `ConfirmSignUp`, for `InitiateAuth`.
    Confirmed,
}

/// Such a session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SignUpSession {
    id: String,
    client_id: String,
    sub: String,
    stage: Stage,
    expires_at: u64,
}

impl SignUpSession {
    /// A new session for this user, sealed.
    pub(crate) fn issue(
        sealer: &Sealer,
        client: &AppClient,
        user: &User,
        stage: Stage,
        now: UnixTime,
    ) -> Result<String, ApiError> {
        sealer.seal(
            Kind::SignUpSession,
            &Self {
                id: random::uuid(),
                client_id: client.id.clone(),
                sub: user.sub.clone(),
                stage,
                expires_at: now.plus(client.settings.session_lifetime()).as_secs(),
            },
        )
    }

    /// Reads one that comes back, of this client and stage.
    ///
    /// # Errors
    /// It is no such session, or has expired.
    pub(crate) fn open(
        sealer: &Sealer,
        sealed: &str,
        client: &AppClient,
        stage: Stage,
        now: UnixTime,
    ) -> Result<Self, ApiError> {
        let session = Self::recognise(sealer, sealed, client, stage)?;
        if UnixTime::from_secs(session.expires_at) <= now {
            return Err(Session::expired());
        }
        Ok(session)
    }

    /// Like [`SignUpSession::open`], expired or not.
    pub(crate) fn recognise(
        sealer: &Sealer,
        sealed: &str,
        client: &AppClient,
        stage: Stage,
    ) -> Result<Self, ApiError> {
        sealer
            .open(Kind::SignUpSession, sealed)
            .filter(|session: &Self| session.client_id == client.id && session.stage == stage)
            .ok_or_else(Session::invalid)
    }

    /// Whose it is.
    pub(crate) fn sub(&self) -> &str {
        &self.sub
    }

    /// Uses it up.
    pub(crate) fn mark_used(&self, connection: &Connection, now: UnixTime) -> Result<(), ApiError> {
        let expires_at = UnixTime::from_secs(self.expires_at);
        if attempts::mark_used(connection, &self.id, expires_at, now)? {
            Ok(())
        } else {
            Err(Session::used())
        }
    }
}
