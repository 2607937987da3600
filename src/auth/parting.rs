//! Signing out: here at once, then at the service, in bounded time.

use core::time::Duration;

use cognito_proto::action::{GlobalSignOut, RevokeToken};
use cognito_proto::error::{ErrorKind, ServiceError};
use cognito_proto::ids::HttpUrl;
use cognito_proto::oauth::logout::logout_url;
use cognito_proto::secret::RefreshToken;
use cognito_proto::session::Event;
use cognito_proto::tokens::{Door, Tokens};
use leptos::prelude::*;

use super::hosted_ui::LEAVING;
use super::{Auth, CallError, EverywhereError, NoTokens, user_pool};
use crate::browser::{Task, both, lifecycle, location, storage, timer};

/// How long the service may take to be told. The person is out already.
const PATIENCE: Duration = Duration::from_secs(3);

/// The scope that the user-pool API asks for; our own sign-in always has it.
pub(super) const ADMIN_SCOPE: &str = "aws.cognito.signin.user.admin";

/// What became of telling the service that a person has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parting {
    /// Nobody left, or there is nothing to say of it.
    None,
    /// The person is out here, and the hosted pages are about to be visited.
    Leaving,
    /// The hosted pages were visited, and know.
    Complete,
    /// The person deleted their account.
    Deleted,
    /// The service could not be told, so that its side lasts until it ends by itself.
    NotTold,
}

/// What is noted for the page that the hosted pages come back to: whether the tokens are out of use.
const REVOKED: &str = "revoked";
const NOT_REVOKED: &str = "not revoked";
/// The same where there is no account any more.
const DELETED: &str = "deleted";

impl Parting {
    /// What a new page knows: it may be the one that the hosted pages come back to.
    pub(super) fn after_load() -> Self {
        match storage::take_leaving().as_deref() {
            // Who comes by Back or Forward has not been sent here by the hosted pages.
            Some(REVOKED) if !location::came_by_history() => Self::Complete,
            Some(DELETED) => Self::Deleted,
            Some(_) => Self::NotTold,
            None => Self::None,
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
        self.open.set_value(None);
        self.next_turn();
        self.dispatch(Event::SignOutAsked);
    }

    /// Ends the session of one whose account has just been deleted: its tokens are dead already.
    pub(super) fn farewell(self) {
        self.parting.set(Parting::Deleted);
        self.sign_out();
    }

    /// Ends every session of this person, on every device, and then this one. Access tokens that were issued are
    /// believed by APIs until they expire.
    pub async fn sign_out_everywhere(self) -> Result<(), EverywhereError> {
        let tokens = match self.usable_tokens().await {
            Ok(tokens) => tokens,
            Err(NoTokens::SignedOut) => return Ok(()),
            Err(NoTokens::NotRenewed | NoTokens::NoOthers) => {
                return Err(EverywhereError::NotRenewed);
            }
        };
        if !tokens.has_scope(ADMIN_SCOPE) {
            return Err(EverywhereError::NoScope);
        }
        match self.end_all(&tokens).await {
            Ok(()) => {}
            // The access token may be too old for a service whose clock this device does not share. Where it cannot be
            // renewed either, somebody did the same before us.
            Err(CallError::Refused(ServiceError {
                kind: ErrorKind::NotAuthorized,
                ..
            })) => match self.tokens_after_refusal(tokens.clone()).await {
                Ok(renewed) => self
                    .end_all(&renewed)
                    .await
                    .map_err(|error| EverywhereError::Trouble(error.into()))?,
                Err(NoTokens::NotRenewed | NoTokens::NoOthers) => {
                    return Err(EverywhereError::NotRenewed);
                }
                Err(NoTokens::SignedOut) => return Ok(()),
            },
            Err(error) => return Err(EverywhereError::Trouble(error.into())),
        }
        // Somebody else may have signed in meanwhile.
        if self.subject().as_ref() == Some(&tokens.claims().subject) {
            self.sign_out();
        }
        Ok(())
    }

    fn end_all(self, tokens: &Tokens) -> Task<Result<(), CallError>> {
        let global = GlobalSignOut {
            access_token: tokens.access(),
        };
        user_pool::send(&self.config(), &global)
    }

    /// Revokes the refresh token (RFC 7009), and where the session came by the hosted pages ends the session there
    /// too, by a visit of the whole page: Cognito keeps it in a cookie of its own.
    pub(super) async fn leave(self, tokens: Tokens) {
        let is_deleted = self.parting.get_untracked() == Parting::Deleted;
        self.parting.set(match tokens.door() {
            Door::Direct if is_deleted => Parting::Deleted,
            Door::Direct => Parting::None,
            // The page will be gone in a moment, and nobody should begin to type on it.
            Door::Hosted => Parting::Leaving,
        });
        let turn = self.turn.get_value();
        let revoked: Task<Result<(), CallError>> = match tokens.refresh() {
            Some(token) if !is_deleted => self.revoke(token),
            _ => Box::pin(async { Ok(()) }),
        };
        let domain: Task<Option<HttpUrl>> = match tokens.door() {
            Door::Direct => Box::pin(async { None }),
            Door::Hosted => self.find_domain(),
        };
        let (revoked, domain) = both(
            Box::pin(timer::within(PATIENCE, revoked)),
            Box::pin(timer::within(PATIENCE, domain)),
        )
        .await;
        // Whoever signs in again meanwhile is not thrown out.
        if self.turn.get_value() != turn || self.subject().is_some() {
            self.parting.set(Parting::None);
            return;
        }
        let is_revoked = matches!(revoked, Some(Ok(())));
        // The hosted pages may be there where the API is not. Without a network there would be the browser's own page instead.
        match (domain.flatten(), self.redirect_sign_out()) {
            (Some(domain), Some(logout_uri)) if lifecycle::is_online() => {
                storage::note_leaving(match is_revoked {
                    true if is_deleted => DELETED,
                    true => REVOKED,
                    false => NOT_REVOKED,
                });
                let client = &self.config().client;
                location::leave_for(&logout_url(&domain, client, &logout_uri));
                lifecycle::left_and_back(LEAVING).await;
                self.came_back();
            }
            _ if is_deleted => self.parting.set(Parting::Deleted),
            _ if is_revoked && tokens.door() == Door::Direct => {}
            _ => self.parting.set(Parting::NotTold),
        }
    }

    /// The page was left for the hosted pages, and they have not sent the person back here.
    pub(super) fn came_back(self) {
        if self.parting.get_untracked() == Parting::Leaving {
            self.parting.set(match storage::take_leaving().as_deref() {
                Some(DELETED) => Parting::Deleted,
                _ => Parting::NotTold,
            });
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
