//! Form submissions: at most one at a time per form, and error messages for the form or for one of its fields.

use core::future::Future;
use core::pin::Pin;

use cognito_proto::secret::Password;
use leptos::prelude::*;
use leptos::task::spawn_local;
use ui_texts::Message;

use crate::browser::document;
use crate::components::ErrorSignal;
use crate::routes::{PageVersion, use_navigation, use_page_version};

/// The state of a form: idle, sending, or refused with a message for the whole form.
#[derive(Clone, PartialEq, Eq)]
enum SubmitState {
    Idle,
    Sending,
    Failed(Message),
}

/// The submissions of one form. It is `Copy`, because it only holds handles.
#[derive(Clone, Copy)]
pub(crate) struct Submission {
    state: RwSignal<SubmitState>,
    navigate: Callback<String>,
    version: PageVersion,
}

/// The boxed future of a submission. It is boxed so that `run` is compiled once and not for each form. The future can
/// end after its page is gone. It must therefore use only the `try_` methods of the page's signals.
pub(crate) type SubmitTask = Pin<Box<dyn Future<Output = SubmissionResult>>>;

/// Boxes a future as the [`SubmitTask`] of a submission.
pub(crate) fn submit_task(
    future: impl Future<Output = SubmissionResult> + 'static,
) -> Option<SubmitTask> {
    Some(Box::pin(future))
}

impl Submission {
    pub(crate) fn new() -> Self {
        Self {
            state: RwSignal::new(SubmitState::Idle),
            navigate: use_navigation(),
            version: use_page_version(),
        }
    }

    /// Returns a signal that is true while a submission of the form is running.
    pub(crate) fn is_busy(self) -> Signal<bool> {
        Signal::derive(move || self.state.with(|state| *state == SubmitState::Sending))
    }

    /// Returns the error message of the last submission, if it does not belong to a field.
    pub(crate) fn error(self) -> Signal<Option<Message>> {
        Signal::derive(move || {
            self.state.with(|state| match state {
                SubmitState::Failed(message) => Some(message.clone()),
                SubmitState::Idle | SubmitState::Sending => None,
            })
        })
    }

    /// Returns the handler for the submit button. The handler calls `make_task`, which validates the fields and returns
    /// the submission, or `None` after it has shown an error at a field. A press during a running submission has no
    /// effect, so one press sends one request.
    pub(crate) fn on_submit(
        self,
        make_task: impl Fn() -> Option<SubmitTask> + Send + Sync + 'static,
    ) -> Callback<()> {
        self.submit_handler(Box::new(make_task))
    }

    /// The body of [`Submission::on_submit`]. It is not generic, because each closure type would add a copy to the
    /// download.
    fn submit_handler(
        self,
        make_task: Box<dyn Fn() -> Option<SubmitTask> + Send + Sync>,
    ) -> Callback<()> {
        Callback::new(move |()| {
            if !self.is_sending() {
                document::dispatch_input_events();
                self.run_task(make_task());
            }
        })
    }

    /// Removes the error message of the form. A running submission continues.
    pub(crate) fn clear(self) {
        if !self.is_sending() {
            self.state.set(SubmitState::Idle);
        }
    }

    /// Returns true while the page of this form is shown.
    pub(crate) fn is_mounted(self) -> bool {
        self.state.try_get_untracked().is_some()
    }

    fn is_sending(self) -> bool {
        self.state
            .with_untracked(|state| *state == SubmitState::Sending)
    }

    fn run_task(self, task: Option<SubmitTask>) {
        let Some(task) = task else {
            self.state.set(SubmitState::Idle);
            return;
        };
        self.state.set(SubmitState::Sending);
        spawn_local(async move {
            let result = task.await;
            // The user can have opened another page in the meantime. The submission has taken effect, but the app
            // must not navigate away from that page or move its focus.
            if !self.is_mounted() {
                return;
            }
            let mut next = SubmitState::Idle;
            match result {
                SubmissionResult::Done => {}
                SubmissionResult::FormError(message) => next = SubmitState::Failed(message),
                SubmissionResult::FieldError(field, message) => set_field_error(field, message),
                SubmissionResult::RenderAgain => self.version.increment(),
                SubmissionResult::Redirect(address) => self.navigate.run(address),
            }
            let _ = self.state.try_set(next);
        });
    }
}

/// The result of a submission.
pub(crate) enum SubmissionResult {
    /// The submission succeeded, and the same page stays.
    Done,
    /// The submission failed, with a message for the whole form.
    FormError(Message),
    /// The submission failed, with a message for one field.
    FieldError(Field, Message),
    /// The submission succeeded, and the same page is rendered again.
    RenderAgain,
    /// The submission succeeded, and the app navigates to this address.
    Redirect(String),
}

/// A field of a form: its id, and the signal for its error message.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    pub(crate) id: &'static str,
    pub(crate) error: ErrorSignal,
}

/// Shows an error message at a field and moves the focus to the field.
pub(crate) fn set_field_error(field: Field, message: Message) {
    let _ = field.error.try_set(Some(message));
    document::focus(field.id);
}

/// The validated value of a form field, or the id of the field that has an error.
pub(crate) struct Validated<T>(pub(crate) Result<T, String>);

impl<T> Validated<T> {
    /// Shows an error message at the field and returns the failed result.
    pub(crate) fn invalid(field: Field, message: &Message) -> Self {
        let _ = field.error.try_set(Some(message.clone()));
        Self(Err(field.id.to_owned()))
    }

    /// Combines this field with a later field of the same form. If both have errors, the id of the first one is kept.
    pub(crate) fn and<U>(self, later: Validated<U>) -> Validated<(T, U)> {
        Validated(match (self.0, later.0) {
            (Ok(value), Ok(other)) => Ok((value, other)),
            (Err(id), _) | (Ok(_), Err(id)) => Err(id),
        })
    }

    /// Returns the value. If a field has an error, moves the focus to the first such field and returns `None`.
    pub(crate) fn value_or_focus(self) -> Option<T> {
        self.0.map_err(|id| document::focus(&id)).ok()
    }
}

/// Parses the value of a field. If `parse` returns `None`, shows `message` as the error message of the field.
pub(crate) fn parse_field<T>(
    value: RwSignal<String>,
    field: Field,
    parse: fn(&str) -> Option<T>,
    message: &Message,
) -> Validated<T> {
    match value.with_untracked(|text| parse(text)) {
        Some(value) => Validated(Ok(value)),
        None => Validated::invalid(field, message),
    }
}

/// Returns the password exactly as typed, or `None` if the text is empty.
pub(crate) fn parse_password(text: &str) -> Option<Password> {
    (!text.is_empty()).then(|| Password::new(text))
}
