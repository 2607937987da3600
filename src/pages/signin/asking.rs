//! The running sign-in: the pending challenge, and the handling of the response to an answer.

use core::time::Duration;

use cognito_proto::secret::Password;
use cognito_proto::time::UnixTime;
use leptos::prelude::*;

use super::super::attempt::{Field, Outcome, Work, work};
use crate::auth::{
    AuthContext, PendingChallenge, SignInAttempt, SignInError, SignInFailure, SignInFuture,
    SignInProgress, UserChallenge, use_auth,
};
use crate::browser::clock;
use crate::browser::lifecycle::{self, PageHideListener};
use crate::browser::timer::{self, Timeout};
use crate::components::{dynamic, link_button};
use crate::messages;
use crate::navigation::{Navigation, use_navigation};
use crate::routes::{self, LastAction, Route};

/// The longest time that a password is held for a new code: an authentication session lives for three minutes by
/// default (`AuthSessionValidity` of Amazon's API reference).
const MAX_PASSWORD_AGE: Duration = Duration::from_secs(180);

/// The kind of the pending challenge, or `None` for the form with username and password.
type Part = Option<core::mem::Discriminant<UserChallenge>>;

/// The state that all steps of the sign-in page share. It is `Copy`, because it only holds handles.
#[derive(Clone, Copy)]
pub(super) struct Asking {
    /// The username as typed. It is kept from step to step.
    pub(super) username: RwSignal<String>,
    /// The return address, as the value of a query parameter.
    pub(super) then: StoredValue<String>,
    /// The error because of which the sign-in has changed to another step.
    pub(super) trouble: RwSignal<Option<String>>,
    /// True if a new code can be sent without asking for the password again.
    can_resend: RwSignal<bool>,
    pending: StoredValue<Option<PendingChallenge>>,
    /// The timer that clears the password, which `pending` holds to request a new code, when the authentication session
    /// expires.
    limit: StoredValue<Option<Timeout>, LocalStorage>,
    /// The end of the authentication session by this device's clock. Timers pause while the device sleeps, and the
    /// clock does not.
    deadline: StoredValue<Option<UnixTime>>,
    /// Clears the password when the browser leaves the page, because the page can be kept in the bfcache.
    _leave: StoredValue<Option<PageHideListener>, LocalStorage>,
    /// True if the browser has left the page since the last sign-in was started. A challenge that arrives later must
    /// not hold the password.
    was_left: StoredValue<bool>,
    auth: AuthContext,
    navigation: Navigation,
    part: StoredValue<Part>,
    /// The number of steps shown so far. A response to an earlier step is ignored.
    drawn: RwSignal<u32>,
}

impl Asking {
    pub(super) fn new(
        username: RwSignal<String>,
        then: String,
        pending: Option<PendingChallenge>,
    ) -> Self {
        let navigation = use_navigation();
        let asking = Self {
            username,
            then: StoredValue::new(then),
            trouble: RwSignal::new(None),
            can_resend: RwSignal::new(false),
            pending: StoredValue::new(None),
            limit: StoredValue::new_local(None),
            deadline: StoredValue::new(None),
            _leave: StoredValue::new_local(None),
            was_left: StoredValue::new(false),
            auth: use_auth(),
            navigation,
            part: StoredValue::new(pending.as_ref().map(part_of)),
            drawn: RwSignal::new(0),
        };
        let leave = lifecycle::on_page_hide(move || {
            asking.was_left.set_value(true);
            asking.forget_password();
        });
        asking._leave.set_value(Some(leave));
        on_cleanup(move || navigation.drop_step());
        if pending.is_some() {
            asking.open_step();
            asking.keep(pending);
        }
        asking
    }

    /// Renders the page again for each new step. The second argument of `draw` is true if a challenge is pending.
    pub(super) fn drawn_by(self, draw: fn(Self, bool) -> AnyView) -> AnyView {
        dynamic(move || {
            self.drawn.track();
            draw(self, self.pending.with_value(Option::is_some))
        })
    }

