//! Going from page to page without loading anew.
//!
//! Our own in place of leptos_router, whose type-level routes and matching cost every visitor 36 kB
//! (brotli), a third of what the sign-in page may weigh; this serves a flat table of pages in one.

use core::time::Duration;

use leptos::prelude::*;

use crate::browser::{location, timer};

/// In front of a note of a history entry that a step opened.
const STEP: &str = "step:";
/// In front of a note of a history entry that the page itself opened.
const PAGE: &str = "page:";

/// How long a browser may take to go back by one entry.
const BACK_LIMIT: Duration = Duration::from_secs(1);

/// Where the person is. Copied freely.
#[derive(Clone, Copy, Debug)]
pub struct Navigation {
    address: RwSignal<String>,
    step: StoredValue<Option<Step>, LocalStorage>,
}

/// A further step of the page at this address, with a history entry of its own.
struct Step {
    /// What the browser shows when this step was left by Back; none where the app itself goes back.
    address: Option<String>,
    then: Box<dyn FnOnce()>,
    /// Settles the step although the browser did not go back. Dropping it cancels it.
    _limit: Option<timer::Timeout>,
}

/// The [`Navigation`] that the app provides.
///
/// # Panics
/// Outside the app, where there are no pages.
pub fn use_navigation() -> Navigation {
    expect_context()
}

impl Navigation {
    /// Takes up the address bar, and follows Back, Forward and every link of ours from now on.
    pub fn start() -> Self {
        let navigation = Self {
            address: RwSignal::new(location::here()),
            step: StoredValue::new_local(None),
        };
        location::on_back_or_forward(move || navigation.settle_step());
        location::on_own_link(move |address| navigation.go(&address));
        navigation
    }

    /// The address, path with query and fragment, to be drawn.
    pub fn address(self) -> ReadSignal<String> {
        self.address.read_only()
    }

    /// Goes to an address of ours; Back leads here again.
    pub fn go(self, address: &str) {
        // As browsers do: a link to the page one is on makes no second entry.
        if address == location::here() {
            location::replace(address);
        } else {
            location::push(address);
        }
        self.arrive();
    }

    /// Goes to an address of ours in place of this one, so that Back does not lead here again. An open step has an
    /// entry too much, which is left first.
    pub fn replace(self, address: &str) {
        let address = address.to_owned();
        self.leave_step(move || {
            location::replace(&address);
            self.arrive();
        });
    }

    /// The note of this page's history entry: see [`Navigation::note`].
    pub fn noted(self) -> Option<String> {
        let note = location::entry_note()?;
        let note = note.strip_prefix(STEP).or(note.strip_prefix(PAGE))?;
        Some(note.to_owned())
    }

    /// Notes something with this page's history entry, for a reload and for Back.
    pub fn note(self, text: &str) {
        let kind = if is_step_entry() { STEP } else { PAGE };
        location::note_entry(&format!("{kind}{text}"));
    }

    /// Opens a further step of this page. Back then calls `on_back` in place of leaving the page; `note` goes with both
    /// entries.
    pub fn open_step(self, note: &str, on_back: impl FnOnce() + 'static) {
        self.note(note);
        // After a reload the step's entry is there already.
        if !is_step_entry() {
            location::push_entry(&format!("{STEP}{note}"));
        }
        self.step.set_value(Some(Step {
            address: Some(location::here()),
            then: Box::new(on_back),
            _limit: None,
        }));
    }

    /// Leaves the open step's entry by going back, then calls `then`; at once where no step is open.
    pub fn leave_step(self, then: impl FnOnce() + 'static) {
        if self.step.with_value(Option::is_none) {
            then();
            return;
        }
        self.step.set_value(Some(Step {
            address: None,
            then: Box::new(then),
            // A browser may refuse to go back, as it does after a flood of entries.
            _limit: Some(timer::after(BACK_LIMIT, move || self.settle_step())),
        }));
        location::back();
    }

    /// Forgets the open step: its page is gone.
    pub fn forget_step(self) {
        self.step.set_value(None);
    }

    /// Takes the step that Back has left, or draws the address that the browser shows now.
    fn settle_step(self) {
        let step = self.step.try_update_value(Option::take).flatten();
        match step {
            Some(Step { address, then, .. })
                if address
                    .as_ref()
                    .is_none_or(|address| *address == location::here()) =>
            {
                then();
            }
            _ => self.address.set(location::here()),
        }
    }

    fn arrive(self) {
        location::scroll_to_top();
        self.address.set(location::here());
    }
}

fn is_step_entry() -> bool {
    location::entry_note().is_some_and(|note| note.starts_with(STEP))
}
