//! The state of the sign-in on the sign-in page: the pending challenge, and how the response to an answer is handled.

use core::time::Duration;

use cognito_proto::ids::Username;
use cognito_proto::secret::Password;
use cognito_proto::time::UnixTime;
use leptos::prelude::*;
use leptos_cognito::browser::clock;
use leptos_cognito::browser::lifecycle::{self, PageHideListener};
use leptos_cognito::browser::timer::{self, Timeout};
use leptos_cognito::{
    AuthContext, PendingChallenge, SignInAttempt, SignInError, SignInFailure, SignInFuture,
    SignInProgress, UserChallenge, use_auth,
};
use ui_texts::{Message, labels};

use super::super::submission::{Field, SubmissionResult, SubmitTask, submit_task};
use super::history_step::HistoryStep;
use crate::components::LinkButton;
use crate::engine::use_engine;
use crate::messages;
use crate::routes::{self, LastAction, PagePath};

/// How long a challenge holds the password to request a new code. An authentication session is valid for three minutes
/// by default (`AuthSessionValidity` of Amazon's API reference).
const MAX_PASSWORD_AGE: Duration = Duration::from_secs(180);

/// The kind of the pending challenge, or `None` if the page shows the form for username and password.
type ChallengeKind = Option<core::mem::Discriminant<UserChallenge>>;

/// The state that all steps of the sign-in page share. It is `Copy`, because it only holds handles.
#[derive(Clone, Copy)]
pub(crate) struct SignInFlow {
    /// The username as the user typed it. It is kept from step to step.
    pub(super) username: RwSignal<String>,
    /// The address to which the user returns after the sign-in, as the value of a query parameter.
    pub(super) return_to: StoredValue<String>,
    /// The error that the current step shows, because the previous step failed with it.
    pub(super) error: RwSignal<Option<Message>>,
    /// True if a new code can be sent without asking for the password again.
    can_resend: RwSignal<bool>,
    pending: StoredValue<Option<PendingChallenge>>,
    /// The timer that wipes the password when the authentication session expires. The pending challenge holds the
    /// password to request a new code.
    password_timer: StoredValue<Option<Timeout>, LocalStorage>,
    /// The time at which the password must be wiped, by this device's clock. Timers pause while the device sleeps, and
    /// the clock does not.
    password_deadline: StoredValue<Option<UnixTime>>,
    /// The listener that wipes the password when the browser leaves the page, because the page can be kept in the
    /// bfcache.
    _page_hide_listener: StoredValue<Option<PageHideListener>, LocalStorage>,
    /// True if the browser has left the page since the last sign-in was started. A challenge that arrives later must
    /// not hold the password.
    was_hidden: StoredValue<bool>,
    auth: AuthContext,
    history_step: HistoryStep,
    challenge_kind: StoredValue<ChallengeKind>,
    /// The number of steps that the page has shown so far. A response to an earlier step is ignored.
    view_id: RwSignal<u32>,
}

impl SignInFlow {
    pub(super) fn new(username: RwSignal<String>, return_to: String) -> Self {
        let flow = Self {
            username,
            return_to: StoredValue::new(return_to),
            error: RwSignal::new(None),
            can_resend: RwSignal::new(false),
            pending: StoredValue::new(None),
            password_timer: StoredValue::new_local(None),
            password_deadline: StoredValue::new(None),
            _page_hide_listener: StoredValue::new_local(None),
            was_hidden: StoredValue::new(false),
            auth: use_auth(),
            history_step: HistoryStep::new(),
            challenge_kind: StoredValue::new(None),
            view_id: RwSignal::new(0),
        };
        let engine = use_engine();
        let listener = lifecycle::on_page_hide(move || {
            flow.was_hidden.set_value(true);
            if let Some(engine) = engine.get() {
                engine.wipe_held_password(flow);
            }
        });
        flow._page_hide_listener.set_value(Some(listener));
        flow
    }

    /// Continues the sign-in that another page handed to the sign-in page, if there is one. The page calls it before it
    /// renders the first step.
    pub(crate) fn resume(self) {
        let Some(pending) = self.auth.sign_in_client().take_pending_challenge() else {
            return;
        };
        self.username.set(pending.username().to_string());
        self.challenge_kind.set_value(Some(kind_of(&pending)));
        self.open_step();
        self.store_pending(Some(pending));
    }

    /// Returns true if a challenge is pending. A view that calls it is rendered again for each new step.
    pub(super) fn has_challenge(self) -> bool {
        self.view_id.track();
        self.pending.with_value(Option::is_some)
    }

    /// Calls `read` with the pending challenge, or with `None` if it has been answered.
    pub(super) fn with_challenge<T>(self, read: impl FnOnce(Option<&UserChallenge>) -> T) -> T {
        self.pending
            .with_value(|pending| read(pending.as_ref().map(|pending| &pending.challenge)))
    }

