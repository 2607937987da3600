//! The page's address, as far as the engine needs it: the origin, and navigation to other origins.

use web_sys::{PerformanceNavigation, Window};

/// The origin of this page: scheme, host and port.
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Navigates to an address outside the app. Back leads to this page again.
pub fn redirect(address: &str) {
    // For an invalid address the browser stays on this page.
    let _ = window().location().assign(address);
}

/// Whether this page was loaded by Back or Forward.
pub fn is_back_forward() -> bool {
    let performance = window().performance();
    performance.is_some_and(|performance| {
        performance.navigation().type_() == PerformanceNavigation::TYPE_BACK_FORWARD
    })
}

/// The window, which always exists because the app runs in a page.
fn window() -> Window {
    web_sys::window().expect("the app runs in a page")
}