    /// Calls `look` with the pending challenge, or with `None` if it has been answered.
    pub(super) fn asked<T>(self, look: impl FnOnce(Option<&UserChallenge>) -> T) -> T {
        self.pending
            .with_value(|pending| look(pending.as_ref().map(|pending| &pending.challenge)))
    }

    /// Returns a signal that is true if a new code can be sent without asking for the password again.
    pub(super) fn can_resend(self) -> ReadSignal<bool> {
        self.can_resend.read_only()
    }

    /// Takes the pending challenge in order to answer it. Each challenge can be answered once.
    pub(super) fn take(self) -> Option<(UserChallenge, SignInAttempt)> {
        let pending = self.pending.try_update_value(Option::take)??;
        Some(pending.into_parts())
    }

    /// Starts a sign-in. The username is stored in the history entry, so that it survives a reload.
    pub(super) fn begin(self) {
        let name = self.username.get_untracked();
        self.navigation.set_entry_note(name.trim());
        self.was_left.set_value(false);
    }

    /// Returns the submission of an answer. `field` is the field for errors about the answer.
    pub(super) fn answer(self, field: Option<Field>, answered: SignInFuture) -> Option<Work> {
        let part = self.part_drawn();
        work(async move { self.settle(part, field, answered.await) })
    }

    /// Returns the submission of an answer that contains a password. If the pool refuses the password, the field is
    /// cleared.
    pub(super) fn answer_with_password(
        self,
        password: RwSignal<String>,
        answered: SignInFuture,
    ) -> Option<Work> {
        let part = self.part_drawn();
        let sent = Password::new(password.get_untracked());
        work(async move {
            let outcome = answered.await;
            if outcome
                .as_ref()
                .is_err_and(|failure| failure.error.is_refusal())
            {
                // The user can have typed another password in the meantime.
                let _ = password.try_update(|password| {
                    if password == sent.reveal() {
                        password.clear();
                    }
                });
            }
            self.settle(part, None, outcome)
        })
    }

    /// Returns the number of the current step, for [`Asking::settle`].
    pub(super) fn part_drawn(self) -> Option<u32> {
        self.drawn.try_get_untracked()
    }

    /// Handles the response to an answer that was sent in step `part`.
    pub(super) fn settle(
        self,
        part: Option<u32>,
        field: Option<Field>,
        outcome: Result<SignInProgress, SignInFailure>,
    ) -> Outcome {
        // The user has started over, so the response is ignored.
        if part.is_none() || part != self.part_drawn() {
            return Outcome::Done;
        }
        let (error, pending) = match outcome {
            Ok(SignInProgress::Done) => return Outcome::Done,
            Ok(SignInProgress::ChallengeRequired(pending)) => {
                let _ = self.trouble.try_set(None);
                self.show(Some(pending));
                return Outcome::Done;
            }
            Err(SignInFailure { error, pending }) => (error, pending),
        };
        let text = messages::sign_in_error(&error);
        let led_on = |route: Route| {
            let name = self.username.try_get_untracked().unwrap_or_default();
            let then = self.then.try_get_value().unwrap_or_default();
            Outcome::Go(route.with_query(&[
                (routes::USERNAME, name.trim()),
                (routes::LAST_ACTION, LastAction::SignInAttempted.as_str()),
                (routes::RETURN_TO, &then),
            ]))
        };
        let here = self.part.try_get_value().flatten();
        match error {
            SignInError::NotConfirmed => return led_on(Route::Verify),
            SignInError::ResetRequired => return led_on(Route::Forgot),
            _ => {}
        }
        if pending.as_ref().map(part_of) != here {
            // The sign-in changes to another step, which shows the error.
            let _ = self.trouble.try_set(Some(text));
            self.show(pending);
            return Outcome::Done;
        }
        self.keep(pending);
        match field {
            Some(field) if is_about_the_answer(&error) => Outcome::Complained(field, text),
            _ => Outcome::Refused(text),
        }
    }