    /// Returns a signal that is true if a new code can be sent without asking for the password again.
    pub(super) fn can_resend(self) -> ReadSignal<bool> {
        self.can_resend.read_only()
    }

    /// Removes and returns the pending challenge in order to answer it. Each challenge can be answered once.
    pub(super) fn take_challenge(self) -> Option<(UserChallenge, SignInAttempt)> {
        let pending = self.pending.try_update_value(Option::take)??;
        Some(pending.into_parts())
    }

    /// Starts a sign-in. The username is stored in the history entry, so that it survives a reload.
    pub(super) fn start(self) {
        let name = self.username.get_untracked();
        self.history_step.set_entry_note(name.trim());
        self.was_hidden.set_value(false);
    }

    /// Returns the submission that sends an answer and handles the response. Errors about the answer are shown at
    /// `field`.
    pub(super) fn submit(self, field: Option<Field>, response: SignInFuture) -> Option<SubmitTask> {
        let view_id = self.current_view_id();
        submit_task(async move { self.handle_result(view_id, field, response.await) })
    }

    /// Signs in with the form for username and password. `view_id` is the step in which the user submitted the form.
    pub(crate) fn submit_credentials(
        self,
        view_id: Option<u32>,
        username: Username,
        password: Option<Password>,
        password_field: RwSignal<String>,
    ) -> SubmitTask {
        // The user can have left the page or started over while the engine was fetched.
        if view_id.is_none() || view_id != self.current_view_id() {
            return Box::pin(async { SubmissionResult::Done });
        }
        let sent = password
            .as_ref()
            .map(|password| Password::new(password.expose_secret()));
        let response = self.auth.sign_in(username, password);
        self.clear_refused_password(view_id, sent, password_field, response)
    }

    /// Returns the submission that sends an answer with a password. If the pool refuses the password, the field is
    /// cleared.
    pub(super) fn submit_with_password(
        self,
        password: RwSignal<String>,
        response: SignInFuture,
    ) -> Option<SubmitTask> {
        let sent = Password::new(password.get_untracked());
        Some(self.clear_refused_password(self.current_view_id(), Some(sent), password, response))
    }

    /// Waits for the response to an answer and handles it. If the pool refuses the password that was `sent`, clears
    /// `field`.
    fn clear_refused_password(
        self,
        view_id: Option<u32>,
        sent: Option<Password>,
        field: RwSignal<String>,
        response: SignInFuture,
    ) -> SubmitTask {
        Box::pin(async move {
            let result = response.await;
            if let Some(sent) = sent
                && let Err(failure) = &result
                && failure.error.is_refusal()
            {
                // The user can have typed another password in the meantime.
                let _ = field.try_update(|password| {
                    if password == sent.expose_secret() {
                        password.clear();
                    }
                });
            }
            self.handle_result(view_id, None, result)
        })
    }

    /// Navigates to `address` after the sign-in. The sign-in page leaves no history entry.
    pub(super) fn finish(self, address: String, redirect: Callback<String>) {
        self.history_step.leave(move || redirect.run(address));
    }

    /// Returns the context with the session and the sign-in operations.
    pub(super) fn auth(self) -> AuthContext {
        self.auth
    }

    /// Returns the number of the current step, for [`SignInFlow::handle_result`].
    pub(super) fn current_view_id(self) -> Option<u32> {
        self.view_id.try_get_untracked()
    }

    /// Handles the response to an answer that the user sent in step `view_id`.
    pub(super) fn handle_result(
        self,
        view_id: Option<u32>,
        field: Option<Field>,
        result: Result<SignInProgress, SignInFailure>,
    ) -> SubmissionResult {
        // The user has started over, so the response is ignored.
        if view_id.is_none() || view_id != self.current_view_id() {
            return SubmissionResult::Done;
        }
        let (error, pending) = match result {
            Ok(SignInProgress::Done) => return SubmissionResult::Done,
            Ok(SignInProgress::ChallengeRequired(pending)) => {
                let _ = self.error.try_set(None);
                self.show(Some(pending));
                return SubmissionResult::Done;
            }
            Err(SignInFailure { error, pending }) => (error, pending),
        };
        let message = messages::sign_in_error(&error);
        let redirect_to = |page: PagePath| {
            let name = self.username.try_get_untracked().unwrap_or_default();
            let return_to = self.return_to.try_get_value().unwrap_or_default();
            SubmissionResult::Redirect(page.with_query(&[
                (routes::USERNAME, name.trim()),
                (routes::LAST_ACTION, LastAction::SignInAttempted.as_str()),
                (routes::RETURN_TO, &return_to),
            ]))
        };
        let current_kind = self.challenge_kind.try_get_value().flatten();
        match error {
            SignInError::NotConfirmed => return redirect_to(PagePath::Verify),
            SignInError::ResetRequired => return redirect_to(PagePath::Forgot),
            _ => {}
        }
        if pending.as_ref().map(kind_of) != current_kind {
            // The sign-in changes to another step, which shows the error.
            let _ = self.error.try_set(Some(message));
            self.show(pending);
            return SubmissionResult::Done;
        }
        self.store_pending(pending);
        match field {
            Some(field) if is_about_the_answer(&error) => {
                SubmissionResult::FieldError(field, message)
            }
            _ => SubmissionResult::FormError(message),
        }
    }

