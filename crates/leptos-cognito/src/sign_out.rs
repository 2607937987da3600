//! Sign-out: ends the session in this browser at once, then the session at the service, within bounded time.

use core::time::Duration;

use cognito_proto::action::GlobalSignOut;
use cognito_proto::error::{ErrorKind, ServiceError};
use cognito_proto::ids::SecureUrl;
use cognito_proto::oauth::logout::logout_url;
use cognito_proto::session::Event;
use cognito_proto::tokens::{SignInMethod, Tokens};
use leptos::prelude::*;

use crate::attempts::Attempts;
use crate::browser::fetch::FetchError;
use crate::browser::timer::OPERATION_TIMEOUT;
use crate::browser::{LocalBoxFuture, join, lifecycle, location, storage, timer};
use crate::context::SharedConfig;
use crate::hosted_endpoints::{HostedEndpoints, REDIRECT_TIMEOUT};
use crate::pending_sign_up::PendingSignUpStore;
use crate::refresh::Refresher;
use crate::sign_in::ChallengeHandover;
use crate::{CallError, GlobalSignOutError, TokenUnavailableError, user_pool};

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

/// The operations that end a session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignOut {
    config: SharedConfig,
    refresher: Refresher,
    attempts: Attempts,
    endpoints: HostedEndpoints,
    pending_sign_up: PendingSignUpStore,
    handover: ChallengeHandover,
    status: RwSignal<SignOutStatus>,
}

impl SignOut {
    pub(crate) fn new(
        config: SharedConfig,
        refresher: Refresher,
        attempts: Attempts,
        endpoints: HostedEndpoints,
        pending_sign_up: PendingSignUpStore,
        handover: ChallengeHandover,
        status: RwSignal<SignOutStatus>,
    ) -> Self {
        Self {
            config,
            refresher,
            attempts,
            endpoints,
            pending_sign_up,
            handover,
            status,
        }
    }

    /// Ends the local session immediately. Its effects end the session at the service.
    pub(crate) fn sign_out(self) {
        self.pending_sign_up.clear();
        self.handover.clear();
        self.attempts.supersede();
        self.refresher.store().dispatch(Event::SignOutRequested);
    }

    /// Ends the session in this browser after the account was deleted. The tokens are already invalid.
    pub(crate) fn finish_account_deletion(self) {
        self.status.set(SignOutStatus::AccountDeleted);
        self.sign_out();
    }

    /// Ends all sessions of the user on all devices, and then the session in this browser. APIs accept access tokens
    /// until they expire. Fails after [`OPERATION_TIMEOUT`].
    pub(crate) async fn global_sign_out(self) -> Result<(), GlobalSignOutError> {
        let timed_out = CallError::Fetch(FetchError::TimedOut);
        timer::timeout(OPERATION_TIMEOUT, self.global_sign_out_with_retry())
            .await
            .unwrap_or_else(|| Err(GlobalSignOutError::Request(timed_out.into())))
    }

    async fn global_sign_out_with_retry(self) -> Result<(), GlobalSignOutError> {
        let tokens = match self.refresher.valid_tokens().await {
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
            })) => match self.refresher.refresh_rejected_tokens(tokens.clone()).await {
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
        if self.refresher.store().user_id().as_ref() == Some(&tokens.claims().subject) {
            self.sign_out();
        }
        Ok(())
    }

    fn send_global_sign_out(self, tokens: &Tokens) -> LocalBoxFuture<Result<(), CallError>> {
        let global = GlobalSignOut {
            access_token: tokens.access_token(),
        };
        user_pool::send_action(&self.config.get_value(), &global)
    }

    /// Revokes the refresh token (RFC 7009). For a session from the hosted pages the browser then navigates to their
    /// sign-out address, because Cognito keeps that session in a cookie of its own domain.
    pub(crate) async fn end_remote_session(self, tokens: Tokens) {
        let is_deleted = self.status.get_untracked() == SignOutStatus::AccountDeleted;
        self.status.set(match tokens.sign_in_method() {
            SignInMethod::Direct if is_deleted => SignOutStatus::AccountDeleted,
            SignInMethod::Direct => SignOutStatus::None,
            // The page is about to be left, so the user should not start to type on it.
            SignInMethod::HostedUi => SignOutStatus::InProgress,
        });
        let attempt = self.attempts.latest();
        let revoked: LocalBoxFuture<Result<(), CallError>> = match tokens.refresh_token() {
            Some(token) if !is_deleted => user_pool::revoke(&self.config.get_value(), token),
            _ => Box::pin(async { Ok(()) }),
        };
        let domain: LocalBoxFuture<Option<SecureUrl>> = match tokens.sign_in_method() {
            SignInMethod::Direct => Box::pin(async { None }),
            SignInMethod::HostedUi => self.endpoints.discover_domain(),
        };
        let requests = join(
            Box::pin(timer::timeout(REVOKE_TIMEOUT, revoked)),
            Box::pin(timer::timeout(REVOKE_TIMEOUT, domain)),
        );
        // A user who has signed in again must not be signed out by this attempt.
        let (revoked, domain) = match attempt.run(requests).await {
            Ok(responses) if self.refresher.store().user_id().is_none() => responses,
            _ => {
                self.status.set(SignOutStatus::None);
                return;
            }
        };
        let is_revoked = matches!(revoked, Some(Ok(())));
        // The hosted pages may be reachable when the API is not. Without a network the browser would show its own error
        // page.
        match (domain.flatten(), self.endpoints.redirect_sign_out()) {
            (Some(domain), Some(logout_uri)) if lifecycle::is_online() => {
                storage::set_sign_out_marker(match is_revoked {
                    true if is_deleted => DELETED,
                    true => REVOKED,
                    false => NOT_REVOKED,
                });
                let client = &self.config.get_value().client;
                location::redirect(&logout_url(&domain, client, &logout_uri));
                lifecycle::wait_for_pageshow(REDIRECT_TIMEOUT).await;
                self.on_hosted_ui_abandoned();
            }
            _ if is_deleted => self.status.set(SignOutStatus::AccountDeleted),
            _ if is_revoked && tokens.sign_in_method() == SignInMethod::Direct => {}
            _ => self.status.set(SignOutStatus::RevocationFailed),
        }
    }

    /// Ends the progress of a sign-out if the user comes back from the hosted pages before they redirected.
    pub(crate) fn on_hosted_ui_abandoned(self) {
        if self.status.get_untracked() == SignOutStatus::InProgress {
            self.status
                .set(match storage::take_sign_out_marker().as_deref() {
                    Some(DELETED) => SignOutStatus::AccountDeleted,
                    _ => SignOutStatus::RevocationFailed,
                });
        }
    }
}