    /// Shows another challenge, or the form for username and password. All challenges share one history entry, so
    /// that Back always leads to that form.
    pub(super) fn show(self, pending: Option<PendingChallenge>) {
        if pending.is_some() {
            self.open_step();
        } else {
            self.navigation.leave_step(|| {});
        }
        self.draw(pending);
    }

    fn draw(self, pending: Option<PendingChallenge>) {
        let _ = self.part.try_set_value(pending.as_ref().map(part_of));
        self.keep(pending);
        let _ = self.drawn.try_update(|drawn| *drawn += 1);
    }

    fn open_step(self) {
        let name = self.username.try_get_untracked().unwrap_or_default();
        self.navigation.open_step(name.trim(), move || {
            self.auth.cancel_attempts();
            let _ = self.trouble.try_set(None);
            self.draw(None);
        });
    }

    /// Replaces the pending challenge with one of the same kind, without rendering the page again. Returns true if
    /// step `part` is still shown.
    pub(super) fn replace(self, part: Option<u32>, pending: PendingChallenge) -> bool {
        let is_shown = part.is_some() && part == self.part_drawn();
        if is_shown {
            self.keep(Some(pending));
        }
        is_shown
    }

    /// Stores the pending challenge, and starts the timer that clears the password in it.
    fn keep(self, mut pending: Option<PendingChallenge>) {
        let now = self.auth.now();
        if let Some(pending) = &mut pending
            && self.was_left.try_get_value() == Some(true)
        {
            pending.forget_password();
        }
        let until = pending
            .as_ref()
            .and_then(PendingChallenge::password_held_until);
        // The two times may come from different clocks: this device's and the host's.
        let left = until.map(|until| now.until(until).min(MAX_PASSWORD_AGE));
        let limit = left.map(|left| timer::set_timeout(left, move || self.forget_password()));
        let _ = self.limit.try_set_value(limit);
        let deadline = left.map(|left| clock::now().plus(left));
        let _ = self.deadline.try_set_value(deadline);
        let can_resend = pending
            .as_ref()
            .is_some_and(|pending| pending.can_resend(now));
        let _ = self.can_resend.try_set(can_resend);
        let _ = self.pending.try_set_value(pending);
    }

    /// Clears the password if it has expired. The timer does not do this in time if the device was asleep.
    pub(super) fn forget_late_password(self) {
        let deadline = self.deadline.try_get_value().flatten();
        if deadline.is_some_and(|deadline| deadline <= clock::now()) {
            self.forget_password();
        }
    }

    fn forget_password(self) {
        let now = self.auth.now();
        let can_resend = self.pending.try_update_value(|pending| {
            pending.as_mut().is_some_and(|pending| {
                pending.forget_password();
                pending.can_resend(now)
            })
        });
        let _ = self.can_resend.try_set(can_resend == Some(true));
    }

    /// Returns the address of another page, with the username and the return address as parameters.
    pub(super) fn way_to(self, route: Route) -> Signal<String> {
        Signal::derive(move || {
            let name = self.username.get();
            self.then.with_value(|then| {
                route.with_query(&[(routes::USERNAME, name.trim()), (routes::RETURN_TO, then)])
            })
        })
    }

    /// Renders the button that ends the running sign-in and shows the form for username and password.
    pub(super) fn start_again(self) -> AnyView {
        let on_press = Box::new(move || {
            self.auth.cancel_attempts();
            self.trouble.set(None);
            self.show(None);
        });
        link_button("Start again", on_press)
    }
}

fn part_of(pending: &PendingChallenge) -> core::mem::Discriminant<UserChallenge> {
    core::mem::discriminant(&pending.challenge)
}

/// True if the error is about the value that the user has typed.
fn is_about_the_answer(error: &SignInError) -> bool {
    matches!(
        error,
        SignInError::WrongCode
            | SignInError::CodeAlreadyUsed
            | SignInError::Password(_)
            | SignInError::PasswordReused
            | SignInError::Invalid(_)
    )
}
