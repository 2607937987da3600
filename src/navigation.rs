//! Going from page to page without loading anew.
//!
//! Our own in place of leptos_router, whose type-level routes and matching cost every visitor 36 kB
//! (brotli), a third of what the sign-in page may weigh; this serves a flat table of pages in one.

use leptos::prelude::*;

use crate::browser::location;

/// Where the person is. Copied freely.
#[derive(Clone, Copy, Debug)]
pub struct Navigation {
    address: RwSignal<String>,
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
        };
        location::on_back_or_forward(move || navigation.address.set(location::here()));
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

    /// Goes to an address of ours in place of this one, so that Back does not lead here again.
    pub fn replace(self, address: &str) {
        location::replace(address);
        self.arrive();
    }

    fn arrive(self) {
        location::scroll_to_top();
        self.address.set(location::here());
    }
}
