//! Sign-out: ends the session in this browser at once, then the session at the service, within bounded time.

use core::time::Duration;

use cognito_proto::action::{GlobalSignOut, RevokeToken};
use cognito_proto::error::{ErrorKind, ServiceError};
use cognito_proto::ids::SecureUrl;
use cognito_proto::oauth::logout::logout_url;
use cognito_proto::secret::RefreshToken;
use cognito_proto::session::Event;
use cognito_proto::tokens::{SignInMethod, Tokens};
use leptos::prelude::*;

use crate::browser::fetch::FetchError;
use crate::browser::timer::OPERATION_TIMEOUT;
use crate::browser::{LocalBoxFuture, join, lifecycle, location, storage, timer};
use crate::hosted_ui::REDIRECT_TIMEOUT;
use crate::{AuthContext, CallError, GlobalSignOutError, TokenUnavailableError, user_pool};

/// How long a sign-out waits for the service. The user is already signed out in this browser.
const REVOKE_TIMEOUT: Duration = Duration::from_secs(3);

/// The scope that the user-pool API requires. Tokens of a direct sign-in always have it.
pub(crate) const ADMIN_SCOPE: &str = "aws.cognito.signin.user.admin";

/// The progress of the last sign-out, as far as the service is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignOutStatus {
    /// There was no sign-out, or nothing needs to be shown about it.
    None,
    /// The session in this browser has ended, and the browser is about to navigate to the hosted pages.
    InProgress,
    /// The tokens are revoked, and the hosted pages have ended their session.
    Done,
    /// The user deleted the account.
    AccountDeleted,
    /// The service could not be reached, so its session and the tokens stay valid until they expire.
    RevocationFailed,
}

/// The note that says that the tokens are revoked. It is for the page to which the hosted pages redirect.
const REVOKED: &str = "revoked";
const NOT_REVOKED: &str = "not revoked";
/// The note that says that the account is deleted. It is for the page to which the hosted pages redirect.
const DELETED: &str = "deleted";

impl SignOutStatus {
    /// Returns the progress of the sign-out for a page that was just loaded. The hosted pages may have redirected to
    /// it.
    pub(crate) fn after_page_load() -> Self {
        match storage::take_sign_out_marker().as_deref() {
            // A page that was loaded by Back or Forward was not opened by the redirect from the hosted pages.
            Some(REVOKED) if !location::is_back_forward() => Self::Done,
            Some(DELETED) => Self::AccountDeleted,
            Some(_) => Self::RevocationFailed,
            None => Self::None,
        }
    }
}

impl AuthContext {
    /// Returns the progress of the last sign-out as a signal for views.
    pub fn sign_out_status(self) -> ReadSignal<SignOutStatus> {
        self.sign_out_status.read_only()
    }

    /// Ends the session in this browser immediately and revokes the tokens in the background.
    pub fn sign_out(self) {
        self.clear_pending_sign_up();
        self.pending_challenge.set_value(None);
        self.next_attempt_id();
        self.dispatch(Event::SignOutRequested);
    }

    /// Ends the session in this browser after the account was deleted. The tokens are already invalid.
    pub(crate) fn finish_account_deletion(self) {
        self.sign_out_status.set(SignOutStatus::AccountDeleted);
        self.sign_out();
    }

    /// Ends all sessions of the user on all devices, and then the session in this browser. APIs accept access tokens
    /// until they expire. Fails after [`OPERATION_TIMEOUT`].
    pub async fn global_sign_out(self) -> Result<(), GlobalSignOutError> {
        let timed_out = CallError::Fetch(FetchError::TimedOut);
        timer::timeout(OPERATION_TIMEOUT, self.global_sign_out_with_retry())
            .await
            .unwrap_or_else(|| Err(GlobalSignOutError::Request(timed_out.into())))
    }

