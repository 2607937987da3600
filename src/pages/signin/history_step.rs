//! The history entry of a challenge: Back leads from a challenge to the form for username and password, and does not
//! leave the page. The router has no notion of two entries with the same address.

use core::time::Duration;

use leptos::prelude::*;
use leptos_cognito::browser::timer;

use crate::browser::location;

/// The prefix of the note in a history entry that was added for a step of the page.
const STEP_PREFIX: &str = "step:";
/// The prefix of the note in a history entry that belongs to the page itself.
const PAGE_PREFIX: &str = "page:";

/// How long a browser may take to go back by one entry.
const BACK_TIMEOUT: Duration = Duration::from_secs(1);

/// The step of the sign-in page that has its own history entry, if one is open. It is `Copy`, because it only holds a
/// handle.
#[derive(Clone, Copy, Debug)]
pub(super) struct HistoryStep(StoredValue<Option<OpenStep>, LocalStorage>);

/// A step of a page that has an additional history entry.
struct OpenStep {
    /// The address that is expected after the user leaves this step with Back. It is `None` if the app itself goes
    /// back.
    address: Option<String>,
    on_finish: Box<dyn FnOnce()>,
    /// The timer that finishes the step if the browser did not go back in time. Dropping it cancels the timer.
    _timeout: Option<timer::Timeout>,
}

impl HistoryStep {
    /// Creates the value without an open step, and starts to listen for Back until the current owner is cleaned up. The
    /// history entries stay.
    pub(super) fn new() -> Self {
        let step = Self(StoredValue::new_local(None));
        let listener = window_event_listener(leptos::ev::popstate, move |_| step.finish());
        on_cleanup(move || listener.remove());
        step
    }

    /// Stores a note in the current history entry of this page. It is still there after a reload and after Back.
    pub(super) fn set_entry_note(self, text: &str) {
        let kind = if is_step_entry() {
            STEP_PREFIX
        } else {
            PAGE_PREFIX
        };
        location::set_history_state(&format!("{kind}{text}"));
    }

    /// Opens a step of this page: adds a history entry, so that Back calls `on_back` and does not leave the page. Both
    /// history entries get `note`.
    pub(super) fn open(self, note: &str, on_back: impl FnOnce() + 'static) {
        self.set_entry_note(note);
        // After a reload the history entry of the step already exists.
        if !is_step_entry() {
            location::push_history_state(&format!("{STEP_PREFIX}{note}"));
        }
        self.0.set_value(Some(OpenStep {
            address: Some(location::current_url()),
            on_finish: Box::new(on_back),
            _timeout: None,
        }));
    }

    /// Closes the open step: goes back by one history entry, then calls `on_finish`. If no step is open, calls
    /// `on_finish` at once.
    pub(super) fn leave(self, on_finish: impl FnOnce() + 'static) {
        let step = self.0.try_update_value(Option::take).flatten();
        let on_finish: Box<dyn FnOnce()> = match step {
            None => {
                on_finish();
                return;
            }
            // The browser is already going back to the page's own entry. It must not go back twice.
            Some(OpenStep {
                address: None,
                on_finish: earlier,
                _timeout,
            }) => {
                self.0.set_value(Some(OpenStep {
                    address: None,
                    on_finish: Box::new(move || {
                        earlier();
                        on_finish();
                    }),
                    _timeout,
                }));
                return;
            }
            Some(OpenStep { .. }) => Box::new(on_finish),
        };
        self.0.set_value(Some(OpenStep {
            address: None,
            on_finish,
            // A browser may refuse to go back, for example after too many new entries.
            _timeout: Some(timer::set_timeout(BACK_TIMEOUT, move || self.finish())),
        }));
        location::go_back();
    }

    /// Finishes the step that the user left with Back. If Back led to another address, the router shows that page.
    fn finish(self) {
        let step = self.0.try_update_value(Option::take).flatten();
        if let Some(OpenStep {
            address, on_finish, ..
        }) = step
            && address
                .as_ref()
                .is_none_or(|address| *address == location::current_url())
        {
            on_finish();
        }
    }
}

/// Returns the note in the current history entry, which [`HistoryStep::set_entry_note`] has stored. Returns `None` if
/// it is empty.
pub(super) fn entry_note() -> Option<String> {
    let note = location::history_state()?;
    let note = note
        .strip_prefix(STEP_PREFIX)
        .or(note.strip_prefix(PAGE_PREFIX))?;
    Some(note.to_owned()).filter(|note| !note.is_empty())
}

fn is_step_entry() -> bool {
    location::history_state().is_some_and(|note| note.starts_with(STEP_PREFIX))
}