    /// Shows another challenge, or the form for username and password. All challenges share one history entry, so
    /// that Back always leads to that form.
    pub(super) fn show(self, pending: Option<PendingChallenge>) {
        if pending.is_some() {
            self.open_step();
        } else {
            self.history_step.leave(|| {});
        }
        self.set_step(pending);
    }

    fn set_step(self, pending: Option<PendingChallenge>) {
        let _ = self
            .challenge_kind
            .try_set_value(pending.as_ref().map(kind_of));
        self.store_pending(pending);
        let _ = self.view_id.try_update(|view_id| *view_id += 1);
    }

    fn open_step(self) {
        let name = self.username.try_get_untracked().unwrap_or_default();
        self.history_step.open(name.trim(), move || {
            self.auth.cancel_attempts();
            let _ = self.error.try_set(None);
            self.set_step(None);
        });
    }

    /// Replaces the pending challenge with one of the same kind, without rendering the page again. Returns true if
    /// step `view_id` is still shown.
    pub(super) fn replace_challenge(self, view_id: Option<u32>, pending: PendingChallenge) -> bool {
        let is_shown = view_id.is_some() && view_id == self.current_view_id();
        if is_shown {
            self.store_pending(Some(pending));
        }
        is_shown
    }

    /// Stores the pending challenge, and starts the timer that clears the password in it.
    fn store_pending(self, mut pending: Option<PendingChallenge>) {
        let now = self.auth.sign_in_client().now();
        if let Some(pending) = &mut pending
            && self.was_hidden.try_get_value() == Some(true)
        {
            pending.forget_password();
        }
        let until = pending
            .as_ref()
            .and_then(PendingChallenge::password_held_until);
        // The two times may come from different clocks: this device's and the host's.
        let remaining = until.map(|until| now.until(until).min(MAX_PASSWORD_AGE));
        let timer = remaining
            .map(|remaining| timer::set_timeout(remaining, move || self.wipe_held_password()));
        let _ = self.password_timer.try_set_value(timer);
        let deadline = remaining.map(|remaining| clock::now().plus(remaining));
        let _ = self.password_deadline.try_set_value(deadline);
        let can_resend = pending
            .as_ref()
            .is_some_and(|pending| pending.can_resend(now));
        let _ = self.can_resend.try_set(can_resend);
        let _ = self.pending.try_set_value(pending);
    }

    /// Wipes the password that the pending challenge holds, if it has expired. The timer does not do this in time if
    /// the device was asleep.
    pub(super) fn clear_expired_password(self) {
        let deadline = self.password_deadline.try_get_value().flatten();
        if deadline.is_some_and(|deadline| deadline <= clock::now()) {
            self.wipe_held_password();
        }
    }

    /// Wipes the password that the pending challenge holds to request a new code.
    pub(crate) fn wipe_held_password(self) {
        let now = self.auth.sign_in_client().now();
        let can_resend = self.pending.try_update_value(|pending| {
            pending.as_mut().is_some_and(|pending| {
                pending.forget_password();
                pending.can_resend(now)
            })
        });
        let _ = self.can_resend.try_set(can_resend == Some(true));
    }

    /// Returns the address of another page, with the username and the return address as query parameters.
    pub(super) fn address_of(self, page: PagePath) -> Signal<String> {
        Signal::derive(move || {
            let name = self.username.get();
            self.return_to.with_value(|return_to| {
                page.with_query(&[
                    (routes::USERNAME, name.trim()),
                    (routes::RETURN_TO, return_to),
                ])
            })
        })
    }

    /// Ends the running sign-in and shows the form for username and password.
    fn start_over(self) {
        self.auth.cancel_attempts();
        self.error.set(None);
        self.show(None);
    }
}

/// The button that ends the running sign-in and shows the form for username and password.
#[component]
pub(super) fn StartOverButton(flow: SignInFlow) -> impl IntoView {
    view! { <LinkButton label=labels::START_OVER on_click=move || flow.start_over()/> }
}

fn kind_of(pending: &PendingChallenge) -> core::mem::Discriminant<UserChallenge> {
    core::mem::discriminant(&pending.challenge)
}

/// Returns true if the error is about the value that the user has typed.
fn is_about_the_answer(error: &SignInError) -> bool {
    matches!(
        error,
        SignInError::WrongCode
            | SignInError::CodeAlreadyUsed
            | SignInError::InvalidPassword(_)
            | SignInError::PasswordReused
            | SignInError::InvalidValue(_)
    )
}
