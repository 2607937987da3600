//! What every form shares: one attempt at a time, and where its complaint belongs.

use core::future::Future;
use core::pin::Pin;

use cognito_proto::secret::Password;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::page;
use crate::components::FieldError;
use crate::navigation::{Navigation, use_navigation};

/// One attempt at a time: idle, under way, or refused with a sentence for the whole form.
#[derive(Clone, PartialEq, Eq)]
enum State {
    Idle,
    Sending,
    Refused(String),
}

/// An attempt that a form makes. Copied freely.
#[derive(Clone, Copy)]
pub(super) struct Attempt {
    state: RwSignal<State>,
    navigation: Navigation,
}

/// What an attempt does, boxed so that there is one kind. It may end after its page is gone, so it
/// touches the page's signals only by their `try_` forms.
pub(super) type Work = Pin<Box<dyn Future<Output = Outcome>>>;

/// Makes a future an attempt's work.
pub(super) fn work(future: impl Future<Output = Outcome> + 'static) -> Option<Work> {
    Some(Box::pin(future))
}

impl Attempt {
    pub(super) fn new() -> Self {
        Self {
            state: RwSignal::new(State::Idle),
            navigation: use_navigation(),
        }
    }

    /// Whether an attempt is under way.
    pub(super) fn is_busy(self) -> Signal<bool> {
        Signal::derive(move || self.state.with(|state| *state == State::Sending))
    }

    /// What was wrong with the last one, where it belongs to no field.
    pub(super) fn trouble(self) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.state.with(|state| match state {
                State::Refused(words) => Some(words.clone()),
                State::Idle | State::Sending => None,
            })
        })
    }

    /// What to do on a press: `make` looks at the fields and gives the work, or `None` when it has
    /// complained of one. One press is one request, so presses during an attempt do nothing.
    pub(super) fn on_press(
        self,
        make: impl Fn() -> Option<Work> + Send + 'static,
    ) -> Box<dyn Fn() + Send> {
        self.press(Box::new(make))
    }

    /// Written once, whatever is made: each kind of closure would repeat it in the download.
    fn press(self, make: Box<dyn Fn() -> Option<Work> + Send>) -> Box<dyn Fn() + Send> {
        Box::new(move || {
            if !self.is_sending() {
                page::announce_input_values();
                self.run(make());
            }
        })
    }

    /// Forgets what was wrong, once nobody means to try again. What is under way goes on.
    pub(super) fn clear(self) {
        if !self.is_sending() {
            self.state.set(State::Idle);
        }
    }

    /// Whether its page is still shown.
    pub(super) fn is_there(self) -> bool {
        self.state.try_get_untracked().is_some()
    }

    fn is_sending(self) -> bool {
        self.state.with_untracked(|state| *state == State::Sending)
    }

    fn run(self, work: Option<Work>) {
        let Some(work) = work else {
            self.state.set(State::Idle);
            return;
        };
        self.state.set(State::Sending);
        spawn_local(async move {
            let outcome = work.await;
            // The person may have gone elsewhere meanwhile. What is done is done, but nobody is pulled
            // away from another page, and no complaint takes the focus there.
            if !self.is_there() {
                return;
            }
            let mut next = State::Idle;
            match outcome {
                Outcome::Done => {}
                Outcome::Refused(words) => next = State::Refused(words),
                Outcome::Complained(field, words) => complain(field, words),
                Outcome::Go(address) => self.navigation.go(&address),
            }
            let _ = self.state.try_set(next);
        });
    }
}

/// How an attempt ended.
pub(super) enum Outcome {
    /// Well.
    Done,
    /// With a sentence for the whole form.
    Refused(String),
    /// With a sentence for one field.
    Complained(Field, String),
    /// Well, and it goes on at this address.
    Go(String),
}

/// A field of a form: its id and where its complaint goes.
#[derive(Clone, Copy)]
pub(super) struct Field {
    pub(super) id: &'static str,
    pub(super) error: FieldError,
}

/// Shows a complaint beside its field and takes the person there.
pub(super) fn complain(field: Field, words: impl Into<String>) {
    let _ = field.error.try_set(Some(words.into()));
    page::focus(field.id);
}

/// What a field of a submitted form holds, or the id of the field that says what is wrong.
pub(super) struct Checked<T>(pub(super) Result<T, String>);

impl<T> Checked<T> {
    /// Says beside the field what is wrong with it.
    pub(super) fn wrong(field: Field, words: &str) -> Self {
        let _ = field.error.try_set(Some(words.to_owned()));
        Self(Err(field.id.to_owned()))
    }

    /// This field and a later one of the same form.
    pub(super) fn and<U>(self, later: Checked<U>) -> Checked<(T, U)> {
        Checked(match (self.0, later.0) {
            (Ok(value), Ok(other)) => Ok((value, other)),
            (Err(id), _) | (Ok(_), Err(id)) => Err(id),
        })
    }

    /// The value. Where a field is wrong, the first of them gets the focus.
    pub(super) fn get(self) -> Option<T> {
        self.0.map_err(|id| page::focus(&id)).ok()
    }
}

/// A field's value, parsed; `words` say what is wrong where there is none.
pub(super) fn parsed<T>(
    value: RwSignal<String>,
    field: Field,
    parse: fn(&str) -> Option<T>,
    words: &str,
) -> Checked<T> {
    match value.with_untracked(|text| parse(text)) {
        Some(value) => Checked(Ok(value)),
        None => Checked::wrong(field, words),
    }
}

/// A password exactly as typed, unless there is none.
pub(super) fn typed_password(text: &str) -> Option<Password> {
    (!text.is_empty()).then(|| Password::new(text))
}
