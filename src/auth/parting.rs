//! Signing out: here at once, then at the service, in bounded time.

use core::time::Duration;

use cognito_proto::action::{GlobalSignOut, RevokeToken};
use cognito_proto::error::{ErrorKind, ServiceError};
use cognito_proto::oauth::logout::logout_url;
use cognito_proto::secret::RefreshToken;
use cognito_proto::session::Event;
use cognito_proto::tokens::{Door, Tokens};
use leptos::prelude::*;

use super::{Auth, CallError, EverywhereError, NoTokens, user_pool};
use crate::browser::{Task, location, storage, timer};

/// How long the service may take to be told. The person is out already.
const PATIENCE: Duration = Duration::from_secs(3);

/// The scope that the user-pool API asks for; our own sign-in always has it.
const ADMIN_SCOPE: &str = "aws.cognito.signin.user.admin";

/// What became of telling the service that a person has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parting {
    /// Nobody left, or there is nothing to say of it.
    None,
    /// The hosted pages were visited, and know.
    Complete,
    /// The service could not be told, so that its side lasts until it ends by itself.
    NotTold,
}

impl Parting {
    /// What a new page knows: it may be the one that the hosted pages come back to.
    pub(super) fn after_load() -> Self {
        if storage::take_leaving() {
            Self::Complete
        } else {
            Self::None
        }
    }
}

impl Auth {
    /// What became of the last signing out, to be drawn.
    pub fn parting(self) -> ReadSignal<Parting> {
        self.parting.read_only()
    }

    /// Ends the session here at once, and tells the service behind its back.
    pub fn sign_out(self) {
        self.forget_newcomer();
        self.next_turn();
        self.dispatch(Event::SignOutAsked);
    }

    /// Ends every session of this person, on every device, and then this one. Access tokens that were issued are
    /// believed by APIs until they expire.
    pub async fn sign_out_everywhere(self) -> Result<(), EverywhereError> {
        let tokens = match self.usable_tokens().await {
            Ok(tokens) => tokens,
            Err(NoTokens::SignedOut) => return Ok(()),
            Err(NoTokens::NotRenewed) => return Err(EverywhereError::NotRenewed),
        };
        if !tokens.has_scope(ADMIN_SCOPE) {
            return Err(EverywhereError::NoScope);
        }
        let global = GlobalSignOut {
            access_token: tokens.access(),
        };
        match user_pool::send(&self.config(), &global).await {
            // Somebody did the same before us, or the account is gone.
            Err(CallError::Refused(ServiceError {
                kind: ErrorKind::NotAuthorized | ErrorKind::UserNotFound,
                ..
            }))
            | Ok(()) => {
                self.sign_out();
                Ok(())
            }
            Err(error) => Err(EverywhereError::Trouble(error.into())),
        }
    }

    /// Revokes the refresh token (RFC 7009), and where the session came by the hosted pages ends the session there
    /// too, by a visit of the whole page: Cognito keeps it in a cookie of its own.
    pub(super) async fn leave(self, tokens: Tokens) {
        self.parting.set(Parting::None);
        let turn = self.turn.get_value();
        let telling = async {
            if let Some(token) = tokens.refresh() {
                self.revoke(token).await?;
            }
            Ok(match tokens.door() {
                Door::Direct => None,
                Door::Hosted => self.find_domain().await,
            })
        };
        let told: Option<Result<_, CallError>> = timer::within(PATIENCE, telling).await;
        // Whoever signs in again meanwhile is not thrown out.
        if self.turn.get_value() != turn {
            return;
        }
        match (told, tokens.door()) {
            (Some(Ok(Some(domain))), _) => {
                let config = self.config();
                let Some(logout_uri) = self.redirect_sign_out() else {
                    return;
                };
                storage::note_leaving();
                location::leave_for(&logout_url(&domain, &config.client, &logout_uri));
            }
            (Some(Ok(None)), Door::Direct) => {}
            (Some(Ok(None)), Door::Hosted) | (Some(Err(_)) | None, _) => {
                self.parting.set(Parting::NotTold);
            }
        }
    }

    /// Takes a refresh token, and the access tokens that came from it, out of use.
    pub(super) fn revoke(self, token: &RefreshToken) -> Task<Result<(), CallError>> {
        let config = self.config();
        let revoke = RevokeToken {
            client: &config.client,
            refresh_token: token,
        };
        let sent = user_pool::send(&config, &revoke);
        Box::pin(async move {
            match sent.await {
                // A pool that revokes nothing has been told all the same.
                Err(CallError::Refused(ServiceError {
                    kind: ErrorKind::UnsupportedOperation,
                    ..
                })) => Ok(()),
                answer => answer,
            }
        })
    }
}
