//! The engine: the part of the app that restores the session and signs users in. Its code is in a chunk of its own (see
//! [`lazy`](crate::lazy)), so that the sign-in form is usable before that code has arrived. It is fetched right after
//! the first render.
//!
//! Code that is needed for the first render calls the engine through the trait `Engine` only. The trait's one
//! implementation is named only in the split function, so the build puts it and everything that only it calls into the
//! chunk. The pages in other chunks call [`AuthContext`] directly, because their chunks are loaded together with the
//! engine.

use cognito_proto::ids::Username;
use cognito_proto::secret::Password;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_cognito::browser::{LocalBoxFuture, lifecycle};
use leptos_cognito::{AuthContext, AuthorizationOptions};

use crate::lazy::{ChunkLoadError, ChunkNotLoaded, LoadState, LoadingPage, split_fn};
use crate::messages;
use crate::pages::signin::{self, SignInFlow};
use crate::pages::submission::{Submission, SubmissionResult, SubmitTask, submit_task};
use crate::pages::{device_offer, hosted_ui};

/// The operations of the engine that the main file uses: the code that the first render of the app needs.
pub(crate) trait Engine: Sync {
    /// Prepares the next sign-in: see [`AuthContext::prefetch`].
    fn prefetch(&self, auth: AuthContext);

    /// Signs the user out: see [`AuthContext::sign_out`].
    fn sign_out(&self, auth: AuthContext);

    /// Returns the options of the hosted sign-in that this tab started and that has had no response, or `None` if there
    /// is none.
    fn pending_authorization_options(&self, auth: AuthContext) -> Option<AuthorizationOptions>;

    /// Continues the sign-in that another page has started, if there is one, on the sign-in page.
    fn resume_sign_in(&self, flow: SignInFlow);

    /// Signs in with the form for username and password. `view_id` is the step of the flow in which the user submitted
    /// the form.
    fn submit_credentials(
        &self,
        flow: SignInFlow,
        view_id: Option<u32>,
        username: Username,
        password: Option<Password>,
        password_field: RwSignal<String>,
    ) -> SubmitTask;

    /// Offers a passkey in the username field of the sign-in form, while `is_offering` is true.
    fn offer_passkey(&self, flow: SignInFlow, is_offering: StoredValue<bool>);

    /// Wipes the password that the pending challenge holds to request a new code.
    fn wipe_held_password(&self, flow: SignInFlow);

    /// Searches the domain of the hosted pages: see [`HostedUi::discover_domain`](leptos_cognito::HostedUi::discover_domain).
    fn discover_hosted_domain(&self, auth: AuthContext) -> LocalBoxFuture<()>;

    /// Navigates to the hosted pages, or returns the reason why that is not possible.
    fn redirect_to_hosted_ui(
        &self,
        auth: AuthContext,
        submission: Submission,
        options: AuthorizationOptions,
    ) -> SubmitTask;

    /// Sends the user's answer to the question whether to trust this device: see [`RememberedDevices::answer_offer`](leptos_cognito::RememberedDevices::answer_offer).
    fn answer_device_offer(&self, auth: AuthContext, remembered: bool) -> SubmitTask;
}

/// The implementation of [`Engine`]. It has no state: the state is in [`AuthContext`] and in the pages.
struct LoadedEngine;

impl Engine for LoadedEngine {
    fn prefetch(&self, auth: AuthContext) {
        auth.prefetch();
    }

    fn sign_out(&self, auth: AuthContext) {
        auth.sign_out();
    }

    fn pending_authorization_options(&self, auth: AuthContext) -> Option<AuthorizationOptions> {
        auth.hosted_ui().pending_authorization_options()
    }

    fn resume_sign_in(&self, flow: SignInFlow) {
        flow.resume();
    }

    fn submit_credentials(
        &self,
        flow: SignInFlow,
        view_id: Option<u32>,
        username: Username,
        password: Option<Password>,
        password_field: RwSignal<String>,
    ) -> SubmitTask {
        flow.submit_credentials(view_id, username, password, password_field)
    }

    fn offer_passkey(&self, flow: SignInFlow, is_offering: StoredValue<bool>) {
        signin::offer_passkey(flow, is_offering);
    }

    fn wipe_held_password(&self, flow: SignInFlow) {
        flow.wipe_held_password();
    }

    fn discover_hosted_domain(&self, auth: AuthContext) -> LocalBoxFuture<()> {
        Box::pin(async move {
            auth.hosted_ui().discover_domain().await;
        })
    }