    async fn global_sign_out_with_retry(self) -> Result<(), GlobalSignOutError> {
        let tokens = match self.valid_tokens().await {
            Ok(tokens) => tokens,
            Err(TokenUnavailableError::SignedOut) => return Ok(()),
            Err(TokenUnavailableError::RefreshFailed | TokenUnavailableError::NotRefreshable) => {
                return Err(GlobalSignOutError::RefreshFailed);
            }
        };
        if !tokens.has_scope(ADMIN_SCOPE) {
            return Err(GlobalSignOutError::MissingScope);
        }
        match self.send_global_sign_out(&tokens).await {
            Ok(()) => {}
            // The access token may have expired by the service's clock, which can differ from this device's clock. If
            // it cannot be refreshed either, another device has already signed out of all devices.
            Err(CallError::Refused(ServiceError {
                kind: ErrorKind::NotAuthorized,
                ..
            })) => match self.refresh_rejected_tokens(tokens.clone()).await {
                Ok(refreshed) => self
                    .send_global_sign_out(&refreshed)
                    .await
                    .map_err(|error| GlobalSignOutError::Request(error.into()))?,
                Err(
                    TokenUnavailableError::RefreshFailed | TokenUnavailableError::NotRefreshable,
                ) => {
                    return Err(GlobalSignOutError::RefreshFailed);
                }
                Err(TokenUnavailableError::SignedOut) => return Ok(()),
            },
            Err(error) => return Err(GlobalSignOutError::Request(error.into())),
        }
        // Another user may have signed in during the request.
        if self.user_id().as_ref() == Some(&tokens.claims().subject) {
            self.sign_out();
        }
        Ok(())
    }

    fn send_global_sign_out(self, tokens: &Tokens) -> LocalBoxFuture<Result<(), CallError>> {
        let global = GlobalSignOut {
            access_token: tokens.access_token(),
        };
        user_pool::send_action(&self.config(), &global)
    }

    /// Revokes the refresh token (RFC 7009). For a session from the hosted pages the browser then navigates to their
    /// sign-out address, because Cognito keeps that session in a cookie of its own domain.
    pub(crate) async fn end_remote_session(self, tokens: Tokens) {
        let is_deleted = self.sign_out_status.get_untracked() == SignOutStatus::AccountDeleted;
        self.sign_out_status.set(match tokens.sign_in_method() {
            SignInMethod::Direct if is_deleted => SignOutStatus::AccountDeleted,
            SignInMethod::Direct => SignOutStatus::None,
            // The page is about to be left, so the user should not start to type on it.
            SignInMethod::HostedUi => SignOutStatus::InProgress,
        });
        let attempt_id = self.attempt_id.get_value();
        let revoked: LocalBoxFuture<Result<(), CallError>> = match tokens.refresh_token() {
            Some(token) if !is_deleted => self.revoke(token),
            _ => Box::pin(async { Ok(()) }),
        };
        let domain: LocalBoxFuture<Option<SecureUrl>> = match tokens.sign_in_method() {
            SignInMethod::Direct => Box::pin(async { None }),
            SignInMethod::HostedUi => self.discover_hosted_domain(),
        };
        let (revoked, domain) = join(
            Box::pin(timer::timeout(REVOKE_TIMEOUT, revoked)),
            Box::pin(timer::timeout(REVOKE_TIMEOUT, domain)),
        )
        .await;
        // A user who has signed in again must not be signed out by this attempt.
        if self.attempt_id.get_value() != attempt_id || self.user_id().is_some() {
            self.sign_out_status.set(SignOutStatus::None);
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
                lifecycle::wait_for_pageshow(REDIRECT_TIMEOUT).await;
                self.on_hosted_ui_abandoned();
            }
            _ if is_deleted => self.sign_out_status.set(SignOutStatus::AccountDeleted),
            _ if is_revoked && tokens.sign_in_method() == SignInMethod::Direct => {}
            _ => self.sign_out_status.set(SignOutStatus::RevocationFailed),
        }
    }

    /// Ends the progress of a sign-out if the user comes back from the hosted pages before they redirected.
    pub(crate) fn on_hosted_ui_abandoned(self) {
        if self.sign_out_status.get_untracked() == SignOutStatus::InProgress {
            self.sign_out_status
                .set(match storage::take_sign_out_marker().as_deref() {
                    Some(DELETED) => SignOutStatus::AccountDeleted,
                    _ => SignOutStatus::RevocationFailed,
                });
        }
    }

    /// Revokes a refresh token and the access tokens that were issued with it.
    pub(crate) fn revoke(self, token: &RefreshToken) -> LocalBoxFuture<Result<(), CallError>> {
        let config = self.config();
        let revoke = RevokeToken {
            client: &config.client,
            refresh_token: token,
        };
        let sent = user_pool::send_action(&config, &revoke);
        Box::pin(async move {
            match sent.await {
                // The app client has token revocation turned off, so there is nothing to revoke.
                Err(CallError::Refused(ServiceError {
                    kind: ErrorKind::UnsupportedOperation,
                    ..
                })) => Ok(()),
                response => response,
            }
        })
    }
}
