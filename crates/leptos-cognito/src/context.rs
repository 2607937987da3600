//! The context that pages get from [`use_auth`]: the session, the operations that most pages need, and access to the
//! other parts.

use std::sync::Arc;

use cognito_proto::config::{Config, Storage};
use cognito_proto::ids::{SecureUrl, Username};
use cognito_proto::secret::Password;
use cognito_proto::session::Session;
use cognito_proto::tokens::{StoredTokens, Tokens};
use leptos::prelude::*;

use crate::account::Account;
use crate::api::{ApiClient, ApiError, ApiRequest, ApiResponse};
use crate::attempts::{Attempt, Attempts};
use crate::browser::{LocalBoxFuture, lifecycle, storage};
use crate::errors::GlobalSignOutError;
use crate::hosted_endpoints::HostedEndpoints;
use crate::hosted_ui::HostedUi;
use crate::key_cache::KeyCache;
use crate::password_reset::PasswordReset;
use crate::pending_sign_up::PendingSignUpStore;
use crate::refresh::{Refresher, TokenUnavailableError};
use crate::remembered_devices::{DeviceOffer, RememberedDevices};
use crate::server_clock::ServerClock;
use crate::session_runner::SessionRunner;
use crate::session_starter::SessionStarter;
use crate::session_store::SessionStore;
use crate::sign_in::{ChallengeHandover, SignInClient, SignInFuture, SignInPreparation};
use crate::sign_out::{SignOut, SignOutStatus};
use crate::sign_up::SignUp;
use crate::stored_token_check::StoredTokenCheck;

/// The configuration, shared by all parts.
pub(crate) type SharedConfig = StoredValue<Arc<Config>>;

/// The Leptos context with the signed-in user and the sign-in operations. It is `Copy`, because it only holds handles.
///
/// The operations that most pages need are methods. The others belong to parts, each with a method that returns it:
/// [`sign_in_client`](Self::sign_in_client), [`hosted_ui`](Self::hosted_ui), [`sign_up`](Self::sign_up),
/// [`password_reset`](Self::password_reset), [`account`](Self::account) and
/// [`remembered_devices`](Self::remembered_devices).
#[derive(Clone, Copy, Debug)]
pub struct AuthContext {
    config: SharedConfig,
    is_online: RwSignal<bool>,
    /// True once [`AuthContext::start`] has run.
    is_started: StoredValue<bool>,
    attempts: Attempts,
    store: SessionStore,
    clock: ServerClock,
    keys: KeyCache,
    endpoints: HostedEndpoints,
    refresher: Refresher,
    /// Tokens from the browser's storage, for [`StoredTokenCheck`].
    postponed_check: StoredValue<Option<StoredTokens>>,
    preparation: SignInPreparation,
    handover: ChallengeHandover,
    pending_sign_up: PendingSignUpStore,
    device_offer: RwSignal<Option<DeviceOffer>>,
    sign_out_status: RwSignal<SignOutStatus>,
}

/// Creates an [`AuthContext`], restores the stored session, and provides the context to all components below the
/// current one.
pub fn provide_auth(config: Config) -> AuthContext {
    let auth = AuthContext::new(config);
    auth.start();
    provide_context(auth);
    auth
}

/// Returns the [`AuthContext`] that a component above the current one provided.
///
/// # Panics
/// If there is none.
pub fn use_auth() -> AuthContext {
    expect_context()
}

impl AuthContext {
    /// Creates the context. If a session is stored, the session is [`Session::Restoring`] until
    /// [`AuthContext::start`] has read it. Sign-in, refresh and sign-out work after `start` only.
    pub fn new(config: Config) -> Self {
        let config = StoredValue::new(Arc::new(config));
        let attempts = Attempts::new();
        let store = SessionStore::new(config, attempts);
        let clock = ServerClock::new();
        let keys = KeyCache::new(config);
        let endpoints = HostedEndpoints::new(config);
        let refresher = Refresher::new(config, store, clock, keys, endpoints);
        let is_online = RwSignal::new(lifecycle::is_online());
        lifecycle::on_network_change(move |online| is_online.set(online));
        Self {
            config,
            is_online,
            is_started: StoredValue::new(false),
            attempts,
            store,
            clock,
            keys,
            endpoints,
            refresher,
            postponed_check: StoredValue::new(None),
            preparation: SignInPreparation::new(clock, keys),
            handover: ChallengeHandover::new(),
            pending_sign_up: PendingSignUpStore::new(),
            device_offer: RwSignal::new(None),
            sign_out_status: RwSignal::new(SignOutStatus::after_page_load()),
        }
    }

    /// Restores the stored session, if there is one. After that the context reacts to other tabs, to changes of the
    /// network, and when the device wakes up. Only the first call has an effect.
    pub fn start(self) {
        if self.is_started.get_value() {
            return;
        }
        self.is_started.set_value(true);
        SessionRunner::new(
            self.config,
            self.refresher,
            StoredTokenCheck::new(self.keys, self.refresher, self.postponed_check),
            self.session_end(),
        )
        .start();
    }

    /// Returns the configuration from `config.js`.
    pub fn config(self) -> Arc<Config> {
        self.config.get_value()
    }

    /// Returns the session as a signal for views.
    pub fn session(self) -> ReadSignal<Session> {
        self.store.session()
    }

    /// Returns true if the stored session has not been read yet.
    pub fn is_restoring(self) -> bool {
        self.store.is_restoring()
    }

    /// Returns true if a user is signed in. Views that call it are rendered again for another user.
    pub fn is_signed_in(self) -> bool {
        self.store.user_id_signal().with(Option::is_some)
    }