    fn redirect_to_hosted_ui(
        &self,
        auth: AuthContext,
        submission: Submission,
        options: AuthorizationOptions,
    ) -> SubmitTask {
        hosted_ui::redirect_to_hosted_ui(auth, submission, options)
    }

    fn answer_device_offer(&self, auth: AuthContext, remembered: bool) -> SubmitTask {
        device_offer::answer_device_offer(auth, remembered)
    }
}

split_fn! {
    engine;
    /// Starts the session (see [`AuthContext::start`]) and returns the engine.
    fn start_engine(auth: AuthContext) -> Result<&'static dyn Engine, ChunkLoadError> {
        auth.start();
        Ok(&LoadedEngine)
    }
}

/// A handle that loads the engine, the chunk of WebAssembly that signs users in. It is `Copy`, because it only holds
/// handles.
#[derive(Clone, Copy)]
pub(crate) struct EngineLoader {
    auth: AuthContext,
    state: RwSignal<LoadState>,
    engine: StoredValue<Option<&'static dyn Engine>>,
}

/// Returns the [`EngineLoader`] that the app provides.
///
/// # Panics
/// If `EngineLoader` was not provided, that is, outside `<App/>`.
pub(crate) fn use_engine() -> EngineLoader {
    expect_context()
}

impl EngineLoader {
    /// Creates a loader for the engine. It fetches nothing yet.
    pub(crate) fn new(auth: AuthContext) -> Self {
        Self {
            auth,
            state: RwSignal::new(LoadState::NotLoaded),
            engine: StoredValue::new(None),
        }
    }

    /// Returns the engine, or `None` if it is not loaded yet.
    pub(crate) fn get(self) -> Option<&'static dyn Engine> {
        self.engine.get_value()
    }

    /// Returns true if the engine is loaded. For views.
    pub(crate) fn is_loaded(self) -> bool {
        self.state.get() == LoadState::Loaded
    }

    /// Waits until the engine is loaded, and fetches it if necessary. If several callers wait at the same time, it is
    /// fetched once.
    pub(crate) async fn load(self) -> Result<&'static dyn Engine, ChunkLoadError> {
        if let Some(engine) = self.get() {
            return Ok(engine);
        }
        self.state.set(LoadState::Loading);
        let engine = start_engine(self.auth).await;
        self.engine.set_value(engine.as_ref().ok().copied());
        self.state.set(match engine {
            Ok(_) => LoadState::Loaded,
            Err(ChunkLoadError) => LoadState::Failed,
        });
        engine
    }

    /// Fetches the chunk with the engine, unless it is loaded or being loaded.
    pub(crate) fn fetch(self) {
        if matches!(
            self.state.get_untracked(),
            LoadState::NotLoaded | LoadState::Failed
        ) {
            spawn_local(async move {
                // A failure is in `state`, and the next user action tries again.
                let _ = self.load().await;
            });
        }
    }

    /// Calls `callback` with the engine: at once if it is loaded, otherwise after the next frame and the download. Does
    /// not call it if the download fails.
    pub(crate) fn when_loaded(self, callback: impl FnOnce(&'static dyn Engine) + 'static) {
        if let Some(engine) = self.get() {
            callback(engine);
            return;
        }
        request_animation_frame(move || {
            spawn_local(async move {
                if let Ok(engine) = self.load().await {
                    callback(engine);
                }
            });
        });
    }

    /// Returns the task of a form submission that needs the engine. If the engine cannot be loaded, the task's result
    /// is an error message for the form.
    pub(crate) fn submit(
        self,
        make_task: impl FnOnce(&'static dyn Engine) -> SubmitTask + 'static,
    ) -> Option<SubmitTask> {
        submit_task(async move {
            match self.load().await {
                Ok(engine) => make_task(engine).await,
                Err(ChunkLoadError) => SubmissionResult::FormError(
                    messages::chunk_not_loaded(lifecycle::is_online()).clone(),
                ),
            }
        })
    }
}

/// The page that is shown in place of a page that needs the engine: it says that the engine is being loaded, or that it
/// could not be loaded, with a button to try again.
#[component]
pub(crate) fn EngineLoadingPage() -> impl IntoView {
    let engine = use_engine();
    let retry = Callback::new(move |()| engine.fetch());
    view! {
        {move || match engine.state.get() {
            LoadState::Failed => view! { <ChunkNotLoaded retry/> }.into_any(),
            LoadState::NotLoaded | LoadState::Loading | LoadState::Loaded => {
                view! { <LoadingPage/> }.into_any()
            }
        }}
    }
}
