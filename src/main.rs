//! Starts the app in the browser.

fn main() {
    poolgate::browser::panic::install_hook();
    leptos::mount::mount_to_body(poolgate::App);
}
