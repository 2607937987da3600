//! Starts the app in the browser.

fn main() {
    poolgate::browser::panic::show_errors();
    leptos::mount::mount_to_body(poolgate::App);
}
