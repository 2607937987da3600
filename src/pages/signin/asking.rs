//! The sign-in that goes on: which question is shown, and what becomes of an answer.

use cognito_proto::secret::Password;
use cognito_proto::time::UnixTime;
use leptos::prelude::*;

use super::super::attempt::{Field, Outcome, Work, work};
use crate::auth::{Answered, Auth, Open, Progress, Question, SignInError, Stopped, Talk, use_auth};
use crate::browser::clock;
use crate::browser::lifecycle::{self, LeaveListener};
use crate::browser::timer::{self, Timeout};
use crate::components::{dynamic, link_button};
use crate::navigation::{Navigation, use_navigation};
use crate::routes::{self, After, Route};
use crate::words;

/// Which part of the page is shown: the kind of question, or name and password.
type Part = Option<core::mem::Discriminant<Question>>;

/// What the page's parts share. Copied freely.
#[derive(Clone, Copy)]
pub(super) struct Asking {
    /// What was typed as the name, which outlives every part.
    pub(super) username: RwSignal<String>,
    /// Where one was headed, as a parameter.
    pub(super) then: StoredValue<String>,
    /// Why it had to begin anew.
    pub(super) trouble: RwSignal<Option<String>>,
    /// Whether a new code can be sent without asking for the password again.
    can_resend: RwSignal<bool>,
    open: StoredValue<Option<Open>>,
    /// Wipes the password that a question holds for a new code, when the session of the challenge ends.
    limit: StoredValue<Option<Timeout>, LocalStorage>,
    /// The end of that session by this device's clock, which goes on while timers sleep.
    deadline: StoredValue<Option<UnixTime>>,
    /// Wipes it when the browser leaves the page, which it may keep for Back.
    _leave: StoredValue<Option<LeaveListener>, LocalStorage>,
    /// Whether the browser has left the page since the last password was typed: an answer that comes later holds none.
    was_left: StoredValue<bool>,
    auth: Auth,
    navigation: Navigation,
    part: StoredValue<Part>,
    /// Counts the parts that were drawn: what comes back for an earlier one is of no use.
    drawn: RwSignal<u32>,
}

impl Asking {
    pub(super) fn new(username: RwSignal<String>, then: String, open: Option<Open>) -> Self {
        let navigation = use_navigation();
        let asking = Self {
            username,
            then: StoredValue::new(then),
            trouble: RwSignal::new(None),
            can_resend: RwSignal::new(false),
            open: StoredValue::new(None),
            limit: StoredValue::new_local(None),
            deadline: StoredValue::new(None),
            _leave: StoredValue::new_local(None),
            was_left: StoredValue::new(false),
            auth: use_auth(),
            navigation,
            part: StoredValue::new(open.as_ref().map(part_of)),
            drawn: RwSignal::new(0),
        };
        let leave = lifecycle::on_leave(move || {
            asking.was_left.set_value(true);
            asking.forget_password();
        });
        asking._leave.set_value(Some(leave));
        on_cleanup(move || navigation.forget_step());
        if open.is_some() {
            asking.open_step();
            asking.keep(open);
        }
        asking
    }

    /// Draws by whether something is asked, each time that another question comes.
    pub(super) fn drawn_by(self, draw: fn(Self, bool) -> AnyView) -> AnyView {
        dynamic(move || {
            self.drawn.track();
            draw(self, self.open.with_value(Option::is_some))
        })
    }

    /// What is asked, while it is not answered.
    pub(super) fn asked<T>(self, look: impl FnOnce(Option<&Question>) -> T) -> T {
        self.open
            .with_value(|open| look(open.as_ref().map(|open| &open.question)))
    }

    /// Whether a new code can be sent without asking for the password again, to be drawn.
    pub(super) fn can_resend(self) -> ReadSignal<bool> {
        self.can_resend.read_only()
    }

    /// Takes the question, to be answered: there is one answer to each.
    pub(super) fn take(self) -> Option<(Question, Talk)> {
        let open = self.open.try_update_value(Option::take)??;
        Some(open.into_parts())
    }

    /// A sign-in begins: the name is noted with the page, so that a reload keeps it.
    pub(super) fn begin(self) {
        let name = self.username.get_untracked();
        self.navigation.note(name.trim());
        self.was_left.set_value(false);
    }

    /// The work of an answer; `field` is where a complaint about it belongs.
    pub(super) fn answer(self, field: Option<Field>, answered: Answered) -> Option<Work> {
        let part = self.part_drawn();
        work(async move { self.settle(part, field, answered.await) })
    }

    /// The work of an answer that a password was sent with: a refused password is cleared from its field.
    pub(super) fn answer_with_password(
        self,
        password: RwSignal<String>,
        answered: Answered,
    ) -> Option<Work> {
        let part = self.part_drawn();
        let sent = Password::new(password.get_untracked());
        work(async move {
            let outcome = answered.await;
            if outcome
                .as_ref()
                .is_err_and(|stopped| stopped.why.is_refusal())
            {
                // The user may have typed another one since.
                let _ = password.try_update(|password| {
                    if password == sent.reveal() {
                        password.clear();
                    }
                });
            }
            self.settle(part, None, outcome)
        })
    }

    /// Which part is shown, for [`Asking::settle`].
    pub(super) fn part_drawn(self) -> Option<u32> {
        self.drawn.try_get_untracked()
    }

