//! Navigation between pages without reloading the document.
//!
//! This replaces leptos_router, whose type-level routes and matching add 36 kB (brotli) to the download, a third of the
//! size limit of the sign-in page. This module is enough for a flat list of pages.

use core::time::Duration;

use leptos::prelude::*;

use crate::browser::{location, timer};

/// The prefix of a history note whose entry was added by a step.
const STEP_PREFIX: &str = "step:";
/// The prefix of a history note whose entry belongs to the page itself.
const PAGE_PREFIX: &str = "page:";

/// How long a browser may take to go back by one entry.
const BACK_TIMEOUT: Duration = Duration::from_secs(1);

/// The current address and the open step. It is `Copy`, because it only holds signal handles.
#[derive(Clone, Copy, Debug)]
pub struct Navigation {
    address: RwSignal<String>,
    step: StoredValue<Option<HistoryStep>, LocalStorage>,
}

/// A step that a page has opened with an additional history entry, so that Back closes the step and not the page.
struct HistoryStep {
    /// The address after the user leaves this step with Back. `None` if the app itself goes back.
    address: Option<String>,
    on_finish: Box<dyn FnOnce()>,
    /// Finishes the step if the browser did not go back in time. Dropping it cancels the timeout.
    _timeout: Option<timer::Timeout>,
}

/// The [`Navigation`] that the app provides.
///
/// # Panics
/// If `Navigation` was not provided, that is, outside `<App/>`.
pub fn use_navigation() -> Navigation {
    expect_context()
}

impl Navigation {
    /// Reads the address bar, and from then on handles Back, Forward and every link of this app.
    pub fn start() -> Self {
        let navigation = Self {
            address: RwSignal::new(location::current_url()),
            step: StoredValue::new_local(None),
        };
        location::on_back_or_forward(move || navigation.finish_step());
        location::on_internal_link(move |address| navigation.go(&address));
        navigation
    }

    /// The address (path with query and fragment), as a signal for views.
    pub fn address(self) -> ReadSignal<String> {
        self.address.read_only()
    }

    /// Navigates to an address of this app, with a new history entry.
    pub fn go(self, address: &str) {
        // As in browsers, a link to the current address adds no history entry. The entry keeps its note.
        if address != location::current_url() {
            location::push_url(address);
        }
        self.show_current_url();
    }

    /// Navigates to an address of this app and replaces the current history entry. If a step is open, it is closed
    /// first.
    pub fn replace(self, address: &str) {
        let address = address.to_owned();
        self.leave_step(move || {
            location::replace_url(&address);
            self.show_current_url();
        });
    }

    /// The note of this page's history entry, which [`Navigation::set_entry_note`] sets. `None` if it is empty.
    pub fn entry_note(self) -> Option<String> {
        let note = location::history_state()?;
        let note = note
            .strip_prefix(STEP_PREFIX)
            .or(note.strip_prefix(PAGE_PREFIX))?;
        Some(note.to_owned()).filter(|note| !note.is_empty())
    }

    /// Stores a note in this page's history entry. It is still there after a reload and after Back.
    pub fn set_entry_note(self, text: &str) {
        let kind = if is_step_entry() {
            STEP_PREFIX
        } else {
            PAGE_PREFIX
        };
        location::set_history_state(&format!("{kind}{text}"));
    }

    /// Opens a step of this page: adds a history entry, so that Back calls `on_back` and does not leave the page. Both
    /// history entries get `note`.
    pub fn open_step(self, note: &str, on_back: impl FnOnce() + 'static) {
        self.set_entry_note(note);
        // After a reload the history entry of the step already exists.
        if !is_step_entry() {
            location::push_history_state(&format!("{STEP_PREFIX}{note}"));
        }
        self.step.set_value(Some(HistoryStep {
            address: Some(location::current_url()),
            on_finish: Box::new(on_back),
            _timeout: None,
        }));
    }

    /// Closes the open step: goes back by one history entry, then calls `on_finish`. If no step is open, calls
    /// `on_finish` at once.
    pub fn leave_step(self, on_finish: impl FnOnce() + 'static) {
        let step = self.step.try_update_value(Option::take).flatten();
        let on_finish: Box<dyn FnOnce()> = match step {
            None => {
                on_finish();
                return;
            }
            // The browser is already going back to the page's own entry. It must not go back twice.
            Some(HistoryStep {
                address: None,
                on_finish: earlier,
                _timeout,
            }) => {
                self.step.set_value(Some(HistoryStep {
                    address: None,
                    on_finish: Box::new(move || {
                        earlier();
                        on_finish();
                    }),
                    _timeout,
                }));
                return;
            }
            Some(HistoryStep { .. }) => Box::new(on_finish),
        };
        self.step.set_value(Some(HistoryStep {
            address: None,
            on_finish,
            // A browser may refuse to go back, for example after too many new entries.
            _timeout: Some(timer::set_timeout(BACK_TIMEOUT, move || self.finish_step())),
        }));
        location::go_back();
    }

    /// Forgets the open step, because its page is no longer shown. The history entries stay.
    pub fn drop_step(self) {
        self.step.set_value(None);
    }

    /// Finishes the step that the user left with Back, or renders the address that the browser shows now.
    fn finish_step(self) {
        let step = self.step.try_update_value(Option::take).flatten();
        match step {
            Some(HistoryStep {
                address, on_finish, ..
            }) if address
                .as_ref()
                .is_none_or(|address| *address == location::current_url()) =>
            {
                on_finish();
            }
            _ => self.address.set(location::current_url()),
        }
    }

    fn show_current_url(self) {
        location::scroll_to_top();
        self.address.set(location::current_url());
    }
}

fn is_step_entry() -> bool {
    location::history_state().is_some_and(|note| note.starts_with(STEP_PREFIX))
}
