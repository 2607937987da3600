//! Sign-out: ends the local session at once, then the session at the service, within bounded time.

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
use crate::browser::fetch::FetchError;
use crate::browser::timer::OPERATION_TIMEOUT;
use crate::browser::{LocalBoxFuture, join, lifecycle, location, storage, timer};

/// The maximum wait for the service. The user is already signed out here.
const PATIENCE: Duration = Duration::from_secs(3);

/// The scope that the user-pool API requires. Tokens of a direct sign-in always have it.
pub(super) const ADMIN_SCOPE: &str = "aws.cognito.signin.user.admin";

/// The progress of the last sign-out at the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parting {
    /// There was no sign-out, or nothing needs to be shown about it.
    None,
    /// The local session has ended, and the browser is about to visit the hosted pages.
    Leaving,
    /// The tokens are revoked, and the hosted pages have ended their session.
    Complete,
    /// The user deleted the account.
    Deleted,
    /// The service could not be reached, so its session and tokens stay valid until they expire.
    NotTold,
}

/// The note for the page that the hosted pages redirect back to: the tokens are revoked.
const REVOKED: &str = "revoked";
const NOT_REVOKED: &str = "not revoked";
/// The note for that page after the account was deleted.
const DELETED: &str = "deleted";

impl Parting {
    /// The state of a page that was just loaded. It may be the page that the hosted pages redirected back to.
    pub(super) fn after_load() -> Self {
        match storage::take_sign_out_marker().as_deref() {
            // A page that was loaded by Back or Forward was not opened by the redirect from the hosted pages.
            Some(REVOKED) if !location::is_back_forward() => Self::Complete,
            Some(DELETED) => Self::Deleted,
            Some(_) => Self::NotTold,
            None => Self::None,
        }
    }
}

impl Auth {
    /// The progress of the last sign-out, as a signal for views.
    pub fn parting(self) -> ReadSignal<Parting> {
        self.parting.read_only()
    }

    /// Ends the local session immediately and revokes the tokens in the background.
    pub fn sign_out(self) {
        self.forget_newcomer();
        self.open.set_value(None);
        self.next_turn();
        self.dispatch(Event::SignOutAsked);
    }

    /// Ends the local session after the account was deleted. The tokens are already invalid.
    pub(super) fn farewell(self) {
        self.parting.set(Parting::Deleted);
        self.sign_out();
    }

    /// Ends every session of the user on all devices, and then this one. APIs accept access tokens until they expire.
    /// Fails after [`OPERATION_TIMEOUT`].
    pub async fn sign_out_everywhere(self) -> Result<(), EverywhereError> {
        let timed_out = CallError::Fetch(FetchError::TimedOut);
        timer::timeout(OPERATION_TIMEOUT, self.end_all_sessions())
            .await
            .unwrap_or_else(|| Err(EverywhereError::Trouble(timed_out.into())))
    }

    async fn end_all_sessions(self) -> Result<(), EverywhereError> {
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
            // The access token may have expired by the service's clock, which can differ from this device's clock. If
            // it cannot be refreshed either, another device has already signed out of all devices.
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
        // Another user may have signed in during the request.
        if self.subject().as_ref() == Some(&tokens.claims().subject) {
            self.sign_out();
        }
        Ok(())
    }

    fn end_all(self, tokens: &Tokens) -> LocalBoxFuture<Result<(), CallError>> {
        let global = GlobalSignOut {
            access_token: tokens.access(),
        };
        user_pool::send(&self.config(), &global)
    }

    /// Revokes the refresh token (RFC 7009). For a session from the hosted pages it then opens their sign-out address
    /// with the whole page, because Cognito keeps that session in a cookie of its own domain.
    pub(super) async fn leave(self, tokens: Tokens) {
        let is_deleted = self.parting.get_untracked() == Parting::Deleted;
        self.parting.set(match tokens.door() {
            Door::Direct if is_deleted => Parting::Deleted,
            Door::Direct => Parting::None,
            // The page is about to be left, so the user should not start to type on it.
            Door::Hosted => Parting::Leaving,
        });
        let turn = self.turn.get_value();
        let revoked: LocalBoxFuture<Result<(), CallError>> = match tokens.refresh() {
            Some(token) if !is_deleted => self.revoke(token),
            _ => Box::pin(async { Ok(()) }),
        };
        let domain: LocalBoxFuture<Option<HttpUrl>> = match tokens.door() {
            Door::Direct => Box::pin(async { None }),
            Door::Hosted => self.find_domain(),
        };
        let (revoked, domain) = join(
            Box::pin(timer::timeout(PATIENCE, revoked)),
            Box::pin(timer::timeout(PATIENCE, domain)),
        )
        .await;
        // A user who has signed in again must not be signed out by this attempt.
        if self.turn.get_value() != turn || self.subject().is_some() {
            self.parting.set(Parting::None);
            return;
        }
        let is_revoked = matches!(revoked, Some(Ok(())));
        // The hosted pages may be reachable when the API is not. Without a network the browser would show its own error
        // page.
        match (domain.flatten(), self.redirect_sign_out()) {
            (Some(domain), Some(logout_uri)) if lifecycle::is_online() => {
                storage::set_sign_out_marker(match is_revoked {
                    true if is_deleted => DELETED,
                    true => REVOKED,
                    false => NOT_REVOKED,
                });
                let client = &self.config().client;
                location::redirect(&logout_url(&domain, client, &logout_uri));
                lifecycle::wait_for_pageshow(LEAVING).await;
                self.came_back();
            }
            _ if is_deleted => self.parting.set(Parting::Deleted),
            _ if is_revoked && tokens.door() == Door::Direct => {}
            _ => self.parting.set(Parting::NotTold),
        }
    }

    /// Updates the state if the user comes back from the hosted pages before they redirected.
    pub(super) fn came_back(self) {
        if self.parting.get_untracked() == Parting::Leaving {
            self.parting
                .set(match storage::take_sign_out_marker().as_deref() {
                    Some(DELETED) => Parting::Deleted,
                    _ => Parting::NotTold,
                });
        }
    }

    /// Revokes a refresh token and the access tokens that were issued with it.
    pub(super) fn revoke(self, token: &RefreshToken) -> LocalBoxFuture<Result<(), CallError>> {
        let config = self.config();
        let revoke = RevokeToken {
            client: &config.client,
            refresh_token: token,
        };
        let sent = user_pool::send(&config, &revoke);
        Box::pin(async move {
            match sent.await {
                // The app client has token revocation turned off, so there is nothing to revoke.
                Err(CallError::Refused(ServiceError {
                    kind: ErrorKind::UnsupportedOperation,
                    ..
                })) => Ok(()),
                answer => answer,
            }
        })
    }
}