    /// What becomes of an answer that was given in this part.
    pub(super) fn settle(
        self,
        part: Option<u32>,
        field: Option<Field>,
        outcome: Result<Progress, Stopped>,
    ) -> Outcome {
        // Whoever has begun again meanwhile is not called back.
        if part.is_none() || part != self.part_drawn() {
            return Outcome::Done;
        }
        let (why, open) = match outcome {
            Ok(Progress::Done) => return Outcome::Done,
            Ok(Progress::Asked(open)) => {
                let _ = self.trouble.try_set(None);
                self.show(Some(open));
                return Outcome::Done;
            }
            Err(Stopped { why, open }) => (why, open),
        };
        let words = words::for_sign_in(&why);
        let led_on = |route: Route| {
            let name = self.username.try_get_untracked().unwrap_or_default();
            let then = self.then.try_get_value().unwrap_or_default();
            Outcome::Go(route.with(&[
                (routes::USERNAME, name.trim()),
                (routes::AFTER, After::SignIn.as_str()),
                (routes::THEN, &then),
            ]))
        };
        let here = self.part.try_get_value().flatten();
        match why {
            SignInError::NotConfirmed => return led_on(Route::Verify),
            SignInError::ResetRequired => return led_on(Route::Forgot),
            _ => {}
        }
        if open.as_ref().map(part_of) != here {
            // It goes on elsewhere, or anew: that part is told why.
            let _ = self.trouble.try_set(Some(words));
            self.show(open);
            return Outcome::Done;
        }
        self.keep(open);
        match field {
            Some(field) if is_about_the_answer(&why) => Outcome::Complained(field, words),
            _ => Outcome::Refused(words),
        }
    }

    /// Shows another question, or name and password again. The questions share one history entry, so that Back leads
    /// from each of them to name and password.
    pub(super) fn show(self, open: Option<Open>) {
        if open.is_some() {
            self.open_step();
        } else {
            self.navigation.leave_step(|| {});
        }
        self.draw(open);
    }

    fn draw(self, open: Option<Open>) {
        let _ = self.part.try_set_value(open.as_ref().map(part_of));
        self.keep(open);
        let _ = self.drawn.try_update(|drawn| *drawn += 1);
    }

    fn open_step(self) {
        let name = self.username.try_get_untracked().unwrap_or_default();
        self.navigation.open_step(name.trim(), move || {
            self.auth.begin_anew();
            let _ = self.trouble.try_set(None);
            self.draw(None);
        });
    }

    /// Puts a question of the same kind in the place of the one that is shown. Whether its part is still shown.
    pub(super) fn replace(self, part: Option<u32>, open: Open) -> bool {
        let is_shown = part.is_some() && part == self.part_drawn();
        if is_shown {
            self.keep(Some(open));
        }
        is_shown
    }

    /// Keeps the question, and the password with it for as long as it may be held.
    fn keep(self, mut open: Option<Open>) {
        let now = self.auth.now();
        if let Some(open) = &mut open
            && self.was_left.try_get_value() == Some(true)
        {
            open.forget_password();
        }
        let until = open.as_ref().and_then(Open::password_held_until);
        let left = until.map(|until| now.until(until));
        let limit = left.map(|left| timer::after(left, move || self.forget_password()));
        let _ = self.limit.try_set_value(limit);
        let deadline = left.map(|left| clock::now().plus(left));
        let _ = self.deadline.try_set_value(deadline);
        let can_resend = open.as_ref().is_some_and(|open| open.can_resend(now));
        let _ = self.can_resend.try_set(can_resend);
        let _ = self.open.try_set_value(open);
    }

    /// Wipes the password if a sleeping device has kept the timer from doing so.
    pub(super) fn forget_late_password(self) {
        let deadline = self.deadline.try_get_value().flatten();
        if deadline.is_some_and(|deadline| deadline <= clock::now()) {
            self.forget_password();
        }
    }

    fn forget_password(self) {
        let now = self.auth.now();
        let can_resend = self.open.try_update_value(|open| {
            open.as_mut().is_some_and(|open| {
                open.forget_password();
                open.can_resend(now)
            })
        });
        let _ = self.can_resend.try_set(can_resend == Some(true));
    }

    /// The address of another page on the way in, with the name and where one was headed.
    pub(super) fn way_to(self, route: Route) -> Signal<String> {
        Signal::derive(move || {
            let name = self.username.get();
            self.then.with_value(|then| {
                route.with(&[(routes::USERNAME, name.trim()), (routes::THEN, then)])
            })
        })
    }

    /// The way out of every question.
    pub(super) fn start_again(self) -> AnyView {
        let on_press = Box::new(move || {
            self.auth.begin_anew();
            self.trouble.set(None);
            self.show(None);
        });
        link_button("Start again", on_press)
    }
}

fn part_of(open: &Open) -> core::mem::Discriminant<Question> {
    core::mem::discriminant(&open.question)
}

/// Whether what went wrong is what was typed.
fn is_about_the_answer(why: &SignInError) -> bool {
    matches!(
        why,
        SignInError::WrongCode
            | SignInError::UsedCode
            | SignInError::Password(_)
            | SignInError::UsedBefore
            | SignInError::Invalid(_)
    )
}
