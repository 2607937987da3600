//! The page's address, as far as the session engine needs it: the origin, and navigation to other origins.

use web_sys::{PerformanceNavigation, Window};

/// Returns the origin of this page: scheme, host and port.
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Navigates to an address outside the app. The browser's Back button leads to this page again.
pub fn redirect(address: &str) {
    // For an invalid address the browser stays on this page.
    let _ = window().location().assign(address);
}

/// Returns true if this page was loaded by the browser's Back or Forward button.
pub fn is_back_forward() -> bool {
    let performance = window().performance();
    performance.is_some_and(|performance| {
        performance.navigation().type_() == PerformanceNavigation::TYPE_BACK_FORWARD
    })
}

/// Returns the browser's window object, which always exists because the app runs in a page.
fn window() -> Window {
    web_sys::window().expect("the app runs in a page")
}
