//! Tests of the browser features in a real browser. `cargo xtask test browser` provides Chromium and its driver.
//!
//! A test that needs a browser in another state (storage blocked, no network, a clock that jumps) replaces one member
//! of the page through [`test_page`], and restores it at its end.

#![cfg(target_arch = "wasm32")]

mod clock;
mod config;
mod crypto;
mod fetch;
mod lifecycle;
mod location;
mod lock;
mod passkey;
mod pending;
mod random;
mod storage;
mod timer;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