    /// Returns true if the stored session is damaged and is being recovered, so that it is not known yet who is signed
    /// in.
    pub fn is_recovering(self) -> bool {
        self.session()
            .with(|session| matches!(session, Session::Recovering { .. }))
    }

    /// Returns true if this browser refused to store the session, so that a reload ends it.
    pub fn is_not_persisted(self) -> bool {
        self.store.is_not_persisted() && self.is_signed_in()
    }

    /// Returns where the session is really stored: `Storage::Memory` if the browser refused to store it. For views.
    pub fn storage_in_use(self) -> Storage {
        if self.is_not_persisted() {
            Storage::Memory
        } else {
            self.config().storage
        }
    }

    /// Returns true if the browser reports a network connection.
    pub fn is_online(self) -> bool {
        self.is_online.get()
    }

    /// Prepares the parts of a sign-in that do not depend on the user: makes an SRP key pair, and fetches the issuer's
    /// keys and the host's time.
    pub fn prefetch(self) {
        self.preparation.start();
    }

    /// Starts a sign-in with the configured flow, and with the password if the form asked for it. If the pool asks for
    /// more, [`AuthContext::sign_in_client`] continues the sign-in.
    pub fn sign_in(self, username: Username, password: Option<Password>) -> SignInFuture {
        self.sign_in_client().sign_in(username, password)
    }

    /// Ends the session in this browser immediately and revokes the tokens in the background.
    pub fn sign_out(self) {
        self.session_end().sign_out();
    }

    /// Ends every session of the user on all devices, and then this one. APIs accept access tokens until they expire.
    /// Fails after [`OPERATION_TIMEOUT`](crate::browser::timer::OPERATION_TIMEOUT).
    pub async fn global_sign_out(self) -> Result<(), GlobalSignOutError> {
        self.session_end().global_sign_out().await
    }

    /// Returns the progress of the last sign-out as a signal for views.
    pub fn sign_out_status(self) -> ReadSignal<SignOutStatus> {
        self.sign_out_status.read_only()
    }

    /// Returns the latest sign-in or sign-out of this tab. A page can ask it later whether the user has started another
    /// one.
    pub fn latest_attempt(self) -> Attempt {
        self.attempts.latest()
    }

    /// Ends the current sign-in attempt of this tab: it sends no more requests, and its tokens start no session.
    pub fn cancel_attempts(self) {
        self.attempts.supersede();
    }

    /// Sends a request to the API with the user's token: the ID token or the access token, depending on `api.token` of
    /// the configuration. Expired tokens are refreshed first. After a 401 it refreshes the tokens and sends the request
    /// once more, because the API has not acted on it. Fails after
    /// [`OPERATION_TIMEOUT`](crate::browser::timer::OPERATION_TIMEOUT), the refresh included.
    pub async fn fetch(self, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        self.api_client().fetch(request).await
    }

    /// Returns the token that [`AuthContext::fetch`] sends: the ID token or the access token, depending on `api.token`.
    pub fn api_token(self, tokens: &Tokens) -> String {
        self.api_client().token(tokens)
    }

    /// Returns valid tokens for a request, and waits for a refresh if they have expired. The tokens belong to the
    /// current user. If another user signs in during the wait, this returns [`TokenUnavailableError::SignedOut`].
    pub fn valid_tokens(self) -> LocalBoxFuture<Result<Tokens, TokenUnavailableError>> {
        self.refresher.valid_tokens()
    }

    /// Returns true if this tab has started a hosted sign-in that may still be open. It does not parse the stored
    /// record.
    pub fn may_have_pending_authorization(self) -> bool {
        storage::has_pending_authorizations()
    }

    /// Returns the domain of the hosted pages as a signal for views. It is `None` if the domain is not known yet or
    /// there is none.
    pub fn hosted_domain(self) -> ReadSignal<Option<SecureUrl>> {
        self.endpoints.domain()
    }

    /// Returns the part that runs the steps of a sign-in on the app's own page.
    pub fn sign_in_client(self) -> SignInClient {
        SignInClient::new(
            self.config,
            self.attempts,
            self.preparation,
            self.session_starter(),
            self.remembered_devices(),
            self.handover,
            self.pending_sign_up,
        )
    }

    /// Returns the part for the sign-in with the hosted pages.
    pub fn hosted_ui(self) -> HostedUi {
        HostedUi::new(
            self.config,
            self.endpoints,
            self.attempts,
            self.clock,
            self.session_starter(),
            self.refresher,
            self.pending_sign_up,
        )
    }

    /// Returns the part for registrations.
    pub fn sign_up(self) -> SignUp {
        SignUp::new(self.config, self.pending_sign_up)
    }

    /// Returns the part for password resets.
    pub fn password_reset(self) -> PasswordReset {
        PasswordReset::new(self.config)
    }

    /// Returns the part with the operations of the account page.
    pub fn account(self) -> Account {
        Account::new(self.config, self.refresher, self.session_end())
    }

    /// Returns the part for the records of this browser as a remembered device, and for the offer to trust the device.
    pub fn remembered_devices(self) -> RememberedDevices {
        RememberedDevices::new(self.config, self.refresher, self.device_offer)
    }

    fn session_starter(self) -> SessionStarter {
        SessionStarter::new(
            self.config,
            self.store,
            self.clock,
            self.keys,
            self.sign_out_status,
        )
    }

    fn session_end(self) -> SignOut {
        SignOut::new(
            self.config,
            self.refresher,
            self.attempts,
            self.endpoints,
            self.pending_sign_up,
            self.handover,
            self.sign_out_status,
        )
    }

    fn api_client(self) -> ApiClient {
        ApiClient::new(self.config, self.refresher)
    }
}
