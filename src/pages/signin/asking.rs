//! The sign-in that goes on: which question is shown, and what becomes of an answer.

use leptos::prelude::*;

use super::super::attempt::{Field, Outcome, Work, work};
use crate::auth::{Answered, Open, Progress, Question, SignInError, Stopped, Talk, use_auth};
use crate::components::{dynamic, link_button};
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
    open: StoredValue<Option<Open>>,
    part: StoredValue<Part>,
    /// Counts the parts that were drawn: what comes back for an earlier one is of no use.
    drawn: RwSignal<u32>,
}

impl Asking {
    pub(super) fn new(username: RwSignal<String>, then: String, open: Option<Open>) -> Self {
        Self {
            username,
            then: StoredValue::new(then),
            trouble: RwSignal::new(None),
            part: StoredValue::new(open.as_ref().map(part_of)),
            open: StoredValue::new(open),
            drawn: RwSignal::new(0),
        }
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

    /// Takes the question, to be answered: there is one answer to each.
    pub(super) fn take(self) -> Option<(Question, Talk)> {
        let open = self.open.try_update_value(Option::take)??;
        Some(open.into_parts())
    }

    /// The work of an answer; `field` is where a complaint about it belongs.
    pub(super) fn answer(self, field: Option<Field>, answered: Answered) -> Option<Work> {
        let part = self.part_drawn();
        work(async move { self.settle(part, field, answered.await) })
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
        let _ = self.open.try_set_value(open);
        match field {
            Some(field) if is_about_the_answer(&why) => Outcome::Complained(field, words),
            _ => Outcome::Refused(words),
        }
    }

    /// Shows another question, or name and password again.
    pub(super) fn show(self, open: Option<Open>) {
        let _ = self.part.try_set_value(open.as_ref().map(part_of));
        let _ = self.open.try_set_value(open);
        let _ = self.drawn.try_update(|drawn| *drawn += 1);
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
        let auth = use_auth();
        let on_press = Box::new(move || {
            auth.begin_anew();
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
